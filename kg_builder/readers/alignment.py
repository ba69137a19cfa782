"""Text positions decide where rules are missing inside a grid: columns and rows."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_builder import marks
from kg_builder.readers.ink import Run, line_text, runs_to_lines
from kg_builder.text import narrow

WORD = 1.2  # gap in type sizes that separates two words of a table line
CLOSE = 1.45  # distance in type sizes up to which two lines may be one wrapped text
_SEVERAL = 3  # lines of wrapped texts that show how close they stand
_SURELY = 0.9  # of the distance of rows that wrapped lines keep to
ROOM = 3.5  # type sizes beside a line that show that it ends there: a word, and the space around the text of a cell
SOLID = 1.25  # up to which even short lines may be one text that its writer broke
APART = 1.5  # gap in type sizes between two columns that no rule parts

Span = tuple[int, int, int, int]

# 1,098.40 · -3.5 · 12%: any figure that stands alone
_FIGURE = re.compile(r"[-+(（]?\d[\d,]*(?:\.\d+)?[%％)）]?")
# 1,098.40 · 98.40 · 98.4025 · 1,098 · 0: a sum that is surely whole, not the first or last part of a wrapped one
_WHOLE_SUM = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+(?:\.\d\d?)?|\d+\.\d{2,6})|0")


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
    """Part a row that prints sums at several heights in two of its cells."""
    for i in reversed(range(len(grid.ys) - 1)):
        own = {span: runs_to_lines(runs) for span, runs in content.items() if (span[0], span[2]) == (i, i + 1)}
        short = all(_are_short(lines, grid.xs[span[3]] - grid.xs[span[1]]) for span, lines in own.items())
        cells = list(own.values())
        ends = _row_ends(cells, short)
        for at in sorted([*ends, *_ends_by_ordinals(cells, ends)], reverse=True):
            grid = _part_row(grid, i, at)
    return grid


def _ends_by_ordinals(cells: Sequence[list[list[Run]]], known: Sequence[float]) -> list[float]:
    """Where more rows end by the numbers of their labels, 一、… above 二、…, beside cells of figures alone, none of
    which stands at an end: a row without a figure, and no text of a form.
    """
    labels = [lines for lines in cells if not _are_figures(lines)]
    if len(labels) != 1 or len(cells) < 2:
        return []
    begins = _counted_on([narrow(line_text(line)) for line in labels[0]])
    gaps = zip(itertools.pairwise(line[0].y for line in labels[0]), begins[1:], strict=True)
    ends = [(a + b) / 2 for (a, b), begun in gaps if begun and not any(a < at < b for at in known)]
    return [] if any(_stands_at(ends, lines) for lines in cells if lines is not labels[0]) else ends


def _are_figures(lines: Sequence[Sequence[Run]]) -> bool:
    return all(_FIGURE.fullmatch(narrow(line_text(line))) for line in lines)


def _stands_at(ends: Sequence[float], lines: Sequence[Sequence[Run]]) -> bool:
    return any(abs(line[0].y - at) < line[0].size / 4 for line in lines for at in ends)


def _counted_on(texts: Sequence[str]) -> list[bool]:
    """Which lines begin with the next number, 一、 二、 from the first line on; none where they do not count on."""
    ordinals = [marks.ordinal_of(text) for text in texts]
    plain = [ordinal is not None and ordinal.style == "plain" for ordinal in ordinals]
    numbers = [ordinal.number for ordinal in ordinals if ordinal is not None and ordinal.style == "plain"]
    counted = plain[0] and all(b - a == 1 for a, b in itertools.pairwise(numbers))
    return plain if counted else [False] * len(texts)


def _are_short(lines: Sequence[Sequence[Run]], width: float) -> bool:
    """Whether each line of a cell leaves room for what the next one begins with: then none of them is wrapped."""
    reaches = [(line[0].x0, line[-1].x1, line[0].size) for line in lines]
    return all(width - (x1 - x0) > ROOM * size for x0, x1, size in reaches[:-1])


def _row_ends(cells: list[list[list[Run]]], short: bool) -> list[float]:
    """Where rows end that no rule parts; none where the lines leave it open which of them are one wrapped text: not
    where all of them are `short`.
    """
    columns = [_sum_heights(lines) for lines in cells if len(lines) > 1]
    if len(columns) < 2 or not any(len(heights) > 1 for heights in columns):
        return []
    size = max(line[0].size for lines in cells for line in lines)
    sums = _heights(itertools.chain.from_iterable(map(_sum_heights, cells)), size)
    return _ends_by_gaps(cells, sums, size, short) or _ends_by_centres(cells, _with_lone_lines(cells, sums, size), size)


def _ends_by_gaps(cells: list[list[list[Run]]], sums: Sequence[float], size: float, short: bool) -> list[float]:
    """Rows stand at least as far apart as the two nearest sums do where the gap between them is widest: what stands
    closer is one text. Rows that print no sum are told only where rows stand farther apart than wrapped lines do.
    """
    lines = itertools.chain.from_iterable(cells)
    gaps = list(itertools.pairwise(_heights((line[0].y for line in lines), size)))
    least = _least_apart(sums, gaps, size)
    if least is None:
        return []
    wide = [(a, b) for a, b in gaps if b - a >= least]
    ends = [(a + b) / 2 for a, b in wide]
    counts = [sum(a < y < b for y in sums) for a, b in itertools.pairwise((-math.inf, *ends, math.inf))]
    apart = min((b - a for a, b in wide), default=0.0)
    bare = 0 in counts and apart <= (SOLID if short else CLOSE) * size and not _wraps_closer(cells, apart)
    return [] if bare or max(counts) > 1 else ends


def _with_lone_lines(cells: list[list[list[Run]]], sums: Sequence[float], size: float) -> list[float]:
    """The heights of sums, and those of lines that stand alone in their cell: rows that print no sum."""
    lone = list[float]()
    for lines in cells:
        heights = [-math.inf, *(line[0].y for line in lines), math.inf]
        lone += [
            y for a, y, b in zip(heights, heights[1:], heights[2:], strict=False) if min(y - a, b - y) > CLOSE * size
        ]
    return _heights((*sums, *lone), size)


def _ends_by_centres(cells: list[list[list[Run]]], sums: Sequence[float], size: float) -> list[float]:
    """Every text stands with its middle at the height of its row's sums, however close the texts of rows are; none
    where one does not, where no sum stands between two lines of its text, or where the texts of two rows overlap.
    """
    tops, bottoms, between_lines = list(sums), list(sums), False
    for lines in cells:
        heights, start = [line[0].y for line in lines], 0
        for row, middle in enumerate(sums):
            end = _end_of_text(heights, start, middle, size)
            if end > start:
                tops[row], bottoms[row] = min(tops[row], heights[start]), max(bottoms[row], heights[end - 1])
            between_lines = between_lines or (end - start) % 2 == 0 < end - start
            start = end
        if start < len(heights):
            return []
    if not between_lines:
        return []
    between = list(zip(bottoms, tops[1:], strict=False))
    return [(a + b) / 2 for a, b in between] if all(b - a > size / 2 for a, b in between) else []


def _end_of_text(heights: Sequence[float], start: int, middle: float, size: float) -> int:
    """Behind the last of the lines from `start` on whose middle is at a height; `start` where there are none."""
    for end in range(start + 1, len(heights) + 1):
        text = heights[start:end]
        if any(b - a > CLOSE * size for a, b in itertools.pairwise(text)):
            break
        if abs((text[0] + text[-1]) / 2 - middle) < size / 4:
            return end
    return start


def _wraps_closer(cells: Iterable[list[list[Run]]], apart: float) -> bool:
    """Whether several lines of the cells' texts stand closer than rows do, and surely closer."""
    gaps = [b[0].y - a[0].y for lines in cells for a, b in itertools.pairwise(lines)]
    close = [gap for gap in gaps if gap < apart]
    return len(close) >= _SEVERAL and max(close) <= _SURELY * apart


