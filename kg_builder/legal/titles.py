"""Where titles of documents stand in 《》 in a text, with what belongs to them outside.

Works on text without white space and with folded signs (`normalise.fold`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.endings import kind_of_ending
from kg_builder.legal.names import OTHERS, issuers_before, split_names
from kg_builder.legal.numbers import Spans
from kg_builder.legal.places import level_of, place_in

LONGEST = 120  # characters of a title; the longest real ones have about ninety


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """A title in the squeezed text, with the offices that stand directly before it or begin it."""

    start: int
    end: int
    bracketed: bool
    cut: bool = False
    issuers: tuple[str, ...] = ()


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


class _Brackets:
    """Reads the signs of a text from left to right; `found` holds the outermost 《…》 as (start, end, cut)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: list[tuple[int, int, bool]] = []
        self.open: list[int] = []
        self.inner_end = 0  # where the last inner title of the open one ended, 0 for none

    def opens(self, sign: str, at: int) -> None:
        """《 or 〈: the beginning of a title, of one inside it, or of the next where the open one has lost its end."""
        if sign == "《" and self.open:
            if self.open[-1] == at - 1 and _DOUBLED.match(self.text, at):
                return
            if not _may_nest(self.text, at, self.inner_end):
                self.cut(at)
        self.open.append(at)

    def closes(self, sign: str, at: int) -> None:
        """》 or 〉: the end of the open title or of one inside it; a doubled 》 belongs to the title before it."""
        if self.open:
            self._close(sign, at)
        elif sign == "》" and self.found and self.found[-1][1] == at:
            start, _, cut = self.found.pop()
            self.found.append((start, at + 1, cut))
        elif sign == "》":
            self.found += _unopened(self.text, at, self.found)

    def _close(self, sign: str, at: int) -> None:
        start = self.open.pop()
        one_for_both = sign == "》" and self.text[start] == "〈" and not _OUTER_TAIL.match(self.text, at + 1)
        if one_for_both and self.open:  # 《…〈…》
            start, self.open = self.open[0], []
        self.inner_end = at + 1 if self.open else 0
        if not self.open:
            self.found.append((start, at + 1, False))

    def cut(self, limit: int) -> None:
        """The open title ends without its 》, at `limit` or before."""
        if self.open:
            self.found.append(_cut_span(self.text, self.open[0], self.inner_end, limit))
            self.open, self.inner_end = [], 0


def bracketed_spans(text: str) -> list[tuple[int, int, bool]]:
    """Outermost 《…》 as (start, end, cut): without its 》 a title ends at the next stop or number, without its 《
    it begins after the last one."""
    brackets = _Brackets(text)
    for match in _BRACKET.finditer(text):
        read = brackets.opens if match.group() in "《〈" else brackets.closes
        read(match.group(), match.start())
    brackets.cut(len(text))
    return brackets.found


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


# 根据… · （一）按照… · 2、依据…: what stands before a title
LEAD_CUE = re.compile(
    r"(?:(?:主要|严格|认真|全面|依据|根据|按照|依照|遵照|参照|贯彻落实|贯彻|落实|执行|遵守|制定了?|出台了?|印发了?|下发了?|以及|包括|依|按|据|和|及|与|《|[()]|:|、|的"
    r"|\d{1,2}[.、)]|[一二三四五六七八九十]{1,2}、|\([一二三四五六七八九十\d]{1,2}\)|[①-⑳]|文件|号文|号|文))+"
)
# 某市专项资金管理办法》 whose 《 was lost, read backwards
_UNOPENED_REVERSED = re.compile(r"[^。;,:、()《》〈〉]{6,90}")


