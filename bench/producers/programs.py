"""The programs that print the sheets: each by its name, what it needs, and how it makes a PDF of a look."""

from __future__ import annotations

import importlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from reportlab.lib.colors import black
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from bench.producers import drawing, frames, office, scripts
from bench.producers.sheets import Cell, Sheet, placed

FONT_FILE = Path("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc")
TIME = 120  # seconds that a program may take
COVER = ("阳泉市民政局", "2025年度部门预算公开", "2025年2月")
BORDERS = ("all", "frames", "across", "down", "none", "dashed")
BREAKS = ("broken", "late")  # a row of indicators goes on on the next page; heads are the last lines of a page
WIDTH = 515  # points of a table on A4

Print = Callable[[Sequence[Sheet], str, Path], None]


@dataclass(frozen=True)
class Program:
    """How a program prints: what must be installed for it, in which borders, and the function."""

    needs: tuple[str, ...]  # commands and modules
    looks: tuple[str, ...]
    print: Print

    @property
    def missing(self) -> list[str]:
        """What of its needs is not there."""
        return [need for need in self.needs if not (shutil.which(need) or Path(need).is_file() or _module(need))]


def _module(name: str) -> bool:
    """Whether a module of Python is there, or one of Node (`node:pdfmake`)."""
    if name.startswith("node:"):
        command = ("node", "-e", f"require.resolve('{name.removeprefix('node:')}')")
        return bool(shutil.which("node")) and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        importlib.import_module(name)
    except (ImportError, OSError):
        return False
    return True


def _run(*command: str | Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=TIME)


# --- HTML ---------------------------------------------------------------------------------------------------------

_CSS = {
    "all": "table{border-collapse:collapse} td{border:0.75pt solid black}",
    "frames": "table{border-collapse:separate;border-spacing:0} td{border:0.5pt solid black}",
    "across": "table{border-collapse:collapse} td{border-top:0.75pt solid black;border-bottom:0.75pt solid black}",
    "down": "table{border-collapse:collapse;border-top:0.75pt solid black;border-bottom:0.75pt solid black}"
    "td{border-left:0.75pt solid black;border-right:0.75pt solid black} .head td{border:0.75pt solid black}",
    "none": "table{border-collapse:collapse} td{border:0}",
    "dashed": "table{border-collapse:collapse} td{border:0.75pt dashed black}",
}
_CSS["broken"] = _CSS["all"] + "tr{page-break-inside:auto !important} div{padding-top:345pt}"
_CSS["late"] = _CSS["all"] + "div{padding-top:648pt}"


def to_html(sheets: Sequence[Sheet], look: str) -> str:
    """The sheets as a page of HTML with borders by `look`."""
    font = "body{font-family:'WenQuanYi Micro Hei';font-size:8pt;margin:0} h1{font-size:20pt} h2{font-size:13pt}"
    layout = "@page{size:A4;margin:14mm} table{width:100%;table-layout:fixed} td{padding:1.5pt 2pt}"
    layout += "h1,h2,.middle{text-align:center} .unit{text-align:right} p{margin:2pt 0} tr{page-break-inside:avoid}"
    cover = "".join(f"<h1>{line}</h1>" for line in COVER)
    style = f"<style>{font}{layout}{_CSS[look]}</style>"
    body = cover + "".join(map(_sheet_html, sheets))
    return f'<html><head><meta charset="utf-8">{style}</head><body>{body}</body></html>'


def _sheet_html(sheet: Sheet) -> str:
    middle = "" if sheet.unit else ' class="middle"'
    lines = f"<p>{sheet.label}</p><h2>{sheet.title}</h2><p{middle}>{sheet.caption}</p><p class='unit'>{sheet.unit}</p>"
    columns = "".join(f'<col style="width:{width}%">' for width in sheet.widths)
    rows = "".join(
        f"<tr class={'head' if i < sheet.heads else 'body'}>{''.join(map(_cell_html, row))}</tr>"
        for i, row in enumerate(sheet.rows)
    )
    return f'<div style="page-break-before:always">{lines}<table><colgroup>{columns}</colgroup>{rows}</table></div>'


