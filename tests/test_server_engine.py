"""Queries that must be stopped are stopped, and nothing of theirs is left; seen from outside, over real HTTP."""

from __future__ import annotations

import contextlib
import csv
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
import rdflib
from server_fixture import ROOT, TRIG, Reply, Server, _parent, serving, until, write_release

from server.app import create_app
from server.engine.local import Answer, Engine, Flight
from server.engine.process import Process, QueryFailed
from server.engine.worker import Job
from server.release import ReleaseMissingError, _dump
from server.settings import Settings

# A thousand statements beside the fixture: their cross products keep any engine busy or fill any memory.
MANY = "GRAPH <http://e/many> {\n" + "".join(f"<http://e/{n}> <http://e/p> {n} .\n" for n in range(1000)) + "}\n"
CROSS = "?a <http://e/p> ?b . ?c <http://e/p> ?d . ?e <http://e/p> ?f . ?g <http://e/p> ?h ."
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} FILTER(?b + ?d + ?f + ?h < 0) }}"
# Each row holds some kilobytes, so that memory ends before time does on any machine.
GREEDY = f'SELECT * {{ {CROSS} BIND(CONCAT("{"x" * 4000}", STR(?b), STR(?d)) AS ?text) }} ORDER BY ?text'
ROW_CAP, BUFFER = 3000, 384 * 1024


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("engine")
    write_release(directory, "v1", TRIG + MANY)
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    settings = {"rate": 0, "workers": 2, "memory": 400 << 20, "row_cap": ROW_CAP, "buffer": BUFFER, "deadline": 20}
    with serving(directory, **settings, queue=2, queue_seconds=2.0) as running:
        yield running


def url(query: str, **parameters: str) -> str:
    return "/sparql?query=" + quote(query) + "".join(f"&{k}={quote(v)}" for k, v in parameters.items())


