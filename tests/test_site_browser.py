"""The site in a real browser: the ways of its readers in both languages, its pictures, no error in the console."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server_fixture import Server
from test_site_barriers import AXE


@pytest.fixture
def page(browser: Any, site_server: Server) -> Iterator[Any]:
    """A new page whose errors fail the test."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{site_server.port}", locale="zh-CN", accept_downloads=True
    )
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    opened.on(
        "request",
        lambda r: errors.append(r.url) if not r.url.startswith(f"http://127.0.0.1:{site_server.port}") else None,
    )
    yield opened
    context.close()
    assert not [error for error in errors if "status of 400" not in error]  # the answer to a query with a fault


# Four readers


def test_a_journalist_goes_from_a_document_to_the_money_under_it(page: Any) -> None:
    page.goto("/")
    page.get_by_role("combobox").press_sequentially("阳政办发88", delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/page/law/**")
    assert "阳政办发〔2020〕88号" in page.inner_text("main")
    section = page.locator("section#projects")
    total = section.locator("tbody tr").count()
    assert total >= 3
    assert re.fullmatch(r"[\d,]+ 元", section.locator(".money small").first.inner_text())
    with page.expect_download() as download:
        section.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert len(rows) == total + 1
    assert float(rows[1][3]) > 0
    section.locator("tbody th a").first.click()
    page.wait_for_url("**/page/project/**")
    assert page.locator("#texts mark a").count() > 0


def test_an_auditor_goes_from_a_finding_to_the_page_of_the_report(page: Any) -> None:
    page.goto("/")
    page.get_by_role("link", name=re.compile("处核对结果")).click()
    page.select_option("select[name=severity]", label="警告")
    page.get_by_role("button", name="筛选").click()
    page.locator("tbody th a").first.click()
    page.wait_for_url("**/page/finding/**")
    assert page.locator(".message, h1").first.inner_text()
    page.locator(".facts a", has_text=re.compile(r"^第\d+页$")).first.click()
    page.wait_for_url("**/page/report/**page=**")
    assert "yangquan-bigdata-2023.pdf" in page.inner_text("main")
    assert "SHA-256" in page.inner_text("main")
    assert page.locator("section").count() > 1


def test_a_researcher_goes_from_a_question_to_a_csv(page: Any) -> None:
    page.goto("/queries")
    question = page.locator("article#largest-projects")
    question.get_by_label("年度").fill("2023")
    question.get_by_role("button", name="打开").click()
    page.wait_for_url("**/sparql?query=*")
    page.locator("#result tbody tr").first.wait_for()
    assert '"2023"' in page.locator(".cm-content").inner_text()
    assert "11 行" in page.inner_text("#status")
    page.get_by_role("button", name="条形图").click()
    page.locator("#chart canvas").wait_for()
    page.select_option("#format", "csv")
    with page.expect_download() as download:
        page.get_by_role("button", name="下载", exact=True).click()
    rows = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("project,name,body,year,annualAmount")
    assert len(rows) == 12


def test_a_newcomer_comes_from_home_to_a_first_own_query(page: Any) -> None:
    page.goto("/")
    assert page.locator("figure.picture canvas").count() >= 2
    page.locator("nav").get_by_role("link", name="SPARQL").click()
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("SELECT ?p ?y WHERE { ?p mz:fisc", delay=5)
    page.get_by_role("option", name=re.compile("mz:fiscalYear")).click()  # a key pressed at once would be typed text
    page.keyboard.type(" ?y ")
    assert "PREFIX mz: <https://w3id.org/mingzhang/ontology#>" in editor.inner_text()
    page.keyboard.press("Control+Enter")
    page.locator("#result tbody tr").first.wait_for()
    assert "query=" in page.url


def test_an_error_stands_at_its_line(page: Any) -> None:
    page.goto("/sparql")
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?s WHERE {\n?s ?p\n}")
    with page.expect_console_message():  # the browser tells of the answer 400
        page.get_by_role("button", name="运行").click()
    page.locator(".cm-lint-marker-error").wait_for()
    assert page.inner_text("#status").startswith("line 3")


@pytest.fixture
def tolerant(browser: Any, site_server: Server) -> Iterator[Any]:
    """A page without scripts."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{site_server.port}", java_script_enabled=False, locale="zh-CN"
    )
    yield context.new_page()
    context.close()


def test_everything_but_pictures_works_without_scripts(tolerant: Any) -> None:
    tolerant.goto("/")
    tolerant.fill("#q", "政府投资")
    tolerant.get_by_role("button", name="搜索").click()
    tolerant.locator(".hits a").first.click()
    assert tolerant.locator("h1").inner_text()
    tolerant.goto("/projects")
    tolerant.locator("th a.sort", has_text="年度金额").click()
    assert "sort=-annual" in tolerant.url
    tolerant.goto("/sparql")
    assert tolerant.locator("textarea#query").is_visible()
    with tolerant.expect_download() as download:
        tolerant.get_by_role("button", name="下载", exact=True).click()
    assert Path(download.value.path()).read_text(encoding="utf-8").startswith("project,name,amount")


_AREAS = """(() => {
  const figure = document.querySelector("figure.treemap");
  const data = JSON.parse(figure.querySelector("script").textContent);
  const chart = drawPicture(figure, "treemap", data);
  const sums = [];
  const walk = (node) => {
    const own = (node.children || []).reduce((sum, child) => sum + walk(child), 0);
    sums.push(node.value ?? own);
    return node.value ?? own;
  };
  data.children.forEach(walk);
  return {
    drawn: chart.getZr().storage.getDisplayList(true).filter((e) => e.type === "tspan").map((e) => e.style.text),
    sums: sums.map((n) => n.toLocaleString("en", {maximumFractionDigits: 2})),
  };
})()"""


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_number_of_a_picture_is_cut(browser: Any, site_server: Server, width: int) -> None:
    """Areas that were too small for 1,000 once showed it as 1,0, and 476.5 as 47."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{site_server.port}", viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto("/?lang=zh")
    page.locator("figure.treemap canvas").wait_for()
    found = page.evaluate(_AREAS)
    context.close()
    numbers = [text.split()[-1] for text in found["drawn"] if re.search(r"\d", text)]
    assert numbers
    assert set(numbers) <= set(found["sums"])


_BARS = """(() => {
  const figure = document.querySelector("figure.picture");
  const series = [{name: "和", values: [30000000, 12345678.9]}];
  const data = {flat: true, unit: "万元", labels: ["甲", "乙"], series};
  const chart = drawPicture(figure, "bars", data);
  return chart.getZr().storage.getDisplayList(true).filter((e) => e.type === "tspan").map((e) => {
    const box = e.getBoundingRect().clone();
    if (e.transform) box.applyTransform(e.transform);
    return {text: e.style.text, right: box.x + box.width, all: chart.getWidth()};
  });
})()"""


@pytest.mark.parametrize("width", [1280, 320])
def test_no_number_of_a_bar_runs_out_of_its_picture(browser: Any, site_server: Server, width: int) -> None:
    """On a phone the last digits of a sum beside the longest bar were once outside."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{site_server.port}", viewport={"width": width, "height": 900}
    )
    page = context.new_page()
    page.goto("/?lang=zh")
    page.locator("figure.picture canvas").first.wait_for()
    found = page.evaluate(_BARS)
    context.close()
    assert {one["text"] for one in found} >= {"30,000,000", "12,345,678.9"}
    assert not [one for one in found if one["right"] > one["all"]]


def test_a_printed_page_has_the_tables_of_its_pictures(page: Any) -> None:
    """Tables that wait behind a click were once missing on paper."""
    page.goto("/")
    table = page.locator("section#function table")
    assert not table.is_visible()
    page.emulate_media(media="print")
    assert table.is_visible()
    assert not page.locator("summary").first.is_visible()


# A figure on its page


@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("zh", 1280, "light"), ("en", 390, "dark"), ("zh", 390, "light")]
)
def test_a_figure_is_one_click_from_its_cell_on_the_drawn_page(
    browser: Any, site_server: Server, entities: dict[str, list[str]], language: str, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    base = f"http://127.0.0.1:{site_server.port}"
    context = browser.new_context(base_url=base, viewport=size, color_scheme=scheme, locale=language)
    page = context.new_page()
    page.goto(f"/page/{entities['obs'][0]}?lang={language}")
    page.locator("dl.facts a[href*='mark=']").first.click()
    page.wait_for_url("**#marked")
    marked = page.locator(".sheet .marked")
    assert marked.count() == 1 and marked.first.is_visible()
    image = page.locator(".sheet image")
    assert page.request.get(base + image.get_attribute("href")).headers["content-type"] == "image/webp"
    page.get_by_role("button", name="放大" if language == "zh" else "Larger").click()
    assert "size=large" in image.get_attribute("href")
    marked.first.focus()  # by keyboard: the cell leads back to its figure
    page.evaluate(AXE)
    broken = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in broken] == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/page/{entities['obs'][0]}**")
    context.close()


def test_a_picture_is_saved_as_png(page: Any) -> None:
    """The browser draws it from the SVG, twice as large."""
    page.goto("/places/transfers?of=%E6%95%99%E8%82%B2")
    link = page.locator("a[data-png]").first
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "places.png"
    data = Path(download.value.path()).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(data[16:20], "big") > 1000
    assert len(data) > 5_000  # not blank


def test_a_picture_that_only_the_browser_draws_is_saved_as_png_too(page: Any, entities: dict[str, list[str]]) -> None:
    report = entities["report"][0].partition("/")[2]
    page.goto(f"/page/{next(one for one in entities['org'] if report.startswith(one.partition('/')[2]))}")
    page.locator("section#spending figure canvas").wait_for()
    with page.expect_download() as download:
        page.locator("section#spending [data-canvas] a").click()
    assert Path(download.value.path()).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_from_home_the_page_that_proves_money_under_a_document_is_four_clicks_away(page: Any) -> None:
    """Home, its table of documents, the document, its project, the cell on the drawn page."""
    page.goto("/")
    page.get_by_text("看表").last.click()
    page.locator("section#documents tbody th a").first.click()
    page.wait_for_url("**/law/**")
    page.locator("section#projects tbody td:last-child a").first.click()
    page.wait_for_url("**mark=**")
    assert page.locator(".sheet .marked").first.is_visible()


def test_from_a_finding_its_marked_page_is_one_click_away(page: Any, entities: dict[str, list[str]]) -> None:
    page.goto(f"/page/{next(one for one in entities['finding'] if one.count('/') == 2)}")
    page.locator(".facts a[href*='mark=']").first.click()
    page.wait_for_url("**mark=**")
    assert page.locator(".sheet .marked, .lines .marked, mark").first.is_visible()
