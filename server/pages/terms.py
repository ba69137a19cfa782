"""The ontology, its code lists and the shapes, as files of the package, for the pages that show them."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox

from kg_builder import vocab
from server.negotiate import PREFIXES

MZ, CODE = vocab.MZ, vocab.CODE
ONTOLOGY = MZ.rstrip("#")
SHAPE = "https://w3id.org/mingzhang/shapes#"
RDF, RDFS, SKOS, DCTERMS = (PREFIXES[p] for p in ("rdf", "rdfs", "skos", "dcterms"))
TYPE = ox.NamedNode(RDF + "type")
LABELS = tuple(ox.NamedNode(iri) for iri in (RDFS + "label", SKOS + "prefLabel", DCTERMS + "title"))

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@cache
def store() -> ox.Store:
    """Everything under `ontology/`, one named graph for each file, named by its path (`codes/funding.ttl`)."""
    loaded = ox.Store()
    folder = vocab.folder("ontology")
    for path in sorted(folder.rglob("*.ttl")):
        graph = ox.NamedNode("file:" + path.relative_to(folder).as_posix())
        loaded.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE, to_graph=graph)
    return loaded


def file_triples(name: str) -> list[ox.Triple]:
    """The triples of one file under `ontology/`, sorted; empty for no such file."""
    quads = store().quads_for_pattern(None, None, None, ox.NamedNode("file:" + name))
    return sorted((q.triple for q in quads), key=str)


def about(iri: str) -> list[ox.Triple]:
    """The triples whose subject is the term or concept, sorted."""
    return sorted((q.triple for q in store().quads_for_pattern(ox.NamedNode(iri), None, None)), key=str)


def in_language(values: list[Node], language: str) -> str | None:
    """The literal of that language (`zh`, `en`), otherwise one without a language, otherwise any; None without one."""
    literals = sorted((v for v in values if isinstance(v, ox.Literal)), key=lambda v: v.value)
    for wanted in (language, None):
        for literal in literals:
            if (literal.language.split("-")[0] if literal.language else None) == wanted:
                return literal.value
    return literals[0].value if literals else None


@cache
def label(iri: str, language: str) -> str | None:
    """The name of a term or concept, None where the ontology does not know it."""
    node = ox.NamedNode(iri)
    for predicate in LABELS:
        values: list[Node] = [q.object for q in store().quads_for_pattern(node, predicate, None)]
        if found := in_language(values, language):
            return found
    return None


@cache
def property_order() -> dict[str, int]:
    """Ontology properties by their place in the ontology's file, which is the order for readers."""
    text = (vocab.folder("ontology") / "mingzhang.ttl").read_text(encoding="utf-8")
    names = (line.split(" ", 1)[0] for line in text.splitlines() if line.startswith("mz:"))
    return {MZ + name.removeprefix("mz:"): position for position, name in enumerate(names)}


@cache
def schemes() -> tuple[str, ...]:
    """Notations of the code lists, in order."""
    scheme = ox.NamedNode(SKOS + "ConceptScheme")
    found = (q.subject for q in store().quads_for_pattern(None, TYPE, scheme))
    return tuple(sorted(s.value.removeprefix(CODE) for s in found if isinstance(s, ox.NamedNode)))


def ontology_terms(kind: str) -> list[str]:
    """IRIs of the classes (`Class`) or properties (`Property`), in the order of the file."""
    of = {"Class": ox.NamedNode(RDFS + "Class"), "Property": ox.NamedNode(RDF + "Property")}[kind]
    found = {q.subject.value for q in store().quads_for_pattern(None, TYPE, of) if isinstance(q.subject, ox.NamedNode)}
    return sorted(found, key=lambda iri: property_order().get(iri, len(found)))


def checks(language: str) -> list[tuple[str, str, str]]:
    """The rules among the shapes: (local name, name, what it checks), in the order of their names."""
    loaded = ox.Store()
    loaded.bulk_load(input=shapes_text().encode(), format=ox.RdfFormat.TURTLE)

    def text(subject: ox.NamedNode, *names: str) -> str:
        for name in names:
            values = [q.object for q in loaded.quads_for_pattern(subject, ox.NamedNode(name), None)]
            if found := in_language(values, language):
                return found
        return ""

    rules = (q.subject for q in loaded.quads_for_pattern(None, TYPE, ox.NamedNode(MZ + "Check")))
    named = [rule for rule in rules if isinstance(rule, ox.NamedNode)]
    message = PREFIXES["sh"] + "message"
    return sorted(
        (rule.value.removeprefix(SHAPE), text(rule, RDFS + "label"), text(rule, RDFS + "comment", message))
        for rule in named
    )


def shapes_text() -> str:
    """All shape files after one another, as Turtle."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(vocab.folder("shapes").rglob("*.ttl")))
