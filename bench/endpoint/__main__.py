"""`python -m bench.endpoint DIR [start|cost|speed|flood|hostile …]`: measure the endpoint over a release of DIR."""

from __future__ import annotations

import argparse
import json
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.endpoint.flood import flood
from bench.endpoint.hostile import hostile, judge, sent
from bench.endpoint.servers import ours
from bench.endpoint.speed import cost, speed
from server.pages.library import library

_COSTED = 300  # requests whose processor time is taken together


def main() -> None:
    """Print the report of each part that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.endpoint", description=__doc__)
    parser.add_argument("dir", metavar="DIR", type=Path, help="folder of the releases")
    parser.add_argument("parts", metavar="PART", nargs="*", help="start, cost, speed, flood, hostile (default: all)")
    parser.add_argument("--seconds", type=int, default=3, help="of one measurement of speed (default: %(default)s)")
    parser.add_argument("--flood-seconds", type=int, default=30, help="of quiet and of flood (default: %(default)s)")
    parser.add_argument("--requests", type=int, default=10_000, help="hostile ones (default: %(default)s)")
    options = parser.parse_args()
    parts = {
        "start": lambda: start(options.dir),
        "cost": lambda: cost(options.dir, _COSTED),
        "speed": lambda: speed(options.dir, options.seconds),
        "flood": lambda: flood(options.dir, options.flood_seconds),
        "hostile": lambda: hostility(options.dir, options.requests),
    }
    for part in options.parts or parts:
        print(f"## {part}\n")
        for line in parts[part]():
            print(line, flush=True)
        print()


def start(directory: Path) -> Iterator[str]:
    """How long until the first answer, and what each process takes."""
    began = time.monotonic()
    with ours(directory) as server:
        yield f"First answer {time.monotonic() - began:.2f} s after the start."
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as response:
            lines = response.read().decode().splitlines()
        sizes = [float(line.rpartition(" ")[2]) for line in lines if line.startswith("mingzhang_process_bytes")]
        status = Path(f"/proc/{server.process.pid}/status").read_text(encoding="utf-8")
        front = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) >> 10
        yield f"Server {front} MiB; query processes {', '.join(f'{size / (1 << 20):.0f}' for size in sizes)} MiB."


def hostility(directory: Path, count: int) -> Iterator[str]:
    """What hostile requests are answered, and each fault."""
    with ours(directory, deadline=2.0) as server:
        with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/openapi.json") as response:
            description = json.load(response)
        seen: Counter[str] = Counter()
        faults = 0
        for request in hostile(description, [query.text for query in library()], count, seed=7):
            answer = sent(server.port, request)
            seen[answer[9:12].decode("ascii", "replace") or "closed"] += 1
            if fault := judge(answer):
                faults += 1
                yield f"{fault}: {request.data[:200]!r}"
        yield f"{count} requests, {faults} faults; statuses: {dict(seen.most_common())}"
        yield f"The server still answers: {server.ask('ASK {}')[0]}"


if __name__ == "__main__":
    main()
