"""What a search finds, by kind, for the page of a search and for who is still typing."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from server.pages import terms
from server.pages.blocks import Cell, Head
from server.pages.kinds import KINDS, Kind, Listed
from server.pages.terms import MZ
from server.pages.view import View
from server.problems import Problem
from server.search import SHOWN, Group, Hit, Index

_CODE = "Code"  # the codes of all lists, which are no kind of entity
_TOPIC, _ROW = "Topic", "Row"  # sums that people ask for, and names of rows of tables
_KINDS = {kind.name: kind for kind in KINDS if kind.sought}
NO_ENTITIES = {_TOPIC, _ROW}  # what leads to a page of many things
PLACES = {_TOPIC: 0, **{name: kind.sought for name, kind in _KINDS.items()}, _CODE: 6, _ROW: 8}


@dataclass(frozen=True, slots=True)
class Found:
    """The best of one kind: what it is called, its things, how many there are, and the list with the others."""

    kind: str
    head: Head
    iris: list[str]
    cells: list[Cell]
    count: int
    more: str | None
    capped: bool = False  # whether there may be more than were counted


def groups(view: View, text: str, shown: int = SHOWN, *, said: bool = True) -> list[Found]:
    """What a text finds, the kind with the best of it first; a Problem where the release has no index.

    `said`: findings, tables and sentences that hold it too.
    """
    index = _index()
    found = [*index.search(text, shown), *(index.said(text, shown) if said else [])]
    return [_found(view, text, group) for group in found]


def examples(view: View) -> list[str]:
    """What may be sought in this release, each of which finds something; none without an index."""
    try:
        return view.release.once("examples", _index().examples)
    except Problem:
        return []


def _index() -> Index:
    index: Index = g.release.once("index", lambda: Index(g.release.folder / "search.sqlite", PLACES))
    if not index.exists:
        raise Problem(503, "no-index", "this release was built without a search index; build it again")
    return index


def _found(view: View, text: str, group: Group) -> Found:
    kind = _KINDS.get(group.kind)
    cells = [_cell(view, kind, hit) for hit in group.hits]
    more = view.local(kind.address, q=text) if isinstance(kind, Listed) else None
    iris = [hit.iri for hit in group.hits]
    return Found(group.kind, _head(group.kind), iris, cells, group.count, more, group.capped)


def _head(kind: str) -> Head:
    if kind in _WORDS:
        return _WORDS[kind]
    return Head(terms.label(MZ + kind, "zh") or kind, terms.label(MZ + kind, "en") or kind)


_WORDS = {_CODE: Head("代码", "Codes"), _TOPIC: Head("专题", "Topics"), _ROW: Head("表中的行", "Rows of tables")}


def _cell(view: View, kind: Kind | None, hit: Hit) -> Cell:
    if isinstance(kind, Listed) and kind.by_name:
        return Cell(hit.name, view.local(kind.address, q=hit.name), note=hit.hint)
    if hit.kind == _TOPIC:
        name = view.t("：各机构、各年度", ": bodies and years")
        return Cell(view.label(hit.iri) + name, view.local(f"topics/{hit.iri.rpartition('/')[2]}"))
    if hit.kind == _ROW:
        return Cell(hit.name, view.local("rows", name=hit.name))
    if hit.kind == "Finding":
        return Cell(view.label(hit.iri), view.link(hit.iri), note=hit.hint)
    return Cell(view.label(hit.iri) if hit.kind == _CODE else hit.name, view.link(hit.iri), note=hit.hint)
