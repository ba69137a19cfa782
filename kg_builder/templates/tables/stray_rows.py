"""Rows of figures that stand in no grid → unread: print of a table that no reader found, such as its end on a new page.

A line with a sum among other words, and no prose around them, is such a row, and so is each of several sums below one
another, and below the unit of money a line that ends in a figure; so are the lines with digits right above and below
it, down to the next caption, sentence or grid. Below a table, with no caption or sentence between, they are that
table's; below a title they are those of a table that was not found.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg_builder import marks
from kg_builder.model import Cell
from kg_builder.templates.flow import flow
from kg_builder.templates.found import Found
from kg_builder.templates.ledger import Account
from kg_builder.text import has_digit, squeeze

_COLUMN = 2  # sums below one another that are a column
_REASON = "a row of figures that belongs to no table that was found"
# 1,098.40 · -98.4 · 6,623. (its end on the next line): money standing alone
_SUM = re.compile(r"[-+(（]?(?:\d{1,3}(?:[,，]\d{1,3})+\.?\d{0,2}|\d+\.\d\d)[)）]?")
# 教育支出 498 · 3 西岗区 65: words and a figure
_FIGURE_LAST = re.compile(r"(?=.*[一-鿿]).*\s-?\d[\d,.]*")
# 本年收入， · 其中：
_SENTENCE = re.compile(r"[。；，：:;]|[…·.]{3}")
# 1,098.40万元 · 比上年， · 增长3.5% · 详见第二部分： marks of a sentence
_PROSE = re.compile(r"[。；，：:;%％‰]|\d\s*[（(]?(?:亿|万|千|百|元|个|人|户|辆|台|平方|吨|公里|年|月|日)|[…·.]{3}")


def read_stray_rows(found: Found) -> None:
    """Leave the lines of figures outside all grids."""
    block: list[Cell] = []
    above: Account | None = None  # the table that stands above with nothing between
    title, named = "", False  # of a table that was not found, and whether its unit stands above
    for item in (*flow(found.rest), None):
        row = isinstance(item, Cell) and not _ends(item)
        if isinstance(item, Cell) and row and not (block and block[-1].place.page != item.place.page):
            block.append(item)
            continue
        _leave(found, block, above, title, named)
        block = [item] if isinstance(item, Cell) and row else []
        if item is not None and not row:
            above = found.ledger.account_of(item.place)
            named = isinstance(item, Cell) and marks.unit_of(item.text) is not None
            title = squeeze(item.text) if isinstance(item, Cell) and marks.is_title(item.text) else ""


def _ends(line: Cell) -> bool:
    """Whether a line is no row: a sentence, the caption or the note of a table."""
    caption = marks.is_title(line.text) or marks.is_note(line.text) or marks.unit_of(line.text) is not None
    prose = _SENTENCE if _is_row(line) else _PROSE  # a row may name a year, and print a share beside its sums
    return caption or bool(prose.search(line.text)) or marks.names_people(line.text)


def _leave(found: Found, lines: Sequence[Cell], above: Account | None, title: str, named: bool) -> None:
    rows = any(_is_row(line) or (named and _FIGURE_LAST.fullmatch(line.text)) for line in lines)
    if not rows and sum(_is_sum(line) for line in lines) < _COLUMN:
        return
    account = above if above is not None and above.kind == "table" else found.ledger.open("table", title)
    account.leave_rest(lines, _REASON)
    found.ledger.take((line.place for line in lines if has_digit(line.text)), account)


def _is_row(line: Cell) -> bool:
    words = line.text.split()
    return len(words) > 1 and any(_SUM.fullmatch(word) for word in words)


def _is_sum(line: Cell) -> bool:
    return bool(_SUM.fullmatch(squeeze(line.text)))
