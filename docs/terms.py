"""The ontology and its code lists → `docs/terms.md`: `python docs/terms.py > docs/terms.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from kg_builder.graph.triples import PREFIXES as OWN_PREFIXES
from kg_builder.vocab import CODE, folder

PREFIXES = OWN_PREFIXES | {
    "code": CODE,
    "foaf": "http://xmlns.com/foaf/0.1/",
    "sdmx-attribute": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "sdmx-dimension": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "sdmx-measure": "http://purl.org/linked-data/sdmx/2009/measure#",
}
_SMALL = 40  # concepts; longer lists are those of the state and are not spelt out here

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


def reference() -> str:
    """Classes with their properties, and the code lists, in Markdown with both languages side by side."""
    store = ox.Store()
    for path in sorted(folder("ontology").rglob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return "\n".join(_Terms(store).lines()) + "\n"


class _Terms:
    """The ontology, asked for names and definitions."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def lines(self) -> Iterator[str]:
        yield "# Terms 术语"
        yield ""
        yield "Written from [the ontology](../ontology/mingzhang.ttl). 由本体生成。"
        yield "[Data model](model.md) · [数据模型](model.zh.md)"
        for kind in self.instances("rdfs:Class"):
            yield from self.class_lines(kind)
        yield from self.properties_of("rdfs:Resource", "Of anything 通用")
        yield from ("", "## Code lists 代码表")
        for scheme in self.instances("skos:ConceptScheme"):
            yield from self.scheme_lines(scheme)

    def class_lines(self, kind: ox.NamedNode) -> Iterator[str]:
        yield from ("", f"## {short(kind)} {self.text(kind, 'rdfs:label', 'zh')}", "")
        yield self.text(kind, "skos:definition", "en")
        yield self.text(kind, "skos:definition", "zh")
        above = ", ".join(f"`{short(iri)}`" for iri in self.values(kind, "rdfs:subClassOf"))
        yield from ("", f"Subclass of 上级类: {above}") if above else ()
        yield from self.properties_of(short(kind))

    def properties_of(self, domain: str, head: str = "") -> Iterator[str]:
        found = [p for p in self.instances("rdf:Property") if domain in map(short, self.values(p, "rdfs:domain"))]
        if not found:
            return
        yield from ("", f"## {head}") if head else ()
        yield from ("", "| property 属性 | value 值 | | |", "| --- | --- | --- | --- |")
        for p in found:
            value = next(map(short, [*self.values(p, "qb:codeList"), *self.values(p, "rdfs:range")]))
            zh = f"{self.text(p, 'rdfs:label', 'zh')}：{self.text(p, 'skos:definition', 'zh')}"
            yield f"| `{short(p)}` | `{value}` | {self.text(p, 'skos:definition', 'en')} | {zh} |"

    def scheme_lines(self, scheme: ox.NamedNode) -> Iterator[str]:
        members = [q.subject for q in self.store.quads_for_pattern(None, name("skos:inScheme"), scheme)]
        concepts = sorted((c for c in members if isinstance(c, ox.NamedNode)), key=lambda c: c.value)
        yield from ("", f"### {short(scheme)} {self.text(scheme, 'skos:prefLabel', 'zh')}", "")
        yield f"{self.text(scheme, 'skos:prefLabel', 'en')}: {len(concepts)} concepts."
        if len(concepts) <= _SMALL:
            yield ""
            for concept in concepts:
                zh, en = (self.text(concept, "skos:prefLabel", language) for language in ("zh", "en"))
                yield f"- `{self.text(concept, 'skos:notation', '')}` {zh}{f', {en}' if en else ''}"

    def instances(self, kind: str) -> list[ox.NamedNode]:
        found = {q.subject for q in self.store.quads_for_pattern(None, name("rdf:type"), name(kind))}
        return sorted((s for s in found if isinstance(s, ox.NamedNode)), key=lambda s: s.value)

    def values(self, subject: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
        found = [q.object for q in self.store.quads_for_pattern(subject, name(predicate), None)]
        return sorted((o for o in found if isinstance(o, ox.NamedNode)), key=lambda o: o.value)

    def text(self, subject: ox.NamedNode, predicate: str, language: str) -> str:
        """The literal in a language, an empty text where there is none."""
        found = [q.object for q in self.store.quads_for_pattern(subject, name(predicate), None)]
        own = sorted(o.value for o in found if isinstance(o, ox.Literal) and (o.language or "") == language)
        return next(iter(own), "")


def name(curie: str) -> ox.NamedNode:
    """`skos:Concept` → its IRI."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(PREFIXES[prefix] + local)


def short(iri: ox.NamedNode) -> str:
    """An IRI → `skos:Concept`; the IRI itself where no prefix fits."""
    fitting = (f"{p}:{iri.value[len(ns) :]}" for p, ns in PREFIXES.items() if iri.value.startswith(ns))
    return next(fitting, iri.value)


if __name__ == "__main__":
    sys.stdout.write(reference())
