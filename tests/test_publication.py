"""Where and when files were published, as a table beside them states it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg_builder import cli
from kg_builder.build.publication import Publication, read_publications
from kg_builder.errors import ReadingError
from kg_builder.graph.reports import report_graph
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


def test_what_the_table_states_of_an_identity_is_told_as_not_used(tmp_path: Path) -> None:
    assert _read(tmp_path, "file\tyear\tbody", "a.pdf\t2025\t某局").unused == ("body", "year")
    assert _read(tmp_path, "file\tyear\tbody", "a.pdf\t\t").unused == ()


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
