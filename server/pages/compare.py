"""Two and more sides compared, each a body's report or a place's year: by function, source of money, kind of project.

Every sum leads to the figure it is, or to all the figures that it is made of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from server.pages import spending
from server.pages.blocks import BLANK, Block, Cell, Head, Picture, as_number, change, money, sum_of
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

    @property
    def place(self) -> bool:
        """Whether it is a place's year, the sum of its departments."""
        return self.key.startswith("code/")


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


LETTERS = "abcdef"  # the sides in the address


def parameters(given: Sequence[Side]) -> dict[str, str]:
    """The sides as parameters of an address."""
    return {letter: one.key for letter, one in zip(LETTERS, given, strict=False)}


@dataclass(frozen=True, slots=True)
class Figure:
    """A sum of money and what states it: a figure of a table, an appropriation, a project."""

    iri: str
    yuan: Decimal


Behind = dict[str, list[Figure]]  # what is compared → the figures that its sum is made of


def _sum(some: Sequence[Figure]) -> Decimal:
    return sum((one.yuan for one in some), Decimal())


def compared(view: View, by: str, given: Sequence[Side]) -> list[Block]:
    """The table of the sides with what differs, and its picture; of two sides also the differences."""
    behind = [_BEHIND[by](view, one) for one in given]
    sums = [{key: _sum(some) for key, some in of.items()} for of in behind]
    names = sorted({key for one in sums for key in one}, key=lambda key: (-_largest(sums, key), key))
    tables = [_table(view, by, one) for one in given]
    rows = [
        [_name(view, by, key), *_across(view, by, given, behind, key, tables)]
        for key in (sorted(names) if by == "function" else names)
    ]
    heads = [BY[by], *(Head(one.name, one.name, number=True, of=of) for one, of in zip(given, tables, strict=True))]
    if len(given) == 2:
        heads += [Head("相差（万元）", "Difference (10k yuan)", number=True), Head("变化", "Change", number=True)]
    title = Head("、".join(one.name for one in given), ", ".join(one.name for one in given))
    picture = Picture("bars", title, _drawn(view, by, given, sums, names[:_DRAWN]))
    foot = () if by == "level" else _foot(view, rows, tables)  # a project may cite documents of several levels
    return view.section(Block("compared", title, tuple(heads), rows, picture=picture, foot=foot, whole=True))


_DRAWN = 16  # of what is compared, in the picture


def _drawn(
    view: View, by: str, given: Sequence[Side], sums: Sequence[Mapping[str, Decimal]], keys: Sequence[str]
) -> dict[str, Any]:
    """The bars of each side."""
    names = [_name(view, by, key) for key in keys]
    values = [[as_number(one[key]) if key in one else None for key in keys] for one in sums]
    return {
        "labels": [name.text for name in names],
        "hrefs": [name.href for name in names],
        "series": [{"name": one.name, "values": some} for one, some in zip(given, values, strict=True)],
        "unit": view.t("万元", "10k yuan"),
        "flat": True,
    }


def _largest(sums: Sequence[Mapping[str, Decimal]], key: str) -> Decimal:
    return max(one.get(key, Decimal()) for one in sums)


def _across(
    view: View, by: str, given: Sequence[Side], behind: Sequence[Behind], key: str, tables: Sequence[str]
) -> list[Cell]:
    """One row: of two sides the sums with difference and change, of more each with its change against the first."""
    found = [of.get(key) for of in behind]
    cells = [
        money(_sum(some), _leads(view, by, one, key, some)) if some else BLANK
        for some, one in zip(found, given, strict=True)
    ]
    return _with_changes(cells, tables)


def _with_changes(cells: Sequence[Cell], tables: Sequence[str]) -> list[Cell]:
    """The sums with their changes against the first, as far as the same kind of table has both."""
    alike = [cell.yuan if table == tables[0] else None for cell, table in zip(cells, tables, strict=True)]
    if len(cells) == 2:
        return [*cells, _difference(alike[0], alike[1]), Cell(change=change(alike[0], alike[1]))]
    return [cells[0], *(
        cell if yuan is None else replace(cell, change=change(alike[0], yuan))
        for cell, yuan in zip(cells[1:], alike[1:], strict=True)
    )]  # fmt: skip


def _leads(view: View, by: str, one: Side, key: str, some: Sequence[Figure]) -> str | None:
    """Where a sum leads: to its figure, or to the list of its figures."""
    return view.link(some[0].iri) if len(some) == 1 else view.local("compare/figures", a=one.key, by=by, of=key)


