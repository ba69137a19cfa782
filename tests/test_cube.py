"""The integrity constraints of RDF Data Cube, in words of our own, on a report with what all reports share."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hand_made import BASE, report

from kg_builder.graph import report_graph
from kg_builder.shared import code_uses, shared_graph
from kg_builder.triples import PREFIXES

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
    "IC-19 a coded value is in its list": """
        ?property qb:codeList ?list . ?x ?property ?value FILTER NOT EXISTS { ?value skos:inScheme ?list }""",
    "a classification in use is a component of its table": """
        ?x qb:dataSet/qb:structure ?structure ; ?attribute ?value . ?attribute a qb:AttributeProperty
        FILTER NOT EXISTS { ?structure qb:component/qb:componentProperty ?attribute }""",
    "SKOS S13 a label is preferred or alternative": "?x skos:prefLabel ?label ; skos:altLabel ?label",
    "SKOS S14 one preferred label in a language": """
        ?x skos:prefLabel ?one, ?other FILTER (LANG(?one) = LANG(?other) && ?one != ?other)""",
}


@pytest.fixture(scope="module")
def everything() -> ox.Store:
    store = ox.Store()
    made = report()
    triples = [*report_graph(made, None, BASE), *shared_graph(code_uses(made))]
    store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in triples)
    return store


def broken(store: ox.Store, pattern: str) -> list[str]:
    return [str(row["x"]) for row in store.query(f"{PREFIXED} SELECT ?x WHERE {{ {pattern} }}")]


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
