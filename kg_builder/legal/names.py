"""Who issued a document, by the names of offices that stand in the text before a title or begin it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from kg_builder import vocab
from kg_builder.graph.iri import region_code
from kg_builder.legal.issuers import short_names
from kg_builder.legal.places import SPECIAL_LEVEL, is_national, path_of, place_in

_SUFFIX = (
    r"(?:[省市县]?军(?:分)?区|调查队|[总支大]队|秘书处|(?:协调|工作)小组|联席会议(?:办公室)?|党校|(?:档案|图书|博物|文化|美术|科技|体育)馆|医院|(?:专科|职业|技工)?学校|[一-龥]{2}(?:学院|大学|[中小]学)|合作社|联合社|供销社|科学院|总会|参事室|研究室|[出合][版作]署|警备区|武装部|(?:证|银保)监会|最高[法检院]|委员会办公室|领导小组办公室|(?:安|防|减灾|食安|爱卫|编)委会|爱卫会|[市州]中院|人民政府办公厅|人民政府办公室|政府办公厅|政府办公室|委办公厅|委办公室|办公厅|办公室|人大常委会|常务委员会|常委会|人民代表大会"
    r"|人民政府|政府|委员会|领导小组|总局|总署|管委会|国务院|人民法院|检察院|法院|联合会|总工会|协会|学会|研究院|中心支行|中心|总行|支行|分行|人民银行"
    r"|(?:[省市县区党工纪改健资政革军教科务计生信民交建创宗规管语]|农业农村|法工|政法|地|健康|管理|监)委|[一-龥]{2}(?<![全内外干各本总大小中分上下])部|审计署|[^当结格布]局|[^客大餐展]厅|管理站|管理处|街道办事处|办事处"
    r"|[残妇文侨]联|高院|工商联|科协|红十字会|(?:爱卫|安委|食安|双拥|文明|联席|考核|河长|林长)办|[网编脱贫农扶创侨台外]办|(?:外事|信访|金融|人防|民防|法制|国动|政研|督查|防汛|招商|征兵|创城|医改|平安|法治|依法治[省市县区]|道安|森防)办"
    r"|(?:禁毒|文明|食药安|减灾|消安|绿化|国动|招|语|妇儿工|残工|关工|老龄)[委办]|(?:妇儿工|残工|安|绿)委办|(?:信|府|委)办|党组|中央|全国人大|人大|政协|(?<![一-龥])中办|(?<!全)国办)"
)
_STARTS = (
    r"(?:中共|人行|监委|共青团|团[省市县区]委|海关总署|外交部|环境保护部|国土资源部|建设部|人事部|铁道部|中国|中华|国务院|国家|全国|最高|中央|财政|民政|教育|人力资源|发展和?改革|发改|卫生|文化|司法|公安|农业|水利|交通(?!警察)|住房"
    r"|自然资源|生态|应急|审计|统计|市场监|科技|科学|工业|商务|医疗保障|退役|物价|人社|住建|卫健|文旅|税务|文物|体育|总工会"
    r"|[一-龥]县|(?!办公|委员|政府|机构|领导|保密)[一-龥]{2,3}(?:省|市|县|区|州|自治区)|[省市县区](?:委|政府|人民政府|[一-龥]{2,8}[局厅办委]))"
)
# 阳泉市人民政府教育督导委员会 is one body
_OF_GOVERNMENT = r"(?:教育督导|安全生产|食品安全|国有资产监督管理|妇女儿童工作|残疾人工作)"
# 中共阳泉市委教育工作领导小组 is one body
_OF_PARTY = (
    r"[省市县区州]委(?:[一-龥](?<![省市县区局厅部府委])){0,10}?"
    r"(?:工作委员会|安全委员会|审计委员会|领导小组|工委)(?:办公室)?"
)
# 财政部民政部 → 财政部 | 民政部; 中共阳泉市委机构编制委员会办公室 stays whole: 机构编制 starts no name.
# 国家税务总局阳泉市税务局 is one office, of the city.
_NAME = re.compile(
    rf"(国家税务总局[一-龥]{{2,12}}?税务局|(?:国务院|(?:[一-龥](?<![局厅部委府])){{2,10}}政府){_OF_GOVERNMENT}委员会(?:办公室)?|(?:中共)?[一-龥]{{0,8}}?{_OF_PARTY}|[一-龥]{{0,24}}?{_SUFFIX})(?=$|[、，,和与及]|{_STARTS})[、，,和与及]?"
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


# 财政部等六部门, 中宣部等七部委, 市教委、市财政局等4部门: others that are not named
OTHERS = r"等(?:[一二三四五六七八九十\d]{1,3}个?)?(?:有关|相关)?(?:部门|部委局?|委局|厅局|单位|机构|部|委|家)"
# 国务院颁布的《…》, 阳泉市财政局文件《…》, 民政部等六部门《…》
_LINK = re.compile(
    rf"(?:{OTHERS})?(?:联合)?(?:颁布|发布|印发|下发|下达|制定|制发|出台|公布|修订|(?<=[大会])通过)?的?(?:文件)?\Z"
)
# 根据某市财政局 · 按照财政部: what stands before the name of an issuer
_CUE = re.compile(
    r".*(?:根据|依据|按照|依照|遵照|参照|贯彻落实|贯彻|落实|执行|文件|精神(?!文明|卫生)|通知|转发|印发|按|(?<!数)据(?!管|局|应|中)|经(?!济|信|贸)|由|为|即|见|以及|[一二三四五六七八九其]是|[0-9年月日号])",
    re.S,
)
# 我局关于… · 项目单位: a sentence, no name of a body
_NO_NAME = re.compile(
    r"[我你他她这那哪某]|关于|要求|工作(?!委员会|委|领导小组|联席会议|办公室|部|局)|项目|资金|签订|进行|开展|实施|办法|安排|移交|配合|负责|单位|主管"
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
    if name.startswith(("中共", "共青团", *"省市县区")):
        return 0
    return next((n for n in range(len(name) - 2) if is_national(name[n:]) or _begins_with_division(name[n:])), 0)


def _begins_with_division(name: str) -> bool:
    place = place_in(name)
    return place is not None and (region_code(place) is not None or place in SPECIAL_LEVEL)


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


def full_names(names: tuple[str, ...], place: str | None, region: str = "", of_state: bool = False) -> tuple[str, ...]:
    """Names with their place: 省委办公厅 → 中共山西省委办公厅; 财政厅 after 山西省民政厅 → 山西省财政厅.

    市委 is the city's that `place` lies in, else the one that `region`, the citing report's, lies in. `of_state` says
    that the number is an office's of the state: 住建部、发改委、财政部.
    """
    of_state = of_state or any(is_national(name) and place_in(name) is None for name in names)
    found: list[str] = []
    for name in names:
        before = place_in(found[-1]) if found else None
        local = place_in(name) or before or not of_state or not _OF_STATE.match(name)
        found.append(_official(_full(name, before or place, region) if local else "国家" + name))
    return tuple(found)


# Offices that are named without 国家 beside another office of the state: 财政部 税务总局 发展改革委
_OF_STATE = re.compile(
    r"(?:发展和?改革委|发改委|卫生健康委|卫健委|卫生?计生?委|民委|税务总局|医疗?保障?局|中医药(?:管理)?局|疾(?:病预防)?控(?:制)?局|药监局|文物局"
    r"|统计局|林业和?草原局|林草局|能源局|乡村振兴局|粮食和(?:物资)?储备局|知识产权局|档案局|信访局|广播电视总局|铁路局|民航局|邮政局)"
)
# 第十四届全国人民代表大会: a session is no part of the name
_SESSION = re.compile(r"第[一二三四五六七八九十]{1,3}届(?=(?:全国)?(?:人民代表大会|人大))")
# 省委教育工委: the committees of a committee
_COMMITTEE_OF = re.compile(r"(?<=[省市县区州]委)([一-龥]{2,4})工委\Z")
# 人行阳泉市中心支行
_CENTRAL_BANK = re.compile(r"\A(?:中国)?人行(?=.{2})")


@dataclass(frozen=True, slots=True)
class _ShortForm:
    """A short end of a name, what must stand before it (empty: anything) and begin the name, and the name in full: ~
    stands for the place before it, which must be named."""

    short: str
    after: str
    within: tuple[str, ...]
    full: str

    def in_full(self, name: str) -> str | None:
        """The name with its end in full, None where it is not this one."""
        if not name.endswith(self.after + self.short) or not name.startswith(self.within):
            return None
        before = name.removesuffix(self.short)
        if "~" not in self.full:
            return before + self.full
        place = before.removeprefix("中共")
        return self.full.replace("~", place) if len(place) > 2 else None


@cache
def _short_forms() -> tuple[_ShortForm, ...]:
    """The ends of names that `data/offices.tsv` lists, the longest first; columns short, after, within, name."""
    with (vocab.folder("data") / "offices.tsv").open(encoding="utf-8") as file:
        forms = [
            _ShortForm(row["short"], after, tuple(row["within"].split("|")), row["name"])
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            for after in row["after"].split("|")
        ]
    return tuple(sorted(forms, key=lambda f: len(f.after + f.short), reverse=True))


# …委办公厅, …局办公室: the office of an office; of the Party's committees and governments it is a name of its own
_OFFICE_OF = re.compile(r"(?<=[委部局厅会])(?<![省市县区州]委)办公[厅室]\Z")


@lru_cache(maxsize=1 << 14)
def _official(name: str) -> str:
    """The name by which an office is known: 省卫健委 → 省卫生健康委员会, 中办 → 中共中央办公厅."""
    office = _OFFICE_OF.search(name)
    if office:  # 国家卫生健康委办公厅
        return _official(name[: office.start()]) + office.group()
    shorts = short_names()
    if name in shorts:
        return shorts[name]
    if name.startswith("国家") and shorts.get(name[2:], "").startswith("国家"):
        return shorts[name[2:]]  # 国家广电总局
    name = _CENTRAL_BANK.sub("中国人民银行", _COMMITTEE_OF.sub(r"\1工作委员会", _SESSION.sub("", name)))
    name = next((full for form in _short_forms() if (full := form.in_full(name))), name)
    for start in range(len(name) - 1):  # the longest short name first: 绿化市容局, not 市容局
        full = shorts.get(name[start:])
        if full and (start == 0 or (name[start - 1] in "省市县区州旗盟家" and not is_national(full))):
            return name[:start] + full
    return name


# 团市委 · 共青团山西省委
_LEAGUE = re.compile(r"(?:共青)?团(?=(?:[一-龥]{2,8})?[省市县区州]委)")
# 中国共产党上海市委员会办公厅, of a place
_PARTY_COMMITTEE = re.compile(r"(中共[一-龥]+[省市县区州]委)员会(办公[厅室])?")
# 普陀区 of 上海市普陀区
_OWN_DISTRICT = re.compile(r"(?<=市)[一-龥]{1,6}[区县]\Z")
# 某市高新区管委会 · 某市第一中学: names that begin with a place's without the sign of its kind
_OF_ITS_OWN = re.compile(r".{4}区管|(?:学校|学院|大学|医院|军分区)\Z")
# 山西省委组织部, but 中共…
_COMMITTEE = re.compile(r"[^中].*[省市县区州]委(?!员会)")


def _full(name: str, place: str | None, region: str) -> str:
    if league := _LEAGUE.match(name):
        return "共青团" + _full(name[league.end() :], place, region).removeprefix("中共")
    if name.startswith("中国共产党"):
        name = "中共" + name.removeprefix("中国共产党")
    whole = _PARTY_COMMITTEE.fullmatch(name)
    if whole and place_in(name) == whole[1][2:-1]:
        name = whole[1] + (whole[2] or "")
    name = _GOVERNMENT.sub("人民政府", name)
    name = _placed(name, place, region) if place else name
    return "中共" + name if _COMMITTEE.match(name) and "纪委" not in name else name


# 市政府
_GOVERNMENT = re.compile(r"(?<=[省市县区])政府")


def _placed(name: str, place: str, region: str) -> str:
    """A name with the place before it, or with that of the city or province around it: 市委组织部 in a report of
    上海市杨浦区 is 上海市's."""
    own = _OWN_DISTRICT.search(place)
    plain = name.removeprefix("中共")
    if own and plain.startswith(own.group()):
        return place + plain.removeprefix(own.group())
    if place_in(name) is not None or is_national(name):
        return name
    if name[0] in "省市县区" and len(name) > 1 and name[1] != "场":  # 市教育局, never 市场监管局
        owner = next((p for p in (place, *path_of(place), *path_of(region)) if p.endswith(name[0])), None)
        return owner + name[1:] if owner else name
    return name if name.startswith(place[:-1]) and _OF_ITS_OWN.search(name) else place + name
