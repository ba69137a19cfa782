"""The vocabulary is whole: every term is labelled, defined and typed, and nothing uses a term that it lacks."""

from __future__ import annotations

import ast
import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg_builder import vocab
from kg_builder.graph.triples import name
from kg_builder.text import label_key

TOP = Path(__file__).parents[1]
MZ_USED = re.compile(r"\bmz:([A-Za-z][A-Za-z0-9-]*)")
PREFIX = re.compile(r"@prefix ([a-z-]+): <([^>]+)> \.")  # @prefix eli: <http://data.europa.eu/eli/ontology#> .
SCHEMES = sorted(path.stem for path in (TOP / "ontology/codes").glob("*.ttl"))


@pytest.fixture(scope="module")
def ontology() -> ox.Store:
    store = ox.Store()
    for path in sorted((TOP / "ontology").rglob("*.ttl")):
        store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    return store


def values(store: ox.Store, subject: ox.NamedNode, curie: str) -> list[ox.NamedNode | ox.Literal]:
    return [q.object for q in store.quads_for_pattern(subject, name(curie), None)]


def own_terms(*kinds: str) -> list[str]:
    store = ox.Store()
    store.bulk_load(path=str(TOP / "ontology/mingzhang.ttl"), format=ox.RdfFormat.TURTLE)
    found = {q.subject.value for kind in kinds for q in store.quads_for_pattern(None, name("rdf:type"), name(kind))}
    return sorted(iri.removeprefix(vocab.MZ) for iri in found)


PROPERTIES = own_terms("rdf:Property")
CLASSES = own_terms("rdfs:Class")


ALIGNED = {  # vocabulary → its terms that the ontology uses, each looked up there: a slip of the pen fails here
    "dcterms": "description isPartOf issued license publisher temporal title",
    "eli": "LegalResource cites date_document first_date_entry_in_force id_local jurisdiction passed_by type_document",
    "foaf": "Document Project",
    "oa": "Annotation TextPositionSelector exact hasBody hasSelector",
    "obeu-dimension": "budgetLine budgetPhase economicClassification fiscalYear functionalClassification "
    "operationCharacter organization",
    "obeu-measure": "amount",
    "org": "FormalOrganization Organization OrganizationalUnit identifier",
    "prov": "Entity wasDerivedFrom",
    "qb": "AttributeProperty CodedProperty ComponentSpecification DataSet DataStructureDefinition "
    "DimensionProperty MeasureProperty Observation attribute codeList component componentProperty "
    "componentRequired dataSet dimension measure",
    "qudt": "hasUnit numericValue",
    "schema": "DigitalDocument GovernmentOrganization Legislation MonetaryGrant Project Report Table areaServed "
    "endDate identifier legislationApplies name numberOfPages sponsor validFrom validThrough",
    "sdmx-attribute": "unitMeasure",
    "sdmx-dimension": "refPeriod",
    "sdmx-measure": "obsValue",
    "sh": "Shape ValidationResult focusNode resultSeverity sourceShape",
    "spdx": "checksumValue",
}


def test_terms_of_other_vocabularies_are_those_looked_up(ontology: ox.Store) -> None:
    prefixes = dict(PREFIX.findall((TOP / "ontology/mingzhang.ttl").read_text(encoding="utf-8")))
    known = {prefixes[prefix] + term for prefix, terms in ALIGNED.items() for term in terms.split()}
    used = {str(t.value) for quad in ontology for t in (quad.predicate, quad.object) if isinstance(t, ox.NamedNode)}
    ours = [prefixes[prefix] for prefix in ALIGNED]
    assert {iri for iri in used if any(iri.startswith(space) for space in ours)} <= known


def test_ontology_has_a_head_with_version_and_licence(ontology: ox.Store) -> None:
    head = ox.NamedNode("https://w3id.org/mingzhang/ontology")
    for curie in ("owl:versionInfo", "dcterms:license", "dcterms:title", "owl:versionIRI"):
        assert values(ontology, head, curie), curie


@pytest.mark.parametrize("term", CLASSES + PROPERTIES)
def test_term_is_labelled_and_defined_in_both_languages(ontology: ox.Store, term: str) -> None:
    node = ox.NamedNode(vocab.term(term))
    for curie in ("rdfs:label", "skos:definition"):
        assert {value.language for value in values(ontology, node, curie)} == {"zh", "en"}, curie


@pytest.mark.parametrize("term", PROPERTIES)
def test_property_has_one_domain_and_one_range(ontology: ox.Store, term: str) -> None:
    node = ox.NamedNode(vocab.term(term))
    for curie in ("rdfs:domain", "rdfs:range"):
        (value,) = values(ontology, node, curie)
        if value.value.startswith(vocab.MZ):
            assert value.value.removeprefix(vocab.MZ) in CLASSES


@pytest.mark.parametrize("term", PROPERTIES)
def test_coded_property_names_a_code_list_that_exists(ontology: ox.Store, term: str) -> None:
    coded = name("qb:CodedProperty") in values(ontology, ox.NamedNode(vocab.term(term)), "rdf:type")
    scheme = vocab.code_list(term)
    assert coded == (scheme is not None)
    assert scheme is None or vocab.concepts(scheme)


def test_every_kind_of_table_has_a_structure_with_one_measure(ontology: ox.Store) -> None:
    for kind in vocab.concepts("table"):
        structure = ox.NamedNode(vocab.term(f"structure-{kind}"))
        parts = values(ontology, structure, "qb:component")
        measures = [m for part in parts for m in values(ontology, part, "qb:measure")]
        assert measures == [ox.NamedNode(vocab.term("amount"))], kind


