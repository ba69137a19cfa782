"""The tables of a whole government: revenue and spending, funds, state capital, insurance, transfers, debt.

A form's figures are drawn where it is printed; here stand its heads, its rows and what both say.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.layouts.accounts import function_names
from bench.layouts.forms import EXPENDITURE, REVENUE, Column, Form, Panel, Row, fig, label, line, listed, under
from bench.layouts.shared import ordinal


@dataclass(frozen=True, slots=True)
class Place:
    """A government: its name, its short name, the word of its level (市), and places below it with their codes."""

    name: str
    short: str
    level: str
    below: tuple[tuple[str, str], ...]


PLACES = (
    Place(
        "广元市",
        "广元",
        "市",
        (
            ("利州区", "510802"),
            ("昭化区", "510811"),
            ("朝天区", "510812"),
            ("旺苍县", "510821"),
            ("青川县", "510822"),
            ("剑阁县", "510823"),
            ("苍溪县", "510824"),
        ),
    ),
    Place(
        "甘肃省",
        "甘肃",
        "省",
        (
            ("兰州市", "620100"),
            ("嘉峪关市", "620200"),
            ("金昌市", "620300"),
            ("白银市", "620400"),
            ("天水市", "620500"),
            ("临夏州", "622900"),
            ("甘南州", "623000"),
        ),
    ),
    Place(
        "海南省",
        "海南",
        "省",
        (
            ("海口市", "460100"),
            ("三亚市", "460200"),
            ("儋州市", "460400"),
            ("五指山市", "469001"),
            ("琼海市", "469002"),
            ("白沙县", "469025"),
        ),
    ),
    Place(
        "大连市",
        "大连",
        "市",
        (("中山区", "210202"), ("西岗区", "210203"), ("瓦房店市", "210281"), ("长海县", "210224")),
    ),
    Place(
        "红河哈尼族彝族自治州",
        "红河",
        "州",
        (("个旧市", "532501"), ("开远市", "532502"), ("蒙自市", "532503"), ("屏边县", "532523")),
    ),
    Place("广西壮族自治区", "广西", "自治区", (("南宁市", "450100"), ("柳州市", "450200"), ("桂林市", "450300"))),
)


def _list(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


_TAXES = _list(
    "增值税|企业所得税|个人所得税|资源税|城市维护建设税|房产税|印花税|城镇土地使用税|土地增值税|车船税|"
    "耕地占用税|契税|环境保护税|其他税收收入"
)
_OTHER = _list(
    "专项收入|行政事业性收费收入|罚没收入|国有资本经营收入|国有资源（资产）有偿使用收入|捐赠收入|"
    "政府住房基金收入|其他收入"
)
_CARRIED = _list(
    "转移性收入|\u3000上级补助收入|\u3000\u3000返还性收入|\u3000\u3000一般性转移支付收入|\u3000\u3000专项转移支付收入|\u3000上年结转收入|"
    "\u3000调入资金|\u3000债务转贷收入|收入总计"
)
_BALANCE = (
    _list(
        "本年收入|转移性收入|\u3000上级补助收入|\u3000\u3000返还性收入|\u3000\u3000一般性转移支付收入|\u3000\u3000专项转移支付收入|"
        "\u3000上年结余收入|\u3000调入资金|\u3000债务转贷收入|\u3000动用预算稳定调节基金|收入总计"
    ),
    _list(
        "本年支出|转移性支出|\u3000上解上级支出|\u3000债务转贷支出|\u3000补助下级支出|\u3000安排预算稳定调节基金|"
        "\u3000债务还本支出|||\u3000年终结转|支出总计"
    ),
)
_FUND = (
    _list(
        "一、国有土地收益基金收入|二、农业土地开发资金收入|三、国有土地使用权出让收入|"
        "\u3000\u3000土地出让价款收入|\u3000\u3000补缴的土地价款|四、彩票公益金收入|五、城市基础设施配套费收入|"
        "六、污水处理费收入|七、其他政府性基金收入|||本年收入小计|收入总计"
    ),
    _list(
        "一、文化旅游体育与传媒支出|\u3000\u3000国家电影事业发展专项资金安排的支出|二、社会保障和就业支出|"
        "\u3000\u3000大中型水库移民后期扶持基金支出|三、城乡社区支出|\u3000\u3000国有土地使用权出让收入安排的支出|"
        "\u3000\u3000\u3000\u3000征地和拆迁补偿支出|四、其他支出|\u3000\u3000彩票公益金安排的支出|五、债务付息支出|"
        "六、债务发行费用支出|本年支出小计|支出总计"
    ),
)
_CAPITAL = (
    _list(
        "一、利润收入|\u3000\u3000石油石化企业利润收入|\u3000\u3000其他国有资本经营预算企业利润收入|二、股利、股息收入|"
        "三、产权转让收入|四、清算收入|五、其他国有资本经营预算收入|本年收入合计|上年结转|转移支付收入|"
        "收入总计"
    ),
    _list(
        "一、解决历史遗留问题及改革成本支出|\u3000\u3000“三供一业”移交补助支出|二、国有企业资本金注入|"
        "\u3000\u3000国有经济结构调整支出|三、国有企业政策性补贴|四、其他国有资本经营预算支出||本年支出合计|"
        "调出资金|结转下年|支出总计"
    ),
)
_INSURANCE = _list(
    "企业职工基本养老保险基金|城乡居民基本养老保险基金|机关事业单位基本养老保险基金|职工基本医疗保险基金|"
    "城乡居民基本医疗保险基金|工伤保险基金|失业保险基金"
)

Make = Callable[["Year"], Form]


def _share(head: str) -> Column:
    return Column(tuple(head.split("/")), "measure", share=1.8)


@dataclass(frozen=True)
class Year:
    """What a government prints in the year after `year`: that year as executed, and the next as budgeted."""

    place: Place
    year: int
    whole: str  # 全市, 市本级, 市级
    formula: bool
    title: str  # {year}, {place} and {rest}
    rng: random.Random

    def of(self, *, ago: int = 0, **more: str) -> dict[str, str]:
        """What is said of the executed year, or of one before or after it."""
        return {"fiscalYear": str(self.year - ago), **more}

    def named(self, rest: str, ahead: int = 0) -> str:
        """A table's title."""
        return self.title.format(year=self.year + ahead, place=self.place.name, rest=rest)

    @property
    def coverage(self) -> dict[str, str]:
        """What the word of the title says the figures cover."""
        return {"coverage": "whole" if self.whole.startswith("全") else "own"}


