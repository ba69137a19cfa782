"""Pages of pdfplumber whose objects come from pdfium: the same vocabulary (chars, lines, rects, curves), read faster.

pdfium runs the content streams; what a path is (a line, a rectangle, a curve) is told as pdfminer tells it, and
pdfplumber's page keeps the objects. Beyond what pdfplumber tells, each object says whether a clip path hides it:
producers print a long text whole on every page and show a part of it. A clip counts as its bounding box, so that too
much is shown.
"""

from __future__ import annotations

import ctypes
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import chain, groupby, pairwise
from typing import Any, NamedTuple, cast

import pypdfium2
import pypdfium2.raw as pdfium
from pdfminer.pdftypes import dict_value, resolve1
from pdfminer.utils import apply_matrix_pt, decode_text, mult_matrix
from pdfplumber.page import Page

from kg_builder.readers import pdfium_calls as calls
from kg_builder.readers.digits import Digits, outlines
from kg_builder.readers.font_maps import FontUse, strange_places
from kg_builder.readers.ink import RIGHT_TO_LEFT
from kg_builder.readers.pdfium_calls import Handle, address_of, answers
from kg_builder.readers.shown import Letters, shown_on
from kg_builder.readers.sight import NEVER_DRAWN, Cover, Printed, Sight, colour_of

VISIBLE = 0.5  # share of an object that must be shown
FULL = 0.95  # type sizes from which a character is as wide as a Chinese one
RED = 0.3  # by how much red outdoes green and blue, of 1
UNREADABLE = "\ufffd"  # a character whose font does not say what it means
MIRRORED = frozenset(
    "()[]{}<>«»（）《》〈〉【】〔〕「」"
)  # pdfium may give the other of a pair beside right-to-left text

Bounds = tuple[float, float, float, float]  # x0, y0, x1, y1; here y grows upwards
Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]

_BLACK = (0.0, 0.0, 0.0)
EVERYTHING: Bounds = (-math.inf, -math.inf, math.inf, math.inf)
_ACTUAL = b"ActualText"
_SPACE = 32  # the highest of the codes that pdfium adds: spaces and line ends
_STEPS = {pdfium.FPDF_SEGMENT_MOVETO: "m", pdfium.FPDF_SEGMENT_LINETO: "l", pdfium.FPDF_SEGMENT_BEZIERTO: "c"}


_point_xy, (_X, _Y) = answers("f", 2)
_origin, (_ORIGIN_X, _ORIGIN_Y) = answers("d", 2)
_channels, _CHANNELS = answers("I", 4)
_box, _EDGES = answers("f", 4)
_six, (_SIX, *_) = answers("f", 6)
_modes, _MODES = answers("i", 2)
_one, (_ONE,) = answers("f", 1)
_BOX = _EDGES[0]


class _Drawn(NamedTuple):
    """An object of a page or of a form on it, with what leads from its own units to the page as it is shown."""

    raw: Handle
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
    turn: int  # the angle of the baseline on the page as shown
    colour: tuple[float, float, float]  # on white paper: red, green and blue, 0 to 1
    shared: dict[str, Any]  # as pdfplumber names it

    @property
    def brightness(self) -> float:
        """That of the darkest of its colours, 0 to 1."""
        return min(self.colour)

    @property
    def red(self) -> bool:
        """Whether it is printed in red."""
        red, green, blue = self.colour
        return red - max(green, blue) > RED


_NO_STYLE = _Style(0, False, 0.0, 0, (0.0, 0.0), (0.0, 0.0), 0, _BLACK, {"matrix": (1, 0, 0, 1, 0, 0), "size": 0.0})

# The text of a character, its box on the page as shown, the object that it is of, its style.
_Character = tuple[str, Bounds, _Drawn, _Style]


class Print(NamedTuple):
    """What ink is made of."""

    text: str
    box: Bounds  # with y growing downwards
    hidden: bool  # by a clip
    angle: int
    brightness: float
    unseen: bool = False  # invisible, covered or switched off
    red: bool = False


