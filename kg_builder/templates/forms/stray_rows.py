"""Rows of forms that stand in no form → unread: the end of one on a new page, or its head on the page before.

A line is such a row where it has a label of a form beside other words: of a level (质量指标), of the head (项目属性) or
of a sum. What stands between two of them is told with them, short lines right above the first, and below the last the
lines of several words that follow and one more. They are looked for on the pages of forms and on those beside them,
where no other reader has taken them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg_builder import marks
from kg_builder.model import Cell, Page
from kg_builder.templates.flow import flow
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.rows import lines_under
from kg_builder.templates.found import Found
from kg_builder.text import squeeze

_SHORT = 25  # characters of a line of wrapped cells
_SENTENCE = re.compile(r"[。；，]")  # 资金专款专用，按进度检查。
_REASON = "a row of a form that belongs to no form that was found"


def read_stray_form_rows(found: Found) -> None:
    """Leave the rows of forms outside all forms."""
    own = found.ledger.pages_of("form")
    near = {page + step for page in own for step in (-1, 0, 1)}
    for page, whole in zip(found.ledger.rest(), found.ledger.pages, strict=True):
        under = {place for table in whole.tables for place in lines_under(whole, table)} if page.number in near else ()
        free = replace(page, lines=tuple(line for line in page.lines if line.place not in under), tables=whole.tables)
        for block in _blocks(free) if page.number in near else ():
            if stray := _rows(block):
                account = found.ledger.open("form")
                for line in stray:
                    account.leave(line, _REASON)
                found.ledger.take((line.place for line in stray), account)


def _blocks(page: Page) -> Iterator[list[Cell]]:
    """The lines of a page that stand in no grid, as far as no grid or title stands between them."""
    block: list[Cell] = []
    for item in flow([page]):
        if isinstance(item, Cell) and not marks.is_title(item.text):
            block.append(item)
            continue
        yield block
        block = []
    yield block


def _rows(lines: Sequence[Cell]) -> Sequence[Cell]:
    """From the first row of a form to what follows the last one."""
    at = [i for i, line in enumerate(lines) if _is_row(line.text.split())]
    if not at:
        return ()
    start = next((i + 1 for i in reversed(range(at[0])) if not _may_be_cell(lines[i])), 0)
    end = next((i for i in range(at[-1] + 1, len(lines)) if not _has_cells(lines[i].text.split())), len(lines))
    return lines[start : end + 1]


def _may_be_cell(line: Cell) -> bool:
    """Whether a line may be that of wrapped cells, and is no sentence."""
    return len(squeeze(line.text)) <= _SHORT and not marks.is_note(line.text) and not _SENTENCE.search(line.text)


def _has_cells(words: Sequence[str]) -> bool:
    return len(words) > 1 and not any(map(_SENTENCE.search, words))


def _is_row(words: Sequence[str]) -> bool:
    """Whether words are a label of a form and what stands beside it."""
    if len(words) < 2:
        return False
    if form.text_field(words[0]) or form.goal_field(words[0]):
        return True
    level = any(word.endswith("指标") and form.indicator_kind(word) for word in words)
    head = form.head_part(words[0]) not in (None, "personal") or form.total_span(words[0]) is not None
    beside = len(words) > 2 or not words[0].endswith((":", "："))
    return _has_cells(words) and (level or ((head or form.funding_of(words[0]) is not None) and beside))
