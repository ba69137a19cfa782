"""Tables of the ministry's own layout as offices of all provinces copy it: two years side by side, units, projects."""

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
    ordinal,
    source,
    special,
    tree,
)

_TOPICS = ("three-public", "overseas", "vehicles", "vehicle-purchase", "vehicle-operation", "reception")


def _special_columns(head: str, **dims: str) -> tuple[Column, ...]:
    return under(
        head,
        fig("合计", topic="three-public", **dims),
        fig("因公出国（境）费", topic="overseas", **dims),
        *under(
            "公务用车购置及运行费",
            fig("小计", topic="vehicles", **dims),
            fig("公务用车购置费", topic="vehicle-purchase", **dims),
            fig("公务用车运行费", topic="vehicle-operation", **dims),
        ),
        fig("公务接待费", topic="reception", **dims),
    )


def budget(a: Account, every: bool) -> list[Form]:
    """The tables of a budget that compares with the year before."""
    whole, last = a.sum(), a.year - 1
    names = (
        *(
            (n, k)
            for n, k in (
                ("一般公共预算拨款收入", GENERAL),
                ("政府性基金预算拨款收入", FUND),
                ("国有资本经营预算拨款收入", STATE),
                ("事业收入", "business-income"),
                ("事业单位经营收入", "operating-income"),
                ("其他收入", "other-income"),
            )
        ),
    )
    pair = (code("科目编码"), label("科目名称"))

    def sources(x: Leaf) -> Figures:
        parts = [x.total if x.source == k else None for k in FISCAL]
        own = x.total if x.source == "business-income" else None
        return (x.total, None, *parts, own, None, None, None, x.total if x.source == "other-income" else None)

    def compared(x: Leaf) -> Figures:
        before = Decimal(int(x.total * 9 / 1000)) * 100
        return (before, *basic_project(x), x.total - before)

    projects = [
        Row(name, (value, value, *([None] * 7)), texts=("特定目标类", name, f"{a.name}（本级）"))
        for name, value in a.projects
    ]
    money = sum((v for _, v in a.projects), ZERO)
    before = Row("", tuple(special(a, t) for t in _TOPICS) * 2)
    units = (a.name + "（本级）", a.name + "信息中心")
    halves = [tuple(x and Decimal(int(x * s / 100)) * 100 for x in _sums(a)) for s in (Decimal("0.7"),)]
    rest = tuple(
        x and x - y if x is not None and y is not None else None for x, y in zip(_sums(a), halves[0], strict=True)
    )
    return [
        Form(
            "budget-summary",
            "收支总表",
            (
                Panel(
                    (label("收入"), fig("预算数")),
                    (
                        *(
                            Row(ordinal(i) + n, (source(a, k),), dims={"fundingSource": k})
                            for i, (n, k) in enumerate(names, 1)
                        ),
                        Row("本年收入合计", (whole,), total=True, tail=True),
                        Row("上年结转", (None,), tail=True),
                        Row("收入总计", (whole,), total=True, tail=True),
                    ),
                    {"side": "revenue"},
                ),
                Panel(
                    (label("支出"), fig("预算数")),
                    (
                        *functions(a, lambda xs: (sum((x.total for x in xs), ZERO),), every),
                        Row("本年支出合计", (whole,), total=True, tail=True),
                        Row("结转下年", (None,), tail=True),
                        Row("支出总计", (whole,), total=True, tail=True),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "revenue",
            "收入总表",
            (
                Panel(
                    (
                        *pair,
                        fig("合计"),
                        fig("上年结转", provision="carry-over"),
                        fig("一般公共预算拨款收入", fundingSource=GENERAL),
                        fig("政府性基金预算拨款收入", fundingSource=FUND),
                        fig("国有资本经营预算拨款收入", fundingSource=STATE),
                        *under("事业收入", fig("金额", fundingSource="business-income"), fig("其中：教育收费")),
                        fig("事业单位经营收入", fundingSource="operating-income"),
                        fig("上级补助收入", fundingSource="superior-subsidy"),
                        fig("其他收入", fundingSource="other-income"),
                    ),
                    tuple(tree(by_item(a.leaves, sources))),
                    {"side": "revenue"},
                ),
            ),
            wide=True,
        ),
        Form(
            "general-public-expenditure",
            "一般公共预算支出表",
            (
                Panel(
                    (
                        code("功能分类科目/科目编码"),
                        label("功能分类科目/科目名称"),
                        fig(f"{last}年预算数", fiscalYear=str(last)),
                        *under(
                            f"{a.year}年预算数",
                            fig("小计"),
                            fig("基本支出", expenditureType="basic"),
                            fig("项目支出", expenditureType="project"),
                        ),
                        Column((f"{a.year}年预算数比{last}年预算数", "增减额"), "measure"),
                    ),
                    tuple(tree(by_item(a.of(GENERAL), compared))),
                ),
            ),
            wide=True,
        ),
        Form(
            "general-public-basic",
            "一般公共预算基本支出表",
            (
                Panel(
                    (
                        code("部门预算支出经济分类科目/科目编码"),
                        label("部门预算支出经济分类科目/科目名称"),
                        *under(
                            f"{a.year}年基本支出",
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
            "three-public",
            "一般公共预算“三公”经费支出表",
            (
                Panel(
                    (
                        *_special_columns(f"{last}年预算数", fiscalYear=str(last)),
                        *_special_columns(f"{a.year}年预算数"),
                    ),
                    (before,),
                ),
            ),
            wide=True,
        ),
        Form(
            "expenditure",
            "支出总表",
            (
                Panel(
                    (
                        line("序号"),
                        Column(("单位编码",), "organization-code"),
                        label("单位名称"),
                        fig("合计"),
                        fig("基本支出", expenditureType="basic"),
                        fig("项目支出", expenditureType="project"),
                    ),
                    (
                        Row("合计", _sums(a), total=True),
                        Row(units[0], halves[0], a.code + "001"),
                        Row(units[1], rest, a.code + "002"),
                    ),
                    {"side": "expenditure"},
                ),
            ),
        ),
        Form(
            "projects-current",
            "项目支出表",
            (
                Panel(
                    (
                        label("类型", 3),
                        label("项目名称", 5),
                        label("项目单位", 4),
                        fig("合计"),
                        *under(
                            "本年拨款",
                            fig("一般公共预算", fundingSource=GENERAL),
                            fig("政府性基金预算", fundingSource=FUND),
                            fig("国有资本经营预算", fundingSource=STATE),
                        ),
                        *under(
                            "财政拨款结转结余",
                            fig("一般公共预算", fundingSource=GENERAL, provision="carry-over"),
                            fig("政府性基金预算", fundingSource=FUND, provision="carry-over"),
                            fig("国有资本经营预算", fundingSource=STATE, provision="carry-over"),
                        ),
                        fig("财政专户管理资金", fundingSource="fiscal-account"),
                        fig("单位资金", fundingSource="unit-funds"),
                    ),
                    (Row("合计", (money, money, *([None] * 7)), total=True, texts=("合计",)), *projects),
                ),
            ),
            wide=True,
        ),
    ]


def _sums(a: Account) -> Figures:
    basic, project = sum((x.basic for x in a.leaves), ZERO), sum((x.project for x in a.leaves), ZERO)
    return (basic + project, basic, project)
