"""Every limit of the service in one value, with defaults fit for a public endpoint on a small machine."""

from __future__ import annotations

import os
from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """Limits of the server; times in seconds, sizes in bytes, `rate` in requests a minute and client (0: no limit)."""

    workers: int = max(2, min(8, os.cpu_count() or 2))  # processes that run queries, so also how many run at once
    queue: int = 16  # requests that may wait for a worker; the next one is answered 503
    queue_seconds: float = 5.0
    deadline: float = 30.0
    memory: int = 1024 * MIB  # of one worker
    row_cap: int = 100_000  # rows or triples of one answer
    buffer: int = MIB  # of an answer held back so that a failure still gets its status code
    rate: int = 600
    burst: int = 120
    request_bytes: int = MIB
    query_bytes: int = 256 * 1024
    page_size: int = 50
