"""What the makers of reports hand in: scans, sideways pages, cut tables, several reports in one file, broken fonts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest
from real_reports import report_at
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bench.producers.scans import to_scan
from kg_builder.build import Options, build
from kg_builder.errors import ReadingError
from kg_builder.graph.reports import report_graph
from kg_builder.model import Report, Source
from kg_builder.readers import read_pages, recognition
from kg_builder.readers.engine import read_ink
from kg_builder.templates.report import parse_reports
from kg_builder.templates.wholeness.splitting import split_reports

SAMPLES = Path(__file__).parents[1] / "data" / "samples"
MUSEUM, BIGDATA = SAMPLES / "yangquan-museum-2023.pdf", SAMPLES / "yangquan-bigdata-2023.pdf"
FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

with_extra = pytest.mark.skipif(not recognition.available(), reason="the extra mingzhang[ocr] is not installed")


@pytest.fixture
def no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "available", lambda: False)


def reports_of(path: Path) -> list[Report]:
    pages = read_pages(path)
    return parse_reports(pages, Source(path.name, "0" * 64, len(pages))).reports


def figures(report: Report, pages: Sequence[int]) -> Counter[tuple[str, str, str, Decimal]]:
    return Counter(
        (table.kind, o.label, o.heading, o.amount.yuan)
        for table in report.tables
        for o in table.observations
        if o.amount.place.page in pages
    )


def scanned(source: Path, numbers: Sequence[int], target: Path, turn: int = 0, kind: str = "clean") -> Path:
    """The PDF with some pages as images alone, as a scanner at 200 dpi gives them, turned to the left, of a kind of
    `bench.producers.scans`.
    """
    copy = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(source) as document:
        for index in range(len(document)):
            if index + 1 not in numbers:
                copy.import_pages(document, [index])
                continue
            image = document[index].render(scale=200 / 72).to_pil().convert("RGB").rotate(turn, expand=True)
            image = to_scan(image, kind, 200)
            size = (image.size[0] * 72 / 200, image.size[1] * 72 / 200)
            sheet = target.with_suffix(".sheet")
            canvas = Canvas(str(sheet), pagesize=size)
            canvas.drawImage(ImageReader(image), 0, 0, *size)
            canvas.save()
            with pypdfium2.PdfDocument(sheet) as one:
                copy.import_pages(one)
    copy.save(target)
    return target


def joined(target: Path, *sources: Path) -> Path:
    whole = pypdfium2.PdfDocument.new()
    for source in sources:
        with pypdfium2.PdfDocument(source) as document:
            whole.import_pages(document)
    whole.save(target)
    return target


# Scans


@pytest.mark.usefixtures("no_extra")
def test_a_scanned_page_costs_itself_alone(tmp_path: Path) -> None:
    (report,) = reports_of(scanned(MUSEUM, [7], tmp_path / "a.pdf"))
    whole = report_at(MUSEUM)
    assert [(f.place.page, "image" in f.text) for f in report.faults] == [(7, True)]
    others = [n for n in range(1, 39) if n != 7]
    assert figures(report, others) == figures(whole, others)
    assert not figures(report, [7])


@with_extra
@pytest.mark.parametrize("kind", ["askew", "jpeg", "seal"])
def test_a_bad_scan_gives_the_same_figures(tmp_path: Path, kind: str) -> None:
    whole = made(tmp_path / "a.pdf", budget)
    (report,) = reports_of(scanned(whole, [2], tmp_path / "b.pdf", kind=kind))
    assert figures(report, [2]) == figures(*reports_of(whole), [2])


@with_extra
def test_a_row_without_a_rule_above_is_read(tmp_path: Path) -> None:
    def rest(canvas: Canvas) -> None:
        budget(canvas)
        table(canvas, "青川市水务局", 2024, "120.00")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(0, 738, 600, 122, stroke=0, fill=1)

    whole = made(tmp_path / "a.pdf", rest)
    pages = read_pages(scanned(whole, [3], tmp_path / "b.pdf"))
    assert [line.text for line in pages[2].lines] == [line.text for line in read_pages(whole)[2].lines]


@with_extra
def test_a_scanned_page_is_recognised_and_says_so(tmp_path: Path) -> None:
    (report,) = reports_of(scanned(MUSEUM, [7], tmp_path / "a.pdf"))
    whole = report_at(MUSEUM)
    assert figures(report, [7]) == figures(whole, [7])
    assert [place.page for place in report.recognised] == [7]
    assert any("recognised" in fault.text for fault in report.faults)
    graph = report_graph(report, None, "http://example.org/")
    marked = {str(triple.subject) for triple in graph if triple.predicate.value.endswith("#recognised")}
    assert len(marked) >= sum(figures(report, [7]).values())


@with_extra
@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_scanned_sideways_is_recognised(tmp_path: Path, turn: int) -> None:
    whole = made(tmp_path / "a.pdf", budget)
    (report,) = reports_of(scanned(whole, [2], tmp_path / "b.pdf", turn))
    assert figures(report, [2]) == figures(*reports_of(whole), [2])


@with_extra
def test_what_is_recognised_with_little_confidence_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = scanned(made(tmp_path / "a.pdf", budget), [2], tmp_path / "b.pdf")
    monkeypatch.setattr(recognition, "SURE", 1.01)
    pages = read_pages(path)
    assert not [line for line in pages[1].lines if "0.00" in line.text]
    assert "too little confidence" in pages[1].faults[-1]


# Pages


def budget(canvas: Canvas, body: str = "青川市水务局", year: int = 2024, figure: str = "120.00") -> None:
    """A cover and a small table, each on a page of its own."""
    canvas.setFont(FONT, 20)
    canvas.drawString(100, 700, f"{body}{year}年部门预算")
    canvas.showPage()
    table(canvas, body, year, figure)
    canvas.showPage()


def table(canvas: Canvas, body: str, year: int, figure: str, left: float = 60, basic: str = "20.00") -> None:
    rows = [["项目", "金额", "基本支出"], ["一、一般公共服务支出", figure, basic], ["合计", figure, basic]]
    canvas.setFont(FONT, 10)
    canvas.drawString(left, 780, f"{year}年部门支出预算总表")
    canvas.drawString(left, 760, f"部门名称：{body}  单位：万元")
    xs, ys = [left, left + 180, left + 300, left + 420], [740, 720, 700, 680]
    canvas.grid(xs, ys)
    for row, y in zip(rows, ys, strict=False):
        for text, x in zip(row, xs, strict=False):
            canvas.drawString(x + 4, y - 14, text)


def made(path: Path, *draws: Callable[[Canvas], None]) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 842))
    for draw in draws:
        draw(canvas)
    canvas.save()
    return path


def test_a_table_cut_by_the_edge_of_the_page_is_said(tmp_path: Path) -> None:
    path = made(tmp_path / "a.pdf", budget, lambda c: table(c, "青川市水务局", 2024, "120.00", 300, "33.33"))
    (report,) = reports_of(path)
    assert [f.place.page for f in report.faults] == [3]
    assert "cut off" in report.faults[0].text
    shown = {o.amount.printed for t in report.tables for o in t.observations if o.amount.place.page == 3}
    assert shown <= {"120.00"}


@pytest.mark.usefixtures("no_extra")
def test_a_broken_font_map_is_said_and_gives_no_figure(tmp_path: Path) -> None:
    whole = MUSEUM.read_bytes()
    document = pypdfium2.PdfDocument.new()
    with pypdfium2.PdfDocument(whole) as source:
        document.import_pages(source, list(range(8)))
    document.save(tmp_path / "a.pdf")
    path = tmp_path / "b.pdf"
    path.write_bytes((tmp_path / "a.pdf").read_bytes().replace(b"/ToUnicode", b"/ToNothing"))
    try:
        reports = reports_of(path)
    except ReadingError as error:
        assert "\n" not in str(error)
    else:
        assert all("font map" in fault.text for report in reports for fault in report.faults)
        assert not [o for r in reports for t in r.tables for o in t.observations]


def test_two_thousand_pages_are_read_one_after_the_other(tmp_path: Path) -> None:
    def pages(canvas: Canvas) -> None:
        for number in range(1998):
            canvas.setFont(FONT, 10)
            canvas.drawString(60, 700, f"第{number}段说明。")
            canvas.showPage()

    path = made(tmp_path / "a.pdf", budget, pages)
    ink = read_ink(path)
    assert next(ink).number == 1
    ink.close()
    (report,) = reports_of(path)
    assert report.sources[0].pages == 2000
    assert len(report.tables) == 1


# Several reports in one file


@pytest.mark.parametrize(
    ("second", "identities"),
    [
        ({"body": "青川市林业局"}, [("青川市水务局", 2024), ("青川市林业局", 2024)]),
        ({"year": 2025}, [("青川市水务局", 2024), ("青川市水务局", 2025)]),
        ({}, [("青川市水务局", 2024)]),
    ],
    ids=["bodies", "years", "one"],
)
def test_each_report_of_a_file_is_its_own(
    tmp_path: Path, second: dict[str, object], identities: list[tuple[str, int]]
) -> None:
    path = made(tmp_path / "a.pdf", budget, lambda c: budget(c, figure="7.00", **second))  # type: ignore[arg-type] # by case
    reports = reports_of(path)
    assert [(r.identity.body, r.identity.year) for r in reports] == identities
    if len(reports) == 2:
        sums = [{o.amount.printed for t in r.tables for o in t.observations} for r in reports]
        assert sums == [{"120.00", "20.00"}, {"7.00", "20.00"}]
        assert [r.sources[0].first for r in reports] == [1, 3]


def test_a_department_and_its_unit_in_one_file(tmp_path: Path) -> None:
    first, second = reports_of(joined(tmp_path / "a.pdf", MUSEUM, BIGDATA))
    for report, path in ((first, MUSEUM), (second, BIGDATA)):
        (alone,) = reports_of(path)
        assert (report.identity.body, len(report.projects)) == (alone.identity.body, len(alone.projects))
        shift = report.sources[0].first - 1
        assert figures(report, range(1 + shift, 1000)) == figures(alone, range(1, 1000))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pdf")), ids=lambda path: path.stem)
def test_one_report_is_not_split(path: Path) -> None:
    assert len(split_reports(read_pages(path))) == 1


def test_both_reports_of_a_file_are_published(tmp_path: Path) -> None:
    path = made(tmp_path / "a.pdf", budget, lambda c: budget(c, body="青川市林业局"))
    broken = tmp_path / "b.pdf"
    broken.write_bytes(path.read_bytes()[:900])
    manifest, new = build([path, broken], tmp_path / "out", Options(jobs=1), print)
    assert new
    assert sorted(entry["body"] for entry in manifest["reports"]) == ["青川市林业局", "青川市水务局"]
    assert [refused["file"] for refused in manifest["refused"]] == ["b.pdf"]


def test_text_of_two_reports_is_parted_at_the_second_title(tmp_path: Path) -> None:
    def text(body: str, figure: str) -> str:
        return (
            f"{body}2024年部门预算\n目录\n一、部门职责\n2024年部门支出预算总表\n部门名称：{body}  单位：万元\n"
            f"科目编码\t科目名称\t合计\t基本支出\t项目支出\n201\t一般公共服务支出\t{figure}\t{figure}\t\n"
        )

    path = tmp_path / "a.txt"
    path.write_text(text("青川市水务局", "12.00") + text("青川市林业局", "7.00"), encoding="utf-8")
    first, second = reports_of(path)
    assert [r.identity.body for r in (first, second)] == ["青川市水务局", "青川市林业局"]
    assert {o.amount.printed for t in first.tables for o in t.observations} == {"12.00"}
    assert {o.amount.printed for t in second.tables for o in t.observations} == {"7.00"}
