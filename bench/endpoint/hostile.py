"""Malformed and hostile requests, made from the service's own description and from mutated queries of its library.

The same seed gives the same requests. `judge` says what is wrong with an answer: a 5xx that is not a meant 503, a
traceback, a path of the machine.
"""

# ruff: noqa: E501 - the requests stand one beside the other, as they are sent
from __future__ import annotations

import json
import random
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

PIECES = (
    "%00", "%ff", "%C0%80", "%E9%A2%84", "<", ">", "'", '"', "{", "}", "\\", "..", "../" * 12, "//", "?", "&", "=", "%", "%2",
    "%zz", "预算", "\u202e", "\U0001f4a3", "a" * 3000, "9" * 400, "-1", "0", "NaN", "1e999", "lang=en", "format=ttl", ";",
    "%0d%0aX-Injected:%201", "{{7*7}}", "${jndi:x}", "' OR 1=1 --", "<script>alert(1)</script>", "> } UNION { ?s ?p ?o",
    "\x01", "file:///etc/passwd", "http://127.0.0.1:1/", "\ufeff", "\u2028", "\ud7ff", "*", "+", " ", "",
)  # fmt: skip
ACCEPTS = ("", "*/*", "text/html", "text/turtle", "application/ld+json", "text/csv", "q=;;,/", "a/b;q=x, */*;q=nan",
           "text/*;q=1e9", "application/json;q=-1", ",".join(["text/x"] * 500), "\xff")  # fmt: skip
METHODS = ("GET",) * 8 + ("HEAD", "OPTIONS", "POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get", "G\xe9T")
KINDS = ("application/sparql-query", "application/x-www-form-urlencoded", "application/x-www-form-urlencoded;charset=x",
         "application/sparql-update", "multipart/form-data; boundary=x", "text/plain", "a", "")  # fmt: skip
QUERIES = (
    "ASK { " + "{" * 2000, "ASK { FILTER(" + "(" * 3000, "SELECT * { ?s " + "<p>/" * 5000 + "<p> ?o }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?a ?d ?g", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?s (<a>|!<a>)* ?o . ?o (<b>|!<b>)* ?x }", 'ASK { ?s ?p ?o FILTER(REGEX(STR(?o), "^(a+)+$")) }',
    'ASK { ?s ?p ?o FILTER(REGEX(STR(?o), "(((((x{1,99}){1,99}){1,99}){1,99}){1,99})")) }', "SERVICE", "\x00", "ASK",
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "LOAD <file:///etc/passwd>", "DROP ALL",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "SELECT * { \\u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    'SELECT (CONCAT("' + "x" * 20000 + '") AS ?x) {}', "SELECT (1/0 AS ?x) {}", "SELECT * {} OFFSET 99999999999999999999",
    "SELECT * {} LIMIT -1", "DESCRIBE *", "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "DESCRIBE <x>", "SELECT (STRDT('x', <y>) AS ?x) {}",
    'SELECT (REPLACE("aaaa", "(a*)*", "$1$1$1$1") AS ?x) {}', "ASK {}" + "#" * 50000, "PREFIX : <> ASK { :a :b :c }",
    "SELECT (BNODE() AS ?b) (UUID() AS ?u) {}", 'SELECT ("\ud83d" AS ?x) {}', "SELECT (xsd:dateTime('x') AS ?x) {}",
    "SELECT (<http://www.w3.org/2001/XMLSchema#integer>('1e9') AS ?x) {}", "VERSION '1.2' SELECT * { <<?s ?p ?o>> ?a ?b }",
)  # fmt: skip
RAW = (
    b"\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n", b"GET http:// HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nASK {}",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nASK {}\r\n0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: application/sparql-query\r\n\r\n6\r\nASK {}\r\n0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 999999999999\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 20000 + b"\r\n", b"GET /" + b"a" * 300000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a/b@c\r\n\r\n", b"GET / HTTP/1.1\r\nHost: \xff\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nRange: bytes=9-1,x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nIf-Modified-Since: x\r\n\r\n",
    b'GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: "\xff", W/x, *\r\n\r\n', b"GET / HTTP/1.1\r\nHost: x\r\nCookie: session=\xff=;;\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip;q=x, *;q=\xff\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: \xff,,\r\n\r\n",
)  # fmt: skip
# Traceback · /server/pages.py: what would tell a stranger of the inside
_LEAKS = re.compile(rb"Traceback|File \"|site-packages|/server/[a-z]+\.py|werkzeug|jinja2", re.IGNORECASE)
# HTTP/1.1 404
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})")
# é · a blank: what no address may hold as it is
_UNSAFE = re.compile(r"[^\x21-\x7e]")


@dataclass(frozen=True, slots=True)
class Hostile:
    """One request as its bytes."""

    data: bytes


