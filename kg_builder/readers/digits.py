"""What the digits of a font are drawn as: how many closed lines each has, and whether a 6 is a 9, or 2 and 5 are each
other.

A 6 encloses its white below its middle, a 9 above. At a third of its height the ink of a 5 begins farther right than
at two thirds, that of a 2 farther left; in some fonts with drops at the ends of their strokes it is not so, therefore
both have to show the other.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Sequence
from operator import mul

import pypdfium2.raw as pdfium

from kg_builder.readers import pdfium_calls as calls
from kg_builder.readers.font_maps import OUTLINES

LOW, HIGH = 0.35, 0.62  # shares of a digit's height at which its ink begins at different places
MIDDLE = 0.05  # share of a digit's height by which what it encloses is off its middle
RIGHT, LEFT = 0.4, 0.15  # shares of a digit's width by which the ink of 5 and 2 begins farther right and left below
_STEPS = 4  # points by which a curve is followed

Point = tuple[float, float]
Line = list[Point]

_place, (_X, _Y) = calls.answers("f", 2)


def outlines(font: int, texts: Collection[str]) -> Iterator[tuple[str, int]]:
    """The digits among the characters, each with the number of closed lines that its glyph is drawn with."""
    for digit in sorted(OUTLINES.keys() & texts):
        path = calls.glyph_path(font, ord(digit), 1.0)
        kinds = (calls.segment_type(calls.glyph_segment(path, i)) for i in range(calls.glyph_segments(path)))
        if count := sum(kind == pdfium.FPDF_SEGMENT_MOVETO for kind in kinds):
            yield digit, count


class Digits:
    """The digits of a file's fonts: those of one name that are drawn with as many lines and curves are one digit."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, int], float] = {}

    def are_others(self, font: int, name: str, texts: Collection[str]) -> bool:
        """Whether digits among the characters of a font are drawn as others."""
        white = {digit: self._measured(font, name, digit, _white) for digit in "69" if digit in texts}
        if white.get("6", 0.0) > 0.5 + MIDDLE or white.get("9", 1.0) < 0.5 - MIDDLE:
            return True
        if "2" not in texts or "5" not in texts:
            return False
        steps = [self._measured(font, name, digit, _steps_right) for digit in "25"]
        return steps[0] > RIGHT and steps[1] < -LEFT

    def _measured(self, font: int, name: str, digit: str, measure: Callable[[Sequence[Line]], float]) -> float:
        path = calls.glyph_path(font, ord(digit), 1.0)
        key = name, digit, calls.glyph_segments(path)
        if key not in self._known:
            self._known[key] = measure(_lines(path, key[2]))
        return self._known[key]


def _lines(path: int, segments: int) -> list[Line]:
    """The closed lines of a glyph, curves as several points."""
    found: list[Line] = []
    control: Line = []
    for i in range(segments):
        segment = calls.glyph_segment(path, i)
        calls.segment_point(segment, _X, _Y)
        kind, point = calls.segment_type(segment), (_place[0], _place[1])
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            found.append([point])
        elif found and kind == pdfium.FPDF_SEGMENT_LINETO:
            found[-1].append(point)
        elif found:
            control.append(point)
            if len(control) == len("ccc"):
                found[-1] += _curve(found[-1][-1], *control)
                control = []
    return found


def _curve(start: Point, first: Point, second: Point, end: Point) -> Line:
    """Points of a cubic curve behind its start."""
    shares = [(i / _STEPS, 1 - i / _STEPS) for i in range(1, _STEPS + 1)]
    ways = [(u**3, 3 * u * u * t, 3 * u * t * t, t**3) for t, u in shares]
    across, up = zip(start, first, second, end, strict=True)
    return [(sum(map(mul, way, across)), sum(map(mul, way, up))) for way in ways]


def _reach(lines: Sequence[Line], axis: int) -> tuple[float, float]:
    found = [point[axis] for line in lines for point in line]
    return min(found), max(found)


def _white(lines: Sequence[Line]) -> float:
    """How high in a digit of two lines its white lies, 0 to 1; in the middle where it has others."""
    if len(lines) != len("oo"):
        return 0.5
    low, high = _reach(lines, 1)
    inner = min(lines, key=lambda line: _reach([line], 1)[1] - _reach([line], 1)[0])
    return (sum(_reach([inner], 1)) / 2 - low) / max(high - low, 1e-6)


def _steps_right(lines: Sequence[Line]) -> float:
    """How much farther right, in widths of the digit, its ink begins low than high; 0 where it is not of one line."""
    if len(lines) != 1:
        return 0.0
    (low, high), (left, right) = _reach(lines, 1), _reach(lines, 0)
    below, above = (_begin(lines[0], low + share * (high - low)) for share in (LOW, HIGH))
    return (below - above) / max(right - left, 1e-6)


def _begin(line: Line, height: float) -> float:
    """Where a line is cut farthest left at a height within its own."""
    cuts = [
        ax + (bx - ax) * (height - ay) / (by - ay)
        for (ax, ay), (bx, by) in itertools.pairwise([*line, line[0]])
        if (ay <= height) != (by <= height)
    ]
    return min(cuts, default=0.0)
