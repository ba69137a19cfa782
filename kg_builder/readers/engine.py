"""The one place that knows a PDF engine (pdfplumber over pdfminer): a file → the ink of its pages, one at a time.

What pdfplumber leaves to its users is done here: clip paths are obeyed (producers print a long text whole on every page
and show a part of it), pages are turned so that their text stands upright, errors become `ReadingError`, and the
engine's own messages (Could not get FontBBox …) stay away from the user.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfminer.utils import apply_matrix_pt
from pdfplumber.page import Page as PlumbedPage
from pdfplumber.page import PDFPageAggregatorWithMarkedContent

from kg_builder.errors import ReadingError
from kg_builder.readers.ink import Glyph, Rule

THIN = 3.0  # points: a filled box up to this thickness is a ruling line
VISIBLE = 0.5  # share of a glyph that must be shown
LIGHT = 0.6  # brightness (0 black, 1 white) from which print counts as light
EVERYTHING = (-math.inf, -math.inf, math.inf, math.inf)

_BoxTuple = tuple[float, float, float, float]


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
    with _messages() as messages, _errors_named(path), pdfplumber.open(path) as pdf:
        number = 0
        for number, page in enumerate(PDFPage.create_pages(pdf.doc), 1):
            shown = _ShownPage(pdf, page, page_number=number, initial_doctop=0)
            ink = page_to_ink(shown)
            shown.close()
            pdf.doc._cached_objs.clear()  # the engine would keep every decoded page of a long file
            yield replace(ink, damaged=any("Data-loss" in message for message in messages))
            messages.clear()
        pages = resolve1(pdf.doc.catalog.get("Pages"))
        announced = resolve1(pages.get("Count")) if isinstance(pages, dict) else None
        if not isinstance(announced, int) or not 0 < announced <= number:
            raise ReadingError(path.name, f"a whole PDF of {announced or 'some'} pages", f"{number} pages")


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


class _Device(PDFPageAggregatorWithMarkedContent):
    """Marks each object with whether the clip path in force hides it."""

    clip: _BoxTuple = EVERYTHING

    def tag_cur_item(self) -> None:
        """Called by the engine after each object."""
        super().tag_cur_item()
        if self.cur_item._objs:
            item: Any = self.cur_item._objs[-1]
            if not hasattr(item, "hidden"):  # an operator that draws nothing leaves the object before it on top
                item.hidden = shown_share(item.bbox, self.clip) < VISIBLE


class _Interpreter(PDFPageInterpreter):
    """Follows clip paths, which the engine ignores; a path counts as its bounding box, so that too much is shown."""

    base: _BoxTuple = EVERYTHING
    device: Any

    def init_state(self, ctm: Any) -> None:
        """Start a page or a form."""
        super().init_state(ctm)
        self.clips: list[_BoxTuple] = []
        self.clip = self.device.clip = self.base

    def dup(self) -> PDFPageInterpreter:
        """Interpreter of a form, inside the clip in force."""
        inner: Any = super().dup()
        inner.base = self.clip
        return cast("PDFPageInterpreter", inner)

    def do_q(self) -> None:
        """Save the state."""
        super().do_q()
        self.clips.append(self.clip)

    def do_Q(self) -> None:  # noqa: N802 - the engine calls operators by their names
        """Restore the state."""
        super().do_Q()
        if self.clips:
            self.clip = self.device.clip = self.clips.pop()

    def do_W(self) -> None:  # noqa: N802 - as above
        """Narrow the clip to the current path; its own paint lies inside it, so it may take effect at once."""
        points = [cast("tuple[float, float]", step[i : i + 2]) for step in self.curpath for i in range(1, len(step), 2)]
        if points:
            xs, ys = zip(*(apply_matrix_pt(self.ctm, point) for point in points), strict=True)
            x0, y0, x1, y1 = self.clip
            self.clip = max(x0, min(xs)), max(y0, min(ys)), min(x1, max(xs)), min(y1, max(ys))
            self.device.clip = self.clip

    def do_W_a(self) -> None:  # noqa: N802 - as above
        """Narrow the clip by the even-odd rule."""
        self.do_W()

    def do_F(self) -> None:  # noqa: N802 - as above
        """Fill, by its old name."""
        self.do_f()

    def do_Do(self, xobjid_arg: Any) -> None:  # noqa: N802 - as above
        """Draw a form or an image."""
        super().do_Do(xobjid_arg)
        self.device.clip = self.clip


class _ShownPage(PlumbedPage):
    """A page of pdfplumber whose objects know whether they are hidden."""

    @property
    def layout(self) -> Any:
        """The engine's objects of the page."""
        if not hasattr(self, "_layout"):
            device = _Device(self.pdf.rsrcmgr, pageno=self.page_number, laparams=self.pdf.laparams)
            _Interpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
            self._layout = device.get_result()
        return self._layout

    def process_object(self, obj: Any) -> dict[str, Any]:
        """The object as pdfplumber gives it, with `hidden`."""
        found: dict[str, Any] = super().process_object(obj)
        found["hidden"] = getattr(obj, "hidden", False)
        return found


