"""Pages → one flow of rows in reading order, whatever drew them: ruled tables, tabs, or lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg_builder import marks
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.templates.ledger import Ledger

EDGE = 4  # points by which the left edge of a column differs from page to page


_APART = 100  # between columns of a grid of real cells whose places are not known


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A row of cells with text, each with its column; a line of plain text is a row of one cell in column 0.

    A column is the left edge of the cell in points where that is known, else what the cell's number in its row says:
    that number itself in rows that are counted from tabs, farther apart than `EDGE` in a grid of real cells.
    """

    cells: tuple[tuple[int, Cell], ...]
    page: int
    in_table: bool
    ruled: bool  # the columns are real: read from rules or positions, not counted from tabs
    places: tuple[Place, ...]  # everything that the row stands for, to be claimed with it

    @property
    def text(self) -> str:
        """The row's text, cells parted by one space."""
        return " ".join(cell.text for _, cell in self.cells)


def rows_left(ledger: Ledger) -> list[FlowRow]:
    """The rows of a report that nobody has taken; signatures that a lost line break runs on to a row are one apart.

    Lines that print a table's text again stand for nothing of their own.
    """
    rows = (part for page in ledger.pages for row in _rows_of(page) for part in _signatures_apart(row))
    return [row for row in rows if not (row.places and ledger.has(row.places))]


def _signatures_apart(row: FlowRow) -> Iterator[FlowRow]:
    """A row whose end is a row of signatures, run together by a lost line break, as two."""
    for index, (column, cell) in enumerate(row.cells):
        at = next(iter(marks.people_in(cell.text, phones=False)), None)
        if at is None or (index == 0 and not cell.text[:at].strip()):
            continue
        before, after = Cell(cell.text[:at], cell.place), Cell(cell.text[at:], cell.place)
        yield replace(row, cells=(*row.cells[:index], *(((column, before),) if before.text.strip() else ())))
        yield replace(row, cells=((column, after), *row.cells[index + 1 :]))
        return
    yield row


def _rows_of(page: Page) -> Iterator[FlowRow]:
    reach = [(table, _line_numbers(table)) for table in page.tables]
    covered = {i: _table_under(line, reach) for i, line in enumerate(page.lines)}
    blocks: list[tuple[float, int, list[FlowRow]]] = []
    for index, line in enumerate(page.lines):
        if covered[index] is None:
            blocks.append((_top(line.place), index, [_line_row(line, page.number)]))
    for index, table in enumerate(page.tables):
        lines = [page.lines[i].place for i, under in covered.items() if under is table]
        blocks.append((_top(table.place), len(page.lines) + index, list(_table_rows(table, page.number, lines))))
    for _, _, rows in sorted(blocks, key=lambda block: block[:2]):
        yield from rows


def lines_under(page: Page, table: Table) -> list[Place]:
    """The places of the page's lines that print the table's text again."""
    reach = [(table, _line_numbers(table))]
    return [line.place for line in page.lines if _table_under(line, reach)]


def _top(place: Place) -> float:
    return place.box.top if place.box else float(place.line or 0)


def _line_row(line: Cell, page: int) -> FlowRow:
    cells = tuple((i, Cell(part.strip(), line.place)) for i, part in enumerate(line.text.split("\t")) if part.strip())
    return FlowRow(cells, page, in_table=len(cells) > 1, ruled=False, places=(line.place,))


def _table_rows(table: Table, page: int, lines: list[Place]) -> Iterator[FlowRow]:
    ruled = table.parted in {"rules", "places"}
    step = _APART if ruled else 1
    for number, row in enumerate(table.rows):
        printed = ((i * step, cell) for i, cell in enumerate(row) if cell is not None and cell.text.strip())
        cells = tuple((_column(at, cell), cell) for at, cell in printed)
        places = [cell.place for cell in row if cell is not None]
        if ruled and number == 0:
            places += [table.place, *lines]
        yield FlowRow(cells, page, in_table=True, ruled=ruled, places=tuple(dict.fromkeys(places)))


def _column(at: int, cell: Cell) -> int:
    """The left edge in whole points where it is known: grids of one form on two pages do not count alike."""
    return round(cell.place.box.x0) if cell.place.box else at


def _table_under(line: Cell, tables: Sequence[tuple[Table, range]]) -> Table | None:
    """The table whose text the line prints: by the middle of its box (PDF) or by its number (text)."""
    for table, numbers in tables:
        box, own = table.place.box, line.place.box
        if box and own:
            x, y = (own.x0 + own.x1) / 2, (own.top + own.bottom) / 2
            if box.x0 - 2 <= x <= box.x1 + 2 and box.top - 2 <= y <= box.bottom + 2:
                return table
        elif line.place.line is not None and line.place.line in numbers:
            return table
    return None


def _line_numbers(table: Table) -> range:
    numbers = [cell.place.line for row in table.rows for cell in row if cell is not None and cell.place.line]
    return range(min(numbers, default=0), max(numbers, default=-1) + 1)
