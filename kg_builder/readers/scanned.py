"""The image of a page → its print set straight and without seals: ruling lines, cells, and where its lines of text are.

Lines in ruled cells are told by their ink alone, cell by cell, so that none is overlooked and none goes over a rule.
Everything is counted in pixels of 200 dpi. OpenCV does the work; it comes with the extra `mingzhang[ocr]`.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SCALE = 200 / 72  # pixels per point: 200 dpi, the resolution of office scanners
NEAR = 41  # pixels around a pixel whose mean brightness it is compared with
DARKER = 30  # by which a pixel is darker than its surroundings where it is ink (0 black, 255 white)
LINE = 50  # pixels that a straight stroke must reach to count as a rule
THICK = 20  # pixels from which a straight stroke is a filled area
GAP = 3  # pixels that a rule may be broken over
INSET = 3  # pixels inside a cell that its rules may darken
EVEN = 8  # pixels within which rules end at one height
CELL = 12  # pixels that a cell is wide and high at least
WHOLE = 0.7  # share of its box that a cell fills
SPECKS = 12  # dark pixels that are no print
HIGH = 10  # pixels from which a line of print tells how high print is
ONE = 1.5  # heights of print within which strokes one over the other are one line
TALL = 1.8  # heights of print from which what is filled without a gap is no one line
APART = 2.5  # heights of print by which the pieces of a line stand apart that are read one by one
MARGIN = 0.3  # heights of a line that stay white above and below it as it is read
BESIDE = 5  # pixels that stay white beside it
NEXT = 4  # pixels around what was found that are not looked at again
SKEW = 3.0  # degrees by which a page may lie askew
LEVEL = 0.06  # degrees that make no difference
POINTS = 40_000  # dark pixels that tell how a page lies
SEAL = 100  # pixels that the ring of a seal is wide and high at least
RED = 60  # by which the red of a pixel exceeds its other colours where it is red

Pixels = tuple[int, int, int, int]  # x0, top, x1, bottom


@dataclass(frozen=True, slots=True)
class Stroke:
    """A ruling line: at `at`, from `start` to `end` along the other axis."""

    upright: bool
    at: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as it is read: `ink` is 1 where it is printed, rules left out; `cells` are its ruled cells."""

    image: Any
    ink: Any
    rules: tuple[Stroke, ...]
    cells: tuple[Pixels, ...]


def to_scan(image: Any) -> Scan:
    """The image of a page, set straight and without seals, taken apart."""
    import cv2

    image = _without_seals(image)
    dark = _dark(image)
    angle = _skew(dark)
    if abs(angle) > LEVEL:
        height, width = image.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        image = cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))
        dark = _dark(image)
    rules, ruled = _rules(dark)
    dark[ruled > 0] = 0
    return Scan(image, dark, rules, tuple(_cells(_closed(ruled, rules))))


def _dark(image: Any) -> Any:
    """1 where a pixel is darker than its surroundings: print on a shaded ground too."""
    import cv2

    red, green, blue = cv2.split(image)
    grey = cv2.min(cv2.min(red, green), blue)
    return cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, NEAR, DARKER)


def _without_seals(image: Any) -> Any:
    """The image with what is red within the ring of a seal taken off what is printed below it."""
    import cv2
    import numpy

    red = _reddish(image).astype(numpy.uint8)
    if int(red.sum()) < SEAL:
        return image
    red = cv2.morphologyEx(red, cv2.MORPH_CLOSE, numpy.ones((9, 9), numpy.uint8))
    _, _, found, _ = cv2.connectedComponentsWithStats(red)
    image = image.copy()
    for left, top, wide, high, area in found[1:]:
        if wide >= SEAL <= high and area < 0.5 * wide * high:
            part = image[max(top - NEXT, 0) : top + high + NEXT, max(left - NEXT, 0) : left + wide + NEXT]
            # The red of a seal is bright in its own colour, the black below it dark in each.
            bleached = (part[..., 0].astype(numpy.int32) - 90) * 255 // 75
            part[...] = numpy.maximum(part, numpy.clip(bleached, 0, 255).astype(numpy.uint8)[..., None])
    return image


def is_red(piece: Any) -> bool:
    """Whether what is printed on a piece of a page is red."""
    dark = _dark(piece) > 0
    return bool(dark.any()) and float(_reddish(piece)[dark].mean()) > 0.5


