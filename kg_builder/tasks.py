"""What a build tells its worker processes to do; what they need for it is imported by them alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg_builder.graph.shared import CodeUse
    from kg_builder.legal.resolve import Resolution


@dataclass(frozen=True, slots=True)
class Reading:
    """A file to read and where the reading goes."""

    path: Path
    target: Path

    @property
    def name(self) -> str:
        """What people call it."""
        return self.path.name


@dataclass(frozen=True, slots=True)
class Settling:
    """What all reports cite, and a larger list of laws; references stand as texts, see `stages.write_reading`."""

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
    """The readings of one report to make a graph of, what its citations mean, and the folder where it goes."""

    name: str
    readings: tuple[Path, ...]
    resolution: Resolution
    base: str
    target: Path


def read(task: Reading) -> None:
    """See `stages.read`."""
    from kg_builder import stages

    stages.read(task)


def settle(task: Settling) -> Resolution:
    """See `stages.settle`."""
    from kg_builder import stages

    return stages.settle(task)


def share(task: Sharing) -> None:
    """See `stages.share`."""
    from kg_builder import stages

    stages.share(task)


def make(task: Making) -> None:
    """See `stages.make`."""
    from kg_builder import stages

    stages.make(task)


def readings_of(target: Path) -> list[Path]:
    """The readings of a file: its target, and those of further reports in the same file."""
    found = [target] if target.exists() else []
    while found and (more := further(target, len(found) + 1)).exists():
        found.append(more)
    return found


def further(target: Path, number: int) -> Path:
    """Where the reading of a file's second report goes, of its third, …"""
    return target.with_name(f"{target.stem}-{number}{target.suffix}")
