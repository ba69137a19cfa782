"""PDF pages: real reports against a second engine, and pages made here for what the reports do not show."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from real_reports import REPORTS, needs_reports, pages_of
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kg_builder.errors import ReadingError
from kg_builder.model import Box, Page, Place, Table
from kg_builder.printed import pages_as_shown
from kg_builder.readers import read_pages
from kg_builder.readers.ink import DOUBLED, Glyph, without_doubles
from kg_builder.readers.overlay import COLOURS, draw_reading
from kg_builder.readers.parts import laid_out, own_place
from kg_builder.text import decimal_of

PDFS = [path for path in REPORTS.values() if path.suffix == ".pdf"]
FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def shapes(page: Page) -> list[tuple[int, int]]:
    return [(len(table.rows), len(table.rows[0])) for table in page.tables]


def texts(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


def digits(text: str) -> Counter[str]:
    return Counter(c for c in text if c in "0123456789.,")


# --- real reports ----------------------------------------------------------------------------------------------------


def printed(page: Any, text: Any, box: Box) -> str:
    """What a second engine finds in a box of the page as shown."""
    _, height = page.get_size()
    edges = (
        (box.top, box.x0, box.bottom, box.x1)  # the engine measures on the page before it is turned
        if page.get_rotation() == 90
        else (box.x0, height - box.bottom, box.x1, height - box.top)
    )
    found: str = text.get_text_bounded(*edges)
    return found


@needs_reports
@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem)
def test_every_number_of_a_table_stands_in_its_cell_and_in_no_other(path: Path) -> None:
    wrong = []
    with pypdfium2.PdfDocument(path) as document:
        for page in pages_of(path.stem):
            sheet = document[page.number - 1]
            second = (sheet, sheet.get_textpage())
            for table in page.tables:
                assert table.place.box
                cells = [cell for row in table.rows for cell in row if cell]
                in_cells = sum((digits(cell.text) for cell in cells), Counter[str]())
                if in_cells != digits(printed(*second, table.place.box)):
                    wrong.append((page.number, "table"))
                for cell in cells:
                    assert cell.place.box
                    if digits(cell.text) != digits(printed(*second, cell.place.box)):
                        wrong.append((page.number, cell.text))
    assert not wrong


@needs_reports
@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem)
def test_the_numbers_of_the_cells_are_those_of_the_lines(path: Path) -> None:
    number = re.compile(r"\d[\d,]*\.\d\d")
    assert any(page.tables for page in pages_of(path.stem)) is not path.stem.endswith("-text")
    for page in pages_of(path.stem):
        lines = Counter(number.findall(" ".join(line.text for line in page.lines)))
        cells = Counter(
            n for t in page.tables for row in t.rows for cell in row if cell for n in number.findall(cell.text)
        )
        assert cells <= lines, page.number
        assert all(len({len(row) for row in table.rows}) == 1 for table in page.tables)


@needs_reports
@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("jiangsu-congress-2017", 9, [(3, 4), (8, 3)]),
        ("jiangsu-congress-2017", 10, [(8, 3), (2, 5)]),
        ("jiangsu-congress-2017", 15, [(1, 3), (5, 3)]),
        ("jiangsu-congress-2017", 20, [(4, 9), (3, 6)]),
        ("jiangsu-court-2018", 9, [(20, 6)]),
        ("jiangsu-court-2018", 10, [(6, 6), (16, 3), (2, 5), (1, 2)]),
        ("jiangsu-court-2018", 14, [(9, 3), (4, 9), (2, 3), (15, 3)]),
        ("jiangsu-court-2018", 18, []),  # a chart
        ("jiangsu-partyoffice-2018-tables", 11, [(4, 9)]),
        ("putuo-commerce-2025-department", 2, []),  # a frame around a table of contents
        ("putuo-justice-2026-department", 2, []),
        ("putuo-justice-2026-department", 3, []),  # an empty frame
        ("putuo-socialwork-2024-final", 14, [(5, 12)]),
        ("putuo-wanli-2023-department", 34, [(55, 8)]),
        ("putuo-welfare-2024-unit", 10, [(16, 7)]),
    ],
)
def test_tables_of_a_page(name: str, number: int, expected: list[tuple[int, int]]) -> None:
    assert shapes(pages_of(name)[number - 1]) == expected


@needs_reports
@pytest.mark.parametrize(
    ("name", "numbers", "tables"),
    [("jiangsu-congress-2017", [11], [0]), ("jiangsu-court-2018", [13, 14], [1, 0])],
)
def test_totals_are_the_sums_of_their_rows(name: str, numbers: list[int], tables: list[int]) -> None:
    grids = [pages_of(name)[n - 1].tables[t] for n, t in zip(numbers, tables, strict=True)]
    rows = [
        (row[0].text, row[1].text, row[2].text) for grid in grids for row in grid.rows if row[0] and row[1] and row[2]
    ]
    total = next(decimal_of(amount) for _, label, amount in rows if label == "合计")
    assert total == sum(decimal_of(amount) or 0 for code, _, amount in rows if re.fullmatch(r"\d{3}", code))


@needs_reports
@pytest.mark.parametrize(
    ("name", "number"), [("putuo-commerce-2025-department", 3), ("putuo-justice-2026-department", 4)]
)
def test_text_clipped_at_the_end_of_a_page_is_read_once(name: str, number: int) -> None:
    lines = Counter(line.text for page in pages_of(name)[number - 1 : number + 1] for line in page.lines)
    assert len(lines) > 10
    assert set(lines.values()) == {1}


@needs_reports
def test_the_engine_keeps_its_messages_to_itself(capfd: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("pdfminer").warning("heard before")
    read_pages(REPORTS["putuo-commerce-2025-department"])
    logging.getLogger("pdfminer").warning("heard after")
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == ["heard before", "heard after"] or err == ""  # pytest may take the records itself
    assert not logging.getLogger("pdfminer").handlers


# --- pages made here -------------------------------------------------------------------------------------------------

Draw = Callable[[Canvas], None]


def made(path: Path, *draws: Draw, size: tuple[float, float] = (400, 300), **options: Any) -> list[Page]:
    canvas = Canvas(str(path), pagesize=size, **options)
    for draw in draws:
        canvas.setFont(FONT, 10)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return read_pages(path)


def cells(canvas: Canvas, rows: list[list[str]], xs: list[float], top: float, height: float = 20) -> None:
    """Print text at the left of each cell; no rules."""
    for i, row in enumerate(rows):
        for x, text in zip(xs, row, strict=False):
            canvas.drawString(x + 3, top - (i + 0.7) * height, text)


def ruled(canvas: Canvas, rows: list[list[str]], xs: list[float], top: float, height: float = 20) -> None:
    canvas.grid(xs, [top - i * height for i in range(len(rows) + 1)])
    cells(canvas, rows, xs, top, height)


ROWS = [["科目", "金额"], ["办公费", "1,234.50"], ["水费", "98.40"]]
XS = [50.0, 150.0, 250.0]


def test_a_plain_grid(tmp_path: Path) -> None:
    (page,) = made(tmp_path / "a.pdf", lambda c: ruled(c, ROWS, XS, 250))
    assert [texts(t) for t in page.tables] == [ROWS]
    cell = page.tables[0].rows[1][1]
    assert cell
    assert cell.place == Place(1, Box(150, 70, 250, 90))


def test_rows_without_a_rule_above_or_below(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for x in XS:
            canvas.line(x, 250, x, 190)
        for y in (230, 210):
            canvas.line(50, y, 250, y)
        cells(canvas, ROWS, XS, 250)

    (page,) = made(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [ROWS]


def test_a_column_without_a_rule(tmp_path: Path) -> None:
    rows = [["科目", "预算数", "决算数"], ["办公费", "1,234.50", "1,200.00"], ["水费", "98.40", "90.00"]]

    def draw(canvas: Canvas) -> None:
        canvas.grid([50, 150, 350], [250, 230, 210, 190])
        cells(canvas, rows, [50, 150, 250], 250)

    (page,) = made(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [rows]


def test_rows_without_rules_between_them(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.grid(XS, [250, 230, 190])
        cells(canvas, ROWS, XS, 250)

    (page,) = made(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [ROWS]


# What stands in a row: lines of its label and its figures; 12 points from line to line, `gap` between two rows.
WHOLE = [
    (["人口抽样", "调查经费"], ["7", "13"]),
    (["食品监督"], ["56", "92"]),
    (["文物保护", "补助资金"], ["226", "8"]),
]
PRINTED = [["人口抽样\n调查经费", "7", "13"], ["食品监督", "56", "92"], ["文物保护\n补助资金", "226", "8"]]


def without_row_rules(rows: list[tuple[list[str], list[str]]], gap: float, middle: float) -> Callable[[Canvas], None]:
    """Rows with rules around all of them alone; figures stand at a share of the height of their label."""

    def draw(canvas: Canvas) -> None:
        y = 210.0
        for labels, figures in rows:
            for number, label in enumerate(labels):
                canvas.drawString(54, y - 12 * number, label)
            for x, figure in zip((160, 250), figures, strict=True):
                canvas.drawString(x, y - 12 * (len(labels) - 1) * middle, figure)
            y -= 12 * (len(labels) - 1) + gap
        cells(canvas, [["项目", "甲县", "乙县"]], [50, 150, 240], 250)
        canvas.grid([50, 150, 240, 330], [250, 230, y])

    return draw


@pytest.mark.parametrize("gap", [14.0, 18.0, 26.0])
def test_whole_numbers_in_rows_without_rules_are_a_row_each(tmp_path: Path, gap: float) -> None:
    """Transfers to places were one cell with 24 figures: no number had a comma."""
    (page,) = made(tmp_path / "a.pdf", without_row_rules(WHOLE, gap, 0.5))
    assert [texts(t)[1:] for t in page.tables] == [PRINTED]


def test_rows_that_stand_no_farther_apart_than_lines_are_told_by_the_middle_of_their_labels(tmp_path: Path) -> None:
    (page,) = made(tmp_path / "a.pdf", without_row_rules(WHOLE[:2], 12, 0.5))
    assert [texts(t)[1:] for t in page.tables] == [PRINTED[:2]]


def test_rows_that_neither_gaps_nor_middles_tell_stay_one(tmp_path: Path) -> None:
    """The label of a figure would be a guess."""
    (page,) = made(tmp_path / "a.pdf", without_row_rules([WHOLE[0], WHOLE[2], WHOLE[0], WHOLE[2]], 12, 1.0))
    assert [len(t.rows) for t in page.tables] == [2]


def test_a_row_without_a_figure_is_told_by_its_number(tmp_path: Path) -> None:
    """Its label was the end of the one above: 一、…余额 and 二、…限额 in one cell."""
    rows = [(["一、上年末债务", "余额"], ["", "41.25"]), (["二、本年末债务", "限额"], ["", ""]),
            (["三、本年发行额"], ["", "6.20"]), (["四、本年限额"], ["7.30", ""])]  # fmt: skip
    (page,) = made(tmp_path / "a.pdf", without_row_rules(rows, 12, 0.5))
    assert [texts(t)[1:] for t in page.tables] == [[["\n".join(label), *figures] for label, figures in rows]]


def test_a_wrapped_number_stays_in_one_cell(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.grid(XS, [250, 230, 190])
        cells(canvas, [["科目", "金额"], ["其他商品", "1,234,5"], ["和服务支出", "67.00"]], XS, 250)

    (page,) = made(tmp_path / "a.pdf", draw)
    assert texts(page.tables[0])[1] == ["其他商品\n和服务支出", "1,234,5\n67.00"]


def test_a_table_without_rules_and_prose_beside_it(tmp_path: Path) -> None:
    rows = [*ROWS, ["电费", "7,098.00"], ["合计", "8,430.90"]]

    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 270, "收支预算总表")
        canvas.drawString(250, 255, "单位：元")
        cells(canvas, rows, XS, 250)
        for i in range(4):
            canvas.drawString(50, 120 - 15 * i, f"本年预算 {i}{i}.00 元用于办公，比上年增加 1{i}.50 元。")

    (page,) = made(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [rows]


PANELS = [["26", "7"], ["1,809", "62"], ["-", "355"], ["4", "90"], ["1,839", "514"]]
EARNED = ["本年收入", "上级补助收入", "调入资金", "上年结余", "收入总计"]
SPENT = ["本年支出", "上解上级支出", "债务还本支出", "年终结转", "支出总计"]


def test_whole_numbers_beside_labels_of_a_second_panel_are_columns_of_their_own(tmp_path: Path) -> None:
    """The figure of one panel and the label of the next were one cell, and its head two: 26 本年支出."""

    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 270, "单位：万元")
        rows = zip(EARNED, SPENT, PANELS, strict=True)
        for y, (earned, spent, (one, other)) in enumerate(rows):
            canvas.drawString(50, 220 - 15 * y, earned)
            canvas.drawRightString(205, 220 - 15 * y, one)
            canvas.drawString(211, 220 - 15 * y, spent)
            canvas.drawRightString(360, 220 - 15 * y, other)
        for x, text in ((80, "项目"), (177, "预算数"), (240, "项目"), (330, "预算数")):
            canvas.drawCentredString(x, 238, text)

    (page,) = made(tmp_path / "a.pdf", draw)
    head = ["项目", "预算数", "项目", "预算数"]
    rows = zip(EARNED, SPENT, PANELS, strict=True)
    assert [texts(t) for t in page.tables] == [[head, *([a, one, b, other] for a, b, (one, other) in rows)]]


def test_rows_on_the_page_after_their_table_keep_columns_that_are_blank_there(tmp_path: Path) -> None:
    """They had a column less than the table that they end, and none of it was read."""

    def page(rows: list[list[str]]) -> Draw:
        return lambda canvas: cells(canvas, rows, [50, 150, 220, 290], 250)

    above = [
        ["科目", "合计", "基本支出", "项目支出"],
        *([f"科目{i}", f"{i + 2}.00", "2.00", f"{i}.00"] for i in (1, 2, 3, 4)),
    ]
    below = [[f"科目{i}", f"{i}.00", "", f"{i}.00"] for i in (5, 6, 7)]
    first, second = made(tmp_path / "a.pdf", page(above), page(below))
    assert [texts(table) for table in (*first.tables, *second.tables)] == [above, below]


def test_the_last_row_on_the_page_after_begins_with_its_code(tmp_path: Path) -> None:
    """A code was taken for a figure, and a row that begins with one has no label."""

    def page(rows: list[list[str]]) -> Draw:
        return lambda canvas: cells(canvas, rows, [50, 110, 200, 270], 250)

    above = [
        ["编码", "科目", "合计", "支出"],
        *([f"20{i}0101", f"科目{i}", f"{i}.00", f"{i}.00"] for i in (1, 2, 3, 4)),
    ]
    below = [["2050101", "科目5", "5.00", "5.00"]]
    first, second = made(tmp_path / "a.pdf", page(above), page(below))
    assert [texts(table) for table in (*first.tables, *second.tables)] == [above, below]


def test_a_table_of_contents_is_no_table(tmp_path: Path) -> None:
    lines = [["一、收支总表", "3"], ["二、收入总表", "4"], ["三、支出总表", "5"], ["四、三公经费表", "6"]]
    (page,) = made(tmp_path / "a.pdf", lambda c: cells(c, lines, [50, 300], 250))
    assert page.tables == ()


def test_tables_that_share_their_rules_part_at_the_title(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.grid(XS, [280, 260, 240])
        canvas.grid([50, 250], [240, 220])
        canvas.grid([50, 110, 250], [220, 200, 180])
        cells(canvas, [["科目", "金额"], ["办公费", "1.00"], ["部门支出总表"]], XS, 280)
        cells(canvas, [["项目", "预算数"], ["会议费", "2.00"]], [50, 110], 220)

    (page,) = made(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [
        [["科目", "金额"], ["办公费", "1.00"]],
        [["部门支出总表", None], ["项目", "预算数"], ["会议费", "2.00"]],
    ]


def test_a_number_that_runs_over_its_border_stays_whole(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.grid([50, 100, 150, 250], [250, 230, 210])
        cells(canvas, [["甲", "乙", "丙"]], [50, 100, 150], 250)
        canvas.drawRightString(148, 216, "12,345,678.90")

    (page,) = made(tmp_path / "a.pdf", draw)
    assert texts(page.tables[0])[1] == ["", "12,345,678.90", ""]


@pytest.mark.parametrize("gap", [1.0, 2.0, 4.0, 8.0])
def test_numbers_of_two_narrow_cells_stay_two(tmp_path: Path, gap: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.grid([50, 150, 175, 250], [250, 230, 210])
        cells(canvas, [["甲", "乙", "丙"]], [50, 150, 175], 250)
        canvas.drawRightString(175 - gap, 216, "100")
        canvas.drawString(175 + gap, 216, "91.5")

    (page,) = made(tmp_path / "a.pdf", draw)
    assert texts(page.tables[0])[1] == ["", "100", "91.5"]


def test_a_number_laid_over_other_text_stays_whole(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 200, "一般公共预算财政拨款收入")
        canvas.drawString(112, 201, "1,234.50")

    (page,) = made(tmp_path / "a.pdf", draw)
    assert "1,234.50" in "".join(line.text for line in page.lines)


PLACES = st.tuples(st.sampled_from("01"), *[st.integers(0, 320).map(lambda tenths: 28 + tenths / 40)] * 2)


@given(st.lists(PLACES, max_size=30))
def test_a_second_print_is_dropped_wherever_on_the_page_it_lies(places: list[tuple[str, float, float]]) -> None:
    glyphs = [Glyph(text, x, y, x + 5, y + 10, 10.0) for text, x, y in places]
    kept: list[Glyph] = []
    for glyph in glyphs:
        same = (g for g in kept if g.text == glyph.text)
        if not any(max(abs(g.x0 - glyph.x0), abs(g.top - glyph.top)) <= DOUBLED * 10 for g in same):
            kept.append(glyph)
    assert without_doubles(glyphs) == kept


def test_watermarks_and_double_print_are_left_out(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, ROWS, XS, 250)
        canvas.drawString(50, 100, "合计11.10")
        canvas.drawString(50.4, 100, "合计11.10")
        canvas.saveState()
        canvas.setFont(FONT, 40)
        canvas.setFillGray(0.8)
        canvas.drawString(60, 205, "仅供审核")
        canvas.rotate(30)
        canvas.drawString(120, 100, "内部资料")
        canvas.restoreState()

    (page,) = made(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [ROWS]
    assert page.lines[-1].text == "合计11.10"
    assert not any(c in line.text for line in page.lines for c in "仅供审核内部资料")


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_are_read_upright(tmp_path: Path, turn: int) -> None:
    def turned_by_the_file(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        ruled(canvas, ROWS, XS, 250)

    def turned_content(canvas: Canvas) -> None:
        canvas.translate(*{90: (400, 0), 180: (400, 400), 270: (0, 400)}[turn])
        canvas.rotate(turn)
        ruled(canvas, ROWS, XS, 250)

    (page,) = made(tmp_path / "a.pdf", turned_content, size=(400, 400))
    assert [texts(t) for t in page.tables] == [ROWS]
    (page,) = made(tmp_path / "b.pdf", turned_by_the_file, size=(400, 400))
    assert [texts(t) for t in page.tables] == [ROWS]


def test_text_beyond_the_crop_box_is_not_read_but_said(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((20, 50, 400, 300))
        ruled(canvas, ROWS, XS, 250)
        canvas.drawString(50, 30, "本行不可见")

    (page,) = made(tmp_path / "a.pdf", draw)
    assert page.size == (380, 250)
    assert [texts(t) for t in page.tables] == [ROWS]
    assert not any("不可见" in line.text for line in page.lines)
    assert page.faults == ("the page is cut off: 5 characters beyond its edge are not shown",)


def test_a_figure_clipped_in_its_cell_keeps_its_digits(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, [["科目", "金额"], ["", ""]], XS, 250)
        canvas.saveState()
        path = canvas.beginPath()
        path.rect(50, 210, 100, 20)
        canvas.clipPath(path, stroke=0)
        canvas.drawString(125, 216, "12,345,678.90")
        canvas.restoreState()

    (page,) = made(tmp_path / "a.pdf", draw)
    assert texts(page.tables[0])[1] == ["12,345,678.90", ""]


def picture() -> ImageReader:
    return ImageReader(Image.new("RGB", (40, 30), (200, 200, 200)))


def test_a_page_that_is_an_image_is_said_by_page(tmp_path: Path) -> None:
    pages = made(
        tmp_path / "a.pdf",
        lambda c: c.drawString(50, 200, "目录"),
        lambda c: c.drawImage(picture(), 0, 0, 400, 300),
    )
    assert [bool(page.faults) for page in pages] == [False, True]
    assert "mingzhang[ocr]" in pages[1].faults[0]


# --- right-to-left text ----------------------------------------------------------------------------------------------

ARABIC = dict(zip("bcdefghi", "شىنجاڭغۇ", strict=True))


def arabic(path: Path, *draws: Draw) -> list[Page]:
    """Pages on which the letters b to i of the font `Plain` mean Arabic ones, as Uyghur text of Xinjiang has them."""
    pdfmetrics.registerFont(TTFont("Plain", "Vera.ttf"))
    made(path, *draws, pageCompression=0)
    data = path.read_bytes()
    for letter, meant in ARABIC.items():
        data = data.replace(b"<%04X>" % ord(letter), b"<%04X>" % ord(meant))
    path.write_bytes(data)
    return read_pages(path)


def meaning(text: str) -> str:
    return "".join(ARABIC.get(c, c) for c in text)


def plain(canvas: Canvas, x: float, y: float, text: str) -> None:
    canvas.setFont("Plain", 10)
    canvas.drawString(x, y, text)
    canvas.setFont(FONT, 10)


def test_uyghur_lines_between_chinese_ones_are_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        ruled(canvas, ROWS, XS, 250)
        plain(canvas, 50, 280, "edcb")
        canvas.drawString(50, 120, "支出")
        plain(canvas, 80, 120, "(dcb) 98.40")
        plain(canvas, 50, 100, "gfe 1,234.50 dcb")
        plain(canvas, 50, 80, "-2024 dcb")

    (page,) = arabic(tmp_path / "a.pdf", draw)
    assert [texts(t) for t in page.tables] == [ROWS]
    assert page.lines[0].text == meaning("bcde")
    assert [line.text for line in page.lines][-3:] == [
        f"支出 ({meaning('bcd')}) 98.40",
        f"{meaning('bcd')} 1,234.50 {meaning('efg')}",
        f"-2024 {meaning('bcd')}",
    ]


def test_each_letter_of_right_to_left_text_may_be_an_object_of_its_own(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        x = 50.0
        for letter in "edcb (gf) 12.5":
            plain(canvas, x, 100, letter)
            x += pdfmetrics.stringWidth(letter, "Plain", 10)

    (page,) = arabic(tmp_path / "a.pdf", draw)
    assert [line.text for line in page.lines] == [f"{meaning('bcde')} ({meaning('fg')}) 12.5"]


# --- files that cannot be read ---------------------------------------------------------------------------------------


def encrypted(path: Path) -> None:
    canvas = Canvas(str(path), encrypt=StandardEncryption("secret", strength=128))
    canvas.drawString(50, 50, "1.00")
    canvas.save()


def scanned(path: Path) -> None:
    canvas = Canvas(str(path), pagesize=(400, 300))
    canvas.drawImage(picture(), 0, 0, 400, 300)
    canvas.save()


def cut(path: Path) -> None:
    encrypted_free = path.with_suffix(".whole")
    canvas = Canvas(str(encrypted_free))
    for _ in range(9):
        canvas.drawString(50, 50, "1.00")
        canvas.showPage()
    canvas.save()
    whole = encrypted_free.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "expected a file that can be read, found no such file"),  # noqa: ARG005 - makes nothing
        (lambda path: path.write_bytes(b""), "found an empty file"),
        (lambda path: path.write_bytes("收支总表".encode()), "found a file of another kind"),
        (lambda path: path.write_bytes(b"%PDF-1.4\n%%EOF"), "expected a whole PDF"),
        (cut, "expected a whole PDF, found one that is cut off"),
        (encrypted, "expected a PDF that opens without a password, found an encrypted one"),
        (scanned, "expected text, found images on 1 of 1 pages and no text"),
    ],
    ids=["missing", "empty", "text", "hollow", "cut", "encrypted", "scanned"],
)
def test_bad_files_are_refused_in_one_line(tmp_path: Path, make: Callable[[Path], object], said: str) -> None:
    path = tmp_path / "bad.pdf"
    make(path)
    with pytest.raises(ReadingError) as refusal:
        read_pages(path)
    assert str(refusal.value).startswith("bad.pdf: expected ")
    assert said in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "report.odt").touch()
    with pytest.raises(ReadingError, match=r"expected a \.pdf, .* file, found a file named \*\.odt"):
        read_pages(tmp_path / "report.odt")


# --- drawing ---------------------------------------------------------------------------------------------------------


def test_marks_are_drawn_in_their_colours(tmp_path: Path) -> None:
    source, out = tmp_path / "a.pdf", tmp_path / "out.pdf"
    made(source, lambda c: ruled(c, ROWS, XS, 250), lambda c: c.drawString(50, 50, "目录"))
    shown = list(pages_as_shown(read_pages(source), []))
    draw_reading(source, shown, [(Place(1, Box(150, 70, 250, 90)), "unread")], out)
    with pypdfium2.PdfDocument(out) as drawn:
        assert len(drawn) == 2
        red, green, blue = drawn[0].render(scale=2).to_pil().convert("RGB").getpixel((2 * 240, 2 * 71))
        assert red > green
        assert red > blue
    with pytest.raises(KeyError):
        draw_reading(source, shown, [(Place(1, Box(0, 0, 9, 9)), "mystery")], out)
    assert {"used", "ignored", "unread", "field"} <= set(COLOURS)


FORM_XS = [40.0, 65.0, 113.0, 175.0, 274.0, 337.0, 395.0, 494.0, 556.0]
HALF = [
    ["数量指标", "改造机构数量", "2个"],
    ["质量指标", "验收合格率", "≥90%"],
    ["时效指标", "", ""],
    ["满意度指标", "群众满意度", "提高"],
]


def form_ruled_across(canvas: Canvas) -> None:
    """A form whose rules go across alone; its first two columns reach down over several rows."""
    rows: list[tuple[float, dict[int, str]]] = [
        (40, {0: "项目名称", 2: "道路改造项目"}),
        (40, {0: "项目属性", 2: "经常性项目（长期开展）", 4: "项目期", 5: "99年"}),
        (40, {0: "立项依据", 2: "依据上级的通知和本级的安排，由本单位按年度计划分批实施"}),
        (40, {1: "一级", 2: "二级", 3: "三级", 4: "值", 5: "二级", 6: "三级", 7: "值"}),
        *((113.0, dict(enumerate([*half, *half], start=2))) for half in HALF),
    ]
    for i, (start, words) in enumerate(rows):
        canvas.line(start, 280 - 20 * i, 556, 280 - 20 * i)
        for column, text in words.items():
            canvas.drawString(FORM_XS[column] + 3, 266 - 20 * i, text)
    canvas.line(40, 280 - 20 * len(rows), 556, 280 - 20 * len(rows))
    canvas.drawString(68, 166, "产出")


def test_a_form_with_rules_across_alone_is_read_in_its_cells(tmp_path: Path) -> None:
    (page,) = made(tmp_path / "a.pdf", form_ruled_across, size=(600, 300))
    (table,) = page.tables
    assert table.parted == "places"
    rows = [[text for text in row if text is not None] for row in texts(table)]
    assert [rows[0][:2], rows[2][:2]] == [
        ["项目名称", "道路改造项目"],
        ["立项依据", "依据上级的通知和本级的安排，由本单位按年度计划分批实施"],
    ]
    assert [row[-6:] for row in rows[4:]] == [[*half, *half] for half in HALF]


def wide_sheet(canvas: Canvas, columns: list[list[str]], rows: int = 6) -> None:
    """Some columns of a sheet that is wider than its page."""
    ruled(canvas, [[column[i] for column in columns] for i in range(rows)], XS[: len(columns) + 1], 250)


CODES = ["科目编码", "201", "20101", "2010101", "203", "20301"]
SUMS = ["合计", "9.50", "4.50", "4.50", "5.00", "5.00"]


BEYOND = [[f"{word}{i}" if word == "合计" else word for word in SUMS] for i in (1, 2)]


def test_columns_that_go_on_on_the_next_page_are_joined_with_their_rows(tmp_path: Path) -> None:
    pages = made(tmp_path / "a.pdf", lambda c: wide_sheet(c, [CODES, SUMS]), lambda c: wide_sheet(c, BEYOND))
    (table,), (second,) = pages[0].tables, pages[1:]
    assert texts(table) == [list(row) for row in zip(CODES, SUMS, *BEYOND, strict=True)]
    assert (second.tables, second.lines, second.faults) == ((), (), ())
    cells = [cell for cell in table.rows[1] if cell]
    boxes = [place.box for place in map(own_place(pages), (cell.place for cell in cells)) if place.box]
    assert [own_place(pages)(cell.place).page for cell in cells] == [1, 1, 2, 2]
    assert [(box.x0, box.x1) for box in boxes] == [(50, 150), (150, 250)] * 2
    assert [[line.text for line in page.lines][1] for page in laid_out(pages)] == ["201  9.50", "9.50  9.50"]


def test_columns_behind_labels_that_are_printed_again_are_joined(tmp_path: Path) -> None:
    """Each page was read by itself: the last column of a sheet stood under the first one's head."""

    def page(columns: list[list[str]], unit: str) -> Draw:
        def draw(canvas: Canvas) -> None:
            canvas.drawString(50, 290, "部门名称：某市民政局")
            canvas.drawString(200, 290, unit)
            ruled(canvas, [[column[i] for column in columns] for i in range(6)], [50, 110, 220, 280], 250)

        return draw

    labels = ["科目名称", "一般公共服务", "组织事务", "其他组织事务", "公共安全", "武警"]
    sheets = page([CODES, labels, SUMS], ""), *(page([CODES, labels, sums], "单位：万元") for sums in BEYOND)
    first, *others = made(tmp_path / "a.pdf", *sheets[:2])
    assert [texts(table) for table in first.tables] == [
        [list(row) for row in zip(CODES, labels, SUMS, BEYOND[0], strict=True)]
    ]
    assert [(page.tables, page.lines, page.faults) for page in others] == [((), (), ())]
    assert next(line.text for line in first.lines) == "部门名称：某市民政局  单位：万元"
    of_another = made(
        tmp_path / "b.pdf", *(page([CODES, labels, sums], f"收支总表{i}") for i, sums in enumerate(BEYOND))
    )
    assert [len(page.tables) for page in of_another] == [1, 1]


def test_columns_of_which_of_two_sheets_is_not_known_are_told(tmp_path: Path) -> None:
    sheets = [lambda c: wide_sheet(c, [CODES, SUMS])] * 2
    *_, third = made(tmp_path / "a.pdf", *sheets, lambda c: wide_sheet(c, BEYOND))
    assert not third.tables
    assert third.faults == (
        "columns of the sheet on page 1 go on here without the labels of their rows: they are not read",
    )


def test_a_table_that_goes_on_with_rows_of_the_same_height_is_no_wide_sheet(tmp_path: Path) -> None:
    _, second = made(tmp_path / "a.pdf", *[lambda c: wide_sheet(c, [CODES, SUMS])] * 2)
    assert (len(second.tables), second.faults) == (1, ())
