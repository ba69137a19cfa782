"""`python -m bench.layouts.provinces --n 60`: target forms in the looks of many provinces, printed and read back.

Each look is a form that provinces publish: its labels, its order, its columns beside an indicator's name. Names, sums
and texts are invented; what a form says is written down while it is painted, before anything is read.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.layouts.compare import Outcome
from bench.layouts.evaluations import _FIRST, _WIDE, Flat, _alike, said_by
from bench.layouts.measure_targets import compare_flat
from bench.layouts.runs import run
from bench.layouts.targets import _NAMES, _SECOND, _SENTENCES, _WORKS, target_of
from data.paint import Block, Line, Press, Rules, Sheet
from kg_builder.model import Project
from kg_builder.readers import read_pages
from kg_builder.templates.report import read_projects
from kg_builder.text import squeeze

_KINDS = ("output-quantity", "output-quality", "output-timeliness", "benefit-social", "satisfaction-served")


@dataclass(frozen=True, slots=True)
class ProvinceLook:
    """The features of one print; the first choice of each is the plain one."""

    unit: str = "万元"
    code: str = ""  # before the project's name
    department: str = "{name}"
    push: int = 0  # lines of prose before the first form
    touching: bool = False  # the second form on the page of the first
    rules: Rules = "boxes"
    long: bool = False
    suffix: str = "指标"  # 数量指标 or 数量
    numbered: bool = False  # 1.产出指标
    ends: bool = False  # a row of signatures
    vertical: bool = False


CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("万元", "元"),
    "code": ("", "236-", "[0042]", "105001-"),
    "department": ("{name}", "{code}-{name}", "[{code}]{name}", "{name}{code}"),
    "push": (0, 11, 19, 26, 33),
    "touching": (False, True),
    "rules": ("boxes", "bars", "none"),
    "long": (False, True),
    "suffix": ("指标", ""),
    "numbered": (False, True),
    "ends": (False, True),
    "vertical": (False, True),
}


@dataclass
class Form:
    """One form while it is painted: its rows, and what they say."""

    look: ProvinceLook
    rng: random.Random
    work: str
    body: str
    name: str = ""
    facts: Flat = field(default_factory=dict)
    rows: list[Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.name = f"{self.look.code}{self.work}{'及后续配套设施升级改造' * self.look.long}专项"

    def row(self, *cells: tuple[str, int]) -> None:
        """A row of cells with their widths, 0 for the rest; a negative width is covered by the cell above."""
        line: list[Block | None] = []
        for text, wide in cells:
            width = abs(wide) or _WIDE - len(line)
            line += [Block(text, width, 1, "center" if len(text) <= 12 else "left") if wide >= 0 else None]
            line += [None] * (width - 1)
        self.rows.append(line)

    def merge(self, first: int, column: int = 0) -> None:
        """The cell in a column of row `first` reaches down to the last row."""
        block = self.rows[first][column]
        if block is not None:
            line = list(self.rows[first])
            line[column] = Block(block.text, block.columns, len(self.rows) - first, block.align)
            self.rows[first] = line

    def sum(self, value: Decimal) -> str:
        """A sum in the unit of the form."""
        return f"{value / 10_000 if self.look.unit == '万元' else value:.2f}"

    def text(self, count: int = 5) -> str:
        """A text of several clauses."""
        return "；".join(self.rng.sample(_SENTENCES, count + 3 * self.look.long)) + "。"

    def yuan(self) -> Decimal:
        """Some money."""
        return Decimal(self.rng.randint(1, 9000)) * 10_000

    def label(self, text: str) -> str:
        """A label as it is set."""
        return "\n".join(text) if self.look.vertical else text

    # what several forms have

    def bodies(self, labels: tuple[str, str] = ("主管部门及代码", "实施单位")) -> None:
        """The department with its code, and the unit."""
        unit = f"{self.body}服务中心"
        printed = self.look.department.format(name=self.body, code="105")
        self.row((labels[0], 4), (printed, 5), (labels[1], 3), (unit, 0))
        self.facts |= {("department",): self.body, ("unit",): unit}

    def year_sums(self, total: str = "年度资金总额") -> None:
        """年度资金总额 with its sources below it."""
        fiscal, other = self.yuan(), self.yuan()
        start = len(self.rows)
        for n, (label, value) in enumerate(((total, fiscal + other), ("其中：财政拨款", fiscal), ("其他资金", other))):
            first = (f"项目资金\n（{self.look.unit}）", 4) if not n else ("", -4)
            self.row(first, (label, 6), (self.sum(value), 0))
        self.merge(start)
        self.facts |= {("annual",): str(fiscal + other), ("money", "fiscal"): str(fiscal)}
        self.facts[("money", "other-funds")] = str(other)

    def goal(self, label: str, notation: str = "goal-annual") -> None:
        """A text beside its label."""
        text = self.text()
        self.row((self.label(label), 4), (text, 0))
        self.facts[("text", notation)] = text

    def levels(self, kind: str) -> tuple[str, str]:
        """What the first two levels of an indicator are called."""
        first, second = _FIRST[kind.partition("-")[0]], f"{_SECOND[kind]}{self.look.suffix}"
        if self.look.numbered:
            first = f"{1 + list(_FIRST.values()).index(first)}.{first}"
        return first, second

    def indicators(
        self,
        heads: tuple[tuple[str, int], ...],
        cells: Callable[[str, str], tuple[str, ...]],
        side: str = "",
        repeat: bool = False,
    ) -> None:
        """Indicators under 一级指标 | 二级指标 | 三级指标 and `heads`; `cells` gives what stands below these.

        `side`: a label beside all of them. `repeat`: levels in every row rather than merged.
        """
        start, wide = len(self.rows), 2 if side else 0
        levels = (("一级指标", 2), ("二级指标", 3), ("三级指标", 4))
        before = ((self.label(side), wide),) if side else ()
        self.row(*before, *levels, *heads[:-1], (heads[-1][0], 0))
        above: tuple[str, str] = ("", "")
        for kind in _KINDS:
            group = len(self.rows)
            for name in self.rng.sample(_NAMES[kind], min(len(_NAMES[kind]), 2 + self.look.long)):
                printed = self.levels(kind)
                first = (printed[0], 2) if repeat or printed[0] != above[0] else ("", -2)
                second = (printed[1], 3) if repeat or printed != above else ("", -3)
                values = list(zip(cells(kind, name), (width for _, width in heads), strict=True))
                covered = (("", -wide),) if side else ()
                self.row(*covered, first, second, (name, 4), *values[:-1], (values[-1][0], 0))
                above = printed
            self.merge(group, wide + 2) if not repeat else None
        if not repeat:
            self._merge_first_levels(start + 1, wide)
        if side:
            self.merge(start)

    def _merge_first_levels(self, start: int, column: int) -> None:
        begins = [n for n in range(start, len(self.rows)) if self.rows[n][column] is not None]
        for begin, end in zip(begins, [*begins[1:], len(self.rows)], strict=True):
            block, line = self.rows[begin][column], list(self.rows[begin])
            if block is not None:
                line[column] = Block(block.text, block.columns, end - begin, block.align)
                self.rows[begin] = line

    def say(self, kind: str, name: str, target: str, weight: str = "", horizon: str = "") -> None:
        """An indicator says its target and what it counts."""
        self.facts["target", kind, name, *([horizon] if horizon else [])] = target
        if weight:
            self.facts["weight", kind, name] = weight


# --- the looks ------------------------------------------------------------------------------------------------------


def _pieces(target: str) -> tuple[str, str, str]:
    """A target in three cells: ≥95% → ≥, 95, %."""
    sign = target[:1] if target[:1] in "≥≤=＞＜" else ""
    rest = target.removeprefix(sign)
    number = "".join(c for c in rest if c.isdigit() or c == ".")
    return (sign, number, rest.removeprefix(number)) if number and rest.startswith(number) else ("", target, "")


def use_and_schedule(form: Form) -> str:
    """预算规模及资金用途, 资金支出计划（%）, 指标值确定依据; one goal, 绩效指标描述."""
    fiscal = form.yuan()
    form.row(("项目编码", 3), ("13000024P00210410001X", 6), ("项目名称", 3), (form.name, 0))
    start = len(form.rows)
    form.row(
        ("预算规模及资金用途", 3),
        ("预算数", 2),
        (form.sum(fiscal), 3),
        ("其中：财政资金", 3),
        (form.sum(fiscal), 3),
        ("其他资金", 2),
        ("", 0),
    )
    form.row(("", -3), (form.text(2), 0))
    form.merge(start)
    start = len(form.rows)
    form.row(("资金支出计划（%）", 3), ("3月底", 4), ("6月底", 4), ("10月底", 4), ("12月底", 0))
    form.row(("", -3), ("25.00", 4), ("50.00", 4), ("75.00", 4), ("100.00", 0))
    form.merge(start)
    form.facts |= {("annual",): str(fiscal), ("money", "fiscal"): str(fiscal), ("unit",): f"{form.body}本级"}
    form.goal("绩效目标")

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target = target_of(name, form.rng)
        form.say(kind, name, target)
        return form.rng.choice(_SENTENCES), target, "年度工作计划"

    form.indicators((("绩效指标描述", 4), ("指标值", 2), ("指标值确定依据", 0)), cells)
    return f"{form.work}绩效目标表"


def core_and_weight(form: Form) -> str:
    """项目概况, 立项依据, 当年绩效目标; 指标权重, 计量单位, 指标性质, 指标值, 是否核心指标."""
    annual = form.yuan()
    form.row(("项目名称", 4), (form.name, 5), ("业务主管部门", 4), (form.body, 0))
    form.row((f"当年预算（{form.look.unit}）", 4), (form.sum(annual), 0))
    form.facts |= {("annual",): str(annual), ("department",): form.body}
    form.goal("项目概况", "overview")
    form.goal("立项依据", "legal-basis")
    form.goal("当年绩效目标")

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target, weight = target_of(name, form.rng), str(form.rng.randint(2, 20))
        sign, number, unit = _pieces(target)
        form.say(kind, name, target, weight)
        return weight, unit, sign, number, form.rng.choice(("是", "否"))

    form.indicators((("指标权重", 2), ("计量单位", 2), ("指标性质", 2), ("指标值", 2), ("是否核心", 0)), cells)
    return "项目支出绩效目标表"


def period_beside_year(form: Form, swapped: bool = False) -> str:
    """One name with two targets: 实施周期指标值 | 年度指标值; the sums of the period beside those of the year."""
    form.row(("项目名称", 4), (form.name, 0))
    form.bodies()
    form.row(("项目属性", 4), ("延续项目", 5), ("项目周期", 3), ("2024年-2026年", 0))
    fiscal, other, start = form.yuan(), form.yuan(), len(form.rows)
    rows = (
        ("实施周期资金总额", "年度资金总额", fiscal + other),
        ("其中：财政拨款", "其中：财政拨款", fiscal),
        ("其他资金", "其他资金", other),
    )
    for n, (left, right, value) in enumerate(rows):
        first = (f"项目资金\n（{form.look.unit}）", 4) if not n else ("", -4)
        form.row(first, (left, 4), (form.sum(3 * value), 3), (right, 4), (form.sum(value), 0))
    form.merge(start)
    form.facts |= {("annual",): str(fiscal + other), ("total",): str(3 * (fiscal + other))}
    for horizon, times in (("annual", 1), ("implementation", 3)):
        form.facts |= {
            ("money", "fiscal", horizon): str(times * fiscal),
            ("money", "other-funds", horizon): str(times * other),
        }
    whole, year, start = form.text(), form.text(), len(form.rows)
    form.row(("总体目标", 4), ("实施周期总目标", 7), ("年度目标", 0))
    form.row(("", -4), (whole, 7), (year, 0))
    form.merge(start)
    form.facts |= {("text", "goal-implementation"): whole, ("text", "goal-annual"): year}

    def cells(kind: str, name: str) -> tuple[str, ...]:
        targets = target_of(name, form.rng), target_of(name, form.rng)
        for horizon, target in zip(("implementation", "annual"), targets, strict=True):
            form.say(kind, name, target, horizon=horizon)
        return targets[::-1] if swapped else targets

    heads = (("实施周期指标值", 3), ("年度指标值", 3))
    form.indicators(heads[::-1] if swapped else heads, cells, side="绩效指标")
    return "项目支出绩效目标表"


def year_beside_period(form: Form) -> str:
    """The same with the year's target first."""
    return period_beside_year(form, swapped=True)


