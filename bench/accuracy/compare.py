"""Answers and a report as it was read → which facts are right, missing or wrong.

Every fact that was read is matched with one answer at most. What is right counts for recall and precision; an answer
without a match is a miss; a fact that was read without an answer is a fault, save where the print decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from bench.accuracy.answers import UNDECIDED, Answers, Entry, Figure, Goal, Part, digest, says
from kg_builder.model import BudgetTable, Indicator, Observation, Project, Report
from kg_builder.text import label_key, squeeze

Asked = TypeVar("Asked")
Found = TypeVar("Found")

KINDS = ("tables", "fields", "amounts", "indicators", "identities")
_MEANINGS = frozenset(
    {"side", "fundingSource", "expenditureType", "provision", "topic", "stage", "budgetStage", "procurementKind"}
    | {"coverage", "debtKind", "debtMeasure", "place"}
)


@dataclass(frozen=True, slots=True)
class Miss:
    """One disagreement: what the answer says, what was read instead (either may be missing), and where."""

    kind: str
    expected: str | None
    found: str | None
    page: int | None


@dataclass
class Score:
    """How many facts of a kind are right, asked for and read, with the disagreements."""

    right: int = 0
    asked: int = 0
    read: int = 0
    misses: list[Miss] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Share of what was read that is right; 1 where nothing was read."""
        return self.right / self.read if self.read else 1.0

    @property
    def recall(self) -> float:
        """Share of what was asked for that was read right; 1 where nothing was asked."""
        return self.right / self.asked if self.asked else 1.0

    def add(self, other: Score) -> None:
        """Count the facts of another score too."""
        self.right += other.right
        self.asked += other.asked
        self.read += other.read
        self.misses += other.misses


def compare(answers: Answers, report: Report) -> dict[str, Score]:
    """The score of each kind of fact that the answers hold."""
    forms, others = _paired_forms(answers, report.projects)
    fields, amounts = _compare_entries(answers.entries, forms, others)
    return {
        "tables": _compare_figures(answers, report.tables),
        "fields": fields,
        "amounts": amounts,
        "indicators": _compare_goals(answers.goals, forms, others),
        "identities": _compare_parts(answers.parts, report),
    }


def _match(
    asked: Sequence[Asked], found: Sequence[Found], agrees: Callable[[Asked, Found], bool]
) -> tuple[list[tuple[Asked, Found]], list[Asked], list[Found]]:
    """Pair each answer with the first fact that agrees: the pairs, the answers left over, the facts left over."""
    pairs: list[tuple[Asked, Found]] = []
    missing: list[Asked] = []
    rest = list(found)
    for answer in asked:
        index = next((i for i, fact in enumerate(rest) if agrees(answer, fact)), None)
        if index is None:
            missing.append(answer)
        else:
            pairs.append((answer, rest.pop(index)))
    return pairs, missing, rest


# Figures of tables


@dataclass(frozen=True, slots=True)
class _Cell:
    """A figure as it was read, with what an answer says of it."""

    table: str
    code: str
    observation: Observation

    @property
    def shown(self) -> str:
        o = self.observation
        meaning = " ".join(value for name, value in o.dimensions if name in _MEANINGS)
        return f"{self.table}: {self.code} {o.label} / {o.heading} [{meaning}] = {o.amount.printed}"


def _compare_figures(answers: Answers, tables: Sequence[BudgetTable]) -> Score:
    cells = [cell for table in tables if table.kind in answers.tables for cell in _cells(table)]
    named_first = sorted(answers.figures, key=lambda figure: (not figure.label, not figure.code))
    score = Score(asked=len(answers.figures), read=len(cells))
    by_place: dict[tuple[str, Decimal], list[_Cell]] = {}
    for cell in cells:
        by_place.setdefault((cell.table, cell.observation.amount.yuan), []).append(cell)
    missing: list[Figure] = []
    for figure in named_first:
        near = by_place.get((figure.table, figure.yuan), [])
        pairs, left, rest = _match([figure], near, _same_figure)
        near[:] = rest
        missing += left
        score.right += len(pairs)
    score.misses += [Miss("tables", _shown_figure(figure), None, figure.page) for figure in missing]
    for kind in sorted(answers.empty):
        read = [table for table in tables if table.kind == kind]
        score.asked += 1
        score.read += bool(read)
        score.right += bool(read) and not any(table.observations for table in read)
        if not read:
            score.misses.append(Miss("tables", f"{kind}: an empty table", None, None))
    for near in by_place.values():
        score.misses += [Miss("tables", None, cell.shown, cell.observation.amount.place.page) for cell in near]
    return score


