"""Pages that are images only → the same ink that text pages give, through the optional extra `mingzhang[ocr]`.

The recogniser (RapidOCR: PaddleOCR's models inside its wheel, run on the processor, without a network) finds words;
ruling lines are taken from the image itself. A word that reaches over an upright rule is read again on each of its
sides, so that two cells never become one number. What is recognised with little confidence is left out and said.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kg_builder.model import Box
from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import Glyph, Rule

SCALE = 200 / 72  # pixels per point: 200 dpi, the resolution of office scanners
SURE = 0.85  # confidence from which a word with digits is taken
DARK = 140  # brightness (0 black, 255 white) below which a pixel is ink
LINE = 0.25  # inches that a straight stroke must reach to count as a rule
GAP = 3  # pixels that a rule may be broken over
INSET = 4  # pixels inside a cell that its rules may darken
SPECKS = 12  # dark pixels that are no print
ASCII = 0.55  # width of a Latin character beside a Chinese one

_Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: its text, confidence (0 to 1) and box in pixels."""

    text: str
    confidence: float
    box: _Bounds


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised on a page, and the words that were not sure enough to be taken."""

    ink: Ink
    doubtful: tuple[Word, ...]


def available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("rapidocr_onnxruntime") is not None


@cache
def _engine() -> Any:
    from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415 - an optional extra, slow to load

    return RapidOCR(text_score=0.3, intra_op_num_threads=2)


def recognise_page(data: bytes, ink: Ink, empty_cells: Callable[[Ink], Iterable[Box]]) -> Recognised:
    """The page of a PDF as an image → its ink; a page that was scanned sideways or upside down is turned.

    `empty_cells` gives the cells of the page's tables without text: those that hold dark pixels are read by
    themselves, for a single `0` is easily overlooked on a whole page.
    """
    import numpy  # noqa: PLC0415 - comes with the extra
    import pypdfium2  # noqa: PLC0415 - draws only where there is something to recognise

    with pypdfium2.PdfDocument(data) as document:
        image = numpy.asarray(document[ink.number - 1].render(scale=SCALE).to_pil().convert("RGB"))
    turn, words = _upright(image)
    image = numpy.ascontiguousarray(numpy.rot90(image, turn // 90))
    rules = tuple(_rules(image.min(axis=2) < DARK))
    words = [part for word in words for part in _parted(word, rules, image)]
    size = (image.shape[1] / SCALE, image.shape[0] / SCALE)
    found = _taken(Ink(ink.number, size, turn, (), rules, ink.images, ink.damage), words)
    again = [(box, word) for box in empty_cells(found.ink) if (word := _cell_word(box, image)) is not None]
    if not again:
        return found
    kept = [w for w in words if w not in found.doubtful or not any(_stands_in(w, box) for box, _ in again)]
    return _taken(found.ink, [*kept, *(word for _, word in again)])


def _stands_in(word: Word, box: Box) -> bool:
    x, y = (word.box[0] + word.box[2]) / 2 / SCALE, (word.box[1] + word.box[3]) / 2 / SCALE
    return box.x0 <= x <= box.x1 and box.top <= y <= box.bottom


def _taken(ink: Ink, words: Sequence[Word]) -> Recognised:
    doubtful = tuple(w for w in words if w.confidence < SURE and (re.search(r"\d", w.text) or not w.text))
    glyphs = tuple(g for w in words if w not in doubtful for g in _glyphs(w))
    return Recognised(replace(ink, glyphs=glyphs), doubtful)


def _cell_word(box: Box, image: Any) -> Word | None:
    """What a cell prints that was overlooked; None where it is white, a word without text where it cannot be read."""
    left, top, right, bottom = (int(v * SCALE) for v in (box.x0, box.top, box.x1, box.bottom))
    cell = image[top + INSET : bottom - INSET, left + INSET : right - INSET]
    ink = (cell.min(axis=2) < DARK) if cell.size else cell
    if not cell.size or int(ink.sum()) < SPECKS:
        return None
    rows, columns = ink.any(axis=1).nonzero()[0], ink.any(axis=0).nonzero()[0]
    y0, y1, x0, x1 = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    around = cell[max(y0 - 4, 0) : y1 + 4, max(x0 - 4, 0) : x1 + 4]
    bounds = tuple(float(v) for v in (left + INSET + x0, top + INSET + y0, left + INSET + x1, top + INSET + y1))
    text, confidence = _line(around)
    return Word(text, confidence, (bounds[0], bounds[1], bounds[2], bounds[3]))


def _line(piece: Any) -> tuple[str, float]:
    """One line of print → its text and confidence."""
    read, _ = _engine()(piece, use_det=False, use_cls=False) if min(piece.shape[:2], default=0) > 4 else (None, None)
    return (read[0][0].strip(), float(read[0][1])) if read else ("", 0.0)


def _upright(image: Any) -> tuple[int, list[Word]]:
    """The words of the image turned upright, with the angle by which it was turned to the left."""
    import numpy  # noqa: PLC0415 - as above

    words = _words(image)
    if not words:
        return 0, words
    sideways = 2 * sum(_tall(word) for word in words) > len(words)
    if not sideways and _confidence(words) >= SURE:
        return 0, words
    tries = {turn: _words(numpy.ascontiguousarray(numpy.rot90(image, turn // 90))) for turn in (90, 180, 270)}
    best = max(tries, key=lambda turn: (_confidence(tries[turn]), -turn))
    return (best, tries[best]) if sideways or _confidence(tries[best]) > _confidence(words) else (0, words)


def _tall(word: Word) -> bool:
    x0, top, x1, bottom = word.box
    return len(word.text) > 1 and bottom - top > 1.5 * (x1 - x0)


def _confidence(words: Sequence[Word]) -> float:
    """Mean confidence of the words that lie flat, weighed by their length."""
    flat = [w for w in words if not _tall(w)]
    length = sum(len(w.text) for w in flat)
    return sum(w.confidence * len(w.text) for w in flat) / length if length else 0.0


def _words(image: Any) -> list[Word]:
    found, _ = _engine()(image, use_cls=False)
    return [Word(text.strip(), float(score), _bounds(corners)) for corners, text, score in found or () if text.strip()]


def _bounds(corners: Sequence[Sequence[float]]) -> _Bounds:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys))


def _rules(dark: Any) -> Iterator[Rule]:
    """Ruling lines in points: straight runs of dark pixels, neighbouring rows of pixels as one."""
    for upright, pixels in ((False, dark), (True, dark.T)):
        open_: list[list[int]] = []  # start, end, first row, last row
        for at in range(pixels.shape[0]):
            runs = _long_runs(pixels[at])
            for start, end in runs:
                known = next((r for r in open_ if r[3] >= at - 2 and start < r[1] and end > r[0]), None)
                if known is None:
                    open_.append([start, end, at, at])
                else:
                    known[0], known[1], known[3] = min(known[0], start), max(known[1], end), at
        for start, end, first, last in open_:
            if last - first < 0.1 * 72 * SCALE:  # thicker is a filled area
                yield Rule(upright, (first + last + 1) / 2 / SCALE, start / SCALE, end / SCALE)


def _long_runs(line: Any) -> list[tuple[int, int]]:
    """Stretches of dark pixels, small breaks bridged, that are long enough for a rule."""
    import numpy  # noqa: PLC0415 - as above

    at = numpy.flatnonzero(line)
    if at.size < LINE * 72 * SCALE:
        return []
    breaks = numpy.flatnonzero(numpy.diff(at) > GAP)
    starts, ends = at[numpy.concatenate(([0], breaks + 1))], at[numpy.concatenate((breaks, [at.size - 1]))] + 1
    return [(int(a), int(b)) for a, b in zip(starts, ends, strict=True) if b - a >= LINE * 72 * SCALE]


def _parted(word: Word, rules: Sequence[Rule], image: Any) -> list[Word]:
    """A word over upright rules is read again between them."""
    x0, top, x1, bottom = word.box
    middle, margin = (top + bottom) / 2 / SCALE, 0.3 * (bottom - top)
    cuts = sorted(
        r.at * SCALE
        for r in rules
        if r.upright and r.start <= middle <= r.end and x0 + margin < r.at * SCALE < x1 - margin
    )
    if not cuts:
        return [word]
    found = []
    for left, right in itertools.pairwise([x0, *cuts, x1]):
        text, confidence = _line(image[int(max(top, 0)) : int(bottom) + 1, int(left) + 3 : int(right) - 2])
        if text:
            found.append(Word(text, confidence, (left + 3, top, right - 3, bottom)))
    return found


def _glyphs(word: Word) -> Iterator[Glyph]:
    """The characters of a word, spread over its box by their usual widths."""
    x0, top, x1, bottom = (v / SCALE for v in word.box)
    if not word.text:
        return
    widths = [ASCII if c.isascii() else 1.0 for c in word.text]
    unit, x = (x1 - x0) / sum(widths), x0
    spaced = False
    for char, width in zip(word.text, widths, strict=True):
        if not char.isspace():
            yield Glyph(char, x, top, x + width * unit, bottom, bottom - top, spaced)
        spaced = char.isspace()
        x += width * unit