class PdfiumPage(Page):
    """A page of pdfplumber that reads its objects from the same page of pdfium; each carries `hidden`."""

    def __init__(
        self,
        pdf: Any,
        page_obj: Any,
        page_number: int,
        sheet: pypdfium2.PdfPage,
        layers: bool = False,
        letters: Letters | None = None,
        digits: Digits | None = None,
    ) -> None:
        super().__init__(pdf, page_obj, page_number)
        self.sheet, self.layers = sheet, layers
        self._letters, self._digits = letters or Letters(pdf.rsrcmgr), digits or Digits()
        self._vanished: dict[int, int] = {}  # by text object; known when the characters have been read
        self._matrix = _shown(page_obj, sheet.get_rotation())
        self._drawn = _Walk(Handle(address_of(sheet.raw)), self._matrix).drawn

    def parse_objects(self) -> dict[str, list[dict[str, Any]]]:
        """The objects by kind, in the order of the file; without the characters, see `chars` and `prints`."""
        objects: dict[str, list[dict[str, Any]]] = {}
        for one in chain(self._paths(self._drawn), self._images(self._drawn)):
            objects.setdefault(one["object_type"], []).append(one)
        return objects

    @property
    def chars(self) -> list[dict[str, Any]]:
        """The characters as pdfplumber tells of them."""
        return [
            {**self._placed("char", bounds, of.clip), **style.shared, "text": text}
            for text, bounds, of, style in self._characters
        ]

    @property
    def lost(self) -> int:
        """How many of the prints are letters for which their font has no glyph."""
        return sum(self._vanished.values()) if self.prints else 0

    @cached_property
    def prints(self) -> list[Print]:
        """The characters in short."""
        left, under = self.mediabox[0], self._under
        characters, found = self._characters, list[Print]()
        for text, (x0, y0, x1, y1), of, style in characters:
            hidden = of.clip is not EVERYTHING and is_hidden((x0, y0, x1, y1), of.clip)
            box = (x0 + left, under - y1, x1 + left, under - y0)
            found.append(Print(text, box, hidden, style.turn, style.brightness, red=style.red))
        sight = Sight(self.sheet, self.shown, self._covers(), self.layers)
        objects = {of.place: of.raw for _, _, of, _ in characters}
        if sight.is_clear(((raw, place) for place, raw in objects.items()), {style.colour for *_, style in characters}):
            return found
        again = self._printed_again(objects)
        printed = [
            Printed(one.box, *again.get(of.place, (of.raw, of.place)), style.colour)
            for one, (_, _, of, style) in zip(found, characters, strict=True)
        ]
        nowhere = sight.unseen(printed)
        nowhere -= {i for i, (_, _, of, _) in enumerate(characters) if of.place in self._vanished}
        return [one._replace(unseen=True) if i in nowhere else one for i, one in enumerate(found)]

    @cached_property
    def fonts(self) -> list[FontUse]:
        """How the page uses its fonts."""
        texts: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
        strange = Counter[tuple[int, str]]()
        printed = [
            (text, style)
            for one, (text, _, of, style) in zip(self.prints, self._characters, strict=True)
            if not (one.unseen or text.isspace() or of.place in self._vanished)
        ]
        for text, style in printed:
            texts[style.font, style.shared["fontname"]][text] += 1
        for i in strange_places([text for text, _ in printed]):
            strange[printed[i][1].font, printed[i][1].shared["fontname"]] += 1
        return [
            FontUse(
                name,
                own,
                strange[font, name],
                tuple(outlines(font, own)),
                _wide_letters(font, own),
                self._digits.are_others(font, name, own.keys()),
            )
            for (font, name), own in texts.items()
        ]

    def _printed_again(self, objects: Mapping[int, Handle]) -> dict[int, tuple[Handle, int]]:
        """Text objects of which pdfium leaves out a second print in the same place, with that one if it is seen."""
        others = [
            (one, bounds)
            for one in self._drawn
            if one.kind == pdfium.FPDF_PAGEOBJ_TEXT
            and one.place not in objects
            and calls.render_mode(one.raw) not in NEVER_DRAWN
            and (bounds := _object_bounds(one.raw))
        ]
        return {
            place: (other.raw, other.place)
            for place, raw in objects.items()
            for other, bounds in others
            if all(abs(a - b) < 1 for a, b in zip(_object_bounds(raw), bounds, strict=False))
        }

    def _covers(self) -> Iterator[Cover]:
        """What fills areas of the page, in no order."""
        for one in chain(self.rects, self.curves, self.images):
            if (one["object_type"] == "image" or one["fill"]) and not one["hidden"]:
                of: _Drawn = one["drawn"]
                colour = None if one["object_type"] == "image" else colour_of(of.raw)
                yield Cover((one["x0"], one["top"], one["x1"], one["bottom"]), of.place, colour)

    def _paths(self, drawn: list[_Drawn]) -> Iterator[dict[str, Any]]:
        """Lines, rectangles and curves as the device of pdfminer tells them apart."""
        for one in drawn:
            if one.kind != pdfium.FPDF_PAGEOBJ_PATH:
                continue
            calls.draw_mode(one.raw, *_MODES)
            fill, stroke = _modes
            calls.stroke_width(one.raw, _ONE)
            style = {"stroke": bool(stroke), "fill": fill != pdfium.FPDF_FILLMODE_NONE, "linewidth": _one[0]}
            for kind, points in _shapes(_path(one)):
                found = self._placed(kind, _bounds(points), one.clip)
                found["pts"] = [self.point2coord(point) for point in points]
                found["drawn"] = one
                yield found | style

    def _images(self, drawn: list[_Drawn]) -> Iterator[dict[str, Any]]:
        """An image fills the unit square."""
        for one in drawn:
            if one.kind == pdfium.FPDF_PAGEOBJ_IMAGE:
                matrix = mult_matrix(_matrix(one.raw), one.matrix)
                yield self._placed("image", _moved(matrix, (0, 0, 1, 1)), one.clip) | {"drawn": one}

    @cached_property
    def _characters(self) -> list[_Character]:
        """Printed characters; those that pdfium adds between them (spaces, line ends) are left out."""
        said = _actual_texts(self._drawn)
        loaded = self.sheet.get_textpage()
        text = _Text(Handle(address_of(loaded.raw)), self._drawn, self._matrix)
        found = list(text.characters())
        loaded.close()
        found += self._without_outline(text.without_outline)
        found.sort(key=lambda one: one[2].place)
        found = list(_with_actual_text(found, said)) if said else found
        leftwards = RIGHT_TO_LEFT.search("".join(text for text, *_ in found))
        if leftwards:
            found = _as_printed(found)
        unreadable = [
            i
            for i, (text, _, of, _) in enumerate(found)
            if (UNREADABLE in text and of.place not in self._vanished) or (leftwards and text in MIRRORED)
        ]
        for i, meant in zip(unreadable, self._read_again([found[i] for i in unreadable]), strict=True):
            found[i] = (meant, *found[i][1:])
        return found

    def _without_outline(self, objects: list[_Drawn]) -> Iterator[_Character]:
        """What text objects print that have no outline: spaces, and letters for which their font has no glyph.

        Such a letter is unreadable: where a person sees nothing, a number shall not go on as if nothing was there.
        """
        shown = shown_on(self.page_obj) if objects else []
        texts = [one.place for one in self._drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT]
        matched = len(shown) == len(texts) or (self.page_obj.annots and len(shown) < len(texts))  # notes come last
        numbers = {place: i for i, place in enumerate(texts) if i < len(shown)} if matched else {}
        for one in objects:
            matrix = mult_matrix(_matrix(one.raw), one.matrix)
            drawn = one.place in numbers and calls.render_mode(one.raw) not in NEVER_DRAWN
            letters = self._letters.of(shown[numbers[one.place]]) if drawn else ()
            if not any(letters):
                yield " ", (matrix[4], matrix[5], matrix[4], matrix[5]), one, _NO_STYLE
                continue
            self._vanished[one.place] = sum(letters)
            size = _one[0] if calls.text_size(one.raw, _ONE) else 0.0
            style = _NO_STYLE._replace(turn=angle_of(*matrix[:2]))
            for i, is_letter in enumerate(letters):
                box = (i * size, -0.2 * size, (i + 1) * size, 0.8 * size)  # about where it would stand
                yield UNREADABLE if is_letter else " ", _moved(matrix, box), one, style

    def _read_again(self, unreadable: list[_Character]) -> list[str]:
        """Take from pdfminer what pdfium does not find: the meaning of a composite font's codes in its font program."""
        if not unreadable:
            return []
        others = _Printed(self._told_by_pdfminer())
        left, under = self.mediabox[0], self._under
        return [others.at(x0 + left, under - y0, y1 - y0) or text for text, (x0, y0, _, y1), _, _ in unreadable]

    def _told_by_pdfminer(self) -> Iterator[dict[str, Any]]:
        """The characters whose meaning pdfminer knows; where it guesses, brackets alone."""
        specs = (resolve1(self.page_obj.resources) or {}).get("Font")
        fonts = [self.pdf.rsrcmgr.get_font(None, dict_value(spec)) for spec in dict_value(specs or {}).values()]
        trusted = {font.fontname for font in fonts if font.is_multibyte()}
        for one in Page(self.pdf, self.page_obj, self.page_number).chars:
            if one["text"] in MIRRORED or (one["fontname"] in trusted and not one["text"].startswith("(cid:")):
                yield one

    @property
    def shown(self) -> Bounds:
        """The part of the page that is shown, in the frame of the objects, y growing downwards."""
        x0, y0, x1, y1 = _moved(self._matrix, _visible(self.page_obj))
        left, under = self.mediabox[0], self._under
        return x0 + left, under - y1, x1 + left, under - y0

    @property
    def _under(self) -> float:
        """What y is measured from where it grows downwards."""
        return cast(float, self.bbox[3] - self.bbox[1] + self.mediabox[1])

    def _placed(self, kind: str, bounds: Bounds, clip: Bounds) -> dict[str, Any]:
        """An object with its measures as in `Page.process_object`."""
        x0, y0, x1, y1 = bounds
        left, under = self.mediabox[0], self._under
        return {
            "object_type": kind, "page_number": self.page_number, "hidden": is_hidden(bounds, clip),
            "x0": x0 + left, "x1": x1 + left, "y0": y0, "y1": y1, "width": x1 - x0, "height": y1 - y0,
            "top": under - y1, "bottom": under - y0, "doctop": self.initial_doctop + under - y1,
        }  # fmt: skip


