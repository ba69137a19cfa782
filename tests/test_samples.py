"""Facts → PDF → report gives the facts back."""

import json
from pathlib import Path

import pytest

from data.paint import FONT_FILE
from data.render import render
from data.report_facts import report_facts
from kg_builder.model import Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report

DATA = Path(__file__).parents[1] / "data"
FACTS = sorted((DATA / "facts").glob("*.json"))


def facts_of_pdf(path: Path) -> dict[str, object]:
    pages = read_pages(path)
    return report_facts(parse_report(pages, Source(path.name, "0" * 64, len(pages))))


def test_there_are_four_samples() -> None:
    assert [path.stem for path in FACTS] == [path.stem for path in sorted((DATA / "samples").glob("*.pdf"))]
    assert len(FACTS) == 4


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_reading_a_sample_gives_its_facts_back(path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    found = facts_of_pdf(DATA / "samples" / f"{path.stem}.pdf")
    assert found.keys() == expected.keys()
    for part, value in expected.items():
        assert found[part] == value, part


@pytest.mark.skipif(not FONT_FILE.exists(), reason="the renderer's font (Debian: fonts-wqy-microhei) is not installed")
@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_the_committed_sample_is_what_the_renderer_makes(path: Path, tmp_path: Path) -> None:
    render(json.loads(path.read_text(encoding="utf-8")), tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == (DATA / "samples" / f"{path.stem}.pdf").read_bytes()
