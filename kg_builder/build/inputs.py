"""What a build is given: files and folders → inputs with the digest of their content, and how to build."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from kg_builder.build.publication import Publications
from kg_builder.errors import ReadingError, UnreadableError
from kg_builder.kept import digest_of
from kg_builder.model import UNSTATED, Publication
from kg_builder.readers import READ, SUFFIXES
from kg_builder.readers.original import read_original, shown_name

BASE = "http://localhost:8000/"
SECONDS = 900.0  # that one file may take
MEMORY = 2048  # megabytes that one file may take
KEEP = 5  # releases that stay

_Result = TypeVar("_Result")


LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes a release: a name, how to reach them (an IRI), under which licence (an IRI), and its title.

    What is not given is the project's own; without a contact the catalogue names none.
    """

    name: str | None = None
    contact: str | None = None
    licence: str = LICENCE
    title: str | None = None

    @property
    def entry(self) -> dict[str, str]:
        """The publisher as the manifest has it."""
        given = {"name": self.name, "contact": self.contact, "licence": self.licence, "title": self.title}
        return {key: text for key, text in given.items() if text is not None}


@dataclass(frozen=True, slots=True)
class Options:
    """How to build: base of all IRIs, worker processes, seconds and megabytes that one report may take, more laws.

    `authority` is a larger table of laws. `sources`: the files themselves go into the release. `cluster` is the address
    of a Dask scheduler whose workers see the same folders; they read and make the reports.
    """

    base: str = BASE
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    seconds: float = SECONDS
    authority: Path | None = None
    cluster: str | None = None
    memory: int = MEMORY
    publisher: Publisher = field(default_factory=Publisher)
    sources: bool = False
    publications: Publications = field(default_factory=lambda: Publications({}))
    keep: int = KEEP


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read, the name that people see, and the digest and size of its content."""

    path: Path
    name: str
    sha256: str
    size: int
    publication: Publication = UNSTATED

    @property
    def entry(self) -> dict[str, Any]:
        """What the manifest says of the file."""
        told = {key: said for key, said in asdict(self.publication).items() if said}
        return {"name": self.name, "sha256": self.sha256, "size": self.size} | told

    @property
    def reading(self) -> str:
        """Under what name its reading is kept."""
        return f"{digest_of(self.entry)}.json"

    @property
    def print(self) -> str:
        """Under what name what its pages show is kept."""
        return f"{digest_of(self.entry)}.print.json"


def find_inputs(paths: Iterable[Path], seconds: float = SECONDS) -> tuple[list[Input], list[dict[str, Any]]]:
    """Report files by name and content, folders walked, and what is refused: missing, no file, given twice.

    A folder's files of other kinds and hidden ones are passed over, and links to folders are told; a file named
    outright is always read or refused. What does not answer within the seconds is refused.
    """
    found: dict[str, Input] = {}
    named: dict[str, Path] = {}
    refused: list[ReadingError] = []
    for path in paths:
        try:
            files, told = _in_time(_walk, path, shown_name(path), seconds)
        except ReadingError as error:
            files, told = [], [error]
        refused += told
        for file in files:
            whole = os.path.realpath(file)
            # A file is given once, under its own name rather than that of a link to it.
            named[whole] = min(
                named.get(whole, file), file, key=lambda p: (p.absolute() != Path(whole), p.name, str(p))
            )
    for path in sorted(named.values(), key=lambda p: (p.name, str(p))):
        try:
            entry = _in_time(_seen, path, shown_name(path), seconds)
        except ReadingError as error:
            refused.append(error)
            continue
        first = found.setdefault(entry.sha256, entry)
        if first is not entry:
            refused.append(ReadingError(entry.name, "a file of its own", f"the content of {first.name}"))
    inputs = sorted(found.values(), key=lambda entry: (entry.name, entry.sha256))
    return inputs, [error.entry for error in refused]


def _seen(path: Path) -> Input:
    original = read_original(path)
    return Input(path.absolute(), original.name, original.sha256, len(original.data))


def _walk(top: Path) -> tuple[list[Path], list[ReadingError]]:
    """The report files of a folder and what cannot be entered; of anything else, itself."""
    if not top.is_dir():
        return [top], []
    files: list[Path] = []
    told: list[ReadingError] = []
    for folder, below, names in os.walk(top, onerror=lambda error: told.append(_closed(error))):
        for name in [name for name in below if name[0] != "."]:
            path = Path(folder, name)
            if path.suffix.lower() in SUFFIXES:
                told.append(ReadingError(shown_name(path), "a file", "a folder"))
            elif path.is_symlink():
                told.append(ReadingError(shown_name(path), "a folder of this folder", "a link to another folder"))
        below[:] = sorted(name for name in below if name[0] != ".")
        files += [Path(folder, n) for n in sorted(names) if Path(n).suffix.lower() in SUFFIXES and n[0] != "."]
    if not files and not told:
        told.append(ReadingError(shown_name(top), f"{READ} files in the folder", "none"))
    return files, told


def _closed(error: OSError) -> ReadingError:
    name = shown_name(Path(error.filename))
    return UnreadableError(name, "a folder that can be read", error.strerror or "a failure of the system")


def _in_time(function: Callable[[Path], _Result], path: Path, name: str, seconds: float) -> _Result:
    """What the function makes of the path; UnreadableError where the system does not answer.

    A call of the system that hangs cannot be stopped: its thread is left behind, and ends with the process.
    """
    answers: SimpleQueue[_Result | Exception] = SimpleQueue()

    def answer() -> None:
        try:
            answers.put(function(path))
        except Exception as error:  # noqa: BLE001 - raised again below
            answers.put(error)

    Thread(target=answer, daemon=True).start()
    try:
        result = answers.get(timeout=seconds)
    except Empty:
        raise UnreadableError(name, "a file that can be read", f"no answer in {seconds:g} seconds") from None
    if isinstance(result, Exception):
        raise result
    return result
