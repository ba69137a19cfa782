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
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.engine.process import NO_MEMORY, ForkServer, Process, QueryFailed
from server.engine.worker import Job
from server.settings import Settings

__all__ = ["Answer", "BrokenAnswerError", "Engine", "Flight", "Gone", "QueryFailed"]

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
        self.closed = False
        self._lock = threading.Lock()
        self._idle: deque[Process] = deque()
        self._wanted: deque[Callable[[Process], None]] = deque()  # who waits for one, the first first
        self._all: set[Process] = set()
        self._first = [self._start() for _ in range(settings.workers)]

    def open(self) -> None:
        """Return once all processes are ready."""
        for process in self._first:
            process.wait_ready()
            self._idle.append(process)
        self._first.clear()

    @property
    def waiting(self) -> int:
        """How many wait for a process."""
        return len(self._wanted)

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
        while self._idle:
            self._idle.popleft().connection.close()

    def memory(self) -> list[int]:
        """Resident bytes of each process, the largest first."""
        with self._lock:
            processes = list(self._all)
        return sorted((process.memory() for process in processes), reverse=True)

    def take_and_ask(self, job: Job, gone: Gone) -> Process:
        """A process that has the query; one that ended while it was idle is replaced, and another asked."""
        while True:
            process = self.take(gone)
            process.waits = True
            try:
                process.ask(job)
            except OSError:
                self.forget(process)
                self.refill()
            else:
                return process

    def take(self, gone: Gone) -> Process:
        """An idle process, waited for in the queue; QueryFailed `busy` when the queue is full or too slow."""
        found: queue.SimpleQueue[Process] = queue.SimpleQueue()
        self.want(found.put)
        end = time.monotonic() + self.settings.queue_seconds
        while True:
            try:
                return found.get(timeout=_POLL)
            except queue.Empty:
                failed = self.why_not(gone, end)
                if failed is not None and self.give_up(found.put):
                    raise failed from None

    def want(self, give: Callable[[Process], None]) -> None:
        """Call `give` with an idle process, now or, from any thread, later; QueryFailed `busy` where too many wait."""
        with self._lock:
            process = self._idle.popleft() if self._idle else None
            if process is None:
                if len(self._wanted) >= self.settings.queue:
                    raise QueryFailed("busy", "too many queries are waiting; try again soon")
                self._wanted.append(give)
        if process is not None:
            give(process)

    def give_up(self, give: Callable[[Process], None]) -> bool:
        """Wait no longer; False where a process has been given meanwhile."""
        with self._lock:
            try:
                self._wanted.remove(give)
            except ValueError:
                return False
            return True

    def why_not(self, gone: Gone, end: float) -> QueryFailed | None:
        """Why a query that waits is to wait no longer."""
        if self.closed:
            return QueryFailed("stopped", "the server is stopping")
        if gone():
            return QueryFailed("gone", "the client closed the connection")
        if time.monotonic() > end:
            return QueryFailed("busy", "all query processes are busy; try again soon")
        return None

    def put(self, process: Process) -> None:
        """Take back a process that is ready for the next query."""
        if self.closed:
            process.kill()
            return
        with self._lock:
            give = self._wanted.popleft() if self._wanted else self._idle.append
        give(process)

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
        lane = self.lane(shape)
        while True:
            run = _Run(lane.take_and_ask(job, gone), lane, time.monotonic(), began + deadline, gone, shape)
            try:
                return self._answer(self.stream(run))
            except ConnectionResetError:  # the system's word for: it ended with the query unread
                continue

    def lane(self, shape: str | None) -> Lane:
        """Where a query of a shape runs."""
        quick = shape is None or self._durations.quick(shape)
        return self.lanes["quick" if quick else "open"]

    def _answer(self, stream: Iterator[bytes]) -> Answer:
        """What `stream` gives, with as much of it at the head as is buffered."""
        head = bytearray()
        for piece in stream:
            head += piece
            if len(head) >= self.settings.buffer:
                return Answer(bytes(head), _or_broken(stream), whole=False)
        return Answer(bytes(head), iter(()), whole=True)

    def stream(self, run: _Run) -> Iterator[bytes]:
        """The pieces of the answer, empty ones while none comes; however it ends, the process is idle or replaced."""
        outcome = "gone"
        try:
            for frame in run.process.frames():
                self._look_after(run, idle=frame is None)
                kind, payload = frame or (b"d", b"")
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
        elif run.process.waits:
            self._replace(run)
        else:  # an event loop has no time to see it end
            threading.Thread(target=self._replace, args=(run,), daemon=True).start()

    def _replace(self, run: _Run) -> None:
        run.lane.forget(run.process)
        if run.long:
            self._long.release()
        else:
            run.lane.refill()


