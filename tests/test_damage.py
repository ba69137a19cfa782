"""Damaged files: what is damaged is told by page, nothing of it is published, and no engine's words reach the user."""

from __future__ import annotations

import random
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from drawn import drawn_page, figures_of, lines_page, ruled_page, tables_of
from hypothesis import given, settings
from hypothesis import strategies as st
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import LIT
from real_reports import SHARED, needs_reports
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers import read_pages
from kg_builder.readers.pdf import DAMAGED
from kg_builder.readers.shown import shown_on
from kg_builder.readers.soundness import fault_of
from kg_builder.readers.widths import SpoiltError, given_widths
from kg_builder.templates.prose.narrative import statements_in
from kg_builder.templates.report import read_projects

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
pdfmetrics.registerFont(TTFont("Plain", "Vera.ttf"))
ROBUST = SHARED / "cases" / "robust"

# Words of programmers, which say nothing to those who publish or read reports.
ENGINES_WORDS = re.compile(
    r"[A-Z][a-z]+(Error|Exception)|pdfium|pdfminer|plumber|None|Traceback|object at 0x|<class|zlib|b'"
)


def three_pages(path: Path, **options: object) -> bytes:
    """A page in a Chinese font, one in an embedded font with a map, one with a form; each names itself."""
    canvas = Canvas(str(path), pagesize=(400, 300), **options)
    canvas.setFont(FONT, 10)
    canvas.drawString(50, 200, "第一页 1.00")
    canvas.showPage()
    canvas.setFont("Plain", 10)
    canvas.drawString(50, 200, "second page 2.00")
    canvas.showPage()
    canvas.beginForm("part")
    canvas.setFont(FONT, 10)
    canvas.drawString(50, 200, "第三页 3.00")
    canvas.endForm()
    canvas.doForm("part")
    canvas.showPage()
    canvas.save()
    return path.read_bytes()


def texts(pages: list[Page]) -> list[str]:
    return ["\n".join(line.text for line in page.lines) for page in pages]


def streams(data: bytes) -> dict[str, list[tuple[int, int]]]:
    """Where the bytes of the streams stand, by what they hold."""
    found: dict[str, list[tuple[int, int]]] = {}
    for match in re.finditer(rb"<<(?:(?!endobj).)*?>>\s*stream\r?\n", data, re.DOTALL):
        inflater = zlib.decompressobj()
        text = inflater.decompress(data[match.end() :])
        end = len(data) - len(inflater.unused_data)
        if b"/Length1" in match[0]:
            kind = "font"
        elif b"begincmap" in text:
            kind = "map"
        elif b"/Form" in match[0]:
            kind = "form"
        else:
            kind = "contents"
        found.setdefault(kind, []).append((match.end(), end))
    return found


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :]


@pytest.fixture
def plain_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportlab.rl_config.useA85", 0)


@pytest.mark.usefixtures("plain_streams")
@pytest.mark.parametrize("where", [0.2, 0.5, 0.9, "checksum"])
@pytest.mark.parametrize(
    ("kind", "page", "said"),
    [
        ("contents", 1, "a part of its contents"),
        ("font", 2, "the program of the font BitstreamVeraSans-Roman"),
        ("map", 2, "the character map of the font BitstreamVeraSans-Roman"),
        ("form", 3, "a part that it draws"),
    ],
)
def test_one_bit_in_a_stream_costs_the_pages_that_need_it(
    tmp_path: Path, kind: str, page: int, said: str, where: float | str
) -> None:
    path = tmp_path / "a.pdf"
    data = three_pages(path, pageCompression=1)
    sound = texts(read_pages(path))
    start, end = streams(data)[kind][0]
    at = end - 2 if isinstance(where, str) else int(start + where * (end - start))
    path.write_bytes(flipped(data, at))
    pages = read_pages(path)
    assert [bool(text) for text in texts(pages)] == [number != page for number in (1, 2, 3)]
    assert [text for text in texts(pages) if text] == [text for n, text in enumerate(sound, 1) if n != page]
    (fault,) = pages[page - 1].faults
    assert fault.startswith(f"{DAMAGED}: {said} ")
    neighbours = [faults for number, faults in enumerate((p.faults for p in pages), 1) if abs(number - page) == 1]
    assert all(f"may go on on page {page}, which is damaged" in fault for faults in neighbours for fault in faults)


def test_streams_that_are_also_written_as_letters_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    data = three_pages(path, pageCompression=1)
    assert b"/ASCII85Decode" in data
    first = data.index(b"stream", data.index(b"/ASCII85Decode")) + 40
    path.write_bytes(data[:first] + bytes([data[first] ^ 1]) + data[first + 1 :])
    assert sum(DAMAGED in fault for page in read_pages(path) for fault in page.faults) == 1


