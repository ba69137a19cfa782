"""Tables with rules across alone whose texts begin at the edges of their columns, as forms do: rules and words → grid.

The rules say where rows end, and by where they begin which columns they close; the columns are where words begin in
several rows. A head stands in the middle of its columns. Where too few words begin at a column's edge there is no
grid: whose a text in the middle is cannot be told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

from kg_builder.readers.alignment import Word, line_words
from kg_builder.readers.edges import EDGE, Band, apart, begins, columns, is_told_by_edges, places, reach
from kg_builder.readers.ink import Rule, Run, runs_to_lines

ROWS = 6  # rows between rules that make such a table
OPEN = 2  # words below the last rule from which they may be a row: fewer are a note, or who signs
NEXT = 2.5  # type sizes from a rule to the line beside it, and from one line of a row to the next
TALLEST = 200.0  # points between two rules of one table
Lines = tuple[tuple[float, ...], tuple[float, ...], list[list[bool]], list[list[bool]]]


def across_lines(rules: Sequence[Rule], runs: Iterable[Run]) -> Iterator[Lines]:
    """The edges of columns and rows of each such table, where rules part rows, and where words part columns."""
    words = [word for line in runs_to_lines(runs) if not line[0].turned for word in line_words(line)]
    for stack in _stacks(rules):
        if found := _stack_to_lines(stack, words):
            yield found


def _stacks(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Rules across below one another that end at one place on the right."""
    stack: list[Rule] = []
    for rule in sorted((r for r in rules if not r.upright), key=lambda r: (r.at, r.start)):
        if stack and (abs(stack[-1].end - rule.end) > EDGE or rule.at - stack[-1].at > TALLEST):
            yield stack
            stack = []
        stack.append(rule)
    yield stack


def _stack_to_lines(stack: Sequence[Rule], words: Sequence[Word]) -> Lines | None:
    ys = places(rule.at for rule in stack)
    if len(ys) <= ROWS:
        return None
    xs, bands = _columns_of(stack, _bands(stack, ys, words))
    if not is_told_by_edges(xs, [word for band in bands for word in band]):
        return None
    ys = _with_open_ends(ys, xs, words)
    bands = [_apart(band, xs) for band in _bands(stack, ys, words)]
    floor = [[_covers(stack, y, (a + b) / 2) for a, b in itertools.pairwise(xs)] for y in ys[1:-1]]
    wall = [_walls(band, xs) for band in bands]
    _close(wall, floor, [[_starts(stack, y, x) for x in xs[1:-1]] for y in ys])
    return xs, ys, floor, wall


def _with_open_ends(ys: tuple[float, ...], xs: Sequence[float], words: Sequence[Word]) -> tuple[float, ...]:
    """The edges of rows, with the row above the first rule and the one below the last where their texts begin at the
    edges of the columns: rules that part rows alone leave both open.
    """
    above = _row_from([w for w in words if w.runs[0].y < ys[0]], xs, ys[0])
    below = _row_from([w for w in words if w.runs[0].y > ys[-1]], xs, ys[-1])
    first = [min(w.runs[0].top for w in above) - 1] if len(above) > 1 else []
    last = [max(w.runs[0].bottom for w in below) + 1] if len(below) > OPEN else []
    return *first, *ys, *last


def _row_from(words: Sequence[Word], xs: Sequence[float], start: float) -> list[Word]:
    """The words of the lines next to a rule as long as all of each line begin at the edges of columns; none where no
    word stands in the first two columns.
    """
    found: list[Word] = []
    by_line = itertools.groupby(sorted(words, key=lambda w: abs(w.runs[0].y - start)), key=lambda w: round(w.runs[0].y))
    for _, group in by_line:
        line = list(group)
        near = abs(line[0].runs[0].y - start) <= NEXT * line[0].runs[0].size
        if not near or any(begins(word, xs) is None for word in line):
            break
        found += line
        start = line[0].runs[0].y
    return found if any(word.x0 < xs[2] for word in found) else []


def _bands(stack: Sequence[Rule], ys: Sequence[float], words: Sequence[Word]) -> list[Band]:
    """The words between each two heights of rules."""
    left, right = _ends(stack)
    inside = [word for word in words if left - EDGE <= word.x0 and word.x1 <= right + EDGE]
    return [[word for word in inside if a < word.runs[0].y <= b] for a, b in itertools.pairwise(ys)]


def _ends(stack: Sequence[Rule]) -> tuple[float, float]:
    return min(rule.start for rule in stack), max(rule.end for rule in stack)


def _columns_of(stack: Sequence[Rule], bands: Sequence[Band]) -> tuple[tuple[float, ...], list[Band]]:
    """The edges of the columns, and the words of each row, none of them over an edge at which its next piece begins."""
    left, right = _ends(stack)
    starts = {rule.start for rule in stack if rule.start > left + EDGE}
    xs = columns(bands, starts, left, right)
    return xs, [_apart(band, xs) for band in bands]


def _apart(band: Band, xs: Sequence[float]) -> Band:
    return [part for word in band for part in apart(word, xs)]


def _covers(stack: Iterable[Rule], y: float, x: float) -> bool:
    return any(abs(r.at - y) <= EDGE and r.start <= x <= r.end for r in stack)


def _starts(stack: Iterable[Rule], y: float, x: float) -> bool:
    return any(abs(r.at - y) <= EDGE and abs(r.start - x) <= EDGE for r in stack)


def _walls(band: Band, xs: Sequence[float]) -> list[bool]:
    """Where a row's columns end: not where a word reaches over an edge, nor below a head in the middle of several."""
    reaches = [reach(word, band, xs) for word in band]
    return [not any(first < i < end for first, end in reaches) for i in range(1, len(xs) - 1)]


def _close(wall: list[list[bool]], floor: Sequence[Sequence[bool]], begun: Sequence[Sequence[bool]]) -> None:
    """Cells that go down over several rows: where no rule parts rows, a word over an edge is over it in all of them.

    An edge at which a rule begins is one in the rows above and below the rule.
    """
    for i in (*range(len(floor)), *reversed(range(len(floor)))):
        for j in range(len(wall[i])):
            if not floor[i][j] and not floor[i][j + 1]:
                wall[i][j] = wall[i + 1][j] = wall[i][j] and wall[i + 1][j]
    for i, starts in enumerate(begun):
        for j, is_start in enumerate(starts):
            for row in (i - 1, i):
                if is_start and 0 <= row < len(wall):
                    wall[row][j] = True
