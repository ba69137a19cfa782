"""Folders of answers → facts: one folder a report, one table of tab-separated lines a kind of fact.

- `identity.tsv`: part, value, code, aliases, mark
- `tables.tsv`: page, table, code, label, column, meaning, printed, yuan. `meaning` is the whole of what is said: the
  notations of side, funding source, type of expenditure, provision and topic, of a government's figures also of level,
  place, kind and measure of debt, by the table, the row and the column.
  A line without figure names an empty table, which is a fact of its own. `yuan` may be grouped (17_500_000_000).
- `forms.tsv`: form, page, field, printed, yuan, mark. An empty `printed` says that the field is blank. A report
  without forms has the head alone.
- `indicators.tsv`: form, page, horizon, kind, name, target, comparison, value, high, unit, deadline, mark, and where
  forms give points or are evaluations weight, actual, score

A text that is no fact stands as its length without white space and the SHA-256 of that text (`72 c4379480-…`). Readings
that are as good are parted by `|`. The mark `?` says that the print does not decide: such an answer is neither asked
for nor held against the reader. The mark `completed` says that the print is cut. Page is 1 in a text without pages.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from kg_builder.text import label_key, squeeze

_DIGEST = re.compile(r"\d+ [0-9a-f]{8}(?:-[0-9a-f]{8}){7}")  # 72 c4379480-138faceb-…
UNDECIDED = "?"


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed figure: its table's kind, the row's code and label, the column's lowest head and what that means."""

    page: int
    table: str
    code: str
    label: str
    column: str
    meaning: frozenset[str]
    yuan: Decimal


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a form or narrative; `form` counts from 1. Sums of money have `yuan`."""

    form: int
    page: int
    field: str
    printed: str
    yuan: Decimal | None
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """An indicator of a form with its target; `parsed` is None where the print leaves the reading of it open.

    `told` are its weight, what was reached and the points given; None in answers that do not hold them.
    """

    form: int
    page: int
    horizon: str
    kind: str
    name: str
    target: str
    parsed: tuple[str, str, str, str, str] | None  # comparison, value, high, unit, deadline
    mark: str = ""
    told: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a report's identity: body, region, year, stage, scope or unit."""

    part: str
    value: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Answers:
    """The facts of one report.

    `tables` holds the kinds of tables whose figures are answered completely, `empty` those without any figure;
    `forms` says that all forms and narratives of the report are answered.
    """

    report: str
    tables: frozenset[str]
    empty: frozenset[str]
    forms: bool
    figures: tuple[Figure, ...]
    entries: tuple[Entry, ...]
    goals: tuple[Goal, ...]
    parts: tuple[Part, ...]


def digest(text: str) -> str:
    """A text as answers hold it: its length without white space and the SHA-256 of that text in groups."""
    bare = squeeze(text)
    return f"{len(bare)} {hashlib.sha256(bare.encode()).digest().hex('-', 4)}"


def says(answer: str, text: str) -> bool:
    """Whether a text is what the answer says: one of its readings, or the text of its digest."""
    if _DIGEST.fullmatch(answer):
        return digest(text) == answer
    return label_key(text) in {label_key(reading) for reading in answer.split("|")}


def read_answers(folder: Path) -> list[Answers]:
    """The answers of every report in a folder, by name; a report's file may lack a kind of fact."""
    return [_report(path) for path in sorted(folder.iterdir()) if path.is_dir()]


def _report(folder: Path) -> Answers:
    lines = list(_lines(folder / "tables.tsv"))
    return Answers(
        folder.name,
        frozenset(line["table"] for line in lines),
        frozenset(line["table"] for line in lines if not line["printed"]),
        (folder / "forms.tsv").exists(),
        tuple(_figure(line) for line in lines if line["printed"]),
        tuple(_entry(line) for line in _lines(folder / "forms.tsv")),
        tuple(_goal(line) for line in _lines(folder / "indicators.tsv")),
        tuple(_part(line) for line in _lines(folder / "identity.tsv")),
    )


def _lines(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def _figure(line: dict[str, str]) -> Figure:
    meaning = frozenset(line["meaning"].split())
    yuan = Decimal(line["yuan"])
    return Figure(int(line["page"]), line["table"], line["code"], line["label"], line["column"], meaning, yuan)


def _entry(line: dict[str, str]) -> Entry:
    yuan = Decimal(line["yuan"]) if line["yuan"] else None
    return Entry(int(line["form"]), int(line["page"]), line["field"], line["printed"], yuan, line["mark"])


def _goal(line: dict[str, str]) -> Goal:
    parsed = (line["comparison"], line["value"], line["high"], line["unit"], line["deadline"])
    return Goal(
        int(line["form"]),
        int(line["page"]),
        line["horizon"],
        line["kind"],
        line["name"],
        line["target"],
        parsed if any(parsed) else None,
        line["mark"],
        (line["weight"], line["actual"], line["score"]) if "weight" in line else None,
    )


def _part(line: dict[str, str]) -> Part:
    aliases = tuple(alias for alias in line["aliases"].split("|") if alias)
    return Part(line["part"], line["value"], line["code"], aliases, line["mark"])
