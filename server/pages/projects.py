"""The page of a project: money by source, texts with citations marked, targets, and its like elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest

import pyoxigraph as ox

from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, Picture, money, sum_of
from server.pages.terms import CODE, Node
from server.pages.view import Row, View, iri_of, notation_of, text_of, yuan_of

YEAR = Head("年度", "Year", sort="year")
ANNUAL = Head("年度金额（万元）", "Annual (10k yuan)", number=True, sort="annual")
TOTAL = Head("实施期金额（万元）", "Whole period (10k yuan)", number=True, sort="total")
BODY, UNIT, PAGE = Head("部门", "Department"), Head("单位", "Unit"), Head("出处", "Printed on")
_HORIZON = f"<{CODE}horizon/"


def project(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a project."""
    it = ox.NamedNode(iri)
    report = iri_of(view.value(iri, "reportedIn"))
    return EntityPage(
        facts=_facts(view, iri),
        figures=_figures(view, iri),
        above=[view.cell(view.value(report, "reportingBody")), view.cell(view.value(iri, "reportedIn"))]
        if report
        else [],
        texts=texts(view, iri),
        sections=[
            *_money(view, it),
            *_spending(view, iri),
            *_indicators(view, it),
            *_lines(view, it),
            *citations(view, "?project mz:hasCitation ?citation . FILTER(?project = ?it)", it, of_project=True),
            *_neighbours(view, it),
            *findings(view, "?finding mz:concerns ?it .", it),
            *_same_name(view, it),
            *_siblings(view, it),
        ],
        schema={"@type": "Project", "name": view.label(iri), "url": iri},
    )


def _figures(view: View, iri: str) -> list[Fact]:
    """The two sums of the form, with the printed text."""
    facts = []
    for zh, en, name, printed in (
        ("年度金额", "Annual amount", "annualAmount", "printedAnnualAmount"),
        ("实施期金额", "Whole period", "totalAmount", "printedTotalAmount"),
    ):
        yuan, text = yuan_of(view.value(iri, name)), text_of(view.value(iri, printed))
        if yuan is not None:
            facts.append(
                Fact(Head(zh, en), (money(yuan, note=view.t(f"印作 {text}", f"printed {text}") if text else ""),))
            )
    return facts


def _facts(view: View, iri: str) -> list[Fact]:
    return [
        *view.property_fact("年度", "Year", iri, "fiscalYear"),
        *view.property_fact("主管部门", "Department", iri, "administeredBy"),
        *view.property_fact("实施单位", "Unit", iri, "implementedBy"),
        *view.property_fact("项目属性", "Attribute", iri, "attribute"),
        *view.property_fact("项目类别", "Category", iri, "category"),
        *view.property_fact("项目期限", "Period", iri, "period"),
        *view.property_fact("立项依据", "Legal basis", iri, "hasLegalBasis"),
        *view.fact("出处", "Printed on", view.source(iri)),
    ]


def _money(view: View, it: ox.NamedNode) -> list[Block]:
    query = f"""SELECT DISTINCT ?source ?label ?annual ?a ?whole ?w WHERE {{
      {{ SELECT DISTINCT ?source ?label WHERE {{
        ?it mz:hasAppropriation ?any . ?any mz:fundingSource ?source ; rdfs:label ?label }} }}
      OPTIONAL {{ ?it mz:hasAppropriation ?a . ?a mz:fundingSource ?source ; rdfs:label ?label ; mz:amount ?annual ;
                 mz:horizon {_HORIZON}annual> }}
      OPTIONAL {{ ?it mz:hasAppropriation ?w . ?w mz:fundingSource ?source ; rdfs:label ?label ; mz:amount ?whole ;
                 mz:horizon {_HORIZON}implementation> }}
    }} ORDER BY ?source ?label"""
    rows = [
        [
            Cell(text_of(r["label"])),
            view.cell(r["source"]),
            view.figure(r["annual"], r["a"]),
            view.figure(r["whole"], r["w"]),
        ]
        for r in sorted(view.section_rows(query, it=it), key=lambda r: _level(notation_of(r["source"])))
    ]
    heads = (Head("资金（印刷名称）", "Money, as printed"), Head("资金来源", "Source"), ANNUAL, TOTAL)
    sums = tuple(
        _whole_sum(view, it, name, [row[i] for row in rows]) for i, name in ((2, "annualAmount"), (3, "totalAmount"))
    )
    foot = (Cell(view.t("各来源合计", "All sources")), Cell(), *sums)
    return view.section(Block("money", Head("资金来源", "Money by source"), heads, rows, foot=foot))


