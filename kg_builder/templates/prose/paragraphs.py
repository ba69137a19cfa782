"""Pages → the paragraphs of their prose: lines joined where they go on, without tables, forms and page numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kg_builder import marks
from kg_builder.model import Cell, Page, Place
from kg_builder.text import squeeze

ENUMERATOR = re.compile(
    r"[“\"]?(?:[（(]?[一二三四五六七八九十]{1,3}[、）)]|[（(]?\d{1,2}[）)、．]|\d{1,2}\.(?!\d)|[①-⑳])"
)  # 一、 · （二） · 3.
# 二、机关运行经费预算, a heading where a sentence follows that opens with the year
_SHORT = re.compile(r"[^\d，。；：]{2,40}")
_OPENING = re.compile(r"20\d\d年|截[至止]")  # 2024年… · 截至…
# 机构设置情况 · 收支说明（一）
_HEADING = re.compile(r"(?:情况|说明|原因|设置|公开|目录|概况)(?:[（(][^（()）]{1,20}[)）])?$")
_FORM = re.compile(r"绩效目标(?:申报|填报)?表")  # 绩效目标申报表


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph without white space, and the place of each of its characters."""

    text: str
    places: tuple[Place, ...]


def read_paragraphs(pages: Sequence[Page], leave_out: Callable[[Place], bool]) -> Iterator[Paragraph]:
    """The paragraphs in reading order; lines inside tables, and those that `leave_out` names, part them."""
    yield from _paragraphs(_lines(pages, leave_out))


def _lines(pages: Sequence[Page], leave_out: Callable[[Place], bool]) -> Iterator[Cell | None]:
    """The lines of the prose; None where something else stands between.

    What goes on from a damaged page is left out up to the next number or page: what it is about stood there.
    """
    in_form = known = after_damage = False
    for page in pages:
        if known and _is_past_form(page, leave_out):
            in_form = False
        torn, after_damage = after_damage or page.torn, page.damaged
        if page.damaged or page.torn:
            yield None
        is_taken = _taken(page, leave_out)
        for line in page.lines:
            text = squeeze(line.text)
            torn = torn and not ENUMERATOR.match(text)
            taken = is_taken(line.place)
            if _is_form(text):
                in_form, known = True, taken
            elif _is_heading(text):
                in_form = False
            if torn or in_form or taken:
                yield None
            elif not _is_empty(line):
                yield line


def _is_empty(line: Cell) -> bool:
    return not squeeze(line.text).strip("—–-－") or marks.is_page_number(line.text)


def _is_past_form(page: Page, leave_out: Callable[[Place], bool]) -> bool:
    """Whether a page of a PDF has nothing of a form that was read before it: no grid, no line that one took."""
    return page.size is not None and not page.tables and not any(leave_out(line.place) for line in page.lines)


def _is_form(text: str) -> bool:
    return bool(_FORM.search(text)) and len(text) < 40 and "见" not in text


def _is_heading(text: str) -> bool:
    return bool(ENUMERATOR.match(text) and _HEADING.search(text)) or marks.begins_part(text)


def _taken(page: Page, leave_out: Callable[[Place], bool]) -> Callable[[Place], bool]:
    """Whether a place is inside a table of the page, or of what is left out."""
    boxes = [table.place.box for table in page.tables if table.place.box is not None]
    lines = {cell.place.line for table in page.tables for row in table.rows for cell in row if cell is not None}

    def inside(place: Place) -> bool:
        if place.box is None:
            return place.line in lines
        middle = (place.box.top + place.box.bottom) / 2
        return any(box.top <= middle <= box.bottom for box in boxes)

    return lambda place: inside(place) or leave_out(place)


def _paragraphs(lines: Iterator[Cell | None]) -> Iterator[Paragraph]:
    text, places = "", list[Place]()
    ended = True
    for line in lines:
        own = squeeze(line.text) if line is not None else ""
        if line is None or ended or ENUMERATOR.match(own) or (_SHORT.fullmatch(text) and _OPENING.match(own)):
            if text:
                yield Paragraph(text, tuple(places))
            text, places = "", []
        text += own
        places += [line.place] * len(own) if line is not None else []
        ended = line is None or (len(text) < 60 and bool(_HEADING.search(text)) and not marks.has_stop(text))
    if text:
        yield Paragraph(text, tuple(places))
