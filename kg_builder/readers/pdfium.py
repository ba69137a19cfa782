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
_SPACE = 32  # the highest of the codes that pdfium adds: spaces and line ends
_STEPS = {pdfium.FPDF_SEGMENT_MOVETO: "m", pdfium.FPDF_SEGMENT_LINETO: "l", pdfium.FPDF_SEGMENT_BEZIERTO: "c"}


def _handle(raw: Any) -> int:
    return cast(int, ctypes.cast(raw, _HANDLE).value)


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of pdfium that takes and gives handles as whole numbers: a pointer costs more than most calls."""
    return ctypes.CFUNCTYPE(result, *arguments)(_handle(function))


_HANDLE, _INT = ctypes.c_void_p, ctypes.c_int
_page_count = _plain(pdfium.FPDFPage_CountObjects, _INT, _HANDLE)
_page_object = _plain(pdfium.FPDFPage_GetObject, _HANDLE, _HANDLE, _INT)
_form_count = _plain(pdfium.FPDFFormObj_CountObjects, _INT, _HANDLE)
_form_object = _plain(pdfium.FPDFFormObj_GetObject, _HANDLE, _HANDLE, _INT)
_kind = _plain(pdfium.FPDFPageObj_GetType, _INT, _HANDLE)
_object_matrix = _plain(pdfium.FPDFPageObj_GetMatrix, _INT, _HANDLE, _HANDLE)
_object_bounds = _plain(pdfium.FPDFPageObj_GetBounds, _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_clip_path = _plain(pdfium.FPDFPageObj_GetClipPath, _HANDLE, _HANDLE)
_clip_count = _plain(pdfium.FPDFClipPath_CountPaths, _INT, _HANDLE)
_clip_segments = _plain(pdfium.FPDFClipPath_CountPathSegments, _INT, _HANDLE, _INT)
_clip_segment = _plain(pdfium.FPDFClipPath_GetPathSegment, _HANDLE, _HANDLE, _INT, _INT)
_mark_count = _plain(pdfium.FPDFPageObj_CountMarks, _INT, _HANDLE)
_mark = _plain(pdfium.FPDFPageObj_GetMark, _HANDLE, _HANDLE, ctypes.c_ulong)
_mark_type = _plain(pdfium.FPDFPageObjMark_GetParamValueType, _INT, _HANDLE, ctypes.c_char_p)
_remove_mark = _plain(pdfium.FPDFPageObj_RemoveMark, _INT, _HANDLE, _HANDLE)
_draw_mode = _plain(pdfium.FPDFPath_GetDrawMode, _INT, _HANDLE, _HANDLE, _HANDLE)
_stroke_width = _plain(pdfium.FPDFPageObj_GetStrokeWidth, _INT, _HANDLE, _HANDLE)
_path_segments = _plain(pdfium.FPDFPath_CountSegments, _INT, _HANDLE)
_path_segment = _plain(pdfium.FPDFPath_GetPathSegment, _HANDLE, _HANDLE, _INT)
_segment_type = _plain(pdfium.FPDFPathSegment_GetType, _INT, _HANDLE)
_segment_point = _plain(pdfium.FPDFPathSegment_GetPoint, _INT, _HANDLE, _HANDLE, _HANDLE)
_segment_close = _plain(pdfium.FPDFPathSegment_GetClose, _INT, _HANDLE)
_char_count = _plain(pdfium.FPDFText_CountChars, _INT, _HANDLE)
_char_code = _plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint, _HANDLE, _INT)
_char_is_generated = _plain(pdfium.FPDFText_IsGenerated, _INT, _HANDLE, _INT)
_char_is_hyphen = _plain(pdfium.FPDFText_IsHyphen, _INT, _HANDLE, _INT)
_char_is_unmapped = _plain(pdfium.FPDFText_HasUnicodeMapError, _INT, _HANDLE, _INT)
_char_object = _plain(pdfium.FPDFText_GetTextObject, _HANDLE, _HANDLE, _INT)
_char_origin = _plain(pdfium.FPDFText_GetCharOrigin, _INT, _HANDLE, _INT, _HANDLE, _HANDLE)
_char_box = _plain(pdfium.FPDFText_GetLooseCharBox, _INT, _HANDLE, _INT, _HANDLE)
_char_matrix = _plain(pdfium.FPDFText_GetMatrix, _INT, _HANDLE, _INT, _HANDLE)
_char_size = _plain(pdfium.FPDFText_GetFontSize, ctypes.c_double, _HANDLE, _INT)
_char_colour = _plain(pdfium.FPDFText_GetFillColor, _INT, _HANDLE, _INT, _HANDLE, _HANDLE, _HANDLE, _HANDLE)
_text_font = _plain(pdfium.FPDFTextObj_GetFont, _HANDLE, _HANDLE)
_font_name = _plain(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, _HANDLE, _HANDLE, ctypes.c_size_t)
_font_descent = _plain(pdfium.FPDFFont_GetDescent, _INT, _HANDLE, ctypes.c_float, _HANDLE)
_font_is_embedded = _plain(pdfium.FPDFFont_GetIsEmbedded, _INT, _HANDLE)
_glyph_width = _plain(pdfium.FPDFFont_GetGlyphWidth, _INT, _HANDLE, ctypes.c_uint, ctypes.c_float, _HANDLE)


# Where pdfium writes its answers; shared by all calls, for pdfium itself runs in one thread only.
_point_xy, _origin, _channels = (ctypes.c_float * 2)(), (ctypes.c_double * 2)(), (ctypes.c_uint * 4)()
_box, _six, _modes, _one = (ctypes.c_float * 4)(), (ctypes.c_float * 6)(), (ctypes.c_int * 2)(), (ctypes.c_float * 1)()


def _places(answers: Any) -> tuple[int, ...]:
    """The addresses of the parts of an array."""
    return tuple(ctypes.addressof(answers) + i * ctypes.sizeof(answers._type_) for i in range(len(answers)))


_X, _Y = _places(_point_xy)
_ORIGIN_X, _ORIGIN_Y = _places(_origin)
_CHANNELS, _EDGES, _MODES = _places(_channels), _places(_box), _places(_modes)
_BOX, _SIX, _ONE = _EDGES[0], _places(_six)[0], _places(_one)[0]


class _Drawn(NamedTuple):
    """An object of a page or of a form on it, with what leads from its own units to the page as it is shown."""

    raw: int
    kind: int
    place: int  # in the order of the file
    matrix: Matrix
    clip: Bounds


class _Style(NamedTuple):
    """What characters set in one way share; `low` and `high` lead from the baseline to the edges of the em box."""

    font: int
    embedded: bool
    scale: float  # points of the page along the baseline for one unit of the font
    angle: int
    low: Point
    high: Point
    shared: dict[str, Any]  # as pdfplumber names it


# The text of a character, its box on the page as shown, the object that it is of, what pdfplumber says of its style.
_Character = tuple[str, Bounds, _Drawn, dict[str, Any]]


class PdfiumPage(Page):
    """A page of pdfplumber that reads its objects from the same page of pdfium; each carries `hidden`."""

    def __init__(self, pdf: Any, page_obj: Any, page_number: int, sheet: pypdfium2.PdfPage) -> None:
        super().__init__(pdf, page_obj, page_number)
        self.sheet = sheet

    def parse_objects(self) -> dict[str, list[dict[str, Any]]]:
        """The objects by kind, in the order of the file."""
        objects: dict[str, list[dict[str, Any]]] = {}
        drawn = _Walk(_handle(self.sheet.raw), _shown(self.page_obj)).drawn
        for found in (self._paths(drawn), self._images(drawn), self._chars(drawn)):
            for one in found:
                objects.setdefault(one["object_type"], []).append(one)
        return objects

    def _paths(self, drawn: list[_Drawn]) -> Iterator[dict[str, Any]]:
        """Lines, rectangles and curves as the device of pdfminer tells them apart."""
        device, state = PDFPageAggregator(self.pdf.rsrcmgr), PDFGraphicState()
        device.begin_page(self.page_obj, _IDENTITY)
        device.set_ctm(_IDENTITY)
        for one in drawn:
            if one.kind != pdfium.FPDF_PAGEOBJ_PATH:
                continue
            _draw_mode(one.raw, *_MODES)
            fill, stroke = _modes
            _stroke_width(one.raw, _ONE)
            state.linewidth = _one[0]
            device.paint_path(state, bool(stroke), fill != pdfium.FPDF_FILLMODE_NONE, False, _path(one))
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
                matrix = mult_matrix(_matrix(one.raw), one.matrix)
                yield self._placed("image", _moved(matrix, (0, 0, 1, 1)), one.clip)

    def _chars(self, drawn: list[_Drawn]) -> list[dict[str, Any]]:
        """Printed characters; those that pdfium adds between them (spaces, line ends) are left out."""
        _forget_actual_text(drawn)
        loaded, page = self.sheet.get_textpage(), _shown(self.page_obj)
        found = sorted(_Text(_handle(loaded.raw), drawn, page).characters(), key=lambda one: one[2].place)
        loaded.close()
        chars = [
            {**self._placed("char", bounds, of.clip), **shared, "text": text} for text, bounds, of, shared in found
        ]
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
        left, above, _, _ = self.mediabox
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

    def __init__(self, sheet: int, matrix: Matrix) -> None:
        self.drawn: list[_Drawn] = []
        self._clips: dict[int | None, Bounds] = {}
        self._through(sheet, _page_count, _page_object, matrix, EVERYTHING)

    def _through(self, parent: int, count: Any, get: Any, matrix: Matrix, clip: Bounds) -> None:
        drawn, clips = self.drawn, self._clips
        for i in range(count(parent)):
            raw = get(parent, i)
            kind, paths, inside = _kind(raw), _clip_path(raw), clip
            for j in range(_clip_count(paths)):
                first = _clip_segment(paths, j, 0)  # its address: objects share clip paths
                own = clips.get(first)
                if own is None:
                    own = clips[first] = _clip_bounds(paths, j, matrix)
                if own != inside:
                    inside = _common(own, inside)
            drawn.append(_Drawn(raw, kind, len(drawn), matrix, inside))
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                self._through(raw, _form_count, _form_object, mult_matrix(_matrix(raw), matrix), inside)


def _clip_bounds(paths: int, number: int, matrix: Matrix) -> Bounds:
    count = _clip_segments(paths, number)
    points = [_point(_clip_segment(paths, number, i), matrix) for i in range(count)]
    return _bounds(points) if points else (0.0, 0.0, 0.0, 0.0)  # nothing is shown


@lru_cache(maxsize=1024)
def _common(one: Bounds, other: Bounds) -> Bounds:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


class _Text:
    """The characters of a page."""

    def __init__(self, text: int, drawn: list[_Drawn], page: Matrix) -> None:
        self._text, self._page = text, page
        self._objects = {one.raw: one for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT}
        self._fonts: dict[int, tuple[str, float, bool]] = {}
        self._styles: dict[tuple[Any, ...], _Style] = {}
        self._widths: dict[tuple[int, int], float] = {}

    def characters(self) -> Iterator[_Character]:
        """What is printed, with its box on the page as shown; a glyph that stands for several characters is one."""
        text, page = self._text, self._page
        address, x, y, style = 0, 0.0, 0.0, None
        last: _Character | None = None
        seen: dict[int, tuple[_Drawn, _Style]] = {}
        for i in range(_char_count(text)):
            code = _char_code(text, i)
            if code <= _SPACE and _char_is_generated(text, i):
                continue
            here = _char_object(text, i)
            _char_origin(text, i, _ORIGIN_X, _ORIGIN_Y)
            origin = tuple(_origin)
            if last and here == address and origin == (x, y):
                last = _joined(last[0], self._character(i, code)), *last[1:]
                continue
            if last:
                yield last
            address, (x, y) = here, origin
            if here not in seen:
                of = self._objects[here]
                _char_matrix(text, i, _SIX)
                start: Matrix = tuple(_six)
                style = self._style(i, of, start)
                seen[here] = of, style
                if abs(start[4] - x) + abs(start[5] - y) > 0.05:
                    lead = _em_box(style, start[4:], math.inf, _bounds([start[4:], origin]))
                    yield " ", _moved(page, lead), of, style.shared  # pdfium keeps one of two spaces, rather its own
            else:
                of, style = seen[here]
            _char_box(text, i, _BOX)
            left, top, right, bottom = _box
            width = math.inf if style.embedded else self._width(style, code)
            bounds = _em_box(style, origin, width, (left, bottom, right, top))
            last = self._character(i, code), _moved(page, bounds), of, style.shared
        if last:
            yield last
        yield from self._blanks(seen)

    def _blanks(self, seen: Collection[int]) -> Iterator[_Character]:
        """Text objects of spaces alone, which pdfium leaves out; doubles, which it leaves out too, have a height."""
        for address, one in self._objects.items():
            if address not in seen and _object_bounds(one.raw, *_EDGES) and _box[1] == _box[3]:
                left, low, right, high = _box
                bounds = (left, low, right, high)
                yield " ", _moved(one.matrix, bounds), one, {"matrix": one.matrix, "size": 0.0, "upright": True}

    def _style(self, i: int, of: _Drawn, matrix: Matrix) -> _Style:
        """How the text object of the character `i` is set."""
        font, size = _text_font(of.raw), _char_size(self._text, i)
        a, b, c, d, _, _ = matrix
        if size < 0:  # set backwards, and turned back by the matrix
            a, b, c, d, size = -a, -b, -c, -d, -size
        # Red, green, blue and opacity (0 to 255); black where a pattern fills the character.
        colour = tuple(_channels) if _char_colour(self._text, i, *_CHANNELS) else (0, 0, 0, 255)
        key = font, a, b, c, d, size, colour
        if key not in self._styles:
            if font not in self._fonts:
                self._fonts[font] = _font(font)
            name, descent, embedded = self._fonts[font]
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

    def _width(self, style: _Style, code: int) -> float:
        """How far a character moves along the baseline; infinite where its font does not say so."""
        key = style.font, code
        if key not in self._widths:
            known = _glyph_width(style.font, code, 1.0, _ONE) and _one[0] > 0
            self._widths[key] = _one[0] if known else math.inf
        return self._widths[key] * style.scale

    def _character(self, i: int, code: int) -> str:
        if code < _SPACE and _char_is_hyphen(self._text, i):
            return "-"  # pdfium takes a hyphen out where it divides a word
        if _char_is_unmapped(self._text, i) or not 0 < code < 0x110000 or code & 0xFFFE == 0xFFFE:
            return UNREADABLE
        return chr(code)


def _font(font: int) -> tuple[str, float, bool]:
    """A font's name, how deep its letters reach below the baseline at size 1, and whether it is in the file."""
    name = ctypes.create_string_buffer(128)
    _font_name(font, ctypes.addressof(name), len(name))
    _font_descent(font, 1.0, _ONE)
    return name.value.decode("utf-8", "replace"), _one[0], _font_is_embedded(font) == 1


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
    if style.angle == 0:
        left, _, right, _ = loose
        (_, low), (_, high), end = style.low, style.high, origin[0] + width
        low, high = origin[1] + low, origin[1] + high
        return left, low if low < high else high, end if end < right else right, high if low < high else low
    if style.angle % 90:
        return loose
    box, along = [*loose], style.angle // 90 % 2
    if style.angle == 90:
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
        for i in reversed(range(_mark_count(raw))):
            mark = _mark(raw, i)
            if _mark_type(mark, b"ActualText") != pdfium.FPDF_OBJECT_UNKNOWN:
                _remove_mark(raw, mark)


