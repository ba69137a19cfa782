"""SPARQL 1.1 Protocol and Service Description over real HTTP: the W3C cases on queries, and the clauses beside them."""

from __future__ import annotations

import gzip
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
from real_reports import SHARED
from server_fixture import BASE, TRIG, Reply, Server, serving, write_release

DATA = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
ONE, TWO, THREE = (DATA.format(n) for n in (1, 2, 3))
W3C = "".join(f"GRAPH <{g}> {{ <{g}> a <http://xmlns.com/foaf/0.1/Document> }}\n" for g in (ONE, TWO, THREE))
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
RESULTS = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"}
GRAPHS = {"text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"}
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("protocol")
    write_release(directory, "v1", TRIG + W3C)
    with serving(directory, rate=0, request_bytes=100_000, query_bytes=60_000) as running:
        yield running


def url(query: str | None = None, *pairs: tuple[str, str]) -> str:
    given = ([("query", query)] if query is not None else []) + list(pairs)
    return "/sparql" + ("?" + urlencode(given, quote_via=quote) if given else "")


def post(server: Server, *pairs: tuple[str, str], **headers: str) -> Reply:
    return server.request("POST", "/sparql", urlencode(pairs).encode(), Content_Type=FORM, **headers)


def refused(reply: Reply) -> bool:
    assert reply.media == "application/problem+json"
    assert reply.json()["status"] == reply.status
    return 400 <= reply.status < 500


NO_TYPE = {"Content_Type": ""}


