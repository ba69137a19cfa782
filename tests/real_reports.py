"""Reports that many tests look at, each read once: the real ones beside this checkout, and the samples.

Tests that need the real ones are skipped without them.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from made_once import value_once

from kg_builder.model import Page, Report, Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report

SAMPLES = sorted((Path(__file__).parents[1] / "data" / "samples").glob("*.pdf"))
SHARED = Path(__file__).parents[1].parent / "shared"
FOLDER = SHARED / "reports"
REPORTS = {path.stem: path for path in sorted(FOLDER.glob("*/*.*"))}
needs_reports = pytest.mark.skipif(not REPORTS, reason="the real reports are not beside this checkout")


@cache
def pages_at(path: Path) -> list[Page]:
    """The pages of a file that no test changes."""
    if path.is_relative_to(SHARED) or path in SAMPLES:
        return value_once(f"{path.parent.name}-{path.name}", lambda: read_pages(path))
    return read_pages(path)


@cache
def report_at(path: Path) -> Report:
    """The report of a file that no test changes."""
    return parse_report(pages_at(path), Source(path.name, "0" * 64, len(pages_at(path))))


def pages_of(name: str) -> list[Page]:
    """The pages of a real report, named without its suffix."""
    return pages_at(REPORTS[name])


def report_of(name: str) -> Report:
    """A real report, named without its suffix."""
    return report_at(REPORTS[name])
