"""Pages as they are shown: what is read stands marked on the drawn page, and no person is to be seen there."""

from __future__ import annotations

import io
import json
import re
import signal
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from os import kill
from pathlib import Path
from urllib.parse import quote

import pypdfium2
import pytest
from drawn import PHONE
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from server_fixture import BASE, TRIG, Server, serving, write_release

from kg_builder.build import Options, build
from kg_builder.clerk import check_files, checked_to_html
from kg_builder.cli import main
from kg_builder.model import Place

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

NAME, SECOND, LAND = "欧阳测", "上官试", "0353-" + "1234567"
SECRETS = (NAME, SECOND, PHONE, LAND)
BODY = "青川市水务局"
KEY = "2024-budget-department"
HEIGHT, LEFT, WIDE, TALL = 842, 60, 110, 24
BUDGET = [
    ["科目编码", "科目名称", "合计", "基本支出"],
    ["201", "一般公共服务支出", "12.00", "12.00"],
    ["", "合计", "13.00", "13.00"],  # a sum that is wrong
]
PEOPLE = [["序号", "姓名", "联系电话", "金额"], ["1", NAME, PHONE, "5,000.00"]]
MORE = [["2", SECOND, PHONE, "6,000.00"]]  # the same list on the next page, without its head
BESIDE = [["项目负责人", NAME, "联系电话", LAND]]
COVER = (120, 120, 120)


def _lines(canvas: Canvas, top: float, lines: list[str]) -> float:
    canvas.setFont(FONT, 12)
    for line in lines:
        canvas.drawString(LEFT, HEIGHT - top - 12, line)
        top += 20
    return top + 10


def _grid(canvas: Canvas, top: float, rows: list[list[str]]) -> float:
    canvas.setFont(FONT, 10)
    for row in rows:
        for column, text in enumerate(row):
            canvas.rect(LEFT + WIDE * column, HEIGHT - top - TALL, WIDE, TALL)
            canvas.drawString(LEFT + WIDE * column + 4, HEIGHT - top - 16, text)
        top += TALL
    return top + 20


def _report(path: Path, scanned: bool = False) -> Path:
    canvas = Canvas(str(path), (595, HEIGHT), invariant=True)
    top = _lines(canvas, 50, [f"{BODY}2024年部门预算", "2024年部门支出预算总表", f"部门名称：{BODY}　　单位：万元"])
    top = _grid(canvas, top, BUDGET)
    top = _grid(canvas, _lines(canvas, top, ["名单"]), PEOPLE)
    _lines(canvas, top, [f"经办人：{NAME}　联系电话：{LAND}"])
    canvas.showPage()
    _lines(canvas, _grid(canvas, _grid(canvas, 50, MORE), BESIDE), ["其他说明"])
    canvas.showPage()
    if scanned:
        picture = Image.new("RGB", (600, 800), "white")
        canvas.drawInlineImage(picture, 0, 0, 595, HEIGHT)
        canvas.showPage()
    canvas.save()
    return path


