"""What each line says of the report that it stands in: body, year, stage and scope, by titles, captions and sentences.

Cheap evidence, line by line, before anything is parsed: what it is for is to part a file that holds several reports.
A name that only a heading or a sentence gives counts where a title or caption gives it too, or where it begins with its
region; abbreviations (省人大办公厅, 我校) name nobody.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from kg_builder import marks
from kg_builder.model import Page, Scope, Stage
from kg_builder.templates.identity.body_names import bare_body, body_name, region_of, same_body
from kg_builder.templates.tables.kinds import kind_of
from kg_builder.text import squeeze

Sign = Literal["title", "cover", "caption", "table", "line"]
At = tuple[int, int]  # index of a page, index of a line on it

# 部门名称：阳泉市财政局 单位：万元 · 编制单位：上海市普陀区社会福利院 · 部 门:中共江苏省委办公厅
_CAPTION = re.compile(
    r"(?:^|[\s　(（])(?P<role>预算主管部门|预算主管单位|主管部门|预算单位|编制单位|编制部门|填报单位|填报部门|公开单位"
    r"|公开部门|部门(?:[（(]单位[）)])?名称|部门[（(]单位[）)]|单位名称|部\s*门|单位)"
    r"\s*[:：]\s*(?P<name>(?!(?:人民币)?(?:万元|元|亿元))[^\s:：]{3,40}?)(?=$|\s|(?:金额)?单位\s*[:：]|20\d\d)"
)
# 上海市普陀区司法局部门预算 · 江苏省人大常委会办公厅2017年度部门预算 · 2018年度江苏省高级人民法院预算公开
HEADLINE = re.compile(
    r"(?P<before>[^。，；：:]{0,40}?)(?P<year>20\d\d)年?度?(?P<between>[^。，；：:\d]{0,40}?)(?P<scope>部门|单位)?(?:综合)?(?P<stage>预算|决算)(?P<tail>公开(?:报表|报告|说明|情况)?|报告|说明|编制说明|草案)?"
)
_COVER = 260  # characters on a cover page at most
_TITLE_LINES = 4  # lines over which a title may run
_BELOW = 12  # lines below a title in which the report must begin
_ABOVE = 4  # lines from the title of a table to its caption at most
_STAGES: dict[str, Stage] = {"预算": "budget", "决算": "final"}
_SCOPES: dict[str, Scope] = {"部门": "department", "单位": "unit"}
_NAME = r"(?P<name>[一-鿿（）()]{4,40}?)"
_FUNDS = "财政拨款|一般公共预算|政府性基金|国有资本|“?三公|项目支出|政府采购"
_MONEY = rf"(?:部门|单位)?(?:财务)?(?:收支|收入|支出|预算|决算|{_FUNDS})"
_NAMING = (
    # 某市水务局2024年度收入、支出预算总计 · 某市水务局2024年部门决算情况说明
    re.compile(rf"{_NAME}(?P<year>20\d\d)年度?(?=[^，。；比]{{0,24}}(?:预算|决算|收入|支出|收、支))"),
    # 2024年，某市水务局收入预算 · 2024年度某市水务局收支预算总表
    re.compile(rf"(?P<year>20\d\d)年度?[，,]?{_NAME}(?={_MONEY})"),
    # 某市水务局主要职能 · 第一部分 某市水务局概况
    re.compile(rf"{_NAME}(?P<year>)(?=主要职[能责]|机构设置|概况|基本情况|部门职责)"),
    # 某大学收入预算表
    re.compile(rf"{_NAME}(?P<year>)(?={_MONEY}.{{0,20}}表$)"),
    # 我校2024年收入预算
    re.compile(
        r"(?P<name>(?:我|本)(?:校|院|局|委|办|厅|部门|单位|中心))(?P<year>20\d\d)年度?(?=[^，。；比]{0,24}(?:预算|决算|收入|支出))"
    ),
)
# 一般公共预算财政拨款支出决算表 · 2024年度预算绩效管理工作: 预算 that is no stage
_NO_STAGE = re.compile(
    r"一般公共预算|政府性基金预算|国有资本经营预算|预算(?:绩效|执行|单位|安排)|采购项目预算|全年预算"
)
# 目录 · 第一部分 某局概况 · 一、部门职责 · 一、主要职能 · （一）学校基本情况 · 某局主要职能
BEGINS = re.compile(
    r"目录|第一部分.*|[（(]?一[）)]?、?本?(?:部门|单位|机构|学校|主要|基本)?(?:主要|基本)?(?:职[责能]|概况|情况).*"
    r"|[一-鿿（）()]{0,40}(?:主要|部门|单位|机构)职[责能]"
)
_FORM = "绩效"  # 绩效目标表: a unit's name on it is no caption of the report


@dataclass(frozen=True, slots=True)
class Claim:
    """What a line says of the report that it stands in; None where it says nothing of that."""

    at: At
    sign: Sign
    body: str | None = None
    year: int | None = None
    stage: Stage | None = None
    scope: Scope | None = None
    table: str | None = None  # the kind of table whose title the line is


def read_claims(pages: Sequence[Page]) -> list[Claim]:
    """Every claim of the pages in the order of print; a body has one name in all of them."""
    texts = [[squeeze(line.text).lstrip("#") for line in page.lines] for page in pages]
    found: list[Claim] = []
    for index, (page, lines) in enumerate(zip(pages, texts, strict=True)):
        cover = is_cover(page, lines)
        titles = {claim.at[1]: claim for claim in _titles(index, lines, cover)}
        listed = _listed(lines)
        for number, text in enumerate(lines):
            at, title = (index, number), titles.get(number)
            if title:
                found.append(title)
            elif number not in listed:
                found += _of_line(at, text)
            if cover or _is_below_title(texts, at) or (number < 2 and _begins_with_table(page)):
                sign: Sign = "cover" if cover else "caption"
                found += (Claim(at, sign, name) for name in _captions(page.lines[number].text))
    return _with_one_name_each(found)


def captions_of(text: str) -> list[tuple[str, str]]:
    """Role and name of every body that a line's captions name: 部门名称：某局 → 部门名称, 某局."""
    found = ((squeeze(match["role"]), body_name(match["name"])) for match in _CAPTION.finditer(text))
    return [(role, name) for role, name in found if name]


