"""Budget tables of the real reports: what is read, and their own sums."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
from real_reports import REPORTS, needs_reports, report_of

from kg_builder.model import BudgetTable, Observation, Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import merge_sources, parse_report


def table(name: str, kind: str) -> BudgetTable:
    return next(t for t in report_of(name).tables if t.kind == kind)


COUNTS = {
    "jiangsu-congress-2017": (12, 162),
    "jiangsu-court-2018": (12, 208),
    "jiangsu-partyoffice-2018-tables": (12, 178),
    "jiangsu-partyoffice-2018-text": (0, 0),
    "putuo-commerce-2025-department": (9, 287),
    "putuo-justice-2026-department": (9, 366),
    "putuo-socialwork-2024-final": (9, 205),
    "putuo-wanli-2023-department": (9, 638),
    "putuo-welfare-2024-unit": (9, 185),
    "yangquan-bigdata-2023": (13, 345),
    "yangquan-civil-affairs-2025": (13, 564),
    "yangquan-finance-2023": (13, 311),
    "yangquan-museum-2023": (13, 300),
}


@needs_reports
def test_every_shared_report_is_counted() -> None:
    assert set(COUNTS) == set(REPORTS)


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_tables_and_observations(name: str) -> None:
    read = report_of(name)
    assert (len(read.tables), sum(len(t.observations) for t in read.tables)) == COUNTS[name]


# Lines of 政府购买服务预算表 in plain text: 17 columns, digits spaced apart, equal sums that fit several of them.
OPEN_ROWS = {"yangquan-finance-2023": 8}


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_no_number_of_a_budget_table_is_unread(name: str) -> None:
    unread = [r for r in report_of(name).unread if "table" in r.reason or "grid" in r.reason or "row" in r.reason]
    assert len(unread) <= OPEN_ROWS.get(name, 0), unread


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_every_kind_is_known_and_every_table_has_a_unit(name: str) -> None:
    for t in report_of(name).tables:
        assert t.kind != "other", t.title
        assert t.unit in {"元", "万元"}, t.title


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_rows_and_columns_name_one_figure(name: str) -> None:
    for t in report_of(name).tables:
        keys = [(o.row, o.column) for o in t.observations]
        assert len(keys) == len(set(keys)), t.title
        assert {o.row for o in t.observations} <= {r.number for r in t.rows}
        assert len({r.number for r in t.rows}) == len(t.rows)


FIGURES = [
    # report, kind, label, dimensions (some), printed
    ("jiangsu-court-2018", "budget-summary", "三、单位预留机动经费", {"expenditureType": "reserve"}, "3,258.06"),
    ("jiangsu-congress-2017", "budget-summary", "八、社会保障和就业支出", {"functionCode": "208"}, "1,608.51"),
    ("jiangsu-congress-2017", "budget-summary", "当年收入小计", {"side": "revenue"}, "13,649.07"),
    ("jiangsu-partyoffice-2018-tables", "procurement", "PC服务器 / 分散自行组织", {}, "12.00"),
    ("putuo-justice-2026-department", "expenditure", "司法", {"expenditureType": "project"}, "70540547.00"),
    ("putuo-welfare-2024-unit", "expenditure", "事业单位医疗", {"functionCode": "2101102"}, "503,724"),
    ("putuo-welfare-2024-unit", "general-public-basic", "咨询费", {"economicCode": "30203"}, "20,000"),
    ("putuo-socialwork-2024-final", "general-public-basic", "差旅费", {"economicCode": "30211"}, "1.15"),
    ("putuo-wanli-2023-department", "three-public", None, {"topic": "operating-cost"}, "786.09"),
    ("putuo-wanli-2023-department", "three-public", None, {"topic": "vehicle-purchase"}, "0"),
    ("yangquan-civil-affairs-2025", "three-public", "合计", {"topic": "three-public"}, "19.30"),
    ("yangquan-civil-affairs-2025", "government-fund-revenue", "彩票公益金收入", {"revenueCode": "1030155"}, "913.75"),
    ("yangquan-civil-affairs-2025", "expenditure", "合计", {"expenditureType": "basic"}, "1099.45"),
    ("yangquan-bigdata-2023", "state-capital", "文物保护", {}, None),
    ("yangquan-museum-2023", "budget-summary", "七、文化旅游体育与传媒支出", {"provision": "carry-over"}, "355.09"),
    ("yangquan-finance-2023", "projects-current", "PPP工作经费", {"fundingSource": "general-public"}, "60.00"),
]


@needs_reports
@pytest.mark.parametrize(("name", "kind", "label", "dimensions", "printed"), FIGURES)
def test_selected_figures(
    name: str, kind: str, label: str | None, dimensions: dict[str, str], printed: str | None
) -> None:
    found = [
        o.amount.printed
        for o in table(name, kind).observations
        if label in {None, o.label} and dimensions.items() <= dict(o.dimensions).items()
    ]
    assert printed in found if printed else found == []


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_codes_add_up_to_the_code_above_and_to_the_total(name: str) -> None:
    """合计 = Σ 类, 类 = Σ 款, 款 = Σ 项 in every column of every table by codes; a year's rounding is 0.01 a row."""
    for t in report_of(name).tables:
        codes = {r.number: r.code for r in t.rows}
        columns: dict[tuple[int, str | None], list[Observation]] = defaultdict(list)
        for o in t.observations:
            columns[o.column, dict(o.dimensions).get("side")].append(o)
        for figures in columns.values():
            check_column(t, figures, codes)


