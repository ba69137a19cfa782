"""The money of an invented body in one year: functional items, economic items, 三公; sums add up."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from kg_builder import vocab

Figures = tuple[Decimal | None, ...]
ZERO = Decimal(0)

_STAFF = ("2080501", "2080505", "2080506", "2101101", "2210201", "2210203")
PLACES: tuple[tuple[str, str], ...] = (
    ("上海市静安区", "局"), ("上海市虹口区", "局"), ("上海市嘉定区", "局"), ("江苏省", "厅"), ("江苏省苏州市", "局"),
    ("江苏省盐城市", "局"), ("山西省", "厅"), ("阳泉市", "局"), ("山西省晋中市", "局"),
)  # fmt: skip
_TASKS = ("教育", "水务", "档案", "司法", "民政", "交通运输", "卫生健康", "文化和旅游", "市场监督管理", "农业农村")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What is spent under one functional item (项) from one source, in yuan."""

    code: str
    source: str  # a notation of the code list `funding`
    basic: Decimal
    project: Decimal
    carried: Decimal = ZERO  # of the project money: brought over from the year before

    @property
    def total(self) -> Decimal:
        """Basic and project expenditure together."""
        return self.basic + self.project


@dataclass(frozen=True, slots=True)
class Account:
    """A body with its money of one year; `initial` is the budget that a final account stands beside."""

    name: str
    code: str
    year: int
    leaves: tuple[Leaf, ...]
    economic: Mapping[str, Decimal]  # items of the basic expenditure of the general public budget
    special: Mapping[str, Decimal]  # 三公 and 会议费, 培训费 by topic
    projects: tuple[tuple[str, Decimal], ...]
    initial: Account | None = None

    def sum(self, wanted: Callable[[Leaf], bool] = lambda _: True) -> Decimal:
        """The money of all leaves that are wanted."""
        return sum((leaf.total for leaf in self.leaves if wanted(leaf)), ZERO)

    def of(self, *sources: str) -> tuple[Leaf, ...]:
        """The leaves that these sources pay."""
        return tuple(leaf for leaf in self.leaves if leaf.source in sources)


def function_names() -> dict[str, str]:
    """Functional codes and their names in force."""
    return {code: concept.zh for code, concept in vocab.concepts("function").items()}


def economic_names() -> dict[str, str]:
    """Economic codes and their names in force."""
    return {code: concept.zh for code, concept in vocab.concepts("economic").items()}


def levels(codes: Iterable[str]) -> list[str]:
    """Leaves with all the classes and groups above them, in the order of print."""
    return sorted({code[:n] for code in codes for n in (3, 5, 7) if n <= len(code)})


def invent(rng: random.Random, year: int, final: bool, place: tuple[str, str] | None = None) -> Account:
    """An account of a body that does not exist, the same for the same seed."""
    region, ending = place or rng.choice(PLACES)
    budget = _account(rng, f"{region}{rng.choice(_TASKS)}{ending}", f"{rng.randint(1, 399):03d}", year)
    if not final:
        return budget
    spent = replace(
        budget,
        leaves=tuple(_scaled(leaf, rng) for leaf in budget.leaves),
        special={k: _part(v, Decimal(rng.randint(0, 100)) / 100) for k, v in budget.special.items()},
        initial=budget,
    )
    return replace(spent, economic=_economic(rng, _basic(spent.leaves)), special=_special(spent.special))


def _account(rng: random.Random, name: str, code: str, year: int) -> Account:
    names = [c for c in function_names() if len(c) == 7 and c[:3] not in {"212", "223", "229", "230", "231", "232"}]
    main = rng.sample(sorted(set(names) - set(_STAFF)), rng.randint(3, 12))
    leaves = [Leaf(c, "general-public", ZERO, _money(rng)) for c in main]
    leaves += [Leaf(c, "general-public", _money(rng), _money(rng) if rng.random() < 0.2 else ZERO) for c in _STAFF]
    if rng.random() < 0.4:
        leaves.append(Leaf("2120899", "government-fund", ZERO, _money(rng)))
    if rng.random() < 0.2:
        leaves.append(Leaf("2230199", "state-capital", ZERO, _money(rng)))
    if rng.random() < 0.4:
        leaves.append(Leaf(main[0], "business-income", _money(rng), _money(rng)))
    if rng.random() < 0.3:
        leaves.append(Leaf(main[-1], "other-income", ZERO, _money(rng)))
    leaves = [replace(x, carried=_part(x.project, Decimal("0.3")) if rng.random() < 0.2 else ZERO) for x in leaves]
    special = {t: _money(rng, 90) if rng.random() < 0.8 else ZERO for t in ("overseas", "reception", "vehicle-purchase",
               "vehicle-operation", "meetings", "training")}  # fmt: skip
    projects = tuple((f"{n}{i}期经费", _money(rng)) for i, n in enumerate(rng.sample(_WORKS, rng.randint(3, 8)), 1))
    return Account(name, code, year, tuple(leaves), _economic(rng, _basic(leaves)), _special(special), projects)


_WORKS = (
    "信息系统运行维护", "办公楼维修改造", "专项监督检查", "人才引进与培训", "社区便民服务点建设", "档案数字化加工",
    "应急物资储备", "公益宣传活动", "老旧设备更新", "基层网点租赁及物业管理服务外包", "法律顾问",
)  # fmt: skip


def _special(values: Mapping[str, Decimal]) -> dict[str, Decimal]:
    found = dict(values)
    found["vehicles"] = found["vehicle-purchase"] + found["vehicle-operation"]
    found["three-public"] = found["overseas"] + found["reception"] + found["vehicles"]
    return found


def _basic(leaves: Iterable[Leaf]) -> Decimal:
    return sum((leaf.basic for leaf in leaves if leaf.source == "general-public"), ZERO)


def _economic(rng: random.Random, total: Decimal) -> dict[str, Decimal]:
    """The total over economic items of 301, 302, 303 and 310, to the last yuan."""
    items = [c for c in economic_names() if len(c) == 5 and c[:3] in {"301", "302", "303", "310"}]
    chosen = sorted({"30101", "30102", "30201", "30302", "31002", *rng.sample(items, rng.randint(6, 22))})
    parts = {code: _part(total, Decimal(1) / (len(chosen) + 2)) for code in chosen}
    parts["30101"] += total - sum(parts.values())
    return parts


def _money(rng: random.Random, most: int = 3_000_000) -> Decimal:
    """A sum in whole hundreds of yuan, so that 万元 with two decimals are exact."""
    return Decimal(rng.randint(1, rng.choice((most // 300, most // 30, most // 2)) + 1)) * 100


def _part(whole: Decimal, share: Decimal) -> Decimal:
    return Decimal(int(whole * share / 100)) * 100


def _scaled(leaf: Leaf, rng: random.Random) -> Leaf:
    share = Decimal(rng.randint(60, 100)) / 100
    return replace(leaf, basic=_part(leaf.basic, share), project=_part(leaf.project, share), carried=ZERO)
