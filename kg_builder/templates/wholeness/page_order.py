"""Whether the pages of a report stand as they were printed: what is missing, doubled or out of place is told.

Several witnesses look at each pair of neighbours: printed page numbers, the numbers of headings and items, sentences
that run over the border, and the list of contents. Each speaks only where print cannot be as it was made.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from kg_builder import marks
from kg_builder.model import Box, Cell, Page
from kg_builder.templates.flow import at_edge, running_heads
from kg_builder.templates.tables.kinds import kind_of
from kg_builder.text import label_key, squeeze

_NEAR = 3  # pages over which a fault is told on each
_NUMBERED = 3  # pages with a number from which on numbers are a witness
_PROSE = 4  # lines of prose from which on the margins of a page are known
_LONG = 15  # characters of a line that fills a page
_INDENT = 8.0  # points by which the first line of a paragraph stands in
_SHORTEST = 4  # characters of an entry of the list of contents
_BACK = 2  # entries in the wrong order from which on pages are out of place rather than the list
_SAYING = 100  # characters of a page that are not printed twice by chance
_FOOT = 3  # last lines of a page among which the title of a table stands
_LEVELS = ("plain", "bracket", "digit", "circle")  # numbers of headings and items: those below count anew
_HEADINGS = _LEVELS[:2]  # 1. and ① count notes below tables too, each table's anew
_ENDS = re.compile(r"[。！？；：:;”）)!?…]$")
# 二十三、其他支出 · 一、财政拨款收入9.00 · 二、外交支出-: rows of a table whose rules were not found
_OF_TABLE = re.compile(r"[一二三四五六七八九十]{1,3}、.{0,24}(?:支出|收入|预算)[-—\d,.]*")
# 一、部门职责……3 · （一）收入预算情况说明.......12
_LEADERS = re.compile(r"[.．…·]{2,}.*$|\d{1,3}$")
_WHOLE = re.compile(
    r"(?:表|说明|情况|解释|职能|职责|设置|构成|概况|目标|事项)$"
)  # how an entry of a list of contents ends
_GENERAL = re.compile(
    r"^(?:20\d\d年度?)?(?:本?(?:部门|单位|学校))?"
)  # 部门主要职能: the text puts the body's name for it
_HEADED = 0.5  # share of the headings in the list of contents from which on all of them are meant to be printed
_HEADLINE = 40  # characters of a heading at most
_WORDS = 6  # characters by which a heading is known at its beginning or its end
_AROUND = 2  # entries around one whose place the order of the file does not tell
_GENERAL_DISORDER = "the pages of this file are out of order: this one may stand beside others"
_DISORDER, _DISORDERED = 4, 0.2  # breaks, and share of pages with one, from which on no page is known to be in place


class Break(NamedTuple):
    """Two pages that do not follow one another: index of the second, why, and how far before it the first stands."""

    at: int
    why: str
    span: int = 1


def without_doubles(pages: Sequence[Page]) -> list[Page]:
    """The pages, those emptied that print the figures of one before them again.

    Two tables may end in the same rows: a page without title, sentence and number is a double right behind its like.
    """
    first: dict[tuple[str, ...], int] = {}
    found = []
    for index, page in enumerate(pages):
        cells = (cell for table in page.tables for row in table.rows for cell in row if cell is not None)
        texts = tuple(squeeze(cell.text) for cell in (*page.lines, *cells))
        before = first.setdefault(texts, index)
        printed = marks.has_sum("\n".join(texts)) or len("".join(texts)) >= _SAYING
        if before < index and printed and (before == index - 1 or _says_which_it_is(page)):
            fault = f"the page prints page {pages[before].number} again and is not read"
            found.append(replace(page, lines=(), tables=(), faults=(*page.faults, fault), apart=True))
        else:
            found.append(page)
    return found


def _says_which_it_is(page: Page) -> bool:
    texts = [line.text for line in page.lines]
    return _number_of(page, bare=True) is not None or any(marks.is_title(text) or "。" in text for text in texts)


def in_order(pages: Sequence[Page], of_government: bool = False) -> list[Page]:
    """The pages of one report, with a fault on both sides of each break; what stands after one does not go on.

    A government's list of contents names groups of tables and speeches beside them: it is no witness.
    """
    told: dict[tuple[int, int], list[str]] = {}  # by the indices of both pages; of one page twice, it is near it
    for witness in _WITNESSES[:1] if of_government else _WITNESSES:
        for at, why, span in witness(pages):
            told.setdefault((at - span, at), []).append(why)
    exact = {other for one, other in told if other - one == 1}
    faults: dict[int, list[str]] = {}
    for (one, other), whys in sorted(told.items()):
        if other - one > 1 and not exact.isdisjoint(range(one + 1, other + 1)):
            continue  # what is missing between them has a place already
        near = f"between pages {pages[one].number} and {pages[other].number}"
        between = near if one < other else f"near page {pages[one].number}"
        said = f"{between} something is missing or out of place: {'; '.join(dict.fromkeys(whys))}"
        for index in _told_at(one, other, pages):
            faults.setdefault(index, []).append(said)
    general = [_GENERAL_DISORDER] * (len(exact) >= max(_DISORDER, _DISORDERED * len(pages)))
    return [
        replace(page, faults=(*page.faults, *faults.get(index, general)), torn=(index - 1, index) in told)
        for index, page in enumerate(pages)
    ]


def _told_at(one: int, other: int, pages: Sequence[Page]) -> Iterator[int]:
    """The pages from one to another; where they are many, both ends and the pages of prose alone between them."""
    for index in range(min(one, other), max(one, other) + 1):
        amid_prose = not pages[index].tables and _is_prose(pages[index].lines)
        if other - one <= _NEAR or index in {one, other} or amid_prose:
            yield index


# --- printed page numbers ---------------------------------------------------------------------------------------------


def printed_numbers(pages: Sequence[Page]) -> list[int | None]:
    """The number printed on each page of a PDF, None where there is none; set with signs where most are: - 3 -."""
    signed = [_number_of(page, bare=False) for page in pages]
    return (
        signed if sum(n is not None for n in signed) >= _NUMBERED else [_number_of(page, bare=True) for page in pages]
    )


def _number_of(page: Page, bare: bool) -> int | None:
    if page.size is None:
        return None
    height = page.size[1]
    found = [marks.page_number_of(line.text, bare) for line in page.lines if at_edge(line, height)]
    return next((number for number in reversed(found) if number is not None), None)


def _by_numbers(pages: Sequence[Page]) -> Iterator[Break]:
    """Numbers that do not count on; that they begin anew is no break."""
    found = [(i, number) for i, number in enumerate(printed_numbers(pages)) if number is not None]
    if len(found) < _NUMBERED or 2 * len(found) < len(pages):
        return
    found = [one for k, one in enumerate(found) if not _is_stray(found, k)]
    for (i, one), (j, other) in pairwise(found):
        if 0 < other - one <= j - i or other - (j - i - 1) <= 1:  # a page between them may have none
            continue
        yield from (Break(at, f"they are numbered {one} and {other}") for at in range(i + 1, j + 1))


def _is_stray(found: Sequence[tuple[int, int]], k: int) -> bool:
    """Whether a number is none of a page: those around it count on over it, and it is missing nowhere."""
    if not 0 < k < len(found) - 1:
        return False
    (i, one), (j, number), (last, other) = found[k - 1 : k + 2]
    expected = one + j - i
    return number != expected and other - one == last - i and expected not in {n for _, n in found}


# --- headings and items -----------------------------------------------------------------------------------------------


def _by_ordinals(pages: Sequence[Page]) -> Iterator[Break]:
    """The first heading or item on a page that neither counts on from the last one of its kind nor begins with one."""
    last: dict[str, tuple[int, int]] = {}  # the number, and the page that prints it
    for index, lines in _prose(pages):
        new: set[str] = set()
        for line in lines:
            text = squeeze(line.text)
            if marks.begins_part(text):
                last.clear()
            ordinal = marks.ordinal_of(text)
            if ordinal is None or ordinal.style not in _HEADINGS:
                continue
            (before, at), number = last.get(ordinal.style, (0, index - 1)), ordinal.number
            expected = {1, before, before + 1} if before else {1, 2}
            if index and ordinal.style not in new and number not in expected and not _OF_TABLE.fullmatch(text):
                why = f"item {number} follows item {before}" if before else f"item {number} comes first"
                yield Break(index, why, index - at)
            new.add(ordinal.style)
            last[ordinal.style] = number, index
            for below in _LEVELS[_LEVELS.index(ordinal.style) + 1 :]:
                last.pop(below, None)


def _by_items(pages: Sequence[Page]) -> Iterator[Break]:
    """A page of prose whose first number is that of an item in a paragraph, 7. …, that does not count on."""
    last = 0  # of the items under the heading before
    for index, lines in _prose(pages):
        first = bool(index) and not pages[index].tables and _is_prose(lines)
        for line in lines:
            text = squeeze(line.text)
            ordinal = marks.ordinal_of(text)
            if marks.begins_part(text) or (ordinal is not None and ordinal.style in _HEADINGS):
                first, last = False, 0
            elif ordinal is not None and ordinal.style == "digit":
                if first and ordinal.number not in {1, last, last + 1} and len(text) >= _LONG:
                    why = f"item {ordinal.number} follows item {last}" if last else f"item {ordinal.number} comes first"
                    yield Break(index, why)
                first, last = False, ordinal.number


# --- sentences --------------------------------------------------------------------------------------------------------


def _by_sentences(pages: Sequence[Page]) -> Iterator[Break]:
    """A sentence that breaks off at the end of a page and does not go on at the top of the next."""
    prose = dict(_prose(pages))
    for index in range(1, len(pages)):
        if not (index in prose and index - 1 in prose):
            continue
        # A sentence that goes on at the top alone is no sign below prose: notes stand between its parts.
        goes_on = _goes_on(pages[index], prose[index])
        ends_in_table = _ends_in_table(pages[index - 1], prose[index - 1])
        if _breaks_off(pages[index - 1], prose[index - 1]) and goes_on is False:
            yield Break(index, "a sentence breaks off at the end of the first")
        elif goes_on and ends_in_table and not pages[index].tables:
            yield Break(index, "a sentence goes on at the top of the second, and the first ends in a table")
        elif goes_on and _comes_between(pages, prose, index):
            yield from (Break(at, "a sentence goes on over a page between its parts") for at in (index - 1, index))


def _comes_between(pages: Sequence[Page], prose: Mapping[int, Sequence[Cell]], index: int) -> bool:
    """Whether the page above is whole in itself, and the sentence that goes on below it breaks off above it."""
    between = prose[index - 1]
    if index - 2 not in prose or pages[index - 1].tables or not _is_prose(between):
        return False
    whole = not _breaks_off(pages[index - 1], between) and _ENDS.search(squeeze(between[-1].text))
    begins = len(squeeze(between[0].text)) < _LONG
    return bool(whole and begins and _breaks_off(pages[index - 2], prose[index - 2]))


def _ends_in_table(page: Page, lines: Sequence[Cell]) -> bool:
    """Whether a table stands below all prose of a page, or above all of it and the last sentence is whole."""
    long = [line for line in lines if len(squeeze(line.text)) >= _LONG and not marks.is_title(squeeze(line.text))]
    noted = bool(long) and all(_above(page, line) for line in long) and bool(_ENDS.search(squeeze(lines[-1].text)))
    return bool(page.tables) and (not lines or _below(page, lines[-1]) or noted)


def _breaks_off(page: Page, lines: Sequence[Cell]) -> bool | None:
    """Whether the last line of a page is full and ends amid a sentence; None where it cannot be told."""
    if not lines or _below(page, lines[-1]):
        return False if page.tables else None
    box, text = lines[-1].place.box, squeeze(lines[-1].text)
    if box is None or not _is_prose(lines):
        return None
    right = max(line.place.box.x1 for line in lines if line.place.box)
    full = box.x1 >= right - 1.5 * (box.bottom - box.top) and len(text) >= _LONG
    if bool(_ENDS.search(text)) == full:
        return None
    return full


def _goes_on(page: Page, lines: Sequence[Cell]) -> bool | None:
    """Whether the first line of a page is of a paragraph begun before; None where it cannot be told."""
    if not lines or _above(page, lines[0]):
        return False if page.tables else None
    box, text = lines[0].place.box, squeeze(lines[0].text)
    if marks.ordinal_of(text) or marks.is_title(text) or marks.begins_part(text):
        return False
    starts = [line.place.box.x0 for line in lines if line.place.box]
    if box is None or not _is_prose(lines) or max(starts) <= min(starts) + _INDENT or len(text) < _LONG:
        return None
    return True if box.x0 <= min(starts) + _INDENT / 2 else None


def _is_prose(lines: Sequence[Cell]) -> bool:
    return sum(len(squeeze(line.text)) >= _LONG and len(line.text.split()) <= 2 for line in lines) >= _PROSE


def _above(page: Page, line: Cell) -> bool:
    """Whether a table stands above the line."""
    return any(t.place.box and line.place.box and t.place.box.top < line.place.box.top for t in page.tables)


def _below(page: Page, line: Cell) -> bool:
    """Whether a table stands below the line."""
    return any(t.place.box and line.place.box and t.place.box.top > line.place.box.top for t in page.tables)


def _prose(pages: Sequence[Page]) -> Iterator[tuple[int, list[Cell]]]:
    """Of each page that is no list of contents: the lines outside tables, without page numbers and running heads."""
    running = running_heads(pages)
    contents = _contents(pages)
    for index, page in enumerate(pages):
        if index not in contents and page.size is not None:
            boxes = [table.place.box for table in page.tables if table.place.box]
            lines = [line for line in page.lines if squeeze(line.text) and squeeze(line.text) not in running]
            if index == contents.stop:  # the end of the list may stand there, too
                lines = lines[next((n for n, c in enumerate(lines) if marks.begins_part(c.text)), 0) :]
            yield index, [line for line in lines if not _is_number(line, page) and not _inside(line, boxes)]


def _is_number(line: Cell, page: Page) -> bool:
    return marks.is_page_number(line.text) and at_edge(line, page.size[1] if page.size else 0.0)


def _inside(line: Cell, boxes: Sequence[Box]) -> bool:
    box = line.place.box
    return box is not None and any(one.top <= (box.top + box.bottom) / 2 <= one.bottom for one in boxes)


# --- what stands at the foot of a page --------------------------------------------------------------------------------


def _by_feet(pages: Sequence[Page]) -> Iterator[Break]:
    """A title at the foot of a page whose table does not follow, or a heading whose text does not."""
    contents, prose = _contents(pages), dict(_prose(pages))
    for index in range(1, len(pages)):
        if index - 1 in contents or pages[index].size is None:
            continue
        if title := _left_title(pages[index - 1], pages[index]):
            yield Break(index, f"the table “{title}” does not follow its title")
        elif _is_bare(prose.get(index - 1, ()), prose.get(index, ())):
            yield Break(index, "nothing follows the heading at the end of the first")


def _left_title(above: Page, page: Page) -> str | None:
    """The title at the foot of a page where the next page begins with the title of a table of another kind."""
    titles = [text for text in _texts_below(above)[-_FOOT:] if _table_of(text)]
    top = [squeeze(line.text) for line in page.lines[: _FOOT + 1]]
    begins = [kind for n, text in enumerate(top) for one in (text, "".join(top[n : n + 2])) if (kind := _table_of(one))]
    return titles[-1] if titles and begins and begins[0] != _table_of(titles[-1]) else None


def _table_of(text: str) -> str | None:
    """The kind of table that a line is the title of."""
    return _kind(text) if "表" in text else None


def _texts_below(page: Page) -> list[str]:
    """The lines below all tables of a page, without its number."""
    foot = max((table.place.box.bottom for table in page.tables if table.place.box), default=0.0)
    below = (line for line in page.lines if line.place.box and line.place.box.top > foot)
    return [text for line in below if (text := squeeze(line.text)) and not _is_number(line, page)]


def _is_bare(above: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Whether a heading ends a page, the next one begins with one that is no part of it, and its like have text."""
    if not above or not below:
        return False
    texts, first = [squeeze(line.text) for line in above], squeeze(below[0].text)
    last, number = marks.ordinal_of(texts[-1]), marks.ordinal_of(first)
    if last is None or last.style not in _HEADINGS or _ENDS.search(texts[-1]) or len(texts[-1]) > _LONG:
        return False
    outer = number is not None and _LEVELS.index(number.style) < _LEVELS.index(last.style)
    return (outer or marks.begins_part(first)) and _have_text(texts, last.style)


