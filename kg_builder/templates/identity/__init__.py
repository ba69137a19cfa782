"""Whose report it is: body, region, year, stage and scope from the printed text alone, each with its evidence.

Read from the cover, the captions of the tables (部门名称：, 编制单位：, 预算主管部门：), their titles, and the
headings of the narrative. What is printed most often wins; the cover weighs more than one caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kg_builder import marks
from kg_builder.errors import ReadingError
from kg_builder.model import IDENTITY, UNSTATED, Body, Cell, Identity, Page, Project, Publication, Scope, Stage
from kg_builder.templates.claims import captions_of, headline_of, read_claims
from kg_builder.templates.identity.body_names import bare_body, body_name, is_office, region_of, same_body
from kg_builder.templates.identity.governments import Government, government_over_rows, read_government
from kg_builder.templates.tables.grids import Section
from kg_builder.text import squeeze

# 2024年某市教育局收支预算总表 · 2023年度某中学财政拨款支出决算表
_TABLE_TITLE_BODY = re.compile(
    r"20\d\d年?度?(?P<name>[一-鿿（）()]{4,40}?)(?=(?:部门)?(?:财务)?(?:收支|收入|支出|财政拨款|一般公共预算|政府性基金|国有资本|“?三公|项目支出|政府采购|机关运行))"
)
# 第一部分某市教育局概况 · 第二部分某市教育局2024年
_PART_BODY = re.compile(r"^第[一二三四]部分(?P<name>[^0-9。]{4,40}?)(?:概况|基本情况|20\d\d)")


@dataclass(frozen=True, slots=True)
class _Sign:
    value: str
    weight: float
    cell: Cell


def read_identity(
    pages: Sequence[Page],
    sections: Sequence[Section],
    file: str = "",
    stated: Publication = UNSTATED,
    projects: Sequence[Project] = (),
) -> Identity:
    """Identity of the report; ReadingError where body or year are neither printed nor stated.

    `file` only names the file in an error; `projects` are those of its forms: they name a body where nothing else does.
    What is `stated` is used where print says nothing, and else kept beside
    what is printed where the two differ.
    """
    printed = _printed_identity(pages, sections, file, stated, projects)
    told = dict(printed.evidence)
    of_parts = [(part, getattr(stated, part)) for part in IDENTITY]
    kept = [(p, str(v)) for p, v in of_parts if v is not None and (p not in told or _differ(p, v, printed))]
    return replace(printed, stated=tuple(kept), stated_by=stated.by if kept else "")


def _differ(part: str, stated: str | int, printed: Identity) -> bool:
    """Whether what is stated of a part contradicts print; titles say one thing in many ways."""
    said = getattr(printed, part)
    if part == "body":
        return not same_body(str(stated), said)
    if part == "region":
        return not (str(stated).endswith(said) or said.endswith(stated))
    return part != "title" and stated != said


def _printed_identity(
    pages: Sequence[Page],
    sections: Sequence[Section],
    file: str,
    stated: Publication,
    projects: Sequence[Project],
) -> Identity:
    cover, lines = cover_lines(pages), [line for page in pages for line in page.lines]
    captions = _captions([*cover, *(cell for s in sections for cell in s.lines), *lines])
    headline = _headlines(cover)
    government = read_government(cover)
    if government is None and not captions and not any(h.name for h in headline):
        government = read_government((), _titles(sections)) or government_by_rows(sections)
    if government is not None:
        return _of_government(government)
    body, body_cell = _body(captions, headline, sections, pages, projects, file, stated.body)
    year, year_cell = _year(headline, sections, cover, pages, file, stated.year)
    stage, stage_cell = _stage(headline, sections, cover, lines, stated.stage)
    scope, scope_cell = _scope(captions, headline, cover, lines, stated.scope)
    region, region_cell = _region(body, body_cell, cover, stated.region)
    title, title_cell = _title(headline, body, year, stage, scope, body_cell, stated.title)
    evidence = (
        ("body", body_cell),
        ("year", year_cell),
        ("stage", stage_cell),
        ("scope", scope_cell),
        ("title", title_cell),
        ("region", region_cell),
    )
    found = tuple((part, marks.without_people(cell)) for part, cell in evidence if cell is not None)
    return Identity(body, region, year, stage, scope, title, found)


def _titles(sections: Sequence[Section]) -> list[tuple[str, Cell]]:
    return [(section.title, section.first) for section in sections]


def government_by_rows(sections: Sequence[Section]) -> Government | None:
    """The government that tables of levels without a place are of, by the places that stand in their rows."""
    cells = (cell for section in sections for part in section.parts for row in part for cell in row if cell)
    return government_over_rows(_titles(sections), (squeeze(cell.text) for cell in cells))


def _of_government(found: Government) -> Identity:
    at = marks.without_people(found.cell)
    evidence = tuple((part, at) for part in ("body", "year", "stage", "scope", "title", "region"))
    return Identity(found.place, region_of(found.place), found.year, found.stage, "government", found.title, evidence)


def cover_lines(pages: Sequence[Page]) -> list[Cell]:
    """The lines before the list of contents or the first part, at most two pages and 14 lines."""
    found: list[Cell] = []
    for page in pages[:2]:
        for line in page.lines:
            text = squeeze(line.text).lstrip("#")
            if (
                re.match(r"目录$|目录|第一部分|一、", text)
                or len(found) >= 14
                or (marks.is_title(text) and "公开" not in text)
            ):
                return found
            if text:
                found.append(line)
    return found


def line_text(line: Cell) -> str:
    """A line's text without the blanks around it and the # of a heading."""
    return line.text.strip().lstrip("#").strip()


