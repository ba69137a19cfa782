"""A report with one figure changed as misprints and misreadings change it."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from kg_builder.model import Amount, BudgetTable, Observation, Report
from kg_builder.text import YUAN_PER

Change = Callable[[Report, int, int, random.Random], Report | None]


def digit(report: Report, table: int, figure: int, chance: random.Random) -> Report | None:
    """Another digit in the figure, anywhere from its first to its last."""
    old = report.tables[table].observations[figure].amount
    places = [i for i, c in enumerate(old.printed) if c.isdigit()]
    at = chance.choice(places)
    other = chance.choice([d for d in "0123456789" if d != old.printed[at]])
    return _with_amount(report, table, figure, _amount(old, old.printed[:at] + other + old.printed[at + 1 :]))


def factor(report: Report, table: int, figure: int, _: random.Random) -> Report | None:
    """The figure ten thousand times as large, as where 元 stands in a table of 万元; None for zero."""
    old = report.tables[table].observations[figure].amount
    if old.yuan == 0:
        return None
    value = (old.yuan * 10_000 / YUAN_PER[old.unit]).normalize()
    return _with_amount(report, table, figure, _amount(old, f"{value:f}"))


def column(report: Report, table: int, figure: int, _: random.Random) -> Report | None:
    """The figure in the next column of its table: moved where that is blank, else changed with what stands there.

    None where the table has one column, both print the same, or zero would move to a blank.
    """
    whole = report.tables[table]
    one = whole.observations[figure]
    heads = {o.column: o for o in whole.observations if _side(o) == _side(one)}
    others = sorted(heads.keys() - {one.column}, key=lambda c: (abs(c - one.column), c))
    if not others:
        return None
    there = next((o for o in whole.observations if (o.row, o.column) == (one.row, others[0])), None)
    if there is None and one.amount.yuan == 0:
        return None
    if there is None:
        head = heads[others[0]]
        own = [d for d in one.dimensions if d[0].endswith("Code")]
        dimensions = (*(d for d in head.dimensions if not d[0].endswith("Code")), *own)
        moved = replace(one, column=head.column, heading=head.heading, dimensions=dimensions)
        return _with(report, table, tuple(moved if o is one else o for o in whole.observations))
    if there.amount.yuan == one.amount.yuan:
        return None
    amounts = {id(one): there.amount, id(there): one.amount}
    return _with(report, table, tuple(replace(o, amount=amounts.get(id(o), o.amount)) for o in whole.observations))


def row(report: Report, table: int, figure: int, _: random.Random) -> Report | None:
    """The report without the figure's row; None for a row that prints nothing but zero, which no sum misses."""
    whole = report.tables[table]
    number = whole.observations[figure].row
    if all(o.amount.yuan == 0 for o in whole.observations if o.row == number):
        return None
    kept = replace(
        whole,
        rows=tuple(r for r in whole.rows if r.number != number),
        observations=tuple(o for o in whole.observations if o.row != number),
    )
    return replace(report, tables=(*report.tables[:table], kept, *report.tables[table + 1 :]))


CHANGES: dict[str, Change] = {"digit": digit, "column": column, "row": row, "factor": factor}


def _side(o: Observation) -> str | None:
    return dict(o.dimensions).get("side")


def _amount(old: Amount, printed: str) -> Amount:
    value = Decimal(printed.replace(",", "").strip("()"))
    sign = -1 if printed.startswith("(") else 1
    return replace(old, printed=printed, yuan=sign * value * YUAN_PER[old.unit])


def _with_amount(report: Report, table: int, figure: int, amount: Amount) -> Report | None:
    observations: list[Observation] = list(report.tables[table].observations)
    if observations[figure].amount.yuan == amount.yuan:
        return None
    observations[figure] = replace(observations[figure], amount=amount)
    return _with(report, table, tuple(observations))


def _with(report: Report, table: int, observations: tuple[Observation, ...]) -> Report:
    changed: BudgetTable = replace(report.tables[table], observations=observations)
    return replace(report, tables=(*report.tables[:table], changed, *report.tables[table + 1 :]))
