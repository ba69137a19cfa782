"""Tables that list many projects with their targets → their rows, the pages of each list joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from kg_builder import marks
from kg_builder.model import Cell, Page, Table
from kg_builder.templates.flow import flow
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.indicators import cut_target, cut_text
from kg_builder.templates.forms.lists.heads import (
    LEVELS,
    ListHead,
    columns_of,
    fits,
    is_value,
    prints_heads,
    read_list_head,
    slots,
)
from kg_builder.text import decimal_of, label_key, squeeze

_REACH = 200  # rows above in which the level of a row must show
_CAPTION = 4  # lines above a table that may be its title, its body and its unit of money


@dataclass
class ListRow:
    """A row of a list: its own cells by column, blank ones too, and how many rows each of them covers."""

    cells: dict[int, Cell] = field(default_factory=dict)
    covers: dict[int, int] = field(default_factory=dict)
    page: int = 0
    first: bool = False  # of the part of the list that its page prints
    last: bool = False
    rest: bool = False  # only the end of the row above, which the page break cut
    doubt: bool = False  # may be the end of the row above, or that row: its indicator is not read
    gap: bool = False  # a row of blank cells stands above it
    broken: list[Cell] = field(default_factory=list)  # cells that stand under no column, or two under one

    def text(self, column: int) -> str:
        """The squeezed text of the row's own cell in a column, empty where there is none."""
        cell = self.cells.get(column)
        return squeeze(cell.text) if cell else ""


@dataclass
class Listing:
    """One printed list, its pages joined."""

    head: ListHead
    title: str
    caption: list[Cell]
    tables: list[tuple[Page, Table]] = field(default_factory=list)
    rows: list[ListRow] = field(default_factory=list)
    skipped: list[tuple[Cell, str]] = field(default_factory=list)  # heads and notes, with what they are
    private: list[Cell] = field(default_factory=list)  # signatures
    unit: str | None = None  # of money
    gap: bool = False  # the last row read is blank

    def at(self, *roles: str) -> list[int]:
        """The columns with one of the roles."""
        return [i for i, column in enumerate(self.head.columns) if column.role in roles]

    @property
    def of_whole(self) -> bool:
        """Whether the list gives the targets of whole bodies: 部门整体支出绩效目标表."""
        return ("整体" in self.title and "项目" not in self.title) or not self.head.named


def read_listings(pages: Sequence[Page]) -> list[Listing]:
    """Every list of projects with targets that the pages print, in order."""
    if not any(prints_heads(table) for page in pages for table in page.tables if table.parted != "places"):
        return []
    by_number = {page.number: page for page in pages}
    found: list[Listing] = []
    open_: Listing | None = None
    lines: list[Cell] = []
    for item in flow(pages):
        if isinstance(item, Cell):
            lines.append(item)
            continue
        open_ = _listing_of(item, open_, lines)
        if open_ is not None:
            if not found or found[-1] is not open_:
                found.append(open_)
            open_.tables.append((by_number[item.place.page], item))
            _add_rows(open_, item)
        lines = []
    for listing in found:
        _join_cut_rows(listing)
    return found


def _listing_of(table: Table, before: Listing | None, lines: Sequence[Cell]) -> Listing | None:
    """The list that the grid is a part of: the one before it, a new one, or none."""
    if table.parted == "places":
        return None
    caption = _caption(lines)
    title = _first_title(caption[::-1])
    head = read_list_head(table)
    if head is None:
        return before if before is not None and _goes_on_without_heads(table, before, title, lines) else None
    own = _above_heads(table.rows[: head.first])
    if own is None:
        return None
    title = title or _first_title(own)
    if before is not None and head.keys == before.head.keys and title in {"", before.title}:
        before.caption += caption
        return before
    return _new_listing(head, title, caption, own)


def _first_title(cells: Sequence[Cell]) -> str:
    return next((squeeze(cell.text) for cell in cells if _is_title(cell.text)), "")


def _above_heads(rows: Sequence[Sequence[Cell | None]]) -> list[Cell] | None:
    """The cells of a caption that stand in the grid above its heads; None where they are rows of another table."""
    texts = [[cell for cell in row if cell and cell.text.strip()] for row in rows]
    cells = [cell for row in texts for cell in row]
    other = any(len(row) > 3 for row in texts) or any(decimal_of(cell.text) is not None for cell in cells)
    return None if other else cells


def _goes_on_without_heads(table: Table, before: Listing, title: str, lines: Sequence[Cell]) -> bool:
    """Whether a grid without heads of its own goes on with the list before it, under its columns; a line between
    grids without boxes is the end of a wrapped cell."""
    near = table.place.page - before.tables[-1][1].place.page <= 1 and not (table.place.box is None and lines)
    untitled = title in {"", before.title} and not prints_heads(table)
    return near and untitled and fits(before.head.columns, table)


def _new_listing(head: ListHead, title: str, caption: list[Cell], own: Sequence[Cell]) -> Listing | None:
    """A list of projects, or of the targets of whole bodies; `own` are the cells above the heads in the grid."""
    if head.of_goals and "目标" not in title:
        return None  # a table of projects' money that has their goals too
    if not (head.named or "整体" in title or any(c.role == "whole-goal" for c in head.columns)):
        return None
    unit = head.unit or next((u for cell in (*caption, *own) if (u := marks.unit_of(cell.text, head=True))), None)
    return Listing(head, title, caption, unit=unit)


