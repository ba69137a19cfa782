"""Where a budget table begins and ends: titles, captions, units, page breaks; and what one cell of it says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import dimensions_of, drawn_page, figures_of, read_drawn, tables_of

from kg_builder.model import Box, Cell, Page, Place
from kg_builder.templates.tables.kinds import kind_of
from kg_builder.templates.tables.reading import amount_of


def test_a_table_goes_on_over_the_page() -> None:
    found = read_drawn(
        "2025年部门支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100\n- 5 -",
        "科目编码|科目名称|合计\n206|科学技术支出|50",
        "合计|∅|150\n注：本表含上年结转",
    )
    (t,) = found.tables
    assert [(o.label, o.amount.printed, o.total) for o in t.observations] == [
        ("教育支出", "100", False),
        ("科学技术支出", "50", False),
        ("合计", "150", True),
    ]
    assert [o.amount.place.page for o in t.observations] == [1, 2, 3]
    assert t.note == "注：本表含上年结转"


def test_a_row_cut_by_the_page_is_one_row() -> None:
    found = read_drawn(
        "2025年收支预算总表\n单位：元\n支出|∅\n项目|预算数\n七、教育支出|1\n八、社会保障和就|16",
        "业支出|\n九、卫生健康支出|3",
    )
    assert figures_of(found)[1] == ("八、社会保障和就业支出", "支出 / 预算数", "16")
    assert dimensions_of(found, "八、社会保障和就业支出", "支出 / 预算数")["functionCode"] == "208"


@pytest.mark.parametrize("label", ["①公务用车购置费", "公务用车购置费", "因公出国（境）费"])
def test_a_row_without_figures_on_top_of_a_page_is_no_end_of_a_label(label: str) -> None:
    found = read_drawn(
        "2025年“三公”经费支出预算表\n单位：万元\n项目|预算数\n公务接待费|0.80\n公务用车购置及运行费|18.50",
        f"{label}|\n公务用车运行维护费|18.50\n合计|19.30",
    )
    labels = [(o.label, o.amount.printed) for t in found.tables for o in t.observations]
    assert labels[1] == ("公务用车购置及运行费", "18.50")


def test_two_tables_in_one_grid() -> None:
    found = read_drawn("""