def sd(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(SD + name)


def described(server: Server) -> rdflib.Graph:
    return rdflib.Graph().parse(data=server.get("/sparql", Accept="text/turtle").text, format="turtle")


def conforms(server: Server) -> bool:
    graph = described(server)
    service = graph.value(predicate=rdflib.RDF.type, object=sd("Service"))
    assert str(graph.value(service, sd("endpoint"))) == f"http://127.0.0.1:{server.port}/sparql"
    assert (service, sd("supportedLanguage"), sd("SPARQL11Query")) in graph
    assert (service, sd("feature"), sd("UnionDefaultGraph")) in graph
    dataset = graph.value(service, sd("defaultDataset"))
    assert (dataset, rdflib.RDF.type, sd("Dataset")) in graph
    names = {str(graph.value(g, sd("name"))) for g in graph.objects(dataset, sd("namedGraph"))}
    assert {ONE, TWO, THREE, BASE + "id/report/a-2025"} <= names
    assert not any(isinstance(term, rdflib.BNode) for triple in graph for term in triple)
    return len(list(graph.objects(service, sd("resultFormat")))) == 8


# The cases of the W3C test suite for SPARQL 1.1 Protocol on queries, as it publishes them: each request of the manifest
# is sent byte for byte, but for the path, which is the service's own.

PROTOCOL = SHARED / "standards/sparql11-protocol/manifest.ttl"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
MANIFEST = rdflib.Graph().parse(PROTOCOL) if PROTOCOL.exists() else rdflib.Graph()
ALL_CASES = sorted(str(case).partition("#")[2] for case in MANIFEST.subjects(rdflib.RDF.type, MF.ProtocolTest))
W3C_CASES = [name for name in ALL_CASES if "query" in name or "queries" in name]


def value(node: rdflib.term.Node, term: rdflib.URIRef) -> rdflib.term.Node:
    found = MANIFEST.value(node, term)
    assert found is not None, term
    return found


@pytest.mark.skipif(not PROTOCOL.exists(), reason="the W3C suite is not beside this checkout")
@pytest.mark.parametrize("name", W3C_CASES or ["none"])
def test_w3c_requests_unchanged(server: Server, name: str) -> None:
    case = next(c for c in MANIFEST.subjects(rdflib.RDF.type, MF.ProtocolTest) if str(c).endswith("#" + name))
    requests = list(MANIFEST.items(value(value(case, MF.action), HT.requests)))
    assert requests
    for request in requests:
        path = str(value(request, HT.absolutePath))
        assert path.startswith("/sparql/")
        headers = {
            str(value(header, HT.fieldName)): str(value(header, HT.fieldValue))
            for found in MANIFEST.objects(request, HT.headers)
            for header in MANIFEST.items(found)
        }
        body = MANIFEST.value(request, HT.body)
        data = None if body is None else str(value(body, CNT.chars)).encode(str(value(body, CNT.characterEncoding)))
        reply = server.request(
            str(value(request, HT.methodName)), path.replace("/sparql/", "/sparql", 1), data, **headers
        )
        expected = value(request, HT.resp)
        statuses = {str(status)[-3] for status in MANIFEST.objects(expected, MF.expectedStatus)}
        assert str(reply.status)[0] in statuses, reply.text
        if (answer := MANIFEST.value(expected, MF.expectedBoolean)) is not None:
            assert reply.json()["boolean"] is answer.toPython()
        if (form := MANIFEST.value(expected, MF.expectedFormat)) is not None:
            assert reply.media in {"boolean": BOOLEANS, "tabular": RESULTS, "RDF": GRAPHS}[str(form)]


@pytest.mark.skipif(not PROTOCOL.exists(), reason="the W3C suite is not beside this checkout")
def test_all_w3c_cases_on_queries_are_sent() -> None:
    assert len(W3C_CASES) + len(DESCRIPTION_CASES) == 23


# The same in short, for a checkout without the suite.

ASK, ASKED = b"ASK {}", "query=ASK%20%7B%7D"
ONE_GRAPH = f"ASK FROM <{ONE}> {{ <{ONE}> ?p ?o }}"


def at(**graphs: tuple[str, ...]) -> str:
    """The address with a dataset; default=(ONE,) is default-graph-uri=ONE."""
    pairs = [(f"{kind}-graph-uri", graph) for kind, chosen in graphs.items() for graph in chosen]
    return "/sparql/?" + urlencode(pairs, quote_via=quote)


def direct(server: Server, query: str | bytes, target: str = "/sparql/", media: str | None = DIRECT) -> Reply:
    data = query if isinstance(query, bytes) else query.encode()
    return server.request("POST", target, data, **({"Content_Type": media} if media else NO_TYPE))


def says(reply: Reply, answer: bool) -> bool:
    assert reply.status == 200, reply.text
    return reply.media in BOOLEANS and reply.json()["boolean"] is answer


def kind(reply: Reply, media: set[str]) -> bool:
    return reply.status == 200 and reply.media in media


def full(reply: Reply) -> bool:
    found = {(row["g"]["value"], row["x"]["value"], row["s"]["value"]) for row in reply.json()["results"]["bindings"]}
    return found == {(ONE, THREE, ONE), (TWO, THREE, TWO)}


BOOLEANS = {"application/sparql-results+json", "application/sparql-results+xml"}
TWO_TYPES = f"ASK {{ <{ONE}> a ?type . <{TWO}> a ?type . }}"
TWO_PARTS = f"ASK {{ <{ONE}> ?p ?o . <{TWO}> ?p ?o }}"
ANY_GRAPH = "ASK { GRAPH ?g { ?s ?p ?o } }"
QUERY_CASES: dict[str, Callable[[Server], bool]] = {
    "query_get": lambda s: says(s.get("/sparql?" + ASKED), True),
    "query_post_form": lambda s: says(direct(s, ASKED, media=FORM), True),
    "query_post_direct": lambda s: says(direct(s, ASK), True),
    "query_dataset_default_graphs_get": lambda s: says(
        s.get(at(default=(ONE, TWO)) + "&query=" + quote(TWO_TYPES)), True
    ),
    "query_dataset_default_graphs_post": lambda s: says(direct(s, TWO_PARTS, at(default=(ONE, TWO))), True),
    "query_dataset_named_graphs_get": lambda s: says(s.get(at(named=(ONE, TWO)) + "&query=" + quote(ANY_GRAPH)), True),
    "query_dataset_named_graphs_post": lambda s: says(direct(s, ANY_GRAPH, at(named=(ONE, TWO))), True),
    "query_dataset_full": lambda s: full(
        direct(s, "SELECT ?g ?x ?s { ?x ?y ?o  GRAPH ?g { ?s ?p ?o } }", at(default=(THREE,), named=(ONE, TWO)))
    ),
    "query_multiple_dataset": lambda s: says(direct(s, ONE_GRAPH, at(default=(TWO,))), False),
    "query_content_type_select": lambda s: kind(direct(s, "SELECT (1 AS ?value) {}"), RESULTS),
    "query_content_type_ask": lambda s: kind(direct(s, ASK), BOOLEANS),
    "query_content_type_describe": lambda s: kind(direct(s, "DESCRIBE <http://example.org/>"), GRAPHS),
    "query_content_type_construct": lambda s: kind(direct(s, "CONSTRUCT { <s> <p> 1 } WHERE {}"), GRAPHS),
    "bad_query_method": lambda s: refused(s.request("PUT", "/sparql?" + ASKED)),
    "bad_multiple_queries": lambda s: refused(s.get(f"/sparql?{ASKED}&query=SELECT%20%2A%20%7B%7D")),
    "bad_query_wrong_media_type": lambda s: refused(direct(s, ASK, media="text/plain")),
    "bad_query_missing_form_type": lambda s: refused(direct(s, ASKED, media=None)),
    "bad_query_missing_direct_type": lambda s: refused(direct(s, ASK, media=None)),
    "bad_query_non_utf8": lambda s: refused(direct(s, "ASK {}".encode("utf-16"), media=DIRECT + "; charset=UTF-16")),
    "bad_query_syntax": lambda s: refused(s.get("/sparql?query=ASK%20%7B")),
}
DESCRIPTION_CASES: dict[str, Callable[[Server], bool]] = {
    "service_description_returns_rdf": lambda s: kind(s.get("/sparql"), GRAPHS),
    "service_description_has_endpoint_triple": lambda s: (
        len(list(described(s).triples((None, sd("endpoint"), None)))) == 1
    ),
    "service_description_conforms_to_schema": conforms,
}
# The service is for reading: what the suite asks of updates that go well is refused as what it calls bad ones is.
UPDATE = "application/sparql-update"
USING = "/sparql?using-graph-uri=" + quote(ONE, safe="")
UPDATE_CASES: dict[str, Callable[[Server], Reply]] = {
    "update_dataset_default_graph": lambda s: direct(s, "CLEAR ALL", USING, UPDATE),
    "update_dataset_default_graphs": lambda s: direct(s, "CLEAR ALL", f"{USING}&using-graph-uri=http://e/", UPDATE),
    "update_dataset_named_graphs": lambda s: direct(s, "CLEAR ALL", "/sparql?using-named-graph-uri=http://e/", UPDATE),
    "update_dataset_full": lambda s: direct(s, "CLEAR ALL", f"{USING}&using-named-graph-uri=http://e/", UPDATE),
    "update_post_form": lambda s: direct(s, "update=CLEAR%20ALL", media=FORM),
    "update_post_direct": lambda s: direct(s, "CLEAR ALL", media=UPDATE),
    "update_base_uri": lambda s: direct(s, "INSERT DATA { <http://e/s> <http://e/p> <test> }", media=UPDATE),
    "bad_update_get": lambda s: s.get("/sparql?update=CLEAR%20ALL"),
    "bad_multiple_updates": lambda s: direct(s, "update=CLEAR%20NAMED&update=CLEAR%20DEFAULT", media=FORM),
    "bad_update_wrong_media_type": lambda s: direct(s, "CLEAR NAMED", media="text/plain"),
    "bad_update_missing_form_type": lambda s: direct(s, "update=CLEAR%20NAMED", media=None),
    "bad_update_non_utf8": lambda s: direct(s, "CLEAR NAMED".encode("utf-16"), media=UPDATE + "; charset=UTF-16"),
    "bad_update_syntax": lambda s: direct(s, "update=CLEAR%20XYZ", media=FORM),
    "bad_update_dataset_conflict": lambda s: direct(
        s, "using-named-graph-uri=http://e/&update=WITH%20%3Chttp://e/%3E%20DELETE%20WHERE%20%7B%7D", media=FORM
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [*QUERY_CASES, *DESCRIPTION_CASES])
def test_like_w3c(server: Server, name: str) -> None:
    assert (QUERY_CASES | DESCRIPTION_CASES)[name](server)


@pytest.mark.parametrize("name", UPDATE_CASES)
def test_w3c_updates_are_refused(server: Server, name: str) -> None:
    before = server.get(url("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")).text
    assert refused(UPDATE_CASES[name](server))
    assert server.get(url("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ("timeout", "9"))).text == before


def test_a_relative_iri_is_one_of_the_service(server: Server) -> None:
    """A query whose IRIs were relative was refused as a mistake of syntax."""
    answer = direct(server, "SELECT (STR(<a>) AS ?a) (STR(</b>) AS ?b) {}").json()["results"]["bindings"][0]
    assert [answer[name]["value"] for name in "ab"] == [BASE + "a", BASE + "b"]
    named = direct(server, "BASE <http://e/x/> SELECT (STR(<a>) AS ?a) {}").json()["results"]["bindings"][0]
    assert named["a"]["value"] == "http://e/x/a"


# Formats: each parses, with an independent reader, to the same answer

COUNT = "SELECT ?s ?o { ?s <http://purl.org/dc/terms/title> ?o } ORDER BY ?s"


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        (None, "json"),
        ("application/sparql-results+xml", "xml"),
        ("text/csv", "csv"),
        ("text/tab-separated-values", "tsv"),
    ],
)
def test_select_in_all_formats(server: Server, accept: str | None, media: str) -> None:
    reply = server.get(url(COUNT), **({"Accept": accept} if accept else {}))
    assert reply.status == 200
    if media == "json":
        assert len(reply.json()["results"]["bindings"]) == 4
    elif media == "xml":
        assert len(ET.fromstring(reply.body)[1]) == 4
    else:
        assert reply.text.count("\n") == 5
        assert "甲市甲局2025年部门预算" in reply.text


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
    ],
)
def test_construct_in_all_formats(server: Server, accept: str, form: ox.RdfFormat) -> None:
    query = "CONSTRUCT { ?s <http://purl.org/dc/terms/title> ?o } { ?s <http://purl.org/dc/terms/title> ?o }"
    reply = server.get(url(query), Accept=accept)
    assert reply.media == accept
    assert len(list(ox.parse(reply.body, format=form))) == 4


