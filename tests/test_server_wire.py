"""What goes over the wire, byte by byte: HEAD, refusals, redirects, and the sizes of a request."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from server_fixture import BASE, Server, serving, until, write_release

from server.front.eventloop import read_request

MANY = "GRAPH <http://e/many> {\n" + "".join(f"<http://e/{n}> <http://e/p> {n} .\n" for n in range(5000)) + "}\n"
LONG = quote("SELECT * { ?a <http://e/p> ?b }")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("wire")
    write_release(directory, "v1", (Path(__file__).parent / "server_release.trig").read_text(encoding="utf-8") + MANY)
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with serving(directory, rate=0, workers=2, buffer=1024) as running:
        yield running


def exchange(server: Server, sent: bytes) -> bytes:
    """All bytes that come back until the server closes the connection."""
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(sent)
        while piece := client.recv(65536):
            found += piece
    return found


def asked(method: str, target: str, *fields: str) -> bytes:
    return "\r\n".join([f"{method} {target} HTTP/1.1", "Host: e", *fields, "Connection: close", "", ""]).encode()


# Each kind of answer: pages, data, files, parts of files, streams, problems, redirects, refusals
HEADS = [
    ("/", ()), ("/projects", ()), ("/projects?format=csv", ()), ("/projects?format=csv&bom=1", ()), ("/healthz", ()),
    ("/metrics", ()), ("/dumps/mingzhang.nq", ()), ("/dumps/mingzhang.nq", ("Range: bytes=0-9",)), ("/none", ()),
    ("/dumps/csv/projects.csv?bom=1", ()), ("/dumps/csv/projects.csv", ("Accept-Encoding: gzip",)),
    ("/static/style.css", ()), ("/id/project/a-2025/p1", ()), ("/feeds/reports.atom", ()), ("/sparql", ()),
    (f"/sparql?query={LONG}", ()), (f"/sparql?query={LONG}&format=xml", ()), ("/sparql?query=ASK", ()),
    (f"/sparql?query={LONG}&format=csv&bom=1", ()), (f"/sparql?query={LONG}", ("Accept-Encoding: gzip",)),
    ("/sparql?query=ASK%7B%7D", ()), ("/healthz", ("Content-Length: x",)), ("/healthz", ("Transfer-Encoding: x",)),
    ("/healthz", ("X: " + "a" * 20_000,)), ("/" + "a" * 20_000, ()),
]  # fmt: skip


@pytest.mark.parametrize(("target", "fields"), HEADS, ids=lambda value: str(value)[:40])
@pytest.mark.parametrize("version", ["1.1", "1.0"])
def test_head_has_no_body(server: Server, target: str, fields: tuple[str, ...], version: str) -> None:
    """A stream ended in the five bytes of an empty chunk, a refusal came whole."""
    sent = {method: asked(method, target, *fields).replace(b"HTTP/1.1", b"HTTP/" + version.encode(), 1)
            for method in ("HEAD", "GET")}  # fmt: skip
    head, _, body = exchange(server, sent["HEAD"]).partition(b"\r\n\r\n")
    assert body == b""
    assert head[:12] == exchange(server, sent["GET"])[:12]


def test_a_connection_goes_on_after_head(server: Server) -> None:
    """What follows an answer to HEAD is the next answer."""
    targets = ["/healthz", "/projects", f"/sparql?query={quote('ASK {}')}"]
    sent = b"".join(f"HEAD {target} HTTP/1.1\r\nHost: e\r\n\r\n".encode() for target in targets)
    found = exchange(server, sent + asked("GET", "/healthz"))
    assert len(re.findall(rb"HTTP/1\.1 200 OK\r\n", found)) == 4
    assert found.endswith(b'"v1"}\n')


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/code//funding", "/code/funding"),
        ("/page//project/a-2025/p1?lang=en", "/page/project/a-2025/p1?lang=en"),
        ("/id/project/a-2025/p1", "/page/project/a-2025/p1"),
        ("http://evil.example//code//funding", "/code/funding"),
    ],
)
def test_a_redirect_stays_on_this_site(server: Server, target: str, location: str) -> None:
    """The framework puts the host before it that the client named."""
    sent = asked("GET", target, "X-Forwarded-Host: evil.example", "Accept: text/html").replace(
        b"Host: e", b"Host: evil.example"
    )
    head = exchange(server, sent).partition(b"\r\n\r\n")[0].decode()
    assert re.search(r"^HTTP/1.1 30\d", head)
    assert re.search(r"(?m)^Location: (.*)\r$", head)[1] == location  # type: ignore[index]  # fails where there is none
    assert "evil" not in head


UNREAD = {
    "a length of many digits": (asked("GET", "/healthz", "Content-Length: " + "1" * 5000), 400),
    "an address that is none": (asked("GET", "http://[e/healthz"), 400),
    "too many fields": (asked("GET", "/healthz", *(f"X-{n}: {'a' * 100}" for n in range(200))), 431),
    "a field in many lines": (asked("GET", "/healthz", "X: a" + "\r\n a" * 10_000), 431),
    "no HTTP": (b"\x00\x01\r\n\r\n", 400),
}


@pytest.mark.parametrize("name", UNREAD)
def test_a_refusal_is_one_line_in_the_log(server: Server, name: str) -> None:
    sent, status = UNREAD[name]
    answer = exchange(server, sent)
    assert answer[9:12] == str(status).encode()
    assert b"application/problem+json" in answer
    assert until(lambda: f'HTTP/1.1" {status}' in server.log.read_text())
    assert "Traceback" not in server.log.read_text()


def test_a_client_that_does_not_wait_for_its_refusal_leaves_no_traceback(server: Server) -> None:
    for number in range(30):
        client = socket.create_connection(("127.0.0.1", server.port))
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")  # closes by a reset
        client.sendall(b"no HTTP at all\r\n\r\n" if number % 2 else b"GET /a HTTP/1.1\r\nContent-Length: x\r\n\r\n")
        client.close()
    assert server.get("/healthz").status == 200
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "Exception" not in log


@pytest.mark.parametrize(
    ("method", "target", "body", "status", "kind"),
    [
        ("GET", "/departments?q=" + "a" * 20_000, b"", 414, "address"),
        ("GET", "/id/" + "a" * 20_000, b"", 414, "address"),
        ("GET", "/sparql?" + "a&" * 20_000, b"", 413, "query-size"),
        ("POST", "/sparql", b"query=ASK{}" + b"&a" * 20_000, 413, "query-size"),
        ("POST", "/sparql", b"query=ASK{}" + b"+" * 300_000, 413, "query-size"),
        ("POST", "/sparql", b"query=ASK{" + b"(" * 100_000, 413, "query-size"),
        ("POST", "/sparql", b"query=ASK+FROM+%3Chttp://[e/%3E+{}", 400, "syntax"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_is_too_long_is_refused(
    server: Server, method: str, target: str, body: bytes, status: int, kind: str
) -> None:
    reply = server.request(method, target, body or None, Content_Type="application/x-www-form-urlencoded")
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (status, kind)


def test_a_text_is_bound_to_a_query_of_the_site_and_never_written_into_it(server: Server) -> None:
    """`?wantedtext` in the item after which a page begins was replaced by the text sought, and ended its string."""
    sought = quote('x") || true || STR("')
    plain = server.get(f"/projects?format=csv&q={sought}")
    for sort in ("", "name", "-annual"):
        reply = server.get(f"/projects?q={sought}&sort={sort}&after=" + quote("id/project/?wantedtext"))
        assert reply.status == 200
        assert "/page/project/" not in reply.text
    assert plain.text.count("\n") == 1
    assert BASE not in plain.text


# Plain queries are answered in an event loop, all else by waitress: nobody can tell

ASKED = quote("SELECT * { ?a <http://e/p> ?b } ORDER BY ?b LIMIT 3")
BOTH = [
    (f"/sparql?query={ASKED}", ()), (f"/sparql?query={ASKED}&format=csv&bom=1", ()), ("/sparql?query=ASK", ()),
    (f"/sparql?format=xml&query={ASKED}", ("Accept-Encoding: gzip",)), ("/sparql?query=ASK{}", ("Accept: image/png",)),
    (f"/sparql?query={ASKED}&default-graph-uri=http://e/none", ()), ("/sparql?query=ASK%7B%7D&query=ASK%7B%7D", ()),
    (f"/sparql?query={ASKED}", ("If-Modified-Since: Tue, 01 Jan 2999 00:00:00 GMT",)), ("/sparql?query=%FF", ()),
    (f"/sparql?query={LONG}", ()), (f"/sparql?query={quote('SELECT (NOW() > 1 AS ?n) {}')}", ("Accept: text/csv",)),
]  # fmt: skip


@pytest.mark.parametrize(("target", "fields"), BOTH, ids=range(len(BOTH)))
def test_the_event_loop_answers_as_waitress_does(server: Server, target: str, fields: tuple[str, ...]) -> None:
    """HTTP/1.0 is left to waitress; an answer in pieces is handed to it."""
    sent = asked("GET", target, *fields)
    found = []
    for version in (b"HTTP/1.1", b"HTTP/1.0"):
        head, _, body = exchange(server, sent.replace(b"HTTP/1.1", version, 1)).partition(b"\r\n\r\n")
        status, *lines = head.decode().split("\r\n")
        named = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        chunked = named.pop("transfer-encoding", "")
        if chunked:
            body = b"".join(piece for piece in re.split(rb"(?:^|\r\n)[0-9A-F]+\r\n", body))
        del named["date"]
        found.append((status[9:12], named, body.rstrip(b"\r\n")))
    assert found[0] == found[1]


PLAIN = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: e\r\nAccept: text/csv\r\n\r\n"
POSTED = b"POST /sparql HTTP/1.1\r\nHost: e\r\nContent-Type: application/sparql-query\r\nContent-Length: 5\r\n\r\nASK{}"
OTHERS = [
    PLAIN.replace(b"/sparql", b"/sparqlx"), PLAIN.replace(b"GET", b"HEAD"), PLAIN.replace(b"/1.1", b"/1.0"),
    PLAIN.replace(b"query=", b"q="), PLAIN.replace(b"text/csv", b"text/html, */*"), PLAIN[:-2], PLAIN + b"x",
    PLAIN.replace(b"Host: e\r\n", b""), PLAIN.replace(b"Accept", b"Host"), PLAIN.replace(b"Accept", b"Expect"),
    PLAIN.replace(b"Accept", b"Accept "), PLAIN.replace(b"Accept: ", b" "), PLAIN.replace(b"text/csv", b"te\x00t"),
    PLAIN.replace(b"Accept: text/csv", b"Content-Length: 1"), PLAIN.replace(b"Accept: text/csv", b"Upgrade: h2c"),
    PLAIN.replace(b"\r\n", b"\n"), PLAIN.replace(b"ASK", "问".encode()), PLAIN.replace(b"ASK", b"A#K"), PLAIN * 2,
    PLAIN.replace(b"ASK", b"A" * 9000), POSTED + b"}", POSTED.replace(b": 5", b": +5"), POSTED.replace(b": 5", b": "),
    POSTED.replace(b"Content-Length: 5", b"Transfer-Encoding: chunked"), b"", b"\r\n", b"GET",
]  # fmt: skip


def test_what_is_plain() -> None:
    plain, posted = read_request(PLAIN), read_request(POSTED)
    assert plain is not None
    assert (plain.query, plain.fields["HTTP_ACCEPT"], plain.partial) == ("query=ASK%7B%7D", "text/csv", False)
    assert posted is not None
    assert (posted.method, posted.body, posted.partial) == ("POST", b"ASK{}", False)
    parted = read_request(POSTED[:-2])
    assert parted is not None
    assert parted.partial
    assert [number for number, data in enumerate(OTHERS) if read_request(data) is not None] == []


def test_requests_that_come_in_parts_or_together(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        for parts in ([PLAIN], [POSTED[:-3], POSTED[-3:]], [POSTED], [PLAIN * 2], [PLAIN[:40], PLAIN[40:]], [POSTED]):
            for part in parts:
                client.sendall(part)
                time.sleep(0.05)
            expected, found = b"".join(parts).count(b" HTTP/1.1"), b""
            while found.count(b"HTTP/1.1 200 OK") < expected or not found.rstrip().endswith((b"true", b"}")):
                piece = client.recv(65536)
                assert piece
                found += piece


def test_a_client_that_is_slow_to_take_its_answer(directory: Path) -> None:
    """What the connection does not take at once is left to waitress, and the next request too."""
    query = quote('SELECT ?b ("' + "很长的值" * 60 + '" AS ?v) { ?a <http://e/p> ?b }')
    with serving(directory, rate=0, workers=1, buffer=64 << 20) as server, socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect(("127.0.0.1", server.port))
        client.sendall(f"GET /sparql?query={query} HTTP/1.1\r\nHost: e\r\nAccept: text/csv\r\n\r\n".encode())
        time.sleep(0.5)
        assert server.get("/sparql?query=ASK%7B%7D").status == 200
        found = b""
        while b"\r\n\r\n" not in found:
            found += client.recv(4096)
        head, _, body = found.partition(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]  # it is whole
        while len(body) < length:
            body += client.recv(65536)
        assert (len(body), body.count(b"\r\n")) == (length, 5001)
        assert length > 3_000_000
        client.sendall(PLAIN)
        assert client.recv(65536).startswith(b"HTTP/1.1 200 OK")
