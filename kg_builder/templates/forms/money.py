"""The block of sums of a form in cells → the sums of its draft, each with its source and its horizon."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg_builder import marks
from kg_builder.model import Cell, Horizon
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import Draft, is_number, plain
from kg_builder.templates.forms.indicators import HORIZONS, Token
from kg_builder.templates.forms.labels import Span
from kg_builder.templates.forms.parts import LONG
from kg_builder.templates.forms.rows import EDGE
from kg_builder.text import decimal_of, squeeze

_LONGEST_LABELLED = 60  # characters of a cell that may hold a label with its number
# 年度资金总额：65,000 · 单位自筹 0 · 2026年预算金额（元）：1,200.00
_GLUED = re.compile(rf"((?:20\d\d年)?\D+?)[:：\s]*(-?\d[\d,，.\s]*(?:{marks.MONEY})?)", re.DOTALL)


# 资金来源 | 金额（万元）: the heads of a block with its sources below one another
_COLUMN = re.compile(
    r"(?:资金|收入)?(?:来源|项目|性质|类别|名称)|(?:预算|申请|安排)?(?:金额|资金)|(?:部门)?(?:预算)?支出|备注"
)


@dataclass
class Money:
    """The block of sums: labels and numbers in two halves, the implementation period left and the year right."""

    rows: int = 0
    totals: dict[Span, int] = field(default_factory=dict)  # the spans whose totals the block has so far, their columns
    open: dict[Span, tuple[str, str]] = field(default_factory=dict)  # labels that wait for their number
    natured: bool = False  # the last label of the row divides the money otherwise than by its source
    strange: int | None = None  # row in which a label stood that names no source
    stray: list[tuple[int, Token]] = field(default_factory=list)  # numbers without a label, with their row
    unknown: list[Cell] = field(default_factory=list)  # labels that name no source

    def read(self, draft: Draft, tokens: list[Token]) -> None:
        """Read one row of the block."""
        tokens = [part for token in tokens for part in unglued(token)]
        if all(_is_column(cell.text) for _, cell in tokens):
            self._read_columns(draft, tokens)
            return
        spans = [(col, span) for col, cell in tokens if (span := _span(cell.text))]
        self.totals |= {span: col for col, span in spans if span not in self.totals}
        if self.rows == 0 and not self.totals:
            self._read_unlabelled(tokens)
            return
        self._read_cells(draft, tokens, spans)
        self.rows += 1

    def _read_columns(self, draft: Draft, tokens: list[Token]) -> None:
        """The heads of columns: they tell the unit."""
        for _, cell in tokens:
            draft.unit = draft.unit or marks.unit_of(cell.text, head=True)
        self.rows += 1

    def _read_cells(self, draft: Draft, tokens: list[Token], spans: list[tuple[int, Span]]) -> None:
        sources = {col: form.funding_of(cell.text) for col, cell in tokens if form.funding_of(cell.text)}
        alone = spans[0][1] if len(spans) == 1 and len(self.totals) > 1 else None  # a total with its parts
        last: Span | None = None
        self.natured = False
        for col, cell in tokens:
            if self.natured and is_number(cell.text):
                draft.skip(cell, "no source of the money")
            elif _span(cell.text) or form.funding_of(cell.text):
                self.natured = False
                last = self._open(draft, cell, alone or self._half(col, sources))
            elif is_number(cell.text):
                self._take(draft, (col, cell), last)
                last = None
            else:
                self._read_other(draft, cell, last)

    def _open(self, draft: Draft, label: Cell, half: Span) -> Span:
        """A label waits for its number: of the horizon that it names, else of its half."""
        total, funding = _span(label.text), form.funding_of(label.text)
        draft.by_level = draft.by_level or funding in form.BY_LEVEL
        draft.unit = draft.unit or marks.unit_of(label.text, head=True)
        span = total or half
        self.open[span] = ("total" if total else str(funding), plain(label.text).rstrip("：:"))
        return span

    def _read_other(self, draft: Draft, cell: Cell, last: Span | None) -> None:
        """A cell that is neither a known label nor a number."""
        if unit := marks.unit_of(cell.text, head=True):
            draft.unit = draft.unit or unit
        elif last and marks.is_nil(cell.text, word=True):
            self.open.pop(last, None)
            draft.skip(cell, "no sum")
        elif form.is_nature(cell.text) or (self.rows and not last and _is_prose(cell.text)):
            draft.skip(cell, "no source of the money")
            self.open.clear()  # what stands behind it is not the others'
            self.natured = True
        elif squeeze(cell.text) not in "县区财政资金（）()":
            self.open.pop(last or "unsaid", None)  # what stands behind this label is not the other's
            self.strange = self.rows
            self.unknown.append(cell)

    def _read_unlabelled(self, tokens: list[Token]) -> None:
        """The block's first row with its labels misprinted: its numbers wait for `settle`."""
        for col, cell in tokens:
            if is_number(cell.text):
                self.stray.append((0, (col, cell)))
            else:
                self.unknown.append(cell)
        self.rows = 1

    def _half(self, col: int, sources: dict[int, str | None]) -> Span:
        """The span of a source: of one printed twice in its row by the side, else of the total that it stands below."""
        if not self.totals and len(sources) < 2:
            return "unsaid"
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
        """Numbers whose labels were lost: parts of totals that add up are ignored, all others are left."""
        first = any(row == 0 for row, _ in self.stray)
        self._restore_totals(draft)
        whole = first and not any(row == 0 for row, _ in self.stray)
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

    def _restore_totals(self, draft: Draft) -> None:
        """The first row's pair of numbers is the totals if the rows below add up to it."""
        first, *below = [[token for row, token in self.stray if row == n] for n in range(max(1, self.rows))]
        if draft.sums or not below or any(len(pair) != 2 for pair in (first, *below)):
            return
        for horizon, total, *parts in zip(HORIZONS, first, *below, strict=True):
            if sum(decimal_of(cell.text) or 0 for _, cell in parts) == decimal_of(total[1].text):
                draft.put_sum("total", horizon, "", total[1])
                self.stray.remove((0, total))


def _span(text: str) -> Span | None:
    """What the total that a text labels is for; 合计 does not say it."""
    return form.total_span(text) or ("unsaid" if marks.is_total(text, whole=True) else None)


def _is_column(text: str) -> bool:
    """Whether a cell heads a column of the block: 收入来源, 预算金额（万元）, 按预算级次划分."""
    return bool(_COLUMN.fullmatch(marks.bare_head(text))) or form.is_nature(text)


def _is_prose(text: str) -> bool:
    """Whether a cell is a text on the sums rather than the label of one: 用于…，…。"""
    return len(squeeze(text)) > LONG or bool(re.search(r"[。；，].", squeeze(text)))


def unglued(token: Token) -> list[Token]:
    """A label and its number in one cell are two: `年度资金总额：65,000`."""
    col, cell = token
    found = _GLUED.fullmatch(cell.text.strip()) if len(cell.text) <= _LONGEST_LABELLED else None
    if found is None or not (form.total_span(found[1]) or form.funding_of(found[1])):
        return [token]
    return [(col, Cell(found[1], cell.place)), (col, Cell(found[2], cell.place))]
