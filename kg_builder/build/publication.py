"""A table beside the files (`--sources FILE.tsv`) → where and when each file was published."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePath

from kg_builder.errors import ReadingError

COLUMNS = ("file", "url", "published", "body", "region", "year", "stage", "scope", "title")
_IDENTITY = COLUMNS[3:]
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")  # https://example.org/a.pdf


@dataclass(frozen=True, slots=True)
class Publication:
    """Where (a URL) and when (YYYY-MM-DD) a file was published, as somebody stated it; None where nobody did."""

    url: str | None = None
    published: str | None = None


UNSTATED = Publication()


@dataclass(frozen=True, slots=True)
class Publications:
    """What a table states: file (a name, or the end of a path) → its publication, and what of the table is not used."""

    of_files: Mapping[str, Publication]
    unused: tuple[str, ...] = ()

    def of(self, path: Path) -> Publication | None:
        """What is stated of the file: by the longest end of its path that the table names."""
        parts = path.parts
        ends = ("/".join(parts[i:]) for i in range(len(parts)))
        return next((self.of_files[end] for end in ends if end in self.of_files), None)


def read_publications(path: Path) -> Publications:
    """The table of a file; ReadingError where it is no such table, names a file twice, or a URL or date is none."""
    head, *rows = _rows(path)
    found: dict[str, Publication] = {}
    unused: set[str] = set()
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{path.name}, line {number}"
        row = {name: cell.strip() for name, cell in zip(head, cells, strict=False)}
        name = PurePath(row.get("file", "")).as_posix().removeprefix("./")
        if len(cells) > len(head) or name in {"", ".", *found}:
            raise ReadingError(where, "one row for each file", row.get("file") or "no file")
        found[name] = Publication(_url(row.get("url"), where), _date(row.get("published"), where))
        unused |= {column for column in _IDENTITY if row.get(column)}
    return Publications(found, tuple(column for column in _IDENTITY if column in unused))


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