def _rows(names: Sequence[str], **dims: str) -> tuple[Row, ...]:
    return tuple(Row(name, (), dims=dims) for name in names)


def _taxes(y: Year, carried: bool) -> tuple[Row, ...]:
    names = ["一、税收收入", *(f"　　{name}" for name in _TAXES), "二、非税收入", *(f"　　{name}" for name in _OTHER)]
    total = y.rng.choice(("收入合计", "合计", "一般公共预算收入合计", "本年收入合计"))
    return _rows((*names, total, *(_CARRIED if carried else ())))


def revenue(y: Year) -> Form:
    """一般公共预算收入执行情况表: last year, budget, adjusted budget, execution and shares."""
    last, now = y.of(ago=1, stage="final"), y.of(stage="budget")
    columns = y.rng.choice(
        (
            (
                label("项目"),
                fig(f"{y.year - 1}年决算数", **last),
                fig(f"{y.year}年预算数", **now),
                fig(f"{y.year}年执行数", **y.of(stage="executed")),
                _share("执行数为预算数的%"),
                _share("执行数为上年决算数的%"),
            ),
            (
                label("预算科目"),
                *under(f"{y.year}年", fig("预算数", **now), fig("调整预算数"), fig("执行数")),
                _share("执行数为调整\n预算数%"),
                _share("比上年\n增减%"),
            ),
            (
                label("项　　目"),
                fig("年初预算数"),
                fig("调整预算数"),
                fig("完成数"),
                _share("完成预算%"),
                fig("上年决算数", **last),
                _share("比上年增长%"),
            ),
            (
                label("收入项目"),
                fig(f"{y.year}年预算数"),
                fig(f"{y.year}年预计完成数"),
                _share("为预算%"),
                _share("为上年%"),
            ),
            (
                label("预算科目"),
                *under(
                    f"{y.year}年完成情况",
                    fig(f"{y.year}年调整预算"),
                    fig(f"{y.year}年完成数"),
                    _share("为预算%"),
                    _share("比上年±%"),
                ),
            ),
        )
    )
    title = y.named(f"{y.whole}一般公共预算收入{y.rng.choice(('执行情况表', '完成情况表', '执行表'))}")
    return listed("general-public-revenue", title, columns, _taxes(y, True), y.coverage | y.of())


