"""Whether what a report prints is all there, by what it says of itself: totals, counts and lists that come up short.

A page that is gone from between two whole ones leaves no torn sentence. What still shows it is a table that runs to the
end of a page without the rows that its total takes in, or whose rest stands elsewhere, and a list that stops short.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, pairwise

from kg_builder import marks
from kg_builder.model import BudgetTable, Cell, Observation, Page, Place, Project, Residue, Row, Statement
from kg_builder.templates.identity.body_names import same_body
from kg_builder.templates.tables.grids import Section
from kg_builder.templates.wholeness.page_order import printed_numbers
from kg_builder.templates.wholeness.text_lines import broken, rows_under
from kg_builder.text import YUAN_PER, label_key, squeeze

_CENT = Decimal("0.01")  # what rounding may lose in a figure, in the unit of its table
_ITEM = re.compile(
    r"[一二三四五六七八九十]{1,3}、"
)  # 八、社会保障和就业支出: an outermost row of a table without codes
_WHOLE = 2  # tables that come out, at least, before one that does not is told
_WRAPPED = 3  # lines of a name that is wrapped
_OFTEN = 20  # rows of a summary, each rounded
_OF_ITEM = 7  # digits of the code of a 项
_NEAR = 60.0  # points from the last row that has figures to the end of its table at most
_CODED = 3  # rows with codes from which on a table is a list by codes
_LISTED = 3  # items of the narrative from which on they are held against a table
_PUBLISHED = 0.6  # share of the counted projects from which on all of them are meant to be printed
# 编报绩效目标的项目5个
_COUNTED = re.compile(r"(?:编报|编制|设置|填报)绩效目标的(?:\d{4}年度?)?项目(?:共)?(\d+)个")

Column = list[Observation]
Short = tuple[Decimal, Decimal]  # what rows come to, and what they should


def incomplete(
    pages: Sequence[Page],
    sections: Sequence[Section],
    tables: Sequence[BudgetTable],
    projects: Sequence[Project],
    statements: Sequence[Statement],
    unread: Sequence[Residue],
) -> tuple[Residue, ...]:
    """A fault for each page beside which something is missing, by the witness of the report's own figures.

    Of pages, said only of what runs over their border. A text has none to lose: there it is what its lines show. A
    table beside which something is unread is no witness.
    """
    if not any(page.size for page in pages):
        lines = {residue.place.line for residue in unread}
        sure = [table for table in tables if lines.isdisjoint(_lines_of(table))]
        return _incomplete_text([line for page in pages for line in page.lines], sure, projects)
    return _incomplete_pages(pages, sections, tables, projects, statements, {residue.place.page for residue in unread})


def _incomplete_pages(
    pages: Sequence[Page],
    sections: Sequence[Section],
    tables: Sequence[BudgetTable],
    projects: Sequence[Project],
    statements: Sequence[Statement],
    doubtful: set[int],
) -> tuple[Residue, ...]:
    """A fault for each page beside which something is missing; tables on doubtful pages are no witness."""
    counted = _counted_on(pages)
    read = [table for table in tables if doubtful.isdisjoint(_pages_of(table))]
    witnesses = (
        *_rests(sections),
        *((_pages_of(table), said) for table, said in _untitled(tables)),
        # Where the printed numbers count on, no page is gone: a sum that does not come out is the report's own fault.
        *(one for one in (*_short_sums(pages, read), *_unended(pages, read)) if not counted.issuperset(one[0])),
        *_short_lists(pages, tables, statements),
        *_too_few_projects(pages, projects),
    )
    found = dict.fromkeys((page, said) for numbers, said in witnesses for page in numbers)
    return tuple(Residue(said, Place(page), said) for page, said in sorted(found))


def _incomplete_text(
    lines: Sequence[Cell], tables: Sequence[BudgetTable], projects: Sequence[Project]
) -> tuple[Residue, ...]:
    """A fault at each line of a text beside which something is missing; of cells, their sums alone are a witness."""
    end = _end_of(lines)
    short = ((table.place, said) for table, said in _short_tables(tables, end))
    if any(line.place.cell for line in lines) or lines != sorted(lines, key=lambda line: line.place.line or 0):
        return tuple(Residue(said, place, said) for place, said in short)  # of a workbook or several sheets
    groups = (one for table in tables for one in _short_groups(table, end))
    untotalled = (
        (one, f"rows of “{one.title}” are missing: none is a total") for one in _untotalled(tables, _is_account)
    )
    lacking = ((table.place, said) for table, said in (*_untitled(tables), *untotalled))
    told = (*short, *groups, *lacking)
    return (*(Residue(said, place, said) for place, said in told), *broken(lines, tables, projects))


def _counted_on(pages: Sequence[Page]) -> set[int]:
    """The pages whose printed number comes right after the one before and right before the next."""
    numbers = [None, *printed_numbers(pages), None]
    around = zip(numbers, numbers[1:], numbers[2:], pages, strict=False)
    return {
        page.number
        for before, own, after, page in around
        if own is not None and before in {None, own - 1} and after in {None, own + 1} and (before or after)
    }


def _rests(sections: Sequence[Section]) -> Iterator[tuple[Iterable[int], str]]:
    """Tables that go on from a page that does not stand before them."""
    for above, section in pairwise(sections):
        if section.headless:
            first, last = above.sources[-1].place.page, section.sources[0].place.page
            yield (first, last - 1, last), f"the rows at the top of page {last} do not go on from the page before it"


def _untitled(tables: Sequence[BudgetTable]) -> Iterator[tuple[BudgetTable, str]]:
    """Tables without a title in a report whose tables have one: it stood on a page or line that is not before them."""
    lacking = [table for table in tables if table.kind == "other" and not table.title]
    if len(tables) - len(lacking) >= max(_WHOLE, len(lacking)):
        for table in lacking:
            where = f"on page {table.place.page}" if table.place.line is None else f"at line {table.place.line}"
            yield table, f"the table {where} has no title: what it is of is not known"


# --- totals -----------------------------------------------------------------------------------------------------------


def _short_sums(pages: Sequence[Page], tables: Sequence[BudgetTable]) -> Iterator[tuple[Iterable[int], str]]:
    """Tables over the border of pages whose rows come to less than their total."""
    for table, said in _short_tables(tables):
        at = _pages_of(table)
        if len(at) > 1 or _ends_page(pages, table):
            yield range(at[0], at[-1] + 1), said


def _end_of(lines: Sequence[Cell]) -> int:
    """The last line of a text file that prints something."""
    return max((line.place.line or 0 for line in lines if squeeze(line.text)), default=0)


def _short_tables(tables: Sequence[BudgetTable], end: int = 0) -> Iterator[tuple[BudgetTable, str]]:
    """Tables whose rows come to less than their total, in two columns where there are two.

    Said only where more tables of the report come out than not: else it is the layout that is not as it seems. One
    with whose rows a text file ends (line `end`) needs no such witness.
    """
    checked = [(table, sums) for table in tables if (sums := _sums_of(table)) is not None]
    whole = sum(not sums for _, sums in checked)
    sure = whole >= max(_WHOLE, len(checked) - whole)
    for table, sums in checked:
        if sums and (sure or (end and end in _lines_of(table))):
            some, total = max(sums, key=lambda one: one[1] - one[0])
            step = YUAN_PER.get(table.unit, Decimal(1))
            said = f"{some / step:f} of {total / step:f}{table.unit}"
            yield table, f"rows of “{table.title}” are missing: those printed come to {said}"


def _sums_of(table: BudgetTable) -> list[Short] | None:
    """What of a table comes to less than its sum; None where it has no sum to hold it against."""
    step = YUAN_PER.get(table.unit, Decimal(1))
    sides = list(_sides(table))
    deducts = any(o.amount.yuan < 0 for o in table.observations)  # what is deducted may stand in no sum
    if deducts or not any(_outermost(table, figures) for side in sides for figures in side):
        return None
    return [one for side in sides for one in _short_of(table, side, step)] or _short_part(table, step)


def _short_of(table: BudgetTable, side: Sequence[Column], step: Decimal) -> list[Short]:
    """What the rows of one side come to and their total, where they come to less."""
    sums = [one for figures in side if (one := _outermost(table, figures))]
    short = [(some, whole) for some, whole, rows in sums if whole - some > rows * _CENT * step]
    if short and len(short) >= min(2, len(sums)):
        return short
    return _short_items(side, max(whole for _, whole, _ in sums), step) if sums and _is_summary(table) else []


def _short_items(side: Sequence[Column], whole: Decimal, step: Decimal) -> list[Short]:
    """Columns of items without a total of their own that come to less than the total beside them."""
    listed = [figures for figures in side if all(_is_plain_item(o) for o in figures)]
    parts = [_sum(figures) for figures in listed]
    return [(some, whole) for some in parts if whole - some > _OFTEN * _CENT * step]


def _is_plain_item(o: Observation) -> bool:
    return not o.total and "fundingSource" not in dict(o.dimensions) and bool(_ITEM.match(o.label))


def _sum(figures: Iterable[Observation]) -> Decimal:
    return sum((o.amount.yuan for o in figures), Decimal(0))


def _short_part(table: BudgetTable, step: Decimal) -> list[Short]:
    """What the rows under one row come to and that row, where they run over a page and come to less; its like do not.

    Where a row within a page does not come out either, the levels of the table are not what they seem.
    """
    short = []
    rows = [row for row in table.rows if not marks.is_total(row.label)]
    for column in (column for side in _sides(table) for column in side):
        figures = {o.row: o.amount.yuan for o in column if not o.total}
        own = [row for row in rows if row.number in figures]
        for at, row in enumerate(own):
            block = rows_under(own, at)
            some = _sum_of_inner(block, figures)
            if block and figures[row.number] - some > len(block) * _CENT * step:
                if not _is_open(own, at, len(block), rows[-1]):
                    return []
                short.append((some, figures[row.number]))
    return short


def _short_groups(table: BudgetTable, end: int) -> Iterator[tuple[Place, str]]:
    """The one row of a table under which rows come to less than it, where those under others come to what they are.

    A text file that ends with the table (line `end`, that of a wrapped name perhaps) needs no others, nor does a list
    of projects, where those of a body come to what it has.
    """
    ends = end - _lines_of(table)[-1] <= _WRAPPED or table.kind.startswith("projects")
    step = YUAN_PER.get(table.unit, Decimal(1))
    for column in sorted({o.column for o in table.observations}):
        figures = {o.row: o.amount.yuan for o in table.observations if o.column == column}
        blocks = _blocks(table, figures)
        comes = {row.number: _sum_of_inner(block, figures) for row, block in blocks}
        lost = {row.number: figures[row.number] - comes[row.number] for row, _ in blocks}
        short = [row for row, block in blocks if lost[row.number] > _rounding(len(block)) * step]
        if len(short) == 1 and (ends or len(blocks) > _WHOLE):
            come = f"{comes[short[0].number] / step:f} of {figures[short[0].number] / step:f}{table.unit}"
            said = f"rows under “{short[0].label}” in “{table.title}” are missing: those printed come to {come}"
            yield short[0].place, said
            return


def _blocks(table: BudgetTable, figures: Mapping[int, Decimal]) -> list[tuple[Row, list[Row]]]:
    """The rows of a column that have others under them, with these."""
    own = [row for row in table.rows if row.number in figures]
    return [(row, block) for at, row in enumerate(own) if (block := rows_under(own, at))]


def _rounding(rows: int) -> Decimal:
    """What so many rounded figures all but surely differ from their rounded sum by at most: over four deviations."""
    return min(rows * _CENT, _CENT * 2 + _CENT * Decimal(rows).sqrt())


def _sum_of_inner(block: Sequence[Row], figures: Mapping[int, Decimal]) -> Decimal:
    """What the outermost of some rows come to."""
    inner = min((row.level for row in block), default=0)
    return sum((figures[row.number] for row in block if row.level == inner), Decimal(0))


def _is_open(rows: Sequence[Row], at: int, length: int, last: Row) -> bool:
    """Whether a row and those under it run to another page, or to the end of the table."""
    pages = {row.place.page for row in rows[at : at + length + 2]}
    return len(pages) > 1 or rows[at + length] is last


def _pages_of(table: BudgetTable) -> list[int]:
    return sorted({row.place.page for row in table.rows} | {table.place.page})


def _lines_of(table: BudgetTable) -> range:
    """The lines of a text file that a table stands on."""
    lines = [place.line or 0 for place in (table.place, *(row.place for row in table.rows))]
    return range(min(lines), max(lines) + 1)


def _sides(table: BudgetTable) -> Iterator[list[Column]]:
    """The figures of each column, top down, the columns of revenue apart from those of expenditure."""
    found = defaultdict[object, dict[int, Column]](dict)
    for o in sorted(table.observations, key=lambda o: o.row):
        found[dict(o.dimensions).get("side"), o.organization].setdefault(o.column, []).append(o)
    yield from (list(columns.values()) for columns in found.values())


def _outermost(table: BudgetTable, figures: Sequence[Observation]) -> tuple[Decimal, Decimal, int] | None:
    """What the outermost rows of a column come to, its first total, and how many rows they are."""
    codes = _codes_of(table, figures)
    total = next((o.amount.yuan for o in figures if o.total), None)
    own = [o for o in figures if not o.total and o.row in codes]
    shortest = min((len(codes[o.row]) for o in own if codes[o.row]), default=0)
    outer = [o for o in own if (len(codes[o.row]) == shortest if shortest else _ITEM.match(o.label))]
    return (_sum(outer), total, len(outer)) if total and outer else None


def _codes_of(table: BudgetTable, figures: Sequence[Observation]) -> dict[int, str]:
    """The code of each row, as printed; where no row has one, that of its name."""
    codes = {row.number: row.code or "" for row in table.rows}
    named = {} if any(codes.values()) else {o.row: dict(o.dimensions).get("economicCode", "") for o in figures}
    return codes | {row: code for row, code in named.items() if row in codes}


def _ends_page(pages: Sequence[Page], table: BudgetTable) -> bool:
    """Whether nothing is printed below a table on its last page but the number of the page."""
    last = max(table.rows, key=lambda row: (row.place.page, row.number), default=None)
    page = next((page for page in pages if last and page.number == last.place.page), None)
    if last is None or page is None or last.place.box is None:
        return False
    foot = max((t.place.box.bottom for t in page.tables if t.place.box), default=last.place.box.bottom)
    return last.place.box.bottom > foot - _NEAR and all(marks.is_page_number(text) for text in _below(page, foot))


def _below(page: Page, top: float) -> Iterator[str]:
    """The lines of a page below a height."""
    return (line.text for line in page.lines if line.place.box and line.place.box.top > top and squeeze(line.text))


def _unended(pages: Sequence[Page], tables: Sequence[BudgetTable]) -> Iterator[tuple[Iterable[int], str]]:
    """Tables that run to the end of a page and have no total."""
    for table in _untotalled(tables, _is_list):
        if _ends_page(pages, table):
            at = _pages_of(table)
            yield range(at[0], at[-1] + 1), f"the end of “{table.title}” is missing: it has no total"


def _untotalled(tables: Sequence[BudgetTable], is_list: Callable[[BudgetTable], bool]) -> Iterator[BudgetTable]:
    """Tables that have no total, where most others of their kind in the report have one.

    A summary always has one: the only one that is left is held against the other tables.
    """
    for family in (_is_summary, is_list):
        alike = [table for table in tables if table.observations and family(table)]
        lacking = [table for table in alike if not _has_total(table)]
        others = len(alike) > 1 or (family is _is_summary and sum(map(_has_total, tables)) >= _WHOLE)
        if others and (len(lacking) == 1 or 2 * len(lacking) < len(alike)):
            yield from lacking


def _has_total(table: BudgetTable) -> bool:
    return any(o.total for o in table.observations)


def _is_summary(table: BudgetTable) -> bool:
    return table.kind.endswith("summary")


def _is_account(table: BudgetTable) -> bool:
    """Whether the kind of a table is one whose rows always end or begin in a total; a single row has its own beside."""
    if len({o.row for o in table.observations}) < _WHOLE:
        return False
    of_items = table.kind == "three-public" and any("公务接待" in row.label for row in table.rows)
    return of_items or _is_list(table) or table.kind.endswith(("revenue", "expenditure", "basic"))


def _is_list(table: BudgetTable) -> bool:
    return sum(row.code is not None for row in table.rows) >= _CODED


# --- the narrative ----------------------------------------------------------------------------------------------------


def _short_lists(
    pages: Sequence[Page], tables: Sequence[BudgetTable], statements: Sequence[Statement]
) -> Iterator[tuple[Iterable[int], str]]:
    """Items of the narrative that follow a table row by row, and leave out a run of rows where a page ends."""
    items = [s for s in statements if s.topic == "function" and s.subject and "项" in s.subject]
    numbers = {page.number for page in pages}
    for table in tables:
        rows = [row for row in table.rows if row.code and len(row.code) == _OF_ITEM]
        at = _matched(rows, table, items)
        if gap := _one_gap(at):
            said = f"the text goes through “{table.title}” and stops before {rows[gap.start].code}"
            yield numbers & _beside(at[gap.start - 1], next(iter(at[gap.stop :]), None), pages), said


def _beside(before: Statement | None, after: Statement | None, pages: Sequence[Page]) -> set[int]:
    """The pages around what the narrative leaves out, where a page ends there; else none."""
    first, next_on = before.place.page if before else 0, after.place.page if after else 0
    if before is None or not _is_last(before, pages) or 0 < next_on <= first:
        return set()
    return {first, first + 1, next_on}


def _one_gap(at: Sequence[Statement | None]) -> range | None:
    """The one run of rows, not the first, that the narrative leaves out where it has the others."""
    gaps = [run for is_gap, run in _runs(at) if is_gap]
    enough = sum(one is not None for one in at) >= _LISTED
    return gaps[0] if enough and len(gaps) == 1 and gaps[0].start else None


def _matched(rows: Sequence[Row], table: BudgetTable, items: Sequence[Statement]) -> list[Statement | None]:
    """For each row the item of the narrative that prints its figure, with its name or where no other row has it."""
    figures = defaultdict[int, set[Decimal]](set)
    for o in table.observations:
        figures[o.row].add((o.amount.yuan / 10000).quantize(_CENT))
    times = Counter(figure for row in rows for figure in figures[row.number])
    return [next((s for s in items if _is_item(s, row, figures[row.number], times)), None) for row in rows]


def _is_item(statement: Statement, row: Row, figures: Collection[Decimal], times: Mapping[Decimal, int]) -> bool:
    value = statement.value.quantize(_CENT)
    if statement.unit != "万元" or value not in figures:
        return False
    return label_key(row.label) in label_key(statement.subject or "") or (times[value] == 1 and value >= 1)


def _runs(at: Sequence[Statement | None]) -> Iterator[tuple[bool, range]]:
    start = 0
    for is_gap, run in groupby(at, key=lambda one: one is None):
        end = start + len(list(run))
        yield is_gap, range(start, end)
        start = end


def _is_last(item: Statement, pages: Sequence[Page]) -> bool:
    """Whether an item is the last of its kind that its page prints, with no heading below it."""
    page = next(page for page in pages if page.number == item.place.page)
    top = item.place.box.top if item.place.box else 0.0
    below = [line for line in page.lines if line.place.box and line.place.box.top > top + 1]
    return not any(marks.ordinal_of(squeeze(line.text)) for line in below) and not page.tables


def _too_few_projects(pages: Sequence[Page], projects: Sequence[Project]) -> Iterator[tuple[Iterable[int], str]]:
    """Fewer target forms than the text counts, where most of them are printed."""
    text = {page.number: "".join(squeeze(line.text) for line in page.lines) for page in pages}
    counted = [(number, int(found[1])) for number, said in text.items() if (found := _COUNTED.search(said))]
    forms = [project for project in projects if project.kind == "project" and project.indicators]
    if len(counted) == 1 and _PUBLISHED * counted[0][1] <= len(forms) < counted[0][1]:
        page, number = counted[0]
        at = {at for form in forms for at in (form.place.page - 1, *form.pages)} | {page}
        said = f"page {page} counts {number} projects with targets, {len(forms)} are printed"
        yield at & set(text), said


# --- of another body --------------------------------------------------------------------------------------------------


def of_another(pages: Sequence[Page], projects: Sequence[Project], body: str) -> tuple[Residue, ...]:
    """A fault for each page of a target form whose bodies are not the report's and stand nowhere else in it."""
    text = {page.number: "".join(squeeze(line.text) for line in page.lines) for page in pages if page.size}
    found = []
    for project in projects:
        names = [one.name for one in (project.department, project.unit) if one]
        elsewhere = "".join(said for number, said in text.items() if number not in project.pages)
        if names and not any(same_body(name, body) or name in elsewhere for name in names):
            said = f"the form names {'、'.join(names)}, the report is of {body}"
            found += [Residue(said, Place(page), said) for page in project.pages if page in text]
    return tuple(found)


def amid_tables(
    pages: Sequence[Page], tables: Sequence[BudgetTable], projects: Sequence[Project]
) -> tuple[Residue, ...]:
    """A fault for each page of a project that names no body, is named nowhere else and stands before budget tables.

    Reports print their projects behind their tables: one amid them may be another report's.
    """
    last = max((table.place.page for table in tables if not table.kind.startswith(("other", "projects"))), default=0)
    text = {page.number: "".join(squeeze(line.text) for line in page.lines) for page in pages if page.size}
    found = []
    for project in projects:
        elsewhere = "".join(said for number, said in text.items() if number not in project.pages)
        known = project.department or project.unit or squeeze(project.name) in elsewhere
        if not known and max(project.pages) < last:
            said = f"“{project.name}” names no body and stands amid the tables: it may be another report's"
            found += [Residue(said, Place(page), said) for page in project.pages if page in text]
    return tuple(found)
