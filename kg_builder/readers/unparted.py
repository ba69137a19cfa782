"""Forms of targets whose rows no rule parts: lines of text that stand close are a cell, cells side by side are a row.

The columns are those of the rules down, or begin where words begin in several rows. Texts of one row stand in the
middle of its height, or all at its top; a label over several rows stands so in the height of them all. Where the
places of the texts do not come out so, there is no grid: which lines are one cell cannot be told.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kg_builder import marks
from kg_builder.readers.alignment import Grid, Span, Word, line_words
from kg_builder.readers.edges import COLUMNS, EDGE, INSET, apart, begins, columns, is_told_by_edges, reach
from kg_builder.readers.ink import Glyph, Rule, Run, line_text, runs_to_lines
from kg_builder.readers.middles import Reach, labels_beside, rows_by_middles
from kg_builder.text import squeeze

ROWS = 6
WRAPPED = 0.1  # type sizes by which the lines of one cell may lie farther apart than the closest two
NEXT = 0.2  # type sizes by which the texts of two rows lie farther apart than two lines of a cell
LEVEL = 1.6  # points by which the texts of one row may be off its middle, or its top
FAR = 6.0  # type sizes between the lines of a form
MANY = 1 << 16  # more than any number of columns
LONG = 30.0  # points of a rule that parts rows
HEIGHT = 0.8  # share of a form's height that its rules down reach over

# 三级指标 · 指标: what stands over the names of indicators
_NAMES = re.compile(r"三级指标(?:名称)?")
_LEVELS = re.compile(r"(?:二|三)级指标(?:名称)?")
# 数量指标 · 满意度指标: the last line of a level's label
_LEVEL_END = re.compile(r"[一-鿿]*指标")

_T = TypeVar("_T")
Cut = tuple[float, float, int]  # a rule down: from, to, and the number of its edge


@dataclass
class _Cell:
    """Lines of text below one another in the columns of `reach`, the last exclusive."""

    reach: Reach
    words: list[Word] = field(default_factory=list)

    @property
    def top(self) -> float:
        return min(run.top for word in self.words for run in word.runs)

    @property
    def bottom(self) -> float:
        return max(run.bottom for word in self.words for run in word.runs)

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    def is_beside(self, other: _Cell) -> bool:
        """Whether the two share some height."""
        return min(self.bottom, other.bottom) - max(self.top, other.top) > 1


def unparted_grids(rules: Sequence[Rule], runs: Sequence[Run]) -> Iterator[Grid]:
    """The grid of a form between rules down alone, or without any rules."""
    upright = [run for run in runs if not run.turned]
    down = _rules_down(rules)
    across = any(not rule.upright and rule.end - rule.start > LONG for rule in rules)
    inside = _between_rules(upright, down) if down else _without_title(upright) if not across else []
    if inside and (grid := _runs_to_grid(inside, down)):
        yield grid


def _between_rules(runs: Sequence[Run], down: Sequence[Rule]) -> list[Run]:
    top, bottom = min(rule.start for rule in down), max(rule.end for rule in down)
    return [r for r in runs if top <= r.y <= bottom and down[0].at <= (r.x0 + r.x1) / 2 <= down[-1].at]


def _rules_down(rules: Sequence[Rule]) -> list[Rule]:
    """The rules down of a form from left to right where few others go across between them."""
    down = sorted((rule for rule in rules if rule.upright), key=lambda rule: rule.at)
    if not down:
        return []
    start, end = min(rule.start for rule in down), max(rule.end for rule in down)
    across = {round(rule.at) for rule in rules if not rule.upright and start + EDGE < rule.at < end - EDGE}
    sides = [rule for rule in down if rule.end - rule.start > HEIGHT * (end - start)]
    return down if len({round(r.at) for r in down}) > COLUMNS and len(sides) > 1 and len(across) < ROWS / 2 else []


def _without_title(runs: Sequence[Run]) -> list[Run]:
    """The runs below the form's title, from the first line on that begins where its labels do and holds two texts."""
    lines = runs_to_lines(runs)
    head = next((i for i, line in enumerate(lines) if _is_head(line_words(line))), 0)
    title = next((i + 1 for i in reversed(range(head)) if marks.is_title(line_text(lines[i]))), 0)
    left = min((line[0].x0 for line in lines[head:]), default=0.0)
    below = range(title, head)
    first = next((i for i in below if abs(lines[i][0].x0 - left) <= EDGE and len(line_words(lines[i])) > 1), head)
    far = (i for i in range(first + 1, len(lines)) if lines[i][0].y - lines[i - 1][0].y > FAR * lines[i][0].size)
    return [run for line in lines[first : next(far, len(lines))] for run in line] if head else []


