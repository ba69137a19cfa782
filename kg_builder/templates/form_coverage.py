"""Strict coverage of a form: every number that its rows print is in a value or a residue, or is reported unread."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from kg_builder.model import Cell, Place
from kg_builder.templates.form_fields import PERSONAL, Draft
from kg_builder.templates.form_rows import FlowRow
from kg_builder.text import squeeze

_NUMBER = re.compile(r"\d[\d,，]*(?:\.\d+)?")  # 1,098.40 · 2025 · 3
_SPLIT = re.compile(r"(?<=[.,，])\s+(?=\d)|(?<=\d)\s+(?=[.,，])")  # 4411. 49


def report_lost_numbers(draft: Draft, rows: Iterable[FlowRow]) -> None:
    """Leave each cell with a number that no value and no residue of the draft accounts for; each counts once."""
    said = _residues(draft)
    values = _values(draft)
    for row in rows:
        if any(PERSONAL in said.get(place, ()) for place in row.places):
            continue
        for _, cell in row.cells:
            lost = [n for n in _numbers(cell.text) if not _take((said[cell.place], values), n)]
            if lost:
                draft.leave(cell, f"not in any value of the form: {' '.join(lost)}")


def _numbers(text: str) -> list[str]:
    return _NUMBER.findall(_SPLIT.sub("", text))


def _residues(draft: Draft) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = defaultdict(list)
    for residue in (*draft.ignored, *draft.unread):
        found[residue.place].append(PERSONAL if residue.reason == PERSONAL else squeeze(residue.text))
    return found


def _values(draft: Draft) -> list[str]:
    cells: list[Cell] = [*draft.head.values(), *draft.texts.values(), *(number for *_, number in draft.sums)]
    targets = [text for i in draft.indicators for text in (i.name, i.target.printed if i.target else "")]
    return [squeeze(text) for text in (*(cell.text for cell in cells), *targets)]


def _take(places: Iterable[list[str]], number: str) -> bool:
    """Strike the number out of the first text that prints it, where it stands whole before where it is a part."""
    whole = re.compile(rf"(?<![\d.,]){re.escape(number)}(?![\d,]|\.\d)")
    for pattern in (whole, re.compile(re.escape(number))):
        for texts in places:
            for i, text in enumerate(texts):
                if pattern.search(text):
                    texts[i] = pattern.sub("·", text, count=1)
                    return True
    return False
