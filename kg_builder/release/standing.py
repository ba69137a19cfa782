"""What stands in DIR: the release that is served, and the lock that keeps two builds apart."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox

Manifest = dict[str, Any]


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
    """The manifest of the release that DIR serves, None where there is none or a file of it is missing."""
    folder = out / "current"
    try:
        manifest: Manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        whole = all((folder / file["path"]).stat().st_size == file["size"] for file in manifest["files"])
        ox.Store.read_only(str(folder / "store"))
    except (OSError, ValueError, KeyError):
        return None
    return manifest if whole else None
