"""A release → how fast its server starts, what memory it takes, how long pages and queries of one entity take."""

from __future__ import annotations

import json
import os
import random
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from bench.measure import descendants, memory

ROOT = Path(__file__).parents[2]
ENTITIES = 60
WORKERS = 2
QUERY = """PREFIX mz: <https://w3id.org/mingzhang/ontology#>
SELECT ?project ?law{turn} WHERE {{ ?project mz:reportedIn <{report}> ; a mz:Project ; mz:hasLegalBasis ?law{turn} }}"""


def serve_and_ask(out: Path, manifest: dict[str, Any]) -> dict[str, float]:
    """Figures of the server on the release: seconds, megabytes, milliseconds (medians)."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "kg_builder.cli",
        "serve",
        str(out),
        "--port",
        str(port),
        "--workers",
        str(WORKERS),
        "--rate",
        "0",
    ]
    start = time.perf_counter()
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        while _status(f"{address}/healthz") != 200:
            if server.poll() is not None or time.perf_counter() - start > 120:
                raise RuntimeError("the server did not start")
            time.sleep(0.02)
        started = time.perf_counter() - start
        chance = random.Random(1)
        reports = chance.sample(manifest["reports"], min(ENTITIES, len(manifest["reports"])))
        paths = [urllib.parse.urlsplit(entry["report"]).path + "?format=ttl" for entry in reports]
        pages = [_milliseconds(address + path) for path in paths]
        # The first time the blocks of the entity are read from the file and unpacked, which each process does for
        # itself; the names of variables differ, for an answer that was given is not looked for again.
        first, *again = [
            [_milliseconds(f"{address}/sparql?{_query(entry['report'], turn)}") for entry in reports]
            for turn in range(1 + 2 * WORKERS)
        ]
        workers = [memory(process) for process in descendants(server.pid)]
        return {
            "start": started, "worker_mb": max(workers, default=0) / 1e6, "server_mb": memory(server.pid) / 1e6,
            "page_ms": statistics.median(pages), "query_ms": statistics.median(first),
            "again_ms": statistics.median(map(min, zip(*again, strict=True))),
        }  # fmt: skip
    finally:
        server.terminate()
        server.wait()


def _query(report: str, turn: int) -> str:
    return urllib.parse.urlencode({"query": QUERY.format(report=report, turn=turn)})


def _status(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return int(answer.status)
    except (OSError, urllib.error.URLError):
        return 0


def _milliseconds(address: str) -> float:
    request = urllib.request.Request(address, headers={"Accept": "*/*"})
    start = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        body = answer.read()
    if not body:
        raise RuntimeError(json.dumps({"empty": address}))
    return (time.perf_counter() - start) * 1000
