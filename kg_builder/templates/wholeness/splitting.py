"""A file that holds several reports → the pages of each: two bodies, department and unit, two years, budget and final.

A report may begin at a title, a list of contents, a first part, where page numbers or tables begin again, and where
another body is named from there on. What lies between two such places is a block; neighbours that contradict each other
in what they claim are of two reports. Nothing is parsed. Where it cannot be decided, the file is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Any

from kg_builder import marks
from kg_builder.model import Cell, Page
from kg_builder.templates.claims import BEGINS, At, Claim, read_claims
from kg_builder.templates.identity.body_names import region_of
from kg_builder.templates.wholeness.page_order import printed_numbers
from kg_builder.text import squeeze

# What may begin a report, the surest first: it begins at the surest of those before its first claim.
_SIGNS = ("title", "contents", "numbers", "first part", "tables", "body")
_WEIGHT = {"title": 3, "cover": 2, "caption": 2, "table": 1, "line": 1}
_FIRM = 2  # weight from which on what a block says is sure; without a sign of a beginning it says it twice, too
# 2024年“三公”经费预算数 · 2025年度项目总预算 · 2025年部门预算安排
_BUDGET_OF = re.compile(r"(20\d\d)年(?:度|部门|单位)*(?:“三公”经费|项目总|收入|支出)?预算(?:数|安排|\d)?")
_FEW_PAGES = 2  # pages of another report that stand in one by mistake; more are a report
_AGAIN = 3  # kinds of tables printed twice from which on a file holds a second report without a name


@dataclass(frozen=True, slots=True)
class Block:
    """Print from one place where a report may begin to the next, with what it claims."""

    at: At
    sign: str
    claims: tuple[Claim, ...]


def split_reports(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages of each report, in the order of print; all pages where there is one.

    Page numbers and places stay those of the file. A page on which a report begins below another's end is cut there.
    """
    reports = _without_interruptions(_reports(_blocks(pages, read_claims(pages))), pages)
    strays = {index: said for report in reports for index, said in _strays(pages, report)}
    kept = [
        replace(page, lines=(), tables=(), faults=(*page.faults, strays[index]), apart=True)
        if index in strays
        else page
        for index, page in enumerate(pages)
    ]
    return _cut(kept, [report[0].at for report in reports[1:]])


def _blocks(pages: Sequence[Page], claims: Sequence[Claim]) -> list[Block]:
    """The whole file in blocks."""
    starts = {(0, 0): "title"}
    for place, sign in _starts(pages, claims):
        at = _with_captions(pages, place)
        if at not in starts or _SIGNS.index(sign) < _SIGNS.index(starts[at]):
            starts[at] = sign
    edges = [*sorted(starts), (len(pages), 0)]
    return [
        Block(start, starts[start], tuple(c for c in claims if start <= c.at < end)) for start, end in pairwise(edges)
    ]


def _starts(pages: Sequence[Page], claims: Sequence[Claim]) -> Iterator[tuple[At, str]]:
    """Every place where a report may begin, and what says so."""
    yield from ((claim.at, "title") for claim in claims if claim.sign == "title")
    for index, page in enumerate(pages):
        for number, line in enumerate(page.lines):
            text = squeeze(line.text).lstrip("#")
            if text == "目录":
                yield (index, number), "contents"
            elif BEGINS.fullmatch(text):
                yield (index, number), "first part"
    yield from ((at, "numbers") for at in _numbers_again(printed_numbers(pages)))
    yield from ((at, "tables") for at in _tables_again(claims))
    yield from ((at, "body") for at in _other_bodies(claims) if not _is_part(pages, claims, at))


def _with_captions(pages: Sequence[Page], at: At) -> At:
    """The place with what stands above it: the page where no sentence and no table does, or the caption of a table."""
    index, line = at
    page = pages[index]
    if page.size is not None and line < len(page.lines):
        tables = [table for table in page.tables if _top(table.place) < _top(page.lines[line].place)]
        if not tables and not any("。" in above.text for above in page.lines[:line]):
            return index, 0
    while line and _is_caption(page.lines[line - 1].text):
        line -= 1
    return index, line


