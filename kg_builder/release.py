"""Graphs of reports → a release folder that is complete or absent.

    DIR/current → releases/<version>     what is served; moved in one step
    DIR/releases/<version>/              this release and the one before it, so that readers of the old one go on
    DIR/releases/next.partial/           a build under way, or the leftover of one that was stopped

A release is written beside the others, checked against its own manifest, flushed to disk, and only then renamed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder import catalog, dumps
from kg_builder.dumps import RDF_TYPE
from kg_builder.search_index import write_index
from kg_builder.sheets import write_sheets
from kg_builder.workers import Lost, run_apart

Manifest = dict[str, Any]

FORMATS = {
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "ttl": ox.RdfFormat.TURTLE,
    "jsonld": ox.RdfFormat.STREAMING_JSON_LD,
}
PARTIAL = "next.partial"
# Writing or checking one dump takes as long as it takes; a day means that it hangs.
_DUMP_SECONDS = 86_400.0
# Quads that are loaded at one time: the loader holds them in memory, about 1.3 kB each.
_BATCH = 250_000


class ReleaseError(Exception):
    """A release that cannot be written, or one on disk that is not what its manifest says; one line."""


@dataclass(frozen=True, slots=True)
class Part:
    """One named graph of a release, ready on disk, with what the manifest says of its report.

    `folder` holds `graph.nt` (sorted N-Triples) and, for a report, `report.ttl`, `report.jsonld`, `findings.nt`.
    `name` is the report's name under `dumps/reports/`; None for the graph that the reports share.
    """

    graph: str
    folder: Path
    name: str | None = None
    entry: Manifest | None = None


@dataclass(frozen=True, slots=True)
class _Task:
    """One dump to write, or to check, in a process of its own."""

    step: str
    folder: Path
    parts: tuple[tuple[str, Path], ...] = ()
    shared: tuple[tuple[str, Path], ...] = ()


@contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold DIR for one build; ReleaseError at once where another build holds it. The lock dies with its process."""
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ReleaseError(f"{out}: expected no other build, found one running (process {file.read()})") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def current(out: Path) -> Manifest | None:
    """The manifest of the release that DIR serves, None where there is none or a file of it is missing."""
    folder = out / "current"
    try:
        manifest: Manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        whole = all((folder / file["path"]).stat().st_size == file["size"] for file in manifest["files"])
        ox.Store.read_only(str(folder / "store"))
    except (OSError, ValueError, KeyError):
        return None
    return manifest if whole else None


def publish(parts: Sequence[Part], about: Manifest, out: Path, jobs: int) -> Manifest:
    """Write, check and serve a release of the parts; returns its manifest.

    `about` gives the manifest's `software`, `base`, `recipe`, `inputs` and `refused`. The caller holds `locked(out)`.
    """
    if (out / "current").exists() and not (out / "current").is_symlink():
        raise ReleaseError(f"{out / 'current'}: expected a link to a release, found a folder")
    sweep(out)
    folder = out / "releases" / PARTIAL
    for name in ("dumps/reports", "quality"):
        (folder / name).mkdir(parents=True)
    parts = sorted(parts, key=lambda part: part.graph)
    manifest = _write(parts, about, folder, jobs)
    _check(folder, manifest, jobs)
    _flush(folder)
    _serve(out, manifest)
    return manifest


def sweep(out: Path) -> None:
    """Remove what an interrupted build left behind."""
    for leftover in (out / "releases" / PARTIAL, *sorted((out / "releases").glob("*.old"))):
        if leftover.is_dir():
            shutil.rmtree(leftover)
    (out / "current.next").unlink(missing_ok=True)


