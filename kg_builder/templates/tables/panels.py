"""One panel of a table → rows and observations: label, code, level, unit and dimensions of each printed row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from kg_builder import marks
from kg_builder.head_words import TOPICS, bare_label, notation
from kg_builder.model import Amount, Observation, Residue, Row
from kg_builder.templates.tables.codes import CodeReader, economic_by_name, economic_codes, function_by_name
from kg_builder.templates.tables.grids import GridRow, Span
from kg_builder.templates.tables.heads import (
    Column,
    Head,
    heading_dimensions,
    is_balance,
    is_code,
    other_year,
    side_of,
    stage_of,
)
from kg_builder.templates.tables.kinds import CONTEXT, PROJECT_KINDS, bare_title
from kg_builder.templates.tables.reading import Reading, amount_of
from kg_builder.text import has_digit, squeeze

_BASIC_KINDS = frozenset({"general-public-basic", "fiscal-basic"})
# 一、财政拨款收入 96,282.00 · 201 0.00 一般公共服务支出
_FIGURE_IN_LABEL = re.compile(r"(?:^|[^\d.])\d[\d,]{0,20}\.\d{2}(?![\d.]|[^\s\d]{0,2}元)(?:\s|$)")
# -12.50 · （12.50） · 0.00: in red no more than in black
_SIGN = re.compile(r"[-－−–(（]|^[0.,]*$")


@dataclass
class Panel:
    """One panel of a table while its rows are read from top to bottom."""

    reading: Reading
    head: Head
    number: int
    start: int = 1  # number of the panel's first row: rows are numbered panel by panel
    carry: str | None = None  # provision of the rows under a heading such as 上年财政拨款结转
    carry_within: str | None = None  # provision of the rows （一） … under a row such as 二、上年结转
    classes: set[str] = field(default_factory=set)  # economic classes of the rows so far, where names alone are printed

    def read(self) -> None:
        """Read every row below the heads."""
        columns = self.head.panel(self.number)
        self.columns = columns
        self.labels = [c for c in columns if c.role == "label"]
        self.organizations = [c for c in columns if c.role == "organization"]
        projects = [c for c in self.labels if "项目" in c.key and "名称" in c.key]
        self.asides: list[Column] = []  # labels beside the project's name: its function, its kind
        if self.reading.kind in PROJECT_KINDS and projects:
            self.labels, self.asides = projects[:1], [c for c in self.labels if c is not projects[0]]
        if not self.labels:
            self.labels, self.organizations_are_labels = self.organizations, True
        else:
            self.organizations_are_labels = False
        coded = [c for c in columns if c.role == "code"]
        self.government = [c for c in coded if "政府" in c.key and any("政府" not in other.key for other in coded)]
        self.code_columns = [c for c in coded if c not in self.government]
        self.government_codes = CodeReader(_levels(self.government))
        self.codes = CodeReader(_levels(self.code_columns))
        self.side = side_of(columns) or _side_of_title(self.reading.section.title)
        self.of_year = _columns_of_the_year(columns)
        body = self.reading.rows_in[self.head.length :]
        own = next((c for c in columns if c.role == "own-code"), None)
        self.own_codes = {
            id(row): squeeze(s.cell.text) for row in body if own and (s := self._span(row, own)) and s.key.isdigit()
        }
        for row in body:
            self._read_row(self.start, row)

    def _span(self, row: GridRow, column: Column) -> Span | None:
        """The cell of a row that stands mostly in a column."""
        covering = [s for s in row.spans if s.first <= column.last and s.last >= column.first]
        return max(covering, key=lambda s: min(s.last, column.last) - max(s.first, column.first), default=None)

    def _read_row(self, number: int, row: GridRow) -> None:
        label, label_spans = self._label(row)
        code = self._code(row, label_spans, label)
        figures = self._figures(row, label_spans)
        for own in label_spans:
            if _FIGURE_IN_LABEL.search(own.cell.text):  # a lost border: the column of the figure is open
                self.reading.fail(own, "a figure in one cell with the row's label")
                return
        if code is None and label and self.reading.kind not in PROJECT_KINDS | {"procurement"}:
            code, label = self.codes.from_label(label)
        if code and label and is_code(code):
            code, label = self._completed(row, *self.codes.with_label(code, label))
        if label and not re.search(r"[^\d\W]", label):  # the end of a broken figure is no label
            label, label_spans = "", []
        if not label and figures:
            label = self._borrowed_label(row, figures[0][1])
        if not label and not code and not figures:
            self._ignore_ordinals(row)
            return
        organization = self._organization(row, label)
        for span in (*label_spans, *(self._span(row, column) for column in self.asides)):
            self.reading.use(span)
        self._ignore_ordinals(row)
        if not label and not code:
            self._fail(figures)
            return
        first = (label_spans or [span for _, span in figures] or list(row.spans))[0]
        total = marks.is_total(label.rsplit(" / ", 1)[-1]) or marks.is_total(label)
        level = self._level(row, label, code, first)
        self.start += 1
        self.reading.rows.append(Row(number, label, first.cell.place, code, level, organization))
        dimensions = self._row_dimensions(label, code, total) | self._government_code(row, label_spans)
        for column, span in figures:
            self._observe(number, column, span, label, dimensions, total, organization)

    def _fail(self, figures: list[tuple[Column, Span]]) -> None:
        """Figures without a label are unread; a dash is no figure, in a panel that ends above its row."""
        for _, span in figures:
            if marks.is_nil(span.cell.text):
                self.reading.use(span)
            else:
                self.reading.fail(span, "the row has no label")

    def _label(self, row: GridRow) -> tuple[str, list[Span]]:
        """The row's label: its own label cells from left to right, with a merged cell of rows above before them."""
        spans: list[Span] = []
        texts: list[str] = []
        for column in self.labels:
            span = self._span(row, column)
            if span is not None and span not in spans and not self._belongs_right(span):
                spans.append(span)
                texts.append(squeeze(span.cell.text))
            elif span is None and not texts:
                above = next((s for s in row.above if s.first <= column.first and s.last >= column.last), None)
                if above is not None and (len(self.labels) > 1 or self.reading.kind in PROJECT_KINDS):
                    texts.append(squeeze(above.cell.text))
        if not spans and self.reading.kind not in PROJECT_KINDS:
            texts = []
        if not texts:
            for column in self.code_columns:  # 合计 or 无 printed under the code's head
                span = self._span(row, column)
                if span and not has_digit(span.cell.text):
                    return squeeze(span.cell.text), [span]
        return " / ".join(texts), spans

    def _belongs_right(self, span: Span) -> bool:
        """A merged cell that reaches into a later panel's label is that panel's label: 当年支出小计."""
        later = [c for c in self.head.columns if c.panel > self.number and c.role == "label"]
        return any(span.first <= c.first and span.last >= c.last for c in later)

    def _code(self, row: GridRow, label_spans: list[Span], label: str) -> str | None:
        """The row's whole code; a misprinted one is set aside, and completed where its parent and name leave one."""
        spans = [self._span(row, column) for column in self.code_columns]
        printed = [None if s in label_spans or s in spans[:i] else s for i, s in enumerate(spans)]
        code = self.codes.read(["" if span is None else span.cell.text for span in printed])
        for span in filter(None, printed):
            if code is not None or not has_digit(span.cell.text):  # a stray figure is left to be reported
                self.reading.use(span)
        if code is None or is_code(code):
            return code
        whole = self.codes.of_parent(label)
        found = list(dict.fromkeys(filter(None, printed)))
        for span in found:
            self.reading.ignore(span, f"misprinted code, read as {whole}" if whole else "misprinted code")
        text = " ".join(squeeze(span.cell.text) for span in found)
        self.reading.remarks.append(Residue(f"{text} {label}"[:40], found[0].cell.place, "misprinted-code"))
        return whole

    def _completed(self, row: GridRow, code: str, label: str) -> tuple[str, str]:
        """A code that lost its last digits in a narrow column, completed where its name leaves one, and said so."""
        whole = self.codes.of_name(code, label)
        if whole is None:
            return code, label
        printed = next(filter(None, (self._span(row, column) for column in self.code_columns)), row.spans[0])
        self.reading.remarks.append(Residue(f"{code} {label}"[:40], printed.cell.place, "misprinted-code"))
        return whole, label

    def _government_code(self, row: GridRow, label_spans: list[Span]) -> dict[str, str]:
        """The 政府预算经济分类 code that stands beside the departments' own."""
        spans = [None if (s := self._span(row, c)) in label_spans else s for c in self.government]
        for span in spans:
            self.reading.use(span)
        code = self.government_codes.read(["" if span is None else span.cell.text for span in spans])
        return {"governmentEconomicCode": code} if code and code[0] == "5" and is_code(code) else {}

    def _figures(self, row: GridRow, label_spans: list[Span]) -> list[tuple[Column, Span]]:
        found: list[tuple[Column, Span]] = []
        for column in self.columns:
            if column.role not in {"amount", "measure", "text"}:
                continue
            span = self._span(row, column)
            if span is None or span in label_spans or any(span is s for _, s in found):
                continue
            if not self._stands_in(span, column) or self._covers_label(span):
                continue
            if column.role == "text":
                if has_digit(span.cell.text):
                    self.reading.ignore(span, f"remark under {column.printed}")
                continue
            found.append((column, span))
        return found

    def _stands_in(self, span: Span, column: Column) -> bool:
        """Whether the cell stands in this column more than in any other."""
        best = max(
            self.head.columns,
            key=lambda c: (min(span.last, c.last) - max(span.first, c.first), c.role == "amount", -c.first),
        )
        return best is column or (min(span.last, column.last) - max(span.first, column.first)) == (
            min(span.last, best.last) - max(span.first, best.first)
        )

    def _covers_label(self, span: Span) -> bool:
        """A merged cell over a label column of any panel is a label, not a figure."""
        labels = (c for c in self.head.columns if c.role in {"label", "organization"})
        return any(span.first <= c.first and span.last >= c.last for c in labels)

    def _borrowed_label(self, row: GridRow, figure: Span) -> str:
        """The label of a row whose own panel prints none: the table's title, or the nearest total to the left.

        公用经费合计 stands under the middle panel of a basic table and its figure under the right one.
        """
        if not self.labels and not self.code_columns:
            return self.reading.section.title or "合计"
        texts = [
            squeeze(s.cell.text) for s in row.spans if s.last < figure.first and re.search(r"[^\W\d]", s.cell.text)
        ]
        return texts[-1] if texts and marks.is_total(texts[-1]) else ""

    def _ignore_ordinals(self, row: GridRow) -> None:
        reasons = {"ordinal": "ordinal", "own-code": "code"}
        for column in self.columns:
            span = self._span(row, column) if column.role in reasons else None
            if span is None or self.reading.account.has(span.cell):
                continue
            if re.fullmatch(r"[\dA-Za-z\-.]*\d[\dA-Za-z\-.]*|[（(]\d+[)）]", squeeze(span.cell.text)):
                self.reading.ignore(span, reasons[column.role])

    def _organization(self, row: GridRow, label: str) -> str | None:
        if self.organizations_are_labels:
            return None if marks.is_total(label) or not self.organizations else label
        for column in self.organizations:
            span = self._span(row, column) or next(
                (s for s in row.above if s.first <= column.first and s.last >= column.last), None
            )
            if span is not None:
                self.reading.use(span)
                name = squeeze(span.cell.text)
                return None if marks.is_total(name) else name
        return None

    def _level(self, row: GridRow, label: str, code: str | None, first: Span) -> int:
        if code and not self.asides:
            return max(1, (len(code) - 1) // 2)
        if len(self.labels) > 1 and self._scheme_pair() is None:
            filled = [i for i, c in enumerate(self.labels, start=1) if self._span(row, c) is not None] or [1]
            return filled[0] if marks.is_total(label.rsplit(" / ", 1)[-1]) else filled[-1]
        if self.organizations_are_labels and (own := self.own_codes.get(id(row))):
            return 1 + sorted({len(c) for c in self.own_codes.values()}).index(len(own))
        if self._scheme_pair() or (self.carry and _style(label) == "plain"):
            return 2 if self.carry or " / " in label else 1
        printed = _printed_level(first.cell.text if squeeze(first.cell.text) in label else label)
        return self._economic_level(label) if printed == 1 and self.reading.kind in _BASIC_KINDS else printed

    def _economic_level(self, label: str) -> int:
        """1 for a class of economic items (工资福利支出) and a total, 2 for an item of a class printed above."""
        codes = economic_codes(label)
        classes = {code for code in codes if len(code) == 3}
        items = {code for code in codes if code[:3] in self.classes and len(code) > 3}
        self.classes |= set() if items else classes
        return 2 if items or (self.classes and not classes and not marks.is_total(label)) else 1

    def _scheme_pair(self) -> tuple[Column, Column] | None:
        """The two label columns of a table by 部门预算经济科目 and 政府预算经济科目."""
        pair = [c for c in self.labels if "经济" in c.key or "科目" in c.key]
        if len(pair) == 2 and any("政府" in c.key for c in pair):
            return pair[0], pair[1]
        return None

    def _row_dimensions(self, label: str, code: str | None, total: bool) -> dict[str, str]:
        """What the row's label and code say of its figures."""
        kind = self.reading.kind
        names = label.split(" / ")
        found: dict[str, str] = {"side": self.side} if self.side else {}
        if code is None and self.side != "expenditure" and kind not in PROJECT_KINDS | {"operating-cost"}:
            found |= _given(
                "fundingSource", next(filter(None, (notation("funding", n) for n in reversed(names))), None)
            )
        if total:
            self.carry = None
            return found | _given("expenditureType", notation("expenditureType", marks.total_of(names[-1]) or ""))
        if code:
            return found | self.codes.dimension(code, label)
        if pair := self._scheme_pair():
            for column, name in zip(pair, names, strict=False):
                found |= economic_by_name(name, government="政府" in column.key)
            return found
        return found | self._label_dimensions(names[-1])

    def _label_dimensions(self, label: str) -> dict[str, str]:
        kind, found = self.reading.kind, dict[str, str]()
        provision = notation("provision", label)
        style = _style(label)
        if style == "plain":
            self.carry_within = provision  # 二、上年结转 is the heading of （一）一般公共预算拨款
            provision = provision or self.carry
        elif style == "bracket":
            provision = provision or self.carry_within or self.carry
        elif provision:
            self.carry = provision
        found |= _given("provision", provision)
        found |= _given("expenditureType", notation("expenditureType", label))
        if kind in {"three-public", "operating-cost"} and (topic := notation("topic", label)) in TOPICS:
            found |= _given("topic", topic)
        if self.side == "expenditure" and style in {"plain", "bracket"}:
            found |= function_by_name(bare_label(label))
        elif kind.endswith("-basic"):
            found |= economic_by_name(bare_label(label), government=False)
        return found

    def _runs_on(self, text: str) -> bool:
        """Whether a figure runs on into a code: `913.7522960` in a table whose other figures have two decimals."""
        found = re.fullmatch(r"[-\d,]+\.\d\d(\d+)", text)
        if found is None or not is_code(found[1]):
            return False
        texts = (squeeze(span.cell.text) for row in self.reading.rows_in for span in row.spans)
        return all(other == text or not re.fullmatch(r"[-\d,]+\.\d{3,}", other) for other in texts)

    def _observe(
        self,
        number: int,
        column: Column,
        span: Span,
        label: str,
        row_dimensions: dict[str, str],
        total: bool,
        organization: str | None,
    ) -> None:
        amount = self._amount(column, span)
        if amount is None:
            return
        self.reading.observations.append(
            Observation(
                number,
                column.first + 1,
                label,
                column.printed,
                tuple(sorted(self._dimensions(column, row_dimensions).items())),
                amount,
                total,
                organization,
                label if self.reading.kind in PROJECT_KINDS and not total else None,
            )
        )

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
            reading.fail(span, "the table names no unit" if unnamed else "no single number")
        else:
            reading.use(span)
            return amount
        return None

    def _dimensions(self, column: Column, row_dimensions: dict[str, str]) -> dict[str, str]:
        """What table, row and column say of a figure."""
        named = heading_dimensions(column)
        if named.get("fundingSource") == "fiscal" and "fundingSource" in row_dimensions:
            del named["fundingSource"]  # 财政拨款收入 over a panel whose row says which budget it comes from
        if column in self.of_year:
            named["provision"] = "current"
        found = CONTEXT.get(self.reading.kind, {}) | row_dimensions | named
        if is_balance(column):
            found.pop("side", None)
        if stage := stage_of(column):
            found["stage"] = stage
        if other := other_year(column, self.reading.year):
            found["fiscalYear"] = str(other)
        return found


def _printed_level(text: str) -> int:
    """The level that a label's own print shows: （一）, 1. or 其中 stand below 一、; two spaces are a step."""
    if text.lstrip().startswith("其中") or _style(text) in {"bracket", "digit", "circle"}:
        return 2
    return 1 + (len(text) - len(text.lstrip("　 "))) // 2


def _style(label: str) -> str | None:
    ordinal = marks.ordinal_of(label)
    return ordinal.style if ordinal else None


def _levels(columns: list[Column]) -> list[int]:
    """The levels of code columns: 类 1, 款 2, 项 3, also where one head stands over all of them; 0 for whole codes."""
    if len(columns) > 1 and not any(c.level for c in columns) and len({c.heading for c in columns}) == 1:
        return list(range(1, len(columns) + 1))
    return [c.level for c in columns]


def _side_of_title(title: str) -> str | None:
    """The side of a table by its title where that names one alone: 政府性基金预算支出表, not 收入支出决算表."""
    bare = bare_title(title)
    sides = [side for word, side in (("收入", "revenue"), ("支出", "expenditure")) if word in bare]
    return sides[0] if len(sides) == 1 and "收支" not in bare else None


def _columns_of_the_year(columns: Sequence[Column]) -> list[Column]:
    """The columns under 本年收入 where carry-over has columns of its own and a total stands over both."""
    amounts = [c for c in columns if c.role == "amount"]
    mine = [c for c in amounts if any(bare_label(text) == "本年收入" for text in c.heading)]
    rest = ["provision" in heading_dimensions(c) for c in amounts if c not in mine]
    return mine if any(rest) and not all(rest) else []


def _given(name: str, value: str | None) -> dict[str, str]:
    return {name: value} if value else {}
