"""Pages that are images only → the same ink that text pages give, through the optional extra `mingzhang[ocr]`.

The recogniser (RapidOCR: PaddleOCR's models inside its wheel, run by ONNX Runtime, without a network) reads lines of
print. In ruled cells their ink tells where they are; what stands outside of cells, the recogniser's detection finds.
A line with digits that is recognised with little confidence is read once more in another size; where both do not agree,
or a number is none that can be printed, it is left out and said.
"""

from __future__ import annotations

import importlib.util
import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import Glyph, Rule
from kg_builder.readers.scanned import (
    BESIDE,
    MARGIN,
    NEXT,
    SCALE,
    Pixels,
    Scan,
    crop,
    is_red,
    lines_in_cells,
    outside,
    overlooked,
    to_scan,
    trimmed,
)

SURE = 0.85  # confidence from which a word with digits is taken
DIGIT = 0.6  # confidence that each of its digits reaches
CLEAR = 0.95  # confidence of each digit from which a word is read once
FAIR = 0.5  # confidence from which a word without digits is taken
UPRIGHT = 0.9  # confidence from which the widest words of a page tell that it stands upright
SIDE = 1152  # pixels of the longer side of an image in which print is sought
CORES = 2  # lines are recognised at once
SAMPLE = 6  # words that tell whether a page stands upright
ASCII = 0.55  # width of a Latin character beside a Chinese one
_SETTINGS = {
    "Global.log_level": "critical",
    "Global.return_word_box": True,
    "Det.limit_type": "max",
    "Det.limit_side_len": SIDE,
    "Rec.rec_img_shape": [3, 48, 96],  # the width is the least to which a line is filled up
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
}

# 1,234,567.89 · 96,282 · 0.00 · 2010101
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_NUMERALS = re.compile(r"[\d.,]+")  # 1,23.00 · 1.234.56: what looks like one number
_COUNTED = re.compile(r"\d+(?:\.\d+){2,}")  # 1.2.3 · 2025.12.31
_AROUND = "-+()（）%％¥￥≥≤ "  # what stands around a number