def _have_text(texts: Sequence[str], style: str) -> bool:
    """Whether a line that is no heading follows each heading of this style but the last."""
    numbers = [marks.ordinal_of(text) for text in texts]
    below = [after for number, after in pairwise(numbers) if number and number.style == style]
    return bool(below) and not any(below)


# --- the list of contents ---------------------------------------------------------------------------------------------


def _contents(pages: Sequence[Page]) -> range:
    """The pages of the list of contents: from its head on, while no sentence and no table stands on them."""
    start = next((i for i, p in enumerate(pages) if any(squeeze(c.text) == "目录" for c in p.lines[:4])), None)
    if start is None:
        return range(0)
    end = start + 1
    while end < len(pages) and pages[end].lines and not pages[end].tables and not _has_sentence(pages[end]):
        end += 1
    return range(start, end)


def _has_sentence(page: Page) -> bool:
    return any("。" in line.text for line in page.lines)


def _by_contents(pages: Sequence[Page]) -> Iterator[Break]:
    """Tables and headings in another order than the list of contents has them, and those that it names in vain."""
    printed = list(_entries(pages[index] for index in _contents(pages)))
    entries = [text for text, _ in printed]
    found = _found(entries, pages)
    steps = [_Step(at, at - before, one, other) for (before, one), (at, other) in pairwise(_in_file(found))]
    back = [step for step in steps if step.other < step.one]
    if len(back) >= _BACK:  # a list that names two tables in the wrong order is no rarity
        for at, span, one, other in back:
            yield Break(at, f"“{entries[other]}” comes before “{entries[one]}” in the list of contents", span)
    tables = {number for number, entry in enumerate(entries) if _kind(entry)}
    headings = {n for n in _headings(printed) if n not in tables}
    found |= _headed(headings - set(found), entries, pages)
    for named, least in ((tables, 0.5), (headings, _HEADED)):
        if len(named & set(found)) >= least * len(named):  # else they are published apart
            for number in sorted(named - set(found) - _of_one_kind(entries)):
                yield from _missing(entries[number], number, found, pages)


