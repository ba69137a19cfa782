"""Figures of the prose → statements: what is said, in which unit, and with which sign.

Lines are joined into sentences first, for they break anywhere, even inside a number. A figure becomes a statement
only where the words before it are wholly understood: a label of the code list `topic` (or a functional heading)
behind nothing but a year and the body, or a change, share or rate of what was named just before. Figures inside
reasons and purposes (主要原因是…, 主要用于…) are left alone: there they belong to parts that no label names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg_builder import marks, vocab
from kg_builder.model import Page, Place, Statement
from kg_builder.templates.prose.paragraphs import ENUMERATOR, Paragraph, read_paragraphs
from kg_builder.text import YUAN_PER, decimal_of, label_key, money

_FIGURE = re.compile(
    r"(?<![\d.,A-Za-z])(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(万元|亿元|元|%|％|个|辆|台|平方米|㎡)"  # 1,098.40万元
)
_UNITS = {"％": "%", "㎡": "平方米"}
_SENTENCE = re.compile(r"[^。；;！？]+[。；;！？]?")  # …支出12.00万元；
_BOUNDARY = re.compile(r"[，：:]|,(?!\d{3}(?!\d))")  # ，a comma of the sentence, not that of 1,098.40
_REASON = re.compile(r"原因|主要是|由于|用于(?!以下)")  # 主要原因是…
_PARTS = re.compile(r"其中|包括|方面[:：]|(?:收入|支出)为")  # 其中：基本支出…
_OTHER = (
    r"(?:上年|去年|20\d\d年)度?(?:同口径|同期)?(?:当年)?(?:年初)?(?:预算|决算|执行)?(?:执行)?(?:数|安排)?(?:相比|的)?"
)
_COMPARED = rf"(?:与|比|较|同){_OTHER}"
_CHANGE = re.compile(
    r"(?P<before>.*?)(?P<word>增加|增长|上升|提高|调增|减少|下降|降低|调减|"
    rf"(?P<side>小于|低于|大于|高于){_OTHER})(?:了|额|数|约|为)?"
)  # 比上年增加 · 低于2023年预算
_LESS = {"减少", "下降", "降低", "调减"}
_COMPARISON = re.compile(rf"{_COMPARED}(?:,|，)?")  # 与上年相比, · 比2022年
_BEFORE = re.compile(rf"{_COMPARED}(?P<what>.*?)(?:为|是)?")  # 比2022年的 22.32万元, 与2022年预算 156.02万元
# 2023年当年预算执行数为
_OTHER_YEAR = re.compile(r"(?P<year>20\d\d)年(?:当年)?(?:年初)?(?:预算|决算)?(?:执行)?(?:数)?(?:为|是)?")
_RESTATED = re.compile(r"20\d\d年(?:度|当年)?(?:预算)?安排数?(?:为|是)?")  # 2024年预算安排 76.76万元, said again
_SHARE = re.compile(r"(?P<before>.*?)占(?P<whole>.*?)的?(?:比例|比重)?(?:为|是)?")  # 基本支出占总支出的比例为
_RATE = re.compile(r"完成(?:年初|全年|调整|当年)?预算数?的?")  # 完成年初预算的
_STAGES = (
    (re.compile(r"(?P<what>.*?)年初预算数?(?:为|是)?"), "initial-budget"),
    (re.compile(r"(?P<what>.*?)(?:全年|调整)预算数?(?:为|是)?"), "adjusted-budget"),
    (re.compile(r"(?P<what>.*?)支出决算数?(?:为|是)"), "final-amount"),
)  # 基本支出年初预算为 · 支出决算为
_LEAD = re.compile(
    r"^(?:[、.,:]|其中:?|此外|主要包括:?|支出包括:?|收入包括:?|包括:?|收入为|支出为|本年安排|安排的?|主要用于以下方面:?|财政拨款支出预算中)+"
)  # 其中：基本支出 · 主要包括：…
_FILLER = re.compile(
    r"(?:预算|决算|执行|支出)?数$|总?金额$|总额$|(?:预算)?支出$|预算$|决算$|收入$|安排$|[合总共]计$|共$|共有$|各$|均$|约$|为$|是$|达$|:$"
)  # 支出预算数 · 收入总额为: words around a name
_BODY = (
    r"[^,，:：;；。]{0,40}?"
    r"(?:部门|单位|局|厅|委|会|办|院|中心|校|所|站|队|处|科|部|府|馆|庭|室|学|司)(?:\([^()]{1,24}\))?"
)
_YEAR = r"(?:(?:20\d\d年)?(?:度|年度)?)"
_PREFIX = re.compile(  # 2025年上海市某局 · 某中心2023年本部门各单位 · 2018年度一般公共预算拨款安排的
    rf"(?:{_COMPARED})?{_YEAR}(?:{_BODY})?{_YEAR}(?:本|我)?(?:年度?)?(?:部门|单位)?(?:各单位)?(?:全年|拟|用于)?"
    r"(?:(?:一般公共预算|财政)(?:财政)?拨款安排)?的?"
)
_PATH = re.compile(  # 一般公共服务支出（类）财政事务（款）行政运行（项）科目
    r"(?P<name>.+\((?:类|款|项)\))(?:科目)?(?:支出|预算|支出预算)?(?:为|是)?"
)
_DATED_PATH = re.compile(  # 一般公共服务支出（类）财政事务（款）行政运行（项）2024年预算数为
    r"(?P<name>.+\((?:类|款|项)\))(?:科目)?(?P<year>20\d\d)年度?(?:年初)?预算(?:数|安排)?(?:为|是)?"
)
_LIMIT = re.compile(r"(?:[（(]含[^（()）]{0,6}[)）])?(?:以上|以下|以内)")  # 10万元（含）以上
_OTHERS = re.compile(r"(?:下属|所属|直属|二级)(?:预算|事业|行政)*单位的?$")  # 所属单位基本支出, of the units alone
_LEVEL = re.compile(r"\(\d{2,3}(类|款|项)\)")  # 公共安全支出（204类）司法（06款）行政运行（01项）
_CHOICE = re.compile(r"(增加|增长|上升|减少|下降|降低)\((?:增加|增长|上升|减少|下降|降低)\)")  # 下降(增长)
_RATE_AFTER = re.compile(r"[,，]?(?:增加|增长|上升|提高|减少|下降|降低)(?:了|约)?(\d+(?:\.\d+)?)[%％]")  # ,增长3.5%
_GLOSS = re.compile(r"\((?!类|款|项|境)[^()]{0,24}\)")  # 基本支出(含离退休)
# 编报绩效目标项目共 · 绩效目标管理的2024年度项目
_GOALS = re.compile(r"(?:绩效目标|绩效)(?:管理)?的?(?:20\d\d年度?)?(?:二级|一级)?项目(?:数量?|总数)?[共为有计]{0,2}")
_GOALS_AFTER = re.compile(r"(?:二级)?项目(?:实行|纳入|编报|开展)[^，。]{0,6}绩效目标")  # 项目实行绩效目标
# ，涉及预算金额 · 共计项目资金
_GOALS_MONEY = re.compile(r"(?:,|，)?(?:共计|合计|涉及|总计)[^，。;；]{0,16}(?:金额|资金|拨款|预算)[^，。;；]{0,8}")
_TRACKED = re.compile(r"跟踪|自评|评价|监控|整体")  # 绩效自评
_VEHICLES = re.compile(r".{0,60}?(?:共有|实有|共)(?:公务用)?(?:车辆|车)?|车辆")  # 共有车辆
_KIND_OF_VEHICLE = re.compile(r"、?(?:其中:)?\(?(?P<kind>[一-鿿]{2,12}用车)")  # 其中:执法执勤用车
_PLANNED = re.compile(r"(?:安排|计划|拟)(?:新增)?购置")  # 计划购置
_AREA = re.compile(r"房屋|用房|建筑")  # 办公用房
_BUILT = re.compile(r"规划|计容|工程|改造|新建|其中")  # buildings to be built, and parts of those counted
_EQUIPMENT = re.compile(r"以上(?:的)?(?:通用|专用|大型)?设备(?:\(不含车辆\))?")  # 以上通用设备
_WHOLES = {"procurement": "政府采购", "vehicles": "公务用车"}
_NO_MONEY = re.compile(
    r"other|change|change-rate|share|previous-year|function|completion-rate|(?:asset|planned|performance)-.*"
)  # change-rate · asset-vehicles: topics that are no sums
_MONEY = re.compile(r"(?<!\d)(?<!\d[,.])\d++(?:[,.]\d++)*+[亿万]?元")  # 5,232.38万元
_FISCAL_TOTALS = {  # what a sum of the body is called → the sum of its fiscal money
    "revenue-total": "fiscal-revenue",
    "revenue-current": "fiscal-revenue",
    "expenditure-total": "fiscal-expenditure",
    "expenditure-current": "fiscal-expenditure",
}
_QUOTE = 80  # characters
_NEAR = 160  # characters beside a figure that may tell what it is


@dataclass(frozen=True, slots=True)
class _Subject:
    topic: str
    name: str | None = None  # printed name of a functional heading

    @property
    def label(self) -> str:
        return self.name or self.topic


@dataclass(slots=True)
class _State:
    """What has been said so far in a paragraph: the last sum of money, the whole whose parts are listed."""

    subject: _Subject | None = None
    value: Decimal = Decimal(0)  # of the subject
    head: _Subject | None = None
    whole: Decimal = Decimal(0)  # value of the head
    known_head: bool = True
    parts: bool = False  # 其中 or 包括 has opened a list of the head's parts
    listed: int = 0  # how many parts were named
    above: tuple[_Subject, Decimal] | None = None  # the whole of the list that the sentence before ended with
    goals: bool = False  # the figure before was the number of projects with performance goals
    vehicles: str | None = None


def read_statements(
    pages: Sequence[Page], *, year: int | None = None, leave_out: Callable[[Place], bool] = lambda _: False
) -> tuple[Statement, ...]:
    """The figures of the prose in reading order.

    Lines inside the pages' tables, and those that `leave_out` names (forms), are not prose. `year` is the report's
    fiscal year: a figure said to be of another year is a statement `previous-year`. A decrease is negative; `subject`
    tells what a change, share or rate is of (a topic, or the printed name of a functional heading), `within` the
    whole that a part was named under. Quotes hold no telephone numbers and no names of handlers.
    """
    return tuple(statement for prose in read_paragraphs(pages, leave_out) for statement in _statements(prose, year))


def _statements(prose: Paragraph, year: int | None) -> Iterator[Statement]:
    state = _State()
    for sentence in _SENTENCE.finditer(prose.text):
        if marks.names_people(sentence[0]) or "联系电话" in sentence[0]:
            continue
        opens = _plain(sentence[0][:_NEAR])
        path = _PATH.fullmatch(opens.rstrip("。").replace('"', ""))
        if path:
            state.subject = _Subject("function", _path_name(path["name"]))
        goes_on = sentence.start() > 0 and prose.text[sentence.start() - 1] in "；;"
        state.parts = bool(_PARTS.match(opens)) or (state.parts and goes_on)
        if not state.parts:
            state.above = (state.head, state.whole) if state.head and state.head != state.subject else None
            state.head, state.known_head = None, True
        silent = _silent(sentence[0])
        opening = _PARTS.search(sentence[0])
        end = 0
        for figure in _FIGURE.finditer(sentence[0]):
            start = max([end, *(m.end() for m in _BOUNDARY.finditer(sentence[0], end, figure.start()))])
            phrase, end = sentence[0][start : figure.start()], figure.end()
            if any(a <= figure.start() < b for a, b in silent):
                continue
            unit = _UNITS.get(figure[2], figure[2])
            state.parts = state.parts or (opening is not None and opening.start() < figure.start())
            before = sentence[0][max(0, figure.start() - _NEAR) : figure.start()]
            said = _said(phrase, _Around(before, figure[1], sentence[0][end : end + _NEAR]), unit, state, year)
            if said is not None:
                at = sentence.start() + figure.start()
                quote = _quote(prose.text, sentence.start(), sentence.start() + end)
                yield _statement(figure[1], unit, said, quote, prose.places[at])


def _silent(sentence: str) -> list[tuple[int, int]]:
    """Stretches that give reasons or purposes, each up to the next 其中 or the sentence's end."""
    found: list[tuple[int, int]] = []
    at = 0
    while match := _REASON.search(sentence, at):
        part = sentence.find("其中", match.end())
        at = part if part >= 0 else len(sentence)
        found.append((match.start(), at))
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    topic: str
    subject: str | None = None
    within: str | None = None
    negative: bool = False


