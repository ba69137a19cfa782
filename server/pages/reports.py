"""The pages of a report, of one page of it, of a table as it is printed, and of one figure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyoxigraph as ox

from server.pages import printed, spending
from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, money
from server.pages.projects import CONCERNS, findings, largest, projects_block
from server.pages.terms import DCTERMS, MZ
from server.pages.view import Row, View, iri_of, notation_of, text_of, yuan_of

_COUNT = Head("数据", "Figures", number=True)
_PRINTED = Head("出处", "Printed on")
_PREV, _NEXT = ("上一张表", "table before"), ("下一张表", "table after")


def report(view: View, iri: str) -> EntityPage:
    """Everything that a reader wants of a report."""
    it, inside, short = ox.NamedNode(iri), view.within(view.graphs_of(iri)), iri.removeprefix(view.base)
    counts, pages = _counts(inside)
    projects = projects_block(
        inside, Head("项目", "Projects"), largest(inside, "?project a mz:Project ."),
        more=view.local("projects", report=short), total=counts["Project"], one_body=True,
    )  # fmt: skip
    return EntityPage(
        facts=_facts(view, iri),
        figures=_figures(counts),
        above=[view.cell(view.value(iri, "reportingBody"))],
        sections=[
            *_tables(inside),
            *spending.by_function(view, spending.lines(inside)),
            *projects,
            *_folded(inside, it, counts, pages),
            *_unread(view, iri),
            *_other_reports(view, iri),
        ],
        schema={
            "@type": "Report",
            "name": view.label(iri),
            "url": iri,
            "temporalCoverage": text_of(view.value(iri, "fiscalYear")),
        },
    )


def _facts(view: View, iri: str) -> list[Fact]:
    counts = [(name, text_of(view.value(iri, f"{name}Count"))) for name in ("ignored", "unread", "fault")]
    words = {
        "ignored": ("不作数据的文字", "passed over for a reason"),
        "unread": ("没有读懂的", "not read"),
        "fault": ("读不出的页", "unreadable"),
    }
    read = [Cell(f"{view.t(*words[name])}: {count}") for name, count in counts if count]
    return [
        *view.property_fact("机构", "Body", iri, "reportingBody"),
        *view.property_fact("年度", "Year", iri, "fiscalYear"),
        *view.property_fact("阶段", "Stage", iri, "stage"),
        *view.property_fact("范围", "Scope", iri, "scope"),
        *view.fact("原文件", "Source file", *(c for s in view.all(iri, "hasSource") for c in _file(view, iri_of(s)))),
        *view.fact("取代了", "Supersedes", *_superseded(view, iri)),
        *view.fact("读取情况", "Reading", *read),
    ]


def _superseded(view: View, iri: str) -> list[Cell]:
    """Older versions of the report that the build was given too: the file, and how many of its figures differ."""
    digests = {text_of(view.value(iri_of(source), "sourceDigest")) for source in view.all(iri, "hasSource")}
    found = [one for one in view.release.manifest.get("refused", ()) if one.get("supersededBy") in digests]
    return [
        Cell(one["file"], note=view.t(f"{one['differing']}个数不同", f"figures that differ: {one['differing']}"))
        for one in found
    ]


def _file(view: View, iri: str) -> list[Cell]:
    """A source file: its name, pages and digest, by which a copy is known; it leads to where it was published."""
    name, digest = text_of(view.value(iri, "fileName")), text_of(view.value(iri, "sourceDigest"))
    pages, check = text_of(view.value(iri, "pageCount")), f"SHA-256 {digest}"
    published = [one.value for one in view.values(ox.NamedNode(iri), _SOURCE) if isinstance(one, ox.NamedNode)]
    address = next((one for one in published if one.startswith(("http://", "https://"))), None)
    return [
        Cell(f"{name}", address, note=view.t(f"{pages}页 · {check}", f"{pages} page{'s' * (pages != '1')} · {check}"))
    ]


def _unread(view: View, iri: str) -> list[Block]:
    """What was not read, with its page: neither a value nor passed over for a reason."""
    digests = [text_of(view.value(iri_of(source), "sourceDigest")) for source in view.all(iri, "hasSource")]
    rows = [
        [Cell(text), Cell(view.t(f"第{number}页", f"page {number}"), view.link(f"{iri}#page={number}"))]
        for number, text in printed.unread(view, digests)
    ]
    title = Head("没有读懂的", "Not read")
    return view.section(Block("unread", title, (Head("文字", "Text"), _PRINTED), rows, folded=True))


def _folded(inside: View, it: ox.NamedNode, counts: Counter[str], pages: Mapping[str, Counter[str]]) -> list[Block]:
    """What most readers leave closed: shorter, so that the page stays light."""
    more = inside.local("quality", report=it.value.removeprefix(inside.base))
    inside.section_size = 25
    found = inside.rows(f"""SELECT ?finding ?statement ?topic WHERE {{
      {{ SELECT DISTINCT ?finding WHERE {{ ?finding a mz:Finding }} ORDER BY ?finding {inside.limit} }}
      UNION {{ SELECT DISTINCT ?statement ?topic WHERE {{ ?statement a mz:Statement .
        OPTIONAL {{ ?statement mz:topic ?topic }} }} ORDER BY ?topic ?statement {inside.limit} }} }}""")
    told = findings(inside, filter(None, (iri_of(r["finding"]) for r in found)), more=more, total=counts["Finding"])
    stated = sorted((iri_of(r["topic"]), iri_of(r["statement"])) for r in found if r["statement"])
    return [*told, *_statements(inside, [one for _, one in stated], counts["Statement"]), *_pages(inside, it, pages)]


def _counts(inside: View) -> tuple[Counter[str], Mapping[str, Counter[str]]]:
    """How many things a report states of each kind, and page → how many of each are printed there."""
    kinds = " ".join(f"<{MZ}{kind}>" for kind in {*_COUNTED, *(kind for kind, *_ in _TAKEN)})
    found = inside.rows(f"""SELECT ?page ?type ?n WHERE {{
      {{ SELECT ?type (COUNT(DISTINCT ?s) AS ?n) WHERE {{ VALUES ?type {{ {kinds} }} ?s a ?type }} GROUP BY ?type }}
      UNION {{ SELECT ?page ?type (COUNT(DISTINCT ?s) AS ?n) WHERE {{ VALUES ?type {{ {kinds} }} ?s a ?type ;
        prov:wasDerivedFrom ?page }} GROUP BY ?page ?type }} }}""")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for r in found:
        counted[iri_of(r["page"])][iri_of(r["type"]).removeprefix(MZ)] = int(text_of(r["n"]))
    return counted[""], counted


def _figures(counts: Counter[str]) -> list[Fact]:
    kinds = (("Table", "tables", "表", "Tables"), ("Project", "projects", "项目", "Projects"),
             ("Observation", "tables", "表中数据", "Figures"),
             ("Finding", "findings", "核对结果", "Findings"))  # fmt: skip
    return [
        Fact(Head(zh, en), (Cell(f"{counts[kind]:,}", f"#{anchor}" if counts[kind] else None),))
        for kind, anchor, zh, en in kinds
    ]


def _tables(view: View) -> list[Block]:
    found = view.rows("""SELECT ?table ?figures ?total ?amount WHERE {
      { SELECT ?table (COUNT(DISTINCT ?o) AS ?figures) WHERE { ?table a mz:Table . OPTIONAL { ?o mz:table ?table } }
        GROUP BY ?table }
      UNION { SELECT DISTINCT ?table ?total ?amount WHERE {
        ?total mz:isTotal true ; mz:table ?table ; mz:amount ?amount .
        FILTER NOT EXISTS { ?total mz:partOfRow ?w } FILTER NOT EXISTS { ?total mz:partOfColumn ?w } } } }""")
    totals = _printed_totals(view, found)
    counted = {iri_of(r["table"]): r["figures"] for r in found if r["figures"] is not None}
    rows = []
    for table in view.first(sorted(filter(None, counted), key=lambda one: _table_place(view, one))):
        empty = text_of(view.value(table, "isEmpty")) == "true"
        figures = Cell(view.t("空表", "empty")) if empty else view.cell(counted[table])
        number, kind, unit = (
            view.cell(view.value(table, name)) for name in ("tableNumber", "tableKind", "printedUnit")
        )
        rows.append([number, view.cell(ox.NamedNode(table)), kind, unit, totals.get(table, BLANK), figures,
                     view.source(table)])  # fmt: skip
    heads = (Head("序", "No.", number=True), Head("表", "Table"), Head("种类", "Kind"), Head("单位", "Unit"),
             Head("合计（万元）", "Total (10k yuan)", number=True), _COUNT, Head("出处", "Printed on"))  # fmt: skip
    return view.section(Block("tables", Head("预算表", "Tables"), heads, rows))


def _table_place(view: View, table: str) -> tuple[int, str]:
    """Where a table stands among those of its report: by its number, those without one first."""
    return int(text_of(view.value(table, "tableNumber")) or -1), table


def _printed_totals(view: View, found: Sequence[Row]) -> dict[str, Cell]:
    """Of each table that has exactly one, the total that no other figure includes."""
    cells: dict[str, list[Cell]] = {}
    for r in found:
        if r["total"] is not None:
            cells.setdefault(iri_of(r["table"]), []).append(view.figure(r["amount"], r["total"]))
    return {table: some[0] for table, some in cells.items() if len(some) == 1}


def _statements(view: View, found: Sequence[str], total: int) -> list[Block]:
    rows = [
        [
            view.cell(ox.NamedNode(one)),
            Cell(f"{text_of(view.value(one, 'value'))} {text_of(view.value(one, 'unit'))}".strip(), number=True),
            view.source(one),
        ]
        for one in found
    ]
    heads = (Head("内容", "Topic"), Head("数值", "Value", number=True), Head("出处", "Printed on"))
    title = Head("文字说明中的数据", "Figures of the narrative")
    return view.section(Block("statements", title, heads, rows, folded=True, total=total))


_COUNTED = ("Table", "Project", "Observation", "Finding", "Statement")  # of a report as a whole
_TAKEN = (("Observation", "表中数据", "Figures"), ("Statement", "文字说明", "Statements"),
          ("Project", "项目", "Projects"), ("Indicator", "指标", "Targets"),
          ("Citation", "引用", "Citations"))  # fmt: skip


def _pages(view: View, it: ox.NamedNode, counted: Mapping[str, Counter[str]]) -> list[Block]:
    rows = [
        [
            Cell(view.label(page), view.link(page)),
            *(Cell(str(found[kind]), number=True) if found[kind] else BLANK for kind, *_ in _TAKEN),
        ]
        for page in _pages_of(view, it.value)
        for found in (counted.get(page, Counter[str]()),)
    ]
    heads = (Head("页", "Page"), *(Head(zh, en, number=True) for _, zh, en in _TAKEN))
    return view.section(
        Block("pages", Head("从每一页读出的", "What was read from each page"), heads, rows, folded=True)
    )


def _pages_of(view: View, report: str) -> list[str]:
    """The pages of a report as they are numbered."""
    numbers = {page: text_of(view.value(page, "pageNumber")) for page in view.pointing(report, _PART_OF)}
    return sorted((page for page, number in numbers.items() if number), key=lambda page: (int(numbers[page]), page))


def of_body(view: View, body: str) -> list[str]:
    """The reports of a body: the newest first, of a year the budget first."""
    found = view.pointing(body, _REPORTING_BODY)
    found.sort(key=lambda one: [iri_of(view.value(one, name)) for name in ("stage", "scope")])
    return sorted(found, key=lambda one: text_of(view.value(one, "fiscalYear")), reverse=True)


def _other_reports(view: View, iri: str) -> list[Block]:
    others = [one for one in of_body(view, iri_of(view.value(iri, "reportingBody"))) if one != iri]
    names = ("fiscalYear", "stage", "scope")
    rows = [
        [view.cell(ox.NamedNode(one)), *(view.cell(view.value(one, name)) for name in names)]
        for one in view.first(others)
    ]
    heads = (Head("报告", "Report"), Head("年度", "Year"), Head("阶段", "Stage"), Head("范围", "Scope"))
    return view.section(Block("others", Head("同一机构的其他报告", "Other reports of this body"), heads, rows))


# One page of a report


_PAGE_ROWS = 30  # of a section: a text file is one page, which holds all that a report says


def report_page(view: View, iri: str, page: str) -> EntityPage:
    """All that was read from one page: tables, figures, projects, narrative, citations, findings about them."""
    it, inside = ox.NamedNode(page), view.within(view.graphs_of(iri))
    inside.section_size = _PAGE_ROWS
    source = [c for s in view.values(it, _DERIVED) for c in _file(view, iri_of(s))]
    where = "?project a mz:Project ; prov:wasDerivedFrom ?it ."
    sections = [
        *findings(inside, _findings_of(inside, it, "prov:wasDerivedFrom")),
        *_figures_of_page(inside, it),
        *projects_block(inside, Head("项目", "Projects"), largest(inside, where, it=it)),
        *_records(inside, it),
    ]
    nothing = view.t("从这一页没有读出任何数据。", "Nothing was read from this page.")
    return EntityPage(
        message="" if sections else nothing,
        facts=[
            *view.fact("报告", "Report", view.cell(ox.NamedNode(iri))),
            *view.fact("原文件", "Source file", *source),
        ],
        above=[view.cell(view.value(iri, "reportingBody")), view.cell(ox.NamedNode(iri))],
        around=_pages_around(inside, iri, page),
        sections=sections,
    )


_SOURCE = ox.NamedNode(DCTERMS + "source")
_DERIVED = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")


_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")
_REPORTING_BODY, _BUDGET_LINE = ox.NamedNode(MZ + "reportingBody"), ox.NamedNode(MZ + "budgetLine")


def _findings_of(view: View, it: ox.NamedNode, link: str) -> list[str]:
    """The findings that concern something with this link to `it`, and those with it themselves."""
    query = f"""SELECT DISTINCT ?finding WHERE {{ {{ ?finding mz:check ?check ; {link} ?it }}
      UNION {{ ?finding mz:concerns ?about . ?about {link} ?it }} }} ORDER BY ?finding"""
    return [iri_of(r["finding"]) for r in view.section_rows(query, it=it)]


def _pages_around(view: View, iri: str, page: str) -> list[Cell]:
    return _around(view, _pages_of(view, iri), page, ("上一页", "page before"), ("下一页", "page after"))


def _around(view: View, iris: list[str], one: str, before: tuple[str, str], after: tuple[str, str]) -> list[Cell]:
    if one not in iris:
        return []
    at = iris.index(one)
    cells = [Cell(f"← {view.t(*before)}", view.link(iris[at - 1]))] if at else []
    return cells + ([Cell(f"{view.t(*after)} →", view.link(iris[at + 1]))] if at + 1 < len(iris) else [])


def _figures_of_page(view: View, it: ox.NamedNode) -> list[Block]:
    query = """SELECT DISTINCT ?observation ?table ?number ?row ?column ?label ?heading ?amount ?printed WHERE {
      ?observation prov:wasDerivedFrom ?it ; mz:table ?table ; mz:row ?row ; mz:column ?column ; mz:amount ?amount ;
      mz:printedAmount ?printed . OPTIONAL { ?table mz:tableNumber ?number }
      OPTIONAL { ?observation mz:rowLabel ?label } OPTIONAL { ?observation mz:heading ?heading }
    } ORDER BY ?number ?table ?row ?column"""
    rows = [
        [view.cell(r["table"]), Cell(text_of(r["label"])), Cell(text_of(r["heading"])),
         Cell(text_of(r["printed"]), number=True), view.figure(r["amount"], r["observation"])]
        for r in view.section_rows(query, it=it)
    ]  # fmt: skip
    heads = (Head("表", "Table"), Head("行", "Row"), Head("栏", "Column"), Head("印刷的数", "As printed", number=True),
             Head("金额（万元）", "Amount (10k yuan)", number=True))  # fmt: skip
    return view.section(Block("figures", Head("表中数据", "Figures"), heads, rows))


_RECORDS = {
    "Statement": Head("文字说明中的数据", "Figures of the narrative"),
    "Citation": Head("引用", "Citations"),
    "Indicator": Head("绩效指标", "Targets"),
}


def _records(view: View, it: ox.NamedNode) -> list[Block]:
    """What was read from a page in sections of its kind, in the order of the lines."""
    parts = [
        f"""{{ SELECT DISTINCT ?{kind.lower()} ?line WHERE {{ ?{kind.lower()} a mz:{kind} ; prov:wasDerivedFrom ?it .
          OPTIONAL {{ ?{kind.lower()} mz:line ?line }} }} ORDER BY ?line ?{kind.lower()} {view.limit} }}"""
        for kind in _RECORDS
    ]
    found = view.rows(f"SELECT ?statement ?citation ?indicator ?line WHERE {{ {' UNION '.join(parts)} }}", it=it)
    blocks = []
    for kind, title in _RECORDS.items():
        lines = {iri_of(r[kind.lower()]): r["line"] for r in found if r[kind.lower()] is not None}
        rows = [
            [view.cell(ox.NamedNode(one)), _value(view, one), view.cell(lines[one])]
            for one in sorted(lines, key=lambda one: (int(text_of(lines[one]) or -1), one))
        ]
        heads = (title, Head("内容", "Says"), Head("行", "Line", number=True))
        blocks += view.section(Block(f"{kind.lower()}s", title, heads, rows))
    return blocks


def _value(view: View, iri: str) -> Cell:
    value, unit = text_of(view.value(iri, "value")), text_of(view.value(iri, "unit"))
    if value:
        return Cell(f"{value} {unit}".strip())
    document = view.value(iri, "citedDocument")
    return (
        view.cell(document)
        if document
        else Cell(text_of(view.value(iri, "targetText")))
        if view.value(iri, "targetText")
        else BLANK
    )


# Tables and figures


def table(view: View, iri: str) -> EntityPage:
    """A table as it is printed: its figures by row and column in the printed unit."""
    report_iri = iri_of(view.value(iri, "reportedIn"))
    inside = view.within(view.graphs_of(iri))
    query = """SELECT DISTINCT ?table ?number WHERE { ?table a mz:Table .
      OPTIONAL { ?table mz:tableNumber ?number } } ORDER BY ?number ?table"""
    tables = [iri_of(r["table"]) for r in inside.rows(query)]
    unit = text_of(view.value(iri, "printedUnit"))
    return EntityPage(
        facts=[
            *view.property_fact("种类", "Kind", iri, "tableKind"),
            *view.property_fact("印刷的表号", "Printed label", iri, "tableLabel"),
            *view.fact("单位", "Unit", Cell(unit)) * bool(unit),
            *view.property_fact("表注", "Note", iri, "note"),
            *view.fact("出处", "Printed on", view.source(iri)),
        ],
        above=[view.cell(view.value(report_iri, "reportingBody")), view.cell(ox.NamedNode(report_iri))]
        if report_iri
        else [],
        around=_around(view, tables, iri, _PREV, _NEXT),
        sections=[
            *_grid(inside, iri, unit),
            *findings(view, {*_findings_of(view, ox.NamedNode(iri), "mz:table"), *view.pointing(iri, CONCERNS)}),
            *_same_table(view, iri),
        ],
        message=""
        if text_of(view.value(iri, "isEmpty")) != "true"
        else view.t("这张表没有印出数据。", "No figure is printed in this table."),
    )


_FIGURES = """SELECT DISTINCT ?observation ?row ?column ?label ?heading ?code ?level ?organization ?printed ?amount
      WHERE {
      ?observation mz:table ?it ; mz:row ?row ; mz:column ?column ; mz:amount ?amount .
      OPTIONAL { ?observation mz:printedAmount ?printed } OPTIONAL { ?observation mz:rowLevel ?level }
      OPTIONAL { ?observation mz:organization ?organization }
      OPTIONAL { ?observation mz:rowLabel ?label } OPTIONAL { ?observation mz:heading ?heading }
      OPTIONAL { ?observation mz:functionCode|mz:economicCode|mz:revenueCode ?code }
    } ORDER BY ?row ?column ?code"""


def _grid(view: View, iri: str, unit: str) -> list[Block]:
    found = view.rows(_FIGURES, it=ox.NamedNode(iri))
    columns: dict[int, str] = {}
    grid: dict[int, dict[int, Cell]] = {}
    figures: dict[int, str] = {}  # row → one of its figures, which tells its page
    stem = iri.rsplit("/", 1)[-1]  # `t3`: the page of a figure is `t3/r1-c1`, short enough for tables of hundreds
    language = "" if view.language == view.usual else f"?lang={view.language}"
    for r in found:
        row, column = int(text_of(r["row"])), int(text_of(r["column"]))
        columns.setdefault(column, text_of(r["heading"]) or str(column))
        printed = text_of(r["printed"]).removesuffix(unit) or text_of(r["amount"])
        figures.setdefault(row, iri_of(r["observation"]))
        grid.setdefault(row, {})[column] = Cell(printed, f"{stem}/r{row}-c{column}{language}", number=True)
    first, labels = _row_labels(view, found)
    heads = (*first, *(Head(columns[c], columns[c], number=True) for c in sorted(columns)), _PRINTED)
    rows = [
        [*labels[row], *(grid[row].get(c, BLANK) for c in sorted(columns)), view.source(figures[row], f"{iri}/r{row}")]
        for row in sorted(grid)
    ]
    title = Head(
        f"印刷的数（单位：{unit}）" if unit else "印刷的数", f"As printed (unit: {unit})" if unit else "As printed"
    )
    return view.section(Block("figures", title, heads, rows, whole=True))


def _row_labels(view: View, found: list[Row]) -> tuple[list[Head], dict[int, list[Cell]]]:
    """What stands before the figures: the body where there are several, the code where a row has one, the name."""
    several = len({iri_of(r["organization"]) for r in found}) > 1
    labels: dict[int, list[Cell]] = {}
    for r in found:
        indent = max(0, int(text_of(r["level"]) or 1) - 1)
        named = [Cell(notation_of(r["code"])), Cell(text_of(r["label"]), indent=indent)]
        labels.setdefault(int(text_of(r["row"])), [*([view.cell(r["organization"])] if several else []), *named])
    heads = [*([Head("机构", "Body")] if several else []), Head("代码", "Code"), Head("行", "Row")]
    if not any(cells[-2].text for cells in labels.values()):
        del heads[-2]
        for cells in labels.values():
            del cells[-2]
    return heads, labels


def rows_named(view: View, name: str) -> list[Block]:
    """The figures of all rows of one name, the newest first: whose they are, in which table and column."""
    query = """SELECT DISTINCT ?figure ?body ?year ?stage ?scope ?table ?heading ?amount WHERE {
      VALUES ?name { ?plain ?chinese } ?figure mz:rowLabel ?name ; mz:amount ?amount ; mz:reportedIn ?report .
      ?report mz:reportingBody ?body ; mz:fiscalYear ?year ; mz:stage ?stage ; mz:scope ?scope .
      OPTIONAL { ?figure mz:table ?table } OPTIONAL { ?figure mz:heading ?heading }
      } ORDER BY DESC(?year) ?body ?figure"""
    rows = [
        [
            replace(view.cell(r["body"]), note=view.label(iri_of(r["scope"]))),
            Cell(f"{text_of(r['year'])} {view.label(iri_of(r['stage']))}"),
            view.cell(r["table"]),
            Cell(text_of(r["heading"])),
            view.figure(r["amount"], r["figure"]),
            view.source(iri_of(r["figure"])),
        ]
        for r in view.section_rows(query, plain=ox.Literal(name), chinese=ox.Literal(name, language="zh"))
    ]
    heads = (Head("机构", "Body"), Head("报告", "Report of"), Head("表", "Table"), Head("栏", "Column"),
             Head("金额（万元）", "Amount (10k yuan)", number=True), _PRINTED)  # fmt: skip
    return view.section(Block("figures", Head("各表中这一行的数", "Figures of this row"), heads, rows))


def _same_table(view: View, iri: str) -> list[Block]:
    query = """SELECT DISTINCT ?other ?report ?year WHERE { ?it mz:tableKind ?kind ;
      mz:reportedIn/mz:reportingBody ?body .
      ?other mz:tableKind ?kind ; mz:reportedIn ?report . ?report mz:reportingBody ?body ; mz:fiscalYear ?year .
      FILTER(?other != ?it) } ORDER BY DESC(?year) ?other"""
    rows = [
        [view.cell(r[n]) for n in ("other", "report", "year")] for r in view.section_rows(query, it=ox.NamedNode(iri))
    ]
    heads = (Head("表", "Table"), Head("报告", "Report"), Head("年度", "Year"))
    return view.section(
        Block("same", Head("同一机构的同类表", "The same table of this body in other reports"), heads, rows)
    )


def observation(view: View, iri: str) -> EntityPage:
    """One printed figure: what its row and column mean, what it is part of and what adds up to it."""
    table_iri = view.value(iri, "table")
    it = ox.NamedNode(iri)
    printed = text_of(view.value(iri, "printedAmount"))
    note = view.t(f"印作 {printed}", f"printed {printed}") if printed else ""
    figure = Fact(Head("金额", "Amount"), (money(yuan_of(view.value(iri, "amount")), note=note),))
    codes = [
        view.code(v)
        for name in ("functionCode", "economicCode", "governmentEconomicCode", "revenueCode")
        for v in view.all(iri, name)
    ]
    return EntityPage(
        figures=[figure],
        above=[view.cell(view.value(iri, "reportedIn")), view.cell(table_iri)],
        facts=[
            *view.property_fact("行", "Row", iri, "rowLabel"),
            *view.property_fact("栏", "Column", iri, "heading"),
            *view.property_fact("机构", "Body", iri, "organization"),
            *view.property_fact("年度", "Year", iri, "fiscalYear"),
            *view.property_fact("阶段", "Stage", iri, "stage"),
            *view.fact("科目", "Code", *codes),
            *view.property_fact("资金来源", "Source of money", iri, "fundingSource"),
            *view.property_fact("支出类型", "Type of expenditure", iri, "expenditureType"),
            *view.fact("出处", "Printed on", view.source(iri)),
        ],
        sections=[
            *_parts(view, it, "partOfRow", "parts", Head("加起来等于它的各行", "Rows that add up to it")),
            *_parts(view, it, "partOfColumn", "columns", Head("加起来等于它的各栏", "Columns that add up to it")),
            *projects_block(view, Head("对应的项目", "The project of this row"), view.pointing(iri, _BUDGET_LINE)),
            *findings(view, view.pointing(iri, CONCERNS)),
        ],
    )


def _parts(view: View, it: ox.NamedNode, link: str, anchor: str, title: Head) -> list[Block]:
    query = f"""SELECT DISTINCT ?part ?label ?heading ?amount WHERE {{ ?part mz:{link} ?it ; mz:amount ?amount .
      OPTIONAL {{ ?part mz:rowLabel ?label }} OPTIONAL {{ ?part mz:heading ?heading }} }} ORDER BY ?part"""
    rows = [
        [Cell(text_of(r["label"])), Cell(text_of(r["heading"])), view.figure(r["amount"], r["part"])]
        for r in view.section_rows(query, it=it)
    ]
    heads = (Head("行", "Row"), Head("栏", "Column"), Head("金额（万元）", "Amount (10k yuan)", number=True))
    return view.section(Block(anchor, title, heads, rows))
