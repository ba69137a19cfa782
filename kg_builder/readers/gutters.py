"""Forms of targets without any rules whose texts stand in the middle of their cells: what stays white parts columns.

Lines that stand close in one alignment are a cell. Below the heads of the indicators a strip that stays white from the
heads down parts two columns, and each column has one head. Above them the leftmost texts are labels, and texts of one
height are a row. Where a strip, a row or a label's place does not come out so, there is no grid: nothing tells what
belongs together.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg_builder import marks
from kg_builder.readers.alignment import Grid, Word, line_words
from kg_builder.readers.ink import Run, line_text, runs_to_lines
from kg_builder.readers.stacks import (
    LEVELS,
    NAMES,
    NEXT,
    WRAPPED,
    Stack,
    are_level,
    gap,
    have_targets,
    holds_rows,
    in_rows,
    is_head,
    row_edges,
    rows_to_grid,
    tiled,
)
from kg_builder.text import squeeze

ALIGNED = 2.5  # points by which the lines of one cell may begin, or have their middles, apart
SINGLE = 1.6  # type sizes between lines from which none of them goes on with the one above
WHITE = 3.0  # points between two columns
NEAR = 3.0  # type sizes between a head and what stands under it
ROWS = 4  # the heads and indicators of one page

Line = list[Word]
Strip = tuple[float, float]


def gutter_grids(runs: Sequence[Run]) -> Iterator[Grid]:
    """The grids of each form on a page without rules: its head, its indicators, and the sum of points below them."""
    for lines in _forms(runs):
        yield from _form_grids(lines)


def _forms(runs: Sequence[Run]) -> Iterator[list[Line]]:
    """The lines of each form that has heads of indicators."""
    lines = [line for line in runs_to_lines(runs) if not marks.is_page_number(line_text(line))]
    titles = [i for i, line in enumerate(lines) if marks.is_title(line_text(line))]
    for start, end in itertools.pairwise([*titles, len(lines)]):
        form = _without_ends([line_words(line) for line in lines[start + 1 : end]])
        if any(map(is_head, form)):
            yield form


def _without_ends(lines: list[Line]) -> list[Line]:
    """The lines from the one below the title, year and unit on; who signed is none of them."""
    first = next((i for i, words in enumerate(lines) if len(words) > 1 and not _tells_unit(words)), len(lines))
    last = next((i for i, words in enumerate(lines) if i > first and _is_signed(words)), len(lines))
    while 0 < first < last and gap(lines[first - 1][0], lines[first][0]) < 1:
        first -= 1  # the first line of a text beside whose middle its label stands
    return lines[first:last]


def _tells_unit(words: Line) -> bool:
    return any(marks.unit_of(word.text) for word in words)


def _is_signed(words: Line) -> bool:
    return marks.is_people_label(words[0].text.replace("：", ":").partition(":")[0])


def _form_grids(lines: Sequence[Line]) -> list[Grid]:
    """The grids of one form; none where any part of it cannot be told."""
    first = next(i for i, words in enumerate(lines) if is_head(words))
    cells = _cells([*_parted(lines[:first]), *_parted(lines[first:])])
    names = next((cell for cell in cells if NAMES.fullmatch(squeeze(cell.text))), None)
    if names is None:
        return []
    heads = [cell for cell in cells if cell.is_beside(names)]
    above, below = _around(min(cell.top for cell in heads if LEVELS.fullmatch(squeeze(cell.text))) - 1, cells)
    foot = _foot(below)
    found = [_head_grid(above), _indicator_grid(below, foot, heads)]
    found += [_head_grid(foot)] if foot else []
    return list(filter(None, found)) if all(found) else []


def _around(height: float, cells: Sequence[Stack]) -> tuple[list[Stack], list[Stack]]:
    """The cells above a height and those below it."""
    return [cell for cell in cells if cell.middle < height], [cell for cell in cells if cell.middle >= height]


def _parted(lines: Sequence[Line]) -> Iterator[Word]:
    """The words of lines, none of them over a strip that all lines leave white: full cells stand close to the next."""
    words = [word for line in lines for word in line]
    strips = _merged((run.x0, run.x1) for word in words for run in word.runs)
    for word in words:
        for _, runs in itertools.groupby(word.runs, lambda run: sum(a <= run.x0 for a, _ in strips)):
            part = Word(list(runs))
            yield from _heads(part, words) if len(part.runs) > 1 else [part]


def _heads(word: Word, words: Sequence[Word]) -> list[Word]:
    """A word as several where each piece stands over or under the middle of another: heads close beside each other."""
    pieces = [Word([run]) for run in word.runs]
    near = [w for w in words if 0 < abs(w.runs[0].y - word.runs[0].y) <= NEAR * word.runs[0].size]
    return pieces if all(any(_have_one_middle(piece, other) for other in near) for piece in pieces) else [word]


def _foot(cells: Sequence[Stack]) -> list[Stack]:
    """The last row where it begins with a word for a sum: 总分 | 100 | 93."""
    last = max(cells, key=lambda cell: cell.bottom)
    row = sorted((cell for cell in cells if cell.is_beside(last)), key=lambda cell: cell.x0)
    row = [cell for cell in row if are_level([[cell, last]])]
    first = next((cell for cell in row if marks.is_total(cell.text)), None)
    return [cell for cell in row if cell.x0 >= first.x0] if first else []


# --- cells ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Below:
    """A word, the nearest one above it over the same points, and how far it stands below that."""

    word: int
    above: int
    gap: float


def _cells(words: Sequence[Word]) -> list[Stack]:
    """Words that stand close below one another as cells; none where rows stand no farther apart than lines."""
    order = sorted(words, key=lambda word: word.runs[0].y)
    pairs = list(_pairs(order))
    aligned = [pair for pair in pairs if _is_aligned(order[pair.above], order[pair.word])]
    closest = min((pair.gap for pair in aligned), default=0.0)
    if any(closest + WRAPPED < pair.gap < closest + NEXT for pair in aligned):
        return []
    if any(pair.gap <= closest + WRAPPED for pair in pairs if pair not in aligned):
        return []
    cells = _joined(order, [pair for pair in aligned if pair.gap <= closest + WRAPPED])
    if not any(map(holds_rows, cells)):
        return cells
    return [Stack((0, 1), [word]) for word in order] if closest >= SINGLE else []


def _pairs(order: Sequence[Word]) -> Iterator[_Below]:
    for i, word in enumerate(order):
        over = [j for j in range(i) if order[j].x0 < word.x1 and word.x0 < order[j].x1]
        if over and (distance := gap(order[over[-1]], word)) > 0:
            yield _Below(i, over[-1], distance)


def _is_aligned(a: Word, b: Word) -> bool:
    return abs(a.x0 - b.x0) <= ALIGNED or _have_one_middle(a, b)


def _have_one_middle(a: Word, b: Word) -> bool:
    return abs(a.x0 + a.x1 - b.x0 - b.x1) <= 2 * ALIGNED


def _joined(order: Sequence[Word], pairs: Sequence[_Below]) -> list[Stack]:
    found = {i: Stack((0, 1), [word]) for i, word in enumerate(order)}
    for pair in pairs:
        found[pair.above].words.append(order[pair.word])
        found[pair.word] = found[pair.above]
    return list({id(cell): cell for cell in found.values()}.values())


# --- columns --------------------------------------------------------------------------------------------------------


def _strips(cells: Sequence[Stack]) -> list[Strip]:
    """The stretches of a line that texts stand over, from left to right."""
    return _merged((cell.x0, cell.x1) for cell in cells)


def _merged(reaches: Iterable[Strip]) -> list[Strip]:
    found: list[Strip] = []
    for start, end in sorted(reaches):
        if found and start < found[-1][1] + WHITE:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _edges(strips: Sequence[Strip]) -> tuple[float, ...]:
    """The edges of columns: amid what stays white between them."""
    inner = ((a[1] + b[0]) / 2 for a, b in itertools.pairwise(strips))
    return strips[0][0] - 1, *inner, strips[-1][1] + 1


def _indicator_grid(below: Sequence[Stack], foot: Sequence[Stack], heads: Sequence[Stack]) -> Grid | None:
    """The grid of the indicators without the row at their foot."""
    cells = [cell for cell in below if cell not in foot]
    strips = _strips(cells)
    if not _have_heads(strips, heads):
        return None
    for cell in cells:
        at = next(i for i, (a, b) in enumerate(strips) if a <= cell.x0 < b)
        cell.reach = (at, at + 1)
    name = next(head.reach[0] for head in heads if NAMES.fullmatch(squeeze(head.text)))
    rows = in_rows([cell for cell in cells if cell.reach[0] >= name])
    labels = [cell for cell in cells if cell.reach[0] < name]
    return rows_to_grid(_edges(strips), rows, labels) if len(rows) >= ROWS and have_targets(rows) else None


def _have_heads(strips: Sequence[Strip], heads: Sequence[Stack]) -> bool:
    """Whether each column has one head; labels beside all indicators may have none."""
    numbers = [sum(a <= head.x0 < b for head in heads) for a, b in strips]
    bare = next((i for i, number in enumerate(numbers) if number), 0)
    return all(number == 1 for number in numbers[bare:])


def _head_grid(cells: Sequence[Stack]) -> Grid | None:
    """The grid of a form's head: labels on the left, the texts beside them in rows."""
    labels = _labels(cells)
    rows = _rows([cell for cell in cells if cell not in labels])
    starts = _starts(labels, rows)
    inner = _inner([(label.x1, start) for label, start in starts], rows) if starts else None
    if inner is None:
        return None
    xs = (min(cell.x0 for cell in cells) - 1, *inner, max(cell.x1 for cell in cells) + 1)
    for label, start in starts:
        label.reach = (0, _edge_before(start, xs))
    for row in rows:
        edges = [*(_edge_before(cell.x0, xs) for cell in row), len(xs) - 1]
        for cell, reach in zip(row, itertools.pairwise(edges), strict=True):
            cell.reach = reach
    return rows_to_grid(xs, rows, labels)


