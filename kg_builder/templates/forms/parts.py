"""Which part of a form a row stands in: one table of the labels that open each part, for cells and for lines alike.

A form is a head, sums of money, texts, goals and indicators, and ends with signatures. A row whose labels open a part
belongs to it; a row that opens none goes on with the part above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal, NamedTuple

from kg_builder import marks
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import is_number
from kg_builder.text import label_key, squeeze

Part = Literal[
    "title", "head", "sums", "sources", "money", "spending", "texts", "goals", "indicators", "score", "remarks",
    "again", "tasks", "beside", "signatures",
]  # fmt: skip
Layout = Literal["cells", "lines"]

LONG = 25  # characters of a cell that is neither a label nor a value of the head


class Said(NamedTuple):
    """What a row of a form says: its words are its cells, or the words of a line that has lost its cells."""

    layout: Layout
    words: tuple[str, ...]
    text: str  # the whole row
    label: str  # what stands where a row has its label: the first cell, or a line's begin if it is a known label

    @property
    def alone(self) -> bool:
        """Whether nothing else stands beside the first cell."""
        return self.layout == "lines" or len(self.words) == 1


class Opening(NamedTuple):
    """A part that a row opens: how its labels show it, and the parts after which they do.

    `aside`: the part above goes on below the row. `layout`: labels that tell it in cells, or in lines, alone.
    """

    part: Part
    shown: Callable[[Said], bool]
    after: frozenset[Part]
    aside: bool = False
    layout: Layout | None = None


def part_of(above: Part, said: Said) -> tuple[Part, Part]:
    """The part that a row below `above` belongs to, and the part that goes on below the row."""
    for opening in OPENINGS:
        if above in opening.after and opening.layout in {None, said.layout} and opening.shown(said):
            return opening.part, above if opening.aside else opening.part
    return above, above


def is_sum_label(text: str) -> bool:
    """同名项目上年预算额（元） or a total, each with its number beside it."""
    return form.total_horizon(text) is not None or (squeeze(text).startswith("同名项目上年") and len(text) <= 25)


def _is_sum(said: Said) -> bool:
    """2026年预算金额（元） | 1,200.00, among the texts of a form."""
    label, *behind = said.words
    behind = behind[1:] if behind and marks.is_total(behind[0], whole=True) else behind  # 年度预算 | 合计 | 20
    return bool(behind) and is_sum_label(label) and is_number(behind[0])


def _is_source(said: Said) -> bool:
    """其中：财政拨款 | 1,200.00, below a total that stands in the head."""
    return len(said.words) > 1 and form.funding_of(said.words[0]) is not None and is_number(said.words[1])


def is_goal_label(text: str) -> bool:
    """Whether the text is the label of a goal or of all goals: 年度目标, 总体目标."""
    return form.goal_field(text) is not None or form.is_goal_group(text)


def is_heading(text: str) -> bool:
    """Whether the line is the headings of the indicators: 一级指标 二级指标 三级指标 指标值."""
    return _has_levels(text.split())


def is_goal_heading(text: str) -> bool:
    """Whether the line is the headings of the goals alone: 总体目标 实施期目标 年度目标."""
    return all(is_goal_label(word) for word in text.split())


def _has_levels(words: list[str] | tuple[str, ...]) -> bool:
    return sum(map(form.is_level, words)) >= 2


def _has_kind(said: Said) -> bool:
    kinds = [kind for word in said.words if (kind := form.indicator_kind(word)) is not None]
    return any(not form.is_first_level(kind) or len(said.words) > 1 for kind in kinds)


def _is_title(said: Said) -> bool:
    return said.alone and (form.is_title(said.text) or form.is_year(said.text))


def _has_goal(said: Said) -> bool:
    return is_goal_label(said.words[0]) or any(form.goal_field(word) for word in said.words)


def _names_head(said: Said) -> bool:
    return form.head_part(said.words[0]) in {"name", "department", "unit", "attribute"}


def _is_text_alone(said: Said) -> bool:
    """项目概况 whose label was lost: one long text below the money, and no label, not even an unknown one."""
    if len(said.words) == 2 and re.fullmatch("[一-鿿]{4,10}", label_key(said.words[0])):
        return False
    labels = (form.total_span(w) or form.funding_of(w) or form.head_part(w) for w in said.words)
    return not any(labels) and sum(len(squeeze(word)) > LONG for word in said.words) == 1


def _is_personal(said: Said) -> bool:
    return form.head_part(said.words[0]) == "personal"


def _tells_spending(said: Said) -> bool:
    """年初预算数 | 全年预算数 | 全年执行数 | 执行率; 预算数 alone says nothing, nor does a row of a budget's sums."""
    measures = {measure for word in said.words if (measure := form.measure_of(word))}
    return len(measures) > 1 or form.measure_of(said.words[0]) in {"executedAmount", "executionRate"}


