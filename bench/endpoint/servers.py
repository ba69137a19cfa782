"""The servers that are compared, each over the same release, started and stopped by the bench."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.measure import descendants

ROOT = Path(__file__).resolve().parents[2]
# Queries of the library as people ask them: small, with joins, with aggregates.
QUERIES = (
    "findings-by-check",
    "citing-one-document",
    "carry-over",
    "largest-projects",
    "documents-by-level",
    "who-pays",
)
RDFLIB = """
import gzip, sys, rdflib, uvicorn
from rdflib_endpoint import SparqlEndpoint
data = rdflib.Dataset(default_union=True)
with gzip.open(sys.argv[1]) as file:
    data.parse(file, format="nquads")
uvicorn.run(SparqlEndpoint(graph=data), port=int(sys.argv[2]), log_level="error")
"""


@dataclass(frozen=True)
class Endpoint:
    """Where a server answers: its name, port, and the path before the query."""

    name: str
    port: int
    path: str

    def url(self, query: str) -> str:
        """The address that asks a query."""
        return f"http://127.0.0.1:{self.port}{self.path}{quote(query, safe='')}"

    def ask(self, query: str, seconds: float = 120) -> tuple[int, bytes]:
        """Status and body of an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            connection.request("GET", self.path + quote(query, safe=""), headers={"Accept": ACCEPT})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


@dataclass(frozen=True)
class Server(Endpoint):
    """A running server with its process."""

    process: subprocess.Popen[bytes]

    def processes(self) -> set[int]:
        """The process ids of the processes that the server has started, and of those that these have."""
        return set(descendants(self.process.pid))

    def ticks(self) -> int:
        """Clock ticks of processor time that the server and its processes have used."""
        used = 0
        for pid in {self.process.pid, *self.processes()}:
            with contextlib.suppress(OSError):
                fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
                used += int(fields[11]) + int(fields[12])
        return used

    def rest(self, seconds: float = 120) -> None:
        """Return when the server has nothing to do any more: some go on with the queries of clients that have left."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            before = self.ticks()
            time.sleep(0.3)
            if self.ticks() <= before + 2:
                return


ACCEPT = "application/sparql-results+json"


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def started(name: str, command: list[str], port: int, path: str) -> Iterator[Server]:
    """The server of a command, once it answers a query."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    server = Server(name, port, path, process)
    try:
        for _ in range(6000):
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                server.ask("ASK {}", 5)
                break
            time.sleep(0.02)
        yield server
    finally:
        process.terminate()
        process.wait()


def ours(directory: Path, name: str = "mingzhang", **settings: float) -> contextlib.AbstractContextManager[Server]:
    """Our server."""
    port = free_port()
    code = f"from server.serve import run; run({str(directory)!r}, port={port}, rate=0, **{settings!r})"
    return started(name, [sys.executable, "-c", code], port, "/sparql?query=")


def oxigraph(directory: Path) -> contextlib.AbstractContextManager[Server]:
    """Oxigraph's own server over the same store."""
    binary = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if binary is None:
        raise SystemExit("the oxigraph server is not installed: pip install '.[bench]'")
    port = free_port()
    store = str(directory / "current/store")
    command = [binary, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    return started("oxigraph", command, port, "/query?query=")


def rdflib_endpoint(directory: Path) -> contextlib.AbstractContextManager[Server]:
    """rdflib-endpoint with the release in memory."""
    port = free_port()
    dump = str(directory / "current/dumps/mingzhang.nq.gz")
    return started("rdflib-endpoint", [sys.executable, "-c", RDFLIB, dump, str(port)], port, "/?query=")
