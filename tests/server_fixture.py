"""A small release made by hand, and a real server over it: what the tests of the server talk to."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder.build.inputs import Publisher
from kg_builder.release.data_package import write_data_package
from kg_builder.release.search_index import index_piece, write_index
from kg_builder.release.sheets import COLUMNS, head_row

BASE = "http://localhost:8000/"
ROOT = Path(__file__).resolve().parents[1]

TRIG = (Path(__file__).parent / "server_release.trig").read_text(encoding="utf-8")


def write_release(directory: Path, version: str, trig: str = TRIG) -> Path:
    """A release folder as the contract describes it, made current in one step."""
    folder = directory / "releases" / version
    (folder / "dumps").mkdir(parents=True)
    store = ox.Store(str(folder / "store"))
    store.bulk_load(input=trig.encode(), format=ox.RdfFormat.TRIG)
    for codes in sorted((ROOT / "ontology/codes").glob("*.ttl")):
        if codes.stem not in {"region", "function", "economic", "governmentEconomic", "revenue"}:
            store.bulk_load(path=str(codes), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(BASE + "id/documents"))
    store.optimize()
    store.flush()
    piece = folder / "found.json"
    piece.write_bytes(index_piece(quad.triple for quad in store))
    write_index([piece], folder / "search.sqlite")
    piece.unlink()
    dump = folder / "dumps/mingzhang.nq"
    dump.write_bytes(store.dump(format=ox.RdfFormat.N_QUADS) or b"")
    (folder / "catalog.ttl").write_text(f"<{BASE}catalog#dataset> a <http://www.w3.org/ns/dcat#Dataset> .\n")
    (folder / "dumps/csv").mkdir()
    for name in COLUMNS:
        (folder / f"dumps/csv/{name}.csv").write_bytes(head_row(name))
    sheet = folder / "dumps/csv/projects.csv"
    write_data_package(folder, Publisher().entry)
    files = [
        {"path": str(file.relative_to(folder)), "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
         "size": file.stat().st_size}
        for file in (dump, sheet)
    ]  # fmt: skip
    manifest = {"version": version, "base": BASE, "inputs": [], "counts": {"quads": len(store)}, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    del store
    (directory / "next").symlink_to(folder.relative_to(directory))
    (directory / "next").replace(directory / "current")
    return folder


@dataclass(frozen=True)
class Reply:
    """Status, headers (names in lower case) and body of one answer; `broken` when the body came without its end."""

    status: int
    headers: dict[str, str]
    body: bytes
    broken: bool = False

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    def request(self, method: str, target: str, body: bytes | None = None, **headers: str) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, target, body, {k.replace("_", "-"): v for k, v in headers.items()})
            response = connection.getresponse()
            broken = False
            try:
                data = response.read()
            except http.client.IncompleteRead as error:
                data, broken = error.partial, True
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, data, broken)
        finally:
            connection.close()

    def get(self, target: str, **headers: str) -> Reply:
        return self.request("GET", target, **headers)

    def workers(self) -> list[int]:
        """Process ids of the query processes."""
        parents = {int(path.parent.name): _parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
        # What makes them is a child of the server; they are its children.
        return [pid for pid, parent in parents.items() if parents.get(parent or 0) == self.process.pid]

    def drawing(self) -> list[int]:
        """Process ids of what draws pages: a child of the server itself."""
        parents = {int(path.parent.name): _parent(path) for path in Path("/proc").glob("[0-9]*/stat")}
        return [pid for pid, parent in parents.items() if parent == self.process.pid and _draws(pid)]


def _draws(pid: int) -> bool:
    try:
        return b"server.engine.draw" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False


def _parent(stat: Path) -> int | None:
    """The parent of a process; None where the process has ended meanwhile."""
    try:
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def until(condition: Callable[[], bool]) -> bool:
    """Whether the condition comes true; how long it takes is no matter of the tests."""
    for _ in range(2400):
        if condition():
            return True
        time.sleep(0.05)
    return False


@contextlib.contextmanager
def serving(directory: Path, **settings: float) -> Iterator[Server]:
    """A real server in a process of its own, on a port of the system's choice."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = f"from server.serve import run; run({str(directory)!r}, port={port}, **{settings!r})"
    log = directory / f"server-{port}.log"  # several may serve one release
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=file)
    server = Server(port, process, log)
    try:
        for _ in range(2400):
            with contextlib.suppress(OSError):
                server.get("/healthz")
                break
            if process.poll() is not None:
                raise RuntimeError(log.read_text())
            time.sleep(0.05)
        yield server
    finally:
        process.terminate()  # SIGTERM: a shell may have made SIGINT ignored
        process.wait(timeout=20)


def iris_of(trig: str = TRIG) -> list[str]:
    """Every entity IRI of the fixture, fragments cut off."""
    return sorted({iri.partition("#")[0] for iri in re.findall(rf"<({re.escape(BASE)}id/[^>]+)>", trig)})
