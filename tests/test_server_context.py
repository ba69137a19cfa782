"""The JSON-LD context is served by version, and is what the dumps have in them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from server_fixture import Server

TOP = Path(__file__).parents[1]


@pytest.mark.parametrize("path", ["/ontology/context.jsonld", "/ontology/0.1.0/context.jsonld"])
def test_context_is_served(sample_server: Server, path: str) -> None:
    reply = sample_server.get(path)
    assert (reply.status, reply.media) == (200, "application/ld+json")
    assert reply.json() == json.loads((TOP / "ontology/context.jsonld").read_text(encoding="utf-8"))


def test_another_version_is_not_there(sample_server: Server) -> None:
    assert sample_server.get("/ontology/9.9.9/context.jsonld").status == 404


def test_dumps_hold_the_context(sample_release: Path, sample_server: Server) -> None:
    """But for xsd:string, which a string is without being told so."""
    dump = next((sample_release / "current/dumps/reports").glob("*.jsonld"))
    held = json.loads(dump.read_text(encoding="utf-8"))["@context"]
    served = sample_server.get("/ontology/context.jsonld").json()["@context"]
    for meaning in served.values():
        if isinstance(meaning, dict) and meaning.get("@type") == "xsd:string":
            del meaning["@type"]
    assert held == served
