"""Heads of a grid → what each column says: code, label, unit, project, amount; panels; dimensions of the heads.

Heads stand over one to four rows, merged in any way; what decides is the words, not the place. The words come from
the code lists `funding`, `expenditureType`, `provision`, `stage`, `side` and `topic` and from the forms of the
部门预算/部门决算 tables that the Ministry of Finance and the provinces print.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from kg_builder import marks, vocab
from kg_builder.templates.tables.grids import GridRow, Span
from kg_builder.text import decimal_of, has_digit, label_key, squeeze

Role = Literal["code", "own-code", "ordinal", "label", "organization", "text", "measure", "amount"]

# 2025年预算数 → 预算数 · 2025年度部门预算 → 部门预算 · 其中：上年结转 → 上年结转
_LEAD = re.compile(r"^(?:\d{4}年?度?|本年度?(?=预算数|决算数)|其中[:：]?|减[:：]|加[:：])+")
# “三公”经费预算数 → “三公”经费 · 一般公共预算支出 → 一般公共预算
_CLOSING = re.compile(r"(?:预算数|决算数|执行数|支出预算|支出决算|预算支出|预算|决算|支出|安排)(?:\(.*\))?$")
# 科目编码 · 功能科目代码 · 项目编号
_CODE = re.compile(r".*(?:编码|代码|编号)(?:\(.*\))?")
# 单位编码 · 部门(单位)代码 · 项目编码: codes that are no classification's
_OWN_CODE = re.compile(r".*(?:单位|部门|项目|品目|采购|指标)(?:\((?:单位|部门)\))?(?:编码|代码|编号)")
# 序号 · 行次 · 栏次
_ORDINAL_HEAD = re.compile(r"序号|行次|栏次|次|行|栏")
# 单位名称 · 部门(单位)名称 · 主管部门
_ORGANIZATION = re.compile(
    r"(?:预算|所属|部门|实施|填报)*单位(?:名称)?|部门名称|部门\(单位\)(?:名称)?|单位\(部门\)名称|(?:主管|预算)部门"
)
# 项目名称 · 功能分类科目 · 科目名称 · 采购品目
_LABEL = re.compile(
    r"(?:收入|支出|预算)?项目(?:名称|内容)?(?:\(.*\))?|.*名称(?:\(.*\))?|(?:经济|预算|功能|支出|收入)?(?:分类)?科目|.*支出用途"
    r"|(?:支出)?(?:功能|经济)分类|采购(?:品目|目录|组织形式|方式|内容|物品).*|品目.*|摘要|类别|.*科目编码及名称"
)
_SUBJECTS = re.compile(r"(?:科目|分类)$")  # a head over codes and names: 部门预算支出经济分类科目
# 备注 · 立项依据 · 采购时间 · 计量单位
_TEXT = re.compile(r"备注|说明|.*(?:依据|用途说明|内容|时间|日期|要求|规格.*|计量单位)")
# 采购数量 · 占比(%) · 增减额 · 比上年增长
_MEASURE = re.compile(
    r".*(?:数量|单价|人数|个数|辆数|编制数|面积|比例|占比|百分比|增长率|完成率|执行率|幅度|[%％])(?:\(.*\))?|(?:增减|增长|比上年).*|.*比上年.*|.*增减.*"
)
# 合计 · 预算数 · 一般公共预算拨款 · 上年结转
_AMOUNT = re.compile(
    r".*(?:合计|小计|总计|共计|总额|金额|预算数?|决算数?|执行数|完成数|支出|收入|经费|拨款|资金|费用?|结转|结余|安排|补助|来源|机动经费|数|贷款|补贴|缴款)(?:\(.*\))?"
)
_OFFICIAL = re.compile(r"[1235]\d{2}(?:\d{2}){0,2}")  # 201 · 20131 · 2013101
_LONGEST = 60  # characters of the longest head; longer cells are text, and no pattern need search them
_CODE_LEVELS = {"类": 1, "款": 2, "项": 3, "目": 4}
_SCHEMES = {
    "fundingSource": "funding",
    "expenditureType": "expenditureType",
    "provision": "provision",
    "topic": "topic",
}


# The topics that tables have heads and rows for; the others belong to narratives.
TOPICS = frozenset(
    {"three-public", "overseas", "reception", "vehicles", "vehicle-purchase", "vehicle-operation", "meetings"}
    | {"training", "operating-cost"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """One printed column: the logical columns it covers, its head from top to bottom and what it holds."""

    first: int
    last: int
    heading: tuple[str, ...]
    role: Role
    level: int = 0  # 类 1, 款 2, 项 3 where a code stands in several columns
    panel: int = 0
    unit: str | None = None  # where the column's own head names it

    @property
    def printed(self) -> str:
        """The head as printed, levels joined."""
        return " / ".join(self.heading)

    @property
    def key(self) -> str:
        """All words of the head in the form in which labels compare."""
        return label_key("".join(self.heading))


@dataclass(frozen=True, slots=True)
class Head:
    """The heads of a grid: its columns, how many rows they take, and the cells that only number the columns."""

    columns: tuple[Column, ...]
    length: int
    numbering: tuple[Span, ...]

    def panel(self, number: int) -> tuple[Column, ...]:
        """The columns of one panel from left to right."""
        return tuple(c for c in self.columns if c.panel == number)

    @property
    def panels(self) -> int:
        """How many panels stand side by side."""
        return max((c.panel for c in self.columns), default=-1) + 1


@lru_cache(maxsize=1 << 13)  # as `label_key`
def bare_label(text: str) -> str:
    """A label without ordinal, year and 其中: `（一）其中：一般公共预算` → 一般公共预算, as labels compare."""
    previous, current = "", squeeze(text)
    while previous != current:
        previous, current = current, _LEAD.sub("", marks.without_ordinal(current))
    return label_key(current)


def notation(scheme: str, text: str) -> str | None:
    """The concept of a code list that a printed label names, without its ordinal, its year and a closing 预算数."""
    labels, key = vocab.notations(scheme), bare_label(text)
    return labels.get(key) or labels.get(_CLOSING.sub("", key))


@cache
def _head_words() -> frozenset[str]:
    schemes = (*_SCHEMES.values(), "side", "stage")
    return frozenset(label for scheme in schemes for label in vocab.notations(scheme))


def is_head_word(text: str) -> bool:
    """Whether a cell can be part of a head."""
    key = bare_label(text)
    return len(key) <= _LONGEST and (
        key in _head_words()
        or key in _CODE_LEVELS
        or any(p.fullmatch(key) for p in (_CODE, _ORDINAL_HEAD, _ORGANIZATION, _LABEL, _TEXT, _MEASURE, _AMOUNT))
    )


def read_head(rows: Sequence[GridRow], known: int | None = None) -> Head | None:
    """The head of a grid, None where its first rows are no head; `known` counts its rows where the reader tells."""
    length, numbering = _head_length(rows) if known is None else (known, _numbering(rows[:known]))
    head_rows = [kept for row in rows[:length] if (kept := _without(row, numbering)).spans]
    if not any(is_head_word(span.cell.text) for row in head_rows for span in row.spans):
        return None
    width = max(span.last for row in rows for span in row.spans) + 1
    head_rows = [_spread(row, head_rows[index + 1 :]) for index, row in enumerate(head_rows)]
    columns = _columns(head_rows, rows[length:], width)
    if not any(c.role in {"amount", "measure"} for c in columns):
        return None
    return Head(_with_panels(columns), length, tuple(numbering))


def _spread(row: GridRow, below: Sequence[GridRow]) -> GridRow:
    """Without boxes a merged head is its text and blanks to the right: it reaches over heads of the rows below."""
    starts = {span.first for lower in below for span in lower.spans}
    spans: list[Span] = []
    for span in row.spans:
        last = span.last
        while span.cell.place.box is None and last + 1 in starts and row.at(last + 1) is None:
            last += 1
        spans.append(Span(span.cell, span.first, last))
    return GridRow(tuple(spans), row.above)


def _head_length(rows: Sequence[GridRow]) -> tuple[int, list[Span]]:
    labels: set[int] = set()
    known = False
    for index, row in enumerate(rows):
        if known and marks.numbers_columns([span.key for span in row.spans]):
            return index + 1, list(row.spans)
        if any(decimal_of(span.cell.text) is not None for span in row.spans):
            return index, []
        words = [span for span in row.spans if is_head_word(span.cell.text)]
        known = known or bool(words)
        if not words:
            if not known and index < 2 and len(row.spans) <= 2 and index + 1 < len(rows):
                continue  # an unknown upper head or a line of the caption
            return index, []
        below = [s for s in row.spans if set(range(s.first, s.last + 1)) & labels]
        outside = [s for s in words if s not in below]
        starts_body = bool(below) and not any(_is_label_head(s.cell.text) for s in below)
        alone = len(row.spans) == 1 and index > 0 and marks.is_total(row.spans[0].cell.text)
        if (starts_body and len(outside) < 2) or alone:
            return index, []
        for span in words:
            if _is_label_head(span.cell.text):
                labels |= set(range(span.first, span.last + 1))
    return len(rows), []


def _numbering(head: Sequence[GridRow]) -> list[Span]:
    """The cells of the last row of a head where they number the columns."""
    return [*head[-1].spans] if head and marks.numbers_columns([span.key for span in head[-1].spans]) else []


def _without(row: GridRow, numbering: Sequence[Span]) -> GridRow:
    """A head row without the cells that number its columns; 类, 款, 项 beside them stay."""
    kept = tuple(s for s in row.spans if s not in numbering or s.key in _CODE_LEVELS)
    return row if len(kept) == len(row.spans) else GridRow(kept, row.above)


def _is_label_head(text: str) -> bool:
    key = bare_label(text)
    return key in _CODE_LEVELS or any(p.fullmatch(key) for p in (_CODE, _ORGANIZATION, _LABEL))


def _columns(head_rows: Sequence[GridRow], body: Sequence[GridRow], width: int) -> list[Column]:
    """Adjacent logical columns under the very same head cells are one printed column."""
    groups: list[tuple[list[int], tuple[Span, ...]]] = []
    for index in range(width):
        heads = tuple(span for row in head_rows if (span := row.at(index)))
        if groups and heads and groups[-1][1] == heads and not _parted(body, index):
            groups[-1][0].append(index)
        else:
            groups.append(([index], heads))
    columns: list[Column] = []
    for indexes, heads in groups:
        texts = tuple(squeeze(span.cell.text) for span in heads)
        cells = [s for row in body if (s := row.at(indexes[0])) and s.first >= indexes[0]]
        if not texts and not cells:
            continue
        before = columns[-1] if columns else None
        role = _role(texts, cells, before)
        level = _CODE_LEVELS.get(label_key(texts[-1]), 0) if texts and role == "code" else 0
        unit = next((u for t in reversed(texts) if (u := marks.unit_of(t, head=True))), None)
        columns.append(Column(indexes[0], indexes[-1], texts, role, level, unit=unit))
    return columns


def _parted(body: Sequence[GridRow], index: int) -> bool:
    """Whether rows hold different cells left and right of the edge before a logical column, again and again."""
    parted = sum(1 for row in body if (a := row.at(index - 1)) and (b := row.at(index)) and a != b)
    return parted >= min(2, max(1, len(body) // 3))


def _role(heading: tuple[str, ...], cells: Sequence[Span], before: Column | None) -> Role:
    """What a column holds, by the lowest word of its head that decides, then by its cells."""
    for text in reversed([t for t in heading if len(t) <= _LONGEST]):
        key = bare_label(text)
        if key in _CODE_LEVELS or (_SUBJECTS.search(key) and _are_codes(cells)):
            return "code"
        for role, pattern in _ROLES:
            if pattern.fullmatch(key) and not (role == "label" and key in _head_words() - {"项目"}):
                return _checked(role, cells)
        if key == "金额":  # whatever stands above it
            break
    figures = sum(1 for s in cells if decimal_of(s.cell.text) is not None)
    words = sum(1 for s in cells if re.search(r"[一-鿿]", s.cell.text))
    if heading and words and not figures and bare_label(heading[-1]) in vocab.notations("side"):
        return "label"  # 收入 | 预算数 | 支出 | 预算数: the side stands over its items
    if heading:
        return "amount" if figures or any(is_head_word(t) for t in heading) else "text"
    return "label" if before and before.role in {"label", "code"} and not figures else "amount"


_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("own-code", _OWN_CODE),
    ("code", _CODE),
    ("ordinal", _ORDINAL_HEAD),
    ("organization", _ORGANIZATION),
    ("measure", _MEASURE),
    ("label", _LABEL),
    ("text", _TEXT),
)


def is_code(text: str) -> bool:
    """Whether the text can be a code of the classification: 201, 20131, 2013101, 30101."""
    return bool(_OFFICIAL.fullmatch(squeeze(text)))


def _are_codes(cells: Sequence[Span]) -> bool:
    """Whether what stands below a head are codes, several and of several lengths or classes: 301, 30101, 302."""
    numbers = [squeeze(s.cell.text) for s in cells if has_digit(s.cell.text)]
    return len(set(numbers)) > 1 and all(map(is_code, numbers))


def _checked(role: Role, cells: Sequence[Span]) -> Role:
    """A label column that holds nothing but figures with decimals is an amount after all."""
    figures = [s for s in cells if re.search(r"\d\.\d\d$", squeeze(s.cell.text))]
    if role in {"label", "organization", "text"} and cells and len(figures) > len(cells) / 2:
        return "amount"
    return role


def _with_panels(columns: Sequence[Column]) -> tuple[Column, ...]:
    """A panel begins where a code, label or unit follows an amount."""
    panel, amounts = 0, False
    numbered: list[Column] = []
    for c in columns:
        if c.role in {"code", "label", "organization", "ordinal", "own-code"} and amounts:
            panel, amounts = panel + 1, False
        amounts = amounts or c.role in {"amount", "measure"}
        numbered.append(Column(c.first, c.last, c.heading, c.role, c.level, panel, c.unit))
    return tuple(numbered)


def heading_dimensions(column: Column) -> dict[str, str]:
    """Dimensions that a column's head names: funding, type of expenditure, provision, topic; lower heads win."""
    found: dict[str, str] = {}
    for text in column.heading:
        for key, scheme in _SCHEMES.items():
            if (value := notation(scheme, text)) and (key != "topic" or value in TOPICS):
                found[key] = value
        if side := vocab.notations("side").get(bare_label(text)):
            found["side"] = side
    return found


