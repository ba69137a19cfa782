"""The labels of a project's target form, each family in one place: text → the part, field or sum that it names.

The form is 项目支出绩效目标申报表 and its kin (财政项目支出绩效目标填报表). Labels that are terms stand in the
ontology; those that only name places of the form stand here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache, lru_cache
from typing import Literal

from kg_builder import marks, vocab
from kg_builder.model import Horizon
from kg_builder.text import label_key, squeeze, without_bracket

# Labels of the head, of the money block and of the signatures that name places of the form; `unit` and `period` are
# those of the ontology besides.
_HEAD = {
    "name": (
        "项目名称 项目名 专项名称 项目(政策)名称 政策(项目)名称 专项资金名称 政策和项目名称 政策及项目名称 政策名称 "
        "项目编码及名称 项目名称及编码 项目名称及代码 项目代码及名称 项目(专项)名称 专项业务名称 预算项目名称 "
        "支出项目名称 项目支出名称 财政项目名称 一级项目名称 二级项目名称 三级项目名称 专项(项目)名称"
    ),
    "code": "项目编码 项目代码 项目编号",
    "department": (
        "主管部门及代码 主管部门代码 主管部门 主管单位 主管部门(单位) 主管部门名称 项目主管部门 项目主管单位 "
        "部门(单位)名称 预算主管部门 主管预算部门 业务主管部门 主管(预算)部门 部门名称 一级预算单位 "
        "一级预算部门 预算部门 主管部门(公章) 上级主管部门 归口管理部门 归口部门 项目归口部门 申报部门 "
        "部门及代码 部门名称及代码 项目主管部门及代码"
    ),
    "unit": (
        "承担单位 申报单位 预算单位 用款单位 资金使用单位 单位名称 预算单位名称 编制单位 填报单位 "
        "项目用款单位 使用单位 承办单位 基层预算单位 项目申报单位 申报单位名称 "
        "实施单位及代码 实施单位名称 单位及代码 单位名称及代码 执行单位 项目执行单位 预算执行单位 具体实施单位 "
        "项目负责单位 项目责任单位 责任单位 基层单位 二级单位 二级预算单位 三级预算单位"
    ),
    "attribute": "项目属性 项目性质 项目延续性",
    "category": "项目类别 项目类型 项目分类 支出项目类别 预算项目类别 项目类别名称 资金类别 专项类别",
    "period": (
        "项目日期 起止时间 项目实施期 起止年限 起止年度 起止日期 项目起止年限 项目起止日期 项目年限 "
        "计划起止时间 执行期限"
    ),
    "start": (
        "计划开始日期 开始日期 计划开始时间 开始时间 起始年度 开始年度 起始时间 起始日期 起始年份 "
        "项目开始时间 项目开始日期 项目起始时间"
    ),
    "finish": (
        "计划完成日期 完成日期 计划完成时间 计划结束日期 结束日期 完成时间 终止年度 结束年度 结束时间 "
        "终止时间 终止日期 终止年份 "
        "项目结束时间 项目结束日期 项目完成时间 项目终止时间"
    ),
    "money": "项目资金 资金情况 项目资金情况 资金总额 项目预算 资金来源 项目资金来源 预算资金 项目预算资金 预算金额 "
    "项目预算执行情况 预算执行情况 资金执行情况 项目资金执行情况 项目预算 资金使用情况 预算执行 年度资金情况 "
    "预算规模及资金用途 预算规模 资金规模 资金金额 投入资金 资金投入 预算申请 年度预算申请 部门预算 部门年度预算 "
    "部门预算资金 资金金额 项目资金(政策资金) 政策资金 资金安排情况 部门整体支出预算 预算情况 "
    "年度预算情况 部门预算情况",
    "personal": (
        "负责人 项目负责人 单位负责人 财务负责人 经办人 项目经办人 联系人 项目联系人 填报人 填表人 制表人 审核人 "
        "联系电话 联系方式 电话 手机 填报日期 填表日期 填报时间"
    ),
}
_FIELDS = {"implementer": "unit", "period": "period"}
HEAD = {label: part for part, labels in _HEAD.items() for label in labels.split()} | {
    label: _FIELDS[notation] for label, notation in vocab.notations("field").items() if notation in _FIELDS
}
_TOTAL_LABELS: dict[Horizon, str] = {
    "implementation": (
        "实施期资金总额 实施资金总额 项目资金总额 项目总预算 总预算 项目总额 项目总金额 "
        "项目总投资 实施期总额 中期资金总额"
    ),
    "annual": (
        "年度资金总额 年度资金申请总额 年度资金 年度预算总额 当年预算 项目当年预算 本年度预算 本年预算 年度预算 "
        "年度预算金额 年度预算资金 年度资金预算 当年预算安排 当年预算金额"
    ),
}
_TOTALS = {label: horizon for horizon, labels in _TOTAL_LABELS.items() for label in labels.split()}
# 实施周期资金总额 · 项目实施期预算 · 三年总预算; 本年度资金总额 · 当年预算金额 · 年度申请资金总额
_LIKE_TOTALS: tuple[tuple[Horizon, re.Pattern[str]], ...] = (
    (
        "implementation",
        re.compile(
            r"(?:项目)?(?:实施期|实施周期|项目周期|全周期|中期|三年)内?(?:资金|预算|投资)?(?:总额|总预算|总投资|金额|预算|资金)"
        ),
    ),
    (
        "annual",
        re.compile(
            r"(?:项目)?(?:年度|本年度?|当年度?)(?:项目|申请|安排)?(?:资金|预算|经费)(?:申请|安排)?(?:总额|总金额|金额|总预算|数|额|安排)"
            r"|(?:项目)?(?:年度|本年度?|当年度?)(?:金额|资金|项目预算)|项目年度(?:预算|资金|经费)"
        ),
    ),
)
# Totals of which the form alone tells whether they are the year's.
_UNSAID = frozenset(
    [
        "资金总额",
        "总额",
        "预算金额",
        "预算总额",
        "项目金额",
        "预算资金",
        "项目预算资金",
        "预算资金总额",
        "项目预算金额",
        "申请资金总额",
        "预算数",
        "安排金额",
        "申请金额",
        "本次申请金额",
        "项目申请金额",
        "预算安排",
        "项目预算安排",
        "资金安排",
        "安排资金",
        "项目经费",
        "总金额",
        "预算额度",
        "部门预算金额",
        "部门预算总额",
        "部门年度预算总额",
        "部门预算资金总额",
        "金额合计",
        "预算支出总额",
        "预算支出合计",
        "资金合计",
    ]
)
# Labels of money that heads of lists of projects have too: no evidence of a form.
_ALSO_HEADS = frozenset(["资金来源", "项目资金来源", "预算资金", "项目预算资金", "预算金额"])
_GOALS: dict[str, Horizon] = {"goal-implementation": "implementation", "goal-annual": "annual"}
_BODIES = frozenset(
    ["部门名称", "单位名称", "部门(单位)名称", "单位(部门)名称", "部门", "单位", "部门(单位)", "填报部门", "预算部门"]
)
GOALS = (*_GOALS, "achievement")
_GOAL_GROUPS = frozenset(
    [
        "总体目标",
        "项目绩效总目标",
        "总目标",
        "整体绩效目标",
        "整体目标",
        "部门整体绩效目标",
        "部门绩效目标",
        "绩效总目标",
        "项目总体目标",
        "目标内容",
        "目标描述",
        "目标说明",
    ]
) | {label for label, notation in vocab.notations("field").items() if notation == "performance"}
# 一级指标 · 三级绩效指标 · 二级指标名称 · 绩效指标一级 · 三级指标（指标内容）
_LEVEL = re.compile(
    r"(?:(?P<level>[一二三])级|(?:绩效)?指标(?P<behind>[一二三])级)(?:绩效)?(?:指标|目标)?(?:名称|内容)?(?:\([^()]{1,12}\))?"
)
_LEVELS = frozenset(["指标值", "指标目标值", "指标内容", "绩效指标", "指标名称"])
GROUPS = frozenset(
    [
        "年度绩效指标",
        "年度指标",
        "项目绩效指标",
        "绩效指标",
        "绩效",
        "指标",
        "绩",
        "效",
        "指",
        "标",
        "效指",
        "指标值",
        "绩效指",
        "效指标",
    ]
)
SPENDING = ("initialAmount", "revisedAmount", "executedAmount", "executionRate")
BY_LEVEL = frozenset(["central", "provincial", "municipal"])
Span = Literal["annual", "implementation", "unsaid"]  # what a sum is for, as its label says
TEXT_ORDER = ("overview", "legal-basis", "necessity", "safeguards", "plan")

_BRACKETED_POINTS = re.compile(r"\((\d+(?:\.\d+)?)[分%]?\)$")  # 产出指标（50分） · 分值（90）
_BARE_POINTS = re.compile(r"(\d+(?:\.\d+)?)[分%]?")
# 资金支出计划（%） · 用款计划 · 部门职能职责 · 主要职责
_BESIDE = re.compile(
    r"(?:分?季度|月度|年度)?(?:资金|预算|项目)?(?:支出|用款|使用)(?:进度)?计划(?:\(%\))?|(?:部门|单位)?(?:主要)?(?:职能|职责|职能职责|职责概述|职能概述)"
    r"|(?:部门|单位)?基本信息"
)
_NATURE = re.compile(
    r"按.{2,8}分(?:类)?|基本支出|项目支出|人员经费|公用经费|运转类项目|特定目标类项目"
    r"|(?:其他)?事业发展性支出|财政专项资金|.{0,3}本级使用资金|(?:拟用于)?对下转移支付(?:资金)?"
)  # 按收入性质分
# 2026年度绩效目标 · 本年绩效目标 · 绩效目标描述 · 项目支出绩效目标 · 绩效目标（年度）: of the year, or it is not said
_GOAL_LABEL = re.compile(
    r"(?:(?P<year>20\d\d年度?|年度|本年度?|当年|全年)|(?=[^目]))(?:项目|支出|预算|绩效|总体|预期|工作|整体|主要|总){0,4}目标"
    r"(?:描述|内容|概述|情况|说明)?(?P<beside>\((?:年度|当年|本年度?|20\d\d年度?)\))?"
)
# 其中：财政拨款 · 资金来源：财政拨款 · 资金结构：基本支出
_BEFORE_SOURCE = re.compile(r"^(?:其中|资金来源|资金结构|支出结构):?(?=.)")
# 专项资金情况 · 年度预算安排情况 · 项目经费来源情况
_MONEY = re.compile(
    r"(?:项目|专项|政策|年度|财政|总体|整体)*(?:资金|预算|经费)(?:整体|总体|收支|安排|执行|使用|投入|来源|筹措|构成|申请)?情况"
)
_CUT = range(5, 32)  # characters of the label of a source of which its cell may show a part
_THIS_YEAR = re.compile(r"^(?:本年度?|当年)(?=一般|政府|国有|单位|其他|财政专户)")  # 本年一般公共预算
_STAMPED = re.compile(r"\((?:盖章|公章|章|签章|单位|全称)\)$")  # 主管部门（公章）
_OF_YEAR = re.compile(r"^20\d\d年度?(?=\D)")  # 2026年预算金额
# The title of a form. Texts that speak of one (见附件, 情况) are longer or have other endings.
_TITLE = re.compile(
    r"[^。；;，,见详]{0,40}绩效(?:目标)?(?:申报|填报|审批|批复|公开|自评|评价)?表(?:[（(][^（()）]{0,20}[)）])?"
)
_YEAR = re.compile(r"[(（]?(?:19|20)\d\d年度?[)）]?")  # （2023年度）


def is_title(text: str) -> bool:
    """Whether the text is a form's title: 阳泉市市级预算部门（单位）项目支出绩效目标申报表."""
    return bool(_TITLE.fullmatch(squeeze(text)))


