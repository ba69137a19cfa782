"""Words of prose before a figure → the sum that they name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from kg_builder import vocab
from kg_builder.templates.prose.paragraphs import ENUMERATOR
from kg_builder.text import label_key

OTHER_YEAR = (  # 上年同期预算数 · 2022年当年预算执行数
    r"(?:上年|去年|20\d\d年)度?(?:同口径|同期)?(?:当年)?(?:年初)?(?:预算|决算|执行)?(?:执行)?(?:数|安排)?(?:相比|的)?"
)
COMPARED = rf"(?:与|比|较|同){OTHER_YEAR}"  # 与上年 · 比2022年
LEAD = re.compile(
    r"^(?:[、.,:]|其中:?|此外|主要包括:?|支出包括:?|收入包括:?|包括:?|收入为|支出为|本年安排|安排的?|主要用于以下方面:?|财政拨款支出预算中)+"
)  # 其中：基本支出 · 主要包括：…
_FILLER = re.compile(
    r"(?:预算|决算|执行|支出)?数$|总?金额$|总额$|(?:预算)?支出$|预算$|决算$|收入$|安排$|[合总共]计$|共$|共有$|各$|均$|约$|为$|是$|达$|:$|(?<=[一-鿿\x22])20\d\d年度?$"
)  # 支出预算数 · 收入总额为: words around a name
_BODY = (
    r"[^,，:：;；。]{0,40}?"
    r"(?:部门|单位|局|厅|委|会|办|院|中心|校|所|站|队|处|科|部|府|馆|庭|室|学|司)(?:\([^()]{1,24}\))?"
)
_YEAR = r"(?:(?:20\d\d年)?(?:度|年度)?)"
_PREFIX = re.compile(  # 2025年上海市某局 · 某中心2023年本部门各单位 · 2018年度一般公共预算拨款安排的 · 2025年部门预算
    rf"(?:{COMPARED})?{_YEAR}(?:{_BODY})?{_YEAR}(?:本|我)?(?:年度?)?(?:(?:部门|单位)(?:预算中?)?)?(?:各单位)?(?:全年|拟|用于)?"
    r"(?:(?:使用|通过|用)?(?:一般公共预算|财政)(?:财政)?(?:拨款)?(?:资金)?安排)?的?"
)
PATH = re.compile(  # 一般公共服务支出（类）财政事务（款）行政运行（项）科目
    r"(?P<name>.+\((?:类|款|项)\))(?:科目)?(?:支出|预算|支出预算)?(?:为|是)?"
)
# 所属单位基本支出, 事业单位基本支出: of the units alone
_OTHERS = re.compile(r"(?:下属|所属|直属|二级)(?:预算|事业|行政)*单位的?$|^(?:行政|事业|参公)单位的?$")
_LEVEL = re.compile(r"\(\d{2,3}(类|款|项)\)")  # 公共安全支出（204类）司法（06款）行政运行（01项）
_CHOICE = re.compile(
    r"(增加|增长|上升|减少|下降|降低)\((?:增加|增长|上升|减少|下降|降低)[^()]{0,16}\)"
)  # 下降(增长) · 增加(减少以-号填列)
_GLOSS = re.compile(r"\((?!类|款|项|境)[^()]{0,24}\)")  # 基本支出(含离退休)
LESS = re.compile(r"[(（](?:不含|不包括|不包含|未含|未包括|扣除|剔除|除)")  # 基本支出(不含离退休): less than that sum
_NO_MONEY = re.compile(
    r"other|change|change-rate|share|previous-year|function|completion-rate|(?:asset|planned|performance)-.*"
)  # change-rate · asset-vehicles: topics that are no sums


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure is of: a topic, or `function` with the printed name of a functional heading."""

    topic: str
    name: str | None = None

    @property
    def label(self) -> str:
        """The heading's name, else the topic."""
        return self.name or self.topic


def plain_words(text: str) -> str:
    """Labels' form without enumerators and quotes around paths."""
    plain = _LEVEL.sub(r"(\1)", label_key(ENUMERATOR.sub("", text))) if text else ""
    return _CHOICE.sub(r"\1", plain)


@lru_cache(maxsize=1 << 16)
def words_to_subject(words: str) -> Subject | None:
    """The topic that the words before a figure name, where nothing else but a year and the body stands before it."""
    inside = words.count('"') == 2 and not words.endswith('"')  # "三公"经费
    rest = LEAD.sub("", words if inside else words.removeprefix('"'))
    path = PATH.fullmatch(rest.replace('"', ""))
    if path:
        return Subject("function", path_name(path["name"]))
    if LESS.search(rest):
        return None
    rest = _GLOSS.sub("", rest)
    for _ in range(6):
        label = _label_at_end(rest, frozenset(_topics())) or _label_at_end(rest, _functions())
        if label is not None:
            return Subject(_topics()[label]) if label in _topics() else Subject("function", label)
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


def path_name(path: str) -> str:
    """A path of functional headings without the words before it and quotes."""
    return re.sub(r"^.*[:,，。]", "", path.replace('"', ""))
