"""Workbooks, documents, web pages and archives: what a person sees is read, what is hidden is kept apart and told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg_builder.errors import ReadingError
from kg_builder.model import Page, Report
from kg_builder.readers import read_pages
from kg_builder.readers.office.xlsx import printed_number
from kg_builder.stages import read_reports
from tests.office_files import blocks_of, cell, sheet, workbook

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
SHARED = Path(__file__).parents[2] / "shared" / "documents" / "office"


def pages_of(path: Path, data: bytes) -> list[Page]:
    path.write_bytes(data)
    return read_pages(path)


def texts(page: Page) -> list[str]:
    return [line.text for line in page.lines]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        ("1234.5", "#,##0.00", "1,234.50"),
        ("12345678", "0\\.0,", "1234.6"),
        ("0.125", "0.0%", "12.5%"),
        ("-3", "#,##0;[Red]#,##0", "-3"),  # red alone is no minus that a text can show
        ("2080501", "General", "2080501"),
        ("1234567890123", "", "1234567890123"),
        ("0.30000000000000004", "General", "0.3"),
        ("45526", "yyyy/m/d", "2024/8/22"),
    ],
)
def test_a_number_is_read_as_its_format_prints_it(value: str, form: str, shown: str) -> None:
    assert printed_number(value, form) == shown


def test_hidden_rows_columns_and_sheets_are_kept_apart_and_told(tmp_path: Path) -> None:
    body = (
        '<cols><col min="2" max="2" hidden="1"/></cols><sheetData>'
        f'<row r="1">{cell(0, 0, "甲")}{cell(0, 1, "代码")}{cell(0, 2, "乙")}</row>'
        f'<row r="2" hidden="1">{cell(1, 0, "藏")}</row>'
        f'<row r="3">{cell(2, 0, "丙")}{cell(2, 2, "丁")}</row></sheetData>'
    )
    first, second = pages_of(tmp_path / "a.xlsx", workbook({"表一": body, "码": sheet(["x"])}, hidden=["码"]))
    assert texts(first) == ["甲\t乙", "丙\t丁"]
    assert first.faults == ("sheet 表一: 2 filled cells of hidden rows and columns are left out",)
    assert second.lines == () and "sheet 码 is hidden" in second.faults[0]
    assert first.lines[1].place.cell == "表一!A3" and first.lines[1].place.line == 3


def test_a_workbook_of_hidden_cells_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="found 1 filled cells, all hidden"):
        pages_of(tmp_path / "a.xlsx", workbook({"码": sheet(["x"])}, hidden=["码"]))


def test_errors_and_formulas_without_a_value_are_told_and_no_figure(tmp_path: Path) -> None:
    cells = '<c r="B1" t="e"><v>#REF!</v></c><c r="C1"><f>A1+1</f></c><c r="D1"><f>1+1</f><v>2</v></c>'
    (page,) = pages_of(
        tmp_path / "a.xlsx", workbook({"表": f'<sheetData><row r="1">{cell(0, 0, "甲")}{cells}</row></sheetData>'})
    )
    assert texts(page) == ["甲\t2"]
    assert page.faults == ("表!B1 shows the error #REF!", "表!C1 is a formula without a stored value")


def test_blank_styled_cells_and_a_false_claim_cost_nothing(tmp_path: Path) -> None:
    blank = "".join(f'<row r="{r}"><c r="A{r}" s="0"/><c r="XFD{r}" s="0"/></row>' for r in range(2, 3000))
    first = f'<row r="1">{cell(0, 0, "甲")}{cell(0, 1, "1")}{cell(0, 2, "2")}</row>'
    body = f'<dimension ref="A1:XFD1048576"/><sheetData>{first}{first.replace("1", "2")}{blank}</sheetData>'
    (page,) = pages_of(tmp_path / "a.xlsx", workbook({"表": body}, ["0"]))
    assert [len(row) for table in page.tables for row in table.rows] == [3, 3]


def test_a_merged_cell_covers_its_positions(tmp_path: Path) -> None:
    (page,) = pages_of(
        tmp_path / "a.xlsx",
        workbook({"表": sheet([[["项目", "金额", None], [None, "小计", "人员"], ["甲", "3", "3"]]])}),
    )
    rows = [[c and c.text for c in row] for row in page.tables[0].rows]
    assert rows == [["项目", "金额", None], [None, "小计", "人员"], ["甲", "3", "3"]]


@pytest.mark.parametrize("name", ["a.xls", "a.pdf", "a.txt", "a"])
def test_a_file_is_read_as_what_it_is(tmp_path: Path, name: str) -> None:
    (page,) = pages_of(tmp_path / name, workbook({"表": sheet(["甲", "乙"])}))
    assert texts(page) == ["甲", "乙"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls"])
def test_a_name_that_lies_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ReadingError, match="found other content than its name says"):
        pages_of(tmp_path / name, "部门预算".encode())


def test_a_zip_bomb_and_a_cut_workbook_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="unpacks to a reasonable size"):
        pages_of(tmp_path / "a.xlsx", workbook({"表": " " * (1 << 26)}))
    with pytest.raises(ReadingError, match="expected"):
        pages_of(tmp_path / "b.xlsx", workbook({"表": sheet(["甲"])})[:-60])


def figures(reports: list[Report]) -> Counter[object]:
    """What the tables and forms of reports say, wherever it stands."""
    return Counter(
        (table.kind, seen.label, seen.heading, seen.dimensions, seen.amount.yuan)
        for report in reports
        for table in report.tables
        for seen in table.observations
    ) + Counter(
        (project.name, project.annual and project.annual.yuan, indicator.kind, indicator.name, indicator.horizon)
        for report in reports
        for project in report.projects
        for indicator in project.indicators
    )


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.pdf")), ids=lambda path: path.stem)
def test_a_report_as_a_workbook_says_the_same(tmp_path: Path, sample: Path) -> None:
    pages = read_pages(sample)
    path = tmp_path / "report.xlsx"
    path.write_bytes(workbook({f"第{page.number}页": sheet(blocks_of(page)) for page in pages}))
    expected, found = figures(read_reports(sample)[0]), figures(read_reports(path)[0])
    missing, more = expected - found, found - expected
    assert (sum(missing.values()), sum(more.values())) == (0, 0), (
        sum(expected.values()),
        list(missing)[:5],
        list(more)[:5],
    )