def _least_apart(sums: Sequence[float], gaps: Sequence[tuple[float, float]], size: float) -> float | None:
    """The widest gap between two sums, where it is smallest; None where two sums have no gap between them."""
    pairs = itertools.pairwise(sums)
    between = [[b - a for a, b in gaps if y <= a + size / 3 and b <= z + size / 3] for y, z in pairs]
    return 0.9 * min(map(max, between)) if between and all(between) else None


def _sum_heights(lines: list[list[Run]]) -> list[float]:
    """Where a cell prints sums, one a line: whole ones, and figures that all stand apart; none of a wrapped number."""
    texts = [narrow(line_text(line)) for line in lines]
    if len(lines) > 1 and _WHOLE_SUM.fullmatch("".join(texts)):
        return []
    if _is_column(lines, texts):
        return [line[0].y for line in lines]
    return [line[0].y for line, text in zip(lines, texts, strict=True) if _WHOLE_SUM.fullmatch(text)]


def _is_column(lines: list[list[Run]], texts: Sequence[str]) -> bool:
    """Whether a cell prints figures alone, each farther from the next than the lines of a wrapped number are."""
    gaps = [b[0].y - a[0].y for a, b in itertools.pairwise(lines)]
    apart = all(gap > CLOSE * line[0].size for gap, line in zip(gaps, lines, strict=False))
    return len(lines) > 1 and apart and all(map(_FIGURE.fullmatch, texts))


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
