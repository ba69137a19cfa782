"""Sections of a report → budget tables: rows with code, label and level, and one observation per printed figure.

Follows the tables of 部门预算/部门决算 publication (财政部 预算公开/决算公开 表样 and the provinces' variants) by the
meaning of their heads. Strict: each cell of a grid becomes part of a row, an observation, an ignored residue with its
reason, or an unread one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from kg_builder import marks
from kg_builder.model import BudgetTable, Cell, Identity, Page, Place
from kg_builder.templates.found import Found, Kept
from kg_builder.templates.identity import caption_body
from kg_builder.templates.identity.body_names import same_body
from kg_builder.templates.ledger import Account, Kind
from kg_builder.templates.tables.government_tables import of_government as table_of_government
from kg_builder.templates.tables.grids import GridRow, Section, Span
from kg_builder.templates.tables.heads import Head, named_stage, read_head, stage_of
from kg_builder.templates.tables.kinds import kind_of
from kg_builder.templates.tables.panels import read_panel
from kg_builder.templates.tables.project_units import place_units
from kg_builder.templates.tables.reading import Reading
from kg_builder.templates.tables.unsure_rows import leave_torn_rows, leave_unsure_rows
from kg_builder.text import decimal_of, has_digit, label_key, squeeze

_FORM_LABELS = frozenset(
    {"一级指标", "二级指标", "三级指标", "绩效指标", "指标值", "产出指标", "效益指标", "满意度指标", "总体目标"}
    | {"年度总体目标", "年度绩效目标", "项目概况", "立项依据", "项目实施计划", "主管部门", "主管部门及代码", "实施单位"}
    | {"项目资金", "部门职能"}
)
_OF_TARGETS = re.compile("指标|目标|概况|依据")  # of the labels: what a budget table has no word for
_LIST_HEADS = frozenset({"单位名称", "预算单位名称", "报表名称", "目录", "部门名称"})
# 评价等级 · 评价结果: what beside a sum makes a list of evaluations
_EVALUATED = frozenset({"评价等级", "评价结果", "绩效等级", "评价得分", "绩效评价等级", "绩效评价结果", "绩效评价得分"})
_TELLING = 8  # characters of a figure that stands twice by no chance: 1,234.56
_OWN_CODE = re.compile(r"[A-Z]\d{2,}")  # A05 in a list of purchases


def read_tables(found: Found) -> None:
    """All budget tables of the grids; a table whose caption names another body is that body's.

    A second table of one kind that its title gives to another year is of another report in the same file: unread. A
    grid that is no form, list or frame and whose heads are not understood is unread with all its numbers; where it
    follows a table with nothing between, as its end would that is not set as the table is, they are that table's.
    """
    year, names = found.whose.year, found.names
    damaged = {page.number for page in found.ledger.pages if page.damaged}
    of_year = _kinds_of_year(found)
    above: Account | None = None
    for section in found.sections:
        account = found.ledger.open(_printed_by(section), section.title)
        found.ledger.take(_places(section), account)
        if account.kind != "table":
            _leave_form(found, section, account) if account.kind == "form" else _ignore_list(section, account)
        elif _title_year(section, year) != year and kind_of(section.title) in of_year:
            account.leave_rest(_cells(section), f"table of another report: {section.title}")
        else:
            reading = _read_section(section, account, _year_of(section, found.whose), names, found.rest, damaged)
            _give_to_bodies(reading, found.whose, names[0] if names else "")
            found.remarks += reading.remarks
            if reading.table:
                found.kept_tables.append(Kept(reading.table, [account]))
            elif above and section.loose:
                account.hand_over(above)
        above = account if account.kind == "table" else None


def _printed_by(section: Section) -> Kind:
    """What prints a grid: a budget table, a form or a part of one, a list of names, or prose in a box."""
    if section.frame:
        return "narrative"
    return "form" if is_form(section) else "list" if is_list(section) else "table"


def _places(section: Section) -> Iterator[Place]:
    yield from (line.place for line in section.lines)
    if not section.frame:
        yield from (table.place for table in section.sources)
        yield from (cell.place for part in section.parts for row in part for cell in row if cell is not None)


def _cells(section: Section) -> Iterator[Cell]:
    """The cells of a section's rows that name nobody."""
    for row in (row for part in section.parts for row in part):
        cells = [cell for cell in row if cell is not None]
        if not any(marks.names_people(cell.text) for cell in cells):
            yield from cells


