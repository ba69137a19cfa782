"""Sheets wider than the page: columns that go on on a later page are joined with the rows of the first one, or told.

Such a page has rules across at the heights of an earlier page. It goes on with that page's sheet where its columns are
others and its captions too (a sheet has one title, one unit, one line of the body), or where figures alone stand in it.
What cannot be joined, and has no labels of its own, is told and not read.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from kg_builder import marks
from kg_builder.model import Cell, Page, Part, Table
from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import Rule, glyphs_to_runs
from kg_builder.readers.repeated import between, without_repeated

ROWS = 4  # rows between rules by whose heights a sheet is known again
SAME = 1.0  # points by which the heights of one sheet may differ
TOP = 2  # lines of a head
HEADS = 3  # rows of heads that some columns have and others lack
NEAR = 30  # pages on which a sheet may go on
OPEN = 12  # sheets that may still go on
CUT = 1.5  # type sizes from the edge of a page's columns to a line that it cuts

# 1,098.40 · -98.4 · 12 · 0.5%: figures and nothing else
_FIGURES = re.compile(r"[-+−△▲(（]*\d[\d,，]*(?:\.\d+)?[%％)）]?")
# 201 · 2010101: a code, the label of a row
_CODE = re.compile(r"\d{3,}")

Heights = tuple[float, ...]
Read = Callable[[Ink], tuple[tuple[Cell, ...], tuple[Table, ...]]]


@dataclass(frozen=True)
class _Columns:
    """The columns that a page prints: from `left` to `right`, between rules down at `walls`, under the lines `head`;
    `bare`: figures alone stand in them; `cut` are texts, with their heights, of which the page shows a part.
    """

    left: float
    right: float
    walls: Heights
    head: tuple[str, ...]
    bare: bool
    cut: frozenset[tuple[float, str]]


@dataclass
class _Sheet:
    """What was printed on one page or several with its rows at the same heights."""

    ink: Ink
    frame: tuple[tuple[float, float], int]  # size and turn of its pages
    heights: Heights
    kinds: set[str]
    captions: list[Cell]  # of its last page
    columns: list[_Columns]
    parts: list[Part]

    @property
    def first(self) -> int:
        """Its first page."""
        return self.ink.number

    @property
    def last(self) -> int:
        """Its last page so far."""
        return self.first + self.parts[-1].after


@dataclass(frozen=True)
class Joined:
    """The print of one sheet on several pages, in the frame of page `first` as if it were wide enough."""

    first: int
    parts: tuple[Part, ...]
    lines: tuple[Cell, ...]
    tables: tuple[Table, ...]


@dataclass
class Sheets:
    """The sheets on the pages before; `read` gives the lines and tables of an ink."""

    read: Read
    open: list[_Sheet] = field(default_factory=list)
    closed: list[Joined] = field(default_factory=list)

    def alone(self, page: Page, ink: Ink) -> Page:
        """The page, without tables and with a fault where it prints columns of an earlier page's sheet alone and
        cannot be joined to it.
        """
        heights = _heights(ink.rules)
        if len(heights) <= ROWS:
            return page
        known = [s for s in self.open if page.number - s.first <= NEAR and _is_same(heights, s.heights)]
        captions, columns = _captions(page, heights), _columns(page, heights, ink)
        framed = [s for s in known if s.frame == (ink.size, ink.turn)]
        if self._with_labels_again(page, ink, framed):
            return page
        if sheet := self._of(page.number, framed, columns, captions):
            _join(sheet, page, ink, columns, captions)
            return page
        part = Part(0, columns.left, columns.right, 0.0, page.lines)
        frame = ink.size, ink.turn
        self.open.append(_Sheet(ink, frame, heights, _kinds(captions), captions, [columns], [part]))
        self._close(OPEN)
        return told(page, known[0].first) if columns.bare and known else page

    def _with_labels_again(self, page: Page, ink: Ink, known: Sequence[_Sheet]) -> bool:
        """Whether a page prints the labels of the last sheet that has them before other columns, which are joined."""
        for sheet in reversed(known):
            rows = sheet.heights[0], sheet.heights[-1]
            if found := without_repeated(ink, sheet.ink, sheet.parts[0].lines, rows):
                more, at = found
                behind = self._columns_of(page, between(sheet.ink, at, sheet.parts[0].right))[1]
                own, columns = self._columns_of(page, more)
                captions = _captions(own, rows)
                if _is_another(sheet, own, captions, columns, behind):
                    return False
                _join(sheet, page, more, columns, captions)
                return True
        return False

    def _columns_of(self, page: Page, ink: Ink) -> tuple[Page, _Columns]:
        """A page with the lines of some ink alone, and its columns."""
        own = replace(page, lines=self.read(ink)[0])
        return own, _columns(own, _heights(ink.rules), ink)

    def _of(self, number: int, known: Sequence[_Sheet], columns: _Columns, captions: Sequence[Cell]) -> _Sheet | None:
        """Which of the sheets a page goes on that has none of their captions again."""
        fits = [s for s in known if not s.kinds & _kinds(_whole(s, columns, captions))]
        others = [s for s in fits if not any(_are_same(columns, of_sheet) for of_sheet in s.columns)]
        sure = [s for s in others if columns.bare or _goes_on(s, columns, captions)]
        return self._due(number, fits, others) or self._only(number, sure)

    def _due(self, number: int, fits: Sequence[_Sheet], others: Sequence[_Sheet]) -> _Sheet | None:
        """The sheet that is next in the order of pages, down and over, or over and down: then with other columns."""
        before = next((s for s in self.open if s.last == number - 1 and s.parts[1:]), None)
        step = before.parts[-1].after - before.parts[-2].after if before else 0
        due = next((s for s in self.open if s.last == number - step), None)
        return due if due in (others if step == 1 else fits) else None

    def _only(self, number: int, sure: Sequence[_Sheet]) -> _Sheet | None:
        """The only sheet that goes on for certain, of several one with captions on the page before."""
        if len(sure) > 1:
            sure = [s for s in sure if s.last == number - 1 and s.kinds and not s.parts[1:]]
        return sure[0] if sure else None

    def joined(self) -> Sequence[Joined]:
        """The sheets of several pages."""
        self._close(0)
        return self.closed

    def _close(self, most: int) -> None:
        while len(self.open) > most:
            sheet = self.open.pop(0)
            if len(sheet.parts) > 1:
                self.closed.append(Joined(sheet.first, tuple(sheet.parts), *self.read(sheet.ink)))


def _is_another(sheet: _Sheet, page: Page, captions: Sequence[Cell], columns: _Columns, behind: _Columns) -> bool:
    """Whether what a page prints right of a sheet's labels is none of its columns: it has captions of its own, columns
    that the sheet has, or texts in columns like those `behind` the labels, as each form of a kind has.
    """
    if sheet.kinds & _kinds(captions) or not all(_kinds([line]) for line in captions):
        return True
    again = [one for one in (behind, *sheet.columns[1:]) if _have_same_walls(columns, one)]
    texts = [line for line in _lines_between(page, sheet.heights) if not _holds_figure(line)]
    return any(_are_same(columns, one) for one in again) or (bool(again) and len(texts) > HEADS)


def told(page: Page, first: int) -> Page:
    """A page whose columns go on from page `first` and cannot be read by themselves."""
    fault = f"columns of the sheet on page {first} go on here without the labels of their rows: they are not read"
    return replace(page, tables=(), faults=(*page.faults, fault))


def _columns(page: Page, heights: Heights, ink: Ink) -> _Columns:
    across = [rule for rule in ink.rules if not rule.upright]
    left, right = min(rule.start for rule in across), max(rule.end for rule in across)
    walls = tuple(sorted({round(rule.at - left) for rule in ink.rules if rule.upright}))
    lines = itertools.takewhile(lambda line: not _holds_figure(line), _lines_between(page, heights))
    head = tuple(line.text for line in lines)[:TOP]
    runs = glyphs_to_runs(ink.glyphs) if any(glyph.hidden for glyph in ink.glyphs) else ()
    cut = frozenset((round(run.top, 1), run.text) for run in runs if any(glyph.hidden for glyph in run.glyphs))
    return _Columns(left, right, walls, head, _has_figures_alone(page, heights), cut)


def _captions(page: Page, heights: Heights) -> list[Cell]:
    """The lines above the rules."""
    return [line for line in page.lines if line.place.box and line.place.box.bottom < heights[0] + SAME]


def _whole(sheet: _Sheet, columns: _Columns, captions: Iterable[Cell]) -> list[Cell]:
    """The captions that do not go on from one of a sheet."""
    return [line for line in captions if not _is_cut(sheet, columns, line)]


def _goes_on(sheet: _Sheet, columns: _Columns, captions: Sequence[Cell]) -> bool:
    """Whether columns are surely those of a sheet behind its last ones: a text is cut, or each has its captions."""
    whole = _whole(sheet, columns, captions)
    cut = len(whole) < len(captions) or not columns.cut.isdisjoint(sheet.columns[-1].cut)
    return cut or bool(sheet.kinds and _kinds(whole))


def _is_cut(sheet: _Sheet, columns: _Columns, line: Cell) -> bool:
    """Whether a line goes on from one that the sheet's last page cuts."""
    box = line.place.box
    if box is None or abs(box.x0 - columns.left) > CUT * (box.bottom - box.top):
        return False
    boxes = (caption.place.box for caption in sheet.captions)
    end = sheet.columns[-1].right
    return any(b and abs(b.top - box.top) <= SAME and b.x1 > end - CUT * (b.bottom - b.top) for b in boxes)