def is_year(text: str) -> bool:
    """Whether the text is the year under the title: （2023年度）."""
    return bool(_YEAR.fullmatch(squeeze(text)))


@lru_cache(maxsize=4096)
def head_part(text: str) -> str | None:
    """Which part of the form the text labels (name, department, money, personal …), None where it is no label."""
    if marks.is_people_label(text):
        return "personal"
    part = HEAD.get(_STAMPED.sub("", marks.bare_head(text))) or HEAD.get(label_key(text))
    return part or ("money" if _MONEY.fullmatch(marks.bare_head(text)) else None)


def leading_part(text: str) -> str | None:
    """Which part of the form the text begins by labelling, up to a colon or blank: 项目名称：甲项目 → name."""
    label = text.replace("：", ":").partition(":")[0]
    return head_part(label) or head_part("".join(label.split()[:1]))


def is_signatures(text: str) -> bool:
    """Whether the text is the row of signatures that ends a form, known wherever it stands by two of its labels."""
    signed = len(marks.people_in(text, phones=False)) + ("填报日期" in text)
    return leading_part(text) == "personal" and signed > 1


@lru_cache(maxsize=4096)
def text_field(text: str) -> str | None:
    """Notation of the text field that the text labels: 项目概况 → overview."""
    notation = vocab.notations("field").get(label_key(marks.without_ordinal(text)))
    return notation if notation in TEXT_ORDER else None


