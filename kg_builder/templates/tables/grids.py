"""Grids as readers found them → titled sections of spans: continuation pages joined, titles and notes set apart.

A reader gives one `Table` per grid and page. A printed table may be a part of a grid (two tables that touch), or
several grids (page breaks). Here the flow of lines and grids of all pages becomes `Section`s, one per printed table.
Columns are logical: edges of cells that lie within a cell's padding of one another are one edge.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import chain, pairwise, takewhile
from typing import Literal

from kg_builder import marks, vocab
from kg_builder.decisions import Decision, Rule
from kg_builder.head_words import bare_label
from kg_builder.model import Box, Cell, Page, Table
from kg_builder.templates.flow import flow
from kg_builder.templates.tables.kinds import bare_title, kind_of
from kg_builder.text import decimal_of, label_key, squeeze

_PADDING = 7.0  # points: inner strips of double ruled cells are 5.4 wide, the narrowest real columns 15
_ALIGNED = 16.0  # points by which the sides of two parts of one table may differ between pages

# 2010101 · 三、上缴上级支出 · ①购置费 · （二）政府性基金 · 年初结转和结余: no end of a label that a page break cut
_WHOLE_LABEL = re.compile(
    r"\d|^[①-⑳]|^[一二三四五六七八九十]{1,3}、|^[（(]|^(?:上年|年初|年末|年终|本年|当年|结转|其中[:：])"
)


@dataclass(frozen=True, slots=True)
class Span:
    """A printed cell with the logical columns it covers, both counted from 0 and included."""

    cell: Cell
    first: int
    last: int

    @property
    def key(self) -> str:
        """The text as labels compare."""
        return label_key(self.cell.text)


@dataclass(frozen=True, slots=True)
class GridRow:
    """A printed row: its cells with text, and the cells of rows above that reach down into it."""

    spans: tuple[Span, ...]
    above: tuple[Span, ...] = ()

    def at(self, column: int) -> Span | None:
        """The cell with text that covers the column, if any."""
        return next((span for span in self.spans if span.first <= column <= span.last), None)


RawRow = tuple[Cell | None, ...]


@dataclass
class Section:
    """One printed table before its heads are understood."""

    title: str
    label: str | None
    unit: str | None
    first: Cell
    lines: list[Cell]  # title, body and unit lines that belong to it
    parts: list[list[RawRow]] = field(default_factory=list)
    sources: list[Table] = field(default_factory=list)
    note: str | None = None
    head: int | None = None  # rows of the head, where the reader tells
    frame: bool = False  # a box around text or a list of contents, no table of figures
    loose: bool = False  # follows the section before it with nothing printed between, but is not set as that is
    headless: bool = False  # so at the top of a page: the rest of a table whose beginning is not there
    _made: tuple[list[list[RawRow]], list[GridRow]] | None = field(default=None, repr=False, compare=False)

    def rows(self) -> list[GridRow]:
        """Rows of all parts over one set of logical columns; a head that a later part repeats is left out."""
        if self._made is None or self._made[0] != self.parts:  # several readers ask for them
            self._made = [*map(list, self.parts)], self._joined_rows()
        return [*self._made[1]]

    def _joined_rows(self) -> list[GridRow]:
        edges = [_edges(part) for part in self.parts]
        if len({len(e) for e in edges if e}) > 1:
            union = _joined(edge for part_edges in edges for edge in part_edges)
            edges = [union for _ in edges]
        rows = [_grid_rows(part, part_edges) for part, part_edges in zip(self.parts, edges, strict=True)]
        joined = list(rows[0])
        for part in rows[1:]:
            rest = part[_repeated(rows[0], part) :]
            if joined and rest and (whole := _across_break(joined[-1], rest[0])):
                joined[-1], rest = whole, rest[1:]
            joined.extend(rest)
        return joined


def sections(pages: Sequence[Page]) -> list[Section]:
    """Every printed table of the pages in reading order."""
    found: list[Section] = []
    lines: list[Cell] = []
    before = _pages_before(pages)
    for item in flow(pages):
        if isinstance(item, Cell):
            lines.append(item)
            continue
        _add_grid(found, item, lines, before)
        lines = []
    if found:
        _take_note(found[-1], lines)
    return found


def _pages_before(pages: Sequence[Page]) -> dict[int, int]:
    """For each page, by its number, the one that it goes on from, if any: doubles are passed over."""
    printed = [page for page in pages if not page.apart]
    doubles = {page.number for page in pages if page.apart}
    found: dict[int, int] = {}
    for one, other in pairwise(printed):
        if not other.torn and doubles.issuperset(range(one.number + 1, other.number)):
            found[other.number] = one.number
    return found


def _texts(row: RawRow) -> list[Cell]:
    return [cell for cell in row if cell is not None and squeeze(cell.text)]


def _add_grid(found: list[Section], table: Table, lines: list[Cell], before: Mapping[int, int]) -> None:
    """Split a grid at the titles inside it and add its pieces: to the open section, or as sections of their own."""
    body: list[RawRow] = []
    head_lines = list(lines)
    for row in table.rows:
        texts = _texts(row)
        caption = _caption(_Texts(texts, started=bool(body)))
        if caption == "note" and found:
            if body:
                _close(found, table, body, head_lines, before)
                body, head_lines = [], []
            _take_note(found[-1], texts)
        elif caption != "row":
            if body:
                _close(found, table, body, head_lines, before)
                body, head_lines = [], []
            head_lines += [Cell(part, cell.place) for cell in texts for part in cell.text.split("\n")]
        elif texts or body:
            body.append(row)
    if body or not found:
        _close(found, table, body, head_lines, before)
    elif head_lines and _names(head_lines).title:
        _close(found, table, [], head_lines, before)


@dataclass(frozen=True)
class _Texts:
    """The cells with text of a row inside a grid; `started`: rows of a table stand above it."""

    cells: list[Cell]
    started: bool

    @property
    def first(self) -> str:
        """The first line of the first cell."""
        return squeeze(self.cells[0].text.split("\n")[0])

    @property
    def whole(self) -> str:
        """The first cell."""
        return squeeze(self.cells[0].text)

    @property
    def is_alone(self) -> bool:
        return len(self.cells) == 1

    @property
    def is_beside_title(self) -> bool:
        """Whether it holds the body's line, or nothing but the unit and the label of the table."""
        body = any(marks.is_body_line(cell.text) for cell in self.cells)
        return body or (len(self.cells) <= 2 and all(map(_is_aside, self.cells)))


