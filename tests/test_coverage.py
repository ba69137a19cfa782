"""Every number printed inside a table or form is accounted for, each once: an audit beside the readers.

The audit walks the numbers of the pages' grids and of the lines that forms take, and looks for each in what the report
says of that place: figures, codes and labels of rows, heads, fields, indicators, and the lists of what was ignored and
what is unread.
"""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import pytest
from real_reports import REPORTS, SAMPLES, needs_reports, pages_at, report_at

from kg_builder.model import Cell, Page, Place, Project, Report, Table
from kg_builder.record import to_json
from kg_builder.templates.ledger import Ledger
from kg_builder.templates.report import read_projects
from kg_builder.text import squeeze

# 1,098.40 · 4411.49 · 2025: digits with what stands between them
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
HEAD_NUMBER = re.compile(r"20\d\d|[1-9]|[1-3]\d")  # a year, or the number of a table or column

Spot = tuple[int, object]


def numbers(text: str) -> list[str]:
    """The numbers of a text, white space inside them taken as layout."""
    return NUMBER.findall(re.sub(r"(?<=[.,])\s+(?=\d)|(?<=\d)\s+(?=[.,])", "", text))


@dataclass
class Stock:
    """What a report says of one spot; each number can be taken from it once."""

    texts: list[str] = field(default_factory=list)

    def strike(self, pattern: re.Pattern[str]) -> bool:
        for i, text in enumerate(self.texts):
            if pattern.search(text):
                self.texts[i] = pattern.sub("·", text, count=1)
                return True
        return False


def take(printed: str, *stocks: Stock) -> bool:
    """Take it where it stands whole before where it is a part of another number (a code in its parts)."""
    whole = re.compile(rf"(?<![\d.,]){re.escape(printed)}(?![\d,]|\.\d)")
    return any(stock.strike(p) for p in (whole, re.compile(re.escape(printed))) for stock in stocks)


@dataclass
class Audit:
    """Numbers in tables and forms, those that are nowhere, and figures printed fewer times than read."""

    numbers: int = 0
    lost: list[tuple[int, str, str]] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)


def spot(place: Place) -> Spot:
    return place.page, place.line or place.box


def audit(pages: list[Page], report: Report) -> Audit:
    taken = read_projects(pages).ledger
    found = Audit()
    for page in pages:
        for table in page.tables:
            if taken.account_of(table.place) is None and not is_frame(table):
                audit_table(found, table, report, taken)
    audit_forms(found, pages, report, taken)
    found.doubled = doubled(pages, report)
    return found


def is_frame(table: Table) -> bool:
    """A box around prose: no row has two texts."""
    return all(sum(bool(c and squeeze(c.text)) for c in row) <= 1 for row in table.rows)


def audit_table(found: Audit, table: Table, report: Report, taken: Ledger) -> None:
    said = said_of_places(report)
    rows = {spot(row.place): [] for t in report.tables for row in t.rows}
    for t in report.tables:
        for row in t.rows:
            rows[spot(row.place)] += [row.label, row.code or ""]
    heads = Stock([squeeze(o.heading) for t in report.tables for o in t.observations])
    begun = False
    for printed in table.rows:
        cells = [c for c in printed if c is not None and taken.account_of(c.place) is None and numbers(c.text)]
        spots = list(dict.fromkeys(spot(c.place) for c in printed if c is not None))
        begun = begun or any(s in rows for s in spots)
        of_row = Stock([text for s in spots for text in rows.get(s, [])])
        for cell in cells:
            found.numbers += len(numbers(cell.text))
            if take(squeeze(cell.text), said[spot(cell.place)], of_row):
                continue
            for number in numbers(cell.text):
                if take(number, said[spot(cell.place)], of_row):
                    continue
                if not begun and HEAD_NUMBER.fullmatch(number):
                    continue  # a head, a title
                if any(squeeze(cell.text) in text for text in heads.texts):
                    continue  # a head printed again on a later page
                found.lost.append((cell.place.page, cell.text, number))


def said_of_places(report: Report) -> dict[Spot, Stock]:
    """Figures and residues by the place they stand at, and captions."""
    said: dict[Spot, Stock] = defaultdict(Stock)
    for table in report.tables:
        said[spot(table.place)].texts += [table.title, table.label or ""]
        for o in table.observations:
            said[spot(o.amount.place)].texts.append(o.amount.printed)
    for residue in (*report.ignored, *report.unread):
        said[spot(residue.place)].texts.append(squeeze(residue.text))
    return said


def audit_forms(found: Audit, pages: list[Page], report: Report, taken: Ledger) -> None:
    """Each form's lines and cells, from its place to that of the next, against its project and the residues there."""
    residues: dict[Spot, Stock] = defaultdict(Stock)
    for r in (*report.ignored, *report.unread):
        residues[spot(r.place)].texts.append(squeeze(r.text) or "private")
    starts = sorted((order(p.place), i) for i, p in enumerate(report.projects))
    stocks = [project_stock(p) for p in report.projects]
    names = [p.name for p in report.projects]
    for cell in form_cells(pages, taken):
        before = [i for where, i in starts if where <= order(cell.place)]
        current = before[-1] if before else 0
        own = residues[spot(cell.place)]
        twins = [stocks[i] for i, name in enumerate(names) if name == names[current] and i != current]  # printed again
        found.numbers += len(numbers(cell.text))
        if not numbers(cell.text) or take(squeeze(cell.text), own):
            continue
        for number in numbers(cell.text):
            if "private" in own.texts or take(number, own, stocks[current], *twins):
                continue
            found.lost.append((cell.place.page, cell.text, number))


def order(place: Place) -> tuple[int, float]:
    return place.page, place.box.top if place.box else float(place.line or 0)


