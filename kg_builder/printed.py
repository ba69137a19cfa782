"""What the pages of a file show: for those who look at a page, and for the program that draws it.

Names of handlers and telephone numbers are in none of it. Where they stand on a page is told as boxes to cover; a page
of which not all print was read may name people unseen, and is not to be drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from kg_builder.model import Box, Page, Place, Report, Residue
from kg_builder.templates.ledger import PERSONAL
from kg_builder.templates.personal import line_without_people, places_of_people

At = list[float] | int | None  # left, top, right, bottom in points, or a line of a text file

_LABELS = (
    "rowLabel",
    "heading",
    "citedTitle",
    "quote",
    "label",
    "title",
    "text",
)  # of a thing, in this order of preference
_LONGEST = 80  # characters of a name
_NEAR = 0.3  # share of a line's height that something has to reach into to stand on it


def pages_as_shown(pages: Sequence[Page], ignored: Iterable[Residue]) -> Iterator[dict[str, Any]]:
    """What each page shows: `number`, `size` (points, null for a text file), `turn` (degrees), if it may be `drawn`.

    `lines` are pairs of a text without people and its place; `covers` are the boxes that hide people, `ignored` what
    the reports of the file leave out, which names people where the reading of a table shows it.
    """
    hidden: dict[int, list[Place]] = defaultdict(list)
    for residue in ignored:
        if residue.reason == PERSONAL:
            hidden[residue.place.page].append(residue.place)
    for page, found in zip(pages, places_of_people(pages), strict=True):
        covers = [*found, *hidden[page.number]]
        yield {
            "number": page.number,
            "size": page.size,
            "turn": page.turn,
            "drawn": bool(page.size and page.lines) and not (page.recognised or page.damaged),
            "lines": [[text, at_of(place)] for text, place in _lines(page, covers)],
            "covers": sorted({(b.x0, b.top, b.x1, b.bottom) for b in (place.box for place in covers) if b}),
        }


def _lines(page: Page, covers: Sequence[Place]) -> Iterator[tuple[str, Place]]:
    """The lines of a page; one that is covered in part loses what stands beside its people too."""
    boxes = [place.box for place in covers if place.box]
    numbers = {place.line for place in covers if place.line is not None}
    before = ""
    for line in page.lines:
        box, covered = line.place.box, line.place.line in numbers
        covered = covered or (box is not None and any(_reaches(box, other) for other in boxes))
        yield "" if covered else line_without_people(line.text, before), line.place
        before = line.text


def _reaches(line: Box, other: Box) -> bool:
    """Whether a box reaches into a line."""
    across = min(line.x1, other.x1) - max(line.x0, other.x0)
    down = min(line.bottom, other.bottom) - max(line.top, other.top)
    return across > 0 and down > _NEAR * (line.bottom - line.top)


def at_of(place: Place | None) -> At:
    """A place on its page as JSON: a box, else a line, else nothing."""
    if place is None or (place.box is None and place.line is None):
        return None
    box = place.box
    return place.line if box is None else [round(v, 2) for v in (box.x0, box.top, box.x1, box.bottom)]


def placed(report: Report, graph: Iterable[ox.Triple], places: Mapping[str, Place], prefix: str) -> dict[str, Any]:
    """Where everything that a report states is printed, and what of it was not read.

    `things` are [IRI after `prefix`, digest of the file, page, place, name], `unread` [digest, page, place, text].
    """
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for triple in graph:
        local = triple.predicate.value.rpartition("#")[2].rpartition("/")[2]
        if local in _LABELS and isinstance(triple.object, ox.Literal):
            names[str(triple.subject)[1:-1]].setdefault(local, triple.object.value)
    things = [
        [iri.removeprefix(prefix), report.sources[place.source].sha256, place.page, at_of(place), _name(names[iri])]
        for iri, place in sorted(places.items())
    ]
    unread = [
        [report.sources[r.place.source].sha256, r.place.page, at_of(r.place), r.text]
        for r in report.unread
        if r.text and r.reason != PERSONAL
    ]
    return {"things": things, "unread": unread}


def _name(labels: Mapping[str, str]) -> str:
    """行政运行 / 基本支出 of a figure, the quote of a statement, the label of anything else."""
    if "rowLabel" in labels or "heading" in labels:
        text = " / ".join(labels[key] for key in ("rowLabel", "heading") if key in labels)
    else:
        text = next((labels[key] for key in _LABELS if key in labels), "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
