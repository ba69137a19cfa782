"""A table beside the files (`--sources FILE.tsv`) → where and when each was published, and whose report it is.

Print comes first: what the table states of a report's identity is used where the file itself says nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath
from typing import cast, get_args

from kg_builder.errors import ReadingError
from kg_builder.model import IDENTITY, Publication, Scope, Stage
from kg_builder.text import label_key, squeeze

COLUMNS = ("file", "url", "published", *IDENTITY)
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")  # https://example.org/a.pdf


@dataclass(frozen=True, slots=True)
class Publications:
    """What a table states: file (a name, or the end of a path) → its publication."""

    of_files: Mapping[str, Publication]

    def of(self, path: Path) -> Publication | None:
        """What is stated of the file: by the longest end of its path that the table names."""
        parts = path.parts
        ends = ("/".join(parts[i:]) for i in range(len(parts)))
        return next((self.of_files[end] for end in ends if end in self.of_files), None)


def read_publications(path: Path) -> Publications:
    """The table of a file; ReadingError where it is no such table, names a file twice, or says what cannot be."""
    head, *rows = _rows(path)
    found: dict[str, Publication] = {}
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path.name}, line {number}"
        row = {name: cell.strip() for name, cell in zip(head, cells, strict=False)}
        name = PurePath(row.get("file", "")).as_posix().removeprefix("./")
        if len(cells) > len(head) or name in {"", ".", *found}:
            raise ReadingError(where, "one row for each file", row.get("file") or "no file")
        found[name] = _publication(row, where)
    return Publications(found)


def _publication(row: Mapping[str, str], where: str) -> Publication:
    return Publication(
        _url(row.get("url"), where),
        _date(row.get("published"), where),
        squeeze(row.get("body", "")) or None,
        _region(row.get("region"), where),
        _year(row.get("year"), where),
        cast(Stage | None, _notation("stage", get_args(Stage), row.get("stage"), where)),
        cast(Scope | None, _notation("scope", get_args(Scope), row.get("scope"), where)),
        row.get("title") or None,
        where if any(row.get(column) for column in IDENTITY) else "",
    )


def _rows(path: Path) -> list[list[str]]:
    """The rows of a table, its head first; ReadingError where the head names other columns than `COLUMNS`."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingError(path.name, "a table in UTF-8", str(error)) from error
    rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    head = [name.strip() for name in rows[0]] if rows else []
    if "file" not in head or set(head) - set(COLUMNS) or len(set(head)) < len(head):
        raise ReadingError(path.name, f"columns out of {', '.join(COLUMNS)}", ", ".join(head) or "nothing")
    return [head, *rows[1:]]


def _url(text: str | None, where: str) -> str | None:
    if text and not _ADDRESS.fullmatch(text):
        raise ReadingError(where, "a URL that begins with http:// or https://", text)
    return text or None


def _date(text: str | None, where: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ReadingError(where, "a date such as 2025-02-14", text) from None


def _year(text: str | None, where: str) -> int | None:
    if text and not re.fullmatch(r"20\d\d", text):
        raise ReadingError(where, "a year such as 2025", text)
    return int(text) if text else None


def _region(text: str | None, where: str) -> str | None:
    """The region's name; of a code (310107) all of it: 上海市普陀区."""
    if not text or not text.isdigit():
        return squeeze(text or "") or None
    from kg_builder import vocab  # noqa: PLC0415 - the help needs no libraries

    regions, names, code = vocab.concepts("region"), "", text
    if code not in regions:
        raise ReadingError(where, "a region's name or its code of GB/T 2260", text)
    while code:
        names, code = regions[code].zh + names, regions[code].broader or ""
    return names


def _notation(scheme: str, allowed: Sequence[str], text: str | None, where: str) -> str | None:
    """The notation of a code list that a text is, or labels: 决算 → final."""
    if not text:
        return None
    from kg_builder import vocab  # noqa: PLC0415 - as above

    found = text if text in allowed else vocab.notations(scheme).get(label_key(text))
    if found not in allowed:
        raise ReadingError(where, f"a {scheme} out of {', '.join(allowed)}", text)
    return found