def cpu(pids: list[int]) -> int:
    """Clock ticks of processor time that the processes have used so far."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used


def idle(server: Server, processes: int = 4) -> bool:
    """As many processes as there are in both lanes, none of which uses any processor time."""
    pids = server.workers()
    if len(pids) != processes:
        return False
    try:
        before = cpu(pids)
        time.sleep(0.2)
        return set(server.workers()) == set(pids) and cpu(pids) == before
    except (FileNotFoundError, ProcessLookupError):  # one of them has ended meanwhile
        return False


def test_a_query_ends_at_its_deadline(server: Server) -> None:
    assert until(lambda: idle(server))
    before = set(server.workers())
    reply = server.get(url(ENDLESS, timeout="0.5"))
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (503, "deadline")
    assert until(lambda: idle(server))
    assert len(before & set(server.workers())) == 3


def test_a_long_query_to_a_process_that_is_slow_to_take_it(tmp_path: Path) -> None:
    """More than the socket holds at once: the server waited for the death of a process that was alive."""
    write_release(tmp_path, "v1")
    with serving(tmp_path, rate=0, workers=1) as server:
        for pid in server.workers():
            os.kill(pid, signal.SIGSTOP)
        query, replies = ("ASK {} #" + "预" * 80_000).encode(), list[Reply]()
        direct = {"Content_Type": "application/sparql-query"}
        asking = threading.Thread(target=lambda: replies.append(server.request("POST", "/sparql", query, **direct)))
        asking.start()
        time.sleep(0.5)
        for pid in server.workers():
            os.kill(pid, signal.SIGCONT)
        asking.join(timeout=120)
        assert [reply.status for reply in replies] == [200]


def test_connections_that_say_nothing_shut_nobody_out(directory: Path) -> None:
    """A thousand of them made the server deaf for a minute; now the quietest gives way, and no query under way does."""
    with serving(directory, rate=0, workers=1, connections=20) as server, contextlib.ExitStack() as stack:
        replies: list[Reply] = []
        asking = threading.Thread(target=lambda: replies.append(server.get(url(ENDLESS, timeout="3"))))
        asking.start()
        assert until(lambda: not idle(server, 2))
        quiet = [stack.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(60)]
        quiet[-1].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert quiet[-1].recv(1 << 16).startswith(b"HTTP/1.1 200")
        assert server.get(url("ASK {}")).status == 200
        quiet[0].settimeout(10)
        assert quiet[0].recv(1) == b""
        asking.join()
        assert [reply.json()["type"].rpartition("/")[2] for reply in replies] == ["deadline"]


def test_a_query_ends_at_its_memory_limit(directory: Path) -> None:
    """Not as a long query: such a one gives way to all other work of the machine, and may meet its deadline first."""
    with serving(directory, rate=0, workers=2, memory=400 << 20, slice=100, deadline=55) as server:
        reply = server.get(url(GREEDY))
        assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (503, "memory")
        assert until(lambda: idle(server))
        assert server.get(url("ASK {}")).status == 200


def test_a_process_that_ended_while_idle_is_replaced(directory: Path) -> None:
    """The next query met it and was told that it needs too much memory."""
    with serving(directory, rate=0, workers=2) as server:
        before = server.workers()
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        assert until(lambda: not any(_alive(pid) for pid in before))
        replies = [server.get(url(f"ASK {{ <http://e/{number}> ?p ?o }}")).status for number in range(8)]
        assert replies == [200] * 8
        assert until(lambda: idle(server))
        assert not set(before) & set(server.workers())


def test_a_process_that_ends_with_a_query_unread_is_replaced(directory: Path) -> None:
    """A killed process takes queries until the last of its threads is gone: such a query was told of memory."""
    with serving(directory, rate=0, workers=2) as server:
        before = server.workers()
        for pid in before:
            os.kill(pid, signal.SIGSTOP)
        replies: list[Reply] = []
        asking = threading.Thread(target=lambda: replies.append(server.get(url("ASK {}"))))
        asking.start()
        time.sleep(0.5)
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        asking.join(timeout=120)
        assert [reply.status for reply in replies] == [200]


def test_a_query_ends_with_its_client(server: Server) -> None:
    assert until(lambda: idle(server))
    before = set(server.workers())
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", url(ENDLESS))
    assert until(lambda: not idle(server))
    connection.close()
    assert until(lambda: idle(server))
    assert len(before & set(server.workers())) == 3


def test_known_queries_and_pages_go_on_in_a_flood(server: Server) -> None:
    """Two endless queries run on as long ones, the queue is short, and a shape known to be quick has its own lane."""
    assert server.get(url("ASK { <http://e/0> ?p ?o }")).status == 200
    replies: list[Reply] = []

    def endless(number: int) -> None:
        replies.append(server.get(url(ENDLESS.replace("0", str(-number)), timeout="4")))

    threads = [threading.Thread(target=endless, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    assert until(lambda: not idle(server))
    known = [server.get(url(f"ASK {{ <http://e/{number}> ?p ?o }}")).status for number in range(1, 30)]
    assert set(known) == {200}
    assert server.get("/projects?year=2025", Accept="text/html").status == 200
    for thread in threads:
        thread.join()
    kinds = [reply.json()["type"].rpartition("/")[2] for reply in replies]
    assert {reply.status for reply in replies} == {503}
    assert set(kinds) == {"busy", "deadline"}
    assert kinds.count("deadline") <= 4  # the long ones, and two for which nobody waited
    busy = next(reply for reply, kind in zip(replies, kinds, strict=True) if kind == "busy")
    assert int(busy.headers["retry-after"]) > 0
    assert until(lambda: idle(server))


FORMATS = ["json", "xml", "csv", "tsv"]


@pytest.mark.parametrize("name", FORMATS)
def test_a_result_over_the_cap_is_refused(server: Server, name: str) -> None:
    """Small rows: the cap is reached before anything is sent."""
    reply = server.get(url("SELECT (1 AS ?x) { ?a <http://e/p> ?b . ?c <http://e/p> ?d }", format=name))
    assert reply.status == 422
    assert reply.json()["rowCap"] == ROW_CAP


def test_a_result_at_the_cap_is_whole(server: Server) -> None:
    query = f"SELECT ?b ?d {{ ?a <http://e/p> ?b . ?c <http://e/p> ?d }} LIMIT {ROW_CAP}"
    reply = server.get(url(query))
    assert (reply.status, reply.broken) == (200, False)
    assert len(reply.json()["results"]["bindings"]) == ROW_CAP


def parses(name: str, body: bytes) -> bool:
    """Whether a reader takes the body for a whole answer."""
    graphs = {"turtle": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
              "jsonld": ox.RdfFormat.JSON_LD}  # fmt: skip
    results = {"json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}
    try:
        if name in graphs:
            list(ox.parse(body, format=graphs[name]))
        elif name in results:
            list(ox.parse_query_results(body, format=results[name]))  # type: ignore[arg-type]  # a SELECT
        else:
            list(csv.reader(body.decode().splitlines(keepends=True), strict=True))
    except (SyntaxError, ValueError, csv.Error):
        return False
    return True


LONG = '"' + "很长的值" * 40 + '"'


@pytest.mark.parametrize("name", FORMATS)
def test_a_result_cut_while_it_streams_cannot_look_whole(server: Server, name: str) -> None:
    query = f"SELECT ?b ?d ({LONG} AS ?long) {{ ?a <http://e/p> ?b . ?c <http://e/p> ?d }}"
    reply = server.get(url(query, format=name))
    assert reply.status == 200
    assert reply.broken
    assert len(reply.body) > BUFFER
    assert not parses(name, reply.body)
    whole = server.get(url(query + " LIMIT 2000", format=name))
    assert not whole.broken
    assert parses(name, whole.body)


@pytest.mark.parametrize("name", ["turtle", "nt", "rdf", "jsonld"])
def test_a_graph_cut_while_it_streams_cannot_look_whole(server: Server, name: str) -> None:
    where = f"{{ ?a <http://e/p> ?b . ?c <http://e/p> ?d BIND(CONCAT(STR(?b), STR(?d), {LONG}) AS ?v) }}"
    query = f"CONSTRUCT {{ ?a <http://e/q> ?v }} {where}"
    reply = server.get(url(query, format=name))
    assert (reply.status, reply.broken) == (200, True)
    assert not parses(name, reply.body)
    whole = server.get(url(query + " LIMIT 1500", format=name))
    assert not whole.broken
    assert parses(name, whole.body)


def test_a_deadline_while_it_streams_breaks_the_body(directory: Path) -> None:
    """Rows come fast at first, then none: the answer has begun when time is up."""
    slow = f"{{ {CROSS} FILTER(?b + ?d + ?f + ?h < 0) }}"
    fast = "{ ?a <http://e/p> ?b . ?c <http://e/p> ?d }"
    with serving(directory, rate=0, workers=1, buffer=1024, row_cap=10_000_000) as server:
        reply = server.get(url(f"SELECT ?b ?d {{ {fast} UNION {slow} }}", timeout="4", format="csv"))
    assert (reply.status, reply.broken) == (200, True)
    assert b"INCOMPLETE" in reply.body


DEEP = ["(" * 3000, "{" * 3000, "!" * 20000, "FILTER(" + "1+" * 30000 + "1)", "?s " + "<p>/" * 20000 + "<p> ?o"]


@pytest.mark.parametrize("body", DEEP, ids=range(len(DEEP)))
def test_deep_queries_fail_alone(server: Server, body: str) -> None:
    reply = server.request("POST", "/sparql", f"ASK {{ {body} }}".encode(), Content_Type="application/sparql-query")
    assert reply.status in {200, 400, 422, 503}
    assert until(lambda: server.get(url("ASK {}")).status == 200)


# Barrier 2: a worker can open no connection, even where the guard were wrong

CALLS = """
import json, sys
from pathlib import Path
from server.engine.process import ForkServer, Process
process = Process(ForkServer(Path(sys.argv[1]), 1 << 30).fork)
process.wait_ready()
for query in sys.argv[3:]:
    process.ask({
        "query": query.replace("URL", sys.argv[2]), "default_graphs": None, "named_graphs": None, "union": True,
        "format": "json", "row_cap": 10})
    for frame in process.frames():
        if frame is not None and frame[0] in (b"e", b"x"):
            print(frame[0].decode())
            break
