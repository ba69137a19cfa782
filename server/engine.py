"""The guarded query engine: every query of a stranger runs in a worker process that is killed when it must stop.

A worker is killed at the query's deadline, at its memory limit, and when the client has gone; another takes its place
while the other workers go on. One `Engine` belongs to one release.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from server.settings import Settings
from server.worker import Job

Gone = Callable[[], bool]

_POLL = 0.05  # how often a running query is looked after
_START_SECONDS = 60.0
# What ends a broken answer: an open quote, a tag and text, which no parser of the eight formats accepts.
_BROKEN = '\n"<!INCOMPLETE RESULT {}'


@dataclass
class QueryFailed(Exception):  # noqa: N818 - reads as what happened; handlers turn it into a problem
    """A query without a whole answer.

    `kind` is `busy`, `deadline`, `memory`, `cap`, `gone`, `syntax`, `evaluation` or `stopped`.
    """

    kind: str
    detail: str
    line: int | None = None
    column: int | None = None


class BrokenAnswerError(OSError):
    """Raised into the HTTP server when an answer breaks off: it closes the connection without ending the body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer; `whole` when they are all in `head`, else `rest` goes on and may break off."""

    head: bytes
    rest: Iterator[bytes]
    whole: bool


class Worker:
    """One worker process with the connection to it."""

    def __init__(self, store: Path, memory: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            package = str(Path(__file__).resolve().parent.parent)
            path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
            command = [sys.executable, "-m", "server.worker", str(theirs.fileno()), str(store), str(memory)]
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                command,
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # an allocation refused prints a Rust stack trace for each
                env=os.environ | {"PYTHONPATH": path, "RUST_BACKTRACE": "0"},
            )
        self.connection = Connection(ours.detach())

    def wait_ready(self) -> None:
        """Return once the store is open; QueryFailed where the process ended instead."""
        try:
            ready = self.connection.poll(_START_SECONDS) and self.connection.recv_bytes() == b"r"
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.kill()
            raise QueryFailed("stopped", "a query process could not open the store")

    def kill(self) -> None:
        """End the process now and free what it holds."""
        self.process.kill()
        self.process.wait()
        self.connection.close()

    def memory(self) -> int:
        """Resident bytes of the process, 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return int(pages) * os.sysconf("SC_PAGESIZE")


class Engine:
    """A pool of workers over the store of one release, with a short queue in front."""

    def __init__(self, store: Path, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._waiting = 0
        self._lock = threading.Lock()
        self._closed = False
        self._all: set[Worker] = set()
        workers = [self._start() for _ in range(settings.workers)]
        for worker in workers:
            worker.wait_ready()
            self._idle.put(worker)

    def _start(self) -> Worker:
        worker = Worker(self.store, self.settings.memory)
        with self._lock:
            self._all.add(worker)
        return worker

    def close(self) -> None:
        """End all workers; queries under way fail as `stopped`."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            worker.process.kill()
            worker.process.wait()
        while not self._idle.empty():
            self._idle.get_nowait().connection.close()

    def run(self, job: Job, deadline: float, gone: Gone) -> Answer:
        """Run a query for at most `deadline` seconds; QueryFailed unless a first part or the whole answer is there."""
        worker = self._worker(gone)
        stream = self._stream(worker, job, time.monotonic() + deadline, gone)
        head = bytearray()
        for piece in stream:
            head += piece
            if len(head) >= self.settings.buffer:
                return Answer(bytes(head), _or_broken(stream), whole=False)
        return Answer(bytes(head), iter(()), whole=True)

    def _worker(self, gone: Gone) -> Worker:
        """An idle worker, waited for in the queue; QueryFailed `busy` when the queue is full or too slow."""
        with self._lock:
            if self._idle.empty() and self._waiting >= self.settings.queue:
                raise QueryFailed("busy", "too many queries are waiting; try again soon")
            self._waiting += 1
        end = time.monotonic() + self.settings.queue_seconds
        try:
            while not self._closed:
                try:
                    return self._idle.get(timeout=_POLL)
                except queue.Empty:
                    if gone():
                        raise QueryFailed("gone", "the client closed the connection") from None
                    if time.monotonic() > end:
                        raise QueryFailed("busy", "all query processes are busy; try again soon") from None
        finally:
            with self._lock:
                self._waiting -= 1
        raise QueryFailed("stopped", "the server is stopping")

    def _stream(self, worker: Worker, job: Job, end: float, gone: Gone) -> Iterator[bytes]:
        """The pieces of the answer; whichever way this ends, the worker is idle again or replaced."""
        finished = False
        try:
            worker.connection.send_bytes(json.dumps(job).encode())
            while True:
                self._await_frame(worker, end, gone)
                frame = worker.connection.recv_bytes()
                if frame[:1] == b"d":
                    yield frame[1:]
                elif frame[:1] == b"e":
                    finished = True
                    return
                elif frame[:1] == b"x":
                    finished = True
                    raise QueryFailed(**json.loads(frame[1:]))
        except (EOFError, OSError) as error:
            raise self._death(worker) from error
        finally:
            self._idle.put(worker) if finished and not self._closed else self._replace(worker)

    def _await_frame(self, worker: Worker, end: float, gone: Gone) -> None:
        while not worker.connection.poll(max(0.0, min(_POLL, end - time.monotonic()))):
            if time.monotonic() >= end:
                raise QueryFailed("deadline", "the query ran into its deadline")
            if worker.memory() > self.settings.memory:
                raise QueryFailed("memory", "the query needs more memory than this service gives to one")
            if gone():
                raise QueryFailed("gone", "the client closed the connection")

    def _death(self, worker: Worker) -> QueryFailed:
        """Why a worker died by itself: Rust aborts when an allocation is refused."""
        worker.process.wait()
        if self._closed:
            return QueryFailed("stopped", "the server is stopping")
        if worker.process.returncode in (-signal.SIGABRT, -signal.SIGKILL):
            return QueryFailed("memory", "the query needs more memory than this service gives to one")
        return QueryFailed("evaluation", "the query made its process fail")

    def _replace(self, worker: Worker) -> None:
        worker.kill()
        with self._lock:
            self._all.discard(worker)
            if self._closed:
                return
        threading.Thread(target=self._add, daemon=True).start()

    def _add(self) -> None:
        """Put a new worker into the pool, trying again while the machine has no room for one."""
        while not self._closed:
            worker = None
            try:
                worker = self._start()
                worker.wait_ready()
            except (QueryFailed, OSError):
                if worker is not None:
                    with self._lock:
                        self._all.discard(worker)
                time.sleep(0.5)
                continue
            self._idle.put(worker)
            if self._closed:
                worker.process.kill()
            return


def _or_broken(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The rest of an answer whose status is sent: where it breaks, bytes that no parser takes and no proper end."""
    try:
        yield from stream
    except QueryFailed as failed:
        yield _BROKEN.format(failed.kind).encode()
        raise BrokenAnswerError(failed.detail) from failed
