#!/usr/bin/env bash
# A line break in a field needs quotes (RFC 4180 section 2), and both csv and pandas read a carriage return as one. With
# lineterminator="\n", which is pandas's default on Linux, neither quotes a carriage return: what they write they read
# back as one row more. With "\r\n" they quote it.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pandas==2.2.3' 'polars==1.12.0'
"$tmp/venv/bin/python" - <<'PY'
import csv, importlib.metadata as m, io, platform, sys
import pandas, polars

def written(end):
    file = io.StringIO()
    csv.writer(file, lineterminator=end).writerows([["name", "yuan"], ["甲\r乙", "1"]])
    return file.getvalue()

frame = {"name": ["甲\r乙"], "yuan": ["1"]}
texts = {
    "csv with \\n": written("\n"),
    "csv with \\r\\n": written("\r\n"),
    "pandas": pandas.DataFrame(frame).to_csv(index=False),
    "polars": polars.DataFrame(frame).write_csv(),
}
rows = {name: len(list(csv.reader(io.StringIO(text, newline="")))) - 1 for name, text in texts.items()}
print("Python", platform.python_version(), "pandas", m.version("pandas"), "polars", m.version("polars"))
for name, text in texts.items():
    print(f"{name}: {text!r} is read as {rows[name]} row(s)")
print("pandas reads its own as:", pandas.read_csv(io.StringIO(texts["pandas"])).values.tolist())
sys.exit(rows != {"csv with \\n": 2, "csv with \\r\\n": 1, "pandas": 2, "polars": 1})
PY
