"""The one place that opens PDF files (pdfminer, the engine of pdfplumber): a file → the ink of its pages, one by one.

What the engine leaves to its users is done here: pages are turned so that their text stands upright, errors become
`ReadingError`, and its own messages (Could not get FontBBox …) stay away from the user.
"""

from __future__ import annotations

import itertools
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import list_value, resolve1

from kg_builder.errors import ReadingError
from kg_builder.readers.content import Bounds, Drawing, Fonts, Mark, Matrix, Outline, is_hidden
from kg_builder.readers.ink import Glyph, Rule

_ORDER = ("line", "rect", "curve")  # as pdfplumber gives them
THIN = 3.0  # points: a filled box up to this thickness is a ruling line


@dataclass(frozen=True, slots=True)
class Ink:
    """What one page prints, turned upright: `turn` is the angle of its text as the page is shown, in degrees."""

    number: int
    size: tuple[float, float]
    turn: int
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    images: float  # share of the page that images cover
    damaged: bool = False  # a part of the page could not be unpacked


def read_ink(path: Path) -> Iterator[Ink]:
    """The pages of a PDF, each read when asked for and forgotten afterwards.

    ReadingError where the file is missing, empty, no PDF, damaged or encrypted.
    """
    _check_file(path)
    with _messages() as messages, _errors_named(path), path.open("rb") as file:
        document = PDFDocument(PDFParser(file))
        fonts, number = Fonts(), 0
        for number, page in enumerate(PDFPage.create_pages(document), 1):
            ink = drawing_to_ink(number, draw_page(page, fonts), Shape.of(page))
            document._cached_objs.clear()  # the engine would keep every decoded page of a long file
            yield replace(ink, damaged=any("Data-loss" in message for message in messages))
            messages.clear()
        pages = resolve1(document.catalog.get("Pages"))
        announced = resolve1(pages.get("Count")) if isinstance(pages, dict) else None
        if not isinstance(announced, int) or not 0 < announced <= number:
            raise ReadingError(path.name, f"a whole PDF of {announced or 'some'} pages", f"{number} pages")


def draw_page(page: PDFPage, fonts: Fonts) -> Drawing:
    """What the page draws, in the units of the file, as the page is shown."""
    x0, y0, x1, y1 = page.mediabox
    drawing = Drawing(fonts)
    matrices: dict[int, Matrix] = {90: (0, -1, 1, 0, -y0, x1), 180: (-1, 0, 0, -1, x1, y1), 270: (0, 1, -1, 0, y1, -x0)}
    drawing.draw(page.resources, page.contents, matrices.get(page.rotate, (1, 0, 0, 1, -x0, -y0)))
    return drawing


@dataclass(frozen=True, slots=True)
class Shape:
    """The page as it is shown: its sheet and the part of it that is visible, from the top left corner downwards."""

    sheet: Bounds
    crop: Bounds

    @classmethod
    def of(cls, page: PDFPage) -> Shape:
        """The shape of a page; ValueError where its boxes are none."""
        turn = resolve1(page.attrs.get("Rotate")) or 0
        x0, y0, x1, y1 = sheet = _box(page.attrs["MediaBox"], turn)
        high = y1 - y0
        crop = _box(page.attrs["CropBox"], turn) if "CropBox" in page.attrs else sheet
        return cls((x0, high - y1, x1, high - y0), (crop[0], high - crop[3], crop[2], high - crop[1]))

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Bounds:
        """A box of the page as drawn, seen from above."""
        left, above, _, below = self.sheet
        high = below - above
        return x0 + left, (high - y1) + above, x1 + left, (high - y0) + above

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of the page as drawn, seen from above."""
        left, above, _, below = self.sheet
        return left + x, above + (below - above) - y


def _box(raw: object, turn: int) -> Bounds:
    """Any two opposite corners, turned with the page (ISO 32000-1, 7.9.5 Rectangles)."""
    values = [resolve1(value) for value in list_value(raw)]
    if len(values) != 4 or not all(isinstance(value, int | float) for value in values):
        raise ValueError(f"no box of a page: {values}")
    (x0, x1), (y0, y1) = sorted(values[::2]), sorted(values[1::2])
    return (y0, x0, y1, x1) if turn % 360 in (90, 270) else (x0, y0, x1, y1)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise ReadingError(path.name, "a PDF file", "no such file")
    with path.open("rb") as file:
        head = file.read(1024)
        file.seek(max(0, path.stat().st_size - 4096))
        tail = file.read()
    if not head:
        raise ReadingError(path.name, "a PDF file", "an empty file")
    if b"%PDF-" not in head:
        raise ReadingError(path.name, "a PDF file", "a file of another kind")
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise ReadingError(path.name, "a whole PDF", "one that is cut off (no end mark)")


@contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except ReadingError:
        raise
    except Exception as error:  # a damaged file makes the engine raise anything, TypeError included
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise ReadingError(path.name, "a PDF that opens without a password", "an encrypted one") from error
        said = " ".join(f"{type(cause).__name__}: {cause}".split())[:80]
        raise ReadingError(path.name, "a whole PDF", f"a damaged one ({said})") from error


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message."""
        self.messages.append(record.getMessage())


