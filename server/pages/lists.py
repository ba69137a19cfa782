"""The lists of the site: what they list, what may be filtered and sorted, and pages of a stable order by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from server.engine.source import CLOCK
from server.pages.blocks import BLANK, Cell, Head
from server.pages.projects import ANNUAL, BODY, TOTAL, UNIT, YEAR
from server.pages.terms import CODE, MZ, Node
from server.pages.view import View, iri_of, text_of

_BATCH_SECONDS = 10.0  # for the next rows of a list that is sent as a file
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head and the path to its value; a list may be sorted by one whose head names an order.

    `counted` columns hold how many things the path leads to, others the first of its values.
    """

    head: Head
    path: str
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: title, pattern that binds ?item, columns after the name, and filters as name → pattern over ?value."""

    title: Head
    pattern: str
    columns: tuple[Column, ...] = ()
    filters: Mapping[str, tuple[Head, str]] = field(default_factory=dict)
    name: str = "rdfs:label"  # what the filter `q` looks into
    source: bool = False  # whether the items are printed on a page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks of a list: filters by name, the text in names, the order (`-` before it: downwards)."""

    filters: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    sort: str = ""

    def parameters(self) -> dict[str, str]:
        """The same as parameters of an address."""
        return {**self.filters, **({"q": self.text} if self.text else {}), **({"sort": self.sort} if self.sort else {})}


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list: items, rows, how many items there are in all, the key after which the next page begins."""

    items: list[str]
    rows: list[list[Cell]]
    total: int
    following: str | None


def _count(zh: str, en: str, path: str, sort: str) -> Column:
    return Column(Head(zh, en, number=True, sort=sort), path, counted=True)


_YEAR = Column(YEAR, "mz:fiscalYear")
_YEAR_FILTER = {"year": (Head("年度", "Year"), "?item mz:fiscalYear ?value .")}
_BODY_FILTER = (
    Head("机构", "Body"),
    "{ ?item mz:administeredBy|mz:implementedBy ?value } UNION { ?item mz:reportedIn/mz:reportingBody ?value }",
)
_REPORT_FILTER = (Head("报告", "Report"), "?item mz:reportedIn ?value .")
_PLACE_FILTER = (Head("地方", "Place"), "?item mz:reportedIn/mz:reportingBody/mz:region ?value .")

LISTINGS: dict[str, Listing] = {
    "reports": Listing(
        Head("公开报告", "Reports"),
        "?item a mz:Report .",
        (
            Column(Head("机构", "Body"), "mz:reportingBody"),
            _YEAR,
            Column(Head("阶段", "Stage"), "mz:stage"),
            Column(Head("范围", "Scope"), "mz:scope"),
            _count("表", "Tables", "^mz:reportedIn/mz:tableKind", ""),
            Column(Head("未读", "Unread", number=True, sort="unread"), "mz:unreadCount"),
        ),
        {
            **_YEAR_FILTER,
            "body": (Head("机构", "Body"), "?item mz:reportingBody ?value ."),
            "place": (Head("地方", "Place"), "?item mz:reportingBody/mz:region ?value ."),
            "stage": (Head("阶段", "Stage"), "?item mz:stage ?value ."),
        },
    ),
    "departments": Listing(
        Head("部门与单位", "Departments and units"),
        "?item a mz:Body .",
        (
            Column(Head("机构代码", "Code"), "mz:code"),
            Column(Head("行政区划", "Region"), "mz:region"),
            Column(Head("隶属", "Part of"), "org:subOrganizationOf"),
            _count("报告", "Reports", "^mz:reportingBody", "reports"),
            _count("项目", "Projects", "^mz:administeredBy|^mz:implementedBy", "projects"),
        ),
        {"region": (Head("行政区划", "Region"), "?item mz:region ?value .")},
    ),
    "projects": Listing(
        Head("项目", "Projects"),
        "?item a mz:Project .",
        (_YEAR, Column(BODY, "mz:administeredBy"), Column(UNIT, "mz:implementedBy"), Column(ANNUAL, "mz:annualAmount"),
         Column(TOTAL, "mz:totalAmount")),
        {**_YEAR_FILTER, "body": _BODY_FILTER, "place": _PLACE_FILTER,
         "document": (Head("引用的文件", "Cites"), "?item mz:hasCitation/mz:citedDocument ?value ."),
         "report": _REPORT_FILTER},
        source=True,
    ),
    "laws": Listing(
        Head("法律文件", "Legal documents"),
        "?item a mz:LegalDocument .",
        (
            Column(Head("文号", "Number"), "mz:documentNumber"),
            Column(Head("发文年份", "Year", sort="issued"), "mz:issueYear"),
            Column(Head("种类", "Kind"), "mz:documentKind"),
            Column(Head("层级", "Level"), "mz:issuingLevel"),
            _count("引用它的项目", "Citing projects", "^mz:citedDocument/^mz:hasCitation", "cited"),
        ),
        {
            "level": (Head("层级", "Level"), "?item mz:issuingLevel ?value ."),
            "kind": (Head("种类", "Kind"), "?item mz:documentKind ?value ."),
        },
        name="rdfs:label|dcterms:title|mz:documentNumber",
    ),
    "indicators": Listing(
        Head("绩效指标", "Indicators"),
        "?item a mz:Indicator .",
        (
            Column(Head("目标值", "Target", sort="target"), "mz:targetText"),
            Column(Head("种类", "Kind"), "mz:indicatorKind"),
            Column(Head("期限", "Horizon"), "mz:horizon"),
            Column(Head("项目", "Project"), "^mz:hasIndicator"),
        ),
        {
            "kind": (Head("种类", "Kind"), "?item mz:indicatorKind ?value ."),
            "horizon": (Head("期限", "Horizon"), "?item mz:horizon ?value ."),
        },
        source=True,
    ),
    "quality": Listing(
        Head("核对结果", "Findings"),
        "?item a mz:Finding .",
        (
            Column(Head("程度", "Severity"), "mz:severity"),
            Column(Head("核对规则", "Check"), "mz:check"),
            Column(Head("涉及", "Concerns"), "mz:concerns"),
            Column(Head("报告", "Report"), "mz:reportedIn"),
        ),
        {
            "severity": (Head("程度", "Severity"), "?item mz:severity ?value ."),
            "check": (Head("核对规则", "Check"), "?item mz:check ?value ."),
            "body": (Head("机构", "Body"), "?item mz:reportedIn/mz:reportingBody ?value ."),
            "report": _REPORT_FILTER,
        },
        source=True,
    ),
}  # fmt: skip
_SOURCE = Head("出处", "Printed on")
_BY_LINK = {"document", "report"}  # filters that come by a link from a page: their menus would hold too much


def heads(listing: Listing) -> list[Head]:
    """The heads of a list's table, the name first."""
    return [
        Head("名称", "Name", sort="name"),
        *(c.head for c in listing.columns),
        *([_SOURCE] if listing.source else []),
    ]


