"""What rows and columns of a panel say of its figures: dimensions by label, code and head, and the level of a row."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg_builder import marks
from kg_builder.head_words import TOPICS, bare_label, notation
from kg_builder.templates.tables.codes import CodeReader, economic_by_name, economic_codes, function_by_name
from kg_builder.templates.tables.grids import GridRow, Span
from kg_builder.templates.tables.heads import (
    Column,
    heading_dimensions,
    is_balance,
    named_stage,
    other_year,
    stage_of,
    year_of_row,
)
from kg_builder.templates.tables.kinds import Kind
from kg_builder.templates.tables.panel_columns import PanelColumns, span_in
from kg_builder.text import squeeze


@dataclass
class Meanings:
    """The meaning of rows from top to bottom: a heading of carry-over or of a class holds for the rows below it."""

    columns: PanelColumns
    kind: Kind
    year: int
    codes: CodeReader
    ranks: list[int]  # lengths of the codes that bodies have of their own, the shortest first
    carry: str | None = None  # provision of the rows under a heading such as 上年财政拨款结转
    within: str | None = None  # provision of the rows （一） … under a row such as 二、上年结转
    classes: set[str] = field(default_factory=set)  # economic classes of the rows so far, where names alone are printed

    def level(self, row: GridRow, label: str, code: str | None, first: Span, own: str | None) -> int:
        """The level of a row, 1 for the outermost; `own` is the code of the body that the row is."""
        if code and not self.columns.asides:
            return max(1, (len(code) - 1) // 2)
        pair = self.columns.scheme_pair
        if len(self.columns.labels) > 1 and pair is None:
            return self._level_by_column(row, label)
        if own and self.columns.of_bodies:
            return 1 + self.ranks.index(len(own))
        if pair or (self.carry and _style(label) == "plain"):
            return 2 if self.carry or " / " in label else 1
        printed = _printed_level(first.cell.text if squeeze(first.cell.text) in label else label)
        return self._economic_level(label) if printed == 1 and self.kind.economic else printed

    def _level_by_column(self, row: GridRow, label: str) -> int:
        """The number of the label column that the row fills: the last, of a total the first."""
        filled = [i for i, c in enumerate(self.columns.labels, start=1) if span_in(row, c) is not None] or [1]
        return filled[0] if marks.is_total(label.rsplit(" / ", 1)[-1]) else filled[-1]

    def _economic_level(self, label: str) -> int:
        """1 for a class of economic items (工资福利支出) and a total, 2 for an item of a class printed above."""
        codes = economic_codes(label)
        classes = {code for code in codes if len(code) == 3}
        items = {code for code in codes if code[:3] in self.classes and len(code) > 3}
        self.classes |= set() if items else classes
        return 2 if items or (self.classes and not classes and not marks.is_total(label)) else 1

    def of_year(self, printed: str) -> dict[str, str]:
        """What a row says of its figures by naming their year, and with it their stage: 2024年决算数, 上年预算数."""
        year = year_of_row(printed, self.year)
        if year is None:
            return {}
        return _given("fiscalYear", str(year) if year != self.year else None) | _given("stage", named_stage(printed))

    def of_row(self, label: str, code: str | None, total: bool) -> dict[str, str]:
        """What the row's label and code say of its figures."""
        names = label.split(" / ")
        found = _given("side", self.columns.side)
        if code is None and self.columns.side != "expenditure" and self.kind.funded:
            found |= _given("fundingSource", next(filter(None, (notation("funding", n) for n in names[::-1])), None))
        if total:
            self.carry = None
            return found | _given("expenditureType", notation("expenditureType", marks.total_of(names[-1]) or ""))
        if code:
            return found | self.codes.dimension(code, label)
        if pair := self.columns.scheme_pair:
            for column, name in zip(pair, names, strict=False):
                found |= economic_by_name(name, government="政府" in column.key)
            return found
        return found | self._of_label(names[-1])

    def _of_label(self, label: str) -> dict[str, str]:
        style, topic = _style(label), notation("topic", label)
        found = _given("provision", self._provision(label, style))
        found |= _given("expenditureType", notation("expenditureType", label))
        found |= _given("topic", topic if self.kind.topics and topic in TOPICS else None)
        if self.columns.side == "expenditure" and style in {"plain", "bracket"}:
            found |= function_by_name(bare_label(label))
        elif self.kind.economic:
            found |= economic_by_name(bare_label(label), government=False)
        return found

    def _provision(self, label: str, style: str | None) -> str | None:
        """The provision that a label names, or that the headings above it hold for it."""
        named = notation("provision", label)
        if style == "plain":
            self.within = named  # 二、上年结转 is the heading of （一）一般公共预算拨款
            return named or self.carry
        if style == "bracket":
            return named or self.within or self.carry
        self.carry = named or self.carry
        return named

    def of_figure(self, column: Column, row: dict[str, str]) -> dict[str, str]:
        """What table, row and column say of a figure."""
        named = heading_dimensions(column)
        if named.get("fundingSource") == "fiscal" and "fundingSource" in row:
            del named["fundingSource"]  # 财政拨款收入 over a panel whose row says which budget it comes from
        if column in self.columns.of_year:
            named["provision"] = "current"
        found = {**self.kind.says, **row, **named}
        if is_balance(column):
            found.pop("side", None)
        other = other_year(column, self.year)
        return found | _given("stage", stage_of(column)) | _given("fiscalYear", str(other) if other else None)


def _printed_level(text: str) -> int:
    """The level that a label's own print shows: （一）, 1. or 其中 stand below 一、; two spaces are a step."""
    if text.lstrip().startswith("其中") or _style(text) in {"bracket", "digit", "circle"}:
        return 2
    return 1 + (len(text) - len(text.lstrip("　 "))) // 2


def _style(label: str) -> str | None:
    ordinal = marks.ordinal_of(label)
    return ordinal.style if ordinal else None


def _given(name: str, value: str | None) -> dict[str, str]:
    return {name: value} if value else {}
