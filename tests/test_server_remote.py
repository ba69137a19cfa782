"""The same site and endpoint over other SPARQL servers: what `mingzhang publish` loads is what the pages show."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import engines
import pyoxigraph as ox
import pytest
from engines import Other
from server_fixture import BASE, ROOT, TRIG, Reply, Server, iris_of, serving, until, write_release

from kg_builder import publish
from server.engine.process import QueryFailed
from server.pages.library import library
from server.release import DIGEST, HAS_VERSION, PUBLISHED, Release
from server.settings import Settings

MANY = "GRAPH <http://e/many> {\n" + "".join(f"<http://e/{n}> <http://e/p> {n} .\n" for n in range(100)) + "}\n"
HTML = {"Accept": "text/html"}
PAGES = ["/", "/reports", "/departments", "/projects", "/laws", "/indicators", "/quality", "/code/funding",
         "/code/funding/provincial"]  # fmt: skip


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("published")
    write_release(directory, "v1", TRIG + MANY)
    return directory


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def other(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Other]]:
    with contextlib.ExitStack() as stack:
        if request.param == "oxigraph":
            yield request.param, stack.enter_context(engines.oxigraph())
        else:
            yield request.param, stack.enter_context(engines.virtuoso(tmp_path_factory.mktemp("virtuoso")))


def run(directory: Path, other: Other, *more: str) -> subprocess.CompletedProcess[str]:
    user = ["--user", other.user] if other.user else []
    command = [sys.executable, "-m", "kg_builder.cli", "publish", str(directory), "--to", other.store, *user, *more]
    environment = os.environ | {"MINGZHANG_PASSWORD": other.password}
    return subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True)


def target(other: Other) -> publish.Target:
    return publish.Target(other.store, other.user, other.password)


@pytest.fixture(scope="module")
def both(directory: Path, other: tuple[str, Other]) -> Iterator[tuple[Server, Server, str]]:
    """A server over the embedded store and one over another server, and the other's name."""
    done = run(directory, other[1])
    assert done.returncode == 0, done.stderr
    limits = {"rate": 0, "workers": 2, "row_cap": 8000, "page_seconds": 60}
    with serving(directory, **limits) as embedded, serving(directory, engine=other[1].query, **limits) as remote:
        yield embedded, remote, other[0]


def test_the_two_sides_name_the_record_alike() -> None:
    assert (publish.RECORD, publish.VERSION.value, publish.DIGEST.value) == (PUBLISHED, HAS_VERSION, DIGEST)


def rows(server: Server, text: str) -> list[str]:
    reply = server.get("/sparql?query=" + quote(text, safe=""))
    assert reply.status == 200, reply.text
    return sorted(map(str, reply.json()["results"]["bindings"]))


def test_the_library_answers_alike(both: tuple[Server, Server, str]) -> None:
    embedded, remote, _ = both
    answers = {q.name: (rows(embedded, q.text), rows(remote, q.text)) for q in library()}
    assert [name for name, (first, second) in answers.items() if first != second] == []
    assert [name for name, (first, _) in answers.items() if not first] == [
        *(f"government-{what}" for what in ("debt", "revenue", "spending", "transfers")),
        "projects-sharing-names",
    ]


QUERIES = [
    "SELECT ?s ?p ?o { ?s ?p ?o }",
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "SELECT ?s FROM <REPORT> { ?s ?p ?o }",
    "SELECT ?g ?s FROM NAMED <REPORT> { GRAPH ?g { ?s ?p ?o } }",
]


@pytest.mark.parametrize("text", QUERIES)
def test_datasets_are_alike(both: tuple[Server, Server, str], text: str) -> None:
    embedded, remote, _ = both
    text = text.replace("REPORT", BASE + "id/report/a-2025")
    assert len(rows(remote, text)) > 0
    assert rows(embedded, text) == rows(remote, text)


@pytest.mark.parametrize(("text", "answer"), [("ASK {}", True), ("ASK { ?s <http://e/none> ?o }", False)])
def test_yes_or_no(both: tuple[Server, Server, str], text: str, answer: bool) -> None:
    for server in both[:2]:
        assert server.get("/sparql?query=" + quote(text)).json()["boolean"] is answer


