"""How a report looks: every way of printing that differs between offices, drawn by lot; and the facts it prints.

`print_report` writes the PDF and returns what a reader must find in it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A3, A4

from bench.layouts import jiangsu, national, shanghai, shanxi
from bench.layouts.accounts import PLACES, Account, invent
from bench.layouts.forms import Column, Form, Panel, Row
from data.paint import Block, Line, Press, Rules, Sheet, Spill, Turn

# name → (forms, stage, places, units of tables)
FAMILIES = {
    "shanghai-budget": (shanghai.budget, "budget", slice(0, 3)),
    "shanghai-final": (shanghai.final, "final", slice(0, 3)),
    "jiangsu-2017": (jiangsu.old_budget, "budget", slice(3, 6)),
    "jiangsu-budget": (jiangsu.budget, "budget", slice(3, 6)),
    "jiangsu-final": (jiangsu.final, "final", slice(3, 6)),
    "national-budget": (national.budget, "budget", slice(3, 9)),
    "shanxi-budget": (shanxi.budget, "budget", slice(6, 9)),
}


@dataclass(frozen=True, slots=True)
class Look:
    """The features of one print; the first choice of each is the plain one."""

    unit: str = "万元"
    unit_place: str = "right"  # right, body (beside the body), title, grid, named (金额单位)
    paper: str = "A4"
    landscape: str = "wide"  # wide tables alone, all, none
    turn: Turn = "no"
    label: str = "none"
    label_place: str = "above"  # above, beside (in the line of the unit), title (before it)
    title: str = "year"  # year, bare, ordinal, body
    scope: str = "department"
    repeat_head: bool = True
    last_alone: bool = False
    total: str = "as-is"  # as-is, first, last
    touching: bool = False  # tables follow on the same page
    codes: str = "whole"  # whole, columns, spaced, short
    code_width: str = "wide"  # wide, narrow: codes wrap
    blank: str = ""
    commas: bool = True
    decimals: bool = True
    full_width: bool = False
    negative: bool = False
    rules: Rules = "boxes"
    bold: bool = False
    spill: Spill = "wrap"
    echo: bool = False
    spread: bool = False  # 合 计, 项 目
    watermark: str = ""
    running: bool = False
    number: str = "-{}-"
    every: bool = True  # all fixed lines, not those with money alone
    label_width: str = "wide"  # wide, narrow: names wrap
    indent: bool = False
    figure_width: str = "wide"  # wide, narrow: figures wrap


CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("万元", "元"),
    "unit_place": ("right", "body", "title", "grid", "named"),
    "paper": ("A4", "A3"),
    "landscape": ("wide", "all", "none"),
    "turn": ("no", "shown", "lying"),
    "label": ("none", "表一", "公开表一", "公开01表", "部门公开表1", "预算公开表1", "附表1"),
    "label_place": ("above", "beside", "title"),
    "title": ("year", "bare", "ordinal", "body"),
    "scope": ("department", "unit"),
    "repeat_head": (True, False),
    "last_alone": (False, True),
    "total": ("as-is", "first", "last"),
    "touching": (False, True),
    "codes": ("whole", "columns", "spaced", "short"),
    "code_width": ("wide", "narrow"),
    "blank": ("", "0", "0.00", "-", "—"),
    "commas": (True, False),
    "decimals": (True, False),
    "full_width": (False, True),
    "negative": (False, True),
    "rules": ("boxes", "bars", "across", "none"),
    "bold": (False, True),
    "spill": ("wrap", "clip", "over"),
    "echo": (False, True),
    "spread": (False, True),
    "watermark": ("", "仅供内部审核"),
    "running": (False, True),
    "number": ("-{}-", "第{}页", "{}", "— {} —"),
    "every": (True, False),
    "label_width": ("wide", "narrow"),
    "indent": (False, True),
    "figure_width": ("wide", "narrow"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One printed figure: its row, its column's lowest head, what both say, and its value in yuan."""

    label: str
    code: str
    head: str
    dims: tuple[tuple[str, str], ...]
    yuan: Decimal
    printed: str


@dataclass(frozen=True, slots=True)
class Expected:
    """What one printed table holds."""

    kind: str
    title: str
    unit: str
    facts: tuple[Fact, ...]


