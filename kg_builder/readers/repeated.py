"""Columns of labels that each page of a wide sheet begins with → the ink of a later page without them.

Between the first and the last rule across, all that stands left of a rule down stands there on the sheet's first page
too, at the same places; each such column holds text. Lines above the rules that the first page prints are left out as
well, whole or cut.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kg_builder.model import Cell
from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import Glyph, Rule, Run, glyphs_to_runs
from kg_builder.text import squeeze

SAME = 1.0  # points by which the places of one column may differ
ROWS = 4  # heights at which a column of labels holds text

Reach = tuple[float, float]


def without_repeated(ink: Ink, first: Ink, lines: Iterable[Cell], rows: Reach) -> tuple[Ink, float] | None:
    """What a page prints right of the columns that it has from a sheet's first page, and where these end; None where
    it has none of them.

    `lines` are those of the sheet's first page, `rows` the heights of its first and its last rule across.
    """
    right = max(rule.end for rule in ink.rules if not rule.upright)
    at = _end_of_labels(ink, first, rows, right)
    if at is None:
        return None
    printed = "".join(squeeze(line.text) for line in lines)
    above = glyphs_to_runs(glyph for glyph in ink.glyphs if glyph.y < rows[0])
    glyphs = [glyph for run in above if not _is_printed(run, printed) for glyph in run.glyphs]
    glyphs += [glyph for glyph in ink.glyphs if glyph.y >= rows[0] and glyph.x >= at]
    return replace(ink, glyphs=tuple(glyphs), rules=tuple(_between(ink.rules, at, right))), at


def _end_of_labels(ink: Ink, first: Ink, rows: Reach, right: float) -> float | None:
    """The rule down, at the same place on both pages, left of which both print the same; the last of several."""
    walls, others = _walls(ink), _walls(first)
    for at in reversed(walls[1:]):
        shared = at < right - SAME and any(abs(at - other) <= SAME for other in others)
        if shared and _is_repeated(walls, at, _left(ink, at, rows), _left(first, at, rows)):
            return at
    return None


def _is_printed(run: Run, printed: str) -> bool:
    return "".join(squeeze(glyph.text) for glyph in run.glyphs if not glyph.hidden) in printed


def between(ink: Ink, left: float, right: float) -> Ink:
    """What a page prints between two places from left to right."""
    glyphs = tuple(glyph for glyph in ink.glyphs if left <= glyph.x <= right)
    return replace(ink, glyphs=glyphs, rules=tuple(_between(ink.rules, left, right)))


def _walls(ink: Ink) -> list[float]:
    """Where rules down stand, from left to right."""
    found: list[float] = []
    for at in sorted(rule.at for rule in ink.rules if rule.upright):
        if not found or at - found[-1] > SAME:
            found.append(at)
    return found


def _left(ink: Ink, at: float, rows: Reach) -> list[Glyph]:
    """What stands wholly left of a rule down, between the rules across, row by row."""
    inside = [g for g in ink.glyphs if g.x1 <= at + SAME and rows[0] <= g.y <= rows[1] and not g.hidden]
    return sorted(inside, key=lambda g: (round(g.top), round(g.x0)))


def _is_repeated(walls: Sequence[float], at: float, here: Sequence[Glyph], there: Sequence[Glyph]) -> bool:
    """Whether the same stands left of a rule down on both pages, in each of the columns there."""
    same = len(here) == len(there) and all(map(_is_same, here, there))
    columns = itertools.pairwise(wall for wall in walls if wall <= at)
    return same and all(len({round(g.top) for g in here if a <= g.x <= b}) >= ROWS for a, b in columns)


def _is_same(one: Glyph, other: Glyph) -> bool:
    return one.text == other.text and abs(one.x0 - other.x0) <= SAME and abs(one.top - other.top) <= SAME


def _between(rules: Iterable[Rule], left: float, right: float) -> Iterator[Rule]:
    """What of the rules lies between two places."""
    for rule in rules:
        if rule.upright and left - SAME <= rule.at <= right + SAME:
            yield rule
        elif not rule.upright and rule.end > left + SAME and rule.start < right - SAME:
            yield replace(rule, start=max(rule.start, left), end=min(rule.end, right))
