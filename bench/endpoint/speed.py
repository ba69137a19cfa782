"""Throughput and latency of our endpoint beside Oxigraph's server and rdflib-endpoint, over one release, in one run.

Six queries of the library, from the quickest to a slow one, at 1, 8 and 32 clients, sent by wrk. The servers take turns
of a second, so that what else the machine does touches all of them alike; the ratios are the result.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.endpoint.servers import ACCEPT, QUERIES, Server, ours, oxigraph, rdflib_endpoint
from server.pages.library import library

CLIENTS = (1, 8, 32)
_TURNS = 6  # of each server, in which the processor time of its requests is taken
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers with status 200 a second, two latencies in ms, and how many had another status."""

    rate: float
    p50: float
    p99: float
    wrong: int


def in_turns(servers: list[Server], query: str, clients: int, seconds: int) -> dict[str, Measured]:
    """Each server for a second at a time, one after another, so that all meet the same moments of the machine."""
    rounds = [{s.name: measured(s, query, clients) for s in servers} for _ in range(seconds)]
    return {s.name: _together([found[s.name] for found in rounds]) for s in servers}


def _together(parts: list[Measured]) -> Measured:
    return Measured(
        statistics.mean(one.rate for one in parts),
        statistics.median(one.p50 for one in parts),
        max(one.p99 for one in parts),
        sum(one.wrong for one in parts),
    )


def measured(server: Server, query: str, clients: int) -> Measured:
    """One run of wrk, a second long."""
    command = ["wrk", "-t1", f"-c{clients}", "-d1s", "--timeout", "60s", "--latency", "-H", f"Accept: {ACCEPT}"]
    text = subprocess.run([*command, server.url(query)], capture_output=True, text=True, check=True).stdout
    server.rest()
    total = int(_number(r"(\d+) requests in", text))
    wrong = int(_number(r"Non-2xx or 3xx responses: (\d+)", text))
    times = {name: float(n) * _UNITS[unit] for name, n, unit in re.findall(r"(50|99)%\s+([\d.]+)([a-z]+)", text)}
    return Measured(float(total - wrong), times["50"], times["99"], wrong)


def _number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    return float(found[1]) if found else 0.0


def rows_of(server: Server, query: str) -> int | None:
    """How many rows a server answers; None where it does not within two minutes."""
    with contextlib.suppress(OSError, ValueError):
        status, body = server.ask(query)
        if status == 200:
            return len(json.loads(body)["results"]["bindings"])
    return None


def cost(directory: Path, requests: int) -> Iterator[str]:
    """Processor time of one uncached request, of all processes of a server: of use where the machine is shared.

    The servers take turns, so that what else the machine does touches all of them alike.
    """
    texts = {query.name: query.text for query in library()}
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(one) for one in (ours(directory, cache=0), oxigraph(directory))]
        yield "| query | " + " | ".join(f"{server.name} ms" for server in servers) + " | ratio |"
        yield "| --- |" + " --- |" * (len(servers) + 1)
        for name in QUERIES:
            turns = [[_cost(server, texts[name], requests // _TURNS) for server in servers] for _ in range(_TURNS)]
            found = [statistics.mean(column) for column in zip(*turns, strict=True)]
            cells = [f"{one:.2f}" for one in (*found, found[1] / found[0] if found[0] else 0.0)]
            yield f"| {name} | " + " | ".join(cells) + " |"


def _cost(server: Server, query: str, requests: int) -> float:
    """Milliseconds of one of some requests on one connection, as clients of an endpoint keep it."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
        _asked(server, connection, query)
        before = server.ticks()
        for _ in range(requests):
            _asked(server, connection, query)
        return (server.ticks() - before) * 1000 / os.sysconf("SC_CLK_TCK") / requests


def _asked(server: Server, connection: http.client.HTTPConnection, query: str) -> None:
    connection.request("GET", server.path + quote(query, safe=""), headers={"Accept": ACCEPT})
    connection.getresponse().read()


def speed(directory: Path, seconds: int) -> Iterator[str]:
    """The table in Markdown, line by line."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    texts = {query.name: query.text for query in library()}
    with contextlib.ExitStack() as stack:
        both = (ours(directory, "uncached", cache=0), ours(directory, "cached"))
        servers = [stack.enter_context(one) for one in (*both, oxigraph(directory), rdflib_endpoint(directory))]
        names = [server.name for server in servers]
        yield (
            "| query | rows | clients | "
            + " | ".join(f"{n} /s (p50, p99 ms)" for n in names)
            + " | u/ox | c/ox | u/rdf |"
        )
        yield "| --- | --- | --- | " + " | ".join("---" for _ in names) + " | --- | --- | --- |"
        ratios: list[list[float | None]] = []
        for name in QUERIES:
            rows = {server.name: rows_of(server, texts[name]) for server in servers}
            for clients in CLIENTS:
                found = in_turns(servers, texts[name], clients, seconds)
                ratio = _ratios(found)
                ratios.append(ratio)
                cells = [_cell(found[n]) for n in names]
                shown = " / ".join(str(n) for n in dict.fromkeys(rows.values()))
                yield "| " + " | ".join([name, shown, str(clients), *cells, *(_ratio(r) for r in ratio)]) + " |"
        yield ""
        means = [statistics.geometric_mean([r for r in column if r]) for column in zip(*ratios, strict=True)]
        yield (
            f"Geometric means: uncached {means[0]:.2f} of Oxigraph, cached {means[1]:.2f} of Oxigraph, "
            f"uncached {means[2]:.1f} times rdflib-endpoint (where it answers at all)."
        )


def _ratios(found: dict[str, Measured]) -> list[float | None]:
    """Uncached and cached to Oxigraph, uncached to rdflib-endpoint; None to one that answers nothing in the time."""
    pairs = (("uncached", "oxigraph"), ("cached", "oxigraph"), ("uncached", "rdflib-endpoint"))
    return [found[one].rate / found[other].rate if found[other].rate else None for one, other in pairs]


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _cell(one: Measured) -> str:
    wrong = f", {one.wrong} failed" if one.wrong else ""
    return f"{one.rate:.1f} ({one.p50:.1f}, {one.p99:.1f}{wrong})"
