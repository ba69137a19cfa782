"""A topic over bodies and years: what tables print, sentences only where they leave no doubt, nothing added up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from decimal import Decimal

import html5lib
import pytest
from server_fixture import BASE, TRIG, Server, serving, write_release

from server.pages.blocks import Cell, percent
from server.pages.spending import Period
from server.pages.topics import _Figure

HTML = {"Accept": "text/html"}
CODE = "https://w3id.org/mingzhang/code/"


def figure(place: str, year: str, yuan: str, body: str = "a", more: str = "", stage: str = "budget") -> str:
    return f"""<{BASE}id/obs/{place}> a mz:Observation ; mz:reportedIn <{BASE}id/report/a-2025> ; mz:amount {yuan} ;
      mz:topic <{CODE}topic/three-public> ; mz:organization <{BASE}id/org/{body}> ;
      mz:fiscalYear "{year}"^^xsd:gYear ;
      mz:stage <{CODE}stage/{stage}> ; mz:heading "合计"@zh {more} ."""


def sentence(number: int, topic: str, yuan: str, quote: str, more: str = "") -> str:
    return f"""<{BASE}id/statement/a-2025/s{number}> a mz:Statement ; mz:reportedIn <{BASE}id/report/a-2025> ;
      mz:topic <{CODE}topic/{topic}> ; mz:amount {yuan} ; mz:value {yuan} ; mz:quote "{quote}"@zh {more} ;
      <http://www.w3.org/ns/prov#wasDerivedFrom> <{BASE}id/report/a-2025#page=3> ."""


ADDED = "\n".join(
    [
        figure("old/t9-r1-c1", "2024", "10000"),
        # of a unit, and a part of the sum: neither is the body's own sum
        figure("a-2025/t9-r5-c1", "2025", "7777", body="a-unit"),
        figure("a-2025/t9-r6-c1", "2025", "8888", more=f"; mz:partOfRow <{BASE}id/obs/a-2025/t9-r1-c1>"),
        sentence(1, "three-public", "20000", "2025年“三公”经费2万元"),
        sentence(2, "procurement", "5000000", "2025年政府采购预算总额500万元"),
        sentence(3, "meetings", "3000", "会议费3000元，上年为4000元"),
        sentence(4, "training", "6000", "2024年培训费6000元"),
    ]
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("topics")
    head = "GRAPH <http://localhost:8000/id/report/a-2025> {"
    assert TRIG.count(head) == 1
    write_release(directory, "v1", TRIG.replace(head, f"{head}\n{ADDED}\n"))
    with serving(directory, rate=0) as running:
        yield running


def rows(server: Server, topic: str, block: str = "bodies") -> list[dict[str, str]]:
    reply = server.get(f"/topics/{topic}?csv={block}&lang=en")
    return list(csv.DictReader(io.StringIO(reply.text))) if reply.status == 200 else []


def test_a_topic_has_the_body_s_own_sum_of_each_year(server: Server) -> None:
    (row,) = rows(server, "three-public")
    sums = [text.split()[0] for name, text in row.items() if name.startswith("202")]
    assert sums == ["10000", "20000"]
    page = server.get("/topics/three-public", **HTML)
    assert "+100.0%" in page.text
    assert 'href="/id/obs/a-2025/t9-r1-c1"' in page.text
    assert "7,777" not in page.text
    assert "8,888" not in page.text


def test_a_sentence_stands_where_no_table_has_the_sum(server: Server) -> None:
    (row,) = rows(server, "procurement")
    assert any(text.startswith("5000000") for text in row.values())
    assert 'href="/id/statement/a-2025/s2"' in server.get("/topics/procurement", **HTML).text


@pytest.mark.parametrize("topic", ["meetings", "training"])
def test_a_sentence_without_its_year_is_listed_and_not_compared(server: Server, topic: str) -> None:
    assert rows(server, topic) == []
    assert len(rows(server, topic, "sentences")) == 1


SURE = {
    "2025年政府采购预算总额500万元": ("budget", True),
    "政府采购预算总额500万元": ("budget", False),
    "2024年政府采购预算500万元，2025年600万元": ("budget", False),
    "2025年“三公”经费支出决算3万元": ("final", True),
    "2025年“三公”经费预算3万元": ("final", False),
    "2025年“三公”经费支出预算4万元，决算3万元": ("final", False),
    "2025年决算3万元": ("budget", False),
}


@pytest.mark.parametrize("quote", SURE)
def test_which_sentences_leave_no_doubt(quote: str) -> None:
    stage, sure = SURE[quote]
    assert _Figure("b", Period("2025", stage, "department"), "i", Decimal(1), quote=quote).sure is sure


def test_the_list_has_the_topics_of_the_release(server: Server) -> None:
    page = server.get("/topics", **HTML)
    assert page.text.index("/topics/three-public") < page.text.index("/topics/procurement")
    assert "/topics/reception" not in page.text
    assert server.get("/topics/none", **HTML).status == 404
    empty = server.get("/topics/reception?lang=en", **HTML)
    assert "No report of this release prints it." in empty.text


@pytest.mark.parametrize("address", ["/topics", "/topics/three-public", "/topics/procurement", "/topics/meetings"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_are_html(server: Server, address: str, language: str) -> None:
    html5lib.HTMLParser(strict=True).parse(server.get(f"{address}?lang={language}", **HTML).text)


@pytest.mark.parametrize(
    "change,said,direction",
    [("0.04", "0.0%", "same"), ("-0.04", "0.0%", "same"), ("0.06", "+0.1%", "up"), ("-3", "-3.0%", "down")],
)
def test_a_change_that_rounds_to_nothing_is_none(change: str, said: str, direction: str) -> None:
    cell = Cell(change=Decimal(change))
    assert (percent(Decimal(change)), cell.direction) == (said, direction)