def headline_of(text: str) -> tuple[str, int, str, str | None] | None:
    """Body (empty where it names none), year, stage and scope that a report's title names; None for other text."""
    match = HEADLINE.fullmatch(text)
    if match is None:
        return None
    name = body_name(match["before"]) or body_name(match["between"].removesuffix("部门"))
    return name, int(match["year"]), match["stage"], match["scope"]


def is_cover(page: Page, lines: Sequence[str]) -> bool:
    """Whether a page with these lines, white space left out, can be the cover of a report."""
    return page.size is not None and not page.tables and bool(lines) and sum(map(len, lines)) <= _COVER


def _titles(index: int, lines: Sequence[str], cover: bool) -> Iterator[Claim]:
    """Titles of reports: on a cover, or where the report begins right below; the longest reading of each counts."""
    at, end = 0, min(len(lines), 10) if cover else len(lines)
    while at < end:
        length, title = _title_at(lines, at)
        if title and (cover or any(BEGINS.fullmatch(line) for line in lines[at + 1 : at + 1 + _BELOW])):
            name, year, stage, scope = title
            body = None if region_of(name) == name else name or None
            yield Claim((index, at), "title", body, year, _STAGES[stage], _SCOPES.get(scope or ""))
        else:
            length = 1
        at += length


def _title_at(lines: Sequence[str], at: int) -> tuple[int, tuple[str, int, str, str | None] | None]:
    """Over how many lines a title runs from there, and what it says; one that names a body and scope before others."""
    lengths = range(1, min(_TITLE_LINES, len(lines) - at) + 1)
    found = [(n, headline) for n in lengths if (headline := headline_of("".join(lines[at : at + n])))]
    return max(found, key=lambda one: (bool(one[1][0]), one[1][3] is not None), default=(1, None))


def _listed(lines: Sequence[str]) -> set[int]:
    """Lines of a list of contents: titles of tables of which two follow one another."""
    titles = {i for i, text in enumerate(lines) if text.endswith("表") and _kind(text)}
    return {i for i in titles if i - 1 in titles or i + 1 in titles}


def _kind(text: str) -> str | None:
    """The kind of table that the line is the title of."""
    if not marks.is_title(text) or _FORM in text:
        return None
    kind = kind_of(marks.label_and_title(text)[1])
    return None if kind == "other" else kind


def _of_line(at: At, text: str) -> Iterator[Claim]:
    """What the title of a table, a heading or the beginning of a sentence says."""
    kind = _kind(text) if "表" in text else None
    bare = marks.without_part(marks.without_ordinal(marks.label_and_title(text)[1]))
    named = next((match for pattern in _NAMING if (match := pattern.match(bare))), None)
    name = body_name(named["name"]) if named else ""
    year = _year_of(text, named["year"] if named else "", kind)
    if kind or year or name:
        stage = _stage_of(text) if kind or year else None
        yield Claim(at, "table" if kind else "line", name or None, year, stage, table=kind)


def _year_of(text: str, told: str, kind: str | None) -> int | None:
    """The year that a line is of: beside the body's name, in a heading of the report, in the title of a table."""
    if told:
        return int(told)
    if "20" in text and (headline := headline_of(text)):
        return headline[1]
    return next(iter(marks.years_in(text)), None) if kind else None


def _stage_of(text: str) -> Stage | None:
    rest = _NO_STAGE.sub("", text)
    return next((_STAGES[word] for word in ("决算", "预算") if word in rest), None)


def _captions(text: str) -> list[str]:
    """The bodies that a line's captions name as the reporting one: not a department above it."""
    return [name for role, name in captions_of(text) if role != "主管部门"]


def _begins_with_table(page: Page) -> bool:
    """Whether a page of a PDF has budget tables, whose title may be at the end of the page before."""
    return page.size is not None and bool(page.tables) and not any(_FORM in line.text for line in page.lines)


def _is_below_title(texts: Sequence[Sequence[str]], at: At) -> bool:
    """Whether the title of a table stands right above the line, on its page or at the end of the page before."""
    index, line = at
    above = texts[index][max(0, line - _ABOVE) : line]
    if line < 2 and index:
        above = [*texts[index - 1][-3:], *above]
    return any(_kind(text) for text in above if "表" in text)


def _with_one_name_each(claims: list[Claim]) -> list[Claim]:
    """The claims with each body named as it is first named in full; names that nothing corroborates are left out."""
    titled = Counter(claim.body for claim in claims if claim.sign == "table")
    sure = [c.body for c in claims if c.body and (c.sign in {"title", "cover", "caption"} or titled[c.body] > 1)]
    known: dict[str, str | None] = {}

    def named(name: str) -> str | None:
        if name not in known:
            own = region_of(name) not in {None, name} or name in sure
            same = (other for other in dict.fromkeys([*sure, *known.values()]) if other and same_body(name, other))
            known[name] = next(same, bare_body(name) if own else None)
        return known[name]

    return [replace(claim, body=named(claim.body)) if claim.body else claim for claim in claims]
