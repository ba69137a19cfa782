"""A form printed twice with different words: both readings reach the graph, and the numbers that differ are told."""

from __future__ import annotations

from collections import Counter

import pytest
from real_reports import needs_reports, report_of

from kg_builder.graph.reports import field_parts, report_graph
from kg_builder.model import Cell, Place, Project, Report

MZ = "https://w3id.org/mingzhang/ontology#"


def test_a_field_printed_twice_has_two_names() -> None:
    first, second = Place(1, line=3), Place(2, line=9)
    fields = (("legal-basis", Cell("甲", first)), ("plan", Cell("丙", first)), ("legal-basis", Cell("乙", second)))
    parts = field_parts(Project("一", first, (1, 2), fields=fields))
    assert parts == {
        ("legal-basis", first): "legal-basis",
        ("plan", first): "plan",
        ("legal-basis", second): "legal-basis-2",
    }


@pytest.fixture
def report() -> Report:
    return report_of("yangquan-bigdata-2023")


@needs_reports
def test_both_prints_are_kept_with_their_places(report: Report) -> None:
    twice = {
        (project.name, field): [cell for name, cell in project.fields if name == field]
        for project in report.projects
        for field, count in Counter(name for name, _ in project.fields).items()
        if count > 1
    }
    assert {field for _, field in twice} == {"overview", "legal-basis", "necessity"}
    (basis,) = [cells for (_, field), cells in twice.items() if field == "legal-basis"]
    assert ["188号" in cell.text for cell in basis] == [False, True]
    assert len({cell.place for cell in basis}) == 2


@needs_reports
def test_other_signs_are_no_other_reading(report: Report) -> None:
    prints = [sum(name == "safeguards" for name, _ in project.fields) for project in report.projects]
    assert max(prints) == 1  # 〔2020〕26号 and [2020]26号


@needs_reports
def test_the_number_of_the_second_print_is_cited_and_suspected(report: Report) -> None:
    triples = [
        (str(s.value), p.value.removeprefix(MZ), o.value)
        for s, p, o in report_graph(report, None, "http://localhost:8000/")
        if hasattr(s, "value") and hasattr(o, "value")
    ]
    cited = {s for s, p, o in triples if p == "citedNumber" and o == "阳政办发〔2020〕188号"}
    assert [iri.rpartition("/")[2] for iri in cited] == ["legal-basis-2-63"]
    suspected = {o for s, p, o in triples if s in cited and p == "suspected"}
    assert suspected == {"阳政办发〔2020〕88号"}
    pairs = {(s.rpartition("/")[2], o.rpartition("/")[2]) for s, p, o in triples if p == "suspectedSame"}
    assert ("yang-zheng-ban-fa-2020-188", "yang-zheng-ban-fa-2020-88") in pairs
