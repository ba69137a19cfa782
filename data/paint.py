"""Paints prose and ruled grids onto PDF pages: wrapped text, merged cells, page breaks, a rotated watermark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "report"
FONT_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")  # Debian: fonts-wqy-microhei
MARGIN = 48.0
PAD = 3.0


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one grid cell and how many columns and rows it covers; `align` is left, center or right."""

    text: str
    columns: int = 1
    rows: int = 1
    align: str = "left"


Line = Sequence[Block | None]  # a grid row; None where a merged cell covers the position


def wrap(text: str, width: float, size: float) -> list[str]:
    """Break the text into lines no wider than `width` points, at any character as Chinese print does."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for char in paragraph:
            if line and pdfmetrics.stringWidth(line + char, FONT, size) > width:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


class Sheet:
    """A PDF being written page by page; the same calls give the same bytes."""

    def __init__(self, path: Path, title: str, watermark: str | None = None) -> None:
        """Open the file for writing; `watermark` is drawn across every page, rotated and pale."""
        pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE), subfontIndex=0))
        self._canvas = Canvas(str(path), pagesize=A4, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._watermark = watermark
        self._number = 0
        self._open = False
        self.width, self.height = A4
        self._top = 0.0

    def page(self, landscape: bool = False) -> None:
        """Start a new page."""
        self._close()
        self.width, self.height = (A4[1], A4[0]) if landscape else A4
        self._canvas.setPageSize((self.width, self.height))
        self._number += 1
        self._open = True
        self._top = self.height - MARGIN
        if self._watermark:
            self._canvas.saveState()
            self._canvas.setFillGray(0.85)
            self._canvas.setFont(FONT, 40)
            self._canvas.translate(self.width / 2, self.height / 2)
            self._canvas.rotate(40)
            self._canvas.drawCentredString(0, 0, self._watermark)
            self._canvas.restoreState()

    def _close(self) -> None:
        if self._open:
            self._canvas.setFont(FONT, 9)
            self._canvas.drawCentredString(self.width / 2, MARGIN / 2, f"-{self._number}-")
            self._canvas.showPage()
        self._open = False

    def save(self) -> None:
        """Finish the last page and write the file."""
        self._close()
        self._canvas.save()

    def prose(self, text: str, size: float = 10.5, align: str = "left", gap: float = 4.0) -> None:
        """Write a paragraph, going on to new pages as needed."""
        for line in wrap(text, self.width - 2 * MARGIN, size):
            if self._top - size * 1.5 < MARGIN:
                self.page(self.width > self.height)
            self._top -= size * 1.5
            self._text(line, MARGIN, self.width - 2 * MARGIN, self._top, size, align)
        self._top -= gap

    def _text(self, line: str, x: float, width: float, y: float, size: float, align: str) -> None:
        self._canvas.setFont(FONT, size)
        if align == "center":
            self._canvas.drawCentredString(x + width / 2, y, line)
        elif align == "right":
            self._canvas.drawRightString(x + width, y, line)
        else:
            self._canvas.drawString(x, y, line)

    def grid(self, shares: Sequence[float], head: Sequence[Line], body: Sequence[Line], size: float = 9.0) -> None:
        """Draw a ruled table: `shares` are the columns' relative widths; `head` is repeated on each new page."""
        scale = (self.width - 2 * MARGIN) / sum(shares)
        edges = [MARGIN + scale * sum(shares[:i]) for i in range(len(shares) + 1)]
        heads = self._heights(head, edges, size)
        start, rows = 0, list(body)
        heights = self._heights(rows, edges, size)
        while start < len(rows):
            if self._top - sum(heads) - heights[start] < MARGIN:
                self.page(self.width > self.height)
            end, room = start, self._top - MARGIN - sum(heads)
            while end < len(rows) and heights[end] <= room:
                room -= heights[end]
                end += 1
            end = max(end, start + 1)  # a row taller than a page is drawn past its foot rather than lost
            self._draw([*head, *self._cut(rows, start, end)], [*heads, *heights[start:end]], edges, size)
            start = end
            if start < len(rows):
                self.page(self.width > self.height)
        if not rows:
            self._draw(list(head), heads, edges, size)

    @staticmethod
    def _cut(rows: list[Line], start: int, end: int) -> list[Line]:
        """The rows from start to end; a merged cell that crosses the break is closed above and opened blank below."""
        part: list[list[Block | None]] = [
            [b and Block(b.text, b.columns, min(b.rows, end - start - i), b.align) for b in row]
            for i, row in enumerate(rows[start:end])
        ]
        for above in range(start):
            for column, block in enumerate(rows[above]):
                if block and above + block.rows > start:
                    part[0][column] = Block("", block.columns, min(above + block.rows, end) - start)
        return list(part)

    @staticmethod
    def _heights(rows: Sequence[Line], edges: Sequence[float], size: float) -> list[float]:
        heights = [size * 1.3 + 2 * PAD] * len(rows)
        for span in (False, True):  # cells of one row first, merged cells then stretch their last row
            for i, j, block in _blocks(rows):
                if (block.rows > 1) == span:
                    lines = wrap(block.text, edges[j + block.columns] - edges[j] - 2 * PAD, size)
                    last = i + block.rows - 1
                    heights[last] = max(heights[last], len(lines) * size * 1.3 + 2 * PAD - sum(heights[i:last]))
        return heights

    def _draw(self, rows: Sequence[Line], heights: Sequence[float], edges: Sequence[float], size: float) -> None:
        tops = [self._top - sum(heights[:i]) for i in range(len(heights) + 1)]
        for i, j, block in _blocks(rows):
            x, width = edges[j], edges[j + block.columns] - edges[j]
            top, bottom = tops[i], tops[i + block.rows]
            self._canvas.setLineWidth(0.5)
            self._canvas.rect(x, bottom, width, top - bottom)
            lines = wrap(block.text, width - 2 * PAD, size)
            y = (top + bottom + len(lines) * size * 1.3) / 2 - size
            for line in lines:
                self._text(line, x + PAD, width - 2 * PAD, y, size, block.align)
                y -= size * 1.3
        self._top = tops[-1]


def _blocks(rows: Sequence[Line]) -> Iterator[tuple[int, int, Block]]:
    for i, row in enumerate(rows):
        for j, block in enumerate(row):
            if block:
                yield i, j, block
