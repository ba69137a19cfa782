"""What each kind of entity shows beyond its own properties: tables of what it holds and of what refers to it."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox

from server import terms
from server.negotiate import PREFIXES
from server.terms import MZ, Node
from server.view import BLANK, Block, Cell, Head, Row, View

LIMIT = 200  # rows of one section; the rest is one link away
_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
_CODE = "PREFIX code: <https://w3id.org/mingzhang/code/>\n"

NAME, YEAR = Head("名称", "Name"), Head("年度", "Year")
ANNUAL, TOTAL = Head("年度金额", "Annual", number=True), Head("实施期金额", "Whole period", number=True)
BODY, UNIT = Head("部门", "Department"), Head("单位", "Unit")

Sections = list[Block]


def _select(view: View, text: str, **bound: Node) -> list[Row]:
    return view.rows(_HEAD + _CODE + text + f"\nLIMIT {LIMIT + 1}", **bound)


def _block(
    view: View, anchor: str, title: Head, heads: tuple[Head, ...], rows: list[list[Cell]], **more: str
) -> Sections:
    """One section, none where it is empty; `more` are parameters of the list that has the rest."""
    if not rows:
        return []
    path = more.pop("path", "")
    rest = view.local(path, **more) if path and len(rows) > LIMIT else None
    note = Head(f"只列出前{LIMIT}行", f"the first {LIMIT} rows") if len(rows) > LIMIT else None
    return [Block(anchor, title, heads, rows[:LIMIT], rest, note)]


def _iri(term: Node | None) -> str:
    return term.value if isinstance(term, ox.NamedNode) else ""


# Projects, as sections of bodies, reports and documents

_PROJECTS = """
  OPTIONAL { ?project mz:fiscalYear ?year } OPTIONAL { ?project mz:annualAmount ?annual }
  OPTIONAL { ?project mz:totalAmount ?total } OPTIONAL { ?project mz:implementedBy ?unit }
} ORDER BY DESC(?annual) ?project"""


def _project_rows(view: View, where: str, it: ox.NamedNode) -> list[list[Cell]]:
    query = f"SELECT DISTINCT ?project ?year ?annual ?total ?unit WHERE {{ {where} {_PROJECTS}"
    return [
        [
            view.cell(r["project"]),
            view.cell(r["year"]),
            view.cell(r["unit"]),
            view.money(r["annual"]),
            view.money(r["total"]),
        ]
        for r in _select(view, query, it=it)
    ]


def _projects(view: View, title: Head, where: str, it: ox.NamedNode, **more: str) -> Sections:
    rows = _project_rows(view, where, it)
    return _block(view, "projects", title, (NAME, YEAR, UNIT, ANNUAL, TOTAL), rows, **more)


def _findings(view: View, where: str, it: ox.NamedNode, **more: str) -> Sections:
    query = f"""SELECT DISTINCT ?finding ?severity ?check ?expected ?found WHERE {{ {where} ?finding a mz:Finding .
      OPTIONAL {{ ?finding mz:severity ?severity }} OPTIONAL {{ ?finding mz:check ?check }}
      OPTIONAL {{ ?finding mz:expected ?expected }} OPTIONAL {{ ?finding mz:found ?found }} }} ORDER BY ?finding"""
    rows = [
        [view.cell(r["finding"]), view.cell(r["severity"]), view.cell(r["expected"]), view.cell(r["found"])]
        for r in _select(view, query, it=it)
    ]
    heads = (Head("核对结果", "Finding"), Head("程度", "Severity"), Head("应为", "Expected"), Head("实为", "Found"))
    return _block(view, "findings", Head("核对结果", "Findings"), heads, rows, **more)


# Reports


def report(view: View, iri: str) -> Sections:
    """Tables, projects, narrative figures, findings and pages of a report."""
    it = ox.NamedNode(iri)
    tables = _select(
        view,
        """SELECT ?table ?kind ?number ?unit ?empty (COUNT(?o) AS ?figures) WHERE {
          ?table mz:reportedIn ?it ; a mz:Table . OPTIONAL { ?table mz:tableKind ?kind }
          OPTIONAL { ?table mz:tableNumber ?number } OPTIONAL { ?table mz:printedUnit ?unit }
          OPTIONAL { ?table mz:isEmpty ?empty } OPTIONAL { ?o mz:table ?table }
        } GROUP BY ?table ?kind ?number ?unit ?empty ORDER BY ?number ?table""",
        it=it,
    )
    table_rows = [[view.cell(r[n]) for n in ("number", "table", "kind", "unit", "figures")] for r in tables]
    heads = (Head("序", "No.", number=True), Head("表", "Table"), Head("种类", "Kind"), Head("单位", "Unit"),
             Head("数据", "Figures", number=True))  # fmt: skip
    return [
        *_block(view, "tables", Head("预算表", "Tables"), heads, table_rows),
        *_projects(view, Head("项目", "Projects"), "?project a mz:Project ; mz:reportedIn ?it .", it),
        *_statements(view, it),
        *_findings(view, "?finding mz:reportedIn ?it .", it),
        *_pages(view, it),
    ]


def _statements(view: View, it: ox.NamedNode) -> Sections:
    query = """SELECT ?statement ?topic ?value ?unit ?page WHERE { ?statement a mz:Statement ; mz:reportedIn ?it .
      OPTIONAL { ?statement mz:topic ?topic } OPTIONAL { ?statement mz:value ?value }
      OPTIONAL { ?statement mz:unit ?unit }
      OPTIONAL { ?statement prov:wasDerivedFrom ?page } } ORDER BY ?topic ?statement"""
    rows = [[view.cell(r[n]) for n in ("statement", "value", "unit", "page")] for r in _select(view, query, it=it)]
    heads = (Head("内容", "Topic"), Head("数值", "Value", number=True), Head("单位", "Unit"), Head("出处", "Page"))
    return _block(view, "statements", Head("文字说明中的数据", "Figures of the narrative"), heads, rows)


def _pages(view: View, it: ox.NamedNode) -> Sections:
    query = """SELECT ?page ?number (COUNT(DISTINCT ?s) AS ?n) WHERE { ?page dcterms:isPartOf ?it ;
      mz:pageNumber ?number .
      OPTIONAL { ?s prov:wasDerivedFrom ?page } } GROUP BY ?page ?number ORDER BY ?number ?page"""
    rows = []
    for r in _select(view, query, it=it):
        page, text = _iri(r["page"]), view.label(_iri(r["page"]))
        taken = f"SELECT ?item WHERE {{\n  ?item <http://www.w3.org/ns/prov#wasDerivedFrom> <{page}> .\n}}"
        count = Cell(view.cell(r["n"]).text, view.local("sparql", query=taken))
        rows.append([Cell(text, anchor=page.partition("#")[2]), count])
    heads = (Head("页", "Page"), Head("取自此页", "Taken from it", number=True))
    return _block(view, "pages", Head("页", "Pages"), heads, rows)


# Bodies


def body(view: View, iri: str) -> Sections:
    """Reports, units, projects and spending of a body."""
    it = ox.NamedNode(iri)
    reports = _select(
        view,
        """SELECT ?report ?year ?stage ?scope WHERE { ?report mz:reportingBody ?it ; a mz:Report .
        OPTIONAL { ?report mz:fiscalYear ?year } OPTIONAL { ?report mz:stage ?stage }
        OPTIONAL { ?report mz:scope ?scope } } ORDER BY DESC(?year) ?report""",
        it=it,
    )
    report_rows = [[view.cell(r[n]) for n in ("report", "year", "stage", "scope")] for r in reports]
    heads = (Head("报告", "Report"), YEAR, Head("阶段", "Stage"), Head("范围", "Scope"))
    units = _select(view, "SELECT DISTINCT ?unit WHERE { ?unit org:subOrganizationOf ?it } ORDER BY ?unit", it=it)
    of_body = "{ ?project mz:administeredBy ?it } UNION { ?project mz:implementedBy ?it } ?project a mz:Project ."
    return [
        *_block(view, "reports", Head("公开报告", "Reports"), heads, report_rows),
        *_block(view, "units", Head("所属单位", "Units"), (NAME,), [[view.cell(r["unit"])] for r in units]),
        *_spending(view, it),
        *_projects(view, Head("项目", "Projects"), of_body, it, path="projects", body=iri.removeprefix(view.base)),
    ]


def _spending(view: View, it: ox.NamedNode) -> Sections:
    """Spending by function and year from the table of all expenditure: a row's figure that no other of it includes."""
    query = """SELECT ?function ?year ?amount ?observation WHERE {
      ?report mz:reportingBody ?it . ?table mz:reportedIn ?report .
      ?table mz:tableKind <https://w3id.org/mingzhang/code/table/expenditure> .
      ?observation mz:table ?table ; mz:functionCode ?function ; mz:fiscalYear ?year ; mz:amount ?amount .
      FILTER NOT EXISTS { ?observation mz:partOfColumn ?whole }
    } ORDER BY DESC(?year) ?function ?observation"""
    found = _select(view, query, it=it)
    rows = [[_code(view, r["function"]), view.cell(r["year"]), _figure(view, r)] for r in found]
    heads = (Head("支出功能分类", "Function"), YEAR, Head("金额", "Amount", number=True))
    return _block(view, "spending", Head("按功能分类的支出", "Spending by function"), heads, rows)