@pytest.mark.parametrize(
    ("old", "new", "page", "said"),
    [
        (b"/Font ", b"/Fond ", None, "its font "),
        (b"/ToUnicode", b"/ToUnicodd", 2, "a name in the description of the font BitstreamVeraSans-Roman is damaged"),
        (b"/FontFile2", b"/FontFild2", 2, "a name in the description of the font BitstreamVeraSans-Roman is damaged"),
        (b"/Subtype /TrueType", b"/Subtype /TrueTypd", 2, "the font BitstreamVeraSans-Roman is of no known kind"),
        (b"/XObject <<", b"/XObjecu <<", 3, "a part that it draws is missing"),
        (b"/Contents", b"/Contenus", 1, "a name in its description is damaged"),
        (b"/LastChar 127", b"/LastChar 128", 2, "the widths of the font BitstreamVeraSans-Roman are damaged"),
        (b"/Widths [ ", b"/Widths [ x", 2, "the widths of the font BitstreamVeraSans-Roman are damaged"),
    ],
)
def test_names_that_lead_nowhere(tmp_path: Path, old: bytes, new: bytes, page: int | None, said: str) -> None:
    path = tmp_path / "a.pdf"
    data = three_pages(path, pageCompression=1)
    assert old in data
    path.write_bytes(data.replace(old, new, 1 if page == 1 else -1))
    try:
        pages = read_pages(path)
    except ReadingError as refusal:
        assert said in str(refusal)
        return
    faults = [fault for p in pages for fault in p.faults if fault.startswith(DAMAGED)]
    assert any(said in fault for fault in faults)
    assert [not p.lines for p in pages] == [p.number == page or page is None for p in pages]


def test_a_width_that_the_font_does_not_have_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    data = three_pages(path, pageCompression=1)
    widths = re.search(rb"/Widths \[ (\d{3})", data)
    assert widths
    own = set(pdfmetrics.getFont("Plain").face.charWidths.values())
    other = next(width for width in range(100, 999) if all(abs(width + 0.1 - one) > 2 for one in own))
    path.write_bytes(data.replace(widths[0], b"/Widths [ %d" % other))
    assert [page.faults for page in read_pages(path) if page.damaged] == [
        (f"{DAMAGED}: the widths of the font BitstreamVeraSans-Roman are damaged",)
    ]


@pytest.mark.parametrize(
    ("font", "widths"),
    [
        ({}, set()),
        ({"Widths": [250, 500.5], "FirstChar": 3, "LastChar": 4}, {250, 500.5}),
        ({"W": [3, [250, 500], 11, 14, 600]}, {250, 500, 600}),
        ({"Widths": [250], "FirstChar": 3, "LastChar": 4}, None),
        ({"Widths": [250, LIT("x")], "FirstChar": 3, "LastChar": 4}, None),
        ({"Widths": 7}, None),
        ({"W": [3, 4]}, None),
        ({"W": [3, [250, b"x"]]}, None),
        ({"W": [14, 11, 600]}, None),
        ({"W": [3, [2500000]]}, None),
    ],
)
def test_widths_are_lists_of_numbers(font: dict[str, object], widths: set[float] | None) -> None:
    if widths is None:
        with pytest.raises(SpoiltError):
            given_widths(font)
    else:
        assert given_widths(font) == widths


@needs_reports
def test_the_case_of_one_bit_in_a_font() -> None:
    intact = read_pages(ROBUST / "font-one-bit-intact.pdf")
    pages = read_pages(ROBUST / "font-one-bit.pdf")
    assert [page.lines for page in pages if page.lines] == [
        p.lines for p, q in zip(intact, pages, strict=True) if q.lines
    ]
    damaged = [page for page in pages if not page.lines]
    assert damaged
    assert all("the font FZFSK--GBK1-0 cannot be unpacked" in page.faults[0] for page in damaged)


@needs_reports
def test_damage_in_packed_objects_refuses_the_file(tmp_path: Path) -> None:
    data = (SHARED / "cases/producers/weasyprint_sep.pdf").read_bytes()
    path = tmp_path / "a.pdf"
    for name, said in ((b"/ObjStm", "a part with its objects"), (b"/XRef", "the table of its objects")):
        start = data.index(b"stream", data.index(name))
        path.write_bytes(flipped(data, start + 30))
        with pytest.raises(ReadingError, match=f"expected a whole PDF, found a damaged one: {said} "):
            read_pages(path)


def test_a_file_damaged_on_all_pages_is_refused_with_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path))
    for _ in range(3):
        canvas.setFont("Plain", 10)
        canvas.drawString(50, 200, "1.00")
        canvas.showPage()
    canvas.save()
    path.write_bytes(path.read_bytes().replace(b"/FontFile2 ", b"/FontFile6 "))
    with pytest.raises(ReadingError, match="a damaged one: on 3 of 3 pages a name in the description of the font "):
        read_pages(path)


