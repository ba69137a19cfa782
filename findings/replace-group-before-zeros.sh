#!/usr/bin/env bash
# REPLACE of SPARQL is XPath's: in "$10000" with one group in the pattern, $1 is the group and the zeros are zeros, so that
# "5万元" becomes "50000元". Oxigraph reads a group of the name 10000, which is empty, and loses the number. rdflib hands the
# reference on to Python, where a backslash before three digits is the character of that octal number: "@00元".
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, sys
import pyoxigraph, rdflib

QUERY = 'SELECT (REPLACE("共5万元", "([0-9]+)万元", "$10000元") AS ?text) {}'
(row,) = rdflib.Graph().query(QUERY)
one = str(row.text)
(row,) = pyoxigraph.Store().query(QUERY)
other = row["text"].value
print(f"rdflib {m.version('rdflib')}, pyoxigraph {m.version('pyoxigraph')}")
print(f"{QUERY}\nXPath: 共50000元; rdflib: {one}; Oxigraph: {other}")
sys.exit((one, other) != ("共@00元", "共元"))
PY