def _code(view: View, concept: Node | None) -> Cell:
    """A concept with its notation before its name."""
    cell = view.cell(concept)
    notation = _iri(concept).rsplit("/", 1)[-1]
    return cell if cell.text == notation else Cell(f"{notation} {cell.text}", cell.href)


def _figure(view: View, row: Row) -> Cell:
    """An amount that leads to its own page, and so to the page it is printed on."""
    cell = view.money(row["amount"])
    return Cell(yuan=cell.yuan, href=view.link(_iri(row["observation"])))


# Projects


def project(view: View, iri: str) -> Sections:
    """Money by source, texts with citations marked, indicators of both horizons, budget rows and findings."""
    it = ox.NamedNode(iri)
    lines = _select(
        view,
        """SELECT ?observation ?table ?amount WHERE { ?it mz:budgetLine ?observation . ?observation mz:amount ?amount .
        OPTIONAL { ?observation mz:table ?table } } ORDER BY ?observation""",
        it=it,
    )
    line_rows = [[view.cell(r["observation"]), view.cell(r["table"]), _figure(view, r)] for r in lines]
    line_heads = (Head("预算行", "Row"), Head("表", "Table"), Head("金额", "Amount", number=True))
    return [
        *_money(view, it),
        *_citations(view, "?project mz:hasCitation ?citation . FILTER(?project = ?it)", it),
        *_indicators(view, it),
        *_block(view, "lines", Head("预算表中的行", "Rows in the budget tables"), line_heads, line_rows),
        *_findings(view, "?finding mz:concerns ?it .", it),
    ]


