"""The pages of codes: functional codes with their spending, kinds of indicators with their targets, and others."""

from __future__ import annotations

from collections import defaultdict

import pyoxigraph as ox

from server.pages import places, spending, terms
from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, money
from server.pages.projects import ANNUAL, YEAR, documents_block, largest, projects_block
from server.pages.terms import CODE
from server.pages.view import View, iri_of, text_of, yuan_of

_BROADER = ox.NamedNode(terms.SKOS + "broader")
_DEFINITION = ox.NamedNode(terms.SKOS + "definition")
_LABELS = [ox.NamedNode(terms.SKOS + name) for name in ("altLabel", "hiddenLabel")]


def code(view: View, scheme: str, notation: str) -> EntityPage:
    """Everything that a reader wants of a concept."""
    iri = f"{CODE}{scheme}/{notation}"
    it = ox.NamedNode(iri)
    return EntityPage(
        facts=_facts(view, it),
        above=[Cell(view.label(CODE + scheme), view.local(f"code/{scheme}")), *_broader(view, iri)],
        sections=[*_SECTIONS.get(scheme, lambda _view, _it: [])(view, it), *_narrower(view, it)],
    )


def said(view: View, it: ox.NamedNode, predicate: ox.NamedNode) -> list[terms.Node]:
    """The values of a property, from the ontology's files and from the release."""
    quads = terms.store().quads_for_pattern(it, predicate, None)
    return sorted({*(q.object for q in quads), *view.values(it, predicate)}, key=str)


def _facts(view: View, it: ox.NamedNode) -> list[Fact]:
    definition = terms.in_language(said(view, it, _DEFINITION), view.language)
    others = [Cell(text_of(value)) for name in _LABELS for value in said(view, it, name)]
    years = "SELECT DISTINCT ?year WHERE { ?name mz:nameOf ?it ; mz:seenInYear ?year } ORDER BY ?year"
    seen = [view.cell(r["year"]) for r in view.rows(years, it=it)]
    return [
        *view.fact("定义", "Definition", Cell(definition) if definition else BLANK),
        *view.fact("也写作", "Also written", *others[:40]),
        *view.fact("见于年度", "Seen in", *seen),
    ]


def _broader(view: View, iri: str) -> list[Cell]:
    found: list[Cell] = []
    for _ in range(6):
        above = next((iri_of(v) for v in said(view, ox.NamedNode(iri), _BROADER) if iri_of(v)), "")
        if not above:
            break
        found.insert(0, view.code(ox.NamedNode(above)))
        iri = above
    return found


def narrower(iri: str, view: View) -> list[str]:
    """The concepts right below one, in the order of their notations."""
    pattern = (None, _BROADER, ox.NamedNode(iri))
    quads = [*terms.store().quads_for_pattern(*pattern), *view.store.quads_for_pattern(*pattern)]
    return sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)})


def _with_all_below(iri: str, view: View) -> list[str]:
    """A concept and those below it, at any depth."""
    return [iri, *(deeper for one in narrower(iri, view) for deeper in _with_all_below(one, view))]


def _narrower(view: View, it: ox.NamedNode) -> list[Block]:
    rows = [[view.code(ox.NamedNode(one))] for one in narrower(it.value, view)]
    return view.section(Block("narrower", Head("下级代码", "Codes below"), (Head("代码", "Code"),), rows))


# What is spent under a functional code


def _function(view: View, it: ox.NamedNode) -> list[Block]:
    notation = it.value.rsplit("/", 1)[-1]
    codes = [one.rsplit("/", 1)[-1] for one in _with_all_below(it.value, view)]
    every = spending.lines_under(view, codes)
    printed = {(line.report, line.year, line.stage) for line in every if line.code == notation}
    found = [  # of a report that does not print the code as a line: its finest lines
        line for line in every
        if line.code == notation or (line.leaf and (line.report, line.year, line.stage) not in printed)
    ]  # fmt: skip
    projects = f"?project mz:budgetLine ?line . ?line mz:functionCode <{it.value}> ."
    return [
        *spending.by_body(view, found, "spending", Head("各机构按此科目的支出", "Spending under this code")),
        *_under(view, notation),
        *projects_block(view, Head("列在此科目下的项目", "Projects under this code"), largest(view, projects)),
    ]


def _under(view: View, notation: str) -> list[Block]:
    """The finest lines below a class or section in the newest budgets, as areas."""
    found = [
        line for line in spending.newest(view) if line.leaf and line.code.startswith(notation) and line.code != notation
    ]
    sums: dict[str, list[spending.Line]] = defaultdict(list)
    for line in found:
        sums[line.code].append(line)
    rows = [
        [
            view.code(ox.NamedNode(CODE + "function/" + one)),
            Cell(str(len(some)), number=True),
            money(sum((line.yuan for line in some), start=some[0].yuan * 0)),
        ]
        for one, some in sorted(sums.items())
    ]
    title = Head("其下各科目（各机构最新预算）", "What is below it, in each body's newest budget")
    heads = (
        spending.FUNCTION,
        Head("行数", "Lines", number=True),
        Head("金额（万元）", "Amount (10k yuan)", number=True),
    )
    classes = [line for line in spending.newest(view) if line.code == notation and not line.leaf]
    picture = spending.treemap(view, title, [*found, *classes])
    return view.section(Block("below", title, heads, rows, picture=picture))


# Kinds of indicators, sources of money, places, kinds of documents, of tables


