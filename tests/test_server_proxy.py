"""The site under a path of a host, behind nginx that takes the path off or leaves it: links, CSS, redirects, IRIs."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest
from server_fixture import BASE, TRIG, Reply, Server, serving, write_release

NGINX = shutil.which("nginx") or next((path for path in ("/usr/sbin/nginx",) if os.access(path, os.X_OK)), None)
UNDER = "https://data.example.org/budget/"
HTML = {"Accept": "text/html"}
CONFIG = """
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /budget/ {{
      proxy_pass http://127.0.0.1:{behind}{stripped};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $host;
    }}
  }}
}}
"""


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The application itself, on a release whose base has a path."""
    directory = tmp_path_factory.mktemp("under")
    folder = write_release(directory, "v1", TRIG.replace(BASE, UNDER))
    file = folder / "manifest.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "base": UNDER}))
    with serving(directory, rate=0, row_cap=400, buffer=1024) as running:
        yield running


@pytest.fixture(scope="module", params=["direct", "stripped", "kept"])
def front(request: pytest.FixtureRequest, behind: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """What a client talks to: the application, or nginx before it."""
    if request.param == "direct":
        yield behind
        return
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder: Path = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    stripped = "/" if request.param == "stripped" else ""
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, behind=behind.port, stripped=stripped))
    process = subprocess.Popen([NGINX, "-c", str(config), "-p", str(folder)], stderr=subprocess.DEVNULL)
    try:
        for _ in range(400):
            with socket.socket() as asked:
                if asked.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield replace(behind, port=port)
    finally:
        process.terminate()
        process.wait(timeout=20)


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def links(page: Reply, at: str) -> set[str]:
    """The addresses of this site that a page has, as a browser resolves them."""
    found = re.findall(r'(?:href|src|action|data-suggest)="([^"#][^"]*)"', page.text)
    whole = {urljoin(UNDER[:-1].removesuffix("/budget") + at, one.replace("&amp;", "&")) for one in found}
    return {path_of(one) for one in whole if one.startswith("https://data.example.org/")}


def test_every_link_of_every_page_is_under_the_path_and_answers(front: Server) -> None:
    waiting, seen = ["/budget/"], {"/budget/"}
    while waiting and len(seen) < 220:
        at = waiting.pop(0)
        reply = front.get(at, **HTML)
        assert reply.status in {200, 303}, f"{at}: {reply.status}"
        if reply.status == 303:
            assert reply.headers["location"].startswith("/budget/"), at
            found = {reply.headers["location"].partition("#")[0]}
        else:
            found = links(reply, at) if reply.media == "text/html" else set()
        assert all(one.startswith("/budget/") for one in found), f"{at}: {found}"
        new = sorted(found - seen)
        waiting += new
        seen.update(new)
    assert {"/budget/projects", "/budget/page/report/a-2025", "/budget/search"} <= seen
    assert any(one.startswith("/budget/static/style.css") for one in seen)


def test_iris_resolve(front: Server) -> None:
    page = front.get("/budget/id/report/a-2025", **HTML)
    assert (page.status, page.headers["location"]) == (303, "/budget/page/report/a-2025")
    data = front.get("/budget/id/report/a-2025", Accept="text/turtle")
    assert (data.status, data.headers["location"]) == (303, "/budget/data/report/a-2025.ttl")
    assert f"<{UNDER}id/report/a-2025>" in front.get(data.headers["location"]).text or "a mz:Report" in data.text


@pytest.mark.parametrize("address", ["/budget", "/budget/", "/budget/healthz", "/budget/sparql?query=ASK%7B%7D"])
def test_the_path_itself_and_what_is_no_page(front: Server, address: str) -> None:
    assert front.get(address, **HTML).status in {200, 301}


def test_a_path_that_only_begins_like_it_is_another(behind: Server) -> None:
    assert behind.get("/budgets", **HTML).status == 404
    assert behind.get("/projects", **HTML).status == 200  # as a proxy that takes the path off asks


def test_an_answer_that_breaks_off_is_seen_as_broken(front: Server) -> None:
    many = quote(f'SELECT ?a ?d ("{"很长的值" * 40}" AS ?long) {{ ?a ?b ?c . ?d ?e ?f }}')
    reply = front.get(f"/budget/sparql?format=csv&query={many}")
    assert (reply.status, reply.broken) == (200, True)
    assert not front.get(f"/budget/sparql?format=csv&query={many}%20LIMIT%2020").broken
