"""Tables of Jiangsu: the budgets of 2017–2018, the national layout since 2019, and final accounts (公开01–10表)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bench.layouts import finals
from bench.layouts.accounts import ZERO, Account, Figures, Leaf
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
    PLAIN_PAIR,
    STAFF_PUBLIC,
    STATE,
    TOPICS,
    basic_items,
    basic_project,
    by_fund,
    economic_items,
    from_source,
    functions,
    fund_columns,
    income,
    items,
    money,
    off_budget_columns,
    or_blank,
    source,
    special_columns,
    specials,
    tree,
    whole,
)

_FUNDS = (("一般公共预算拨款", GENERAL), ("政府性基金预算拨款", FUND), ("国有资本经营预算拨款", STATE))
_OTHERS = (
    ("事业收入", "business-income"),
    ("事业单位经营收入", "operating-income"),
    ("上级补助收入", "superior-subsidy"),
    ("附属单位上缴收入", "subordinate-payment"),
    ("其他收入", "other-income"),
)
_INCOME = (*((f"{name}收入", key) for name, key in _FUNDS), ("财政专户管理资金收入", "fiscal-account"), *_OTHERS)
_BY_TYPE = (*PLAIN_PAIR, fig("合计"), *BASIC_PROJECT)
_MEETINGS = ("meetings", "training")


def old_budget(a: Account, every: bool) -> list[Form]:
    """The tables of 2017 and 2018: overall table in three panels, sums without their sources."""
    basic, project = sum((x.basic for x in a.leaves), ZERO), sum((x.project for x in a.leaves), ZERO)
    reserve = or_blank(project // 5000 * 100)
    types = (a.sum(), basic, or_blank(project - (reserve or ZERO)), reserve, None)
    simple = (code("功能科目代码"), label("功能科目名称"), fig("金额"))
    spent = tree([(c, f[:1]) for c, f in basic_items(a)])
    columns = (
        fig("合计"),
        *BASIC_PROJECT,
        fig("单位预留机动经费", expenditureType="reserve"),
        fig("结转下年资金", provision="next-year"),
    )
    return [
        _old_summary(a, types, every),
        listed("expenditure", "支出预算总表", columns, [Row("", types)], EXPENDITURE),
        listed("fiscal-expenditure", "财政拨款支出预算表", simple, items(a.of(*FISCAL), _total)),
        listed("fiscal-basic", "财政拨款基本支出预算表", (*PLAIN_PAIR, fig("金额")), spent),
        listed("general-public-expenditure", "一般公共预算支出预算表", simple, items(a.of(GENERAL), _total)),
        listed("general-public-basic", "一般公共预算基本支出预算表", (*PLAIN_PAIR, fig("金额")), spent),
        _operating_cost(a),
        _special(a, "“三公”经费、会议费、培训费支出预算表"),
        listed("government-fund-expenditure", "政府性基金预算财政拨款支出预算表", simple, items(a.of(FUND), _total)),
        _procurement(a),
    ]


def _total(leaf: Leaf) -> Figures:
    return (leaf.total,)


def _old_summary(a: Account, types: Figures, every: bool) -> Form:
    """收支预算总表 with a third panel for what is spent by type: `types` as in 支出预算总表."""
    earned = (
        from_source("一、财政拨款", money(a.of(*FISCAL)), "fiscal"),
        from_source("1.一般公共预算", source(a, GENERAL), GENERAL),
        from_source("2.政府性基金预算", source(a, FUND, STATE), FUND),
        from_source("二、财政专户管理资金", None, "fiscal-account"),
        from_source("三、其他资金", source(a, *BUSINESS, *OTHER), "other-funds"),
    )
    uses = [
        Row(name, (value,), dims={"expenditureType": key})
        for name, key, value in zip(
            ("一、基本支出", "二、项目支出", "三、单位预留机动经费"),
            ("basic", "project", "reserve"),
            types[1:4],
            strict=True,
        )
    ]
    end = ("当年支出小计", "结转下年资金", "支出合计")
    return Form(
        "budget-summary",
        "收支预算总表",
        (
            Panel(
                (label("收入/项目名称"), fig("收入/金额")),
                closed(earned, (a.sum(),), "当年收入小计", "上年结转资金", "收入合计"),
                REVENUE,
            ),
            Panel(
                (label("支出/功能分类/功能科目名称"), fig("支出/功能分类/金额")),
                closed(functions(a, whole, every), (a.sum(),), *end),
            ),
            Panel((label("支出/支出用途/项目名称"), fig("支出/支出用途/金额")), closed(uses, (a.sum(),), *end)),
        ),
    )


def _special(a: Account, title: str) -> Form:
    """三公 with 会议费 and 培训费, summed up in front."""
    columns = (
        fig("合计"),
        *under("“三公”经费", *special_columns("小计", "运行维护费")),
        fig("会议费", topic="meetings"),
        fig("培训费", topic="training"),
    )
    whole = sum((a.special[t] for t in ("three-public", *_MEETINGS)), ZERO)
    row = Row("", (or_blank(whole), *specials(a, (*TOPICS, *_MEETINGS))))
    return listed("three-public", title, columns, [row], wide=True)


def _operating_cost(a: Account) -> Form:
    rows = tree(economic_items(a, "302", "310"))
    title = "一般公共预算机关运行经费支出预算表"
    return listed("operating-cost", title, (*PLAIN_PAIR, fig("机关运行经费支出")), rows)


def _procurement(a: Account) -> Form:
    names = ("台式计算机", "便携式计算机", "复印机", "其他办公设备")
    bought = [
        (("货物A", "办公设备购置费", "办公设备购置", name, "分散自行组织"), value // 1000 * 100 + 100)
        for name, (_, value) in zip(names, a.projects, strict=False)
    ]
    columns = (
        label("采购品目大类", 3),
        label("专项名称", 3),
        label("经济科目", 3),
        label("采购物品名称", 4),
        label("采购组织形式", 3),
        fig("总计"),
    )
    rows = (
        Row("合计", (sum((value for _, value in bought), ZERO),), total=True),
        *(Row(" / ".join(texts), (value,), texts=texts) for texts, value in bought),
    )
    return listed("procurement", "政府采购预算表", columns, rows, wide=True)


def budget(a: Account, every: bool) -> list[Form]:
    """公开01表 to 公开12表 as they are printed since 2019."""
    expenses = (
        *_BY_TYPE,
        fig("事业单位经营支出", expenditureType="operating"),
        fig("上缴上级支出", expenditureType="to-superior"),
        fig("对附属单位补助支出", expenditureType="to-subordinate"),
    )
    by_function = (
        *PLAIN_PAIR,
        fig("合计"),
        *under("基本支出", fig("小计", expenditureType="basic"), *STAFF_PUBLIC),
        BASIC_PROJECT[1],
    )
    return [
        facing(
            "budget-summary",
            "收支总表",
            (
                (label("收入/项目"), fig("收入/预算数")),
                closed(income(a, _INCOME), (a.sum(),), "本年收入合计", "上年结转结余", "收入总计"),
            ),
            (
                (label("支出/项目"), fig("支出/预算数")),
                closed(functions(a, whole, every), (a.sum(),), "本年支出合计", "年终结转结余", "支出总计"),
            ),
        ),
        _revenue(a),
        listed(
            "expenditure",
            "支出总表",
            expenses,
            items(a.leaves, lambda x: (*basic_project(x), None, None, None)),
            EXPENDITURE,
        ),
        _fiscal_summary(a, every),
        listed("fiscal-expenditure", "财政拨款支出表（功能科目）", by_function, items(a.of(*FISCAL), _four)),
        listed("fiscal-basic", "财政拨款基本支出表（经济科目）", _by_economy("财政拨款"), tree(basic_items(a))),
        listed("general-public-expenditure", "一般公共预算支出表", by_function, items(a.of(GENERAL), _four)),
        listed("general-public-basic", "一般公共预算基本支出表", _by_economy("一般公共预算"), tree(basic_items(a))),
        _special(a, "一般公共预算“三公”经费、会议费、培训费支出预算表"),
        listed("government-fund-expenditure", "政府性基金预算支出表", _BY_TYPE, items(a.of(FUND), basic_project)),
        _operating_cost(a),
        _procurement(a),
    ]


def _four(leaf: Leaf) -> Figures:
    """合计, 基本支出 with 人员经费 and 公用经费, 项目支出."""
    staff = leaf.basic // 400 * 100 * 3
    parts = (leaf.basic, staff, leaf.basic - staff, leaf.project)
    return (leaf.total, *(or_blank(part) for part in parts))


def _by_economy(what: str) -> tuple[Column, ...]:
    return (
        code("部门预算支出经济分类科目/科目编码"),
        label("部门预算支出经济分类科目/科目名称"),
        *under(f"本年{what}基本支出", fig("合计"), *STAFF_PUBLIC),
    )


def _carried(leaves: Sequence[Leaf]) -> Decimal:
    return sum((x.carried for x in leaves), ZERO)


def _fiscal_summary(a: Account, every: bool) -> Form:
    """财政拨款收支总表: this year's money and what is carried over on the left, its use on the right."""
    fiscal, carried = money(a.of(*FISCAL)), _carried(a.of(*FISCAL))
    over = {"provision": "carry-over"}
    earned = (
        Row("一、本年收入", (fiscal - carried,)),
        *(
            from_source(f"（{o}）{name}", or_blank(money(a.of(key)) - _carried(a.of(key))), key, indent=1)
            for o, (name, key) in zip("一二三", _FUNDS, strict=True)
        ),
        Row("二、上年结转", (or_blank(carried),), dims=over),
        *(
            Row(f"（{o}）{name}", (or_blank(_carried(a.of(key))),), dims={**over, "fundingSource": key}, indent=1)
            for o, (name, key) in zip("一二三", _FUNDS, strict=True)
        ),
        total("收入总计", fiscal),
    )
    spent = (
        Row("一、本年支出", (fiscal,)),
        *(
            Row(f"（{r.label.replace('、', '）', 1)}", r.figures, dims=r.dims, indent=1)
            for r in functions(a, lambda leaves: by_fund(leaves)[:1], every)
        ),
        Row("二、年终结转结余", (None,)),
        total("支出总计", fiscal),
    )
    return facing(
        "fiscal-summary",
        "财政拨款收支总表",
        ((label("收入/项目"), fig("收入/预算数")), earned),
        ((label("支出/项目"), fig("支出/预算数")), spent),
    )


