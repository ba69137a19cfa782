"""Lines of a form whose rows lie no farther apart than the lines of a wrapped text → its cells, by their middles.

All texts of a row stand in the middle of its height, so a text of two lines stands half a line off texts of one. A
line goes on in the next one only where it leaves no room for what that begins with, and a line that may be the rest of
a text is a row only where something stands beside it. There are no cells where the lines can be parted in two ways.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import cache

from kg_builder.readers.alignment import Word
from kg_builder.text import squeeze

LEVEL = 1.6  # points by which the texts of one row may be off its middle
SLACK = 1.2  # type sizes that a full line may leave free: what must not begin a line draws a character with it
PITCH = 1.1  # times the distance of the closest two lines that the lines of a text may stand apart
MOST = 120  # lines of a column on a page

# 数量指标 · 服务对象满意度指标: the label of a level is whole
_LEVEL = re.compile(r"[一-鿿]+指标")

Reach = tuple[int, int]  # columns, the last exclusive
Placed = tuple[Word, Reach]
Text = tuple[Reach, list[Word]]  # lines below one another, and the columns that they stand in


class _Column:
    """Lines of text that begin at one edge: `ends` tells of each behind which line its text ends at most.

    `closest` is the least distance of two lines of any column.
    """

    def __init__(self, lines: Sequence[Placed], xs: Sequence[float], closest: float) -> None:
        self.lines, self.closest = lines, closest
        self.heights = [word.runs[0].y for word, _ in lines]
        inset = max(0.0, min(word.x0 - xs[reach[0]] for word, reach in lines))
        self.ends = [self._end(start, xs, inset) for start in range(len(lines))]

    def _end(self, start: int, xs: Sequence[float], inset: float) -> int:
        left, right = self.lines[start][1]
        for end in range(start + 1, len(self.lines)):
            last, right = self.lines[end - 1][0], max(right, self.lines[end - 1][1][1])
            close = self.heights[end] - self.heights[end - 1] <= PITCH * self.closest
            if not close or not _goes_on(last, self.lines[end][0], xs[right] - xs[left] - 2 * inset):
                return end
        return len(self.lines)

    def text(self, start: int, end: int) -> Text:
        """The lines from `start` to before `end` as one text."""
        lines = self.lines[start:end]
        return (lines[0][1][0], max(reach[1] for _, reach in lines)), [word for word, _ in lines]

    def may_be_rest(self, start: int) -> bool:
        """Whether the text of a line above may go on in this one."""
        return any(end > start for end in self.ends[:start])

    def end_at(self, start: int, middle: float) -> int:
        """Behind the last line of a text from `start` on whose middle is at a height; `start` where there is none."""
        own = self.heights[start : self.ends[start]] if start < len(self.lines) else []
        fits = (i for i, y in enumerate(own, start + 1) if abs((own[0] + y) / 2 - middle) <= LEVEL)
        return next(fits, start)


def _goes_on(line: Word, below: Word, width: float) -> bool:
    """Whether a line leaves no room for what the next one begins with."""
    if line.is_sum or _LEVEL.fullmatch(squeeze(line.text)):
        return False
    return width - (line.x1 - line.x0) < _first_width(below) + SLACK * line.runs[0].size


def _first_width(word: Word) -> float:
    """How wide the first character is, or the first word of Latin letters and digits."""
    glyphs = word.runs[0].glyphs
    end = next((i for i, g in enumerate(glyphs) if i and (g.spaced or not (g.text.isascii() and g.text.isalnum()))), 1)
    return glyphs[end - 1].x1 - glyphs[0].x0


def _columns(placed: Sequence[Placed], xs: Sequence[float]) -> list[_Column]:
    lines = sorted(placed, key=lambda p: (p[1][0], p[0].runs[0].y))
    groups = [list(own) for _, own in itertools.groupby(lines, key=lambda p: p[1][0])]
    gaps = (b[0].runs[0].y - a[0].runs[0].y for own in groups for a, b in itertools.pairwise(own))
    closest = min(gaps, default=0.0)
    return [_Column(own, xs, closest) for own in groups]


def labels_beside(placed: Sequence[Placed], xs: Sequence[float], rows: Sequence[float]) -> list[Text]:
    """The labels beside rows with these middles: lines that make the label of a level are one, any other line in the
    middle of a row stands alone.
    """
    found: list[Text] = []
    for column in _columns(placed, xs):
        start = 0
        while start < len(column.lines):
            end = column.ends[start]
            if not _LEVEL.fullmatch("".join(squeeze(word.text) for word, _ in column.lines[start:end])):
                alone = [i for i in range(start, end) if _is_at(column.heights[i], rows)]
                end = next((max(i, start + 1) for i in alone), end)
            found.append(column.text(start, end))
            start = end
    return found


def _is_at(height: float, others: Sequence[float]) -> bool:
    return any(abs(height - other) <= LEVEL for other in others)


def rows_by_middles(placed: Sequence[Placed], xs: Sequence[float], labels: Sequence[float]) -> list[list[Text]]:
    """The rows of lines of text between the columns' edges, beside lines of labels at some heights; none where there
    is no one way to part them.
    """
    columns = _columns(placed, xs)
    if any(len(column.lines) > MOST for column in columns):
        return []

    @cache
    def ways(starts: tuple[int, ...]) -> tuple[int, tuple[int, ...]]:
        """In how many ways the lines from `starts` on make rows, 2 for several, and where the first row ends."""
        found = [(ends, number) for ends in _first_rows(columns, starts, labels) if (number := ways(ends)[0])]
        if all(start == len(column.lines) for start, column in zip(starts, columns, strict=True)):
            return 1, ()
        return min(sum(number for _, number in found), 2), found[0][0] if found else ()

    starts = (0,) * len(columns)
    rows: list[list[Text]] = []
    number, ends = ways(starts)
    while number == 1 and ends:
        rows.append([c.text(a, b) for c, a, b in zip(columns, starts, ends, strict=True) if b > a])
        starts, ends = ends, ways(ends)[1]
    return rows


def _first_rows(
    columns: Sequence[_Column], starts: Sequence[int], labels: Sequence[float]
) -> Iterator[tuple[int, ...]]:
    """Where the lines of a first row may end in each column: texts with one middle, all other lines below them."""
    left = [(c.heights[start], c, start) for c, start in zip(columns, starts, strict=True) if start < len(c.lines)]
    for height, column, start in sorted(left, key=lambda line: line[0])[:1]:
        for end in range(start + 1, column.ends[start] + 1):
            middle = (height + column.heights[end - 1]) / 2
            ends = tuple(c.end_at(s, middle) for c, s in zip(columns, starts, strict=True))
            if _is_row(columns, starts, ends) and (_is_at(middle, labels) or not _is_rest(columns, starts, ends)):
                yield ends


def _is_row(columns: Sequence[_Column], starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Whether all lines that follow are below those from `starts` to `ends`."""
    lowest = max(c.heights[b - 1] for c, a, b in zip(columns, starts, ends, strict=True) if b > a)
    below = (c.heights[b] for c, b in zip(columns, ends, strict=True) if b < len(c.lines))
    return all(height - lowest > columns[0].closest - LEVEL for height in below)


def _is_rest(columns: Sequence[_Column], starts: Sequence[int], ends: Sequence[int]) -> bool:
    """Whether each text may be the rest of one above."""
    return all(c.may_be_rest(a) for c, a, b in zip(columns, starts, ends, strict=True) if b > a)
