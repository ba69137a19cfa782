"""Times of the site's pages: p50 and p99 of each kind of page at 1 and 16 clients, and what each costs.

    python bench/site/times.py DIR [SECONDS [KIND…]]

Pages are made anew (`--cache 0`) and then served from the cache of answers. What a page costs is processor time, which
does not depend on what else the machine does: of the server's own process and of its query processes, measured in this
process with the same code. The engine's share is the latter's part of both.
"""

from __future__ import annotations

import http.client
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from docs.screenshots import pages_of, serving  # noqa: E402 - after the path is set
from server.app import create_app  # noqa: E402 - after the path is set
from server.engine.local import Engine  # noqa: E402 - after the path is set

_TIMES = 10  # that a page is made to see what it costs


def paths(directory: Path) -> dict[str, str]:
    """Kind of page → path, without those that only lead elsewhere."""
    found = pages_of(directory)
    found["sparql"] = "/sparql"
    found["suggest"] = "/search/suggest?q=%E8%B4%A2"
    return {name: path.replace("/id/", "/page/", 1) for name, path in found.items()}


def measure(address: str, path: str, clients: int, seconds: float) -> list[float]:
    """Milliseconds of each answer that the clients got, asking one after another for that long."""
    host, port = address.removeprefix("http://").split(":")
    taken: list[float] = []

    def client() -> None:
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            began = time.perf_counter()
            connection.request("GET", path, headers={"Accept": "text/html"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status}")
            taken.append((time.perf_counter() - began) * 1000)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(taken)


def costs(directory: Path, every: dict[str, str]) -> dict[str, tuple[float, float]]:
    """Milliseconds of processor time of each page: in the server's process, in the query processes."""
    app = create_app(directory, rate=0, cache=0)
    spent: list[float] = []
    found = {}
    # A query process tells its time with the end of each answer; the engine passes it to `_note`.
    with mock.patch.object(Engine, "_note", lambda _engine, _run, seconds: spent.append(seconds)):
        client = app.test_client()
        for name, path in every.items():
            for _ in range(2):
                client.get(path, headers={"Accept": "text/html"})
            spent.clear()
            began = time.thread_time()
            for _ in range(_TIMES):
                client.get(path, headers={"Accept": "text/html"})
            found[name] = (time.thread_time() - began) * 1000 / _TIMES, sum(spent) * 1000 / _TIMES
    app.config["RELEASES"].close()
    return found


@contextmanager
def server(directory: Path, cache: int) -> Iterator[str]:
    """A server with or without its cache of answers."""
    popen = subprocess.Popen

    def started(command: list[str], **named: object) -> object:
        command = [part.replace("rate=0", f"rate=0, cache={cache}, queue=64, pages=16") for part in command]
        return popen(command, **named)  # type: ignore[call-overload]  # passed on as they came

    with mock.patch.object(subprocess, "Popen", started), serving(directory) as address:
        yield address


def main(directory: Path, seconds: float, kinds: list[str]) -> None:
    """Print the table."""
    every = {name: path for name, path in paths(directory).items() if not kinds or name in kinds}
    cost = costs(directory, every)
    found: dict[str, list[str]] = {name: [] for name in every}
    for cache in (0, 64 << 20):
        with server(directory, cache) as address:
            for name, path in every.items():
                for clients in (1, 16):
                    measure(address, path, 1, 0.1)
                    taken = measure(address, path, clients, seconds)
                    p99 = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
                    found[name].append(f"{statistics.median(taken):.1f} / {p99:.1f}")
    heads = ("page made, 1 client", "made, 16 clients", "kept, 1 client", "kept, 16 clients")
    print(" | ".join(["ms, p50 / p99", *heads, "processor: server + queries", "engine's share"]))
    print(" | ".join(["---"] * 7))
    for name, cells in found.items():
        own, queries = cost[name]
        print(" | ".join([name, *cells, f"{own:.1f} + {queries:.1f}", f"{queries / (own + queries):.0%}"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0, sys.argv[3:])
