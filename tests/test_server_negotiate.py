"""Accept headers and result formats: tables of cases, and our serializers beside Oxigraph's."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.engine.results import ROWS, boolean
from server.negotiate import GRAPH_FORMATS, HTML, RESULT_FORMATS, best, by_name

RESULTS, GRAPHS = [*RESULT_FORMATS.values()], [*GRAPH_FORMATS.values()]

CASES = [
    (None, RESULTS, "json"),
    ("", RESULTS, "json"),
    ("*/*", RESULTS, "json"),
    ("nonsense", RESULTS, "json"),
    ("text/csv", RESULTS, "csv"),
    ("text/*", RESULTS, "csv"),
    ("application/xml", RESULTS, "xml"),
    ("application/sparql-results+xml;q=0.5, application/sparql-results+json;q=0.9", RESULTS, "json"),
    ("application/sparql-results+json;q=0.1, */*;q=0.5", RESULTS, "xml"),
    ("application/sparql-results+json;q=0, */*", RESULTS, "xml"),
    ("TEXT/CSV ; Q=0.3", RESULTS, "csv"),
    ("text/turtle, application/sparql-results+xml;q=0.1", RESULTS, "xml"),
    ("text/turtle", RESULTS, None),
    ("image/png, */*;q=0", RESULTS, None),
    ("text/turtle;q=nan, application/ld+json;q=0.1", GRAPHS, "jsonld"),
    ("application/json", GRAPHS, "jsonld"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", [*GRAPHS, HTML], "html"),
    ("*/*", [HTML, *GRAPHS], "html"),
    ("text/turtle, text/html", [HTML, *GRAPHS], "html"),
    ("text/turtle, */*;q=0.1", [HTML, *GRAPHS], "ttl"),
]


@pytest.mark.parametrize(("accept", "offered", "expected"), CASES)
def test_accept(accept: str | None, offered: list, expected: str | None) -> None:
    found = best(accept, offered)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("name", "expected"), [("turtle", "ttl"), ("application/ld+json", "jsonld"), ("JSON", "jsonld"), ("pdf", None)]
)
def test_format_parameter(name: str, expected: str | None) -> None:
    found = by_name(name, GRAPHS)
    assert (found.name if found else None) == expected


@given(st.text())
def test_any_accept_header_is_read(accept: str) -> None:
    assert best(accept, RESULTS) in {None, *RESULTS}


# XML 1.0 and JSON cannot carry surrogates or most control characters; every other text must come through.
_TEXT = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\t\n\r\"',&<>\\"), max_size=20
)
_TERMS = st.one_of(
    st.none(),
    _TEXT.map(ox.Literal),
    _TEXT.map(lambda text: ox.Literal(text, language="zh")),
    _TEXT.map(lambda text: ox.Literal(text, datatype=ox.NamedNode("http://e/t"))),
    st.just(ox.NamedNode("http://e/a?b=1&c=<".replace("<", "%3C"))),
    st.just(ox.BlankNode("b1")),
)


@pytest.mark.parametrize("name", ["json", "xml", "tsv"])
@given(rows=st.lists(st.tuples(_TERMS, _TERMS), max_size=5))
@example(rows=[(None, ox.Literal(" "))])
@example(rows=[(ox.Literal(" \ta\r b\n"), ox.Literal("\r"))])
def test_solutions_come_back(name: str, rows: list[tuple]) -> None:
    """Written by us, read by Oxigraph."""
    text = "".join(ROWS[name](["a", "项"], rows))
    form = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}[
        name
    ]
    read = ox.parse_query_results(text.encode(), format=form)
    assert isinstance(read, ox.QuerySolutions)
    assert [tuple(solution) for solution in read] == rows


@given(rows=st.lists(st.tuples(_TERMS, _TERMS), max_size=5))
def test_csv_comes_back(rows: list[tuple]) -> None:
    text = "".join(ROWS["csv"](["a", "b"], rows))
    read = list(csv.reader(io.StringIO(text, newline="")))
    plain = [["" if t is None else str(t) if isinstance(t, ox.BlankNode) else t.value for t in row] for row in rows]
    assert read == [["a", "b"], *plain]


def test_ask() -> None:
    assert json.loads(boolean(True, "json")) == {"head": {}, "boolean": True}
    assert ET.fromstring(boolean(False, "xml"))[1].text == "false"
    assert boolean(True, "csv") == "true\n"