def _revenue(a: Account) -> Form:
    """收入总表 by units: the year's income and what is carried over, each by source."""
    carried = _carried(a.leaves)
    of_year = [or_blank(money(a.of(key)) - _carried(a.of(key))) for _, key in _INCOME]
    over = [or_blank(_carried(a.of(*ks))) for ks in ((GENERAL,), (FUND,), (STATE,), (), (*BUSINESS, *OTHER))]
    columns = (
        Column(("部门代码",), "organization-code", share=1.6),
        label("部门名称", 4),
        fig("合计"),
        *under(
            "本年收入",
            fig("小计", provision="current"),
            *fund_columns(),
            off_budget_columns()[0],
            *(fig(name, fundingSource=key) for name, key in _OTHERS),
        ),
        *under(
            "上年结转结余",
            fig("小计", provision="carry-over"),
            *fund_columns(provision="carry-over"),
            *off_budget_columns(provision="carry-over"),
        ),
    )
    figures = (a.sum(), a.sum() - carried, *of_year, or_blank(carried), *over)
    rows = (
        Row("合计", figures, total=True),
        Row(a.name, figures, a.code),
        Row(f"{a.name}（本级）", figures, a.code + "001"),
    )
    return listed("revenue", "收入总表", columns, rows, REVENUE, wide=True)