def _money(view: View, it: ox.NamedNode) -> Sections:
    query = """SELECT ?source ?label ?annual ?a ?whole ?w WHERE {
      { SELECT DISTINCT ?source ?label WHERE {
        ?it mz:hasAppropriation ?any . ?any mz:fundingSource ?source ; rdfs:label ?label } }
      OPTIONAL { ?it mz:hasAppropriation ?a . ?a mz:fundingSource ?source ; rdfs:label ?label ; mz:amount ?annual ;
                 mz:horizon <https://w3id.org/mingzhang/code/horizon/annual> }
      OPTIONAL { ?it mz:hasAppropriation ?w . ?w mz:fundingSource ?source ; rdfs:label ?label ; mz:amount ?whole ;
                 mz:horizon <https://w3id.org/mingzhang/code/horizon/implementation> }
    } ORDER BY ?source ?label"""
    rows = []
    for r in _select(view, query, it=it):
        annual, whole = view.money(r["annual"]), view.money(r["whole"])
        links = (view.link(_iri(r["a"])), view.link(_iri(r["w"])))
        money = [Cell(c.text, link, c.yuan) for c, link in zip((annual, whole), links, strict=True)]
        rows.append([view.cell(r["label"]), view.cell(r["source"]), *money])
    heads = (Head("印刷名称", "As printed"), Head("资金来源", "Source"), ANNUAL, TOTAL)
    return _block(view, "money", Head("资金安排", "Money by source"), heads, rows)


def _indicators(view: View, it: ox.NamedNode) -> Sections:
    query = """SELECT ?indicator ?kind ?horizon ?target WHERE { ?it mz:hasIndicator ?indicator .
      OPTIONAL { ?indicator mz:indicatorKind ?kind } OPTIONAL { ?indicator mz:horizon ?horizon }
      OPTIONAL { ?indicator mz:targetText ?target } } ORDER BY ?horizon ?kind ?indicator"""
    rows = [[view.cell(r[n]) for n in ("kind", "indicator", "target", "horizon")] for r in _select(view, query, it=it)]
    heads = (Head("种类", "Kind"), Head("指标", "Indicator"), Head("目标值", "Target"), Head("期限", "Horizon"))
    return _block(view, "indicators", Head("绩效指标", "Indicators"), heads, rows)


