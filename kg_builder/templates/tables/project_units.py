"""Unit headings in the tables of projects: which rows are bodies, and which projects stand under them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from kg_builder import marks
from kg_builder.model import Observation, Row
from kg_builder.templates.tables.reading import Reading
from kg_builder.text import label_key

# 某市民政局 · 某市第一中学 · 某县人民医院（本级）
_ORGANIZATION = re.compile(
    r"[^\d，。；、]{2,30}(?:局|厅|委|委员会|办公室|办公厅|中心|院|站|馆|所|处|队|总队|支队|大队|校|学校|学院|大学|幼儿园|中学|小学|医院|会|政府|街道|镇|乡|室|社"
    r"|台|园|团|部|法院|检察院|联合会|协会|基地|库|厂|公司|报社|机关|本级)(?:[（(][^（）()]{1,20}[)）])?"
)


def place_units(reading: Reading) -> None:
    """Unit headings in the tables of projects: rows that bear the name of a body that the report knows, and rows named
    like a body whose figure is the sum of those below it.

    A heading's figures become totals, the rows below get its name as their organization. A department's heading
    stands over those of its units.
    """
    rows = [r for r in reading.rows if not marks.is_total(r.label)]
    sums = {o.row: o.amount.yuan for o in reversed(reading.observations)}
    amounts = [sums.get(r.number) for r in rows]
    known = [label_key(r.label) in reading.names for r in rows]
    bodies = [k or bool(_ORGANIZATION.fullmatch(r.label)) for k, r in zip(known, rows, strict=True)]
    department, headings = _headings(amounts, bodies, known)
    units = {rows[i].number for i in headings}
    if not units:
        least = min((r.level for r in reading.rows), default=1) - 1
        reading.rows = [replace(r, level=r.level - least) for r in reading.rows]
        return
    outer = rows[0].number if department else None
    reading.rows = list(_under_headings(reading.rows, units, outer))
    placed = {row.number: row for row in reading.rows}
    reading.observations = [_of_row(o, placed[o.row]) for o in reading.observations]


def _under_headings(rows: Sequence[Row], units: set[int], outer: int | None) -> Iterator[Row]:
    """The rows with the unit that each stands under; `outer` is the number of the department's heading."""
    unit: str | None = None
    inner = 2 if outer is not None else 1  # the level of the units' headings
    for row in rows:
        heading = row.number in units or row.number == outer
        unit = row.label if heading else None if marks.is_total(row.label) else unit
        level = 1 if row.number == outer or unit is None else inner if heading else inner + 1
        yield replace(row, organization=unit, heading=heading, level=level)


def _of_row(o: Observation, row: Row) -> Observation:
    """The figure of a row that is placed: a heading's is a total and no project's."""
    project = None if row.heading else o.project
    return replace(o, organization=row.organization, total=o.total or row.heading, project=project)


def _headings(
    amounts: Sequence[Decimal | None], bodies: Sequence[bool], known: Sequence[bool]
) -> tuple[bool, list[int]]:
    """Whether the first row is a department's heading over units, and the indexes of the units' headings."""
    if not amounts:
        return False, []
    below = _unit_headings(amounts, bodies, known, 1)
    total = sum((amounts[i] or Decimal(0) for i in below), Decimal(0))
    adds_up = amounts[0] is not None and abs(total - amounts[0]) <= _rounding(len(below))
    if bodies[0] and below[:1] == [1] and (adds_up or (known[0] and known[1])):
        return True, below
    return False, _unit_headings(amounts, bodies, known, 0)


def _unit_headings(
    amounts: Sequence[Decimal | None], bodies: Sequence[bool], known: Sequence[bool], start: int
) -> list[int]:
    """Rows named like bodies that the rows up to the next such row, or the end, sum up to; or that print no figure.

    A known body's name is a heading though the rows below it do not add up: an error of the report makes no project.
    """
    found: list[int] = []
    index = start
    while index < len(amounts):
        end = _group_end(amounts, bodies, index) if bodies[index] else None
        if end is None and known[index] and index + 1 < len(amounts):
            end = index + 1
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
