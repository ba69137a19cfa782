"""What a whole government's tables say beside their rows and heads: the level, the year, the place, and what of debt.

A government prints the same table for its own budget (省本级) and for all places below it (全省), for the year that
ends and the one that comes, and for a zone that has a budget of its own. The title tells which.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from kg_builder import marks
from kg_builder.head_words import bare_label
from kg_builder.model import BudgetTable, Identity, Observation
from kg_builder.templates.identity.body_names import place_within
from kg_builder.templates.identity.governments import names_only_money, place_of
from kg_builder.templates.tables.codes import function_by_name
from kg_builder.text import label_key, squeeze

_WHOLE = re.compile(r"全(?:自治)?[省市县区州盟旗]")
_OWN_ROW = re.compile(r"(?!.*[上下])[一-鿿]{0,12}(?:本级|[省市县区州盟旗]级)")  # 某市本级 · 某市级, no 市级以下
_OWN = re.compile(r"[省市县区州盟旗]?本级|(?<![全下上])[省市县区州]级(?!政府与)")
# 横琴粤澳深度合作区 of 2024年横琴粤澳深度合作区一般公共预算收入决算表
_ANOTHER = re.compile(
    r"(?:20\d\d年?[度末底]?)?(?![年度末底])(?P<name>[一-鿿]{3,20}?[省市县区州盟旗])"
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
_ISSUED = re.compile(r"发行|举借|转贷")
_NO_DEBT = re.compile(r"赤字|收入|财力|GDP|生产总值")
_KINDS = (("general", re.compile(r"一般债|外债|国际金融组织")), ("special", re.compile(r"专项债")))


def of_government(table: BudgetTable, identity: Identity) -> BudgetTable:
    """The table of a government with what its title and rows say of level, year, place and debt on each figure."""
    title = squeeze(table.title)
    table = replace(table, kind="other") if table.kind in _OF_DEPARTMENTS else table
    shared = {**_level(title), **_year(title, identity.year)}
    another = _another_body(title, identity.body)
    of_debt = table.kind == "government-debt"
    classes = _classes_of_rows(table)
    above, growth = (_headings_of_rows(table), _totals_of_growth(table)) if of_debt else ({}, set())

    def more(o: Observation) -> dict[str, str]:
        grown = {"debtMeasure": "new-limit"} if o.heading in growth else {}
        place = _place(o.label, identity.region) or _place(_lowest(o.heading), identity.region)
        return {
            **grown,
            **shared,
            **_column_level(o.heading),
            **_row_level(o.label),
            **parts.get(o.row, {}),
            **above.get(o.row, {}),
            **place,
            **classes.get(o.row, {}),
        }

    parts = _levels_of_places(table, identity.region)
    observations = [_with(o, table, more(o)) for o in table.observations]
    if another is None:
        return replace(table, observations=tuple(observations), of_government=True)
    rows = tuple(replace(row, organization=row.organization or another) for row in table.rows)
    own = tuple(replace(o, organization=o.organization or another) for o in observations)
    return replace(table, rows=rows, observations=own, of_government=True)


def _with(o: Observation, table: BudgetTable, more: dict[str, str]) -> Observation:
    if table.kind == "government-debt":
        more = {**_debt(o, squeeze(table.title)), **more}
    return replace(o, dimensions=tuple(sorted((k, v) for k, v in {**more, **dict(o.dimensions)}.items() if v)))


def _classes_of_rows(table: BudgetTable) -> dict[int, dict[str, str]]:
    """The functional class that each row is named after, where a table of expenditure prints names alone.

    The first row of a name is the class: 其他支出 may stand below it again.
    """
    if table.kind != "general-public-expenditure" or any(row.code for row in table.rows):
        return {}
    found, seen = dict[int, dict[str, str]](), set[str]()
    for row in table.rows:
        named = function_by_name(bare_label(row.label))
        if named and named["functionCode"] not in seen:
            seen.add(named["functionCode"])
            found[row.number] = named
    return found


def _totals_of_growth(table: BudgetTable) -> set[str]:
    """Heads of sums over columns of new limits alone: 债务限额 / 合计 beside 债务限额 / 新增一般债务限额."""
    heads = [o.heading.rpartition(" / ") for o in table.observations]
    parts: dict[str, set[str | None]] = {}
    for above, _, name in heads:
        if above and not marks.is_total(name):
            parts.setdefault(above, set()).add(_measure_in(name))
    return {
        f"{above} / {name}" for above, _, name in heads if marks.is_total(name) and parts.get(above) == {"new-limit"}
    }


def _headings_of_rows(table: BudgetTable) -> dict[int, dict[str, str]]:
    """The year and the measure of debt that each row says, or that the heading above it says for it.

    三、2025年地方政府债务发行额 · 其中：国际金融组织贷款: of 2025, too. 一、2024年还本执行数 · （一）一般债券: of 2024.
    二、2025年新增债务限额 · 其中：一般债务限额: what the limit grows by, and no limit. 合计 above 一、2024年…: of 2024.
    四、2026年还本预算数 · 其中：再融资债券: what repayment is paid with, and no issue.
    """
    styles = [_style(row.label) for row in table.rows]
    outer = next(filter(None, styles), "none")
    found, year, measure = dict[int, dict[str, str]](), "", ""
    for row, style in zip(table.rows, styles, strict=True):
        label = squeeze(row.label)
        years, own = {*marks.years_in(label)}, _measure_in(label)
        if years or style == outer:
            year, measure = str(years.pop()) if len(years) == 1 else "", own or ""
        elif marks.is_total(label):
            year = ""
        goes_on = measure if _is_of(label, own, measure) else ""
        found[row.number] = {name: said for name, said in (("fiscalYear", year), ("debtMeasure", goes_on)) if said}
    return found | _years_of_totals(table, found)


def _style(label: str) -> str | None:
    ordinal = marks.ordinal_of(squeeze(label))
    return ordinal.style if ordinal else None


def _is_of(label: str, own: str | None, measure: str) -> bool:
    """Whether a row, with the measure that its words name, says what the heading above it says."""
    limits = (own, measure) == ("limit", "new-limit")
    bonds = (own, measure) == ("issue", "repayment") and not _ISSUED.search(label)
    return (own is None or limits or bonds) and not _NO_DEBT.search(label)


def _years_of_totals(table: BudgetTable, found: Mapping[int, dict[str, str]]) -> dict[int, dict[str, str]]:
    """The year of totals in a table of two years: that of the rows below, or above where the first row is none."""
    if len({said["fiscalYear"] for said in found.values() if "fiscalYear" in said}) < 2:
        return {}
    leads = marks.is_total(squeeze(table.rows[0].label))
    year, told = "", dict[int, dict[str, str]]()
    for row in reversed(table.rows) if leads else table.rows:
        year = found[row.number].get("fiscalYear", year)
        if year and marks.is_total(squeeze(row.label)):
            told[row.number] = {**found[row.number], "fiscalYear": year}
    return told


# 本地区 · 本级 · 省本级 · 全市, the lowest words of a head
_COLUMN_LEVELS = {"本地区": "whole", "本级": "own"}


def _column_level(heading: str) -> dict[str, str]:
    """The level that the lowest head of a column names, and nothing beside it."""
    name = label_key(_lowest(heading))
    level = _COLUMN_LEVELS.get(name)
    return {"coverage": level} if level else _row_level(name)


_OF_CITY = re.compile(r"(?:[市州盟]|地区)本?级")  # 市本级 · 州本级, in a table of a province


def _levels_of_places(table: BudgetTable, region: str | None) -> dict[int, dict[str, str]]:
    """The place of each row that names a level alone below the place it is of: 某市合计, then 市本级; its level is no
    level of the government whose table it is, and without a place above it of nobody that is known.
    """
    found, above = dict[int, dict[str, str]](), dict[str, str]()
    province = region is not None and region.endswith(("省", "区"))
    for row in table.rows if province else ():
        name = label_key(row.label)
        if place := _place(name, region):
            above = place if place["place"].endswith("00") else above  # a city or prefecture
        elif _OF_CITY.fullmatch(name):
            found[row.number] = {"coverage": "own", **above} if above else {"coverage": ""}
    return found


def _lowest(heading: str) -> str:
    return heading.rsplit(" / ", 1)[-1]


def _level(title: str) -> dict[str, str]:
    whole, own = _WHOLE.search(title) is not None, _OWN.search(_WHOLE.sub("", title)) is not None
    return {"coverage": "whole" if whole else "own"} if whole != own else {}


def _row_level(label: str) -> dict[str, str]:
    """The level that a whole label names: 全省, 省本级, 某市本级, 某市级."""
    name = label_key(label)
    return _level(name) if _WHOLE.fullmatch(name) or _OWN_ROW.fullmatch(name) else {}


def _year(title: str, year: int) -> dict[str, str]:
    years = marks.years_in(title)
    return {"fiscalYear": str(years[0])} if len(years) == 1 and years[0] != year else {}


def _place(name: str, region: str | None) -> dict[str, str]:
    """The region that a row or column is named after (青川县, 昌吉州), where it lies in the government's own."""
    bare = label_key(name)
    bare = (marks.total_of(bare) or "") if marks.is_total(bare) else bare  # 某市合计
    code = None
    if region and bare:
        full, length = place_of(bare)
        code = place_within(bare, region) or (place_within(full, region) if length == len(bare) else None)
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
        if len(kinds) == 1:
            found.setdefault("debtKind", kinds[0])
        if measure := _measure_in(words):
            found.setdefault("debtMeasure", measure)
    return found


def _measure_in(words: str) -> str | None:
    """The one measure of debt that words name; what a limit grows by (新增限额) is no limit."""
    if _NEW_LIMIT.search(words):
        return "new-limit"
    measures = [notation for notation, pattern in _MEASURES if pattern.search(words)]
    return measures[0] if len(measures) == 1 or (measures[:1] == ["limit"] and "余额限额" in words) else None
