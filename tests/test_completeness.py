"""Pages that are gone from between two whole ones, or stand in another report: the report itself shows it."""

from __future__ import annotations

import pytest
from drawn import drawn_page
from real_reports import REPORTS, SHARED, needs_reports, pages_at, pages_of
from test_splitting import joined, parsed, report

from kg_builder.model import Page, Report
from kg_builder.readers.original import Original
from kg_builder.readers.text import read_text_pages

PDFS = [name for name, path in REPORTS.items() if path.suffix == ".pdf"]

HEAD = "单位：万元\n科目编码 | 科目名称 | 合计 | 基本支出\n"
FIRST = f"2024年支出预算总表\n{HEAD}201 | 一般公共服务支出 | 1.00 | 1.00\n208 | 社会保障和就业支出 | 2.00 | 2.00"
MIDDLE = "210 | 卫生健康支出 | 4.00 | 4.00\n212 | 城乡社区支出 | 8.00 | 8.00"
LAST = "221 | 住房保障支出 | 16.00 | 16.00\n∅ | 合计 | 31.00 | 31.00"


def whole_tables(*kinds: str) -> list[Page]:
    rows = "201 | 一般公共服务支出 | 1.00 | 1.00\n208 | 社会保障和就业支出 | 2.00 | 2.00\n∅ | 合计 | 3.00 | 3.00"
    return [drawn_page(f"2024年{kind}\n{HEAD}{rows}") for kind in kinds]


OTHERS = ("财政拨款支出预算表", "一般公共预算支出预算表")


def read(*pages: Page) -> Report:
    (found,), refused = parsed(joined(report(tables=()), pages))
    assert not refused
    return found


def faults(found: Report) -> dict[int, str]:
    return {fault.place.page: fault.text for fault in found.faults}


def test_a_page_that_is_gone_from_the_middle_of_a_table() -> None:
    found = faults(read(*whole_tables(*OTHERS), drawn_page(FIRST), drawn_page(LAST)))
    assert found == dict.fromkeys(
        (5, 6), "rows of “2024年支出预算总表” are missing: those printed come to 19.00 of 31.00万元"
    ), found


def test_a_table_whose_title_is_gone_with_the_page_before() -> None:
    rows = "∅ | 合计 | 12.00\n302 | 商品和服务支出 | 12.00\n30201 | 办公费 | 12.00"
    untitled = drawn_page(f"部门：昆山市水务局　单位：万元\n科目编码 | 科目名称 | 机关运行经费支出\n{rows}")
    found = faults(read(*whole_tables(*OTHERS), untitled))
    assert found == {5: "the table on page 5 has no title: what it is of is not known"}, found


def test_the_only_summary_that_ends_without_its_total() -> None:
    rows = "收入 | 金额 | 支出 | 金额\n一、财政拨款收入 | 3.00 | 一、一般公共服务支出 | 1.00"
    summary = f"2024年收支预算总表\n单位：万元\n{rows}"
    found = faults(read(*whole_tables(*OTHERS), drawn_page(summary)))
    assert found == {5: "the end of “2024年收支预算总表” is missing: it has no total"}, found


def text_page(*tables: str) -> list[Page]:
    """The tables as one text file has them: lines with tabs."""
    lines = "\n".join(tables).replace(" | ", "\t").replace("∅", "")
    return read_text_pages(Original("a.txt", f"某市某局2024年部门预算\n{lines}".encode()))


@pytest.mark.parametrize("gone", [False, True])
def test_a_row_that_is_gone_from_a_table_of_a_text(gone: bool) -> None:
    rows = "201 | 一般公共服务支出 | 1.00 | 1.00\n208 | 社会保障和就业支出 | 2.00 | 2.00\n∅ | 合计 | 3.00 | 3.00"
    whole = [f"2024年{kind}\n{HEAD}{rows}" for kind in OTHERS]
    last = f"{FIRST}\n{MIDDLE}\n{LAST}".replace("210 | 卫生健康支出 | 4.00 | 4.00\n" * gone, "")
    (found,), _ = parsed(text_page(*whole, last))
    said = [fault.text for fault in found.faults]
    assert said == (
        ["rows of “2024年支出预算总表” are missing: those printed come to 27.00 of 31.00万元"] if gone else []
    )