process.kill()
"""
# That the first of them does open one without the barrier is shown in test_server_guard.
SERVICES = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { SERVICE SILENT <URL> { ?s ?p ?o } }",
    "SELECT * { VALUES ?x { <URL> } SERVICE ?x { ?s ?p ?o } }",
]


def test_a_worker_opens_no_connection(directory: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        command = [sys.executable, "-c", CALLS, str(directory / "current/store"), target, *SERVICES, "ASK {}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
        assert done.stdout.split() == ["x", "e", "x", "e"]
        # SILENT answers without the service, and ASK still works
        with pytest.raises(TimeoutError):
            listener.accept()


def test_the_second_lock_holds_alone(directory: Path) -> None:
    """Where there is no filter of system calls, the limit of open files keeps sockets shut."""
    code = """
import sys, socket
import pyoxigraph as ox
from server.engine import sandbox
store = ox.Store.read_only(sys.argv[1])
sandbox.forbid_new_files()
try:
    socket.socket()
except OSError:
    print(len(list(store.query("SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 7"))))
"""
    command = [sys.executable, "-c", code, str(directory / "current/store")]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout == "7\n"


# Releases


def test_a_new_release_is_served_without_a_failed_request(tmp_path: Path) -> None:
    """Three releases, one after another, under queries and pages of which none is kept."""
    write_release(tmp_path, "old")
    with serving(tmp_path, rate=0, workers=2, cache=0) as server:
        statuses: list[int] = []
        done = threading.Event()

        def ask(target: str) -> None:
            while not done.is_set():
                statuses.append(server.get(target, Accept="text/html, application/json").status)

        targets = [url("SELECT * { ?s ?p ?o } LIMIT 100", format="json"), "/projects", url("ASK {}", format="json")]
        threads = [threading.Thread(target=ask, args=(target,)) for target in targets]
        for thread in threads:
            thread.start()
        slow: list[int] = []
        heavy = "SELECT (COUNT(*) AS ?n) { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 300000 }"  # seconds, on any machine
        held = threading.Thread(target=lambda: slow.append(server.get(url(heavy)).status))
        held.start()
        for version in ("newer", "newest"):
            write_release(tmp_path, version, TRIG + MANY)
            assert until(lambda version=version: f'"{version}"' in server.get("/healthz").text)
        held.join()
        done.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200}
        assert slow == [200]
        assert server.get(url("ASK { <http://e/1> ?p ?o }")).json()["boolean"] is True
        assert until(lambda: len(server.workers()) == 4)


def test_a_broken_release_leaves_the_old_one(tmp_path: Path) -> None:
    """Its manifest is a pipe, so that the test knows when the server has begun to read it."""
    write_release(tmp_path, "old")
    with serving(tmp_path, rate=0, workers=1) as server, ThreadPoolExecutor(1) as beside:
        manifest = tmp_path / "releases/bad/manifest.json"
        manifest.parent.mkdir()
        os.mkfifo(manifest)
        (tmp_path / "next").symlink_to("releases/bad")
        (tmp_path / "next").replace(tmp_path / "current")
        opened = beside.submit(manifest.open, "w")
        assert until(lambda: b"old" in server.get("/healthz").body and opened.done())
        manifest.unlink()
        with opened.result() as pipe:
            pipe.write("{")
        for number in range(20):
            assert b"old" in server.get("/healthz").body
            assert server.get(url(f"ASK {{ <http://e/{number}> ?p ?o }}")).status == 200
        write_release(tmp_path, "new")
        assert until(lambda: b"new" in server.get("/healthz").body)


def publish(directory: Path, old: Path, version: str, manifest: str = "") -> Path:
    """A copy of a release under another version, or with another manifest, made current."""
    folder = directory / "releases" / version
    shutil.copytree(old, folder)
    told = json.loads((old / "manifest.json").read_text()) | {"version": version}
    (folder / "manifest.json").write_text(manifest or json.dumps(told))
    (directory / "next").symlink_to(f"releases/{version}")
    (directory / "next").replace(directory / "current")
    return folder


FIRST = ["/dumps/mingzhang.nq", "/search?q=a", url("ASK {}"), "/projects", "/catalog"]


def test_the_first_visitor_after_two_publications_is_answered(tmp_path: Path) -> None:
    """Nobody asked meanwhile, and the folder of the release that was served is gone: dumps were 500, search 503."""
    served = write_release(tmp_path, "v0")
    with serving(tmp_path, rate=0, workers=1) as server:
        for number, target in enumerate(FIRST, 1):
            between = publish(tmp_path, served, f"between{number}")
            newest = publish(tmp_path, served, f"v{number}")
            shutil.rmtree(served)
            shutil.rmtree(between)
            assert (server.get(target).status, target) == (200, target)
            assert f'"v{number}"' in server.get("/healthz").text
            served = newest
        assert until(lambda: len(server.workers()) == 2)
        assert "Traceback" not in server.log.read_text()


def test_an_answer_in_flight_is_told_that_its_release_is_gone(tmp_path: Path) -> None:
    """What it still needs of the folder cannot be had: that is no fault of the server's, and the next try succeeds."""
    write_release(tmp_path, "v1")
    app = create_app(tmp_path, workers=1)
    try:
        shutil.rmtree(tmp_path / "releases/v1")
        reply = app.test_client().get("/dumps/mingzhang.nq")
        assert (reply.status_code, reply.json["type"].rpartition("/")[2]) == (503, "publishing")
    finally:
        app.config["RELEASES"].close()