@lru_cache(maxsize=4096)
def is_body(text: str) -> bool:
    """Whether the text labels the body in a form of all its spending: 部门（单位）名称."""
    return label_key(text) in _BODIES or head_part(text) in {"department", "unit"}


@lru_cache(maxsize=4096)
def is_tasks(text: str) -> bool:
    """Whether the text labels the tasks of a department: 年度主要任务."""
    return vocab.notations("field").get(label_key(text)) == "tasks"


@lru_cache(maxsize=4096)
def goal_field(text: str) -> str | None:
    """Notation of the goal, or of what was reached of it, that the text labels: 实施期目标 → goal-implementation."""
    key = without_bracket(label_key(text))  # 实施期目标（2024年—2026年）
    key = key.replace("实施周期", "实施期")
    notation = vocab.notations("field").get(key)
    if (
        notation not in GOALS
        and (found := _GOAL_LABEL.fullmatch(label_key(text)))
        and (found["year"] or found["beside"])
    ):
        return "goal-annual"
    return notation if notation in GOALS else None


@lru_cache(maxsize=4096)
def is_goal_group(text: str) -> bool:
    """Whether the text labels a goal, or all of them, without saying of what time: 总体目标, 绩效目标描述."""
    key = label_key(text)
    return key in _GOAL_GROUPS or (goal_field(text) is None and _GOAL_LABEL.fullmatch(key) is not None)


