"""Reads Chinese government budget reports and publishes them as linked data."""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which this loads no sooner than anything needs it
if TYPE_CHECKING:
    from pathlib import Path

__version__ = "0.1.0"


def folder(name: str) -> Path:
    """The folder `ontology`, `shapes` or `data`: inside the installed package, or at the top of a checkout."""
    from pathlib import Path  # noqa: PLC0415 - an interrupt is told as soon as this package is there

    packaged = Path(__file__).parent / name
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / name