# 2023年度 · （2023年）
_ONLY_YEAR = re.compile(r"[（(]?\d{4}年度?[）)]?")
_caption = Decision[_Texts, Literal["caption", "note", "row"]](
    "What is a row inside a grid: part of a caption, a note, or a row of the table?",
    Rule(
        "blank, or too many cells",
        """
        收入预算表
        单位：万元
        科目编码|科目名称|合计|基本支出|项目支出
        205|教育支出|9.00|4.00|5.00
        """,
        lambda t: not 0 < len(t.cells) <= 4,
        "row",
    ),
    Rule(
        "a note",
        """
        支出预算表
        科目|合计
        教育支出|9.00
        注：本表单位为万元。|∅
        """,
        lambda t: t.is_alone and marks.is_note(t.first),
        "note",
    ),
    Rule(
        "body, unit or label with a figure",
        """
        支出预算表
        单位：万元
        科目|合计
        部门名称：某局|9.00
        """,
        lambda t: t.is_beside_title and any(marks.has_sum(cell.text) for cell in t.cells),
        "row",
    ),
    Rule(
        "body, unit or label",
        """
        支出预算表|∅
        部门名称：某局|单位：万元
        科目|合计
        教育支出|9.00
        """,
        lambda t: t.is_beside_title,
        "caption",
    ),
    Rule(
        "a title, with no more than unit and label beside it",
        """
        支出预算表|∅
        科目|合计
        教育支出|9.00
        """,
        lambda t: all(map(_is_aside, t.cells[1:])) and (marks.is_title(t.first) or marks.is_title(t.whole)),
        "caption",
    ),
    Rule(
        "the year alone above the table",
        """
        支出预算表
        2023年度|∅
        科目|合计
        教育支出|9.00
        """,
        lambda t: t.is_alone and not t.started and _ONLY_YEAR.fullmatch(t.first),
        "caption",
    ),
    Rule(
        "a table that goes on says so",
        """
        支出预算表
        续表|∅
        科目|合计
        教育支出|9.00
        """,
        lambda t: t.is_alone and marks.is_continued(t.whole),
        "caption",
    ),
    otherwise="row",
)


