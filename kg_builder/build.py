"""Report files → a published release: reading and graph making in worker processes, one report at a time.

What a stage makes of a report is a file under `DIR/cache/`, named by the content it was made from and the code that
made it: a build that is stopped goes on where it was, and an unchanged report is not read again. Memory holds what
the manifest says of each report, and the distinct references and documents; graphs and dumps stay on disk.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import kg_builder
from kg_builder.errors import ReadingError
from kg_builder.readers import SUFFIXES

if TYPE_CHECKING:
    from kg_builder.cluster import ClusterWorkers
    from kg_builder.graph.shared import CodeUse
    from kg_builder.legal.resolve import Reference, Resolution
    from kg_builder.model import Report
    from kg_builder.release.pieces import Part
    from kg_builder.tasks import Making, Reading, Settling, Sharing
    from kg_builder.workers import Workers

Manifest = dict[str, Any]

BASE = "http://localhost:8000/"
# Loaded by this process while another loads what the workers are copies of.
_NEEDED_LATER = ("kg_builder.legal.resolve", "kg_builder.record", "kg_builder.release.write", "kg_builder.tasks")
# What is done once for all reports takes as long as it takes; a day means that it hangs.
_WHOLE_SECONDS = 86_400.0

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: base of all IRIs, worker processes, seconds that one report may take, a larger list of laws.

    `cluster` is the address of a Dask scheduler whose workers see the same folders; they read and make the reports.
    """

    base: str = BASE
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    seconds: float = 900.0
    authority: Path | None = None
    cluster: str | None = None


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
    tables, shapes, ontology = map(kg_builder.folder, ("data", "shapes", "ontology"))
    parts = {Path(__file__).parent: "*.py", tables: "*.tsv", shapes: "*.ttl", ontology: "*.*"}
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
    if not (out / "current").exists():  # where nothing stands there is work to do
        from kg_builder.workers import prepare

        prepare()
    from kg_builder.release.standing import current, locked

    with locked(out):
        files, refused = find_inputs(inputs)
        recipe = _recipe(files, refused, options)
        served = current(out)
        if served is not None and served["recipe"] == recipe:
            say("unchanged: the release in place was made from the same files by the same code")
            return served, False
        del served
        return _build(files, refused, recipe, out, options, say), True


def _build(
    files: Sequence[Input], refused: list[Manifest], recipe: str, out: Path, options: Options, say: Say
) -> Manifest:
    work = Work(_cache(out), options, say)
    with work.workers() as workers:
        for module in _NEEDED_LATER:
            import_module(module)
        groups, unreadable = work.read(files, workers)
        refused = refused + unreadable
        parts, failed = work.make(groups, workers)
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
    from kg_builder.release.write import publish

    manifest = publish(parts, about, out, options.jobs)
    work.keep_only_used()
    return manifest


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


def _cache(out: Path) -> Path:
    return out / "cache" / code_digest()[:16]


def _reading_name(file: Input) -> str:
    return f"{_digest_of(file.entry)}.json"


def reading_path(out: Path, file: Input) -> Path:
    """Where the reading of a file is kept; one that is there is not made again."""
    return _cache(out) / _reading_name(file)


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
    from kg_builder.stages import read_report

    return read_report(path)


def read_reports(path: Path) -> list[Report]:
    """The reports of a file, nearly always one; ReadingError where there is none."""
    from kg_builder.stages import read_reports

    return read_reports(path)


@dataclass(frozen=True, slots=True)
class _Head:
    """What other reports need to know of a reading; `references` are texts, each held once."""

    path: Path
    key: str
    body: str
    about: tuple[int, str, str]
    narrative: bool
    references: tuple[str, ...]
    size: int


_Task = TypeVar("_Task", "Reading", "Making")
_Whole = TypeVar("_Whole", "Settling", "Sharing")
_Result = TypeVar("_Result")


