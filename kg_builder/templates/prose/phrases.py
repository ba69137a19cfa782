"""The words around a figure → what it says: a sum, a change, share or rate of what was named before, a stock of assets.

Each list of rules is a tuple in order; a figure whose words no rule understands says nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from kg_builder import marks
from kg_builder.decisions import Decision, Rule
from kg_builder.templates.prose.topics import (
    COMPARED,
    LEAD,
    LESS,
    OTHER_YEAR,
    PATH,
    Subject,
    path_name,
    plain_words,
    words_to_subject,
)
from kg_builder.text import YUAN_PER, decimal_of

PARTS = re.compile(r"其中|包括|方面[:：]|(?:收入|支出)为")  # 其中：基本支出…
_MORE = ("增加", "增长", "上升", "提高", "调增", "净增", "增收", "增支", "增幅", "涨幅", "多")
_LESS = ("减少", "下降", "降低", "调减", "压减", "压缩", "缩减", "净减", "减收", "减支", "降幅", "减幅", "少")
_CHANGE = re.compile(
    rf"(?P<before>.*?)(?P<word>{'|'.join((*_MORE, *_LESS))}|"
    rf"(?P<side>小于|低于|大于|高于){OTHER_YEAR})(?:的?幅度|率)?(?:了|额|数)?(?:约|为|达)?"
)  # 比上年增加 · 低于2023年预算 · 增长率为 · 降幅
_COMPARISON = re.compile(rf"(?:{COMPARED}|同比|环比|相比|相较)(?:,|，)?")  # 与上年相比, · 比2022年 · 同比
_BEFORE = re.compile(rf"{COMPARED}(?P<what>.*?)(?:为|是)?")  # 比2022年的 22.32万元, 与2022年预算 156.02万元
_CHANGED = re.compile("[增减升降]")  # 比上年预算增加 is no other year's sum, whatever else its words say
# 2023年当年预算执行数为
_OTHER_YEAR = re.compile(
    r"(?:上年|去年|(?P<year>20\d\d)年)度?(?:同期|当年)?(?:年初)?(?:预算|决算)?(?:执行)?(?:数)?(?:为|是)?"
)  # also: 上年为 · 上年预算
# 支出预算由2024年的 · 从上年
_FROM_OTHER_YEAR = re.compile(r"(?P<what>.*?)[由从](?:上年|去年|20\d\d年)度?(?:预算|决算)?(?:执行)?(?:数)?的?")
# 增加到2025年的 · 降至
_RAISED = re.compile(
    r"(?:增加|增长|提高|上升|减少|下降|降低|压减|压缩|[增升降减])[到至](?:20\d\d年|本年)?度?(?:预算|决算)?(?:数)?的?"
)
_RESTATED = re.compile(r"20\d\d年(?:度|当年)?(?:预算)?安排数?(?:为|是)?")  # 2024年预算安排 76.76万元, said again
# 基本支出占总支出的比例为 · 占比
_SHARE = re.compile(r"(?P<before>.*?)占(?:比|(?P<whole>.*?)的?(?:比例|比重)?)(?:约|达)?(?:为|是)?")
# 占“三公”经费总额 18万元的20%, 完成年初预算 4万元的75%: the whole with its own sum
_OF_WHOLE = re.compile(r"[占完](?:成)?(?P<whole>.+)")
_OF_IT = re.compile(r"的(?:比例|比重)?(?:约|达)?(?:为|是)?")  # … 18万元的
# 完成年初预算的 · 预算完成率为
_RATE = re.compile(r"完成(?:年初|全年|调整|当年)?预算数?的?|(?:年初|全年|调整)?预算完成率(?:约|达)?(?:为|是)?")
_STAGES = (
    (re.compile(r"(?P<what>.*?)年初预算数?(?:为|是)?"), "initial-budget"),
    (re.compile(r"(?P<what>.*?)(?:全年|调整)预算数?(?:为|是)?"), "adjusted-budget"),
    (re.compile(r"(?P<what>.*?)支出决算数?(?:为|是)"), "final-amount"),
)  # 基本支出年初预算为 · 支出决算为
_BUDGETS = ("initial-budget", "adjusted-budget")
# 决算 · 实际支出: after the budget of the same
_SPENT = re.compile(r"(?:支出)?决算数?(?:为|是)?|实际(?:支出|执行)数?(?:为|是)?")
_BEHIND_BRACKET = re.compile(r"[)）][，,、]?占[^，,、()（）]*$")  # 基本支出5万元（其中：人员经费4万元），占62.5%
_OPENING = re.compile(r"^[()、]+")  # (占 · 、占比
_DATED_PATH = re.compile(  # 一般公共服务支出（类）财政事务（款）行政运行（项）2024年预算数为
    r"(?P<name>.+\((?:类|款|项)\))(?:科目)?(?P<year>20\d\d)年度?(?:年初)?预算(?:数|安排)?(?:为|是)?"
)
_LIMIT = re.compile(r"(?:[（(]含[^（()）]{0,6}[)）])?(?:以上|以下|以内)")  # 10万元（含）以上
_RATE_AFTER = re.compile(r"[,，]?(?:增加|增长|上升|提高|减少|下降|降低)(?:了|约)?(\d+(?:\.\d+)?)[%％]")  # ,增长3.5%
# 编报绩效目标项目共 · 绩效目标管理的2024年度项目
_GOALS = re.compile(r"(?:绩效目标|绩效)(?:管理)?的?(?:20\d\d年度?)?(?:二级|一级)?项目(?:数量?|总数)?[共为有计]{0,2}")
_GOALS_AFTER = re.compile(r"(?:二级)?项目(?:实行|纳入|编报|开展)[^，。]{0,6}绩效目标")  # 项目实行绩效目标
_GOALS_AT_END = re.compile(_GOALS.pattern + "$")
# ，涉及预算金额 · 共计项目资金
_GOALS_MONEY = re.compile(r"(?:,|，)?(?:共计|合计|涉及|总计)[^，。;；]{0,16}(?:金额|资金|拨款|预算)[^，。;；]{0,8}")
_TRACKED = re.compile(r"跟踪|自评|评价|监控|整体")  # 绩效自评
# 共有车辆 · 公务用车保有量
_VEHICLES = re.compile(r".{0,60}?(?:共有|实有|共)(?:公务用)?(?:车辆|车)?|车辆|公务用车(?:实际)?保有量(?:为)?")
_KIND_OF_VEHICLE = re.compile(r"、?(?:其中:)?\(?(?P<kind>[一-鿿]{2,12}用车)")  # 其中:执法执勤用车
_PLANNED = re.compile(r"(?:安排|计划|拟)(?:新增)?购置")  # 计划购置
_AREA = re.compile(r"房屋|用房|建筑")  # 办公用房
_BUILT = re.compile(r"规划|计容|工程|改造|新建|其中")  # buildings to be built, and parts of those counted
_EQUIPMENT = re.compile(r"以上(?:的)?(?:通用|专用|大型)?设备(?:\(不含车辆\))?")  # 以上通用设备
_WHOLES = {"procurement": "政府采购", "vehicles": "公务用车"}
_MONEY = re.compile(r"(?<!\d)(?<!\d[,.])\d++(?:[,.]\d++)*+[亿万]?元")  # 5,232.38万元
_MORE_SUMS = re.compile(r"(?:[、和](?:\d++(?:[,.]\d++)*+[亿万]?元))+(?![、和]\d)")  # 、0.80万元、18.50万元
_FISCAL_TOTALS = {  # what a sum of the body is called → the sum of its fiscal money
    "revenue-total": "fiscal-revenue",
    "revenue-current": "fiscal-revenue",
    "expenditure-total": "fiscal-expenditure",
    "expenditure-current": "fiscal-expenditure",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What a figure says: a topic; what a change, share or rate is of; the whole that a part was named under."""

    topic: str
    subject: str | None = None
    within: str | None = None
    negative: bool = False