def orders(listing: Listing) -> dict[str, Column]:
    """Order → the column it is by."""
    named = Column(Head("名称", "Name", sort="name"), "rdfs:label")
    return {c.head.sort: c for c in (named, *listing.columns) if c.head.sort}


def wanted(listing: Listing, given: Mapping[str, str]) -> Wanted:
    """What the parameters of an address ask for; unknown ones are passed over."""
    sort = given.get("sort", "")
    return Wanted(
        {f: given[f] for f in listing.filters if given.get(f)},
        given.get("q", "").strip()[:100],
        sort if sort.removeprefix("-") in orders(listing) else "",
    )


def list_page(view: View, name: str, asked: Wanted, after: str, size: int) -> ListPage:
    """A page of a list: the `size` items after the item `after` in the order asked for."""
    listing = LISTINGS[name]
    pattern, bound = _pattern(view, listing, asked)
    found = _items(view, listing, pattern, bound, asked.sort, after, size + 1)
    items = found[:size]
    following = items[-1].removeprefix(view.base) if len(found) > size else None
    return ListPage(items, _rows(view, listing, items), count(view, name, asked), following)


def count(view: View, name: str, asked: Wanted) -> int:
    """How many items the list has under its filters."""
    pattern, bound = _pattern(view, LISTINGS[name], asked)
    found = view.rows(f"SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{ {pattern} }}", **bound)
    return int(text_of(found[0]["n"]))


def all_rows(view: View, name: str, asked: Wanted) -> Iterator[list[Cell]]:
    """All rows of a list, read page by page; each has a time of its own, so that a long list comes whole.

    ValueError at once for a filter that is none.
    """
    return _every_row(view, LISTINGS[name], asked, *_pattern(view, LISTINGS[name], asked))


def _every_row(
    view: View, listing: Listing, asked: Wanted, pattern: str, bound: Mapping[str, Node]
) -> Iterator[list[Cell]]:
    after = ""
    while items := _items(view, listing, pattern, bound, asked.sort, after, 500):
        yield from _rows(view, listing, items)
        after = items[-1].removeprefix(view.base)
        CLOCK.begin(_BATCH_SECONDS)


def _pattern(view: View, listing: Listing, asked: Wanted) -> tuple[str, dict[str, Node]]:
    """The pattern of ?item under all filters, with the terms to put into it."""
    pattern, bound = listing.pattern, dict[str, Node]()
    for name, value in asked.filters.items():
        variable = "filter" + name
        pattern += "\n" + listing.filters[name][1].replace("?value", f"?{variable}")
        bound[variable] = _term(view, value)
    if asked.text:
        pattern += f"\n?item {listing.name} ?itemname . FILTER(CONTAINS(LCASE(STR(?itemname)), ?wantedtext))"
        bound["wantedtext"] = ox.Literal(asked.text.lower())
    return pattern, bound


