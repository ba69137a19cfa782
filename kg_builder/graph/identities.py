"""Sums that heads and rows claim → those that the print bears out, and how often it does.

Which figures are parts of which is a reading of heads, codes and levels; only the figures can say whether it is the
right one. A sum that holds wherever it can be tried is a fact of the print, and where it fails once, that is a finding.
One that fails in most places may be a reading of ours that does not fit: another set of parts is tried, and where none
fits the sum needs a witness, or it is not claimed: tables of its kind elsewhere, or the code list of its items. A row
that was lost in print makes its total fail in every column, and is found by that.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import combinations
from typing import Literal

import kg_builder
from kg_builder import vocab
from kg_builder.model import Amount, BudgetTable, Observation
from kg_builder.text import YUAN_PER, label_key

Figure = tuple[int, int]  # row and column of an observation within its table
Signature = tuple[str, str, str]  # kind of table, axis, name of the total
Axis = Literal["row", "column"]  # along which the parts of a sum stand: rows of one column, or columns of one row

_DECIMALS = re.compile(r"\.(\d+)\D*$")  # 12,035.86 · 35.8万元
_YEAR = re.compile(r"20\d\d年?度?")  # 2024年预算数
MOST_LEFT_OUT = 4  # columns that a sum may lack or have too much: sixteen sets of them are tried at most
_MANY = 6  # figures: that so many end in 00 by chance is out of the question
_ENOUGH = 1  # reports in which a kind of table bears out a sum, and none in which it fails, for it to be known


@dataclass(frozen=True, slots=True)
class Evidence:
    """How often a sum holds in its table, of how often it can be tried, and the yuan that rounding can explain."""

    held: int
    tested: int
    rounding: Decimal


@dataclass(frozen=True, slots=True)
class Borne:
    """Each figure that is an addend → the figure that includes it, and of each of the latter its evidence."""

    parts: dict[Figure, Figure]
    evidence: dict[Figure, Evidence]


def printed_step(amount: Amount) -> Decimal:
    """What the last printed digit is worth in yuan: 100 for 万元 with two decimals."""
    decimals = _DECIMALS.search(amount.printed)
    return YUAN_PER[amount.unit].scaleb(-len(decimals[1]) if decimals else 0)


def _written_out(table: BudgetTable) -> Decimal:
    """100 yuan where each of many figures is a multiple of it: they were rounded to 0.01 万元, and written in yuan."""
    sums = [o.amount.yuan for o in table.observations if o.amount.yuan]
    return Decimal(100 if len(sums) >= _MANY and not any(yuan % 100 for yuan in sums) else 0)


class Identities:
    """The figures of a table, on which claimed sums are tried."""

    def __init__(self, table: BudgetTable) -> None:
        self.table = table
        self.at: dict[Figure, Observation] = {(o.row, o.column): o for o in table.observations}
        coarse = _written_out(table)
        self._step = {at: max(printed_step(o.amount), coarse) for at, o in self.at.items()}
        self._finest: dict[int, Decimal] = {}
        for (_, column), step in self._step.items():
            self._finest[column] = min(step, self._finest.get(column, step))

    def rounding(self, whole: Figure, parts: Sequence[Figure]) -> Decimal:
        """What rounding can explain: each part to the step in which the parts are printed, the total to its column's.

        Parts without cents beside parts with cents are printed without their zeros; parts that all lack cents were
        rounded to whole yuan, whatever the total shows.
        """
        step, total = min(self._step[part] for part in parts), self._finest[whole[1]]
        return step * len(parts) + (total if total > step else 0)

    def holds(self, whole: Figure, parts: Sequence[Figure]) -> bool:
        """Whether the parts add up to the total, but for rounding."""
        added = sum((self.at[part].amount.yuan for part in parts), Decimal(0))
        return abs(self.at[whole].amount.yuan - added) <= self.rounding(whole, parts)

    def held(self, sums: Mapping[Figure, Sequence[Figure]]) -> int:
        """How many of the sums hold."""
        return sum(self.holds(whole, parts) for whole, parts in sums.items())


def borne_out(table: BudgetTable, claims: Mapping[Figure, Figure], axis: Axis) -> Borne:
    """The claimed sums of a table (addend → total) that it bears out, or others in their place that it does."""
    identities = Identities(table)
    one = 0 if axis == "row" else 1  # what all tries of one sum have in common: the row of its total, or the column
    groups: dict[int, dict[Figure, list[Figure]]] = defaultdict(lambda: defaultdict(list))
    for part, whole in claims.items():
        groups[whole[one]][whole].append(part)
    parts: dict[Figure, Figure] = {}
    evidence: dict[Figure, Evidence] = {}
    # Codes of a government's tables head what is printed beside its parts (上年结余收入 under 转移性收入).
    ways = _ways(identities, groups) if axis == "row" and not table.of_government else {}
    for number in sorted(groups):
        sums = groups[number]
        found = _settled(identities, sums, claims, axis) or (sums if _borne_elsewhere(ways.get(number), ways) else {})
        held = identities.held(found)
        for whole, addends in found.items():
            parts |= dict.fromkeys(addends, whole)
            evidence[whole] = Evidence(held, len(found), identities.rounding(whole, addends))
    return Borne(parts, evidence)


@dataclass(frozen=True, slots=True)
class _Way:
    """How a row is the total of others: by their codes, or by their levels; whether its sums hold."""

    coded: bool
    holds: bool


def _ways(identities: Identities, groups: Mapping[int, Mapping[Figure, Sequence[Figure]]]) -> dict[int, _Way]:
    """Of each row that heads others, and is not called a total: in which way, and whether it adds up."""
    codes = {row.number: row.code or "" for row in identities.table.rows}
    found: dict[int, _Way] = {}
    for number, sums in groups.items():
        below = {part[0] for parts in sums.values() for part in parts}
        if not any(identities.at[whole].total for whole in sums):
            code = codes.get(number, "")
            coded = bool(code) and all(codes.get(row, "").startswith(code) for row in below)
            found[number] = _Way(coded, identities.held(sums) == len(sums))
    return found


def _borne_elsewhere(way: _Way | None, ways: Mapping[int, _Way]) -> bool:
    """Whether other rows of the table that are totals in the same way add up: nearly all where levels alone say so."""
    if way is None:
        return False
    alike = [other.holds for other in ways.values() if other.coded == way.coded]
    held, failed = sum(alike), len(alike) - sum(alike)
    return failed <= held // (2 if way.coded else 4)


def _settled(
    identities: Identities, sums: Mapping[Figure, list[Figure]], claims: Mapping[Figure, Figure], axis: Axis
) -> Mapping[Figure, list[Figure]]:
    """The sums of one total row or column as they are claimed, as another set of parts fits, or none."""
    held, tested = identities.held(sums), len(sums)
    if _nearly_all(held, tested):
        return sums
    others = _other_rows(identities, sums) if axis == "row" else _other_columns(identities, sums, claims)
    best = max(others, key=identities.held, default=None)
    if best is not None and identities.held(best) > held and _nearly_all(identities.held(best), len(best)):
        return best
    if held and held >= tested - held + identities.table.of_government:  # of one column in two nothing is known there
        return sums
    return sums if all(_witnessed(identities, whole, parts, axis) for whole, parts in sums.items()) else {}


def _witnessed(identities: Identities, whole: Figure, parts: Sequence[Figure], axis: Axis) -> bool:
    """Whether a sum is known from elsewhere: from tables of its kind, or by the code list of its items."""
    if not identities.table.of_government and signature(identities.table, whole, axis) in known():
        return True
    total = dict(identities.at[whole].dimensions)
    return all(_is_within(dict(identities.at[part].dimensions), total) for part in parts)


def _is_within(part: Mapping[str, str], whole: Mapping[str, str]) -> bool:
    """Whether a code list puts one figure's item under the other's, as 公务用车购置费 under 公务用车购置及运行费."""
    return any(whole[name] in broader(name, notation) for name, notation in part.items() if name in whole)


def broader(name: str, notation: str) -> Iterator[str]:
    """The notations of a dimension's code list that stand above one, nearest first."""
    scheme = vocab.code_list(name)
    concepts = vocab.concepts(scheme) if scheme else {}
    while notation in concepts and (up := concepts[notation].broader):
        yield up
        notation = up


