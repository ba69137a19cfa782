"""The figures of a report's tables that a figure of its narrative can only repeat.

A topic goes with certain figures of certain tables. Where the table of that very money is not there, or the words may
mean other money (of all funds or of one, with what was carried over or without), only figures that agree are meant.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from kg_builder import marks, vocab
from kg_builder.graph.addends import table_sums
from kg_builder.graph.identities import Figure, printed_step
from kg_builder.model import BudgetTable, Observation, Report, Statement
from kg_builder.text import label_key, path_to_levels

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
PURCHASES = {"procurement-goods": "货物", "procurement-works": "工程", "procurement-services": "服务"}
STAGED = {"initial-budget": "budget", "adjusted-budget": "adjusted", "final-amount": "final"}
DERIVED = {"change", "change-rate", "share", "previous-year", "completion-rate"}

_CURRENT = {
    "revenue-current": "revenue-total",
    "expenditure-current": "expenditure-total",
    "provided-current": "expenditure-total",
    "fiscal-current": "fiscal-total",
    "general-public-current": "general-public",
}  # money of the year alone → the total with what was carried over
_OF_ALL_MONEY = ("budget-summary", "expenditure", "revenue")
_OF_APPROPRIATIONS = {
    "function": ("fiscal-summary", "fiscal-expenditure", "general-public-expenditure"),
    "type": ("fiscal-expenditure", "general-public-expenditure", "fiscal-basic", "general-public-basic"),
}
CLAUSE = re.compile(r"[，：:；;。]|,(?!\d{3}(?!\d))")  # ，a comma of the sentence, not that of 1,098.40
NEAR = 14  # statements back that a share or a rate may be of
_BESIDE = 6  # statements before and after the money of the year among which its total may be named
_OTHER_FUND = re.compile("基金|国有资本|专户")  # money that neither all of it nor appropriations need be
_ONE_FUND = re.compile(
    "公共预算|财政|基金|国有资本|专户"
)  # 一般公共预算拨款850万元、上年结转20万元: that of one fund, or of all
# 支出预算为18万元 in a final account; not 一般公共预算18万元, which is the name of the fund
_BUDGETED = re.compile(r"(?<!公共)(?<!基金)(?<!经营)预算(?:数|总?额)?(?:安排)?[为是]?-?\d[\d,.]*[万亿]?元$")

At = tuple[int, Figure]  # the table, counted from 1, and the figure in it


@dataclass(frozen=True, slots=True)
class _Seen:
    """A figure of a table with what it is in."""

    at: At
    table: BudgetTable
    figure: Observation
    dimensions: dict[str, str]
    outer: bool  # no other figure of its table includes it


class ReportFigures:
    """The figures of a report's tables, to find those that a statement repeats."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._by_topic: dict[tuple[str, str | None], list[At]] = {}

    @cached_property
    def seen(self) -> dict[At, _Seen]:
        """All figures of the tables."""
        found = {}
        for number, table in enumerate(self.report.tables, 1):
            sums = table_sums(table)
            for o in table.observations:
                at = (o.row, o.column)
                outer = at not in sums.by_row and (at not in sums.by_column or table.kind in _SUMMARIES)
                found[number, at] = _Seen((number, at), table, o, dict(o.dimensions), outer)
        return found

    @cached_property
    def by_code(self) -> dict[str, list[_Seen]]:
        """The figures of each functional code, without totals."""
        found = defaultdict(list)
        for seen in self.seen.values():
            if seen.table.kind in _OF_FUNCTION and "functionCode" in seen.dimensions and not seen.figure.total:
                found[seen.dimensions["functionCode"]].append(seen)
        return found

    def repeated_by(self, number: int) -> list[At]:
        """The figures that a sum of money may repeat: those that agree where its words leave open which they are."""
        statement = self.report.statements[number]
        figures = self._within(statement, list(self._named_by(statement)))
        totals = self._totals_beside(number)
        figures = [at for at in figures if self.seen[at].figure.amount.yuan not in totals]
        said = _says_appropriations(self.report.statements, number)
        if said and not self._have_appropriations(figures):
            return []
        if self._are_certain(statement, figures, said):
            return figures
        return [at for at in figures if _agree(statement, self.seen[at].figure)]

    def whole_of(self, share: Statement) -> At | None:
        """The figure that a share is of, where its words name the sum and the tables print one figure for it."""
        figures = [at for at in self.of_topic(share.within or "") if self.seen[at].figure.amount.yuan]
        certain = self._are_certain(replace(share, topic=share.within or "", within=None), figures)
        return figures[0] if certain and len({self.seen[at].figure.amount.yuan for at in figures}) == 1 else None

    def _named_by(self, statement: Statement) -> Iterator[At]:
        """The figures of what a sum names."""
        if statement.amount is None or statement.topic in DERIVED or self._of_a_unit(statement):
            return
        stage = "budget" if self.report.identity.stage == "final" and _BUDGETED.search(statement.quote) else None
        if statement.topic == "function":
            yield from self.of_heading(statement.subject or "", stage)
        elif statement.topic in STAGED:
            stage, of = STAGED[statement.topic], statement.subject or ""
            yield from self.of_topic(of, stage) if of in vocab.concepts("topic") else self.of_heading(of, stage)
        elif not (statement.amount.yuan == 0 and statement.topic in (*_FUNDS, "carry-over")):
            figures = self.of_topic(statement.topic, stage)
            yield from self._fiscal(figures) if _of_appropriations(statement) else figures

    def _within(self, statement: Statement, figures: list[At]) -> list[At]:
        """Those of the figures that are part of the sum under which a statement is listed, as far as tables tell."""
        topic, within = statement.topic, statement.within
        if within is None or topic in STAGED:
            return figures
        if within not in vocab.concepts("topic"):  # 住房公积金120万元，其中：基本支出100万元
            return self._those_of(list(self.of_heading(within)), "expenditureType", topic)
        if within in ("government-fund", "state-capital"):
            return self._those_of(figures, "fundingSource", within)
        if within in _TYPES and topic == "function":
            return self._those_of(figures, "expenditureType", _TYPES[within])
        wide = within in _TOTALS or within in _FUNDS or within == "budget-total"
        narrow = topic in (*_FUNDS, "function", "basic", "project", "carry-over")
        return figures if wide or not narrow else []  # 项目支出390万元，其中：政府性基金50万元

    def _those_of(self, figures: list[At], dimension: str, notation: str) -> list[At]:
        return [at for at in figures if self.seen[at].dimensions.get(dimension) == notation]

    def _totals_beside(self, number: int) -> set[Decimal]:
        """The totals named beside money of the year alone, of which it is a part: their figures are not its own."""
        statements = self.report.statements
        total = _CURRENT.get(statements[number].topic)
        near = statements[max(0, number - _BESIDE) : number + _BESIDE + 1] if total else ()
        sums = {one.amount.yuan for one in near if one.amount and one.topic in (total, "budget-total")}
        own = statements[number].amount
        return sums - {own.yuan} if own else sums

    def _are_certain(self, statement: Statement, figures: list[At], said: bool = False) -> bool:
        """Whether the figures are those of the very money that a statement names, so that one of them has to agree.

        `said`: that the sentence speaks of appropriations.
        """
        topic = statement.topic if statement.topic not in STAGED else statement.subject or ""
        seen = [self.seen[at] for at in figures]
        if topic in _FUNDS and not topic.endswith("-income") and not self._prints("fiscal-summary"):
            return False  # where a sum with what is carried over, to this year or the next, would stand
        if topic in vocab.concepts("topic") and topic not in ("function", *_TYPES, "personnel", "public"):
            return _are_of_that_sum(topic, statement.quote, seen)
        return said or _of_appropriations(statement) or self._whatever_money(statement, topic, seen)

    def _whatever_money(self, statement: Statement, topic: str, seen: list[_Seen]) -> bool:
        """Whether figures of all money and of appropriations tell of a sum that may be of either that it is neither's.

        Where the tables print one of them alone: all money is not less than appropriations.
        """
        kinds = _OF_APPROPRIATIONS["function" if topic == "function" else "type"]
        all_money = [one.figure.amount.yuan for one in seen if one.table.kind in _OF_ALL_MONEY]
        others = [one.figure.amount.yuan for one in seen if one.table.kind in kinds]
        value = statement.amount.yuan if statement.amount else Decimal(0)
        if _OTHER_FUND.search(statement.quote):
            return False
        if all_money and self._prints(*kinds):
            return True
        return value > max(all_money) if all_money else bool(others) and value < min(others)

    def _prints(self, *kinds: str) -> bool:
        """Whether the report prints figures in a table of one of these kinds."""
        return any(table.kind in kinds and table.observations for table in self.report.tables)

    def _of_a_unit(self, statement: Statement) -> bool:
        """Whether the words name a body that belongs to the reporting one."""
        whose = label_key(self.report.identity.body)
        units = {label_key(body.name) for body in self.report.bodies}
        return any(unit in label_key(statement.quote) and unit not in whose for unit in units)

    def _fiscal(self, figures: Iterator[At]) -> Iterator[At]:
        """Those of the tables of appropriations: basic expenditure of other tables includes other money."""
        return (at for at in figures if self._have_appropriations([at]))

    def _have_appropriations(self, figures: list[At]) -> bool:
        """Whether any of them is of a table of appropriations."""
        return any(self.report.tables[table - 1].kind.startswith(("fiscal", "general-public")) for table, _ in figures)

    def of_topic(self, topic: str, stage: str | None = None) -> Iterator[At]:
        """The figures of this year that a topic can mean."""
        if (topic, stage) not in self._by_topic:
            meant = _meant(topic)
            seen = (s for s in self.seen.values() if self._of_stage(s, stage) and self._of_this_year(s))
            self._by_topic[topic, stage] = [s.at for s in seen if meant(s)] if meant else []
        yield from self._by_topic[topic, stage]

    def _of_stage(self, seen: _Seen, stage: str | None) -> bool:
        own = self.report.identity.stage
        return seen.dimensions.get("stage", own) == (stage or own)

    def _of_this_year(self, seen: _Seen) -> bool:
        return seen.dimensions.get("fiscalYear", str(self.report.identity.year)) == str(self.report.identity.year)

    def of_heading(self, name: str, stage: str | None = None) -> Iterator[At]:
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


