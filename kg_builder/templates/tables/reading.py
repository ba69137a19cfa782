"""One section while it is read: its rows and figures so far, and the sums that its cells print."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kg_builder.model import Amount, BudgetTable, Cell, Observation, Residue, Row
from kg_builder.templates.ledger import Account
from kg_builder.templates.tables.grids import GridRow, Section, Span
from kg_builder.templates.tables.kinds import KINDS, OTHER, Kind
from kg_builder.text import money, squeeze

# 4411. 49 and 1,234,\n567.00: a break beside a point or comma, or after a comma group, is layout within one number
_LAYOUT_BREAK = re.compile(r"(?<=[.,．，])\s+(?=\d)|(?<=\d)\s+(?=[.,．，])|(?<=^-)\s+|(?<=^\()\s+|(?<!\s)\s++(?=\)$)")
# 1,234,5\n67.00: a number wrapped between digits shows by its commas, by the one point in its second half, or by
# the one decimal on each side of the break (23,381.1\n7)
_WRAPPED = re.compile(r"-?(?:\d*,[\d,]*+\n[\d,]*(?:\.\d+)?|\d+\n\d*\.\d{2}|[\d,]+\.\d\n\d)")


# 162,62\n1,800.0\n0: over three lines or more, only what is one number with whole groups and two decimals
_WRAPPED_OFTEN = re.compile(r"-?\d{1,3}(?:,\d{3})+\.\d{2}")

NO_UNIT = "the table names no unit"  # why a figure of it has no value


@dataclass
class Reading:
    """One section while it is read: its rows and figures so far, and the account in which its cells are settled."""

    section: Section
    account: Account
    rows_in: list[GridRow]
    year: int
    names: frozenset[str]
    kind: str
    unit: str | None
    table: BudgetTable | None = None
    rows: list[Row] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    remarks: list[Residue] = field(default_factory=list)  # what is printed and cannot be meant

    @property
    def of(self) -> Kind:
        """What its kind changes."""
        return KINDS.get(self.kind, OTHER)

    def use(self, span: Span | None) -> None:
        """The cell is part of a row, a head or a figure."""
        if span is not None:
            self.account.take(span.cell)

    def ignore(self, span: Span, reason: str) -> None:
        """The cell is no value, for a stated reason."""
        self.account.ignore(span.cell, reason)

    def fail(self, span: Span, reason: str) -> None:
        """The cell could not be read."""
        self.account.leave(span.cell, reason)


def amount_of(cell: Cell, unit: str | None) -> Amount | None:
    """The sum that a cell prints, None where it is not one number for certain: `0.00 201`, two lines of figures."""
    text = cell.text.strip().translate({ord("（"): "(", ord("）"): ")"})
    joined = _LAYOUT_BREAK.sub("", text)
    if re.search(r"\d\s+\d", joined):
        whole = squeeze(joined)
        first = joined.split()[0]  # 1 17,871.81 is the number of a row and its figure
        if not (_WRAPPED.fullmatch(joined) or ("," in first and _WRAPPED_OFTEN.fullmatch(whole))):
            return None
        joined = whole
    amount = money(joined, unit, cell.place)
    return replace(amount, printed=squeeze(cell.printed)) if amount and cell.printed else amount
