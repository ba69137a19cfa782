"""Decision lists: named rules in order, each with an example; the first that holds gives the verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Facts = TypeVar("Facts")
Verdict = TypeVar("Verdict")


@dataclass(frozen=True, slots=True)
class Rule(Generic[Facts, Verdict]):
    """`name` says why, `example` is a case in which the rule decides; a verdict is a value or made from the facts."""

    name: str
    example: str
    holds: Callable[[Facts], object]
    verdict: Verdict | Callable[[Facts], Verdict]


class Decision(Generic[Facts, Verdict]):
    """The question that is decided, rules in order, and the verdict where none of them holds."""

    def __init__(
        self, question: str, *rules: Rule[Facts, Verdict], otherwise: Verdict | Callable[[Facts], Verdict]
    ) -> None:
        self.question = question
        self._first = rules
        self._last: Rule[Facts, Verdict] = Rule("otherwise", "", lambda _: True, otherwise)

    @property
    def rules(self) -> tuple[Rule[Facts, Verdict], ...]:
        """All rules in order, the last one `otherwise`."""
        return (*self._first, self._last)

    def __call__(self, facts: Facts) -> Verdict:
        """The verdict of the rule that decides."""
        verdict = self.rule(facts).verdict
        return verdict(facts) if callable(verdict) else verdict

    def rule(self, facts: Facts) -> Rule[Facts, Verdict]:
        """The rule that decides: the first that holds."""
        for rule in self._first:
            if rule.holds(facts):
                return rule
        return self._last
