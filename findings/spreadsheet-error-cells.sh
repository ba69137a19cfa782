#!/usr/bin/env bash
# A cell with an error (#N/A, #DIV/0!) in a workbook of figures: the quickest reader gives the same as for a blank cell,
# so a figure that failed looks like one that was left out; another gives the text; hidden rows are told by neither.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'python-calamine==0.9.1' 'openpyxl==3.1.5' 'XlsxWriter==3.2.9' 'pandas==2.3.3'
"$tmp/venv/bin/python" - "$tmp/book.xlsx" <<'PY'
import importlib.metadata as m, sys
import openpyxl, pandas, python_calamine, xlsxwriter

book = xlsxwriter.Workbook(sys.argv[1])
sheet = book.add_worksheet()
sheet.write_column("A1", ["项目", "甲", "乙", "丙"])
sheet.write_string("B1", "金额")
sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
sheet.write_blank("B3", None, book.add_format({"bold": True}))
sheet.write_number("B4", 12.5)
sheet.set_row(3, None, None, {"hidden": True})
book.close()
calamine = [row[1] for row in python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()]
openpyxl_ = [row[1].value for row in openpyxl.load_workbook(sys.argv[1], data_only=True).active.iter_rows()]
pandas_ = pandas.read_excel(sys.argv[1], header=None)[1].tolist()
print(", ".join(f"{n} {m.version(n)}" for n in ("python-calamine", "openpyxl", "pandas")))
print("Column B prints: 金额, #DIV/0!, nothing, and 12.5 in a row that is hidden. Read:")
print("  calamine", calamine); print("  openpyxl", openpyxl_); print("  pandas  ", pandas_)
same = calamine[1] == calamine[2] and str(pandas_[1]) == str(pandas_[2])
sys.exit(not (same and openpyxl_[1] == "#DIV/0!" and calamine[3] == openpyxl_[3] == pandas_[3] == 12.5))
PY
