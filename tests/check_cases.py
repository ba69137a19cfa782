"""For each rule on narrative, codes, completeness and text: a hand-made report that keeps it and one that breaks it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hand_made import BODY, EXPENDITURE, PROJECT, PROJECTS, report, table, yuan

from kg_builder.model import (
    Amount,
    Body,
    BudgetTable,
    Cell,
    Counterpart,
    Indicator,
    Owner,
    Place,
    Project,
    Report,
    Residue,
    Statement,
    Target,
)

Case = tuple[str, Report, tuple[str | None, str | None] | None]  # check, report, (expected, found) or None


def said(topic: str, printed: str, unit: str = "万元", **values: Any) -> Statement:
    """A statement on page 7; money in its unit, anything else a plain number."""
    value = Decimal(printed)
    amount: Amount | None = yuan(printed, unit, 7) if unit in ("元", "万元") else None
    return Statement(topic, value, unit, values.pop("quote", f"{printed}{unit}"), Place(7), amount, **values)


def saying(*statements: Statement, **parts: Any) -> Report:
    return report(statements=statements, **parts)


def stated(*parts: tuple[str, str]) -> Report:
    """A report of which a table beside the files states some parts."""
    return report(identity=replace(report().identity, stated=parts, stated_by="sources.tsv, line 2"))


PATH = "社会保障和就业支出(类)养老支出(款)甲(项)"
SHARE = (said("expenditure-total", "10.00"), said("basic", "6.00", within="expenditure-total"))
RATE = (said("expenditure-total", "10.00"), said("change", "2.00", subject="expenditure-total"))
BEFORE = (said("function", "4.00", subject=PATH), said("previous-year", "5.00", subject=PATH))
SPENT = (said("initial-budget", "5.00", subject="basic"), said("final-amount", "6.00", subject="basic"))
NOTHING = (said("initial-budget", "0", subject="basic"), said("final-amount", "6.00", subject="basic"))


def bought(whole: str) -> tuple[Statement, ...]:
    parts = (("goods", "1.00"), ("works", "2.00"), ("services", "3.00"))
    listed = (said(f"procurement-{name}", printed, within="procurement") for name, printed in parts)
    return (said("procurement", whole), *listed)


def cars(kinds: tuple[str, ...]) -> tuple[Statement, ...]:
    names = ("执法执勤用车", "其他用车")
    listed = (
        said("asset-vehicles", n, "辆", subject=k, within="asset-vehicles") for k, n in zip(names, kinds, strict=True)
    )
    return (said("asset-vehicles", "3", "辆"), *listed)


def goals(count: str, money: str, **parts: Any) -> Report:
    return saying(said("performance-projects", count, "个"), said("performance-amount", money), **parts)


def printed_again(old: str = "", new: str = "") -> BudgetTable:
    """All expenditure by function again, in the table of appropriations, with one figure changed."""
    column = tuple(o for o in EXPENDITURE.observations if o.column == 1)
    changed = [
        replace(o, amount=yuan(new)) if o.amount.printed == old and (old != "3.00" or o.row == 5) else o for o in column
    ]
    return replace(EXPENDITURE, kind="fiscal-expenditure", observations=tuple(changed))


def with_carry_over(*total: str) -> BudgetTable:
    """The revenue side of a summary: the year, what was carried over, and the total of both where it is named."""
    rows = [
        ("一、财政拨款", "9.00"),
        ("本年收入合计", "9.00"),
        ("上年结转", "1.00"),
        *((name, "10.00") for name in total),
    ]
    heads = [("收入 / 预算数", (("side", "revenue"),))]
    labels, figures = [(name, None, 1) for name, _ in rows], [[printed] for _, printed in rows]
    made = table("budget-summary", labels, heads, figures)
    carried = [
        replace(o, dimensions=(*o.dimensions, ("provision", "carry-over"))) if o.row == 3 else o
        for o in made.observations
    ]
    return replace(made, observations=tuple(carried))


def without_row(made: BudgetTable, *rows: int) -> BudgetTable:
    """The table as it prints without some of its rows."""
    kept = tuple(o for o in made.observations if o.row not in rows)
    return replace(made, rows=tuple(r for r in made.rows if r.number not in rows), observations=kept)


GOODS = table(  # each of three groups with what it consists of
    "procurement",
    [("合计", None, 1)] + [(name, None, level) for name in ("货物", "工程", "服务") for level in (1, 2)],
    [("总计", ())],
    [["6.00"], ["1.00"], ["1.00"], ["2.00"], ["2.00"], ["3.00"], ["3.00"]],
)


def two_sided(*total: str) -> BudgetTable:
    """A summary with a grand total of revenue, and such totals of expenditure."""
    rows = [("一、财政拨款", "9.00", ""), ("收入总计", "9.00", ""), ("一、教育支出", "", "6.00")]
    rows += [("二、住房保障支出", "", "3.00"), *((name, "", "9.00") for name in total)]
    heads = [("收入 / 预算数", (("side", "revenue"),)), ("支出 / 预算数", (("side", "expenditure"),))]
    return table("budget-summary", [(name, None, 1) for name, *_ in rows], heads, [figures for _, *figures in rows])


def counterpart(amount: str, row: int = 1) -> Counterpart:
    """What another report prints of the first figure of a row of the first table."""
    return Counterpart(1, row, 1, ("140300-a-2024-final-unit/t1-r9-c4",), Decimal(amount), Decimal(100))


def restating(amount: str) -> Report:
    """A report with 1.00 万元 carried over, beside what the year before ends with."""
    return report(tables=(with_carry_over("收入总计"),), counterparts=(counterpart(amount, row=3),))


FORMS = tuple(replace(PROJECT, name=name, annual=yuan("10000", "元")) for name in ("河道清淤", "甲工程", "乙工程"))
NARRATIVE: list[Case] = [
    ("narrative-figure", saying(said("expenditure-total", "10.00"), said("function", "4.0", subject=PATH)), None),
    (
        "narrative-figure",
        saying(said("expenditure-total", "10.02")),
        None,
    ),  # one hundredth in the text, one in the table
    ("narrative-figure", saying(said("basic", "6.03")), ("60000", "60300")),
    ("narrative-figure", saying(said("function", "4.50", subject=PATH)), ("40000", "45000")),
    ("share", saying(*SHARE, said("share", "60.00", "%", subject="basic", within="expenditure-total")), None),
    ("share", saying(*SHARE, said("share", "6.00", "%", subject="basic", within="expenditure-total")), ("60", "6")),
    ("change-rate", saying(*RATE, said("change-rate", "25", "%", subject="expenditure-total")), None),
    ("change-rate", saying(*RATE, said("change-rate", "20", "%", subject="expenditure-total")), ("25", "20")),
    ("change-rate", saying(*RATE, said("change-rate", "-25", "%", subject="expenditure-total")), ("25", "-25")),
    ("change-rate", saying(*BEFORE, said("change-rate", "-20", "%", subject=PATH)), None),
    ("change-rate", saying(*BEFORE, said("change-rate", "20", "%", subject=PATH)), ("-20", "20")),
    ("change", saying(*BEFORE, said("change", "-1.00", subject=PATH)), None),
    ("change", saying(*BEFORE, said("change", "1.00", subject=PATH)), ("-10000", "10000")),
    ("change-beyond", saying(*RATE), None),
    ("change-beyond", saying(RATE[0], said("change", "12.00", subject="expenditure-total")), ("100000", "120000")),
    ("completion-rate", saying(*SPENT, said("completion-rate", "120", "%", subject="basic")), None),
    ("completion-rate", saying(*SPENT, said("completion-rate", "83.3", "%", subject="basic")), ("120", "83.3")),
    ("completion-base", saying(*SPENT, said("completion-rate", "120", "%", subject="basic")), None),
    ("completion-base", saying(*NOTHING, said("completion-rate", "95", "%", subject="basic")), (None, "95")),
    ("narrative-parts", saying(*bought("6.00"), *cars(("1", "2"))), None),
    ("narrative-parts", saying(*bought("7.00")), ("60000", "70000")),
    ("narrative-parts", saying(*cars(("1", "1"))), ("2", "3")),
    ("own-year", saying(said("change", "2", subject="basic", quote="比2023年预算增加2万元")), None),
    ("own-year", saying(said("change", "2", subject="basic", quote="比2024年预算增加2万元")), (None, "2024")),
    ("heading-in-tables", saying(*BEFORE), None),
    (
        "heading-in-tables",
        saying(*BEFORE, said("function", "4.00", subject="养老支出(款)丙(项)")),
        (None, "养老支出(款)丙(项)"),
    ),
    ("heading-name", saying(said("function", "1.00", subject="卫生健康支出(类)")), None),
    (
        "heading-name",
        saying(said("function", "1.00", subject="医疗卫生与计划生育支出(类)")),
        ("卫生健康支出", "医疗卫生与计划生育支出(类)"),
    ),
    ("goals-announced", goals("1", "4.00"), None),
    ("goals-announced", goals("2", "4.00", projects=(PROJECT, *FORMS)), None),  # as many as rows of this year
    ("goals-announced", goals("2", "4.00"), ("1", "2")),
    ("goals-amount", goals("1", "4.00"), None),
    ("goals-amount", goals("1", "9.00"), ("40000", "90000")),
    ("goals-forms-amount", goals("3", "3.00", projects=FORMS, tables=(EXPENDITURE,)), None),
    ("goals-forms-amount", goals("3", "4.00", projects=FORMS, tables=(EXPENDITURE,)), ("30000", "40000")),
]

ONE: list[tuple[str, str | None, int]] = [("合计", None, 1)]
SIDES = [("收入", (("side", "revenue"),)), ("支出", (("side", "expenditure"),))]
KINDS = (
    "budget-summary",
    "revenue",
    "expenditure",
    "fiscal-summary",
    "general-public-expenditure",
    "general-public-basic",
    "government-fund-expenditure",
)
SEVEN = tuple(table(kind, ONE, [("合计", ())], [["1.00"]], title=f"2024年{kind}") for kind in KINDS)
THREE = table("three-public", ONE, [("合计", ())], [["1.00"]], title="2024年“三公”经费表")
EMPTY = replace(THREE, observations=())


def labelled(*labels: str) -> Report:
    return report(
        tables=tuple(replace(t, label=label) for t, label in zip((EXPENDITURE, PROJECTS), labels, strict=True))
    )


def remarked(kind: str, text: str) -> Report:
    return report(remarks=(Residue(text, Place(3), kind),))


OFFICE = Body("青川市河道管理所", Place(2), "unit", parent=BODY)
COMPLETE: list[Case] = [
    ("table-required", report(tables=(*SEVEN, THREE)), None),
    ("table-required", report(tables=SEVEN), ("“三公”经费支出表", None)),
    ("table-required", report(tables=SEVEN, faults=(Residue("image only", Place(9), "image only"),)), None),
    ("table-doubled", report(), None),
    ("table-doubled", report(tables=(EXPENDITURE, EXPENDITURE)), (None, "2024年预算支出总表")),
    (
        "table-doubled",
        report(tables=(EXPENDITURE, replace(EXPENDITURE, observations=EXPENDITURE.observations[3:]))),
        None,
    ),
    ("table-order", labelled("预算公开表3", "预算公开表12"), None),
    ("table-order", labelled("预算公开表3", "表一"), None),  # another set begins
    ("table-order", labelled("表三", "公开02表"), ("3", "2")),
    ("table-note", report(tables=(EXPENDITURE, replace(EMPTY, note="注：本表无数据"))), None),
    ("table-note", report(tables=(EXPENDITURE, EMPTY)), (None, None)),
    ("note-contradicts", report(tables=(replace(EXPENDITURE, note="注：单位为万元"),)), None),
    ("note-contradicts", report(tables=(replace(PROJECTS, note="本表为空表"),)), ("本表为空表", "4.00万元")),
    ("table-year", report(), None),
    ("table-year", report(tables=(replace(EXPENDITURE, title="2023年支出表"),)), ("2024", "2023年支出表")),
    ("unreadable-page", report(), None),
    ("unreadable-page", report(faults=(Residue("image only", Place(3), "image only"),)), (None, "3")),
    ("remark", report(), None),
    ("remark", remarked("placeholder", "增加XX万元"), (None, "增加XX万元")),
    ("other-version", report(), None),
    ("other-version", report(identity=replace(report().identity, versions=("a-2024",))), (None, None)),
    ("stated", stated(("region", "四川省")), None),  # nothing is printed of the region
    ("stated", stated(("year", "2025")), ("2025", "2024年")),
    ("unit-listed", report(bodies=(*report().bodies, OFFICE)), None),
    ("unit-listed", report(bodies=(*report().bodies, OFFICE), listed=("青川市水务局机关",)), None),
    (
        "unit-listed",
        report(
            bodies=(*report().bodies, OFFICE),
            listed=("青川市水务局机关",),
            projects=(replace(PROJECT, unit=OFFICE),),
        ),
        (None, "青川市河道管理所"),
    ),
]


def coded(code: str, label: str) -> BudgetTable:
    """A table of one class with one section under it."""
    rows: list[tuple[str, str | None, int]] = [("社会保障和就业支出", "208", 1), (label, code, 2)]
    return table("expenditure", rows, [("合计", ())], [["1.00"], ["1.00"]])


def changed_code(code: str) -> BudgetTable:
    """The table of expenditure with another code for one of its items."""
    rows = tuple(replace(r, code=code) if r.code == "2080505" else r for r in EXPENDITURE.rows)
    return replace(EXPENDITURE, rows=rows)


SHEET = [("合计", ()), ("基本支出", (("expenditureType", "basic"),))]


def general(item: str) -> BudgetTable:
    """The general public budget with the total of EXPENDITURE."""
    rows = [("合计", None, 1), ("社会保障和就业支出", "208", 1), ("养老支出", "20805", 2)]
    return table("general-public-expenditure", rows, SHEET[:1], [["10.00"], ["7.00"], [item]])


def staged(item: str) -> BudgetTable:
    """The general public budget with the final sums of EXPENDITURE behind other sums of the initial budget."""
    rows = [("合计", None, 1), ("社会保障和就业支出", "208", 1), ("养老支出", "20805", 2)]
    heads = [("年初预算数", (("stage", "budget"),)), ("决算数", (("stage", "final"),))]
    return table("general-public-expenditure", rows, heads, [["12.00", "10.00"], ["9.00", "7.00"], ["9.00", item]])


FINAL = replace(
    EXPENDITURE,
    observations=tuple(replace(o, dimensions=(*o.dimensions, ("stage", "final"))) for o in EXPENDITURE.observations),
)
LOST = tuple(Residue("1.00", Place(6), "grid not understood", Owner("table", "", n)) for n in (1, 2))
OTHERS = (Residue("1.00", Place(8), "grid not understood"),)  # of no table that was read
ACROSS_PANELS = [("商品和服务支出", 1), ("资本性支出", 4), ("公用经费合计", 4)]


def public_expenses(whole: str) -> BudgetTable:
    """公用经费 that begins in one panel and goes on in the next, where its sum stands."""
    rows = [(label, None, 1) for label, _ in ACROSS_PANELS]
    figures = [["2.00", ""], ["", "3.00"], ["", whole]]
    return table("general-public-basic", rows, [("公用经费 / 决算数", ())] * 2, figures)


def vehicles(purchase: str) -> BudgetTable:
    """公务用车 of 其中：运行维护费 and, at the level of the whole, 购置费."""
    topics = ("vehicles", "vehicle-operation", "vehicle-purchase")
    rows = [
        ("公务用车购置及运行费", None, 1),
        ("其中：公务用车运行维护费", None, 2),
        ("公务用车购置费", None, 1),
        ("合计", None, 1),
    ]
    made = table("three-public", rows, [("合计", ())], [["5.00"], ["2.00"], [purchase], ["5.00"]])
    told = [
        replace(o, dimensions=(("topic", t),))
        for o, t in zip(made.observations, (*topics, "three-public"), strict=True)
    ]
    return replace(made, observations=tuple(told))


def cut_codes() -> BudgetTable:
    """A table whose item has lost the end of its code, so that it looks like another section."""
    rows = [("合计", None, 1), ("教育支出", "205", 1), ("普通教育", "20502", 2), ("1小学教育", "20502", 2)]
    return table("expenditure", rows, SHEET[:1], [["5.00"]] * 4)


def panels(first: str) -> BudgetTable:
    """A summary in panels: by function without a total of its own, by type with one."""
    rows = [("一、教育支出", "205", 1), ("二、住房保障支出", "221", 1), ("支出合计", None, 1)]
    heads = [("支出 / 功能分类", (("side", "expenditure"),)), ("支出 / 用途", (("side", "expenditure"),))]
    return table("budget-summary", rows, heads, [[first, ""], ["2.00", ""], ["", "5.00"]])


CODES: list[Case] = [
    ("code-name", report(tables=(coded("20805", "行政事业单位养老支出"),)), None),
    ("code-name", report(tables=(coded("20805", "行政事业单位养老"),)), None),  # cut at the end
    ("code-name", report(tables=(coded("20805", "抚恤"),)), ("行政事业单位养老支出", "抚恤")),
    ("code-unknown", report(tables=(coded("20805", "行政事业单位养老支出"),)), None),
    ("code-unknown", report(tables=(coded("29805", "抚恤"),)), (None, "29805")),
    ("code-unknown", report(tables=(coded("50803", "资本金注入"),)), None),  # no list of ours is of every year
    ("code-unknown", report(tables=(coded("30290", "办公费"),)), (None, "30290")),  # 30201 is named so
    ("code-parent", report(tables=(coded("20805", "行政事业单位养老支出"),)), None),
    ("code-parent", report(tables=(coded("22102", "住房改革支出"),)), ("221", "22102")),
    ("code-parent", report(tables=(changed_code("2080601"),)), ("20806", "2080601")),
    ("code-child", report(tables=(coded("20805", "行政事业单位养老支出"),)), None),
    ("code-child", report(), (None, "221")),
    ("total-missing", report(), None),
    (
        "total-missing",
        report(tables=(replace(EXPENDITURE, observations=EXPENDITURE.observations[3:]),)),
        (None, None),
    ),
    ("total-missing", report(tables=(table("revenue", [("事业收入", None, 1)], SHEET[:1], [["1.00"]]),)), None),
    ("total-missing", report(tables=(two_sided("支出总计"),)), None),
    ("total-missing", report(tables=(two_sided("本年支出合计"),)), (None, None)),  # of the other side alone
    ("nothing-under", report(), None),
    ("nothing-under", report(tables=(without_row(EXPENDITURE, 3, 4, 5),)), None),  # 住房保障支出 has no sections either
    ("nothing-under", report(tables=(without_row(EXPENDITURE, 2, 3, 4, 5, 6),)), (None, "100000")),
    ("nothing-under", report(tables=(GOODS,)), None),
    ("nothing-under", report(tables=(without_row(GOODS, 5),)), (None, "20000")),
    ("nothing-under", report(tables=(without_row(GOODS, 5),), unread=LOST), None),
    ("grand-total-missing", report(tables=(with_carry_over("收入总计"),)), None),
    ("grand-total-missing", report(tables=(with_carry_over(),)), ("本年收入合计", "上年结转")),
    ("grand-total-missing", report(tables=(with_carry_over(),), unread=LOST), None),
    ("carried-forward", restating("90000"), ("90000", "10000")),
    ("carried-forward", restating("10050"), None),  # rounding explains it
    ("other-report", restating("90000"), None),
    ("other-report", replace(report(), counterparts=(counterpart("90000"),)), ("90000", "100000")),
    ("code-across", report(tables=(EXPENDITURE, general("7.00"))), None),
    ("code-across", report(tables=(EXPENDITURE, general("6.00"))), ("70000", "60000")),
    ("code-across", report(tables=(FINAL, staged("7.00"))), None),  # the initial budget is another sum
    ("code-across", report(tables=(FINAL, staged("6.00"))), ("70000", "60000")),
    ("code-across", report(tables=(EXPENDITURE, general("6.00")), unread=LOST), None),
    ("repeated-figure", report(tables=(EXPENDITURE, printed_again())), None),
    ("repeated-figure", report(tables=(EXPENDITURE, printed_again("3.00", "2.00"))), ("30000", "20000")),
    ("repeated-figure", report(tables=(EXPENDITURE, printed_again("10.00", "9.00"))), None),  # other money
    ("repeated-figure", report(tables=(EXPENDITURE, printed_again("7.00", "6.00"))), None),  # two differ
    ("repeated-figure", report(tables=(EXPENDITURE, printed_again("3.00", "2.00")), unread=LOST), None),
    ("rows", report(tables=(public_expenses("5.00"),)), None),
    ("rows", report(tables=(public_expenses("4.00"),)), ("50000", "40000")),
    ("rows", report(tables=(public_expenses("4.00"),), unread=LOST), None),  # a row of it may be among what is lost
    ("rows", report(tables=(public_expenses("4.00"),), unread=OTHERS), ("50000", "40000")),
    ("rows", report(tables=(cut_codes(),)), None),
    ("rows", report(tables=(vehicles("3.00"),)), None),
    ("rows", report(tables=(vehicles("4.00"),)), ("60000", "50000")),
    ("panel", report(tables=(panels("3.00"),)), None),
    ("panel", report(tables=(panels("4.00"),)), ("50000", "60000")),
    ("projects-in-expenditure", report(), None),
    (
        "projects-in-expenditure",
        report(tables=(EXPENDITURE, replace(PROJECTS, observations=PROJECTS.observations[2:4]))),
        ("40000", "15000"),
    ),
    ("row-without-form", report(projects=(PROJECT, *FORMS)), None),
]

FIELDS = tuple((name, Cell("扩建净水车间，改善供水。", Place(9))) for name in ("overview", "necessity", "plan"))
FAR = Cell("2022年1月—2023年12月", Place(9))


def target(horizon: Any, value: int, unit: str = "吨/日", kind: str = "output-quantity") -> Indicator:
    return Indicator(kind, "供水能力", horizon, Target(f"≥{value}", "ge", Decimal(value), unit=unit), Place(10))


def with_fields(*fields: tuple[str, Cell]) -> Project:
    return replace(PROJECT, fields=fields)


BENEFIT = target("annual", 1, kind="benefit-social")
LATER = "依据《青川市河道管理办法》（青财综〔2025〕7号），开展清淤。"
TEXT: list[Case] = [
    ("copied-text", report(), None),
    ("copied-text", report(projects=(with_fields(*FIELDS),)), (None, "3")),
    ("no-basis", report(projects=(with_fields(*FIELDS, ("legal-basis", Cell("合同", Place(9)))),)), None),
    ("no-basis", report(projects=(with_fields(*FIELDS),)), (None, None)),
    ("no-basis", report(projects=(with_fields(*FIELDS, ("legal-basis", Cell("无", Place(9)))),)), (None, None)),
    ("empty-level", report(projects=(replace(PROJECT, indicators=(*PROJECT.indicators, BENEFIT)),)), None),
    ("empty-level", report(), ("效益指标", None)),
    ("implementer", report(), None),
    ("implementer", report(projects=(replace(PROJECT, unit=None),)), (None, None)),
    ("project-twice", report(projects=(PROJECT, replace(PROJECT, annual=yuan("1", "元")))), None),
    ("project-twice", report(projects=(PROJECT, PROJECT)), (None, "水厂(二期)")),
    ("period-year", report(projects=(with_fields(("period", Cell("2024.1.1-2024.12.31", Place(9)))),)), None),
    ("period-year", report(projects=(with_fields(("period", FAR)),)), ("2024", "2022–2023")),
    ("annual-target", report(projects=(replace(PROJECT, indicators=(target("annual", 5),)),)), None),
    (
        "annual-target",
        report(projects=(replace(PROJECT, indicators=(target("annual", 5), target("implementation", 3))),)),
        ("3", "5"),
    ),
    ("cited-later", report(), None),
    ("cited-later", report(projects=(with_fields(("legal-basis", Cell(LATER, Place(9)))),)), ("2024", "2025")),
]

FEW = table(
    "projects-current",
    [("河道清淤", None, 1), ("甲工程", None, 1), ("乙工程", None, 1), ("丙工程", None, 1)],
    [("合计", ())],
    [["1.00"]] * 4,
)
CODES.append(("row-without-form", report(tables=(EXPENDITURE, FEW), projects=FORMS), (None, "丙工程")))

CASES: list[Case] = [*NARRATIVE, *COMPLETE, *CODES, *TEXT]
