"""Cells and rows of tables → HTML: the templates ask for these, of which a page has thousands."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markupsafe import Markup

from server.pages.blocks import Cell, Head, percent, plain, wan

_DEEPEST = 4  # levels that the style knows


def cell(shown: Cell, yuan: str) -> Markup:
    """What stands in a cell; `yuan` is the reader's word for it."""
    return Markup(_inside(shown, yuan))  # noqa: S704 - every text in it was escaped


def rows(heads: Sequence[Head], table: Sequence[Sequence[Cell]], yuan: str) -> Markup:
    """Rows below these heads, each with its name as a head of its own."""
    return Markup("\n".join(_row(heads, cells, yuan) for cells in table))  # noqa: S704 - every text in it was escaped


def _row(heads: Sequence[Head], cells: Sequence[Cell], yuan: str) -> str:
    made = []
    for number, (head, shown) in enumerate(zip(heads, cells, strict=True)):
        tag, scope = ("td", "") if number or shown.empty else ("th", ' scope="row"')
        inside = _linked(escape(shown.text), shown.href) if shown.simple else _inside(shown, yuan)
        made.append(f"<{tag}{scope}{_class(head, shown)}>{inside}</{tag}>")
    return f"<tr>{''.join(made)}</tr>"


def _class(head: Head, shown: Cell) -> str:
    if head.number or shown.number or shown.yuan is not None:
        return ' class="number"'
    return f' class="in{min(shown.indent, _DEEPEST)}"' if shown.indent else ""


def _linked(inside: str, href: str | None) -> str:
    return f'<a href="{escape(href)}">{inside}</a>' if href else inside


def _inside(shown: Cell, yuan: str) -> str:
    if shown.values:
        made = "".join(f'<span class="value">{_inside(one, yuan)}</span>' for one in shown.values)
    elif shown.parts:
        made = "".join(_part(text, href) for text, href in shown.parts)
    elif shown.yuan is not None:
        small = f"<small>{plain(shown.yuan)} {yuan}</small>"
        made = _linked(f'<span class="money">{wan(shown.yuan)}{small}</span>', shown.href)
    else:
        made = _linked(escape(shown.text), shown.href)
    if shown.change is not None:
        made += f'<span class="change {shown.direction}">{percent(shown.change)}</span>'
    return made + (f'<small class="cellnote">{escape(shown.note)}</small>' if shown.note else "")


def _part(text: str, href: str | None) -> str:
    """A piece of a text, marked where it leads somewhere."""
    return f"<mark>{_linked(escape(text), href)}</mark>" if href else escape(text)
