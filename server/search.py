"""Names of a release searched as people write them: `晋财综210` finds 晋财综〔2024〕210号."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import pyoxigraph as ox

from server.release import Release
from server.terms import DCTERMS, MZ, RDFS, SKOS, TYPE

# class → properties whose values name it, in the order in which groups are shown
_NAMED = {
    "LegalDocument": (DCTERMS + "title", MZ + "documentNumber"),
    "Body": (RDFS + "label", SKOS + "altLabel", MZ + "code"),
    "Project": (RDFS + "label",),
    "Report": (DCTERMS + "title",),
    "Indicator": (RDFS + "label",),
}
_RUNS = re.compile(r"[0-9]+|[a-z]+|[^0-9a-z]+")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One name of an entity with the form in which it is compared."""

    kind: str
    iri: str
    key: str


def search_key(text: str) -> str:
    """NFKC, lower case, letters and digits only: 晋财综〔2024〕210号 → 晋财综2024210号."""
    return "".join(c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum())


def read_index(release: Release) -> tuple[Entry, ...]:
    """All names of a release."""
    found: set[tuple[str, str, str]] = set()
    for kind, properties in _NAMED.items():
        members = {q.subject for q in release.store.quads_for_pattern(None, TYPE, ox.NamedNode(MZ + kind))}
        for name in properties:
            for quad in release.store.quads_for_pattern(None, ox.NamedNode(name), None):
                subject, value = quad.subject, quad.object
                if subject in members and isinstance(subject, ox.NamedNode) and isinstance(value, ox.Literal):
                    found.add((kind, subject.value, search_key(value.value)))
    return tuple(Entry(*entry) for entry in sorted(found))


def search(index: tuple[Entry, ...], text: str) -> dict[str, tuple[list[str], int]]:
    """IRIs by kind, best first and at most twenty, with how many there are; indicators of one name count once."""
    runs = _RUNS.findall(search_key(text))
    ranked: dict[str, dict[str, tuple[int, int, str]]] = {}
    for entry in index if runs else ():
        start = _position(entry.key, runs)
        if start is None:
            continue
        rank = (start, len(entry.key), entry.iri)
        one = entry.key if entry.kind == "Indicator" else entry.iri
        group = ranked.setdefault(entry.kind, {})
        group[one] = min(rank, group.get(one, rank))
    shown = {
        kind: ([rank[2] for rank in sorted(group.values())[:_SHOWN]], len(group)) for kind, group in ranked.items()
    }
    return {kind: shown[kind] for kind in _NAMED if kind in shown}


def _position(key: str, runs: list[str]) -> int | None:
    """Where the first run stands when all follow one another in the key, None where they do not."""
    first = position = key.find(runs[0])
    for run in runs:
        position = key.find(run, position)
        if position < 0:
            return None
        position += len(run)
    return first
