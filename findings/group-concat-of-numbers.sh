#!/usr/bin/env bash
# GROUP_CONCAT of years or amounts, the usual way to show them in one cell: rdflib joins what they are written with,
# Oxigraph, for which only texts can be joined, gives no value and no error, and the same for IRIs. With STR() around the
# variable both join them.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'rdflib==7.6.0' 'pyoxigraph==0.5.13'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, sys
import pyoxigraph, rdflib

YEAR = "<http://www.w3.org/2001/XMLSchema#gYear>"
def joined(values, inner):
    query = f"SELECT (GROUP_CONCAT({inner}) AS ?all) {{ VALUES ?v {{ {values} }} }}"
    (one,), (other,) = rdflib.Graph().query(query), pyoxigraph.Store().query(query)
    return str(one["all"]), other["all"] and other["all"].value

print(f"rdflib {m.version('rdflib')}, pyoxigraph {m.version('pyoxigraph')}")
seen = []
for values in ("1200 350", f'"2023"^^{YEAR} "2024"^^{YEAR}', "<urn:x:a> <urn:x:b>", '"a" "b"'):
    for inner in ("?v", "STR(?v)"):
        seen.append(joined(values, inner))
        print(f"GROUP_CONCAT({inner}) of {values}: rdflib {seen[-1][0]!r}, Oxigraph {seen[-1][1]!r}")
sys.exit([other is None for _, other in seen] != [True, False, True, False, True, False, False, False])
PY
