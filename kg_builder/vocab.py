"""The terms of `ontology/`: namespaces, classes, properties and code lists, read from their files and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

import kg_builder
from kg_builder.text import label_key

MZ = "https://w3id.org/mingzhang/ontology#"
CODE = "https://w3id.org/mingzhang/code/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
QB = "http://purl.org/linked-data/cube#"
folder = kg_builder.folder
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


Said = dict[str, dict[str, list[ox.NamedNode | ox.Literal]]]


@cache
def _graph() -> Said:
    """Subject → property → values of all files of the ontology, but for what blank nodes say."""
    said: Said = {}
    for path in sorted(folder("ontology").rglob("*.ttl")):
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            subject, value = quad.subject, quad.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                said.setdefault(subject.value, {}).setdefault(quad.predicate.value, []).append(value)
    return said


@cache
def terms() -> frozenset[str]:
    """Local names of all classes and properties that the ontology defines."""
    subjects = (subject for subject, said in _graph().items() if RDF_TYPE.value in said)
    return frozenset(subject.removeprefix(MZ) for subject in subjects if subject.startswith(MZ))


def term(name: str) -> str:
    """IRI of an ontology term; KeyError where the ontology lacks it."""
    if name not in terms():
        raise KeyError(f"the ontology has no term mz:{name}")
    return MZ + name


@cache
def property_labels(name: str) -> frozenset[str]:
    """The Chinese labels that print uses for a property, in the form in which labels compare."""
    said = _graph()[term(name)]
    values = (v for key in (RDFS + "label", SKOS + "altLabel", SKOS + "hiddenLabel") for v in said.get(key, ()))
    return frozenset(label_key(v.value) for v in values if isinstance(v, ox.Literal) and v.language == "zh")


@cache
def code_list(name: str) -> str | None:
    """The code list that a property of the ontology takes its values from, None where it takes none."""
    lists = _graph()[term(name)].get(QB + "codeList", ())
    return next((value.value.removeprefix(CODE) for value in lists if isinstance(value, ox.NamedNode)), None)


@cache
def concepts(scheme: str) -> dict[str, Concept]:
    """The concepts of a code list by notation, in the order of their IRIs; KeyError for an unknown scheme."""
    found = {c.notation: c for c in sorted(_concepts().get(scheme, ()), key=lambda c: c.notation)}
    if not found:
        raise KeyError(f"the ontology has no code list {scheme}")
    return found


@cache
def _concepts() -> dict[str, list[Concept]]:
    found: dict[str, list[Concept]] = {}
    for said in _graph().values():
        for scheme in {value.value for value in said.get(SKOS + "inScheme", ()) if value.value.startswith(CODE)}:
            found.setdefault(scheme.removeprefix(CODE), []).append(_concept(scheme.removeprefix(CODE), said))
    return found


def _concept(scheme: str, said: dict[str, list[ox.NamedNode | ox.Literal]]) -> Concept:
    def values(name: str, language: str) -> list[str]:
        literals = [value for value in said.get(SKOS + name, ()) if isinstance(value, ox.Literal)]
        return sorted(o.value for o in literals if (o.language or "").split("-")[0] == language)

    broader = [value.value for value in said.get(SKOS + "broader", ()) if isinstance(value, ox.NamedNode)]
    preferred = values("prefLabel", "zh")
    return Concept(
        scheme,
        values("notation", "")[0],
        preferred[0],
        next(iter(values("prefLabel", "en") or preferred)),
        tuple(preferred + values("altLabel", "zh") + values("hiddenLabel", "zh")),
        next((iri.removeprefix(f"{CODE}{scheme}/") for iri in broader), None),
    )


@cache
def _code_names() -> tuple[tuple[str, str, int, int], ...]:
    """(IRI of the code, name, first year, last year) of each name that a code carried in certain years."""

    def year(said: dict[str, list[ox.NamedNode | ox.Literal]], local: str, default: int) -> int:
        return next((int(v.value[:4]) for v in said.get(MZ + local, ()) if isinstance(v, ox.Literal)), default)

    found = []
    for said in _graph().values():
        for code in said.get(MZ + "nameOf", ()):
            label = next(value.value for value in said[RDFS + "label"] if isinstance(value, ox.Literal))
            found.append((code.value, label, year(said, "validFrom", 0), year(said, "validThrough", 9999)))
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
