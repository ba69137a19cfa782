"""A table before it is printed: columns under merged heads, rows, panels; how it looks is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from bench.layouts.accounts import Figures

Role = Literal["code", "label", "figure", "line", "organization-code", "measure"]


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
    numbered: Literal["no", "figures", "words"] = "no"
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
