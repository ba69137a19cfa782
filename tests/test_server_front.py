"""What every answer has in common: tags, coding, kept answers, the log, counts, fair use."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import logging
import os
import random
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from prometheus_client.parser import text_string_to_metric_families
from server_fixture import Server, serving, until, write_release

from server import search
from server.engine import results
from server.engine.guard import read_query
from server.engine.process import QueryFailed
from server.front.cache import AnswerCache, Kept
from server.front.limits import RateLimit
from server.front.middleware import takes_gzip
from server.pages.found import PLACES
from server.serve import LogLines

QUERY = "/sparql?query=" + quote("SELECT ?s ?o { ?s <http://purl.org/dc/terms/title> ?o }")
# One of each kind of answer
ANSWERS = ["/", "/projects", "/page/project/a-2025/p1", "/data/project/a-2025/p1.ttl", "/ontology", "/code/funding",
           "/catalog", "/dumps/", "/dumps/mingzhang.nq", "/queries", "/queries/carry-over.rq", "/static/style.css",
           "/openapi.json", "/sparql", QUERY, QUERY + "&format=csv"]  # fmt: skip


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("front")
    write_release(directory, "v1")
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with serving(directory, rate=0, workers=2) as running:
        yield running


@pytest.mark.parametrize("target", ANSWERS)
def test_every_answer_is_known_again(server: Server, target: str) -> None:
    """Strong tag, date, Vary, 304 without a body; the same the second time, when the answer is kept."""
    for _ in range(2):
        first = server.get(target)
        tag = first.headers["etag"]
        assert first.status == 200
        assert re.fullmatch(r'"[^"]+"', tag)
        assert "last-modified" in first.headers
        again = server.get(target, If_None_Match=f'"x", {tag}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert server.get(target, If_None_Match='"x"').status == 200
        assert server.get(target, If_Modified_Since=first.headers["last-modified"]).status == 304
        if not target.startswith(("/static", "/dumps/m", "/queries/", "/openapi")):
            assert "Accept" in first.headers["vary"]


@pytest.mark.parametrize("target", ANSWERS)
def test_text_is_compressed_where_that_is_taken(server: Server, target: str) -> None:
    for _ in range(2):
        plain, packed = server.get(target, Accept_Encoding="gzip;q=0"), server.get(target, Accept_Encoding="br, gzip")
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert gzip.decompress(packed.body) == plain.body
        assert "Accept-Encoding" in plain.headers["vary"]
        assert "Accept-Encoding" in packed.headers["vary"]
        assert packed.headers["etag"] != plain.headers["etag"]
        known = server.get(target, If_None_Match=packed.headers["etag"], Accept_Encoding="gzip")
        assert (known.status, known.headers["etag"]) == (304, packed.headers["etag"])


@pytest.mark.parametrize("target", [*ANSWERS, "/healthz", "/metrics"])
def test_head_options_and_other_origins(server: Server, target: str) -> None:
    get, head = server.get(target), server.request("HEAD", target)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]
    if target != "/metrics":
        assert head.headers["content-length"] == get.headers["content-length"]
    options = server.request("OPTIONS", target, Origin="http://e/", Access_Control_Request_Method="GET")
    assert options.status in {200, 204}
    assert options.body == b""
    allowed = set(options.headers["access-control-allow-methods"].split(", "))
    assert {"GET", "HEAD", "OPTIONS"} <= allowed
    assert ("POST" in allowed) == target.startswith("/sparql")
    assert get.headers["access-control-allow-origin"] == "*"
    assert get.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in get.headers["content-security-policy"]


def test_takes_gzip() -> None:
    taken = {
        "gzip": True,
        "": False,
        "br": False,
        "*": True,
        "gzip;q=0, *": False,
        "GZIP;q=0.1": True,
        "gzip;q=x": False,
    }
    assert {accepted: takes_gzip(accepted) for accepted in taken} == taken


# Kept answers


def counts(server: Server) -> dict[str, float]:
    families = text_string_to_metric_families(server.get("/metrics").text)
    return {
        "".join([s.name, *(f" {v}" for _, v in sorted(s.labels.items()))]): s.value for f in families for s in f.samples
    }


def test_the_same_question_is_answered_once(server: Server) -> None:
    """Whatever its spacing and the case of its keywords, by GET or POST; not in another format or dataset."""
    spellings = ["SELECT (7 AS ?x) {}", "select  (7 AS ?x)\n{}", "SELECT (7 AS ?x) #no\n {}"]
    before = counts(server).get("mingzhang_queries_total answered", 0)
    bodies = {server.get("/sparql?query=" + quote(text)).body for text in spellings}
    posted = server.request("POST", "/sparql", spellings[1].encode(), Content_Type="application/sparql-query")
    assert bodies == {posted.body}
    assert counts(server)["mingzhang_queries_total answered"] == before + 1
    server.get("/sparql?format=xml&query=" + quote(spellings[0]))
    server.get("/sparql?query=" + quote("SELECT (7 AS ?y) {}"))
    assert counts(server)["mingzhang_queries_total answered"] == before + 3


def test_what_may_change_is_not_kept(server: Server) -> None:
    target = "/sparql?query=" + quote("SELECT (RAND() AS ?r) {}")
    assert server.get(target).body != server.get(target).body
    assert server.get("/sparql?query=ASK").status == server.get("/sparql?query=ASK").status == 400


def test_a_new_release_has_new_answers(tmp_path: Path) -> None:
    write_release(tmp_path, "old")
    target = "/sparql?query=" + quote("ASK { <http://e/new> ?p ?o }")
    with serving(tmp_path, rate=0, workers=1) as server:
        first = server.get(target)
        write_release(tmp_path, "new", "GRAPH <http://e/g> { <http://e/new> <http://e/p> 1 }")
        assert until(lambda: b"new" in server.get("/healthz").body)
        second = server.get(target, If_None_Match=first.headers["etag"])
    assert (first.json()["boolean"], second.status, second.json()["boolean"]) == (False, 200, True)


def test_a_cache_is_bounded() -> None:
    cache = AnswerCache(100_000)
    for number in range(500):
        cache.put(str(number), Kept((), b"x" * 1000))
    cache.put("large", Kept((), b"x" * 50_000))
    assert cache.size <= cache.limit
    assert 40 < len(cache) < 60
    assert cache.get("499")
    assert cache.get("0") is None
    assert cache.get("large") is None
    cache.put("499", Kept((), b"y"))
    assert cache.get("499") == Kept((), b"y")
    AnswerCache(0).put("a", Kept((), b""))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("ASK { ?s ?p -1 }", "ask {  ?s ?p -1 #\n}", True),
        ("ASK { ?s ?p -1 }", "ASK { ?s ?p - 1 }", False),
        ("ASK { ?s ?p 'a b' }", "ASK { ?s ?p 'a  b' }", False),
        ("ASK { ?s <a> 'x' }", "ASK { ?s <A> 'x' }", False),
    ],
)
def test_keys_of_queries(one: str, other: str, same: bool) -> None:
    assert (read_query(one).key == read_query(other).key) is same


def test_shapes_of_queries() -> None:
    texts = ["ASK { <a> ?p 1 }", "ASK { <b> ?p 22 }", "ASK { <b> ?q 22 }"]
    first, second, third = (read_query(text).shape for text in texts)
    assert first == second != third


# Rows counted in what Oxigraph writes


def test_rows_are_counted_exactly() -> None:
    """Values full of the signs that end rows, cut anywhere: as many rows as the cap pass unchanged, one more fails."""
    chance, store = random.Random(3), ox.Store()
    signs = ["},{", '"', "\\", '}},{"', '\\"', "\n", "\r\n", ",", "a", '"},{"', "\t"]
    refused = 0
    for _ in range(200):
        rows = [
            [None if chance.random() < 0.2 else ox.Literal("".join(chance.choices(signs, k=chance.randint(0, 4))))
             for _ in range(2)]
            for _ in range(chance.randint(0, 8))
        ]  # fmt: skip
        values = " ".join("(" + " ".join("UNDEF" if v is None else str(v) for v in row) + ")" for row in rows)
        for name, form in results.NATIVE.items():
            found = store.query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}")
            assert isinstance(found, ox.QuerySolutions)
            data = found.serialize(format=form)
            assert data is not None
            for cap in {max(len(rows), 1), max(len(rows) - 1, 1)}:
                refused += _passes(data, name, cap, chance) != (len(rows) <= cap)
    assert refused == 0


@pytest.mark.parametrize("name", results.NATIVE)
@pytest.mark.parametrize("variables", ["", "?a"])
def test_no_row_is_smaller_than_a_byte(name: str, variables: str) -> None:
    """Rows of nothing, which is why nothing is counted before there are more bytes than rows."""
    values = " ".join(["(UNDEF)" if variables else "()"] * 50)
    found = ox.Store().query(f"SELECT * {{ VALUES ({variables}) {{ {values} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    data = found.serialize(format=results.NATIVE[name])
    assert data is not None
    assert len(data) > 50
    assert _passes(data, name, 50, random.Random(1))
    assert not _passes(data, name, 49, random.Random(1))


def _passes(data: bytes, name: str, cap: int, chance: random.Random) -> bool:
    output, position = io.BytesIO(), 0
    counter = results.RowCounter(output, name, cap)
    try:
        while position < len(data):
            step = chance.randint(1, 9)
            counter.write(data[position : position + step])
            position += step
    except results.OverCapError:
        return False
    assert output.getvalue() == data
    return True


# A spreadsheet's mark


def test_csv_with_a_byte_order_mark(server: Server) -> None:
    target = QUERY + "&format=csv"
    plain, marked = server.get(target), server.get(target + "&bom=1")
    assert marked.body == b"\xef\xbb\xbf" + plain.body
    assert marked.headers["etag"] != plain.headers["etag"]
    assert marked.headers["content-type"] == "text/csv; charset=utf-8"
    assert server.get(QUERY + "&format=tsv&bom=1").body.startswith(b"\xef\xbb\xbf")
    assert server.get(QUERY + "&format=json&bom=1").body == server.get(QUERY + "&format=json").body
    refused = server.get(target + "&bom=yes")
    assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (400, "bom")


# Log and counts


def logged(server: Server, text: str) -> list[str]:
    """The lines of the log, once a text stands in it: a line is written when its answer has been sent."""
    assert until(lambda: text in server.log.read_text()), text
    return server.log.read_text().splitlines()


def test_the_log_has_a_standard_form_and_no_one_in_it(server: Server) -> None:
    server.get("/search?q=whoever", User_Agent="someone/1", Referer="http://e/mine", Accept="text/html")
    server.get("/id/%22%0A")
    lines = logged(server, "GET /search")
    form = re.compile(
        r'- - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "[A-Z]+ [!-~]* HTTP/1\.1" \d{3} (\d+|-) "-" "-" \d+\.\d'
    )
    assert all(form.fullmatch(line) for line in lines)
    assert any('"GET /search HTTP/1.1"' in line for line in lines)
    assert not any(word in line for line in lines for word in ("127.0.0.1", "someone", "http://e/mine", "whoever"))


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        (b"GET /reports?q=whoever HTTP/1.1\r\nX-Long: " + b"a" * 300_000 + b"\r\n\r\n", '"GET /reports HTTP/1.1" 431'),
        (b"POST /sparql HTTP/1.1\r\nHost: e\r\nContent-Length: 9999999\r\n\r\n", '"POST /sparql HTTP/1.1" 413'),
        (b"GET /healthz HTTP/1.1\r\nContent-Length: x\r\n\r\n", '"GET /healthz HTTP/1.1" 400'),
        (b"GET /dumps/ HTTP/1.1\r\nTransfer-Encoding: x\r\n\r\n", '"GET /dumps/ HTTP/1.1" 501'),
        (b"\x16\x03\x01 whoever \x00\xff\r\n\r\n", '"OTHER - HTTP/1.1" 400'),
    ],
)
def test_what_is_refused_unread_is_logged_and_counted(server: Server, sent: bytes, line: str) -> None:
    """Requests that waitress itself refuses once left no trace."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client, contextlib.suppress(OSError):
        client.sendall(sent)
        while client.recv(65536):
            pass
    assert not any("whoever" in one for one in logged(server, line))
    status = line.rpartition(" ")[2]
    counted = rf'mingzhang_http_requests_total{{method="\w+",route="refused",status="{status}"}} [1-9]'
    assert re.search(counted, server.get("/metrics").text)