def goal_horizon(text: str) -> Horizon | None:
    """The horizon whose goal the text labels: 实施期目标 → implementation."""
    return _GOALS.get(goal_field(text) or "")


@lru_cache(maxsize=4096)
def level_key(text: str) -> str:
    """A head of the indicators as heads compare: 一级指标, 二级指标 and 三级指标, whatever the levels are called."""
    key = label_key(text)
    found = _LEVEL.fullmatch(key)
    return f"{found['level'] or found['behind']}级指标" if found else key


@lru_cache(maxsize=4096)
def is_level(text: str) -> bool:
    """Whether the text heads a level of indicators or their targets: 三级指标, 绩效指标一级, 指标值."""
    key = label_key(text)
    return key in _LEVELS or _LEVEL.fullmatch(key) is not None


@lru_cache(maxsize=4096)
def is_of(name: str, text: str) -> bool:
    """Whether the text labels the values of a property of the ontology: weight, 分值（90）; actualText, 实际完成值."""
    return label_key(text).partition("(")[0] in vocab.property_labels(name)


def points_in(text: str) -> Decimal | None:
    """The points that a label gives in brackets, or the number that the text is: 执行率分值（10）, 10分."""
    found = _BRACKETED_POINTS.search(label_key(text)) or _BARE_POINTS.fullmatch(label_key(text))
    return Decimal(found[1]) if found else None


def measure_of(text: str) -> str | None:
    """The property of a project's spending that the text labels: 全年执行数（B） → executedAmount."""
    return next((name for name in SPENDING if is_of(name, text)), None)


@lru_cache(maxsize=4096)
def total_horizon(text: str) -> Horizon | None:
    """The horizon whose total the text labels: 年度资金总额：, 2026年预算金额（元） → annual."""
    key = _money_key(text)
    total = _OF_YEAR.sub("", key)
    if total != key:
        named = {total, _OF_YEAR.sub("年度", key)}
        return "annual" if named & _UNSAID or any(_total(one) == "annual" for one in named) else None
    return _total(key)