def _citations(view: View, where: str, it: ox.NamedNode) -> Sections:
    query = f"""SELECT ?citation ?quote ?document ?field ?resolution WHERE {{ {where}
      OPTIONAL {{ ?citation mz:quote ?quote }} OPTIONAL {{ ?citation mz:citedDocument ?document }}
      OPTIONAL {{ ?citation mz:citedInField ?field }} OPTIONAL {{ ?citation mz:resolution ?resolution }}
    }} ORDER BY ?field ?citation"""
    rows = []
    for r in _select(view, query, it=it):
        quote = r["quote"]
        text = quote.value if isinstance(quote, ox.Literal) else view.label(_iri(r["citation"]))
        cited = Cell(text, view.link(_iri(r["citation"])))
        rows.append([cited, view.cell(r["document"]), view.cell(r["field"]), view.cell(r["resolution"])])
    heads = (
        Head("原文", "As printed"),
        Head("所引文件", "Document"),
        Head("引用字段", "Field"),
        Head("解析", "Resolution"),
    )
    return _block(view, "citations", Head("引用", "Citations"), heads, rows)


def texts(view: View, iri: str) -> list[tuple[str, Cell]]:
    """The texts of a project with its citations marked and linked, in the order of their fields."""
    query = """SELECT ?field ?kind ?text WHERE { ?it mz:hasField ?field . ?field mz:field ?kind ; mz:text ?text }
      ORDER BY ?kind ?field"""
    found = []
    for r in _select(view, query, it=ox.NamedNode(iri)):
        text = r["text"]
        if isinstance(text, ox.Literal):
            cell = Cell(text.value, parts=_marked(view, iri, _iri(r["field"]), _iri(r["kind"]), text.value))
            found.append((view.label(_iri(r["kind"])), cell))
    return found


def _marked(view: View, iri: str, field: str, kind: str, text: str) -> tuple[tuple[str, str | None], ...]:
    """The text cut where a citation of that field begins and ends: by its span, else where its quote stands first.

    A field printed twice with different words is two texts of one kind, each with its own citations.
    """
    query = """SELECT ?citation ?quote ?document ?start ?end WHERE {
      ?it mz:hasCitation ?citation . ?citation mz:citedInField ?kind ; mz:quote ?quote .
      OPTIONAL { ?citation oa:hasTarget ?target } FILTER(!BOUND(?target) || ?target = ?text)
      OPTIONAL { ?citation mz:citedDocument ?document }
      OPTIONAL { ?citation mz:span ?span . ?span oa:start ?start ; oa:end ?end } } ORDER BY ?citation"""
    spans: list[tuple[int, int, str | None]] = []
    prefix = "PREFIX oa: <http://www.w3.org/ns/oa#>\n"
    for r in view.rows(_HEAD + prefix + query, it=ox.NamedNode(iri), kind=ox.NamedNode(kind), text=ox.NamedNode(field)):
        quote, start, end = r["quote"], r["start"], r["end"]
        if isinstance(start, ox.Literal) and isinstance(end, ox.Literal):
            first, last = int(start.value), int(end.value)
        else:
            quoted = quote.value if isinstance(quote, ox.Literal) else ""
            first = text.find(quoted)
            last = first + len(quoted)
        if 0 <= first < last <= len(text):
            spans.append((first, last, view.link(_iri(r["document"]) or _iri(r["citation"]))))
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


# Documents


def law(view: View, iri: str) -> Sections:
    """Who cites a document, and with how much money."""
    it = ox.NamedNode(iri)
    cites = "?project mz:hasCitation/mz:citedDocument ?it ."
    # By year, stage and scope: a project can stand in its unit's and in its department's report, in budget and account.
    sums = _select(
        view,
        f"""SELECT ?year ?stage ?scope (COUNT(?project) AS ?projects) (COUNT(?money) AS ?known) (SUM(?money) AS ?sum)
        WHERE {{ {{ SELECT DISTINCT ?project WHERE {{ {cites} }} }} ?project mz:reportedIn ?report .
        ?report mz:fiscalYear ?year ; mz:stage ?stage ; mz:scope ?scope . OPTIONAL {{ ?project mz:annualAmount ?money }}
        }} GROUP BY ?year ?stage ?scope ORDER BY DESC(?year) ?stage ?scope""",
        it=it,
    )
    rows = [[*(view.cell(r[n]) for n in ("year", "stage", "scope", "projects", "known")), _sum(view, r)] for r in sums]
    heads = (YEAR, Head("阶段", "Stage"), Head("范围", "Scope"), Head("项目数", "Projects", number=True),
             Head("有年度金额的", "With an annual amount", number=True), ANNUAL)  # fmt: skip
    mentions = "?citation mz:citedDocument ?document . FILTER(?document = ?it)"
    return [
        *_block(view, "sum", Head("引用它的项目合计", "Projects citing it, in sum"), heads, rows),
        *_projects(view, Head("引用它的项目", "Projects that cite it"), cites, it),
        *_citations(view, mentions, it),
    ]


