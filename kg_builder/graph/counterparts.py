"""Sums that a report prints and another prints again: balances, columns of other years, a department's units.

Each report is told by its sums alone, so that ten thousand of them are compared in one process. Two sums are one where
the reports are of one body and the tables of one kind, with one label of the total and all dimensions alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kg_builder import marks
from kg_builder.graph.identities import printed_step
from kg_builder.graph.names import Names
from kg_builder.model import BudgetTable, Counterpart, Observation, Report
from kg_builder.text import label_key

_WITH_BALANCES = frozenset({"budget-summary", "fiscal-summary", "government-fund-expenditure", "state-capital"})
_OF_UNITS = ("expenditure", "revenue")  # kinds of tables whose totals the units of a department make up


@dataclass(frozen=True, slots=True)
class Sum:
    """A printed sum: what it is of, the year and stage it is of, its table, row and column, yuan and printed step."""

    of: str
    year: int
    stage: str
    table: int
    row: int
    column: int
    yuan: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class Printed:
    """A report by its sums: its key, whose it is, its year and stage, and whose its listed units' reports would be."""

    key: str
    whose: str
    year: int
    stage: str
    units: tuple[str, ...]
    sums: tuple[Sum, ...]


_Own = Mapping[tuple[str, str, int, str], tuple[str, Sum]]  # whose, of, year, stage → key of the report, its sum


def printed_sums(report: Report) -> Printed:
    """What other reports may be compared with, and what of theirs this one prints again."""
    names, who = Names("", report), report.identity
    sums: list[Sum] = []
    if who.scope != "government" and not report.faults:
        cut = {lost.owner.number for lost in report.unread if lost.owner and lost.owner.kind == "table"}
        for number, table in enumerate(report.tables, 1):
            if number not in cut and table.kind != "other":
                sums += [_sum(table, number, o, who.year, who.stage) for o in _totals(table)]
                sums += _balances(table, number, who.year, who.stage)
    units = tuple(f"{names.org_key(unit)}-unit" for unit in report.listed) if who.scope == "department" else ()
    return Printed(names.key, f"{names.org_key(who.body)}-{who.scope}", who.year, who.stage, units, tuple(_once(sums)))


def _totals(table: BudgetTable) -> Iterator[Observation]:
    for o in table.observations:
        if o.total and marks.is_total(o.label) and o.organization is None and o.project is None:
            yield o


def _sum(table: BudgetTable, number: int, o: Observation, year: int, stage: str) -> Sum:
    of = dict(o.dimensions)
    year, stage = int(of.pop("fiscalYear", year)), of.pop("stage", stage)
    named = "|".join([table.kind, label_key(o.label), *(f"{name}={value}" for name, value in sorted(of.items()))])
    return _made(named, year, stage, number, o)


def _made(of: str, year: int, stage: str, number: int, o: Observation) -> Sum:
    return Sum(of, year, stage, number, o.row, o.column, o.amount.yuan, printed_step(o.amount))


def _balances(table: BudgetTable, number: int, year: int, stage: str) -> Iterator[Sum]:
    """What a final account carries over from the year before and to the next, where its table says one sum of it."""
    if stage != "final" or table.kind not in _WITH_BALANCES:
        return
    for provision, end_of in (("carry-over", year - 1), ("next-year", year)):
        figures = _outermost(table, [o for o in table.observations if dict(o.dimensions).get("provision") == provision])
        figures = [o for o in figures if not {"fiscalYear", "stage"} & set(dict(o.dimensions))]
        figures = [o for o in figures if dict(o.dimensions).get("fundingSource") == "fiscal"] or figures
        if len({o.amount.yuan for o in figures}) == 1:
            yield _made(f"{table.kind}|balance", end_of, "final", number, figures[0])


def _outermost(table: BudgetTable, figures: list[Observation]) -> list[Observation]:
    levels = {row.number: row.level for row in table.rows}
    totals = [o for o in figures if o.total]
    least = min((levels.get(o.row, 1) for o in figures), default=1)
    return totals or [o for o in figures if levels.get(o.row, 1) == least]


def _once(sums: Sequence[Sum]) -> Iterator[Sum]:
    """The sums that a report prints with one amount, wherever it prints them."""
    same: dict[tuple[str, int, str], list[Sum]] = defaultdict(list)
    for one in sums:
        same[one.of, one.year, one.stage].append(one)
    yield from (found[0] for found in same.values() if len({one.yuan for one in found}) == 1)


def counterparts(reports: Sequence[Printed]) -> dict[str, tuple[Counterpart, ...]]:
    """By the key of a report: of each sum that it prints again, or that its units make up, what the others print."""
    own: dict[tuple[str, str, int, str], tuple[str, Sum]] = {}
    for report in reports:
        for one in report.sums:
            if (one.year, one.stage) == (report.year, report.stage):
                own[report.whose, one.of, one.year, one.stage] = report.key, one
    found = {report.key: (*_again(report, own), *_of_units(report, own)) for report in reports}
    return {key: made for key, made in found.items() if made}


def _again(report: Printed, own: _Own) -> Iterator[Counterpart]:
    for one in report.sums:
        if (one.year, one.stage) != (report.year, report.stage):
            there = own.get((report.whose, one.of, one.year, one.stage))
            if there is not None:
                yield _counterpart(one, [there])


def _of_units(report: Printed, own: _Own) -> Iterator[Counterpart]:
    """The totals of a department all whose units have a report of the year and stage."""
    for one in report.sums:
        if len(report.units) > 1 and one.of.startswith(_OF_UNITS):
            theirs = [own.get((unit, one.of, report.year, report.stage)) for unit in report.units]
            there = [found for found in theirs if found is not None]
            if len(there) == len(theirs) and (one.year, one.stage) == (report.year, report.stage):
                yield _counterpart(one, there)


def _counterpart(one: Sum, there: Sequence[tuple[str, Sum]]) -> Counterpart:
    figures = tuple(f"{key}/t{other.table}-r{other.row}-c{other.column}" for key, other in there)
    amount = sum((other.yuan for _, other in there), Decimal(0))
    rounding = max(one.step, sum((other.step for _, other in there), Decimal(0)))
    return Counterpart(one.table, one.row, one.column, figures, amount, rounding)
