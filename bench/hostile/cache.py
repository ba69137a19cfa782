"""Damage to what a build left on the disk: one file or folder of DIR is changed, and the next build runs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pyoxigraph as ox

from bench.hostile.command import ROOT, end_of, is_calm, mingzhang
from bench.hostile.tally import Tally

SAMPLES = [ROOT / f"data/samples/yangquan-{name}-2023.pdf" for name in ("museum", "bigdata")]


def _flipped(path: Path, chance: Random) -> None:
    data = bytearray(path.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    path.write_bytes(data)


def _folder(path: Path, _: Random) -> None:
    path.unlink()
    path.mkdir()
    (path / "x").touch()


def _link(path: Path, _: Random) -> None:
    path.unlink()
    path.symlink_to("nowhere")


def _other(path: Path, chance: Random) -> None:
    """Another file of the same kind in its place."""
    alike = [p for p in sorted(path.parent.iterdir()) if p.is_file() and p.suffix == path.suffix and p != path]
    path.write_bytes(chance.choice(alike).read_bytes() if alike else b"x")


# What becomes of a file that is not empty.
DAMAGES: dict[str, Callable[[Path, Random], object]] = {
    "one bit": _flipped,
    "random bytes of the same size": lambda path, chance: path.write_bytes(chance.randbytes(path.stat().st_size)),
    "cut off": lambda path, chance: os.truncate(path, chance.randrange(path.stat().st_size)),
    "emptied": lambda path, _: os.truncate(path, 0),
    "longer": lambda path, _: path.write_bytes(path.read_bytes() + b"\n"),
    "removed": lambda path, _: path.unlink(),
    "a folder": _folder,
    "a link to nothing": _link,
    "JSON of another shape": lambda path, chance: path.write_text(
        chance.choice(("[]", "{}", "null", '{"files": 1}\n'))
    ),
    "another file": _other,
}


def run(times: int, chance: Random) -> Iterator[Tally]:
    """Each kind of damage to files drawn by chance, and files and folders that nobody asked for."""
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        calm = Path(folder) / "calm"
        _build(calm)
        expected = contents(calm)
        each = max(1, times // (len(DAMAGES) + 1))
        for kind, damage in DAMAGES.items():
            tally = Tally(kind)
            for number in range(each):
                out = Path(folder) / "out"
                files = _copied(calm, out)
                # In turn: what the cache keeps, and what is served.
                places = [p for p in files if p.is_relative_to(out / ("cache", "releases")[number % 2])]
                path = chance.choice(places)
                damage(path, chance)
                _judge(tally, out, expected, path)
            yield tally
        yield _strays(Path(folder), calm, expected, chance, each)


def _strays(folder: Path, calm: Path, expected: dict[str, Any], chance: Random, times: int) -> Tally:
    """Files, folders and links of others beside those of the build: they harm nothing and stay."""
    tally = Tally("stray files")
    for _ in range(times):
        out = folder / "out"
        _copied(calm, out)
        (code,) = (out / "cache").iterdir()
        beside = chance.choice([out, out / "cache", code, out / "releases", out / "releases"])
        stray = beside / chance.choice(["notes.txt", "old", "x.old", "a.json", ".DS_Store", "backup.partial"])
        chance.choice((Path.touch, Path.mkdir, lambda path: path.symlink_to("/nowhere")))(stray)
        shutil.rmtree(code / sorted(p.name for p in code.iterdir() if p.is_dir())[0])  # there is something to do
        (out / "current").unlink()
        done = _build(out)
        well = done.returncode == 0 and contents(out) == expected and os.path.lexists(stray)
        tally.add("right" if well else "silent", f"{stray.relative_to(out)}: {end_of(done)}")
    return tally


def _copied(calm: Path, out: Path) -> list[Path]:
    """The same again in another folder; its files that are not empty, but for what says who may write."""
    if out.exists():
        shutil.rmtree(out)
    subprocess.run(["cp", "-a", calm, out], check=True)  # files with two names stay such
    found = [p for p in sorted(out.rglob("*")) if p.is_file() and not p.is_symlink() and p.stat().st_size]
    return [p for p in found if p.name not in {".lock", "LOCK", "LOG"}]


def _judge(tally: Tally, out: Path, expected: dict[str, Any], path: Path) -> None:
    """Right where the next build publishes what an undisturbed one does, told where it says what it cannot."""
    (served,) = (out / "releases").iterdir()
    checked = mingzhang("validate", out, "--files") if path.is_relative_to(served) else None
    if (out / "current").is_symlink() and path.is_relative_to(out / "cache"):
        (out / "current").unlink()  # so that there is something to do
    done = _build(out)
    case = f"{path.relative_to(out)}: {end_of(done)}"
    if checked is not None and checked.returncode != 1 and _matters(path):
        tally.add("silent", f"{path.relative_to(out)}: validate --files says {checked.stdout!r}")
    elif done.returncode == 0 and contents(out) == expected:
        tally.add("right")
    else:
        tally.add("told" if done.returncode == 1 and is_calm(done) else "silent", case)


def _matters(path: Path) -> bool:
    """Whether the file holds what is served: RocksDB keeps options and logs of its own beside its data."""
    return path.parent.name != "store" or path.suffix == ".sst"


def contents(out: Path) -> dict[str, Any]:
    """The files that the manifest of the release names, by what they really hold, and the statements of its store."""
    try:
        folder = out / "current"
        manifest = json.loads((folder / "manifest.json").read_bytes())
        files = {file["path"]: (folder / file["path"]).read_bytes() for file in manifest["files"]}
        store = ox.Store.read_only(str(folder / "store"))
        return {"files": files, "manifest": manifest, "store": sorted(map(str, store))}
    except (OSError, ValueError, TypeError, KeyError) as error:
        return {"failed": repr(error)}


def _build(out: Path) -> subprocess.CompletedProcess[str]:
    return mingzhang("build", *SAMPLES, "--out", out, "--jobs", "2")
