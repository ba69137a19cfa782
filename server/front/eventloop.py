"""Queries in one event loop: new connections come here, and those that ask anything else go on to waitress.

A plain query (a whole request, as most clients send it, of a few kilobytes) is read, handed to a query process and
answered without a thread of its own, by the same application as everything else. What is not plain goes on to waitress
with all that was read, as if nothing had happened: other addresses, browsers, parts of a request, HTTP/1.0, HEAD, and
answers that are too large to be sent in one piece.
Sources: RFC 9112 (HTTP/1.1), PEP 3333 (the environment of a request), epoll(7).
"""

from __future__ import annotations

import io
import logging
import re
import select
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from wsgiref.types import WSGIEnvironment

from waitress.server import BaseWSGIServer
from waitress.utilities import build_http_date

from server.engine.local import Answer, Flight
from server.engine.process import Process, QueryFailed
from server.front.connections import Channel
from server.front.middleware import LATER

if TYPE_CHECKING:
    from server.sparql import Waiting

_LONGEST = 8192  # bytes of a plain request
_TICK = 0.05  # seconds between two looks at the queries under way
_SWEEP = 5.0  # seconds between two looks at the connections that say nothing
_QUIET = 60.0  # seconds after which these are closed
_AT_ONCE = 64  # connections taken, then others have their turn
# Accept: text/csv — a field of the head, as all clients write it
_FIELD = re.compile(rb"([A-Za-z0-9-]+):[ \t]*([!-~\x80-\xff](?:[ -~\x80-\xff]*[!-~\x80-\xff])?)?[ \t]*")
PATH = "/sparql"
_LENGTH = re.compile(r"[0-9]{1,5}")  # 512
# What changes how a request is read, or asks for what only waitress does.
_SPECIAL = {
    "HTTP_TRANSFER_ENCODING", "HTTP_EXPECT", "HTTP_UPGRADE", "HTTP_RANGE", "HTTP_TE", "HTTP_TRAILER",
    "HTTP_PROXY",
}  # fmt: skip
_HERE = select.EPOLLIN | select.EPOLLRDHUP | select.EPOLLET
_LEFT = select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR

Fields = dict[str, str]


@lru_cache(maxsize=512)
def read_fields(head: bytes) -> Fields | None:
    """The fields of a head as the environment has them; None for a head that is not plain."""
    found: Fields = {}
    for line in head.split(b"\r\n"):
        match = _FIELD.fullmatch(line)
        if match is None:
            return None
        name = match[1].decode().upper().replace("-", "_")
        name = name if name in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{name}"
        if name in found:
            return None
        found[name] = (match[2] or b"").decode("latin-1")
    plain = found.get("HTTP_CONNECTION", "keep-alive").lower() in {"keep-alive", "close"}
    if (
        not plain
        or "HTTP_HOST" not in found
        or _SPECIAL & found.keys()
        or "html" in found.get("HTTP_ACCEPT", "").lower()
    ):
        return None
    return found


@dataclass(frozen=True, slots=True)
class Request:
    """A plain request, and whether its body is still on its way."""

    method: str
    target: str
    query: str
    fields: Fields
    body: bytes
    partial: bool


def read_request(data: bytes) -> Request | None:
    """A plain request for a query; None where it is for waitress to read."""
    line_end, end = data.find(b"\r\n"), data.find(b"\r\n\r\n")
    if not 0 < line_end < end or len(data) > _LONGEST:
        return None
    first, fields = _read_line(data[:line_end]), read_fields(data[line_end + 2 : end])
    if first is None or fields is None:
        return None
    method, target, query = first
    length, body = fields.get("CONTENT_LENGTH", "0"), data[end + 4 :]
    if not _LENGTH.fullmatch(length) or len(body) > int(length) or (method == "GET" and length != "0"):
        return None
    return Request(method, target, query, fields, body, len(body) < int(length))


def _read_line(line: bytes) -> tuple[str, str, str] | None:
    """Method, target and query string of `GET /sparql?query=ASK%7B%7D HTTP/1.1`; None where it asks anything else."""
    parts = line.split(b" ")
    if len(parts) != 3 or parts[2] != b"HTTP/1.1":
        return None
    method, target = parts[0].decode("latin-1"), parts[1].decode("latin-1")
    path, _, query = target.partition("?")
    if path != PATH or "#" in target or not (target.isascii() and target.isprintable()):
        return None
    if method != "POST" and not (method == "GET" and (query.startswith("query=") or "&query=" in query)):
        return None
    return method, target, query


