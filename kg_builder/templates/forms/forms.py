"""Target forms → projects.

A form is known by its field labels (项目名称, 主管部门, 实施单位, 项目资金, 立项依据 …), in cells or in plain lines.
A form whose head is printed again on the next page is one form; the same form printed twice is one project; two forms
of one name with different money are two projects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kg_builder import marks, vocab
from kg_builder.model import Amount, Cell, Indicator, Place, Project
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.breaks import whole_labels, whole_rows
from kg_builder.templates.forms.cells import CellsReader
from kg_builder.templates.forms.coverage import report_lost_numbers
from kg_builder.templates.forms.draft import Draft, is_number, plain
from kg_builder.templates.forms.halves import Known, values_in
from kg_builder.templates.forms.lines import read_lines
from kg_builder.templates.forms.lists.lists import OF_WHOLE
from kg_builder.templates.forms.parts import is_goal_label, is_heading
from kg_builder.templates.forms.rows import FlowRow, rows_left
from kg_builder.templates.forms.twins import complete_right_half
from kg_builder.templates.found import Found, Kept
from kg_builder.templates.ledger import PERSONAL, Account, Ledger, order
from kg_builder.text import has_digit, label_key, letters, squeeze

_CAPTION = 4  # rows from a form's title to its first label
_REACH = 14  # rows below a title in which the labels of a form must show
_NAMING = frozenset({"name", "department", "unit"})
_EVIDENCE = 3  # labels that make a form
_COLUMNS = 4  # heads beside 项目名称 that make a table of it
_FEW_LOST = 2  # lines below the heads of indicators that may be unread in any form
_AS_BEFORE = "printed again, as before"
_OTHERWISE = "printed again, otherwise than before"
_COUNTED = re.compile(r"^\s*[一二三四五六七八九十]{1,2}\s+")  # 五 年度预算安排
# Heads of a budget table: two of them in a row are no row of a form.
_BUDGET_HEADS = re.compile(
    r"(?:功能分类|经济分类|支出)?科目(?:编码|代码|名称)|基本支出|项目支出|人员经费|公用经费|本年收入|本年支出"
)
# A heading of the report after the last form: 十一、国有资产占有使用情况 · 第四部分 名词解释
_HEADING = re.compile(r"第[一二三四五六七八九十]{1,3}部分.{0,30}|[一二三四五六七八九十]{1,3}、.{2,30}")


def read_forms(found: Found) -> None:
    """Read all target forms, and join those that are one with each other and with the lists' projects."""
    ledger, rows = found.ledger, _values_beside_labels(_with_whole_name(rows_left(found.ledger)))
    spans = _form_spans(rows, [page.number for page in ledger.pages if page.damaged])
    bodies = [_without_margins(rows[start:end]) for start, end in spans]
    bodies = [body for body in bodies if any(row.cells for row in body)]  # a title alone is no form
    known = _known_values(bodies)
    forms = [_Form(kept.value, finished=True, rows=(), accounts=kept.accounts) for kept in found.kept_projects]
    for body in bodies:
        draft = _read_form(body, known, ledger)
        if draft.of_whole and not (draft.named and draft.indicators):
            _tell_of_whole(draft.account, ledger, body)
            continue
        if _is_not_told_apart(draft, body):
            _hold_back(draft, ledger, body)
            continue
        forms += _finished(draft, body)
        ledger.take(_claimed(body, draft), draft.account)
    found.kept_projects = _merged(sorted(forms, key=lambda form_: order(form_.project.place)))


