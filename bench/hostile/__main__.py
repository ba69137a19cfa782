"""`python -m bench.hostile [part…]`: hostile files, requests, caches, disks and documents, and what became of them.

Prints for each kind how many were tried, read right, told, not to be seen in print (unseen), and wrong in silence, and
names each of the last; exit code 1 where there is one. The same seed gives the same cases.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from random import Random

from bench.hostile import cache, disk, documents, files, requests
from bench.hostile.tally import Part, Tally
from bench.measure import table

PARTS: dict[str, Part] = {
    "files": files.run,
    "requests": requests.run,
    "cache": cache.run,
    "disk": disk.run,
    "documents": documents.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts that are named, all where none is."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="default: all")
    parser.add_argument("--n", type=int, default=60, help="about so many cases of each part (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the cases (default: %(default)s)")
    options = parser.parse_args(arguments)
    found: list[tuple[str, Tally]] = []
    for part in options.parts or PARTS:
        for tally in PARTS[part](options.n, Random(options.seed)):
            found.append((part, tally))
            print(f"{part}: {tally.kind}: {tally.tried} tried, {tally.silent} silent", file=sys.stderr, flush=True)
    counts = ("tried", "right", "told", "unseen", "silent")
    tallies = [tally for _, tally in found]
    rows: list[Sequence[object]] = [(part, t.kind, *(getattr(t, name) for name in counts)) for part, t in found]
    rows.append(("all", "", *(sum(getattr(t, name) for t in tallies) for name in counts)))
    print(table(["part", "kind", *counts], rows))
    for part, tally in found:
        for case in tally.wrong:
            print(f"wrong in silence: {part}: {tally.kind}: {case}")
    return 1 if any(tally.silent for tally in tallies) else 0


if __name__ == "__main__":
    raise SystemExit(main())
