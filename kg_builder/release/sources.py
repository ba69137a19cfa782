"""The files of a release themselves, and `sources/pages.sqlite`: what stands where on each of their pages.

    sources/<SHA-256>.pdf    a file as it was read, under the digest of its content; nobody may fetch it
    sources/pages.sqlite     page: what it shows and what of it is to be covered; thing, unread: where they stand on it

Places are JSON: [left, top, right, bottom] in points from the top left corner of the upright page, or the number of a
line of a text file.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from kg_builder.build.inputs import Input
from kg_builder.kept import read_kept
from kg_builder.release.standing import ReleaseError

SOURCES = "sources"
PAGES = "pages.sqlite"

_TABLES = """
CREATE TABLE page (source TEXT, number INTEGER, file TEXT, size TEXT, turn INTEGER, drawn INTEGER, lines TEXT,
  covers TEXT, PRIMARY KEY (source, number)) WITHOUT ROWID;
CREATE TABLE thing (iri TEXT PRIMARY KEY, source TEXT, number INTEGER, place TEXT, name TEXT) WITHOUT ROWID;
CREATE TABLE unread (source TEXT, number INTEGER, place TEXT, text TEXT);
"""
_INDEXES = """
CREATE INDEX things ON thing (source, number);
CREATE INDEX unreads ON unread (source, number);
"""


def write_sources(
    prints: Sequence[tuple[Input, Path]], pieces: Iterable[Path], folder: Path, before: Path | None
) -> None:
    """Put the files into the release with what their pages show; ReleaseError for one that changed meanwhile.

    `pieces` tell where everything stands that the reports state. What the release before has is linked, not copied.
    """
    target = folder / SOURCES
    target.mkdir()
    for file, _ in prints:
        name = f"{file.sha256}{file.path.suffix.lower()}"
        _put(file, target / name, before / SOURCES / name if before else None)
    with closing(sqlite3.connect(target / PAGES)) as base:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLES)
        base.executemany("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _pages(prints))
        for piece in (piece for piece in pieces if piece.is_file()):
            told = json.loads(piece.read_bytes())
            base.executemany("INSERT OR IGNORE INTO thing VALUES (?, ?, ?, ?, ?)", _with_json(told["things"], 3))
            base.executemany("INSERT INTO unread VALUES (?, ?, ?, ?)", _with_json(told["unread"], 2))
        base.executescript(_INDEXES)
        base.commit()


def _put(file: Input, target: Path, before: Path | None) -> None:
    if before is not None and before.is_file() and before.stat().st_size == file.size:
        try:
            os.link(before, target)
        except OSError:
            shutil.copyfile(before, target)
        return
    shutil.copyfile(file.path, target)
    with target.open("rb") as copy:
        if hashlib.file_digest(copy, "sha256").hexdigest() != file.sha256:
            raise ReleaseError(f"{file.name}: expected the file that was read, found another content")


def _pages(prints: Sequence[tuple[Input, Path]]) -> Iterator[tuple[Any, ...]]:
    for file, kept in prints:
        name = f"{file.sha256}{file.path.suffix.lower()}"
        for line in read_kept(kept):
            page = json.loads(line)
            size, lines, covers = (json.dumps(page[key], ensure_ascii=False) for key in ("size", "lines", "covers"))
            yield file.sha256, page["number"], name, size, page["turn"], page["drawn"], lines, covers


def _with_json(rows: Iterable[list[Any]], at: int) -> Iterator[list[Any]]:
    """The rows, with the value in one place as JSON."""
    for row in rows:
        yield [*row[:at], json.dumps(row[at]), *row[at + 1 :]]
