"""Ruling lines in every way that programs draw them make the same table."""

from __future__ import annotations

from pathlib import Path

import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from written import written

from kg_builder.readers import read_pages

XS, YS, WIDE = (50, 150, 250, 350), (250, 230, 210, 190), 0.75
TEXT = "BT /F1 9 Tf {} ET".format(
    " ".join(f"1 0 0 1 {XS[j] + 5} {YS[i] - 14} Tm ({i + 1}{j + 1}.50) Tj" for i in range(3) for j in range(3))
)
CELLS = [(XS[j], YS[i + 1], XS[j + 1], YS[i]) for i in range(3) for j in range(3)]
LINES = [(XS[0], y, XS[-1], y) for y in YS] + [(x, YS[-1], x, YS[0]) for x in XS]


def box(x0: float, y0: float, x1: float, y1: float) -> str:
    return f"{x0} {y0} {x1 - x0} {y1 - y0} re"


def strokes() -> str:
    return " ".join(f"{a} {b} m {c} {d} l S" for a, b, c, d in LINES)


def boxes() -> str:
    return " ".join(f"{box(*cell)} S" for cell in CELLS)


def bars() -> str:
    return " ".join(f"{box(a, b, c + WIDE, d + WIDE)} f" for a, b, c, d in LINES)


def frames() -> str:
    """Each cell as one box within another, both in one path."""
    w = WIDE
    return " ".join(f"{box(a, b, c, d)} {box(a + w, b + w, c - w, d - w)} f*" for a, b, c, d in CELLS)


def frames_turned() -> str:
    """The inner box goes the other way round, as without the even-odd rule it must."""
    w, path = WIDE, "{} {} m {} {} l {} {} l {} {} l h"
    return " ".join(
        path.format(a, b, c, b, c, d, a, d)
        + " "
        + path.format(a + w, b + w, a + w, d - w, c - w, d - w, c - w, b + w)
        + " f"
        for a, b, c, d in CELLS
    )


def slanted() -> str:
    """Four areas with slanted ends around each cell."""
    w = WIDE
    shapes = []
    for a, b, c, d in CELLS:
        shapes += [(a, d, c, d, c - w, d - w, a + w, d - w), (a, b, c, b, c - w, b + w, a + w, b + w)]
        shapes += [(a, b, a + w, b + w, a + w, d - w, a, d), (c, b, c - w, b + w, c - w, d - w, c, d)]
    return " ".join("{} {} m {} {} l {} {} l {} {} l h f".format(*shape) for shape in shapes)


def corners() -> str:
    """The upper and left rule of a cell as one area with six corners; the last rules as bars."""
    w = WIDE
    shapes = [(a, d, c, d, c, d - w, a + w, d - w, a + w, b, a, b) for a, b, c, d in CELLS]
    drawn = " ".join("{} {} m {} {} l {} {} l {} {} l {} {} l {} {} l h f".format(*shape) for shape in shapes)
    return f"{drawn} {box(XS[0], YS[-1], XS[-1], YS[-1] + w)} f {box(XS[-1], YS[-1], XS[-1] + w, YS[0])} f"


def dashes(long: float, gap: float) -> str:
    """Each rule as small boxes with gaps between."""
    pieces = []
    for a, b, c, d in LINES:
        length, at = (c - a) + (d - b), 0.0
        while at < length:
            end = min(at + long, length)
            pieces.append(box(a + at, b, a + end, b + WIDE) if b == d else box(a, b + at, a + WIDE, b + end))
            at += long + gap
    return " ".join(f"{piece} f" for piece in pieces)


def dashed() -> str:
    return f"[3 2] 0 d {strokes()}"


@pytest.mark.parametrize(
    "drawn",
    [strokes(), boxes(), bars(), frames(), frames_turned(), slanted(), corners(), dashed(), dashes(2.25, 2.25),
     dashes(0.75, 0.75), dashes(4.5, 4.5), dashes(1.5, 2.5), dashes(6, 3)],
    ids=["strokes", "boxes", "bars", "frames", "frames turned", "slanted", "corners", "dashed", "dashes", "dots",
         "long dashes", "wide dots", "broken"],
)  # fmt: skip
def test_a_table_however_it_is_ruled(tmp_path: Path, drawn: str) -> None:
    (page,) = read_pages(written(tmp_path / "a.pdf", f"{drawn} {TEXT}", {}))
    (table,) = page.tables
    assert [[cell and cell.text for cell in row] for row in table.rows] == [
        [f"{i + 1}{j + 1}.50" for j in range(3)] for i in range(3)
    ]
    assert table.parted == "rules"


