"""Pages of pdfplumber whose objects come from pdfium: the same vocabulary (chars, lines, rects, curves), read faster.

pdfium runs the content streams; pdfminer's own device says what a path is (a line, a rectangle, a curve); pdfplumber's
page keeps the objects. Beyond what pdfplumber tells, each object says whether a clip path hides it: producers print a
long text whole on every page and show a part of it. A clip counts as its bounding box, so that too much is shown.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple, cast

import pypdfium2
import pypdfium2.raw as pdfium
from pdfminer.converter import PDFPageAggregator
from pdfminer.layout import LTCurve, LTLine, LTRect
from pdfminer.pdfinterp import PDFGraphicState
from pdfminer.pdftypes import dict_value, resolve1
from pdfminer.utils import apply_matrix_pt, mult_matrix
from pdfplumber.page import Page

VISIBLE = 0.5  # share of an object that must be shown
UNREADABLE = "\ufffd"  # a character whose font does not say what it means

Bounds = tuple[float, float, float, float]  # x0, y0, x1, y1; here y grows upwards
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

EVERYTHING: Bounds = (-math.inf, -math.inf, math.inf, math.inf)
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_KINDS = {LTLine: "line", LTRect: "rect", LTCurve: "curve"}
_STEPS = {pdfium.FPDF_SEGMENT_MOVETO: "m", pdfium.FPDF_SEGMENT_LINETO: "l", pdfium.FPDF_SEGMENT_BEZIERTO: "c"}


class _Drawn(NamedTuple):
    """An object of a page or of a form on it, with what leads from its own units to the page as it is shown."""

    raw: Any
    kind: int
    place: int  # in the order of the file
    matrix: Matrix
    clip: Bounds


class _Style(NamedTuple):
    """What characters set in one way share; `low` and `high` lead from the baseline to the edges of the em box."""

    font: Any
    embedded: bool
    scale: float  # points of the page along the baseline for one unit of the font
    angle: int
    low: Point
    high: Point
    shared: dict[str, Any]  # as pdfplumber names it


class PdfiumPage(Page):
    """A page of pdfplumber that reads its objects from the same page of pdfium; each carries `hidden`."""

    def __init__(self, pdf: Any, page_obj: Any, page_number: int, sheet: pypdfium2.PdfPage) -> None:
        super().__init__(pdf, page_obj, page_number)
        self.sheet = sheet

    def parse_objects(self) -> dict[str, list[dict[str, Any]]]:
        """The objects by kind, in the order of the file."""
        objects: dict[str, list[dict[str, Any]]] = {}
        drawn = _Walk(self.sheet.raw, _shown(self.page_obj)).drawn
        for found in (self._paths(drawn), self._images(drawn), self._chars(drawn)):
            for one in found:
                objects.setdefault(one["object_type"], []).append(one)
        return objects

    def _paths(self, drawn: list[_Drawn]) -> Iterator[dict[str, Any]]:
        """Lines, rectangles and curves as the device of pdfminer tells them apart."""
        device, state = PDFPageAggregator(self.pdf.rsrcmgr), PDFGraphicState()
        device.begin_page(self.page_obj, _IDENTITY)
        device.set_ctm(_IDENTITY)
        fill, stroke, width = ctypes.c_int(), ctypes.c_int(), ctypes.c_float()
        for one in drawn:
            if one.kind != pdfium.FPDF_PAGEOBJ_PATH:
                continue
            pdfium.FPDFPath_GetDrawMode(one.raw, fill, stroke)
            pdfium.FPDFPageObj_GetStrokeWidth(one.raw, width)
            state.linewidth = width.value
            filled = fill.value != pdfium.FPDF_FILLMODE_NONE
            device.paint_path(state, bool(stroke.value), filled, False, _path(one))
            for item in cast("Iterable[LTCurve]", device.cur_item):
                found = self._placed(_KINDS[type(item)], item.bbox, one.clip)
                found["pts"] = [self.point2coord(point) for point in item.pts]
                found |= {"stroke": item.stroke, "fill": item.fill, "linewidth": item.linewidth}
                yield found
            device.cur_item._objs.clear()

    def _images(self, drawn: list[_Drawn]) -> Iterator[dict[str, Any]]:
        """An image fills the unit square."""
        for one in drawn:
            if one.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                matrix = mult_matrix(_matrix(pdfium.FPDFPageObj_GetMatrix, one.raw), one.matrix)
                yield self._placed("image", _moved(matrix, (0, 0, 1, 1)), one.clip)

    def _chars(self, drawn: list[_Drawn]) -> list[dict[str, Any]]:
        """Printed characters; those that pdfium adds between them (spaces, line ends) are left out."""
        _forget_actual_text(drawn)
        loaded, found = self.sheet.get_textpage(), list[tuple[int, dict[str, Any]]]()
        for text, bounds, of, shared in _Text(loaded.raw, drawn, _shown(self.page_obj)).characters():
            char = self._placed("char", bounds, of.clip)
            char.update(shared)
            char["text"] = text
            found.append((of.place, char))
        loaded.close()
        found.sort(key=lambda placed: placed[0])
        chars = [char for _, char in found]
        self._read_again([char for char in chars if UNREADABLE in char["text"]])
        return chars

    def _read_again(self, unreadable: list[dict[str, Any]]) -> None:
        """Take from pdfminer what pdfium does not find: the meaning of a composite font's codes in its font program."""
        if not unreadable:
            return
        specs = (resolve1(self.page_obj.resources) or {}).get("Font")
        fonts = [self.pdf.rsrcmgr.get_font(None, dict_value(spec)) for spec in dict_value(specs or {}).values()]
        trusted = {font.fontname for font in fonts if font.is_multibyte()}  # for others pdfminer guesses
        others = [c for c in Page(self.pdf, self.page_obj, self.page_number).chars if c["fontname"] in trusted]
        known = {(round(c["x0"]), round(c["bottom"])): c for c in others if not c["text"].startswith("(cid:")}
        for char in unreadable:
            x, y = round(char["x0"]), round(char["bottom"])
            near = (known.get((x + i, y + j)) for i in (0, -1, 1) for j in (0, -1, 1))
            for other in near:
                if other and max(abs(char[edge] - other[edge]) for edge in ("x0", "bottom")) < 1:
                    char["text"] = other["text"]
                    break

    def _placed(self, kind: str, bounds: Bounds, clip: Bounds) -> dict[str, Any]:
        """An object with its measures as in `Page.process_object`."""
        x0, y0, x1, y1 = bounds
        left, above = self.mediabox[:2]
        under = self.bbox[3] - self.bbox[1] + above
        return {
            "object_type": kind, "page_number": self.page_number, "hidden": is_hidden(bounds, clip),
            "x0": x0 + left, "x1": x1 + left, "y0": y0, "y1": y1, "width": x1 - x0, "height": y1 - y0,
            "top": under - y1, "bottom": under - y0, "doctop": self.initial_doctop + under - y1,
        }  # fmt: skip


