"""What the guard reads out of a query, and that nothing which would open a connection passes it."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from server.engine import guard
from server.engine.guard import Refused, read_query, tokens
from server.pages.library import library

MZ = "PREFIX mz: <https://w3id.org/mingzhang/ontology#>\n"

OPEN_PATHS = {
    "SELECT * { ?s skos:broader* ?o }": True,
    "SELECT * { ?s <http://e/p>+ ?o }": True,
    "SELECT * { ?s a/rdfs:subClassOf* ?o }": True,
    "SELECT * { ?s ^(<a>|!<b>)* ?o }": True,
    "SELECT * { ?s (mz:a/(mz:b|mz:c))+ ?o }": True,
    "SELECT * { ?s mz:table? ?o }": True,
    "SELECT * { ?s skos:broader|skos:broader/skos:broader ?o }": False,
    "SELECT (COUNT(*) AS ?n) (SUM(?a) * 2 AS ?b) ((?a + 1) * (?b + 2) AS ?c) { ?s mz:amount ?a }": False,
    "SELECT (xsd:decimal(?a) * 100 AS ?b) { ?s mz:amount ?a FILTER (?a*2 > 3 + 4) }": False,
    "SELECT * { ?s rdfs:label 'a* b+' # mz:a*\n }": False,
}


@pytest.mark.parametrize(("text", "is_open"), OPEN_PATHS.items())
def test_paths_of_open_length_are_known(text: str, is_open: bool) -> None:
    assert guard.repeats_a_path(text) is is_open


READ = [
    ("ASK {}", "ASK", (), ()),
    ("select * where { ?s ?p ?o }", "SELECT", (), ()),
    ("# SERVICE in a comment\nSELECT * { ?s ?p 'SERVICE <x> {}' }", "SELECT", (), ()),
    ("PREFIX ex: <http://e/> SELECT ?service { ?service <http://e/SERVICE> ex:service }", "SELECT", (), ()),
    ('SELECT * { ?s ?p """a " SERVICE <x> {} "" """ }', "SELECT", (), ()),
    ("PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> ASK { ?s a sd:Service }", "ASK", (), ()),
    ("BASE <http://e/> PREFIX a: <g/> CONSTRUCT { ?s ?p ?o } FROM <h> FROM a:x FROM NAMED <http://n> { ?s ?p ?o }",
     "CONSTRUCT", ("http://e/h", "http://e/g/x"), ("http://n",)),
    ("SELECT * FROM <http://\\u0065/> { ?s ?p ?o }", "SELECT", ("http://e/",), ()),
    ("DESCRIBE <http://e/from>", "DESCRIBE", (), ()),
    ("SELECT (COUNT(*) AS ?n) { FILTER(?a<?b && ?c>?d) }", "SELECT", (), ()),
    ("SELECT * { ?s ?p 1.5e3, -2, .5, true ; ^(<a>|!<b>)*/<c>? [] . _:b1 ?p () }", "SELECT", (), ()),
    ("SELECT * { ?s ?p '预算'@zh-Hans . ?项 ?p \"x\"^^<y> }", "SELECT", (), ()),
]  # fmt: skip


@pytest.mark.parametrize(("text", "form", "default", "named"), READ)
def test_queries_are_read(text: str, form: str, default: tuple[str, ...], named: tuple[str, ...]) -> None:
    query = read_query(text)
    assert (query.form, query.default_graphs, query.named_graphs) == (form, default, named)


@pytest.mark.parametrize("query", library(), ids=lambda query: query.name)
def test_the_library_passes(query) -> None:
    assert read_query(query.text).form == "SELECT"


