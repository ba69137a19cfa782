"""OFD documents (GB/T 33190) → pages: texts and lines at their places, so the same ink that a PDF gives.

Lengths are millimetres from the top left corner. An object has a boundary, whose corner is the origin of its own
coordinates, and may have a matrix; a text code says where the baseline of its first character is, and how far each
next one stands. Templates are drawn with the pages that name them.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import Glyph, Rule
from kg_builder.readers.office.package import Package
from kg_builder.readers.original import Original
from kg_builder.readers.pdf import ink_to_page
from kg_builder.readers.units import with_whole_units

_POINTS = 72 / 25.4  # of a millimetre
_ABOVE, _BELOW = 0.85, 0.15  # of the size of a character, above and below its baseline
_THIN = 0.8  # millimetres up to which a filled box is a line
_STRAIGHT = 0.15  # millimetres by which a straight line may slant
_ROOT = "OFD.xml"
_STEPS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}  # numbers behind each letter of a path
_PATH = re.compile(r"[SMLQBAC]|-?\d+(?:\.\d+)?")  # M 0 0 L 170.5 0 C
_MOST = 3000  # pages

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


def read_ofd_pages(original: Original) -> list[Page]:
    """The pages of all documents in the file, counted on; ReadingError where it is damaged or has no text."""
    package = Package(original)
    try:
        pages = [ink_to_page(ink) for ink in _inks(package)]
    except (ValueError, KeyError) as error:  # a number or a part that the file names and does not hold
        raise ReadingError(original.name, "a whole OFD file", f"a damaged one ({error})") from None
    if not any(page.lines for page in pages):
        raise ReadingError(original.name, "an OFD file with text", f"{len(pages)} pages without any")
    return with_whole_units(pages)


def _inks(package: Package) -> Iterator[Ink]:
    number = 0
    for root in _texts(package.xml(_ROOT), "DocRoot"):
        part = _part(_ROOT, root)
        document = package.xml(part)
        sheet = _numbers(next(iter(_texts(document, "PhysicalBox")), "0 0 210 297"))
        templates = {t.get("ID"): _part(part, t.get("BaseLoc", "")) for t in document.iter("{*}TemplatePage")}
        for page in document.iterfind("{*}Pages/{*}Page"):
            number += 1
            if number > _MOST:
                raise ReadingError(package.name, f"at most {_MOST} pages", "more")
            yield _ink(package, _part(part, page.get("BaseLoc", "")), number, sheet, templates)


def _ink(package: Package, part: str, number: int, sheet: Sequence[float], templates: dict[str, str]) -> Ink:
    """One page: its templates first, as far as the file holds them."""
    content = package.xml(part)
    own = content.findtext("{*}Area/{*}PhysicalBox")
    x, y, width, height = (_numbers(own) if own else list(sheet))[:4]
    drawn = [
        package.xml(templates[t.get("TemplateID")])
        for t in content.iterfind("{*}Template")
        if t.get("TemplateID") in templates
    ]
    glyphs, rules = list[Glyph](), list[Rule]()
    for one in (*drawn, content):
        for layer in one.iterfind("{*}Content/{*}Layer"):
            for element in layer.iter("{*}TextObject", "{*}PathObject"):
                if element.get("Visible") == "false" or element.get("Alpha") == "0":
                    continue
                if element.tag.endswith("TextObject"):
                    glyphs += _glyphs(element, (x, y))
                else:
                    rules += _rules(element, (x, y))
    return Ink(number, (width * _POINTS, height * _POINTS), 0, tuple(glyphs), tuple(rules), 0.0)


def _texts(root: Any, name: str) -> list[str]:
    return [(element.text or "").strip() for element in root.iter(f"{{*}}{name}") if element.text]


def _part(beside: str, location: str) -> str:
    """A part by its location: from the root of the package, or from the folder of the part that names it."""
    folder = "" if location.startswith("/") else posixpath.dirname(beside)
    return posixpath.normpath(posixpath.join(folder, location.lstrip("/")))


def _numbers(text: str) -> list[float]:
    return [float(number) for number in text.split()]


def _placed(element: Any, corner: Point) -> tuple[Matrix, Point]:
    """The matrix of an object, and where the corner of its boundary is on the page."""
    x, y, *_ = _numbers(element.get("Boundary", "0 0 0 0"))
    a, b, c, d, e, f = _numbers(element.get("CTM", "1 0 0 1 0 0"))
    return (a, b, c, d, e, f), (x - corner[0], y - corner[1])


def _at(matrix: Matrix, origin: Point, x: float, y: float) -> Point:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e + origin[0], b * x + d * y + f + origin[1]


def _glyphs(element: Any, corner: Point) -> Iterator[Glyph]:
    matrix, origin = _placed(element, corner)
    size, scale = float(element.get("Size", 0)), float(element.get("HScale", 1))
    x = y = 0.0
    for code in element.iter("{*}TextCode"):
        x, y = float(code.get("X", x)), float(code.get("Y", y))
        text = code.text or ""
        right, down = _steps(code.get("DeltaX", ""), len(text)), _steps(code.get("DeltaY", ""), len(text))
        for character, step, fall in zip(text, right, down, strict=True):
            natural = (1.0 if unicodedata.east_asian_width(character) in "WFA" else 0.5) * size * scale
            wide = min(step, natural) if step > 0 else natural
            if not character.isspace():
                yield _glyph(character, matrix, origin, (x, y), wide, size)
            x, y = x + (step if step or fall else natural), y + fall


def _glyph(text: str, matrix: Matrix, origin: Point, base: Point, wide: float, size: float) -> Glyph:
    corners = [
        _at(matrix, origin, base[0] + dx, base[1] + dy) for dx in (0, wide) for dy in (-_ABOVE * size, _BELOW * size)
    ]
    xs, ys = sorted(point[0] * _POINTS for point in corners), sorted(point[1] * _POINTS for point in corners)
    turned = abs(matrix[1]) > abs(matrix[0])
    tall = xs[-1] - xs[0] if turned else ys[-1] - ys[0]
    return Glyph(text, xs[0], ys[0], xs[-1], ys[-1], tall, turned=turned)


def _steps(text: str, count: int) -> list[float]:
    """How far each character stands from the one before it: `g 3 5.2` is 5.2 three times; the last has none."""
    found, words = list[float](), text.split()
    while words:
        if words[0] == "g" and len(words) > 2:
            found += [float(words[2])] * min(int(words[1]), count)
            words = words[3:]
        else:
            found.append(float(words.pop(0)))
    return [*found, *[0.0] * count][:count]


def _rules(element: Any, corner: Point) -> Iterator[Rule]:
    """The straight lines of a path; a filled box is a line where it is thin."""
    matrix, origin = _placed(element, corner)
    for points in _outlines(element.findtext("{*}AbbreviatedData") or ""):
        placed = [_at(matrix, origin, *point) for point in points]
        xs, ys = [x for x, _ in placed], [y for _, y in placed]
        thin = min(max(xs) - min(xs), max(ys) - min(ys)) <= _THIN
        if element.get("Stroke", "true") != "false":
            yield from (rule for a, b in pairwise(placed) if (rule := _rule(a, b)))
        elif element.get("Fill") == "true" and thin and len(placed) > 1:
            upright = max(xs) - min(xs) < max(ys) - min(ys)
            middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
            ends = (
                ((middle[0], min(ys)), (middle[0], max(ys)))
                if upright
                else ((min(xs), middle[1]), (max(xs), middle[1]))
            )
            if rule := _rule(*ends):
                yield rule


def _rule(a: Point, b: Point) -> Rule | None:
    across, down = abs(a[0] - b[0]), abs(a[1] - b[1])
    if min(across, down) > _STRAIGHT or max(across, down) <= _STRAIGHT:
        return None
    upright = down > across
    ends = sorted((a[upright] * _POINTS, b[upright] * _POINTS))
    return Rule(upright, (a[not upright] + b[not upright]) / 2 * _POINTS, *ends)


def _outlines(path: str) -> Iterator[list[Point]]:
    """The points of each outline of a path; of a curve its end alone, which makes no straight line."""
    points, words = list[Point](), _PATH.findall(path)
    while words:
        letter = words.pop(0)
        count = _STEPS.get(letter, -1)
        if count < 0 or len(words) < count:
            break
        numbers, words = [float(word) for word in words[:count]], words[count:]
        if letter in "SM" or count > 2:
            if len(points) > 1:
                yield points
            points = []
        if letter == "C":
            points = [*points, points[0]] if points else []
        else:
            points.append((numbers[-2], numbers[-1]))
    if len(points) > 1:
        yield points
