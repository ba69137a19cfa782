"""The tasks of a department in the form of all its spending: 任务名称 | 主要内容 | 总额 | 财政拨款 | 其他资金."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kg_builder import marks
from kg_builder.model import Cell
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import Draft, is_number, plain
from kg_builder.templates.forms.indicators import Token
from kg_builder.templates.forms.rows import EDGE
from kg_builder.text import label_key

# 任务名称 · 主要内容 · 预算金额（万元） · 总额 · 期望达到的目标
_HEAD = re.compile(
    r"序号|(?:对应|支撑)?项目|(?:重点)?(?:工作|任务|项目)?名称|(?:主要|重点)?(?:工作|任务|实施)*内容|.{0,8}(?:金额|资金|预算)|总额|小计|合计|财政拨款"
    r"|.{0,6}目标|备注"
)


@dataclass
class Tasks:
    """Reads the rows of the block: tasks become one text, the row of their sums the money of the department."""

    columns: dict[int, str] = field(default_factory=dict)  # left edge of a column of money → its source or `total`

    def read(self, draft: Draft, tokens: list[Token]) -> None:
        """Read one row of the block."""
        tokens = [token for token in tokens if not form.is_tasks(token[1].text)]
        if all(_HEAD.fullmatch(label_key(cell.text).partition("(")[0]) for _, cell in tokens):
            for col, cell in tokens:
                draft.unit = draft.unit or marks.unit_of(cell.text, head=True)
                if source := _source_of(cell.text):
                    self.columns[col] = source
        elif marks.is_total(tokens[0][1].text):
            self._read_sums(draft, tokens)
        else:
            text = "，".join(plain(cell.text) for _, cell in tokens)
            draft.put_text("tasks", Cell(f"{text}；", tokens[0][1].place))

    def _read_sums(self, draft: Draft, tokens: list[Token]) -> None:
        label = plain(tokens[0][1].text).rstrip("：:")
        for col, cell in tokens[1:]:
            over = [x for x in self.columns if x <= col + EDGE]
            if marks.is_nil(cell.text, word=True):
                draft.skip(cell, "no sum")
            elif not (over and is_number(cell.text)):
                draft.leave(cell, "a number without a known label")
            elif not draft.put_sum(self.columns[max(over)], "annual", label, cell):
                draft.leave(cell, "a second total")


def _source_of(text: str) -> str | None:
    if funding := form.funding_of(text):
        return funding
    money = form.total_span(text) or marks.is_total(text, whole=True) or re.search("金额|资金|预算", text)
    return "total" if money else None
