"""What a project's target form is made of: its labels, and the draft that the layouts fill.

The form is 项目支出绩效目标申报表 and its kin (财政项目支出绩效目标填报表): a head, a block of money, texts, goals and
indicators. Field labels decide, never the title, order or place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

from kg_builder import vocab
from kg_builder.model import (
    Amount,
    Appropriation,
    Body,
    Cell,
    Horizon,
    Indicator,
    Place,
    Project,
    Residue,
    Scope,
)
from kg_builder.text import decimal_of, label_key, money, squeeze

# Labels of the head, of the money block and of the signatures. They name places of the form, not concepts.
_HEAD = {
    "name": "项目名称 项目名 专项名称",
    "department": "主管部门及代码 主管部门代码 主管部门 主管单位 主管部门(单位) 主管部门名称",
    "unit": "实施单位 项目实施单位 项目单位 承担单位 项目承担单位 申报单位 预算单位 用款单位 资金使用单位",
    "attribute": "项目属性 项目性质",
    "category": "项目类别 项目类型 项目分类",
    "period": "项目期 项目日期 项目期限 项目周期 实施期限 实施周期 项目起止时间 起止时间 项目实施期",
    "start": "计划开始日期 开始日期 计划开始时间 开始时间",
    "finish": "计划完成日期 完成日期 计划完成时间 计划结束日期 结束日期 完成时间",
    "money": "项目资金 资金情况 项目资金情况 资金总额 项目预算 资金来源 项目资金来源 预算资金 项目预算资金 预算金额",
    "personal": (
        "负责人 项目负责人 单位负责人 财务负责人 经办人 项目经办人 联系人 项目联系人 填报人 填表人 制表人 审核人 "
        "联系电话 联系方式 电话 手机 填报日期 填表日期 填报时间"
    ),
}
HEAD = {label: part for part, labels in _HEAD.items() for label in labels.split()}
_TOTAL_LABELS: dict[Horizon, str] = {
    "implementation": (
        "实施期资金总额 实施资金总额 项目资金总额 项目总预算 总预算 项目总额 项目总金额 实施期总额 中期资金总额"
    ),
    "annual": (
        "年度资金总额 年度资金申请总额 年度资金 年度预算总额 当年预算 项目当年预算 本年度预算 本年预算 年度预算 "
        "年度预算金额 年度预算资金 年度资金预算 当年预算安排 当年预算金额"
    ),
}
_TOTALS = {label: horizon for horizon, labels in _TOTAL_LABELS.items() for label in labels.split()}
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
    ]
)
# Labels of money that heads of lists of projects have too: no evidence of a form.
_ALSO_HEADS = frozenset(["资金来源", "项目资金来源", "预算资金", "项目预算资金", "预算金额"])
_GOALS: dict[str, Horizon] = {"goal-implementation": "implementation", "goal-annual": "annual"}
GOAL_GROUPS = frozenset(["总体目标", "总体绩效目标", "绩效目标", "项目绩效目标", "项目绩效总目标", "总目标"])
LEVELS = frozenset(
    [
        "一级指标",
        "二级指标",
        "三级指标",
        "一级目标",
        "二级目标",
        "三级目标",
        "指标值",
        "指标目标值",
        "指标内容",
        "绩效指标",
        "指标名称",
    ]
)
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
BY_LEVEL = frozenset(["central", "provincial", "municipal"])
PERSONAL = "personal data"  # the reason why text is left out without its text
Span = Literal["annual", "implementation", "unsaid"]  # what a sum is for, as its label says
TEXT_ORDER = ("overview", "legal-basis", "necessity", "safeguards", "plan")

# 057-阳泉市文化和旅游局 · 054001—某中心
_CODED = re.compile(r"(?P<code>\d{3,12})\s*[-－—–:：]\s*(?P<name>\D.*)", re.DOTALL)
# 项目资金（元） · （万元） · 单位：元
_UNIT = re.compile(r"[(（]\s*(亿元|万元|元)\s*[)）]|单位\s*[:：]\s*(亿元|万元|元)")
_OWN_UNIT = re.compile(r"([-－\d.,，\s]+)(亿元|万元|元)")  # 12.5万元
# The title of a form. Texts that speak of one (见附件, 情况) are longer or have other endings.
_TITLE = re.compile(
    r"[^。；;，,见详]{0,40}绩效(?:目标)?(?:申报|填报|审批|批复|公开|自评|评价)?表(?:[（(][^（()）]{0,20}[)）])?"
)
# 负责人： · 项目负责人及联系电话 · 经办人（签字） · 联系人/电话: what follows is personal
_PERSONAL = re.compile(
    r"[一-鿿]{0,6}(?:负责人|经办人|联系人|填报人|填表人|制表人|审核人|电话|手机|联系方式)(?:签字|签章|签名|姓名|号码)?(?:[及和/、(:].*)?"
)
_SIGNED = re.compile(r"(?:负责人|经办人|联系电话|填报日期)[:：]")  # 负责人： 经办人： 联系电话： 填报日期：
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}[-－]?\d{7,8})(?!\d)")  # 138……, 0353-……
_BOXES, _TICKED = "□☐○◻", "☑☒√✓✔■▣●✅"
_YEAR = re.compile(r"[(（]?(?:19|20)\d\d年度?[)）]?")  # （2023年度）


def plain(text: str) -> str:
    """The text without the layout's line breaks; a break between two Latin words is a space."""
    return re.sub(r"[ \t]*\n[ \t]*", "", re.sub(r"(?<=[A-Za-z])[ \t]*\n[ \t]*(?=[A-Za-z])", " ", text)).strip()