@pytest.mark.parametrize(
    ("name", "media"),
    [("xml", "application/sparql-results+xml"), ("csv", "text/csv"), ("text/csv", "text/csv"),
     ("tsv", "text/tab-separated-values"), ("json", "application/sparql-results+json")],
)  # fmt: skip
def test_format_parameter(server: Server, name: str, media: str) -> None:
    for parameter in ("format", "output"):
        assert server.get(url("ASK {}", (parameter, name)), Accept="image/png").media == media
    assert server.get(url("ASK {}", ("format", "pdf"))).status == 400


def test_not_acceptable_only_when_impossible(server: Server) -> None:
    assert server.get(url("ASK {}"), Accept="image/png").status == 406
    assert server.get(url("ASK {}"), Accept="image/png, */*;q=0.01").status == 200


# Requests


def test_percent_encoding_is_decoded_once(server: Server) -> None:
    query = 'SELECT ("100%25 + 预算" AS ?v) {}'
    for reply in (
        server.get(url(query)),
        post(server, ("query", query)),
        server.request("POST", "/sparql", query.encode(), Content_Type=DIRECT),
    ):
        assert reply.json()["results"]["bindings"][0]["v"]["value"] == "100%25 + 预算"


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("/sparql?query=%FF", 400),
        ("/sparql?query=", 400),
        ("/sparql?query=ASK%7B%7D&timeout=x", 400),
        ("/sparql?query=ASK%7B%7D&timeout=-1", 400),
        ("/sparql?query=ASK%7B%7D&timeout=5", 200),
        ("/sparql?query=ASK%7B%7D&default-graph-uri=http://none/", 200),
        ("/sparql?query=ASK%20FROM%20%3Chttp://none/%3E%20%7B%7D", 400),
        ("/sparql?query=CLEAR%20ALL", 403),
        ("/sparql?update=CLEAR%20ALL", 403),
        ("/sparql?query=SELECT%20*%20%7BSERVICE%20%3Chttp://e/%3E%20%7B%7D%7D", 403),
    ],
)
def test_statuses(server: Server, target: str, status: int) -> None:
    assert server.get(target).status == status