def _level(source: str) -> int:
    """The place of a source among others: from the centre down, as the forms print them."""
    levels = ("central", "provincial", "municipal")
    return levels.index(source) if source in levels else len(levels)


def _whole_sum(view: View, it: ox.NamedNode, name: str, cells: list[Cell]) -> Cell:
    """The sum of the sources, with a word where the form's own sum is another."""
    found, printed = sum_of(cells), yuan_of(view.value(it.value, name))
    if found.yuan is None or printed is None or found.yuan == printed:
        return found
    return Cell(yuan=found.yuan, note=view.t("与印刷的合计不同", "not the printed sum"))


def _spending(view: View, iri: str) -> list[Block]:
    """Budget and spending as the self-evaluation gives them, none where there is none."""
    amounts = (
        ("年初预算数", "Budget at first", "initialAmount"),
        ("全年预算数", "Budget of the year", "revisedAmount"),
        ("全年执行数", "Spent", "executedAmount"),
    )
    points = (
        ("执行率（%）", "Execution rate (%)", "executionRate"),
        ("分值", "Weight", "executionWeight"),
        ("得分", "Score", "executionScore"),
        ("自评总分", "Score in all", "selfScore"),
    )
    row = [money(yuan_of(view.value(iri, name))) for *_, name in amounts]
    row += [Cell(text, number=True) if (text := text_of(view.value(iri, name))) else BLANK for *_, name in points]
    if all(cell == BLANK for cell in row):
        return []
    heads = (
        *(Head(f"{zh}（万元）", f"{en} (10k yuan)", number=True) for zh, en, _ in amounts),
        *(Head(zh, en, number=True) for zh, en, _ in points),
    )
    return view.section(Block("spending", Head("预算执行与自评", "Spending and self-evaluation"), heads, [row]))


_RESULTS = (
    (Head("实际完成", "Reached"), "actual"),
    (Head("分值", "Weight", number=True), "weight"),
    (Head("得分", "Score", number=True), "score"),
    (Head("偏差原因", "Deviation"), "deviation"),
)


def _indicators(view: View, it: ox.NamedNode) -> list[Block]:
    """Targets of the year and of the whole period side by side, with what was reached: a row for each kind and name."""
    query = """SELECT DISTINCT ?indicator ?kind ?name ?horizon ?target ?actual ?weight ?score ?deviation WHERE {
      ?it mz:hasIndicator ?indicator .
      OPTIONAL { ?indicator mz:indicatorKind ?kind } OPTIONAL { ?indicator mz:horizon ?horizon }
      OPTIONAL { ?indicator rdfs:label ?name } OPTIONAL { ?indicator mz:targetText ?target }
      OPTIONAL { ?indicator mz:actualText ?actual } OPTIONAL { ?indicator mz:weight ?weight }
      OPTIONAL { ?indicator mz:score ?score } OPTIONAL { ?indicator mz:deviation ?deviation } }
      ORDER BY ?kind ?name ?indicator"""
    grouped: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for r in view.rows(query, it=it):
        horizons = grouped.setdefault((iri_of(r["kind"]), text_of(r["name"])), {"annual": [], "implementation": []})
        horizons.setdefault(notation_of(r["horizon"]), []).append(r)
    told = [(head, name) for head, name in _RESULTS if any(r[name] is not None for g in grouped.values()
            for found in g.values() for r in found)]  # fmt: skip
    rows = [
        [
            view.cell(ox.NamedNode(kind)) if kind else BLANK,
            Cell(name, view.local("indicators", q=name)) if name else BLANK,
            _target(view, annual),
            _target(view, whole),
            *(_result(annual or whole, name, head.number) for head, name in told),
        ]
        for (kind, name), horizons in sorted(grouped.items(), key=lambda item: _kind_order(item[0]))
        for annual, whole in zip_longest(horizons["annual"], horizons["implementation"])
    ]
    heads = (Head("种类", "Kind"), Head("指标", "Indicator"), Head("年度目标", "Target of the year"),
             Head("实施期目标", "Target of the whole period"), *(head for head, _ in told))  # fmt: skip
    return view.section(Block("indicators", Head("绩效目标", "Targets"), heads, rows, whole=True))