def _is_caption(text: str) -> bool:
    return marks.is_title(text) or marks.is_table_label(text) or marks.is_body_line(text) or bool(marks.unit_of(text))


def _numbers_again(numbers: Sequence[int | None]) -> Iterator[At]:
    """Pages from which on the printed numbers count anew, with those right before that print none."""
    last: tuple[int, int] | None = None  # index and number of the last page that prints one
    for index, number in enumerate(numbers):
        if number is None:
            continue
        if last is not None and number <= last[1]:
            yield (max(last[0] + 1, index - number + 1), 0)
        last = index, number


def _tables_again(claims: Iterable[Claim]) -> Iterator[At]:
    """Titles of tables of a kind that stands above."""
    seen: set[str] = set()
    for claim in claims:
        if claim.table is None:
            continue
        if claim.table in seen:
            yield claim.at
            seen = set()
        seen.add(claim.table)


def _other_bodies(claims: Sequence[Claim]) -> Iterator[At]:
    """Where another body is named than before, if that one is not named again before the next title."""
    named = [claim for claim in claims if claim.body]
    for number, (before, after) in enumerate(pairwise(named)):
        if before.body == after.body:
            continue
        ahead = named[number + 1 :]
        end = next((i for i, claim in enumerate(ahead) if claim.sign == "title"), len(ahead))
        if before.body not in {claim.body for claim in ahead[:end]}:
            yield after.at


def _is_part(pages: Sequence[Page], claims: Sequence[Claim], at: At) -> bool:
    """Whether the body named there stands in the report before, as its units do, and few tables follow."""
    names = {claim.body for claim in claims if claim.at == at and claim.body}
    lines = [*(line for page in pages[: at[0]] for line in page.lines), *pages[at[0]].lines[: at[1]]]
    text = "".join(squeeze(line.text) for line in lines)
    if not any(name.removeprefix(region_of(name) or "") in text for name in names):
        return False
    before, after = ({c.table for c in claims if c.table and (c.at < at) == earlier} for earlier in (True, False))
    return len(before & after) < _AGAIN


def _reports(blocks: Sequence[Block]) -> list[list[Block]]:
    """Blocks of one report together; one that names nobody and has no table goes with what follows, or else before."""
    reports: list[list[Block]] = [[blocks[0]]]
    waiting: list[Block] = []
    for number, block in enumerate(blocks[1:], 1):
        run, report = [*waiting, block], reports[-1]
        named = _said([block], "body")
        if named and _said(report, "body") is None:  # all that this body's report says, against the one without a name
            own = blocks[number : _end_of(blocks, number, named)]
        else:
            own = [block] if named else run
        again = _again(report, block)
        while again and len(report) > 1 and not _tables(report[-1:]):  # its title is no other than the first one's
            run.insert(0, report.pop())
        if again or _contradict(report, own):
            begin = min(range(len(run)), key=lambda i: _SIGNS.index(run[i].sign))
            reports[-1] += run[:begin]
            reports.append(run[begin:])
            waiting = []
        elif named or (_goes_on(report, block) and not _contradict(report, [block], least=1)):
            reports[-1] += run
            waiting = []
        else:
            waiting = run
    reports[-1] += waiting
    return reports


