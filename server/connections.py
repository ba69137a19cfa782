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
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

from server.front import HEADERS, log_request, method_of
from server.problems import Problem

if TYPE_CHECKING:
    from server.metrics import Metrics

# GET /sparql?query=… → the method and the path without its query
_FIRST_LINE = re.compile(rb"\s*([A-Za-z]{1,20}) +([^\s?#]*)")
_TOO_LONG = 431
_FILES = 1 << 16  # descriptors that this process asks for: one for each connection, and some


class _OneWrite(WSGITask):
    """Sends the head of an answer and a body that is whole in one piece; waitress by itself sends them in two."""

    def write(self, data: bytes) -> None:
        if self.wrote_header or not self.complete or not self.has_body or self.content_length != len(data):
            super().write(data)
            return
        head: bytes = self.build_response_header()
        self.wrote_header = True
        self.content_bytes_written = len(data)
        self.channel.write_soon(head + data)


class _Refusal(ErrorTask):
    """A request that waitress does not take, as a problem."""

    def execute(self) -> None:
        request: Any = self.request  # waitress's stubs take it for the error itself
        error = request.error
        response = Problem(error.code, f"http-{error.code}", error.body).response()
        response.headers.extend(HEADERS)
        body = response.get_data()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = list(response.headers.items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
        method, path = _asked(request)
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
    task_class = _OneWrite
    error_task_class = _Refusal

    def __init__(self, server: Any, *arguments: Any, **named: Any) -> None:
        super().__init__(server, *arguments, **named)
        channels = server.active_channels
        if len(channels) > self.most:
            quiet = [one for one in channels.values() if one is not self and not (one.requests or one.will_close)]
            if quiet:
                min(quiet, key=lambda one: one.last_activity).will_close = True


def make_room(connections: int) -> int:
    """Raise the limit of open files for so many connections; how many there may be under the system's own limit."""
    with contextlib.suppress(ValueError, OSError):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return min(connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)
