"""Every limit of the service in one value, with defaults fit for a public endpoint on a small machine.

The command line offers each field as an option of `mingzhang serve`: the help stands beside it.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

MIB = 1 << 20


def _option(default: float | str, told: str) -> field:  # type: ignore[valid-type]  # dataclasses.field has no type of its own
    return field(default=default, metadata={"help": told})


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the server; times in seconds, sizes in bytes, `rate` in requests a minute and client (0: no limit)."""

    workers: int = _option(
        max(2, min(8, os.cpu_count() or 2)),
        "processes that run queries: N for queries known to be quick, and N for all others",
    )
    long_queries: int = _option(2, "queries that may run longer than --slice at the same time")
    slice: float = _option(0.5, "seconds that a query may run before it counts as a long one")
    deadline: float = _option(30.0, "seconds after which a query ends")
    page_seconds: float = _option(10.0, "seconds after which a page that is not ready is given up")
    pages: int = _option(8, "pages that are made at the same time")
    queue: int = _option(64, "queries of each lane that may wait for a process; the next one is answered 503")
    queue_seconds: float = _option(5.0, "seconds that a query or page may wait")
    memory: int = _option(768 * MIB, "bytes that one query process may take")
    resident: int = _option(
        256 * MIB, "bytes that a release may take to be held in memory, once for all query processes; 0: read from disk"
    )
    row_cap: int = _option(100_000, "rows or triples of one answer; more are refused")
    buffer: int = _option(MIB, "bytes of an answer held back, so that a failure still gets its status code")
    cache: int = _option(64 * MIB, "bytes of answers kept for the next who asks; 0: none")
    rate: int = _option(600, "requests a minute from one client; 0: no limit")
    burst: int = _option(120, "requests that one client may make at once")
    connections: int = _option(1000, "connections at a time; beyond it, the one that was quiet longest is closed")
    request_bytes: int = _option(MIB, "bytes of a request's body")
    query_bytes: int = _option(256 * 1024, "bytes of a query")
    page_size: int = _option(50, "rows of one page of a list")
    proxy: str = _option("", "address of the proxy in front, whose X-Forwarded-For names the client")
    engine: str = _option("", "address of a SPARQL 1.1 endpoint that holds the release (see publish)")
