"""Text files: encodings, pages, watermarks, markup, and tables with tabs."""

from __future__ import annotations

from pathlib import Path

import pytest
from real_reports import REPORTS, needs_reports

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers import read_pages

TEXT = "某局2025年预算公开\n单位：万元\n合计\t1.00\n"


def pages_of(tmp_path: Path, data: str | bytes) -> list[Page]:
    path = tmp_path / "report.txt"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_pages(path)


def grid(page: Page, number: int = 0) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in page.tables[number].rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_give_the_same_pages(tmp_path: Path, encoding: str) -> None:
    assert pages_of(tmp_path, TEXT.encode(encoding)) == pages_of(tmp_path, TEXT)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "an empty file"),
        (b" \n\t\n", "an empty file"),
        (b"text\x00\x01\x02", "binary data"),
        ("預算報表說明：單位預算與決算".encode("big5"), "another encoding"),
        (bytes(range(128, 256)), "another encoding"),
        (b"\xff\xfe\x41", "byte order mark"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(tmp_path: Path, data: bytes, found: str) -> None:
    with pytest.raises(ReadingError, match=found) as refused:
        pages_of(tmp_path, data)
    assert str(refused.value).startswith("report.txt: expected") and "\n" not in str(refused.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"none\.txt: expected a file"):
        read_pages(tmp_path / "none.txt")


def test_form_feeds_part_pages_and_lines_are_counted_over_the_file(tmp_path: Path) -> None:
    pages = pages_of(tmp_path, "甲\n乙\f丙\n丁\n\f")
    assert [(page.number, [(c.text, c.place.line) for c in page.lines]) for page in pages] == [
        (1, [("甲", 1), ("乙", 2)]),
        (2, [("丙", 2), ("丁", 3)]),
    ]


def test_blank_lines_do_not_part_a_table_and_other_lines_do(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, "甲\t1.00\n\n乙\t2.00\n另表\n丙\t3.00\n")
    assert [len(table.rows) for table in page.tables] == [2, 1]
    assert [row[0].place.line for row in page.tables[0].rows if row[0] is not None] == [1, 3]


def test_doubled_and_trailing_tabs_leave_no_empty_columns(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, "项目名称\t\t甲项目\t\t\n金额\t\t5\t\t元\t\t\n")
    assert grid(page) == [["项目名称", "甲项目", ""], ["金额", "5", "元"]]


def test_a_column_empty_below_its_head_stays(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path, "项目\t合计\t基本支出\t项目支出\n甲\t5.00\t\t5.00\n")
    assert grid(page)[1] == ["甲", "5.00", "", "5.00"]


@pytest.mark.parametrize(
    "text", ["一、职责.....\t1\n二、机构…………\t2\n", "一、职责\t1\n二、机构\t2\n三、预算表\t4\n四、说明\t19\n"]
)
def test_contents_are_no_table(tmp_path: Path, text: str) -> None:
    assert pages_of(tmp_path, text)[0].tables == ()


@pytest.mark.parametrize(
    ("line", "clean"),
    [
        ("### 一、本部门职责", "一、本部门职责"),
        ("- 1、贯彻执行", "1、贯彻执行"),
        ("- 3 -", "- 3 -"),
        ("**一、基本支出：**指…", "一、基本支出：指…"),
        ("<p>每年负责", "每年负责"),
        (">=95%", ">=95%"),
        ("&gt;95&nbsp;%", ">95 %"),
        (r"$\geq 95\%$", "≥ 95%"),
    ],
)
def test_markup_is_cleaned_out_of_lines(tmp_path: Path, line: str, clean: str) -> None:
    assert pages_of(tmp_path, line + "\n")[0].lines[0].text == clean


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (
            "社会效益 <td>服务信息化</td> <td>提升</td>\t服务信息化、便捷化\t提升",
            ["社会效益", "服务信息化、便捷化", "提升"],
        ),
        ("社会效益 <td>甲</td>\t乙\t提升", ["社会效益  甲", "乙", "提升"]),
        ("| 甲 | 1.00 | 2.00 |", ["甲", "1.00", "2.00"]),
    ],
)
def test_markup_is_cleaned_out_of_cells(tmp_path: Path, row: str, cells: list[str]) -> None:
    assert grid(pages_of(tmp_path, row)[0])[0] == cells


