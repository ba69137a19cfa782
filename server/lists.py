"""The lists of the site: what they list, what may be filtered, and pages of a stable order by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from server.entities import ANNUAL, BODY, TOTAL, UNIT, YEAR
from server.negotiate import PREFIXES
from server.terms import CODE, MZ, Node
from server.view import BLANK, Cell, Head, View

_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head and the property (or path of our own writing) whose first value it shows."""

    head: Head
    path: str


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: title, pattern that binds ?item, columns after the name, and filters as name → pattern over ?value."""

    title: Head
    pattern: str
    columns: tuple[Column, ...] = ()
    filters: Mapping[str, tuple[Head, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: rows, how many items there are in all, and the key after which the next page begins."""

    rows: list[list[Cell]]
    total: int
    following: str | None


def _count_of(path: str) -> str:
    return f"COUNT {path}"


_YEAR_FILTER = {"year": (YEAR, "?item mz:fiscalYear ?value .")}
_BODY_FILTER = (Head("机构", "Body"), "{ ?item mz:administeredBy ?value } UNION { ?item mz:implementedBy ?value }")

LISTINGS: dict[str, Listing] = {
    "reports": Listing(
        Head("公开报告", "Reports"),
        "?item a mz:Report .",
        (
            Column(Head("机构", "Body"), "mz:reportingBody"),
            Column(YEAR, "mz:fiscalYear"),
            Column(Head("阶段", "Stage"), "mz:stage"),
            Column(Head("范围", "Scope"), "mz:scope"),
            Column(Head("未读", "Unread", number=True), "mz:unreadCount"),
        ),
        {**_YEAR_FILTER, "body": (Head("机构", "Body"), "?item mz:reportingBody ?value .")},
    ),
    "departments": Listing(
        Head("部门与单位", "Departments and units"),
        "?item a mz:Body .",
        (
            Column(Head("机构代码", "Code"), "mz:code"),
            Column(Head("行政区划", "Region"), "mz:region"),
            Column(Head("隶属", "Part of"), "org:subOrganizationOf"),
            Column(Head("报告", "Reports", number=True), _count_of("^mz:reportingBody")),
            Column(Head("项目", "Projects", number=True), _count_of("^mz:administeredBy|^mz:implementedBy")),
        ),
        {"region": (Head("行政区划", "Region"), "?item mz:region ?value .")},
    ),
    "projects": Listing(
        Head("项目", "Projects"),
        "?item a mz:Project .",
        (
            Column(YEAR, "mz:fiscalYear"),
            Column(BODY, "mz:administeredBy"),
            Column(UNIT, "mz:implementedBy"),
            Column(ANNUAL, "mz:annualAmount"),
            Column(TOTAL, "mz:totalAmount"),
        ),
        {**_YEAR_FILTER, "body": _BODY_FILTER},
    ),
    "laws": Listing(
        Head("法律文件", "Legal documents"),
        "?item a mz:LegalDocument .",
        (
            Column(Head("文号", "Number"), "mz:documentNumber"),
            Column(Head("种类", "Kind"), "mz:documentKind"),
            Column(Head("层级", "Level"), "mz:issuingLevel"),
            Column(
                Head("引用它的项目", "Citing projects", number=True), _count_of("^mz:citedDocument/^mz:hasCitation")
            ),
        ),
        {
            "level": (Head("层级", "Level"), "?item mz:issuingLevel ?value ."),
            "kind": (Head("种类", "Kind"), "?item mz:documentKind ?value ."),
        },
    ),
    "indicators": Listing(
        Head("绩效指标", "Indicators"),
        "?item a mz:Indicator .",
        (
            Column(Head("目标值", "Target"), "mz:targetText"),
            Column(Head("种类", "Kind"), "mz:indicatorKind"),
            Column(Head("期限", "Horizon"), "mz:horizon"),
            Column(Head("项目", "Project"), "^mz:hasIndicator"),
        ),
        {"kind": (Head("种类", "Kind"), "?item mz:indicatorKind ?value .")},
    ),
    "quality": Listing(
        Head("核对结果", "Findings"),
        "?item a mz:Finding .",
        (
            Column(Head("程度", "Severity"), "mz:severity"),
            Column(Head("涉及", "Concerns"), "mz:concerns"),
            Column(Head("应为", "Expected"), "mz:expected"),
            Column(Head("实为", "Found"), "mz:found"),
            Column(Head("报告", "Report"), "mz:reportedIn"),
        ),
        {
            "severity": (Head("程度", "Severity"), "?item mz:severity ?value ."),
            "check": (Head("核对规则", "Check"), "?item mz:check ?value ."),
        },
    ),
}


