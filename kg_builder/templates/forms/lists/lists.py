"""Tables that list many projects with their targets (部门预算项目支出绩效目标表) → drafts of the projects.

Each project comes with its body, money, goals and indicators, as from a form. What stands in a column whose head is not
known, in a row whose project is not certain, or in a cell that says otherwise than its column, is reported unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kg_builder import marks
from kg_builder.model import Cell, Horizon, Indicator, Place
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.coverage import report_lost_numbers
from kg_builder.templates.forms.draft import Draft, is_coded, is_number, plain
from kg_builder.templates.forms.labels import Span
from kg_builder.templates.forms.lists.groups import Group, is_merged, rows_to_groups
from kg_builder.templates.forms.lists.heads import LEVELS
from kg_builder.templates.forms.lists.rows import Listing, ListRow, read_listings
from kg_builder.templates.forms.lists.units import units_of
from kg_builder.templates.forms.rows import FlowRow, lines_under
from kg_builder.templates.forms.value_heads import ValueHead, read_values, value_heads
from kg_builder.templates.found import Found, Kept
from kg_builder.templates.identity.body_names import is_body_name
from kg_builder.text import has_digit, squeeze

OF_WHOLE = "target form of the whole body: no project"
_AGAIN = "printed again in a list"
_NO_VALUES = {
    "ordinal": "ordinal",
    "project-code": "code of a project",
    "unit-code": "code of a body",
    "remark": "a remark",
    "source": "source of the money, which has no sum of its own",
}
# 整体支出 · 部门整体支出绩效目标: a row of a list of projects that is none
_WHOLE = re.compile(r".{0,20}整体(?:支出|绩效).{0,6}")


def read_lists(found: Found) -> None:
    """The projects of all lists that the report prints; a list whose projects are not certain is left unread."""
    for listing in read_listings(found.ledger.pages):
        reader = _ListReader(listing, found)
        groups = rows_to_groups(listing)
        for group, unit in zip(groups, units_of(listing, groups), strict=True):
            reader.unit = unit
            reader.feed(group)
        found.ledger.take(_claimed(listing), reader.account)


def _claimed(listing: Listing) -> set[Place]:
    cells = {cell.place for _, table in listing.tables for row in table.rows for cell in row if cell}
    lines = {place for page, table in listing.tables for place in lines_under(page, table)}
    return cells | lines | {table.place for _, table in listing.tables} | {line.place for line in listing.caption}


class _ListReader:
    """Reads the groups of one list into drafts; bodies that headings name hold for the projects below them."""

    def __init__(self, listing: Listing, found: Found) -> None:
        self.listing, self.found = listing, found
        self.account = found.ledger.open("list", listing.title)  # of what is no single project's
        self.last = self.account  # of the project above
        self.columns = listing.head.columns
        self.heading: Cell | None = None  # the body whose projects stand below
        self.code: str | None = None  # the heading's
        self.unit: Cell | None = None  # the body that the column of bodies gives to the group
        self.merged = is_merged(listing, listing.at(*LEVELS))
        self.yearly = bool(re.search(r"20\d\d年|年度|部门预算|预算公开", listing.title))
        self.horizon = self._single()
        self.heads = self._value_heads()
        self.levels: dict[int, str] = {}
        for cell, why in listing.skipped:
            if has_digit(cell.text):
                self.account.ignore(Cell(plain(cell.text), cell.place), why)
        for cell in listing.private:
            self.account.drop(cell.place)

    def _single(self) -> Horizon:
        """The horizon of what names none: the year's, unless goals or money are of the implementation period alone."""
        goals = {c.detail for c in self.columns if c.role == "goal"} - {""}
        totals = {c.detail for c in self.columns if c.role == "total"} - {"unsaid"}
        told = goals or totals
        return "implementation" if told == {"implementation"} else "annual"

    def _value_heads(self) -> dict[int, ValueHead]:
        keys = [(i, c.key) for i, c in enumerate(self.columns) if c.role == "target"]
        year = next(map(str, marks.years_in(self.listing.title)), None)
        return {head.col: head for head in value_heads(keys, self.horizon, year)}

    def feed(self, group: Group) -> None:
        """Read one group of rows: a project, or a sum or heading."""
        if group.alone and not group.doubt:
            self._read_alone(group)
        elif self.listing.of_whole or _WHOLE.fullmatch(group.name):
            self._tell(group, self.account.ignore, OF_WHOLE)
        elif group.doubt or not self._has_targets(group):
            group.doubt = group.doubt or "a project of a list without targets"
            self._tell(group, (self.account if group.name else self.last).leave, group.doubt)
        else:
            self._read_project(group)

    def _has_targets(self, group: Group) -> bool:
        return any(row.text(c) for row in group.rows for c in self.listing.at("name", "goal", "text"))

    def _tell(self, group: Group, settle: Callable[[Cell, str], None], reason: str) -> None:
        private = set(self.listing.at("personal"))
        for row in group.rows:
            for column, cell in sorted(row.cells.items()):
                if column in private and cell.text.strip():
                    self.account.drop(cell.place)
                elif cell.text.strip():
                    settle(Cell(plain(cell.text), cell.place), reason)
            for cell in row.broken:
                settle(Cell(plain(cell.text), cell.place), reason)

    def _read_alone(self, group: Group) -> None:
        """A row of a sum, or the heading of a body with the sum of its projects."""
        named = [
            c for r in ("either", "unit", "department", "project") for i in self.listing.at(r) for c in group.pieces(i)
        ]
        codes = [c for i in self.listing.at("unit-code") for c in group.pieces(i)]
        label = next((cell for cell in named if squeeze(cell.text)), None)
        printed = [cell.text for row in group.rows for cell in row.cells.values()]
        is_sum = any(marks.is_total(text.strip("：:"), whole=True) for text in printed)
        is_body = label is not None and (is_coded(label.text) or is_body_name(squeeze(label.text)))
        if is_sum or self.listing.of_whole:
            self._tell(group, self.account.ignore, OF_WHOLE if self.listing.of_whole else "a sum over projects")
        elif is_body:
            self.heading = label
            self.code = squeeze(codes[0].text) if codes else None
            self._tell(group, self.account.ignore, "the body whose projects follow, with their sum")
        else:
            self._tell(group, self.account.leave, "a row of a list without targets that names no body")

    def _read_project(self, group: Group) -> None:
        cells = (cell for row in group.rows for cell in (*row.cells.values(), *row.broken))
        draft = Draft(next(cells).place, self.found.ledger.open("list", self.listing.title), unit=self.listing.unit)
        draft.pages = [row.page for row in group.rows]
        draft.yearly = self.yearly
        self._read_unit(draft, group)
        for index, column in enumerate(self.columns):
            if column.role in LEVELS or column.role in {"name", "target", "unit"}:
                continue
            self._read_own(draft, group, index)
        self._read_indicators(draft, group)
        for row in group.rows:
            for cell in row.broken:
                draft.leave(cell, "a cell of a list that stands below no head")
        report_lost_numbers(draft, self._flow_rows(group))
        self.last = draft.account
        project = draft.project()
        if project is not None:
            codes = {squeeze(c.text) for i in self.listing.at("unit-code") for c in group.pieces(i)}
            code = codes.pop() if len(codes) == 1 else self.code if self.unit is None else None
            if project.unit is not None and project.unit.code is None and code and code.isdigit():
                project = replace(project, unit=replace(project.unit, code=code))
            self.found.kept_projects.append(Kept(project, [draft.account]))

    def _read_unit(self, draft: Draft, group: Group) -> None:
        """The body of a project: of its own row, of the merged cell that reaches down to it, or of the heading."""
        columns = self.listing.at("unit")
        for row in group.rows:
            for index in columns:
                if row.text(index) and row.cells[index] is not self.unit:
                    known = self.unit is not None and row.text(index) in squeeze(self.unit.text)
                    put = draft.skip if known else draft.leave
                    put(row.cells[index], _AGAIN if known else "a body of a project, not for certain or beside another")
        codes = {squeeze(c.text) for i in self.listing.at("unit-code") for c in group.pieces(i)}
        heading = self.heading if not codes or self.code is None or self.code in codes else None
        if unit := self.unit or heading:
            draft.head["unit"] = Cell(plain(unit.text), unit.place)

    def _read_own(self, draft: Draft, group: Group, index: int) -> None:
        """What a column says of the project as a whole."""
        column = self.columns[index]
        pieces = group.pieces(index)
        if not pieces:
            return
        if column.role == "personal":
            for row in group.rows:
                if row.text(index):
                    draft.drop(row.cells[index].place)
            return
        if column.role in _NO_VALUES:
            for row in group.rows:
                if row.text(index):
                    draft.skip(row.cells[index], _NO_VALUES[column.role])
            return
        cell = group.whole(index)
        if cell is None or (len(pieces) > 1 and column.role in {"total", "funding"}):
            for piece in pieces:
                draft.leave(piece, "several texts for one project")
            return
        if len(pieces) == 1:
            self._skip_repeats(draft, group, index, cell)
        self._put(draft, index, cell)

    def _skip_repeats(self, draft: Draft, group: Group, index: int, kept: Cell) -> None:
        for row in group.rows:
            if (cell := row.cells.get(index)) and cell is not kept and row.text(index) == squeeze(kept.text):
                draft.skip(cell, _AGAIN)

    def _put(self, draft: Draft, index: int, cell: Cell) -> None:
        column = self.columns[index]
        if column.role in {"project", "either"}:
            draft.place = cell.place
            draft.head["name"] = Cell(plain(cell.text), cell.place)
        elif column.role in {"total", "funding"}:
            self._put_sum(draft, index, cell)
        elif column.role == "goal":
            detail = column.detail if column.detail in {"annual", "implementation"} else self.horizon
            draft.put_text(f"goal-{detail}", cell)
        elif column.role == "text":
            draft.put_text(column.detail, cell)
        elif column.role in {"department", "attribute", "category", "period", "start", "finish"}:
            draft.put(column.role, cell)
        else:
            draft.leave(cell, "a column of a list whose head is not known")

    def _put_sum(self, draft: Draft, index: int, cell: Cell) -> None:
        column = self.columns[index]
        if marks.is_nil(cell.text, word=True):
            draft.skip(cell, "no sum")
            return
        if not is_number(cell.text):
            draft.leave(cell, "not a number")
            return
        key, span = ("total", column.detail) if column.role == "total" else (column.detail, self._span_beside(index))
        draft.by_level = draft.by_level or key in form.BY_LEVEL
        if not draft.put_sum(key, _span(span), column.key, cell):
            draft.leave(cell, "a second sum of one source")

    def _span_beside(self, index: int) -> str:
        """The span of a source of money: that of the nearest total to its left, else of any."""
        totals = self.listing.at("total")
        left = [i for i in totals if i < index] or totals[:1]
        return self.columns[left[-1]].detail if left else "unsaid"

    def _read_indicators(self, draft: Draft, group: Group) -> None:
        self.levels = {}
        name = next(iter(self.listing.at("name")), None)
        if name is None:
            return
        for number, row in enumerate(group.rows):
            self._follow_levels(group.rows, number)
            if row.rest:
                continue
            own = {i: row.cells[i] for i in self.heads if row.text(i)}
            if not row.text(name):
                for cell in own.values():
                    draft.leave(cell, "a target without a name")
                continue
            kind = self._kind(draft, row)
            doubt = "an indicator without a level" if kind is None else ""
            doubt = "an indicator that a page break may cut" if row.doubt else doubt
            if kind is None or row.doubt or row.broken:
                for cell in (row.cells[name], *own.values()):
                    draft.leave(cell, doubt or "a row of a list with cells that stand below no head")
                continue
            draft.indicators += self._indicators(draft, kind, row.cells[name], own)

    def _follow_levels(self, rows: Sequence[ListRow], number: int) -> None:
        """Keep which level each column is in; a new first level ends what stood below the last one."""
        row = rows[number]
        for index in self.listing.at(*LEVELS):
            if index not in row.cells or (row.rest and not row.text(index)):
                continue
            text = row.text(index)
            if not text and self.merged and not row.first:
                text = _below_break(rows, number, index)
            elif not text:
                continue
            if self.columns[index].role == "first" and text != self.levels.get(index, ""):
                self.levels = {}
            self.levels[index] = text

    def _kind(self, draft: Draft, row: ListRow) -> str | None:
        """The notation of the row's level: the deepest that is known."""
        found: list[str] = []
        for index in self.listing.at(*LEVELS):
            text = marks.without_ordinal(self.levels.get(index, ""))
            kind = form.indicator_kind(text) or form.indicator_kind(re.split(r"[-—－/]+", text)[-1])
            if kind:
                found.append(kind)
            elif row.text(index):
                draft.leave(row.cells[index], "a level of indicators that is not known")
        return found[-1] if found else None

    def _indicators(self, draft: Draft, kind: str, name: Cell, own: dict[int, Cell]) -> list[Indicator]:
        values = read_values(draft, [*self.heads.values()], {self.heads[i]: cell for i, cell in own.items()})
        if not values.targets:
            draft.leave(name, "an indicator in a table whose heads name no target")
        return values.indicators(kind, name)

    def _flow_rows(self, group: Group) -> Iterator[FlowRow]:
        """The rows as `report_lost_numbers` takes them, without what names people."""
        private = self.listing.at("personal")
        for row in group.rows:
            cells = [(i, cell) for i, cell in sorted(row.cells.items()) if cell.text.strip() and i not in private]
            yield FlowRow(tuple(cells), row.page, in_table=True, ruled=True, places=())


def _below_break(rows: Sequence[ListRow], number: int, index: int) -> str:
    """The text of a merged cell that a page break cuts and that prints it below the break only."""
    row = rows[number]
    end = number + row.covers.get(index, 1)
    if end >= len(rows) or not rows[end].first:
        return ""
    return rows[end].text(index)


def _span(detail: str) -> Span:
    return "annual" if detail == "annual" else "implementation" if detail == "implementation" else "unsaid"
