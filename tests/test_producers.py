"""The sample facts printed by programs that are there, read back whole: nothing wrong, nothing missing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from bench.producers.__main__ import judged
from bench.producers.judge import judge
from bench.producers.programs import PROGRAMS
from bench.producers.sheets import sheets
from kg_builder.build.stages import read_reports

SHARED = Path(__file__).parents[2] / "shared"
VARIANTS = [
    *(("reportlab", look) for look in ("all", "across", "none")),
    *(("reportlab-embedded", look) for look in ("all", "across", "down", "none", "tight")),
    *(("chromium", look) for look in ("all", "frames", "across", "down", "dashed", "none")),
]
WHOLE = {"figures": 88, "fields": 17, "indicators": 10, "citations": 2}


@pytest.mark.parametrize(("program", "look"), VARIANTS)
def test_what_a_program_prints_is_read_or_told(program: str, look: str, tmp_path: Path) -> None:
    if missing := PROGRAMS[program].missing:
        pytest.skip(f"{program} needs {', '.join(missing)}")
    path = tmp_path / "printed.pdf"
    PROGRAMS[program].print(sheets(), look, path)
    verdicts = judged(path)
    assert [fault for verdict in verdicts.values() for fault in verdict.faults] == []
    assert {kind: verdict.right for kind, verdict in verdicts.items()} == WHOLE


@pytest.mark.parametrize(("look", "align"), [("none", "left"), ("across", "center"), ("across", "right")])
def test_all_texts_at_one_side_of_their_cells(look: str, align: str, tmp_path: Path) -> None:
    """A head over columns stood aside of them; texts of one length made columns, and a target became a name."""
    path = tmp_path / "printed.pdf"
    aligned = [
        replace(sheet, rows=tuple(tuple(replace(cell, align=align) for cell in row) for row in sheet.rows))
        for sheet in sheets()
    ]
    PROGRAMS["reportlab"].print(aligned, look, path)
    verdicts = judged(path)
    assert [fault for verdict in verdicts.values() for fault in verdict.faults] == []
    told = {"indicators": 4} if align == "right" else {}
    assert {kind: verdict.right for kind, verdict in verdicts.items()} == WHOLE | told


# Files of ../shared with the kinds of tables that they print.
CASES = {
    "cz_vlines-only": ("three-public", "form"),
    "lo-calc_wide2pages": ("expenditure", "fiscal-summary", "general-public-basic", "three-public", "form"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case_is_read_whole(name: str) -> None:
    if not (SHARED / "cases/producers").is_dir():
        pytest.skip("needs ../shared/cases")
    facts = json.loads((SHARED / "cases/producers/expected.json").read_text(encoding="utf-8"))
    reports, _ = read_reports(SHARED / f"cases/producers/{name}.pdf")
    verdicts = judge(facts, CASES[name], reports)
    assert {kind: str(verdict) for kind, verdict in verdicts.items()} == {
        kind: f"{verdict.right}/0/0/0" for kind, verdict in verdicts.items()
    }
    assert verdicts["figures"].right == sum(figure["kind"] in CASES[name] for figure in facts["figures"])


def test_a_label_under_a_blank_one_between_rules_down(tmp_path: Path) -> None:
    *others, form = sheets()
    at = next(i for i, row in enumerate(form.rows) if row[0].text == "总体目标")
    label, heads, goals = form.rows[at][0], form.rows[at][1:], form.rows[at + 1]
    rows = (*form.rows[:at], (replace(label, text="", down=1), *heads), (replace(label, down=1), *goals))
    path = tmp_path / "printed.pdf"
    PROGRAMS["reportlab"].print((*others, replace(form, rows=(*rows, *form.rows[at + 2 :]))), "down", path)
    verdicts = judged(path)
    assert {kind: verdict.right for kind, verdict in verdicts.items()} == WHOLE
