"""The columns of a table without rules down: where its words begin in several rows, and which columns a word is of."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence

from kg_builder.readers.alignment import Word
from kg_builder.readers.ink import Run

COLUMNS = 4
EDGE = 2.5  # points by which words that begin at one edge may differ
INSET = 6.0  # points from the edge of a column to its words
EDGES = 3  # rows whose words begin at an edge: two heads may stand in the middle at one place
AT_EDGE = 0.6  # share of the words that begin at an edge
SUMS = 0.25  # share of sums from which the columns are told by them
GAP = 0.3  # gap in type sizes between the texts of two columns
MIDDLE = 4.0  # points by which a head may be out of the middle

# 1,010,000年度资金总额： · 1,010,000其中：中央财政资金: a sum, and right behind it the label of the next column
_SUM_BEFORE_WORD = re.compile(r"(?:\d{1,3}(?:,\d{3})+(?:\.\d\d)?|\d+\.\d\d)(?=[一-鿿]{3}|其中[：:])")

Band = list[Word]


def columns(bands: Sequence[Band], begins: Iterable[float], left: float, right: float) -> tuple[float, ...]:
    """Left edges of columns: where words begin in several rows, or rules do; and the right end."""
    starts = sorted((w.x0, i) for i, band in enumerate(bands) for w in band)
    found = [left, *begins]
    group: list[tuple[float, int]] = []
    for x, i in [*starts, (right + 2 * EDGE, -1)]:
        if group and x - group[0][0] > EDGE:
            edge = group[0][0]
            if len({row for _, row in group}) >= EDGES and not any(-EDGE <= edge - b <= INSET for b in found):
                found.append(edge - 1)
            group = []
        group.append((x, i))
    return (*sorted(found), right)


def begins(word: Word | Run, xs: Sequence[float]) -> int | None:
    """The column at whose edge a word begins."""
    return next((i for i, x in enumerate(xs[:-1]) if -EDGE <= word.x0 - x <= INSET), None)


def apart(word: Word, xs: Sequence[float]) -> list[Word]:
    """A word as several where an inner piece stands apart at a column's edge: a full cell, and the next one's text."""
    runs = [part for run in word.runs for part in _sum_and_label(run, xs)]
    groups = [runs[:1]]
    for last, run in itertools.pairwise(runs):
        behind_sum = run.x0 - last.x1 < GAP * run.size and Word([last]).is_sum and len(run.glyphs) > 1
        if (behind_sum or run.x0 - last.x1 >= GAP * run.size) and begins(run, xs) is not None:
            groups.append([])
        groups[-1].append(run)
    return [Word(group) for group in groups]


def _sum_and_label(run: Run, xs: Sequence[float]) -> list[Run]:
    """A run as two where a label begins at a column's edge right behind a sum, which fills its cell."""
    texts = [glyph.text for glyph in run.glyphs]
    found = _SUM_BEFORE_WORD.match("".join(texts)) if all(len(text) == 1 for text in texts) else None
    if found is None or not any(abs(run.glyphs[found.end()].x0 - x) <= INSET for x in xs[1:-1]):
        return [run]
    return [Run(run.glyphs[: found.end()]), Run(run.glyphs[found.end() :])]


def reach(word: Word, band: Band, xs: Sequence[float]) -> tuple[int, int]:
    """The columns of a word, the last exclusive: those that it reaches over, or in whose middle it stands."""
    last = next((i for i in range(1, len(xs)) if word.x1 <= xs[i] + EDGE), len(xs) - 1)
    first = begins(word, xs)
    if first is not None:
        return first, max(last, first + 1)
    first = max(i for i, x in enumerate(xs[:-1]) if x <= word.x0 + EDGE)
    others = [w for w in band if w is not word]
    middle = (word.x0 + word.x1) / 2
    fits = [
        (a, b)
        for a in range(first + 1)
        for b in range(last, len(xs))
        if abs((xs[a] + xs[b]) / 2 - middle) <= MIDDLE and not any(xs[a] < w.x1 and w.x0 < xs[b] for w in others)
    ]
    return max(fits, key=lambda fit: fit[1] - fit[0], default=(first, last))


def is_told_by_edges(xs: Sequence[float], words: Sequence[Word]) -> bool:
    """Whether most words begin at the edges of columns, and few are sums, which end there.

    Texts at the right or in the middle of their columns begin at one place only where they are of one length.
    """
    at_edge = sum(begins(word, xs) is not None for word in words)
    sums = sum(word.is_sum for word in words)
    at_left, at_right = places(word.x0 for word in words), places(word.x1 for word in words)
    middles = places((word.x0 + word.x1) / 2 for word in words)
    is_left = len(at_left) <= min(len(at_right), len(middles))
    return len(xs) > COLUMNS and at_edge >= AT_EDGE * len(words) and sums <= SUMS * len(words) and is_left


def places(found: Iterable[float]) -> tuple[float, ...]:
    """The places at which things stand, from left to right or from the top; what lies up to `EDGE` behind the first
    of one stands there too.
    """
    starts: list[float] = []
    for at in sorted(found):
        if not starts or at - starts[-1] > EDGE:
            starts.append(at)
    return tuple(starts)