2025年支出预算总表|∅|∅
部门：某市教育局|∅|单位：万元
科目编码|科目名称|合计
205|教育支出|1.00
2025年收入预算总表|∅|∅
部门：某市教育局|∅|单位：元
科目编码|科目名称|合计
205|教育支出|10000
""")
    assert [(t.kind, t.unit, t.observations[0].amount.yuan) for t in found.tables] == [
        ("expenditure", "万元", Decimal(10000)),
        ("revenue", "元", Decimal(10000)),
    ]


def test_without_a_unit_nothing_is_guessed() -> None:
    found = read_drawn("2025年支出预算总表\n科目编码|科目名称|合计\n205|教育支出|1.00")
    assert figures_of(found) == []
    assert [(r.text, r.reason) for r in found.unread] == [("1.00", "the table names no unit")]


def test_the_report_states_one_unit_for_all_tables() -> None:
    found = read_drawn("本报告表格金额单位均为万元", "2025年支出预算总表\n科目编码|科目名称|合计\n205|教育支出|1.00")
    assert found.tables[0].observations[0].amount.yuan == 10000


def test_a_grid_that_is_not_understood_is_unread_with_all_its_numbers() -> None:
    found = read_drawn("单位：万元\n甲乙|丙丁\n1|2\n7|8")
    assert [r.text for r in found.unread] == ["1", "2", "7", "8"]


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("1,098.40", "1098.40"),
        ("4411. 49", "4411.49"),
        ("1,234,5\n67.00", "1234567.00"),
        ("13,649.\n07", "13649.07"),
        ("１２．５０", "12.50"),
        ("（3.00）", "-3.00"),
        ("-5", "-5"),
        ("0", "0"),
        ("0.00 201", None),
        ("12.00 13.00", None),
        ("100\n200", None),
        ("—", None),
        ("", None),
    ],
)
def test_one_number_or_none(printed: str, yuan: str | None) -> None:
    amount = amount_of(Cell(printed, Place(1)), "元")
    assert (amount and amount.yuan) == (yuan and Decimal(yuan))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("2025年部门财务收支预算总表", "budget-summary"),
        ("一、2018年度某省高级人民法院收支预算总表", "budget-summary"),
        ("2024年预算单位收入预算总表", "revenue"),
        ("支出决算表", "expenditure"),
        ("财政拨款收入支出决算总表", "fiscal-summary"),
        ("十、2018年度某法院政府性基金预算财政拨款支出预算表", "government-fund-expenditure"),
        ("2023年政府性基金预算收入表（不含上年结转）", "government-fund-revenue"),
        ("国有资本经营预算财政拨款支出决算表", "state-capital"),
        ("一般公共预算财政拨款基本支出决算表", "general-public-basic"),
        ("一般公共预算“三公”经费、会议费、培训费支出预算表", "three-public"),
        ("2025年财政拨款安排机关运行经费预算表", "operating-cost"),
        ("2017年政府采购预算表", "procurement"),
        ("2025年项目支出预算表（本年预算）", "projects-current"),
        ("2025年项目支出预算表（上年结转）", "projects-carry-over"),
        ("2025年度预算安排补助情况表", "other"),
        ("2026年全市一般公共预算收入安排情况表", "general-public-revenue"),
        ("2026年市级一般公共预算收入预算（草案）", "general-public-revenue"),
        ("2018年公共财政预算收入执行表", "general-public-revenue"),
        ("一般公共预算财政拨款收入支出决算表", "general-public-expenditure"),
        ("2024年社保基金收支表", "social-insurance"),
    ],
)
def test_kind_of_title(title: str, kind: str) -> None:
    assert kind_of(title) == kind


def test_a_figure_in_the_cell_of_the_label_is_unread() -> None:
    found = read_drawn("支出预算总表\n单位：元\n项目|合计|基本支出\n一、教育支出 96,282.00||\n二、其他支出|1.00|1.00")
    assert [r.text for r in found.unread] == ["一、教育支出 96,282.00"]
    assert [label for label, _, _ in figures_of(found)] == ["二、其他支出"] * 2


@pytest.mark.parametrize("line", ["续表", "续表一", "（续）", "续上表", "接上表"])
@pytest.mark.parametrize("inside", ["", "|∅|∅"])
@pytest.mark.parametrize("head", ["科目编码|科目名称|合计\n", ""])
def test_a_line_that_says_that_the_table_goes_on(line: str, inside: str, head: str) -> None:
    found = read_drawn(
        "2025年部门支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100",
        f"{line}{inside}\n{head}206|科学技术支出|50\n合计|∅|150",
    )
    assert [[o.amount.printed for o in t.observations] for t in found.tables] == [["100", "50", "150"]]
    assert not found.unread


def test_title_and_head_printed_again_on_the_next_page() -> None:
    head = "2025年部门支出预算总表{}\n编制部门：某市教育局 单位：元\n科目编码|科目名称|合计\n"
    found = read_drawn(head.format("") + "205|教育支出|100", head.format("（续）") + "206|科学技术支出|50\n合计|∅|150")
    assert [len(t.observations) for t in found.tables] == [3]


@pytest.mark.parametrize(
    "caption",
    [
        "2025年支出预算总表 单位：元",
        "表3 2025年支出预算总表（单位：元）",
        "2025年支出预算总表|∅|单位：元",
        "2025年支出预算总表⏎部门：某市教育局 单位：元|∅|∅",
        "部门公开表3\n2025年支出预算总表\n单位：元",
        "2025年支出预算\n总表\n单位：元",
    ],
)
def test_captions(caption: str) -> None:
    found = read_drawn(f"{caption}\n科目编码|科目名称|合计\n205|教育支出|100")
    assert [(t.kind, t.unit) for t in found.tables] == [("expenditure", "元")]
    assert figures_of(found) == [("教育支出", "合计", "100")]


def test_a_table_captioned_by_another_body_is_that_bodys() -> None:
    text = "2025年支出预算总表\n单位名称：某市第一中学 单位：元\n科目编码|科目名称|合计\n205|教育支出|100"
    found = tables_of([drawn_page(text)], 2025, ["某市教育局"])
    assert [o.organization for o in found.tables[0].observations] == ["某市第一中学"]
    assert [o.organization for o in tables_of([drawn_page(text)], 2025, ["某市第一中学"]).tables[0].observations] == [
        None
    ]


def test_a_second_report_in_one_file_is_unread() -> None:
    text = "{}年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100"
    found = read_drawn(text.format(2025), text.format(2024))
    assert [t.title for t in found.tables] == ["2025年支出预算总表"]
    assert {r.reason for r in found.unread} == {"table of another report: 2024年支出预算总表"}


def test_a_title_of_another_year_alone_is_a_slip_of_the_pen() -> None:
    found = read_drawn("2024年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100")
    assert len(found.tables[0].observations) == 1


def test_running_heads_are_no_titles() -> None:
    def page(number: int, rows: str) -> Page:
        made = drawn_page(rows, number)
        head = Cell("某市教育局2025年部门预算表", Place(number, Box(300, 20, 500, 30)))
        return Page(number, (head, *made.lines), made.tables, made.size)

    found = tables_of(
        [
            page(1, "2025年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100"),
            page(2, "206|科学技术支出|50"),
            page(3, "合计|∅|150"),
        ],
        2025,
    )
    assert [(t.title, len(t.observations)) for t in found.tables] == [("2025年支出预算总表", 3)]


def test_tables_of_two_bodies_do_not_run_together() -> None:
    text = "{}单位名称：{} 单位：元\n科目编码|科目名称|合计\n205|教育支出|100"
    found = read_drawn(text.format("2025年支出预算总表\n", "某市第一中学"), text.format("", "某市第二中学"))
    assert [len(t.observations) for t in found.tables] == [1, 1]


def test_names_and_telephone_numbers_of_people_are_in_no_value() -> None:
    found = read_drawn(
        "2025年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100\n经办人：某甲|联系电话：|0000-1234567\n"
        "注：经办人：某甲"
    )
    assert [r.label for r in found.tables[0].rows] == ["教育支出"]
    assert "某甲" not in repr((found.tables, found.ignored, found.unread))
    assert "1234567" not in repr((found.tables, found.ignored, found.unread))


@pytest.mark.parametrize(
    ("upper", "lower"),
    [
        ("青川县2024年全县", "一般公共预算收入执行情况表"),
        ("2024年对县（市、", "区）转移支付分地区预算表"),
        ("2024年全县政府", "性基金收支预算表"),
        ("青川县202", "4年县本级一般公共预算收入表"),
        ("附表3 2024年对下税收返还和", "转移支付分地区预算表"),
    ],
)
def test_the_upper_half_of_a_title_says_its_year_too(upper: str, lower: str) -> None:
    """The level and the year stood in the upper line, and the table was of the report's year."""
    found = read_drawn(f"{upper}\n{lower}\n单位：万元\n项目|预算数|执行数\n某项|9.00|8.00\n合计|9.00|8.00")
    assert found.tables[0].title == upper.removeprefix("附表3 ") + lower


@pytest.mark.parametrize(
    "above", ["青川县2024年决算公开，如下", "表2024年收入决算表", "部门：某局2024年", "一、2024年情况。"]
)
def test_a_line_that_is_whole_is_no_half_of_a_title(above: str) -> None:
    found = read_drawn(f"{above}\n一般公共预算收入执行情况表\n单位：万元\n项目|预算数\n某项|9.00\n合计|9.00")
    assert found.tables[0].title == "一般公共预算收入执行情况表"