def list_page(view: View, name: str, given: Mapping[str, str], after: str, size: int) -> ListPage:
    """A page of a list: the `size` items after key `after` that all filters `given` (name → value) let through."""
    listing = LISTINGS[name]
    pattern, bound = listing.pattern, dict[str, Node]()
    for filter_name, value in given.items():
        pattern += "\n" + listing.filters[filter_name][1].replace("?value", f"?{filter_name}")
        bound[filter_name] = _term(view, value)
    count = view.rows(f"{_HEAD}SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{ {pattern} }}", **bound)[0]["n"]
    query = f"""{_HEAD}SELECT DISTINCT ?item WHERE {{ {pattern} FILTER(STR(?item) > ?after) }}
      ORDER BY STR(?item) LIMIT {size + 1}"""
    found = [r["item"] for r in view.rows(query, **bound, after=ox.Literal(view.base + after if after else ""))]
    items = [item for item in found[:size] if isinstance(item, ox.NamedNode)]
    following = items[-1].value.removeprefix(view.base) if len(found) > size else None
    rows = [[view.cell(item), *(_value(view, item, column) for column in listing.columns)] for item in items]
    return ListPage(rows, int(count.value) if isinstance(count, ox.Literal) else 0, following)


def _term(view: View, value: str) -> Node:
    """A filter's value: a year, a concept (`code/…`), an entity (`id/…`); ValueError where it can be no IRI."""
    if value.isascii() and value.isdigit() and len(value) == 4:
        return ox.Literal(value, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#gYear"))
    if value.startswith("code/"):
        return ox.NamedNode(CODE + value.removeprefix("code/"))
    return ox.NamedNode(value if "://" in value else view.base + value)


def _value(view: View, item: ox.NamedNode, column: Column) -> Cell:
    if column.path.startswith("COUNT "):
        path = column.path.removeprefix("COUNT ")
        query = f"{_HEAD}SELECT (COUNT(DISTINCT ?value) AS ?n) WHERE {{ ?item {path} ?value }}"
        return view.cell(view.rows(query, item=item)[0]["n"])
    found = view.rows(f"{_HEAD}SELECT ?value WHERE {{ ?item {column.path} ?value }} ORDER BY ?value LIMIT 1", item=item)
    if not found:
        return BLANK
    return view.cell(found[0]["value"], MZ + column.path.removeprefix("mz:") if column.head.number else None)


def choices(view: View, name: str, filter_name: str, limit: int = 300) -> list[tuple[str, str]]:
    """What a filter offers: (value, name) of all that occurs in the list."""
    listing = LISTINGS[name]
    query = f"""{_HEAD}SELECT DISTINCT ?value WHERE {{ {listing.pattern} {listing.filters[filter_name][1]} }}
      ORDER BY ?value LIMIT {limit}"""
    found: list[tuple[str, str]] = []
    for row in view.rows(query):
        value = row["value"]
        if isinstance(value, ox.NamedNode):
            short = value.value.removeprefix(view.base)
            if value.value.startswith(CODE):
                short = "code/" + value.value.removeprefix(CODE)
            found.append((short, view.label(value.value)))
        elif isinstance(value, ox.Literal):
            found.append((value.value, value.value))
    return found
