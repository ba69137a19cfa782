"""`python -m bench.build [FOLDER]`: the whole build (read, graph, check, release) beside bare pdfplumber.

The peer reads text and tables of every page in one process; it is run before and after each build, and the ratio is to
the mean of the two, so that what else the machine does weighs on both. Wall time and the time of all processors.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from bench.build.stages import by_stage
from bench.measure import measured, table

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared/reports/pdf"


def main() -> int:
    """Run the bench; prints a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED if SHARED.is_dir() else ROOT / "data/samples")
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--stages", action="store_true", help="where the time of a build goes, instead")
    options = parser.parse_args()
    if options.stages:
        print(by_stage(sorted(options.folder.glob("*.pdf")), options.times))
        return 0
    print(compare(options.folder, options.jobs, options.times))
    return 0


def compare(folder: Path, jobs: list[int], times: int) -> str:
    """The table of medians; each build beside its peers."""
    files = [str(path.resolve()) for path in sorted(folder.glob("*.pdf"))]
    bare = [sys.executable, "-m", "bench.build.bare", *files]
    rows = []
    for count in jobs:
        found: dict[str, list[float]] = {name: [] for name in ("wall", "cpu", "peer wall", "peer cpu", "again")}
        ratios: dict[str, list[float]] = {"wall": [], "cpu": []}
        for _ in range(times):
            before = measured(bare, ROOT)
            with tempfile.TemporaryDirectory(prefix="build-") as out:
                build = [sys.executable, "-m", "kg_builder.cli", "build", *files, "--out", out, "--jobs", str(count)]
                first = measured(build, ROOT)
                again = measured(build, ROOT)
            after = measured(bare, ROOT)
            for name in ("wall", "cpu"):
                peer = (before[name] + after[name]) / 2
                found[name].append(first[name])
                found[f"peer {name}"].append(peer)
                ratios[name].append(first[name] / peer)
            found["again"].append(again["wall"] / first["wall"])
        middle = {name: statistics.median(values) for name, values in found.items()}
        rows.append([
            count, f"{middle['wall']:.2f}", f"{middle['peer wall']:.2f}", f"{statistics.median(ratios['wall']):.2f}",
            f"{middle['cpu']:.2f}", f"{middle['peer cpu']:.2f}", f"{statistics.median(ratios['cpu']):.2f}",
            f"{100 * middle['again']:.1f}",
        ])  # fmt: skip
    heads = ["jobs", "wall s", "pdfplumber s", "ratio", "CPU s", "pdfplumber CPU s", "CPU ratio", "unchanged %"]
    return table(heads, rows)


if __name__ == "__main__":
    raise SystemExit(main())
