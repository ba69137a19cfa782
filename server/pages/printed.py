"""A page of a report as it is printed: drawn, or the lines of a text, with everything that was read from it marked."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from server.engine.draw import Leaf
from server.pages.view import View, iri_of, text_of
from server.release import Release

_SCALE, _LARGE = 2.0, 4.0  # pixels a point
_AROUND = 12  # lines of a text shown before and after what is marked
_FIRST = 80  # lines of a text that are shown where nothing is marked
_LINKS = 6  # things named beside a line
_DERIVED = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")


@dataclass(frozen=True, slots=True)
class Spot:
    """Something on a page: its name, its page of this site (none: it was not read), its box in points, its line."""

    name: str
    href: str | None = None
    box: tuple[float, float, float, float] | None = None
    line: int | None = None
    marked: bool = False

    @property
    def width(self) -> float:
        """In points."""
        return self.box[2] - self.box[0] if self.box else 0.0

    @property
    def height(self) -> float:
        """In points."""
        return self.box[3] - self.box[1] if self.box else 0.0


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line without the people it names, its number in a text file, and what stands on it."""

    text: str
    number: int | None
    spots: Sequence[Spot] = ()
    marked: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Printed:
    """A page: the address of its picture (none: it cannot be drawn), its size in points, what stands on it."""

    picture: str
    size: tuple[float, float] | None
    spots: Sequence[Spot]
    lines: Sequence[Line]
    covers: int  # how many places hide people
    more: int = 0  # lines of a text that are not shown

    @property
    def marked(self) -> int:
        """How many of its things are marked."""
        return sum(spot.marked for spot in self.spots)

    @property
    def unread(self) -> int:
        """How many pieces of its print were not read."""
        return sum(spot.href is None for spot in self.spots)


class _Pages:
    """`sources/pages.sqlite` of a release, opened read-only once for each thread."""

    def __init__(self, path: Path) -> None:
        self._path, self._local = path, threading.local()

    def rows(self, query: str, *values: str | int) -> list[tuple[Any, ...]]:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            address = f"{self._path.resolve().as_uri()}?mode=ro&immutable=1"
            connection = self._local.connection = sqlite3.connect(address, uri=True)
        return connection.execute(query, values).fetchall()


def _pages(release: Release) -> _Pages | None:
    path = release.pages
    return release.once("pages", lambda: _Pages(path)) if path else None


def leaf(release: Release, source: str, number: int, *, large: bool) -> Leaf | None:
    """What has to be drawn for a page of the file with this digest; None where it is not there or not to be drawn."""
    pages = _pages(release)
    query = "SELECT file, turn, covers FROM page WHERE source = ? AND number = ? AND drawn"
    found = pages.rows(query, source, number) if pages and number < 1 << 31 else []
    for file, turn, covers in found:
        path = release.folder / "sources" / file
        scale = _LARGE if large else _SCALE
        return Leaf(file=str(path), number=number, turn=turn, scale=scale, covers=json.loads(covers))
    return None


def shown(view: View, page: str, source: str, mark: str) -> Printed | None:
    """A page of a report (of its file `source`) with `mark` on it; None where the release does not hold the file."""
    pages, iri = _pages(view.release), page + (f"&source={source}" if source else "")
    if pages is None:
        return None
    files = [iri_of(node) for node in view.values(ox.NamedNode(iri), _DERIVED)]
    digests = [text_of(view.value(file, "sourceDigest")) for file in files]
    number = int(page.rpartition("#page=")[2])
    query = "SELECT size, drawn, lines, covers FROM page WHERE source = ? AND number = ?"
    for digest in digests:
        for size, drawn, lines, covers in pages.rows(query, digest, number):
            spots = _spots(view, pages, digest, number, _marks(view, mark))
            picture = f"{view.release.root}drawn/{digest}/{number}.webp" if drawn else ""
            made = _lines(json.loads(lines), spots)
            kept = made if size != "null" else _around(made)
            within = json.loads(size)
            return Printed(picture, within and tuple(within), spots, kept, covers.count("[") - 1, len(made) - len(kept))
    return None


def _is_marked(iri: str, marks: set[str]) -> bool:
    """Whether a thing is marked: itself, or as a figure of a row: obs/a-2025/t3-r4-c2 of table/a-2025/t3/r4."""
    figure, _, _ = iri.rpartition("-c")
    table, _, row = figure.rpartition("-r")
    return iri in marks or f"table/{table.removeprefix('obs/')}/r{row}" in marks


def unread(view: View, digests: Sequence[str]) -> list[tuple[int, str]]:
    """What was not read of the files with these digests, as (page, text); none where the release holds no files."""
    pages = _pages(view.release)
    query = "SELECT number, text FROM unread WHERE source = ? ORDER BY number, rowid"
    return [(number, text) for digest in digests for number, text in (pages.rows(query, digest) if pages else [])]


def _marks(view: View, mark: str) -> set[str]:
    """What to mark; of a finding what it concerns and is compared with."""
    if not mark.startswith("finding/"):
        return {mark}
    finding = f"{view.base}id/{mark}"
    found = [iri_of(one) for name in ("concerns", "against") for one in view.all(finding, name)]
    return {one.removeprefix(f"{view.base}id/") for one in found}


def _spots(view: View, pages: _Pages, digest: str, number: int, marks: set[str]) -> list[Spot]:
    """What was read from the page and what was not; larger boxes first, so that smaller ones lie over them."""
    query = "SELECT iri, place, name FROM thing WHERE source = ? AND number = ? ORDER BY iri"
    found = []
    for iri, place, name in pages.rows(query, digest, number):
        if "#evidence-" in iri and iri not in marks:
            continue  # the place of a title: the report's own page says it
        found.append(
            _spot(name or iri, view.link(f"{view.base}id/{iri}"), json.loads(place), marked=_is_marked(iri, marks))
        )
    query = "SELECT place, text FROM unread WHERE source = ? AND number = ?"
    found += [_spot(text, None, json.loads(place)) for place, text in pages.rows(query, digest, number)]
    return sorted(found, key=lambda spot: -spot.width * spot.height)


def _spot(name: str, href: str | None, place: Any, *, marked: bool = False) -> Spot:
    box = tuple(place) if isinstance(place, list) else None
    return Spot(name, href, box, place if isinstance(place, int) else None, marked)


def _lines(printed: Iterable[tuple[str, Any]], spots: Sequence[Spot]) -> list[Line]:
    by_line: dict[int, list[Spot]] = defaultdict(list)
    for spot in spots:
        if spot.line is not None:
            by_line[spot.line].append(spot)
    found = []
    for text, place in printed:
        number = place if isinstance(place, int) else None
        on = by_line.get(number, []) if number else []
        links = sorted((spot for spot in on if spot.href), key=lambda spot: not spot.marked)
        marked, unread = any(spot.marked for spot in on), any(spot.href is None for spot in on)
        found.append(Line(text, number, links[:_LINKS], marked, unread))
    return found


def _around(lines: list[Line]) -> list[Line]:
    """Of a long text the lines around what is marked, else its first ones."""
    marked = [n for n, line in enumerate(lines) if line.marked]
    if not marked:
        return lines[:_FIRST]
    return [line for n, line in enumerate(lines) if any(abs(n - one) <= _AROUND for one in marked)]
