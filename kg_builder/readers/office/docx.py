"""Word documents → pages: paragraphs with their printed numbers, tables with merged and nested cells, text boxes.

What is inserted counts, what is deleted does not; nothing that the document links to is followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers.office.blocks import Block, GridBlock, Piece, page_of
from kg_builder.readers.office.numbering import Numbering
from kg_builder.readers.office.package import Package
from kg_builder.readers.office.sheets import spot
from kg_builder.readers.original import Original

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_UNSEEN = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}pPr", f"{_W}rPr"}
_OLD_DRAWING = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def read_docx_pages(original: Original) -> list[Page]:
    """A document as one page: it tells where paragraphs and tables stand, not where pages end."""
    package = Package(original)
    body = package.xml("word/document.xml").find(f"{_W}body")
    numbering = Numbering(package.xml("word/numbering.xml") if "word/numbering.xml" in package.names else None)
    walk = _Walk(numbering)
    blocks = [] if body is None else list(walk.blocks(body))
    page = page_of(1, blocks)
    if not page.lines:
        raise ReadingError(original.name, "a document with text", "none")
    return [page]


class _Walk:
    """A walk over a document, which counts its tables and numbered paragraphs."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering, self.tables, self.paragraphs = numbering, 0, 0

    def blocks(self, parent: Any) -> Iterator[Block]:
        """Paragraphs and tables below an element in their order, those in text boxes behind their paragraph."""
        for element in parent:
            if element.tag == f"{_W}p":
                self.paragraphs += 1
                yield Piece(self.numbering.of(element) + _text(element), f"paragraph {self.paragraphs}")
                for box in element.iter(f"{_W}txbxContent"):
                    if next(box.iterancestors(_OLD_DRAWING), None) is None and _owner(box) is element:
                        yield from self.blocks(box)
            elif element.tag == f"{_W}tbl":
                yield from self.table(element)
            elif element.tag not in _UNSEEN and isinstance(element.tag, str):
                yield from self.blocks(element)  # content controls and insertions around whole paragraphs

    def table(self, element: Any) -> Iterator[Block]:
        """A table as a grid, then the tables that stand in its cells."""
        self.tables += 1
        number, inner = self.tables, list[Any]()
        rows: list[dict[int, Piece | None]] = []
        for row in element.iterchildren(f"{_W}tr", f"{_W}sdt", f"{_W}ins"):
            for one in [row] if row.tag == f"{_W}tr" else row.iter(f"{_W}tr"):
                rows.append(self.row(one, len(rows), f"table {number}", inner))
        width = max((max(row, default=-1) + 1 for row in rows), default=0)
        grid = tuple(
            tuple(row.get(i, Piece("", spot(f"table {number}", at, i))) for i in range(width))
            for at, row in enumerate(rows)
        )
        if grid and width:
            yield GridBlock(grid)
        for below in inner:
            yield from self.table(below)

    def row(self, element: Any, at: int, name: str, inner: list[Any]) -> dict[int, Piece | None]:
        """The cells of a row by column; None where one is covered by that to its left or above."""
        column = _number(element.find(f"{_W}trPr/{_W}gridBefore"))
        found: dict[int, Piece | None] = {}
        for cell in element.iter(f"{_W}tc"):
            if next(cell.iterancestors(f"{_W}tr"), None) is not element:
                continue
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            covered = merge is not None and merge.get(f"{_W}val", "continue") == "continue"
            found[column] = None if covered else Piece(self.cell(cell, inner), spot(name, at, column))
            span = min(_number(cell.find(f"{_W}tcPr/{_W}gridSpan")) or 1, 200)
            found.update(dict.fromkeys(range(column + 1, column + span)))
            column += span
        return found

    def cell(self, element: Any, inner: list[Any]) -> str:
        """The paragraphs of a cell, one a line; its tables are put aside."""
        texts = []
        for paragraph in element.iter(f"{_W}p"):
            if next(paragraph.iterancestors(f"{_W}tc"), None) is element and not _is_unseen(paragraph):
                texts.append(self.numbering.of(paragraph) + _text(paragraph))
        inner += [table for table in element.iter(f"{_W}tbl") if next(table.iterancestors(f"{_W}tc"), None) is element]
        return "\n".join(text for text in texts if text.strip())


def _number(element: Any) -> int:
    value = element.get(f"{_W}val", "0") if element is not None else "0"
    return int(value) if value.isdigit() else 0


def _owner(box: Any) -> Any:
    return next(box.iterancestors(f"{_W}p"), None)


def _is_unseen(paragraph: Any) -> bool:
    return next(paragraph.iterancestors(_OLD_DRAWING, *_UNSEEN), None) is not None


def _text(paragraph: Any) -> str:
    return "".join(_texts(paragraph))


def _texts(element: Any) -> Iterator[str]:
    """The printed text of a paragraph: hidden and deleted runs, field codes and text boxes are no part of it."""
    for child in element:
        if child.tag in {f"{_W}t", f"{_W}delText"}:
            yield (child.text or "") if child.tag == f"{_W}t" else ""
        elif child.tag in {f"{_W}tab", f"{_W}br", f"{_W}cr"}:
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag == f"{_W}r" and _is_on(child.find(f"{_W}rPr/{_W}vanish")):
            continue
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN | {_OLD_DRAWING, f"{_W}txbxContent"}:
            yield from _texts(child)


def _is_on(element: Any) -> bool:
    return element is not None and element.get(f"{_W}val", "1") not in {"0", "false"}
