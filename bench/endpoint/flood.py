"""Fifty runaway queries against one server: what ordinary users notice of it, and what is left when it is over.

Ordinary users ask queries of the library, one after another with a short pause, first in quiet and then during the
flood. Nothing is kept for them (`cache=0`), so that every query is run. Each of the fifty asks again when refused.
"""

from __future__ import annotations

import contextlib
import http.client
import multiprocessing
import random
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.endpoint.servers import QUERIES, Endpoint, Server, ours
from server.pages.library import library

FLOOD = 50
USERS = 2
PAUSE = 0.05
MEMORY = 400 << 20  # the limit of one query process in this run
RUNAWAY = (
    "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) = STR(?i) && {n} > 0) }}",
    "SELECT * {{ ?a ?b ?c . ?d ?e ?f FILTER({n} > 0) }} ORDER BY ?f ?c",
    "SELECT (COUNT(*) AS ?n) {{ ?s (!<http://e/{n}>)* ?o . ?o (!<http://e/x>)* ?x }}",
    'SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o . ?t ?q ?v FILTER(REGEX(CONCAT(STR(?o), STR(?v)), "^((a)+.)+[A-Z]{n}$")) }}',
)


def flood(directory: Path, seconds: int) -> Iterator[str]:
    """The report, line by line."""
    with ours(directory, cache=0, memory=MEMORY) as server:
        _asked(server, seconds / 3)  # once over, so that code and pages of the store are warm
        quiet = _asked(server, seconds)
        peak, stop = _Peak(server), multiprocessing.Event()
        before = server.processes()
        flooding = multiprocessing.Process(target=_flood, args=(server.port, stop))
        flooding.start()
        time.sleep(1)
        during = _asked(server, seconds)
        stop.set()
        flooding.join()
        highest = peak.end()
        yield from _table(quiet, during)
        yield ""
        yield f"Largest query process: {highest / (1 << 20):.0f} MiB of {MEMORY >> 20} MiB."
        yield _after(server, before)
        after = _asked(server, seconds / 3)
        yield f"Afterwards: {len(after)} ordinary queries, p99 {_p99(after):.0f} ms, {_failed(after)} failed."


def _table(quiet: list[tuple[int, float]], during: list[tuple[int, float]]) -> Iterator[str]:
    yield "| | ordinary queries | failed | p50 ms | p99 ms |"
    yield "| --- | --- | --- | --- | --- |"
    for name, found in (("quiet", quiet), ("flood", during)):
        p50 = statistics.median(seconds for _, seconds in found) * 1000
        yield f"| {name} | {len(found)} | {_failed(found)} | {p50:.1f} | {_p99(found):.1f} |"
    yield ""
    yield f"p99 in the flood: {_p99(during) / _p99(quiet):.2f} times the quiet one."


def _failed(found: list[tuple[int, float]]) -> int:
    return sum(status != 200 for status, _ in found)


def _p99(found: list[tuple[int, float]]) -> float:
    times = sorted(seconds for _, seconds in found)
    return times[min(len(times) - 1, int(len(times) * 0.99))] * 1000


def _asked(server: Server, seconds: float) -> list[tuple[int, float]]:
    """Status and time of each query of all ordinary users."""
    found: list[tuple[int, float]] = []
    texts = [query.text for query in library() if query.name in QUERIES]
    end = time.monotonic() + seconds

    def user(seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < end:
            began = time.monotonic()
            status, _ = server.ask(chance.choice(texts))
            found.append((status, time.monotonic() - began))
            time.sleep(PAUSE)

    threads = [threading.Thread(target=user, args=(n,)) for n in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _flood(port: int, stop: multiprocessing.synchronize.Event) -> None:
    """Fifty clients, each with a runaway query of its own that it asks again and again."""
    server = Endpoint("", port, "/sparql?query=")
    seen: Counter[int] = Counter()

    def client(number: int) -> None:
        attempt = 0
        while not stop.is_set():
            attempt += 1
            text = RUNAWAY[number % len(RUNAWAY)].format(n=number * 1000 + attempt)
            with contextlib.suppress(OSError, http.client.HTTPException):
                seen[server.ask(text, 60)[0]] += 1
            stop.wait(1)

    threads = [threading.Thread(target=client, args=(n,), daemon=True) for n in range(FLOOD)]
    for thread in threads:
        thread.start()
    stop.wait()


class _Peak:
    """Watches the largest resident size among the query processes."""

    def __init__(self, server: Server) -> None:
        self.highest, self._server, self._over = 0, server, threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.02):
            for pid in self._server.processes():
                with contextlib.suppress(OSError, IndexError):
                    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
                    self.highest = max(self.highest, pages * 4096)

    def end(self) -> int:
        self._over.set()
        self._thread.join()
        return self.highest


def _after(server: Server, before: set[int]) -> str:
    """How soon the processes of the runaway queries are gone or idle once their clients have left."""
    began = time.monotonic()
    while time.monotonic() - began < 60:
        used = server.ticks()
        time.sleep(0.1)
        if len(server.processes()) == len(before) and server.ticks() <= used + 1:
            break
    took = time.monotonic() - began
    return f"{took:.1f} s after the flood: {len(server.processes())} processes as before, none of them at work."