def form_cells(pages: list[Page], taken: Ledger) -> Iterator[Cell]:
    """The cells of the grids that forms take, and their lines outside of grids."""
    for page in pages:
        in_grids: set[object] = set()
        cells: list[Cell] = []
        boxes = [t.place.box for t in page.tables if taken.account_of(t.place) and t.place.box]
        for table in page.tables:
            for row in table.rows:
                for cell in row:
                    if cell is not None and taken.account_of(cell.place):
                        cells.append(cell)
                        in_grids.add(cell.place.line)
        for line in page.lines:
            if taken.account_of(line.place) is None:
                continue
            box = line.place.box
            inside = any(b.top <= (box.top + box.bottom) / 2 <= b.bottom for b in boxes) if box else False
            if not inside and (box or line.place.line not in in_grids):
                cells.append(line)
        yield from sorted(cells, key=lambda c: order(c.place))


def project_stock(project: Project) -> Stock:
    money = [project.total, project.annual, *(a.amount for a in project.appropriations)]
    texts = [project.name, project.attribute, project.category, project.period]
    for body in (project.department, project.unit):
        texts += [f"{body.code or ''} {body.name}"] if body else []
    texts += [amount.printed for amount in money if amount]
    texts += [cell.text for _, cell in project.fields]
    for indicator in project.indicators:
        texts += [indicator.name, indicator.target.printed if indicator.target else ""]
    return Stock([squeeze(text) for text in texts if text])


def doubled(pages: list[Page], report: Report) -> list[str]:
    """Figures that more observations stand for than their place prints."""
    printed: dict[Spot, Stock] = defaultdict(Stock)
    for page in pages:
        for table in page.tables:
            for cell in (c for row in table.rows for c in row if c is not None):
                printed[spot(cell.place)].texts.append(squeeze(cell.text))
    return [
        f"{t.title}: {o.label} / {o.heading}: {o.amount.printed}"
        for t in report.tables
        for o in t.observations
        if not take(o.amount.printed, printed[spot(o.amount.place)])
    ]


@cache
def audited(path: Path) -> tuple[Report, Audit]:
    return report_at(path), audit(pages_at(path), report_at(path))


@pytest.mark.parametrize("path", [*REPORTS.values(), *SAMPLES], ids=lambda path: path.name)
def test_every_number_of_tables_and_forms_is_accounted_for(path: Path) -> None:
    _, found = audited(path)
    assert found.lost == []
    assert found.doubled == []


# Lines of 政府购买服务预算表 in plain text: 17 columns, digits spaced apart, equal sums that fit several of them.
OPEN_ROWS = {"yangquan-finance-2023.txt": 8}


@pytest.mark.parametrize("path", [*REPORTS.values(), *SAMPLES], ids=lambda path: path.name)
def test_no_number_of_a_table_is_unread(path: Path) -> None:
    report, _ = audited(path)
    left = [(r.place.page, r.text, r.reason) for r in report.unread]
    assert len(left) <= OPEN_ROWS.get(path.name, 0), left


def test_the_audit_sees_a_lost_and_a_doubled_figure() -> None:
    report, found = audited(SAMPLES[0])
    assert found.numbers > 500
    pages = pages_at(SAMPLES[0])
    table = next(t for t in report.tables if t.observations)
    first = table.observations[0]
    for observations, lost, doubled in (
        (table.observations[1:], [first.amount.printed], []),
        ((first, *table.observations), [], [first.amount.printed]),
    ):
        tables = tuple(replace(t, observations=observations) if t is table else t for t in report.tables)
        again = audit(pages, replace(report, tables=tables))
        assert [number for _, _, number in again.lost] == lost
        assert [text.rsplit(": ", 1)[1] for text in again.doubled] == doubled
    project = next(p for p in report.projects if p.annual)
    poorer = replace(project, annual=None, appropriations=())
    projects = tuple(poorer if p is project else p for p in report.projects)
    assert project.annual
    assert project.annual.printed in {n for _, _, n in audit(pages, replace(report, projects=projects)).lost}


def damaged(lines: list[str], chance: random.Random) -> list[str]:
    """The lines with some lost, joined, broken or out of order, as careless extraction leaves them."""
    out = list(lines)
    for _ in range(chance.randint(3, 40)):
        at, how = chance.randrange(len(out) - 2), chance.randrange(5)
        cut = chance.randrange(len(out[at]) + 1)
        if how == 0:
            del out[at]
        elif how == 1:
            out[at] += out.pop(at + 1)
        elif how == 2:
            out[at : at + 1] = [out[at][:cut], out[at][cut:]]
        elif how == 3:
            out[at] = f"{out[at][:cut]} {out[at][cut:]}"
        else:
            out[at], out[at + 1] = out[at + 1], out[at]
    return out


@needs_reports
@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_lost_in_silence_where_the_text_is_damaged(seed: int, tmp_path: Path) -> None:
    texts = [path for path in REPORTS.values() if path.suffix == ".txt"]
    source = texts[seed % len(texts)]
    lines = source.read_text(encoding="utf-8").split("\n")
    path = tmp_path / "damaged.txt"
    path.write_text("\n".join(damaged(lines, random.Random(seed))), encoding="utf-8")
    report, found = audited(path)
    assert found.lost == []
    assert found.doubled == []
    said = json.dumps(to_json(report), ensure_ascii=False)
    assert not any(private in said for private in signed(lines))


def signed(lines: list[str]) -> set[str]:
    """Names and numbers in the signatures of the source; collected here, written nowhere."""
    found: set[str] = set()
    for line in lines:
        if "经办人" in line:
            found |= set(re.findall(r"经办人[：:]\s*([一-鿿]{2,4})(?=\s|$)", line))
            found |= set(re.findall(r"联系电话[：:]\s*(\d{7,12})", line))
    return found - {"联系电话"}