@given(st.binary(max_size=400), st.data())
def test_a_changed_bit_of_a_packed_stream_is_seen(text: bytes, data: st.DataObject) -> None:
    packed = zlib.compress(text)
    assert fault_of(packed) == (text, None)
    assert fault_of(packed + b"\r\n") == (text, None)
    at, bit = data.draw(st.integers(0, len(packed) - 1)), data.draw(st.integers(0, 7))
    changed = packed[:at] + bytes([packed[at] ^ 1 << bit]) + packed[at + 1 :]
    found, fault = fault_of(changed)
    assert fault or found == text  # a bit of the head that says how hard the packer tried
    assert fault_of(packed[:at])[1]


# --- fonts without glyphs --------------------------------------------------------------------------------------------


def without_glyph(data: bytes, character: str) -> bytes:
    """The PDF with an empty outline for a character of its only font, which stands unpacked in it."""
    start = data.index(b"stream", data.index(b"/Length1")) + len(b"stream\r\n")
    start -= data[start - 2 : start] != b"\r\n"  # either way of ending a line
    (count,) = struct.unpack(">H", data[start + 4 : start + 6])
    entries = (struct.unpack(">4sIII", data[start + 12 + 16 * i : start + 28 + 16 * i]) for i in range(count))
    tables = {tag: start + offset for tag, _, offset, _ in entries}
    width = 4 if data[tables[b"head"] + 51] else 2  # bytes of a place in the table of glyphs
    at = tables[b"loca"] + width * (ord(character) - 31)  # printable ASCII stands in its order, after one for no glyph
    return data[: at + width] + data[at : at + width] + data[at + 2 * width :]


@pytest.mark.parametrize("whole", [True, False], ids=["one object", "each letter an object"])
def test_letters_without_a_glyph_are_told_and_no_number_goes_on_without_them(tmp_path: Path, whole: bool) -> None:
    path = tmp_path / "a.pdf"
    canvas = Canvas(str(path), pagesize=(400, 300), pageCompression=0)
    canvas.setFont("Plain", 10)
    canvas.drawString(50, 250, "4")
    x = 50.0
    for piece in ["1,234.50 b"] if whole else "1,234.50 b":
        canvas.drawString(x, 200, piece)
        x += pdfmetrics.stringWidth(piece, "Plain", 10)
    canvas.save()
    sound = read_pages(path)
    assert (texts(sound), sound[0].faults) == (["4\n1,234.50 b"], ())
    path.write_bytes(without_glyph(path.read_bytes(), "4"))
    (page,) = read_pages(path)
    assert [line.text for line in page.lines] == ["\ufffd", "1,234.50 b" if whole else "1,23\ufffd.50 b"]
    lost = 1 if whole else 2
    assert page.faults == (f"{lost} characters have vanished: the font has no glyphs for them",)


@pytest.mark.parametrize(
    ("stream", "shown"),
    [
        (b"BT /F1 9 Tf (a) Tj (b\\)c) Tj ET", [(b"F1", b"a"), (b"F1", b"b)c")]),
        (b"q /F1 9 Tf Q /F2 9 Tf q BT /F1 8 Tf [(a) -20 <6263>] TJ ET Q (d) '", [(b"F1", b"abc"), (b"F2", b"d")]),
        (b"/F1 9 Tf () Tj <> Tj [()] TJ [3] TJ (x) Tj", [(b"F1", b"x")]),
        (
            b'/S << /ActualText (q /F2 9 Tf) >> BDC /F1 9 Tf (\\(\\060) Tj 1 2 (a(b)c) "',
            [(b"F1", b"(0"), (b"F1", b"a(b)c")],
        ),
        (b"/F1 9 Tf /Fm Do (z) Tj", [(b"F1", b"in"), (b"F2", b"form"), (b"F1", b"z")]),
    ],
)
def test_what_a_content_stream_shows(stream: bytes, shown: list[tuple[bytes, bytes]]) -> None:
    form = PDFStream({"Subtype": LIT("Form")}, b"(in) Tj /F2 9 Tf (form) Tj")
    resources = {"Font": {"F1": b"F1", "F2": b"F2"}, "XObject": {"Fm": form}}
    page = SimpleNamespace(contents=[PDFStream({}, stream)], resources=resources)
    assert [(one.font, one.codes) for one in shown_on(page)] == shown


# --- beside a damaged page ------------------------------------------------------------------------------------------


def damaged(number: int) -> Page:
    return Page(number, (), faults=(DAMAGED,), damaged=True)


