"""`python -m bench.layouts.governments --n 60 --seed 1`: tables of whole governments in many looks, read back."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.layouts.compare import Outcome, compare
from bench.layouts.forms import Column, Form, Panel, Row
from bench.layouts.government_forms import FAMILIES, PLACES, Year
from bench.layouts.looks import Expected, Fact, Printed
from bench.layouts.runs import run
from data.paint import Block, Line, Press, Rules, Sheet, Spill, Turn
from kg_builder.errors import ReadingError
from kg_builder.model import BudgetTable, Report, Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report
from kg_builder.text import label_key

_YUAN = {"元": 1, "千元": 1000, "万元": 10_000, "亿元": 100_000_000}


@dataclass(frozen=True, slots=True)
class GovernmentLook:
    """The features of one print; the first choice of each is the plain one."""

    unit: str = "万元"
    unit_place: str = "right"  # right, left, owner (after the office's name), title
    landscape: bool = False
    turn: Turn = "no"
    rules: Rules = "boxes"
    spill: Spill = "wrap"
    repeat_head: bool = True
    last_alone: bool = False
    size: float = 9
    number: str = "-{}-"
    blank: str = ""
    blanks: float = 0.15  # the share of figures that are none
    empty_rows: bool = False
    commas: bool = True
    decimals: bool = True
    sign: str = ""  # of shares
    narrow: bool = False  # labels wrap
    formula: bool = True
    label: str = ""  # above the title
    title: str = "{year}年{place}{rest}"
    cut_title: bool = False
    own: bool = False  # the government's own level, not the whole place


CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("万元", "亿元", "元"),
    "unit_place": ("right", "left", "owner", "title"),
    "landscape": (False, True),
    "turn": ("no", "shown", "lying"),
    "rules": ("boxes", "bars", "across", "ends", "none"),
    "spill": ("wrap", "clip"),
    "repeat_head": (True, False),
    "last_alone": (False, True),
    "size": (9, 8, 7),
    "number": ("-{}-", "第{}页", "{}"),
    "blank": ("", "0", "-", "0.00"),
    "blanks": (0.15, 0, 0.5),
    "empty_rows": (False, True),
    "commas": (True, False),
    "decimals": (True, False),
    "sign": ("", "%"),
    "narrow": (False, True),
    "formula": (True, False),
    "label": ("", "附表1", "表一", "附件1"),
    "title": ("{year}年{place}{rest}", "{place}{year}年{rest}", "{year}年{rest}", "{year}年度{rest}"),
    "cut_title": (False, True),
    "own": (False, True),
}


def print_government(family: str, look: GovernmentLook, seed: int, path: Path) -> Printed:
    """Print the tables of a family to a PDF and return what they say."""
    rng = random.Random(seed)
    place = rng.choice(PLACES)
    whole = rng.choice((f"{place.level}本级", f"{place.level}级")) if look.own else f"全{place.level}"
    year = Year(place, rng.randint(2017, 2025), whole, look.formula, look.title, rng)
    return _Printer(family, look, year, path).print()


class _Printer:
    def __init__(self, family: str, look: GovernmentLook, year: Year, path: Path) -> None:
        self.family, self.look, self.year, self.rng = family, look, year, year.rng
        press = Press(turn=look.turn, rules=look.rules, spill=look.spill, number=look.number,
                      repeat_head=look.repeat_head, last_alone=look.last_alone)  # fmt: skip
        self.sheet = Sheet(path, f"{year.place.name}财政", None, press)
        debt = family == "debt-form"  # a document of its own, of the year of its execution
        of = year.year if debt else year.year + 1
        self.found = Printed(year.place.name, of, "budget", "government")

    def print(self) -> Printed:
        place, year = self.year.place.name, self.year.year
        if self.family != "debt-form":
            self.sheet.page(self.look.landscape)
            cover = self.rng.choice((
                (f"{place}{year}年预算执行情况和{year + 1}年预算草案",),
                (f"关于{place}{year}年财政预算执行情况和", f"{year + 1}年财政预算草案的报告"),
                (f"{place}{year + 1}年政府预算公开",),
            ))  # fmt: skip
            self.sheet.prose("\n\n\n")
            for line in cover:
                self.sheet.prose(line, 20, "center")
        for number, make in enumerate(FAMILIES[self.family], 1):
            self._form(make(self.year), number)
        self.sheet.save()
        return self.found

    def _form(self, form: Form, number: int) -> None:
        look, sheet = self.look, self.sheet
        unit = form.unit or look.unit
        words = f"单位：{unit}"
        sheet.page(look.landscape or form.wide)
        if look.label:
            sheet.prose(look.label.replace("1", str(number)).replace("一", "一二三四"[number - 1]), 9)
        title = form.title
        cut = self.rng.randint(6, len(title) - 4) if look.cut_title and len(title) > 14 else len(title)
        for part in filter(None, (title[:cut], title[cut:])):
            last = part == title[cut:] or cut == len(title)
            sheet.prose(part + (f"（{words}）" if look.unit_place == "title" and last else ""), 15, "center")
        if look.unit_place == "owner":
            sheet.prose(f"{self.year.place.name}财政局{' ' * 30}{words}", 9)
        elif look.unit_place != "title":
            sheet.prose(words, 9, look.unit_place)
        grid = _Grid(form, look, unit, self.rng)
        sheet.grid(grid.shares(), grid.head(), list(grid.body()), look.size)
        self.found.tables.append(Expected(form.kind, title, unit, tuple(grid.facts)))


class _Grid:
    """A form as lines of blocks, with the facts that they print."""

    def __init__(self, form: Form, look: GovernmentLook, unit: str, rng: random.Random) -> None:
        self.form, self.look, self.unit, self.rng = form, look, unit, rng
        self.facts: list[Fact] = []
        self.columns = [column for panel in form.panels for column in panel.columns]

    def shares(self) -> list[float]:
        narrow = {"label": 2.6} if self.look.narrow else {}
        return [narrow.get(c.role, c.share) if c.share > 1 else c.share for c in self.columns]

    def head(self) -> list[Line]:
        depth = max(len(c.heads) for c in self.columns)
        rows: list[list[Block | None]] = [[None] * len(self.columns) for _ in range(depth)]
        for level in range(depth):
            for i, column in enumerate(self.columns):
                if level >= len(column.heads) or self._same(i - 1, i, level) or self._above(column, level):
                    continue
                wide = high = 1
                while i + wide < len(self.columns) and self._same(i, i + wide, level):
                    wide += 1
                while level + high < depth and self._goes_on(column, level + high):
                    high += 1
                rows[level][i] = Block(column.heads[level], wide, high, "center")
        return [list(row) for row in rows]

    @staticmethod
    def _above(column: Column, level: int) -> bool:
        return level > 0 and column.heads[level] == column.heads[level - 1]

    def _goes_on(self, column: Column, level: int) -> bool:
        return level >= len(column.heads) or self._above(column, level)

    def _same(self, one: int, other: int, level: int) -> bool:
        if one < 0:
            return False
        a, b = self.columns[one].heads, self.columns[other].heads
        return len(a) > level + 1 and len(b) > level + 1 and a[: level + 1] == b[: level + 1]

    def body(self) -> Iterator[Line]:
        for i in range(max(len(panel.rows) for panel in self.form.panels)):
            line: list[Block | None] = []
            for panel in self.form.panels:
                line += self._row(panel, panel.rows[i] if i < len(panel.rows) else Row("", ()), i + 1)
            yield line

    def _row(self, panel: Panel, row: Row, number: int) -> Iterator[Block]:
        empty = not row.label or (self.look.empty_rows and self.rng.random() < 0.15)
        values = self._values(panel)
        figures = texts = 0
        for column in panel.columns:
            if column.role == "code":
                yield Block(row.code, align="center")
            elif column.role == "line":
                yield Block(str(number), align="center")
            elif column.role == "label":
                yield Block(row.label if not texts else row.texts[0])
                texts += 1
            elif empty:
                yield Block("")
            elif column.role == "measure":
                share = self.rng.choice((10, 100, 200)) + self.rng.randint(-99, 99) / 10
                yield Block(f"{share:.1f}{self.look.sign}" if self.rng.random() > 0.2 else "", align="right")
            else:
                other = row.texts in {("left",), ("right",)} and row.texts != (("left", "right")[figures],)
                yield Block("" if other else self._figure(panel, column, row, values[_names(column)]), align="right")
                figures += 1

    def _values(self, panel: Panel) -> dict[tuple[str, ...], Decimal | None]:
        """The figures of one row by their heads; 合计 and 小计 are sums of the columns beside them under one head."""
        columns = [_names(column) for column in panel.columns if column.role == "figure"]
        found = {column: self._value() for column in columns}
        for group in sorted({column[:-1] for column in columns}, key=len, reverse=True):
            inside = [column for column in columns if column[:-1] == group]
            total = next((column for column in inside if column[-1].endswith(("合计", "小计"))), None)
            if total is not None and len(columns) > 1:
                parts = [column for column in inside if column != total]
                parts += [column for column in columns if not group and column[1:] == ("小计",)]
                values = [value for column in parts if (value := found[column]) is not None]
                found[total] = sum(values, Decimal(0)) if values else None
        return found

    def _value(self) -> Decimal | None:
        if self.rng.random() < self.look.blanks:
            return None
        value = Decimal(self.rng.randint(1, 10 ** self.rng.randint(2, 7)))
        return value + (Decimal(self.rng.randint(0, 99)) / 100 if self.look.decimals else 0)

    def _figure(self, panel: Panel, column: Column, row: Row, value: Decimal | None) -> str:
        look = self.look
        text = look.blank
        if value is not None:
            text = f"{value:,.2f}" if look.decimals else f"{value:,}"
            text = text if look.commas else text.replace(",", "")
        if any(ch.isdigit() for ch in text):
            dims = {**panel.dims, **row.dims, **column.dims}
            coded = any(c.role == "code" for c in panel.columns)
            head = _names(column)[-1]
            yuan = Decimal(text.replace(",", "")) * _YUAN[self.unit]
            fact = Fact(row.label, row.code if coded else "", head, tuple(sorted(dims.items())), yuan, text)
            self.facts.append(fact)
        return text


_FORMULA = re.compile(r"[A-F](?:=[A-F]\+[A-F])?")  # A=B+C


def _names(column: Column) -> tuple[str, ...]:
    """A column's heads without a formula."""
    return tuple(head for head in column.heads if not _FORMULA.fullmatch(head))


