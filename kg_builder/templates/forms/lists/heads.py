"""Heads of a table that lists many projects with their targets → what each of its columns says.

部门预算项目支出绩效目标表 and its kin: 单位名称 | 项目名称 | 年度预算数 | 年度绩效目标 | 一级指标 | 二级指标 |
三级指标 | 指标性质 | 指标值 | 度量单位 | 权重, in any order, heads in one row or several.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from kg_builder import marks
from kg_builder.model import Cell, Table
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.labels import Span
from kg_builder.templates.forms.value_heads import SPAN, without_note
from kg_builder.text import has_digit, label_key, without_bracket

Role = Literal[
    "project", "either", "unit", "unit-code", "department", "project-code", "ordinal", "personal", "attribute",
    "category", "period", "start", "finish", "total", "funding", "goal", "text", "first", "second", "level", "target",
    "name", "remark", "source", "whole-goal", "unknown",
]  # fmt: skip
OWN: frozenset[str] = frozenset(  # what is a project's own, rather than one of its indicators'
    {"project", "either", "unit", "unit-code", "department", "project-code", "attribute", "category", "period"}
    | {"start", "finish", "total", "funding", "goal", "text", "personal", "ordinal"}
)
LEVELS: frozenset[str] = frozenset({"first", "second", "level"})
_DEEPEST = 12  # rows of a grid in which its heads must begin
_EDGE = 4.0  # points by which the edges of one column differ from row to row
# 项目名称 · 支出项目 · 二级项目名称 · 专项名称; 一级项目 groups others
_PROJECTS = re.compile(r"(?:预算|支出|专项|部门|二级|具体)*(?:项目|专项)(?:名称?)?")
# 单位（专项）名称 · 单位名称、项目名称 · 单位/项目名称: rows of units and rows of projects in one column
_EITHER = re.compile(r"(?:预算)?(?:单位|部门)(?:名称)?[(/、及和]+(?:预算)?(?:项目|专项)(?:名称)?\)?(?:名称)?")
# 单位名称 · 预算单位 · 部门（单位）名称
_UNITS = re.compile(
    r"(?:部门)?(?:预算|实施|项目|填报|申报|用款|承担|使用|基层|所属)?单位(?:名称)?|(?:部门\(单位\)|单位\(部门\)|部门/单位)(?:名称)?"
)
_UNIT_CODES = re.compile(r"(?:预算)?(?:单位|部门)(?:编码|代码|编号)")  # 单位编码 · 预算单位代码
_PROJECT_CODES = re.compile(r"(?:预算)?项目(?:编码|代码|编号)|项目唯一(?:编)?码")
_DEPARTMENTS = frozenset(["部门名称", "部门", "主管部门名称", "一级预算单位", "主管预算单位"])
_ROLES: tuple[tuple[Role, Callable[[str], object]], ...] = (
    ("first", frozenset(["一级指标", "一级目标", "一级指标名称", "一级绩效指标"]).__contains__),
    ("second", frozenset(["二级指标", "二级目标", "二级指标名称", "二级绩效指标"]).__contains__),
    ("level", frozenset(["指标类型", "指标类别", "指标级次", "绩效指标类型", "绩效指标类别"]).__contains__),
    ("project", _PROJECTS.fullmatch),
    ("either", _EITHER.fullmatch),
    ("unit-code", _UNIT_CODES.fullmatch),
    ("project-code", _PROJECT_CODES.fullmatch),
    ("ordinal", frozenset(["序号", "编号", "行号"]).__contains__),
    ("department", _DEPARTMENTS.__contains__),
    ("unit", _UNITS.fullmatch),
    ("remark", frozenset(["备注", "说明", "其他"]).__contains__),
    ("source", re.compile(r"(?:资金|经费|预算)(?:性质|来源|类型|类别|渠道)").fullmatch),
    ("whole-goal", re.compile(r".*整体.*目标.*").fullmatch),
)
# 预算数 · 年度预算安排 · 安排金额 · 2025年预算金额 · 项目资金: the sum of a project, the year's where it says so
_SUM = re.compile(
    r"(?P<year>20\d\d年度?|年度|本年度?|当年|年初)?(?:项目|支出|资金|预算|财政|申请|安排|批复|下达)*"
    r"(?:金额|预算数?|总额|资金数?|经费|数额|预算安排|资金安排)"
)
_VALUES = frozenset(["数值", "值", "目标", "指标值", "具体值"])
# 年度绩效目标 · 项目年度绩效总目标 · 预期目标 · 总体绩效目标描述: a goal, with its horizon or without
_GOAL = re.compile(
    r"(?:项目|支出|预算){0,3}(?P<year>年度|本年度?|当年)?(?P<whole>实施期|中期|中长期|长期)?(?:项目|总体|预期|绩效|总){0,5}目标(?:描述|内容|概述)?"
)
# The name of an indicator, the surest head first: 指标内容 beside 三级指标 explains it.
NAMES = (
    "四级指标",
    "三级指标",
    "三级目标",
    "三级指标名称",
    "三级绩效指标",
    "指标名称",
    "绩效指标名称",
    "绩效指标",
    "指标内容",
)
_GROUPS = frozenset(
    [
        "绩效指标",
        "年度绩效指标",
        "项目绩效指标",
        "绩效目标",
        "项目资金",
        "资金情况",
        "预算资金",
        "项目绩效目标",
        "绩效",
        "资金来源",
        "项目资金情况",
        "绩效指标体系",
        "绩效目标及指标",
        "年度绩效目标",
        "绩效指标设置",
        "预算情况",
    ]
)
_TARGETS = re.compile(
    r"指标|目标值|运算|符号|[度计]量|权重|分值|得分|分数|标准|考核|扣分|打分|方向|核心|公式|定性|定量|数据来源|历史|上年|半年|季度"
)
# 指标值 · 绩效指标性质 · 度量单位 · 评（扣）分标准: such a head alone, unlike 长效管理制度健全性
_TARGET = re.compile(
    r"(?:指标|目标)(?:值|性质|方向|类型|属性|说明|解释|内容|单位|权重|名称)|[度计]量单位|符号|^权重|分值|评.{0,8}分标准"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: what it says, where it stands (points, or numbers of cells), and its printed head.

    `detail` is the horizon of a total or a goal, the source of a funding, or the notation of a text.
    """

    role: Role
    key: str
    x0: float
    x1: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ListHead:
    """The heads of a list: its columns, and the rows of the grid that print them (`first` up to before `end`)."""

    columns: tuple[Column, ...]
    first: int
    end: int
    unit: str | None  # of money, where the heads name it

    @property
    def named(self) -> bool:
        """Whether a column names projects."""
        return any(c.role in {"project", "either"} for c in self.columns)

    @property
    def of_goals(self) -> bool:
        """Whether the list has goals and no indicators."""
        return not any(c.role == "name" for c in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """The printed heads in order: those of a list that goes on are the same."""
        return tuple(column.key for column in self.columns)


class Slot(NamedTuple):
    """Where a cell stands: its sides across and its first row and the row after its last."""

    x0: float
    x1: float
    row: int
    end: int
    cell: Cell


@lru_cache(maxsize=64)
def slots(table: Table) -> tuple[Slot, ...]:
    """The cells of a grid with their places in it, blank ones too; without boxes each cell is one column and row."""
    tops = [min((c.place.box.top for c in row if c and c.place.box), default=None) for row in table.rows]
    found = []
    for i, row in enumerate(table.rows):
        for j, cell in enumerate(row):
            if cell is None:
                continue
            box = cell.place.box
            if box is None:
                found.append(Slot(j, j + 1, i, i + 1, cell))
                continue
            end = next((k for k in range(i + 1, len(tops)) if (tops[k] or 0.0) > box.bottom - 2), len(tops))
            found.append(Slot(box.x0, box.x1, i, end, cell))
    return tuple(found)


def read_list_head(table: Table) -> ListHead | None:
    """The heads of a list of targets; None where the grid has none, as a form or a budget table.

    Columns for the names of indicators and their values stand beside at least one of units, departments or projects.
    """
    texts = [[label_key(c.text) for c in row if c and c.text.strip()] for row in table.rows[:_DEEPEST]]
    level = next((i for i, keys in enumerate(texts) if _are_levels(keys) or _are_goals(keys)), None)
    if level is None:
        return None
    cells = slots(table)
    first, end = _rows_of_head(table, cells, level)
    head = [slot for slot in cells if first <= slot.row < end]
    columns = _with_name([*_columns(head)])
    if not _tells_projects(columns):
        return None
    unit = next((u for slot in head if (u := marks.unit_of(slot.cell.text, head=True))), None)
    return ListHead(columns, first, end, unit)


def _tells_projects(columns: Sequence[Column]) -> bool:
    """Whether the columns hold indicators with their targets, of projects or bodies; which column names the project
    must be known."""
    roles = [column.role for column in columns]
    if {"project", "goal"} <= {*roles} and not {"name", "first", "second"} & {*roles}:
        return roles.count("project") == 1  # goals alone
    holds = {"project", "either", "unit", "department", "unit-code"} & {*roles}
    targets = any(is_value(c.key) or (c.role == "target" and SPAN.fullmatch(c.key)) for c in columns)
    return bool(holds) and "name" in roles and targets and sum(role in {"project", "either"} for role in roles) < 2


def prints_heads(table: Table) -> bool:
    """Whether a row of the grid is one of heads of indicators, understood or not."""
    keys = [[label_key(c.text) for c in row if c and c.text.strip()] for row in table.rows]
    return any(_are_levels(row) or _are_goals(row) for row in keys)


def _are_levels(keys: Sequence[str]) -> bool:
    return sum(_is_level(key) for key in keys) >= 2


def _are_goals(keys: Sequence[str]) -> bool:
    """Whether a row is the head of a list of goals without indicators: 序号 | 项目名称 | 金额 | 绩效目标."""
    roles = {_role(_bare(key), "")[0] for key in keys if _is_head(key)}
    return len(keys) > 2 and {"project", "goal"} <= roles and all(map(_is_head, keys))


def _with_name(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns, the one that holds the names of indicators told as such."""
    found = sorted((NAMES.index(c.key), i) for i, c in enumerate(columns) if c.key in NAMES)
    return tuple(replace(c, role="name") if found and i == found[0][1] else c for i, c in enumerate(columns))


def _is_level(key: str) -> bool:
    return key in NAMES or is_value(key) or _role(key, "")[0] in {"first", "second"}


def is_value(key: str) -> bool:
    """Whether a head is that of targets: 指标值, 年度目标值."""
    return without_bracket(key).endswith(("指标值", "目标值"))


def _rows_of_head(table: Table, cells: Sequence[Slot], level: int) -> tuple[int, int]:
    """The rows that print heads: those whose cells reach into the row of the levels, and those of heads alone."""
    printed: dict[int, list[Slot]] = defaultdict(list)
    for slot in cells:
        if slot.cell.text.strip():
            printed[slot.row].append(slot)
    first, end = level, max((s.end for s in printed[level]), default=level + 1)
    while first and (above := printed[first - 1]) and (any(s.end > first for s in above) or _are_heads(above)):
        first -= 1
    while end < len(table.rows) and (below := printed[end]):
        spanned = any(s.end > end for row in range(first, end) for s in printed[row])
        if not spanned and not _are_heads(below):
            break
        end += 1
    return first, end


def _are_heads(row: Sequence[Slot]) -> bool:
    return len(row) > 1 and all(_is_head(slot.cell.text) for slot in row)


def _is_head(text: str) -> bool:
    key = _bare(label_key(text))
    if form.indicator_kind(key) or has_digit(key):
        return False
    role = _role(key, "")[0]
    return key in _GROUPS or _is_sum(key) or (bool(_TARGET.search(key)) if role == "target" else role != "unknown")


def _columns(cells: Sequence[Slot]) -> Iterator[Column]:
    """One column for each head that has none below it, with the heads above it as its group."""
    edges = sorted({x for slot in cells for x in (slot.x0, slot.x1)})
    leaf: Slot | None = None
    start = edges[0] if edges else 0.0
    for x0, x1 in pairwise(edges):
        middle = (x0 + x1) / 2
        over = [s for s in cells if s.x0 < middle < s.x1 and s.cell.text.strip()]
        lowest = max(over, key=lambda s: s.row, default=None)
        if lowest is not leaf and leaf is not None:
            yield _column(leaf, start, x0, cells)
        if lowest is not leaf:
            leaf, start = lowest, x0
    if leaf is not None:
        yield _column(leaf, start, edges[-1], cells)


def _column(leaf: Slot, x0: float, x1: float, cells: Sequence[Slot]) -> Column:
    middle = (x0 + x1) / 2
    above = [_bare(label_key(s.cell.text)) for s in cells if s.x0 < middle < s.x1 and s.row < leaf.row]
    key = label_key(leaf.cell.text)
    group = next(filter(None, reversed(above)), "")
    if x1 - x0 < leaf.x1 - leaf.x0 - _EDGE and leaf.cell.place.box:
        return Column("unknown", key, x0, x1)  # a group's head above a column whose own head is blank
    role, detail = _role(_bare(key), group)
    if role == "unknown":  # 项目名称（编码）
        role, detail = _role(without_bracket(_bare(key)), group)
    if is_value(group) and (key in _VALUES or role == "unknown"):  # 数值 · 全年 below 指标值
        role, key = "target", "指标值" if key in _VALUES else key
    return Column(role, key, x0, x1, detail)


def _bare(key: str) -> str:
    """The head without a note behind it and what sets it apart as a part: 其中:财政拨款(万元) → 财政拨款."""
    return marks.bare_head(without_note(key)).removeprefix("其中:").removeprefix("其中").strip(":")


def _is_sum(key: str) -> bool:
    """Whether a head is a total, or nothing but 金额, below the head that names it."""
    return key == "金额" or marks.is_total(key, whole=True)


def _role(key: str, above: str) -> tuple[Role, str]:
    """What a column says by its head and the head above it, with the detail of `Column`."""
    known = next((role for role, is_head in _ROLES if is_head(key)), None)
    if known == "unit" and key == "单位" and _TARGETS.search(above):
        known = "target"
    return (known, "") if known else _role_of_money(key, above) or _role_of_text(key)


def _role_of_money(key: str, above: str) -> tuple[Role, str] | None:
    span = _span_of(above) if _is_sum(key) and above else _span_of(key)
    if span:
        return "total", span
    if key not in _GROUPS and (funding := form.funding_of(key)):
        return "funding", funding
    return None


def _span_of(key: str) -> Span | None:
    found = _SUM.fullmatch(key)
    return form.total_span(key) or (("annual" if found["year"] else "unsaid") if found else None)


def _role_of_text(key: str) -> tuple[Role, str]:
    part = form.head_part(key)
    if found := _GOAL.fullmatch(key):
        return "goal", form.goal_horizon(key) or (
            "annual" if found["year"] else "implementation" if found["whole"] else ""
        )
    if part in {"department", "unit", "attribute", "category", "period", "start", "finish", "personal"}:
        return part, ""  # type: ignore[return-value]  # the parts are roles
    if notation := form.text_field(key):
        return "text", notation
    return ("target" if key in NAMES or _TARGETS.search(key) else "unknown"), ""


def columns_of(columns: Sequence[Column], x0: float, x1: float) -> list[int]:
    """The columns that a cell covers for more than half of their width; none where it ends amid one."""
    covered = [i for i, c in enumerate(columns) if min(x1, c.x1) - max(x0, c.x0) > (c.x1 - c.x0) / 2]
    if not covered:
        return []
    left, right = columns[covered[0]].x0, columns[covered[-1]].x1
    return covered if abs(left - x0) <= _EDGE and abs(right - x1) <= _EDGE else []


def fits(columns: Sequence[Column], table: Table) -> bool:
    """Whether every cell of a grid without heads stands under whole columns of the list, and most under one."""
    under = [columns_of(columns, slot.x0, slot.x1) for slot in slots(table)]
    if table.place.box is None:
        return all(len(row) == len(columns) for row in table.rows)
    return all(under) and sum(len(found) == 1 for found in under) * 2 > len(under)
