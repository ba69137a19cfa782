"""Connections as waitress keeps them, with what a public service needs beside: room for the next client, and problems.

What waitress refuses by itself (a head too long, a body too large, what is no HTTP) is told as every other refusal, and
logged and counted as every other request.
Where there are as many connections as may be, the one that has been quiet longest gives way to a new one, so that
nobody shuts out all others by opening connections and saying nothing.
"""

from __future__ import annotations

import contextlib
import re
import resource
import time
from typing import TYPE_CHECKING, Any, cast

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import RequestHeaderFieldsTooLarge

from server.front.middleware import HEADERS, UNDER_WAY, log_request, method_of
from server.problems import Problem

if TYPE_CHECKING:
    from server.front.metrics import Metrics

# GET /sparql?query=… → the method and the path without its query
_FIRST_LINE = re.compile(rb"\s*([A-Za-z]{1,20}) +([^\s?#]*)")
_TOO_LONG = 431
_FIELDS = 16 * 1024  # bytes of all header fields together; the first line, which may hold a query, counts by itself
_FILES = 1 << 16  # descriptors that this process asks for: one for each connection, and some


class _Request(HTTPRequestParser):
    """A request whose fields are few enough to be read at once; refused, it still has a method and a path."""

    command: Any = ""  # waitress's stubs say bytes
    path = ""

    def parse_header(self, header_plus: bytes) -> None:
        first, line_end, fields = header_plus.partition(b"\r\n")
        long = len(fields) > _FIELDS
        try:
            super().parse_header(first + line_end if long else header_plus)
        except ValueError as error:  # a number or an address that Python cannot take
            raise ParsingError("the head of the request cannot be read") from error
        if long:
            self.error = RequestHeaderFieldsTooLarge(f"header fields may have {_FIELDS} bytes")


class _Bodiless(Task):
    """Sends no body in answer to HEAD, and no end of one either."""

    request: Any  # waitress's stubs take it for the error of one

    def write(self, data: bytes) -> None:
        super().write(b"" if self.request.command == "HEAD" else data)

    def finish(self) -> None:
        if self.request.command == "HEAD":
            self.write(b"")
            self.chunked_response = False  # said in the head as it would be for GET
        super().finish()


class _OneWrite(_Bodiless, WSGITask):
    """Sends the head of an answer and a body that is whole in one piece; waitress by itself sends them in two."""

    def get_environment(self) -> Any:
        environ, channel = super().get_environment(), cast("Channel", self.channel)
        if channel.under_way is not None:
            environ[UNDER_WAY], channel.under_way = channel.under_way, None
        return environ

    def write(self, data: bytes) -> None:
        if self.wrote_header or not self.complete or not self.has_body or self.content_length != len(data):
            super().write(data)
            return
        head: bytes = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data)


class _Refusal(_Bodiless, ErrorTask):
    """A request that waitress does not take, as a problem."""

    def execute(self) -> None:
        request = self.request
        error = request.error
        method, path = _asked(request)
        request.command = method  # of a head that is too long waitress reads a line of its own
        response = Problem(error.code, f"http-{error.code}", error.body).response()
        response.headers.extend(HEADERS)
        body = response.get_data()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = list(response.headers.items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
        seconds = time.time() - self.start_time
        if Channel.metrics is not None:
            Channel.metrics.count("refused", method_of(method), str(error.code), seconds)
        log_request(method, path, str(error.code), str(len(body)), seconds)


def _asked(request: Any) -> tuple[str, bytes]:
    """Method and path of a request that was not read to its end, as far as they are known."""
    # Of a head that is too long waitress keeps what came first, and reads a line of its own in its place.
    told = b"" if request.error.code == _TOO_LONG else getattr(request, "first_line", b"")
    found = _FIRST_LINE.match(request.header_plus or told)
    return (found[1].decode(), found[2]) if found else ("", b"-")


class Channel(HTTPChannel):
    """One connection; `most` is how many there may be."""

    most = 1000
    metrics: Metrics | None = None
    parser_class = _Request
    task_class = _OneWrite
    error_task_class = _Refusal
    under_way: Any = None  # the answer to its first request, which an event loop has begun to get

    def __init__(self, server: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(server, *arguments, **named)
        if len(server.active_channels) > self.most:
            self.end_quietest(server, self)

    @staticmethod
    def end_quietest(server: Any, new: Channel | None = None) -> None:
        """Close the connection that has been quiet longest, if one is quiet that is not the new one."""
        channels = list(server.active_channels.values())
        quiet = [one for one in channels if one is not new and not (one.requests or one.will_close)]
        if quiet:
            min(quiet, key=lambda one: one.last_activity).will_close = True


def make_room(connections: int) -> int:
    """Raise the limit of open files for so many connections; how many there may be under the system's own limit."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return min(connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
