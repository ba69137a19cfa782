"""Generated reports at scale: drawn as PDFs they are read as they were made, and planted errors are found."""

from __future__ import annotations

from pathlib import Path

from bench.scale.__main__ import run_printed
from bench.scale.reports import is_planted


def test_generated_reports_drawn_as_pdfs_are_read_back(tmp_path: Path) -> None:
    numbers = range(6, 8)
    assert [is_planted(number) for number in numbers] == [False, True]
    figures = run_printed(numbers, tmp_path, jobs=2)
    assert figures["published"] == len(numbers)
    assert figures["printed"] == figures["read"] > 50
    assert (figures["found"], figures["planted"]) == (1, 1)
