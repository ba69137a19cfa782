"""Which title and which number beside it are one citation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kg_builder.legal.issuers import issuer_of_prefix, place_of_prefix
from kg_builder.legal.names import full_names
from kg_builder.legal.normalise import DocumentNumber
from kg_builder.legal.numbers import NumberSpan
from kg_builder.legal.places import level_of, path_of, place_in
from kg_builder.legal.titles import TitleSpan, kind_of_ending


@dataclass(frozen=True, slots=True)
class Atom:
    """A title or a number before they are put together."""

    start: int
    end: int
    title: TitleSpan | None = None
    number: NumberSpan | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A title and a number that are one citation, or one of them alone."""

    start: int
    end: int
    title: TitleSpan | None
    number: NumberSpan | None
    more: tuple[DocumentNumber, ...]  # the others of a range that it ends with

    @classmethod
    def of(cls, *atoms: Atom) -> Pair:
        """The pair that one atom, or two neighbours, make."""
        first, last = atoms[0], atoms[-1]
        more = last.number.more if last.number else ()
        return cls(first.start, last.end, first.title or last.title, first.number or last.number, more)


# 某市人民政府办公室 · 国务院 · 某县委办公室: bodies whose office signs for them
GOVERNMENT = re.compile(r"(?:国务院|政府|府办|国办|中央|(?<=[省市县区州])委)(?:办公?[厅室])?\Z")
# What may stand between a title and its number, with how strongly it binds them.
_TITLE_NUMBER = (
    (re.compile(r"\("), 12),
    (re.compile(r""), 8),
    (re.compile(r"[,:]"), 3),  # after 、 stands another document
    (re.compile(r"(?:文号|发文字号|文件编号|编号)?:?|-{1,2}|[/+]"), 6),
    (re.compile(r"的通知\(?"), 8),  # 《…办法》的通知(财资[2021]27号)
)
# 财综〔2021〕7号文印发的《…办法》 · 财综〔2021〕7号《…》 · 财综〔2021〕7号,《…》: how sure one belongs to the other
_NUMBER_TITLE = (
    (re.compile(r"(?:号)?文件?[+:,]?|[+:/]"), 9),
    (re.compile(r"文件?(?:印发|下发|发布|公布)的?"), 5),
    (re.compile(r""), 8),
    (re.compile(r","), 2),
)

# 《…条例》, 《…法》, 《江苏省实施〈…法〉办法》
_LAW_ENDING = re.compile(
    r"(?:条例|(?<!办)法|实施[《〈][^《》〈〉]{2,40}法[》〉](?:的?办法|细则))》"
    r"(?:第[一二三四五六七八九十百]{1,6}[章条])?\Z"
)


def _bond(text: str, left: Atom, right: Atom, region: str) -> int:  # noqa: PLR0911 - a decision list
    """How strongly two neighbours are one citation; 0 for not at all."""
    if (left.title and left.number) or (right.title and right.number):
        return 0
    between = text[left.end : right.start]
    if left.title and between == "," and re.match(r"[、,][一-龥]{2,8}\[", text[right.end : right.end + 12]):
        return 0  # a list of numbers goes on
    if left.title and right.number:
        if between == "," and _LAW_ENDING.search(text, left.start, left.end):
            return 0  # a law carries no office's number
        if text[right.start] in "([" and not between:
            return 12
        if between in ("", ",") and not _may_carry(text, left.title, right.number.number, region):
            return 0
        if re.fullmatch(r"\((?:\d{4}年\d{1,2}月\d{1,2}日)?", between):
            return 12  # (2016年3月16日主席令第四十三号公布)
        return next((weight for pattern, weight in _TITLE_NUMBER if pattern.fullmatch(between)), 0)
    if left.number and right.title:
        if right.title.bracketed and kind_of_ending(text[right.start : right.end]) == "contract":
            return 0  # the number of what stands before
        if re.search(r"(?:文件?)?,\Z", between) and (
            _LAW_ENDING.search(text, left.end, right.end)  # a law carries no office's number
            or not _may_carry(text, right.title, left.number.number, region)
        ):
            return 0
        if re.fullmatch(r"文件?[:,]?|[;,]?(?:文件)?(?:名称?|标题):", between):
            return 5
        if text[left.start] in "([":
            return 1 if not between and left.start == 0 else 0
        return next((weight for pattern, weight in _NUMBER_TITLE if pattern.fullmatch(between)), 0)
    return 0


# 《2023-2027年全国干部教育培训规划》 · 《中国妇女发展纲要》: a title of the state's
_OF_STATE = re.compile(
    r"[《〈]?(?:关于印发)?(?:\d{4}[-年至\d]*)?(?:全国|国家|中国(?!共产党)|中华人民共和国|国务院|中共中央)"
)


# 阳人发 · 晋政发 · 中办发: numbers that a law or a regulation of the Party may carry
_MAKES_LAWS = re.compile(r"人(?!社|防)|政|府|\A国(?:办)?发|\A中(?:办)?发|厅字")


def _may_carry(text: str, title: TitleSpan, number: DocumentNumber, region: str) -> bool:
    """Whether a title may have the number that stands beside it without brackets: not that of an office that neither
    it names nor the same division has; an order or a standard always may."""
    if number.form != "bracketed":
        return True
    owner = issuer_of_prefix(number.prefix, region, number.year)
    place = owner.place if owner else place_of_prefix(number.prefix, region)
    if _LAW_ENDING.search(text, title.start, title.end) and not _MAKES_LAWS.search(number.prefix):
        return False
    if title.issuers and owner:
        names = full_names(title.issuers, owner.place or region or None, region, owner.level == "national")
        same = any(name.startswith(owner.name) or owner.name.startswith(name) for name in names)
        return same or bool(GOVERNMENT.search(owner.name) and any(place_in(n) == place for n in names))
    printed = text[title.start : title.end]
    if place and _OF_STATE.match(printed):
        return False
    own = place_in(printed.lstrip("《〈"))
    return not (own and level_of(own)) or not place or own == place or place in path_of(own)


def pairs(text: str, atoms: list[Atom], region: str) -> list[Pair]:
    """Neighbours joined so that the bonds are strongest in sum, each atom in at most one pair."""
    best: list[tuple[int, bool]] = [(0, False)]  # for the first n atoms: weight, last two joined
    for n in range(1, len(atoms) + 1):
        alone = best[n - 1][0]
        bond = _bond(text, atoms[n - 2], atoms[n - 1], region) if n >= 2 else 0
        joined = best[n - 2][0] + bond if bond else -1
        best.append((joined, True) if joined > alone else (alone, False))
    found: list[Pair] = []
    n = len(atoms)
    while n:
        size = 2 if best[n][1] else 1
        found.append(Pair.of(*atoms[n - size : n]))
        n -= size
    return found[::-1]