@pytest.mark.parametrize("name", ["ttl", "nt", "rdf", "jsonld"])
def test_graphs_are_alike(both: tuple[Server, Server, str], name: str) -> None:
    forms = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
             "jsonld": ox.RdfFormat.JSON_LD}  # fmt: skip
    query = quote(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{BASE}id/report/b-2025> {{ ?s ?p ?o }} }}")
    first, second = (server.get(f"/sparql?query={query}&format={name}") for server in both[:2])
    found = [set(ox.parse(reply.body, format=forms[name])) for reply in (first, second)]
    assert found[0] == found[1]
    assert len(found[0]) > 50


def test_pages_are_alike(both: tuple[Server, Server, str]) -> None:
    embedded, remote, _ = both
    paths = PAGES + [iri.removeprefix(BASE.rstrip("/")).replace("/id/", "/page/") for iri in iris_of()]
    assert len(paths) > 30
    for path in paths:
        first, second = embedded.get(path, **HTML), remote.get(path, **HTML)
        assert (first.status, first.text) == (second.status, second.text), path


def test_what_is_too_much_is_refused(both: tuple[Server, Server, str]) -> None:
    """Over our cap, and over Virtuoso's own, which it cuts an answer at without a word in the body."""
    _, remote, name = both
    cross = "SELECT ?b ?d { ?a <http://e/p> ?b . ?c <http://e/p> ?d } LIMIT "
    for size in [9000, 6000] if name == "virtuoso" else [9000]:
        reply = remote.get("/sparql?query=" + quote(cross + str(size)))
        assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (422, "cap"), size
    assert len(rows(remote, cross + "4000")) == 4000


def test_errors_are_problems(both: tuple[Server, Server, str]) -> None:
    _, remote, _ = both
    assert remote.get("/sparql?query=" + quote("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }")).status == 403
    assert remote.get("/sparql?query=" + quote("SELECT * { ?s ?p }")).status == 400


# Publishing


def test_publishing_again_sends_nothing(directory: Path, other: tuple[str, Other]) -> None:
    run(directory, other[1])
    assert "0 graphs sent, 4 there already, 0 removed" in run(directory, other[1]).stdout


def test_a_newer_release_sends_what_changed_and_removes_what_left(tmp_path: Path, other: tuple[str, Other]) -> None:
    write_release(tmp_path, "v2", TRIG.replace("高龄津贴", "高龄补贴"))
    assert "1 graphs sent, 2 there already, 1 removed" in run(tmp_path, other[1]).stdout
    assert target(other[1]).read("http://e/many") == []
    with serving(tmp_path, rate=0, engine=other[1].query) as server:
        assert "高龄补贴" in server.get("/projects", **HTML).text


def silent(_: str) -> None:
    return


