"""A picture of a page → SVG of its own: the same bytes for the same data, without a browser, a font file or a script.

Bars and lines with their legend, unit, title and source line, in the colours of the site by day. What has no value is
not drawn: a gap in a line, no bar. Widths of texts are estimated, since the reader's fonts are not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape
from itertools import pairwise
from typing import Any

from server.pages.blocks import Picture

DRAWN = ("bars", "lines")  # the kinds of pictures that are drawn here

_INK, _SOFT, _LINE, _GROUND = "#1d1c1a", "#5c5850", "#dcd7cd", "#fdfcf9"
_SERIES = ("#8c2f1b", "#1a4f8a", "#3f7a3a", "#b07a10", "#6b4a8c", "#1f7f86", "#a8476a", "#5c5850")
_DASHES = ("", "7 4", "2 3")
_WIDTH, _EDGE, _SIZE = 960, 20, 13
_LABELS, _CHARACTERS = 280, 20  # the column of names beside bars: its width, and Chinese characters in it
_BAR, _GAP = 18, 10
_PLOT = 320  # height of the plot of lines

Values = Sequence[float | int | None]


def svg(picture: Picture, title: str, source: str) -> str:
    """The picture as one SVG element, its title above and where it is from below; ValueError for a kind not drawn."""
    if picture.kind not in DRAWN:
        raise ValueError(f"expected a picture of {', '.join(DRAWN)}, found {picture.kind}")
    data, top = picture.data, 34 + _SIZE
    parts = [_text(_EDGE, 30, _cut(title, 56), size=17, weight=600)]
    named = len(data["series"]) > 1
    if named:
        legend, top = _legend([one["name"] for one in data["series"]], top)
        parts += legend
    parts.append(_text(_EDGE, top + 14, data["unit"], fill=_SOFT))
    drawn, bottom = (_bars if picture.kind == "bars" else _lines)(data, top + 26)
    parts += [*drawn, _text(_EDGE, bottom + 24, _cut(source, 70), size=12, fill=_SOFT)]
    height = bottom + 40
    name = escape(title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'role="img" aria-label="{name}" font-family="sans-serif"><title>{name}</title>'
        f'<rect width="{_WIDTH}" height="{height}" fill="{_GROUND}"/>{"".join(parts)}</svg>'
    )


def _bars(data: dict[str, Any], top: int) -> tuple[list[str], int]:
    """Names down, a bar for each series of each, its sum beside it; sums below nothing go to the left."""
    series: list[Values] = [one["values"] for one in data["series"]]
    every = [value for values in series for value in values if value is not None]
    low, high = min([0, *every]), max([0, *every])
    left, right = _EDGE + _LABELS + 10, _WIDTH - _EDGE - 110
    unit = (right - left) / ((high - low) or 1)
    zero = left - low * unit
    hrefs = data.get("hrefs") or [None] * len(data["labels"])
    parts, y = [], top
    for place, (label, href) in enumerate(zip(data["labels"], hrefs, strict=True)):
        middle = y + len(series) * _BAR / 2 + 4
        parts.append(_linked(href, _text(_EDGE + _LABELS, middle, _cut(label, _CHARACTERS), anchor="end")))
        for number, values in enumerate(series):
            value = values[place]
            if value is None:
                continue
            width = abs(value) * unit
            x, at = (zero if value >= 0 else zero - width), y + number * _BAR
            parts.append(
                f'<rect x="{_fixed(x)}" y="{at}" width="{_fixed(width)}" height="{_BAR - 3}" fill="{_color(number)}"/>'
                + _text(x + width + 5, at + _SIZE - 1, _number(value), size=12, fill=_SOFT)
            )
        y += len(series) * _BAR + _GAP
    parts.append(f'<path d="M{_fixed(zero)} {top - 4}V{y - _GAP + 4}" stroke="{_LINE}" fill="none"/>')
    return parts, y


def _lines(data: dict[str, Any], top: int) -> tuple[list[str], int]:
    """Labels across, a line for each series; a point without a neighbour stands alone."""
    series: list[Values] = [one["values"] for one in data["series"]]
    every = [value for values in series for value in values if value is not None]
    low, high = min([0, *every]), max([0, *every])
    left, right, bottom = _EDGE + 100, _WIDTH - _EDGE - 20, top + _PLOT
    step = (right - left) / max(len(data["labels"]) - 1, 1)
    unit = _PLOT / ((high - low) or 1)
    parts = []
    for part in range(5):
        value = low + (high - low) * part / 4
        y = bottom - (value - low) * unit
        parts.append(f'<path d="M{left} {_fixed(y)}H{right}" stroke="{_LINE}" fill="none"/>')
        parts.append(_text(left - 8, y + 4, _number(value), size=12, fill=_SOFT, anchor="end"))
    for place, label in enumerate(data["labels"]):
        parts.append(_text(left + place * step, bottom + 20, label, size=12, fill=_SOFT, anchor="middle"))
    for number, values in enumerate(series):
        points = [
            None if value is None else (left + place * step, bottom - (value - low) * unit)
            for place, value in enumerate(values)
        ]
        parts += _line(points, number)
    return parts, bottom + 30


def _line(points: Sequence[tuple[float, float] | None], number: int) -> Iterator[str]:
    """A stroke between each two neighbours, and a dot at each point."""
    dash = f' stroke-dasharray="{_DASHES[number % 3]}"' if number % 3 else ""
    style = f'stroke="{_color(number)}" stroke-width="2" fill="none"{dash}'
    for one, other in pairwise(points):
        if one and other:
            yield f'<path d="M{_point(one)}L{_point(other)}" {style}/>'
    for point in points:
        if point:
            yield f'<circle cx="{_fixed(point[0])}" cy="{_fixed(point[1])}" r="4" fill="{_color(number)}"/>'


def _legend(names: Sequence[str], top: int) -> tuple[list[str], int]:
    """Names of the series in lines as wide as the picture, and where what follows begins."""
    parts, x, y = [], float(_EDGE), top + 10
    for number, name in enumerate(names):
        shown = _cut(name, 40)
        width = _width(shown) + 34
        if x + width > _WIDTH - _EDGE and x > _EDGE:
            x, y = float(_EDGE), y + 20
        parts.append(f'<rect x="{_fixed(x)}" y="{y - 10}" width="12" height="12" fill="{_color(number)}"/>')
        parts.append(_text(x + 17, y, shown))
        x += width
    return parts, y + 6


def _text(
    x: float, y: float, text: str, *, size: int = _SIZE, fill: str = _INK, weight: int = 400, anchor: str = "start"
) -> str:
    more = f' font-weight="{weight}"' if weight != 400 else ""
    more += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return f'<text x="{_fixed(x)}" y="{_fixed(y)}" font-size="{size}" fill="{fill}"{more}>{escape(text)}</text>'


def _linked(href: str | None, inner: str) -> str:
    return f'<a href="{escape(href, quote=True)}">{inner}</a>' if href else inner


def _units(text: str) -> Iterator[float]:
    """How wide each character is, in Chinese ones."""
    return (1.0 if character > "\u2e7f" else 0.56 for character in text)


def _width(text: str) -> float:
    return sum(_units(text)) * _SIZE


def _cut(text: str, most: int) -> str:
    """The text cut to the width of so many Chinese characters."""
    if sum(_units(text)) <= most:
        return text
    left = most - 1.0
    kept = []
    for character, unit in zip(text, _units(text), strict=True):
        left -= unit
        if left < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def _color(number: int) -> str:
    return _SERIES[number % len(_SERIES)]


def _point(point: tuple[float, float]) -> str:
    return f"{_fixed(point[0])} {_fixed(point[1])}"


def _fixed(value: float) -> str:
    """A place in the picture, with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def _number(value: float) -> str:
    """1,098.4: with two decimals at most."""
    text = f"{Decimal(str(round(value, 2))):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
