"""Labels and rows that a page break cuts: 年度总体 at the foot of one page, 目标 on top of the next.

Of a row of indicators some cells stand on one page and some on the next: a program that breaks rows keeps the lines of
a wrapped name together, and leaves the target of one line where the row begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg_builder.model import Cell
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.rows import EDGE, FlowRow
from kg_builder.templates.forms.value_heads import names_in
from kg_builder.text import label_key

_LONGEST = 12  # characters of the end of a label
_COLUMNS = (
    "executionWeight",
    "deviation",
    "actualText",
    "weight",
    "score",
)  # labels of columns: 偏差原因分析及改进措施
_SHORTEST = 2  # characters of an end that says which label it is of


def whole_labels(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """The rows of a form, each label that a page break cuts whole where it begins, and nowhere else."""
    found = list(rows)
    for index, row in enumerate(found):
        above = next((i for i in reversed(range(index)) if found[i].cells), None)
        if above is None or not row.ruled or row.page == found[above].page:
            continue
        for token in row.cells:
            begin = _begin_of(found[:index], found[above].page, token)
            if begin is None:
                continue
            at, label = begin
            found[at] = _with_label(found[at], token[0], label)
            found[index] = replace(found[index], cells=tuple(t for t in found[index].cells if t is not token))
    return [
        replace(row, cells=tuple((x, _with_its_end(c)) for x, c in row.cells)) if row.ruled else row for row in found
    ]


def whole_rows(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """The rows of a form, each row of indicators one whose names stand on the page after their targets."""
    found: list[FlowRow] = []
    names: list[tuple[int, int]] = []
    for row in rows:
        names = _names_and_targets(row) or names
        if found and names and _is_torn(found[-1], row, names):
            cells = tuple(sorted((*found[-1].cells, *row.cells), key=lambda token: token[0]))
            found[-1] = replace(found[-1], cells=cells, places=(*found[-1].places, *row.places))
        else:
            found.append(row)
    return found


def _names_and_targets(row: FlowRow) -> list[tuple[int, int]]:
    """The columns of names and targets by the heads in a row: 三级指标 | 指标值, once or twice."""
    keys = [(column, form.level_key(cell.text)) for column, cell in row.cells]
    names = [column for column, key in keys if key in names_in(keys)]
    targets = [column for column, key in keys if "指标值" in key or "目标值" in key]
    return list(zip(names, targets, strict=True)) if len(names) == len(targets) else []


def _is_torn(above: FlowRow, below: FlowRow, heads: Sequence[tuple[int, int]]) -> bool:
    """Whether the last row of a page has targets without names, the first of the next one names without targets, and
    no column has cells in both.
    """
    if not (above.ruled and below.ruled and below.page == above.page + 1):
        return False
    upper, lower = ([column for column, _ in row.cells] for row in (above, below))
    if any(_stands_at(column, upper) for column in lower):
        return False
    halves = [(name, target) for name, target in heads if _stands_at(target, upper) or _stands_at(name, lower)]
    return bool(halves) and all(_stands_at(target, upper) and _stands_at(name, lower) for name, target in halves)


def _stands_at(column: int, columns: Sequence[int]) -> bool:
    return any(abs(column - other) <= EDGE for other in columns)


def _with_its_end(cell: Cell) -> Cell:
    """A level of indicators whose last sign a page break has lost: 产出指."""
    key = label_key(cell.text)
    lost = key.endswith("指") and not _is_label(key) and form.indicator_kind(f"{key}标")
    return replace(cell, text=f"{key}标") if lost else cell


def _begin_of(above: Sequence[FlowRow], page: int, token: tuple[int, Cell]) -> tuple[int, str] | None:
    """The row in which the label begins that ends in this cell, and the whole label; None where it is no such end."""
    column, end = token[0], label_key(token[1].text)
    if not end or len(end) > _LONGEST:
        return None
    for index in reversed(range(len(above))):
        if above[index].page != page or not above[index].ruled:
            return None
        cell = next((c for x, c in above[index].cells if abs(x - column) <= EDGE), None)
        if cell is not None:
            begin = label_key(cell.text)
            if _ends_label(begin, end):
                return index, begin + end
            ends_again = (
                len(end) >= _SHORTEST and begin.endswith(end) and begin != end
            )  # printed below the break as well
            return (index, begin) if ends_again and _is_field(begin) else None
    return None


def _ends_label(begin: str, end: str) -> bool:
    """Whether the two are one label, the first alone none, or the same cut: 服务对象满意度指."""
    kind = form.indicator_kind(begin + end)
    same = kind is not None and kind == form.indicator_kind(begin)
    return _is_label(begin + end) and (same or not _is_label(begin))


def _is_field(key: str) -> bool:
    return bool(form.text_field(key) or form.goal_field(key) or form.is_goal_group(key))


def _is_label(key: str) -> bool:
    return bool(
        _is_field(key)
        or any(form.is_of(name, key) for name in _COLUMNS)
        or form.head_part(key)
        or form.total_span(key)
        or form.indicator_kind(key)
    )


def _with_label(row: FlowRow, column: int, label: str) -> FlowRow:
    cells = ((x, Cell(label, c.place) if abs(x - column) <= EDGE else c) for x, c in row.cells)
    return replace(row, cells=tuple(cells))
