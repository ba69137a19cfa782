"""Whose each piece of print is: taken, ignored for a reason or left, once, by a table, form, list or narrative."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from drawn import PHONE, drawn_page, lines_page, tables_of
from real_reports import REPORTS, SAMPLES, needs_reports, pages_at, report_at

from kg_builder.clerk import check_report
from kg_builder.graph.reports import report_graph
from kg_builder.inspection import report_to_json
from kg_builder.legal.resolve import resolve
from kg_builder.model import Cell, Owner, Page, Place, Report, Residue, Source
from kg_builder.templates.found import Found
from kg_builder.templates.ledger import PERSONAL, Account, Ledger
from kg_builder.templates.report import READERS, merge_sources, parse_report
from kg_builder.text import has_digit

COVER = lines_page("青川市水务局2024年部门预算公开\n部门名称：青川市水务局")
EXPENDITURE = (
    "2024年支出预算总表\n单位：元\n科目编码|科目名称|合计|基本支出|项目支出\n208|社会保障和就业支出|700|300|400\n"
    "221|住房保障支出|300|300|0\n|合计|{}|600|400"
)
FAILED = "2024年专项资金表\n单位：元\n甲|乙\n7.00 8.00|9.00"


def report_of(*pages: str) -> Report:
    made = [COVER, *(drawn_page(text, number) for number, text in enumerate(pages, 2))]
    return parse_report(made, Source("a.pdf", "0" * 64, len(made)))


def in_part(report: Report) -> set[str]:
    """The last piece of the IRI of everything that is read in part."""
    triples = report_graph(report, resolve([]), "http://x/")
    return {t.subject.value.rpartition("/")[2] for t in triples if t.predicate.value.endswith("#readInPart")}


def test_a_table_is_not_read_in_part_because_the_one_after_it_failed() -> None:
    report = report_of(EXPENDITURE.format("1000"), FAILED)
    assert [residue.owner for residue in report.unread] == [Owner("table", "2024年专项资金表", None)] * 2
    assert not [name for name in in_part(report) if name.startswith("t")]


def test_a_changed_total_is_found_though_the_table_after_it_failed() -> None:
    checks = {
        total: {r.finding.check for r in check_report(report_of(EXPENDITURE.format(total), FAILED)).remarked}
        for total in ("1000", "9999")
    }
    assert checks["9999"] - checks["1000"] == {"rows", "columns"}


def test_a_fault_of_a_line_of_a_text_file_is_of_the_table_around_it_alone(tmp_path: Path) -> None:
    """A text file is one page: no table of a whole report was checked because a form far below lacked a label."""
    table = "科目编码\t科目名称\t合计\t基本支出\n208\t社会保障和就业支出\t7.00\t7.00\n\t合计\t7.00\t7.00\n"
    path = tmp_path / "a.txt"
    path.write_text(
        "青川市水务局2024年部门预算\n部门名称：青川市水务局\n"
        f"2024年部门支出预算总表\n单位：万元\n{table}2024年一般公共预算支出表\n单位：万元\n{table}",
        encoding="utf-8",
    )
    report = report_at(path)
    assert len(report.tables) == 2
    first, second = ({o.amount.place.line for o in one.observations} for one in report.tables)
    faults = {line: Residue("", Place(1, line=line), "a line is gone") for line in (min(first), max(second) + 9)}
    cut = {line: in_part(replace(report, faults=(fault,))) for line, fault in faults.items()}
    assert [len(names) for names in cut.values()] == [2, 1]  # the report; and the first table alone


def test_the_end_of_a_table_that_is_set_otherwise_is_that_tables() -> None:
    report = report_of(EXPENDITURE.format("1000").rpartition("\n")[0], "7.00 8.00|9.00\n1.00 2.00|3.00")
    assert {residue.owner for residue in report.unread} == {Owner("table", "2024年支出预算总表", 1)}
    assert len(in_part(report)) == 2  # the report and the table


@pytest.mark.parametrize(
    ("between", "number", "title"),
    [
        ("", 1, "2024年支出预算总表"),
        ("2024年收入预算总表\n", None, "2024年收入预算总表"),
        ("注：本表含上年结转\n", None, ""),
        ("以上各表按2024年的口径编制。\n", None, ""),
    ],
)
def test_rows_of_figures_outside_grids_are_the_tables_above_or_of_one_not_found(
    between: str, number: int | None, title: str
) -> None:
    report = report_of(EXPENDITURE.format("1000") + f"\n{between}209 卫生健康支出 5.00 5.00")
    assert [r.owner for r in report.unread] == [Owner("table", title, number)]


def test_a_table_without_figures_that_were_read_is_not_called_empty() -> None:
    figures = "\n".join(f"{code}|某项|1.00 2.00|3.00 4.00" for code in (208, 210, 221))
    report = report_of(f"2024年支出预算总表\n单位：元\n科目编码|科目名称|合计|基本支出\n{figures}")
    assert not report.tables[0].observations
    assert {residue.owner for residue in report.unread} == {Owner("table", "2024年支出预算总表", 1)}
    assert not [r for r in check_report(report).remarked if "empty" in r.finding.check]


def test_owners_are_counted_on_where_two_files_are_one_report() -> None:
    tables = report_of(EXPENDITURE.format("1000"), EXPENDITURE.format("1 2").replace("支出", "收入"))
    part = "一、项目概述\n建设。\n二、立项依据\n某文。"
    sections = f"项目经费情况说明\n{part}\n{part}"
    told = lines_page(f"青川市水务局2024年部门预算公开\n部门名称：青川市水务局\n{sections}")
    text = parse_report([told, lines_page("2024年支出预算为10.00万元。", 2)], Source("b.pdf", "1" * 64, 2))
    (one,) = merge_sources([text, tables])
    assert [(r.place.source, r.owner and r.owner.kind, r.owner and r.owner.number) for r in one.unread] == [
        (0, "table", 2),
        (1, "narrative", None),
    ]


def test_programs_are_told_whose_what_was_not_read_is() -> None:
    told = report_to_json(report_of(EXPENDITURE.format("1 2")))["unread"]
    assert [residue["owner"] for residue in told] == [{"kind": "table", "title": "2024年支出预算总表", "number": 1}]


def test_a_telephone_number_is_in_no_residue() -> None:
    account = Account("table")
    for settle in (account.leave, account.ignore):
        settle(Cell(f"热线{PHONE}", Place(1)), "a reason")
    assert {(r.text, r.reason) for r in account.residues} == {("", PERSONAL)}


def test_what_one_account_has_told_another_does_not_tell_again() -> None:
    ledger, place = Ledger([]), Place(1, line=1)
    for texts in (["0", "0", "5"], ["5", "7"]):  # cells of one row of a text share their place
        account = ledger.open("table")
        for text in texts:
            account.leave(Cell(text, place), "a reason")
    assert [residue.text for residue in ledger.unread()] == ["0", "0", "5", "7"]


def read(pages: list[Page]) -> Found:
    found = Found(Ledger(pages), "a.pdf")
    for reader in READERS:
        reader(found)
    return found


@needs_reports
@pytest.mark.parametrize("path", [*SAMPLES, *REPORTS.values()], ids=lambda path: path.stem)
def test_every_number_of_a_grid_is_in_one_account(path: Path) -> None:
    found = read(pages_at(path))
    lost, twice = [], []
    told = Counter((r.place, r.text) for r in (*report_at(path).ignored, *report_at(path).unread))
    for page in found.ledger.pages:
        for table in page.tables:
            cells = [c for row in table.rows for c in row if c is not None and has_digit(c.text)]
            texts = max((sum(bool(c and c.text.strip()) for c in row) for row in table.rows), default=0)
            if texts > 1:  # else a box around prose
                lost += [cell for cell in cells if found.ledger.account_of(cell.place) is None]
            printed = Counter((cell.place, " ".join(cell.text.split())) for cell in cells)
            twice += [key for key, count in printed.items() if told[key] > count]
    assert not lost
    assert not twice


def test_readers_leave_what_those_before_them_took() -> None:
    found = tables_of([drawn_page(EXPENDITURE.format("1000"))], 2024)
    assert all(not page.tables and not page.lines for page in found.ledger.rest())
