"""Pages of a report → `Report`: identity, budget tables, forms, projects and figures of the narrative, and residues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields, replace
from itertools import takewhile
from typing import Any, NamedTuple

from kg_builder.errors import ReadingError
from kg_builder.model import (
    UNSTATED,
    Body,
    BudgetTable,
    Identity,
    Owner,
    Page,
    Place,
    Publication,
    Report,
    Residue,
    Source,
)
from kg_builder.record import rewritten
from kg_builder.templates.forms.forms import read_forms
from kg_builder.templates.forms.lists.lists import read_lists
from kg_builder.templates.forms.stray_rows import read_stray_form_rows
from kg_builder.templates.found import Found
from kg_builder.templates.identity import cover_lines, government_by_rows, read_identity
from kg_builder.templates.identity.bodies import read_bodies
from kg_builder.templates.identity.body_names import is_office, same_body, same_region
from kg_builder.templates.identity.governments import read_government
from kg_builder.templates.ledger import Ledger
from kg_builder.templates.personal import without_people
from kg_builder.templates.prose.narrative import read_statements
from kg_builder.templates.prose.project_narrative import read_narratives, settle_narratives
from kg_builder.templates.prose.remarks import listed_units, read_remarks
from kg_builder.templates.tables.grids import sections
from kg_builder.templates.tables.stray_rows import read_stray_rows
from kg_builder.templates.tables.tables import read_tables
from kg_builder.templates.wholeness.completeness import amid_tables, incomplete, of_another
from kg_builder.templates.wholeness.page_order import in_order, without_doubles
from kg_builder.templates.wholeness.splitting import split_reports
from kg_builder.text import squeeze


def identify(found: Found) -> None:
    """Whose report it is and which bodies it names, from what the projects have left and from what they say."""
    found.rest = found.ledger.rest()
    found.sections = sections(found.rest)
    found.identity = read_identity(found.ledger.pages, found.sections, found.file, found.stated, found.projects)
    found.bodies = (*_named(found), *_bodies_of_projects(found))


# Each reads what those before it have left: a new way of printing projects is a module and an entry here.
READERS: tuple[Callable[[Found], None], ...] = (
    read_lists,
    read_forms,
    read_narratives,
    identify,
    settle_narratives,
    read_tables,
    read_stray_rows,
    read_statements,
    read_stray_form_rows,
)


def read_projects(pages: Sequence[Page]) -> Found:
    """The projects that pages print in lists, forms and narratives, whosever report it is."""
    found = Found(Ledger(pages))
    for read in takewhile(lambda reader: reader is not identify, READERS):
        read(found)
    return found


def parse_report(pages: list[Page], source: Source, stated: Publication = UNSTATED) -> Report:
    """The report that the pages of one file print; `stated` says whose it is where they do not.

    A file with the narrative alone is a report without tables: `merge_sources` joins it to the one that has them.
    ReadingError where no body, no year, or neither a table, a project nor a figure can be read.
    """
    of_government = read_government(cover_lines(pages)) is not None
    pages = in_order(pages, of_government)
    found = Found(Ledger(pages), source.name, stated)
    for read in READERS:
        read(found)
    identity = found.whose
    bodies = _named(found, [*_bodies_of_tables(identity, found.tables), *_bodies_of_projects(found)])
    report = Report(
        identity,
        (source,),
        bodies,
        found.tables,
        found.projects,
        found.statements,
        (*without_people(found.ignored, pages), *_left_out(pages)),
        without_people(found.unread, pages),
        (
            *(Residue(fault, Place(page.number), fault) for page in pages for fault in page.faults),
            *(() if of_government else _missing_or_strange(pages, found, identity)),
        ),
        listed_units(pages, identity, bodies),
        without_people((*read_remarks(pages, found.sections, identity, bodies), *found.remarks), pages),
        recognised=tuple(Place(page.number) for page in pages if page.recognised),
    )
    if not (report.tables or report.projects or report.statements):
        told = dict.fromkeys(residue.text for residue in report.faults)
        raise ReadingError(
            source.name, "budget tables or target forms", "; ".join((f"none on {len(pages)} pages", *told))
        )
    return report


def _left_out(pages: Sequence[Page]) -> Iterator[Residue]:
    return (Residue(told, Place(page.number), told) for page in pages for told in page.told)


def _missing_or_strange(pages: Sequence[Page], found: Found, identity: Identity) -> tuple[Residue, ...]:
    """What the report itself shows to be missing, or to be another's: a government's tables add up in other ways."""
    short = incomplete(pages, found.sections, found.tables, found.projects, found.statements, found.unread)
    strange = (*of_another(pages, found.projects, identity.body), *amid_tables(pages, found.tables, found.projects))
    return (*short, *strange)


class Parsed(NamedTuple):
    """The reports of a file in the order of print, and each part of it that is none, with the reason."""

    reports: list[Report]
    refused: list[tuple[Source, ReadingError]]


def parse_reports(pages: list[Page], source: Source, stated: Publication = UNSTATED) -> Parsed:
    """Every report that the pages of one file print, as `parse_report`; ReadingError where there is none."""
    pages = without_doubles(pages)
    whole = read_government(cover_lines(pages)) is not None  # it prints many bodies, each in a table of its own
    parts = [pages] if whole else split_reports(pages)
    if len(parts) > 1 and government_by_rows(sections(pages)):  # as above, where no cover names the place
        parts = [pages]
    if len(parts) < 2:
        return Parsed([parse_report(parts[0] if parts else [], source, stated)], [])
    reports, refused = list[Report](), list[tuple[Source, ReadingError]]()
    for part in parts:
        numbers = [page.number for page in part]
        own = replace(source, pages=len(set(numbers)), first=numbers[0])
        try:
            report = parse_report(part, own, stated)
            _refuse_again(report, reports)
        except ReadingError as error:
            where = f"pages {own.first}–{own.first + own.pages - 1}"
            told = ReadingError(error.file, error.expected, f"{error.found} (the report on {where})", own.first)
            refused.append((own, told))
        else:
            reports.append(report)
    if not reports:
        raise refused[0][1]
    return Parsed(reports, refused)


def _refuse_again(report: Report, before: Iterable[Report]) -> None:
    """ReadingError where one of the reports before is of the same body, year, stage and scope."""
    source = report.sources[0]
    for other in before:
        if same_report(report, other):
            pages = f"pages {other.sources[0].first}–{other.sources[0].first + other.sources[0].pages - 1}"
            raise ReadingError(source.name, f"another report than that of {pages}", "the same body and year again")


def _named(found: Found, more: Iterable[Body] = ()) -> tuple[Body, ...]:
    return read_bodies(found.whose, found.rest, found.sections, more)


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


def _bodies_of_projects(found: Found) -> Iterator[Body]:
    identity = found.whose
    for project in found.projects:
        if project.department is not None and not is_office(project.department.name):
            yield project.department
        if project.unit is not None:
            own = identity.scope == "unit" or same_body(project.unit.name, identity.body)
            yield project.unit if own else replace(project.unit, parent=project.unit.parent or identity.body)


def merge_sources(reports: Sequence[Report]) -> list[Report]:
    """The reports with the files of one report joined: tables in one file and narrative in the other.

    Two reports are files of one where body, year, stage and scope are the same and not both have tables or projects;
    of a government, where none of their tables is the same.
    ReadingError where a report is left without any table or project; a government's may be prose alone.
    """
    merged: list[Report] = []
    for report in reports:
        index = next((i for i, other in enumerate(merged) if _complete_each_other(other, report)), None)
        if index is None:
            merged.append(report)
        else:
            merged[index] = _joined(merged[index], report)
    for report in merged:
        told = report.tables or report.projects or (report.statements and report.identity.scope == "government")
        if not told:
            pages = sum(source.pages for source in report.sources)
            raise ReadingError(report.sources[0].name, "budget tables or target forms", f"none on {pages} pages")
    return merged


def _complete_each_other(one: Report, other: Report) -> bool:
    if not same_report(one, other):
        return False
    if one.identity.scope == "government":  # it prints its budget, its debt and its transfers in files of their own
        return not {_print_of(t) for t in one.tables} & {_print_of(t) for t in other.tables}
    return not (one.tables and other.tables) and not (one.projects and other.projects)


def _print_of(table: BudgetTable) -> tuple[str, str]:
    """What two prints of one table have in common: the kind and the title."""
    return table.kind, squeeze(table.title)


def same_report(one: Report, other: Report) -> bool:
    """Whether two readings are of the same body, year, stage and scope."""
    a, b = one.identity, other.identity
    whose = same_body(a.body, b.body) and same_region(a.region, b.region)
    return whose and (a.year, a.stage, a.scope) == (b.year, b.stage, b.scope)


def _joined(one: Report, other: Report) -> Report:
    """The report of two files, the one with tables first; places of the second say so."""
    first, second = (one, other) if one.tables or not other.tables else (other, one)
    moved = _moved(second, first)
    parts: dict[str, Any] = {
        f.name: (*getattr(first, f.name), *getattr(moved, f.name))
        for f in fields(Report)
        if f.name not in {"identity", "bodies", "sources"}
    }
    if moved.identity.body != first.identity.body:
        parts["ignored"] = (*parts["ignored"], _other_name(moved.identity, first.identity.body))
    identity = replace(first.identity, region=first.identity.region or second.identity.region)
    return replace(
        first,
        identity=identity,
        sources=(*first.sources, *second.sources),
        bodies=_joined_bodies(first, moved),
        **parts,
    )


def _other_name(identity: Identity, body: str) -> Residue:
    """That a file calls the body by another name than the one whose report it joins."""
    printed = dict(identity.evidence).get("body")
    return Residue(identity.body, printed.place if printed else Place(1), f"another name of {body}, whose report it is")


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


def _moved(report: Report, after: Report) -> Report:
    """The report with every place and number in it counted on from another one."""

    def move(value: Any) -> Any:
        if isinstance(value, Place):
            return replace(value, source=value.source + len(after.sources))
        if isinstance(value, Owner) and value.number is not None:
            return replace(value, number=value.number + len(after.tables if value.kind == "table" else after.projects))
        return value

    found: Report = rewritten(report, move)
    return found
