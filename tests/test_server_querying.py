"""Queries of the command line on a release: faults in one line, answers that a reader of the format takes."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from server_fixture import BASE, write_release

from server.engine.querying import QueryError, run_query


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("querying"), "v1") / "store"


def answer(store: Path, query: str, form: str | None) -> str:
    out = io.BytesIO()
    run_query(store, query, form, out)
    return out.getvalue().decode()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("SELECT * {\n ?s x:y ?o }", "expected SPARQL, found at line 2, column 5: the prefix x: is not declared"),
        ("SELECT * { ?s ?p }", "expected SPARQL, found at line 1, column 19: this does not belong here"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", "The SELECT contains a variable that is unbound"),
        ("CLEAR ALL", "expected a query that only reads"),
        ('SELECT ("a\\u0001" AS ?x) {}', "U+0001"),
    ],
)
def test_a_fault_is_told_in_one_line(store: Path, query: str, said: str) -> None:
    """A misspelt query was once told to be one that writes, or answered with lists of character classes."""
    with pytest.raises(QueryError) as told:
        answer(store, query, "xml")
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_xml_keeps_what_a_reader_would_change(store: Path) -> None:
    root = ET.fromstring(answer(store, 'SELECT ("a\\r" AS ?x) {}', "xml"))
    assert [literal.text for literal in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ["a\r"]
    assert "<boolean>true</boolean>" in answer(store, "ASK {}", "xml")


def test_a_relative_graph_is_one_of_the_release(store: Path) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <{}> {{ ?s ?p ?o }}"
    assert answer(store, query.format("id/report/a-2025"), "csv") == answer(
        store, query.format(BASE + "id/report/a-2025"), "csv"
    )