@dataclass(slots=True)
class Printed:
    """A report as printed: its identity and tables."""

    body: str
    year: int
    stage: str
    scope: str
    tables: list[Expected] = field(default_factory=list)


def print_report(family: str, look: Look, seed: int, path: Path) -> Printed:
    """Print an invented report of a family to a PDF and return what it says."""
    rng = random.Random(seed)
    make, stage, places = FAMILIES[family]
    year = rng.randint(2017, 2018) if family == "jiangsu-2017" else rng.randint(2019, 2026)
    account = invent(rng, year, stage == "final", rng.choice(PLACES[places]))
    return _Printer(account, look, stage, path).print(make(account, look.every))


class _Printer:
    def __init__(self, account: Account, look: Look, stage: str, path: Path) -> None:
        self.account, self.look, self.stage = account, look, stage
        self.scope = "部门" if look.scope == "department" else "单位"
        self.word = "预算" if stage == "budget" else "决算"
        self.headline = f"{account.year}年度{self.scope}{self.word}"
        paper = A3 if look.paper == "A3" else A4
        press = Press(
            paper, look.turn, look.rules, look.spill, f"{account.name}{self.headline}" * look.running, look.number,
            look.repeat_head, look.echo, look.last_alone,
        )  # fmt: skip
        self.sheet = Sheet(path, self.headline, look.watermark or None, press)
        self.found = Printed(account.name, account.year, stage, look.scope)

    def print(self, forms: Sequence[Form]) -> Printed:
        sheet, landscape = self.sheet, self.look.landscape == "all"
        sheet.page(landscape)
        sheet.prose("\n\n\n")
        sheet.prose(self.account.name, 24, "center")
        sheet.prose(self.headline, 20, "center")
        sheet.page(landscape)
        sheet.prose(f"第一部分 {self.scope}概况", 16, "center")
        sheet.prose(f"一、主要职能。{self.account.name}负责有关工作。")
        for number, form in enumerate(forms, 1):
            self._form(number, form)
        sheet.page(landscape)
        sheet.prose(f"第三部分 {self.word}情况说明", 16, "center")
        sheet.save()
        return self.found

    def _form(self, number: int, form: Form) -> None:
        look, sheet = self.look, self.sheet
        unit = form.unit or look.unit
        landscape = look.landscape == "all" or (form.wide and look.landscape == "wide")
        if (
            not (look.touching and landscape == (sheet.width > sheet.height) and sheet.room > 0.4 * sheet.height)
            or number == 1
        ):
            sheet.page(landscape)
        else:
            sheet.prose("\n")
        title, label = self._title(number, form), self._label(number)
        words = f"{'金额单位' if look.unit_place == 'named' else '单位'}：{unit}"
        owner = f"{'编制' if self.stage == 'budget' else ''}{self.scope}：{self.account.name}"
        if label and look.label_place == "above":
            sheet.prose(label, 9)
        if label and look.label_place == "title":
            title = f"{label} {title}"
        sheet.prose(title + (f"（单位：{unit}）" if look.unit_place == "title" else ""), 14, "center")
        if label and look.label_place == "beside":
            sheet.prose(label, 9, "right", 0)
        if look.unit_place == "body":
            sheet.prose(f"{owner}          {words}", 9)
        else:
            sheet.prose(owner, 9, gap=0)
            if look.unit_place in {"right", "named"}:
                sheet.prose(words, 9, "right")
        grid = _Grid(form, look, unit, words if look.unit_place == "grid" else "", self._title(number, form))
        sheet.grid(grid.shares(), grid.head(), list(grid.body()), grid.size())
        if form.note:
            sheet.prose(form.note, 9)
        self.found.tables.append(Expected(form.kind, title, unit, tuple(grid.facts)))

    def _title(self, number: int, form: Form) -> str:
        year = self.account.year
        match self.look.title:
            case "bare":
                return form.title
            case "ordinal":
                return f"{'一二三四五六七八九十'[(number - 1) % 10]}、{year}年度{self.account.name}{form.title}"
            case "body":
                return f"{year}年{self.account.name}{form.title}"
            case _:
                return f"{year}年{self.scope}{form.title}"

    def _label(self, number: int) -> str:
        if self.look.label == "none":
            return ""
        one = "一二三四五六七八九十"[number - 1] if number <= 10 else "十" + "一二三"[number - 11]
        return self.look.label.replace("01", f"{number:02d}").replace("1", str(number)).replace("一", one)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A printed column: its form's column, or one of three parts of a code."""

    column: Column
    heads: tuple[str, ...]
    share: float
    part: int = 0  # 1 类, 2 款, 3 项


