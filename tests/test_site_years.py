"""One body over the years: budgets and accounts, the department and its own unit, side by side and never mixed up."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from server_fixture import BASE, Server, serving, write_release

from server.pages import spending

# Reports of one body: name, year, stage, scope, the sum of 208, of 210 (None: not printed).
REPORTS = (
    ("x-2022-budget", 2022, "budget", "department", 800, 50),
    ("x-2022-final", 2022, "final", "department", 760, 55),
    ("x-2023-budget", 2023, "budget", "department", 1000, None),
    ("x-2025-budget", 2025, "budget", "department", 1500, 60),
    ("x-2025-unit", 2025, "budget", "unit", 400, 20),
)
BODY = "/page/org/x"
TOPIC = "https://w3id.org/mingzhang/code/topic/"
NAMES = {"x": "丙局", "y": "丁局", "z": "戊局", "w": "己局", "v": "庚局", "u": "辛局"}


def _report(
    name: str,
    year: int,
    stage: str,
    scope: str,
    sums: Mapping[str, int | Decimal | None],
    body: str = "x",
    kind: str = "expenditure",
    place: str = "t3",
) -> str:
    report, table = f"<{BASE}id/report/{name}>", f"<{BASE}id/table/{name}/{place}>"
    code = "https://w3id.org/mingzhang/code/"
    printed = [(c, s) for c, s in sums.items() if s is not None]
    total = f"<{BASE}id/obs/{name}/{place}-r9-c1>"
    figures = [(f"{place}-r9-c1", "mz:isTotal true", sum(s for _, s in printed))]
    figures += [
        (f"{place}-r{c}-c1", f"mz:functionCode <{code}function/{c}> ; mz:partOfRow {total}", s) for c, s in printed
    ]
    lines = "".join(
        f"""<{BASE}id/obs/{name}/{key}> a mz:Observation ; mz:table {table} ; mz:organization <{BASE}id/org/{body}> ;
        mz:row {row} ; mz:column 1 ; {said} ; mz:fiscalYear "{year}"^^xsd:gYear ; mz:stage <{code}stage/{stage}> ;
        mz:reportedIn {report} ; mz:amount {yuan * 10_000:.1f} ; mz:printedAmount "{yuan}万元" ;
        prov:wasDerivedFrom <{BASE}id/report/{name}#page=1> .\n"""
        for row, (key, said, yuan) in enumerate(figures, 1)
    )
    return f"""GRAPH {report} {{
      {report} a mz:Report ; rdfs:label "丙局{name}"@zh ; mz:reportingBody <{BASE}id/org/{body}> ;
        mz:fiscalYear "{year}"^^xsd:gYear ; mz:stage <{code}stage/{stage}> ; mz:scope <{code}scope/{scope}> .
      <{BASE}id/report/{name}#page=1> a mz:Page ; mz:pageNumber 1 ; dcterms:isPartOf {report} .
      {table} a mz:Table ; mz:reportedIn {report} ; mz:tableKind <{code}table/{kind}> .
      {lines} }}
    GRAPH <{BASE}graph/shared> {{ <{BASE}id/org/{body}> a mz:Body, mz:Department ; rdfs:label "{NAMES[body]}"@zh }}
    """


