"""What is printed on a page, whatever engine read it: glyphs → runs → lines of text, in one upright frame.

All coordinates are points from the top left corner of the page as it is read. A run is a stretch of glyphs that the
file prints one after the other without a gap; runs are never taken apart by reading order, so that a number laid over
other text stays whole.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg_builder.model import Box

DOUBLED = 0.18  # share of the type size by which two prints of one glyph may lie apart (bold made by printing twice)
TOUCHING = 0.1  # gap up to which two glyphs stand in one word for certain
JOINED = 0.5  # gap in type sizes up to which two glyphs belong to one run
SPACED = 0.28  # gap from which a space stands between two glyphs of which one is Latin
BELOW = 1.25  # distance in type sizes below which ideographs one under the other are one text
COLUMN = 2.0  # gap from which two spaces stand: another column
EVEN = 0.6  # type sizes by which gaps may differ that are about as wide
SPREAD, SPREAD_CELL = 4, 2  # ideographs standing apart that are a text spread over a line, over a cell
_SQUARE = 32  # points
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")  # Hebrew, Arabic and its presentation forms
# Words of right-to-left letters with what stands between them, but not with brackets: كىرىم 2024 چىقىم
_LEFTWARDS = re.compile(f"{RIGHT_TO_LEFT.pattern}+(?:[\\d\\s.,،؛/:%-]*{RIGHT_TO_LEFT.pattern}+)*")
# What is read from left to right all the same: 2024 · 1,234.50 · ≥95%
_NUMBER = re.compile(r"[≥≤><]?\d[\d.,/:%-]*")


class Glyph(NamedTuple):
    """One printed character; `turned` says that it stands across the page's reading direction."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    spaced: bool = False  # a space was printed before it
    light: bool = False
    turned: bool = False
    hidden: bool = False  # clipped away, or beyond the edge of the page
    red: bool = False

    @property
    def x(self) -> float:
        """Horizontal centre."""
        return (self.x0 + self.x1) / 2

    @property
    def y(self) -> float:
        """Vertical centre."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line along one axis at `at`, reaching from `start` to `end` along the other axis."""

    upright: bool
    at: float
    start: float
    end: float


class Run:
    """Glyphs printed as one piece; the box is that of the shown ones, where there are any."""

    __slots__ = ("bottom", "glyphs", "size", "top", "x0", "x1")
    x0: float
    top: float
    x1: float
    bottom: float
    size: float

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        self.glyphs = tuple(glyphs)
        _, lefts, tops, rights, bottoms, sizes, *_, hidden, _ = zip(*self.glyphs, strict=True)
        self.size = max(sizes)
        if any(hidden) and not all(hidden):
            _, lefts, tops, rights, bottoms, *_ = zip(*(g for g in glyphs if not g.hidden), strict=True)
        self.x0, self.top, self.x1, self.bottom = min(lefts), min(tops), max(rights), max(bottoms)

    @property
    def y(self) -> float:
        """Vertical centre."""
        return (self.top + self.bottom) / 2

    @property
    def turned(self) -> bool:
        """Whether the run stands across the reading direction."""
        return self.glyphs[0].turned

    @property
    def text(self) -> str:
        """The run's text, with the spaces that were printed within it."""
        first, *rest = self.glyphs
        return in_reading_order(first.text + "".join((" " if g.spaced else "") + g.text for g in rest))


def in_reading_order(printed: str) -> str:
    """Text as it is printed from left to right, its right-to-left parts in the order in which they are read."""
    if not RIGHT_TO_LEFT.search(printed):
        return printed
    return _LEFTWARDS.sub(lambda part: _NUMBER.sub(lambda number: number[0][::-1], part[0])[::-1], printed)


