"""Lines of a form that stand below one another as cells, cells side by side as rows, and rows with labels as a grid."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kg_builder.readers.alignment import Grid, Span, Word
from kg_builder.readers.middles import Reach
from kg_builder.text import squeeze

ROWS = 6
WRAPPED = 0.1  # type sizes by which the lines of one cell may lie farther apart than the closest two
NEXT = 0.2  # type sizes by which the texts of two rows lie farther apart than two lines of a cell
LEVEL = 1.6  # points by which the texts of one row may be off its middle, or its top
MANY = 1 << 16  # more than any number of columns

# 三级指标 · 指标: what stands over the names of indicators
NAMES = re.compile(r"三级指标(?:名称)?")
LEVELS = re.compile(r"(?:二|三)级指标(?:名称)?")
# 数量指标 · 满意度指标: the last line of a level's label
_LEVEL_END = re.compile(r"[一-鿿]*指标")

Cut = tuple[float, float, int]  # a rule down: from, to, and the number of its edge


@dataclass
class Stack:
    """Lines of text below one another in the columns of `reach`, the last exclusive."""

    reach: Reach
    words: list[Word] = field(default_factory=list)

    @property
    def x0(self) -> float:
        """The left end of the longest line."""
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        """The right end of the longest line."""
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        """The upper edge of the first line."""
        return min(run.top for word in self.words for run in word.runs)

    @property
    def bottom(self) -> float:
        """The lower edge of the last line."""
        return max(run.bottom for word in self.words for run in word.runs)

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "".join(word.text for word in self.words)

    @property
    def middle(self) -> float:
        """The height halfway between top and bottom."""
        return (self.top + self.bottom) / 2

    def is_beside(self, other: Stack) -> bool:
        """Whether the two share some height."""
        return min(self.bottom, other.bottom) - max(self.top, other.top) > 1


def is_head(words: Sequence[Word]) -> bool:
    """Whether a line holds the head over the names of indicators."""
    return any(NAMES.fullmatch(squeeze(word.text)) for word in words)


def gap(above: Word, below: Word) -> float:
    """How far a line stands below another, in type sizes."""
    return (below.runs[0].y - above.runs[0].y) / min(above.runs[0].size, below.runs[0].size)


def holds_rows(cell: Stack) -> bool:
    """Whether a cell holds the labels of several rows: 数量指标 over 质量指标, or a head over what it heads."""
    texts = [squeeze(word.text) for word in cell.words]
    return sum(bool(_LEVEL_END.fullmatch(text)) and len(text) > 2 for text in texts) > 1 or (
        len(texts) > 1 and any(map(LEVELS.fullmatch, texts))
    )


def in_rows(cells: Sequence[Stack]) -> list[list[Stack]]:
    """Cells side by side as rows, from top to bottom; none where one stands beside two, or off the level of its row."""
    rows: list[list[Stack]] = []
    for cell in sorted(cells, key=lambda c: c.top):
        if rows and any(cell.is_beside(other) for other in rows[-1]):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows if are_level(rows) and not any(map(overlap, rows)) else []


def overlap(row: Sequence[Stack]) -> bool:
    """Whether one cell of a row reaches into the columns of the next."""
    return any(a[1] > b[0] for a, b in itertools.pairwise(sorted(cell.reach for cell in row)))


def have_targets(rows: Sequence[Sequence[Stack]]) -> bool:
    """Whether each name of an indicator has text in the columns behind it: one without is the rest of a name."""
    heads = _head_row(rows)
    levels = sorted((cell.reach[0], text) for cell in rows[heads] if LEVELS.fullmatch(text := squeeze(cell.text)))
    pairs = itertools.pairwise([*levels, (MANY, "")])
    names = [range(at, end) for (at, text), (end, _) in pairs if NAMES.fullmatch(text)]
    return not any(_in_columns(row, name) == {name.start} for row in rows[heads + 1 :] for name in names)


def _head_row(rows: Sequence[Sequence[Stack]]) -> int:
    """Which row is that of the heads; 0 where none is."""
    return next((i for i, row in enumerate(rows) if is_head([word for cell in row for word in cell.words])), 0)


def _in_columns(row: Iterable[Stack], columns_of: range) -> set[int]:
    return {cell.reach[0] for cell in row if cell.reach[0] in columns_of}


def are_level(rows: Sequence[Sequence[Stack]]) -> bool:
    """Whether the texts of each row have one middle, one top or one bottom, and all rows have the same of these."""
    return any(all(map(level, rows)) for level in (_on_middle, _on_top, _on_bottom))


def _on_middle(cells: Sequence[Stack]) -> bool:
    return _are_near([cell.middle for cell in cells])


def _on_top(cells: Sequence[Stack]) -> bool:
    return _are_near([cell.top for cell in cells])


def _on_bottom(cells: Sequence[Stack]) -> bool:
    return _are_near([cell.bottom for cell in cells])


def _are_near(heights: Sequence[float]) -> bool:
    return max(heights) - min(heights) <= LEVEL


def rows_to_grid(
    xs: tuple[float, ...], rows: Sequence[Sequence[Stack]], labels: Sequence[Stack], cut: Sequence[Cut] = ()
) -> Grid | None:
    """The grid of the rows with the labels to their left, of which some stand over several rows."""
    ys = row_edges(rows, labels)
    spans: list[Span] = [(i, cell.reach[0], i + 1, cell.reach[1]) for i, row in enumerate(rows) for cell in row]
    for _, column in itertools.groupby(sorted(labels, key=_place), key=lambda cell: cell.reach[0]):
        found = tiled(list(column), ys, rows, cut)
        if found is None:
            return None
        spans += [(a, cell.reach[0], b, cell.reach[1]) for cell, (a, b) in found]
    taken = [place for span in spans for place in _places(span)]
    if len(taken) != len(set(taken)) or list(ys) != sorted(set(ys)):
        return None
    free = set(_places((0, 0, len(rows), len(xs) - 1))) - set(taken)
    return Grid(xs, ys, tuple(sorted([*spans, *((i, j, i + 1, j + 1) for i, j in free)])))


def _place(cell: Stack) -> tuple[int, float]:
    return cell.reach[0], cell.top


def _places(span: Span) -> Iterator[tuple[int, int]]:
    return itertools.product(range(span[0], span[2]), range(span[1], span[3]))


def row_edges(rows: Sequence[Sequence[Stack]], labels: Sequence[Stack]) -> tuple[float, ...]:
    """Where rows begin and end: amid the white between their texts, those labels among them that stand in one row."""
    lone = [cell for cell in labels if sum(any(map(cell.is_beside, row)) for row in rows) == 1]
    whole = [[*row, *(cell for cell in lone if _is_of(cell, row))] for row in rows]
    tops, bottoms = (
        [min(cell.top for cell in row) for row in whole],
        [max(cell.bottom for cell in row) for row in whole],
    )
    white = list(zip(bottoms, tops[1:], strict=False))
    pad = max(1.0, min(b - a for a, b in white) / 2)
    top, bottom = min([tops[0], *(c.top for c in labels)]), max([bottoms[-1], *(c.bottom for c in labels)])
    return top - pad, *((a + b) / 2 for a, b in white), bottom + pad


def _is_of(label: Stack, row: Sequence[Stack]) -> bool:
    return any(map(label.is_beside, row)) and are_level([[label, *row]])


def tiled(
    cells: Sequence[Stack], ys: Sequence[float], rows: Sequence[Sequence[Stack]], cut: Sequence[Cut] = ()
) -> list[tuple[Stack, Reach]] | None:
    """The labels of a column with the rows of each, the last exclusive: those in whose middle it stands, or at whose
    top or bottom; each begins where the one above it ends, or below one row above the heads that has a blank label.
    """
    beside_all = len(cells) == 1 and abs((ys[0] + ys[-1]) / 2 - cells[0].middle) <= 2 * LEVEL
    return [(cells[0], (0, len(rows)))] if beside_all else _one_below_another(cells, ys, rows, cut)


def _one_below_another(
    cells: Sequence[Stack], ys: Sequence[float], rows: Sequence[Sequence[Stack]], cut: Sequence[Cut]
) -> list[tuple[Stack, Reach]] | None:
    found: list[tuple[Stack, Reach]] = []
    start = next((i for i, y in enumerate(ys[1:]) if y > cells[0].middle), 0)
    tops = [min(cell.top for cell in row) for row in rows]
    heads = _head_row(rows)
    for cell, below in zip(cells, [*(c.top for c in cells[1:]), ys[-1]], strict=True):
        last = _last_uncut(cell.reach, start, ys, cut)
        ends = [b for b in range(start + 1, last + 1) if tops[b - 1] < below - LEVEL and ys[b] > cell.bottom - 1]
        end = _end(cell, start, ends, ys, rows)
        if end is None and start + 1 < heads and _is_beside_alone(cell, start + 1, ys):
            start, end = start + 1, start + 2
        if end is None:
            return None
        found.append((cell, (start, end)))
        start = end
    return found


def _last_uncut(reach: Reach, start: int, ys: Sequence[float], cut: Iterable[Cut]) -> int:
    """Behind the last row from `start` on before one in which a rule goes down through columns."""
    through = [(top, bottom) for top, bottom, at in cut if reach[0] < at < reach[1]]
    middles = ((i, (a + b) / 2) for i, (a, b) in enumerate(itertools.pairwise(ys)) if i >= start)
    return next((i for i, y in middles if any(top <= y <= bottom for top, bottom in through)), len(ys) - 1)


def _is_beside_alone(cell: Stack, row: int, ys: Sequence[float]) -> bool:
    """Whether a label lies within the height of one row, in its middle."""
    return abs((ys[row] + ys[row + 1]) / 2 - cell.middle) <= LEVEL and ys[row] <= cell.top <= cell.bottom <= ys[row + 1]


def _end(
    cell: Stack, start: int, ends: Sequence[int], ys: Sequence[float], rows: Sequence[Sequence[Stack]]
) -> int | None:
    """Which of the rows' ends is that of a label; None where it stands neither in the middle nor at top or bottom."""
    off = {end: abs((ys[start] + ys[end]) / 2 - cell.middle) for end in ends}
    if off and min(off.values()) <= 2 * LEVEL and all(map(_on_middle, rows)):
        return min(ends, key=lambda end: off[end])
    if ends and _on_top([cell, min(rows[start], key=lambda c: c.top)]) and all(map(_on_top, rows)):
        return ends[-1]
    lowest = {end: max(rows[end - 1], key=lambda c: c.bottom) for end in ends if all(map(_on_bottom, rows))}
    return next((end for end, last in lowest.items() if _on_bottom([cell, last])), None)
