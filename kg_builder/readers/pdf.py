"""PDF → pages, through pdfplumber: the only module that knows a PDF engine, beside `overlay`, which draws on pages."""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfparser import PDFSyntaxError
from pdfplumber.utils.exceptions import PdfminerException

from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page, Place
from kg_builder.readers.grids import find_tables
from kg_builder.readers.ink import (
    Glyph,
    Rule,
    box_of,
    glyphs_to_runs,
    line_text,
    runs_to_lines,
    without_doubles,
    without_watermarks,
)

THIN = 3.0  # points: a filled box up to this thickness is a ruling line
VISIBLE = 0.5  # share of a glyph that must lie on the page
LIGHT = 0.6  # brightness (0 black, 1 white) from which print counts as light


def read_pdf_pages(path: Path) -> list[Page]:
    """All pages of a PDF; ReadingError where it is missing, damaged, encrypted or has no text on any page."""
    pages = list(iter_pages(path))
    if not any(page.lines for page in pages):
        images = sum(bool(page.faults) for page in pages)
        raise ReadingError(path.name, "text", f"images on {images} of {len(pages)} pages and no text")
    return pages


def iter_pages(path: Path) -> Iterator[Page]:
    """The pages one by one, each read when asked for and released afterwards; errors as in `read_pdf_pages`."""
    _check_file(path)
    with _quiet(), _opened(path) as pdf:
        try:
            for page in pdf.pages:
                yield _read_page(page)
                page.close()
        except (PdfminerException, PDFSyntaxError) as error:
            raise ReadingError(path.name, "a whole PDF", f"a damaged one ({_first_line(error)})") from error


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise ReadingError(path.name, "a PDF file", "no such file")
    with path.open("rb") as file:
        head = file.read(1024)
    if not head:
        raise ReadingError(path.name, "a PDF file", "an empty file")
    if b"%PDF-" not in head:
        raise ReadingError(path.name, "a PDF file", "a file of another kind")


@contextmanager
def _opened(path: Path) -> Iterator[pdfplumber.PDF]:
    try:
        pdf = pdfplumber.open(path)
    except PdfminerException as error:
        if isinstance(error.args[0], PDFPasswordIncorrect):
            raise ReadingError(path.name, "a PDF that opens without a password", "an encrypted one") from error
        raise ReadingError(path.name, "a whole PDF", f"a damaged one ({_first_line(error)})") from error
    with pdf:
        yield pdf


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:80]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the engine's own messages (Could not get FontBBox …) from the user; faults of a page say what matters."""
    logger = logging.getLogger("pdfminer")
    level = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(level)


def _read_page(page: Any) -> Page:
    number: int = page.page_number
    turn, glyphs, rules, size = _ink(page)
    runs = without_watermarks(glyphs_to_runs(without_doubles(glyphs)))
    lines = tuple(Cell(line_text(line), Place(number, box_of(line))) for line in runs_to_lines(runs))
    tables = tuple(find_tables(number, rules, runs)) if len(rules) > 3 else ()
    return Page(number, lines, tables, size, ())


def _ink(page: Any) -> tuple[int, list[Glyph], list[Rule], tuple[float, float]]:
    """Reading turn of the page in degrees, its visible glyphs and its rules in the upright frame, and its size."""
    x0, top, x1, bottom = page.cropbox
    width, height = x1 - x0, bottom - top
    chars = [c for c in page.chars if _visible(c, page.cropbox)]
    angles = Counter(_angle(c) for c in chars if not c["text"].isspace())
    turn = next((a for a, _ in angles.most_common(1) if a % 90 == 0), 0)
    frame = _Frame(turn, x0, top, width, height)
    glyphs: list[Glyph] = []
    spaced = False
    for char in chars:
        text = char["text"]
        if not text or text.isspace():
            spaced = True
            continue
        angle = _angle(char)
        if angle % 90 == 0:  # print at another angle is a watermark
            gx0, gtop, gx1, gbottom = frame.box(char["x0"], char["top"], char["x1"], char["bottom"])
            turned = angle != turn
            size = (gx1 - gx0) if turned else (gbottom - gtop)
            glyphs.append(Glyph(text, gx0, gtop, gx1, gbottom, size, spaced, _light(char), turned))
        spaced = False
    rules = [_rule(frame.box(*edge)) for edge in _edges(page)]
    return turn, glyphs, rules, frame.size


