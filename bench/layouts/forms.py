"""A table before it is printed: columns under merged heads, rows, panels; how it looks is not known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from bench.layouts.accounts import Figures

Role = Literal["code", "label", "figure", "line", "organization-code", "measure"]
Numbered = Literal["no", "figures", "words"]
REVENUE, EXPENDITURE = {"side": "revenue"}, {"side": "expenditure"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heads from top to bottom and what they say of its figures."""

    heads: tuple[str, ...]
    role: Role = "figure"
    dims: Mapping[str, str] = field(default_factory=dict)
    share: float = 2.4


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row; `dims` is what it says of its figures, `tail` puts it below both panels' other rows."""

    label: str
    figures: Figures
    code: str = ""
    dims: Mapping[str, str] = field(default_factory=dict)
    total: bool = False
    tail: bool = False
    indent: int = 0
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """Columns with their rows; panels of a table stand side by side."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    dims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Form:
    """One table of a report; `unit` is set where the official form fixes it, `numbered` prints 栏次 or 1 2 3."""

    kind: str
    title: str
    panels: tuple[Panel, ...]
    unit: str | None = None
    wide: bool = False
    numbered: Numbered = "no"
    note: str = ""


def code(head: str) -> Column:
    """A column of codes."""
    return Column(tuple(head.split("/")), "code", share=2.2)


def label(head: str, share: float = 5) -> Column:
    """A column of labels."""
    return Column(tuple(head.split("/")), "label", share=share)


def line(head: str = "行次") -> Column:
    """A column that numbers the rows."""
    return Column(tuple(head.split("/")), "line", share=1)


def fig(head: str, /, **dims: str) -> Column:
    """A column of figures; heads from top to bottom are parted by slashes."""
    return Column(tuple(head.split("/")), "figure", dims)


def under(head: str, *columns: Column) -> tuple[Column, ...]:
    """The columns below one more head."""
    return tuple(replace(c, heads=(head, *c.heads)) for c in columns)


def total(label: str, *figures: Decimal | None) -> Row:
    """A total below the rows of both panels."""
    return Row(label, figures, total=True, tail=True)


def foot(label: str, *figures: Decimal | None) -> Row:
    """A row beside the totals that is none: 结转下年."""
    return Row(label, figures, tail=True)


def closed(rows: Iterable[Row], sums: Figures, first: str, *more: str) -> tuple[Row, ...]:
    """The rows with their total (本年收入合计), lines without money (上年结转), and the same total (收入总计)."""
    blank = (None,) * len(sums)
    between = [foot(name, *blank) for name in more[:-1]]
    return (*rows, total(first, *sums), *between, *(total(name, *sums) for name in more[-1:]))


def listed(
    kind: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Row],
    dims: Mapping[str, str] | None = None,
    *,
    unit: str | None = None,
    wide: bool = False,
    numbered: Numbered = "no",
    note: str = "",
) -> Form:
    """A form of one panel; `dims` is what all its figures have in common."""
    return Form(kind, title, (Panel(tuple(columns), tuple(rows), dims or {}),), unit, wide, numbered, note)


def facing(
    kind: str,
    title: str,
    revenue: tuple[Sequence[Column], Iterable[Row]],
    expenditure: tuple[Sequence[Column], Iterable[Row]],
    numbered: Numbered = "no",
) -> Form:
    """A form with revenue on its left and expenditure on its right: columns and rows of each."""
    sides = ((*revenue, REVENUE), (*expenditure, EXPENDITURE))
    return Form(kind, title, tuple(Panel(tuple(c), tuple(r), side) for c, r, side in sides), numbered=numbered)