def _captions(cells: Iterable[Cell]) -> list[tuple[str, _Sign]]:
    """(role, name) of every caption such as 部门名称：…, each cell once."""
    found: list[tuple[str, _Sign]] = []
    seen: set[tuple[object, str]] = set()
    for cell in cells:
        for role, name in captions_of(line_text(cell)):
            if (cell.place, name) not in seen:
                seen.add((cell.place, name))
                found.append((role, _Sign(name, 1, cell)))
    return found


def caption_body(section: Section) -> str | None:
    """The body that a table's own caption names: 部门名称：…, 编制单位：…; None without such a caption."""
    return named_body(section.lines)


def named_body(cells: Iterable[Cell]) -> str | None:
    """The body that lines such as 预算主管部门：… name, the first of them; None without any."""
    return next((sign.value for sign in _own(_captions(cells))), None)


def _own(captions: Iterable[tuple[str, _Sign]]) -> list[_Sign]:
    """The captions that name the body itself, not the department in charge of it."""
    return [sign for role, sign in captions if role != "主管部门"]


def names_printed_of(body: str, pages: Sequence[Page]) -> list[str]:
    """The names that captions print for the body, with second names in brackets, and all of the cover's titles."""
    cover = cover_lines(pages)
    captions = _captions([*cover, *(line for page in pages for line in page.lines)])
    names = [sign.value for _, sign in captions if bare_body(sign.value) == body]
    return names + [h.name for h in _headlines(cover) if h.name]


@dataclass(frozen=True, slots=True)
class _Headline:
    text: str
    name: str
    year: int
    scope: str | None
    stage: str
    cell: Cell


def _headlines(cover: Sequence[Cell]) -> list[_Headline]:
    """Titles of the report on its cover, also where they run over several lines."""
    found: list[_Headline] = []
    for start in range(len(cover)):
        for length in (1, 2, 3, 4):
            text = "".join(squeeze(line_text(c)) for c in cover[start : start + length])
            if (said := headline_of(text)) and start + length <= len(cover):
                name, year, stage, scope = said
                found.append(_Headline(text, name, year, scope, stage, cover[start]))
    longest = [h for h in found if not any(o.name != h.name and o.name.endswith(h.name) for o in found if h.name)]
    return sorted(longest, key=lambda h: (not h.name, -len(h.text)))


def _without_body(file: str, is_report: bool) -> ReadingError:
    found = "none" if is_report else "none, nor a title of a budget table or a form: it may be no report"
    return ReadingError(file, "the name of the reporting body (部门名称：…, a cover, or --sources)", found, 1)


