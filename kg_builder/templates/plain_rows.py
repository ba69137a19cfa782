"""Lines of a table whose cell borders are lost → its rows, each figure in the column that it was printed in.

Three witnesses decide a column: the spaces that empty cells left behind, the sums that the row and its table must
obey, and the place of the labels. A row whose figures fit in more than one way is left undivided.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from itertools import combinations, pairwise, product

from kg_builder import vocab
from kg_builder.model import Cell, Place
from kg_builder.templates.plain_heads import Column
from kg_builder.text import decimal_of, label_key, squeeze

_NUMBER = re.compile(r"[-+−－]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")  # 1,098.40
_DASH = re.compile(r"[-—–/]{1,2}")  # a dash in place of a figure
_CODE = re.compile(r"\d{3}(?:\d{2}){0,3}")  # 201, 20132, 2013299
_HEADED = re.compile(
    r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2})(?=[^\d.,%]|\d{3}(?:\d{2}){0,2}$|-?[\d,]+\.\d{2})"
)  # 1,098.40一、
_WHOLE = re.compile(r"(-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(?=[一-鿿])")  # 355年终结转, between two panels only
_TAILED = re.compile(r"(.*[一-鿿）)])(-?(?:\d{1,3}(?:,\d{3})+|\d+)\.\d{2})")  # 住房公积金10.86
_SPLIT_POINT = re.compile(r"(?<=\d)(?:\. (?=\d{2}(?!\d))| (?=\.\d{2}(?!\d)))")  # 4411. 49 · 1 .00
_ORDINAL = re.compile(r"([一二三四五六七八九十]{1,3})、")  # 二十八、债务付息支出
_STARTER = re.compile(
    r"\u3000|[（(]?[一二三四五六七八九十]{1,3}[、）)]|[①-⑳]|[（(]?\d{1,2}[、.．）)](?!\d)|其中|[-—]{1,2}[一-鿿]"
)
_SUM = re.compile(r"(?:合计|总计|小计)$")
_RIGHT = re.compile(r"支出|年终|年末|结余分配")  # what the expenditure side calls its rows without an ordinal
_DIGITS = {c: i for i, c in enumerate("一二三四五六七八九", start=1)}
_WAYS = 3000  # placements of a row, and of the rows of one sum together, that are tried


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: one cell per column; undivided rows hold all their text in the first."""

    cells: tuple[Cell, ...]
    divided: bool


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    kind: str  # text, number, code
    place: Place
    lead: int | None  # spaces before it on its line; None at the top of a page, where they are lost
    fresh: bool  # first of its line
    adjacent: bool  # no empty line above its line
    trail: int = 0  # spaces after it at the end of its line, or on the line below


@dataclass(frozen=True, slots=True)
class _Panel:
    names: tuple[int, ...]  # columns of codes and labels
    figures: tuple[int, ...]
    coded: bool


@dataclass(slots=True)
class _Slot:
    """A label with its column, or a number that has no column yet."""

    token: _Token
    column: int | None
    panel: int
    text: str
    trail: int


@dataclass(slots=True)
class _Draft:
    slots: list[_Slot] = field(default_factory=list)
    closed: bool = False

    def labels(self, panel: int) -> list[_Slot]:
        return [s for s in self.slots if s.column is not None and s.panel == panel]

    @property
    def numbers(self) -> list[_Slot]:
        return [s for s in self.slots if s.column is None]


_Way = tuple[int, ...]  # a column for each number of a row


def read_rows(lines: Sequence[Cell], columns: Sequence[Column]) -> list[Row]:
    """The rows of the body lines under the columns; every number of the lines is in a cell."""
    panels = _panels(columns)
    tokens = _tokens(lines, panels)
    drafts = _Assembly(panels, len(columns), tokens).drafts()
    ways = _decide(drafts, columns, panels, _spaces_speak(tokens))
    return [_row(draft, way, len(columns)) for draft, way in zip(drafts, ways, strict=True)]


def _panels(columns: Sequence[Column]) -> list[_Panel]:
    found: list[list[int]] = []
    for i, column in enumerate(columns):
        if not found or (column.kind != "money" and columns[i - 1].kind == "money"):
            found.append([])
        found[-1].append(i)
    return [
        _Panel(
            tuple(i for i in panel if columns[i].kind != "money"),
            tuple(i for i in panel if columns[i].kind == "money"),
            any(columns[i].kind == "code" for i in panel),
        )
        for panel in found
    ]