def _cell_html(cell: Cell) -> str:
    return f'<td colspan="{cell.across}" rowspan="{cell.down}" align="{cell.align}">{escape(cell.text)}</td>'


def _from_html(command: Callable[[Path, Path], Sequence[str | Path]]) -> Print:
    def print_sheets(sheets: Sequence[Sheet], look: str, path: Path) -> None:
        source = path.with_suffix(".html")
        source.write_text(to_html(sheets, look), encoding="utf-8")
        _run(*command(source, path))

    return print_sheets


def _weasyprint(sheets: Sequence[Sheet], look: str, path: Path) -> None:
    importlib.import_module("weasyprint").HTML(string=to_html(sheets, look)).write_pdf(path)


# --- programs that draw ---------------------------------------------------------------------------------------------


def _reportlab(embedded: bool) -> Print:
    def print_sheets(sheets: Sequence[Sheet], look: str, path: Path) -> None:
        font = "wqy" if embedded else "STSong-Light"
        pdfmetrics.registerFont(TTFont(font, str(FONT_FILE)) if embedded else UnicodeCIDFont(font))
        styles = {align: ParagraphStyle(align, fontName=font, fontSize=8, leading=10, wordWrap="CJK", alignment=number)
                  for align, number in (("left", 0), ("center", 1), ("right", 2))}  # fmt: skip
        large = ParagraphStyle("large", fontName=font, fontSize=14, leading=20, alignment=1)
        story: list[Any] = [Paragraph(line, large) for line in COVER]
        for sheet in sheets:
            story += [PageBreak(), Paragraph(sheet.label, styles["left"]), Paragraph(sheet.title, large)]
            story.append(Paragraph(sheet.caption, styles["left" if sheet.unit else "center"]))
            story += [Paragraph(sheet.unit, styles["right"]), _platypus(sheet, look, styles)]
        SimpleDocTemplate(str(path), pagesize=A4, leftMargin=40, rightMargin=40, topMargin=40, bottomMargin=40).build(
            story
        )

    return print_sheets


_RULES = {"all": ("GRID",), "across": ("LINEABOVE", "LINEBELOW"), "down": ("LINEBEFORE", "LINEAFTER")}


