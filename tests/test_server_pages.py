"""The site over real HTTP: every entity answers, pages are HTML, figures are the data's, hostile paths are 4xx."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import quote, urljoin, urlsplit
from xml.dom import minidom

import html5lib
import pyoxigraph as ox
import pytest
from server_fixture import BASE, TRIG, Reply, Server, iris_of, serving, write_release

from kg_builder.release import sheets
from kg_builder.release.search_index import runs as words_of
from server.pages import columns
from server.pages.blocks import BLANK, Block, Cell, Head, csv_rows, plain, wan
from server.pages.library import library
from server.pages.terms import MZ
from server.pages.view import View
from server.search import match_of, runs

HTML = {"Accept": "text/html"}
FORMS = {"ttl": ox.RdfFormat.TURTLE, "nt": ox.RdfFormat.N_TRIPLES, "rdf": ox.RdfFormat.RDF_XML,
         "jsonld": ox.RdfFormat.JSON_LD}  # fmt: skip
PAGES = [
    "/", "/reports", "/departments", "/projects", "/laws", "/indicators", "/quality", "/search?q=%E9%AB%98%E9%BE%84",
    "/search", "/queries", "/sparql", "/dumps/", "/catalog", "/ontology", "/code/", "/code/funding",
    "/code/funding/provincial", "/code/function/208", "/code/indicator/output-timeliness", "/shapes", "/compare",
    "/compare?a=id/report/a-2025&b=id/report/b-2025&by=attribute", "/compare?a=id/org/a&b=id/report/a-2025",
    "/about", "/help", "/topics", "/topics/three-public", "/rows?name=%E5%90%88%E8%AE%A1", "/rows", "/releases",
    "/page/report/a-2025?page=3", "/projects?sort=-annual", "/laws?sort=cited&q=%E8%B5%84%E9%87%91",
]  # fmt: skip
NOT_ENTITIES = {BASE + "id/documents"}  # the name of a graph, of which nothing is said
ENTITIES = [iri for iri in iris_of() if iri not in NOT_ENTITIES]
PROJECT = "/page/project/a-2025/p1"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("pages")
    write_release(directory, "v1")
    with serving(directory, rate=0, page_size=2) as running:
        yield running


def followed(server: Server, target: str, **headers: str) -> Reply:
    reply = server.get(target, **headers)
    if reply.status == 303:
        assert not reply.broken
        return server.get(reply.headers["location"], **headers)
    return reply


def assert_html(reply: Reply) -> None:
    assert (reply.status, reply.media) == (200, "text/html"), reply.text[:300]
    html5lib.HTMLParser(strict=True).parse(reply.text)
    ids = re.findall(r' id="([^"]*)"', reply.text)
    assert len(ids) == len(set(ids))
    assert "script-src 'self'" in reply.headers["content-security-policy"]
    assert not re.search(
        r"<script(?![^>]* (?:src=|type=\"application/(?:ld\+)?json\"))|\son[a-z]+=|\sstyle=", reply.text
    )
    assert len(reply.body) < 100_000
    outside = re.findall(r'<(?:script|img|link rel="(?:stylesheet|icon)")[^>]+(?:src|href)="(https?:[^"]+)', reply.text)
    assert not outside


def test_a_body_s_page_has_the_targets_that_it_missed(server: Server) -> None:
    rows = list(csv.reader(io.StringIO(server.get("/page/org/b?csv=missed&lang=en").text)))
    assert [row[:5] for row in rows[1:]] == [["发放及时率", "数据平台运维", "2025", "≥90%", "85%"]]
    assert server.get("/page/org/a?csv=missed").status == 404


def test_what_a_link_to_a_page_shows_of_it(server: Server) -> None:
    page = server.get("/page/obs/a-2025/t3-r1-c1", **HTML).text
    told = dict(re.findall(r'<meta property="og:(\w+)" content="([^"]*)">', page))
    assert "1,234,500.5元" in told["description"]
    assert told["url"] == f"{BASE}page/obs/a-2025/t3-r1-c1"
    assert told["title"]


def test_a_page_that_is_not_there_offers_the_search(server: Server) -> None:
    page = server.get("/none", **HTML)
    assert page.status == 404
    assert page.text.count('action="/search"') == 1
    assert "there is nothing here" not in page.text


def test_errors_are_reported_with_the_address_of_the_page(tmp_path: Path) -> None:
    folder = write_release(tmp_path, "v1")
    assert errors_go_to(tmp_path) == "/help#error"
    file = folder / "manifest.json"
    told = {"name": "某研究所", "contact": "mailto:data@example.org", "title": "某市预算"}
    file.write_text(json.dumps({**json.loads(file.read_text()), "publisher": told}))
    address = errors_go_to(tmp_path)
    assert address.startswith("mailto:data@example.org?subject=")
    assert quote(f"{BASE}page/project/a-2025/p1") in address


def errors_go_to(directory: Path) -> str:
    with serving(directory, rate=0) as running:
        page = running.get(PROJECT, **HTML).text
    return re.findall(r'<a href="([^"]*)">报告错误</a>', page)[0].replace("&amp;", "&")


def test_the_fixture_has_entities() -> None:
    assert len(ENTITIES) == 29


@pytest.mark.parametrize("language", ["", "lang=en"])
@pytest.mark.parametrize("path", PAGES)
def test_pages_are_html(server: Server, path: str, language: str) -> None:
    target = path + (("&" if "?" in path else "?") + language if language else "")
    assert_html(server.get(target, **HTML))


@pytest.mark.parametrize("iri", ENTITIES)
def test_every_entity_answers(server: Server, iri: str) -> None:
    path = iri.removeprefix(BASE.rstrip("/"))
    assert_html(followed(server, path, **HTML))
    assert_html(followed(server, path + "?lang=en", **HTML))
    counts = set()
    for name, form in FORMS.items():
        reply = followed(server, f"{path}?format={name}")
        triples = set(ox.parse(reply.body, format=form))
        assert any(q.subject == ox.NamedNode(iri) for q in triples)
        counts.add(len(triples))
    assert len(counts) == 1
    assert followed(server, path, Accept="text/turtle").media == "text/turtle"


def test_a_description_is_whole(server: Server) -> None:
    """All that the release says of an entity and its fragments, the names of what it links to, what links here."""
    iri = BASE + "id/project/a-2025/p1"
    found = {q.triple for q in ox.parse(server.get("/data/project/a-2025/p1.nt").body, format=ox.RdfFormat.N_TRIPLES)}
    given = {q.triple for q in ox.parse(TRIG.encode(), format=ox.RdfFormat.TRIG)}
    about = {t for t in given if isinstance(t.subject, ox.NamedNode) and t.subject.value.partition("#")[0] == iri}
    assert len(about) > 15
    assert {(str(t.subject), str(t.predicate)) for t in about} <= {(str(t.subject), str(t.predicate)) for t in found}
    assert any("甲市甲局" in str(t) for t in found)
    report = server.get("/data/report/a-2025.nt").text
    assert "#page=3" in report
    assert '"28"' not in report
    assert re.search(r"reportedIn> \.", report)


def test_every_link_of_the_site_answers(server: Server) -> None:
    seen, waiting = set(), ["/", PROJECT, "/ontology?lang=en"]
    while waiting and len(seen) < 400:
        target = waiting.pop()
        reply = followed(server, target, **HTML)
        assert reply.status == 200, target
        seen.add(target)
        if reply.media != "text/html":
            continue
        for href in re.findall(r'href="([^"]+)"', reply.text):
            link = urljoin(target, href.replace("&amp;", "&")).partition("#")[0]
            if not urlsplit(link).netloc and link not in seen and link not in waiting:
                waiting.append(link)
    assert len(seen) > 100


# What the pages say


def test_money_is_exact_and_blank_is_not_zero(server: Server) -> None:
    page = server.get(PROJECT, **HTML).text
    assert "23.45<small>234,500 元</small>" in page
    carried = re.search(r">上年结转</th>.*?</tr>", page, re.DOTALL)
    assert carried
    assert "34,500 元" in carried[0]
    assert "—" in carried[0]
    assert not re.search(r">0[< ]", page)


def test_citations_are_marked(server: Server) -> None:
    page = server.get(PROJECT, **HTML).text
    assert '依据<mark><a href="/id/law/jin-cai-zong-2024-210">晋财综〔2024〕210号</a></mark>文件。' in page


def test_a_document_shows_what_is_spent_under_it_and_apart_who_mentions_it(server: Server) -> None:
    """One project names it as its basis, with 234,500 yuan; another mentions it elsewhere, with 500,000."""
    page = server.get("/page/law/jin-cai-zong-2024-210", **HTML).text
    based, mentions = (page.partition(f'<section id="{one}">')[2].partition("</section>")[0]
                       for one in ("projects", "mentions"))  # fmt: skip
    assert ("高龄津贴" in based, "数据平台运维" in based) == (True, False)
    assert ("高龄津贴" in mentions, "数据平台运维" in mentions) == (False, True)
    assert "234,500 元" in page
    assert "734,500 元" not in page


def test_a_source_page_is_found(server: Server) -> None:
    assert 'href="/page/report/a-2025?page=3">第3页</a>' in server.get(PROJECT, **HTML).text
    assert 'href="?page=3">第3页</a>' in server.get("/page/report/a-2025", **HTML).text
    page = server.get("/page/report/a-2025?page=3", **HTML).text
    assert "123.45005万元" in page
    assert "高龄津贴" in page
    for unknown in ("page=99", "page=x", "page=3&source=7"):
        assert server.get("/page/report/a-2025?" + unknown, **HTML).status == 404


@pytest.mark.parametrize("target", ["/departments/", "/ontology/", "/catalog/", "/queries/", "/shapes/"])
def test_a_slash_at_the_end_is_no_other_page(server: Server, target: str) -> None:
    assert server.get(target, **HTML).status == 200


@pytest.mark.parametrize("target", ["/page/finding/b-2025/f1", "/quality", "/page/org/b"])
def test_a_finding_in_a_text_file_leads_to_its_line(server: Server, target: str) -> None:
    """Such a file is one page of thousands of lines: findings once said that they stand on page 1."""
    assert 'href="/page/report/b-2025?page=1">第57行</a>' in server.get(target, **HTML).text


def test_a_finding_about_two_things_is_one_row(server: Server) -> None:
    """It was once a row for each of them, and counted as often."""
    page = server.get("/page/org/b", **HTML).text
    section = page[page.index('<section id="findings">') :].partition("</section>")[0]
    assert section.count("<tr>") == 2
    assert 'class="badge">1<' in section
    assert section.count("办公设备购置") == 2


def test_a_citation_text_says_whose_it_is(server: Server) -> None:
    """Figures were once cited by the name of their row alone: 合计."""
    found = re.search(r'class="cite">(.*?)</dd>', server.get("/page/obs/b-2025/t13-r1-c1", **HTML).text)
    assert found
    assert found[1].startswith("明账：甲市乙局2025年部门预算，上年结转项目支出表，合计。版本 v1。")


def test_a_table_has_its_rows(server: Server) -> None:
    page = server.get("/page/table/a-2025/t3", **HTML).text
    row = re.search(r'<tr><th scope="row">2080208</th><td>其他民政管理事务支出</td>(.*?)</tr>', page)
    assert row
    assert re.findall(r">([\d.]+)</a>", row[1]) == ["123.45005", "23.45"]  # as printed
    assert "单位：万元" in page
    figure = server.get("/page/table/a-2025/t3/r1-c2", **HTML)
    assert (figure.status, figure.headers["location"]) == (303, "/id/obs/a-2025/t3-r1-c2")


@pytest.mark.parametrize(
    ("value", "shown_wan", "shown_plain"),
    [
        ("10984000", "1,098.4", "10,984,000"),
        ("0", "0", "0"),
        ("-1.5", "-0.00015", "-1.5"),
        ("100000000", "10,000", "100,000,000"),
    ],
)
def test_yuan(value: str, shown_wan: str, shown_plain: str) -> None:
    assert (wan(Decimal(value)), plain(Decimal(value))) == (shown_wan, shown_plain)


def test_lists_page_by_key(server: Server) -> None:
    first = server.get("/projects", **HTML)
    assert "<strong>3</strong>" in first.text
    following = re.search(r'rel="next" href="([^"]+)"', first.text)
    assert following
    assert first.headers["link"].endswith('rel="next"')
    second = server.get(following[1].replace("&amp;", "&"), **HTML).text
    names = ["高龄津贴", "数据平台运维", "办公设备购置"]
    assert [n in first.text for n in names] == [True, True, False]
    assert [n in second for n in names] == [False, False, True]
    assert 'rel="next"' not in second


@pytest.mark.parametrize(
    ("target", "total"),
    [("/projects?body=id/org/b", 2), ("/projects?year=2024", 0), ("/projects?year=2025&body=id/org/a", 1),
     ("/laws?level=code/issuingLevel/provincial", 1), ("/quality?severity=code/severity/info", 0), ("/reports", 2),
     ("/projects?q=%E9%AB%98%E9%BE%84", 1), ("/projects?document=id/law/jin-cai-zong-2024-210", 2),
     ("/projects?basis=id/law/jin-cai-zong-2024-210", 1),
     ("/quality?body=id/org/b", 1), ("/projects?q=%22%20%7D", 0),
     ("/projects?body=id/org/b%3E%20%7D%20UNION%20%7B%20%3Fitem%20%3Fp%20%3Fo", None), ("/projects?year=20x", None),
     ("/projects?body=x&format=csv", None), ("/projects?body=id/org/b%3E&format=csv", None)],
)  # fmt: skip
def test_filters(server: Server, target: str, total: int | None) -> None:
    reply = server.get(target, **HTML)
    if total is None:
        assert reply.status == 400
    else:
        assert f"<strong>{total}</strong>" in reply.text


@pytest.mark.parametrize(
    ("text", "found"),
    [("晋财综210", "关于某项资金的通知"), ("晋财综〔2024〕210号", "关于某项资金的通知"), ("高龄", "高龄津贴"),
     ("晋财综 210", "关于某项资金的通知"), ("晋财", "关于某项资金的通知"), ("财综2024", "关于某项资金的通知"),
     ("综", "关于某项资金的通知"), ("057", "甲市甲局"), ("及时", "发放及时率"), ("依据晋财综", "高龄津贴"),
     ("０５７", "甲市甲局"), ("省级财政", "省级财政资金"), ("provincial", "省级财政资金"), ("没有的", None),
     ("\"'><script>", None), ("（）", None), ("a* OR NOT \"", None)],
)  # fmt: skip
def test_search(server: Server, text: str, found: str | None) -> None:
    page = server.get("/search?q=" + quote(text), **HTML)
    assert page.status == 200
    assert "<script>" not in page.text
    assert ('<ul class="hits">' in page.text) == (found is not None)
    assert found is None or found in page.text


def test_search_keys_fold_writing() -> None:
    assert runs("晋财综〔２０２４〕210号") == runs("晋财综[2024]210号") == ["晋财综", "2024", "210", "号"]
    assert runs("Ａb12") == words_of("Ａb12") == ["ab", "12"]
    assert match_of("晋财综210") == '"晋财 财综" AND "210"*'
    assert match_of("（）") is None


def test_suggestions(server: Server) -> None:
    found = server.get("/search/suggest?q=" + quote("高龄")).json()
    assert found[0] == {"kind": "项目", "name": "高龄津贴", "hint": "甲市甲局 2025", "href": "/id/project/a-2025/p1"}
    assert server.get("/search/suggest?q=").json() == []


@pytest.mark.parametrize(
    ("sort", "names"),
    [("annual", ["办公设备购置", "高龄津贴", "数据平台运维"]),
     ("-annual", ["数据平台运维", "高龄津贴", "办公设备购置"]),
     ("total", ["高龄津贴", "数据平台运维", "办公设备购置"]),
     ("-total", ["高龄津贴", "数据平台运维", "办公设备购置"]),
     ("name", ["办公设备购置", "数据平台运维", "高龄津贴"]), ("none", ["高龄津贴", "数据平台运维", "办公设备购置"])],
)  # fmt: skip
def test_lists_are_sorted_over_their_pages(server: Server, sort: str, names: list[str]) -> None:
    """In either direction what has no value stands last; a page begins where the one before it ended."""
    target, found = f"/projects?sort={sort}", []
    while target:
        page = server.get(target, **HTML).text
        found += re.findall(r'<th scope="row"><a href="/id/project/[^"]+">([^<]+)</a>', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        target = following[1].replace("&amp;", "&") if following else ""
    assert found == names


def test_a_list_as_csv_is_what_the_filters_let_through(server: Server) -> None:
    reply = server.get("/projects?body=id/org/b&sort=-annual&format=csv")
    rows = list(csv.reader(io.StringIO(reply.text)))
    assert (
        rows[0] == ["名称", "年度", "部门", "单位", "年度金额（万元）（元）", "实施期金额（万元）", "出处", "path"]
        or rows[0][0] == "名称"
    )
    assert [(row[0], row[4], row[5], row[-1]) for row in rows[1:]] == [
        ("数据平台运维", "500000", "", "/id/project/b-2025/p1"),
        ("办公设备购置", "70000", "", "/id/project/b-2025/p2"),
    ]
    assert server.get("/projects?format=csv&bom=1").body.startswith(b"\xef\xbb\xbf")
    assert server.get("/projects?format=csv").headers["content-disposition"] == 'attachment; filename="projects.csv"'


def test_a_list_is_csv_by_accept_too(server: Server) -> None:
    reply = server.get("/projects?body=id/org/b", Accept="text/csv")
    assert (reply.status, reply.media) == (200, "text/csv")
    assert reply.text == server.get("/projects?body=id/org/b&format=csv").text
    assert "Accept" in reply.headers["vary"]
    assert server.get("/projects", Accept="text/csv;q=0.5, text/html").media == "text/html"


def test_a_section_as_csv(server: Server) -> None:
    reply = server.get("/page/law/jin-cai-zong-2024-210?csv=projects")
    rows = list(csv.reader(io.StringIO(reply.text)))
    assert {row[0] for row in rows[1:]} == {"高龄津贴"}
    mentions = server.get("/page/law/jin-cai-zong-2024-210?csv=mentions").text
    assert {row[0] for row in list(csv.reader(io.StringIO(mentions)))[1:]} == {"数据平台运维"}
    assert server.get("/page/law/jin-cai-zong-2024-210?csv=none").status == 404


def test_csv_cells_stand_as_they_are() -> None:
    head = (Head("甲", "A"),)
    rows = [[Cell("=1+1")], [Cell("-3", number=True)], [Cell("-x")], [BLANK], [Cell(yuan=Decimal("-1.50"))]]
    assert [row[0] for row in csv_rows(head, rows, "en")[1:]] == ["=1+1", "-3", "-x", "", "-1.50"]


@pytest.mark.parametrize(
    ("accepts", "target", "language", "link"),
    [("", "/projects", "zh-CN", "/laws"), ("en-GB,en;q=0.9", "/projects", "en", "/laws"),
     ("zh-CN,en;q=0.5", "/projects", "zh-CN", "/laws"), ("de, en;q=0.3", "/projects", "en", "/laws"),
     ("de", "/projects", "zh-CN", "/laws"), ("en;q=x", "/projects", "zh-CN", "/laws"),
     ("en", "/projects?lang=zh", "zh-CN", "/laws?lang=zh"), ("", "/projects?lang=en", "en", "/laws?lang=en")],
)  # fmt: skip
def test_pages_speak_the_reader_s_language(server: Server, accepts: str, target: str, language: str, link: str) -> None:
    reply = server.get(target, Accept_Language=accepts, **HTML)
    assert f'<html lang="{language}">' in reply.text
    assert f'href="{link}"' in reply.text
    assert "Accept-Language" in reply.headers["vary"]


def test_sides_are_compared(server: Server) -> None:
    page = server.get("/compare?a=id/org/a&b=id/report/b-2025&by=class", **HTML).text
    assert "208" in page
    assert "1,234,500.5 元" in page
    same = server.get("/compare?a=id/org/a&b=id/org/a&by=class&format=csv").text
    assert list(csv.reader(io.StringIO(same)))[1][1:3] == ["1234500.5", "1234500.5"]


def locations(reply: Reply) -> list[str]:
    found = minidom.parseString(reply.body)
    return [str(node.firstChild.nodeValue) for node in found.getElementsByTagName("loc")]


def test_machines_find_everything(server: Server) -> None:
    part = locations(server.get("/sitemap.xml"))[0]
    assert part == BASE + "sitemap/1.xml"
    addresses = locations(server.get("/sitemap/1.xml"))
    assert BASE + "page/project/a-2025/p1" in addresses
    for address in addresses:
        assert server.get("/" + address.removeprefix(BASE), **HTML).status == 200, address
    assert server.get("/sitemap/2.xml").status == server.get("/sitemap/0.xml").status == 404
    for name, count in (("reports", 2), ("findings", 1)):
        feed = minidom.parseString(server.get(f"/feeds/{name}.atom").body)
        assert len(feed.getElementsByTagName("entry")) == count
    assert "Sitemap: " + BASE in server.get("/robots.txt").text
    assert (
        json.loads(re.findall(r'ld\+json">(.*?)</script>', server.get(PROJECT, **HTML).text)[0])["name"] == "高龄津贴"
    )


def test_the_editor_knows_the_ontology(server: Server) -> None:
    found = server.get("/editor/terms.json?lang=en").json()
    assert {"mz:annualAmount", "mz:Project"} <= {term["name"] for term in found["terms"]}
    assert all(term["label"] for term in found["terms"])
    assert "funding/central" in {code["name"] for code in found["codes"]}


def test_files_of_the_release(server: Server) -> None:
    page = server.get("/dumps/", **HTML).text
    reply = server.get("/dumps/mingzhang.nq")
    assert reply.status == 200
    assert reply.headers["etag"].strip('"') in page
    assert server.get("/dumps/mingzhang.nq", If_None_Match=reply.headers["etag"]).status == 304
    assert server.get("/dumps/mingzhang.nq", Range="bytes=0-9").body == reply.body[:10]
    for path in ("/dumps/../manifest.json", "/dumps/%2e%2e/manifest.json", "/dumps/none", "/quality/../store/CURRENT"):
        assert server.get(path).status == 404


def test_parts_of_files(server: Server) -> None:
    """What is no range was once answered with 416, and 416 did not say how long the file is."""
    path = "/dumps/mingzhang.nq"
    whole = server.get(path).body
    assert [server.get(path, Range=r).body for r in ("bytes=0-9", "bytes=-5")] == [whole[:10], whole[-5:]]
    for nothing in ("junk", "lines=1-2", "bytes=x"):
        assert (server.get(path, Range=nothing).status, server.get(path, Range=nothing).body) == (200, whole)
    beyond = server.get(path, Range=f"bytes={len(whole)}-")
    assert (beyond.status, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    other = server.get(path, If_Match='"another"', Range="bytes=0-9")
    assert (other.status, other.json()["type"].rpartition("/")[2]) == (412, "http-412")


@pytest.mark.parametrize("accept", ["", "*/*", "text/csv", "text/html", "application/ld+json"])
def test_a_table_is_csv_whatever_is_asked_for(server: Server, accept: str) -> None:
    """It once came as the JSON-LD of an entity, and once with its charset said twice."""
    reply = server.get("/dumps/csv/projects.csv", **({"Accept": accept} if accept else {}))
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.text.startswith("project,name,report,")
    assert 'rel="describedby"' in reply.headers["link"]


def test_a_table_is_described_in_csvw(server: Server) -> None:
    reply = server.get("/dumps/csv/projects.csv-metadata.json")
    assert reply.media == "application/csvm+json"
    described = {column["name"]: column for column in reply.json()["tableSchema"]["columns"]}
    assert list(described) == server.get("/dumps/csv/projects.csv").text.strip().split(",")
    assert described["annual_yuan"]["datatype"] == "decimal"
    assert described["annual_yuan"]["propertyUrl"] == MZ + "annualAmount"
    assert "printed_annual" in server.get("/dumps/", **HTML).text
    for path in ("/dumps/mingzhang.nq-metadata.json", "/dumps/csv/none.csv-metadata.json"):
        assert server.get(path).status == 404


@pytest.mark.parametrize("name", sorted({name for names in sheets.COLUMNS.values() for name in names}))
def test_every_column_is_explained(name: str) -> None:
    explained = columns.column(name, "string")
    assert explained.zh
    assert explained.en


def test_pages_are_cached_by_release(server: Server) -> None:
    first = server.get("/projects", **HTML)
    assert server.get("/projects", If_None_Match=first.headers["etag"], **HTML).status == 304
    assert server.get("/projects?lang=en", If_None_Match=first.headers["etag"], **HTML).status == 200
    assert server.get("/projects", If_None_Match=first.headers["etag"], Accept="text/turtle").status == 200


# Hostile requests


@pytest.mark.parametrize(
    "path", ["/id/%zz", "/id/%", "/id/law/%E9%A2", "/id/law/%FF", "/id/law/a%00b", "/page/%c3%28", "/%e4"]
)
def test_bad_percent_sequences_are_400(server: Server, path: str) -> None:
    assert server.get(path).status == 400


@pytest.mark.parametrize(
    "path", ["/id/law/none", "/id/law/预", "/id/law/a%3Eb", "/id/law/%2525", "/none", "/code/x/y", "/data/law/x"]
)
def test_unknown_paths_are_404(server: Server, path: str) -> None:
    assert server.get(quote(path, safe="/%")).status == 404


def test_no_request_makes_the_server_fail(server: Server) -> None:
    chance = random.Random(7)
    pieces = ["%00", "%ff", "<", ">", "'", '"', "{", "}", "\\", "..", "//", "?", "&", "=", "%", "预", "%E9%A2%84",
              "a" * 500, "lang=en", "format=ttl", "after=x", "q=", "year=", "body=", "kind=", "/", ";",
              "%0d%0a", "{{7*7}}"]  # fmt: skip
    roots = ["/id/", "/page/", "/data/", "/code/", "/search?q=", "/projects?", "/laws?", "/sparql?query=", "/dumps/",
             "/sparql?", "/queries/", "/quality?"]  # fmt: skip
    queries = [query.text for query in library()]
    accepts = ["*/*", "text/html", "text/turtle", "q=;;,/", "application/json;q=x", ""]
    for number in range(400):
        target = chance.choice(roots) + "".join(chance.choices(pieces, k=chance.randint(0, 5)))
        safe = "".join(c if 0x20 < ord(c) < 0x7F else quote(c) for c in target)
        method = chance.choice(["GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "PUT"])
        body = None
        if number % 4 == 0:
            text = list(chance.choice(queries))
            for _ in range(chance.randint(1, 6)):
                text[chance.randrange(len(text))] = chance.choice(["{", "}", '"', "\\", "\0", "項", "(", ""])
            method, safe, body = "POST", "/sparql", "".join(text).encode()
        kind = chance.choice(["application/sparql-query", "application/x-www-form-urlencoded", "text/x", ""])
        reply = server.request(method, safe, body, Content_Type=kind, Accept=chance.choice(accepts))
        assert reply.status < 500, (method, safe, body, reply.text)
        assert b"Traceback" not in reply.body
    assert "Traceback" not in server.log.read_text()


def test_a_printed_table_is_never_cut() -> None:
    """Long sections are cut with a word about it; a table as it is printed is shown whole."""
    view = View(SimpleNamespace(store=None, base=BASE), "zh")  # type: ignore[arg-type]  # only its words are used
    rows = [[Cell(str(n))] for n in range(view.section_size + 5)]
    (cut,) = view.section(Block("a", Head("甲", "A"), (Head("甲", "A"),), rows))
    (whole,) = view.section(Block("a", Head("甲", "A"), (Head("甲", "A"),), rows, whole=True))
    assert (len(cut.rows), cut.complete, len(whole.rows), whole.complete) == (60, False, 65, True)
    assert cut.note


def test_a_project_shows_what_was_spent_and_reached_beside_its_targets(server: Server) -> None:
    reached = re.sub("<[^>]+>", " ", server.get("/page/project/b-2025/p1", **HTML).text)
    assert re.search(r"≥90%\s.*85%\s.*10\s.*8\.5\s.*系统停机", reached, re.DOTALL)
    spent = re.sub("<[^>]+>", " ", server.get("/page/project/b-2025/p2", **HTML).text)
    assert re.search(r"70,000 元.*35,000 元.*50.*88", spent, re.DOTALL)
    assert "预算执行与自评" not in server.get(PROJECT, **HTML).text
