"""The home page: what is in the release in numbers, and three questions answered as pictures; worked out once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from server.pages import spending
from server.pages.blocks import Block, Cell, Fact, Head, Picture, as_number, money
from server.pages.kinds import LISTINGS
from server.pages.projects import ANNUAL
from server.pages.terms import CODE, MZ, Node
from server.pages.view import View, iri_of, text_of, yuan_of

_NEWEST = """SELECT DISTINCT ?report WHERE { ?report a mz:Report . OPTIONAL { ?report mz:fiscalYear ?year } }
  ORDER BY DESC(?year) ?report LIMIT 8"""


def shown(view: View) -> dict[str, Any]:
    """What the template of the home page shows of a release."""
    newest = [_with_body(view, row["report"]) for row in view.rows(_NEWEST)]
    return {"figures": figures(view), "span": span(view), "answers": answers(view), "reports": newest}


def _with_body(view: View, report: Node | None) -> Cell:
    """A report with the body it is of, where its printed title does not name it."""
    cell, body = view.cell(report), view.label(iri_of(view.value(iri_of(report), "reportingBody")))
    return cell if body in cell.text else replace(cell, note=body)


def figures(view: View) -> list[Fact]:
    """The numbers of the release, each leading to its list; figures of tables and years go with the sentence above."""
    return [
        Fact(one.number, (Cell(f"{_count(view, one.name):,}", view.local(one.address)),)) for one in LISTINGS.values()
    ]


def _count(view: View, kind: str) -> int:
    counted = view.release.manifest.get("counts", {}).get("classes", {}).get(MZ + kind)
    if counted is not None:
        return int(counted)
    found = view.rows(f"SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE {{ ?s a <{MZ}{kind}> }}")
    return int(text_of(found[0]["n"]))


def span(view: View) -> dict[str, Any]:
    """From which year to which, how many printed figures, how much money the newest budgets spend, and of how many."""
    years = [
        text_of(r["y"]) for r in view.rows("SELECT DISTINCT ?y WHERE { ?r a mz:Report ; mz:fiscalYear ?y } ORDER BY ?y")
    ]
    classes = spending.class_sums(spending.newest(view))
    spent = sum((yuan for own in classes.values() for yuan in own.values()), Decimal())
    bodies = {iri_of(view.value(report, "reportingBody")) for own in classes.values() for report in own}
    first, last = (years[0], years[-1]) if years else ("", "")
    counted = {"observations": _count(view, "Observation"), "pages": _count(view, "Page")}
    return {"first": first, "last": last, **counted, "yuan": spent or None, "bodies": len(bodies)}


def answers(view: View) -> list[tuple[Head, Block]]:
    """Three questions with a picture and its table each; a question without data is left out."""
    budgets = view.within(graph for report in spending.newest_budgets(view) for graph in view.graphs_of(report))
    return [
        (question, block)
        for question, blocks in (
            (Head("钱花在哪里？", "What is the money spent on?"), _by_class(view)),
            (
                Head("钱从哪里来，经谁的手，到了哪些项目？", "Where does it come from, and to which projects?"),
                _flow(budgets),
            ),
            (Head("凭哪些文件花的？", "Which documents is it spent under?"), _documents(budgets)),
        )
        for block in blocks
    ]


def _by_class(view: View) -> list[Block]:
    """The newest budget of each body by class of function."""
    found = spending.newest(view)
    sums = [(sum(own.values(), Decimal()), one, len(own)) for one, own in spending.class_sums(found).items()]
    rows = [
        [view.code(ox.NamedNode(f"{CODE}function/{one}")), Cell(str(reports), number=True), money(yuan)]
        for yuan, one, reports in sorted(sums, key=lambda item: (-item[0], item[1]))
    ]
    heads = (
        spending.FUNCTION,
        Head("报告", "Reports", number=True),
        Head("支出（万元）", "Spending (10k yuan)", number=True),
    )
    title = Head(
        "各机构最新预算的支出，按功能分类（万元）", "Spending in each body's newest budget, by function (10k yuan)"
    )
    note = Head("取支出总表按功能分类印出的各机构最新预算。面积是金额，点一块可看这个科目。",
                "The newest budget of each body whose table of all expenditure is printed "
                "by function. Areas are sums; choose one to see its code.")  # fmt: skip
    return view.section(Block("function", title, heads, rows, picture=spending.treemap(view, title, found), note=note))


def _flow(view: View) -> list[Block]:
    title = Head(
        "各机构最新预算的年度资金：来源 → 机构 → 项目",
        "Annual money of each body's newest budget: source → body → project",
    )
    paid = view.rows(f"SELECT DISTINCT {spending.PAID} WHERE {{ {spending.IS_PAID} }}")
    picture, count = spending.flow(view, title, paid, projects=14)
    if picture is None:
        return []
    note = Head(f"{count}个项目，其各来源之和等于印刷的年度金额；每个机构较小的项目合为一束。",
                f"{count} projects whose sources add up to their printed annual amount; "
                "a body's smaller projects are one strand.")  # fmt: skip
    return view.section(
        Block("flow", title, spending.FLOW_HEADS, spending.flow_rows(picture), picture=picture, note=note)
    )


def _documents(view: View) -> list[Block]:
    query = """SELECT ?document (COUNT(DISTINCT ?body) AS ?bodies) (COUNT(DISTINCT ?project) AS ?projects)
      (COUNT(?money) AS ?known) (SUM(?money) AS ?sum) WHERE {
      { SELECT DISTINCT ?document ?project ?body WHERE {
        ?project mz:hasLegalBasis ?document ; mz:reportedIn/mz:reportingBody ?body } }
      OPTIONAL { ?project mz:annualAmount ?money }
    } GROUP BY ?document ORDER BY DESC(?projects) DESC(?bodies) ?document LIMIT 15"""
    rows = []
    for r in view.rows(query):
        document = iri_of(r["document"])
        if not document:
            continue
        known = text_of(r["known"]) not in ("", "0")
        cells = [view.cell(r["document"]), view.cell(r["bodies"]), view.cell(r["projects"])]
        rows.append([*cells, money(yuan_of(r["sum"]) if known else None)])
    title = Head(
        "各机构最新预算中最多项目用作依据的文件，和这些项目的年度金额",
        "The documents that most projects of each body's newest budget have as their basis, with their annual money",
    )
    values = [as_number(row[3].yuan) if row[3].yuan is not None else None for row in rows]
    counts = [int(row[2].text) for row in rows]
    data = {"labels": [row[0].text for row in rows], "hrefs": [row[0].href for row in rows], "flat": True,
            "series": [{"name": view.t("以它为依据的项目（个）", "Projects based on it"), "values": counts}],
            "unit": view.t("个项目", "projects"), "more": values}  # fmt: skip
    heads = (
        Head("文件", "Document"),
        Head("机构", "Bodies", number=True),
        Head("项目", "Projects", number=True),
        ANNUAL,
    )
    note = Head(
        "一个项目可有几份依据，金额不能跨文件相加。",
        "A project may have several documents as its basis: the sums do not add up across them.",
    )
    return view.section(
        Block("documents", title, heads, rows, picture=Picture("bars", title, data) if rows else None, note=note)
    )
