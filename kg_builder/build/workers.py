"""Tasks run in worker processes that may die or hang: each failure costs its own task and nothing else."""

from __future__ import annotations

import ctypes
import errno
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, Literal, Self, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

# Workers are copies of a process that has done nothing but import what they need, which takes longer than to read a
# small report; threads and open stores of the parent are not copied into them.
_PROCESSES = multiprocessing.get_context("forkserver")
_PACKAGE = Path(__file__).parent.parent  # kg_builder
_PRELOADED = ["kg_builder.build.warm"]
# Times that a worker is tried to be started, and seconds between them: the process that it is a copy of may just have
# been killed, and the system tells of its end a moment later.
_STARTS, _PAUSE = 5, 0.2
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux: the signal that a process gets when its parent ends


@dataclass(frozen=True, slots=True)
class Lost:
    """A task without a result, with the reason in one line.

    `how` is `raised` (the task failed and would again), `system` (the disk is full, a file cannot be written),
    `stopped` (it took too long or too much memory) or `died` (its process ended).
    """

    reason: str
    how: Literal["raised", "system", "stopped", "died"] = "raised"


@dataclass(slots=True)
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    deadline: float = field(default=float("inf"))


def prepare() -> None:
    """Let the process that workers are copies of begin to import, while this one goes on."""
    _PROCESSES.set_forkserver_preload(_PRELOADED)
    with _uninterrupted():
        forkserver.ensure_running()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """An interrupt from the keyboard comes after what is done here; processes started here never get one."""
    resource_tracker.ensure_running()  # where it starts another process it lets interrupts through afterwards
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Workers:
    """Processes that do one task each at a time; they are kept from one `run` to the next.

    `memory` is how many megabytes each of them may take.
    """

    def __init__(self, jobs: int, memory: int | None = None) -> None:
        self._jobs, self._memory = jobs, memory
        self._all: list[_Worker[Any]] = []

    def __enter__(self) -> Self:
        prepare()
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def run(
        self, function: Callable[[Task], Result], tasks: Iterable[Task], seconds: float
    ) -> Iterator[tuple[Task, Result | Lost]]:
        """Call a module's function on each task; yields as tasks end, in no fixed order.

        A task that raises, kills its process, runs longer than `seconds` or needs more memory than it may take gives
        `Lost`; the others go on in a new process. Tasks are taken from their iterable only when a worker is free. When
        the iterator is closed before its end, the workers end too. OSError where no worker can be started.
        """
        waiting, done = iter(tasks), False
        try:
            while True:
                self._hire(function, waiting, seconds)
                busy = [worker for worker in self._all if worker.task is not None]
                if not busy:
                    done = True
                    return
                for worker in _ended(busy):
                    task, result = worker.task, _result(worker, seconds)
                    worker.task = None
                    if not worker.process.is_alive():
                        self._all.remove(worker)
                    if task is not None:
                        yield task, result
        finally:
            if not done:
                self._dismiss()

    def _hire(self, function: Callable[[Task], object], waiting: Iterator[Task], seconds: float) -> None:
        """Give every free worker a task, starting workers while there are tasks left and fewer than `jobs` of them."""
        while True:
            worker = next((worker for worker in self._all if worker.task is None), None)
            if worker is None and len(self._all) >= self._jobs:
                return
            for task in waiting:
                if worker is None:
                    worker = _start(self._memory)
                    self._all.append(worker)
                worker.task, worker.deadline = task, time.monotonic() + seconds
                # A worker that died while idle shows itself as a closed pipe, and as a lost task when results are
                # gathered.
                try:
                    worker.pipe.send((function, task))
                except OSError:
                    worker.process.join()
                break
            else:
                return

    def _dismiss(self) -> None:
        for worker in self._all:
            _dismiss(worker)
        self._all.clear()


def run_apart(
    function: Callable[[Task], Result], tasks: Iterable[Task], jobs: int, seconds: float, memory: int | None = None
) -> Iterator[tuple[Task, Result | Lost]]:
    """`Workers.run` in processes that end with it."""
    with Workers(jobs, memory) as workers:
        yield from workers.run(function, tasks, seconds)


