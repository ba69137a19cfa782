"""Paragraphs and grids in reading order, as a file without pages holds them → a page of lines and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_builder import marks
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.readers.characters import as_read, cell_of

LARGEST_SPAN = 200  # rows or columns that one merged cell reaches over; claims beyond that are cut


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with the name of its cell or place in the file (`收入!B5`), and its row there, where rows are counted."""

    text: str
    spot: str
    row: int | None = None


@dataclass(frozen=True, slots=True)
class GridBlock:
    """A grid: rows of equal length; None stands where a merged cell covers the position."""

    rows: tuple[tuple[Piece | None, ...], ...]


Block = Piece | GridBlock


def page_of(number: int, blocks: Iterable[Block], faults: Sequence[str] = (), told: Sequence[str] = ()) -> Page:
    """The blocks as one page; lines are counted from 1, by the rows of the file where it counts them.

    A grid's titles, the line with its unit, and its notes become lines of their own, as they stand around a table.
    """
    lines: list[Cell] = []
    tables: list[Table] = []
    line = 0
    for block in blocks:
        for part in _parted(block):
            if isinstance(part, Piece):
                line = max(line + 1, part.row or 0)
                lines.append(_cell(part, number, line))
                continue
            rows: list[tuple[Cell | None, ...]] = []
            for row in part.rows:
                line = max(line + 1, next((piece.row for piece in row if piece and piece.row), 0))
                cells = tuple(None if piece is None else _cell(piece, number, line) for piece in row)
                rows.append(cells)
                lines += _row_line(cells)
            first = next(cell for row in rows for cell in row if cell is not None)
            tables.append(Table(first.place, tuple(rows), "rules"))
    return Page(number, tuple(lines), tuple(tables), faults=tuple(faults), told=tuple(told))


def _cell(piece: Piece, number: int, line: int) -> Cell:
    return cell_of(clean(piece.text), Place(number, line=line, cell=piece.spot))


def clean(text: str) -> str:
    """The text as a person reads it: no marks without a picture, a no-break space is a space, one kind of line end."""
    return as_read(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")).strip(" \t\n")


def _row_line(cells: tuple[Cell | None, ...]) -> list[Cell]:
    filled = [cell for cell in cells if cell is not None and cell.text]
    return [Cell("\t".join(cell.text.replace("\n", "") for cell in filled), filled[0].place)] if filled else []


def _parted(block: Block) -> list[Block]:
    """A grid as its titles, the grid of its rows, and its notes; blank rows part grids."""
    if isinstance(block, Piece):
        return [block] if clean(block.text) else []
    runs: list[list[tuple[Piece | None, ...]]] = [[]]
    for row in block.rows:
        if any(piece is not None and clean(piece.text) for piece in row) or _is_covered(row):
            runs[-1].append(row)
        elif runs[-1]:
            runs.append([])
    return [part for run in runs if run for part in _titles_apart(run)]


def _is_covered(row: Sequence[Piece | None]) -> bool:
    return any(piece is None for piece in row)


def _titles_apart(rows: list[tuple[Piece | None, ...]]) -> list[Block]:
    first, last = 0, len(rows)
    while first < last and _is_line(rows[first]):
        first += 1
    while last > first and _is_line(rows[last - 1]) and _is_note(rows[last - 1]):
        last -= 1
    above = [piece for row in rows[:first] for piece in row if piece is not None and clean(piece.text)]
    below = [piece for row in rows[last:] for piece in row if piece is not None and clean(piece.text)]
    body = tuple(rows[first:last])
    return [*above, *([GridBlock(body)] if body else []), *below]


def _is_line(row: Sequence[Piece | None]) -> bool:
    """Whether a row is a line over the table: one text that fills it or stands in it alone, or body and unit."""
    filled = [clean(piece.text) for piece in row if piece is not None and clean(piece.text)]
    if len(filled) <= 1:
        return True
    return len(filled) <= 3 and any(marks.unit_of(text) is not None and len(text) < 20 for text in filled[-1:])


def _is_note(row: Sequence[Piece | None]) -> bool:
    filled = [clean(piece.text) for piece in row if piece is not None and clean(piece.text)]
    return not filled or marks.is_note(filled[0]) or len(filled[0]) > 30
