"""Graphs of reports → a release folder that is complete or absent.

    DIR/current → releases/<version>     what is served; moved in one step
    DIR/releases/<version>/              this release and those before it that are kept, so that what was cited stays
    DIR/releases/next.partial/           a build under way, or the leftover of one that was stopped

A release is written beside the others, checked against its own manifest, flushed to disk, and only then renamed.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kg_builder.build.inputs import KEEP, Input
from kg_builder.build.workers import Lost, run_once
from kg_builder.kept import clear, is_file, size_and_digest
from kg_builder.release import catalog, dumps, loading
from kg_builder.release.changes import write_changes
from kg_builder.release.data_package import write_data_package
from kg_builder.release.patch import write_patch
from kg_builder.release.pieces import (
    COMMON,
    FINDINGS,
    INDEX,
    OWN,
    PLACES,
    QUADS,
    REPORT,
    Part,
    add_counts,
    count,
    shared_part,
)
from kg_builder.release.search_index import write_index
from kg_builder.release.sheets import COLUMNS, head_row
from kg_builder.release.sources import SOURCES, write_sources
from kg_builder.release.standing import CATALOG, MANIFEST, Manifest, ReleaseError, current, manifest_text, version_of

PARTIAL = "next.partial"
# 05af57910a91b566 · 05af57910a91b566-1, made again · 05af57910a91b566.old, being removed
_VERSION = re.compile(r"[0-9a-f]{16}(?:-\d+)?(?:\.old)?")
# Writing the search index takes as long as it takes; a day means that it hangs.
_INDEX_SECONDS = 86_400.0


def publish(
    parts: Sequence[Part],
    about: Manifest,
    out: Path,
    jobs: int,
    prints: Sequence[tuple[Input, Path]] = (),
    keep: int = KEEP,
) -> Manifest:
    """Write, check and serve a release of the parts; returns its manifest.

    `about` gives the manifest's `software`, `base`, `recipe`, `inputs` and `refused`. The caller holds `locked(out)`.
    `prints` are the files that go into the release, each with what its pages show. `keep` releases stay, this one and
    the one before it always.
    Of the release before, what did not change is taken over: the file system links its files a second time.
    """
    if (out / "current").exists() and not (out / "current").is_symlink():
        raise ReleaseError(f"{out / 'current'}: expected a link to a release, found a folder")
    try:
        sweep(out)
    except NotADirectoryError:
        raise ReleaseError(f"{out / 'releases'}: expected a folder, found a file") from None
    folder = out / "releases" / PARTIAL
    for name in ("dumps/reports", "dumps/csv", "quality"):
        (folder / name).mkdir(parents=True)
    served = current(out)
    before = (out / "current").resolve() if served is not None else None
    parts = sorted(parts, key=lambda part: part.graph)
    try:
        if prints:
            write_sources(prints, [part.folder / PLACES for part in parts], folder, before)
        manifest = _write(parts, about, folder, before, jobs)
        if before is not None and manifest != served:
            write_changes(before, folder)
            write_patch(before, folder)
        _check(folder, manifest)
        _flush(folder, before)
    except (ValueError, SyntaxError, RuntimeError) as error:
        raise ReleaseError(f"{folder}: {error}") from error
    except OSError:  # the disk is full: what was begun is in the way of others
        clear(folder)
        raise
    if manifest == served:
        clear(folder)
    else:
        _serve(out, manifest, keep)
    return manifest


def sweep(out: Path) -> None:
    """Remove what an interrupted build left behind."""
    for leftover in (out / "releases" / PARTIAL, *sorted((out / "releases").glob("*.old"))):
        if leftover.name == PARTIAL or _is_ours(leftover):
            clear(leftover)
    clear(out / "current.next")


def _is_ours(path: Path) -> bool:
    """Whether a build gave the name; what else somebody keeps there is not ours to remove."""
    return path.is_dir() and _VERSION.fullmatch(path.name) is not None


def _write(parts: Sequence[Part], about: Manifest, folder: Path, before: Path | None, jobs: int) -> Manifest:
    reports = [part for part in parts if part.facts.get("name") is not None]
    for part in reports:
        for form, piece in REPORT.items():
            _place(part.folder / piece, folder / "dumps/reports" / f"{part.facts['name']}.{form}")
    common, made = folder / "common.nt", folder / "shared"
    with common.open("wb") as file:
        file.writelines(dumps.merged(part.folder / COMMON for part in parts))
    made.mkdir()
    with common.open("rb") as lines:
        shared = shared_part(parts, lines, made)
    graphs = [shared if part.graph == shared.graph else part for part in parts]
    with ThreadPoolExecutor(jobs + 2) as threads:
        # Most of the work is done without the interpreter's lock: compression, digests, loading.
        store = threads.submit(loading.load, graphs, folder, before)
        index = threads.submit(_write_index, parts, folder)
        done = [
            threads.submit(_write_dump, form, folder / f"dumps/mingzhang.{form}.gz", common, graphs) for form in FORMS
        ]
        counts = _counts(graphs, common)
        _write_sheets(reports, folder / "dumps/csv")
        _join(folder / "quality/findings.ttl", dumps.turtle_head(), [part.folder / FINDINGS for part in reports])
        write_data_package(folder, about["publisher"])
        for future in (*done, index):
            future.result()
        about_store = store.result()
    loading.seal(folder, about_store)
    common.unlink()
    shutil.rmtree(made)
    manifest = _manifest(parts, about, counts)
    manifest["files"] = list(_file_entries(folder, reports, ("dumps", "quality", SOURCES)))
    manifest["version"] = version_of(manifest)
    catalog.write_catalog(manifest, folder / CATALOG)
    manifest["files"] = [*_file_entries(folder, [], (CATALOG,)), *manifest["files"]]
    (folder / MANIFEST).write_text(manifest_text(manifest), encoding="utf-8")
    return manifest


FORMS = ("jsonld", "nq", "nt", "ttl")


def _write_dump(form: str, path: Path, common: Path, parts: Sequence[Part]) -> None:
    """The dump of all parts in one form: what graphs have in common, then what is each graph's own."""
    if form == "nq":
        _join(path, b"", [part.folder / QUADS for part in parts])
        return
    pieces = [part.folder / OWN[form] for part in parts if OWN[form] in part.facts["files"]]
    with path.open("wb") as raw:
        with common.open("rb") as lines, dumps.member(raw) as file:
            if form == "nt":
                shutil.copyfileobj(lines, file)
            elif form == "ttl":
                dumps.write_turtle(lines, file)
            else:
                file.write(dumps.jsonld_head())
                dumps.write_nodes(lines, file)
        glue = dumps.packed(dumps.JSONLD_GLUE) if form == "jsonld" else b""
        for piece in pieces:
            raw.write(glue + piece.read_bytes())
        if form == "jsonld":
            raw.write(dumps.packed(dumps.JSONLD_TAIL))


