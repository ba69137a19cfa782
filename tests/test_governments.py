"""Reports of whole governments: whose they are by their titles alone, and what their tables say of level and debt."""

from __future__ import annotations

import pytest
from drawn import drawn_page
from real_reports import SHARED

from kg_builder.errors import ReadingError
from kg_builder.model import BudgetTable, Cell, Place, Report, Source
from kg_builder.readers import read_pages
from kg_builder.templates.identity.governments import read_government
from kg_builder.templates.report import merge_sources, parse_report, parse_reports

DOCUMENTS = SHARED / "documents/government"
DEBT = """23青川县2025年地方政府一般债务余额情况表
单位：亿元
项目 | 预算数 | 执行数
一、2023年末地方政府一般债务余额实际数 | | 41.25
二、2024年末地方政府一般债务余额限额 | 45.10 |
三、2024年地方政府一般债务发行额 | | 6.20
中央转贷地方的国际金融组织和外国政府贷款 | | 0.05
四、2024年地方政府一般债务还本额 | | 2.15
五、2025年地方财政赤字 | 3.00 |
六、2025年末地方政府一般债务余额限额 | 48.10 |
七、2025年地方政府一般债务新增限额 | 3.00 |
"""


def lines(*texts: str) -> list[Cell]:
    return [Cell(text, Place(1)) for text in texts]


@pytest.mark.parametrize(
    ("cover", "expected"),
    [
        (["迪庆州", "2025年地方财政预算执行情况和2026年地", "方财政预算（草案）"], ("迪庆藏族自治州", 2026, "budget")),
        (["关于鄂州市2025年预算执行情况和2026年预算草案的报告"], ("鄂州市", 2026, "budget")),
        (["关于鄂州市年预算执行情况和", "2025", "年预算草案的报告", "2026"], ("鄂州市", 2026, "budget")),
        (
            ["关于承德市2025年市本级预算和", "市总预算执行情况与2026年市本级预算和", "市总预算草案的报告（书面）"],
            ("承德市", 2026, "budget"),
        ),
        (["中卫市2026年政府预算信息公开"], ("中卫市", 2026, "budget")),
        (["关于梅里斯区2025年预算执行情况和2026年预算草案的报告"], ("梅里斯达斡尔族区", 2026, "budget")),
        (["90兵团2021年地方政府一般债务余额情况表"], ("新疆生产建设兵团", 2021, "budget")),
        (["四川省广元市青川县2024年财政决算（草案）"], ("四川省广元市青川县", 2024, "final")),
        (["内蒙古2024年自治区本级决算草案"], ("内蒙古自治区", 2024, "final")),
        (["2026年省本级预算公开表", "黑龙江省财政厅编制"], ("黑龙江省", 2026, "budget")),
        (["宣城市2024年地方政府债务限额及余额决算情况表"], ("宣城市", 2024, "final")),
        (["2102大连市2021年地方政府一般债务余额情况表"], ("大连市", 2021, "budget")),
        (["440300 深圳市2021年地方政府一般债务余额情况表"], ("深圳市", 2021, "budget")),
        (["66新疆生产建设兵团2021年地方政府专项债务余额情况表"], ("新疆生产建设兵团", 2021, "budget")),
        (["21辽宁省（不含大连市）2021年地方政府一般债务余额情况表"], ("辽宁省", 2021, "budget")),
        (["44广东2019年地方政府一般债务余额情况表"], ("广东省", 2019, "budget")),
        (["黔西南州2024年财政决算（草案）"], ("黔西南布依族苗族自治州", 2024, "final")),
        (["1.2019年度广元市一般公共预算收入执行情况表"], ("广元市", 2019, "budget")),
        (["关于无锡市2025年预算执行情况与2026年预算草案的报告（摘要）"], ("无锡市", 2026, "budget")),
        (["广东工业大学2024年部门预算"], None),
        (["吉林2019年地方政府一般债务余额情况表"], None),  # the province or its city
        (["青川县水务局2024年部门预算"], None),
        (["上海市普陀区2026年区级部门预算", "预算主管部门：上海市普陀区司法局"], None),
        (["2024年部门预算公开表", "黑龙江省财政厅编制"], None),
        (["阳泉市财政局2023年度部门预算"], None),
        (["鄂州市2025年国民经济和社会发展统计公报"], None),
        (["鄂州市2026年工作报告"], None),
    ],
)
def test_a_government_is_known_by_a_title_of_place_and_money(
    cover: list[str], expected: tuple[str, int, str] | None
) -> None:
    found = read_government(lines(*cover))
    assert (found and (found.place, found.year, found.stage)) == expected


