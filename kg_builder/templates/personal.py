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
from kg_builder.text import has_digit, squeeze


def without_people(residues: Iterable[Residue], pages: Sequence[Page]) -> tuple[Residue, ...]:
    """The residues without what is personal: the rest of such a text is left out, and the reason says so."""
    personal = {(place, squeeze(text)) for page in pages for place, text in _personal_cells(page)}
    return tuple(_clean(residue, personal) for residue in residues)


def lines_without_people(page: Page) -> dict[int | None, str]:
    """What the lines of a text file's page print, by their number, without what is personal."""
    found: dict[int | None, str] = {}
    before = ""
    for line in page.lines:
        named = marks.is_people_label(before) and marks.is_personal_value(line.text)
        found[line.place.line] = "" if named else marks.without_personal(line.text)
        before = line.text
    return found


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
