#!/usr/bin/env bash
# SPARQLWrapper finds out what a query is by searching for a verb after taking the comments away, but of comment lines
# that follow one another it takes every second one alone: a word such as "added" in the other turns a SELECT into an
# update, which is then sent to the endpoint as one.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'SPARQLWrapper==2.0.0'
"$tmp/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version
from SPARQLWrapper import POST, SPARQLWrapper

print("SPARQLWrapper", version("SPARQLWrapper"))
seen = []
for text in ("# amounts are added up\nSELECT * { ?s ?p ?o }",
             "# spending by year\n# amounts are added up\nSELECT * { ?s ?p ?o }",
             "# spending by year\n# of all bodies\n# amounts are added up\nSELECT * { ?s ?p ?o }"):
    client = SPARQLWrapper("http://localhost/sparql")
    client.setMethod(POST)
    client.setQuery(text)
    sent = client._createRequest().data or b""
    seen.append((client.queryType, sent.partition(b"=")[0].decode()))
    print(f"  {text.count('#')} comment lines: query type {seen[-1][0]}, sent as {seen[-1][1]}=…")
sys.exit(seen != [("SELECT", "query"), ("ADD", "update"), ("SELECT", "query")])
PY