def _without_interruptions(reports: Sequence[list[Block]], pages: Sequence[Page]) -> list[list[Block]]:
    """The reports, each whole again where a page or two of another body stand in it: it goes on behind them.

    That it does is shown by the next report, which is the same, or by its body's whole name on a page that is left.
    """
    found = [list(report) for report in reports[:1]]
    whole: list[Block] = list(reports[0]) if reports else []  # the last report, without what stands in it
    interrupted = False
    for number, report in enumerate(reports[1:], 1):
        above, same = _said(whole, "body"), _said(whole, "body") == _said(report, "body")
        below = reports[number + 1] if number + 1 < len(reports) else None
        if interrupted and same and not _contradict(whole, report):
            found[-1] += report
            whole += report
        elif above and not same and _interrupts(report, whole, below, pages):
            found[-1] += report
            interrupted = True
        else:
            found.append(list(report))
            whole, interrupted = list(report), False
    return found


def _interrupts(report: Sequence[Block], whole: Sequence[Block], below: Sequence[Block] | None, pages: Any) -> bool:
    """Whether a report is a page or two that stand in another one."""
    above, body = _said(whole, "body"), _said(report, "body")
    first, end = report[0].at[0], below[0].at[0] if below else len(pages)
    last = max((claim.at[0] for claim in _claims(report) if claim.body == body), default=first)
    if body is None or pages[first].size is None or last - first >= _FEW_PAGES or _again(whole, report[-1]):
        return False
    if below and _said(below, "body") == above and not _contradict(whole, below):
        return end - first <= _FEW_PAGES + 1
    rest = [pages[index] for index in range(last + 1, end)]
    return any(_names(page, above) for page in rest) and not any(_names(page, body) for page in rest)


def _names(page: Page, name: str) -> bool:
    return any(name in squeeze(line.text) for line in page.lines)


