"""Pages of a report → `Report`: identity, budget tables, forms, projects and figures of the narrative, and residues."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from kg_builder import marks
from kg_builder.errors import ReadingError
from kg_builder.model import Body, BudgetTable, Cell, Identity, Page, Place, Report, Residue, Source
from kg_builder.templates.bodies import read_bodies
from kg_builder.templates.body_names import is_office, same_body
from kg_builder.templates.forms.forms import FormsRead, read_forms
from kg_builder.templates.identity import read_identity
from kg_builder.templates.prose.narrative import read_statements
from kg_builder.templates.prose.remarks import listed_units, read_remarks
from kg_builder.templates.splitting import split_reports
from kg_builder.templates.tables.grids import Section, sections
from kg_builder.templates.tables.tables import is_form, read_tables
from kg_builder.text import decimal_of, has_digit, squeeze


def parse_report(pages: list[Page], source: Source) -> Report:
    """The report that the pages of one file print.

    A file with the narrative alone is a report without tables: `merge_sources` joins it to the one that has them.
    ReadingError where no body, no year, or neither a table, a project nor a figure can be read.
    """
    forms = read_forms(pages)
    rest = _without(pages, forms)
    grids = sections(rest)
    identity = read_identity(pages, grids, source.name)
    bodies = read_bodies(identity, rest, grids)
    from_forms = list(_bodies_of_forms(identity, forms))
    names = [name for body in (*bodies, *from_forms) for name in (body.name, *body.aliases)]
    read = read_tables(rest, identity.year, names)
    ignored, unread = _residues_of(read.others)
    statements = read_statements(pages, year=identity.year, leave_out=_left_out(forms, grids))
    named = read_bodies(identity, rest, grids, [*_bodies_of_tables(identity, read.tables), *from_forms])
    report = Report(
        identity,
        (source,),
        named,
        read.tables,
        forms.projects,
        statements,
        (*read.ignored, *forms.ignored, *ignored),
        (*read.unread, *forms.unread, *unread),
        tuple(Residue(fault, Place(page.number), fault) for page in pages for fault in page.faults),
        listed_units(pages, identity, named),
        (*read_remarks(pages, grids, identity, named), *read.remarks),
        recognised=tuple(Place(page.number) for page in pages if page.recognised),
    )
    if not (report.tables or report.projects or report.statements):
        told = dict.fromkeys(residue.text for residue in report.faults)
        raise ReadingError(
            source.name, "budget tables or target forms", "; ".join((f"none on {len(pages)} pages", *told))
        )
    return report


def parse_reports(pages: list[Page], source: Source) -> list[Report]:
    """Every report that the pages of one file print, in their order; ReadingError where there is none.

    A part under a title of its own that has no tables or forms, or says the same body, year, stage and scope as the
    part before it, belongs to that part.
    """
    parts: list[list[Page]] = []
    for part in split_reports(pages):
        if parts and not (_stands_alone(part, source) and _is_another(parts[-1], part, source)):
            parts[-1] += part
        else:
            parts.append(list(part))
    if len(parts) > 1 and not _stands_alone(parts[0], source):
        parts[:2] = [[*parts[0], *parts[1]]]
    if len(parts) == 1:
        return [parse_report(parts[0], source)]
    numbers = [[page.number for page in part] for part in parts]
    sources = [replace(source, pages=len(set(own)), first=own[0]) for own in numbers]
    return [parse_report(part, own) for part, own in zip(parts, sources, strict=True)]


def _stands_alone(pages: list[Page], source: Source) -> bool:
    try:
        report = parse_report(pages, source)
    except ReadingError:
        return False
    return bool(report.tables or report.projects)


def _is_another(before: list[Page], pages: list[Page], source: Source) -> bool:
    try:
        a, b = (parse_report(part, source).identity for part in (before, pages))
    except ReadingError:
        return True  # the first part is no report of its own and is joined to this one
    return not same_body(a.body, b.body) or (a.year, a.stage, a.scope) != (b.year, b.stage, b.scope)


def _left_out(forms: FormsRead, grids: Sequence[Section]) -> Callable[[Place], bool]:
    """Which lines are no prose: those of forms and project narratives, and the captions of tables."""
    captions = {line.place for section in grids for line in section.lines}
    return lambda place: place in forms.claimed or place in captions


def _without(pages: Sequence[Page], forms: FormsRead) -> list[Page]:
    """The pages without the lines and grids that forms and project narratives took."""
    return [
        replace(
            page,
            lines=tuple(line for line in page.lines if line.place not in forms.claimed),
            tables=tuple(t for t in page.tables if not _taken(t.rows, t.place, forms.claimed)),
        )
        for page in pages
    ]


def _taken(rows: Sequence[Sequence[Cell | None]], place: Place, claimed: frozenset[Place]) -> bool:
    cells = [cell for row in rows for cell in row if cell is not None and squeeze(cell.text)]
    return place in claimed or (bool(cells) and all(cell.place in claimed for cell in cells))


def _residues_of(others: Sequence[Section]) -> tuple[list[Residue], list[Residue]]:
    """Numbers of grids that are no tables: ordinals of a list are ignored, those of a form nobody took are unread."""
    ignored: list[Residue] = []
    unread: list[Residue] = []
    for section in others:
        if section.frame:
            continue  # text in a box: its lines are part of the narrative
        rows = (row for part in section.parts for row in part)
        without = (row for row in rows if not any(c is not None and marks.names_people(c.text) for c in row))
        for cell in (c for row in without for c in row if c is not None):
            text = squeeze(cell.text)
            if is_form(section) and has_digit(text):
                unread.append(Residue(text, cell.place, "part of a form that was not read"))
            elif decimal_of(text) is not None:
                ignored.append(Residue(text, cell.place, "ordinal or page number of a list"))
            elif has_digit(text):
                ignored.append(Residue(text, cell.place, "text of a list"))
    return ignored, unread


def _bodies_of_tables(identity: Identity, tables: Sequence[BudgetTable]) -> Iterator[Body]:
    """Bodies that tables print: unit headings, rows and columns of units, a department's heading over its unit."""
    for table in tables:
        department: str | None = None
        for row in table.rows:
            if row.organization is None:
                continue
            if not (row.heading or row.organization == row.label):
                yield Body(row.organization, row.place, "unit", parent=department or identity.body)
                continue
            if row.heading and row.level == 1 and any(r.heading and r.level == 2 for r in table.rows):
                department = row.label
                if not same_body(department, identity.body):
                    yield Body(department, row.place, "department")
            elif same_body(row.label, identity.body):
                if department and not same_body(department, identity.body):
                    yield Body(row.label, row.place, identity.scope, parent=department)
            else:
                yield Body(row.label, row.place, "unit", parent=department or identity.body)