@dataclass(frozen=True, slots=True)
class _Around:
    """The sentence around a figure."""

    before: str
    printed: str
    after: str

    @property
    def value(self) -> Decimal:
        return decimal_of(self.printed) or Decimal(0)


def _said(phrase: str, around: _Around, unit: str, state: _State, year: int | None) -> _Said | None:
    """What the figure says, None where the words around it are not understood; moves the state on."""
    words = _plain(phrase) if len(phrase) <= _NEAR else ""
    goals, state.goals = state.goals, False
    if unit == "%":
        return _percentage(words, around, state)
    if unit in YUAN_PER and _LIMIT.match(around.after):
        return None  # 单价10万元以上
    if unit in YUAN_PER:
        if goals and _GOALS_MONEY.fullmatch(words):
            return _Said("performance-amount")
        return _sum_of_money(words, around, state, year)
    if unit == "个":
        return _goals(words, around, state)
    return _asset(words, around.before, unit, state)


def _sum_of_money(words: str, around: _Around, state: _State, year: int | None) -> _Said | None:
    change = _change(words, around, state)
    if change is not None:
        return change if change.topic else None
    compared = _BEFORE.fullmatch(words)
    other = _OTHER_YEAR.fullmatch(words)
    if compared or (other and year is not None and int(other["year"]) != year):
        return _Said("previous-year", state.subject.label) if state.subject else None
    for pattern, topic in _STAGES:
        staged = pattern.fullmatch(words)
        if staged:
            named = _topic(_LEAD.sub("", staged["what"])) if staged["what"] else state.subject
            state.subject, state.value = named, around.value
            return _Said(topic, named.label) if named else None
    if _RESTATED.fullmatch(words):
        return _Said(state.subject.topic, state.subject.name) if state.subject else None
    dated = _DATED_PATH.fullmatch(words)
    if dated:
        words = dated["name"] if int(dated["year"]) == year else ""
    found = _of_fund(_topic(words) or _part_of(state, words), words, around.before)
    if found is not None and year is not None and _of_other_year(words, year):
        return _Said("previous-year", found.label) if found == state.subject else None
    state.subject, state.value, state.above = found, around.value, None
    if found is not None and _begins_anew(words):
        state.parts = False
    if not state.parts:
        state.head, state.whole, state.known_head = found, around.value, found is not None
    told = found if state.known_head or not state.parts else None
    if told is not None:
        state.listed = state.listed + 1 if state.parts else 0
    within = state.head.label if state.parts and state.head and state.head != told else None
    return _Said(told.topic, told.name, within) if told is not None else None


