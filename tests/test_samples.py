"""Facts → PDF → report gives the facts back."""

import json
from pathlib import Path

import pytest
from real_reports import SAMPLES, report_at

from data.paint import FONT_FILE
from data.render import render
from data.report_facts import report_facts

DATA = Path(__file__).parents[1] / "data"
FACTS = sorted((DATA / "facts").glob("*.json"))


def test_there_are_four_samples() -> None:
    assert [path.stem for path in FACTS] == [path.stem for path in SAMPLES]
    assert len(FACTS) == 4


@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_reading_a_sample_gives_its_facts_back(path: Path) -> None:
    expected = json.loads(path.read_text(encoding="utf-8"))
    found = report_facts(report_at(DATA / "samples" / f"{path.stem}.pdf"))
    assert found.keys() == expected.keys()
    for part, value in expected.items():
        assert found[part] == value, part


@pytest.mark.skipif(not FONT_FILE.exists(), reason="the renderer's font (Debian: fonts-wqy-microhei) is not installed")
@pytest.mark.parametrize("path", FACTS, ids=lambda path: path.stem)
def test_the_committed_sample_is_what_the_renderer_makes(path: Path, tmp_path: Path) -> None:
    render(json.loads(path.read_text(encoding="utf-8")), tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == (DATA / "samples" / f"{path.stem}.pdf").read_bytes()
