"""`python -m bench.identities [--write]`: which sums each kind of table bears out, over the shared reports.

Counted by report: a sum that holds in a table of the report, or that fails in one. `--write` renews
`data/identities.tsv`, by which a sum that stands alone in its table is known. Names of bodies and projects never are
totals, so the file holds words of forms alone.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

from bench.rules import FOLDERS
from kg_builder import marks
from kg_builder.build import read_reports
from kg_builder.errors import ReadingError
from kg_builder.graph.addends import claimed_sums
from kg_builder.graph.identities import Signature, tried
from kg_builder.readers import SUFFIXES

ROOT = Path(__file__).parents[1]
FILE = ROOT / "data/identities.tsv"
HEAD = "kind\taxis\ttotal\theld\tfailed"
LONGEST = 24  # characters of a head that names a total


def counts() -> dict[Signature, tuple[int, int]]:
    """Each sum → in how many reports it holds, and in how many it fails somewhere."""
    held: dict[Signature, set[str]] = defaultdict(set)
    failed: dict[Signature, set[str]] = defaultdict(set)
    shared = [ROOT.parent / "shared/documents/central", *FOLDERS]
    files = sorted(path for folder in shared for path in folder.rglob("*") if path.suffix in SUFFIXES)
    for path in files:
        try:
            reports = read_reports(path).reports
        except ReadingError:
            continue
        for report in reports:
            for table in report.tables:
                for axis, claims in claimed_sums(table).items():
                    for signature, holds in tried(table, claims, axis):
                        (held if holds else failed)[signature].add(path.name)
    return {name: (len(held[name]), len(failed[name])) for name in sorted(held.keys() | failed.keys())}


def is_of_forms(signature: Signature) -> bool:
    """Whether the total's name is a word of the form, not the label of one report's row."""
    kind, axis, total = signature
    name = total.split("/")[-1].strip()
    return kind != "other" and (axis == "column" or marks.is_total(name)) and len(total) <= LONGEST


def main(arguments: list[str]) -> int:
    """Print the table, and write it where that is asked for."""
    found = {name: n for name, n in counts().items() if is_of_forms(name)}
    lines = [HEAD, *("\t".join((*name, str(held), str(failed))) for name, (held, failed) in found.items())]
    if "--write" in arguments:
        FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
