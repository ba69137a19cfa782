"""The process that runs queries on the store of one release: one at a time, and made to be killed.

Run as `python -m server.worker FD STORE MEMORY`. Over the connection on descriptor FD it takes one JSON object for
each query and sends frames, the first byte of which tells their kind: `s` start (JSON: form), `d` a piece of the
answer, `e` end (JSON: rows), `x` failure (JSON: kind, detail, line, column), `r` ready.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from typing import TypedDict, TypeVar

import pyoxigraph as ox

from server import results, sandbox
from server.negotiate import GRAPH_FORMATS, PREFIXES

_FRAME = 1 << 16
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
T = TypeVar("T")


class Job(TypedDict):
    """A query with its dataset (None: all graphs, as union), format and row cap."""

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    union: bool
    format: str
    row_cap: int


class OverCapError(Exception):
    """The answer has more rows than the cap."""


class _Frames(io.RawIOBase):
    """What is written here goes out as `d` frames."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer, as RawIOBase.write takes it
        self.connection.send_bytes(b"d" + piece)
        return len(piece)


class _Counted:
    """Iterates over items and counts them; OverCapError at the first one beyond the cap."""

    def __init__(self, cap: int) -> None:
        self.cap, self.count = cap, 0

    def of(self, items: Iterable[T]) -> Iterator[T]:
        for item in items:
            if self.count == self.cap:
                raise OverCapError
            self.count += 1
            yield item


def _run(store: ox.Store, job: Job, connection: Connection) -> None:
    named = job["named_graphs"]
    answer = store.query(
        job["query"],
        use_default_graph_as_union=job["union"],
        default_graph=None if job["default_graphs"] is None else [ox.NamedNode(g) for g in job["default_graphs"]],
        named_graphs=None if named is None else [ox.NamedNode(g) for g in named],
    )
    connection.send_bytes(b"s{}")
    counted = _Counted(job["row_cap"])
    with io.BufferedWriter(_Frames(connection), _FRAME) as output:
        if isinstance(answer, ox.QueryTriples):
            form = GRAPH_FORMATS[job["format"]].rdf
            ox.serialize(counted.of(answer), output, form, prefixes=PREFIXES if form != ox.RdfFormat.JSON_LD else None)
        elif isinstance(answer, ox.QueryBoolean):
            output.write(results.boolean(bool(answer), job["format"]).encode())
        else:
            variables = [v.value for v in answer.variables]
            for piece in results.ROWS[job["format"]](variables, counted.of(answer)):
                output.write(piece.encode())
    connection.send_bytes(b"e" + json.dumps({"rows": counted.count}).encode())


def _failure(error: Exception) -> dict[str, object]:
    if isinstance(error, OverCapError):
        return {"kind": "cap", "detail": "the result has more rows than this service gives in one answer"}
    if isinstance(error, SyntaxError):
        match = _POSITION.match(str(error))
        if match is None:
            return {"kind": "syntax", "detail": str(error)}
        line, column, detail = match.groups()
        # The expectations of Oxigraph's parser list whole character classes: of no use to a reader.
        detail = re.sub(r"\s+", " ", re.sub(r"\[[^\]]*'\.\.=.*?\](?=,|$)", "a name", detail, flags=re.DOTALL))
        return {"kind": "syntax", "detail": detail[:300], "line": int(line), "column": int(column)}
    return {"kind": "evaluation", "detail": str(error)[:300]}


def _end_with_parent(parent: int) -> None:
    """Leave when the server is gone, even in the midst of a query (which never gives up the main thread)."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def main(descriptor: int, store_path: str, memory: int) -> None:
    """Answer queries until the connection closes."""
    threading.Thread(target=_end_with_parent, args=(os.getppid(),), daemon=True).start()
    confined = sandbox.forbid_network()  # before the store starts threads of its own: they inherit it
    store = ox.Store.read_only(store_path)
    if not confined:
        sandbox.forbid_new_files()
    sandbox.limit_memory(memory)
    connection = Connection(descriptor)
    connection.send_bytes(b"r")
    while True:
        try:
            job: Job = json.loads(connection.recv_bytes())
        except EOFError:
            return
        try:
            _run(store, job, connection)
        except (OverCapError, SyntaxError, ValueError, OSError, RuntimeError) as error:
            connection.send_bytes(b"x" + json.dumps(_failure(error)).encode())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
