"""Report files → a published release: reading and graph making in worker processes, one report at a time.

What a stage makes of a report is a file under `DIR/cache/`, named by the content it was made from and the code that
made it: a build that is stopped goes on where it was, and an unchanged report is not read again. Memory holds one line
of facts per report and the documents that are cited; the graphs stay on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TypeVar

import kg_builder
from kg_builder import dumps, vocab
from kg_builder.check import check_graph, findings_graph
from kg_builder.documents import documents_graph, report_references
from kg_builder.errors import ReadingError
from kg_builder.graph import report_graph
from kg_builder.inspection import counts
from kg_builder.legal.authority import load_authority
from kg_builder.legal.resolve import Reference, Resolution, resolve
from kg_builder.model import Report, Source
from kg_builder.names import Names
from kg_builder.readers import SUFFIXES, read_pages
from kg_builder.record import from_json, to_json
from kg_builder.release import Manifest, Part, ReleaseError, current, locked, publish
from kg_builder.shared import CodeUse, code_uses, shared_graph
from kg_builder.templates.identity import same_body
from kg_builder.templates.report import merge_sources, parse_report
from kg_builder.workers import Lost, run_apart

BASE = "http://localhost:8000/"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: base of all IRIs, worker processes, seconds that one report may take, a larger list of laws."""

    base: str = BASE
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    seconds: float = 900.0
    authority: Path | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, with the digest and size of its content."""

    path: Path
    sha256: str
    size: int

    @property
    def entry(self) -> Manifest:
        """What the manifest says of the file."""
        return {"name": self.path.name, "sha256": self.sha256, "size": self.size}


class NothingPublishedError(Exception):
    """No file could be published; `refused` says why for each."""

    def __init__(self, refused: list[Manifest]) -> None:
        self.refused = refused
        super().__init__(f"nothing could be published: {len(refused)} refused")


@cache
def code_digest() -> str:
    """SHA-256 of everything that decides what a report becomes: the modules, the ontology, the shapes, the tables."""
    parts = {Path(__file__).parent: "*.py", vocab.folder("data"): "*.tsv", vocab.folder("shapes"): "*.ttl"}
    parts |= {vocab.folder("ontology"): "*.*"}
    digest = hashlib.sha256()
    for folder, pattern in parts.items():
        for path in sorted(folder.rglob(pattern)):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build(inputs: Sequence[Path], out: Path, options: Options, say: Say) -> tuple[Manifest, bool]:
    """Publish a release of all reports in the files and folders; returns its manifest and whether it is a new one.

    `say` is told of progress, a line at a time. Raises NothingPublishedError where no report can be published (the
    release served until now stays) and ReleaseError where DIR cannot be written or another build holds it.
    """
    with locked(out):
        files, refused = find_inputs(inputs)
        recipe = _recipe(files, refused, options)
        served = current(out)
        if served is not None and served["recipe"] == recipe:
            say("unchanged: the release in place was made from the same files by the same code")
            return served, False
        work = _Work(out / "cache" / code_digest()[:16], options, say)
        groups, unreadable = work.read(files)
        refused += unreadable
        parts, failed = work.make(groups)
        refused = sorted(refused + failed, key=lambda refusal: (refusal["file"], str(refusal["found"])))
        # What a killed or slow process cost may succeed next time: such a release is never "unchanged".
        lost = sum(refusal.pop("retry", False) for refusal in refused)
        if not parts:
            raise NothingPublishedError(refused)
        say("writing the release")
        about = {
            "software": {"name": "mingzhang", "version": kg_builder.__version__, "code": code_digest()},
            "base": options.base,
            "recipe": None if lost else recipe,
            "inputs": [file.entry for file in files],
            "refused": refused,
        }
        manifest = publish(parts, about, out, options.jobs)
        work.keep_only_used()
        return manifest, True


def find_inputs(paths: Iterable[Path]) -> tuple[list[Input], list[Manifest]]:
    """Report files by name and content, folders walked, and what is refused: missing, unreadable, given twice.

    A folder's files of other kinds and hidden ones are passed over; a file named outright is always read or refused.
    """
    found: dict[str, Input] = {}
    refused = []
    walked = {file.resolve() for path in paths for file in _walk(path)}
    for path in sorted(walked, key=lambda p: (p.name, str(p))):
        try:
            with path.open("rb") as file:
                entry = Input(path, hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)
        except OSError as error:
            refused.append(_refusal(ReadingError(path.name, "a readable file", error.strerror or type(error).__name__)))
            continue
        first = found.setdefault(entry.sha256, entry)
        if first is not entry:
            refused.append(_refusal(ReadingError(path.name, "a file of its own", f"the content of {first.path.name}")))
    return sorted(found.values(), key=lambda entry: (entry.path.name, entry.sha256)), refused


def _walk(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, below, names in os.walk(path):
        below[:] = sorted(name for name in below if not name.startswith("."))
        yield from (Path(folder, n) for n in sorted(names) if Path(n).suffix.lower() in SUFFIXES and n[0] != ".")


def _refusal(error: ReadingError) -> Manifest:
    return {"file": error.file, "page": error.page, "expected": error.expected, "found": error.found}


def _recipe(files: Sequence[Input], refused: list[Manifest], options: Options) -> str:
    """Digest of all that decides what a release holds."""
    authority = options.authority and hashlib.sha256(options.authority.read_bytes()).hexdigest()
    return _digest_of([file.entry for file in files], refused, code_digest(), options.base, authority)


def _digest_of(*values: object) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read_report(path: Path) -> Report:
    """One report file as it was read; ReadingError where it cannot be."""
    pages = read_pages(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return parse_report(pages, Source(path.name, digest, len(pages)))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A file to read and where the report goes."""

    input: Input
    target: Path

    @property
    def name(self) -> str:
        """What people call it."""
        return self.input.path.name


