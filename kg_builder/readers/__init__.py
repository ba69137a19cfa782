"""Files → pages: `read_pages` is the one way in; each kind of file has its reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg_builder.errors import ReadingError
from kg_builder.marks import whole_unit

if TYPE_CHECKING:
    from kg_builder.model import Cell, Page
    from kg_builder.readers.original import Original

TEXT = {".txt", ".md"}
SUFFIXES = {".pdf"} | TEXT


def read_pages(file: Path | Original) -> list[Page]:
    """All pages of a report file (`.pdf`, `.txt`, `.md`); ReadingError where the file cannot be read."""
    from kg_builder.readers.original import original_of  # noqa: PLC0415 - each reader is loaded when needed

    original = original_of(file)
    kind = original.kind
    if kind == ".pdf":
        from kg_builder.readers.pdf import read_pdf_pages  # noqa: PLC0415 - text files need no PDF engine

        return with_whole_units(read_pdf_pages(original))
    if kind in TEXT:
        from kg_builder.readers.text import read_text_pages  # noqa: PLC0415 - PDF files need no text reader

        return with_whole_units(read_text_pages(original))
    raise ReadingError(
        original.name, "a .pdf, .txt or .md file", f"a file named *{kind}" if kind else "no file extension"
    )


def with_whole_units(pages: list[Page]) -> list[Page]:
    """The pages with each unit of money that a line break cuts (单位：万, and 元 at the end of the next line) whole."""
    return [replace(page, lines=_whole(page.lines)) for page in pages]


def _whole(lines: tuple[Cell, ...]) -> tuple[Cell, ...]:
    kept: list[Cell] = []
    for line in lines:
        found = whole_unit(kept[-1].text, line.text) if kept else None
        if found is None:
            kept.append(line)
            continue
        kept[-1] = replace(kept[-1], text=found[0])
        kept += [replace(line, text=found[1])] if found[1] else []
    return tuple(kept)
