"""What a cell of figures prints besides a plain number: its sign and its sum are right, or the cell is told."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from drawn import drawn_page, read_drawn, tables_of
from reportlab.pdfgen.canvas import Canvas

from kg_builder.model import Place
from kg_builder.readers import read_pages
from kg_builder.text import money, narrow

PLACE = Place(1)


@pytest.mark.parametrize(
    ("printed", "yuan", "kept"),
    [
        ("12.50", "125000", "12.50"),
        ("２，５１１．４８", "25114800", "２，５１１．４８"),
        ("-12.50", "-125000", "-12.50"),
        ("−12.50", "-125000", "−12.50"),
        ("–12.50", "-125000", "–12.50"),
        ("12.50-", "-125000", "12.50-"),
        ("(1,234.50)", "-12345000", "(1,234.50)"),
        ("（12.50）", "-125000", "（12.50）"),
        ("¥12.50", "125000", "¥12.50"),
        ("￥ 1,234.50", "12345000", "￥1,234.50"),
        ("-¥12.50", "-125000", "-¥12.50"),
        ("(¥12.50)", "-125000", "(¥12.50)"),
        ("12.50万元", "125000", "12.50"),
        ("12.50元", "12.50", "12.50"),
        ("3千元", "3000", "3"),
    ],
)
def test_sums_as_accounts_print_them(printed: str, yuan: str, kept: str) -> None:
    amount = money(printed, "万元", PLACE)
    assert amount and (amount.yuan, amount.printed) == (Decimal(yuan), kept)


@pytest.mark.parametrize(
    "printed",
    [
        "▲12.50",
        "△12.50",
        "-12.50-",
        "(12.50",
        "12.50)",
        "12.50%",
        "1-2",
        "###",
        "#DIV/0!",
        "#N/A",
        "见附表1",
        "12 50人",
        "¥",
    ],
)
def test_what_is_no_sum_for_certain(printed: str) -> None:
    assert money(printed, "万元", PLACE) is None


def test_a_sum_needs_a_unit() -> None:
    assert money("12.50", None, PLACE) is None
    assert (amount := money("12.50万元", None, PLACE)) and amount.unit == "万元"


TABLE = """
2025年预算支出总表
单位：万元
科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出
201 | 一般公共服务支出 | {} | 1.47 | -
20132 | 组织事务 | 1.47 | 1.47 | 无
"""


@pytest.mark.parametrize("printed", ["###", "#DIV/0!", "#N/A", "#REF!", "见附表", "▲1.47", "详见说明", "***"])
def test_what_stands_in_place_of_a_figure_is_unread(printed: str) -> None:
    found = read_drawn(TABLE.format(printed))
    assert [(r.text, r.reason) for r in found.unread] == [(printed, "no single number")]
    assert [o.amount.printed for t in found.tables for o in t.observations] == ["1.47"] * 3
    assert {r.text for r in found.ignored} == {"-", "无"}


def test_red_without_a_sign_is_told() -> None:
    page = drawn_page(TABLE.format("1.47"))
    for printed, red in (("1.47", 1), ("-1.47", 0), ("（1.47）", 0), ("0.00", 0)):
        rows = tuple(
            tuple(c and replace(c, text=c.text if c.text != "1.47" else printed, red=c.text == "1.47") for c in row)
            for row in page.tables[0].rows
        )
        drawn = replace(page, tables=(replace(page.tables[0], rows=rows),))
        found = tables_of([drawn], 2025)
        assert len(found.unread) == 4 * red
        assert all("red" in residue.reason for residue in found.unread)


def test_the_reader_tells_what_is_red(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=(300, 200))
    canvas.grid([50, 120, 190], [100, 120, 140])
    for x, colour in ((55, (0, 0, 0)), (125, (0.8, 0.1, 0))):
        canvas.setFillColorRGB(*colour)
        canvas.drawString(x, 105, "12.50")
        canvas.drawString(x, 125, "3.50")
    canvas.save()
    (page,) = read_pages(tmp_path / "a.pdf")
    assert [[cell and cell.red for cell in row] for row in page.tables[0].rows] == [[False, True], [False, True]]


@pytest.mark.parametrize("code", ["２０１３２", "201３２"])
def test_codes_in_full_width(tmp_path: Path, code: str) -> None:
    text = f"2025年预算支出总表\n单位：万元\n科目编码\t科目名称\t合计\n201\t甲\t１，４７１．５０\n{code}\t乙\t1.47\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (table,) = tables_of(read_pages(tmp_path / "a.txt"), 2025).tables
    assert [row.code for row in table.rows] == ["201", "20132"]
    assert [(o.amount.yuan, o.amount.printed) for o in table.observations] == [
        (Decimal("14715000"), "１，４７１．５０"),
        (Decimal("14700"), "1.47"),
    ]


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("２０２５年", "2025年"),
        ("２，５１１．４８", "2,511.48"),
        ("２０２４，２０２５年", "2024，2025年"),
        ("１，２３４，５６７元", "1,234,567元"),
        ("３，４月", "3，4月"),
        ("第１．２条", "第1.2条"),
        ("预算，１００元", "预算，100元"),
    ],
)
def test_numbers_in_full_width(printed: str, read: str) -> None:
    assert narrow(printed) == read