TEXT = (
    "青山市林业局2024年部门预算\n2024年部门支出预算总表\n部门名称：青山市林业局  单位：万元\n"
    "科目编码\t科目名称\t合计\t基本支出\n201\t一般公共服务支出\t12.00\t12.00\n\t合计\t12.00\t12.00\n"
    f"经办人：{NAME}　联系电话：{LAND}\n序号\t姓名\t联系电话\n1\t{SECOND}\t{PHONE}\n"
)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("inputs")
    _report(folder / "a.pdf", scanned=True)
    (folder / "b.txt").write_text(TEXT, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def release(inputs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("shown") / "out"
    build([inputs], out, Options(jobs=1, sources=True), lambda _: None)
    return out


@pytest.fixture(scope="module")
def server(release: Path) -> Iterator[Server]:
    with serving(release, rate=0) as running:
        yield running


def _asked(release: Path, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(release / "current/sources/pages.sqlite") as base:
        return base.execute(query).fetchall()


def _digest(release: Path, name: str) -> str:
    manifest = json.loads((release / "current/manifest.json").read_text(encoding="utf-8"))
    return next(str(file["sha256"]) for file in manifest["inputs"] if file["name"] == name)


def _picture(server: Server, release: Path, number: int) -> Image.Image:
    reply = server.get(f"/drawn/{_digest(release, 'a.pdf')}/{number}.webp")
    assert (reply.status, reply.media) == (200, "image/webp")
    return Image.open(io.BytesIO(reply.body)).convert("RGB")


def _inks(image: Image.Image, left: float, top: float, wide: float, tall: float) -> set[tuple[int, ...]]:
    """The colours inside of a box, in points, without its rules."""
    scale = image.width / 595
    inside = image.crop(tuple(round(scale * v) for v in (left + 2, top + 2, left + wide - 2, top + tall - 2)))  # type: ignore[arg-type]
    return {tuple(value // 12 for value in colour) for _, colour in inside.getcolors(1 << 20)}  # type: ignore[union-attr,misc]


GREY = {tuple(value // 12 for value in COVER)}
FIRST = 50 + 60 + 10  # where the first grid begins
SECOND_GRID = FIRST + 3 * TALL + 20 + 30


@pytest.mark.parametrize(
    ("page", "column", "top"),
    [
        pytest.param(1, 1, SECOND_GRID + TALL, id="a name under its head"),
        pytest.param(1, 2, SECOND_GRID + TALL, id="a number under its head"),
        pytest.param(2, 1, 50, id="a name of a list that goes on on the next page"),
        pytest.param(2, 1, 50 + TALL + 20, id="a name beside its label"),
        pytest.param(2, 3, 50 + TALL + 20, id="a number beside its label"),
    ],
)
def test_people_are_covered_in_the_picture(server: Server, release: Path, page: int, column: int, top: int) -> None:
    assert _inks(_picture(server, release, page), LEFT + WIDE * column, top, WIDE, TALL) == GREY


def test_a_line_that_names_people_is_covered(server: Server, release: Path) -> None:
    top = SECOND_GRID + 2 * TALL + 20
    assert _inks(_picture(server, release, 1), LEFT + 2, top + 2, 200, 8) == GREY


def test_what_names_nobody_is_not_covered(server: Server, release: Path) -> None:
    image = _picture(server, release, 1)
    for row in range(3):
        inks = _inks(image, LEFT + 2 * WIDE, FIRST + TALL * row, WIDE, TALL)
        assert len(inks) > 1 and (255 // 12,) * 3 in inks


def test_no_text_that_is_shown_names_people(server: Server, release: Path) -> None:
    kept = [p for p in release.rglob("*") if p.suffix in {".json", ".sqlite", ".ttl", ".csv"}]
    assert len(kept) > 5
    page = server.get(f"/page/report/{_key(release, 'a.pdf')}?page=1").text
    assert "/drawn/" in page and not [secret for secret in SECRETS if secret in page]
    text = server.get(f"/page/report/{_key(release, 'b.txt')}?page=1").text
    assert "一般公共服务支出" in text and not [secret for secret in SECRETS if secret in text]
    for path in kept:
        data = path.read_bytes()
        assert not [secret for secret in SECRETS if secret.encode() in data], path


def _grey(image: Image.Image, left: float, top: float, wide: float, tall: float) -> bool:
    """Whether a box shows the colour of covers alone, as far as a JPEG keeps colours."""
    scale = image.width / 595
    inside = image.crop(tuple(round(scale * v) for v in (left + 3, top + 3, left + wide - 3, top + tall - 3)))  # type: ignore[arg-type]
    return all(abs(low - value) < 24 and abs(high - value) < 24
               for (low, high), value in zip(inside.getextrema(), COVER, strict=True))  # fmt: skip


def test_the_page_of_a_check_covers_people(inputs: Path, tmp_path: Path) -> None:
    main(["check", str(inputs / "a.pdf"), "--html", str(tmp_path / "out.html")])
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    (packed,) = re.findall(
        r'id=p0-1><h2>.*?</h2><div class=page><img alt="" src="data:image/jpeg;base64,([^"]+)"', html
    )
    image = Image.open(io.BytesIO(b64decode(packed))).convert("RGB")
    assert _grey(image, LEFT + WIDE, SECOND_GRID + TALL, WIDE, TALL)  # a name under its head
    assert _grey(image, LEFT + 2, SECOND_GRID + 2 * TALL + 20, 200, 12)  # a line that names people
    assert not _grey(image, LEFT + 2 * WIDE, FIRST + TALL, WIDE, TALL)  # a figure
    assert not [secret for secret in SECRETS if secret in html]


def test_a_page_that_may_name_people_unseen_is_not_in_the_page_of_a_check(inputs: Path) -> None:
    path = inputs / "a.pdf"
    checked = check_files([path])
    moved = tuple(replace(one, spots=tuple(replace(s, place=Place(3)) for s in one.spots)) for one in checked.remarked)
    html = checked_to_html(replace(checked, remarked=moved), [path], "en")
    (section,) = re.findall(r"<section id=p0-3>(.*?)</section>", html, re.DOTALL)
    assert "This page is not shown" in section and "<img" not in section and 'href="#f1"' in section


def test_reading_drawn_over_the_pages_covers_people(inputs: Path, tmp_path: Path) -> None:
    assert main(["inspect", str(inputs / "a.pdf"), "--render", str(tmp_path / "out.pdf")]) == 0
    with pypdfium2.PdfDocument(tmp_path / "out.pdf") as document:
        first, _, scan = (page.render(scale=595 / page.get_width() * 2).to_pil().convert("RGB") for page in document)
    assert _grey(first, LEFT, SECOND_GRID + 2 * TALL + 22, 200, 10)
    assert scan.getpixel((600, 800)) == (255, 255, 255)


def _key(release: Path, name: str) -> str:
    manifest = json.loads((release / "current/manifest.json").read_text(encoding="utf-8"))
    return next(str(r["name"]) for r in manifest["reports"] if r["sources"][0]["name"] == name)


def test_a_page_that_was_not_read_is_not_drawn(server: Server, release: Path) -> None:
    assert server.get(f"/drawn/{_digest(release, 'a.pdf')}/3.webp").status == 404
    assert server.get(f"/drawn/{_digest(release, 'a.pdf')}/4.webp").status == 404
    assert server.get(f"/drawn/{_digest(release, 'b.txt')}/1.webp").status == 404
    assert server.get("/drawn/none/1.webp").status == 404


def test_the_files_themselves_are_not_to_be_fetched(server: Server, release: Path) -> None:
    name = f"sources/{_digest(release, 'a.pdf')}.pdf"
    assert (release / "current" / name).is_file()
    for path in (f"/{name}", f"/dumps/../{name}", f"/dumps/%2e%2e/{name}", "/sources/pages.sqlite"):
        assert server.get(path).status == 404


def test_a_figure_leads_to_its_cell(server: Server, release: Path) -> None:
    obs, place = _asked(release, "SELECT iri, place FROM thing WHERE iri LIKE 'obs/%' AND place LIKE '[%' LIMIT 1")[0]
    page = server.get(f"/page/{obs}", accept_language="en").text
    (link,) = set(re.findall(r'href="(/page/report/[^"]*mark=[^"]*)"', page))
    assert link.endswith(f"&amp;mark={quote(obs)}#marked")
    shown = server.get(link.replace("&amp;", "&").partition("#")[0], accept_language="en").text
    marked = re.findall(
        r'<a href="/id/obs/([^"]+)"[^>]*class="marked" id="marked"[^>]*>.*?x="([\d.]+)" y="([\d.]+)"', shown
    )
    assert marked == [(obs.removeprefix("obs/"), *(str(value) for value in json.loads(place)[:2]))]
    assert shown.count("<rect") > 4


def test_a_finding_leads_to_its_page_with_its_figures_marked(server: Server) -> None:
    found = re.findall(r"/id/(finding/[^,\s]+)", server.get("/quality?format=csv").text)
    marked = 0
    for finding in found:
        links = re.findall(r'href="(/page/report/[^"]*)"', server.get(f"/page/{finding}").text)
        for link in (link for link in links if f"mark={finding}#marked" in link):
            marked += server.get(link.replace("&amp;", "&").partition("#")[0]).text.count('id="marked"')
    assert marked


def test_a_row_of_a_table_leads_to_its_figures_on_the_page(server: Server, release: Path) -> None:
    key = _key(release, "a.pdf")
    table = server.get(f"/page/table/{key}/t1").text
    links = re.findall(r'href="(/page/report/[^"]*mark=table/[^"]*/t1/r(\d+)#marked)"', table)
    assert len(links) > 1
    for link, row in links:
        shown = server.get(link.replace("&amp;", "&").partition("#")[0]).text
        marked = set(re.findall(r'<a href="/id/obs/[^"]*/t1-r(\d+)-c\d+" aria-label="[^"]*" class="marked"', shown))
        assert marked == {row}
        assert shown.count('class="marked"') == len(re.findall(rf'"t1/r{row}-c\d+"', table))


def test_a_page_from_which_nothing_was_read_says_so(server: Server, release: Path) -> None:
    key = _key(release, "a.pdf")
    said = {number: "没有读出任何数据" in server.get(f"/page/report/{key}?page={number}").text for number in (1, 3)}
    assert said == {1: False, 3: True}


def test_what_was_not_read_is_listed_with_its_page(server: Server, release: Path) -> None:
    query = "SELECT text, number FROM unread JOIN page USING (source, number) WHERE file LIKE '%.pdf' ORDER BY 2"
    lost = _asked(release, query)
    page = server.get(f"/page/report/{_key(release, 'a.pdf')}").text
    section = page.partition('<section id="unread">')[2].partition("</section>")[0]
    assert re.findall(r'<th scope="row">([^<]*)</th>.*?page=(\d+)"', section) == [(t, str(n)) for t, n in lost]


def test_a_line_of_a_text_is_marked(server: Server, release: Path) -> None:
    obs, line = _asked(release, "SELECT iri, place FROM thing WHERE iri LIKE 'obs/%' AND place NOT LIKE '[%' LIMIT 1")[
        0
    ]
    page = server.get(f"/page/report/{_key(release, 'b.txt')}?page=1&mark={quote(obs)}").text
    assert re.search(rf'<tr class="marked" id="marked"><td class="number">{line}</td>', page)
    assert page.count('class="marked"') == 1


def test_the_process_that_draws_may_die(release: Path) -> None:
    with serving(release, rate=0) as server:
        _picture(server, release, 1)
        (drawing,) = server.drawing()
        kill(drawing, signal.SIGKILL)
        _picture(server, release, 2)


def test_without_sources_a_figure_leads_to_its_page_alone(sample_server: Server) -> None:
    query = "SELECT ?o { ?o a <https://w3id.org/mingzhang/ontology#Observation> } ORDER BY ?o LIMIT 1"
    figure = sample_server.get(f"/sparql?format=csv&query={quote(query)}").text.split()[1]
    page = sample_server.get(figure.partition("8000")[2].replace("/id/", "/page/")).text
    link = next(iter(re.findall(r'href="(/page/report/[^"]*)"', page)))
    assert "mark=" not in link
    assert 'id="printed"' not in sample_server.get(link.replace("&amp;", "&")).text


def test_files_are_told_and_in_no_dump(release: Path) -> None:
    manifest = json.loads((release / "current/manifest.json").read_text(encoding="utf-8"))
    names = [file["path"] for file in manifest["files"] if file["path"].startswith("sources/")]
    assert names == sorted([f"sources/{_digest(release, 'a.pdf')}.pdf", f"sources/{_digest(release, 'b.txt')}.txt",
                            "sources/pages.sqlite"])  # fmt: skip
    catalogue = (release / "current/catalog.ttl").read_text(encoding="utf-8")
    assert all(name in catalogue for name in names[:2])
    assert "sources/" not in (release / "current/dumps/datapackage.json").read_text(encoding="utf-8")


def test_a_build_with_the_files_begins_where_one_without_them_ended(inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, _ = build([inputs], out, Options(jobs=1), lambda _: None)
    second, new = build([inputs], out, Options(jobs=1, sources=True), lambda _: None)
    again, changed = build([inputs], out, Options(jobs=1, sources=True), lambda _: None)
    assert new and not changed and second == again
    dumps = [{f["path"]: f["sha256"] for f in m["files"] if f["path"].startswith("dumps/")} for m in (first, second)]
    assert dumps[0] == dumps[1]


def test_where_the_file_is_not_there_its_page_leads_to_where_it_was_published(tmp_path: Path) -> None:
    address, mz = "https://www.example.gov.cn/2025.pdf", "https://w3id.org/mingzhang/ontology#"
    more = (
        f"<{BASE}graph/more> {{ <{BASE}id/report/a-2025> <{mz}hasSource> <{BASE}id/source/a-2025/1> ."
        f' <{BASE}id/source/a-2025/1> <{mz}fileName> "a.pdf" ; <http://purl.org/dc/terms/source> <{address}> . }}'
    )
    write_release(tmp_path, "v1", TRIG + more)
    with serving(tmp_path, rate=0) as server:
        page = server.get("/page/report/a-2025", accept="text/html").text
        assert f'<a href="{address}">a.pdf</a>' in page
