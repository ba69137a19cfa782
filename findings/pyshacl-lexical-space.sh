#!/usr/bin/env bash
# sh:datatype asks for a literal whose text is in the lexical space of its type. pySHACL finds some ill-formed literals
# and lets others pass: which ones cannot be guessed from the specification.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'pyshacl==0.40.1' 'rdflib==7.6.0'
"$tmp/venv/bin/python" - <<'PY' 2>"$tmp/log"
import importlib.metadata as m, sys
import pyshacl, rdflib

def conforms(text, datatype):
    data = rdflib.Graph()
    data.add((rdflib.URIRef("urn:x:s"), rdflib.URIRef("urn:x:p"), rdflib.Literal(text, datatype=rdflib.XSD[datatype])))
    shapes = f"""@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:x:shape> sh:targetSubjectsOf <urn:x:p> ; sh:property [ sh:path <urn:x:p> ; sh:datatype xsd:{datatype} ] ."""
    return pyshacl.validate(data, shacl_graph=shapes, shacl_graph_format="turtle")[0]

print("pySHACL", m.version("pyshacl"), "over rdflib", m.version("rdflib"))
print("None of these texts is in the lexical space of its type (XML Schema 1.1, part 2); does sh:datatype say so?")
seen = {(t, d): conforms(t, d) for d, ts in {"decimal": ["abc", "1,234.50", "１２３.５", "1_000", "NaN", "1E3"],
                                             "gYear": ["24", "2024年"]}.items() for t in ts}
for (text, datatype), passes in seen.items():
    print(f"  xsd:{datatype:8} {text!r:12} {'passes' if passes else 'found'}")
passing = {"１２３.５", "1_000", "NaN", "1E3", "24", "2024年"}
sys.exit({text for (text, _), passes in seen.items() if passes} != passing)
PY
