"""Names of bodies: what is one, whose region it begins with, and which names are one body's."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import combinations

from kg_builder import folder, vocab
from kg_builder.text import label_key, squeeze

# 阳泉市文物管理中心(阳泉市博物馆)
_BRACKET = re.compile(r"^(?P<name>[^（()）]{4,})[（(](?P<alias>[^（()）]{4,})[)）]$")
# 局 · 街道办事处 · 人民检察院 · 综合执法队（大队本级）
_BODY_END = re.compile(
    r"(?:局|厅|委|会|室|中心|院|站|馆|所|处|队|校|学|园|府|街道|镇|乡|社|台|团|部|司|库|厂|公司|机关|基地|联|庭|组|行|署|协|库|场|区|系)(?:[（(][^（）()]{1,30}[)）])?$"
)
# 本单位 · 高等学校 · 2024年度部门预算 · 目录
_NO_BODY = re.compile(
    r"^(?:本|我|各|全|省级|市级|区级|县级|年度|目录|部门|单位|预算|决算|财政部|高等学校)|年度|情况|预算|决算|公开|报表|[0-9]"
)


_ITSELF = re.compile(r"[（(]?(?:本级|本部|机关本级|机关)[)）]?$")  # 民政局（本级） · 民政局机关


def body_name(text: str) -> str:
    """A body's name without leftovers of its line; empty where the text is none."""
    name = squeeze(text).strip("#*_：:、，,.（(").removesuffix("（盖章）").removesuffix("(盖章)")
    name = re.sub(r"[（(](?:本级|本部|汇总|部门|公章|章)[)）]$", "", name)
    return name if 3 <= len(name) <= 40 and is_body_name(name) else ""


def without_itself(name: str) -> str:
    """A body's name without the words that it is meant alone, without what is below it: 民政局（本级） → 民政局."""
    return _ITSELF.sub("", name)


def is_body_name(text: str) -> bool:
    """Whether a text ends as names of bodies do and does not begin as headings do."""
    return bool(_BODY_END.search(text)) and not _NO_BODY.search(text)


def bare_body(name: str) -> str:
    """The body's name without a second name in brackets: 阳泉市文物管理中心(阳泉市博物馆) → 阳泉市文物管理中心."""
    match = _BRACKET.match(name)
    return match["name"] if match else name


def second_name(name: str) -> str:
    """The name in brackets behind a body's name where it is a body's too: 阳泉市博物馆; else empty."""
    match = _BRACKET.match(name)
    return match["alias"] if match and _BODY_END.search(match["alias"]) else ""


def short_name(name: str) -> str:
    """The name without a second one in brackets and without 中共 before it."""
    return re.sub(r"^(?:中国共产党|中共)", "", bare_body(name))


@cache
def _regions() -> dict[str, tuple[str, str | None]]:
    """Notation → (name, notation of the broader region)."""
    return {c.notation: (c.zh, c.broader) for c in vocab.concepts("region").values()}


@cache
def _regions_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, (name, _) in _regions().items():
        found[name] = (*found.get(name, ()), code)
    return found


# 中共阳泉市委, 政协阳泉市委员会, 九三学社上海市委员会: what stands before the region in the names of parties
_PARTY = re.compile(
    r"^(?:中国共产党|中共|中国人民政治协商会议|政协|中国共产主义青年团|共青团|中国国民党革命委员会|民革|中国民主同盟|民盟"
    r"|中国民主建国会|民建|中国民主促进会|民进|中国农工民主党|农工党|中国致公党|致公党|九三学社|台湾民主自治同盟|台盟)"
)


def region_of(name: str) -> str | None:
    """The regions that a body's name begins with, as it names them: 上海市普陀区, 阳泉市, 江苏省; None without any."""
    rest = _PARTY.sub("", name)
    found, inside = "", ""
    while True:
        step = _region_step(rest, inside)
        if step is None:
            return found or _city_of_zone(rest)
        piece, inside = step
        found, rest = found + piece, rest[len(piece) :]


def place_within(name: str, region: str) -> str | None:
    """The code of the place that a name is, whole, inside a region (江苏省, 上海市普陀区); None for other names."""
    rest, inside = region + name, ""
    while rest and (step := _region_step(rest, inside)) is not None:
        rest, inside = rest[len(step[0]) :], step[1]
    return inside if not rest and inside and name else None


# 阳泉高新技术产业开发区管理委员会, 太原经济技术开发区
_ZONE = re.compile(r"([一-鿿]{2,4}?)(?=高新|经济|综合|经开|转型|保税|工业园|产业园|开发区|示范区)")


def _city_of_zone(name: str) -> str | None:
    """The city or province that a zone is named after without 市 or 省: 阳泉市 of 阳泉高新技术产业开发区管理委员会."""
    match = _ZONE.match(name)
    places = [match[1] + sign for sign in "市省"] if match and "区" in name else []
    return next((place for place in places if len(_regions_by_name().get(place, ())) == 1), None)


