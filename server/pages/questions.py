"""The query library with its parameters, and what the editor completes: prefixes, terms and codes."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pyoxigraph as ox
from flask import Response, render_template, request
from werkzeug.exceptions import NotFound

from server.negotiate import PREFIXES
from server.pages import terms
from server.pages.library import LibraryQuery, library
from server.pages.site import blueprint, code_digest, language, page_view, respond, unchanged
from server.pages.terms import CODE, MZ
from server.problems import Problem

__all__ = ["library"]

_LARGE = {"region", "function", "economic", "governmentEconomic", "revenue", "topic"}  # too long to choose from


@blueprint.get("/queries")
def queries() -> Response:
    """The library with links that open its queries."""
    return respond(list, lambda: render_template("queries.html", queries=library()))


def _query(name: str) -> LibraryQuery:
    found = next((q for q in library() if q.name == name), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/queries/<name>.rq")
def library_query(name: str) -> Response:
    """One query as text."""
    found = _query(name)
    response = Response(found.text, content_type="application/sparql-query; charset=utf-8")
    response.set_etag(f"{code_digest()}-{name}")
    response.make_conditional(request)
    return response


@blueprint.get("/queries/<name>")
def open_query(name: str) -> Response:
    """303 to the editor with a query of the library, its parameters filled in from the address; or to its CSV."""
    found = _query(name)
    try:
        text = found.filled({p.name: request.args[p.name] for p in found.parameters if p.name in request.args})
    except ValueError as error:
        raise Problem(400, "parameter", str(error)) from None
    if request.args.get("format") in {"csv", "json"}:
        target = f"{page_view().release.root}sparql?" + urlencode({"query": text, "format": request.args["format"]})
    else:
        head = f"# {found.title[language()]}\n"  # the reader needs the name, not the library's whole head
        target = page_view().local("sparql", query=head + text[text.index("PREFIX ") :])
    response = Response(status=303, headers={"Location": target, "Cache-Control": "no-cache"})
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/editor/terms.json")
def editor_terms() -> Response:
    """Prefixes, classes, properties and short code lists with their names, for the editor to complete."""
    response = unchanged("application/json", "terms")
    if response.status_code != 304:
        spoken = language()
        found = {"prefixes": PREFIXES, "terms": [_term(iri, kind, spoken) for kind in ("Class", "Property")
                 for iri in terms.ontology_terms(kind)], "codes": _codes(spoken)}  # fmt: skip
        response.set_data(json.dumps(found, ensure_ascii=False))
    return response


def _term(iri: str, kind: str, spoken: str) -> dict[str, str]:
    definitions = [
        q.object
        for q in terms.store().quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(terms.SKOS + "definition"), None)
    ]
    return {
        "name": "mz:" + iri.removeprefix(MZ),
        "kind": kind.lower(),
        "label": terms.label(iri, spoken) or "",
        "info": terms.in_language(definitions, spoken) or "",
    }


def _codes(spoken: str) -> list[dict[str, str]]:
    found = []
    for scheme in terms.schemes():
        if scheme not in _LARGE:
            in_scheme = terms.store().quads_for_pattern(
                None, ox.NamedNode(terms.SKOS + "inScheme"), ox.NamedNode(CODE + scheme)
            )
            iris = sorted({q.subject.value for q in in_scheme if isinstance(q.subject, ox.NamedNode)})
            found += [{"iri": i, "name": i.removeprefix(CODE), "label": terms.label(i, spoken) or ""} for i in iris]
    return found
