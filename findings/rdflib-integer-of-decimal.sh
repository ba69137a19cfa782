#!/usr/bin/env bash
# xsd:integer() of a decimal cuts the fraction off in SPARQL. rdflib gives no value for any decimal, 5.0 included,
# so amounts that a chart wants whole are all blank.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import sys
import pyoxigraph, rdflib

XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIX = f"PREFIX xsd: <{XSD}> "
print("rdflib", rdflib.__version__, "and pyoxigraph", pyoxigraph.__version__)
query = PREFIX + "SELECT ?n (xsd:integer(?n) AS ?whole) { VALUES ?n { 5.0 5.9 5 } }"
seen = []
for row, other in zip(rdflib.Graph().query(query), pyoxigraph.Store().query(query), strict=True):
    said = "no value" if row["whole"] is None else str(row["whole"])
    print(f"  xsd:integer({row['n']})   rdflib {said}   oxigraph {other['whole'].value}")
    seen.append((said, other["whole"].value))
sys.exit(seen != [("no value", "5"), ("no value", "5"), ("5", "5")])
PY
