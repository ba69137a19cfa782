"""The query library: `queries/*.rq`, each with titles and descriptions in its comment head."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LINE = re.compile(r"# (title|description)@(zh|en): (.+)")  # `# title@zh: 引用某一文件的项目`


@dataclass(frozen=True, slots=True)
class LibraryQuery:
    """A query with its name (the file's), what it answers in both languages, and its text as it is run."""

    name: str
    title: dict[str, str]
    description: dict[str, str]
    text: str


@cache
def library() -> tuple[LibraryQuery, ...]:
    """All queries by name; ValueError where a head is incomplete."""
    return tuple(_read(path) for path in sorted((Path(__file__).parent / "queries").glob("*.rq")))


def _read(path: Path) -> LibraryQuery:
    text = path.read_text(encoding="utf-8")
    head: dict[str, dict[str, str]] = {"title": {}, "description": {}}
    for part, language, value in _LINE.findall(text):
        head[part][language] = value.strip()
    if any(set(values) != {"zh", "en"} for values in head.values()):
        raise ValueError(f"{path.name}: expected title and description in zh and en")
    return LibraryQuery(path.stem, head["title"], head["description"], text)