class _Printed:
    """Characters by their place on the page."""

    def __init__(self, characters: Iterable[dict[str, Any]]) -> None:
        self._by_left: dict[int, list[dict[str, Any]]] = {}
        for one in characters:
            self._by_left.setdefault(round(one["x0"]), []).append(one)

    def at(self, x: float, bottom: float, height: float) -> str | None:
        """What is printed there; the engines differ in how deep the letters of a font reach."""
        near = chain.from_iterable(self._by_left.get(round(x) + i, ()) for i in (0, -1, 1))
        there = [o for o in near if abs(x - o["x0"]) < 1 and abs(bottom - o["bottom"]) < 0.4 * height]
        best = min(there, key=lambda o: (abs(bottom - o["bottom"]), abs(x - o["x0"])), default=None)
        return str(best["text"]) if best else None


def _shown(page: Any, rotation: int) -> Matrix:
    """What turns a page of the file into the page as it is shown, its lower left corner at the origin."""
    x0, y0, x1, y1 = _upright(page.mediabox)
    turned: dict[int, Matrix] = {90: (0, -1, 1, 0, -y0, x1), 180: (-1, 0, 0, -1, x1, y1), 270: (0, 1, -1, 0, y1, -x0)}
    return turned.get(rotation, (1, 0, 0, 1, -x0, -y0))