def _of_one_kind(entries: Sequence[str]) -> set[int]:
    """The entries of tables of one kind, which a title in other words may stand for."""
    kinds = Counter(_kind(entry) for entry in entries)
    return {number for number, entry in enumerate(entries) if (kind := _kind(entry)) and kinds[kind] > 1}


class _Step(NamedTuple):
    """From one entry to the next as the file has them: its page, how far on it is, and both their numbers."""

    at: int
    span: int
    one: int
    other: int


def _in_file(found: Mapping[int, int]) -> list[tuple[int, int]]:
    return sorted((at, number) for number, at in found.items())


def _missing(entry: str, number: int, found: Mapping[int, int], pages: Sequence[Page]) -> Iterator[Break]:
    """Where an entry that no page prints has stood: between those beside it in the list, as far as that can be told."""
    why, last = f"the list of contents names “{entry}” there", len(pages) - 1
    before = found.get(max((n for n in found if n < number), default=-1), -1)
    after = found.get(min((n for n in found if n > number), default=-1))
    if around := _in_other_order(number, found):
        yield from (Break(index, why, 0) for index in around)
    elif after is not None and before < after:
        yield Break(after, why, max(1, min(after, after - max(before, 0))))
    else:
        yield from (Break(index, why, 0) for index in {max(before, 0), after or last})