def _is_aside(cell: Cell) -> bool:
    """What stands beside a title: the unit of money, the label of the table."""
    return marks.unit_of(cell.text) is not None or marks.is_table_label(cell.text)


@dataclass(frozen=True, slots=True)
class _Names:
    title: str
    label: str | None
    unit: str | None
    used: tuple[Cell, ...]


@dataclass(frozen=True)
class _LineAbove:
    """A line above a grid, with the text of the line before it and what was found below it."""

    whole: str
    before: str
    titled: bool
    labelled: bool

    @property
    def text(self) -> str:
        """The line without the unit: 2025年支出预算总表 单位：万元."""
        return marks.without_unit(self.whole) or self.whole

    @cached_property
    def unit(self) -> str | None:
        return marks.unit_of(self.whole)

    @cached_property
    def is_label(self) -> bool:
        return marks.is_table_label(self.text)

    @property
    def is_title(self) -> bool:
        return marks.is_title(self.text) and len(marks.label_and_title(self.text)[1]) >= 4

    @property
    def ends_title(self) -> bool:
        """Whether it is the lower half of a title: alone it is none, with the line before it is one."""
        goes_on = marks.is_title(self.before + self.text) and not marks.is_title(self.before)
        return self.text.endswith("表") and goes_on

    @property
    def is_aside(self) -> bool:
        """Whether it holds the unit, the label or the body."""
        return bool(self.unit) or self.is_label or marks.is_body_line(self.text)


_line_above = Decision[_LineAbove, Literal["end", "label", "aside", "title", "half", "other"]](
    "What is a line above a grid?",
    Rule(
        "a note or a sentence: nothing above it is the table's",
        """
        支出预算表
        以下为有关情况。
        科目|合计
        教育支出|9.00
        """,
        lambda a: marks.is_note(a.text) or a.text.endswith(("。", "；")),
        "end",
    ),
    Rule(
        "a line of the contents: nothing above it is the table's",
        """
        收入预算表
        （二）支出预算表…………12
        科目|合计
        教育支出|9.00
        """,
        lambda a: marks.is_of_contents(a.text),
        "end",
    ),
    Rule(
        "the label of the table",
        """
        表三
        支出预算表
        科目|合计
        教育支出|9.00
        """,
        lambda a: a.is_label and not a.labelled,
        "label",
    ),
    Rule(
        "the unit alone",
        """
        支出预算表
        单位：万元
        科目|合计
        教育支出|9.00
        """,
        lambda a: a.unit and a.text == a.whole,
        "aside",
    ),
    Rule(
        "the title",
        """
        支出预算表
        科目|合计
        教育支出|9.00
        """,
        lambda a: not a.titled and a.is_title,
        "title",
    ),
    Rule(
        "the lower half of the title",
        """
        某局2023年财政拨款支出
        预算表
        科目|合计
        教育支出|9.00
        """,
        lambda a: not a.titled and a.ends_title,
        "half",
    ),
    Rule(
        "unit, label or body",
        """
        支出预算表
        部门名称：某局
        科目|合计
        教育支出|9.00
        """,
        lambda a: a.is_aside,
        "aside",
    ),
    Rule(
        "something else below the title",
        """
        支出预算表
        一般情况
        科目|合计
        教育支出|9.00
        """,
        lambda a: not a.titled,
        "other",
    ),
    otherwise="end",
)


