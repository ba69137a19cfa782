"""The sheets as programs of Node print them: each script takes the sheets as JSON and gives a PDF."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bench.producers.sheets import Sheet, placed

_READ = """
const fs = require('fs');
const {cover, sheets, look, font, target} = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
"""
PDFMAKE = (
    _READ
    + """
const pdfmake = require('pdfmake');
pdfmake.addFonts({wqy: {normal: font}});
const content = cover.map(text => ({text, fontSize: 18, alignment: 'center'}));
for (const sheet of sheets) {
  content.push({text: sheet.label, pageBreak: 'before'}, {text: sheet.title, fontSize: 13, alignment: 'center'});
  content.push({text: sheet.caption, alignment: sheet.unit ? 'left' : 'center'});
  content.push({text: sheet.unit, alignment: 'right'});
  const body = sheet.rows.map(row => row.map(cell => cell === null ? {} :
    ({text: cell.text, colSpan: cell.across, rowSpan: cell.down, alignment: cell.align})));
  const layout = look === 'all' ? undefined : {
    hLineWidth: () => look === 'across' ? 0.6 : 0, vLineWidth: () => look === 'down' ? 0.6 : 0};
  content.push({table: {widths: sheet.widths.map(w => (515 * w / 100) - 9), body}, layout});
}
const style = {font: 'wqy', fontSize: 8};
pdfmake.createPdf({content, pageMargins: 40, defaultStyle: style}).write(target);
"""
)
JSPDF = (
    _READ
    + """
const {jsPDF} = require('jspdf');
const {autoTable} = require('jspdf-autotable');
const pdf = new jsPDF({unit: 'pt', format: 'a4'});
pdf.addFileToVFS('wqy.ttf', fs.readFileSync(font).toString('base64'));
pdf.addFont('wqy.ttf', 'wqy', 'normal');
pdf.setFont('wqy');
pdf.setFontSize(18);
cover.forEach((text, i) => pdf.text(text, 297, 100 + 30 * i, {align: 'center'}));
for (const sheet of sheets) {
  pdf.addPage();
  pdf.setFontSize(8);
  pdf.text(sheet.label, 40, 50);
  pdf.text(sheet.unit, 555, 90, {align: 'right'});
  pdf.text(sheet.caption, sheet.unit ? 40 : 297, 85, {align: sheet.unit ? 'left' : 'center'});
  pdf.setFontSize(13);
  pdf.text(sheet.title, 297, 70, {align: 'center'});
  const line = {all: 0.6, none: 0, across: {top: 0.6, bottom: 0.6}, down: {left: 0.6, right: 0.6}}[look];
  const body = sheet.rows.map(row => row.filter(cell => cell !== null).map(cell => ({
    content: cell.text, colSpan: cell.across, rowSpan: cell.down, styles: {halign: cell.align}})));
  const columnStyles = Object.fromEntries(sheet.widths.map((w, i) => [i, {cellWidth: 515 * w / 100}]));
  autoTable(pdf, {body, startY: 95, theme: 'plain', margin: 40, columnStyles, rowPageBreak: 'avoid',
    styles: {font: 'wqy', fontSize: 8, cellPadding: 2, lineColor: 0, lineWidth: line, textColor: 0, valign: 'middle'}});
}
fs.writeFileSync(target, Buffer.from(pdf.output('arraybuffer')));
"""
)


def to_json(sheets: Sequence[Sheet], cover: Sequence[str], look: str, font: str, target: str) -> str:
    """What a script is given; a cell that another one covers is null."""
    told = []
    for sheet in sheets:
        rows: list[list[dict[str, object] | None]] = [[None for _ in sheet.widths] for _ in sheet.rows]
        for i, j, cell in placed(sheet):
            rows[i][j] = {"text": cell.text, "across": cell.across, "down": cell.down, "align": cell.align}
        told.append({"label": sheet.label, "title": sheet.title, "caption": sheet.caption, "unit": sheet.unit,
                     "widths": sheet.widths, "rows": rows})  # fmt: skip
    return json.dumps({"cover": cover, "sheets": told, "look": look, "font": font, "target": target})
