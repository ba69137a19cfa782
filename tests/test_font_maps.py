"""A page whose fonts do not mean what they show is told and not read, whether one glyph tells it or many."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from real_reports import SHARED
from written import composite, written

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers import read_pages, recognition
from kg_builder.readers.font_maps import OUTLINES, FontUse, broken_pages, strange_places

FAULT = "the font map is broken: its text is not read; pip install 'mingzhang[ocr]' lets it be recognised"


@pytest.mark.parametrize(
    ("print_", "strange"),
    [
        ("财\x80政\x02拨款", "\x80\x02"),
        ("财政\u0101拨款ש收ก入", "\u0101שก"),
        ("财政¯拨款", "¯"),
        ("\uffff\u0378", "\uffff\u0378"),
        ("شىنجاڭ财政", ""),  # a word of another script beside Chinese ones
        ("Müller café 10 µg ≥95% ①㈠Ⅱ·“x”〔2025〕", ""),
        ("财政部（MOF）α系数、Ω、ㄅ、の", ""),
        ("预算\u3000\t\n单位", ""),
    ],
)
def test_strange_characters(print_: str, strange: str) -> None:
    assert "".join(print_[i] for i in strange_places(print_)) == strange


def use(texts: str, name: str = "A", strange: int = 0, outlines: str = "", wide: int = 0) -> FontUse:
    pairs = tuple((outlines[i], int(outlines[i + 1])) for i in range(0, len(outlines), 2))
    return FontUse(name, Counter(texts), strange, pairs, wide)


RIGHT = "".join(f"{digit}{number}" for digit, number in OUTLINES.items())
RARE = "".join(chr(0x9000 + 7 * i) for i in range(40))


@pytest.mark.parametrize(
    ("pages", "broken"),
    [
        ([[use("财政" * 40, outlines=RIGHT)]], [False]),
        ([[use("财" * 40 + "2025年")]], [True]),
        ([[use("无" * 40 + "本表没有数据和说明" * 2)]], [False]),
        ([[use("财政" * 400, strange=1)]], [False]),
        ([[use("财政" * 4, strange=1)]], [True]),
        ([[use("财政" * 40, strange=3)], [use("财政" * 40)], [use("财政", "B")]], [True, True, False]),
        ([[use("财政" * 4000)], [use("财政" * 40, strange=2)]], [False, True]),  # the font is sound elsewhere
        ([[use("0", outlines="02")], [use("1", outlines="13")], [use("8", outlines="81")]], [True, True, True]),
        ([[use("04", outlines="0341")], [use("8", outlines="83")]], [False, False]),  # a dotted 0, an open 4
        ([[use("12", outlines="1222")]], [False]),  # strokes that overlap
        ([[use("0123456789", outlines="01112131415161718191")]], [False]),  # boxes in place of all glyphs
        ([[use("财" * 20 + "a" * 40, wide=40)]], [True]),
        ([[use("财政" * 30 + "WM@" * 11, wide=33)]], [False]),
        ([[use(RARE)]], [True]),
        ([[use("∂∑∏∃∀" * 8 + "2025年")]], [True]),
        ([[use("≥" * 40 + "财政局民政部" * 9)]], [False]),
        ([[use("شىنجاڭ" * 40 + "财政")]], [False]),
        ([[use(RARE[:20] + "财政局民政部" * 9)]], [False]),
    ],
    ids=[
        "sound", "one ideograph", "many alike", "one of many", "one of few", "a font", "once", "digits", "dotted",
        "overlapping", "placeholders", "wide letters", "few wide letters", "rare ideographs", "some rare ones",
        "signs", "few signs", "another script",
    ],
)  # fmt: skip
def test_broken_pages(pages: list[list[FontUse]], broken: list[bool]) -> None:
    assert broken_pages(pages) == broken


ZERO = 0x13  # the glyph of 0 in the font of these files


def shown(order: str) -> dict[int, object]:
    """A font whose digits 0 to 9 are said to be those of `order`."""
    pairs = " ".join(f"<{ZERO + i:04x}> <{ord(digit):04x}>" for i, digit in enumerate(order))
    return composite(f"10 beginbfchar {pairs} endbfchar")


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_builder.readers.recognition.available", lambda: False)


@pytest.mark.usefixtures("no_extra")
def test_digits_that_are_drawn_as_others(tmp_path: Path) -> None:
    codes = "".join(f"{ZERO + i:04x}" for i in range(10))
    content = f"BT /F1 12 Tf 50 200 Td <{codes}> Tj ET"
    (page,) = read_pages(written(tmp_path / "a.pdf", content, shown("0123456789")))
    assert [line.text for line in page.lines] == ["0123456789"]
    for order in ("9876543210", "1234567890", "0153426789", "0123459786"):
        with pytest.raises(ReadingError, match="broken font maps on 1 of 1 pages"):
            read_pages(written(tmp_path / "a.pdf", content, shown(order)))


@pytest.mark.skipif(not recognition.available(), reason="the extra mingzhang[ocr] is not installed")
def test_what_a_broken_map_hides_is_recognised(tmp_path: Path) -> None:
    codes = "".join(f"{ZERO + i:04x}" for i in (1, 2, 3, 4, 5, 6, 8, 9, 0))
    content = f"BT /F1 20 Tf 50 200 Td <{codes}> Tj ET"
    (page,) = read_pages(written(tmp_path / "a.pdf", content, shown("9876543210")))
    assert [line.text for line in page.lines] == ["123456890"]
    assert page.recognised
    assert page.faults == ("the font map is broken: its text was recognised, not printed",)


@pytest.mark.usefixtures("no_extra")
@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="the cases are not beside this checkout")
def test_case() -> None:
    with pytest.raises(ReadingError, match="broken font maps on 2 of 2 pages"):
        read_pages(SHARED / "cases/producers/gs_chromium_noto-sans.pdf")


def with_signs(path: Path, numbers: list[str]) -> Page:
    """A page that prints numbers whose point is said to be a sign of private use."""
    glyphs = {".": 0x11, **{str(i): ZERO + i for i in range(10)}}
    lines = (
        f"1 0 0 1 50 {250 - 15 * i} Tm <{''.join(f'{glyphs[c]:04x}' for c in n)}> Tj" for i, n in enumerate(numbers)
    )
    pairs = " ".join(f"<{glyph:04x}> <{'dbc0ddb0' if c == '.' else f'{ord(c):04x}'}>" for c, glyph in glyphs.items())
    content = f"BT /F1 12 Tf {' '.join(lines)} ET"
    (page,) = read_pages(written(path, content, composite(f"11 beginbfchar {pairs} endbfchar")))
    return page


@pytest.mark.parametrize(
    ("numbers", "known"),
    [
        (["1.25", "120.00", "3.70", "0.05", "88.12"], True),
        (["1.25", "120.00", "3.70", "0.05", "88.12", "7.5", *["6.40"] * 5], True),
        (["1.25", "120.00", "3.70", "0.05"], False),  # too few to tell
        (["1.250", "120.000", "3.700", "0.050", "88.120"], False),  # thousands, it may be
        (["2025.12.31", *["1.25"] * 5], False),
    ],
)
def test_a_sign_between_digits_is_a_point_where_the_numbers_tell_it(
    tmp_path: Path, numbers: list[str], known: bool
) -> None:
    page = with_signs(tmp_path / "a.pdf", numbers)
    printed = [number if known else number.replace(".", "\U001001b0") for number in numbers]
    assert [line.text for line in page.lines] == printed
    signs = sum(number.count(".") for number in numbers)
    told = f"{signs} signs between digits have no meaning: the numbers with them are not read"
    assert page.faults == (() if known else (told,))
