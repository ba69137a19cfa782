"""Zip archives → the pages of the files in them, one after another; what is printed twice is taken once and told."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import PurePosixPath

from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.readers.contents import kind_of
from kg_builder.readers.office.package import Package
from kg_builder.readers.original import Original
from kg_builder.text import squeeze

_FIGURE = re.compile(r"\d[\d,]*\.?\d*")  # 1,234.50


def read_zip_pages(original: Original) -> list[Page]:
    """The files of an archive in the order of their names, their pages counted on; each is told where it is refused.

    Raises ReadingError where none can be read, and for archives in archives.
    """
    from kg_builder.readers import read_pages  # noqa: PLC0415 - it reads archives too

    package = Package(original, _encoding(original))
    refused, told = list[str](), list[str]()
    read: list[tuple[str, list[Page]]] = []
    for name in sorted(filter(_is_report, package.names)):
        inner = Original(PurePosixPath(name).name, package.read(name))
        if (kind_of(inner.data) or inner.kind) in {".zip", ".rar"}:
            refused.append(f"{inner.name} is an archive in an archive: it is not read")
            continue
        try:
            pages = read_pages(inner)
        except ReadingError as error:
            refused.append(str(error))
            continue
        own = _print(pages)
        twin = next((other for other, known in read if own[0] and _print(known) == own), None)
        if twin:
            told.append(f"{inner.name} prints {twin} again: it is taken once")
        else:
            read.append((inner.name, pages))
    if not read:
        raise ReadingError(original.name, "an archive with a file that can be read", "; ".join(refused) or "no file")
    return _counted_on(read, refused, told)


def _is_report(name: str) -> bool:
    """Not what systems and programs leave beside files: __MACOSX/._a.pdf, ~$a.docx."""
    return PurePosixPath(name).name[:1] not in {"", ".", "~"} and "__MACOSX" not in name


def _encoding(original: Original) -> str | None:
    """GBK for the names of archives made on Windows; None where they are not that."""
    try:
        zipfile.ZipFile(BytesIO(original.data), metadata_encoding="gbk")
    except (UnicodeDecodeError, zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return None
    return "gbk"


def _print(pages: list[Page]) -> tuple[list[str], list[str]]:
    """The figures of the tables and all Chinese characters, sorted: two prints of one table have the same of both.

    The same figures under other names are another table.
    """
    texts = (cell.text for page in pages for table in page.tables for row in table.rows for cell in row if cell)
    found = (number.replace(",", "") for text in texts for number in _FIGURE.findall(squeeze(text)))
    words = sorted(c for page in pages for line in page.lines for c in line.text if "\u4e00" <= c <= "\u9fff")
    return sorted(number.rstrip("0").rstrip(".") if "." in number else number for number in found), words


def _counted_on(read: list[tuple[str, list[Page]]], refused: list[str], told: list[str]) -> list[Page]:
    """The pages of all files; what was refused is a fault of the first, what is printed twice is only told."""
    found: list[Page] = []
    for name, pages in read:
        for page in pages:
            found.append(_moved(page, len(found) + 1, name))
    first = found[0]
    return [replace(first, faults=(*first.faults, *refused), told=(*first.told, *told)), *found[1:]]


def _moved(page: Page, number: int, name: str) -> Page:
    def place(old: Place) -> Place:
        return replace(old, page=number, cell=f"{name}: {old.cell}" if old.cell else name)

    def cell(old: Cell) -> Cell:
        return replace(old, place=place(old.place))

    def table(old: Table) -> Table:
        rows = tuple(tuple(None if one is None else cell(one) for one in row) for row in old.rows)
        return replace(old, place=place(old.place), rows=rows)

    lines, tables = tuple(map(cell, page.lines)), tuple(map(table, page.tables))
    return replace(page, number=number, lines=lines, tables=tables)