def test_a_log_that_nobody_reads_stops_nothing() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    lines = LogLines(stream)
    for number in range(3):
        lines.handle(logging.makeLogRecord({"msg": f"line {number}"}))
        lines.flush()
    with contextlib.suppress(BrokenPipeError):
        stream.close()


def test_metrics_are_counted(server: Server) -> None:
    before = counts(server)
    server.get("/sparql?query=" + quote("SELECT (42 AS ?x) {}"))
    server.get("/nothing-there")
    after = counts(server)
    assert after["mingzhang_queries_total answered"] == before.get("mingzhang_queries_total answered", 0) + 1
    assert after["mingzhang_release v1"] == 1
    assert any(name.startswith("mingzhang_http_requests_total GET") and "404" in name for name in after)
    assert sum(name.startswith("mingzhang_process_bytes") for name in after) == 4
    assert not any("nothing" in name for name in after)


# Fair use


def test_clients_behind_a_proxy_are_counted_apart(directory: Path) -> None:
    with serving(directory, rate=60, burst=2, workers=1, proxy="127.0.0.1") as server:
        ask = "/sparql?query=ASK%7B%7D"
        one = [server.get(ask, X_Forwarded_For="192.0.2.1, 198.51.100.1").status for _ in range(3)]
        two = [server.get(ask, X_Forwarded_For="192.0.2.1, 198.51.100.2").status for _ in range(2)]
        assert (one, two) == ([200, 200, 429], [200, 200])
    with serving(directory, rate=60, burst=2, workers=1) as server:
        three = [server.get(ask, X_Forwarded_For=f"198.51.100.{n}").status for n in range(3)]
        assert three == [200, 200, 429]


