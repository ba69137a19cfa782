"""What pages draw: the objects, lines and cells that pdfium gives are those of pdfplumber's own interpreter."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pdfplumber
import pypdfium2
import pytest
from real_reports import REPORTS
from reportlab.pdfgen.canvas import Canvas
from written import TRUETYPE, composite, stream, without_its_map, written

from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page
from kg_builder.readers import read_pages
from kg_builder.readers.engine import OPEN, page_to_ink, read_ink
from kg_builder.readers.pdf import ink_to_page
from kg_builder.readers.pdfium import PdfiumPage, Print, angle_of

ROOT = Path(__file__).parents[1]
SHARED = [path for path in REPORTS.values() if path.suffix == ".pdf"]
SAMPLES = sorted((ROOT / "data/samples").glob("*.pdf"))
KINDS = ("char", "line", "rect", "curve", "image")
EDGES = ("x0", "top", "x1", "bottom")
NEAR = 0.7  # points: glyphs spill over their widths by so much

Objects = dict[str, list[dict[str, Any]]]


def pages(path: Path) -> Iterator[tuple[Any, Any]]:
    """Each page fed by pdfium, and the same as pdfplumber interprets it."""
    with pdfplumber.open(path) as pdf, pypdfium2.PdfDocument(path) as document:
        for theirs in pdf.pages:
            sheet = document[theirs.page_number - 1]
            yield PdfiumPage(pdf, theirs.page_obj, theirs.page_number, sheet), theirs
            theirs.close()
            sheet.close()


def objects(page: Any) -> Objects:
    """The objects by kind; spaces count only by what stands around them."""
    found = {kind: list(getattr(page, f"{kind}s")) for kind in KINDS}
    found["char"] = [char for char in found["char"] if not char["text"].isspace()]
    return found


def apart(one: dict[str, Any], other: dict[str, Any]) -> float:
    return max(abs(one[edge] - other[edge]) for edge in EDGES)


def as_read(page: Any, hidden: Objects) -> Page:
    """The page as the reader makes it of pdfplumber's objects, which do not know what a clip hides."""
    theirs = objects(page)
    for kind in KINDS:
        for one, ours in zip(theirs[kind], hidden[kind], strict=True):
            one |= {key: ours[key] for key in ("hidden", "drawn") if key in ours}
    for char in page.chars:
        char.setdefault("hidden", False)
        char["non_stroking_color"] = [v for v in char["non_stroking_color"] or () if isinstance(v, int | float)] or [0]
    drawn = {f"{kind}s": getattr(page, f"{kind}s") for kind in KINDS}
    prints = [
        Print(
            c["text"], tuple(c[e] for e in EDGES), c["hidden"], angle_of(*c["matrix"][:2]), min(c["non_stroking_color"])
        )
        for c in page.chars
    ]
    about = {"page_number": page.page_number, "shown": page.cropbox, "prints": prints, "lost": 0}
    return ink_to_page(page_to_ink(SimpleNamespace(**about, **drawn)))


def cells(page: Page) -> list[Cell | None]:
    """The lines, then the cells of the tables with the gaps of merged ones."""
    return [*page.lines, *(cell for table in page.tables for row in table.rows for cell in row)]


@pytest.mark.parametrize("path", SAMPLES + SHARED, ids=lambda path: path.stem)
def test_every_page_is_as_pdfplumber_reads_it(path: Path) -> None:
    compared = 0
    for fed, plain in pages(path):
        ours, theirs = objects(fed), objects(plain)
        assert {kind: len(ours[kind]) for kind in KINDS} == {kind: len(theirs[kind]) for kind in KINDS}
        assert [char["text"] for char in ours["char"]] == [char["text"] for char in theirs["char"]]
        for kind in KINDS:
            upright = [(a, b) for a, b in zip(ours[kind], theirs[kind], strict=True) if kind != "char" or b["upright"]]
            assert all(apart(a, b) < (NEAR if kind == "char" else 0.01) for a, b in upright)
            assert all(a.get("stroke") == b.get("stroke") for a, b in upright)
        read, expected = cells(ink_to_page(page_to_ink(fed))), cells(as_read(plain, ours))
        assert [cell and cell.text for cell in read] == [cell and cell.text for cell in expected]
        boxes = [(a.place.box, b.place.box) for a, b in zip(read, expected, strict=True) if a and b]
        assert all(a and b and max(abs(getattr(a, e) - getattr(b, e)) for e in EDGES) < NEAR for a, b in boxes)
        compared += len(boxes)
    assert compared > 100


# --- pages made here -------------------------------------------------------------------------------------------------

CODES = "BT /F1 12 Tf 50 200 Td <002400250026> Tj ET"
TYPE3 = {
    5: "<</Type/Font/Subtype/Type3/FontBBox[0 0 600 700]/FontMatrix[0.001 0 0 0.001 0 0]/FirstChar 65/LastChar 67"
    "/Widths[600 600 600]/CharProcs<</x1 6 0 R/x2 6 0 R>>/Encoding<</Differences[65/x1/x2]>>/ToUnicode 8 0 R>>",
    6: stream("600 0 0 0 500 700 d1 0 0 500 700 re f"),
    8: stream(
        "begincmap 1 begincodespacerange <00> <FF> endcodespacerange 2 beginbfchar <41> <5355> <42> <4F4D> endbfchar "
        "endcmap"
    ),
}