def nature_and_measure(form: Form) -> str:
    """绩效指标性质 | 绩效指标值 | 绩效度量单位 | 本年权重; levels in every row."""
    form.row(("项目名称", 4), (form.name, 0))
    form.bodies(("主管部门", "实施单位"))
    form.year_sums()
    form.goal("年度总体目标")

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target, weight = target_of(name, form.rng), str(form.rng.randint(2, 20))
        form.say(kind, name, target, weight)
        sign, number, unit = _pieces(target)
        return sign or "定性", number, unit, weight

    form.indicators((("绩效指标性质", 2), ("绩效指标值", 2), ("绩效度量单位", 2), ("本年权重", 0)), cells, repeat=True)
    return "项目支出绩效目标表"


def amount_of_year(form: Form) -> str:
    """2026年预算金额（元） beside the name; 度量单位 and 指标值内容."""
    annual = form.yuan()
    form.row(("项目名称", 3), (form.name, 7), ("2026年预算金额（元）", 4), (f"{annual:,.2f}", 0))
    form.row(("单位名称", 3), (form.body, 0))
    form.facts |= {("annual",): str(annual), ("unit",): form.body}
    form.goal("项目年度绩效目标")

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target = target_of(name, form.rng)
        form.say(kind, name, target)
        sign, number, unit = _pieces(target)
        return sign, number, unit, "定量指标" if sign else "定性指标", form.rng.choice(_SENTENCES)

    heads = (("指标性质", 1), ("指标值", 2), ("度量单位", 2), ("指标属性", 2), ("指标内容", 0))
    form.indicators(heads, cells, repeat=True)
    return "项目支出绩效目标表"