def _is_head(words: Sequence[Word]) -> bool:
    return any(_NAMES.fullmatch(squeeze(word.text)) for word in words)


def _runs_to_grid(runs: Sequence[Run], down: Sequence[Rule]) -> Grid | None:
    """The grid of a form's runs; None where its heads do not stand in it, or its texts do not stand in rows."""
    found = _columns_down(runs, down) if down else _columns_by_words(runs)
    if found is None or not _is_head([word for word, _ in found[1]]):
        return None
    xs, placed = found
    first = min(columns_of[0] for word, columns_of in placed if _LEVELS.fullmatch(squeeze(word.text)))
    rows, labels = _parted(placed, first, xs)
    cut = [(rule.start, rule.end, _nearest(xs, rule.at)) for rule in down]
    return _rows_to_grid(xs, rows, labels, cut) if len(rows) >= ROWS and _have_targets(rows) else None


def _parted(placed: Placed, first: int, xs: Sequence[float]) -> tuple[list[list[_Cell]], list[_Cell]]:
    """The rows from the edge `first` on, and the labels to the left of it; no rows where they cannot be told."""
    cells = _cells(placed)
    if cells is not None:
        behind, beside = _at_edge([(cell, cell.reach) for cell in cells], first)
        return _rows(behind), beside
    words, labels = _at_edge([((word, reach), reach) for word, reach in placed], first)
    lines = rows_by_middles(words, xs, [word.runs[0].y for word, _ in labels])
    rows = [[_Cell(*text) for text in row] for row in lines]
    if any(map(_overlap, rows)) or any(map(_holds_rows, itertools.chain.from_iterable(rows))):
        return [], []
    return rows, [_Cell(*text) for text in labels_beside(labels, xs, [row[0].middle for row in rows])]


def _at_edge(found: Iterable[tuple[_T, Reach]], edge: int) -> tuple[list[_T], list[_T]]:
    """What reaches beyond an edge, and what does not."""
    both = list(found)
    return [one for one, reach in both if reach[1] > edge], [one for one, reach in both if reach[1] <= edge]


def _nearest(xs: Sequence[float], at: float) -> int:
    return min(range(len(xs)), key=lambda i: abs(xs[i] - at))


Placed = list[tuple[Word, Reach]]


def _columns_down(runs: Sequence[Run], down: Sequence[Rule]) -> tuple[tuple[float, ...], Placed] | None:
    """The columns between rules down, and each word with those that it stands in."""
    xs: list[float] = []
    for rule in down:
        if not xs or rule.at - xs[-1] > EDGE:
            xs.append(rule.at)
    placed: Placed = []
    for run in runs:
        walls = [i for i, x in enumerate(xs) if any(abs(r.at - x) <= EDGE and r.start <= run.y <= r.end for r in down)]
        for part in _between(run, [xs[i] for i in walls]):
            middle = (part.x0 + part.x1) / 2
            cell = next(((a, b) for a, b in itertools.pairwise(walls) if xs[a] <= middle <= xs[b]), None)
            if cell is None:
                return None
            placed.append((Word([part]), cell))
    return tuple(xs), _beside(placed)


def _between(run: Run, xs: Sequence[float]) -> Iterator[Run]:
    """The pieces of a run between rules that it crosses."""
    for _, glyphs in itertools.groupby(run.glyphs, lambda glyph: sum(x <= glyph.x for x in xs)):
        group: list[Glyph] = list(glyphs)
        yield Run(group)


def _beside(placed: Placed) -> Placed:
    """The words of one line in one cell as one."""
    found: Placed = []
    for word, cell in sorted(placed, key=lambda p: (p[1], p[0].runs[0].y, p[0].x0)):
        last = found[-1] if found else None
        if last and last[1] == cell and abs(last[0].runs[0].y - word.runs[0].y) < word.runs[0].size / 2:
            found[-1] = (Word([*last[0].runs, *word.runs]), cell)
        else:
            found.append((word, cell))
    return found