def is_balance(column: Column) -> bool:
    """Whether a column holds what is left over from or to another year, of no side: 年初结转和结余, 年末结转和结余."""
    return any(re.match(r"年[初末].*结转", bare_label(text)) for text in column.heading)


def stage_of(column: Column) -> str | None:
    """The stage that a column's head names: 年初预算数, 全年预算数, 决算数."""
    return next((s for text in reversed(column.heading) if (s := notation("stage", text))), None)


def side_of(columns: Sequence[Column]) -> str | None:
    """The side of a panel by the head over its labels or over all its figures: 收入, 国有资本经营预算收入, 支出预算."""
    labels = [c.heading[0] for c in columns if c.heading and c.role in {"label", "code", "organization"}]
    figures = {c.heading[0] if c.heading else "" for c in columns if c.role == "amount"}
    alone = [*figures] if len(figures) == 1 else []
    if own := vocab.notations("side").get(bare_label(alone[0] if alone else "")):
        return own  # 支出 over the figures decides, though a column of the other panel's labels stands beside them
    for text in [*labels, *alone]:
        key = bare_label(text)
        if side := vocab.notations("side").get(key):
            return side
        if key.endswith("收入") and key != "收入支出":
            return "revenue"
        if key.endswith(("支出", "支出预算")):
            return "expenditure"
        if key.endswith("收入预算"):
            return "revenue"
    return None


def other_year(column: Column, year: int) -> int | None:
    """The year that a column's head names where it is not the report's: 2024年预算数 in a report of 2025."""
    years = {int(y) for text in column.heading for y in re.findall(r"(20\d\d)年?", text)}
    if any(re.match(r"上年(?!.*结转)", t) and not re.search(r"结转|结余", t) for t in column.heading):
        return year - 1
    return min(years) if years and year not in years else None
