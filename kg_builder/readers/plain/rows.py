"""Rows without column borders → rows with each figure in the column that it was printed in.

Three witnesses decide a column: the spaces that empty cells left behind, the sums that the row and its table must
obey, and the place of the labels. A row whose figures fit in more than one way is left undivided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations, pairwise, product

from kg_builder import marks
from kg_builder.model import Cell
from kg_builder.readers.plain.drafts import Draft, Panel, Slot, Spaces, draft_rows
from kg_builder.readers.plain.heads import Column
from kg_builder.text import decimal_of

_WAYS = 3000  # placements of a row, and of the rows of one sum together, that are tried


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, one cell per column; an undivided row holds all its text in the first figure column."""

    cells: tuple[Cell, ...]
    divided: bool
    faults: int = 0  # how far its figures are from the sums that the heads tell


@dataclass(frozen=True, slots=True)
class _Sum:
    """A row that others add up to in each of the figure columns."""

    total: int
    parts: tuple[int, ...]
    figures: tuple[int, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        return (self.total, *self.parts)


_Way = tuple[int, ...]  # a column for each number of a row


def read_rows(lines: Sequence[Cell], columns: Sequence[Column]) -> list[Row]:
    """The rows of the body lines under the columns; every number of the lines is in a cell."""
    drafts, panels, spaces = draft_rows(lines, columns)
    ways = _decide(drafts, columns, panels, spaces)
    return [_row(draft, way, columns) for draft, way in zip(drafts, ways, strict=True)]


def count_faulty(lines: Sequence[Cell], columns: Sequence[Column]) -> int:
    """How many rows have figures that stand nowhere under the columns without breaking a sum of theirs.

    A text that no column takes counts as such a figure.
    """
    faulty = 0
    for draft in draft_rows(lines, columns)[0]:
        figures = all(marks.is_nil(slot.text) or decimal_of(slot.text) is not None for slot in draft.numbers)
        sound = figures and any(_faults(draft, way, columns) == 0 for way in _placements(draft, columns))
        faulty += bool(draft.numbers) and not sound
    return faulty


def _decide(drafts: list[Draft], columns: Sequence[Column], panels: list[Panel], spaces: Spaces) -> list[_Way | None]:
    domains: list[list[_Way]] = []
    wider: list[list[_Way]] = []
    for draft in drafts:
        likely, possible = _ways(draft, columns, panels, spaces)
        domains.append(likely)
        wider.append(possible)
    sums = list(_sums(drafts, panels))
    for _ in range(12):
        before = [*domains], [*wider]
        for addition in sums:
            _narrow(addition, drafts, domains, wider)
        if (domains, wider) == before:
            break
    if any(_doubted(addition, drafts, domains, wider) for addition in sums):
        domains = wider  # the spaces mislead in this table: what they alone decided stays open
    return [domain[0] if len(domain) == 1 else None for domain in domains]


def _ways(
    draft: Draft, columns: Sequence[Column], panels: list[Panel], spaces: Spaces
) -> tuple[list[_Way], list[_Way]]:
    """The likely columns of the row's numbers, and all that its sums allow."""
    every = list(_placements(draft, columns))
    if len(every) == 1 or not draft.numbers:
        return every, every
    faults = {way: _faults(draft, way, columns) for way in every}
    least = min(faults.values(), default=0)
    # a row without a clean way may print a false sum as well as a blank total
    sound = [way for way in every if faults[way] <= (max(least, 2) if least else 0)]
    told = [way for way in _spaced(draft, columns, panels, spaces) if way in faults] if spaces.speak else []
    if len(told) != 1:
        return sound, sound
    way = told[0]
    firm = spaces.ends or way[-1] == len(columns) - 1
    if faults[way] <= max(least, 1):
        return [way], [way] if firm else sound
    return (sorted({*sound, way}) if firm else sound), sound


def _placements(draft: Draft, columns: Sequence[Column]) -> Iterator[_Way]:
    """Every way to put the numbers, in order, into figure columns between the labels that stand around them."""
    runs: list[tuple[int, int, int]] = []  # how many numbers between which two label columns
    count, left = 0, -1
    for slot in draft.slots:
        if slot.column is None:
            count += 1
        elif slot.column >= left:
            runs.append((count, left, slot.column))
            count, left = 0, slot.column
    runs.append((count, left, len(columns)))
    figures = [[i for i in range(a + 1, b) if columns[i].numbers] for _, a, b in runs]
    choices = [
        [way for way in combinations(f, n) if _numbers_its_line(way, f, columns)]
        for (n, _, _), f in zip(runs, figures, strict=True)
    ]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size <= _WAYS:
        for parts in product(*choices):
            yield tuple(column for part in parts for column in part)


def _numbers_its_line(way: _Way, figures: list[int], columns: Sequence[Column]) -> bool:
    """Whether numbers that stand in a panel with numbered lines begin with the number of the line."""
    return not way or {i for i in figures if columns[i].kind == "line"} <= set(way)


def _values(draft: Draft, way: _Way) -> dict[int, Decimal]:
    return {
        column: decimal_of(slot.text) or Decimal(0)
        for slot, column in zip(draft.numbers, way, strict=True)
        if not marks.is_nil(slot.text)
    }


def _faults(draft: Draft, way: _Way, columns: Sequence[Column]) -> int:
    """2 for each total that its parts do not add up to, 1 for each total left blank over printed parts."""
    values, faults = _values(draft, way), 0
    for i, column in enumerate(columns):
        parts = [values[p] for p in column.parts if p in values]
        if column.parts and i in values:
            faults += 2 * (abs(values[i] - sum(parts)) > Decimal("0.01") * max(len(parts) - 1, 0))
        elif parts:
            faults += 1
    return faults


def _spaced(draft: Draft, columns: Sequence[Column], panels: list[Panel], spaces: Spaces) -> set[_Way]:
    """The columns that the spaces tell, where those inside the row agree with those at its end.

    Cells are joined by one space, so that n spaces pass n - 1 empty cells; a line that begins inside a row begins
    with one space for each empty cell. A total's label may cover the code and the name column, and the last one all
    columns before its figures, hence several ways.
    """
    far = _far_total(draft, panels) if len(panels) > 2 else None
    if any(slot.column is None and slot.token.lead is None for slot in draft.slots):
        return set()
    ways = (_spaced_way(draft, columns, panels, spaces, merged) for merged in (True, False))
    return {way for way in (far or None, *ways) if way is not None}


def _spaced_way(
    draft: Draft, columns: Sequence[Column], panels: list[Panel], spaces: Spaces, merged: bool
) -> _Way | None:
    """The columns of the figures by the spaces before them; `merged`: a total's label covers the name columns."""
    way: list[int] = []
    at = -1
    for slot in draft.slots:
        lead = slot.token.lead or 0
        if slot.column is None:
            at += 1 + lead if slot.token.fresh else max(lead, 1)
            way.append(at)
        else:
            wide = merged and slot is draft.labels(slot.panel)[-1] and marks.is_total(slot.text)
            at = panels[slot.panel].names[-1] if wide else slot.column
    rest, trail = len(columns) - 1 - at, draft.slots[-1].trail
    agreed = trail in ((rest, rest + 1) if spaces.ends and rest else (0,))
    return tuple(way) if rest >= 0 and agreed and not (rest and _is_stripped(draft, spaces)) else None


def _is_stripped(draft: Draft, spaces: Spaces) -> bool:
    """Whether a figure begins a line and the text has lost the spaces at the beginnings and ends of its lines."""
    return not (spaces.leads or spaces.ends) and any(s.column is None and s.token.fresh for s in draft.slots)


def _far_total(draft: Draft, panels: list[Panel]) -> _Way | None:
    """The columns of a row of totals, one figure each, whose last label covers a panel: 公用经费合计 over two."""
    labels = [slot for slot in draft.slots if slot.column is not None]
    totals = all(marks.is_total(slot.text) for slot in labels)
    each = [slot.column is None for slot in draft.slots] == [False, True] * len(labels)
    if not (labels and totals and each) or draft.slots[-1].trail:
        return None
    return (*(panels[slot.panel].figures[-1] for slot in labels[:-1]), panels[-1].figures[-1])


def _sums(drafts: list[Draft], panels: list[Panel]) -> Iterator[_Sum]:
    """The sums down the rows: a parent of its children, a total of the outermost rows above or below it."""
    for number, panel in enumerate(panels):
        rows = [(i, label) for i, draft in enumerate(drafts) if (label := _label(draft, number)) is not None]
        totals = [i for i, label in rows if marks.is_total(label.text)]
        others = [(i, _level(drafts[i], label, panel, number)) for i, label in rows if i not in totals]
        for at, (i, level) in enumerate(others):
            below: list[tuple[int, int]] = []
            for j, deeper in others[at + 1 :]:
                if deeper <= level:
                    break
                below.append((j, deeper))
            nearest = min((deeper for _, deeper in below), default=0)
            if below:
                yield _Sum(i, tuple(j for j, deeper in below if deeper == nearest), panel.figures)
        yield from _total_sums(totals, others, panel.figures)


def _total_sums(totals: list[int], others: list[tuple[int, int]], figures: tuple[int, ...]) -> Iterator[_Sum]:
    outermost = min((level for _, level in others), default=0)
    top = [i for i, level in others if level == outermost]
    if not totals or not top:
        return
    if totals[0] < top[0]:
        yield _Sum(totals[0], tuple(top), figures)
    else:
        yield _Sum(totals[0], tuple(i for i in top if i < totals[0]), figures)
    for before, total in pairwise(totals):
        yield _Sum(total, (before, *(i for i in top if before < i < total)), figures)


def _label(draft: Draft, panel: int) -> Slot | None:
    labels = draft.labels(panel)
    return labels[0] if labels else None


def _level(draft: Draft, label: Slot, panel: Panel, number: int) -> int:
    if panel.coded:
        return len(label.text)
    if len(panel.names) > 1:
        return len(draft.labels(number))  # 工资福利支出 alone sums up the rows that also name a second subject
    indent = len(label.text) - len(label.text.lstrip("\u3000"))
    return indent * 2 + (1 if re.match(r"[①-⑳]|其中", label.text.strip("\u3000")) else 0)


def _narrow(addition: _Sum, drafts: list[Draft], domains: list[list[_Way]], wider: list[list[_Way]]) -> None:
    """Keep those columns of the rows under which the total is the sum of its parts, if there are any such.

    Where the rows are decided and yet do not add up, the one other way that adds up, if there is just one, wins.
    A decided sum whose total, or all of whose parts, are beyond doubt leaves no doubt about the others.
    """
    rows = addition.rows
    if _decided(addition, domains) and _holds(addition, drafts, domains, exact=True):
        if len(wider[rows[0]]) == 1 or all(len(wider[i]) == 1 for i in rows[1:]):
            for i in rows:
                wider[i] = domains[i]
        return
    fitting = _ways_that_fit(addition, drafts, domains, wider)
    for at, i in enumerate(rows if fitting else ()):
        domains[i] = sorted({ways[at] for ways in fitting})


def _ways_that_fit(
    addition: _Sum, drafts: list[Draft], domains: list[list[_Way]], wider: list[list[_Way]]
) -> list[tuple[_Way, ...]]:
    """Ways of the rows under which the sum holds: exactly, by the one other way, or nearly."""
    decided = _decided(addition, domains)
    if not decided and (fitting := _fitting(addition, drafts, domains, exact=True)):
        return fitting
    other = _fitting(addition, drafts, wider, exact=True)
    if len(other) == 1:
        return other
    if decided and _holds(addition, drafts, domains):
        return []
    near = _fitting(addition, drafts, wider if decided else domains, exact=False)
    return near if len(near) == 1 or not decided else []


def _doubted(addition: _Sum, drafts: list[Draft], domains: list[list[_Way]], wider: list[list[_Way]]) -> bool:
    """Whether a decided sum with rows that could stand otherwise does not hold, or would hold better then."""
    if not _decided(addition, domains) or _holds(addition, drafts, domains, exact=True):
        return False
    open_rows = any(len(wider[i]) > 1 for i in addition.rows)
    return open_rows and (not _holds(addition, drafts, domains) or bool(_fitting(addition, drafts, wider, exact=True)))


def _fitting(addition: _Sum, drafts: list[Draft], choice: list[list[_Way]], *, exact: bool) -> list[tuple[_Way, ...]]:
    """The ways of the rows under which the sum holds; none are tried where there are too many."""
    size = 1
    for i in addition.rows:
        size *= len(choice[i])
    if not 0 < size <= _WAYS:
        return []
    every = product(*(choice[i] for i in addition.rows))
    return [ways for ways in every if _adds_up(addition, ways, drafts, exact=exact)]


def _decided(addition: _Sum, domains: list[list[_Way]]) -> bool:
    return all(len(domains[i]) == 1 for i in addition.rows)


def _holds(addition: _Sum, drafts: list[Draft], domains: list[list[_Way]], *, exact: bool = False) -> bool:
    return _adds_up(addition, [domains[i][0] for i in addition.rows], drafts, exact=exact)


def _adds_up(addition: _Sum, ways: Sequence[_Way], drafts: list[Draft], *, exact: bool = False) -> bool:
    values = [_values(drafts[i], way) for i, way in zip(addition.rows, ways, strict=True)]
    slack = Decimal(0) if exact else Decimal("0.01") * max(len(addition.parts) - 1, 0)
    for column in addition.figures:
        parts = sum((value.get(column, Decimal(0)) for value in values[1:]), Decimal(0))
        if abs(values[0].get(column, Decimal(0)) - parts) > slack:
            return False
    return True


def _row(draft: Draft, way: _Way | None, columns: Sequence[Column]) -> Row:
    place = draft.slots[0].token.place
    cells = [Cell("", place) for _ in columns]
    if way is None:
        label = next((slot for slot in draft.slots if slot.column is not None), None)
        if label is not None and label.column is not None:
            cells[label.column] = Cell(label.text, label.token.place)
        first = next(i for i, column in enumerate(columns) if column.kind in ("money", "change"))
        cells[first if label else 0] = Cell(" ".join(slot.text for slot in draft.slots), place)
        return Row(tuple(cells), False)
    ordered = iter(way)
    for slot in draft.slots:
        at = slot.column if slot.column is not None else next(ordered)
        cells[at] = Cell(slot.text, slot.token.place)
    return Row(tuple(cells), True, _faults(draft, way, columns))