@dataclass(slots=True)
class State:
    """What has been said so far in a paragraph: the last sum of money, the whole whose parts are listed."""

    subject: Subject | None = None
    value: Decimal = Decimal(0)  # of the subject
    head: Subject | None = None
    whole: Decimal = Decimal(0)  # value of the head
    known_head: bool = True
    parts: bool = False  # 其中 or 包括 has opened a list of the head's parts
    nested: bool = False  # a list has opened within the list: which sum its parts and the next ones are of is not said
    sibling: bool = False  # the head is itself a part of a sum that is not named: 教育支出6万元，占60%，其中…
    listed: int = 0  # how many parts were named
    above: tuple[Subject, Decimal] | None = None  # the whole of the list that the sentence before ended with
    goals: bool = False  # the figure before was the number of projects with performance goals
    base: Subject | None = None  # the figure before was the whole that the next share is of: 占总支出 820万元的
    other_year: bool = False  # the sums of the sentence are another year's until one names its own
    budget: Subject | None = None  # the sum before was the budget of this, and what was spent may follow
    vehicles: str | None = None
    respective: list[Subject] = field(default_factory=list)  # what the next sums are of: 甲、乙分别为1元、2元

    def begin(self, opens: str, goes_on: bool) -> None:
        """A sentence begins with the words `opens`; `goes_on`: after a semicolon."""
        self.respective, self.other_year = [], False
        path = PATH.fullmatch(opens.rstrip("。").replace('"', ""))
        if path:
            self.subject = Subject("function", path_name(path["name"]))
        self.parts = bool(PARTS.match(opens)) or (self.parts and goes_on and not self.sibling)
        self.nested, self.sibling = self.nested and self.parts, False
        if not self.parts:
            self.above = (self.head, self.whole) if self.head and self.head != self.subject else None
            self.head, self.known_head = None, True


