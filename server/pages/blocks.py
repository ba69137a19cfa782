"""What a page is made of: cells, facts, and tables with a picture over them; nothing here knows the data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

WAN = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing shown in a table or list; `yuan` makes it money, `parts` a text with marked pieces."""

    text: str = ""
    href: str | None = None
    yuan: Decimal | None = None
    number: bool = False
    parts: tuple[tuple[str, str | None], ...] = ()  # (text, link of a marked piece)
    anchor: str | None = None  # what a fragment of the page's address points to
    note: str = ""  # a second, smaller line
    change: Decimal | None = None  # per cent against the column before
    indent: int = 0  # levels below the outermost row
    values: tuple[Cell, ...] = ()  # several things in one cell

    @property
    def simple(self) -> bool:
        """Whether it is a text alone, with or without a link."""
        return self.yuan is None and self.change is None and not (self.parts or self.values or self.note)

    @property
    def direction(self) -> str:
        """Which way it changed, as far as one decimal tells."""
        rounded = round(self.change or Decimal(), 1)
        return "up" if rounded > 0 else "down" if rounded < 0 else "same"

    @property
    def empty(self) -> bool:
        """Whether nothing stands in it."""
        return self.simple and not self.text


BLANK = Cell("—")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column or section in both languages."""

    zh: str
    en: str
    number: bool = False
    sort: str = ""  # name of the order that a list takes by this column
    of: str = ""  # a second, smaller line, the same in both languages


@dataclass(frozen=True, slots=True)
class Picture:
    """What `charts.js` draws: its kind (`treemap`, `sankey`, `lines`, `bars`, `graph`), title and data."""

    kind: str
    title: Head
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Block:
    """A section of a page: a table with its heads, a picture over it, and where there is more of it.

    `foot` is the row of sums; `whole` says that it is never cut, `complete` that all rows are here: only then may the
    reader sort them. `total` is the number of all rows, where it is known of those that are not here.
    """

    anchor: str
    title: Head
    heads: tuple[Head, ...]
    rows: list[list[Cell]]
    more: str | None = None
    note: Head | None = None
    picture: Picture | None = None
    foot: tuple[Cell, ...] = ()
    folded: bool = False
    whole: bool = False
    total: int | None = None
    complete: bool = True

    @property
    def count(self) -> str:
        """How many rows there are, for a reader."""
        if self.complete:
            return f"{len(self.rows):,}"
        return f"{self.total:,}" if self.total else f"{len(self.rows)}+"

    @property
    def unit_untold(self) -> bool:
        """Whether sums stand in it, in 万元, and no head of a column says so."""
        sums = any(cell.yuan is not None or any(one.yuan is not None for one in cell.values)
                   for row in self.rows for cell in row)  # fmt: skip
        return sums and not any("万元" in head.zh for head in self.heads)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of facts: its label in both languages and its values."""

    label: Head
    values: tuple[Cell, ...] = ()
    href: str = ""


@dataclass(frozen=True, slots=True)
class EntityPage:
    """What a kind of entity shows of itself: a line above the title, facts, sections and texts."""

    facts: list[Fact] = field(default_factory=list)
    sections: list[Block] = field(default_factory=list)
    texts: list[tuple[str, Cell, Cell]] = field(default_factory=list)  # (field, text with marks, source page)
    above: list[Cell] = field(default_factory=list)  # the way here: report, department
    message: str = ""  # what a finding says
    figures: list[Fact] = field(default_factory=list)  # the few large numbers of the page
    around: list[Cell] = field(default_factory=list)  # the one before and the one after
    schema: dict[str, Any] = field(default_factory=dict)  # schema.org


def wan(yuan: Decimal) -> str:
    """Yuan as 万元, exact: 10984000 → 1,098.4."""
    text = f"{yuan / WAN:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(yuan: Decimal) -> str:
    """Yuan with thousands separators: 10,984,000."""
    text = f"{yuan:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(change: Decimal) -> str:
    """A change with its sign and one decimal: +12.5%; what rounds to nothing has none: 0.0%."""
    return f"{change:+,.1f}%" if round(change, 1) else "0.0%"


def change(old: Decimal | None, new: Decimal | None) -> Decimal | None:
    """Per cent from the old to the new sum; None where one is missing or the old is 0."""
    if old is None or new is None or not old:
        return None
    return (new - old) * 100 / abs(old)


def money(yuan: Decimal | None, href: str | None = None, **more: Any) -> Cell:
    """A sum as a cell; a missing one stays missing."""
    return BLANK if yuan is None else Cell(yuan=yuan, href=href, **more)


def sum_of(cells: Iterable[Cell]) -> Cell:
    """The sum of the money cells that are there; a dash where none is."""
    found = [cell.yuan for cell in cells if cell.yuan is not None]
    return Cell(yuan=sum(found, Decimal())) if found else BLANK


def as_number(yuan: Decimal) -> float:
    """万元 for a picture."""
    return float(yuan / WAN)


def csv_rows(heads: Sequence[Head], rows: Sequence[Sequence[Cell]], language: str) -> list[list[str]]:
    """A table as it is shown, for a spreadsheet: money as a number in yuan, the address of each row at its end."""
    money_columns = {i for row in rows for i, cell in enumerate(row) if cell.yuan is not None}
    head = [_csv_head(h, language, is_money=i in money_columns) for i, h in enumerate(heads)]
    return [
        [*head, "path"],
        *([*(_csv_text(c, i in money_columns) for i, c in enumerate(row)), _path(row)] for row in rows),
    ]


def _csv_head(head: Head, language: str, *, is_money: bool) -> str:
    """The head without the unit it has on the page: a file holds yuan."""
    text = " ".join(filter(None, (head.en if language == "en" else head.zh, head.of)))
    text = text.replace("（万元）", "").replace(" (10k yuan)", "")
    return text + ((" (yuan)" if language == "en" else "（元）") if is_money else "")


def _csv_text(cell: Cell, is_money: bool) -> str:
    if cell.yuan is not None:
        return f"{cell.yuan:f}"
    if cell is BLANK or (is_money and cell.text == BLANK.text):
        return ""
    text = "; ".join(" ".join(filter(None, (_csv_text(v, False), v.note if v.yuan is not None else "")))
                     for v in cell.values) or cell.text  # fmt: skip
    text = text or "".join(part for part, _ in cell.parts)
    text = " ".join(filter(None, (text, cell.note)))
    if not text and cell.change is not None:
        return f"{cell.change:+.1f}%"
    return text


def _path(row: Sequence[Cell]) -> str:
    """The address of what the row is about, the first that it links to: /id/org/…, /code/region/…"""
    paths = (c.href.partition("?")[0] for c in row if c.href and c.href.startswith("/"))
    for path in paths:
        for kind in ("/id/", "/code/"):
            if kind in path:
                return kind + path.partition(kind)[2]
    return ""