def _of_fund(subject: _Subject | None, words: str, before: str) -> _Subject | None:
    """A total that a sentence on one fund names in short: 支出总计 after 财政拨款收入总计 … is that of 财政拨款.

    本年收入 after 政府性基金预算财政拨款年初结转和结余 … is neither the body's nor a sum with a name of its own.
    """
    opening = _MONEY.split(before, maxsplit=1)
    if subject is None or subject.topic not in _FISCAL_TOTALS or len(opening) < 2 or re.search("财政|预算|基金", words):
        return subject
    if re.search("政府性基金|国有资本经营", opening[0]):
        return None
    led = re.search("财政拨款", opening[0]) and not re.search("一般公共预算|[收支][入出]预算", opening[0])
    return _Subject(_FISCAL_TOTALS[subject.topic]) if led else subject


def _of_other_year(words: str, year: int) -> bool:
    """2023年支出预算 in the report of 2024."""
    years = re.findall(r"20\d\d(?=年)", words)
    return bool(years) and str(year) not in years


def _part_of(state: _State, words: str) -> _Subject | None:
    """A part that is named in short under its whole: 其中：货物 … of 政府采购, 运行费 … of 公务用车."""
    whole = _WHOLES.get(state.head.topic) if state.parts and state.head else None
    return _topic(whole + _LEAD.sub("", words)) if whole else None


