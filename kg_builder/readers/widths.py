"""Whether the widths that a PDF gives to the characters of a font can be those of the font's program.

Where a width is wrong, all print behind the character moves: digits part, and figures end up in the next column.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any

from pdfminer.pdftypes import resolve1

WIDEST = 1 << 16  # more than any width or number of a character
NEAR = 1.5  # thousandths of the type size by which programs round


class SpoiltError(ValueError):
    """Widths that are no list of numbers, as ISO 32000-2, 9.7.4.3 and table 109 have it."""


def are_of_another_font(font: Mapping[str, Any], program: bytes) -> bool:
    """Whether a width of a simple font or of a descendant font is none of those that its TrueType program has.

    SpoiltError where the widths are no list of numbers. A width of 0 counts as none.
    """
    given = {width for width in given_widths(font) if width}
    own = sorted(advances(program))
    return bool(own) and any(all(abs(width - one) > NEAR for one in own) for width in given)


def given_widths(font: Mapping[str, Any]) -> set[float]:
    """All widths of a font's dictionary, in thousandths of the type size."""
    simple, composite = resolve1(font.get("Widths")), resolve1(font.get("W"))
    if simple is None and composite is None:
        return set()
    if not all(value is None or isinstance(value, list) for value in (simple, composite)):
        raise SpoiltError
    if simple is not None and len(simple) != _number(font.get("LastChar")) - _number(font.get("FirstChar")) + 1:
        raise SpoiltError
    return {*map(_number, simple or ()), *_composite(composite or [])}


def _composite(values: list[Any]) -> Iterator[float]:
    """The widths of `3 [500 250] 11 14 500`: of the characters from the third on, and of those from 11 to 14.

    Not that of character 0, which stands for none: pdfkit gives it in units of the font.
    """
    rest = iter(values)
    for first in rest:
        _number(first)
        second = resolve1(next(rest, None))
        if isinstance(second, list):
            yield from list(map(_number, second))[first == 0 :]
        elif _number(second) >= _number(first):
            yield _number(next(rest, None))
        else:
            raise SpoiltError


def _number(value: Any) -> float:
    found = resolve1(value)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise SpoiltError
    if abs(found) > WIDEST:
        raise SpoiltError
    return float(found)


def advances(program: bytes) -> set[float]:
    """The widths of a TrueType program's glyphs, in thousandths of the type size; none where it has no such table."""
    try:
        (count,) = struct.unpack_from(">H", program, 4)
        entries = [struct.unpack_from(">4sIII", program, 12 + 16 * i) for i in range(count)]
        tables = {tag: offset for tag, _, offset, _ in entries}
        (unit,) = struct.unpack_from(">H", program, tables[b"head"] + 18)
        (long,) = struct.unpack_from(">H", program, tables[b"hhea"] + 34)
        pairs = struct.unpack_from(f">{2 * long}H", program, tables[b"hmtx"])
    except (struct.error, KeyError):
        return set()
    return {width * 1000 / unit for width in set(pairs[::2])} if unit else set()
