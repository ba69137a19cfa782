"""Files → pages: `read_pages` is the one way in; each kind of file has its reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kg_builder.errors import ReadingError

if TYPE_CHECKING:
    from kg_builder.model import Page
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

        return read_pdf_pages(original)
    if kind in TEXT:
        from kg_builder.readers.text import read_text_pages  # noqa: PLC0415 - PDF files need no text reader

        return read_text_pages(original)
    raise ReadingError(
        original.name, "a .pdf, .txt or .md file", f"a file named *{kind}" if kind else "no file extension"
    )
