#!/usr/bin/env bash
# [$-804] in a number format of Excel says that the language is Chinese; between $ and - stands the sign of the currency, here
# none. Two packages that print a number by its format, one of Python and one of JavaScript, put a dollar before it:
# 1,234.50 yuan are shown as $1,234.50.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'xlfmt==0.1.0'
command -v npm > /dev/null || { echo "this script needs npm and node"; exit 2; }
npm install --silent --no-audit --no-fund --prefix "$tmp" ssf@0.11.2 numfmt@3.2.3 > /dev/null
one=$("$tmp/venv/bin/python" -c 'from xlfmt import format_value; print(format_value(1234.5, "[$-804]#,##0.00"))')
other=$(cd "$tmp" && node -e 'console.log(require("ssf").format("[$-804]#,##0.00", 1234.5))')
third=$(cd "$tmp" && node --input-type=module -e 'import { format } from "numfmt"; console.log(format("[$-804]#,##0.00", 1234.5))')
echo "1234.5 in the format [\$-804]#,##0.00: xlfmt 0.1.0 $one, ssf 0.11.2 $other, numfmt 3.2.3 $third"
test "$one $other $third" = '$1,234.50 $1,234.50 1,234.50'
