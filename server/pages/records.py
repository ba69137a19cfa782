"""The pages of targets, citations, findings, money, narrative figures and offices, and of what is of no such kind."""

from __future__ import annotations

import re
from decimal import Decimal

import pyoxigraph as ox

from server.pages import projects, terms
from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, money, plain
from server.pages.projects import CONCERNS, YEAR, findings
from server.pages.view import View, iri_of, text_of, yuan_of

_MESSAGE = ox.NamedNode("http://www.w3.org/ns/shacl#resultMessage")
_AGAINST, _HAS_INDICATOR, _HAS_CITATION, _HAS_APPROPRIATION = (
    ox.NamedNode(terms.MZ + name) for name in ("against", "hasIndicator", "hasCitation", "hasAppropriation")
)


def indicator(view: View, iri: str) -> EntityPage:
    """A target with its project, the target of the other horizon, and others of its name."""
    it = ox.NamedNode(iri)
    project = next((ox.NamedNode(one) for one in view.pointing(iri, _HAS_INDICATOR)), None)
    target = text_of(view.value(iri, "targetText"))
    figure = Fact(Head("目标值", "Target"), (Cell(target or view.t("（空白）", "(blank)")),))
    taken = [
        view.cell(v)
        for name in ("comparison", "targetValue", "targetUpperValue", "targetUnit", "deadline")
        for v in view.all(iri, name)
    ]
    return EntityPage(
        figures=[figure],
        above=[view.cell(view.value(iri, "reportedIn")), view.cell(project)],
        facts=[
            *view.property_fact("种类", "Kind", iri, "indicatorKind"),
            *view.property_fact("期限", "Horizon", iri, "horizon"),
            *view.fact("读作", "Read as", *taken),
            *view.fact("项目", "Project", view.cell(project)),
            *view.fact("出处", "Printed on", view.source(iri)),
        ],
        sections=[*_same_targets(view, it), *findings(view, view.pointing(iri, CONCERNS))],
    )


def _same_targets(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?other ?target ?project ?horizon ?year ?body WHERE {
      ?it rdfs:label ?name . ?other rdfs:label ?name ; a mz:Indicator . FILTER(?other != ?it)
      OPTIONAL { ?other mz:targetText ?target } OPTIONAL { ?other mz:horizon ?horizon }
      OPTIONAL { ?project mz:hasIndicator ?other ; mz:fiscalYear ?year ; mz:reportedIn/mz:reportingBody ?body } }
      ORDER BY DESC(?year) ?other"""
    names = ("project", "body", "year", "horizon")
    rows = [
        [Cell(text_of(r["target"]) or "—", view.link(iri_of(r["other"]))), *(view.cell(r[n]) for n in names)]
        for r in view.section_rows(query, it=it)
    ]
    heads = (Head("目标值", "Target"), Head("项目", "Project"), Head("机构", "Body"), YEAR, Head("期限", "Horizon"))
    return view.section(Block("same", Head("同名指标的其他目标", "Other targets of the same name"), heads, rows))


def citation(view: View, iri: str) -> EntityPage:
    """One mention of a document: as printed, in the text of its field, and what it was taken to mean."""
    project = next(iter(view.pointing(iri, _HAS_CITATION)), "")
    field = iri_of(view.value(iri, "citedInField"))
    every = projects.texts(view, project) if project else []
    return EntityPage(
        message=text_of(view.value(iri, "quote")),
        above=[view.cell(view.value(iri, "reportedIn")), *([view.cell(ox.NamedNode(project))] if project else [])],
        facts=[
            *view.property_fact("所引文件", "Document", iri, "citedDocument"),
            *view.property_fact("解析", "Resolution", iri, "resolution"),
            *view.property_fact("标题", "Title", iri, "citedTitle"),
            *view.property_fact("文号", "Number", iri, "citedNumber"),
            *view.property_fact("条款", "Articles", iri, "article"),
            *view.property_fact("依据的种类", "Kind of basis", iri, "basisKind"),
            *view.property_fact("疑为印误，别处写作", "Perhaps misprinted; elsewhere", iri, "suspected"),
            *view.property_fact("引用字段", "Field", iri, "citedInField"),
            *view.fact("出处", "Printed on", view.source(iri)),
        ],
        texts=[text for text in every if field and text[0] == view.label(field)],
        sections=findings(view, view.pointing(iri, CONCERNS)),
    )


def finding(view: View, iri: str) -> EntityPage:
    """A failed check: what it says, what was expected and found, and where that is printed."""
    it = ox.NamedNode(iri)
    concerned = [iri_of(v) for v in view.all(iri, "concerns")]
    report = iri_of(view.value(iri, "reportedIn"))
    quotes = [text for one in concerned if (text := text_of(view.value(one, "quote")))]
    sources = [view.source(one, mark=iri) for one in (*concerned, iri)]
    pages = {(one.href, one.text): one for source in sources for one in (source.values or (source,)) if one.href}
    return EntityPage(
        message=terms.in_language(view.values(it, _MESSAGE), view.language) or "",
        figures=_compared(view, iri),
        above=[view.cell(view.value(report, "reportingBody")), view.cell(ox.NamedNode(report))] if report else [],
        facts=[
            *(view.property_fact("机构", "Body", report, "reportingBody") if report else []),
            *view.fact("原话", "The sentence", *(Cell(f"“{text}”") for text in quotes)),
            *view.property_fact("程度", "Severity", iri, "severity"),
            *view.property_fact("核对规则", "Check", iri, "check"),
            *view.fact("涉及", "Concerns", *(view.cell(ox.NamedNode(one)) for one in concerned if one)),
            *view.fact("印在", "Printed on", *pages.values()),
            *view.property_fact("比较对象", "Against", iri, "against"),
            *view.property_fact("报告", "Report", iri, "reportedIn"),
        ],
        sections=_same_check(view, it),
    )


def _compared(view: View, iri: str) -> list[Fact]:
    """What was expected and found, with the unit."""
    unit = text_of(view.value(iri, "unit"))
    kinds = (("expected", "应为", "Expected"), ("found", "实为", "Found"), ("difference", "相差", "Difference"))
    return [
        Fact(Head(zh, en), (_found(text_of(value), unit),))
        for name, zh, en in kinds
        if (value := view.value(iri, name)) is not None
    ]


def _same_check(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?finding WHERE { ?it mz:check ?check . ?finding mz:check ?check .
      FILTER(?finding != ?it) } ORDER BY ?finding"""
    found = [iri_of(r["finding"]) for r in view.section_rows(query, it=it)]
    rows = [[view.cell(ox.NamedNode(f)), view.cell(view.value(f, "reportedIn")), view.source(f)] for f in found]
    heads = (Head("核对结果", "Finding"), Head("报告", "Report"), Head("出处", "Printed on"))
    title = Head("同一规则的其他结果", "Other findings of this check")
    return view.section(Block("others", title, heads, rows, folded=len(rows) > 10))


_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)  # 382100 · -0.5


