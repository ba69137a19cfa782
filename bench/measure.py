"""Commands → what they cost: seconds on the clock, seconds of all processors, peak memory of a process."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: processes whose parent has ended become ours, and their cost too


def measured(command: Sequence[str], folder: Path, marks: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Run a command; `wall`, `cpu` (with all processes that it started) and `peak` bytes of its largest process.

    `marks` maps the beginning of a line that it prints to the name of the stage that ends there. RuntimeError where it
    fails.
    """
    others = set(children(os.getpid()))
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    before, start = _cpu(), time.perf_counter()
    environment = os.environ | {"PYTHONPATH": str(folder)}
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    peak = _Peak(process.pid)
    peak.start()
    stages, said = dict[str, float](), list[str]()
    for line in process.stderr or ():
        said.append(line)
        for beginning, stage in (marks or {}).items():
            if line.startswith(beginning):
                stages[stage] = round(time.perf_counter() - start, 3)
    process.communicate()  # it has said all; this closes what it said it through
    code = process.returncode
    wall = time.perf_counter() - start
    peak.done.set()
    peak.join()
    _reap(others)
    if code:
        raise RuntimeError(f"{' '.join(command)} ended with {code}: {''.join(said[-3:])}")
    found = {"wall": round(wall, 3), "cpu": round(_cpu() - before, 3), "peak": peak.bytes, "load": os.getloadavg()[0]}
    return found | ({"stages": stages} if marks else {})


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _reap(others: set[int]) -> None:
    """Wait for what the command left behind: processes that end by themselves when their parent has."""
    end = time.monotonic() + 10
    while (left := set(children(os.getpid())) - others) and time.monotonic() < end:
        for process in left:
            os.waitpid(process, os.WNOHANG)
        time.sleep(0.02)


class _Peak(threading.Thread):
    """Looks at a process and its descendants now and then."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self.process, self.bytes, self.done = process, 0, threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self.done.wait(0.2):
            for process in (self.process, *descendants(self.process)):
                self.bytes = max(self.bytes, memory(process))


def children(process: int) -> list[int]:
    """Process numbers of the children."""
    try:
        tasks = [task / "children" for task in Path(f"/proc/{process}/task").iterdir()]
        return [int(child) for task in tasks for child in task.read_text(encoding="ascii").split()]
    except OSError:
        return []


def descendants(process: int) -> list[int]:
    """Process numbers of the children, their children and so on."""
    found, waiting = [], [process]
    while waiting:
        new = children(waiting.pop())
        found += new
        waiting += new
    return found


def memory(process: int) -> int:
    """Resident bytes that belong to the process alone (pages of files that are mapped are not counted)."""
    try:
        values = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
    except OSError:
        return 0
    return (int(values[1]) - int(values[2])) * resource.getpagesize()


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)
