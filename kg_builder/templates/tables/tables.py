"""Sections of a report → budget tables: rows with code, label and level, and one observation per printed figure.

Follows the tables of 部门预算/部门决算 publication (财政部 预算公开/决算公开 表样 and the provinces' variants) by the
meaning of their heads. Strict: each cell of a grid becomes part of a row, an observation, an ignored residue with its
reason, or an unread one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg_builder import marks
from kg_builder.model import BudgetTable, Page, Residue
from kg_builder.templates.body_names import same_body
from kg_builder.templates.identity import caption_body
from kg_builder.templates.tables.grids import Section, Span, sections
from kg_builder.templates.tables.heads import Head, read_head, stage_of
from kg_builder.templates.tables.kinds import PROJECT_KINDS, kind_of
from kg_builder.templates.tables.panels import Panel
from kg_builder.templates.tables.project_units import place_units
from kg_builder.templates.tables.reading import Reading
from kg_builder.templates.tables.stray_rows import stray_rows
from kg_builder.templates.tables.unsure_rows import leave_unsure_rows
from kg_builder.text import decimal_of, has_digit, label_key, squeeze

_FORM_LABELS = frozenset(
    {"一级指标", "二级指标", "三级指标", "绩效指标", "指标值", "产出指标", "效益指标", "满意度指标", "总体目标"}
    | {"年度总体目标", "年度绩效目标", "项目概况", "立项依据", "项目实施计划", "主管部门", "主管部门及代码", "实施单位"}
    | {"项目资金", "部门职能"}
)


@dataclass(frozen=True, slots=True)
class TablesRead:
    """What the grids of a report gave: budget tables, sections that are something else, and residues."""

    tables: tuple[BudgetTable, ...]
    others: tuple[Section, ...]  # forms, lists of units, frames
    ignored: tuple[Residue, ...]
    unread: tuple[Residue, ...]
    remarks: tuple[Residue, ...]  # what is printed and cannot be meant: codes that are none


def read_tables(pages: Sequence[Page], year: int, names: Sequence[str] = ()) -> TablesRead:
    """All budget tables of the pages; `year` is the report's, `names` the bodies known so far, its own first.

    A table whose caption names another body is that body's. A second table of one kind that its title gives to
    another year is of another report in the same file: unread.

    A grid that is no form, list or frame and whose heads are not understood is unread with all its numbers, and so are
    rows of figures that stand in no grid.
    """
    tables: list[BudgetTable] = []
    others: list[Section] = []
    ignored: list[Residue] = []
    unread: list[Residue] = []
    remarks: list[Residue] = []
    statement = _document_unit(pages)
    found = sections(pages)
    of_year = {kind_of(s.title) for s in found if _title_year(s, year) == year}
    for section in found:
        if section.frame or is_form(section) or is_list(section):
            others.append(section)
            continue
        if _title_year(section, year) != year and kind_of(section.title) in of_year:
            unread += _all_numbers(section, f"table of another report: {section.title}")
            continue
        reading = _read_section(section, year, names, statement)
        _give_to_captioned(reading, names[0] if names else "")
        ignored += reading.ignored
        unread += reading.unread
        remarks += reading.remarks
        if reading.table:
            tables.append(reading.table)
    return TablesRead(tuple(tables), tuple(others), tuple(ignored), (*unread, *stray_rows(pages)), tuple(remarks))


def _title_year(section: Section, year: int) -> int:
    return next(iter(marks.years_in(section.title)), year)


def _all_numbers(section: Section, reason: str) -> list[Residue]:
    cells = [cell for part in section.parts for row in part for cell in row if cell is not None]
    figures = [c for c in cells if has_digit(c.text) and not marks.names_people(c.text)]
    return [Residue(" ".join(c.text.split()), c.place, reason) for c in figures]


def _give_to_captioned(reading: Reading, body: str) -> None:
    """Figures of a table whose caption names a body other than the report's are that body's."""
    name, t = caption_body(reading.section), reading.table
    if not name or not body or t is None or same_body(name, body):
        return
    rows = tuple(replace(r, organization=r.organization or name) for r in t.rows)
    observations = tuple(replace(o, organization=o.organization or name) for o in t.observations)
    reading.table = replace(t, rows=rows, observations=observations)


def is_form(section: Section) -> bool:
    """Whether the grid is (a part of) a form of targets rather than a budget table."""
    words = {label_key(c.text) for part in section.parts for row in part for c in row if c}
    marks = words & _FORM_LABELS
    return "绩效" in section.title or (len(marks) >= 2 and any(re.search("指标|目标|概况|依据", m) for m in marks))


def is_list(section: Section) -> bool:
    """Whether the grid lists names without any figures: units, contents, officials."""
    rows = section.rows() if any(section.parts) else []
    cells = [(row, span) for row in rows for span in row.spans]
    figures = [s for row, s in cells if decimal_of(s.cell.text) is not None and s is not row.spans[0]]
    if kind_of(section.title) != "other" or section.unit:
        return False
    head = read_head(rows, section.head) if section.title else None
    if head is not None and any(c.role == "amount" for c in head.columns):
        return False
    heads = {s.key for row in rows[:2] for s in row.spans}
    if heads & {"单位名称", "预算单位名称", "报表名称", "目录", "部门名称"} and not figures:
        return True
    return "目录" in heads or not any(has_digit(s.cell.text) for _, s in cells)


def _document_unit(pages: Sequence[Page]) -> str | None:
    """The unit that the report states for all its tables: 本报告所有表格金额单位均为万元."""
    lines = (line.text for page in pages for line in page.lines)
    return next((unit for line in lines if (unit := marks.unit_of_all(line))), None)


def _read_section(section: Section, year: int, names: Sequence[str], statement: str | None) -> Reading:
    rows = section.rows() if any(section.parts) else []
    people = [row for row in rows if any(marks.names_people(span.cell.text) for span in row.spans)]
    rows = [row for row in rows if row not in people]
    unit = section.unit or next((u for row in rows[:4] for s in row.spans if (u := marks.unit_of(s.cell.text))), None)
    known = frozenset(label_key(n) for n in names)
    reading = Reading(section, rows, year, known, kind_of(section.title), unit or statement)
    reading.ignored += [Residue("", row.spans[0].cell.place, "names or telephone numbers of people") for row in people]
    head = read_head(rows, section.head) if rows else None
    if head is not None and reading.kind == "other" and not any(c.role in {"label", "code"} for c in head.columns):
        head = None  # figures without a label under heads of an unknown table
    if head is None:
        if section.title and reading.kind != "other" and not any(_is_figure(s) for r in rows for s in r.spans):
            reading.table = _table(reading)
        _fail_rest(reading, "grid not understood")
        return reading
    for row in rows[: head.length]:
        for span in row.spans:
            if not marks.has_sum(span.cell.text):  # a sum is no word of a head
                reading.use(span)
    for span in head.numbering:
        if has_digit(span.cell.text):
            reading.ignore(span, "column number")
    for panel in range(head.panels):
        Panel(reading, head, panel, start=1 + len(reading.rows)).read()
    if reading.kind in PROJECT_KINDS:
        place_units(reading)
    _fail_rest(reading, "no row or column was understood for it")
    _note_other_stages(reading, head)
    _name_three_public(reading, head)
    if any(grid.parted == "places" for grid in section.sources):
        leave_unsure_rows(reading, head)
    reading.observations.sort(key=lambda o: (o.row, o.column))
    reading.rows.sort(key=lambda r: r.number)
    reading.table = _table(reading)
    return reading


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
    for row in reading.rows_in:
        for span in row.spans:
            if id(span.cell) not in reading.used and has_digit(span.cell.text):
                if re.fullmatch(r"[A-Z]\d{2,}", squeeze(span.cell.text)):
                    reading.ignore(span, "code")
                else:
                    reading.fail(span, reason)


def _note_other_stages(reading: Reading, head: Head) -> None:
    """A stage is a dimension only where the table pairs several."""
    if len({stage for column in head.columns if (stage := stage_of(column))}) < 2:
        reading.observations = [
            replace(o, dimensions=tuple(d for d in o.dimensions if d[0] != "stage")) for o in reading.observations
        ]


def _name_three_public(reading: Reading, head: Head) -> None:
    """合计 of a table of 三公 items alone is the “三公”经费; with 会议费 or 培训费 beside them it is not."""
    words = "".join([c.key for c in head.columns] + [r.label for r in reading.rows])
    if reading.kind != "three-public" or re.search("会议费|培训费", words):
        return
    reading.observations = [
        replace(o, dimensions=tuple(sorted((*o.dimensions, ("topic", "three-public")))))
        if "topic" not in dict(o.dimensions) and (o.total or marks.is_total(o.heading))
        else o
        for o in reading.observations
    ]