@pytest.mark.parametrize(
    "pages",
    [
        [drawn_page(FIRST), drawn_page(MIDDLE), drawn_page(LAST)],
        [drawn_page(FIRST.replace("2.00 | 2.00", "-2.00 | -2.00")), drawn_page(LAST)],
        [drawn_page(f"{FIRST}\n∅ | 合计 | 31.00 | 3.00")],
    ],
    ids=["whole", "deductions", "one column, within a page"],
)
def test_tables_that_are_no_witness(pages: list[Page]) -> None:
    assert faults(read(*whole_tables(*OTHERS), *pages)) == {}


def test_a_layout_whose_tables_never_come_out_is_no_witness() -> None:
    assert faults(read(drawn_page(FIRST), drawn_page(LAST))) == {}


GONE = [
    ("jiangsu-congress-2017", 8),  # a summary whose items come to less than its total
    ("jiangsu-congress-2017", 14),
    ("jiangsu-congress-2017", 19),  # the title of its table is left at the end of the page before
    ("jiangsu-congress-2017", 22),  # goods and services under a head
    ("jiangsu-court-2018", 20),  # items of the narrative
    ("jiangsu-partyoffice-2018-tables", 3),  # the first table of the list of contents
    ("jiangsu-partyoffice-2018-tables", 11),  # one that the list has elsewhere
    ("jiangsu-partyoffice-2018-tables", 15),  # the end of the last table
    ("putuo-commerce-2025-department", 8),
    ("putuo-commerce-2025-department", 13),  # the end of a table, with its total
    ("putuo-commerce-2025-department", 22),  # a heading of the list of contents
    ("putuo-justice-2026-department", 23),  # the last heading of it
    ("putuo-socialwork-2024-final", 9),
    ("putuo-socialwork-2024-final", 11),
    ("putuo-socialwork-2024-final", 22),  # a heading without its text
    ("putuo-wanli-2023-department", 17),
    ("putuo-wanli-2023-department", 33),  # one of the target forms that the text counts
    ("putuo-welfare-2024-unit", 16),
]


@needs_reports
@pytest.mark.parametrize(("name", "gone"), GONE)
def test_a_page_that_is_gone_between_two_whole_ones_is_told(name: str, gone: int) -> None:
    """Tables lost their rows, and texts their items, without a word."""
    pages = pages_of(name)
    (found,), _ = parsed(joined(pages[: gone - 1], pages[gone:]))
    assert {gone - 1, gone} & set(faults(found))


@needs_reports
@pytest.mark.parametrize(
    "path", [*(REPORTS[n] for n in PDFS), *sorted((SHARED / "documents" / "central").glob("*.pdf"))]
)
def test_whole_reports_are_not_accused(path: object) -> None:
    assert [fault.text for one in parsed(pages_at(path)).reports for fault in one.faults] == []  # type: ignore[arg-type]


@needs_reports
@pytest.mark.parametrize(
    ("name", "other", "page", "after"),
    [
        ("jiangsu-congress-2017", "putuo-justice-2026-department", 8, 19),  # its body is named once
        ("jiangsu-congress-2017", "putuo-welfare-2024-unit", 16, 18),  # a later year alone
        ("putuo-justice-2026-department", "putuo-wanli-2023-department", 35, 6),  # a target form
        ("putuo-justice-2026-department", "putuo-welfare-2024-unit", 1, 21),  # a cover: the rest was given to its body
        ("jiangsu-partyoffice-2018-text", "putuo-welfare-2024-unit", 8, 2),
        ("jiangsu-congress-2017", "putuo-commerce-2025-department", 24, 9),  # a project that names no body
    ],
)
def test_a_page_of_another_report_is_told(name: str, other: str, page: int, after: int) -> None:
    """Its figures were published under the name of the body around it, or those behind it under its own."""
    pages = pages_of(name)
    found = parsed(joined(pages[:after], [pages_of(other)[page - 1]], pages[after:]))
    assert after + 1 in {fault.place.page for one in found.reports for fault in one.faults}
    assert len(found.reports) == 1
