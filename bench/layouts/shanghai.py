"""Tables of Shanghai's districts: budgets (部门预算, 单位预算) and final accounts (决算)."""

from __future__ import annotations

from bench.layouts import finals
from bench.layouts.accounts import ZERO, Account
from bench.layouts.forms import (
    EXPENDITURE,
    REVENUE,
    Column,
    Form,
    Panel,
    Row,
    closed,
    code,
    facing,
    fig,
    label,
    listed,
    total,
    under,
)
from bench.layouts.shared import (
    BASIC_PROJECT,
    BUSINESS,
    FISCAL,
    FUND,
    GENERAL,
    OTHER,
    STAFF_PUBLIC,
    STATE,
    TOPICS,
    basic_items,
    basic_project,
    by_fund,
    by_item,
    by_source,
    economic_items,
    from_source,
    functions,
    fund_columns,
    income,
    items,
    money,
    source,
    special,
    specials,
    tree,
    whole,
)

_ITEM = (code("项目/功能分类科目编码"), label("项目/功能分类科目名称"))
_FUNDS = (("一般公共预算资金", GENERAL), ("政府性基金", FUND), ("国有资本经营预算", STATE))


def _split(head: str) -> tuple[Column, ...]:
    return (*_ITEM, *under(head, fig("合计"), *BASIC_PROJECT))


def _total_last(rows: list[Row]) -> tuple[Row, ...]:
    return (*rows[1:], rows[0])


def budget(a: Account, every: bool) -> list[Form]:
    """The nine tables of a district's budget; `every` prints all fixed lines instead of those with money."""
    revenue = items(a.leaves, lambda x: by_source(x, FISCAL, BUSINESS, (), OTHER))
    spent = items(a.leaves, basic_project)
    return [
        _summary(a, every),
        listed("revenue", "收入预算总表", _REVENUE, _total_last(revenue), REVENUE),
        listed("expenditure", "支出预算总表", _split("支出预算"), _total_last(spent), EXPENDITURE),
        _fiscal_summary(a, every),
        _of_fund(a, "general-public-expenditure", "一般公共预算", GENERAL),
        _of_fund(a, "government-fund-expenditure", "政府性基金预算", FUND),
        _of_fund(a, "state-capital", "国有资本经营预算", STATE),
        listed(
            "general-public-basic",
            "一般公共预算基本支出部门预算经济分类预算表",
            _ECONOMIC,
            _total_last(tree(basic_items(a))),
        ),
        _special(a),
    ]


_REVENUE = (
    *_ITEM,
    *under(
        "收入预算",
        fig("合计"),
        fig("财政拨款收入", fundingSource="fiscal"),
        fig("事业收入", fundingSource="business-income"),
        fig("事业单位经营收入", fundingSource="operating-income"),
        fig("其他收入", fundingSource="other-income"),
    ),
)
_ECONOMIC = (
    code("项目/部门预算经济分类科目编码"),
    label("项目/经济分类科目名称"),
    *under("一般公共预算基本支出", fig("合计"), *STAFF_PUBLIC),
)


def _summary(a: Account, every: bool) -> Form:
    earned = (
        from_source("一、财政拨款收入", source(a, *FISCAL), "fiscal"),
        *(from_source(f"{i}.{name}", source(a, key), key, indent=1) for i, (name, key) in enumerate(_FUNDS, 1)),
        from_source("二、事业收入", source(a, *BUSINESS), "business-income"),
        from_source("三、事业单位经营收入", None, "operating-income"),
        from_source("四、其他收入", source(a, *OTHER), "other-income"),
    )
    return facing(
        "budget-summary",
        "财务收支预算总表",
        ((label("本年收入/项目"), fig("本年收入/预算数")), closed(earned, (a.sum(),), "收入总计")),
        (
            (label("本年支出/项目"), fig("本年支出/预算数")),
            closed(functions(a, whole, every), (a.sum(),), "支出总计"),
        ),
    )


def _fiscal_summary(a: Account, every: bool) -> Form:
    return facing(
        "fiscal-summary",
        "财政拨款收支预算总表",
        (
            (label("财政拨款收入/项目"), fig("财政拨款收入/预算数")),
            closed(income(a, _FUNDS), (money(a.of(*FISCAL)),), "收入总计"),
        ),
        (
            (label("财政拨款支出/项目"), *under("财政拨款支出", fig("合计"), *fund_columns())),
            closed(functions(a, by_fund, every), by_fund(a.leaves), "支出总计"),
        ),
    )


