"""What docs/deploy.md tells to put on a machine is taken by the programs that read it."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from doc_blocks import ROOT
from test_server_proxy import NGINX

from kg_builder import cli

DEPLOY = ROOT / "deploy"


@pytest.mark.skipif(NGINX is None or shutil.which("openssl") is None, reason="nginx or openssl is not installed")
def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=data.example.org", "-days", "2"]
    subprocess.run([*make, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"ssl_certificate .*;", f"ssl_certificate {certificate};", site)
    site = re.sub(r"ssl_certificate_key .*;", f"ssl_certificate_key {key};", site)
    site = site.replace("listen 80;", "listen 127.0.0.1:8089;").replace("listen 443 ", "listen 127.0.0.1:8449 ")
    whole = f"pid {tmp_path}/pid;\nerror_log {tmp_path}/error.log;\nevents {{}}\nhttp {{ access_log off;\n{site}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole, encoding="utf-8")
    ask = [str(NGINX), "-t", "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_answer_that_breaks_off_is_told_apart_by_the_configuration() -> None:
    """Without these lines nginx speaks HTTP/1.0 to the server, and decodes addresses."""
    places = re.findall(r"location /budget/ \{(.*?)\n    \}", (DEPLOY / "nginx.conf").read_text(encoding="utf-8"), re.S)
    assert len(places) == 1
    for line in ("proxy_http_version 1.1;", 'proxy_set_header Connection "";', "proxy_pass http://127.0.0.1:8000;"):
        assert line in places[0]


@pytest.mark.parametrize("name", ["mingzhang.service", "Containerfile"])
def test_the_commands_of_the_service_are_those_of_the_program(name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    if name == "Containerfile":
        words = re.findall(r'"([^"]+)"', re.findall(r"^CMD \[(.*)\]$", text, re.M)[0])
    else:
        words = re.findall(r"^ExecStart=\S+/mingzhang (.*)$", text, re.M)[0].split()
    assert cli.parser().parse_args(words).name == "serve"


def test_what_the_image_is_made_of_is_there() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [words.split()[:-1] for words in re.findall(r"^COPY (?!--from)(.*)$", text, re.M)]
    assert copied
    assert all((ROOT / source).exists() for sources in copied for source in sources)
    assert {".git", ".venv", "out"} <= set((ROOT / ".containerignore").read_text(encoding="utf-8").split())
