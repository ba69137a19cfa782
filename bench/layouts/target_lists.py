"""Lists of many projects with their targets in one table, as offices print them: facts → PDF → projects.

Names, sums and targets are those of `data/facts`; goals are invented. A list runs over pages; what a cell merged over
several rows prints on the next page differs by office: nothing, its text again, its text only there, or its text's end.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from bench.layouts.compare import Outcome
from bench.layouts.list_styles import STYLES, Style
from bench.layouts.measure_targets import compare_projects, flat, flat_project
from bench.layouts.runs import run
from bench.layouts.targets import _FIRST, _SECOND, _SENTENCES, Facts
from data.paint import Block, Line, Press, Sheet
from kg_builder.readers import read_pages
from kg_builder.templates.report import read_projects
from kg_builder.text import squeeze

_FACTS = Path(__file__).parents[2] / "data" / "facts"
_SIGN = re.compile(r"([≥≤=＞＜><]|不低于|不超过|约)?(\d[\d.,]*)\s*(.*)")  # ≥34个


@dataclass(frozen=True, slots=True)
class ListLook:
    """The features of one print; the first choice of each is the plain one."""

    cells: str = "merged"  # merged over their rows, first (a blank cell in each row below), each (printed in each row)
    over: str = (
        "blank"  # what a merged cell prints below a page break: blank, again, below (only there), flow (its end)
    )
    rows: int = 12  # rows on a page
    head: bool = True  # printed again on each page
    title: bool = False  # printed again on each page
    unit: str = "万元"
    total: bool = True
    commas: bool = False
    numbered: bool = False  # a row of column numbers below the heads
    cut: bool = False  # the last row of a page is cut: the end of its name stands on the next page
    whole: bool = False  # a table of the same heads with the targets of the whole body stands before
    portrait: bool = False
    watermark: str = ""


CHOICES: dict[str, tuple[Any, ...]] = {
    "cells": ("merged", "first", "each"),
    "over": ("blank", "again", "below", "flow"),
    "rows": (12, 7, 5, 9),
    "head": (True, False),
    "title": (False, True),
    "unit": ("万元", "元"),
    "total": (True, False),
    "commas": (False, True),
    "numbered": (False, True),
    "cut": (False, True),
    "whole": (False, True),
    "portrait": (False, True),
    "watermark": ("", "仅供内部审核"),
}


@cache
def _projects() -> tuple[dict[str, Any], ...]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(_FACTS.glob("*.json")):
        for project in json.loads(file.read_text(encoding="utf-8"))["projects"]:
            if project.get("unit") and len(project["indicators"]) >= 3:
                found.setdefault(project["name"], project)
    return tuple(found.values())


@dataclass(slots=True)
class _Entry:
    """A project of the list with what each of its rows prints; keyed by what the columns say."""

    facts: Facts
    own: dict[str, str]
    rows: list[dict[str, str]] = field(default_factory=list)


def print_lists(style: str, look: ListLook, seed: int, path: Path) -> list[Facts]:
    """Print a list of projects, or two, to a PDF and return what they say."""
    rng = random.Random(seed)
    form = STYLES[style]
    body = rng.choice(("阳泉市民政局", "甘孜州水利局", "湘潭市档案馆"))
    sheet = Sheet(path, "绩效目标", look.watermark or None, Press(rules="boxes"))
    sheet.page()
    sheet.prose(body, 24, "center")
    sheet.prose("2025年部门预算", 20, "center")
    entries = _entries(form, look, rng, body)
    if look.whole:
        _Painter(sheet, form, look, "部门整体支出绩效目标表（2025年度）").paint(_of_whole(form, body, entries[0]))
    _Painter(sheet, form, look, form.title).paint(_lines(form, look, entries))
    sheet.save()
    return [entry.facts for entry in entries]


def _entries(form: Style, look: ListLook, rng: random.Random, body: str) -> list[_Entry]:
    says = {column.says for column in form.columns}
    chosen = rng.sample(_projects(), rng.randint(4, 7))
    units = sorted(rng.sample(("机关", "事务中心", "管理站"), 2))
    return [
        _entry(says, look, rng, body, f"{body}{units[2 * i // len(chosen)]}", project, i)
        for i, project in enumerate(chosen)
    ]


def _entry(
    says: set[str], look: ListLook, rng: random.Random, body: str, unit: str, project: dict[str, Any], index: int
) -> _Entry:
    facts = Facts(project["name"], body if "department" in says else "", unit)
    year = Decimal(rng.randint(1, 90_000)) * 100
    whole = year * rng.choice((1, 3))
    code = 11 if unit.endswith("机关") else 12
    own = {"project": facts.name, "unit": unit, "department": body, "number": str(index + 1), "category": "特定目标类",
           "funds": "财政拨款",
           "code": f"0640{code}", "project-code": f"14030025P00000{rng.randint(1000, 9999)}",
           "person": "某甲", "phone": f"1380000{rng.randint(1000, 9999)}"}  # fmt: skip
    if "category" in says:
        facts.category = own["category"]
    goals = ["；".join(rng.sample(_SENTENCES, 4)) + "。" for _ in range(2)]
    own |= {"goal": goals[0], "goal-implementation": goals[1]}
    own |= {key: "；".join(rng.sample(_SENTENCES, 2)) + "。" for key in ("overview", "legal-basis") if key in says}
    facts.texts = [(n, own[k]) for n, k in _GOALS if k in says]
    own |= {key: _sum(value, look) for key, value in (("annual", year), ("total", whole))}
    facts.annual = year if "annual" in says else None
    facts.total = whole if "total" in says else None
    zero = Decimal(0)
    sums = (("fiscal", year), ("other-funds", zero), ("central", zero), ("provincial", year), ("municipal", zero))
    own |= {key: _sum(value, look) for key, value in sums}
    own |= {"coded-unit": f"{own['code']}-{unit}", "period": "2025年"}
    facts.money = [(key, "annual", value) for key, value in sums if key in says]
    entry = _Entry(facts, own)
    _put_indicators(entry, says, project)
    return entry


_GOALS = (
    ("goal-annual", "goal"), ("goal-implementation", "goal-implementation"), ("overview", "overview"),
    ("legal-basis", "legal-basis"),
)  # fmt: skip


def _sum(value: Decimal, look: ListLook) -> str:
    figure = value / 10_000 if look.unit == "万元" else value
    return f"{figure:,.2f}" if look.commas else f"{figure:.2f}"


def _put_indicators(entry: _Entry, says: set[str], project: dict[str, Any]) -> None:
    order = list(_SECOND)
    seen: set[tuple[str, str]] = set()
    found = [i for i in project["indicators"] if i["kind"] in order and i.get("target")]
    for item in sorted(found, key=lambda i: order.index(i["kind"])):
        kind, name, target = item["kind"], squeeze(item["name"]), squeeze(item["target"])
        if (kind, name) in seen or len(seen) >= 9:
            continue
        seen.add((kind, name))
        parts = _SIGN.fullmatch(target)
        sign, value, measure = (parts[1] or "=", parts[2], parts[3]) if parts else ("定性", target, "")
        if "sign" not in says:
            sign, value = "", f"{parts[1] or ''}{parts[2]}" if parts else target
        row = {
            "first": "成本指标" if kind.startswith("cost") else f"{_FIRST[kind.split('-')[0]]}指标",
            "second": f"{_SECOND[kind]}指标", "name": name, "sign": sign, "value": value, "measure": measure,
            "weight": "10", "direction": "正向指标", "kind-of-value": "定量指标" if parts else "定性指标",
            "level": f"{_FIRST[kind.split('-')[0]]}指标-{_SECOND[kind]}指标",
            "scoring": "未完成扣2分", "target": target, "whole-target": target,
        }  # fmt: skip
        entry.rows.append(row)
        if "target" in says:
            printed = target
        else:
            printed = f"{sign if parts else ''}{value}{measure if 'measure' in says else ''}"
        entry.facts.indicators.append((kind, name, "annual", printed))
        if "whole-target" in says:
            entry.facts.indicators.append((kind, name, "implementation", target))


@dataclass(slots=True)
class _Cells:
    """A printed row before merging: its cells by column, and the group (project, unit) of each."""

    texts: list[str]
    groups: list[tuple[object, ...]]  # cells of one column with one group are one merged cell


def _lines(form: Style, look: ListLook, entries: Sequence[_Entry]) -> list[_Cells]:
    rows: list[_Cells] = []
    says = [column.says for column in form.columns]
    total = _sum(sum((e.facts.annual or Decimal(0) for e in entries), Decimal(0)), look)

    def alone(cells: dict[str, str]) -> None:
        rows.append(_Cells([cells.get(s, "") for s in says], [(-1, len(rows), i) for i in range(len(says))]))

    label = "unit" if "unit" in says and form.units == "row" else "project"
    if look.total and "annual" in says:
        alone({label: "合计", "annual": total})
    unit = ""
    for number, entry in enumerate(entries):
        if entry.own["unit"] != unit and form.units in {"row", "heading"}:
            mine = [e.facts.annual or Decimal(0) for e in entries if e.own["unit"] == entry.own["unit"]]
            key = "unit" if form.units == "row" else "project"
            alone({key: entry.own["unit"], "code": entry.own["code"], "annual": _sum(sum(mine, Decimal(0)), look)})
        if entry.own["unit"] != unit and form.units == "merged":
            mine = [e.facts.annual or Decimal(0) for e in entries if e.own["unit"] == entry.own["unit"]]
            alone({"unit": entry.own["unit"], "project": "小计", "annual": _sum(sum(mine, Decimal(0)), look)})
            rows[-1].groups[says.index("unit")] = (entry.own["unit"],)
        unit = entry.own["unit"]
        _put_project(rows, form, number, entry)
    if form.units == "none":
        for entry in entries:
            entry.facts.unit = ""
    return rows


def _put_project(rows: list[_Cells], form: Style, number: int, entry: _Entry) -> None:
    says = [column.says for column in form.columns]
    body = [dict(row) for row in entry.rows]
    if form.cascade:
        body = [{}]
        for row in entry.rows:
            for level in ("first", "second"):
                if not any(r.get(level) == row[level] for r in body):
                    body.append({level: row[level]})
            body.append({k: v for k, v in row.items() if k not in {"first", "second"}})
    start = len(rows)
    for row in body:
        texts: list[str] = []
        groups: list[tuple[object, ...]] = []
        for i, key in enumerate(says):
            texts.append(entry.own.get(key, "") or row.get(key, ""))
            if form.cascade and key in entry.own:
                groups.append((number, -1, i) if len(rows) == start else (number, len(rows), i))
                texts[-1] = texts[-1] if len(rows) == start else ""
            elif key == "unit" and form.units == "merged":
                groups.append((entry.own["unit"],))
            elif key in entry.own:
                groups.append((number, -1, i))
            elif key in {"first", "second"} and not form.cascade:
                words = [row["first"], row["second"]][: 1 + (key == "second")]
                groups.append((number, -2, i, *words))
            else:
                groups.append((number, len(rows), i))
        rows.append(_Cells(texts, groups))


def _of_whole(form: Style, body: str, entry: _Entry) -> list[_Cells]:
    """The same heads filled with the whole body's own targets."""
    own = entry.own | {"project": "整体支出", "unit": body}
    rows: list[_Cells] = []
    _put_project(rows, form, 0, _Entry(entry.facts, own, entry.rows[:4]))
    return rows


