"""Places side by side: revenue, spending by function, transfers and debt of governments, by place and year.

What is compared stands in the query library (`queries/government-*.rq`); here its rows become tables of places down and
years across, one for each thing that is compared. Nothing is added up; what is printed differently in several places is
shown as each says it, and each figure leads to where it is printed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pyoxigraph as ox

from server.pages.blocks import BLANK, Block, Cell, Head, Picture, as_number, change, money
from server.pages.library import library
from server.pages.spending import Period, period
from server.pages.view import Row, View, iri_of, notation_of, text_of, yuan_of

_COLUMNS, _BARS = 6, 24  # periods that stand side by side, places that are drawn
_ORDINAL = re.compile(r"^[一二三四五六七八九十\d]+[、.．]|\s+")  # 一、税收收入


@dataclass(frozen=True, slots=True)
class _Figure:
    """One printed figure: whose, of what (`item` in the address, `name` for the reader), when, how much.

    `label` is that of its row, which tells figures of one thing apart.
    """

    iri: str
    place: str  # the IRI of a region or of a government
    level: str  # whether of the government itself or of all places below it; the government that gives, of a transfer
    item: str
    name: str
    period: Period
    yuan: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Kind:
    """What is compared: the end of its query's name, its title, and what of a row says what the figure is of."""

    name: str
    title: Head
    item: Callable[[View, Row], tuple[str, str]]


def _of_revenue(view: View, row: Row) -> tuple[str, str]:  # noqa: ARG001 - as the others
    label = _ORDINAL.sub("", text_of(row["item"]))
    return label, label


def _of_spending(view: View, row: Row) -> tuple[str, str]:
    return text_of(row["code"]), view.code(row["class"]).text


def _of_transfers(view: View, row: Row) -> tuple[str, str]:  # noqa: ARG001 - as the others
    """What is transferred: the head where the row is the place, the row where the column is."""
    label, heading = _ORDINAL.sub("", text_of(row["item"])), _ORDINAL.sub("", text_of(row["heading"]))
    by_row = bool(heading) and label in text_of(row["place"])
    return (heading, heading) if by_row else (label, label)


def _of_debt(view: View, row: Row) -> tuple[str, str]:
    kind, measure = row["which"], row["what"]
    return (f"{notation_of(kind)}-{notation_of(measure)}",
            f"{view.label(iri_of(kind))} · {view.label(iri_of(measure))}")  # fmt: skip


KINDS = {
    kind.name: kind
    for kind in (
        Kind("revenue", Head("各地政府收入", "Revenue of governments"), _of_revenue),
        Kind("spending", Head("各地政府支出，按功能分类", "Spending of governments by function"), _of_spending),
        Kind("transfers", Head("上级给各地的转移支付", "Transfers to places"), _of_transfers),
        Kind("debt", Head("各地政府债务的限额和余额", "Limits and balances of governments' debt"), _of_debt),
    )
}
# What the query of the library finds, with the terms behind its words.
_AROUND = """SELECT * WHERE {{ {{ {query} }}
  OPTIONAL {{ ?figure mz:place ?where }} ?report mz:reportingBody ?body .
  OPTIONAL {{ ?figure mz:stage ?at }} OPTIONAL {{ ?figure mz:coverage ?covers }} {more} }} ORDER BY ?figure"""
_MORE = {
    "spending": "OPTIONAL { ?figure mz:functionCode ?class }",
    "debt": "OPTIONAL { ?figure mz:debtKind ?which } OPTIONAL { ?figure mz:debtMeasure ?what }",
}


def _figures(view: View, kind: Kind) -> list[_Figure]:
    """All figures of a kind, read once for a release and language."""
    return view.release.once(f"places {kind.name} {view.language}", lambda: _read(view, kind))


