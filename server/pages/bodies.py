"""The page of a department or unit: its reports, totals and spending with years side by side, units and projects."""

from __future__ import annotations

import copy

import pyoxigraph as ox

from server.pages import spending
from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head
from server.pages.library import library
from server.pages.projects import YEAR, documents_block, findings, projects_block
from server.pages.view import Row, View, iri_of, notation_of, text_of

_OF_BODY = "{ ?project mz:administeredBy ?it } UNION { ?project mz:implementedBy ?it } ?project a mz:Project ."


def body(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a body."""
    it, short = ox.NamedNode(iri), iri.removeprefix(view.base)
    reports = _own_reports(view, it)
    inside = view.within(graph for r in reports for graph in view.graphs_of(iri_of(r["report"])))
    totals = spending.totals(inside, it)
    lines = spending.lines(inside)
    return EntityPage(
        facts=_facts(view, iri, compared=bool(reports)),
        figures=spending.large_figures(view, totals),
        above=[view.cell(value) for value in view.values(it, _PART_OF)],
        sections=[
            *spending.years_block(view, totals),
            *spending.by_function(view, lines),
            *spending.largest_changes(view, lines),
            *_flow(view, reports),
            *_projects(view, it, short),
            *(_missed(view, it) if _evaluated(inside) else []),
            *_reports(view, reports),
            *_units(view, it),
            *_folded(inside, short),
        ],
        schema={"@type": "GovernmentOrganization", "name": view.label(iri), "url": iri},
    )


def _projects(view: View, it: ox.NamedNode, short: str) -> list[Block]:
    """The largest; the list has all."""
    few = copy.copy(view)
    few.section_size = 20
    return projects_block(few, Head("项目", "Projects"), _OF_BODY, more=view.local("projects", body=short), it=it)


def _evaluated(inside: View) -> bool:
    """Whether a report says what was reached of its targets: few do, and to look for what was missed takes long."""
    return bool(inside.rows("SELECT ?indicator WHERE { ?indicator mz:actualValue ?value } LIMIT 1"))


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


def _folded(view: View, short: str) -> list[Block]:
    """What stands at the end and is opened by few: shorter, so that the page stays light."""
    view.section_size = 12
    return [*_documents(view), *findings(view, more=view.local("quality", body=short))]


def _own_reports(view: View, it: ox.NamedNode) -> list[Row]:
    """The body's reports with year, stage and scope: the newest first, of a year the budget first."""
    query = """SELECT DISTINCT ?report ?year ?stage ?scope WHERE { ?report mz:reportingBody ?it ; a mz:Report .
      OPTIONAL { ?report mz:fiscalYear ?year } OPTIONAL { ?report mz:stage ?stage }
      OPTIONAL { ?report mz:scope ?scope } } ORDER BY DESC(?year) ?stage ?scope ?report"""
    return view.rows(query, it=it)


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


def _reports(view: View, reports: list[Row]) -> list[Block]:
    rows = [[view.cell(r[n]) for n in ("report", "year", "stage", "scope")] for r in reports]
    heads = (Head("报告", "Report"), YEAR, Head("阶段", "Stage"), Head("范围", "Scope"))
    return view.section(Block("reports", Head("公开报告", "Reports"), heads, rows))


def _units(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT ?unit (COUNT(DISTINCT ?project) AS ?projects) WHERE { ?unit org:subOrganizationOf ?it .
      OPTIONAL { ?project mz:implementedBy ?unit } } GROUP BY ?unit ORDER BY ?unit"""
    rows = [
        [view.cell(r["unit"]), view.cell(r["projects"])] for r in view.section_rows(query, it=it) if iri_of(r["unit"])
    ]
    heads = (Head("单位", "Unit"), Head("项目", "Projects", number=True))
    return view.section(Block("units", Head("所属单位", "Units"), heads, rows))


def _flow(view: View, reports: list[Row]) -> list[Block]:
    """Money by source to projects, of the newest report alone: another of its year states the same money again."""
    if not reports:
        return []
    newest = view.within(view.graphs_of(iri_of(reports[0]["report"])))
    head = spending.period(text_of(reports[0]["year"]), notation_of(reports[0]["stage"]))
    title = Head(f"{head.zh}：钱从哪里来，到了哪些项目", f"{head.en}: from sources to projects")
    picture, count = spending.flow(newest, title, projects=14)
    if picture is None:
        return []
    note = Head(
        f"只含各来源之和等于年度金额的{count}个项目。",
        f"Only the {count} projects whose sources add up to their annual amount.",
    )
    return view.section(
        Block("flow", title, spending.FLOW_HEADS, spending.flow_rows(picture), picture=picture, note=note, folded=True)
    )


def _documents(view: View) -> list[Block]:
    query = """SELECT ?document (COUNT(DISTINCT ?project) AS ?projects) WHERE {
      ?project mz:hasCitation/mz:citedDocument ?document } GROUP BY ?document ORDER BY DESC(?projects) ?document"""
    title = Head("它的项目引用的文件", "Documents that its projects cite")
    return documents_block(view, title, query, folded=True)