def application(form: Form) -> str:
    """项目支出绩效目标申报表: texts of a project, then the year's indicators with 备注."""
    form.row(("项目名称", 4), (form.name, 0))
    form.bodies(("主管部门", "项目单位"))
    form.row(("项目属性", 4), ("新增项目", 5), ("项目期", 3), ("2025年1月-2025年12月", 0))
    form.year_sums("申请资金总额")
    for label, notation in (
        ("项目概况", "overview"),
        ("立项依据", "legal-basis"),
        ("项目设立的必要性", "necessity"),
        ("保证项目实施的制度、措施", "safeguards"),
        ("项目实施计划", "plan"),
    ):
        form.goal(label, notation)
    form.goal("年度绩效目标")

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target = target_of(name, form.rng)
        form.say(kind, name, target)
        return target, ""

    form.indicators((("指标值", 4), ("备注", 0)), cells, side="年度绩效指标")
    return "项目支出绩效目标申报表"


def department_by_nature(form: Form) -> str:
    """年度部门整体支出绩效目标: sums by source and by kind of spending, 部门职能, 整体绩效目标."""
    form.name = f"{form.body}整体支出"
    fiscal, other, start = form.yuan(), form.yuan(), len(form.rows)
    form.row(("部门名称", 4), (form.body, 0))
    start = len(form.rows)
    form.row((f"年度预算申请\n（{form.look.unit}）", 4), ("资金总额", 6), (form.sum(fiscal + other), 0))
    form.row(("", -4), ("按收入性质分", 7), ("按支出性质分", 0))
    form.row(("", -4), ("其中：一般公共预算", 4), (form.sum(fiscal), 3), ("其中：基本支出", 4), (form.sum(other), 0))
    form.row(("", -4), ("其他资金", 4), (form.sum(other), 3), ("项目支出", 4), (form.sum(fiscal), 0))
    form.merge(start)
    form.facts |= {("department",): form.body, ("unit",): form.body, ("initial",): str(fiscal + other)}
    form.goal("部门职能职责", "duties")
    del form.facts["text", "duties"]
    form.goal("整体绩效目标")

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target, weight = target_of(name, form.rng), str(form.rng.randint(2, 20))
        form.say(kind, name, target, weight)
        return target, weight

    form.indicators((("指标值", 4), ("权重", 0)), cells, side="年度绩效指标")
    return "部门整体支出绩效目标表"


