"""`python -m bench.scale --n 100 1000`: generated reports through the build, then pages and queries of the release.

For each number of reports: seconds (wall, and of all processors together) and bytes per report, triples per second of
each stage, size of the store, peak memory of a process, planted errors found; the same again with nothing changed and
with one report changed; start, memory, pages and queries of the server. `--out` keeps the releases.

These reports stand as readings; `--pdf N` draws N of them as PDFs, which the build then reads.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import measured, table
from bench.scale.preparing import prepare, print_reports, touch
from bench.scale.reports import is_planted
from bench.scale.serving import serve_and_ask

ROOT = Path(__file__).parents[2]
SERVED = ("start", "worker_mb", "server_mb", "page_ms", "query_ms", "again_ms")


def main() -> int:
    """Run the bench; prints a table for each part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, nargs="+", default=[100, 1000])
    parser.add_argument("--pdf", type=int, default=0, help="so many reports as PDFs too")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    results = []
    for number in options.n:
        with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
            results.append(run(number, options.out / str(number) if options.out else Path(temporary), options.jobs))
            print(json.dumps(results[-1]), file=sys.stderr, flush=True)
            if options.json:
                options.json.write_text(json.dumps(results, indent=1), encoding="utf-8")
    print(report(results))
    if options.pdf:
        with tempfile.TemporaryDirectory(prefix="scale-") as temporary:
            print(report_printed(run_printed(range(options.pdf), Path(temporary), options.jobs)))
    return 0


def run_printed(numbers: range, folder: Path, jobs: int) -> dict[str, Any]:
    """The figures of a build from PDFs of these reports."""
    printed = print_reports(numbers, folder / "in", jobs)
    first = build(folder / "in", folder / "out", jobs)
    manifest = json.loads((folder / "out/current/manifest.json").read_text(encoding="utf-8"))
    found, planted = planted_found(manifest)
    return {
        "reports": len(numbers), "published": manifest["counts"]["reports"], "quads": manifest["counts"]["quads"],
        "pages": sum(source["pages"] for entry in manifest["reports"] for source in entry["sources"]),
        "printed": printed, "read": sum(entry["read"]["observations"] for entry in manifest["reports"]),
        "first": first, "planted": planted, "found": found,
    }  # fmt: skip


def report_printed(r: dict[str, Any]) -> str:
    """The figures of a build from PDFs as a table in Markdown."""
    heads = ["PDFs", "published", "pages", "figures printed", "read", "planted", "CPU s/report", "CPU ms/page"]
    cpu = r["first"]["cpu"]
    row = [
        r["reports"], r["published"], r["pages"], r["printed"], r["read"], f"{r['found']}/{r['planted']}",
        f"{cpu / r['reports']:.2f}", f"{1000 * cpu / r['pages']:.0f}",
    ]  # fmt: skip
    return table(heads, [row])


def run(number: int, folder: Path, jobs: int) -> dict[str, Any]:
    """All figures for one number of reports."""
    folder.mkdir(parents=True, exist_ok=True)
    out = folder / "out"
    prepare(number, folder / "in", out, jobs)
    first = build(folder / "in", out, jobs)
    manifest = json.loads((out / "current/manifest.json").read_text(encoding="utf-8"))
    triples = manifest["counts"]["quads"]
    found, planted = planted_found(manifest)
    same = build(folder / "in", out, jobs)
    touch(number, folder / "in", out)
    one = build(folder / "in", out, jobs)
    figures: dict[str, Any] = {
        "reports": number, "quads": triples, "published": manifest["counts"]["reports"],
        "first": first, "same": same, "one": one, "planted": planted, "found": found,
        "store_bytes": size(out / "current/store"), "dump_bytes": size(out / "current/dumps"),
        "search_bytes": size(out / "current/search.sqlite"), "cache_bytes": size(out / "cache"),
        "manifest_bytes": size(out / "current/manifest.json"),
    }  # fmt: skip
    manifest = json.loads((out / "current/manifest.json").read_text(encoding="utf-8"))
    figures["served"] = serve_and_ask(out, manifest)
    return figures


def build(inputs: Path, out: Path, jobs: int) -> dict[str, Any]:
    """Seconds, processor seconds and peak memory of a build, with the time at which each stage ended."""
    command = [sys.executable, "-m", "kg_builder.cli", "build", str(inputs), "--out", str(out), "--jobs", str(jobs)]
    return measured(command, ROOT, {"resolving": "read", "writing": "made"})


def planted_found(manifest: dict[str, Any]) -> tuple[int, int]:
    """How many of the reports with a wrong total have an error among their findings; how many there are."""
    found = planted = 0
    for entry in manifest["reports"]:
        if is_planted(int(entry["sources"][0]["name"].partition(".")[0])):
            planted += 1
            found += entry["findings"].get("error", 0) > 0
    sound = [e for e in manifest["reports"] if not is_planted(int(e["sources"][0]["name"].partition(".")[0]))]
    # S101: a bench is never run with -O, and a failed expectation should end it.
    assert statistics.fmean(e["findings"].get("error", 0) for e in sound) < 0.5, "errors where none were planted"  # noqa: S101
    return found, planted


def size(path: Path) -> int:
    """Bytes of a file or of all files below a folder."""
    return path.stat().st_size if path.is_file() else sum(p.stat().st_size for p in path.rglob("*") if p.is_file())


def report(results: list[dict[str, Any]]) -> str:
    """The figures as tables in Markdown."""
    rows = []
    for r in results:
        n, first = r["reports"], r["first"]
        rows.append([
            n, f"{r['quads'] / 1e6:.2f}", f"{first['wall'] / n:.3f}", f"{first['cpu'] / n:.3f}",
            f"{r['quads'] / first['cpu']:,.0f}", f"{r['store_bytes'] / n / 1e6:.2f}",
            f"{(r['dump_bytes'] + r['search_bytes']) / n / 1e6:.2f}", f"{first['peak'] / 1e6:.0f}",
            f"{r['found']}/{r['planted']}",
            f"{100 * r['same']['wall'] / first['wall']:.2f}", f"{100 * r['one']['wall'] / first['wall']:.2f}",
            f"{100 * r['one']['cpu'] / first['cpu']:.2f}",
        ])  # fmt: skip
    heads = [
        "reports", "M quads", "s/report", "CPU s/report", "quads/CPU s", "store MB/report", "dumps MB/report",
        "peak MB", "planted", "same %", "one %", "one CPU %",
    ]  # fmt: skip
    served = [[r["reports"], *(f"{r['served'][k]:.3g}" for k in SERVED)] for r in results]
    return table(heads, rows) + "\n" + table(
        ["reports", "start s", "worker MB", "server MB", "page ms", "query ms", "again ms"], served
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
