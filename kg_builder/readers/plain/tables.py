"""Text whose cell borders are lost → the budget tables printed in it, as grids with the columns of the print.

A table begins below its line of unit (单位：万元) or its title, with a head that `plain_heads` understands, and ends
at the next title, note or heading. Where the head is not understood, each line with figures is a row of one cell, so
that nothing is lost and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kg_builder import marks
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.readers.plain.heads import Head, head_readings, is_head_word, is_three_public
from kg_builder.readers.plain.rows import Row, count_faulty, read_rows
from kg_builder.text import decimal_of, squeeze

_PART = re.compile(r"第[一二三四五六七八九十]{1,3}部分")  # 第三部分 2023年度部门预算情况说明
# 1,098.40 · 120.5 · 35: a number that is no year, day or share
_FIGURE = re.compile(r"(?<![\d.])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\d.]|年|月|日|号|%)")
# 一、一般公共服务支出 · 2080505 · （一）: where the first row may begin
_BODY_START = re.compile(r"\u3000|[（(]?[一二三四五六七八九十]{1,3}[、）]|\d{3}(?:\d{2}){0,3}(?:\s|$)")
_LONE_NUMBER = re.compile(r"[-\d,.% ]+")  # 2080505, its name on the next lines · 1 17,871.81: the line and its figure
_HEAD_LINES = 30
_READINGS = 4  # sets of readings of a head that are tried
_PROSE = 45  # characters from which a line with a full stop is a sentence rather than a label


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines of one printed table, from the first below the unit to the last of its body."""

    first: int
    end: int


def restore_tables(pages: list[Page]) -> list[Page]:
    """The pages with tables rebuilt from plain lines; pages with a size (PDF) stay as they are.

    A rebuilt table has its head rows (None under merged cells), the row that numbers the columns, and its body rows;
    blanks are empty cells. A row whose figures fit in several ways is one text in its first figure column, beside
    its label: no single number, so that it is reported. Lines of white space alone, which only the layout needs,
    are left out of the pages handed back.
    """
    return [page if page.size is not None else _restored(page) for page in pages]


def _restored(page: Page) -> Page:
    taken = {cell.place.line for table in page.tables for row in table.rows for cell in row if cell is not None}
    free = (line for line in page.lines if line.place.line not in taken)
    lines = [replace(line, text=marks.without_spreading(line.text)) for line in free]
    found = [_table(_without_noise(lines[region.first : region.end]), page.number) for region in _regions(lines)]
    tables = [*page.tables, *(table for table in found if table is not None)]
    kept = tuple(line for line in page.lines if line.text.strip())
    return replace(page, lines=kept, tables=tuple(sorted(tables, key=lambda table: table.place.line or 0)))


def _regions(lines: Sequence[Cell]) -> Iterator[_Region]:
    at = 0
    while at < len(lines):
        if not _begins(lines, at):
            at += 1
            continue
        end = _end(lines, at + 1)
        yield _Region(at + 1, end)
        at = max(end, at + 1)


def _begins(lines: Sequence[Cell], at: int) -> bool:
    """Whether a table's head begins below this line: the line names the unit, or is a title with the head next."""
    text = squeeze(lines[at].text)
    if marks.unit_of(text):
        return True
    following = [line for line in lines[at + 1 : at + 4] if line.text.strip()][:1]
    words = following[0].text.split() if following else []
    return marks.is_title(text) and len(words) > 1 and all(is_head_word(word) for word in words)


def _end(lines: Sequence[Cell], start: int) -> int:
    for i in range(start, len(lines)):
        text = squeeze(lines[i].text)
        if marks.is_note(text) or _begins(lines, i) or (len(text) > _PROSE and "。" in text):
            return _before_title(lines, start, i)
        if marks.is_table_label(text) or (marks.is_title(text) and not _is_noise(text)):
            return i
        if _PART.match(text) and not _is_noise(text):
            return i
    return len(lines)


def _before_title(lines: Sequence[Cell], start: int, at: int) -> int:
    """Where the caption of the next table begins that ends at line `at`."""
    for i in range(at - 1, max(at - 5, start), -1):
        if marks.is_body_line(lines[i].text):
            return i
    return at