def _items(
    view: View, listing: Listing, pattern: str, bound: Mapping[str, Node], sort: str, after: str, size: int
) -> list[str]:
    """IRIs of the items after `after`: by the order, things without a value last, then by IRI."""
    column = orders(listing).get(sort.removeprefix("-"))
    bound = {**bound, **_last(view, after)}
    if column is None:
        begin = f"FILTER({_LATER})" if after else ""
        query = f"SELECT DISTINCT ?item WHERE {{ {pattern} {begin} }} ORDER BY STR(?item) LIMIT {size}"
        return [iri_of(r["item"]) for r in view.rows(query, **bound)]
    keyed = _keyed(pattern, column)
    down = sort.startswith("-")
    begin, bound = _after(view, keyed, bound, down=down) if after else ("", bound)
    order = "DESC(?key)" if down else "ASC(?key)"
    query = f"SELECT ?item WHERE {{ {keyed} {begin} }} ORDER BY DESC(BOUND(?key)) {order} STR(?item) LIMIT {size}"
    return [iri_of(r["item"]) for r in view.rows(query, **bound)]


# What comes from outside is never written into a query, but bound: so is the item after which a page begins.
_LATER = "STR(?item) > ?lasttext"


def _last(view: View, after: str) -> dict[str, Node]:
    if not after:
        return {}
    last = ox.NamedNode(view.base + after)
    return {"lastitem": last, "lasttext": ox.Literal(last.value)}


def _keyed(pattern: str, column: Column) -> str:
    key = "COUNT(DISTINCT ?sortvalue)" if column.counted else "MIN(?sortvalue)"
    return f"""{{ SELECT ?item ({key} AS ?key) WHERE {{ {pattern}
      OPTIONAL {{ ?item {column.path} ?sortvalue }} }} GROUP BY ?item }} FILTER(BOUND(?item))"""


def _after(view: View, keyed: str, bound: Mapping[str, Node], *, down: bool) -> tuple[str, Mapping[str, Node]]:
    """The condition of standing after the last item, with the terms in it: by key, among equal keys by IRI."""
    found = view.rows(f"SELECT ?key WHERE {{ {keyed} FILTER(?item = ?lastitem) }}", **bound)
    if not found:
        return "", bound
    key = found[0]["key"]
    if key is None:
        return f"FILTER(!BOUND(?key) && {_LATER})", bound
    sign = "<" if down else ">"
    condition = f"FILTER(!BOUND(?key) || ?key {sign} ?lastkey || (?key = ?lastkey && {_LATER}))"
    return condition, {**bound, "lastkey": key}


def _rows(view: View, listing: Listing, items: list[str]) -> list[list[Cell]]:
    """The items' rows; each column is read in one query."""
    if not items:
        return []
    columns = [_values(view, items, column) for column in listing.columns]
    return [
        [
            view.cell(ox.NamedNode(item)),
            *(found.get(item, BLANK) for found in columns),
            *([view.source(item)] if listing.source else []),
        ]
        for item in items
    ]


def _values(view: View, items: list[str], column: Column) -> dict[str, Cell]:
    key = "COUNT(DISTINCT ?v)" if column.counted else "MIN(?v)"
    every = " ".join(str(ox.NamedNode(item)) for item in items)
    query = f"""SELECT ?item ({key} AS ?value) WHERE {{ VALUES ?item {{ {every} }}
      OPTIONAL {{ ?item {column.path} ?v }} }} GROUP BY ?item"""
    predicate = MZ + column.path.removeprefix("mz:")
    return {iri_of(r["item"]): view.cell(r["value"], predicate) for r in view.rows(query)}


def _term(view: View, value: str) -> Node:
    """A filter's value: a year, a concept (`code/…`), an entity (`id/…`) or an IRI; ValueError for all else."""
    if value.isascii() and value.isdigit() and len(value) == 4:
        return ox.Literal(value, datatype=ox.NamedNode(_XSD + "gYear"))
    if value.startswith("code/"):
        return ox.NamedNode(CODE + value.removeprefix("code/"))
    if not value.startswith("id/") and "://" not in value:
        raise ValueError(value)
    return ox.NamedNode(value if "://" in value else view.base + value)


def choices(view: View, name: str, filter_name: str, limit: int = 300) -> list[tuple[str, str]]:
    """What a filter offers: (value, name) of all that occurs in the list, read once for a release."""
    if filter_name in _BY_LINK:
        return []
    key = f"choices {name} {filter_name} {view.language}"
    return view.release.once(key, lambda: _choices(view, name, filter_name, limit))


def _choices(view: View, name: str, filter_name: str, limit: int) -> list[tuple[str, str]]:
    listing = LISTINGS[name]
    pattern = f"{listing.pattern} {listing.filters[filter_name][1]}"
    query = f"SELECT DISTINCT ?value WHERE {{ {pattern} }} ORDER BY ?value LIMIT {limit}"
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
    return found if len(found) < limit else []  # too many for a menu: the filter is for links


def sorted_by(listing: Listing, asked: Wanted) -> list[Head]:
    """The heads of a list with the order that a click on each asks for: downwards first for numbers."""
    found = []
    for head in heads(listing):
        first = f"-{head.sort}" if head.number else head.sort
        other = head.sort if head.number else f"-{head.sort}"
        found.append(replace(head, sort=(other if asked.sort == first else first) if head.sort else ""))
    return found