REFUSED = [
    ("service", "SELECT * { SERVICE <http://e/> { ?s ?p ?o } }"),
    ("service", "SELECT * { SeRvIcE SILENT <http://e/> { ?s ?p ?o } }"),
    ("service", "SELECT * { SERVICE ?x { ?s ?p ?o } }"),
    ("service", "SELECT * { \\u0053ERVICE <http://e/> { ?s ?p ?o } }"),
    ("service", "SELECT * { S\\U00000045RVICE <http://e/> { ?s ?p ?o } }"),
    ("service", "SELECT * { ?s ?p 'a\\u0027 . SERVICE <http://e/> { ?s ?p \\u0027' } }"),
    ("service", "PREFIX : <http://e/> SELECT * { SERVICE:x{ ?s ?p ?o } }"),
    ("service", "PREFIX service: <http://e/> SELECT * { service:x { ?s ?p ?o } }"),
    ("service", "PREFIX : <http://e/> SELECT * { ?a ?p ?b FILTER(?a<?b)SERVICE:x#>\n{ ?s ?p ?o } }"),
    ("service", "SELECT * { { SELECT * { SERVICE<http://e/>{?s ?p ?o} } } }"),
    ("syntax", "SELECT * { ?s ?p trueSERVICE<http://e/>{?s ?p ?o} }"),
    ("syntax", "SELECT * { ?s ?p 'open }"),
    ("syntax", "WHERE { ?s ?p ?o }"),
    ("syntax", ""),
    ("syntax", "# nothing"),
    ("syntax", "SELECT * FROM { ?s ?p ?o }"),
    ("update", "INSERT DATA { <a> <b> <c> }"),
    ("update", "PREFIX a: <http://a> DELETE WHERE { ?s ?p ?o }"),
    ("update", "load <http://e/>"),
    ("update", "CLEAR ALL"),
]