def _write(parts: Sequence[Part], about: Manifest, folder: Path, jobs: int) -> Manifest:
    files = tuple((part.graph, part.folder / "graph.nt") for part in parts)
    for part in parts:
        if part.name is not None:
            for suffix in ("ttl", "jsonld"):
                _place(part.folder / f"report.{suffix}", folder / "dumps/reports" / f"{part.name}.{suffix}")
    counts: Manifest = {}
    # The union is written first: Turtle and JSON-LD are made from it.
    for step, result in _run([_Task("nt", folder, files), _Task("nq", folder, files)], jobs):
        counts |= result if step == "nt" else {"quads": result}
    reports = tuple((part.graph, part.folder / "graph.nt") for part in parts if part.name is not None)
    shared = tuple((part.graph, part.folder / "graph.nt") for part in parts if part.name is None)
    steps = [_Task("sheets", folder, reports, shared), *(_Task(step, folder) for step in ("jsonld", "ttl", "store"))]
    for step, result in _run(steps, jobs):
        counts |= {"rows": result} if step == "sheets" else {}
    for _ in _run([_Task("search", folder)], jobs):
        pass
    with (folder / "quality/findings.ttl").open("wb") as file:
        dumps.write_turtle(dumps.merged(part.folder / "findings.nt" for part in parts if part.name is not None), file)
    manifest = _manifest(parts, about, counts)
    manifest["files"] = list(_file_entries(folder, ("dumps", "quality")))
    manifest["version"] = _digest(manifest)[:16]
    catalog.write_catalog(manifest, folder / "catalog.ttl")
    manifest["files"] = list(_file_entries(folder, ("catalog.ttl", "dumps", "quality")))
    (folder / "manifest.json").write_text(_text(manifest), encoding="utf-8")
    return manifest


