"""Hostile requests and the description that they are made from; `python -m bench.endpoint hostile` sends 10,000."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from server_fixture import Server, serving, write_release

from bench.endpoint.hostile import Hostile, hostile, judge, sent
from server import api
from server.app import create_app
from server.pages.library import library

COUNT = 800


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("hostile")
    write_release(directory, "v1")
    return directory


@pytest.fixture(scope="module")
def server(directory: Path) -> Iterator[Server]:
    with serving(directory, rate=0, workers=2, deadline=1.0) as running:
        yield running


def test_the_description_names_every_route(server: Server, directory: Path) -> None:
    """Each path of the application is described, and each path of the table exists."""
    description = server.get("/openapi.json").json()
    assert description["openapi"].startswith("3.1")
    app = create_app(directory, workers=1)
    app.config["RELEASES"].close()
    assert {path for path, _ in api.paths(app)} == set(description["paths"]) >= {route.path for route in api.routes()}
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert all(operation["summary"] for operation in operations)
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_what_is_described_is_answered(server: Server) -> None:
    description = server.get("/openapi.json").json()
    tried = 0
    for path in (p for p in description["paths"] if "{" not in p and p != "/search"):
        content = description["paths"][path]["get"]["responses"].get("200", {}).get("content", {})
        for media in content:
            if path != "/sparql":
                assert (server.get(path, Accept=media).status, path, media) == (200, path, media)
                tried += 1
    assert tried > 60


def test_the_judge_sees_faults() -> None:
    assert judge(b"HTTP/1.1 500 X\r\n\r\n") == "status 500"
    assert judge(b'HTTP/1.1 503 X\r\nContent-Type: application/problem+json\r\n\r\n{"type": "a/fault"}')
    assert judge(b"HTTP/1.1 200 X\r\n\r\nTraceback (most recent call last)") == "leak: Traceback"
    assert judge(b"HTTP/1.1 404 X\r\n\r\nnothing") is None


def test_the_same_seed_gives_the_same_requests(server: Server) -> None:
    description, queries = server.get("/openapi.json").json(), [query.text for query in library()]
    first, second = (list(hostile(description, queries, 100, 3)) for _ in range(2))
    assert first == second
    assert len({request.data for request in first}) > 90


def test_hostile_requests_find_nothing(server: Server) -> None:
    description, queries = server.get("/openapi.json").json(), [query.text for query in library()]
    seen: Counter[bytes] = Counter()
    faults: list[tuple[str, Hostile]] = []
    for request in hostile(description, queries, COUNT, seed=11):
        answer = sent(server.port, request)
        seen[answer[9:12]] += 1
        if fault := judge(answer):
            faults.append((fault, request))
    assert not faults, faults[:3]
    assert sum(seen.values()) == COUNT
    assert seen[b"200"] > 50
    assert seen[b"400"] > 50
    log = server.log.read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log
    assert "127.0.0.1" not in re.sub(r'"[^"]*"', "", log)
    assert server.get("/sparql?query=ASK%7B%7D").status == 200
