"""Tables of the ministry's own layout as offices of all provinces copy it: two years side by side, units, projects."""

from __future__ import annotations

from decimal import Decimal

from bench.layouts.accounts import ZERO, Account, Figures, Leaf
from bench.layouts.forms import (
    EXPENDITURE,
    REVENUE,
    Column,
    Form,
    Row,
    closed,
    code,
    facing,
    fig,
    label,
    line,
    listed,
    under,
)
from bench.layouts.shared import (
    BASIC_PROJECT,
    BUSINESS,
    FUND,
    GENERAL,
    OTHER,
    PLAIN_PAIR,
    STAFF_PUBLIC,
    STATE,
    basic_items,
    basic_project,
    by_source,
    functions,
    fund_columns,
    income,
    items,
    off_budget_columns,
    special_columns,
    specials,
    tree,
    whole,
)

_INCOME = (
    ("一般公共预算拨款收入", GENERAL),
    ("政府性基金预算拨款收入", FUND),
    ("国有资本经营预算拨款收入", STATE),
    ("事业收入", "business-income"),
    ("事业单位经营收入", "operating-income"),
    ("其他收入", "other-income"),
)

_REVENUE = (
    *PLAIN_PAIR,
    fig("合计"),
    fig("上年结转", provision="carry-over"),
    *fund_columns("拨款收入"),
    *under("事业收入", fig("金额", fundingSource="business-income"), fig("其中：教育收费")),
    fig("事业单位经营收入", fundingSource="operating-income"),
    fig("上级补助收入", fundingSource="superior-subsidy"),
    fig("其他收入", fundingSource="other-income"),
)


def budget(a: Account, every: bool) -> list[Form]:
    """The tables of a budget that compares with the year before."""
    year, last = a.year, a.year - 1
    by_function = (
        code("功能分类科目/科目编码"),
        label("功能分类科目/科目名称"),
        fig(f"{last}年预算数", fiscalYear=str(last)),
        *under(f"{year}年预算数", fig("小计"), *BASIC_PROJECT),
        Column((f"{year}年预算数比{last}年预算数", "增减额"), "measure"),
    )
    by_economy = (
        code("部门预算支出经济分类科目/科目编码"),
        label("部门预算支出经济分类科目/科目名称"),
        *under(f"{year}年基本支出", fig("合计"), *STAFF_PUBLIC),
    )
    two_years = (
        *under(f"{last}年预算数", *special_columns("合计", "运行费", fiscalYear=str(last))),
        *under(f"{year}年预算数", *special_columns("合计", "运行费")),
    )
    return [
        _summary(a, every),
        listed(
            "revenue",
            "收入总表",
            _REVENUE,
            items(a.leaves, lambda x: by_source(x, (), (GENERAL,), (FUND,), (STATE,), BUSINESS, (), (), (), OTHER)),
            REVENUE,
            wide=True,
        ),
        listed(
            "general-public-expenditure",
            "一般公共预算支出表",
            by_function,
            items(a.of(GENERAL), _compared),
            wide=True,
        ),
        listed("general-public-basic", "一般公共预算基本支出表", by_economy, tree(basic_items(a))),
        listed(
            "three-public",
            "一般公共预算“三公”经费支出表",
            two_years,
            [Row("", specials(a) * 2)],
            wide=True,
        ),
        _units(a),
        _projects(a),
    ]


def _summary(a: Account, every: bool) -> Form:
    return facing(
        "budget-summary",
        "收支总表",
        (
            (label("收入"), fig("预算数")),
            closed(income(a, _INCOME), (a.sum(),), "本年收入合计", "上年结转", "收入总计"),
        ),
        (
            (label("支出"), fig("预算数")),
            closed(functions(a, whole, every), (a.sum(),), "本年支出合计", "结转下年", "支出总计"),
        ),
    )


def _compared(leaf: Leaf) -> Figures:
    """Last year's figure, this year's 小计, 基本支出, 项目支出, and the difference."""
    before = Decimal(int(leaf.total * 9 / 1000)) * 100
    return (before, *basic_project(leaf), leaf.total - before)


def _units(a: Account) -> Form:
    """支出总表 by units: seven tenths are the department's own."""
    basic, project = sum((x.basic for x in a.leaves), ZERO), sum((x.project for x in a.leaves), ZERO)
    sums = (basic + project, basic, project)
    own = tuple(Decimal(int(x * 7 / 1000)) * 100 for x in sums)
    rest = tuple(x - y for x, y in zip(sums, own, strict=True))
    columns = (
        line("序号"), Column(("单位编码",), "organization-code"), label("单位名称"), fig("合计"), *BASIC_PROJECT
    )  # fmt: skip
    rows = (
        Row("合计", sums, total=True),
        Row(a.name + "（本级）", own, a.code + "001"),
        Row(a.name + "信息中心", rest, a.code + "002"),
    )
    return listed("expenditure", "支出总表", columns, rows, EXPENDITURE)


def _projects(a: Account) -> Form:
    total = sum((v for _, v in a.projects), ZERO)
    blank = (None,) * 7
    columns = (
        label("类型", 3),
        label("项目名称", 5),
        label("项目单位", 4),
        fig("合计"),
        *under("本年拨款", *fund_columns()),
        *under("财政拨款结转结余", *fund_columns(provision="carry-over")),
        *off_budget_columns(),
    )
    rows = (
        Row("合计", (total, total, *blank), total=True, texts=("合计",)),
        *(Row(n, (v, v, *blank), texts=("特定目标类", n, f"{a.name}（本级）")) for n, v in a.projects),
    )
    return listed("projects-current", "项目支出表", columns, rows, wide=True)
