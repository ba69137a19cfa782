"""Grids as readers found them → titled sections of spans: continuation pages joined, titles and notes set apart.

A reader gives one `Table` per grid and page. A printed table may be a part of a grid (two tables that touch), or
several grids (page breaks). Here the flow of lines and grids of all pages becomes `Section`s, one per printed table.
Columns are logical: edges of cells that lie within a cell's padding of one another are one edge.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg_builder import marks
from kg_builder.model import Box, Cell, Page, Table
from kg_builder.templates.flow import flow
from kg_builder.templates.tables.kinds import bare_title, kind_of
from kg_builder.text import decimal_of, label_key, squeeze

_PADDING = 7.0  # points: inner strips of double ruled cells are 5.4 wide, the narrowest real columns 15
_ALIGNED = 16.0  # points by which the sides of two parts of one table may differ between pages

# 2010101 · 三、上缴上级支出 · （二）政府性基金 · 年初结转和结余: no end of a label that a page break cut
_WHOLE_LABEL = re.compile(r"\d|^[一二三四五六七八九十]{1,3}、|^[（(]|^(?:上年|年初|年末|年终|本年|当年|结转|其中[:：])")


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
    for item in flow(pages):
        if isinstance(item, Cell):
            lines.append(item)
            continue
        _add_grid(found, item, lines)
        lines = []
    if found:
        _take_note(found[-1], lines)
    return found


def _texts(row: RawRow) -> list[Cell]:
    return [cell for cell in row if cell is not None and squeeze(cell.text)]


def _add_grid(found: list[Section], table: Table, lines: list[Cell]) -> None:
    """Split a grid at the titles inside it and add its pieces: to the open section, or as sections of their own."""
    body: list[RawRow] = []
    head_lines = list(lines)
    for row in table.rows:
        texts = _texts(row)
        caption = _caption(texts, started=bool(body))
        if caption == "note" and found:
            if body:
                _close(found, table, body, head_lines)
                body, head_lines = [], []
            _take_note(found[-1], texts)
        elif caption:
            if body:
                _close(found, table, body, head_lines)
                body, head_lines = [], []
            head_lines += [Cell(part, cell.place) for cell in texts for part in cell.text.split("\n")]
        elif texts or body:
            body.append(row)
    if body or not found:
        _close(found, table, body, head_lines)
    elif head_lines and _names(head_lines).title:
        _close(found, table, [], head_lines)


def _caption(texts: list[Cell], started: bool) -> str | None:
    """What a row without figures is: part of a caption (title, body and unit line), a note, or None for a row."""
    if not texts or len(texts) > 4:
        return None
    first = squeeze(texts[0].text.split("\n")[0])
    if marks.is_note(first) and len(texts) == 1:
        return "note"
    if any(marks.is_body_line(cell.text) for cell in texts) or (len(texts) <= 2 and all(map(_is_aside, texts))):
        return "caption" if not any(marks.has_sum(cell.text) for cell in texts) else None
    whole = squeeze(texts[0].text)
    if all(map(_is_aside, texts[1:])) and (marks.is_title(first) or marks.is_title(whole)):
        return "caption"
    of_year = not started and re.fullmatch(r"[（(]?\d{4}年度?[）)]?", first)
    return "caption" if len(texts) == 1 and (of_year or marks.is_continued(whole)) else None


def _is_aside(cell: Cell) -> bool:
    """What stands beside a title: the unit of money, the label of the table."""
    return marks.unit_of(cell.text) is not None or marks.is_table_label(cell.text)


@dataclass(frozen=True, slots=True)
class _Names:
    title: str
    label: str | None
    unit: str | None
    used: tuple[Cell, ...]


def _names(lines: Sequence[Cell]) -> _Names:
    """Title, label and unit from the lines above a grid, the nearest first; a note or sentence ends the search."""
    title, label, unit = "", None, None
    used: list[Cell] = []
    for index in range(len(lines) - 1, max(-1, len(lines) - 9), -1):
        cell, whole = lines[index], squeeze(lines[index].text).lstrip("#")
        text = marks.without_unit(whole) or whole  # 2025年支出预算总表 单位：万元
        if marks.is_note(text) or text.endswith(("。", "；")):
            break
        found_unit, bare = marks.unit_of(whole), marks.is_table_label(text)
        if found_unit and unit is None:
            unit = found_unit
        if bare and label is None:
            label = text
        elif found_unit and text == whole:
            pass
        elif not title:
            above = squeeze(lines[index - 1].text).lstrip("#") if index else ""
            prefix, name = marks.label_and_title(text)
            if marks.is_title(text) and len(name) >= 4:
                label, title = label or prefix, name
                if above and _is_second_half(name, above):
                    title = above + name
            elif text.endswith("表") and marks.is_title(above + text) and not marks.is_title(above):
                title = above + text
            elif not (found_unit or bare or marks.is_body_line(text)):
                continue
        elif not (found_unit or bare or marks.is_body_line(text)):
            break
        used.append(cell)
    return _Names(title, label, unit, tuple(reversed(used)))


def _is_second_half(name: str, above: str) -> bool:
    """Whether a title goes on from the line above it: alone it names no kind of table, together they do."""
    if name in {"预算表", "出预算表", "支出预算表", "决算表", "算表"}:
        return True
    return kind_of(name) == "other" and not marks.is_title(above) and kind_of(above + name) != "other"


def _close(found: list[Section], table: Table, body: list[RawRow], lines: list[Cell]) -> None:
    """A piece of a grid is finished: it continues the last section, or opens a new one."""
    names = _names(lines)
    text = [line for line in lines if line not in names.used and not marks.is_continued(line.text)]
    goes_on = not text and not (found and _other_body(found[-1], names))
    if found and names.title:
        goes_on = _printed_again(found[-1], names, body)
    if found and goes_on and _continues(found[-1], table, body):
        last = found[-1]
        last.unit = last.unit or names.unit
        last.parts.append(body)
        last.sources.append(table)
        return
    if found and found[-1].note is None:
        _take_note(found[-1], lines)
    first = names.used[0] if names.used else next((c for row in body for c in row if c), None)
    section = Section(names.title, names.label, names.unit, first or Cell("", table.place), list(names.used))
    section.parts.append(body)
    section.sources.append(table)
    section.frame = _is_frame(body)
    section.loose = goes_on and not names.title
    section.head = table.head if body and body[0] is table.rows[0] else None
    found.append(section)


def _printed_again(last: Section, names: _Names, body: list[RawRow]) -> bool:
    """Whether title and first row only repeat those of the last section: 支出预算总表（续）, of the same body."""
    first = next((row for part in last.parts for row in part), ())
    return (
        bare_title(names.title) == bare_title(last.title)
        and marks.years_in(names.title) == marks.years_in(last.title)
        and names.label in {None, last.label}
        and names.unit in {None, last.unit}
        and not _other_body(last, names)
        and bool(body)
        and [label_key(c.text) for c in _texts(first)] == [label_key(c.text) for c in _texts(body[0])]
    )


def _other_body(last: Section, names: _Names) -> bool:
    """Whether the caption names a body that the last section's caption does not."""
    mine, theirs = (
        {marks.without_unit(c.text) for c in cells if marks.is_body_line(c.text)} for cells in (names.used, last.lines)
    )
    return not mine <= theirs