def _begins_anew(words: str) -> bool:
    """Whether a sum is no part of a list: it names its year or body (本年部门预算支出总计) as parts do not."""
    bare = _LEAD.sub("", words)
    return bool(re.match(r"20\d\d年|本年度?(?:部门|单位)", bare))


def _change(words: str, around: _Around, state: _State) -> _Said | None:
    """A change in money or percent: topic empty where it is one of something that is not known."""
    match = _CHANGE.fullmatch(words)
    if not match:
        return None
    rest = _COMPARISON.sub("", match["before"]).removesuffix("各")
    rest = re.sub(r"^(?:预算|决算|执行)数?$", "", rest)
    less = match["word"] in _LESS or match["side"] in ("小于", "低于")
    subject = _named_change(rest, state) if rest else _what_changed(around, less, state)
    state.subject = subject
    return _Said("change", subject.label, negative=less) if subject else _Said("")


def _named_change(words: str, state: _State) -> _Subject | None:
    """What the words name; 收、支预算总计 said after the fiscal total means that total."""
    subject = _topic(words)
    again = subject == _Subject("budget-total") and state.subject == _Subject("fiscal-total")
    return state.subject if again else subject


def _what_changed(around: _Around, less: bool, state: _State) -> _Subject | None:
    """The last sum named, or the whole that it is a part of: where both can be meant, the printed rate must tell."""
    whole = (state.head, state.whole) if state.parts and state.head else state.above
    if whole is None or state.subject is None or whole[0] == state.subject:
        return state.subject
    rate = _RATE_AFTER.match(around.after)
    fits = (
        []
        if rate is None
        else [s for s, value in (whole, (state.subject, state.value)) if _fits(value, around, less, rate)]
    )
    if len(fits) == 1:
        return fits[0]
    return state.subject if state.parts and state.listed < 2 else None