def _columns_by_words(runs: Sequence[Run]) -> tuple[tuple[float, ...], Placed] | None:
    """The columns at whose edges words begin in several rows, and each word with those that it reaches over."""
    bands = [line_words(line) for line in runs_to_lines(runs)]
    words = [word for band in bands for word in band]
    if not words:
        return None
    xs = columns(bands, (), min(word.x0 for word in words) - 1, max(word.x1 for word in words) + 1)
    bands = [[part for word in band for part in apart(word, xs)] for band in bands]
    words = [word for band in bands for word in band]
    if not is_told_by_edges(xs, words):
        return None
    xs = _with_end(_with_inset(xs, words), words)
    return xs, _beside([(word, reach(word, band, xs)) for band in bands for word in band])


def _with_end(xs: tuple[float, ...], words: Iterable[Word]) -> tuple[float, ...]:
    """The edges, the last as far right of the middle of the last column's heads as its left one is left of it."""
    ends = [word.x0 + word.x1 - xs[-2] for word in words if word.x0 > xs[-2]]
    return (*xs[:-1], max((xs[-1], *ends)))


def _with_inset(xs: tuple[float, ...], words: Iterable[Word]) -> tuple[float, ...]:
    """The edges as far left of the texts as heads in the middle of their columns tell."""
    heads = [word for word in words if _LEVELS.fullmatch(squeeze(word.text)) and begins(word, xs) is None]
    pairs = [(word, a, b) for word in heads for a, b in itertools.pairwise(xs) if a <= word.x0 and word.x1 <= b]
    off = [(a + b - word.x0 - word.x1) / 2 for word, a, b in pairs]
    inset = sum(off) / len(off) if off and max(off) - min(off) <= EDGE else 0.0
    return tuple(x - min(inset, INSET - EDGE) for x in xs) if inset > 0 else xs


def _cells(placed: Placed) -> list[_Cell] | None:
    """Lines that stand close in the same columns as cells; None where rows stand no farther apart than lines."""
    by_column: dict[int, Placed] = {}
    for word, cell in sorted(placed, key=lambda p: p[0].runs[0].y):
        by_column.setdefault(cell[0], []).append((word, cell))
    gaps = [_gap(a, b) for words in by_column.values() for (a, _), (b, _) in itertools.pairwise(words)]
    closest = min(gaps, default=0.0)
    wrapped = closest + WRAPPED
    if any(wrapped < gap < closest + NEXT for gap in gaps):
        return None
    cells = [cell for words in by_column.values() for cell in _joined(words, wrapped)]
    return None if any(map(_holds_rows, cells)) else cells


def _gap(above: Word, below: Word) -> float:
    """How far a line stands below another, in type sizes."""
    return (below.runs[0].y - above.runs[0].y) / min(above.runs[0].size, below.runs[0].size)


def _joined(words: Placed, wrapped: float) -> list[_Cell]:
    cells: list[_Cell] = []
    for word, columns_of in words:
        if cells and _gap(cells[-1].words[-1], word) <= wrapped:
            cells[-1].words.append(word)
            cells[-1].reach = (cells[-1].reach[0], max(cells[-1].reach[1], columns_of[1]))
        else:
            cells.append(_Cell(columns_of, [word]))
    return cells


def _holds_rows(cell: _Cell) -> bool:
    """Whether a cell holds the labels of several rows: 数量指标 over 质量指标, or a head over what it heads."""
    texts = [squeeze(word.text) for word in cell.words]
    return sum(bool(_LEVEL_END.fullmatch(text)) and len(text) > 2 for text in texts) > 1 or (
        len(texts) > 1 and any(map(_LEVELS.fullmatch, texts))
    )


def _rows(cells: Sequence[_Cell]) -> list[list[_Cell]]:
    """Cells side by side as rows, from top to bottom; none where one stands beside two, or off the level of its row."""
    rows: list[list[_Cell]] = []
    for cell in sorted(cells, key=lambda c: c.top):
        if rows and any(cell.is_beside(other) for other in rows[-1]):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return rows if _are_level(rows) and not any(map(_overlap, rows)) else []


def _overlap(row: Sequence[_Cell]) -> bool:
    """Whether one cell of a row reaches into the columns of the next."""
    return any(a[1] > b[0] for a, b in itertools.pairwise(sorted(cell.reach for cell in row)))


