"""Report files → a published release: reading and graph making in worker processes, one report at a time.

What a stage makes of a report is a file under `DIR/cache/`, named by the content it was made from and the code that
made it: a build that is stopped goes on where it was, and an unchanged report is not read again. Memory holds what
the manifest says of each report, and the distinct references and documents; graphs and dumps stay on disk.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import kg_builder
from kg_builder.build.inputs import BASE, Input, Options, find_inputs
from kg_builder.build.workers import prepare
from kg_builder.kept import digest_of

if TYPE_CHECKING:
    from kg_builder.model import Report
    from kg_builder.release.standing import Manifest
    from kg_builder.templates.report import Parsed

__all__ = [
    "BASE", "NothingPublishedError", "Options", "build", "code_digest", "find_inputs", "read_report", "read_reports",
]  # fmt: skip

Say = Callable[[str], None]
PACKAGE = Path(kg_builder.__file__).parent


class NothingPublishedError(Exception):
    """No file could be published; `refused` says why for each."""

    def __init__(self, refused: list[Manifest]) -> None:
        self.refused = refused
        super().__init__(f"nothing could be published: {len(refused)} refused")


@cache
def code_digest() -> str:
    """SHA-256 of everything that decides what a report becomes: the modules, the ontology, the shapes, the tables."""
    tables, shapes, ontology = map(kg_builder.folder, ("data", "shapes", "ontology"))
    found = [
        (PACKAGE, PACKAGE.rglob("*.py")),
        (tables, (path for path in tables.iterdir() if path.suffix in {".tsv", ".txt"})),
        (shapes, shapes.rglob("*.ttl")),
        (ontology, ontology.rglob("*.*")),
    ]
    digest = hashlib.sha256()
    for folder, paths in found:
        for path in sorted(paths):
            digest.update(f"{folder.name}/{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def build(inputs: Sequence[Path], out: Path, options: Options, say: Say) -> tuple[Manifest, bool]:
    """Publish a release of all reports in the files and folders; returns its manifest and whether it is a new one.

    `say` is told of progress, a line at a time. Raises NothingPublishedError where no report can be published (the
    release served until now stays) and ReleaseError where DIR cannot be written or another build holds it.
    """
    if not (out / "current").exists():  # where nothing stands there is work to do
        prepare()
    from kg_builder.release.standing import current, locked, told

    with locked(out):
        files, refused = find_inputs(inputs, options.seconds)
        files = [replace(f, publication=options.publications.of(f.path) or f.publication) for f in files]
        recipe = _recipe(files, refused, options)
        served = told(out)
        if served is not None and served.get("recipe") == recipe and current(out) is not None:
            say("unchanged: the release in place was made from the same files by the same code")
            return served, False
        del served
        return _build(files, refused, recipe, out, options, say), True


def _build(
    files: Sequence[Input], refused: list[Manifest], recipe: str, out: Path, options: Options, say: Say
) -> Manifest:
    prepare()
    # Loaded by this process while another loads what the workers are copies of.
    from kg_builder.build.work import Work
    from kg_builder.release.write import publish

    work = Work(_cache(out), options, say)
    with work.workers() as workers:
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
        "publisher": options.publisher.entry,
        "recipe": None if lost else recipe,
        "inputs": [file.entry for file in files],
        "refused": refused,
    }
    prints = work.prints(files) if options.sources else []
    manifest = publish(parts, about, out, options.jobs, prints, options.keep)
    work.keep_only_used()
    return manifest


def _cache(out: Path) -> Path:
    return out / "cache" / code_digest()[:16]


def reading_path(out: Path, file: Input) -> Path:
    """Where the reading of a file is kept; one that is there is not made again."""
    return _cache(out) / file.reading


def _recipe(files: Sequence[Input], refused: list[Manifest], options: Options) -> str:
    """Digest of all that decides what a release holds."""
    authority = options.authority and hashlib.sha256(options.authority.read_bytes()).hexdigest()
    told = options.publisher.entry
    how = (options.base, authority, told, options.sources)
    return digest_of([file.entry for file in files], refused, code_digest(), *how)


def read_report(path: Path) -> Report:
    """One report file as it was read; ReadingError where it cannot be."""
    from kg_builder.build.stages import read_report

    return read_report(path)


def read_reports(path: Path) -> Parsed:
    """The reports of a file, nearly always one, and the parts of it that are none; ReadingError where there is none."""
    from kg_builder.build.stages import read_reports

    return read_reports(path)