def _shown(page: Any) -> Matrix:
    """What turns a page of the file into the page as it is shown, its lower left corner at the origin."""
    x0, y0, x1, y1 = page.mediabox
    turned: dict[int, Matrix] = {90: (0, -1, 1, 0, -y0, x1), 180: (-1, 0, 0, -1, x1, y1), 270: (0, 1, -1, 0, y1, -x0)}
    return turned.get(page.rotate, (1, 0, 0, 1, -x0, -y0))


class _Walk:
    """Through all objects of a page; those of a form come in the place where the form is drawn."""

    def __init__(self, sheet: Any, matrix: Matrix) -> None:
        self.drawn: list[_Drawn] = []
        self._clips: dict[bytes, Bounds] = {}
        self._through(sheet, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, matrix, EVERYTHING)

    def _through(self, parent: Any, count: Any, get: Any, matrix: Matrix, clip: Bounds) -> None:
        for i in range(count(parent)):
            raw = get(parent, i)
            kind, inside = pdfium.FPDFPageObj_GetType(raw), self._clip(raw, matrix, clip)
            self.drawn.append(_Drawn(raw, kind, len(self.drawn), matrix, inside))
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                own = mult_matrix(_matrix(pdfium.FPDFPageObj_GetMatrix, raw), matrix)
                self._through(raw, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, own, inside)

    def _clip(self, raw: Any, matrix: Matrix, clip: Bounds) -> Bounds:
        """The clip in force, narrowed by the object's own clip paths."""
        paths = pdfium.FPDFPageObj_GetClipPath(raw)
        for i in range(pdfium.FPDFClipPath_CountPaths(paths)):
            first = bytes(pdfium.FPDFClipPath_GetPathSegment(paths, i, 0))  # its address: objects share clip paths
            if (own := self._clips.get(first)) is None:
                count = pdfium.FPDFClipPath_CountPathSegments(paths, i)
                points = [_point(pdfium.FPDFClipPath_GetPathSegment(paths, i, j), matrix) for j in range(count)]
                own = self._clips[first] = _bounds(points) if points else (0.0, 0.0, 0.0, 0.0)  # nothing is shown
            x0, y0, x1, y1 = own
            clip = max(clip[0], x0), max(clip[1], y0), min(clip[2], x1), min(clip[3], y1)
        return clip