def department_evaluation(form: Form) -> str:
    """部门整体支出绩效自评表: 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分."""
    form.name = f"{form.body}整体支出"
    first, revised = form.yuan(), form.yuan()
    spent = revised * form.rng.choice((60, 75, 100)) / 100
    form.row(("部门名称", 4), (form.body, 0))
    start = len(form.rows)
    form.row(
        (f"年度预算\n（{form.look.unit}）", 3),
        ("", 3),
        ("年初预算数", 2),
        ("全年预算数", 2),
        ("全年执行数", 2),
        ("分值", 2),
        ("执行率", 2),
        ("得分", 0),
    )
    rate = spent / revised * 100
    form.row(
        ("", -3),
        ("年度资金总额", 3),
        (form.sum(first), 2),
        (form.sum(revised), 2),
        (form.sum(spent), 2),
        ("10", 2),
        (f"{rate:.2f}%", 2),
        (f"{rate / 10:.1f}", 0),
    )
    form.merge(start)
    form.facts |= {("initial",): str(first), ("revised",): str(revised), ("executed",): str(spent)}
    form.facts |= {("rate",): str(rate), ("execution-weight",): "10", ("execution-score",): f"{rate / 10:.1f}"}
    form.facts |= {("department",): form.body, ("unit",): form.body}
    goal, done, start = form.text(), form.text(), len(form.rows)
    form.row(("年度总体目标", 3), ("预期目标", 8), ("实际完成情况", 0))
    form.row(("", -3), (goal, 8), (done, 0))
    form.merge(start)
    form.facts |= {("text", "goal-annual"): goal, ("text", "achievement"): done}

    def cells(kind: str, name: str) -> tuple[str, ...]:
        target, reached, weight = target_of(name, form.rng), target_of(name, form.rng), form.rng.randint(2, 20)
        form.say(kind, name, target, str(weight))
        given, why = str(form.rng.randint(0, weight)), form.rng.choice(("", "进度滞后，下年补足"))
        form.facts |= {("actual", kind, name): reached, ("score", kind, name): given}
        if why:
            form.facts["deviation", kind, name] = why
        return target, reached, str(weight), given, why

    heads = (("年度指标值", 2), ("实际完成值", 2), ("分值", 1), ("得分", 1), ("偏差原因分析及改进措施", 0))
    form.indicators(heads, cells)
    form.row(("总分", 13), ("100", 1), ("93.5", 1), ("", 0))
    form.facts[("score",)] = "93.5"
    return "部门整体支出绩效自评表"


