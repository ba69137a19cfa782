"""How the cases of one kind ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Outcome = Literal["right", "told", "unseen", "silent"]


@dataclass(slots=True)
class Tally:
    """How often input of one kind was read right, was told in plain words, or went wrong in silence.

    `right`: the result is that of the intact input. `told`: what is missing or wrong is said, in one clear line, and
    nothing wrong is given as sure. `unseen`: whole things are gone of which the print that is left shows nothing, and
    what is given is right. `silent`: anything else, a crash, a hang and a traceback too; `wrong` says which.
    """

    kind: str
    right: int = 0
    told: int = 0
    unseen: int = 0
    silent: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def tried(self) -> int:
        """How many cases there were."""
        return self.right + self.told + self.unseen + self.silent

    def add(self, outcome: Outcome, case: str = "") -> None:
        """Count one case; of a silent one, `case` says how to find it again."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        if outcome == "silent":
            self.wrong.append(case)


# About so many cases, drawn by chance → a tally for each kind of them, as they end.
Part = Callable[[int, Random], Iterator[Tally]]
