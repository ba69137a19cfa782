"""Which printed characters nobody sees: invisible, white on white, under what is drawn later, on a layer that is off.

Characters with a sign of it are looked at: the page is drawn with them and without them, and what makes no difference
is not seen. A page without such signs is not drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from kg_builder.readers import pdfium_calls as calls
from kg_builder.readers.pdfium_calls import Handle, answers

SCALE = 1.5  # pixels per point at which a page is looked at
FAINT = 16  # difference (of 255) up to which two colours look the same
PALE = 0.9  # brightness (0 black, 1 white) from which print may be white on white
ACROSS = 0.3  # share of its height over which pale print shows on a dark ground; less is a rule that it crosses
THIN = 3.0  # points: what is thinner covers no text
_BAND = 24.0  # points
NEVER_DRAWN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)

Bounds = tuple[float, float, float, float]  # x0, top, x1, bottom; y grows downwards
Colour = tuple[float, float, float]  # red, green, blue, 0 to 1
_Squares = defaultdict[tuple[int, int], list[Bounds]]  # what lies in each square of the page

_channels, _CHANNELS = answers("I", 4)


class Printed(NamedTuple):
    """A character: its box on the page, the text object that it is of, with its place in the file, and its colour."""

    box: Bounds
    raw: Handle
    place: int
    colour: Colour


class Cover(NamedTuple):
    """Something that fills an area: its box, its place in the file, its colour (None for an image)."""

    box: Bounds
    place: int
    colour: Colour | None


class Sight:
    """The eye on one page: `covers` is what fills areas of it, in no order; `layers` says that the file switches parts
    of its pages off; `shown` is the part of the page that is drawn.
    """

    def __init__(self, sheet: pypdfium2.PdfPage, shown: Bounds, covers: Iterable[Cover], layers: bool) -> None:
        self._sheet, self._shown, self._layers = sheet, shown, layers
        self._covers = [c for c in covers if min(c.box[2] - c.box[0], c.box[3] - c.box[1]) > THIN]

    def is_clear(self, objects: Iterable[tuple[Handle, int]], colours: Collection[Colour]) -> bool:
        """Whether nothing hides any of the text objects (each with its place in the file) of these colours."""
        if self._layers or any(min(colour) >= PALE for colour in colours):
            return False
        if any(_same(cover.colour, colour) for cover in self._covers for colour in colours):
            return False
        last = max((cover.place for cover in self._covers), default=-1)
        return all(place > last and calls.render_mode(raw) not in NEVER_DRAWN for raw, place in objects)

    def unseen(self, printed: Sequence[Printed]) -> frozenset[int]:
        """The numbers of the characters that nobody sees."""
        never = {raw for raw in {one.raw.value for one in printed} if calls.render_mode(Handle(raw)) in NEVER_DRAWN}
        found = {i for i, one in enumerate(printed) if one.raw.value in never}
        pale = {i: one.box for i, one in enumerate(printed) if i not in found and min(one.colour) >= PALE}
        drawn = {i: one.box for i, one in enumerate(printed) if i not in found and i not in pale}
        return frozenset(found | self._hidden(printed, drawn) | self._on_pale_ground(printed, pale))

    def _hidden(self, printed: Sequence[Printed], drawn: Mapping[int, Bounds]) -> set[int]:
        """Those of the drawn characters that are under an area, of the colour of their ground, or on a layer."""
        covered = {i: box for i, box in _covered(printed, self._covers) if i in drawn}
        layered = {i: box for i, box in drawn.items() if self._layers and i not in covered}
        if not (covered or layered):
            return set()
        same = _without_difference(self._sheet, self._shown, printed, layered | covered)
        return (same & covered.keys()) | _most_of_objects(printed, layered.keys(), same)

    def _on_pale_ground(self, printed: Sequence[Printed], pale: Mapping[int, Bounds]) -> set[int]:
        """Those of the pale characters under which nothing dark is drawn."""
        if not pale:
            return set()
        with _without_text(printed):
            same = _without_difference(self._sheet, self._shown, printed, pale, 0)
        return _most_of_objects(printed, pale.keys(), same)


@contextmanager
def _without_text(printed: Sequence[Printed]) -> Iterator[None]:
    """The page without any of its text, on which pale print is seen where the ground is dark."""
    objects = {one.raw.value: one.raw for one in printed}
    for raw in objects.values():
        calls.set_active(raw, 0)
    yield
    for raw in objects.values():
        calls.set_active(raw, 1)


def _most_of_objects(printed: Sequence[Printed], asked: Collection[int], same: Collection[int]) -> set[int]:
    """The characters of the text objects of which most make no difference: colour and layer are those of an object,
    and what its neighbours draw reaches into the boxes of some of its characters.
    """
    objects: dict[int, list[int]] = defaultdict(list)
    for i in asked:
        objects[printed[i].place].append(i)
    return {i for own in objects.values() if 2 * sum(i in same for i in own) >= len(own) for i in own}


def colour_of(raw: Handle) -> Colour | None:
    """What a path is filled with, as it looks on white paper; None for a pattern."""
    if not calls.fill_colour(raw, *_CHANNELS):
        return None
    red, green, blue, alpha = _channels
    return _on_paper(red, alpha), _on_paper(green, alpha), _on_paper(blue, alpha)


def _on_paper(part: int, alpha: int) -> float:
    return 1 - (1 - part / 255) * alpha / 255


def _covered(printed: Sequence[Printed], covers: Iterable[Cover]) -> Iterator[tuple[int, Bounds]]:
    """Characters under a later area or on one of their own colour, with the part that may be hidden: of a character
    that an area covers in its middle the part under it decides.
    """
    bands: dict[int, list[Cover]] = defaultdict(list)
    for cover in covers:
        for band in range(int(cover.box[1] // _BAND), int(cover.box[3] // _BAND) + 1):
            bands[band].append(cover)
    for i, (box, _, place, colour) in enumerate(printed if bands else ()):
        x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
        for (x0, top, x1, bottom), later, ground in bands.get(int(y // _BAND), ()):
            if x0 < x < x1 and top < y < bottom and (later > place or _same(ground, colour)):
                yield i, (max(x0, box[0]), max(top, box[1]), min(x1, box[2]), min(bottom, box[3]))
                break


def _same(ground: Colour | None, colour: Colour) -> bool:
    return ground is not None and all(abs(a - b) <= FAINT / 255 for a, b in zip(ground, colour, strict=True))


def _without_difference(
    sheet: pypdfium2.PdfPage, shown: Bounds, printed: Sequence[Printed], doubtful: Mapping[int, Bounds], active: int = 1
) -> set[int]:
    """Those of the characters with and without which the page looks the same; `active`: whether it has them now."""
    found: set[int] = set()
    whole = _picture(sheet)
    for group in _apart(printed, doubtful):
        objects = {printed[i].raw.value: printed[i].raw for i in group}
        for raw in objects.values():
            calls.set_active(raw, 1 - active)
        difference = _clear_difference(whole, _picture(sheet))
        for raw in objects.values():
            calls.set_active(raw, active)
        found |= {i for i in group if not _differs(difference, doubtful[i], shown, 0 if active else ACROSS)}
    return found


def _apart(printed: Sequence[Printed], doubtful: Iterable[int]) -> Iterator[list[int]]:
    """The characters in groups whose text objects do not lie over one another, each object whole in one of them."""
    objects: dict[int, list[int]] = defaultdict(list)
    for i in doubtful:
        objects[printed[i].place].append(i)
    groups: list[tuple[_Squares, list[int]]] = []
    for own in objects.values():
        boxes = [printed[i].box for i in own]
        home = next((group for group in groups if not any(_meets(group[0], box) for box in boxes)), None)
        if home is None:
            home = _Squares(list), []
            groups.append(home)
        for box in boxes:
            for square in _squares(box):
                home[0][square].append(box)
        home[1].extend(own)
    return (group for _, group in groups)


def _meets(squares: _Squares, box: Bounds) -> bool:
    x0, top, x1, bottom = box
    edge = 0.2 * (bottom - top)
    return any(
        x0 + edge < other[2] and other[0] < x1 - edge and top + edge < other[3] and other[1] < bottom - edge
        for square in _squares(box)
        for other in squares.get(square, ())
    )


def _squares(box: Bounds) -> Iterator[tuple[int, int]]:
    for x in range(int(box[0] // _BAND), int(box[2] // _BAND) + 1):
        for y in range(int(box[1] // _BAND), int(box[3] // _BAND) + 1):
            yield x, y


def _picture(sheet: pypdfium2.PdfPage) -> Image.Image:
    picture: Image.Image = sheet.render(scale=SCALE).to_pil()
    return picture.convert("RGB")


def _clear_difference(one: Image.Image, other: Image.Image) -> Image.Image:
    """White where a person sees two pictures differ, black elsewhere."""
    red, green, blue = ImageChops.difference(one, other).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue).point([255 * (v > FAINT) for v in range(256)])


def _differs(difference: Image.Image, box: Bounds, shown: Bounds, least: float = 0.0) -> bool:
    """Whether there is a difference within a box, over this share of its height; beyond the edge of the picture there
    is none.
    """
    x0, top, x1, bottom = box
    inset = min(0.1 * (x1 - x0), 1 / SCALE)  # neighbours, and the soft edge of an area
    corners = (x0 + inset - shown[0], top - shown[1], x1 - inset - shown[0], bottom - shown[1])
    left, upper, right, lower = (int(v * SCALE) for v in corners)
    inside = (max(left, 0), max(upper, 0), min(right + 1, difference.width), min(lower + 1, difference.height))
    if inside[0] >= inside[2] or inside[1] >= inside[3]:
        return False
    found = difference.crop(inside).getbbox()
    return found is not None and found[3] - found[1] >= least * (inside[3] - inside[1])
