"""The block of a self-evaluation: 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分, in all and by source."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg_builder import marks
from kg_builder.model import Cell
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import Draft, is_number, plain
from kg_builder.templates.forms.indicators import Token
from kg_builder.templates.forms.rows import EDGE
from kg_builder.text import squeeze


@dataclass
class Spending:
    """Reads the rows of the block: heads over columns of figures, or each label with its figure beside it."""

    columns: dict[int, str] = field(default_factory=dict)  # left edge of a column → what stands in it

    def read(self, draft: Draft, tokens: list[Token]) -> None:
        """Read one row of the block."""
        for _, cell in tokens:
            draft.unit = draft.unit or marks.unit_of(cell.text, head=True)
        tokens = tokens[1:] if len(tokens) > 1 and _heads_block(tokens) else tokens
        heads = [(col, measure) for col, cell in tokens if (measure := _measure_of(cell.text))]
        if heads and not any(_is_figure(cell.text) for _, cell in tokens):
            self.columns |= dict(heads)
            others = [cell for _, cell in tokens if not (_measure_of(cell.text) or form.total_span(cell.text))]
            self._leave(draft, others)
        elif heads:
            self._read_pairs(draft, tokens)
        else:
            self._read_row(draft, tokens)

    def _read_pairs(self, draft: Draft, tokens: list[Token]) -> None:
        """全年预算数 | 100 | 全年执行数 | 95 | 执行率 | 95%."""
        measure: str | None = None
        for _, cell in tokens:
            if found := _measure_of(cell.text):
                measure = found
                if found == "executionScore" and ("total", "executionWeight") not in draft.spending:
                    measure = None  # 自评得分 | 97.5: whether it is that of the whole is not said
            elif measure is not None and _is_figure(cell.text):
                self._put(draft, ("total", ""), measure, cell)
                measure = None
            else:
                self._leave(draft, [cell])

    def _read_row(self, draft: Draft, tokens: list[Token]) -> None:
        """A row under the heads: of the source that its label names, of all where it has none."""
        source: tuple[str, str] | None = ("total", "")
        natured = False  # the last label divides the money otherwise than by its source
        for col, cell in tokens:
            if natured and _is_figure(cell.text):
                draft.skip(cell, "no source of the money")
            elif _is_figure(cell.text):
                over = [x for x in self.columns if x <= col + EDGE]
                if source is None or not over:
                    draft.leave(cell, "a number without a known label")
                else:
                    self._put(draft, source, self.columns[max(over)], cell)
            elif marks.is_nil(cell.text, word=True):
                draft.skip(cell, "no sum")
            else:
                source = _source_of(cell.text)
                natured = form.is_nature(cell.text)
                if source is None and not natured:
                    self._leave(draft, [cell])

    def _put(self, draft: Draft, source: tuple[str, str], measure: str, cell: Cell) -> None:
        if not draft.put_spending(source[0], measure, source[1], cell):
            draft.leave(cell, "a second figure of one kind")

    def _leave(self, draft: Draft, cells: list[Cell]) -> None:
        for cell in cells:
            draft.leave(cell, "a label of money that is not known")


def _heads_block(tokens: list[Token]) -> bool:
    """Whether a row begins with the label of the whole block: 项目资金（万元）, 预算安排（万元） before 年初预算."""
    first, second = tokens[0][1].text, tokens[1][1].text
    return form.head_part(first) == "money" or (form.total_span(first) is not None and _measure_of(second) is not None)


def _measure_of(text: str) -> str | None:
    """The property that a head names; 分值 and 得分 are those of the execution here."""
    if form.is_of("weight", text) or form.is_of("executionWeight", text):
        return "executionWeight"
    return "executionScore" if form.is_of("score", text) else form.measure_of(text)


def _source_of(text: str) -> tuple[str, str] | None:
    """The source of money that a row's label names, or `total`, with the label."""
    label = plain(text).rstrip("：:")
    if form.total_span(text) or marks.is_total(text, whole=True):
        return "total", label
    funding = form.funding_of(text)
    return (funding, label) if funding else None


def _is_figure(text: str) -> bool:
    return is_number(text) or is_number(squeeze(text).rstrip("%％分"))
