"""`python -m bench.crash --times 50`: builds stopped at random moments.

Each is ended in one of three ways: the builder is killed, one of its workers is killed, or no file may grow any more
(a limit on the size of files stands for a full disk). After each the release served before, or the new one, has to
stand whole, and an undisturbed build has to give the bytes of one that was never disturbed. Prints how many
were stopped where; exit code 1 where anything differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.measure import descendants, table

ROOT = Path(__file__).parents[2]
SAMPLES = sorted((ROOT / "data/samples").glob("*.pdf"))


def main() -> int:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="crash-") as folder:
        outcomes, wrong = disturb(Path(folder), options.times, random.Random(options.seed))
    print(table(["how", "ended", "times"], [[*key, count] for key, count in sorted(outcomes.items())]))
    print(f"{wrong} of {options.times} left something wrong")
    return 1 if wrong else 0


def disturb(folder: Path, times: int, chance: random.Random) -> tuple[Counter[tuple[str, str]], int]:
    """Stop builds; what became of them, and after how many something was wrong."""
    expected = built(SAMPLES, folder / "calm")
    before = built(SAMPLES[:2], folder / "before")
    shutil.copytree(folder / "before", folder / "out", symlinks=True)
    start = time.perf_counter()
    built(SAMPLES, folder / "out")
    longest = time.perf_counter() - start
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong = 0
    for turn in range(times):
        shutil.rmtree(folder / "out")
        shutil.copytree(folder / "before", folder / "out", symlinks=True)
        how = ("builder killed", "worker killed", "disk full")[turn % 3]
        code = stopped(how, folder / "out", chance.uniform(0.2, longest), chance)
        served = manifest(folder / "out")
        stands = served["files"] in (before["files"], expected["files"])
        stands = stands and built(SAMPLES, folder / "out")["files"] == expected["files"]
        outcomes[how, "published" if code == 0 else "stopped"] += 1
        if not stands:
            wrong += 1
            print(f"{how}, exit code {code}: refused {served.get('refused')}", file=sys.stderr)
    return outcomes, wrong


def command(files: list[Path], out: Path) -> list[str]:
    """A build of the files."""
    return [sys.executable, "-m", "kg_builder.cli", "build", *map(str, files), "--out", str(out), "--jobs", "2"]


def built(files: list[Path], out: Path) -> dict[str, Any]:
    """The manifest of an undisturbed build."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run(command(files, out), check=True, capture_output=True, cwd=ROOT, env=environment)
    return manifest(out)


def manifest(out: Path) -> dict[str, Any]:
    """What the release says of itself; its files are looked at."""
    found: dict[str, Any] = json.loads((out / "current/manifest.json").read_text(encoding="utf-8"))
    sizes = [(out / "current" / file["path"]).stat().st_size == file["size"] for file in found["files"]]
    return found if all(sizes) else {"files": None}


def stopped(how: str, out: Path, seconds: float, chance: random.Random) -> int:
    """Exit code of a build that was disturbed after so many seconds."""
    limit = int(chance.uniform(1_000, 300_000)) if how == "disk full" else None
    process = subprocess.Popen(
        command(SAMPLES, out),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},  # a module half compiled stays
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=None if limit is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),  # noqa: PLW1509 - no threads here
    )
    if how == "disk full":
        return process.wait()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        workers = descendants(process.pid)
        victim = process.pid if how == "builder killed" or not workers else chance.choice(workers)
        with suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(victim, signal.SIGKILL)
    return process.wait()


if __name__ == "__main__":
    raise SystemExit(main())
