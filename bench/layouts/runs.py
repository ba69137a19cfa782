"""A run of many prints: the options of its command, and what was read, by family and feature."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bench.layouts.compare import Outcome
from bench.layouts.features import Choices, changed, each_alone, in_turn

if TYPE_CHECKING:
    from bench.layouts.features import Look


def run(
    program: str,
    families: Sequence[str],
    plain: Look,
    choices: Choices,
    read_back: Callable[[str, Look, int, Path], Outcome],
) -> int:
    """Print and read as the command line says, tell of each print that is not read whole, and end with a table.

    `read_back` takes a family, its look, a seed and the path of the PDF.
    """
    options = _options(program)
    cases = (
        [(family, look, options.seed) for family in families for look in each_alone(plain, choices)]
        if options.each
        else in_turn(families, plain, choices, options.n, options.seed, options.features)
    )
    by: dict[str, list[Outcome]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for family, look, seed in cases:
            names = changed(look)
            if options.only and not any(options.only in name for name in (family, *names)):
                continue
            if options.skip and any(options.skip in name for name in names):
                continue
            path = (options.keep or Path(folder)) / f"{family}-{seed}-{'-'.join(names)[:60].replace('/', '')}.pdf"
            outcome = read_back(family, look, seed, path)
            for name in (f"~{family}", *(names or ["plain"])):
                by[name].append(outcome)
            if not outcome.whole:
                _tell(sys.stdout, family, seed, names, outcome, options.faults)
    _table(sys.stdout, by)
    return 0


def _options(program: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog=program)
    parser.add_argument("--n", type=int, default=60, help="prints with several features drawn by lot")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--features", type=int, default=4, help="features changed in one print")
    parser.add_argument(
        "--each", action="store_true", help="instead: every value of every feature alone, in each family"
    )
    parser.add_argument("--only", default="", help="families or features (name=value) that contain this")
    parser.add_argument("--skip", default="", help="features (name=value) that are left out")
    parser.add_argument("--keep", type=Path, help="folder in which the PDFs stay")
    parser.add_argument("--faults", type=int, default=3, help="faults shown for a print that is not read whole")
    return parser.parse_args()


def _tell(out: TextIO, family: str, seed: int, names: list[str], outcome: Outcome, faults: int) -> None:
    counts = f"{outcome.right} right, {outcome.wrong} wrong, {outcome.missing} missing ({outcome.silent} in silence)"
    counts += f", {outcome.extra} extra"
    out.write(f"{family} {seed} {' '.join(names) or 'plain'}: {counts}\n")
    for fault, count in list(Counter(outcome.faults).items())[:faults]:
        out.write(f"    {fault}{f' ×{count}' if count > 1 else ''}\n")


def _table(out: TextIO, by: dict[str, list[Outcome]]) -> None:
    out.write(f"{'':32}{'reports':>8}{'whole':>7}{'right':>8}{'wrong':>7}{'missing':>8}{'extra':>7}{'silent':>7}\n")
    for name, outcomes in sorted(by.items()):
        sums = [sum(getattr(o, k) for o in outcomes) for k in ("right", "wrong", "missing", "extra", "silent")]
        whole = sum(o.whole for o in outcomes)
        out.write(f"{name:32}{len(outcomes):8}{whole:7}{sums[0]:8}{sums[1]:7}{sums[2]:8}{sums[3]:7}{sums[4]:7}\n")