def _total(key: str) -> Horizon | None:
    like = (horizon for horizon, pattern in _LIKE_TOTALS if pattern.fullmatch(key))
    return _TOTALS.get(key) or next(like, None)


@lru_cache(maxsize=4096)
def total_span(text: str) -> Span | None:
    """The same, and `unsaid` for a total that names no horizon: 资金总额."""
    return "unsaid" if _money_key(text) in _UNSAID else total_horizon(text)


def sum_span(text: str) -> Span | None:
    """The same where a number stands beside the label, which then is none of a whole block: 项目资金（元） | 1,200."""
    return total_span(text) or ("unsaid" if head_part(text) == "money" else None)


def total_labels() -> list[str]:
    """The labels of the totals."""
    return list(_TOTALS)


@lru_cache(maxsize=4096)
def is_beside(text: str) -> bool:
    """Whether the text labels what a form says beside its sums and targets: 资金支出计划（%）, 部门职能职责."""
    return _BESIDE.fullmatch(marks.bare_head(text)) is not None


def is_nature(text: str) -> bool:
    """Whether the text heads or labels sums by another division than the source: 按支出性质分, 基本支出."""
    return _NATURE.fullmatch(_money_key(text)) is not None


@lru_cache(maxsize=4096)
def funding_of(text: str) -> str | None:
    """Notation of the source of money that the text labels, whole or cut by the cell: 市县（区）财政资 → municipal."""
    known, key = vocab.notations("funding"), _money_key(text)
    key = key if key in known else _THIS_YEAR.sub("", key)
    if key in known:
        return known[key]
    if len(key) not in _CUT:
        return None
    cut = {notation for label, notation in known.items() if label.startswith(key)}
    return cut.pop() if len(cut) == 1 else None


def _money_key(text: str) -> str:
    key = marks.bare_head(text).strip(":")
    for _ in range(2):  # 1、资金来源：（1）政府预算资金
        key = marks.without_ordinal(_BEFORE_SOURCE.sub("", key))
    return key.removesuffix("小计") or key


@lru_cache(maxsize=4096)
def indicator_kind(text: str) -> str | None:
    """Notation of the second (or only) level of indicators that the text labels: 数量指标 → output-quantity."""
    known = vocab.notations("indicator")
    key = _BRACKETED_POINTS.sub("", label_key(marks.without_ordinal(text)))
    key = re.sub("(?:类指标|目标|类)$", "指标", key) if key not in known else key
    return known.get(key) or known.get(key.removeprefix("产出"))  # 产出数量指标


def without_points(text: str) -> str:
    """A label without the points that it gives in brackets: 产出指标（50分） → 产出指标."""
    return _BRACKETED_POINTS.sub("", label_key(text))


def is_group(text: str) -> bool:
    """Whether the text is the label beside all indicators, or a part of it: 绩效指标, 效指, 年度绩效指标（90分）."""
    key = _BRACKETED_POINTS.sub("", label_key(text))
    return key in GROUPS or key.endswith("绩效指标")


@cache
def first_levels() -> frozenset[str]:
    """Notations of the first level of indicators that have levels below them."""
    return frozenset(c.broader for c in vocab.concepts("indicator").values() if c.broader)


def is_first_level(notation: str | None) -> bool:
    """Whether the notation is of the first level (产出指标), which holds other levels."""
    return notation in first_levels()


def is_top(notation: str | None) -> bool:
    """Whether the notation is of the first level, with levels below it or not (产出指标, 决策指标)."""
    return notation is not None and vocab.concepts("indicator")[notation].broader is None


def is_label(text: str) -> bool:
    """Whether the text labels a level of indicators, a goal or a total, as the heads of a list of projects do."""
    return is_level(text) or is_goal_group(text) or bool(goal_field(text) or total_span(text))


def labels_in(texts: Iterator[str]) -> set[str]:
    """The parts of a form that any of the texts label: evidence that a form stands here."""
    found: set[str] = set()
    for text in texts:
        if _money_key(text) in _ALSO_HEADS:
            continue
        goals = goal_horizon(text) or is_goal_group(text)
        part = head_part(text) or text_field(text) or (goals and "goals") or (total_horizon(text) and "sums")
        if part or is_level(text):
            found.add(part or "levels")
    return found
