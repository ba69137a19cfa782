"""Typed values → RDF terms, gathered into one sorted graph."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache

import pyoxigraph as ox

from kg_builder import vocab

Object = ox.NamedNode | ox.BlankNode | ox.Literal
Term = Object | ox.Triple

XSD = "http://www.w3.org/2001/XMLSchema#"
# Lists that no file has whole: the codes of 政府收支分类科目 change every year.
_GROWING = {"function", "economic", "governmentEconomic", "revenue"}
PREFIXES = {
    "mz": vocab.MZ,
    "dcterms": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": vocab.QB,
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": vocab.RDFS,
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": vocab.SKOS,
    "xsd": XSD,
}


@cache
def name(curie: str) -> ox.NamedNode:
    """The IRI of `prefix:local`; KeyError for an unknown prefix or a term that the ontology lacks."""
    prefix, local = curie.split(":", 1)
    return ox.NamedNode(vocab.term(local) if prefix == "mz" else PREFIXES[prefix] + local)


@cache
def concept(scheme: str, notation: str) -> ox.NamedNode:
    """The IRI of a concept.

    KeyError where a closed list has no such concept; ValueError where an official code cannot stand in an IRI.
    """
    if scheme not in _GROWING:
        notation = vocab.concepts(scheme)[notation].notation
    elif not (notation.isascii() and notation.isalnum()):
        raise ValueError(f"not a notation of {scheme}: {notation!r}")
    return ox.NamedNode(f"{vocab.CODE}{scheme}/{notation}")


def chinese(text: str) -> ox.Literal:
    """Text as printed."""
    return ox.Literal(text, language="zh")


def decimal(value: Decimal) -> ox.Literal:
    """An exact decimal in canonical form: 1234.50 → "1234.5", 110 → "110"."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return typed("0" if text in ("-0", "") else text, "decimal")


def typed(value: str, datatype: str) -> ox.Literal:
    """A literal of an XSD datatype: `typed("2025", "gYear")`."""
    return ox.Literal(value, datatype=_datatype(datatype))


@cache
def _datatype(local: str) -> ox.NamedNode:
    return ox.NamedNode(XSD + local)


def term_of(value: str | int | bool | Decimal | date | Object) -> Object:
    """Python value → RDF term: str → plain literal, int → xsd:integer, bool → xsd:boolean, Decimal → xsd:decimal."""
    match value:
        case ox.NamedNode() | ox.BlankNode() | ox.Literal():
            return value
        case bool():
            return typed("true" if value else "false", "boolean")
        case int():
            return typed(str(value), "integer")
        case Decimal():
            return decimal(value)
        case date():
            return typed(value.isoformat(), "date")
        case str():
            return ox.Literal(value)


@dataclass(slots=True)
class Triples:
    """Triples in the making; iterating gives each once, sorted by subject, predicate and object."""

    _found: set[ox.Triple] = field(default_factory=set)

    def add(self, subject: ox.NamedNode, /, **values: str | int | bool | Decimal | Object | None) -> ox.NamedNode:
        """One triple for each keyword that is not None, `mz:` properties by their local names."""
        for local, value in values.items():
            if value is not None:
                self._found.add(ox.Triple(subject, name("mz:" + local), term_of(value)))
        return subject

    def link(self, subject: ox.NamedNode, curie: str, *values: str | int | Object) -> None:
        """Triples of one property, named by its CURIE, for each value."""
        for value in values:
            self._found.add(ox.Triple(subject, name(curie), term_of(value)))

    def keep(self, triple: ox.Triple) -> None:
        """A triple from elsewhere."""
        self._found.add(triple)

    def types(self, subject: ox.NamedNode, *curies: str) -> None:
        """The classes of a subject."""
        self.link(subject, "rdf:type", *map(name, curies))

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(sorted(self._found, key=str))