def test_graphs_that_the_release_lacks_are_empty_and_named(server: Server) -> None:
    """They were refused, though the protocol has its datasets made of what is there."""
    for graphs in ({"default": ("http://none/",)}, {"named": ("http://none/\r\nX-Set: 1",)}):
        reply = server.get(
            at(**graphs).replace("/?", "?") + "&query=" + quote("ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }")
        )
        assert says(reply, False)
        assert reply.headers["x-sparql-unknown-graphs"].startswith("1 <http://none/")
        assert "x-set" not in reply.headers
    reply = server.get(at(default=(ONE, "http://none/")).replace("/?", "?") + "&query=" + quote("ASK { ?s ?p ?o }"))
    assert says(reply, True)
    assert reply.headers["x-sparql-unknown-graphs"] == "1 <http://none/>"
    assert "x-sparql-unknown-graphs" not in server.get(url("ASK {}")).headers


def test_more_bad_posts(server: Server) -> None:
    assert post(server, ("update", "CLEAR ALL")).status == 403
    assert post(server, ("format", "json")).status == 400
    direct = {"Content_Type": DIRECT}
    assert server.request("POST", url("ASK {}"), b"ASK {}", **direct).status == 400
    assert server.request("POST", "/sparql", b"\xff", **direct).status == 400
    assert server.request("POST", "/sparql", b"x", Content_Type="application/sparql-update").status == 403
    assert server.request("POST", "/sparql", b"ASK {} #" + b"x" * 70_000, **direct).status == 413
    assert server.request("POST", "/sparql", b"ASK {} #" + b"x" * 200_000, **direct).status == 413
    assert server.request("DELETE", "/sparql").headers["allow"]


