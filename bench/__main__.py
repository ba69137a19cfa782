"""`python -m bench [name…]`: the short form of every bench, one after another, written to bench/RESULTS.md.

Each has its own time and is stopped after it; all together end within ten minutes on two cores. What needs the real
reports is left out where they are not beside the checkout. Where some are named, the others keep their sections.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "data/samples"
REAL = (ROOT.parent / "shared/reports").is_dir()


@dataclass(frozen=True, slots=True)
class Bench:
    """A bench with its short arguments, the seconds it may take, and what it is compared with."""

    name: str
    arguments: tuple[str, ...]
    seconds: int
    peer: str
    real: bool = False  # needs the real reports


BENCHES = (
    Bench("accuracy", (), 60, "answers made by hand", real=True),
    Bench("citations", (), 60, "answers made by hand", real=True),
    Bench("mutation", ("--n", "200", "--require", "0.9"), 90, "the same reports unchanged", real=True),
    Bench("layouts", ("--n", "20"), 90, "the facts that were printed"),
    Bench("build", ("--times", "1"), 90, "bare pdfplumber in the same run"),
    Bench("scale", ("--n", "10", "30"), 150, "a third as many reports in the same run"),
    Bench("crash", ("--times", "3"), 90, "an undisturbed build"),
    Bench("hostile", ("--n", "22"), 240, "the undisturbed build, and the intact file's figures"),
    Bench("endpoint", ("RELEASE", "speed", "--seconds", "1"), 150, "other SPARQL servers in the same run"),
)


RESULTS = ROOT / "bench/RESULTS.md"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run those that are named, all where none is; exit code 1 where one fails."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *(bench.name for bench in BENCHES)], help="default: all")
    parser.add_argument("--patience", type=int, default=1, help="so many times the seconds, on a busy machine")
    options = parser.parse_args(arguments)
    failed, kept = 0, _sections() if options.names else {}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        out = Path(folder) / "release"
        build = [sys.executable, "-m", "kg_builder.cli", "build", str(SAMPLES), "--out", str(out)]
        subprocess.run(build, check=True, capture_output=True, cwd=ROOT, env=_environment())
        parts = [
            f"# Results\n\n{os.cpu_count()} cores, Python {platform.python_version()}. `make bench` writes this.\n"
        ]
        for bench in BENCHES:
            if options.names and bench.name not in options.names:
                parts += [kept[bench.name]] if bench.name in kept else []
                continue
            if bench.real and not REAL:
                continue
            print(f"{bench.name} …", file=sys.stderr, flush=True)
            text, well = run(bench, out, options.patience * bench.seconds)
            failed += not well
            parts.append(text)
    RESULTS.write_text("\n".join(parts), encoding="utf-8")
    return 1 if failed else 0


def _sections() -> dict[str, str]:
    """The sections of the results as they stand, by their heads."""
    names = "|".join(bench.name for bench in BENCHES)  # what a bench prints has heads of its own
    parts = re.split(rf"^## ({names})\n", RESULTS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: f"## {name}\n{text.rstrip()}\n" for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def run(bench: Bench, release: Path, patience: float) -> tuple[str, bool]:
    """Its section of the results, and whether it ended well in so many seconds."""
    arguments = [str(release) if argument == "RELEASE" else argument for argument in bench.arguments]
    command = [sys.executable, "-m", f"bench.{bench.name}", *arguments]
    start = time.perf_counter()
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=_environment(), start_new_session=True
    )
    try:
        said, code = process.communicate(timeout=patience)[0].strip(), process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # with the servers and workers that it started
        process.communicate()
        said, code = f"not ended after {patience:g} seconds", 1
    seconds = time.perf_counter() - start
    shown = said if said.startswith("|") else f"```\n{said}\n```"
    state = f"{seconds:.0f} s" if code == 0 else f"{seconds:.0f} s, exit code {code}"
    short = " ".join(("python -m", f"bench.{bench.name}", *bench.arguments))
    return f"## {bench.name}\n\n`{short}` ({state}), beside {bench.peer}.\n\n{shown}\n", code == 0


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)}


if __name__ == "__main__":
    raise SystemExit(main())
