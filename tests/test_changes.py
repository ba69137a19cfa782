"""What two releases differ in is told as it is: figures that changed or moved, and things that came and went."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from kg_builder.cli import main
from kg_builder.release.changes import CHANGES, Change, changes, summary, write_changes
from kg_builder.release.sheets import COLUMNS
from kg_builder.release.standing import ReleaseError

BASE = "https://example.org/a/"
Row = Mapping[str, str]


def release(folder: Path, tables: Mapping[str, Sequence[Row]], base: str = BASE, version: str = "v") -> Path:
    """A release as far as changes look at it: the manifest and the CSV tables; addresses are given without the base."""
    (folder / "dumps/csv").mkdir(parents=True)
    reports = sorted({row["report"] for rows in tables.values() for row in rows})
    entries = [{"report": base + report, "title": report, "sources": [{"name": "a.pdf", "sha256": "0" * 64}]}
               for report in reports]  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"version": version, "base": base, "reports": entries}))
    for name, columns in COLUMNS.items():
        with (folder / f"dumps/csv/{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            for row in tables.get(name, ()):
                writer.writerow({c: base + v if v.startswith("id/") else v for c, v in row.items()})
    return folder


def figure(place: str, label: str, amount: str, report: str = "id/report/a", **more: str) -> Row:
    told = {"observation": f"id/obs/{place}", "report": report, "body": "某局", "year": "2025", "table_title": "支出表"}
    return {**told, "row_label": label, "heading": "合计", "amount_yuan": amount, "page": "3", **more}


def told(tmp_path: Path, old: Sequence[Row], new: Sequence[Row], table: str = "observations") -> list[Change]:
    a, b = release(tmp_path / "a", {table: old}), release(tmp_path / "b", {table: new})
    return [change for change in changes(a, b) if change.kind == table]


CASES = {
    "nothing": ([("t1/r1", "甲", "5")], [("t1/r1", "甲", "5")], []),
    "an amount": ([("t1/r1", "甲", "5")], [("t1/r1", "甲", "6")], ["changed id/obs/t1/r1 5 6"]),
    "a blank that was printed": ([("t1/r1", "甲", "")], [("t1/r1", "甲", "0")], ["changed id/obs/t1/r1 - 0"]),
    "one more": ([], [("t1/r1", "甲", "5")], ["came id/obs/t1/r1 - 5"]),
    "one less": ([("t1/r1", "甲", "5")], [], ["went id/obs/t1/r1 5 -"]),
    # A table before it was read for the first time: no figure has another amount than before.
    "a table that comes before": (
        [("t1/r1", "甲", "5"), ("t1/r2", "乙", "7")],
        [("t1/r1", "丙", "9"), ("t2/r1", "甲", "5"), ("t2/r2", "乙", "7")],
        ["came id/obs/t1/r1 - 9", "moved id/obs/t2/r1 - -", "moved id/obs/t2/r2 - -"],
    ),
    "another row in its place": (
        [("t1/r1", "甲", "5")],
        [("t1/r1", "乙", "6")],
        ["came id/obs/t1/r1 - 6", "went id/obs/t1/r1 5 -"],
    ),
    "two alike of which one goes": (
        [("t1/r1", "甲", "5"), ("t1/r2", "甲", "5")],
        [("t1/r2", "甲", "5")],
        ["went id/obs/t1/r1 5 -"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_figures(case: str, tmp_path: Path) -> None:
    old, new, expected = CASES[case]
    found = told(tmp_path, [figure(*one) for one in old], [figure(*one) for one in new])
    said = [f"{c.how} {c.id} {c.before.get('amount_yuan', '-')} {c.after.get('amount_yuan', '-')}" for c in found]
    assert said == expected


def test_what_moved_says_where_it_was_and_no_amount(tmp_path: Path) -> None:
    (change,) = told(tmp_path, [figure("t1/r1", "甲", "5")], [figure("t2/r1", "甲", "5", page="4")])
    assert (change.how, change.was, change.page) == ("moved", "id/obs/t1/r1", "4")
    assert "amount_yuan" not in {**change.before, **change.after}


def test_a_figure_on_another_page_alone_has_moved(tmp_path: Path) -> None:
    (change,) = told(tmp_path, [figure("t1/r1", "甲", "5")], [figure("t1/r1", "甲", "5", page="4")])
    assert (change.how, change.before, change.after) == ("moved", {"page": "3"}, {"page": "4"})


def test_reports_come_and_go_with_what_they_hold(tmp_path: Path) -> None:
    old = [figure("a/r1", "甲", "5", "id/report/a"), figure("c/r1", "甲", "5", "id/report/c")]
    new = [figure("b/r1", "甲", "5", "id/report/b"), figure("c/r1", "甲", "5", "id/report/c")]
    a, b = release(tmp_path / "a", {"observations": old}), release(tmp_path / "b", {"observations": new})
    found = [f"{change.kind} {change.how} {change.id}" for change in changes(a, b)]
    assert found == [
        "reports went id/report/a", "reports came id/report/b", "observations went id/obs/a/r1",
        "observations came id/obs/b/r1",
    ]  # fmt: skip


def test_a_release_under_another_base_holds_the_same(tmp_path: Path) -> None:
    rows = {"observations": [figure("t1/r1", "甲", "5")]}
    a, b = release(tmp_path / "a", rows), release(tmp_path / "b", rows, base="https://example.com/b/")
    assert list(changes(a, b)) == []


def test_documents_are_told_once_however_often_they_are_cited(tmp_path: Path) -> None:
    cited = {"report": "id/report/a", "document": "id/law/x", "document_title": "某办法", "page": "2"}
    rows = [{"citation": f"id/citation/{n}", "quote": f"《某办法》{n}", **cited} for n in range(3)]
    a, b = release(tmp_path / "a", {}), release(tmp_path / "b", {"project_documents": rows})
    assert [change.id for change in changes(a, b) if change.kind == "documents"] == ["id/law/x"]


def test_a_column_that_an_older_release_lacks_changes_nothing(tmp_path: Path) -> None:
    row = {"project": "id/project/p", "report": "id/report/a", "name": "甲", "self_score": "90"}
    a, b = release(tmp_path / "a", {"projects": [row]}), release(tmp_path / "b", {"projects": [row]})
    sheet = a / "dumps/csv/projects.csv"
    with sheet.open(encoding="utf-8", newline="") as file:
        kept = [[cell for cell, head in zip(line, COLUMNS["projects"], strict=True) if head != "self_score"]
                for line in csv.reader(file)]  # fmt: skip
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(kept)
    assert list(changes(a, b)) == []


def test_rows_out_of_order_are_refused_and_stop_no_publication(tmp_path: Path) -> None:
    rows = [figure("b/r1", "甲", "5", "id/report/b"), figure("a/r1", "甲", "5", "id/report/a")]
    a, b = release(tmp_path / "a", {"observations": rows}), release(tmp_path / "b", {})
    with pytest.raises(ReleaseError, match="in the order of reports"):
        list(changes(a, b))
    write_changes(a, b)
    assert "in the order of reports" in json.loads((b / CHANGES).read_text())["unknown"]


def test_the_summary_counts_all_and_shows_the_first(tmp_path: Path) -> None:
    new = [figure(f"t1/r{n}", "甲", str(n)) for n in range(150)]
    a, b = release(tmp_path / "a", {}, version="v1"), release(tmp_path / "b", {"observations": new}, version="v2")
    found = summary(a, b, changes(a, b))
    assert (found["from"], found["to"]) == ("v1", "v2")
    assert found["counts"]["observations"] == {"changed": 0, "went": 0, "came": 150, "moved": 0}
    assert len(found["shown"]["observations"]) == 100


def test_the_command_tells_people_and_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = [figure("t1/r1", "甲", "5")], [figure("t1/r1", "甲", "6")]
    a, b = release(tmp_path / "a", {"observations": old}), release(tmp_path / "b", {"observations": new})
    assert main(["diff", str(a), str(b)]) == 0
    text = capsys.readouterr().out
    assert "observations: 1 changed, 0 went, 0 came, 0 moved" in text
    assert "  changed id/obs/t1/r1: 某局 2025: 支出表 / 甲 / 合计 (page 3): amount_yuan: 5 → 6" in text
    assert main(["diff", "--json", str(a), str(b)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [(c["id"], c["before"], c["after"]) for c in said["changes"]] == [
        ("id/obs/t1/r1", {"amount_yuan": "5"}, {"amount_yuan": "6"})
    ]
    assert said["counts"]["observations"]["changed"] == 1
    assert main(["diff", str(a), str(tmp_path)]) == 1
    assert "expected a release or a folder of releases, found none" in capsys.readouterr().err


def test_a_release_of_the_samples_differs_from_itself_in_nothing(sample_release: Path) -> None:
    current = sample_release / "current"
    assert list(changes(current, current)) == []
