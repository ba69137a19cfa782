"""What a column or a row is: money, a count, a share, a year; and of which year a figure is."""

from __future__ import annotations

import pytest
from drawn import dimensions_of, figures_of, read_drawn

from kg_builder import marks
from kg_builder.graph.addends import table_sums
from kg_builder.head_words import is_measured_row, role_of

COUNTS = """
债券期限 债券期限（年） 还款期限 使用年限 票面利率 发行利率（%） 年末人口 常住人口（万人） 人数 在职人数 增减率 增减额
占比 占比（%） 比重 完成率% 编制数 接待批次 接待人次（人） 公务用车保有量（辆） 数量（台） 同比（%） 增幅 面积（平方米）
"""
ROWS_OF_COUNTS = """
增减额 增减率（%） 增减% 增长率 比上年增减 较上年增减率 占比（%） 公务用车保有量（辆）
国内公务接待批次（个） 在职人数（人） 年末在职人数
"""
MONEY = "财政拨款 项目资金 预算数（元） 人员经费 利息支出 年初预算 人口普查经费 本年收入"
ROWS_OF_MONEY = "人员经费 教育支出 利息支出 差旅费 人口普查 税率调整补助 其他支出（项） 年度绩效奖金"
THREE_PUBLIC = """
“三公”经费支出表
单位：万元
合计|因公出国（境）费|公务用车购置及运行费|∅|∅|公务接待费
^|^|小计|公务用车购置费|公务用车运行费|^
"""


@pytest.mark.parametrize("head", COUNTS.split())
def test_a_column_of_counts_rates_or_periods_is_no_money(head: str) -> None:
    found = read_drawn(f"项目支出情况表\n单位：亿元\n序号|项目名称|{head}|金额\n1|道路|7|12.00\n2|桥梁|3.50|8.00")
    assert [(heading, printed) for _, heading, printed in figures_of(found)] == [("金额", "12.00"), ("金额", "8.00")]
    assert len([r for r in found.ignored if r.text in {"7", "3.50"}]) == 2


@pytest.mark.parametrize(
    "head", ["财政拨款", "项目资金", "预算数（元）", "人员经费", "利息支出", "年初预算", "人口普查经费", "本年收入"]
)
def test_a_column_of_money_stays_one(head: str) -> None:
    assert role_of(head) == "amount"


@pytest.mark.parametrize("head", ["年度", "年份", "预算年度", "年"])
@pytest.mark.parametrize("year", ["2024", "2024年", "2024年度"])
def test_a_year_in_a_column_is_the_year_of_its_row(head: str, year: str) -> None:
    found = read_drawn(f"“三公”经费支出表\n单位：万元\n{head}|合计|公务接待费\n{year}|20.00|1.00\n2025年|19.30|0.80")
    assert figures_of(found) == [
        (year, "合计", "20.00"),
        (year, "公务接待费", "1.00"),
        ("2025年", "合计", "19.30"),
        ("2025年", "公务接待费", "0.80"),
    ]
    assert dimensions_of(found, year, "合计")["fiscalYear"] == "2024"
    assert "fiscalYear" not in dimensions_of(found, "2025年", "合计")


def test_a_year_beside_a_label_that_is_merged_over_several_years() -> None:
    found = read_drawn(
        "“三公”经费支出表\n单位：万元\n单位名称|年度|合计|公务接待费\n某局本级|2024年|20.00|1.00\n^|2025年|19.30|0.80\n某站|2024年|3.00|3.00"
    )
    figures = found.tables[0].observations
    years = [(o.label, o.organization, dict(o.dimensions).get("fiscalYear"), o.amount.printed) for o in figures]
    assert years == [
        ("某局本级", "某局本级", "2024", "20.00"),
        ("某局本级", "某局本级", "2024", "1.00"),
        ("某局本级", "某局本级", None, "19.30"),
        ("某局本级", "某局本级", None, "0.80"),
        ("某站", "某站", "2024", "3.00"),
        ("某站", "某站", "2024", "3.00"),
    ]


@pytest.mark.parametrize(
    ("label", "year", "stage"),
    [
        ("2024年预算数", "2024", None),
        ("2024年度决算数", "2024", "final"),
        ("上年预算数", "2024", None),
        ("上年决算数", "2024", "final"),
        ("2023年", "2023", None),
        ("2025年预算数", None, None),
        ("本年预算数", None, None),
        ("2024年执行数", "2024", "executed"),
    ],
)
def test_a_year_in_a_rows_label_is_the_year_of_its_figures(label: str, year: str | None, stage: str | None) -> None:
    found = read_drawn(
        f"“三公”经费支出表\n单位：万元\n项目|合计|公务接待费\n{label}|20.00|1.00\n2025年预算数|19.30|0.80"
    )
    dimensions = dimensions_of(found, label, "合计")
    assert (dimensions.get("fiscalYear"), dimensions.get("stage")) == (year, stage)


