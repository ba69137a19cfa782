"""Heads of a grid → what each column says: code, label, unit, project, amount; panels; dimensions of the heads.

Heads stand over one to four rows, merged in any way; what decides is the words, not the place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kg_builder import marks, vocab
from kg_builder.decisions import Decision, Rule
from kg_builder.head_words import (
    CODE_LEVELS,
    SCHEMES,
    TOPICS,
    Role,
    bare_label,
    is_change,
    is_head_word,
    names_rows,
    notation,
    role_of,
)
from kg_builder.templates.tables.grids import GridRow, Span
from kg_builder.text import decimal_of, has_digit, label_key, squeeze

_SUBJECTS = re.compile(r"(?:科目|分类)$")  # a head over codes and names: 部门预算支出经济分类科目
_WHICH_YEAR = re.compile(r"^(?:上|本|当)年度?")
# 2024 · 2024年度 · 2024年预算数 · 上年决算数 · 本年预算
_OF_YEAR = re.compile(
    r"(?:(?P<year>(?:19|20)\d\d)(?:年度?)?|(?P<before>上年度?)|(?:本年度?|当年))(?:年初|调整|全年|预计)?(?:预算|决算|执行|完成)?(?:数|额|情况)?"
)
_OF_ITEMS = re.compile(r"(?:预算)?(?:项目|科目)(?:名称)?$")  # 收入项目 · 支出预算科目: the items of a side
_OFFICIAL = re.compile(r"[1235]\d{2}(?:\d{2}){0,2}")  # 201 · 20131 · 2013101


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


@dataclass(frozen=True)
class _HeadRow:
    """The row of a grid at `index` of `count`, below rows of a head: `known` says whether these had words of heads,
    `labels` are the logical columns over which heads of names or codes stood."""

    row: GridRow
    index: int
    count: int
    known: bool
    labels: frozenset[int]

    @cached_property
    def words(self) -> list[Span]:
        """The cells that are words of a head."""
        return [span for span in self.row.spans if is_head_word(span.cell.text)]

    @cached_property
    def below_labels(self) -> list[Span]:
        """The cells below heads of names or codes."""
        return [s for s in self.row.spans if self.labels & set(range(s.first, s.last + 1))]

    @property
    def is_merged(self) -> bool:
        """Whether heads of the row above reach down beside every cell, and none stands over a label."""
        beside = {n for span in self.row.above for n in range(span.first, span.last + 1)}
        return self.labels <= beside

    @property
    def names_row(self) -> bool:
        """Whether a row's name stands below its head, with at most one word of a head elsewhere."""
        named = bool(self.below_labels) and not any(names_rows(s.cell.text) for s in self.below_labels)
        return named and len([s for s in self.words if s not in self.below_labels]) < 2


_kind_of_row = Decision[_HeadRow, Literal["head", "numbers", "caption", "body"]](
    "What is the next row below the first ones of a table?",
    Rule(
        "it numbers the columns",
        """
        支出预算表
        单位：万元
        科目名称|合计|基本支出|项目支出
        栏次|1|2|3
        教育支出|9.00|4.00|5.00
        """,
        lambda r: r.known and marks.numbers_columns([span.key for span in r.row.spans]),
        "numbers",
    ),
    Rule(
        "it prints a figure",
        """
        支出预算表
        单位：万元
        科目名称|合计|基本支出
        教育支出|9.00|4.00
        """,
        lambda r: any(decimal_of(span.cell.text) is not None for span in r.row.spans),
        "body",
    ),
    Rule(
        "an upper head that is not known, or a line of the caption",
        """
        支出预算表
        单位：万元
        某类事项|∅|∅
        科目名称|合计|基本支出
        教育支出|9.00|4.00
        """,
        lambda r: not (r.words or r.known) and r.index < min(2, r.count - 1) and len(r.row.spans) <= 2,
        "caption",
    ),
    Rule(
        "names of columns below a merged head, beside the head of the rows",
        """
        支出预算表
        单位：万元
        科目名称|合计|其中：|∅
        ^|^|甲区|乙县
        教育支出|9.00|4.00|5.00
        """,
        lambda r: r.known and r.labels and r.index == 1 and len(r.row.spans) > 1 and not r.below_labels and r.is_merged,
        "head",
    ),
    Rule(
        "it has no word of a head",
        """
        支出预算表
        单位：万元
        科目名称|合计|基本支出
        某学院||
        教育支出|9.00|4.00
        """,
        lambda r: not r.words,
        "body",
    ),
    Rule(
        "the name of a row, though it could be a head",
        """
        支出预算表
        单位：万元
        项目|预算数
        基本支出|
        人员经费|9.00
        """,
        lambda r: r.names_row,
        "body",
    ),
    Rule(
        "a total alone",
        """
        支出预算表
        单位：万元
        某列|预算数
        合计|∅
        教育支出|9.00
        """,
        lambda r: len(r.row.spans) == 1 and r.index > 0 and marks.is_total(r.row.spans[0].cell.text),
        "body",
    ),
    otherwise="head",
)


def _head_length(rows: Sequence[GridRow]) -> tuple[int, list[Span]]:
    """How many rows the head takes, and the cells of the last of them where they number the columns."""
    labels: frozenset[int] = frozenset()
    known = False
    for index, row in enumerate(rows):
        here = _HeadRow(row, index, len(rows), known, labels)
        kind = _kind_of_row(here)
        if kind == "numbers":
            return index + 1, list(row.spans)
        if kind == "body":
            return index, []
        known = known or bool(here.words)
        labels |= {n for s in here.words if names_rows(s.cell.text) for n in range(s.first, s.last + 1)}
    return len(rows), []


