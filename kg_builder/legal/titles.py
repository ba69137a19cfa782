"""Where titles of documents stand in a text: in 《》 with what belongs to them outside, and plain.

Works on text without white space and with folded signs (`normalise.fold`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

from kg_builder.legal.names import OTHERS, issuers_before, split_names
from kg_builder.legal.numbers import Spans, overlaps
from kg_builder.legal.places import is_national, level_of, place_in

LONGEST = 120  # characters of a title; the longest real ones have about ninety


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """A title in the squeezed text, with the offices that stand directly before it or begin it."""

    start: int
    end: int
    bracketed: bool
    cut: bool = False
    issuers: tuple[str, ...] = ()


# ---- 《…》 ----

# 《关于印发〈某办法〉的通知》
_BRACKET = re.compile(r"[《》〈〉]")
# Words after which a 《 within a title opens another title: 关于印发《, 贯彻落实〈
_NESTS = re.compile(
    r"(?:印发|转发|发布|公布|颁布|下发|修订|修改|贯彻|落实|实施|执行|关于|同意|批转|废止|对|于|和|与|及|学习|宣传|批准|调整|[《〈])\Z"
)
# 《某办法》的补充通知 · 〈某办法〉的通知》: what belongs to a title outside its brackets
_OUTER_TAIL = re.compile(
    r"的?(?:补充|实施|贯彻)?(?:通知|批复|复函|意见|公告|通告|决定|函|办法|细则|方案|请示|报告)|[》〉]"
)
# Where a title without its 》 ends: a full stop, a comma, a number.
_END_OF_CUT = re.compile(r"[。;,:]|\((?=[^()]{0,16}(?:19|20)\d\d)|(?:、)?[一-龥]{2,8}[\[(](?:19|20)\d\d[\])]")


# 《《某条例》、《某办法》: the second 《 of a misprint, for which no second 》 comes
_DOUBLED = re.compile(r"《(?:[^《》〈〉]|〈[^《》〈〉]*〉)*》(?!》)[^《》〈〉]*(?:《|\Z)")


def bracketed_spans(text: str) -> list[tuple[int, int, bool]]:
    """Outermost 《…》 as (start, end, cut): without its 》 a title ends at the next stop or number, without its 《
    it begins after the last one."""
    found: list[tuple[int, int, bool]] = []
    stack: list[int] = []
    inner_end = 0  # where the last inner title of the open one ended, 0 for none
    for match in _BRACKET.finditer(text):
        sign, at = match.group(), match.start()
        if sign == "《" and stack and stack[-1] == at - 1 and _DOUBLED.match(text, at):
            continue
        if sign == "》" and not stack and found and found[-1][1] == at:
            found[-1] = found[-1][0], at + 1, found[-1][2]
        elif sign in "《〈":
            if stack and sign == "《" and not _may_nest(text, at, inner_end):
                found.append(_cut_span(text, stack[0], inner_end, at))
                stack, inner_end = [], 0
            stack.append(at)
        elif not stack:
            found += _unopened(text, at, found) if sign == "》" else []
        else:
            opened = stack.pop()
            if sign == "》" and text[opened] == "〈" and stack and not _OUTER_TAIL.match(text, at + 1):
                opened, stack = stack[0], []  # 《…〈…》: one sign closes both
            inner_end = at + 1 if stack else 0
            if not stack:
                found.append((opened, at + 1, False))
    if stack:
        found.append(_cut_span(text, stack[0], inner_end, len(text)))
    return found


def _may_nest(text: str, at: int, inner_end: int) -> bool:
    if inner_end and text[at - 1] in "、和与及":
        return inner_end == at - 1
    return _NESTS.search(text[max(0, at - 2) : at]) is not None


def _cut_span(text: str, start: int, inner_end: int, limit: int) -> tuple[int, int, bool]:
    if inner_end and (tail := _OUTER_TAIL.match(text, inner_end)):
        return start, tail.end(), False  # 《关于印发《X》的通知: one 》 for two
    limit = min(limit, start + LONGEST)
    end = _END_OF_CUT.search(text, max(start + 1, inner_end), limit)
    stop = end.start() if end else limit
    while stop > start + 1 and text[stop - 1] in "、,和及与":
        stop -= 1
    return start, stop, True


# 某市专项资金管理办法》 whose 《 was lost, read backwards
_UNOPENED_REVERSED = re.compile(r"[^。;,:、()《》〈〉]{6,90}")


def _unopened(text: str, at: int, found: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    floor = max(found[-1][1] if found else 0, at - 90)
    match = _UNOPENED_REVERSED.match(text[floor:at][::-1])
    if match is None or kind_of_ending(match.group()[::-1]) != "document":
        return []
    start = at - match.end()
    cue = _LEAD_CUE.match(text, start, at - 6)
    return [(cue.end() if cue else start, at + 1, True)]


# 《某条例》实施细则 · 《某办法》（试行）的通知: a document about the document named
_TAIL_OF = re.compile(
    r"(?:[(\[](?:试行|暂行|修订|修正|草案|征求意见稿|试行稿|(?:19|20)\d\d年?(?:修订|修正|版|本|修正版|修订版)?)[)\]])?"
    r"(?:的(?:补充|若干|实施|指导|复)?(?:通知|批复|复函|函|意见|实施意见|决定|公告|通告|请示|办法|实施办法|规定|细则|实施细则|方案|实施方案|通报|报告|命令)"
    r"|(?:配套|贯彻)?实施(?:细则|办法|方案|意见|条例|规定)|补充规定|细则|通知|办法)"
)
# 财政部关于印发《, 阳泉市人民政府关于同意《, 印发《, 山西省实施《
_HEAD_ABOUT = re.compile(r"关于[^。;,:()《》〈〉]{0,40}\Z")
# 某局印发 · 某市政府转发: just before a title
_HEAD_ISSUE = re.compile(r"(?:印发|转发|批转|发布|公布|颁布|下发)\Z")
# 贯彻实施 · 实施: just before a title
_HEAD_CARRY = re.compile(r"(?:贯彻|落实|执行)?实施\Z")
# 关于印发《政府会计准则第3号》应用指南的通知
_TAIL_ABOUT = re.compile(r"[一-龥]{2,10}的(?:通知|批复|复函|函|意见|决定|公告|通告)")
# 《某办法》(试行) · 《某目录》(2019年版)
EDITION_AFTER = re.compile(
    r"[(\[](?:试行|暂行|修订|修正|修订版|草案|(?:19|20)\d\d年?(?:修订|修正|版|本|修正版|修订版|修订本))[)\]]"
)


# “关于做好某工作的通知” · “某资金管理办法”(财社[2022]5号)
_QUOTED = re.compile(
    r"[“\"](?:[^“”\"《》〈〉。;]{0,30}关于[^“”\"《》〈〉。;]{4,90}(?:通知|意见|办法|决定|批复|方案|细则|规定|函|请示)[”\"]"
    r"|[^“”\"《》〈〉。;]{6,60}(?:办法|条例|规定|方案|细则|意见|规划|通知)[”\"](?=\(?[一-龥]{2,12}[\[(](?:19|20)\d\d))"
)


def quoted_titles(text: str) -> Spans:
    """Titles of documents in quotation marks instead of 《》, outside of any."""
    return [m.span() for m in _QUOTED.finditer(text)] if "“" in text or '"' in text else []


def in_brackets(text: str, quoted: Spans) -> str:
    """The text with 《》 for the two signs of each span."""
    signs = list(text)
    for start, end in quoted:
        signs[start], signs[end - 1] = "《", "》"
    return "".join(signs)


def bracketed_titles(text: str) -> list[TitleSpan]:
    """Titles in 《》 with the words outside that belong to them: 财政部关于印发《…》的通知, 《…》实施细则."""
    titles: list[TitleSpan] = []
    floor = 0
    for start, end, cut in bracketed_spans(text):
        if start < floor or end - start < 4:
            continue  # 《》 with nothing in it
        begin, stop, issuers = _with_wrapper(text, start, end, floor)
        if begin == start:
            before, names = issuers_before(text, start)
            issuers = names if before >= floor else ()
        if stop == end and (edition := EDITION_AFTER.match(text, end)):
            stop = edition.end()
        titles.append(
            TitleSpan(begin, stop, True, cut, issuers or (leading_issuers(text[start:end]) if begin == start else ()))
        )
        floor = stop
    return titles


def _with_wrapper(text: str, start: int, end: int, floor: int) -> tuple[int, int, tuple[str, ...]]:
    tail = _TAIL_OF.match(text, end)
    before = text[max(floor, start - 60) : start]
    inside_about = "关于" in text[start : start + 40]
    about = _HEAD_ABOUT.search(before) or _HEAD_ISSUE.search(before)
    if about and not inside_about and (tail is None or not tail.group().startswith("的")):
        tail = _TAIL_ABOUT.match(text, end) or tail
    if tail is None and end == len(text) and text[end - 1] not in "》〉" and about and not inside_about:
        begin = start - len(before) + about.start()
        office, names = issuers_before(text, begin)
        return (office, end, names) if names and office >= floor else (begin, end, ())
    if tail is None:
        return start, end, ()
    carry = _HEAD_CARRY.search(before)
    if about and (not inside_about or tail.group().startswith("的")):
        begin = start - len(before) + about.start()
        office, names = issuers_before(text, begin)
        return (office, tail.end(), names) if names and office >= floor else (begin, tail.end(), ())
    if carry and tail.group().endswith(("办法", "细则", "规定", "条例", "意见")):
        office, names = issuers_before(text, start - len(carry.group()))
        place = re.search(r"[一-龥]{2,8}[省市县区州](?:贯彻)?实施\Z", before)
        begin = start - len(place.group()) if place else start
        joined = _CONJUNCTION.match(text, begin, start) if place else None
        begin = joined.end() if joined else begin
        return begin, (tail.end() if place else end), names
    if inside_about or tail.group().startswith(("实施", "配套", "贯彻", "细则", "补充")):
        return start, tail.end(), ()
    return start, end, ()


# 和上海市实施《…》办法: the words before the place
_CONJUNCTION = re.compile(r"(?:以及|和|与|及|根据|依据|按照|执行|落实)")
# 阳泉市第十五届人民代表大会第三次会议 is the congress
_SESSION = re.compile(r"(?<=会)第[一二三四五六七八九十\d]{1,4}次(?:全体)?会议\Z")
# 某市财政局关于… · 某省财政厅、民政厅转发…: issuers at the start of a title
_LEADING = re.compile(r"[《〈]?([一-龥、\d]{2,110}?)(?=关于|转发|印发|批转)")


# 阳泉市大数据应用局“三重一大”实施办法; never 阳泉市财政局职能配置、内设机构和人员编制规定, which is made for the office
_OWN_RULES = re.compile(
    r"[《〈]?([一-龥]{4,24}?(?:局|厅|有限公司))(?!职能|主要职责|职责|机构|内设|[所长和与及、])(?=[^关]{2})"
)
# 阳泉市国库集中支付中心内部审批制度; without such words 社区服务中心 is a kind of institution, not one of them
_OWN_HOUSE_RULES = re.compile(
    r"[《〈]?([一-龥]{4,24}?(?:中心|管理站|管理处))(?=[^《》]{0,20}(?:三重一大|内部|内控|财务|食堂|考核|考勤|审批|制度))"
)


def leading_issuers(title: str) -> tuple[str, ...]:
    """Offices that a title begins with: 财政部、司法部关于…, 山西省民政厅山西省财政厅关于…, and the office whose own
    rules it names: 阳泉市大数据应用局“三重一大”实施办法."""
    if match := _LEADING.match(title):
        return split_names(re.sub(rf"{OTHERS}(?:联合)?\Z", "", _SESSION.sub("", match[1])))
    own = _OWN_RULES.match(title) or _OWN_HOUSE_RULES.match(title)
    if own is None or kind_of_ending(title) != "document":
        return ()
    name = own[1]
    if name.endswith("公司"):
        return (name,)
    return (name,) if _in_a_place(name) and split_names(name) == (name,) else ()


# ---- what a title is ----

# …管理办法 · …条例 · …通知 · …规划 · …三十条措施: how names of documents end
_DOCUMENT = re.compile(
    r"(?:(?<![书方兵做想魔手写疗打看说办语文用技佛])法|法典|条例|规定|办法|细则|规则|准则|通则|总则|规程|规范|标准|制度|章程|意见|通知|决定|决议|批复|复函|函|公告|通告"
    r"|命令|指令|令|方案|预案|计划|规划|纲要|要点|措施|政策|指引|指南|目录|大纲|安排|部署|要求|事项|解释|修正案|公约|宪法|党章|议定书"
    r"|导则|定额|守则|机制|流程|规约|体系|意见书|通报|行动|工作法|第?[一二三四五六七八九十百\d]{1,3}条(?:措施|意见|政策)?"
    r"|指导书|职责|支出范围|清单|(?<!使用)(?<!操作)(?<!用户)(?<!宣传)(?<!知识)手册|规划\d{4}|20[2-9][05]|决策部署|讲话精神|号文件?)\Z"
)
# The tables and forms of the report itself: 《部门一般公共预算基本支出预算表》, 项目支出绩效目标申报表
_OWN_TABLE = re.compile(r"(?:收支|收入|支出|公共预算|基金预算|资本经营预算|“?三公”?经费|绩效目标)[^《》]{0,20}表\Z")
# …采购合同 · …会议纪要 · …审批表 · …申请报告 · …评审意见: names of other bases
_OTHER_ENDINGS = (
    ("contract", re.compile(r"(?:合同|协议|协议书|意向书|备忘录|合同书|契约)\Z")),
    ("minutes", re.compile(r"(?:纪要|会议记录|会议决议|议定事项)\Z")),
    (
        "approval",
        re.compile(
            r"(?:审批表|审批单|抄告单|办文单|批办件|交办单|督办单|呈阅件|批示|批件|呈批件|呈批单|签报|审批意见|核准表|批准书|签批件|批办单|阅批件|处理单|传阅单|审核表)\Z"
        ),
    ),
    (
        "application",
        re.compile(
            r"(?:(?:申请|请求|解决|追加|拨付|安排)[^《》]{0,60}(?:经费|资金|费用|补助|款项?|预算)的报告"
            r"|申请表|申请书|申报表|申报书|申请|请示|申请报告|申报材料|的申报)\Z"
        ),
    ),
    (
        "other",
        re.compile(
            r"(?:工资表|工资单|花名册|讲话|(?:评审|审查|验收|论证)意见|报告|报告书|名单|发票|报表|台账|明细表|统计表|责任书|任务书|倡议书|情况说明|测算表|预算表|报价单|说明书|中标通知书|成交通知书)\Z"
        ),
    ),
)


def kind_of_ending(title: str) -> str | None:
    """`document`, a notation of `basisKind`, or None where the last words of a title tell nothing."""
    name = re.sub(r"[(\[][^()\[\]]{0,30}[)\]]\Z", "", title.strip("《》〈〉 、,。;")).strip("《》〈〉")
    for kind, pattern in () if _OWN_TABLE.search(name) else _OTHER_ENDINGS:
        if pattern.search(name):
            return kind
    return "document" if _DOCUMENT.search(name) else None


# ---- plain titles ----

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
# 根据… · （一）按照… · 2、依据…: what stands before a title
_LEAD_CUE = re.compile(
    r"(?:(?:主要|严格|认真|全面|依据|根据|按照|依照|遵照|参照|贯彻落实|贯彻|落实|执行|遵守|制定了?|出台了?|印发了?|下发了?|以及|包括|依|按|据|和|及|与|《|[()]|:|、|的"
    r"|\d{1,2}[.、)]|[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十\d]{1,2}\)|[①-⑳]|文件|号文|号|文))+"
)
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
    numbered = {start for start in begins if text[start] == "("}
    floor = 0
    for match in _PLAIN_END.finditer(text):
        if match.group() in ("规范", "标准", "规程") and text[match.end() : match.end() + 1] == "《":
            continue  # 上海市工程建设规范《…》
        if _NOTICE.match(text, match.end()):
            continue  # 关于印发…办法|的通知: the end is to come
        whole = text[max(0, match.start() - 1) : match.start()] == "的" and _AFTER_VERB.match(text, match.end())
        if not whole and match.end() not in begins and not _AFTER.match(text, match.end()):
            continue
        before = taken[bisect_left(taken, (match.end(), 0)) - 1] if taken and taken[0][0] < match.end() else (0, 0)
        if before[1] >= match.end():
            continue  # within a span that is read already
        low = max(floor, before[1], match.end() - LONGEST)
        clause = _clause_start(text, low, match.end())
        span = _about_title(text, clause, match.end(), after_numbers) or _named_title(
            text, clause, match.end(), after_numbers, match.end() in numbered
        )
        if span is not None:
            found += [span, *_same_endings(text, span)]
            floor = found[-1].end
    last = _cut_at_end(text, max(floor, taken[-1][1] if taken else 0))
    return found + _before_numbers(text, taken, found) + last


# 经费的请示(: what a form is about, without a verb that makes it a sentence
_FORM_BODY = re.compile(r"[一-龥A-Za-z0-9“”\"、·\-]{2,70}\Z")


def _before_numbers(text: str, taken: Spans, titles: list[TitleSpan]) -> list[TitleSpan]:
    """Names without 《》 whose number follows in brackets, and that no other sign tells: forms, reports, plans."""
    found: list[TitleSpan] = []
    ends = {t.end for t in titles}
    for index, (number, _) in enumerate(taken):
        if text[number] != "(" or number in ends:
            continue
        ending = next((n for n in (4, 3, 2) if number >= n and _FORM_END.fullmatch(text, number - n, number)), None)
        if ending is None:
            continue
        low = max(taken[index - 1][1] if index else 0, number - LONGEST)
        clause = _clause_start(text, low, number)
        lead = _LEAD_CUE.match(text, clause, number - ending)
        start = lead.end() if lead else clause
        about = text.find("关于", start, number)
        if about > start:
            start = issuers_before(text, about)[0] if issuers_before(text, about)[0] >= start else about
        name = text[start:number]
        if _FORM_BODY.fullmatch(name) and (about >= 0 or not _PROSE.search(name)):
            found.append(TitleSpan(start, number, False, issuers=leading_issuers(name)))
    return found


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
    if clause in after_numbers or not lead or _LEAD_CUE.fullmatch(lead):
        return TitleSpan(at, end, False)
    return None


def _named_title(text: str, clause: int, end: int, after_numbers: set[int], numbered: bool) -> TitleSpan | None:
    """阳泉市救助管理站财务审核审批管理办法: a place or office first (or its number after it), no verb within, a
    document's ending."""
    if text.endswith("请示", clause, end):
        return None
    lead = _LEAD_CUE.match(text, clause, end)
    start = max(lead.end() if lead else clause, text.rfind("、", clause, end) + 1)
    name = text[start:end]
    item = _LISTED.search(text[max(0, start - 4) : start]) is not None and _ITEM_END.match(text, end) is not None
    if not (5 if numbered else 7) <= len(name) <= 60 or not _PLAIN_BODY.fullmatch(name) or _VAGUE.search(name):
        return None
    if _PROSE.search(_VERBS_OF_TITLES.sub("", name) if item and _in_a_place(name) else name):
        return None
    cued = numbered and (lead is not None or start == 0 or text[start - 1] in "、。;,:")
    if cued or name.startswith(_STATE) or is_national(name) or start in after_numbers or _in_a_place(name):
        return TitleSpan(start, end, False, issuers=leading_issuers(name))
    if len(name) >= 12 and item:
        return TitleSpan(start, end, False)  # 3.会计专业技术资格考试防疫工作方案
    return None


def _in_a_place(name: str) -> bool:
    """Whether a name begins with a division that there is: 阳泉市, not 负责全市."""
    return level_of(place_in(name) or "") is not None


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
