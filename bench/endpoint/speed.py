"""Throughput and latency of our endpoint beside Oxigraph's server and rdflib-endpoint, over one release, in one run.

Six queries of the library, from the quickest to a slow one, at 1, 8 and 32 clients, sent by wrk. The servers take turns
within each cell of the table, so that what else the machine does touches all of them alike; the ratios are the result.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import statistics
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.endpoint.servers import ACCEPT, Server, ours, oxigraph, rdflib_endpoint
from server.library import library

QUERIES = (
    "findings-by-check",
    "citing-one-document",
    "carry-over",
    "largest-projects",
    "documents-by-level",
    "who-pays",
)
CLIENTS = (1, 8, 32)
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


@dataclass(frozen=True, slots=True)
class Measured:
    """Answers a second and two latencies in ms; `wrong` answers had another status than 200."""

    rate: float
    p50: float
    p99: float
    wrong: int


def measured(server: Server, query: str, clients: int, seconds: int) -> Measured:
    """One run of wrk."""
    command = [
        "wrk",
        "-t1",
        f"-c{clients}",
        f"-d{seconds}s",
        "--timeout",
        "60s",
        "--latency",
        "-H",
        f"Accept: {ACCEPT}",
    ]
    text = subprocess.run([*command, server.url(query)], capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    times = {name: float(n) * _UNITS[unit] for name, n, unit in re.findall(r"(50|99)%\s+([\d.]+)([a-z]+)", text)}
    return Measured(float(rate[1]) if rate else 0.0, times["50"], times["99"], int(wrong[1]) if wrong else 0)


def rows_of(server: Server, query: str) -> int | None:
    """How many rows a server answers; None where it does not within two minutes."""
    with contextlib.suppress(OSError, ValueError):
        status, body = server.ask(query)
        if status == 200:
            return len(json.loads(body)["results"]["bindings"])
    return None


def speed(directory: Path, seconds: int) -> Iterator[str]:
    """The table in Markdown, line by line."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed: apt-get install wrk")
    texts = {query.name: query.text for query in library()}
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(s) for s in (
            ours(directory, "uncached", cache=0), ours(directory, "cached"), oxigraph(directory), rdflib_endpoint(directory)
        )]  # fmt: skip
        names = [server.name for server in servers]
        yield (
            "| query | rows | clients | "
            + " | ".join(f"{n} /s (p50, p99 ms)" for n in names)
            + " | u/ox | c/ox | u/rdf |"
        )
        yield "| --- | --- | --- | " + " | ".join("---" for _ in names) + " | --- | --- | --- |"
        ratios: list[tuple[float, float, float]] = []
        for name in QUERIES:
            rows = {server.name: rows_of(server, texts[name]) for server in servers}
            for clients in CLIENTS:
                found = {server.name: measured(server, texts[name], clients, seconds) for server in servers}
                ratio = _ratios(found)
                ratios.append(ratio)
                cells = [_cell(found[n]) for n in names]
                shown = "/".join(str(n) for n in dict.fromkeys(rows.values()))
                yield f"| {name} | {shown} | {clients} | " + " | ".join([*cells, *(f"{r:.2f}" for r in ratio)]) + " |"
        yield ""
        means = [statistics.geometric_mean(column) for column in zip(*ratios, strict=True)]
        yield (
            f"Geometric means: uncached {means[0]:.2f} of Oxigraph, cached {means[1]:.2f} of Oxigraph, "
            f"uncached {means[2]:.1f} times rdflib-endpoint."
        )


def _ratios(found: dict[str, Measured]) -> tuple[float, float, float]:
    ox, rdf = (max(found[n].rate, 0.001) for n in ("oxigraph", "rdflib-endpoint"))
    return found["uncached"].rate / ox, found["cached"].rate / ox, found["uncached"].rate / rdf


def _cell(one: Measured) -> str:
    wrong = f", {one.wrong} failed" if one.wrong else ""
    return f"{one.rate:.1f} ({one.p50:.1f}, {one.p99:.1f}{wrong})"