TRIG = """@prefix mz: <https://w3id.org/mingzhang/ontology#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
TRIG += "".join(_report(n, y, stage, scope, {"208": a, "210": b}) for n, y, stage, scope, a, b in REPORTS)
# Another with as many codes and years as a large department has in ten years.
CODES = {f"20{section}{item:02}": 1_000 + item for section in range(501, 511) for item in range(1, 9)}
TRIG += "".join(_report(f"y-{year}", year, "budget", "department", CODES, "y") for year in range(2016, 2026))
# One whose lines, each rounded, make 30.01 万元 where 30 is printed for their class.
ROUNDED = {"211": "30", "21105": "30", "2110501": "10.01", "2110502": "20"}
TRIG += _report("z-2021", 2021, "budget", "department", {code: Decimal(sum_) for code, sum_ in ROUNDED.items()}, "z")
# One that prints spending by function in other tables alone, and one that prints a code twice there.
TRIG += _report("v-2025", 2025, "budget", "department", {"208": 70, "2080505": 70}, "v", "general-public-expenditure")
TRIG += _report("v-2025", 2025, "budget", "department", {"208": 90}, "v", "budget-summary", "t1")
for n in (3, 4):
    TRIG += _report("u-2025", 2025, "budget", "department", {"208": n}, "u", "fiscal-expenditure", f"t{n}")
# And one whose tables have a single row, without a name; that of travel, vehicles and receptions sums up meetings too.
THREE_PUBLIC = "".join(
    f"""<{BASE}id/obs/w-2026/t9-r1-c{column}> a mz:Observation ; mz:table <{BASE}id/table/w-2026/t9> ; mz:row 1 ;
    mz:column {column} ; mz:organization <{BASE}id/org/w> ; mz:fiscalYear "2026"^^xsd:gYear ; {said}
    mz:reportedIn <{BASE}id/report/w-2026> ; mz:stage <https://w3id.org/mingzhang/code/stage/budget> ;
    mz:amount {yuan}.0 .\n"""
    for column, yuan, said in (
        (1, 90_000, ""),
        (2, 60_000, f"mz:topic <{TOPIC}three-public> ; mz:partOfColumn <{BASE}id/obs/w-2026/t9-r1-c1> ;"),
        (3, 60_000, f"mz:topic <{TOPIC}reception> ; mz:partOfColumn <{BASE}id/obs/w-2026/t9-r1-c2> ;"),
        (4, 40_000, f"mz:topic <{TOPIC}three-public> ; mz:partOfColumn <{BASE}id/obs/w-2026/t9-r1-c2> ;"),
        (5, 30_000, f"mz:topic <{TOPIC}meetings> ; mz:partOfColumn <{BASE}id/obs/w-2026/t9-r1-c1> ;"),
    )
)
TRIG += f"""GRAPH <{BASE}id/report/w-2026> {{
  <{BASE}id/report/w-2026> a mz:Report ; mz:reportingBody <{BASE}id/org/w> ; mz:fiscalYear "2026"^^xsd:gYear ;
    rdfs:label "2026年度部门预算"@zh ; mz:stage <https://w3id.org/mingzhang/code/stage/budget> ;
    mz:scope <https://w3id.org/mingzhang/code/scope/department> .
  <{BASE}id/table/w-2026/t3> a mz:Table ; mz:reportedIn <{BASE}id/report/w-2026> ;
    mz:tableKind <https://w3id.org/mingzhang/code/table/expenditure> .
  <{BASE}id/obs/w-2026/t3-r1-c1> a mz:Observation ; mz:table <{BASE}id/table/w-2026/t3> ; mz:row 1 ; mz:column 1 ;
    mz:organization <{BASE}id/org/w> ; mz:fiscalYear "2026"^^xsd:gYear ; mz:reportedIn <{BASE}id/report/w-2026> ;
    mz:stage <https://w3id.org/mingzhang/code/stage/budget> ; mz:amount 7650000.0 .
  <{BASE}id/table/w-2026/t9> a mz:Table ; mz:reportedIn <{BASE}id/report/w-2026> ;
    mz:tableKind <https://w3id.org/mingzhang/code/table/three-public> .
  {THREE_PUBLIC} }}
GRAPH <{BASE}graph/shared> {{ <{BASE}id/org/w> a mz:Body, mz:Department ; rdfs:label "己局"@zh }}
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory: Path = tmp_path_factory.mktemp("years")
    write_release(directory, "1", TRIG)
    with serving(directory, rate=0) as running:
        yield running


def _text(site: Server, path: str) -> str:
    return site.get(path, Accept="text/html").text


def _row(page: str, name: str) -> list[str]:
    """The cells of the first row with that name in its head, without markup."""
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if name in row.partition("</th>")[0])
    cells = re.findall(r"<td.*?</td>", row, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells]