@pytest.mark.parametrize("scheme", SCHEMES)
def test_code_list_is_a_tree_with_one_label_for_each_notation(ontology: ox.Store, scheme: str) -> None:
    concepts = vocab.concepts(scheme)
    tops = {q.subject for q in ontology.quads_for_pattern(None, name("skos:topConceptOf"), None)}
    for notation, concept in concepts.items():
        node = ox.NamedNode(f"{vocab.CODE}{scheme}/{notation}")
        assert len(values(ontology, node, "skos:notation")) == 1
        assert [v.language for v in values(ontology, node, "skos:prefLabel")].count("zh") == 1
        assert (concept.broader is None) == (node in tops), notation
        assert concept.broader is None or concept.broader in concepts
        assert notation not in ancestors(scheme, notation)


def ancestors(scheme: str, notation: str) -> Iterator[str]:
    up = vocab.concepts(scheme)[notation].broader
    for _ in range(10):
        if up is None:
            return
        yield up
        up = vocab.concepts(scheme)[up].broader


@pytest.mark.parametrize("scheme", ["function", "economic", "governmentEconomic"])
def test_hierarchy_of_official_codes_follows_their_digits(scheme: str) -> None:
    for notation, concept in vocab.concepts(scheme).items():
        assert re.fullmatch(r"\d{3}(\d\d){0,2}", notation)
        assert concept.broader is None or notation.startswith(concept.broader)
        assert concept.broader is None or len(concept.broader) == len(notation) - 2


@pytest.mark.parametrize(
    "scheme", [s for s in SCHEMES if s not in ("function", "economic", "governmentEconomic", "region", "revenue")]
)
def test_a_printed_label_names_one_concept(scheme: str) -> None:
    labels = vocab.notations(scheme)
    for concept in vocab.concepts(scheme).values():
        assert labels[label_key(concept.zh)] == concept.notation


@pytest.mark.parametrize(
    ("scheme", "notation", "year", "label"),
    [
        ("function", "20805", 2018, "行政事业单位离退休"),
        ("function", "20805", 2025, "行政事业单位养老支出"),
        ("function", "210", 2017, "医疗卫生与计划生育支出"),
        ("function", "210", 2023, "卫生健康支出"),
        ("economic", "310", 2017, "其他资本性支出"),
        ("economic", "310", 2024, "资本性支出"),
        ("economic", "30307", 2024, "医疗费补助"),
    ],
)
def test_name_of_a_code_in_a_year(ontology: ox.Store, scheme: str, notation: str, year: int, label: str) -> None:
    query = f"""
      PREFIX mz: <{vocab.MZ}> PREFIX rdfs: <{vocab.RDFS}>
      SELECT ?label WHERE {{
        ?name mz:nameOf <{vocab.CODE}{scheme}/{notation}> ; rdfs:label ?label .
        OPTIONAL {{ ?name mz:validFrom ?from }} OPTIONAL {{ ?name mz:validThrough ?through }}
        FILTER (!BOUND(?from) || STR(?from) <= "{year}") FILTER (!BOUND(?through) || STR(?through) >= "{year}")
      }}"""
    assert [row["label"].value for row in ontology.query(query)] == [label]


def used_terms(path: Path) -> set[str]:
    """Terms that a file uses: `mz:…` anywhere, in Python also `term("…")` and keywords of `add(…)`."""
    text = path.read_text(encoding="utf-8")
    found = set(MZ_USED.findall(text))
    if path.suffix != ".py":
        return found
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "term" and node.args and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
            if node.func.attr == "add" and node.keywords:
                found |= {keyword.arg for keyword in node.keywords if keyword.arg}
    return found


def sources() -> list[Path]:
    folders = ("kg_builder", "server", "shapes", "data", "docs")
    kinds = {".py", ".ttl", ".rq", ".html", ".md", ".js"}
    return sorted(path for f in folders for path in (TOP / f).rglob("*") if path.suffix in kinds)


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(TOP)))
def test_every_term_in_use_is_in_the_ontology(path: Path) -> None:
    assert used_terms(path) - vocab.terms() == set()


@pytest.mark.parametrize("path", sorted((TOP / "shapes").glob("*.ttl")), ids=lambda path: path.stem)
def test_a_wrong_term_would_be_noticed(path: Path) -> None:
    assert used_terms(path)


def test_context_maps_every_property(ontology: ox.Store) -> None:
    context = json.loads((TOP / "ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]
    for term in PROPERTIES:
        entry = context[term]
        assert entry["@id"] == f"mz:{term}"
        (kind,) = values(ontology, ox.NamedNode(vocab.term(term)), "rdfs:range")
        if kind.value.startswith("http://www.w3.org/2001/XMLSchema#"):
            assert entry["@type"] == kind.value.replace("http://www.w3.org/2001/XMLSchema#", "xsd:")
        elif kind.value.endswith("langString"):
            assert entry["@language"] == "zh"
        else:
            assert entry["@type"] == "@id"


def picture() -> Any:
    """`docs/diagram.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("diagram", TOP / "docs/diagram.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_the_ontology_s() -> None:
    module = picture()
    assert module.OUT.read_text(encoding="utf-8") == module.diagram(), "run python docs/diagram.py"
    assert sorted({*module.PLACES, *module.LEFT_OUT}) == CLASSES
