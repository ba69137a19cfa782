"""Where and when files were published and whose reports they are, as a table beside them states it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from drawn import lines_page

from kg_builder import cli
from kg_builder.build.publication import read_publications
from kg_builder.check import check_graph
from kg_builder.errors import ReadingError
from kg_builder.graph.reports import report_graph
from kg_builder.model import Publication, Source
from kg_builder.templates.report import parse_report
from tests.hand_made import report


def _read(folder: Path, *lines: str):
    table = folder / "sources.tsv"
    table.write_text("\n".join(lines), encoding="utf-8")
    return read_publications(table)


def test_a_file_is_known_by_its_name_or_the_end_of_its_path(tmp_path: Path) -> None:
    table = ("file\turl\tpublished", "a.pdf\thttps://example.org/a\t2025-02-14", "2024/a.pdf\t\t2024-02-14", "")
    read = _read(tmp_path, *table)
    assert read.of(Path("/x/2025/a.pdf")) == Publication("https://example.org/a", "2025-02-14")
    assert read.of(Path("/x/2024/a.pdf")) == Publication(None, "2024-02-14")
    assert read.of(Path("/x/b.pdf")) is None


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (("url", "https://example.org/"), "url"),
        (("file\tlink", "a.pdf\tx"), "file, link"),
        (("file\tyear", "a.pdf\t25"), "25"),
        (("file\tstage", "a.pdf\t调整预算"), "调整预算"),
        (("file\tscope", "a.pdf\t全部"), "全部"),
        (("file\tregion", "a.pdf\t999999"), "999999"),
        (("file\turl", "a.pdf\tjavascript:alert(1)"), "javascript:alert(1)"),
        (("file\tpublished", "a.pdf\t2025-02-30"), "2025-02-30"),
        (("file", "a.pdf", "./a.pdf"), "./a.pdf"),
        (("file", "a.pdf\tb"), "a.pdf"),
        ((), "nothing"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_in_one_line(
    tmp_path: Path, lines: tuple[str, ...], found: str
) -> None:
    with pytest.raises(ReadingError) as told:
        _read(tmp_path, *lines)
    assert told.value.found == found
    assert "\n" not in str(told.value)


def test_what_is_stated_of_an_identity_is_read_with_its_line(tmp_path: Path) -> None:
    table = ("file\tyear\tbody\tregion\tstage\tscope", "a.pdf\t2025\t某 局\t310107\t决算\tunit", "b.pdf\t\t\t\t\t")
    read = _read(tmp_path, *table)
    by = "sources.tsv, line 2"
    said = Publication(None, None, "某局", "上海市普陀区", 2025, "final", "unit", None, by)
    assert read.of(Path("a.pdf")) == said
    assert read.of(Path("b.pdf")) == Publication()


STATED = Publication(body="某市教育局", region="某省某市", year=2025, stage="final", scope="unit", by="s.tsv, line 2")
TOLD = "校舍维修经费情况说明\n一、项目概述\n修缮校舍。\n二、立项依据\n某办法。\n三、年度预算安排\n100万元"


def test_what_is_stated_is_used_where_print_says_nothing_and_marked() -> None:
    source = Source("a.pdf", "0" * 64, 1)
    with pytest.raises(ReadingError, match="--sources"):
        parse_report([lines_page(TOLD)], source)
    one = parse_report([lines_page(TOLD)], source, STATED).identity
    assert (one.body, one.region, one.year, one.stage, one.scope) == ("某市教育局", "某省某市", 2025, "final", "unit")
    assert (one.title, one.stated_by) == ("某市教育局2025年度单位决算", "s.tsv, line 2")
    assert dict(one.stated) == {
        "body": "某市教育局",
        "region": "某省某市",
        "year": "2025",
        "stage": "final",
        "scope": "unit",
    }


def test_print_holds_against_what_is_stated_and_the_contradiction_is_a_finding() -> None:
    cover = lines_page("某市教育局\n2024年度部门预算")
    report = parse_report([cover, lines_page(TOLD, 2)], Source("a.pdf", "0" * 64, 2), STATED)
    one = report.identity
    assert (one.body, one.year, one.stage, one.scope) == ("某市教育局", 2024, "budget", "department")
    assert dict(one.stated) == {"region": "某省某市", "year": "2025", "stage": "final", "scope": "unit"}
    graph = report_graph(report, None, "http://localhost/")
    told = [f for f in check_graph(graph) if f.check == "stated"]
    assert {f.expected for f in told} == {"2025", "final", "unit"}
    assert {f.severity for f in told} == {"info"}


def test_url_and_date_stand_at_the_source_file() -> None:
    one = report()
    source = replace(one.sources[0], url="https://example.org/a.pdf", published="2025-02-14")
    told = str([*report_graph(replace(one, sources=(source,)), None, "http://localhost/")])
    assert "https://example.org/a.pdf" in told and "2025-02-14" in told


def test_the_first_ten_refusals_of_each_reason_are_printed_and_the_others_counted() -> None:
    told = [
        {"file": f"{n}.pdf", "page": None, "expected": reason, "found": "none"}
        for reason, count in (("a year", 12), ("a body", 10))
        for n in range(count)
    ]
    lines = list(cli._refusal_lines(told))
    assert len(lines) == 21
    assert lines[10] == "refused: 2 more where a year was expected (--json has all)"


def test_the_first_ten_reports_are_printed_and_the_others_counted() -> None:
    entry = {
        "title": "某局预算", "body": "某局", "sources": [{"name": "a.pdf"}], "read": {"tables": 2, "forms": 1},
        "triples": 3, "findings": {},
    }  # fmt: skip
    counts = {"reports": 12, "refused": 0, "triples": 36, "findings": {}}
    manifest = {"reports": [entry] * 12, "refused": [], "counts": counts, "version": "v"}
    lines = list(cli._summary_lines(manifest, True, Path("out")))
    assert len(lines) == 32
    assert lines[30] == "2 more reports (--json has all): 4 tables, 2 forms"