def _strays(pages: Sequence[Page], report: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """Pages of a PDF amid a report that are another's: their index, and what says so."""
    body, claims = _said(report, "body"), _claims(report)
    yield from _of_later_years(pages, report, _said(report, "year"))
    for index, own in groupby(claims, key=lambda claim: claim.at[0]):
        on_page = list(own)
        if body is None or pages[index].size is None:
            continue
        if named := [claim for claim in on_page if claim.body]:
            other = _named_alone(named, body, _said(report, "year"))
            if other and not _is_named(other, pages, index, report):
                yield index, f"the page names {other}, the pages around it {body}: it is not read"
        elif _is_of_other_stage(on_page, claims, _said(report, "stage")):
            yield index, "the page prints a table again, of a budget in a final account or the reverse: it is not read"


def _of_later_years(pages: Sequence[Page], report: Sequence[Block], year: int | None) -> Iterator[tuple[int, str]]:
    """Pages of a PDF that print a budget of a year after the report's, and the report's year nowhere."""
    first, last = report[0].at[0], max((claim.at[0] for claim in _claims(report)), default=-1)
    for index in range(first, last + 1):
        text = "".join(squeeze(line.text) for line in pages[index].lines)
        years = {int(found[1]) for found in _BUDGET_OF.finditer(text)}
        if year and pages[index].size and years and min(years) > year and str(year) not in text:
            yield index, f"the page is of {min(years)}, the pages around it of {year}: it is not read"


def _named_alone(named: Sequence[Claim], body: str, year: int | None) -> str | None:
    """The body that a page names, where it does not name the report's: more than once, in a caption or a title, with
    another year, or one of another region.
    """
    names = Counter(claim.body for claim in named)
    name, times = names.most_common(1)[0]
    own = [claim for claim in named if claim.body == name]
    elsewhere = name is not None and _is_elsewhere(name, body)
    sure = times > 1 or elsewhere or any(c.sign != "line" or (year and c.year and c.year != year) for c in own)
    return name if sure and body not in names else None


def _is_elsewhere(name: str, body: str) -> bool:
    """Whether two bodies are of regions of which neither is in the other."""
    one, other = region_of(name), region_of(body)
    return bool(one and other and not one.startswith(other) and not other.startswith(one))


def _is_of_other_stage(on_page: Sequence[Claim], claims: Sequence[Claim], stage: Any) -> bool:
    """Whether all tables of a page are of the other stage than the report, which prints such tables elsewhere."""
    tables = [claim for claim in on_page if claim.table]
    stages = {claim.stage for claim in tables if claim.stage}
    elsewhere = {claim.table for claim in claims if claim not in on_page}
    return bool(stages) and stage not in {None, *stages} and any(claim.table in elsewhere for claim in tables)


def _is_named(name: str, pages: Sequence[Page], index: int, report: Sequence[Block]) -> bool:
    """Whether another page of the report prints the name of a body, with its region or the last part of it."""
    first, last = report[0].at[0], max(claim.at[0] for claim in _claims(report))
    names = {name[start:] for start in range(max(1, len(region_of(name) or "") - 2))}
    texts = [squeeze(line.text) for page in (*pages[first:index], *pages[index + 1 : last + 1]) for line in page.lines]
    return any(one in text for text in texts for one in names)


def _goes_on(report: Sequence[Block], block: Block) -> bool:
    """Whether a block that is not sure whose it is has tables, or names a body that the report names."""
    return bool(_tables([block]) or _bodies([block]) & _bodies(report))


def _end_of(blocks: Sequence[Block], start: int, body: str) -> int:
    """The block up to which no other body is named."""
    others = (i for i in range(start, len(blocks)) if _said([blocks[i]], "body") not in {body, None})
    return next(others, len(blocks))


def _bodies(blocks: Iterable[Block]) -> set[str]:
    return {claim.body for claim in _claims(blocks) if claim.body}


def _claims(blocks: Iterable[Block]) -> list[Claim]:
    return [claim for block in blocks for claim in block.claims]


def _said(blocks: Sequence[Block], aspect: str, least: int = 0) -> Any:
    """What blocks say of the body, year, stage or scope: most of their claims, with the least weight that is sure."""
    weights, times = Counter[Any](), Counter[Any]()
    for claim in _claims(blocks):
        value = getattr(claim, aspect)
        if value is not None and (aspect != "stage" or claim.body or claim.sign in {"title", "table"}):
            weights[value] += _WEIGHT[claim.sign]
            times[value] += 1
    if not weights:
        return None
    best, weight = weights.most_common(1)[0]
    often = least or 1 + (blocks[0].sign in {"tables", "body"})
    return best if weight >= (least or _FIRM) and times[best] >= often and 2 * weight > weights.total() else None


def _contradict(one: Sequence[Block], other: Sequence[Block], least: int = 0) -> bool:
    pairs = ((_said(one, aspect), _said(other, aspect, least)) for aspect in ("body", "year", "stage", "scope"))
    return any(a is not None and b is not None and a != b for a, b in pairs)


def _again(report: Sequence[Block], block: Block) -> bool:
    """Whether the tables of a report come again."""
    return len(_tables(report) & _tables([block])) >= _AGAIN


def _tables(blocks: Iterable[Block]) -> set[str]:
    return {claim.table for claim in _claims(blocks) if claim.table}


def _cut(pages: Sequence[Page], cuts: Sequence[At]) -> list[list[Page]]:
    """The pages before, between and after the places."""
    parts: list[list[Page]] = [[]]
    for index, page in enumerate(pages):
        begins = [line for at, line in cuts if at == index]
        edges = [0, *begins, len(page.lines)]
        for number, (first, end) in enumerate(pairwise(edges)):
            if number:
                parts.append([])
            if not begins:
                parts[-1].append(page)
            elif end > first:
                parts[-1].append(_lines_of(page, page.lines[first:end]))
    return [part for part in parts if part]


def _lines_of(page: Page, lines: tuple[Cell, ...]) -> Page:
    """The page with these lines alone and the grids that stand among them."""
    if len(lines) == len(page.lines):
        return page
    first, last = _top(lines[0].place), _top(lines[-1].place)
    tables = tuple(t for t in page.tables if first <= _top(t.place) <= last)
    return replace(page, lines=lines, tables=tables)


def _top(place: Any) -> float:
    return place.box.top if place.box else float(place.line or 0)