def _cells(table: BudgetTable) -> Iterator[_Cell]:
    codes = {row.number: squeeze(row.code or "") for row in table.rows}
    for observation in table.observations:
        yield _Cell(table.kind, codes.get(observation.row, ""), observation)


def _same_figure(figure: Figure, cell: _Cell) -> bool:
    observation = cell.observation
    heads = label_key(observation.heading.rsplit(" / ", 1)[-1])
    words = [text for text in (observation.label, observation.project, observation.organization) if text]
    meanings = {value for name, value in observation.dimensions if name in _MEANINGS}
    return (
        (not figure.code or figure.code == cell.code)
        and (not figure.label or any(says(figure.label, word) for word in words))
        and heads.endswith(label_key(figure.column.lstrip("*")))
        and figure.meaning == meanings
        and figure.page == observation.amount.place.page
    )


def _shown_figure(figure: Figure) -> str:
    meaning = " ".join(sorted(figure.meaning))
    return f"{figure.table}: {figure.code} {figure.label} / {figure.column} [{meaning}] = {figure.yuan} 元"


# Fields and sums of forms


def _paired_forms(answers: Answers, projects: Sequence[Project]) -> tuple[dict[int, Project], list[Project]]:
    """The project that was read for each form of the answers, by how many of their fields are the same; the others."""
    entries: dict[int, list[Entry]] = {}
    for entry in answers.entries:
        entries.setdefault(entry.form, []).append(entry)
    scored = sorted(
        (-_likeness(asked, project), form, index)
        for form, asked in entries.items()
        for index, project in enumerate(projects)
    )
    paired: dict[int, int] = {}
    for likeness, form, index in scored:
        if likeness <= -_LEAST_LIKENESS and form not in paired and index not in paired.values():
            paired[form] = index
    others = [project for index, project in enumerate(projects) if index not in paired.values()]
    return {form: projects[index] for form, index in paired.items()}, others if answers.forms else []


_LEAST_LIKENESS = 3


def _likeness(asked: Sequence[Entry], project: Project) -> int:
    texts, sums = _texts_of(project), _sums_of(project)
    same = sum(1 for e in asked if e.printed and e.field in texts and says(e.printed, texts[e.field]))
    same += sum(1 for e in asked if e.yuan is not None and sums.get(e.field) == e.yuan)
    on_page = 2 if any(entry.page in project.pages for entry in asked) else 0
    return same + on_page + (5 if says(_of(asked, "name"), project.name) else 0)


def _of(entries: Sequence[Entry], name: str) -> str:
    return next((entry.printed for entry in entries if entry.field == name), "")


def _texts_of(project: Project) -> dict[str, str]:
    values = {
        "name": project.name,
        "department": project.department.name if project.department else None,
        "department-code": project.department.code if project.department else None,
        "unit": project.unit.name if project.unit else None,
        "attribute": project.attribute,
        "category": project.category,
        "period": project.period,
        **{f"text:{name}": cell.text for name, cell in project.fields},
    }
    return {name: value for name, value in values.items() if value and squeeze(value)}


def _sums_of(project: Project) -> dict[str, Decimal]:
    sums = {f"amount:{a.funding.removesuffix('-funds')}-{a.horizon}": a.amount.yuan for a in project.appropriations}
    if project.total is not None:
        sums["amount:total"] = project.total.yuan
    if project.annual is not None:
        sums["amount:annual"] = project.annual.yuan
    spent = project.execution
    for name in ("initial", "revised", "executed") if spent else ():
        if amount := getattr(spent, name):
            sums[f"amount:{name}"] = amount.yuan
    return sums


