#!/usr/bin/env bash
# A worksheet says in <dimension> which cells it fills. The entry is optional and often stale: several exporters write A1.
# openpyxl's read-only mode, which its manual recommends for large files, believes it and gives one cell of the sheet.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'openpyxl==3.1.5' 'python-calamine==0.9.1' 'XlsxWriter==3.2.9'
"$tmp/venv/bin/python" - "$tmp" <<'PY'
import importlib.metadata as m, sys, zipfile
import openpyxl, python_calamine, xlsxwriter

whole, stale = sys.argv[1] + "/whole.xlsx", sys.argv[1] + "/stale.xlsx"
book = xlsxwriter.Workbook(whole)
sheet = book.add_worksheet()
for row in range(5):
    sheet.write_row(row, 0, ["2010101", "行政运行", 12.5])
book.close()
with zipfile.ZipFile(whole) as old, zipfile.ZipFile(stale, "w") as new:
    for name in old.namelist():
        new.writestr(name, old.read(name).replace(b'<dimension ref="A1:C5"/>', b'<dimension ref="A1"/>'))
def cells(rows):
    return sum(value not in (None, "") for row in rows for value in row)
seen = {
    "openpyxl": cells(openpyxl.load_workbook(stale).active.values),
    "openpyxl read-only": cells(openpyxl.load_workbook(stale, read_only=True).active.values),
    "calamine": cells(python_calamine.load_workbook(stale).get_sheet_by_index(0).to_python()),
}
print("openpyxl", m.version("openpyxl"), "and python-calamine", m.version("python-calamine"))
print("Fifteen cells under <dimension ref=\"A1\"/>:", seen)
sys.exit(seen != {"openpyxl": 15, "openpyxl read-only": 1, "calamine": 15})
PY
