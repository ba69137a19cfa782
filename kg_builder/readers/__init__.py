"""Files → pages: `read_pages` is the one way in; each kind of file has its reader, found by the content."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from kg_builder.errors import ReadingError

if TYPE_CHECKING:
    from kg_builder.model import Page
    from kg_builder.readers.original import Original

TEXT = {".txt", ".md"}
# Each kind with the module and function that read it: a reader is loaded when it is needed.
_READERS = {
    ".pdf": ("pdf", "read_pdf_pages"),
    ".txt": ("text", "read_text_pages"),
    ".md": ("text", "read_text_pages"),
    ".xlsx": ("office.xlsx", "read_xlsx_pages"),
    ".xls": ("office.xls", "read_xls_pages"),
    ".docx": ("office.docx", "read_docx_pages"),
    ".html": ("office.web", "read_html_pages"),
    ".htm": ("office.web", "read_html_pages"),
    ".ofd": ("office.ofd", "read_ofd_pages"),
    ".zip": ("office.archive", "read_zip_pages"),
}
_KNOWN = {
    ".xlsx": "an Excel workbook (.xlsx)",
    ".xls": "an Excel workbook (.xls)",
    ".docx": "a Word document (.docx)",
    ".doc": "a Word or WPS document (.doc)",
    ".html": "a web page",
    ".ofd": "an OFD file",
    ".zip": "a zip archive",
    ".rar": "a RAR or 7z archive",
    ".xml": "a workbook in XML (SpreadsheetML 2003)",
    "locked": "a document that asks for a password",
}
READ = ".pdf, .txt, .md, .xlsx, .xls, .docx, .html, .ofd or .zip"
# What a folder is searched for; .doc and .wps are told, not passed over.
SUFFIXES = {".pdf", ".xlsx", ".xls", ".docx", ".html", ".htm", ".zip", ".doc", ".wps", ".ofd"} | TEXT
_BINARY = {".xlsx", ".xls", ".docx", ".zip"}


def read_pages(file: Path | Original) -> list[Page]:
    """All pages of a report file; ReadingError where the file cannot be read."""
    from kg_builder.readers.contents import kind_of  # noqa: PLC0415 - each module is loaded when needed
    from kg_builder.readers.original import original_of  # noqa: PLC0415

    original = original_of(file)
    kind = original.kind
    if kind in _KNOWN and kind not in _READERS:
        raise ReadingError(original.name, f"a {READ} file", _KNOWN[kind])
    if kind not in _READERS:
        raise ReadingError(original.name, f"a {READ} file", f"a file named *{kind}" if kind else "no file extension")
    if kind in _BINARY and not kind_of(original.data):
        raise ReadingError(
            original.name, _KNOWN[kind], "other content than its name says" if original.data else "an empty file"
        )
    module, function = _READERS[kind]
    pages: list[Page] = getattr(import_module(f"kg_builder.readers.{module}"), function)(original)
    return pages
