"""Worker processes that raise, die or hang cost their own task."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import time
from multiprocessing import forkserver
from pathlib import Path

import pytest

from kg_builder.build.workers import Lost, run_apart

SAMPLES = Path(__file__).parents[1] / "data/samples"


def act(task: str) -> str:
    if task == "raise":
        raise ValueError("no such table")
    if task == "system":
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x.nt")
    if task == "exit":
        os._exit(3)
    if task == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if task.startswith("stay "):
        Path(task.removeprefix("stay ")).write_text(str(os.getpid()), encoding="utf-8")
        time.sleep(600)
    if task == "fill":
        bytearray(1 << 30)
    if task == "odd":
        raise Exception("张三 13800001111")
    if task == "hang":
        time.sleep(600)
    return task.upper()


def run(tasks: list[str], jobs: int = 2, seconds: float = 60.0) -> dict[str, str | Lost]:
    return dict(run_apart(act, tasks, jobs, seconds))


def test_every_task_gives_its_result() -> None:
    tasks = [f"task {i}" for i in range(20)]
    assert run(tasks, 3) == {task: task.upper() for task in tasks}


@pytest.mark.parametrize(
    ("culprit", "words", "how"),
    [
        ("raise", "a failure of the program (test_workers.py, line", "raised"),
        ("system", "No space left on device: x.nt", "system"),
        ("exit", "exit code 3", "died"),
        ("kill", "SIGKILL", "died"),
    ],
)
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failing_task_costs_only_itself(culprit: str, words: str, how: str, jobs: int) -> None:
    found = run(["a", culprit, "b", "c"], jobs)
    lost = found.pop(culprit)
    assert found == {"a": "A", "b": "B", "c": "C"}
    assert isinstance(lost, Lost)
    assert words in lost.reason
    assert lost.how == how
    assert "\n" not in lost.reason


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts what a process maps")
def test_a_task_that_takes_too_much_memory_is_told() -> None:
    found = dict(run_apart(act, ["a", "fill", "b"], 1, 60.0, 512))
    assert found == {"a": "A", "fill": Lost("one that needs more than 512 MB of memory", "stopped"), "b": "B"}


def test_what_an_error_says_is_not_told() -> None:
    found = run(["odd"], 1)["odd"]
    assert isinstance(found, Lost)
    assert found.reason.startswith("a failure of the program (test_workers.py, line")


def test_workers_start_anew_where_what_they_are_copies_of_is_killed() -> None:
    results = run_apart(act, [f"task {i}" for i in range(6)], 1, 60.0)
    found = [next(results)]
    server = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined] # no other way tells it
    os.kill(server, signal.SIGKILL)
    found += results
    lost = [result for _, result in found if isinstance(result, Lost)]
    assert len(found) == 6
    assert all(result.how == "died" for result in lost)
    assert len(lost) <= 1
    assert run(["a"], 1) == {"a": "A"}


def test_an_interrupt_is_no_affair_of_the_processes_behind(tmp_path: Path) -> None:
    """The first seconds too, in which a terminal's signal finds the process that workers are copies of loading."""
    for seconds in (0.2, 0.35, 0.5, 0.8):
        command = [sys.executable, "-m", "kg_builder", "build", str(SAMPLES), "--out", str(tmp_path / "out")]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
        time.sleep(seconds)
        os.killpg(process.pid, signal.SIGINT)
        said = process.communicate(timeout=60)[1]
        assert process.returncode != 0
        if "kg_builder" in said or "mingzhang" in said:  # else Python itself was not there yet
            assert "Traceback" not in said
            assert "mingzhang: interrupted" in said


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    """A limit on the size of files stands for it."""
    command = [sys.executable, "-m", "kg_builder", "build", str(SAMPLES), "--out", str(tmp_path / "out")]
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}, capture_output=True, text=True,
        check=False, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)),
    )  # fmt: skip
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("mingzhang: ")]
    assert "File too large" in line
    assert str(tmp_path / "out") in line
    assert "Traceback" not in done.stderr


def test_a_hanging_task_is_stopped() -> None:
    # Long enough for a worker to start on a busy machine: the limit counts from the moment the task is given out.
    found = run(["hang", "a"], 2, 8.0)
    assert found == {"hang": Lost("stopped after 8 seconds", "stopped"), "a": "A"}


def test_an_abandoned_run_leaves_no_process() -> None:
    results = run_apart(act, ["a", "hang"], 2, 60.0)
    assert next(results) == ("a", "A")
    results.close()  # type: ignore[attr-defined]  # run_apart is a generator; closing it is what a caller's exception does
    assert multiprocessing.active_children() == []


ORPHANS = """
import os, sys
from pathlib import Path
from tests.test_workers import act
from kg_builder.build.workers import run_apart

if __name__ == "__main__":
    for task, result in run_apart(act, ["a", f"stay {sys.argv[1]}"], 1, 600.0):
        print(result)
"""


def test_workers_end_with_a_killed_parent(tmp_path: Path) -> None:
    script, told = tmp_path / "orphans.py", tmp_path / "pid"
    script.write_text(ORPHANS, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    parent = subprocess.Popen([sys.executable, str(script), str(told)], env=environment, stdout=subprocess.DEVNULL)
    while not told.exists() or not told.read_text(encoding="utf-8"):
        assert parent.poll() is None
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    worker = int(told.read_text(encoding="utf-8"))
    for _ in range(1200):
        if not alive(worker):
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its parent")


def alive(process: int) -> bool:
    """Whether the process runs; one that has ended and waits to be collected does not."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat")
        return not state.exists() or state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
