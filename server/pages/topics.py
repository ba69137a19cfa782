"""A topic of public money (三公, procurement, operating cost) over bodies and years, and the sentences about it.

A cell is a figure that a table prints under the topic, for the body itself, its year and stage. Where no table has it,
a sentence of the report stands in its place if its words leave no doubt of the year and stage; what is printed
differently in several places is shown as each says it, and nothing is added up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pyoxigraph as ox

from server.pages import terms
from server.pages.blocks import BLANK, Block, Cell, EntityPage, Head, Picture, as_number, change, money
from server.pages.spending import Period, period
from server.pages.terms import CODE
from server.pages.view import View, iri_of, notation_of, text_of, yuan_of

SCHEME = f"{CODE}topic/"
# Topics that say something of another sum: their figures mean nothing beside one another.
_RELATIVE = {"change", "change-rate", "share", "other", "previous-year", "function", "completion-rate"}
_COLUMNS, _BARS, _ROWS = 8, 24, 150  # periods that stand side by side, bodies that are drawn, rows of a whole table
_YEARS = re.compile(r"(20\d\d) ?年")  # 2025年“三公”经费19.30万元

_IN_TABLES = """SELECT DISTINCT ?report ?body ?year ?stage ?scope ?figure ?amount ?heading WHERE {
  ?figure mz:topic ?it ; a mz:Observation ; mz:reportedIn ?report ; mz:amount ?amount ; mz:fiscalYear ?year ;
    mz:stage ?stage . ?report mz:reportingBody ?body ; mz:scope ?scope .
  OPTIONAL { ?figure mz:organization ?organization } FILTER(!BOUND(?organization) || ?organization = ?body)
  OPTIONAL { ?figure mz:heading ?heading }
  FILTER NOT EXISTS { ?figure mz:partOfColumn ?whole . ?whole mz:topic ?it }
  FILTER NOT EXISTS { ?figure mz:partOfRow ?above . ?above mz:topic ?it } } ORDER BY ?figure"""
_IN_TEXT = """SELECT DISTINCT ?report ?body ?year ?stage ?scope ?figure ?amount ?quote WHERE {
  ?figure mz:topic ?it ; a mz:Statement ; mz:reportedIn ?report ; mz:amount ?amount ; mz:quote ?quote .
  ?report mz:reportingBody ?body ; mz:fiscalYear ?year ; mz:stage ?stage ; mz:scope ?scope .
  FILTER NOT EXISTS { ?figure mz:aboutStatement ?other } FILTER NOT EXISTS { ?figure mz:ofWhole ?other }
  } ORDER BY DESC(?year) ?body ?figure"""


@dataclass(frozen=True, slots=True)
class _Figure:
    """What a report prints of the topic; `quote` is the sentence that it stands in, empty in a table."""

    body: str
    period: Period
    iri: str
    yuan: Decimal
    heading: str = ""
    quote: str = ""

    @property
    def sure(self) -> bool:
        """Whether a sentence names the year of its report, no other, and what stage it is about."""
        years, stage = set(_YEARS.findall(self.quote)), self.period.stage
        if years != {self.period.year}:
            return False
        return ("决算" in self.quote and "预算" not in self.quote) if stage == "final" else "决算" not in self.quote


def listed(view: View) -> list[Block]:
    """The topics of which the release holds a sum, with how many bodies print it, in a table or in the text."""
    return view.release.once(f"topics {view.language} {view.usual}", lambda: _listed(view))


def _listed(view: View) -> list[Block]:
    query = """SELECT ?topic ?kind (COUNT(DISTINCT ?body) AS ?bodies) WHERE {
      VALUES ?kind { mz:Observation mz:Statement }
      ?figure mz:topic ?topic ; a ?kind ; mz:amount ?amount ; mz:reportedIn/mz:reportingBody ?body }
      GROUP BY ?topic ?kind"""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for r in view.rows(query):
        found[notation_of(r["topic"])][iri_of(r["kind"]).rpartition("#")[2]] = text_of(r["bodies"])
    rows = [
        [
            Cell(view.label(SCHEME + topic), view.local(f"topics/{topic}")),
            *(Cell(found[topic].get(kind, BLANK.text), number=True) for kind in ("Observation", "Statement")),
        ]
        for topic in _in_order(found)
        if topic not in _RELATIVE
    ]
    heads = (
        Head("专题", "Topic"), Head("在表中印出的机构", "Bodies with it in a table", number=True),
        Head("在说明中说到的机构", "Bodies with it in the text", number=True),
    )  # fmt: skip
    title = Head("专题", "Topics")
    return [Block("topics", title, heads, rows, whole=True)] if rows else []


def _in_order(found: Mapping[str, object]) -> list[str]:
    """Topics that people ask for first, then the others in the order of their names."""
    first = ("three-public", "overseas", "reception", "vehicles", "vehicle-purchase", "vehicle-operation", "meetings",
             "training", "operating-cost", "procurement", "procurement-goods", "procurement-works",
             "procurement-services", "personnel", "public", "basic", "project")  # fmt: skip
    return [*(topic for topic in first if topic in found), *sorted(topic for topic in found if topic not in first)]


def topic(view: View, notation: str) -> EntityPage:
    """A topic: bodies down, years and stages across; then the sentences, and the topics around it."""
    it = ox.NamedNode(SCHEME + notation)
    tables = [_figure(r) for r in view.rows(_IN_TABLES, it=it)]
    text = [_figure(r) for r in view.rows(_IN_TEXT, it=it)]
    around = [view.cell(one) for name in ("broader", "narrower") for one in _around(it, name)]
    return EntityPage(
        sections=[*_bodies(view, it, tables, text), *_sentences(view, text)],
        facts=[
            *view.fact("相关专题", "Topics around it",
                       *(replace(cell, href=view.local(f"topics/{_notation(cell)}")) for cell in around)),
            *view.fact("定义", "Defined as", view.code(it)),
        ],
    )  # fmt: skip


def _notation(cell: Cell) -> str:
    return (cell.href or "").partition("?")[0].rpartition("/")[2]


def _around(it: ox.NamedNode, name: str) -> list[ox.NamedNode]:
    broader = ox.NamedNode(terms.SKOS + "broader")
    quads = (
        (q.object for q in terms.store().quads_for_pattern(it, broader, None))
        if name == "broader"
        else (q.subject for q in terms.store().quads_for_pattern(None, broader, it))
    )
    return sorted((node for node in quads if isinstance(node, ox.NamedNode)), key=str)


def _figure(row: Mapping[str, terms.Node | None]) -> _Figure:
    return _Figure(
        iri_of(row["body"]),
        Period(text_of(row["year"]), notation_of(row["stage"]), notation_of(row["scope"])),
        iri_of(row["figure"]),
        yuan_of(row["amount"]) or Decimal(),
        text_of(row.get("heading")),
        text_of(row.get("quote")),
    )


def _bodies(view: View, it: ox.NamedNode, tables: Sequence[_Figure], text: Sequence[_Figure]) -> list[Block]:
    """Bodies and scopes down, the newest years and stages across, the largest of the newest first."""
    cells = _gathered([*tables, *(one for one in text if one.sure)])
    every = sorted({one for across in cells.values() for one in across}, key=lambda one: one.place)
    columns = every if view.whole else every[-_COLUMNS:]
    rows = [
        [
            replace(view.cell(ox.NamedNode(body)), note=view.label(f"{CODE}scope/{scope}")),
            *(_cell(view, across, one) for one in columns),
        ]
        for (body, scope), across in cells.items()
    ]
    rows = [row for row in rows if any(cell is not BLANK for cell in row[1:])]
    at = _newest(columns, rows)
    rows.sort(key=lambda row: (row[at].yuan is None, -(row[at].yuan or 0), row[0].text, row[0].note))
    zh, en = (terms.label(it.value, one) or it.value for one in ("zh", "en"))
    title = Head(f"{zh}：各机构、各年度", f"{en}: bodies and years")
    heads = (Head("机构", "Body"), *(period(one.year, one.stage) for one in columns))
    note = Head(
        "表中印出的数；表中没有而说明中写明年度的，注“说明”。部门与所属单位的数不相加。百分比与上一年度同阶段的数相比。",
        "As tables print it; “text” where no table has it and a sentence names the year. Departments and their units "
        "are never added. Changes are against the same stage of the year before.",
    )
    picture = _bars(view, title, rows, heads, at)
    return view.section(Block("bodies", title, heads, rows, note=note, picture=picture, whole=len(rows) < _ROWS))


def _newest(columns: Sequence[Period], rows: Sequence[Sequence[Cell]]) -> int:
    """The place in a row of the newest column that several rows have a sum in, else of the newest; 0 without columns.

    Of a year the account stands before the budget.
    """
    if not columns:
        return 0
    several = [one for n, one in enumerate(columns, 1) if sum(row[n].yuan is not None for row in rows) > 1]
    return columns.index(max(several or columns, key=lambda one: (one.year, one.stage == "final"))) + 1


def _gathered(figures: Sequence[_Figure]) -> dict[tuple[str, str], dict[Period, list[_Figure]]]:
    """Body and scope → year and stage → what is printed there, each sum once; sentences where no table has any."""
    cells: dict[tuple[str, str], dict[Period, list[_Figure]]] = defaultdict(lambda: defaultdict(list))
    for figure in figures:
        some = cells[figure.body, figure.period.scope][figure.period._replace(scope="")]
        known = {one.yuan for one in some}
        if figure.yuan not in known and (not figure.quote or all(one.quote for one in some)):
            some.append(figure)
    return cells


def _cell(view: View, across: Mapping[Period, Sequence[_Figure]], one: Period) -> Cell:
    """One sum with its change; several that are printed beside one another with their heads."""
    some = across.get(one, ())
    if len(some) > 1:
        return Cell(values=tuple(_money(view, figure) for figure in some))
    if not some:
        return BLANK
    before = across.get(one._replace(year=str(int(one.year) - 1)), ())
    old = before[0].yuan if len(before) == 1 else None
    return replace(_money(view, some[0]), change=change(old, some[0].yuan))


def _money(view: View, figure: _Figure) -> Cell:
    note = view.t("说明", "text") if figure.quote else figure.heading
    return money(figure.yuan, view.link(figure.iri), note=note)


def _bars(view: View, title: Head, rows: Sequence[Sequence[Cell]], heads: Sequence[Head], at: int) -> Picture | None:
    drawn = [(row[0], row[at].yuan) for row in rows if at and row[at].yuan is not None][:_BARS]
    if len(drawn) < 2:
        return None
    series = {
        "name": view.t(heads[at].zh, heads[at].en),
        "values": [as_number(yuan) for _, yuan in drawn if yuan is not None],
    }
    names = [cell.text for cell, _ in drawn]
    labels = [f"{cell.text} {cell.note}" if names.count(cell.text) > 1 else cell.text for cell, _ in drawn]
    data = {"labels": labels, "hrefs": [cell.href for cell, _ in drawn], "series": [series],
            "unit": view.t("万元", "10k yuan"), "flat": True}  # fmt: skip
    return Picture("bars", title, data)


def _sentences(view: View, text: Sequence[_Figure]) -> list[Block]:
    rows = [
        [
            replace(view.cell(ox.NamedNode(one.body)), note=view.label(f"{CODE}scope/{one.period.scope}")),
            Cell(" ".join([one.period.year, view.label(f"{CODE}stage/{one.period.stage}")])),
            Cell(one.quote, view.link(one.iri)),
            money(one.yuan),
            view.source(one.iri),
        ]
        for one in text
    ]
    heads = (
        Head("机构", "Body"), Head("报告", "Report of"), Head("说明中的话", "Sentence"),
        Head("金额（万元）", "Amount (10k yuan)", number=True), Head("出处", "Printed on"),
    )  # fmt: skip
    title = Head("说明中说到它的", "What the narratives say")
    return view.section(Block("sentences", title, heads, rows))