def without_doubles(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Drop the second print of a glyph that lies on the first: bold made by printing twice, cells printed twice."""
    kept: list[Glyph] = []
    seen: dict[tuple[str, float, float], list[tuple[float, float]]] = defaultdict(list)
    for glyph in glyphs:
        # Glyphs are filed in squares; a twin can lie in a neighbouring square.
        text, x0, top, x1, _, size, *_ = glyph
        reach = min(DOUBLED * size, 0.4 * max(x1 - x0, 0.1))
        far = reach + 0.01
        columns = {(x0 - far) // _SQUARE, (x0 + far) // _SQUARE}
        lines = {(top - far) // _SQUARE, (top + far) // _SQUARE}
        near = home = seen[text, x0 // _SQUARE, top // _SQUARE]
        if len(columns) + len(lines) > 2:
            near = [place for x in columns for y in lines for place in seen.get((text, x, y), ())]
        for x, y in near:
            if abs(x - x0) <= reach and abs(y - top) <= reach:
                break
        else:
            home.append((x0, top))
            kept.append(glyph)
    return kept


def glyphs_to_runs(glyphs: Iterable[Glyph]) -> list[Run]:
    """Cut the glyphs, in the order of the file, where the next does not continue the last on its line.

    A run that is hidden whole is left out; one that is hidden in part is kept whole, so that no figure loses its end.
    """
    runs: list[Run] = []
    piece: list[Glyph] = []
    for glyph in glyphs:
        # Behind the edge that hides the end of a piece, whatever is shown again is another piece.
        again = bool(piece) and piece[-1].hidden and not glyph.hidden and any(not g.hidden for g in piece)
        if piece and (again or not _continues(piece[-1], glyph)):
            runs.append(Run(piece))
            piece = []
        piece.append(glyph)
    if piece:
        runs.append(Run(piece))
    return [run for run in runs if not all(glyph.hidden for glyph in run.glyphs)]


def _continues(last: Glyph, glyph: Glyph) -> bool:
    if last.turned != glyph.turned:
        return False
    size = min(last.size, glyph.size)
    if last.turned:
        return abs(last.x - glyph.x) < 0.3 * size and abs(last.y - glyph.y) < 1.6 * size
    if _stands_below(last, glyph, size):
        return True
    if abs(last.bottom - glyph.bottom) > 0.35 * size:
        return False
    if last.hidden != glyph.hidden and glyph.x0 - last.x1 > TOUCHING * size:
        return False  # the clipped end of a label, then the figure beside it
    return -0.3 * size < glyph.x0 - last.x1 < JOINED * size


def _stands_below(last: Glyph, glyph: Glyph, size: float) -> bool:
    """Whether two upright ideographs are one text set from the top down; rows of a table stand farther apart."""
    down, aside = glyph.top - last.top, abs(glyph.x - last.x)
    return aside < 0.1 * size and 0 < down < BELOW * size and _is_ideograph(last.text) and _is_ideograph(glyph.text)


def without_watermarks(runs: Sequence[Run]) -> list[Run]:
    """Leave out large or light text that lies across other text (仅供内部审核 over a table)."""
    sizes = [run.size for run in runs for _ in run.glyphs]
    if not sizes:
        return []
    usual = statistics.median(sizes)
    suspects = [run for run in runs if _may_be_watermark(run, usual)]
    others = [run for run in runs if not _may_be_watermark(run, usual)]
    marks = {id(run) for run in suspects if run.size > 4 * usual or any(_lies_across(run, other) for other in others)}
    return [run for run in runs if id(run) not in marks]


def _may_be_watermark(run: Run, usual: float) -> bool:
    return run.size >= 1.8 * usual or all(g.light for g in run.glyphs)


def _lies_across(mark: Run, run: Run) -> bool:
    wide = min(mark.x1, run.x1) - max(mark.x0, run.x0)
    high = min(mark.bottom, run.bottom) - max(mark.top, run.top)
    return wide > 0.3 * run.size and high > 0.3 * (run.bottom - run.top)


def runs_to_lines(runs: Iterable[Run]) -> list[list[Run]]:
    """Lines from top to bottom, each a list of runs from left to right; turned runs are lines of their own."""
    lines: list[list[Run]] = []
    for run in sorted(runs, key=lambda r: (r.y, r.x0)):
        line = lines[-1] if lines else None
        if line and not run.turned and not line[0].turned and _same_line(line[0], run):
            line.append(run)
        else:
            lines.append([run])
    for line in lines:
        line.sort(key=lambda r: (r.x0, r.x1))
    return lines


def _same_line(first: Run, run: Run) -> bool:
    return abs(first.y - run.y) <= 0.5 * min(first.bottom - first.top, run.bottom - run.top)


def line_text(line: Sequence[Run], spread: int = SPREAD) -> str:
    """The text of a line: a space where a gap shows one, two spaces where another column starts.

    Single ideographs, and numbers among them, that stand evenly apart are a text spread to fill its width, from
    `spread` of them on: 阳 泉 市 民 政 局.
    """
    text = line[0].text
    for last, run in itertools.pairwise(line):
        text += _gap(last, run) + run.text
    words = text.split()
    if len(words) < spread or not all(len(word) == 1 or word.isascii() for word in words):
        return text
    return _joined_words(words) if _is_even(line) and any(map(_is_ideograph, words)) else text


def _joined_words(words: Sequence[str]) -> str:
    """Words without the spaces between them, save between two Latin ones."""
    spaces = (" " if a.isascii() and b.isascii() else "" for a, b in itertools.pairwise(words))
    return "".join(itertools.chain(*itertools.zip_longest(words, spaces, fillvalue="")))


def _is_even(line: Sequence[Run]) -> bool:
    """Whether all gaps of a line are about as wide."""
    glyphs = [glyph for run in line for glyph in run.glyphs]
    pairs = [(a, b) for a, b in itertools.pairwise(glyphs) if not (a.text.isascii() and b.text.isascii())]
    gaps = [b.x0 - a.x1 for a, b in pairs]
    return not gaps or max(gaps) - min(gaps) <= EVEN * glyphs[0].size


def _is_ideograph(text: str) -> bool:
    return "\u3400" <= text <= "\u9fff"


def _gap(last: Run, run: Run) -> str:
    wide = run.x0 - last.x1
    if len(last.glyphs[-1].text) > 1 and _is_ideograph(last.glyphs[-1].text):
        wide -= (len(last.glyphs[-1].text) - 1) * last.size  # printed one over the other, their room behind
    size = min(last.size, run.size)
    if wide > COLUMN * size:
        return "  "
    latin = last.glyphs[-1].text.isascii() or run.glyphs[0].text.isascii()
    return " " if run.glyphs[0].spaced or wide > (SPACED if latin else 1.0) * size else ""


def box_of(runs: Iterable[Run]) -> Box:
    """The smallest box around all runs."""
    group = list(runs)
    return Box(
        min(r.x0 for r in group),
        min(r.top for r in group),
        max(r.x1 for r in group),
        max(r.bottom for r in group),
    )
