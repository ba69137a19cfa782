"""Figures that two tables of a report print alike: the same items, year and stage, with the same total.

Which column of one table repeats which of another is not read from heads: only columns that have the same total and
the same figure in nearly all items that both print are taken for the same money. Columns of other money rarely have one
total, and where they have, several items differ; an item that differs alone is a misprint of one of the two.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations

from kg_builder.graph.identities import Figure, printed_step
from kg_builder.model import BudgetTable, Observation, Report

Item = tuple[str, str]  # what a row is of: its code, its topic, or the total
Place = tuple[int, Figure]  # the table, counted from 1, and the figure in it
Column = dict[Item, tuple[Place, Observation]]

_OFFICIAL = re.compile(r"\d{3}(?:\d\d){0,2}")  # 208 · 20805 · 2080505
_TOTAL: Item = ("total", "")
_ENOUGH = 3  # items that two columns print alike, for them to be the same money
_SPAN = ("side", "fiscalYear", "stage", "measure")  # what figures of one column have in common


def repeats(report: Report) -> Iterator[tuple[Place, Place]]:
    """Each figure that other tables print too, with the one of them that most of them print alike."""
    columns = [column for number, table in enumerate(report.tables, 1) for column in _columns(number, table)]
    figures: dict[Place, Observation] = {}
    same: dict[Place, set[Place]] = {}  # each figure → all that say the same, in one set that they share
    for (span, one), (other_span, other) in combinations(columns, 2):
        if span == other_span and _table(one) != _table(other) and _are_one_money(one, other):
            for item in one.keys() & other.keys() - {_TOTAL}:
                figures |= dict([one[item], other[item]])
                both = same.get(one[item][0], {one[item][0]}) | same.get(other[item][0], {other[item][0]})
                same |= dict.fromkeys(both, both)
    for place in sorted(figures):
        others = sorted(same[place])
        most = max(others, key=lambda one: sum(_alike(figures[one], figures[other]) for other in others))
        if most != place:
            yield place, most


def _table(column: Column) -> int:
    return next(iter(column.values()))[0][0]


def _columns(number: int, table: BudgetTable) -> Iterator[tuple[tuple[str, ...], Column]]:
    """The columns of a table that have a total, each item once; with their side, year, stage and measure."""
    if table.of_government:
        return  # its tables print one total by function, by economic item and by level
    codes = {row.number: row.code for row in table.rows if row.code and _OFFICIAL.fullmatch(row.code)}
    found: dict[tuple[str, ...], dict[Item, list[Observation]]] = defaultdict(lambda: defaultdict(list))
    for o in table.observations:
        of = dict(o.dimensions)
        item = _item(o, of, codes)
        if item:
            found[(str(o.column), *(of.get(name, "") for name in _SPAN))][item].append(o)
    for (_, _side, *span), items in found.items():
        once = {item: ((number, (o.row, o.column)), o) for item, (o, *more) in items.items() if not more}
        if _TOTAL in once:
            yield tuple(span), once


def _item(o: Observation, of: Mapping[str, str], codes: Mapping[int, str]) -> Item | None:
    """What a figure is of; None where its row has neither code nor topic."""
    if o.total:
        return _TOTAL
    code = codes.get(o.row) or of.get("functionCode")
    return ("code", code) if code else ("topic", of["topic"]) if "topic" in of else None


def _are_one_money(one: Column, other: Column) -> bool:
    """Whether the totals agree and nearly all items do: an exception for three that agree, at most."""
    if not _agree(one, other, _TOTAL):
        return False
    both = [item for item in one.keys() & other.keys() - {_TOTAL} if _value(one, item) or _value(other, item)]
    agreeing = sum(_agree(one, other, item) for item in both)
    return agreeing >= _ENOUGH and len(both) - agreeing <= agreeing // _ENOUGH


def _value(column: Column, item: Item) -> Decimal:
    return column[item][1].amount.yuan


def _agree(one: Column, other: Column, item: Item) -> bool:
    return _alike(one[item][1], other[item][1])


def _alike(one: Observation, other: Observation) -> bool:
    """Whether two figures are the same, but for the last digit that each prints."""
    steps = printed_step(one.amount) + printed_step(other.amount)
    return abs(one.amount.yuan - other.amount.yuan) <= steps