def read_back(family: str, look: GovernmentLook, seed: int, path: Path) -> Outcome:
    """Print one family's tables to `path`, read them and compare."""
    printed = print_government(family, look, seed, path)
    try:
        pages = read_pages(path)
        report = parse_report(pages, Source(path.name, "0" * 64, len(pages)))
    except ReadingError as error:
        figures = sum(len(table.facts) for table in printed.tables)
        return Outcome(missing=figures, faults=[f"refused: {error}"])
    years = [_with_year(table, report) for table in report.tables]
    expected = [replace(table, facts=tuple(_of_year(fact, printed.year) for fact in table.facts))
                for table in printed.tables]  # fmt: skip
    return compare(replace(printed, tables=expected), replace(report, tables=tuple(years)))


def _with_year(table: BudgetTable, report: Report) -> BudgetTable:
    """The table with the report's year on each figure that has none of its own, and no unit of a row in its label."""
    year = {"fiscalYear": str(report.identity.year)}
    observations = [
        replace(o, label=o.label.rsplit(" / ", 1)[-1], dimensions=tuple(sorted({**year, **dict(o.dimensions)}.items())))
        for o in table.observations
    ]
    return replace(table, observations=tuple(observations))


def _of_year(fact: Fact, year: int) -> Fact:
    return replace(fact, label=label_key(fact.label), dims=tuple({"fiscalYear": str(year), **dict(fact.dims)}.items()))


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts.governments", sorted(FAMILIES), GovernmentLook(), CHOICES, read_back))