def _platypus(sheet: Sheet, look: str, styles: dict[str, Any]) -> Any:
    texts: list[list[Any]] = [["" for _ in sheet.widths] for _ in sheet.rows]
    style: list[tuple[Any, ...]] = [("VALIGN", (0, 0), (-1, -1), "MIDDLE"), ("PADDING", (0, 0), (-1, -1), 2)]
    for i, j, cell in placed(sheet):
        texts[i][j] = Paragraph(escape(cell.text), styles[cell.align])
        end = (j + cell.across - 1, i + cell.down - 1)
        style.append(("SPAN", (j, i), end))
        style += [(rule, (j, i), end, 0.6, black) for rule in _RULES.get(look, ())]
    if look == "tight":  # rows lie no farther apart than lines
        style += [("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 0)]
    if look == "down":
        style += [("LINEABOVE", (0, 0), (-1, sheet.heads), 0.6, black), ("LINEBELOW", (0, -1), (-1, -1), 0.6, black)]
    return Table(texts, colWidths=[WIDTH * width / 100 for width in sheet.widths], style=style)


def _typst(sheets: Sequence[Sheet], look: str, path: Path) -> None:
    stroke = {"all": "0.6pt", "across": "(top: 0.6pt, bottom: 0.6pt, left: none, right: none)",
              "down": "(left: 0.6pt, right: 0.6pt, top: none, bottom: none)",
              "none": "none", "dashed": '(thickness: 0.6pt, dash: "dashed")'}[look]  # fmt: skip
    lines = ['#set page(paper: "a4", margin: 14mm)', '#set text(font: "WenQuanYi Micro Hei", size: 8pt, lang: "zh")']
    lines += [f"#align(center)[#text(size: 20pt)[{line}]]" for line in COVER]
    for sheet in sheets:
        side = "left" if sheet.unit else "center"
        lines += ["#pagebreak()", sheet.label, f"#align(center)[#text(size: 13pt)[{sheet.title}]]"]
        lines += [f"#align({side})[{sheet.caption}]", f"#align(right)[{sheet.unit}]"]
        columns = ", ".join(f"{width}%" for width in sheet.widths)
        cells = ", ".join(
            f'table.cell(colspan: {c.across}, rowspan: {c.down}, align: {c.align} + horizon)[#"{c.text}"]'
            for _, _, c in placed(sheet)
        )
        lines.append(f"#table(columns: ({columns}), stroke: {stroke}, inset: 2.5pt, {cells})")
    source = path.with_suffix(".typ")
    source.write_text("\n\n".join(lines), encoding="utf-8")
    importlib.import_module("typst").compile(str(source), output=str(path))


def _fpdf2(sheets: Sequence[Sheet], look: str, path: Path) -> None:
    pdf = importlib.import_module("fpdf").FPDF(format="A4")
    pdf.add_font("wqy", fname=str(FONT_FILE))
    pdf.add_page()
    pdf.set_font("wqy", size=18)
    for line in COVER:
        pdf.multi_cell(0, 12, line, align="C", new_x="LMARGIN", new_y="NEXT")
    for sheet in sheets:
        pdf.add_page()
        for text, size, align in ((sheet.label, 8, "L"), (sheet.title, 13, "C"),
                                  (sheet.caption, 8, "L" if sheet.unit else "C"), (sheet.unit, 8, "R")):  # fmt: skip
            pdf.set_font("wqy", size=size)
            if text:
                pdf.multi_cell(0, 6, text, align=align, new_x="LMARGIN", new_y="NEXT")
        pdf.set_font("wqy", size=8)
        layout = {"all": "ALL", "across": "HORIZONTAL_LINES", "none": "NONE"}[look]
        with pdf.table(borders_layout=layout, col_widths=sheet.widths, line_height=5, first_row_as_headings=False) as t:
            for row in sheet.rows:
                printed = t.row()
                for cell in row:
                    align = {"left": "L", "center": "C", "right": "R"}[cell.align]
                    printed.cell(cell.text, colspan=cell.across, rowspan=cell.down, align=align)
    pdf.output(str(path))


def _cairo(sheets: Sequence[Sheet], look: str, path: Path) -> None:
    drawing.draw(sheets, COVER, look, path)


def _office(kind: str) -> Print:
    def print_sheets(sheets: Sequence[Sheet], look: str, path: Path) -> None:
        source = path.with_suffix({"text": ".fodt", "spreadsheet": ".fods"}[kind])
        source.write_text(office.to_flat_odf(sheets, COVER, look, kind), encoding="utf-8")
        _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", path.parent, source)

    return print_sheets


def _node(script: str) -> Print:
    def print_sheets(sheets: Sequence[Sheet], look: str, path: Path) -> None:
        font, source, told = (path.with_suffix(end) for end in (".ttf", ".js", ".json"))
        importlib.import_module("fontTools.ttLib").TTCollection(str(FONT_FILE)).fonts[0].save(str(font))
        source.write_text(script, encoding="utf-8")
        told.write_text(scripts.to_json(sheets, COVER, look, str(font), str(path)), encoding="utf-8")
        _run("node", source, told)

    return print_sheets


def _framed(first: str) -> Print:
    """The PDF of another program, its pages in another frame."""

    def print_sheets(sheets: Sequence[Sheet], look: str, path: Path) -> None:
        before = path.with_suffix(".first.pdf")
        PROGRAMS[first].print(sheets, "all", before)
        frames.reframe(before, look, path)

    return print_sheets


def _again(first: str, command: Callable[[Path, Path], Sequence[str | Path]]) -> Print:
    """The PDF of another program, written anew by a program that changes PDFs."""

    def print_sheets(sheets: Sequence[Sheet], look: str, path: Path) -> None:
        before = path.with_suffix(".first.pdf")
        PROGRAMS[first].print(sheets, look, before)
        _run(*command(before, path))

    return print_sheets


def _chromium(source: Path, path: Path) -> Sequence[str | Path]:
    options = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer")
    return "chromium", *options, f"--print-to-pdf={path}", source


def _wkhtmltopdf(source: Path, path: Path) -> Sequence[str | Path]:
    return "wkhtmltopdf", "-q", "-s", "A4", source, path


def _soffice(source: Path, path: Path) -> Sequence[str | Path]:
    return "soffice", "--headless", "--convert-to", "pdf:writer_web_pdf_Export", "--outdir", path.parent, source


def _ghostscript(before: Path, path: Path) -> Sequence[str | Path]:
    return "gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", f"-sOutputFile={path}", before


def _pdftocairo(before: Path, path: Path) -> Sequence[str | Path]:
    return "pdftocairo", "-pdf", before, path


def _mutool(before: Path, path: Path) -> Sequence[str | Path]:
    return "mutool", "clean", "-gg", "-c", "-s", before, path


def _qpdf(before: Path, path: Path) -> Sequence[str | Path]:
    return "qpdf", "--object-streams=generate", "--linearize", before, path


_WQY = str(FONT_FILE)
PROGRAMS: dict[str, Program] = {
    "reportlab": Program(("reportlab",), ("all", "across", "down", "none"), _reportlab(embedded=False)),
    "reportlab-embedded": Program(
        ("reportlab", _WQY), ("all", "across", "down", "none", "tight"), _reportlab(embedded=True)
    ),
    "chromium": Program(("chromium", _WQY), (*BORDERS, *BREAKS), _from_html(_chromium)),
    "weasyprint": Program(("weasyprint", _WQY), (*BORDERS, *BREAKS), _weasyprint),
    "wkhtmltopdf": Program(("wkhtmltopdf", _WQY), BORDERS, _from_html(_wkhtmltopdf)),
    "libreoffice": Program(("soffice", _WQY), ("none",), _from_html(_soffice)),
    "typst": Program(("typst", _WQY), ("all", "across", "down", "none", "dashed"), _typst),
    "cairo": Program(("cairocffi", "pangocairocffi", _WQY), ("all", "across", "down", "none"), _cairo),
    "writer": Program(("soffice", _WQY), ("all", "across", "down", "none", "low"), _office("text")),
    "calc": Program(("soffice", _WQY), ("all", "across", "down", "none", *office.WIDE), _office("spreadsheet")),
    "pdfmake": Program(("node:pdfmake", "fontTools", _WQY), ("all", "across", "down", "none"), _node(scripts.PDFMAKE)),
    "jspdf": Program(
        ("node:jspdf", "node:jspdf-autotable", "fontTools", _WQY),
        ("all", "across", "down", "none"),
        _node(scripts.JSPDF),
    ),
    "fpdf2": Program(("fpdf", _WQY), ("all", "across", "none"), _fpdf2),
}
for _first in ("chromium", "reportlab", "reportlab-embedded", "typst", "weasyprint"):
    _of = PROGRAMS[_first]
    for _name, _command in (
        ("gs", _ghostscript), ("qpdf", _qpdf), ("mutool", _mutool), ("pdftocairo", _pdftocairo)
    ):  # fmt: skip
        PROGRAMS[f"{_name}-{_first}"] = Program((*_of.needs, _name), ("all", "across"), _again(_first, _command))
for _first in ("chromium", "reportlab", "writer"):
    _of = PROGRAMS[_first]
    PROGRAMS[f"framed-{_first}"] = Program((*_of.needs, "pikepdf"), frames.LOOKS, _framed(_first))
