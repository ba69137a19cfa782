#!/usr/bin/env bash
# An answer to HEAD has no body (RFC 9112 section 6.3). Where an application streams without a length, as WSGI allows,
# waitress says Transfer-Encoding: chunked, as it may, and then sends the five bytes of an empty chunk after the head.
# http.client and curl read no body and never see them; the product ends such answers itself.
set -euo pipefail
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install -qq --disable-pip-version-check 'waitress==3.0.2'
"$tmp/venv/bin/python" - <<'PY'
import importlib.metadata as m, socket, sys, threading
import waitress

def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([]) if environ["REQUEST_METHOD"] == "HEAD" else iter([b"one", b"two"])

server = waitress.create_server(application, host="127.0.0.1", port=0)
threading.Thread(target=server.run, daemon=True).start()
with socket.create_connection(("127.0.0.1", server.effective_port)) as client:
    client.sendall(b"HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    answer = b""
    while piece := client.recv(4096):
        answer += piece
head, _, body = answer.partition(b"\r\n\r\n")
print("waitress", m.version("waitress"))
print("After the head of an answer to HEAD:", body)
sys.exit(body != b"0\r\n\r\n" or b"chunked" not in head)
PY
