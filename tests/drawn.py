"""Pages drawn in tests: from a drawing with bars, from rows of cells, from lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from kg_builder.model import Body, Box, Cell, Identity, Page, Place, Table
from kg_builder.templates.found import Found
from kg_builder.templates.ledger import Ledger
from kg_builder.templates.tables.grids import sections
from kg_builder.templates.tables.stray_rows import read_stray_rows
from kg_builder.templates.tables.tables import read_tables

PHONE = "138" + "0" * 8  # made up; in pieces, so that no number in the tree is shaped like a telephone number


def drawn_page(text: str, number: int = 1) -> Page:
    """A page from a drawing: lines, grids with `|` between cells; ∅ joins a cell to the left, ^ to the one above."""
    lines: list[Cell] = []
    grids: list[list[list[Cell | None]]] = [[]]
    for index, line in enumerate(text.strip("\n").split("\n")):
        top = 50.0 + 20 * index
        if "|" not in line:
            lines.append(Cell(line, Place(number, Box(50, top, 50 + 10 * len(line), top + 18))))
            grids.append([])
            continue
        grids[-1].append(_row_of([c.strip() for c in line.split("|")], grids[-1], top, number))
    return Page(number, tuple(lines), tuple(_table_of(g, number) for g in grids if g), (842, 595))


def _row_of(cells: list[str], above: list[list[Cell | None]], top: float, number: int) -> list[Cell | None]:
    row: list[Cell | None] = []
    for i, text in enumerate(cells):
        if text == "^":
            _reach_down(above, i, top + 20)
        if text in {"∅", "^"}:
            row.append(None)
            continue
        end = next((j for j in range(i + 1, len(cells)) if cells[j] != "∅"), len(cells))
        row.append(Cell(text.replace("⏎", "\n"), Place(number, Box(50 + 60 * i, top, 50 + 60 * end, top + 20))))
    return row


def _reach_down(above: list[list[Cell | None]], column: int, bottom: float) -> None:
    for row in reversed(above):
        if (cell := row[column]) and (box := cell.place.box):
            row[column] = Cell(cell.text, Place(cell.place.page, Box(box.x0, box.top, box.x1, bottom)))
            return


def _table_of(grid: list[list[Cell | None]], number: int) -> Table:
    boxes = [c.place.box for row in grid for c in row if c and c.place.box]
    box = Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )
    return Table(Place(number, box), tuple(tuple(row) for row in grid))


def ruled_page(rows: list[list[str | None]], page: int = 1) -> Page:
    """A page with one ruled table; None stands where a merged cell covers the position."""
    cells = tuple(
        tuple(
            None if text is None else Cell(text, Place(page, Box(50.0 * x, 20.0 * y, 50.0 * x + 50, 20.0 * y + 20)))
            for x, text in enumerate(row)
        )
        for y, row in enumerate(rows)
    )
    return Page(page, (), (Table(Place(page, Box(0, 0, 600, 800)), cells),), (600, 800))


def lines_page(text: str, page: int = 1) -> Page:
    """A page of plain lines, as a reader gives text without cell borders."""
    printed = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    return Page(page, tuple(Cell(line, Place(page, line=n)) for n, line in printed))


def read_drawn(*pages: str, year: int = 2025) -> Found:
    """The tables of drawn pages."""
    return tables_of([drawn_page(text, n) for n, text in enumerate(pages, start=1)], year)


def tables_of(pages: Sequence[Page], year: int, names: Sequence[str] = ()) -> Found:
    """The tables of pages that print nothing else, in a report of the year and of the bodies of these names."""
    identity = Identity("", None, year, "budget", "department", "", ())
    bodies = tuple(Body(name, Place(1), "unit") for name in names)
    found = Found(Ledger(pages), rest=pages, sections=sections(pages), identity=identity, bodies=bodies)
    read_tables(found)
    read_stray_rows(found)
    return found


def figures_of(found: Found) -> list[tuple[str, str, str]]:
    """Label, heading and print of every figure."""
    return [(o.label, o.heading, o.amount.printed) for t in found.tables for o in t.observations]


def dimensions_of(found: Found, label: str, heading: str) -> dict[str, str]:
    """What is said of the first figure with this label and heading."""
    return next(
        dict(o.dimensions) for t in found.tables for o in t.observations if (o.label, o.heading) == (label, heading)
    )
