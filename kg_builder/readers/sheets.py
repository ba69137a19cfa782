"""Sheets wider than the page: columns that go on on a later page, without the rows' labels, are told and not read.

Such a page has rules across at the heights of an earlier page, and below its heads figures alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kg_builder import marks
from kg_builder.model import Page
from kg_builder.readers.ink import Rule

ROWS = 4  # rows between rules by whose heights a sheet is known again
SAME = 1.0  # points by which the heights of one sheet may differ
HEADS = 3  # rows of heads that some columns have and others lack
NEAR = 30  # pages on which a sheet may go on

# 1,098.40 · -98.4 · 12 · 0.5%: figures and nothing else
_FIGURES = re.compile(r"[-+−△▲(（]*\d[\d,，]*(?:\.\d+)?[%％)）]?")
# 201 · 2010101: a code, the label of a row
_CODE = re.compile(r"\d{3,}")

Heights = tuple[float, ...]


@dataclass
class Sheets:
    """The heights of the rules on the pages before."""

    before: list[tuple[int, Heights]] = field(default_factory=list)

    def alone(self, page: Page, rules: Sequence[Rule]) -> Page:
        """The page, without tables and with a fault where it prints columns of an earlier page's sheet alone."""
        heights = _heights(rules)
        known = self.before[-NEAR:]
        self.before.append((page.number, heights))
        if len(heights) <= ROWS or not _has_figures_alone(page, heights):
            return page
        first = next((number for number, other in known if _is_same(heights, other)), None)
        if first is None:
            return page
        told = f"columns of the sheet on page {first} go on here without the labels of their rows: they are not read"
        return replace(page, tables=(), faults=(*page.faults, told))


def _heights(rules: Sequence[Rule]) -> Heights:
    found: list[float] = []
    for at in sorted(rule.at for rule in rules if not rule.upright):
        if not found or at - found[-1] > SAME:
            found.append(at)
    return tuple(found)


def _is_same(one: Heights, other: Heights) -> bool:
    """Whether both begin, go on and end at the same heights; heads of other columns may have other rows."""
    few, many = sorted((one, other), key=len)
    ends = bool(few) and abs(few[0] - many[0]) <= 2 * SAME and abs(few[-1] - many[-1]) <= 2 * SAME
    return ends and len(many) - len(few) <= HEADS and all(any(abs(a - b) <= 2 * SAME for b in many) for a in few)


def _has_figures_alone(page: Page, heights: Heights) -> bool:
    """Whether from the first line of figures between the rules on there are figures and nothing else."""
    inside = [
        line.text.split()
        for line in page.lines
        if line.place.box and heights[0] <= (line.place.box.top + line.place.box.bottom) / 2 <= heights[-1]
    ]
    figures = [all(_FIGURES.fullmatch(word) or marks.is_nil(word) for word in words) for words in inside]
    if sum(figures) < 2:
        return False  # one row of figures below its heads is a table of its own
    first = figures.index(True)
    return all(figures[first:]) and not all(_CODE.fullmatch(words[0]) for words in inside[first:])
