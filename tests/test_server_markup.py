"""Names, texts and titles that are markup, templates, queries or formulas: on every page they are text."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import cycle
from urllib.parse import quote

import pytest
from real_reports import SHARED
from server_fixture import BASE, TRIG, Server, serving, write_release

from kg_builder.build import Options, build

TEXTS = [
    "<img src=x onerror=x()>", "</script><script>x()</script>", "{{7*7}}{% raw %}", '"> } ; DROP ALL ; SELECT * {',
    "' onclick='x()", "]]><a>", "&lt;b&gt;", "=1+1", "javascript:x()", "?wantedtext ?it", "%3Cb%3E", "\\u0022 . }",
]  # fmt: skip
# rdfs:label "高龄津贴"@zh · mz:quote "晋财综〔2024〕210号": what a report prints, as the fixture writes it
PRINTED = re.compile(r'((?:label|title|quote|resultMessage|targetText|rowLabel|documentNumber)>? )"([^"]*)"')
REAL = SHARED / "cases/robust/markup-report.txt"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The fixture, each of its texts behind another of the list."""
    directory = tmp_path_factory.mktemp("markup")
    texts = cycle(TEXTS)
    hostile = PRINTED.sub(lambda said: said[1] + json.dumps(next(texts) + said[2], ensure_ascii=False), TRIG)
    write_release(directory, "v1", hostile)
    with serving(directory, rate=0, workers=2) as running:
        yield running


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    if not REAL.exists():
        pytest.skip("the cases are not beside this checkout")
    directory = tmp_path_factory.mktemp("real")
    build([REAL], directory / "out", Options(), lambda _: None)
    with serving(directory / "out", rate=0, workers=2) as running:
        yield running


class Elements(HTMLParser):
    """What in a page runs by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[str] = []
        self.links = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        own = (told.get("src") or "").startswith("/static/") or told.get("type") in {
            "application/ld+json",
            "application/json",
        }
        if tag == "img" or (tag == "script" and not own) or any(name.startswith("on") for name in told):
            self.running.append(self.get_starttag_text() or tag)
        if (told.get("href") or "").strip().lower().startswith("javascript"):
            self.running.append(self.get_starttag_text() or tag)
        self.links += tag == "a"


def check(server: Server, most: int) -> int:
    """Look at every page of a release; how many there are."""
    found = re.findall(r"<loc>([^<]+)", server.get("/sitemap/1.xml").text)[:most]
    searched = [f"search?q={quote(text)}" for text in TEXTS]
    for target in [*(one.removeprefix(BASE) for one in found), *searched, *(f"projects?q={quote(t)}" for t in TEXTS)]:
        reply = server.get("/" + target, Accept="text/html")
        assert (reply.status, target) == (200, target)
        elements = Elements()
        elements.feed(reply.text)
        assert not elements.running, target
        assert elements.links > 5
        for stated in re.findall(r'<script type="application/ld\+json">(.*?)</script>', reply.text, re.DOTALL):
            json.loads(stated)
    for feed in ("feeds/reports.atom", "feeds/findings.atom", "sitemap.xml", "sitemap/1.xml"):
        ET.fromstring(server.get("/" + feed).body)
    return len(found)


def test_a_text_is_text_on_every_page(server: Server) -> None:
    assert check(server, 100) > 15
    lists = "".join(
        server.get(f"/{name}", Accept="text/html").text for name in ("projects", "reports", "laws", "indicators")
    )
    assert "&lt;img src=x" in lists
    assert "{{7*7}}" in lists


def test_a_report_that_prints_markup(real: Server) -> None:
    assert check(real, 100) > 40
    name = re.search(r"(?m)^[=+][^,\r\n]*", server_csv := real.get("/projects?format=csv").text)
    assert name is not None
    assert f"\n'{name[0]}," in real.get("/projects?format=csv&bom=1").text
    assert f"\n'{name[0]}," not in server_csv