def draft(y: Year) -> Form:
    """一般公共预算收入预算表: what is expected of the year, the next year's budget."""
    done = y.of(stage="executed")
    columns = y.rng.choice(
        (
            (
                label("项目"),
                fig(f"{y.year}年执行数", **done),
                fig(f"{y.year + 1}年预算数", stage="budget"),
                _share("预算数为上年执行数的%"),
            ),
            (label("项目"), fig(f"{y.year}年\n预计执行数", **y.of()), fig(f"{y.year + 1}年\n预算数"), _share("增减%")),
            (label("项目"), fig("上年执行数", **done), fig("预算数"), _share("预算数为上年执行数%")),
        )
    )
    title = y.named(f"{y.whole}一般公共预算收入{y.rng.choice(('预算表', '草案表', '安排情况表'))}", 1)
    return listed("general-public-revenue", title, columns, _taxes(y, False), y.coverage)


def _spending_heads(y: Year) -> tuple[tuple[str, tuple[Column, ...]], ...]:
    last = y.of(ago=1, stage="final")
    return (
        (
            "bare",
            (
                label("项目"),
                fig(f"{y.year}年预算数"),
                fig(f"{y.year}年调整预算数"),
                fig(f"{y.year}年执行数"),
                _share("为调整预算%"),
                _share("为上年%"),
            ),
        ),
        (
            "code",
            (
                Column(("科目编码",), "code", share=1.8),
                label("科目名称"),
                fig(f"{y.year}年预算数", stage="budget"),
                fig(f"{y.year}年执行数", stage="executed"),
                _share("执行数为预算数的%"),
            ),
        ),
        (
            "ordinal",
            (
                label("支 出 项 目"),
                fig(f"{y.year - 1}年\n决算数", **last),
                fig(f"{y.year}年\n预算数"),
                fig(f"{y.year}年\n执行数"),
                *under("比上年增减", _share("增减额"), _share("增减%")),
            ),
        ),
        ("ordinal", (label("项目"), fig("年初预算"), fig("变动预算"), fig("执行数"), _share("执行数占变动预算%"))),
    )


def spending(y: Year) -> Form:
    """一般公共预算支出执行情况表: by function, with ordinals, codes or bare names."""
    style, columns = y.rng.choice(_spending_heads(y))
    names = {code: name for code, name in function_names().items() if len(code) == 3 and code not in {"209", "234"}}
    rows = [
        Row(ordinal(n) * (style == "ordinal") + names[code], (), code, {"functionCode": code})
        for n, code in enumerate(sorted(names)[:24], 1)
    ]
    title = y.named(f"{y.whole}一般公共预算支出{y.rng.choice(('执行情况表', '完成情况表', '执行表'))}")
    rows.append(Row(y.rng.choice(("支出合计", "合计", "一般公共预算支出合计")), ()))
    return listed("general-public-expenditure", title, columns, rows, y.coverage | y.of())


def _pairs(y: Year) -> tuple[Column, ...]:
    return y.rng.choice(
        (
            (label("项目"), fig("预算数")),
            (label("项目"), fig(f"{y.year}年执行数", **y.of()), fig(f"{y.year + 1}年预算数")),
        )
    )


def _facing(y: Year, kind: str, title: str, sides: tuple[Sequence[str], Sequence[str]], own: bool = True) -> Form:
    columns = _pairs(y)
    coverage: Mapping[str, str] = y.coverage if own else {}
    panels = tuple(
        Panel(under(head, *columns), _rows(names), {**coverage, **side})
        for head, names, side in zip(("收入", "支出"), sides, (REVENUE, EXPENDITURE), strict=True)
    )
    return Form(kind, y.named(title, 1), panels)


def balance(y: Year) -> Form:
    """一般公共预算收支平衡表: revenue and expenditure side by side."""
    return _facing(y, "general-public-balance", f"{y.whole}一般公共预算收支平衡表", _BALANCE)


def fund_sides(y: Year) -> Form:
    """政府性基金收支预算表: revenue and expenditure side by side."""
    return _facing(y, "government-fund-expenditure", f"{y.whole}政府性基金收支预算表", _FUND)


def capital(y: Year) -> Form:
    """国有资本经营预算收支表: revenue and expenditure side by side."""
    return _facing(
        y, "state-capital", f"{y.whole}国有资本经营预算收支{y.rng.choice(('表', '总表', '预算表'))}", _CAPITAL
    )