def _kinds(captions: Sequence[Cell]) -> set[str]:
    """Which of the captions that a sheet has once are among some lines."""
    tests: dict[str, Callable[[str], object]] = {
        "unit": marks.unit_of,
        "body": marks.is_body_line,
        "title": marks.is_title,
        "label": marks.is_table_label,
    }
    return {kind for kind, test in tests.items() if any(test(line.text) for line in captions)}


def _are_same(one: _Columns, other: _Columns) -> bool:
    """Whether the rules down stand at the same places, under the same head where both have one."""
    walls = _have_same_walls(one, other) and one.bare == other.bare
    return walls and (one.head == other.head or not (one.head and other.head))


def _have_same_walls(one: _Columns, other: _Columns) -> bool:
    near = all(abs(a - b) <= 2 * SAME for a, b in zip(one.walls, other.walls, strict=False))
    return near and len(one.walls) == len(other.walls)


def _join(sheet: _Sheet, page: Page, ink: Ink, columns: _Columns, captions: list[Cell]) -> None:
    """Put the columns of a page behind those of a sheet."""
    seam = sheet.parts[-1].right
    shift = seam - columns.left
    glyphs = [g for g in sheet.ink.glyphs if not (g.hidden and g.x > seam)]
    more = (g for g in ink.glyphs if not (g.hidden and g.x < columns.left))
    glyphs += (g._replace(x0=g.x0 + shift, x1=g.x1 + shift) for g in more)
    rules = [*sheet.ink.rules, *(_moved(rule, shift) for rule in ink.rules)]
    sheet.ink = replace(sheet.ink, glyphs=tuple(glyphs), rules=tuple(rules))
    sheet.parts.append(Part(ink.number - sheet.first, seam, columns.right + shift, shift, page.lines))
    sheet.columns.append(columns)
    sheet.captions = captions
    sheet.kinds |= _kinds(captions)