def _names(lines: Sequence[Cell]) -> _Names:
    """Title, label and unit from the lines above a grid, the nearest first; a note or sentence ends the search."""
    title, label, unit = "", None, None
    used: list[Cell] = []
    halves: set[int] = set()  # lines that are the upper half of the title
    for index in range(len(lines) - 1, max(-1, len(lines) - 9), -1):
        before = squeeze(lines[index - 1].text).lstrip("#") if index else ""
        line = _LineAbove(squeeze(lines[index].text).lstrip("#"), before, bool(title), label is not None)
        kind = "half" if index in halves else _line_above(line)
        if kind == "end":
            break
        unit = unit or line.unit
        if kind == "label":
            label = line.text
        elif kind == "title":
            prefix, title = marks.label_and_title(line.text)
            label = label or prefix
            if _has_upper_half(lines, index, title):
                halves.add(index - 1)
                prefix, title = marks.label_and_title(before + title)
                label = label or prefix
        elif kind == "half" and index not in halves:
            title = before + line.text
            halves.add(index - 1)
        if kind != "other":
            used.append(lines[index])
    return _Names(title, label, unit, tuple(reversed(used)))


def _has_upper_half(lines: Sequence[Cell], index: int, title: str) -> bool:
    """Whether a title begins in the line above that at `index`."""
    above = squeeze(lines[index - 1].text).lstrip("#") if index else ""
    return bool(above) and (_is_second_half(title, above) or _is_upper_half(lines[index - 1], lines[index], title))


def _is_second_half(name: str, above: str) -> bool:
    """Whether a title goes on from the line above it: alone it names no kind of table, together they do."""
    if marks.is_table_label(above):
        return False
    if name in {"预算表", "出预算表", "支出预算表", "决算表", "算表"}:
        return True
    if marks.is_of_contents(above) or marks.has_stop(above, colon=True):
        return False
    return kind_of(name) == "other" and not marks.is_title(above) and kind_of(above + name) != "other"


_REST_OF_YEAR = re.compile(r"\d{0,3}年")  # 5年省级… below 某省202, 年市本级… below 某市2026
# What the end of a longer title names by itself: 性基金收支预算表
_LOOSE = {"other", "budget-summary", "revenue", "expenditure"}
# 2024年某市全市 · 某市2025年 · 2024年某市对下税收返还和 · 2025年对县（市、
_UPPER_HALF = re.compile(r"20\d\d年|(?:[和与及、]|全[省市县区州盟旗]|本级)$|[（(][^）)]*$")


def _is_upper_half(above: Cell, line: Cell, name: str) -> bool:
    """Whether a title begins in the line above it, which is set like it and tells of year, place or level.

    What names money of its own is a heading of many tables, and so is a line that is whole by itself.
    """
    text = squeeze(above.text)
    cut_year = text[-1:].isdigit() and _REST_OF_YEAR.match(name)
    if not (_UPPER_HALF.search(text) or cut_year) or marks.years_in(name):
        return False
    whole = marks.is_title(text) or marks.is_table_label(text) or marks.is_body_line(text) or marks.unit_of(text)
    ends = marks.is_of_contents(text) or marks.has_stop(text, colon=True) or marks.is_note(text)
    kind, alone = kind_of(text + name), kind_of(name)
    same = kind == alone or alone in _LOOSE
    return not (whole or ends) and same and _are_set_alike(above, line)


