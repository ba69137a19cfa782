"""Budget tables: what is read from the real reports, their own sums, and each feature of layout on a small grid."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from kg_builder.model import Box, BudgetTable, Cell, Observation, Page, Place, Report, Source, Table
from kg_builder.readers import read_pages
from kg_builder.templates.grids import is_title, strip_label, unit_of
from kg_builder.templates.kinds import kind_of
from kg_builder.templates.reading import amount_of
from kg_builder.templates.report import merge_sources, parse_report
from kg_builder.templates.tables import TablesRead, read_tables

SHARED = Path(__file__).parents[1].parent / "shared" / "reports"
REPORTS = {path.stem: path for path in sorted(SHARED.glob("*/*.*"))}
needs_reports = pytest.mark.skipif(not REPORTS, reason="the real reports are not beside this checkout")


@cache
def report(name: str) -> Report:
    path = REPORTS[name]
    pages = read_pages(path)
    return parse_report(pages, Source(path.name, "0" * 64, len(pages)))


def table(name: str, kind: str) -> BudgetTable:
    return next(t for t in report(name).tables if t.kind == kind)


# ------------------------------------------------------------------------------------------------------ real reports

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
    read = report(name)
    assert (len(read.tables), sum(len(t.observations) for t in read.tables)) == COUNTS[name]


# Lines of 政府购买服务预算表 in plain text: 17 columns, digits spaced apart, equal sums that fit several of them.
OPEN_ROWS = {"yangquan-finance-2023": 8}


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_no_number_of_a_budget_table_is_unread(name: str) -> None:
    pages = read_pages(REPORTS[name])
    unread = [r for r in report(name).unread if "table" in r.reason or "grid" in r.reason or "row" in r.reason]
    assert len(unread) <= OPEN_ROWS.get(name, 0), (len(pages), unread)


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_every_kind_is_known_and_every_table_has_a_unit(name: str) -> None:
    for t in report(name).tables:
        assert t.kind != "other", t.title
        assert t.unit in {"元", "万元"}, t.title


@needs_reports
@pytest.mark.parametrize("name", COUNTS)
def test_rows_and_columns_name_one_figure(name: str) -> None:
    for t in report(name).tables:
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
    for t in report(name).tables:
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
    halves = [report(f"jiangsu-partyoffice-2018-{part}") for part in ("text", "tables")]
    (whole,) = merge_sources(halves)
    assert [len(whole.sources), len(whole.tables)] == [2, 12]
    assert {s.place.source for s in whole.statements} == {1}
    assert whole.statements


@needs_reports
def test_reports_of_different_bodies_stay_apart() -> None:
    both = [report("yangquan-museum-2023"), report("yangquan-finance-2023")]
    assert merge_sources(both) == both


# ---------------------------------------------------------------------------------------------- small grids in text


def page_of(text: str, number: int = 1) -> Page:
    """A page from a drawing: lines, grids with `|` between cells; ∅ joins a cell to the left, ^ to the one above."""
    lines: list[Cell] = []
    grids: list[list[list[Cell | None]]] = [[]]
    for index, line in enumerate(text.strip("\n").split("\n")):
        top = 50.0 + 20 * index
        if "|" not in line:
            lines.append(Cell(line, Place(number, Box(50, top, 50 + 10 * len(line), top + 18))))
            grids.append([])
            continue
        grids[-1].append(row_of([c.strip() for c in line.split("|")], grids[-1], top, number))
    return Page(number, tuple(lines), tuple(table_of(g, number) for g in grids if g), (842, 595))


def row_of(cells: list[str], above: list[list[Cell | None]], top: float, number: int) -> list[Cell | None]:
    row: list[Cell | None] = []
    for i, text in enumerate(cells):
        if text == "^":
            reach_down(above, i, top + 20)
        if text in {"∅", "^"}:
            row.append(None)
            continue
        end = next((j for j in range(i + 1, len(cells)) if cells[j] != "∅"), len(cells))
        row.append(Cell(text.replace("⏎", "\n"), Place(number, Box(50 + 60 * i, top, 50 + 60 * end, top + 20))))
    return row


def reach_down(above: list[list[Cell | None]], column: int, bottom: float) -> None:
    for row in reversed(above):
        if (cell := row[column]) and (box := cell.place.box):
            row[column] = Cell(cell.text, Place(cell.place.page, Box(box.x0, box.top, box.x1, bottom)))
            return


def table_of(grid: list[list[Cell | None]], number: int) -> Table:
    boxes = [c.place.box for row in grid for c in row if c and c.place.box]
    box = Box(
        min(b.x0 for b in boxes), min(b.top for b in boxes), max(b.x1 for b in boxes), max(b.bottom for b in boxes)
    )
    return Table(Place(number, box), tuple(tuple(row) for row in grid))


def read(*pages: str, year: int = 2025) -> TablesRead:
    return read_tables([page_of(text, n) for n, text in enumerate(pages, start=1)], year)


def figures(read_: TablesRead) -> list[tuple[str, str, str]]:
    return [(o.label, o.heading, o.amount.printed) for t in read_.tables for o in t.observations]


def dims(read_: TablesRead, label: str, heading: str) -> dict[str, str]:
    return next(
        dict(o.dimensions) for t in read_.tables for o in t.observations if (o.label, o.heading) == (label, heading)
    )


def test_three_panels_side_by_side() -> None:
    found = read("""
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
    assert figures(found) == [
        ("一、财政拨款", "收入 / 金额", "12.00"),
        ("1.一般公共预算", "收入 / 金额", "12.00"),
        ("当年收入小计", "收入 / 金额", "12.00"),
        ("一、一般公共服务支出", "支出 / 功能分类 / 金额", "12.00"),
        ("一、基本支出", "支出 / 支出用途 / 金额", "7.00"),
        ("二、项目支出", "支出 / 支出用途 / 金额", "5.00"),
        ("当年支出小计", "支出 / 支出用途 / 金额", "12.00"),
    ]
    assert dims(found, "一、一般公共服务支出", "支出 / 功能分类 / 金额") == {
        "functionCode": "201",
        "side": "expenditure",
    }
    assert found.unread == ()


