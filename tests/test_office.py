"""Workbooks, documents, web pages and archives: what a person sees is read, what is hidden is kept apart and told."""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest

from kg_builder.build.stages import read_reports
from kg_builder.errors import ReadingError
from kg_builder.model import Page, Report
from kg_builder.readers import read_pages
from kg_builder.readers.engine import read_ink
from kg_builder.readers.office.xlsx import printed_number
from tests.office_files import (
    blocks_of,
    cell,
    document,
    in_html,
    in_ofd,
    in_word,
    ofd,
    ofd_text,
    paragraph,
    sheet,
    workbook,
    zipped,
)

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
        ("1234.5", "[$-804]#,##0.00", "1,234.50"),  # was read as an amount in dollars
        ("1234.5", "[$¥-804]#,##0.00", "¥1,234.50"),
        ("1234567890.12", "G/通用格式", "1234567890.12"),  # was taken for a date
        ("1234567890", '[$-804]yyyy"年"m"月"', "#####"),  # cost the whole file
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
    assert first.told == ("sheet 表一: 2 filled cells of hidden rows and columns are left out",)
    assert second.lines == () and "sheet 码 is hidden" in second.told[0]
    assert first.lines[1].place.cell == "表一!A3" and first.lines[1].place.line == 3


def test_a_workbook_of_hidden_cells_alone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match="found 1 filled cells, all hidden"):
        pages_of(tmp_path / "a.xlsx", workbook({"码": sheet(["x"])}, hidden=["码"]))


FORM = [
    ["0", "DEBT_T_XXGK_XEZJAP", "and T.SET_YEAR_GK ='2024'", " ", " ", " "],
    ["0", "ROW_NUM#", "ZQLX_NAME#", "XMLX_NAME#", "ZQZJ_AMT#", "XMLX_ID#"],
    ["0", "表1-7", " ", " ", " ", " "],
    ["0", "51 四川省2024年地方政府新增债务限额资金安排表", None, None, None, " "],
    ["0", "单位：亿元", " ", " ", " ", " "],
    ["0", "序号", "债券性质", "项目类型", "安排债券规模", " "],
    ["VALID#", "1", "一般债券", "公路", "31.44", "02"],
    ["VALID#", "2", "专项债券", "公路", "7.33", "02"],
    ["VALID#", "3", "专项债券", "机场", "0.05", "03"],
]


def test_what_a_program_left_for_itself_in_a_form_is_no_print(tmp_path: Path) -> None:
    """Codes of the program were figures, and the marks before the rows hid the title."""
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook({"表1-7": sheet([FORM])}))
    (page,) = read_pages(path)
    assert texts(page)[:2] == ["表1-7", "51 四川省2024年地方政府新增债务限额资金安排表"]
    assert texts(page)[-1] == "3\t专项债券\t机场\t0.05"
    assert page.told == ("sheet 表1-7: 19 cells that a program left for itself are left out",)
    (report,) = read_reports(path)[0]
    who = report.identity
    assert (who.body, who.year, who.scope, report.unread) == ("四川省", 2024, "government", ())
    assert [
        (o.label, str(o.amount.yuan), dict(o.dimensions).get("debtKind"), dict(o.dimensions).get("debtMeasure"))
        for o in report.tables[0].observations
    ] == [
        ("一般债券 / 公路", "3144000000.00", "general", "new-limit"),
        ("专项债券 / 公路", "733000000.00", "special", "new-limit"),
        ("专项债券 / 机场", "5000000.00", "special", "new-limit"),
    ]


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


def test_prose_down_one_column_of_a_sheet_is_no_table(tmp_path: Path) -> None:
    (page,) = pages_of(tmp_path / "a.xlsx", workbook({"说明": sheet(["一、收入", "2024年收入12万元。"])}))
    assert texts(page) == ["一、收入", "2024年收入12万元。"] and page.tables == ()


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


@cache
def said_by(sample: Path) -> tuple[list[Page], Counter[object]]:
    pages = read_pages(sample)
    return pages, figures(read_reports(sample)[0])


def as_workbook(pages: list[Page]) -> bytes:
    return workbook({f"第{page.number}页": sheet(blocks_of(page)) for page in pages})


def as_document(pages: list[Page]) -> bytes:
    return document(in_word([block for page in pages for block in blocks_of(page)]))


