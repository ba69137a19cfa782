"""Worker processes that raise, die or hang cost their own task."""

from __future__ import annotations

import os
import signal
import time

import pytest

from kg_builder.workers import Lost, run_apart


def act(task: str) -> str:
    if task == "raise":
        raise ValueError("no such table")
    if task == "exit":
        os._exit(3)
    if task == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if task == "hang":
        time.sleep(600)
    return task.upper()


def run(tasks: list[str], jobs: int = 2, seconds: float = 60.0) -> dict[str, str | Lost]:
    return dict(run_apart(act, tasks, jobs, seconds))


def test_every_task_gives_its_result() -> None:
    tasks = [f"task {i}" for i in range(20)]
    assert run(tasks, 3) == {task: task.upper() for task in tasks}


@pytest.mark.parametrize(
    ("culprit", "words", "retry"),
    [
        ("raise", "ValueError: no such table", False),
        ("exit", "exit code 3", True),
        ("kill", "SIGKILL", True),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_task_costs_only_itself(culprit: str, words: str, retry: bool, jobs: int) -> None:
    found = run(["a", culprit, "b", "c"], jobs)
    lost = found.pop(culprit)
    assert found == {"a": "A", "b": "B", "c": "C"}
    assert isinstance(lost, Lost)
    assert words in lost.reason
    assert lost.retry is retry


def test_a_hanging_task_is_stopped() -> None:
    # Long enough for a worker to start on a busy machine: the limit counts from the moment the task is given out.
    found = run(["hang", "a"], 2, 8.0)
    assert found == {"hang": Lost("stopped after 8 seconds", retry=True), "a": "A"}


def test_an_abandoned_run_leaves_no_process() -> None:
    results = run_apart(act, ["a", "hang"], 2, 60.0)
    assert next(results) == ("a", "A")
    results.close()  # type: ignore[attr-defined]  # run_apart is a generator; closing it is what a caller's exception does
    import multiprocessing

    assert multiprocessing.active_children() == []