def test_final_account_with_line_numbers_and_stages() -> None:
    found = read(
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
    assert dims(found, "一、一般公共预算财政拨款收入", "收入 / 决算数") == {
        "fundingSource": "general-public",
        "side": "revenue",
        "stage": "final",
    }
    assert dims(found, "五、教育支出", "支出 / 全年预算数")["stage"] == "adjusted"
    assert dims(found, "年末结转和结余", "支出 / 决算数")["provision"] == "next-year"
    assert [r.reason for r in found.ignored].count("column number") == 4
    assert [r.reason for r in found.ignored].count("ordinal") == 6
    assert (found.tables[0].label, found.tables[0].unit, found.unread) == ("公开01表", "万元", ())


def test_three_public_in_pairs_of_stages() -> None:
    found = read("""
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
    found = read(f"2025年支出预算总表\n单位：元\n科目编码|∅|∅|科目名称|合计\n类|款|项|^|^\n{rows}\n合计|∅|∅|∅|1")
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
    found = read(f"2025年支出预算总表\n单位：元\n科目编码|科目名称|合计\n{rows}")
    assert [r.code for r in found.tables[0].rows] == codes
    assert found.unread == ()


def test_code_and_name_in_one_cell() -> None:
    found = read(
        "支出预算表\n单位：万元\n功能科目|合计|基本支出\n201一般公共服务支出|1.00|1.00\n2010104 人大会议|1.00|"
    )
    assert [(r.code, r.label) for r in found.tables[0].rows] == [("201", "一般公共服务支出"), ("2010104", "人大会议")]


def test_a_table_goes_on_over_the_page() -> None:
    found = read(
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
    found = read(
        "2025年收支预算总表\n单位：元\n支出|∅\n项目|预算数\n七、教育支出|1\n八、社会保障和就|16",
        "业支出|\n九、卫生健康支出|3",
    )
    assert figures(found)[1] == ("八、社会保障和就业支出", "支出 / 预算数", "16")
    assert dims(found, "八、社会保障和就业支出", "支出 / 预算数")["functionCode"] == "208"


def test_two_tables_in_one_grid() -> None:
    found = read("""
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
    found = read("2025年支出预算总表\n科目编码|科目名称|合计\n205|教育支出|1.00")
    assert figures(found) == []
    assert [(r.text, r.reason) for r in found.unread] == [("1.00", "the table names no unit")]


def test_the_head_of_a_column_names_its_unit() -> None:
    found = read("2025年支出预算总表\n科目编码|科目名称|合计（万元）\n205|教育支出|1.00")
    assert found.tables[0].observations[0].amount.yuan == 10000


def test_the_report_states_one_unit_for_all_tables() -> None:
    found = read("本报告表格金额单位均为万元", "2025年支出预算总表\n科目编码|科目名称|合计\n205|教育支出|1.00")
    assert found.tables[0].observations[0].amount.yuan == 10000


def test_figures_of_another_year_and_changes_are_kept_apart() -> None:
    found = read(
        "2025年支出预算总表\n单位：元\n科目编码|科目名称|2024年预算数|2025年预算数|增减%\n205|教育支出|90|100|11.1"
    )
    assert dims(found, "教育支出", "2024年预算数")["fiscalYear"] == "2024"
    assert "fiscalYear" not in dims(found, "教育支出", "2025年预算数")
    assert [r.text for r in found.ignored] == ["11.1"]


def test_a_grid_that_is_not_understood_is_unread_with_all_its_numbers() -> None:
    found = read("单位：万元\n甲乙|丙丁\n1|2\n7|8")
    assert [r.text for r in found.unread] == ["1", "2", "7", "8"]


def test_an_unknown_title_with_known_heads_gives_observations() -> None:
    found = read("2025年度预算安排补助情况表\n单位：万元\n项目|合计|中央补助\n义务教育补助|12.00|10.00")
    assert found.tables[0].kind == "other"
    assert dims(found, "义务教育补助", "中央补助") == {"fundingSource": "central"}


def test_own_numbering_gives_way_to_the_name() -> None:
    found = read(
        "一般公共预算基本支出表\n单位：元\n科目编码|科目名称|合计\n302|商品和服务支出|3\n30202|咨询费|2\n30210|车辆费|1"
    )
    got = [dict(o.dimensions).get("economicCode") for o in found.tables[0].observations]
    assert got == ["302", "30203", None]
    assert [r.code for r in found.tables[0].rows] == ["302", "30202", "30210"]


def test_projects_beside_units_and_codes() -> None:
    found = read("""
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
    found = read_tables([Page(1, lines, (Table(Place(1, line=3), cells),))], 2025)
    assert figures(found) == [
        ("公务接待费", "2025年预算数 / 合计", "0.80"),
        ("公务接待费", "2025年预算数 / 一般公共预算", "0.80"),
    ]


# ------------------------------------------------------------------------------------------------------------ pieces


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
    ],
)
def test_kind_of_title(title: str, kind: str) -> None:
    assert kind_of(title) == kind


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025年预算收支总表", True),
        ("“三公”经费支出预算表", True),
        ("本表反映部门本年度收支情况。", False),
        ("目录", False),
    ],
)
def test_titles(text: str, expected: bool) -> None:
    assert is_title(text) is expected


def test_label_before_a_title() -> None:
    assert strip_label("表一2025年预算收支总表") == ("表一", "2025年预算收支总表")


@pytest.mark.parametrize(
    ("text", "unit"),
    [("金额单位：万元", "万元"), ("单位:元", "元"), ("单位：人民币万元", "万元"), ("编制单位：某市教育局", None)],
)
def test_units(text: str, unit: str | None) -> None:
    assert unit_of(text) == unit


def test_the_national_final_account_numbers_columns_beside_its_codes() -> None:
    found = read("""
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
    assert dims(found, "高中教育", "财政拨款收入")["fundingSource"] == "fiscal"
    assert [r.text for r in found.ignored] == ["1", "2"]


def test_codes_in_three_columns_under_one_head() -> None:
    found = read("支出总表\n单位：元\n科目编码|∅|∅|科目名称|合计\n205|||教育|3\n205|02||普通教育|3\n205|02|04|高中|3")
    assert [r.code for r in found.tables[0].rows] == ["205", "20502", "2050204"]


def test_rows_of_units_by_their_codes() -> None:
    found = read("""
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
    assert dims(found, "某市第一中学", "上年结转结余 / 一般公共预算") == {
        "fundingSource": "general-public",
        "provision": "carry-over",
        "side": "revenue",
    }
    assert [r.reason for r in found.ignored] == ["code", "code"]
    assert found.unread == ()


def test_both_economic_classifications_beside_each_other() -> None:
    found = read("""
一般公共预算基本支出表
单位：万元
部门预算支出经济分类科目|∅|政府预算支出经济分类科目|∅|合计
科目编码|科目名称|科目编码|科目名称|^
30101|基本工资|50101|工资奖金津补贴|10.00
""")
    o = found.tables[0].observations[0]
    assert (dict(o.dimensions)["economicCode"], dict(o.dimensions)["governmentEconomicCode"]) == ("30101", "50101")


def test_three_panels_of_the_final_account_by_economic_items() -> None:
    found = read("""
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
    found = read_tables([Page(1, lines, (Table(Place(1, line=3), cells),))], 2025)
    assert figures(found) == [("合计", "政府性基金收入预算", "3.00")]


def test_a_figure_in_the_cell_of_the_label_is_unread() -> None:
    found = read("支出预算总表\n单位：元\n项目|合计|基本支出\n一、教育支出 96,282.00||\n二、其他支出|1.00|1.00")
    assert [r.text for r in found.unread] == ["一、教育支出 96,282.00"]
    assert [label for label, _, _ in figures(found)] == ["二、其他支出"] * 2


def test_title_and_head_printed_again_on_the_next_page() -> None:
    head = "2025年部门支出预算总表{}\n编制部门：某市教育局 单位：元\n科目编码|科目名称|合计\n"
    found = read(head.format("") + "205|教育支出|100", head.format("（续）") + "206|科学技术支出|50\n合计|∅|150")
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
    found = read(f"{caption}\n科目编码|科目名称|合计\n205|教育支出|100")
    assert [(t.kind, t.unit) for t in found.tables] == [("expenditure", "元")]
    assert figures(found) == [("教育支出", "合计", "100")]


def test_a_table_captioned_by_another_body_is_that_bodys() -> None:
    text = "2025年支出预算总表\n单位名称：某市第一中学 单位：元\n科目编码|科目名称|合计\n205|教育支出|100"
    found = read_tables([page_of(text)], 2025, ["某市教育局"])
    assert [o.organization for o in found.tables[0].observations] == ["某市第一中学"]
    assert [o.organization for o in read_tables([page_of(text)], 2025, ["某市第一中学"]).tables[0].observations] == [
        None
    ]


def test_a_second_report_in_one_file_is_unread() -> None:
    text = "{}年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100"
    found = read(text.format(2025), text.format(2024))
    assert [t.title for t in found.tables] == ["2025年支出预算总表"]
    assert {r.reason for r in found.unread} == {"table of another report: 2024年支出预算总表"}


def test_a_title_of_another_year_alone_is_a_slip_of_the_pen() -> None:
    found = read("2024年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100")
    assert len(found.tables[0].observations) == 1


def test_revenue_and_expenditure_as_columns_of_one_row() -> None:
    found = read(
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


def test_running_heads_are_no_titles() -> None:
    def page(number: int, rows: str) -> Page:
        made = page_of(rows, number)
        head = Cell("某市教育局2025年部门预算表", Place(number, Box(300, 20, 500, 30)))
        return Page(number, (head, *made.lines), made.tables, made.size)

    found = read_tables(
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
    found = read(text.format("2025年支出预算总表\n", "某市第一中学"), text.format("", "某市第二中学"))
    assert [len(t.observations) for t in found.tables] == [1, 1]


def test_a_page_may_speak_of_the_table_below_without_naming_it() -> None:
    assert not is_title("具体情况见下表")


def test_names_and_telephone_numbers_of_people_are_in_no_value() -> None:
    found = read(
        "2025年支出预算总表\n单位：元\n科目编码|科目名称|合计\n205|教育支出|100\n经办人：某甲|联系电话：|0000-1234567\n"
        "注：经办人：某甲"
    )
    assert [r.label for r in found.tables[0].rows] == ["教育支出"]
    assert "某甲" not in repr((found.tables, found.ignored, found.unread))
    assert "1234567" not in repr((found.tables, found.ignored, found.unread))
