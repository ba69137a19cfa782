"""Figures of a government's prose: what is said of which budget, level, year and stage, and what is left alone."""

from __future__ import annotations

import pytest
from drawn import drawn_page

from kg_builder.model import Report, Source
from kg_builder.templates.report import merge_sources, parse_report

TITLE = "关于青川县2025年预算执行情况和2026年预算草案的报告"
YEAR_BEFORE = "一、2025年预算执行情况"
YEAR = "二、2026年预算草案"


def read(*lines: str) -> Report:
    return parse_report([drawn_page("\n".join((TITLE, *lines)))], Source("a.pdf", "0" * 64, 1))


def said(*lines: str) -> list[tuple[str, str, str | None, str | None, str | None]]:
    statements = read(*lines, "（九）乡镇", "2026年全县政府债务余额9.99亿元。").statements
    assert statements[-1].topic == "debt-balance"  # each text below is followed by one that is always read
    return [
        (s.topic, f"{s.value}{s.unit}", *(dict(s.dimensions).get(name) for name in ("coverage", "fiscalYear", "stage")))
        for s in statements[:-1]
    ]


def test_sums_of_the_budgets_say_level_year_and_stage() -> None:
    assert said(
        YEAR_BEFORE,
        "（一）全县预算执行情况",
        "1.一般公共预算。全县一般公共预算收入完成22.5亿元，为预算的98%，其中：税收收入12.1亿元，非税收入10.4亿元。",
        "加上上级补助收入30亿元、上年结转1.5亿元后，收入总计54亿元。支出完成50.2亿元，增长3%。",
        YEAR,
        "（一）县本级预算",
        "1.政府性基金预算收支安排县本级政府性基金预算收入3.1亿元，下降2%。支出安排2,500万元。",
    ) == [
        ("general-public-revenue", "22.5亿元", "whole", "2025", "executed"),
        ("tax-revenue", "12.1亿元", "whole", "2025", "executed"),
        ("non-tax-revenue", "10.4亿元", "whole", "2025", "executed"),
        ("general-public-revenue-total", "54亿元", "whole", "2025", "executed"),
        ("general-public-expenditure", "50.2亿元", "whole", "2025", "executed"),
        ("fund-revenue", "3.1亿元", "own", "2026", "budget"),
        ("fund-expenditure", "2500万元", "own", "2026", "budget"),
    ]


def test_debt_says_kind_and_measure() -> None:
    assert said(
        YEAR_BEFORE,
        "（五）政府债务情况",
        "省财政厅核定我县2025年政府债务限额12.5亿元，其中：一般债务限额4.5亿元，专项债务限额8亿元。"
        "截至2025年底，全县政府债务余额11亿元。",
    ) == [
        ("debt-limit", "12.5亿元", "whole", "2025", "executed"),
        ("general-debt-limit", "4.5亿元", "whole", "2025", "executed"),
        ("special-debt-limit", "8亿元", "whole", "2025", "executed"),
        ("debt-balance", "11亿元", "whole", "2025", "executed"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "全县一般公共预算收入较上年20.1亿元增长5%。",  # of another year
        "2026年全县教育支出3亿元。",  # an item that no budget names
        "2026年社会保险基金中全县职工医保收入4亿元，支出3.5亿元。",  # 支出 is of the item, not of all funds
        "争取专项资金1.5亿元，拨付0.2亿元。",
        "2027年全县一般公共预算收入预计25亿元。",  # of a year after the report's
        "一般公共预算收入2025年22亿元、2026年预期23亿元。",  # no level
        "全县一般公共预算收入2亿多，县本级1亿元。",
    ],
)
def test_what_is_not_wholly_understood_is_left_alone(text: str) -> None:
    assert said("三、其他情况", text) == []


def test_a_budget_that_was_named_sentences_ago_is_not_taken_up() -> None:
    """3,264万元 for villages was the expenditure of the county."""
    found = said(YEAR_BEFORE, "回顾全年，全县一般公共预算收入完成22.5亿元。村庄清洁有力推进。其中县本级支出3264万元。")
    assert [topic for topic, *_ in found] == ["general-public-revenue"]


def test_what_goes_on_from_a_sum_that_is_not_understood_is_left_alone() -> None:
    """The total of one kind of insurance was that of all, and a zone's expenditure the government's."""
    assert said(
        YEAR_BEFORE,
        "（三）县本级社会保险基金预算执行情况",
        "县本级社会保险基金预算收入完成30亿元。其中职工医保基金支出12亿元。加上补助支出后，总支出13亿元。",
        "（四）某某合作区预算执行情况",
        "1.一般公共预算。合作区本级收入8亿元。本级支出7亿元，加上调出资金后，总支出9亿元。全区一般公共预算支出10亿元。",
    ) == [("insurance-revenue", "30亿元", "own", "2025", "executed")]


def test_the_year_goes_on_behind_a_semicolon_and_a_page_number_parts_no_figure() -> None:
    assert said(YEAR, "（一）收支", "2026年全县一般公共预算收入20亿元；一般公共预算支出", "— —", "30亿元。") == [
        ("general-public-revenue", "20亿元", "whole", "2026", "budget"),
        ("general-public-expenditure", "30亿元", "whole", "2026", "budget"),
    ]


def test_a_final_account_is_final() -> None:
    page = drawn_page("2025年度青川县财政决算收支情况\n2025年全县一般公共预算收入750.55亿元。")
    (report,) = merge_sources([parse_report([page], Source("a.pdf", "0" * 64, 1))])
    (one,) = report.statements
    assert (one.topic, dict(one.dimensions)["stage"]) == ("general-public-revenue", "final")
    assert one.amount and (str(one.amount.yuan), one.place.page) == ("75055000000.00", 1)
