"""Bases of another kind that a text names without 《》: contracts, minutes, approvals, forms.

A word that only speaks of one (按照合同约定支付, 合同价) is no basis: it counts where something names it and either
the text calls on it (签订运维合同, 根据…审批表) or it is a whole item of a list (供热合同、工资表).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.numbers import Spans, overlaps

# 物业服务合同 · 办公会议纪要 · 经费审批表 · 追加经费申请表 · 中标通知书: the word that a basis ends with
_WORD = re.compile(
    r"(?P<contract>合同书|合同|协议书|协议)|(?P<minutes>会议纪要|纪要|会议记录)|(?P<approval>审批表|审批单|抄告单|办文单|批办单|交办单|督办单|处理单|呈批单|呈阅件|阅批件|呈批件|批示意见|批示|批件|签报)"
    r"|(?P<application>申请表|申请书|申请报告|申报表|申报书|请示)|(?P<other>工资表|工资单|工资花名册|中标通知书|成交通知书|讲话|(?:评审|论证|验收)意见|任务书)"
)
# 局党组 · 常委会 · 区长办公会: without one of these there is no decision
_WHO_DECIDES = re.compile(r"党[组委工]|常[委务]会|[公局院校]务?会|联席会")
# 党组会议研究决定, 局党组决策, 常委会审议通过, 市政府第41次常务会议研究同意, 区委常委会(2023年第12次)会议审议通过
_DECISION = re.compile(
    r"(?:[省市县区镇](?:委|政府)(?:第?\d{1,3}次)?|[一-龥]{2,10}(?:街道|镇|医院|学校|[中小]学)|[本局委厅办院])?(?:(?:党组|党委|党工委)会?|常委会|常务会|(?:[省市县区镇乡局厅院校]长)?办公会|局务会|院务会|校务会|党政联席会)(?:\(扩大\)|扩大)?(?:\(?(?:\d{4}年)?第?\d{1,3}次\)?)?(?:会议|会|议)?(?:研究)?(?:决策|决议|决定|审议通过|批准|研究同意)(?!部署|程序|事项|机制|权|了?《)"
)
# 市领导批示, 区领导在该请示上的批示, 分管副市长的批示
_INSTRUCTION = re.compile(
    r"(?:[省市县区州局]?(?:委|政府)?(?:主要|分管)?领导(?:同志)?|(?:分管)?副?[省市县区局]长|书记)"
    r"(?:在[一-龥]{1,16}上的?|的)?批示(?:意见|(?!精神))"
)
# 。物业合同 · 、会议纪要: where the name of a basis cannot reach back beyond
_SEPARATOR = re.compile(r"[。;,:、《》()+]")
# 根据物业合同 · 我局与甲公司签订的合同 · 2、会议纪要: what stands before the name of a basis
_LEAD = re.compile(
    r".*(?:根据|依据|按照|依照|参照|签订了?的?|签署了?的?|原有的|我[省市县区局院馆单中][心位]?|和|与|本|该|及|以及|(?<!合)同(?=.{6})|按|依|为|的"
    r"|\d{1,2}[.、)])(?=.)"
)
# 某医院与 · 市教育局和: the first party of an agreement
_PARTY = re.compile(r"[一-龥]{2,20}(?:局|医院|学院|公司|[大中小]学|学校|中心|站|馆|处|委|厅|政府|所)[与和同]")
# 采购合同NO.10-352, 服务合同YCXZC2020-002C
_CONTRACT_NUMBER = re.compile(
    r"[(]?(?:合同)?(?:编号|号)?:?(?:(?:NO|No|no|N0|№)[.:]?)?[A-Za-z0-9][A-Za-z0-9.\-/]{3,40}[)]?"
)
# 市长办公会议纪要[2022]5号, 专题会议纪要(第8期), 抄告单[2022]5号
_MINUTES_NUMBER = re.compile(
    r"\([一-龥]{0,10}(?:\[?\d{4}\]?年?)?第?\d{1,4}[号次期]\)|\(20\d\d-\d{1,3}\)|[\[(]?\d{4}[\])]?年?第?\d{1,4}[号次期]|第\d{1,4}[号次期]|20\d\d-\d{1,3}(?!\d)"
)
# 合同，… · 合同约定… · 会议纪要等…: what follows a word that names a basis
_AFTER = re.compile(
    r"\Z|[。;,、:)(\[《+“\"]|第\d|规定|要求|约定|内容|执行|条款|精神|意见|明确|确定|支付|付款|等|和|及|[A-Za-z0-9]"
)
# 会议纪要。 · 会议纪要和…: where an item of a list ends
_ITEM_END = re.compile(r"\Z|[。;、+“\"(\[]|第\d|[A-Za-z0-9]|和|及|明确|确定|,(?!约定)")
_WHO_INSTRUCTS = re.compile(r"(?:领导|书记|[市省县区局厅]长|政府|委)\Z")  # 市领导批示
# 根据区政府专题…纪要: a basis that the text says it follows
_CALLED = re.compile(r"(?:根据|依据|按照|依照|参照|签订|签署|按(?![时月季年期需量比]))[^。;,:、]{0,40}\Z")
# 我市 · 进行了 · 做好: a sentence, no name
_PROSE = re.compile(r"我[们市局]|[了已将并经由]|进行|支付|安排|做好|管理$|未|没有|解除|续签|代签|签$")


@dataclass(frozen=True, slots=True)
class OtherBasis:
    """A contract, form or minutes in the squeezed text; what follows `title_end` is its own number."""

    start: int
    end: int
    title_end: int
    kind: str


def other_bases(text: str, taken: Spans, breaks: frozenset[int]) -> list[OtherBasis]:
    """Bases of another kind outside the sorted spans `taken`; `breaks` are offsets before which white space stood."""
    found: list[OtherBasis] = []
    floor = 0
    for match in _WORD.finditer(text):
        kind = str(match.lastgroup)
        followed = _AFTER.match(text, match.end()) or match.end() in breaks
        start = _name_start(_Word(text, match, floor, breaks)) if followed else None
        if start is None or overlaps(taken, start, match.end()):
            continue
        if text.endswith("绩效目标申报表", 0, match.end()):
            continue  # the report's own form
        end = end_with_number(text, match.end(), kind)
        found.append(OtherBasis(start, end, match.end(), kind))
        floor = end
    return found + _decisions(text, taken, found)


def end_with_number(text: str, end: int, kind: str) -> int:
    """Where a contract, minutes or an approval end with the number that is printed after their name."""
    pattern = {"contract": _CONTRACT_NUMBER, "minutes": _MINUTES_NUMBER, "approval": _MINUTES_NUMBER}.get(kind)
    number = pattern.match(text, end) if pattern else None
    told = number is not None and (kind != "contract" or re.search(r"\d{2}", number.group()))
    return number.end() if number and told else end


@dataclass(frozen=True)
class _Word:
    """A word that a basis may end with, in its text; the name begins at `floor` at the earliest."""

    text: str
    match: re.Match[str]
    floor: int
    breaks: frozenset[int]

    @cached_property
    def low(self) -> int:
        return max(self.floor, self.match.start() - 40)

    @cached_property
    def begin(self) -> int:
        """Where the clause or the item begins in which the word stands."""
        ends = [separator.end() for separator in _SEPARATOR.finditer(self.text, self.low, self.match.start())]
        return ends[-1] if ends else self.low

    @property
    def begins_whole(self) -> bool:
        """Whether nothing of the item was left out before it."""
        return self.begin in (0, self.floor) or self.text[self.begin - 1] in "、;:。,)》+"

    @property
    def is_called(self) -> bool:
        """Whether the text calls on it, or a list of those goes on that it calls on."""
        called = _CALLED.search(self.text[self.low : self.match.start()]) is not None
        after_mark = 0 < self.floor == self.begin - 1 and self.text[self.floor] == "、"
        after_word = 0 < self.floor == self.begin and self.text[self.floor] in "及和与"
        return called or after_mark or after_word

    @cached_property
    def _lead(self) -> tuple[int, bool]:
        """Where the name begins, and whether words stand before it that are no part of the list."""
        lead = _LEAD.match(self.text, self.begin, self.match.start() + 1)
        if lead is None:
            return self.begin, False
        party = _after_cue(self.text, self.begin, lead.end())
        if _PARTY.fullmatch(self.text, party, lead.end()):
            return party, False  # 某医院与某学校合作协议
        joined = self.begin > 0 and self.text[self.begin - 1] in "》)"
        and_only = self.text[self.begin : lead.end()] in ("和", "与", "及", "以及")
        return lead.end(), not (joined and and_only)  # 《…》(苏财规[2023]6号)及项目任务书

    @property
    def start(self) -> int:
        return self._lead[0]

    @property
    def has_words_before(self) -> bool:
        return self._lead[1]

    @cached_property
    def name(self) -> str:
        return self.text[self.start : self.match.start()]

    @property
    def ends_whole(self) -> bool:
        """Whether the item ends with it."""
        return _ITEM_END.match(self.text, self.match.end()) is not None or self.match.end() in self.breaks

    @property
    def is_listed(self) -> bool:
        return self.begin == 0 or self.text[self.begin - 1] in "、;"


_name_start = Decision[_Word, int | None](
    "Where does the name of a basis begin, if its last word is one?",
    Rule(
        "the text calls on it",
        "按照某大楼物业服务合同支付",
        lambda w: w.is_called and len(w.name) >= 2,
        lambda w: w.start,
    ),
    Rule(
        "the word only speaks of one",
        "供热合同约定的费用",
        lambda w: not w.begins_whole or w.has_words_before or not w.ends_whole,
        None,
    ),
    Rule("a sentence", "做好服务合同", lambda w: _PROSE.search(w.name), None),
    Rule(
        "an instruction of nobody",
        "有关批示",
        lambda w: w.match.group().startswith("批示") and not _WHO_INSTRUCTS.search(w.name),
        None,
    ),
    Rule("a whole item with a name", "物业服务合同、工资表", lambda w: len(w.name) >= 2, lambda w: w.start),
    Rule(
        "a whole item of a list, the word alone",
        "物业服务合同、工资表",
        lambda w: not w.name and w.is_listed and w.match.group() != "讲话",
        lambda w: w.start,
    ),
    otherwise=None,
)


def _decisions(text: str, taken: Spans, found: list[OtherBasis]) -> list[OtherBasis]:
    spans = sorted(taken + [(b.start, b.end) for b in found])
    patterns = [_DECISION] if _WHO_DECIDES.search(text) else []
    patterns += [_INSTRUCTION] if "批示" in text else []
    decisions = [(_after_cue(text, *m.span()), m.end()) for p in patterns for m in p.finditer(text)]
    return [OtherBasis(a, b, b, "approval") for a, b in decisions if not overlaps(spans, a, b)]


# 根据某街道党工委会议决定
_BEFORE_WHO = re.compile(r"(?:根据|依据|按照?|依照|经过?|由|及|以及|和|并)+")


def _after_cue(text: str, start: int, end: int) -> int:
    cue = _BEFORE_WHO.match(text, start, end)
    return cue.end() if cue else start
