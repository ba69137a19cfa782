"""The terms of `ontology/`: namespaces, classes, properties and code lists, read from their files and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

import pyoxigraph as ox

from kg_builder.text import label_key

MZ = "https://w3id.org/mingzhang/ontology#"
CODE = "https://w3id.org/mingzhang/code/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
QB = "http://purl.org/linked-data/cube#"
RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept of a code list: its notation, names, the labels it is printed with, and its broader concept.

    `en` is the Chinese name where a code has no English one.
    """

    scheme: str
    notation: str
    zh: str
    en: str
    labels: tuple[str, ...]  # preferred, alternative and hidden labels in Chinese
    broader: str | None


def folder(name: str) -> Path:
    """The folder `ontology` or `shapes`: inside the installed package, or at the top of a checkout."""
    packaged = Path(str(resources.files("kg_builder"))) / name
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / name


@cache
def _graph() -> ox.Store:
    store = ox.Store()
    for path in sorted(folder("ontology").rglob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


@cache
def terms() -> frozenset[str]:
    """Local names of all classes and properties that the ontology defines."""
    subjects = (quad.subject for quad in _graph().quads_for_pattern(None, RDF_TYPE, None))
    return frozenset(
        s.value.removeprefix(MZ) for s in subjects if isinstance(s, ox.NamedNode) and s.value.startswith(MZ)
    )


def term(name: str) -> str:
    """IRI of an ontology term; KeyError where the ontology lacks it."""
    if name not in terms():
        raise KeyError(f"the ontology has no term mz:{name}")
    return MZ + name


@cache
def code_list(name: str) -> str | None:
    """The code list that a property of the ontology takes its values from, None where it takes none."""
    lists = _graph().quads_for_pattern(ox.NamedNode(term(name)), ox.NamedNode(QB + "codeList"), None)
    return next((q.object.value.removeprefix(CODE) for q in lists if isinstance(q.object, ox.NamedNode)), None)


@cache
def concepts(scheme: str) -> dict[str, Concept]:
    """The concepts of a code list by notation, in the order of their IRIs; KeyError for an unknown scheme."""
    found = {c.notation: c for c in sorted(_concepts(scheme), key=lambda c: c.notation)}
    if not found:
        raise KeyError(f"the ontology has no code list {scheme}")
    return found


def _concepts(scheme: str) -> list[Concept]:
    graph, in_scheme = _graph(), ox.NamedNode(SKOS + "inScheme")
    subjects = [q.subject for q in graph.quads_for_pattern(None, in_scheme, ox.NamedNode(CODE + scheme))]
    return [_concept(scheme, subject) for subject in subjects if isinstance(subject, ox.NamedNode)]


def _concept(scheme: str, subject: ox.NamedNode) -> Concept:
    def values(name: str, language: str | None) -> list[str]:
        quads = _graph().quads_for_pattern(subject, ox.NamedNode(SKOS + name), None)
        literals = [q.object for q in quads if isinstance(q.object, ox.Literal)]
        return sorted(o.value for o in literals if (o.language or "").split("-")[0] == (language or ""))

    broader = [q.object for q in _graph().quads_for_pattern(subject, ox.NamedNode(SKOS + "broader"), None)]
    prefix = CODE + scheme + "/"
    return Concept(
        scheme,
        values("notation", None)[0],
        values("prefLabel", "zh")[0],
        next(iter(values("prefLabel", "en") or values("prefLabel", "zh"))),
        tuple(values("prefLabel", "zh") + values("altLabel", "zh") + values("hiddenLabel", "zh")),
        next((b.value.removeprefix(prefix) for b in broader if isinstance(b, ox.NamedNode)), None),
    )


@cache
def _code_names() -> tuple[tuple[str, str, int, int], ...]:
    """(IRI of the code, name, first year, last year) of each name that a code carried in certain years."""
    graph = _graph()

    def year(subject: ox.NamedNode, local: str, default: int) -> int:
        quads = graph.quads_for_pattern(subject, ox.NamedNode(MZ + local), None)
        return next((int(q.object.value[:4]) for q in quads if isinstance(q.object, ox.Literal)), default)

    found = []
    for quad in graph.quads_for_pattern(None, ox.NamedNode(MZ + "nameOf"), None):
        labels = graph.quads_for_pattern(quad.subject, ox.NamedNode(RDFS + "label"), None)
        label = next(q.object.value for q in labels if isinstance(q.object, ox.Literal))
        if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode):
            span = year(quad.subject, "validFrom", 0), year(quad.subject, "validThrough", 9999)
            found.append((quad.object.value, label, *span))
    return tuple(sorted(found))


@cache
def names_in_year(scheme: str, notation: str, year: int) -> tuple[str, ...]:
    """The names that a code may carry in a year, the preferred first; empty for a code that the list lacks."""
    concept = concepts(scheme).get(notation)
    if concept is None:
        return ()
    spans = [(name, first, last) for iri, name, first, last in _code_names() if iri == f"{CODE}{scheme}/{notation}"]
    valid = [name for name, first, last in spans if first <= year <= last]
    over = {label_key(name) for name, first, last in spans if not first <= year <= last} - set(map(label_key, valid))
    return (*valid, *(label for label in concept.labels if label_key(label) not in over and label not in valid))


@cache
def renamed(name: str, year: int, digits: int) -> tuple[str, ...]:
    """Names in force in a year of the functional codes of so many digits that carried this name in other years only."""
    found = {iri for iri, label, _, last in _code_names() if label_key(label) == name and last < year}
    codes = [iri.removeprefix(f"{CODE}function/") for iri in sorted(found) if iri.startswith(f"{CODE}function/")]
    now = [names_in_year("function", code, year) for code in codes if len(code) == digits]
    return tuple(names[0] for names in now if names and name not in map(label_key, names))


@cache
def notations(scheme: str) -> dict[str, str]:
    """Every label of a code list (in the form of `label_key`) → its notation; ValueError where one label names two."""
    found: dict[str, str] = {}
    for concept in concepts(scheme).values():
        for label in concept.labels:
            key = label_key(label)
            if found.setdefault(key, concept.notation) != concept.notation:
                raise ValueError(f"{scheme}: {label} names {found[key]} and {concept.notation}")
    return found
