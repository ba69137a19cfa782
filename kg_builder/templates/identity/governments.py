"""Whether the pages are of a whole government, and of which place, year and stage: 某市2026年预算（草案）.

A title of a government names its place and money alone; one that names an office between them is a department's.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from kg_builder import vocab
from kg_builder.model import Cell, Stage
from kg_builder.templates.identity.body_names import region_of
from kg_builder.text import squeeze

# What stands between a place and the money of its government, and behind it.
_LEVEL = (
    r"全(?:自治)?[省市县区州盟旗]|自治[区州县](?:本?级)?|[省市县区州盟旗]?本级|[省市县区州][级直]|分地区|人民政府|政府|关于"
    r"|[省市县区州]对(?:下|市县|县区)|我[省市县区州]|[省市县区州]总(?=[预决]算)|地方|与|和|及|、"
)
_MONEY = (
    r"财政|一般公共|政府性基金|国有资本经营|社会保险基金|社保基金|一般债务|专项债务|债务|债券|转移支付|税收返还|收支|收入|支出"
    r"|平衡|总|决算|预算|执行|情况|草案|限额|余额|发行|还本付息|信息|公开|报告|报表|说明|目录|表格?|的|对下|各地|补助|分项目|提前|下达|新增|再融资|资金|使用|投向|经济分类|功能分类|基本|项目|完成|预计|安排|结余|结转|明细|来源|年初|年末|余额|调整|书面|摘要|摘登|全文|解读|[（）()—\-－：:]"
)
_YEAR = r"20\d\d|年[度末底]?"
# 关于某市2025年预算执行情况和2026年预算草案的报告 · 15某自治区2018年地方政府一般债务余额情况表 · 3302某市2018年…
# · 330206某区2018年…: the place is looked up
_BEFORE = re.compile(
    r"(?:附件?|表)?(?:(?:\d{6}|\d{4})(?=[一-鿿])(?![年度])|(?!20\d\d)\d{1,2}(?:[-－.]\d{1,2}(?!\d))?)?[.、]?"
    r"(?:关于|20\d\d年?[度末底]?)*"
)
_WITHOUT = r"[（(]不含[一-鿿、]{2,12}[)）]"  # 某省（不含某市）
_WORDS = re.compile(rf"{_WITHOUT}|{_MONEY}|{_LEVEL}|{_YEAR}")
_GOES_ON = ("和", "与", "及", "、", "的")  # a title that does not end there
_SAID = re.compile(r"预算|决算|债务|执行|转移支付")
_MAKER = re.compile(r"(?P<place>[一-鿿]{2,12}?)(?:财政[厅局]|人民政府)(?:编制)?")
_LINES = 5  # lines over which a title may run
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Government:
    """A place as its code list names it, what is printed of year and stage, and where."""

    place: str
    year: int
    stage: Stage
    title: str
    cell: Cell


def read_government(cover: Sequence[Cell], tables: Iterable[tuple[str, Cell]] = ()) -> Government | None:
    """The government that the cover names, or else the titles of most tables; None without, or where they differ.

    The first page that names one is the cover: the title of a table behind it may be of the year before.
    """
    found = list(_of_lines(cover))
    if found:
        first = [one for one in found if one.cell.place.page == found[0].cell.place.page]
        return max(first, key=lambda one: len(one.title))
    titles = [_of_title(squeeze(title), "", cell) for title, cell in tables]
    told = [one for one in titles if one is not None]
    if not told or len({one.place for one in told}) > 1 or len(told) * 2 < len(titles):
        return None
    return told[0]


# 2024年全市政府一般债务分地区限额余额表 · 2024年自治区本级一般公共预算支出完成情况表: of a level, not of a department
_OF_LEVEL = re.compile(
    r"(?:20\d\d(?:[-—]20\d\d)?年度?)?(?:全(?:自治)?[省市县区州盟旗]|自治[区州县](?:本?级|(?=一般|政府))|[省市县区州盟旗]本?级|地方(?=政府))"
    r"(?:地方)?(?:政府性基金|一般公共预算|国有资本经营|社会保险基金|(?:新增|再融资)?(?:政府)?(?:一般|专项)?债[务券])"
)
_ENOUGH = 3  # titles of a level that make a report a government's
_INSIDE = 2  # places that lie in the one whose name stands among theirs
_ALL_ROUND = 5  # places that tell the province in which they lie, where its own name is not printed


def government_over_rows(titles: Sequence[tuple[str, Cell]], names: Iterable[str]) -> Government | None:
    """The government whose titles name a level and no place, by the places that its rows name; None where unsure.

    The year is the latest that a quarter of the titles or more begin with: the same tables stand for the year before.
    """
    told = _of_level(titles)
    if not told:
        return None
    of_province = any(re.search(r"全省|省本?级|自治区", text) for text, _ in told)
    place, year = _place_over(names, of_province), _latest_year([text for text, _ in told])
    if place is None or year is None:
        return None
    text, cell = next(one for one in told if one[0].startswith(str(year)))
    finals = sum(1 for title, _ in told if "决算" in title)
    return Government(place, year, "final" if 2 * finals > len(told) else "budget", text, cell)


def _of_level(titles: Sequence[tuple[str, Cell]]) -> list[tuple[str, Cell]]:
    """The titles that name a level alone, where they are enough and half of all titles; none otherwise."""
    told = [(text, cell) for title, cell in titles if _OF_LEVEL.match(text := squeeze(title))]
    return told if len(told) >= _ENOUGH and 2 * len(told) >= sum(1 for title, _ in titles if title) else []


def _latest_year(titles: Sequence[str]) -> int | None:
    """The latest year that a quarter of the titles or more begin with."""
    years = Counter(int(year[0]) for title in titles if (year := re.match(r"20\d\d", title)))
    return max((year for year, count in years.items() if 4 * count >= len(titles)), default=None)


def _place_over(names: Iterable[str], of_province: bool) -> str | None:
    """The place in which the most of the named ones lie, where it is named too or is the province of them all."""
    printed = {place for name in set(names) for place, length in [place_of(name)] if place and length == len(name)}
    regions = vocab.concepts("region")
    fit = {
        code: len(held)
        for code, held in _inside(printed).items()
        if (regions[code].broader is None if of_province else regions[code].zh in printed)
    }
    most = max(fit.values(), default=0)
    best = [code for code, count in sorted(fit.items()) if 2 * count > most]
    if len(best) != 1 or most < (_INSIDE if regions[best[0]].zh in printed else _ALL_ROUND):
        return None
    return regions[best[0]].zh


def _inside(names: Collection[str]) -> dict[str, set[str]]:
    """Code of a region → those of the names that lie in it."""
    regions = vocab.concepts("region")
    found: dict[str, set[str]] = {}
    for region in regions.values():
        above = region.broader if region.zh in names else None
        while above:
            found.setdefault(above, set()).add(region.zh)
            above = regions[above].broader
    return found


def _of_lines(lines: Sequence[Cell]) -> Iterator[Government]:
    texts = [squeeze(cell.text).lstrip("#") for cell in lines]
    makers = (place_of(made["place"])[0] for text in texts if (made := _MAKER.fullmatch(text)))
    made_by = next(filter(None, makers), "")
    for start, cell in enumerate(lines):
        for length in range(min(_LINES, len(lines) - start), 0, -1):
            text = "".join(texts[start : start + length])
            government = _of_title(text, made_by, cell)
            if government is not None:
                yield government
                break


def _of_title(text: str, made_by: str, cell: Cell) -> Government | None:
    if len(text) > _LONGEST:
        return None
    rest = text[_BEFORE.match(text).end() :] if _BEFORE.match(text) else text  # type: ignore[union-attr]  # matches always
    place, length = place_of(rest)
    said = rest[length:]
    if not place and "本级" not in said and "全" not in said:
        return None
    years = [int(year) for year in re.findall(r"20\d\d", text)]
    if not (years and (place or made_by) and not _WORDS.sub("", said) and _SAID.search(said)):
        return None
    if said.endswith(_GOES_ON):
        return None
    stage: Stage = "final" if "决算" in said else "budget"
    return Government(place or made_by, max(years), stage, text, cell)


def names_only_money(title: str) -> bool:
    """Whether a title names a year, a level and money alone, and no body: 2024年省级一般公共预算收入决算表."""
    return not _WORDS.sub("", title[_BEFORE.match(title).end() :])  # type: ignore[union-attr]  # matches always


def place_of(text: str) -> tuple[str, int]:
    """The place that a text begins with, by its full name, and how many characters name it; "" and 0 without."""
    if full := region_of(text):
        return full, len(full)
    for length in range(min(len(text), _CORPS[1]), 1, -1):
        if name := _short_names().get(text[:length]):
            return name, length
    return "", 0


# 迪庆 of 迪庆藏族自治州 · 内蒙古 of 内蒙古自治区 · 黔西南 of 黔西南布依族苗族自治州
_PEOPLE = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土"
    "|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|鄂伦春|各"
)
_PEOPLES = rf"(?:(?:{_PEOPLE})族|蒙古|哈萨克|维吾尔|柯尔克孜){{0,5}}"
# 梅里斯 of 梅里斯达斡尔族区: a district of a people, no autonomous one, is short for itself with 区
_AUTONOMOUS = re.compile(
    rf"(?P<stem>[一-鿿]{{2,6}}?)(?:{_PEOPLES}自治(?P<kind>[州区县旗])|(?:{_PEOPLE})族(?P<district>区))"
)


# A budget of its own, and no division
_CORPS = ("新疆生产建设兵团", len("新疆生产建设兵团"))


@cache
def _short_names() -> dict[str, str]:
    """Short names of provinces (广东) and places of peoples (迪庆州, 内蒙古, 凉山州, 梅里斯区) → the full ones.

    Those of two places (吉林) are left out. The Xinjiang Production and Construction Corps is a place by its own name,
    and by 兵团, of which there is no other.
    """
    found: dict[str, set[str]] = {_CORPS[0]: {_CORPS[0]}, "兵团": {_CORPS[0]}}
    for concept in vocab.concepts("region").values():
        if concept.zh.endswith(("省", "市")) and (concept.broader is None or concept.zh[:-1] in found):
            found.setdefault(concept.zh[:-1], set()).add(concept.zh)
        if match := _AUTONOMOUS.fullmatch(concept.zh):
            short = match["stem"] + ("" if match["kind"] == "区" else match["kind"] or match["district"])
            found.setdefault(short, set()).add(concept.zh)
    return {short: names.pop() for short, names in found.items() if len(names) == 1}
