#!/usr/bin/env bash
# A glyph may have no outline, as that of the space has none. pdfium's text leaves a letter out where all of a text
# object is drawn with such glyphs, and gives it where another glyph of the object has an outline: whether a digit of
# 1,234 is there depends on how the program cut the line into objects. pdfplumber gives the letter in both.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pdfplumber==0.11.10' 'pypdfium2==5.15.2' 'reportlab==5.1.0'
"$tmp/venv/bin/python" - "$tmp/page.pdf" <<'PY'
import importlib.metadata as m, struct, sys
import pdfplumber, pypdfium2
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))

def page(pieces):
    canvas = Canvas(sys.argv[1], pagesize=(200, 100), pageCompression=0)
    canvas.setFont("Vera", 20)
    x = 20
    for piece in pieces:
        canvas.drawString(x, 40, piece)
        x += pdfmetrics.stringWidth(piece, "Vera", 20)
    canvas.save()
    data = open(sys.argv[1], "rb").read()
    start = data.index(b"stream", data.index(b"/Length1")) + 7
    start += data[start - 1 : start] == b"\r"
    tables = {}
    for i in range(struct.unpack(">H", data[start + 4 : start + 6])[0]):
        tag, _, offset, _ = struct.unpack(">4sIII", data[start + 12 + 16 * i : start + 28 + 16 * i])
        tables[tag] = start + offset
    width = 4 if data[tables[b"head"] + 51] else 2
    at = tables[b"loca"] + width * (ord("3") - 31)  # the end of the glyph of 3 becomes its beginning
    open(sys.argv[1], "wb").write(data[: at + width] + data[at : at + width] + data[at + 2 * width :])
    pdfium = pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage().get_text_range().strip()
    return pdfium, pdfplumber.open(sys.argv[1]).pages[0].extract_text()

whole, parted = page(["1,234"]), page("1,234")
print("pypdfium2", m.version("pypdfium2"), "and pdfplumber", m.version("pdfplumber"))
print("A page prints 1,234 in a font whose glyph of 3 has no outline.")
print("As one text object: pdfium gives", whole[0], "and pdfplumber", whole[1])
print("One object a letter: pdfium gives", parted[0], "and pdfplumber", parted[1])
sys.exit((whole, parted) != (("1,234", "1,234"), ("1,2 4", "1,234")))
PY