def _body(
    captions: Sequence[tuple[str, _Sign]],
    headline: Sequence[_Headline],
    sections: Sequence[Section],
    pages: Sequence[Page],
    projects: Sequence[Project],
    file: str,
    stated: str | None,
) -> tuple[str, Cell | None]:
    titles = ((_TABLE_TITLE_BODY.search(section.title), section.first) for section in sections)
    parts = ((_PART_BODY.match(squeeze(line_text(line))), line) for page in pages for line in page.lines)
    signs = _own(captions)
    signs += [_Sign(h.name, 2, h.cell) for h in headline if h.name]
    signs += _names_in(titles, 1)
    signs = signs or _claimed(pages, "body")
    signs += _names_in(parts, 0.5)
    signs = signs or _of_forms(projects)
    if not signs and stated is not None:
        return stated, None
    if not signs:
        raise _without_body(file, bool(sections or projects))
    best = _heaviest([_Sign(bare_body(sign.value), sign.weight, sign.cell) for sign in signs])
    fullest = max((sign for sign in signs if bare_body(sign.value) == best), key=lambda sign: len(sign.value))
    return best, fullest.cell


def _of_forms(projects: Sequence[Project]) -> list[_Sign]:
    """The one department that forms name, or else the one unit: a form that was published alone is that body's."""

    def names(bodies: Iterable[Body | None]) -> dict[str, Body]:
        return {bare_body(body.name): body for body in bodies if body and not is_office(body.name)}

    departments, units = names(p.department for p in projects), names(p.unit for p in projects)
    told = departments if len(departments) == 1 else units if not departments and len(units) == 1 else {}
    return [_Sign(name, 1, Cell(body.name, body.place)) for name, body in told.items()]


def _names_in(found: Iterable[tuple[re.Match[str] | None, Cell]], weight: float) -> list[_Sign]:
    return [_Sign(name, weight, cell) for match, cell in found if match and (name := body_name(match["name"]))]


def _year(
    headline: Sequence[_Headline],
    sections: Sequence[Section],
    cover: Sequence[Cell],
    pages: Sequence[Page],
    file: str,
    stated: int | None,
) -> tuple[int, Cell | None]:
    signs = [_Sign(str(h.year), 3, h.cell) for h in headline]
    for section in sections:
        signs += [_Sign(str(year), 1, section.first) for year in marks.years_in(section.title)[:1]]
    signs = signs or _claimed(pages, "year")
    if not signs:
        for line in [*cover, *(line for page in pages for line in page.lines)]:
            match = re.search(r"(20\d\d)年?度?[^，。；0-9]{0,24}?(?:预算|决算|绩效)", squeeze(line.text))
            if match:
                signs.append(_Sign(match[1], 1, line))
    if not signs and stated is not None:
        return stated, None
    if not signs:
        raise ReadingError(file, "the fiscal year (2025年度部门预算, 2025年预算收支总表, or --sources)", "none", 1)
    value = _heaviest(signs)
    return int(value), next(s.cell for s in signs if s.value == value)


def _claimed(pages: Sequence[Page], aspect: Literal["body", "year"]) -> list[_Sign]:
    """What the headings and sentences of the narrative say, for a report without titles and captions."""
    claims = ((getattr(claim, aspect), claim.at) for claim in read_claims(pages))
    return [_Sign(str(value), 1, pages[page].lines[line]) for value, (page, line) in claims if value is not None]


def _heaviest(signs: Sequence[_Sign]) -> str:
    weights: dict[str, float] = {}
    for sign in signs:
        weights[sign.value] = weights.get(sign.value, 0) + sign.weight
    return max(weights, key=lambda v: (weights[v], v))


_STAGES: dict[str, Stage] = {"预算": "budget", "决算": "final"}


def _stage(
    headline: Sequence[_Headline],
    sections: Sequence[Section],
    cover: Sequence[Cell],
    lines: Sequence[Cell],
    stated: Stage | None,
) -> tuple[Stage, Cell | None]:
    signs = _signs_of_stage(headline, sections, cover)
    if not signs and stated is not None:
        return stated, None
    if not signs:
        words = [(w, line) for line in lines for w in re.findall(r"预算|决算", line.text)]
        signs = [_Sign(_STAGES[w], 1, line) for w, line in words] or [_Sign("budget", 0, lines[0])]
    value: Stage = "final" if _heaviest(signs) == "final" else "budget"
    return value, next(s.cell for s in signs if s.value == value)