def _fits(value: Decimal, around: _Around, less: bool, rate: re.Match[str]) -> bool:
    """Whether a sum that changed so much changed at that rate, as exactly as the rate is printed."""
    change = -around.value if less else around.value
    step = Decimal(1).scaleb(-len(rate[1].partition(".")[2]))
    return value != change and abs(change / (value - change) * 100 - (-1 if less else 1) * Decimal(rate[1])) < 2 * step


def _percentage(words: str, around: _Around, state: _State) -> _Said | None:
    change = _change(words, around, state)
    if change is not None:
        return _Said("change-rate", change.subject, negative=change.negative) if change.topic else None
    if state.subject is None:
        return None
    if _RATE.fullmatch(words):
        return _Said("completion-rate", state.subject.label)
    share = _SHARE.fullmatch(words)
    if share and not share["before"]:
        whole = _topic(share["whole"]) if share["whole"] else state.head
        known = whole is not None and whole != state.subject
        return _Said("share", state.subject.label, whole.label if known and whole else None)
    return None


def _goals(words: str, around: _Around, state: _State) -> _Said | None:
    if _TRACKED.search(words) or _PARTS.search(_plain(around.before)):
        return None
    state.goals = bool(re.search(_GOALS.pattern + "$", words)) or bool(_GOALS_AFTER.match(around.after))
    return _Said("performance-projects") if state.goals else None