def _region_step(rest: str, inside: str) -> tuple[str, str] | None:
    """The longest region name at the start of the text that lies in the region before it."""
    for length in range(min(len(rest), 12), 1, -1):
        for code in _regions_by_name().get(rest[:length], ()):
            if not inside or _within(code, inside):
                return rest[:length], code
    return None


def _within(code: str, inside: str) -> bool:
    broader = _regions()[code][1]
    while broader:
        if broader == inside:
            return True
        broader = _regions().get(broader, ("", None))[1]
    return False


# 社保科 · 文教科 · 综合科 · 教科文处: offices of a finance department; 街道办事处 and 公证处 are bodies
_OFFICE = re.compile(r"[一-鿿]{1,6}(?:科|股|(?<!办事)(?<!管理)(?<!公证)(?<!服务)处)")


def is_office(name: str) -> bool:
    """Whether the name is of an office inside a department (社保科), which forms print in place of the department."""
    return bool(_OFFICE.fullmatch(squeeze(name))) and region_of(name) is None


def print_variants(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be one body's, differing in the department's word alone: 民政(局)事务中心.

    Nothing merges them: a department's centre and a centre of that trade can be two.
    """
    bare = {name: re.sub(r"局|厅|委员会|办公室|部门", "", name.removeprefix(region_of(name) or "")) for name in names}
    return [(a, b) for a, b in combinations(bare, 2) if bare[a] == bare[b] and len(bare[a]) >= 4]


# 中国共产党江苏省委员会办公厅 · 中共江苏省委办公厅 · 政协江苏省委员会 · 共青团江苏省委: the party, then its committee
_COMMITTEE = re.compile(r"^(?:委员会|委(?!员))")
# 江苏团省委 · 团市委: the league's committee before its level
_LEAGUE = re.compile(r"^(?P<place>[一-鿿]{0,8}?)团(?P<level>[省市区县州旗])委(?!员)")
# 省委办公厅 · 市政协 · 区妇联: bodies that a report names by the level of its place alone; 市场监督管理局 is none
_OF_LEVEL = re.compile(
    r"[省市区县州旗](?:委(?!员|托)|人大|政协|纪委|监委|团委|人民政府|编委|妇联|残联|工商联|科协|文联|侨联|社科联|总工会)"
)


@cache
def _words() -> tuple[tuple[str, str], ...]:
    """Words of names and the short ones that print has in their place, by `data/body_words.tsv`."""
    with (folder("data") / "body_words.tsv").open(encoding="utf-8", newline="") as rows:
        return tuple((row["whole"], row["short"]) for row in csv.DictReader(rows, delimiter="\t"))


@lru_cache(maxsize=1 << 16)
def one_name(name: str, region: str | None = None) -> str:
    """The name in which all ways of printing it agree: 江苏省委办公厅 of 中国共产党江苏省委员会办公厅, 江苏省政协 of
    政协江苏省委员会; with the region of its report also of 省委办公厅."""
    text = label_key(name)
    for whole, short in _words():
        text = text.replace(whole, short)
    party = _PARTY.match(text)
    rest = text[party.end() :] if party else text
    place = region_of(rest) or ""
    after = rest.removeprefix(place).replace(place, "") if place else rest  # 江苏省纪委江苏省监委
    if party and place and party[0] in {"中国共产党", "中共"}:
        after = re.sub(r"^委员会", "委", after)
    elif party and place:
        after = {"共青团": "团委"}.get(party[0], party[0]) + _COMMITTEE.sub("", after)
    elif party and party[0] not in {"中国共产党", "中共"}:
        after = text
    found = _LEAGUE.sub(r"\g<place>\g<level>团委", re.sub(r"(?<=纪委)[、,和]", "", place + after))
    return region + found[1:] if region and found[:1] == region[-1:] and _OF_LEVEL.match(found) else found


def same_body(one: str, other: str) -> bool:
    """Whether two printed names are one body's: with or without 中共, region, second name in brackets, 本级, in full
    words or short ones."""
    a, b = (one_name(bare_body(without_itself(label_key(name)))) for name in (one, other))
    same = bool(a) and a == b  # of a government nothing is left without its region
    return same or is_name_of(a, b) or is_name_of(b, a)


def same_region(one: str | None, other: str | None) -> bool:
    """Whether two regions can be one: 普陀区 and 上海市普陀区, or one is not known."""
    return not one or not other or one.endswith(other) or other.endswith(one)


def is_name_of(full: str, name: str) -> bool:
    """Whether a name is the full one without its party or its region: 普陀区司法局, 上海市普陀区司法局; 省政协."""
    region = region_of(full) or ""
    ends = {short_name(full)[i:] for i in range(len(region) + 1)} if region else {short_name(full)}
    least = 3 if region and name[:1] == region[-1:] else 4
    return short_name(name) in {e for e in ends if len(e) >= least}
