#!/usr/bin/env bash
# Beside right-to-left letters pdfium gives a printed bracket as its mirror image, though the font's map to characters
# says which one it is: a number printed as (1.50) in such a line reads )1.50(. pdfplumber gives what the map says.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pdfplumber==0.11.10' 'pypdfium2==5.15.2'
"$tmp/venv/bin/python" - "$tmp/page.pdf" <<'PY'
import importlib.metadata as m, sys
import pdfplumber, pypdfium2, pypdfium2.raw as raw
import ctypes

def pdf(objects):
    out = b"%PDF-1.7\n"; at = []
    for number, body in enumerate(objects, 1):
        at.append(len(out)); out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1) + b"".join(b"%010d 00000 n \n" % a for a in at)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(at) + 1, start)

def stream(data):
    return b"<</Length %d>>\nstream\n%s\nendstream" % (len(data), data)

# The letters a, b, c mean three Hebrew ones; brackets and digits mean themselves.
cmap = (b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        b"2 beginbfrange <20> <5F> <0020> <61> <63> <05D0> endbfrange endcmap end")
page = stream(rb"BT /F 20 Tf 20 40 Td (abc \(12\)) Tj ET")
open(sys.argv[1], "wb").write(pdf([
    b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    page, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>", stream(cmap)]))

def leftmost_first(characters):
    return "".join(text for _, text in sorted(characters) if text in "()12")

text = pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage()
x, y = ctypes.c_double(), ctypes.c_double()
found = []
for i in range(text.count_chars()):
    raw.FPDFText_GetCharOrigin(text, i, x, y)
    found.append((x.value, chr(raw.FPDFText_GetUnicode(text, i))))
pdfium = leftmost_first(found)
plumber = leftmost_first((c["x0"], c["text"]) for c in pdfplumber.open(sys.argv[1]).pages[0].chars)
print("pypdfium2", m.version("pypdfium2"), "and pdfplumber", m.version("pdfplumber"))
print("A line prints three Hebrew letters and, to the right of them, (12).")
print("From left to right pdfium gives", pdfium, "and pdfplumber", plumber)
sys.exit((pdfium, plumber) != (")12(", "(12)"))
PY
