"""The page of a department or unit: its reports, totals and spending with years side by side, units and projects."""

from __future__ import annotations

import copy

import pyoxigraph as ox

from server.pages import spending
from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head
from server.pages.library import library
from server.pages.projects import YEAR, documents_block, findings, in_order, projects_block
from server.pages.reports import of_body
from server.pages.terms import Node
from server.pages.view import Row, View, iri_of, notation_of, text_of

_PROJECTS = 20  # that the page shows; the list has all
_AT_END = 12  # rows of the sections at the end, which few open


def body(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a body."""
    it, short = ox.NamedNode(iri), iri.removeprefix(view.base)
    reports = of_body(view, iri)
    inside = view.within(graph for one in reports for graph in view.graphs_of(one))
    found = _found(inside, it, next(iter(reports), ""))
    totals, lines = spending.totals(found), spending.lines(inside)
    projects, units = _projects_and_units(view, it)
    return EntityPage(
        facts=_facts(view, iri, compared=bool(reports)),
        figures=spending.large_figures(view, totals),
        above=[view.cell(value) for value in view.values(it, _PART_OF)],
        sections=[
            *spending.years_block(view, totals),
            *spending.by_function(view, lines),
            *spending.largest_changes(view, lines),
            *_flow(view, reports, found),
            *_projects(view, projects, short),
            *(_missed(view, it) if any(r["evaluated"] is not None for r in found) else []),
            *_reports(view, reports),
            *_units(view, units),
            *_folded(inside, found, short),
        ],
        schema={"@type": "GovernmentOrganization", "name": view.label(iri), "url": iri},
    )


def _projects_and_units(view: View, it: ox.NamedNode) -> tuple[list[str], dict[str, Node | None]]:
    """The body's largest projects, and unit → how many projects it implements."""
    limit = "" if view.whole else f"LIMIT {_PROJECTS + 1}"
    found = view.rows(
        f"""SELECT ?project ?annual ?unit ?projects WHERE {{
      {{ SELECT DISTINCT ?project ?annual WHERE {{
        {{ ?project mz:administeredBy ?it }} UNION {{ ?project mz:implementedBy ?it }} ?project a mz:Project .
        OPTIONAL {{ ?project mz:annualAmount ?annual }} }} ORDER BY DESC(?annual) ?project {limit} }}
      UNION {{ SELECT ?unit (COUNT(DISTINCT ?one) AS ?projects) WHERE {{ ?unit org:subOrganizationOf ?it .
        OPTIONAL {{ ?one mz:implementedBy ?unit }} }} GROUP BY ?unit ORDER BY ?unit {view.limit} }} }}""",
        it=it,
    )
    return in_order(found), {iri_of(r["unit"]): r["projects"] for r in found if iri_of(r["unit"])}


def _found(inside: View, it: ox.NamedNode, newest: str) -> list[Row]:
    """What stands in the body's reports: its totals, documents that its projects cite, findings, money of the newest.

    And whether any says what was reached of a target: few do, and to look for what was missed takes long.
    """
    limit = "" if inside.whole else f"LIMIT {_AT_END + 1}"
    return inside.rows(
        f"""SELECT ?document ?projects ?finding ?evaluated {spending.TOTAL} {spending.PAID} WHERE {{
      {{ SELECT DISTINCT {spending.TOTAL} WHERE {{ {spending.IS_TOTAL} }} }}
      UNION {{ SELECT ?document (COUNT(DISTINCT ?citing) AS ?projects) WHERE {{
        ?citing mz:hasCitation/mz:citedDocument ?document }}
        GROUP BY ?document ORDER BY DESC(?projects) ?document {limit} }}
      UNION {{ SELECT DISTINCT ?finding WHERE {{ ?finding a mz:Finding }} ORDER BY ?finding {limit} }}
      UNION {{ SELECT ?evaluated WHERE {{ ?evaluated mz:actualValue ?value }} LIMIT 1 }}
      UNION {{ {spending.IS_PAID} FILTER(?report = ?newest) }} }}""",
        it=it,
        newest=ox.NamedNode(newest or inside.base),
    )


def _projects(view: View, found: list[str], short: str) -> list[Block]:
    few = copy.copy(view)
    few.section_size = _PROJECTS
    return projects_block(few, Head("项目", "Projects"), found, more=view.local("projects", body=short))


def _missed(view: View, it: ox.NamedNode) -> list[Block]:
    """The targets that its self-evaluations say were not reached, by the query of the library that finds them."""
    query = next(one for one in library() if one.name == "targets-missed").text
    query = query.replace("WHERE {", "WHERE { ?owner mz:reportedIn/mz:reportingBody ?it .", 1)
    rows = [
        [
            view.cell(r["indicator"]),
            Cell(text_of(r["project"])),
            Cell(text_of(r["year"])),
            Cell(text_of(r["target"])),
            Cell(text_of(r["actual"])),
            Cell(text_of(r["deviation"])),
            view.source(iri_of(r["indicator"])),
        ]
        for r in view.section_rows(query, it=it)
    ]
    heads = (Head("指标", "Target"), Head("项目", "Project"), YEAR, Head("目标值", "Set"), Head("完成值", "Reached"),
             Head("偏差原因", "Reason given"), Head("出处", "Printed on"))  # fmt: skip
    title = Head("自评没有达到的目标", "Targets that the self-evaluation says were missed")
    return view.section(Block("missed", title, heads, rows, folded=len(rows) > 10))


def _folded(view: View, found: list[Row], short: str) -> list[Block]:
    """What stands at the end and is opened by few: shorter, so that the page stays light."""
    view.section_size = _AT_END
    title = Head("它的项目引用的文件", "Documents that its projects cite")
    told = filter(None, (iri_of(r["finding"]) for r in found))
    return [
        *documents_block(view, title, found, folded=True),
        *findings(view, told, more=view.local("quality", body=short)),
    ]


_PART_OF = ox.NamedNode("http://www.w3.org/ns/org#subOrganizationOf")
_ALSO = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")


def _facts(view: View, iri: str, *, compared: bool) -> list[Fact]:
    it = ox.NamedNode(iri)
    compare = Cell(
        view.t("与别的机构比较", "compare with another body"), view.local("compare", a=iri.removeprefix(view.base))
    )
    return [
        *view.fact("隶属", "Part of", *(view.cell(value) for value in view.values(it, _PART_OF))),
        *view.property_fact("行政区划", "Region", iri, "region"),
        *view.property_fact("预算代码", "Budget code", iri, "code"),
        *view.fact("也称", "Also called", *(view.cell(value) for value in view.values(it, _ALSO))),
        *view.fact("比较", "Compare", compare if compared else BLANK),
    ]


def _reports(view: View, reports: list[str]) -> list[Block]:
    names = ("fiscalYear", "stage", "scope")
    rows = [[view.cell(ox.NamedNode(one)), *(view.cell(view.value(one, name)) for name in names)] for one in reports]
    heads = (Head("报告", "Report"), YEAR, Head("阶段", "Stage"), Head("范围", "Scope"))
    return view.section(Block("reports", Head("公开报告", "Reports"), heads, rows))


def _units(view: View, units: dict[str, Node | None]) -> list[Block]:
    rows = [[view.cell(ox.NamedNode(unit)), view.cell(projects)] for unit, projects in sorted(units.items())]
    heads = (Head("单位", "Unit"), Head("项目", "Projects", number=True))
    return view.section(Block("units", Head("所属单位", "Units"), heads, rows))


def _flow(view: View, reports: list[str], found: list[Row]) -> list[Block]:
    """Money by source to projects, of the newest report alone: another of its year states the same money again."""
    if not reports:
        return []
    year, stage = (view.value(reports[0], name) for name in ("fiscalYear", "stage"))
    head = spending.period(text_of(year), notation_of(stage))
    title = Head(f"{head.zh}：钱从哪里来，到了哪些项目", f"{head.en}: from sources to projects")
    picture, count = spending.flow(view, title, found, projects=14)
    if picture is None:
        return []
    note = Head(
        f"只含各来源之和等于年度金额的{count}个项目。",
        f"Only the {count} projects whose sources add up to their annual amount.",
    )
    return view.section(
        Block("flow", title, spending.FLOW_HEADS, spending.flow_rows(picture), picture=picture, note=note, folded=True)
    )