@dataclass(frozen=True, slots=True)
class Word:
    """A recognised word: its text, confidence (0 to 1) and that of its least sure digit, and its box in pixels.

    `middles` are those of its characters, spaces left out, in pixels.
    """

    text: str
    confidence: float
    digits: float
    box: Pixels
    middles: tuple[float, ...]
    red: bool = False


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was recognised on a page, and the words that were not sure enough to be taken."""

    ink: Ink
    doubtful: tuple[Word, ...]


def available() -> bool:
    """Whether the extra is installed."""
    return all(importlib.util.find_spec(module) is not None for module in ("rapidocr", "onnxruntime"))


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415 - an optional extra, slow to load

    return RapidOCR(params=_SETTINGS)


def recognise_page(data: bytes, ink: Ink) -> Recognised:
    """The page of a PDF as an image → its ink; a page that was scanned askew, sideways or upside down is turned."""
    import numpy  # noqa: PLC0415 - as above
    import pypdfium2  # noqa: PLC0415 - draws only where there is something to recognise

    with pypdfium2.PdfDocument(data) as document:
        image = numpy.asarray(document[ink.number - 1].render(scale=SCALE).to_pil().convert("RGB"))
    turn, scan, read = _upright(image)
    words = [_surer(scan, word) for word in read]
    doubtful = tuple(word for word in words if not _is_sure(word))
    high = statistics.median([word.box[3] - word.box[1] for word in words]) if words else 0
    glyphs = tuple(glyph for word in words if _is_sure(word) for glyph in _glyphs(word, high))
    rules = tuple(Rule(r.upright, r.at / SCALE, r.start / SCALE, r.end / SCALE) for r in scan.rules)
    size = (scan.image.shape[1] / SCALE, scan.image.shape[0] / SCALE)
    return Recognised(replace(Ink(ink.number, size, turn, glyphs, rules, ink.images), damage=ink.damage), doubtful)


def _upright(image: Any) -> tuple[int, Scan, list[Word]]:
    """The page turned upright and its words, with the angle by which it was turned to the left."""
    import numpy  # noqa: PLC0415 - as above

    tries = []
    for turn in (0, 90, 180, 270):
        scan = to_scan(numpy.ascontiguousarray(numpy.rot90(image, turn // 90)))
        lines = sorted(_lines(scan), key=lambda box: box[0] - box[2])
        widest = _read(scan, lines[:SAMPLE])
        confidence = statistics.fmean([word.confidence for word in widest] or [0.0])
        tries.append((confidence, turn, scan, lines, widest))
        if confidence >= UPRIGHT or not lines:
            break
    _, turn, scan, lines, widest = max(tries, key=lambda one: one[0])
    return turn, scan, [*widest, *_read(scan, lines[SAMPLE:])]


def _lines(scan: Scan) -> list[Pixels]:
    """Where lines of print are: in the cells by their ink, outside of them by detection."""
    lines, cells = lines_in_cells(scan)
    image, rows, ink = outside(scan, cells)
    if not rows.size:
        return lines
    corners = _engine()(image, use_det=True, use_cls=False, use_rec=False).boxes
    boxes = [] if corners is None else [_box(one, rows) for one in corners]
    found = [box for one in boxes if (box := trimmed(ink, one))]
    lines = [line for line in lines if not any(_holds(box, line) for box in boxes)]
    return [*lines, *found, *overlooked(ink, boxes)]


def _holds(box: Pixels, line: Pixels) -> bool:
    """Whether a line is a part of one that was found around it: strokes of large print look like a cell."""
    return box[0] <= line[0] and box[1] <= line[1] + NEXT and line[2] <= box[2] and line[3] - NEXT <= box[3]


def _box(corners: Any, rows: Any) -> Pixels:
    (x0, top), (x1, bottom) = corners.min(axis=0).astype(int).tolist(), corners.max(axis=0).astype(int).tolist()
    return x0, int(rows[max(top, 0)]), x1, int(rows[min(bottom, rows.size - 1)])


def _read(scan: Scan, boxes: Sequence[Pixels], margin: float = MARGIN) -> list[Word]:
    """What is printed in each of the boxes."""
    if not boxes:
        return []
    pieces = [crop(scan, box, margin) for box in boxes]
    read = _recognised(pieces)
    found = []
    for box, piece, (text, confidence, info) in zip(boxes, pieces, read, strict=True):
        sure = [c for char, c in zip(text, info.confs, strict=False) if char.isdigit() or char in ".,-"]
        columns = [column for columns in info.word_cols for column in columns]
        step = piece.shape[1] / (info.line_txt_len or 1.0)
        middles = tuple(box[0] - 1 - BESIDE + (column + 0.5) * step for column in columns)
        found.append(Word(text.strip(), float(confidence), min(sure, default=1.0), box, middles, is_red(piece)))
    return found


def _recognised(pieces: Sequence[Any]) -> list[tuple[str, float, Any]]:
    """Text, confidence and places of characters of each piece; two shares at once."""
    order = sorted(range(len(pieces)), key=lambda i: pieces[i].shape[1] / pieces[i].shape[0])
    shares = [order[i::CORES] for i in range(min(CORES, len(order)))]
    recognise = _engine().recognize_txt
    read: dict[int, tuple[str, float, Any]] = {}
    with ThreadPoolExecutor(CORES) as cores:
        answers = cores.map(lambda own: recognise([pieces[i] for i in own]), shares)
        for own, answer in zip(shares, answers, strict=True):
            lines = zip(answer.txts, answer.scores, answer.word_results, strict=True)
            read.update(zip(own, lines, strict=True))
    return [read[i] for i in range(len(pieces))]


def _surer(scan: Scan, word: Word) -> Word:
    """A word with digits that are not quite sure, read once more; where that gives another text nobody knows."""
    if word.digits >= CLEAR:
        return word
    (again,) = _read(scan, [word.box], MARGIN / 2)
    if again.text != word.text:
        return replace(word, confidence=0.0)
    return max(word, again, key=lambda one: one.digits)


def _is_sure(word: Word) -> bool:
    if not re.search(r"\d", word.text):
        return word.confidence >= FAIR
    bare = word.text.strip(_AROUND)
    if _NUMERALS.fullmatch(bare) and not (_NUMBER.fullmatch(bare) or _COUNTED.fullmatch(bare)):
        return False
    return word.confidence >= SURE and word.digits >= DIGIT


def _glyphs(word: Word, usual: float) -> Iterator[Glyph]:
    """The characters of a word where they were found; a dash is as high as other print."""
    x0, top, x1, bottom = word.box
    middle, size = (top + bottom) / 2, max(bottom - top, usual)
    chars = [char for char in word.text if not char.isspace()]
    middles = word.middles
    if len(middles) != len(chars):
        middles = tuple(x0 + (i + 0.5) * (x1 - x0) / len(chars) for i in range(len(chars)))
    halves = [(ASCII if char.isascii() else 1.0) * size / 2 for char in chars]
    between = [(a + b) / 2 for a, b in itertools.pairwise(middles)]
    lefts = [x0, *(max(cut, m - half) for cut, m, half in zip(between, middles[1:], halves[1:], strict=True))]
    rights = [*(min(cut, m + half) for cut, m, half in zip(between, middles, halves, strict=False)), x1]
    spaced = [before.isspace() for before, char in itertools.pairwise(f"x{word.text}") if not char.isspace()]
    for char, left, right, space in zip(chars, lefts, rights, spaced, strict=True):
        box = (left / SCALE, (middle - size / 2) / SCALE, max(right, left) / SCALE, (middle + size / 2) / SCALE)
        yield Glyph(char, *box, size / SCALE, space, red=word.red)
