"""Fair use: a token bucket for each client, kept in memory only."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

_CLIENTS = 10_000  # the least recently seen is forgotten first


class RateLimit:
    """`rate` requests a minute with bursts of `burst` for each client; 0 means no limit."""

    def __init__(self, rate: int, burst: int) -> None:
        self.rate, self.burst = rate / 60, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, client: str) -> float:
        """Seconds until the client may ask again, 0 where it may now (and this request is counted)."""
        if self.rate <= 0:
            return 0.0
        now = time.monotonic()
        with self._lock:
            level, then = self._buckets.pop(client, (float(self.burst), now))
            level = min(float(self.burst), level + (now - then) * self.rate)
            allowed = level >= 1
            self._buckets[client] = (level - 1 if allowed else level, now)
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - level) / self.rate
