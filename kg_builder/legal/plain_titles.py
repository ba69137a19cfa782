"""Where titles of documents stand in a text without 《》: names that begin and end like one, and laws.

Works on text without white space and with folded signs (`normalise.fold`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.names import issuers_before
from kg_builder.legal.numbers import Spans, overlaps
from kg_builder.legal.places import is_national
from kg_builder.legal.titles import LEAD_CUE, LONGEST, TitleSpan, in_a_place, leading_issuers

# 关于做好某工作的通知 · 某专项资金管理办法: where a title without 《》 may end
_PLAIN_END = re.compile(
    r"通知|请示(?!批复|精神|件)|决定|批复|复函|意见|办法|条例|规定|细则|规则|方案|预案|规划(?!和自然|和国土|资源|局)|纲要|制度|规程|章程|行动计划|要点|措施|公告|通告|决议|准则|规范"
)
# 关于购置装备经费的请示(阳公字[2023]5号) · 某项目评审报告(…): names that only a number behind them makes a citation
_FORM_END = re.compile(r"请示|报告|申请|纪要|合同|协议书?|审批表|批示|的函|计划|目录|标准|清单|通报|指南|定额|导则")
# What may follow a title that stands in the text without brackets.
_AFTER = re.compile(
    r"\Z|[。;,、:)(\[《〈+“”\"]|文件|精神|要求|规定|等|的(?:要求|规定|通知|精神|有关|相关|文件)|第[一二三四五六七八九十百\d]+条|执行|和|及|与|\d{1,2}[.、]|中(?=明确|规定|要求|提出|指出|有关|关于|第|的|对)|明确|指出"
)
# 关于印发某办法的通知: the end goes on to the outer one
_NOTICE = re.compile(r"的(?:通知|批复|公告|决定)(?!精神|要求|规定)")
_AFTER_VERB = re.compile(r"开展|实施|安排|组织|设立|推进|编制|申请|制定|办理|发放")  # 关于…的决定开展运维
# 关于…的实施意见 · 关于…的通知 · 关于…管理办法
_ABOUT_END = re.compile(
    r"的(?:若干|实施|指导|补充|暂行|有关|具体|试行|工作)?(?:通知|决定|批复|复函|意见|实施意见|指导意见|办法|规定|方案|措施|公告|通告|决议|通报)\Z"
    r"|(?:实施意见|实施方案|实施办法|管理办法|实施细则)\Z"
)
# 国家有关规定 · 相关政策 · 我市规章制度: no document in particular
_VAGUE = re.compile(
    r"\A国家(?:和|及|、|级|政策|规定)|有关精神|规定精神|法律法规|规章制度\Z|(?:合同|协议)规定|相关(?:规定|要求|政策|制度)|有关(?:规定|要求|政策|制度)\Z|我[省市县区局单院馆校]|法及|等有关|等相关"
)
# …。关于… · 2、关于…: a title begins after these
_STOP_BEFORE = re.compile(r".*(?:[。;,:》〉\]]|(?<!\d)\d{1,2}[.、)])(?=.)", re.S)
_STATE = ("全国", "国家", "中华人民共和国", "国务院", "中共中央")
# 2、 · 三、: an item of a list begins
_LISTED = re.compile(r"(?:\A|[^\d])\d{1,2}[.、)]\Z|[一二三四五六七八九十][、)]\Z|\A\Z")
# 某办法；2、… · 某办法。: an item of a list ends
_ITEM_END = re.compile(r"\Z|[。;]|\d{1,2}[.、)]")
# 某市“十四五”专项资金管理办法: the signs that a title without 《》 may have
_PLAIN_BODY = re.compile(r"[一-龥A-Za-z0-9“”\"()、·\-《》]{4,70}\Z")
# 我局制定 · 第三条 · 已完成: a sentence, no title
_PROSE = re.compile(
    r"\A第|我[们省市县区局单院馆校中]|[了已将并经由为]|根据|按照|依据|通过|进行|签订|采用|确保|严格|制定|完善|建立|需要|编制|组织实施|是|提出|有关部门|会议?(?:研究)?决定|研究决定"
)


# 2.山西省改革完善全科医生培养机制的实施意见: a whole item of a list may have these
_VERBS_OF_TITLES = re.compile(r"完善|建立|编制|制定|采用|进行|组织实施|通过")


def plain_titles(text: str, taken: Spans, after_numbers: set[int]) -> list[TitleSpan]:
    """Titles without brackets: 国务院关于…的决定, and names that begin with a place or office and end like a document.

    `taken` are sorted spans that are read already, `after_numbers` the offsets at which a document number ends.
    """
    found: list[TitleSpan] = []
    begins = {start for start, _ in taken}
    floor = 0
    for match in _PLAIN_END.finditer(text):
        end = match.end()
        before = _last_before(taken, end)
        if before >= end or not _may_end(text, match, begins):
            continue
        clause = _clause_start(text, max(floor, before, end - LONGEST), end)
        numbered = end in begins and text[end] == "("
        span = _about_title(text, clause, end, after_numbers) or _named_title(
            _Name(text, clause, end, numbered, after_numbers)
        )
        if span is not None:
            found += [span, *_same_endings(text, span)]
            floor = found[-1].end
    last = _cut_at_end(text, max(floor, taken[-1][1] if taken else 0))
    return found + _before_numbers(text, taken, found) + last


def _last_before(taken: Spans, at: int) -> int:
    """Where the last of the sorted spans ends that begin before an offset; 0 for none."""
    index = bisect_left(taken, (at, 0))
    return taken[index - 1][1] if index else 0


def _may_end(text: str, match: re.Match[str], begins: set[int]) -> bool:
    """Whether a title may end with the words of a document that stand here, by what follows them."""
    end = match.end()
    if match.group() in ("规范", "标准", "规程") and text.startswith("《", end):
        return False  # 上海市工程建设规范《…》
    if _NOTICE.match(text, end):
        return False  # 关于印发…办法|的通知: the end is to come
    goes_on = text.endswith("的", 0, match.start()) and _AFTER_VERB.match(text, end)
    return bool(goes_on) or end in begins or _AFTER.match(text, end) is not None


# 经费的请示(: what a form is about, without a verb that makes it a sentence
_FORM_BODY = re.compile(r"[一-龥A-Za-z0-9“”\"、·\-]{2,70}\Z")


def _before_numbers(text: str, taken: Spans, titles: list[TitleSpan]) -> list[TitleSpan]:
    """Names without 《》 whose number follows in brackets, and that no other sign tells: forms, reports, plans."""
    found: list[TitleSpan] = []
    ends = {t.end for t in titles}
    before = 0  # where the span before the number ends
    for number, end in taken:
        word = _form_word(text, number) if text[number] == "(" and number not in ends else 0
        if word and (span := _form_title(text, max(before, number - LONGEST), number - word, number)):
            found.append(span)
        before = end
    return found


def _form_word(text: str, end: int) -> int:
    """How long the name of a form is that ends here, 0 for none."""
    return next((n for n in (4, 3, 2) if end >= n and _FORM_END.fullmatch(text, end - n, end)), 0)


def _form_title(text: str, low: int, word: int, end: int) -> TitleSpan | None:
    """The title of a form from what it is about (or its offices before that) to its name, which stands at `word`."""
    clause = _clause_start(text, low, end)
    lead = LEAD_CUE.match(text, clause, word)
    start = lead.end() if lead else clause
    about = text.find("关于", start, end)
    if about > start:
        office = issuers_before(text, about)[0]
        start = office if office >= start else about
    name = text[start:end]
    if _FORM_BODY.fullmatch(name) and (about >= 0 or not _PROSE.search(name)):
        return TitleSpan(start, end, False, issuers=leading_issuers(name))
    return None


def _clause_start(text: str, low: int, end: int) -> int:
    stop = _STOP_BEFORE.match(text[low:end])
    return low + (stop.end() if stop else 0)


def _about_title(text: str, clause: int, end: int, after_numbers: set[int]) -> TitleSpan | None:
    """国务院关于…的决定, or 关于…的通知 at the beginning of a clause or beside a number."""
    at = text.find("关于", clause, end)
    if at < 0 or end - at < 9 or _VAGUE.search(text[at:end]):
        return None
    office, names = issuers_before(text, at)
    if names and office >= clause:
        return TitleSpan(office, end, False, issuers=names)
    if text.endswith("请示", at, end):
        return None  # without an office: see `bases`
    if not _ABOUT_END.search(text[at:end]):
        return None
    lead = text[clause:at]
    if clause in after_numbers or not lead or LEAD_CUE.fullmatch(lead):
        return TitleSpan(at, end, False)
    return None


@dataclass(frozen=True)
class _Name:
    """Words from the beginning of a clause to an end like a document's; `numbered`: its number follows in brackets.
    `after_numbers` are the offsets at which a number ends."""

    text: str
    clause: int
    end: int
    numbered: bool
    after_numbers: set[int]

    @cached_property
    def lead(self) -> re.Match[str] | None:
        return LEAD_CUE.match(self.text, self.clause, self.end)

    @cached_property
    def start(self) -> int:
        return max(self.lead.end() if self.lead else self.clause, self.text.rfind("、", self.clause, self.end) + 1)

    @cached_property
    def name(self) -> str:
        return self.text[self.start : self.end]

    @cached_property
    def in_a_place(self) -> bool:
        return in_a_place(self.name)

    @cached_property
    def is_item(self) -> bool:
        """Whether it is the whole of a numbered item."""
        begins = _LISTED.search(self.text[max(0, self.start - 4) : self.start]) is not None
        return begins and _ITEM_END.match(self.text, self.end) is not None

    @property
    def is_long_enough(self) -> bool:
        return (5 if self.numbered else 7) <= len(self.name) <= 60

    @property
    def is_prose(self) -> bool:
        """Whether it speaks like a sentence; a whole item that begins with a place may have a verb."""
        may_have_verbs = self.is_item and self.in_a_place
        return _PROSE.search(_VERBS_OF_TITLES.sub("", self.name) if may_have_verbs else self.name) is not None

    @property
    def is_called(self) -> bool:
        """Whether the clause begins with it, or with words that call on it, and its number follows."""
        begins = self.lead is not None or self.start == 0 or self.text[self.start - 1] in "、。;,:"
        return self.numbered and begins

    def titled(self) -> TitleSpan:
        """The title, with the offices that it begins with."""
        return TitleSpan(self.start, self.end, False, issuers=leading_issuers(self.name))


_named_title = Decision[_Name, TitleSpan | None](
    "Is a name without 《》 that ends like a document its title?",
    Rule(
        "an application is a basis of another kind",
        "阳泉市救助管理站购置车辆的请示",
        lambda n: n.text.endswith("请示", n.clause, n.end),
        None,
    ),
    Rule("too short or too long", "按照管理办法", lambda n: not n.is_long_enough, None),
    Rule(
        "it has signs that titles lack",
        "阳泉市某/某专项资金管理办法",
        lambda n: not _PLAIN_BODY.fullmatch(n.name),
        None,
    ),
    Rule("no document in particular", "国家和省市的有关管理办法", lambda n: _VAGUE.search(n.name), None),
    Rule("a sentence", "阳泉市财政局完善了资金管理办法", lambda n: n.is_prose, None),
    Rule(
        "called on, with its number behind it",
        "根据某专项资金管理办法（阳财综〔2021〕7号）",
        lambda n: n.is_called,
        _Name.titled,
    ),
    Rule(
        "of the state",
        "根据国家某某专项资金管理办法",
        lambda n: n.name.startswith(_STATE) or is_national(n.name),
        _Name.titled,
    ),
    Rule(
        "right behind a number",
        "阳财综〔2021〕7号专项资金管理办法",
        lambda n: n.start in n.after_numbers,
        _Name.titled,
    ),
    Rule("of a place", "根据阳泉市专项资金管理办法", lambda n: n.in_a_place, _Name.titled),
    Rule(
        "a whole item of a list",
        "1.专业技术资格考试安全工作方案",
        lambda n: n.is_item and len(n.name) >= 12,
        lambda n: TitleSpan(n.start, n.end, False),
    ),
    otherwise=None,
)


def _same_endings(text: str, title: TitleSpan) -> list[TitleSpan]:
    """Short names that go on a list with the ending of a plain title: …考试考务规则、考场规则、监考规则."""
    ending = re.escape(text[title.end - 2 : title.end])
    found: list[TitleSpan] = []
    at = title.end
    while more := re.compile(rf"、[一-龥]{{2,12}}?{ending}(?=[、。;,]|\Z|\d)").match(text, at):
        found.append(TitleSpan(at + 1, more.end(), False))
        at = more.end()
    return found


def _cut_at_end(text: str, floor: int) -> list[TitleSpan]:
    """A title that the field's end cuts off after its office and 关于: 阳泉市人民政府关于阳."""
    at = text.rfind("关于", max(floor, len(text) - LONGEST))
    if at < 0 or re.search(r"[。;,:《》]", text[at:]):
        return []
    office, names = issuers_before(text, at)
    if not names or office < floor or text[max(0, office - 1) : office] not in ("", *"、。;,:》)"):
        return []
    return [TitleSpan(office, len(text), False, True, names)]