def _have_targets(rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether each name of an indicator has text in the columns behind it: one without is the rest of a name."""
    heads = _head_row(rows)
    levels = sorted((cell.reach[0], text) for cell in rows[heads] if _LEVELS.fullmatch(text := squeeze(cell.text)))
    pairs = itertools.pairwise([*levels, (MANY, "")])
    names = [range(at, end) for (at, text), (end, _) in pairs if _NAMES.fullmatch(text)]
    return not any(_in_columns(row, name) == {name.start} for row in rows[heads + 1 :] for name in names)


def _head_row(rows: Sequence[Sequence[_Cell]]) -> int:
    """Which row is that of the heads; 0 where none is."""
    return next((i for i, row in enumerate(rows) if _is_head([word for cell in row for word in cell.words])), 0)


def _in_columns(row: Iterable[_Cell], columns_of: range) -> set[int]:
    return {cell.reach[0] for cell in row if cell.reach[0] in columns_of}


def _are_level(rows: Sequence[Sequence[_Cell]]) -> bool:
    """Whether the texts of each row have one middle, one top or one bottom, and all rows have the same of these."""
    return any(all(map(level, rows)) for level in (_on_middle, _on_top, _on_bottom))


def _on_middle(cells: Sequence[_Cell]) -> bool:
    return _are_near([cell.middle for cell in cells])


def _on_top(cells: Sequence[_Cell]) -> bool:
    return _are_near([cell.top for cell in cells])


def _on_bottom(cells: Sequence[_Cell]) -> bool:
    return _are_near([cell.bottom for cell in cells])


def _are_near(heights: Sequence[float]) -> bool:
    return max(heights) - min(heights) <= LEVEL


def _rows_to_grid(
    xs: tuple[float, ...], rows: Sequence[Sequence[_Cell]], labels: Sequence[_Cell], cut: Sequence[Cut]
) -> Grid | None:
    """The grid of the rows with the labels to their left, of which some stand over several rows."""
    ys = _row_edges(rows, labels)
    spans: list[Span] = [(i, cell.reach[0], i + 1, cell.reach[1]) for i, row in enumerate(rows) for cell in row]
    for _, column in itertools.groupby(sorted(labels, key=_place), key=lambda cell: cell.reach[0]):
        found = _tiled(list(column), ys, rows, cut)
        if found is None:
            return None
        spans += [(a, cell.reach[0], b, cell.reach[1]) for cell, (a, b) in found]
    taken = [place for span in spans for place in _places(span)]
    if len(taken) != len(set(taken)) or list(ys) != sorted(set(ys)):
        return None
    free = set(_places((0, 0, len(rows), len(xs) - 1))) - set(taken)
    return Grid(xs, ys, tuple(sorted([*spans, *((i, j, i + 1, j + 1) for i, j in free)])))


def _place(cell: _Cell) -> tuple[int, float]:
    return cell.reach[0], cell.top


def _places(span: Span) -> Iterator[tuple[int, int]]:
    return itertools.product(range(span[0], span[2]), range(span[1], span[3]))


def _row_edges(rows: Sequence[Sequence[_Cell]], labels: Sequence[_Cell]) -> tuple[float, ...]:
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


def _is_of(label: _Cell, row: Sequence[_Cell]) -> bool:
    return any(map(label.is_beside, row)) and _are_level([[label, *row]])


def _tiled(
    cells: Sequence[_Cell], ys: Sequence[float], rows: Sequence[Sequence[_Cell]], cut: Sequence[Cut]
) -> list[tuple[_Cell, Reach]] | None:
    """The labels of a column with the rows of each, the last exclusive: those in whose middle it stands, or at whose
    top or bottom; each begins where the one above it ends, or below one row above the heads that has a blank label.
    """
    found: list[tuple[_Cell, Reach]] = []
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


def _is_beside_alone(cell: _Cell, row: int, ys: Sequence[float]) -> bool:
    """Whether a label lies within the height of one row, in its middle."""
    return abs((ys[row] + ys[row + 1]) / 2 - cell.middle) <= LEVEL and ys[row] <= cell.top <= cell.bottom <= ys[row + 1]


def _end(
    cell: _Cell, start: int, ends: Sequence[int], ys: Sequence[float], rows: Sequence[Sequence[_Cell]]
) -> int | None:
    """Which of the rows' ends is that of a label; None where it stands neither in the middle nor at top or bottom."""
    off = {end: abs((ys[start] + ys[end]) / 2 - cell.middle) for end in ends}
    if off and min(off.values()) <= 2 * LEVEL and all(map(_on_middle, rows)):
        return min(ends, key=lambda end: off[end])
    if ends and _on_top([cell, min(rows[start], key=lambda c: c.top)]) and all(map(_on_top, rows)):
        return ends[-1]
    lowest = {end: max(rows[end - 1], key=lambda c: c.bottom) for end in ends if all(map(_on_bottom, rows))}
    return next((end for end, last in lowest.items() if _on_bottom([cell, last])), None)
