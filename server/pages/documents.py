"""The page of a legal document: what it is, what money is spent under it, by year, department and place.

Under it is what names it as its basis (立项依据): these projects are counted and their money is summed up. Projects
that only mention it elsewhere are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

import pyoxigraph as ox

from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, Picture, as_number, money, sum_of
from server.pages.projects import ANNUAL, YEAR, citations, graph, largest, projects_block
from server.pages.spending import Period, period
from server.pages.terms import MZ
from server.pages.view import View, iri_of, notation_of, text_of, yuan_of

_BASED = "?project mz:hasLegalBasis ?it ."
_MENTIONS = "?project mz:hasCitation/mz:citedDocument ?it . FILTER NOT EXISTS { ?project mz:hasLegalBasis ?it }"
_COUNT = Head("项目数", "Projects", number=True)
_KNOWN = Head("印有年度金额的", "With an annual amount", number=True)
_COLUMNS = 8  # periods that stand side by side


def law(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a document."""
    it = ox.NamedNode(iri)
    short = iri.removeprefix(view.base)
    spent, mentions = _spent(view, it)
    years = _by_year(spent)
    return EntityPage(
        facts=_facts(view, iri),
        figures=_figures(view, spent, mentions, years),
        sections=[
            *_years(view, years),
            *_bodies(view, spent),
            *projects_block(view, Head("以它为依据的项目", "Projects with it as their basis"),
                            largest(view, _BASED, it=it), more=view.local("projects", basis=short)),
            *projects_block(view, Head("只在别处提到它的项目", "Projects that only mention it"),
                            largest(view, _MENTIONS, it=it), anchor="mentions"),
            *_citations(view, it),
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
    found = view.pointing(iri, ox.NamedNode(MZ + "candidate"))
    return view.fact("下列写法可能指它", "These may mean it", *(view.cell(ox.NamedNode(one)) for one in found))


@dataclass(frozen=True, slots=True)
class _Spent:
    """How many projects under a document, of how many an amount is printed, and their sum, None where of none.

    Of one body, or of all where that is empty, in reports of one year, stage and scope.
    """

    body: str
    year: str
    stage: str
    scope: str
    projects: int
    known: int
    yuan: Decimal | None

    @property
    def place(self) -> tuple[str, bool, bool]:
        """The newest year last; in it a budget after an account, departments, which hold their units, after units."""
        return self.year, self.stage.endswith("/budget"), self.scope.endswith("/department")

    @property
    def money(self) -> Cell:
        """The sum as a cell."""
        return money(self.yuan)


def _spent(view: View, it: ox.NamedNode) -> tuple[list[_Spent], int]:
    """What bodies spend under the document, and how many projects only mention it."""
    query = f"""SELECT ?body ?year ?stage ?scope ?projects ?known ?sum ?mentions WHERE {{
      {{ SELECT ?body ?year ?stage ?scope (COUNT(?project) AS ?projects) (COUNT(?money) AS ?known)
          (SUM(?money) AS ?sum) WHERE {{
        {{ SELECT DISTINCT ?project ?report ?body WHERE {{ {_BASED} ?project mz:reportedIn ?report .
          ?report mz:reportingBody ?body }} }}
        OPTIONAL {{ ?report mz:fiscalYear ?year }} OPTIONAL {{ ?report mz:stage ?stage }}
        OPTIONAL {{ ?report mz:scope ?scope }} OPTIONAL {{ ?project mz:annualAmount ?money }} }}
        GROUP BY ?body ?year ?stage ?scope }}
      UNION {{ SELECT (COUNT(DISTINCT ?project) AS ?mentions) WHERE {{ {_MENTIONS} }} }} }}"""
    found = view.rows(query, it=it)
    spent = [
        _Spent(iri_of(r["body"]), text_of(r["year"]), iri_of(r["stage"]), iri_of(r["scope"]),
               int(text_of(r["projects"])), int(text_of(r["known"])),
               yuan_of(r["sum"]) if text_of(r["known"]) != "0" else None)  # SUM of nothing is 0, which nobody printed
        for r in found if r["body"] is not None
    ]  # fmt: skip
    return spent, sum(int(text_of(r["mentions"]) or 0) for r in found)


def _figures(view: View, spent: list[_Spent], mentions: int, years: list[_Spent]) -> list[Fact]:
    """How many projects of how many bodies have it as basis, and the money of those in the newest year's budgets."""
    projects, bodies = sum(one.projects for one in spent), len({one.body for one in spent})
    facts = [
        Fact(Head("以它为依据的项目", "Projects with it as their basis"), (Cell(str(projects), number=True),)),
        Fact(Head("机构", "Bodies"), (Cell(str(bodies), number=True),)),
    ]
    if mentions:
        facts.append(Fact(Head("另有只提到它的", "That only mention it"), (Cell(str(mentions), number=True),)))
    newest = max((one for one in years if one.yuan is not None), key=lambda one: one.place, default=None)
    if newest:
        told = " ".join([newest.year, *(view.label(one) for one in (newest.stage, newest.scope))])
        label = Head(f"其年度金额（{told}）", f"Their annual money ({told})")
        facts.append(Fact(label, (newest.money,)))
    return facts


def _bodies(view: View, spent: list[_Spent]) -> list[Block]:
    """Bodies and scopes down, years and stages across, each with the money of its projects; nothing is added up.

    A project stands in its unit's and in its department's report, in budget and account: each has a cell of its own.
    """
    cells: dict[tuple[str, str], dict[Period, _Spent]] = {}
    for some in (one for one in spent if one.year and one.stage):
        one = Period(some.year, notation_of(ox.NamedNode(some.stage)), "")
        cells.setdefault((some.body, some.scope), {})[one] = some
    every = sorted({one for across in cells.values() for one in across}, key=lambda one: one.place)
    columns = every if view.whole else every[-_COLUMNS:]
    rows = [
        [
            replace(view.cell(ox.NamedNode(body)), note=view.label(scope)),
            view.cell(view.value(body, "region")),
            *(_projects_and_sum(view, across.get(one)) for one in columns),
        ]
        for (body, scope), across in cells.items()
    ]
    rows.sort(key=lambda row: ([-(cell.yuan or 0) for cell in reversed(row[2:])], row[0].text, row[0].note))
    heads = (Head("机构", "Body"), Head("地方", "Place"), *(period(one.year, one.stage) for one in columns))
    title = Head("哪些机构以它为依据，各年多少钱", "Bodies that spend under it, and how much each year")
    return view.section(Block("departments", title, heads, rows, note=_NOTE))


def _projects_and_sum(view: View, some: _Spent | None) -> Cell:
    """The money of the projects, with how many they are and of how many no amount is printed."""
    if some is None:
        return BLANK
    note = view.t(f"{some.projects}个项目", f"{some.projects} project{'s' * (some.projects != 1)}")
    if unknown := some.projects - some.known:
        note += view.t(f"，{unknown}个没有印金额", f", {unknown} without an amount")
    return replace(some.money, note=note)


_NOTE = Head(
    "部门与所属单位、预算与决算印的是同一些项目，各列一格，不相加。",
    "Departments and their units, budgets and accounts print the same projects: each has a cell, and none are added.",
)


def _by_year(spent: list[_Spent]) -> list[_Spent]:
    """By year, stage and scope: a project can stand in its unit's and its department's report, budget and account."""
    found: dict[tuple[str, str, str], list[_Spent]] = {}
    for one in spent:
        found.setdefault((one.year, one.stage, one.scope), []).append(one)
    return [
        _Spent("", *key, sum(one.projects for one in some), sum(one.known for one in some),
               sum_of(one.money for one in some).yuan)
        for key, some in sorted(found.items()) if all(key)
    ]  # fmt: skip


def _years(view: View, found: list[_Spent]) -> list[Block]:
    rows = [
        [Cell(one.year), *(view.cell(ox.NamedNode(term)) for term in (one.stage, one.scope)),
         *(Cell(str(number), number=True) for number in (one.projects, one.known)), one.money]
        for one in found
    ]  # fmt: skip
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


def _citations(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?citation ?field ?owner WHERE { ?citation mz:citedDocument ?it .
      OPTIONAL { ?citation mz:citedInField ?field } OPTIONAL { ?owner mz:hasCitation ?citation } }
      ORDER BY ?field ?citation"""
    found = {iri_of(r["citation"]): r["owner"] for r in view.section_rows(query, it=it)}
    return citations(view, found, found)


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