def _nearly_all(held: int, tested: int) -> bool:
    return held > 0 and tested - held <= held // 2


def _other_columns(
    identities: Identities, sums: Mapping[Figure, list[Figure]], claims: Mapping[Figure, Figure]
) -> Iterator[dict[Figure, list[Figure]]]:
    """The same total with columns more (上年结转, 使用非财政拨款结余), or with some of its columns less."""
    inside = {part[1] for parts in sums.values() for part in parts}
    for more in _subsets(_left_out(identities, sums, claims, inside)):
        yield {whole: sorted([*parts, *_in_row(identities, whole[0], more)]) for whole, parts in sums.items()}
    for less in _subsets(sorted(inside)):
        fewer = {whole: [part for part in parts if part[1] not in less] for whole, parts in sums.items()}
        yield {whole: parts for whole, parts in fewer.items() if parts}


def _in_row(identities: Identities, row: int, columns: Sequence[int]) -> list[Figure]:
    return [(row, column) for column in columns if (row, column) in identities.at]


def _left_out(
    identities: Identities, sums: Iterable[Figure], claims: Mapping[Figure, Figure], inside: set[int]
) -> list[int]:
    """The columns that are no total, no part of any total, and may be parts of this one after all."""
    column, rows = next(iter(sums))[1], [row for row, _ in sums]
    taken = {whole[1] for whole in claims.values()} | {p[1] for p, whole in claims.items() if whole[1] != column}
    left = sorted({c for _, c in identities.at} - inside - taken)
    return [c for c in left if all(_addable(identities.at[at]) for row in rows for at in _in_row(identities, row, [c]))]