def _pictures(page: str) -> dict[str, Any]:
    found = re.findall(r'data-kind="(\w+)"><script type="application/json">(.*?)</script>', page)
    return {kind: json.loads(data) for kind, data in found}


def test_columns_are_years_stages_and_scopes(site: Server) -> None:
    table = site.get(BODY + "?csv=spending").text
    head, *rows = csv.reader(io.StringIO(table))
    assert [name.replace("（元）", "") for name in head[1:-1]] == [
        "2022 预算 部门", "2022 决算 部门", "2023 预算 部门", "2025 预算 部门", "2025 预算 单位",
    ]  # fmt: skip
    values = {row[0].partition(" ")[0]: row[1:-1] for row in rows}
    assert values["208"] == ["8000000", "7600000", "10000000", "15000000", "4000000"]  # the unit's is no part of a sum
    assert values["210"] == ["500000", "550000", "", "600000", "200000"]


def test_changes_are_against_the_year_before_of_the_same_stage(site: Server) -> None:
    budget, account, next_budget, *_ = _row(_text(site, BODY), "208 ")
    assert "%" not in budget
    assert account == "760 7,600,000 元 较预算 -5.0%"
    assert next_budget.endswith("+25.0%")


def test_what_changed_most_is_what_two_years_following_one_another_print(site: Server) -> None:
    """210 stands in the budget of 2022 alone; nothing was printed for 2024, against which 2025 would be set."""
    head, *rows = csv.reader(io.StringIO(site.get(BODY + "?csv=changes").text))
    assert [name.partition("（")[0] for name in head[1:4]] == ["2022 预算", "2023 预算", "相差"]
    assert [[row[0].partition(" ")[0], *row[1:4]] for row in rows] == [["208", "8000000", "10000000", "2000000"]]


def test_a_year_that_is_not_printed_is_compared_with_nothing(site: Server) -> None:
    """The budget of 2025 was once set against the last year that had one."""
    page = _text(site, BODY)
    assert _row(page, "210 ")[2:] == ["—", "60 600,000 元", "20 200,000 元"]
    assert _row(page, "208 ")[3] == "1,500 15,000,000 元"


def test_lines_have_a_place_for_each_year_and_a_gap_where_none_is_printed(site: Server) -> None:
    lines = _pictures(_text(site, BODY))["lines"]
    assert lines["labels"] == ["2022", "2023", "2024", "2025"]
    assert [series["values"] for series in lines["series"]] == [[850, 1000, None, 1560]]
    assert "预算" in lines["series"][0]["name"]


def test_the_picture_of_spending_is_of_the_newest_department_report(site: Server) -> None:
    classes = _pictures(_text(site, BODY))["treemap"]["children"]
    assert [sum(leaf["value"] for leaf in one["children"]) for one in classes] == [1500, 60]


def test_a_page_of_many_codes_and_years_stays_light(site: Server) -> None:
    """The newest years stand on the page, all of them in its CSV."""
    page = _text(site, "/page/org/y?lang=en")
    assert len(page.encode()) < 100_000
    assert len(_row(page, "2050101")) == 2
    assert "earlier years" in page
    head, *rows = csv.reader(io.StringIO(site.get("/page/org/y?csv=spending").text))
    assert len(head) == 1 + 10 + 1
    assert len(rows) == len(CODES)


def test_a_page_that_holds_a_whole_report_stays_light(site: Server) -> None:
    """A text file is one page: all that is read from it once stood there at once."""
    page = _text(site, "/page/report/y-2025?page=1")
    figures = page[page.index('<section id="figures">') :].partition("</section>")[0]
    assert figures.count("<tr>") == 1 + 30
    rows = list(csv.reader(io.StringIO(site.get("/page/report/y-2025?page=1&csv=figures").text)))
    assert len(rows) == 1 + len(CODES) + 1


