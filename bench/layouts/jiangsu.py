"""Tables of Jiangsu: the budgets of 2017–2018, the national layout since 2019, and final accounts (公开01–10表)."""

from __future__ import annotations

from decimal import Decimal

from bench.layouts.accounts import ZERO, Account, Figures, Leaf
from bench.layouts.forms import Column, Form, Panel, Row, code, fig, label, line, under
from bench.layouts.shared import (
    FISCAL,
    FUND,
    GENERAL,
    STATE,
    basic_items,
    basic_project,
    by_item,
    functions,
    operating_items,
    or_blank,
    ordinal,
    source,
    special,
    tree,
)

_OTHERS = (
    ("财政专户管理资金收入", "fiscal-account"),
    ("事业收入", "business-income"),
    ("事业单位经营收入", "operating-income"),
    ("上级补助收入", "superior-subsidy"),
    ("附属单位上缴收入", "subordinate-payment"),
    ("其他收入", "other-income"),
)
_THREE = (("一般公共预算拨款收入", GENERAL), ("政府性基金预算拨款收入", FUND), ("国有资本经营预算拨款收入", STATE))


def _meeting_columns() -> tuple[Column, ...]:
    return (
        fig("合计"),
        *under(
            "“三公”经费",
            fig("小计", topic="three-public"),
            fig("因公出国（境）费", topic="overseas"),
            *under(
                "公务用车购置及运行维护费",
                fig("小计", topic="vehicles"),
                fig("公务用车购置费", topic="vehicle-purchase"),
                fig("公务用车运行维护费", topic="vehicle-operation"),
            ),
            fig("公务接待费", topic="reception"),
        ),
        fig("会议费", topic="meetings"),
        fig("培训费", topic="training"),
    )


_TOPICS = (
    "three-public",
    "overseas",
    "vehicles",
    "vehicle-purchase",
    "vehicle-operation",
    "reception",
    "meetings",
    "training",
)


def _meeting_row(a: Account) -> Row:
    values = [special(a, t) for t in _TOPICS]
    return Row("", (sum((a.special[t] for t in ("three-public", "meetings", "training")), ZERO) or None, *values))


