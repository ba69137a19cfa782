"""The one place that opens PDF files: a file → the ink of its pages, one by one.

pdfplumber opens them and gives the objects of a page, which pdfium reads for it. What they leave to their users is done
here: pages are turned so that their text stands upright, errors become `ReadingError`, and the engines' own messages
(Could not get FontBBox …) stay away from the user.
"""

from __future__ import annotations

import itertools
import logging
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import LITERALS_FLATE_DECODE, PDFStream, resolve1

from kg_builder.errors import ReadingError
from kg_builder.readers.characters import as_read
from kg_builder.readers.ink import Glyph, Rule
from kg_builder.readers.original import Original, original_of
from kg_builder.readers.pdfium import Bounds, PdfiumPage, Print, is_hidden

THIN = 3.0  # points: a filled box up to this thickness is a ruling line
OPEN = 100  # pages after which a file is opened afresh
EVEN = 0.01  # points: a corner box is square up to this
_WITHOUT_PRINT = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
LIGHT = 0.6  # brightness (0 black, 1 white) from which print counts as light


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
    unseen: tuple[Glyph, ...] = ()  # what the page holds and does not show: invisible, covered, switched off
    blank_fields: int = 0  # form fields with a value that the file draws nowhere


def read_ink(file: Path | Original) -> Iterator[Ink]:
    """The pages of a PDF, each read when asked for and forgotten afterwards.

    ReadingError where the file is missing, empty, no PDF, damaged or encrypted.
    """
    original = original_of(file)
    _check_file(original)
    with _silence(), _errors_named(original.name):
        # In a stream of ours: one that pdfplumber opens itself it closes after going through all pages once more.
        pdf, number = pdfplumber.open(BytesIO(original.data)), 0
        layers = _switches_layers_off(pdf.doc.catalog)
        for number, (page, (sheet, blank)) in enumerate(
            zip(PDFPage.create_pages(pdf.doc), _sheets(original.data), strict=False), 1
        ):
            ink = page_to_ink(PdfiumPage(pdf, page, number, sheet, layers))
            yield replace(ink, damaged=not _is_whole(page), blank_fields=blank)
            pdf.doc._cached_objs.clear()  # pdfminer would keep every decoded page of a long file
        pages = resolve1(pdf.doc.catalog.get("Pages"))
        announced = resolve1(pages.get("Count")) if isinstance(pages, dict) else None
        if not isinstance(announced, int) or not 0 < announced <= number:
            raise ReadingError(original.name, f"a whole PDF of {announced or 'some'} pages", f"{number} pages")


def _sheets(data: bytes) -> Iterator[tuple[pypdfium2.PdfPage, int]]:
    """The pages of pdfium, each closed when the next is asked for; pdfium too would keep what it has seen.

    With each comes the number of its form fields that have a value and no look.
    """
    first, count = 0, 1
    while first < count:
        with pypdfium2.PdfDocument(data) as document:
            count = len(document)
            for i in range(first, min(first + OPEN, count)):
                sheet, blank = _with_annotations(document, i)
                yield sheet, blank
                sheet.close()
        first += OPEN


def _with_annotations(document: pypdfium2.PdfDocument, number: int) -> tuple[pypdfium2.PdfPage, int]:
    """A page on which values of form fields and notes are print like any other, and how many values have no look."""
    sheet = document[number]
    if all(kind in _WITHOUT_PRINT for kind in _annotations(sheet, pdfium.FPDFAnnot_GetSubtype)):
        return sheet, 0
    sheet.render(scale=0.05)  # makes the look of those whose file leaves it to the reader
    blank = sum(_annotations(sheet, _has_value_without_look))
    pdfium.FPDFPage_Flatten(sheet.raw, pdfium.FLAT_NORMALDISPLAY)
    sheet.close()
    return document[number], blank


def _annotations(sheet: pypdfium2.PdfPage, question: Callable[[Any], int]) -> list[int]:
    """The answer of each annotation of a page."""
    answers = []
    for i in range(pdfium.FPDFPage_GetAnnotCount(sheet.raw)):
        annotation = pdfium.FPDFPage_GetAnnot(sheet.raw, i)
        answers.append(question(annotation))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return answers


def _has_value_without_look(annotation: Any) -> bool:
    text = pdfium.FPDFAnnot_GetStringValue(annotation, b"V", None, 0) > len("\0".encode("utf-16-le"))
    return text and not pdfium.FPDFAnnot_HasKey(annotation, b"AP")


def _switches_layers_off(catalog: dict[str, Any]) -> bool:
    """Whether the file has optional content that is not shown as it is opened."""
    layers = resolve1(catalog.get("OCProperties"))
    if not isinstance(layers, dict):
        return False
    shown = resolve1(layers.get("D")) or {}
    base = shown.get("BaseState")
    return bool(resolve1(shown.get("OFF")) or resolve1(shown.get("AS"))) or getattr(base, "name", "ON") != "ON"


def _is_whole(page: PDFPage) -> bool:
    """Whether all that the page draws can be unpacked to its end; the engines are silent where it cannot."""
    forms = resolve1((resolve1(page.resources) or {}).get("XObject")) or {}
    for stream in map(resolve1, [*page.contents, *forms.values()]):
        if not isinstance(stream, PDFStream) or "Width" in stream or stream.decipher or stream.rawdata is None:
            continue
        if stream.get_filters()[:1] and stream.get_filters()[0][0] in LITERALS_FLATE_DECODE:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)  # without the checksum, which some producers get wrong
            try:
                inflater.decompress(stream.rawdata[2:])
            except zlib.error:
                return False
            if not inflater.eof:
                return False
    return True


