"""The one place that opens PDF files: a file → the ink of its pages, one by one.

pdfplumber opens them and gives the objects of a page, which pdfium reads for it. What they leave to their users is done
here: pages are turned so that their text stands upright, errors become `ReadingError`, and the engines' own messages
(Could not get FontBBox …) stay away from the user.
"""

from __future__ import annotations

import itertools
import logging
import zlib
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium
from pdfminer.pdfdocument import PDFEncryptionError, PDFNoValidXRef, PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFSyntaxError
from pdfminer.pdftypes import resolve1

from kg_builder.errors import ReadingError
from kg_builder.readers.characters import as_read
from kg_builder.readers.digits import Digits
from kg_builder.readers.font_maps import FontUse
from kg_builder.readers.ink import Glyph, Rule
from kg_builder.readers.original import Original, original_of
from kg_builder.readers.pdfium import Bounds, PdfiumPage, Print, is_hidden
from kg_builder.readers.shown import Letters
from kg_builder.readers.soundness import Soundness, fault_of_objects

THIN = 3.0  # points: a filled box up to this thickness is a ruling line
OPEN = 100  # pages after which a file is opened afresh
CORNERS = 24  # of an area that draws rules; what has more is a picture
EVEN = 0.01  # points: a corner box is square up to this
_WITHOUT_PRINT = (pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP)
WHOLE = "a whole PDF"
LIGHT = 0.6  # brightness (0 black, 1 white) from which print counts as light


Opened = tuple[pypdfium2.PdfPage | None, int]

_OPEN = "a PDF that opens without a password"
# What pdfminer raises, what was expected then, what was found; pdfium comes to what pdfminer could open.
_REFUSALS: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((PDFPasswordIncorrect,), _OPEN, "an encrypted one"),
    ((PDFEncryptionError,), _OPEN, "one that is encrypted in a way not known here"),
    ((PDFNoValidXRef, PDFSyntaxError), WHOLE, "a damaged one: it has no list of its objects"),
    ((zlib.error,), WHOLE, "a damaged one: a part of it cannot be unpacked"),
    ((RecursionError,), WHOLE, "a damaged one: its parts contain each other without end"),
)


@dataclass(frozen=True, slots=True)
class Ink:
    """What one page prints, turned upright: `turn` is the angle of its text as the page is shown, in degrees."""

    number: int
    size: tuple[float, float]
    turn: int
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
    images: float  # share of the page that images cover
    damage: tuple[str, ...] = ()  # what of the page is damaged, in words: nothing of such a page is read
    unseen: tuple[Glyph, ...] = ()  # what the page holds and does not show: invisible, covered, switched off
    fonts: tuple[FontUse, ...] = ()
    lost: int = 0  # letters for which their font has no glyph
    signs: int = 0  # signs of private use between digits of which it is not known what they mean
    blank_fields: int = 0  # form fields with a value that the file draws nowhere


def read_ink(file: Path | Original) -> Iterator[Ink]:
    """The pages of a PDF, each read when asked for and forgotten afterwards.

    ReadingError where the file is missing, empty, no PDF or encrypted, or so damaged that its pages cannot be told.
    """
    original = original_of(file)
    _check_file(original)
    with _silence(), _errors_named(original.name):
        # In a stream of ours: one that pdfplumber opens itself it closes after going through all pages once more.
        pdf, number = _opened(original), 0
        soundness, letters, digits = Soundness(), Letters(pdf.rsrcmgr), Digits()
        layers = _switches_layers_off(pdf.doc.catalog)
        for page, opened in itertools.zip_longest(PDFPage.create_pages(pdf.doc), _sheets(original.data)):
            if page is None or opened is None:
                raise ReadingError(original.name, WHOLE, "a damaged one: the list of its pages breaks off", number)
            number += 1
            sheet, blank = opened
            shown = partial(PdfiumPage, pdf, page, number, sheet, layers, letters, digits) if sheet else None
            yield _read_page(page, number, soundness, shown, blank)
            pdf.doc._cached_objs.clear()  # pdfminer would keep every decoded page of a long file
        pages = resolve1(pdf.doc.catalog.get("Pages"))
        announced = resolve1(pages.get("Count")) if isinstance(pages, dict) else None
        if not isinstance(announced, int) or not 0 < announced <= number:
            raise ReadingError(original.name, f"a whole PDF of {announced or 'some'} pages", f"{number} pages")


def _opened(original: Original) -> Any:
    """The file as pdfplumber opens it; ReadingError where its objects are damaged."""
    fault = fault_of_objects(original.data)
    pdf = None if fault else pdfplumber.open(BytesIO(original.data))
    if pdf and pdf.doc.encryption:
        fault = fault_of_objects(original.data, pdf.doc)
    if fault:
        raise ReadingError(original.name, WHOLE, f"a damaged one: {fault}")
    return pdf