def test_a_title_of_a_table_behind_the_cover_is_no_cover() -> None:
    """A long one that is cut over two lines gave its year, the one before."""
    behind = [Cell(text, Place(2)) for text in ("2024年青川县全县政府性基金预算", "收入决算表")]
    found = read_government([*lines("青川县2025年政府预算"), *behind])
    assert found and (found.year, found.title) == (2025, "青川县2025年政府预算")


def read(text: str) -> Report:
    return parse_report([drawn_page(text)], Source("a.pdf", "0" * 64, 1))


def said(table: BudgetTable, *names: str) -> dict[tuple[str, str], tuple[str | None, ...]]:
    return {
        (o.label, str(o.amount.printed)): tuple(dict(o.dimensions).get(name) for name in names)
        for o in table.observations
    }


def test_the_form_of_debt_says_kind_measure_and_year_of_each_figure() -> None:
    report = read(DEBT)
    assert (report.identity.body, report.identity.scope, report.identity.year) == ("青川县", "government", 2025)
    assert report.unread == ()
    (table,) = report.tables
    assert table.kind == "government-debt"
    assert said(table, "debtKind", "debtMeasure", "fiscalYear") == {
        ("一、2023年末地方政府一般债务余额实际数", "41.25"): ("general", "balance", "2023"),
        ("二、2024年末地方政府一般债务余额限额", "45.10"): ("general", "limit", "2024"),
        ("三、2024年地方政府一般债务发行额", "6.20"): ("general", "issue", "2024"),
        ("中央转贷地方的国际金融组织和外国政府贷款", "0.05"): ("general", "issue", "2024"),
        ("四、2024年地方政府一般债务还本额", "2.15"): ("general", "repayment", "2024"),
        ("五、2025年地方财政赤字", "3.00"): (None, None, "2025"),
        ("六、2025年末地方政府一般债务余额限额", "48.10"): ("general", "limit", "2025"),
        ("七、2025年地方政府一般债务新增限额", "3.00"): ("general", "new-limit", "2025"),
    }


LIMITS = """表1-6
青川县2025年地方政府债务限额调整情况表
单位：亿元
项目 | 本地区 | 本级 | 下级
一、2024年地方政府债务余额 | 9.00 | 4.00 | 5.00
其中：一般债务 | 3.00 | 1.00 | 2.00
二、2025年新增地方政府债务限额 | 2.50 | 2.00 | 0.50
其中：一般债务限额 | 1.50 | 1.25 | 0.25
三、2025年地方政府债务限额 | 12.50 | 7.00 | 5.50
其中：一般债务限额 | 8.50 | 6.25 | 2.25
"""


def test_parts_of_debt_say_what_their_heading_says() -> None:
    """What the limit grows by was the limit, and a part of the balance nothing."""
    (table,) = read(LIMITS).tables
    found = said(table, "debtKind", "debtMeasure", "fiscalYear", "coverage")
    assert found["其中：一般债务", "3.00"] == ("general", "balance", "2024", "whole")
    assert found["其中：一般债务限额", "1.25"] == ("general", "new-limit", "2025", "own")
    assert found["其中：一般债务限额", "8.50"] == ("general", "limit", "2025", "whole")
    assert found["三、2025年地方政府债务限额", "5.50"] == (None, "limit", "2025", None)


TWO_YEARS = """2024-2025年地方政府债券还本付息表
单位：万元
项目 | 全县 | 县本级
合计 | 9.00 | 5.00
一、2024年还本预计执行数 | 6.00 | 3.00
（一）一般债券 | 4.00 | 2.00
其中：再融资债券 | 1.00 | 1.00
二、2024年付息预计执行数 | 3.00 | 2.00
合计 | 8.00 | 4.00
一、2025年还本预算数 | 8.00 | 4.00
（一）一般债券 | 7.00 | 3.00
"""


def test_parts_and_totals_of_two_years_are_each_of_their_own() -> None:
    """What stood below （一） was of the last year that the title names, and both totals were."""
    report = read("青川县2024年地方政府债务情况表\n单位：万元\n项目 | 预算数\n债务限额 | 9.50\n\n" + TWO_YEARS)
    figures = report.tables[1].observations
    years = [(o.label, dict(o.dimensions).get("fiscalYear", "2024")) for o in figures[::2]]
    assert years == [
        ("合计", "2024"),
        ("一、2024年还本预计执行数", "2024"),
        ("（一）一般债券", "2024"),
        ("其中：再融资债券", "2024"),
        ("二、2024年付息预计执行数", "2024"),
        ("合计", "2025"),
        ("一、2025年还本预算数", "2025"),
        ("（一）一般债券", "2025"),
    ]
    assert {dict(o.dimensions)["debtMeasure"] for o in figures} == {"repayment"}
    assert [dict(o.dimensions)["coverage"] for o in figures[:2]] == ["whole", "own"]


