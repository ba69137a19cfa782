"""The sheets as a document or a workbook in flat OpenDocument, for LibreOffice to print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from bench.producers.sheets import Cell, Sheet, placed

FONT = "WenQuanYi Micro Hei"
WIDTH = 515  # points of a table on A4
_SPACES = " ".join(
    f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for prefix, name in (("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"),
                         ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"))
)  # fmt: skip
WIDE = {"wide": 2.2, "wide-low": 2.2, "wide-repeated": 1.4}  # times the width of a page
LOW = 480  # points of a page that is too low for its sheet
_SIDES = {"all": ("top", "bottom", "left", "right"), "across": ("top", "bottom"), "down": ("left", "right"), "none": ()}
_SIDES |= dict.fromkeys((*WIDE, "low"), _SIDES["all"])


def to_flat_odf(sheets: Sequence[Sheet], cover: Sequence[str], look: str, kind: str) -> str:
    """A document of `kind` text or spreadsheet with borders by `look`."""
    body = "".join(_workbook(sheets, cover, look) if kind == "spreadsheet" else _document(sheets, cover))
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document {_SPACES} office:version="1.2" '
        f'office:mimetype="application/vnd.oasis.opendocument.{kind}">{_styles(sheets, look, kind)}'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document>"
    )


def _styles(sheets: Sequence[Sheet], look: str, kind: str) -> str:
    fit = ' style:scale-to-X="1"' if kind == "spreadsheet" and look not in WIDE else ""
    width, height = WIDTH * WIDE.get(look, 1), LOW if look.endswith("low") else 842
    font = 'style:font-name="wqy" style:font-name-asian="wqy" fo:font-size="8pt" style:font-size-asian="8pt"'
    found = [
        f'<office:font-face-decls><style:font-face style:name="wqy" svg:font-family="{FONT}"/></office:font-face-decls>'
        f'<office:styles><style:default-style style:family="paragraph"><style:text-properties {font}/>'
        f'</style:default-style><style:default-style style:family="table-cell"><style:text-properties {font}/>'
        "</style:default-style></office:styles><office:automatic-styles>"
        '<style:page-layout style:name="a4"><style:page-layout-properties fo:page-width="595pt" '
        f'fo:page-height="{height}pt" fo:margin-top="40pt" fo:margin-bottom="40pt" fo:margin-left="40pt" '
        f'fo:margin-right="40pt"{fit}/></style:page-layout>'
        '<style:style style:name="break" style:family="paragraph"><style:paragraph-properties '
        'fo:break-before="page"/></style:style>'
        '<style:style style:name="sheet" style:family="table" style:master-page-name="Default"/>'
        '<style:style style:name="row" style:family="table-row"><style:table-row-properties '
        'style:use-optimal-row-height="true"/></style:style>'
    ]
    for align in ("left", "center", "right"):
        found += [_cell_style(align, look, align), _cell_style(f"free-{align}", "none", align)]
        found.append(
            f'<style:style style:name="p-{align}" style:family="paragraph"><style:paragraph-properties '
            f'fo:text-align="{_TEXT_ALIGN[align]}"/></style:style>'
        )
    for i, sheet in enumerate(sheets):
        found += [
            f'<style:style style:name="w{i}-{j}" style:family="table-column"><style:table-column-properties '
            f'style:column-width="{width * share / 100}pt"/></style:style>'
            for j, share in enumerate(sheet.widths)
        ]
    masters = '<style:master-page style:name="Default" style:page-layout-name="a4"/>'
    if kind == "text":
        masters = masters.replace('"Default"', '"Standard"')
    return f"{''.join(found)}</office:automatic-styles><office:master-styles>{masters}</office:master-styles>"


_TEXT_ALIGN = {"left": "start", "center": "center", "right": "end"}


def _cell_style(name: str, look: str, align: str) -> str:
    borders = " ".join(f'fo:border-{side}="0.6pt solid #000000"' for side in _SIDES[look])
    return (
        f'<style:style style:name="{name}" style:family="table-cell"><style:table-cell-properties {borders} '
        'fo:padding="2pt" fo:wrap-option="wrap" style:vertical-align="middle" style:text-align-source="fix"/>'
        f'<style:paragraph-properties fo:text-align="{_TEXT_ALIGN[align]}"/></style:style>'
    )


def _cell(cell: Cell, style: str) -> str:
    spans = f'table:number-columns-spanned="{cell.across}" table:number-rows-spanned="{cell.down}"'
    text = f'<text:p text:style-name="p-{cell.align}">{escape(cell.text)}</text:p>' if cell.text else ""
    return f'<table:table-cell table:style-name="{style}" office:value-type="string" {spans}>{text}</table:table-cell>'


def _rows(sheet: Sheet) -> Iterator[str]:
    """The rows of a table, cells that others cover included."""
    starts = {(i, j): cell for i, j, cell in placed(sheet)}
    for i in range(len(sheet.rows)):
        cells = (
            _cell(starts[i, j], starts[i, j].align) if (i, j) in starts else "<table:covered-table-cell/>"
            for j in range(len(sheet.widths))
        )
        yield f'<table:table-row table:style-name="row">{"".join(cells)}</table:table-row>'


def _columns(number: int, sheet: Sheet, repeated: int = 0) -> str:
    columns = [f'<table:table-column table:style-name="w{number}-{j}"/>' for j in range(len(sheet.widths))]
    first = "".join(columns[:repeated])
    heads = f"<table:table-header-columns>{first}</table:table-header-columns>" if repeated else ""
    return heads + "".join(columns[repeated:])


def _lines(sheet: Sheet) -> list[tuple[str, str]]:
    side = "left" if sheet.unit else "center"
    lines = [(sheet.label, "left"), (sheet.title, "center"), (sheet.caption, side), (sheet.unit, "right")]
    return [(text, align) for text, align in lines if text]


def _document(sheets: Sequence[Sheet], cover: Sequence[str]) -> Iterator[str]:
    yield from (f'<text:p text:style-name="p-center">{escape(line)}</text:p>' for line in cover)
    for i, sheet in enumerate(sheets):
        yield '<text:p text:style-name="break"/>'
        yield from (f'<text:p text:style-name="p-{align}">{escape(text)}</text:p>' for text, align in _lines(sheet))
        yield f'<table:table table:name="t{i}">{_columns(i, sheet)}{"".join(_rows(sheet))}</table:table>'


def _workbook(sheets: Sequence[Sheet], cover: Sequence[str], look: str) -> Iterator[str]:
    yield f'<table:table table:name="cover" table:style-name="sheet">{"".join(_lone(t, "center", 8) for t in cover)}'
    yield "</table:table>"
    for i, sheet in enumerate(sheets):
        yield f'<table:table table:name={quoteattr(sheet.label or "form")} table:style-name="sheet">'
        yield _columns(i, sheet, _labels(sheet) if look == "wide-repeated" else 0)
        yield from (_lone(text, align, len(sheet.widths)) for text, align in _lines(sheet))
        yield from _rows(sheet)
        yield "</table:table>"


def _labels(sheet: Sheet) -> int:
    """How many columns of labels each page of a wide sheet begins with."""
    return next(j for i, j, cell in placed(sheet) if i == 0 and j) if sheet.unit else 1


def _lone(text: str, align: str, columns: int) -> str:
    covered = "<table:covered-table-cell/>" * (columns - 1)
    return (
        f'<table:table-row table:style-name="row">{_cell(Cell(text, columns, 1, align), f"free-{align}")}{covered}'
        "</table:table-row>"
    )
