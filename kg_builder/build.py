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
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

import kg_builder
from kg_builder import dumps, vocab
from kg_builder.errors import ReadingError
from kg_builder.graph import Names, report_graph
from kg_builder.inspection import counts
from kg_builder.model import Report, Source
from kg_builder.readers import SUFFIXES, read_pages
from kg_builder.record import from_json, to_json
from kg_builder.release import Manifest, Part, current, locked, publish
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
    package = Path(__file__).parent
    folders = (("kg_builder", package), *((name, vocab.folder(name)) for name in ("ontology", "shapes")))
    digest = hashlib.sha256()
    for name, folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in {".py", ".ttl", ".tsv", ".jsonld"}):
            digest.update(f"{name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build(inputs: Sequence[Path], out: Path, options: Options, say: Say) -> tuple[Manifest, bool]:
    """Publish a release of all reports in the files and folders; returns its manifest and whether it is a new one.

    `say` is told of progress, a line at a time. Raises NothingPublishedError where no report can be published (the release
    served until now stays) and ReleaseError where DIR cannot be written or another build holds it.
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
        if not parts:
            raise NothingPublishedError(refused)
        say("writing the release")
        about = {
            "software": {"name": "mingzhang", "version": kg_builder.__version__, "code": code_digest()},
            "base": options.base,
            # What a killed or slow process cost may succeed next time: such a release is never "unchanged".
            "recipe": None if any(refusal.pop("retry", False) for refusal in refused) else recipe,
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
    """A file to read and where the report goes; the file's name is part of the report, so it is part of the key."""

    input: Input
    target: Path


@dataclass(frozen=True, slots=True)
class _Making:
    """The readings of one report to make a graph of, and the folder where it goes."""

    key: str
    readings: tuple[Path, ...]
    base: str
    target: Path


class _Work:
    """The stages over all reports, each in worker processes, what they make kept in one folder of the cache."""

    def __init__(self, folder: Path, options: Options, say: Say) -> None:
        self._folder, self._options, self._say = folder, options, say
        self._used: set[Path] = set()

    def read(self, files: Sequence[Input]) -> tuple[dict[str, list[Path]], list[Manifest]]:
        """Files → readings of each report by the report's key, and what was refused."""
        tasks = [_Reading(f, self._target(f"{_digest_of(f.entry)}.json")) for f in files]
        refused = self._run("read", _read, tasks, lambda task: task.input.path.name)
        groups: dict[str, list[Path]] = {}
        for task in tasks:
            head = _head(task.target) if task.target.exists() else {}
            if "refused" in head:
                refused.append(head["refused"])
            elif head:
                groups.setdefault(head["key"], []).append(task.target)
        return groups, refused

    def make(self, groups: dict[str, list[Path]]) -> tuple[list[Part], list[Manifest]]:
        """Readings → graphs with their findings, and what was refused."""
        tasks = []
        for key, readings in sorted(groups.items()):
            target = self._target(_digest_of(key, [path.name for path in readings], self._options.base))
            tasks.append(_Making(key, tuple(readings), self._options.base, target))
        refused = self._run("made", _make, tasks, lambda task: task.key)
        parts = []
        for task in tasks:
            entry = _head(task.target / "entry.json") if task.target.exists() else {}
            if "refused" in entry:
                refused.append(entry["refused"])
            elif entry:
                parts.append(Part(entry["report"], task.target, entry["name"], entry))
        return parts, refused

    def keep_only_used(self) -> None:
        """Drop what neither this build nor, being of other code, any later one can use."""
        for other in sorted(self._folder.parent.iterdir()):
            if other != self._folder:
                shutil.rmtree(other)
        for path in sorted(self._folder.iterdir()):
            if path not in self._used:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _target(self, name: str) -> Path:
        self._used.add(self._folder / name)
        return self._folder / name

    def _run(
        self, verb: str, work: Callable[[_T], None], tasks: Sequence[_T], name: Callable[[_T], str]
    ) -> list[Manifest]:
        """Do the tasks that have no result yet; returns a refusal for each that was lost."""
        self._folder.mkdir(parents=True, exist_ok=True)
        todo = [task for task in tasks if not task.target.exists()]
        lost = []
        for done, (task, result) in enumerate(run_apart(work, todo, self._options.jobs, self._options.seconds), 1):
            self._say(f"{verb} {done} of {len(todo)}: {name(task)}")
            if isinstance(result, Lost):
                refusal = _refusal(ReadingError(name(task), "a report that can be read", result.reason))
                lost.append({**refusal, "retry": result.retry})
        return lost


_T = TypeVar("_T", _Reading, _Making)


def _read(task: _Reading) -> None:
    """File → `target`: one line with the report's key or the refusal, then one with the report."""
    try:
        report = read_report(task.input.path)
    except ReadingError as error:
        _write_lines(task.target, {"refused": _refusal(error)})
        return
    _write_lines(task.target, {"key": Names("", report).key}, to_json(report))


def _make(task: _Making) -> None:
    """Readings → `target`, a folder: `entry.json`, and unless that is a refusal the files that `release.Part` names."""
    partial = task.target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        report = _merged([_load(path) for path in task.readings])
        entry = _make_files(report, task, partial)
    except ReadingError as error:
        entry = {"refused": _refusal(error)}
    _write_lines(partial / "entry.json", entry)
    partial.rename(task.target)


def _merged(reports: list[Report]) -> Report:
    """The files of one report as one; ReadingError where they are no parts of one but print the same twice."""
    merged = merge_sources(reports)
    if len(merged) > 1:
        second = merged[1].sources[0].name
        raise ReadingError(
            second, f"another part of the report in {merged[0].sources[0].name}", "the same tables again"
        )
    return merged[0]


def _make_files(report: Report, task: _Making, folder: Path) -> Manifest:
    graph = report_graph(report, None, task.base)
    findings = check_graph(graph)
    lines = dumps.sorted_triples(graph)
    (folder / "graph.nt").write_bytes(b"".join(lines))
    with (folder / "report.ttl").open("wb") as file:
        dumps.write_turtle(lines, file)
    with (folder / "report.jsonld").open("wb") as file:
        dumps.write_jsonld(lines, file)
    who = report.identity
    return {
        "report": Names(task.base, report).of_report().value,
        "name": task.key,
        "title": who.title,
        "body": who.body,
        "year": who.year,
        "stage": who.stage,
        "scope": who.scope,
        "sources": [to_json(source) for source in report.sources],
        "read": counts(report),
        "triples": len(lines),
        "findings": {},
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
