"""A small report made by hand, right in every sum, for tests that need no reader."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from kg_builder.model import (
    Amount,
    Appropriation,
    Body,
    BudgetTable,
    Cell,
    Identity,
    Indicator,
    Observation,
    Place,
    Project,
    Report,
    Row,
    Source,
    Statement,
    Target,
)
from kg_builder.text import money

BASE = "http://localhost:8000/"
BODY = "青川市水务局"


def yuan(printed: str, unit: str = "万元", page: int = 1) -> Amount:
    amount = money(printed, unit, Place(page))
    assert amount is not None
    return amount


def observation(row: int, column: int, printed: str, **values: Any) -> Observation:
    """A figure in 万元 on page 5; `dimensions` and the rest as keywords."""
    values = {"label": "", "heading": "合计", "dimensions": (), "amount": yuan(printed, page=5), **values}
    return Observation(row, column, **values)


def table(
    kind: str,
    rows: list[tuple[str, str | None, int]],
    heads: list[tuple[str, tuple[tuple[str, str], ...]]],
    figures: list[list[str]],
    **values: Any,
) -> BudgetTable:
    """A table from rows (label, code, level), heads (text, dimensions) and printed figures; a blank is no figure."""
    place = Place(5)
    made = tuple(Row(n, label, place, code, level) for n, (label, code, level) in enumerate(rows, 1))
    observations = tuple(
        observation(
            r,
            c,
            printed,
            label=rows[r - 1][0],
            heading=heads[c - 1][0],
            dimensions=(*((("functionCode", rows[r - 1][1]),) if rows[r - 1][1] else ()), *heads[c - 1][1]),
            total=rows[r - 1][0].endswith(("合计", "总计", "小计")),
            project=rows[r - 1][0] if kind.startswith("projects") and rows[r - 1][0] != "合计" else None,
        )
        for r, line in enumerate(figures, 1)
        for c, printed in enumerate(line, 1)
        if printed
    )
    return replace(BudgetTable(kind, "2024年预算支出总表", "表3", "万元", place, made, observations), **values)


_EXPENDITURE: list[tuple[str, str | None, int, list[str]]] = [
    ("合计", None, 1, ["10.00", "6.00", "4.00"]),
    ("社会保障和就业支出", "208", 1, ["7.00", "3.00", "4.00"]),
    ("养老支出", "20805", 2, ["7.00", "3.00", "4.00"]),
    ("甲", "2080505", 3, ["4.00", "", "4.00"]),
    ("乙", "2080506", 3, ["3.00", "3.00", ""]),
    ("住房保障支出", "221", 1, ["3.00", "3.00", ""]),
]
EXPENDITURE = table(
    "expenditure",
    [(label, code, level) for label, code, level, _ in _EXPENDITURE],
    [("合计", ()), ("基本支出", (("expenditureType", "basic"),)), ("项目支出", (("expenditureType", "project"),))],
    [figures for *_, figures in _EXPENDITURE],
)
PROJECTS = table(
    "projects-current",
    [("合计", None, 1), ("河道清淤", None, 1), ("水厂（二期）", None, 1)],
    [("合计", ()), ("一般公共预算", (("fundingSource", "general-public"),))],
    [["4.00", "4.00"], ["1.50", "1.50"], ["2.50", "2.50"]],
    title="2024年项目支出预算表（本年预算）",
    label="表12",
)
BASIS = "依据《青川市河道管理办法》（青财综〔2021〕7号）第三条，开展清淤。"
PROJECT = Project(
    "水厂(二期)",
    Place(9, line=120),
    (9, 10),
    department=Body(BODY, Place(9), "department", code="057"),
    unit=Body("青川市水务局机关", Place(9), "unit"),
    attribute="延续项目",
    period="3年",
    total=yuan("75000", "元", 9),
    annual=yuan("25000", "元", 9),
    appropriations=(
        Appropriation("central", "annual", "中央财政资金", yuan("20000", "元", 9)),
        Appropriation("municipal", "annual", "市县财政资金", yuan("5000", "元", 9)),
        Appropriation("municipal", "implementation", "市县财政资金", yuan("75000", "元", 9)),
    ),
    fields=(("legal-basis", Cell(BASIS, Place(9))), ("overview", Cell("扩建净水车间。", Place(9)))),
    indicators=(
        Indicator(
            "output-quantity", "供水能力", "annual", Target("≥500吨/日", "ge", Decimal(500), unit="吨/日"), Place(10)
        ),
        Indicator("satisfaction-served", "居民满意度", "annual", None, Place(10)),
    ),
)


def report(**changes: Any) -> Report:
    """The report, with parts replaced."""
    place = Place(1)
    identity = Identity(
        BODY, "四川省", 2024, "budget", "department", f"{BODY}2024年部门预算", (("year", Cell("2024年", place)),)
    )
    whole = Report(
        identity,
        (Source("report.pdf", "ab" * 32, 12),),
        (
            Body(BODY, Place(2), "department", code="057", aliases=("青川水务",)),
            Body("青川市水务局机关", Place(2), "unit", parent=BODY),
        ),
        (EXPENDITURE, PROJECTS),
        (PROJECT,),
        (Statement("vehicles", Decimal("3.5"), "万元", "公务用车3.5万元", Place(7), yuan("3.5", page=7)),),
    )
    return replace(whole, **changes)
