"""Which title and which number beside it are one citation."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.endings import kind_of_ending
from kg_builder.legal.issuers import Issuer, issuer_of_prefix, place_of_prefix
from kg_builder.legal.names import full_names
from kg_builder.legal.normalise import DocumentNumber
from kg_builder.legal.numbers import NumberSpan
from kg_builder.legal.places import level_of, path_of, place_in
from kg_builder.legal.titles import TitleSpan


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
# 《…条例》, 《…法》, 《江苏省实施〈…法〉办法》
_LAW_ENDING = re.compile(
    r"(?:条例|(?<!办)法|实施[《〈][^《》〈〉]{2,40}法[》〉](?:的?办法|细则))》"
    r"(?:第[一二三四五六七八九十百]{1,6}[章条])?\Z"
)
# 《2023-2027年全国干部教育培训规划》 · 《中国妇女发展纲要》: a title of the state's
_OF_STATE = re.compile(
    r"[《〈]?(?:关于印发)?(?:\d{4}[-年至\d]*)?(?:全国|国家|中国(?!共产党)|中华人民共和国|国务院|中共中央)"
)
# 阳人发 · 晋政发 · 中办发: numbers that a law or a regulation of the Party may carry
_MAKES_LAWS = re.compile(r"人(?!社|防)|政|府|\A国(?:办)?发|\A中(?:办)?发|厅字")
# …,晋财综[2021]7号,阳财综[: a list of numbers goes on
_NEXT_NUMBER = re.compile(r"[、,][一-龥]{2,8}\[")
# (2016年3月16日主席令第四十三号公布)
_OPENED = re.compile(r"\((?:\d{4}年\d{1,2}月\d{1,2}日)?")
# 《…》文号:阳财综[2021]7号 · 《…》--阳财综[2021]7号
_NUMBER_FOLLOWS = re.compile(r"(?:文号|发文字号|文件编号|编号)?:?|-{1,2}|[/+]")
# 阳财综[2021]7号文件:《…》 · 阳财综[2021]7号;文件名称:《…》
_NAME_FOLLOWS = re.compile(r"文件?[:,]?|[;,]?(?:文件)?(?:名称?|标题):")
# 阳财综[2021]7号文件+《…》 · 阳财综[2021]7号/《…》
_JOINED = re.compile(r"(?:号)?文件?[+:,]?|[+:/]")
# 阳财综[2021]7号文件印发的《…》
_ISSUES = re.compile(r"文件?(?:印发|下发|发布|公布)的?")


@dataclass(frozen=True)
class _Neighbours:
    """A title and a number side by side, whichever comes first, in a report of `region`."""

    text: str
    left: Atom
    right: Atom
    title: TitleSpan
    number: NumberSpan
    region: str

    @cached_property
    def between(self) -> str:
        return self.text[self.left.end : self.right.start]

    @cached_property
    def printed(self) -> str:
        return self.text[self.title.start : self.title.end]

    @property
    def is_law(self) -> bool:
        """Whether the title is a law's, which carries no office's number."""
        return _LAW_ENDING.search(self.text, self.title.start, self.title.end) is not None

    @cached_property
    def owner(self) -> Issuer | None:
        """The office whose prefix the number has."""
        return issuer_of_prefix(self.prefix, self.region, self.number.number.year)

    @cached_property
    def place(self) -> str | None:
        """The division whose prefix the number has."""
        return self.owner.place if self.owner else place_of_prefix(self.prefix, self.region)

    @property
    def prefix(self) -> str:
        return self.number.number.prefix

    @property
    def of_same_office(self) -> bool:
        """Whether the title names the number's office, or the government made known what its own office drafted."""
        if self.owner is None:
            return False
        names = full_names(
            self.title.issuers, self.owner.place or self.region or None, self.region, self.owner.level == "national"
        )
        same = any(name.startswith(self.owner.name) or self.owner.name.startswith(name) for name in names)
        of_government = GOVERNMENT.search(self.owner.name) is not None
        return same or (of_government and any(place_in(name) == self.place for name in names))

    @property
    def of_other_place(self) -> bool:
        """Whether the title begins with a division that neither is the number's nor lies in it."""
        own = place_in(self.printed.lstrip("《〈"))
        known = own is not None and level_of(own) is not None and self.place is not None
        return known and own != self.place and self.place not in path_of(own or "")


