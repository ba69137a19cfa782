"""The print of a report and whose each piece is: every line and cell is taken, ignored for a reason, or left, once.

Readers stand in a row. Each looks at what those before it have left, opens an account for every table, form, list or
narrative that it finds, and settles there what it prints: taken into a value, ignored for a reason, or left unread.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from kg_builder import marks
from kg_builder.model import Cell, Owner, Page, Place, Residue, Table
from kg_builder.text import has_digit, squeeze

PERSONAL = "personal data"  # the reason why text is left out without its text

Kind = Literal["table", "form", "list", "narrative"]


@dataclass(eq=False)
class Account:
    """What one table, form, list or narrative did with its print; `number` is given when the report is whole."""

    kind: Kind
    title: str = ""
    number: int | None = None
    ignored: list[Residue] = field(default_factory=list)
    unread: list[Residue] = field(default_factory=list)
    _settled: set[int] = field(default_factory=set, repr=False)  # cells by identity: a row's may share text and place

    def take(self, cell: Cell) -> None:
        """The cell is part of a value, a row or a head."""
        self._settled.add(id(cell))

    def ignore(self, cell: Cell, reason: str) -> None:
        """The cell is no value, for a stated reason."""
        self._settle(self.ignored, cell, reason)

    def leave(self, cell: Cell, reason: str) -> None:
        """The cell could not be read; one that gives a telephone number is dropped without its text."""
        self._settle(self.unread, cell, reason)

    def drop(self, place: Place) -> None:
        """Personal data stand here: no output carries the text."""
        self.ignored.append(Residue("", place, PERSONAL))

    def _settle(self, residues: list[Residue], cell: Cell, reason: str) -> None:
        self.take(cell)
        if marks.is_phone_in(cell.text):
            self.drop(cell.place)
        else:
            residues.append(Residue(" ".join(cell.text.split()), cell.place, reason))

    def leave_rest(self, cells: Iterable[Cell], reason: str) -> None:
        """Leave every cell with a number that is not settled yet."""
        for cell in cells:
            if not self.has(cell) and has_digit(cell.text):
                self.leave(cell, reason)

    def has(self, cell: Cell) -> bool:
        """Whether the cell is settled."""
        return id(cell) in self._settled

    @property
    def residues(self) -> list[Residue]:
        """All that became no value."""
        return [*self.ignored, *self.unread]

    def hand_over(self, other: Account) -> None:
        """What was left here belongs to the other: print that goes on from it, of which nothing else was made."""
        other.ignored += self.ignored
        other.unread += self.unread
        self.ignored, self.unread = [], []

    @property
    def owner(self) -> Owner:
        """Whose the residues are."""
        return Owner(self.kind, self.title, self.number)


class Ledger:
    """The lines and grids of one report and the account that each of them stands in."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = list(pages)
        self.accounts: list[Account] = []
        self._of: dict[Place, Account] = {}

    def open(self, kind: Kind, title: str = "") -> Account:
        """A new account."""
        self.accounts.append(Account(kind, title))
        return self.accounts[-1]

    def take(self, places: Iterable[Place], account: Account) -> None:
        """The lines, grids or cells at these places are the account's and nobody else's."""
        for place in places:
            self._of.setdefault(place, account)

    def account_of(self, place: Place) -> Account | None:
        """Whose a line, grid or cell is, None where nobody has taken it."""
        return self._of.get(place)

    def above(self, place: Place) -> Account | None:
        """Whose the print is that stands next above on the same page or the one before, None where nobody's."""
        before = [other for other in self._of if order(other) < order(place) and place.page - other.page <= 1]
        return self._of[max(before, key=order)] if before else None

    def pages_of(self, kind: Kind) -> set[int]:
        """The pages on which accounts of a kind have taken print."""
        return {place.page for place, account in self._of.items() if account.kind == kind}

    def has(self, places: Iterable[Place]) -> bool:
        """Whether all of the places are taken."""
        return all(place in self._of for place in places)

    def rest(self) -> list[Page]:
        """The pages without the lines and grids that are taken; a grid is where all of its cells are."""
        return [
            replace(
                page,
                lines=tuple(line for line in page.lines if line.place not in self._of),
                tables=tuple(table for table in page.tables if not self._has_grid(table)),
            )
            for page in self.pages
        ]

    def _has_grid(self, table: Table) -> bool:
        cells = [cell for row in table.rows for cell in row if cell is not None and squeeze(cell.text)]
        return table.place in self._of or (bool(cells) and self.has(cell.place for cell in cells))

    def ignored(self) -> tuple[Residue, ...]:
        """What was ignored, with the reason and its owner, in the order of print."""
        return _in_order((account, account.ignored) for account in self.accounts)

    def unread(self) -> tuple[Residue, ...]:
        """What was left, with the reason and its owner, in the order of print."""
        return _in_order((account, account.unread) for account in self.accounts)


def order(place: Place) -> tuple[int, int, float, float]:
    """Where a place stands in the order of print: page, line, points from the top and from the left."""
    return place.page, place.line or 0, *((place.box.top, place.box.x0) if place.box else (0.0, 0.0))


def _in_order(told: Iterable[tuple[Account, list[Residue]]]) -> tuple[Residue, ...]:
    """Residues with their owners; what one account has told of a place another does not tell again."""
    found: list[Residue] = []
    before = Counter[tuple[Place, str]]()
    for account, residues in told:
        own = Counter[tuple[Place, str]]()
        for residue in residues:
            key = residue.place, residue.text
            own[key] += 1
            if own[key] > before[key]:
                found.append(replace(residue, owner=account.owner))
        before |= own
    return tuple(sorted(found, key=lambda residue: order(residue.place)))