def _visible(page: Any) -> Bounds:
    """The crop box, as far as it lies in the media box; that one where it does not."""
    media = _upright(page.mediabox)
    x0, y0, x1, y1 = _common(media, _upright(page.cropbox))
    return (x0, y0, x1, y1) if x0 < x1 and y0 < y1 else media


def _upright(box: Sequence[float]) -> Bounds:
    """A box that any two of its corners give, from its lower left to its upper right one."""
    return min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])


class _Walk:
    """Through all objects of a page; those of a form come in the place where the form is drawn."""

    def __init__(self, sheet: Handle, matrix: Matrix) -> None:
        self.drawn: list[_Drawn] = []
        self._clips: dict[int | None, Bounds] = {}
        self._through(sheet, calls.page_count, calls.page_object, matrix, EVERYTHING)

    def _through(self, parent: Handle, count: Any, get: Any, matrix: Matrix, clip: Bounds) -> None:
        drawn, clips = self.drawn, self._clips
        for i in range(count(parent)):
            raw = get(parent, i)
            kind, paths, inside = calls.kind(raw), calls.clip_path(raw), clip
            for j in range(calls.clip_count(paths)):
                first = calls.clip_start(paths, j, 0)  # its address: objects share clip paths
                own = clips.get(first)
                if own is None:
                    own = clips[first] = _clip_bounds(paths, j, matrix)
                if own != inside:
                    inside = _common(own, inside)
            drawn.append(_Drawn(raw, kind, len(drawn), matrix, inside))
            if kind == pdfium.FPDF_PAGEOBJ_FORM:
                self._through(raw, calls.form_count, calls.form_object, mult_matrix(_matrix(raw), matrix), inside)


