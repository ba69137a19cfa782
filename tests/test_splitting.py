"""Files that hold several reports: each is read as its own, and one report is never parted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from drawn import drawn_page
from real_reports import REPORTS, SAMPLES, SHARED, needs_reports, pages_at, pages_of

from kg_builder.errors import ReadingError
from kg_builder.model import Page, Place, Report, Source
from kg_builder.readers import read_pages
from kg_builder.templates.claims import read_claims
from kg_builder.templates.report import Parsed, parse_reports
from kg_builder.templates.wholeness.splitting import split_reports

PDFS = [name for name, path in REPORTS.items() if path.suffix == ".pdf"]
TEXTS = [name for name, path in REPORTS.items() if path.suffix == ".txt"]
CENTRAL = sorted((SHARED / "documents" / "central").glob("*.pdf"))


def moved(value: Any, page: int) -> Any:
    """Print of a page as it stands on another one."""
    if isinstance(value, Place):
        return replace(value, page=page)
    if isinstance(value, tuple):
        return tuple(moved(item, page) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: moved(getattr(value, f.name), page) for f in fields(value)})
    return value


def joined(*files: Sequence[Page]) -> list[Page]:
    """The pages of files behind one another, as a program that joins PDFs leaves them."""
    pages = [page for file in files for page in file]
    return [replace(moved(page, number), number=number) for number, page in enumerate(pages, 1)]


def parsed(pages: list[Page]) -> Parsed:
    return parse_reports(pages, Source("a.pdf", "0" * 64, len(pages)))


def first_pages(pages: list[Page]) -> list[int]:
    return [part[0].number for part in split_reports(pages)]


# --- reports made here ------------------------------------------------------------------------------------------------

TABLES = ("收支预算总表", "收入预算总表", "支出预算总表", "一般公共预算支出预算表")


def report(
    body: str = "昆山市水务局",
    year: int = 2024,
    stage: str = "预算",
    scope: str = "部门",
    *,
    figure: str = "10.00",
    cover: bool = True,
    caption: bool = True,
    dated: bool = True,
    tables: Sequence[str] = TABLES,
    prose: Sequence[str] = (),
) -> list[Page]:
    """A cover, a first part, some tables of one figure each, and prose; each on a page."""
    pages = [f"{body}\n{year}年{scope}{stage}"] if cover else []
    pages.append(f"第一部分 {scope}概况\n一、主要职能\n负责有关工作。")
    pages += [
        f"{f'{year}年' if dated else ''}{title.replace('预算总表', f'{stage}总表').replace('预算表', f'{stage}表')}\n"
        + (f"{scope}名称：{body}  单位：万元\n" if caption else "单位：万元\n")
        + f"科目编码 | 科目名称 | 合计 | 基本支出\n201 | 一般公共服务支出 | {figure} | {figure}\n"
        for title in tables
    ]
    pages += prose
    return [drawn_page(text, number) for number, text in enumerate(pages, 1)]


def told(reports: Sequence[Report]) -> list[tuple[str, int, str, str]]:
    return [(r.identity.body, r.identity.year, r.identity.stage, r.identity.scope) for r in reports]


WATER = ("昆山市水务局", 2024, "budget", "department")


@pytest.mark.parametrize("cover", [True, False], ids=["covers", "no covers"])
@pytest.mark.parametrize(
    ("second", "who"),
    [
        ({"body": "昆山市林业局"}, ("昆山市林业局", 2024, "budget", "department")),
        ({"year": 2025}, ("昆山市水务局", 2025, "budget", "department")),
        ({"stage": "决算"}, ("昆山市水务局", 2024, "final", "department")),
        ({"body": "昆山市水务局堤防管理站", "scope": "单位"}, ("昆山市水务局堤防管理站", 2024, "budget", "unit")),
    ],
    ids=["body", "year", "stage", "unit"],
)
def test_two_reports_in_one_file(second: dict[str, Any], who: tuple[object, ...], cover: bool) -> None:
    one, two = report(cover=cover), report(cover=cover, figure="7.00", **second)
    for files, expected in (((one, two), [WATER, who]), ((two, one), [who, WATER])):
        reports, refused = parsed(joined(*files))
        assert (told(reports), refused) == (expected, [])
        own = {"10.00" if w == WATER else "7.00" for w in expected[:1]}
        assert {o.amount.printed for t in reports[0].tables for o in t.observations} == own


def test_three_reports_in_one_file() -> None:
    files = [report(), report(year=2025), report("昆山市林业局")]
    reports, _ = parsed(joined(*files))
    assert [(r.identity.body, r.identity.year, r.sources[0].first, r.sources[0].pages) for r in reports] == [
        ("昆山市水务局", 2024, 1, 6),
        ("昆山市水务局", 2025, 7, 6),
        ("昆山市林业局", 2024, 13, 6),
    ]


def test_tables_alone_are_told_apart_by_their_captions() -> None:
    one, two = report(cover=False)[1:], report("昆山市林业局", cover=False)[1:]
    assert first_pages(joined(one, two)) == [1, 5]


def test_narratives_alone_are_told_apart_by_their_sentences() -> None:
    one, two = (
        [drawn_page(f"收入预算情况说明\n{body}2024年收入预算10.00万元。\n{body}2024年支出预算10.00万元。")]
        for body in ("昆山市水务局", "昆山市林业局")
    )
    reports, _ = parsed(joined(one, two))
    assert told(reports) == [WATER, ("昆山市林业局", *WATER[1:])]


def test_a_report_without_a_name_is_refused_and_costs_itself_alone() -> None:
    """Its tables would be the first body's, each kind of table twice."""
    reports, refused = parsed(joined(report(), report(cover=False, caption=False, figure="7.00")))
    assert told(reports) == [WATER]
    assert {o.amount.printed for t in reports[0].tables for o in t.observations} == {"10.00"}
    ((source, error),) = refused
    assert (source.first, source.pages) == (7, 5)
    assert (error.page, error.found) == (7, "none (the report on pages 7–11)")