def _foot(view: View, rows: Sequence[Sequence[Cell]], tables: Sequence[str]) -> tuple[Cell, ...]:
    sums = [sum_of(row[i] for row in rows) for i in range(1, len(tables) + 1)]
    return (Cell(view.t("合计", "Sum")), *(_with_changes(sums, tables) if len(sums) == 2 else sums))


def figures(view: View, by: str, one: Side, key: str) -> list[Block]:
    """The figures that the sum of a side is made of, each with where it is printed."""
    found = sorted(_BEHIND[by](view, one).get(key, ()), key=lambda some: (-some.yuan, some.iri))
    rows = [[view.cell(ox.NamedNode(some.iri)), money(some.yuan), view.source(some.iri)] for some in found]
    name = _name(view, by, key).text
    title = Head(f"{one.name}：{name}", f"{one.name}: {name}")
    heads = (Head("数字", "Figure"), Head("金额（万元）", "Amount (10k yuan)", number=True), Head("出处", "Printed on"))
    return view.section(
        Block("figures", title, heads, rows, foot=(Cell(view.t("合计", "Sum")), sum_of(r[1] for r in rows)))
    )


def _difference(left: Decimal | None, right: Decimal | None) -> Cell:
    return money(None if left is None or right is None else right - left)


def _name(view: View, by: str, key: str) -> Cell:
    if by in ("class", "function"):
        return view.code(ox.NamedNode(f"{CODE}function/{key}"))
    return view.cell(ox.NamedNode(key)) if key.startswith("http") else Cell(key)


def _table(view: View, by: str, one: Side) -> str:
    """The table that stands in for that of all expenditure, of a side whose report prints no such by function."""
    kinds = {line.kind for line in _lines(view, one)} if by in ("class", "function") else set()
    return spending.table_name(view, kinds.pop()) if kinds and spending.ALL not in kinds else ""


def _lines(view: View, one: Side) -> list[spending.Line]:
    """The lines of a side; of a place only those of tables of all expenditure, which may be added up."""
    own = {r: (text_of(view.value(r, "fiscalYear")), notation_of(view.value(r, "stage"))) for r in one.reports}
    return [
        line for line in spending.all_lines(view)
        if own.get(line.report) == (line.year, line.stage) and (line.kind == spending.ALL or not one.place)
    ]  # fmt: skip


def _functions(view: View, one: Side) -> Behind:
    behind: Behind = defaultdict(list)
    for line in _lines(view, one):
        if line.leaf:
            behind[line.code].append(Figure(line.observation, line.yuan))
    return dict(behind)


def _classes(view: View, one: Side) -> Behind:
    return {
        name: [Figure(line.observation, line.yuan) for some in own.values() for line in some]
        for name, own in spending.class_lines(_lines(view, one)).items()
    }


def _of_projects(view: View, one: Side, group: str, amount: str) -> Behind:
    """By `?group`: the parts of money, or the projects where there are none."""
    reports = " ".join(str(ox.NamedNode(report)) for report in one.reports)
    query = f"""SELECT DISTINCT ?project ?group ?part ?amount WHERE {{
      VALUES ?report {{ {reports} }} ?project a mz:Project ; mz:reportedIn ?report .
      {group} {amount} }} ORDER BY ?project ?part"""
    behind: Behind = defaultdict(list)
    for r in view.rows(query):
        stated = iri_of(r.get("part")) or iri_of(r["project"])
        behind[iri_of(r["group"]) or text_of(r["group"])].append(Figure(stated, yuan_of(r["amount"]) or Decimal()))
    return dict(behind)


def _funds(view: View, one: Side) -> Behind:
    part = f"""?project mz:hasAppropriation ?part . ?part mz:horizon <{CODE}horizon/annual> ;
      mz:fundingSource ?group ; mz:amount ?amount ."""
    return _of_projects(view, one, "", part)


def _attributes(view: View, one: Side) -> Behind:
    """By the printed attribute; full-width brackets and spaces are no difference."""
    behind: Behind = defaultdict(list)
    of = _of_projects(view, one, "?project mz:attribute ?group .", "?project mz:annualAmount ?amount .")
    for name, some in of.items():
        behind[name.replace("(", "（").replace(")", "）").replace(" ", "")] += some
    return dict(behind)


def _levels(view: View, one: Side) -> Behind:
    return _of_projects(
        view,
        one,
        "?project mz:hasCitation/mz:citedDocument/mz:issuingLevel ?group .",
        "?project mz:annualAmount ?amount .",
    )


_BEHIND: dict[str, Callable[[View, Side], Behind]] = {
    "class": _classes,
    "function": _functions,
    "fund": _funds,
    "attribute": _attributes,
    "level": _levels,
}
