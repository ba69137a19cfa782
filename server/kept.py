"""The releases that stand beside the one served: when each was published, what it changed, and what is gone since."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from server.engine.process import QueryFailed
from server.engine.source import StoreSource
from server.engine.worker import Job

# 05af57910a91b566 · 05af57910a91b566-1, made again; a name that ends in .old is being removed
_VERSION = re.compile(r"[0-9a-f]{16}(?:-\d+)?")


@dataclass(frozen=True)
class KeptRelease:
    """One release in DIR/releases; `changes` is what it changed of the one before, None where nobody wrote that."""

    folder: Path
    version: str
    base: str
    published: datetime
    manifest: dict[str, Any] = field(repr=False)

    @cached_property
    def changes(self) -> dict[str, Any] | None:
        """As `kg_builder.release.changes` writes it."""
        try:
            told: Any = json.loads((self.folder / "changes.json").read_bytes())
        except (OSError, ValueError):
            return None
        return told if isinstance(told, dict) else None

    @cached_property
    def source(self) -> StoreSource | None:
        """Its store for reading by pattern, None where it does not open (its folder is being removed)."""
        try:
            return StoreSource(ox.Store.read_only(str(self.folder / "store")), _NoQueries())
        except (OSError, ValueError, RuntimeError):
            return None


class _NoQueries:
    """Of a release that is no longer served nothing is asked but what stands there."""

    def run(self, job: Job, deadline: float, gone: object, shape: str | None = None) -> Any:  # noqa: ARG002 - the protocol of engines
        raise QueryFailed("replaced", "queries read the release that is served")


class KeptReleases:
    """DIR/releases, read again when something was published or removed there."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / "releases"
        self._lock = threading.Lock()
        self._seen = -1
        self._found: list[KeptRelease] = []

    def all(self) -> list[KeptRelease]:
        """The releases, the newest first."""
        try:
            changed = self._folder.stat().st_mtime_ns
        except OSError:
            return []
        with self._lock:
            if changed != self._seen:
                known = {(kept.folder, kept.published): kept for kept in self._found}
                read = [kept for path in self._folder.iterdir() if (kept := _read(path)) is not None]
                found = [known.get((kept.folder, kept.published), kept) for kept in read]
                found.sort(key=lambda kept: (kept.published, kept.version), reverse=True)
                self._seen, self._found = changed, found
            return self._found

    def last_with(self, base: str, path: str, current: str) -> tuple[KeptRelease, KeptRelease | None] | None:
        """The newest release but `current` that says something of `…/id/<path>`, and the one after it."""
        found = self.all()
        for number, kept in enumerate(found):
            if kept.version == current or kept.base != base or kept.source is None:
                continue
            if any(kept.source.quads_for_pattern(ox.NamedNode(f"{base}id/{path}"), None, None)):
                return kept, found[number - 1] if number else None
        return None


def _read(folder: Path) -> KeptRelease | None:
    """A folder as a release; None for one that is none, or is being written or removed."""
    if not _VERSION.fullmatch(folder.name):
        return None
    try:
        manifest: Any = json.loads((folder / "manifest.json").read_bytes())
        moment = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC)
        return KeptRelease(folder, str(manifest["version"]), str(manifest["base"]), moment, manifest)
    except (OSError, ValueError, KeyError, TypeError):
        return None