def _bodies_of_forms(identity: Identity, forms: FormsRead) -> Iterator[Body]:
    for project in forms.projects:
        if project.department is not None and not is_office(project.department.name):
            yield project.department
        if project.unit is not None:
            own = identity.scope == "unit" or same_body(project.unit.name, identity.body)
            yield project.unit if own else replace(project.unit, parent=project.unit.parent or identity.body)


def merge_sources(reports: Sequence[Report]) -> list[Report]:
    """The reports with the files of one report joined: tables in one file and narrative in the other.

    Two reports are files of one where body, year, stage and scope are the same and not both have tables or projects.
    ReadingError where a report is left without any table or project.
    """
    merged: list[Report] = []
    for report in reports:
        index = next((i for i, other in enumerate(merged) if _complete_each_other(other, report)), None)
        if index is None:
            merged.append(report)
        else:
            merged[index] = _joined(merged[index], report)
    for report in merged:
        if not report.tables and not report.projects:
            pages = sum(source.pages for source in report.sources)
            raise ReadingError(report.sources[0].name, "budget tables or target forms", f"none on {pages} pages")
    return merged


def _complete_each_other(one: Report, other: Report) -> bool:
    a, b = one.identity, other.identity
    same = same_body(a.body, b.body) and (a.year, a.stage, a.scope) == (b.year, b.stage, b.scope)
    return same and not (one.tables and other.tables) and not (one.projects and other.projects)


def _joined(one: Report, other: Report) -> Report:
    """The report of two files, the one with tables first; places of the second say so."""
    first, second = (one, other) if one.tables or not other.tables else (other, one)
    moved: Report = _moved(second, len(first.sources))
    parts: dict[str, Any] = {
        f.name: (*getattr(first, f.name), *getattr(moved, f.name))
        for f in fields(Report)
        if f.name not in {"identity", "bodies", "sources"}
    }
    return replace(
        first,
        sources=(*first.sources, *second.sources),
        bodies=_joined_bodies(first, moved),
        **parts,
    )


def _joined_bodies(first: Report, second: Report) -> tuple[Body, ...]:
    bodies = list(first.bodies)
    for body in second.bodies:
        same = next((i for i, b in enumerate(bodies) if same_body(b.name, body.name)), None)
        if same is None:
            parent = first.identity.body if body.parent and same_body(body.parent, first.identity.body) else body.parent
            bodies.append(replace(body, parent=parent))
            continue
        names = {*bodies[same].aliases, *body.aliases, body.name} - {bodies[same].name}
        bodies[same] = replace(bodies[same], aliases=tuple(sorted(names)), code=bodies[same].code or body.code)
    return tuple(bodies)


def _moved(value: Any, source: int) -> Any:
    """The value with every place in it counted from another source."""
    if isinstance(value, Place):
        return replace(value, source=value.source + source)
    if isinstance(value, tuple):
        return tuple(_moved(item, source) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _moved(getattr(value, f.name), source) for f in fields(value)})
    return value