@dataclass(frozen=True)
class Phrase:
    """A figure with the words directly before it (in labels' form, empty where they are too many), the sentence
    around it, the report's year, and what was said before."""

    words: str
    before: str
    printed: str
    unit: str
    after: str
    year: int | None
    state: State
    after_goals: bool = False  # the figure before was the number of projects with performance goals
    base: Subject | None = None  # the figure before was the whole that a share is of

    @cached_property
    def inner(self) -> str:
        """The words behind a bracket or the comma of a list: (占 · 、占比."""
        return _OPENING.sub("", self.words)

    @property
    def value(self) -> Decimal:
        """The figure."""
        return decimal_of(self.printed) or Decimal(0)

    @cached_property
    def stage(self) -> tuple[str, str] | None:
        """A stage of the budget (a topic), and the words that name its sum: 基本支出年初预算."""
        found = ((topic, pattern.fullmatch(self.words)) for pattern, topic in _STAGES)
        return next(((topic, match["what"]) for topic, match in found if match), None)

    @property
    def is_of_other_year(self) -> bool:
        """Whether it only names another year: 与2022年预算 156.02万元, 2023年当年预算执行数为."""
        other = _OTHER_YEAR.fullmatch(self.inner)
        named = other is not None and other["year"] != str(self.year) and (self.year is not None or not other["year"])
        before = _BEFORE.fullmatch(self.inner)
        return named or (before is not None and not _CHANGED.search(before["what"]))

    @cached_property
    def name(self) -> str:
        """The words without the year after a path; none where that is another year."""
        dated = _DATED_PATH.fullmatch(self.words)
        if dated is None:
            return self.words
        return dated["name"] if int(dated["year"]) == self.year else ""

    @cached_property
    def named(self) -> Subject | None:
        """The sum that the words name, as what a part is of, or as what the fund is that the sentence speaks of."""
        return _of_fund(words_to_subject(self.name) or self._part, self.name, self.before)

    @property
    def _part(self) -> Subject | None:
        """A part that is named in short under its whole: 其中：货物 … of 政府采购, 运行费 … of 公务用车."""
        whole = _WHOLES.get(self.state.head.topic) if self.state.parts and self.state.head else None
        return words_to_subject(whole + LEAD.sub("", self.name)) if whole else None

    @property
    def names_other_year(self) -> bool:
        """2023年支出预算 in the report of 2024."""
        years = marks.years_in(self.name)
        return self.year is not None and bool(years) and self.year not in years

    @property
    def is_part(self) -> bool:
        """Whether the sum is not what its words name: of a part of the year, less what is taken out, or a change."""
        return LESS.match(self.after) is not None or _PART_OF_SUM.search(self.before) is not None

    @property
    def begins_anew(self) -> bool:
        """Whether a sum is no part of a list: it names its year or body (本年部门预算支出总计) as parts do not."""
        return _ANEW.match(LEAD.sub("", self.name)) is not None

    @cached_property
    def change(self) -> re.Match[str] | None:
        """The words of a change, None for none: 比上年增加, 低于2023年预算."""
        return _CHANGE.fullmatch(self.inner)

    @cached_property
    def share(self) -> re.Match[str] | None:
        """The words of a share, None for none: 占总支出的, 占比."""
        return _SHARE.fullmatch(self.inner)

    @cached_property
    def whole(self) -> Subject | None:
        """The sum that a share after it is of: 占总支出 820万元的60%."""
        found = _OF_WHOLE.fullmatch(self.inner)
        return words_to_subject(found["whole"]) if found and _OF_IT.match(self.after) else None

    @property
    def is_planned(self) -> bool:
        """Whether the sentence speaks of what is to be bought."""
        return _PLANNED.search(self.before) is not None

    @property
    def vehicles(self) -> str:
        """The topic of vehicles that are there, or to be bought."""
        return "planned-vehicles" if self.is_planned else "asset-vehicles"


