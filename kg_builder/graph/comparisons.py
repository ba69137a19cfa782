"""Report → what its checks compare: statements with figures, codes with their names, projects with their years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pyoxigraph as ox

from kg_builder import marks, vocab
from kg_builder.graph.addends import not_broken_down
from kg_builder.graph.names import Names
from kg_builder.graph.repeats import repeats
from kg_builder.graph.statement_links import statement_links
from kg_builder.graph.triples import Triples, chinese, typed
from kg_builder.model import BudgetTable, Place, Report, Statement
from kg_builder.templates.tables.reading import NO_UNIT
from kg_builder.text import counting_number, label_key, path_to_levels

_SCHEMES = {"2": "function", "3": "economic", "5": "governmentEconomic"}  # by the first digit of a code
# 208 · 20805 · 2080505
_OFFICIAL = re.compile(r"\d{3}(?:\d\d){0,2}")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?=年|[.\-/—–~至]|$)")  # 2025年1月1日-2025年12月31日
_ORDINAL = re.compile(r"\d+|[一二三四五六七八九十]+")  # 预算公开表3 · 公开03表 · 表十一
_ROLES = {"about": "aboutStatement", "whole": "ofWhole", "change": "withChange", "part": "partOfStatement"}
_REFORM = 2018  # in that year the economic classification was drawn up anew: older codes are other codes
_SHORTEST = 4  # characters that a name cut in print still has


def add_comparisons(out: Triples, names: Names) -> None:
    """Add to the graph of a report what its checks need beyond what is printed."""
    report = names.report
    _statements(out, names)
    for part in _read_in_part(names):
        out.add(part, readInPart=True)
    for number, table in enumerate(report.tables, 1):
        ordinal = label_number(table.label or "")
        out.add(names.of_table(number), labelNumber=ordinal)
        _codes(out, names, number, table)
        for figure in () if table.of_government else not_broken_down(table):
            out.add(names.of_observation(number, *figure), notBrokenDown=True)
        for o in table.observations:
            out.add(names.of_observation(number, o.row, o.column), projectName=o.project)
    for (number, figure), (other, same) in repeats(report):
        out.add(names.of_observation(number, *figure), repeats=names.of_observation(other, *same))
    for key, project in zip(names.project_keys, report.projects, strict=True):
        fields = dict(project.fields)
        period = fields["period"].text if "period" in fields else project.period or ""
        years = sorted(_YEAR.findall(label_key(period)))
        if years:
            first, last = typed(years[0], "gYear"), typed(years[-1], "gYear")
            out.add(names.iri("project", names.key, key), periodFrom=first, periodThrough=last)
    for there in report.counterparts:
        here = names.of_observation(there.table, there.row, there.column)
        out.link(here, "mz:restates", *(names.iri("obs", *path.split("/")) for path in there.figures))
        out.add(here, restatedAmount=there.amount, restatedRounding=there.rounding)
    for body in report.listed:
        out.add(names.of_report(), listsUnit=names.of_body(body))


def _read_in_part(names: Names) -> Iterator[ox.NamedNode]:
    """The report where anything was not read, and each table and project of which something was not.

    What a fault of a page has hidden may be of any table that stands there or ends on the page before; what one of a
    line of a text file has, of the table around it.
    """
    report = names.report
    if report.unread or report.faults:
        yield names.of_report()
    lost = {(r.owner.kind == "table", r.owner.number) for r in report.unread if r.owner}
    for number, table in enumerate(report.tables, 1):
        if (True, number) in lost or any(_may_hide(fault.place, table) for fault in report.faults):
            yield names.of_table(number)
    for number, key in enumerate(names.project_keys, 1):
        if (False, number) in lost:
            yield names.iri("project", names.key, key)


def _may_hide(fault: Place, table: BudgetTable) -> bool:
    """Whether what is missing at a place may be of a table: all of a text file is one page, and its lines tell more."""
    places = [table.place, *(o.amount.place for o in table.observations)]
    if fault.source != table.place.source:
        return False
    lines = [place.line for place in places if place.line is not None]
    if fault.line is not None and lines:
        return min(lines) <= fault.line <= max(lines) + 1
    return table.place.page <= fault.page <= max(place.page for place in places) + 1


def printed_unit(report: Report, number: int, table: BudgetTable) -> str | None:
    """The unit that the table prints; nothing where it certainly prints none; None where nobody knows.

    Its columns may name theirs, it may have no figures, or what is unread on its pages may be the unit.
    """
    if table.unit or table.observations:
        return table.unit or None
    own = [lost for lost in report.unread if lost.owner and (lost.owner.kind, lost.owner.number) == ("table", number)]
    pages = {(table.place.source, table.place.page), *((lost.place.source, lost.place.page) for lost in own)}
    others = [lost for lost in (*report.unread, *report.faults) if lost.reason != NO_UNIT]
    doubtful = any((lost.place.source, lost.place.page) in pages for lost in others)
    return "" if any(lost.reason == NO_UNIT for lost in own) and not doubtful else None


def _statements(out: Triples, names: Names) -> None:
    statements = names.report.statements

    def iri(number: int) -> ox.NamedNode:
        return names.iri("statement", names.key, f"s{number + 1}")

    for link in statement_links(names.report):
        if isinstance(link.target, int):
            out.add(iri(link.statement), **{_ROLES[link.role]: iri(link.target)})
        else:
            table, figure = link.target
            role = "comparableFigure" if link.role == "figure" else _ROLES[link.role]
            out.add(iri(link.statement), **{role: names.of_observation(table, *figure)})
    told: set[str | None] = set()
    for number, statement in enumerate(statements):
        if statement.amount is None:
            out.add(iri(number), precision=last_digit(statement.value))
        if statement.subject not in told:
            for name in _names_of_this_year(statement, names.report.identity.year):
                out.add(iri(number), listedName=chinese(name))
        told.add(statement.subject)


def last_digit(value: Decimal) -> Decimal:
    """What the last printed digit is worth: 0.01 of 12.50, 1 of 8."""
    exponent = value.as_tuple().exponent
    return Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))


# --- codes and their names --------------------------------------------------------------------------------------


def _codes(out: Triples, names: Names, number: int, table: BudgetTable) -> None:
    """For the first figure of each row with an official code: the code's name where another one is printed."""
    codes = {row.number: row.code for row in table.rows if row.code and _OFFICIAL.fullmatch(row.code)}
    done: set[int] = set()
    for o in sorted(table.observations, key=lambda o: (o.row, o.column)):
        code = codes.get(o.row)
        iri = names.of_observation(number, o.row, o.column)
        out.add(iri, rowCode=code or dict(o.dimensions).get("functionCode"))  # a summary's line has no code
        if code and o.row not in done:
            done.add(o.row)
            _compare_code(out, iri, code, o.label, names.report.identity.year)


