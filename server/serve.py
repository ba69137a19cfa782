"""`run`: the application on waitress, which tells when a client has gone and closes a broken answer without an end."""

from __future__ import annotations

import contextlib
import gc
import logging
import select
import signal
import sys
import threading
import time
from collections import deque
from pathlib import Path
from typing import Any, TextIO

from waitress.server import BaseWSGIServer, create_server

from server.app import create_app
from server.front.connections import Channel, make_room
from server.front.eventloop import watch
from server.release import Releases

_SPOOL = 1 << 30  # an answer is spooled to disk up to here, so a slow reader does not hold a query process


_LOG_SECONDS = 0.2  # between two writings of the log
_LOG_LINES = 10_000  # that wait for the next one; with more, requests wait


class LogLines(logging.Handler):
    """The access log: lines are written together a few times a second, so that no answer waits for the disk."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream, self._lines = stream, deque[str]()
        self._writing = threading.Lock()
        threading.Thread(target=self._write_on, daemon=True).start()

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line."""
        self._lines.append(record.getMessage())
        if len(self._lines) > _LOG_LINES:
            self.flush()

    def flush(self) -> None:
        """Write what waits; also called by logging when the process ends."""
        with self._writing:
            lines = [self._lines.popleft() + "\n" for _ in range(len(self._lines))]
            with contextlib.suppress(OSError, ValueError):  # nobody reads the log any more: no reason to answer nobody
                self._stream.write("".join(lines))
                self._stream.flush()

    def _write_on(self) -> None:
        while True:
            time.sleep(_LOG_SECONDS)
            self.flush()


def run(release_dir: str | Path, host: str = "127.0.0.1", port: int = 8000, **settings: float | str) -> None:
    """Serve DIR/current until interrupted; `settings` are the fields of `server.settings.Settings`.

    ReleaseMissingError where DIR holds no release; OSError where the address is taken.
    """
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(message)s")
    logging.getLogger("waitress").setLevel(logging.ERROR)
    access = logging.getLogger("mingzhang.access")
    access.addHandler(LogLines(sys.stderr))
    access.propagate = False
    app = create_app(release_dir, **settings)
    limits = app.config["SETTINGS"]
    Channel.most = make_room(limits.connections)
    Channel.metrics = app.config["METRICS"]
    BaseWSGIServer.channel_class = Channel
    releases: Releases = app.config["RELEASES"]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as by Ctrl-C, so that the workers end too
    try:
        server = create_server(
            app,
            host=host,
            port=port,
            ident=None,
            # Pages and kept answers are served while all places of queries and both their queues are full.
            threads=2 * (limits.workers + limits.queue) + limits.long_queries + limits.pages + 8,
            connection_limit=2 * Channel.most,  # never reached: see Channel
            channel_timeout=60,
            channel_request_lookahead=1,  # reads on while a query runs, which is how a closed connection is noticed
            max_request_body_size=limits.request_bytes,
            max_request_header_size=limits.query_bytes,
            outbuf_high_watermark=_SPOOL,
            log_socket_errors=False,
            **_proxy(limits.proxy),
            clear_untrusted_proxy_headers=True,
            asyncore_use_poll=True,
        )
        gc.collect()
        gc.freeze()  # what stands now stays: looking for cycles in it would take time of requests
        if hasattr(select, "epoll") and not limits.engine:
            watch(server)
        server.run()
    finally:
        releases.close()


def _proxy(address: str) -> dict[str, Any]:
    """What waitress believes of the proxy in front; of others it believes nothing."""
    if not address:
        return {}
    return {"trusted_proxy": address, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto x-forwarded-host"}


def main(arguments: list[str]) -> None:
    """`python -m server.serve DIR [PORT]`, for the tests and for trying things out."""
    run(arguments[0], port=int(arguments[1]) if len(arguments) > 1 else 8000)


if __name__ == "__main__":
    main(sys.argv[1:])
