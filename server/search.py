"""Search in the index of a release: parts of Chinese words, document numbers by their pieces, codes, texts."""

from __future__ import annotations

import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.engine.source import CLOCK

SHOWN = 20
_RUN = re.compile(r"[0-9]+|[a-z]+|[㐀-鿿豈-﫿]+|[^\W\d_a-z㐀-鿿豈-﫿]+")  # 2024 · mz · 财政局 · ü
_COUNTED = 200  # of what is found by its words alone
_RUNS = 12  # pieces of a query that are looked for
_SIGNS = 400  # of a query that are read: no name is longer
_STEPS = 20_000  # of SQLite between two looks at the clock, some milliseconds


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its kind, IRI and name, and a hint that tells it apart from others of its name."""

    kind: str
    iri: str
    name: str
    hint: str


@dataclass(frozen=True, slots=True)
class Group:
    """The best of one kind, and how many there are."""

    kind: str
    hits: list[Hit]
    count: int
    capped: bool = False  # whether there may be more than were counted


def runs(text: str) -> list[str]:
    """The pieces of what is sought: 晋财综210 → 晋财综 210."""
    return _RUN.findall(unicodedata.normalize("NFKC", text[:_SIGNS]).lower())[:_RUNS]


def match_of(text: str) -> str | None:
    """The query in the words of the index: pairs of characters as phrases, the last piece open at its end."""
    found = []
    for run in runs(text):
        if "㐀" <= run[0] <= "﫿":
            pairs = [run[i : i + 2] for i in range(len(run) - 1)]
            found.append(f'"{" ".join(pairs)}"' if pairs else f'"{run}"*')
        else:
            found.append(f'"{run}"*')
    return " AND ".join(found) or None


class Index:
    """`search.sqlite` of a release, opened read-only once for each thread.

    `places` orders the kinds of which something is found equally near; a kind without a place comes last.
    """

    def __init__(self, path: Path, places: Mapping[str, int]) -> None:
        self._path, self._places = path, places
        self._local = threading.local()

    @property
    def exists(self) -> bool:
        """Whether the release has an index."""
        return self._path.is_file()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = sqlite3.connect(
                f"{self._path.as_uri()}?mode=ro&immutable=1", uri=True
            )
            connection.set_progress_handler(lambda: time.monotonic() > CLOCK.end, _STEPS)
        return connection

    def search(self, text: str, shown: int = SHOWN) -> list[Group]:
        """What the text finds, grouped by kind, best first; the group with the best hit stands first.

        QueryFailed where the time of the page is over.
        """
        match = match_of(text)
        if match is None:
            return []
        key, plain = "".join(runs(text)), unicodedata.normalize("NFKC", text).strip()
        # A name that is or begins with the text, or holds it, comes before one where its pieces stand apart.
        query = """WITH found AS (
            SELECT item.*, (CASE WHEN key = :key THEN 0 WHEN substr(key, 1, length(:key)) = :key THEN 1
              WHEN hint = :text THEN 1 WHEN instr(key, :key) THEN 2 ELSE 3 END) AS nearness,
              bm25(words, 10.0, 6.0, 1.0) AS score FROM words JOIN item ON item.id = words.rowid
      WHERE words MATCH :match),
          ranked AS (SELECT *, COUNT(*) OVER (PARTITION BY kind) AS n, ROW_NUMBER() OVER (PARTITION BY kind
            ORDER BY nearness, ROUND(score, 1), -weight, length(name), iri) AS place FROM found)
          SELECT kind, iri, name, hint, n, nearness, score FROM ranked WHERE place <= :shown ORDER BY kind, place"""
        values: dict[str, str | int] = {"match": match, "key": key, "text": plain, "shown": shown}
        groups: dict[str, Group] = {}
        best: dict[str, tuple[int, float]] = {}
        for kind, iri, name, hint, count, nearness, score in self._rows(query, values):
            groups.setdefault(kind, Group(kind, [], count)).hits.append(Hit(kind, iri, name, hint))
            best.setdefault(kind, (nearness, round(score, 1)))
        return sorted(groups.values(), key=lambda g: (best[g.kind][0], self._places.get(g.kind, len(self._places) + 1)))

    def said(self, text: str, shown: int = SHOWN) -> list[Group]:
        """Findings, tables and sentences that hold the text, as they come; none of a release that has no such index."""
        match = match_of(text)
        if match is None or not self._has_sayings():
            return []
        query = """SELECT saying.iri, saying.name, saying.hint FROM said JOIN saying ON saying.id = said.rowid
          WHERE said MATCH :match LIMIT :counted"""
        groups = []
        for kind in ("Finding", "Table", "Statement"):
            within = f'kind : "{kind}" AND text : ({match})'
            found = self._rows(query, {"match": within, "counted": _COUNTED})
            if found:
                hits = [Hit(kind, iri, name, hint) for iri, name, hint in found[:shown]]
                groups.append(Group(kind, hits, len(found), len(found) == _COUNTED))
        return groups

    def _has_sayings(self) -> bool:
        return bool(self._rows("SELECT name FROM sqlite_master WHERE name = :name", {"name": "saying"}))

    def examples(self) -> list[str]:
        """What this release is asked for: a topic, a number of a document, a body, a target and a code of it."""
        query = """SELECT name, hint FROM item WHERE kind = :kind AND (:kind != 'LegalDocument' OR hint != '')
          ORDER BY iri LIKE '%/topic/three-public' DESC, weight DESC, id LIMIT 1"""
        found = []
        for kind in ("Topic", "LegalDocument", "Body", "Indicator", "Code"):
            for name, hint in self._rows(query, {"kind": kind}):
                found.append(hint if kind in {"LegalDocument", "Code"} else name)
        return [one for one in found if self.search(one, shown=1)]

    def _rows(self, query: str, values: dict[str, str | int]) -> list[Any]:
        try:
            return self._connection().execute(query, values).fetchall()
        except sqlite3.OperationalError:
            CLOCK.left()
            raise