def _reddish(image: Any) -> Any:
    """True where a pixel is red."""
    import cv2

    red, green, blue = cv2.split(image)
    return cv2.subtract(red, cv2.max(green, blue)) > RED


def _skew(dark: Any) -> float:
    """Degrees by which the lines of a page fall to the right: where its dark pixels gather in the fewest rows."""
    import numpy

    at = numpy.flatnonzero(dark)
    at = at[:: max(1, at.size // POINTS)]
    if not at.size:
        return 0.0
    ys, xs = numpy.divmod(at, dark.shape[1])

    def gathered(angle: float) -> float:
        rows = (ys - (xs - dark.shape[1] / 2) * math.tan(math.radians(angle))).astype(int)
        counts = numpy.bincount(rows - rows.min()).astype(float)
        return float((counts * counts).sum())

    found = 0.0
    for step, reach in ((0.2, SKEW), (0.04, 0.2), (0.02, 0.04)):
        steps = round(reach / step)
        angles = [found + step * i for i in sorted(range(-steps, steps + 1), key=abs)]
        found = max(angles, key=gathered)
    return found


def _rules(dark: Any) -> tuple[tuple[Stroke, ...], Any]:
    """Straight strokes that are long enough, and 1 where they lie."""
    import cv2
    import numpy

    strokes, ruled = [], numpy.zeros_like(dark)
    for upright in (False, True):
        turned = numpy.ascontiguousarray(dark.T) if upright else dark
        bridged = cv2.morphologyEx(turned, cv2.MORPH_CLOSE, numpy.ones((1, GAP + 1), numpy.uint8))
        long = cv2.morphologyEx(bridged, cv2.MORPH_OPEN, numpy.ones((1, LINE), numpy.uint8))
        count, labels, found, _ = cv2.connectedComponentsWithStats(long, connectivity=8)
        thin = numpy.zeros(count, numpy.uint8)
        for number, (start, first, length, thick, _) in enumerate(found[1:].tolist(), 1):
            if thick < THICK:
                thin[number] = 1
                strokes.append(Stroke(upright, first + thick / 2, start, start + length))
        wide = cv2.dilate(thin[labels], numpy.ones((5, GAP), numpy.uint8))
        ruled |= wide.T if upright else wide
    return tuple(strokes), ruled


def _closed(ruled: Any, rules: Iterable[Stroke]) -> Any:
    """The rules with one across where several upright ones end at one height: a page break goes through a row there."""
    closed = ruled.copy()
    ends = sorted((end, rule.at) for rule in rules if rule.upright for end in (rule.start, rule.end))
    for _, group in itertools.groupby(ends, key=lambda end: end[0] // EVEN):
        own = list(group)
        level, sides = own[0][0], [round(at) for _, at in own]
        closed[level : level + 2, min(sides) : max(sides)] = 1
    return closed


def _cells(ruled: Any) -> Iterator[Pixels]:
    """Areas that rules enclose."""
    import cv2

    height, width = ruled.shape
    _, _, found, _ = cv2.connectedComponentsWithStats((ruled == 0).astype(ruled.dtype), connectivity=4)
    for left, top, wide, high, area in found[1:].tolist():
        within = left > 0 and top > 0 and left + wide < width and top + high < height
        if within and min(wide, high) >= CELL and area >= WHOLE * wide * high:
            yield left + INSET, top + INSET, left + wide - INSET, top + high - INSET


def lines_in_cells(scan: Scan) -> tuple[list[Pixels], list[Pixels]]:
    """Where the lines of print in the ruled cells are, and the cells that were told so; those whose print stands in no
    clear lines are none of them. Pieces that stand far apart on one height are lines of their own.
    """
    bands = [(cell, list(_bands(scan.ink[cell[1] : cell[3], cell[0] : cell[2]].any(axis=1)))) for cell in scan.cells]
    heights = [end - start for _, own in bands for start, end in own if end - start >= HIGH]
    usual = statistics.median(heights) if heights else HIGH
    clear = [(cell, own) for cell, own in bands if all(end - start <= TALL * usual for start, end in own)]
    lines = [
        piece for cell, own in clear for band in _joined(own, usual) for piece in _pieces(scan.ink, cell, band, usual)
    ]
    return lines, [cell for cell, _ in clear]


def _bands(filled: Any) -> Iterator[tuple[int, int]]:
    """Where a row of values is true: the beginning and the end of each stretch."""
    import numpy

    edges = numpy.flatnonzero(numpy.diff(filled.astype(numpy.int8), prepend=0, append=0)).tolist()
    return zip(edges[::2], edges[1::2], strict=True)


def _joined(bands: Sequence[tuple[int, int]], usual: float) -> list[tuple[int, int]]:
    """The strokes of 二 or of a colon are one line."""
    found: list[tuple[int, int]] = []
    for start, end in bands:
        if found and end - found[-1][0] <= ONE * usual:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _pieces(ink: Any, cell: Pixels, band: tuple[int, int], usual: float) -> Iterator[Pixels]:
    """What is printed on one height of a cell."""
    x0, top = cell[0], cell[1] + band[0]
    part = ink[top : cell[1] + band[1], x0 : cell[2]]
    stretches: list[tuple[int, int]] = []
    for start, end in _bands(part.any(axis=0)):
        if stretches and start - stretches[-1][1] < APART * usual:
            stretches[-1] = stretches[-1][0], end
        else:
            stretches.append((start, end))
    for start, end in stretches:
        if int(part[:, start:end].sum()) >= SPECKS:
            yield x0 + start, top, x0 + end, cell[1] + band[1]


def trimmed(ink: Any, box: Pixels) -> Pixels | None:
    """A box drawn close around the print in it; None where there is none."""
    x0, top, x1, bottom = max(box[0], 0), max(box[1], 0), box[2], box[3]
    part = ink[top:bottom, x0:x1]
    if int(part.sum()) < SPECKS:
        return None
    rows, columns = list(_bands(part.any(axis=1))), list(_bands(part.any(axis=0)))
    return x0 + columns[0][0], top + rows[0][0], x0 + columns[-1][1], top + rows[-1][1]


def outside(scan: Scan, cells: Iterable[Pixels]) -> tuple[Any, Any, Any]:
    """The print outside of the cells: the image without rows where there is none, the row of the page that each of its
    rows is, and the ink of the whole page without that in the cells.
    """
    import cv2
    import numpy

    ink, image = scan.ink.copy(), scan.image.copy()
    for x0, top, x1, bottom in cells:
        inner = slice(top - INSET, bottom + INSET), slice(x0 - INSET, x1 + INSET)
        ink[inner], image[inner] = 0, 255
    filled = (ink.sum(axis=1) > 1).astype(numpy.uint8)[:, None]
    near = cv2.dilate(filled, numpy.ones((8 * NEXT + 1, 1), numpy.uint8))[:, 0]
    rows = numpy.flatnonzero(near) if int(ink.sum()) >= SPECKS else numpy.zeros(0, int)
    return image[rows], rows, ink


def overlooked(ink: Any, found: Iterable[Pixels]) -> Iterator[Pixels]:
    """Where print as high as that of the boxes found stands outside of them."""
    import cv2
    import numpy

    boxes = list(found)
    usual = statistics.median([box[3] - box[1] for box in boxes]) if boxes else HIGH
    rest = ink.copy()
    for x0, top, x1, bottom in boxes:
        rest[max(top - NEXT, 0) : bottom + NEXT, max(x0 - NEXT, 0) : x1 + NEXT] = 0
    joined = cv2.morphologyEx(rest, cv2.MORPH_CLOSE, numpy.ones((3, HIGH), numpy.uint8))
    _, _, places, _ = cv2.connectedComponentsWithStats(joined)
    for left, top, wide, high, area in places[1:].tolist():
        if area >= SPECKS and 0.6 * usual <= high <= TALL * usual:
            yield left, top, left + wide, top + high


def crop(scan: Scan, box: Pixels, margin: float = MARGIN) -> Any:
    """A line of print with a margin, in shares of its height, that nothing beside it reaches into."""
    import cv2
    import numpy

    x0, top, x1, bottom = box
    piece = scan.image[max(top - 1, 0) : bottom + 1, max(x0 - 1, 0) : x1 + 1]
    ground = numpy.percentile(piece.reshape(-1, 3), 90, axis=0).tolist()  # the colour that the print stands on
    above, beside = round(margin * (bottom - top)), BESIDE
    return cv2.copyMakeBorder(piece, above, above, beside, beside, cv2.BORDER_CONSTANT, value=ground)