def test_two_reports_without_names_are_refused() -> None:
    two = [report(cover=False, caption=False, figure=figure) for figure in ("10.00", "7.00")]
    with pytest.raises(ReadingError, match="name of the reporting body"):
        parsed(joined(*two))


def test_the_same_report_with_other_figures_is_refused_the_second_time() -> None:
    reports, refused = parsed(joined(report(), report(figure="7.00")))
    assert told(reports) == [WATER]
    assert {o.amount.printed for t in reports[0].tables for o in t.observations} == {"10.00"}
    assert [error.expected for _, error in refused] == ["another report than that of pages 1–6"]


def test_tables_and_narrative_under_two_covers_are_one_report() -> None:
    narrative = report(tables=(), prose=["收入预算情况说明\n昆山市水务局2024年收入预算10.00万元。"])
    assert first_pages(joined(report(), narrative)) == [1]
    assert first_pages(joined(narrative, report())) == [1]


@pytest.mark.parametrize(
    "prose",
    [
        ["机构设置\n下属单位2个，分别是昆山市堤防管理站、昆山市节水中心。"],
        ["项目绩效目标表\n实施单位：昆山市节水中心\n主管部门：昆山市水务局", "单位名称：昆山市节水中心\n绩效目标"],
        ["2023年“三公”经费情况说明\n2023年“三公”经费预算数为1.00万元。"],
        ["附件：2023年度项目绩效自评报告\n一、基本情况\n2023年项目预算1.00万元，全部完成。"],
        ["昆山市节水中心主要职能\n负责节水。"],
        ["2024年项目支出预算表\n单位名称：昆山市节水中心  单位：万元\n项目名称 | 合计\n节水 | 1.00"],
    ],
    ids=["units", "forms of units", "heading of last year", "appendix", "part on a unit", "one table of a unit"],
)
def test_what_a_report_says_of_others_parts_nothing(prose: list[str]) -> None:
    listed = "昆山市水务局下属单位：昆山市节水中心。"
    assert first_pages(report(prose=[listed, *prose])) == [1]


def test_a_report_is_cut_amid_a_page() -> None:
    one, two = report()[:3], report("昆山市林业局")
    end = drawn_page("以上为说明。\n昆山市林业局2024年部门预算\n目录\n一、部门职责\n负责林业。", 4)
    first, second = split_reports(joined(one, [end], two[1:]))
    assert [line.text for line in first[-1].lines] == ["以上为说明。"]
    assert second[0].lines[0].text == "昆山市林业局2024年部门预算"


def test_claims_name_a_body_once_by_its_full_name() -> None:
    page = drawn_page(
        "2024年收入预算总表\n编制部门：昆山市水务局  单位：元\n省水务局2024年收入预算1元。\n"
        "昆山市水务局2024年收入预算1元。\n我局2024年支出预算1元。"
    )
    assert [(claim.body, claim.year) for claim in read_claims([page])] == [
        (None, 2024),
        ("昆山市水务局", None),
        (None, 2024),
        ("昆山市水务局", 2024),
        (None, 2024),
    ]


# --- real reports -----------------------------------------------------------------------------------------------------


@needs_reports
@pytest.mark.parametrize("name", REPORTS)
def test_a_real_report_is_one(name: str) -> None:
    assert len(split_reports(pages_of(name))) == 1


@needs_reports
@pytest.mark.parametrize("path", CENTRAL, ids=lambda path: path.stem)
def test_a_report_of_a_university_is_one(path: Path) -> None:
    assert len(split_reports(pages_at(path))) == 1


@needs_reports
@pytest.mark.parametrize(("one", "two"), list(permutations([*PDFS, *(p.stem for p in [*CENTRAL, *SAMPLES])], 2)))
def test_two_real_reports_are_parted_where_the_second_begins(one: str, two: str) -> None:
    paths = {path.stem: path for path in [*(REPORTS[name] for name in PDFS), *CENTRAL, *SAMPLES]}
    files = [pages_at(paths[name]) for name in (one, two)]
    same = {one, two} == {"jiangsu-partyoffice-2018-tables", "jiangsu-partyoffice-2018-text"}  # of one report
    assert first_pages(joined(*files)) == ([1] if same else [1, len(files[0]) + 1])


@needs_reports
@pytest.mark.parametrize(("one", "two"), list(permutations(TEXTS, 2)))
def test_two_real_texts_are_parted_where_the_second_begins(one: str, two: str, tmp_path: Path) -> None:
    texts = [REPORTS[name].read_text(encoding="utf-8") for name in (one, two)]
    path = tmp_path / "a.txt"
    path.write_text("\n".join(texts), encoding="utf-8")
    first, second = split_reports(read_pages(path))
    begins = texts[0].count("\n") + 1
    assert (first[-1].lines[-1].place.line or 0) <= begins < (second[0].lines[0].place.line or 0) <= begins + 20


@needs_reports
def test_a_text_of_one_body_before_the_report_of_another() -> None:
    """Read as one, with one body's figures under the other's name and year."""
    (one, two), refused = parsed(read_pages(SHARED / "cases" / "robust" / "merge-two-bodies.pdf"))
    assert (one.identity.body, one.identity.year, len(one.tables)) == ("江苏省委办公厅", 2018, 0)
    assert (two.identity.body, two.identity.year, two.identity.stage) == ("中共上海市普陀区委社会工作部", 2024, "final")
    assert (refused, two.sources[0].first) == ([], 14)
