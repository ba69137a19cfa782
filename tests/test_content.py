"""What pages draw: the same characters and lines as pdfplumber finds, operators read as the engine reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfinterp import PDFContentParser
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import PDFStream
from pdfminer.psexceptions import PSEOF
from pdfminer.psparser import LIT, PSKeyword

from kg_builder.readers.content import Drawing, Fonts, Outline
from kg_builder.readers.engine import Shape, draw_page
from kg_builder.readers.operators import operators

ROOT = Path(__file__).parents[1]
SHARED = sorted((ROOT.parent / "shared/reports/pdf").glob("*.pdf"))
SAMPLES = sorted((ROOT / "data/samples").glob("*.pdf"))


def drawn(path: Path) -> list[tuple[Drawing, Shape]]:
    with path.open("rb") as file:
        fonts = Fonts()
        return [(draw_page(p, fonts), Shape.of(p)) for p in PDFPage.create_pages(PDFDocument(PDFParser(file)))]


def box(found: dict[str, Any]) -> tuple[float, ...]:
    return found["x0"], found["top"], found["x1"], found["bottom"]


def bounds(outline: Outline, shape: Shape) -> tuple[float, ...]:
    xs, ys = zip(*outline.points, strict=True)
    return shape.box(min(xs), min(ys), max(xs), max(ys))


@pytest.mark.parametrize("path", SAMPLES[:1] + SHARED, ids=lambda path: path.stem)
def test_every_page_is_as_pdfplumber_reads_it(path: Path) -> None:
    with pdfplumber.open(path) as pdf:
        ours = drawn(path)
        assert len(pdf.pages) == len(ours)
        for page, (drawing, shape) in zip(pdf.pages, ours, strict=True):
            assert shape.crop == page.cropbox
            assert [(m.text, *shape.box(m.x0, m.y0, m.x1, m.y1)) for m in drawing.marks] == [
                (char["text"], *box(char)) for char in page.chars
            ]
            for kind, expected in (("line", page.lines), ("rect", page.rects)):
                found = [bounds(o, shape) for o in drawing.outlines if o.kind == kind]
                assert found == [box(one) for one in expected]
            curves = [[shape.point(x, y) for x, y in o.points] for o in drawing.outlines if o.kind == "curve"]
            assert curves == [curve["pts"] for curve in page.curves if len(curve["pts"]) > 1]
            assert len(drawing.images) == len(page.images)
        if path in SHARED:
            assert sum(len(drawing.marks) for drawing, _ in ours) > 1000


def by_engine(data: bytes) -> list[tuple[bytes, list[Any]]]:
    """The operators as the engine parses them, numbers as floats."""
    parser, found, operands = PDFContentParser([PDFStream({}, data)]), [], []
    while True:
        try:
            _, token = parser.nextobject()
        except PSEOF:
            return found
        if isinstance(token, PSKeyword):
            found.append((token.name, operands))
            operands = []
        else:
            operands.append(plain(token))


def plain(token: Any) -> Any:
    if isinstance(token, list):
        return [plain(one) for one in token]
    return float(token) if isinstance(token, int) and not isinstance(token, bool) else token


numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(str), st.decimals(-999, 999, places=3, allow_nan=False).map(lambda d: f"{d:f}")
)
strings = st.one_of(
    st.binary(max_size=6).map(lambda b: "<" + b.hex() + ">"),
    st.text("abc 1.-/[]<>%", max_size=6).map(lambda t: f"({t})"),
    st.text("ab()", max_size=4).map(lambda t: "(" + t.replace("(", "\\(").replace(")", "\\)") + ")"),
    st.just("(a(b)c)"),
    st.just(r"(\101\n\\x)"),
)
names = st.text("AbF1+", min_size=1, max_size=4).map(lambda t: f"/{t}")
arrays = st.lists(st.one_of(numbers, strings), max_size=4).map(lambda parts: f"[{' '.join(parts)}]")
calls = st.tuples(
    st.lists(st.one_of(numbers, strings, names, arrays), max_size=4).map(" ".join),
    st.sampled_from(["Tj", "TJ", "cm", "re", "f*", "W", "'", "BT"]),
).map(" ".join)


@given(st.lists(calls, max_size=6).map("\n".join))
def test_operators_are_read_as_the_engine_reads_them(text: str) -> None:
    data = text.encode("ascii") + b"\n"
    assert [(operator, operands) for operator, operands, _ in operators(data)] == by_engine(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"0 0 m", [(b"m", [0.0, 0.0])]),
        (b"[(a)-250(b)]TJ", [(b"TJ", [[b"a", -250.0, b"b"]])]),
        (b"<0A A>Tj", [(b"Tj", [b"\x0a\xa0"])]),
        (b"/F#31 9 Tf", [(b"Tf", [LIT("F1"), 9.0])]),
        (b"/P <</MCID 3/Lang (zh)>> BDC", [(b"BDC", [LIT("P"), {"MCID": 3.0, "Lang": b"zh"}])]),
        (b"1 0 0 1 5 5 cm% a comment\nq", [(b"cm", [1.0, 0.0, 0.0, 1.0, 5.0, 5.0]), (b"q", [])]),
        (b"12-5 Td", [(b"Td", [12.0, -5.0])]),
        (b"BI /W 1 /H 1 /IM true ID \x00(EI\xff EI Q", [(b"BI", [{"W": 1.0, "H": 1.0, "IM": None}]), (b"Q", [])]),
        (b"[(a) Tj (b) Tj", [(b"Tj", [b"a"]), (b"Tj", [b"b"])]),
        (b"(never closed", []),
        (b")>>]}{ Q", [(b"Q", [])]),
    ],
)
def test_operators_of_careless_producers(data: bytes, expected: list[tuple[bytes, list[Any]]]) -> None:
    assert [(operator, operands) for operator, operands, _ in operators(data)] == expected


@pytest.mark.parametrize("unit", [b"((", b"[", b"<<", b"<", b"1 ", b"\\(", b"BI ", b"- ", b"/", b"% ", b"1.1.1"])
def test_hostile_streams_are_read_in_a_straight_line(unit: bytes) -> None:
    assert len(list(operators(unit * 20_000))) < 2