class _Text:
    """The characters of a page."""

    def __init__(self, text: Any, drawn: list[_Drawn], page: Matrix) -> None:
        self._text, self._page = text, page
        self._objects = {bytes(one.raw): one for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT}
        self._fonts: dict[bytes, tuple[str, float, bool]] = {}
        self._styles: dict[tuple[Any, ...], _Style] = {}
        self._widths: dict[tuple[bytes, int], float] = {}

    def characters(self) -> Iterator[tuple[str, Bounds, _Drawn, dict[str, Any]]]:
        """What is printed, with its box on the page as shown; a glyph that stands for several characters is one."""
        text, page = self._text, self._page
        box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
        in_box, in_x, in_y = ctypes.byref(box), ctypes.byref(x), ctypes.byref(y)
        here = address = b""
        origin, held = (0.0, 0.0), list[tuple[str, Bounds, _Drawn, dict[str, Any]]]()
        seen: dict[bytes, tuple[_Drawn, _Style]] = {}
        for i in range(pdfium.FPDFText_CountChars(text)):
            if pdfium.FPDFText_IsGenerated(text, i):
                continue
            here = bytes(pdfium.FPDFText_GetTextObject(text, i))
            pdfium.FPDFText_GetCharOrigin(text, i, in_x, in_y)
            if held and here == address and origin == (x.value, y.value):
                held = [(_joined(held[0][0], self._character(i)), *held[0][1:])]
                continue
            yield from held
            address, origin = here, (x.value, y.value)
            if here not in seen:
                of, start = self._objects[here], _matrix(pdfium.FPDFText_GetMatrix, text, i)
                style = self._style(i, of, start)
                seen[here] = of, style
                if abs(start[4] - origin[0]) + abs(start[5] - origin[1]) > 0.05:
                    lead = _em_box(style, start[4:], math.inf, _bounds([start[4:], origin]))
                    yield " ", _moved(page, lead), of, style.shared  # pdfium keeps one of two spaces, rather its own
            of, style = seen[here]
            pdfium.FPDFText_GetLooseCharBox(text, i, in_box)
            width = math.inf if style.embedded else self._width(style, i)
            bounds = _em_box(style, origin, width, (box.left, box.bottom, box.right, box.top))
            held = [(self._character(i), _moved(page, bounds), of, style.shared)]
        yield from held
        yield from self._blanks(seen)

    def _blanks(self, seen: Collection[bytes]) -> Iterator[tuple[str, Bounds, _Drawn, dict[str, Any]]]:
        """Text objects of spaces alone, which pdfium leaves out; doubles, which it leaves out too, have a height."""
        left, low, right, high = edges = [ctypes.c_float() for _ in range(4)]
        for address, one in self._objects.items():
            if address not in seen and pdfium.FPDFPageObj_GetBounds(one.raw, *edges) and low.value == high.value:
                bounds = (left.value, low.value, right.value, high.value)
                yield " ", _moved(one.matrix, bounds), one, {"matrix": one.matrix, "size": 0.0, "upright": True}

    def _style(self, i: int, of: _Drawn, matrix: Matrix) -> _Style:
        """How the text object of the character `i` is set."""
        font, size = pdfium.FPDFTextObj_GetFont(of.raw), pdfium.FPDFText_GetFontSize(self._text, i)
        address, a, b, c, d = bytes(font), *matrix[:4]
        if size < 0:  # set backwards, and turned back by the matrix
            a, b, c, d, size = -a, -b, -c, -d, -size
        colour = self._colour(i)
        key = address, a, b, c, d, size, colour
        if key not in self._styles:
            if address not in self._fonts:
                self._fonts[address] = _font(font)
            name, descent, embedded = self._fonts[address]
            linear = mult_matrix((a, b, c, d, 0, 0), (*self._page[:4], 0, 0))
            shared = {
                "matrix": linear,  # how the character is turned; where it stands is in its box
                "size": size * math.hypot(c, d),
                "upright": linear[1] == 0 == linear[2] and linear[0] * linear[3] > 0,
                "fontname": name,
                "non_stroking_color": _on_paper(*colour),
            }
            low, high = descent * size, (descent + 1) * size
            edges = (c * low, d * low), (c * high, d * high)
            scale = size * math.hypot(a, b)
            self._styles[key] = _Style(font, embedded, scale, angle_of(a, b), *edges, shared)
        return self._styles[key]

    def _colour(self, i: int) -> tuple[int, int, int, int]:
        """Red, green, blue and opacity (0 to 255); black where a pattern fills the character."""
        if not pdfium.FPDFText_GetFillColor(self._text, i, *_channels):
            return 0, 0, 0, 255
        red, green, blue, alpha = _channels
        return red.value, green.value, blue.value, alpha.value

    def _width(self, style: _Style, i: int) -> float:
        """How far the character moves along the baseline; infinite where its font does not say so."""
        code = pdfium.FPDFText_GetUnicode(self._text, i)
        key = bytes(style.font), code
        if key not in self._widths:
            width = ctypes.c_float()
            known = pdfium.FPDFFont_GetGlyphWidth(style.font, code, 1.0, width) and width.value > 0
            self._widths[key] = width.value if known else math.inf
        return self._widths[key] * style.scale

    def _character(self, i: int) -> str:
        code = pdfium.FPDFText_GetUnicode(self._text, i)
        if code < 32 and pdfium.FPDFText_IsHyphen(self._text, i):
            return "-"  # pdfium takes a hyphen out where it divides a word
        if pdfium.FPDFText_HasUnicodeMapError(self._text, i) or not 0 < code < 0x110000 or code & 0xFFFE == 0xFFFE:
            return UNREADABLE
        return chr(code)


