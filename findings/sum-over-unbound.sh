#!/usr/bin/env bash
# One row of a group has no amount (OPTIONAL). Oxigraph follows the letter of the standard: SUM, AVG and MAX of the whole
# group have no value. rdflib leaves the row out. COUNT counts two in both, so the engines agree on how many and not on how much.
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
data = "<urn:x:a> <urn:x:of> <urn:x:g> ; <urn:x:amount> 1.5 . <urn:x:b> <urn:x:of> <urn:x:g> ; <urn:x:amount> 2.5 . <urn:x:c> <urn:x:of> <urn:x:g> ."
graph = rdflib.Graph().parse(data=data, format="turtle")
store = pyoxigraph.Store()
store.load(data.encode(), format=pyoxigraph.RdfFormat.TURTLE)
seen = {}
for call in ("SUM", "AVG", "MAX", "COUNT"):
    query = f"SELECT ({call}(?v) AS ?r) {{ ?s <urn:x:of> ?g OPTIONAL {{ ?s <urn:x:amount> ?v }} }} GROUP BY ?g"
    rdflib_row, oxigraph_row = next(iter(graph.query(query))), next(iter(store.query(query)))
    seen[call] = (len([term for term in rdflib_row if term is not None]), int(oxigraph_row["r"] is not None))
    print(f"  {call:5}  rdflib {rdflib_row[0]}   oxigraph {oxigraph_row['r']}")
sys.exit(seen != {"SUM": (1, 0), "AVG": (1, 0), "MAX": (1, 0), "COUNT": (1, 1)})
PY