@contextmanager
def _messages() -> Iterator[list[str]]:
    """Keep the engine's own messages from the user; those that tell of lost data become faults of their page."""
    logger, collector = logging.getLogger("pdfminer"), _Collector()
    before = logger.level, logger.propagate
    logger.addHandler(collector)
    logger.propagate = False
    logger.setLevel(logging.WARNING)
    try:
        yield collector.messages
    finally:
        logger.removeHandler(collector)
        logger.setLevel(before[0])
        logger.propagate = before[1]


def drawing_to_ink(number: int, drawing: Drawing, shape: Shape) -> Ink:
    """Glyphs and rules of a page in the frame in which most of its text stands upright."""
    angles = Counter(mark.angle for mark in drawing.marks if not mark.text.isspace())
    turn = next((a for a, _ in angles.most_common(1) if a % 90 == 0), 0)
    frame = _Frame(turn, shape.crop)
    rules = tuple(_rule(frame.box(edge)) for edge in _edges(drawing.outlines, shape))
    images = sum(drawing.images) / max(frame.width * frame.height, 1.0)
    return Ink(number, frame.size, turn, tuple(_glyphs(drawing.marks, shape, frame)), rules, images)


def _glyphs(marks: list[Mark], shape: Shape, frame: _Frame) -> Iterator[Glyph]:
    spaced = False
    for mark in marks:
        text = mark.text
        if not text or text.isspace():
            spaced = True
            continue
        if mark.angle % 90 == 0:  # print at another angle is a watermark
            bounds = shape.box(mark.x0, mark.y0, mark.x1, mark.y1)
            hidden = mark.hidden or is_hidden(bounds, frame.crop)
            x0, top, x1, bottom = frame.box(bounds)
            turned = mark.angle != frame.turn
            size = (x1 - x0) if turned else (bottom - top)
            yield Glyph(text, x0, top, x1, bottom, size, spaced, mark.light, turned, hidden)
        spaced = False


class _Frame:
    """Turns boxes of the page as shown into the frame in which its text stands upright."""

    def __init__(self, turn: int, crop: Bounds) -> None:
        self.turn, self.crop = turn, crop
        self.width, self.height = crop[2] - crop[0], crop[3] - crop[1]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the upright frame."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def box(self, shown: Bounds) -> Bounds:
        """A box relative to the visible page, turned upright."""
        left, above = self.crop[:2]
        x0, top, x1, bottom = shown[0] - left, shown[1] - above, shown[2] - left, shown[3] - above
        if self.turn == 90:  # text runs upwards
            return self.height - bottom, x0, self.height - top, x1
        if self.turn == 180:
            return self.width - x1, self.height - bottom, self.width - x0, self.height - top
        if self.turn == 270:
            return top, self.width - x1, bottom, self.width - x0
        return x0, top, x1, bottom


def _edges(outlines: list[Outline], shape: Shape) -> Iterator[Bounds]:
    """Boxes without thickness along every ruling line: strokes, thin filled boxes, the sides of stroked boxes."""
    for outline in sorted(outlines, key=lambda outline: _ORDER.index(outline.kind)):
        if outline.hidden:
            continue
        if outline.kind == "curve":
            yield from _curve_edges([shape.point(x, y) for x, y in outline.points] if outline.stroke else [])
            continue
        (ax, ay), (bx, by) = outline.points
        x0, top, x1, bottom = shape.box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
        if outline.kind == "rect":
            yield from _rect_edges(x0, top, x1, bottom, stroke=outline.stroke)
        elif min(abs(ax - bx), abs(ay - by)) <= 1:
            yield x0, top, x1, bottom


def _curve_edges(points: list[tuple[float, float]]) -> Iterator[Bounds]:
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        if abs(ax - bx) <= 1 or abs(ay - by) <= 1:
            yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _rect_edges(x0: float, top: float, x1: float, bottom: float, *, stroke: bool) -> Iterator[Bounds]:
    x, y = (x0 + x1) / 2, (top + bottom) / 2
    wide, high = x1 - x0, bottom - top
    if min(wide, high) <= THIN:
        if wide >= high:
            yield x0, y, x1, y
        if high >= wide:
            yield x, top, x, bottom
    elif stroke:  # a filled box without a stroke is a background
        yield from ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom))


def _rule(box: Bounds) -> Rule:
    x0, top, x1, bottom = box
    if x1 - x0 >= bottom - top:
        return Rule(False, (top + bottom) / 2, x0, x1)
    return Rule(True, (x0 + x1) / 2, top, bottom)
