"""Tables of final accounts and of two years whose cell borders are lost: numbered lines, panels, wrapped heads."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from test_plain import restored, texts

from kg_builder.build import read_report
from kg_builder.build.stages import read_reports
from kg_builder.clerk import check_report
from kg_builder.model import BudgetTable, Report

UNIT = "部门名称：青川市水务局 单位：万元\n\n"
LINES = UNIT + "收入 支出\n\n项目 行次 金额 项目 行次 金额\n\n栏次  1 栏次  2\n\n"
FUNCTIONS = (
    UNIT + "项目\n本年收入合计 财政拨款收入 上级补助收入\n附属单位上缴收\n入\n\n其他收入\n\n"
    "功能分类科目编码 科目名称\n\n栏次 1 2 3 4 5\n\n"
)
THREE_PUBLIC = (
    UNIT + "预算数 决算数\n\n合计\n\n因公出国（境）\n费\n\n公务用车购置及运行维护费\n公务接待费 合计\n\n"
    "因公出国（境）\n费\n\n公务用车购置及运行维护费\n公务接待费\n\n小计 公务用车购置费\n\n公务用车运行维\n护费\n\n"
    "小计 公务用车购置费\n\n公务用车运行维\n护费\n\n1 2 3 4 5 6 7 8 9 10 11 12\n\n"
)
TWO_YEARS = (
    UNIT + "功能分类科目 2021年\n预算数\n\n2022年预算数\n\n2022年预算数\n比2021年预算\n数\n\n"
    "科目编码 科目名称 小计 基本支出 项目支出 增减额\n\n"
)


def test_lines_with_numbers_keep_them_apart_from_their_figures() -> None:
    """No table with 行次 was read; a line without a label on the left was taken for the end of the one above."""
    (table,) = restored(
        LINES + "一、事业收入 1 4,612.38一、一般公共服务支出 4 3.20\n\n二、其他收入 2 20.15二、教育支出 5 4,500.00\n\n"
        " 3  三、农林水支出 6 129.33\n\n本年收入合计 7 4,632.53 本年支出合计 8 4,632.53\n"
    )
    assert texts(table)[2:] == [
        ["栏次", "", "1", "", "", "2"],
        ["一、事业收入", "1", "4,612.38", "一、一般公共服务支出", "4", "3.20"],
        ["二、其他收入", "2", "20.15", "二、教育支出", "5", "4,500.00"],
        ["", "3", "", "三、农林水支出", "6", "129.33"],
        ["本年收入合计", "7", "4,632.53", "本年支出合计", "8", "4,632.53"],
    ]


def test_numbered_columns_tell_which_columns_a_head_has() -> None:
    """Heads with 本年收入合计 and columns numbered after 栏次 were not understood."""
    (table,) = restored(FUNCTIONS + "合计 7.00 5.00   2.00\n\n213\n农林水支\n出\n\n7.00 5.00   2.00\n")
    assert texts(table) == [
        ["项目", None, "本年收入合计", "财政拨款收入", "上级补助收入", "附属单位上缴收入", "其他收入"],
        ["功能分类科目编码", "科目名称", None, None, None, None, None],
        ["栏次", "", "1", "2", "3", "4", "5"],
        ["合计", "", "7.00", "5.00", "", "", "2.00"],
        ["213", "农林水支出", "7.00", "5.00", "", "", "2.00"],
    ]


def test_the_end_of_a_head_of_figures_is_not_the_begin_of_the_next_head() -> None:
    """支出, the end of 对附属单位补助支出, was read as the begin of 支出功能分类科目编码."""
    (table,) = restored(
        UNIT + "项目\n本年支出合计 基本支出 项目支出 经营支出\n对附属单位补助\n支出\n\n功能分类科目编码 科目名称\n\n"
        "栏次 1 2 3 4 5\n\n合计 7.00 5.00 2.00   \n"
    )
    assert texts(table)[0][-1] == "对附属单位补助支出"
    assert texts(table)[1][:2] == ["功能分类科目编码", "科目名称"]


def test_three_public_in_one_row_of_figures_without_a_label() -> None:
    """A table without any column of names was not understood."""
    (table,) = restored(THREE_PUBLIC + "9.00  8.00  8.00 1.00 7.20  7.00  7.00 0.20\n")
    assert texts(table)[-1] == ["9.00", "", "8.00", "", "8.00", "1.00", "7.20", "", "7.00", "", "7.00", "0.20"]


def test_public_expenditure_in_two_panels_with_one_total() -> None:
    """Economic items in three panels were not understood; the total of the last two had no column of its own."""
    (table,) = restored(
        UNIT + "人员经费 公用经费\n\n" + " ".join(["科目编码 科目名称 决算数"] * 3) + "\n\n"
        "301 工资福利支出 9.00 302 商品和服务支出 5.00 310 资本性支出 1.00\n\n"
        "30101 基本工资 9.00 30201 办公费 5.00 31002 办公设备购置 1.00\n\n"
        "303 对个人和家庭的补助  30202 印刷费    \n\n人员经费合计 9.00 公用经费合计 6.00\n"
    )
    assert texts(table)[-1] == ["人员经费合计", "", "9.00", "公用经费合计", "", "", "", "", "6.00"]


def test_a_year_wrapped_before_what_it_is_the_year_of() -> None:
    """2021年 and 预算数 were two columns, and each figure stood under the head to its left."""
    (table,) = restored(
        TWO_YEARS + "合计 40.00 47.00 20.00 27.00 7.00\n\n201 甲事务支出 10.00 12.00  12.00 2.00\n\n"
        "202 乙支出 30.00 35.00 20.00 15.00 5.00\n"
    )
    assert texts(table) == [
        ["功能分类科目", None, "2021年预算数", "2022年预算数", None, None, "2022年预算数比2021年预算数"],
        ["科目编码", "科目名称", None, "小计", "基本支出", "项目支出", "增减额"],
        ["合计", "", "40.00", "47.00", "20.00", "27.00", "7.00"],
        ["201", "甲事务支出", "10.00", "12.00", "", "12.00", "2.00"],
        ["202", "乙支出", "30.00", "35.00", "20.00", "15.00", "5.00"],
    ]


def test_a_head_that_the_rows_refute_is_not_believed() -> None:
    """Where every row breaks the sums of the likeliest reading another is tried; none is better than a wrong one."""
    (table,) = restored(TWO_YEARS + "合计 1.00 2.00 3.00 4.00 5.00\n\n201 甲 1.00 2.00 3.00 4.00 5.00\n")
    assert not any(cell == "2.00" for row in texts(table) for cell in row)


HEAD = "青川市水务局\n2022年度部门决算公开\n\n"


def parsed(path: Path, body: str) -> Report:
    path.write_text(HEAD + body, encoding="utf-8")
    return read_report(path)


def figures(table: BudgetTable) -> dict[str, Decimal]:
    return {o.label: o.amount.yuan for o in table.observations}


@pytest.mark.parametrize("between", ["\t", " "])
def test_an_undivided_row_of_numbered_lines_is_unread(tmp_path: Path, between: str) -> None:
    """Its text stood in the column of the line's number and was ignored as an ordinal."""
    rows = ["一、事业收入 甲 1 4,612.38 5.00 7.00 9.00一、农林水支出 4 3.20", "合计 2 4,612.38 合计 5 3.20"]
    cells = "\n".join(row.replace(" ", between) for row in rows)
    report = parsed(tmp_path / "a.txt", "收入支出决算总表\n\n" + LINES.replace(" ", between) + cells + "\n")
    said = " ".join(r.text for r in report.unread)
    read = {str(o.amount.printed) for t in report.tables for o in t.observations}
    assert all(number in said or number in read for number in ("7.00", "9.00"))