def test_a_broken_run_goes_on(other: tuple[str, Other], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second graph fails: it is not in the record, the first is not sent again, and no server starts over it."""
    write_release(tmp_path, "v3", TRIG.replace("2025年部门预算", "2025年度部门预算"))
    replace, sent = publish.Target.replace, []

    def broken(self: publish.Target, graph: str, triples: bytes) -> None:
        if not graph.endswith(publish.RECORD):
            sent.append(graph)
            if len(sent) == 2:
                raise OSError("the line is cut")
        replace(self, graph, triples)

    with monkeypatch.context() as patched:
        patched.setattr(publish.Target, "replace", broken)
        with pytest.raises(publish.PublishError, match="the line is cut"):
            publish.publish(tmp_path / "current", target(other[1]), silent)
    with pytest.raises(RuntimeError, match="expected release v3, found none"), serving(tmp_path, engine=other[1].query):
        pass
    again = publish.publish(tmp_path / "current", target(other[1]), silent)
    assert again.sent == 1
    assert again.kept == 2


def test_while_another_release_is_published(
    other: tuple[str, Other], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kept answers go on, others are refused for a moment, and none is a mixture; then the new release is served."""
    titles = (
        "SELECT ?{} ?t {{ ?{} a <https://w3id.org/mingzhang/ontology#Report> ; <http://purl.org/dc/terms/title> ?t }}"
    )
    ask = ["/sparql?query=" + quote(titles.format(name, name)) for name in ("kept", *(f"s{n}" for n in range(5000)))]
    asked, during, kept = iter(ask[1:]), list[Reply](), set[bytes]()
    write_release(tmp_path, "w1", TRIG.replace("年部门预算", "年第一版预算"))
    publish.publish(tmp_path / "current", target(other[1]), silent)
    replace = publish.Target.replace

    def watched(self: publish.Target, graph: str, triples: bytes) -> None:
        replace(self, graph, triples)
        during.extend((server.get(next(asked)), server.get("/laws?page=" + str(len(during)), **HTML)))
        kept.add(server.get(ask[0]).body)

    with serving(tmp_path, rate=0, engine=other[1].query) as server:
        kept.add(server.get(ask[0]).body)
        write_release(tmp_path, "w2", TRIG.replace("年部门预算", "年第二版预算"))
        assert "第一版" in server.get(next(asked)).text
        with monkeypatch.context() as patched:
            patched.setattr(publish.Target, "replace", watched)
            assert publish.publish(tmp_path / "current", target(other[1]), silent).sent == 2
        assert [reply.status for reply in during] == [503] * 8
        assert all(int(reply.headers["retry-after"]) > 0 for reply in during)
        assert during[0].json()["type"].endswith("/publishing")
        assert len(kept) == 1
        assert until(lambda: server.get(next(asked)).status == 200)
        last = server.get(next(asked))
        assert "第一版" not in last.text
        assert last.text.count("第二版") == server.get(ask[0]).text.count("第二版") > 1


def test_an_answer_that_was_read_when_a_publication_began(
    other: tuple[str, Other], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(tmp_path, "w3")
    publish.publish(tmp_path / "current", target(other[1]), silent)
    release = Release(tmp_path / "current", Settings(engine=other[1].query))
    try:
        query = "SELECT ?p { ?p a <https://w3id.org/mingzhang/ontology#Project> }"
        assert len(list(release.store.query(query))) == 3
        fetch = release.engine._fetch  # type: ignore[union-attr]  # a remote one

        def then_changed(*job: Any) -> bytes:
            found: bytes = fetch(*job)
            target(other[1]).replace(BASE + publish.RECORD, b"")
            return found

        monkeypatch.setattr(release.engine, "_fetch", then_changed)
        with pytest.raises(QueryFailed) as failed:
            release.store.query(query)
        assert failed.value.kind == "publishing"
    finally:
        release.engine.close()


def test_the_version_is_the_last_that_is_said(
    other: tuple[str, Other], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_release(tmp_path, "w4", TRIG.replace("高龄津贴", "高龄补助"))
    steps: list[tuple[str, bool]] = []
    call = publish.Target._call

    def noted(self: publish.Target, method: str, graph: str, triples: Any = None) -> bytes:
        if method != "GET":
            text = triples if isinstance(triples, bytes) else b""
            steps.append((graph, b"versionInfo" in text))
        return call(self, method, graph, triples)

    monkeypatch.setattr(publish.Target, "_call", noted)
    publish.publish(tmp_path / "current", target(other[1]), silent)
    record = BASE + publish.RECORD
    assert steps[0] == (record, False)
    assert steps[-1] == (record, True)
    assert [said for _, said in steps].count(True) == 1
    assert any(graph != record for graph, _ in steps)
    steps.clear()
    publish.publish(tmp_path / "current", target(other[1]), silent)
    assert steps == []


def test_an_address_that_is_none(directory: Path) -> None:
    port = engines.free_port()
    done = run(directory, Other("", f"http://127.0.0.1:{port}/"))
    assert done.returncode == 1
    assert "expected a Graph Store" in done.stderr
    assert run(directory, Other("", "file:///tmp/x")).returncode == 1
    with (
        pytest.raises(RuntimeError, match="expected a SPARQL endpoint"),
        serving(directory, engine=f"http://127.0.0.1:{port}/"),
    ):
        pass


def test_a_slow_query_is_not_waited_for(
    directory: Path, other: tuple[str, Other], both: tuple[Server, Server, str]
) -> None:
    """The last test: what becomes of the query in the other server is that server's affair."""
    assert run(directory, other[1]).returncode == 0
    _, remote, _ = both
    cross = "?a <http://e/p> ?b . ?c <http://e/p> ?d . ?e <http://e/p> ?f . ?g <http://e/p> ?h"
    slow = f"SELECT (COUNT(*) AS ?n) {{ {cross} FILTER(?b + ?d + ?f + ?h < 0) }}"
    reply = remote.get("/sparql?timeout=0.3&query=" + quote(slow))
    assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (503, "deadline")
    assert remote.get("/sparql?query=ASK%7B%7D").status == 200
