"""Heads, codes and panels of budget tables: each feature of layout on a small grid drawn here."""

from __future__ import annotations

import pytest
from drawn import dimensions_of, figures_of, read_drawn, tables_of

from kg_builder.graph.addends import table_sums
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.text import squeeze


def test_three_panels_side_by_side() -> None:
    found = read_drawn("""
收支预算总表
单位：万元
收入|∅|支出|∅|∅|∅
项目名称|金额|功能分类|∅|支出用途|∅
^|^|功能科目名称|金额|项目名称|金额
一、财政拨款|12.00|一、一般公共服务支出|12.00|一、基本支出|7.00
1.一般公共预算|12.00|二、外交支出||二、项目支出|5.00
当年收入小计|12.00|当年支出小计|∅|∅|12.00
结转资金||结转下年资金|∅|∅|
""")
    assert figures_of(found) == [
        ("一、财政拨款", "收入 / 金额", "12.00"),
        ("1.一般公共预算", "收入 / 金额", "12.00"),
        ("当年收入小计", "收入 / 金额", "12.00"),
        ("一、一般公共服务支出", "支出 / 功能分类 / 金额", "12.00"),
        ("一、基本支出", "支出 / 支出用途 / 金额", "7.00"),
        ("二、项目支出", "支出 / 支出用途 / 金额", "5.00"),
        ("当年支出小计", "支出 / 支出用途 / 金额", "12.00"),
    ]
    assert dimensions_of(found, "一、一般公共服务支出", "支出 / 功能分类 / 金额") == {
        "functionCode": "201",
        "side": "expenditure",
    }
    assert found.unread == ()


def test_final_account_with_line_numbers_and_stages() -> None:
    found = read_drawn(
        """
收入支出决算总表
公开01表
部门：某市教育局 金额单位：万元
收入|∅|∅|∅|支出|∅|∅|∅
项目|行次|全年预算数|决算数|项目(按功能分类)|行次|全年预算数|决算数
栏次||1|2|栏次||3|4
一、一般公共预算财政拨款收入|1|120.00|119.50|五、教育支出|36|120.00|118.00
年初结转和结余|29||2.00|年末结转和结余|60||3.50
总计|31|120.00|121.50|总计|62|120.00|121.50
""",
        year=2024,
    )
    assert dimensions_of(found, "一、一般公共预算财政拨款收入", "收入 / 决算数") == {
        "fundingSource": "general-public",
        "side": "revenue",
        "stage": "final",
    }
    assert dimensions_of(found, "五、教育支出", "支出 / 全年预算数")["stage"] == "adjusted"
    assert dimensions_of(found, "年末结转和结余", "支出 / 决算数")["provision"] == "next-year"
    assert [r.reason for r in found.ignored].count("column number") == 4
    assert [r.reason for r in found.ignored].count("ordinal") == 6
    assert (found.tables[0].label, found.tables[0].unit, found.unread) == ("公开01表", "万元", ())


