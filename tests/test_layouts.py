"""Invented reports in official layouts, printed to PDF and read back whole, figure by figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest

from bench.layouts import evaluations, extractions, governments, narratives, provinces, targets
from bench.layouts.__main__ import read_back
from bench.layouts.compare import compare
from bench.layouts.extractions import TextLook
from bench.layouts.features import in_turn
from bench.layouts.looks import CHOICES, FAMILIES, Look, print_report
from bench.layouts.measure_targets import compare_projects, read_forms_back
from data.paint import FONT_FILE, Rules
from kg_builder.clerk import check_report
from kg_builder.model import Cell, Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report, read_projects

needs_font = pytest.mark.skipif(not FONT_FILE.exists(), reason="the font of fonts-wqy-microhei is not installed")

# Features that one office prints together.
LOOKS: list[tuple[str, str, dict[str, Any]]] = [
    ("digits apart, dashes, next row clipped below", "shanghai-budget", {
        "unit": "元", "codes": "columns", "total": "last", "blank": "0.00", "commas": False, "landscape": "all"}),
    ("long names behind the cell's edge", "shanghai-final", {
        "spill": "clip", "echo": True, "repeat_head": False, "watermark": "仅供内部审核", "every": False}),
    ("long names over the next cell", "jiangsu-2017", {
        "spill": "over", "title": "ordinal", "blank": "-", "bold": True, "number": "第{}页"}),
    ("sideways, narrow figures", "jiangsu-budget", {
        "turn": "shown", "figure_width": "narrow", "full_width": True, "unit": "元", "unit_place": "grid"}),
    ("the national final account, tables on one page", "jiangsu-final", {
        "touching": True, "codes": "columns", "label": "公开01表", "label_place": "beside", "rules": "bars"}),
    ("names and codes wrapped, last row alone", "shanxi-budget", {
        "code_width": "narrow", "label_width": "narrow", "last_alone": True, "negative": True, "running": True,
        "label": "预算公开表1", "turn": "lying", "spread": True, "indent": True}),
    ("two years, projects by unit", "national-budget", {"title": "ordinal", "spread": True, "blank": "0.00"}),
]  # fmt: skip

BY_LOT = [c for c in in_turn(sorted(FAMILIES), Look(), CHOICES, 24, 5, 5) if c[1].rules == "boxes"][:8]


@needs_font
@pytest.mark.parametrize(("family", "features"), [pytest.param(f, x, id=name) for name, f, x in LOOKS])
def test_a_report_reads_back_whole(family: str, features: dict[str, Any], tmp_path: Path) -> None:
    outcome = read_back(family, replace(Look(), **features), 11, tmp_path / "report.pdf")
    assert outcome.faults == []
    assert outcome.right > 100


@needs_font
@pytest.mark.parametrize("rules", ["none", "across", "ends"])
def test_a_figure_amid_the_lines_of_its_label_is_its_rows_own(rules: Rules, tmp_path: Path) -> None:
    look = governments.GovernmentLook(rules=rules, narrow=True, blanks=0)
    outcome = governments.read_back("debt-form", look, 4, tmp_path / "debt.pdf")
    assert (outcome.right, outcome.faults) == (16, [])


@needs_font
@pytest.mark.parametrize("look", [Look(rules="none"), Look(rules="across")], ids=lambda look: look.rules)
@pytest.mark.parametrize("family", ["shanghai-budget", "shanxi-budget"])
def test_figures_of_tables_without_boxes(family: str, look: Look, tmp_path: Path) -> None:
    outcome = read_back(family, look, 3, tmp_path / "report.pdf")
    assert (outcome.wrong, outcome.extra) == (0, 0), outcome.faults
    assert outcome.missing <= 8  # a single row with blanks under merged heads is left unread
    assert outcome.right > 200


@needs_font
@pytest.mark.parametrize(("family", "look", "seed"), BY_LOT)
def test_features_drawn_by_lot(family: str, look: Look, seed: int, tmp_path: Path) -> None:
    assert read_back(family, look, seed, tmp_path / "report.pdf").faults == []


@needs_font
def test_a_lost_figure_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    printed = print_report("jiangsu-2017", Look(), 2, path)
    pages = read_pages(path)
    report = parse_report(pages, Source(path.name, "0" * 64, len(pages)))
    first, *rest = report.tables
    cut = replace(report, tables=(replace(first, observations=first.observations[1:]), *rest))
    assert compare(printed, report).whole
    assert (compare(printed, cut).missing, compare(printed, cut).silent) == (1, 1)


@needs_font
@pytest.mark.parametrize("family", ["jiangsu-2017", "jiangsu-budget", "jiangsu-final"])
def test_the_sums_of_an_invented_report_hold(family: str, tmp_path: Path) -> None:
    """Carried over money counts once in 财政拨款收支总表, and what is set aside is no part of 基本支出."""
    path = tmp_path / "report.pdf"
    print_report(family, Look(), 3, path)
    pages = read_pages(path)
    found = check_report(parse_report(pages, Source(path.name, "0" * 64, len(pages)))).remarked
    compared = {"general-public-in-summary"}  # a summary that prints the year's money and what is carried over apart
    checks = {one.finding.check for one in found if one.finding.severity != "info"}
    assert checks - compared <= {"table-required"}


def test_every_feature_has_choices_and_a_plain_one() -> None:
    assert set(CHOICES) == {f.name for f in fields(Look)}
    assert all(getattr(Look(), name) == choices[0] for name, choices in CHOICES.items())
    assert len(FAMILIES) >= 6


FORM_LOOKS: list[tuple[str, dict[str, Any]]] = [
    ("plain", {}),
    ("first rows on each page", {"repeat": "head", "push": 25, "long": True, "signed": True}),
    ("levels on each page, printed once", {"repeat": "levels", "levels": "first", "unit": "万元", "blank": ""}),
    ("no texts, forms on one page", {"texts": "none", "touching": True, "unit_place": "line", "commas": True}),
    ("levels on each row, cost first", {"levels": "each", "cost": "first", "group": False, "empty": True}),
    ("labels wrapped, watermark", {"spread": True, "watermark": "仅供内部审核", "running": True, "names": "目标"}),
]


@needs_font
@pytest.mark.parametrize("style", targets.STYLES)
@pytest.mark.parametrize("features", [pytest.param(f, id=name) for name, f in FORM_LOOKS])
def test_target_forms_read_back_whole(style: str, features: dict[str, Any], tmp_path: Path) -> None:
    outcome = read_forms_back(style, replace(targets.FormLook(), **features), 5, tmp_path / "forms.pdf")
    assert outcome.faults == []
    assert outcome.right > 30


@needs_font
def test_a_lost_target_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "forms.pdf"
    facts = targets.print_forms("shanxi", targets.FormLook(), 2, path)
    first, *rest = read_projects(read_pages(path)).projects
    assert compare_projects(facts, [replace(first, indicators=first.indicators[1:]), *rest]).missing == 1


@needs_font
@pytest.mark.parametrize(("number", "telling"), list(enumerate(narratives.cases()))[:40])
def test_narratives_read_back_whole(number: int, telling: narratives.Telling, tmp_path: Path) -> None:
    told = narratives.print_narratives(telling, number, tmp_path / "told.pdf")
    read = read_projects(read_pages(tmp_path / "told.pdf"))
    found = [
        (p.name, p.annual and p.annual.yuan, p.unit and p.unit.name, _whole_texts(p.fields)) for p in read.projects
    ]
    assert found == [(t.name, t.annual, t.unit, dict(t.texts)) for t in told]
    assert read.unread == ()


def _whole_texts(fields: Sequence[tuple[str, Cell]]) -> dict[str, str]:
    """A field that goes on on the next page is in a piece for each page."""
    return {name: "".join(cell.text for other, cell in fields if other == name) for name, _ in fields}


@pytest.mark.parametrize(
    "features",
    [{}, {"width": "narrow"}, {"parted": "tabs", "unit": "元"}, {"total": "last", "every": False, "blank": "0.00"}],
    ids=str,
)
def test_extractions_read_back_whole(features: dict[str, Any], tmp_path: Path) -> None:
    outcome = extractions.read_back("shanxi-budget", replace(TextLook(), **features), 3, tmp_path / "report")
    assert (outcome.faults, outcome.right > 200) == ([], True)


@pytest.mark.parametrize("family", sorted(FAMILIES))
@pytest.mark.parametrize("features", [{"width": "narrow"}, {"empty": "lost", "negative": True}], ids=str)
def test_no_figure_of_an_extraction_is_read_wrongly(family: str, features: dict[str, Any], tmp_path: Path) -> None:
    """What spaces, sums and heads leave open is unread: no figure in another column, no code as a sum of money."""
    outcome = extractions.read_back(family, replace(TextLook(), **features), 5, tmp_path / "report")
    assert (outcome.wrong, outcome.extra) == (0, 0)
    assert outcome.right > 20


# Prints without rules that were read wrongly: what was wrong, family, features, seed.
UNRULED: list[tuple[str, str, dict[str, Any], int]] = [
    ("codes lost beside right figures", "jiangsu-budget", {
        "rules": "none", "codes": "columns", "landscape": "all", "label_width": "narrow"}, 6036),
    ("codes cut, one head over several columns", "national-budget", {
        "rules": "none", "decimals": False, "scope": "unit", "code_width": "narrow", "every": False}, 6052),
    ("figures under the head of names", "shanxi-budget", {
        "rules": "none", "repeat_head": False, "commas": False, "blank": "-", "unit": "元"}, 6027),
    ("a total cut to its last digits", "jiangsu-budget", {
        "rules": "across", "title": "ordinal", "commas": False, "bold": True, "unit": "元"}, 6022),
    ("labels of revenue without figures beside expenditure", "jiangsu-2017", {
        "rules": "none", "code_width": "narrow", "label_width": "narrow", "scope": "unit", "landscape": "all"}, 6035),
    ("figures cut by narrow columns", "jiangsu-budget", {
        "rules": "across", "full_width": True, "last_alone": True, "figure_width": "narrow"}, 6043),
]  # fmt: skip

# Prints of which figures were lost without a word: what was lost, family, features, seed.
SILENT: list[tuple[str, str, dict[str, Any], int]] = [
    ("wrapped rows of a page without a whole sum", "jiangsu-budget", {
        "full_width": True, "rules": "across", "running": True, "indent": True}, 77100008),
    ("a single row with its label", "shanghai-budget", {"blank": "0.00", "rules": "across", "every": False}, 77100018),
    ("last rows of a table on a new page", "jiangsu-budget", {
        "repeat_head": False, "total": "first", "codes": "columns", "rules": "none"}, 77100036),
    ("a single row that follows a page break", "shanxi-budget", {
        "rules": "across", "bold": True, "every": False, "figure_width": "narrow"}, 77100062),
    ("the last line of a wrapped total", "jiangsu-final", {
        "landscape": "none", "total": "last", "rules": "none", "every": False}, 99100009),
    ("figures right of the last head", "jiangsu-budget", {
        "code_width": "narrow", "rules": "across", "number": "第{}页", "label_width": "narrow"}, 99100050),
]  # fmt: skip


@needs_font
@pytest.mark.parametrize(("family", "features", "seed"), [case[1:] for case in SILENT], ids=[c[0] for c in SILENT])
def test_no_figure_is_lost_in_silence(family: str, features: dict[str, Any], seed: int, tmp_path: Path) -> None:
    outcome = read_back(family, replace(Look(), **features), seed, tmp_path / "report.pdf")
    assert (outcome.silent, outcome.wrong, outcome.extra) == (0, 0, 0), outcome.faults[:5]
    assert outcome.missing > 0


def test_a_source_with_a_part_of_it_named_below_is_one_group(tmp_path: Path) -> None:
    """事业收入 over 金额 and 其中：教育收费: the two are no columns at the end of the table."""
    look = TextLook(total="first", commas=False, every=False, label="")
    outcome = extractions.read_back("national-budget", look, 9080, tmp_path / "report")
    assert (outcome.wrong, outcome.extra) == (0, 0), outcome.faults[:5]
    assert not any(fault.startswith("revenue") for fault in outcome.faults)


@needs_font
@pytest.mark.parametrize("features", [{"spill": "clip"}, {"spill": "over"}, {"rules": "none"}], ids=str)
def test_a_code_that_lost_its_last_digits_is_completed_or_left(features: dict[str, Any], tmp_path: Path) -> None:
    """201 01 08 in a narrow column: 20101 beside 代表工作, or 08 in the cell of the name."""
    path = tmp_path / "report.pdf"
    look = replace(Look(), code_width="narrow", codes="spaced", **features)
    print_report("shanxi-budget", look, 88001, path)
    pages = read_pages(path)
    rows = [row for t in parse_report(pages, Source(path.name, "0" * 64, len(pages))).tables for row in t.rows]
    assert {row.code for row in rows if "代表工作" in row.label} <= {"2010108"}
    assert not any(row.label in {"08代表工作", "代表工作08"} for row in rows)


@pytest.mark.parametrize("seed", [21, 9095])
@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_no_figure_of_an_extraction_is_lost_in_silence(family: str, seed: int, tmp_path: Path) -> None:
    look = TextLook(empty="lost", unit="元", total="last", label="表{}")
    outcome = extractions.read_back(family, look, seed, tmp_path / "report")
    assert (outcome.silent, outcome.wrong, outcome.extra) == (0, 0, 0), outcome.faults[:5]


@needs_font
@pytest.mark.parametrize(("family", "features", "seed"), [case[1:] for case in UNRULED], ids=[c[0] for c in UNRULED])
def test_an_uncertain_row_of_an_unruled_table_is_unread(
    family: str, features: dict[str, Any], seed: int, tmp_path: Path
) -> None:
    outcome = read_back(family, replace(Look(), **features), seed, tmp_path / "report.pdf")
    assert (outcome.wrong, outcome.extra) == (0, 0)


@needs_font
@pytest.mark.parametrize("features", [{}, {"unit": "元", "vertical": True, "push": 17, "touching": True}], ids=str)
@pytest.mark.parametrize("style", evaluations.STYLES)
def test_central_forms_and_self_evaluations_read_back_whole(
    style: str, features: dict[str, Any], tmp_path: Path
) -> None:
    look = replace(evaluations.EvaluationLook(), **features)
    outcome = evaluations.read_back(style, look, 31, tmp_path / "forms.pdf")
    assert outcome.faults == []
    assert outcome.right > 20


@pytest.mark.parametrize("style", provinces.PAINTERS)
@pytest.mark.parametrize(
    "features", [{}, {"long": True, "ends": True}, {"numbered": True, "suffix": "", "unit": "元"}, {"push": 26}]
)
def test_forms_in_the_looks_of_many_provinces_read_back_whole(
    style: str, features: dict[str, Any], tmp_path: Path
) -> None:
    look = replace(provinces.ProvinceLook(), **features)
    outcome = provinces.read_back(style, look, 31, tmp_path / "forms.pdf")
    assert outcome.whole, outcome.faults


@pytest.mark.parametrize(
    ("style", "features"),
    [
        ("nature-and-measure", {"unit": "元"}),
        ("year-beside-period", {"vertical": True}),
        ("department-evaluation", {"numbered": True}),
        ("amount-of-year", {"long": True}),
    ],
)
def test_forms_without_any_rules_are_read_by_what_stays_white(
    style: str, features: dict[str, Any], tmp_path: Path
) -> None:
    look = replace(provinces.ProvinceLook(), rules="none", **features)
    outcome = provinces.read_back(style, look, 31, tmp_path / "forms.pdf")
    assert outcome.whole, outcome.faults


@pytest.mark.parametrize("style", provinces.PAINTERS)
def test_a_form_without_rules_that_a_page_cuts_says_nothing_wrong(style: str, tmp_path: Path) -> None:
    look = replace(provinces.ProvinceLook(), rules="none", push=26)
    outcome = provinces.read_back(style, look, 31, tmp_path / "forms.pdf")
    assert (outcome.wrong, outcome.extra, outcome.silent) == (0, 0, 0), outcome.faults
