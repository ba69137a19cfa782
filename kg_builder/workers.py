"""Tasks run in worker processes that may die or hang: each failure costs its own task and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

# A fresh interpreter for each worker: threads and open stores of the parent are not copied into it.
_PROCESSES = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Lost:
    """A task without a result, with the reason in one line.

    `how` is `raised` (the task failed and would again), `system` (the disk is full, a file cannot be written),
    `stopped` (it took too long) or `died` (its process ended).
    """

    reason: str
    how: Literal["raised", "system", "stopped", "died"] = "raised"


@dataclass(slots=True)
class _Worker(Generic[Task]):
    process: BaseProcess
    pipe: Connection
    task: Task | None = None
    deadline: float = field(default=float("inf"))


def run_apart(
    function: Callable[[Task], Result], tasks: Iterable[Task], jobs: int, seconds: float
) -> Iterator[tuple[Task, Result | Lost]]:
    """Call a module's function on each task in `jobs` processes; yields as tasks end, in no fixed order.

    A task that raises, kills its process or runs longer than `seconds` gives `Lost`; the others go on in a new process.
    Tasks are taken from their iterable only when a worker is free. Workers end when the iterator is closed.
    """
    waiting = iter(tasks)
    workers: list[_Worker[Task]] = []
    try:
        while True:
            _hire(workers, function, waiting, jobs, seconds)
            busy = [worker for worker in workers if worker.task is not None]
            if not busy:
                return
            for worker in _ended(busy):
                task, result = worker.task, _result(worker, seconds)
                worker.task = None
                if not worker.process.is_alive():
                    workers.remove(worker)
                if task is not None:
                    yield task, result
    finally:
        for worker in workers:
            _dismiss(worker)


def _hire(
    workers: list[_Worker[Task]], function: Callable[[Task], object], waiting: Iterator[Task], jobs: int, seconds: float
) -> None:
    """Give every free worker a task, starting workers while there are tasks left and fewer than `jobs` of them."""
    while True:
        worker = next((worker for worker in workers if worker.task is None), None)
        if worker is None and len(workers) >= jobs:
            return
        for task in waiting:
            worker = worker or _start(workers, function)
            worker.task, worker.deadline = task, time.monotonic() + seconds
            # A worker that died while idle shows itself as a closed pipe, and as a lost task when results are gathered.
            try:
                worker.pipe.send(task)
            except OSError:
                worker.process.join()
            break
        else:
            return


def _start(workers: list[_Worker[Task]], function: Callable[[Task], object]) -> _Worker[Task]:
    ours, theirs = _PROCESSES.Pipe()
    process = _PROCESSES.Process(target=_serve, args=(theirs, function), daemon=True)
    process.start()
    theirs.close()
    workers.append(_Worker(process, ours))
    return workers[-1]


def _serve(pipe: Connection, function: Callable[[Task], object]) -> None:
    """A worker's life: tasks in, results out, until the parent closes the pipe; an interrupt is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        try:
            result: object = function(task)
        except OSError as error:
            result = Lost(f"{error.strerror or error}: {error.filename}", "system")
        except Exception as error:  # noqa: BLE001 - whatever a task raises is its result: the reason goes to the parent
            result = Lost(_in_one_line(error))
        pipe.send(result)


def _in_one_line(error: Exception) -> str:
    """`ValueError: no such table (tables.py, line 12)`."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    words = " ".join(f"{type(error).__name__}: {error}".split())
    return f"{words} ({Path(place.filename).name}, line {place.lineno})"


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