def check_column(t: BudgetTable, figures: list[Observation], codes: dict[int, str | None]) -> None:
    coded = {codes[o.row]: o.amount.yuan for o in figures if codes[o.row]}
    slack = Decimal(100) if t.unit == "万元" else Decimal(0)
    for code, amount in coded.items():
        parts = [v for c, v in coded.items() if c and code and c.startswith(code) and len(c) == len(code) + 2]
        if parts:
            assert abs(sum(parts) - amount) <= slack * (len(parts) + 1), (t.title, code)
    totals = [o.amount.yuan for o in figures if o.total and o.label == "合计"]
    classes = [v for c, v in coded.items() if c and len(c) == 3]
    if totals and classes:
        assert abs(sum(classes) - totals[0]) <= slack * (len(classes) + 1), t.title


@needs_reports
def test_projects_stand_under_their_units() -> None:
    rows = table("yangquan-civil-affairs-2025", "projects-current").rows
    headings = [(r.level, r.label) for r in rows if r.heading]
    assert headings == [
        (1, "阳泉市民政局"),
        (2, "阳泉市民政局"),
        (2, "阳泉市社会福利院"),
        (2, "阳泉市救助管理站"),
        (2, "阳泉市城乡居民最低生活保障管理中心"),
        (2, "阳泉市民政事务中心"),
    ]
    assert {r.organization for r in rows if r.label == "遗属补助"} == {"阳泉市社会福利院", "阳泉市救助管理站"}


@needs_reports
def test_unit_headings_add_up_to_the_department() -> None:
    t = table("yangquan-civil-affairs-2025", "projects-current")
    levels = {r.number: r.level for r in t.rows if r.heading}
    amounts = {o.row: o.amount.yuan for o in t.observations if o.heading == "合计"}
    units = sum(amounts[n] for n, level in levels.items() if level == 2)
    assert amounts[1] == units == Decimal("28229700.00")


@needs_reports
def test_an_empty_table_is_kept_with_its_note() -> None:
    t = table("yangquan-bigdata-2023", "projects-carry-over")
    assert (t.observations, t.note) == ((), "注：本表无数据")


@needs_reports
def test_two_files_of_one_report_become_one() -> None:
    halves = [report_of(f"jiangsu-partyoffice-2018-{part}") for part in ("text", "tables")]
    (whole,) = merge_sources(halves)
    assert [len(whole.sources), len(whole.tables)] == [2, 12]
    assert {s.place.source for s in whole.statements} == {1}
    assert whole.statements


@needs_reports
def test_reports_of_different_bodies_stay_apart() -> None:
    both = [report_of("yangquan-museum-2023"), report_of("yangquan-finance-2023")]
    assert merge_sources(both) == both


UNITS_THAT_DO_NOT_ADD_UP = (
    "某市民政局2025年部门预算公开\n第一部分 部门概况\n二、机构设置情况\n"
    "某市民政局下属单位2个，分别是某市救助管理站、某市社会福利院。\n"
    "2025年项目支出预算表（本年预算）\n\n部门名称：某市民政局\n\n单位：万元\n\n"
    "项目名称\t合计\t一般公共预算\n某市民政局\t9.99\t9.99\n某市救助管理站\t5.00\t5.00\n护送经费\t2.00\t2.00\n"
    "医疗救治\t3.50\t3.50\n某市社会福利院\t4.00\t4.00\n取暖费\t4.00\t4.00\n"
)


def test_a_unit_whose_projects_do_not_add_up_is_no_project(tmp_path: Path) -> None:
    """An error of the report made headings into projects, and the units' projects those of the department."""
    path = tmp_path / "report.txt"
    path.write_text(UNITS_THAT_DO_NOT_ADD_UP.replace("某市", "阳泉市"), encoding="utf-8")
    read = parse_report(read_pages(path), Source("report.txt", "0" * 64, 1))
    figures = {(o.label, o.project, o.organization) for t in read.tables for o in t.observations}
    assert figures == {
        ("阳泉市民政局", None, "阳泉市民政局"),
        ("阳泉市救助管理站", None, "阳泉市救助管理站"),
        ("护送经费", "护送经费", "阳泉市救助管理站"),
        ("医疗救治", "医疗救治", "阳泉市救助管理站"),
        ("阳泉市社会福利院", None, "阳泉市社会福利院"),
        ("取暖费", "取暖费", "阳泉市社会福利院"),
    }


def test_the_price_of_one_is_no_expenditure(tmp_path: Path) -> None:
    """单价 stood beside 采购金额 as a second sum of money of the row."""
    path = tmp_path / "report.txt"
    path.write_text(
        "阳泉市民政局2025年部门预算公开\n2025年政府采购预算表\n\n部门名称：阳泉市民政局\n\n单位：万元\n\n"
        "采购项目\t数量\t单价\t采购金额\n合计\t35\t\t12.50\n台式计算机\t10\t0.50\t5.00\n办公桌\t25\t0.30\t7.50\n",
        encoding="utf-8",
    )
    read = parse_report(read_pages(path), Source("report.txt", "0" * 64, 1))
    assert [o.amount.printed for t in read.tables for o in t.observations] == ["12.50", "5.00", "7.50"]


@needs_reports
def test_a_code_completed_from_its_parent_and_name_is_said_to_be_misprinted() -> None:
    """7 | 11 | 02 事业单位医疗 below 210 | 11: read as 2101102, and what is printed stays traceable."""
    read = report_of("putuo-welfare-2024-unit")
    assert [(r.text, r.place.page) for r in read.remarks if r.reason == "misprinted-code"] == [
        ("7 11 02 事业单位医疗", 9),
        ("7 11 02 事业单位医疗", 11),
    ]
    assert [r.text for r in read.ignored if r.reason == "misprinted code, read as 2101102"] == ["7", "11", "02"] * 2
