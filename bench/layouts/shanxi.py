"""Tables of Shanxi and its cities: 预算公开表1 to 13."""

from __future__ import annotations

from collections.abc import Sequence

from bench.layouts.accounts import ZERO, Account, Figures, Leaf
from bench.layouts.forms import EXPENDITURE, REVENUE, Form, Row, closed, code, facing, fig, label, listed, under
from bench.layouts.shared import (
    BASIC_PROJECT,
    BUSINESS,
    FISCAL,
    FUND,
    GENERAL,
    OTHER,
    STAFF_PUBLIC,
    STATE,
    basic_items,
    basic_project,
    by_fund,
    by_source,
    from_source,
    functions,
    fund_columns,
    income,
    items,
    money,
    off_budget_columns,
    or_blank,
    source,
    special,
    tree,
)

_FUNDS = (("一般公共预算", GENERAL), ("政府性基金预算", FUND), ("国有资本经营预算", STATE))
_OWN = (*BUSINESS, *OTHER)
_TOPICS = (
    ("因公出国（境）费", "overseas"),
    ("公务接待费", "reception"),
    ("公务用车购置及运行费", "vehicles"),
    ("其中：公务用车运行维护费", "vehicle-operation"),
    ("公务用车购置费", "vehicle-purchase"),
)


def budget(a: Account, every: bool) -> list[Form]:
    """The tables of a department's budget."""
    year = a.year
    pair = (code("项目/科目编码"), label("项目/科目名称"))
    split = (*pair, *under(f"{year}年预算数", fig("合计"), *BASIC_PROJECT))
    revenue = (*pair, *under("本年收入", fig("合计"), *fund_columns(), *off_budget_columns()), fig("上年结转"))
    economic = (
        code("经济科目编码"), label("经济科目名称"), *under(f"{year}年预算数", fig("合计"), *STAFF_PUBLIC)
    )  # fmt: skip
    return [
        _summary(a, every),
        listed(
            "revenue",
            "预算收入总表",
            revenue,
            items(a.leaves, lambda x: by_source(x, (GENERAL,), (FUND,), (STATE,), (), _OWN, ())),
            REVENUE,
            wide=True,
        ),
        listed("expenditure", "预算支出总表", split, items(a.leaves, basic_project), EXPENDITURE),
        _fiscal_summary(a, every),
        listed("general-public-expenditure", "一般公共预算支出表", split, items(a.of(GENERAL), basic_project)),
        listed("general-public-basic", "一般公共预算安排基本支出分经济科目表", economic, tree(basic_items(a))),
        listed(
            "government-fund-expenditure",
            "政府性基金预算支出表",
            split,
            items(a.of(FUND), basic_project),
            note="" if a.of(FUND) else "注：本表无数据",
        ),
        _special(a),
        _projects(a),
    ]


_INCOMES, _EXPENSES = ("本年收入合计", "上年结转", "收入总计"), ("本年支出合计", "结转下年", "支出总计")


def _summary(a: Account, every: bool) -> Form:
    earned = (
        *income(a, _FUNDS),
        from_source("四、财政专户管理资金", None, "fiscal-account"),
        from_source("五、单位资金", source(a, *_OWN), "unit-funds"),
    )
    used = (
        label("支出/项目"),
        fig(f"支出/{a.year}年合计"),
        fig("支出/当年预算安排", provision="current"),
        fig("支出/上年结转安排", provision="carry-over"),
    )
    return facing(
        "budget-summary",
        "预算收支总表",
        ((label("收入/项目"), fig(f"收入/{a.year}年")), closed(earned, (a.sum(),), *_INCOMES)),
        (used, closed(functions(a, _carried, every), _carried(a.leaves), *_EXPENSES)),
    )


def _fiscal_summary(a: Account, every: bool) -> Form:
    return facing(
        "fiscal-summary",
        "财政拨款收支总表",
        ((label("收入/项目"), fig("收入/金额")), closed(income(a, _FUNDS), (money(a.of(*FISCAL)),), *_INCOMES)),
        (
            (label("支出/项目"), *under("支出", *under("金额", fig("小计"), *fund_columns()))),
            closed(functions(a, by_fund, every), by_fund(a.leaves), *_EXPENSES),
        ),
    )


def _carried(leaves: Sequence[Leaf]) -> Figures:
    """合计, 当年预算安排, 上年结转安排."""
    total, carried = money(leaves), sum((x.carried for x in leaves), ZERO)
    return (or_blank(total), or_blank(total - carried), or_blank(carried))


def _special(a: Account) -> Form:
    columns = (label("项目"), *under(f"{a.year}年预算数", fig("合计"), *fund_columns()))
    total = special(a, "three-public")
    rows = [Row(n, (special(a, t), special(a, t), None, None), dims={"topic": t}) for n, t in _TOPICS]
    return listed(
        "three-public",
        "“三公”经费支出预算表",
        columns,
        [*rows, Row("合计", (total, total, None, None), total=True)],
    )


def _projects(a: Account) -> Form:
    total = sum((v for _, v in a.projects), ZERO)
    blank = (None,) * 4
    columns = (
        label("项目名称", 6), fig("合计"), *under(f"{a.year}年财政拨款", *fund_columns()), *off_budget_columns()
    )  # fmt: skip
    rows = (
        Row("合计", (total, total, *blank), total=True),
        Row(a.name, (total, total, *blank)),
        *(Row(name, (value, value, *blank)) for name, value in a.projects),
    )
    title = "项目支出预算表（本年预算）"
    return listed("projects-current", title, columns, rows, numbered="figures", wide=True)
