"""Figures of the prose: topic, subject, unit and sign; joined lines; what is left alone."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import lines_page
from real_reports import FOLDER, needs_reports

from kg_builder.model import Box, Cell, Page, Place, Statement, Table
from kg_builder.readers import read_pages
from kg_builder.templates.prose.narrative import statements_in


def statements(text: str, year: int | None = 2023) -> tuple[Statement, ...]:
    lines = tuple(Cell(line, Place(1, line=i)) for i, line in enumerate(text.split("\n"), start=1))
    return statements_in([Page(1, lines)], year=year)


def said(text: str) -> list[tuple[str, str, str | None]]:
    return [(s.topic, f"{s.value}{s.unit}", s.subject) for s in statements(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "2023年度预算收入总计20.00万元，其中：本年收入15.00万元，上年结转5.00万元，比上年减少5.00万元，下降20%。",
            [
                ("revenue-total", "20.00万元", None),
                ("revenue-current", "15.00万元", None),
                ("carry-over", "5.00万元", None),
                ("change", "-5.00万元", "revenue-total"),  # the rate tells that the whole is meant: -5 of 25
                ("change-rate", "-20%", "revenue-total"),
            ],
        ),
        (  # no rate tells whether the whole or its last part is meant
            "预算收入总计20万元，其中：本年收入15万元，上年结转5万元，比上年减少5万元。",
            [("revenue-total", "20万元", None), ("revenue-current", "15万元", None), ("carry-over", "5万元", None)],
        ),
        (
            "某中心2023年机关运行经费是25.39万元，比2022年的22.32万元增加3.07万元。",
            [
                ("operating-cost", "25.39万元", None),
                ("previous-year", "22.32万元", "operating-cost"),
                ("change", "3.07万元", "operating-cost"),
            ],
        ),
        (
            "支出预算100万元，其中：基本支出40万元，占40%；项目支出60万元，占60%。",
            [
                ("expenditure-total", "100万元", None),
                ("basic", "40万元", None),
                ("share", "40%", "basic"),
                ("project", "60万元", None),
                ("share", "60%", "project"),
            ],
        ),
        (
            "“甲支出（类）乙（款）丙（项）”15.00万元，主要用于购置设备3.00万元。",
            [("function", "15.00万元", "甲支出(类)乙(款)丙(项)")],
        ),
        (
            "甲支出（类）乙（款）丙（项）。主要用于：人员。全年预算为9.00万元，支出决算为6.18万元，完成全年预算数的68.67%。",
            [
                ("adjusted-budget", "9.00万元", "甲支出(类)乙(款)丙(项)"),
                ("final-amount", "6.18万元", "甲支出(类)乙(款)丙(项)"),
                ("completion-rate", "68.67%", "甲支出(类)乙(款)丙(项)"),
            ],
        ),
        (
            "公务用车购置及运行费9.98万元，其中：购置费0万元；运行费9.98万元。",
            [
                ("vehicles", "9.98万元", None),
                ("vehicle-purchase", "0万元", None),
                ("vehicle-operation", "9.98万元", None),
            ],
        ),
        ("某展览馆运行费110万元。", []),  # 运行费 of something else
        (
            "政府采购预算总金额为80万元。其中拟购买货物59万元，拟购买工程0万元，拟购买服务21万元。",
            [
                ("procurement", "80万元", None),
                ("procurement-goods", "59万元", None),
                ("procurement-works", "0万元", None),
                ("procurement-services", "21万元", None),
            ],
        ),
        (
            "实行绩效目标管理的项目15个，涉及一般公共预算当年拨款1098.4万元。其中：其他运转类项目3个，涉及金额9万元。",
            [("performance-projects", "15个", None), ("performance-amount", "1098.4万元", None)],
        ),
        (
            "本部门共6个项目实行绩效目标管理，涉及财政性资金合计44万元。",
            [("performance-projects", "6个", None), ("performance-amount", "44万元", None)],
        ),
        ("绩效自评的2024年度项目1个，涉及预算金额5万元。", []),
        (
            "共有车辆3辆，其中：机要通信用车1辆、其他用车2辆；单价100万元（含）以上设备（不含车辆）4台（套）。",
            [
                ("asset-vehicles", "3辆", None),
                ("asset-vehicles", "1辆", "机要通信用车"),
                ("asset-vehicles", "2辆", "其他用车"),
                ("asset-equipment", "4台", None),
            ],
        ),
        ("办公用房建筑总面积430.2平方米。", [("asset-buildings", "430.2平方米", None)]),
        ("下降(增长)0.001%。", []),
        ("某某不明款项5万元，比上年增加1万元。", []),  # what changed is not known
        ("培训费支出30万元，主要原因是会议费减少5万元、公务接待费减少1万元。", [("training", "30万元", None)]),
        ("公务接待费5万元，低于上年预算数2万元。", [("reception", "5万元", None), ("change", "-2万元", "reception")]),
    ],
)
def test_sentence(text: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert said(text) == expected


def test_lines_that_break_inside_a_number_are_joined_and_the_number_keeps_its_first_line() -> None:
    (one, two) = statements("2023年度支出预算1,4\n\n53.49万\n元，其中：基本支\n出153.02 万元。")
    assert (one.value, one.place.line) == (Decimal("1453.49"), 1)
    assert (two.topic, two.value, two.within, two.place.line) == ("basic", Decimal("153.02"), "expenditure-total", 5)


@pytest.mark.parametrize(
    "number",
    ["12", "- 12 -", "第3页共20页", "─11─", "— 7 —", "第 3 页 / 共 20 页", "共20页，第3页", "3/20", "Page 3"],
)
def test_a_page_number_inside_a_sentence_is_no_part_of_it(number: str) -> None:
    pages = [lines_page(f"2023年支出预算为1,2\n{number}"), lines_page("34.50万元，比上年增加34.50万元。", 2)]
    found = statements_in(pages, year=2023)
    assert [(s.topic, s.value) for s in found] == [
        ("expenditure-total", Decimal("1234.50")),
        ("change", Decimal("34.50")),
    ]


def test_money_is_exact_yuan_with_its_print_and_sign() -> None:
    (_, change) = statements("公务接待费0.80万元，比上年减少0.70万元。")
    assert change.amount is not None
    assert (change.amount.yuan, change.amount.printed, change.amount.unit) == (Decimal(-7000), "-0.70", "万元")


def test_zero_keeps_its_printed_decimals() -> None:
    assert str(statements("上年结转0.00万元。")[0].value) == "0.00"


def test_tables_forms_and_what_the_caller_names_are_left_out() -> None:
    line = Cell("基本支出5万元。", Place(1, Box(0, 10, 100, 20)))
    table = Table(Place(1, Box(0, 0, 100, 50)), ((line,),))
    assert statements_in([Page(1, (line,), (table,))]) == ()
    assert statements_in([Page(1, (line,))], leave_out=lambda place: place == line.place) == ()
    assert said("某市项目支出绩效目标申报表\n项目概况 培训费5万元。\n十一、国有资产占有使用情况\n基本支出5万元。") == [
        ("basic", "5万元", None)
    ]


def test_prose_behind_a_form_that_was_read_is_prose_again_on_the_next_page() -> None:
    title = Cell("某市项目支出绩效目标申报表", Place(1, Box(0, 10, 100, 20)))
    form = Page(1, (title,), (Table(Place(1, Box(0, 0, 100, 50)), ((title,),)),), (595, 842))
    after = Page(2, (Cell("基本支出5万元。", Place(2, Box(0, 10, 100, 20))),), (), (595, 842))
    assert [(s.topic, str(s.value)) for s in statements_in([form, after])] == [("basic", "5")]
    unread = Page(1, (title,), (), (595, 842))  # what no reader understood may go on
    assert statements_in([unread, after]) == ()


def test_sentences_with_handlers_and_long_numbers_are_not_quoted() -> None:
    assert statements("经办人：某某，基本支出5万元。") == ()
    (one,) = statements("电话0351 1234567转本部门基本支出5万元。", 2023) or (None,)
    assert one is None or "1234567" not in one.quote


@pytest.mark.parametrize(
    "text", ["主要原因1万元，", "比上年部", "其中基本支出1,000.00万元占", "（", "绩效目标项目5个", "1,"]
)
def test_hostile_text_is_read_to_its_end(text: str) -> None:
    assert all(len(s.quote) <= 80 for s in statements(text * 20000))


@needs_reports
@pytest.mark.parametrize(
    ("name", "year", "expected"),
    [
        (
            "text/yangquan-museum-2023.txt",
            2023,
            {"revenue-total": "1453.49", "project": "1300.47", "operating-cost": "25.39"},
        ),
        (
            "text/yangquan-finance-2023.txt",
            2023,
            {"three-public": "5.40", "procurement": "49.34", "performance-projects": "14"},
        ),
        ("text/yangquan-bigdata-2023.txt", 2023, {"expenditure-total": "11689.17", "performance-amount": "11170.09"}),
        ("text/yangquan-civil-affairs-2025.txt", 2025, {"three-public": "19.30", "procurement-services": "609.71"}),
        (
            "pdf/putuo-commerce-2025-department.pdf",
            2025,
            {"operating-cost": "171.01", "performance-amount": "11381.60"},
        ),
        ("pdf/putuo-socialwork-2024-final.pdf", 2024, {"budget-total": "307.82", "procurement-goods": "21.07"}),
        (
            "pdf/jiangsu-congress-2017.pdf",
            2017,
            {"budget-total": "13649.07", "procurement-goods": "59", "meetings": "1305.25"},
        ),
        ("pdf/jiangsu-court-2018.pdf", 2018, {"fiscal-total": "33172.15", "reserve": "3258.06", "training": "1666.25"}),
    ],
)
def test_figures_of_real_reports(name: str, year: int, expected: dict[str, str]) -> None:
    path = FOLDER / name
    pages = read_pages(path)
    found = statements_in(pages, year=year)
    for topic, value in expected.items():
        assert {s.value for s in found if s.topic == topic} == {Decimal(value)}, topic


def test_totals_of_fiscal_money_are_not_those_of_the_body() -> None:
    """支出总计 after 财政拨款收入总计 was compared with all spending: a final account without a fault had a finding."""
    assert said("2023年度财政拨款收入总计9.00万元、支出总计9.00万元。") == [
        ("fiscal-revenue", "9.00万元", None),
        ("fiscal-expenditure", "9.00万元", None),
    ]
    assert said("2023年度收入总计20.00万元、支出总计20.00万元。")[1] == ("expenditure-total", "20.00万元", None)


def test_income_and_spending_of_a_fund_are_not_those_of_the_body() -> None:
    """本年收入 of 政府性基金 was compared with the body's own."""
    fund = (
        "2023年度政府性基金预算财政拨款年初结转和结余0万元，本年收入5.00万元，本年支出5.00万元，年末结转和结余0万元。"
    )
    assert said(fund) == []


