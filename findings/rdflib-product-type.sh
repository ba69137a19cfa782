#!/usr/bin/env bash
# SPARQL promotes a decimal to a double where the two meet. In rdflib the product has the type of its second operand:
# a rate (double) times an amount (decimal) is a "decimal" with the digits of the double, the other way round a double.
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
seen = []
for left, right in (("0.1e0", "3.0"), ("3.0", "0.1e0")):
    query = PREFIX + f"SELECT ({left} * {right} AS ?product) {{}}"
    product = next(iter(rdflib.Graph().query(query)))[0]
    other = next(iter(pyoxigraph.Store().query(query)))["product"]
    print(f"  {left} * {right}\n     rdflib   {product.n3()}\n     oxigraph {other}")
    seen.append((str(product.datatype).removeprefix(XSD), other.datatype.value.removeprefix(XSD)))
sys.exit(seen != [("decimal", "double"), ("double", "double")])
PY