def run_once(function: Callable[[Task], Result], task: Task, seconds: float) -> Result | Lost:
    """What a process of its own makes of one task; where the process dies, what a second one does.

    It may have been killed for another's sake.
    """
    for _ in range(2):
        ((_, result),) = run_apart(function, [task], 1, seconds)
        if not (isinstance(result, Lost) and result.how == "died"):
            break
    return result


def _start(memory: int | None) -> _Worker[Any]:
    for _ in range(_STARTS):
        ours, theirs = _PROCESSES.Pipe()
        process = _PROCESSES.Process(target=_serve, args=(theirs, memory), daemon=True)
        try:
            with _uninterrupted():
                process.start()
        except (OSError, EOFError):
            ours.close()
            time.sleep(_PAUSE)
            continue
        finally:
            theirs.close()
        return _Worker(process, ours)
    raise OSError(errno.ECHILD, "no worker process can be started")


def _serve(pipe: Connection, memory: int | None) -> None:
    """A worker's life: tasks in, results out, until the parent closes the pipe; an interrupt is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if memory is not None:
        resource.setrlimit(resource.RLIMIT_DATA, (memory << 20, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    if sys.platform == "linux":  # with the process that it is a copy of, for nobody learns of its end then
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            function, task = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send(lost_to(function, task))
        except BrokenPipeError:  # nobody waits for it any more
            return


def lost_to(function: Callable[[Task], Result], task: Task) -> Result | Lost:
    """The task's result; whatever it raises is one too: the reason goes to the parent."""
    try:
        return function(task)
    except MemoryError:
        limit = resource.getrlimit(resource.RLIMIT_DATA)[0]
        return Lost(f"one that needs more than {limit >> 20} MB of memory", "stopped")
    except Exception as error:  # noqa: BLE001 - as said
        if isinstance(error, OSError) and error.errno is not None:
            return Lost(system_words(error), "system")
        return Lost(place_of(error))


def system_words(error: OSError) -> str:
    """`No space left on device: out/cache/x.json`."""
    reason = error.strerror or "a failure of the system"
    return f"{reason}: {error.filename}" if error.filename else reason


def place_of(error: Exception) -> str:
    """`a failure of the program (tables.py, line 12)`: what the error itself says may quote the report."""
    places = traceback.extract_tb(error.__traceback__)
    ours = (place for place in reversed(places[1:]) if Path(place.filename).is_relative_to(_PACKAGE))
    place = next(ours, places[-1])
    return f"a failure of the program ({Path(place.filename).name}, line {place.lineno})"


def _end_with_parent() -> None:
    """Leave at once when the parent is gone, in the midst of a task too: another build may be writing there by now."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _ended(busy: list[_Worker[Task]]) -> list[_Worker[Task]]:
    """The workers that answered, died or passed their deadline, once there is one."""
    patience = max(0.0, min(worker.deadline for worker in busy) - time.monotonic())
    ready = set(wait([worker.pipe for worker in busy] + [worker.process.sentinel for worker in busy], patience))
    now = time.monotonic()
    return [w for w in busy if w.pipe in ready or w.process.sentinel in ready or now >= w.deadline]


def _result(worker: _Worker[Task], seconds: float) -> Any:
    """What the worker sent; `Lost` where it sent nothing, and the worker has then ended."""
    try:
        if worker.pipe.poll():
            return worker.pipe.recv()
        late = time.monotonic() >= worker.deadline
    except (EOFError, ConnectionError):
        late = False
    if not late:  # it is ending: its pipe closes a moment before its exit code is known
        worker.process.join(5)
    code = worker.process.exitcode
    _kill(worker)
    if late or code is None:
        return Lost(f"stopped after {seconds:g} seconds", "stopped")
    return Lost(f"the process reading it ended with {_exit_words(code)}", "died")


def _exit_words(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _kill(worker: _Worker[Task]) -> None:
    worker.process.kill()
    worker.process.join()
    worker.pipe.close()


def _dismiss(worker: _Worker[Task]) -> None:
    """An idle worker leaves when its pipe closes; one that is still busy is stopped."""
    if worker.task is not None:
        _kill(worker)
        return
    worker.pipe.close()
    worker.process.join(5)
    if worker.process.is_alive():
        worker.process.kill()
        worker.process.join()
