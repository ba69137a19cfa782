"""What bodies spend, by function and year: lines that do not overlap, printed totals, and the pictures of both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, NamedTuple

import pyoxigraph as ox

from server.pages import terms
from server.pages.blocks import Block, Cell, Fact, Head, Picture, as_number, change, money, percent, sum_of
from server.pages.terms import CODE
from server.pages.view import Row, View, iri_of, notation_of, text_of, yuan_of

FUNCTION = Head("支出功能分类", "Function")
ALL = "expenditure"  # the table of all expenditure
# Tables that print spending by function: those with the finest codes first, and those that hold the most first. What
# holds less than all expenditure stands in for a report that prints no more, under its own name, never added to it.
_FINEST = (ALL, "fiscal-expenditure", "general-public-expenditure", "budget-summary", "fiscal-summary")
_WIDEST = (ALL, "budget-summary", "fiscal-expenditure", "fiscal-summary", "general-public-expenditure")
_WHOLE = ("budget-summary",)  # beside the first: all expenditure too, by class alone
# The figures of such tables that stand in their column of totals; a government's are those of places.
_LINES = f"""SELECT DISTINCT ?kind ?report ?table ?organization ?year ?stage ?function ?amount ?observation ?parts
  WHERE {{
  ?observation mz:functionCode ?function ; mz:table ?table ; mz:fiscalYear ?year ; mz:stage ?stage ; mz:amount ?amount .
  ?table mz:tableKind ?kind ; mz:reportedIn ?report .
  FILTER(?kind IN ({", ".join(f"<{CODE}table/{kind}>" for kind in _FINEST)}))
  OPTIONAL {{ ?observation mz:organization ?organization }}
  FILTER NOT EXISTS {{ ?observation mz:partOfColumn ?whole }}
  BIND(EXISTS {{ ?part mz:partOfRow ?observation }} AS ?parts) }} ORDER BY ?observation"""


@dataclass(frozen=True, slots=True)
class Line:
    """Spending of one functional code in one table: `leaf` where no other line of the table breaks it down."""

    report: str
    kind: str  # of the table
    table: str
    organization: str
    year: str
    stage: str
    code: str
    yuan: Decimal
    observation: str
    leaf: bool


def lines(view: View) -> list[Line]:
    """The lines of the reports that the view reads, each report's from the table with the finest codes it prints."""
    return _chosen(_read(view), _FINEST)


def lines_under(view: View, codes: Iterable[str]) -> list[Line]:
    """The lines of some codes, each report's from the table that holds the most of those that print one of them."""
    by_code = view.release.once("lines by code", lambda: _by_codes(_every(view)))
    found = [line for code in codes for line in by_code.get(code, ())]
    return _chosen(sorted(found, key=lambda line: line.observation), _WIDEST)


def _every(view: View) -> list[Line]:
    """What is printed of spending by function in any table of the release, read once."""
    return list(view.release.once("lines", lambda: _read(view)))


def _by_codes(found: Iterable[Line]) -> dict[str, list[Line]]:
    by_code: dict[str, list[Line]] = defaultdict(list)
    for line in found:
        by_code[line.code].append(line)
    return dict(by_code)