def _numbering(head: Sequence[GridRow]) -> list[Span]:
    """The cells of the last row of a head where they number the columns."""
    return [*head[-1].spans] if head and marks.numbers_columns([span.key for span in head[-1].spans]) else []


def _without(row: GridRow, numbering: Sequence[Span]) -> GridRow:
    """A head row without the cells that number its columns; 类, 款, 项 beside them stay."""
    kept = tuple(s for s in row.spans if s not in numbering or s.key in CODE_LEVELS)
    return row if len(kept) == len(row.spans) else GridRow(kept, row.above)


def _columns(head_rows: Sequence[GridRow], body: Sequence[GridRow], width: int) -> list[Column]:
    """Adjacent logical columns under the very same head cells are one printed column."""
    columns: list[Column] = []
    for first, last, heads in _column_groups(head_rows, body, width):
        texts = tuple(squeeze(span.cell.text) for span in heads)
        cells = [s for row in body if (s := row.at(first)) and s.first >= first]
        if not texts and not cells:
            continue
        role = _role(texts, cells, columns[-1] if columns else None)
        level = CODE_LEVELS.get(label_key(texts[-1]), 0) if texts and role == "code" else 0
        unit = next((u for t in reversed(texts) if (u := marks.unit_of(t, head=True))), None)
        columns.append(Column(first, last, texts, role, level, unit=unit))
    return columns


def _column_groups(
    head_rows: Sequence[GridRow], body: Sequence[GridRow], width: int
) -> list[tuple[int, int, tuple[Span, ...]]]:
    """Logical columns (first, last) with the cells of the head over them."""
    groups: list[tuple[int, int, tuple[Span, ...]]] = []
    for index in range(width):
        heads = tuple(span for row in head_rows if (span := row.at(index)))
        if groups and heads and groups[-1][2] == heads and not _parted(body, index):
            groups[-1] = (groups[-1][0], index, heads)
        else:
            groups.append((index, index, heads))
    return groups


def _parted(body: Sequence[GridRow], index: int) -> bool:
    """Whether rows hold different cells left and right of the edge before a logical column, again and again."""
    parted = sum(1 for row in body if (a := row.at(index - 1)) and (b := row.at(index)) and a != b)
    return parted >= min(2, max(1, len(body) // 3))


def _role(heading: tuple[str, ...], cells: Sequence[Span], before: Column | None) -> Role:
    """What a column holds, by the lowest word of its head that decides, then by its cells."""
    named = _named_role(heading, cells)
    if named is not None:
        return named
    figures = any(decimal_of(s.cell.text) is not None for s in cells)
    words = any(re.search(r"[一-鿿]", s.cell.text) for s in cells)
    if heading and words and not figures and bare_label(heading[-1]) in vocab.notations("side"):
        return "label"  # 收入 | 预算数 | 支出 | 预算数: the side stands over its items
    if heading:
        return "amount" if figures or any(is_head_word(t) for t in heading) else "text"
    return "label" if before and before.role in {"label", "code"} and not figures else "amount"


def _named_role(heading: tuple[str, ...], cells: Sequence[Span]) -> Role | None:
    """What the lowest head that decides says: any role but that of a figure, which every head may have."""
    for text in reversed(heading):
        if _SUBJECTS.search(bare_label(text)) and _are_codes(cells):
            return "code"
        role = role_of(text)
        if role is not None and role != "amount":
            return _checked(role, cells)
        if bare_label(text) == "金额":  # whatever stands above it, but for 比上年预算增减
            return "measure" if any(is_change(above) for above in heading) else None
    return None


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
    if role in {"label", "organization", "year", "text"} and cells and len(figures) > len(cells) / 2:
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
        for key, scheme in SCHEMES.items():
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
    return next((s for text in reversed(column.heading) if (s := named_stage(text))), None)


def named_stage(text: str) -> str | None:
    """The stage that a head or label names, of whatever year: 年初预算数, 2024年决算数, 上年执行数."""
    return notation("stage", _WHICH_YEAR.sub("", squeeze(text)))


def side_of(columns: Sequence[Column]) -> str | None:
    """The side of a panel by the head over its labels or over all its figures: 收入, 国有资本经营预算收入, 支出预算."""
    labels = [c.heading[0] for c in columns if c.heading and c.role in {"label", "code", "organization"}]
    figures = {c.heading[0] if c.heading else "" for c in columns if c.role == "amount"}
    alone = [*figures] if len(figures) == 1 else []
    if own := vocab.notations("side").get(bare_label(alone[0] if alone else "")):
        return own  # 支出 over the figures decides, though a column of the other panel's labels stands beside them
    return next((side for text in [*labels, *alone] if (side := _named_side(bare_label(text)))), None)


def _named_side(key: str) -> str | None:
    if side := vocab.notations("side").get(key):
        return side
    key = _OF_ITEMS.sub("", key)
    if key.endswith(("收入", "收入预算")) and key != "收入支出":
        return "revenue"
    return "expenditure" if key.endswith(("支出", "支出预算")) else None


def other_year(column: Column, year: int) -> int | None:
    """The year that a column's head names where it is not the report's: 2024年预算数 in a report of 2025."""
    years = {int(y) for text in column.heading for y in re.findall(r"(20\d\d)年?", text)}
    if any(re.match(r"上年(?!.*结转)", t) and not re.search(r"结转|结余", t) for t in column.heading):
        return year - 1
    return min(years) if years and year not in years else None


def year_of_row(label: str, year: int) -> int | None:
    """The year that a row's label or the cell under 年度 says, and nothing beside it: 2024年预算数, 上年决算数, 2024.

    The name of a project or body that begins with a year says nothing of its figures.
    """
    found = _OF_YEAR.fullmatch(squeeze(label))
    if found is None:
        return None
    return int(found["year"]) if found["year"] else year - 1 if found["before"] else year