# Where pdfium writes its answers; shared by all calls, for pdfium itself runs in one thread only.
_x, _y, _raw_matrix = ctypes.c_float(), ctypes.c_float(), pdfium.FS_MATRIX()
_channels = (ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint())


def _font(font: Any) -> tuple[str, float, bool]:
    """A font's name, how deep its letters reach below the baseline at size 1, and whether it is in the file."""
    name, descent = ctypes.create_string_buffer(128), ctypes.c_float()
    pdfium.FPDFFont_GetBaseFontName(font, name, len(name))
    pdfium.FPDFFont_GetDescent(font, 1.0, descent)
    return name.value.decode("utf-8", "replace"), descent.value, pdfium.FPDFFont_GetIsEmbedded(font) == 1


def _on_paper(red: int, green: int, blue: int, alpha: int) -> tuple[float, float, float]:
    """A colour (0 to 1) as it looks on white paper."""
    return tuple(1 - (1 - part / 255) * alpha / 255 for part in (red, green, blue))  # type: ignore[return-value]  # three parts in, three out


@lru_cache(maxsize=1024)
def angle_of(a: float, b: float) -> int:
    """The angle of a baseline in degrees, from the first two numbers of its matrix."""
    return round(math.degrees(math.atan2(b, a))) % 360


def _em_box(style: _Style, origin: Point, width: float, loose: Bounds) -> Bounds:
    """A character's box as pdfminer draws it: its width along the baseline, one type size from the descent upwards.

    pdfium's loose box grows with the shape of the glyph, which for a font outside the file is another on each machine.
    """
    if style.angle % 90:
        return loose
    box, along = [*loose], style.angle // 90 % 2
    if style.angle in (0, 90):
        box[2 + along] = min(box[2 + along], origin[along] + width)
    else:
        box[along] = max(box[along], origin[along] - width)
    across = 1 - along
    box[across], box[2 + across] = sorted((origin[across] + style.low[across], origin[across] + style.high[across]))
    return box[0], box[1], box[2], box[3]