TABLE = """
2025年部门支出预算总表
单位：万元
科目编码 | 科目名称         | 合计   | 基本支出
201      | 一般公共服务支出 | 8.00   | 8.00
208      | 社会保障         | 5.00   | 5.00
"""


def test_the_row_that_ends_a_page_before_a_damaged_one_is_unread() -> None:
    whole = tables_of([drawn_page(TABLE, 1), Page(2, ())], 2025)
    torn = tables_of([drawn_page(TABLE, 1), damaged(2)], 2025)
    assert figures_of(whole) == [*figures_of(torn), ("社会保障", "合计", "5.00"), ("社会保障", "基本支出", "5.00")]
    assert [(r.text, r.reason) for r in torn.unread] == [("5.00", "the row may go on on a damaged page")] * 2


def test_prose_that_goes_on_from_a_damaged_page_is_left_out_up_to_the_next_number() -> None:
    before = "一、收支情况\n2025年收入总计20.00万元，其中：本年收入"
    after = "15.00万元，上年结转5.00万元。\n二、机关运行经费\n2025年机关运行经费3.00万元。"
    said = statements_in([lines_page(before, 1), damaged(2), lines_page(after, 3)], year=2025)
    assert [(s.topic, str(s.value)) for s in said] == [("revenue-total", "20.00"), ("operating-cost", "3.00")]


def test_no_form_goes_on_behind_a_damaged_page() -> None:
    form = [
        ["项目支出绩效目标表", None, None, None],
        ["项目名称", "甲项目", None, None],
        ["主管部门及代码", "012-某局", "实施单位", "某中心"],
        ["项目资金（万元）", "年度资金总额：", "12.5", None],
        ["年度目标", "建成一座馆", None, None],
        ["一级指标", "二级指标", "三级指标", "年度指标值"],
        ["产出指标", "数量指标", "建成数量", "1座"],
    ]
    of_another = [["产出指标", "数量指标", "展柜", "≥20个"], [None, None, "讲座", "≥2次"]]
    read = [
        read_projects([ruled_page(form, 1), between, ruled_page(of_another, 3)])
        for between in (Page(2, ()), damaged(2))
    ]
    assert [[i.name for i in found.projects[0].indicators] for found in read] == [
        ["建成数量", "展柜", "讲座"],
        ["建成数量"],
    ]


# --- encryption ------------------------------------------------------------------------------------------------------


def encrypted(path: Path, user: str, owner: str, strength: int) -> None:
    canvas = Canvas(str(path), encrypt=StandardEncryption(user, owner, strength=strength))
    canvas.setFont("Plain", 10)
    canvas.drawString(50, 200, "12.00")
    canvas.save()


@pytest.mark.parametrize("strength", [40, 128])
def test_a_file_that_only_its_owner_may_change_is_read(tmp_path: Path, strength: int) -> None:
    encrypted(tmp_path / "a.pdf", "", "secret", strength)
    (page,) = read_pages(tmp_path / "a.pdf")
    assert ([line.text for line in page.lines], page.faults) == (["12.00"], ())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data, "found an encrypted one"),
        (lambda data: data.replace(b"/Filter /Standard", b"/Filter /Another1"), "encrypted in a way not known here"),
        (lambda data: re.sub(rb"/V \d", b"/V 9", data), "encrypted in a way not known here"),
    ],
)
def test_an_encrypted_file_is_called_encrypted(tmp_path: Path, change: Callable[[bytes], bytes], said: str) -> None:
    path = tmp_path / "a.pdf"
    encrypted(path, "secret", "secret", 128)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ReadingError, match="expected a PDF that opens without a password, found ") as refusal:
        read_pages(path)
    assert said in str(refusal.value)


# --- words -----------------------------------------------------------------------------------------------------------


def _changed(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    at = chance.randrange(9, len(data))
    how = seed % 4
    if how == 0:
        return data[:at] + b"\nstartxref\n0\n%%EOF"
    if how == 1:
        return flipped(data, at)
    if how == 2:
        return data[:at] + bytes(200) + data[at + 200 :] + b"%%EOF"
    start, end = sorted(chance.randrange(9, len(data)) for _ in range(2))
    return data[:start] + data[end:] + b"%%EOF"


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**6))
def test_no_word_of_an_engine_reaches_the_user(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("words")
    data = three_pages(folder / "a.pdf", pageCompression=seed % 2, invariant=1)
    (folder / "a.pdf").write_bytes(_changed(data, seed))
    try:
        said = [fault for page in read_pages(folder / "a.pdf") for fault in page.faults]
    except ReadingError as refusal:
        said = [str(refusal)]
        assert "\n" not in said[0]
    assert not [words for words in said if ENGINES_WORDS.search(words)]
