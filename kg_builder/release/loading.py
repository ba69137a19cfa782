"""The quads of a release → its store: loaded whole, or taken over from the release before with what changed.

The files in which RocksDB keeps sorted data are never written again once they are there, so that a store that nobody
writes to is copied by linking them (as RocksDB's own checkpoints do). `loaded.json` beside the store says which graphs
it holds and how much was changed in it since it was loaded whole; it is no part of the release.
"""

from __future__ import annotations

import io
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder.kept import read_kept, size_and_digest, write_kept
from kg_builder.release import dumps
from kg_builder.release.pieces import QUADS, Part
from kg_builder.release.standing import LOADED

# Bytes of N-Quads that are loaded at one time: the loader holds them in memory, about five times as much.
_BATCH = 48 << 20
# Share of the quads up to which changing a store is less work than loading it anew.
_CHANGED = 0.2


def load(parts: Sequence[Part], folder: Path, before: Path | None) -> dict[str, Any]:
    """Write `store/` of a release; returns what `seal` writes. `before` is a release whose store may be reused."""
    graphs = {part.graph: [part.facts["files"][QUADS][1], part.facts["quads"]] for part in parts}
    old = _loaded(before)
    gone = {graph: size for graph, (digest, size) in old["graphs"].items() if graphs.get(graph, [None])[0] != digest}
    new = [part for part in parts if old["graphs"].get(part.graph, [None])[0] != graphs[part.graph][0]]
    most = old["changed"] + sum(gone.values()) + sum(part.facts["quads"] for part in new)
    if before is not None and most <= _CHANGED * sum(size for _, size in graphs.values()):
        _copy(before / "store", folder / "store")
        store = ox.Store(str(folder / "store"))
        removed = {graph: size for graph, size in gone.items() if graph not in graphs}
        changed = old["changed"] + _change(store, removed, new, gone.keys() - removed.keys())
    else:
        store, changed = ox.Store(str(folder / "store")), 0
        _add(store, parts)
        store.optimize()
    store.flush()
    return {"engine": ox.__version__, "graphs": graphs, "changed": changed}


def _change(store: ox.Store, removed: Mapping[str, int], new: Sequence[Part], there: Collection[str]) -> int:
    """Remove graphs, change those that are there in other form, add the rest; how many quads that concerns."""
    for graph in sorted(removed):
        store.remove_graph(ox.NamedNode(graph))
    exchanged = sum(_exchange(store, part) for part in new if part.graph in there)
    added = [part for part in new if part.graph not in there]
    _add(store, added)
    return sum(removed.values()) + exchanged + sum(int(part.facts["quads"]) for part in added)


def seal(folder: Path, about: dict[str, Any]) -> None:
    """Write `loaded.json`: what was loaded, and the digests of the files of the store and of the search index."""
    files = [*sorted((folder / "store").glob("*.sst")), folder / "search.sqlite"]
    digests = {path.relative_to(folder).as_posix(): size_and_digest(path) for path in files if path.exists()}
    write_kept(folder / LOADED, [{**about, "files": digests}])


def _loaded(before: Path | None) -> dict[str, Any]:
    nothing: dict[str, Any] = {"graphs": {}, "changed": 0}
    if before is None:
        return nothing
    try:
        found: dict[str, Any] = json.loads(read_kept(before / LOADED)[0])
    except (OSError, ValueError):
        return nothing
    return found if found["engine"] == ox.__version__ else nothing


def _copy(store: Path, target: Path) -> None:
    target.mkdir()
    for path in sorted(store.iterdir()):
        if path.suffix == ".sst":
            try:
                os.link(path, target / path.name)
                continue
            except OSError:
                pass  # a file system without links
        if path.name != "LOCK":
            shutil.copyfile(path, target / path.name)


def _exchange(store: ox.Store, part: Part) -> int:
    """Remove and add the quads of a graph that differ, tell how many: deleted ones slow reading their neighbours."""
    text = io.BytesIO()
    store.dump(text, ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(part.graph))
    old = set(dumps.quads(text.getvalue().splitlines(keepends=True), part.graph))
    with dumps.expanded(part.folder / QUADS) as file:
        new = set(file)
    for quad in ox.parse(b"".join(sorted(old - new)), format=ox.RdfFormat.N_QUADS):
        store.remove(quad)
    store.bulk_load(b"".join(sorted(new - old)), format=ox.RdfFormat.N_QUADS)
    return len(old ^ new)


def _add(store: ox.Store, parts: Sequence[Part]) -> None:
    for batch in _batches(parts):
        # Our own serialiser wrote it: its IRIs need no second look.
        store.bulk_load(input=batch, format=ox.RdfFormat.N_QUADS, lenient=True)


def _batches(parts: Sequence[Part]) -> Iterator[bytes]:
    """Whole graphs together, unless one alone is larger than a batch."""
    found: list[bytes] = []
    size = 0
    for part in parts:
        with dumps.expanded(part.folder / QUADS) as file:
            while block := file.read(_BATCH):
                block += file.readline()  # to the end of the line
                found.append(block)
                size += len(block)
                if size >= _BATCH:
                    yield b"".join(found)
                    found, size = [], 0
    if found:
        yield b"".join(found)


def size(folder: Path) -> int:
    """The number of quads in the store of a release."""
    return len(ox.Store.read_only(str(folder / "store")))
