#!/usr/bin/env bash
# xsd:gYear is one of the types that SPARQL engines may order beyond the standard's list. In rdflib equality of years
# works and every other comparison is an error, so a FILTER keeps no row and nothing is said.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import sys
import pyoxigraph, rdflib

data = """PREFIX : <urn:x:> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
:a :year "2023"^^xsd:gYear . :b :year "2024"^^xsd:gYear . :c :year "2025"^^xsd:gYear ."""
graph = rdflib.Graph().parse(data=data, format="turtle")
store = pyoxigraph.Store(); store.load(data.encode(), format=pyoxigraph.RdfFormat.TURTLE)
print("rdflib", rdflib.__version__, "and pyoxigraph", pyoxigraph.__version__)
print("Rows of three (2023, 2024, 2025) that a FILTER against \"2024\"^^xsd:gYear keeps:")
seen = {}
for sign in ("=", "!=", "<", ">=", ">"):
    query = f'''PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
SELECT ?s {{ ?s <urn:x:year> ?y FILTER(?y {sign} "2024"^^xsd:gYear) }}'''
    seen[sign] = (len(list(graph.query(query))), len(list(store.query(query))))
    print(f"  {sign:2}  rdflib {seen[sign][0]}   oxigraph {seen[sign][1]}")
sys.exit(seen != {"=": (1, 1), "!=": (0, 2), "<": (0, 1), ">=": (0, 2), ">": (0, 1)})
PY
