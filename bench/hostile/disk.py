"""A disk that takes no more, an interrupt, processes that are killed: what is served stays, and one line says why."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

from bench.hostile.cache import SAMPLES, contents
from bench.hostile.command import end_of, finish, is_calm, mingzhang, start
from bench.hostile.tally import Tally
from bench.measure import children

# Gets a build of DIR, disturbs it, and returns how it ended.
_Disturb = Callable[[Path, Random, float], subprocess.CompletedProcess[str]]


def run(times: int, chance: Random) -> Iterator[Tally]:
    """Each way to disturb a build, over a release that is served and must stay whole."""
    kinds: dict[str, _Disturb] = {
        "no file may grow further": _limited,
        "interrupted": _interrupted,
        "interrupted in the first second": lambda out, chance, _: _interrupted(out, chance, 1.0),
        "process that workers are copies of killed": _server_killed,
    }
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        before, after = folder / "before", folder / "after"
        mingzhang("build", SAMPLES[0], "--out", before)
        begun = time.perf_counter()
        mingzhang("build", *SAMPLES, "--out", after)
        longest = time.perf_counter() - begun
        good = (contents(before), contents(after))
        each = max(1, times // (len(kinds) + 1))
        for kind, disturb in kinds.items():
            tally = Tally(kind)
            for number in range(each):
                out = _copied(before, folder / "out")
                _judge(tally, disturb(out, chance, longest), out, good, f"case {number}")
            yield tally
        yield _small_disks(folder, before, good, each)


def _judge(
    tally: Tally, done: subprocess.CompletedProcess[str], out: Path, good: tuple[dict[str, Any], ...], case: str
) -> None:
    """Told: it ended with one line, what was served is whole, and an undisturbed build gives the right bytes."""
    if "Traceback" in done.stderr and "kg_builder" not in done.stderr and "mingzhang: " not in done.stderr:
        return  # Python itself had not begun to load the program
    served = contents(out)
    refused = "\nrefused: " in done.stdout
    stands = refused or (served in good and (done.returncode != 0 or served == good[1]))
    lines = [line for line in done.stderr.splitlines() if line.startswith("mingzhang: ")]
    # By an interrupt before the program has begun, the system ends it without a word.
    said = (is_calm(done) and len(lines) == (done.returncode != 0)) or (done.returncode, done.stderr) == (-2, "")
    again = mingzhang("build", *SAMPLES, "--out", out)
    well = stands and said and again.returncode == 0 and contents(out) == good[1]
    outcome = "silent" if not well else "right" if served == good[1] else "told"
    tally.add(outcome, f"{case}: {end_of(done)}; then {end_of(again)}")  # type: ignore[arg-type] # one of the three


def _copied(source: Path, out: Path) -> Path:
    if out.exists():
        shutil.rmtree(out)
    subprocess.run(["cp", "-a", source, out], check=True)
    return out


def _limited(out: Path, chance: Random, _: float) -> subprocess.CompletedProcess[str]:
    return finish(start("build", *SAMPLES, "--out", out, limit=int(10 ** chance.uniform(2.0, 6.5))))


def _interrupted(out: Path, chance: Random, longest: float) -> subprocess.CompletedProcess[str]:
    """As a terminal does: the signal goes to all processes of the group."""
    process = start("build", *SAMPLES, "--out", out)
    time.sleep(chance.uniform(0.0, longest))
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)
    done = finish(process)
    # Told in order, Python ends by the signal itself where it came in the midst of certain work.
    code = 1 if done.returncode == -signal.SIGINT and done.stderr else done.returncode
    return subprocess.CompletedProcess(done.args, code, done.stdout, done.stderr)


def _server_killed(out: Path, chance: Random, longest: float) -> subprocess.CompletedProcess[str]:
    process = start("build", *SAMPLES, "--out", out)
    for _ in range(chance.choice((1, 1, 3))):
        time.sleep(chance.uniform(0.2, longest / 2))
        for child in children(process.pid):
            with suppress(OSError):
                if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes():
                    os.kill(child, signal.SIGKILL)
    return finish(process)


def _small_disks(folder: Path, before: Path, good: tuple[dict[str, Any], ...], times: int) -> Tally:
    """Disks of several sizes, where this machine lets us have them; none is tried elsewhere."""
    tally = Tally("full disk")
    disk = folder / "disk"
    disk.mkdir()
    held = sum(path.stat().st_size for path in before.rglob("*") if path.is_file() and not path.is_symlink())
    for number in range(times):
        size = held + (number + 1) * 2 * held // times
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            break
        try:
            done = mingzhang("build", *SAMPLES, "--out", _copied(before, disk / "out"))
            subprocess.run(["mount", "-o", f"remount,size={8 * held}", str(disk)], check=True, capture_output=True)
            _judge(tally, done, disk / "out", good, f"{size} bytes")
        finally:
            subprocess.run(["umount", str(disk)], check=True, capture_output=True)
    return tally