def _sheets(data: bytes) -> Iterator[Opened]:
    """The pages of pdfium, each closed when the next is asked for; pdfium too would keep what it has seen.

    None for one that cannot be opened. With each comes the number of its form fields that have a value and no look.
    """
    first, count = 0, 1
    while first < count:
        with pypdfium2.PdfDocument(data) as document:
            count = len(document)
            for i in range(first, min(first + OPEN, count)):
                try:
                    sheet, blank = _with_annotations(document, i)
                except pypdfium2.PdfiumError:
                    yield None, 0
                    continue
                yield sheet, blank
                sheet.close()
        first += OPEN


def _read_page(
    page: PDFPage, number: int, soundness: Soundness, shown: Callable[[], PdfiumPage] | None, blank: int
) -> Ink:
    """The ink of a page, or what of it is damaged; `blank` form fields have a value that is not drawn."""
    try:
        damage = soundness.of_page(page)
        if shown and not damage:
            read = shown()
            return replace(page_to_ink(read), fonts=tuple(read.fonts), blank_fields=blank)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a damaged page makes the engines raise anything, TypeError included
        damage = ()
    left, top, right, bottom = page.cropbox
    return Ink(number, (right - left, bottom - top), 0, (), (), 0.0, damage or ("its description cannot be followed",))


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
    """What the engines raise as a refusal in plain words; what they call it helps nobody."""
    try:
        yield
    except (ReadingError, MemoryError):
        raise
    except Exception as error:  # a damaged file makes the engines raise anything, TypeError included
        cause = error.args[0] if error.args and isinstance(error.args[0], Exception) else error
        for kinds, expected, found in _REFUSALS:
            if isinstance(cause, kinds):
                raise ReadingError(name, expected, found) from error
        raise ReadingError(name, WHOLE, "a damaged one: its structure cannot be followed") from error


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
    return Ink(page.page_number, frame.size, turn, glyphs, rules, images, unseen=nowhere, lost=page.lost)


def _glyphs(prints: list[Print], frame: _Frame) -> Iterator[Glyph]:
    spaced = False
    for text, bounds, clipped, angle, brightness, _, red in prints:
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
            yield Glyph(meant, x0, top, x1, bottom, size, spaced, brightness >= LIGHT, turned, hidden, red)
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
    yield from _narrow_fills(page)
    for curve in page.curves:
        for (ax, ay), (bx, by) in itertools.pairwise(curve["pts"]):
            if curve["stroke"] and not curve["hidden"] and (abs(ax - bx) <= 1 or abs(ay - by) <= 1):
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _narrow_fills(page: Any) -> Iterator[Bounds]:
    """Rules drawn as filled areas: frames (one box within another), corners, slanted ends, dashes."""
    sides: dict[int, list[Bounds]] = defaultdict(list)
    boxes = Counter(rect["drawn"].place for rect in page.rects if rect["fill"])
    for area in (*page.rects, *page.curves):
        is_box = area["object_type"] == "rect"
        if not area["fill"] or area["stroke"] or area["hidden"] or (is_box and boxes[area["drawn"].place] == 1):
            continue
        points = area["pts"]
        if not is_box and min(area["width"], area["height"]) <= THIN:
            yield from _rect_edges(area)
        elif len(points) <= CORNERS:
            sides[area["drawn"].place] += filter(None, map(_side, points, (*points[1:], points[0])))
    for own in sides.values():
        yield from _between_sides([s for s in own if s[1] == s[3]])
        turned = [(top, x, bottom, x) for x, top, _, bottom in own if top != bottom]
        yield from ((x, left, x, right) for left, x, right, _ in _between_sides(turned))


def _side(one: tuple[float, float], other: tuple[float, float]) -> Bounds | None:
    """A side of an area that runs along an axis."""
    (ax, ay), (bx, by) = one, other
    return (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)) if (ax == bx) != (ay == by) else None


def _between_sides(level: list[Bounds]) -> Iterator[Bounds]:
    """The rules between level sides that run along each other a hair's breadth apart."""
    level.sort(key=lambda side: side[1])
    heights = [side[1] for side in level]
    for x0, y, x1, _ in level:
        for a0, other, a1, _ in level[bisect_right(heights, y) : bisect_right(heights, y + THIN)]:
            if min(x1, a1) - max(x0, a0) > THIN:
                yield max(x0, a0), (y + other) / 2, min(x1, a1), (y + other) / 2


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