class Flight:
    """A query of an event loop on its way to a process, in it and back; the loop calls `step` and never waits.

    `asked` is called with the process just before it has the query, perhaps in another thread.
    """

    def __init__(
        self, engine: Engine, job: Job, deadline: float, gone: Gone, shape: str | None, asked: Callable[[Process], None]
    ) -> None:
        self._engine, self._job, self._gone, self._shape, self._asked = engine, job, gone, shape, asked
        self._lane = engine.lane(shape)
        self._began = time.monotonic()
        self._end, self._patience = self._began + deadline, self._began + engine.settings.queue_seconds
        self._head = bytearray()
        self._stream: Iterator[bytes] | None = None
        self._process: Process | None = None
        self._failed: QueryFailed | None = None
        self._giving = threading.RLock()  # held until a process that was given has the query

    def start(self) -> None:
        """Take an idle process or a place in the queue; QueryFailed `busy` where it is full."""
        self._stream = None
        self._lane.want(self._given)

    def _given(self, process: Process) -> None:
        process.waits = False
        run = _Run(process, self._lane, time.monotonic(), self._end, self._gone, self._shape)
        # Perhaps in another thread than `step`, which would take the end of an idle process for that of the query.
        with self._giving:
            self._process, self._stream = process, self._engine.stream(run)
            self._asked(process)
            try:
                process.ask(self._job)
            except OSError:
                self._stream = None
                threading.Thread(target=self._given_dead, args=(process,), daemon=True).start()

    def _given_dead(self, process: Process) -> None:
        """One that ended while it was idle is replaced; there is time to wait for another."""
        self._lane.forget(process)
        self._lane.refill()
        try:
            self._lane.want(self._given)
        except QueryFailed as failed:
            self._failed = failed

    def _wait(self) -> None:
        """QueryFailed where it is to wait no longer."""
        if self._failed is not None:
            raise self._failed
        failed = self._lane.why_not(self._gone, self._patience)
        if failed is not None and self._lane.give_up(self._given):
            raise failed

    @property
    def runs(self) -> bool:
        """Whether a process has the query."""
        return self._stream is not None

    def step(self) -> Answer | None:
        """The answer, whole or its first part, once it is there; QueryFailed where there will be none."""
        with self._giving:
            stream = self._stream
        if stream is None:
            self._wait()
            return None
        try:
            for piece in stream:
                if not piece:
                    return None
                self._head += piece
                if len(self._head) >= self._engine.settings.buffer:
                    assert self._process is not None  # noqa: S101 - it sent this
                    self._process.waits = True
                    return Answer(bytes(self._head), _or_broken(stream), whole=False)
        except ConnectionResetError:  # it ended with the query unread
            self.start()
            return None
        return Answer(bytes(self._head), iter(()), whole=True)


def _or_broken(stream: Iterator[bytes]) -> Iterator[bytes]:
    """The rest of an answer whose status is sent: where it breaks, bytes that no parser takes and no proper end."""
    try:
        yield from stream
    except QueryFailed as failed:
        yield _BROKEN.format(failed.kind).encode()
        raise BrokenAnswerError(failed.detail) from failed