def hostile(description: dict[str, Any], queries: list[str], count: int, seed: int) -> Iterator[Hostile]:
    """`count` requests made from an OpenAPI description and queries that would pass."""
    chance = random.Random(seed)
    paths = sorted(description["paths"])
    for number in range(count):
        if number % 20 == 0:
            yield Hostile(chance.choice(RAW))
        elif number % 3 == 0:
            yield _query(chance, queries)
        else:
            path = chance.choice(paths)
            yield _request(chance, path, description["paths"][path]["get"]["parameters"])


def _request(chance: random.Random, path: str, parameters: list[dict[str, Any]]) -> Hostile:
    for parameter in parameters:
        if parameter["in"] == "path":
            path = path.replace("{" + parameter["name"] + "}", _value(chance, parameter["schema"]), 1)
    given = []
    for parameter in parameters:
        if parameter["in"] == "query" and chance.random() < 0.5:
            value = _value(chance, parameter["schema"])
            given.append(f"{parameter['name']}={value if chance.random() < 0.5 else quote(value, errors='replace')}")
    given += [chance.choice(PIECES) for _ in range(chance.choice((0, 0, 0, 1, 3)))]
    chance.shuffle(given)
    target = path + ("?" + "&".join(given) if given else "")
    body = chance.choice(PIECES).encode("utf-8", "replace") if chance.random() < 0.1 else b""
    return _bytes(chance, chance.choice(METHODS), target, body)


def _value(chance: random.Random, schema: dict[str, Any]) -> str:
    schema = schema.get("items", schema)
    meant = [str(value) for value in (*schema.get("examples", ()), *schema.get("enum", ()))]
    if meant and chance.random() < 0.4:
        return str(chance.choice(meant))
    return "".join(chance.choices(PIECES, k=chance.randint(1, 3)))


def _query(chance: random.Random, queries: list[str]) -> Hostile:
    if chance.random() < 0.3:
        text = chance.choice(QUERIES)
    else:
        signs = list(chance.choice(queries))
        for _ in range(chance.randint(1, 6)):
            where = chance.randrange(len(signs))
            signs[where] = chance.choice(
                ("{", "}", '"', "\\", "\0", "項", "(", "", "SERVICE <http://127.0.0.1:1/> {}", "*", "#", "<")
            )
        text = "".join(signs)
    data = text.encode("utf-8", "replace")
    if chance.random() < 0.1:
        data = data[: len(data) // 2] + b"\xff\xfe" + data[len(data) // 2 :]
    limit = f"timeout={chance.choice(('0.2', '0.3', '0.2', 'x', '-1', '0.1&timeout=1'))}"
    way = chance.randrange(3)
    if way == 0:
        return _bytes(chance, "GET", f"/sparql?{limit}&query={quote(data)}", b"")
    if way == 1:
        return _bytes(chance, "POST", f"/sparql?{limit}", urlencode({"query": data}).encode(), KINDS[1])
    return _bytes(chance, "POST", f"/sparql?{limit}", data, chance.choice(KINDS) if chance.random() < 0.3 else KINDS[0])


def _bytes(chance: random.Random, method: str, target: str, body: bytes, kind: str | None = None) -> Hostile:
    target = _UNSAFE.sub(lambda match: quote(match[0], errors="replace"), target)
    headers = ["Host: localhost", "Connection: close", f"Accept: {chance.choice(ACCEPTS)}"]
    if chance.random() < 0.3:
        headers.append(
            f"Accept-Encoding: {chance.choice(('gzip', 'br', 'gzip;q=0', '*', 'identity;q=0, gzip;q=x', ''))}"
        )
    if body or method in {"POST", "PUT", "PATCH"}:
        headers += [f"Content-Length: {len(body)}", f"Content-Type: {chance.choice(KINDS) if kind is None else kind}"]
    return Hostile("\r\n".join([f"{method} {target} HTTP/1.1", *headers, "", ""]).encode("latin-1", "replace") + body)


def sent(port: int, request: Hostile) -> bytes:
    """What the server answers until it closes the connection; what it has said so far when it waits for more."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        answer = bytearray()
        try:
            connection.sendall(request.data)
            if request.data in RAW:
                connection.settimeout(0.2)  # many of them are never answered
            while piece := connection.recv(1 << 16):
                answer += piece
        except (ConnectionError, TimeoutError):
            return bytes(answer)
        return bytes(answer)


def judge(answer: bytes) -> str | None:
    """What is wrong with an answer, None for nothing."""
    for status in _STATUS.findall(answer[:16]):
        if status[:1] == b"5" and not (status == b"503" and _meant(answer)):
            return f"status {status.decode()}"
    leak = _LEAKS.search(answer)
    return f"leak: {leak[0].decode()}" if leak else None


def _meant(answer: bytes) -> bool:
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"problem+json" not in head:
        return b"text/html" in head
    if b"gzip" in head or not body:
        return True
    kinds = {"busy", "deadline", "memory", "stopped", "no-index"}
    return json.loads(body)["type"].rpartition("/")[2] in kinds
