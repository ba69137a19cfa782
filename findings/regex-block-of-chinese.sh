#!/usr/bin/env bash
# Regular expressions of SPARQL are those of XPath: \p{IsCJKUnifiedIdeographs} is the block of Chinese characters. rdflib ends
# the whole query with an error of Python, Oxigraph keeps no row and says nothing; what Oxigraph understands, \p{Han}, is
# in no standard of SPARQL. A range from the first to the last character works in both.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, re, sys
import pyoxigraph, rdflib

def kept(pattern):
    query = 'SELECT ?name { VALUES ?name { "水务局" "B12" } FILTER(REGEX(?name, "%s")) }' % pattern.replace("\\", "\\\\")
    try:
        one = [str(row.name) for row in rdflib.Graph().query(query)]
    except re.error as error:
        one = f"an error of Python: {error}"
    return one, [row["name"].value for row in pyoxigraph.Store().query(query)]

print(f"rdflib {m.version('rdflib')}, pyoxigraph {m.version('pyoxigraph')}")
seen = {pattern: kept(pattern) for pattern in (r"^\p{IsCJKUnifiedIdeographs}", r"^\p{Han}", "^[一-鿿]")}
for pattern, (one, other) in seen.items():
    print(f"names that match {pattern}: rdflib {one}, Oxigraph {other}")
block, script, range_ = seen.values()
sys.exit(not (isinstance(block[0], str) and block[1] == [] and script[1] == ["水务局"] and range_ == (["水务局"],) * 2))
PY
