#!/usr/bin/env bash
# Reports published as web pages say nearly the same sentence twice: once for the whole city, once for its own level. A
# main-text extractor takes a paragraph that stands twice for a repetition of the site and leaves one out.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'trafilatura==2.3.1' 'lxml_html_clean==0.4.3' 'selectolax==0.4.0'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, sys
import trafilatura
from selectolax.lexbor import LexborHTMLParser

one = "一般公共预算收入完成一百二十亿元，为年初预算的百分之一百零二，比上年增长百分之四，其中税收收入占比为百分之八十一。"
rest = "".join(f"<p>第{n}项支出说明：全年安排资金用于民生保障和公共服务，共计{n}00万元，较上年有所增加。</p>" for n in "二三四五六")
page = f"<html><body><article><h1>预算执行情况</h1><h2>全市</h2><p>{one}</p>{rest}<h2>市本级</h2><p>{one}</p></article></body></html>"
text = trafilatura.extract(page) or ""
whole = LexborHTMLParser(page).body.text()
print("trafilatura", m.version("trafilatura"), "and selectolax", m.version("selectolax"))
print("A paragraph that stands under two headings of a page is in the text")
print("  trafilatura:", text.count(one[:20]), "times   selectolax:", whole.count(one[:20]), "times")
sys.exit((text.count(one[:20]), whole.count(one[:20])) != (1, 2))
PY