# --- lines → tokens ---------------------------------------------------------------------------------------------


def _tokens(lines: Sequence[Cell], panels: list[_Panel]) -> list[_Token]:
    found: list[_Token] = []
    pending, above = 0, ""
    for i, cell in enumerate(lines):
        line = cell.place.line or 0
        adjacent = i > 0 and (lines[i - 1].place.line or 0) == line - 1
        content = cell.text.rstrip("\n")
        if not content.strip(" "):
            below = i + 1 < len(lines) and (lines[i + 1].place.line or 0) == line + 1
            if below:
                pending = len(content)
            elif found and not found[-1].trail:
                found[-1] = replace(found[-1], trail=len(content))
        else:
            at_top = adjacent and bool(above.strip(" ")) and content.startswith(" ")
            found.extend(_line_tokens(cell, pending, adjacent, at_top, panels))
            pending = 0
        above = content
    return found


def _line_tokens(cell: Cell, pending: int, adjacent: bool, at_top: bool, panels: list[_Panel]) -> list[_Token]:
    content = _SPLIT_POINT.sub(lambda m: m[0].strip(" "), cell.text)
    found: list[_Token] = []
    lead, at = 0, 0
    for match in re.finditer(r"[^ ]+", content):
        lead, at = match.start() - at, match.end()
        for i, part in enumerate(_parts(match[0], len(panels))):
            fresh = not found
            space = (lead if not fresh else lead + pending) if i == 0 else 0
            known = None if fresh and at_top and lead == 1 else space - (1 if fresh and at_top else 0)
            found.append(_Token(part, _kind(part, fresh, panels), cell.place, known, fresh, adjacent))
    found[-1] = replace(found[-1], trail=len(content) - at)
    return found


def _parts(chunk: str, panels: int) -> list[str]:
    """A run of print without spaces, parted where a number meets its neighbour: `1,098.40一、…`, `0.00201`."""
    if _NUMBER.fullmatch(chunk) and not _HEADED.match(chunk):
        return [chunk]
    headed = _HEADED.match(chunk) or (_WHOLE.match(chunk) if panels > 1 else None)
    if headed:
        return [headed[1], *_parts(chunk[headed.end(1) :], panels)]
    tailed = _TAILED.fullmatch(chunk)
    return [tailed[1], tailed[2]] if tailed else [chunk]


def _kind(part: str, fresh: bool, panels: list[_Panel]) -> str:
    coded = sum(1 for panel in panels if panel.coded)
    if _CODE.fullmatch(part) and coded and (fresh or coded > 1):
        return "code"
    return "number" if _NUMBER.fullmatch(part) or _DASH.fullmatch(part) else "text"


def _spaces_speak(tokens: Sequence[_Token]) -> bool:
    """Whether empty cells left spaces in this table."""
    return any(t.trail > 1 or (not t.fresh and (t.lead or 0) > 1) for t in tokens)


# --- tokens → rows without columns ------------------------------------------------------------------------------


