"""Sums that a sentence names, beside tables of all money, of appropriations and of one fund: which of them it repeats.

The tables are of one invented report with what was carried over, a surplus used, and what is left for the next year.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import BASE, report, table, yuan

from kg_builder.check import check_graph
from kg_builder.graph.reports import report_graph
from kg_builder.model import BudgetTable, Cell, Page, Place
from kg_builder.templates.prose.narrative import statements_in

# ruff: noqa: E501 - a sentence a line
IN, OUT = ("side", "revenue"), ("side", "expenditure")
ONE, FUND, ALL = (("fundingSource", name) for name in ("general-public", "government-fund", "fiscal"))
BASIC, PROJECT = ("expenditureType", "basic"), ("expenditureType", "project")
TYPES = [("基本支出", (BASIC,)), ("项目支出", (PROJECT,))]


def _summary(kind: str, rows: str, heads: list[tuple[str, tuple[tuple[str, str], ...]]]) -> BudgetTable:
    """A summary from rows `label code dimensions figures…`, with - for what is blank."""
    lines = [line.split() for line in rows.splitlines() if line]
    made = table(
        kind,
        [(label, None if code == "-" else code, 1) for label, code, *_ in lines],
        heads,
        [[cell.replace("-", "") for cell in figures] for *_, figures in ((a, b, c, d) for a, b, c, *d in lines)],
    )
    said = {
        label: [(d.split("=")[0], d.split("=")[1]) for d in of.split(",") if "=" in d] for label, _, of, *_ in lines
    }
    told = [replace(o, dimensions=(*o.dimensions, *said[lines[o.row - 1][0]])) for o in made.observations]
    return replace(made, observations=tuple(told))


SUMMARY = _summary(
    "budget-summary",
    """
一般公共预算拨款收入 - fundingSource=general-public 850.00 -
政府性基金预算拨款收入 - fundingSource=government-fund 50.00 -
其他收入 - fundingSource=other-income 70.00 -
本年收入合计 - - 970.00 -
使用非财政拨款结余 - - 10.00 -
上年结转 - fundingSource=carry-over,provision=carry-over 30.00 -
收入总计 - - 1010.00 -
社会保障和就业支出 208 - - 800.00
城乡社区支出 212 - - 50.00
住房保障支出 221 - - 140.00
本年支出合计 - - - 990.00
结转下年 - - - 20.00
支出总计 - - - 1010.00
""",
    [("收入 / 预算数", (IN,)), ("支出 / 预算数", (OUT,))],
)
FISCAL = _summary(
    "fiscal-summary",
    """