_may_carry = Decision[_Neighbours, bool](
    "May a title have the number that stands beside it without brackets?",
    Rule(
        "an order or a standard always",
        "《某某登记办法》民政部令第24号",
        lambda n: n.number.number.form != "bracketed",
        True,
    ),
    Rule(
        "a law has no office's number",
        "《信访工作条例》阳信联办〔2023〕4号",
        lambda n: n.is_law and not _MAKES_LAWS.search(n.prefix),
        False,
    ),
    Rule(
        "the title names offices, the number another one or the same",
        "《阳泉市财政局关于某项工作的通知》阳财库〔2020〕26号",
        lambda n: n.title.issuers and n.owner,
        lambda n: n.of_same_office,
    ),
    Rule(
        "a title of the state's has no local number",
        "《全国某项工作规划》阳组通字〔2024〕20号",
        lambda n: n.place and _OF_STATE.match(n.printed),
        False,
    ),
    Rule(
        "a title that begins with a place has no number of another",
        "《太原市某项管理办法》阳财综〔2021〕7号",
        lambda n: n.of_other_place,
        False,
    ),
    otherwise=True,
)

_bond_of_title_and_number = Decision[_Neighbours, int](
    "How strongly does a number belong to the title before it?",
    Rule(
        "after a comma a list of numbers begins",
        "《某市管理办法》，阳财综〔2021〕7号、阳财综〔2021〕8号",
        lambda n: n.between == "," and _NEXT_NUMBER.match(n.text, n.right.end),
        0,
    ),
    Rule(
        "after a comma, of a law",
        "《中华人民共和国会计法》，阳财综〔2021〕7号",
        lambda n: n.between == "," and n.is_law,
        0,
    ),
    Rule(
        "in brackets right behind it",
        "《某市管理办法》（阳财综〔2021〕7号）",
        lambda n: not n.between and n.text[n.right.start] in "([",
        12,
    ),
    Rule(
        "of an office that the title cannot have it from",
        "《太原市某项管理办法》阳财综〔2021〕7号",
        lambda n: n.between in ("", ",") and not _may_carry(n),
        0,
    ),
    Rule(
        "in brackets with more",
        "《某市管理办法》（2021年3月16日阳泉市人民政府令第43号公布）",
        lambda n: _OPENED.fullmatch(n.between),
        12,
    ),
    Rule("right behind it", "《某市管理办法》阳财综〔2021〕7号", lambda n: not n.between, 8),
    Rule("after a comma or colon", "《某市管理办法》：阳财综〔2021〕7号", lambda n: n.between in (",", ":"), 3),
    Rule(
        "after a word or sign for it",
        "《某市管理办法》文号：阳财综〔2021〕7号",
        lambda n: _NUMBER_FOLLOWS.fullmatch(n.between),
        6,
    ),
    Rule(
        "the title's last words stand outside its brackets",
        "《某市管理办法》的通知（阳财综〔2021〕7号）",
        lambda n: n.between in ("的通知", "的通知("),
        8,
    ),
    otherwise=0,
)

_bond_of_number_and_title = Decision[_Neighbours, int](
    "How strongly does a number belong to the title behind it?",
    Rule(
        "a contract has none: it is that of what stands before",
        "阳财综〔2021〕7号《某大楼物业服务合同》",
        lambda n: n.title.bracketed and kind_of_ending(n.text[n.right.start : n.right.end]) == "contract",
        0,
    ),
    Rule(
        "before a comma, and the title cannot have it",
        "阳财综〔2021〕7号，《中华人民共和国会计法》",
        lambda n: n.between.endswith(",") and (n.is_law or not _may_carry(n)),
        0,
    ),
    Rule(
        "a word between says that its title follows",
        "阳财综〔2021〕7号文件：《某市管理办法》",
        lambda n: _NAME_FOLLOWS.fullmatch(n.between),
        5,
    ),
    Rule(
        "in brackets it belongs to what stands before",
        "某项工作（阳财综〔2021〕7号）《某市管理办法》",
        lambda n: n.text[n.left.start] in "([",
        lambda n: 1 if not n.between and n.left.start == 0 else 0,
    ),
    Rule("joined by a sign", "阳财综〔2021〕7号+《某市管理办法》", lambda n: _JOINED.fullmatch(n.between), 9),
    Rule("it issues it", "阳财综〔2021〕7号文件印发的《某市管理办法》", lambda n: _ISSUES.fullmatch(n.between), 5),
    Rule("right before it", "阳财综〔2021〕7号《某市管理办法》", lambda n: not n.between, 8),
    Rule("before a comma", "阳财综〔2021〕7号，《某市管理办法》", lambda n: n.between == ",", 2),
    otherwise=0,
)


def _bond(text: str, left: Atom, right: Atom, region: str) -> int:
    """How strongly two neighbours are one citation; 0 for not at all, as where one has title and number already."""
    if left.number is None and left.title and right.title is None and right.number:
        return _bond_of_title_and_number(_Neighbours(text, left, right, left.title, right.number, region))
    if left.title is None and left.number and right.number is None and right.title:
        return _bond_of_number_and_title(_Neighbours(text, left, right, right.title, left.number, region))
    return 0


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
