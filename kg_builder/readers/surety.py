"""Whether the heads of a table without rules stand for certain over their columns: by place and by arithmetic.

A head that reaches out of its cell, two heads in one cell, or a 合计 that is not the sum of the columns beside it say
that the columns were told apart wrongly: such a table is left unread rather than read under wrong heads.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kg_builder import marks
from kg_builder.readers.alignment import CLOSE, Word
from kg_builder.text import decimal_of, squeeze

ASIDE = 3.0  # type sizes by which a head may miss the middle of its columns, whose edges are those of their figures
FLUSH = 1.0  # points by which texts that are printed at one edge may differ
OUT = 0.5  # type sizes by which a head may reach out of its cell
ROUNDING = Decimal("0.05")  # by which a sum of rounded figures may differ

Area = tuple[float, int, float, int]  # a cell of the head: top, first column, bottom, column after the last
# 1,098.40: a figure with two decimals
_SUM = re.compile(r"\d\.\d\d")


@dataclass(slots=True)
class Strip:
    """One column while it is found: its reach and the words of the head that stand over it alone."""

    x0: float
    x1: float
    heads: list[Word] = field(default_factory=list)
    sums: bool = False
    texts: bool = False  # holds words

    def meets(self, word: Word) -> bool:
        """Whether a word stands over or under the column."""
        return word.x0 < self.x1 and word.x1 > self.x0

    def reach_over(self, word: Word) -> None:
        """Make the column as wide as a word of it."""
        self.x0, self.x1 = min(self.x0, word.x0), max(self.x1, word.x1)


def goes_on_in(above: Word, below: Word) -> bool:
    """Whether a line goes on in the next one, as wrapped text does; the last line is not the longest."""
    size = above.runs[-1].size
    down = below.runs[0].top - above.runs[-1].top
    if not 0.8 * size <= down <= CLOSE * size:
        return False
    middle = abs((above.x0 + above.x1) - (below.x0 + below.x1)) / 2
    return below.x1 - below.x0 <= above.x1 - above.x0 + 1.2 * size and (
        middle <= 0.6 * size or abs(above.x0 - below.x0) < 2
    )


def stacks(words: Iterable[Word]) -> list[Word]:
    """Lines of one wrapped head as one word: close below each other, with one middle or one left edge."""
    found: list[Word] = []
    for word in sorted(words, key=lambda w: (w.runs[0].top, w.x0)):
        above = next((w for w in reversed(found) if goes_on_in(w, word)), None)
        if above is None:
            found.append(word)
        else:
            found[found.index(above)] = Word([*above.runs, *word.runs])
    return found


def heads_are_sure(
    areas: Sequence[Area],
    strips: Sequence[Strip],
    xs: Sequence[float],
    heads: Sequence[Word],
    body: Sequence[Sequence[Word]],
) -> bool:
    """Whether each head stands in one cell of its own and the totals are the sums of their neighbours."""
    inside: dict[Area, list[Word]] = {area: [] for area in areas}
    words = [*heads, *(word for line in body for word in line)]
    for word in heads:
        area = _cell_of(word, areas, xs)
        if area is None or _reaches_out(word, area, strips) or _is_aside(word, area, strips, words):
            return False
        inside[area].append(word)
    if any(_are_two_heads(words) and _prints_sums(xs[a[1]], xs[a[3]], body) for a, words in inside.items()):
        return False
    texts = {area: "".join(squeeze(Word([run]).text) for w in ws for run in w.runs) for area, ws in inside.items()}
    return all(_holds(group, xs, body) for group in _groups(texts, strips))


def _cell_of(word: Word, areas: Sequence[Area], xs: Sequence[float]) -> Area | None:
    """The cell of the head that the middle of a word stands in."""
    y, x = sum(r.y for r in word.runs) / len(word.runs), (word.x0 + word.x1) / 2
    return next((a for a in areas if a[0] <= y <= a[2] and xs[a[1]] <= x <= xs[a[3]]), None)


def _reaches_out(word: Word, area: Area, strips: Sequence[Strip]) -> bool:
    """Whether a head reaches over a column beside its cell."""
    reach, left, right = OUT * word.runs[0].size, area[1] - 1, area[3]
    out_left = left >= 0 and word.x0 < strips[left].x1 - reach
    return out_left or (right < len(strips) and word.x1 > strips[right].x0 + reach)


def _is_aside(word: Word, area: Area, strips: Sequence[Strip], words: Sequence[Word]) -> bool:
    """Whether a head stands to one side of the several columns that its cell holds, not over their middle, though the
    other `words` of these do not.
    """
    if area[3] - area[1] < 2:
        return False
    middle, reach = (strips[area[1]].x0 + strips[area[3] - 1].x1) / 2, ASIDE * word.runs[0].size
    aside = word.x1 + reach < middle or word.x0 - reach > middle
    return aside and not _is_flush(word, strips[area[1] : area[3]], words)


def _is_flush(head: Word, strips: Sequence[Strip], words: Sequence[Word]) -> bool:
    """Whether a head begins or ends where its columns do, and so does all else that stands in any one of them."""
    own = [(word, strip) for word in words for strip in strips if strip.meets(word) and word is not head]
    at_left = [(head.x0, strips[0].x0), *((word.x0, strip.x0) for word, strip in own)]
    at_right = [(head.x1, strips[-1].x1), *((word.x1, strip.x1) for word, strip in own)]
    return any(all(abs(a - b) <= FLUSH for a, b in edges) for edges in (at_left, at_right))


def _are_two_heads(words: Sequence[Word]) -> bool:
    """Whether words in one cell are more than one head printed wide (合 计)."""
    return len(words) > 1 and any(len(squeeze(w.text)) > 1 for w in words)


def _prints_sums(x0: float, x1: float, body: Sequence[Sequence[Word]]) -> bool:
    """Whether columns hold sums, alone or run together with words: 38669.51 一、一般公."""
    return any(x0 <= (w.x0 + w.x1) / 2 <= x1 and (w.is_sum or _SUM.search(w.text)) for words in body for w in words)


@dataclass(frozen=True, slots=True)
class _Group:
    """A total with the columns beside it that make it up; a part is one column or the columns of a nested head."""

    total: int
    parts: tuple[int, ...]


def _groups(texts: dict[Area, str], strips: Sequence[Strip]) -> Iterator[_Group]:
    """Columns under one head, or under none, of which the first is their total."""
    leaf: dict[int, str] = {}
    reaches: set[tuple[int, int]] = set()
    for (_, left, _, right), text in sorted(texts.items()):
        if right - left > 1:
            reaches.add((left, right))
        elif right > left:
            leaf[left] = leaf.get(left, "") + text
    for reach in [*sorted(reaches), *_panels(strips)]:
        columns = [j for j in range(*reach) if strips[j].sums or j in leaf]
        inner = sorted(r for r in reaches if reach[0] <= r[0] and r[1] <= reach[1] and r != reach)
        if group := _group_of(columns, inner, leaf):
            yield group


def _group_of(columns: Sequence[int], inner: Sequence[tuple[int, int]], leaf: dict[int, str]) -> _Group | None:
    """The columns from the first total on, with the totals of the heads nested among them (`inner`) for their parts;
    None where there is no total, or another one among its parts."""
    columns = list(itertools.dropwhile(lambda j: not marks.is_total(leaf.get(j, "")), columns))
    if not columns or any("其中" in leaf.get(j, "") for j in columns) or _is_within(columns[0], inner):
        return None
    nested = {j for r in inner for j in _without_total(range(*r), leaf)}
    parts = [j for j in columns[1:] if j not in nested]
    totals = [j for j in parts if marks.is_total(leaf.get(j, ""))]
    return _Group(columns[0], tuple(parts)) if parts and all(_is_within(j, inner) for j in totals) else None


def _is_within(column: int, reaches: Iterable[tuple[int, int]]) -> bool:
    return any(left <= column < right for left, right in reaches)


def _without_total(columns: Iterable[int], leaf: dict[int, str]) -> list[int]:
    """The columns of a nested head that its own total already holds."""
    found = list(columns)
    return (
        [j for j in found if not marks.is_total(leaf.get(j, ""))]
        if any(marks.is_total(leaf.get(j, "")) for j in found)
        else []
    )


def _panels(strips: Sequence[Strip]) -> Iterator[tuple[int, int]]:
    """Columns of sums side by side, as they stand between columns of words."""
    start = 0
    for j in range(len(strips) + 1):
        if j == len(strips) or not (strips[j].sums or not strips[j].texts):
            if j - start > 1:
                yield start, j
            start = j + 1


def _holds(group: _Group, xs: Sequence[float], body: Sequence[Sequence[Word]]) -> bool:
    """Whether the total is the sum of its parts in at least as many rows as it is not."""
    kept = broken = 0
    for words in body:
        values: dict[int, Decimal] = {}
        for word in words:
            j = next((k for k in range(len(xs) - 1) if xs[k] <= (word.x0 + word.x1) / 2 < xs[k + 1]), None)
            value = decimal_of(word.text)
            if j is not None and value is not None:
                values[j] = value
        if group.total not in values and not any(values.get(j) for j in group.parts):
            continue
        parts = sum((values.get(j, Decimal(0)) for j in group.parts), Decimal(0))
        same = abs(values.get(group.total, Decimal(0)) - parts) <= ROUNDING
        kept, broken = kept + same, broken + (not same)
    return broken <= kept