def test_a_code_has_the_years_of_each_body_side_by_side(site: Server) -> None:
    page = _text(site, "/code/function/208")
    assert _row(page, "部门")[2:] == ["1,000 10,000,000 元 +25.0%", "1,500 15,000,000 元"]
    assert _row(page, "单位") == ["—", "—", "—", "400 4,000,000 元"]


def test_two_years_are_compared(site: Server) -> None:
    page = _text(site, "/compare?a=id/report/x-2023-budget&b=id/report/x-2025-budget")
    assert _row(page, "208 ") == ["1,000 10,000,000 元", "1,500 15,000,000 元", "500 5,000,000 元", "+50.0%"]
    assert _row(page, "210 ") == ["—", "60 600,000 元", "—", ""]


def test_home_counts_the_money_of_a_body_once(site: Server) -> None:
    assert "3 个机构，最新预算支出合计约 8.20 亿元" in _text(site, "/")  # 15.6 million yuan of x, 803.6 of y, 0.3 of z


def test_a_class_is_what_is_printed_for_it_not_the_sum_of_rounded_lines(site: Server) -> None:
    """The picture and the comparison once showed 30.01 where the table prints 30."""
    group = _pictures(_text(site, "/page/org/z"))["treemap"]["children"][0]
    assert group["value"] == 30
    assert [leaf["value"] for leaf in group["children"]] == [10.01, 20]
    same = "/compare?a=id/report/z-2021&b=id/report/z-2021"
    assert _row(_text(site, same), "211 ")[:2] == ["30 300,000 元", "30 300,000 元"]
    assert _row(_text(site, same + "&by=function"), "2110501")[0] == "10.01 100,100 元"


def test_the_only_row_of_a_table_is_its_total(site: Server) -> None:
    """A table of all expenditure of one nameless row once gave its body no total."""
    page = _text(site, "/page/org/w")
    assert _row(page, "支出合计") == ["765 7,650,000 元"]
    assert "收入合计" not in page


def test_three_public_beside_meetings(site: Server) -> None:
    """Its sum was once missing where the table sums up meetings and training with it."""
    assert _row(_text(site, "/page/org/w"), "“三公”经费") == ["6 60,000 元"]


def test_a_comparison_as_csv_has_its_changes(site: Server) -> None:
    """The column of changes once held apostrophes alone."""
    reply = site.get("/compare?a=id/report/x-2023-budget&b=id/report/x-2025-budget&format=csv")
    rows = {row[0].partition(" ")[0]: row[1:-1] for row in csv.reader(io.StringIO(reply.text))}
    assert rows["208"] == ["10000000", "15000000", "5000000", "+50.0%"]
    assert rows["210"] == ["", "600000", "", ""]


def test_a_csv_tells_two_reports_of_a_body_apart(site: Server) -> None:
    rows = list(csv.reader(io.StringIO(site.get("/code/function/208?csv=spending").text)))
    names = [row[0] for row in rows if row[0].startswith("丙局")]
    assert names == ["丙局 部门", "丙局 单位"]


def test_a_table_of_sums_says_its_unit(site: Server) -> None:
    page = _text(site, BODY)
    years = page[page.index('id="years"') : page.index('id="spending"')]
    assert "单位：万元" in years
    assert "单位：万元" not in page[page.index('id="reports"') :]


def test_both_languages_of_a_head_are_their_own(site: Server) -> None:
    """English heads on Chinese pages once named the stage in Chinese."""
    head = spending.period("2025", "budget")
    assert (head.zh, head.en) == ("2025 预算", "2025 Approved budget")
    assert _row(_text(site, BODY), "208 ")
    assert "2025 Approved budget" in _text(site, BODY + "?lang=en")


def test_a_report_whose_title_names_no_body_stands_with_its_body(site: Server) -> None:
    page = _text(site, "/")
    assert re.search(r"2026年度部门预算</a><small[^>]*>己局<", page)