def _sum(view: View, row: Row) -> Cell:
    """A sum, none where no amount went into it: SUM of nothing is 0, which nobody printed."""
    known = row["known"]
    return view.money(row["sum"]) if isinstance(known, ox.Literal) and known.value != "0" else BLANK


# Tables


def table(view: View, iri: str) -> Sections:
    """The table as it is printed: its figures by row and column."""
    query = """SELECT ?observation ?row ?column ?label ?heading ?code ?organization ?amount WHERE {
      ?observation mz:table ?it ; mz:row ?row ; mz:column ?column ; mz:amount ?amount .
      OPTIONAL { ?observation mz:rowLabel ?label } OPTIONAL { ?observation mz:heading ?heading }
      OPTIONAL { ?observation mz:functionCode|mz:economicCode|mz:revenueCode ?code }
    } ORDER BY ?row ?column"""
    found = view.rows(_HEAD + query, it=ox.NamedNode(iri))
    columns: dict[int, str] = {}
    grid: dict[int, dict[int, Cell]] = {}
    labels: dict[int, Cell] = {}
    for r in found:
        row, column = (int(t.value) if isinstance(t := r[n], ox.Literal) else 0 for n in ("row", "column"))
        heading, label = r["heading"], r["label"]
        columns.setdefault(column, heading.value if isinstance(heading, ox.Literal) else str(column))
        grid.setdefault(row, {})[column] = _figure(view, r)
        code = _iri(r["code"]).rsplit("/", 1)[-1]
        labels.setdefault(row, Cell(f"{code} {label.value if isinstance(label, ox.Literal) else ''}".strip()))
    order = sorted(columns)
    heads = (Head("行", "Row"), *(Head(columns[c], columns[c], number=True) for c in order))
    rows = [[labels[row], *(grid[row].get(c, BLANK) for c in order)] for row in sorted(grid)]
    if not rows:
        return []
    return [Block("figures", Head("表中数据", "Figures"), heads, rows)]


def indicator(view: View, iri: str) -> Sections:
    """The project of an indicator, and other targets of the same name."""
    it = ox.NamedNode(iri)
    owners = _select(view, "SELECT ?project WHERE { ?project mz:hasIndicator ?it }", it=it)
    query = """SELECT DISTINCT ?other ?target ?project WHERE {
      ?it rdfs:label ?name . ?other rdfs:label ?name ; a mz:Indicator .
      FILTER(?other != ?it) OPTIONAL { ?other mz:targetText ?target } OPTIONAL { ?project mz:hasIndicator ?other } }
      ORDER BY ?other"""
    rows = [[view.cell(r[n]) for n in ("other", "target", "project")] for r in _select(view, query, it=it)]
    heads = (Head("指标", "Indicator"), Head("目标值", "Target"), Head("项目", "Project"))
    return [
        *_block(view, "project", Head("所属项目", "Project"), (NAME,), [[view.cell(r["project"])] for r in owners]),
        *_block(view, "same", Head("同名指标", "Targets of the same name"), heads, rows),
    ]


SECTIONS: dict[str, Callable[[View, str], Sections]] = {
    "report": report,
    "org": body,
    "project": project,
    "law": law,
    "table": table,
    "indicator": indicator,
}
# Shown as sections of their own, so not among the facts.
HIDDEN: dict[str, frozenset[str]] = {
    "report": frozenset(MZ + n for n in ("hasEvidence",)),
    "project": frozenset(MZ + n for n in ("hasAppropriation", "hasIndicator", "hasCitation", "hasField", "budgetLine")),
}
ALWAYS_HIDDEN = frozenset({terms.RDFS + "label"})
