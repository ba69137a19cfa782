#!/usr/bin/env bash
# Codes of budget functions begin with zeros in some lists (0701) and never in others. A data package without a schema
# gets one by looking at the cells, and a column of codes becomes integers; the descriptor says so to every user.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'frictionless==5.21.0'
cd "$tmp" && "$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, pathlib, sys
import frictionless

pathlib.Path("codes.csv").write_text("code,amount\n0701,12.50\n0805,3.00\n", encoding="utf-8")
resource = frictionless.describe("codes.csv")
kinds = {field.name: field.type for field in resource.schema.fields}
rows = [row["code"] for row in frictionless.Resource("codes.csv").read_rows()]
print("frictionless", m.version("frictionless"))
print("codes.csv holds 0701 and 0805; described without a schema:", kinds, "and read as", rows)
sys.exit((kinds["code"], rows) != ("integer", [701, 805]))
PY
