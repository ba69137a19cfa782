#!/usr/bin/env bash
# A negative decimal written plainly in a SPARQL query (-1.10: a reduction in VALUES, in a pattern) is a Python error in
# rdflib before the query runs; the negative integer beside it is none, and neither is the same number with its type.
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
def answer(term: str) -> str:
    query = PREFIX + f"SELECT ?v {{ VALUES ?v {{ {term} }} }}"
    oxigraph = str(next(iter(pyoxigraph.Store().query(query)))["v"])
    try:
        said = next(iter(rdflib.Graph().query(query)))[0].n3()
    except TypeError as error:
        said = "TypeError: " + str(error).split(";")[0]
    print(f"  VALUES {term}\n     rdflib   {said}\n     oxigraph {oxigraph}")
    return said


seen = [answer(term).startswith("TypeError") for term in ("-1.10", "-1", '"-1.10"^^xsd:decimal', "1.10")]
sys.exit(seen != [True, False, False, False])
PY
