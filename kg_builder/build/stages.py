"""What a worker process does with one report: file → reading, readings → the pieces of a release.

A stage writes what it makes to a file or folder that is whole or absent, and never touches anything else: it may run
in any process, or on any machine that sees the same folders, and may be done again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from kg_builder.check import check_graph, findings_graph
from kg_builder.errors import ReadingError, UnreadableError
from kg_builder.graph.counterparts import printed_sums
from kg_builder.graph.documents import documents_graph, report_references
from kg_builder.graph.names import Names
from kg_builder.graph.reports import record_places, report_graph
from kg_builder.graph.shared import CodeUse, code_uses, shared_graph
from kg_builder.inspection import counts
from kg_builder.kept import clear, read_kept, write_kept
from kg_builder.legal.authority import load_authority
from kg_builder.legal.resolve import Reference, Resolution, resolve
from kg_builder.model import UNSTATED, Counterpart, Page, Place, Publication, Report, Source
from kg_builder.printed import pages_as_shown, placed
from kg_builder.readers import read_pages
from kg_builder.readers.original import Original, original_of, read_original
from kg_builder.readers.parts import laid_out, own_place
from kg_builder.record import from_json, rewritten, to_json
from kg_builder.release import dumps
from kg_builder.release.pieces import PART, PLACES, write_part
from kg_builder.release.search_index import index_piece
from kg_builder.release.sheets import report_rows
from kg_builder.templates.report import Parsed, merge_sources, parse_reports

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reading:
    """A file to read, what people call it, the digest of its content when it was found, and where the reading goes.

    `print` is where it goes what its pages show, where that is wanted.
    """

    path: Path
    name: str
    sha256: str
    target: Path
    print: Path | None = None
    publication: Publication = UNSTATED


@dataclass(frozen=True, slots=True)
class Settling:
    """What all reports cite, and a larger list of laws; references stand as texts, see `write_reading`."""

    references: tuple[str, ...]
    authority: Path | None


@dataclass(frozen=True, slots=True)
class Sharing:
    """The codes that all reports use, what their citations mean, and the folder of what they share."""

    uses: frozenset[CodeUse]
    resolution: Resolution
    base: str
    target: Path


@dataclass(frozen=True, slots=True)
class Making:
    """A graph to make: where its readings are, what its citations mean, and the folder where it goes.

    A reading is a file with the number of the report in it, counted from 0. `places`: it is told too where on its
    pages everything stands.
    """

    name: str
    readings: tuple[tuple[Path, int], ...]
    resolution: Resolution
    base: str
    target: Path
    places: bool = False
    version: str = ""  # of a report of which no version is known to be in force; `versions` are the keys of the others
    versions: tuple[str, ...] = ()
    counterparts: tuple[Counterpart, ...] = ()


def read_reports(file: Path | Original) -> Parsed:
    """The reports of a file as they were read, nearly always one; ReadingError where there is none."""
    return read_print(original_of(file))[1]


def read_print(original: Original, stated: Publication = UNSTATED) -> tuple[Sequence[Page], Parsed]:
    """The pages of a file beside its reports as they were read; ReadingError where there is none."""
    pages = read_pages(original)
    source = Source(original.name, original.sha256, len(pages), url=stated.url, published=stated.published)
    reports, refused = parse_reports(pages, source, stated)
    if any(page.parts for page in pages):
        place = own_place(pages)
        reports = [rewritten(one, lambda v: place(v) if isinstance(v, Place) else v) for one in reports]
    return laid_out(pages), Parsed(reports, refused)


def read_report(file: Path | Original) -> Report:
    """The report of a file; ReadingError where it cannot be read or holds more than one."""
    (first, *more), refused = read_reports(file)
    if more or refused:
        others = [report.sources[0] for report in more] + [source for source, _ in refused]
        names = [report.identity.title for report in (first, *more)] + [error.found for _, error in refused]
        page = min(source.first for source in others)
        raise ReadingError(first.sources[0].name, "one report", f"{len(names)}: {', '.join(names)}", page)
    return first


def read(task: Reading) -> Facts | None:
    """File → `target`: what other reports need to know of each report and the reports, or a refusal.

    A file that cannot be read now, or is not the one that was found, leaves nothing there: the refusal is returned.
    """
    try:
        original = read_original(task.path)
        if original.sha256 != task.sha256:
            raise UnreadableError(task.name, "the file that was there when the build began", "another content")
        pages, (reports, refused) = read_print(original, task.publication)
    except UnreadableError as error:
        return error.entry
    except ReadingError as error:
        pages, reports, told = (), [], [error]
    else:
        told = [error for _, error in refused]
    if task.print:
        write_kept(task.print, pages_as_shown(pages, (one for report in reports for one in report.ignored)))
    write_reading(reports, told, task.target)
    return None


def write_reading(reports: Sequence[Report], refused: Sequence[ReadingError], target: Path) -> None:
    """The reports of a file as a reading: a line of what others need to know of each, then each on a line."""
    told = {"reports": list(map(_head, reports)), "refused": [error.entry for error in refused]}
    write_kept(target, [told, *map(to_json, reports)])


def _head(report: Report) -> Facts:
    who = report.identity
    return {
        "key": Names("", report).key,
        "body": who.body,
        "region": who.region,
        "about": [who.year, who.stage, who.scope],
        "narrative": not report.tables,
        "sha256": report.sources[0].sha256,
        # References as texts: what many reports cite is held once.
        "references": sorted(json.dumps(to_json(r), ensure_ascii=False) for r in report_references(report)),
        "codes": [to_json(use) for use in sorted(code_uses(report))],
        "printed": to_json(printed_sums(report)),
    }


def load(path: Path, number: int = 0) -> Report:
    """A report of a reading."""
    return from_json(Report, json.loads(read_kept(path)[1 + number]))


def settle(task: Settling) -> Resolution:
    """What the references of all reports mean."""
    authority = load_authority(task.authority) if task.authority else None
    return resolve((from_json(Reference, json.loads(text)) for text in task.references), authority)


def share(task: Sharing) -> None:
    """Write the part of the vocabulary in use and of the documents cited."""
    iri = f"{task.base}graph/shared"
    clear(task.target)
    task.target.mkdir()
    graph = [*shared_graph(task.uses), *documents_graph(task.resolution, task.base)]
    write_part(dumps.sorted_triples(graph), [], iri, task.target, {"graph": iri}, None, index_piece(graph))


def make(task: Making) -> None:
    """Readings → `target`, a folder as `pieces.Part` describes it; of a refused report `part.json` alone."""
    partial = task.target.with_suffix(".partial")
    clear(partial)
    partial.mkdir()
    reports = [_versioned(load(path, number), task) for path, number in task.readings]
    report, refused = _merged(reports)
    if report is None:
        write_kept(partial / PART, [{"files": {}, "refused": refused}], task.target.name)
    else:
        report = replace(report, counterparts=task.counterparts)
        joined = {r.identity.body for r in reports if _names(r) <= _names(report)}
        _make_pieces(report, sorted(joined - {report.identity.body}), refused, task, partial)
    clear(task.target)  # one that is damaged
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
        if len(rest) == len(reports):  # it is about all of them
            return None, [replace(error, file=source.name).entry for r in reports for source in r.sources]
        report, refused = _merged(rest)
        return report, [*refused, error.entry]
    taken = merged[0].sources[0].name if merged else ""
    again = [(source.name, taken) for report in merged[1:] for source in report.sources]
    refused = [ReadingError(name, f"another part of the report in {of}", "the same again").entry for name, of in again]
    return (merged[0] if merged else None), refused


def _versioned(report: Report, task: Making) -> Report:
    return replace(report, identity=replace(report.identity, version=task.version, versions=task.versions))


def _names(report: Report) -> set[str]:
    return {source.name for source in report.sources}


def _make_pieces(report: Report, also: list[str], refused: list[Facts], task: Making, folder: Path) -> None:
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
        "region": who.region,
        "year": who.year,
        "stage": who.stage,
        "scope": who.scope,
        "sources": [to_json(source) for source in report.sources],
        "read": {**counts(report), "citations": sum(b"#Citation> ." in line for line in lines)},
        "triples": len(lines),
        "findings": dict(sorted(Counter(finding.severity for finding in findings).items())),
    }
    if also:
        entry["also"] = also  # other names that the files of the report have for its body
    facts = {"graph": iri, "name": names.key, "entry": entry, "refused": refused}
    facts["rows"] = {name: number for name, (_, number) in rows.items()}
    pieces = {f"{name}.csv": text for name, (text, _) in rows.items()}
    if task.places:
        places = record_places(report, task.base, task.resolution)
        pieces[PLACES] = json.dumps(placed(report, graph, places, f"{task.base}id/"), ensure_ascii=False).encode()
    write_part(
        lines, about_findings, iri, folder, facts, names.key, index_piece(chain(graph, told)), pieces, task.target.name
    )