def _starts(labels: Sequence[Stack], rows: Sequence[Sequence[Stack]]) -> list[tuple[Stack, float]]:
    """Each label with where the first text beside it begins; none where a row has no label, or a label no row."""
    found = tiled(labels, row_edges(rows, labels), rows) if rows and labels else None
    if found is None or [row for _, (a, b) in found for row in range(a, b)] != list(range(len(rows))):
        return []
    return [(label, min(row[0].x0 for row in rows[a:b])) for label, (a, b) in found]


def _labels(cells: Sequence[Stack]) -> list[Stack]:
    """The labels from the top down: with nothing to their left, they begin left of where the shortest of them ends."""
    leftmost = [c for c in cells if not any(c.is_beside(other) and other.x0 < c.x0 for other in cells)]
    short = min((cell.x1 for cell in leftmost), default=0.0)
    return sorted((cell for cell in leftmost if cell.x0 < short), key=lambda cell: cell.top)


def _edge_before(at: float, xs: Sequence[float]) -> int:
    return max(i for i, x in enumerate(xs) if x < at)


def _rows(cells: Sequence[Stack]) -> list[list[Stack]]:
    """Texts of one height as rows, each from left to right; none where a text reaches over several."""
    rows: list[list[Stack]] = []
    for cell in sorted(cells, key=lambda c: c.top):
        if rows and any(cell.is_beside(other) for other in rows[-1]):
            rows[-1].append(cell)
        else:
            rows.append([cell])
    rows = [sorted(row, key=lambda cell: cell.x0) for row in rows]
    beside = all(a.x1 < b.x0 for row in rows for a, b in itertools.pairwise(row))
    return rows if beside and are_level(rows) else []


def _inner(whites: Iterable[Strip], rows: Sequence[Sequence[Stack]]) -> list[float] | None:
    """The fewest edges such that one stands in each strip that stays white; None where one is no strip."""
    edges: list[float] = []
    between = ((a.x1, b.x0) for row in rows for a, b in itertools.pairwise(row))
    for end, start in sorted((end, start) for start, end in itertools.chain(whites, between)):
        if end <= start:
            return None
        if not edges or edges[-1] <= start:
            edges.append(end - min(0.5, (end - start) / 2))
    return edges
