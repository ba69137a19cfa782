"""Tables of Shanxi and its cities: 预算公开表1 to 13."""

from __future__ import annotations

from collections.abc import Sequence

from bench.layouts.accounts import ZERO, Account, Figures, Leaf
from bench.layouts.forms import Column, Form, Panel, Row, code, fig, label, under
from bench.layouts.shared import (
    FISCAL,
    FUND,
    GENERAL,
    STATE,
    basic_items,
    basic_project,
    by_item,
    functions,
    or_blank,
    source,
    special,
    tree,
)


def budget(a: Account, every: bool) -> list[Form]:
    """The tables of a department's budget."""
    year = a.year
    whole, fiscal = a.sum(), sum((x.total for x in a.of(*FISCAL)), ZERO)
    amounts = (
        fig(f"{year}年预算数/合计"),
        fig(f"{year}年预算数/基本支出", expenditureType="basic"),
        fig(f"{year}年预算数/项目支出", expenditureType="project"),
    )
    names: tuple[Column, ...] = (code("项目/科目编码"), label("项目/科目名称"))
    income = [
        ("一、一般公共预算", GENERAL),
        ("二、政府性基金预算", FUND),
        ("三、国有资本经营预算", STATE),
        ("四、财政专户管理资金", "fiscal-account"),
        ("五、单位资金", "unit-funds"),
    ]
    own = source(a, "business-income", "other-income")
    values = [source(a, GENERAL), source(a, FUND), source(a, STATE), None, own]

    def used(xs: Sequence[Leaf]) -> Figures:
        total, carried = sum((x.total for x in xs), ZERO), sum((x.carried for x in xs), ZERO)
        return (or_blank(total), or_blank(total - carried), or_blank(carried))

    def by_fund(xs: Sequence[Leaf]) -> Figures:
        leaves = [x for x in xs if x.source in FISCAL]
        return (
            or_blank(sum((x.total for x in leaves), ZERO)),
            *(or_blank(sum((x.total for x in leaves if x.source == k), ZERO)) for k in FISCAL),
        )

    funds = (
        fig("一般公共预算", fundingSource=GENERAL),
        fig("政府性基金预算", fundingSource=FUND),
        fig("国有资本经营预算", fundingSource=STATE),
    )
    lines = (
        ("因公出国（境）费", "overseas"),
        ("公务接待费", "reception"),
        ("公务用车购置及运行费", "vehicles"),
        ("其中：公务用车运行维护费", "vehicle-operation"),
        ("公务用车购置费", "vehicle-purchase"),
    )
    total = special(a, "three-public")
    projects = tuple(Row(n, (v, v, None, None, None, None)) for n, v in a.projects)
    money = sum((v for _, v in a.projects), ZERO)
    return [
        Form(
            "budget-summary",
            "预算收支总表",
            (
                Panel(
                    (label("收入/项目"), fig(f"收入/{year}年")),
                    (
                        *(Row(n, (v,), dims={"fundingSource": k}) for (n, k), v in zip(income, values, strict=True)),
                        Row("本年收入合计", (whole,), total=True, tail=True),
                        Row("上年结转", (None,), tail=True),
                        Row("收入总计", (whole,), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (
                        label("支出/项目"),
                        fig(f"支出/{year}年合计"),
                        fig("支出/当年预算安排", provision="current"),
                        fig("支出/上年结转安排", provision="carry-over"),
                    ),
                    (
                        *functions(a, used, every),
                        Row("本年支出合计", used(a.leaves), total=True, tail=True),
                        Row("结转下年", (None,) * 3, tail=True),
                        Row("支出总计", used(a.leaves), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "revenue",
            "预算收入总表",
            (
                Panel(
                    (
                        *names,
                        *under(
                            "本年收入",
                            fig("合计"),
                            *funds,
                            fig("财政专户管理资金", fundingSource="fiscal-account"),
                            fig("单位资金", fundingSource="unit-funds"),
                        ),
                        fig("上年结转"),
                    ),
                    tuple(
                        tree(
                            by_item(
                                a.leaves,
                                lambda x: (
                                    x.total,
                                    *(x.total if x.source == k else None for k in FISCAL),
                                    None,
                                    x.total if x.source not in FISCAL else None,
                                    None,
                                ),
                            )
                        )
                    ),
                    {"side": "revenue"},
                ),
            ),
            wide=True,
        ),
        Form(
            "expenditure",
            "预算支出总表",
            (Panel((*names, *amounts), tuple(tree(by_item(a.leaves, basic_project))), {"side": "expenditure"}),),
        ),
        Form(
            "fiscal-summary",
            "财政拨款收支总表",
            (
                Panel(
                    (label("收入/项目"), fig("收入/金额")),
                    (
                        *(
                            Row(n, (v,), dims={"fundingSource": k})
                            for (n, k), v in zip(income[:3], values, strict=False)
                        ),
                        Row("本年收入合计", (fiscal,), total=True, tail=True),
                        Row("上年结转", (None,), tail=True),
                        Row("收入总计", (fiscal,), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (label("支出/项目"), *under("支出", *under("金额", fig("小计"), *funds))),
                    (
                        *functions(a, by_fund, every),
                        Row("本年支出合计", by_fund(a.leaves), total=True, tail=True),
                        Row("结转下年", (None,) * 4, tail=True),
                        Row("支出总计", by_fund(a.leaves), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "general-public-expenditure",
            "一般公共预算支出表",
            (Panel((*names, *amounts), tuple(tree(by_item(a.of(GENERAL), basic_project)))),),
        ),
        Form(
            "general-public-basic",
            "一般公共预算安排基本支出分经济科目表",
            (
                Panel(
                    (
                        code("经济科目编码"),
                        label("经济科目名称"),
                        *under(
                            f"{year}年预算数",
                            fig("合计"),
                            fig("人员经费", expenditureType="personnel"),
                            fig("公用经费", expenditureType="public"),
                        ),
                    ),
                    tuple(tree(basic_items(a))),
                ),
            ),
        ),
        Form(
            "government-fund-expenditure",
            "政府性基金预算支出表",
            (Panel((*names, *amounts), tuple(tree(by_item(a.of(FUND), basic_project)))),),
            note="注：本表无数据" * (not a.of(FUND)),
        ),
        Form(
            "three-public",
            "“三公”经费支出预算表",
            (
                Panel(
                    (label("项目"), fig(f"{year}年预算数/合计"), *under(f"{year}年预算数", *funds)),
                    (
                        *(Row(n, (special(a, t), special(a, t), None, None), dims={"topic": t}) for n, t in lines),
                        Row("合计", (total, total, None, None), total=True),
                    ),
                ),
            ),
        ),
        Form(
            "projects-current",
            "项目支出预算表（本年预算）",
            (
                Panel(
                    (
                        label("项目名称", 6),
                        fig("合计"),
                        *under(f"{year}年财政拨款", *funds),
                        fig("财政专户管理资金", fundingSource="fiscal-account"),
                        fig("单位资金", fundingSource="unit-funds"),
                    ),
                    (
                        Row("合计", (money, money, None, None, None, None), total=True),
                        Row(a.name, (money, money, None, None, None, None)),
                        *projects,
                    ),
                ),
            ),
            numbered="figures",
            wide=True,
        ),
    ]
