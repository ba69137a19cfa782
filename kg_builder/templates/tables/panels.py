"""One panel of a table → rows and observations: label, code, level, unit and dimensions of each printed row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import NamedTuple

from kg_builder import marks
from kg_builder.head_words import is_measured_row
from kg_builder.model import Amount, Observation, Residue, Row
from kg_builder.templates.identity.body_names import is_body_name
from kg_builder.templates.tables.codes import CodeReader
from kg_builder.templates.tables.grids import GridRow, Span
from kg_builder.templates.tables.heads import Column, Head, is_code, year_of_row
from kg_builder.templates.tables.meanings import Meanings
from kg_builder.templates.tables.panel_columns import PanelColumns, panel_columns, span_above, span_in, spans_in
from kg_builder.templates.tables.reading import NO_UNIT, Reading, amount_of
from kg_builder.text import has_digit, has_word, squeeze

# 一、财政拨款收入 96,282.00 · 201 0.00 一般公共服务支出
_FIGURE_IN_LABEL = re.compile(r"(?:^|[^\d.])\d[\d,]{0,20}\.\d{2}(?![\d.]|[^\s\d]{0,2}元)(?:\s|$)")
# -12.50 · （12.50） · 0.00: in red no more than in black
_SIGN = re.compile(r"[-－−–(（]|^[0.,]*$")
_NUMBERED = re.compile(r"[A-Za-z\-.]*+\d[\dA-Za-z\-.]*+|[（(]\d+[)）]")  # 12 · A05 · (3)
_ORDINALS = {"ordinal": "ordinal", "own-code": "code"}  # what no row needs, by the role of its column


class _Printed(NamedTuple):
    """A row as it is printed: its label with the cells of it, and the cells of its figures with their columns."""

    row: GridRow
    label: str
    labels: list[Span]
    code: str | None
    figures: list[tuple[Column, Span]]
    year: str | None  # what stands under 年度


def read_panel(reading: Reading, head: Head, number: int) -> None:
    """Read every row of one panel below the heads; rows are numbered panel by panel."""
    columns = panel_columns(head, number, reading.of, reading.section.title)
    body = reading.rows_in[head.length :]
    own = [c for c in columns.all if c.role == "own-code"][:1]
    own_codes = [squeeze(s.cell.text) if s and s.key.isdigit() else None for row in body for s in spans_in(row, own)]
    codes = CodeReader(_levels(columns.codes))
    ranks = sorted({len(code) for code in own_codes if code})
    panel = _Panel(
        reading,
        columns,
        codes,
        CodeReader(_levels(columns.government)),
        Meanings(columns, reading.of, reading.year, codes, ranks),
    )
    for index, row in enumerate(body):
        panel.read_row(row, own_codes[index] if own else None)


@dataclass(frozen=True, slots=True)
class _Panel:
    """One panel of a table while its rows are read from top to bottom."""

    reading: Reading
    columns: PanelColumns
    codes: CodeReader
    government_codes: CodeReader
    meanings: Meanings

    def read_row(self, row: GridRow, own_code: str | None) -> None:
        """Read one row; `own_code` is that of the body or project that the row is."""
        printed = self._printed(row)
        if printed is None:
            return
        body = None
        if printed.label or printed.code or printed.figures:
            body = self._body(row, printed.label)
            for span in (*printed.labels, *spans_in(row, self.columns.asides)):
                self.reading.use(span)
        self._ignore_ordinals(row)
        if printed.label or printed.code:
            self._add(printed, body, own_code)
        else:
            self._fail(printed.figures)

    def _printed(self, row: GridRow) -> _Printed | None:
        """Label, code and figures of a row; None where the label holds a figure: the column of that is open."""
        label, labels = self._label(row)
        code = self._code(row, labels, label)
        figures = self._figures(row, labels)
        for span in labels:
            if _FIGURE_IN_LABEL.search(span.cell.text):
                self.reading.fail(span, "a figure in one cell with the row's label")
                return None
        if code is None and label and self.reading.of.coded:
            code, label = self.codes.from_label(label)
        if code and label and is_code(code):
            code, label = self._completed(row, *self.codes.with_label(code, label))
        if not has_word(label):  # the end of a broken figure is no label
            label, labels = "", []
        year = self._year(row)
        if not label and figures:
            label = (year and self._label_above(row)) or year or self._borrowed_label(row, figures[0][1])
        return _Printed(row, label, labels, code, figures, year)

    def _year(self, row: GridRow) -> str | None:
        """What the row prints under 年度, None where that is no year."""
        found = None
        for span in filter(None, spans_in(row, self.columns.years)):
            if year_of_row(span.cell.text, self.reading.year):
                self.reading.use(span)
                found = squeeze(span.cell.text)
            elif has_digit(span.cell.text):
                self.reading.ignore(span, "years, not one year")
        return found

    def _label_above(self, row: GridRow) -> str:
        """The label in a merged cell that reaches down over rows which their years tell apart."""
        return " / ".join(
            squeeze(span.cell.text) for column in self.columns.labels[:1] if (span := span_above(row, column))
        )

    def _add(self, printed: _Printed, body: str | None, own_code: str | None) -> None:
        row, label, labels, code, figures = printed[:5]
        number = 1 + len(self.reading.rows)
        first = (labels or [span for _, span in figures] or list(row.spans))[0]
        total = marks.is_total(label.rsplit(" / ", 1)[-1]) or marks.is_total(label)
        level = self.meanings.level(row, label, code, first, own_code)
        self.reading.rows.append(Row(number, label, first.cell.place, code, level, body))
        project = label if self.reading.of.projects and not total else None
        named = not (code or project or body)  # a name may be anything, and begins with a year at times
        says = self.meanings.of_row(label, code, total) | self._government_code(row, labels)
        says |= self.meanings.of_year(printed.year or (label if named else ""))
        if named and is_measured_row(label):
            self._ignore_measures(label, figures)
            return
        for column, span in figures:
            if amount := self._amount(column, span):
                dimensions = tuple(sorted(self.meanings.of_figure(column, says).items()))
                self.reading.observations.append(
                    Observation(
                        number, column.first + 1, label, column.printed, dimensions, amount, total, body, project
                    )
                )

    def _ignore_measures(self, label: str, figures: list[tuple[Column, Span]]) -> None:
        for _, span in figures:
            self.reading.ignore(span, f"a count, share or change: {label}")

    def _fail(self, figures: list[tuple[Column, Span]]) -> None:
        """Figures without a label are unread; a dash is no figure, in a panel that ends above its row."""
        for _, span in figures:
            if marks.is_nil(span.cell.text):
                self.reading.use(span)
            else:
                self.reading.fail(span, "the row has no label")

    def _label(self, row: GridRow) -> tuple[str, list[Span]]:
        """The row's label: its own label cells from left to right, with a merged cell of rows above before them."""
        spans = list(dict.fromkeys(filter(None, (self._own_label(row, column) for column in self.columns.labels))))
        texts = [squeeze(span.cell.text) for span in spans]
        if self.reading.of.projects or (spans and len(self.columns.labels) > 1):
            texts = [*self._merged_above(row), *texts]
        if texts:
            return " / ".join(texts), spans
        under_codes = (s for s in spans_in(row, self.columns.codes) if s and not has_digit(s.cell.text))
        if span := next(under_codes, None):  # 合计 or 无 printed under the code's head
            return squeeze(span.cell.text), [span]
        return "", spans

    def _own_label(self, row: GridRow, column: Column) -> Span | None:
        span = span_in(row, column)
        return None if span is None or self.columns.belongs_right(span) else span

    def _merged_above(self, row: GridRow) -> list[str]:
        """The merged cell of rows above over the first label column that is blank in the row before its own label."""
        before = takewhile(lambda column: self._own_label(row, column) is None, self.columns.labels)
        above = (span_above(row, column) for column in before if span_in(row, column) is None)
        return [squeeze(span.cell.text) for span in islice(filter(None, above), 1)]

    def _code(self, row: GridRow, labels: list[Span], label: str) -> str | None:
        """The row's whole code; a misprinted one is set aside, and completed where its parent and name leave one."""
        spans = spans_in(row, self.columns.codes)
        printed = [None if s in labels or s in spans[:i] else s for i, s in enumerate(spans)]
        code = self.codes.read(_texts(printed))
        for span in printed:
            if span and (code is not None or not has_digit(span.cell.text)):  # a stray figure is left to be reported
                self.reading.use(span)
        if code is None or is_code(code):
            return code
        found = list(dict.fromkeys(filter(None, printed)))
        if is_body_name(label):  # 064 阳泉市民政局: the row is a body's own, and its code no function
            for span in found:
                self.reading.ignore(span, "budget code of a body")
            return None
        whole = self.codes.of_parent(label)
        for span in found:
            self.reading.ignore(span, f"misprinted code, read as {whole}" if whole else "misprinted code")
        self._remark(" ".join(squeeze(span.cell.text) for span in found), label, found[0])
        return whole

    def _completed(self, row: GridRow, code: str, label: str) -> tuple[str, str]:
        """A code that lost its last digits in a narrow column, completed where its name leaves one, and said so."""
        whole = self.codes.of_name(code, label)
        if whole is None:
            return code, label
        self._remark(code, label, next(filter(None, spans_in(row, self.columns.codes)), row.spans[0]))
        return whole, label

    def _remark(self, code: str, label: str, span: Span) -> None:
        self.reading.remarks.append(Residue(f"{code} {label}"[:40], span.cell.place, "misprinted-code"))

    def _government_code(self, row: GridRow, labels: list[Span]) -> dict[str, str]:
        """The 政府预算经济分类 code that stands beside the departments' own."""
        spans = [None if span in labels else span for span in spans_in(row, self.columns.government)]
        for span in spans:
            self.reading.use(span)
        code = self.government_codes.read(_texts(spans))
        return {"governmentEconomicCode": code} if code and code[0] == "5" and is_code(code) else {}

    def _figures(self, row: GridRow, labels: list[Span]) -> list[tuple[Column, Span]]:
        found = list(self.columns.figures(row, labels))
        for column, span in found:
            if column.role == "text" and has_digit(span.cell.text):
                self.reading.ignore(span, f"remark under {column.printed}")
        return [(column, span) for column, span in found if column.role != "text"]

    def _borrowed_label(self, row: GridRow, figure: Span) -> str:
        """The label of a row whose own panel prints none: the table's title, or the nearest total to the left.

        公用经费合计 stands under the middle panel of a basic table and its figure under the right one.
        """
        if not self.columns.labels and not self.columns.codes:
            return self.reading.section.title or "合计"
        texts = [squeeze(s.cell.text) for s in row.spans if s.last < figure.first and has_word(s.cell.text)]
        return texts[-1] if texts and marks.is_total(texts[-1]) else ""

    def _ignore_ordinals(self, row: GridRow) -> None:
        for column in self.columns.all:
            span = span_in(row, column) if column.role in _ORDINALS else None
            if span and not self.reading.account.has(span.cell) and _NUMBERED.fullmatch(squeeze(span.cell.text)):
                self.reading.ignore(span, _ORDINALS[column.role])

    def _body(self, row: GridRow, label: str) -> str | None:
        """The body that the row is or belongs to; none of a total over several."""
        if self.columns.of_bodies:
            return None if marks.is_total(label) or not self.columns.bodies else label
        for column in self.columns.bodies:
            if span := span_in(row, column) or span_above(row, column):
                self.reading.use(span)
                name = squeeze(span.cell.text)
                return None if marks.is_total(name) else name
        return None

    def _runs_on(self, text: str) -> bool:
        """Whether a figure runs on into a code: `913.7522960` in a table whose other figures have two decimals."""
        found = re.fullmatch(r"[-\d,]+\.\d\d(\d+)", text)
        if found is None or not is_code(found[1]):
            return False
        texts = (squeeze(span.cell.text) for row in self.reading.rows_in for span in row.spans)
        return all(other == text or not re.fullmatch(r"[-\d,]+\.\d{3,}", other) for other in texts)

    def _amount(self, column: Column, span: Span) -> Amount | None:
        """The sum that a cell prints; None where it prints none, which is used, ignored or unread as its text says."""
        reading = self.reading
        text = squeeze(span.cell.text)
        unit = column.unit or reading.unit
        if marks.is_nil(text, word=True):
            reading.ignore(span, "dash for no figure")
        elif not text:
            reading.use(span)
        elif column.role == "measure":
            reading.ignore(span, f"a count, share or change: {column.printed}")
        elif span.cell.red and not _SIGN.search(text):
            reading.fail(span, "printed in red without a sign: it may be less than nothing")
        elif self._runs_on(text) or (amount := amount_of(span.cell, unit)) is None:
            unnamed = unit is None and amount_of(span.cell, "元") is not None
            reading.fail(span, NO_UNIT if unnamed else "no single number")
        else:
            reading.use(span)
            return amount
        return None


def _texts(spans: Sequence[Span | None]) -> list[str]:
    return ["" if span is None else span.cell.text for span in spans]


def _levels(columns: Sequence[Column]) -> list[int]:
    """The levels of code columns: 类 1, 款 2, 项 3, also where one head stands over all of them; 0 for whole codes."""
    if len(columns) > 1 and not any(c.level for c in columns) and len({c.heading for c in columns}) == 1:
        return list(range(1, len(columns) + 1))
    return [c.level for c in columns]
