"""Lines of a table whose cell borders are lost → drafts of its rows: labels in their columns, numbers in order.

Labels break over lines above and below their numbers, numbers run into the label to their right, and the panels of
two-sided tables share a line; codes, ordinals, known labels and the spaces of empty cells tell which is which.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

from kg_builder import marks, vocab
from kg_builder.model import Cell, Place
from kg_builder.readers.plain.heads import Column
from kg_builder.text import label_key, squeeze

_NUMBER = re.compile(r"[-+−－]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")  # 1,098.40
_DASHED = re.compile(r"([-—–]{1,2})(?=[一二三四五六七八九十]{1,3}、)")  # -二、外交支出: no figure, and the next label
_CODE = re.compile(r"\d{3}(?:\d{2}){0,3}")  # 201, 20132, 2013299
_HEADED = re.compile(
    r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2})(?=[^\d.,%]|\d{3}(?:\d{2}){0,2}$|-?[\d,]+\.\d{2})"
)  # 1,098.40一、
_WHOLE = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?=[一-鿿])")  # 355年终结转, between two panels only
_TAILED = re.compile(r"(.*[一-鿿）)])(-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2})")  # 住房公积金10.86
_SPLIT_POINT = re.compile(r"(?<=\d)(?:\. (?=\d{2}(?!\d))| (?=\.\d{2}(?!\d)))")  # 4411. 49 · 1 .00
_NAMED_CODE = re.compile(r"([1-3]\d{2}(?:\d{2}){0,2})(?=[一-鿿])")  # 2013302一般行政管理事务, in a table of codes
# 一、 · （二） · 1. · 其中 · －基本支出: what a new row begins with
_STARTER = re.compile(
    r"\u3000|[（(]?[一二三四五六七八九十]{1,3}[、）)]|[①-⑳]|[（(]?\d{1,2}[、.．）)](?!\d)|其中|[-—]{1,2}[一-鿿]"
)
_RIGHT = re.compile(r"支出|年终|年末|结余分配")  # what the expenditure side calls its rows without an ordinal
_LEFT = re.compile(r"上年|年初")  # what is left over from before is revenue
_WAYS = 3000  # placements of a row, and of the rows of one sum together, that are tried


@dataclass(frozen=True, slots=True)
class Token:
    """A run of print between spaces, or a part of one."""

    text: str
    kind: str  # text, number, code
    place: Place
    lead: int | None  # spaces before it on its line; None at the top of a page, where they are lost
    fresh: bool  # first of its line
    adjacent: bool  # no empty line above its line
    trail: int = 0  # spaces after it at the end of its line, or on the line below


@dataclass(frozen=True, slots=True)
class Spaces:
    """Where this table's empty cells left spaces: inside its lines, at their ends, at their beginnings."""

    inner: bool
    ends: bool
    leads: bool

    @property
    def speak(self) -> bool:
        """Whether the spaces tell anything."""
        return self.inner or self.ends


@dataclass(frozen=True, slots=True)
class Panel:
    """Neighbouring columns that begin with a code or label: a two-sided table has two."""

    names: tuple[int, ...]  # columns of codes and labels; none in a table of one row
    figures: tuple[int, ...]  # columns of money
    coded: bool
    numbered: bool = False  # the first numbers of its rows are those of the lines


@dataclass(slots=True)
class Slot:
    """A label with its column, or a number that has no column yet."""

    token: Token
    column: int | None
    panel: int
    text: str
    trail: int


@dataclass(slots=True)
class Draft:
    """A row: its labels and numbers in the order of print; closed where the line's end shows that the row ends."""

    slots: list[Slot] = field(default_factory=list)
    closed: bool = False

    def labels(self, panel: int) -> list[Slot]:
        """The codes and labels of a panel."""
        return [s for s in self.slots if s.column is not None and s.panel == panel]

    @property
    def numbers(self) -> list[Slot]:
        """The numbers, in order."""
        return [s for s in self.slots if s.column is None]


