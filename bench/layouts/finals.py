"""The tables that final accounts have in common everywhere (公开01表 to 公开10表)."""

from __future__ import annotations

from bench.layouts.accounts import ZERO, Account
from bench.layouts.forms import (
    EXPENDITURE,
    REVENUE,
    Form,
    Numbered,
    code,
    facing,
    fig,
    foot,
    label,
    line,
    listed,
    total,
    under,
)
from bench.layouts.shared import (
    BASIC_PROJECT,
    BUSINESS,
    FISCAL,
    OTHER,
    basic_project,
    by_source,
    functions,
    income,
    items,
    or_blank,
    whole,
)

ITEM = (code("项目/功能分类科目编码"), label("项目/科目名称"))
_INCOME = (
    ("一般公共预算财政拨款收入", "general-public"),
    ("政府性基金预算财政拨款收入", "government-fund"),
    ("国有资本经营预算财政拨款收入", "state-capital"),
    ("上级补助收入", "superior-subsidy"),
    ("事业收入", "business-income"),
    ("经营收入", "operating-income"),
    ("附属单位上缴收入", "subordinate-payment"),
    ("其他收入", "other-income"),
)


def summary(a: Account, every: bool, surplus: str, numbered: bool) -> Form:
    """收入支出决算总表: what was carried over is added to both sides; `surplus` names the line of own surplus."""
    current, carried = a.sum(), or_blank(a.sum() // 1000 * 100)
    end = current + (carried or ZERO)
    earned = (
        *income(a, _INCOME),
        total("本年收入合计", current),
        foot(surplus, None),
        foot("年初结转和结余", carried),
        total("总计", end),
    )
    spent = (
        *functions(a, whole, every),
        total("本年支出合计", current),
        foot("结余分配", None),
        foot("年末结转和结余", carried),
        total("总计", end),
    )
    left, right = (
        (label(f"{side}/项目"), *((line(f"{side}/行次"),) if numbered else ()), fig(f"{side}/决算数"))
        for side in ("收入", "支出")
    )
    return facing("budget-summary", "收入支出决算总表", (left, earned), (right, spent), "figures" if numbered else "no")


def revenue(a: Account, numbered: Numbered = "no", wide: bool = False) -> Form:
    """收入决算表."""
    columns = (
        *ITEM,
        fig("本年收入合计"),
        fig("财政拨款收入", fundingSource="fiscal"),
        *(fig(name, fundingSource=key) for name, key in _INCOME[3:]),
    )
    rows = items(a.leaves, lambda x: by_source(x, FISCAL, (), BUSINESS, (), (), OTHER))
    return listed("revenue", "收入决算表", columns, rows, REVENUE, numbered=numbered, wide=wide)


def expenditure(a: Account, numbered: Numbered = "no", wide: bool = False) -> Form:
    """支出决算表."""
    columns = (
        *ITEM,
        fig("本年支出合计"),
        *BASIC_PROJECT,
        fig("上缴上级支出", expenditureType="to-superior"),
        fig("经营支出", expenditureType="operating"),
        fig("对附属单位补助支出", expenditureType="to-subordinate"),
    )
    rows = items(a.leaves, lambda x: (*basic_project(x), None, None, None))
    return listed("expenditure", "支出决算表", columns, rows, EXPENDITURE, numbered=numbered, wide=wide)


def fund(
    a: Account, source: str, name: str, first: str, numbered: Numbered = "no", wide: bool = False, note: str = ""
) -> Form:
    """收入支出决算表 of a fund's budget; `first` heads the sum of its expenditure."""
    kind = {"government-fund": "government-fund-expenditure"}.get(source, source)
    columns = (
        *ITEM,
        fig("年初结转和结余"),
        fig("本年收入", side="revenue"),
        *under("本年支出", fig(first, side="expenditure"), *BASIC_PROJECT),
        fig("年末结转和结余"),
    )
    rows = items(a.of(source), lambda x: (None, x.total, *basic_project(x), None))
    title = f"{name}预算财政拨款收入支出决算表"
    return listed(kind, title, columns, rows, numbered=numbered, wide=wide, note=note)
