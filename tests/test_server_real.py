"""A release of the real reports over other SPARQL servers: the library, sixty pages, graphs and sums as embedded."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import engines
import pyoxigraph as ox
import pytest
from engines import Other
from real_reports import FOLDER, needs_reports
from server_fixture import ROOT, Reply, Server, serving

from kg_builder.build import Options, build
from server.pages.library import library

pytestmark = needs_reports

JSON = ox.QueryResultsFormat.JSON
HTML = {"Accept": "text/html"}
OF_A_KIND, PAGES = 3, 60
MZ = "PREFIX mz: <https://w3id.org/mingzhang/ontology#> "
# What the standard fixes, byte for byte: decimals, years and labels that are counted, added, compared and sorted.
EXACT = [
    MZ + "SELECT (SUM(?a) AS ?sum) (MAX(?a) AS ?most) (COUNT(DISTINCT ?a) AS ?n) { ?o mz:amount ?a }",
    MZ + "SELECT ?y (SUM(?a) AS ?sum) { ?o mz:fiscalYear ?y ; mz:amount ?a } GROUP BY ?y ORDER BY ?y",
    MZ + "SELECT ?s ?v { ?s mz:value ?v ; mz:unit ?unit } ORDER BY ?s ?v LIMIT 1000",
    MZ + "SELECT ?i ?v { ?i mz:targetValue ?v } ORDER BY ?i ?v LIMIT 500",
    MZ + "SELECT ?o ?a { ?o mz:fiscalYear ?y ; mz:amount ?a FILTER (?a > 1000000 && YEAR(?y) > 0 || ?a < 0) }"
    " ORDER BY DESC(?a) ?o LIMIT 200",
    MZ + "SELECT ?label (COUNT(*) AS ?n) { ?o mz:rowLabel ?l BIND (STR(?l) AS ?label) } GROUP BY ?label"
    " ORDER BY ?label LIMIT 300",
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("real") / "site"
    build([FOLDER / "text", FOLDER / "pdf"], out, Options(), lambda _: None)
    return out


def published(directory: Path, other: Other, after: int | None = None) -> str:
    """What a run of `publish` said; one that is killed after so many lines where that is asked."""
    user = ["--user", other.user] if other.user else []
    command = [sys.executable, "-m", "kg_builder.cli", "publish", str(directory), "--to", other.store, *user]
    environment = os.environ | {"MINGZHANG_PASSWORD": other.password}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        if after is not None:
            for _ in zip(range(after), run.stderr, strict=False):
                continue
            run.kill()
        told, said = run.communicate()
    return told + said


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def both(
    request: pytest.FixtureRequest, directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Server, str]]:
    """A server over the embedded store, one over another engine after a run that was broken off, and its name."""
    with contextlib.ExitStack() as stack:
        if request.param == "oxigraph":
            other = stack.enter_context(engines.oxigraph())
        else:
            other = stack.enter_context(engines.virtuoso(tmp_path_factory.mktemp("virtuoso")))
        published(directory, other, after=3)
        told = published(directory, other)
        there = re.search(r"(\d+) graphs sent, (\d+) there already", told)
        assert there, told
        assert int(there[2]) >= 3, told
        limits = {"rate": 0, "workers": 2, "page_seconds": 60}
        embedded = stack.enter_context(serving(directory, **limits))
        yield embedded, stack.enter_context(serving(directory, engine=other.query, **limits)), request.param


def answer(server: Server, query: str, form: str = "json") -> Reply:
    reply = server.get(f"/sparql?format={form}&query={quote(query, safe='')}")
    assert reply.status == 200, reply.text
    return reply


def test_the_library_agrees_in_order_too(both: tuple[Server, Server, str]) -> None:
    for query in library():
        first, second = (answer(server, query.text).json() for server in both[:2])
        assert first == second, query.name


@pytest.mark.parametrize("query", EXACT)
def test_figures_are_the_same(both: tuple[Server, Server, str], query: str) -> None:
    """CSV byte for byte; the formats that leave room for spelling as the terms that they give."""
    first, second = (answer(server, query, "csv").body for server in both[:2])
    assert len(first) > 40
    assert first == second
    for name, form in {"json": JSON, "xml": ox.QueryResultsFormat.XML, "tsv": ox.QueryResultsFormat.TSV}.items():
        rows = [[list(row) for row in solutions(answer(server, query, name).body, form)] for server in both[:2]]
        assert rows[0] == rows[1], name


def test_graphs_are_whole_or_refused(both: tuple[Server, Server, str]) -> None:
    """Virtuoso cuts CONSTRUCT at its limit of rows with status 200."""
    embedded, remote, name = both
    graphs = named(embedded)
    seen = Counter[int]()
    for graph in graphs:
        query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        first = set(ox.parse(answer(embedded, query, "nt").body, format=ox.RdfFormat.N_TRIPLES))
        reply = remote.get(f"/sparql?format=nt&query={quote(query, safe='')}")
        seen[reply.status] += 1
        if name == "virtuoso" and len(first) > engines.VIRTUOSO_ROWS:
            assert (reply.status, reply.json()["rowCap"]) == (422, engines.VIRTUOSO_ROWS), graph
        else:
            assert set(ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)) == first, graph
    assert seen[200] > 0
    assert (seen[422] > 0) == (name == "virtuoso")


def solutions(body: bytes, form: ox.QueryResultsFormat) -> ox.QuerySolutions:
    found = ox.parse_query_results(body, format=form)
    assert isinstance(found, ox.QuerySolutions)
    return found


def named(server: Server) -> list[str]:
    rows = answer(server, "SELECT DISTINCT ?g { GRAPH ?g { ?s a ?c } } ORDER BY ?g").json()["results"]["bindings"]
    return [row["g"]["value"] for row in rows]


def test_open_paths_are_refused_where_they_lose_rows(both: tuple[Server, Server, str]) -> None:
    query = (
        "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?c { ?c skos:broader+ "
        "<https://w3id.org/mingzhang/code/funding/by-level> }"
    )
    reply = both[1].get("/sparql?query=" + quote(query, safe=""))
    assert reply.status == (422 if both[2] == "virtuoso" else 200)


def test_sixty_pages_agree(both: tuple[Server, Server, str]) -> None:
    embedded, remote, _ = both
    waiting, seen, kinds = ["/"], set[str](), Counter[str]()
    while waiting and len(seen) < PAGES:
        path = waiting.pop(0)
        kind = "/".join(path.partition("?")[0].split("/")[:3])
        if path in seen or kinds[kind] >= OF_A_KIND:
            continue
        kinds[kind] += 1
        seen.add(path)
        first, second = (server.get(path, **HTML) for server in (embedded, remote))
        assert (first.status, first.text) == (second.status, second.text), path
        links = [link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)', first.text)]
        waiting += [link for link in links if not link.startswith(("/static", "/sparql", "/dumps"))]
    assert len(seen) == PAGES, sorted(seen)