@pytest.mark.parametrize(("kind", "text"), REFUSED)
def test_queries_are_refused(kind: str, text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_query(text)
    assert refused.value.kind == kind
    assert refused.value.line is not None


def test_a_place_counts_lines_and_characters() -> None:
    with pytest.raises(Refused) as refused:
        read_query("SELECT *\n{ ?项 ?p ` }")
    assert (refused.value.line, refused.value.column) == (2, 9)


def test_a_volatile_query_is_told() -> None:
    assert read_query("SELECT (now() AS ?t) {}").volatile
    assert not read_query("SELECT * { ?now ?p 'RAND()' }").volatile


@pytest.mark.parametrize("size", [200_000])
@pytest.mark.parametrize("piece", ["(", '"', "<a", "\\u0022", "'''", "a:", "#", "?", "%2", "SELECT ", "\n"])
def test_long_text_is_read_in_one_go(piece: str, size: int) -> None:
    text = piece * (size // len(piece))
    try:
        read_query("ASK {" + text)
    except Refused as refused:
        assert refused.kind in {"syntax", "query-size"}


@pytest.mark.parametrize(
    "text",
    [
        "ASK {" + "(" * (1 << 16) + "}",
        "BASE <a/> " * 5000 + "ASK {}",
        "ASK " + "FROM <a> " * 5000 + "{}",
        f"PREFIX a: <http://e/{'a' * 1024}> ASK {{}}",
        f"PREFIX a: <http://e/> ASK FROM a:{'a' * 1024} {{}}",
        f"BASE <http://e/{'a' * 1000}/> ASK FROM <{'a' * 100}> {{}}",
    ],
    ids=lambda text: text[:9],
)
def test_what_is_too_much_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        read_query(text)
    assert refused.value.kind == "query-size"


@pytest.mark.parametrize(
    "iri", ["http://e/servicea/b#c", "http://e/my-service#x", "http://e/?service/x#y", "service:x"]
)
def test_an_iri_that_could_be_no_call_passes(iri: str) -> None:
    read_query(f"ASK {{ ?s ?p <{iri}> }}")


@pytest.mark.parametrize(
    "iri", ["?b)service:x#", "1-service$x#a#", "aSERVICEsilent?x/#", "servicex.y:z:a#", "a.serviceb-1:#"]
)
def test_an_iri_that_could_be_a_call_is_refused(iri: str) -> None:
    with pytest.raises(Refused) as refused:
        read_query(f"ASK {{ ?s ?p <{iri}> }}")
    assert refused.value.kind == "service"


@pytest.mark.parametrize("prologue", ["BASE <http://[e/>", "BASE <http://e/> PREFIX a: <http://[e/>"])
def test_what_is_no_iri_is_a_mistake_of_syntax(prologue: str) -> None:
    """Python's ValueError went up to the server."""
    with pytest.raises(Refused) as refused:
        read_query(f"{prologue} ASK FROM <x> {{}}")
    assert refused.value.kind == "syntax"


def test_a_word_in_a_name_is_read_as_before() -> None:
    """`a.b` is no prefix but for a colon behind it; what stands in it is read word by word."""
    assert [t.text for t in tokens("a.a-1.5e+3-b ?x-ex:y a-b:c.d e.f")] == [
        "A", ".", "A", "-", "1.5e+3", "-", "B", "?x", "-", "ex:y", "a-b:c.d", "E", ".", "F"
    ]  # fmt: skip


def test_of_long_queries_one_is_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_PATIENCE", 0.01)
    long = "ASK {}" + " " * 10_000
    with guard._READING, pytest.raises(Refused) as refused:
        read_query(long)
    assert refused.value.kind == "busy"
    assert read_query(long).form == "ASK"


@pytest.fixture(scope="module")
def listener() -> Iterator[tuple[int, list[str]]]:
    """A port, and a list that grows with each connection to it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                calls.append("call")
                connection.close()

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], calls
        server.shutdown(socket.SHUT_RDWR)


def test_the_listener_would_notice(listener: tuple[int, list[str]]) -> None:
    port, calls = listener
    query = f"SELECT * {{ SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    list(ox.Store().query(query))  # type: ignore[arg-type]  # a SELECT has solutions
    assert len(calls) == 1
    calls.clear()


BEFORE = ["", "?s ?p ?o . ", "?s ?p true", "?s ?p 1", "FILTER(1<2)", "FILTER(?a<?b)", "BIND(1 AS ?k)", "OPTIONAL{}",
          "?s ?p 'x'@en . ", "#c\n", "{} UNION {} ", "?s ?p a:x.", "?s ?p '\\u0027' . "]  # fmt: skip
KEYWORD = ["SERVICE", "sErViCe", "\\u0053ERVICE", "SERVIC\\U00000045", "SERVICE SILENT", "servicesilent"]
GAP = ["", " ", "\n", "#c\n"]
TARGET = ["URL", ":x", "a:x", "?x"]
GROUP = ["{?s ?p ?o}", "#>\n{?s ?p ?o}", " { }"]


def spelled(port: int) -> Iterator[str]:
    """SERVICE in many spellings and places, most of them calls to a parser that needs no white space."""
    url = f"<http://127.0.0.1:{port}/>"
    for before, keyword, gap, target, group in itertools.product(BEFORE, KEYWORD, GAP, TARGET, GROUP):
        body = (before + keyword + gap + target + group).replace("URL", url)
        yield f"PREFIX : {url} PREFIX a: {url} SELECT * {{ VALUES ?x {{ {url} }} {body} }}"


def run_unguarded(text: str) -> None:
    try:
        list(ox.Store().query(text))  # type: ignore[arg-type]  # a SELECT has solutions
    except (SyntaxError, OSError, ValueError, RuntimeError):
        return


def test_many_spellings_would_call(listener: tuple[int, list[str]]) -> None:
    """The test below would notice: without the guard a good part of these texts opens a connection."""
    port, calls = listener
    for text in itertools.islice(spelled(port), 0, None, 7):
        run_unguarded(text)
    assert len(calls) > 100
    calls.clear()


def test_what_passes_makes_no_call(listener: tuple[int, list[str]]) -> None:
    """Whatever Oxigraph's own parser takes as a call, the guard has refused before."""
    port, calls = listener
    tried = refused = 0
    for text in spelled(port):
        tried += 1
        try:
            read_query(text)
        except Refused:
            refused += 1
            continue
        run_unguarded(text)
        assert not calls, text
    assert tried == 3744
    assert refused > 3000