def test_three_public_in_pairs_of_stages() -> None:
    found = read_drawn("""
财政拨款“三公”经费支出决算表
单位：万元
预算数|∅|∅|∅|∅|决算数|∅|∅|∅|∅
合计|因公出国（境）费|公务用车购置及运行费|∅|公务接待费|合计|因公出国（境）费|公务用车购置及运行费|∅|公务接待费
^|^|购置费|运行费|^|^|^|购置费|运行费|^
1|2|3|4|5|6|7|8|9|10
10.00|0.00|0|9.00|1.00|8.50|-|—|8.00|0.50
""")
    got = [
        (dict(o.dimensions)["stage"], dict(o.dimensions)["topic"], o.amount.printed)
        for o in found.tables[0].observations
    ]
    assert got == [
        ("budget", "three-public", "10.00"),
        ("budget", "overseas", "0.00"),
        ("budget", "vehicle-purchase", "0"),
        ("budget", "vehicle-operation", "9.00"),
        ("budget", "reception", "1.00"),
        ("final", "three-public", "8.50"),
        ("final", "vehicle-operation", "8.00"),
        ("final", "reception", "0.50"),
    ]
    assert [r.reason for r in found.ignored] == ["column number"] * 10 + ["dash for no figure"] * 2


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("208|||甲|1\n208|05||乙|1\n208|05|02|丙|1", ["208", "20805", "2080502"]),
        ("208|||甲|1\n|5||乙|1\n||2|丙|1", ["208", "20805", "2080502"]),
        ("208|||甲|1\n208|20805||乙|1\n208|20805|2080502|丙|1", ["208", "20805", "2080502"]),
    ],
)
def test_codes_in_three_columns(rows: str, codes: list[str]) -> None:
    found = read_drawn(f"2025年支出预算总表\n单位：元\n科目编码|∅|∅|科目名称|合计\n类|款|项|^|^\n{rows}\n合计|∅|∅|∅|1")
    assert [r.code for r in found.tables[0].rows] == [*codes, None]
    assert [r.level for r in found.tables[0].rows] == [1, 2, 3, 1]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ("301|甲|1\n30101|乙|1", ["301", "30101"]),
        ("301|甲|1\n301 1|乙|1", ["301", "30101"]),
        ("301|甲|1\n3012|乙|1", ["301", "30102"]),
        ("208|甲|1\n2080⏎505|乙|1", ["208", "2080505"]),
        ("208|甲|1\n20805|乙|1\n7|行政单位医疗|1", ["208", "20805", None]),
        ("210|甲|1\n21011|乙|1\n7|行政单位医疗|1", ["210", "21011", "2101101"]),
    ],
)
def test_codes_in_one_column(rows: str, codes: list[str | None]) -> None:
    found = read_drawn(f"2025年支出预算总表\n单位：元\n科目编码|科目名称|合计\n{rows}")
    assert [r.code for r in found.tables[0].rows] == codes
    assert found.unread == ()


def test_code_and_name_in_one_cell() -> None:
    found = read_drawn(
        "支出预算表\n单位：万元\n功能科目|合计|基本支出\n201一般公共服务支出|1.00|1.00\n2010104 人大会议|1.00|"
    )
    assert [(r.code, r.label) for r in found.tables[0].rows] == [("201", "一般公共服务支出"), ("2010104", "人大会议")]


def test_the_head_of_a_column_names_its_unit() -> None:
    found = read_drawn("2025年支出预算总表\n科目编码|科目名称|合计（万元）\n205|教育支出|1.00")
    assert found.tables[0].observations[0].amount.yuan == 10000


def test_figures_of_another_year_and_changes_are_kept_apart() -> None:
    found = read_drawn(
        "2025年支出预算总表\n单位：元\n科目编码|科目名称|2024年预算数|2025年预算数|增减%\n205|教育支出|90|100|11.1"
    )
    assert dimensions_of(found, "教育支出", "2024年预算数")["fiscalYear"] == "2024"
    assert "fiscalYear" not in dimensions_of(found, "教育支出", "2025年预算数")
    assert [r.text for r in found.ignored] == ["11.1"]


def test_an_unknown_title_with_known_heads_gives_observations() -> None:
    found = read_drawn("2025年度预算安排补助情况表\n单位：万元\n项目|合计|中央补助\n义务教育补助|12.00|10.00")
    assert found.tables[0].kind == "other"
    assert dimensions_of(found, "义务教育补助", "中央补助") == {"fundingSource": "central"}


def test_own_numbering_gives_way_to_the_name() -> None:
    found = read_drawn(
        "一般公共预算基本支出表\n单位：元\n科目编码|科目名称|合计\n302|商品和服务支出|3\n30202|咨询费|2\n30210|车辆费|1"
    )
    got = [dict(o.dimensions).get("economicCode") for o in found.tables[0].observations]
    assert got == ["302", "30203", None]
    assert [r.code for r in found.tables[0].rows] == ["302", "30202", "30210"]