class Work:
    """The stages over all reports, each in worker processes, what they make kept in one folder of the cache."""

    def __init__(self, folder: Path, options: Options, say: Say) -> None:
        self._folder, self._options, self._say = folder, options, say
        self._used: set[Path] = set()
        self._uses: set[CodeUse] = set()
        self._texts: dict[str, str] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def workers(self) -> Workers | ClusterWorkers:
        """The processes that do the work, here or on a cluster."""
        if self._options.cluster:
            from kg_builder.cluster import ClusterWorkers

            return ClusterWorkers(self._options.cluster)
        from kg_builder.workers import Workers

        return Workers(self._options.jobs)

    def read(
        self, files: Sequence[Input], workers: Workers | ClusterWorkers
    ) -> tuple[list[list[_Head]], list[Manifest]]:
        """Files → the readings of each report, and what was refused."""
        from kg_builder import tasks

        readings = [tasks.Reading(f.path.resolve(), self._target(_reading_name(f))) for f in files]
        # The largest first: a long report that comes last would be waited for by all the other processes.
        order = sorted(range(len(files)), key=lambda i: -files[i].size)
        todo = (readings[i] for i in order if not _is_reading(readings[i].target))
        refused = self._run("read", workers, tasks.read, todo, len(readings))
        heads = []
        for path in chain.from_iterable(tasks.readings_of(reading.target) for reading in readings):
            self._used.add(path)
            head = _line(path)
            if "refused" in head:
                refused.append(head["refused"])
            else:
                heads.append(self._head(path, head))
        return _grouped(heads), refused

    def _head(self, path: Path, head: Manifest) -> _Head:
        from kg_builder.graph.shared import CodeUse

        self._uses.update(CodeUse(*use) for use in head["codes"])
        references = tuple(self._texts.setdefault(text, text) for text in head["references"])
        return _Head(
            path, head["key"], head["body"], tuple(head["about"]), head["narrative"], references, path.stat().st_size
        )

    def make(self, groups: list[list[_Head]], workers: Workers | ClusterWorkers) -> tuple[list[Part], list[Manifest]]:
        """Readings → the parts of the release with the one that reports share, and what was refused."""
        from concurrent.futures import ThreadPoolExecutor

        from kg_builder import tasks
        from kg_builder.legal.resolve import Reference
        from kg_builder.record import from_json
        from kg_builder.release.pieces import Part, is_whole, read_facts

        if not groups:
            return [], []
        self._say(f"resolving {len(self._texts)} references")
        folder, base = self._target("shared"), self._options.base
        settling = tasks.Settling(tuple(self._texts), self._options.authority)
        resolution = _done_apart(tasks.settle, settling, "the references of all reports")
        meant = {text: from_json(Reference, json.loads(text)) for text in self._texts}
        targets: list[Path] = []
        makings = self._makings(groups, Meanings(resolution, meant), targets)
        with ThreadPoolExecutor(1) as thread:
            sharing = tasks.Sharing(frozenset(self._uses), resolution, base, folder)
            shared = thread.submit(_done_apart, tasks.share, sharing, "what all reports share")
            refused = self._run("made", workers, tasks.make, makings, len(groups))
            shared.result()
        parts = []
        for target in targets:
            if is_whole(target):
                facts = read_facts(target)
                refused += facts["refused"]
                if "graph" in facts:
                    parts.append(Part(facts["graph"], target))
        return [*parts, Part(f"{base}graph/shared", folder)] if parts else [], refused

    def _makings(self, groups: list[list[_Head]], meanings: Meanings, targets: list[Path]) -> Iterator[Making]:
        """One task for each report not made yet, told when a worker is free; all folders are told in `targets`."""
        from kg_builder.release.pieces import is_whole
        from kg_builder.tasks import Making

        for heads in sorted(groups, key=lambda heads: -sum(head.size for head in heads)):
            cited = sorted({text for head in heads for text in head.references})
            names = [head.path.name for head in heads]
            target = self._target(_digest_of(names, meanings.digest(cited), self._options.base))
            targets.append(target)
            if is_whole(target):
                continue
            paths = tuple(head.path for head in heads)
            yield Making(heads[0].key, paths, meanings.part(cited), self._options.base, target)

    def keep_only_used(self) -> None:
        """Drop what was made by other code or for other files than those of this build."""
        for path in sorted([*self._folder.parent.iterdir(), *self._folder.iterdir()]):
            if path != self._folder and path not in self._used:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def _target(self, name: str) -> Path:
        self._used.add(self._folder / name)
        return self._folder / name

    def _run(
        self,
        verb: str,
        workers: Workers | ClusterWorkers,
        work: Callable[[_Task], None],
        todo: Iterable[_Task],
        count: int,
    ) -> list[Manifest]:
        """Do the tasks; returns a refusal for each that was lost."""
        from kg_builder.release.standing import ReleaseError
        from kg_builder.workers import Lost

        lost: list[Manifest] = []
        again: list[_Task] = []
        seconds = self._options.seconds
        # A process that ended while it had a task may have been killed for another's sake: each is tried once more.
        results = chain(workers.run(work, todo, seconds), _later(lambda: workers.run(work, list(again), seconds)))
        for done, (task, result) in enumerate(results, 1):
            if isinstance(result, Lost) and result.how == "died" and task not in again:
                again.append(task)
                continue
            self._say(f"{verb} {done - len(again)} of {count}: {task.name}")
            if isinstance(result, Lost) and result.how == "system":
                raise ReleaseError(result.reason)
            if isinstance(result, Lost):
                refused = ReadingError(task.name, "a report that can be read", result.reason)
                lost.append({**_refusal(refused), "retry": result.how != "raised"})
        return lost


