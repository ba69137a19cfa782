"""What bodies spend, by function and year: lines that do not overlap, printed totals, and the pictures of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from server.blocks import Block, Cell, Fact, Head, Picture, as_number, change, money, sum_of
from server.terms import CODE
from server.view import View, iri_of, notation_of, text_of, yuan_of

FUNCTION = Head("支出功能分类", "Function")
# The figures of a table of all expenditure that stand in its column of totals.
_LINES = f"""SELECT DISTINCT ?report ?table ?organization ?year ?stage ?function ?amount ?observation ?parts WHERE {{
  ?table mz:tableKind <{CODE}table/expenditure> ; mz:reportedIn ?report .
  ?observation mz:table ?table ; mz:functionCode ?function ; mz:fiscalYear ?year ; mz:stage ?stage ; mz:amount ?amount .
  OPTIONAL {{ ?observation mz:organization ?organization }}
  FILTER NOT EXISTS {{ ?observation mz:partOfColumn ?whole }}
  BIND(EXISTS {{ ?part mz:partOfRow ?observation }} AS ?parts) }} ORDER BY ?observation"""


@dataclass(frozen=True, slots=True)
class Line:
    """Spending of one functional code in one table: `leaf` where no other line of the table breaks it down."""

    report: str
    table: str
    organization: str
    year: str
    stage: str
    code: str
    yuan: Decimal
    observation: str
    leaf: bool


def lines(view: View) -> list[Line]:
    """The lines of all tables of expenditure that the view reads."""
    found = [
        Line(
            report=iri_of(r["report"]),
            table=iri_of(r["table"]),
            organization=iri_of(r["organization"]),
            year=text_of(r["year"]),
            stage=notation_of(r["stage"]),
            code=notation_of(r["function"]),
            yuan=yuan_of(r["amount"]) or Decimal(),
            observation=iri_of(r["observation"]),
            leaf=text_of(r["parts"]) in ("false", "0"),  # Virtuoso binds 0
        )
        for r in view.rows(_LINES)
    ]
    codes: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for line in found:
        codes[line.table, line.organization, line.year, line.stage].add(line.code)

    def broken_down(line: Line) -> bool:
        others = codes[line.table, line.organization, line.year, line.stage]
        return any(other != line.code and other.startswith(line.code) for other in others)

    return [replace(line, leaf=line.leaf and not broken_down(line)) for line in found]


def function_name(view: View, code: str) -> str:
    """`2080505 机关事业单位基本养老保险缴费支出`."""
    return view.code(ox.NamedNode(CODE + "function/" + code)).text


def treemap(view: View, title: Head, found: Iterable[Line]) -> Picture | None:
    """Spending as areas: classes (three digits) with their lines in them; None where there is none."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in found:
        if line.leaf and line.yuan > 0:
            sums[line.code[:3]][line.code] += line.yuan
    if not sums:
        return None
    children = [
        {"name": function_name(view, one), "href": view.local(f"code/function/{one}"),
         "children": [{"name": function_name(view, code), "value": as_number(yuan),
                       "href": view.local(f"code/function/{code}")} for code, yuan in sorted(below.items())]}
        for one, below in sorted(sums.items())
    ]  # fmt: skip
    return Picture("treemap", title, {"children": children, "unit": view.t("万元", "10k yuan")})


# One body over the years


def period(view: View, year: str, stage: str) -> Head:
    """The head of a column: 2025 预算."""
    name = view.label(f"{CODE}stage/{stage}") if stage else ""
    return Head(f"{year} {name}", f"{year} {name}", number=True)