@pytest.mark.parametrize("mark", ["内部资料", "征求\n意见\n稿"])
def test_watermark_is_found_by_repetition(tmp_path: Path, mark: str) -> None:
    text = f"第一段\n\n{(mark + chr(10) * 2) * 7}甲\t1.00\n\n{(mark + chr(10) * 2) * 3}乙\t2.00\n"
    (page,) = pages_of(tmp_path, text)
    assert [line.text.split("\t")[0] for line in page.lines] == ["第一段", "甲", "乙"]
    assert len(page.tables) == 1


def test_a_label_that_recurs_in_its_own_surroundings_is_no_watermark(tmp_path: Path) -> None:
    text = "".join(f"项目{i}\n\n产出指标\n\n数量{i}\n\n" for i in range(20))
    assert sum(line.text == "产出指标" for line in pages_of(tmp_path, text)[0].lines) == 20


@needs_reports
@pytest.mark.parametrize(("name", "tables"), [("yangquan-bigdata-2023", 13), ("yangquan-civil-affairs-2025", 13)])
def test_budget_tables_of_real_reports_come_as_grids_without_watermark(name: str, tables: int) -> None:
    (page,) = read_pages(REPORTS[name])
    widths = [len(table.rows[0]) for table in page.tables[:tables]]
    assert widths[1:] == [9, 5, widths[3], 5, 5, 3, 5, 8, 5, 5, 7, 5]
    assert not any("内部审核" in line.text for line in page.lines)
    assert not any("<td>" in cell.text for table in page.tables for row in table.rows for cell in row if cell)


def test_a_stamp_between_the_lines_of_forms_is_no_value(tmp_path: Path) -> None:
    """A stamp that stood close to itself here and there was kept, and named a project."""
    between = ["", "", "仅供内部审核", "", "项目名称\t某工程", "", "仅供内部审核", "", "年度目标", ""]
    path = tmp_path / "report.txt"
    path.write_text("\n".join([*["某局职责", ""] * 9, *between * 4]), encoding="utf-8")
    assert not [line for page in read_pages(path) for line in page.lines if "仅供" in line.text]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("项目\t金额\n甲\t1.00\n乙\n丙\n丁\t2.00\n", ["项目", "甲", "乙", "丙", "丁"]),
        ("项目\t金额\n甲\t1.00\n乙\n合计\n\n注：略\n", ["项目", "甲", "乙", "合计"]),
        ("项目\t金额\n甲\t1.00\n注：乙。\n\n丙\t2.00\t3.00\n", ["项目", "甲"]),
    ],
)
def test_rows_whose_empty_cells_lost_their_tabs_stay_in_their_table(tmp_path: Path, text: str, rows: list[str]) -> None:
    """A label alone on its line ended the table: the rows below it had no head, and their figures were unread."""
    assert [row[0] for row in grid(pages_of(tmp_path, text)[0])] == rows


def test_contents_with_tabs_at_the_end_of_their_lines_are_no_table(tmp_path: Path) -> None:
    """Page numbers with tabs behind them were unread figures."""
    assert not pages_of(tmp_path, "一、职责\t1\t\n二、机构\t1\n三、报表\t2\t\n")[0].tables


@pytest.mark.parametrize(
    ("caption", "lines"),
    [
        ("        单位：万\n部门名称：某局      元", ["        单位：万元", "部门名称：某局"]),
        ("（单位：人民币千\n元）", ["（单位：人民币千元）"]),
        ("单位：万\n元月\n", ["单位：万", "元月"]),
        ("单位：万元\n元", ["单位：万元", "元"]),
    ],
)
def test_a_unit_of_money_over_two_lines_is_whole(tmp_path: Path, caption: str, lines: list[str]) -> None:
    (page,) = pages_of(tmp_path, f"{caption}\n合计\t1.00\n")
    assert [line.text for line in page.lines[:-1]] == lines


def test_a_table_without_tabs_is_restored_below_a_unit_over_two_lines(tmp_path: Path) -> None:
    rows = "科目编码 科目名称 合计 基本支出 项目支出\n205 教育支出 30.00 10.00 20.00\n合计 30.00 10.00 20.00\n"
    (page,) = pages_of(tmp_path, f"2024年支出预算总表\n        单位：万\n部门名称：某局      元\n{rows}")
    assert [line.text.strip() for line in page.lines[1:3]] == ["单位：万元", "部门名称：某局"]
    assert [cell and cell.text for cell in page.tables[0].rows[1]] == ["205", "教育支出", "30.00", "10.00", "20.00"]
