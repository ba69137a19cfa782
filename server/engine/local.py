"""The guarded query engine: every query of a stranger runs in a process that is killed when it must stop.

A process is killed at the query's deadline, at its memory limit, and when the client has gone; another takes its place
while the others go on. One `Engine` belongs to one release.

Queries take one of two lanes with processes of their own. The quick lane is for the site's pages and for queries of a
shape that has lately been quick; all others take the open lane, at a lower priority of the system. A query that runs
longer than a slice becomes a long one: it steps behind all others and its place is filled again. Where all places of
long queries are taken and others wait, it ends. So whatever strangers ask, known and quick queries find room.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.engine.process import NO_MEMORY, ForkServer, Process, QueryFailed
from server.engine.worker import Job
from server.settings import Settings

__all__ = ["Answer", "BrokenAnswerError", "Engine", "Gone", "QueryFailed"]

Gone = Callable[[], bool]

_POLL = 0.05
_QUICK_SECONDS = 0.25  # of processor time; a shape that took no longer is quick
_SHAPES = 10_000
_PATIENCE = 4  # slices of time in which a query may have had less than one of a processor
_OPEN_NICE = 10
# What ends a broken answer: an open quote, a tag and text, which no parser of the eight formats accepts.
_BROKEN = '\n"<!INCOMPLETE RESULT {}'


class BrokenAnswerError(OSError):
    """Raised into the HTTP server when an answer breaks off: it closes the connection without ending the body."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer; `whole` when they are all in `head`, else `rest` goes on and may break off."""

    head: bytes
    rest: Iterator[bytes]
    whole: bool


class Durations:
    """How long queries of a shape took lately; the shapes that were seen longest ago are forgotten.

    Processor time where a query ended, so that a busy machine makes no query a slow one; else the time it has run.
    """

    def __init__(self, size: int) -> None:
        self._size, self._lock = size, threading.Lock()
        self._seconds: OrderedDict[str, float] = OrderedDict()

    def note(self, shape: str, seconds: float) -> None:
        """Remember a run; a slow one weighs more than the quick ones that follow it."""
        with self._lock:
            before = self._seconds.pop(shape, seconds)
            self._seconds[shape] = max(seconds, (3 * before + seconds) / 4)
            if len(self._seconds) > self._size:
                self._seconds.popitem(last=False)

    def quick(self, shape: str) -> bool:
        """Whether the shape is known as quick."""
        return self._seconds.get(shape, 60.0) <= _QUICK_SECONDS


class Lane:
    """A number of processes of one priority, with a short queue in front."""

    def __init__(self, forks: ForkServer, settings: Settings, nice: int) -> None:
        self.forks, self.settings, self.nice = forks, settings, nice
        self.waiting = 0
        self.closed = False
        self._lock = threading.Lock()
        self._idle: queue.SimpleQueue[Process] = queue.SimpleQueue()
        self._all: set[Process] = set()
        self._first = [self._start() for _ in range(settings.workers)]

    def open(self) -> None:
        """Return once all processes are ready."""
        for process in self._first:
            process.wait_ready()
            self._idle.put(process)
        self._first.clear()

    def _start(self) -> Process:
        process = Process(self.forks.fork, self.nice)
        with self._lock:
            self._all.add(process)
        return process

    def close(self) -> None:
        """End all processes; queries under way fail as `stopped`."""
        with self._lock:
            self.closed = True
            processes = list(self._all)
        for process in processes:
            process.process.kill()
            process.process.wait()
        while not self._idle.empty():
            self._idle.get_nowait().connection.close()

    def memory(self) -> list[int]:
        """Resident bytes of each process, the largest first."""
        with self._lock:
            processes = list(self._all)
        return sorted((process.memory() for process in processes), reverse=True)

    def take_and_ask(self, job: Job, gone: Gone) -> Process:
        """A process that has the query; one that ended while it was idle is replaced, and another asked."""
        while True:
            process = self.take(gone)
            try:
                process.ask(job)
            except OSError:
                self.forget(process)
                self.refill()
            else:
                return process

    def take(self, gone: Gone) -> Process:
        """An idle process, waited for in the queue; QueryFailed `busy` when the queue is full or too slow."""
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            pass
        with self._lock:
            if self.waiting >= self.settings.queue:
                raise QueryFailed("busy", "too many queries are waiting; try again soon")
            self.waiting += 1
        try:
            return self._wait(gone)
        finally:
            with self._lock:
                self.waiting -= 1

    def _wait(self, gone: Gone) -> Process:
        end = time.monotonic() + self.settings.queue_seconds
        while not self.closed:
            try:
                return self._idle.get(timeout=_POLL)
            except queue.Empty:
                if gone():
                    raise QueryFailed("gone", "the client closed the connection") from None
                if time.monotonic() > end:
                    raise QueryFailed("busy", "all query processes are busy; try again soon") from None
        raise QueryFailed("stopped", "the server is stopping")

    def put(self, process: Process) -> None:
        """Take back a process that is ready for the next query."""
        if self.closed:
            process.kill()
        else:
            self._idle.put(process)

    def forget(self, process: Process) -> None:
        """End a process."""
        process.kill()
        with self._lock:
            self._all.discard(process)

    def refill(self) -> None:
        """Start another process, in the background."""
        if not self.closed:
            threading.Thread(target=self._add, daemon=True).start()

    def _add(self) -> None:
        """Put a new process into the lane, trying again while the machine has no room for one."""
        while not self.closed:
            process = None
            try:
                process = self._start()
                process.wait_ready()
            except (QueryFailed, OSError):
                if process is not None:
                    with self._lock:
                        self._all.discard(process)
                time.sleep(0.5)
                continue
            self.put(process)
            return


