"""Text positions decide where rules are missing: columns and rows inside a grid, and whole tables without rules."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_builder.readers.ink import Run, line_text, runs_to_lines

WORD = 1.2  # gap in type sizes that separates two words of a table line
APART = 1.5  # gap in type sizes between two columns that no rule parts
BLOCK = 3  # lines with figures that make a table

Span = tuple[int, int, int, int]

# 1,098.40 · -3.5 · 12%: any figure that stands alone
_FIGURE = re.compile(r"[-+(（]?\d[\d,]*(?:\.\d+)?[%％)）]?")
# 1,098.40 · 98.40 · 1,098 · 0: a sum that is surely whole, not the first or last part of a wrapped one
_WHOLE_SUM = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+\.\d\d)|0")
# 单位：万元 · （单位:元）
_UNIT_LINE = re.compile(r"单位[:：](?:人民币)?[百千万亿]?元")


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
        self.text = line_text(runs)
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


# --- inside a grid -------------------------------------------------------------------------------------------------


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


# --- without rules -------------------------------------------------------------------------------------------------


def unruled_grids(runs: Iterable[Run]) -> list[Grid]:
    """Grids of blocks of lines whose figures stand in columns; prose and tables of contents have none."""
    lines = [line_words(line) for line in runs_to_lines(runs) if not line[0].turned]
    return [grid for first, last in _blocks(lines) if (grid := _block_to_grid(lines, first, last))]


def _blocks(lines: list[list[Word]]) -> list[tuple[int, int]]:
    """Stretches of lines (from, to) with figures in columns, no more than one other line between two of them."""
    found: list[tuple[int, int]] = []
    figures = [i for i, words in enumerate(lines) if len(words) > 1 and any(w.is_figure for w in words[1:])]
    start = 0
    for k in range(1, len(figures) + 1):
        if k < len(figures) and figures[k] - figures[k - 1] <= 2:
            continue
        stretch = figures[start:k]
        if len(stretch) >= BLOCK and _prints_sums(lines, stretch):
            found.append((stretch[0], stretch[-1] + 1))
        start = k
    return found


def _prints_sums(lines: list[list[Word]], stretch: list[int]) -> bool:
    words = [w for i in stretch for w in lines[i][1:] if w.is_figure]
    above = lines[max(0, stretch[0] - 5) : stretch[0]]
    named = any(_UNIT_LINE.search("".join(w.text for w in words)) for words in above)
    return named or sum(w.is_sum and w.text != "0" for w in words) >= 0.6 * len(words)


def _block_to_grid(lines: list[list[Word]], first: int, last: int) -> Grid | None:
    body = [words for words in lines[first:last] if len(words) > 1]
    columns = _columns(body)
    if len(columns) < 2:
        return None
    while first and len(lines[first - 1]) > 1 and not _is_caption(lines[first - 1]):
        first -= 1  # lines of the head
    block = lines[first:last]
    xs = (
        min(columns[0][0], *(w.x0 for words in block for w in words)) - 1,
        *((a[1] + b[0]) / 2 for a, b in itertools.pairwise(columns)),
        max(columns[-1][1], *(w.x1 for words in block for w in words)) + 1,
    )
    runs = [[r for w in words for r in w.runs] for words in block]
    tops, bottoms = [min(r.top for r in row) for row in runs], [max(r.bottom for r in row) for row in runs]
    ys = (tops[0] - 1, *((a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False)), bottoms[-1] + 1)
    if list(ys) != sorted(ys):
        return None
    spans = tuple(s for i, words in enumerate(block) for s in _row_spans(i, words, xs))
    return Grid(xs, ys, spans)


def _is_caption(words: list[Word]) -> bool:
    text = "".join(w.text for w in words)
    return bool(_UNIT_LINE.search(text)) or text.endswith("表")


def _columns(body: list[list[Word]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for x0, x1 in sorted((w.x0, w.x1) for words in body for w in words):
        if merged and x0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _row_spans(i: int, words: list[Word], xs: tuple[float, ...]) -> list[Span]:
    """Cells of one line: a word that reaches over an edge joins the columns on both its sides."""
    crossed = {j for j in range(1, len(xs) - 1) if any(w.x0 < xs[j] - 1 and w.x1 > xs[j] + 1 for w in words)}
    edges = [j for j in range(len(xs)) if j not in crossed]
    return [(i, a, i + 1, b) for a, b in itertools.pairwise(edges)]