def test_projects_beside_units_and_codes() -> None:
    found = read_drawn("""
项目支出预算表
单位：万元
项目名称|单位名称|科目编码|科目名称|合计|本年拨款|∅
^|^|^|^|^|一般公共预算|政府性基金预算
信息化建设|某市教育局|2050199|其他教育管理事务支出|10.00|10.00|
合计|∅|∅|∅|10.00|10.00|
""")
    o = found.tables[0].observations[0]
    assert (o.project, o.organization, dict(o.dimensions)["functionCode"]) == ("信息化建设", "某市教育局", "2050199")
    assert found.unread == ()


def test_text_tables_have_no_boxes() -> None:
    rows = [
        ["项目", "2025年预算数", "", ""],
        ["", "合计", "一般公共预算", "政府性基金预算"],
        ["公务接待费", "0.80", "0.80", ""],
    ]
    cells = tuple(tuple(Cell(text, Place(1, line=3 + i)) for text in row) for i, row in enumerate(rows))
    lines = (Cell("2025年“三公”经费支出预算表", Place(1, line=1)), Cell("单位：万元", Place(1, line=2)))
    found = tables_of([Page(1, lines, (Table(Place(1, line=3), cells),))], 2025)
    assert figures_of(found) == [
        ("公务接待费", "2025年预算数 / 合计", "0.80"),
        ("公务接待费", "2025年预算数 / 一般公共预算", "0.80"),
    ]


def test_the_national_final_account_numbers_columns_beside_its_codes() -> None:
    found = read_drawn("""
收入决算表
公开02表
部门：某市教育局 金额单位：万元
项目|∅|∅|∅|本年收入合计|财政拨款收入
功能分类科目编码|∅|∅|科目名称|^|^
类|款|项|栏次|1|2
合计|∅|∅|∅|10.00|10.00
205|∅|∅|教育支出|10.00|10.00
20502|∅|∅|普通教育|10.00|10.00
2050204|∅|∅|高中教育|10.00|10.00
""")
    assert [r.code for r in found.tables[0].rows] == [None, "205", "20502", "2050204"]
    assert dimensions_of(found, "高中教育", "财政拨款收入")["fundingSource"] == "fiscal"
    assert [r.text for r in found.ignored] == ["1", "2"]


def test_codes_in_three_columns_under_one_head() -> None:
    found = read_drawn(
        "支出总表\n单位：元\n科目编码|∅|∅|科目名称|合计\n205|||教育|3\n205|02||普通教育|3\n205|02|04|高中|3"
    )
    assert [r.code for r in found.tables[0].rows] == ["205", "20502", "2050204"]


def test_rows_of_units_by_their_codes() -> None:
    found = read_drawn("""
收入总表
公开02表
单位：万元
部门（单位）代码|部门（单位）名称|合计|本年收入|∅|∅|上年结转结余|∅
^|^|^|小计|一般公共预算|政府性基金预算|小计|一般公共预算
合计|∅|12.00|10.00|10.00||2.00|2.00
021|某市教育局|12.00|10.00|10.00||2.00|2.00
021001|某市第一中学|12.00|10.00|10.00||2.00|2.00
""")
    assert [(r.level, r.organization) for r in found.tables[0].rows] == [
        (1, None),
        (1, "某市教育局"),
        (2, "某市第一中学"),
    ]
    assert dimensions_of(found, "某市第一中学", "上年结转结余 / 一般公共预算") == {
        "fundingSource": "general-public",
        "provision": "carry-over",
        "side": "revenue",
    }
    assert [r.reason for r in found.ignored] == ["code", "code"]
    assert found.unread == ()


def test_both_economic_classifications_beside_each_other() -> None:
    found = read_drawn("""
一般公共预算基本支出表
单位：万元
部门预算支出经济分类科目|∅|政府预算支出经济分类科目|∅|合计
科目编码|科目名称|科目编码|科目名称|^
30101|基本工资|50101|工资奖金津补贴|10.00
""")
    o = found.tables[0].observations[0]
    assert (dict(o.dimensions)["economicCode"], dict(o.dimensions)["governmentEconomicCode"]) == ("30101", "50101")


