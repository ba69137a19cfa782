"""Hostile requests to a server over a small release, and releases that come and go while nobody asks."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from urllib.parse import quote

from bench.endpoint.hostile import hostile, judge, sent
from bench.endpoint.servers import Server, ours
from bench.hostile.tally import Outcome, Tally
from server.pages.library import library

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "data/samples/yangquan-museum-2023.pdf"
LONGEST = 255_000  # characters of a query: the service takes 256 KiB
SECONDS, BESIDE = 1.0, 0.1  # in which a long query is answered or refused, and what /healthz may lose by it

_IN = "ASK { ?s ?p "  # where a term may stand
# What a long query says again and again, with what stands before and after it.
QUERIES: dict[str, tuple[str, str, str]] = {
    **{repr(piece): ("ASK {", piece, "") for piece in (
        "(", ")", "[]", "{", "}", ".", "-", "*", "?x ", "1 ", "1.", "1e", "a ", "a.", "a-", "a.a:", "a:b ", "_:",
        "_:a ", "@", "<a> ", "<a", "<", "<a ", "''", "'", "'a' ", '"""', "'''", '"a', "\\u0022", "\\U0001F600", "\\",
        "%2", "#", "#\n", "\n", " ", "预", "预-", "SELECT ", "SERVICE ", "service", "from ", "FROM", "{?s?p?o}",
        "FILTER(?a<?b)",
    )},
    "an IRI that repeats a word": (_IN + "<", "service", ">}"),
    "an IRI of calls": (_IN + "<", "service:", ">}"),
    "an IRI of calls before a fragment": (_IN + "<", "servicesilent", "#>}"),
    "an IRI of silent calls with names": (_IN + "<", "servicea.-:", ">}"),
    "an IRI of escapes": (_IN + "<", "\\u0041", ">}"),
    "an unfinished IRI": (_IN + "<", "a", ""),
    "unfinished IRIs": (_IN, "<a\\u", ""),
    "an unfinished string": (_IN + "'", "a\\'", ""),
    "an unfinished long string": (_IN + "'''", "a''", ""),
    "a long string of quotes": (_IN + "'''", "a''", "b'''}"),
    "a string of escapes": (_IN + "'", "\\u0022", "'}"),
    "a number": (_IN, "1", "}"),
    "a name without a colon": (_IN, "a.-", ""),
    "words in a name without a colon": (_IN, "a-", ""),
    "a local name of escapes": ("PREFIX a: <b> ASK { ?s ?p a:", "\\.%2a", "}"),
    "a language": (_IN + "'a'@a-", "a-", "a}"),
    "a comment": (_IN + "#", "SERVICE ", ""),
    "bases on bases": ("", "BASE <a/> ", "ASK {}"),
    "bases out of bases": ("BASE <http://a/> ", "BASE <../a/b/> ", "ASK {}"),
    "prefixes": ("", "PREFIX a: <b> ", "ASK {}"),
    "graphs of a base": ("BASE <http://a/a/a/> ASK ", "FROM <../b> ", "{}"),
    "graphs of a prefix": ("PREFIX a: <http://a/> ASK ", "FROM a:b ", "{}"),
    "smaller or equal": (_IN, "<=", ""),
}  # fmt: skip
CELLS = ("=1+1", "+1+1", "-1+1", "@a", "\t=1", "-3.5", "+50.0%", "1,234", "a", "", "-", '=a"b', "=a,b", " =1", "\n=1")
TARGETS = ("", "projects", "projects?format=csv&bom=1", "dumps/csv/projects.csv?bom=1", "reports.ttl", "code//funding",
           "page//project", "none", "sparql?query=ASK%7B%7D", "sparql?query=SELECT%20*%7B%3Fs%20%3Fp%20%3Fo%7D",
           "search?q=1", "feeds/reports.atom", "catalog?format=ttl", "dumps/mingzhang.nq.gz", "healthz")  # fmt: skip
PATHS = ("code//funding", "page//project/a", "/code//funding/", "id//report", "queries//x", "feeds//reports.atom")
FIRST = ("dumps/csv/projects.csv", "search?q=1", "projects", "sparql?query=ASK%7B%7D", "catalog", "")


