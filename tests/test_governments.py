"""Reports of whole governments: whose they are by their titles alone, and what their tables say of level and debt."""

from __future__ import annotations

import pytest
from drawn import drawn_page
from real_reports import SHARED

from kg_builder.errors import ReadingError
from kg_builder.model import BudgetTable, Cell, Place, Report, Source
from kg_builder.readers import read_pages
from kg_builder.templates.identity.governments import read_government
from kg_builder.templates.report import parse_report, parse_reports

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
        (["四川省广元市青川县2024年财政决算（草案）"], ("四川省广元市青川县", 2024, "final")),
        (["内蒙古2024年自治区本级决算草案"], ("内蒙古自治区", 2024, "final")),
        (["2026年省本级预算公开表", "黑龙江省财政厅编制"], ("黑龙江省", 2026, "budget")),
        (["宣城市2024年地方政府债务限额及余额决算情况表"], ("宣城市", 2024, "final")),
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
        ("七、2025年地方政府一般债务新增限额", "3.00"): ("general", None, "2025"),
    }


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
        "公式 | A | B=A-C | C\n广元市本级 | 40.50 | 38.25 | 1.10\n青川县 | 12.30 | 11.75 | 0.20"
    )
    (table,) = report.tables
    assert said(table, "place", "coverage", "debtMeasure") == {
        ("广元市本级", "40.50"): (None, "own", "limit"),
        ("广元市本级", "38.25"): (None, "own", "balance"),
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


def test_prose_alone_of_a_government_is_refused() -> None:
    with pytest.raises(ReadingError):
        read("关于鄂州市2025年预算执行情况和2026年预算草案的报告\n2025年全市一般公共预算收入完成22.5亿元。")


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