# 中华人民共和国会计法, 中华人民共和国预算法实施条例
_PLAIN_LAW = re.compile(r"中华人民共和国[一-龥]{2,24}?(?:法实施条例|条例|(?<!方)法)(?![律规制定治官院人度国])")


# 依据政府采购法, 《会计法》、预算法及其实施条例; the name must be one of the list of known laws
_SHORT_LAW = re.compile(r"(?<!办)(?<!方)法|条例")
# 根据 · 、 · 执行: just before the name of a law
_LAW_BEFORE = re.compile(r"(?:根据|依据|按照|依照|遵照|遵守|贯彻|落实|执行|实施|按|[、和与及,;:。》]|\A)\Z")
# 预算法规定 · 预算法、 · 预算法第三条
_LAW_AFTER = re.compile(r"[。;,、)和与及等第]|规定|要求|的|\Z")


def plain_laws(text: str, taken: Spans, known: Callable[[str], bool]) -> list[TitleSpan]:
    """Laws named without brackets, outside the sorted spans `taken`: in full, or by a short name that is `known`."""
    full = [m.span() for m in _PLAIN_LAW.finditer(text)]
    short = [span for m in _SHORT_LAW.finditer(text) if (span := _short_law(text, m.end(), known))]
    found: Spans = []
    for start, end in sorted(full + short):
        if not overlaps(taken, start, end) and (not found or found[-1][1] <= start):
            found.append((start, end))
    return [TitleSpan(start, end, False) for start, end in found]


def _short_law(text: str, end: int, known: Callable[[str], bool]) -> tuple[int, int] | None:
    if not _LAW_AFTER.match(text, end):
        return None
    for start in range(max(0, end - 20), end - 2):
        if known(text[start:end]) and _LAW_BEFORE.search(text[max(0, start - 2) : start]):
            return start, end
    return None
