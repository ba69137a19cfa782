"""Files that a build keeps for the next one: each knows what it was made for and whether it is whole.

The first line is JSON with `for`, the name that the file was written under, and `sha256`, the digest of all lines that
follow; each of these is one JSON value. A file that was cut, changed, emptied or moved to another name is none.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any


class DamagedError(ValueError):
    """A file that is not what was kept under its name; it has to be made again."""


def write_kept(path: Path, values: Iterable[object], name: str | None = None) -> None:
    """Keep the values under `name` (that of the path by default); the file is whole or absent."""
    lines = "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()
    about = {"for": name or path.name, "sha256": hashlib.sha256(lines).hexdigest()}
    partial = path.with_name(path.name + ".partial")
    clear(partial)
    try:
        partial.write_bytes(json.dumps(about).encode() + b"\n" + lines)
        if path.is_dir():
            clear(path)
        partial.replace(path)
    except OSError:  # the disk is full: what was begun is in the way of others
        clear(partial)
        raise


def read_kept(path: Path, name: str | None = None) -> list[bytes]:
    """The lines that were kept, not yet parsed; DamagedError where they are not those, OSError where none are there."""
    head, _, lines = path.read_bytes().partition(b"\n")
    try:
        about: Any = json.loads(head)
        whole = about == {"for": name or path.name, "sha256": hashlib.sha256(lines).hexdigest()}
    except ValueError:
        whole = False
    if not whole:
        raise DamagedError(f"{path}: expected the file as it was written, found a damaged one")
    return lines.splitlines()


def is_file(path: Path, size: int, sha256: str) -> bool:
    """Whether a file of this size and digest stands there."""
    try:
        return path.is_file() and path.stat().st_size == size and size_and_digest(path) == (size, sha256)
    except OSError:
        return False


def size_and_digest(path: Path) -> tuple[int, str]:
    """The size of a file and the SHA-256 of its content."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def digest_of(*values: object) -> str:
    """SHA-256 of values of JSON types: the name of what is made of them."""
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def clear(path: Path) -> None:
    """Make the name free, whatever stands there: a file, a link, a folder with all that it holds, nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
