"""The small cases of reading, each with what is right: forms that pages cut, years, counts, sums."""

from __future__ import annotations

from decimal import Decimal

import pytest
from real_reports import SHARED, report_at

from kg_builder.graph.addends import table_sums
from kg_builder.model import Project, Report

CASES = SHARED / "cases" / "reading"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="../shared/cases/reading is not there")

# Of the table on page 4: the year and the label of a row, and the figures that stand in it; the rest is no money.
THREE_PUBLIC = {
    "year-column-2024-as-2025": [
        ("2024", "2024年", "20.00 0.00 19.00 0.00 19.00 1.00"),
        ("2025", "2025年", "19.30 0.00 18.50 0.00 18.50 0.80"),
    ],
    "year-read-as-money": [
        ("2024", "2024", "20.00 0.00 19.00 0.00 19.00 1.00"),
        ("2025", "2025", "19.30 0.00 18.50 0.00 18.50 0.80"),
    ],
    "unityear": [
        ("2024", "阳泉市民政局本级", "20.00 0.00 19.00 1.00"),
        ("2025", "阳泉市民政局本级", "19.30 0.00 18.50 0.80"),
    ],
    "yearrow": [
        ("2024", "2024年预算数", "20.00 0.00 19.00 1.00"),
        ("2025", "2025年预算数", "19.30 0.00 18.50 0.80"),
    ],
    "sangong-whole-numbers": [("2025", "2025年一般公共预算“三公”经费支出表", "12 0 9 0 9 3")],
}


def case(name: str) -> Report:
    return report_at(CASES / f"{name}.pdf")


def project(name: str) -> Project:
    return case(name).projects[0]


@pytest.mark.parametrize("name", THREE_PUBLIC)
def test_a_table_of_years_counts_and_changes(name: str) -> None:
    report = case(name)
    figures = report.tables[1].observations
    rows = {o.row: (dict(o.dimensions).get("fiscalYear", "2025"), o.label) for o in figures}
    printed = {row: " ".join(o.amount.printed for o in figures if o.row == row) for row in rows}
    assert [(*rows[row], printed[row]) for row in sorted(rows)] == THREE_PUBLIC[name]
    assert not report.unread


def test_a_change_and_a_rate_are_told_and_no_money() -> None:
    told = [r for r in case("yearrow").ignored if "count, share or change" in r.reason]
    assert [r.text for r in told] == ["-0.70", "0.00", "-0.50", "-0.20", "-3.50", "0.00", "-2.63", "-20.00"]


def test_balances_are_a_part_of_the_income_and_a_fee_of_which_is_said_is_not() -> None:
    figures = table_sums(case("revenue").tables[0])
    assert {part for part, whole in figures.by_column.items() if whole == (1, 3)} == {
        (1, 4),
        (1, 5),
        (1, 6),
        (1, 8),
        (1, 9),
    }


def test_the_row_of_the_body_itself_does_not_double_the_sums() -> None:
    table = case("bodyrow").tables[0]
    assert {row.label: (row.code, row.level) for row in table.rows}["阳泉市民政局"] == (None, 1)
    sums = table_sums(table)
    assert [part for part, whole in sums.by_row.items() if whole == (1, 3)] == [(2, 3)]
    assert [part for part, whole in sums.by_row.items() if whole == (2, 3)] == [(3, 3)]


def test_a_plain_sentence_on_the_three_public_expenses() -> None:
    said = [(s.topic, s.value, s.unit) for s in case("sangong-sentence-not-read").statements]
    assert said == [
        ("three-public", Decimal("19.30"), "万元"),
        ("change", Decimal("-0.70"), "万元"),
        ("overseas", Decimal(0), "万元"),
        ("reception", Decimal("0.80"), "万元"),
        ("vehicles", Decimal("18.50"), "万元"),
        ("vehicle-operation", Decimal("18.50"), "万元"),
        ("asset-vehicles", Decimal(5), "辆"),
        ("vehicle-purchase", Decimal(0), "万元"),
        ("overseas", Decimal(0), "万元"),
        ("reception", Decimal("0.80"), "万元"),
        ("vehicles", Decimal("18.50"), "万元"),
        ("three-public", Decimal(2025), "万元"),
    ]


@pytest.mark.parametrize("name", ["form-coded-name", "goal-cut-by-page-blank-label"])
def test_a_form_with_a_coded_name_and_one_whose_goal_a_page_cuts(name: str) -> None:
    one = project(name)
    assert one.name == ("236-救助站机构运转经费" if name == "form-coded-name" else "救助站机构运转经费")
    assert one.department is not None and (one.department.code, one.department.name) == ("064", "阳泉市民政局")
    assert one.annual is not None and one.annual.yuan == 300_000
    assert [field for field, _ in one.fields] == ["goal-annual"]
    assert {i.horizon for i in one.indicators} == {"annual"}
    assert [(i.kind, i.target and i.target.printed) for i in one.indicators] == [
        ("output-quantity", "≥200人次"),
        ("output-quality", "≥95%"),
        ("benefit-social", "明显"),
        ("satisfaction-served", "≥90%"),
    ]


def test_a_form_that_a_page_cuts_below_the_end_of_another_one() -> None:
    report = case("swu2023-pages31-32")
    one = report.projects[0]
    assert len(report.projects) == 1 and one.name == "236高校思想政治工作专项经费"
    assert one.department is not None and (one.department.code, one.department.name) == ("105", "教育部")
    assert one.annual is not None and one.annual.yuan == 620_000
    assert [a.funding for a in one.appropriations] == ["fiscal", "carry-over", "other-funds"]
    assert [field for field, _ in one.fields] == ["goal-annual"]
    assert (len(one.indicators), sum(i.weight or 0 for i in one.indicators)) == (19, 90)
    assert {i.horizon for i in one.indicators} == {"annual"}
    assert {r.reason for r in report.unread} == {"part of a form that was not read"}  # its beginning is not there


def test_a_self_evaluation_with_goal_and_result_side_by_side() -> None:
    one = project("chongqing-self-evaluation")
    assert one.execution is not None and one.execution.revised is not None and one.execution.executed is not None
    assert (one.execution.revised.yuan, one.execution.executed.yuan) == (75_740_000, 66_430_000)
    texts = {field: cell.text for field, cell in one.fields}
    assert "39500人" in texts["goal-annual"] and "49358人" in texts["achievement"]
    kinds = [i.kind for i in one.indicators]
    assert [kinds.count(kind) for kind in ("output-quantity", "output", "benefit", "satisfaction", "process")] == [
        1,
        5,
        3,
        1,
        6,
    ]
    assert sum(i.weight or 0 for i in one.indicators) == 100
    reached = one.indicators[0].result
    assert reached is not None and reached.actual is not None and reached.actual.printed == "3个"