FILE = {"path": "dumps/a.nq", "sha256": "0", "size": 1}
MANIFESTS = [
    "[]", '"v1"', "null", "{", "{}", '{"version": "x", "base": "http://e/"}', '{"base": "http://e/", "files": []}',
    '{"version": 1, "base": "http://e/", "files": []}', '{"version": "x", "base": "http://e/", "files": {}}',
    '{"version": "x", "base": "http://e/", "files": ["dumps/a.nq"]}',
    *(json.dumps({"version": "x", "base": "http://e/", "files": [{k: v for k, v in FILE.items() if k != name}]})
      for name in FILE),
]  # fmt: skip


def test_a_release_with_half_a_manifest_is_never_taken_up(tmp_path: Path) -> None:
    """A list for a manifest ended the thread that read it; without `files` it was served, and its dumps failed."""
    whole = write_release(tmp_path, "old")
    with serving(tmp_path, rate=0, workers=1) as server:
        for number, text in enumerate(MANIFESTS):
            publish(tmp_path, whole, f"bad{number}", text)
            assert b"old" in server.get("/healthz").body
            assert until(lambda number=number: f"releases/bad{number}: expected" in server.log.read_text())
            assert server.get("/dumps/mingzhang.nq").status == 200
        write_release(tmp_path, "new")
        assert until(lambda: b"new" in server.get("/healthz").body)
        log = server.log.read_text()
    assert log.count("not served") == len(MANIFESTS)
    assert "Traceback" not in log


