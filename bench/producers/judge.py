"""A report as it was read beside the facts that were printed → which are right, wrong, told and silent.

Right: read as printed. Wrong: read, but nowhere printed so. Of the facts that were not read those that the report tells
(unread print that names them, or a fault of a whole page) count as told, the others as silent.

    python -m bench.producers.judge FACTS.json KINDS FILE…     KINDS: three-public,form
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from unicodedata import normalize

from kg_builder.build.stages import read_reports
from kg_builder.errors import ReadingError
from kg_builder.graph.documents import mentions
from kg_builder.model import BudgetTable, Project, Report, Residue
from kg_builder.text import squeeze

FORM = "form"
KINDS = ("figures", "fields", "indicators", "citations")
# Faults that say of a whole page that its text is not what was printed.
_WHOLE_PAGE = re.compile(r"font map is broken|page is an image|two pages")

# A space that is none between two figures: 1.47 1.47 stay two
_SPACE = re.compile(r"(?<!\d)\s+|\s+(?![\d-])")

Fact = tuple[Any, ...]


@dataclass(slots=True)
class Verdict:
    """How the facts of one kind were read."""

    right: int = 0
    wrong: int = 0
    told: int = 0
    silent: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.right}/{self.wrong}/{self.told}/{self.silent}"


def judge(facts: Mapping[str, Any], kinds: Sequence[str], reports: Sequence[Report]) -> dict[str, Verdict]:
    """The verdict for each kind of fact; `kinds` are the tables that were printed, and `form`."""
    told = _Told(reports)
    asked = expected(facts, kinds)
    read = {kind: [fact for report in reports for fact in found(report)[kind]] for kind in KINDS}
    return {kind: _compare(asked[kind], read[kind], told) for kind in KINDS}


def expected(facts: Mapping[str, Any], kinds: Sequence[str]) -> dict[str, list[Fact]]:
    """What was printed, each fact as a tuple that `found` makes too."""
    form = facts["form"] if FORM in kinds else {}
    fields: list[Fact] = [(name, form[name]) for name in _FIELDS if form.get(name)]
    for horizon, sums in form.get("money", {}).items():
        fields.extend(("money", horizon, source, Decimal(value)) for source, value in sums.items())
    who = facts["identity"]
    return {
        "figures": [
            (f["kind"], f["row"].removesuffix("/up"), f["column"], Decimal(f["wan_yuan"]))
            for f in facts["figures"]
            if f["kind"] in kinds
        ],
        "fields": [_identity(who), *fields],
        "indicators": [tuple(indicator) for indicator in form.get("indicators", ())],
        "citations": [tuple(citation) for citation in form.get("citations", ())],
    }


_FIELDS = ("name", "department", "code", "unit", "attribute", "period")


def _identity(who: Mapping[str, Any]) -> Fact:
    return ("identity", *(str(who[part]) for part in ("body", "year", "stage", "scope")))


def found(report: Report) -> dict[str, list[Fact]]:
    """What was read, in the tuples of `expected`."""
    who = report.identity
    return {
        "figures": [fact for table in report.tables for fact in _figures(table)],
        "fields": [_identity(asdict(who)), *(fact for project in report.projects for fact in _fields(project))],
        "indicators": [
            (i.kind, i.horizon, i.name, i.target.printed if i.target else None)
            for project in report.projects
            for i in project.indicators
        ],
        "citations": [
            (mention.title, mention.number)
            for project in report.projects
            for name, _, mention in mentions(project, who.region)
            if name == "legal-basis"
        ],
    }


def _figures(table: BudgetTable) -> Iterator[Fact]:
    codes = {row.number: row.code for row in table.rows}
    for o in table.observations:
        label = re.split(r"[\n]", o.label)[0]
        yield table.kind, codes.get(o.row) or label, o.column, o.amount.yuan / 10_000


def _fields(project: Project) -> Iterator[Fact]:
    department = project.department
    values = {
        "name": project.name,
        "department": department and department.name,
        "code": department and department.code,
        "unit": project.unit and project.unit.name,
        "attribute": project.attribute,
        "period": project.period,
    }
    yield from ((name, value) for name, value in values.items() if value)
    for horizon, total in (("implementation", project.total), ("annual", project.annual)):
        if total is not None:
            yield "money", horizon, "total", total.yuan
    for a in project.appropriations:
        yield "money", a.horizon, a.funding, a.amount.yuan


class _Told:
    """What the report says that it did not read; each piece of it accounts for its words once."""

    def __init__(self, reports: Sequence[Report]) -> None:
        residues: list[Residue] = [r for report in reports for r in (*report.unread, *report.faults)]
        self.text = "\n".join(_SPACE.sub("", normalize("NFKC", r.text)) for r in residues)
        self.all = not reports or any(_WHOLE_PAGE.search(r.text) for report in reports for r in report.faults)

    def says(self, fact: Fact) -> bool:
        """Whether the fact's own words, its last and longest ones, are among what is told."""
        if self.all:
            return True
        words = [f"{fact[-1]:,}"] if isinstance(fact[-1], Decimal) else [str(w) for w in fact[-2:] if w]
        words += ["###"] if isinstance(fact[-1], Decimal) else []  # a figure too wide for its cell
        for word in map(squeeze, words):
            bare = re.escape(normalize("NFKC", word))
            before, after = (r"(?<![\d.,])", r"(?!\d|[.,]\d)") if bare[-1:].isdigit() else ("", "")
            if (at := re.search(f"{before}{bare}{after}", self.text)) is not None:
                self.text = self.text[: at.start()] + "_" + self.text[at.end() :]
                return True
        return False


def _compare(asked: Iterable[Fact], read: Iterable[Fact], told: _Told) -> Verdict:
    want, got = Counter(asked), Counter(read)
    verdict = Verdict(right=(want & got).total(), wrong=(got - want).total())
    verdict.faults = [f"wrong: {fact}" for fact in (got - want).elements()]
    for fact in (want - got).elements():
        if told.says(fact):
            verdict.told += 1
        else:
            verdict.silent += 1
            verdict.faults.append(f"silent: {fact}")
    return verdict


def main(arguments: Sequence[str]) -> int:
    """Print a line for each file; exit code 1 where something is wrong or silent."""
    facts = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    bad = False
    for name in arguments[2:]:
        try:
            reports, parts = read_reports(Path(name))
            refused = "; ".join(str(error) for _, error in parts)
        except ReadingError as error:
            reports, refused = [], str(error)
        verdicts = judge(facts, arguments[1].split(","), reports)
        line = "  ".join(f"{kind} {verdict}" for kind, verdict in verdicts.items())
        print(f"{Path(name).name}: {line}  {refused}")
        for kind, verdict in verdicts.items():
            for fault in verdict.faults:
                print(f"  {kind}: {fault}")
        bad = bad or any(v.wrong or v.silent for v in verdicts.values())
    return int(bad)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
