"""Fair use: a token bucket for each client, kept in memory only, under a keyed hash of the client's network."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import threading
import time
from collections import OrderedDict

_CLIENTS = 10_000  # the least recently seen is forgotten first


class RateLimit:
    """`rate` requests a minute with bursts of `burst` for each client; 0 means no limit."""

    def __init__(self, rate: int, burst: int) -> None:
        self.rate, self.burst = rate / 60, burst
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._secret = os.urandom(16)  # so that what is kept names nobody
        self._lock = threading.Lock()

    def wait(self, address: str) -> float:
        """Seconds until the client at an address may ask again, 0 where it may now (and this request is counted)."""
        if self.rate <= 0:
            return 0.0
        client = hashlib.blake2b(_network(address).encode(), key=self._secret, digest_size=16).digest()
        now = time.monotonic()
        with self._lock:
            level, then = self._buckets.pop(client, (float(self.burst), now))
            level = min(float(self.burst), level + (now - then) * self.rate)
            allowed = level >= 1
            self._buckets[client] = (level - 1 if allowed else level, now)
            if len(self._buckets) > _CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - level) / self.rate


def _network(address: str) -> str:
    """The address, or of IPv6 the network of one customer: 2001:db8:1:2::7 → 2001:db8:1:2::/64."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
