"""A file that holds several reports → the pages of each: department and units together, two years, budget and final.

A report begins where its title stands by itself above the list of contents or the first part: on a cover page, or in
the lines of a text file. A title of the same body, year, stage and scope begins nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg_builder.model import Cell, Page
from kg_builder.templates.body_names import same_body
from kg_builder.templates.identity import headline_of, named_body
from kg_builder.text import squeeze

_COVER = 260  # characters on a cover page at most
_TITLE_LINES = 4  # lines over which a title may run
_FRONT = 60  # lines of a text in which the first report's own title may stand
_BELOW = 12  # lines below a title in which the report must begin
# 目录 · 目 录 · 第一部分 某局概况 · 一、部门职责 · 一、主要职能
_BEGINS = re.compile(
    r"目录|第一部分.*|[（(]?一[）)]?、?本?(?:部门|单位|机构|主要|基本)?(?:主要)?(?:职[责能]|概况|情况).*"
)


_UNIT = re.compile(r"单位[:：]万?元")  # of a table
_FIRST_PART = re.compile(r"第一部分[一-鿿]{0,30}(?:概况|职[责能])")  # 第一部分 概况
_LAST_PART = re.compile(r"第[三四五]部分")  # 第四部分 名词解释
_UNTITLED = (0, "", None)


@dataclass(frozen=True, slots=True)
class _Start:
    page: int  # index
    line: int  # index of the title's first line on the page
    name: str
    about: tuple[int, str, str | None]  # year, stage, scope where the title names it


def split_reports(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages that may be of one report each, in the order of print; all pages where no second title stands.

    It is for the caller to see whether each part is a report of its own. Page numbers and places stay those of the
    file. A page of a text file may be cut between two lines.
    """
    cuts: list[_Start] = []
    current: _Start | None = None
    for start in _starts(pages):
        if _is_other(current, start) if current else _is_second(start):
            cuts.append(start)
        elif current is not None:
            continue
        current = start
    return _cut(pages, cuts)


def _is_second(start: _Start) -> bool:
    """Whether the first title found is that of a second report: the first one has none."""
    return start.page > 1 or start.line > _FRONT or start.about == _UNTITLED


def _starts(pages: Sequence[Page]) -> Iterator[_Start]:
    for index, page in enumerate(pages):
        lines = [squeeze(line.text).lstrip("#") for line in page.lines]
        if page.size is not None:
            found = _title_at(lines, range(min(len(lines), 10))) if _is_cover(page, lines) else None
            if found:
                yield _Start(index, 0, named_body(page.lines) or found[1], found[2])
            continue
        titles = list(_titles_in(lines))
        again = {
            line: _Start(index, line, "", _UNTITLED) for line in _first_parts_again(lines, [t for t, _, _ in titles])
        }
        named = {line: _Start(index, line, name, about) for line, name, about in titles}
        yield from (start for _, start in sorted((named | again).items()))


def _titles_in(lines: Sequence[str]) -> Iterator[tuple[int, str, tuple[int, str, str | None]]]:
    at = 0
    while (found := _title_at(lines, range(at, len(lines)), begins=True)) is not None:
        yield found
        at = found[0] + 1


def _first_parts_again(lines: Sequence[str], titles: Sequence[int]) -> Iterator[int]:
    """Lines on which a report without a title begins: its first part, after tables and a last part before it."""
    tables = last = False
    for at, line in enumerate(lines):
        if at in titles:
            tables = last = False
        tables = tables or bool(_UNIT.search(line))
        last = last or (tables and bool(_LAST_PART.match(line)))
        if last and _FIRST_PART.fullmatch(line):
            yield at
            tables = last = False


def _is_cover(page: Page, lines: Sequence[str]) -> bool:
    return not page.tables and bool(lines) and sum(map(len, lines)) <= _COVER


def _title_at(
    lines: Sequence[str], where: range, begins: bool = False
) -> tuple[int, str, tuple[int, str, str | None]] | None:
    """The first line from which a report's title runs, with what it names; the longest reading of it counts."""
    for at in where:
        if begins and not any(_BEGINS.fullmatch(line) for line in lines[at + 1 : at + 1 + _BELOW]):
            continue
        found = [headline_of("".join(lines[at : at + n])) for n in range(1, _TITLE_LINES + 1) if at + n <= len(lines)]
        named = [h for h in found if h is not None]
        if named:
            name, year, stage, scope = max(named, key=lambda h: (bool(h[0]), h[3] is not None))
            return at, name, (year, stage, scope)
    return None


def _is_other(current: _Start, start: _Start) -> bool:
    """Whether two titles are of two reports: another year or stage, or two names of two bodies."""
    if current.about[:2] != start.about[:2]:
        return True
    if current.name and start.name:
        return not same_body(current.name, start.name)
    scopes = {current.about[2], start.about[2]} - {None}
    return len(scopes) > 1


def _cut(pages: Sequence[Page], cuts: Sequence[_Start]) -> list[list[Page]]:
    parts: list[list[Page]] = [[]]
    for index, page in enumerate(pages):
        begins = [cut.line for cut in cuts if cut.page == index]
        edges = [0, *begins, len(page.lines)]
        for number, (first, end) in enumerate(pairwise(edges)):
            if number:
                parts.append([])
            if not begins:
                parts[-1].append(page)
            elif end > first:
                parts[-1].append(_lines_of(page, page.lines[first:end]))
    return [part for part in parts if part]


def _lines_of(page: Page, lines: tuple[Cell, ...]) -> Page:
    """The page with these lines alone and the grids that stand among them; a page of a PDF is never cut."""
    if len(lines) == len(page.lines):
        return page
    first, last = lines[0].place.line or 0, lines[-1].place.line or 0
    tables = tuple(t for t in page.tables if first <= (t.place.line or 0) <= last)
    return replace(page, lines=lines, tables=tables)
