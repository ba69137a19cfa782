"""Times of the site's pages: p50 and p99 of each kind of page at 1 and 16 clients, and the engine's share of each.

    python bench/site/times.py DIR [SECONDS]

Pages are made anew (`--cache 0`) and then served from the cache of answers. The engine's share is the part of a page's
time that passes in queries on the store, measured in this process with the same code.
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
from server.source import StoreSource  # noqa: E402 - after the path is set


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


def engine_share(directory: Path, every: dict[str, str]) -> dict[str, float]:
    """Part of a page's time that passes in the store's queries and patterns."""
    app = create_app(directory, rate=0, cache=0)
    spent = [0.0]
    query = StoreSource.query

    def timed(self: StoreSource, *arguments: object, **named: object) -> object:
        began = time.perf_counter()
        try:
            return query(self, *arguments, **named)  # type: ignore[arg-type]  # passed on as they came
        finally:
            spent[0] += time.perf_counter() - began

    shares = {}
    with mock.patch.object(StoreSource, "query", timed):
        client = app.test_client()
        for name, path in every.items():
            client.get(path, headers={"Accept": "text/html"})
            spent[0], began = 0.0, time.perf_counter()
            for _ in range(5):
                client.get(path, headers={"Accept": "text/html"})
            shares[name] = spent[0] / (time.perf_counter() - began)
    app.config["RELEASES"].close()
    return shares


@contextmanager
def server(directory: Path, cache: int) -> Iterator[str]:
    """A server with or without its cache of answers."""
    popen = subprocess.Popen

    def started(command: list[str], **named: object) -> object:
        command = [part.replace("rate=0", f"rate=0, cache={cache}, queue=64, pages=16") for part in command]
        return popen(command, **named)  # type: ignore[call-overload]  # passed on as they came

    with mock.patch.object(subprocess, "Popen", started), serving(directory) as address:
        yield address


def main(directory: Path, seconds: float) -> None:
    """Print the table."""
    every = paths(directory)
    shares = engine_share(directory, every)
    found: dict[str, list[str]] = {name: [] for name in every}
    for cache in (0, 64 << 20):
        with server(directory, cache) as address:
            for name, path in every.items():
                for clients in (1, 16):
                    measure(address, path, 1, 0.1)
                    taken = measure(address, path, clients, seconds)
                    p99 = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
                    found[name].append(f"{statistics.median(taken):.1f} / {p99:.1f}")
    print("ms, p50 / p99 | page made, 1 client | made, 16 clients | kept, 1 client | kept, 16 clients | engine's share")
    print("--- | --- | --- | --- | --- | ---")
    for name, cells in found.items():
        print(" | ".join([name, *cells, f"{shares[name]:.0%}"]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 1.0)
