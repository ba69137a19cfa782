"""The sheets drawn with cairo and Pango, as programs on GTK print them."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.producers.sheets import Cell, Sheet, placed

WIDTH, HEIGHT, MARGIN = 595.0, 842.0, 40.0
PAD = 2.0


def draw(sheets: Sequence[Sheet], cover: Sequence[str], look: str, path: Path) -> None:
    """A page for each sheet, its borders by `look`; the rows are as high as their highest cell."""
    cairo, pango = importlib.import_module("cairocffi"), importlib.import_module("pangocairocffi")
    surface = cairo.PDFSurface(str(path), WIDTH, HEIGHT)
    context = cairo.Context(surface)
    pen = _Pen(context, pango)
    for i, line in enumerate(cover):
        pen.text(line, MARGIN, 100 + 40 * i, WIDTH - 2 * MARGIN, "center", 18)
    for sheet in sheets:
        surface.show_page()
        top = MARGIN
        side = "left" if sheet.unit else "center"
        lines = (
            (sheet.label, "left", 8),
            (sheet.title, "center", 13),
            (sheet.caption, side, 8),
            (sheet.unit, "right", 8),
        )
        for text, align, size in lines:
            top += pen.text(text, MARGIN, top, WIDTH - 2 * MARGIN, align, size) if text else 0.0
        _table(pen, sheet, look, top + 4)
    surface.finish()


class _Pen:
    """A context with a layout of Pango."""

    def __init__(self, context: Any, pango: Any) -> None:
        self.context, self.pango = context, pango
        self.fonts = importlib.import_module("pangocffi")

    def layout(self, text: str, width: float, align: str, size: float) -> tuple[Any, float]:
        """The layout of a text, and its height in points."""
        layout = self.pango.create_layout(self.context)
        font = self.fonts.FontDescription()
        font.family, font.size = "WenQuanYi Micro Hei", self.fonts.units_from_double(size)
        layout.font_description, layout.text = font, text
        layout.width = self.fonts.units_from_double(width)
        layout.wrap = self.fonts.WrapMode.WORD_CHAR
        layout.alignment = getattr(self.fonts.Alignment, align.upper())
        return layout, self.fonts.units_to_double(layout.get_size()[1])

    def text(self, text: str, x: float, y: float, width: float, align: str, size: float) -> float:
        """Draw a text from its upper left corner on; its height."""
        layout, height = self.layout(text, width, align, size)
        self.context.move_to(x, y)
        self.pango.show_layout(self.context, layout)
        return height

    def line(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Draw a rule."""
        self.context.set_line_width(0.6)
        self.context.move_to(x0, y0)
        self.context.line_to(x1, y1)
        self.context.stroke()


def _table(pen: _Pen, sheet: Sheet, look: str, top: float) -> None:
    shares = [sum(sheet.widths[:j]) / sum(sheet.widths) for j in range(len(sheet.widths) + 1)]
    xs = [MARGIN + (WIDTH - 2 * MARGIN) * share for share in shares]
    cells = placed(sheet)
    heights = [14.0] * len(sheet.rows)
    for down in range(1, max(cell.down for _, _, cell in cells) + 1):
        for i, j, cell in cells:
            lack = _height(pen, cell, xs[j + cell.across] - xs[j]) - sum(heights[i : i + down])
            if cell.down == down and lack > 0:
                heights[i + down - 1] += lack
    ys = [top + sum(heights[:i]) for i in range(len(heights) + 1)]
    for i, j, cell in cells:
        x0, x1, y0, y1 = xs[j], xs[j + cell.across], ys[i], ys[i + cell.down]
        middle = (y0 + y1 - _height(pen, cell, x1 - x0)) / 2 + PAD
        pen.text(cell.text, x0 + PAD, middle, x1 - x0 - 2 * PAD, cell.align, 8)
        if look in ("all", "across"):
            pen.line(x0, y0, x1, y0)
            pen.line(x0, y1, x1, y1)
        if look in ("all", "down"):
            pen.line(x0, y0, x0, y1)
            pen.line(x1, y0, x1, y1)


def _height(pen: _Pen, cell: Cell, width: float) -> float:
    return pen.layout(cell.text, width - 2 * PAD, cell.align, 8)[1] + 2 * PAD
