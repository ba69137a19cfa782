"""The lists of the site: what a reader asks of one, and pages of a stable order by key; all of it as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pyoxigraph as ox

from server.engine.source import CLOCK
from server.negotiate import PREFIXES
from server.pages.blocks import Cell, Head, csv_rows
from server.pages.kinds import Column, Listed
from server.pages.site import PATH
from server.pages.terms import CODE, MZ, Node
from server.pages.view import MONEY, View, iri_of, text_of

_BATCH_SECONDS = 10.0  # for the next rows of a list that is sent as a file
_XSD = "http://www.w3.org/2001/XMLSchema#"


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


_SOURCE = Head("出处", "Printed on")
_BY_LINK = {"document", "basis", "report"}  # filters that come by a link from a page: their menus would hold too much


def heads(kind: Listed) -> list[Head]:
    """The heads of a list's table, the name first."""
    return [
        Head("名称", "Name", sort="name"),
        *(c.head for c in kind.columns),
        *([_SOURCE] if kind.source else []),
    ]


def orders(kind: Listed) -> dict[str, Column]:
    """Order → the column it is by."""
    named = Column(Head("名称", "Name", sort="name"), "rdfs:label")
    return {c.head.sort: c for c in (named, *kind.columns) if c.head.sort}


def wanted(kind: Listed, given: Mapping[str, str]) -> Wanted:
    """What the parameters of an address ask for; unknown ones are passed over."""
    sort = given.get("sort", "")
    return Wanted(
        {f: given[f] for f in kind.filters if given.get(f)},
        given.get("q", "").strip()[:100],
        sort if sort.removeprefix("-") in orders(kind) else "",
    )


def list_page(view: View, kind: Listed, asked: Wanted, after: str, size: int) -> ListPage:
    """A page of a list: the `size` items after the item `after` in the order asked for."""
    pattern, bound = _pattern(view, kind, asked)
    found = _items(view, kind, pattern, bound, asked.sort, after, size + 1)
    items = found[:size]
    following = items[-1].removeprefix(view.base) if len(found) > size else None
    return ListPage(items, _rows(view, kind, items), count(view, kind, asked), following)


@dataclass(frozen=True, slots=True)
class Record:
    """An item of a list as data: its values in the order of the columns, None where nothing is known, and its pages."""

    iri: str
    values: list[Node | None]
    pages: list[str]


def records(view: View, kind: Listed, items: list[str]) -> list[Record]:
    """The items as data; the columns are read in one query."""
    columns = _nodes(view, items, kind.columns)
    derived = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
    return [
        Record(item, [found.get(item) for found in columns],
               sorted(map(iri_of, view.values(ox.NamedNode(item), derived))) if kind.source else [])
        for item in items
    ]  # fmt: skip


def keys(kind: Listed) -> list[str]:
    """What the columns are called in data: a property by its name, a count by its order, all else by its head."""
    return [
        column.path.rpartition(":")[2] if column.path.startswith(("mz:", "org:")) and not column.counted
        else column.head.sort or column.head.en.lower()
        for column in kind.columns
    ]  # fmt: skip


def as_json(view: View, kind: Listed, asked: Wanted, after: str, size: int) -> dict[str, Any]:
    """A page of a list as data, without the address of the next one, and the item after which that begins."""
    page = list_page(view, kind, asked, after, size)
    return {
        "total": page.total,
        "after": page.following,
        "items": [
            {"id": one.iri, "name": view.label(one.iri)}
            | {key: _plain(view, key, node) for key, node in zip(keys(kind), one.values, strict=True)}
            | ({"pages": one.pages} if kind.source else {})
            for one in records(view, kind, page.items)
        ],
    }


def _plain(view: View, key: str, node: Node | None) -> Any:
    """A thing as its IRI and name, a count as a number, all else as text: sums stay exact, codes keep their zeros."""
    if isinstance(node, ox.NamedNode):
        return {"id": node.value, "name": view.label(node.value)}
    if not isinstance(node, ox.Literal):
        return None
    is_count = node.datatype.value == _XSD + "integer" and MZ + key not in MONEY
    return int(node.value) if is_count else node.value