def test_the_sum_of_new_limits_is_no_limit() -> None:
    report = read(
        "2024年末广元市地方政府债务限额及余额决算情况表\n单位：万元\n"
        "地区 | 债务限额 | ∅ | ∅ | 债务余额\n"
        "^ | 合计 | 新增一般债务限额 | 新增专项债务限额 | ^\n"
        "广元市 | 90.00 | 50.00 | 40.00 | 300.00"
    )
    measures = {o.amount.printed: dict(o.dimensions)["debtMeasure"] for o in report.tables[0].observations}
    assert measures == {"90.00": "new-limit", "50.00": "new-limit", "40.00": "new-limit", "300.00": "balance"}


def test_a_column_of_a_place_is_linked_to_it() -> None:
    report = read(
        "四川省2025年省对市县转移支付分地区情况表\n单位：万元\n项目名称 | 合计 | 广元市 | 凉山州 | 全省 | 某处\n"
        "教育 | 9.00 | 4.00 | 3.00 | 1.00 | 2.00\n农业 | 9.00 | 4.50 | 3.50 | 1.00 | 0.50"
    )
    found = said(report.tables[0], "place", "coverage")
    assert found["教育", "4.00"] == ("510800", None)
    assert found["农业", "3.50"] == ("513400", None)
    assert found["教育", "1.00"] == (None, "whole")
    assert found["教育", "2.00"] == (None, None)


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("青川县2025年全县一般公共预算收入执行情况表", "whole"),
        ("青川县2025年县本级一般公共预算收入执行情况表", "own"),
        ("青川县2025年全县及县本级一般公共预算收入执行情况表", None),
    ],
)
def test_the_title_tells_the_level(title: str, level: str | None) -> None:
    report = read(f"{title}\n单位：万元\n项目 | 预算数 | 执行数\n税收收入 | 120 | 118.5\n非税收入 | 30 | 31.5")
    (table,) = report.tables
    assert table.kind == "general-public-revenue"
    assert {dict(o.dimensions).get("coverage") for o in table.observations} == {level}


def test_a_row_of_a_place_is_linked_to_it_and_changes_are_no_money() -> None:
    report = read(
        "广元市2024年地方政府债务限额及余额决算情况表\n单位：亿元\n地区 | 限额 | 余额 | 比上年增减\n"
        "公式 | A | B=A-C | C\n广元市级 | 40.50 | 38.25 | 1.10\n青川县 | 12.30 | 11.75 | 0.20"
    )
    (table,) = report.tables
    assert said(table, "place", "coverage", "debtMeasure") == {
        ("广元市级", "40.50"): (None, "own", "limit"),
        ("广元市级", "38.25"): (None, "own", "balance"),
        ("青川县", "12.30"): ("510822", None, "limit"),
        ("青川县", "11.75"): ("510822", None, "balance"),
    }


def test_a_zone_s_table_is_that_of_the_zone() -> None:
    """Its figures stood under the name of the province."""
    report = read(
        "广东省2024年省级一般公共预算收入决算表\n单位：万元\n项目 | 决算数\n税收收入 | 120.5\n\n"
        "2024年甲乙深度合作区一般公共预算收入决算表\n单位：万元\n项目 | 决算数\n税收收入 | 20.5"
    )
    assert [{o.organization for o in table.observations} for table in report.tables] == [{None}, {"甲乙深度合作区"}]


def test_the_files_of_a_government_are_one_report_and_a_table_that_comes_again_is_none() -> None:
    """The budget and the form of debt of one place and year shared a key: one of them was refused."""
    budget = read("青川县2025年一般公共预算收入表\n单位：万元\n项目 | 预算数\n税收收入 | 120\n非税收入 | 30")
    debt, again = read(DEBT), read(DEBT.replace("41.25", "41.50"))
    (whole,) = merge_sources([budget, debt])
    assert [table.kind for table in whole.tables] == ["general-public-revenue", "government-debt"]
    assert {o.amount.place.source for o in whole.tables[1].observations} == {1}
    assert len(merge_sources([debt, again])) == 2


DEBTS = sorted(DOCUMENTS.glob("debt-form-*.pdf")) + sorted(DOCUMENTS.glob("hebei-2026-debt.pdf"))


@pytest.mark.skipif(not DEBTS, reason="the real documents are not beside this checkout")
@pytest.mark.parametrize("name", [path.name for path in DEBTS] or ["none"])
def test_the_national_form_of_debt_reads_whole(name: str) -> None:
    """Seven prints by different programs, one turned by 90 degrees without rules."""
    path = DOCUMENTS / name
    pages = read_pages(path)
    (report,) = parse_reports(pages, Source(name, "0" * 64, len(pages))).reports
    assert [len(table.observations) for table in report.tables] == [9, 7]
    assert report.unread == ()
    assert all("fiscalYear" in dict(o.dimensions) for table in report.tables for o in table.observations)