@pytest.mark.parametrize(
    ("content", "more", "entries", "lines"),
    [
        (CODES, composite("3 beginbfchar <0024> <00660069> <0025> <D842DFB7> <0026> <0031> endbfchar"), "", ["fi𠮷1"]),
        (
            CODES.replace("26>", "260024002500240025002400250024>"),
            composite("2 beginbfchar <0024> <0031> <0025> <0033> endbfchar"),
            "",
            ["13\ufffd1313131"],
        ),
        (CODES, composite(), "", ["ABC"]),
        ("BT /F1 12 Tf 50 200 Td (AB) Tj ET", TYPE3, "", ["单位"]),
        ("BT /F1 12 Tf 50 200 Td /Span<</ActualText(XY)>>BDC (12,345) Tj EMC (67) Tj ET", {}, "", ["12,34567"]),
        (
            "BT /F1 12 Tf 50 200 Td /Span /P1 BDC (12,345) Tj EMC ET",
            {6: "<</ActualText(XY)>>"},
            "/Properties<</P1 6 0 R>>",
            ["12,345"],
        ),
        ("BT /F1 12 Tf 50 200 Td (well-) Tj 0 -24 Td (known 1-) Tj 0 -24 Td (2) Tj ET", {}, "", ["well-", "known 1-", "2"]),  # noqa: E501 - one case one line
        ("BT /F1 12 Tf 50 200 Td (1) Tj 6.7 0 Td ( ) Tj 3.4 0 Td (2) Tj 6.7 0 Td ( 3) Tj ET", {}, "", ["1 2 3"]),
        ("BT /F1 12 Tf 50 200 Td [(1)-400(2)] TJ 0 -24 Td [-300(3)] TJ ET", {}, "", ["12", "3"]),
        ("BT /F1 12 Tf 50 200 Td (9,999) Tj 2 0 Td (123,456.00) Tj ET", {}, "", ["9,999123,456.00"]),
        ("q 1 0 0 -1 0 300 cm BT /F1 -12 Tf -1 0 0 1 50 100 Tm (12) Tj ET Q", {}, "", ["12"]),
        (
            "q 2 0 0 2 10 20 cm /X1 Do Q BI /W 1 /H 1 /CS /G /BPC 8 ID \x00 EI BT /F1 12 Tf 50 250 Td (A) Tj ET",
            {
                10: stream(
                    "BT /F1 10 Tf 5 5 Td (in) Tj ET q 1 0 0 1 0 20 cm /X2 Do Q",
                    "/Type/XObject/Subtype/Form/BBox[0 0 90 90]/Matrix[1 0 0 1 7 9]"
                    "/Resources<</Font<</F1 5 0 R>>/XObject<</X2 11 0 R>>>>",
                ),
                11: stream(
                    "BT /F1 10 Tf 5 5 Td (deep) Tj 60 0 Td (cut off) Tj ET",
                    "/Type/XObject/Subtype/Form/BBox[0 0 50 60]/Resources<</Font<</F1 5 0 R>>>>",
                ),
            },
            "/XObject<</X1 10 0 R>>",
            ["A", "deep", "in"],
        ),
        ("BT /F1 12 Tf 50 200 Td 3 Tr (12) Tj 7 Tr (34) Tj 1 Tr (56) Tj ET", {}, "", ["56"]),
        ("BT /F1 12 Tf 50 200 Td (0) Tj ET BT /F1 12 Tf 50 200 Td (0) Tj 6.67 0 Td (0) Tj 0.4 0 Td (0) Tj ET", {}, "", ["00"]),  # noqa: E501 - one case one line
    ],
    ids=[
        "ligature and surrogate pair", "a code without meaning", "the font's own map", "type 3", "actual text",
        "actual text by name", "hyphens", "spaces", "gaps", "overlaid", "mirrored", "forms", "render modes", "doubles",
    ],
)  # fmt: skip
def test_what_careless_producers_print(
    tmp_path: Path, content: str, more: dict[int, Any], entries: str, lines: list[str]
) -> None:
    (page,) = read_pages(written(tmp_path / "a.pdf", content, more, entries))
    assert [line.text for line in page.lines] == lines


def test_a_font_without_any_map_is_said(tmp_path: Path) -> None:
    with pytest.raises(ReadingError, match=r"broken font maps on 1 of 1 pages and no text; pip install"):
        read_pages(written(tmp_path / "a.pdf", CODES, composite(font=without_its_map(TRUETYPE))))


def test_a_long_file_is_opened_afresh_on_the_way(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for number in range(1, OPEN + 3):
        canvas.drawString(50, 500, f"{number}.00")
        canvas.showPage()
    canvas.save()
    found = [(ink.number, "".join(glyph.text for glyph in ink.glyphs)) for ink in read_ink(tmp_path / "a.pdf")]
    assert found == [(number, f"{number}.00") for number in range(1, OPEN + 3)]


def test_paths_keep_their_kind(tmp_path: Path) -> None:
    content = (
        "10 10 m 100 10 l S 20 20 30 0.5 re f 40 40 50 60 re S 5 5 m 9 9 20 20 30 5 c S "
        "q 0 0 50 50 re W n 60 60 m 90 60 l S 10 30 m 40 30 l S Q 70 70 m 80 70 l n"
    )
    for number, (fed, plain) in enumerate(pages(written(tmp_path / "a.pdf", content, {})), 1):
        assert number == 1
        assert [len(objects(fed)[kind]) for kind in KINDS] == [0, 3, 2, 1, 0]
        assert [line["hidden"] for line in fed.lines] == [False, True, False]
        assert [rect["stroke"] for rect in fed.rects] == [False, True]
        assert len(plain.lines) == 3
        assert fed.extract_table({"vertical_strategy": "lines"}) is None


def test_pdfplumbers_own_tools_work_on_a_fed_page() -> None:
    tables = 0
    for fed, plain in islice(pages(SAMPLES[0]), 6):
        assert sorted(fed.extract_text().split()) == sorted(plain.extract_text().split())
        assert len(fed.find_tables()) == len(plain.find_tables())
        tables += len(fed.find_tables())
    assert tables
