"""The stages over all reports, each in worker processes; what they make is kept, and made again where damaged."""

from __future__ import annotations

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from kg_builder.build import stages
from kg_builder.build.versions import Version, differing, in_force, versions_of
from kg_builder.build.workers import Lost, Workers, run_once
from kg_builder.errors import ReadingError
from kg_builder.graph.counterparts import Printed, counterparts
from kg_builder.graph.shared import CodeUse
from kg_builder.kept import clear, digest_of, read_kept
from kg_builder.legal.resolve import Reference, Resolution
from kg_builder.model import Report
from kg_builder.record import from_json
from kg_builder.release.pieces import Part, is_whole, read_facts
from kg_builder.release.standing import Manifest, ReleaseError
from kg_builder.templates.identity.body_names import same_body, same_region

if TYPE_CHECKING:
    from kg_builder.build.cluster import ClusterWorkers
    from kg_builder.build.inputs import Input, Options

# What is done once for all reports takes as long as it takes; a day means that it hangs.
_WHOLE_SECONDS = 86_400.0
# What may be dropped from the cache.
_NAME = re.compile(r"[0-9a-f]{16}|[0-9a-f]{64}(?:(?:\.print)?\.json)?(?:\.partial)?|shared")

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Head:
    """What other reports need to know of a reading; `references` are texts, each held once."""

    path: Path
    number: int  # of the report in the file, counted from 0
    key: str
    body: str
    region: str | None
    about: tuple[int, str, str]
    narrative: bool
    references: tuple[str, ...]
    size: int
    sha256: str
    version: str = ""  # of a report of which no version is known to be in force; `versions` are the keys of the others
    versions: tuple[str, ...] = ()
    printed: Printed | None = None


_Task = TypeVar("_Task", stages.Reading, stages.Making)
_Whole = TypeVar("_Whole", stages.Settling, stages.Sharing)
_Result = TypeVar("_Result")


class Work:
    """The stages over all reports, what they make kept in one folder of the cache."""

    def __init__(self, folder: Path, options: Options, say: Say) -> None:
        self._folder, self._options, self._say = folder, options, say
        self._used: set[Path] = set()
        self._uses: set[CodeUse] = set()
        self._texts: dict[str, str] = {}
        for path in (folder.parent, folder):
            if path.exists() and not path.is_dir():
                clear(path)
        folder.mkdir(parents=True, exist_ok=True)

    def workers(self) -> Workers | ClusterWorkers:
        """The processes that do the work, here or on a cluster."""
        if self._options.cluster:
            from kg_builder.build.cluster import ClusterWorkers  # noqa: PLC0415 - an optional extra

            return ClusterWorkers(self._options.cluster)
        return Workers(self._options.jobs, self._options.memory)

    def read(
        self, files: Sequence[Input], workers: Workers | ClusterWorkers
    ) -> tuple[list[list[_Head]], list[Manifest]]:
        """Files → the readings of each report, and what was refused."""
        shown = self._options.sources
        readings = [
            stages.Reading(
                f.path,
                f.name,
                f.sha256,
                self._target(f.reading),
                self._target(f.print) if shown else None,
                f.publication,
            )
            for f in files
        ]
        # The largest first: a long report that comes last would be waited for by all the other processes.
        order = sorted(range(len(files)), key=lambda i: -files[i].size)
        todo = [readings[i] for i in order if not _is_made(readings[i])]
        for reading in todo:
            clear(reading.target)
        refused = self._run("read", workers, stages.read, todo, len(readings))
        heads = []
        for path in (reading.target for reading in readings):
            if path.exists():
                told = json.loads(read_kept(path)[0])
                refused += told["refused"]
                heads += [self._head(path, number, head) for number, head in enumerate(told["reports"])]
        groups, superseded = _in_force(_grouped(heads))
        return groups, [*refused, *superseded]

    def _head(self, path: Path, number: int, head: Manifest) -> _Head:
        self._uses.update(CodeUse(*use) for use in head["codes"])
        references = tuple(self._texts.setdefault(text, text) for text in head["references"])
        about, size = tuple(head["about"]), path.stat().st_size
        who = head["body"], head["region"]
        named = path, number, head["key"], *who, about, head["narrative"]
        return _Head(*named, references, size, head["sha256"], printed=from_json(Printed, head["printed"]))

    def make(self, groups: list[list[_Head]], workers: Workers | ClusterWorkers) -> tuple[list[Part], list[Manifest]]:
        """Readings → the parts of the release with the one that reports share, and what was refused."""
        if not groups:
            return [], []
        self._say(f"resolving {len(self._texts)} references")
        folder, base = self._target("shared"), self._options.base
        settling = stages.Settling(tuple(self._texts), self._options.authority)
        resolution = _done_apart(stages.settle, settling, "the references of all reports")
        meant = {text: from_json(Reference, json.loads(text)) for text in self._texts}
        targets: list[Path] = []
        makings = self._makings(groups, Meanings(resolution, meant), targets)
        with ThreadPoolExecutor(1) as thread:
            sharing = stages.Sharing(frozenset(self._uses), resolution, base, folder)
            shared = thread.submit(_done_apart, stages.share, sharing, "what all reports share")
            refused = self._run("made", workers, stages.make, makings, len(groups))
            shared.result()
        parts = []
        for target in targets:
            if target.exists():
                facts = read_facts(target)
                refused += facts["refused"]
                if "graph" in facts:
                    parts.append(Part(facts["graph"], target))
        return [*parts, Part(f"{base}graph/shared", folder)] if parts else [], refused

    def _makings(self, groups: list[list[_Head]], meanings: Meanings, targets: list[Path]) -> Iterator[stages.Making]:
        """One task for each report not made yet, told when a worker is free; all folders are told in `targets`."""
        elsewhere = counterparts([printed for heads in groups if (printed := _of_one_file(heads))])
        for heads in sorted(groups, key=lambda heads: -sum(head.size for head in heads)):
            cited = sorted({text for head in heads for text in head.references})
            names = [(head.path.name, head.number) for head in heads]
            places = self._options.sources
            version, versions = heads[0].version, heads[0].versions
            there = elsewhere.get(heads[0].key, ()) if _of_one_file(heads) else ()
            how = (self._options.base, version, *versions, *["places"] * places, *map(repr, there))
            target = self._target(digest_of(names, meanings.digest(cited), *how))
            targets.append(target)
            if is_whole(target):
                continue
            clear(target)
            readings = tuple((head.path, head.number) for head in heads)
            part = meanings.part(cited)
            base = self._options.base
            yield stages.Making(heads[0].key, readings, part, base, target, places, version, versions, there)

    def prints(self, files: Sequence[Input]) -> list[tuple[Input, Path]]:
        """Each file of which a report was read, with what its pages show."""
        kept = [(file, self._target(file.print)) for file in files]
        return [(file, path) for file, path in kept if _is_reading(path) and read_kept(path)]

    def keep_only_used(self) -> None:
        """Drop what was made by other code or for other files than those of this build; what is not ours stays."""
        for path in sorted([*self._folder.parent.iterdir(), *self._folder.iterdir()]):
            if path != self._folder and path not in self._used and _NAME.fullmatch(path.name):
                clear(path)

    def _target(self, name: str) -> Path:
        self._used.add(self._folder / name)
        return self._folder / name

    def _run(
        self,
        verb: str,
        workers: Workers | ClusterWorkers,
        work: Callable[[_Task], stages.Facts | None],
        todo: Iterable[_Task],
        count: int,
    ) -> list[Manifest]:
        """Do the tasks; returns a refusal for each that was lost."""
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
                lost.append({**refused.entry, "retry": result.how != "raised"})
            elif result is not None:
                lost.append({**result, "retry": True})
        return lost


