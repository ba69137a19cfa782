"""Which figures of a table add up to which: down a column by the rows' codes and levels, across a row by the heads.

Only what the table itself says is used: a total row, the official code of a row, the level of a row, a head that says
合计 or 小计, the hierarchy of a code list. Where these leave it open, no sum is claimed. Whether the
figures bear a claim out is decided in `identities`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kg_builder import marks, vocab
from kg_builder.graph.identities import Axis, Evidence, Figure, borne_out, broader
from kg_builder.model import BudgetTable, Observation, Row
from kg_builder.text import label_key

_CODE = re.compile(r"\d{3}(?:\d\d){0,2}")  # 208 · 20805 · 2080505
_LISTS_ROWS = (  # tables that print what each total is made of
    "budget-summary",
    "fiscal-summary",
    "revenue",
    "expenditure",
    "fiscal-expenditure",
    "general-public-expenditure",
    "projects-current",
    "projects-carry-over",
    "procurement",
)
_OF_WHICH = re.compile(r".*其中[:：]?")  # 其中：动用上年结转和结余资金 says nothing of the rest


@dataclass(frozen=True, slots=True)
class Sums:
    """Each figure that is an addend → the figure that includes it, by rows and by columns; what bears the sums out."""

    by_row: dict[Figure, Figure]
    by_column: dict[Figure, Figure]
    row_evidence: dict[Figure, Evidence]
    column_evidence: dict[Figure, Evidence]


def table_sums(table: BudgetTable) -> Sums:
    """The sums of a table that its figures bear out."""
    rows, columns = (borne_out(table, claims, axis) for axis, claims in claimed_sums(table).items())
    return Sums(rows.parts, columns.parts, rows.evidence, columns.evidence)


def claimed_sums(table: BudgetTable) -> dict[Axis, dict[Figure, Figure]]:
    """The sums that heads, codes and levels claim, by rows and by columns: addend → total."""
    return {"row": _by_row(table), "column": dict(_by_column(table))}


def not_broken_down(table: BudgetTable) -> Iterator[Figure]:
    """The sums other than zero under which a table lists nothing: a total alone in its column, and a row where all
    others of its rank, two at least, have rows under them. Of columns that add up to another, that one is told.
    """
    claims, figures = claimed_sums(table), {(o.row, o.column): o for o in table.observations}
    headed = set(claims["row"].values())
    rows = (at for at in _rows_alone(figures, table_sums(table).by_row) if at not in headed)
    alone = [at for at in (*_totals_alone(table), *rows) if at not in claims["column"]]
    yield from (at for at in alone if figures[at].amount.yuan)


def _totals_alone(table: BudgetTable) -> Iterator[Figure]:
    """The first total of each column that prints no other row."""
    columns: dict[tuple[int, str | None], list[Observation]] = defaultdict(list)
    for o in sorted(table.observations, key=lambda o: o.row) if table.kind in _LISTS_ROWS else ():
        columns[o.column, dict(o.dimensions).get("side")].append(o)
    yield from ((s[0].row, s[0].column) for s in columns.values() if all(o.total for o in s))


def _rows_alone(figures: Mapping[Figure, Observation], sums: Mapping[Figure, Figure]) -> Iterator[Figure]:
    """The row of each sum that alone has no rows under it."""
    ranks: dict[Figure, list[Figure]] = defaultdict(list)
    for part, whole in sums.items():
        ranks[whole].append(part)
    for parts in ranks.values():
        bare = [part for part in parts if part not in ranks and figures[part].amount.yuan]
        if len(bare) == 1 and not figures[bare[0]].total and sum(part in ranks for part in parts) > 1:
            yield bare[0]


def _by_row(table: BudgetTable) -> dict[Figure, Figure]:
    rows = {row.number: row for row in table.rows}
    found: dict[Figure, Figure] = {}
    for figures in _lists(table):
        listed = [rows[o.row] for o in figures if o.row in rows]
        totals = {o.row for o in figures if o.total}
        column = {o.row: o.column for o in figures}
        topics = _topic_parts(table, {o.row: dict(o.dimensions)["topic"] for o in figures if _has_topic(o)})
        rest = [row for row in listed if row.number not in topics]
        pairs = [*((n, whole) for n, whole in topics.items() if whole), *_row_parts(rest, totals)]
        found |= {(part, column[part]): (whole, column[whole]) for part, whole in pairs}
    return found


def _has_topic(o: Observation) -> bool:
    return "topic" in dict(o.dimensions)


def _topic_parts(table: BudgetTable, topics: dict[int, str]) -> dict[int, int | None]:
    """Rows whose topic is part of one above (公务用车购置费 of 公务用车购置及运行费) → that row, whatever their levels.

    None where the table lacks a row for one of the parts: those printed say nothing of the sum then.
    """
    concepts = vocab.concepts("topic")
    printed = {dict(o.dimensions).get("topic") for o in table.observations}
    found: dict[int, int | None] = {}
    for number, topic in sorted(topics.items()):
        up = concepts[topic].broader if topic in concepts else None
        above = [row for row, other in topics.items() if other == up and row < number]
        if up is None or not above or concepts[up].broader is None:
            continue  # the sum of all 三公 is a total, and what it takes in stands in the rows
        parts = {notation for notation, concept in concepts.items() if concept.broader == up}
        found[number] = max(above) if parts <= printed else None
    return found


def _lists(table: BudgetTable) -> list[list[Observation]]:
    """The figures of one column, side, year and stage; what goes on in the next panel under the same head is one list.

    In 06 of the final accounts 公用经费 begins in the middle panel and goes on in the right one, where its sum stands.
    """
    columns: dict[tuple[int, str, str, str], list[Observation]] = defaultdict(list)
    for o in table.observations:
        of = dict(o.dimensions)
        columns[o.column, of.get("side", ""), of.get("fiscalYear", ""), of.get("stage", "")].append(o)
    lists: dict[object, list[list[Observation]]] = defaultdict(list)
    for _, figures in sorted(columns.items()):
        figures.sort(key=lambda o: o.row)
        same = lists[_list_head(figures)]
        if same and not same[-1][-1].total and same[-1][-1].row < figures[0].row:
            same[-1] += figures
        else:
            same.append(figures)
    return [figures for same in lists.values() for figures in same]


def _list_head(figures: list[Observation]) -> object:
    """What the figures of a column have in common: the head above them, and what it says of them."""
    first = figures[0]
    common = set(first.dimensions).intersection(*(o.dimensions for o in figures[1:]))
    return (first.heading, frozenset(d for d in common if not d[0].endswith("Code"))) if first.heading else id(first)


def _row_parts(rows: list[Row], totals: set[int]) -> Iterator[tuple[int, int]]:
    """Pairs (row, row that includes it) among the rows that have a figure in one column."""
    rows = [row for row in rows if not _OF_WHICH.match(label_key(row.label))]
    totals = totals - _headings(rows, totals)
    groups = _groups(rows, totals)
    totals = totals - set(groups.values())
    grouped = groups.keys() | set(groups.values())
    parents = groups | _parents([row for row in rows if row.number not in totals | grouped])
    doubtful = _with_one_code_twice(rows, parents)
    yield from ((part, whole) for part, whole in parents.items() if whole not in doubtful)
    yield from _total_parts([row.number for row in rows if row.number not in parents], totals)


def _with_one_code_twice(rows: list[Row], parents: dict[int, int]) -> set[int]:
    """Classes and sections with one code twice under them: a code that is cut in print hides which row is in which."""
    by_number = {row.number: row for row in rows}
    seen: set[tuple[int, str | None]] = set()
    found = set()
    for part, whole in parents.items():
        if part in by_number and whole in by_number and _coded(by_number[part]) and _coded(by_number[whole]):
            key = (whole, by_number[part].code)
            found |= {whole} if key in seen else set()
            seen.add(key)
    return found


def _groups(rows: list[Row], totals: set[int]) -> dict[int, int]:
    """Rows under a side head (`其他资金 / 事业收入`) → the subtotal under the same head (`其他资金 / 小计`)."""
    paths = {row.number: tuple(label_key(part) for part in row.label.split(" / ")) for row in rows}
    subtotals = {path[:-1]: n for n, path in paths.items() if n in totals and path[1:] and marks.is_total(path[-1])}
    found = {n: subtotals[path[:-1]] for n, path in paths.items() if path[:-1] in subtotals}
    return {n: whole for n, whole in found.items() if n != whole}


def _headings(rows: list[Row], totals: set[int]) -> set[int]:
    """Totals that stand for a unit or group rather than end a list: what they include is said by the levels."""
    heads = {row.number for row, below in pairwise(rows) if row.level < below.level}
    inner = {row.number for row in rows if row.level > 1}
    named = {row.number for row in rows if not marks.is_total(row.label)}
    return totals & named & (heads | inner)


def _total_parts(outer: list[int], totals: set[int]) -> Iterator[tuple[int, int]]:
    """A single total at the head takes all other outermost rows; any other (本年支出合计, 总计) those before it."""
    wholes = [number for number in outer if number in totals]
    if len(wholes) == 1 and outer[0] in totals:
        yield from ((number, wholes[0]) for number in outer[1:])
        return
    if wholes and outer[0] in totals:
        return  # 收入总计 at the head of a list with its own subtotals: the layout does not say which rows it takes
    before: list[int] = []
    for number in outer:
        if number not in totals:
            before.append(number)
            continue
        yield from ((part, number) for part in before)
        before = [number]


def _parents(rows: list[Row]) -> dict[int, int]:
    """Each row → the nearest row above that includes it, by code where both have one, otherwise by level."""
    found: dict[int, int] = {}
    above: list[Row] = []
    for row in rows:
        while above and not _includes(above[-1], row):
            above.pop()
        if above:
            found[row.number] = above[-1].number
        above.append(row)
    return found


def _includes(upper: Row, row: Row) -> bool:
    if _coded(upper) and _coded(row):
        return row.code != upper.code and (row.code or "").startswith(upper.code or "")
    return upper.level < row.level


def _coded(row: Row) -> bool:
    return bool(row.code and _CODE.fullmatch(row.code)) and not row.heading


def _by_column(table: BudgetTable) -> Iterator[tuple[Figure, Figure]]:
    rows: dict[tuple[int, str | None], list[Observation]] = defaultdict(list)
    for o in table.observations:
        rows[o.row, dict(o.dimensions).get("side")].append(o)
    for (row, _), figures in sorted(rows.items(), key=lambda item: (item[0][0], item[0][1] or "")):
        whole_figures = sorted((o for o in figures if not _OF_WHICH.match(o.heading)), key=lambda o: o.column)
        yield from (((row, part), (row, whole)) for part, whole in _column_parts(whole_figures))


def _column_parts(figures: list[Observation]) -> Iterator[tuple[int, int]]:
    """Pairs (column, column that includes it) of one row: concepts under their broader concept, the rest under 合计."""
    parents = _parents_by_concept(figures)
    yield from parents.items()
    outer = [o for o in figures if o.column not in parents]
    yield from _parts_by_head(outer)


def _parents_by_concept(figures: list[Observation]) -> dict[int, int]:
    """人员经费 → 基本支出 where both are columns that differ in nothing but that one concept."""
    by_dimensions = {frozenset(o.dimensions): o.column for o in figures}
    found: dict[int, int] = {}
    for o in figures:
        for name, notation in o.dimensions:
            rest = frozenset(o.dimensions) - {(name, notation)}
            for above in broader(name, notation):
                column = by_dimensions.get(rest | {(name, above)})
                if column is not None and column != o.column and o.column not in found:
                    found[o.column] = column
    return found


def _parts_by_head(figures: list[Observation]) -> Iterator[tuple[int, int]]:
    """The figure under 合计 includes its neighbours under the same upper head; a group is stood for by its 小计."""
    groups: dict[tuple[str, ...], list[Observation]] = defaultdict(list)
    for o in figures:
        groups[_path(o)[:-1]].append(o)
    sums = {path: s[0] for path, group in groups.items() if len(s := [o for o in group if _is_sum(o)]) == 1}
    for o in figures:
        path = _path(o)[:-1]
        if sums.get(path) is o:
            path = path[:-1] if path else ("",)
        while path and path not in sums:
            path = path[:-1]
        whole = sums.get(path)
        if whole is not None and whole is not o and _may_add(o, whole):
            yield o.column, whole.column


def _path(o: Observation) -> tuple[str, ...]:
    return tuple(label_key(part) for part in o.heading.split(" / "))


def _is_sum(o: Observation) -> bool:
    return marks.is_total(_path(o)[-1], whole=True)


def _may_add(part: Observation, whole: Observation) -> bool:
    """The part says more about the same money than the whole does, and in the same stage and year."""
    return set(whole.dimensions) < set(part.dimensions)
