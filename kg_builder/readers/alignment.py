"""Text positions decide where rules are missing inside a grid: columns and rows."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_builder.readers.ink import Run, line_text, runs_to_lines
from kg_builder.text import narrow

WORD = 1.2  # gap in type sizes that separates two words of a table line
CLOSE = 1.45  # distance in type sizes up to which two lines may be one wrapped text
APART = 1.5  # gap in type sizes between two columns that no rule parts

Span = tuple[int, int, int, int]

# 1,098.40 · -3.5 · 12%: any figure that stands alone
_FIGURE = re.compile(r"[-+(（]?\d[\d,]*(?:\.\d+)?[%％)）]?")
# 1,098.40 · 98.40 · 1,098 · 0: a sum that is surely whole, not the first or last part of a wrapped one
_WHOLE_SUM = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+\.\d\d)|0")


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a table: column edges, row edges, and the rectangles (top, left, bottom, right) of its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    spans: tuple[Span, ...]


class Word:
    """Runs of one line without a wide gap between them."""

    def __init__(self, runs: list[Run]) -> None:
        self.runs = runs
        self.x0, self.x1 = min(r.x0 for r in runs), max(r.x1 for r in runs)
        self.text = narrow(line_text(runs))
        self.is_figure = bool(_FIGURE.fullmatch(self.text))
        self.is_sum = bool(_WHOLE_SUM.fullmatch(self.text))


def line_words(line: Sequence[Run]) -> list[Word]:
    """The words of a line from left to right."""
    groups: list[list[Run]] = []
    for run in line:
        if groups and run.x0 - groups[-1][-1].x1 < WORD * min(run.size, groups[-1][-1].size):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [Word(group) for group in groups]


def with_missing_columns(grid: Grid, content: dict[Span, list[Run]]) -> Grid:
    """Part a column where at least two of its rows print a figure beside other text with one free strip between."""
    for j in reversed(range(len(grid.xs) - 1)):
        cells = [runs for span, runs in content.items() if (span[1], span[3]) == (j, j + 1)]
        lines = [line_words(line) for runs in cells for line in runs_to_lines(runs)]
        if at := _free_strip([words for words in lines if any(w.is_figure for w in words)]):
            grid = _part_column(grid, j, at, content)
    return grid


def _free_strip(lines: list[list[Word]]) -> float | None:
    pairs = [(a, b) for words in lines for a, b in itertools.pairwise(words) if b.is_figure]
    pairs = [(a, b) for a, b in pairs if b.x0 - a.x1 >= APART * a.runs[0].size]
    if len(pairs) < 2:
        return None
    start, end = max(a.x1 for a, _ in pairs), min(b.x0 for _, b in pairs)
    blocked = any(w.x0 < end and w.x1 > start for words in lines for w in words)
    return None if end <= start or blocked else (start + end) / 2


def _part_column(grid: Grid, j: int, at: float, content: dict[Span, list[Run]]) -> Grid:
    spans: list[Span] = []
    for span in grid.spans:
        top, left, bottom, right = span
        if left > j:
            spans.append((top, left + 1, bottom, right + 1))
        elif right <= j:
            spans.append(span)
        elif right - left > 1 or any(r.x0 < at - 1 and r.x1 > at + 1 for r in content.get(span, ())):
            spans.append((top, left, bottom, right + 1))
        else:
            spans += [(top, left, bottom, right), (top, right, bottom, right + 1)]
    return Grid((*grid.xs[: j + 1], at, *grid.xs[j + 1 :]), grid.ys, tuple(spans))


def with_missing_rows(grid: Grid, content: dict[Span, list[Run]]) -> Grid:
    """Part a row that prints whole sums at several heights in two of its cells."""
    for i in reversed(range(len(grid.ys) - 1)):
        cells = [runs_to_lines(runs) for span, runs in content.items() if (span[0], span[2]) == (i, i + 1)]
        for at in reversed(_row_ends(cells)):
            grid = _part_row(grid, i, at)
    return grid


def _row_ends(cells: list[list[list[Run]]]) -> list[float]:
    """Where rows end that no rule parts; none where the lines leave it open which of them are one wrapped text.

    Rows stand at least as far apart as the two nearest sums do where the gap between them is widest: what stands
    closer is one text. Rows that print no sum are told only where rows stand farther apart than wrapped lines do.
    """
    columns = [_sum_heights(lines) for lines in cells if len(lines) > 1]
    if len(columns) < 2 or not any(len(heights) > 1 for heights in columns):
        return []
    lines = list(itertools.chain.from_iterable(cells))
    size = max(line[0].size for line in lines)
    sums = _heights(itertools.chain.from_iterable(map(_sum_heights, cells)), size)
    gaps = list(itertools.pairwise(_heights((line[0].y for line in lines), size)))
    least = _least_apart(sums, gaps, size)
    if least is None:
        return []
    ends = [(a + b) / 2 for a, b in gaps if b - a >= least]
    counts = [sum(a < y < b for y in sums) for a, b in itertools.pairwise((-math.inf, *ends, math.inf))]
    bare = least <= CLOSE * size and 0 in counts
    return [] if bare or max(counts) > 1 else ends


def _least_apart(sums: Sequence[float], gaps: Sequence[tuple[float, float]], size: float) -> float | None:
    """The widest gap between two sums, where it is smallest; None where two sums have no gap between them."""
    pairs = itertools.pairwise(sums)
    between = [[b - a for a, b in gaps if y <= a + size / 3 and b <= z + size / 3] for y, z in pairs]
    return 0.9 * min(map(max, between)) if between and all(between) else None


def _sum_heights(lines: list[list[Run]]) -> list[float]:
    """Where a cell prints whole sums, one a line; none where its lines are one wrapped number."""
    texts = [narrow(line_text(line)) for line in lines]
    if len(lines) > 1 and _WHOLE_SUM.fullmatch("".join(texts)):
        return []
    return [line[0].y for line, text in zip(lines, texts, strict=True) if _WHOLE_SUM.fullmatch(text)]


def _heights(found: Iterable[float], size: float) -> list[float]:
    """Heights from the top, those of one line as one."""
    heights: list[float] = []
    for y in sorted(found):
        if not heights or y - heights[-1] > size / 3:
            heights.append(y)
    return heights


def _part_row(grid: Grid, i: int, at: float) -> Grid:
    spans: list[Span] = []
    for top, left, bottom, right in grid.spans:
        if top > i:
            spans.append((top + 1, left, bottom + 1, right))
        elif bottom <= i:
            spans.append((top, left, bottom, right))
        elif bottom - top > 1:
            spans.append((top, left, bottom + 1, right))
        else:
            spans += [(top, left, bottom, right), (bottom, left, bottom + 1, right)]
    return Grid(grid.xs, (*grid.ys[: i + 1], at, *grid.ys[i + 1 :]), tuple(sorted(spans)))