class _Assembly:
    """Puts the tokens together into rows, labels in their columns; it holds what the rows so far tell."""

    def __init__(self, panels: list[_Panel], width: int, tokens: list[_Token]) -> None:
        self.panels, self.width, self.tokens = panels, width, tokens
        self.rows: list[_Draft] = []
        self.ordinals = [0] * len(panels)
        self.speaking = _spaces_speak(tokens)
        labels = [t.text for t in tokens if t.kind == "text" and t.fresh]
        self.indented = sum(1 for t in labels if _STARTER.match(t)) * 2 > len(labels)

    def drafts(self) -> list[_Draft]:
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
    def row(self) -> _Draft:
        return self.rows[-1]

    def _number(self, token: _Token) -> None:
        if not self.rows or (self.row.closed and token.fresh):
            self.rows.append(_Draft())
        panel = self.row.slots[-1].panel if self.row.slots else 0
        self.row.slots.append(_Slot(token, None, panel, token.text, token.trail))

    def _close(self, token: _Token) -> None:
        slot = self.row.slots[-1]
        last = slot.column if slot.column is not None else self.panels[slot.panel].names[-1] + 1
        several = len(self.panels) > 1
        self.row.closed = token.trail > 0 and (not several or token.trail >= self.width - 1 - last)

    def _continues(self, token: _Token, following: _Token | None) -> bool:
        """Whether the text goes on with a label that was broken over lines."""
        if token.kind != "text" or not self.rows or not self.row.slots:
            return False
        slot, panel = self.row.slots[-1], self.panels[self.row.slots[-1].panel]
        named = self.row.labels(slot.panel)
        if panel.coded:
            return bool(named) and named[-1].column == panel.names[-1] and not _SUM.search(squeeze(token.text))
        if not token.fresh:
            return slot.column == panel.names[-1] and len(self.panels) == 1
        if self.row.closed or token.lead != 0 or _STARTER.match(token.text) or _SUM.search(squeeze(token.text)):
            return False
        if slot.column is None:
            alone = following is None or (following.kind == "text" and following.fresh)
            return bool(named) and self.indented and token.adjacent and alone and not token.trail
        if _is_term(slot.text) and _is_term(token.text):
            return False
        return token.adjacent or (self.speaking and slot.trail == 0)

    def _append(self, token: _Token) -> None:
        slot = self.row.labels(self.row.slots[-1].panel)[-1]
        slot.text += token.text if token.fresh else " " + token.text
        if slot is self.row.slots[-1]:
            slot.trail = token.trail

    def _label(self, token: _Token) -> None:
        panel = self._panel_of(token)
        names = self.panels[panel].names
        filled = self.row.labels(panel) if self.rows else []
        beside = self.rows and not self.row.closed and len(self.panels) > 1 and panel > 0 and not filled
        goes_on = bool(filled) and filled[-1].column != names[-1] and self._same_row(token, filled[-1])
        if not beside and not goes_on:
            self.rows.append(_Draft())
            filled = []
        column = names[-1] if self.panels[panel].coded and token.kind == "text" and filled else names[len(filled)]
        self.row.slots.append(_Slot(token, column, panel, token.text, token.trail))
        self.ordinals[panel] = _ordinal(token.text) or self.ordinals[panel]

    def _same_row(self, token: _Token, before: _Slot) -> bool:
        """Whether the text is the next label of the row: a code's name, or a second label beside the first."""
        if before is not self.row.slots[-1] or self.row.closed:
            return False
        if self.panels[before.panel].coded:
            return token.kind == "text" and not _SUM.search(before.text)
        return not token.fresh or (token.adjacent and _is_term(before.text) and _is_term(token.text))

    def _panel_of(self, token: _Token) -> int:
        if len(self.panels) == 1 or not self.rows:
            return 0
        last = self.row.slots[-1].panel
        open_left = not self.row.closed and last == 0 and bool(self.row.labels(0))
        if self.panels[last].coded and token.kind == "text":
            named = self.row.labels(last)
            if named and not _SUM.search(named[-1].text) and not _SUM.search(squeeze(token.text)):
                return last
        if not token.fresh:
            return min(last + 1, len(self.panels) - 1)
        if token.kind == "code":
            same = open_left and self.row.labels(0)[0].text == token.text
            return (
                1
                if (open_left and ((token.lead or 0) > 0 or same)) or (token.lead or 0) >= self.panels[1].names[0]
                else 0
            )
        return self._panel_of_text(token, open_left)

    def _panel_of_text(self, token: _Token, open_left: bool) -> int:
        number = _ordinal(token.text)
        if number is None:
            return 1 if (token.lead or 0) > 0 or _RIGHT.search(squeeze(token.text)) else 0
        fits = [number == last + 1 for last in self.ordinals[:2]]
        if fits[0] != fits[1]:
            return 1 if fits[1] else 0
        if token.lead:
            return 1
        if number == 1 and not open_left:
            return 0
        if open_left and self.row.slots[-1].column is None:
            return 1
        if token.lead == 0 and self.speaking and not open_left:
            return 0
        return 0 if _is_funding(token.text) else 1


def _ordinal(text: str) -> int | None:
    """二十八、… → 28."""
    match = _ORDINAL.match(text.lstrip("\u3000"))
    if not match:
        return None
    tens, ten, ones = match[1].rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


@cache
def _terms() -> frozenset[str]:
    return frozenset(key for scheme in ("funding", "expenditureType", "topic") for key in vocab.notations(scheme))


def _is_term(text: str) -> bool:
    return label_key(text) in _terms() or text.endswith(("费", "金", "补贴"))