def draft_rows(lines: Sequence[Cell], columns: Sequence[Column]) -> tuple[list[Draft], list[Panel], Spaces]:
    """The rows of the body lines, with the panels of the columns and what the lines' spaces tell."""
    panels = _panels(columns)
    tokens = _tokens(lines, panels)
    return _Assembly(panels, len(columns), tokens).drafts(), panels, _spaces(tokens)


def _panels(columns: Sequence[Column]) -> list[Panel]:
    found: list[list[int]] = []
    for i, column in enumerate(columns):
        if not found or (column.names and not columns[i - 1].names):
            found.append([])
        found[-1].append(i)
    return [
        Panel(
            tuple(i for i in panel if columns[i].names),
            tuple(i for i in panel if columns[i].kind == "money"),
            any(columns[i].kind == "code" for i in panel),
            any(columns[i].kind == "line" for i in panel),
        )
        for panel in found
    ]


# --- lines → tokens ---------------------------------------------------------------------------------------------


def _tokens(lines: Sequence[Cell], panels: list[Panel]) -> list[Token]:
    """The lines' tokens; without any empty lines, lines of white space tell only that the row above has ended."""
    found: list[Token] = []
    pending, above = 0, ""
    numbers = [cell.place.line or 0 for cell in lines]
    steps = [b - a for a, b in pairwise(numbers)]
    apart = 5 * sum(step > 1 for step in steps) > len(numbers)
    for i, cell in enumerate(lines):
        adjacent = i > 0 and steps[i - 1] == 1
        content = cell.text.rstrip("\n")
        if content.strip(" "):
            at_top = apart and adjacent and bool(above.strip(" ")) and content.startswith(" ")
            found.extend(_line_tokens(cell, pending, adjacent, at_top, panels))
            pending = 0
        elif apart and i < len(steps) and steps[i] == 1:
            pending = len(content)
        elif found and not found[-1].trail:
            found[-1] = replace(found[-1], trail=len(content))
        above = content
    return found


def _line_tokens(cell: Cell, pending: int, adjacent: bool, at_top: bool, panels: list[Panel]) -> list[Token]:
    content = _SPLIT_POINT.sub(lambda m: m[0].strip(" "), cell.text)
    found: list[Token] = []
    lead, at = 0, 0
    for match in re.finditer(r"[^ ]+", content):
        lead, at = match.start() - at, match.end()
        named = _NAMED_CODE.match(match[0]) if not found and any(p.coded for p in panels) else None
        parts = [named[1], *_parts(match[0][named.end() :], len(panels))] if named else _parts(match[0], len(panels))
        for i, part in enumerate(parts):
            fresh = not found
            space = (lead if not fresh else lead + pending) if i == 0 else 0
            known = None if fresh and at_top and lead == 1 else space - (1 if fresh and at_top else 0)
            found.append(Token(part, _kind(part, fresh, panels), cell.place, known, fresh, adjacent))
    found[-1] = replace(found[-1], trail=len(content) - at)
    return found


def _parts(chunk: str, panels: int) -> list[str]:
    """A run of print without spaces, parted where a number meets its neighbour: `1,098.40一、…`, `0.00201`."""
    if _NUMBER.fullmatch(chunk) and not _HEADED.match(chunk):
        return [chunk]
    headed = _HEADED.match(chunk) or _DASHED.match(chunk) or (_WHOLE.match(chunk) if panels > 1 else None)
    if headed:
        return [headed[1], *_parts(chunk[headed.end(1) :], panels)]
    tailed = _TAILED.fullmatch(chunk)
    return [tailed[1], tailed[2]] if tailed else [chunk]


def _kind(part: str, fresh: bool, panels: list[Panel]) -> str:
    coded = sum(1 for panel in panels if panel.coded)
    if _CODE.fullmatch(part) and coded and (fresh or coded > 1):
        return "code"
    return "number" if _NUMBER.fullmatch(part) or marks.is_nil(part) else "text"


def _spaces(tokens: Sequence[Token]) -> Spaces:
    return Spaces(
        any(not t.fresh and (t.lead or 0) > 1 for t in tokens),
        any(t.trail > 1 for t in tokens),
        any(t.fresh and (t.lead or 0) > 0 for t in tokens),
    )