_OPENS = re.compile(r"[(、,]*(?:其中|包括)")  # 其中:人员经费 · (其中
# 2023年 · 本年度部门: what no part begins with
_ANEW = re.compile(r"20\d\d年|本年度?(?:部门|单位)")
# 截至6月底 · 上半年 · 前三季度 · 1-9月 · 除公务接待费外， · 压缩会议费1万元、培训费
_PART_OF_SUM = re.compile(
    r"截[至止](?:20\d\d年)?(?:[1-9]|1[01])月|[上下]半年|季度|\d-\d{1,2}月|除[^，,。；;]{1,30}外[，,]|"
    r"(?:压缩|压减|节约|新增|追加|调增|调减)[^，,、。；;]{1,40}、[^，,、。；;]{1,30}$"
)
# 预算数: what is left before 比上年 where nothing is named
_NOTHING = re.compile(r"(?:预算|决算|执行)数?")
_FUNDS = re.compile("政府性基金|国有资本经营")
_OTHER_BUDGET = re.compile("一般公共预算|[收支][入出]预算")
_OF_BUDGET = re.compile("财政|预算|基金")


def _of_fund(subject: Subject | None, words: str, before: str) -> Subject | None:
    """A total that a sentence on one fund names in short: 支出总计 after 财政拨款收入总计 … is that of 财政拨款.

    本年收入 after 政府性基金预算财政拨款年初结转和结余 … is neither the body's nor a sum with a name of its own.
    """
    opening, *others = _MONEY.split(before, maxsplit=1)
    if subject is None or subject.topic not in _FISCAL_TOTALS or not others or _OF_BUDGET.search(words):
        return subject
    if _FUNDS.search(opening):
        return None
    led = "财政拨款" in opening and not _OTHER_BUDGET.search(opening)
    return Subject(_FISCAL_TOTALS[subject.topic]) if led else subject


# --- changes ------------------------------------------------------------------------------------------------------


def _say_change(phrase: Phrase, topic: str) -> Said | None:
    """A change in money or percent; None where it is one of something that is not known."""
    change, state = phrase.change, phrase.state
    if change is None:
        return None
    less = change["word"] in _LESS or change["side"] in ("小于", "低于")
    rest = _COMPARISON.sub("", change["before"]).removesuffix("各")
    named = rest and not _NOTHING.fullmatch(rest)
    state.subject = _named_change(rest, state) if named else _what_changed(phrase, less, state)
    return Said(topic, state.subject.label, negative=less) if state.subject else None


def _named_change(words: str, state: State) -> Subject | None:
    """What the words name; 收、支预算总计 said after the fiscal total means that total."""
    subject = words_to_subject(words)
    again = subject == Subject("budget-total") and state.subject == Subject("fiscal-total")
    return state.subject if again else subject


def _what_changed(phrase: Phrase, less: bool, state: State) -> Subject | None:
    """The last sum named, or the whole that it is a part of: where both can be meant, the printed rate must tell."""
    whole = (state.head, state.whole) if state.parts and state.head else state.above
    if whole is None or state.subject is None or whole[0] == state.subject:
        return state.subject
    rate = _RATE_AFTER.match(phrase.after)
    candidates = (whole, (state.subject, state.value)) if rate else ()
    fits = [subject for subject, value in candidates if rate and _fits(value, phrase.value, less, rate[1])]
    if len(fits) == 1:
        return fits[0]
    return state.subject if state.parts and state.listed < 2 else None


