"""Two files of one report that both print tables: one print twice, or two versions of which one may be in force."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg_builder.build import work
from kg_builder.build.stages import write_reading
from kg_builder.build.versions import differing, in_force, versions_of
from kg_builder.model import Report
from tests.hand_made import EXPENDITURE, report


def _version(name: str, more: int = 0, published: str | None = None, rows: int | None = None) -> Report:
    """A report whose first figure is some yuan more, of which the first rows are read."""
    first, *others = EXPENDITURE.observations
    changed = replace(first, amount=replace(first.amount, yuan=first.amount.yuan + more))
    table = replace(EXPENDITURE, observations=(changed, *others)[:rows])
    source = replace(report().sources[0], name=f"{name}.pdf", sha256=name * 64, published=published)
    return report(sources=(source,), tables=(table,))


def _grouped(folder: Path, *reports: Report) -> tuple[list[list[work._Head]], list[dict[str, object]]]:
    heads = []
    for number, one in enumerate(reports):
        path = folder / f"{number}.json"
        write_reading([one], [], path)
        head = json.loads(work.read_kept(path)[0])["reports"][0]
        heads.append(
            work._Head(
                path, 0, head["key"], head["body"], head["region"], tuple(head["about"]), head["narrative"], (), 1,
                head["sha256"],
            )
        )  # fmt: skip
    return work._in_force(work._grouped(heads))


def test_prints_that_differ_in_no_figure_are_one_version() -> None:
    same = [_version("a"), _version("b", rows=1)]
    assert [version.prints for version in versions_of(same)] == [(0, 1)]
    assert differing(_version("a"), _version("b", 1)) == 0  # less than the last digit of 万元
    assert differing(_version("a"), _version("b", 50_000)) == 1


@pytest.mark.parametrize(
    ("dates", "last"),
    [
        (("2024-03-01", "2024-02-01"), 0),
        (("2024-02-01", "2024-03-01"), 1),
        (("2024-02-01", "2024-02-01"), None),
        (("2024-02-01", None), None),
        ((None, None), None),
    ],
)
def test_the_last_published_is_in_force_where_all_dates_are_stated(dates: tuple[str | None, ...], last: int) -> None:
    found = versions_of([_version("ab"[i], 50_000 * i, date) for i, date in enumerate(dates)])
    taken = in_force(found)
    assert (taken and taken.prints) == (None if last is None else (last,))


def test_a_revised_report_supersedes_the_older_which_is_told(tmp_path: Path) -> None:
    groups, refused = _grouped(tmp_path, _version("a", 0, "2024-02-01"), _version("b", 50_000, "2024-03-01"))
    assert [[head.sha256[0] for head in group] for group in groups] == [["b"]]
    told = "superseded by b.pdf, published 2024-03-01; figures that differ: 1"
    assert [(entry["file"], entry["found"], entry["supersededBy"][0], entry["differing"]) for entry in refused] == [
        ("a.pdf", told, "b", 1)
    ]


def test_without_dates_both_versions_are_kept_and_each_is_told_of_the_other(tmp_path: Path) -> None:
    groups, refused = _grouped(tmp_path, _version("b"), _version("a", 50_000))
    assert not refused
    assert [(g[0].sha256[0], g[0].version, [k[-8:] for k in g[0].versions]) for g in groups] == [
        ("a", "", ["bbbbbbbb"]),
        ("b", "bbbbbbbb", ["partment"]),
    ]
