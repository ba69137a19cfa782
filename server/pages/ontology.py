"""The page of the ontology: its classes and properties, and what is said of each."""

from __future__ import annotations

import pyoxigraph as ox

from server.negotiate import PREFIXES
from server.pages import terms
from server.pages.blocks import Cell
from server.pages.terms import MZ
from server.pages.view import View


def rows(view: View, kind: str) -> list[dict[str, object]]:
    """All terms of a kind, `Class` or `Property`, in the order of the ontology."""
    return [_term(view, iri) for iri in terms.ontology_terms(kind)]


def _term(view: View, iri: str) -> dict[str, object]:
    node = ox.NamedNode(iri)

    def linked(predicate: str) -> list[str]:
        found = terms.store().quads_for_pattern(node, ox.NamedNode(predicate), None)
        return sorted(q.object.value for q in found if isinstance(q.object, ox.NamedNode))

    definitions = [
        q.object for q in terms.store().quads_for_pattern(node, ox.NamedNode(terms.SKOS + "definition"), None)
    ]
    return {
        "name": iri.removeprefix(MZ),
        "zh": terms.label(iri, "zh"),
        "en": terms.label(iri, "en"),
        "definition": terms.in_language(definitions, view.language) or "",
        "domain": [_short(view, i) for i in linked(terms.RDFS + "domain")],
        "range": [_short(view, i) for i in linked(terms.RDFS + "range")],
        "above": [_short(view, i) for i in linked(terms.RDFS + "subClassOf") + linked(terms.RDFS + "subPropertyOf")],
    }


def _short(view: View, iri: str) -> Cell:
    """A class or datatype: ours by name with a link within the page, others by prefix."""
    if iri.startswith(MZ):
        return Cell(terms.label(iri, view.language) or iri.removeprefix(MZ), "#" + iri.removeprefix(MZ))
    prefix = next((p for p, namespace in PREFIXES.items() if iri.startswith(namespace)), "")
    return Cell(f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}" if prefix else iri)
