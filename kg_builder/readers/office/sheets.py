"""Sheets of a workbook, whatever its format → pages, one a sheet: what is hidden is left out, and counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers.office.blocks import GridBlock, Piece, page_of

WIDE = 64  # columns; the widest table that was ever seen has half
# What the Ministry's program leaves for itself in its forms: VALID# before each row of figures, and above them rows of
# codes: XM_NAME# · set_year#2023 · DEBT_T_XXGK_XDXE
_FILLED_BY_PROGRAM = "VALID#"
_CODE_OF_PROGRAM = re.compile(r"[A-Za-z]\w*#.*|[A-Z]{2,}(?:_[A-Z\d]+)+")
Span = tuple[int, int, int, int]  # first row, last row, first column, last column, counted from 0


@dataclass(slots=True)
class Sheet:
    """One sheet: printed texts by row and column (from 0), merged ranges, what is hidden, and what is told of it."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)  # first and last
    told: list[str] = field(default_factory=list)

    def sees(self, row: int, column: int) -> bool:
        """Whether a person sees the cell: neither its row nor its column is hidden."""
        return row not in self.hidden_rows and not any(a <= column <= b for a, b in self.hidden_columns)


def pages_of_sheets(name: str, sheets: Sequence[Sheet]) -> list[Page]:
    """Each visible sheet with text as a page, numbered by its place among all sheets.

    Raises ReadingError where a person sees no cell at all.
    """
    pages = [_page(number, sheet) for number, sheet in enumerate(sheets, 1)]
    if not any(page.lines for page in pages):
        filled = sum(len(sheet.cells) for sheet in sheets)
        found = f"{filled} filled cells, all hidden" if filled else "no filled cell"
        raise ReadingError(name, "a workbook with cells that a person sees", found)
    return pages


def spot(sheet: str, row: int, column: int) -> str:
    """The name of a cell: `收入!B5`."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return f"{sheet}!{letters}{row + 1}"


def _page(number: int, sheet: Sheet) -> Page:
    if sheet.hidden:
        told = (
            [f"sheet {sheet.name} is hidden: its {len(sheet.cells)} filled cells are left out"] if sheet.cells else []
        )
        return page_of(number, (), told=told)
    seen = {at: text for at, text in sheet.cells.items() if sheet.sees(*at)}
    covered = _covered(sheet, seen)
    told = []
    if unseen := len(sheet.cells) - len(seen):
        told.append(f"sheet {sheet.name}: {unseen} filled cells of hidden rows and columns are left out")
    if codes := _of_program(seen, covered):
        filled = sum(1 for at in codes if seen.pop(at).strip())
        told.append(f"sheet {sheet.name}: {filled} cells that a program left for itself are left out")
    rows = sorted({row for row, _ in seen})
    columns = _columns(sheet, seen)
    grid = tuple(
        tuple(
            None
            if (row, column) in covered
            else Piece(seen.get((row, column), ""), spot(sheet.name, row, column), row + 1)
            for column in columns
        )
        for row in _with_gaps(rows)
    )
    return page_of(number, [GridBlock(grid)] if grid else [], sheet.told, told)


def _of_program(seen: dict[tuple[int, int], str], covered: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The cells of a form that are its program's own: the marks, the rows of codes, and columns below no head."""
    marks = [at for at, text in seen.items() if text == _FILLED_BY_PROGRAM]
    if not marks:
        return set()
    first, column = min(marks)
    own_rows = {row for (row, _), text in seen.items() if row < first and _CODE_OF_PROGRAM.fullmatch(text)}
    printed = {*covered, *(at for at, text in seen.items() if text.strip())}
    heads = {x for row, x in printed if row < first and row not in own_rows and x != column}
    marked = {row for row, _ in marks}
    return {(row, x) for row, x in seen if x == column or row in own_rows or (row in marked and x not in heads)}


def _columns(sheet: Sheet, seen: dict[tuple[int, int], str]) -> list[int]:
    """The columns up to the last with text, blank ones too, as they tell what a text stands under; of a sheet wider
    than any table of print those with text alone."""
    used = sorted({column for _, column in seen})
    if not used or used[-1] >= WIDE:
        return used
    return [column for column in range(used[-1] + 1) if column in used or sheet.sees(-1, column)]


def _with_gaps(rows: Sequence[int]) -> list[int]:
    """The rows with text, and one blank row wherever rows were left out between them."""
    found: list[int] = []
    for row in rows:
        if found and row > found[-1] + 1:
            found.append(found[-1] + 1)
        found.append(row)
    return found


def _covered(sheet: Sheet, seen: dict[tuple[int, int], str]) -> set[tuple[int, int]]:
    """The positions that merged cells cover, but for the one that shows the text.

    Where the first row or column of a range is hidden, its text shows in the first that is not.
    """
    rows, columns = sorted({row for row, _ in sheet.cells}), sorted({column for _, column in sheet.cells})
    covered: set[tuple[int, int]] = set()
    for top, bottom, left, right in sheet.merged:
        text = sheet.cells.get((top, left))
        inside = [
            (row, column)
            for row in rows
            if top <= row <= bottom
            for column in columns
            if left <= column <= right and sheet.sees(row, column)
        ]
        for at in inside:
            seen.pop(at, None)
        if inside and text is not None:
            seen[inside[0]] = text
        covered.update(inside[1:])
    return covered