def _visible(char: dict[str, Any], crop: tuple[float, float, float, float]) -> bool:
    wide = min(char["x1"], crop[2]) - max(char["x0"], crop[0])
    high = min(char["bottom"], crop[3]) - max(char["top"], crop[1])
    area = max(char["width"], 0.01) * max(char["height"], 0.01)
    return wide > 0 and high > 0 and wide * high >= VISIBLE * area


def _angle(char: dict[str, Any]) -> int:
    a, b = char["matrix"][:2]
    return round(math.degrees(math.atan2(b, a))) % 360


def _light(char: dict[str, Any]) -> bool:
    colour = char.get("non_stroking_color")
    values = [v for v in colour if isinstance(v, (int, float))] if isinstance(colour, (tuple, list)) else [colour]
    numbers = [float(v) for v in values if isinstance(v, (int, float))]
    if len(numbers) == 4:  # CMYK counts ink, the others light
        return (1 - min(1.0, max(numbers[:3]))) * (1 - numbers[3]) >= LIGHT
    return bool(numbers) and min(numbers) >= LIGHT


class _Frame:
    """Turns boxes of the page as shown into the frame in which its text stands upright."""

    def __init__(self, turn: int, x0: float, top: float, width: float, height: float) -> None:
        self.turn, self.x0, self.top, self.width, self.height = turn, x0, top, width, height

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the upright frame."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def box(self, x0: float, top: float, x1: float, bottom: float) -> tuple[float, float, float, float]:
        """A box relative to the visible page, turned upright."""
        x0, x1, top, bottom = x0 - self.x0, x1 - self.x0, top - self.top, bottom - self.top
        if self.turn == 90:  # text runs upwards
            return self.height - bottom, x0, self.height - top, x1
        if self.turn == 180:
            return self.width - x1, self.height - bottom, self.width - x0, self.height - top
        if self.turn == 270:
            return top, self.width - x1, bottom, self.width - x0
        return x0, top, x1, bottom


_BoxTuple = tuple[float, float, float, float]


def _edges(page: Any) -> Iterator[_BoxTuple]:
    """Boxes without thickness along every ruling line: strokes, thin filled boxes, the sides of stroked boxes."""
    for line in page.lines:
        if line["width"] <= 1 or line["height"] <= 1:
            yield line["x0"], line["top"], line["x1"], line["bottom"]
    for rect in page.rects:
        yield from _rect_edges(rect)
    for curve in page.curves:
        points = curve["pts"]
        for (ax, ay), (bx, by) in zip(points, points[1:], strict=False):
            if curve["stroke"] and (abs(ax - bx) <= 1 or abs(ay - by) <= 1):
                yield min(ax, bx), min(ay, by), max(ax, bx), max(ay, by)


def _rect_edges(rect: dict[str, Any]) -> Iterator[_BoxTuple]:
    x0, top, x1, bottom = rect["x0"], rect["top"], rect["x1"], rect["bottom"]
    x, y = (x0 + x1) / 2, (top + bottom) / 2
    wide, high = x1 - x0, bottom - top
    if min(wide, high) <= THIN:
        if wide >= high:
            yield x0, y, x1, y
        if high >= wide:
            yield x, top, x, bottom
    elif rect["stroke"]:  # a filled box without a stroke is a background
        yield from ((x0, top, x1, top), (x0, bottom, x1, bottom), (x0, top, x0, bottom), (x1, top, x1, bottom))


def _rule(box: _BoxTuple) -> Rule:
    x0, top, x1, bottom = box
    if x1 - x0 >= bottom - top:
        return Rule(False, (top + bottom) / 2, x0, x1)
    return Rule(True, (x0 + x1) / 2, top, bottom)