def is_title(text: str) -> bool:
    """Whether the text is a form's title: 阳泉市市级预算部门（单位）项目支出绩效目标申报表."""
    return bool(_TITLE.fullmatch(squeeze(text)))


def is_year(text: str) -> bool:
    """Whether the text is the year under the title: （2023年度）."""
    return bool(_YEAR.fullmatch(squeeze(text)))


def unit_in(text: str) -> str | None:
    """The unit of money that the text names: `项目资金（元）` → 元."""
    found = _UNIT.search(text)
    return (found[1] or found[2]) if found else None


@lru_cache(maxsize=4096)
def head_part(text: str) -> str | None:
    """Which part of the form the text labels (name, department, money, personal …), None where it is no label."""
    if _PERSONAL.fullmatch(label_key(text)):
        return "personal"
    return HEAD.get(re.sub(r"\((?:亿元|万元|元|单位)\)$", "", label_key(text)) or label_key(text)) or HEAD.get(
        label_key(text)
    )


def is_phone_in(text: str) -> bool:
    """Whether the text holds a telephone number."""
    return bool(_PHONE.search(text))


def is_signatures(text: str) -> bool:
    """Whether the text is the row of signatures that ends a form, known wherever it stands by two of its labels."""
    return head_part(re.split(r"[:：\s]", text.strip(), maxsplit=1)[0]) == "personal" and len(_SIGNED.findall(text)) > 1


@lru_cache(maxsize=4096)
def text_field(text: str) -> str | None:
    """Notation of the text field that the text labels: 项目概况 → overview."""
    notation = vocab.notations("field").get(label_key(text))
    return notation if notation in TEXT_ORDER else None


@lru_cache(maxsize=4096)
def goal_horizon(text: str) -> Horizon | None:
    """The horizon whose goal the text labels: 实施期目标 → implementation."""
    key = re.sub(r"\([^()]{1,20}\)$", "", label_key(text))  # 实施期目标（2024年—2026年）
    return _GOALS.get(vocab.notations("field").get(key, ""))


@lru_cache(maxsize=4096)
def total_horizon(text: str) -> Horizon | None:
    """The horizon whose total the text labels: 年度资金总额： → annual."""
    return _TOTALS.get(_money_key(text))


@lru_cache(maxsize=4096)
def total_span(text: str) -> Span | None:
    """The same, and `unsaid` for a total that names no horizon: 资金总额."""
    return "unsaid" if _money_key(text) in _UNSAID else total_horizon(text)


def total_labels() -> list[str]:
    """The labels of the totals."""
    return list(_TOTALS)


@lru_cache(maxsize=4096)
def funding_of(text: str) -> str | None:
    """Notation of the source of money that the text labels, whole or cut by the cell: 市县（区）财政资 → municipal."""
    known, key = vocab.notations("funding"), _money_key(text)
    if key in known:
        return known[key]
    cut = {notation for label, notation in known.items() if len(key) >= 5 and label.startswith(key)}
    return cut.pop() if len(cut) == 1 else None


