"""Sections of a report → budget tables: rows with code, label and level, and one observation per printed figure.

Follows the tables of 部门预算/部门决算 publication (财政部 预算公开/决算公开 表样 and the provinces' variants) by the
meaning of their heads. Strict: each cell of a grid becomes part of a row, an observation, an ignored residue with its
reason, or an unread one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from kg_builder.model import Amount, BudgetTable, Cell, Observation, Page, Residue, Row
from kg_builder.templates.codes import CodeReader, economic_by_name, function_by_name, is_code
from kg_builder.templates.grids import GridRow, Section, Span, sections, unit_of
from kg_builder.templates.heads import (
    Column,
    TOPICS,
    Head,
    bare_label,
    has_ordinal,
    heading_dimensions,
    notation,
    other_year,
    read_head,
    side_of,
    stage_of,
)
from kg_builder.templates.kinds import CONTEXT, PROJECT_KINDS, kind_of
from kg_builder.text import decimal_of, label_key, money, squeeze

_TOTAL = re.compile(r".*(?:合计|总计|小计|共计)")
_DASH = re.compile(r"[-—–－─/\\.。…]{1,3}")
# 4411. 49 and 1,234,\n567.00: a break beside a point or comma, or after a comma group, is layout within one number
_LAYOUT_BREAK = re.compile(r"(?<=[.,．，])\s+(?=\d)|(?<=\d)\s+(?=[.,．，])|(?<=^-)\s+|(?<=^\()\s+|\s+(?=\)$)")
# 1,234,5\n67.00: a number wrapped between digits shows by its commas or by the one point in its second half
_WRAPPED = re.compile(r"(?:\d{1,3}(?:,\d{3})*,\d{0,3}|\d+)\n\d*(?:,\d{3})*\.\d{2}|\d{1,3}(?:,\d{3})*(?:,\d{0,3})?\n\d{1,3}(?:,\d{3})*(?:\.\d+)?")
_ORGANIZATION = re.compile(
    r"[^\d，。；、]{2,30}(?:局|厅|委|委员会|办公室|办公厅|中心|院|站|馆|所|处|队|总队|支队|大队|校|学校|学院|大学|幼儿园|中学|小学|医院|会|政府|街道|镇|乡|室|社"
    r"|台|园|团|部|法院|检察院|联合会|协会|基地|库|厂|公司|报社|机关|本级)(?:[（(][^（）()]{1,20}[)）])?"
)


@dataclass(frozen=True, slots=True)
class TablesRead:
    """What the grids of a report gave: budget tables, sections that are something else, and residues."""

    tables: tuple[BudgetTable, ...]
    others: tuple[Section, ...]  # forms, lists of units, frames
    ignored: tuple[Residue, ...]
    unread: tuple[Residue, ...]


def read_tables(pages: Sequence[Page], year: int, names: Sequence[str] = ()) -> TablesRead:
    """All budget tables of the pages; `year` is the report's, `names` the bodies known so far.

    A grid that is no form, list or frame and whose heads are not understood is unread with all its numbers.
    """
    tables: list[BudgetTable] = []
    others: list[Section] = []
    ignored: list[Residue] = []
    unread: list[Residue] = []
    statement = _document_unit(pages)
    for section in sections(pages):
        if section.frame or is_form(section) or is_list(section):
            others.append(section)
            continue
        reading = _read_section(section, year, names, statement)
        ignored += reading.ignored
        unread += reading.unread
        if reading.table:
            tables.append(reading.table)
    return TablesRead(tuple(tables), tuple(others), tuple(ignored), tuple(unread))


def is_form(section: Section) -> bool:
    """Whether the grid is (a part of) a form of targets rather than a budget table."""
    words = {label_key(c.text) for part in section.parts for row in part for c in row if c}
    marks = {"一级指标", "二级指标", "三级指标", "绩效指标", "项目概况", "立项依据", "主管部门", "项目资金", "年度总体目标", "总体目标", "指标值", "产出指标", "效益指标", "满意度指标", "主管部门及代码", "实施单位", "项目实施计划", "年度绩效目标", "部门职能"}  # fmt: skip
    return "绩效" in section.title or len(words & marks) >= 2


def is_list(section: Section) -> bool:
    """Whether the grid lists names without any figures: units, contents, officials."""
    rows = section.rows() if any(section.parts) else []
    cells = [(row, span) for row in rows for span in row.spans]
    figures = [s for row, s in cells if decimal_of(s.cell.text) is not None and s is not row.spans[0]]
    if kind_of(section.title) != "other" or section.unit:
        return False
    head = read_head(rows) if section.title else None
    if head is not None and any(c.role == "amount" for c in head.columns):
        return False
    heads = {s.key for row in rows[:2] for s in row.spans}
    if heads & {"单位名称", "预算单位名称", "报表名称", "目录", "部门名称"} and not figures:
        return True
    return "目录" in heads or not any(re.search(r"\d", s.cell.text) for _, s in cells)


def _document_unit(pages: Sequence[Page]) -> str | None:
    """The unit that the report states for all its tables: 本报告所有表格金额单位均为万元."""
    pattern = re.compile(r"(?:各?表格?|报表|金额|数据)(?:中)?(?:的)?(?:金额)?(?:计量)?单位(?:均|统一|全部)?为[“\"]?(万元|元)")
    for page in pages:
        for line in page.lines:
            if match := pattern.search(squeeze(line.text)):
                return match.group(1)
    return None


@dataclass
class _Reading:
    """One section while it is read: rows and figures so far, and which cells have found their use."""

    section: Section
    rows_in: list[GridRow]
    year: int
    names: frozenset[str]
    kind: str
    unit: str | None
    table: BudgetTable | None = None
    rows: list[Row] = field(default_factory=list)
    observations: list[Observation] = field(default_factory=list)
    ignored: list[Residue] = field(default_factory=list)
    unread: list[Residue] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def use(self, span: Span | None) -> None:
        if span is not None:
            self.used.add(id(span.cell))

    def ignore(self, span: Span, reason: str) -> None:
        self.use(span)
        self.ignored.append(Residue(squeeze(span.cell.text), span.cell.place, reason))

    def fail(self, span: Span, reason: str) -> None:
        self.use(span)
        self.unread.append(Residue(squeeze(span.cell.text), span.cell.place, reason))


def _read_section(section: Section, year: int, names: Sequence[str], statement: str | None) -> _Reading:
    rows = section.rows() if any(section.parts) else []
    unit = section.unit or next((u for row in rows[:4] for s in row.spans if (u := unit_of(s.cell.text))), None)
    known = frozenset(label_key(n) for n in names)
    reading = _Reading(section, rows, year, known, kind_of(section.title), unit or statement)
    head = read_head(rows) if rows else None
    if head is None:
        if section.title and reading.kind != "other" and not any(_is_figure(s) for r in rows for s in r.spans):
            reading.table = _table(reading)
        _fail_rest(reading, "grid not understood")
        return reading
    for row in rows[: head.length]:
        for span in row.spans:
            reading.use(span)
    for span in head.numbering:
        if re.search(r"\d", span.cell.text):
            reading.ignore(span, "column number")
    for panel in range(head.panels):
        _Panel(reading, head, panel, start=1 + len(reading.rows)).read()
    if reading.kind in PROJECT_KINDS:
        _place_units(reading)
    _fail_rest(reading, "no row or column was understood for it")
    _note_other_stages(reading)
    _name_three_public(reading, head)
    reading.observations.sort(key=lambda o: (o.row, o.column))
    reading.rows.sort(key=lambda r: r.number)
    reading.table = _table(reading)
    return reading


def _is_figure(span: Span) -> bool:
    return decimal_of(span.cell.text) is not None


def _table(reading: _Reading) -> BudgetTable:
    section = reading.section
    return BudgetTable(
        reading.kind,
        section.title,
        section.label,
        reading.unit or "",
        section.first.place,
        tuple(reading.rows),
        tuple(reading.observations),
        section.note,
    )


def _fail_rest(reading: _Reading, reason: str) -> None:
    for row in reading.rows_in:
        for span in row.spans:
            if id(span.cell) not in reading.used and re.search(r"\d", span.cell.text):
                if re.fullmatch(r"[A-Z]\d{2,}", squeeze(span.cell.text)):
                    reading.ignore(span, "code")
                else:
                    reading.fail(span, reason)


def _note_other_stages(reading: _Reading) -> None:
    """A stage is a dimension only where the table pairs several."""
    stages = {v for o in reading.observations for k, v in o.dimensions if k == "stage"}
    if len(stages) < 2:
        reading.observations = [
            replace(o, dimensions=tuple(d for d in o.dimensions if d[0] != "stage")) for o in reading.observations
        ]


def _name_three_public(reading: _Reading, head: Head) -> None:
    """合计 of a table of 三公 items alone is the “三公”经费; with 会议费 or 培训费 beside them it is not."""
    words = "".join([c.key for c in head.columns] + [r.label for r in reading.rows])
    if reading.kind != "three-public" or re.search("会议费|培训费", words):
        return
    reading.observations = [
        replace(o, dimensions=tuple(sorted((*o.dimensions, ("topic", "three-public")))))
        if "topic" not in dict(o.dimensions) and (o.total or _TOTAL.fullmatch(squeeze(o.heading)))
        else o
        for o in reading.observations
    ]


@dataclass
class _Panel:
    """One panel of a table while its rows are read from top to bottom."""

    reading: _Reading
    head: Head
    number: int
    start: int = 1  # number of the panel's first row: rows are numbered panel by panel
    carry: str | None = None  # provision of the rows under a heading such as 上年财政拨款结转
    parents: list[str] = field(default_factory=list)

    def read(self) -> None:
        columns = self.head.panel(self.number)
        self.columns = columns
        self.labels = [c for c in columns if c.role == "label"]
        self.organizations = [c for c in columns if c.role == "organization"]
        if not self.labels:
            self.labels, self.organizations_are_labels = self.organizations, True
        else:
            self.organizations_are_labels = False
        self.code_columns = [c for c in columns if c.role == "code"]
        self.codes = CodeReader([c.level for c in self.code_columns])
        self.side = side_of(columns)
        body = self.reading.rows_in[self.head.length :]
        for row in body:
            self._read_row(self.start, row)

    def _span(self, row: GridRow, column: Column) -> Span | None:
        """The cell of a row that stands mostly in a column."""
        covering = [s for s in row.spans if s.first <= column.last and s.last >= column.first]
        overlap = lambda s: min(s.last, column.last) - max(s.first, column.first)  # noqa: E731 - a key used twice
        return max(covering, key=overlap, default=None)

    def _read_row(self, number: int, row: GridRow) -> None:
        label, label_spans = self._label(row)
        code = self._code(row, label_spans, label)
        figures = self._figures(row, label_spans)
        if code is None and label:
            code, label = self.codes.from_label(label)
        if not label and figures:
            label = self._borrowed_label(row)
        if not label and not code and not figures:
            self._ignore_ordinals(row)
            return
        organization = self._organization(row, label)
        for span in label_spans:
            self.reading.use(span)
        self._ignore_ordinals(row)
        if not label and not code:
            for _, span in figures:
                self.reading.fail(span, "the row has no label")
            return
        first = (label_spans or [span for _, span in figures] or list(row.spans))[0]
        total = bool(_TOTAL.fullmatch(label.split(" / ")[-1]) or _TOTAL.fullmatch(squeeze(label)))
        level = self._level(row, label, code, first)
        self.start += 1
        self.reading.rows.append(Row(number, label, first.cell.place, code, level, organization))
        dimensions = self._row_dimensions(label, code, total)
        for column, span in figures:
            self._observe(number, column, span, label, dimensions, total, organization)

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
                if above is not None and len(self.labels) > 1:
                    texts.append(squeeze(above.cell.text))
        if not spans:
            texts = []
        if not texts:
            for column in self.code_columns:  # 合计 or 无 printed under the code's head
                span = self._span(row, column)
                if span and not re.search(r"\d", span.cell.text):
                    return squeeze(span.cell.text), [span]
        return " / ".join(texts), spans

    def _belongs_right(self, span: Span) -> bool:
        """A merged cell that reaches into a later panel's label is that panel's label: 当年支出小计."""
        later = [c for c in self.head.columns if c.panel > self.number and c.role == "label"]
        return any(span.first <= c.first and span.last >= c.last for c in later)

    def _code(self, row: GridRow, label_spans: list[Span], label: str) -> str | None:
        """The row's whole code; a misprinted one is set aside, and completed where its parent and name leave one."""
        spans = [self._span(row, column) for column in self.code_columns]
        printed = [None if span in label_spans else span for span in spans]
        for span in printed:
            self.reading.use(span)
        code = self.codes.read(["" if span is None else span.cell.text for span in printed])
        if code is None or is_code(code):
            return code
        for span in filter(None, printed):
            self.reading.ignore(span, "misprinted code")
        return self.codes.of_parent(label)

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
                if re.search(r"\d", span.cell.text):
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

    def _borrowed_label(self, row: GridRow) -> str:
        """The label of a row whose own panel prints none: the table's title, or the total of the panel to the left."""
        if not self.labels and not self.code_columns:
            return self.reading.section.title or "合计"
        left = row.spans[0]
        return squeeze(left.cell.text) if _TOTAL.fullmatch(squeeze(left.cell.text)) else ""

    def _ignore_ordinals(self, row: GridRow) -> None:
        reasons = {"ordinal": "ordinal", "own-code": "code"}
        for column in self.columns:
            span = self._span(row, column) if column.role in reasons else None
            if span is not None and re.search(r"\d", span.cell.text) and id(span.cell) not in self.reading.used:
                self.reading.ignore(span, reasons[column.role])

    def _organization(self, row: GridRow, label: str) -> str | None:
        if self.organizations_are_labels:
            return None if _TOTAL.fullmatch(label) or not self.organizations else label
        for column in self.organizations:
            span = self._span(row, column) or next(
                (s for s in row.above if s.first <= column.first and s.last >= column.last), None
            )
            if span is not None:
                self.reading.use(span)
                name = squeeze(span.cell.text)
                return None if _TOTAL.fullmatch(name) else name
        return None

    def _level(self, row: GridRow, label: str, code: str | None, first: Span) -> int:
        if code:
            return max(1, (len(code) - 1) // 2)
        if len(self.labels) > 1 and self._scheme_pair() is None:
            filled = [i for i, c in enumerate(self.labels, start=1) if self._span(row, c) is not None] or [1]
            return filled[0] if _TOTAL.fullmatch(label.split(" / ")[-1]) else filled[-1]
        if self._scheme_pair():
            return 2 if " / " in label else 1
        if self.carry and has_ordinal(label):
            return 2
        text = first.cell.text if squeeze(first.cell.text) in label else label
        if re.match(r"\s*(?:其中|[（(][一二三四五六七八九十\d]+[)）]|\d{1,2}[、.．]|[①-⑳])", text):
            return 2
        return 1 + len(re.match(r"[　 ]*", text).group()) // 2 if re.match(r"[　 ]{2}", text) else 1  # type: ignore[union-attr] # the pattern matches ""

    def _scheme_pair(self) -> tuple[Column, Column] | None:
        """The two label columns of a table by 部门预算经济科目 and 政府预算经济科目."""
        pair = [c for c in self.labels if "经济" in c.key or "科目" in c.key]
        if len(pair) == 2 and any("政府" in c.key for c in pair):
            return pair[0], pair[1]
        return None

    def _row_dimensions(self, label: str, code: str | None, total: bool) -> dict[str, str]:
        kind = self.reading.kind
        found: dict[str, str] = {}
        if self.side:
            found["side"] = self.side
        funding = next((f for t in reversed(label.split(" / ")) if (f := notation("funding", t))), None)
        if self.side == "expenditure" or kind in PROJECT_KINDS | {"operating-cost"}:
            funding = None
        if funding and not code:
            found["fundingSource"] = funding
        if total:
            self.carry = None
            return found
        if code:
            found |= self.codes.dimension(code, label, self.columns)
            return found
        last = label.split(" / ")[-1]
        if pair := self._scheme_pair():
            names = label.split(" / ")
            by_column = dict(zip(pair, names, strict=False))
            for column, name in by_column.items():
                found |= economic_by_name(name, government="政府" in column.key)
            return found
        if provision := notation("provision", last):
            found["provision"] = provision
            self.carry = provision
        elif self.carry and self.side:
            found["provision"] = self.carry
        if expenditure := notation("expenditureType", last):
            found["expenditureType"] = expenditure
        if kind in {"three-public", "operating-cost"} and (topic := notation("topic", last)) in TOPICS:
            found["topic"] = topic
        if self.side == "expenditure" and has_ordinal(last):
            found |= function_by_name(bare_label(last))
        elif kind.endswith("-basic"):
            found |= economic_by_name(bare_label(last), government=False)
        return found

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
        reading = self.reading
        text = squeeze(span.cell.text)
        if _DASH.fullmatch(text):
            reading.ignore(span, "dash for no figure")
            return
        if not re.search(r"\d", text):
            reading.use(span)
            return
        if column.role == "measure":
            reading.ignore(span, f"no sum of money: {column.printed}")
            return
        unit = column.unit or reading.unit
        if unit is None:
            reading.fail(span, "the table names no unit")
            return
        amount = amount_of(span.cell, unit)
        if amount is None:
            reading.fail(span, "no single number")
            return
        reading.use(span)
        dimensions = CONTEXT.get(reading.kind, {}) | row_dimensions | heading_dimensions(column)
        if stage := stage_of(column):
            dimensions["stage"] = stage
        if other := other_year(column, reading.year):
            dimensions["fiscalYear"] = str(other)
        reading.observations.append(
            Observation(
                number,
                column.first + 1,
                label,
                column.printed,
                tuple(sorted(dimensions.items())),
                amount,
                total,
                organization,
                label if reading.kind in PROJECT_KINDS and not total else None,
            )
        )


def amount_of(cell: Cell, unit: str) -> Amount | None:
    """The sum that a cell prints, None where it is not one number for certain: `0.00 201`, two lines of figures."""
    text = cell.text.strip()
    joined = _LAYOUT_BREAK.sub("", text)
    if re.search(r"\d\s+\d", joined):
        if not _WRAPPED.fullmatch(joined) or decimal_of(joined) is None:
            return None
        joined = re.sub(r"\s+", "", joined)
    return money(joined, unit, cell.place)


def _place_units(reading: _Reading) -> None:
    """Unit headings in the tables of projects: a row named like a body whose figure is the sum of those below it.

    A heading's figures become totals, the rows below get its name as their organization. A department's heading
    stands over those of its units.
    """
    rows = [r for r in reading.rows if not _TOTAL.fullmatch(r.label)]
    sums = {o.row: o.amount.yuan for o in reversed(reading.observations)}
    amounts = [sums.get(r.number) for r in rows]
    bodies = [label_key(r.label) in reading.names or bool(_ORGANIZATION.fullmatch(r.label)) for r in rows]
    department, headings = _headings(amounts, bodies)
    if not headings:
        least = min((r.level for r in reading.rows), default=1) - 1
        reading.rows = [replace(r, level=r.level - least) for r in reading.rows]
        return
    numbers = {rows[i].number for i in headings} | ({rows[0].number} if department else set())
    owner: dict[int, str | None] = {}
    organization: str | None = None
    for row in reading.rows:
        organization = row.label if row.number in numbers else None if _TOTAL.fullmatch(row.label) else organization
        owner[row.number] = organization
    unit_level = 2 if department else 1

    def level(row: Row) -> int:
        if department and row.number == rows[0].number:
            return 1
        return unit_level if row.number in numbers else unit_level + 1 if owner[row.number] else 1

    reading.rows = [
        replace(r, organization=owner[r.number], heading=r.number in numbers, level=level(r)) for r in reading.rows
    ]
    reading.observations = [
        replace(
            o,
            organization=owner[o.row],
            total=o.total or o.row in numbers,
            project=None if o.row in numbers else o.project,
        )
        for o in reading.observations
    ]


def _headings(amounts: Sequence[Decimal | None], bodies: Sequence[bool]) -> tuple[bool, list[int]]:
    """Whether the first row is a department's heading over units, and the indexes of the units' headings."""
    if not amounts:
        return False, []
    below = _unit_headings(amounts, bodies, 1)
    total = sum((amounts[i] or Decimal(0) for i in below), Decimal(0))
    if bodies[0] and below[:1] == [1] and amounts[0] is not None and abs(total - amounts[0]) <= _rounding(len(below)):
        return True, below
    return False, _unit_headings(amounts, bodies, 0)


def _unit_headings(amounts: Sequence[Decimal | None], bodies: Sequence[bool], start: int) -> list[int]:
    """Rows named like bodies that the rows up to the next such row, or the end, sum up to; or that print no figure."""
    found: list[int] = []
    index = start
    while index < len(amounts):
        end = _group_end(amounts, bodies, index) if bodies[index] else None
        if end is not None:
            found.append(index)
        index = end or index + 1
    return found


def _group_end(amounts: Sequence[Decimal | None], bodies: Sequence[bool], index: int) -> int | None:
    amount = amounts[index]
    if amount is None:
        return index + 1 if index + 1 < len(amounts) and amounts[index + 1] is not None else None
    running = Decimal(0)
    for end in range(index + 1, len(amounts)):
        running += amounts[end] or Decimal(0)
        closes = end + 1 == len(amounts) or bodies[end + 1]
        if closes and abs(running - amount) <= _rounding(end - index):
            return end + 1
    return None


def _rounding(count: int) -> Decimal:
    """By how much a sum of figures in 万元 with two decimals may differ from its printed total, in yuan."""
    return Decimal(50) * (count + 1)
