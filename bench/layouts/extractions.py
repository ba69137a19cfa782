"""`python -m bench.layouts.extractions`: tables as text extractions leave them, without borders, read back.

An extraction prints a row on a line with its cells parted by one blank, an empty cell as nothing between two blanks, a
figure run together with the label to its right, and a wrapped cell on lines of its own with a blank line below; or it
parts cells by tabs. Offices, years and figures are those of the printed reports.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.layouts.accounts import PLACES, invent
from bench.layouts.compare import Outcome, compare
from bench.layouts.looks import FAMILIES, Expected, Look, Printed, _Grid
from bench.layouts.runs import run
from data.paint import Line
from kg_builder.model import Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_report

_WIDTHS = {"wide": (12, 7), "narrow": (9, 5)}  # characters of a label's and of a figure's column
_FIGURE = re.compile(r"[-\d,.]+")
_RUNS_ON = re.compile(r"[一二三四五六七八九十本收]")  # 1,098.40一、一般公共服务支出


@dataclass(frozen=True, slots=True)
class TextLook:
    """The features of one extraction; the first choice of each is the plain one."""

    parted: str = "blanks"
    width: str = "wide"
    empty: str = "kept"  # kept, lost: no blanks tell of empty cells
    unit: str = "万元"
    total: str = "as-is"
    negative: bool = False
    blank: str = ""
    commas: bool = True
    every: bool = True
    label: str = "预算公开表{}"


CHOICES: dict[str, tuple[Any, ...]] = {
    "parted": ("blanks", "tabs"),
    "width": ("wide", "narrow"),
    "empty": ("kept", "lost"),
    "unit": ("万元", "元"),
    "total": ("as-is", "first", "last"),
    "negative": (False, True),
    "blank": ("", "0.00", "-"),
    "commas": (True, False),
    "every": (True, False),
    "label": ("预算公开表{}", "表{}", ""),
}


def write_extraction(family: str, look: TextLook, seed: int, path: Path) -> Printed:
    """Write an invented report of a family to a text file and return what it says."""
    rng = random.Random(seed)
    make, stage, places = FAMILIES[family]
    year = rng.randint(2017, 2018) if family == "jiangsu-2017" else rng.randint(2021, 2026)
    account = invent(rng, year, stage == "final", rng.choice(PLACES[places]))
    name, word = account.name, "预算" if stage == "budget" else "决算"
    printed = Printed(name, year, stage, "department")
    same = Look(
        unit=look.unit, total=look.total, negative=look.negative, blank=look.blank, commas=look.commas, every=look.every
    )
    parts = [f" {name}\n\n{year}年度部门{word}公开\n\n第一部分 部门概况\n\n{name}负责有关工作。\n"]
    for number, form in enumerate(make(account, look.every), 1):
        unit, title = form.unit or look.unit, f"{year}年部门{form.title}"
        grid = _Grid(form, same, unit, "", title)
        body = _tabbed(grid) if look.parted == "tabs" else _blank_parted(grid, look)
        caption = [f" {look.label.format(number)}"] * bool(look.label) + [title, f"部门名称：{name} 单位：{unit}"]
        parts.append("\n\n".join([*caption, body, form.note]))
        printed.tables.append(Expected(form.kind, title, unit, tuple(grid.facts)))
    path.write_text("\n".join([*parts, f"第三部分 部门{word}情况说明\n"]), encoding="utf-8")
    return printed


def _tabbed(grid: _Grid) -> str:
    rows = [*grid.head(), *grid.body()]
    return "\n".join("\t".join("" if block is None else block.text for block in row) for row in rows)


def _blank_parted(grid: _Grid, look: TextLook) -> str:
    label, figure = _WIDTHS[look.width]
    by_role = {"label": label, "figure": figure}
    widths = [by_role.get(cell.column.role, 8) for cell in grid.cells]
    heads = [line for row in grid.head() for line in _lines(row, widths) if line.strip()]
    text = "\n\n".join([*heads, *("\n".join(_lines(row, widths)) for row in grid.body())])
    return re.sub(r"(?<=\S) {2,}", " ", text) if look.empty == "lost" else text


def _lines(row: Line, widths: Sequence[int]) -> list[str]:
    """The lines of one row: what does not fit its column stands on lines of its own."""
    lines, line = [], ""
    cells = [(i, block) for i, block in enumerate(row) if block is not None]
    for at, (i, block) in enumerate(cells):
        text, room = block.text, widths[i] * max(1, block.columns)
        figure = bool(_FIGURE.fullmatch(text))
        if not figure and len(text) > room:
            lines += [line.rstrip() if line.strip() else line, *_pieces(text, room), ""]
            line = ""
            continue
        after = cells[at + 1][1].text if at + 1 < len(cells) else ""
        line += text if figure and i and _RUNS_ON.match(after) else f"{text} "
    last = cells[-1][1].text
    return [*lines, line[:-1] if last and line.endswith(" ") else line]


def _pieces(text: str, room: int) -> Iterator[str]:
    return (text[i : i + room] for i in range(0, len(text), room))


def read_back(family: str, look: TextLook, seed: int, path: Path) -> Outcome:
    """Write one report beside `path`, read it and compare."""
    file = path.with_suffix(".txt")
    printed = write_extraction(family, look, seed, file)
    pages = read_pages(file)
    return compare(printed, parse_report(pages, Source(file.name, "0" * 64, len(pages))))


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts.extractions", sorted(FAMILIES), TextLook(), CHOICES, read_back))