def _compare_entries(
    entries: Sequence[Entry], forms: dict[int, Project], others: Sequence[Project]
) -> tuple[Score, Score]:
    fields, amounts = Score(), Score()
    for entry in entries:
        if entry.mark != UNDECIDED:
            score = amounts if entry.field.startswith("amount:") else fields
            _count_entry(score, entry, forms.get(entry.form))
    known = {(entry.form, entry.field) for entry in entries}
    for form, project in [*forms.items(), *((0, project) for project in others)]:
        values: dict[str, str | Decimal] = {**_texts_of(project), **_sums_of(project)}
        for name, value in values.items():
            if (form, name) not in known:
                score = amounts if name.startswith("amount:") else fields
                score.read += 1
                kind = "amounts" if score is amounts else "fields"
                score.misses.append(Miss(kind, None, f"{project.name}: {name} = {_shown(value)}", project.place.page))
    return fields, amounts


def _count_entry(score: Score, entry: Entry, project: Project | None) -> None:
    """Count a field or sum: right where both are the same, or both are blank (which counts for nothing)."""
    money = entry.field.startswith("amount:")
    values = {} if project is None else _sums_of(project) if money else _texts_of(project)
    value = values.get(entry.field)
    right = value is not None and (value == entry.yuan if money else says(entry.printed, str(value)))
    right = right and bool(entry.printed)
    score.asked += bool(entry.printed)
    score.read += value is not None
    score.right += right
    if not right and (entry.printed or value is not None):
        where = f"form {entry.form} {project.name if project else '(not read)'}: {entry.field}"
        expected = f"{where} = {entry.printed or 'blank'}"
        found = None if value is None else _shown(value)
        score.misses.append(Miss("amounts" if money else "fields", expected, found, entry.page))


def _shown(value: str | Decimal) -> str:
    """A value for the list of disagreements; of a long text its length, digest and both ends."""
    if isinstance(value, Decimal):
        return f"{value} 元"
    bare = squeeze(value)
    return bare if len(bare) < _LONG else f"{digest(bare)[:20]}… {bare[:12]}…{bare[-12:]}"


_LONG = 36


# Indicators


def _compare_goals(goals: Sequence[Goal], forms: dict[int, Project], others: Sequence[Project]) -> Score:
    score = Score()
    for project in others:
        score.read += len(project.indicators)
        score.misses += [Miss("indicators", None, _shown_indicator(i), i.place.page) for i in project.indicators]
    for form in sorted({goal.form for goal in goals} | set(forms)):
        of_form = [goal for goal in goals if goal.form == form]
        asked = [goal for goal in of_form if goal.mark != UNDECIDED]
        undecided = [goal for goal in of_form if goal.mark == UNDECIDED]
        paired = forms.get(form)
        read = paired.indicators if paired else ()
        pairs, missing, rest = _match(asked, read, _same_goal)
        _, _, rest = _match(undecided, rest, _may_be)
        score.right += len(pairs)
        score.asked += len(asked)
        score.read += len(pairs) + len(rest)
        nearest, missing, rest = _match(missing, rest, lambda g, i: i.horizon == g.horizon and says(g.name, i.name))
        pairs_by_target, missing, rest = _match(missing, rest, _near)
        where = f"form {form} {paired.name if paired else '(not read)'}: "
        for goal, indicator in (*nearest, *pairs_by_target):
            score.misses.append(Miss("indicators", where + _shown_goal(goal), _shown_indicator(indicator), goal.page))
        score.misses += [Miss("indicators", where + _shown_goal(goal), None, goal.page) for goal in missing]
        score.misses += [Miss("indicators", None, where + _shown_indicator(i), i.place.page) for i in rest]
    return score


def _same_goal(goal: Goal, indicator: Indicator) -> bool:
    return (
        indicator.horizon == goal.horizon
        and indicator.kind == goal.kind
        and says(goal.name, indicator.name)
        and indicator.target is not None
        and says(goal.target, indicator.target.printed)
        and (goal.parsed is None or _same_target(goal.parsed, indicator))
        and (goal.told is None or goal.told == _told(indicator))
    )