def _clip_bounds(paths: Handle, number: int, matrix: Matrix) -> Bounds:
    count = calls.clip_segments(paths, number)
    points = [_point(calls.clip_segment(paths, number, i), matrix) for i in range(count)]
    return _bounds(points) if points else (0.0, 0.0, 0.0, 0.0)  # nothing is shown


@lru_cache(maxsize=1024)
def _common(one: Bounds, other: Bounds) -> Bounds:
    return max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3])


class _Text:
    """The characters of a page."""

    def __init__(self, text: Handle, drawn: list[_Drawn], page: Matrix) -> None:
        self._text, self._page = text, page
        self._objects = {cast(int, one.raw.value): one for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT}
        self._fonts: dict[int, tuple[str, float, bool]] = {}
        self._styles: dict[tuple[Any, ...], _Style] = {}
        self._widths: dict[tuple[int, int], float] = {}
        # Text objects that pdfium leaves out: of spaces alone. Doubles, which it leaves out too, have a height.
        self.without_outline: list[_Drawn] = []

    def characters(self) -> Iterator[_Character]:
        """What is printed, with its box on the page as shown; a glyph that stands for several characters is one."""
        text, page = self._text, self._page
        address, x, y, style = 0, 0.0, 0.0, None
        last: _Character | None = None
        seen: dict[int, tuple[_Drawn, _Style]] = {}
        for i in range(calls.char_count(text)):
            code = calls.char_code(text, i)
            if code <= _SPACE and calls.char_is_generated(text, i):
                continue
            here = calls.char_object(text, i)
            if here is None:
                continue  # a space that pdfium adds beside right-to-left text: it does not say so of these
            calls.char_origin(text, i, _ORIGIN_X, _ORIGIN_Y)
            at_x, at_y = _origin
            if last and here == address and at_x == x and at_y == y:
                last = _joined(last[0], self._character(i, code)), *last[1:]
                continue
            if last:
                yield last
            address, x, y = here, at_x, at_y
            if here not in seen:
                of = self._objects[here]
                calls.char_matrix(text, i, _SIX)
                start: Matrix = tuple(_six)
                style = self._style(i, of, start)
                seen[here] = of, style
                if abs(start[4] - x) + abs(start[5] - y) > 0.05:
                    lead = _em_box(style, start[4:], math.inf, _bounds([start[4:], (x, y)]))
                    yield " ", _moved(page, lead), of, style  # pdfium keeps one of two spaces, rather its own
            else:
                of, style = seen[here]
            calls.char_box(text, i, _BOX)
            left, top, right, bottom = _box
            width = math.inf if style.embedded else self._width(style, code)
            bounds = _em_box(style, (x, y), width, (left, bottom, right, top))
            last = self._character(i, code), _moved(page, bounds), of, style
        if last:
            yield last
        self.without_outline = [
            one
            for address, one in self._objects.items()
            if address not in seen and calls.object_bounds(one.raw, *_EDGES) and _box[1] == _box[3]
        ]

    def _style(self, i: int, of: _Drawn, matrix: Matrix) -> _Style:
        """How the text object of the character `i` is set."""
        font, size = calls.text_font(of.raw), calls.char_size(self._text, i)
        a, b, c, d, _, _ = matrix
        if size < 0:  # set backwards, and turned back by the matrix
            a, b, c, d, size = -a, -b, -c, -d, -size
        # Red, green, blue and opacity (0 to 255); black where a pattern fills the character.
        colour = tuple(_channels) if calls.char_colour(self._text, i, *_CHANNELS) else (0, 0, 0, 255)
        key = font, a, b, c, d, size, colour
        if key not in self._styles:
            if font not in self._fonts:
                self._fonts[font] = _font(font)
            name, descent, embedded = self._fonts[font]
            linear = mult_matrix((a, b, c, d, 0, 0), (*self._page[:4], 0, 0))
            paper = _on_paper(*colour)
            shared = {
                "matrix": linear,  # how the character is turned; where it stands is in its box
                "size": size * math.hypot(c, d),
                "upright": linear[1] == 0 == linear[2] and linear[0] * linear[3] > 0,
                "fontname": name,
                "non_stroking_color": paper,
            }
            low, high = descent * size, (descent + 1) * size
            edges = (c * low, d * low), (c * high, d * high)
            scale = size * math.hypot(a, b)
            turn = angle_of(*linear[:2])
            self._styles[key] = _Style(font, embedded, scale, angle_of(a, b), *edges, turn, paper, shared)
        return self._styles[key]

    def _width(self, style: _Style, code: int) -> float:
        """How far a character moves along the baseline; infinite where its font does not say so."""
        key = style.font, code
        if key not in self._widths:
            known = calls.glyph_width(style.font, code, 1.0, _ONE) and _one[0] > 0
            self._widths[key] = _one[0] if known else math.inf
        return self._widths[key] * style.scale

    def _character(self, i: int, code: int) -> str:
        if code < _SPACE and calls.char_is_hyphen(self._text, i):
            return "-"  # pdfium takes a hyphen out where it divides a word
        if calls.char_is_unmapped(self._text, i) or not 0 < code < 0x110000 or code & 0xFFFE == 0xFFFE:
            return UNREADABLE
        return chr(code)


