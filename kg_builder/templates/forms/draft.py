"""What a project's target form says while it is read: the draft that the layouts fill, and the project it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kg_builder import marks
from kg_builder.model import (
    Amount,
    Appropriation,
    Body,
    Cell,
    Execution,
    Horizon,
    Indicator,
    Place,
    Project,
    Scope,
)
from kg_builder.templates.forms.labels import BY_LEVEL, TEXT_ORDER, Span
from kg_builder.templates.identity.body_names import is_body_name, without_itself
from kg_builder.templates.ledger import Account
from kg_builder.text import decimal_of, money, squeeze

# 057-阳泉市文化和旅游局 · 054001—某中心
_CODED = re.compile(
    r"(?:[\[（(【](?P<set>\d{3,12})[\]）)】]|(?P<code>\d{3,12})\s*[-－—–:：])\s*(?P<name>\D.*)", re.DOTALL
)
# 105教育部 · 教育部105 · 教育部[105]: 主管部门及代码 without a sign between them
_CODED_DEPARTMENT = re.compile(
    r"(?P<code>\d{3,12})\s*(?P<name>\D.*)|(?P<named>\D+?)(?<!\s)\s*+[-－—–:：\[（(【]?\s*+(?P<behind>\d{3,12})\s*[\]）)】]?",
    re.DOTALL,
)
GOAL = "goal"  # of a form that names no horizon beside it: 绩效目标
_BOTH = {GOAL, "goal-annual"}
_OWN_UNIT = re.compile(rf"([-－\d.,，\s]+)({marks.MONEY})")  # 12.5万元
_BOXES, _TICKED = "□☐○◻", "☑☒√✓✔■▣●✅"


def plain(text: str) -> str:
    """The text without the layout's line breaks; a break between two Latin words is a space."""
    return re.sub(r"[ \t]*\n[ \t]*", "", re.sub(r"(?<=[A-Za-z])[ \t]*\n[ \t]*(?=[A-Za-z])", " ", text)).strip()


