"""A report before it is published: findings as lines, JSON and one self-contained page with the cells marked."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from check_cases import said, saying
from hand_made import EXPENDITURE, PROJECT, report, yuan
from real_reports import FOLDER, REPORTS, needs_reports

from kg_builder.clerk import Checked, check_files, check_report, checked_to_html, checked_to_json, checked_to_lines
from kg_builder.cli import main
from kg_builder.errors import ReadingError
from kg_builder.model import Owner, Place, Residue

WRONG = check_report(saying(said("basic", "7.00")))
RANKS = ["error", "warning", "info"]


def rules(checked: Checked) -> list[str]:
    return [one.finding.check for one in checked.remarked]


def test_finding_names_both_places() -> None:
    one = WRONG.remarked[0]
    assert one.finding.check == "narrative-figure"
    assert one.pages == ((0, 5), (0, 7))
    assert [spot.name for spot in one.spots] == ["7.00万元", "合计 / 基本支出"]
    assert WRONG.errors == 1


def test_most_serious_first_with_pages_and_counts() -> None:
    lines = list(checked_to_lines(WRONG))
    assert lines[1].startswith("error: page 5, page 7: ")
    ranks = [RANKS.index(one.finding.severity) for one in WRONG.remarked]
    assert ranks == sorted(ranks)
    assert f"1 error, {ranks.count(1)} warning, {ranks.count(2)} info" in lines


def test_amounts_are_told_with_table_row_column_and_separators() -> None:
    lines = list(checked_to_lines(WRONG))
    assert "70,000" in lines[1]
    assert "60,000" in lines[1]
    assert any(line.endswith(f"{EXPENDITURE.title} | 合计 / 基本支出 | 6.00万元") for line in lines)


@pytest.mark.parametrize(("language", "foreign"), [("zh", "[a-z]{4,} [a-z]{2,} [a-z]"), ("en", "[元，。：]{1}|应")])
def test_findings_are_told_in_one_language_alone(language: Literal["zh", "en"], foreign: str) -> None:
    said = [line for line in checked_to_lines(WRONG, language) if "[narrative-figure]" in line]
    assert said
    assert not any(re.search(foreign, line) for line in said)


def test_the_greatest_difference_of_money_comes_first() -> None:
    checked = check_report(saying(said("basic", "7.00"), said("project", "900.00")))
    money = [one.finding.difference for one in checked.remarked if one.finding.check == "narrative-figure"]
    assert len(money) == 2
    assert abs(money[0] or 0) > abs(money[1] or 0)


def test_what_was_not_read_is_told_with_its_pages() -> None:
    lost = Residue("12.00", Place(8), "no column", Owner("table", "支出总表"))
    lines = list(checked_to_lines(check_report(report(unread=(lost, replace(lost, place=Place(9)))))))
    assert lines[-2:] == ["not read: 2 pieces of print", "    page 8, page 9: 2 (支出总表)"]
    assert lines[-3].startswith("checked: ")


def test_findings_that_say_the_same_are_one_with_all_pages() -> None:
    again = replace(WRONG, remarked=WRONG.remarked[:1] * 3)
    lines = [line for line in checked_to_lines(again) if "[narrative-figure]" in line]
    assert len(lines) == 1
    assert lines[0].endswith(" ×3")


def test_json_says_what_the_lines_say() -> None:
    data = json.loads(json.dumps(checked_to_json(WRONG)))
    first = data["findings"][0]
    assert (first["expected"], first["found"], first["difference"]) == ("60000", "70000", "10000")
    assert first["pages"] == [{"source": 0, "page": 5}, {"source": 0, "page": 7}]
    assert sum(data["counts"].values()) == len(data["findings"])


def test_a_report_of_two_files_says_which_file() -> None:
    two = report(sources=(*report().sources, replace(report().sources[0], name="text.pdf")))
    moved = replace(PROJECT, annual=yuan("26000", "元"), place=replace(PROJECT.place, source=1))
    lines = list(checked_to_lines(check_report(replace(two, projects=(moved,), tables=(EXPENDITURE,)))))
    assert any("text.pdf page 9" in line for line in lines)


@needs_reports
@pytest.mark.parametrize("name", ["pdf/putuo-justice-2026-department.pdf", "text/yangquan-finance-2023.txt"])
def test_page_shows_every_finding_in_place_and_needs_nothing_else(name: str) -> None:
    path = FOLDER / name
    checked = check_files([path])
    html = checked_to_html(checked, [path])
    for number in range(1, len(checked.remarked) + 1):
        assert f"<li id=f{number} " in html
        assert f'href="#f{number}"' in html
    targets = set(re.findall(r'href="#(p[\d-]+)"', html))
    assert targets <= set(re.findall(r"<(?:section|div class=lines) id=(p[\d-]+)>", html))
    assert all(target.count("-") == (2 if path.suffix == ".txt" else 1) for target in targets)  # a text file: lines
    assert not re.search(r'(?:src|href)="(?!data:|#)|<script|@import|url\(', html)
    assert html == checked_to_html(check_files([path]), [path])


@needs_reports
def test_marks_stand_inside_their_page() -> None:
    path = REPORTS["putuo-justice-2026-department"]
    html = checked_to_html(check_files([path]), [path])
    boxes = re.findall(r"left:([\d.]+)%;top:([\d.]+)%;width:([\d.]+)%;height:([\d.]+)%", html)
    assert boxes
    for left, top, width, height in (map(float, box) for box in boxes):
        assert 0 <= left <= left + width <= 100.5
        assert 0 <= top <= top + height <= 100.5


@needs_reports
def test_known_misprints_are_found() -> None:
    checked = check_files([REPORTS["putuo-justice-2026-department"]])
    found = {(one.finding.check, one.finding.found) for one in checked.remarked}
    assert ("change-rate", "17.62") in found  # of 43269.3, printed for 3269.3
    assert ("narrative-figure", "2015000") in found
    assert ("own-year", "2026") in found


@needs_reports
def test_command_writes_the_page_and_exits_by_errors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = REPORTS["yangquan-finance-2023"]
    assert main(["check", str(path), "--html", str(tmp_path / "out.html"), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["counts"]["error"] == 1
    assert (tmp_path / "out.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert main(["check", str(path), "--html", str(tmp_path / "no" / "out.html")]) == 1


@needs_reports
def test_two_reports_are_refused() -> None:
    with pytest.raises(ReadingError, match="the files of one report"):
        check_files([REPORTS["yangquan-finance-2023"], REPORTS["yangquan-bigdata-2023"]])