def _in_other_order(number: int, found: Mapping[int, int]) -> range:
    """The pages around an entry where the file has those beside it in another order than the list; else none."""
    near = [at for n, at in sorted(found.items()) if abs(n - number) <= _AROUND]
    if not near:
        return range(0)
    around = range(max(0, min(near) - 1), max(near) + 1)
    strange = any(abs(n - number) > _AROUND and min(near) <= at <= max(near) for n, at in found.items())
    return around if strange or near != sorted(near) else range(0)


def _headings(printed: Sequence[tuple[str, str | None]]) -> set[int]:
    """The entries that a heading of the text stands for: with a number, no table, and none that others stand under."""
    found = set()
    for number, (text, style) in enumerate(printed):
        below = printed[number + 1][1] if number + 1 < len(printed) else None
        deeper = below in _LEVELS and style in _LEVELS and _LEVELS.index(below) > _LEVELS.index(style)
        if style and not deeper and not text.endswith("表") and len(_GENERAL.sub("", text)) >= _SHORTEST:
            found.add(number)
    return found


def _headed(headings: Collection[int], entries: Sequence[str], pages: Sequence[Page]) -> dict[int, int]:
    """The first page of each heading that prints its first or its last words in a line of their own.

    A line that is another heading of the list in full is that one alone.
    """
    found: dict[int, int] = {}
    for index, lines in _prose(pages):
        texts = [label_key(marks.without_ordinal(squeeze(line.text))) for line in lines]
        short = [text for text in texts if len(text) <= _HEADLINE and not _ENDS.search(text)]
        others = [text for text in short if text not in entries]
        others += [one + other for one, other in pairwise(others)]
        for number in headings:
            if entries[number] in short or _has_words_of(_GENERAL.sub("", entries[number]), others):
                found.setdefault(number, index)
    return found