def _asset(words: str, before: str, unit: str, state: _State) -> _Said | None:
    planned = bool(_PLANNED.search(before))
    if unit == "平方米":
        area = _AREA.search(before) and not _BUILT.search(before) and words.endswith(("面积", "共", "为"))
        return _Said("asset-buildings") if area or words.endswith("房屋") else None
    if unit == "台":
        return _Said("planned-equipment" if planned else "asset-equipment") if _EQUIPMENT.search(words) else None
    topic = "planned-vehicles" if planned else "asset-vehicles"
    kind = _KIND_OF_VEHICLE.fullmatch(words)
    if kind and state.vehicles == topic:
        return _Said(topic, kind["kind"], topic)
    if (planned and words.endswith("购置车辆")) or (not planned and _VEHICLES.fullmatch(words)):
        state.vehicles = topic
        return _Said(topic)
    return None


# --- words → topic ----------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Labels' form without enumerators and quotes around paths."""
    plain = _LEVEL.sub(r"(\1)", label_key(ENUMERATOR.sub("", text))) if text else ""
    return _CHOICE.sub(r"\1", plain)


@cache
def _topic(words: str) -> _Subject | None:
    """The topic that the words before a figure name, where nothing else but a year and the body stands before it."""
    inside = words.count('"') == 2 and not words.endswith('"')  # "三公"经费
    rest = _LEAD.sub("", words if inside else words.removeprefix('"'))
    path = _PATH.fullmatch(rest.replace('"', ""))
    if path:
        return _Subject("function", _path_name(path["name"]))
    rest = _GLOSS.sub("", rest)
    for _ in range(6):
        label = _label_at_end(rest, frozenset(_topics())) or _label_at_end(rest, _functions())
        if label is not None:
            return _Subject(_topics()[label]) if label in _topics() else _Subject("function", label)
        shorter = _FILLER.sub("", rest)
        if shorter == rest:
            return None
        rest = shorter
    return None


def _label_at_end(words: str, labels: frozenset[str]) -> str | None:
    for start in range(len(words)):
        if words[start:] in labels:
            before = words[:start]
            units = _OTHERS.search(before) and not re.search("及|和|与|含|包括", before)
            return words[start:] if _PREFIX.fullmatch(before) and not units else None
    return None


@cache
def _topics() -> dict[str, str]:
    """Labels that name a sum of money on their own → topic; 运行费 alone may be of anything."""
    return {
        label: topic
        for label, topic in vocab.notations("topic").items()
        if not _NO_MONEY.fullmatch(topic) and ("车" in label or not topic.startswith("vehicle"))
    }


@cache
def _functions() -> frozenset[str]:
    """Names of the functional classes (类)."""
    classes = [c for c in vocab.concepts("function").values() if len(c.notation) == 3]
    return frozenset(label_key(label) for concept in classes for label in concept.labels)


def _path_name(path: str) -> str:
    return re.sub(r"^.*[:,，。]", "", path.replace('"', ""))


# --- results ----------------------------------------------------------------------------------------------------


def _statement(printed: str, unit: str, said: _Said, quote: str, place: Place) -> Statement:
    sign = Decimal(-1) if said.negative else Decimal(1)
    value = sign * Decimal(printed.replace(",", ""))
    amount = money(printed if not said.negative else f"-{printed}", unit, place) if unit in YUAN_PER else None
    return Statement(said.topic, value, unit, quote, place, amount, said.subject, said.within)


def _quote(text: str, sentence: int, end: int) -> str:
    """The sentence up to the figure, from a comma on where it is longer than a quote may be."""
    quote = text[max(sentence, end - 2 * _NEAR) : end]
    while len(quote) > _QUOTE:
        cut = _BOUNDARY.search(quote)
        quote = quote[cut.end() :] if cut and cut.end() < len(quote) - 8 else quote[-_QUOTE:]
    return re.sub(r"\d{7,}", "…", quote)