def _fund(y: Year, side: int) -> Form:
    columns = y.rng.choice(
        (
            (
                label("项目"),
                fig(f"{y.year - 1}年执行数", **y.of(ago=1)),
                fig(f"{y.year}年预算数"),
                fig(f"{y.year}年执行数"),
                _share("为预算%"),
            ),
            (
                label("预算科目"),
                fig("预算数"),
                fig("调整预算数"),
                fig("执行数"),
                _share("执行数为调整预算数的%"),
                _share("为上年%"),
            ),
        )
    )
    word, dims = (("收入", REVENUE), ("支出", EXPENDITURE))[side]
    names = [name for name in _FUND[side][:-2] if name]
    title = y.named(f"{y.whole}政府性基金预算{word}{y.rng.choice(('执行情况表', '表', '决算表'))}")
    rows = _rows((*names, f"政府性基金预算{word}合计"))
    kind = "government-fund-expenditure" if side else "government-fund-revenue"
    return listed(kind, title, columns, rows, {**y.coverage, **y.of(), **dims})


def insurance(y: Year) -> Form:
    """社会保险基金: funds across, funds down, or the year beside the next."""
    style = y.rng.randint(0, 2)
    if style == 0:
        rows = _rows(
            (
                "一、收入",
                "　　其中：1.社会保险费收入",
                "　　　　　2.财政补贴收入",
                "　　　　　3.利息收入",
                "二、支出",
                "　　其中：1.社会保险待遇支出",
                "　　　　　2.转移支出",
                "三、本年收支结余",
                "四、年末滚存结余",
            )
        )
        columns: tuple[Column, ...] = (label("项目"), *(fig(name) for name in ("合计", *_INSURANCE)))
        return listed("social-insurance", y.named("社会保险基金收支预算表", 1), columns, rows, wide=True)
    if style == 1:
        rows = _rows(
            (
                f"一、{_INSURANCE[0]}收入",
                "　　其中：保险费收入",
                "　　　　　财政补贴收入",
                f"二、{_INSURANCE[1]}收入",
                f"三、{_INSURANCE[-1]}收入",
                "社会保险基金收入合计",
            )
        )
        columns = (
            label("项目"),
            fig(f"{y.year}年执行数", **y.of()),
            fig(f"{y.year + 1}年预算数"),
            _share("预算数为上年执行数的%"),
        )
        return listed("social-insurance", y.named("社会保险基金收入预算表", 1), columns, rows)
    pair = (fig("预算数"), fig("执行数"))
    columns = (
        label("险种"),
        *under("上年结余", *pair),
        *under("本年收入", *pair),
        *under("本年支出", *pair),
        fig("年末滚存结余"),
    )
    rows = _rows((*_INSURANCE, "合计"))
    return listed("social-insurance", y.named("社会保险基金收支预算表", 1), columns, rows, wide=True)


def _below(y: Year) -> list[Row]:
    return [Row(name, (), dims={"place": code}) for name, code in y.place.below]


def transfers(y: Year) -> Form:
    """对下转移支付分地区: places down."""
    columns: tuple[Column, ...] = y.rng.choice(
        (
            (label("地区", 3), *(fig(head) for head in ("合计", "税收返还", "一般性转移支付", "专项转移支付"))),
            (
                label("地 区", 3),
                fig("转移支付合计"),
                *under(
                    "一般性转移支付",
                    *(fig(head) for head in ("小计", "均衡性转移支付", "县级基本财力保障机制奖补资金")),
                ),
                fig("专项转移支付"),
            ),
            (line("序号"), label("地区", 3), fig("补助额")),
        )
    )
    rest = y.rng.choice(("对下税收返还和转移支付分地区", "对县（市、区）转移支付分地区")) + "预算表"
    return listed("transfers", y.named(rest, 1), columns, [Row("合计", ()), *_below(y)])


def transfers_across(y: Year) -> Form:
    """对下转移支付分项目分地区: places across."""
    columns = (label("项目"), fig("合计"), *(fig(name, place=code) for name, code in y.place.below))
    rows = _rows(
        (
            "一、税收返还",
            "二、一般性转移支付",
            "　均衡性转移支付",
            "　教育共同财政事权转移支付",
            "三、专项转移支付",
            "合计",
        )
    )
    return listed("transfers", y.named("对下转移支付分项目分地区情况表", 1), columns, rows, wide=True)