def _joined(text: str, more: str) -> str:
    """Characters of one glyph; two halves of a surrogate pair are one character."""
    return (text + more).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _forget_actual_text(drawn: list[_Drawn]) -> None:
    """Let pdfium read the glyphs that are shown and not the text that a producer put in their place (/ActualText)."""
    for raw in (one.raw for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT):
        for i in reversed(range(pdfium.FPDFPageObj_CountMarks(raw))):
            mark = pdfium.FPDFPageObj_GetMark(raw, i)
            if pdfium.FPDFPageObjMark_GetParamValueType(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN:
                pdfium.FPDFPageObj_RemoveMark(raw, mark)


def _path(one: _Drawn) -> list[Any]:
    """A path in the steps of pdfminer: ("m", x, y) · ("l", x, y) · ("c", x1, y1, x2, y2, x3, y3) · ("h",)."""
    matrix = mult_matrix(_matrix(pdfium.FPDFPageObj_GetMatrix, one.raw), one.matrix)
    path: list[tuple[Any, ...]] = []
    curve: list[float] = []
    for i in range(pdfium.FPDFPath_CountSegments(one.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(one.raw, i)
        step = _STEPS.get(pdfium.FPDFPathSegment_GetType(segment), "l")
        curve += _point(segment, matrix)
        if step == "c" and len(curve) < 6:
            continue  # a control point
        path.append((step, *curve))
        curve = []
        if pdfium.FPDFPathSegment_GetClose(segment):
            path.append(("h",))
    return path


def _point(segment: Any, matrix: Matrix) -> Point:
    """A point as shown; rounded, for pdfium counts in single precision and what was square shall stay square."""
    pdfium.FPDFPathSegment_GetPoint(segment, _x, _y)
    x, y = apply_matrix_pt(matrix, (_x.value, _y.value))
    return round(x, 3), round(y, 3)


def _matrix(get: Any, *of: Any) -> Matrix:
    get(*of, _raw_matrix)
    m = _raw_matrix
    return m.a, m.b, m.c, m.d, m.e, m.f


def _moved(matrix: Matrix, box: Bounds) -> Bounds:
    """The smallest upright box around a box that a matrix moves."""
    x0, y0, x1, y1 = box
    if matrix[:4] == (1, 0, 0, 1):
        return x0 + matrix[4], y0 + matrix[5], x1 + matrix[4], y1 + matrix[5]
    return _bounds([apply_matrix_pt(matrix, corner) for corner in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))])


def _bounds(points: list[Point]) -> Bounds:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def is_hidden(box: Bounds, clip: Bounds) -> bool:
    """Whether a clip shows less than half of a box; lines without thickness count by their length."""
    if clip[0] <= box[0] and clip[1] <= box[1] and box[2] <= clip[2] and box[3] <= clip[3]:
        return False
    share = 1.0
    for start, end, low, high in ((box[0], box[2], clip[0], clip[2]), (box[1], box[3], clip[1], clip[3])):
        if end - start < 0.01:
            share *= low - 0.01 <= start <= high + 0.01
        else:
            share *= max(0.0, min(end, high) - max(start, low)) / (end - start)
    return share < VISIBLE
