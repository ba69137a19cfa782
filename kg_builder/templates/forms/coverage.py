"""Strict coverage of a form: every number that its rows print is in a value or a residue, or is reported unread."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from kg_builder import marks
from kg_builder.model import Cell, Place
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import Draft, plain
from kg_builder.templates.forms.rows import FlowRow
from kg_builder.templates.ledger import PERSONAL
from kg_builder.text import decimal_of, squeeze

_NUMBER = re.compile(r"\d[\d,，]*(?:\.\d+)?")  # 1,098.40 · 2025 · 3
_WHOLE = r"(?<![\d.,]){}(?![\d,]|\.\d)"  # a number that is no part of another
_SPLIT = re.compile(r"(?<=[.,，])\s+(?=\d)|(?<=\d)\s+(?=[.,，])")  # 4411. 49


class _Printed:
    """Texts whose numbers are struck out one by one."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.texts = list(texts)
        self._at: dict[str, deque[int]] = defaultdict(deque)  # number → the texts that print it whole
        for index, text in enumerate(self.texts):
            for number in _numbers(text):
                self._at[number].append(index)

    def take(self, number: str, whole: bool) -> bool:
        """Strike the number out of the first text that prints it, whole or as a part of another."""
        if whole and number not in self._at:
            return False
        pattern = re.compile(_WHOLE.format(re.escape(number)) if whole else re.escape(number))
        places = self._at[number] if whole else deque(range(len(self.texts)))
        while places:
            index = places.popleft()
            if pattern.search(self.texts[index]):
                self.texts[index] = pattern.sub("·", self.texts[index], count=1)
                return True
        return False


def report_lost_numbers(draft: Draft, rows: Iterable[FlowRow]) -> None:
    """Leave each cell with a number that no value and no residue of the draft accounts for; each counts once."""
    said = _residues(draft)
    residues = {place: _Printed(texts) for place, texts in said.items()}
    values = _Printed(_values(draft))
    for row in rows:
        if any(PERSONAL in said.get(place, ()) for place in row.places):
            continue
        for _, cell in row.cells:
            printed = [residues.setdefault(cell.place, _Printed(())), values]
            level = form.indicator_kind(cell.text) is not None  # 2.效益指标: its ordinal says nothing
            text = marks.without_ordinal(form.without_points(cell.text)) if level else cell.text
            lost = [n for n in _numbers(text) if not _take(printed, n)]
            if lost:
                draft.leave(cell, f"not in any value of the form: {' '.join(lost)}")


def _take(printed: Sequence[_Printed], number: str) -> bool:
    """Strike the number out where it is printed, where it stands whole before where it is a part."""
    return any(texts.take(number, whole) for whole in (True, False) for texts in printed)


def _numbers(text: str) -> list[str]:
    whole = decimal_of(text) is not None  # a sum that its narrow cell wraps
    return _NUMBER.findall(squeeze(text) if whole else _SPLIT.sub("", plain(text)))


def _residues(draft: Draft) -> dict[Place, list[str]]:
    found: dict[Place, list[str]] = defaultdict(list)
    for residue in draft.account.residues:
        found[residue.place].append(PERSONAL if residue.reason == PERSONAL else squeeze(residue.text))
    return found


def _values(draft: Draft) -> list[str]:
    cells: list[Cell] = [*draft.head.values(), *draft.texts.values(), *(number for *_, number in draft.sums)]
    targets = [text for i in draft.indicators for text in (i.name, i.target.printed if i.target else "")]
    return [squeeze(text) for text in (*(cell.text for cell in cells), *targets, *draft.used)]
