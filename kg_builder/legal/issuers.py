"""Who issued a document: from the prefix of its number by `data/issuers.tsv`, or from names in the text.

A prefix is a place (晋, 阳, 沪普), an organ (财, 政办, 发改) and a series (综, 发, 字): 晋财综 is a series of the
finance department of Shanxi. The table holds places and organs; a series needs no entry. A short name such as 阳
belongs to several cities: the region of the citing report decides, else the table's first line.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from kg_builder import vocab
from kg_builder.iri import region_code

_MUNICIPALITIES = ("11", "12", "31", "50")  # 北京, 天津, 上海, 重庆: their departments are named unlike a province's
_NAMED_LIKE_CITIES = ("12", "31")  # their districts have an 教育局 where Beijing's have an 教育委员会
# Cities of vice-provincial rank call their own and the Party's office 办公厅, as provinces do.
_WITH_GENERAL_OFFICES = {
    *("广州市", "深圳市", "武汉市", "成都市", "南京市", "西安市", "哈尔滨市"),
    *("长春市", "济南市", "青岛市", "杭州市", "宁波市", "厦门市"),
}
_STILL = 9999  # the last year of a name that is in force
T = TypeVar("T")
_SPECIAL_LEVEL = {"新疆生产建设兵团": "provincial"}


@dataclass(frozen=True, slots=True)
class Issuer:
    """An office as it is fully named, its level (notation of `issuingLevel`, None unknown) and its place."""

    name: str
    level: str | None
    place: str | None  # full name of the division; None for an office of the state


@dataclass(frozen=True, slots=True)
class _Tables:
    prefixes: dict[str, dict[int, Issuer]]  # by the last year of the name
    places: dict[str, tuple[str, ...]]
    # by the last year of the names; names: national, provincial, of a directly governed municipality, of a city, and
    # where it differs, of a district of 上海 or 天津
    organs: dict[str, dict[int, tuple[str, ...]]]


@cache
def _tables() -> _Tables:
    """The issuer table; columns token, role (prefix, place, organ), name, level, until (last year of the name)."""
    tables = _Tables({}, {}, {})
    with (vocab.folder("data") / "issuers.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            token, name, until = row["token"], row["name"], int(row["until"] or _STILL)
            if row["role"] == "prefix":
                level = None if row["level"] == "-" else row["level"]
                issuer = Issuer(name, level, place_in(name) if level != "national" else None)
                tables.prefixes.setdefault(token, {})[until] = issuer
            elif row["role"] == "place":
                tables.places[token] = (*tables.places.get(token, ()), name)
            else:
                tables.organs.setdefault(token, {})[until] = tuple(name.split("|"))
    return tables


def _in_year(names: dict[int, T], year: int | None) -> T:
    """The name that was in force in a year: 卫 stands for 卫生厅 until 2013, for 卫生健康委员会 today."""
    return names[min(until for until in names if until >= (year or _STILL))]


@cache
def level_of(place: str) -> str | None:
    """Notation of `issuingLevel` for a division named in full; None where the name fits no division or several."""
    if place in _SPECIAL_LEVEL:
        return _SPECIAL_LEVEL[place]
    code = region_code(place)
    if code is None:
        return {"省": "provincial", "县": "county"}.get(place[-1:])
    return "provincial" if code.endswith("0000") else "municipal" if code.endswith("00") else "county"


@cache
def path_of(region: str) -> tuple[str, ...]:
    """Full names of a division and its ancestors, the smallest first: 上海市普陀区, 上海市; empty where unknown."""
    code = region_code(region) if region else None
    names: list[str] = []
    regions = vocab.concepts("region")
    while code is not None:
        names.append(_full_name(code))
        code = regions[code].broader
    return tuple(names)


def _full_name(code: str) -> str:
    concept = vocab.concepts("region")[code]
    name = concept.zh
    if name.endswith("区") and concept.broader and not name.endswith("自治区"):
        return vocab.concepts("region")[concept.broader].zh + name  # 普陀区 alone names two districts
    return name


@cache
def issuer_of_prefix(prefix: str, region: str = "", year: int | None = None) -> Issuer | None:
    """The office that numbers its documents with this prefix, None where the table does not tell.

    `region` is the division of the citing report (阳泉市); it decides what a short name stands for. `year` is the
    document's: offices were renamed, most of them in 2018.
    """
    tables = _tables()
    exact = max(
        (p for p in tables.prefixes if prefix.startswith(p) and (len(p) > 1 or p == prefix)), key=len, default=None
    )
    if exact is not None:
        return _in_year(tables.prefixes[exact], year)
    for cut in (3, 2, 1):
        place = place_of_token(prefix[:cut], region) if len(prefix) > cut else None
        organ = _organ(prefix[cut:], year) if place else None
        if place and organ:
            return _local_issuer(place, organ[1])
    organ = _organ(prefix, year)
    if organ is None or organ[1][0] == "-":
        return None
    token, (name, *_) = organ
    office = prefix[len(token) :].startswith("办") and name.endswith(("部", "委员会", "总局"))
    return Issuer(name + "办公厅" if office else name, "national", None)  # 农办社: 农业农村部办公厅


def place_of_token(token: str, region: str = "") -> str | None:
    """The division that a short name stands for: one the region lies in, else one it names, else the first listed."""
    listed = _tables().places.get(token, ())
    path = path_of(region)
    within = [name for name in listed if name in path]
    if within:
        return within[0]
    stem = [name for name in path if len(token) <= 2 and _is_abbreviation(token, name)]
    if stem:
        return stem[0]
    if (
        len(token) == 2
        and len(path) > 1
        and _is_abbreviation(token[0], path[1])
        and _is_abbreviation(token[1], path[0])
    ):
        return path[0]  # 阳郊政办发 in 阳泉市郊区
    whole = next((p for sign in "市县区" if len(token) > 1 and (p := path_of(token + sign))), None)
    own = any(name in path for name in _tables().places.get(token[:1], ()))
    if whole and not (own and whole[-1] != path[-1]):
        return whole[0]  # 鄂州政办发; never 晋安区 of another province for 晋安办 in a report of 山西省
    told = [name for name in listed if not region or len(token) > 1 or level_of(name) == "provincial"]
    if told or (listed and path[-1:] == path_of(listed[0])[-1:]):
        return (told or listed)[0]  # a city's short name says nothing in another province
    inner = [name for name in _divisions_in(region) if _is_abbreviation(token, name)]
    return inner[0] if len(inner) == 1 else None


@cache
def _divisions_in(region: str) -> tuple[str, ...]:
    """Counties and districts of a city: 平定县 and 盂县 in 阳泉市."""
    code = region_code(region) if region else None
    if code is None or not code.endswith("00") or code.endswith("0000"):
        return ()
    regions = vocab.concepts("region")
    return tuple(_full_name(c) for c in sorted(regions) if regions[c].broader == code)


def place_of_prefix(prefix: str, region: str = "") -> str | None:
    """The division whose short name a prefix begins with, even where the organ after it is unknown: 苏 in 苏高法."""
    return next((p for cut in (3, 2, 1) if (p := place_of_token(prefix[:cut], region)) and len(prefix) > cut), None)


def _is_abbreviation(token: str, name: str) -> bool:
    """阳 for 阳泉市; the sign of the kind of division (市, 区) is no abbreviation."""
    own = re.sub(r".*市(?=.+[区县]$)", "", name)[:-1]
    return own.startswith(token[0]) and all(c in own for c in token)


def _organ(rest: str, year: int | None = None) -> tuple[str, tuple[str, ...]] | None:
    organs = _tables().organs
    found = max((o for o in organs if rest.startswith(o)), key=len, default=None)
    return (found, _in_year(organs[found], year)) if found else None


def _local_issuer(place: str, organ: tuple[str, ...]) -> Issuer | None:
    level = level_of(place)
    province = (region_code(place) or "")[:2]
    governed = province in _MUNICIPALITIES
    form = organ[2] if governed else organ[1] if level == "provincial" else organ[3]
    if level == "county" and province in _NAMED_LIKE_CITIES and len(organ) > 4:
        form = organ[4]
    if form == "-":
        return None
    if level == "county":
        form = form.replace("办公厅", "办公室")
    elif place in _WITH_GENERAL_OFFICES:
        form = re.sub(r"(?:(?<=政府)|(?<=~委))办公室\Z", "办公厅", form)
    name = form.replace("~", place) if "~" in form else place + form
    return Issuer(name, level, place)


def is_prefix(run: str) -> bool:
    """Whether the whole run reads as a place with an organ, or as a listed prefix, with at most five more."""
    tables = _tables()
    if any(run.startswith(p) and (len(p) > 1 or p == run) and len(run) - len(p) <= 5 for p in tables.prefixes):
        return True
    for cut in (3, 2, 1):
        if run[:cut] in tables.places:
            organ = max((o for o in tables.organs if run[cut:].startswith(o)), key=len, default="")
            if organ and len(run) - cut - len(organ) <= 5:
                return True
    return False


def is_state_prefix(run: str) -> bool:
    """Whether the run reads as an organ of the state with at most five more: 财预, 民发."""
    organ = _organ(run)
    return organ is not None and organ[1][0] != "-" and len(run) - len(organ[0]) <= 5


# ---- names in the text ----

_SUFFIX = (
    r"(?:委员会办公室|领导小组办公室|(?:安|防|减灾|食安|爱卫|编)委会|人民政府办公厅|人民政府办公室|政府办公厅|政府办公室|委办公厅|委办公室|办公厅|办公室|人大常委会|常务委员会|常委会|人民代表大会"
    r"|人民政府|政府|委员会|领导小组|总局|总署|管委会|国务院|人民法院|检察院|法院|联合会|总工会|协会|学会|研究院|中心支行|中心|总行|支行|分行|人民银行"
    r"|(?:[省市县区党工纪改健资政革军教科务]|农业农村|法工|地|健康)委|[一-龥]{2}(?<![全内外干各本总大小中分上下])部|审计署|[^当结格布]局|[^客大餐展]厅|管理站|管理处|街道办事处|办事处"
    r"|[残妇文侨]联|高院|工商联|科协|红十字会|(?:爱卫|安委|食安|双拥|文明|联席|考核|河长|林长)办|[网编脱贫农扶创]办|(?:信|府|委)办|党组|中央|全国人大|人大|政协|(?<![一-龥])中办|(?<!全)国办)"
)
_STARTS = (
    r"(?:中共|中国|中华|国务院|国家|全国|最高|中央|财政|民政|教育|人力资源|发展和?改革|发改|卫生|文化|司法|公安|农业|水利|交通|住房"
    r"|自然资源|生态|应急|审计|统计|市场监|科技|科学|工业|商务|医疗保障|退役|物价|人社|住建|卫健|文旅|税务|文物|体育|总工会"
    r"|(?!办公|委员|政府|机构|领导|保密)[一-龥]{2,3}(?:省|市|县|区|州|自治区)|[省市县区](?:委|政府|人民政府|[一-龥]{2,8}[局厅办委]))"
)
# 财政部民政部 → 财政部 | 民政部; 中共阳泉市委机构编制委员会办公室 stays whole: 机构编制 starts no name.
# 国家税务总局阳泉市税务局 is one office, of the city.
_NAME = re.compile(
    rf"(国家税务总局[一-龥]{{2,12}}?税务局|[一-龥]{{0,24}}?{_SUFFIX})(?=$|[、，,和与及]|{_STARTS})[、，,和与及]?"
)
# text read backwards from a title: 局政财市某 of 某市财政局《…》
_HAN_REVERSED = re.compile(r"[一-龥]+")
# the same for a list of issuers: 某市财政局、民政局《…》
_HAN_LIST_REVERSED = re.compile(r"[一-龥、]+")


def han_before(text: str, end: int, limit: int, listing: bool = False) -> str:
    """The Chinese characters that end at `end`, at most `limit`; with `listing`, 、 counts as one of them."""
    pattern = _HAN_LIST_REVERSED if listing else _HAN_REVERSED
    match = pattern.match(text[max(0, end - limit) : end][::-1])  # backwards, so that the time is linear
    return match.group()[::-1] if match else ""


# 国务院颁布的《…》, 阳泉市财政局文件《…》, 民政部等六部门《…》
_LINK = re.compile(
    r"(?:联合)?(?:等[一二三四五六七八九十]*部门)?(?:颁布|发布|印发|下发|制定|出台|公布|修订)?的?(?:文件)?\Z"
)
# 根据某市财政局 · 按照财政部: what stands before the name of an issuer
_CUE = re.compile(
    r".*(?:根据|依据|按照|依照|遵照|参照|贯彻落实|贯彻|落实|执行|文件|精神|通知|转发|印发|按|(?<!数)据(?!管|局|应|中)|经(?!济|信|贸)|由|为|即|见|[0-9年月日号])",
    re.S,
)
# 我局关于… · 项目单位: a sentence, no name of a body
_NO_NAME = re.compile(
    r"[我你他她这那哪某]|关于|要求|工作|项目|资金|签订|进行|开展|实施|办法|安排|移交|配合|负责|单位|主管"
)


def issuers_before(text: str, end: int) -> tuple[int, tuple[str, ...]]:
    """Names of offices that stand directly before `end`: where they begin, and the names; (end, ()) for none.

    `text` carries no white space. 财政部民政部《…》, 阳泉市民政局、阳泉市财政局《…》, 国务院颁布的《…》.
    """
    run = han_before(text, end, 90, listing=True)
    if len(run) < 2:
        return end, ()
    piece = _LINK.sub("", run)
    cue = _CUE.match(piece)
    piece_start = end - len(run) + (cue.end() if cue else 0)
    piece = piece[cue.end() :] if cue else piece
    skipped = len(piece) - len(piece.lstrip("、和与及的"))
    names = split_names(piece[skipped:])
    if names:
        return _from_first_name(piece_start + skipped, names)
    # the run may begin with other words: 要求，阳泉市财政局 is cut at 、 from the left
    while "、" in piece:
        head, _, piece = piece.partition("、")
        piece_start += len(head) + 1
        names = split_names(piece)
        if names:
            return _from_first_name(piece_start, names)
    return end, ()


# Offices of the state that stand in no other office's name
_INNER = re.compile(r"最高人民|(?<!中华人民共和国)国务院|中共中央|财政部|民政部|教育部|司法部|公安部")


def _from_first_name(start: int, names: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    lead = _words_before_name(names[0])
    return start + lead, (names[0][lead:], *names[1:])


def _words_before_name(name: str) -> int:
    """How many characters of a name are words before it: 依法受理 in 依法受理最高人民法院."""
    if inner := _INNER.search(name, 1):
        return inner.start()
    if name.startswith(("中共", *"省市县区")):
        return 0
    return next((n for n in range(len(name) - 2) if is_national(name[n:]) or _begins_with_division(name[n:])), 0)


def _begins_with_division(name: str) -> bool:
    place = place_in(name)
    return place is not None and (region_code(place) is not None or place in _SPECIAL_LEVEL)


@lru_cache(maxsize=1 << 16)
def split_names(run: str) -> tuple[str, ...]:
    """The offices that a run of text consists of, empty where it is not wholly names of offices."""
    names: list[str] = []
    at = 0
    while at < len(run):
        match = _NAME.match(run, at)
        if match is None or _NO_NAME.search(match.group(1)):
            return ()
        names.append(match.group(1))
        at = match.end()
    return tuple(names)


def full_names(names: tuple[str, ...], place: str | None, region: str = "") -> tuple[str, ...]:
    """Names with their place: 省委办公厅 → 中共山西省委办公厅; 财政厅 after 山西省民政厅 → 山西省财政厅.

    市委 is the city's that `place` lies in, else the one that `region`, the citing report's, lies in.
    """
    found: list[str] = []
    for name in names:
        before = place_in(found[-1]) if found else None
        national = bool(found) and is_national(found[-1]) and place_in(name) is None
        found.append(
            _official("国家" + name if national and _OF_STATE.match(name) else _full(name, before or place, region))
        )
    return tuple(found)


# Offices that are named without 国家 beside another office of the state: 财政部 税务总局 发展改革委
_OF_STATE = re.compile(
    r"(?:发展和?改革委|卫生健康委|税务总局|医疗?保障?局|文物局|统计局|林业和?草原局|能源局|乡村振兴局|市场监管总局|体育总局|广电总局)"
)
# Short names that stand for one office only; its official name is the one that numbers are resolved to.
_OFFICIAL = (
    (re.compile(r"第[一二三四五六七八九十]{1,3}届(?=(?:全国)?人民代表大会)"), ""),
    (re.compile(r"(?<=[省市县区州])检察院\Z"), "人民检察院"),
    (re.compile(r"(?<=[市区州])(?:中院|中级法院)\Z"), "中级人民法院"),
    (re.compile(r"(?<=[县区])法院\Z"), "人民法院"),
    (re.compile(r"(?<=区)管委会\Z"), "管理委员会"),
    (re.compile(r"(?<=[省市县区])教委\Z"), "教育委员会"),
    (re.compile(r"(?<=[省市县区])科委\Z"), "科学技术委员会"),
    (re.compile(r"(?<=[省市县区])国资委\Z"), "国有资产监督管理委员会"),
    (re.compile(r"(?<=[省市县区])(商务|农业农村)委\Z"), r"\1委员会"),
    (re.compile(r"\A国家中医药局\Z"), "国家中医药管理局"),
    (re.compile(r"(?<=[省市县区州])安委会\Z"), "安全生产委员会"),
    (re.compile(r"(?:发展改革委|发改委)\Z"), "发展和改革委员会"),
    (re.compile(r"(?:卫生健康委|卫健委)\Z"), "卫生健康委员会"),
    (re.compile(r"(?:人力资源社会保障|人社)(?=[部厅局]\Z)"), "人力资源和社会保障"),
    (re.compile(r"(?:住房城乡建设|住建)(?=[部厅局]\Z)"), "住房和城乡建设"),
    (re.compile(r"(?<=[省市县区州央]委)网信办\Z"), "网络安全和信息化委员会办公室"),
    (re.compile(r"人大常委会(?=办公[厅室]\Z|\Z)"), "人民代表大会常务委员会"),
    (re.compile(r"(?<=[省市县区州])编办\Z"), "委编办"),
    (re.compile(r"\A(?:中共)?([一-龥]{2,16}[省市县区州])委编办\Z"), r"中共\1委机构编制委员会办公室"),
    (re.compile(r"\A([一-龥]{2,16}[省市县区州])政协\Z"), r"中国人民政治协商会议\1委员会"),
    (re.compile(r"(?<=[省市县区州国])人大\Z"), "人民代表大会"),
    (re.compile(r"(?<=[省市县区州国])残联\Z"), "残疾人联合会"),
    (re.compile(r"\A最高法院\Z"), "最高人民法院"),
    (re.compile(r"(?<=省)高院\Z"), "高级人民法院"),
    (re.compile(r"(?:(?<=省委)|(?<=上海市委)|(?<=北京市委)|(?<=天津市委)|(?<=重庆市委))办\Z"), "办公厅"),
    (re.compile(r"(?<=[市县区州]委)办\Z"), "办公室"),
    (re.compile(r"(?<=[市县区州])府办\Z"), "人民政府办公室"),
    (re.compile(r"(?<=[省市县区州国])妇联\Z"), "妇女联合会"),
    (re.compile(r"(?<=[省市县区州国])科协\Z"), "科学技术协会"),
    (re.compile(r"中央军委\Z"), "中央军事委员会"),
    (re.compile(r"\A税务总局\Z"), "国家税务总局"),
    (re.compile(r"\A中办\Z"), "中共中央办公厅"),
    (re.compile(r"\A国办\Z"), "国务院办公厅"),
    (re.compile(r"医保局\Z"), "医疗保障局"),
    (re.compile(r"市场监管(?=总?局\Z)"), "市场监督管理"),
    (re.compile(r"\A工信部\Z"), "工业和信息化部"),
    (re.compile(r"\A科技部\Z"), "科学技术部"),
    (re.compile(r"\A中组部\Z"), "中共中央组织部"),
    (re.compile(r"\A中宣部\Z"), "中共中央宣传部"),
)


def _official(name: str) -> str:
    for pattern, whole in _OFFICIAL:
        name = pattern.sub(whole, name)
    return name


def _full(name: str, place: str | None, region: str) -> str:
    name = re.sub(r"^中国共产党", "中共", name)
    name = re.sub(r"(?<=[省市县区])政府", "人民政府", name)
    own = re.search(r"(?<=市)[一-龥]{1,6}[区县]\Z", place) if place else None
    if place and own and name.startswith(own.group()):
        name = place + name.removeprefix(own.group())  # 普陀区民政局 of 上海市普陀区
    elif place and place_in(name) is None and not is_national(name):
        short = re.match(r"([省市县区])(?=.)", name)
        if short:  # 市委组织部 in a report of 上海市杨浦区 is 上海市's
            owner = next((p for p in (place, *path_of(place), *path_of(region)) if p.endswith(short[1])), "")
            name = owner + name[1:] if owner else name
        elif not (name.startswith(place[:-1]) and re.match(r"[一-龥]{4,16}?区管", name)):
            name = place + name
    if re.match(r"[^中].*[省市县区州]委(?!员会)", name) and "纪委" not in name:
        name = "中共" + name
    return name


@lru_cache(maxsize=1 << 16)
def place_in(name: str) -> str | None:
    """The division that an office's name begins with: 上海市普陀区 in 上海市普陀区司法局."""
    name = name.removeprefix("中共")
    if name.startswith("新疆生产建设兵团"):
        return "新疆生产建设兵团"
    best = None
    for end in range(2, min(len(name), 24) + 1):
        if name[end - 1] in "省市县区州盟旗" and region_code(name[:end]) is not None:
            best = name[:end]
    if best is None:
        match = re.match(r"[一-龥]{2,4}?[省市县]", name)  # a division that the list lacks
        best = match.group() if match and not is_national(name) else None
    return best


