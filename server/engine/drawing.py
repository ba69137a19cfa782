"""Pages of files as pictures, drawn in a process of its own that is killed where it takes too long or dies."""

from __future__ import annotations

import json
import threading
import time

from server.engine.draw import Leaf
from server.engine.process import Process, QueryFailed
from server.settings import Settings


class Drawing:
    """Draws one page at a time; the process is started when the first is asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = threading.Lock()
        self._process: Process | None = None

    def picture(self, leaf: Leaf) -> bytes:
        """The page in WebP; QueryFailed where it cannot be drawn in the time of a page."""
        if not self._turn.acquire(timeout=self._settings.queue_seconds):
            raise QueryFailed("busy", "too many pages are being drawn; try again soon")
        try:
            return self._drawn(leaf)
        finally:
            self._turn.release()

    def _drawn(self, leaf: Leaf) -> bytes:
        """The answer of the process that stands ready or, where that one fails, of a fresh one.

        A process that was ended while it was idle may still take a task that it never reads; what a page does to a
        fresh process decides.
        """
        end = time.monotonic() + self._settings.page_seconds
        for _ in range(1 if self._process is None else 2):
            try:
                return self._answer(self._asked(leaf), end)
            except OSError:
                self._end()
        raise QueryFailed("evaluation", "the page made the process fail that draws it")

    def _answer(self, process: Process, end: float) -> bytes:
        pieces = list[bytes]()
        for frame in process.frames():
            if frame is None:
                if time.monotonic() > end:
                    self._end()
                    raise QueryFailed("deadline", "the page takes too long to draw")
            elif frame[0] == b"d":
                pieces.append(frame[1])
            elif frame[0] == b"x":
                raise QueryFailed("evaluation", str(json.loads(frame[1])["detail"]))
            else:
                break
        return b"".join(pieces)

    def _asked(self, leaf: Leaf) -> Process:
        """A process that has the task; one that ended while it was idle is replaced."""
        if self._process is not None:
            try:
                self._process.ask(dict(leaf))
            except OSError:
                self._end()
            else:
                return self._process
        self._process = Process.running("server.engine.draw", "", str(self._settings.memory))
        self._process.wait_ready()
        self._process.ask(dict(leaf))
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process = None
