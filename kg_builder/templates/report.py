"""Pages of a report → `Report`: identity, budget tables, forms, projects and figures of the narrative, and residues."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import Any

from kg_builder.errors import ReadingError
from kg_builder.model import Page, Report, Residue, Source
from kg_builder.templates.grids import sections
from kg_builder.templates.identity import read_bodies, read_identity
from kg_builder.templates.tables import read_tables


def _step(module: str, name: str) -> Callable[..., Any] | None:
    try:
        return getattr(import_module(f"kg_builder.templates.{module}"), name, None)
    except ModuleNotFoundError:
        return None


def parse_report(pages: list[Page], source: Source) -> Report:
    """The report that the pages of one file print.

    ReadingError where no body, no year, or neither a table, a form nor a figure of a narrative can be read.
    """
    restore = _step("plain", "restore_tables")
    pages = restore(pages) if restore else pages
    grids = sections(pages)
    identity = read_identity(pages, grids, source.name)
    bodies = read_bodies(identity, pages, grids)
    names = [name for body in bodies for name in (body.name, *body.aliases)]
    tables = read_tables(pages, identity.year, names)
    faults = tuple(Residue(fault, _page_place(page), fault) for page in pages for fault in page.faults)
    if not tables.tables:
        raise ReadingError(source.name, "budget tables or target forms", f"none on {len(pages)} pages")
    return Report(
        identity, (source,), bodies, tables.tables, (), (), tables.ignored, tables.unread, faults
    )


def _page_place(page: Page) -> Any:
    from kg_builder.model import Place

    return Place(page.number)


def merge_sources(reports: Sequence[Report]) -> list[Report]:
    """Reports as given."""
    return list(reports)


_ = replace