def _addable(o: Observation) -> bool:
    """Whether a column left out may be a part after all: no share of another (其中), none of another year or stage."""
    return "其中" not in o.heading and not {"stage", "measure"} & set(dict(o.dimensions))


def _subsets(columns: Sequence[int]) -> Iterator[tuple[int, ...]]:
    if len(columns) > MOST_LEFT_OUT:  # all of them or one
        yield tuple(columns)
        yield from ((column,) for column in columns)
    else:
        for size in range(1, len(columns) + 1):
            yield from combinations(columns, size)


def _other_rows(identities: Identities, sums: Mapping[Figure, list[Figure]]) -> Iterator[dict[Figure, list[Figure]]]:
    """The same total where one of its rows repeats it: the body's own row under 合计, which takes the others then."""
    rows = {part[0] for parts in sums.values() for part in parts}
    for row in sorted(rows):
        if not all(_repeats(identities, whole, (row, whole[1]), parts) for whole, parts in sums.items()):
            continue
        chain: dict[Figure, list[Figure]] = {}
        for whole, parts in sums.items():
            own = (row, whole[1])
            chain |= {whole: [own]} if own in parts else {whole: parts}
            if own in parts and len(parts) > 1:
                chain[own] = [part for part in parts if part != own]
        yield chain


def _repeats(identities: Identities, whole: Figure, part: Figure, parts: Sequence[Figure]) -> bool:
    """Whether a row prints the total's own figure; where it is blank, nothing is to be told apart."""
    return part not in parts or identities.at[part].amount.yuan == identities.at[whole].amount.yuan


def signature(table: BudgetTable, whole: Figure, axis: Axis) -> Signature:
    """What a sum is called in any table of its kind: kind, axis, and the label or head of its total without years."""
    o = next(o for o in table.observations if (o.row, o.column) == whole)
    return table.kind, axis, _YEAR.sub("", label_key(o.label if axis == "row" else o.heading))


@cache
def known() -> frozenset[Signature]:
    """The sums that tables of a kind bear out elsewhere: `data/identities.tsv`, by `python -m bench.identities`."""
    path = kg_builder.folder("data") / "identities.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    return frozenset(
        (kind, axis, label) for kind, axis, label, held, failed in rows if _is_known(int(held), int(failed))
    )


def _is_known(held: int, failed: int) -> bool:
    return held >= _ENOUGH and failed <= held // 10


def tried(table: BudgetTable, claims: Mapping[Figure, Figure], axis: Axis) -> Iterable[tuple[Signature, bool]]:
    """Each claimed sum of a table with its signature, and whether it holds."""
    identities = Identities(table)
    sums: dict[Figure, list[Figure]] = defaultdict(list)
    for part, whole in claims.items():
        sums[whole].append(part)
    return [(signature(table, whole, axis), identities.holds(whole, parts)) for whole, parts in sums.items()]
