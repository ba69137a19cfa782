"""Sheets on several pages, as they are read on the first one → what each page prints of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from kg_builder.model import Box, Page, Place


def laid_out(pages: Sequence[Page]) -> list[Page]:
    """The pages with the lines that each of them prints, also of sheets on several pages."""
    own = {page.number + part.after: part.lines for page in pages for part in page.parts}
    return [replace(page, lines=own[page.number]) if page.number in own else page for page in pages]


def own_place(pages: Iterable[Page]) -> Callable[[Place], Place]:
    """Where on its own page stands what has a place on the first page of a sheet; what goes on beyond it is cut."""
    parts = {page.number: page.parts for page in pages if page.parts}

    def place(joined: Place) -> Place:
        box = joined.box
        if box is None or joined.page not in parts:
            return joined
        first, *others = parts[joined.page]
        part = next((p for p in reversed(others) if box.x0 >= p.left - 1), first)
        right = max(box.x0, min(box.x1, part.right)) if part is not parts[joined.page][-1] else box.x1
        own = Box(box.x0 - part.shift, box.top, right - part.shift, box.bottom)
        return replace(joined, page=joined.page + part.after, box=own)

    return place