def _is_funding(text: str) -> bool:
    """Whether the label, perhaps broken off at the line's end, is a source of funds."""
    key = label_key(_ORDINAL.sub("", text))
    return len(key) > 2 and any(label.startswith(key) for label in vocab.notations("funding"))


# --- columns ----------------------------------------------------------------------------------------------------


def _decide(drafts: list[_Draft], columns: Sequence[Column], panels: list[_Panel], speaking: bool) -> list[_Way | None]:
    domains: list[list[_Way]] = []
    wider: list[list[_Way]] = []
    for draft in drafts:
        likely, possible = _ways(draft, columns, panels, speaking)
        domains.append(likely)
        wider.append(possible)
    sums = list(_sums(drafts, panels))
    for _ in range(4):
        before = [len(domain) for domain in domains]
        for total, parts, figures in sums:
            _narrow(total, parts, figures, drafts, domains, wider)
        if [len(domain) for domain in domains] == before:
            break
    return [domain[0] if len(domain) == 1 else None for domain in domains]


def _ways(
    draft: _Draft, columns: Sequence[Column], panels: list[_Panel], speaking: bool
) -> tuple[list[_Way], list[_Way]]:
    """The likely columns of the row's numbers, and all that its sums allow."""
    every = list(_placements(draft, columns))
    if len(every) == 1 or not draft.numbers:
        return every, every
    faults = {way: _faults(draft, way, columns) for way in every}
    least = min(faults.values(), default=0)
    sound = [way for way in every if faults[way] == least]
    for way, exact in _spaced(draft, columns, panels) if speaking else ():
        if way in faults and (faults[way] == least or (exact and faults[way] == 1)):
            return [way], [way] if exact else sound
        if way in faults and exact:
            return sorted({*sound, way}), sound
    return sound, sound


def _placements(draft: _Draft, columns: Sequence[Column]) -> Iterator[_Way]:
    """Every way to put the numbers, in order, into figure columns between the labels that stand around them."""
    runs: list[tuple[int, int, int]] = []  # how many numbers between which two label columns
    count, left = 0, -1
    for slot in draft.slots:
        if slot.column is None:
            count += 1
        elif slot.column >= left:
            runs.append((count, left, slot.column))
            count, left = 0, slot.column
    runs.append((count, left, len(columns)))
    figures = [[i for i in range(a + 1, b) if columns[i].kind == "money"] for _, a, b in runs]
    choices = [list(combinations(f, n)) for (n, _, _), f in zip(runs, figures, strict=True)]
    size = 1
    for choice in choices:
        size *= len(choice)
    if size <= _WAYS:
        for parts in product(*choices):
            yield tuple(column for part in parts for column in part)


def _values(draft: _Draft, way: _Way) -> dict[int, Decimal]:
    return {
        column: decimal_of(slot.text) or Decimal(0)
        for slot, column in zip(draft.numbers, way, strict=True)
        if not _DASH.fullmatch(slot.text)
    }


def _faults(draft: _Draft, way: _Way, columns: Sequence[Column]) -> int:
    """2 for each total that its parts do not add up to, 1 for each total left blank over printed parts."""
    values, faults = _values(draft, way), 0
    for i, column in enumerate(columns):
        parts = [values[p] for p in column.parts if p in values]
        if column.parts and i in values:
            faults += 2 * (abs(values[i] - sum(parts)) > Decimal("0.01") * max(len(parts) - 1, 0))
        elif parts:
            faults += 1
    return faults


def _spaced(draft: _Draft, columns: Sequence[Column], panels: list[_Panel]) -> Iterator[tuple[_Way, bool]]:
    """The columns that the spaces tell, and whether the spaces at the row's end agree.

    Cells are joined by one space, so that n spaces pass n - 1 empty cells; a line that begins inside a row begins
    with one space for each empty cell. A total's label may cover the code and the name column.
    """
    for merged in (True, False):
        way: list[int] = []
        at = -1
        for slot in draft.slots:
            token = slot.token
            if slot.column is not None:
                names = panels[slot.panel].names
                at = names[-1] if merged and slot is draft.labels(slot.panel)[-1] else slot.column
                continue
            if token.lead is None:
                at = len(columns)
                break
            at += 1 + token.lead if token.fresh else max(token.lead, 1)
            way.append(at)
        if at < len(columns):
            rest, trail = len(columns) - 1 - at, draft.slots[-1].trail
            yield tuple(way), trail in ((0,) if rest == 0 else (rest, rest + 1))