@dataclass
class _Run:
    """A query under way."""

    process: Process
    lane: Lane
    began: float
    end: float
    gone: Gone
    shape: str | None
    used: float | None = None  # processor time of the process when the query was first looked after
    slow: bool = False  # ran for more than a slice
    long: bool = False  # and holds one of the places of long queries
    finished: bool = False  # the process waits for the next query


class Engine:
    """The two lanes over the store of one release."""

    def __init__(self, store: Path, settings: Settings, dump: Path | None = None) -> None:
        """`dump` is the whole store as N-Quads, where it is to be held in memory."""
        self.settings = settings
        self._forks = ForkServer(store, settings.memory, dump)
        self.lanes: dict[str, Lane] = {}
        try:
            for name, nice in (("quick", 0), ("open", _OPEN_NICE)):
                self.lanes[name] = Lane(self._forks, settings, nice)
            for lane in self.lanes.values():
                lane.open()
        except (QueryFailed, OSError):
            self.close()
            raise
        self._long = threading.BoundedSemaphore(settings.long_queries)
        self._durations = Durations(_SHAPES)
        self.ended: Counter[str] = Counter()  # kind of failure, or `answered` → queries

    def close(self) -> None:
        """End all processes."""
        for lane in self.lanes.values():
            lane.close()
        self._forks.close()

    def run(self, job: Job, deadline: float, gone: Gone, shape: str | None = None) -> Answer:
        """Run a query for at most `deadline` seconds; QueryFailed unless a first part or the whole answer is there.

        `shape` is what queries that differ in their constants have in common; None for a query of the site's own.
        """
        began = time.monotonic()
        quick = shape is None or self._durations.quick(shape)
        lane = self.lanes["quick" if quick else "open"]
        while True:
            run = _Run(lane.take_and_ask(job, gone), lane, time.monotonic(), began + deadline, gone, shape)
            try:
                return self._answer(self._stream(run))
            except ConnectionResetError:  # the system's word for: it ended with the query unread
                continue

    def _answer(self, stream: Iterator[bytes]) -> Answer:
        """What `_stream` gives, with as much of it at the head as is buffered."""
        head = bytearray()
        for piece in stream:
            head += piece
            if len(head) >= self.settings.buffer:
                return Answer(bytes(head), _or_broken(stream), whole=False)
        return Answer(bytes(head), iter(()), whole=True)

    def _stream(self, run: _Run) -> Iterator[bytes]:
        """The pieces of the answer; whichever way this ends, the process is idle again or replaced."""
        outcome = "gone"
        try:
            for frame in run.process.frames():
                self._look_after(run, idle=frame is None)
                kind, payload = frame or (b"", b"")
                if kind == b"d":
                    yield payload
                elif kind == b"e":
                    outcome, run.finished = "answered", True
                    self._note(run, float(payload))
                    return
                elif kind == b"x":
                    run.finished = True
                    raise QueryFailed(**json.loads(payload))
        except ConnectionResetError:
            outcome = "unread"
            raise
        except OSError as error:
            failed = QueryFailed("stopped", "the server is stopping") if run.lane.closed else run.process.death()
            outcome = failed.kind
            raise failed from error
        except QueryFailed as failed:
            outcome = failed.kind
            raise
        finally:
            self._end(run, outcome)

    def _look_after(self, run: _Run, idle: bool) -> None:
        """QueryFailed where the query must stop now; one that has run for a slice becomes a long one."""
        now = time.monotonic()
        if now >= run.end:
            raise QueryFailed("deadline", "the query ran into its deadline")
        if idle and run.process.memory() > self.settings.memory:
            raise QueryFailed("memory", NO_MEMORY)
        if idle and run.gone():
            raise QueryFailed("gone", "the client closed the connection")
        if run.long or not (idle and self._over_slice(run, now)):
            return
        if self._long.acquire(blocking=False):
            run.long = True
            run.process.step_back()
            run.lane.refill()
        elif run.lane.waiting:
            raise QueryFailed("busy", "the query takes long, and as many long ones as may run are running; try again")

    def _over_slice(self, run: _Run, now: float) -> bool:
        """Whether the query has had its slice of processor time, or waited for it four times as long."""
        if run.used is None:
            run.used = run.process.seconds()
        if run.slow or now - run.began <= self.settings.slice:
            return run.slow
        used = run.process.seconds() - (run.used or 0.0)
        if used > self.settings.slice or not run.used or now - run.began > _PATIENCE * self.settings.slice:
            run.slow = True
            self._note(run, max(used, self.settings.slice))
        return run.slow

    def _note(self, run: _Run, seconds: float) -> None:
        if run.shape is not None:
            self._durations.note(run.shape, seconds)

    def _end(self, run: _Run, outcome: str) -> None:
        self.ended[outcome] += 1
        if run.finished and not run.long:
            run.lane.put(run.process)
            return
        run.lane.forget(run.process)
        if run.long:
            self._long.release()
        else:
            run.lane.refill()


def _or_broken(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The rest of an answer whose status is sent: where it breaks, bytes that no parser takes and no proper end."""
    try:
        yield from stream
    except QueryFailed as failed:
        yield _BROKEN.format(failed.kind).encode()
        raise BrokenAnswerError(failed.detail) from failed