def _is_title(text: str) -> bool:
    return form.is_title(text) or marks.is_title(text)


def _caption(lines: Sequence[Cell]) -> list[Cell]:
    """The lines right above a grid that name it, its body or its unit of money."""
    kept: list[Cell] = []
    for line in reversed(lines[-_CAPTION:]):
        text = squeeze(line.text)
        if text.endswith(("。", "；")) or len(text) > 60:
            break
        kept.insert(0, line)
        if _is_title(text):
            break
    named = any(_is_title(line.text) for line in kept)
    return [line for line in kept if named or marks.unit_of(line.text)]


def _add_rows(listing: Listing, table: Table) -> None:
    """Take over the rows of a grid below its heads."""
    rows: list[ListRow] = []
    gap = listing.gap
    for row in _grid_rows(listing, table):
        blank = not row.broken and not any(cell.text.strip() for cell in row.cells.values())
        if not _is_no_row(listing, row):
            row.gap, gap = gap, False
            rows.append(row)
        gap = gap or blank
    listing.gap = gap
    if rows:
        rows[0].first, rows[-1].last = bool(listing.rows), True
    listing.rows += rows


def _grid_rows(listing: Listing, table: Table) -> list[ListRow]:
    """The rows of a grid below its heads, each cell under the column that it stands in; what has none is `broken`."""
    head = read_list_head(table)
    columns = listing.head.columns
    by_row: dict[int, ListRow] = {}
    for slot in slots(table):
        if head is not None and slot.row < head.end:
            listing.skipped.append((slot.cell, "head of a list"))
            continue
        row = by_row.setdefault(slot.row, ListRow(page=table.place.page))
        under = columns_of(columns, slot.x0, slot.x1)
        column = next((i for i in under if is_value(columns[i].key)), under[0] if under else None)
        known = row.cells.get(column) if column is not None else None
        if column is None or (known is not None and known.text.strip()):
            row.broken += [slot.cell] if slot.cell.text.strip() else []
            continue
        row.cells[column], row.covers[column] = slot.cell, slot.end - slot.row
    return [row for _, row in sorted(by_row.items())]


def _is_no_row(listing: Listing, row: ListRow) -> bool:
    """Whether the row is none of the list: the numbers of its columns, a note, signatures, or blank."""
    cells = [cell for cell in row.cells.values() if cell.text.strip()]
    if not cells and not row.broken:
        return not any(covers > 1 for covers in row.covers.values())
    if marks.numbers_columns([label_key(cell.text) for cell in cells]):
        listing.skipped += [(cell, "column number") for cell in cells]
        return True
    if len(cells) == 1 and marks.is_note(cells[0].text):
        listing.skipped.append((cells[0], "note below a list"))
        return True
    if cells and marks.names_people(cells[0].text):
        listing.private += cells
        return True
    return False


def _join_cut_rows(listing: Listing) -> None:
    """Put the end of a row that a page break cut back to the row, where nothing else can be meant."""
    values = listing.at("target")
    for name in listing.at("name")[:1]:
        inside = [any(r.text(c) for c in values) for r in listing.rows if r.text(name) and not (r.first or r.last)]
        full = len(inside) > 1 and all(inside)  # every indicator away from page breaks has its target
        for index, (above, below) in enumerate(pairwise(listing.rows)):
            if above.last and below.first and not below.broken and above.text(name):
                _join_cut_row(listing, index, below, full)


def _join_cut_row(listing: Listing, index: int, below: ListRow, full: bool) -> None:
    above, name, values = listing.rows[index], listing.at("name")[0], listing.at("target")
    is_rest = _is_rest(above, below, name, values, full)
    if any(below.covers.get(c, 1) > 1 for c in (name, *values)) or is_rest is False:
        return
    if is_rest and all(below.text(c) in {"", _level_above(listing, index, c)} for c in listing.at(*LEVELS)):
        for c in (name, *values):
            _append(above, below, c)
        below.rest = True
    elif not (is_rest and any(below.text(c) for c in values)):  # with a level and a target of its own it is whole
        above.doubt = below.doubt = True


def _level_above(listing: Listing, index: int, column: int) -> str:
    """The last level printed in a column up to a row."""
    rows = islice((listing.rows[i] for i in range(index, -1, -1)), _REACH)
    return next((text for row in rows if (text := row.text(column))), "")


def _is_rest(above: ListRow, below: ListRow, name: int, values: Sequence[int], full: bool) -> bool | None:
    """Whether the first row of a page, which has no level, is but the end of the row above; None where it may be.

    `full` says that all other indicators have targets, so that one without is but a part.
    """
    mine, rest = ([c for c in values if row.text(c)] for row in (above, below))
    if not below.text(name):
        return bool(rest) and bool(mine)  # a target without a name of its own
    both = [c for c in mine if c in rest]
    torn = bool(both) and all(cut_target(above.text(c), below.text(c)) for c in both)
    if torn or cut_text(above.text(name), below.text(name)):
        return True
    if rest and mine:
        return False
    return True if mine and full else None


def _append(above: ListRow, below: ListRow, column: int) -> None:
    cell, rest = above.cells.get(column), below.cells.get(column)
    if rest is None or not rest.text.strip():
        return
    if cell is None or not cell.text.strip():
        above.cells[column] = rest
    else:
        above.cells[column] = Cell(cell.text + rest.text, cell.place)
    below.cells[column] = Cell("", rest.place)