def _is_score(said: Said) -> bool:
    """总分 | 100 | 96 · 合计 | 100 | 96: below the indicators, the points of all of them."""
    label, *points = said.words
    named = form.is_of("selfScore", label) or marks.is_total(label)
    return named and bool(points) and all(form.points_in(w) is not None or marks.is_nil(w) for w in points)


def _is_remark(said: Said) -> bool:
    """说明 | … · 备注：1. …"""
    return bool(_REMARK.match(squeeze(said.text)))


_REMARK = re.compile(r"(?:备注|说明|其他(?:需要)?说明|需要说明的问题|其他需要说明的问题|填表说明|评价结论)")
_HEAD, _MONEY, _SPENDING, _TEXTS, _GOALS, _TASKS, _BESIDE, _INDICATORS, _REMARKS = (
    frozenset[Part]({part})
    for part in ("head", "money", "spending", "texts", "goals", "tasks", "beside", "indicators", "remarks")
)
_FIELDS = _HEAD | _MONEY | _SPENDING | _TEXTS | _GOALS | _TASKS | _BESIDE
# The first that fits holds. A text of a form can begin with any word, so what may follow a text is known by more
# than one label, or by its cells.
OPENINGS: tuple[Opening, ...] = (
    Opening("signatures", _is_personal, _INDICATORS | _REMARKS),
    Opening("signatures", lambda said: form.is_signatures(said.text), _TEXTS | _GOALS),
    Opening("title", _is_title, _HEAD, aside=True),
    Opening("title", _is_title, (_FIELDS - _HEAD) | _INDICATORS, aside=True, layout="cells"),
    Opening("indicators", lambda said: _has_levels(said.words), _FIELDS),
    Opening("indicators", _has_kind, _TEXTS | _GOALS, layout="cells"),
    Opening("again", _names_head, _INDICATORS | _REMARKS, aside=True, layout="cells"),
    Opening("score", _is_score, _INDICATORS, aside=True, layout="cells"),
    Opening("remarks", _is_remark, _INDICATORS, layout="cells"),
    Opening("beside", lambda said: form.is_beside(said.words[0]), _HEAD | _MONEY | _TEXTS, layout="cells"),
    Opening("spending", _tells_spending, _HEAD | _MONEY | _SPENDING | _TEXTS, layout="cells"),
    Opening("tasks", lambda said: form.is_tasks(said.words[0]), _FIELDS, layout="cells"),
    Opening("goals", lambda said: all(map(is_goal_label, said.words)), _FIELDS),
    Opening(
        "texts",
        lambda said: form.text_field(said.label) is not None,
        _HEAD | _MONEY | _SPENDING | _TEXTS | _TASKS | _BESIDE,
    ),
    Opening("texts", lambda said: form.text_field(said.label) is not None, _GOALS, layout="cells"),
    Opening("goals", _has_goal, _FIELDS, layout="cells"),
    Opening("texts", _is_text_alone, _MONEY, layout="cells"),
    Opening("sums", lambda said: is_sum_label(said.words[0]), _HEAD, aside=True, layout="cells"),
    Opening("sources", _is_source, _HEAD, aside=True, layout="cells"),
    Opening("sums", _is_sum, _TEXTS | _GOALS | _BESIDE, aside=True, layout="cells"),
    Opening("money", lambda said: form.total_horizon(said.words[0]) is not None, _HEAD, layout="lines"),
    Opening("money", lambda said: form.head_part(said.words[0]) == "money", _HEAD),
    Opening("money", lambda said: form.head_part(said.words[0]) == "money", _TEXTS | _TASKS, layout="cells"),
    Opening(
        "head",
        lambda said: len(said.words) > 1 and form.head_part(said.words[0]) is not None,
        _TEXTS,
        aside=True,
        layout="cells",
    ),
)
