#!/usr/bin/env bash
# A tool of the Model Context Protocol whose parameter may be a text or nothing (`str | None`) does not get each text as
# the client sent it: with the official SDK a text that is JSON is parsed first, so that "null" arrives as nothing and
# "[1]" is refused as no text. A parameter that is `str` alone arrives as it was sent.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'mcp==2.3.0'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, sys
import anyio
from mcp import Client
from mcp.server.mcpserver import MCPServer

server = MCPServer("texts", log_level="ERROR")

@server.tool()
def optional(text: str | None = None) -> str:
    return repr(text)

@server.tool()
def plain(text: str = "") -> str:
    return repr(text)

async def asked(tool, text):
    async with Client(server) as client:
        return (await client.call_tool(tool, {"text": text})).content[0].text

print("mcp", m.version("mcp"))
seen = {}
for text in ("null", "[1]", "0805"):
    seen[text] = tuple(anyio.run(asked, tool, text) for tool in ("optional", "plain"))
    print(f"sent {text!r}: str | None gets {seen[text][0]}, str gets {seen[text][1]}")
sys.exit(seen["null"] != ("None", "'null'") or any(plain != repr(text) for text, (_, plain) in seen.items()))
PY