def as_web_page(pages: list[Page]) -> bytes:
    return in_html([block for page in pages for block in blocks_of(page)]).encode()


@pytest.mark.parametrize("write", [as_workbook, as_document, as_web_page])
@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.pdf")), ids=lambda path: path.stem)
def test_a_report_says_the_same_in_every_format(
    tmp_path: Path, sample: Path, write: Callable[[list[Page]], bytes]
) -> None:
    path = tmp_path / "report"
    pages, expected = said_by(sample)
    path.write_bytes(write(pages))
    found = figures(read_reports(path)[0])
    missing, more = expected - found, found - expected
    assert sum(expected.values()) > 20
    told = (sum(missing.values()), sum(more.values()), list(missing)[:5], list(more)[:5])
    assert not missing and not more, told


def test_the_tables_of_a_report_say_the_same_as_ofd(tmp_path: Path) -> None:
    sample = min(SAMPLES.glob("*.pdf"), key=lambda path: path.stat().st_size)
    (tmp_path / "report").write_bytes(ofd([in_ofd(ink) for ink in read_ink(sample)]))
    found, expected = (
        Counter(
            {
                said: count
                for said, count in figures(reports).items()
                if isinstance(said, tuple) and isinstance(said[3], tuple)
            }
        )
        for reports in (read_reports(tmp_path / "report")[0], read_reports(sample)[0])
    )
    assert found == expected and sum(expected.values()) > 100


def test_texts_and_lines_of_an_ofd_stand_at_their_places(tmp_path: Path) -> None:
    """Two columns in one text object were one number; a template and a matrix moved nothing."""
    texts_ = ofd_text(20, 40, 4, "12345678", "g 3 2 40 g 3 2") + ofd_text(10, 20, 2, "单位", "2", 'CTM="2 0 0 2 0 0"')
    hidden = ofd_text(20, 60, 4, "作废", "4", 'Visible="false"')
    (page,) = pages_of(tmp_path / "a.ofd", ofd([((210, 297), texts_ + hidden)], ofd_text(20, 30, 4, "预算表", "g 2 4")))
    assert texts(page) == ["单位", "预算表", "1234  5678"]
    first, second, third = (line.place.box for line in page.lines)
    assert first and second and third
    assert (round(second.x0), round(third.x0)) == (57, 57)  # 20 mm
    assert round(second.bottom - second.top, 1) == round(4 * 72 / 25.4, 1) == round(first.bottom - first.top, 1)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda parts: parts.pop("Doc_0/Pages/Page_0/Content.xml"), "damaged"),
        (lambda parts: parts.update({"Doc_0/Pages/Page_0/Content.xml": "<a"}), "as XML"),
        (lambda parts: parts.update({"OFD.xml": "<ofd/>"}), "0 pages without any"),
    ],
)
def test_a_damaged_ofd_is_refused_in_one_line(
    tmp_path: Path, damage: Callable[[dict[str, str]], object], said: str
) -> None:
    whole = zipfile.ZipFile(BytesIO(ofd([((210, 297), ofd_text(20, 40, 4, "预算", "4"))])))
    parts = {name: whole.read(name).decode() for name in whole.namelist()}
    damage(parts)
    with pytest.raises(ReadingError, match=said):
        pages_of(tmp_path / "a.ofd", zipped(parts))


PROSE = "本部门主要职责是贯彻执行有关政策，负责全市有关工作的组织实施和监督管理，承办市委、市政府交办的其他事项。"


def test_a_web_page_is_read_without_its_menus(tmp_path: Path) -> None:
    grid = [["项目", "金额"], ["合计", "12"]]
    (page,) = pages_of(tmp_path / "a.html", in_html([PROSE, "单位：万元", grid, PROSE, PROSE]).encode())
    assert texts(page) == [PROSE, "单位：万元", "项目\t金额", "合计\t12", PROSE, PROSE]


