"""What all reports share: the ontology, the code lists with the names that reports print, and the rules."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph as ox

from kg_builder import marks, vocab
from kg_builder.graph.iri import region_code, slug
from kg_builder.graph.triples import Triples, chinese, concept, typed
from kg_builder.model import Report
from kg_builder.text import label_key

# Code lists that grow with the reports: an official code has 3, 5 or 7 digits and the head of it names its parent.
_GROWING = {
    "functionCode": "function",
    "economicCode": "economic",
    "governmentEconomicCode": "governmentEconomic",
    "revenueCode": "revenue",
}
_OFFICIAL = re.compile(r"\d{3}(?:\d\d){0,2}")  # 208 · 20805 · 2080505


class CodeUse(NamedTuple):
    """A code with the name that a report of that fiscal year prints beside it."""

    scheme: str
    notation: str
    name: str
    year: int


def code_uses(report: Report) -> frozenset[CodeUse]:
    """The official codes, with their printed names, and the regions that a report uses: its own and those of rows."""
    year = report.identity.year
    found = set()
    for table in report.tables:
        codes = {row.number: row.code for row in table.rows if row.code and _OFFICIAL.fullmatch(row.code)}
        for o in table.observations:
            for dimension, notation in o.dimensions:
                if dimension == "place":
                    found.add(CodeUse("region", notation, vocab.concepts("region")[notation].zh, year))
                if dimension in _GROWING and codes.get(o.row) == notation and o.label:
                    printed = marks.without_ordinal(label_key(o.label))
                    found.add(CodeUse(_GROWING[dimension], notation, printed, year))
    region = report.identity.region
    if region and (code := region_code(region)):
        found.add(CodeUse("region", code, vocab.concepts("region")[code].zh, year))
    return frozenset(found)


def shared_graph(uses: Iterable[CodeUse]) -> list[ox.Triple]:
    """Ontology, code lists, rules, and what `uses` adds: codes unknown so far, and names with their years.

    Of the regions only those in use and the ones above them are told.
    """
    known = set(uses)
    out = Triples()
    regions = _with_broader({use.notation for use in known if use.scheme == "region"})
    for triple in _files():
        if not _untold_region(triple.subject, regions):
            out.keep(triple)
    for scheme in sorted(set(_GROWING.values())):
        _describe_codes(out, scheme, [use for use in known if use.scheme == scheme])
    return list(out)


def _files() -> Iterable[ox.Triple]:
    for folder in ("ontology", "shapes"):
        for path in sorted(vocab.folder(folder).rglob("*.ttl")):
            for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
                yield quad.triple


def _with_broader(regions: set[str]) -> set[str]:
    found = set(regions)
    for notation in regions:
        up = vocab.concepts("region")[notation].broader
        while up:
            found.add(up)
            up = vocab.concepts("region")[up].broader
    return found


def _untold_region(subject: object, told: set[str]) -> bool:
    prefix = vocab.CODE + "region/"
    return (
        isinstance(subject, ox.NamedNode)
        and subject.value.startswith(prefix)
        and subject.value.removeprefix(prefix) not in told
    )


def _describe_codes(out: Triples, scheme: str, uses: list[CodeUse]) -> None:
    listed = vocab.concepts(scheme)
    years: dict[tuple[str, str], set[int]] = defaultdict(set)
    for use in uses:
        years[use.notation, use.name].add(use.year)
    names = defaultdict(list)
    for (notation, printed), seen in years.items():
        names[notation].append((max(seen), printed))
        _name_code(out, scheme, notation, printed, seen)
    for notation, printed_names in names.items():
        if notation not in listed:
            _new_code(out, scheme, notation, max(printed_names)[1], {*listed, *names})
        labels = (
            {label_key(label) for label in listed[notation].labels} if notation in listed else {max(printed_names)[1]}
        )
        others = sorted(printed for _, printed in printed_names if printed not in labels)
        out.link(concept(scheme, notation), "skos:altLabel", *map(chinese, others))


def _name_code(out: Triples, scheme: str, notation: str, printed: str, seen: set[int]) -> None:
    """A name of a code with the years in whose reports it is printed."""
    code = concept(scheme, notation)
    iri = ox.NamedNode(f"{code.value}#{slug(printed)}")
    years = [typed(str(year), "gYear") for year in seen]
    out.types(iri, "mz:CodeName")
    out.link(iri, "rdfs:label", chinese(printed))
    out.add(iri, nameOf=code)
    out.link(iri, "mz:seenInYear", *years)
    out.link(code, "mz:seenInYear", *years)


def _new_code(out: Triples, scheme: str, notation: str, printed: str, known: set[str]) -> None:
    """A code that no list of ours has: under the longest code that it begins with."""
    code, whole = concept(scheme, notation), ox.NamedNode(vocab.CODE + scheme)
    up = next((notation[:n] for n in (5, 3) if n < len(notation) and notation[:n] in known), None)
    out.types(code, "skos:Concept")
    out.link(code, "skos:inScheme", whole)
    out.link(code, "skos:notation", notation)
    out.link(code, "skos:prefLabel", chinese(printed))
    out.link(code, *(("skos:broader", concept(scheme, up)) if up else ("skos:topConceptOf", whole)))