一般公共预算拨款 - fundingSource=general-public 850.00 - - -
政府性基金预算拨款 - fundingSource=government-fund 50.00 - - -
本年收入合计 - fundingSource=fiscal 900.00 - - -
上年结转 - fundingSource=carry-over,provision=carry-over 25.00 - - -
收入总计 - fundingSource=fiscal 925.00 - - -
社会保障和就业支出 208 - - 745.00 745.00 -
城乡社区支出 212 - - 50.00 - 50.00
住房保障支出 221 - - 120.00 120.00 -
本年支出合计 - - - 915.00 865.00 50.00
结转下年 - - - 10.00 5.00 5.00
支出总计 - - - 925.00 870.00 55.00
""",
    [
        ("收入 / 金额", (IN,)),
        ("支出 / 合计", (OUT, ALL)),
        ("支出 / 一般公共预算", (OUT, ONE)),
        ("支出 / 政府性基金", (OUT, FUND)),
    ],
)
SPENDING = table(
    "expenditure",
    [("合计", None, 1), ("社会保障和就业支出", "208", 1), ("城乡社区支出", "212", 1), ("住房保障支出", "221", 1)],
    [("合计", (OUT,)), *((name, (OUT, *kind)) for name, kind in TYPES)],
    [["990.00", "600.00", "390.00"], ["800.00", "460.00", "340.00"], ["50.00", "", "50.00"], ["140.00", "140.00", ""]],
)
GENERAL = table(
    "general-public-expenditure",
    [("合计", None, 1), ("社会保障和就业支出", "208", 1), ("住房保障支出", "221", 1)],
    [("合计", (OUT, ONE)), *((name, (OUT, ONE, *kind)) for name, kind in TYPES)],
    [["865.00", "560.00", "305.00"], ["745.00", "440.00", "305.00"], ["120.00", "120.00", ""]],
)
THREE = table("three-public", [("公务接待费", None, 1)], [("预算数", (OUT, ("topic", "reception")))], [["3.00"]])
EVERY = (SUMMARY, FISCAL, SPENDING, GENERAL, THREE)

TRUE = [
    ("budget", "支出总计1010.00万元，包括本年支出990.00万元、结转下年20.00万元。"),
    ("budget", "收入预算1010.00万元，其中：本年收入970.00万元，占96.04%；使用非财政拨款结余10.00万元；上年结转30.00万元，占2.97%。"),
    ("budget", "本年收入970.00万元，上年结转30.00万元，动用结余10.00万元，收入总计1010.00万元。"),
    ("budget", "收入包括：一般公共预算拨款当年收入850.00万元、上年结转20.00万元，政府性基金预算拨款当年收入50.00万元、上年结转5.00万元。"),
    ("budget", "一般公共预算当年拨款850.00万元，比2023年执行数减少50.00万元，下降5.56%。"),
    ("budget", "一般公共预算支出870.00万元，含结转下年5.00万元。"),
    ("budget", "基本支出600.00万元，占60.61%；项目支出390.00万元，占39.39%。"),
    ("budget", "社会保障和就业支出800.00万元，住房保障支出140.00万元。"),
    ("budget", "财政拨款支出中，社会保障和就业支出745.00万元，住房保障支出120.00万元。"),
    ("budget", "住房保障支出（类）120.00万元，占一般公共预算支出的13.87%。"),
    ("budget", "社会保障和就业支出（类）745.00万元，其中：基本支出440.00万元，项目支出305.00万元。"),
    ("budget", "项目支出390.00万元，其中：一般公共预算305.00万元，政府性基金50.00万元，其他资金35.00万元。"),
    ("budget", "实行绩效目标管理的项目5个，涉及预算资金390.00万元，其中一般公共预算305.00万元、政府性基金50.00万元。"),
    ("budget", "住房保障支出（类）140.00万元，比上年预算增加（减少以“-”号填列）-20.00万元，增长-12.5%。"),
    ("final", "公务接待费支出预算为4.00万元，支出决算为3.00万元，完成预算的75%。"),
]  # fmt: skip
FALSE = [
    ("budget", "支出总计1010.00万元，包括本年支出980.00万元、结转下年30.00万元。"),
    ("budget", "本年收入950.00万元，上年结转30.00万元，收入总计1010.00万元。"),
    ("budget", "本年收入995.00万元，上年结转30.00万元。"),
    ("budget", "一般公共预算当年拨款805.00万元，比2023年执行数减少50.00万元。"),
    ("budget", "一般公共预算支出807.00万元。"),
    ("budget", "基本支出610.00万元。"),
    ("budget", "住房保障支出104.00万元。"),
    ("budget", "社会保障和就业支出（类）745.00万元，其中：基本支出404.00万元。"),
    ("budget", "其他收入77.00万元，上年结转30.00万元。"),
    ("budget", "其他收入70.00万元，上年结转33.00万元。"),
    ("final", "公务接待费支出预算为4.00万元，支出决算为3.30万元。"),
]


def accused(stage: str, text: str, *tables: BudgetTable) -> list[str]:
    """The errors and warnings on a sentence of a report of 2024 with these tables."""
    statements = statements_in([Page(1, (Cell(text, Place(1, line=1)),))], year=2024)
    made = report(statements=statements, tables=tables, projects=())
    made = replace(made, identity=replace(made.identity, stage=stage))  # type: ignore[arg-type]  # budget, final
    found = check_graph(report_graph(made, None, BASE))
    return [f.check for f in found if "/statement/" in f.concerns and f.severity != "info"]


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case[1][:20])
def test_true_sentence_is_not_accused_by_the_tables_of_other_money(case: tuple[str, str]) -> None:
    for tables in (EVERY, *((one,) for one in EVERY), (SPENDING, GENERAL)):
        assert accused(*case, *tables) == []


@pytest.mark.parametrize("case", FALSE, ids=lambda case: case[1][:20])
def test_false_sentence_is_found_where_the_tables_of_its_money_are_there(case: tuple[str, str]) -> None:
    assert accused(*case, *EVERY)


@pytest.mark.parametrize(("said", "found"), [("700.00", True), ("130.00", False)])
def test_sum_beyond_all_money_is_that_of_no_fund(said: str, found: bool) -> None:
    """A table of all money alone: what is more than all is wrong, what is less may be of one fund."""
    assert bool(accused("budget", f"住房保障支出{said}万元。", SPENDING)) == found


def printing(made: BudgetTable, *labels: str) -> BudgetTable:
    """The table without the rows that have these labels."""
    left = {row.number for row in made.rows if row.label in labels}
    kept = tuple(o for o in made.observations if o.row not in left)
    return replace(made, rows=tuple(row for row in made.rows if row.number not in left), observations=kept)


@pytest.mark.parametrize(
    "labels",
    [("本年支出合计",), ("本年收入合计", "本年支出合计"), ("支出总计",), ("收入总计",)],
    ids=["in total", "in total alone", "no total out", "no total in"],
)
def test_totals_with_and_without_what_is_carried_over_are_not_compared(labels: tuple[str, ...]) -> None:
    revenue = table("revenue", [("合计", None, 1)], [("合计", (IN,))], [["1010.00"]])
    tables = (printing(SUMMARY, *labels), printing(FISCAL, *labels), SPENDING, GENERAL, revenue)
    found = check_graph(report_graph(report(statements=(), tables=tables, projects=()), None, BASE))
    compared = {"balance", "expenditure-in-summary", "revenue-in-summary", "general-public-in-summary"}
    assert [f.check for f in found if f.check in compared] == []


@pytest.mark.parametrize(("said", "true"), [("100,100", True), ("100,400", False), ("100,050", False)])
def test_figures_rounded_and_written_out_in_yuan_may_differ_by_their_rounding(said: str, true: bool) -> None:
    """0.01 万元 is 100 yuan: a difference of two such steps is none where all figures of the table are so."""
    heads = [("合计", (OUT,)), *((name, (OUT, *kind)) for name, kind in TYPES)]
    rows = [("甲", "208", 1), ("乙", "221", 1), ("丙", "212", 1)]
    figures = [[said, "60,000", "40,000"], ["70,000", "30,000", "40,000"], ["90,000", "50,000", "40,000"]]
    made = table("expenditure", rows, heads, figures, unit="元")
    written = [replace(o, amount=yuan(o.amount.printed, "元")) for o in made.observations]
    tables = (replace(made, observations=tuple(written)),)
    found = check_graph(report_graph(report(statements=(), tables=tables, projects=()), None, BASE))
    assert ("columns" not in {f.check for f in found}) == true


@pytest.mark.parametrize(("listed", "true"), [("355.00", True), ("390.00", True), ("335.00", False)])
def test_projects_of_all_appropriations_are_those_of_each_fund_together(listed: str, true: bool) -> None:
    heads = [("合计", (OUT, FUND)), ("项目支出", (OUT, FUND, PROJECT))]
    fund = table("government-fund-expenditure", [("合计", None, 1)], heads, [["50.00", "50.00"]])
    projects = table("projects-current", [("合计", None, 1), ("甲", None, 1)], [("合计", ())], [[listed], [listed]])
    tables = (SPENDING, GENERAL, fund, projects)
    found = check_graph(report_graph(report(statements=(), tables=tables, projects=()), None, BASE))
    assert ("projects-in-expenditure" not in {f.check for f in found}) == true
