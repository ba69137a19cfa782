"""What stands in DIR: the release that is served, and the lock that keeps two builds apart."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder.build.workers import system_words
from kg_builder.kept import is_file, read_kept

Manifest = dict[str, Any]

MANIFEST = "manifest.json"
CATALOG = "catalog.ttl"
LOADED = "loaded.json"  # what the store and the search index were made of; no part of the release


class ReleaseError(Exception):
    """A release that cannot be written, or one on disk that is not what its manifest says; one line."""


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold DIR for one build; ReleaseError at once where another build holds it. The lock dies with its process."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ReleaseError(f"{out}: expected no other build, found one running (process {file.read()})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def current(out: Path) -> Manifest | None:
    """The manifest of the release that DIR serves; None where there is none, or one of its files is not as written."""
    folder = out / "current"
    return told(out) if next(damage(folder), None) is None else None


def told(out: Path) -> Manifest | None:
    """What the manifest of the release that DIR serves says, whatever its files are; None where it cannot be read."""
    try:
        manifest: Manifest = json.loads((out / "current" / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def version_of(manifest: Manifest) -> str:
    """The version of a release: a digest of what its manifest says, but for the catalogue, which names the version."""
    files = [file for file in manifest["files"] if file["path"] != CATALOG]
    said = {name: value for name, value in manifest.items() if name != "version"} | {"files": files}
    return hashlib.sha256(manifest_text(said).encode()).hexdigest()[:16]


def manifest_text(manifest: Manifest) -> str:
    """The manifest as it is written."""
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def damage(folder: Path) -> Iterator[str]:
    """A line for each file of a release that is not as it was written, and for a store that holds something else."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        files = {file["path"]: (file["size"], file["sha256"]) for file in manifest["files"]}
        quads = manifest["counts"]["quads"]
        if manifest["version"] != version_of(manifest):
            yield f"{MANIFEST}: expected the version of what it says, found another"
    except (OSError, ValueError, KeyError, TypeError) as error:
        found = system_words(error) if isinstance(error, OSError) else "something else"
        yield f"{MANIFEST}: expected a manifest, found {found}"
        return
    try:
        loaded = json.loads(read_kept(folder / LOADED)[0])
        files |= {path: (size, digest) for path, (size, digest) in loaded["files"].items()}
    except (OSError, ValueError):
        yield f"{LOADED}: expected what the store and the search index are made of, found a damaged file or none"
    with ThreadPoolExecutor() as threads:  # digests are taken without the interpreter's lock
        whole = threads.map(lambda path: is_file(folder / path, *files[path]), files)
        yield from (
            f"{path}: expected the file as it was written, found another or none" for path in _not(files, whole)
        )
    try:
        held = len(ox.Store.read_only(str(folder / "store")))
        if held != quads:
            yield f"store: expected {quads} statements, found {held}"
    except (OSError, ValueError, RuntimeError):  # RuntimeError: Corruption, as RocksDB says
        yield "store: expected one that opens, found a damaged one"


def _not(paths: Iterable[str], whole: Iterable[bool]) -> Iterator[str]:
    return (path for path, fine in zip(paths, whole, strict=True) if not fine)