def _join(path: Path, head: bytes, pieces: Iterable[Path]) -> None:
    with path.open("wb") as file:
        file.write(head)
        for piece in pieces:
            file.write(piece.read_bytes())


def _write_sheets(reports: Sequence[Part], folder: Path) -> None:
    for name in COLUMNS:
        piece = f"{name}.csv"
        found = [part.folder / piece for part in reports if piece in part.facts["files"]]
        _join(folder / piece, head_row(name), found)


def _counts(parts: Sequence[Part], common: Path) -> Manifest:
    """What the union holds, and how many quads all graphs together."""
    with common.open("rb") as lines:
        counts = count(lines)
    for part in parts:
        add_counts(counts, part.counts())
    for name in ("classes", "properties"):
        counts[name] = dict(sorted(counts[name].items()))
    return counts | {"quads": sum(part.facts["quads"] for part in parts)}


def _write_index(parts: Sequence[Part], folder: Path) -> None:
    """The search index, by a process of its own, which frees what it needed; projects in the order of their IRIs."""
    pieces = [part.folder / INDEX for part in sorted(parts, key=lambda part: f"{part.facts.get('name', '')}/")]
    result = run_once(_index, (pieces, folder / "search.sqlite"), _INDEX_SECONDS)
    if isinstance(result, Lost):
        raise ReleaseError(f"{folder}: search index: {result.reason}")