def _fits(value: Decimal, change: Decimal, less: bool, rate: str) -> bool:
    """Whether a sum that changed so much changed at that rate, as exactly as the rate is printed."""
    sign = -1 if less else 1
    before = value - sign * change
    step = Decimal(1).scaleb(-len(rate.partition(".")[2]))
    return before != 0 and abs(sign * change / before * 100 - sign * Decimal(rate)) < 2 * step


# --- sums ---------------------------------------------------------------------------------------------------------


def _say_of_subject(phrase: Phrase, topic: str) -> Said | None:
    subject = phrase.state.subject
    return Said(topic, subject.label) if subject else None


def _say_stage(phrase: Phrase) -> Said | None:
    topic, what = phrase.stage or ("", "")
    state = phrase.state
    if what:
        state.subject = words_to_subject(LEAD.sub("", what))
    state.value, state.budget = phrase.value, state.subject
    return _say_of_subject(phrase, topic)


def _say_whole(phrase: Phrase) -> Said | None:
    whole = phrase.state.base = phrase.whole
    if whole and whole.topic in _BUDGETS:
        return _say_of_subject(phrase, whole.topic)
    return Said(whole.topic, whole.name) if whole else None


def _say_from_other_year(phrase: Phrase) -> Said | None:
    """What the words name, in another year; its sum of this year follows (增加到)."""
    named = _FROM_OTHER_YEAR.fullmatch(phrase.inner)
    if named and named["what"]:
        phrase.state.subject = words_to_subject(named["what"])
    return _say_of_subject(phrase, "previous-year")


def _say_of_other_year(phrase: Phrase) -> Said | None:
    """What was named, in another year; sums of something else that follow it are of that year too."""
    phrase.state.other_year = phrase.named != phrase.state.subject
    return None if phrase.state.other_year else _say_of_subject(phrase, "previous-year")


def _say_again(phrase: Phrase) -> Said | None:
    subject = phrase.state.subject
    return Said(subject.topic, subject.name) if subject else None


def _respective(phrase: Phrase) -> list[Subject]:
    """What as many sums are of, in their order: 因公出国（境）费、公务接待费分别为0万元、0.80万元; else nothing."""
    names, _, behind = LEAD.sub("", phrase.name).partition("分别")
    several = "、" in names and behind in {"", "为", "是", "安排"}
    subjects = [words_to_subject(name) for name in re.split("[、和]", names)] if several else []
    sums = _MORE_SUMS.match(phrase.after)
    printed = 1 + len(_MONEY.findall(sums[0])) if sums else 0
    return [one for one in subjects if one] if all(subjects) and printed == len(subjects) else []


def _say_first_of_several(phrase: Phrase) -> Said | None:
    first, *phrase.state.respective = _respective(phrase)
    return Said(first.topic, first.name)


def _say_next_of_several(phrase: Phrase) -> Said | None:
    subject = phrase.state.respective.pop(0)
    return Said(subject.topic, subject.name)


def _say_sum(phrase: Phrase) -> Said | None:
    """A sum, which opens or goes on with a list of parts; nothing of a list under a head that is not known."""
    state, found = phrase.state, None if phrase.is_part else phrase.named
    state.subject, state.value, state.above = found, phrase.value, None
    state.budget = found if phrase.name.endswith(("预算", "预算为", "预算数", "预算数为")) else None
    if found is not None and phrase.begins_anew:
        state.parts = False
    if not state.parts:
        state.head, state.whole, state.known_head = found, phrase.value, found is not None
    if found is None or (state.parts and not state.known_head):
        return None
    return Said(found.topic, found.name, _within(phrase, found))


def _within(phrase: Phrase, found: Subject) -> str | None:
    """The whole that a sum is listed under; None for none, and where a list stands within the list."""
    state = phrase.state
    state.listed = state.listed + 1 if state.parts else 0
    state.nested = state.nested or (state.listed > 1 and _OPENS.match(phrase.words) is not None)
    listed = state.parts and not state.nested and state.head and state.head != found
    return state.head.label if listed and state.head else None


