"""Units of money that a line break cuts (单位：万, and 元 at the end of the next line) → whole in their first line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kg_builder.marks import whole_unit
from kg_builder.model import Cell, Page


def with_whole_units(pages: Iterable[Page]) -> list[Page]:
    """The pages with every unit whole; a line that held nothing but the end of one is left out."""
    return [replace(page, lines=_whole(page.lines)) for page in pages]


def _whole(lines: tuple[Cell, ...]) -> tuple[Cell, ...]:
    kept: list[Cell] = []
    for line in lines:
        found = whole_unit(kept[-1].text, line.text) if kept else None
        if found is None:
            kept.append(line)
            continue
        kept[-1] = replace(kept[-1], text=found[0])
        kept += [replace(line, text=found[1])] if found[1] else []
    return tuple(kept)