def test_three_panels_of_the_final_account_by_economic_items() -> None:
    found = read_drawn("""
一般公共预算财政拨款基本支出决算表
金额单位：万元
人员经费|∅|∅|公用经费|∅|∅|∅|∅|∅
科目编码|科目名称|决算数|科目编码|科目名称|决算数|科目编码|科目名称|决算数
301|工资福利支出|5.00|302|商品和服务支出|2.00|310|资本性支出|1.00
30101|基本工资|5.00|30201|办公费|2.00|31002|办公设备购置|1.00
人员经费合计|∅|5.00|公用经费合计|∅|∅|∅|∅|3.00
""")
    got = {o.label: dict(o.dimensions) for o in found.tables[0].observations}
    assert got["办公设备购置"]["expenditureType"] == "public"
    assert got["基本工资"] == {
        "economicCode": "30101",
        "expenditureType": "personnel",
        "fundingSource": "general-public",
        "side": "expenditure",
    }
    assert [(o.label, o.amount.printed) for o in found.tables[0].observations if o.total] == [
        ("人员经费合计", "5.00"),
        ("公用经费合计", "3.00"),
    ]


def test_none_under_a_head_of_its_own_is_that_head_going_down() -> None:
    rows: list[list[str | None]] = [
        ["项目", None, "政府性基金收入预算"],
        ["收入科目编码", "科目名称", None],
        ["合计", "", "3.00"],
    ]
    cells = tuple(
        tuple(None if text is None else Cell(text, Place(1, line=3 + i)) for text in row) for i, row in enumerate(rows)
    )
    lines = (Cell("2025年政府性基金预算收入表", Place(1, line=1)), Cell("单位：万元", Place(1, line=2)))
    found = tables_of([Page(1, lines, (Table(Place(1, line=3), cells),))], 2025)
    assert figures_of(found) == [("合计", "政府性基金收入预算", "3.00")]


def test_revenue_and_expenditure_as_columns_of_one_row() -> None:
    found = read_drawn(
        """
政府性基金预算财政拨款收入支出决算表
公开08表
单位：万元
项目|∅|年初结转和结余|本年收入|本年支出|∅|∅|年末结转和结余
功能分类科目编码|科目名称|^|^|小计|基本支出|项目支出|^
栏次|∅|1|2|3|4|5|6
合计|∅|1.00|5.00|4.00||4.00|2.00
229|其他支出|1.00|5.00|4.00||4.00|2.00
""",
        year=2024,
    )
    o = {o.heading: dict(o.dimensions) for o in found.tables[0].observations if o.label == "其他支出"}
    assert o["本年收入"]["side"] == "revenue"
    assert o["本年支出 / 项目支出"]["side"] == "expenditure"
    assert (o["年初结转和结余"]["provision"], o["年末结转和结余"]["provision"]) == ("carry-over", "next-year")
    assert "side" not in o["年初结转和结余"]
    assert found.unread == ()


@pytest.mark.parametrize("word", ["合计", "共计", "总额", "总计", "小计", "合 计", "支出总额", "合计（元）", "合计数"])
def test_a_column_of_totals_gives_its_sums_whatever_it_is_called(word: str) -> None:
    printed = (
        "2025年支出预算总表\n单位：元\n科目编码|科目名称|{0}|基本支出|项目支出\n205|教育支出|30|10|20\n|{0}|30|10|20"
    )
    (table,) = read_drawn(printed.format(word)).tables
    assert [(o.label, o.total) for o in table.observations if o.column == 3] == [
        ("教育支出", False),
        (squeeze(word), True),
    ]
    assert table_sums(table).by_column == {(row, part): (row, 3) for row in (1, 2) for part in (4, 5)}
    assert table_sums(table).by_row == {(1, column): (2, column) for column in (3, 4, 5)}