def _indicator(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT ?name (COUNT(DISTINCT ?indicator) AS ?n) (COUNT(DISTINCT ?project) AS ?projects)
      (SAMPLE(?target) AS ?example)
      WHERE { VALUES ?kind { KINDS } ?indicator mz:indicatorKind ?kind ; rdfs:label ?name .
      OPTIONAL { ?project mz:hasIndicator ?indicator } OPTIONAL { ?indicator mz:targetText ?target } }
      GROUP BY ?name ORDER BY DESC(?n) ?name"""
    query = query.replace("KINDS", " ".join(f"<{kind}>" for kind in _with_all_below(it.value, view)))
    rows = [
        [Cell(text_of(r["name"]), view.local("indicators", q=text_of(r["name"]))), view.cell(r["n"]),
         view.cell(r["projects"]), view.cell(r["example"])]
        for r in view.section_rows(query, it=it)
        if r["name"] is not None
    ]  # fmt: skip
    heads = (Head("指标名称", "Name"), Head("目标数", "Targets", number=True), Head("项目", "Projects", number=True),
             Head("目标值之一", "A target"))  # fmt: skip
    more = view.local("indicators", kind="code/indicator/" + it.value.rsplit("/", 1)[-1])
    return view.section(Block("names", Head("这类指标", "Indicators of this kind"), heads, rows, more=more))


def _funding(view: View, it: ox.NamedNode) -> list[Block]:
    query = f"""SELECT ?body ?year (COUNT(DISTINCT ?project) AS ?projects) (SUM(?amount) AS ?sum) WHERE {{
      ?money mz:fundingSource ?it ; mz:amount ?amount ; mz:horizon <{CODE}horizon/annual> .
      ?project mz:hasAppropriation ?money ; mz:fiscalYear ?year ; mz:reportedIn/mz:reportingBody ?body .
      FILTER(?amount != 0) }} GROUP BY ?body ?year ORDER BY DESC(?year) DESC(?sum) ?body"""
    rows = [
        [view.cell(r["body"]), view.cell(r["year"]), view.cell(r["projects"]), money(yuan_of(r["sum"]))]
        for r in view.section_rows(query, it=it)
        if iri_of(r["body"])
    ]
    heads = (Head("机构", "Body"), YEAR, Head("项目", "Projects", number=True), ANNUAL)
    return view.section(Block("money", Head("用这笔钱的项目", "Projects paid from it"), heads, rows))


def _region(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT ?body (COUNT(DISTINCT ?report) AS ?reports) (COUNT(DISTINCT ?project) AS ?projects) WHERE {
      ?body mz:region ?it . OPTIONAL { ?report mz:reportingBody ?body }
      OPTIONAL { ?project mz:implementedBy|mz:administeredBy ?body } } GROUP BY ?body ORDER BY DESC(?reports) ?body"""
    rows = [
        [view.cell(r[n]) for n in ("body", "reports", "projects")]
        for r in view.section_rows(query, it=it)
        if iri_of(r["body"])
    ]
    heads = (Head("机构", "Body"), Head("报告", "Reports", number=True), Head("项目", "Projects", number=True))
    around = Block("bodies", Head("这里的机构", "Bodies of this place"), heads, rows)
    return [*view.section(around), *places.of_place(view, it)]


def _documents(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT ?document (COUNT(DISTINCT ?project) AS ?projects)
      WHERE { ?document mz:documentKind|mz:issuingLevel ?it .
      OPTIONAL { ?project mz:hasCitation/mz:citedDocument ?document } } GROUP BY ?document
      ORDER BY DESC(?projects) ?document"""
    return documents_block(view, Head("文件", "Documents"), view.section_rows(query, it=it))


def _tables(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?table ?report ?year WHERE { ?table mz:tableKind ?it ; mz:reportedIn ?report .
      ?report mz:fiscalYear ?year } ORDER BY DESC(?year) ?report ?table"""
    rows = [[view.cell(r[n]) for n in ("table", "report", "year")] for r in view.section_rows(query, it=it)]
    return view.section(
        Block(
            "tables", Head("这类表", "Tables of this kind"), (Head("表", "Table"), Head("报告", "Report"), YEAR), rows
        )
    )


_SECTIONS = {
    "function": _function,
    "indicator": _indicator,
    "funding": _funding,
    "region": _region,
    "documentKind": _documents,
    "issuingLevel": _documents,
    "table": _tables,
}


# Code lists


def schemes(view: View) -> list[tuple[str, str, str]]:
    """All code lists: name, title, address."""
    return [(s, view.label(CODE + s), view.local(f"code/{s}")) for s in terms.schemes()]


def in_scheme(view: View, scheme: str) -> list[str]:
    """The concepts of a list that the release adds to it."""
    quads = view.store.quads_for_pattern(*_in_scheme(scheme))
    return sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)})


def _in_scheme(scheme: str) -> tuple[None, ox.NamedNode, ox.NamedNode]:
    return None, ox.NamedNode(terms.SKOS + "inScheme"), ox.NamedNode(CODE + scheme)


def tops(view: View, scheme: str) -> list[Cell]:
    """The concepts of a list that stand under no other of it."""
    own = (q.subject for q in terms.store().quads_for_pattern(*_in_scheme(scheme)))
    iris = {*in_scheme(view, scheme), *(subject.value for subject in own if isinstance(subject, ox.NamedNode))}
    found = {i for i in iris if not any(iri_of(v) in iris for v in said(view, ox.NamedNode(i), _BROADER))}
    return [view.code(ox.NamedNode(i)) for i in sorted(found)]
