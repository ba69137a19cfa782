"""Whether what a file says of its glyphs can be true: signs that a font's map to characters is broken.

Control characters and letters of other scripts inside Chinese words; digits that are not drawn as that digit (an 8 has
three outlines, a 0 two, a 1 one; a 6 is no 9); Latin letters as wide as Chinese ones; rare ideographs throughout, or
one and the same. A page that shows one of them is not read: what looks right on it may be wrong too.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

FEW = 2  # strange characters from which a page is not read
SHARE = 0.01  # of a font's characters that are strange, from which no page with that font is read
OUTLINES = {"0": 2, "1": 1, "2": 1, "3": 1, "4": 2, "5": 1, "6": 2, "7": 1, "8": 3, "9": 2}
WORDS = 30  # ideographs, or wide letters of one font, from which their kind tells something
COMMON = 0.6  # share of ideographs that are among the 3,755 common ones
ALIKE = 0.9  # share of ideographs that are one and the same
_KNOWN = ("CJK", "HIRAGANA", "KATAKANA", "BOPOMOFO", "GREEK", "FULLWIDTH", "IDEOGRAPHIC", "HALFWIDTH")
_ALONE = 2  # letters of another script that make no word


@dataclass(frozen=True, slots=True)
class FontUse:
    """What a page prints in one font: its characters, digits with the outlines of their glyphs, and the number of
    Latin characters that are as wide as Chinese ones.
    """

    name: str
    texts: Mapping[str, int]
    strange: int
    outlines: tuple[tuple[str, int], ...]
    wide: int
    others: bool = False  # some digits are drawn as others


def broken_pages(pages: Sequence[Sequence[FontUse]]) -> list[bool]:
    """Which pages print characters that cannot be what they look like."""
    fonts = _broken_fonts(pages)
    return [_is_broken(page) or any(use.name in fonts for use in page) for page in pages]


def _is_broken(page: Sequence[FontUse]) -> bool:
    """Whether a page by itself tells it."""
    strange, count = sum(use.strange for use in page), sum(sum(use.texts.values()) for use in page)
    if strange >= FEW or strange > SHARE * count:
        return True
    ideographs = Counter[str]()
    others = 0
    for use in page:
        ideographs.update({text: number for text, number in use.texts.items() if is_ideograph(text)})
        others += sum(number for text, number in use.texts.items() if not text.isascii() and _is_never_a_word(text))
    if others >= max(WORDS, ideographs.total()):
        return True
    if ideographs.total() < WORDS:
        return False
    return _common(ideographs) < COMMON or max(ideographs.values()) > ALIKE * ideographs.total()


def _broken_fonts(pages: Sequence[Sequence[FontUse]]) -> set[str]:
    """Fonts that are broken on every page, whether it tells it or not."""
    uses: dict[str, list[FontUse]] = defaultdict(list)
    for page in pages:
        for use in page:
            uses[use.name].append(use)
    return {name for name, own in uses.items() if _is_strange(own) or _digits_are_others(own) or _is_wide(own)}


def _is_strange(uses: Sequence[FontUse]) -> bool:
    strange, count = sum(use.strange for use in uses), sum(sum(use.texts.values()) for use in uses)
    return strange >= FEW and strange > SHARE * count


def _digits_are_others(uses: Sequence[FontUse]) -> bool:
    """Whether some digits have more outlines than they can have, and others fewer: they are one another's.

    A 0 may bear a dot and a 4 be open; more outlines alone are a font that draws its strokes one over the other.
    """
    if any(use.others for use in uses):
        return True
    found = {pair for use in uses for pair in use.outlines}
    more = any(number > OUTLINES[digit] for digit, number in found if digit != "0")
    fewer = any(number < OUTLINES[digit] for digit, number in found if digit != "4")
    return more and fewer


def _is_wide(uses: Sequence[FontUse]) -> bool:
    """Whether most of a font's characters are Latin ones as wide as Chinese ones."""
    return sum(use.wide for use in uses) > max(WORDS, 0.5 * sum(sum(use.texts.values()) for use in uses))


def _common(ideographs: Counter[str]) -> float:
    """Share of the ideographs that are among those of GB 2312 level 1."""
    common = (n for text, n in ideographs.items() if b"\xb0\xa1" <= text.encode("gb2312", "replace") <= b"\xd7\xf9")
    return sum(common) / ideographs.total()


def strange_places(texts: Sequence[str]) -> Iterator[int]:
    """Which of the characters, in the order of the file, are none of print: control characters, codes that Unicode has
    not given away, single letters of other scripts beside ideographs.
    """
    if not any(map(_is_unusual, set(texts))):
        return
    start = 0
    while start < len(texts):
        end = start
        while end < len(texts) and _is_foreign(texts[end]):
            end += 1
        if 0 < end - start <= _ALONE and any(map(is_ideograph, (*texts[start - 1 : start], *texts[end : end + 1]))):
            yield from range(start, end)
        if end < len(texts) and _is_no_character(texts[end]):
            yield end
        start = end + 1


def is_ideograph(text: str) -> bool:
    """Whether the character is Chinese."""
    return "\u3400" <= text[:1] <= "\u9fff" or "\U00020000" <= text[:1] <= "\U0003ffff"


def _is_unusual(text: str) -> bool:
    return _is_no_character(text) or _is_foreign(text)


@cache
def _is_no_character(text: str) -> bool:
    return any(unicodedata.category(c) in {"Cc", "Cn", "Cs"} and not c.isspace() for c in text)


@cache
def _is_never_a_word(text: str) -> bool:
    """Whether it is a sign of mathematics or of Japanese: ∂, か; peoples of China write other scripts than Chinese."""
    return unicodedata.category(text[0]) == "Sm" or unicodedata.name(text[0], "").startswith(("HIRAGANA", "KATAKANA"))


@cache
def _is_foreign(text: str) -> bool:
    """Whether it is a letter of a script that Chinese print does not use inside its words: é, ש, ก; a bare accent."""
    c = text[:1]
    if c.isascii() or not (unicodedata.category(c)[0] in "LM" or unicodedata.category(c) == "Sk"):
        return False
    return not unicodedata.name(c, "").startswith(_KNOWN)
