"""`python -m bench.rules [FILES]`: how often each rule of the decision lists fires over the shared reports and samples.

A rule that fires nowhere here still has its example, which a test puts through the reading.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import kg_builder
from kg_builder.build import read_report
from kg_builder.decisions import Decision, Rule
from kg_builder.errors import ReadingError
from kg_builder.graph.documents import report_references
from kg_builder.legal.resolve import Reference, resolve
from kg_builder.readers import SUFFIXES

ROOT = Path(__file__).parents[1]
FOLDERS = (ROOT.parent / "shared/reports", ROOT / "data/samples")

Fired = Counter[tuple[str, str]]  # question of a decision, name of the rule


def decisions() -> list[Decision[Any, Any]]:
    """All decision lists of the program, in the order of their modules."""
    names = [m.name for m in pkgutil.walk_packages(kg_builder.__path__, "kg_builder.")]
    values = [value for name in names for value in vars(importlib.import_module(name)).values()]
    return list({value.question: value for value in values if isinstance(value, Decision)}.values())


@contextmanager
def counted() -> Iterator[Fired]:
    """What fires while the block runs."""
    fired: Fired = Counter()
    rule_of = Decision.rule

    def rule(self: Decision[Any, Any], facts: object) -> Rule[Any, Any]:
        found = rule_of(self, facts)
        fired[self.question, found.name] += 1
        return found

    with patch.object(Decision, "rule", rule):
        yield fired


def read(paths: Sequence[Path]) -> None:
    """Read the reports, their citations, and what these mean together."""
    references: set[Reference] = set()
    for path in paths:
        try:
            references |= report_references(read_report(path))
        except ReadingError as error:
            sys.stderr.write(f"{error}\n")
    resolve(references)


def main() -> int:
    """Print a table; 1 where there is nothing to read."""
    given = [Path(a) for a in sys.argv[1:]] or [p for folder in FOLDERS for p in sorted(folder.rglob("*"))]
    paths = [p for p in given if p.suffix.lower() in SUFFIXES and p.name != "README.md"]
    with counted() as fired:
        read(paths)
    for decision in decisions():
        sys.stdout.write(f"\n{decision.question}\n")
        for rule in decision.rules:
            sys.stdout.write(f"{fired[decision.question, rule.name]:8,}  {rule.name}\n")
    sys.stdout.write(f"\n{len(paths)} files\n")
    return 0 if paths else 1


if __name__ == "__main__":
    sys.exit(main())
