"""The integrity constraints of RDF Data Cube and SKOS, in words of our own: on a report made by hand with what all
reports share, and on a release."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hand_made import BASE, report

from kg_builder.graph.reports import report_graph
from kg_builder.graph.shared import code_uses, shared_graph
from kg_builder.graph.triples import PREFIXES

PREFIXED = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

# name → what must not be found
CONSTRAINTS = {
    "IC-1 an observation has one data set": """
        { ?x a qb:Observation FILTER NOT EXISTS { ?x qb:dataSet ?set } }
        UNION { ?x qb:dataSet ?one, ?other FILTER (?one != ?other) }""",
    "IC-2 a data set has one structure": """
        { ?x a qb:DataSet FILTER NOT EXISTS { ?x qb:structure ?structure } }
        UNION { ?x qb:structure ?one, ?other FILTER (?one != ?other) }""",
    "IC-3 a structure has a measure": """
        ?x a qb:DataStructureDefinition FILTER NOT EXISTS { ?x qb:component/qb:measure ?measure }""",
    "IC-4 a dimension has a range": "?x a qb:DimensionProperty FILTER NOT EXISTS { ?x rdfs:range ?range }",
    "IC-5 a dimension of concepts has a code list": """
        ?x a qb:DimensionProperty ; rdfs:range skos:Concept FILTER NOT EXISTS { ?x qb:codeList ?list }""",
    "IC-6 only attributes are optional": """
        ?component qb:componentRequired false ; qb:componentProperty ?x
        FILTER NOT EXISTS { ?x a qb:AttributeProperty }""",
    "IC-7 a slice key belongs to a structure": """
        ?x a qb:SliceKey FILTER NOT EXISTS { ?structure a qb:DataStructureDefinition ; qb:sliceKey ?x }""",
    "IC-8 a slice key has components of its structure": """
        ?x a qb:SliceKey ; qb:componentProperty ?property . ?structure qb:sliceKey ?x
        FILTER NOT EXISTS { ?structure qb:component/qb:componentProperty ?property }""",
    "IC-9 a slice has one key": """
        { ?x a qb:Slice FILTER NOT EXISTS { ?x qb:sliceStructure ?key } }
        UNION { ?x qb:sliceStructure ?one, ?other FILTER (?one != ?other) }""",
    "IC-10 a slice has a value for each dimension of its key": """
        ?x qb:sliceStructure/qb:componentProperty ?dimension FILTER NOT EXISTS { ?x ?dimension ?value }""",
    "IC-11 an observation has every dimension": """
        ?x qb:dataSet/qb:structure/qb:component/qb:dimension ?dimension
        FILTER NOT EXISTS { ?x ?dimension ?value }""",
    "IC-12 no two observations have the same dimensions": """
        ?x qb:dataSet ?set ; mz:row ?row ; mz:column ?column .
        ?other qb:dataSet ?set ; mz:row ?row ; mz:column ?column FILTER (?x != ?other)""",
    "IC-13 an observation has every required attribute": """
        ?x qb:dataSet/qb:structure/qb:component ?component .
        ?component qb:componentRequired true ; qb:componentProperty ?attribute
        FILTER NOT EXISTS { ?x ?attribute ?value }""",
    "IC-14 an observation has every measure": """
        ?x qb:dataSet/qb:structure/qb:component/qb:measure ?measure FILTER NOT EXISTS { ?x ?measure ?value }""",
    "IC-15 an observation of a measure dimension has that measure": """
        ?x qb:measureType ?measure FILTER NOT EXISTS { ?x ?measure ?value }""",
    "IC-16 an observation of a measure dimension has no other measure": """
        ?x qb:measureType ?measure ; ?other ?value . ?other a qb:MeasureProperty FILTER (?other != ?measure)""",
    "IC-17 every measure of a measure dimension is there": """
        ?x qb:dataSet/qb:structure ?structure . ?structure qb:component/qb:dimension qb:measureType ;
          qb:component/qb:measure ?measure FILTER NOT EXISTS { ?like qb:measureType ?measure }""",
    "IC-18 an observation of a slice is of its data set": """
        ?set qb:slice ?slice . ?slice qb:observation ?x FILTER NOT EXISTS { ?x qb:dataSet ?set }""",
    "IC-19 a coded value is in its list": """
        ?property qb:codeList ?list . ?x ?property ?value FILTER NOT EXISTS { ?value skos:inScheme ?list }""",
    "a classification in use is a component of its table": """
        ?x qb:dataSet/qb:structure ?structure ; ?attribute ?value . ?attribute a qb:AttributeProperty
        FILTER NOT EXISTS { ?structure qb:component/qb:componentProperty ?attribute }""",
    "IC-20 a list told by its parts reaches every concept": """
        ?list a qb:HierarchicalCodeList ; qb:hierarchyRoot ?root ; qb:parentChildProperty ?down .
        ?x skos:inScheme ?list FILTER NOT EXISTS { ?root skos:narrower* ?x }""",
    "IC-21 so does one told from below": """
        ?list a qb:HierarchicalCodeList ; qb:parentChildProperty ?up .
        ?x skos:inScheme ?list FILTER NOT EXISTS { ?x skos:broader*/skos:topConceptOf ?list }""",
    "SKOS S9 a scheme is no concept": "?x a skos:ConceptScheme, skos:Concept",
    "SKOS S13 no label is preferred, alternative and hidden at once": """
        { ?x skos:prefLabel ?label ; skos:altLabel|skos:hiddenLabel ?label }
        UNION { ?x skos:altLabel ?label ; skos:hiddenLabel ?label }""",
    "SKOS S14 one preferred label in a language": """
        ?x skos:prefLabel ?one, ?other FILTER (LANG(?one) = LANG(?other) && ?one != ?other)""",
    "SKOS S27 what is related is not above": """
        ?x skos:related ?other FILTER EXISTS { ?x (skos:broader|^skos:narrower)+ ?other }""",
    "SKOS S37 a collection is no concept and no scheme": """
        ?x a ?kind . ?x a ?other FILTER (?kind IN (skos:Collection, skos:OrderedCollection)
          && ?other IN (skos:Concept, skos:ConceptScheme))""",
    "SKOS S46 an exact match is neither broader nor related": """
        ?x skos:exactMatch ?other ; skos:broadMatch|^skos:broadMatch|skos:relatedMatch ?other""",
    "one notation in a scheme": """
        ?x skos:inScheme ?list ; skos:notation ?notation . ?other skos:inScheme ?list ; skos:notation ?notation
        FILTER (?x != ?other)""",
    "a concept is in the scheme of its broader concept": """
        ?x skos:broader ?up ; skos:inScheme ?list FILTER NOT EXISTS { ?up skos:inScheme ?list }""",
    "no circle of broader concepts": "?x skos:broader+ ?x",
}
SKOS = ("S9", "S13", "S14", "S27", "S37", "S46")  # the integrity conditions of the SKOS Reference


def test_every_integrity_constraint_is_among_them() -> None:
    first = [name.split()[0] for name in CONSTRAINTS]
    assert [name for name in first if name.startswith("IC-")] == [f"IC-{n}" for n in range(1, 22)]
    assert tuple(name.split()[1] for name in CONSTRAINTS if name.startswith("SKOS")) == SKOS


@pytest.fixture(scope="module")
def everything() -> ox.Store:
    store = ox.Store()
    made = report()
    triples = [*report_graph(made, None, BASE), *shared_graph(code_uses(made))]
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def name(curie: str) -> ox.NamedNode:
    known = {**PREFIXES, "dcat": "http://www.w3.org/ns/dcat#", "spdx": "http://spdx.org/rdf/terms#"}
    prefix, _, local = curie.partition(":")
    return ox.NamedNode(known[prefix] + local)


def broken(store: ox.Store, pattern: str, prefixes: str = "") -> list[str]:
    return [str(row["x"]) for row in store.query(f"{PREFIXED}{prefixes} SELECT DISTINCT ?x WHERE {{ {pattern} }}")]


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_constraint_holds(everything: ox.Store, constraint: str) -> None:
    assert broken(everything, CONSTRAINTS[constraint]) == []


def test_a_figure_without_a_dimension_would_be_noticed(everything: ox.Store) -> None:
    store = ox.Store()
    store.extend(everything)
    year = ox.NamedNode(PREFIXES["mz"] + "fiscalYear")
    quad = next(q for q in store.quads_for_pattern(None, year, None) if "/id/obs/" in str(q.subject))
    store.remove(quad)
    assert broken(store, CONSTRAINTS["IC-11 an observation has every dimension"]) == [str(quad.subject)]


def test_every_entity_that_is_named_is_told_of(everything: ox.Store) -> None:
    subjects = {quad.subject for quad in everything}
    named = {q.object for q in everything if isinstance(q.object, ox.NamedNode) and q.object.value.startswith(BASE)}
    assert named and named <= subjects


# A release


@pytest.fixture(scope="module")
def release(sample_release: Path) -> ox.Store:
    """Everything in a release, all graphs as one, with its catalogue."""
    store = ox.Store()
    quads = ox.Store.read_only(str(sample_release / "current/store"))
    store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
    store.bulk_load(path=str(sample_release / "current/catalog.ttl"), format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_constraint_holds_on_a_release(release: ox.Store, constraint: str) -> None:
    assert broken(release, CONSTRAINTS[constraint]) == []


DCAT = "PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
DCAT += "PREFIX spdx: <http://spdx.org/rdf/terms#>\n"
# DCAT-AP 3: class → properties that are mandatory, and those recommended that every release has
MUST = {
    "dcat:Catalog": "dcterms:title dcterms:description dcterms:publisher dcat:dataset dcat:service "
    "dcterms:license dcterms:language foaf:homepage dcat:themeTaxonomy",
    "dcat:Dataset": "dcterms:title dcterms:description dcterms:publisher dcat:theme dcat:distribution "
    "dcterms:identifier dcterms:language dcat:version",
    "dcat:Distribution": "dcat:accessURL dcterms:format dcterms:license dcat:mediaType dcat:byteSize spdx:checksum",
    "dcat:DataService": "dcterms:title dcat:endpointURL dcat:servesDataset dcterms:license dcterms:publisher",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
    "foaf:Agent": "foaf:name",
    "dcterms:PeriodOfTime": "dcat:startDate dcat:endDate",
}
ONCE = (
    "dcterms:publisher",
    "dcterms:license",
    "dcat:byteSize",
    "dcterms:format",
    "dcat:mediaType",
    "dcat:compressFormat",
    "dcat:version",
    "dcat:startDate",
    "dcat:endDate",
    "foaf:homepage",
    "spdx:algorithm",
    "spdx:checksum",
    "spdx:checksumValue",
)
RANGES = {
    "dcterms:publisher": "foaf:Agent",
    "dcterms:license": "dcterms:LicenseDocument",
    "dcterms:format": "dcterms:MediaTypeOrExtent",
    "dcat:mediaType": "dcterms:MediaType",
    "dcat:compressFormat": "dcterms:MediaType",
    "dcat:distribution": "dcat:Distribution",
    "dcat:dataset": "dcat:Dataset",
    "dcat:service": "dcat:DataService",
    "dcat:servesDataset": "dcat:Dataset",
    "dcat:theme": "skos:Concept",
    "dcat:themeTaxonomy": "skos:ConceptScheme",
    "dcterms:language": "dcterms:LinguisticSystem",
    "dcterms:temporal": "dcterms:PeriodOfTime",
    "dcterms:conformsTo": "dcterms:Standard",
    "dcterms:source": "dcat:Dataset",
    "foaf:homepage": "foaf:Document",
    "spdx:checksum": "spdx:Checksum",
}
DATATYPES = {
    "dcat:byteSize": "xsd:nonNegativeInteger",
    "dcat:startDate": "xsd:date",
    "dcat:endDate": "xsd:date",
    "spdx:checksumValue": "xsd:hexBinary",
}
EU = "http://publications.europa.eu/resource/authority/"
LISTS = {  # property → the list that its values are from, by DCAT-AP's table of controlled vocabularies
    "dcterms:format": EU + "file-type/",
    "dcterms:language": EU + "language/",
    "dcat:theme": EU + "data-theme/",
    "dcat:themeTaxonomy": EU + "data-theme",
    "dcat:mediaType": "http://www.iana.org/assignments/media-types/",
    "dcat:compressFormat": "http://www.iana.org/assignments/media-types/",
    "spdx:algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_",
}


@pytest.mark.parametrize("curie", DATATYPES)
def test_value_has_the_datatype_of_the_profile(sample_release: Path, curie: str) -> None:
    path = sample_release / "current/catalog.ttl"  # as it is printed: the store keeps one type for all whole numbers
    values = [t.object for t in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE) if t.predicate == name(curie)]
    assert {v.datatype if isinstance(v, ox.Literal) else None for v in values} == {name(DATATYPES[curie])}


@pytest.mark.parametrize("curie", LISTS)
def test_value_is_from_the_list_of_the_profile(release: ox.Store, curie: str) -> None:
    assert broken(release, f"?x {curie} ?value", DCAT)
    other = f'?kind IN ({", ".join(MUST)}) && !STRSTARTS(STR(?value), "{LISTS[curie]}")'
    assert broken(release, f"?x a ?kind ; {curie} ?value FILTER ({other})", DCAT) == []


@pytest.mark.parametrize("name", MUST)
def test_descriptor_has_what_the_profile_asks_for(release: ox.Store, name: str) -> None:
    assert broken(release, f"?x a {name}", DCAT)
    for curie in MUST[name].split():
        assert broken(release, f"?x a {name} FILTER NOT EXISTS {{ ?x {curie} ?value }}", DCAT) == [], curie


@pytest.mark.parametrize("curie", ONCE)
def test_descriptor_has_one_value(release: ox.Store, curie: str) -> None:
    kinds = ", ".join(MUST)
    pattern = f"?x a ?kind ; {curie} ?one, ?other FILTER (?kind IN ({kinds}) && ?one != ?other)"
    assert broken(release, pattern, DCAT) == []


@pytest.mark.parametrize("curie", RANGES)
def test_value_is_of_the_class_that_the_profile_names(release: ox.Store, curie: str) -> None:
    kinds = ", ".join(MUST)
    pattern = f"?x a ?kind ; {curie} ?value FILTER (?kind IN ({kinds}) && NOT EXISTS {{ ?value a {RANGES[curie]} }})"
    assert broken(release, pattern, DCAT) == []


def test_addresses_are_iris_and_sizes_whole_numbers(release: ox.Store) -> None:
    assert broken(release, "?x dcat:accessURL|dcat:downloadURL|dcat:endpointURL ?url FILTER (!isIRI(?url))", DCAT) == []
    sizes = "?x dcat:byteSize ?size FILTER (?size < 0)"
    assert broken(release, sizes, DCAT) == []


def test_a_descriptor_without_its_title_would_be_noticed(release: ox.Store) -> None:
    store = ox.Store()
    store.extend(release.quads_for_pattern(None, None, None))
    (catalog,) = broken(store, "?x a dcat:Catalog", DCAT)
    title = ox.NamedNode(PREFIXES["dcterms"] + "title")
    for quad in list(store.quads_for_pattern(ox.NamedNode(catalog.strip("<>")), title, None)):
        store.remove(quad)
    assert broken(store, "?x a dcat:Catalog FILTER NOT EXISTS { ?x dcterms:title ?value }", DCAT) == [catalog]