@dataclass(slots=True)
class _Painter:
    """One table: rows are parted into pages and each page is drawn as a grid of its own."""

    sheet: Sheet
    form: Style
    look: ListLook
    title: str

    def paint(self, rows: Sequence[_Cells]) -> None:
        starts = range(0, len(rows), self.look.rows)
        shares = [column.share for column in self.form.columns]
        for start in starts:
            self.sheet.page(not self.look.portrait)
            if start == 0 or self.look.title:
                self.sheet.prose(self.title, 15, "center")
                self.sheet.prose(f"单位：{self.look.unit}", 9, "right")
            head = self._head() if start == 0 or self.look.head else []
            self.sheet.grid(shares, head, self._page(rows, start, min(start + self.look.rows, len(rows))), 7.0)

    def _head(self) -> list[Line]:
        columns = self.form.columns
        paths = [
            [*filter(None, column.group.split("/")), column.head.format(unit=self.look.unit)] for column in columns
        ]
        depth = max(map(len, paths))
        rows: list[Line] = []
        for level in range(depth):
            row: list[Block | None] = []
            for i, path in enumerate(paths):
                same = [k for k, other in enumerate(paths) if len(path) > level + 1 < len(other) + 1]
                same = [k for k in same if paths[k][: level + 1] == path[: level + 1] and len(paths[k]) > level + 1]
                if level == len(path) - 1:
                    row.append(Block(path[level], 1, depth - level, "center"))
                elif level >= len(path) or i != same[0]:
                    row.append(None)
                else:
                    row.append(Block(path[level], len(same), 1, "center"))
            rows.append(row)
        numbers: Line = [Block(str(i + 1), 1, 1, "center") for i in range(len(columns))]
        return [*rows, *([numbers] if self.look.numbered else [])]

    def _page(self, rows: Sequence[_Cells], start: int, end: int) -> list[Line]:
        page: list[Line] = []
        for i in range(start, end):
            line: list[Block | None] = []
            for j, group in enumerate(rows[i].groups):
                last = next(k for k in range(i, len(rows)) if k + 1 == len(rows) or rows[k + 1].groups[j] != group)
                first = next(k for k in range(i, -1, -1) if k == 0 or rows[k - 1].groups[j] != group)
                line.append(self._block(rows[i].texts[j], i, first, last, start, end, self.form.columns[j].says))
            page.append(line)
        if self.look.cut:
            self._cut_name(rows, page, start, end)
        return page

    def _block(self, text: str, i: int, first: int, last: int, start: int, end: int, says: str) -> Block | None:
        align = "left" if says in {"goal", "goal-implementation", "name", "project"} else "center"
        if first == last or self.look.cells == "each":
            return Block(text, 1, 1, align)
        if self.look.cells == "first":
            return Block(text if i == first else "", 1, 1, align)
        if i not in {first, start}:
            return None
        height = min(last + 1, end) - i
        return Block(self._over(text, says, first, last, start, end), 1, height, align)

    def _over(self, text: str, says: str, first: int, last: int, start: int, end: int) -> str:
        """What of a merged cell's text its part on this page prints."""
        if (first >= start and last < end) or self.look.over == "again":
            return text
        if self.look.over == "below":
            middle = (first + last) // 2
            return text if start <= middle < end else ""
        wraps = (
            says in {"project", "goal", "goal-implementation", "unit", "department", "overview", "legal-basis"}
            and len(text) > 8
        )
        if self.look.over == "flow" and wraps and first // self.look.rows == last // self.look.rows - 1:
            half = len(text) // 2
            return text[:half] if first >= start else text[half:]
        return text if first >= start else ""

    def _cut_name(self, rows: Sequence[_Cells], page: list[Line], start: int, end: int) -> None:
        """Put the end of the last row's name on the next page, in a row without anything else."""
        at = next(j for j, column in enumerate(self.form.columns) if column.says == "name")
        name = rows[end - 1].texts[at]
        if end < len(rows) and len(name) >= 6 and rows[end].groups[0] == rows[end - 1].groups[0]:
            page[-1] = [Block(name[:4]) if j == at else block for j, block in enumerate(page[-1])]
        if (
            start
            and len(before := rows[start - 1].texts[at]) >= 6
            and rows[start].groups[0] == rows[start - 1].groups[0]
        ):
            own = {"name", "sign", "value", "measure", "target", "whole-target", "weight", "direction", "scoring"}
            rest: list[Block | None] = []
            for j, block in enumerate(page[0]):
                goes_on = rows[start].groups[j] == rows[start - 1].groups[j] and self.look.cells == "merged"
                if j == at or not goes_on or self.form.columns[j].says in own:
                    rest.append(Block(before[4:] if j == at else ""))
                else:
                    rest.append(block and Block(block.text, 1, block.rows + 1))
                    page[0] = [None if i == j else b for i, b in enumerate(page[0])]
            page.insert(0, rest)