def _read(view: View, kind: Kind) -> list[_Figure]:
    text = next(query for query in library() if query.name == f"government-{kind.name}").text
    inner = "\n".join(line for line in text.splitlines() if not line.startswith(("#", "PREFIX", "ORDER BY")))
    found: dict[str, _Figure] = {}
    for row in view.rows(_AROUND.format(query=inner, more=_MORE.get(kind.name, ""))):
        item, name = kind.item(view, row)
        level = row["body"] if kind.name == "transfers" else row["covers"]
        when = Period(text_of(row["year"]), notation_of(row["at"]), "")
        place = iri_of(row["where"]) or iri_of(row["body"])
        yuan = yuan_of(row["yuan"])
        if item and yuan is not None:
            iri = iri_of(row["figure"])
            label = text_of(row.get("label")) or text_of(row.get("item"))
            found[iri] = _Figure(iri, place, iri_of(level), item, name, when, yuan, label)
    return list(found.values())


def listed(view: View) -> list[Block]:
    """What there is to compare: each kind with how many places and years print it."""
    rows = []
    for kind in KINDS.values():
        found = _figures(view, kind)
        if found:
            years = sorted({one.period.year for one in found})
            span = years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"
            places = str(len({one.place for one in found}))
            name = Cell(view.t(kind.title.zh, kind.title.en), view.local(f"places/{kind.name}"))
            rows.append([name, Cell(places, number=True), Cell(span)])
    heads = (Head("比较", "Comparison"), Head("地方", "Places", number=True), Head("年度", "Years"))
    return [Block("places", Head("各地财政", "Places"), heads, rows, whole=True)] if rows else []


def of_place(view: View, region: ox.NamedNode) -> list[Block]:
    """What reports of governments print of a place: each kind with its years, and the table that compares it."""
    rows = []
    for kind in KINDS.values():
        found = [one for one in _figures(view, kind) if one.place == region.value]
        for item in sorted({one.item for one in found}):
            some = [one for one in found if one.item == item]
            newest = max(some, key=lambda one: (one.period.place, one.iri))
            whose = view.label(newest.level) if newest.level else ""
            when = period(newest.period.year, newest.period.stage)
            name = Cell(newest.name, view.local(f"places/{kind.name}", of=item))
            rows.append([
                replace(name, note=view.t(kind.title.zh, kind.title.en)),
                Cell(view.t(when.zh, when.en), note=whose),
                money(newest.yuan, view.link(newest.iri)),
                Cell(str(len({one.period.year for one in some})), number=True),
            ])  # fmt: skip
    heads = (Head("项目", "Item"), Head("最新", "Newest"), Head("金额（万元）", "Amount (10k yuan)", number=True),
             Head("年度数", "Years", number=True))  # fmt: skip
    return view.section(Block("government", Head("政府报告中印出的", "In reports of governments"), heads, rows))


def items(view: View, kind: Kind) -> list[tuple[str, str, int]]:
    """What of a kind is compared: its key and name, and how many places print it; those of most places first."""
    places: dict[str, set[str]] = defaultdict(set)
    names: dict[str, str] = {}
    for one in _figures(view, kind):
        places[one.item].add(one.place)
        names.setdefault(one.item, one.name)
    order = sorted(places, key=lambda item: (-len(places[item]), item))
    return [(item, names[item], len(places[item])) for item in order]


def sections(view: View, kind: Kind, item: str) -> list[Block]:
    """One thing compared: places down, years and stages across; for a download also all figures of the kind."""
    every = _figures(view, kind)
    blocks = _compared(view, kind, [one for one in every if one.item == item])
    return [*blocks, _all(view, kind, every)] if view.whole else blocks