def _index(task: tuple[list[Path], Path]) -> int:
    return write_index(*task)


def _place(source: Path, target: Path) -> None:
    """The same file in a second place: a hard link where the file system has them, a copy where not."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _manifest(parts: Sequence[Part], about: Manifest, counts: Manifest) -> Manifest:
    reports = [part.facts["entry"] for part in parts if "entry" in part.facts]
    findings: Counter[str] = Counter()
    for entry in reports:
        findings.update(entry["findings"])
    totals: Manifest = {"reports": len(reports), "refused": len(about["refused"]), "graphs": len(parts)}
    rows = {name: sum(part.facts.get("rows", {}).get(name, 0) for part in parts) for name in COLUMNS}
    totals |= {**counts, "rows": rows, "findings": dict(sorted(findings.items()))}
    return {**about, "counts": totals, "reports": reports}


def _file_entries(folder: Path, reports: Sequence[Part], tops: Iterable[str]) -> Iterator[Manifest]:
    """Path, size and SHA-256 of every file under the named files and folders, in the order of the paths.

    The digests of the files of reports were taken when they were made.
    """
    known = {
        f"dumps/reports/{part.facts['name']}.{form}": part.facts["files"][piece]
        for part in reports
        for form, piece in REPORT.items()
    }
    for top in tops:
        found = [folder / top] if (folder / top).is_file() else (p for p in (folder / top).rglob("*") if p.is_file())
        for path in sorted(found):
            name = path.relative_to(folder).as_posix()
            size, digest = known[name] if name in known else size_and_digest(path)
            yield {"path": name, "sha256": digest, "size": size}


def _check(folder: Path, manifest: Manifest) -> None:
    """Look at what was written: ReleaseError where a file or the store is not what the manifest says.

    Each piece was read back when it was made. What was put together here is read once more; the files of reports are
    those of the pieces.
    """
    for entry in manifest["files"]:
        path = folder / entry["path"]
        if not path.is_file() or path.stat().st_size != entry["size"]:
            raise ReleaseError(f"{path}: expected {entry['size']} bytes, found others")
        if entry["path"].endswith(".gz") and not is_file(path, entry["size"], entry["sha256"]):
            raise ReleaseError(f"{path}: expected the bytes that were written, found others")
    found = loading.size(folder)
    if found != manifest["counts"]["quads"]:
        raise ReleaseError(f"{folder}: store: expected {manifest['counts']['quads']} triples, found {found}")


def _flush(folder: Path, before: Path | None) -> None:
    """Force every file that the release before has not, and every folder, to the disk; folders after what they hold."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() or before is None or not _is_same(path, before / path.relative_to(folder)):
            _force(path)
    _force(folder)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _serve(out: Path, manifest: Manifest, keep: int) -> None:
    """Name the finished release and move `current` to it; the release served until now stays, and the newest others."""
    releases = out / "releases"
    before = (out / "current").resolve() if (out / "current").exists() else None
    folder = releases / manifest["version"]
    if folder == before:  # the release served is damaged and was built again: it keeps its folder, the new one differs
        folder = releases / f"{manifest['version']}-{sum(1 for _ in releases.glob(manifest['version'] + '*'))}"
    if folder.is_symlink() or folder.exists():
        _discard(folder)
    (releases / PARTIAL).rename(folder)
    _force(releases)
    (out / "current.next").symlink_to(folder.relative_to(out))
    (out / "current.next").replace(out / "current")
    _force(out)
    others = [old for old in releases.iterdir() if old not in (folder, before) and _is_ours(old)]
    stay = {folder, before} - {None}
    for old in sorted(others, key=_published, reverse=True)[max(keep - len(stay), 0) :]:
        _discard(old)


def _published(folder: Path) -> tuple[int, str]:
    """When a release was written, among those of one moment by name; the oldest where nobody can say."""
    try:
        return (folder / MANIFEST).stat().st_mtime_ns, folder.name
    except OSError:
        return 0, folder.name


def _discard(folder: Path) -> None:
    """Remove a release under a name that says so, in case removing is interrupted."""
    old = folder.with_name(folder.name + ".old")
    clear(old)
    clear(folder.rename(old))