def _leave_form(found: Found, section: Section, account: Account) -> None:
    """A part of a form that nobody took is unread: of the form that it goes on from, or of one that has no name."""
    above = None if section.title else found.ledger.above(section.first.place)
    whose = above if above is not None and above.kind in {"form", "list"} else account
    whose.leave_rest(_cells(section), "part of a form that was not read")


def _ignore_list(section: Section, account: Account) -> None:
    """Numbers of a list are its ordinals or stand in its texts; the lines of a frame are prose."""
    for cell in _cells(section) if account.kind == "list" else ():
        if has_digit(cell.text):
            number = decimal_of(cell.text) is not None
            account.ignore(cell, "ordinal or page number of a list" if number else "text of a list")


def _title_year(section: Section, year: int) -> int:
    return next(iter(marks.years_in(section.title)), year)


def _year_of(section: Section, whose: Identity) -> int:
    """The year that 上年 in a table is before: of a government's the one that its title names, else the report's."""
    years = marks.years_in(section.title) if whose.scope == "government" else []
    return years[0] if len(years) == 1 else whose.year


def _kinds_of_year(found: Found) -> set[str]:
    """The kinds of table whose title gives them to the report's year; a government prints two years, none counts."""
    year, sections = found.whose.year, () if found.whose.scope == "government" else found.sections
    return {kind_of(section.title) for section in sections if _title_year(section, year) == year}


def _give_to_bodies(reading: Reading, identity: Identity, body: str) -> None:
    """Figures of a table whose caption names a body other than the report's are that body's."""
    if identity.scope == "government" and reading.table:
        reading.table = table_of_government(reading.table, identity)
    name, t = caption_body(reading.section), reading.table
    if not name or not body or t is None or same_body(name, body):
        return
    rows = tuple(replace(r, organization=r.organization or name) for r in t.rows)
    observations = tuple(replace(o, organization=o.organization or name) for o in t.observations)
    reading.table = replace(t, rows=rows, observations=observations)


def is_form(section: Section) -> bool:
    """Whether the grid is (a part of) a form of targets rather than a budget table."""
    words = {label_key(c.text) for part in section.parts for row in part for c in row if c} & _FORM_LABELS
    of_targets = "绩效" in section.title and not _lists_evaluated(section)
    return of_targets or (len(words) >= 2 and any(map(_OF_TARGETS.search, words)))


def _lists_evaluated(section: Section) -> bool:
    """Whether a grid lists what was evaluated with its money, a row each, and none of its targets: 绩效评价情况表."""
    rows = section.rows() if "绩效评价" in section.title and section.unit and any(section.parts) else []
    heads = {span.key for row in rows[:1] for span in row.spans}
    return bool(heads & _EVALUATED) and _has_amounts(read_head(rows, section.head))


def is_list(section: Section) -> bool:
    """Whether the grid lists names without any figures: units, contents, officials."""
    if kind_of(section.title) != "other" or section.unit:
        return False
    rows = section.rows() if any(section.parts) else []
    if section.title and _has_amounts(read_head(rows, section.head)):
        return False
    heads = {span.key for row in rows[:2] for span in row.spans}
    beside = [span for row in rows for span in row.spans[1:]]
    if heads & _LIST_HEADS and not any(map(_is_figure, beside)):
        return True
    return "目录" in heads or not any(has_digit(span.cell.text) for row in rows for span in row.spans)


def _has_amounts(head: Head | None) -> bool:
    return head is not None and any(c.role == "amount" for c in head.columns)


def _document_unit(pages: Sequence[Page]) -> str | None:
    """The unit that the report states for all its tables: 本报告所有表格金额单位均为万元."""
    lines = (line.text for page in pages for line in page.lines)
    return next((unit for line in lines if (unit := marks.unit_of_all(line))), None)


def _unit_in_prose(rows: Sequence[GridRow], pages: Sequence[Page]) -> tuple[str, str] | None:
    """The largest figure of a table that prints no unit, and the one unit in which the report's text prints it."""
    figures = [squeeze(span.cell.text) for row in rows for span in row.spans if marks.has_sum(span.cell.text)]
    largest = max(figures, key=lambda text: decimal_of(text) or 0, default="")
    if len(largest) < _TELLING:
        return None
    sums = re.compile(rf"(?<![\d.,]){re.escape(largest)}({marks.MONEY})")
    units = {found[1] for page in pages for found in sums.finditer("".join(squeeze(c.text) for c in page.lines))}
    return (largest, units.pop()) if len(units) == 1 else None