def test_the_total_of_a_panel_is_that_of_the_nearest_label(tmp_path: Path) -> None:
    """公用经费合计 in the middle panel, its figure in the right one: the figure was 人员经费合计."""
    head = "人员经费\t\t\t公用经费\t\t\t\t\t\n" + "\t".join(["科目编码\t科目名称\t决算数"] * 3) + "\n"
    rows = (
        "301\t工资福利支出\t9.00\t302\t商品和服务支出\t5.00\t310\t资本性支出\t1.00\n"
        "人员经费合计\t\t9.00\t公用经费合计\t\t\t\t\t6.00\n"
    )
    report = parsed(tmp_path / "a.txt", "一般公共预算财政拨款基本支出决算表\n\n单位：万元\n\n" + head + rows)
    found = figures(report.tables[0])
    assert (found["人员经费合计"], found["公用经费合计"]) == (Decimal(90000), Decimal(60000))


def test_years_over_columns_of_one_side_alone() -> None:
    """2020年 over 合计 and its parts stood beside 2019年 and a change in per cent: the head was not understood."""
    (table,) = restored(
        UNIT
        + "收入 支出\n\n项目 2019年 2020年\n\n2020年比20\n19年增减%\n\n项目 2019年\n\n2020年 2020年比20\n19年增减%\n\n"
        "合计 一般公共预算 政府性基金\n\n"
        "一、一般公共预算 8.00 9.00 12.50一、一般公共服务支出 8.00 9.00 9.00  12.50\n\n"
        "二、政府性基金    二、教育支出      \n\n本年收入合计 8.00 9.00 12.50本年支出合计 8.00 9.00 9.00  12.50\n"
    )
    assert texts(table)[-1] == [
        "本年收入合计",
        "8.00",
        "9.00",
        "12.50",
        "本年支出合计",
        "8.00",
        "9.00",
        "9.00",
        "",
        "12.50",
    ]
    assert texts(table)[1][3::6] == ["2020年比2019年增减%", "2020年比2019年增减%"]


