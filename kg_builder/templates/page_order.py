"""Printed page numbers."""

from __future__ import annotations

from collections.abc import Sequence

from kg_builder import marks
from kg_builder.model import Cell, Page

_MARGIN = 0.12  # share of a page's height in which page numbers stand


def printed_numbers(pages: Sequence[Page]) -> list[int | None]:
    """The number printed on each page of a PDF, None where there is none."""
    return [_number_of(page) for page in pages]


def _number_of(page: Page) -> int | None:
    if page.size is None:
        return None
    found = [marks.page_number_of(line.text) for line in page.lines if _at_edge(line, page.size[1])]
    numbers = [number for number in found if number is not None]
    return numbers[-1] if numbers else None


def _at_edge(line: Cell, height: float) -> bool:
    box = line.place.box
    return box is not None and not _MARGIN < (box.top + box.bottom) / 2 / height < 1 - _MARGIN
