"""Pages that are missing, doubled, out of place or of another report: told, and no figure moves to another table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from drawn import drawn_page
from real_reports import REPORTS, SAMPLES, SHARED, needs_reports, pages_at, pages_of, report_at
from test_splitting import joined, parsed, report

from kg_builder.check import check_graph
from kg_builder.graph.reports import report_graph
from kg_builder.inspection import report_to_lines
from kg_builder.model import Box, Cell, Page, Place
from kg_builder.templates.wholeness.page_order import in_order, printed_numbers, without_doubles

PDFS = [path for path in REPORTS.values() if path.suffix == ".pdf"]


def page(*lines: str, number: str = "") -> Page:
    """A page of lines of 40 characters; one with blanks before it is indented, one that ends in | is full."""
    cells = [
        Cell(
            text.strip(" |"),
            Place(1, Box(50 if text == text.lstrip() else 70, top, 450 if "|" in text else 300, top + 14)),
        )
        for top, text in enumerate(lines, 100)
        for top in (100 + 20 * (top - 100),)
    ]
    if number:
        cells.append(Cell(number, Place(1, Box(280, 800, 300, 812))))
    return Page(1, tuple(cells), (), (500, 842))


def told(*pages: Page) -> list[int]:
    """The pages that do not go on from the one before them."""
    return [p.number for p in in_order(joined(pages)) if p.torn]


def numbered(*numbers: str) -> list[Page]:
    return [page(f"第{at}项内容。", number=number) for at, number in enumerate(numbers)]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["1", "2", "3", "4"], []),
        (["", "", "1", "2", "3"], []),
        (["-1-", "-2-", "-4-", "-5-"], [3]),
        (["第1页", "第2页", "第5页", "第6页"], [3]),
        (["1", "2", "3", "1", "2", "3"], []),
        (["1", "2", "", "1", "2", "3"], []),
        (["1", "2", "38", "4", "5"], []),
        (["1", "4", "3", "2", "5"], [2, 3, 4, 5]),
        (["4", "3", "2", "1"], [2, 3]),
        (["", "7", "", ""], []),
    ],
    ids=[
        "whole",
        "front",
        "one missing",
        "two missing",
        "anew",
        "anew after a front",
        "a figure",
        "swapped",
        "back",
        "one",
    ],
)
def test_printed_numbers(numbers: list[str], expected: list[int]) -> None:
    assert told(*numbered(*numbers)) == expected


def test_signed_numbers_are_taken_before_bare_ones() -> None:
    pages = numbered("- 1 -", "- 2 -", "- 3 -")
    with_figure = replace(pages[1], lines=(*pages[1].lines, Cell("12", Place(1, Box(60, 790, 80, 800)))))
    assert printed_numbers([pages[0], with_figure, pages[2]]) == [1, 2, 3]


@pytest.mark.parametrize(
    ("first", "second", "breaks"),
    [
        (["一、收入情况", "二、支出情况"], ["三、三公经费"], False),
        (["一、收入情况", "二、支出情况"], ["五、政府采购"], True),
        (["1.行政运行10.00万元。", "2.机关服务1.00万元。"], ["6.其他支出1.00万元。"], False),
        (["2.本表只列本级。", "3.负数为收回资金。"], ["2.本表不含补助。"], False),
        (["（一）因公出国费", "（二）公务接待费"], ["三、机关运行经费", "（一）增加。"], True),
        (["一、收入情况", "（一）增加。", "（二）减少。"], ["二、支出情况", "（一）增加。"], False),
        (["三、支出情况"], ["第四部分 名词解释", "一、基本支出。"], False),
        (["说明。"], ["2.某中心。"], False),
        (["说明。"], ["四、名词解释"], True),
        (["一、一般公共服务支出"], ["二十三、其他支出"], False),
    ],
)
def test_numbers_of_headings_and_items(first: list[str], second: list[str], breaks: bool) -> None:
    assert told(page(*first), page(*second)) == ([2] if breaks else [])


FULL = "本部门按照规定编制年度预算并安排各项经费支出内容|"
OPEN = [f"  {FULL}", FULL, FULL, FULL]  # ends amid a sentence
SHUT = [f"  {FULL}", FULL, FULL, FULL, "并按规定使用。"]
ON = [FULL, FULL, "按规定使用。", f"  {FULL}", FULL]  # begins amid one
NEW = [f"  {FULL}", FULL, FULL, FULL]


@pytest.mark.parametrize(
    ("first", "second", "breaks"),
    [
        (OPEN, ON, False),
        (SHUT, NEW, False),
        (OPEN, ["名词解释", *NEW], False),
        (OPEN, ["一、收入情况", *NEW], True),
        (SHUT, ON, False),
    ],
    ids=["goes on", "new", "perhaps", "broken off", "below a note"],
)
def test_sentences_over_the_border_of_pages(first: list[str], second: list[str], breaks: bool) -> None:
    assert told(page(*first), page(*second)) == ([2] if breaks else [])


ITEM = "一般公共服务支出（类）行政运行（项）10.00万元，主要用于人员|"


@pytest.mark.parametrize(
    ("first", "second", "breaks"),
    [
        ([f"  1.{ITEM}", f"  2.{ITEM}", *SHUT], [f"  3.{ITEM}", *SHUT], False),
        ([f"  1.{ITEM}", f"  2.{ITEM}", *SHUT], [f"  5.{ITEM}", *SHUT], True),
        (SHUT, [*NEW, f"  7.{ITEM}"], True),
        (SHUT, [*NEW, f"  1.{ITEM}", f"  7.{ITEM}"], False),
        ([f"  1.{ITEM}", *SHUT], ["二、支出情况", *NEW, f"  7.{ITEM}"], False),
        ([f"  1.{ITEM}", *SHUT], [*NEW, "  7.某中心。"], False),
    ],
    ids=["goes on", "two are gone", "the first are gone", "begins anew", "under a heading", "a list of short lines"],
)
def test_items_of_paragraphs_over_the_border_of_pages(first: list[str], second: list[str], breaks: bool) -> None:
    before = page("一、收入情况")
    assert told(before, page(*first), page(*second)) == ([3] if breaks else [])


def test_a_sentence_that_goes_on_below_a_page_that_ends_in_a_table() -> None:
    table = replace(drawn_page("科目 | 合计\n教育支出 | 9.00"), size=(500, 842))
    assert told(table, page(*ON)) == [2]
    assert told(table, page(*NEW)) == []


def test_a_sentence_that_goes_on_below_a_page_that_ends_in_a_table_and_its_note() -> None:
    table = replace(drawn_page("科目 | 合计\n教育支出 | 9.00"), size=(500, 842))
    note = Cell("说明：本部门本年度没有此项收入和支出，故本表无数据。", Place(1, Box(50, 700, 400, 714)))
    above = Cell("本部门按照规定编制年度预算并安排各项经费支出内容", Place(1, Box(50, 10, 450, 24)))
    noted = replace(table, lines=(*table.lines, note))
    assert told(noted, page(*ON)) == [2]
    assert told(noted, page(*NEW)) == []
    assert told(replace(noted, lines=(above, *noted.lines)), page(*ON)) == []


def test_a_page_that_comes_between_the_parts_of_a_sentence() -> None:
    between = ["  专项经费情况说明", *SHUT]
    assert told(page(*OPEN), page(*between), page(*ON)) == [2, 3]
    assert told(page(*SHUT), page(*between), page(*ON)) == []
    assert told(page(*OPEN), page(*between), page(*NEW)) == []


def test_items_far_apart_are_told_on_the_pages_of_prose_between_them() -> None:
    pages = [page("一、收入情况"), *tables(*TITLES), page(*SHUT), page("三、支出情况")]
    assert sorted(faults_of(pages)) == [1, 6, 7]


def test_where_pages_are_out_of_order_none_is_known_to_be_in_place() -> None:
    pages = numbered(*(f"- {number} -" for number in (9, 3, 7, 1, 5, 6, 11, 2)))
    assert all(found.faults for found in in_order(joined([page("封面"), *pages])))
    one = in_order(joined(numbered(*(f"- {number} -" for number in (1, 2, 3, 5, 6, 7, 8)))))
    assert [found.number for found in one if found.faults] == [3, 4]


def contents(*titles: str) -> Page:
    return drawn_page("目录\n" + "\n".join(f"{at}. {title}" for at, title in enumerate(titles, 1)))


TITLES = ("2024年收支预算总表", "2024年收入预算总表", "2024年支出预算总表", "2024年一般公共预算支出预算表")


def tables(*titles: str) -> list[Page]:
    return [drawn_page(f"{title}\n单位：万元\n科目 | 合计\n教育支出 | 9.00") for title in titles]


def faults_of(pages: Sequence[Page]) -> dict[int, str]:
    return {p.number: p.faults[0] for p in in_order(joined(pages)) if p.faults}


def test_a_title_over_two_lines_and_two_tables_of_a_kind_are_no_gap() -> None:
    """Whole governments print the same kind of table for several levels; their intact files were called disordered."""
    levels = [f"2024年{level}一般公共预算支出安排情况表" for level in ("全省", "省本级")]
    pages = tables(*TITLES[:2], *levels, TITLES[2])
    broken = drawn_page("2024年省本级一般公共预算\n支出安排情况表\n单位：万元\n科目 | 合计\n教育支出 | 9.00")
    listed = contents(*TITLES[:2], *levels, TITLES[2])
    assert faults_of([listed, *pages]) == {}
    assert faults_of([listed, *pages[:3], broken, *pages[4:]]) == {}


def test_a_page_without_a_number_between_two_is_no_gap() -> None:
    pages = numbered("1", "2", "3", "4")
    bare = replace(pages[1], lines=())
    assert told(*pages[:2], bare, *pages[2:]) == []


def test_a_table_that_the_list_of_contents_names_and_no_page_prints() -> None:
    found = faults_of([contents(*TITLES), *tables(TITLES[0], *TITLES[2:])])
    assert found == dict.fromkeys(
        (2, 3),
        "between pages 2 and 3 something is missing or out of place: "
        "the list of contents names “2024年收入预算总表” there",
    )


def test_a_heading_whose_last_words_are_those_of_others() -> None:
    headings = [f"{name}决算情况说明" for name in ("收入支出", "财政拨款收入", "财政拨款支出", "三公经费")]
    numbers = [f"{sign}、{name}" for sign, name in zip("一二三四", headings, strict=True)]
    listed = page("目录", *numbers)
    assert faults_of([listed, *(page(one, "本年共计9.00万元。") for one in numbers)]) == {}
    gone = faults_of([listed, *(page(numbers[n], "本年共计9.00万元。") for n in (0, 1, 3))])
    assert "the list of contents names “财政拨款支出决算情况说明” there" in gone[3]


def test_tables_in_another_order_than_the_list_of_contents() -> None:
    assert told(contents(*TITLES), *tables(*reversed(TITLES))) == [3, 4, 5]


@pytest.mark.parametrize(
    "pages",
    [
        tables(*TITLES),
        tables(TITLES[1], TITLES[0], *TITLES[2:]),
        [page("收入预算情况说明", "2024年收入预算10.00万元。")],
        tables("2024年收支总表", "2024年收入总表", "2024年支出总表", "2024年一般公共预算支出表"),
    ],
    ids=["whole", "two in the wrong order in the list", "tables apart", "titles in other words"],
)
def test_lists_of_contents_that_fit(pages: list[Page]) -> None:
    assert faults_of([contents(*TITLES), *pages]) == {}


# --- doubles and strays -----------------------------------------------------------------------------------------------


def test_a_page_printed_twice_is_read_once() -> None:
    pages = report()
    (read,), _ = parsed(joined(pages[:5], pages[3:]))
    assert [len(t.observations) for t in read.tables] == [2, 2, 2, 2]
    assert [(f.place.page, f.text) for f in read.faults] == [
        (6, "the page prints page 4 again and is not read"),
        (7, "the page prints page 5 again and is not read"),
    ]


def test_two_tables_that_end_in_the_same_rows_are_no_doubles() -> None:
    end = drawn_page("合计 | 9.00 | 9.00")
    pages = joined([*tables(TITLES[1]), end, *tables(TITLES[2]), end])
    assert not any(p.apart for p in without_doubles(pages))
    assert [p.apart for p in without_doubles(joined([*tables(TITLES[1]), end, end]))] == [False, False, True]


def test_a_table_goes_on_over_a_double() -> None:
    first = drawn_page(
        "2024年支出预算总表\n单位：万元\n科目编码 | 科目名称 | 合计 | 基本支出\n201 | 一般公共服务支出 | 1.00 | 1.00"
    )
    rest = drawn_page("205 | 教育支出 | 2.00 | 2.00\n∅ | 合计 | 3.00 | 3.00")
    (read,), _ = parsed(joined(report(tables=()), [first, first, rest]))
    assert [o.amount.printed for t in read.tables for o in t.observations] == [
        "1.00",
        "1.00",
        "2.00",
        "2.00",
        "3.00",
        "3.00",
    ]


def test_a_page_of_another_report_is_not_read() -> None:
    pages, other = report(), report("吴江市林业局", figure="7.00")
    (read,), _ = parsed(joined(pages[:4], [other[3]], pages[4:]))
    assert {o.amount.printed for t in read.tables for o in t.observations} == {"10.00"}
    assert [(f.place.page, f.text) for f in read.faults] == [
        (5, "the page names 吴江市林业局, the pages around it 昆山市水务局: it is not read")
    ]


def test_a_table_of_a_final_account_amid_a_budget_is_not_read() -> None:
    pages, other = report(), report(stage="决算", figure="7.00", caption=False)
    (read,), _ = parsed(joined(pages[:4], [other[3]], pages[4:]))
    assert {o.amount.printed for t in read.tables for o in t.observations} == {"10.00"}
    assert [f.place.page for f in read.faults] == [5]


# --- rows that cannot go on with the table before ---------------------------------------------------------------------

HEAD = "科目编码 | 科目名称 | 合计 | 基本支出\n"
OPEN_TABLE = (
    f"2024年支出预算总表\n单位：万元\n{HEAD}201 | 一般公共服务支出 | 1.00 | 1.00\n208 | 社会保障支出 | 1.00 | 1.00"
)


@pytest.mark.parametrize(
    ("first", "second", "goes_on"),
    [
        (OPEN_TABLE, "210 | 卫生健康支出 | 2.00 | 2.00\n∅ | 合计 | 4.00 | 4.00", True),
        (f"{OPEN_TABLE}\n∅ | 合计 | 2.00 | 2.00", "210 | 卫生健康支出 | 2.00 | 2.00", False),
        (OPEN_TABLE, "205 | 教育支出 | 2.00 | 2.00", False),
        (OPEN_TABLE, f"{HEAD}210 | 卫生健康支出 | 2.00 | 2.00", True),
        (OPEN_TABLE, "单位：万元\n经济科目 | 名称 | 数额 | 其中\n301 | 工资福利支出 | 2.00 | 2.00", False),
    ],
    ids=["on", "after the total", "codes go back", "head again", "another head"],
)
def test_rows_on_a_new_page(first: str, second: str, goes_on: bool) -> None:
    """Rows of a lost table became rows of the one before it."""
    (read,), _ = parsed(joined(report(tables=()), [drawn_page(first), drawn_page(second)]))
    pages = [{o.amount.place.page for o in t.observations} for t in read.tables]
    assert ({3, 4} in pages) == goes_on
    if not goes_on:
        assert {3} in pages
        assert {r.place.page for r in read.unread} == {4}


def test_columns_that_stand_under_none_of_the_table() -> None:
    second = drawn_page("210 | 卫生健康支出 | 2.00 | 2.00")
    table = second.tables[0]
    shifted = tuple(
        tuple(
            c
            and replace(
                c,
                place=replace(
                    c.place,
                    box=Box(
                        50 + 80 * i, c.place.box.top, 50 + 80 * (i + 1) - 80 * (i == 3) + 80 * 0, c.place.box.bottom
                    ),
                ),
            )
            for i, c in enumerate(row)
            if c and c.place.box
        )
        for row in table.rows
    )
    moved = replace(second, tables=(replace(table, rows=shifted),))
    (read,), _ = parsed(joined(report(tables=()), [drawn_page(OPEN_TABLE), moved]))
    assert {o.amount.place.page for t in read.tables for o in t.observations} == {3}
    assert {r.place.page for r in read.unread} == {4}


# --- real reports -----------------------------------------------------------------------------------------------------


@needs_reports
@pytest.mark.parametrize(
    "path", [*PDFS, *SAMPLES, *sorted((SHARED / "documents" / "central").glob("*.pdf"))], ids=lambda p: p.stem
)
def test_the_pages_of_a_real_report_are_in_order(path: object) -> None:
    pages = pages_at(path)  # type: ignore[arg-type] # by case
    assert in_order(without_doubles(pages)) == pages


@needs_reports
def test_a_missing_page_of_a_real_report_is_told() -> None:
    """110 figures and a table were gone without a word."""
    read = report_at(SHARED / "cases" / "robust" / "dropped-page.pdf")
    assert [f.place.page for f in read.faults] == [10, 11]
    assert all("2026年部门收入预算总表" in f.text for f in read.faults)
    assert any("FAULT between pages 10 and 11" in line for line in report_to_lines(read))
    checks = {finding.check for finding in check_graph(report_graph(read, None, "http://example.org/"))}
    assert "unreadable-page" in checks


@needs_reports
def test_pages_of_a_real_report_in_reverse_join_no_other_table() -> None:
    """Rows of a page without a head were added to the table of the page before."""
    read = report_at(SHARED / "cases" / "robust" / "pages-reversed.pdf")
    whole = report_at(REPORTS["putuo-commerce-2025-department"])
    figures = {(t.kind, o.label, o.heading, o.amount.yuan) for t in whole.tables for o in t.observations}
    assert {(t.kind, o.label, o.heading, o.amount.yuan) for t in read.tables for o in t.observations} <= figures
    assert len({f.place.page for f in read.faults}) > 10


@needs_reports
@pytest.mark.parametrize("name", ["swu-2021-budget", "swu-2023-final", "jiangsu-partyoffice-2018-text"])
def test_each_missing_page_of_a_numbered_report_is_told(name: str) -> None:
    path = REPORTS.get(name) or SHARED / "documents" / "central" / f"{name}.pdf"
    pages = pages_at(path)
    first = next(i for i, number in enumerate(printed_numbers(pages)) if number is not None)
    for gone in range(first + 1, len(pages) - 1):
        assert told(*pages[:gone], *pages[gone + 1 :]) == [gone + 1]


@needs_reports
def test_pages_without_a_number_are_pages_of_one_report() -> None:
    assert not any(p.torn for p in in_order(pages_of("putuo-justice-2026-department")))
