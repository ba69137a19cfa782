"""PDF → pages: the ink of each page becomes lines and tables, and what could not be read is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page, Place
from kg_builder.readers.engine import Ink, read_ink
from kg_builder.readers.grids import find_tables
from kg_builder.readers.ink import (
    box_of,
    glyphs_to_runs,
    line_text,
    runs_to_lines,
    without_doubles,
    without_watermarks,
)

BROKEN = 0.3  # share of unreadable glyphs from which a page's font map counts as broken
SCAN = 0.5  # share of a page covered by images from which a page without text is a scan


def read_pdf_pages(path: Path) -> list[Page]:
    """All pages of a PDF; ReadingError where it is missing, damaged, encrypted or has no text on any page."""
    pages = list(iter_pages(path))
    if not any(page.lines for page in pages):
        images = sum(bool(page.faults) for page in pages)
        raise ReadingError(path.name, "text", f"images on {images} of {len(pages)} pages and no text")
    return pages


def iter_pages(path: Path) -> Iterator[Page]:
    """The pages one by one, each read when asked for; errors as in `read_pdf_pages`."""
    return map(ink_to_page, read_ink(path))


def ink_to_page(ink: Ink) -> Page:
    """Lines, tables and faults of one page."""
    runs = without_watermarks(glyphs_to_runs(without_doubles(ink.glyphs)))
    lines = tuple(Cell(line_text(line), Place(ink.number, box_of(line))) for line in runs_to_lines(runs))
    tables = tuple(find_tables(ink.number, ink.rules, runs))
    return Page(ink.number, lines, tables, ink.size, tuple(_faults(ink, lines)))


def _faults(ink: Ink, lines: tuple[Cell, ...]) -> Iterator[str]:
    text = "".join(line.text for line in lines)
    if not text and ink.images >= SCAN:
        yield "the page is an image without text; the extra mingzhang[ocr] can read it"
    unreadable = sum(_unreadable(glyph.text) for glyph in ink.glyphs)
    if unreadable and unreadable >= BROKEN * len(ink.glyphs):
        yield f"the font map is broken: {unreadable} of {len(ink.glyphs)} characters have no meaning"


def _unreadable(text: str) -> bool:
    """Whether a glyph came without its character: `(cid:123)`, U+FFFD, private use."""
    return text.startswith("(cid:") or text == "\ufffd" or "\ue000" <= text[0] <= "\uf8ff"