def _check_file(original: Original) -> None:
    head, tail = original.data[:1024], original.data[-4096:]
    if not head:
        raise ReadingError(original.name, "a PDF file", "an empty file")
    if b"%PDF-" not in head:
        raise ReadingError(original.name, "a PDF file", "a file of another kind")
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise ReadingError(original.name, "a whole PDF", "one that is cut off (no end mark)")


@contextmanager
def _errors_named(name: str) -> Iterator[None]:
    try:
        yield
    except (ReadingError, MemoryError):
        raise
    except Exception as error:  # a damaged file makes the engine raise anything, TypeError included
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        if isinstance(cause, PDFPasswordIncorrect):
            raise ReadingError(name, "a PDF that opens without a password", "an encrypted one") from error
        said = " ".join(f"{type(cause).__name__}: {cause}".split())[:80]
        raise ReadingError(name, "a whole PDF", f"a damaged one ({said})") from error


@contextmanager
def _silence() -> Iterator[None]:
    """Keep the engine's own messages from the user."""
    logger = logging.getLogger("pdfminer")
    propagate, handler = logger.propagate, logging.NullHandler()
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def page_to_ink(page: Any) -> Ink:
    """Glyphs and rules of a page in the frame in which most of its text stands upright.

    The page has the `prints` of a `PdfiumPage`, and lines, rects, curves and images as pdfplumber gives them.
    """
    prints: list[Print] = page.prints
    seen, unseen = [p for p in prints if not p.unseen], [p for p in prints if p.unseen]
    printed = Counter(p.angle for p in seen or unseen if not p.text.isspace())
    turn = next((a for a, _ in printed.most_common(1) if a % 90 == 0), 0)
    frame = _Frame(turn, page.shown)
    rules = tuple(_rule(frame.box(edge)) for edge in _edges(page))
    area = max(frame.width * frame.height, 1.0)
    images = sum(i["width"] * i["height"] for i in page.images) / area
    glyphs, nowhere = tuple(_glyphs(seen, frame)), tuple(_glyphs(unseen, frame))
    return Ink(page.page_number, frame.size, turn, glyphs, rules, images, unseen=nowhere)


def _glyphs(prints: list[Print], frame: _Frame) -> Iterator[Glyph]:
    spaced = False
    for text, bounds, clipped, angle, brightness, _ in prints:
        if not text or text.isspace():
            spaced = True
            continue
        if not (meant := as_read(text)):
            continue
        if angle % 90 == 0:  # print at another angle is a watermark
            hidden = clipped or is_hidden(bounds, frame.crop)
            x0, top, x1, bottom = frame.box(bounds)
            turned = angle != frame.turn
            size = (x1 - x0) if turned else (bottom - top)
            yield Glyph(meant, x0, top, x1, bottom, size, spaced, brightness >= LIGHT, turned, hidden)
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
        """A box relative to the visible page, turned upright, to a hundredth of a point."""
        left, above, _, _ = self.crop
        x0, top, x1, bottom = shown[0] - left, shown[1] - above, shown[2] - left, shown[3] - above
        if self.turn == 0:
            pass
        elif self.turn == 90:  # text runs upwards
            x0, top, x1, bottom = self.height - bottom, x0, self.height - top, x1
        elif self.turn == 180:
            x0, top, x1, bottom = self.width - x1, self.height - bottom, self.width - x0, self.height - top
        elif self.turn == 270:
            x0, top, x1, bottom = top, self.width - x1, bottom, self.width - x0
        return _hundredth(x0), _hundredth(top), _hundredth(x1), _hundredth(bottom)


@lru_cache(maxsize=1 << 12)
def _hundredth(points: float) -> float:
    """To a hundredth of a point; most places on a page are those of many characters, and rounding is slow."""
    return round(points, 2) + 0.0  # there is no -0.0, which is no other key than 0.0


def _edges(page: Any) -> Iterator[Bounds]:
    """Boxes without thickness along every ruling line: strokes, thin filled boxes, the sides of stroked boxes."""
    for line in page.lines:
        if min(line["width"], line["height"]) <= 1 and not line["hidden"]:
            yield line["x0"], line["top"], line["x1"], line["bottom"]
    for rect in page.rects:
        if not rect["hidden"]:
            yield from _rect_edges(rect)
    for curve in page.curves:
        for (ax, ay), (bx, by) in itertools.pairwise(curve["pts"]):
            if curve["stroke"] and not curve["hidden"] and (abs(ax - bx) <= 1 or abs(ay - by) <= 1):
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _rect_edges(rect: dict[str, Any]) -> Iterator[Bounds]:
    x0, top, x1, bottom = rect["x0"], rect["top"], rect["x1"], rect["bottom"]
    x, y = (x0 + x1) / 2, (top + bottom) / 2
    wide, high = x1 - x0, bottom - top
    if min(wide, high) <= THIN:
        if wide >= high - EVEN:
            yield x0, y, x1, y
        if high >= wide - EVEN:
            yield x, top, x, bottom
    elif rect["stroke"]:  # a filled box without a stroke is a background
        yield from ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom))


def _rule(box: Bounds) -> Rule:
    x0, top, x1, bottom = box
    if x1 - x0 >= bottom - top:
        return Rule(False, (top + bottom) / 2, x0, x1)
    return Rule(True, (x0 + x1) / 2, top, bottom)