# 国务院办公厅 · 财政部 · 国家税务总局 · 中共中央办公厅
_NATIONAL = re.compile(
    r"国务院|国家|中央|全国|最高|中华|中共中央|财政部|教育部|民政部|司法部|公安部|人力资源和?社会保障部|人社部|商务部|文化和?旅游部"
    r"|住房和?城乡建设部|交通运输部|水利部|农业农村部|农业部|生态环境部|自然资源部|工业和信息化部|科学?技术?部|退役军人事务部"
    r"|应急管理部|审计署|中组部|中宣部|文化部|卫生部|建设部|人事部|劳动和?社会保障部|科技部|工信部|住建部|中国|共青团中央|主席"
    r"|税务总局|人力资源社会保障部|住房城乡建设部|中办\Z|国办\Z"
)


def is_national(name: str) -> bool:
    """Whether the office is one of the state: 国务院, 财政部, 国家文物局."""
    return _NATIONAL.match(name) is not None


def level_of_issuer(name: str) -> str | None:
    """Notation of `issuingLevel` for an office by its name, None where the name does not say."""
    if "公司" in name:
        return None
    name = re.sub(r"\A国家税务总局(?=.+税务局)", "", name)
    if is_national(name):
        return "national"
    place = place_in(name)
    return level_of(place) if place else None