@dataclass(frozen=True, slots=True)
class _Making:
    """The readings of one report to make a graph of, what its citations mean, and the folder where it goes."""

    name: str
    readings: tuple[Path, ...]
    resolution: Resolution
    base: str
    target: Path


_Task = TypeVar("_Task", _Reading, _Making)


class _Work:
    """The stages over all reports, each in worker processes, what they make kept in one folder of the cache."""

    def __init__(self, folder: Path, options: Options, say: Say) -> None:
        self._folder, self._options, self._say = folder, options, say
        self._used: set[Path] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def read(self, files: Sequence[Input]) -> tuple[list[list[Path]], list[Manifest]]:
        """Files → the readings of each report, and what was refused."""
        tasks = [_Reading(f, self._target(f"{_digest_of(f.entry)}.json")) for f in files]
        refused = self._run("read", _read, tasks, len(tasks))
        heads = [(task.target, _head(task.target)) for task in tasks if task.target.exists()]
        refused += [head["refused"] for _, head in heads if "refused" in head]
        return _grouped([(path, head) for path, head in heads if "refused" not in head]), refused

    def make(self, groups: list[list[Path]]) -> tuple[list[Part], list[Manifest]]:
        """Readings → graphs with their findings, the graph that they share, and what was refused."""
        if not groups:
            return [], []
        authority = load_authority(self._options.authority) if self._options.authority else None
        references, uses = set[Reference](), set[CodeUse]()
        for path in chain.from_iterable(groups):
            head = _head(path)
            references.update(from_json(Reference, r) for r in head["references"])
            uses.update(CodeUse(*use) for use in head["codes"])
        self._say(f"resolving {len(references)} references")
        resolution = resolve(references, authority)
        targets: list[Path] = []
        refused = self._run("made", _make, self._makings(groups, resolution, targets), len(groups))
        parts = []
        for target in targets:
            entry = _head(target / "entry.json") if target.exists() else {"refused": []}
            refused += entry.pop("refused")
            if entry:
                parts.append(Part(entry["report"], target, entry["name"], entry))
        return [*parts, self._shared(uses, resolution)] if parts else [], refused

    def _makings(self, groups: list[list[Path]], resolution: Resolution, targets: list[Path]) -> Iterator[_Making]:
        """One task for each report, made when a worker is free; its folder is told in `targets`."""
        for readings in groups:
            heads = [_head(path) for path in readings]
            cited = {from_json(Reference, reference) for head in heads for reference in head["references"]}
            own = _part_of(resolution, cited)
            names = [path.name for path in readings]
            targets.append(self._target(_digest_of(names, _resolution_key(own), self._options.base)))
            yield _Making(heads[0]["key"], tuple(readings), own, self._options.base, targets[-1])

    def _shared(self, uses: Iterable[CodeUse], resolution: Resolution) -> Part:
        """The graph of the vocabulary that the reports use and of the documents that they cite."""
        folder = self._target("shared")
        folder.mkdir(exist_ok=True)
        graph = chain(shared_graph(uses), documents_graph(resolution, self._options.base))
        (folder / "graph.nt").write_bytes(b"".join(dumps.sorted_triples(graph)))
        return Part(f"{self._options.base}graph/shared", folder)

    def keep_only_used(self) -> None:
        """Drop what was made by other code or for other files than those of this build."""
        for path in sorted([*self._folder.parent.iterdir(), *self._folder.iterdir()]):
            if path != self._folder and path not in self._used:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _target(self, name: str) -> Path:
        self._used.add(self._folder / name)
        return self._folder / name

    def _run(self, verb: str, work: Callable[[_Task], None], tasks: Iterable[_Task], count: int) -> list[Manifest]:
        """Do the tasks that have no result yet; returns a refusal for each that was lost."""
        lost = []
        todo = (task for task in tasks if not task.target.exists())
        for done, (task, result) in enumerate(run_apart(work, todo, self._options.jobs, self._options.seconds), 1):
            self._say(f"{verb} {done} of {count}: {task.name}")
            if isinstance(result, Lost) and result.how == "system":
                raise ReleaseError(result.reason)
            if isinstance(result, Lost):
                refusal = _refusal(ReadingError(task.name, "a report that can be read", result.reason))
                lost.append({**refusal, "retry": result.how != "raised"})
        return lost


