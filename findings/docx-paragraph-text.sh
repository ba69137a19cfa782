#!/usr/bin/env bash
# What a person reads in a Word file is more than Paragraph.text: text inserted under track changes and inside content
# controls of the template is on the page, and not in what python-docx says of it. Nor are automatic numbers.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'python-docx==1.2.0'
"$tmp/venv/bin/python" - "$tmp/report.docx" <<'PY'
import importlib.metadata as m, sys
import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

report = docx.Document()
paragraph = report.add_paragraph("部门预算收入")
paragraph._p.append(parse_xml(f'<w:ins {nsdecls("w")} w:id="1" w:author="甲"><w:r><w:t>1,234.50</w:t></w:r></w:ins>'))
paragraph._p.append(parse_xml(f'<w:sdt {nsdecls("w")}><w:sdtContent><w:r><w:t>万元</w:t></w:r></w:sdtContent></w:sdt>'))
paragraph.add_run("。")
numbered = report.add_paragraph("收支总表", style="List Number")
report.save(sys.argv[1])
texts = [p.text for p in docx.Document(sys.argv[1]).paragraphs]
print("python-docx", m.version("python-docx"))
print("Word shows: 部门预算收入1,234.50万元。 and: 1. 收支总表    Paragraph.text gives:", texts)
sys.exit(texts != ["部门预算收入。", "收支总表"])
PY