# --- tokens → rows without columns ------------------------------------------------------------------------------


class _Assembly:
    """Puts the tokens together into rows, labels in their columns; it holds what the rows so far tell."""

    def __init__(self, panels: list[Panel], width: int, tokens: list[Token]) -> None:
        self.panels, self.width, self.tokens = panels, width, tokens
        self.rows: list[Draft] = []
        self.ordinals = [0] * len(panels)
        self.inner = [0] * len(panels)  # the last （一）, （二） … below the ordinal
        self.line = 0  # the last number of a line of the first panel
        self.spaces = _spaces(tokens)
        labels = [t.text for t in tokens if t.kind == "text" and t.fresh]
        self.indented = sum(1 for t in labels if _STARTER.match(t)) * 2 > len(labels)

    def drafts(self) -> list[Draft]:
        for i, token in enumerate(self.tokens):
            following = self.tokens[i + 1] if i + 1 < len(self.tokens) else None
            if token.kind == "number":
                self._number(token)
            elif self._continues(token, following):
                self._append(token)
            else:
                self._label(token)
            self._close(token)
        return self.rows

    @property
    def row(self) -> Draft:
        return self.rows[-1]

    def _number(self, token: Token) -> None:
        if not self.rows or (token.fresh and (self.row.closed or self._numbers_next(token))):
            self.rows.append(Draft())
        panel = self.row.slots[-1].panel if self.row.slots else 0
        if self.panels[0].numbered and not panel and not any(s.column is None for s in self.row.slots):
            self.line = int(token.text) if token.text.isdigit() else self.line
        self.row.slots.append(Slot(token, None, panel, token.text, token.trail))

    def _numbers_next(self, token: Token) -> bool:
        """Whether the number is that of the next line, whose first panel prints no label."""
        begun = any(slot.column is None for slot in self.row.slots)
        return self.panels[0].numbered and begun and token.text == str(self.line + 1)

    def _close(self, token: Token) -> None:
        slot = self.row.slots[-1]
        names = self.panels[slot.panel].names
        last = slot.column if slot.column is not None else names[-1] + 1 if names else 0
        several = len(self.panels) > 1
        unnamed = token.kind == "code" and slot.column != names[-1]  # its name is to come
        self.row.closed = token.trail > 0 and not unnamed and (not several or token.trail >= self.width - 1 - last)

    def _continues(self, token: Token, following: Token | None) -> bool:
        """Whether the text goes on with a label that was broken over lines."""
        if token.kind != "text" or not self.rows or not self.row.slots:
            return False
        slot, panel = self.row.slots[-1], self.panels[self.row.slots[-1].panel]
        named = self.row.labels(slot.panel)
        if panel.coded:
            return bool(named) and named[-1].column == panel.names[-1] and not marks.is_total(token.text)
        if not token.fresh:
            return slot.column == panel.names[-1] and len(self.panels) == 1
        opens = token.lead != 0 or bool(_STARTER.match(token.text) or marks.is_total(token.text))
        return bool(named) and not self.row.closed and not opens and self._is_tail(token, following)

    def _is_tail(self, token: Token, following: Token | None) -> bool:
        """Whether a line of text without a mark of its own belongs to the label above it, or above the numbers."""
        slot = self.row.slots[-1]
        if slot.column is None:
            alone = following is None or (following.kind == "text" and following.fresh)
            return self.indented and token.adjacent and alone and not token.trail
        own = _is_term(slot.text) and _is_term(token.text)
        return not own and (token.adjacent or (self.spaces.ends and slot.trail == 0))

    def _append(self, token: Token) -> None:
        slot = self.row.labels(self.row.slots[-1].panel)[-1]
        slot.text += token.text if token.fresh else " " + token.text
        if slot is self.row.slots[-1]:
            slot.trail = token.trail

    def _label(self, token: Token) -> None:
        panel = self._panel_of(token)
        names = self.panels[panel].names
        if not names:  # a head of figures alone: it is not the head of these lines, or they are not all its body
            self._number(token)
            return
        filled = self.row.labels(panel) if self.rows else []
        beside = self.rows and not self.row.closed and len(self.panels) > 1 and panel > 0 and not filled
        goes_on = bool(filled) and filled[-1].column != names[-1] and self._same_row(token, filled[-1])
        if not beside and not goes_on:
            self.rows.append(Draft())
            filled = []
        column = names[-1] if self.panels[panel].coded and token.kind == "text" and filled else names[len(filled)]
        self.row.slots.append(Slot(token, column, panel, token.text, token.trail))
        if number := _ordinal(token.text, "plain"):
            self.ordinals[panel], self.inner[panel] = number, 0
        self.inner[panel] = _ordinal(token.text, "bracket") or self.inner[panel]

    def _same_row(self, token: Token, before: Slot) -> bool:
        """Whether the text is the next label of the row: a code's name, or a second label beside the first."""
        if before is not self.row.slots[-1] or self.row.closed:
            return False
        if self.panels[before.panel].coded:
            return token.kind == "text" and not marks.is_total(before.text)
        return not token.fresh or (token.adjacent and _is_term(before.text) and _is_term(token.text))

    def _panel_of(self, token: Token) -> int:
        if len(self.panels) == 1 or not self.rows:
            return 0
        last = self.row.slots[-1].panel
        named = self.row.labels(last)
        if self.panels[last].coded and token.kind == "text" and named:
            totals = marks.is_total(named[-1].text) or marks.is_total(token.text)
            if not totals:
                return last
        if not token.fresh:
            return min(last + 1, len(self.panels) - 1)
        return self._panel_of_code(token) if token.kind == "code" else self._panel_of_text(token)

    @property
    def _open_left(self) -> bool:
        """Whether the row has a label in its left panel alone and may go on."""
        return not self.row.closed and self.row.slots[-1].panel == 0 and bool(self.row.labels(0))

    def _panel_of_code(self, token: Token) -> int:
        """By the spaces before the code; beside an open left panel any space, or the same code, says: right."""
        lead = token.lead or 0
        beside = self._open_left and (lead > 0 or self.row.labels(0)[0].text == token.text)
        return int(beside or lead >= self.panels[1].names[0])

    def _panel_of_text(self, token: Token) -> int:
        """By the ordinals that are due, else by the spaces before the text, else by what the text names."""
        number = _ordinal(token.text, "plain")
        if number is None:
            inner = _ordinal(token.text, "bracket")
            due = [inner == last + 1 for last in self.inner[:2]]
            by_words = bool(token.lead) or _RIGHT.search(squeeze(token.text)) is not None
            return int(due[1] if due[0] != due[1] else by_words)
        due = [number == last + 1 for last in self.ordinals[:2]]
        return int(due[1] if due[0] != due[1] else self._is_right(token, number))

    def _is_right(self, token: Token, number: int) -> bool:
        """Whether a label with an ordinal that is due in both panels or none stands in the right one."""
        after_figure = self._open_left and self.row.slots[-1].column is None
        if token.lead or (after_figure and number > 1):
            return True
        if not self._open_left and (number == 1 or (token.lead == 0 and self.spaces.leads)):
            return False
        return after_figure or not (_is_funding(token.text) or _LEFT.search(token.text))


def _ordinal(text: str, style: str) -> int | None:
    found = marks.ordinal_of(text)
    return found.number if found and found.style == style else None


@cache
def _terms() -> frozenset[str]:
    return frozenset(key for scheme in ("funding", "expenditureType", "topic") for key in vocab.notations(scheme))


def _is_term(text: str) -> bool:
    """Whether the text is a whole name: 奖金, but not 费 that a narrow cell broke off."""
    return label_key(text) in _terms() or (text.endswith(("费", "金", "补贴")) and text not in {"费", "金", "补贴"})


def _is_funding(text: str) -> bool:
    """Whether the label, perhaps broken off at the line's end, is a source of funds."""
    key = label_key(marks.without_ordinal(text))
    return len(key) > 2 and any(label.startswith(key) for label in vocab.notations("funding"))
