"""What the official forms of all places have in common: trees of codes, fixed lines, totals, 三公 rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal

from bench.layouts.accounts import ZERO, Account, Figures, Leaf, economic_names, function_names, levels
from bench.layouts.forms import Column, Row, fig

GENERAL, FUND, STATE = "general-public", "government-fund", "state-capital"
FISCAL = (GENERAL, FUND, STATE)
ORDINALS = "一二三四五六七八九十"


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
    for code in levels(code for code, _ in leaves):
        sums = added(figures for leaf, figures in leaves if leaf.startswith(code))
        key = "economicCode" if code[0] == "3" else "functionCode"
        rows.append(Row(names.get(code, names[code[:3]]), sums, code, {key: code}, indent=len(code) // 2 - 1))
    return rows


def by_item(leaves: Iterable[Leaf], figures: Callable[[Leaf], Figures]) -> list[tuple[str, Figures]]:
    """Leaves of one code joined, with what `figures` says of each."""
    found: dict[str, list[Figures]] = {}
    for leaf in leaves:
        found.setdefault(leaf.code, []).append(figures(leaf))
    return [(code, added(found[code])) for code in sorted(found)]


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
    for number, code in enumerate(chosen, 1):
        mine = [leaf for leaf in account.leaves if leaf.code.startswith(code)]
        sums = figures(mine) if mine else (None,) * width
        rows.append(Row(ordinal(number) + names[code], sums, dims={"functionCode": code}))
    return rows


def source(account: Account, *sources: str) -> Decimal | None:
    """The money from some sources."""
    return or_blank(sum((leaf.total for leaf in account.of(*sources)), ZERO))


def basic_project(leaf: Leaf) -> Figures:
    """合计, 基本支出, 项目支出."""
    return (leaf.total, or_blank(leaf.basic), or_blank(leaf.project))


def basic_project_columns(head: str = "") -> tuple[Column, ...]:
    """The three columns of an expenditure table, below one more head where it is given."""
    lead = f"{head}/" if head else ""
    return (
        fig(f"{lead}合计"), fig(f"{lead}基本支出", expenditureType="basic"),
        fig(f"{lead}项目支出", expenditureType="project"),
    )  # fmt: skip


def basic_items(account: Account) -> list[tuple[str, Figures]]:
    """Economic items with 合计, 人员经费, 公用经费."""
    staff = {c: c[:3] in {"301", "303"} for c in account.economic}
    return [
        (c, (v, v if staff[c] else None, None if staff[c] else v)) for c, v in sorted(account.economic.items()) if v
    ]


def operating_items(account: Account) -> list[tuple[str, Figures]]:
    """Economic items of the operating cost."""
    return [(c, (v,)) for c, v in sorted(account.economic.items()) if v and c[:3] in {"302", "310"}]


def special(account: Account, topic: str) -> Decimal | None:
    """One sum of 三公, blank where there is none."""
    return or_blank(account.special[topic])
