"""What a whole government's tables say beside their rows and heads: the level, the year, the place, and what of debt.

A government prints the same table for its own budget (省本级) and for all places below it (全省), for the year that
ends and the one that comes, and for a zone that has a budget of its own. The title tells which.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kg_builder import marks
from kg_builder.model import BudgetTable, Identity, Observation
from kg_builder.templates.identity.body_names import place_within
from kg_builder.templates.identity.governments import names_only_money
from kg_builder.text import label_key, squeeze

_WHOLE = re.compile(r"全(?:自治)?[省市县区州盟旗]")
_OWN = re.compile(r"[省市县区州盟旗]?本级|(?<![全下上])[省市县区州]级(?!政府与)")
# 横琴粤澳深度合作区 of 2024年横琴粤澳深度合作区一般公共预算收入决算表
_ANOTHER = re.compile(
    r"(?:20\d\d年?度?)?(?P<name>[一-鿿]{3,20}?[省市县区州盟旗])"
    r"(?=本级|一般公共|政府性基金|国有资本|社会保险|地方政府|行政事业)"
)
# What these say of a department is its whole budget; a government has several budgets, and a table of each.
_OF_DEPARTMENTS = {"revenue", "expenditure", "budget-summary", "fiscal-summary", "fiscal-expenditure", "fiscal-basic"}
_MEASURES = (  # 余额限额 is a limit, 债券发行及还本付息 both
    ("limit", re.compile(r"限额")),
    ("repayment", re.compile(r"还本|付息|偿还|兑付")),
    ("issue", re.compile(r"发行|举借|新增.{0,20}债券|再融资.{0,20}债券|转贷")),
    ("balance", re.compile(r"余额")),
)
_NEW_LIMIT = re.compile(r"新增[一-鿿]{0,8}(?:限额|额度)|(?:限额|额度)[一-鿿]{0,4}新增|新增.{0,4}债务(?:限额|额度)")
_NO_DEBT = re.compile(r"赤字|收入|财力|GDP|生产总值")
_KINDS = (("general", re.compile(r"一般债|外债|国际金融组织")), ("special", re.compile(r"专项债")))


def of_government(table: BudgetTable, identity: Identity) -> BudgetTable:
    """The table of a government with what its title and rows say of level, year, place and debt on each figure."""
    title = squeeze(table.title)
    table = replace(table, kind="other") if table.kind in _OF_DEPARTMENTS else table
    shared = {**_level(title), **_year(title, identity.year)}
    another = _another_body(title, identity.body)
    years = _years_of_rows(table) if table.kind == "government-debt" else {}
    observations = [
        _with(o, table, {**shared, **_row_level(o.label), **years.get(o.row, {}), **_place(o.label, identity.region)})
        for o in table.observations
    ]
    if another is None:
        return replace(table, observations=tuple(observations), of_government=True)
    rows = tuple(replace(row, organization=row.organization or another) for row in table.rows)
    own = tuple(replace(o, organization=o.organization or another) for o in observations)
    return replace(table, rows=rows, observations=own, of_government=True)


def _with(o: Observation, table: BudgetTable, more: dict[str, str]) -> Observation:
    if table.kind == "government-debt":
        more |= _debt(o, squeeze(table.title))
    return replace(o, dimensions=tuple(sorted({**more, **dict(o.dimensions)}.items())))


def _years_of_rows(table: BudgetTable) -> dict[int, dict[str, str]]:
    """The year of each row that names one, and of the rows below it that go on without an ordinal of their own.

    三、2025年地方政府债务发行额 · 其中：国际金融组织贷款: of 2025, too.
    """
    found, year = dict[int, dict[str, str]](), ""
    for row in table.rows:
        years = {*marks.years_in(squeeze(row.label))}
        if years or marks.ordinal_of(squeeze(row.label)):
            year = str(years.pop()) if len(years) == 1 else ""
        if year:
            found[row.number] = {"fiscalYear": year}
    return found


def _level(title: str) -> dict[str, str]:
    whole, own = _WHOLE.search(title) is not None, _OWN.search(_WHOLE.sub("", title)) is not None
    return {"coverage": "whole" if whole else "own"} if whole != own else {}


def _row_level(label: str) -> dict[str, str]:
    """The level that a whole label names: 全省, 省本级, 某市本级."""
    name = label_key(label)
    return _level(name) if _WHOLE.fullmatch(name) or name.endswith("本级") else {}


def _year(title: str, year: int) -> dict[str, str]:
    years = marks.years_in(title)
    return {"fiscalYear": str(years[0])} if len(years) == 1 and years[0] != year else {}


def _place(label: str, region: str | None) -> dict[str, str]:
    """The region that a row is named after, where it lies in the government's own."""
    code = place_within(label_key(label), region) if region else None
    return {"place": code} if code else {}


def _another_body(title: str, body: str) -> str | None:
    """The body that a title names where it is neither the government's place nor one that lists name."""
    match = _ANOTHER.match(title)
    if match is None or names_only_money(title) or match["name"] == body or body.endswith(match["name"]):
        return None
    return match["name"]


def _debt(o: Observation, title: str) -> dict[str, str]:
    """Kind and measure of debt: the nearest words decide, the row's before the head's before the title's."""
    found: dict[str, str] = {}
    if _NO_DEBT.search(squeeze(o.label)):
        return found
    for words in (squeeze(o.label), squeeze(o.heading), title):
        kinds = [notation for notation, pattern in _KINDS if pattern.search(words)]
        measures = [notation for notation, pattern in _MEASURES if pattern.search(words)]
        if len(kinds) == 1:
            found.setdefault("debtKind", kinds[0])
        if _NEW_LIMIT.search(words):  # 新增限额 is what the limit grows by
            measures, found["debtMeasure"] = [], ""
        if len(measures) == 1 or (measures[:1] == ["limit"] and "余额限额" in words):
            found.setdefault("debtMeasure", measures[0])
    return {name: notation for name, notation in found.items() if notation}