def limits(y: Year) -> Form:
    """地方政府债务限额及余额情况表: places down, with a row of formulas or none."""
    kinds: tuple[dict[str, str], ...] = ({}, {"debtKind": "general"}, {"debtKind": "special"})
    letters = iter(("A=B+C", "B", "C", "D=E+F", "E", "F"))

    def part(head: str, measure: str) -> tuple[Column, ...]:
        names = zip(("合计", "一般债务", "专项债务"), kinds, strict=True)
        return tuple(
            Column((head, name, *([next(letters)] if y.formula else ())), "figure", {**kind, "debtMeasure": measure})
            for name, kind in names
        )

    first = label("地区", 3.5)
    columns = (
        replace(first, heads=("地区", "地区", "公式")) if y.formula else first,
        *part(f"{y.year}年债务限额", "limit"),
        *part(f"{y.year}年债务余额预计执行数", "balance"),
    )
    own = Row(f"{y.place.short}{y.place.level}本级", (), dims={"coverage": "own"})
    rest = y.rng.choice(("地方政府债务限额及余额预算情况表", "地方政府债务限额及余额情况表"))
    return listed("government-debt", y.named(rest), columns, [Row(y.place.name, ()), own, *_below(y)], y.of())


def repayments(y: Year) -> Form:
    """地方政府债务发行及还本付息情况表: balances, limits, issues, repayments of the whole place and its own level."""
    last, now = y.year - 1, y.year
    said = (
        (f"一、{last}年末地方政府债务余额", "balance", last),
        ("其中：一般债务", "balance", last),
        ("　　　专项债务", "balance", last),
        (f"二、{last}年地方政府债务限额", "limit", last),
        ("其中：一般债务", "limit", last),
        ("　　　专项债务", "limit", last),
        (f"三、{now}年地方政府债务发行决算数", "issue", now),
        ("　　　新增一般债券发行额", "issue", now),
        ("　　　再融资一般债券发行额", "issue", now),
        ("　　　新增专项债券发行额", "issue", now),
        (f"四、{now}年地方政府债务还本决算数", "repayment", now),
        ("　　　一般债务", "repayment", now),
        ("　　　专项债务", "repayment", now),
        (f"五、{now}年末地方政府债务余额决算数", "balance", now),
        (f"六、{now}年地方政府债务限额", "limit", now),
    )
    rows = [Row(name, (), dims={"debtMeasure": measure, "fiscalYear": str(of)}) for name, measure, of in said]
    rows = [replace(row, texts=(chr(65 + n),)) for n, row in enumerate(rows)]
    columns = [label("项目"), fig("本地区", coverage="whole"), fig("本级", coverage="own")]
    if y.formula:
        columns.insert(1, Column(("公式",), "label", share=1))
    return listed("government-debt", y.named("地方政府债务发行及还本付息情况表"), columns, rows)


def debt_form(kind: str, y: Year) -> Form:
    """The national form of a place's debt: 地方政府一般债务余额情况表, of one kind of debt."""
    word = "一般" if kind == "general" else "专项"
    last, now, next_ = y.year - 1, y.year, y.year + 1
    foreign = ("　　中央转贷地方的国际金融组织和外国政府贷款", f"　　{now}年地方政府一般债券发行额")
    more = (
        (f"六、{next_}年地方财政赤字", next_)
        if kind == "general"
        else (f"六、{next_}年地方政府专项债务新增限额", next_)
    )
    said = (
        (f"一、{last}年末地方政府{word}债务余额实际数", last),
        (f"二、{now}年末地方政府{word}债务余额限额", now),
        (f"三、{now}年地方政府{word}债务发行额", now),
        *((name, now) for name in foreign if kind == "general"),
        (f"四、{now}年地方政府{word}债务还本额", now),
        (f"五、{now}年末地方政府{word}债务余额预计执行数", now),
        more,
        (f"七、{next_}年地方政府{word}债务余额限额", next_),
    )
    rows = []
    for name, of in said:
        budget = "限额" in name or "赤字" in name
        dims = {"fiscalYear": str(of)} if "赤字" in name else {"fiscalYear": str(of), "debtKind": kind}
        rows.append(Row(name, (), dims=dims, texts=("left" if budget else "right",)))
    title = f"{y.place.name}{now}年地方政府{word}债务余额情况表"
    columns = (label("项    目"), fig("预算数"), fig("执行数"))
    return listed("government-debt", title, columns, rows, unit="亿元")


FAMILIES: dict[str, tuple[Make, ...]] = {
    "general": (revenue, spending, draft, balance),
    "funds": (lambda y: _fund(y, 0), lambda y: _fund(y, 1), fund_sides, capital),
    "places": (insurance, transfers, transfers_across),
    "debt": (limits, repayments),
    "debt-form": (lambda y: debt_form("general", y), lambda y: debt_form("special", y)),
}
