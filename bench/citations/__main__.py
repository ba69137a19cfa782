"""`python -m bench.citations [REPORTS]`: how well citations are found, read and resolved.

`fields.tsv` names the fields that were read, with a digest of the text without white space; `answers.tsv` the
mentions in them: where each begins and ends in that text, its kind (`document` or a notation of `basisKind`), number,
title, issuers (blank: cannot be known) and the document it means (its number, else a title; blank: cannot be known).
A mention counts as found where begin and end are both right.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kg_builder.build import read_report
from kg_builder.legal.find import find_citations
from kg_builder.legal.resolve import Reference, resolve
from kg_builder.readers import SUFFIXES
from kg_builder.text import squeeze

HERE = Path(__file__).parent
REPORTS = HERE.parents[2] / "shared" / "reports"

FieldKey = tuple[str, str, str, str]  # report, project, field, digest


@dataclass(frozen=True)
class Answer:
    """One mention, as it was read by a person or by the engine; offsets count characters without white space."""

    start: int
    end: int
    kind: str
    number: str
    issuers: frozenset[str]
    document: str


@dataclass
class Field:
    """A field with what stands in it and what was found."""

    key: FieldKey
    expected: list[Answer]
    found: list[Answer]


def digest(text: str) -> str:
    """Sixteen hexadecimal digits of the SHA-256 of the text without white space."""
    return sha256(squeeze(text).encode()).hexdigest()[:16]


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the two files."""
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def key_of(row: dict[str, str]) -> FieldKey:
    """Which field a row is about."""
    return row["report"], row["project"], row["field"], row["digest"]


def answers() -> dict[FieldKey, list[Answer]]:
    """The answer file by field; a field that cites nothing has an empty list."""
    found: dict[FieldKey, list[Answer]] = {key_of(row): [] for row in rows_of("fields.tsv")}
    for row in rows_of("answers.tsv"):
        names = frozenset(filter(None, row["issuers"].split("、")))
        span = int(row["start"]), int(row["end"])
        found[key_of(row)].append(Answer(*span, row["kind"], row["number"], names, row["document"]))
    return found


def read_fields(reports: Path) -> tuple[list[Field], int]:
    """The fields of the answer file as the project reads and the engine cites them; how many of them are not met."""
    expected = answers()
    mentions: dict[FieldKey, list[tuple[int, int, str, str, Reference]]] = {}
    for path in sorted(p for p in reports.rglob("*") if p.suffix.lower() in SUFFIXES and p.name != "README.md"):
        report = read_report(path)
        region = report.identity.region or ""
        for project in report.projects:
            for field, cell in project.fields:
                key = (path.stem, project.name, field, digest(cell.text))
                if key in expected:
                    mentions[key] = [
                        (len(squeeze(cell.text[: m.start])), len(squeeze(cell.text[: m.end])),
                         m.basis or "document", m.number or "", Reference.of(m, region))
                        for m in find_citations(cell.text, region)
                    ]  # fmt: skip
    references = [ref for found in mentions.values() for *_, kind, _, ref in found if kind == "document"]
    links = resolve(references).links
    fields = []
    for key, found in sorted(mentions.items()):
        read = [
            Answer(a, b, kind, number, frozenset(ref.issuers), (links[ref].slug or "") if ref in links else "")
            for a, b, kind, number, ref in found
        ]
        fields.append(Field(key, expected[key], read))
    return fields, len(expected) - len(mentions)


def share(good: int, all_of: int) -> str:
    """A share with four digits, a dash where there is nothing to count."""
    return f"{good / all_of:.4f}" if all_of else "–"


def measures(fields: Iterable[Field]) -> list[str]:
    """Mentions; span precision, recall, F1; number precision and recall; issuers; kind; documents as groups."""
    expected = found = right = 0
    numbers = [0, 0, 0]
    issuers = [0, 0]
    kinds = [0, 0]
    pairs: list[tuple[str, str]] = []
    for field in fields:
        expected, found = expected + len(field.expected), found + len(field.found)
        spans = {(a.start, a.end): a for a in field.found}
        right += sum((a.start, a.end) in spans for a in field.expected)
        want = [a.number for a in field.expected if a.number]
        have = [a.number for a in field.found if a.number]
        numbers = [numbers[0] + sum(n in have for n in want), numbers[1] + len(want), numbers[2] + len(have)]
        for answer in field.expected:
            met = next((a for a in field.found if a.start < answer.end and answer.start < a.end), None)
            if met is None:
                continue
            kinds = [kinds[0] + (met.kind == answer.kind), kinds[1] + 1]
            if answer.issuers and answer.kind == "document":
                issuers = [issuers[0] + (met.issuers == answer.issuers), issuers[1] + 1]
            if answer.document:
                pairs.append((answer.document, met.document))
    precision, recall = share(right, found), share(right, expected)
    f1 = share(2 * right, expected + found)
    number = (share(numbers[0], numbers[2]), share(numbers[0], numbers[1]))
    return [str(expected), precision, recall, f1, *number, share(*issuers), share(*kinds), groups(pairs)]


def groups(pairs: list[tuple[str, str]]) -> str:
    """How many mentions lie in a group that is exactly one document: neither split nor mixed with another."""
    by_document: dict[str, set[str]] = defaultdict(set)
    by_slug: dict[str, set[str]] = defaultdict(set)
    for document, slug in pairs:
        by_document[document].add(slug)
        by_slug[slug].add(document)
    good = sum(bool(s) and len(by_document[d]) == 1 and len(by_slug[s]) == 1 for d, s in pairs)
    return share(good, len(pairs))


HEADS = ["", "mentions", "precision", "recall", "F1", "number P", "number R", "issuer", "kind", "document"]


def table(fields: list[Field]) -> Iterator[list[str]]:
    """The rows of the table: by field, by kind, all."""
    yield HEADS
    for name in sorted({f.key[2] for f in fields}):
        yield [name, *measures(f for f in fields if f.key[2] == name)]
    for kind in sorted({a.kind for f in fields for a in (*f.expected, *f.found)}):
        of_kind = [
            Field(f.key, [a for a in f.expected if a.kind == kind], [a for a in f.found if a.kind == kind])
            for f in fields
        ]
        yield [kind, *measures(of_kind)]
    yield ["all", *measures(fields)]


def main() -> int:
    """Print the table; 1 where reports are missing or fields of the answer file were not met."""
    paths = [a for a in sys.argv[1:] if a != "-v"]
    reports = Path(paths[0]) if paths else REPORTS
    if not reports.is_dir():
        sys.stderr.write(f"no reports in {reports}\n")
        return 1
    fields, missing = read_fields(reports)
    for row in table(fields):
        sys.stdout.write("| " + " | ".join(row) + " |\n")
        if row is HEADS:
            sys.stdout.write("|" + " --- |" * len(HEADS) + "\n")
    for field in fields:
        spans, wanted = {(a.start, a.end) for a in field.found}, {(a.start, a.end) for a in field.expected}
        if "-v" in sys.argv and spans != wanted:
            sys.stdout.write(f"{field.key}: missed {sorted(wanted - spans)}, too many {sorted(spans - wanted)}\n")
    sys.stdout.write(f"{len(fields)} fields; {missing} of the answer file's fields are not read any more\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