class _Grid:
    """A form as lines of blocks, with the facts that they print."""

    def __init__(self, form: Form, look: Look, unit: str, words: str, title: str) -> None:
        self.form, self.look, self.unit, self.words, self.title = form, look, unit, words, title
        self.facts: list[Fact] = []
        self.panels = [list(self._cells(panel)) for panel in form.panels]
        self.cells = [cell for panel in self.panels for cell in panel]

    def _cells(self, panel: Panel) -> Iterator[_Cell]:
        look = self.look
        for column in panel.columns:
            if column.role == "code" and look.codes == "columns":
                three = 2 if "经济" in "".join(column.heads) else 3
                for part in range(1, three + 1):
                    narrow = 0.9
                    yield _Cell(column, (*column.heads, "类款项"[part - 1]), narrow, part)
            else:
                share = column.share
                share = 1.0 if column.role == "code" and look.code_width == "narrow" else share
                share = 1.5 if column.role == "figure" and look.figure_width == "narrow" else share
                share = 2.4 if column.role == "label" and look.label_width == "narrow" else share
                yield _Cell(column, column.heads, share)

    def shares(self) -> list[float]:
        return [cell.share for cell in self.cells]

    def size(self) -> float:
        """Type size that the number of columns leaves room for."""
        return 9.0 if len(self.cells) < 10 else 7.5 if len(self.cells) < 14 else 5.5

    def head(self) -> list[Line]:
        depth = max(len(cell.heads) for cell in self.cells)
        rows: list[list[Block | None]] = [[None] * len(self.cells) for _ in range(depth)]
        starts = {sum(map(len, self.panels[:i])) for i in range(len(self.panels))}
        for level in range(depth):
            for i, cell in enumerate(self.cells):
                if level >= len(cell.heads) or (i not in starts and self._same(i - 1, i, level)):
                    continue
                wide = 1
                while i + wide < len(self.cells) and i + wide not in starts and self._same(i, i + wide, level):
                    wide += 1
                high = depth - level if level + 1 == len(cell.heads) else 1
                rows[level][i] = Block(self._spread(cell.heads[level]), wide, high, "center", self.look.bold)
        lines: list[Line] = [list(row) for row in rows]
        if self.words:
            lines.insert(0, [Block(self.words, len(self.cells), 1, "right"), *[None] * (len(self.cells) - 1)])
        if self.form.numbered != "no":
            lines.append(self._numbers())
        return lines

    def _same(self, one: int, other: int, level: int) -> bool:
        a, b = self.cells[one].heads, self.cells[other].heads
        return len(b) > level and len(a) > level and a[: level + 1] == b[: level + 1]

    def _numbers(self) -> Line:
        """The row that numbers the columns: 栏次 1 2 3, or 1 2 3 alone."""
        blocks: list[Block | None] = []
        number = 0
        words = self.form.numbered == "words"
        whole = any(cell.column.role == "line" for cell in self.cells)
        for cell in self.cells:
            if cell.column.role == "figure" or (cell.column.role == "label" and not words and not whole):
                number += 1
                text = str(number)
            elif cell.part:
                text = "类款项"[cell.part - 1] if not words else ""
            else:
                text = "栏次" if cell.column.role == "label" else ""
            blocks.append(Block(text, align="center"))
        return blocks

    def body(self) -> Iterator[Line]:
        columns = [self._ordered(panel) for panel in self.form.panels]
        front = max(sum(not row.tail for row in rows) for rows in columns)
        back = max(sum(row.tail for row in rows) for rows in columns)
        counters = [0]
        for i in range(front + back):
            line: list[Block | None] = []
            for panel, cells, rows in zip(self.form.panels, self.panels, columns, strict=True):
                plain, tail = [r for r in rows if not r.tail], [r for r in rows if r.tail]
                row = (
                    plain[i] if i < len(plain) and i < front
                    else tail[i - front - back + len(tail)] if i >= front + back - len(tail) else None
                )  # fmt: skip
                counters[0] += 1
                line += self._row(panel, cells, row, counters[0])
            yield line

    def _ordered(self, panel: Panel) -> list[Row]:
        rows = list(panel.rows)
        totals = [r for r in rows if r.total and not r.tail and r.label == "合计"]
        if self.look.total == "as-is" or len(totals) != 1:
            return rows
        rest = [r for r in rows if r is not totals[0]]
        return [*totals, *rest] if self.look.total == "first" else [*rest, *totals]

    def _row(self, panel: Panel, cells: Sequence[_Cell], row: Row | None, number: int) -> list[Block | None]:
        blocks: list[Block | None] = []
        labels = [c for c in cells if c.column.role == "label"]
        coded = [c for c in cells if c.column.role == "code"]
        merged = row is not None and row.total and coded and not row.texts
        figures = iter(row.figures if row else ())
        texts = iter(row.texts if row else ())
        for index, cell in enumerate(cells):
            role = cell.column.role
            if row is None:
                blocks.append(Block(""))
            elif merged and role in {"code", "label"}:
                first = index == 0
                blocks.append(
                    Block(self._spread(row.label), len(coded) + 1, 1, "center", self.look.bold) if first else None
                )
            elif role == "code":
                blocks.append(Block(self._code(row.code, cell.part)))
            elif role == "organization-code":
                blocks.append(Block(row.code))
            elif role == "line":
                blocks.append(Block(str(number), align="center"))
            elif role == "label":
                text = next(texts, "") if row.texts else row.label if cell is labels[0] else ""
                indent = "　" * row.indent if self.look.indent else ""
                bold = row.total and self.look.bold
                center = row.total and not row.texts
                blocks.append(
                    Block(
                        indent + (self._spread(text) if row.total else text), 1, 1, "center" if center else "left", bold
                    )
                )
            else:
                value = next(figures, None)
                text = self._figure(panel, cell, row, value) if role == "figure" else self._money(value or Decimal(0))
                blocks.append(Block(text, align="right"))
        return blocks

    def _code(self, code: str, part: int) -> str:
        pieces = [code[:3], code[3:5], code[5:7]]
        if part:
            return pieces[part - 1]
        match self.look.codes:
            case "spaced":
                return " ".join(filter(None, pieces))
            case "short":
                return " ".join(p for p in (pieces[0], pieces[1].lstrip("0"), pieces[2].lstrip("0")) if p)
            case _:
                return code

    def _figure(self, panel: Panel, cell: _Cell, row: Row, value: Decimal | None) -> str:
        if value is not None and self.look.negative and int(value / 100) % 17 == 0:
            value = -value
        text = self._money(value) if value is not None else self.look.blank
        if any(ch.isdigit() for ch in text):
            dims = {**panel.dims, **row.dims, **cell.column.dims}
            if row.total:
                dims.pop("economicCode", None)
            coded = any(c.role == "code" for c in panel.columns)
            yuan = value if value is not None else Decimal(0)
            self.facts.append(
                Fact(
                    row.label or self.title,
                    row.code if coded else "",
                    cell.heads[-1],
                    tuple(sorted(dims.items())),
                    yuan,
                    text,
                )
            )
        return text

    def _money(self, value: Decimal) -> str:
        figure = value / 10_000 if self.unit == "万元" else value
        places = 2 if self.unit == "万元" or self.look.decimals else 0
        text = f"{figure:,.{places}f}" if self.look.commas else f"{figure:.{places}f}"
        if self.unit == "万元" and not self.look.decimals and text.endswith(".00"):
            text = text[:-3]
        return text.translate({0x30 + i: 0xFF10 + i for i in range(10)}) if self.look.full_width else text

    def _spread(self, text: str) -> str:
        return text[0] + " " + text[1] if self.look.spread and len(text) == 2 else text
