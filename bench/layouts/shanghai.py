"""Tables of Shanghai's districts: budgets (部门预算, 单位预算) and final accounts (决算)."""

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
    basic_project_columns,
    by_item,
    functions,
    or_blank,
    source,
    special,
    tree,
)


def _function_columns(*figures: Column) -> tuple[Column, ...]:
    return (code("项目/功能分类科目编码"), label("项目/功能分类科目名称"), *figures)


def _totals_last(rows: list[Row]) -> tuple[Row, ...]:
    return (*rows[1:], rows[0])


def budget(a: Account, every: bool) -> list[Form]:
    """The nine tables of a district's budget; `every` prints all fixed lines instead of those with money."""
    income = (
        Row("一、财政拨款收入", (source(a, *FISCAL),), dims={"fundingSource": "fiscal"}),
        Row("1.一般公共预算资金", (source(a, GENERAL),), dims={"fundingSource": GENERAL}, indent=1),
        Row("2.政府性基金", (source(a, FUND),), dims={"fundingSource": FUND}, indent=1),
        Row("3.国有资本经营预算", (source(a, STATE),), dims={"fundingSource": STATE}, indent=1),
        Row("二、事业收入", (source(a, "business-income"),), dims={"fundingSource": "business-income"}),
        Row("三、事业单位经营收入", (None,), dims={"fundingSource": "operating-income"}),
        Row("四、其他收入", (source(a, "other-income"),), dims={"fundingSource": "other-income"}),
    )
    whole = a.sum()
    fiscal = sum((leaf.total for leaf in a.of(*FISCAL)), ZERO)

    def by_fund(leaves: Sequence[Leaf]) -> Figures:  # 合计 and the three budgets
        mine = [leaf for leaf in leaves if leaf.source in FISCAL]
        sums = [or_blank(sum((x.total for x in mine if x.source == s), ZERO)) for s in FISCAL]
        return (or_blank(sum((x.total for x in mine), ZERO)), *sums)

    return [
        Form(
            "budget-summary",
            "财务收支预算总表",
            (
                Panel(
                    (label("本年收入/项目"), fig("本年收入/预算数")),
                    (*income, Row("收入总计", (whole,), total=True, tail=True)),
                    {"side": "revenue"},
                ),
                Panel(
                    (label("本年支出/项目"), fig("本年支出/预算数")),
                    (
                        *functions(a, lambda xs: (sum((x.total for x in xs), ZERO),), every),
                        Row("支出总计", (whole,), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "revenue",
            "收入预算总表",
            (
                Panel(
                    _function_columns(
                        *under(
                            "收入预算",
                            fig("合计"),
                            fig("财政拨款收入", fundingSource="fiscal"),
                            fig("事业收入", fundingSource="business-income"),
                            fig("事业单位经营收入", fundingSource="operating-income"),
                            fig("其他收入", fundingSource="other-income"),
                        )
                    ),
                    _totals_last(
                        tree(
                            by_item(
                                a.leaves,
                                lambda x: (
                                    x.total,
                                    x.total if x.source in FISCAL else None,
                                    x.total if x.source == "business-income" else None,
                                    None,
                                    x.total if x.source == "other-income" else None,
                                ),
                            )
                        )
                    ),
                    {"side": "revenue"},
                ),
            ),
        ),
        Form(
            "expenditure",
            "支出预算总表",
            (
                Panel(
                    _function_columns(*basic_project_columns("支出预算")),
                    _totals_last(tree(by_item(a.leaves, basic_project))),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "fiscal-summary",
            "财政拨款收支预算总表",
            (
                Panel(
                    (label("财政拨款收入/项目"), fig("财政拨款收入/预算数")),
                    (
                        Row("一、一般公共预算资金", (source(a, GENERAL),), dims={"fundingSource": GENERAL}),
                        Row("二、政府性基金", (source(a, FUND),), dims={"fundingSource": FUND}),
                        Row("三、国有资本经营预算", (source(a, STATE),), dims={"fundingSource": STATE}),
                        Row("收入总计", (fiscal,), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (
                        label("财政拨款支出/项目"),
                        fig("财政拨款支出/合计"),
                        *under(
                            "财政拨款支出",
                            fig("一般公共预算", fundingSource=GENERAL),
                            fig("政府性基金预算", fundingSource=FUND),
                            fig("国有资本经营预算", fundingSource=STATE),
                        ),
                    ),
                    (*functions(a, by_fund, every), Row("支出总计", by_fund(a.leaves), total=True, tail=True)),
                    {"side": "expenditure"},
                ),
            ),
        ),
        *(
            Form(
                kind,
                f"{name}支出功能分类预算表",
                (
                    Panel(
                        _function_columns(*basic_project_columns(f"{name}支出")),
                        _totals_last(tree(by_item(a.of(fund), basic_project))),
                        {"fundingSource": fund},
                    ),
                ),
                note="注:本部门无此项安排，故本表为空表。" * (not a.of(fund)),
            )
            for kind, name, fund in (
                ("general-public-expenditure", "一般公共预算", GENERAL),
                ("government-fund-expenditure", "政府性基金预算", FUND),
                ("state-capital", "国有资本经营预算", STATE),
            )
        ),
        Form(
            "general-public-basic",
            "一般公共预算基本支出部门预算经济分类预算表",
            (
                Panel(
                    (
                        code("项目/部门预算经济分类科目编码"),
                        label("项目/经济分类科目名称"),
                        *under(
                            "一般公共预算基本支出",
                            fig("合计"),
                            fig("人员经费", expenditureType="personnel"),
                            fig("公用经费", expenditureType="public"),
                        ),
                    ),
                    _totals_last(tree(basic_items(a))),
                ),
            ),
        ),
        Form(
            "three-public",
            "“三公”经费和机关运行经费预算表",
            (
                Panel(
                    (
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
                    ),
                    (
                        Row(
                            "",
                            (
                                special(a, "three-public"),
                                special(a, "overseas"),
                                special(a, "reception"),
                                special(a, "vehicles"),
                                special(a, "vehicle-purchase"),
                                special(a, "vehicle-operation"),
                                sum((v for c, v in a.economic.items() if c[0:3] in {"302", "310"}), ZERO),
                            ),
                        ),
                    ),
                ),
            ),
            "万元",
        ),
    ]


def final(a: Account, every: bool) -> list[Form]:
    """The nine tables of a district's final account."""
    carried = or_blank(a.sum() // 1000 * 100)
    whole = a.sum() + (carried or ZERO)
    gp = a.of(GENERAL)
    sums = [source(a, s) for s in FISCAL]

    def fiscal(leaves: Sequence[Leaf]) -> Figures:
        mine = [leaf for leaf in leaves if leaf.source in FISCAL]
        parts = [or_blank(sum((x.total for x in mine if x.source == s), ZERO)) for s in FISCAL]
        return (or_blank(sum((x.total for x in mine), ZERO)), *parts)

    items = sorted((c, v) for c, v in a.economic.items() if v)
    staff = tree([(c, (v,)) for c, v in items if c[:3] in {"301", "303"}])
    public = tree([(c, (v,)) for c, v in items if c[:3] in {"302", "310"}])
    names = (
        "一般公共预算财政拨款收入",
        "政府性基金预算财政拨款收入",
        "国有资本经营预算财政拨款收入",
        "上级补助收入",
        "事业收入",
        "经营收入",
        "附属单位上缴收入",
        "其他收入",
    )
    values = (*sums, None, source(a, "business-income"), None, None, source(a, "other-income"))
    keys = (*FISCAL, "superior-subsidy", "business-income", "operating-income", "subordinate-payment", "other-income")
    ords = "一二三四五六七八"
    return (
        [
            Form(
                "budget-summary",
                "收入支出决算总表",
                (
                    Panel(
                        (label("收入/项目"), fig("收入/决算数")),
                        (
                            *(
                                Row(f"{o}、{n}", (v,), dims={"fundingSource": k})
                                for o, n, v, k in zip(ords, names, values, keys, strict=True)
                            ),
                            Row("本年收入合计", (a.sum(),), total=True, tail=True),
                            Row("使用非财政拨款结余", (None,), tail=True),
                            Row("年初结转和结余", (carried,), tail=True),
                            Row("总计", (whole,), total=True, tail=True),
                        ),
                        {"side": "revenue"},
                    ),
                    Panel(
                        (label("支出/项目"), fig("支出/决算数")),
                        (
                            *functions(a, lambda xs: (sum((x.total for x in xs), ZERO),), every),
                            Row("本年支出合计", (a.sum(),), total=True, tail=True),
                            Row("结余分配", (None,), tail=True),
                            Row("年末结转和结余", (carried,), tail=True),
                            Row("总计", (whole,), total=True, tail=True),
                        ),
                        {"side": "expenditure"},
                    ),
                ),
            ),
            Form(
                "revenue",
                "收入决算表",
                (
                    Panel(
                        (
                            code("项目/功能分类科目编码"),
                            label("项目/科目名称"),
                            fig("本年收入合计"),
                            fig("财政拨款收入", fundingSource="fiscal"),
                            fig("上级补助收入", fundingSource="superior-subsidy"),
                            fig("事业收入", fundingSource="business-income"),
                            fig("经营收入", fundingSource="operating-income"),
                            fig("附属单位上缴收入", fundingSource="subordinate-payment"),
                            fig("其他收入", fundingSource="other-income"),
                        ),
                        tuple(
                            tree(
                                by_item(
                                    a.leaves,
                                    lambda x: (
                                        x.total,
                                        x.total if x.source in FISCAL else None,
                                        None,
                                        x.total if x.source == "business-income" else None,
                                        None,
                                        None,
                                        x.total if x.source == "other-income" else None,
                                    ),
                                )
                            )
                        ),
                        {"side": "revenue"},
                    ),
                ),
            ),
            Form(
                "expenditure",
                "支出决算表",
                (
                    Panel(
                        (
                            code("项目/功能分类科目编码"),
                            label("项目/科目名称"),
                            fig("本年支出合计"),
                            fig("基本支出", expenditureType="basic"),
                            fig("项目支出", expenditureType="project"),
                            fig("上缴上级支出", expenditureType="to-superior"),
                            fig("经营支出", expenditureType="operating"),
                            fig("对附属单位补助支出", expenditureType="to-subordinate"),
                        ),
                        tuple(tree(by_item(a.leaves, lambda x: (*basic_project(x), None, None, None)))),
                        {"side": "expenditure"},
                    ),
                ),
            ),
            Form(
                "fiscal-summary",
                "财政拨款收入支出决算总表",
                (
                    Panel(
                        (label("收入/项目"), fig("收入/决算数")),
                        (
                            *(
                                Row(f"{o}、{n}", (v,), dims={"fundingSource": k})
                                for o, n, v, k in zip(
                                    ords,
                                    ("一般公共预算财政拨款", "政府性基金预算财政拨款", "国有资本经营预算财政拨款"),
                                    sums,
                                    FISCAL,
                                    strict=False,
                                )
                            ),
                            Row("本年收入合计", (fiscal(a.leaves)[0],), total=True, tail=True),
                            Row("年初财政拨款结转和结余", (None,), tail=True),
                            Row("总计", (fiscal(a.leaves)[0],), total=True, tail=True),
                        ),
                        {"side": "revenue"},
                    ),
                    Panel(
                        (
                            label("支出/项目"),
                            *under(
                                "支出",
                                fig("合计"),
                                fig("一般公共预算财政拨款", fundingSource=GENERAL),
                                fig("政府性基金预算财政拨款", fundingSource=FUND),
                                fig("国有资本经营预算财政拨款", fundingSource=STATE),
                            ),
                        ),
                        (
                            *functions(a, fiscal, every),
                            Row("本年支出合计", fiscal(a.leaves), total=True, tail=True),
                            Row("年末财政拨款结转和结余", (None,) * 4, tail=True),
                            Row("总计", fiscal(a.leaves), total=True, tail=True),
                        ),
                        {"side": "expenditure"},
                    ),
                ),
            ),
            _pairs(a),
            Form(
                "general-public-basic",
                "一般公共预算财政拨款基本支出决算表",
                (
                    Panel(
                        (code("经济分类科目编码"), label("科目名称"), fig("决算数")),
                        (*staff[1:], Row("人员经费合计", staff[0].figures, total=True, tail=True)),
                    ),
                    Panel(
                        (code("经济分类科目编码"), label("科目名称"), fig("决算数")),
                        (*public[1:], Row("公用经费合计", public[0].figures, total=True, tail=True)),
                    ),
                ),
            ),
            Form(
                "three-public",
                "财政拨款“三公”经费支出决算表",
                (
                    Panel(
                        tuple(
                            c
                            for head, topic in (
                                ("合计", "three-public"),
                                ("因公出国（境）费", "overseas"),
                                ("公务用车购置及运行维护费/小计", "vehicles"),
                                ("公务用车购置及运行维护费/公务用车购置费", "vehicle-purchase"),
                                ("公务用车购置及运行维护费/公务用车运行维护费", "vehicle-operation"),
                                ("公务接待费", "reception"),
                            )
                            for c in under(
                                "财政拨款“三公”经费",
                                fig(f"{head}/预算数", topic=topic, stage="budget"),
                                fig(f"{head}/决算数", topic=topic, stage="final"),
                            )
                        ),
                        (
                            Row(
                                "",
                                tuple(
                                    special(who, t)
                                    for t in (
                                        "three-public",
                                        "overseas",
                                        "vehicles",
                                        "vehicle-purchase",
                                        "vehicle-operation",
                                        "reception",
                                    )
                                    for who in (a.initial or a, a)
                                ),
                            ),
                        ),
                    ),
                ),
                wide=True,
            ),
            *(
                Form(
                    kind,
                    f"{name}预算财政拨款收入支出决算表",
                    (
                        Panel(
                            (
                                code("项目/功能分类科目编码"),
                                label("项目/科目名称"),
                                fig("年初结转和结余"),
                                fig("本年收入", side="revenue"),
                                *under(
                                    "本年支出",
                                    fig("合计", side="expenditure"),
                                    fig("基本支出", expenditureType="basic"),
                                    fig("项目支出", expenditureType="project"),
                                ),
                                fig("年末结转和结余"),
                            ),
                            tuple(tree(by_item(a.of(fund), lambda x: (None, x.total, *basic_project(x), None)))),
                        ),
                    ),
                    note="注：本表反映收支情况。",
                )
                for kind, name, fund in (
                    ("government-fund-expenditure", "政府性基金", FUND),
                    ("state-capital", "国有资本经营", STATE),
                )
            ),
        ]
        if gp
        else []
    )


def _pairs(a: Account) -> Form:
    """Initial budget and final account of each item side by side."""
    before = dict(by_item((a.initial or a).of(GENERAL), lambda x: (x.total,)))
    now = by_item(a.of(GENERAL), basic_project)
    return Form(
        "general-public-expenditure",
        "一般公共预算财政拨款支出决算表",
        (
            Panel(
                (
                    code("项目/功能分类科目编码"),
                    label("项目/科目名称"),
                    fig("年初预算数", stage="budget"),
                    *under(
                        "决算数",
                        fig("合计", stage="final"),
                        fig("基本支出", stage="final", expenditureType="basic"),
                        fig("项目支出", stage="final", expenditureType="project"),
                    ),
                ),
                tuple(tree([(c, (*before[c], *f)) for c, f in now])),
            ),
        ),
    )
