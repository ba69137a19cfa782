"""The real reports beside this checkout, each read once for all tests; what needs them is skipped without them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kg_builder.model import Page, Report, Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report

SHARED = Path(__file__).parents[1].parent / "shared"
FOLDER = SHARED / "reports"
REPORTS = {path.stem: path for path in sorted(FOLDER.glob("*/*.*"))}
needs_reports = pytest.mark.skipif(not REPORTS, reason="the real reports are not beside this checkout")


@cache
def pages_of(name: str) -> list[Page]:
    """The pages of a report, named without its suffix."""
    return read_pages(REPORTS[name])


@cache
def report_of(name: str) -> Report:
    """The report of one file."""
    return parse_report(pages_of(name), Source(REPORTS[name].name, "0" * 64, len(pages_of(name))))