def _font(font: int) -> tuple[str, float, bool]:
    """A font's name, how deep its letters reach below the baseline at size 1, and whether it is in the file."""
    name = ctypes.create_string_buffer(128)
    calls.font_name(font, name, len(name))
    calls.font_descent(font, 1.0, _ONE)
    return name.value.decode("utf-8", "replace"), _one[0], calls.font_is_embedded(font) == 1


def _wide_letters(font: int, texts: Mapping[str, int]) -> int:
    """How many of the characters are ASCII and as wide as Chinese ones."""
    latin = ((text, number) for text, number in texts.items() if text.isascii() and len(text) == 1)
    return sum(n for text, n in latin if calls.glyph_width(font, ord(text), 1.0, _ONE) and _one[0] > FULL)


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


# What a producer says that text objects mean (/ActualText), by the place of each in the file: the address of the mark,
# which neighbours share, and its text.
_Meant = dict[int, tuple[int, str]]


def _actual_texts(drawn: list[_Drawn]) -> _Meant:
    """The texts that a producer put beside its glyphs, taken off so that pdfium reads the glyphs themselves."""
    found: _Meant = {}
    taken: list[tuple[Handle, Handle]] = []
    for one in (one for one in drawn if one.kind == pdfium.FPDF_PAGEOBJ_TEXT):
        for i in reversed(range(calls.mark_count(one.raw))):
            mark = calls.mark(one.raw, i)
            if calls.mark_type(mark, _ACTUAL) != pdfium.FPDF_OBJECT_UNKNOWN:
                found.setdefault(one.place, (cast(int, mark.value), _mark_text(mark)))
                taken.append((one.raw, mark))
    for raw, mark in taken:
        calls.remove_mark(raw, mark)
    return found


def _mark_text(mark: Handle) -> str:
    """The text of a mark from its bytes; pdfium's own call takes them for UTF-8, which they are not."""
    length = ctypes.c_ulong()
    calls.mark_bytes(mark, _ACTUAL, None, 0, ctypes.byref(length))
    found = ctypes.create_string_buffer(length.value or 1)
    calls.mark_bytes(mark, _ACTUAL, found, length.value, ctypes.byref(length))
    return decode_text(found.raw[: length.value])


