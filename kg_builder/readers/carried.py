"""Rows of a table without rules down that make no table of their own, on the page after it → its last rows.

So are rows that make one without the columns which are blank in all of them.

Their words begin where words of the same column begin on the page before, their figures end where figures end there.
Heads that the page prints again stand above them.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from kg_builder import marks
from kg_builder.model import Box, Cell, Page, Place, Table
from kg_builder.readers.alignment import Word
from kg_builder.readers.characters import cell_of
from kg_builder.readers.ink import Run, runs_to_lines
from kg_builder.readers.unruled import words_apart

_CODE = re.compile(r"\d{1,7}")  # 2296006, a code before the label; 12, the number of the row
SAME = 1.0  # points by which the edges of words in one column may differ

Placed = list[tuple[int, Word]]


def ends_in_rows(page: Page) -> bool:
    """Whether nothing but the number of the page stands below a table whose columns no rules part."""
    table = page.tables[-1] if page.tables else None
    if table is None or table.parted != "places":
        return False
    box = table.place.box
    below = (line for line in page.lines if box and line.place.box and line.place.box.top >= box.bottom)
    return all(marks.is_page_number(line.text) for line in below)


def with_carried_rows(page: Page, runs: Sequence[Run], before: Page, runs_before: Sequence[Run]) -> Page:
    """The page, with the lines on its top as a table where they are rows of the one that ends the page before."""
    table = before.tables[-1]
    xs = _edges(table)
    lines, above = [*_lines(runs)], [words for words in _lines(runs_before) if _is_within(words, table)]
    again = _printed_again(lines, above)
    rows = _rows_on_top(lines[again:], above, xs)
    own = [other for other in page.tables if rows and _is_within([word for _, word in rows[0]], other)]
    if not rows or (own and (again or not _lacks_columns(own[0], rows, xs))):
        return page
    found = _rows_to_table(page.number, rows, xs)
    if 0 < again < len(above):
        found = _with_head(found, table, _top(lines[0]), above[: again + 1])
    return replace(page, tables=(found, *(other for other in page.tables if other not in own)))


def _rows_on_top(lines: Iterable[Sequence[Word]], above: Iterable[Sequence[Word]], xs: Sequence[float]) -> list[Placed]:
    """The first lines as long as each is a row of the columns that the lines `above` stand in."""
    columns: dict[int, list[Word]] = defaultdict(list)
    for j, word in (placed for words in above for placed in _in_columns(words, xs) or ()):
        columns[j].append(word)
    placed = (_in_columns(words, xs) or [] for words in lines)
    return list(itertools.takewhile(lambda row: _is_row(row, columns), placed))


def _with_head(found: Table, table: Table, top: float, above: Sequence[Sequence[Word]]) -> Table:
    """A table with the heads of the one on the page before; `above` are the lines of these and the one below them."""
    head = _moved(table, found.place.page, _top(above[-1]), top - _top(above[0]))
    xs = _edges(table)
    box = Box(xs[0], top - SAME, xs[-1], _bottom(found))
    return replace(found, rows=(*head, *found.rows), place=Place(found.place.page, box))


def _lacks_columns(table: Table, rows: Sequence[Placed], xs: Sequence[float]) -> bool:
    """Whether a table is these rows, without the columns that are blank in all of them."""
    return table.parted == "places" and len(table.rows) == len(rows) and len(table.rows[0]) < len(xs) - 1


def _printed_again(lines: Sequence[Sequence[Word]], above: Sequence[Sequence[Word]]) -> int:
    """How many lines on top of a page are those that the table on the page before begins with: its heads."""
    pairs = zip(lines, above, strict=False)
    return len([*itertools.takewhile(lambda pair: [w.text for w in pair[0]] == [w.text for w in pair[1]], pairs)])


def _top(words: Sequence[Word]) -> float:
    return min(run.top for word in words for run in word.runs)


def _bottom(table: Table) -> float:
    return table.place.box.bottom if table.place.box else 0.0


def _moved(table: Table, page: int, end: float, down: float) -> Iterator[tuple[Cell | None, ...]]:
    """The rows of a table that stand above `end`, as cells of another page that stand farther down."""
    for row in table.rows:
        boxes = [cell.place.box for cell in row if cell and cell.place.box]
        if any(box.top + box.bottom > 2 * end for box in boxes):
            break
        yield tuple(cell and _cell_moved(cell, page, down) for cell in row)


def _cell_moved(cell: Cell, page: int, down: float) -> Cell:
    box = cell.place.box
    moved = box and replace(box, top=box.top + down, bottom=box.bottom + down)
    return replace(cell, place=Place(page, moved))


def _edges(table: Table) -> tuple[float, ...]:
    boxes = [cell.place.box for row in table.rows for cell in row if cell and cell.place.box]
    return tuple(sorted({edge for box in boxes for edge in (box.x0, box.x1)}))


def _lines(runs: Sequence[Run]) -> Iterator[list[Word]]:
    return (words_apart(line) for line in runs_to_lines(runs))


def _is_within(words: Sequence[Word], table: Table) -> bool:
    box, y = table.place.box, words[0].runs[0].y
    return box is not None and box.top <= y <= box.bottom


def _in_columns(words: Sequence[Word], xs: Sequence[float]) -> Placed | None:
    """The words with their columns; None where one is in none, or two are in one."""
    placed: Placed = []
    for word in words:
        pairs = enumerate(itertools.pairwise(xs))
        j = next((i for i, (a, b) in pairs if a - SAME <= word.x0 and word.x1 <= b + SAME), None)
        if j is None or (placed and placed[-1][0] >= j):
            return None
        placed.append((j, word))
    return placed


def _is_aligned(word: Word, others: Sequence[Word]) -> bool:
    """Whether a figure ends or begins where others do, or another word begins where others do."""
    if _is_value(word):
        values = [other for other in others if _is_value(other)]
        return any(abs(other.x1 - word.x1) <= SAME or abs(other.x0 - word.x0) <= SAME for other in values)
    return any(not _is_value(other) and abs(other.x0 - word.x0) <= SAME for other in others)


def _is_value(word: Word) -> bool:
    return word.is_figure or marks.is_nil(word.text)


def _is_row(placed: Placed, columns: Mapping[int, Sequence[Word]]) -> bool:
    """Whether a line has a label, perhaps behind a code, and a sum, each where the others of its column are."""
    words = [word for _, word in placed]
    label = words[1:] if words and _CODE.fullmatch(words[0].text) else words
    ends = bool(label) and not _is_value(label[0]) and any(word.is_sum for word in words)
    return ends and all(_is_aligned(word, columns.get(j, ())) for j, word in placed)


def _rows_to_table(page: int, rows: Sequence[Placed], xs: Sequence[float]) -> Table:
    tops = [min(run.top for _, word in row for run in word.runs) for row in rows]
    bottoms = [max(run.bottom for _, word in row for run in word.runs) for row in rows]
    between = [(a + b) / 2 for a, b in zip(bottoms, tops[1:], strict=False)]
    ys = [tops[0] - SAME, *between, bottoms[-1] + SAME]
    cells: list[tuple[Cell | None, ...]] = []
    for row, (top, bottom) in zip(rows, itertools.pairwise(ys), strict=True):
        texts = {j: word.text for j, word in row}
        boxes = (Box(a, top, b, bottom) for a, b in itertools.pairwise(xs))
        cells.append(tuple(cell_of(texts.get(j, ""), Place(page, box)) for j, box in enumerate(boxes)))
    return Table(Place(page, Box(xs[0], ys[0], xs[-1], ys[-1])), tuple(cells), "places")
