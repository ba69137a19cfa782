"""Reads Chinese government budget reports and publishes them as linked data."""

from pathlib import Path

__version__ = "0.1.0"


def folder(name: str) -> Path:
    """The folder `ontology`, `shapes` or `data`: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).parent / name
    return packaged if packaged.is_dir() else Path(__file__).resolve().parent.parent / name