def _read_section(
    section: Section,
    account: Account,
    year: int,
    names: Sequence[str],
    rest: Sequence[Page],
    damaged: Collection[int],
) -> Reading:
    rows = _rows_without_people(section, account)
    texts = (span.cell.text for row in rows[:4] for span in row.spans)
    unit = section.unit or next((u for text in texts if (u := marks.unit_of(text))), None) or _document_unit(rest)
    if unit is None and (said := _unit_in_prose(rows, rest)):
        unit = said[1]
        account.ignore(replace(section.first, text=""), f"no unit is printed; the text prints {said[0]}{unit}")
    known = frozenset(label_key(n) for n in names)
    reading = Reading(section, account, rows, year, known, kind_of(section.title), unit)
    head = _head_of(reading)
    if head is not None and section.headless and reading.kind == "other":
        account.leave_rest(_cells(section), "the rest of a table whose beginning is not there")
    elif head is not None:
        _read_rows(reading, head, damaged)
        reading.table = _table(reading)
    elif section.title and reading.kind != "other" and not any(_is_figure(s) for row in rows for s in row.spans):
        reading.table = _table(reading)  # an empty table
    _fail_rest(reading, "grid not understood")
    return reading


def _rows_without_people(section: Section, account: Account) -> list[GridRow]:
    rows: list[GridRow] = []
    for row in section.rows() if any(section.parts) else []:
        if any(marks.names_people(span.cell.text) for span in row.spans):
            account.drop(row.spans[0].cell.place)
        else:
            rows.append(row)
    return rows


def _head_of(reading: Reading) -> Head | None:
    """The head of a table; none is that of an unknown table whose figures stand beside no label."""
    head = read_head(reading.rows_in, reading.section.head) if reading.rows_in else None
    if head is None or reading.kind != "other" or any(c.role in {"label", "code", "year"} for c in head.columns):
        return head
    return None


def _read_rows(reading: Reading, head: Head, damaged: Collection[int]) -> None:
    """Read all that stands below a head that was understood; `damaged` are pages whose print is lost."""
    _use_head(reading, head)
    for panel in range(head.panels):
        read_panel(reading, head, panel)
    if reading.of.projects:
        place_units(reading)
    _fail_rest(reading, "no row or column was understood for it")
    _note_other_stages(reading, head)
    _name_totals(reading, head)
    if any(grid.parted == "places" for grid in reading.section.sources):
        leave_unsure_rows(reading, head)
    leave_torn_rows(reading, damaged)
    reading.observations.sort(key=lambda o: (o.row, o.column))
    reading.rows.sort(key=lambda r: r.number)


def _use_head(reading: Reading, head: Head) -> None:
    for row in reading.rows_in[: head.length]:
        for span in row.spans:
            if not marks.has_sum(span.cell.text):  # a sum is no word of a head
                reading.use(span)
    for span in head.numbering:
        if has_digit(span.cell.text):
            reading.ignore(span, "column number")


def _is_figure(span: Span) -> bool:
    return decimal_of(span.cell.text) is not None


def _table(reading: Reading) -> BudgetTable:
    section = reading.section
    return BudgetTable(
        reading.kind,
        section.title,
        section.label,
        reading.unit or "",
        section.first.place,
        tuple(reading.rows),
        tuple(reading.observations),
        section.note,
    )


def _fail_rest(reading: Reading, reason: str) -> None:
    cells = [span.cell for row in reading.rows_in for span in row.spans]
    for cell in cells:
        if not reading.account.has(cell) and _OWN_CODE.fullmatch(squeeze(cell.text)):
            reading.account.ignore(cell, "code")
    reading.account.leave_rest(cells, reason)


def _note_other_stages(reading: Reading, head: Head) -> None:
    """A stage is a dimension only where the table pairs several."""
    rows = (named_stage(row.label) for row in reading.rows if not (row.code or row.organization))
    if len({*filter(None, (*map(stage_of, head.columns), *rows))}) < 2:
        reading.observations = [
            replace(o, dimensions=tuple(d for d in o.dimensions if d[0] != "stage")) for o in reading.observations
        ]


def _name_totals(reading: Reading, head: Head) -> None:
    """合计 of a table of 三公 items alone is the “三公”经费; with 会议费 or 培训费 beside them it is not."""
    topic = reading.of.total
    words = "".join([c.key for c in head.columns] + [r.label for r in reading.rows])
    if topic is None or "会议费" in words or "培训费" in words:
        return
    reading.observations = [
        replace(o, dimensions=tuple(sorted((*o.dimensions, ("topic", topic)))))
        if "topic" not in dict(o.dimensions) and (o.total or marks.is_total(o.heading))
        else o
        for o in reading.observations
    ]