def test_a_government_without_any_figure_that_is_understood_is_refused() -> None:
    with pytest.raises(ReadingError):
        read("关于鄂州市2025年预算执行情况和2026年预算草案的报告\n2025年我们争取资金22.5亿元。")


OF_PLACES = "2024年全市政府{kind}债务分地区限额余额表\n单位：万元\n地区 | 2024年限额 | 2024年余额\n{rows}\n"


def of_places(*rows: str) -> Report:
    """Three tables that name a level and no place, each on a page of its own."""
    prints = [OF_PLACES.format(kind=kind, rows="\n".join(rows)) for kind in ("一般", "专项", "")]
    pages = [drawn_page(text, number) for number, text in enumerate(prints, 1)]
    return parse_report(pages, Source("a.pdf", "0" * 64, 3))


def test_the_place_of_titles_without_one_is_told_by_its_rows() -> None:
    report = of_places("荆州市 | 900 | 800", "沙市区 | 300 | 200", "公安县 | 200 | 200", "江陵县 | 400 | 400")
    who = report.identity
    assert (who.body, who.year, who.stage, who.scope) == ("荆州市", 2024, "budget", "government")
    assert {o.amount.printed for table in report.tables for o in table.observations} == {
        "900",
        "800",
        "300",
        "200",
        "400",
    }


def test_places_that_lie_in_no_one_of_them_name_no_government() -> None:
    with pytest.raises(ReadingError):
        of_places("荆州市 | 900 | 800", "宜昌市 | 300 | 200", "阳泉市 | 200 | 200")


def test_the_year_before_is_that_of_the_table_not_of_the_report() -> None:
    table = "荆州市2024年全市一般公共预算收入表\n单位：万元\n项目 | 上年决算数 | 预算数\n税收收入 | 7.00 | 9.00\n"
    report = read("荆州市2025年政府预算\n" + table)
    (figures,) = [t.observations for t in report.tables]
    assert report.identity.year == 2025
    assert [dict(o.dimensions).get("fiscalYear") for o in figures] == ["2023", "2024"]


def test_items_of_a_side_name_it_and_a_figure_completed_is_executed() -> None:
    """收入项目 beside 支出项目 named no side, and a budget beside 预计完成数 was of no stage."""
    report = read(
        "青川县2025年一般公共预算收支平衡表\n单位：万元\n"
        "收入项目|2025年预算数|2025年预计完成数|支出项目|2025年预算数|2025年预计完成数\n"
        "本年收入|9.00|8.00|本年支出|7.00|6.00\n收入总计|9.00|8.00|支出总计|7.00|6.00"
    )
    found = said(report.tables[0], "side", "stage")
    assert found["本年收入", "8.00"] == ("revenue", "executed")
    assert found["本年支出", "7.00"] == ("expenditure", "budget")


def test_the_own_level_of_a_city_is_not_that_of_its_province() -> None:
    """市本级 below a city was the own level of the province, and 某市合计 was no place."""
    report = read(
        "四川省2026年省对下转移支付分地区情况表\n单位：万元\n市县别|合计|结算补助\n合计|90.00|9.00\n省本级|1.00|1.00\n"
        "广元市合计|9.00|8.00\n市本级|6.00|5.00\n青川县|3.00|2.00\n凉山州合计|7.00|4.00\n州本级|7.50|4.50"
    )
    found = said(report.tables[0], "place", "coverage")
    assert [found[key] for key in (("省本级", "1.00"), ("广元市合计", "9.00"), ("市本级", "6.00"))] == [
        (None, "own"),
        ("510800", None),
        ("510800", "own"),
    ]
    assert (found["青川县", "3.00"], found["州本级", "7.50"]) == (("510822", None), ("513400", "own"))


@pytest.mark.parametrize(("head", "first", "second"), [("评价等级", "良", "中"), ("评价得分", "91.50", "88")])
def test_a_list_of_evaluations_is_no_form_and_its_points_are_no_money(head: str, first: str, second: str) -> None:
    revenue = "青川县2025年全县一般公共预算收入执行情况表\n单位：万元\n项目 | 预算数 | 执行数\n税收收入 | 120 | 118.5"
    rows = f"1 | 农村公路建设 | 13,000.00 | {first}\n二、部门整体支出 | | |\n2 | 某局部门整体支出 | 690.10 | {second}"
    listed = f"2025年县级重点绩效评价情况表\n单位：万元\n序号 | 项目名称 | 评价金额 | {head}\n{rows}"
    report = parse_report([drawn_page(revenue, 1), drawn_page(listed, 2)], Source("a.pdf", "0" * 64, 2))
    said = [(o.label, o.heading, o.amount.printed) for o in report.tables[1].observations]
    assert said == [("农村公路建设", "评价金额", "13,000.00"), ("某局部门整体支出", "评价金额", "690.10")]
    assert report.unread == ()
