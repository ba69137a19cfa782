"""Characters as a file gives them → the characters that a person reads, whatever program wrote the file.

Fonts that draw a radical and an ideograph with one glyph let programs write ⺠ for 民; vertical print has brackets of
its own; marks without a picture stand inside words. Digits and punctuation in full width are what a person sees: they
stay, and count as digits where numbers are read (`kg_builder.text`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from kg_builder import vocab
from kg_builder.model import Cell, Place
from kg_builder.text import narrow

# 2E8C..2E8D ; 5C0F  # [2] CJK RADICAL SMALL ONE..CJK RADICAL SMALL TWO
_ENTRY = re.compile(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*([0-9A-F]+)")
_COMPATIBILITY = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))  # ideographs that are others, encoded once more
_VERTICAL = (range(0xFE10, 0xFE20), range(0xFE30, 0xFE50))
_FORMATS = (range(0x20000), range(0xE0000, 0xE0080))  # where Unicode has characters of the category Cf
# Beside those of the category Cf (zero-width spaces, soft hyphens, marks of direction): joiners, fillers, selectors.
_UNSEEN = (0x034F, 0x115F, 0x1160, 0x3164, 0xFFA0, *range(0x17B4, 0x17B6), *range(0x180B, 0x1810),
           *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))  # fmt: skip


def cell_of(text: str, place: Place, red: bool = False) -> Cell:
    """A piece of print as a cell: its numbers in ASCII, with the text as it is printed beside them."""
    plain = narrow(text)
    return Cell(text, place, red) if plain == text else Cell(plain, place, red, text)


def as_read(text: str) -> str:
    """The text with radicals and compatibility ideographs as ideographs, vertical brackets as upright ones, and
    without marks that print nothing.
    """
    return text if text.isascii() else text.translate(folds())


@cache
def folds() -> dict[int, str]:
    """What each character is read as where it is another, or nothing."""
    found = {code: chr(ideograph) for code, ideograph in _radicals()}
    for code in (code for block in _COMPATIBILITY for code in block):
        found[code] = unicodedata.normalize("NFC", chr(code))
    for code in (code for block in _VERTICAL for code in block):
        kind, _, parts = unicodedata.decomposition(chr(code)).partition(" ")
        if kind == "<vertical>":
            found[code] = "".join(_wide(chr(int(part, 16))) for part in parts.split())
    found |= {code: "" for block in _FORMATS for code in block if unicodedata.category(chr(code)) == "Cf"}
    return {code: text for code, text in (found | dict.fromkeys(_UNSEEN, "")).items() if text != chr(code)}


def _radicals() -> Iterator[tuple[int, int]]:
    """Radicals and strokes with the ideograph that looks the same: Unicode's Equivalent_Unified_Ideograph."""
    file = vocab.folder("data") / "EquivalentUnifiedIdeograph.txt"
    for line in file.read_text(encoding="utf-8").splitlines():
        if entry := _ENTRY.match(line):
            first, last, ideograph = (int(part, 16) if part else 0 for part in entry.groups())
            yield from ((code, ideograph) for code in range(first, max(first, last) + 1))


def _wide(character: str) -> str:
    """ASCII punctuation in full width, as it stands beside Chinese: ︵ is （."""
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character