@pytest.mark.parametrize("text", MANIFESTS)
def test_half_a_manifest_is_no_release_to_begin_with(tmp_path: Path, directory: Path, text: str) -> None:
    publish(tmp_path, (directory / "current").resolve(), "bad", text)
    with pytest.raises(ReleaseMissingError, match="expected a release, found"):
        create_app(tmp_path, workers=1)


def test_a_process_that_is_ended_from_outside_is_not_told_of_memory(directory: Path) -> None:
    with serving(directory, rate=0, workers=1, deadline=60) as server:
        replies: list[Reply] = []
        asking = threading.Thread(target=lambda: replies.append(server.get(url(ENDLESS))))
        assert until(lambda: idle(server, 2))
        asking.start()
        assert until(lambda: not idle(server, 2))
        for pid in server.workers():
            os.kill(pid, signal.SIGKILL)
        asking.join(timeout=120)
        assert [reply.json()["type"].rpartition("/")[2] for reply in replies] == ["stopped"]
        assert replies[0].headers["retry-after"] == "5"
        assert server.get(url("ASK {}")).status == 200


def test_workers_end_with_the_server(tmp_path: Path) -> None:
    write_release(tmp_path, "v1")
    with serving(tmp_path, rate=0, workers=2) as server:
        pids = server.workers()
        server.process.kill()
        assert len(pids) == 4
        assert until(lambda: not any(_alive(pid) for pid in pids))


def _alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_fair_use(tmp_path: Path) -> None:
    write_release(tmp_path, "v1")
    with serving(tmp_path, rate=1, burst=5, workers=1) as server:
        replies = [server.get("/reports") for _ in range(7)]
        assert [r.status for r in replies[:5]] == [200] * 5
        assert replies[-1].status == 429
        assert int(replies[-1].headers["retry-after"]) >= 1
        assert server.get("/healthz").status == 200
        log = server.log
    lines = log.read_text().splitlines()  # whole once the server has ended
    assert any('"GET /reports HTTP/1.1" 429' in line for line in lines)
    assert not any("127.0.0.1" in line for line in lines)


