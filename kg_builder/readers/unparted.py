"""Forms of targets whose rows no rule parts: lines of text that stand close are a cell, cells side by side are a row.

The columns are those of the rules down, or begin where words begin in several rows. Texts of one row stand in the
middle of its height, or all at its top; a label over several rows stands so in the height of them all. Where the
places of the texts do not come out so, there is no grid: which lines are one cell cannot be told.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from kg_builder import marks
from kg_builder.readers.alignment import Grid, Word, line_words
from kg_builder.readers.edges import COLUMNS, EDGE, INSET, apart, begins, columns, is_told_by_edges, reach
from kg_builder.readers.gutters import gutter_grids
from kg_builder.readers.ink import Glyph, Rule, Run, line_text, runs_to_lines
from kg_builder.readers.middles import Reach, labels_beside, rows_by_middles
from kg_builder.readers.stacks import (
    LEVELS,
    NEXT,
    ROWS,
    WRAPPED,
    Stack,
    gap,
    have_targets,
    holds_rows,
    in_rows,
    is_head,
    overlap,
    rows_to_grid,
)
from kg_builder.text import squeeze

FAR = 6.0  # type sizes between the lines of a form
LONG = 30.0  # points of a rule that parts rows
HEIGHT = 0.8  # share of a form's height that its rules down reach over

_T = TypeVar("_T")


def unparted_grids(rules: Sequence[Rule], runs: Sequence[Run]) -> Iterator[Grid]:
    """The grid of a form between rules down alone, or without any rules."""
    upright = [run for run in runs if not run.turned]
    down = _rules_down(rules)
    across = any(not rule.upright and rule.end - rule.start > LONG for rule in rules)
    inside = _between_rules(upright, down) if down else _without_title(upright) if not across else []
    if inside and (grid := _runs_to_grid(inside, down)):
        yield grid
    elif not down and not across:
        yield from gutter_grids(upright)


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
    head = next((i for i, line in enumerate(lines) if is_head(line_words(line))), 0)
    title = next((i + 1 for i in reversed(range(head)) if marks.is_title(line_text(lines[i]))), 0)
    left = min((line[0].x0 for line in lines[head:]), default=0.0)
    below = range(title, head)
    first = next((i for i in below if abs(lines[i][0].x0 - left) <= EDGE and len(line_words(lines[i])) > 1), head)
    far = (i for i in range(first + 1, len(lines)) if lines[i][0].y - lines[i - 1][0].y > FAR * lines[i][0].size)
    return [run for line in lines[first : next(far, len(lines))] for run in line] if head else []


def _runs_to_grid(runs: Sequence[Run], down: Sequence[Rule]) -> Grid | None:
    """The grid of a form's runs; None where its heads do not stand in it, or its texts do not stand in rows."""
    found = _columns_down(runs, down) if down else _columns_by_words(runs)
    if found is None or not is_head([word for word, _ in found[1]]):
        return None
    xs, placed = found
    first = min(columns_of[0] for word, columns_of in placed if LEVELS.fullmatch(squeeze(word.text)))
    rows, labels = _parted(placed, first, xs)
    cut = [(rule.start, rule.end, _nearest(xs, rule.at)) for rule in down]
    return rows_to_grid(xs, rows, labels, cut) if len(rows) >= ROWS and have_targets(rows) else None


def _parted(placed: Placed, first: int, xs: Sequence[float]) -> tuple[list[list[Stack]], list[Stack]]:
    """The rows from the edge `first` on, and the labels to the left of it; no rows where they cannot be told."""
    cells = _cells(placed)
    if cells is not None:
        behind, beside = _at_edge([(cell, cell.reach) for cell in cells], first)
        return in_rows(behind), beside
    words, labels = _at_edge([((word, reach), reach) for word, reach in placed], first)
    lines = rows_by_middles(words, xs, [word.runs[0].y for word, _ in labels])
    rows = [[Stack(*text) for text in row] for row in lines]
    if any(map(overlap, rows)) or any(map(holds_rows, itertools.chain.from_iterable(rows))):
        return [], []
    return rows, [Stack(*text) for text in labels_beside(labels, xs, [row[0].middle for row in rows])]


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
    heads = [word for word in words if LEVELS.fullmatch(squeeze(word.text)) and begins(word, xs) is None]
    pairs = [(word, a, b) for word in heads for a, b in itertools.pairwise(xs) if a <= word.x0 and word.x1 <= b]
    off = [(a + b - word.x0 - word.x1) / 2 for word, a, b in pairs]
    inset = sum(off) / len(off) if off and max(off) - min(off) <= EDGE else 0.0
    return tuple(x - min(inset, INSET - EDGE) for x in xs) if inset > 0 else xs


def _cells(placed: Placed) -> list[Stack] | None:
    """Lines that stand close in the same columns as cells; None where rows stand no farther apart than lines."""
    by_column: dict[int, Placed] = {}
    for word, cell in sorted(placed, key=lambda p: p[0].runs[0].y):
        by_column.setdefault(cell[0], []).append((word, cell))
    gaps = [gap(a, b) for words in by_column.values() for (a, _), (b, _) in itertools.pairwise(words)]
    closest = min(gaps, default=0.0)
    wrapped = closest + WRAPPED
    if any(wrapped < gap < closest + NEXT for gap in gaps):
        return None
    cells = [cell for words in by_column.values() for cell in _joined(words, wrapped)]
    return None if any(map(holds_rows, cells)) else cells


def _joined(words: Placed, wrapped: float) -> list[Stack]:
    cells: list[Stack] = []
    for word, columns_of in words:
        if cells and gap(cells[-1].words[-1], word) <= wrapped:
            cells[-1].words.append(word)
            cells[-1].reach = (cells[-1].reach[0], max(cells[-1].reach[1], columns_of[1]))
        else:
            cells.append(Stack(columns_of, [word]))
    return cells
