"""The CSV tables of a release: they say what the graph says, exactly, and nothing where nothing is printed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hand_made import BASE, report

from kg_builder.graph.reports import report_graph
from kg_builder.release.sheets import COLUMNS, COMPARED, head_row, report_rows
from server.pages.columns import TABLES

REPORT = BASE + "id/report/x"
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def graph() -> list[ox.Triple]:
    return report_graph(report(), None, BASE)


@pytest.fixture(scope="module")
def sheets(graph: list[ox.Triple]) -> dict[str, Rows]:
    subject = next(t.subject.value for t in graph if str(t.object).endswith("#Report>"))
    made = report_rows(subject, graph, (), ())
    found: dict[str, Rows] = {name: [] for name in COLUMNS}
    for name, (lines, count) in made.items():
        text = (head_row(name) + lines).decode()
        found[name] = list(csv.DictReader(io.StringIO(text, newline="")))
        assert len(found[name]) == count
    return found


def test_every_figure_is_a_row(sheets: dict[str, Rows], graph: list[ox.Triple]) -> None:
    amounts = sorted(
        Decimal(t.object.value)
        for t in graph
        if t.predicate.value.endswith("#amount") and "/id/obs/" in t.subject.value
    )
    rows = sheets["observations"]
    assert sorted(Decimal(row["amount_yuan"]) for row in rows) == amounts
    assert len({row["observation"] for row in rows}) == len(rows)
    row = next(r for r in rows if r["function_code"] == "2080505" and r["heading"] == "合计")
    assert (row["amount_yuan"], row["printed_amount"], row["page"], row["year"]) == ("40000", "4.00万元", "5", "2024")
    assert row["part_of_row"].endswith("-r3-c1")
    assert row["table_kind"] == "expenditure"


def test_a_project_has_its_money_and_a_blank_stays_blank(sheets: dict[str, Rows]) -> None:
    (project,) = sheets["projects"]
    assert (project["annual_yuan"], project["printed_annual"], project["total_yuan"]) == ("25000", "25000元", "75000")
    assert (project["category"], project["citations"], project["targets"], project["page"]) == ("", "1", "2", "9")
    served, satisfied = sheets["indicators"]
    assert (served["target_text"], served["target_value"], served["comparison"]) == ("≥500吨/日", "500", "ge")
    assert (satisfied["target_text"], satisfied["target_value"]) == ("", "")


def test_a_citation_names_its_document_and_project(sheets: dict[str, Rows]) -> None:
    (citation,) = sheets["project_documents"]
    assert citation["document_number"] == "青财综〔2021〕7号"
    assert citation["project_name"] == "水厂(二期)"
    assert citation["field"] == "legal-basis"
    assert "第三条" in citation["articles"] or citation["articles"]


def test_the_same_graph_gives_the_same_bytes(graph: list[ox.Triple]) -> None:
    made = report_rows(REPORT, graph, (), ())
    assert made == report_rows(REPORT, list(reversed(graph)), (), ())
    for name, (lines, _) in made.items():
        assert head_row(name).decode() == ",".join(COLUMNS[name]) + "\r\n"
        assert b"\n" not in lines.replace(b"\r\n", b"")


def test_every_table_can_be_compared_and_has_words() -> None:
    assert list(COLUMNS) == list(COMPARED) == list(TABLES)
    assert [how.address for how in COMPARED.values()] == [columns[0] for columns in COLUMNS.values()]
    assert all({*how.naming, *how.place} <= {*COLUMNS[name]} for name, how in COMPARED.items())