def _with_actual_text(found: list[_Character], meant: _Meant) -> Iterator[_Character]:
    """The characters, each as its producer says where that is one for one; a digit is what its glyph shows."""
    for mark, group in groupby(found, key=lambda one: meant.get(one[2].place)):
        own = list(group)
        printed = [one for one in own if not one[0].isspace()]
        said = "".join(mark[1].split()) if mark else ""
        if len(printed) == 1 and UNREADABLE in printed[0][0]:
            texts = iter([said or UNREADABLE])  # a ligature
        elif len(said) == len(printed):
            texts = iter(said)
        else:
            yield from own
            continue
        for one in own:
            text = one[0] if one[0].isspace() else next(texts)
            yield (one[0] if one[0].isdecimal() else text), *one[1:]


def _as_printed(found: list[_Character]) -> list[_Character]:
    """The characters, those of an object with right-to-left text in the order in which it prints them.

    pdfium gives such text in the order of reading.
    """
    printed: list[_Character] = []
    for _, group in groupby(found, key=lambda one: one[2].place):
        own = list(group)
        if any(RIGHT_TO_LEFT.search(text) for text, *_ in own):
            own.sort(key=_along)
            if len(own) > 1 and own[0][0] == " " and _along(own[0]) > _along(own[1]) - 0.05:
                own = own[1:]  # no space before the first character: that was a later one
        printed += own
    return printed


def _along(character: _Character) -> float:
    """How far along its baseline a character begins."""
    _, (x0, y0, x1, y1), _, style = character
    return {0: x0, 90: y0, 180: -x1, 270: -y1}.get(style.turn, x0)


Step = tuple[str, Point]  # "m" move, "l" line, "c" curve, "h" back to where it began, and the point that it leads to


def _path(one: _Drawn) -> list[Step]:
    """A path in the steps of a content stream, without the control points of its curves."""
    matrix = mult_matrix(_matrix(one.raw), one.matrix)
    path: list[Step] = []
    begun, controls = (0.0, 0.0), 0
    for i in range(calls.path_segments(one.raw)):
        segment = calls.path_segment(one.raw, i)
        step, point = _STEPS.get(calls.segment_type(segment), "l"), _point(segment, matrix)
        if step == "c" and controls < 2:
            controls += 1
            continue
        begun, controls = point if step == "m" else begun, 0
        path.append((step, point))
        if calls.segment_close(segment):
            path.append(("h", begun))
    return path


def _shapes(path: list[Step]) -> Iterator[tuple[str, list[Point]]]:
    """What a path draws, with its corners: lines, rectangles, curves; as pdfminer's `paint_path` has it.

    Its steps begin with a move, or nothing is drawn; a second move begins another shape.
    """
    starts = [i for i, (step, _) in enumerate(path) if step == "m"]
    if starts[:1] != [0]:
        return
    for first, last in pairwise([*starts, len(path)]):
        if last - first > 1 or len(starts) == 1:
            steps = "".join(step for step, _ in path[first:last])
            points = [point for _, point in path[first:last]]
            if len(steps) > 3 and steps.endswith("lh") and points[-2] == points[0]:
                steps = steps[:-2] + "h"
                points.pop()
            if steps in ("mlh", "ml"):
                yield "line", points[:2]
            elif steps in ("mlllh", "mllll") and _is_rectangle(points):
                (x0, y0), _, (x1, y1), _, _ = points
                yield "rect", [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
            else:
                yield "curve", points


def _object_bounds(raw: Handle) -> Bounds:
    """The box of an object in its own units."""
    calls.object_bounds(raw, *_EDGES)
    x0, y0, x1, y1 = _box
    return x0, y0, x1, y1


def _is_rectangle(points: list[Point]) -> bool:
    (x0, y0), (x1, y1), (x2, y2), (x3, y3), end = points
    square = (x0 == x1 and y1 == y2 and x2 == x3 and y3 == y0) or (y0 == y1 and x1 == x2 and y2 == y3 and x3 == x0)
    return square and end == points[0]


def _point(segment: Handle, matrix: Matrix) -> Point:
    """A point as shown; rounded, for pdfium counts in single precision and what was square shall stay square."""
    calls.segment_point(segment, _X, _Y)
    x, y = apply_matrix_pt(matrix, tuple(_point_xy))
    return _thousandth(x), _thousandth(y)


@lru_cache(maxsize=1 << 12)
def _thousandth(points: float) -> float:
    """To a thousandth of a point; the rules of a page meet in the same few places, and rounding is slow."""
    return round(points, 3)


def _matrix(raw: Handle) -> Matrix:
    calls.object_matrix(raw, _SIX)
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