def test_a_path_of_functions_called_a_heading() -> None:
    """The word 科目 between the path and its sum hid all sums of a report."""
    assert said("“甲支出（类）乙（款）丙（项）”科目15.00万元，主要用于日常工作。") == [
        ("function", "15.00万元", "甲支出(类)乙(款)丙(项)")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2023年“三公”经费财政拨款预算19.30万元，其中：",
        "2023年部门预算“三公”经费支出19.30万元。",
        "2023年一般公共预算安排“三公”经费19.30万元。",
        "2023年使用一般公共预算拨款安排的“三公”经费预算19.30万元。",
    ],
)
def test_a_plain_sentence_on_the_three_public_expenses_is_read(text: str) -> None:
    assert said(text) == [("three-public", "19.30万元", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "因公出国（境）费、公务接待费和会议费分别为0万元、0.80万元和2万元。",
            ["overseas 0", "reception 0.80", "meetings 2"],
        ),
        ("公务接待费、会议费分别为1万元。", []),  # which of them is not said
        ("公务接待费、某项开支分别为1万元、2万元。", []),
        ("公务接待费、会议费分别为1万元、2万元、3万元。", []),
    ],
)
def test_sums_of_several_that_are_named_before_them(text: str, expected: list[str]) -> None:
    assert [f"{topic} {value.removesuffix('万元')}" for topic, value, _ in said(text)] == expected