def _has_words_of(key: str, texts: Iterable[str]) -> bool:
    return any(key[:_WORDS] in text or key[-_WORDS:] in text for text in texts)


def _entries(pages: Iterable[Page]) -> Iterator[tuple[str, str | None]]:
    """The entries of the list of contents without their numbers, with the style of these; wrapped ones are whole."""
    found: list[tuple[str, str | None]] = []
    for line in (line for page in pages for line in page.lines):
        text = _LEADERS.sub("", squeeze(line.text)).rstrip("。；;")
        number = marks.ordinal_of(text)
        if (
            number is None
            and found
            and found[-1][1]
            and not _WHOLE.search(found[-1][0])
            and not marks.begins_part(text)
        ):
            found[-1] = (found[-1][0] + label_key(text), found[-1][1])
        else:
            found.append((label_key(marks.without_ordinal(text)), number.style if number else None))
    yield from ((text, style) for text, style in found if len(text) >= _SHORTEST)


def _kind(text: str) -> str | None:
    kind = kind_of(marks.label_and_title(text)[1]) if marks.is_title(text) else "other"
    return None if kind == "other" else kind


def _found(entries: Sequence[str], pages: Sequence[Page]) -> dict[int, int]:
    """The page of each entry: where its table begins, or the one page that prints its heading."""
    places: dict[int, set[int]] = {}
    for index, lines in _prose(pages):
        texts = [squeeze(line.text) for line in lines]
        for text in (*texts, *(one + other for one, other in pairwise(texts))):  # a title may run over two lines
            for number in _matching(text, entries):
                places.setdefault(number, set()).add(index)
    return {number: min(at) for number, at in places.items() if len(at) == 1 or _kind(entries[number])}


def _matching(text: str, entries: Sequence[str]) -> list[int]:
    """The entries that a line is the heading of, by its words, or by the kind of table."""
    words, kind = label_key(marks.without_ordinal(text)), _kind(text) if "表" in text else None
    same = [number for number, entry in enumerate(entries) if entry == words]
    alike = [number for number, entry in enumerate(entries) if kind and _kind(entry) == kind]
    return same or (alike if len(alike) == 1 else [])


_WITNESSES: tuple[Callable[[Sequence[Page]], Iterator[Break]], ...] = (
    _by_numbers,
    _by_ordinals,
    _by_items,
    _by_sentences,
    _by_feet,
    _by_contents,
)
