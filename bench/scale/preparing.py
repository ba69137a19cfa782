"""Generated reports → files to build from: PDFs, or small ones with their readings where the build looks for them."""

from __future__ import annotations

from pathlib import Path

from bench.scale.reports import digest, make_report
from data.render import render
from data.report_facts import report_facts
from kg_builder.build import find_inputs, reading_path
from kg_builder.build.stages import write_reading
from kg_builder.build.workers import Lost, run_apart


def prepare(number: int, inputs: Path, out: Path, jobs: int) -> None:
    """One small file for each report, and its reading; RuntimeError where one cannot be made."""
    inputs.mkdir(exist_ok=True)
    for i in range(number):
        (inputs / f"{i:06}.txt").write_text(digest(i), encoding="utf-8")
    for task, result in run_apart(_prepare, [(i, i, inputs, out) for i in range(number)], jobs, 600):
        if isinstance(result, Lost):
            raise RuntimeError(f"{task}: {result.reason}")


def print_reports(numbers: range, inputs: Path, jobs: int) -> int:
    """A PDF of each report; returns how many figures their tables print. RuntimeError where one cannot be drawn."""
    inputs.mkdir(exist_ok=True)
    figures = 0
    for task, result in run_apart(_print, [(i, inputs) for i in numbers], jobs, 600):
        if isinstance(result, Lost):
            raise RuntimeError(f"{task}: {result.reason}")
        figures += result
    return figures


def _print(task: tuple[int, Path]) -> int:
    number, inputs = task
    report = make_report(number)
    render(report_facts(report), inputs / f"{number:06}.pdf")
    return sum(len(table.observations) for table in report.tables)


def touch(number: int, inputs: Path, out: Path) -> None:
    """Change the first file: it holds the report of another number now."""
    (inputs / "000000.txt").write_text(digest(number), encoding="utf-8")
    _prepare((0, number, inputs, out))


def _prepare(task: tuple[int, int, Path, Path]) -> None:
    place, number, inputs, out = task
    (entry,), _ = find_inputs([inputs / f"{place:06}.txt"])
    target = reading_path(out, entry)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists():
        write_reading([make_report(number)], [], target)