def _are_set_alike(above: Cell, line: Cell) -> bool:
    """Whether two lines are of one size and stand right below one another, in the middle or at one edge."""
    one, other = above.place.box, line.place.box
    if above.place.page != line.place.page or one is None or other is None:
        lines = above.place.line, line.place.line
        return above.place.page == line.place.page and None not in lines and lines[1] == (lines[0] or 0) + 1
    size = other.bottom - other.top
    alike = abs(one.bottom - one.top - size) <= 0.1 * size and other.top - one.bottom <= size
    return alike and (abs(one.x0 + one.x1 - other.x0 - other.x1) <= size or abs(one.x0 - other.x0) <= 0.3 * size)


def _close(
    found: list[Section], table: Table, body: list[RawRow], lines: list[Cell], before: Mapping[int, int]
) -> None:
    """A piece of a grid is finished: it continues the last section, or opens a new one."""
    names = _names(lines)
    goes_on = _may_go_on(found[-1] if found else None, names, body, lines)
    if found and goes_on and _continues(found[-1], table, body, before):
        last = found[-1]
        last.unit = last.unit or names.unit
        last.parts.append(body)
        last.sources.append(table)
        return
    if found and found[-1].note is None:
        _take_note(found[-1], lines)
    first = next(filter(None, chain(names.used, *body)), Cell("", table.place))
    section = Section(names.title, names.label, names.unit, first, list(names.used))
    section.parts.append(body)
    section.sources.append(table)
    section.frame = _is_frame(body)
    section.loose = goes_on and not names.title
    section.headless = not names.title and _is_first_on_page(found, table, lines, names)
    section.head = table.head if body and body[0] is table.rows[0] else None
    found.append(section)


def _is_first_on_page(found: list[Section], table: Table, lines: list[Cell], names: _Names) -> bool:
    """Whether a piece stands at the top of a page, behind a table of the same body that ends on another one."""
    alone = bool(found) and all(line in names.used for line in lines)
    return alone and table.place.page != found[-1].sources[-1].place.page and not _other_body(found[-1], names)


def _may_go_on(last: Section | None, names: _Names, body: list[RawRow], lines: list[Cell]) -> bool:
    """Whether nothing between a piece and the last section parts them: no text, no other body, no other title."""
    if last is not None and names.title:
        return _printed_again(last, names, body)
    text = [line for line in lines if line not in names.used and not marks.is_continued(line.text)]
    if text or last is None:
        return not text
    again = not names.used or not body or _repeats_head(last, body) or any(marks.is_continued(c.text) for c in lines)
    return again and not _other_body(last, names)


def _printed_again(last: Section, names: _Names, body: list[RawRow]) -> bool:
    """Whether title and first row only repeat those of the last section: 支出预算总表（续）, of the same body."""
    return (
        bare_title(names.title) == bare_title(last.title)
        and marks.years_in(names.title) == marks.years_in(last.title)
        and names.label in {None, last.label}
        and names.unit in {None, last.unit}
        and not _other_body(last, names)
        and bool(body)
        and _repeats_head(last, body)
    )


def _repeats_head(last: Section, body: list[RawRow]) -> bool:
    """Whether the first row is that of the last section again."""
    first = next((row for part in last.parts for row in part), ())
    return [label_key(c.text) for c in _texts(first)] == [label_key(c.text) for c in _texts(body[0])]


def _other_body(last: Section, names: _Names) -> bool:
    """Whether the caption names a body that the last section's caption does not."""
    mine, theirs = (
        {marks.without_unit(c.text) for c in cells if marks.is_body_line(c.text)} for cells in (names.used, last.lines)
    )
    return not mine <= theirs


def _is_frame(body: list[RawRow]) -> bool:
    """A box around text: a single column, or no row with two texts."""
    return all(len(_texts(row)) <= 1 for row in body) and len(_edges(body)) <= 2