def shown_share(box: _BoxTuple, clip: _BoxTuple) -> float:
    """Share of a box that lies inside a clip; lines without thickness count by their length."""
    share = 1.0
    for start, end, low, high in ((box[0], box[2], clip[0], clip[2]), (box[1], box[3], clip[1], clip[3])):
        if end - start < 0.01:
            share *= low - 0.01 <= start <= high + 0.01
        else:
            share *= max(0.0, min(end, high) - max(start, low)) / (end - start)
    return share


def page_to_ink(page: Any) -> Ink:
    """Glyphs and rules of a page in the frame in which most of its text stands upright."""
    chars = page.chars
    angles = Counter(_angle(c) for c in chars if not c["text"].isspace())
    turn = next((a for a, _ in angles.most_common(1) if a % 90 == 0), 0)
    frame = _Frame(turn, page.cropbox)
    rules = tuple(_rule(frame.box(edge)) for edge in _edges(page))
    area = max(frame.width * frame.height, 1.0)
    images = sum(i["width"] * i["height"] for i in page.images) / area
    return Ink(page.page_number, frame.size, turn, tuple(_glyphs(chars, frame)), rules, images)


def _glyphs(chars: list[dict[str, Any]], frame: _Frame) -> Iterator[Glyph]:
    spaced = False
    for char in chars:
        text = char["text"]
        angle = _angle(char)
        if not text or text.isspace():
            spaced = True
            continue
        if angle % 90 == 0:  # print at another angle is a watermark
            bounds = (char["x0"], char["top"], char["x1"], char["bottom"])
            hidden = char["hidden"] or shown_share(bounds, frame.crop) < VISIBLE
            x0, top, x1, bottom = frame.box(bounds)
            turned = angle != frame.turn
            size = (x1 - x0) if turned else (bottom - top)
            yield Glyph(text, x0, top, x1, bottom, size, spaced, _light(char), turned, hidden)
        spaced = False


def _angle(char: dict[str, Any]) -> int:
    a, b = char["matrix"][:2]
    return round(math.degrees(math.atan2(b, a))) % 360


def _light(char: dict[str, Any]) -> bool:
    colour = char["non_stroking_color"]
    values = [float(v) for v in colour or () if isinstance(v, (int, float))]
    if len(values) == 4:  # CMYK counts ink, the others light
        return (1 - min(1.0, max(values[:3]))) * (1 - values[3]) >= LIGHT
    return bool(values) and min(values) >= LIGHT


class _Frame:
    """Turns boxes of the page as shown into the frame in which its text stands upright."""

    def __init__(self, turn: int, crop: _BoxTuple) -> None:
        self.turn, self.crop = turn, crop
        self.width, self.height = crop[2] - crop[0], crop[3] - crop[1]

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in the upright frame."""
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)

    def box(self, shown: _BoxTuple) -> _BoxTuple:
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


def _edges(page: Any) -> Iterator[_BoxTuple]:
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
