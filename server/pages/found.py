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
_KINDS = {kind.name: kind for kind in KINDS if kind.sought}
PLACES = {**{name: kind.sought for name, kind in _KINDS.items()}, _CODE: 6}


@dataclass(frozen=True, slots=True)
class Found:
    """The best of one kind: what it is called, its things, how many there are, and the list with the others."""

    kind: str
    head: Head
    iris: list[str]
    cells: list[Cell]
    count: int
    more: str | None


def groups(view: View, text: str, shown: int = SHOWN) -> list[Found]:
    """What a text finds, the kind with the best of it first; a Problem where the release has no index."""
    index: Index = g.release.once("index", lambda: Index(g.release.folder / "search.sqlite", PLACES))
    if not index.exists:
        raise Problem(503, "no-index", "this release was built without a search index; build it again")
    return [_found(view, text, group) for group in index.search(text, shown)]


def _found(view: View, text: str, group: Group) -> Found:
    kind = _KINDS.get(group.kind)
    cells = [_cell(view, kind, hit) for hit in group.hits]
    more = view.local(kind.address, q=text) if isinstance(kind, Listed) else None
    return Found(group.kind, _head(group.kind), [hit.iri for hit in group.hits], cells, group.count, more)


def _head(kind: str) -> Head:
    if kind == _CODE:
        return Head("代码", "Codes")
    return Head(terms.label(MZ + kind, "zh") or kind, terms.label(MZ + kind, "en") or kind)


def _cell(view: View, kind: Kind | None, hit: Hit) -> Cell:
    if isinstance(kind, Listed) and kind.by_name:
        return Cell(hit.name, view.local(kind.address, q=hit.name), note=hit.hint)
    return Cell(view.label(hit.iri) if hit.kind == _CODE else hit.name, view.link(hit.iri), note=hit.hint)