def _continues(last: Section, table: Table, body: list[RawRow], before: Mapping[int, int]) -> bool:
    """Whether the rows go on with the last section: on the next page or right below, with the same sides."""
    page, above = table.place.page, last.sources[-1].place.page
    if last.frame or last.note is not None or _is_frame(body) or above not in {page, before.get(page)}:
        return False
    if not any(last.parts):
        return True
    if page != above and not (_rows_go_on(last, body) and _columns_go_on(last, table, body)):
        return False
    mine, theirs = _edges(body), max(_edges(last.parts[0]), _edges(last.parts[-1]), key=len)
    if not mine or not theirs:
        return False
    if len(mine) == len(theirs) or table.place.box is None:
        return abs(len(mine) - len(theirs)) <= 2
    return abs(mine[0] - theirs[0]) <= _ALIGNED and abs(mine[-1] - theirs[-1]) <= 2 * _ALIGNED


def _rows_go_on(last: Section, body: list[RawRow]) -> bool:
    """Whether rows on a new page can go on with a table: it has not closed with its total, its codes count on."""
    rows = [texts for part in last.parts for row in part if (texts := _texts(row))]
    codes = [code for code in map(_code_of, rows) if code]
    counted = all(one < other for one, other in pairwise(codes))
    first = _code_of(_texts(body[0]))
    return not _is_closed(rows) and not (first and codes and counted and first <= codes[-1])


def _is_closed(rows: list[list[Cell]]) -> bool:
    """Whether rows end with the total of all, and do not begin with it."""
    figures = [texts for texts in rows if any(marks.has_sum(cell.text) for cell in texts)]
    return len(figures) > 1 and _is_whole(figures[-1]) and figures[-1] is rows[-1] and not _is_whole(figures[0])


def _is_whole(texts: list[Cell]) -> bool:
    return label_key(texts[0].text) in {"合计", "总计"}


def _code_of(texts: list[Cell]) -> str:
    """The code that a row begins with, in one cell or in three for 类, 款 and 项: 2080505; empty for other rows."""
    pieces = [squeeze(cell.text) for cell in texts[:3]]
    own = "".join(takewhile(lambda piece: re.fullmatch(r"\d{2,7}", piece), pieces))
    return own if re.fullmatch(r"\d{3}(?:\d\d){0,2}", own) else ""


def _columns_go_on(last: Section, table: Table, body: list[RawRow]) -> bool:
    """Whether each column of ruled rows on a new page stands under one of the figures above, where there are some."""
    parts = [part for part in last.parts if any(marks.has_sum(cell.text) for row in part for cell in _texts(row))]
    theirs = [edge for part in parts for edge in _edges(part)]
    ruled = all(grid.parted == "rules" for grid in (table, *last.sources))
    if not theirs or not ruled or table.place.box is None:
        return True
    return all(min(abs(edge - other) for other in theirs) <= _PADDING + 1 for edge in _edges(body)[1:-1])


def _take_note(section: Section, lines: Sequence[Cell]) -> None:
    """Keep the note printed right under a table, at most three lines of it."""
    notes = [squeeze(line.text) for line in lines[:4]]
    if notes and marks.is_note(notes[0]) and section.note is None:
        section.note = " ".join(n for n in notes if marks.is_note(n) and not marks.names_people(n)) or None


def _edges(rows: Iterable[RawRow]) -> list[float]:
    """The logical column edges of rows of cells: positions in points, or column numbers where there are no boxes."""
    cells = [(i, cell) for row in rows for i, cell in enumerate(row) if cell is not None]
    if any(cell.place.box is None for _, cell in cells):
        width = max((i for i, _ in cells), default=-1)
        return [float(i) for i in range(width + 2)]
    boxes = [cell.place.box for _, cell in cells if cell.place.box]
    wide = [box for box in boxes if box.x1 - box.x0 > _PADDING]
    return _joined(x for box in wide for x in (box.x0, box.x1))


def _joined(edges: Iterable[float]) -> list[float]:
    joined: list[float] = []
    for edge in sorted(edges):
        if not joined or edge - joined[-1] > _PADDING:
            joined.append(edge)
    return joined