@pytest.mark.parametrize(
    ("method", "target", "body", "status"),
    [("GET", "/sparql?query=" + "a" * 70_000, b"", 431), ("POST", "/sparql", b"a" * 200_000, 413)],
)
def test_what_is_too_long_for_the_server_is_a_problem(
    server: Server, method: str, target: str, body: bytes, status: int
) -> None:
    reply = server.request(method, target, body, Content_Type=DIRECT)
    assert refused(reply)
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (status, "*")


def test_a_compressed_body_is_refused(server: Server) -> None:
    reply = server.request("POST", "/sparql", gzip.compress(b"ASK {}"), Content_Type=DIRECT, Content_Encoding="gzip")
    assert (reply.status, reply.headers["accept-encoding"]) == (415, "identity")


def test_a_syntax_error_has_its_place(server: Server) -> None:
    problem = server.get(url("SELECT * {\n  ?s ?p \n }")).json()
    assert (problem["line"], problem["column"]) == (3, 2)
    assert problem["type"].endswith("/syntax")


@pytest.mark.parametrize(
    ("query", "line", "column", "detail"),
    [
        ("SELECT * {\n ?s nope:x ?o }", 2, 5, "the prefix nope: is not declared"),
        ("SELECT * { ?s :x ?o }", 1, 15, "the prefix : is not declared"),
        ("SELECT ?s { ?s ?p ?o } GROUP BY ?p", 1, 35, "The SELECT contains a variable that is unbound"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, 34, "SELECT * is not authorized with GROUP BY"),
        ("SELECT * { ?s ?p ?o } ORDER ?x", 1, 31, "expected BY"),
        ("SELECT * { ?s ?p ?o } LIMIT -1", 1, 29, "expected one of HAVING, OFFSET, OPTIONAL, VALUES, a digit"),
    ],
)
def test_a_syntax_error_can_be_read(server: Server, query: str, line: int, column: int, detail: str) -> None:
    """What is wrong once stood in a list of character classes."""
    problem = server.get(url(query)).json()
    assert (problem["line"], problem["column"]) == (line, column)
    assert problem["detail"] == f"line {line}, column {column}: {detail}"