def _found(text: str, unit: str) -> Cell:
    """An expected or found value, numbers with separators and their unit."""
    return Cell(f"{plain(Decimal(text))} {unit}".strip(), number=True) if _NUMBER.fullmatch(text) else Cell(text)


def appropriation(view: View, iri: str) -> EntityPage:
    """Money of a project from one source."""
    owner = [view.cell(ox.NamedNode(one)) for one in view.pointing(iri, _HAS_APPROPRIATION)[:1]]
    printed = text_of(view.value(iri, "printedAmount"))
    note = view.t(f"印作 {printed}", f"printed {printed}") if printed else ""
    return EntityPage(
        figures=[Fact(Head("金额", "Amount"), (money(yuan_of(view.value(iri, "amount")), note=note),))],
        above=[view.cell(view.value(iri, "reportedIn")), *owner],
        facts=[
            *view.property_fact("资金来源", "Source", iri, "fundingSource"),
            *view.property_fact("期限", "Horizon", iri, "horizon"),
            *view.fact("项目", "Project", *owner),
            *view.fact("出处", "Printed on", view.source(iri)),
        ],
        sections=findings(view, view.pointing(iri, CONCERNS)),
    )


def statement(view: View, iri: str) -> EntityPage:
    """A figure of the narrative, with the clause it stands in."""
    value, unit, yuan = (
        text_of(view.value(iri, "value")),
        text_of(view.value(iri, "unit")),
        yuan_of(view.value(iri, "amount")),
    )
    shown = money(yuan) if yuan is not None else Cell(f"{value} {unit}".strip())
    return EntityPage(
        message=text_of(view.value(iri, "quote")),
        figures=[Fact(Head("数值", "Value"), (shown,))],
        above=[view.cell(view.value(iri, "reportedIn"))],
        facts=[
            *view.property_fact("内容", "Topic", iri, "topic"),
            *view.property_fact("对象", "Of", iri, "subject"),
            *view.property_fact("对象", "Of", iri, "subjectLabel"),
            *view.property_fact("属于", "Within", iri, "within"),
            *view.property_fact("可比的数", "Comparable figure", iri, "comparableFigure"),
            *view.fact("出处", "Printed on", view.source(iri)),
        ],
        sections=findings(view, view.pointing(iri, CONCERNS, _AGAINST)),
    )


def issuer(view: View, iri: str) -> EntityPage:
    """An office with the documents that it issued."""
    query = """SELECT DISTINCT ?document ?year WHERE { ?document mz:issuedBy ?it .
      OPTIONAL { ?document mz:issueYear ?year } }
      ORDER BY DESC(?year) ?document"""
    rows = [
        [view.cell(r["document"]), view.cell(view.value(iri_of(r["document"]), "documentNumber")), view.cell(r["year"])]
        for r in view.section_rows(query, it=ox.NamedNode(iri))
    ]
    heads = (Head("文件", "Document"), Head("文号", "Number"), Head("发文年份", "Year"))
    return EntityPage(sections=view.section(Block("documents", Head("发出的文件", "Documents"), heads, rows)))


def anything(view: View, iri: str) -> EntityPage:
    """An entity of no kind above: its report and source; the rest stands in its data."""
    known = view.value(iri, "reportedIn")
    return EntityPage(
        above=[view.cell(known)] if known else [],
        facts=view.fact("出处", "Printed on", view.source(iri) if known else BLANK),
    )
