"""The page of a project: money by source, texts with citations marked, targets, and its like elsewhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest

import pyoxigraph as ox

from server.pages.blocks import BLANK, Block, Cell, EntityPage, Fact, Head, Picture, money, sum_of
from server.pages.terms import MZ, RDFS, Node
from server.pages.view import Row, View, iri_of, notation_of, text_of, yuan_of

YEAR = Head("年度", "Year", sort="year")
ANNUAL = Head("年度金额（万元）", "Annual (10k yuan)", number=True, sort="annual")
TOTAL = Head("实施期金额（万元）", "Whole period (10k yuan)", number=True, sort="total")
BODY, UNIT, PAGE = Head("部门", "Department"), Head("单位", "Unit"), Head("出处", "Printed on")
CONCERNS, LABEL = ox.NamedNode(MZ + "concerns"), ox.NamedNode(RDFS + "label")
_START, _END = (ox.NamedNode(f"http://www.w3.org/ns/oa#{name}") for name in ("start", "end"))


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
            *citations(view, view.parts(iri, "hasCitation"), of_project=True),
            *_neighbours(view, it),
            *findings(view, view.pointing(iri, CONCERNS)),
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
    printed: dict[tuple[str, str], dict[str, list[Cell]]] = {}  # (source, printed name) → horizon → its sums
    for one in view.parts(it.value, "hasAppropriation"):
        amount, horizon = view.value(one, "amount"), notation_of(view.value(one, "horizon"))
        for source in view.parts(one, "fundingSource"):
            of_source = printed.setdefault((source, view.label(one)), {})
            of_source.setdefault(horizon, []).append(view.figure(amount, ox.NamedNode(one)))
    rows = [
        [Cell(name), view.cell(ox.NamedNode(source)), annual, whole]
        for (source, name), sums in sorted(
            printed.items(), key=lambda one: (_level(notation_of(ox.NamedNode(one[0][0]))), one[0])
        )
        for annual, whole in zip_longest(
            sums.get("annual", [BLANK]), sums.get("implementation", [BLANK]), fillvalue=BLANK
        )
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
    (Head("实际完成", "Reached"), "actualText"),
    (Head("分值", "Weight", number=True), "weight"),
    (Head("得分", "Score", number=True), "score"),
    (Head("偏差原因", "Deviation"), "deviation"),
)


def _indicators(view: View, it: ox.NamedNode) -> list[Block]:
    """Targets of the year and of the whole period side by side, with what was reached: a row for each kind and name."""
    grouped: dict[tuple[str, str], dict[str, list[str]]] = {}
    every = view.parts(it.value, "hasIndicator")
    for one in every:
        name = next((text_of(label) for label in view.values(ox.NamedNode(one), LABEL)), "")
        horizons = grouped.setdefault(
            (iri_of(view.value(one, "indicatorKind")), name), {"annual": [], "implementation": []}
        )
        horizons.setdefault(notation_of(view.value(one, "horizon")), []).append(one)
    told = [(head, name) for head, name in _RESULTS if any(view.value(one, name) for one in every)]
    rows = [
        [
            view.cell(ox.NamedNode(kind)) if kind else BLANK,
            Cell(name, view.local("indicators", q=name)) if name else BLANK,
            _target(view, annual),
            _target(view, whole),
            *(_result(view, annual or whole, name, head.number) for head, name in told),
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


def _target(view: View, indicator: str | None) -> Cell:
    if indicator is None:
        return BLANK
    text = text_of(view.value(indicator, "targetText"))
    return Cell(text or view.t("（空白）", "(blank)"), view.link(indicator))


def _result(view: View, indicator: str | None, name: str, number: bool) -> Cell:
    text = text_of(view.value(indicator, name)) if indicator else ""
    return Cell(text, number=number) if text else BLANK


def _lines(view: View, it: ox.NamedNode) -> list[Block]:
    rows = [
        [
            view.cell(view.value(one, "table")),
            Cell(text_of(view.value(one, "rowLabel"))),
            view.figure(view.value(one, "amount"), ox.NamedNode(one)),
            view.source(one),
        ]
        for one in view.first(view.parts(it.value, "budgetLine"))
    ]
    heads = (Head("预算表", "Table"), Head("行", "Row"), Head("金额（万元）", "Amount (10k yuan)", number=True), PAGE)
    return view.section(Block("lines", Head("预算表中的行", "Rows in the budget tables"), heads, rows))


# What other pages show of projects too


def largest(view: View, where: str, **bound: Node) -> list[str]:
    """Projects that a pattern binds as ?project, those with the most annual money first."""
    query = f"""SELECT DISTINCT ?project ?annual WHERE {{ {where} OPTIONAL {{ ?project mz:annualAmount ?annual }} }}
      ORDER BY DESC(?annual) ?project"""
    return in_order(view.section_rows(query, **bound))


def in_order(rows: Iterable[Row]) -> list[str]:
    """The projects of some rows with ?project and ?annual in that order; other rows are passed over."""
    found = {
        iri_of(r["project"]): yuan_of(r["annual"]) for r in rows if r["project"] is not None and iri_of(r["project"])
    }
    return sorted(found, key=lambda one: (found[one] is None, -(found[one] or 0), one))


def projects_block(
    view: View, title: Head, found: list[str], *, anchor: str = "projects", more: str | None = None,
    total: int | None = None, one_body: bool = False,
) -> list[Block]:  # fmt: skip
    """A section of projects in this order; `one_body`: all of the body that the page is about."""
    found = view.first(found)
    report_of = {one: iri_of(view.value(one, "reportedIn")) for one in found}
    kinds = {one: _report_kind(view, one) for one in report_of.values()}
    rows = [
        [
            view.cell(ox.NamedNode(one)),
            *(
                []
                if one_body
                else [view.cell(view.value(report_of[one], "reportingBody")) if report_of[one] else BLANK]
            ),
            Cell(
                text_of(view.value(one, "fiscalYear")),
                note=kinds[report_of[one]] if len(set(kinds.values())) > 1 else "",
            ),
            *(money(yuan_of(view.value(one, name))) for name in ("annualAmount", "totalAmount")),
            view.source(one),
        ]
        for one in found
    ]
    body = () if one_body else (Head("机构", "Body"),)
    heads = (Head("项目", "Project"), *body, YEAR, ANNUAL, TOTAL, PAGE)
    return view.section(Block(anchor, title, heads, rows, more=more, total=total))


def documents_block(view: View, title: Head, found: Iterable[Row], *, folded: bool = False) -> list[Block]:
    """A section of documents with how many projects cite each, of those rows that have `?document ?projects`."""
    rows = [
        [
            view.cell(r["document"]),
            view.cell(view.value(iri_of(r["document"]), "documentNumber")),
            view.cell(r["projects"]),
        ]
        for r in found
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
    return projects_block(view, title, largest(view, where, it=it), anchor="same")


def _siblings(view: View, it: ox.NamedNode) -> list[Block]:
    inside = view.within(view.graphs_of(it.value))
    rows = [
        [
            view.cell(ox.NamedNode(one)),
            view.cell(view.value(one, "implementedBy")),
            money(yuan_of(view.value(one, "annualAmount"))),
        ]
        for one in largest(inside, "?project a mz:Project . FILTER(?project != ?it)", it=it)
    ]
    title = Head("同一报告中的其他项目", "Other projects of this report")
    return view.section(Block("siblings", title, (Head("项目", "Project"), UNIT, ANNUAL), rows, folded=True))


def findings(view: View, found: Iterable[str], more: str | None = None, total: int | None = None) -> list[Block]:
    """A section of some findings, in the order of their IRIs."""
    rows = [
        [
            view.cell(view.value(one, "severity")),
            view.cell(ox.NamedNode(one)),
            _all_of([view.cell(thing) for thing in view.all(one, "concerns")]),
            view.source(one),
        ]
        for one in view.first(sorted(found))
    ]
    heads = (Head("程度", "Severity"), Head("核对结果", "Finding"), Head("涉及", "Concerns"), PAGE)
    return view.section(
        Block("findings", Head("核对结果", "Findings"), heads, rows, more=more, folded=len(rows) > 15, total=total)
    )


def _all_of(cells: list[Cell]) -> Cell:
    """Several things as one cell."""
    return cells[0] if len(cells) == 1 else Cell(values=tuple(cells)) if cells else BLANK


def citations(
    view: View, found: Iterable[str], owners: Mapping[str, Node | None] | None = None, *, of_project: bool = False
) -> list[Block]:
    """A section of some citations: as printed, what they mean, how surely, where they stand.

    `owners`: citation → the project that it is of, of no need where all are `of_project`.
    """
    rows = []
    for one in view.first(sorted(found, key=lambda one: (iri_of(view.value(one, "citedInField")), one))):
        quote = text_of(view.value(one, "quote")) or view.label(one)
        other = view.value(one, "citedDocument") if of_project else (owners or {}).get(one)
        rows.append([Cell(quote, view.link(one)), view.cell(other), view.cell(view.value(one, "citedInField")),
                     view.cell(view.value(one, "resolution")), view.source(one)])  # fmt: skip
    other_head = Head("所引文件", "Document") if of_project else Head("项目", "Project")
    heads = (Head("引文", "As printed"), other_head, Head("引用字段", "Field"), Head("解析", "Resolution"), PAGE)
    return view.section(Block("citations", Head("引用", "Citations"), heads, rows))


# Texts


def texts(view: View, iri: str) -> list[tuple[str, Cell, Cell]]:
    """The texts of a project with its citations marked and linked, in the order of their fields."""
    kinds = [(iri_of(view.value(field, "field")), field) for field in view.parts(iri, "hasField")]
    cited = _citations_by_field(view, iri) if kinds else {}
    found = []
    for kind, field in sorted(kinds):
        text = view.value(field, "text")
        if text is None:
            continue
        parts = _marked(view, cited.get(kind, ()), text_of(text))
        cell = Cell(text_of(text), parts=parts, anchor=field.partition("#")[2] or None)
        found.append((view.label(kind), cell, view.source(field)))
    return found


def _citations_by_field(view: View, iri: str) -> dict[str, list[str]]:
    """Kind of field → the citations in it."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in view.parts(iri, "hasCitation"):
        found[iri_of(view.value(one, "citedInField"))].append(one)
    return found


def _marked(view: View, cited: Sequence[str], text: str) -> tuple[tuple[str, str | None], ...]:
    """The text cut where a citation of that field begins and ends: by its span, else where its quote stands first."""
    spans: list[tuple[int, int, str | None]] = []
    for one in cited:
        quoted, (start, end) = text_of(view.value(one, "quote")), _span(view, one)
        first = int(start) if start else text.find(quoted)
        last = int(end) if end else first + len(quoted)
        if quoted and 0 <= first < last <= len(text):
            spans.append((first, last, view.link(iri_of(view.value(one, "citedDocument")) or one)))
    return tuple(_cut(text, sorted(spans, key=lambda span: span[:2])))


def _span(view: View, citation: str) -> tuple[str, str]:
    """Where a citation begins and ends in the text of its field; empty where that is not known."""
    for span in view.parts(citation, "span"):
        start, end = ("".join(map(text_of, view.values(ox.NamedNode(span), one))) for one in (_START, _END))
        if start and end:
            return start, end
    return "", ""


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
      ORDER BY ?document ?other LIMIT 1000"""  # sixty things make fewer pairs
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