def _place(source: Path, target: Path) -> None:
    """The same file in a second place: a hard link where the file system has them, a copy where not."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _manifest(parts: Sequence[Part], about: Manifest, counts: Manifest) -> Manifest:
    reports = [part.entry for part in parts if part.entry is not None]
    findings: Counter[str] = Counter()
    for entry in reports:
        findings.update(entry["findings"])
    totals = {"reports": len(reports), "refused": len(about["refused"]), "graphs": len(parts)}
    return {**about, "counts": {**totals, **counts, "findings": dict(sorted(findings.items()))}, "reports": reports}


def _text(manifest: Manifest) -> str:
    return json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _digest(manifest: Manifest) -> str:
    return hashlib.sha256(_text(manifest).encode()).hexdigest()


def _file_entries(folder: Path, tops: Iterable[str]) -> Iterator[Manifest]:
    """Path, size and SHA-256 of every file under the named files and folders, in the order of the paths."""
    for top in tops:
        found = [folder / top] if (folder / top).is_file() else (p for p in (folder / top).rglob("*") if p.is_file())
        for path in sorted(found):
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            yield {"path": path.relative_to(folder).as_posix(), "sha256": digest, "size": path.stat().st_size}


def _run(tasks: list[_Task], jobs: int) -> Iterator[tuple[str, Any]]:
    for task, result in run_apart(_run_step, tasks, jobs, _DUMP_SECONDS):
        if isinstance(result, Lost):
            raise ReleaseError(f"{task.folder}: {task.step}: {result.reason}")
        yield task.step, result


def _run_step(task: _Task) -> Any:
    step, _, argument = task.step.partition(" ")
    return _STEPS[step](task, argument) if argument else _STEPS[step](task)


def _write_union(task: _Task) -> Manifest:
    """The union as N-Triples; returns what was counted on the way (`_counted`)."""
    counts: Manifest = {}
    with dumps.compressed(_dump(task, "nt")) as file:
        file.writelines(_counted(dumps.merged(path for _, path in task.parts), counts))
    return counts


def _counted(lines: Iterable[bytes], counts: Manifest) -> Iterator[bytes]:
    """Pass sorted lines on and count triples, subjects, instances of each class and uses of each property."""
    triples, subjects = 0, 0
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    for _, group in groupby(lines, key=lambda line: line.partition(b" ")[0]):
        subjects += 1
        for line in group:
            triples += 1
            _, predicate, rest = line.split(b" ", 2)
            properties[predicate[1:-1].decode()] += 1
            if predicate[1:-1] == RDF_TYPE.encode():
                classes[rest[1:-4].decode()] += 1
            yield line
    counts |= {"triples": triples, "subjects": subjects}
    counts |= {"classes": dict(sorted(classes.items())), "properties": dict(sorted(properties.items()))}


def _write_quads(task: _Task) -> int:
    """One named graph after another as N-Quads; returns the number of quads."""
    count = 0
    with dumps.compressed(_dump(task, "nq")) as file:
        for graph, path in task.parts:
            with path.open("rb") as lines:
                for line in dumps.quads(lines, graph):
                    file.write(line)
                    count += 1
    return count


def _write_turtle(task: _Task) -> None:
    with dumps.expanded(_dump(task, "nt")) as lines, dumps.compressed(_dump(task, "ttl")) as file:
        dumps.write_turtle(lines, file)


def _write_jsonld(task: _Task) -> None:
    with dumps.expanded(_dump(task, "nt")) as lines, dumps.compressed(_dump(task, "jsonld")) as file:
        dumps.write_jsonld(lines, file)


def _load_store(task: _Task) -> None:
    store = ox.Store(str(task.folder / "store"))
    with dumps.expanded(_dump(task, "nq")) as lines:
        while batch := b"".join(islice(lines, _BATCH)):
            store.bulk_load(input=batch, format=ox.RdfFormat.N_QUADS)
    store.optimize()
    store.flush()


def _write_sheets(task: _Task) -> dict[str, int]:
    return write_sheets(task.parts, [path for _, path in task.shared], task.folder / "dumps/csv")


def _write_index(task: _Task) -> int:
    return write_index(ox.Store.read_only(str(task.folder / "store")), task.folder / "search.sqlite")


def _dump(task: _Task, suffix: str) -> Path:
    return task.folder / "dumps" / f"mingzhang.{suffix}.gz"


def _check(folder: Path, manifest: Manifest, jobs: int) -> None:
    """Read the release back: ReleaseError where a file, a dump or the store is not what the manifest says."""
    found = list(_file_entries(folder, ("catalog.ttl", "dumps", "quality")))
    if found != manifest["files"]:
        raise ReleaseError(f"{folder}: expected the files of the manifest, found others")
    counts = manifest["counts"]
    expected = {"store": counts["quads"]} | {f: counts["quads" if f == "nq" else "triples"] for f in FORMATS}
    tasks = [_Task(f"count {name}", folder) for name in expected]
    for step, count in _run(tasks, jobs):
        name = step.partition(" ")[2]
        if count != expected[name]:
            raise ReleaseError(f"{folder}: {name}: expected {expected[name]} triples, found {count}")


def _count(task: _Task, name: str) -> int:
    if name == "store":
        return len(ox.Store.read_only(str(task.folder / "store")))
    with dumps.expanded(_dump(task, name)) as file:
        return sum(1 for _ in ox.parse(file, format=FORMATS[name]))


_STEPS: dict[str, Any] = {
    "nt": _write_union,
    "nq": _write_quads,
    "ttl": _write_turtle,
    "jsonld": _write_jsonld,
    "store": _load_store,
    "sheets": _write_sheets,
    "search": _write_index,
    "count": _count,
}


def _flush(folder: Path) -> None:
    """Force every file and folder to the disk, the folders after what they hold."""
    for path in sorted(folder.rglob("*"), reverse=True):
        _force(path)
    _force(folder)


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _serve(out: Path, manifest: Manifest) -> None:
    """Name the finished release and move `current` to it; the release served until now stays, older ones go."""
    releases = out / "releases"
    before = (out / "current").resolve() if (out / "current").exists() else None
    if current(out) == manifest:
        shutil.rmtree(releases / PARTIAL)
        return
    folder = releases / manifest["version"]
    if folder == before:  # the release served is damaged and was built again: it keeps its folder, the new one differs
        folder = releases / f"{manifest['version']}-{sum(1 for _ in releases.glob(manifest['version'] + '*'))}"
    if folder.exists():
        _discard(folder)
    (releases / PARTIAL).rename(folder)
    _force(releases)
    (out / "current.next").symlink_to(folder.relative_to(out))
    (out / "current.next").replace(out / "current")
    _force(out)
    for old in sorted(releases.iterdir()):
        if old not in (folder, before):
            _discard(old)


def _discard(folder: Path) -> None:
    """Remove a release under a name that says so, in case removing is interrupted."""
    folder = folder.rename(folder.with_name(folder.name + ".old"))
    shutil.rmtree(folder)
