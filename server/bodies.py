"""The page of a department or unit: its reports, totals and spending with years side by side, units and projects."""

from __future__ import annotations

import pyoxigraph as ox

from server import spending
from server.blocks import Block, Cell, EntityPage, Fact, Head
from server.projects import YEAR, findings, projects_block
from server.view import View, iri_of

_OF_BODY = "{ ?project mz:administeredBy ?it } UNION { ?project mz:implementedBy ?it } ?project a mz:Project ."


def body(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a body."""
    it, short = ox.NamedNode(iri), iri.removeprefix(view.base)
    totals = spending.totals(view, it)
    lines = spending.lines(view, "?report mz:reportingBody ?it .", it=it)
    return EntityPage(
        facts=_facts(view, iri),
        figures=spending.large_figures(view, totals),
        above=[view.cell(value) for value in view.values(it, _PART_OF)],
        sections=[
            *spending.years_block(view, totals),
            *spending.by_function(view, lines),
            *_flow(view, it),
            *projects_block(view, Head("项目", "Projects"), _OF_BODY, more=view.local("projects", body=short), it=it),
            *_reports(view, it),
            *_units(view, it),
            *_folded(view, it, short),
        ],
        schema={"@type": "GovernmentOrganization", "name": view.label(iri), "url": iri},
    )


def _folded(view: View, it: ox.NamedNode, short: str) -> list[Block]:
    """What stands at the end and is opened by few: shorter, so that the page stays light."""
    view.section_size = 25
    of_body = "?finding mz:reportedIn/mz:reportingBody ?it ."
    return [*_documents(view, it), *findings(view, of_body, it, view.local("quality", body=short))]


_PART_OF = ox.NamedNode("http://www.w3.org/ns/org#subOrganizationOf")
_ALSO = ox.NamedNode("http://www.w3.org/2004/02/skos/core#altLabel")


def _facts(view: View, iri: str) -> list[Fact]:
    it = ox.NamedNode(iri)
    compare = Cell(
        view.t("与别的机构比较", "compare with another body"), view.local("compare", a=iri.removeprefix(view.base))
    )
    return [
        *view.fact("隶属", "Part of", *(view.cell(value) for value in view.values(it, _PART_OF))),
        *view.property_fact("行政区划", "Region", iri, "region"),
        *view.property_fact("预算代码", "Budget code", iri, "code"),
        *view.fact("也称", "Also called", *(view.cell(value) for value in view.values(it, _ALSO))),
        *view.fact("比较", "Compare", compare if _has_reports(view, it) else Cell("—")),
    ]


def _has_reports(view: View, it: ox.NamedNode) -> bool:
    return bool(view.rows("SELECT ?report WHERE { ?report mz:reportingBody ?it } LIMIT 1", it=it))


def _reports(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?report ?year ?stage ?scope WHERE { ?report mz:reportingBody ?it ; a mz:Report .
      OPTIONAL { ?report mz:fiscalYear ?year } OPTIONAL { ?report mz:stage ?stage }
      OPTIONAL { ?report mz:scope ?scope } } ORDER BY DESC(?year) ?report"""
    rows = [[view.cell(r[n]) for n in ("report", "year", "stage", "scope")] for r in view.section_rows(query, it=it)]
    heads = (Head("报告", "Report"), YEAR, Head("阶段", "Stage"), Head("范围", "Scope"))
    return view.block("reports", Head("公开报告", "Reports"), heads, rows)


def _units(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT ?unit (COUNT(DISTINCT ?project) AS ?projects) WHERE { ?unit org:subOrganizationOf ?it .
      OPTIONAL { ?project mz:implementedBy ?unit } } GROUP BY ?unit ORDER BY ?unit"""
    rows = [
        [view.cell(r["unit"]), view.cell(r["projects"])] for r in view.section_rows(query, it=it) if iri_of(r["unit"])
    ]
    heads = (Head("单位", "Unit"), Head("项目", "Projects", number=True))
    return view.block("units", Head("所属单位", "Units"), heads, rows)


def _flow(view: View, it: ox.NamedNode) -> list[Block]:
    """Money by source to projects, of the newest year."""
    years = view.rows(
        "SELECT DISTINCT ?year WHERE { ?report mz:reportingBody ?it ; mz:fiscalYear ?year } ORDER BY ?year", it=it
    )
    if not years or not isinstance(year := years[-1]["year"], ox.Literal):
        return []
    title = Head(f"{year.value}年：钱从哪里来，到了哪些项目", f"{year.value}: from sources to projects")
    where = "?project mz:reportedIn ?report ; mz:fiscalYear ?year . ?report mz:reportingBody ?it ."
    picture, count = spending.flow(view, title, where, projects=20, it=it, year=year)
    if picture is None:
        return []
    note = Head(
        f"只含各来源之和等于年度金额的{count}个项目。",
        f"Only the {count} projects whose sources add up to their annual amount.",
    )
    return view.block(
        "flow", title, spending.FLOW_HEADS, spending.flow_rows(picture), picture=picture, note=note, folded=True
    )


def _documents(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT ?document (COUNT(DISTINCT ?project) AS ?projects) WHERE {
      ?project mz:reportedIn/mz:reportingBody ?it ; mz:hasCitation/mz:citedDocument ?document }
      GROUP BY ?document ORDER BY DESC(?projects) ?document"""
    rows = [
        [
            view.cell(r["document"]),
            view.cell(view.value(iri_of(r["document"]), "documentNumber")),
            view.cell(r["projects"]),
        ]
        for r in view.section_rows(query, it=it)
        if iri_of(r["document"])
    ]
    heads = (Head("文件", "Document"), Head("文号", "Number"), Head("引用它的项目", "Citing projects", number=True))
    return view.block(
        "documents", Head("它的项目引用的文件", "Documents that its projects cite"), heads, rows, folded=True
    )