def read_back(style: str, look: ListLook, seed: int, path: Path) -> Outcome:
    """Print a list to `path`, read it and compare; a missing fact is silent where no residue prints it."""
    facts = print_lists(style, look, seed, path)
    read = read_projects(read_pages(path))
    out = compare_projects(facts, read.projects)
    told = squeeze("|".join(r.text for r in (*read.unread, *read.ignored)))
    got = {squeeze(p.name): flat_project(p) for p in read.projects}
    for fact in facts:
        mine = got.get(squeeze(fact.name), {})
        lost = {key: value for key, value in flat(fact).items() if key not in mine}
        silent = [(k, v) for k, v in lost.items() if not _is_told(k, v, look, told)]
        out.silent += len(silent)
        out.faults += [f"silent: {' '.join(k)}: {v[:30]}" for k, v in silent]
    out.faults += [f"unread: {r.reason}: {squeeze(r.text)[:40]}" for r in read.unread]
    return out


def _is_told(key: tuple[str, ...], value: str, look: ListLook, told: str) -> bool:
    if key[0] in {"annual", "total", "money"}:
        return _sum(Decimal(value), look) in told
    numbers = re.findall(r"\d[\d.,]*", value)
    return value in told or (bool(numbers) and all(n in told for n in numbers))


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts.target_lists", sorted(STYLES), ListLook(), CHOICES, read_back))