def _of_fund(a: Account, kind: str, name: str, fund: str) -> Form:
    """What one of the three budgets spends; a budget without money has its note."""
    return listed(
        kind,
        f"{name}支出功能分类预算表",
        _split(f"{name}支出"),
        _total_last(items(a.of(fund), basic_project)),
        {"fundingSource": fund},
        note="" if a.of(fund) else "注:本部门无此项安排，故本表为空表。",
    )


def _special(a: Account) -> Form:
    columns = (
        *under(
            "“三公”经费预算数",
            fig("合计", topic="three-public"),
            fig("因公出国(境)费", topic="overseas"),
            fig("公务接待费", topic="reception"),
            *under(
                "公务用车购置及运行费",
                fig("小计", topic="vehicles"),
                fig("购置费", topic="vehicle-purchase"),
                fig("运行费", topic="vehicle-operation"),
            ),
        ),
        fig("机关运行经费预算数", topic="operating-cost"),
    )
    order = ("three-public", "overseas", "reception", "vehicles", "vehicle-purchase", "vehicle-operation")
    operating = sum((v for c, v in a.economic.items() if c[:3] in {"302", "310"}), ZERO)
    row = Row("", (*specials(a, order), operating))
    return listed("three-public", "“三公”经费和机关运行经费预算表", columns, [row], unit="万元")


def final(a: Account, every: bool) -> list[Form]:
    """The nine tables of a district's final account."""
    halves = (("人员经费合计", ("301", "303")), ("公用经费合计", ("302", "310")))
    basic = [(name, tree(economic_items(a, *classes))) for name, classes in halves]
    note = "注：本表反映收支情况。"
    return [
        finals.summary(a, every, "使用非财政拨款结余", numbered=False),
        finals.revenue(a),
        finals.expenditure(a),
        _final_fiscal_summary(a, every),
        _pairs(a),
        Form(
            "general-public-basic",
            "一般公共预算财政拨款基本支出决算表",
            tuple(
                Panel(
                    (code("经济分类科目编码"), label("科目名称"), fig("决算数")),
                    (*rows[1:], total(name, *rows[0].figures)),
                )
                for name, rows in basic
            ),
        ),
        _special_pairs(a),
        finals.fund(a, FUND, "政府性基金", "合计", note=note),
        finals.fund(a, STATE, "国有资本经营", "合计", note=note),
    ]


def _final_fiscal_summary(a: Account, every: bool) -> Form:
    names = ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款")
    fiscal = by_fund(a.leaves)
    earned = income(a, zip(names, FISCAL, strict=True))
    return facing(
        "fiscal-summary",
        "财政拨款收入支出决算总表",
        (
            (label("收入/项目"), fig("收入/决算数")),
            closed(earned, fiscal[:1], "本年收入合计", "年初财政拨款结转和结余", "总计"),
        ),
        (
            (label("支出/项目"), *under("支出", fig("合计"), *fund_columns("财政拨款"))),
            closed(functions(a, by_fund, every), fiscal, "本年支出合计", "年末财政拨款结转和结余", "总计"),
        ),
    )


def _pairs(a: Account) -> Form:
    """Initial budget and final account of each item side by side."""
    before = dict(by_item((a.initial or a).of(GENERAL), lambda x: (x.total,)))
    now = by_item(a.of(GENERAL), basic_project)
    columns = (
        *finals.ITEM,
        fig("年初预算数", stage="budget"),
        *under(
            "决算数",
            fig("合计", stage="final"),
            fig("基本支出", stage="final", expenditureType="basic"),
            fig("项目支出", stage="final", expenditureType="project"),
        ),
    )
    rows = tree([(c, (*before[c], *f)) for c, f in now])
    return listed("general-public-expenditure", "一般公共预算财政拨款支出决算表", columns, rows)


def _special_pairs(a: Account) -> Form:
    """Each sum of 三公 as budgeted and as spent."""
    heads = (
        "合计",
        "因公出国（境）费",
        "公务用车购置及运行维护费/小计",
        "公务用车购置及运行维护费/公务用车购置费",
        "公务用车购置及运行维护费/公务用车运行维护费",
        "公务接待费",
    )
    columns = [
        fig(f"财政拨款“三公”经费/{head}/{word}", topic=topic, stage=stage)
        for head, topic in zip(heads, TOPICS, strict=True)
        for word, stage in (("预算数", "budget"), ("决算数", "final"))
    ]
    row = Row("", tuple(special(who, t) for t in TOPICS for who in (a.initial or a, a)))
    return listed("three-public", "财政拨款“三公”经费支出决算表", columns, [row], wide=True)