def _is_made(task: stages.Reading) -> bool:
    return _is_reading(task.target) and (task.print is None or _is_reading(task.print))


def _is_reading(path: Path) -> bool:
    try:
        read_kept(path)
    except (OSError, ValueError):
        return False
    return True


def _done_apart(function: Callable[[_Whole], _Result], task: _Whole, about: str) -> _Result:
    """What a process of its own makes of a task, once, so that what it held is freed; ReleaseError where it cannot."""
    result = run_once(function, task, _WHOLE_SECONDS)
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
    for head in sorted(heads, key=lambda head: (head.narrative, head.path.name, head.number)):
        key = head.key
        if head.narrative and key not in groups:
            fitting = [k for k in told[head.about] if _are_one(groups[k][0], head)]
            key = fitting[0] if len(fitting) == 1 else key  # of two bodies that fit neither is certain
        if key not in groups:
            groups[key] = []
            told[head.about].append(key)
        groups[key].append(head)
    return [group for _, group in sorted(groups.items())]


def _of_one_file(heads: list[_Head]) -> Printed | None:
    """The sums of a report whose tables are of one file, so that they keep their numbers; None for versions."""
    tables = [head for head in heads if not head.narrative]
    return tables[0].printed if len(tables) == 1 and not any(head.versions for head in heads) else None


def _are_one(head: _Head, other: _Head) -> bool:
    return same_body(head.body, other.body) and same_region(head.region, other.region)


def _in_force(groups: list[list[_Head]]) -> tuple[list[list[_Head]], list[Manifest]]:
    """The groups with each version of a report in one of its own, and a refusal for each that is superseded."""
    found: list[list[_Head]] = []
    refused: list[Manifest] = []
    for group in groups:
        tables = [head for head in group if not head.narrative]
        narratives = [head for head in group if head.narrative]
        reports = [stages.load(head.path, head.number) for head in tables] if len(tables) > 1 else []
        versions = versions_of(reports)
        prints = [[tables[i] for i in version.prints] for version in versions]
        last = in_force(versions)
        if len(versions) < 2:
            found.append(group)
        elif last is None:
            found += _each(prints, narratives)
        else:
            found.append([*prints[versions.index(last)], *narratives])
            refused += _superseded(reports, versions, last)
    return found, refused


def _superseded(reports: Sequence[Report], versions: Sequence[Version], last: Version) -> Iterator[Manifest]:
    first = reports[last.prints[0]]
    for old in (reports[i] for version in versions if version != last for i in version.prints):
        differ = differing(first, old)
        told = f"superseded by {first.sources[0].name}, published {last.published}; figures that differ: {differ}"
        refused = ReadingError(old.sources[0].name, "the report in force", told).entry
        yield refused | {"supersededBy": first.sources[0].sha256, "differing": differ}


def _each(prints: list[list[_Head]], narratives: list[_Head]) -> Iterator[list[_Head]]:
    """A group for each version, of the first with its narratives; each knows the keys of the others."""
    names = ["", *(heads[0].sha256[:8] for heads in prints[1:])]
    keys = [f"{prints[0][0].key}-{name}".rstrip("-") for name in names]
    for index, heads in enumerate(prints):
        others = tuple(key for key in keys if key != keys[index])
        whole = [*heads, *narratives] if index == 0 else heads
        yield [replace(head, version=names[index], versions=others) for head in whole]