def _read(task: _Reading) -> None:
    """File → `target`: a line with the refusal, or one with what other reports need to know and one with the report."""
    try:
        report = read_report(task.input.path)
    except ReadingError as error:
        _write_lines(task.target, {"refused": _refusal(error)})
        return
    who = report.identity
    head = {
        "key": Names("", report).key,
        "body": who.body,
        "about": [who.year, who.stage, who.scope],
        "narrative": not report.tables,
        "references": [to_json(r) for r in sorted(report_references(report), key=repr)],
        "codes": [to_json(use) for use in sorted(code_uses(report))],
    }
    _write_lines(task.target, head, to_json(report))


def _grouped(readings: list[tuple[Path, Manifest]]) -> list[list[Path]]:
    """Readings of one report together: those of one key, and a narrative with the tables of the same body."""
    groups: dict[str, list[tuple[Path, Manifest]]] = {}
    for path, head in sorted(readings, key=lambda reading: (reading[1]["narrative"], reading[0].name)):
        key = head["key"]
        if head["narrative"] and key not in groups:
            same = (k for k, group in groups.items() if _are_one(group[0][1], head))
            key = next(same, key)
        groups.setdefault(key, []).append((path, head))
    return [[path for path, _ in group] for _, group in sorted(groups.items())]


def _are_one(head: Manifest, other: Manifest) -> bool:
    return head["about"] == other["about"] and same_body(head["body"], other["body"])


def _part_of(resolution: Resolution, cited: set[Reference]) -> Resolution:
    """What the resolution of all reports says to one of them."""
    links = {r: resolution.links[r] for r in sorted(cited, key=repr) if r in resolution.links}
    slugs = sorted({link.slug for link in links.values() if link.slug is not None})
    suspicions = tuple(s for s in resolution.suspicions if not set(s.slugs).isdisjoint(slugs))
    slugs = sorted({*slugs, *chain.from_iterable(s.slugs for s in suspicions)})
    return Resolution({slug: resolution.documents[slug] for slug in slugs}, links, suspicions)


def _resolution_key(own: Resolution) -> str:
    return _digest_of(repr(own.documents), repr(own.links), repr(own.suspicions))


def _make(task: _Making) -> None:
    """Readings → `target`, a folder: `entry.json`, and unless all are refused the files that `release.Part` names."""
    partial = task.target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    report, refused = _merged([_load(path) for path in task.readings])
    entry = _make_files(report, task, partial) if report else {}
    _write_lines(partial / "entry.json", {**entry, "refused": refused})
    partial.rename(task.target)


def _merged(reports: list[Report]) -> tuple[Report | None, list[Manifest]]:
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
        return report, [*refused, _refusal(error)]
    taken = merged[0].sources[0].name if merged else ""
    again = [(source.name, taken) for report in merged[1:] for source in report.sources]
    refused = [
        _refusal(ReadingError(name, f"another part of the report in {of}", "the same again")) for name, of in again
    ]
    return (merged[0] if merged else None), refused


def _make_files(report: Report, task: _Making, folder: Path) -> Manifest:
    """Report → its files in the folder; returns what the manifest says of it."""
    graph = report_graph(report, task.resolution, task.base)
    # Some rules compare a citation with its document.
    findings = check_graph(chain(graph, documents_graph(task.resolution, task.base)))
    iri = Names(task.base, report).of_report().value
    about_findings = dumps.sorted_triples(findings_graph(findings, iri))
    lines = sorted({*dumps.sorted_triples(graph), *about_findings})
    (folder / "graph.nt").write_bytes(b"".join(lines))
    (folder / "findings.nt").write_bytes(b"".join(about_findings))
    for suffix, write in (("ttl", dumps.write_turtle), ("jsonld", dumps.write_jsonld)):
        with (folder / f"report.{suffix}").open("wb") as file:
            write(lines, file)
    who = report.identity
    return {
        "report": iri,
        "name": Names(task.base, report).key,
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


def _write_lines(target: Path, *values: object) -> None:
    """One JSON value a line; the file is whole or absent."""
    partial = target.with_suffix(".partial")
    partial.write_text("".join(json.dumps(v, ensure_ascii=False) + "\n" for v in values), encoding="utf-8")
    partial.replace(target)


def _head(path: Path) -> Manifest:
    with path.open(encoding="utf-8") as file:
        head: Manifest = json.loads(file.readline())
        return head


def _load(path: Path) -> Report:
    with path.open(encoding="utf-8") as file:
        file.readline()
        return from_json(Report, json.loads(file.readline()))
