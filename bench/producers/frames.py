"""A PDF → the same pages in another frame: turned, moved, cropped, in other units, their boxes given in reverse."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

SHIFT = (37, -53)  # points by which the page's corner is moved
CROP = 15  # points that a crop box leaves out on one side


def _matrix(turn: int, width: float, height: float) -> tuple[int, int, int, int, float, float]:
    """What turns the content back where the page is shown turned by `turn` degrees clockwise."""
    return {90: (0, 1, -1, 0, height, 0.0), 180: (-1, 0, 0, -1, width, height), 270: (0, -1, 1, 0, 0.0, width)}[turn]


def reframe(before: Path, look: str, path: Path) -> None:
    """Write the pages in the frame of `look`; what a person sees stays the same, but for its size."""
    pikepdf = importlib.import_module("pikepdf")
    with pikepdf.open(before) as pdf:
        for page in pdf.pages:
            for part in look.split("-"):
                _PARTS[part](pikepdf, pdf, page)
        pdf.save(path)


def _wrap(pdf: Any, page: Any, matrix: tuple[float, ...]) -> None:
    numbers = " ".join(str(number) for number in matrix)
    page.contents_add(pdf.make_stream(f"q {numbers} cm\n".encode()), prepend=True)
    page.contents_add(pdf.make_stream(b"\nQ"))


def _turn(turn: int) -> Any:
    def apply(_: Any, pdf: Any, page: Any) -> None:
        x0, y0, x1, y1 = map(float, page.mediabox)
        width, height = x1 - x0, y1 - y0
        _wrap(pdf, page, (1, 0, 0, 1, -x0, -y0))
        _wrap(pdf, page, _matrix(turn, width, height))
        page.mediabox = [0, 0, width, height] if turn == 180 else [0, 0, height, width]
        page.Rotate = turn

    return apply


def _shift(_: Any, pdf: Any, page: Any) -> None:
    x0, y0, x1, y1 = map(float, page.mediabox)
    _wrap(pdf, page, (1, 0, 0, 1, *SHIFT))
    page.mediabox = [x0 + SHIFT[0], y0 + SHIFT[1], x1 + SHIFT[0], y1 + SHIFT[1]]


def _reversed(_: Any, __: Any, page: Any) -> None:
    x0, y0, x1, y1 = map(float, page.mediabox)
    page.mediabox = [x1, y1, x0, y0]


def _crop(pikepdf: Any, _: Any, page: Any) -> None:
    x0, y0, x1, y1 = map(float, page.mediabox)
    page.obj.CropBox = pikepdf.Array([min(x0, x1) + CROP, min(y0, y1), max(x0, x1), max(y0, y1) - CROP])


def _unit(size: int) -> Any:
    def apply(_: Any, __: Any, page: Any) -> None:
        page.obj.UserUnit = size

    return apply


def _half(_: Any, pdf: Any, page: Any) -> None:
    x0, y0, x1, y1 = map(float, page.mediabox)
    _wrap(pdf, page, (0.5, 0, 0, 0.5, 0, 0))
    page.mediabox = [x0 / 2, y0 / 2, x1 / 2, y1 / 2]


_PARTS = {"turn90": _turn(90), "turn180": _turn(180), "turn270": _turn(270), "shift": _shift, "reversed": _reversed,
          "crop": _crop, "half": _half, "unit2": _unit(2)}  # fmt: skip
LOOKS = ("turn90", "turn180-crop", "turn270-crop", "shift-crop", "reversed", "shift-reversed", "half-unit2")