@dataclass(eq=False)
class Connection:
    """A client's connection while it is the loop's."""

    socket: socket.socket
    address: Any
    server: Any  # of waitress, which has the address that was asked
    last: float
    data: bytes = b""  # read so far of a request
    more: bool = False  # something came while a query was under way
    left: bool = False  # the client has closed it
    close: bool = False  # after this answer
    flight: Flight | None = None
    number: int = -1  # the descriptor of the process that has the query
    waiting: Waiting | None = None
    body: Iterable[bytes] = ()  # what the application said of a query that is under way
    channel: Channel | None = None  # of waitress, which has it now
    status: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def flies(self) -> bool:
        """Whether a process has its query."""
        return self.flight is not None and self.flight.runs

    def gone(self) -> bool:
        """Whether the client has left."""
        return self.left if self.channel is None else not self.channel.connected

    def start(self, status: str, headers: list[tuple[str, str]], _: Any = None) -> Any:
        """What WSGI calls `start_response`."""
        self.status, self.headers = status, headers
        return lambda data: None  # noqa: ARG005 - as WSGI has it; nothing here writes so


@lru_cache(maxsize=2)
def _date(second: int) -> str:
    return str(build_http_date(second))


class EventLoop(threading.Thread):
    """Takes the connections of waitress's servers and answers plain queries."""

    def __init__(self, servers: list[Any]) -> None:
        super().__init__(daemon=True, name="queries")
        self._servers = {server.socket.fileno(): server for server in servers}
        self._poll = select.epoll()
        self._connections: dict[int, Connection] = {}
        self._flying: dict[int, Connection] = {}  # by the descriptor of the process that has the query
        self._waiting: set[Connection] = set()  # all with a query under way
        self._looked = self._swept = time.monotonic()
        for number, server in self._servers.items():
            server.accepting = False  # it is this loop that does
            self._poll.register(number, select.EPOLLIN)

    def run(self) -> None:
        """Go on for ever."""
        while True:
            self._turn()

    def _turn(self) -> None:
        for number, event in self._poll.poll(_TICK if self._waiting else 1.0):
            if (connection := self._flying.get(number)) is not None and connection.flies():
                self._well(self._step, connection)
            elif (connection := self._connections.get(number)) is not None:
                self._well(self._heard, connection, event)
            elif number in self._servers:
                self._accept(self._servers[number])
        now = time.monotonic()
        if now - self._looked >= _TICK:
            self._looked = now
            for connection in list(self._waiting):
                self._well(self._step, connection)
        if now - self._swept >= _SWEEP:
            self._swept = now
            for connection in [c for c in self._connections.values() if not c.flight and now - c.last > _QUIET]:
                self._end(connection)

    def _well(self, act: Callable[..., None], connection: Connection, *arguments: int) -> None:
        """Do something for a connection; it ends where the program fails."""
        try:
            act(connection, *arguments)
        except Exception:  # of one connection, not of all others
            logging.getLogger("mingzhang").exception("fault while answering a query")
            self._land(connection)
            self._end(connection)

    # Connections

    def _accept(self, server: Any) -> None:
        for _ in range(_AT_ONCE):
            try:
                client, address = server.socket.accept()
                client.setblocking(False)
                server.set_socket_options(client)
                self._poll.register(client.fileno(), _HERE)
            except OSError:  # none is left, or the client has gone, or there are too many files
                return
            self._connections[client.fileno()] = Connection(client, address, server, time.monotonic())
            self._make_room(server)

    def _make_room(self, server: Any) -> None:
        """Where there are too many connections the quietest ends; it has its say first that waited longest."""
        if len(self._connections) + len(server.active_channels) <= Channel.most:
            return
        quiet = [one for one in list(self._connections.values())[:-1] if one.flight is None]
        if quiet:
            self._end(min(quiet, key=lambda one: one.last))
        else:
            Channel.end_quietest(server)

    def _end(self, connection: Connection) -> None:
        self._forget(connection)
        connection.socket.close()

    def _forget(self, connection: Connection) -> None:
        """Watch a connection no more."""
        if self._connections.pop(connection.socket.fileno(), None) is not None:
            self._poll.unregister(connection.socket.fileno())

    def _heard(self, connection: Connection, event: int) -> None:
        if connection.flight is not None:
            connection.more = True
            connection.left |= bool(event & _LEFT)
        else:
            self._read(connection)

    def _read(self, connection: Connection) -> None:
        try:
            data = connection.socket.recv(2 * _LONGEST)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end(connection)
            return
        connection.last = time.monotonic()
        connection.data += data
        request = read_request(connection.data)
        if request is None:
            self._hand_over(connection)
        elif not request.partial:
            self._ask(connection, request)

    def _hand_over(self, connection: Connection, under_way: Any = None) -> None:
        """Let waitress go on with a connection and what was read of it."""
        self._forget(connection)

        def take() -> None:
            channel = self._channel(connection)
            channel.under_way = under_way
            channel.received(connection.data)

        connection.server.trigger.pull_trigger(take)

    @staticmethod
    def _channel(connection: Connection) -> Channel:
        """A connection as waitress has it; made in its own thread."""
        server = connection.server
        channel = Channel(server, connection.socket, connection.address, server.adj, map=server._map)  # as it does
        connection.channel = channel
        return channel

    # Queries

    def _ask(self, connection: Connection, request: Request) -> None:
        environ = self._environment(connection, request)
        connection.close = request.fields.get("HTTP_CONNECTION", "").lower() == "close"
        body = connection.server.application(environ, connection.start)
        waiting = environ[LATER]
        if waiting is None:
            self._answer(connection, body, body)
            return
        connection.waiting, connection.body = waiting, body
        flight = Flight(
            waiting.release.engine, waiting.job, waiting.deadline, connection.gone, waiting.shape,
            lambda process: self._asked(connection, process),
        )  # fmt: skip
        connection.flight = flight
        self._waiting.add(connection)
        try:
            flight.start()
        except QueryFailed as failed:
            self._arrived(connection, failed)

    def _environment(self, connection: Connection, request: Request) -> WSGIEnvironment:
        server = connection.server
        return {
            "REMOTE_ADDR": connection.address[0],
            "REMOTE_HOST": connection.address[0],
            "REMOTE_PORT": str(connection.address[1]),
            "REQUEST_METHOD": request.method,
            "SERVER_PORT": str(server.effective_port),
            "SERVER_NAME": server.server_name,
            "SERVER_SOFTWARE": server.adj.ident,
            "SERVER_PROTOCOL": "HTTP/1.1",
            "SCRIPT_NAME": "",
            "PATH_INFO": PATH,
            "REQUEST_URI": request.target,
            "QUERY_STRING": request.query,
            "wsgi.url_scheme": server.adj.url_scheme,
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.input_terminated": True,
            LATER: None,
            **request.fields,
        }

    def _asked(self, connection: Connection, process: Process) -> None:
        """Listen for the answer; called by whichever thread has the process, before it has the query."""
        self._ignore(connection)  # a process that had ended: its number may be another's by now
        connection.number = process.connection.fileno()
        self._flying[connection.number] = connection
        if not process.watched:
            process.watched = True
            self._poll.register(connection.number, select.EPOLLIN | select.EPOLLET)

    def _step(self, connection: Connection) -> None:
        """Take what a process says, and look whether the query may go on."""
        if connection.flight is None:
            return
        try:
            found: Answer | QueryFailed | None = connection.flight.step()
        except QueryFailed as failed:
            found = failed
        if found is not None:
            self._arrived(connection, found)

    def _land(self, connection: Connection) -> None:
        """A query is under way no more."""
        self._ignore(connection)
        connection.flight, connection.number = None, -1
        self._waiting.discard(connection)

    def _ignore(self, connection: Connection) -> None:
        """Listen no more to the process that had the query."""
        if self._flying.get(connection.number) is connection:
            del self._flying[connection.number]

    def _arrived(self, connection: Connection, found: Answer | QueryFailed) -> None:
        """Send what has become of a query."""
        self._land(connection)
        waiting, body = connection.waiting, connection.body
        connection.waiting, connection.body = None, ()
        assert waiting is not None  # noqa: S101 - a query was under way
        if isinstance(found, QueryFailed):
            self._answer(connection, waiting.failed(found), body)
        elif found.whole:
            self._answer(connection, waiting.answered(found), body)
        else:
            self._hand_over(connection, (waiting, found))

    def _answer(self, connection: Connection, pieces: Iterable[bytes], body: Any) -> None:
        """Send an answer, and close its body, which writes the log."""
        try:
            self._send(connection, b"".join(pieces))
        finally:
            body.close()

    def _send(self, connection: Connection, content: bytes) -> None:
        names = {name.lower() for name, _ in connection.headers}
        lines = [f"HTTP/1.1 {connection.status}", *(f"{name}: {value}" for name, value in connection.headers)]
        if "content-length" not in names and not connection.status.startswith("304"):
            lines.append(f"Content-Length: {len(content)}")
        lines.append(f"Date: {_date(int(time.time()))}")
        if connection.close:
            lines.append("Connection: close")
        data = "\r\n".join([*lines, "", ""]).encode("latin-1") + content
        try:
            sent = connection.socket.send(data)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._end(connection)
            return
        connection.data, connection.last = b"", time.monotonic()
        if sent < len(data):
            self._leave(connection, data[sent:])
        elif connection.close or connection.left:
            self._end(connection)
        elif connection.more:
            connection.more = False
            self._read(connection)

    def _leave(self, connection: Connection, rest: bytes) -> None:
        """Let waitress send the rest to a client that is slow to take it."""
        self._forget(connection)

        def take() -> None:
            channel = self._channel(connection)
            channel.write_soon(rest)
            channel.close_when_flushed = connection.close

        connection.server.trigger.pull_trigger(take)


def watch(server: Any) -> None:
    """Start the loop for what `waitress.create_server` made."""
    servers = [server] if isinstance(server, BaseWSGIServer) else list(server.map.values())
    EventLoop([one for one in servers if isinstance(one, BaseWSGIServer)]).start()