def by_function(view: View, found: list[Line], anchor: str = "spending", title: Head | None = None) -> list[Block]:
    """Functional codes down, years and stages across, each with its change in per cent against the year before."""
    columns = sorted({(line.stage, line.year) for line in found}, key=lambda c: (c[1], c[0] != "budget"))
    table: dict[str, dict[tuple[str, str], list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in found:
        table[line.code][line.stage, line.year].append(line)
    rows = [
        [
            view.code(ox.NamedNode(CODE + "function/" + code), indent=max(0, len(code) // 2 - 1)),
            *_across(view, [_one_sum(cells.get(column, [])) for column in columns], columns, cells),
        ]
        for code, cells in sorted(table.items())
    ]
    last = [line for line in found if (line.stage, line.year) == columns[-1]] if columns else []
    head = title or Head("按功能分类的支出", "Spending by function")
    picture_title = (
        Head(f"{columns[-1][1]}年按功能分类的支出", f"Spending by function, {columns[-1][1]}") if columns else head
    )
    picture = treemap(view, picture_title, last)
    leaves = [[line for line in found if line.leaf and (line.stage, line.year) == column] for column in columns]
    foot = (
        Cell(view.t("明细合计", "Sum of the finest lines")),
        *(sum_of(Cell(yuan=line.yuan) for line in some) for some in leaves),
    )
    heads = (FUNCTION, *(period(view, year, stage) for stage, year in columns))
    return view.block(anchor, head, heads, rows, picture=picture, foot=foot, whole=True)


def _one_sum(some: list[Line]) -> Decimal | None:
    return sum((line.yuan for line in some), Decimal()) if some else None


def _across(
    view: View, sums: list[Decimal | None], columns: list[tuple[str, str]], cells: dict[tuple[str, str], list[Line]]
) -> list[Cell]:
    found: list[Cell] = []
    before: dict[str, Decimal | None] = {}
    for (stage, year), yuan in zip(columns, sums, strict=True):
        some = cells.get((stage, year), [])
        href = view.link(some[0].observation) if len(some) == 1 else None
        found.append(money(yuan, href, change=change(before.get(stage), yuan)))
        before[stage] = yuan if yuan is not None else before.get(stage)
    return found


# Totals over the years: name, kind of table, type of expenditure
_TOTALS: tuple[tuple[Head, str, str], ...] = (
    (Head("收入合计", "All revenue"), "revenue", ""),
    (Head("支出合计", "All expenditure"), "expenditure", ""),
    (Head("其中：基本支出", "of it basic"), "expenditure", "basic"),
    (Head("其中：项目支出", "of it projects"), "expenditure", "project"),
    (Head("“三公”经费", "Travel abroad, vehicles, receptions"), "three-public", ""),
)

Totals = dict[str, dict[tuple[str, str, str], list[tuple[Decimal, str]]]]


def totals(view: View, body: ox.NamedNode) -> Totals:
    """Printed totals of a body's reports: name → (year, stage, scope) → the sums with their figures, each sum once."""
    query = f"""SELECT DISTINCT ?kind ?year ?stage ?scope ?amount ?figure ?type ?topic ?whole WHERE {{
      VALUES ?kind {{ <{CODE}table/revenue> <{CODE}table/expenditure> <{CODE}table/three-public> }}
      ?report mz:reportingBody ?it ; mz:scope ?scope . ?table mz:reportedIn ?report ; mz:tableKind ?kind .
      ?figure mz:table ?table ; mz:organization ?it ; mz:amount ?amount ; mz:fiscalYear ?year ; mz:stage ?stage .
      OPTIONAL {{ ?figure mz:isTotal ?total }} OPTIONAL {{ ?figure mz:expenditureType ?type }}
      OPTIONAL {{ ?figure mz:topic ?topic }} OPTIONAL {{ ?figure mz:partOfColumn ?whole }}
      FILTER(BOUND(?total) || BOUND(?topic)) FILTER NOT EXISTS {{ ?figure mz:partOfRow ?above }} }} ORDER BY ?figure"""
    found: Totals = {}
    for r in view.rows(query, it=body):
        head = _total_of(notation_of(r["kind"]), notation_of(r["type"]), notation_of(r["topic"]), r["whole"] is None)
        yuan = yuan_of(r["amount"])
        if head is None or yuan is None:
            continue
        key = (text_of(r["year"]), notation_of(r["stage"]), notation_of(r["scope"]))
        one = found.setdefault(head.en, {}).setdefault(key, [])
        if all(yuan != known for known, _ in one):
            one.append((yuan, iri_of(r["figure"])))
    return found


def _total_of(kind: str, expenditure_type: str, topic: str, outermost: bool) -> Head | None:
    """Which of the totals a figure of a table's row of totals is."""
    if kind == "three-public":
        return _TOTALS[-1][0] if topic == "three-public" and outermost else None
    wanted = expenditure_type if kind == "expenditure" and expenditure_type else ""
    if not wanted and not outermost:
        return None
    return next((head for head, table, part in _TOTALS if (table, part) == (kind, wanted)), None)


def years_block(view: View, found: Totals) -> list[Block]:
    """The printed totals, years side by side, with changes and a picture of the lines."""
    columns = sorted({key for cells in found.values() for key in cells}, key=lambda k: (k[0], k[1] != "budget", k[2]))
    rows, series = [], []
    for head, *_ in _TOTALS:
        cells = found.get(head.en)
        if cells is None:
            continue
        row = [Cell(view.t(head.zh, head.en))]
        before: dict[tuple[str, str], Decimal] = {}
        for key in columns:
            some = cells.get(key, [])
            yuan = some[0][0] if len(some) == 1 else None
            shown = (
                money(yuan, view.link(some[0][1]), change=change(before.get(key[1:]), yuan))
                if yuan is not None
                else (
                    Cell(values=tuple(money(y, view.link(o), note=text_of(view.value(o, "heading"))) for y, o in some))
                    if some
                    else money(None)
                )
            )
            row.append(shown)
            if yuan is not None:
                before[key[1:]] = yuan
        rows.append(row)
        points = [as_number(c.yuan) if c.yuan is not None else None for c in row[1:]]
        series.append({"name": row[0].text, "values": points})
    scopes = {key[2] for key in columns}
    heads = tuple(_total_head(view, key, many=len(scopes) > 1) for key in columns)
    data: dict[str, Any] = {
        "labels": [view.t(h.zh, h.en) for h in heads],
        "series": series,
        "unit": view.t("万元", "10k yuan"),
    }
    title = Head("历年收支", "Totals over the years")
    picture = Picture("lines", title, data) if len(columns) > 1 else None
    return view.block("years", title, (Head("项目", "Total"), *heads), rows, picture=picture)


def _total_head(view: View, key: tuple[str, str, str], *, many: bool) -> Head:
    head = period(view, key[0], key[1])
    return Head(head.zh, head.en, number=True, of=view.label(f"{CODE}scope/{key[2]}") if many else "")


def large_figures(view: View, found: Totals) -> list[Fact]:
    """The newest total of each kind, for the top of a page."""
    facts = []
    for head, *_ in _TOTALS[1:4]:
        cells = found.get(head.en, {})
        if cells:
            year, stage, _scope = newest = max(cells, key=lambda k: (k[0], k[1] == "final"))
            yuan, figure = cells[newest][0]
            if len(cells[newest]) == 1:
                name = period(view, year, stage).zh
                zh, en = head.zh.removeprefix("其中："), head.en.removeprefix("of it ").lower()
                facts.append(Fact(Head(f"{name}{zh}", f"{name}: {en}"), (money(yuan, view.link(figure)),)))
    return facts


# Funds → department → project


def flow(view: View, title: Head, *, projects: int = 12) -> tuple[Picture | None, int]:
    """Annual money from its sources through bodies to projects; the picture and how many projects it covers.

    Only projects whose sources add up to their annual amount are drawn; past the largest, a body's projects are one.
    """
    query = f"""SELECT DISTINCT ?project ?report ?annual ?source ?money ?amount WHERE {{
      ?project mz:reportedIn ?report ; mz:annualAmount ?annual ; mz:hasAppropriation ?money .
      ?money mz:horizon <{CODE}horizon/annual> ; mz:fundingSource ?source ; mz:amount ?amount }}"""
    parts: dict[tuple[str, str, Decimal], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    bodies: dict[str, str] = {}
    for r in view.rows(query):
        report = iri_of(r["report"])
        body = bodies.setdefault(report, iri_of(view.value(report, "reportingBody")))
        key = (body, iri_of(r["project"]), yuan_of(r["annual"]) or Decimal())
        parts[key][iri_of(r["source"])] += yuan_of(r["amount"]) or Decimal()
    whole = {key: sources for key, sources in parts.items() if key[2] > 0 and sum(sources.values()) == key[2]}
    largest = {key[1] for key in sorted(whole, key=lambda k: (-k[2], k[1]))[:projects]}
    links: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    names: dict[str, tuple[str, str | None, int]] = {}
    for (body, project, annual), sources in sorted(whole.items()):
        target = project if project in largest else f"{body} other"
        names[body] = (view.label(body), view.link(body), 1)
        other = (view.t("其他项目", "other projects"), view.local("projects", body=body.removeprefix(view.base)), 2)
        names[target] = (view.label(project), view.link(project), 2) if project in largest else other
        links[body, target] += annual
        for source, yuan in sources.items():
            if yuan > 0:
                names[source] = (view.label(source), view.link(source), 0)
                links[source, body] += yuan
    data = {
        "unit": view.t("万元", "10k yuan"),
        "nodes": [{"id": iri, "name": n, "href": href, "depth": d} for iri, (n, href, d) in sorted(names.items())],
        "links": [{"source": a, "target": b, "value": as_number(y)} for (a, b), y in sorted(links.items()) if y > 0],
    }
    return (Picture("sankey", title, data) if links else None), len(whole)


def flow_rows(picture: Picture) -> list[list[Cell]]:
    """The table under a flow: from, to, how much."""
    nodes = {node["id"]: node for node in picture.data["nodes"]}
    return [
        [
            Cell(nodes[link["source"]]["name"], nodes[link["source"]]["href"]),
            Cell(nodes[link["target"]]["name"], nodes[link["target"]]["href"]),
            Cell(yuan=Decimal(str(link["value"])) * 10_000),
        ]
        for link in picture.data["links"]
    ]


FLOW_HEADS = (Head("从", "From"), Head("到", "To"), Head("年度金额（万元）", "Annual (10k yuan)", number=True))


def newest(view: View) -> list[Line]:
    """The lines of each body's newest budget."""
    years = newest_budgets(view)
    return [line for line in all_lines(view) if line.year == years.get(line.report) and line.stage == "budget"]


def newest_budgets(view: View) -> dict[str, str]:
    """Each body's newest budget → its year, found once for a release.

    A unit's stands there only where its department's budget of that year is not held.
    """
    found: dict[str, str] | None = view.release.derived.get("newest")
    if found is None:
        found = view.release.derived["newest"] = _newest_budgets(view)
    return found


def _newest_budgets(view: View) -> dict[str, str]:
    query = f"""SELECT DISTINCT ?report ?body ?year ?scope ?parent WHERE {{ ?report a mz:Report ;
      mz:reportingBody ?body ;
      mz:fiscalYear ?year ; mz:stage <{CODE}stage/budget> ; mz:scope ?scope .
      OPTIONAL {{ ?body org:subOrganizationOf ?parent }} }}"""
    parents: dict[str, set[str]] = defaultdict(set)
    best: dict[str, tuple[str, str, str]] = {}
    for r in view.rows(query):
        one = (text_of(r["year"]), notation_of(r["scope"]), iri_of(r["report"]))
        parents[iri_of(r["body"])].add(iri_of(r["parent"]))
        best[iri_of(r["body"])] = min(best.get(iri_of(r["body"]), one), one, key=lambda k: (-int(k[0]), k[1], k[2]))
    # A department's report holds the money of its units: a unit's own report of that year would count it twice.
    return {
        report: year
        for body, (year, scope, report) in best.items()
        if scope == "department" or not any(best.get(p, ("", ""))[:2] == (year, "department") for p in parents[body])
    }


def all_lines(view: View) -> list[Line]:
    """All lines of the release, read once."""
    found = view.release.derived.get("lines")
    if found is None:
        found = view.release.derived["lines"] = lines(view)
    return list(found)
