"""A value whose text its datatype does not allow is told, whatever property it stands under."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.namespace import SH

from kg_builder import vocab
from kg_builder.check import check_graph, rules
from kg_builder.graph.triples import name
from kg_builder.validation import validate

RULE = [rule for rule in rules() if rule.name == "lexical-space"]
WELL_FORMED = {
    "decimal": ["0", "-3.50", "+.5", "12.", "007", "120358600.00"],
    "integer": ["0", "-7", "+12", "0012"],
    "nonNegativeInteger": ["0", "12", "-0"],
    "positiveInteger": ["1", "0012"],
    "double": ["1E3", "-INF", "NaN", "1.5e-7"],
    "boolean": ["true", "0"],
    "gYear": ["2024", "-0044", "12024", "2024Z"],
    "gYearMonth": ["2024-12"],
    "date": ["2024-02-29", "2023-12-31+08:00"],
    "dateTime": ["2026-11-30T20:06:30Z", "2026-11-30T24:00:00"],
}
ILL_FORMED = {
    "decimal": ["1,234.50", "1E3", "１２３.５", "NaN", "abc", "", ".", "1_000", "1 234", "12.5 ", "--1", "12.5万元"],
    "integer": ["1.0", "1,234", "１２", "1e3", ""],
    "nonNegativeInteger": ["1.0", "一"],  # -1 becomes an integer in the store, where it is one
    "positiveInteger": ["1,000"],
    "double": ["1,5", "1e"],
    "boolean": ["是", "True"],
    "gYear": ["24", "2024年", "02024", "２０２４", "2024-"],
    "gYearMonth": ["2024-13", "2024"],
    "date": ["2024-2-29", "2024-04-31", "2024年2月1日", "2023-02-30"],
    "dateTime": ["2026-11-30", "2026-11-30T25:00:00"],
}


def graph(text: str, datatype: str) -> list[ox.Triple]:
    subject = ox.NamedNode("urn:x:figure")
    value = ox.Literal(text, datatype=name(f"xsd:{datatype}"))
    return [
        ox.Triple(subject, name("rdf:type"), ox.NamedNode("urn:x:Anything")),
        ox.Triple(subject, ox.NamedNode("urn:x:said"), value),
    ]


def cases(of: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(text, datatype) for datatype, texts in of.items() for text in texts]


@pytest.mark.parametrize(("text", "datatype"), cases(WELL_FORMED))
def test_a_value_that_its_datatype_allows_passes(text: str, datatype: str) -> None:
    assert check_graph(graph(text, datatype), RULE) == []


@pytest.mark.parametrize(("text", "datatype"), cases(ILL_FORMED))
def test_a_value_that_its_datatype_does_not_allow_is_told(text: str, datatype: str) -> None:
    (found,) = check_graph(graph(text, datatype), RULE)
    assert (found.severity, found.value, found.expected) == ("error", text, f"xsd:{datatype}")
    assert (found.concerns, found.path) == ("urn:x:figure", "urn:x:said")


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_what_is_published_of_any_sum_is_well_formed(value: object) -> None:
    assert check_graph(graph(format(value, "f"), "decimal"), RULE) == []


@pytest.mark.parametrize("datatype", ILL_FORMED)
def test_pyshacl_finds_the_same(datatype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)  # it would rewrite the text before it is looked at
    data, wrong = rdflib.Graph(), set()
    for number, text in enumerate([*WELL_FORMED[datatype], *ILL_FORMED[datatype]]):
        subject = rdflib.URIRef(f"urn:x:{number}")
        data.add((subject, rdflib.RDF.type, rdflib.URIRef("urn:x:Anything")))
        data.add((subject, rdflib.URIRef("urn:x:said"), rdflib.Literal(text, datatype=rdflib.XSD[datatype])))
        wrong |= {subject} if text in ILL_FORMED[datatype] else set()
    shapes = rdflib.Graph()
    for file in ("lexical.ttl", "reconcile.ttl"):
        shapes.parse(vocab.folder("shapes") / file)
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True)
    assert set(results.objects(None, SH.focusNode)) == wrong


CASES = Path(__file__).parents[2] / "shared/cases/validate"


@pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases/validate is not there")
@pytest.mark.parametrize(("case", "errors"), [("ok", 0), ("comma", 1), ("exp", 1), ("fullwidth", 1)])
def test_a_file_with_an_amount_that_is_no_decimal_has_a_violation(case: str, errors: int) -> None:
    out = StringIO()
    assert validate(CASES / f"{case}.ttl", "text", out) == errors
    assert f"{errors} violations" in out.getvalue()