def _compared(view: View, kind: Kind, found: Sequence[_Figure]) -> list[Block]:
    across = sorted({one.period for one in found}, key=lambda one: one.place)
    columns = across if view.whole else across[-_COLUMNS:]
    cells: dict[tuple[str, str], dict[Period, list[_Figure]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        some = cells[one.place, one.level][one.period]
        if all(one.yuan != other.yuan for other in some):  # each sum once, however often it is printed
            some.append(one)
    rows = [
        [_whose(view, kind, place, level), *(_cell(view, of, one) for one in columns)]
        for (place, level), of in cells.items()
        if any(one in of for one in columns)
    ]
    at = _drawn_column(rows, len(columns))
    rows.sort(key=lambda row: (row[at].yuan is None, -(row[at].yuan or 0), row[0].text, row[0].note))
    name = found[0].name if found else ""
    en = f"{name}: places and years" if view.language == "en" else "Places and years"
    title = Head(f"{name}：各地、各年度", en)
    heads = (Head("地方", "Place"), *(period(one.year, one.stage) for one in columns))
    picture = _bars(view, heads[at], rows, at) if at else None
    return view.section(Block("places", title, heads, rows, note=_NOTE, picture=picture, whole=len(rows) < 300))


_NOTE = Head(
    "照各地政府报告所印。本级与全辖区的数不相加，也不相比。百分比与上一年度同阶段的数相比。",
    "As reports of governments print it. Figures of a government itself and of all places below it are neither added "
    "nor compared. Changes are against the same stage of the year before.",
)


def _whose(view: View, kind: Kind, place: str, level: str) -> Cell:
    """The place, with its level; of a transfer with the government that gives."""
    told = view.label(level) if level else ""
    note = view.t(f"{told}给予", f"from {told}") if told and kind.name == "transfers" else told
    return replace(view.cell(ox.NamedNode(place)), note=note)


def _cell(view: View, across: Mapping[Period, Sequence[_Figure]], one: Period) -> Cell:
    """One sum with its change; several that are printed for the same thing, each as it is."""
    some = across.get(one, ())
    if len(some) > 1:
        return Cell(values=tuple(money(figure.yuan, view.link(figure.iri), note=figure.label) for figure in some))
    if not some:
        return BLANK
    before = across.get(one.year_before, ())
    old = before[0].yuan if len(before) == 1 else None
    return money(some[0].yuan, view.link(some[0].iri), change=change(old, some[0].yuan))


def _drawn_column(rows: Sequence[Sequence[Cell]], columns: int) -> int:
    """The column in which most places have a sum, of equals the newest; 0 where none has two."""
    printed = {n: sum(row[n].yuan is not None for row in rows) for n in range(1, columns + 1)}
    at = max(printed, key=lambda n: (printed[n], n), default=0)
    return at if printed.get(at, 0) > 1 else 0


def _bars(view: View, head: Head, rows: Sequence[Sequence[Cell]], at: int) -> Picture:
    drawn = [(row[0], row[at].yuan) for row in rows if row[at].yuan is not None][:_BARS]
    labels = [" ".join(filter(None, (cell.text, cell.note))) for cell, _ in drawn]
    series = {"name": view.t(head.zh, head.en), "values": [as_number(yuan) for _, yuan in drawn if yuan is not None]}
    data = {"labels": labels, "hrefs": [cell.href for cell, _ in drawn], "series": [series],
            "unit": view.t("万元", "10k yuan"), "flat": True}  # fmt: skip
    return Picture("bars", head, data)


def _all(view: View, kind: Kind, every: Sequence[_Figure]) -> Block:
    """Every figure of a kind, a row each, for a spreadsheet."""
    rows = [
        [
            Cell(view.label(one.place)),
            Cell(view.label(one.level) if one.level else ""),
            Cell(one.name),
            Cell(one.period.year),
            Cell(period(one.period.year, one.period.stage).zh.partition(" ")[2]),
            money(one.yuan),
            Cell(one.iri.removeprefix(view.base), view.link(one.iri)),
        ]
        for one in every
    ]
    whose = Head("给予的政府", "Government that gives") if kind.name == "transfers" else Head("级次", "Level")
    heads = (Head("地方", "Place"), whose, Head("项目", "Item"), Head("年度", "Year"), Head("阶段", "Stage"),
             Head("金额（万元）", "Amount (10k yuan)"), Head("数字", "Figure"))  # fmt: skip
    return Block("all", kind.title, heads, rows, whole=True)