def _unopened(text: str, at: int, found: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    floor = max(found[-1][1] if found else 0, at - 90)
    match = _UNOPENED_REVERSED.match(text[floor:at][::-1])
    if match is None or kind_of_ending(match.group()[::-1]) != "document":
        return []
    start = at - match.end()
    cue = LEAD_CUE.match(text, start, at - 6)
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


# [某市防汛条例] · [关于印发食堂管理办法的通知](某府发[2023]7号): as 【】 is folded
_SQUARE = re.compile(
    r"\[(?!\d)[^\[\]“”\"《》〈〉。;]{3,90}(?:通知|意见|办法|决定|批复|条例|规定|方案|细则|规划|纲要|法)"
    r"(?:\([^()]{1,8}\))?\]"
)


def quoted_titles(text: str) -> Spans:
    """Titles of documents in quotation marks or square brackets instead of 《》, outside of any."""
    quoted = [m.span() for m in _QUOTED.finditer(text)] if "“" in text or '"' in text else []
    if "[" in text:
        quoted += [
            m.span() for m in _SQUARE.finditer(text) if not any(a < m.end() and m.start() < b for a, b in quoted)
        ]
    return quoted


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
        begin, stop, issuers = _extent(_Bracketed(text, start, end, floor))
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


Extent = tuple[int, int, tuple[str, ...]]  # where a title begins and ends, and its offices


@dataclass(frozen=True)
class _Bracketed:
    """A title in 《》 in its text; what belongs to it begins at `floor` at the earliest."""

    text: str
    start: int
    end: int
    floor: int

    @cached_property
    def before(self) -> str:
        return self.text[max(self.floor, self.start - 60) : self.start]

    @cached_property
    def tells_subject(self) -> bool:
        return "关于" in self.text[self.start : self.start + 40]

    @cached_property
    def about(self) -> int | None:
        """Where the words begin that speak of the title: 关于同意《, 转发《."""
        head = _HEAD_ABOUT.search(self.before) or _HEAD_ISSUE.search(self.before)
        return self.start - len(self.before) + head.start() if head else None

    @cached_property
    def tail(self) -> re.Match[str] | None:
        """The words behind it that name the document which speaks of it."""
        tail = _TAIL_OF.match(self.text, self.end)
        if self.about is not None and not self.tells_subject and (tail is None or not tail.group().startswith("的")):
            return _TAIL_ABOUT.match(self.text, self.end) or tail
        return tail

    @property
    def last_words(self) -> str:
        return self.tail.group() if self.tail else ""

    @property
    def stop(self) -> int:
        return self.tail.end() if self.tail else self.end

    @property
    def is_cut_off(self) -> bool:
        """Whether the field ends before 》 and the words behind it."""
        return self.tail is None and self.end == len(self.text) and self.text[self.end - 1] not in "》〉"

    @cached_property
    def carry(self) -> re.Match[str] | None:
        """实施 before it, where a document follows that carries it out."""
        rules = self.last_words.endswith(("办法", "细则", "规定", "条例", "意见"))
        return _HEAD_CARRY.search(self.before) if rules else None

    def as_printed(self) -> Extent:
        """The title alone, with the words behind it."""
        return self.start, self.stop, ()

    def with_head(self) -> Extent:
        """From the office, if it stands before them, or from the words that speak of the title."""
        begin = self.start if self.about is None else self.about
        office, names = issuers_before(self.text, begin)
        return (office, self.stop, names) if names and office >= self.floor else (begin, self.stop, ())

    def carried_out(self) -> Extent:
        """From the place that carries the law out: 山西省实施《…》办法; without a place the title is the law's."""
        _, names = issuers_before(self.text, self.start - len(self.carry.group()) if self.carry else self.start)
        place = _PLACE_CARRIES.search(self.before)
        if place is None:
            return self.start, self.end, names
        begin = self.start - len(place.group())
        joined = _CONJUNCTION.match(self.text, begin, self.start)
        return joined.end() if joined else begin, self.stop, names


_extent = Decision[_Bracketed, Extent](
    "What belongs to a title in 《》 outside it?",
    Rule(
        "the field ends before the words that would follow it",
        "根据阳泉市财政局印发《某专项资金管理",
        lambda b: b.is_cut_off and b.about is not None and not b.tells_subject,
        _Bracketed.with_head,
    ),
    Rule("nothing behind it", "根据《某专项资金管理办法》", lambda b: b.tail is None, _Bracketed.as_printed),
    Rule(
        "an office speaks of it: 关于…《》的通知",
        "阳泉市财政局关于印发《某专项资金管理办法》的通知",
        lambda b: b.about is not None and (not b.tells_subject or b.last_words.startswith("的")),
        _Bracketed.with_head,
    ),
    Rule(
        "a place carries it out",
        "山西省实施《中华人民共和国某某保护法》办法",
        lambda b: b.carry is not None,
        _Bracketed.carried_out,
    ),
    Rule(
        "words that end a title outside its brackets",
        "《某某保护条例》实施细则",
        lambda b: b.tells_subject or b.last_words.startswith(("实施", "配套", "贯彻", "细则", "补充")),
        _Bracketed.as_printed,
    ),
    otherwise=lambda b: (b.start, b.end, ()),
)


# 山西省实施 · 上海市贯彻实施: just before a title
_PLACE_CARRIES = re.compile(r"[一-龥]{2,8}[省市县区州](?:贯彻)?实施\Z")
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
    return (name,) if in_a_place(name) and split_names(name) == (name,) else ()


def in_a_place(name: str) -> bool:
    """Whether a name begins with a division that there is: 阳泉市, not 负责全市."""
    return level_of(place_in(name) or "") is not None
