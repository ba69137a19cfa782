"""Names of handlers and telephone numbers stand in no output: what reading tells of its leftovers goes through here.

The readers drop what they know to be personal. What no reader understood is told as it is printed; there a person shows
by the words before a name or number, and by the label beside or above its cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kg_builder import marks
from kg_builder.model import Cell, Page, Place, Residue
from kg_builder.templates.ledger import PERSONAL
from kg_builder.text import has_digit, label_key, squeeze

_PEOPLE = {"姓名", "法定代表人", "法人代表", "单位领导", "分管领导"}  # labels of people beside those of handlers
_LONG = 40  # characters of a cell that holds more than names and numbers


def without_people(residues: Iterable[Residue], pages: Sequence[Page]) -> tuple[Residue, ...]:
    """The residues without what is personal: the rest of such a text is left out, and the reason says so."""
    personal = {(place, squeeze(text)) for page in pages for place, text in _personal_cells(page)}
    return tuple(_clean(residue, personal) for residue in residues)


def lines_without_people(page: Page) -> dict[int | None, str]:
    """What the lines of a text file's page print, by their number, without what is personal."""
    found: dict[int | None, str] = {}
    before = ""
    for line in page.lines:
        found[line.place.line] = line_without_people(line.text, before)
        before = line.text
    return found


def line_without_people(text: str, before: str) -> str:
    """A line without what is personal; `before` is the line before it, which may ask for a person."""
    named = marks.is_people_label(before) and marks.is_personal_value(text)
    return "" if named else marks.without_personal(text)


def places_of_people(pages: Iterable[Page]) -> Iterator[list[Place]]:
    """For each page, where it names people or gives their numbers: cells of grids, and lines outside of them.

    For covering: a doubtful cell counts as personal, and a grid that goes on on the next page keeps its columns.
    """
    columns, width = set[int](), 0
    for page in pages:
        found: list[Place] = []
        for table in page.tables:
            across = len(table.rows[0]) if table.rows else 0
            columns, width = columns if across == width else set(), across
            for row in table.rows:
                cells = [(number, cell) for number, cell in enumerate(row) if cell is not None and cell.text.strip()]
                if _is_head(cells):
                    columns = {number for number, cell in cells if _asks_for_people(cell.text)}
                found += _people_of_row(cells, columns)
        before = ""
        for line in page.lines:
            if line.text != line_without_people(line.text, before):
                found.append(line.place)
            before = line.text
        yield found


def _people_of_row(cells: Sequence[tuple[int, Cell]], columns: set[int]) -> Iterator[Place]:
    """The cells that name people themselves, stand beside a label that asks for them, or in a column that does."""
    for at, (number, cell) in enumerate(cells):
        label = cells[at - 1][1].text if at else ""
        asked = number in columns or _asks_for_people(label)
        if marks.names_people(cell.text) or (asked and _may_be_personal(cell.text)):
            yield cell.place


def _asks_for_people(label: str) -> bool:
    return marks.is_people_label(label) or label_key(label) in _PEOPLE


def _may_be_personal(text: str) -> bool:
    """Whether a text under or beside a label of people may be theirs: all but labels, sums of money and long texts."""
    plain = squeeze(text)
    is_sum = "." in plain and not marks.is_phone_in(text)
    return len(plain) <= _LONG and not is_sum and not _asks_for_people(text)


def _clean(residue: Residue, personal: set[tuple[Place, str]]) -> Residue:
    text = "" if (residue.place, squeeze(residue.text)) in personal else marks.without_personal(residue.text)
    return residue if text == residue.text else replace(residue, text=text, reason=residue.reason if text else PERSONAL)


def _personal_cells(page: Page) -> Iterator[tuple[Place, str]]:
    """Cells of grids that may hold a name or number, beside the label of a person or in a column that has one."""
    for table in page.tables:
        columns: set[int] = set()
        for row in table.rows:
            cells = [(number, cell) for number, cell in enumerate(row) if cell is not None and cell.text.strip()]
            if _is_head(cells):
                columns = {number for number, cell in cells if marks.is_people_label(cell.text)}
            beside = [cell for (_, label), (_, cell) in pairwise(cells) if marks.is_people_label(label.text)]
            for cell in [*beside, *(cell for number, cell in cells if number in columns)]:
                if marks.is_personal_value(cell.text):
                    yield cell.place, cell.text


def _is_head(cells: Sequence[tuple[int, Cell]]) -> bool:
    """序号 | 姓名 | 联系电话: words alone."""
    return len(cells) > 1 and not any(has_digit(cell.text) for _, cell in cells)
