"""What a figure of the narrative says of others: the figures of tables it repeats, what it is a share or change of.

Only what can be meant is claimed: a topic goes with certain figures of certain tables, a share with the sum named
before it. Where the tables have no such figure, nothing is compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from kg_builder import marks, vocab
from kg_builder.graph.addends import table_sums
from kg_builder.graph.identities import Figure
from kg_builder.model import BudgetTable, Observation, Report, Statement
from kg_builder.text import YUAN_PER, label_key, path_to_levels

_SUMMARIES = ("budget-summary", "fiscal-summary")
_OF_FUNCTION = (
    "expenditure",
    "fiscal-expenditure",
    "general-public-expenditure",
    "budget-summary",
    "fiscal-summary",
    "government-fund-expenditure",
    "state-capital",
)
_FUNDS = {
    "government-fund": "government-fund",
    "state-capital": "state-capital",
    "fiscal-account": "fiscal-account",
    "unit-funds": "unit-funds",
    "business-income": "business-income",
    "operating-income": "operating-income",
    "other-income": "other-income",
    "general-public": "general-public",
    "general-public-current": "general-public",
    "fiscal-total": "fiscal",
    "fiscal-revenue": "fiscal",
    "fiscal-expenditure": "fiscal",
    "fiscal-current": "fiscal",
}
_TYPES = {
    "basic": "basic",
    "fiscal-basic": "basic",
    "general-public-basic": "basic",
    "project": "project",
    "reserve": "reserve",
}
_TOTALS = {
    "revenue-total": "revenue",
    "revenue-current": "revenue",
    "expenditure-total": "expenditure",
    "expenditure-current": "expenditure",
    "provided-current": "expenditure",
}
_BY_TOPIC = {
    "three-public",
    "overseas",
    "reception",
    "vehicles",
    "vehicle-purchase",
    "vehicle-operation",
    "meetings",
    "training",
    "operating-cost",
}
_PURCHASES = {"procurement-goods": "货物", "procurement-works": "工程", "procurement-services": "服务"}
_STAGED = {"initial-budget": "budget", "adjusted-budget": "adjusted", "final-amount": "final"}
_DERIVED = {"change", "change-rate", "share", "previous-year", "completion-rate"}
# Parts that make up their whole, wherever all of them are named under it.
_WHOLES: dict[str, tuple[frozenset[str], ...]] = {
    "procurement": (frozenset(_PURCHASES),),
    "vehicles": (frozenset({"vehicle-purchase", "vehicle-operation"}),),
    "three-public": (
        frozenset({"overseas", "reception", "vehicles"}),
        frozenset({"overseas", "reception", "vehicle-purchase", "vehicle-operation"}),
    ),
    "revenue-total": (frozenset({"revenue-current", "carry-over"}),),
    "expenditure-total": (frozenset({"provided-current", "carry-over"}), frozenset({"basic", "project"})),
    "expenditure-current": (frozenset({"basic", "project"}), frozenset({"basic", "project", "reserve"})),
    "fiscal-total": (frozenset({"fiscal-current", "carry-over"}),),
    "fiscal-basic": (frozenset({"personnel", "public"}),),
    "general-public-basic": (frozenset({"personnel", "public"}),),
}
# 二、 · 3.
_OTHER_BASE = re.compile("同口径|可比口径|剔除|扣除")  # a rate of other sums than those printed
_CLAUSE = re.compile(r"[，：:；;。]|,(?!\d{3}(?!\d))")  # ，a comma of the sentence, not that of 1,098.40
# 比2023年预算数 · 较上年决算 · 同比
_BASE = re.compile(r"(?:上年|去年|(?P<year>20\d\d)年|[同环]比)度?(?:当年|年初)?(?P<stage>预算|决算|执行)?")
_NO_WHOLE = re.compile(r"占(?:比|比例|比重)?(?:约|达|为)?\d[\d.]*[%％]$")  # 占60% · 占比为60%
_NEAR = 14  # statements back that a share or a rate may be of


class Link(NamedTuple):
    """`statement` (its position from 0) has to do with another statement or with a figure of a table, as `role` says.

    Roles: `about` (the sum that a share, change or rate is of), `whole` (what a share is of), `change` (the change or
    the other year's figure that a rate goes with), `part` (of a sum that its parts make up), `figure` (of a table).
    """

    statement: int
    role: str
    target: int | tuple[int, Figure]


def statement_links(report: Report) -> Iterator[Link]:
    """The links of all statements, in their order."""
    tables = _Tables(report)
    said = _Said(report)
    for number, statement in enumerate(report.statements):
        yield from said.of(number)
        figures = list(tables.repeated_by(statement))
        if tables.have_appropriations(figures) or not _says_appropriations(report.statements, number):
            yield from (Link(number, "figure", figure) for figure in figures)
        if statement.topic == "share" and statement.within and not _named(report.statements, number, statement.within):
            figures = [f for f in tables.of_topic(statement.within) if tables.value(f)]
            if len({tables.value(f) for f in figures}) == 1:
                yield Link(number, "whole", figures[0])
    yield from _parts(report.statements)


# --- statements among themselves --------------------------------------------------------------------------------


def name_of(statement: Statement) -> str:
    """What a later statement calls the sum: its topic, or the printed name of its functional heading."""
    plain = statement.topic not in _DERIVED and statement.topic not in _STAGED
    return statement.subject if plain and statement.subject else statement.topic


class _Said:
    """The statements of a report, to find those that a share, a change or a rate is of."""

    def __init__(self, report: Report) -> None:
        self.statements = report.statements
        self.year = report.identity.year

    def of(self, number: int) -> Iterator[Link]:
        """What a share, change, rate or other year's figure is of."""
        one = self.statements[number]
        if one.topic not in _DERIVED or not one.subject:
            return
        about = _named(self.statements, number, one.subject)
        yield from (Link(number, "about", n) for n in about)
        if one.topic == "share" and one.within:
            yield from (Link(number, "whole", n) for n in self._whole(number, one.within))
        if _OTHER_BASE.search(one.quote):
            return
        yield from (Link(number, "change", n) for n in self._changes(number, about))
        if one.topic == "completion-rate":
            yield from self._completed(number)

    def _whole(self, number: int, name: str) -> list[int]:
        """The whole that was named before, else the one that its sentence names next: 占总支出的6%，总支出50万元."""
        found = _named(self.statements, number, name)[-1:]
        if found and self._is_share_of_another(number, found[0]):
            return []
        after = [n for n in self._next(number) if name_of(self.statements[n]) == name]
        return found or after

    def _is_share_of_another(self, number: int, whole: int) -> bool:
        """Whether a share that names no whole (占60%) is of another sum than the one that it was listed under."""
        one, before = self.statements[number], range(max(0, number - _NEAR), number)
        if not _NO_WHOLE.search(one.quote):
            return False
        about = _named(self.statements, number, one.subject or "")
        others = [n for n in before if self.statements[n].unit in YUAN_PER and n not in {whole, *about}]
        return any(self._is_share(one, n, other) for n in about for other in others)

    def _is_share(self, share: Statement, part: int, whole: int) -> bool:
        some, all_of_it = self.statements[part].amount, self.statements[whole].amount
        if not some or not all_of_it or all_of_it.yuan <= 0:
            return False
        step = Decimal(1).scaleb(min(0, share.value.adjusted() - len(share.value.as_tuple().digits) + 1))
        return abs(100 * some.yuan / all_of_it.yuan - share.value) < step

    def _next(self, number: int) -> Iterator[int]:
        """The statement that comes next, where it stands in the same sentence."""
        both = self.statements[number : number + 2]
        if len(both) == 2 and both[1].quote.startswith(both[0].quote):
            yield number + 1

    def _changes(self, number: int, about: list[int]) -> list[int]:
        """The change or the other year's figure that a rate goes with, the other year's figure that a change goes with.

        Both have to be compared with the same year and stage, as far as their words say.
        """
        one = self.statements[number]
        wanted = {"change-rate": ("change", "previous-year"), "change": ("previous-year",)}.get(one.topic)
        if not wanted or not about:
            return []
        before = self.statements[max(0, about[0] - 1)]
        first = about[0] - (before.topic == "previous-year")  # 由上年的 40万元增加到 50万元
        said = [
            n
            for n in _said_of(self.statements, range(max(0, first), number), one, wanted)
            if self._same_base(self.statements[n], one)
        ]
        behind = [
            n
            for n in self._next(number)
            if one.topic == "change-rate" and self.statements[n].topic == "change"
            if self.statements[n].subject == one.subject and self._base(self.statements[n]) in (None, self._base(one))
        ]  # 增长5%，增加2万元
        return sorted({self.statements[n].topic: n for n in [*behind, *said]}.values())

    def _same_base(self, one: Statement, other: Statement) -> bool:
        """Whether two statements may be compared with the same sum: where one does not say, it is that of the other."""
        a, b = self._base(one), self._base(other)
        return not a or not b or (a[0] == b[0] and (not a[1] or not b[1] or a[1] == b[1]))

    def _base(self, one: Statement) -> tuple[str, str] | None:
        """The year that a statement is compared with and the stage, blank where it is not said; None for neither."""
        named = [m for m in _BASE.finditer(_CLAUSE.split(one.quote)[-1]) if m["year"] != str(self.year)]
        return (named[-1]["year"] or str(self.year - 1), named[-1]["stage"] or "") if named else None

    def _completed(self, number: int) -> Iterator[Link]:
        """The account that a rate of completion is of, and the budget that it says, else any before it."""
        one, near = self.statements[number], range(max(0, number - 4), number)
        spent = _said_of(self.statements, near, one, ("final-amount",))[-1:]
        yield from (Link(number, "about", n) for n in spent)
        budgets = {"initial-budget": "完成年初", "adjusted-budget": "完成全年"}
        named = tuple(topic for topic, word in budgets.items() if word in one.quote)
        found = _said_of(self.statements, near, one, named or tuple(budgets))
        if not found and not named and spent:  # 公务接待费预算4万元，支出决算3万元
            before = self.statements[spent[0] - 1] if spent[0] else one
            plain = name_of(before) == one.subject and _CLAUSE.split(before.quote)[-1].find("预算") >= 0
            found = [spent[0] - 1] if plain else []
        yield from (Link(number, "change", n) for n in found)


def _said_of(statements: tuple[Statement, ...], near: range, one: Statement, topics: tuple[str, ...]) -> list[int]:
    """The sums of these topics among the statements near that are of the same subject."""
    return [
        n
        for n in near
        if statements[n].topic in topics and statements[n].subject == one.subject and statements[n].unit in YUAN_PER
    ]


def _named(statements: tuple[Statement, ...], number: int, name: str) -> list[int]:
    """The sums of that name said shortly before: the last two, as a sum may be said again (2026年预算安排…, 决算…)."""
    near = range(max(0, number - _NEAR), number)
    found = [n for n in near if _is_of(statements[n], name) and statements[n].unit in YUAN_PER]
    return found[-2:]


def _is_of(said: Statement, name: str) -> bool:
    """Whether a statement gives the sum of that name, planned or spent."""
    return name_of(said) == name or (said.topic == "final-amount" and said.subject == name)


def _parts(statements: tuple[Statement, ...]) -> Iterator[Link]:
    """Parts of a sum where all parts that make it up are named under it, one after another."""
    for number, whole in enumerate(statements):
        for wanted in _WHOLES.get(whole.topic, ()):
            listed = _listed_under(statements, number, wanted)
            complete = whole.topic.endswith("-total") or _topics_under(statements, number, wanted) == wanted
            if listed.keys() == wanted and complete:
                yield from (Link(n, "part", number) for n in listed.values())
    yield from _counted(statements)


def _listed_under(statements: tuple[Statement, ...], number: int, wanted: frozenset[str]) -> dict[str, int]:
    """The first statement of each wanted topic under a sum, until the sum is named again."""
    topic = statements[number].topic
    listed: dict[str, int] = {}
    for other in range(number + 1, min(number + _NEAR, len(statements))):
        said = statements[other]
        if said.topic == topic and not said.within:
            break
        if said.within == topic and said.topic in wanted and said.unit in YUAN_PER:
            listed.setdefault(said.topic, other)
    return listed


def _topics_under(statements: tuple[Statement, ...], number: int, wanted: frozenset[str]) -> set[str]:
    """All topics named under a sum, but for parts of the wanted ones."""
    return {
        said.topic
        for said in statements[number + 1 : number + _NEAR]
        if said.within == statements[number].topic and said.topic not in _DERIVED and _broader(said.topic) not in wanted
    }


def _broader(topic: str) -> str | None:
    """The topic that one is part of: 公务用车购置费 is part of 公务用车购置及运行费."""
    concept = vocab.concepts("topic").get(topic)
    return concept.broader if concept else None


def _counted(statements: tuple[Statement, ...]) -> Iterator[Link]:
    """Kinds of vehicles under their number, up to 其他用车, which ends the list."""
    for number, whole in enumerate(statements):
        if whole.unit == "辆" and not whole.within:
            kinds = []
            for other in range(number + 1, len(statements)):
                said = statements[other]
                if said.unit != "辆" or said.within != whole.topic:
                    break
                kinds.append(other)
            if kinds and label_key(statements[kinds[-1]].subject or "").startswith("其他"):
                yield from (Link(n, "part", number) for n in kinds)


# --- statements and tables --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seen:
    """A figure of a table with what it is in."""

    at: tuple[int, Figure]
    table: BudgetTable
    figure: Observation
    dimensions: dict[str, str]
    outer: bool  # no other figure of its table includes it


class _Tables:
    """The figures of a report's tables, to find those that a statement repeats."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._by_topic: dict[tuple[str, str | None], list[tuple[int, Figure]]] = {}

    @cached_property
    def seen(self) -> list[_Seen]:
        found = []
        for number, table in enumerate(self.report.tables, 1):
            sums = table_sums(table)
            for o in table.observations:
                at = (o.row, o.column)
                outer = at not in sums.by_row and (at not in sums.by_column or table.kind in _SUMMARIES)
                found.append(_Seen((number, at), table, o, dict(o.dimensions), outer))
        return found

    @cached_property
    def by_code(self) -> dict[str, list[_Seen]]:
        found = defaultdict(list)
        for seen in self.seen:
            if seen.table.kind in _OF_FUNCTION and "functionCode" in seen.dimensions and not seen.figure.total:
                found[seen.dimensions["functionCode"]].append(seen)
        return found

    def value(self, at: tuple[int, Figure]) -> object:
        return next(s.figure.amount.yuan for s in self.seen if s.at == at)

    def repeated_by(self, statement: Statement) -> Iterator[tuple[int, Figure]]:
        """The figures that a sum of money may repeat."""
        if statement.amount is None or statement.topic in _DERIVED or self._of_a_unit(statement):
            return
        if statement.topic == "function":
            yield from self.of_heading(statement.subject or "")
        elif statement.topic in _STAGED:
            stage, of = _STAGED[statement.topic], statement.subject or ""
            yield from self.of_topic(of, stage) if of in vocab.concepts("topic") else self.of_heading(of, stage)
        elif not (statement.amount.yuan == 0 and statement.topic in (*_FUNDS, "carry-over")):
            figures = self.of_topic(statement.topic)
            yield from self._fiscal(figures) if _of_appropriations(statement) else figures

    def _of_a_unit(self, statement: Statement) -> bool:
        """Whether the words name a body that belongs to the reporting one."""
        whose = label_key(self.report.identity.body)
        units = {label_key(body.name) for body in self.report.bodies}
        return any(unit in label_key(statement.quote) and unit not in whose for unit in units)

    def _fiscal(self, figures: Iterator[tuple[int, Figure]]) -> Iterator[tuple[int, Figure]]:
        """Those of the tables of appropriations: basic expenditure of other tables includes other money."""
        return (at for at in figures if self.have_appropriations([at]))

    def have_appropriations(self, figures: list[tuple[int, Figure]]) -> bool:
        """Whether any of them is of a table of appropriations."""
        return any(self.report.tables[table - 1].kind.startswith(("fiscal", "general-public")) for table, _ in figures)

    def of_topic(self, topic: str, stage: str | None = None) -> Iterator[tuple[int, Figure]]:
        if (topic, stage) not in self._by_topic:
            meant = _meant(topic)
            seen = (s for s in self.seen if self._of_stage(s, stage) and self._of_this_year(s))
            self._by_topic[topic, stage] = [s.at for s in seen if meant(s)] if meant else []
        yield from self._by_topic[topic, stage]

    def _of_stage(self, seen: _Seen, stage: str | None) -> bool:
        own = self.report.identity.stage
        return seen.dimensions.get("stage", own) == (stage or own)

    def _of_this_year(self, seen: _Seen) -> bool:
        return seen.dimensions.get("fiscalYear", str(self.report.identity.year)) == str(self.report.identity.year)

    def of_heading(self, name: str, stage: str | None = None) -> Iterator[tuple[int, Figure]]:
        """The figures in the rows of a functional heading named by its path (…(类)…(款)…(项)) or its class alone."""
        for code in sorted(_codes_of(name, frozenset(self.by_code), self.labels)):
            yield from (s.at for s in self.by_code[code] if self._of_this_year(s) and self._of_stage(s, stage))

    @cached_property
    def labels(self) -> dict[str, set[str]]:
        """Functional code → the names that it has in the tables and in the code list."""
        found: dict[str, set[str]] = defaultdict(set)
        for code, rows in self.by_code.items():
            found[code] = {_bare(seen.figure.label) for seen in rows}
        listed = vocab.concepts("function")
        for code in {code[:n] for code in self.by_code for n in (3, 5, 7)} & listed.keys():
            found[code] |= {_bare(label) for label in listed[code].labels}
        return found


def _of_appropriations(statement: Statement) -> bool:
    """财政拨款安排的基本支出, 一般公共预算基本支出: expenditure of one type, from appropriations alone."""
    clause = re.split("[,，:：;；]", statement.quote)[-1]
    return statement.topic in (*_TYPES, "personnel", "public") and (
        statement.topic.startswith(("fiscal", "general-public")) or "拨款" in clause or "一般公共预算" in clause
    )


def _says_appropriations(statements: tuple[Statement, ...], number: int) -> bool:
    """Whether a part of some money is one of appropriations, by the sum it is listed under or the one its share is of.

    A part that names neither (住房保障支出2万元，占25%) is of the money of the part before.
    """
    if statements[number].topic not in ("function", *_TYPES, "personnel", "public"):
        return False
    near = statements[max(0, number - _NEAR) : number + 2]
    at = min(number, _NEAR)
    share = [one for one in near[at + 1 :] if one.topic == "share" and one.subject == name_of(statements[number])]
    told = next((one.within for one in [*share, *reversed(near[: at + 1])] if one.within), None) or ""
    return told.startswith("fiscal") or told.startswith("general-public")


def _meant(topic: str) -> Callable[[_Seen], bool] | None:
    """Which figures a topic means; None for a topic that tables do not have."""
    tests: dict[str, Callable[[_Seen], bool]] = {
        "budget-total": lambda s: s.figure.total and s.table.kind == "budget-summary",
        "carry-over": _of_carry_over,
        "procurement": lambda s: s.table.kind == "procurement" and s.figure.total and s.outer,
        "personnel": lambda s: label_key(s.figure.label) == "人员经费合计" or _of_type(s, topic),
        "public": lambda s: label_key(s.figure.label) == "公用经费合计" or _of_type(s, topic),
        **dict.fromkeys(_TOTALS, lambda s: _of_side(s, _TOTALS[topic])),
        **dict.fromkeys(_BY_TOPIC, lambda s: s.dimensions.get("topic") == topic),
        **dict.fromkeys(_FUNDS, lambda s: _of_fund(s, _FUNDS[topic])),
        **dict.fromkeys(_TYPES, lambda s: _of_type(s, _TYPES[topic])),
        **dict.fromkeys(_PURCHASES, lambda s: _of_purchases(s, _PURCHASES[topic])),
    }
    return tests.get(topic)


def _of_side(seen: _Seen, side: str) -> bool:
    """A total of revenue or expenditure."""
    return seen.figure.total and seen.table.kind in ("budget-summary", side) and seen.dimensions.get("side") == side


def _of_carry_over(seen: _Seen) -> bool:
    carried = "carry-over" in (seen.dimensions.get("provision"), seen.dimensions.get("fundingSource"))
    return carried and (seen.figure.total or seen.outer or _line(seen))


def _of_purchases(seen: _Seen, kind: str) -> bool:
    """The subtotal of goods, works or services: 一、货物A."""
    label = label_key(seen.figure.label)
    return seen.table.kind == "procurement" and bool(re.fullmatch(rf"(?:[一二三]、)?{kind}[A-C]?", label))


def _of_type(seen: _Seen, kind: str) -> bool:
    """Expenditure of one type as a total of its table or as a line of a summary."""
    return seen.dimensions.get("expenditureType") == kind and (seen.figure.total or seen.outer or _line(seen))


def _line(seen: _Seen) -> bool:
    """A line of a summary that is no function: 一、基本支出."""
    return seen.table.kind in _SUMMARIES and "functionCode" not in seen.dimensions


def _of_fund(seen: _Seen, fund: str) -> bool:
    """Money of one fund as a total of its table or as a line of a summary, carry-over included or not."""
    if "functionCode" in seen.dimensions or "expenditureType" in seen.dimensions:
        return False
    own = seen.dimensions.get("fundingSource")
    if fund == "fiscal" and seen.table.kind in ("fiscal-summary", "fiscal-expenditure"):
        return seen.figure.total
    return own == fund and (seen.figure.total or seen.table.kind in _SUMMARIES or seen.outer)


def _codes_of(path: str, known: frozenset[str], labels: dict[str, set[str]]) -> set[str]:
    """The codes that a printed path of names means among those known; each level that is named has to agree."""
    segments = {"类款项".index(level): _bare(name) for name, level in path_to_levels(path)}
    if not segments:
        segments = {0: _bare(path)}
    width = (3, 5, 7)[max(segments)]
    return {
        code
        for code in known
        if len(code) == width and all(name in labels.get(code[: (3, 5, 7)[n]], ()) for n, name in segments.items())
    }


def _bare(label: str) -> str:
    """A heading's name without numbering and a 支出 at its end, which is printed or left out at will."""
    return marks.without_ordinal(label_key(label)).removesuffix("支出")