def _say_sum_of_year(phrase: Phrase) -> Said | None:
    """A sum, but none of a list of another year (2023年基本支出5万元、项目支出3万元), up to one that names its own."""
    state = phrase.state
    state.other_year = state.other_year and not marks.years_in(phrase.name) and "本年" not in phrase.name
    return None if state.other_year else _say_sum(phrase)


_sum_of_money = Decision[Phrase, Said | None](
    "What does a sum of money in the prose say?",
    Rule(
        "one of several that are named before",
        "公务接待费、会议费分别为1万元、2万元。",
        lambda p: p.state.respective and p.words in {"、", "和"},
        _say_next_of_several,
    ),
    Rule("the first of several", "公务接待费、会议费分别为1万元、2万元。", _respective, _say_first_of_several),
    Rule(
        "a change of what was named",
        "支出预算100万元，比上年增加5万元。",
        lambda p: p.change,
        lambda p: _say_change(p, "change"),
    ),
    Rule(
        "the whole that a share is of",
        "基本支出20万元，占总支出40万元的50%。",
        lambda p: p.whole,
        _say_whole,
    ),
    Rule(
        "from another year's sum",
        "支出预算由2022年的40万元增加到50万元。",
        lambda p: _FROM_OTHER_YEAR.fullmatch(p.inner),
        _say_from_other_year,
    ),
    Rule(
        "to this year's sum",
        "支出预算由2022年的40万元增加到50万元。",
        lambda p: _RAISED.fullmatch(p.inner),
        _say_again,
    ),
    Rule(
        "the same of another year",
        "机关运行经费25万元，比2022年的20万元增加5万元。",
        lambda p: p.is_of_other_year,
        lambda p: _say_of_subject(p, "previous-year"),
    ),
    Rule("a stage of the budget", "基本支出年初预算为20万元。", lambda p: p.stage, _say_stage),
    Rule(
        "what was spent of a budget",
        "公务接待费年初预算4万元，决算3万元。",
        lambda p: p.state.budget and p.state.budget == p.state.subject and _SPENT.fullmatch(p.inner),
        lambda p: _say_of_subject(p, "final-amount"),
    ),
    Rule(
        "the same again",
        "机关运行经费25万元，2023年预算安排25万元。",
        lambda p: _RESTATED.fullmatch(p.words),
        _say_again,
    ),
    Rule(
        "what was named, of another year",
        "基本支出20万元，2022年基本支出19万元。",
        lambda p: p.named is not None and p.names_other_year,
        _say_of_other_year,
    ),
    otherwise=_say_sum_of_year,
)


# --- rates, projects, assets ------------------------------------------------------------------------------------


def _say_share(phrase: Phrase) -> Said | None:
    """A share that the last sum is of a sum that is named, or of the whole whose parts are listed."""
    state, share = phrase.state, phrase.share
    if share is None or state.subject is None or _BEHIND_BRACKET.search(phrase.before):
        return None
    whole = words_to_subject(share["whole"]) if share["whole"] else None if state.nested else state.head
    state.sibling = state.sibling or (not share["whole"] and not state.parts)
    within = whole.label if whole is not None and whole != state.subject else None
    return Said("share", state.subject.label, within)


def _say_share_of_base(phrase: Phrase) -> Said | None:
    subject, base = phrase.state.subject, phrase.base
    if base and base.topic in _BUDGETS:
        return _say_of_subject(phrase, "completion-rate")
    return Said("share", subject.label, base.label) if subject and base and base != subject else None


_percentage = Decision[Phrase, Said | None](
    "What does a percentage in the prose say?",
    Rule(
        "a change of what was named",
        "支出预算100万元，比上年增长5%。",
        lambda p: p.change,
        lambda p: _say_change(p, "change-rate"),
    ),
    Rule("nothing was named before", "完成预算的98%。", lambda p: p.state.subject is None, None),
    Rule(
        "how much of the budget was spent",
        "基本支出100万元，完成预算的98%。",
        lambda p: _RATE.fullmatch(p.words),
        lambda p: _say_of_subject(p, "completion-rate"),
    ),
    Rule(
        "a share that something else has",
        "支出预算100万元，其他资金占5%。",
        lambda p: p.share and p.share["before"],
        None,
    ),
    Rule("its share", "支出预算100万元，其中：基本支出40万元，占40%。", lambda p: p.share, _say_share),
    Rule(
        "its share of the sum before",
        "基本支出20万元，占总支出40万元的50%。",
        lambda p: p.base and _OF_IT.fullmatch(p.words),
        _say_share_of_base,
    ),
    otherwise=None,
)