def _kind_order(key: tuple[str, str]) -> tuple[int, str, str]:
    """Output, benefit, satisfaction, as the forms have them."""
    first = key[0].rsplit("/", 1)[-1].partition("-")[0]
    return ({"output": 0, "cost": 1, "benefit": 2, "satisfaction": 3}.get(first, 4), *key)


def _target(view: View, row: Row | None) -> Cell:
    if row is None:
        return BLANK
    text = text_of(row["target"])
    return Cell(text or view.t("（空白）", "(blank)"), view.link(iri_of(row["indicator"])))


def _result(row: Row | None, name: str, number: bool) -> Cell:
    text = text_of(row[name]) if row else ""
    return Cell(text, number=number) if text else BLANK


def _lines(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?observation ?label ?table ?amount WHERE {
      ?it mz:budgetLine ?observation . ?observation mz:amount ?amount .
      OPTIONAL { ?observation mz:rowLabel ?label } OPTIONAL { ?observation mz:table ?table } } ORDER BY ?observation"""
    rows = [
        [
            view.cell(r["table"]),
            Cell(text_of(r["label"])),
            view.figure(r["amount"], r["observation"]),
            view.source(iri_of(r["observation"])),
        ]
        for r in view.section_rows(query, it=it)
    ]
    heads = (Head("预算表", "Table"), Head("行", "Row"), Head("金额（万元）", "Amount (10k yuan)", number=True), PAGE)
    return view.section(Block("lines", Head("预算表中的行", "Rows in the budget tables"), heads, rows))


# What other pages show of projects too

_PROJECT_PARTS = """
  OPTIONAL { ?project mz:fiscalYear ?year } OPTIONAL { ?project mz:annualAmount ?annual }
  OPTIONAL { ?project mz:totalAmount ?total } OPTIONAL { ?project mz:implementedBy ?unit }
  OPTIONAL { ?project mz:reportedIn ?report }
"""


def project_rows(view: View, where: str, **bound: Node) -> list[Row]:
    """Projects that a pattern binds as ?project, with year, money, unit and report."""
    query = f"""SELECT DISTINCT ?project ?year ?annual ?total ?unit ?report WHERE {{ {where} {_PROJECT_PARTS} }}
      ORDER BY DESC(?annual) ?project"""
    return view.section_rows(query, **bound)


def projects_block(
    view: View, title: Head, where: str, *, anchor: str = "projects", more: str | None = None,
    total: int | None = None, one_body: bool = False, **bound: Node,
) -> list[Block]:  # fmt: skip
    """A section of projects, the largest first; `one_body`: all of the body that the page is about."""
    found = project_rows(view, where, **bound)
    reports = {iri_of(r["report"]) for r in found}
    kinds = {one: _report_kind(view, one) for one in reports}
    bodies = {one: view.cell(view.value(one, "reportingBody")) if one else BLANK for one in reports}
    rows = [
        [
            view.cell(r["project"]),
            *([] if one_body else [bodies[iri_of(r["report"])]]),
            Cell(text_of(r["year"]), note=kinds[iri_of(r["report"])] if len(set(kinds.values())) > 1 else ""),
            money(yuan_of(r["annual"])),
            money(yuan_of(r["total"])),
            view.source(iri_of(r["project"])),
        ]
        for r in found
    ]
    body = () if one_body else (Head("机构", "Body"),)
    heads = (Head("项目", "Project"), *body, YEAR, ANNUAL, TOTAL, PAGE)
    return view.section(Block(anchor, title, heads, rows, more=more, total=total))


def documents_block(view: View, title: Head, query: str, *, folded: bool = False, **bound: Node) -> list[Block]:
    """A section of documents with how many projects cite each; `query` gives `?document ?projects`."""
    rows = [
        [
            view.cell(r["document"]),
            view.cell(view.value(iri_of(r["document"]), "documentNumber")),
            view.cell(r["projects"]),
        ]
        for r in view.section_rows(query, **bound)
        if iri_of(r["document"])
    ]
    heads = (Head("文件", "Document"), Head("文号", "Number"), Head("引用它的项目", "Citing projects", number=True))
    return view.section(Block("documents", title, heads, rows, folded=folded))


def _report_kind(view: View, report: str) -> str:
    """`决算 部门`: what tells a project from the same one of another report of its year."""
    said = (view.value(report, name) for name in ("stage", "scope")) if report else ()
    return " ".join(view.label(iri_of(one)) for one in said if iri_of(one))


def _same_name(view: View, it: ox.NamedNode) -> list[Block]:
    where = "?it rdfs:label ?name . ?project a mz:Project ; rdfs:label ?name . FILTER(?project != ?it)"
    title = Head("同名的其他项目", "Other projects of the same name")
    return projects_block(view, title, where, anchor="same", it=it)


def _siblings(view: View, it: ox.NamedNode) -> list[Block]:
    inside = view.within(view.graphs_of(it.value))
    rows = [
        [view.cell(r["project"]), view.cell(r["unit"]), money(yuan_of(r["annual"]))]
        for r in project_rows(inside, "?project a mz:Project . FILTER(?project != ?it)", it=it)
    ]
    title = Head("同一报告中的其他项目", "Other projects of this report")
    return view.section(Block("siblings", title, (Head("项目", "Project"), UNIT, ANNUAL), rows, folded=True))


def findings(
    view: View, where: str = "", it: Node | None = None, more: str | None = None, total: int | None = None
) -> list[Block]:
    """Findings that a pattern binds as ?finding, without one all that the view reads."""
    query = f"""SELECT DISTINCT ?finding ?severity WHERE {{ {where} ?finding a mz:Finding .
      OPTIONAL {{ ?finding mz:severity ?severity }} }} ORDER BY ?finding"""
    rows = [
        [
            view.cell(r["severity"]),
            view.cell(r["finding"]),
            _all_of([view.cell(one) for one in view.all(iri_of(r["finding"]), "concerns")]),
            view.source(iri_of(r["finding"])),
        ]
        for r in view.section_rows(query, **({"it": it} if it else {}))
    ]
    heads = (Head("程度", "Severity"), Head("核对结果", "Finding"), Head("涉及", "Concerns"), PAGE)
    return view.section(
        Block("findings", Head("核对结果", "Findings"), heads, rows, more=more, folded=len(rows) > 15, total=total)
    )


def _all_of(cells: list[Cell]) -> Cell:
    """Several things as one cell."""
    return cells[0] if len(cells) == 1 else Cell(values=tuple(cells)) if cells else BLANK


def citations(view: View, where: str, it: ox.NamedNode, *, of_project: bool = False) -> list[Block]:
    """Citations that a pattern binds as ?citation: as printed, what they mean, how surely, where they stand."""
    query = f"""SELECT DISTINCT ?citation ?quote ?document ?field ?resolution ?owner WHERE {{ {where}
      OPTIONAL {{ ?citation mz:quote ?quote }} OPTIONAL {{ ?citation mz:citedDocument ?document }}
      OPTIONAL {{ ?citation mz:citedInField ?field }} OPTIONAL {{ ?citation mz:resolution ?resolution }}
      OPTIONAL {{ ?owner mz:hasCitation ?citation }} }} ORDER BY ?field ?citation"""
    rows = []
    for r in view.section_rows(query, it=it):
        quote = text_of(r["quote"]) or view.label(iri_of(r["citation"]))
        other = view.cell(r["document"]) if of_project else view.cell(r["owner"])
        rows.append([Cell(quote, view.link(iri_of(r["citation"]))), other, view.cell(r["field"]),
                     view.cell(r["resolution"]), view.source(iri_of(r["citation"]))])  # fmt: skip
    other_head = Head("所引文件", "Document") if of_project else Head("项目", "Project")
    heads = (Head("引文", "As printed"), other_head, Head("引用字段", "Field"), Head("解析", "Resolution"), PAGE)
    return view.section(Block("citations", Head("引用", "Citations"), heads, rows))


# Texts


def texts(view: View, iri: str) -> list[tuple[str, Cell, Cell]]:
    """The texts of a project with its citations marked and linked, in the order of their fields."""
    query = """SELECT DISTINCT ?field ?kind ?text WHERE { ?it mz:hasField ?field . ?field mz:field ?kind ;
      mz:text ?text }
      ORDER BY ?kind ?field"""
    fields = view.rows(query, it=ox.NamedNode(iri))
    cited = _citations_by_field(view, iri) if fields else {}
    found = []
    for r in fields:
        kind, text = iri_of(r["kind"]), text_of(r["text"])
        parts = _marked(view, cited.get(kind, ()), text)
        cell = Cell(text, parts=parts, anchor=iri_of(r["field"]).partition("#")[2] or None)
        found.append((view.label(kind), cell, view.source(iri_of(r["field"]))))
    return found


def _citations_by_field(view: View, iri: str) -> dict[str, list[Row]]:
    """Kind of field → the citations in it."""
    query = """SELECT DISTINCT ?kind ?citation ?quote ?document ?start ?end WHERE {
      ?it mz:hasCitation ?citation . ?citation mz:citedInField ?kind ; mz:quote ?quote .
      OPTIONAL { ?citation mz:citedDocument ?document }
      OPTIONAL { ?citation mz:span ?span . ?span oa:start ?start ; oa:end ?end } } ORDER BY ?citation"""
    found: dict[str, list[Row]] = defaultdict(list)
    for r in view.rows(query, it=ox.NamedNode(iri)):
        found[iri_of(r["kind"])].append(r)
    return found


def _marked(view: View, cited: Sequence[Row], text: str) -> tuple[tuple[str, str | None], ...]:
    """The text cut where a citation of that field begins and ends: by its span, else where its quote stands first."""
    spans: list[tuple[int, int, str | None]] = []
    for r in cited:
        quoted, start, end = text_of(r["quote"]), text_of(r["start"]), text_of(r["end"])
        first = int(start) if start else text.find(quoted)
        last = int(end) if end else first + len(quoted)
        if 0 <= first < last <= len(text):
            spans.append((first, last, view.link(iri_of(r["document"]) or iri_of(r["citation"]))))
    return tuple(_cut(text, sorted(spans, key=lambda span: span[:2])))


def _cut(text: str, spans: list[tuple[int, int, str | None]]) -> list[tuple[str, str | None]]:
    parts: list[tuple[str, str | None]] = []
    position = 0
    for start, end, href in spans:
        if start < position:
            continue  # an overlap: the earlier mention keeps its mark
        parts += [(text[position:start], None), (text[start:end], href)]
        position = end
    return [part for part in [*parts, (text[position:], None)] if part[0]]


# The neighbourhood


def _neighbours(view: View, it: ox.NamedNode) -> list[Block]:
    """The documents that a project cites, and the other projects that cite them."""
    query = """SELECT DISTINCT ?document ?other WHERE { ?it mz:hasCitation/mz:citedDocument ?document .
      OPTIONAL { ?other mz:hasCitation/mz:citedDocument ?document . FILTER(?other != ?it) } }
      ORDER BY ?document ?other"""
    pairs = [(iri_of(r["document"]), iri_of(r["other"])) for r in view.rows(query, it=it)]
    return neighbourhood(view, it.value, pairs)


def neighbourhood(view: View, centre: str, pairs: list[tuple[str, str]]) -> list[Block]:
    """A picture of documents and projects around one, with the table of the pairs; at most sixty are drawn."""
    shared = [(document, other) for document, other in pairs if other]
    drawn = [*{document for document, _ in pairs}, *{other for _, other in shared}]
    if not shared or len(drawn) > 60:
        return []
    kinds = {centre: 0} | {iri: 1 if "/id/law/" in iri else 0 for iri in drawn}
    links = {(centre, document) for document, _ in pairs if document != centre} | {(o, d) for d, o in shared}
    title = Head("与别的项目共同的依据", "What it shares with other projects")
    rows = [[view.cell(ox.NamedNode(d)), view.cell(ox.NamedNode(o)), _annual(view, o)] for d, o in shared]
    heads = (Head("文件", "Document"), Head("也引用它的项目", "Also cited by"), ANNUAL)
    return view.section(Block("neighbours", title, heads, rows, picture=graph(view, title, centre, kinds, links)))


def graph(view: View, title: Head, centre: str, kinds: dict[str, int], links: set[tuple[str, str]]) -> Picture:
    """Projects (0) and documents (1) with what joins them; nodes are numbered, their IRIs would be most of the page."""
    number = {iri: str(i) for i, iri in enumerate(sorted(kinds))}
    nodes = [
        {"id": number[iri], "name": view.label(iri), "href": view.link(iri), "kind": kind, "centre": iri == centre}
        for iri, kind in sorted(kinds.items())
    ]
    data = {
        "nodes": nodes,
        "links": [{"source": number[a], "target": number[b]} for a, b in sorted(links) if a != b],
        "kinds": [view.t("项目", "Projects"), view.t("文件", "Documents")],
    }
    return Picture("graph", title, data)


def _annual(view: View, iri: str) -> Cell:
    found: Decimal | None = yuan_of(view.value(iri, "annualAmount"))
    return money(found)
