#!/usr/bin/env bash
# In the old Excel format an error cell holds a number: 7 for #DIV/0!, 42 for #N/A. The usual reader hands out that number
# as the cell's value; whoever does not ask for the cell's type publishes 42 yuan.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'xlrd==2.0.2' 'xlwt==1.3.0' 'python-calamine==0.9.1'
"$tmp/venv/bin/python" - "$tmp/book.xls" <<'PY'
import importlib.metadata as m, sys
import python_calamine, xlrd, xlwt

book = xlwt.Workbook()
sheet = book.add_sheet("表")
row = sheet.row(0)
row.set_cell_error(0, "#DIV/0!"); row.set_cell_error(1, 42); row.set_cell_number(2, 42)
book.save(sys.argv[1])
sheet = xlrd.open_workbook(sys.argv[1]).sheet_by_index(0)
values, types = sheet.row_values(0), sheet.row_types(0)
calamine = python_calamine.load_workbook(sys.argv[1]).get_sheet_by_index(0).to_python()[0]
print("xlrd", m.version("xlrd"), "and python-calamine", m.version("python-calamine"))
print("The cells #DIV/0!, #N/A and 42 of an .xls:")
print("  xlrd row_values", values, "row_types", list(types)); print("  calamine       ", calamine)
sys.exit((values, list(types)) != ([7, 42, 42.0], [5, 5, 2]) or calamine != ["", "", 42.0])
PY
