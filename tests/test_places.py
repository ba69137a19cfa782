"""Pages that compare places: a government's own words become tables of places and years, and nothing is added up."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from drawn import drawn_page
from server_fixture import BASE, Server, serving, write_release
from test_government_queries import REPORT

from kg_builder.graph.reports import report_graph
from kg_builder.graph.shared import code_uses, shared_graph
from kg_builder.model import Source
from kg_builder.templates.report import parse_report

# The year after.
AFTER = """广元市2026年预算执行情况和2027年预算草案
广元市2027年市本级一般公共预算收入预算表
单位：万元
项目 | 预算数
一、税收收入 | 330.00
收入合计 | 550.00
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("places")
    store = ox.Store()
    for text in (REPORT, AFTER):
        report = parse_report([drawn_page(text)], Source("a.pdf", "0" * 64, 1))
        for graph in (report_graph(report, None, BASE), shared_graph(code_uses(report))):
            name = ox.NamedNode(f"{BASE}id/report/{report.identity.year}")
            store.bulk_extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in graph)
    write_release(directory, "v1", (store.dump(format=ox.RdfFormat.TRIG) or b"").decode())
    with serving(directory, rate=0, workers=1) as running:
        yield running


def rows(site: Server, path: str) -> list[dict[str, Any]]:
    return list(csv.DictReader(io.StringIO(site.get(quote(path, safe="/?=&")).text)))


def test_what_there_is_to_compare_is_listed(site: Server) -> None:
    page = site.get("/places", Accept="text/html").text
    for kind in ("revenue", "spending", "transfers", "debt"):
        assert f'href="/places/{kind}"' in page
    assert 'href="/places"' in site.get("/topics", Accept="text/html").text


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("revenue?of=收入合计", [("广元市 本级", {"2026 预算": "5000000", "2027 预算": "5500000"})]),
        ("spending?of=205", [("广元市 全辖区", {"2026 预算": "7000000"})]),
        (
            "transfers?of=教育",
            [("青川县 广元市给予", {"2026 预算": "400000"}), ("旺苍县 广元市给予", {"2026 预算": "300000"})],
        ),
        ("debt?of=general-limit", [("青川县", {"2025": "1230000000"})]),
    ],
)
def test_places_stand_below_one_another_and_years_beside(
    site: Server, path: str, expected: list[tuple[str, dict[str, str]]]
) -> None:
    found = rows(site, f"/places/{path}&csv=places")
    assert [row["地方"].strip() for row in found] == [place for place, _ in expected]
    for row, (_, sums) in zip(found, expected, strict=True):
        told = {head: text for head, text in row.items() if head[:2] == "20" and text}
        assert {head[:4]: text for head, text in told.items()} == {head[:4]: text for head, text in sums.items()}


def test_a_change_is_against_the_year_before_of_the_same_level(site: Server) -> None:
    page = site.get("/places/revenue?of=" + quote("收入合计"), Accept="text/html").text
    assert re.findall(r'class="change \w+">([^<]+)<', page) == ["+10.0%"]


def test_each_sum_leads_to_its_figure_and_all_come_as_one_table(site: Server) -> None:
    page = site.get(f"/places/transfers?of={quote('教育')}&lang=en", Accept="text/html").text
    links = re.findall(r'href="(/id/obs/[^"?]+)', page)
    assert len(links) == 2 and all(site.get(link, Accept="text/html").status == 303 for link in links)
    found = rows(site, "/places/transfers?csv=all")
    assert {(row["地方"], row["给予的政府"], row["金额（元）"]) for row in found} == {
        ("青川县", "广元市", "400000"), ("旺苍县", "广元市", "300000"),
    }  # fmt: skip
    assert {row["path"] for row in found} == set(links)


def test_a_picture_of_places_stands_alone(site: Server) -> None:
    assert site.get(f"/places/transfers?of={quote('教育')}&svg=places").media == "image/svg+xml"
    assert site.get("/places/debt?of=general-limit&svg=places").status == 404  # one place alone compares nothing


def test_what_is_no_comparison_is_not_found(site: Server) -> None:
    assert site.get("/places/weather").status == 404
    assert "没有报告印出它" in site.get("/places/debt?of=nothing", Accept="text/html").text


def test_the_page_of_a_place_has_what_governments_print_of_it(site: Server) -> None:
    found = rows(site, "/code/region/510822?csv=government")  # 青川县
    assert {(row["项目"].split()[0], row["最新"].split()[0], row["金额（元）"]) for row in found} == {
        ("教育", "2026", "400000"), ("一般债务", "2025", "1230000000"), ("专项债务", "2025", "1175000000"),
    }  # fmt: skip
    assert not [row for row in found if "stage" in row["最新"]]
    assert "/places/debt?of=general-limit" in site.get("/code/region/510822", Accept="text/html").text
