"""Signs of private use between digits → the decimal points that they are, where the numbers of a file tell it.

Some fonts draw the point with a sign that Unicode has given to nobody (U+1001B0). It is a point where it stands between
digits, nearly always before two that end the number and never before more; a file that has shown it often enough means
it on every page from then on. Numbers with any other such sign are not read, and that is told.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import JOINED, Glyph

MANY = 5  # numbers of a page that show what a sign is
CENTS = 0.9  # share of them that end in two digits behind it

_DIGITS = frozenset("0123456789")


@dataclass
class Points:
    """The signs that a file has shown to be points on the pages before."""

    known: set[str] = field(default_factory=set)

    def read(self, ink: Ink) -> Ink:
        """The ink with points for the signs that are points, and the number of those between digits that are not."""
        signs = {text for use in ink.fonts for text in use.texts if _is_private(text)}
        if not signs:
            return ink
        places = [i for i, glyph in enumerate(ink.glyphs) if glyph.text in signs and _is_digit(ink.glyphs, i, -1)]
        digits: dict[str, Counter[int]] = {}
        for i in places:
            digits.setdefault(ink.glyphs[i].text, Counter())[_digits_behind(ink.glyphs, i)] += 1
        points = {text for text, counts in digits.items() if self._is_point(text, counts)}
        glyphs = list(ink.glyphs)
        for i in places:
            if glyphs[i].text in points:
                glyphs[i] = glyphs[i]._replace(text=".")
        return replace(ink, glyphs=tuple(glyphs), signs=sum(glyphs[i].text != "." for i in places))

    def _is_point(self, text: str, counts: Counter[int]) -> bool:
        """Whether a sign is a point, by how many digits stand behind it on a page."""
        if not counts.keys() <= {1, 2} or counts[2] < CENTS * counts.total():
            self.known.discard(text)
        elif counts.total() >= MANY:
            self.known.add(text)
        return text in self.known


def _is_private(text: str) -> bool:
    return len(text) == 1 and unicodedata.category(text) == "Co"


def _is_digit(glyphs: Sequence[Glyph], i: int, step: int) -> bool:
    """Whether a digit stands right beside a glyph, `step` places on in the file."""
    if not 0 <= i + step < len(glyphs):
        return False
    one, other = glyphs[min(i, i + step)], glyphs[max(i, i + step)]
    near = abs(one.bottom - other.bottom) < one.size / 4 and other.x0 - one.x1 < JOINED * one.size
    return near and not other.spaced and glyphs[i + step].text in _DIGITS


def _digits_behind(glyphs: Sequence[Glyph], i: int) -> int:
    """How many digits follow a glyph; none where the number goes on with another such sign."""
    end = i
    while _is_digit(glyphs, end, 1):
        end += 1
    again = end + 1 < len(glyphs) and glyphs[end + 1].text == glyphs[i].text and _is_digit(glyphs, end + 1, -1)
    return 0 if again else end - i
