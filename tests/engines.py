"""Other SPARQL servers, started for a test: Oxigraph's and Virtuoso's."""

from __future__ import annotations

import contextlib
import http.client
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

VIRTUOSO = """[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = {rows}
"""
VIRTUOSO_ROWS = 5000


@dataclass(frozen=True)
class Other:
    """Addresses of a server: of its queries, of its Graph Store, and who may write."""

    query: str
    store: str
    user: str = ""
    password: str = ""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def oxigraph_binary() -> str | None:
    return shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")


@contextlib.contextmanager
def running(command: list[str], port: int, path: str) -> Iterator[None]:
    """The server of a command, once it answers at a path."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended with {process.returncode}")
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", path)
                connection.getresponse().read()
                connection.close()
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def oxigraph() -> Iterator[Other]:
    binary, port = oxigraph_binary(), free_port()
    if binary is None:
        pytest.skip("the oxigraph server is not installed (pip install oxigraph)")
    with running([binary, "serve", "--bind", f"127.0.0.1:{port}"], port, "/"):
        yield Other(f"http://127.0.0.1:{port}/query", f"http://127.0.0.1:{port}/store")


@contextlib.contextmanager
def virtuoso(folder: Path) -> Iterator[Other]:
    binary, port = shutil.which("virtuoso-t"), free_port()
    if binary is None:
        pytest.skip("virtuoso-t is not installed (apt-get install virtuoso-opensource)")
    (folder / "v.ini").write_text(VIRTUOSO.format(folder=folder, sql=free_port(), port=port, rows=VIRTUOSO_ROWS))
    with running([binary, "+foreground", "+configfile", str(folder / "v.ini")], port, "/sparql"):
        base = f"http://127.0.0.1:{port}/sparql"
        yield Other(base, base + "-graph-crud-auth", "dba", "dba")
