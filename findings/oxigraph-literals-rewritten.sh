#!/usr/bin/env bash
# What is put into an Oxigraph store does not come out as it was written: numbers lose the digits that they were written
# with, derived integer types their type, and language tags their case. A printed figure needs a string of its own.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import sys
import pyoxigraph as ox

xsd = "http://www.w3.org/2001/XMLSchema#"
given = [ox.Literal("1234.50", datatype=ox.NamedNode(xsd + "decimal")), ox.Literal("007", datatype=ox.NamedNode(xsd + "integer")),
         ox.Literal("7", datatype=ox.NamedNode(xsd + "nonNegativeInteger"))]
store = ox.Store()
subject, seen = ox.NamedNode("urn:x:s"), []
for number, literal in enumerate(given):
    store.add(ox.Quad(subject, ox.NamedNode(f"urn:x:p{number}"), literal))
    seen.append(next(store.quads_for_pattern(subject, ox.NamedNode(f"urn:x:p{number}"), None)).object)
tagged = '<urn:x:s> <urn:x:p> "预算"@zh-Hans .'
store.load(tagged.encode(), format=ox.RdfFormat.N_TRIPLES)
tag = next(store.quads_for_pattern(subject, ox.NamedNode("urn:x:p"), None)).object.language
print("pyoxigraph", ox.__version__)
for before, after in zip(given, seen):
    print(f"  written {before}\n     read {after}")
print(f"  written @zh-Hans\n     read @{tag}")
sys.exit(tag != "zh-hans" or [before == after for before, after in zip(given, seen)] != [False, False, False])
PY
