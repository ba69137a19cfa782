"""Answers kept in memory for the next client that asks the same: bounded, the least recently used go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

_SHARE = 16  # the largest part of the cache that one answer may take
_OVERHEAD = 1024  # bytes that an entry takes beside its body


@dataclass(frozen=True, slots=True)
class Kept:
    """A whole answer with status 200: its headers, as they are sent, and its body."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    tag: str = ""  # the ETag with its quotes
    modified: str = ""


class AnswerCache:
    """At most `limit` bytes of answers; 0 keeps none."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.size = self.hits = self.misses = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str) -> Kept | None:
        """The answer kept under a key."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                self.misses += 1
                return None
            self._kept.move_to_end(key)
            self.hits += 1
            return kept

    def put(self, key: str, kept: Kept) -> None:
        """Keep an answer, unless it is too large."""
        size = len(kept.body) + _OVERHEAD
        if size * _SHARE > self.limit:
            return
        with self._lock:
            old = self._kept.pop(key, None)
            self.size += size - (len(old.body) + _OVERHEAD if old else 0)
            self._kept[key] = kept
            while self.size > self.limit:
                _, gone = self._kept.popitem(last=False)
                self.size -= len(gone.body) + _OVERHEAD

    def __len__(self) -> int:
        return len(self._kept)
