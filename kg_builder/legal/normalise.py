"""Printed numbers and titles of documents → the forms in which they compare and are published.

Numbers follow GB/T 9704 (党政机关公文格式): office's prefix, year in 〔〕, running number: `晋财综〔2024〕210号`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg_builder.legal.names import split_names

# Every printed sign becomes one of its family, one for one, so that offsets stay: 〔2019〕【2019】„2019‟ → [2019].
_FOLD = str.maketrans(
    {chr(0xFF01 + i): chr(0x21 + i) for i in range(94)}
    | dict.fromkeys("〔﹝〖【［„｛{", "[")
    | dict.fromkeys("〕﹞〗】］‟｝}", "]")
    | dict.fromkeys("（﹙", "(")
    | dict.fromkeys("）﹚", ")")
    | dict.fromkeys("〈<＜‹", "〈")
    | dict.fromkeys("〉>＞›", "〉")
    | dict.fromkeys("《«≪", "《")
    | dict.fromkeys("》»≫", "》")
    | {"，": ",", "；": ";", "：": ":", "。": "。", "〇": "〇", "–": "-", "—": "-", "－": "-"}
)

_DIGITS = {c: i for i, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "两": 2}


def fold(text: str) -> str:
    """One sign for each family of brackets and widths; the result has the same length."""
    return text.translate(_FOLD)


def number_from_chinese(text: str) -> int | None:
    """三百八十一 → 381, 二〇一九 → 2019, 46 → 46; None where the text is no number below 10000."""
    if text.isdecimal():
        return int(text)
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text)) if text else None
    total, digit = 0, 0
    for c in text:
        unit = {"十": 10, "百": 100, "千": 1000}.get(c)
        if unit is not None:
            total, digit = total + (digit or 1) * unit, 0
        elif c in _DIGITS:
            digit = _DIGITS[c]
        else:
            return None
    return total + digit


@dataclass(frozen=True, slots=True)
class DocumentNumber:
    """The number of a document; `form` is `bracketed` (晋财综〔2024〕210号), `order` (国务院令第381号),
    `announcement` (财政部公告2023年第1号; of a people's congress 公告〔十五届〕第25号, without a year) or `standard`
    (GB/T 36721-2018)."""

    prefix: str
    year: int | None
    sequence: int
    form: str = "bracketed"
    session: str = ""  # 十五届

    @property
    def canonical(self) -> str:
        """The normal form in which numbers are published and compared."""
        if self.form == "order":
            return f"{self.prefix}令第{self.sequence}号"
        if self.form == "announcement" and self.year is None:
            return f"{self.prefix}公告{f'〔{self.session}〕' if self.session else ''}第{self.sequence}号"
        if self.form == "announcement":
            return f"{self.prefix}公告{self.year}年第{self.sequence}号"
        if self.form == "standard":
            return self.prefix
        return f"{self.prefix}〔{self.year}〕{self.sequence}号"


# 晋财综〔2024〕210号
_CANONICAL = re.compile(r"([一-龥A-Za-z]{1,30})〔(\d{4})〕(\d{1,5})号")
# 国务院令第588号
_ORDER = re.compile(r"([一-龥]{0,30})令第(\d{1,5})号")
# 财政部公告2023年第5号
_ANNOUNCEMENT = re.compile(r"([一-龥]{0,30})公告(\d{4})年第(\d{1,5})号")
# 某省人民代表大会常务委员会公告〔十四届〕第12号
_CONGRESS = re.compile(r"([一-龥]{2,30})公告(?:〔(.{1,5})〕)?第(\d{1,5})号")


def parse_number(canonical: str) -> DocumentNumber | None:
    """A number in its normal form taken apart; None for anything else."""
    if m := _CANONICAL.fullmatch(canonical):
        return DocumentNumber(m[1], int(m[2]), int(m[3]))
    if m := _ANNOUNCEMENT.fullmatch(canonical):
        return DocumentNumber(m[1], int(m[2]), int(m[3]), "announcement")
    if m := _CONGRESS.fullmatch(canonical):
        return DocumentNumber(m[1], None, int(m[3]), "announcement", m[2] or "")
    if m := _ORDER.fullmatch(canonical):
        return DocumentNumber(m[1], None, int(m[2]), "order")
    if m := re.fullmatch(r"(?:建标|[A-Z][A-Z0-9/. -]{0,16}?)(?<![0-9]) ?([0-9]{1,6})[0-9.]{0,8}-([0-9]{4})", canonical):
        return DocumentNumber(canonical, int(m[2]), int(m[1]), "standard")
    return None


# ---- titles ----

_EDITION_WORDS = (
    r"(?:试行稿?|暂行|修订版?|修订稿|修订草案|修正案?|修正本|试用|征求意见稿|送审稿|草案|新版|最新版?"
    r"|(?:19|20)\d\d年?(?:最新)?(?:修订|修正|修改|版|年版|本|修正版|修订版|修订本)|第[一二三四五六七八九十\d]{1,2}(?:次修订|次修正|版))"
)
# （试行）, (2015年修正), 〔暂行〕 — only in brackets; 暂行 within the name belongs to the name.
_EDITION = re.compile(rf"[(\[]({_EDITION_WORDS})[)\]]")
# 《某市“十四五”规划》: signs that titles are compared without
_BRACKETS = re.compile(r"[《》〈〉\"“”‘’'「」]")
_ISSUE_VERBS = r"(?:印发|发布|公布|颁布|下发|修订印发|修订发布|重新印发|颁发|制定)"
# 财政部关于印发《X》的通知 → X; only verbs with which an office issues its own text. 转发 carries another's.
_WRAPPED = re.compile(rf"关于(?:修订)?{_ISSUE_VERBS}(.{{2,200}}?)的(?:通知|公告|通告|决定|命令)\Z")
# 关于印发《某市专项资金管理办法》的通知
_WRAPPED_QUOTED = re.compile(rf"(?:关于)?(?:修订)?{_ISSUE_VERBS}《(.{{2,200}})》的?(?:通知|公告|通告|决定|命令)\Z")


@dataclass(frozen=True, slots=True)
class Title:
    """A title without decoration, its edition (试行, 2015年修正) and the title that it issues (印发《…》)."""

    text: str
    edition: str | None = None
    inner: str | None = None


@lru_cache(maxsize=1 << 16)
def clean_title(printed: str) -> Title:
    """A printed title → its parts: outer brackets, white space and the bracketed edition taken off.

    Brackets of titles inside it become 《》, as GB/T 15834 asks where one pair of brackets is left.
    """
    text = re.sub(r"\s+", "", printed)
    folded = fold(text)
    editions = _EDITION.findall(folded)
    spans = [m.span() for m in _EDITION.finditer(folded)]
    kept = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans))
    kept = kept.strip("、,，;；。:：+ ")
    kept = re.sub("[〈<＜‹«≪]", "《", kept)
    kept = re.sub("[〉>＞›»≫]", "》", kept)
    while len(kept) > 2 and kept.startswith("《") and kept.endswith("》") and _closes_at(kept) == len(kept) - 1:
        kept = kept[1:-1]  # 《X》, and <<X>> that OCR prints for it
    kept = kept.strip("、,，;；。:：+ ")
    if outside := re.fullmatch(r"《([^《》]*关于[^《》]+)》(的?[一-龥]{2,6})", kept):
        kept = outside[1] + outside[2]  # 《关于印发X办法》的通知: the bracket closed too early
    return Title(_balanced(kept), editions[-1] if editions else None, _inner(kept))


def _closes_at(text: str) -> int:
    depth = 0
    for i, c in enumerate(text):
        depth += (c == "《") - (c == "》")
        if depth == 0:
            return i
    return len(text)


def _balanced(text: str) -> str:
    """A title whose inner brackets do not pair (a misprint) loses them."""
    return text if text.count("《") == text.count("》") else re.sub("[《》]", "", text)


def _inner(title: str) -> str | None:
    quoted = _WRAPPED_QUOTED.search(title)
    match = quoted or _WRAPPED.search(title)
    if match is None:
        return None
    inner = re.sub("[《》]", "", match[1])
    return inner if len(inner) >= 4 else None


# 某市 “十四五” 规划（试行）: all but letters, digits and characters
_DROPPED = re.compile(r"[^一-龥㐀-䶿A-Za-z0-9]")


def letters(text: str) -> str:
    """The characters, Latin letters and digits of a text, without any sign."""
    return _DROPPED.sub("", fold(text))


@lru_cache(maxsize=1 << 17)
def title_key(title: str) -> str:
    """The form in which titles are the same: no signs, no white space, no edition, no offices before 关于."""
    cleaned = clean_title(title).text
    plain = letters(cleaned).lower()
    at = plain.find("关于")
    if at > 0 and split_names(plain[:at]):
        plain = plain[at:]
    return plain.removeprefix("中华人民共和国") or plain


# 关于进一步加快推进…的若干意见: words that titles leave out when they are cited
_LIGHT = re.compile(r"加快|推进|进一步|切实|若干|做好|有关|[的和与及等]")


def loose_key(key: str) -> str:
    """A title key without words that writers add or drop: 加快推进数字政府建设 and 加快数字政府建设 agree."""
    return _LIGHT.sub("", key) or key


@lru_cache(maxsize=1 << 17)
def title_keys(title: str) -> tuple[str, ...]:
    """Keys of a title and of the title it issues: 关于印发《X》的通知 is found by X as well."""
    cleaned = clean_title(title)
    keys = [title_key(title)]
    if cleaned.inner:
        keys.append(title_key(cleaned.inner))
    return tuple(dict.fromkeys(keys))
