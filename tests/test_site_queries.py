"""A page asks the engine little: at most six queries, on its first showing too, of whatever kind it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from server.app import create_app
from server.engine.local import Answer, Engine
from server.pages.kinds import KINDS, LISTINGS
from server.pages.terms import MZ, RDF

MOST = 6
OTHERS = (
    "/", "/compare", "/topics", "/topics/three-public", "/places", "/places/debt", "/code/", "/code/function/208",
    "/code/region/140300", "/code/indicator/output-quantity", "/code/funding/municipal", "/code/table/expenditure",
    "/rows?name=%E5%90%88%E8%AE%A1", "/search?q=%E6%94%BF%E5%BA%9C", "/about", "/quality?sort=severity",
)  # fmt: skip


@pytest.fixture(scope="module")
def asked() -> Iterator[list[str]]:
    """The queries that the engine was given."""
    found: list[str] = []
    run = Engine.run

    def noted(engine: Engine, job: Any, *given: Any, **named: Any) -> Answer:
        found.append(job["query"])
        return run(engine, job, *given, **named)

    with mock.patch.object(Engine, "run", noted):
        yield found


@pytest.fixture(scope="module")
def client(sample_release: Path) -> Iterator[FlaskClient]:
    app = create_app(sample_release, rate=0, cache=0)
    yield app.test_client()
    app.config["RELEASES"].close()


@pytest.fixture(scope="module")
def entities(sample_release: Path) -> dict[str, str]:
    """Kind of entity → the path of the one with the longest description, which has the most to show."""
    store = ox.Store.read_only(str(sample_release / "current/store"))
    found: dict[str, str] = {}
    for kind in KINDS:
        quads = store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(MZ + kind.name))
        every = {q.subject for q in quads if isinstance(q.subject, ox.NamedNode) and "/id/" in q.subject.value}
        rank = {one.value: sum(1 for _ in store.quads_for_pattern(one, None, None)) for one in every}
        if rank:
            found[kind.path] = max(rank, key=lambda one: (rank[one], one)).partition("/id/")[2]
    return found


def queries(client: FlaskClient, asked: list[str], path: str) -> list[str]:
    asked.clear()
    reply = client.get(path, headers={"Accept": "text/html"})
    assert reply.status_code == 200, path
    return list(asked)


@pytest.mark.parametrize("kind", [kind.path for kind in KINDS])
def test_an_entity_asks_at_most_six_queries(
    client: FlaskClient, asked: list[str], entities: dict[str, str], kind: str
) -> None:
    """Reports, departments and documents once asked ten, projects eleven."""
    found = queries(client, asked, f"/page/{entities[kind]}")
    assert 1 <= len(found) <= MOST, "\n\n".join(found)
    if kind == "report":
        assert len(queries(client, asked, f"/page/{entities[kind]}?page=1")) <= MOST


@pytest.mark.parametrize("path", [*(f"/{address}" for address in LISTINGS), *OTHERS])
def test_a_page_asks_at_most_six_queries(client: FlaskClient, asked: list[str], path: str) -> None:
    """The home page once asked 21 when it was first shown."""
    found = queries(client, asked, path)
    assert len(found) <= MOST, "\n\n".join(found)