def test_a_change_by_columns_adds_nothing_up() -> None:
    """The changes of 合计, 基本支出 and 项目支出 in per cent were taken for sums that do not hold."""
    (table,) = restored(
        UNIT
        + "项目 2019年预算数 2020年预算数 2020年预算数比2019年预算数增减%\n\n科目编码 科目名称"
        + " 合计 基本支出 项目支出" * 3
        + "\n\n合计 10.00 6.00 4.00 12.00 7.00 5.00 20.00 16.67 25.00\n\n"
        "201 甲事务支出 4.00  4.00 5.00  5.00 25.00  25.00\n\n202 乙支出 6.00 6.00  7.00 7.00  16.67 16.67  \n"
    )
    assert texts(table)[-1] == ["202", "乙支出", "6.00", "6.00", "", "7.00", "7.00", "", "16.67", "16.67", ""]


def test_economic_names_in_one_column_stand_below_their_class(tmp_path: Path) -> None:
    """合计 was compared with classes and items together, and a true report was said to be false by half."""
    report = parsed(
        tmp_path / "a.txt",
        "2022年一般公共预算基本支出分经济科目表\n\n" + UNIT + "经济科目名称 2022年预算数 备注\n\n合计 9.00 \n\n"
        "工资福利支出 6.00 \n\n基本工资 4.00 \n\n津贴补贴 2.00 \n\n商品和服务支出 3.00 \n\n办公费 3.00 \n",
    )
    (table,) = report.tables
    assert [(row.label, row.level) for row in table.rows] == [
        ("合计", 1), ("工资福利支出", 1), ("基本工资", 2), ("津贴补贴", 2), ("商品和服务支出", 1), ("办公费", 2),
    ]  # fmt: skip
    assert not [one for one in check_report(report).remarked if one.finding.check == "rows"]


NATIONAL = UNIT + "科目编码 科目名称 合计 基本支出 项目支出\n\n"


@pytest.mark.parametrize("number", ["第 8 页", "第8页", "第 8 页 共 20 页", "- 8 -", "— 8 —"])
def test_the_number_of_a_page_is_no_figure(number: str) -> None:
    """第 8 页 between two rows ended the name above and was its last figure."""
    (table,) = restored(NATIONAL + f"201 甲事务支出 5.00 5.00  \n\n{number}\n\n202 乙支出 6.00  6.00\n")
    assert texts(table)[1:] == [["201", "甲事务支出", "5.00", "5.00", ""], ["202", "乙支出", "6.00", "", "6.00"]]


def test_a_head_of_one_line_and_its_numbers_repeated_on_the_next_page() -> None:
    """The repeated head was the end of a name, and the numbers of the columns were figures."""
    head = "科目编码 科目名称 合计 基本支出 项目支出\n\n栏次 1 2 3\n\n"
    (table,) = restored(UNIT + head + "201 甲事务支出 5.00 5.00  \n\n-7-\n " + head + "202 乙支出 6.00  6.00\n")
    assert texts(table)[2:] == [["201", "甲事务支出", "5.00", "5.00", ""], ["202", "乙支出", "6.00", "", "6.00"]]


def test_the_blank_before_the_first_line_of_a_page_is_no_empty_cell() -> None:
    """The total of the left side stood on the right where a page began with it."""
    (table,) = restored(
        UNIT
        + "收入 支出\n\n项目 金额 项目 金额\n\n一、事业收入 9.00一、农林水支出 7.00\n\n  二、其他支出 1.00\n\n-7-\n"
        " 本年收入合计 9.00本年支出合计 8.00\n\n年初结转和结余  年末结转和结余 1.00\n\n总计 9.00总计 9.00\n"
    )
    assert texts(table)[4] == ["本年收入合计", "9.00", "本年支出合计", "8.00"]