def run(times: int, chance: Random) -> Iterator[Tally]:
    """Long queries, malformed requests, HEAD, foreign hosts, cells that are formulas, and releases that come and go."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        directory = Path(folder)
        command = [sys.executable, "-m", "kg_builder.cli", "build", str(SAMPLE), "--out", str(directory)]
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        parts: tuple[Callable[[Server, Path, int, Random], Tally], ...] = (
            _long_queries, _malformed, _head, _hosts, _cells, _publications, _broken
        )  # fmt: skip
        with ours(directory, deadline=2.0, buffer=4096) as server:
            for part in parts:
                yield part(server, directory, max(1, times // len(parts)), chance)


def _get(server: Server, target: str, data: bytes | None = None, kind: str = "application/sparql-query") -> bytes:
    """The whole answer as it comes over the wire, b"" where none comes."""
    lines = [f"{'GET' if data is None else 'POST'} /{target} HTTP/1.1", "Host: e", "Connection: close"]
    lines += [] if data is None else [f"Content-Type: {kind}", f"Content-Length: {len(data)}"]
    return _raw(server, "\r\n".join([*lines, "", ""]).encode() + (data or b""))


def _raw(server: Server, request: bytes) -> bytes:
    found = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(request)
        while piece := client.recv(1 << 16):
            found += piece
    return found


def _outcome(answer: bytes) -> Outcome:
    """2xx and 3xx are right, a problem told is told."""
    if answer[9:10] in {b"2", b"3"}:
        return "right"
    return "told" if answer and b"problem+json" in answer and judge(answer) is None else "silent"


def _long_queries(server: Server, _: Path, times: int, chance: Random) -> Tally:
    """Answered or refused within a second, and /healthz a tenth later than without it at most; the best of three."""
    tally = Tally("query of 255 KB")
    for name in chance.sample(sorted(QUERIES), min(len(QUERIES), 3 * times)):
        head, piece, tail = QUERIES[name]
        data = (head + piece * (LONGEST // len(piece.encode())) + tail).encode()
        answer, took, beside = min((_timed(server, data) for _ in range(3)), key=lambda one: max(one[1], 10 * one[2]))
        outcome = _outcome(answer) if took < SECONDS and beside < BESIDE else "silent"
        tally.add(outcome, f"{name}: {answer[9:12].decode()} in {took:.2f} s, /healthz {beside:.2f} s later")
    return tally


def _timed(server: Server, data: bytes) -> tuple[bytes, float, float]:
    """The answer, the seconds that it took, and by how many more seconds /healthz was answered meanwhile at worst."""
    calm = max(_seconds(server) for _ in range(10))
    answers: list[bytes] = []
    began, beside = time.monotonic(), 0.0
    asking = threading.Thread(target=lambda: answers.append(_get(server, "sparql", data)))
    asking.start()
    while asking.is_alive():
        beside = max(beside, _seconds(server))
    return answers[0], time.monotonic() - began, beside - calm


def _seconds(server: Server) -> float:
    began = time.monotonic()
    _get(server, "healthz")
    return time.monotonic() - began


def _malformed(server: Server, _: Path, times: int, chance: Random) -> Tally:
    """Requests made from the service's own description."""
    tally = Tally("malformed request")
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/openapi.json") as response:
        description = json.load(response)
    for request in hostile(description, [query.text for query in library()], 10 * times, chance.randrange(1 << 30)):
        answer = sent(server.port, request)
        fault = judge(answer)
        outcome: Outcome = "silent" if fault else "right" if answer[9:10] in {b"2", b"3"} else "told"
        tally.add(outcome, f"{fault}: {request.data[:200]!r}")
    return tally


def _head(server: Server, _: Path, times: int, chance: Random) -> Tally:
    tally = Tally("HEAD")
    for _number in range(times):
        target, version = chance.choice(TARGETS), chance.choice(("1.0", "1.1"))
        field = chance.choice(
            ("Accept: */*", "Accept-Encoding: gzip", "Range: bytes=0-9", "Content-Length: x", "A: " + "a" * 20_000)
        )
        head = f"{{}} /{target} HTTP/{version}\r\nHost: e\r\nConnection: close\r\n{field}\r\n\r\n"
        answers = [_raw(server, head.format(method).encode()) for method in ("HEAD", "GET")]
        same = (
            answers[0].endswith(b"\r\n\r\n")
            and answers[0].count(b"\r\n\r\n") == 1
            and answers[0][:12] == answers[1][:12]
        )
        tally.add(_outcome(answers[1]) if same else "silent", f"{target} {version} {field[:20]}")
    return tally