def test_backgrounds_are_no_rules(tmp_path: Path) -> None:
    stripes = " ".join(f"0.9 g {box(50, y, 350, y + 18)} f" for y in (200, 220, 240))
    (page,) = read_pages(written(tmp_path / "a.pdf", f"{stripes} 0 g {TEXT}", {}))
    assert [table.parted for table in page.tables] == ["places"]


WORDS = "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc"


def spread(path: Path, words: list[str], gaps: list[float]) -> str:
    """The text of a cell in which the words stand so far apart, at a size of 10."""
    canvas = Canvas(str(path), pagesize=(500, 200))
    pdfmetrics.registerFont(TTFont("hei", WORDS))
    canvas.grid([20, 350, 450], [100, 120, 140])
    canvas.setFont("hei", 10)
    x = 25.0
    for word, gap in zip(words, [*gaps, 0.0], strict=True):
        canvas.drawString(x, 105, word)
        x += canvas.stringWidth(word, "hei", 10) + gap
    canvas.drawString(360, 105, "1")
    canvas.save()
    (page,) = read_pages(path)
    return next(cell.text for row in page.tables[0].rows for cell in row if cell and cell.text)


@pytest.mark.skipif(not Path(WORDS).is_file(), reason="no Chinese font here")
@pytest.mark.parametrize(
    ("words", "gaps", "read"),
    [
        (list("阳泉市民政局"), [15.0] * 5, "阳泉市民政局"),
        (list("合计"), [60.0], "合计"),
        (["99", "年"], [70.0], "99年"),
        (["2025", "年", "内", "完", "成", "。"], [20.0, 22.0, 22.0, 22.0, 22.0], "2025年内完成。"),
        (["数量", "质量"], [40.0], "数量  质量"),
        (["张甲", "李乙", "王丙"], [25.0, 25.0], "张甲  李乙  王丙"),
        (list("甲乙丙"), [12.0, 40.0], "甲 乙  丙"),
        (["90", "100"], [30.0], "90  100"),
    ],
)
def test_words_spread_over_a_cell(tmp_path: Path, words: list[str], gaps: list[float], read: str) -> None:
    assert spread(tmp_path / "a.pdf", words, gaps) == read


def columns_ruled(rows: list[tuple[str, ...]], lines: list[float]) -> str:
    """Rows below a ruled head whose columns alone are ruled: texts at their row's height, wrapped lines 11 apart."""
    xs, top, text = (50, 170, 250, 330), lines[0] + 14, []
    for y, cells in zip(lines, rows, strict=True):
        for x, cell in zip(xs, cells, strict=False):
            parts = cell.split("/")
            for i, part in enumerate(parts):
                text.append(f"1 0 0 1 {x + 4} {y + 5.5 * (len(parts) - 1) - 11 * i} Tm ({part}) Tj")
    bottom = lines[-1] - 10
    rules = " ".join(f"{x} {bottom} m {x} {top} l S" for x in xs[: len(rows[0]) + 1])
    for y in (top, lines[0] - 3):
        rules += f" 50 {y} m {xs[len(rows[0])]} {y} l S"
    return f"{rules} BT /F1 9 Tf {' '.join(text)} ET"


HEAD = ("item", "sum", "part")


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        ([HEAD, ("one", "12.00", "1.00"), ("two", "", "3.00"), ("three", "7.00", "")], [250, 232, 214, 196]),
        ([HEAD, ("one", "12.00", "1.00"), ("two", "", ""), ("three", "7.00", "5.00")], [250, 232, 214, 196]),
        ([HEAD, ("one", "", ""), ("two", "12.00", "1.00"), ("three", "7.00", "5.00")], [250, 232, 214, 196]),
        ([HEAD, ("one/more", "12.00", "1.00"), ("two", "", "2.00"), ("three", "7.00", "5.00")], [250, 226, 208, 190]),
        ([HEAD, ("one", "12.00", "1.00"), ("two/more/words", "2.00", ""), ("three", "7.00", "5.00")],
         [250, 232, 203, 174]),
        ([HEAD, ("one", "12.00", "1.00"), ("two", "2.00", "2.00"), ("three", "7.00", "5.00")], [250, 239, 228, 217]),
    ],
    ids=["blank first", "blank row", "blank first row", "wrapped", "wrapped twice", "close"],
)  # fmt: skip
def test_rows_that_no_rule_parts(tmp_path: Path, rows: list[tuple[str, ...]], lines: list[float]) -> None:
    (page,) = read_pages(written(tmp_path / "a.pdf", columns_ruled(rows, lines), {}))
    read = [tuple(cell.text.replace("\n", "/") if cell else "" for cell in row) for row in page.tables[0].rows]
    assert read[-3:] == rows[-3:]


