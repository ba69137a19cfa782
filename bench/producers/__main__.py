"""`python -m bench.producers [PROGRAM…]`: print the sample facts with each program, read them back, and count.

A line for each variant, right/wrong/told/silent for each kind of fact; programs that are not there are skipped by name.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from bench.producers.judge import Verdict, judge
from bench.producers.programs import PROGRAMS
from bench.producers.sheets import KINDS, printed_facts, sheets
from kg_builder.build.stages import read_reports
from kg_builder.errors import ReadingError


def judged(path: Path) -> dict[str, Verdict]:
    """How the printed sheets of a file are read."""
    try:
        reports, _ = read_reports(path)
    except ReadingError:
        reports = []
    return judge(printed_facts(), KINDS, reports)


def main() -> int:
    """Exit code 1 where something is wrong or silent."""
    parser = argparse.ArgumentParser(prog="python -m bench.producers", description=__doc__)
    parser.add_argument("programs", nargs="*", default=list(PROGRAMS), metavar="PROGRAM", help=", ".join(PROGRAMS))
    parser.add_argument("--faults", action="store_true", help="each wrong and silent fact")
    parser.add_argument("--keep", type=Path, help="a folder for the PDFs")
    arguments = parser.parse_args()
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    variants = 0
    with tempfile.TemporaryDirectory() as made:
        folder = arguments.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        for name in arguments.programs:
            if missing := PROGRAMS[name].missing:
                print(f"{name}: skipped, without {', '.join(missing)}")
                continue
            for look in PROGRAMS[name].looks:
                path = folder / f"{name}_{look}.pdf"
                PROGRAMS[name].print(sheets(), look, path)
                verdicts = judged(path)
                variants += 1
                print(
                    f"{path.stem}: {'  '.join(f'{kind} {verdict}' for kind, verdict in verdicts.items())}", flush=True
                )
                for kind, verdict in verdicts.items():
                    found = (verdict.right, verdict.wrong, verdict.told, verdict.silent)
                    totals[kind] = [a + b for a, b in zip(totals[kind], found, strict=True)]
                    if arguments.faults:
                        print("".join(f"  {kind}: {fault}\n" for fault in verdict.faults), end="")
    for kind, counts in totals.items():
        print(f"{kind}: {'/'.join(map(str, counts))} right/wrong/told/silent in {variants} variants")
    return int(any(wrong or silent for _, wrong, _, silent in totals.values()))


if __name__ == "__main__":
    sys.exit(main())