def _moved(rule: Rule, shift: float) -> Rule:
    if rule.upright:
        return Rule(True, rule.at + shift, rule.start, rule.end)
    return Rule(False, rule.at, rule.start + shift, rule.end + shift)


def _heights(rules: Sequence[Rule]) -> Heights:
    found: list[float] = []
    for at in sorted(rule.at for rule in rules if not rule.upright):
        if not found or at - found[-1] > SAME:
            found.append(at)
    return tuple(found)


def _is_same(one: Heights, other: Heights) -> bool:
    """Whether both begin, go on and end at the same heights; heads of other columns may have other rows."""
    few, many = sorted((one, other), key=len)
    ends = bool(few) and abs(few[0] - many[0]) <= 2 * SAME and abs(few[-1] - many[-1]) <= 2 * SAME
    return ends and len(many) - len(few) <= HEADS and all(any(abs(a - b) <= 2 * SAME for b in many) for a in few)


def _lines_between(page: Page, heights: Heights) -> list[Cell]:
    """The lines from the first rule to the last."""
    boxes = [(line, line.place.box) for line in page.lines]
    return [line for line, box in boxes if box and heights[0] <= (box.top + box.bottom) / 2 <= heights[-1]]


def _holds_figure(line: Cell) -> bool:
    return any(_FIGURES.fullmatch(word) for word in line.text.split())


def _has_figures_alone(page: Page, heights: Heights) -> bool:
    """Whether from the first line of figures between the rules on there are figures and nothing else."""
    inside = [line.text.split() for line in _lines_between(page, heights)]
    figures = [all(_FIGURES.fullmatch(word) or marks.is_nil(word) for word in words) for words in inside]
    if sum(figures) < 2:
        return False  # one row of figures below its heads is a table of its own
    first = figures.index(True)
    return all(figures[first:]) and not all(_CODE.fullmatch(words[0]) for words in inside[first:])
