"""Text positions decide where rules are missing inside a grid: columns and rows."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg_builder.readers.ink import Run, line_text, runs_to_lines
from kg_builder.text import narrow

WORD = 1.2  # gap in type sizes that separates two words of a table line
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
    """Part a row where two of its cells print lines at the same heights and one of them a whole sum on each line."""
    for i in reversed(range(len(grid.ys) - 1)):
        cells = [runs_to_lines(runs) for span, runs in content.items() if (span[0], span[2]) == (i, i + 1)]
        heights = _sum_heights(cells)
        for above, below in reversed(list(itertools.pairwise(heights))):
            grid = _part_row(grid, i, (above + below) / 2)
    return grid


def _sum_heights(cells: list[list[list[Run]]]) -> list[float]:
    columns = [lines for lines in cells if len(lines) > 1]
    for lines in columns:
        texts = [line_text(line) for line in lines]
        if all(_WHOLE_SUM.fullmatch(text) for text in texts) and not _WHOLE_SUM.fullmatch("".join(texts)):
            heights = [line[0].y for line in lines]
            if sum(_at_heights(other, heights) for other in columns) > 1:  # itself and another
                return heights
    return []


def _at_heights(lines: list[list[Run]], heights: list[float]) -> bool:
    return all(any(abs(line[0].y - y) < 0.3 * line[0].size for line in lines) for y in heights)


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
