"""A form in cells (a PDF's table, rows with tabs) → draft.

Columns are not to be trusted in extracted text: cells are doubled, shifted or lost. Labels lead; columns decide only
where a row has no label, and where a table's rules make them real.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg_builder.model import Cell, Horizon
from kg_builder.templates.forms import fields as form
from kg_builder.templates.forms.fields import Draft, Span, plain
from kg_builder.templates.forms.indicators import (
    EDGE,
    HORIZONS,
    Levels,
    Token,
    join_cut_rows,
    join_cut_target,
    read_indicator_row,
    restore_lost_level,
)
from kg_builder.templates.forms.rows import FlowRow
from kg_builder.text import decimal_of, label_key, squeeze

_UNITS = ("单位:", "单位：", "金额单位", "计量单位", "货币单位", "(单位", "（单位")  # of money, above a form
_LONGEST_LABEL = 16  # characters of a label
_LONGEST_LABELLED = 60  # characters of a cell that may hold a label with its number
_NO_SUM = re.compile(r"[-—－–/]+|无")  # -, ——, 无 in place of a sum
# 年度资金总额：65,000 · 单位自筹 0
_GLUED = re.compile(r"(\D+?)[:：\s]*(-?\d[\d,，.\s]*(?:亿元|万元|元)?)", re.DOTALL)


@dataclass
class _Money:
    """The block of sums: labels and numbers in two halves, the implementation period left and the year right."""

    rows: int = 0
    totals: dict[Span, int] = field(default_factory=dict)  # the spans whose totals the block has so far, their columns
    open: dict[Span, tuple[str, str]] = field(default_factory=dict)  # labels that wait for their number
    strange: int | None = None  # row in which a label stood that names no source
    stray: list[tuple[int, Token]] = field(default_factory=list)  # numbers without a label, with their row
    unknown: list[Cell] = field(default_factory=list)  # labels that name no source

    def read(self, draft: Draft, tokens: list[Token]) -> None:
        """Read one row of the block."""
        tokens = [part for token in tokens for part in _unglued(token)]
        sources = {col: form.funding_of(cell.text) for col, cell in tokens if form.funding_of(cell.text)}
        spans = [(col, span) for col, cell in tokens if (span := form.total_span(cell.text))]
        self.totals |= {span: col for col, span in spans if span not in self.totals}
        last: Span | None = None
        if self.rows == 0 and not self.totals:
            self._read_unlabelled(tokens)
            return
        for col, cell in tokens:
            total, funding = form.total_span(cell.text), form.funding_of(cell.text)
            if total or funding:
                draft.by_level = draft.by_level or funding in form.BY_LEVEL
                draft.unit = draft.unit or form.unit_in(cell.text)
                alone = spans[0][1] if len(spans) == 1 and len(self.totals) > 1 else None  # a total with its parts
                last = total or alone or self._half(col, sources)
                self.open[last] = ("total" if total else str(funding), plain(cell.text).rstrip("：:"))
            elif form.is_number(cell.text):
                self._take(draft, (col, cell), last)
                last = None
            elif unit := form.unit_in(cell.text):
                draft.unit = draft.unit or unit
            elif last and _NO_SUM.fullmatch(squeeze(cell.text)):
                self.open.pop(last, None)
                draft.skip(cell, "no sum")
            elif squeeze(cell.text) not in "县区财政资金（）()":
                self.open.pop(last or "unsaid", None)  # what stands behind this label is not the other's
                self.strange = self.rows
                self.unknown.append(cell)
        self.rows += 1

    def _read_unlabelled(self, tokens: list[Token]) -> None:
        """The block's first row with its labels misprinted: its numbers wait for `settle`."""
        for col, cell in tokens:
            if form.is_number(cell.text):
                self.stray.append((0, (col, cell)))
            else:
                self.unknown.append(cell)
        self.rows = 1

    def _half(self, col: int, sources: dict[int, str | None]) -> Span:
        """The span of a source: of one printed twice in its row by the side, else of the total that it stands below."""
        if len(self.totals) == 1 and ("unsaid" in self.totals or len(set(sources.values())) == len(sources) > 1):
            return next(iter(self.totals))  # several sources of one horizon in a row
        left, right = self._sides()
        if len(sources) > 1:
            return left if col == min(sources) else right
        edge = self.totals.get(right)
        return right if edge is not None and col >= edge else left

    def _sides(self) -> tuple[Horizon, Horizon]:
        """The horizon of the left half and of the right one, as the totals stand."""
        annual, whole = self.totals.get("annual"), self.totals.get("implementation")
        swapped = annual is not None and whole is not None and annual + EDGE < whole
        return ("annual", "implementation") if swapped else ("implementation", "annual")

    def _take(self, draft: Draft, token: Token, last: Span | None) -> None:
        half = last or self._half(token[0], {})
        waiting = self.open.pop(half, None)
        if waiting is None or not draft.put_sum(waiting[0], half, waiting[1], token[1]):
            known = next((c for _, h, _, c in reversed(draft.sums) if h == half), None)
            beside = waiting is None and last is None and self.strange != self.rows
            if beside and known and decimal_of(token[1].text) in {0, decimal_of(known.text)}:
                draft.skip(token[1], "beside the second line of a label whose number stands above")
            else:
                self.stray.append((self.rows, token))

    def settle(self, draft: Draft) -> None:
        """Numbers whose labels were lost: the first row's pair is the totals if the rows below add up to it."""
        first = [token for row, token in self.stray if row == 0]
        below = [[decimal_of(c.text) for r, (_, c) in self.stray if r == n] for n in range(1, self.rows)]
        if len(first) == 2 and not draft.sums and below and all(len(pair) == 2 for pair in below):
            for i, horizon in enumerate(HORIZONS):
                if sum((pair[i] or 0) for pair in below) == decimal_of(first[i][1].text):
                    draft.put_sum("total", horizon, "", first[i][1])
                    self.stray.remove((0, first[i]))
        whole = bool(first) and not any(row == 0 for row, _ in self.stray)
        for _, (_, cell) in self.stray:
            if whole:
                draft.skip(cell, "a part of the total whose label names no known source")
            else:
                draft.leave(cell, "a number without a known label")
        for cell in self.unknown:
            if whole:
                draft.skip(cell, "a label of a part of the total that names no known source")
            else:
                draft.leave(cell, "a label of money that is not known")


