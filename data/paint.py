"""Paints prose and ruled grids onto PDF pages: wrapped text, merged cells, page breaks, a rotated watermark."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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
    bold: bool = False


Rules = Literal["boxes", "bars", "across", "ends", "none"]
Turn = Literal["no", "shown", "lying"]
Spill = Literal["wrap", "clip", "over"]


@dataclass(frozen=True, slots=True)
class Press:
    """How a sheet is printed, all in ways that offices print: paper, rules, bold, breaks, long text.

    `paper` is width and height of an upright page. `turn`: pages lie sideways in the file; `shown` turns them back for
    the reader, `lying` does not. `rules`: `boxes` around cells, `bars` (thin filled boxes), only `across`, `ends`
    (above and below the head and at the foot of a page's part), or `none`.
    `spill`: what a text too long for its cell does; `clip` prints it whole behind the cell's edges, `over` across them.
    `echo` prints the first row of the next page once more, clipped, below each break.
    """

    paper: tuple[float, float] = A4
    turn: Turn = "no"
    rules: Rules = "boxes"
    spill: Spill = "wrap"
    running: str = ""
    number: str = "-{}-"
    repeat_head: bool = True
    echo: bool = False
    last_alone: bool = False


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

    def __init__(self, path: Path, title: str, watermark: str | None = None, press: Press | None = None) -> None:
        """Open the file for writing; `watermark` is drawn across every page, rotated and pale."""
        self._press = press or Press()
        pdfmetrics.registerFont(TTFont(FONT, str(FONT_FILE), subfontIndex=0))
        self._canvas = Canvas(str(path), pagesize=A4, invariant=1, pageCompression=1)
        self._canvas.setTitle(title)
        self._watermark = watermark
        self._number = 0
        self._open = False
        self.width, self.height = self._press.paper
        self._top = 0.0

    @property
    def room(self) -> float:
        """Points left on the page above its lower margin."""
        return self._top - MARGIN

    def page(self, landscape: bool = False) -> None:
        """Start a new page."""
        self._close()
        short, long = self._press.paper
        self.width, self.height = (long, short) if landscape else (short, long)
        if self._press.turn == "no":
            self._canvas.setPageSize((self.width, self.height))
        else:
            shown = self._press.turn == "shown"  # for these the canvas takes the size as shown
            self._canvas.setPageSize((self.width, self.height) if shown else (self.height, self.width))
            self._canvas.setPageRotation(90 if shown else 0)
            self._canvas.translate(self.height, 0)
            self._canvas.rotate(90)
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
            self._canvas.drawCentredString(self.width / 2, MARGIN / 2, self._press.number.format(self._number))
            if self._press.running:
                self._canvas.drawString(MARGIN, self.height - MARGIN * 0.6, self._press.running)
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

    def _text(self, line: str, x: float, width: float, y: float, size: float, align: str, bold: bool = False) -> None:
        if bold:  # as producers without a bold font do: the same print once more, a hair to the right
            self._text(line, x + 0.25, width, y, size, align)
        self._canvas.setFont(FONT, size)
        if align == "center":
            self._canvas.drawCentredString(x + width / 2, y, line)
        elif align == "right":
            self._canvas.drawRightString(x + width, y, line)
        else:
            self._canvas.drawString(x, y, line)

    def grid(self, shares: Sequence[float], head: Sequence[Line], body: Sequence[Line], size: float = 9.0) -> None:
        """Draw a table: `shares` are the columns' relative widths; `head` is repeated on each new page or not."""
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
            if self._press.last_alone and end == len(rows) and end - start > 1:
                end -= 1
            self._draw([*head, *self._cut(rows, start, end)], [*heads, *heights[start:end]], edges, size, len(head))
            start = end
            if not self._press.repeat_head:
                head, heads = [], []
            if start < len(rows):
                if self._press.echo:
                    self._echo(rows[start], heights[start], edges, size)
                self.page(self.width > self.height)
        if not rows:
            self._draw(list(head), heads, edges, size)

    @staticmethod
    def _cut(rows: list[Line], start: int, end: int) -> list[Line]:
        """The rows from start to end; a merged cell that crosses the break is closed above and opened blank below."""
        part: list[list[Block | None]] = [
            [b and Block(b.text, b.columns, min(b.rows, end - start - i), b.align, b.bold) for b in row]
            for i, row in enumerate(rows[start:end])
        ]
        for above in range(start):
            for column, block in enumerate(rows[above]):
                if block and above + block.rows > start:
                    part[0][column] = Block("", block.columns, min(above + block.rows, end) - start)
        return list(part)

    def _echo(self, row: Line, height: float, edges: Sequence[float], size: float) -> None:
        """Print a row below the table where a clip path hides it, as producers do that cut a long sheet into pages."""
        self._canvas.saveState()
        path = self._canvas.beginPath()
        path.rect(0, self._top, self.width, self.height - self._top)
        self._canvas.clipPath(path, stroke=0, fill=0)
        for _, j, block in _blocks([row]):
            x, width = edges[j], edges[j + block.columns] - edges[j]
            for i, line in enumerate(wrap(block.text, width - 2 * PAD, size)):
                self._text(line, x + PAD, width - 2 * PAD, self._top - height / 2 - i * size * 1.3, size, block.align)
        self._canvas.restoreState()

    def _heights(self, rows: Sequence[Line], edges: Sequence[float], size: float) -> list[float]:
        heights = [size * 1.3 + 2 * PAD] * len(rows)
        for span in (False, True):  # cells of one row first, merged cells then stretch their last row
            for i, j, block in _blocks(rows):
                if (block.rows > 1) == span:
                    lines = self._lines(block, edges[j + block.columns] - edges[j] - 2 * PAD, size)
                    last = i + block.rows - 1
                    heights[last] = max(heights[last], len(lines) * size * 1.3 + 2 * PAD - sum(heights[i:last]))
        return heights

    def _lines(self, block: Block, width: float, size: float) -> list[str]:
        """The lines of a cell; text to the left is not wrapped where the press lets it spill."""
        return [block.text] if self._spills(block) else wrap(block.text, width, size)

    def _spills(self, block: Block) -> bool:
        return self._press.spill != "wrap" and block.align == "left" and "\n" not in block.text

    def _rule(self, x: float, bottom: float, width: float, height: float) -> None:
        """The rules around one cell."""
        self._canvas.setLineWidth(0.5)
        if self._press.rules == "boxes":
            self._canvas.rect(x, bottom, width, height)
        elif self._press.rules == "bars":
            for side in (
                (x, bottom, width, 0.6), (x, bottom + height, width, 0.6),
                (x, bottom, 0.6, height), (x + width, bottom, 0.6, height),
            ):  # fmt: skip
                self._canvas.rect(*side, stroke=0, fill=1)
        elif self._press.rules == "across":
            self._canvas.line(x, bottom, x + width, bottom)
            self._canvas.line(x, bottom + height, x + width, bottom + height)

    def _draw(
        self, rows: Sequence[Line], heights: Sequence[float], edges: Sequence[float], size: float, heads: int = 0
    ) -> None:
        tops = [self._top - sum(heights[:i]) for i in range(len(heights) + 1)]
        if self._press.rules == "ends":
            for y in {tops[0], tops[heads], tops[-1]}:
                self._canvas.line(edges[0], y, edges[-1], y)
        for i, j, block in _blocks(rows):
            x, width = edges[j], edges[j + block.columns] - edges[j]
            top, bottom = tops[i], tops[i + block.rows]
            self._rule(x, bottom, width, top - bottom)
            lines = self._lines(block, width - 2 * PAD, size)
            y = (top + bottom + len(lines) * size * 1.3) / 2 - size
            clipped = self._press.spill == "clip" and self._spills(block)
            if clipped:
                self._canvas.saveState()
                path = self._canvas.beginPath()
                path.rect(x, bottom, width, top - bottom)
                self._canvas.clipPath(path, stroke=0, fill=0)
            for line in lines:
                self._text(line, x + PAD, width - 2 * PAD, y, size, block.align, block.bold)
                y -= size * 1.3
            if clipped:
                self._canvas.restoreState()
        self._top = tops[-1]


def _blocks(rows: Sequence[Line]) -> Iterator[tuple[int, int, Block]]:
    for i, row in enumerate(rows):
        for j, block in enumerate(row):
            if block:
                yield i, j, block