@pytest.mark.parametrize("relative", ["id/report/a-2025", "../id/report/a-2025", "/id/report/a-2025"])
def test_a_relative_graph_is_one_of_the_service(server: Server, relative: str) -> None:
    """FROM with a relative IRI was once looked for as it is written."""
    count = "SELECT (COUNT(*) AS ?n) FROM <{}> {{ ?s ?p ?o }}"
    assert (
        server.get(url(count.format(relative), ("format", "csv"))).body
        == server.get(url(count.format(BASE + "id/report/a-2025"), ("format", "csv"))).body
    )
    assert server.get(url(count.format("id/none"))).json()["detail"].endswith(f"<{BASE}id/none>")


@pytest.mark.parametrize(
    ("query", "form", "said"),
    [
        ('SELECT ("a\\u0001" AS ?x) {}', "xml", "U+0001"),
        ('SELECT ("a\\uFFFE" AS ?x) {}', "xml", "U+FFFE"),
        ('CONSTRUCT { <urn:a> <urn:b> "a\\u0008" } {}', "rdf", "U+0008"),
        ('CONSTRUCT { <urn:a> <http://e/1> "a" } {}', "rdf", "<http://e/1>"),
    ],
)
def test_what_xml_cannot_hold_is_a_problem(server: Server, query: str, form: str, said: str) -> None:
    """Such answers were once sent as XML that no parser reads; other formats hold them."""
    reply = server.get(url(query, ("format", form)))
    assert reply.status == 422
    assert said in reply.json()["detail"]
    assert server.get(url(query, ("format", "json"))).status == 200


def test_graphs_of_the_release_are_the_dataset(server: Server) -> None:
    query = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <https://w3id.org/mingzhang/ontology#Project> }"
    a, b = (BASE + f"id/report/{name}-2025" for name in "ab")

    def count(reply: Reply) -> str:
        return reply.json()["results"]["bindings"][0]["n"]["value"]

    assert count(server.get(url(query))) == "3"
    assert count(server.get(url(query, ("default-graph-uri", a)))) == "1"
    assert count(server.get(url(query, ("default-graph-uri", a), ("default-graph-uri", b)))) == "3"
    assert count(server.get(url(query.replace("{", f"FROM <{b}> {{")))) == "2"
    assert count(server.get(url(query, ("named-graph-uri", a)))) == "0"


def test_head_and_options(server: Server) -> None:
    head, get = (server.request(method, url("ASK {}")) for method in ("HEAD", "GET"))
    assert (head.status, head.body) == (200, b"")
    for name in ("content-type", "content-length", "etag"):
        assert head.headers[name] == get.headers[name]
    assert server.request("HEAD", url("ASK {")).status == 400
    options = server.request("OPTIONS", "/sparql", Origin="http://e/", Access_Control_Request_Method="POST")
    assert options.status == 204
    assert "POST" in options.headers["access-control-allow-methods"]
    assert get.headers["access-control-allow-origin"] == "*"


def test_a_browser_gets_the_editor(server: Server) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    assert "<textarea" in server.get("/sparql", **browser).text
    page = server.get(url("ASK { ?s ?p '</textarea><script>' }"), **browser)
    assert "&lt;script&gt;" in page.text
    assert server.get(url("ASK {}", ("format", "json")), **browser).media == "application/sparql-results+json"


# Caching


def test_a_known_answer_is_304(server: Server) -> None:
    first = server.get(url("ASK {}"))
    tag = first.headers["etag"]
    assert "last-modified" in first.headers
    assert "Accept" in first.headers["vary"]
    assert server.get(url("ASK {}"), If_None_Match=tag).status == 304
    assert server.get(url("ask  # all\n {}"), If_None_Match=tag).status == 304
    assert server.get(url("ASK {{}}"), If_None_Match=tag).status == 200
    assert server.get(url("ASK {}"), If_None_Match=tag, Accept="text/csv").status == 200
    assert post(server, ("query", "ASK {}"), If_None_Match=tag).status == 200
    volatile = server.get(url("SELECT (RAND() AS ?r) {}"))
    assert volatile.headers["cache-control"] == "no-store"
    assert "etag" not in volatile.headers


def test_answers_tell_their_limits(server: Server) -> None:
    headers = server.get(url("ASK {}")).headers
    assert headers["x-sparql-maxrows"] == "100000"
    assert headers["x-sparql-deadline"] == "30"