def test_a_network_of_ipv6_is_one_client() -> None:
    limit = RateLimit(60, 1)
    waits = [
        limit.wait(a) > 0 for a in ("2001:db8:1:2::7", "2001:db8:1:2::8", "2001:db8:1:3::7", "192.0.2.1", "192.0.2.2")
    ]
    assert waits == [False, True, False, False, False]
    assert not any(b"db8" in key for key in limit._buckets)


def test_pages_end_at_their_time(directory: Path) -> None:
    with serving(directory, rate=0, workers=1, page_seconds=0.0001) as server:
        reply = server.get("/projects", Accept="application/ld+json")
        assert (reply.status, json.loads(reply.body)["type"].rpartition("/")[2]) == (503, "deadline")
        assert int(reply.headers["retry-after"]) > 0
        assert server.get("/sparql?query=ASK%7B%7D").status == 200


def test_a_search_ends_at_the_time_of_its_page(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "_STEPS", 1)
    index = search.Index(directory / "current/search.sqlite", PLACES)
    monkeypatch.setattr(search.CLOCK, "end", 0.0)
    with pytest.raises(QueryFailed, match="took too long"):
        index.search("津贴")
    search.CLOCK.begin(60)
    assert index.search("津贴")


def test_a_search_reads_no_more_than_a_name_may_have() -> None:
    assert "".join(search.runs("津" * 100_000)) == "津" * search._SIGNS
    assert len(search.runs("a1" * 100_000)) == search._RUNS