def _told(indicator: Indicator) -> tuple[str, str, str]:
    """Weight, what was reached, and points given, as answers hold them."""
    result = indicator.result
    actual = result.actual.printed if result and result.actual else ""
    numbers = (indicator.weight, result.score if result else None)
    weight, score = ("" if number is None else format(number.normalize(), "f") for number in numbers)
    return weight, actual, score


def _same_target(parsed: tuple[str, str, str, str, str], indicator: Indicator) -> bool:
    comparison, value, high, unit, deadline = parsed
    target = indicator.target
    if target is None:
        return False
    percent = {"百分比": "%"}
    return (
        (target.comparison or "") == comparison
        and target.value == (Decimal(value) if value else None)
        and target.high == (Decimal(high) if high else None)
        and (unit == "*" or percent.get(unit, unit) == percent.get(target.unit or "", target.unit or ""))
        and (target.deadline or "") == deadline
    )


def _may_be(goal: Goal, indicator: Indicator) -> bool:
    """Whether an indicator may stand for an answer that the print does not decide: much the same name."""
    name = squeeze(indicator.name)
    return indicator.horizon == goal.horizon and (says(goal.name, name) or name.startswith(goal.name))


def _near(goal: Goal, indicator: Indicator) -> bool:
    target = indicator.target.printed if indicator.target else ""
    return indicator.horizon == goal.horizon and indicator.kind == goal.kind and says(goal.target, target)


def _shown_goal(goal: Goal) -> str:
    return f"{goal.horizon} {goal.kind} {goal.name} = {goal.target} {goal.parsed or ''}"


def _shown_indicator(indicator: Indicator) -> str:
    t = indicator.target
    target = f"{t.printed} {(t.comparison, t.value, t.high, t.unit, t.deadline)}" if t else "blank"
    return f"{indicator.horizon} {indicator.kind} {indicator.name} = {target}"


# Identity


def _compare_parts(parts: Sequence[Part], report: Report) -> Score:
    score = Score()
    identity = report.identity
    read = {
        "body": identity.body,
        "region": identity.region or "",
        "year": str(identity.year),
        "stage": identity.stage,
        "scope": identity.scope,
    }
    for part in (part for part in parts if part.part in read):
        _count(score, part.part, part.value, read[part.part], says(part.value, read[part.part]))
        if part.part == "body" and part.code:
            code = next((b.code for b in report.bodies if says(identity.body, b.name) and b.code), "")
            _count(score, "code", part.code, code or "", code == part.code)
        for alias in part.aliases:
            names = [name for b in report.bodies if says(part.value, b.name) for name in (b.name, *b.aliases)]
            _count(score, "alias", alias, " ".join(names), any(says(alias, name) for name in names))
    units = [(body.name, body.aliases, body.code or "") for body in report.bodies if not says(body.name, identity.body)]
    asked = [part for part in parts if part.part == "unit" and part.mark != UNDECIDED]
    undecided = [part for part in parts if part.part == "unit" and part.mark == UNDECIDED]
    pairs, missing, rest = _match(asked, units, _same_unit)
    _, _, rest = _match(undecided, rest, lambda part, unit: says(part.value, unit[0]) or unit[0].endswith(part.value))
    score.right += len(pairs)
    score.asked += len(asked)
    score.read += len(pairs) + len(rest)
    score.misses += [Miss("identities", f"unit {part.value} {part.code}", None, None) for part in missing]
    score.misses += [Miss("identities", None, f"unit {unit[0]} {unit[2]} {unit[1]}", None) for unit in rest]
    return score


def _same_unit(part: Part, unit: tuple[str, tuple[str, ...], str]) -> bool:
    name, aliases, code = unit
    names = [name, *aliases]
    return (
        any(says(part.value, known) for known in names)
        and (not part.code or part.code == code)
        and all(any(says(alias, known) for known in names) for alias in part.aliases)
    )


def _count(score: Score, part: str, expected: str, found: str, right: bool) -> None:
    score.asked += 1
    score.read += bool(found)
    score.right += right
    if not right:
        score.misses.append(Miss("identities", f"{part} {expected}", f"{part} {found}", None))
