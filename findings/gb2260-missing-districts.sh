#!/usr/bin/env bash
# gb2260 is the usual package for the codes of China's divisions (GB/T 2260). Districts of 2021 and later, which publish
# budgets of their own, are not in it, and the codes of those they replaced still are.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'gb2260==0.4.1'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, sys
import gb2260

def name(code):
    try:
        return gb2260.get(code).name
    except ValueError:
        return None

print("gb2260", m.version("gb2260"))
seen = {code: name(code) for code in ("330113", "330114", "330103", "330104")}
print("Hangzhou: 临平 330113 and 钱塘 330114 exist since 2021; 下城 330103 and 江干 330104 ended then. It knows:")
for code, known in seen.items():
    print(f"  {code}  {known or 'nothing'}")
sys.exit(seen != {"330113": None, "330114": None, "330103": "下城区", "330104": "江干区"})
PY
