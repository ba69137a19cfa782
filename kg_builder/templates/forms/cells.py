"""A form in cells (a PDF's table, rows with tabs) → draft.

Columns are not to be trusted in extracted text: cells are doubled, shifted or lost. Labels lead; columns decide only
where a row has no label, and where a table's rules make them real.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg_builder import marks
from kg_builder.model import Cell, Horizon
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import GOAL, Draft, is_coded, is_coded_body, is_number, plain
from kg_builder.templates.forms.indicators import (
    HORIZONS,
    Levels,
    Token,
    join_cut_rows,
    join_cut_target,
    read_indicator_row,
    restore_lost_level,
)
from kg_builder.templates.forms.labels import Span
from kg_builder.templates.forms.money import Money, unglued
from kg_builder.templates.forms.parts import LONG, Part, Said, is_goal_label, part_of
from kg_builder.templates.forms.rows import EDGE, FlowRow
from kg_builder.templates.forms.spending import Spending
from kg_builder.templates.forms.tasks import Tasks
from kg_builder.text import has_digit, squeeze

_UNITS = ("单位:", "单位：", "金额单位", "计量单位", "货币单位", "(单位", "（单位")  # of money, above a form
_LONGEST_LABEL = 16  # characters of a label
_GOALS = ("goal-implementation", "goal-annual")


@dataclass
class CellsReader:
    """Reads the rows of one form into its draft, one `feed` per row."""

    draft: Draft
    part: Part = "head"
    pending: str | None = None  # a label whose value was not printed in its row
    money: Money = field(default_factory=Money)
    spending: Spending = field(default_factory=Spending)
    tasks: Tasks = field(default_factory=Tasks)
    goals: dict[str, int] = field(default_factory=dict)  # columns of goals side by side
    goal: str | None = None  # the last one that has its label beside it
    explained: bool = False  # the sums are said to be explained by a text: 预算规模及资金用途
    foreign: bool = False  # the last label was not known: rows that go on with its value are nobody's
    labels: int | None = None  # column of the last label of a text or goal that has its value beside it
    level: Levels = field(default_factory=Levels)

    def feed(self, row: FlowRow) -> None:
        """Read one row; every cell becomes a value, is ignored for a reason, or is reported unread."""
        tokens = self._without_group(self._without_unit(self._without_weight(list(row.cells))))
        if not tokens:
            return
        words = tuple(cell.text for _, cell in tokens)
        above = self.part
        if above != "head" and self._is_printed_again(tokens):
            self._read_again(tokens)
            return
        part, self.part = part_of(above, Said("cells", words, " ".join(words), words[0]))
        if {above, part} <= {"texts", "goals"} and row.ruled and self._has_own_label(tokens):
            self.foreign = True
            self._leave(tokens, "a label that is not known, with its value")
            return
        self._read(part, above, tokens, row)

    def _read(self, part: Part, above: Part, tokens: list[Token], row: FlowRow) -> None:
        if part == "indicators" and above != "indicators":
            self.level.order = self._goal_order()
        if part == "indicators":
            self._read_indicators(tokens, row)
        elif part == "texts":
            self._read_text(tokens, above)
        else:
            _READERS[part](self, tokens)

    def close(self) -> None:
        """What is settled only when the whole form was seen."""
        self.draft.settle_goal()
        self.money.settle(self.draft)
        join_cut_rows(self.draft, self.level)
        restore_lost_level(self.draft, self.level)

    def _read_title(self, tokens: list[Token]) -> None:
        cell = tokens[0][1]
        text = squeeze(cell.text)
        year = next(map(str, marks.years_in(text)), None)
        self.draft.unit = self.draft.unit or marks.unit_of(cell.text, head=True)
        self.draft.year = year or self.draft.year
        self.draft.yearly = self.draft.yearly or year is not None
        self.draft.skip(cell, "title of the form")

    def _read_beside(self, tokens: list[Token]) -> None:
        for _, cell in tokens:
            self.draft.skip(cell, "said beside sums and targets")

    def _read_signatures(self, tokens: list[Token]) -> None:
        """The signatures, and below them the rest of their wrapped cells."""
        self.draft.finished = True
        self.draft.drop(tokens[0][1].place)

    def _read_indicators(self, tokens: list[Token], row: FlowRow) -> None:
        """Read a row below the heads, and keep in mind where it may go on with the last one of the page before."""
        known = self.draft.indicators
        above, start = self.level.row, len(known)
        first = row.ruled and bool(known) and known[-1].place.page != row.page
        if first and join_cut_target(self.draft, self.level, tokens):
            return
        read_indicator_row(self.draft, self.level, tokens, row.ruled)
        levelled = any(form.indicator_kind(cell.text) for _, cell in tokens[:2])
        if len(known) > start:
            self.level.row = start
            if first and not levelled:
                self.level.cut.append((above, start, len(known)))

    def _read_score(self, tokens: list[Token]) -> None:
        """The points of all indicators: 总分 | 100 | 96; those given stand under 得分, or last."""
        label, *rest = tokens
        whole = form.is_of("selfScore", label[1].text) or marks.is_total(label[1].text, whole=True)
        points = [(col, cell, form.points_in(cell.text)) for col, cell in rest]
        scored = [head.col for head in self.level.heads if head.role == "score"]
        for number, (col, cell, given) in enumerate(points, 1):
            under = any(abs(col - head) <= EDGE for head in scored) if scored else number == len(points)
            if whole and under and given is not None and self.draft.score is None:
                self.draft.score = given
                self.draft.use(cell.text)
            else:
                self.draft.skip(cell, "the sum of points")

    def _read_remarks(self, tokens: list[Token]) -> None:
        for _, cell in tokens:
            self.draft.skip(cell, "remarks below the form")

    def _is_printed_again(self, tokens: list[Token]) -> bool:
        """Whether a row in the middle of the form is one of its head: each label with the value it had there."""
        pairs = [(form.head_part(a.text), squeeze(plain(b.text))) for (_, a), (_, b) in pairwise(tokens)][::2]
        known = {part: squeeze(cell.text) for part, cell in self.draft.head.items()}
        return bool(pairs) and all(part in known and known[part] == value for part, value in pairs)

    def _read_again(self, tokens: list[Token]) -> None:
        """A row of the head on top of the next page: it says what the head said, or is reported."""
        known = {squeeze(cell.text) for cell in self.draft.head.values()}
        for _, cell in tokens:
            if form.head_part(cell.text) or squeeze(plain(cell.text)) in known:
                self.draft.skip(cell, "head of the form printed again")
            else:
                self.draft.leave(cell, "a head in the middle of the form")

    def _without_weight(self, tokens: list[Token]) -> list[Token]:
        """The row without the points for the execution of the budget: 执行率分值（10）."""
        if self.part == "indicators":
            return tokens
        kept: list[Token] = []
        waiting = False
        for col, cell in tokens:
            points = form.points_in(cell.text)
            if form.is_of("executionWeight", cell.text) and self.draft.execution_weight is None:
                waiting = points is None
                self.draft.execution_weight = points
                self.draft.use(cell.text)
            elif waiting and points is not None:
                waiting = False
                self.draft.execution_weight = points
                self.draft.use(cell.text)
            else:
                kept.append((col, cell))
        return kept

    def _without_unit(self, tokens: list[Token]) -> list[Token]:
        """The row without the unit of money printed above the form: 单位：万元, 105001某局本级 单位：万元."""
        if self.part == "head" and len(tokens) == 1 and (bare := marks.without_unit(tokens[0][1].text)):
            col, cell = tokens[0]
            if bare != squeeze(cell.text):
                self.draft.unit = self.draft.unit or marks.unit_of(cell.text)
                return [(col, Cell(bare, cell.place))]
        found = [t for t in tokens if squeeze(t[1].text).startswith(_UNITS) and marks.unit_of(t[1].text, head=True)]
        if self.part != "head" or not found:
            return tokens
        self.draft.unit = self.draft.unit or marks.unit_of(found[0][1].text, head=True)
        return [token for token in tokens if token not in found]

    def _without_group(self, tokens: list[Token]) -> list[Token]:
        """The row without the merged label of a group of texts: 项目立项情况 | 立项依据 | …"""
        if len(tokens) < 2 or len(squeeze(tokens[0][1].text)) > _LONGEST_LABEL:
            return tokens
        heads = [n for n, (_, cell) in enumerate(tokens) if form.goal_field(cell.text)]
        if len(heads) > 1 and heads[0] and heads == list(range(heads[0], len(tokens))):
            groups = heads[0]  # 项目基本情况 | 1.目标完成情况 | 年度目标 | 年度目标完成情况
        else:
            known = form.text_field(tokens[1][1].text) and not form.text_field(tokens[0][1].text)
            groups = int(bool(known and not form.head_part(tokens[0][1].text)))
        for _, cell in tokens[:groups]:
            self.draft.skip(cell, "label of a group of fields")
        return tokens[groups:]

    def _has_own_label(self, tokens: list[Token]) -> bool:
        """Whether the row begins with an unknown label, in or left of the column of the last known one.

        Rows that go on with a text, over a page break too, have nothing there.
        """
        col, cell = tokens[0]
        known = form.head_part(cell.text) or form.text_field(cell.text) or form.total_horizon(cell.text)
        if self.labels is None or known or is_goal_label(cell.text):
            return False
        below = any(abs(col - goal) <= EDGE for goal in self.goals.values())
        return self.foreign or (len(tokens) > 1 and col <= self.labels + EDGE and not below)

    def _read_goals(self, tokens: list[Token]) -> None:
        if all(is_goal_label(cell.text) for _, cell in tokens) and any(form.goal_field(c.text) for _, c in tokens):
            self._read_goal_heads(tokens)
            return
        labelled: str | None = None
        values: list[Token] = []
        for col, cell in tokens:
            goal = form.goal_field(cell.text)
            if goal is not None:
                labelled, self.labels, self.foreign = goal, col, False
                self.draft.use(cell.text)  # 2026年度绩效目标
            elif labelled is not None:
                self.draft.put_text(labelled, cell)
                self.goal, labelled = labelled, None
            elif not form.is_goal_group(cell.text):
                values.append((col, cell))
        columns = sorted(self.goals, key=lambda goal: self.goals[goal])
        columns = columns if len(columns) > 1 else list(_GOALS)  # of two heads one is lost
        if len(values) == 1:
            self.draft.put_text(self._goal_at(values[0][0]), values[0][1])
        elif len(values) == len(columns):
            for goal, (_, cell) in zip(columns, values, strict=True):
                self.draft.put_text(goal, cell)
        else:
            self._leave(values, "more goals than horizons")

    def _read_goal_heads(self, tokens: list[Token]) -> None:
        """The heads of goals side by side; the first of two that name one goal is the label of both rows."""
        self.foreign = False
        for _, cell in tokens:
            if re.search(r"\d", cell.text):  # 实施期目标（2024年—2026年）
                self.draft.skip(cell, "headings of the form")
        goals = [(col, goal) for col, cell in tokens if (goal := form.goal_field(cell.text))]
        self.goals = {goal: col for col, goal in goals}
        if len(goals) == 1 and len(tokens) == 2:  # 实施期目标 | 绩效目标: the second label is misprinted
            other = "goal-annual" if goals[0][1] == "goal-implementation" else "goal-implementation"
            col = next(col for col, cell in tokens if form.goal_field(cell.text) is None)
            if (col > goals[0][0]) == (other == "goal-annual"):
                self.goals[other] = col

    def _goal_order(self) -> tuple[Horizon, Horizon]:
        """The horizon of the left goal and of the right one: the year's is the right one where labels do not tell."""
        whole, annual = (self.goals.get(goal) for goal in _GOALS)
        swapped = whole is not None and annual is not None and annual < whole
        return ("annual", "implementation") if swapped else HORIZONS

    def _goal_at(self, col: int) -> str:
        """The goal whose label stands nearest above, the left one where both are as near; else the one that goes on."""
        if not self.goals:
            return self.goal or GOAL
        return min(self.goals, key=lambda goal: (abs(self.goals[goal] - col), self.goals[goal]))

    def _read_text(self, tokens: list[Token], above: Part) -> None:
        notation = form.text_field(tokens[0][1].text)
        if notation:
            self.labels, self.foreign, self.pending = tokens[0][0], False, notation
            self.draft.use(tokens[0][1].text)  # 2.项目实施内容
            tokens = tokens[1:]
        elif above == "money" and self.explained:
            self._read_beside(tokens)
            return
        elif above == "money":  # 项目概况 without its label: the one long text after the money
            self.pending = "overview"
            short = [token for token in tokens if len(squeeze(token[1].text)) <= LONG]
            self._leave(short, "a text without a label")
            tokens = [token for token in tokens if token not in short]
        if self.pending is None:
            self._leave(tokens, "a text without a label")
        elif tokens:  # cells of a table inside the text stay apart
            self.draft.put_text(
                self.pending, Cell(" ".join(plain(cell.text) for _, cell in tokens), tokens[0][1].place)
            )

    def _read_sums(self, tokens: list[Token]) -> None:
        """Sums in a row of the head, each beside its label: 项目总预算（元） | 1200 | 项目当年预算（元） | 400."""
        label = ""
        whole: Span | None = None  # of the last total, whose parts may stand behind it
        for _, cell in tokens:
            if not is_number(cell.text):
                if label and marks.is_total(cell.text, whole=True):
                    continue  # 年度预算金额 | 合计 | 20
                label = plain(cell.text)
                self.draft.unit = self.draft.unit or marks.unit_of(label, head=True)
                continue
            span = form.sum_span(label)
            key, whole = ("total", span) if span else (form.funding_of(label), whole)
            if "上年" in label and not key:
                self.draft.skip(cell, "money of the year before")
            elif not (key and whole):
                self.draft.leave(cell, "a number without a known label")
            elif not self.draft.put_sum(key, whole, label.rstrip("：:"), cell):
                self.draft.leave(cell, "a second sum of one source")
            label = ""

    def _read_sources(self, tokens: list[Token]) -> None:
        """The parts of the one total that the head prints: 其中：财政拨款 | 900 | 其他资金 | 100."""
        spans = {span for key, span, *_ in self.draft.sums if key == "total"}
        if len(spans) != 1:
            self._leave(tokens, "a part of a total that is not printed above it")
            return
        self.money.totals, self.money.rows = {spans.pop(): 0}, max(1, self.money.rows)
        self.money.read(self.draft, tokens)

    def _read_money(self, tokens: list[Token]) -> None:
        if not self.money.rows and form.head_part(tokens[0][1].text) == "money":
            self.draft.unit = marks.unit_of(tokens[0][1].text, head=True) or self.draft.unit
            self.explained = "用途" in squeeze(tokens[0][1].text)
            own = len(tokens) > 1 and is_number(tokens[1][1].text)
            if own and len(tokens) == 2 and not form.total_span(tokens[0][1].text):  # 项目资金（元） | 1,200
                self._read_sums(tokens)
                self.money.totals, self.money.rows = {"unsaid": tokens[0][0]}, 1
                return
            tokens = tokens if own and form.total_span(tokens[0][1].text) else tokens[1:]
        self.money.read(self.draft, tokens)

    def _read_head(self, tokens: list[Token]) -> None:
        tokens = self._without_sums(tokens)
        strays: list[Cell] = []
        beside = False  # the cell before is a label
        for _, cell in tokens:
            before, beside = beside, False
            label, _, rest = cell.text.partition("：") if "：" in cell.text else cell.text.partition(":")
            part = self._part_of(cell.text) or (self._part_of(label) if rest.strip() else None)
            if part is None and squeeze(cell.text) == "实施":
                self.pending = "unit"  # 实施单位 cut by its cell
                continue
            if part == "personal":
                self.pending = "personal"
            elif part is not None:
                self.pending, beside = part, True
                if self._part_of(cell.text) is None:
                    self.draft.put(part, Cell(rest, cell.place))
            elif not self._read_value(cell, alone=len(tokens) == 1, beside=before):
                strays.append(cell)
            elif strays and cell is tokens[-1][1] and self._is_period(cell):
                self.draft.skip(strays.pop(), "a misprinted label: its value names itself")
        self._leave([(0, cell) for cell in strays], "a value without a label")

    def _without_sums(self, tokens: list[Token]) -> list[Token]:
        """The row without sums and their labels: 项目名称 | 甲项目 | 2026年预算金额（元） | 1200."""
        tokens = [part for token in tokens for part in unglued(token)]
        sums = [pair for pair in pairwise(tokens) if form.sum_span(pair[0][1].text) and is_number(pair[1][1].text)]
        for pair in sums:
            self._read_sums(list(pair))
        return [token for token in tokens if not any(token in pair for pair in sums)]

    def _part_of(self, text: str) -> str | None:
        """What a label of the head asks for; in a form of all spending every label of a body means the department."""
        return "department" if self.draft.of_whole and form.is_body(text) else form.head_part(text)

    def _is_period(self, cell: Cell) -> bool:
        return self.draft.head.get("period") == Cell(plain(cell.text), cell.place)

    def _read_value(self, cell: Cell, *, alone: bool, beside: bool) -> bool:
        """Keep a cell without a label of its own where it can belong; False where nothing says what it is."""
        head, part = self.draft.head, self.pending
        if part == "personal":
            self.draft.drop(cell.place)
        elif part == "money":
            return self._read_source(cell)
        elif is_coded(cell.text) and "department" not in head and not beside and part in {None, "name"}:
            self.draft.put("department", cell)
        elif part is None and alone and is_coded_body(cell.text):
            self.draft.put("unit", cell)  # 105001某局本级 above the form
        elif part is None and not head and alone:
            self.draft.put("name", cell)  # the label 项目名称 was lost: the name stands alone above all else
        elif part is not None and part not in head:
            self.draft.put(part, cell)
            self.pending = None if part == "name" and not head.get("department") else part
        elif part in {"attribute", "category"} and "period" not in head and squeeze(cell.text).endswith("年"):
            self.draft.put("period", cell)
        else:
            return False
        return True

    def _read_source(self, cell: Cell) -> bool:
        """资金来源 | 财政拨款: a source without a sum; a number there is no known sum."""
        self.pending = None
        if not has_digit(cell.text):
            self.draft.skip(cell, "source of the money, which has no sum of its own")
        return not has_digit(cell.text)

    def _leave(self, tokens: Sequence[Token], reason: str) -> None:
        for _, cell in tokens:
            self.draft.leave(cell, reason)


_READERS: dict[Part, Callable[[CellsReader, list[Token]], None]] = {
    "title": CellsReader._read_title,
    "head": CellsReader._read_head,
    "sums": CellsReader._read_sums,
    "sources": CellsReader._read_sources,
    "money": CellsReader._read_money,
    "spending": lambda reader, tokens: reader.spending.read(reader.draft, tokens),
    "goals": CellsReader._read_goals,
    "beside": CellsReader._read_beside,
    "tasks": lambda reader, tokens: reader.tasks.read(reader.draft, tokens),
    "score": CellsReader._read_score,
    "remarks": CellsReader._read_remarks,
    "again": CellsReader._read_again,
    "signatures": CellsReader._read_signatures,
}
