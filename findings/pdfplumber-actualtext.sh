#!/usr/bin/env bash
# /ActualText says which characters a piece of print stands for. pdfium gives them to its users; pdfplumber gives the
# font's own map, so the same page reads differently.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pdfplumber==0.11.10' 'pypdfium2==5.15.2'
"$tmp/venv/bin/python" - "$tmp/page.pdf" <<'PY'
import importlib.metadata as m, sys
import pdfplumber, pypdfium2

def pdf(objects):
    out = b"%PDF-1.7\n"; at = []
    for number, body in enumerate(objects, 1):
        at.append(len(out)); out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(at) + 1) + b"".join(b"%010d 00000 n \n" % a for a in at)
    return out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(at) + 1, start)

page = b"BT /F 24 Tf 40 40 Td /Span <</ActualText (12.5)>> BDC (l2.S) Tj EMC ET"
open(sys.argv[1], "wb").write(pdf([
    b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
    b"<</Length %d>>\nstream\n%s\nendstream" % (len(page), page),
    b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]))
plumber = pdfplumber.open(sys.argv[1]).pages[0].extract_text()
pdfium = pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage().get_text_range()
print("pdfplumber", m.version("pdfplumber"), "and pypdfium2", m.version("pypdfium2"))
print("A page shows 'l2.S' and says with /ActualText that it means '12.5'.")
print("pdfium gives:", pdfium, "  pdfplumber gives:", plumber)
sys.exit((pdfium.strip(), plumber) != ("12.5", "l2.S"))
PY
