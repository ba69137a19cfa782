"""The sections of a project's narrative: how their titles are numbered and set, and what they say behind them.

A section has a line of its own (一、项目概述), begins one (立项依据：某法), or stands with others in one paragraph
(立项依据：某法。实施主体：某局。); its title may be in brackets (【立项依据】), and a line's end may cut it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from kg_builder import vocab
from kg_builder.model import Cell
from kg_builder.templates.forms.rows import FlowRow
from kg_builder.text import label_key

# 一、 · （二） · 3. · （4） · ⑤ · 六 before a gap: the number of a title, each in a style of its own
_NUMBER = (
    r"(?:(?P<plain>[一二三四五六七八九十]{1,2}(?:[、.．]|[ \u3000]++))"
    r"|(?P<bracket>[（(][一二三四五六七八九十]{1,2}[)）]、?)"
    r"|(?P<digit>\d{1,2}[.．、)）])|(?P<paren>[（(]\d{1,2}[)）]、?)|(?P<circle>[①-⑳]、?))"
)
STYLES = ("plain", "bracket", "digit", "paren", "circle", "square")
# 一、项目概述 · （二）立项依据： · 3.实施主体：某局 · 项目概述 · 四、实施周期。一年: how it is numbered is the style
_SECTION = re.compile(
    rf"\s*+{_NUMBER}?\s*+(?P<title>[一-鿿、]{{2,12}})(?:\s*[:：]\s*(?P<rest>.*)|[。](?P<said>.+))?$", re.DOTALL
)
# 【立项依据】某法 · 一、【立项依据】
_SQUARE = re.compile(rf"\s*+{_NUMBER}?\s*+[【\[](?P<title>[一-鿿、]{{2,12}})[】\]]\s*[:：]?\s*(?P<rest>.*)$", re.DOTALL)
# The first section: 一、 （一） 1. ① or without a number.
_FIRST = re.compile(r"[（(]?[一1][)）、.．\s]|①|[一-鿿【]{2}")
_ENDS = "。；;！"


class Section(NamedTuple):
    """A line that begins with a title: the style of its number, its words, the field they name, and what follows."""

    style: str
    title: str
    field: str | None
    rest: str


def section_of(text: str) -> Section | None:
    """The section that a line begins; None where it begins with no title."""
    if found := _SQUARE.match(text):
        return Section("square", found["title"], _field(found["title"]), found["rest"])
    found = _SECTION.match(text)
    if found is None:
        return None
    style = next((name for name in STYLES[:-1] if found[name]), "bare")
    field = _field(found["title"])
    if found["said"] and (field is None or style == "bare"):
        return None  # the end of a sentence
    return Section(style, found["title"], field, found["rest"] or found["said"] or "")


def is_first(text: str) -> bool:
    """Whether a line can be the first of several sections: 一、 （一） 1. ① or a title without a number."""
    return _FIRST.match(text.strip()) is not None


def _field(title: str) -> str | None:
    return vocab.notations("field").get(label_key(title))


@cache
def _inside() -> re.Pattern[str]:
    # 。二、立项依据：: a title with its colon, or in brackets, behind the end of a sentence
    titles = "|".join(sorted(map(re.escape, vocab.notations("field")), key=lambda title: (-len(title), title)))
    number = re.sub(r"\?P<\w+>", "?:", _NUMBER)
    return re.compile(rf"(?:^|(?<=[{_ENDS}\s]))(?:{number})?\s*+(?:(?:{titles})\s*[:：]|[【\[](?:{titles})[】\]])")


def parted(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """The rows, each section that begins inside a line of text as a row of its own, its title whole."""
    return [part for row in _with_whole_titles(rows) for part in _parts_of(row)]


def _with_whole_titles(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """The rows, with a title that a line's end cuts in the row in which it ends: 。立项 | 依据：某法."""
    found = list(rows)
    for index, (row, below) in enumerate(pairwise(rows)):
        if row.in_table or below.in_table or row.page != below.page:
            continue
        above = found[index].text
        both = f"{above}{below.text}"
        cut = next((m for m in _inside().finditer(both) if m.start() < len(above) < m.end()), None)
        if cut is not None:
            found[index] = _with_text(row, above[: cut.start()])
            found[index + 1] = replace(_with_text(below, both[cut.start() :]), places=(*row.places, *below.places))
    return [row for row in found if row.text.strip()]


def _parts_of(row: FlowRow) -> Iterator[FlowRow]:
    found = [] if row.in_table else [match.start() for match in _inside().finditer(row.text)]
    starts = [start for start in found if start]
    for start, end in zip([0, *starts], [*starts, len(row.text)], strict=True):
        if row.text[start:end].strip():
            yield _with_text(row, row.text[start:end]) if starts else row


def _with_text(row: FlowRow, text: str) -> FlowRow:
    column, cell = row.cells[0]
    return replace(row, cells=((column, Cell(text.strip(), cell.place)),))
