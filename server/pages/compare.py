"""Two sides compared, each a body's report or a place's year: by function, source of money, kind of project."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

import pyoxigraph as ox

from server.pages import spending
from server.pages.blocks import Block, Cell, Head, Picture, as_number, change, money, sum_of
from server.pages.terms import CODE
from server.pages.view import View, iri_of, notation_of, text_of, yuan_of

BY = {
    "class": Head("功能分类（类）", "Function (class)"),
    "function": Head("功能分类（明细）", "Function (finest)"),
    "fund": Head("项目资金来源", "Sources of project money"),
    "attribute": Head("项目属性", "Kind of project"),
    "level": Head("所引文件的层级", "Level of cited documents"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One side: its key in the address, its name, and the reports that make it up."""

    key: str
    name: str
    group: Head
    reports: tuple[str, ...]


def sides(view: View) -> list[Side]:
    """All that may be compared: each report, and each place with a year's departmental budgets; read once a release."""
    return view.release.once(f"sides {view.language}", lambda: _sides(view))


def _sides(view: View) -> list[Side]:
    query = """SELECT DISTINCT ?report ?body ?year ?stage ?scope ?region WHERE { ?report a mz:Report ;
      mz:reportingBody ?body ;
      mz:fiscalYear ?year ; mz:stage ?stage ; mz:scope ?scope . OPTIONAL { ?body mz:region ?region } }
      ORDER BY ?report"""
    found: list[Side] = []
    places: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for r in view.rows(query):
        report, year = iri_of(r["report"]), text_of(r["year"])
        words = (
            view.label(iri_of(r["body"])),
            year,
            view.label(iri_of(r["stage"])),
            f"({view.label(iri_of(r['scope']))})",
        )
        found.append(
            Side(report.removeprefix(view.base), " ".join(words), Head("机构的报告", "Reports of bodies"), (report,))
        )
        if r["region"] is not None and iri_of(r["scope"]).endswith("/department"):
            places[iri_of(r["region"]), year, iri_of(r["stage"])].append(report)
    for (region, year, stage), reports in places.items():
        key = f"code/region/{region.rsplit('/', 1)[-1]}/{year}/{stage.rsplit('/', 1)[-1]}"
        count = view.t(f"{len(reports)}个部门", f"{len(reports)} departments")
        name = f"{view.label(region)} {year} {view.label(stage)} ({count})"
        found.append(
            Side(key, name, Head("地方（收录的部门合计）", "Places (departments held, in sum)"), tuple(reports))
        )
    return sorted(found, key=lambda s: (s.group.en, s.name, s.key))


def side(view: View, key: str) -> Side | None:
    """The side of a key; a body's key stands for its newest report."""
    every = sides(view)
    exact = next((s for s in every if s.key == key), None)
    if exact or not key.startswith("id/org/"):
        return exact
    stem = "id/report/" + key.removeprefix("id/org/") + "-"
    return next((s for s in sorted(every, key=lambda s: s.key, reverse=True) if s.key.startswith(stem)), None)


Sums = dict[str, Decimal]