def final(a: Account, every: bool) -> list[Form]:
    """公开01表 to 公开09表 of the final account in the national layout, with numbered lines and columns."""
    paid = (*finals.ITEM, *under("本年支出", fig("小计"), *BASIC_PROJECT))
    stages = (("预算数", "budget"), ("决算数", "final"))
    special = [c for head, stage in stages for c in under(head, *special_columns("合计", "运行维护费", stage=stage))]
    return [
        finals.summary(a, every, "使用非财政拨款结余（含专用结余）", numbered=True),
        finals.revenue(a, "words", wide=True),
        finals.expenditure(a, "words", wide=True),
        listed(
            "general-public-expenditure",
            "一般公共预算财政拨款支出决算表",
            paid,
            items(a.of(GENERAL), basic_project),
            numbered="words",
        ),
        _basic(a),
        listed(
            "three-public",
            "财政拨款“三公”经费支出决算表",
            special,
            [Row("", (*specials(a.initial or a), *specials(a)))],
            numbered="figures",
            wide=True,
        ),
        finals.fund(a, FUND, "政府性基金", "小计", "words", wide=True),
    ]


def _basic(a: Account) -> Form:
    """Economic items in three panels: staff, and two of public expenditure with one total."""
    columns = (*PLAIN_PAIR, fig("决算数"))
    staff, goods, capital = (tree(economic_items(a, *cs)) for cs in (("301", "303"), ("302",), ("310",)))
    public = tree(economic_items(a, "302", "310"))[0].figures
    return Form(
        "general-public-basic",
        "一般公共预算财政拨款基本支出决算表",
        (
            Panel(under("人员经费", *columns), (*staff[1:], total("人员经费合计", *staff[0].figures))),
            Panel(under("公用经费", *columns), tuple(goods[1:])),
            Panel(under("公用经费", *columns), (*capital[1:], total("公用经费合计", *public))),
        ),
        wide=True,
    )