@dataclass
class Draft:
    """A form while it is read; `project()` makes it final."""

    place: Place
    account: Account
    pages: list[int] = field(default_factory=list)
    head: dict[str, Cell] = field(default_factory=dict)
    of_whole: bool = False  # the form is of all spending of a department
    unit: str | None = None  # of money
    yearly: bool = False  # the form says below its title that it is of one year
    year: str | None = None  # as the title says: 2024
    execution_weight: Decimal | None = None  # 执行率分值（10）
    sums: list[tuple[str, Span, str, Cell]] = field(default_factory=list)  # funding or total, horizon, label, number
    spending: dict[tuple[str, str], tuple[str, Cell]] = field(default_factory=dict)  # source, measure → label, number
    score: Decimal | None = None  # of the whole self-evaluation
    texts: dict[str, Cell] = field(default_factory=dict)
    indicators: list[Indicator] = field(default_factory=list)
    by_level: bool = False  # the form names sources by level of government, with a sum or without
    finished: bool = False  # the signatures were seen
    used: list[str] = field(default_factory=list)  # printed texts that became values beside those above

    def put(self, part: str, cell: Cell) -> None:
        """Keep a value of the head; a second one for the same part is a continuation of the first."""
        if part == "personal":
            self.drop(cell.place)
            return
        if part == "code":
            self.skip(cell, "code of the project")
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
        if marks.is_phone_in(text):
            self.drop(cell.place)
        return marks.without_phones(text)

    def put_sum(self, key: str, horizon: Span, label: str, number: Cell) -> bool:
        """Keep a sum; False where this source has one already for the horizon."""
        if any(k == key and h == horizon for k, h, _, _ in self.sums):
            return False
        self.sums.append((key, horizon, label, number))
        self.use(label)
        return True

    def put_spending(self, key: str, measure: str, label: str, number: Cell) -> bool:
        """Keep a figure of a self-evaluation's money; False where this source has one of the kind already."""
        if (key, measure) in self.spending:
            return False
        self.spending[key, measure] = label, number
        self.use(number.text)
        return True

    def use(self, text: str) -> str:
        """The printed text, which became a value."""
        self.used.append(text)
        return text

    def leave(self, cell: Cell, reason: str) -> None:
        """Report text that became no value; a telephone number is dropped."""
        self.account.leave(Cell(plain(cell.text), cell.place), reason)

    def skip(self, cell: Cell, reason: str) -> None:
        """Report text that is no value, for a stated reason."""
        self.account.ignore(Cell(plain(cell.text), cell.place), reason)

    def drop(self, place: Place) -> None:
        """Report that personal data stand here, without the text."""
        self.account.drop(place)

    @property
    def named(self) -> bool:
        """Whether the form gives its project a name, or one of all spending its department."""
        cell = self.head.get("department" if self.of_whole else "name")
        return bool(cell and cell.text)

    @property
    def single(self) -> Horizon:
        """The horizon of a form that has its indicators once: the year, unless it speaks of the whole period."""
        longer = any(horizon == "implementation" for _, horizon, _, _ in self.sums)
        goals = self.texts.keys()
        longer = (longer and "goal-annual" not in goals) or "goal-implementation" in goals
        return "implementation" if longer or goals >= _BOTH else "annual"

    def settle_goal(self) -> None:
        """A goal whose label names no horizon: that of the whole period beside one of the year, else of the form's."""
        if (goal := self.texts.pop(GOAL, None)) is not None:
            annual = "goal-annual" not in self.texts and self.single == "annual"
            self.put_text("goal-annual" if annual else "goal-implementation", goal)

    def project(self) -> Project | None:
        """The project, None where the form gives it no name."""
        if not self.named:
            return None
        if self.of_whole:
            return self._whole()
        name = self.head["name"]
        total, annual, appropriations = self._money()
        execution = self._execution()
        if execution is not None:
            annual = annual or execution.revised or execution.initial
            appropriations += self._spent_by_source()
        weight = self._points("executionWeight")
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
            fields=self._fields(),
            indicators=tuple(self.indicators),
            execution_weight=self.execution_weight if weight is None else weight,
            execution=execution,
            score=self.score,
        )

    def _whole(self) -> Project:
        """All spending of a department: its budget is no project's money, and the sums of its parts are not kept."""
        department = _body(self.head.get("department"), "department")
        total, annual, parts = self._money()
        for part in parts:
            self.skip(Cell(part.amount.printed, part.amount.place), "a part of all the department's money")
        budget, weight = annual or total, self._points("executionWeight")
        return Project(
            name=f"{department.name if department else ''}整体支出",
            place=self.place,
            pages=tuple(sorted(set(self.pages))),
            department=department,
            unit=department and replace(department, scope="unit"),
            fields=self._fields(),
            indicators=tuple(self.indicators),
            kind="whole-department",
            execution_weight=self.execution_weight if weight is None else weight,
            execution=replace(self._execution() or Execution(), initial=budget) if budget else self._execution(),
            score=self.score,
        )

    def _fields(self) -> tuple[tuple[str, Cell], ...]:
        order = {notation: i for i, notation in enumerate([*TEXT_ORDER, "tasks", "goal-implementation", "goal-annual"])}
        return tuple(sorted(self.texts.items(), key=lambda item: order.get(item[0], 99)))

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
        if alike := self._totals_like_unsaid():
            return alike.pop() if len(alike) == 1 else None
        named = any(span != "unsaid" for _, span, *_ in self.sums)
        both = {"goal-implementation", "goal-annual"} <= self.texts.keys()
        annual = len(years) == 1 or ((self.yearly or "goal-annual" in self.texts) and not both)
        return "annual" if annual and not (longer or named) else None

    def _totals_like_unsaid(self) -> set[Horizon]:
        """The horizons of totals that a sum without one repeats: 项目总预算 300, 当年预算 100, 合计 100."""
        totals = [(span, decimal_of(split_sum(cell.text)[0])) for key, span, _, cell in self.sums if key == "total"]
        unsaid = {number for span, number in totals if span == "unsaid"}
        return {span for span, number in totals if span != "unsaid" and number in unsaid}

    def _money(self) -> tuple[Amount | None, Amount | None, list[Appropriation]]:
        totals: dict[Horizon, Amount] = {}
        found: list[Appropriation] = []
        by_level = self.by_level or any(key in BY_LEVEL for key, *_ in self.sums)
        for key, span, label, cell in self.sums:
            horizon = span if span != "unsaid" else self._horizon_unsaid()
            if horizon is None:
                self.leave(cell, "a sum of which is not said whether it is the year's")
                continue
            amount = self._amount(label, cell)
            if amount is not None and key == "total":
                totals[horizon] = amount
            elif amount is not None:
                funding = "other" if key == "other-funds" and by_level else key
                found.append(Appropriation(funding, horizon, label, amount))
        return totals.get("implementation"), totals.get("annual"), found

    def _amount(self, label: str, cell: Cell) -> Amount | None:
        """The sum beside a label in yuan: what the label says of unit and year holds before the form's caption."""
        years = marks.years_in(label)
        if years and self.year and str(years[0]) != self.year:
            self.skip(cell, "a sum of another year")
            return None
        number, own = split_sum(cell.text)
        unit = own or marks.unit_of(label, head=True) or self.unit
        if unit is None:
            self.leave(cell, "a sum without a unit")
            return None
        amount = money(number, unit, cell.place)
        if amount is None:
            self.leave(cell, "not a number")
        return amount

    def _spent(self, key: str, measure: str) -> Amount | None:
        """A sum of the self-evaluation in yuan; one without a unit is left."""
        _, cell = self.spending.get((key, measure), ("", None))
        if cell is None:
            return None
        number, own = split_sum(cell.text)
        if own is None and self.unit is None:
            self.leave(cell, "a sum without a unit")
            return None
        return money(number, own or self.unit or "", cell.place)

    def _points(self, measure: str) -> Decimal | None:
        """A rate in per cent, or points, of the row of the total."""
        _, cell = self.spending.get(("total", measure), ("", None))
        return decimal_of(squeeze(cell.text).rstrip("%％分")) if cell is not None else None

    def _execution(self) -> Execution | None:
        if not self.spending:
            return None
        initial, revised, executed = (
            self._spent("total", measure) for measure in ("initialAmount", "revisedAmount", "executedAmount")
        )
        return Execution(initial, revised, executed, self._points("executionRate"), self._points("executionScore"))

    def _spent_by_source(self) -> list[Appropriation]:
        """The sources of a self-evaluation, each with its budget of the whole year, or else its first one."""
        found = []
        for key in dict.fromkeys(key for key, _ in self.spending if key != "total"):
            label = next(label for (k, _), (label, _) in self.spending.items() if k == key)
            initial, revised, executed = (
                self._spent(key, measure) for measure in ("initialAmount", "revisedAmount", "executedAmount")
            )
            if amount := revised or initial:
                found.append(Appropriation(key, "annual", label, amount, initial, executed))
            elif executed:
                self.leave(self.spending[key, "executedAmount"][1], "what was spent of a source without its budget")
        return found


def _body(cell: Cell | None, scope: Scope) -> Body | None:
    if cell is None or not cell.text:
        return None
    text = cell.text.strip()
    if coded := _CODED.fullmatch(text):
        return Body(coded["name"].strip(), cell.place, scope, code=coded["code"] or coded["set"])
    if (scope == "department" or is_coded_body(text)) and (coded := _CODED_DEPARTMENT.fullmatch(text)):
        name = coded["name"] or coded["named"]
        return Body(name.strip(), cell.place, scope, code=coded["code"] or coded["behind"])
    return Body(text, cell.place, scope)


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


def is_coded_body(text: str) -> bool:
    """Whether the text is a body with its code before it and nothing between: 105001某局本级."""
    coded = _CODED_DEPARTMENT.fullmatch(text.strip())
    return bool(coded and coded["name"] and is_body_name(without_itself(squeeze(coded["name"]))))


def is_coded(text: str) -> bool:
    """Whether the text is a code with a name: 064-阳泉市民政局."""
    return bool(_CODED.fullmatch(text.strip()))
