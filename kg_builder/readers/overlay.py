"""What was read, drawn over the pages of a PDF, so that a person can see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image, ImageDraw

from kg_builder.model import Box, Place
from kg_builder.picture import page_to_picture
from kg_builder.readers.original import Original, original_of

# Category → colour (red, green, blue); the legend on each page shows them in this order.
COLOURS = {
    "used": (0, 150, 60),
    "field": (0, 90, 200),
    "indicator": (140, 60, 180),
    "ignored": (130, 130, 130),
    "unread": (220, 0, 0),
    "fault": (230, 130, 0),
}
SCALE = 1.5  # pixels per point


def draw_reading(
    file: Path | Original, shown: Iterable[Mapping[str, Any]], marks: Iterable[tuple[Place, str]], out: Path
) -> None:
    """Write a PDF of page images with a box around each mark, coloured by its category (a key of `COLOURS`).

    `shown` says of each page what `printed.pages_as_shown` does: how it is turned, and what of it is covered; one that
    is not to be drawn is blank. KeyError for an unknown category.
    """
    by_page: dict[int, list[tuple[Box, str]]] = defaultdict(list)
    for place, category in marks:
        if place.box is not None:
            by_page[place.page].append((place.box, category))
    images = _pages_to_images(original_of(file), shown, by_page)
    next(images).save(out, "PDF", save_all=True, append_images=images, resolution=72 * SCALE)


def _pages_to_images(
    original: Original, shown: Iterable[Mapping[str, Any]], marks: dict[int, list[tuple[Box, str]]]
) -> Iterator[Image.Image]:
    with pypdfium2.PdfDocument(original.data) as document:
        for leaf in shown:
            image = page_to_picture(document, leaf["number"], leaf["turn"], SCALE, leaf["covers"])
            if not leaf["drawn"]:
                image.paste((255, 255, 255), (0, 0, *image.size))
            _draw(image, marks.get(leaf["number"], []))
            yield image


def _draw(image: Image.Image, marks: list[tuple[Box, str]]) -> None:
    draw = ImageDraw.Draw(image, "RGBA")
    for box, category in marks:
        colour = COLOURS[category]
        corners = [SCALE * v for v in (box.x0, box.top, box.x1, box.bottom)]
        draw.rectangle(corners, outline=colour, fill=(*colour, 40), width=2)
    for i, (category, colour) in enumerate(COLOURS.items()):
        draw.rectangle((4 + 90 * i, 3, 14 + 90 * i, 13), fill=colour)
        draw.text((18 + 90 * i, 2), category, fill=(0, 0, 0))