def _say_goals(phrase: Phrase) -> Said:
    phrase.state.goals = True
    return Said("performance-projects")


def _say_goals_money(phrase: Phrase) -> Said:
    """The money of the projects, whose parts by fund (其中：政府性基金50万元) are none of the body's."""
    state = phrase.state
    state.subject = state.head = Subject("performance-amount")
    state.value = state.whole = phrase.value
    state.known_head = True
    return Said("performance-amount")


_projects = Decision[Phrase, Said | None](
    "What does a number of projects in the prose say?",
    Rule(
        "they were tracked or evaluated",
        "绩效自评项目3个。",
        lambda p: _TRACKED.search(p.words),
        None,
    ),
    Rule(
        "a part of them",
        "编报绩效目标项目5个，其中：一级项目3个。",
        lambda p: PARTS.search(plain_words(p.before)),
        None,
    ),
    Rule(
        "projects with performance goals",
        "编报绩效目标的项目共5个。",
        lambda p: _GOALS_AT_END.search(p.words) or _GOALS_AFTER.match(p.after),
        _say_goals,
    ),
    otherwise=None,
)


def _say_vehicles(phrase: Phrase) -> Said:
    phrase.state.vehicles = phrase.vehicles
    return Said(phrase.vehicles)


_asset = Decision[Phrase, Said | None](
    "What does a number of vehicles, machines or square metres in the prose say?",
    Rule(
        "buildings by their name",
        "截至2023年底，共有房屋300平方米。",
        lambda p: p.unit == "平方米" and p.words.endswith("房屋"),
        Said("asset-buildings"),
    ),
    Rule(
        "the area of buildings that stand",
        "办公用房建筑面积共300平方米。",
        lambda p: (
            p.unit == "平方米"
            and _AREA.search(p.before)
            and not _BUILT.search(p.before)
            and p.words.endswith(("面积", "共", "为"))
        ),
        Said("asset-buildings"),
    ),
    Rule(
        "large equipment",
        "单价50万元以上通用设备2台。",
        lambda p: p.unit == "台" and _EQUIPMENT.search(p.words),
        lambda p: Said("planned-equipment" if p.is_planned else "asset-equipment"),
    ),
    Rule(
        "a kind of the vehicles counted before",
        "共有车辆5辆，其中：执法执勤用车2辆。",
        lambda p: p.unit == "辆" and p.state.vehicles == p.vehicles and _KIND_OF_VEHICLE.fullmatch(p.words),
        lambda p: Said(p.vehicles, (kind := _KIND_OF_VEHICLE.fullmatch(p.words)) and kind["kind"], p.vehicles),
    ),
    Rule(
        "vehicles to be bought",
        "2023年计划购置车辆1辆。",
        lambda p: p.unit == "辆" and p.is_planned and p.words.endswith("购置车辆"),
        _say_vehicles,
    ),
    Rule(
        "vehicles that are there",
        "共有车辆5辆。",
        lambda p: p.unit == "辆" and not p.is_planned and _VEHICLES.fullmatch(p.words),
        _say_vehicles,
    ),
    otherwise=None,
)


phrase_to_said = Decision[Phrase, Said | None](
    "What does a figure in the prose say?",
    Rule("a percentage", "支出预算100万元，比上年增长5%。", lambda p: p.unit == "%", _percentage),
    Rule(
        "a limit of value",
        "单价10万元以上设备2台。",
        lambda p: p.unit in YUAN_PER and _LIMIT.match(p.after),
        None,
    ),
    Rule(
        "the money of the projects counted before",
        "编报绩效目标的项目共5个，涉及预算金额30万元。",
        lambda p: p.unit in YUAN_PER and p.after_goals and _GOALS_MONEY.fullmatch(p.words),
        _say_goals_money,
    ),
    Rule("a sum of money", "基本支出20万元。", lambda p: p.unit in YUAN_PER, _sum_of_money),
    Rule("a number of projects", "编报绩效目标的项目共5个。", lambda p: p.unit == "个", _projects),
    otherwise=_asset,
)
