"""What nobody sees on a page is not read, and told once; what is seen is read, whoever covers, tints or layers it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from real_reports import SHARED
from written import stream, written

from kg_builder.readers import read_pages

SAID = "characters that nobody sees (invisible, covered or switched off) are not read"
BASE = "BT /F1 12 Tf 50 250 Td (12,345) Tj ET "
LAYER = {
    1: "<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[10 0 R 11 0 R]/D<</ON[11 0 R]/OFF[10 0 R]>>>>>>",
    10: "<</Type/OCG/Name(a)>>",
    11: "<</Type/OCG/Name(b)>>",
}
LAYERS = "/Properties<</L0 10 0 R/L1 11 0 R>>/XObject<</X1 12 0 R>>"
GREY = {10: stream(b"\x80", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8")}
STATES = "/ExtGState<</M<</BM/Multiply>>/A<</ca 0.4>>>>"


@pytest.mark.parametrize(
    ("content", "more", "entries", "lines", "lost"),
    [
        ("BT /F1 12 Tf 3 Tr 50 200 Td (678) Tj ET", {}, "", [], 3),
        ("BT /F1 12 Tf 3 Tr 51 250 Td (99,999) Tj ET", {}, "", [], 6),
        ("BT /F1 12 Tf 3 Tr 50 200 Td (678) Tj ET BT /F1 12 Tf 0 Tr 50 200 Td (678) Tj ET", {}, "", ["678"], 0),
        ("BT /F1 12 Tf 1 g 50 200 Td (678) Tj ET BT /F1 12 Tf 0 g 50.1 200 Td (678) Tj ET", {}, "", ["678"], 0),
        ("BT /F1 12 Tf 50 200 Td (678) Tj ET BT /F1 12 Tf 3 Tr 50 200 Td (678) Tj ET", {}, "", ["678"], 0),
        ("BT /F1 12 Tf 1 g 50 200 Td (678) Tj ET", {}, "", [], 3),
        ("0 0 1 rg 40 190 99 30 re f BT /F1 12 Tf 1 g 50 200 Td (678) Tj ET", {}, "", ["678"], 0),
        ("BT /F1 12 Tf 1 g 1 Tr 0 G 50 200 Td (678) Tj ET", {}, "", ["678"], 0),
        ("40 190 99 30 re f BT /F1 12 Tf 50 200 Td (678) Tj ET", {}, "", [], 3),
        ("BT /F1 12 Tf 50 200 Td (678) Tj ET 1 g 40 190 99 30 re f", {}, "", [], 3),
        ("BT /F1 12 Tf 50 200 Td (678) Tj ET 1 g 40 190 99 30 re f BT /F1 12 Tf 0 g 50 200 Td (91) Tj ET", {}, "",
         ["91"], 3),
        ("BT /F1 12 Tf 50 200 Td (678) Tj ET /M gs 1 1 0 rg 40 190 99 30 re f", {}, STATES, ["678"], 0),
        ("BT /F1 12 Tf 50 200 Td (678) Tj ET /A gs 1 1 0 rg 40 190 99 30 re f", {}, STATES, ["678"], 0),
        ("BT /F1 12 Tf 50 200 Td (678) Tj ET q 99 0 0 30 40 190 cm /I Do Q", GREY, "/XObject<</I 10 0 R>>", [], 3),
        ("q 99 0 0 30 40 190 cm /I Do Q BT /F1 12 Tf 50 200 Td (678) Tj ET", GREY, "/XObject<</I 10 0 R>>", ["678"], 0),
        ("/OC/L0 BDC BT /F1 12 Tf 50 200 Td (678) Tj ET EMC", LAYER, LAYERS, [], 3),
        ("/OC/L0 BDC BT /F1 12 Tf 51 250 Td (99,999) Tj ET EMC", LAYER, LAYERS, [], 6),
        ("/OC/L1 BDC BT /F1 12 Tf 50 200 Td (678) Tj ET EMC", LAYER, LAYERS, ["678"], 0),
        ("/X1 Do", LAYER | {12: stream("BT /F1 12 Tf 50 200 Td (678) Tj ET",
         "/Type/XObject/Subtype/Form/BBox[0 0 400 300]/OC 10 0 R/Resources<</Font<</F1 5 0 R>>>>")}, LAYERS, [], 3),
        ("BT /F1 12 Tf 50 200 Td (6) Tj 500 0 Td (7) Tj ET", {}, "", ["6"], 0),
    ],
    ids=[
        "invisible", "invisible over text", "invisible and seen", "white and seen",
        "seen and invisible", "white", "white on blue", "outlined", "black on black", "covered",
        "covered and printed again", "marked", "tinted", "under an image", "on an image", "switched off",
        "switched off over text", "switched on", "a form switched off", "beyond the edge",
    ],
)  # fmt: skip
def test_what_is_seen(
    tmp_path: Path, content: str, more: dict[int, Any], entries: str, lines: list[str], lost: int
) -> None:
    (page,) = read_pages(written(tmp_path / "a.pdf", BASE + content, more, entries))
    assert [line.text for line in page.lines] == ["12,345", *lines]
    assert page.faults == ((f"{lost} {SAID}",) if lost else ())


def field(entries: str) -> dict[int, str]:
    font = "/Resources<</Font<</F1 5 0 R>>>>"
    return {
        1: "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[10 0 R]/NeedAppearances true/DR<</Font<</F1 5 0 R>>>>>>>>",
        3: f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 300]/Contents 4 0 R{font}/Annots[10 0 R]>>",
        10: f"<</Type/Annot/Rect[50 195 150 215]/F 4/DA(/F1 10 Tf 0 g){entries}>>",
        11: stream("BT /F1 10 Tf 0 5 Td (678.90) Tj ET", f"/Type/XObject/Subtype/Form/BBox[0 0 100 20]{font}"),
    }


def test_form_fields_and_notes_are_print(tmp_path: Path) -> None:
    for entries in (
        "/Subtype/Widget/FT/Tx/T(a)/V(678.90)/AP<</N 11 0 R>>",
        "/Subtype/Widget/FT/Tx/T(a)/V(678.90)",
        "/Subtype/FreeText/Contents(678.90)",
    ):
        (page,) = read_pages(written(tmp_path / "a.pdf", BASE, field(entries)))
        assert [line.text for line in page.lines] == ["12,345", "678.90"]
    bare = field("/Subtype/Widget/FT/Tx/T(a)/V(678.90)")
    bare[1] = bare[1].replace("/NeedAppearances true", "")
    (page,) = read_pages(written(tmp_path / "a.pdf", BASE, bare))
    assert [line.text for line in page.lines] == ["12,345"]
    assert page.faults == ("1 form fields whose value the page does not show are not read",)


def test_a_scanners_text_is_read_as_recognised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_builder.readers.recognition.available", lambda: False)
    content = "q 400 0 0 300 0 0 cm /I Do Q BT /F1 12 Tf 3 Tr 50 250 Td (abcd 12,345) Tj ET"
    (page,) = read_pages(written(tmp_path / "a.pdf", content, GREY, "/XObject<</I 10 0 R>>"))
    assert [line.text for line in page.lines] == ["abcd 12,345"]
    assert page.recognised
    assert page.faults == ("the page is an image: its text was recognised by the program that scanned it, not printed",)


def test_boxes_of_a_page_in_any_order(tmp_path: Path) -> None:
    def place(boxes: str) -> tuple[float, ...]:
        resources = "/Resources<</Font<</F1 5 0 R>>>>"
        sheet = {3: f"<</Type/Page/Parent 2 0 R{boxes}/Contents 4 0 R{resources}>>"}
        (page,) = read_pages(written(tmp_path / "a.pdf", BASE, sheet))
        box = page.lines[0].place.box
        assert box and page.size in ((400, 300), (300, 400))
        return tuple(round(v, 1) for v in (box.x0, box.top, box.x1, box.bottom))

    plain = place("/MediaBox[0 0 400 300]")
    assert place("/MediaBox[400 300 0 0]") == plain
    assert place("/MediaBox[-40 -70 900 800]/CropBox[400 0 0 300]") == plain
    turned = place("/MediaBox[-40 -70 900 800]/CropBox[0 0 300 400]/Rotate 90")
    assert turned == place("/MediaBox[0 0 300 400]/Rotate 90") == place("/MediaBox[0 0 300 400]/Rotate -270")
    assert place("/MediaBox[-40 -70 900 800]/CropBox[0 0 300 400]/Rotate 270") == place(
        "/MediaBox[0 0 300 400]/Rotate 270"
    )


@pytest.mark.skipif(not (SHARED / "cases").is_dir(), reason="the cases are not beside this checkout")
@pytest.mark.parametrize("name", ["z_ocg-hidden", "z_whiteout-refilled", "tess-over-text"])
def test_cases(name: str) -> None:
    pages = read_pages(SHARED / f"cases/producers/{name}.pdf")
    assert any(SAID in fault for page in pages for fault in page.faults)
    assert not {"9,999.99", "77.77"} & {line.text for page in pages for line in page.lines}
