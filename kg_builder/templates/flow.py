"""Pages → their lines and grids in reading order, without page numbers and running heads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kg_builder import marks
from kg_builder.model import Cell, Page, Table
from kg_builder.text import squeeze

_MARGIN = 0.12  # share of a page's height in which running heads stand


def flow(pages: Sequence[Page]) -> Iterator[Cell | Table]:
    """Lines outside grids and grids, in reading order over all pages, without page numbers and running heads."""
    running, seen = running_heads(pages), set[str]()
    for page in pages:
        tables = sorted(page.tables, key=_top)
        waiting = list(tables)
        for line in page.lines:
            if any(_inside(line, table) for table in tables):
                continue
            while waiting and _top(waiting[0]) <= _line_top(line):
                yield waiting.pop(0)
            text = squeeze(line.text)
            if text and not _is_page_number(line, page) and not (text in running and text in seen):
                yield line
            seen.add(text)
        yield from waiting


def _is_page_number(line: Cell, page: Page) -> bool:
    """Whether a line numbers the page: `84 84` amid a page does not, it is the end of two wrapped figures."""
    margin = at_edge(line, page.size[1] if page.size else 0.0)
    return marks.is_page_number(line.text) or (margin and marks.is_page_number(squeeze(line.text)))


def at_edge(line: Cell, height: float) -> bool:
    """Whether a line stands in the upper or lower margin of a page of that height; of a text without height, always."""
    return not height or not _MARGIN < _line_top(line) / height < 1 - _MARGIN


def running_heads(pages: Sequence[Page]) -> set[str]:
    """Lines that at least three pages and half of all print again in their upper or lower margin."""
    counts: Counter[str] = Counter()
    for page in pages:
        height = page.size[1] if page.size else 0.0
        margin = (c for c in page.lines if height and at_edge(c, height))
        counts.update({squeeze(line.text) for line in margin})
    return {t for t, count in counts.items() if count >= max(3, len(pages) / 2) and not _is_caption_line(t)}


def _is_caption_line(text: str) -> bool:
    """What stands above each table of its own: the unit of money, the body. It is no running head."""
    return marks.unit_of(text) is not None or marks.is_body_line(text)


def _top(table: Table) -> float:
    return table.place.box.top if table.place.box else float(table.place.line or 0)


def _line_top(line: Cell) -> float:
    box = line.place.box
    return (box.top + box.bottom) / 2 if box else float(line.place.line or 0)


def _inside(line: Cell, table: Table) -> bool:
    if table.place.box and line.place.box:
        box, middle = table.place.box, _line_top(line)
        return box.top <= middle <= box.bottom and line.place.box.x1 > box.x0 and line.place.box.x0 < box.x1
    numbers = {cell.place.line for row in table.rows for cell in row if cell and cell.place.line}
    return bool(numbers) and min(numbers) <= (line.place.line or 0) <= max(numbers)