def compared(view: View, by: str, a: Side, b: Side) -> list[Block]:
    """The table of two sides with differences and changes, and its picture."""
    left, right = (_SUMS[by](view, one) for one in (a, b))
    names = (
        sorted({*left, *right}, key=lambda k: (-(max(left.get(k, Decimal()), right.get(k, Decimal()))), k))
        if by != "function"
        else sorted({*left, *right})
    )
    rows = [
        [_name(view, by, key), money(left.get(key)), money(right.get(key)), _difference(left.get(key), right.get(key)),
         Cell(change=change(left.get(key), right.get(key)))]
        for key in names
    ]  # fmt: skip
    heads = (BY[by], Head(a.name, a.name, number=True), Head(b.name, b.name, number=True),
             Head("相差（万元）", "Difference (10k yuan)", number=True),
             Head("变化", "Change", number=True))  # fmt: skip
    shown = (
        names[:16]
        if by != "function"
        else sorted(names, key=lambda k: -max(left.get(k, Decimal()), right.get(k, Decimal())))[:16]
    )
    values = [[as_number(one[k]) if k in one else None for k in shown] for one in (left, right)]
    data = {
        "labels": [_name(view, by, key).text for key in shown],
        "series": [{"name": one.name, "values": some} for one, some in zip((a, b), values, strict=True)],
        "unit": view.t("万元", "10k yuan"),
        "flat": True,
    }
    foot: tuple[Cell, ...] = ()
    if by != "level":
        sums = [sum_of(row[i] for row in rows) for i in (1, 2)]
        total = _difference(sums[0].yuan, sums[1].yuan)
        foot = (Cell(view.t("合计", "Sum")), *sums, total, Cell(change=change(sums[0].yuan, sums[1].yuan)))
    title = Head(f"{a.name} 与 {b.name}", f"{a.name} and {b.name}")
    return view.section(
        Block("compared", title, heads, rows, picture=Picture("bars", title, data), foot=foot, whole=True)
    )


def _difference(left: Decimal | None, right: Decimal | None) -> Cell:
    return money(None if left is None or right is None else right - left)


def _name(view: View, by: str, key: str) -> Cell:
    if by in ("class", "function"):
        return view.code(ox.NamedNode(f"{CODE}function/{key}"))
    return view.cell(ox.NamedNode(key)) if key.startswith("http") else Cell(key)


def _lines(view: View, one: Side) -> list[spending.Line]:
    own = {r: (text_of(view.value(r, "fiscalYear")), notation_of(view.value(r, "stage"))) for r in one.reports}
    return [line for line in spending.all_lines(view) if own.get(line.report) == (line.year, line.stage)]


def _functions(view: View, one: Side) -> Sums:
    sums: Sums = defaultdict(Decimal)
    for line in _lines(view, one):
        if line.leaf:
            sums[line.code] += line.yuan
    return dict(sums)


def _classes(view: View, one: Side) -> Sums:
    return {name: sum(own.values(), Decimal()) for name, own in spending.class_sums(_lines(view, one)).items()}


def _project_sums(view: View, one: Side, group: str, amount: str) -> Sums:
    reports = " ".join(str(ox.NamedNode(report)) for report in one.reports)
    query = f"""SELECT ?group (SUM(?amount) AS ?sum) WHERE {{ {{ SELECT DISTINCT ?project ?group ?part ?amount WHERE {{
      VALUES ?report {{ {reports} }} ?project a mz:Project ; mz:reportedIn ?report .
      {group} {amount} }} }} }} GROUP BY ?group"""
    return {
        iri_of(r["group"]) or text_of(r["group"]): yuan_of(r["sum"]) or Decimal()
        for r in view.rows(query)
        if r["group"] is not None
    }


def _funds(view: View, one: Side) -> Sums:
    part = f"""?project mz:hasAppropriation ?part . ?part mz:horizon <{CODE}horizon/annual> ;
      mz:fundingSource ?group ; mz:amount ?amount ."""
    return _project_sums(view, one, "", part)


def _attributes(view: View, one: Side) -> Sums:
    """By the printed attribute; full-width brackets and spaces are no difference."""
    found: Sums = defaultdict(Decimal)
    for name, yuan in _project_sums(
        view, one, "?project mz:attribute ?group .", "?project mz:annualAmount ?amount ."
    ).items():
        found[name.replace("(", "（").replace(")", "）").replace(" ", "")] += yuan
    return dict(found)


def _levels(view: View, one: Side) -> Sums:
    return _project_sums(
        view,
        one,
        "?project mz:hasCitation/mz:citedDocument/mz:issuingLevel ?group .",
        "?project mz:annualAmount ?amount .",
    )


_SUMS: dict[str, Callable[[View, Side], Sums]] = {
    "class": _classes,
    "function": _functions,
    "fund": _funds,
    "attribute": _attributes,
    "level": _levels,
}
