"""The JSON-LD context of the ontology: the newest, and each by its version, for clients that keep it."""

from __future__ import annotations

from functools import cache

import pyoxigraph as ox
from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from kg_builder import vocab

blueprint = Blueprint("context", __name__)

_HEAD = ox.NamedNode("https://w3id.org/mingzhang/ontology")
_VERSION = ox.NamedNode("http://www.w3.org/2002/07/owl#versionInfo")


@blueprint.get("/ontology/context.jsonld")
@blueprint.get("/ontology/<version>/context.jsonld")
def context(version: str | None = None) -> Response:
    """The context, as it stands inlined in the dumps; 404 for a version that is not this one's."""
    if version not in (None, _version()):
        raise NotFound(f"the context is of version {_version()}")
    return Response(_text(), mimetype="application/ld+json")


@cache
def _text() -> str:
    return (vocab.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")


@cache
def _version() -> str:
    path = vocab.folder("ontology") / "mingzhang.ttl"
    quads = ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    return next(str(q.object.value) for q in quads if q.subject == _HEAD and q.predicate == _VERSION)
