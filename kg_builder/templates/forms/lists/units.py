"""The column of bodies in a list of projects → the body of each group of rows.

A body is printed once in a cell merged over its projects, in a row above them, or in each row; a page break may blank
its name, print it again, or cut it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg_builder import marks
from kg_builder.model import Cell
from kg_builder.templates.forms.lists.groups import Group, is_merged
from kg_builder.templates.forms.lists.rows import Listing, ListRow
from kg_builder.templates.identity.body_names import is_body_name
from kg_builder.text import squeeze

_SHARED = 3  # characters with which the names of one department's bodies begin: no end of a name begins so
_SHORTEST = 4  # characters of a body's name; 机关 and 本级 may be ends of one


@dataclass
class _Body:
    """One printed cell of a body, as far as it reaches on its page; `doubt`: its name may be cut or another one."""

    cell: Cell | None
    doubt: bool = False
    blank: bool = False  # the cell goes on from the page before, or is another's that prints its name on the next page

    @property
    def text(self) -> str:
        return squeeze(self.cell.text) if self.cell else ""

    def whole(self) -> Cell | None:
        return None if self.doubt or marks.is_total(self.text, whole=True) else self.cell


def units_of(listing: Listing, groups: Sequence[Group]) -> list[Cell | None]:
    """The body that the list's column of bodies gives to each group; None where it gives none, or not for certain."""
    columns = listing.at("unit")
    if not columns:
        return [None] * len(groups)
    merged = is_merged(listing, columns)
    bodies: list[list[_Body]] = []
    last = _Body(None)
    for group in groups:
        mine = []
        for row in group.rows:
            last = _body_of(row, columns[0], last, goes_on=row is not group.rows[0], merged=merged)
            mine.append(last)
        bodies.append(mine)
    return [_one({id(cell): cell for body in mine if (cell := body.whole())}, mine) for mine in bodies]


def _one(cells: dict[int, Cell], bodies: Sequence[_Body]) -> Cell | None:
    """The only body of a group, where none of its rows has a doubtful one."""
    names = {squeeze(cell.text) for cell in cells.values()}
    return next(iter(cells.values())) if len(names) == 1 and not any(body.doubt for body in bodies) else None


def _body_of(row: ListRow, column: int, last: _Body, goes_on: bool, merged: bool) -> _Body:
    """The body of a row: of its own cell, or of the one above that reaches down to it or is cut by a page break."""
    if column not in row.cells:
        return last
    cell, text = row.cells[column], row.text(column)
    if not text and row.first:
        return last if goes_on else _Body(last.cell, last.doubt, blank=True)
    if not text:
        return _Body(None) if merged else last
    if text == last.text:
        return last
    return _below_break(cell, last, goes_on, merged) if row.first else _Body(cell)


def _below_break(cell: Cell, last: _Body, goes_on: bool, merged: bool) -> _Body:
    """The body whose cell prints another name on top of a page than the last one on the page before."""
    if not merged or last.doubt:
        return _Body(cell)
    if last.cell is None or (last.blank and goes_on):
        last.cell = cell  # the cell prints its name below the break only
        return last
    if goes_on:  # the project goes on, and its body with it
        last.cell = Cell(last.cell.text + cell.text, last.cell.place)
        return last
    text = squeeze(cell.text)
    begins = text[:_SHARED] == last.text[:_SHARED] or (_is_name(text) and len(text) >= _SHORTEST)
    cut = not (_is_name(last.text) and begins)
    last.doubt = cut or last.blank
    return _Body(cell, doubt=cut)


def _is_name(text: str) -> bool:
    """Whether the text, with a code before it or without, is a body's name: 064011-某县水利局."""
    return is_body_name(re.sub(r"^\d{3,12}[-－—–]", "", text))