def _chosen(found: list[Line], order: Sequence[str]) -> list[Line]:
    """The lines of each report, year and stage that stand in the first of these kinds of tables that has any.

    A kind that prints a code twice (for units, in columns, in two tables) stands in for none: nobody knows which is it.
    """
    read: dict[tuple[str, str, str], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in found:
        read[line.report, line.year, line.stage][line.kind].append(line)
    chosen = []
    for of_kind in read.values():
        for kind in order:
            some = of_kind.get(kind, [])
            if some and (kind == ALL or len({line.code for line in some}) == len(some)):
                chosen += some
                break
    return chosen


def _is_spending(view: View, row: Row) -> bool:
    """Whether it is a body's own: of a government it is that of places; other tables print other years beside it."""
    year, stage, scope = (view.value(iri_of(row["report"]), name) for name in ("fiscalYear", "stage", "scope"))
    its = text_of(year) == text_of(row["year"]) and iri_of(stage) == iri_of(row["stage"])
    return notation_of(scope) not in ("government", "") and (its or notation_of(row["kind"]) == ALL)


def _read(view: View) -> list[Line]:
    found = [
        Line(
            report=iri_of(r["report"]),
            kind=notation_of(r["kind"]),
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
        if _is_spending(view, r)
    ]
    codes: dict[tuple[str, str, str, str], set[str]] = defaultdict(set)
    for line in found:
        codes[line.table, line.organization, line.year, line.stage].add(line.code)

    def broken_down(line: Line) -> bool:
        others = codes[line.table, line.organization, line.year, line.stage]
        return any(other != line.code and other.startswith(line.code) for other in others)

    return [replace(line, leaf=line.leaf and not broken_down(line)) for line in found]


def class_lines(found: Iterable[Line]) -> dict[str, dict[str, list[Line]]]:
    """Class (three digits) → report → the line that is printed of it, else its finest lines.

    Lines are rounded, so that the finest may add up to another sum than the one that is printed above them.
    """
    printed: dict[tuple[str, str], list[Line]] = defaultdict(list)
    leaves: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in found:
        key = (line.code[:3], line.report)
        if line.leaf:
            leaves[key].append(line)
        if len(line.code) == 3:
            printed[key].append(line)
    behind: dict[str, dict[str, list[Line]]] = defaultdict(dict)
    for (one, report), some in leaves.items():
        whole = printed[one, report]
        behind[one][report] = whole if len(whole) == 1 else some
    return behind


def class_sums(found: Iterable[Line]) -> dict[str, dict[str, Decimal]]:
    """Class (three digits) → report → its sum, of `class_lines`."""
    return {
        one: {report: sum((line.yuan for line in some), Decimal()) for report, some in of.items()}
        for one, of in class_lines(found).items()
    }


def function_name(view: View, code: str) -> str:
    """`2080505 机关事业单位基本养老保险缴费支出`."""
    return view.code(ox.NamedNode(CODE + "function/" + code)).text


def treemap(view: View, title: Head, found: Iterable[Line]) -> Picture | None:
    """Spending as areas: classes (three digits) with their lines in them; None where there is none."""
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    found = list(found)
    classes = class_sums(found)
    for line in found:
        if line.leaf and line.yuan > 0:
            sums[line.code[:3]][line.code] += line.yuan
    if not sums:
        return None
    children = [
        {"name": function_name(view, one), "href": view.local(f"code/function/{one}"),
         "value": as_number(max(sum(classes[one].values(), Decimal()), Decimal())),
         "children": [{"name": function_name(view, code), "value": as_number(yuan),
                       "href": view.local(f"code/function/{code}")} for code, yuan in sorted(below.items())]}
        for one, below in sorted(sums.items())
    ]  # fmt: skip
    return Picture("treemap", title, {"children": children, "unit": view.t("万元", "10k yuan")})


# One body over the years


class Period(NamedTuple):
    """What a column holds: a year's budget or final account, of the department as a whole or of one unit.

    `table` is the kind of table that stands in for that of all expenditure, empty for the latter.
    """

    year: str
    stage: str
    scope: str
    table: str = ""

    @property
    def place(self) -> tuple[str, bool, str, str]:
        """Where it stands among others: by year, the budget before the account."""
        return self.year, self.stage != "budget", self.scope, self.table

    @property
    def year_before(self) -> Period:
        """The same of the year before."""
        return self._replace(year=str(int(self.year) - 1))


def _head(view: View, one: Period, columns: Iterable[Period]) -> Head:
    """The head of a column: 2025 预算, with the scope below it where they differ."""
    many = len({column.scope for column in columns}) > 1
    scope = view.label(f"{CODE}scope/{one.scope}") if many else ""
    return replace(period(one.year, one.stage), of=" · ".join(filter(None, (scope, table_name(view, one.table)))))


def table_name(view: View, kind: str) -> str:
    """The name of a table that stands in for that of all expenditure; nothing for the latter."""
    return view.label(f"{CODE}table/{kind}") if kind else ""


def period(year: str, stage: str) -> Head:
    """2025 预算."""
    zh, en = ((terms.label(f"{CODE}stage/{stage}", one) or stage) if stage else "" for one in ("zh", "en"))
    return Head(f"{year} {zh}".strip(), f"{year} {en}".strip(), number=True)


def _set_beside(view: View, sums: Mapping[Period, Decimal], one: Period, href: str | None) -> Cell:
    """A sum with its change against the year before and, of an account, against the budget of its year.

    What is not printed is compared with nothing: no year is passed over.
    """
    yuan = sums.get(one)
    against = change(sums.get(one._replace(stage="budget")), yuan) if one.stage == "final" else None
    note = "" if against is None else view.t(f"较预算 {percent(against)}", f"{percent(against)} against budget")
    return money(yuan, href, change=change(sums.get(one.year_before), yuan), note=note)


_CHANGES = Head(
    "百分比与上一年度同阶段的数相比，上一年度没有印出的不比；决算另与当年预算相比。",
    "Changes are against the same stage of the year before; where that is not printed, there is none. "
    "Accounts are compared with their budget too.",
)


def by_function(view: View, found: list[Line], anchor: str = "spending", title: Head | None = None) -> list[Block]:
    """Functional codes down, years and stages across, each with its change in per cent against the year before."""
    every = sorted({_period(view, line) for line in found}, key=lambda one: one.place)
    columns = every if view.whole else every[-max(2, _CELLS // len({line.code for line in found} or {""})) :]
    rows = _by_code(view, found, columns)
    newest = _newest(columns)
    name = period(newest.year, newest.stage) if newest else Head("", "")
    picture = treemap(
        view,
        Head(f"{name.zh}：按功能分类的支出", f"Spending by function, {name.en}"),
        [line for line in found if _period(view, line) == newest],
    )
    heads = (FUNCTION, *(_head(view, one, columns) for one in columns))
    note = _CHANGES if len(columns) > 1 else None
    if len(columns) < len(every):
        note = Head(f"更早的年度在 CSV 中。{_CHANGES.zh}", f"The CSV has earlier years too. {_CHANGES.en}")
    head = title or Head("按功能分类的支出", "Spending by function")
    foot = _leaves(view, found, columns)
    return view.section(
        Block(anchor, head, heads, rows, picture=picture, foot=foot, note=note, whole=len(rows) <= _ROWS)
    )


_LARGEST = 10


def largest_changes(view: View, found: list[Line]) -> list[Block]:
    """The finest functional codes whose sums changed most against the year before, as far as both years print them.

    A code that only one of the years prints is none: nobody knows whether it was nothing or stood elsewhere.
    """
    sums: dict[Period, dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in found:
        if line.leaf:
            sums[_period(view, line)][line.code].append(line)
    newest = _newest(one for one in sums if one.year_before in sums)
    if newest is None:
        return []
    old, new = sums[newest.year_before], sums[newest]
    both = [(code, old[code][0], new[code][0]) for code in new if len(new[code]) == len(old.get(code, ())) == 1]
    both.sort(key=lambda one: (-abs(one[2].yuan - one[1].yuan), one[0]))
    rows = [
        [
            view.code(ox.NamedNode(f"{CODE}function/{code}")),
            money(before.yuan, view.link(before.observation)),
            money(after.yuan, view.link(after.observation)),
            Cell(yuan=after.yuan - before.yuan, change=change(before.yuan, after.yuan)),
        ]
        for code, before, after in both[:_LARGEST]
        if before.yuan != after.yuan
    ]
    heads = (FUNCTION, *(period(one.year, one.stage) for one in (newest.year_before, newest)),
             Head("相差（万元）", "Difference (10k yuan)", number=True))  # fmt: skip
    title = Head("变化最大的支出", "Spending that changed most")
    return view.section(Block("changes", title, heads, rows, note=_BOTH))


_BOTH = Head("只比两年都印出的最明细科目。", "The finest codes that both years print.")


def _by_code(view: View, found: list[Line], columns: list[Period]) -> list[list[Cell]]:
    table: dict[str, dict[Period, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in found:
        table[line.code][_period(view, line)].append(line)
    return [
        [
            view.code(ox.NamedNode(CODE + "function/" + code), indent=max(0, len(code) // 2 - 1)),
            *_across(view, cells, columns),
        ]
        for code, cells in sorted(table.items())
    ]


def _leaves(view: View, found: list[Line], columns: list[Period]) -> tuple[Cell, ...]:
    """The row of sums: the finest lines of each column, which do not overlap."""
    of_columns = [[line for line in found if line.leaf and _period(view, line) == column] for column in columns]
    sums = (sum_of(Cell(yuan=line.yuan) for line in some) for some in of_columns)
    return (Cell(view.t("明细合计", "Sum of the finest lines")), *sums)


def by_body(view: View, found: list[Line], anchor: str, title: Head) -> list[Block]:
    """Bodies down, the newest years and stages across, with a picture of the newest that several print."""
    columns = sorted({Period(line.year, line.stage, "") for line in found}, key=lambda one: one.place)[-_COLUMNS:]
    rows = _of_bodies(view, found, columns)
    sums = {one: sum(row[n].yuan is not None for row in rows) for n, one in enumerate(columns, 1)}
    newest = _newest(one for one in columns if sums[one] > 1) or _newest(columns)  # one alone compares nothing
    at = columns.index(newest) + 1 if newest else 0
    rows.sort(key=lambda row: (-(row[at].yuan or 0), row[0].text, row[0].note))
    heads = (Head("机构", "Body"), *(period(one.year, one.stage) for one in columns))
    drawn = [(row[0], row[at].yuan) for row in rows if row[at].yuan is not None][:_BARS]
    note = _CHANGES if len(columns) > 1 else None
    picture = _bars(view, heads[at], drawn) if len(drawn) > 1 else None
    return view.section(Block(anchor, title, heads, rows, picture=picture, note=note))


def _of_bodies(view: View, found: list[Line], columns: list[Period]) -> list[list[Cell]]:
    """A row for each body, scope and kind of table that has a sum in one of the columns."""
    table: dict[tuple[str, str, str], dict[Period, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in found:
        one = _period(view, line)
        body = line.organization or iri_of(view.value(line.report, "reportingBody"))
        table[body, one.scope, one.table][one].append(line)
    rows = []
    for (body, scope, kind), cells in table.items():
        told = (view.label(f"{CODE}scope/{scope}") if scope else "", table_name(view, kind))
        name = replace(view.cell(ox.NamedNode(body)), note=" · ".join(filter(None, told)))
        rows.append([name, *_across(view, cells, [one._replace(scope=scope, table=kind) for one in columns])])
    return [row for row in rows if any(cell.yuan is not None for cell in row[1:])]


def _bars(view: View, title: Head, drawn: list[tuple[Cell, Decimal | None]]) -> Picture:
    """Bodies with their sums; the scope tells two reports of one body apart."""
    names = [cell.text for cell, _ in drawn]
    labels = [f"{cell.text} {cell.note}" if names.count(cell.text) > 1 else cell.text for cell, _ in drawn]
    series = {"name": view.t(title.zh, title.en), "values": [as_number(yuan or Decimal()) for _, yuan in drawn]}
    data = {"labels": labels, "hrefs": [cell.href for cell, _ in drawn], "series": [series],
            "unit": view.t("万元", "10k yuan"), "flat": True}  # fmt: skip
    return Picture("bars", title, data)


_COLUMNS, _BARS = 8, 24  # periods that stand side by side, bodies that are drawn
_CELLS, _ROWS = 160, 150  # sums and codes that one page bears beside its other sections


def _newest(columns: Iterable[Period]) -> Period | None:
    """The newest of some: of a year the account before the budget, the department before a unit."""
    return max(
        columns,
        key=lambda one: (one.year, one.stage == "final", not one.table, one.scope == "department"),
        default=None,
    )


def _period(view: View, line: Line) -> Period:
    table = "" if line.kind in (ALL, *_WHOLE) else line.kind
    return Period(line.year, line.stage, notation_of(view.value(line.report, "scope")), table)


def _across(view: View, cells: Mapping[Period, list[Line]], columns: list[Period]) -> list[Cell]:
    sums = {one: sum((line.yuan for line in some), Decimal()) for one, some in cells.items()}
    hrefs = {one: view.link(some[0].observation) for one, some in cells.items() if len(some) == 1}
    return [_set_beside(view, sums, one, hrefs.get(one)) for one in columns]


_THREE_PUBLIC = Head("“三公”经费", "Travel abroad, vehicles, receptions")
# Totals over the years: name, kind of table, type of expenditure
_TOTALS: tuple[tuple[Head, str, str], ...] = (
    (Head("收入合计", "All revenue"), "revenue", ""),
    (Head("支出合计", "All expenditure"), "expenditure", ""),
    (Head("其中：基本支出", "Of which: basic"), "expenditure", "basic"),
    (Head("其中：项目支出", "Of which: projects"), "expenditure", "project"),
    (_THREE_PUBLIC, "three-public", ""),
)

Totals = dict[str, dict[Period, list[tuple[Decimal, str]]]]


TOTAL = "?kind ?year ?stage ?scope ?figure ?sum ?type ?topic ?whole ?of"
# Figures of the body ?it that may be one; the only row of a table is its row of totals, whether it is called so or not.
IS_TOTAL = f"""VALUES ?kind {{ <{CODE}table/revenue> <{CODE}table/expenditure> <{CODE}table/three-public> }}
      ?report mz:reportingBody ?it ; mz:scope ?scope . ?table mz:reportedIn ?report ; mz:tableKind ?kind .
      ?figure mz:table ?table ; mz:organization ?it ; mz:amount ?sum ; mz:fiscalYear ?year ; mz:stage ?stage .
      OPTIONAL {{ ?figure mz:isTotal ?total }} OPTIONAL {{ ?figure mz:expenditureType ?type }}
      OPTIONAL {{ ?figure mz:topic ?topic }}
      OPTIONAL {{ ?figure mz:partOfColumn ?whole OPTIONAL {{ ?whole mz:topic ?of }} }}
      OPTIONAL {{ {{ SELECT ?table (COUNT(DISTINCT ?row) AS ?rows) WHERE {{ ?any mz:table ?table ; mz:row ?row }}
        GROUP BY ?table }} FILTER(?rows = 1) }}
      FILTER(BOUND(?total) || BOUND(?topic) || BOUND(?rows))
      FILTER NOT EXISTS {{ ?figure mz:partOfRow ?above }}"""


def totals(rows: Iterable[Row]) -> Totals:
    """Printed totals of a body's reports: name → (year, stage, scope) → the sums with their figures, each sum once.

    `rows` give the variables `TOTAL` of the pattern `IS_TOTAL`, and may hold others without ?figure.
    """
    found: Totals = {}
    for r in sorted((r for r in rows if r["figure"] is not None), key=lambda r: iri_of(r["figure"])):
        kind, topic = notation_of(r["kind"]), notation_of(r["topic"])
        # Beside the three, a table may sum up meetings and training: what is part of that sum is whole in its own.
        outermost = r["whole"] is None or (kind == "three-public" and notation_of(r["of"]) != topic)
        head = _total_of(kind, notation_of(r["type"]), topic, outermost)
        yuan = yuan_of(r["sum"])
        if head is None or yuan is None:
            continue
        key = Period(text_of(r["year"]), notation_of(r["stage"]), notation_of(r["scope"]))
        one = found.setdefault(head.en, {}).setdefault(key, [])
        if all(yuan != known for known, _ in one):
            one.append((yuan, iri_of(r["figure"])))
    return found


def _total_of(kind: str, expenditure_type: str, topic: str, outermost: bool) -> Head | None:
    """Which of the totals a figure of a table's row of totals is."""
    if kind == "three-public":
        return _THREE_PUBLIC if topic == "three-public" and outermost else None
    wanted = expenditure_type if kind == "expenditure" and expenditure_type else ""
    if not wanted and not outermost:
        return None
    return next((head for head, table, part in _TOTALS if (table, part) == (kind, wanted)), None)


def years_block(view: View, found: Totals) -> list[Block]:
    """The printed totals, years side by side, with changes and a picture of the lines."""
    columns = sorted({one for cells in found.values() for one in cells}, key=lambda one: one.place)
    rows, drawn = [], []
    for head, *_ in _TOTALS:
        cells = found.get(head.en)
        if cells is None:
            continue
        sums = {one: some[0][0] for one, some in cells.items() if len(some) == 1}
        name = Cell(view.t(head.zh, head.en))
        rows.append([name, *(_total(view, cells.get(one, []), sums, one) for one in columns)])
        if head is not _THREE_PUBLIC:  # too small to be seen beside the others
            drawn.append((name.text, sums))
    heads = tuple(_head(view, one, columns) for one in columns)
    title = Head("历年收支", "Totals over the years")
    note = _CHANGES if len(columns) > 1 else None
    return view.section(
        Block(
            "years", title, (Head("项目", "Total"), *heads), rows, picture=_lines_picture(view, title, drawn), note=note
        )
    )


def _total(view: View, some: list[tuple[Decimal, str]], sums: Mapping[Period, Decimal], one: Period) -> Cell:
    """One total; several that a table prints beside one another with their heads."""
    if len(some) > 1:
        return Cell(values=tuple(money(y, view.link(o), note=text_of(view.value(o, "heading"))) for y, o in some))
    return _set_beside(view, sums, one, view.link(some[0][1]) if some else None)


def _lines_picture(view: View, title: Head, drawn: list[tuple[str, dict[Period, Decimal]]]) -> Picture | None:
    """Years across, a line for each total of each stage and scope that two years have; a missing year is a gap."""
    every = {one for _, sums in drawn for one in sums}
    years = [str(year) for year in range(*_span(every))] if every else []
    kinds = sorted({one._replace(year="") for one in every}, key=lambda one: one.place)
    series = []
    for name, sums in drawn:
        for kind in kinds:
            points = [sums.get(kind._replace(year=year)) for year in years]
            if len(points) - points.count(None) > 1:
                values = [None if point is None else as_number(point) for point in points]
                series.append({"name": f"{name} {_kind_name(view, kind, kinds)}".strip(), "values": values})
    data: dict[str, Any] = {"labels": years, "series": series, "unit": view.t("万元", "10k yuan")}
    return Picture("lines", title, data) if series else None


def _span(every: Iterable[Period]) -> tuple[int, int]:
    found = [int(one.year) for one in every]
    return min(found), max(found) + 1


def _kind_name(view: View, kind: Period, kinds: list[Period]) -> str:
    """What tells the lines of one total apart: the stage and the scope, where there are several."""
    stage = view.label(f"{CODE}stage/{kind.stage}") if len({k.stage for k in kinds}) > 1 else ""
    scope = view.label(f"{CODE}scope/{kind.scope}") if len({k.scope for k in kinds}) > 1 else ""
    return " ".join(filter(None, (stage, scope)))


def large_figures(view: View, found: Totals) -> list[Fact]:
    """The newest total of each kind, for the top of a page."""
    facts = []
    for head, *_ in _TOTALS[1:4]:
        cells = found.get(head.en, {})
        newest = _newest(cells)
        if newest:
            yuan, figure = cells[newest][0]
            if len(cells[newest]) == 1:
                name = period(newest.year, newest.stage)
                zh, en = head.zh.removeprefix("其中："), head.en.removeprefix("Of which: ").lower()
                facts.append(Fact(Head(f"{name.zh}{zh}", f"{name.en}: {en}"), (money(yuan, view.link(figure)),)))
    return facts


# Funds → department → project


PAID = "?project ?report ?annual ?source ?money ?amount"
IS_PAID = f"""?project mz:reportedIn ?report ; mz:annualAmount ?annual ; mz:hasAppropriation ?money .
      ?money mz:horizon <{CODE}horizon/annual> ; mz:fundingSource ?source ; mz:amount ?amount ."""


def flow(view: View, title: Head, paid: Iterable[Row], *, projects: int = 12) -> tuple[Picture | None, int]:
    """Annual money from its sources through bodies to projects; the picture and how many projects it covers.

    Only projects whose sources add up to their annual amount are drawn; past the largest, a body's projects are one.
    `paid` gives the variables `PAID` of the pattern `IS_PAID`, and may hold rows without them.
    """
    whole = _paid_whole(view, paid)
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
    number = {iri: str(i) for i, iri in enumerate(sorted(names))}
    data = {
        "unit": view.t("万元", "10k yuan"),
        "nodes": [{"id": number[i], "name": n, "href": href, "depth": d} for i, (n, href, d) in sorted(names.items())],
        "links": [
            {"source": number[a], "target": number[b], "value": as_number(y)}
            for (a, b), y in sorted(links.items())
            if y > 0
        ],
    }
    return (Picture("sankey", title, data) if links else None), len(whole)


def _paid_whole(view: View, paid: Iterable[Row]) -> dict[tuple[str, str, Decimal], dict[str, Decimal]]:
    """Body, project and its annual amount → the sources that add up to it."""
    parts: dict[tuple[str, str, Decimal], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    bodies: dict[str, str] = {}
    for r in paid:
        report = iri_of(r["report"])
        if not report:
            continue
        body = bodies.setdefault(report, iri_of(view.value(report, "reportingBody")))
        key = (body, iri_of(r["project"]), yuan_of(r["annual"]) or Decimal())
        parts[key][iri_of(r["source"])] += yuan_of(r["amount"]) or Decimal()
    return {key: sources for key, sources in parts.items() if key[2] > 0 and sum(sources.values()) == key[2]}


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
    """The lines of each body's newest budget that prints all expenditure by function: these may be added up."""
    years = newest_budgets(view)
    return [
        line for line in all_lines(view)
        if line.kind == ALL and line.year == years.get(line.report) and line.stage == "budget"
    ]  # fmt: skip


def newest_budgets(view: View) -> dict[str, str]:
    """Each body's newest budget → its year, found once for a release.

    A unit's stands there only where its department's budget of that year is not held.
    """
    return view.release.once("newest", lambda: _newest_budgets(view))


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
    return list(view.release.once("finest lines", lambda: _chosen(_every(view), _FINEST)))
