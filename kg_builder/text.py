"""Printed text → values: digits, money, units, labels. Knows nothing of layout."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

from kg_builder.model import Amount, Place

_DIGITS = {0xFF10 + i: 0x30 + i for i in range(10)}
# Full-width digits and signs become ASCII; Chinese punctuation, which NFKC would also fold, stays as printed.
_FULL_WIDTH = _DIGITS | {
    ord("，"): ",", ord("．"): ".", ord("－"): "-", ord("−"): "-", ord("﹣"): "-", ord("％"): "%", ord("　"): " ",
}  # fmt: skip
_POINTS = re.compile(r"(?<=\d)．(?=\d)|(?<=\d)，(?=\d{3}(?:[，．.]|(?!\d)))")  # 2，511．48, not 2024，2025年
_ACCOUNTING = _FULL_WIDTH | {
    ord("（"): "(",
    ord("）"): ")",
    ord("–"): "-",
    ord("‐"): "-",
    ord("‑"): "-",
    ord("￥"): "¥",
}

_ONE_KIND = {ord("“"): '"', ord("”"): '"', ord("〔"): "(", ord("〕"): ")"}

# 1,098.40 · 4411.49 · -3 · (12.50) · 12.50- never; thousands separators only in groups of three.
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")

YUAN_PER = {  # what one of each unit of money is in yuan
    "元": Decimal(1),
    "百元": Decimal(100),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "千万元": Decimal(10_000_000),
    "亿元": Decimal(100_000_000),
}

# 12.50 · ¥12.50 · -¥12.50 · (¥12.50) · 12.50- · 12.50万元
_SUM = re.compile(rf"([-+(]?)¥?([\d,.]*\d\)?)(-?)({'|'.join(YUAN_PER)})?")

_CHINESE = "零一二三四五六七八九"


def squeeze(text: str) -> str:
    """Drop all white space: `4411. 49` → `4411.49`, a label wrapped over lines → one word."""
    return "".join(text.split())


def letters(text: str) -> str:
    """The letters and digits of a text, without spaces and signs: （三）、 → 三."""
    return "".join(filter(str.isalnum, text))


@lru_cache(maxsize=1 << 13)  # a report prints the same few hundred labels again and again
def label_key(text: str) -> str:
    """The form in which labels compare: NFKC, no white space, no colon at the end, one kind of brackets and quotes."""
    folded = squeeze(unicodedata.normalize("NFKC", text)).rstrip(":")
    return folded.translate(_ONE_KIND)


_BRACKET = re.compile(r"\([^()]{1,20}\)$")  # 实施期目标(2024年-2026年)


def without_bracket(key: str) -> str:
    """A label as labels compare without what stands in brackets at its end: 项目名称(编码) → 项目名称."""
    return _BRACKET.sub("", key)


_CODE_LEVEL = re.compile(r"\((类|款|项)\)")


def path_to_levels(path: str) -> list[tuple[str, str]]:
    """A printed path of headings → each name with its level: 教育支出(类)普通教育(款) → 教育支出 类, 普通教育 款."""
    parts = _CODE_LEVEL.split(label_key(path))
    return [(name, level) for name, level in zip(parts[::2], parts[1::2], strict=False) if name]


def counting_number(text: str) -> int | None:
    """The whole number below a hundred that the text writes: 十二, 12, （三）'s 三, ⑤; None where it is none."""
    if len(text) == 1 and "①" <= text <= "⑳":
        return ord(text) - ord("①") + 1
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    parts = [_CHINESE.find(tens) if tens else 1 if ten else 0, _CHINESE.find(ones) if ones else 0]
    return None if -1 in parts or not text else parts[0] * 10 + parts[1]


def has_digit(text: str) -> bool:
    """Whether the text prints a number, in part or whole: text that a strict reader has to account for."""
    return any(character.isdecimal() for character in text)


def has_word(text: str) -> bool:
    """Whether the text holds more than digits and signs."""
    return any(character.isalnum() and not character.isdecimal() for character in text)


def decimal_of(printed: str) -> Decimal | None:
    """The number that the text is, None where it is blank, a dash or not wholly a number.

    White space inside a number is layout (`4411. 49`); `(12.50)` is negative as in accounts.
    """
    text = squeeze(printed.translate(_FULL_WIDTH))
    bracketed = text.startswith("(") and text.endswith(")")
    text = text.strip("()") if bracketed else text
    if not _NUMBER.fullmatch(text):
        return None
    value = Decimal(text.replace(",", ""))
    return -value if bracketed else value


def money(printed: str, unit: str | None, place: Place) -> Amount | None:
    """The sum that the text prints in `unit` (of `YUAN_PER`), exact in yuan; None where there is no number or no unit.

    Beside what `decimal_of` reads it may be printed as accounts print it: with ¥, with its own unit behind it, which
    counts (12.50万元), with a minus behind it (12.50-). △ and ▲ mean less in some accounts and more in others.
    """
    found = _SUM.fullmatch(squeeze(printed.translate(_ACCOUNTING)))
    if found is None:
        return None
    before, number, behind, own = found.groups()
    value = decimal_of(before + number)
    if value is None or (before and behind) or (unit := own or unit) is None:
        return None
    return Amount((-value if behind else value) * YUAN_PER[unit], squeeze(printed).removesuffix(own or ""), unit, place)


def narrow(text: str) -> str:
    """The text with its digits as ASCII, and the points and commas within its numbers: ２，５１１．４８ → 2,511.48."""
    if text.isascii():
        return text
    return _POINTS.sub(lambda found: "." if found[0] == "．" else ",", text.translate(_DIGITS))