@dataclass
class GridReader:
    """Reads the rows of one form into its draft, one `feed` per row."""

    draft: Draft
    part: str = "head"  # head, money, texts, goals, indicators
    pending: str | None = None  # a label whose value was not printed in its row
    money: _Money = field(default_factory=_Money)
    goals: dict[Horizon, int] = field(default_factory=dict)
    foreign: bool = False  # the last label was not known: rows that go on with its value are nobody's
    labels: int | None = None  # column of the last label of a text or goal that has its value beside it
    level: Levels = field(default_factory=Levels)

    def feed(self, row: FlowRow) -> None:
        """Read one row; every cell becomes a value, is ignored for a reason, or is reported unread."""
        tokens = list(row.cells)
        if not tokens:
            return
        signed = self.part == "indicators" and form.head_part(tokens[0][1].text) == "personal"
        signed = signed or (self.part in {"texts", "goals"} and form.is_signatures(row.text))
        if signed or self.draft.finished:  # below the signatures: the rest of their wrapped cells
            self.draft.finished = True
            self.draft.drop(tokens[0][1].place)
            return
        if len(tokens) == 1 and (form.is_title(tokens[0][1].text) or form.is_year(tokens[0][1].text)):
            self.draft.unit = self.draft.unit or form.unit_in(tokens[0][1].text)
            year = re.search(r"20\d\d(?=年)", squeeze(tokens[0][1].text))
            self.draft.year = year[0] if year else self.draft.year
            self.draft.yearly = self.draft.yearly or bool(re.search(r"20\d\d年", squeeze(tokens[0][1].text)))
            self.draft.skip(tokens[0][1], "title of the form")
            return
        if self.part != "indicators" and self._starts_indicators(tokens):
            self.part = "indicators"
            self.level.order = self._goal_order()
        if (
            self.part == "indicators"
            and form.head_part(tokens[0][1].text)
            in {
                "name",
                "department",
                "unit",
                "attribute",
            }
        ) or (self.part != "head" and self._is_printed_again(tokens)):
            self._read_again(tokens)
        elif self.part == "indicators":
            self._read_indicators(tokens, row)
        else:
            self._feed_head(tokens, row.ruled)

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

    def _starts_indicators(self, tokens: list[Token]) -> bool:
        keys = [label_key(cell.text) for _, cell in tokens]
        if sum(key in form.LEVELS for key in keys) >= 2:
            return True
        return self.part in {"goals", "texts"} and any(
            (kind := form.indicator_kind(cell.text)) is not None and (not form.is_first_level(kind) or len(tokens) > 1)
            for _, cell in tokens
        )

    def _feed_head(self, tokens: list[Token], ruled: bool) -> None:
        tokens = self._without_group(self._without_unit(tokens))
        if not tokens:
            return
        goals = [(col, horizon) for col, cell in tokens if (horizon := form.goal_horizon(cell.text))]
        if goals and all(_is_goal_label(cell.text) for _, cell in tokens):
            self._start_goals(goals, tokens)
        elif (notation := form.text_field(tokens[0][1].text)) is not None:
            self._read_text(notation, tokens)
        elif ruled and self._has_own_label(tokens):
            self.foreign = True
            self._leave(tokens, "a label that is not known, with its value")
        elif self.part == "goals" or label_key(tokens[0][1].text) in form.GOAL_GROUPS or goals:
            self._read_goals(tokens)
        elif self.part == "head" and _is_sum_label(tokens[0][1].text):
            self._read_sums(tokens)
        elif form.head_part(tokens[0][1].text) == "money" or self.part == "money":
            self._read_money(tokens)
        elif self._is_head_below(tokens):
            self._read_head(tokens)
        elif self.part == "texts":
            self._read_text(self.pending, tokens) if self.pending else self._leave(tokens, "a text without a label")
        else:
            self._read_head(tokens)

    def _without_unit(self, tokens: list[Token]) -> list[Token]:
        """The row without the unit of money printed above the form: 单位：万元."""
        found = [t for t in tokens if squeeze(t[1].text).startswith(_UNITS) and form.unit_in(t[1].text)]
        if self.part != "head" or not found:
            return tokens
        self.draft.unit = self.draft.unit or form.unit_in(found[0][1].text)
        return [token for token in tokens if token not in found]

    def _without_group(self, tokens: list[Token]) -> list[Token]:
        """The row without the merged label of a group of texts: 项目立项情况 | 立项依据 | …"""
        if len(tokens) < 2 or len(squeeze(tokens[0][1].text)) > _LONGEST_LABEL:
            return tokens
        known = form.text_field(tokens[1][1].text) and not form.text_field(tokens[0][1].text)
        if not known or form.head_part(tokens[0][1].text):
            return tokens
        self.draft.skip(tokens[0][1], "label of a group of fields")
        return tokens[1:]

    def _is_head_below(self, tokens: list[Token]) -> bool:
        """Whether a row below the texts or the money is one of the head, which some forms print there."""
        return self.part in {"texts", "money"} and len(tokens) > 1 and form.head_part(tokens[0][1].text) is not None

    def _has_own_label(self, tokens: list[Token]) -> bool:
        """Whether the row begins with an unknown label, in or left of the column of the last known one.

        Rows that go on with a text, over a page break too, have nothing there.
        """
        col, cell = tokens[0]
        if self.part not in {"texts", "goals"} or self.labels is None:
            return False
        known = form.head_part(cell.text) or form.goal_horizon(cell.text) or form.total_horizon(cell.text)
        if known or label_key(cell.text) in form.GOAL_GROUPS:
            return False
        below = any(abs(col - goal) <= EDGE for goal in self.goals.values())
        return self.foreign or (len(tokens) > 1 and col <= self.labels + EDGE and not below)

    def _start_goals(self, goals: list[tuple[int, Horizon]], tokens: list[Token]) -> None:
        self.part, self.foreign = "goals", False
        for _, cell in tokens:
            if re.search(r"\d", cell.text):  # 实施期目标（2024年—2026年）
                self.draft.skip(cell, "headings of the form")
        self.goals = {horizon: col for col, horizon in goals}
        if len(goals) == 1 and len(tokens) == 2:  # 实施期目标 | 绩效目标: the second label is misprinted
            other: Horizon = "annual" if goals[0][1] == "implementation" else "implementation"
            col = next(col for col, cell in tokens if form.goal_horizon(cell.text) is None)
            if (col > goals[0][0]) == (other == "annual"):
                self.goals[other] = col

    def _read_goals(self, tokens: list[Token]) -> None:
        self.part = "goals"
        labelled: Horizon | None = None
        values: list[Token] = []
        for col, cell in tokens:
            horizon = form.goal_horizon(cell.text)
            if horizon is not None:
                labelled, self.labels, self.foreign = horizon, col, False
            elif labelled is not None:
                self.draft.put_text(f"goal-{labelled}", cell)
                labelled = None
            elif label_key(cell.text) not in form.GOAL_GROUPS:
                values.append((col, cell))
        if len(values) == 2:
            for horizon, (_, cell) in zip(self._goal_order(), values, strict=True):
                self.draft.put_text(f"goal-{horizon}", cell)
        elif len(values) == 1:
            self.draft.put_text(f"goal-{self._nearest_goal(values[0][0])}", values[0][1])
        else:
            self._leave(values, "more goals than horizons")

    def _goal_order(self) -> tuple[Horizon, Horizon]:
        """The horizon of the left goal and of the right one: the year's is the right one where labels do not tell."""
        swapped = len(self.goals) > 1 and self.goals["annual"] < self.goals["implementation"]
        return ("annual", "implementation") if swapped else HORIZONS

    def _nearest_goal(self, col: int) -> Horizon:
        """The horizon whose label stands nearest above; the left one where both are as near."""
        if not self.goals:
            return "implementation"
        return min(self.goals, key=lambda horizon: (abs(self.goals[horizon] - col), self.goals[horizon]))

    def _read_text(self, notation: str, tokens: list[Token]) -> None:
        label = form.text_field(tokens[0][1].text)
        if label:
            self.labels, self.foreign = tokens[0][0], False
        values = tokens[1:] if label else tokens
        if values:  # cells of a table inside the text stay apart
            self.draft.put_text(notation, Cell(" ".join(plain(cell.text) for _, cell in values), values[0][1].place))
        self.part, self.pending = "texts", notation

    def _read_sums(self, tokens: list[Token]) -> None:
        """Sums in a row of the head, each beside its label: 项目总预算（元） | 1200 | 项目当年预算（元） | 400."""
        label: Cell | None = None
        for _, cell in tokens:
            horizon = form.total_horizon(label.text) if label else None
            if not form.is_number(cell.text):
                label = cell
                unit = form.unit_in(cell.text)
                self.draft.unit = self.draft.unit or unit
            elif label is not None and horizon and form.unit_in(label.text) in {None, self.draft.unit}:
                if not self.draft.put_sum("total", horizon, plain(label.text).rstrip("：:"), cell):
                    self.draft.leave(cell, "a second total")
                label = None
            elif label is not None and "上年" in label.text:
                self.draft.skip(cell, "money of the year before")
                label = None
            else:
                self.draft.leave(cell, "a number without a known label")

    def _read_money(self, tokens: list[Token]) -> None:
        labels = [c for _, c in tokens if form.total_span(c.text) or form.funding_of(c.text) or form.head_part(c.text)]
        long = [cell for _, cell in tokens if len(squeeze(cell.text)) > 25]
        if self.money.rows and not labels and len(long) == 1:  # 项目概况 without its label: the text after the money
            self.part = "texts"
            self.draft.put_text("overview", long[0])
            self.pending = "overview"
            return
        self.part = "money"
        if not self.money.rows and form.head_part(tokens[0][1].text) == "money":
            self.draft.unit = form.unit_in(tokens[0][1].text) or self.draft.unit
            own = form.total_span(tokens[0][1].text) and len(tokens) > 1 and form.is_number(tokens[1][1].text)
            tokens = tokens if own else tokens[1:]
        self.money.read(self.draft, tokens)

    def close(self) -> None:
        """What is settled only when the whole form was seen."""
        self.money.settle(self.draft)
        join_cut_rows(self.draft, self.level)
        restore_lost_level(self.draft, self.level)

    def _read_head(self, tokens: list[Token]) -> None:
        strays: list[Cell] = []
        for _, cell in tokens:
            label, _, rest = cell.text.partition("：") if "：" in cell.text else cell.text.partition(":")
            part = form.head_part(cell.text) or (form.head_part(label) if rest.strip() else None)
            if part is None and squeeze(cell.text) == "实施":
                self.pending = "unit"  # 实施单位 cut by its cell
                continue
            if part == "personal":
                self.pending = "personal"
            elif part is not None:
                self.pending = part
                if form.head_part(cell.text) is None:
                    self.draft.put(part, Cell(rest, cell.place))
            elif not self._read_value(cell, alone=len(tokens) == 1):
                strays.append(cell)
            elif strays and cell is tokens[-1][1] and self._is_period(cell):
                self.draft.skip(strays.pop(), "a misprinted label: its value names itself")
        self._leave([(0, cell) for cell in strays], "a value without a label")

    def _is_period(self, cell: Cell) -> bool:
        return self.draft.head.get("period") == Cell(plain(cell.text), cell.place)

    def _read_value(self, cell: Cell, alone: bool) -> bool:
        """Keep a cell without a label of its own where it can belong; False where nothing says what it is."""
        head, part = self.draft.head, self.pending
        if part == "personal":
            self.draft.drop(cell.place)
        elif form.is_coded(cell.text) and "department" not in head and part in {None, "name"}:
            self.draft.put("department", cell)
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

    def _leave(self, tokens: Sequence[Token], reason: str) -> None:
        for _, cell in tokens:
            self.draft.leave(cell, reason)


def _unglued(token: Token) -> list[Token]:
    """A label and its number in one cell are two: `年度资金总额：65,000`."""
    col, cell = token
    found = _GLUED.fullmatch(cell.text.strip()) if len(cell.text) <= _LONGEST_LABELLED else None
    if found is None or not (form.total_span(found[1]) or form.funding_of(found[1])):
        return [token]
    return [(col, Cell(found[1], cell.place)), (col, Cell(found[2], cell.place))]


def _is_sum_label(text: str) -> bool:
    """同名项目上年预算额（元） or a total, each with its number beside it."""
    return form.total_horizon(text) is not None or (squeeze(text).startswith("同名项目上年") and len(text) <= 25)


def _is_goal_label(text: str) -> bool:
    return form.goal_horizon(text) is not None or label_key(text) in form.GOAL_GROUPS