def _done_apart(function: Callable[[_Whole], _Result], task: _Whole, about: str) -> _Result:
    """What a process of its own makes of a task, once, so that what it held is freed; ReleaseError where it cannot."""
    from kg_builder.release.standing import ReleaseError
    from kg_builder.workers import Lost, run_apart

    ((_, result),) = run_apart(function, [task], 1, _WHOLE_SECONDS)
    if isinstance(result, Lost) and result.how == "died":  # it may have been killed for another's sake
        ((_, result),) = run_apart(function, [task], 1, _WHOLE_SECONDS)
    if isinstance(result, Lost):
        raise ReleaseError(f"{about}: {result.reason}")
    return result


def _later(make: Callable[[], Iterator[_Result]]) -> Iterator[_Result]:
    """An iterator that is made when it is begun."""
    yield from make()


class Meanings:
    """What the resolution of all reports says to one of them, and a digest of it that costs little."""

    def __init__(self, resolution: Resolution, references: dict[str, Reference]) -> None:
        self._all, self._references = resolution, references
        self._suspicions = defaultdict(list)
        for suspicion in resolution.suspicions:
            for slug in suspicion.slugs:
                self._suspicions[slug].append(suspicion)
        self._known: dict[str, bytes] = {}

    def part(self, cited: Sequence[str]) -> Resolution:
        """The links of the references, the documents that they mean, and what is suspected of these."""
        from kg_builder.legal.resolve import Resolution

        references = sorted((self._references[text] for text in cited), key=repr)
        links = {r: self._all.links[r] for r in references if r in self._all.links}
        slugs = {link.slug for link in links.values() if link.slug is not None}
        suspicions = sorted({s for slug in slugs for s in self._suspicions.get(slug, ())}, key=repr)
        slugs.update(chain.from_iterable(s.slugs for s in suspicions))
        return Resolution({slug: self._all.documents[slug] for slug in sorted(slugs)}, links, tuple(suspicions))

    def digest(self, cited: Sequence[str]) -> str:
        """SHA-256 of everything that `part` gives."""
        whole = hashlib.sha256()
        for text in cited:
            if text not in self._known:
                part = self.part([text])
                said = repr((part.documents, part.links, part.suspicions))
                self._known[text] = hashlib.sha256(said.encode()).digest()
            whole.update(self._known[text])
        return whole.hexdigest()


def _grouped(heads: list[_Head]) -> list[list[_Head]]:
    """Readings of one report together: those of one key, and a narrative with the tables of the same body."""
    groups: dict[str, list[_Head]] = {}
    told: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for head in sorted(heads, key=lambda head: (head.narrative, head.path.name)):
        key = head.key
        if head.narrative and key not in groups:
            key = next((k for k in told[head.about] if _are_one(groups[k][0], head)), key)
        if key not in groups:
            groups[key] = []
            told[head.about].append(key)
        groups[key].append(head)
    return [group for _, group in sorted(groups.items())]


def _are_one(head: _Head, other: _Head) -> bool:
    from kg_builder.templates.body_names import same_body

    return same_body(head.body, other.body)


def _is_reading(path: Path) -> bool:
    """Whether a reading is there to its end (a crash of the machine may cut a file that was not forced to the disk)."""
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"
    except OSError:
        return False


def _line(path: Path) -> Manifest:
    with path.open(encoding="utf-8") as file:
        head: Manifest = json.loads(file.readline())
        return head
