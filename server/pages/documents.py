"""The page of a legal document: what it is, what money is spent under it, by year, department and place.

Under it is what names it as its basis (立项依据): these projects are counted and their money is summed up. Projects
that only mention it elsewhere are told apart.
"""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox

from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, Picture, as_number, money
from server.pages.projects import ANNUAL, YEAR, citations, graph, projects_block
from server.pages.spending import Period, period
from server.pages.view import Row, View, iri_of, notation_of, text_of, yuan_of

_BASED = "?project mz:hasLegalBasis ?it ."
_MENTIONS = "?project mz:hasCitation/mz:citedDocument ?it . FILTER NOT EXISTS { ?project mz:hasLegalBasis ?it }"
_COUNT = Head("项目数", "Projects", number=True)
_KNOWN = Head("印有年度金额的", "With an annual amount", number=True)
_COLUMNS = 8  # periods that stand side by side


def law(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a document."""
    it = ox.NamedNode(iri)
    short = iri.removeprefix(view.base)
    years = _by_year(view, it)
    return EntityPage(
        facts=_facts(view, iri),
        figures=_figures(view, it, years),
        sections=[
            *_years(view, years),
            *_bodies(view, it),
            *projects_block(view, Head("以它为依据的项目", "Projects with it as their basis"), _BASED,
                            more=view.local("projects", basis=short), it=it),
            *projects_block(view, Head("只在别处提到它的项目", "Projects that only mention it"), _MENTIONS,
                            anchor="mentions", it=it),
            *citations(view, "?citation mz:citedDocument ?document . FILTER(?document = ?it)", it),
            *_cited_with(view, it),
        ],
        schema={"@type": "Legislation", "name": view.label(iri), "url": iri,
                "legislationIdentifier": text_of(view.value(iri, "documentNumber"))},
    )  # fmt: skip


def _facts(view: View, iri: str) -> list[Fact]:
    newer = text_of(view.value(iri, "superseded")) == "true"
    return [
        *view.property_fact("文号", "Number", iri, "documentNumber"),
        *view.property_fact("发文机关", "Issued by", iri, "issuedBy"),
        *view.property_fact("发文年份", "Year of issue", iri, "issueYear"),
        *view.property_fact("种类", "Kind", iri, "documentKind"),
        *view.property_fact("发文层级", "Level", iri, "issuingLevel"),
        *view.property_fact("版本", "Edition", iri, "edition"),
        *view.property_fact("首次公布", "First promulgated", iri, "firstPromulgated"),
        *view.property_fact("最新版本", "Newest version", iri, "newestVersion"),
        *view.fact(
            "提示", "Note", Cell(view.t("引用的版本之后已有更新的版本", "a newer version exists")) if newer else BLANK
        ),
        *view.property_fact("与法规库的对应", "In the list of laws", iri, "authorityGrade"),
        *view.property_fact("可能是", "May be", iri, "candidate"),
        *view.property_fact("疑为同一文件", "Perhaps the same as", iri, "suspectedSame"),
        *view.property_fact("另见标题", "Seen with the title", iri, "unlikeTitle"),
        *_meant_by(view, iri),
        *view.fact("同一文件", "The same as", *(view.cell(v) for v in view.values(ox.NamedNode(iri), _SAME_AS))),
    ]


_SAME_AS = ox.NamedNode("http://www.w3.org/2002/07/owl#sameAs")


def _meant_by(view: View, iri: str) -> list[Fact]:
    rows = view.rows("SELECT DISTINCT ?other WHERE { ?other mz:candidate ?it } ORDER BY ?other", it=ox.NamedNode(iri))
    return view.fact("下列写法可能指它", "These may mean it", *(view.cell(r["other"]) for r in rows))


def _figures(view: View, it: ox.NamedNode, years: list[Row]) -> list[Fact]:
    """How many projects of how many bodies have it as basis, and the money of those in the newest year's budgets."""
    query = f"""SELECT (COUNT(DISTINCT ?project) AS ?projects) (COUNT(DISTINCT ?body) AS ?bodies)
      WHERE {{ {_BASED} ?project mz:reportedIn/mz:reportingBody ?body }}"""
    row = view.rows(query, it=it)[0]
    mentions = view.rows(f"SELECT (COUNT(DISTINCT ?project) AS ?projects) WHERE {{ {_MENTIONS} }}", it=it)[0]
    facts = [
        Fact(Head("以它为依据的项目", "Projects with it as their basis"), (view.cell(row["projects"]),)),
        Fact(Head("机构", "Bodies"), (view.cell(row["bodies"]),)),
    ]
    if text_of(mentions["projects"]) != "0":
        facts.append(Fact(Head("另有只提到它的", "That only mention it"), (view.cell(mentions["projects"]),)))
    newest = max((r for r in years if _known(r)), key=_place, default=None)
    if newest:
        told = " ".join([text_of(newest["year"]), *(view.label(iri_of(newest[name])) for name in ("stage", "scope"))])
        label = Head(f"其年度金额（{told}）", f"Their annual money ({told})")
        facts.append(Fact(label, (money(yuan_of(newest["sum"])),)))
    return facts


def _place(row: Row) -> tuple[str, bool, bool]:
    """The newest year last; in it a budget after an account, departments, which hold their units, after units."""
    stage, scope = notation_of(row["stage"]), notation_of(row["scope"])
    return text_of(row["year"]), stage == "budget", scope == "department"


def _bodies(view: View, it: ox.NamedNode) -> list[Block]:
    """Bodies and scopes down, years and stages across, each with the money of its projects; nothing is added up.

    A project stands in its unit's and in its department's report, in budget and account: each has a cell of its own.
    """
    query = f"""SELECT ?body ?place ?year ?stage ?scope (COUNT(?project) AS ?projects) (COUNT(?money) AS ?known)
      (SUM(?money) AS ?sum) WHERE {{ {{ SELECT DISTINCT ?project WHERE {{ {_BASED} }} }}
      ?project mz:reportedIn ?report . ?report mz:reportingBody ?body ; mz:fiscalYear ?year ; mz:stage ?stage ;
        mz:scope ?scope . OPTIONAL {{ ?body mz:region ?place }} OPTIONAL {{ ?project mz:annualAmount ?money }}
      }} GROUP BY ?body ?place ?year ?stage ?scope"""
    cells: dict[tuple[str, str], dict[Period, Row]] = {}
    for r in view.rows(query, it=it):
        one = Period(text_of(r["year"]), notation_of(r["stage"]), "")
        cells.setdefault((iri_of(r["body"]), iri_of(r["scope"])), {})[one] = r
    every = sorted({one for across in cells.values() for one in across}, key=lambda one: one.place)
    columns = every if view.whole else every[-_COLUMNS:]
    rows = [
        [
            replace(view.cell(ox.NamedNode(body)), note=view.label(scope)),
            view.cell(next(iter(across.values()))["place"]),
            *(_projects_and_sum(view, across.get(one)) for one in columns),
        ]
        for (body, scope), across in cells.items()
    ]
    rows.sort(key=lambda row: ([-(cell.yuan or 0) for cell in reversed(row[2:])], row[0].text, row[0].note))
    heads = (Head("机构", "Body"), Head("地方", "Place"), *(period(one.year, one.stage) for one in columns))
    title = Head("哪些机构以它为依据，各年多少钱", "Bodies that spend under it, and how much each year")
    return view.section(Block("departments", title, heads, rows, note=_NOTE))


def _projects_and_sum(view: View, row: Row | None) -> Cell:
    """The money of the projects, with how many they are and of how many no amount is printed."""
    if row is None:
        return BLANK
    projects, known = (int(text_of(row[name])) for name in ("projects", "known"))
    note = view.t(f"{projects}个项目", f"{projects} project{'s' * (projects != 1)}")
    if known < projects:
        note += view.t(f"，{projects - known}个没有印金额", f", {projects - known} without an amount")
    return replace(_sum(row), note=note)


def _known(row: Row) -> bool:
    """Whether any amount went into a sum: SUM of nothing is 0, which nobody printed."""
    return text_of(row["known"]) not in ("", "0")


def _sum(row: Row) -> Cell:
    return money(yuan_of(row["sum"])) if _known(row) else BLANK


_NOTE = Head(
    "部门与所属单位、预算与决算印的是同一些项目，各列一格，不相加。",
    "Departments and their units, budgets and accounts print the same projects: each has a cell, and none are added.",
)


def _by_year(view: View, it: ox.NamedNode) -> list[Row]:
    """By year, stage and scope: a project can stand in its unit's and its department's report, budget and account."""
    query = f"""SELECT ?year ?stage ?scope (COUNT(?project) AS ?projects) (COUNT(?money) AS ?known)
      (SUM(?money) AS ?sum)
      WHERE {{ {{ SELECT DISTINCT ?project WHERE {{ {_BASED} }} }} ?project mz:reportedIn ?report .
      ?report mz:fiscalYear ?year ; mz:stage ?stage ; mz:scope ?scope . OPTIONAL {{ ?project mz:annualAmount ?money }}
      }} GROUP BY ?year ?stage ?scope ORDER BY ?year ?stage ?scope"""
    return view.rows(query, it=it)


def _years(view: View, found: list[Row]) -> list[Block]:
    rows = [[*(view.cell(r[n]) for n in ("year", "stage", "scope", "projects", "known")), _sum(r)] for r in found]
    heads = (YEAR, Head("阶段", "Stage"), Head("范围", "Scope"), _COUNT, _KNOWN, ANNUAL)
    title = Head("历年以它为依据的项目", "Projects with it as their basis, by year")
    labels = [" ".join(cell.text for cell in row[:3]) for row in rows]
    values = [as_number(row[5].yuan) if row[5].yuan is not None else None for row in rows]
    data = {
        "labels": labels,
        "series": [{"name": view.t("年度金额", "Annual"), "values": values}],
        "unit": view.t("万元", "10k yuan"),
        "flat": True,
    }
    picture = Picture("bars", title, data) if sum(v is not None for v in values) > 1 else None
    return view.section(Block("sum", title, heads, rows, picture=picture))


def _cited_with(view: View, it: ox.NamedNode) -> list[Block]:
    """The documents that the projects with this one as their basis cite too."""
    query = f"""SELECT ?document ?project WHERE {{ {_BASED}
      ?project mz:hasCitation/mz:citedDocument ?document . FILTER(?document != ?it) }} ORDER BY ?document ?project"""
    pairs = {(iri_of(r["document"]), iri_of(r["project"])) for r in view.rows(query, it=it)}
    rows_of: dict[str, set[str]] = {}
    for document, project in pairs:
        rows_of.setdefault(document, set()).add(project)
    rows = [[view.cell(ox.NamedNode(d)), Cell(str(len(p)), number=True)] for d, p in
            sorted(rows_of.items(), key=lambda item: (-len(item[1]), item[0]))]  # fmt: skip
    kinds = dict.fromkeys((project for _, project in pairs), 0) | dict.fromkeys((it.value, *rows_of), 1)
    links = {(project, document) for document, project in pairs} | {(project, it.value) for _, project in pairs}
    drawn = Head("项目与文件", "Projects and documents")
    picture = graph(view, drawn, it.value, kinds, links) if 2 < len(kinds) <= 60 else None
    heads = (Head("文件", "Document"), Head("共同的项目", "Projects in common", number=True))
    title = Head("与它一同被引用的文件", "Documents cited together with it")
    return view.section(Block("together", title, heads, rows, picture=picture))
