"""Report → facts: what a facts file holds of a report — names, codes, figures, documents, targets; no sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kg_builder.legal.find import find_citations
from kg_builder.model import Amount, BudgetTable, Indicator, Project, Report, Statement

Facts = dict[str, Any]
LONGEST = 36  # characters of a name or target that is still a fact
_CITING = ("legal-basis", "safeguards", "necessity", "overview", "plan")
_SECOND_PANEL = {"budget-summary": "一、一般公共服务支出", "fiscal-summary": "一、一般公共服务支出"}


def report_facts(report: Report) -> Facts:
    """The facts of a report as JSON values; `data.render` prints them, and reading that print gives them back."""
    identity = report.identity
    return {
        "identity": {
            "body": identity.body, "region": identity.region, "year": identity.year, "stage": identity.stage,
            "scope": identity.scope, "title": identity.title,
        },
        "bodies": [
            {"name": b.name, "scope": b.scope, "code": b.code, "aliases": list(b.aliases)} for b in report.bodies
        ],
        "tables": [_table(table) for table in report.tables],
        "projects": [_project(project) for project in report.projects],
        "statements": [s for group in statement_groups([_statement(s) for s in report.statements]) for s in group],
    }  # fmt: skip


def _statement(statement: Statement) -> Facts:
    return {
        "topic": statement.topic, "subject": statement.subject, "within": statement.within,
        "value": str(statement.value), "unit": statement.unit,
    }  # fmt: skip


def statement_groups(statements: Sequence[Facts]) -> list[list[Facts]]:
    """Figures of the narrative with what belongs to them: a figure that stands for itself, its changes, its parts."""
    groups: list[list[Facts]] = []
    for statement in statements:
        alone = not statement["subject"] and not statement["within"] and statement["topic"] != "performance-amount"
        if alone or not groups:
            groups.append([])
        groups[-1].append(statement)
    return [sorted(group, key=_statement_order) for group in groups]


def _statement_order(statement: Facts) -> int:
    """Changes of the whole come first, then its parts, then the headings that it was spent under."""
    return 1 if statement["within"] else 2 if statement["topic"] == "function" else 0


def _table(table: BudgetTable) -> Facts:
    figures: dict[int, dict[str, str]] = {}
    for observation in table.observations:
        figures.setdefault(observation.row, {})[str(observation.column)] = observation.amount.printed
    second = _second_panel(table)
    rows = [
        {
            "panel": 2 if row.number >= second else 1, "label": row.label, "code": row.code, "level": row.level,
            "figures": figures.get(row.number, {}),
        }
        for row in table.rows
    ]  # fmt: skip
    return {"kind": table.kind, "title": table.title, "label": table.label, "unit": table.unit, "note": table.note,
            "rows": rows}  # fmt: skip


def _second_panel(table: BudgetTable) -> float:
    """Number of the row with which a table's right half begins; rows are numbered panel after panel."""
    if table.kind == "state-capital":
        totals = [row.number for row in table.rows if row.label == "合计"]
        return totals[1] if len(totals) > 1 else float("inf")
    first = _SECOND_PANEL.get(table.kind)
    return next((row.number for row in table.rows if row.label == first), float("inf"))


def _project(project: Project) -> Facts:
    money: dict[str, dict[str, str]] = {"implementation": {}, "annual": {}}
    for key, amount in (("implementation", project.total), ("annual", project.annual)):
        money[key].update(_printed("total", amount))
    for appropriation in project.appropriations:
        money[appropriation.horizon].update(_printed(appropriation.funding, appropriation.amount))
    department = project.department
    return {
        "name": project.name,
        "department": {"name": department.name, "code": department.code} if department else None,
        "unit": project.unit.name if project.unit else None,
        "attribute": project.attribute,
        "period": project.period,
        "money": money,
        "citations": {field: cited for field in _CITING if (cited := list(_citations(project, field)))},
        "indicators": [_indicator(i) for i in sorted(project.indicators, key=_print_order) if not _is_sentence(i)],
    }


def _indicator(indicator: Indicator) -> Facts:
    target = indicator.target.printed if indicator.target else None
    return {"kind": indicator.kind, "horizon": indicator.horizon, "name": indicator.name, "target": target}


def _print_order(indicator: Indicator) -> tuple[bool, str]:
    """One horizon after the other, kinds together; within a kind the order of print stays."""
    return indicator.horizon == "annual", indicator.kind


def _is_sentence(indicator: Indicator) -> bool:
    """Whether name or target is prose rather than a fact."""
    texts = (indicator.name, indicator.target.printed if indicator.target else "")
    return any(len(text) > LONGEST or "。" in text for text in texts)


def _printed(key: str, amount: Amount | None) -> Iterator[tuple[str, str]]:
    if amount is not None:
        yield key, amount.printed


def _citations(project: Project, field: str) -> Iterator[Facts]:
    """What a field cites; of a field printed twice with different words the first print, as a sample prints it once."""
    text = next((cell.text for name, cell in project.fields if name == field), "")
    for mention in find_citations(text):
        if mention.basis is None and not mention.cut:
            yield {"title": mention.title, "number": mention.number}