def test_the_query_library_counts_each_figure_once(site: Server) -> None:
    """Five reports are of the body: sums were once five times what is printed, budgets and accounts mixed."""
    form = {"query": site.get("/queries/spending-by-function.rq").text, "format": "csv"}
    rows = csv.DictReader(io.StringIO(site.get("/sparql?" + urlencode(form)).text))
    of_x = [row for row in rows if (row["department"], row["code"]) == ("丙局", "208")]
    found = {(row["year"], row["stage"], row["scope"]): row["yuan"] for row in of_x}
    assert len(found) == len(of_x)
    assert found["2022", "预算", "部门"] == "8000000"
    assert found["2022", "决算", "部门"] == "7600000"
    assert found["2025", "预算", "单位"] == "4000000"


def test_spending_by_function_comes_from_whichever_table_prints_it(site: Server) -> None:
    """Bodies without functions in their table of all expenditure were once missing from the pages of codes."""
    page = _text(site, "/code/function/208")
    assert _row(page, "庚局")[-1] == "90 900,000 元"  # the summary has all of it, the other table a part
    assert 'href="/id/obs/v-2025/t1-r208-c1"' in page
    finer = next(csv.DictReader(io.StringIO(site.get("/code/function/2080505?csv=spending").text)))
    assert finer["机构"] == "庚局 部门 · 一般公共预算支出表"
    assert "一般公共预算支出表" in _text(site, "/page/org/v")
    assert "辛局" not in page  # two tables print the code, and nobody knows which is its spending


def test_what_other_tables_print_is_never_added_to_all_expenditure(site: Server) -> None:
    place = _text(site, "/compare?a=id/report/x-2025-budget&b=id/report/v-2025")
    assert _row(place, "208 ") == ["1,500 15,000,000 元", "70 700,000 元", "—", ""]  # of other sums: no difference
    assert "<small>一般公共预算支出表</small>" in place


THREE = "/compare?a=id/report/x-2023-budget&b=id/report/x-2025-budget&c=id/report/y-2025&by="


def test_three_sides_are_compared_with_the_first(site: Server) -> None:
    assert _row(_text(site, THREE + "class"), "208 ")[:2] == ["1,000 10,000,000 元", "1,500 15,000,000 元 +50.0%"]
    page = _text(site, THREE + "class")
    assert 'name="d"' in page and 'name="e"' not in page


def test_each_sum_of_a_comparison_leads_to_its_figures(site: Server) -> None:
    """Of one line to the figure, of several to the list of them, each with its page."""
    page = _text(site, THREE + "class")
    assert 'href="/id/obs/x-2023-budget/t3-r208-c1"' in page
    (link,) = set(re.findall(r'href="(/compare/figures[^"]*)"', page))
    rows = list(csv.reader(io.StringIO(site.get(link.replace("&amp;", "&") + "&csv=figures").text)))
    assert len(rows) == 1 + len(CODES)
    assert sum(int(Decimal(row[1])) for row in rows[1:]) == sum(CODES.values()) * 10_000
    assert "#page=1" in _text(site, link.replace("&amp;", "&")) or "page=1" in _text(site, link.replace("&amp;", "&"))


def test_a_picture_stands_alone_with_where_it_is_from(site: Server) -> None:
    path = f"{THREE}class&svg=compared"
    drawn = site.get(path)
    assert drawn.media == "image/svg+xml" and drawn.body == site.get(path).body
    root = ElementTree.fromstring(drawn.text)
    texts = ["".join(one.itertext()) for one in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts[-1].startswith(f"来源：{BASE}compare?a=")
    assert "1,500" in texts and "frame-ancestors 'none'" in drawn.headers["content-security-policy"]


def test_a_picture_may_stand_in_a_frame_elsewhere_and_pages_may_not(site: Server) -> None:
    embedded = site.get("/code/function/208?embed=spending&lang=en")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert f'href="{BASE}code/function/208?lang=en#spending"' in embedded.text
    assert "<script" not in embedded.text and "<svg" in embedded.text
    page = site.get("/code/function/208", Accept="text/html")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "/code/function/208?embed=spending" in page.text
    assert site.get("/code/function/208?embed=nothing").status == 404