def _is_noise(text: str) -> bool:
    """Print that stands on the page but belongs to no table: page numbers, running heads, the title of the part."""
    if _PART.match(squeeze(text)):
        return text.rstrip().endswith("表")  # 第二部分 2023年部门预算报表
    return marks.is_page_number(text, bare=False) or marks.is_running_head(text)


def _without_noise(lines: Sequence[Cell]) -> list[Cell]:
    """The lines without noise; the first of a page begins with a blank of its own, which tells of no empty cell."""
    kept: list[Cell] = []
    at_top = False
    for line in lines:
        if _is_noise(line.text):
            at_top = True
        elif at_top and line.text.strip():
            kept.append(replace(line, text=line.text.removeprefix(" ")))
            at_top = False
        else:
            kept.append(line)
    return kept


def _table(lines: list[Cell], page: int) -> Table | None:
    while lines and not lines[0].text.strip():
        lines = lines[1:]
    if not lines:
        return None
    read = _read(lines)
    if read is None:
        return _undivided(lines)
    head, numbering, rows = read
    top = [*head.rows, *([numbering] if numbering else [])]
    grid = (tuple(row) for row in (*top, *(row.cells for row in rows)))
    return Table(Place(page, line=lines[0].place.line), tuple(grid), "sums", len(top))


_Reading = tuple[Head, tuple[Cell, ...] | None, list[Row]]


def _read(lines: list[Cell]) -> _Reading | None:
    """Head, numbers of the columns and rows, of the length of head under which the fewest rows break a sum of theirs.

    None where no reading of the head fits, or more than one does.
    """
    best: _Reading | None = None
    least = 0
    for length in _head_lengths(lines):
        numbering = lines[length] if length < len(lines) and _numbers_columns(lines[length]) else None
        body = _body(lines, length, lines[length + 1 :] if numbering else lines[length:])
        found = _likeliest([line for line in lines[:length] if line.text.strip()], numbering, body)
        if found is not None and (best is None or found[0] < least):
            least, head, rows = found
            best = head, _numbers(numbering, head) if numbering else None, rows
        if best is not None and not least:
            break
    return best


def _likeliest(head: list[Cell], numbering: Cell | None, body: list[Cell]) -> tuple[int, Head, list[Row]] | None:
    """The likeliest reading of the head that the rows do not refute, with how many rows break a sum under it.

    Most rows break the sums of a head that is read wrongly; the next likely one must have sums that they keep. A head
    that can be read in one way alone is believed: it is the print that does not add up.
    """
    only: tuple[int, Head, list[Row]] | None = None
    for number, readings in enumerate(islice(head_readings(head), _READINGS)):
        fitting = [one for one in readings if numbering is None or _numbers(numbering, one)]
        faulty, found, rows = _best_head(fitting, body)
        if not fitting:
            continue
        if found is None:
            return None
        counted = sum(any(cell.text for cell in row.cells[1:]) for row in rows)
        if 2 * faulty <= counted and (not number or any(column.parts for column in found.columns)):
            return faulty, found, rows
        only = (faulty, found, rows) if only is None and len(fitting) == 1 else None
    return only


def _numbers(numbering: Cell, head: Head) -> tuple[Cell, ...] | None:
    """The line that numbers the columns as a row of the grid: every column, or those of figures; else None."""
    words = numbering.text.split()
    numbers = [word for word in words if word.isdigit()]
    figures = [i for i, column in enumerate(head.columns) if column.kind in ("money", "change")]
    if len(numbers) == len(head.columns):
        return tuple(Cell(text, numbering.place) for text in numbers)
    if len(numbers) != len(figures):
        return None
    cells = [Cell("", numbering.place) for _ in head.columns]
    for i, text in zip(figures, numbers, strict=True):
        cells[i] = Cell(text, numbering.place)
    if "栏次" in words:
        cells[0] = Cell("栏次", numbering.place)
    return tuple(cells)


