"""One query process seen from the server: started, asked, watched and killed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from server.engine.forks import NUMBER
from server.engine.worker import HEAD, LENGTH

_START_SECONDS = 60.0
_POLL = 0.05  # how often a running query is looked after
_CHUNK = 1 << 17
# How a process ends that somebody else ends: an operator, or the system when the whole machine has no memory left.
_FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}


@dataclass
class QueryFailed(Exception):  # noqa: N818 - reads as what happened; handlers turn it into a problem
    """A query without a whole answer.

    `kind` is `busy`, `deadline`, `memory`, `cap`, `gone`, `syntax`, `evaluation`, `engine`, `publishing` or `stopped`.
    """

    kind: str
    detail: str
    line: int | None = None
    column: int | None = None
    rows: int | None = None  # how many an answer may have, where another engine's limit is below ours


NO_MEMORY = "the query needs more memory than this service gives to one"


class Child(Protocol):
    """A process that was started, as `subprocess.Popen` has it."""

    pid: int
    returncode: int | None

    def kill(self) -> None:
        """End it now."""

    def wait(self) -> int:
        """Its exit code, once it has ended."""


def _started(module: str, theirs: socket.socket, *arguments: str) -> subprocess.Popen[bytes]:
    """A module of ours in a process that has one end of a connection."""
    package = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, (package, os.environ.get("PYTHONPATH"))))
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-m", module, str(theirs.fileno()), *arguments],
        pass_fds=(theirs.fileno(),),
        stdin=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # an allocation refused prints a Rust stack trace for each
        env=os.environ | {"PYTHONPATH": path, "RUST_BACKTRACE": "0"},
    )


class ForkServer:
    """What makes query processes (see `server.engine.forks`); one that has ended is started anew."""

    def __init__(self, store: Path, memory: int, dump: Path | None = None) -> None:
        self._arguments = (str(store), str(memory), str(dump or ""))
        self._turn = threading.Lock()
        self._closed = False
        self._start()

    def _start(self) -> None:
        self._connection, theirs = socket.socketpair()
        with theirs:
            self._process = _started("server.engine.forks", theirs, *self._arguments)
        self._generation = self._process.pid

    def fork(self, theirs: socket.socket) -> Child:
        """A new process that has one end of a connection; OSError where there is no room for one."""
        with self._turn:
            try:
                number = self._answer(0, theirs.fileno())
            except OSError:
                if self._closed:
                    raise
                self._stop()
                self._start()
                number = self._answer(0, theirs.fileno())
            if number == 0:
                raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
            return _Fork(self, number, self._generation)

    def exit_code(self, number: int, generation: int) -> int:
        """How a process ended; with the fork server that made it, all that it had made are killed."""
        with self._turn:
            try:
                return self._answer(number) if generation == self._generation else -signal.SIGKILL
            except OSError:
                return -signal.SIGKILL

    def _answer(self, number: int, *descriptors: int) -> int:
        socket.send_fds(self._connection, [NUMBER.pack(number)], descriptors)
        data = self._connection.recv(NUMBER.size)
        if not data:
            raise OSError(errno.EPIPE, "the fork server ended")
        return int(NUMBER.unpack(data)[0])

    def _stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._connection.close()

    def close(self) -> None:
        """End it; the processes that it made must have ended."""
        with self._turn:
            self._closed = True
            self._stop()


@dataclass
class _Fork:
    """A process that a fork server has made."""

    server: ForkServer
    pid: int
    generation: int
    returncode: int | None = None

    def kill(self) -> None:
        """End it now."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        if self.returncode is None:
            self.returncode = self.server.exit_code(self.pid, self.generation)
        return self.returncode


class Process:
    """A process that runs queries, or one of another module that speaks as it does, and the connection to it."""

    def __init__(self, start: Callable[[socket.socket], Child], nice: int = 0) -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            self.process = start(theirs)
        with contextlib.suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, nice)  # from its first step on
        self.shared = 0  # bytes of its memory that it had from the beginning
        self.watched = False  # an event loop listens to it
        self.waits = True  # a reader waits a moment for what comes; an event loop does not
        self._received = bytearray()

    @classmethod
    def running(cls, module: str, *arguments: str) -> Process:
        """A process of its own that runs a module."""
        return cls(lambda theirs: _started(module, theirs, *arguments))

    def wait_ready(self) -> None:
        """Return once the store is open; QueryFailed where the process ended instead."""
        self.connection.settimeout(_START_SECONDS)
        try:
            ready = self._frame() == (b"r", b"")
        except OSError:
            ready = False
        if not ready:
            self.kill()
            raise QueryFailed("stopped", "a query process could not open the store")
        self.shared = self.memory()
        # The kernel's own time limit: with Python's, each call would be two.
        self.connection.settimeout(None)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("@ll", 0, int(_POLL * 1e6)))

    def ask(self, job: Mapping[str, object]) -> None:
        """Send a query or another task; `frames` has the answer."""
        data = json.dumps(job).encode()
        self.connection.sendall(LENGTH.pack(len(data)) + data)

    def frames(self) -> Iterator[tuple[bytes, bytes] | None]:
        """The frames of an answer, and None for every moment in which none came; OSError when the process ended."""
        while True:
            try:
                yield self._frame()
            except BlockingIOError:
                yield None

    def _frame(self) -> tuple[bytes, bytes]:
        self._receive(HEAD.size)
        kind, length = HEAD.unpack_from(self._received)
        self._receive(HEAD.size + length)
        payload = bytes(self._received[HEAD.size : HEAD.size + length])
        del self._received[: HEAD.size + length]
        return kind, payload

    def _receive(self, size: int) -> None:
        """Hold at least `size` bytes; what came before a BlockingIOError is kept for the next call."""
        while len(self._received) < size:
            piece = self.connection.recv(_CHUNK, 0 if self.waits else socket.MSG_DONTWAIT)
            if not piece:
                raise OSError("the query process ended")
            self._received += piece

    def kill(self) -> None:
        """End the process now and free what it holds."""
        self.process.kill()
        self.process.wait()
        self.connection.close()

    def step_back(self) -> None:
        """Let all other processes go first, for good."""
        try:
            os.sched_setscheduler(self.process.pid, os.SCHED_IDLE, os.sched_param(0))
        except (AttributeError, OSError):  # not Linux, or ended already
            return

    def memory(self) -> int:
        """Resident bytes of the process beside those that it began with, 0 where the system does not tell."""
        try:
            pages = Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1]
        except (OSError, IndexError):
            return 0
        return max(0, int(pages) * os.sysconf("SC_PAGESIZE") - self.shared)

    def seconds(self) -> float:
        """Processor time that the process has used so far, 0 where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def death(self) -> QueryFailed:
        """Why the process ended by itself: Rust aborts when an allocation is refused."""
        self.process.wait()
        if self.process.returncode == -signal.SIGABRT:
            return QueryFailed("memory", NO_MEMORY)
        if self.process.returncode in _FROM_OUTSIDE:
            return QueryFailed("stopped", "the process of the query was ended from outside; try again")
        return QueryFailed("evaluation", "the query made its process fail")