def as_table(view: View, kind: Listed, asked: Wanted) -> Iterator[list[str | int | Decimal | None]]:
    """All of a list as rows below its heads: names, numbers as numbers, sums in yuan, the IRI at the end."""
    yield [
        *(
            _headed(view, head, money=MZ + key in MONEY)
            for head, key in zip(heads(kind), ["", *keys(kind), ""], strict=False)
        ),
        "IRI",
    ]
    pattern, bound = _pattern(view, kind, asked)
    after = ""
    while items := _items(view, kind, pattern, bound, asked.sort, after, 500):
        for one in records(view, kind, items):
            values = [_in_cell(view, key, node) for key, node in zip(keys(kind), one.values, strict=True)]
            yield [view.label(one.iri), *values, *(["\n".join(one.pages)] if kind.source else []), one.iri]
        after = items[-1].removeprefix(view.base)
        CLOCK.begin(_BATCH_SECONDS)


def _headed(view: View, head: Head, *, money: bool) -> str:
    """A head without the unit of the page: a file holds yuan."""
    text = view.t(head.zh, head.en).replace("（万元）", "").replace(" (10k yuan)", "")
    return text + (view.t("（元）", " (yuan)") if money else "")


def _in_cell(view: View, key: str, node: Node | None) -> str | int | Decimal | None:
    plain = _plain(view, key, node)
    if isinstance(node, ox.Literal) and (MZ + key in MONEY or node.datatype.value == _XSD + "decimal"):
        return Decimal(node.value)
    return str(plain["name"]) if isinstance(plain, dict) else plain


def count(view: View, kind: Listed, asked: Wanted) -> int:
    """How many items the list has under its filters."""
    pattern, bound = _pattern(view, kind, asked)
    found = view.rows(f"SELECT (COUNT(DISTINCT ?item) AS ?n) WHERE {{ {pattern} }}", **bound)
    return int(text_of(found[0]["n"]))


def as_csv(view: View, kind: Listed, asked: Wanted) -> Iterator[list[str]]:
    """All of a list as rows of CSV, a batch at a time; the first batch tells which columns hold money.

    ValueError at once for a filter that is none.
    """
    return _csv_batches(view, heads(kind), _every_row(view, kind, asked, *_pattern(view, kind, asked)))


def _csv_batches(view: View, columns: list[Head], table: Iterator[list[Cell]]) -> Iterator[list[str]]:
    batch: list[list[Cell]] = []
    header = True
    for row in table:
        batch.append(row)
        if len(batch) == 500:
            yield from csv_rows(columns, batch, view.language)[0 if header else 1 :]
            header, batch = False, []
    if batch or header:
        yield from csv_rows(columns, batch, view.language)[0 if header else 1 :]


def _every_row(
    view: View, kind: Listed, asked: Wanted, pattern: str, bound: Mapping[str, Node]
) -> Iterator[list[Cell]]:
    after = ""
    while items := _items(view, kind, pattern, bound, asked.sort, after, 500):
        yield from _rows(view, kind, items)
        after = items[-1].removeprefix(view.base)
        CLOCK.begin(_BATCH_SECONDS)


def _every(kind: Listed) -> str:
    """The pattern of ?item without any filter."""
    return f"?item a mz:{kind.name} ."


def _pattern(view: View, kind: Listed, asked: Wanted) -> tuple[str, dict[str, Node]]:
    """The pattern of ?item under all filters, with the terms to put into it."""
    pattern, bound = _every(kind), dict[str, Node]()
    for name, value in asked.filters.items():
        variable = "filter" + name
        pattern += "\n" + kind.filters[name][1].replace("?value", f"?{variable}")
        bound[variable] = _term(view, value)
    if asked.text:
        pattern += f"\n?item {kind.named} ?itemname . FILTER(CONTAINS(LCASE(STR(?itemname)), ?wantedtext))"
        bound["wantedtext"] = ox.Literal(asked.text.lower())
    return pattern, bound


def _items(
    view: View, kind: Listed, pattern: str, bound: Mapping[str, Node], sort: str, after: str, size: int
) -> list[str]:
    """IRIs of the items after `after`: by the order, things without a value last, then by IRI."""
    column = orders(kind).get(sort.removeprefix("-"))
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


def _rows(view: View, kind: Listed, items: list[str]) -> list[list[Cell]]:
    """The items' rows; the columns are read in one query."""
    columns = _nodes(view, items, kind.columns)
    predicates = [MZ + column.path.removeprefix("mz:") for column in kind.columns]
    return [
        [
            view.cell(ox.NamedNode(item)),
            *(view.cell(found.get(item), predicate) for found, predicate in zip(columns, predicates, strict=True)),
            *([view.source(item)] if kind.source else []),
        ]
        for item in items
    ]