def test_spending_of_one_budget_stands_over_its_parts() -> None:
    """本年政府性基金预算支出 was taken for one side of a table, and a table without figures was lost."""
    (table,) = restored(
        UNIT
        + "科目编码 科目名称\n本年政府性基金预算支出\n合计 基本支出 项目支出\n\n合计      \n\n229 其他支出 5.00  5.00\n"
    )
    assert texts(table)[0] == ["科目编码", "科目名称", "本年政府性基金预算支出", None, None]
    assert texts(table)[-1] == ["229", "其他支出", "5.00", "", "5.00"]


def test_a_table_of_which_nothing_could_be_read_is_not_said_to_be_empty(tmp_path: Path) -> None:
    """Its figures stood too far below its long head to be taken for its own: empty, said a finding, without a note."""
    lost = "2022年部门支出总表\n\n" + NATIONAL + "\n" * 45 + "201 甲事务支出 7.00 7.00\n\n"
    report = parsed(tmp_path / "a.txt", lost + "2022年部门收入总表\n\n" + NATIONAL + "合计 7.00 7.00  \n")
    assert "7.00" in " ".join(r.text for r in report.unread)
    assert not [one for one in check_report(report).remarked if one.finding.check == "table-note"]


FORM = """\
项目支出绩效目标申报表
（2022年度）
项目名称 乙项目
主管部门及代码 033-青川市水务局 实施单位 青川市水务局
项目属性 经常性项目（长期开展） 项目期 3年
项目资金
（元）
实施期资金总额： 300000 年度资金总额： 100000
其中：中央财政资金 0 其中：中央财政资金 0
乡镇级财政资金 300000 乡镇级财政资金 100000
其他资金 其他资金
项目概况 改造堤防
立项依据 《某条例》
实施期目标 年度目标
总体目标 三年建成 当年开工
一级指标 二级指标 三级指标 指标值 二级指标 三级指标 指标值
产出指标
数量指标 堤防长度 ≥30公里 数量指标 堤防长度 ≥10公里
满意度指标 服务对象满意度指标 群众满意度 ≥90% 服务对象满意度指标 群众满意度 ≥90%
"""


def test_sources_of_a_form_read_in_part_are_not_said_to_disagree(tmp_path: Path) -> None:
    """A source that was reported as unread was missed in the sum: the form was said to be false."""
    report = parsed(tmp_path / "a.txt", FORM)
    assert "300000" in " ".join(r.text for r in report.unread)
    assert not [one for one in check_report(report).remarked if one.finding.check.endswith("-sources")]


def test_a_second_report_without_a_title_begins_at_its_first_part(tmp_path: Path) -> None:
    """Its tables were the first body's, or it was left out with all its figures unread."""
    one = (
        "第一部分 概况\n\n一、本部门职责\n\n负责有关工作。\n\n2022年部门支出总表\n\n部门名称：青川市BODY 单位：万元\n\n"
        "科目编码 科目名称 合计 基本支出 项目支出\n\n合计 7.00 7.00  \n\n第四部分 名词解释\n\n一、基本支出：略。\n"
    )
    path = tmp_path / "a.txt"
    path.write_text(one.replace("BODY", "水务局") + "\n" + one.replace("BODY", "气象局"), encoding="utf-8")
    reports = read_reports(path).reports
    assert [(r.identity.body, len(r.tables)) for r in reports] == [("青川市水务局", 1), ("青川市气象局", 1)]


def test_dashes_beside_the_end_of_a_panel_are_no_unread_figures(tmp_path: Path) -> None:
    """A dash in the rows below the last label of one side was reported as a figure without a label."""
    report = parsed(
        tmp_path / "a.txt",
        "收入支出决算总表\n\n单位：万元\n\n收入\t\t支出\t\n项目\t金额\t项目\t金额\n一、事业收入\t9.00\t一、教育支出\t9.00\n"
        "\t-\t二、农林水支出\t-\n\t5.00\t三、其他支出\t-\n",
    )
    assert [r.text for r in report.unread] == ["5.00"]


def test_a_total_over_two_panels_has_no_column_where_no_blanks_tell() -> None:
    """With dashes in its empty cells a table has no blanks: the total stood under the middle panel."""
    (table,) = restored(
        UNIT + "人员经费 公用经费\n\n" + " ".join(["科目编码 科目名称 决算数"] * 3) + "\n\n"
        "301 工资福利支出 9.00 302 商品和服务支出 5.00 310 资本性支出 1.00\n\n"
        "30101 基本工资 9.00 30201 办公费 5.00 31002 办公设备购置 1.00\n\n人员经费合计 9.00 公用经费合计 6.00\n"
    )
    assert "6.00" not in texts(table)[-1][:8]
