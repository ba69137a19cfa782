"""What a worker process does with one report: file → reading, readings → the pieces of a release.

A stage writes what it makes to a file or folder that is whole or absent, and never touches anything else: it may run
in any process, or on any machine that sees the same folders, and may be done again.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

from kg_builder.check import check_graph, findings_graph
from kg_builder.errors import ReadingError
from kg_builder.graph.documents import documents_graph, report_references
from kg_builder.graph.names import Names
from kg_builder.graph.reports import report_graph
from kg_builder.graph.shared import code_uses, shared_graph
from kg_builder.inspection import counts
from kg_builder.legal.authority import load_authority
from kg_builder.legal.resolve import Reference, Resolution, resolve
from kg_builder.model import Report, Source
from kg_builder.readers import read_pages
from kg_builder.readers.original import read_original
from kg_builder.record import from_json, to_json
from kg_builder.release import dumps
from kg_builder.release.pieces import PART, write_part
from kg_builder.release.search_index import index_piece
from kg_builder.release.sheets import report_rows
from kg_builder.tasks import Making, Reading, Settling, Sharing, further
from kg_builder.templates.report import merge_sources, parse_reports

Facts = dict[str, Any]


def read_reports(path: Path) -> list[Report]:
    """The reports of a file as they were read, nearly always one; ReadingError where there is none."""
    original = read_original(path)
    pages = read_pages(original)
    return parse_reports(pages, Source(original.name, original.sha256, len(pages)))


def read_report(path: Path) -> Report:
    """The report of a file; ReadingError where it cannot be read or holds more than one."""
    reports = read_reports(path)
    if len(reports) > 1:
        names = ", ".join(report.identity.title for report in reports)
        raise ReadingError(path.name, "one report", f"{len(reports)}: {names}", reports[1].sources[0].first)
    return reports[0]


def read(task: Reading) -> None:
    """File → `target`: a line with the refusal, or one with what other reports need to know and one with the report.

    Further reports of the file stand beside it, see `tasks.readings_of`.
    """
    try:
        reports = read_reports(task.path)
    except ReadingError as error:
        write_lines(task.target, {"refused": refusal(error)})
        return
    for number, report in reversed(list(enumerate(reports, 1))):  # the target last: where it stands, all stand
        write_reading(report, task.target if number == 1 else further(task.target, number))


def write_reading(report: Report, target: Path) -> None:
    """A report as a reading."""
    who = report.identity
    head = {
        "key": Names("", report).key,
        "body": who.body,
        "about": [who.year, who.stage, who.scope],
        "narrative": not report.tables,
        # References as texts: what many reports cite is held once.
        "references": sorted(json.dumps(to_json(r), ensure_ascii=False) for r in report_references(report)),
        "codes": [to_json(use) for use in sorted(code_uses(report))],
    }
    write_lines(target, head, to_json(report))


def settle(task: Settling) -> Resolution:
    """What the references of all reports mean."""
    authority = load_authority(task.authority) if task.authority else None
    return resolve((from_json(Reference, json.loads(text)) for text in task.references), authority)


def share(task: Sharing) -> None:
    """Write the part of the vocabulary in use and of the documents cited."""
    iri = f"{task.base}graph/shared"
    task.target.mkdir(exist_ok=True)
    graph = [*shared_graph(task.uses), *documents_graph(task.resolution, task.base)]
    write_part(dumps.sorted_triples(graph), [], iri, task.target, {"graph": iri}, None, index_piece(graph))


def make(task: Making) -> None:
    """Readings → `target`, a folder as `pieces.Part` describes it; of a refused report `part.json` alone."""
    partial = task.target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    report, refused = _merged([load(path) for path in task.readings])
    if report is None:
        write_lines(partial / PART, {"files": {}, "refused": refused})
    else:
        _make_pieces(report, refused, task, partial)
    shutil.rmtree(task.target, ignore_errors=True)  # one that a crash of the machine left damaged
    partial.rename(task.target)


def _merged(reports: list[Report]) -> tuple[Report | None, list[Facts]]:
    """The files of one report as one, and a refusal for each that is no part of it but prints it again or has no data.

    Of two that print the same tables the one with more figures is taken.
    """
    reports = sorted(reports, key=lambda report: (-counts(report)["observations"], report.sources[0].sha256))
    try:
        merged = merge_sources(reports)
    except ReadingError as error:
        rest = [r for r in reports if r.sources[0].name != error.file]
        if len(rest) == len(reports):
            raise
        report, refused = _merged(rest)
        return report, [*refused, refusal(error)]
    taken = merged[0].sources[0].name if merged else ""
    again = [(source.name, taken) for report in merged[1:] for source in report.sources]
    refused = [
        refusal(ReadingError(name, f"another part of the report in {of}", "the same again")) for name, of in again
    ]
    return (merged[0] if merged else None), refused


def _make_pieces(report: Report, refused: list[Facts], task: Making, folder: Path) -> None:
    graph = report_graph(report, task.resolution, task.base)
    # Some rules compare a citation with its document.
    documents = documents_graph(task.resolution, task.base)
    findings = check_graph(chain(graph, documents))
    names = Names(task.base, report)
    iri, who = names.of_report().value, report.identity
    told = findings_graph(findings, iri)
    about_findings = dumps.sorted_triples(told)
    rows = report_rows(iri, chain(graph, told), documents, code_uses(report))
    lines = sorted({*dumps.sorted_triples(graph), *about_findings})
    entry = {
        "report": iri,
        "name": names.key,
        "title": who.title,
        "body": who.body,
        "year": who.year,
        "stage": who.stage,
        "scope": who.scope,
        "sources": [to_json(source) for source in report.sources],
        "read": {**counts(report), "citations": sum(b"#Citation> ." in line for line in lines)},
        "triples": len(lines),
        "findings": dict(sorted(Counter(finding.severity for finding in findings).items())),
    }
    facts = {"graph": iri, "name": names.key, "entry": entry, "refused": refused}
    facts["rows"] = {name: number for name, (_, number) in rows.items()}
    sheets = {name: text for name, (text, _) in rows.items()}
    write_part(lines, about_findings, iri, folder, facts, names.key, index_piece(graph), sheets)


def refusal(error: ReadingError) -> Facts:
    """What the manifest says of a file that was refused."""
    return {"file": error.file, "page": error.page, "expected": error.expected, "found": error.found}


def write_lines(target: Path, *values: object) -> None:
    """One JSON value a line; the file is whole or absent."""
    partial = target.with_suffix(".partial")
    partial.write_text("".join(json.dumps(v, ensure_ascii=False) + "\n" for v in values), encoding="utf-8")
    partial.replace(target)


def load(path: Path) -> Report:
    """The report of a reading."""
    with path.open(encoding="utf-8") as file:
        file.readline()
        return from_json(Report, json.loads(file.readline()))
