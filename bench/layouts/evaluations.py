"""`python -m bench.layouts.evaluations --n 60`: central forms, self-evaluations, forms of all a department's spending.

Facts → PDF → projects: each is printed in several looks (labels, columns, breaks of pages), read back and compared.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.layouts.compare import Outcome
from bench.layouts.measure_targets import compare_flat
from bench.layouts.runs import run
from bench.layouts.targets import _NAMES, _SECOND, _SENTENCES, _WORKS, target_of
from data.paint import Block, Line, Press, Rules, Sheet
from kg_builder.model import Amount, Indicator, Project
from kg_builder.readers import read_pages
from kg_builder.templates.report import read_projects
from kg_builder.text import squeeze

STYLES = ("central", "self-evaluation", "self-evaluation-pairs", "whole-department")
_FIRST = {"output": "产出指标", "benefit": "效益指标", "satisfaction": "满意度指标", "cost": "成本指标"}
_WIDE = 18  # columns of a form's grid


@dataclass(frozen=True, slots=True)
class EvaluationLook:
    """The features of one print; the first choice of each is the plain one."""

    unit: str = "万元"
    code: bool = False  # a code before the project's name
    department: str = "{name}"  # how 主管部门及代码 prints name and code
    vertical: bool = False  # labels of goals and indicators set from the top down
    push: int = 0  # lines of prose before the first form
    touching: bool = False
    rules: Rules = "boxes"
    long: bool = False
    points: str = "分值"
    reached: str = "实际完成值"
    why: str = "偏差原因分析及改进措施"
    blank: str = "—"
    year_line: bool = True


CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("万元", "元"),
    "code": (False, True),
    "department": ("{name}", "{code}-{name}", "[{code}]{name}", "{name}{code}", "{name}  {code}"),
    "vertical": (False, True),
    "push": (0, 9, 17, 23, 29, 33),
    "touching": (False, True),
    "rules": ("boxes", "bars"),
    "long": (False, True),
    "points": ("分值", "权重", "指标分值", "分值\n（90）"),
    "reached": ("实际完成值", "全年完成值", "实际完成情况", "年度实际值"),
    "why": ("偏差原因分析及改进措施", "未完成原因分析及改进措施", "偏差原因"),
    "blank": ("—", "", "无"),
    "year_line": (True, False),
}
Flat = dict[tuple[str, ...], str]


def print_evaluations(style: str, look: EvaluationLook, seed: int, path: Path) -> dict[str, Flat]:
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
        painter = _Painter(style, look, rng, work, ("某省水务厅", "某市教育局")[number])
        painter.paint(sheet)
        said[painter.name] = painter.facts
    sheet.save()
    return said


@dataclass
class _Painter:
    style: str
    look: EvaluationLook
    rng: random.Random
    work: str
    body: str
    name: str = ""
    facts: Flat = field(default_factory=dict)
    rows: list[Line] = field(default_factory=list)

    def paint(self, sheet: Sheet) -> None:
        titles = {"central": f"{self.work}绩效目标表", "whole-department": "部门整体支出绩效目标申报表"}
        sheet.prose(titles.get(self.style, "项目支出绩效自评表"), 15, "center")
        if self.look.year_line:
            sheet.prose("（2024年度）", 10.5, "center")
        self.head()
        if self.style == "whole-department":
            self.tasks()
        else:
            self.money()
        self.goals()
        self.indicators()
        sheet.grid([1.0] * _WIDE, [], self.rows)

    def row(self, *cells: tuple[str, int]) -> Line:
        """A row of cells with their widths; an empty text with a negative width is covered by the cell above."""
        line: list[Block | None] = []
        for text, wide in cells:
            width = abs(wide) or _WIDE - len(line)
            line += [Block(text, width, 1, "center" if len(text) <= 12 else "left") if wide >= 0 else None]
            line += [None] * (width - 1)
        self.rows.append(line)
        return line

    def merge(self, first: int, column: int = 0) -> None:
        """The cell in a column of row `first` reaches down to the last row."""
        block = self.rows[first][column]
        if block is not None:
            line = list(self.rows[first])
            line[column] = Block(block.text, block.columns, len(self.rows) - first, block.align)
            self.rows[first] = line

    def label(self, text: str) -> str:
        return "\n".join(text) if self.look.vertical else text

    def head(self) -> None:
        body, code = self.body, "105"
        if self.style == "whole-department":
            self.name = f"{body}整体支出"
            self.row(("部门（单位）名称", 4), (body, 0))
            self.facts |= {("department",): body, ("unit",): body}
            return
        self.name = f"{'236-' * self.look.code}{self.work}{'及后续配套设施升级改造' * self.look.long}专项"
        self.row(("项目名称", 4), (self.name, 0))
        unit = f"{body}服务中心"
        printed = self.look.department.format(name=body, code=code)
        self.row(("主管部门及代码", 4), (printed, 5), ("实施单位", 3), (unit, 0))
        self.facts |= {("department",): body, ("unit",): unit}

    def sum(self, value: Decimal) -> str:
        return f"{value / 10_000 if self.look.unit == '万元' else value:.2f}"

    def money(self) -> None:
        fiscal, carried = Decimal(self.rng.randint(1, 9000)) * 10_000, Decimal(self.rng.choice((0, 5))) * 10_000
        label, start = f"项目资金\n（{self.look.unit}）", len(self.rows)
        if self.style == "central":
            parts = (("年度资金总额：", fiscal + carried), ("其中：财政拨款", fiscal), ("上年结转", carried))
            for n, (name, value) in enumerate(parts):
                self.row((label, 3) if not n else ("", -3), (name, 5), (self.sum(value), 7),
                         ("执行率\n分值\n（10）", 0) if not n else ("", -3))  # fmt: skip
            self.merge(start, 15)
            self.facts[("execution-weight",)] = "10"
            self.facts |= {("money", "fiscal"): str(fiscal), ("money", "carry-over"): str(carried)}
            self.facts[("annual",)] = str(fiscal + carried)
        else:
            self.spending(fiscal, carried, label)
        self.merge(start)

    def spending(self, fiscal: Decimal, carried: Decimal, label: str) -> None:
        rate = self.rng.choice((60, 75, 100))
        rows = [("年度资金总额", fiscal + carried), ("其中：当年财政拨款", fiscal), ("上年结转资金", carried)]
        whole, spent = rows[0][1], [value * rate / 100 for _, value in rows]
        self.facts |= {("annual",): str(whole), ("revised",): str(whole), ("executed",): str(spent[0])}
        self.facts[("rate",)] = str(rate)
        if self.style.endswith("pairs"):
            budget, used = ("全年预算数（A）", self.sum(whole)), ("全年执行数（B）", self.sum(spent[0]))
            self.row((label, 3), (budget[0], 3), (budget[1], 3), (used[0], 3), (used[1], 2), ("执行率（B/A）", 2),
                     (f"{rate}%", 0))  # fmt: skip
            return
        self.row(
            (label, 3),
            ("", 3),
            ("年初预算数", 2),
            ("全年预算数", 2),
            ("全年执行数", 2),
            ("分值", 2),
            ("执行率", 2),
            ("得分", 0),
        )
        for n, ((name, value), done) in enumerate(zip(rows, spent, strict=True)):
            last = ("10", f"{rate}.00%", str(rate / 10)) if not n else (self.look.blank, "", self.look.blank)
            figures = ((self.sum(value), 2), (self.sum(value), 2), (self.sum(done), 2))
            self.row(("", -3), (name, 3), *figures, (last[0], 2), (last[1], 2), (last[2], 0))
        self.facts |= {("initial",): str(whole), ("execution-weight",): "10", ("execution-score",): str(rate / 10)}
        self.facts |= {("money", "fiscal"): str(fiscal), ("money", "carry-over"): str(carried)}

    def tasks(self) -> None:
        start, total = len(self.rows), Decimal(0)
        self.row(("年度主要任务", 3), ("任务名称", 3), ("主要内容", 6), (f"预算金额（{self.look.unit}）", 0))
        texts = []
        for work in self.rng.sample(_WORKS, 3):
            value, text = Decimal(self.rng.randint(1, 900)) * 10_000, "；".join(self.rng.sample(_SENTENCES, 3))
            total += value
            self.row(("", -3), (work, 3), (text, 6), (self.sum(value), 0))
            texts.append(f"{work}，{text}，{self.sum(value)}；")
        self.row(("", -3), ("金额合计", 9), (self.sum(total), 0))
        self.merge(start)
        self.facts |= {("initial",): str(total), ("text", "tasks"): "".join(texts)}

    def goals(self) -> None:
        start, label = len(self.rows), self.label("年度总体目标")
        goal, done = ("；".join(self.rng.sample(_SENTENCES, 5 + 3 * self.look.long)) + "。" for _ in range(2))
        self.facts[("text", "goal-annual")] = goal
        if not self.style.startswith("self"):
            self.row((label, 3), (goal, 0))
            return
        self.row((label, 3), ("预期目标", 8), ("实际完成情况", 0))
        self.row(("", -3), (goal, 8), (done, 0))
        self.merge(start)
        self.facts[("text", "achievement")] = done

    def indicators(self) -> None:
        evaluated, start = self.style.startswith("self"), len(self.rows)
        weighted = self.style != "whole-department"
        heads = [(self.label("绩效指标"), 2), ("一级指标", 2), ("二级指标", 2), ("三级指标", 4)]
        heads += [("年度指标值" if evaluated else "指标值", 2)] + [(self.look.reached, 2)] * evaluated
        heads += [(self.look.points, 1 if evaluated else 2)] * weighted + [("得分", 1), (self.look.why, 0)] * evaluated
        heads[-1] = (heads[-1][0], 0)
        self.row(*heads)
        kinds = ["output-quantity", "output-quality", "output-timeliness", "benefit-social", "satisfaction-served"]
        for kind in kinds:
            for name in self.rng.sample(_NAMES[kind], min(len(_NAMES[kind]), 2 + self.look.long)):
                self.indicator(kind, name, evaluated, weighted)
        self.merge(start)
        if evaluated:
            self.row(("总分", 12), ("", 2), ("100", 1), ("91.5", 1), ("", 0))
            self.facts[("score",)] = "91.5"

    def indicator(self, kind: str, name: str, evaluated: bool, weighted: bool) -> None:
        target, points = target_of(name, self.rng), str(self.rng.randint(2, 20))
        cells = [("", -2), (_FIRST[kind.partition("-")[0]], 2), (f"{_SECOND[kind]}指标", 2), (name, 4), (target, 2)]
        key = (kind, name)
        self.facts["target", *key] = target
        if weighted:
            self.facts["weight", *key] = points
        if evaluated:
            reached, given = target_of(name, self.rng), str(self.rng.randint(0, int(points)))
            why = self.rng.choice(("", "进度滞后，下年补足"))
            self.facts |= {("actual", *key): reached, ("score", *key): given}
            if why:
                self.facts["deviation", *key] = why
            cells += [(reached, 2), (points, 1), (given, 1), (why, 0)]
        else:
            cells += [(points, 2)] * weighted
        cells[-1] = (cells[-1][0], 0)
        self.row(*cells)


def said_by(project: Project) -> Flat:
    """What was read of a project, in the same terms."""
    found: Flat = {}
    spent = project.execution
    for name, body in (("department", project.department), ("unit", project.unit)):
        if body is not None:
            found[name,] = body.name
    amounts: dict[str, Amount | None] = {"annual": project.annual}
    points: dict[str, Decimal | None] = {"execution-weight": project.execution_weight, "score": project.score}
    if spent is not None:
        amounts |= {"initial": spent.initial, "revised": spent.revised, "executed": spent.executed}
        points |= {"rate": spent.rate, "execution-score": spent.score}
    found |= {(name,): str(amount.yuan) for name, amount in amounts.items() if amount is not None}
    found |= {(name,): str(value) for name, value in points.items() if value is not None}
    found |= {("money", a.funding): str(a.amount.yuan) for a in project.appropriations}
    found |= {("text", n): cell.text for n, cell in project.fields}
    for indicator in project.indicators:
        found |= _said_by_indicator(indicator)
    return found


def _said_by_indicator(i: Indicator) -> Flat:
    key, result = (i.kind, i.name), i.result
    told: dict[str, object] = {"target": i.target.printed if i.target else "", "weight": i.weight}
    if result is not None:
        told |= {"actual": result.actual.printed if result.actual else None, "score": result.score}
        told["deviation"] = result.deviation
    return {(name, *key): str(value) for name, value in told.items() if value is not None}


def read_back(style: str, look: EvaluationLook, seed: int, path: Path) -> Outcome:
    """Print some forms to `path`, read them and compare."""
    said = print_evaluations(style, look, seed, path)
    read = read_projects(read_pages(path))
    out = Outcome()
    left = {squeeze(project.name): project for project in read.projects}
    for name, facts in said.items():
        mine = left.pop(squeeze(name), None)
        compare_flat(_alike(facts), _alike(said_by(mine)) if mine else {}, out)
    out.extra += len(left)
    out.faults += [f"project that was not printed: {name}" for name in left]
    out.faults += [f"unread: {r.reason}: {squeeze(r.text)[:40]}" for r in read.unread]
    return out


def _alike(facts: Flat) -> Flat:
    """Numbers and texts as they compare."""
    return {key: _number(value) for key, value in facts.items()}


def _number(text: str) -> str:
    try:
        return format(Decimal(text).normalize(), "f")
    except ArithmeticError:
        return squeeze(text)


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts.evaluations", STYLES, EvaluationLook(), CHOICES, read_back))
