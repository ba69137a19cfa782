"""Known laws and regulations: a list of facts (`data/authority.tsv`, or a larger one) and how titles match it.

A match is exact, a variant (中华人民共和国 left out, an edition added) or a candidate: a near miss such as
文物保护条例 for 文物保护法实施条例, which is a suggestion for people and never a fact.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg_builder import vocab
from kg_builder.legal.normalise import clean_title, title_key
from kg_builder.legal.places import place_in

_KINDS = {
    "法律": "law",
    "宪法": "law",
    "行政法规": "administrative-regulation",
    "地方性法规": "local-regulation",
    "部门规章": "departmental-rule",
    "司法解释": "judicial-interpretation",
    "国务院文件": "normative-document",
    "党内法规": "party-document",
}
# 2015-01-01 · 2015
_ISO = re.compile(r"\d{4}(?:-\d{2}-\d{2})?")


@dataclass(frozen=True, slots=True)
class Entry:
    """A law of the list; dates are ISO, `versions` sorted, the last the newest that the list holds."""

    title: str
    kind: str | None  # notation of `documentKind`
    first_promulgated: str | None
    versions: tuple[str, ...]
    numbers: tuple[str, ...]  # 国务院令第381号
    expired: bool
    issuers: tuple[str, ...] = ()  # who first made it; empty where the list does not tell


@dataclass(frozen=True, slots=True)
class Match:
    """`grade` is authority-exact, authority-variant or candidate (notations of the code list `resolution`)."""

    entry: Entry
    grade: str

    @property
    def fact(self) -> Entry | None:
        """The law, unless it is a suggestion only."""
        return None if self.grade == "candidate" else self.entry

    def superseded(self, edition: str | None) -> bool:
        """Whether the list holds a newer version than the edition that was cited, or the law has expired."""
        if self.grade == "candidate":
            return False
        cited = re.search(r"(?:19|20)\d\d", edition or "")
        newest = self.entry.versions[-1][:4] if self.entry.versions else ""
        return self.entry.expired or bool(cited and newest and cited.group() < newest)


class Authority:
    """A list of laws, looked up by title or by the number of an order."""

    def __init__(self, entries: list[Entry]) -> None:
        self._by_key: dict[str, Entry] = {}
        self._by_number: dict[str, Entry | None] = {}
        self._by_ending: dict[str, list[tuple[str, Entry]]] = defaultdict(list)
        for entry in sorted(entries, key=lambda e: e.title):
            key = title_key(entry.title)
            if self._by_key.setdefault(key, entry) is entry and place_in(entry.title) is None:
                self._by_ending[_ending(key)].append((key, entry))
            for number in entry.numbers:
                known = self._by_number.get(number, entry)
                self._by_number[number] = entry if known is entry else None  # one order may carry several texts
        self._cache: dict[str, Match | None] = {}

    def by_number(self, number: str) -> Entry | None:
        """The law that an order put in force (国务院令第381号), None for none or several."""
        return self._by_number.get(number)

    def by_title(self, title: str) -> Match | None:
        """The law that a title names, with the grade of the match."""
        if title not in self._cache:
            self._cache[title] = self._match(title)
        return self._cache[title]

    def known(self, key: str) -> bool:
        """Whether a title key is one of the list's."""
        return key in self._by_key

    def _match(self, title: str) -> Match | None:
        cleaned = clean_title(title)
        key = title_key(title)
        entry = self._by_key.get(key)
        if entry is not None:
            exact = cleaned.edition is None and cleaned.text == entry.title
            return Match(entry, "authority-exact" if exact else "authority-variant")
        near = None if place_in(cleaned.text) or len(key) < 5 else self._near(key)
        return Match(near, "candidate") if near else None

    def _near(self, key: str) -> Entry | None:
        found = [
            (abs(len(known) - len(key)), known, entry)
            for known, entry in self._by_ending.get(_ending(key), ())
            if _is_near(known, key)
        ]
        return min(found, key=lambda f: f[:2])[2] if found else None


def _ending(key: str) -> str:
    return key[-1:] if key.endswith("法") and not key.endswith("办法") else key[-2:]


def _is_near(known: str, key: str) -> bool:
    """Whether one title is the other with at most four characters left out, or with one character exchanged."""
    if len(known) == len(key):
        return len(key) >= 6 and sum(a != b for a, b in zip(known, key, strict=True)) == 1
    short, long = sorted((known, key), key=len)
    if len(short) < 5 or len(long) - len(short) > 4:
        return False
    rest = iter(long)
    return all(c in rest for c in short)


def load_authority(path: Path) -> Authority:
    """A list as TSV with the columns title, type, first_promulgated, version_date, document_numbers,
    latest_version_here, expired_flag, and if it has one, issuer (names joined by 、); a law has a line for each
    version. KeyError where a column is missing."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            rows[clean_title(row["title"]).text].append(row)
    return Authority([_entry(title, versions) for title, versions in sorted(rows.items()) if title])


def _entry(title: str, rows: list[dict[str, str]]) -> Entry:
    versions = _dates(rows, "version_date")
    numbers = {n for row in rows for n in (row["document_numbers"] or "").split("；") if n and "主席令" not in n}
    kinds = sorted({row["type"] for row in rows})
    newest = [row for row in rows if not versions or row["version_date"] == versions[-1]]
    return Entry(
        title,
        _KINDS.get(kinds[0]) if len(kinds) == 1 else None,
        next(iter(_dates(rows, "first_promulgated")), None),
        versions,
        tuple(sorted(n.removeprefix("中华人民共和国") for n in numbers)),
        {(row["expired_flag"], row["latest_version_here"]) for row in newest} == {("1", "1")},
        _makers(kinds, rows),
    )


def _dates(rows: list[dict[str, str]], column: str) -> tuple[str, ...]:
    """The dates of a column, sorted; what is no ISO date is left out."""
    return tuple(sorted({row[column] for row in rows if _ISO.fullmatch(row[column] or "")}))


def _makers(kinds: list[str], rows: list[dict[str, str]]) -> tuple[str, ...]:
    """Who made the law: as the list says, else the State Council for 行政法规 (立法法, art. 72); else unknown."""
    told = sorted({row["issuer"] for row in rows if row.get("issuer")})
    if len(told) == 1:
        return tuple(told[0].split("、"))
    return ("国务院",) if kinds == ["行政法规"] else ()


@cache
def own_authority() -> Authority:
    """The project's own list of facts: the laws and regulations that budgets cite most."""
    return load_authority(vocab.folder("data") / "authority.tsv")
