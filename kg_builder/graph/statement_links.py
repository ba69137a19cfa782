"""What a figure of the narrative says of others: the figures of tables it repeats, what it is a share or change of.

Only what can be meant is claimed: a topic goes with certain figures of certain tables, a share with the sum named
before it. Where the tables have no such figure, nothing is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from kg_builder import vocab
from kg_builder.graph.identities import Figure
from kg_builder.graph.statement_figures import CLAUSE, DERIVED, NEAR, PURCHASES, ReportFigures, name_of
from kg_builder.model import Report, Statement
from kg_builder.text import YUAN_PER, label_key

# Parts that make up their whole, wherever all of them are named under it.
_WHOLES: dict[str, tuple[frozenset[str], ...]] = {
    "procurement": (frozenset(PURCHASES),),
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
# 比2023年预算数 · 较上年决算 · 同比
_BASE = re.compile(r"(?:上年|去年|(?P<year>20\d\d)年|[同环]比)度?(?:当年|年初)?(?P<stage>预算|决算|执行)?")
_NO_WHOLE = re.compile(r"占(?:比|比例|比重)?(?:约|达|为)?\d[\d.]*[%％]$")  # 占60% · 占比为60%


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
    tables = ReportFigures(report)
    said = _Said(report)
    for number, statement in enumerate(report.statements):
        yield from said.of(number)
        yield from (Link(number, "figure", figure) for figure in tables.repeated_by(number))
        if statement.topic == "share" and statement.within and not _named(report.statements, number, statement.within):
            whole = tables.whole_of(statement)
            yield from [Link(number, "whole", whole)] if whole else []
    yield from _parts(report.statements)


# --- statements among themselves --------------------------------------------------------------------------------


class _Said:
    """The statements of a report, to find those that a share, a change or a rate is of."""

    def __init__(self, report: Report) -> None:
        self.statements = report.statements
        self.year = report.identity.year

    def of(self, number: int) -> Iterator[Link]:
        """What a share, change, rate or other year's figure is of."""
        one = self.statements[number]
        if one.topic not in DERIVED or not one.subject:
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
        one, before = self.statements[number], range(max(0, number - NEAR), number)
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
        named = [m for m in _BASE.finditer(CLAUSE.split(one.quote)[-1]) if m["year"] != str(self.year)]
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
            plain = name_of(before) == one.subject and CLAUSE.split(before.quote)[-1].find("预算") >= 0
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
    near = range(max(0, number - NEAR), number)
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
    for other in range(number + 1, min(number + NEAR, len(statements))):
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
        for said in statements[number + 1 : number + NEAR]
        if said.within == statements[number].topic and said.topic not in DERIVED and _broader(said.topic) not in wanted
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
