"""What the official forms of all places have in common: columns, trees of codes, fixed lines, totals, 三公 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from bench.layouts.accounts import ZERO, Account, Figures, Leaf, economic_names, function_names, levels
from bench.layouts.forms import Column, Row, code, fig, label, under

GENERAL, FUND, STATE = "general-public", "government-fund", "state-capital"
FISCAL = (GENERAL, FUND, STATE)
BUSINESS, OTHER = ("business-income",), ("other-income",)
ORDINALS = "一二三四五六七八九十"
TOPICS = ("three-public", "overseas", "vehicles", "vehicle-purchase", "vehicle-operation", "reception")
BASIC_PROJECT = (fig("基本支出", expenditureType="basic"), fig("项目支出", expenditureType="project"))
STAFF_PUBLIC = (fig("人员经费", expenditureType="personnel"), fig("公用经费", expenditureType="public"))
PLAIN_PAIR = (code("科目编码"), label("科目名称"))


def ordinal(number: int) -> str:
    """1 → 一、, 12 → 十二、, 23 → 二十三、."""
    tens, ones = divmod(number, 10)
    return (
        ("" if not tens else "十" if tens == 1 else ORDINALS[tens - 1] + "十")
        + (ORDINALS[ones - 1] if ones else "")
        + "、"
    )


def added(rows: Iterable[Figures]) -> Figures:
    """Sums column by column; a column without any figure stays blank."""
    columns = list(zip(*rows, strict=True))
    return tuple(sum((v for v in c if v is not None), ZERO) if any(v is not None for v in c) else None for c in columns)


def tree(leaves: Sequence[tuple[str, Figures]], total: str = "合计") -> list[Row]:
    """Rows of 类, 款 and 项 with their sums, and the row of the total in front."""
    names = function_names()
    names |= economic_names()
    if not leaves:
        return [Row(total, (), total=True)]
    rows = [Row(total, added(f for _, f in leaves), total=True)]
    for item in levels(leaf for leaf, _ in leaves):
        sums = added(figures for leaf, figures in leaves if leaf.startswith(item))
        key = "economicCode" if item[0] == "3" else "functionCode"
        rows.append(Row(names.get(item, names[item[:3]]), sums, item, {key: item}, indent=len(item) // 2 - 1))
    return rows


def by_item(leaves: Iterable[Leaf], figures: Callable[[Leaf], Figures]) -> list[tuple[str, Figures]]:
    """Leaves of one code joined, with what `figures` says of each."""
    found: dict[str, list[Figures]] = {}
    for leaf in leaves:
        found.setdefault(leaf.code, []).append(figures(leaf))
    return [(item, added(found[item])) for item in sorted(found)]


def items(leaves: Iterable[Leaf], figures: Callable[[Leaf], Figures]) -> list[Row]:
    """The tree of the leaves' codes with what `figures` says of each."""
    return tree(by_item(leaves, figures))


def or_blank(value: Decimal) -> Decimal | None:
    """No money is a blank for now; the printer decides how a blank looks."""
    return value or None


def functions(account: Account, figures: Callable[[Sequence[Leaf]], Figures], every: bool) -> list[Row]:
    """Lines 一、一般公共服务支出 …: all classes of the official form, or those with money alone."""
    names = {c: n for c, n in function_names().items() if len(c) == 3 and c not in {"234", "227", "209", "230"}}
    used = {leaf.code[:3] for leaf in account.leaves}
    chosen = [c for c in sorted(names) if every or c in used]
    width = len(figures(account.leaves))
    rows = []
    for number, group in enumerate(chosen, 1):
        mine = [leaf for leaf in account.leaves if leaf.code.startswith(group)]
        sums = figures(mine) if mine else (None,) * width
        rows.append(Row(ordinal(number) + names[group], sums, dims={"functionCode": group}))
    return rows


def money(leaves: Iterable[Leaf]) -> Decimal:
    """The money of all the leaves."""
    return sum((leaf.total for leaf in leaves), ZERO)


def whole(leaves: Iterable[Leaf]) -> Figures:
    """One figure: the money of all the leaves."""
    return (money(leaves),)


def by_fund(leaves: Iterable[Leaf]) -> Figures:
    """合计 of the three budgets and each of them; a budget without money is blank."""
    mine = [leaf for leaf in leaves if leaf.source in FISCAL]
    return (or_blank(money(mine)), *(or_blank(money(x for x in mine if x.source == fund)) for fund in FISCAL))


def by_source(leaf: Leaf, *groups: Sequence[str]) -> Figures:
    """合计, then the leaf's money in the column whose sources pay it; a column without sources stays blank."""
    return (leaf.total, *(leaf.total if leaf.source in group else None for group in groups))


def source(account: Account, *sources: str) -> Decimal | None:
    """The money from some sources."""
    return or_blank(money(account.of(*sources)))


def from_source(label: str, figure: Decimal | None, source: str, indent: int = 0) -> Row:
    """A line of income that names its source."""
    return Row(label, (figure,), dims={"fundingSource": source}, indent=indent)


def income(account: Account, lines: Iterable[tuple[str, str]]) -> list[Row]:
    """Lines 一、一般公共预算拨款收入 … with the money from each source."""
    return [from_source(ordinal(i) + n, source(account, key), key) for i, (n, key) in enumerate(lines, 1)]


def basic_project(leaf: Leaf) -> Figures:
    """合计, 基本支出, 项目支出."""
    return (leaf.total, or_blank(leaf.basic), or_blank(leaf.project))


def basic_items(account: Account) -> list[tuple[str, Figures]]:
    """Economic items with 合计, 人员经费, 公用经费."""
    staff = {c: c[:3] in {"301", "303"} for c in account.economic}
    return [
        (c, (v, v if staff[c] else None, None if staff[c] else v)) for c, v in sorted(account.economic.items()) if v
    ]


def economic_items(account: Account, *classes: str) -> list[tuple[str, Figures]]:
    """Economic items of some classes with their money."""
    return [(c, (v,)) for c, v in sorted(account.economic.items()) if v and c[:3] in classes]


def fund_columns(suffix: str = "", **dims: str) -> tuple[Column, ...]:
    """The columns of the three budgets: 一般公共预算, 政府性基金预算, 国有资本经营预算."""
    names = zip(("一般公共预算", "政府性基金预算", "国有资本经营预算"), FISCAL, strict=True)
    return tuple(fig(name + suffix, fundingSource=fund, **dims) for name, fund in names)


def off_budget_columns(**dims: str) -> tuple[Column, ...]:
    """财政专户管理资金 and 单位资金."""
    return (
        fig("财政专户管理资金", fundingSource="fiscal-account", **dims),
        fig("单位资金", fundingSource="unit-funds", **dims),
    )


def special_columns(first: str, running: str, **dims: str) -> tuple[Column, ...]:
    """The six columns of 三公 in the order of `TOPICS`; `running` is how 运行维护费 is printed."""
    return (
        fig(first, topic="three-public", **dims),
        fig("因公出国（境）费", topic="overseas", **dims),
        *under(
            f"公务用车购置及{running}",
            fig("小计", topic="vehicles", **dims),
            fig("公务用车购置费", topic="vehicle-purchase", **dims),
            fig(f"公务用车{running}", topic="vehicle-operation", **dims),
        ),
        fig("公务接待费", topic="reception", **dims),
    )


def special(account: Account, topic: str) -> Decimal | None:
    """One sum of 三公, blank where there is none."""
    return or_blank(account.special[topic])


def specials(account: Account, topics: Iterable[str] = TOPICS) -> Figures:
    """The sums of 三公 by topic."""
    return tuple(special(account, topic) for topic in topics)