def name_of(statement: Statement) -> str:
    """What a later statement calls the sum: its topic, or the printed name of its functional heading."""
    plain = statement.topic not in DERIVED and statement.topic not in STAGED
    return statement.subject if plain and statement.subject else statement.topic


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
    near = statements[max(0, number - NEAR) : number + 2]
    at = min(number, NEAR)
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
        **dict.fromkeys(PURCHASES, lambda s: _of_purchases(s, PURCHASES[topic])),
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


def _are_of_that_sum(topic: str, quote: str, seen: list[_Seen]) -> bool:
    """Whether the table where a total, the money of the year, of one fund or what was carried over stands is there."""
    kinds = {one.table.kind for one in seen}
    if topic in ("revenue-total", "expenditure-total", "budget-total"):
        return "budget-summary" in kinds
    if topic in _CURRENT:
        return any(_of_the_year(one, topic) for one in seen)
    if topic in _FUNDS:
        return _sides(topic, CLAUSE.split(quote)[-1]) <= {one.dimensions.get("side") for one in seen}
    if topic == "carry-over":
        before = "、".join(CLAUSE.split(quote)).split("、")[-2:-1]
        return not any(map(_ONE_FUND.search, before)) and not kinds.isdisjoint(_OF_ALL_MONEY)
    return bool(seen)