@pytest.mark.parametrize(
    ("head", "above", "lines"),
    [
        ("", "<h1><a>某市</a></h1><div><h1>某市2024年决算情况</h1></div>", ["某市2024年决算情况", PROSE, PROSE]),
        (
            "<title>某市2024年决算情况-某市政府</title>",
            "<b>某市2024年决算情况</b>",
            ["某市2024年决算情况", PROSE, PROSE],
        ),
        ("<title>某市2024年决算情况</title>", "<p>某市</p>", [PROSE, PROSE]),  # named, and nowhere on the page
        ("", "<h1>某市财政局</h1>", [PROSE, PROSE]),  # of the site
    ],
)
def test_the_title_of_a_web_page_stands_above_its_report(
    head: str, above: str, lines: list[str], tmp_path: Path
) -> None:
    """It was left out with the menus, and the report named nobody."""
    body = f"<div><ul>{above}</ul></div><div id='text'><p>{PROSE}</p><p>{PROSE}</p></div>"
    page = f"<!DOCTYPE html><html><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"
    (read,) = pages_of(tmp_path / "a.html", page.encode())
    assert [line.text for line in read.lines] == lines


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<div id=app></div><script>load()</script>", "no text beside menus"),
        ('<p>预算公开</p><a href="/a/2024.pdf">2024年部门预算</a>', "links to files alone"),
    ],
)
def test_a_web_page_without_a_report_is_refused(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(ReadingError, match=said):
        pages_of(tmp_path / "a.html", f"<!DOCTYPE html><html><body>{body}</body></html>".encode())


def test_a_document_keeps_its_numbers_insertions_boxes_and_nested_tables(tmp_path: Path) -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    listed = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
    changed = (
        "<w:p><w:r><w:t>共</w:t></w:r><w:ins><w:r><w:t>12</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>99</w:delText></w:r></w:del><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r></w:p>"
    )
    box = f"<w:p><w:r><w:txbxContent>{paragraph('框')}</w:txbxContent></w:r></w:p>"
    inner = in_word([[["丙", "丁"], ["1", "2"]]])
    cells = f"<w:tc>{paragraph('甲')}{inner}</w:tc><w:tc>{paragraph('乙')}</w:tc>"
    row = f"<w:tr><w:tc>{paragraph('子')}</w:tc><w:tc>{paragraph('丑')}</w:tc></w:tr>"
    body = paragraph("收入", listed) + paragraph("支出", listed) + changed + box
    (page,) = pages_of(tmp_path / "a", document(f"{body}<w:tbl><w:tr>{cells}</w:tr>{row}</w:tbl>", numbering))
    assert texts(page) == ["一、收入", "二、支出", "共12", "框", "甲\t乙", "子\t丑", "丙\t丁", "1\t2"]


def test_an_archive_gives_each_table_once_and_refuses_archives_in_it(tmp_path: Path) -> None:
    grid = sheet([[["项目", "金额"], ["甲", "12.50"]]])
    parts = {"表.xlsx": workbook({"表": grid}), "表2.xlsx": workbook({"另": grid}), "z.zip": zipped({"a.txt": "x"})}
    (page,) = pages_of(tmp_path / "a.zip", zipped(parts))
    assert page.tables[0].place.cell == "表.xlsx: 表!A1"
    assert page.faults == ("z.zip is an archive in an archive: it is not read",)
    assert page.told == ("表2.xlsx prints 表.xlsx again: it is taken once",)


@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not here")
def test_names_of_an_archive_made_on_windows_are_chinese_and_a_table_in_two_formats_is_taken_once() -> None:
    (page,) = read_pages(SHARED / "debt-form-2021-gansu.zip")
    assert page.faults == () and any("prints" in told and "again" in told for told in page.told)
    assert (page.lines[0].place.cell or "").startswith("当年债务限额提前下达情况表")


def test_the_same_figures_under_another_name_are_another_table(tmp_path: Path) -> None:
    parts = {f"{name}.xlsx": workbook({"表": sheet([[["项目", "金额"], [name, "0"]]])}) for name in ("甲局", "乙局")}
    assert len(pages_of(tmp_path / "a.zip", zipped(parts))) == 2


@pytest.mark.parametrize(
    ("start", "said"),
    [("EncryptedPackage", "a document that asks for a password"), ("WordDocument", "a Word or WPS document")],
)
def test_what_is_locked_or_of_old_word_is_told_in_one_line(tmp_path: Path, start: str, said: str) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + start.encode("utf-16-le")
    with pytest.raises(ReadingError, match=said):
        pages_of(tmp_path / "a.xlsx", old)