def _sums(drafts: list[_Draft], panels: list[_Panel]) -> Iterator[tuple[int, list[int], tuple[int, ...]]]:
    """The sums down the rows: a parent of its children, a total of the outermost rows above or below it."""
    for number, panel in enumerate(panels):
        rows = [(i, label) for i, draft in enumerate(drafts) if (label := _label(draft, number)) is not None]
        totals = [i for i, label in rows if _SUM.search(squeeze(label.text))]
        others = [(i, _level(drafts[i], label, panel, number)) for i, label in rows if i not in totals]
        for at, (i, level) in enumerate(others):
            below: list[tuple[int, int]] = []
            for j, deeper in others[at + 1 :]:
                if deeper <= level:
                    break
                below.append((j, deeper))
            nearest = min((deeper for _, deeper in below), default=0)
            if below:
                yield i, [j for j, deeper in below if deeper == nearest], panel.figures
        yield from _total_sums(totals, others, panel.figures)


def _total_sums(
    totals: list[int], others: list[tuple[int, int]], figures: tuple[int, ...]
) -> Iterator[tuple[int, list[int], tuple[int, ...]]]:
    outermost = min((level for _, level in others), default=0)
    top = [i for i, level in others if level == outermost]
    if not totals or not top:
        return
    if totals[0] < top[0]:
        yield totals[0], top, figures
    else:
        yield totals[0], [i for i in top if i < totals[0]], figures
    for before, total in pairwise(totals):
        yield total, [before, *(i for i in top if before < i < total)], figures


def _label(draft: _Draft, panel: int) -> _Slot | None:
    labels = draft.labels(panel)
    return labels[0] if labels else None


def _level(draft: _Draft, label: _Slot, panel: _Panel, number: int) -> int:
    if panel.coded:
        return len(label.text)
    if len(panel.names) > 1:
        return len(draft.labels(number))  # 工资福利支出 alone sums up the rows that also name a second subject
    indent = len(label.text) - len(label.text.lstrip("\u3000"))
    return indent * 2 + (1 if re.match(r"[①-⑳]|其中", label.text.strip("\u3000")) else 0)


def _narrow(
    total: int, parts: list[int], figures: tuple[int, ...], drafts: list[_Draft], domains: list[list[_Way]], wider: list[list[_Way]]
) -> None:  # fmt: skip
    """Keep those columns of the rows under which the total is the sum of its parts, if there are any such."""
    rows = [total, *parts]
    for choice in (domains, wider):
        if choice is domains and all(len(domains[i]) == 1 for i in rows):
            if _adds_up(rows, [domains[i][0] for i in rows], figures, drafts):
                return
            continue
        size = 1
        for i in rows:
            size *= max(len(choice[i]), 1)
        if size > _WAYS or any(not choice[i] for i in rows):
            return
        tried = [ways for ways in product(*(choice[i] for i in rows)) if _adds_up(rows, ways, figures, drafts)]
        fitting = [ways for ways in tried if _adds_up(rows, ways, figures, drafts, exact=True)] or tried
        if fitting and (choice is domains or len(fitting) == 1):
            for at, i in enumerate(rows):
                domains[i] = sorted({ways[at] for ways in fitting})
            return


def _adds_up(
    rows: list[int], ways: Sequence[_Way], figures: tuple[int, ...], drafts: list[_Draft], *, exact: bool = False
) -> bool:
    values = [_values(drafts[i], way) for i, way in zip(rows, ways, strict=True)]
    slack = Decimal(0) if exact else Decimal("0.01") * max(len(rows) - 2, 0)
    for column in figures:
        parts = sum((value.get(column, Decimal(0)) for value in values[1:]), Decimal(0))
        if abs(values[0].get(column, Decimal(0)) - parts) > slack:
            return False
    return True


def _row(draft: _Draft, way: _Way | None, width: int) -> Row:
    place = draft.slots[0].token.place
    cells = [Cell("", place) for _ in range(width)]
    if way is None:
        cells[0] = Cell(" ".join(slot.text for slot in draft.slots), place)
        return Row(tuple(cells), False)
    columns = iter(way)
    for slot in draft.slots:
        at = slot.column if slot.column is not None else next(columns)
        cells[at] = Cell(slot.text, slot.token.place)
    return Row(tuple(cells), True)
