"""Characters as programs write them are read as what a person sees, in PDF and in text."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from written import composite, written

from kg_builder.readers import read_pages
from kg_builder.readers.characters import as_read, folds


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("⺠政⽂件⻅⻔⻋⻓⽤⾏⾦", "民政文件见门车长用行金"),
        ("\uf9e9\ufa0e", "里\ufa0e"),  # the second is an ideograph of its own
        ("︵甲︶︹二〇二五︺︻乙︼﹁丙﹂︰︐︑︒", "（甲）〔二〇二五〕【乙】「丙」‥，、。"),
        ("会\u00ad议\u200b费\ufeff\u2060\ufe00\U000e0100", "会议费"),
        ("１２３．４５％（甲）㈠①", "１２３．４５％（甲）㈠①"),
        ("﹝2024﹞", "﹝2024﹞"),
    ],
)
def test_what_a_person_reads(printed: str, read: str) -> None:
    assert as_read(printed) == read


def test_every_radical_that_has_an_ideograph_is_read_as_it() -> None:
    ideographs = {chr(code): text for code, text in folds().items() if 0x2E80 <= code < 0x2FE0}
    assert len(ideographs) > 320
    assert all(ord(text) in range(0x3400, 0xA000) or ord(text) >= 0x20000 for text in ideographs.values())
    # Where the folding of compatibility characters has an answer too, it is the same.
    known = {c: unicodedata.normalize("NFKC", c) for c in ideographs}
    assert not {c for c, text in known.items() if text not in (c, ideographs[c])}


def test_text_files_pass_it_too(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("⺠政\u00ad局︵本级︶\n", encoding="utf-8")
    (page,) = read_pages(tmp_path / "a.txt")
    assert page.lines[0].text == "民政局（本级）"


CODES = composite("3 beginbfchar <0024> <2EA0> <0025> <653F> <0026> <0035> endbfchar")
TWO = "BT /F1 12 Tf 50 200 Td /Span<</ActualText<{}>>>BDC <{}> Tj EMC ET"


@pytest.mark.parametrize(
    ("said", "codes", "read"),
    [
        ("FEFF6C11", "0024", "民"),
        ("FEFF5C405C40", "00240025", "局局"),  # as many as there are glyphs: each means its own
        ("FEFF5C40", "00240025", "民政"),  # fewer: no one can say which
        ("FEFF0038", "0026", "5"),  # a digit is what its glyph shows
        ("FEFF00660066", "0031", "ff"),  # a ligature without a meaning of its own
        ("FEFF00AD", "0025", ""),
        ("EFBBBFE6B091", "0024", "民"),
    ],
    ids=["radical", "one for one", "fewer", "digit", "ligature", "soft hyphen", "UTF-8"],
)
def test_what_the_producer_says_of_its_glyphs(tmp_path: Path, said: str, codes: str, read: str) -> None:
    content = f"BT /F1 12 Tf 50 250 Td <0026> Tj ET {TWO.format(said, codes)}"
    (page,) = read_pages(written(tmp_path / "a.pdf", content, CODES))
    assert [line.text for line in page.lines] == ["5", read][: 1 + bool(read)]