def _nodes(view: View, items: list[str], columns: Sequence[Column]) -> list[dict[str, Node | None]]:
    """Of each column the value of each item that has one."""
    if not items or not columns:
        return [{} for _ in columns]
    every = " ".join(str(ox.NamedNode(item)) for item in items)
    parts = [
        f"""{{ SELECT ?item ({"COUNT(DISTINCT ?v)" if column.counted else "MIN(?v)"} AS ?value{number}) WHERE {{
          VALUES ?item {{ {every} }} OPTIONAL {{ ?item {column.path} ?v }} }} GROUP BY ?item }}"""
        for number, column in enumerate(columns)
    ]
    names = [f"value{number}" for number in range(len(columns))]
    found = view.rows(f"SELECT ?item {' '.join(f'?{name}' for name in names)} WHERE {{ {' UNION '.join(parts)} }}")
    return [{iri_of(r["item"]): r[name] for r in found if r[name] is not None} for name in names]


def _term(view: View, value: str) -> Node:
    """A filter's value: a year, a concept (`code/…`), an entity (`id/…`) or an IRI; ValueError for all else."""
    if value.isascii() and value.isdigit() and len(value) == 4:
        return ox.Literal(value, datatype=ox.NamedNode(_XSD + "gYear"))
    if value.startswith("code/"):
        return ox.NamedNode(CODE + value.removeprefix("code/"))
    if not value.startswith("id/") and "://" not in value:
        raise ValueError(value)
    return ox.NamedNode(value if "://" in value else view.base + value)


def choices(view: View, kind: Listed, filter_name: str, limit: int = 300) -> list[tuple[str, str]]:
    """What a filter offers: (value, name) of all that occurs in the list, read once for a release."""
    if filter_name in _BY_LINK:
        return []
    every = view.release.once(f"choices {kind.name}", lambda: _offered(view, kind, limit))
    return view.release.once(f"choices {kind.name} {filter_name} {view.language}",
                             lambda: _choices(view, every[filter_name], limit))  # fmt: skip


def _offered(view: View, kind: Listed, limit: int) -> dict[str, list[Node]]:
    """Filter → the values that occur in the list, no more of each than the limit."""
    names = {f"value{n}": name for n, name in enumerate(one for one in kind.filters if one not in _BY_LINK)}
    patterns = {one: _every(kind) + kind.filters[name][1].replace("?value", f"?{one}") for one, name in names.items()}
    parts = [
        f"{{ SELECT DISTINCT ?{one} WHERE {{ {pattern} }} ORDER BY ?{one} LIMIT {limit} }}"
        for one, pattern in patterns.items()
    ]
    rows = view.rows(f"SELECT {' '.join('?' + one for one in names)} WHERE {{ {' UNION '.join(parts)} }}")
    return {
        name: sorted((value for r in rows if (value := r[variable]) is not None), key=str)
        for variable, name in names.items()
    }


def _choices(view: View, values: list[Node], limit: int) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for value in values:
        if isinstance(value, ox.NamedNode):
            short = value.value.removeprefix(view.base)
            if value.value.startswith(CODE):
                short = "code/" + value.value.removeprefix(CODE)
            found.append((short, view.label(value.value)))
        elif isinstance(value, ox.Literal):
            found.append((value.value, value.value))
    return found if len(found) < limit else []  # too many for a menu: the filter is for links


def sorted_by(kind: Listed, asked: Wanted) -> list[Head]:
    """The heads of a list with the order that a click on each asks for: downwards first for numbers."""
    found = []
    for head in heads(kind):
        first = f"-{head.sort}" if head.number else head.sort
        other = head.sort if head.number else f"-{head.sort}"
        found.append(replace(head, sort=(other if asked.sort == first else first) if head.sort else ""))
    return found


def chosen(
    view: View, filters: list[tuple[str, Head, list[tuple[str, str]]]], given: Mapping[str, str]
) -> dict[str, str]:
    """The names of filters that came by a link and stand in no menu."""
    menus = {name: {value for value, _ in options} for name, _, options in filters}
    rest = {name: value for name, value in given.items() if value not in menus[name]}
    return {name: view.label(view.base + value) if PATH.fullmatch(value) else value for name, value in rest.items()}