def _of_the_year(seen: _Seen, topic: str) -> bool:
    """Whether a figure is said to be of the year's money alone, or can be of no other."""
    words = label_key(seen.figure.label + seen.figure.heading)
    if "本年" in words or "当年" in words or seen.dimensions.get("provision") == "current":
        return True
    if topic == "expenditure-current":
        return seen.table.kind == "expenditure"
    return topic in ("fiscal-current", "general-public-current") and seen.dimensions.get("side") == "revenue"


def _sides(topic: str, clause: str) -> set[str]:
    """On which sides a sum of one fund may stand, by its words: each has to be there for the sum to be doubted."""
    if topic.endswith("-income") or topic in ("fiscal-revenue", "unit-funds", "fiscal-account"):
        return {"revenue"}
    if topic == "fiscal-expenditure":
        return {"expenditure"}
    named = {side for side, word in (("revenue", "收入"), ("expenditure", "支出")) if word in clause}
    return named if len(named) == 1 else {"revenue", "expenditure"}


def _agree(statement: Statement, figure: Observation) -> bool:
    """Whether a figure is the one that a statement gives, but for the rounding of both."""
    own = statement.amount
    return own is not None and abs(own.yuan - figure.amount.yuan) <= printed_step(own) + printed_step(figure.amount)