def _path(one: _Drawn) -> list[Any]:
    """A path in the steps of pdfminer: ("m", x, y) · ("l", x, y) · ("c", x1, y1, x2, y2, x3, y3) · ("h",)."""
    matrix = mult_matrix(_matrix(one.raw), one.matrix)
    path: list[tuple[Any, ...]] = []
    curve: list[float] = []
    for i in range(_path_segments(one.raw)):
        segment = _path_segment(one.raw, i)
        step = _STEPS.get(_segment_type(segment), "l")
        curve += _point(segment, matrix)
        if step == "c" and len(curve) < 6:
            continue  # a control point
        path.append((step, *curve))
        curve = []
        if _segment_close(segment):
            path.append(("h",))
    return path


def _point(segment: int, matrix: Matrix) -> Point:
    """A point as shown; rounded, for pdfium counts in single precision and what was square shall stay square."""
    _segment_point(segment, _X, _Y)
    x, y = apply_matrix_pt(matrix, (_point_xy[0], _point_xy[1]))
    return round(x, 3), round(y, 3)


def _matrix(raw: int) -> Matrix:
    _object_matrix(raw, _SIX)
    return tuple(_six)


def _moved(matrix: Matrix, box: Bounds) -> Bounds:
    """The smallest upright box around a box that a matrix moves."""
    x0, y0, x1, y1 = box
    a, b, c, d, right, up = matrix
    if a == 1 == d and b == 0 == c:
        return x0 + right, y0 + up, x1 + right, y1 + up
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