def _compare_code(out: Triples, iri: ox.NamedNode, code: str, label: str, year: int) -> None:
    """Say where a code is none of its list's, or what its name is where another one is printed."""
    scheme = _SCHEMES.get(code[0])
    if scheme is None or (scheme != "function" and year < _REFORM):
        return
    listed = vocab.concepts(scheme)
    # Sections and items are added from year to year: one that our list lacks is doubted where another has its name.
    if code[:3] not in listed or (scheme != "function" and code not in listed and _is_another(scheme, label, year)):
        out.add(iri, unknownCode=code)
    elif name := other_name(scheme, code, label, year):
        out.add(iri, listedName=chinese(name))


def _is_another(scheme: str, label: str, year: int) -> bool:
    """Whether the printed name is that of a listed code in that year."""
    own = _bare(label)
    return bool(own) and any(
        own == _bare(name)
        for notation in vocab.concepts(scheme)
        for name in vocab.names_in_year(scheme, notation, year)
    )


def other_name(scheme: str, notation: str, printed: str, year: int) -> str | None:
    """The name of a code in that year where another one is printed; None for a code without known name.

    支出 at the end is printed or left out at will, and a name may be cut at the end of its cell.
    """
    valid, own = vocab.names_in_year(scheme, notation, year), _bare(printed)
    if not valid or not own or any(_same(own, _bare(name)) for name in valid):
        return None
    return valid[0]


def _same(printed: str, name: str) -> bool:
    short, long = sorted((printed, name), key=len)
    return long.startswith(short) and (len(short) >= _SHORTEST or short == long)


def _bare(name: str) -> str:
    return re.sub(r"[()《》、,]", "", marks.without_ordinal(label_key(name))).removesuffix("支出")


def _names_of_this_year(statement: Statement, year: int) -> Iterator[str]:
    """Names now in force for headings of the statement that are named as in other years."""
    if statement.topic != "function":
        return
    for name, level in path_to_levels(statement.subject or ""):
        if level != "项":
            yield from vocab.renamed(label_key(name), year, (3, 5)["类款".index(level)])


# --- years and ordinals -----------------------------------------------------------------------------------------


def label_number(label: str) -> int | None:
    """The ordinal in a table's label: 预算公开表3 → 3, 表十一 → 11; None without one."""
    found = _ORDINAL.search(label)
    return counting_number(found[0]) if found else None