def test_rows_that_may_be_one_wrapped_text_are_left_together(tmp_path: Path) -> None:
    """Labels as close as wrapped lines stand, one of them without a figure: no one can say whose it is."""
    rows = [HEAD, ("one", "12.00", "1.00"), ("two", "", ""), ("three", "7.00", "5.00")]
    (page,) = read_pages(written(tmp_path / "a.pdf", columns_ruled(rows, [250, 239, 228, 217]), {}))
    texts = {cell.text for row in page.tables[0].rows for cell in row if cell}
    assert not {"two\nthree", "one\ntwo"} & texts


@pytest.mark.skipif(not Path(WORDS).is_file(), reason="no Chinese font here")
@pytest.mark.parametrize("step", [0.4, 8.0, 11.0, 12.0])
def test_a_text_set_from_the_top_down(tmp_path: Path, step: float) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 300))
    pdfmetrics.registerFont(TTFont("hei", WORDS))
    canvas.grid([50, 100, 250], [100, 200])
    canvas.line(100, 150, 250, 150)
    canvas.setFont("hei", 10)
    for i, word in enumerate("绩效指标"):
        canvas.drawString(70, 180 - step * i, word)
    canvas.drawString(110, 170, "数量")
    canvas.drawString(110, 120, "质量")
    canvas.save()
    (page,) = read_pages(tmp_path / "a.pdf")
    assert [[cell and cell.text.replace("\n", "") for cell in row] for row in page.tables[0].rows] == [
        ["绩效指标", "数量"],
        [None, "质量"],
    ]


def test_two_pages_on_one_sheet_are_told(tmp_path: Path) -> None:
    def drawn(title: str) -> Path:
        canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 300))
        for x in (20, 220):
            canvas.drawString(x, 250, "revenue of the year 12.50")
            canvas.grid([x, x + 70, x + 150], [100, 120, 140])
        canvas.drawCentredString(200, 280, title)
        canvas.showPage()
        canvas.drawString(20, 250, "a page of its own")
        canvas.save()
        return tmp_path / "a.pdf"

    two, one = read_pages(drawn(""))
    assert (two.lines, two.tables) == ((), ())
    assert two.faults == ("two pages are printed side by side on this one: they are not read",)
    assert one.lines and not one.faults
    panels, _ = read_pages(drawn("one title over both"))
    assert panels.lines and not panels.faults


@pytest.mark.parametrize(
    ("above", "below", "lower", "two"),
    [
        pytest.param(("revenue and expenditure",), (), 0, False, id="a title over the left half"),
        pytest.param((), (None, "12"), 0, False, id="it goes on from the page before, and is numbered at the right"),
        pytest.param((), (), 0, False, id="nothing outside"),
        pytest.param(("the revenue", "the expenditure"), (), 0, True, id="a title over each"),
        pytest.param((), ("11", "12"), 0, True, id="each numbered"),
        pytest.param((), (), 30, True, id="rows at other heights"),
    ],
)
def test_one_table_ruled_into_two_halves_is_one_page(
    tmp_path: Path, above: tuple[str, ...], below: tuple[str | None, ...], lower: int, two: bool
) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(400, 300))
    for half, x in enumerate((20, 220)):
        for y in (100, 120, 140):
            canvas.drawString(x + 4, y + 5 - lower * half, f"row {y} of it")
            canvas.drawString(x + 100, y + 5 - lower * half, f"{y + half}.50")
        canvas.grid([x, x + 90, x + 150], [y - lower * half for y in (100, 120, 140, 160)])
    for y, texts in ((270, above), (20, below)):
        for x, text in zip((30, 230), texts, strict=False):
            canvas.drawString(x, y, text or "")
    canvas.showPage()
    canvas.drawString(20, 250, "a page of its own")
    canvas.save()
    page, _ = read_pages(tmp_path / "a.pdf")
    assert bool(page.faults) is two
    assert [cell and cell.text for table in page.tables for cell in table.rows[0]] == (
        [] if two else ["row 140 of it", "140.50", "row 140 of it", "141.50"]
    )