def _is_frame(body: list[RawRow]) -> bool:
    """A box around text: a single column, or no row with two texts."""
    return all(len(_texts(row)) <= 1 for row in body) and len(_edges(body)) <= 2


def _continues(last: Section, table: Table, body: list[RawRow]) -> bool:
    """Whether the rows go on with the last section: on the next page or right below, with the same sides."""
    if last.frame or last.note is not None or _is_frame(body):
        return False
    before = last.sources[-1]
    if table.place.page - before.place.page > 1:
        return False
    if not any(last.parts):
        return True
    mine, theirs = _edges(body), max(_edges(last.parts[0]), _edges(last.parts[-1]), key=len)
    if not mine or not theirs:
        return False
    if len(mine) == len(theirs) or table.place.box is None:
        return abs(len(mine) - len(theirs)) <= 2
    return abs(mine[0] - theirs[0]) <= _ALIGNED and abs(mine[-1] - theirs[-1]) <= 2 * _ALIGNED


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
    own: set[int] = set()  # without boxes: columns whose head above is a cell of its own, so that None goes on with it
    for row in part:
        if any(decimal_of(cell.text) is not None for cell in _texts(row)):
            own = {-1}  # below the heads None only stands beside a merged label
        placed = [(i, cell) for i, cell in enumerate(row) if cell is not None]
        spans = [_span(i, cell, row, edges, own) for i, cell in placed]
        if own != {-1}:
            own = {i for i, cell in enumerate(row) if cell is not None or i in own}
        top = min((s.cell.place.box.top for s in spans if s.cell.place.box), default=0.0)
        tall = [s for s in tall if s.cell.place.box and s.cell.place.box.bottom > top + 3]
        printed = tuple(s for s in spans if squeeze(s.cell.text))
        if printed:
            rows.append(GridRow(printed, tuple(tall)))
        tall = tall + [s for s in printed if s.cell.place.box]
    return rows


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
    if any(_WHOLE_LABEL.search(squeeze(s.cell.text)) for s in below.spans):
        return None
    upper = {span: next((s for s in above.spans if s.first == span.first), None) for span in below.spans}
    if not any(re.search(r"\d\.?\d*$", squeeze(s.cell.text)) for s in above.spans):
        return None
    spans = list(above.spans)
    for span, head in upper.items():
        if head is None or re.search(r"\d$", squeeze(head.cell.text)):
            return None
        if marks.is_total(head.cell.text) or (marks.is_total(span.cell.text) and marks.ordinal_of(head.cell.text)):
            return None  # nothing goes on after a total, and no 一、… ends in one
        text = f"{head.cell.text}\n{span.cell.text}"
        spans[spans.index(head)] = Span(Cell(text, head.cell.place), head.first, head.last)
    return GridRow(tuple(spans), above.above)


def _repeated(head: list[GridRow], part: list[GridRow]) -> int:
    """How many leading rows of a later part repeat the table's own first rows."""
    count = 0
    for mine, theirs in zip(part, head, strict=False):
        if [s.key for s in mine.spans] != [s.key for s in theirs.spans]:
            break
        count += 1
    return count