def _signs_of_stage(headline: Sequence[_Headline], sections: Sequence[Section], cover: Sequence[Cell]) -> list[_Sign]:
    signs = [_Sign(_STAGES[h.stage], 3, h.cell) for h in headline]
    for cell in cover:
        words = re.findall(r"(?:部门|单位)?(预算|决算)(?:公开|$)", squeeze(cell.text))
        signs += [_Sign(_STAGES[word], 2, cell) for word in words]
    for section in sections:
        if "决算" in section.title:
            signs.append(_Sign("final", 1, section.first))
        elif "预算" in section.title:
            signs.append(_Sign("budget", 0.5, section.first))
    return signs


_SCOPE_OF_CAPTION: dict[str, tuple[Scope, float]] = {
    "预算主管部门": ("department", 10),
    "预算主管单位": ("department", 10),
    "预算单位": ("unit", 10),
    "单位名称": ("unit", 1.5),
    "编制单位": ("unit", 0.4),
    "部门名称": ("department", 1),
    "编制部门": ("department", 1),
    "部门": ("department", 1),
    "公开部门": ("department", 0.5),
}


_Signs = tuple[tuple[Scope, float, re.Pattern[str]], ...]  # what a word says, and how much it weighs
_ON_COVER: _Signs = (
    ("unit", 8, re.compile(r"单位(?:预算|决算)")),
    ("department", 4, re.compile(r"部门(?:预算|决算)")),
)
_IN_TEXT: _Signs = (  # the first that is met
    ("unit", 4, re.compile(r"单位(?:主要)?职[责能]")),
    ("department", 3, re.compile(r"部门(?:主要)?职[责能]|部门概况")),
)


def _signs_in(cell: Cell, signs: _Signs) -> list[_Sign]:
    return [_Sign(scope, weight, cell) for scope, weight, sign in signs if sign.search(squeeze(cell.text))]


def _scope(
    captions: Sequence[tuple[str, _Sign]],
    headline: Sequence[_Headline],
    cover: Sequence[Cell],
    lines: Sequence[Cell],
    stated: Scope | None,
) -> tuple[Scope, Cell | None]:
    signs = [_Sign(*_SCOPE_OF_CAPTION[role], sign.cell) for role, sign in captions if role in _SCOPE_OF_CAPTION]
    signs += [_Sign("unit" if h.scope == "单位" else "department", 6, h.cell) for h in headline if h.scope]
    for cell in cover:
        signs += _signs_in(cell, _ON_COVER)
    for cell in lines:
        signs += _signs_in(cell, _IN_TEXT)[:1] if len(squeeze(cell.text)) <= 16 else []
    if not signs:
        return stated or "department", None if stated else lines[0]
    value: Scope = "unit" if _heaviest(signs) == "unit" else "department"
    return value, next(s.cell for s in signs if s.value == value)


def _region(body: str, cell: Cell | None, cover: Sequence[Cell], stated: str | None) -> tuple[str | None, Cell | None]:
    if found := region_of(body):
        return found, cell
    for line in cover:
        if found := region_of(squeeze(line_text(line))):
            return found, line
    return stated, None


def _title(
    headline: Sequence[_Headline],
    body: str,
    year: int,
    stage: Stage,
    scope: Scope,
    cell: Cell | None,
    stated: str | None,
) -> tuple[str, Cell | None]:
    """The cover's title; without a cover the one stated, or that which the printed parts make."""
    fitting = [h for h in headline if h.year == year]
    if fitting:
        best = max(fitting, key=lambda h: (bool(h.name), len(h.text)))
        return best.text, best.cell
    if stated is not None:
        return stated, None
    whose = {"unit": "单位", "department": "部门", "government": "政府"}[scope]
    return f"{body}{year}年度{whose}{'决算' if stage == 'final' else '预算'}", cell