def _with_whole_name(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """The rows, with 项目 as 项目名称 where it labels a name: first below a form's title, no other label beside it."""
    found = list(rows)
    for index, row in enumerate(rows):
        above = [r for r in rows[max(0, index - _CAPTION) : index] if r.cells and not form.is_year(r.text)]
        if len(row.cells) < 2 or label_key(row.cells[0][1].text) != "项目" or not any(map(_is_title, above[-2:])):
            continue
        label, *values = row.cells
        if row.ruled and not form.is_label(values[0][1].text) and not form.head_part(values[0][1].text):
            found[index] = replace(row, cells=((label[0], Cell("项目名称", label[1].place)), *values))
    return found


def _values_beside_labels(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """The rows, with a form's row of labels above the row of their values as one: label, value, label, value."""
    found: list[FlowRow] = []
    for index, row in enumerate(rows):
        above = rows[index - 1] if index else None
        above = above if above and (_is_of_labels(above) or _are_sums(above, row)) else None
        if above and _stands_below(row, above) and _is_of_form(rows, index):
            values = dict(row.cells)
            pairs = [(col, (label, values.get(col))) for col, label in above.cells]
            cells = tuple((col + i, cell) for col, pair in pairs for i, cell in enumerate(pair) if cell)
            found[-1] = replace(row, cells=cells, places=(*above.places, *row.places))
        else:
            found.append(row)
    return found


def _is_of_labels(row: FlowRow) -> bool:
    """项目名称 | 主管部门 | 预算金额（万元）, and no value."""
    texts = [cell.text for _, cell in row.cells]
    named = any(form.head_part(text) == "name" for text in texts)
    return row.ruled and len(texts) > 1 and named and all(form.head_part(t) or form.total_span(t) for t in texts)


def _are_sums(heads: FlowRow, row: FlowRow) -> bool:
    """年度预算金额 | 合计 | 财政拨款 | 其他资金, and below them numbers alone."""
    texts = [cell.text for _, cell in heads.cells]
    sources = [bool(form.funding_of(t)) or marks.is_total(t, whole=True) for t in texts]
    named = all(source or form.sum_span(t) for source, t in zip(sources, texts, strict=True))
    return heads.ruled and named and sum(sources) > 1 and all(is_number(cell.text) for _, cell in row.cells)


def _stands_below(row: FlowRow, heads: FlowRow) -> bool:
    """Whether a row has values alone, each in the column of a label of the row above it."""
    columns = {col for col, _ in heads.cells}
    labels = (form.head_part(cell.text) or form.is_label(cell.text) for _, cell in row.cells)
    return row.ruled and bool(row.cells) and {col for col, _ in row.cells} <= columns and not any(labels)


def _is_of_form(rows: Sequence[FlowRow], index: int) -> bool:
    """Whether goals or indicators follow, and not another row of values: that of the next project of a list."""
    below = [row for row in rows[index + 1 : index + 1 + _REACH] if row.cells]
    if not below or (len(below[0].cells) > 1 and _stands_below(below[0], rows[index - 1])):
        return False
    return any(is_goal_label(row.cells[0][1].text) or is_heading(row.text) for row in below)


def _is_not_told_apart(draft: Draft, rows: Sequence[FlowRow]) -> bool:
    """Whether a form without borders gave fewer indicators than lines of them stayed unread: its columns are not those
    that reading knows, and what its head and goals say is not certain either."""
    heading = next((i for i, row in enumerate(rows) if row.cells and is_heading(row.text)), len(rows))
    if all(form.is_level(word) for row in rows[heading : heading + 1] for word in row.text.split()):
        return False  # 一级指标 二级指标 三级指标 指标值, and nothing beside them
    below = {place for row in rows[heading + 1 :] for place in row.places}
    lost = {residue.place for residue in draft.account.unread} & below
    return not _is_grid(rows) and len(lost) > max(_FEW_LOST, len(draft.indicators))


def _hold_back(draft: Draft, ledger: Ledger, rows: Sequence[FlowRow]) -> None:
    """Leave a whole form unread, but for the names of people."""
    account = draft.account
    account.ignored, account.unread = [], []
    for row in (row for row in rows if row.cells):
        if _is_signature(row):
            account.drop(row.places[0])
        else:
            account.leave(Cell(row.text, row.places[0]), "a form without borders whose columns cannot be told apart")
        ledger.take(row.places, account)


def _claimed(rows: Iterable[FlowRow], draft: Draft) -> set[Place]:
    """What a form takes from other readers; of a form without a name only the signatures."""
    private = {residue.place for residue in draft.account.ignored if residue.reason == PERSONAL}
    if draft.named:
        return {place for row in rows for place in row.places}
    return {place for row in rows for place in row.places if place in private}


def _form_spans(rows: Sequence[FlowRow], damaged: Sequence[int]) -> list[tuple[int, int]]:
    """First row and end of each form; none goes on behind a damaged page, where another may have begun."""
    starts = [i for i in range(len(rows)) if _is_of_whole_body(rows[i]) or _starts_form(rows, i)]
    starts = [s for n, s in enumerate(starts) if n == 0 or not _between(rows, starts[n - 1], s)]
    starts = [
        s for n, s in enumerate(starts) if n == 0 or not _only_goes_on(rows, starts[n - 1], [*starts, len(rows)][n:])
    ]
    ends = [_torn_at(rows, start, end, damaged) for start, end in pairwise([*starts, len(rows)])]
    return [(start, _end_of(rows, start, end)) for start, end in zip(starts, ends, strict=True)]


def _torn_at(rows: Sequence[FlowRow], start: int, end: int, damaged: Sequence[int]) -> int:
    """The first row behind a damaged page, or the end."""
    torn = (i for i in range(start, end) if any(rows[start].page < page < rows[i].page for page in damaged))
    return next(torn, end)


def _between(rows: Sequence[FlowRow], title: int, start: int) -> bool:
    """Whether `start` is the 项目名称 row of the form whose title stands just above it."""
    return start - title <= 4 and _is_title(rows[title]) and not _is_title(rows[start])


def _only_goes_on(rows: Sequence[FlowRow], before: int, ahead: Sequence[int]) -> bool:
    """Whether the form at `ahead[0]` is the one before it, its first rows printed again on top of the next page.

    It has the same name, and only one of the two has money: a form printed twice has it both times.
    """
    start, limit = ahead[0], ahead[1]
    own = [row for row in rows[start:limit] if row.ruled and row.cells]
    name = _name_in(rows[before : before + 4])
    if not own or name is None or name != _name_in(rows[start : start + 4]) or rows[start].page == rows[before].page:
        return False
    return not (_has_money(own) and _has_money([row for row in rows[before:start] if row.cells]))


def _has_money(rows: Iterable[FlowRow]) -> bool:
    return any(form.head_part(c.text) == "money" or form.total_horizon(c.text) for row in rows for _, c in row.cells)


def _name_in(rows: Iterable[FlowRow]) -> str | None:
    for row in rows:
        for (_, label), (_, value) in pairwise(row.cells):
            if row.ruled and form.head_part(label.text) == "name":
                return squeeze(value.text)
    return None


def _is_of_whole_body(row: FlowRow) -> bool:
    """部门整体支出绩效目标申报表: targets of the whole body, which is no project."""
    return _is_title(row) and not row.text.rstrip().endswith("…") and "整体" in row.cells[0][1].text


def _tell_of_whole(account: Account, ledger: Ledger, rows: Sequence[FlowRow]) -> None:
    """A form of all spending that names no department or has no indicators."""
    account.title, account.ignored, account.unread = squeeze(rows[0].text), [], []
    for row in rows:
        private = any(form.leading_part(cell.text) == "personal" for _, cell in row.cells)
        for _, cell in row.cells:
            if private:
                account.drop(cell.place)
            elif _is_title(row) or has_digit(cell.text):
                account.ignore(cell, OF_WHOLE)
        ledger.take(row.places, account)


def _is_title(row: FlowRow) -> bool:
    return len(row.cells) == 1 and form.is_title(row.cells[0][1].text)


def _starts_form(rows: Sequence[FlowRow], index: int) -> bool:
    row = rows[index]
    if not row.cells:
        return False
    first = row.cells[0][1].text
    named = form.leading_part(first) == "name"
    if (not named and not _is_title(row)) or _heads_columns(row):
        return False
    below = rows[index + 1 : index + 1 + _REACH]
    stop = next((i for i, r in enumerate(below) if _is_title(r)), len(below))
    found = _labels_in([row, *below[:stop]])
    if "levels" not in found and any(map(_tells_provision, below[:stop])):
        return False
    targeted = {"name", "goals", "levels"} <= found
    if len(found) < _EVIDENCE or not (targeted or found & {"department", "unit", "money"}):
        return False
    return any(_has_value(r) for r in [row, *below[:stop]])


def _labels_in(rows: Iterable[FlowRow]) -> set[str]:
    """The parts of a form that rows label: with their cells, words of these, or what stands before a colon."""
    cells = [cell.text for row in rows for _, cell in row.cells]
    return form.labels_in(word for text in cells for word in [text, *text.split(), *text.replace("：", ":").split(":")])


def _tells_provision(row: FlowRow) -> bool:
    """Whether a line begins with the section of a narrative that tells the year's money: 五、年度预算安排：10万元."""
    label = row.text.replace("：", ":").partition(":")[0]
    bare = _COUNTED.sub("", marks.without_ordinal(label))
    return not row.in_table and vocab.notations("field").get(label_key(bare)) == "annual-provision"


def _heads_columns(row: FlowRow) -> bool:
    """Whether 项目名称 heads a column of names, with no other label of a form beside it: 项目名称 | 合计 | 甲县 …"""
    beside = [cell.text for _, cell in row.cells[1:]]
    return row.ruled and len(beside) >= _COLUMNS and not any(form.is_label(t) or form.leading_part(t) for t in beside)


def _has_value(row: FlowRow) -> bool:
    """Whether the row gives a value beside its label; the head of a list of projects has labels alone."""
    words = [word for _, cell in row.cells for word in (cell.text.split() if len(row.cells) == 1 else [cell.text])]
    parts = [form.leading_part(word) for word in words]
    glued = any(part and re.search(r"[:：]\s*\S", word) for part, word in zip(parts, words, strict=True))
    labels = [part or ("level" if form.is_label(word) else None) for part, word in zip(parts, words, strict=True)]
    return glued or any(part in _NAMING and not after for part, after in pairwise(labels))


def _end_of(rows: Sequence[FlowRow], start: int, limit: int) -> int:
    """After the signatures, or else before the first heading or foreign table below the indicators."""
    below = False
    for index in (i for i in range(start, limit) if rows[i].cells):
        row = rows[index]
        if below and _is_signature(row):
            return _after_signatures(rows, index + 1, limit)
        if below and _is_foreign(row, rows[start]):
            return index
        below = below or _has_level(row)
        if below and len(row.cells) == 1 and _HEADING.fullmatch(row.text.strip()):
            return index
    return _last_form_row(rows, start, limit)


def _has_level(row: FlowRow) -> bool:
    """Whether a row prints a level of indicators: 三级指标, 产出指标."""
    words = (word for _, cell in row.cells for word in cell.text.split())
    return any(form.is_level(word) or form.indicator_kind(word) for word in words)


def _after_signatures(rows: Sequence[FlowRow], index: int, limit: int) -> int:
    while index < limit and rows[index].cells and (_is_signature(rows[index]) or _is_date(rows[index])):
        index += 1
    return index


def _is_date(row: FlowRow) -> bool:
    """Whether a row below the signatures is the day or moment of filling in: 2023-01-31, 20230131094500."""
    return row.in_table and re.fullmatch(r"[\d\s-]+", row.text) is not None


def _is_foreign(row: FlowRow, first: FlowRow) -> bool:
    """Whether the row below the indicators is the title of another form, or the title or head of a budget table."""
    if row.in_table:
        return sum(bool(_BUDGET_HEADS.fullmatch(squeeze(cell.text))) for _, cell in row.cells) > 1
    text = squeeze(row.text)
    return marks.is_title(text) and text != squeeze(first.text)


def _last_form_row(rows: Sequence[FlowRow], start: int, limit: int) -> int:
    """Without signatures: the form in a table ends with the last table that has its labels."""
    if not any(row.in_table for row in rows[start:limit]):
        return limit
    last = start
    for index in range(start, limit):
        row = rows[index]
        if row.in_table and row.cells:
            last = index
    if any(is_heading(row.text) for row in rows[last + 1 : limit]):
        return limit  # the table was but a part of the form: the lines below it have the indicators
    return last + 1


def _without_margins(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """Leave out running heads and page numbers that stand between the parts of a form over page breaks.

    Of a form that is lines but for a few rows in which a table was seen (its money), all are lines.
    """
    if _is_of_lines(rows):
        rows = [_as_line(row) for row in rows]
    ruled = any(row.ruled for row in rows)
    rows = [_parted(row) if ruled else row for row in rows]
    return [row for row in _without_page_numbers(rows) if not (ruled and _is_margin(row))]


def _without_page_numbers(rows: Sequence[FlowRow]) -> list[FlowRow]:
    """Leave out page numbers and the running heads beside them."""
    numbers = {i for i, row in enumerate(rows) if marks.is_page_number(row.text)}
    running = {i for i, row in enumerate(rows) if {i - 1, i + 1} & numbers and marks.is_running_head(row.text)}
    return [row for i, row in enumerate(rows) if i not in numbers | running]


def _is_of_lines(rows: Sequence[FlowRow]) -> bool:
    """Whether a form that is named in a line has few rows in tables."""
    tables = sum(row.in_table for row in rows)
    return 0 < tables < sum(bool(row.cells) for row in rows) / 2 and _is_named_in_lines(rows)


def _is_named_in_lines(rows: Iterable[FlowRow]) -> bool:
    lines = (row.cells[0][1].text.split() for row in rows if row.cells and not row.in_table)
    return any(words and form.leading_part(words[0]) == "name" for words in lines)


def _as_line(row: FlowRow) -> FlowRow:
    cells = tuple(cell for _, cell in row.cells)
    line = ((0, Cell("  ".join(plain(cell.text) for cell in cells), cells[0].place)),) if cells else ()
    return replace(row, cells=line, in_table=False, ruled=False)


def _parted(row: FlowRow) -> FlowRow:
    """A line beside a ruled table with several fields as cells: 项目名称：甲项目    单位：万元."""
    if row.in_table or len(row.cells) != 1:
        return row
    cell = row.cells[0][1]
    parts = re.split(r"\s{2,}", cell.text.strip())
    return replace(row, cells=tuple((i, Cell(part, cell.place)) for i, part in enumerate(parts)))


def _is_margin(row: FlowRow) -> bool:
    if row.in_table or not row.cells:
        return False
    text = row.cells[0][1].text
    if any(form.leading_part(cell.text) in _NAMING for _, cell in row.cells):
        return False
    if any(marks.unit_of(cell.text) for _, cell in row.cells):
        return False
    return not (form.is_title(text) or form.is_year(text) or marks.unit_of(text, head=True) or _is_signature(row))


def _is_signature(row: FlowRow) -> bool:
    return form.leading_part(row.cells[0][1].text) == "personal"


def _is_grid(rows: Sequence[FlowRow]) -> bool:
    """Whether a form stands in cells: five rows of several, or all its rows below the title in a ruled table."""
    several = sum(len(row.cells) > 1 for row in rows)
    return several >= 5 or (several > 1 and all(row.ruled or _is_title(row) for row in rows if row.cells))


def _known_values(forms: Iterable[Sequence[FlowRow]]) -> Known:
    halves: list[str] = []
    for rows in forms:
        for row in rows:
            words = row.text.split()
            kinds = [i for i, word in enumerate(words) if form.indicator_kind(word)]
            if len(kinds) == 2:
                halves += [" ".join(words[kinds[0] + 1 : kinds[1]]), " ".join(words[kinds[1] + 1 :])]
            elif len(words) == 4 and words[0] == words[2]:
                halves.append(" ".join(words[:2]))
            elif len(words) == 2:
                halves.append(" ".join(words))
    return values_in(halves)


def _read_form(rows: Sequence[FlowRow], known: Known, ledger: Ledger) -> Draft:
    first = next(row for row in rows if row.cells)
    place, pages = first.cells[0][1].place, [row.page for row in rows if row.cells]
    draft = Draft(place, ledger.open("form"), pages, of_whole=_is_of_whole_body(first))
    if _is_grid(rows):
        reader = CellsReader(draft)
        for row in whole_labels(whole_rows(rows)):
            reader.feed(row)
        reader.close()
    else:
        read_lines(draft, [Cell(row.text, row.cells[0][1].place) for row in rows if row.cells], known)
    report_lost_numbers(draft, rows)
    return draft


@dataclass(frozen=True, slots=True)
class _Form:
    project: Project
    finished: bool
    rows: tuple[FlowRow, ...]  # without signatures and residues
    accounts: list[Account]


def _finished(draft: Draft, rows: Sequence[FlowRow]) -> Iterator[_Form]:
    project = draft.project()
    if project is None:
        draft.account.leave(Cell("", draft.place), "a form without a name")
        return
    draft.account.title = project.name
    told = {residue.place for residue in draft.account.residues}
    own = tuple(row for row in rows if row.cells and told.isdisjoint(row.places))
    yield _Form(project, draft.finished, own, [draft.account])


def _merged(forms: Sequence[_Form]) -> list[Kept[Project]]:
    """One project for each name, unit and money: forms that go on over the page and forms printed again.

    What the second print has, as before or otherwise than the first, is ignored.
    """
    projects: dict[tuple[object, ...], Kept[Project]] = {}
    open_: dict[tuple[object, ...], bool] = {}
    again: set[tuple[object, ...]] = set()  # printed a second time since they were complete
    for item in forms:
        key = _key(item.project)
        kept = projects.get(key)
        if kept is None:
            projects[key] = Kept(item.project, [*item.accounts])
        else:
            if not open_[key]:
                again.add(key)
            kept.value = _joined(kept.value, item.project, key in again)
            kept.accounts += item.accounts
            _ignore_again(item, kept.value)
        open_[key] = not item.finished
    for kept in projects.values():
        kept.value = replace(kept.value, indicators=tuple(complete_right_half(kept.value.indicators)))
    return [*projects.values()]


def _ignore_again(item: _Form, kept: Project) -> None:
    otherwise = _otherwise(kept, item.project)
    for cell in otherwise:
        item.accounts[0].ignore(cell, _OTHERWISE)
    for cell in _repeated(item, kept, {cell.place for cell in otherwise}):
        item.accounts[0].ignore(cell, _AS_BEFORE)


def _otherwise(kept: Project, more: Project) -> list[Cell]:
    texts = {squeeze(cell.text) for _, cell in kept.fields}
    targets = {(squeeze(i.name), i.target) for i in kept.indicators}
    found = [cell for _, cell in more.fields if squeeze(cell.text) not in texts]
    return found + [_as_cell(i) for i in more.indicators if (squeeze(i.name), i.target) not in targets]


def _as_cell(indicator: Indicator) -> Cell:
    target = indicator.target.printed if indicator.target else ""
    return Cell(f"{indicator.name} {target}".strip(), indicator.place)


def _repeated(form_: _Form, kept: Project, told: set[Place]) -> Iterator[Cell]:
    """The figures of a print that only repeats: those of its head and of what the project has from another print."""
    own = {c.place for _, c in form_.project.fields} | {i.place for i in form_.project.indicators}
    added = {c.place for _, c in kept.fields} | {i.place for i in kept.indicators}
    for twin in form_.project.indicators:  # the other half of a row that adds one
        if twin.place in added and twin.place not in told and twin not in kept.indicators:
            yield _as_cell(twin)
    adds = False
    for row in form_.rows:
        if not own.isdisjoint(row.places):  # rows without a value of their own go on with the one above
            adds = not added.isdisjoint(row.places)
        if not adds:
            yield from (cell for _, cell in row.cells if has_digit(cell.text) and cell.place not in told)


def _key(project: Project) -> tuple[object, ...]:
    unit = squeeze(project.unit.name) if project.unit else None
    return squeeze(project.name), unit, _yuan(project.total), _yuan(project.annual)


def _yuan(amount: Amount | None) -> object:
    return amount.yuan if amount else None


def _joined(known: Project, more: Project, again: bool) -> Project:
    """The project with what the second print adds; of a form printed again only what the first lacks or reads
    otherwise: such a field stands twice, each time with its own place."""
    fields = (*known.fields, *_read_otherwise(known, more, again))
    added = _new(known.indicators, more.indicators) if again else more.indicators
    return replace(
        known,
        pages=tuple(sorted({*known.pages, *more.pages})),
        department=known.department or more.department,
        unit=known.unit or more.unit,
        attribute=known.attribute or more.attribute,
        category=known.category or more.category,
        period=known.period or more.period,
        appropriations=known.appropriations or more.appropriations,
        fields=fields,
        indicators=(*known.indicators, *added),
    )


def _read_otherwise(known: Project, more: Project, again: bool) -> Iterator[tuple[str, Cell]]:
    """Fields of a print that the project lacks, and of a print again those with other words (88号 for 188号); other
    signs are no other reading, nor is a text that one of the prints cuts."""
    texts: dict[str, list[str]] = {}
    for notation, cell in known.fields:
        texts.setdefault(notation, []).append(_words(cell.text))
    for notation, cell in more.fields:
        key = _words(cell.text)
        have = texts.setdefault(notation, [])
        if not have or (again and not any(text.startswith(key) or key.startswith(text) for text in have)):
            have.append(key)
            yield notation, cell


def _words(text: str) -> str:
    return letters(label_key(text))


def _new(known: Iterable[Indicator], more: Iterable[Indicator]) -> list[Indicator]:
    have = {(i.horizon, squeeze(i.name)) for i in known}
    return [i for i in more if (i.horizon, squeeze(i.name)) not in have]
