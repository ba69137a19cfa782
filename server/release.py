"""The release that is served: its manifest, its store, and the moment when another one takes its place."""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import pyoxigraph as ox
from werkzeug.http import http_date

from server.engine.local import Engine
from server.engine.process import QueryFailed
from server.engine.source import CLOCK, Source, StoreSource, solutions
from server.engine.worker import Job
from server.settings import Settings

if TYPE_CHECKING:
    from server.engine.remote import RemoteEngine

# The record that `mingzhang publish` keeps beside a release (kg_builder.publish writes it): its version, and the digest
# of each of its graphs.
PUBLISHED = "id/published"
HAS_VERSION = "http://www.w3.org/2002/07/owl#versionInfo"
DIGEST = "http://purl.org/dc/terms/identifier"

T = TypeVar("T")

log = logging.getLogger("mingzhang")

_RETRY_SECONDS = 1.0  # how often a release that could not be opened is tried again
_DUMPS = ("dumps/mingzhang.nq.gz", "dumps/mingzhang.nq")
_QUAD = 500  # bytes that one takes in memory; 450 were measured
_FILE = {"path": str, "sha256": str, "size": int}  # what a manifest says of each file


class ReleaseMissingError(Exception):
    """The folder holds no complete release; one line."""


class Release:
    """One release opened for reading, with its own query engine."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        try:
            self.manifest = _manifest(folder / "manifest.json")
            self.version: str = self.manifest["version"]
            self.base: str = self.manifest["base"]
            self.root: str = urlsplit(self.base).path  # the path that the site is served under: / or /budget/
            self.modified = datetime.fromtimestamp((folder / "manifest.json").stat().st_mtime, UTC)
            self.engine: Engine | RemoteEngine
            self.store: Source
            if settings.engine:
                from server.engine.remote import RemoteEngine, RemoteSource  # noqa: PLC0415 - needs SPARQLWrapper

                found = _published(self.version, self.base, settings)
                self.engine = RemoteEngine(settings.engine, found, settings, _holds(self.version, self.base))
                self.store = RemoteSource(self.engine)
            else:
                store = ox.Store.read_only(str(folder / "store"))
                self.engine = Engine(folder / "store", settings, _dump(folder, self.manifest, settings.resident))
                self.store = StoreSource(store, self.engine)
        except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: Corruption, as RocksDB says
            raise ReleaseMissingError(f"{folder}: expected a release, found {error}") from error
        self.folder = folder
        self.users = 0
        self.replaced = False
        self._made: dict[str, Any] = {}

    def once(self, name: str, make: Callable[[], T]) -> T:
        """What pages work out once for a release: made when it is first asked for, kept under its name."""
        if name not in self._made:
            self._made[name] = make()
        found: T = self._made[name]
        return found

    @cached_property
    def pages(self) -> Path | None:
        """What stands where on the pages of the files, where the release holds these (`build --with-sources`)."""
        path = self.folder / "sources/pages.sqlite"
        return path if path.is_file() else None

    @property
    def stands(self) -> bool:
        """Whether its folder is there: a later publication may have removed it."""
        return (self.folder / "manifest.json").is_file()

    @cached_property
    def modified_text(self) -> str:
        """The date for Last-Modified."""
        return http_date(self.modified)

    @cached_property
    def graphs(self) -> tuple[str, ...]:
        """IRIs of the named graphs, in order."""
        return tuple(sorted(g.value for g in self.store.named_graphs() if isinstance(g, ox.NamedNode)))

    @cached_property
    def graph_set(self) -> frozenset[str]:
        """The named graphs for membership."""
        return frozenset(self.graphs)


def _manifest(file: Path) -> dict[str, Any]:
    """What a release says of itself; ValueError where it does not say what is needed to serve it."""
    said: Any = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(said, dict):
        raise ValueError("a manifest that is no object")
    kinds = {"version": str, "base": str, "files": list}
    if wrong := [name for name, kind in kinds.items() if not isinstance(said.get(name), kind)]:
        raise ValueError(f"a manifest without {', '.join(wrong)}")
    for entry in said["files"]:
        if not isinstance(entry, dict) or not all(isinstance(entry.get(n), kind) for n, kind in _FILE.items()):
            raise ValueError(f"a manifest with a file that lacks {', '.join(_FILE)}")
    return said


def _dump(folder: Path, manifest: dict[str, Any], room: int) -> Path | None:
    """The dump of all graphs, where so many bytes of memory have room for what it says; None else."""
    counts = manifest.get("counts")
    quads = counts.get("quads") if isinstance(counts, dict) else None
    if not isinstance(quads, int) or quads * _QUAD > room:
        return None
    return next((file for name in _DUMPS if (file := folder / name).is_file()), None)


def _published(version: str, base: str, settings: Settings) -> list[str]:
    """The graphs of a release that `mingzhang publish` has put behind an endpoint; ReleaseMissingError without it."""
    from server.engine.remote import RemoteEngine  # noqa: PLC0415 - needs SPARQLWrapper

    CLOCK.begin(settings.page_seconds)  # else the time of the last page that this thread made would count
    record = base + PUBLISHED
    engine = RemoteEngine(settings.engine, [record], settings)
    try:
        found = solutions(
            engine, f"SELECT ?about ?p ?o {{ ?about ?p ?o FILTER (?p IN (<{HAS_VERSION}>, <{DIGEST}>)) }}"
        )
        said = [(row["about"], row["p"], row["o"]) for row in found]
    except QueryFailed as failed:
        raise ReleaseMissingError(f"{settings.engine}: expected a SPARQL endpoint, found: {failed.detail}") from failed
    finally:
        engine.close()
    versions = [o.value for _, p, o in said if p == ox.NamedNode(HAS_VERSION) and isinstance(o, ox.Literal)]
    if versions != [version]:
        found_there = " ".join(versions) or "none"
        raise ReleaseMissingError(
            f"{settings.engine}: expected release {version}, found {found_there}; publish it there"
        )
    return sorted(a.value for a, p, _ in said if p == ox.NamedNode(DIGEST) and isinstance(a, ox.NamedNode))


def _holds(version: str, base: str) -> Job:
    """The question whether an endpoint holds a release; no while `publish` changes anything there."""
    return {
        "query": f"ASK {{ <{base}> <{HAS_VERSION}> {ox.Literal(version)} }}",
        "default_graphs": [base + PUBLISHED],
        "named_graphs": [],
        "union": False,
        "format": "json",
        "row_cap": 1,
    }


class Releases:
    """DIR/current, followed: requests hold the release they began with; one that was replaced closes after its last."""

    def __init__(self, directory: Path, settings: Settings) -> None:
        self.directory, self.settings = directory, settings
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._pointer, self._link = str(directory / "current"), ""
        self._link = self._points_to()
        self._refused, self._tried = "", 0.0  # what `current` pointed to and could not be opened, and when
        self._current = Release(self._folder(self._link), settings)

    def _points_to(self) -> str:
        """What DIR/current says; the same as before where it says nothing, "" where it is a folder itself."""
        try:
            return os.readlink(self._pointer)  # noqa: PTH115 - asked for each request, and a tenth of the time
        except OSError:
            return self._link

    def _folder(self, link: str) -> Path:
        return (self.directory / (link or "current")).resolve()

    @contextmanager
    def use(self) -> Iterator[Release]:
        """The release of now, kept open until the context ends."""
        release = self.acquire()
        try:
            yield release
        finally:
            self.let_go(release)

    def acquire(self) -> Release:
        """The release of now, kept open until `let_go`."""
        self._follow()
        with self._lock:
            self._current.users += 1
            return self._current

    def version(self) -> str:
        """The version of the release of now."""
        self._follow()
        return self._current.version

    def root(self) -> str:
        """The path that the release of now is served under."""
        return self._current.root

    def let_go(self, release: Release) -> None:
        """End the use of a release."""
        with self._lock:
            release.users -= 1
            last = release.replaced and release.users == 0
        if last:
            release.engine.close()

    def close(self) -> None:
        """End the engine of the current release."""
        self._current.engine.close()

    def _follow(self) -> None:
        """Open the release that `current` points to now, if it is another.

        Meanwhile requests go on with the old one; where its folder is gone, they wait for the other.
        """
        link = self._points_to()
        if link == self._link or self._refuses(link):
            return
        if not self._current.stands:
            with self._opening:
                self._open(link)
        elif self._opening.acquire(blocking=False):
            threading.Thread(target=self._open_behind, args=(link,), daemon=True).start()

    def _refuses(self, link: str) -> bool:
        return link == self._refused and time.monotonic() - self._tried < _RETRY_SECONDS

    def _open_behind(self, link: str) -> None:
        try:
            self._open(link)
        finally:
            self._opening.release()

    def _open(self, link: str) -> None:
        """Serve another release; one that cannot be served leaves the old one serving, and is told once."""
        if link == self._link or self._refuses(link):  # another request has opened it
            return
        try:
            self._switch(Release(self._folder(link), self.settings), link)
        except (ReleaseMissingError, QueryFailed) as error:
            if link != self._refused:
                reason = error.detail if isinstance(error, QueryFailed) else error
                log.error("not served, %s goes on: %s", self._current.version, reason)
            self._refused, self._tried = link, time.monotonic()

    def _switch(self, new: Release, link: str) -> None:
        with self._lock:
            old, self._current, self._link = self._current, new, link
            old.replaced = True
            unused = old.users == 0
        if unused:
            old.engine.close()
