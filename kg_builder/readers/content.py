"""What a page draws: the operators of its content streams, run (ISO 32000-1, 8 Graphics and 9 Text).

pdfminer reads the file, its fonts and its colour spaces; its interpreter and pdfplumber's objects, which would take
nine tenths of the time of reading a report, are not used: only what becomes ink is worked out. Unlike them it follows
clip paths (producers print a long text whole on every page and show a part of it); a clip counts as its bounding box,
so that too much is shown. The tests hold that the ink is pdfplumber's on every page of the real reports.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from pdfminer.pdfcolor import PREDEFINED_COLORSPACE
from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdftypes import PDFStream, dict_value, list_value, stream_value
from pdfminer.psparser import PSLiteral
from pdfminer.utils import mult_matrix

from kg_builder.readers.operators import Operands, operators

VISIBLE = 0.5  # share of an object that must be shown
LIGHT = 0.6  # brightness (0 black, 1 white) from which print counts as light
DEEPEST = 24  # forms within forms

Bounds = tuple[float, float, float, float]  # x0, y0, x1, y1; here y grows upwards
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]
Segment = tuple[Any, ...]  # ("m", x, y) · ("c", x1, y1, x2, y2, x3, y3) · ("h",) · ("re", x0, y0, x1, y1)

EVERYTHING: Bounds = (-math.inf, -math.inf, math.inf, math.inf)


class Mark(NamedTuple):
    """One printed character with the angle of its baseline in degrees."""

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    angle: int
    light: bool
    hidden: bool


class Outline(NamedTuple):
    """A painted path: `line` and `curve` with their points, `rect` with two corners."""

    kind: str
    points: tuple[Point, ...]
    stroke: bool
    hidden: bool


class _Character(NamedTuple):
    """A code of a font: its text, its width, and where a vertical font hangs it."""

    text: str
    width: float
    hung: Any
    space: bool


class Typeface:
    """A font of the engine that remembers what its codes mean."""

    def __init__(self, font: Any) -> None:
        self._font = font
        self._codes: dict[int, _Character] = {}
        self._strings: dict[bytes, list[_Character]] = {}
        self.vertical: bool = font.is_vertical()
        self.multibyte: bool = font.is_multibyte()
        self.descent: float = font.get_descent()

    def characters(self, string: bytes) -> list[_Character]:
        """The characters of a shown string."""
        found = self._strings.get(string)
        if found is None:
            found = self._strings[string] = [self._character(code) for code in self._font.decode(string)]
        return found

    def _character(self, code: int) -> _Character:
        if code not in self._codes:
            try:
                text = self._font.to_unichr(code)
            except PDFUnicodeNotDefined:
                text = f"(cid:{code})"
            width, hung = self._font.char_width(code), self._font.char_disp(code)
            self._codes[code] = _Character(text, width, hung, code == 32)
        return self._codes[code]


def shown_share(box: Bounds, clip: Bounds) -> float:
    """Share of a box that lies inside a clip; lines without thickness count by their length."""
    share = 1.0
    for start, end, low, high in ((box[0], box[2], clip[0], clip[2]), (box[1], box[3], clip[1], clip[3])):
        if end - start < 0.01:
            share *= low - 0.01 <= start <= high + 0.01
        else:
            share *= max(0.0, min(end, high) - max(start, low)) / (end - start)
    return share


class Fonts:
    """The fonts of a file, each read once."""

    def __init__(self) -> None:
        self.engine = PDFResourceManager()
        self._faces: dict[int, tuple[Any, Typeface]] = {}

    @cached_property
    def unknown(self) -> Any:
        """What stands for a font that the page names and the file lacks."""
        return self.engine.get_font(None, {})

    def face(self, font: Any) -> Typeface:
        """The font with its memory."""
        if id(font) not in self._faces:
            self._faces[id(font)] = (font, Typeface(font))  # the font is held, so that its id stays its own
        return self._faces[id(font)][1]


class Drawing:
    """All that one page draws, in the order in which it does."""

    def __init__(self, fonts: Fonts) -> None:
        self.fonts = fonts
        self.marks: list[Mark] = []
        self.outlines: list[Outline] = []
        self.images: list[float] = []  # areas

    def draw(self, resources: Any, streams: Sequence[Any], matrix: Matrix) -> None:
        """Run the content streams of a page."""
        _Painter(self, resources, matrix, EVERYTHING, ()).run(streams)


# What `q` saves, by attribute of _Painter.
_STATE = (
    "matrix", "clip", "font", "size", "char_space", "word_space", "scaling", "leading", "rise", "text_matrix", "x", "y",
    "space", "light",
)  # fmt: skip


class _Painter:
    """The graphics state of a page or of a form on it, and the operators that change or use it."""

    def __init__(
        self, drawing: Drawing, resources: Any, matrix: Matrix, clip: Bounds, inside: tuple[int | None, ...]
    ) -> None:
        self.drawing, self.resources, self.inside = drawing, resources, inside
        names: Any = PDFPageInterpreter(drawing.fonts.engine, None)  # type: ignore[arg-type]  # resources need no device
        names.init_resources(resources)
        self.fonts, self.forms, self.spaces = names.fontmap, names.xobjmap, names.csmap
        self.matrix, self.clip = matrix, clip
        self.font: Typeface | None = None
        self.size = self.char_space = self.word_space = self.leading = self.rise = self.x = self.y = 0.0
        self.scaling = 100.0
        self.text_matrix: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        self.space, self.light = PREDEFINED_COLORSPACE["DeviceGray"], False
        self.path: list[Segment] = []
        self.saved: list[tuple[Any, ...]] = []

    def run(self, streams: Sequence[Any]) -> None:
        """Run content streams one after another; a form that is within itself is passed over."""
        whole = [stream_value(stream) for stream in streams]
        once = [stream for stream in whole if stream.objid is not None and stream.objid not in self.inside]
        self.inside = (*self.inside, *(stream.objid for stream in once))
        for operator, operands, numbers in operators(b"\n".join(stream.get_data() for stream in once)):
            if (known := _NUMERIC.get(operator)) is not None:
                count, numeric = known
                if len(operands) < count:
                    continue
                taken = operands[len(operands) - count :]
                if numbers or all(isinstance(operand, float) for operand in taken):
                    numeric(self, *taken)
            elif (act := _OTHER.get(operator)) is not None:
                act(self, operands)

    # graphics state

    def save(self) -> None:
        self.saved.append(tuple([getattr(self, name) for name in _STATE]))

    def restore(self) -> None:
        if self.saved:
            for name, value in zip(_STATE, self.saved.pop(), strict=True):
                setattr(self, name, value)

    def transform(self, *matrix: float) -> None:
        self.matrix = mult_matrix(matrix, self.matrix)  # type: ignore[arg-type]  # six numbers, as the table says

    def colour_space(self, operands: Operands) -> None:
        if operands and isinstance(operands[-1], PSLiteral):
            self.space = self.spaces.get(operands[-1].name, self.space)

    def colour(self, operands: Operands) -> None:
        count = self.space.ncomponents
        if len(operands) >= count and self.space.name != "Pattern":
            parts = operands[len(operands) - count :]
            if count in (1, 3, 4) and all(isinstance(part, float) for part in parts):
                self.light = _is_light(*parts)
        elif operands and isinstance(operands[-1], PSLiteral):
            self.light = False  # a pattern's name tells no brightness

    def plain_colour(self, *parts: float) -> None:
        self.light = _is_light(*parts)
        self.space = PREDEFINED_COLORSPACE[{1: "DeviceGray", 3: "DeviceRGB", 4: "DeviceCMYK"}[len(parts)]]

    # paths

    def move(self, x: float, y: float) -> None:
        self.path.append(("m", x, y))

    def line(self, x: float, y: float) -> None:
        self.path.append(("l", x, y))

    def curve(self, *points: float) -> None:
        self.path.append(("c", *points))

    def close(self) -> None:
        self.path.append(("h",))

    def rectangle(self, x: float, y: float, width: float, height: float) -> None:
        self.path.append(("re", x, y, x + width, y + height))

    def no_paint(self) -> None:
        self.path = []

    def narrow(self) -> None:
        """Narrow the clip to the current path; its own paint lies inside it, so it may take effect at once."""
        points = [self.shown(*step[i : i + 2]) for step in self.path for i in range(1, len(step), 2)]
        if points:
            xs, ys = zip(*points, strict=True)
            x0, y0, x1, y1 = self.clip
            self.clip = max(x0, min(xs)), max(y0, min(ys)), min(x1, max(xs)), min(y1, max(ys))

    def paint(self, *, stroke: bool) -> None:
        """Every subpath as a line, a rectangle or a curve."""
        path, self.path = self.path, []
        if any(step[0] != "re" for step in path):
            path = [part for step in path for part in _spelled_out(step)]
        subpath: list[Segment] = []
        for step in path:
            if step[0] in ("m", "re"):
                self.outline(subpath, stroke)
                subpath = []
            subpath.append(step)
        self.outline(subpath, stroke)

    def outline(self, path: list[Segment], stroke: bool) -> None:
        if not path or path[0][0] not in ("m", "re"):
            return
        if path[0][0] == "re":
            path = _spelled_out(path[0])
        shape = "".join(step[0] for step in path)
        points = [self.shown(*(step if step[0] != "h" else path[0])[-2:]) for step in path]
        if len(shape) > 3 and shape.endswith("lh") and points[-2] == points[0]:
            shape, points = shape[:-2] + "h", points[:-1]
        kind = "curve"
        if shape in ("ml", "mlh"):
            kind, points = "line", points[:2]
        elif shape in ("mlllh", "mllll") and _is_rectangle(points):
            kind, points = "rect", [points[0], points[2]]
        elif shape == "m":
            return
        xs, ys = zip(*points, strict=True)
        hidden = is_hidden((min(xs), min(ys), max(xs), max(ys)), self.clip)
        self.drawing.outlines.append(Outline(kind, tuple(points), stroke, hidden))

    def shown(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.matrix
        return a * x + c * y + e, b * x + d * y + f

    # text

    def begin_text(self) -> None:
        self.set_text_matrix(1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def set_text_matrix(self, *matrix: float) -> None:
        self.text_matrix = matrix  # type: ignore[assignment]  # six numbers, as the table says
        self.x = self.y = 0.0

    def next_line(self, x: float, y: float) -> None:
        a, b, c, d, e, f = self.text_matrix
        self.text_matrix = (a, b, c, d, x * a + y * c + e, x * b + y * d + f)
        self.x = self.y = 0.0

    def next_line_leading(self, x: float, y: float) -> None:
        self.next_line(x, y)
        self.leading = y

    def new_line(self) -> None:
        a, b, c, d, e, f = self.text_matrix
        self.text_matrix = (a, b, c, d, self.leading * c + e, self.leading * d + f)
        self.x = self.y = 0.0

    def set_font(self, operands: Operands) -> None:
        if len(operands) >= 2 and isinstance(operands[-2], PSLiteral):
            font = self.fonts.get(operands[-2].name)
            self.font = self.drawing.fonts.face(font or self.drawing.fonts.unknown)
            if isinstance(operands[-1], float):
                self.size = operands[-1]

    def show(self, operands: Operands) -> None:
        if operands:
            self.show_all([operands[-1]])

    def show_parts(self, operands: Operands) -> None:
        if operands and isinstance(operands[-1], list):
            self.show_all(operands[-1])

    def show_on_new_line(self, operands: Operands) -> None:
        self.new_line()
        self.show(operands)

    def show_spaced(self, operands: Operands) -> None:
        if len(operands) >= 3 and isinstance(operands[-3], float) and isinstance(operands[-2], float):
            self.word_space, self.char_space = operands[-3:-1]
        self.show_on_new_line(operands)

    def show_all(self, parts: Sequence[object]) -> None:
        """Print strings, moved by the numbers between them (ISO 32000-1, 9.4.4 Text space details)."""
        font = self.font
        if font is None:
            return
        a, b, c, d, e, f = mult_matrix(self.text_matrix, self.matrix)
        size, scaling, x, y = self.size, self.scaling * 0.01, self.x, self.y
        char_space, word_space = self.char_space * scaling, 0.0 if font.multibyte else self.word_space * scaling
        low, step, angle = font.descent * size + self.rise, 0.001 * size * scaling, _angle(a, b)
        apart = False
        marks, clip, light, vertical = self.drawing.marks, self.clip, self.light, font.vertical
        for part in parts:
            if isinstance(part, float):
                x, y = (x, y - part * step) if vertical else (x - part * step, y)
                apart = True
            elif isinstance(part, bytes):
                for text, width, hung, space in font.characters(part):
                    if apart:
                        x, y = (x, y + char_space) if vertical else (x + char_space, y)
                    advance = width * size * scaling
                    box = (0.0, low, advance, low + size) if not vertical else _hung_box(hung, size, self.rise, advance)
                    bounds = _bounds((a, b, c, d, x * a + y * c + e, x * b + y * d + f), box)
                    marks.append(Mark(text, *bounds, angle, light, is_hidden(bounds, clip)))
                    advance += word_space if space and word_space else 0.0
                    x, y = (x, y + advance) if vertical else (x + advance, y)
                    apart = True
        self.x, self.y = x, y

    # forms and images

    def draw_object(self, operands: Operands) -> None:
        if not operands or not isinstance(operands[-1], PSLiteral):
            return
        form = self.forms.get(operands[-1].name)
        form = None if form is None else stream_value(form)
        kind = getattr(form, "attrs", {}).get("Subtype")
        kind = kind.name if isinstance(kind, PSLiteral) else None
        if form is not None and kind == "Form" and "BBox" in form and len(self.inside) < DEEPEST:
            self.draw_form(form)
        elif form is not None and kind == "Image" and "Width" in form and "Height" in form:
            self.draw_image()

    def draw_form(self, form: PDFStream) -> None:
        matrix: Any = tuple(list_value(form.get("Matrix", (1, 0, 0, 1, 0, 0))))
        own = form.get("Resources")
        resources = dict_value(own) if own else self.resources
        _Painter(self.drawing, resources, mult_matrix(matrix, self.matrix), self.clip, self.inside).run([form])

    def inline_image(self, operands: Operands) -> None:
        if operands and "W" in operands[0] and "H" in operands[0]:
            self.draw_image()

    def draw_image(self) -> None:
        """An image fills the unit square."""
        x0, y0, x1, y1 = _bounds(self.matrix, (0.0, 0.0, 1.0, 1.0))
        self.drawing.images.append((x1 - x0) * (y1 - y0))


def _set(name: str) -> Callable[[Any, float], None]:
    def change(painter: _Painter, value: float) -> None:
        setattr(painter, name, value)

    return change


def _set_leading(painter: _Painter, value: float) -> None:
    painter.leading = -value


def _closed(paint: Callable[[_Painter], None]) -> Callable[[_Painter], None]:
    def close_and_paint(painter: _Painter) -> None:
        painter.close()
        paint(painter)

    return close_and_paint


def _stroke(painter: _Painter) -> None:
    painter.paint(stroke=True)


def _fill(painter: _Painter) -> None:
    painter.paint(stroke=False)


def _curve_from_here(painter: _Painter, *points: float) -> None:
    painter.path.append(("v", *points))


# Operators whose operands are numbers, with how many of them; the others of the standard draw nothing that is read.
_NUMERIC: dict[bytes, tuple[int, Callable[..., None]]] = {
    b"q": (0, _Painter.save), b"Q": (0, _Painter.restore), b"cm": (6, _Painter.transform),
    b"g": (1, _Painter.plain_colour), b"rg": (3, _Painter.plain_colour), b"k": (4, _Painter.plain_colour),
    b"m": (2, _Painter.move), b"l": (2, _Painter.line), b"c": (6, _Painter.curve), b"v": (4, _curve_from_here),
    b"y": (4, _curve_from_here), b"h": (0, _Painter.close), b"re": (4, _Painter.rectangle),
    b"n": (0, _Painter.no_paint), b"W": (0, _Painter.narrow), b"W*": (0, _Painter.narrow),
    b"S": (0, _stroke), b"s": (0, _closed(_stroke)), b"f": (0, _fill), b"F": (0, _fill), b"f*": (0, _fill),
    b"B": (0, _stroke), b"B*": (0, _stroke), b"b": (0, _closed(_stroke)), b"b*": (0, _closed(_stroke)),
    b"BT": (0, _Painter.begin_text), b"Tm": (6, _Painter.set_text_matrix), b"Td": (2, _Painter.next_line),
    b"TD": (2, _Painter.next_line_leading), b"T*": (0, _Painter.new_line), b"TL": (1, _set_leading),
    b"Tc": (1, _set("char_space")), b"Tw": (1, _set("word_space")), b"Tz": (1, _set("scaling")),
    b"Ts": (1, _set("rise")),
}  # fmt: skip
_OTHER: dict[bytes, Callable[[_Painter, Operands], None]] = {
    b"Tj": _Painter.show, b"TJ": _Painter.show_parts, b"'": _Painter.show_on_new_line, b'"': _Painter.show_spaced,
    b"Tf": _Painter.set_font, b"cs": _Painter.colour_space, b"sc": _Painter.colour, b"scn": _Painter.colour,
    b"Do": _Painter.draw_object, b"BI": _Painter.inline_image,
}  # fmt: skip


def _spelled_out(step: Segment) -> list[Segment]:
    if step[0] != "re":
        return [step]
    _, x0, y0, x1, y1 = step
    return [("m", x0, y0), ("l", x1, y0), ("l", x1, y1), ("l", x0, y1), ("h",)]


def _is_rectangle(points: Sequence[Point]) -> bool:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3), last = points
    square = (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0) or (y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0)
    return square and last == points[0]


def _bounds(matrix: Matrix, box: Bounds) -> Bounds:
    """The smallest upright box around a box that a matrix moves."""
    a, b, c, d, e, f = matrix
    x0, y0, x1, y1 = box
    if b == 0 and c == 0:
        left, right, low, high = a * x0 + e, a * x1 + e, d * y0 + f, d * y1 + f
        return (
            left if left <= right else right, low if low <= high else high,
            right if left <= right else left, high if low <= high else low,
        )  # fmt: skip
    xs = [a * x + c * y + e for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
    ys = [b * x + d * y + f for x, y in ((x0, y0), (x1, y0), (x1, y1), (x0, y1))]
    return min(xs), min(ys), max(xs), max(ys)


def _hung_box(hung: tuple[float | None, float], size: float, rise: float, advance: float) -> Bounds:
    """The box of a character that is written downwards."""
    across, down = hung
    left = size * 0.5 if across is None else across * size * 0.001
    top = (1000 - down) * size * 0.001
    return (-left, top + rise + advance, -left + size, top + rise)


def is_hidden(box: Bounds, clip: Bounds) -> bool:
    """Whether a clip shows less than half of a box."""
    if clip[0] <= box[0] and clip[1] <= box[1] and box[2] <= clip[2] and box[3] <= clip[3]:
        return False
    return shown_share(box, clip) < VISIBLE


@lru_cache(maxsize=4096)
def _angle(a: float, b: float) -> int:
    return round(math.degrees(math.atan2(b, a))) % 360


@lru_cache(maxsize=4096)
def _is_light(*parts: float) -> bool:
    if len(parts) == 4:  # CMYK counts ink, the others light
        return (1 - min(1.0, max(parts[:3]))) * (1 - parts[3]) >= LIGHT
    return min(parts) >= LIGHT