def test_a_name_that_begins_with_a_year_is_a_name() -> None:
    found = read_drawn("项目支出表\n单位：万元\n项目名称|金额\n2024年|20.00\n2024年道路养护|19.30")
    assert all("fiscalYear" not in dict(o.dimensions) for o in found.tables[0].observations)


@pytest.mark.parametrize("label", ROWS_OF_COUNTS.split())
def test_a_row_of_counts_or_changes_is_no_money(label: str) -> None:
    found = read_drawn(f"“三公”经费支出表\n单位：万元\n项目|合计|公务接待费\n2025年预算数|19.30|0.80\n{label}|-3.50|12")
    assert [printed for _, _, printed in figures_of(found)] == ["19.30", "0.80"]
    assert {r.text for r in found.ignored if "count, share or change" in r.reason} == {"-3.50", "12"}


@pytest.mark.parametrize("label", ROWS_OF_MONEY.split())
def test_a_row_of_money_stays_one(label: str) -> None:
    assert not is_measured_row(label)


def test_years_are_not_added_up() -> None:
    found = read_drawn(
        "“三公”经费支出表\n单位：万元\n年度|单位名称|公务接待费\n2024年|甲局|20.00\n2024年|合计|20.00\n2025年|甲局|19.30\n2025年|合计|19.30"
    )
    assert set(table_sums(found.tables[0]).by_row.items()) == {((1, 3), (2, 3)), ((3, 3), (4, 3))}


@pytest.mark.parametrize(
    "figures", ["12|0|9|0|9|3", "0|0|0|0|0|0", "9|1|2|1|1|6", "3|1|2|1|1|0", "5|0|5|0|5|0", "8|1|6|5|1|1"]
)
def test_a_row_of_whole_numbers_is_no_numbering(figures: str) -> None:
    found = read_drawn(THREE_PUBLIC + figures)
    assert [printed for _, _, printed in figures_of(found)] == figures.split("|")


@pytest.mark.parametrize("numbers", ["1|2|3|4|5|6", "1|2=3+4|3|4|5|6", "栏次|1|2|3|4|5"])
def test_a_row_that_counts_is_a_numbering(numbers: str) -> None:
    assert marks.numbers_columns(numbers.split("|"))


def test_income_of_the_year_is_no_total_with_carry_over() -> None:
    found = read_drawn(
        "收入预算表\n单位：万元\n科目编码|科目名称|收入合计|本年预算收入|∅|∅|上年结转\n"
        "^|^|^|小计|财政拨款收入|事业收入|^\n205|教育支出|110.00|100.00|80.00|20.00|10.00"
    )
    assert dimensions_of(found, "教育支出", "本年预算收入 / 小计")["provision"] == "current"
    assert set(table_sums(found.tables[0]).by_column.items()) == {
        ((1, 4), (1, 3)),
        ((1, 7), (1, 3)),
        ((1, 5), (1, 4)),
        ((1, 6), (1, 4)),
    }


def test_the_year_alone_as_a_column_is_no_total_with_carry_over() -> None:
    found = read_drawn(
        "收入预算表\n单位：万元\n科目编码|科目名称|本年预算收入|财政拨款收入|事业收入|上年结转\n205|教育支出|100.00|80.00|20.00|10.00"
    )
    assert set(table_sums(found.tables[0]).by_column.items()) <= {((1, 4), (1, 3)), ((1, 5), (1, 3))}


def test_rows_of_the_year_and_carry_over_are_parts_of_the_whole() -> None:
    found = read_drawn(
        "收入总表\n单位：万元\n项目|预算数\n一、财政拨款收入|80.00\n二、事业收入|20.00\n本年预算收入合计|100.00\n上年结转|10.00\n收入总计|110.00"
    )
    assert set(table_sums(found.tables[0]).by_row.items()) == {
        ((1, 2), (3, 2)),
        ((2, 2), (3, 2)),
        ((3, 2), (5, 2)),
        ((4, 2), (5, 2)),
    }


def test_a_table_without_a_unit_has_that_in_which_the_text_prints_its_largest_figure() -> None:
    table = "收入预算表\n科目编码|科目名称|合计|事业收入\n205|教育支出|1,390,140.45|20.00\n∅|合计|1,390,140.45|20.00"
    found = read_drawn(table, "我校收入预算1,390,140.45万元，比上年增加2.00万元。")
    assert [o.amount.unit for o in found.tables[0].observations] == ["万元"] * 4
    assert [r.reason for r in found.ignored] == ["no unit is printed; the text prints 1,390,140.45万元"]
    for other in ("我校收入预算90,140.45万元。", "预算1,390,140.45万元，即1,390,140.45元。", "共11,390,140.45万元。"):
        assert len(read_drawn(table, other).unread) == 4
