"""The process that runs queries on the store of one release: one at a time, and made to be killed.

Run as `python -m server.engine.worker FD STORE MEMORY`. Over the stream socket FD it takes one JSON object for each
query and sends frames: a byte for the kind, four bytes of length, the payload. Kinds: `d` a piece of the answer, `e`
its end (seconds of processor time), `x` failure (JSON: kind, detail, line, column), `r` ready. A request is four bytes
of length and the object.
"""

from __future__ import annotations

import io
import json
import os
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import IO, Any, NotRequired, TypedDict, TypeVar, cast

import pyoxigraph as ox

from server.engine import results, sandbox
from server.negotiate import GRAPH_FORMATS, PREFIXES

HEAD = struct.Struct("!cI")  # of a frame
LENGTH = struct.Struct("!I")  # of a request
_FRAME = 1 << 16
# error at 1:15: expected …
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
T = TypeVar("T")


class Job(TypedDict):
    """A query with its dataset (None: all graphs, as union), format, row cap, and the base of relative IRIs."""

    query: str
    default_graphs: list[str] | None
    named_graphs: list[str] | None
    union: bool
    format: str
    row_cap: int
    base: NotRequired[str]


class Frames(io.RawIOBase):
    """What is written here goes out as `d` frames from 64 KiB on; `close_with` sends the rest and the last frame."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.held = connection, bytearray()

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: object) -> int:
        """Hold the bytes, and send what is held once it fills a frame."""
        piece = memoryview(data)  # type: ignore[arg-type]  # a buffer, as RawIOBase.write takes it
        self.held += piece
        if len(self.held) >= _FRAME:
            self.connection.sendall(HEAD.pack(b"d", len(self.held)) + self.held)
            self.held.clear()
        return len(piece)

    def close_with(self, kind: bytes, payload: bytes = b"") -> None:
        """Send the rest, and a last frame of this kind."""
        first = HEAD.pack(b"d", len(self.held)) + self.held if self.held else b""
        self.connection.sendall(bytes(first) + HEAD.pack(kind, len(payload)) + payload)


def counted(items: Iterable[T], cap: int) -> Iterator[T]:
    """The items; OverCapError at the first one beyond the cap."""
    for number, item in enumerate(items):
        if number == cap:
            raise results.OverCapError
        yield item


def _run(store: ox.Store, job: Job, output: IO[bytes]) -> None:
    named = job["named_graphs"]
    answer = store.query(
        job["query"],
        base_iri=job.get("base"),
        use_default_graph_as_union=job["union"],
        default_graph=None if job["default_graphs"] is None else [ox.NamedNode(g) for g in job["default_graphs"]],
        named_graphs=None if named is None else [ox.NamedNode(g) for g in named],
    )
    cap, name = job["row_cap"], job["format"]
    if isinstance(answer, ox.QueryTriples):
        form = GRAPH_FORMATS[name].rdf
        triples = map(results.in_xml, answer) if name == "rdf" else answer
        ox.serialize(counted(triples, cap), output, form, prefixes=PREFIXES if form != ox.RdfFormat.JSON_LD else None)
    elif isinstance(answer, ox.QueryBoolean):
        output.write(results.boolean(bool(answer), name).encode())
    elif name in results.NATIVE:
        answer.serialize(results.counting(output, name, cap), results.NATIVE[name])
    else:
        variables = [v.value for v in answer.variables]
        for piece in results.ROWS[name](variables, counted(answer, cap)):
            output.write(piece.encode())


# "{" · ['0'..='9'] · [_] · BY · Prefix not found: what a parser would take, or what is wrong by its name
_EXPECTED = re.compile(r"""\"(?:[^"\\]|\\.)*\"|\[(?:'(?:\\u\{\w+\}|\\.|[^'\\])'|[^\]'])*\]|[^\s,"\[][^,"\[]*""")


_NEVER = {"[_]", "SERVICE", "LATERAL", "LOAD"}  # what this service does not take, or Oxigraph's own


def told(detail: str) -> str:
    """What Oxigraph's parser says is wrong, for a reader: the fault by its name, or what would stand there."""
    plain = " ".join(detail.split())
    start, _, listed = plain.partition("expected ")
    found = _EXPECTED.findall(listed.removeprefix("one of "))
    fault = next((one for one in found if " " in one and one[0] not in '"['), "")
    if start or fault:
        return fault or plain
    # Classes of characters are of no use to a reader, and [_] means that no character would do.
    taken = dict.fromkeys(
        one if one[0] != "[" else "a digit" if one == "['0'..='9']" else "a name" for one in found if one not in _NEVER
    )
    if not taken:
        return "this does not belong here, or something before it is missing"
    return f"expected {'one of ' * (len(taken) > 1)}{', '.join(taken)}"


def fault(error: SyntaxError) -> tuple[str, int, int] | tuple[str]:
    """What is wrong with a query, with its line and column where they are known."""
    match = _POSITION.match(str(error))
    if match is None:
        return (str(error),)
    return told(match[3])[:300], int(match[1]), int(match[2])


def _failure(error: Exception) -> dict[str, object]:
    if isinstance(error, results.OverCapError):
        return {"kind": "cap", "detail": "the result has more rows than this service gives in one answer"}
    if isinstance(error, SyntaxError):
        detail, *place = fault(error)
        return {"kind": "syntax", "detail": detail, **dict(zip(("line", "column"), place, strict=False))}
    return {"kind": "evaluation", "detail": str(error)[:300]}


def end_with_parent(parent: int) -> None:
    """Leave when the server is gone, even in the midst of a query (which never gives up the main thread)."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


def jobs(connection: socket.socket) -> Iterator[Any]:
    """What the server asks, until it closes the connection."""
    with connection.makefile("rb") as stream:
        while size := stream.read(LENGTH.size):
            yield json.loads(stream.read(LENGTH.unpack(size)[0]))


def main(descriptor: int, store_path: str, memory: int, held: ox.Store | None = None) -> None:
    """Answer queries from a store that is held in memory, or from the one on the disk, until the connection closes."""
    threading.Thread(target=end_with_parent, args=(os.getppid(),), daemon=True).start()
    connection = socket.socket(fileno=descriptor)
    confined = sandbox.forbid_network()  # before the store starts threads of its own: they inherit it
    store = ox.Store.read_only(store_path) if held is None else held
    if not confined:
        sandbox.forbid_new_files()
    sandbox.limit_memory(memory)
    connection.sendall(HEAD.pack(b"r", 0))
    for job in jobs(connection):
        output, began = Frames(connection), time.process_time()
        try:
            _run(store, job, cast("IO[bytes]", output))
        except (results.OverCapError, SyntaxError, ValueError, OSError, RuntimeError) as error:
            output.close_with(b"x", json.dumps(_failure(error)).encode())
        else:
            output.close_with(b"e", b"%f" % (time.process_time() - began))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
