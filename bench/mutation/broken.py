"""A table and the same with a figure changed → whether any sum of its print no longer holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg_builder.graph.addends import table_sums
from kg_builder.graph.identities import Figure, Identities
from kg_builder.model import BudgetTable


def takes_part(table: BudgetTable, figure: Figure) -> bool:
    """Whether the figure is part of a sum that the table bears out, or is one."""
    sums = table_sums(table)
    return any(figure in links or figure in links.values() for links in (sums.by_row, sums.by_column))


def breaks_a_sum(intact: BudgetTable, changed: BudgetTable) -> bool:
    """Whether a sum that the intact table bears out differs in the changed one by more than rounding explains.

    Where it does not, nobody who adds up the page can see the change: a digit within the printed precision, the only
    total of a list that is gone, a subtotal that is gone while its parts stand there in its place.
    """
    sums = table_sums(intact)
    before, after = Identities(intact), Identities(changed)
    for links in (sums.by_row, sums.by_column):
        parts: dict[Figure, list[Figure]] = defaultdict(list)
        for part, whole in links.items():
            parts[whole].append(part)
        for whole, addends in parts.items():
            if whole in after.at and before.holds(whole, addends):
                standing = [figure for part in addends for figure in _standing(part, parts, after)]
                added = sum(after.at[figure].amount.yuan for figure in standing)
                if abs(after.at[whole].amount.yuan - added) > before.rounding(whole, addends):
                    return True
    return False


def _standing(part: Figure, parts: Mapping[Figure, list[Figure]], after: Identities) -> Iterator[Figure]:
    """The part, or what it is the sum of where it is gone."""
    if part in after.at:
        yield part
    else:
        for below in parts.get(part, ()):
            yield from _standing(below, parts, after)
