"""A page of a PDF → a picture of it as it was read, with boxes covered that nobody is to see.

What builds and what serves draw pages alike: what one covers, the other shows nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pypdfium2
from PIL import Image, ImageDraw

COVER = (120, 120, 120)  # red, green, blue
_MARGIN = 1.0  # points that a cover is wider than what it hides


def page_to_picture(
    document: pypdfium2.PdfDocument, number: int, turn: int, scale: float, covers: Iterable[Sequence[float]]
) -> Image.Image:
    """The page of this number from 1, turned by degrees, in pixels a point.

    `covers` are boxes of left, top, right, bottom in points of the page as it stands upright. IndexError where there is
    no such page.
    """
    page = document[number - 1]
    try:
        image: Image.Image = page.render(scale=scale).to_pil().convert("RGB").rotate(-turn, expand=True)
    finally:
        page.close()
    brush = ImageDraw.Draw(image)
    for left, top, right, bottom in covers:
        corners = (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)
        brush.rectangle([scale * value for value in corners], fill=COVER)
    return image