def _best_head(heads: list[Head], body: list[Cell]) -> tuple[int, Head | None, list[Row]]:
    """The reading of the head under which the rows add up and are divided best, with how many rows do not add up.

    None where two are equally good.
    """
    fewest = min(map(_lone_parts, heads), default=0)
    heads = [head for head in heads if _lone_parts(head) == fewest]
    counts = [count_faulty(body, head.columns) for head in heads]
    faulty = min(counts, default=0)
    read = [(h, read_rows(body, h.columns)) for h, count in zip(heads, counts, strict=True) if count == faulty]
    scores = [(sum(row.divided for row in rows) - len(rows), -sum(row.faults for row in rows)) for _, rows in read]
    if not scores or scores.count(max(scores)) > 1:
        return faulty, None, []
    head, rows = read[scores.index(max(scores))]
    return faulty, head, rows


def _lone_parts(head: Head) -> int:
    """How many totals a reading of the head gives a single column to sum up, which few tables print."""
    return sum(len(column.parts) == 1 for column in head.columns)


def _head_lengths(lines: list[Cell]) -> list[int]:
    """How many lines may be the head, the likelier first: up to the first line that only a body has.

    合计 alone on a line may be either; so may the items of the three public expenses.
    """
    found: list[int] = []
    for i, line in enumerate(lines[:_HEAD_LINES]):
        if _numbers_columns(line):
            return [i]
        if i and line.text.strip() and _is_body(line.text):
            found.append(i)
            if not marks.is_total(line.text, whole=True):
                break
    found = found or [min(len(lines), _HEAD_LINES)]
    items = next((i for i in range(1, found[0]) if is_three_public(lines[i].text)), None)
    return found if items is None else [*found, items]


def _numbers_columns(line: Cell) -> bool:
    words = line.text.split()
    return marks.numbers_columns(words) and "1" in words


def _is_total(text: str) -> bool:
    """Whether the line is a total, alone or with its first figure: 合计 1,098.40; in a head words follow it.

    小计 alone stands in a head, below the group that it is the total of.
    """
    words = text.split()
    beside = len(words) > 1 and decimal_of(words[1]) is not None
    alone = len(words) == 1 and words[0] != "小计"
    return (beside or alone) and marks.is_total(words[0])


def _is_body(text: str) -> bool:
    if _is_total(text) or _BODY_START.match(text.strip(" ")):
        return True
    words = text.split(" ")
    figures = [word for word in words if _FIGURE.fullmatch(word)]
    return bool(figures) or (text != text.rstrip() and len(text) - len(text.rstrip()) > 1)


def _body(lines: list[Cell], head: int, body: list[Cell]) -> list[Cell]:
    """The body lines without heads, and numbers of columns, repeated on later pages."""
    repeated = [squeeze(line.text) for line in lines[:head] if line.text.strip()]
    numbering = squeeze(lines[head].text) if head < len(lines) and _numbers_columns(lines[head]) else None
    whole = len(repeated) > 1 or any(len(line.text.split()) > 1 for line in lines[:head])
    kept: list[Cell] = []
    at = 0
    while at < len(body):
        window = [line for line in body[at : at + 2 * len(repeated)] if line.text.strip()][: len(repeated)]
        if whole and [squeeze(line.text) for line in window] == repeated:
            at = body.index(window[-1]) + 1
        elif numbering and squeeze(body[at].text) == numbering:
            at += 1
        else:
            kept.append(body[at])
            at += 1
    return kept


def _undivided(lines: list[Cell]) -> Table | None:
    """Each line as one text, beside an empty column: a grid of figures, not a box around text.

    Numbers alone on a line stay with the line below: they may be a code, a row's number, or figures of any column.
    The empty cell stands where its text ends.
    """
    texts: list[Cell] = []
    ends: list[Place] = []
    for line in (line for line in lines if line.text.strip()):
        text = line.text.strip(" ")
        if texts and _LONE_NUMBER.fullmatch(texts[-1].text):
            texts[-1] = Cell(f"{texts[-1].text}\n{text}", texts[-1].place)
            ends[-1] = line.place
        else:
            texts.append(Cell(text, line.place))
            ends.append(line.place)
    if len(texts) > 1 and _LONE_NUMBER.fullmatch(texts[-1].text):
        texts[-2:] = [Cell(f"{texts[-2].text}\n{texts[-1].text}", texts[-2].place)]
        ends[-2:] = ends[-1:]
    rows = tuple((text, Cell("", end)) for text, end in zip(texts, ends, strict=True))
    return Table(rows[0][0].place, rows, "sums") if any(_FIGURE.search(row[0].text) for row in rows) else None