def _money_key(text: str) -> str:
    key = re.sub(r"\((?:亿元|万元|元)\)", "", label_key(text))  # 项目总预算（元）
    return key.removeprefix("其中:").removeprefix("其中").strip(":")


@lru_cache(maxsize=4096)
def indicator_kind(text: str) -> str | None:
    """Notation of the second (or only) level of indicators that the text labels: 数量指标 → output-quantity."""
    known, key = vocab.notations("indicator"), label_key(text)
    return known.get(key) or (known.get(key.removesuffix("目标") + "指标") if key.endswith("目标") else None)


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


@dataclass
class Draft:
    """A form while it is read; `project()` makes it final."""

    place: Place
    pages: list[int] = field(default_factory=list)
    head: dict[str, Cell] = field(default_factory=dict)
    unit: str | None = None  # of money
    yearly: bool = False  # the form says below its title that it is of one year
    year: str | None = None  # as the title says: 2024
    sums: list[tuple[str, Span, str, Cell]] = field(default_factory=list)  # funding or total, horizon, label, number
    texts: dict[str, Cell] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    by_level: bool = False  # the form names sources by level of government, with a sum or without
    finished: bool = False  # the signatures were seen
    ignored: list[Residue] = field(default_factory=list)
    unread: list[Residue] = field(default_factory=list)

    def put(self, part: str, cell: Cell) -> None:
        """Keep a value of the head; a second one for the same part is a continuation of the first."""
        if part == "personal":
            self.drop(cell.place)
            return
        known = self.head.get(part)
        text = (known.text if known else "") + self._without_phone(cell)
        self.head[part] = Cell(text, known.place if known else cell.place)

    def put_text(self, notation: str, cell: Cell) -> None:
        """Keep (or continue) a text field."""
        known = self.texts.get(notation)
        text = (known.text if known else "") + self._without_phone(cell)
        if text:
            self.texts[notation] = Cell(text, known.place if known else cell.place)

    def _without_phone(self, cell: Cell) -> str:
        text = plain(cell.text)
        if _PHONE.search(text):
            self.drop(cell.place)
        return _PHONE.sub("", text)

    def put_sum(self, key: str, horizon: Span, label: str, number: Cell) -> bool:
        """Keep a sum; False where this source has one already for the horizon."""
        if any(k == key and h == horizon for k, h, _, _ in self.sums):
            return False
        self.sums.append((key, horizon, label, number))
        return True

    def leave(self, cell: Cell, reason: str) -> None:
        """Report text that became no value; a telephone number is dropped."""
        if _PHONE.search(cell.text):
            self.drop(cell.place)
        else:
            self.unread.append(Residue(plain(cell.text), cell.place, reason))

    def skip(self, cell: Cell, reason: str) -> None:
        """Report text that is no value, for a stated reason."""
        self.ignored.append(Residue(plain(cell.text), cell.place, reason))

    def drop(self, place: Place) -> None:
        """Report that personal data stand here, without the text."""
        self.ignored.append(Residue("", place, PERSONAL))

    @property
    def named(self) -> bool:
        """Whether the form gives its project a name."""
        return bool(self.head.get("name") and self.head["name"].text)

    @property
    def single(self) -> Horizon:
        """The horizon of a form that has its indicators once: the year, unless it speaks of the whole period."""
        longer = any(horizon == "implementation" for _, horizon, _, _ in self.sums)
        return "implementation" if longer or "goal-implementation" in self.texts else "annual"

    def project(self) -> Project | None:
        """The project, None where the form gives it no name."""
        if not self.named:
            return None
        name = self.head["name"]
        total, annual, appropriations = self._money()
        order = {notation: i for i, notation in enumerate([*TEXT_ORDER, "goal-implementation", "goal-annual"])}
        return Project(
            name=name.text,
            place=self.place,
            pages=tuple(sorted(set(self.pages))),
            department=_body(self.head.get("department"), "department"),
            unit=_body(self.head.get("unit"), "unit"),
            attribute=self._choice("attribute"),
            category=self._choice("category"),
            period=self._period(),
            total=total,
            annual=annual,
            appropriations=tuple(appropriations),
            fields=tuple(sorted(self.texts.items(), key=lambda item: order.get(item[0], 99))),
            indicators=tuple(self.indicators),
        )

    def _text(self, part: str) -> str | None:
        cell = self.head.get(part)
        return cell.text or None if cell else None

    def _choice(self, part: str) -> str | None:
        """The text of the part, or of boxes to tick the one that is ticked; without any, nothing is said."""
        cell = self.head.get(part)
        if cell is None or not re.search(f"[{_BOXES}{_TICKED}]", cell.text):
            return self._text(part)
        ticked = _ticked(cell.text)
        if ticked is None:
            self.leave(cell, "boxes of which not one is ticked")
        return ticked

    def _period(self) -> str | None:
        start, finish = self._text("start"), self._text("finish")
        return self._text("period") or (f"{start}至{finish}" if start and finish else start or finish)

    def _horizon_unsaid(self) -> Horizon | None:
        """The horizon of a sum that names none: the year, in a form of one year that speaks of no longer period."""
        period = self._period() or ""
        years = set(re.findall(r"20\d\d", period))
        longer = len(years) > 1 or re.search(r"(?<!\d)[2-9二三四五]年|长期", squeeze(period))
        named = any(span != "unsaid" for _, span, *_ in self.sums)
        both = {"goal-implementation", "goal-annual"} <= self.texts.keys()
        annual = len(years) == 1 or ((self.yearly or "goal-annual" in self.texts) and not both)
        return "annual" if annual and not (longer or named) else None

    def _money(self) -> tuple[Amount | None, Amount | None, list[Appropriation]]:
        totals: dict[Horizon, Amount] = {}
        found: list[Appropriation] = []
        by_level = self.by_level or any(key in BY_LEVEL for key, *_ in self.sums)
        for key, span, label, cell in self.sums:
            horizon = span if span != "unsaid" else self._horizon_unsaid()
            if horizon is None:
                self.leave(cell, "a sum of which is not said whether it is the year's")
                continue
            if self.unit is None and split_sum(cell.text)[1] is None:
                self.leave(cell, "a sum without a unit")
                continue
            number, own = split_sum(cell.text)
            amount = money(number, own or self.unit or "", cell.place)
            if amount is None:
                self.leave(cell, "not a number")
            elif key == "total":
                totals[horizon] = amount
            else:
                funding = "other" if key == "other-funds" and by_level else key
                found.append(Appropriation(funding, horizon, label, amount))
        return totals.get("implementation"), totals.get("annual"), found