def old_budget(a: Account, every: bool) -> list[Form]:
    """The tables of 2017 and 2018: overall table in three panels, sums without their sources."""
    basic, project = sum((x.basic for x in a.leaves), ZERO), sum((x.project for x in a.leaves), ZERO)
    whole, reserve = a.sum(), or_blank(basic // 5000 * 100)
    fiscal = sum((x.total for x in a.of(*FISCAL)), ZERO)
    uses = (
        Row("一、基本支出", (basic - (reserve or ZERO),), dims={"expenditureType": "basic"}),
        Row("二、项目支出", (or_blank(project),), dims={"expenditureType": "project"}),
        Row("三、单位预留机动经费", (reserve,), dims={"expenditureType": "reserve"}),
    )
    income = (
        Row("一、财政拨款", (fiscal,), dims={"fundingSource": "fiscal"}),
        Row("1.一般公共预算", (source(a, GENERAL),), dims={"fundingSource": GENERAL}),
        Row("2.政府性基金预算", (source(a, FUND, STATE),), dims={"fundingSource": FUND}),
        Row("二、财政专户管理资金", (None,), dims={"fundingSource": "fiscal-account"}),
        Row("三、其他资金", (source(a, "business-income", "other-income"),), dims={"fundingSource": "other-funds"}),
        Row("当年收入小计", (whole,), total=True, tail=True),
        Row("上年结转资金", (None,), tail=True),
        Row("收入合计", (whole,), total=True, tail=True),
    )
    end = (
        Row("当年支出小计", (whole,), total=True, tail=True),
        Row("结转下年资金", (None,), tail=True),
        Row("支出合计", (whole,), total=True, tail=True),
    )
    sums = (whole, basic - (reserve or ZERO), or_blank(project), reserve, None)
    simple = (code("功能科目代码"), label("功能科目名称"), fig("金额"))
    items = (code("科目编码"), label("科目名称"), fig("金额"))
    paid = tree(by_item(a.of(*FISCAL), lambda x: (x.total,)))
    general = tree(by_item(a.of(GENERAL), lambda x: (x.total,)))
    spent = tree([(c, f[:1]) for c, f in basic_items(a)])
    return [
        Form(
            "budget-summary",
            "收支预算总表",
            (
                Panel((label("收入/项目名称"), fig("收入/金额")), income, {"side": "revenue"}),
                Panel(
                    (label("支出/功能分类/功能科目名称"), fig("支出/功能分类/金额")),
                    (*functions(a, lambda xs: (sum((x.total for x in xs), ZERO),), every), *end),
                ),
                Panel((label("支出/支出用途/项目名称"), fig("支出/支出用途/金额")), (*uses, *end)),
            ),
        ),
        Form(
            "expenditure",
            "支出预算总表",
            (
                Panel(
                    (
                        fig("合计"),
                        fig("基本支出", expenditureType="basic"),
                        fig("项目支出", expenditureType="project"),
                        fig("单位预留机动经费", expenditureType="reserve"),
                        fig("结转下年资金", provision="next-year"),
                    ),
                    (Row("", sums),),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form("fiscal-expenditure", "财政拨款支出预算表", (Panel(simple, tuple(paid)),)),
        Form("fiscal-basic", "财政拨款基本支出预算表", (Panel(items, tuple(spent)),)),
        Form("general-public-expenditure", "一般公共预算支出预算表", (Panel(simple, tuple(general)),)),
        Form("general-public-basic", "一般公共预算基本支出预算表", (Panel(items, tuple(spent)),)),
        Form(
            "operating-cost",
            "一般公共预算机关运行经费支出预算表",
            (Panel((code("科目编码"), label("科目名称"), fig("机关运行经费支出")), tuple(tree(operating_items(a)))),),
        ),
        Form(
            "three-public",
            "“三公”经费、会议费、培训费支出预算表",
            (Panel(_meeting_columns(), (_meeting_row(a),)),),
            wide=True,
        ),
        _fund(a, "政府性基金预算财政拨款支出预算表", simple),
        _procurement(a),
    ]


def _fund(a: Account, title: str, columns: tuple[Column, ...]) -> Form:
    rows = tree(by_item(a.of(FUND), lambda x: (x.total,) if len(columns) == 3 else basic_project(x)))
    return Form("government-fund-expenditure", title, (Panel(columns, tuple(rows)),))


def _procurement(a: Account) -> Form:
    texts = ("货物A", "办公设备购置费", "办公设备购置", "分散自行组织")
    names = ("台式计算机", "便携式计算机", "复印机", "其他办公设备")
    values = [v // 1000 * 100 + 100 for _, v in a.projects[:4]]
    rows = [Row("合计", (sum(values, ZERO),), total=True)]
    rows += [
        Row(" / ".join((*texts[:3], n, texts[3])), (v,), texts=(*texts[:3], n, texts[3]))
        for n, v in zip(names, values, strict=False)
    ]
    columns = (
        label("采购品目大类", 3),
        label("专项名称", 3),
        label("经济科目", 3),
        label("采购物品名称", 4),
        label("采购组织形式", 3),
        fig("总计"),
    )
    return Form("procurement", "政府采购预算表", (Panel(columns, tuple(rows)),), wide=True)


def budget(a: Account, every: bool) -> list[Form]:
    """公开01表 to 公开12表 as they are printed since 2019."""
    carried = sum((x.carried for x in a.leaves), ZERO)
    whole = a.sum()
    fiscal = sum((x.total for x in a.of(*FISCAL)), ZERO)
    income = [
        Row(ordinal(i) + n, (source(a, k),), dims={"fundingSource": k})
        for i, (n, k) in enumerate((*_THREE, *_OTHERS), 1)
    ]
    in_budget = lambda xs: (or_blank(sum((x.total for x in xs if x.source in FISCAL), ZERO)),)  # noqa: E731 - used twice
    expenses = (
        code("科目编码"),
        label("科目名称"),
        fig("合计"),
        fig("基本支出", expenditureType="basic"),
        fig("项目支出", expenditureType="project"),
        fig("事业单位经营支出", expenditureType="operating"),
        fig("上缴上级支出", expenditureType="to-superior"),
        fig("对附属单位补助支出", expenditureType="to-subordinate"),
    )
    by_function = (
        code("科目编码"),
        label("科目名称"),
        fig("合计"),
        *under(
            "基本支出",
            fig("小计", expenditureType="basic"),
            fig("人员经费", expenditureType="personnel"),
            fig("公用经费", expenditureType="public"),
        ),
        fig("项目支出", expenditureType="project"),
    )
    by_economy = lambda what: (  # noqa: E731 - two tables of one shape
        code("部门预算支出经济分类科目/科目编码"),
        label("部门预算支出经济分类科目/科目名称"),
        *under(
            f"本年{what}基本支出",
            fig("合计"),
            fig("人员经费", expenditureType="personnel"),
            fig("公用经费", expenditureType="public"),
        ),
    )
    plain = (
        code("科目编码"),
        label("科目名称"),
        fig("合计"),
        fig("基本支出", expenditureType="basic"),
        fig("项目支出", expenditureType="project"),
    )

    def four(x: Leaf) -> Figures:
        staff = x.basic // 400 * 100 * 3
        return (x.total, or_blank(x.basic), or_blank(staff), or_blank(x.basic - staff), or_blank(x.project))

    return [
        Form(
            "budget-summary",
            "收支总表",
            (
                Panel(
                    (label("收入/项目"), fig("收入/预算数")),
                    (
                        *income,
                        Row("本年收入合计", (whole,), total=True, tail=True),
                        Row("上年结转结余", (None,), tail=True),
                        Row("收入总计", (whole,), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (label("支出/项目"), fig("支出/预算数")),
                    (
                        *functions(a, lambda xs: (sum((x.total for x in xs), ZERO),), every),
                        Row("本年支出合计", (whole,), total=True, tail=True),
                        Row("年终结转结余", (None,), tail=True),
                        Row("支出总计", (whole,), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        _revenue(a, whole - carried, carried),
        Form(
            "expenditure",
            "支出总表",
            (
                Panel(
                    expenses,
                    tuple(tree(by_item(a.leaves, lambda x: (*basic_project(x), None, None, None)))),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "fiscal-summary",
            "财政拨款收支总表",
            (
                Panel(
                    (label("收入/项目"), fig("收入/预算数")),
                    (
                        Row("一、本年收入", (fiscal,)),
                        *(
                            Row(f"（{o}）{n}", (source(a, k),), dims={"fundingSource": k}, indent=1)
                            for o, n, k in zip(
                                "一二三",
                                ("一般公共预算拨款", "政府性基金预算拨款", "国有资本经营预算拨款"),
                                FISCAL,
                                strict=True,
                            )
                        ),
                        Row("二、上年结转", (carried or None,), dims={"provision": "carry-over"}),
                        Row(
                            "（一）一般公共预算拨款",
                            (carried or None,),
                            dims={"provision": "carry-over", "fundingSource": GENERAL},
                            indent=1,
                        ),
                        Row(
                            "（二）政府性基金预算拨款",
                            (None,),
                            dims={"provision": "carry-over", "fundingSource": FUND},
                            indent=1,
                        ),
                        Row("收入总计", (fiscal + carried,), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (label("支出/项目"), fig("支出/预算数")),
                    (
                        Row("一、本年支出", (fiscal + carried,)),
                        *(
                            Row(f"（{r.label.replace('、', '）', 1)}", r.figures, dims=r.dims, indent=1)
                            for r in functions(a, in_budget, every)
                        ),
                        Row("二、年终结转结余", (None,)),
                        Row("支出总计", (fiscal + carried,), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "fiscal-expenditure",
            "财政拨款支出表（功能科目）",
            (Panel(by_function, tuple(tree(by_item(a.of(*FISCAL), four)))),),
        ),
        Form(
            "fiscal-basic",
            "财政拨款基本支出表（经济科目）",
            (Panel(by_economy("财政拨款"), tuple(tree(basic_items(a)))),),
        ),
        Form(
            "general-public-expenditure",
            "一般公共预算支出表",
            (Panel(by_function, tuple(tree(by_item(a.of(GENERAL), four)))),),
        ),
        Form(
            "general-public-basic",
            "一般公共预算基本支出表",
            (Panel(by_economy("一般公共预算"), tuple(tree(basic_items(a)))),),
        ),
        Form(
            "three-public",
            "一般公共预算“三公”经费、会议费、培训费支出预算表",
            (Panel(_meeting_columns(), (_meeting_row(a),)),),
            wide=True,
        ),
        _fund(a, "政府性基金预算支出表", plain),
        Form(
            "operating-cost",
            "一般公共预算机关运行经费支出预算表",
            (Panel((code("科目编码"), label("科目名称"), fig("机关运行经费支出")), tuple(tree(operating_items(a)))),),
        ),
        _procurement(a),
    ]


def _revenue(a: Account, current: Decimal, carried: Decimal) -> Form:
    """收入总表 by units: the year's income and what is carried over, each by source."""
    of_year = [or_blank(sum((x.total - x.carried for x in a.of(k)), ZERO)) for _, k in (*_THREE, *_OTHERS)]
    over = [
        or_blank(sum((x.carried for x in a.of(*ks)), ZERO))
        for ks in ((GENERAL,), (FUND,), (STATE,), (), ("business-income", "other-income"))
    ]
    columns = (
        Column(("部门代码",), "organization-code", share=1.6),
        label("部门名称", 4),
        fig("合计"),
        *under(
            "本年收入",
            fig("小计", provision="current"),
            *(
                fig(n, fundingSource=k)
                for n, k in (
                    ("一般公共预算", GENERAL),
                    ("政府性基金预算", FUND),
                    ("国有资本经营预算", STATE),
                    ("财政专户管理资金", "fiscal-account"),
                    ("事业收入", "business-income"),
                    ("事业单位经营收入", "operating-income"),
                    ("上级补助收入", "superior-subsidy"),
                    ("附属单位上缴收入", "subordinate-payment"),
                    ("其他收入", "other-income"),
                )
            ),
        ),
        *under(
            "上年结转结余",
            fig("小计", provision="carry-over"),
            *(
                fig(n, fundingSource=k, provision="carry-over")
                for n, k in (
                    ("一般公共预算", GENERAL),
                    ("政府性基金预算", FUND),
                    ("国有资本经营预算", STATE),
                    ("财政专户管理资金", "fiscal-account"),
                    ("单位资金", "unit-funds"),
                )
            ),
        ),
    )
    figures = (a.sum(), current, *of_year, carried or None, *over)
    rows = (
        Row("合计", figures, total=True),
        Row(a.name, figures, a.code),
        Row(f"{a.name}（本级）", figures, a.code + "001"),
    )
    return Form("revenue", "收入总表", (Panel(columns, rows, {"side": "revenue"}),), wide=True)


def final(a: Account, every: bool) -> list[Form]:
    """公开01表 to 公开09表 of the final account in the national layout, with numbered lines and columns."""
    whole = a.sum()
    start = or_blank(whole // 1000 * 100)
    names = (
        *(n.replace("拨款", "财政拨款") for n, _ in _THREE),
        "上级补助收入",
        "事业收入",
        "经营收入",
        "附属单位上缴收入",
        "其他收入",
    )
    keys = (*FISCAL, "superior-subsidy", "business-income", "operating-income", "subordinate-payment", "other-income")
    code_column, name = code("项目/功能分类科目编码"), label("项目/科目名称")
    parts = lambda x, *ks: tuple(x.total if x.source == k else None for k in ks)  # noqa: E731 - figures by source
    items = sorted((c, v) for c, v in a.economic.items() if v)
    panels = [tree([(c, (v,)) for c, v in items if c[:3] in group]) for group in ({"301", "303"}, {"302"}, {"310"})]
    item_columns = (code("科目编码"), label("科目名称"), fig("决算数"))
    before = a.initial or a
    return [
        Form(
            "budget-summary",
            "收入支出决算总表",
            (
                Panel(
                    (label("收入/项目"), line("收入/行次"), fig("收入/决算数")),
                    (
                        *(
                            Row(ordinal(i) + n, (source(a, k),), dims={"fundingSource": k})
                            for i, (n, k) in enumerate(zip(names, keys, strict=True), 1)
                        ),
                        Row("本年收入合计", (whole,), total=True, tail=True),
                        Row("使用非财政拨款结余（含专用结余）", (None,), tail=True),
                        Row("年初结转和结余", (start,), tail=True),
                        Row("总计", (whole + (start or ZERO),), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (label("支出/项目"), line("支出/行次"), fig("支出/决算数")),
                    (
                        *functions(a, lambda xs: (sum((x.total for x in xs), ZERO),), every),
                        Row("本年支出合计", (whole,), total=True, tail=True),
                        Row("结余分配", (None,), tail=True),
                        Row("年末结转和结余", (start,), tail=True),
                        Row("总计", (whole + (start or ZERO),), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
            numbered="figures",
        ),
        Form(
            "revenue",
            "收入决算表",
            (
                Panel(
                    (
                        code_column,
                        name,
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
                                    *parts(x, "business-income"),
                                    None,
                                    None,
                                    *parts(x, "other-income"),
                                ),
                            )
                        )
                    ),
                    {"side": "revenue"},
                ),
            ),
            numbered="words",
            wide=True,
        ),
        Form(
            "expenditure",
            "支出决算表",
            (
                Panel(
                    (
                        code_column,
                        name,
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
            numbered="words",
            wide=True,
        ),
        Form(
            "general-public-expenditure",
            "一般公共预算财政拨款支出决算表",
            (
                Panel(
                    (
                        code_column,
                        name,
                        *under(
                            "本年支出",
                            fig("小计"),
                            fig("基本支出", expenditureType="basic"),
                            fig("项目支出", expenditureType="project"),
                        ),
                    ),
                    tuple(tree(by_item(a.of(GENERAL), basic_project))),
                ),
            ),
            numbered="words",
        ),
        Form(
            "general-public-basic",
            "一般公共预算财政拨款基本支出决算表",
            (
                *(
                    Panel(
                        tuple(under("人员经费" if i == 0 else "公用经费", *item_columns)),
                        (*rows[1:], *((Row(t, f, total=True, tail=True),) if t else ())),
                    )
                    for i, (rows, t, f) in enumerate(
                        zip(
                            panels,
                            ("人员经费合计", "", "公用经费合计"),
                            (panels[0][0].figures, (), (sum((v for c, v in items if c[:3] in {"302", "310"}), ZERO),)),
                            strict=True,
                        )
                    )
                ),
            ),
            wide=True,
        ),
        Form(
            "three-public",
            "财政拨款“三公”经费支出决算表",
            (
                Panel(
                    tuple(
                        c
                        for stage, head in (("budget", "预算数"), ("final", "决算数"))
                        for c in under(
                            head,
                            fig("合计", topic="three-public", stage=stage),
                            fig("因公出国（境）费", topic="overseas", stage=stage),
                            *under(
                                "公务用车购置及运行维护费",
                                fig("小计", topic="vehicles", stage=stage),
                                fig("公务用车购置费", topic="vehicle-purchase", stage=stage),
                                fig("公务用车运行维护费", topic="vehicle-operation", stage=stage),
                            ),
                            fig("公务接待费", topic="reception", stage=stage),
                        )
                    ),
                    (
                        Row(
                            "",
                            tuple(
                                special(who, t)
                                for who in (before, a)
                                for t in (
                                    "three-public",
                                    "overseas",
                                    "vehicles",
                                    "vehicle-purchase",
                                    "vehicle-operation",
                                    "reception",
                                )
                            ),
                        ),
                    ),
                ),
            ),
            wide=True,
            numbered="figures",
        ),
        Form(
            "government-fund-expenditure",
            "政府性基金预算财政拨款收入支出决算表",
            (
                Panel(
                    (
                        code_column,
                        name,
                        fig("年初结转和结余"),
                        fig("本年收入", side="revenue"),
                        *under(
                            "本年支出",
                            fig("小计", side="expenditure"),
                            fig("基本支出", expenditureType="basic"),
                            fig("项目支出", expenditureType="project"),
                        ),
                        fig("年末结转和结余"),
                    ),
                    tuple(tree(by_item(a.of(FUND), lambda x: (None, x.total, *basic_project(x), None)))),
                ),
            ),
            numbered="words",
            wide=True,
        ),
    ]