PAINTERS: dict[str, Callable[[Form], str]] = {
    "use-and-schedule": use_and_schedule,
    "core-and-weight": core_and_weight,
    "period-beside-year": period_beside_year,
    "year-beside-period": year_beside_period,
    "nature-and-measure": nature_and_measure,
    "amount-of-year": amount_of_year,
    "application": application,
    "department-by-nature": department_by_nature,
    "department-evaluation": department_evaluation,
}


def print_provinces(style: str, look: ProvinceLook, seed: int, path: Path) -> dict[str, Flat]:
    """Print two forms to a PDF and return what they say, by the project's name."""
    rng = random.Random(seed)
    sheet = Sheet(path, "绩效", None, Press(rules=look.rules))
    sheet.page()
    for _ in range(look.push):
        sheet.prose("按照要求对预算项目开展绩效管理。", gap=0)
    said = {}
    for number, work in enumerate(rng.sample(_WORKS, 2)):
        if number and not look.touching:
            sheet.page()
        form = Form(look, rng, work, ("某省水务厅", "某市教育局")[number])
        title = PAINTERS[style](form)
        sheet.prose(title, 15, "center")
        sheet.prose("（2026年度）", 10.5, "center")
        if style == "use-and-schedule":
            sheet.prose(f"105001{form.body}本级  单位：{look.unit}", 9)
        if look.ends:
            form.row(("单位负责人：", 9), ("填报日期：", 0))
        sheet.grid([1.0] * _WIDE, [], form.rows)
        said[form.name] = form.facts
    sheet.save()
    return said


def told_by(project: Project, facts: Flat) -> Flat:
    """What was read of a project, in the terms of what its form says: with the horizon where that tells it."""
    found = said_by(project)
    if any(key[0] == "target" and len(key) == 4 for key in facts):
        found = {key: value for key, value in found.items() if key[0] not in {"target", "money"}}
        found |= {
            ("target", i.kind, i.name, i.horizon): i.target.printed if i.target else "" for i in project.indicators
        }
        found |= {("money", a.funding, a.horizon): str(a.amount.yuan) for a in project.appropriations}
    if project.total is not None:
        found[("total",)] = str(project.total.yuan)
    return found


def read_back(style: str, look: ProvinceLook, seed: int, path: Path) -> Outcome:
    """Print some forms to `path`, read them and compare."""
    said = print_provinces(style, look, seed, path)
    read = read_projects(read_pages(path))
    out = Outcome()
    left = {squeeze(project.name): project for project in read.projects}
    for name, facts in said.items():
        mine = left.pop(squeeze(name), None)
        compare_flat(_alike(facts), _alike(told_by(mine, facts)) if mine else {}, out)
    out.extra += len(left)
    out.faults += [f"project that was not printed: {name}" for name in left]
    out.faults += [f"unread: {r.reason}: {squeeze(r.text)[:40]}" for r in read.unread]
    return out


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts.provinces", tuple(PAINTERS), ProvinceLook(), CHOICES, read_back))
