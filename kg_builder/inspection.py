"""What was read from a report, page by page: for people (`report_to_lines`), for programs (`report_to_json`)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from kg_builder.model import BudgetTable, Place, Project, Report
from kg_builder.record import to_json


def report_to_json(report: Report) -> Any:
    """The whole report as JSON types; `unread` is a list of page and text with its place, its reason and its owner."""
    unread = [
        {"page": r.place.page, "text": r.text, "reason": r.reason, "place": to_json(r.place), "owner": to_json(r.owner)}
        for r in report.unread
    ]
    return {**to_json(report), "unread": unread}


def counts(report: Report) -> dict[str, int]:
    """How much of each kind was read from the report."""
    return {
        "tables": len(report.tables),
        "observations": sum(len(table.observations) for table in report.tables),
        "forms": len(report.projects),
        "indicators": sum(len(project.indicators) for project in report.projects),
        "statements": len(report.statements),
        "ignored": len(report.ignored),
        "unread": len(report.unread),
        "faults": len(report.faults),
    }


def report_to_lines(report: Report) -> Iterator[str]:
    """The report in plain lines: whose it is, then each page with what was read, ignored and not read on it."""
    who = report.identity
    yield f"{who.title}: {who.body}, {who.year}, {who.stage}, {who.scope}"
    for part, cell in report.identity.evidence:
        yield f"  {part}: page {cell.place.page}: {_line(cell.place)}{_short(cell.text)}"
    printed = dict(who.evidence)
    for part, text in who.stated:
        yield f"  {part}: {who.stated_by}: {text}{' (print says otherwise)' if part in printed else ''}"
    found, tallies = _by_page(report), _tallies(report)
    for number, source in enumerate(report.sources):
        for page in range(source.first, source.first + source.pages):
            yield f"{source.name}, page {page}: {_tally(tallies[number, page])}"
            yield from (f"  {line}" for line in found.get((number, page), []))
    yield "in all: " + ", ".join(f"{count} {kind}" for kind, count in counts(report).items())


def marks(report: Report) -> Iterator[tuple[Place, str]]:
    """Place and category (`used`, `field`, `indicator`, `ignored`, `unread`, `fault`) of everything that was read."""
    for table in report.tables:
        yield from ((o.amount.place, "used") for o in table.observations)
        yield from ((row.place, "field") for row in table.rows)
    for project in report.projects:
        money = [project.total, project.annual, *(a.amount for a in project.appropriations)]
        yield from ((amount.place, "used") for amount in money if amount)
        yield from ((cell.place, "field") for _, cell in project.fields)
        yield from ((indicator.place, "indicator") for indicator in project.indicators)
    yield from ((statement.place, "used") for statement in report.statements)
    for category, residues in (("ignored", report.ignored), ("unread", report.unread), ("fault", report.faults)):
        yield from ((residue.place, category) for residue in residues)


def _by_page(report: Report) -> dict[tuple[int, int], list[str]]:
    found: dict[tuple[int, int], list[str]] = defaultdict(list)
    for table in report.tables:
        for where, line in _table_lines(table):
            found[where].append(line)
    for project in report.projects:
        for page in sorted({project.place.page, *project.pages}):
            start = "" if page == project.place.page else f" from page {project.place.page}"
            found[project.place.source, page].append(f"form{start}: {_project_line(project)}")
    for where, count in sorted(Counter(_where(s.place) for s in report.statements).items()):
        found[where].append(f"narrative: {count} figures")
    for where, lines in _ignored_lines(report).items():
        found[where] += lines
    for residue in report.unread:
        found[_where(residue.place)].append(f"UNREAD {_line(residue.place)}{_short(residue.text)} ({residue.reason})")
    for residue in report.faults:
        found[_where(residue.place)].append(f"FAULT {residue.text}")
    return found


def _tallies(report: Report) -> dict[tuple[int, int], Counter[str]]:
    """How many values were used, ignored and not read on each page."""
    found: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for place, category in marks(report):
        found[_where(place)]["used" if category in {"used", "field", "indicator"} else category] += 1
    return found


def _tally(counted: Counter[str]) -> str:
    if not counted:
        return "nothing read"
    return f"{counted['used']} used, {counted['ignored']} ignored, {counted['unread']} unread"


def _line(place: Place) -> str:
    return f"{place.cell}: " if place.cell else f"line {place.line}: " if place.line else ""


def _where(place: Place) -> tuple[int, int]:
    return place.source, place.page


def _table_lines(table: BudgetTable) -> Iterator[tuple[tuple[int, int], str]]:
    rows = Counter(_where(row.place) for row in table.rows)
    figures = Counter(_where(o.amount.place) for o in table.observations)
    for where in sorted({_where(table.place), *rows, *figures}):
        label = f"{table.label} " if table.label else ""
        size = f"{rows[where]} rows, {figures[where]} figures in {table.unit}"
        start = "" if where == _where(table.place) else f" from page {table.place.page}"
        yield where, f"table {table.kind}{start}: {label}{_short(table.title)}: {size}"


def _project_line(project: Project) -> str:
    money = len(project.appropriations) + sum(amount is not None for amount in (project.total, project.annual))
    size = f"{len(project.fields)} fields, {money} amounts, {len(project.indicators)} indicators"
    return f"{_short(project.name)}: {size}"


def _ignored_lines(report: Report) -> dict[tuple[int, int], list[str]]:
    reasons: dict[tuple[int, int], Counter[str]] = defaultdict(Counter)
    for residue in report.ignored:
        reasons[_where(residue.place)][residue.reason] += 1
    return {where: [f"ignored {n}: {reason}" for reason, n in sorted(c.items())] for where, c in reasons.items()}


def _short(text: str, length: int = 60) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"
