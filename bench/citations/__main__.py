"""`python -m bench.citations [REPORTS]`: how well citations are found, read and resolved.

`fields.tsv` names the fields that were read, with a digest of the text without white space; `answers.tsv` the
mentions in them: where each begins and ends in that text, its kind (`document` or a notation of `basisKind`), number,
title, issuers (blank: cannot be known), the document it means (its number, else a title; blank: cannot be known), and
the document's genre (`documentKind`) and level (`issuingLevel`; blank: cannot be known). A mention counts as found
where begin and end are both right. `styles.tsv` holds fields in the manner of other places (see `styles.py`).
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from kg_builder.build import read_report
from kg_builder.graph.documents import CITING_FIELDS
from kg_builder.legal.find import Mention, find_citations
from kg_builder.legal.resolve import Reference, Resolution, resolve
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
    genre: str = ""
    level: str = ""


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
        answer = Answer(*span, row["kind"], row["number"], names, row["document"], row["genre"], row["level"])
        found[key_of(row)].append(answer)
    return found


def read_fields(reports: Path) -> tuple[list[Field], int]:
    """The fields of the answer file as the project reads and the engine cites them; how many of them are not met."""
    expected = answers()
    read: dict[FieldKey, tuple[str, str]] = {}
    for path in report_files(reports):
        report = read_report(path)
        region = report.identity.region or ""
        for project in report.projects:
            for field, cell in project.fields:
                key = (path.stem, project.name, field, digest(cell.text))
                if key in expected:
                    read[key] = cell.text, region
    keys = sorted(read)
    found = cited([read[key] for key in keys])
    return [Field(key, expected[key], met) for key, met in zip(keys, found, strict=True)], len(expected) - len(read)


def speed(reports: Path) -> float:
    """Fields that are read for citations in a second of processor time, each as if it were new."""
    texts = [
        (cell.text + " " * n, report.identity.region or "")
        for path in report_files(reports)
        for report in [read_report(path)]
        for project in report.projects
        for field, cell in project.fields
        if field in CITING_FIELDS
        for n in range(5)
    ]
    start = time.process_time()
    for text, region in texts:
        find_citations(text, region)
    return len(texts) / max(time.process_time() - start, 1e-9)


def report_files(reports: Path) -> list[Path]:
    """The report files of a folder."""
    return sorted(p for p in reports.rglob("*") if p.suffix.lower() in SUFFIXES and p.name != "README.md")


def cited(texts: Iterable[tuple[str, str]]) -> list[list[Answer]]:
    """What the engine finds in each text (with the region of its report), the documents resolved over all texts."""
    found = [(text, region, find_citations(text, region)) for text, region in texts]
    references = {Reference.of(m, region) for _, region, ms in found for m in ms if m.basis is None}
    resolution = resolve(references)
    return [[_answer(text, m, Reference.of(m, region), resolution) for m in ms] for text, region, ms in found]


def _answer(text: str, mention: Mention, reference: Reference, resolution: Resolution) -> Answer:
    link = resolution.links.get(reference)
    document = resolution.documents[link.slug] if link and link.slug else None
    return Answer(
        len(squeeze(text[: mention.start])),
        len(squeeze(text[: mention.end])),
        mention.basis or "document",
        mention.number or "",
        frozenset(reference.issuers or (document.issuers if document else ())),
        document.slug if document else "",
        document.kind if document else "",
        (document.level or "") if document else "",
    )


def share(good: int, all_of: int) -> str:
    """A share with four digits, a dash where there is nothing to count."""
    return f"{good / all_of:.4f}" if all_of else "–"


def measures(fields: Iterable[Field]) -> list[str]:
    """Mentions; span precision, recall, F1; number precision and recall; issuers; kind; documents as groups; genre of
    the document and level of its issuer."""
    expected = found = right = 0
    genres = [0, 0]
    levels = [0, 0]
    numbers = [0, 0, 0]
    issuers = [0, 0]
    kinds = [0, 0]
    pairs: list[tuple[str, str]] = []
    for field in fields:
        expected, found = expected + len(field.expected), found + len(field.found)
        spans = Counter((a.start, a.end) for a in field.found)
        right += (spans & Counter((a.start, a.end) for a in field.expected)).total()
        want = Counter(a.number for a in field.expected if a.number)
        have = Counter(a.number for a in field.found if a.number)
        numbers = [numbers[0] + (want & have).total(), numbers[1] + want.total(), numbers[2] + have.total()]
        for answer in field.expected:
            overlapping = [a for a in field.found if a.start < answer.end and answer.start < a.end]
            met = max(overlapping, key=lambda a: (a.number == answer.number, _shared(a, answer)), default=None)
            if met is None:
                continue
            kinds = [kinds[0] + (met.kind == answer.kind), kinds[1] + 1]
            if answer.issuers and answer.kind == "document":
                issuers = [issuers[0] + (met.issuers == answer.issuers), issuers[1] + 1]
            if answer.document:
                pairs.append((answer.document, met.document))
            if answer.genre:
                genres = [genres[0] + (met.genre == answer.genre), genres[1] + 1]
            if answer.level:
                levels = [levels[0] + (met.level == answer.level), levels[1] + 1]
    precision, recall = share(right, found), share(right, expected)
    f1 = share(2 * right, expected + found)
    number = (share(numbers[0], numbers[2]), share(numbers[0], numbers[1]))
    shares = (share(*issuers), share(*kinds), groups(pairs), share(*genres), share(*levels))
    return [str(expected), precision, recall, f1, *number, *shares]


def _shared(a: Answer, b: Answer) -> int:
    return min(a.end, b.end) - max(a.start, b.start)


def groups(pairs: list[tuple[str, str]]) -> str:
    """How many mentions lie in a group that is exactly one document: neither split nor mixed with another."""
    by_document: dict[str, set[str]] = defaultdict(set)
    by_slug: dict[str, set[str]] = defaultdict(set)
    for document, slug in pairs:
        by_document[document].add(slug)
        by_slug[slug].add(document)
    good = sum(bool(s) and len(by_document[d]) == 1 and len(by_slug[s]) == 1 for d, s in pairs)
    return share(good, len(pairs))


HEADS = ["", "mentions", "precision", "recall", "F1", "number P", "number R", "issuer", "kind", "document",
         "genre", "level"]  # fmt: skip


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
    sys.stdout.write(f"{speed(reports):,.0f} fields a second on one core\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