def _body(cell: Cell | None, scope: Scope) -> Body | None:
    if cell is None or not cell.text:
        return None
    coded = _CODED.fullmatch(cell.text)
    if coded:
        return Body(coded["name"].strip(), cell.place, scope, code=coded["code"])
    return Body(cell.text, cell.place, scope)


def _ticked(text: str) -> str | None:
    """The one option whose box is ticked: `新增项目□ 延续项目☑` → 延续项目; boxes stand before or behind all."""
    parts = [part.strip() for part in re.split(f"([{_BOXES}{_TICKED}])", squeeze(text)) if part]
    before = bool(re.match(f"[{_BOXES}{_TICKED}]", parts[0]))
    boxes, options = (parts[::2], parts[1::2]) if before else (parts[1::2], parts[::2])
    if len(boxes) != len(options) or any(box not in _BOXES + _TICKED for box in boxes):
        return None
    found = [option.strip("()（）[]、，") for box, option in zip(boxes, options, strict=True) if box in _TICKED]
    return found[0] if len(found) == 1 else None


def split_sum(text: str) -> tuple[str, str | None]:
    """A number and the unit printed with it: 12.5万元 → 12.5, 万元; 12.5 → 12.5, None."""
    found = _OWN_UNIT.fullmatch(text.strip())
    return (found[1], found[2]) if found else (text, None)


def is_number(text: str) -> bool:
    """Whether the text is a number, with a unit of money or without, and nothing else."""
    return decimal_of(split_sum(text)[0]) is not None


def is_coded(text: str) -> bool:
    """Whether the text is a code with a name: 064-阳泉市民政局."""
    return bool(_CODED.fullmatch(text.strip()))


def labels_in(texts: Iterator[str]) -> set[str]:
    """The parts of a form that any of the texts label: evidence that a form stands here."""
    found: set[str] = set()
    for text in texts:
        if _money_key(text) in _ALSO_HEADS:
            continue
        part = (
            head_part(text) or text_field(text) or (goal_horizon(text) and "goals") or (total_horizon(text) and "sums")
        )
        if part:
            found.add(part)
    return found
