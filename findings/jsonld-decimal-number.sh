#!/usr/bin/env bash
# A JSON number under a term of type xsd:decimal: JSON-LD 1.1 makes its text by the rules for doubles, and "1.2345E3" is no
# xsd:decimal at all. Processors that follow it publish ill-formed amounts; one that does not gives another literal.
# Amounts belong into strings.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'PyLD==2.0.4' 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, json, sys
import pyoxigraph, rdflib
from pyld import jsonld

context = {"amount": {"@id": "urn:x:amount", "@type": "http://www.w3.org/2001/XMLSchema#decimal"}}
def read(value):
    text = json.dumps({"@context": context, "@id": "urn:x:row", "amount": value})
    graph = rdflib.Graph().parse(data=text, format="json-ld")
    quads = jsonld.to_rdf(json.loads(text), {})["@default"]
    triples = pyoxigraph.parse(text.encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    return (next(str(o) for o in graph.objects()), quads[0]["object"]["value"], next(t.object.value for t in triples))

names = ("rdflib", "PyLD", "pyoxigraph")
print(", ".join(f"{n} {m.version(n)}" for n in names))
print("The number 1234.50 and the string \"1234.50\" under a term of type xsd:decimal become")
seen = {kind: read(value) for kind, value in {"number": 1234.50, "string": "1234.50"}.items()}
for kind, values in seen.items():
    print(f"  as a {kind}:", "  ".join(f"{n} {v!r}" for n, v in zip(names, values)))
sys.exit(seen != {"number": ("1234.5", "1.2345E3", "1.2345E3"), "string": ("1234.50",) * 3})
PY