def _hosts(server: Server, _: Path, times: int, chance: Random) -> Tally:
    """A redirect never leads where the client says that this is."""
    tally = Tally("foreign host")
    for _number in range(times):
        path = chance.choice(PATHS)
        start = chance.choice(("", "http://evil.example", "//evil.example"))
        fields = "Host: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close"
        answer = _raw(server, f"GET {start}/{path} HTTP/1.1\r\n{fields}\r\n\r\n".encode())
        location = re.search(rb"(?im)^location: (.*)\r$", answer)
        away = location is not None and (b"//" in location[1] or b"evil" in location[1])
        tally.add("silent" if away else _outcome(answer), f"{start}/{path}: {location and location[1]!r}")
    return tally


def _cells(server: Server, _: Path, times: int, chance: Random) -> Tally:
    """The plain form gives what the query says; the form for Excel the same, but no text that is a formula."""
    tally = Tally("cells for a spreadsheet")
    for _number in range(times):
        said = ["".join(chance.choices(CELLS, k=chance.choice((1, 1, 1, 2)))) for _ in range(chance.randint(1, 5))]
        rows = " ".join("(" + json.dumps(one, ensure_ascii=False) + " 1)" for one in said)
        address = f"sparql?format=csv&query={quote(f'SELECT ?a ?b {{ VALUES (?a ?b) {{ {rows} }} }}')}"
        plain, excel = (_cells_of(_get(server, address + more)) for more in ("", "&bom=1"))
        number = re.compile(r"[+-]?\d[\d,]*(\.\d*)?%?")
        wanted = ["'" + one if one[:1] in tuple("=+-@\t\r\n") and not number.fullmatch(one) else one for one in said]
        tally.add("right" if (plain, excel) == (said, wanted) else "silent", repr((said, plain, excel)))
    return tally


def _cells_of(answer: bytes) -> list[str]:
    text = answer.partition(b"\r\n\r\n")[2].decode().removeprefix("\ufeff")
    return [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]


def _publish(directory: Path, name: str, manifest: str = "") -> Path:
    """A copy of the release that is served, under another version or with another manifest, made current."""
    old, folder = (directory / "current").resolve(), directory / "releases" / name
    shutil.copytree(old, folder)
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | {"version": name}
    (folder / "manifest.json").write_text(manifest or json.dumps(told), encoding="utf-8")
    (directory / "next").symlink_to(f"releases/{name}")
    (directory / "next").replace(directory / "current")
    return folder


def _publications(server: Server, directory: Path, times: int, chance: Random) -> Tally:
    """Two publications while nobody asks; the release that was served is gone when the first visitor comes."""
    tally = Tally("publications while nobody asks")
    for number in range(max(1, times // 2)):
        served, target = (directory / "current").resolve(), chance.choice(FIRST)
        between = _publish(directory, f"between-{number}")
        _publish(directory, f"then-{number}")
        shutil.rmtree(served)
        shutil.rmtree(between)
        answer = _get(server, target)
        after = _get(server, "healthz")
        well = answer[9:12] == b"200" and f'"then-{number}"'.encode() in after
        tally.add("right" if well else "silent", f"{target}: {answer[9:12]!r}")
    return tally


def _broken(server: Server, directory: Path, times: int, chance: Random) -> Tally:
    """A release whose manifest has been damaged: the one before goes on."""
    tally = Tally("release with a broken manifest")
    whole = (directory / "current").resolve()
    text = (whole / "manifest.json").read_text(encoding="utf-8")
    for number in range(max(1, times // 2)):
        told = json.loads(text)
        name = chance.choice(("version", "base", "files"))
        damage: dict[str, Callable[[], str]] = {
            "cut": lambda: text[: chance.randrange(len(text))],
            "lacks": lambda: json.dumps({key: value for key, value in told.items() if key != name}),  # noqa: B023
            "no object": lambda: json.dumps(chance.choice(([], "x", None, 1, [told]))),  # noqa: B023
            "another kind": lambda: json.dumps(told | {name: chance.choice(({}, None, 1, ["x"], [{}]))}),  # noqa: B023
        }
        kind = chance.choice(sorted(damage))
        folder = _publish(directory, f"broken-{number}", damage[kind]() or "{")
        for target in ("healthz", chance.choice(FIRST)):
            answer = _get(server, target)
        time.sleep(0.5)  # it may be taken up behind the answers
        well = answer[9:12] == b"200" and f'"{whole.name}"'.encode() in _get(server, "healthz")
        tally.add("told" if well else "silent", f"{kind} {name}: {answer[9:12]!r}")
        (directory / "next").symlink_to(f"releases/{whole.name}")
        (directory / "next").replace(directory / "current")
        shutil.rmtree(folder)
    return tally