def _grid_rows(part: list[RawRow], edges: list[float]) -> list[GridRow]:
    """Spans of the rows with text; a cell reaches down into later rows as far as its box does."""
    rows: list[GridRow] = []
    tall: list[Span] = []
    for row, own in zip(part, _own_columns(part), strict=True):
        spans = [_span(i, cell, row, edges, own) for i, cell in enumerate(row) if cell is not None]
        top = min((s.cell.place.box.top for s in spans if s.cell.place.box), default=0.0)
        tall = [s for s in tall if s.cell.place.box and s.cell.place.box.bottom > top + 3]
        printed = tuple(s for s in spans if squeeze(s.cell.text))
        if printed:
            rows.append(GridRow(printed, tuple(tall)))
        tall = tall + [s for s in printed if s.cell.place.box]
    return rows


def _own_columns(part: list[RawRow]) -> Iterator[set[int]]:
    """For each row the columns whose head above is a cell of its own, so that None goes on with it; for rows without
    boxes. Below the heads None only stands beside a merged label."""
    own: set[int] = set()
    below_heads = False
    for row in part:
        below_heads = below_heads or any(decimal_of(cell.text) is not None for cell in _texts(row))
        yield set() if below_heads else own
        own = {i for i, cell in enumerate(row) if cell is not None or i in own}


def _span(index: int, cell: Cell, row: RawRow, edges: list[float], own: set[int]) -> Span:
    box = cell.place.box
    if box is None:
        last = index
        while last + 1 < len(row) and row[last + 1] is None and last + 1 not in own:
            last += 1
        return Span(cell, index, last)
    return Span(cell, *_columns(box, edges))


def _columns(box: Box, edges: list[float]) -> tuple[int, int]:
    """The logical columns that a box covers by more than half a padding."""
    near = range(max(bisect_right(edges, box.x0) - 1, 0), min(bisect_left(edges, box.x1), len(edges) - 1))
    covered = [
        i
        for i in near
        if min(box.x1, edges[i + 1]) - max(box.x0, edges[i]) > min(_PADDING, (edges[i + 1] - edges[i]) / 2)
    ]
    if not covered:
        middle = (box.x0 + box.x1) / 2
        nearest = min(range(max(len(edges) - 1, 1)), key=lambda i: abs(edges[i] - middle))
        return nearest, nearest
    return covered[0], covered[-1]


def _across_break(above: GridRow, below: GridRow) -> GridRow | None:
    """One row that a page break cut in two: the lower half holds only the ends of labels, no figure and no ordinal."""
    if any(_WHOLE_LABEL.search(squeeze(s.cell.text)) or bare_label(s.cell.text) in _known_names() for s in below.spans):
        return None
    upper = {span: next((s for s in above.spans if s.first == span.first), None) for span in below.spans}
    if not any(squeeze(s.cell.text)[-1:].isdecimal() for s in above.spans):
        return None
    spans = list(above.spans)
    for span, head in upper.items():
        if head is None or squeeze(head.cell.text)[-1:].isdecimal():
            return None
        if marks.is_total(head.cell.text) or (marks.is_total(span.cell.text) and marks.ordinal_of(head.cell.text)):
            return None  # nothing goes on after a total, and no 一、… ends in one
        text = f"{head.cell.text}\n{span.cell.text}"
        spans[spans.index(head)] = Span(Cell(text, head.cell.place), head.first, head.last)
    return GridRow(tuple(spans), above.above)


@cache
def _known_names() -> frozenset[str]:
    """What the code lists call functions, economic items and topics."""
    schemes = (vocab.concepts(name).values() for name in ("function", "economic", "topic"))
    return frozenset(bare_label(label) for concept in chain.from_iterable(schemes) for label in concept.labels)


def _repeated(head: list[GridRow], part: list[GridRow]) -> int:
    """How many leading rows of a later part repeat the table's own first rows."""
    count = 0
    for mine, theirs in zip(part, head, strict=False):
        if [s.key for s in mine.spans] != [s.key for s in theirs.spans]:
            break
        count += 1
    return count