def test_the_graph_reader_agrees(server: Server) -> None:
    reply = server.get(url("CONSTRUCT { ?s ?p ?o } { GRAPH <http://e/many> { ?s ?p ?o } }", format="turtle"))
    assert len(rdflib.Graph().parse(data=reply.text, format="turtle")) == 1000


# The release in memory


def test_a_release_in_memory_answers_as_it_does_from_the_disk(directory: Path, tmp_path: Path) -> None:
    """All graphs by their names; what is too large for the memory given, or has no dump, is read from the disk."""
    release = (directory / "current").resolve()
    kept = publish(tmp_path, release, "kept")
    shutil.rmtree(kept / "store")  # the dump alone is left, to be read by the copies
    quads = len(ox.Store.read_only(str(release / "store")))
    counted = "SELECT ?g (COUNT(*) AS ?n) (MIN(STR(?s)) AS ?one) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    job: Job = {
        "query": counted, "default_graphs": None, "named_graphs": None, "union": True, "format": "csv", "row_cap": 99,
    }  # fmt: skip
    found = []
    for dump in (None, _dump(kept, {"counts": {"quads": quads}}, 500 * quads)):
        engine = Engine(release / "store" if dump is None else kept / "store", Settings(workers=1), dump)
        found.append(engine.run(job, 60, lambda: False).head)
        engine.close()
    assert found[0] == found[1]
    assert found[0].count(b"\n") > 3
    assert _dump(kept, {"counts": {"quads": quads}}, 500 * quads - 1) is None
    assert _dump(kept, {}, 1 << 40) is None
    (kept / "dumps/mingzhang.nq").unlink()
    assert _dump(kept, {"counts": {"quads": quads}}, 1 << 40) is None


def test_a_dump_that_cannot_be_read_leaves_the_store(directory: Path, tmp_path: Path) -> None:
    dump = tmp_path / "mingzhang.nq.gz"
    dump.write_bytes(b"no dump")
    engine = Engine(directory / "current/store", Settings(workers=1), dump)
    job: Job = {
        "query": "ASK { ?s ?p ?o }", "default_graphs": None, "named_graphs": None, "union": True, "format": "csv",
        "row_cap": 9,
    }  # fmt: skip
    assert engine.run(job, 60, lambda: False).head == b"true\n"
    engine.close()


def test_the_end_of_an_idle_process_is_not_that_of_the_query_given_to_it(directory: Path) -> None:
    """The loop read it in the moment before the query was sent: told as a query that was ended from outside."""
    job: Job = {
        "query": "ASK { ?s ?p ?o }", "default_graphs": None, "named_graphs": None, "union": True, "format": "csv",
        "row_cap": 9,
    }  # fmt: skip
    engine = Engine(directory / "current/store", Settings(workers=1))
    for lane in engine.lanes.values():
        for process in lane._all:
            process.process.kill()
            process.process.wait()
    failures: list[QueryFailed] = []
    looks: list[threading.Thread] = []

    def look() -> None:
        try:
            flight.step()
        except QueryFailed as failed:
            failures.append(failed)

    def asked(_: Process) -> None:
        if not looks:  # of the process that has ended; the test itself looks at the next one
            looks.append(threading.Thread(target=look))
            looks[0].start()
            looks[0].join(0.3)  # as long as it takes to see the end, where nothing holds it back

    flight = Flight(engine, job, 60, lambda: False, None, asked)
    answers: list[Answer | None] = []
    with contextlib.closing(engine):
        flight.start()
        assert until(lambda: failures or answers.append(flight.step()) or answers[-1] is not None)
        looks[0].join()
        assert not failures


def test_what_makes_the_processes_is_itself_replaced(directory: Path) -> None:
    with serving(directory, rate=0, workers=1, cache=0) as server:
        before = server.workers()
        (parent,) = {_parent(Path(f"/proc/{pid}/stat")) for pid in before}
        assert parent is not None
        os.kill(parent, signal.SIGKILL)
        assert until(lambda: not any(_alive(pid) for pid in before))
        assert [server.get(url("ASK {}")).status for _ in range(2)] == [
            200,
            200,
        ]  # of an unknown shape, then a quick one
        assert until(lambda: idle(server, 2))
