"""`python -m bench.layouts --n 60 --seed 1`: print and read many reports; what fails, by family and feature."""

from __future__ import annotations

from pathlib import Path

from bench.layouts.compare import Outcome, compare
from bench.layouts.looks import CHOICES, FAMILIES, Look, print_report
from bench.layouts.runs import run
from kg_builder.errors import ReadingError
from kg_builder.model import Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report


def read_back(family: str, look: Look, seed: int, path: Path) -> Outcome:
    """Print one report to `path`, read it and compare."""
    printed = print_report(family, look, seed, path)
    figures = sum(len(table.facts) for table in printed.tables)
    try:
        pages = read_pages(path)
        return compare(printed, parse_report(pages, Source(path.name, "0" * 64, len(pages))))
    except ReadingError as error:
        return Outcome(missing=figures, faults=[f"refused: {error}"])


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts", sorted(FAMILIES), Look(), CHOICES, read_back))
