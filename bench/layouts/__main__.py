"""`python -m bench.layouts --n 60 --seed 1`: print and read many reports; what fails, by family and feature."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import Counter, defaultdict
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from bench.layouts.compare import Outcome, compare
from bench.layouts.looks import CHOICES, FAMILIES, Look, changed, draw_look, print_report
from kg_builder.errors import ReadingError
from kg_builder.model import Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report


def read_back(family: str, look: Look, seed: int, path: Path) -> Outcome:
    """Print one report to `path`, read it and compare."""
    printed = print_report(family, look, seed, path)
    figures = sum(len(table.facts) for table in printed.tables)
    try:
        pages = read_pages(path)
        return compare(printed, parse_report(pages, Source(path.name, "0" * 64, len(pages))))
    except ReadingError as error:
        return Outcome(missing=figures, faults=[f"refused: {error}"])


def main() -> int:
    """Run the reports and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.layouts")
    parser.add_argument("--n", type=int, default=60, help="reports with several features drawn by lot")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--features", type=int, default=4, help="features changed in one report")
    parser.add_argument(
        "--each", action="store_true", help="instead: every value of every feature alone, in each family"
    )
    parser.add_argument("--only", default="", help="families or features (name=value) that contain this")
    parser.add_argument("--skip", default="", help="features (name=value) that are left out")
    parser.add_argument("--keep", type=Path, help="folder in which the PDFs stay")
    parser.add_argument("--faults", type=int, default=3, help="faults shown for a report that is not read whole")
    args = parser.parse_args()
    by: dict[str, list[Outcome]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for family, look, seed in each(args.seed) if args.each else by_lot(args.n, args.seed, args.features):
            names = changed(look)
            if args.only and not any(args.only in name for name in (family, *names)):
                continue
            if args.skip and any(args.skip in name for name in names):
                continue
            path = (args.keep or Path(folder)) / f"{family}-{seed}-{'-'.join(names)[:60].replace('/', '')}.pdf"
            outcome = read_back(family, look, seed, path)
            for name in (f"~{family}", *(names or ["plain"])):
                by[name].append(outcome)
            if not outcome.whole:
                _say(sys.stdout, family, seed, names, outcome, args.faults)
    _table(sys.stdout, by)
    return 0


def each(seed: int) -> list[tuple[str, Look, int]]:
    """Every value of every feature alone, in each family."""
    looks = [Look(), *(replace(Look(), **{n: v}) for n, values in CHOICES.items() for v in values[1:])]
    return [(family, look, seed) for family in FAMILIES for look in looks]


def by_lot(number: int, seed: int, features: int) -> list[tuple[str, Look, int]]:
    """Looks with several features, families in turn."""
    rng = random.Random(seed)  # noqa: S311 - test material
    families = sorted(FAMILIES)
    return [(families[i % len(families)], draw_look(rng, features), seed * 1000 + i) for i in range(number)]


def _say(out: TextIO, family: str, seed: int, names: list[str], outcome: Outcome, faults: int) -> None:
    counts = f"{outcome.right} right, {outcome.wrong} wrong, {outcome.missing} missing, {outcome.extra} extra"
    out.write(f"{family} {seed} {' '.join(names) or 'plain'}: {counts}\n")
    kinds = Counter(fault for fault in outcome.faults)
    for fault, count in list(kinds.items())[:faults]:
        out.write(f"    {fault}{f' ×{count}' if count > 1 else ''}\n")


def _table(out: TextIO, by: dict[str, list[Outcome]]) -> None:
    out.write(f"{'':32}{'reports':>8}{'whole':>7}{'right':>8}{'wrong':>7}{'missing':>8}{'extra':>7}\n")
    for name, outcomes in sorted(by.items()):
        sums = [sum(getattr(o, k) for o in outcomes) for k in ("right", "wrong", "missing", "extra")]
        whole = sum(o.whole for o in outcomes)
        out.write(f"{name:32}{len(outcomes):8}{whole:7}{sums[0]:8}{sums[1]:7}{sums[2]:8}{sums[3]:7}\n")


if __name__ == "__main__":
    raise SystemExit(main())
