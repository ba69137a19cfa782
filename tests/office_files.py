"""Workbooks, documents and web pages written part by part: blocks are texts and grids, None where a cell is merged."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import pairwise
from xml.sax.saxutils import escape

from kg_builder.model import Page
from kg_builder.readers.engine import Ink
from kg_builder.readers.ink import glyphs_to_runs
from kg_builder.readers.office.sheets import spot

Grid = Sequence[Sequence[str | None]]
Block = str | Grid
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def blocks_of(page: Page) -> list[Block]:
    """The lines and grids of a page that was read, in their order."""
    found: list[tuple[float, Block]] = []
    for table in page.tables:
        assert table.place.box
        grid = [[None if cell is None else cell.text for cell in row] for row in table.rows]
        found.append((table.place.box.top, grid))
    for line in page.lines:
        assert line.place.box
        middle = (line.place.box.top + line.place.box.bottom) / 2
        if not any(t.place.box and t.place.box.top <= middle <= t.place.box.bottom for t in page.tables):
            found.append((middle, line.text))
    return [block for _, block in sorted(found, key=lambda pair: pair[0])]


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def cell(row: int, column: int, text: str) -> str:
    """A cell of text (from 0)."""
    return f'<c r="{spot("", row, column)[1:]}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def workbook(sheets: Mapping[str, str], styles: Sequence[str] = (), hidden: Sequence[str] = ()) -> bytes:
    """A workbook of sheets in XML (what stands inside `worksheet`); style n of a cell is the n-th number format."""
    names = list(sheets)
    book = "".join(
        f'<sheet name="{name}" sheetId="{i}" r:id="r{i}" state="{"hidden" if name in hidden else "visible"}"/>'
        for i, name in enumerate(names, 1)
    )
    links = "".join(
        f'<Relationship Id="r{i}" Type="{LINKS}/worksheet" Target="worksheets/s{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    forms = "".join(
        f'<numFmt numFmtId="{200 + i}" formatCode="{escape(f, {chr(34): "&quot;"})}"/>' for i, f in enumerate(styles)
    )
    used = "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(len(styles)))
    links += f'<Relationship Id="st" Type="{LINKS}/styles" Target="styles.xml"/>'
    start = f'<Relationship Id="a" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped(
        {
            "_rels/.rels": f'<Relationships xmlns="{package}">{start}</Relationships>',
            "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{LINKS}"><sheets>{book}</sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}">{links}</Relationships>',
            "xl/styles.xml": f"<styleSheet {MAIN}><numFmts>{forms}</numFmts><cellXfs>{used}</cellXfs></styleSheet>",
        }
        | {
            f"xl/worksheets/s{i}.xml": f"<worksheet {MAIN}>{sheets[name]}</worksheet>"
            for i, name in enumerate(names, 1)
        }
    )


def sheet(blocks: Sequence[Block]) -> str:
    """Blocks below one another, a blank row after each grid; a None merges with the cell to its left or above."""
    rows, merged, at = [], [], 0
    for block in blocks:
        grid = [[block]] if isinstance(block, str) else block
        for offset, row in enumerate(grid):
            cells = "".join(cell(at + offset, i, text) for i, text in enumerate(row) if text)
            rows.append(f'<row r="{at + offset + 1}">{cells}</row>')
        merged += [(at + a, at + b, c, d) for a, b, c, d in spans(grid) if (a, c) != (b, d)]
        at += len(grid) + (0 if isinstance(block, str) else 1)
    ranges = "".join(f'<mergeCell ref="{spot("", a, c)[1:]}:{spot("", b, d)[1:]}"/>' for a, b, c, d in merged)
    return f"<sheetData>{''.join(rows)}</sheetData>" + (f"<mergeCells>{ranges}</mergeCells>" if ranges else "")


def spans(grid: Grid) -> list[tuple[int, int, int, int]]:
    """First and last row and column of every cell of a grid, those that None goes on with included."""
    taken: set[tuple[int, int]] = set()
    found = []
    for top, row in enumerate(grid):
        for left, text in enumerate(row):
            if text is None:
                continue
            right, bottom = left, top
            while right + 1 < len(row) and row[right + 1] is None and (top, right + 1) not in taken:
                right += 1
            while bottom + 1 < len(grid) and all(grid[bottom + 1][c] is None for c in range(left, right + 1)):
                bottom += 1
            taken |= {(y, x) for y in range(top, bottom + 1) for x in range(left, right + 1)}
            found.append((top, bottom, left, right))
    return found


def document(body: str, numbering: str = "") -> bytes:
    """A Word document of what stands inside `w:body`."""
    parts = {"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"}
    return zipped(
        parts | ({"word/numbering.xml": f"<w:numbering {WORD}>{numbering}</w:numbering>"} if numbering else {})
    )


def paragraph(text: str, properties: str = "") -> str:
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def in_word(blocks: Sequence[Block]) -> str:
    """Blocks below one another as the body of a document."""
    return "".join(paragraph(block) if isinstance(block, str) else _word_table(block) for block in blocks)


def _word_table(grid: Grid) -> str:
    cells = {(a, c): (b, d) for a, b, c, d in spans(grid)}
    above = {(y, c): d for (a, c), (b, d) in cells.items() for y in range(a + 1, b + 1)}
    rows = []
    for at, row in enumerate(grid):
        parts, column = [], 0
        while column < len(row):
            bottom, last = cells.get((at, column), (at, above.get((at, column), column)))
            merge = "<w:vMerge/>" if (at, column) in above else '<w:vMerge w:val="restart"/>' if bottom > at else ""
            span = f'<w:gridSpan w:val="{last - column + 1}"/>' if last > column else ""
            lines = "".join(map(paragraph, (row[column] or "").split("\n")))
            parts.append(f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{lines}</w:tc>")
            column = last + 1
        rows.append(f"<w:tr>{''.join(parts)}</w:tr>")
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(pages: Sequence[tuple[tuple[float, float], str]], template: str = "") -> bytes:
    """An OFD file of pages, each its size in millimetres and the objects of its layer, over a template with objects."""
    named = '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
    listed = "".join(f'<ofd:Page ID="{i}" BaseLoc="Pages/Page_{i}/Content.xml"/>' for i in range(len(pages)))
    under = '<ofd:Template TemplateID="9" ZOrder="Background"/>' if template else ""

    def content(size: str, objects: str) -> str:
        layer = f'<ofd:Content><ofd:Layer ID="8">{objects}</ofd:Layer></ofd:Content>'
        return f"<ofd:Page {OFD}>{size}{layer}</ofd:Page>"

    parts = {
        "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea>{named}</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    if template:
        parts["Doc_0/Tpls/Tpl_0/Content.xml"] = content("", template)
    for i, ((width, height), objects) in enumerate(pages):
        size = f"<ofd:Area><ofd:PhysicalBox>0 0 {width:.3f} {height:.3f}</ofd:PhysicalBox></ofd:Area>{under}"
        parts[f"Doc_0/Pages/Page_{i}/Content.xml"] = content(size, objects)
    return zipped(parts)


def ofd_text(x: float, y: float, size: float, text: str, steps: str = "", more: str = "") -> str:
    """A text object whose first baseline begins at a place in millimetres; `steps` is its DeltaX."""
    return (
        f'<ofd:TextObject ID="1" Boundary="{x:.4f} {y - size:.4f} 200 {2 * size:.4f}" Size="{size:.4f}" {more}>'
        f'<ofd:TextCode X="0" Y="{size:.4f}" DeltaX="{steps}">{escape(text)}</ofd:TextCode></ofd:TextObject>'
    )


def ofd_line(x0: float, y0: float, x1: float, y1: float) -> str:
    """A straight line between two places in millimetres."""
    return (
        f'<ofd:PathObject ID="1" Boundary="{x0:.4f} {y0:.4f} {x1 - x0:.4f} {y1 - y0:.4f}" LineWidth="0.2">'
        f"<ofd:AbbreviatedData>M 0 0 L {x1 - x0:.4f} {y1 - y0:.4f}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def in_ofd(ink: Ink) -> tuple[tuple[float, float], str]:
    """A page of a PDF as the page of an OFD: each run a text object with its own steps, each rule a path."""
    point = 25.4 / 72
    found = list[str]()
    for run in glyphs_to_runs(ink.glyphs):
        steps = " ".join(f"{(b.x0 - a.x0) * point:.4f}" for a, b in pairwise(run.glyphs))
        text = "".join(glyph.text for glyph in run.glyphs)
        if all(len(glyph.text) == 1 for glyph in run.glyphs):
            found.append(ofd_text(run.x0 * point, (run.top + 0.85 * (run.bottom - run.top)) * point,
                                  (run.bottom - run.top) * point, text, steps))  # fmt: skip
    for rule in ink.rules:
        ends = (rule.at, rule.start, rule.at, rule.end) if rule.upright else (rule.start, rule.at, rule.end, rule.at)
        found.append(ofd_line(*(end * point for end in ends)))
    return (ink.size[0] * point, ink.size[1] * point), "".join(found)


def in_html(blocks: Sequence[Block]) -> str:
    """Blocks below one another as the page of a site, with its menus around them."""
    menu = "".join(f'<li><a href="/{i}">栏目{i}政务公开</a></li>' for i in range(20))
    told = "".join(f"<p>{escape(block)}</p>" if isinstance(block, str) else _html_table(block) for block in blocks)
    head = "<head><meta charset='utf-8'><script>var a=1</script></head>"
    return f"<!DOCTYPE html><html>{head}<body><ul>{menu}</ul><div>{told}</div></body></html>"


def _html_table(grid: Grid) -> str:
    rows = [""] * len(grid)
    for top, bottom, left, right in spans(grid):
        text = escape(grid[top][left] or "").replace("\n", "<br>")
        rows[top] += f'<td rowspan="{bottom - top + 1}" colspan="{right - left + 1}">{text}</td>'
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"
