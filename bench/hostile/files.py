"""Odd files beside a good report: what no program can read as a report, and names that are no text."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

from bench.hostile.command import ROOT, end_of, is_calm, mingzhang
from bench.hostile.tally import Tally

GOOD = ROOT / "data/samples/yangquan-museum-2023.pdf"

NAMES = ("报告", "a", "预算 公开", "x\ny", "-x", "e\u0301", "😀", "a" * 200, "'\"<&>")
SUFFIXES = (".pdf", ".txt", ".md", ".PDF")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    """Made under a short name, for the system takes no long one, and then called as it is to be."""
    with tempfile.TemporaryDirectory(prefix="s", dir="/tmp") as short, socket.socket(socket.AF_UNIX) as server:
        server.bind(f"{short}/s")
        shutil.move(f"{short}/s", path)


def _gone(path: Path) -> None:
    path.symlink_to(path.with_name("gone.pdf"))


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _loop_of_two(path: Path) -> None:
    other = path.with_name("other.pdf")
    other.symlink_to(path.name)
    path.symlink_to(other.name)


def _linked(make: Callable[[Path], object], path: Path) -> None:
    make(path.parent.parent / "apart")
    path.symlink_to("../apart")


# What stands in the place of a report.
KINDS: dict[str, Callable[[Path], object]] = {
    "pipe": _fifo,
    "socket": _socket,
    "device": lambda path: path.symlink_to("/dev/zero"),
    "memory of a process": lambda path: path.symlink_to("/proc/self/mem"),
    "link to a pipe": lambda path: _linked(_fifo, path),
    "link to nothing": _gone,
    "link to itself": _loop,
    "loop of links": _loop_of_two,
    "folder": Path.mkdir,
    "link to a folder": lambda path: _linked(Path.mkdir, path),
    "empty file": Path.touch,
    "bytes of chance": lambda path: path.write_bytes(Random(path.name).randbytes(5000)),
}


def run(times: int, chance: Random) -> Iterator[Tally]:
    """Each kind of odd file, built beside a good report, and given to `inspect` and `check` alone."""
    each = max(1, times // (len(KINDS) + 1))
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        calm = Path(folder) / "calm"
        mingzhang("build", GOOD, "--out", calm)
        for kind, make in KINDS.items():
            tally = Tally(kind)
            for number in range(each):
                odd = Path(folder) / f"{kind} {number}" / "in" / (chance.choice(NAMES) + chance.choice(SUFFIXES))
                odd.parent.mkdir(parents=True)
                shutil.copyfile(GOOD, odd.parent / GOOD.name)
                make(odd)
                assert os.path.lexists(odd), odd  # noqa: S101 - a case that is not there is none
                _judge(tally, odd, calm)
            yield tally
        yield _names(Path(folder), each, chance)


def _judge(tally: Tally, odd: Path, calm: Path) -> None:
    """Build the folder of the odd file, inspect and check the odd file itself: one line each, nothing else lost.

    No bound of time is set: on a busy machine it would stop the good report. What hangs is killed, and is no case told.
    """
    out = odd.parent.parent / "out"
    built = mingzhang("build", odd.parent, "--out", out, "--json")
    told = 1 if built.stdout.count('"expected"') else 0
    well = is_calm(built) and built.returncode == 0 and told and _report(out) == _report(calm)
    tally.add("told" if well else "silent", f"build {odd.name!r}: {end_of(built)}")
    for command in ("inspect", "check"):
        said = mingzhang(command, odd)
        lines = said.stderr.splitlines()
        well = is_calm(said) and said.returncode == 1 and len(lines) == 1 and not said.stdout
        tally.add("told" if well else "silent", f"{command} {odd.name!r}: {end_of(said)}")


def _names(folder: Path, times: int, chance: Random) -> Tally:
    """The good report under a name that is no UTF-8, as unzip leaves it of an archive made on Windows."""
    tally = Tally("name in another encoding")
    for number in range(times):
        said = chance.choice(("阳泉市博物馆", "预算公开", "決算", "テスト", "報告"))
        name = said.encode(chance.choice(("gb18030", "shift_jis", "big5", "latin-1")), "replace") + b"\xff" * (
            number % 2
        )
        here = folder / f"name {number}"
        here.mkdir()
        odd = here / os.fsdecode(name + b".pdf")
        shutil.copyfile(GOOD, odd)
        out = here / "out"
        built = mingzhang("build", odd, "--out", out, "--json")
        tally.add("right" if is_calm(built) and _report(out) else "silent", f"build {name!r}: {end_of(built)}")
        for command in ("inspect", "check"):
            found = mingzhang(command, odd)
            well = is_calm(found) and found.stdout and not found.stderr
            tally.add("right" if well else "silent", f"{command} {name!r}: {end_of(found)}")
    return tally


def _report(out: Path) -> dict[str, bytes]:
    """The reports of the release, what they hold but for the name of the file."""
    return {path.name: path.read_bytes() for path in sorted((out / "current/dumps/reports").glob("*.ttl"))}
