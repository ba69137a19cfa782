"""`/sparql` without a query to run: the service description, the editor for a browser, and what methods there are.

Queries are answered by `server.sparql` before the application is asked. Source: SPARQL 1.1 Service Description.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, render_template, request

from server.negotiate import GRAPH_FORMATS, HTML, PREFIXES, RESULT_FORMATS
from server.release import Release
from server.settings import Settings
from server.sparql import METHODS, chosen_format, decode_form, format_name, limits_told, single

blueprint = Blueprint("sparql", __name__)

_SD = PREFIXES["sd"]
_FORMAT_IRI = "http://www.w3.org/ns/formats/"
_FORMAT_NAMES = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF_XML",
    "jsonld": "JSON-LD",
}


@blueprint.route("/sparql", methods=["GET", "HEAD", "POST", "OPTIONS"])
def sparql() -> Response:
    """The editor, with the query of the address in it, to a browser; else the service description."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": METHODS})
    parameters = decode_form(request.query_string)
    query = single(parameters, "query")
    if query is not None:
        return _editor(query)
    offered = (*GRAPH_FORMATS.values(), HTML)
    form = chosen_format(format_name(parameters), request.headers.get("Accept"), offered)
    if form is HTML:
        return _editor("")
    graph_format = GRAPH_FORMATS[form.name]
    endpoint = f"{request.host_url}{g.release.root.lstrip('/')}sparql"
    body = ox.serialize(service_description(endpoint, g.release), format=graph_format.rdf, prefixes=PREFIXES)
    response = Response(body, content_type=form.content_type)
    response.headers.extend(limits_told(current_app.config["SETTINGS"]))
    return _tagged(response, f"{g.release.version}-description-{form.name}", ("Accept",))


def _editor(query: str) -> Response:
    response = Response(render_template("sparql.html", query=query), content_type=HTML.content_type)
    tag = f"{g.release.version}-{hashlib.sha256(response.get_data()).hexdigest()[:20]}"
    return _tagged(response, tag, ("Accept", "Accept-Language"))


def _tagged(response: Response, tag: str, varying: tuple[str, ...]) -> Response:
    response.set_etag(tag)
    response.last_modified = g.release.modified
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(varying)
    response.make_conditional(request)
    return response


def service_description(endpoint: str, release: Release) -> Iterator[ox.Triple]:
    """What the endpoint can do (SPARQL 1.1 Service Description), without blank nodes."""
    settings: Settings = current_app.config["SETTINGS"]
    rdf_type, service = ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(endpoint)
    dataset, default = ox.NamedNode(endpoint + "#dataset"), ox.NamedNode(endpoint + "#union")

    def sd(name: str) -> ox.NamedNode:
        return ox.NamedNode(_SD + name)

    yield ox.Triple(service, rdf_type, sd("Service"))
    yield ox.Triple(service, sd("endpoint"), service)
    yield ox.Triple(service, sd("supportedLanguage"), sd("SPARQL11Query"))
    yield ox.Triple(service, sd("feature"), sd("UnionDefaultGraph"))
    for name in (*RESULT_FORMATS, *GRAPH_FORMATS):
        yield ox.Triple(service, sd("resultFormat"), ox.NamedNode(_FORMAT_IRI + _FORMAT_NAMES[name]))
    comment = (
        f"Answers of more than {settings.row_cap} rows are refused, queries end after {settings.deadline:g} seconds; "
        "an answer is whole or its connection is closed without a proper end."
    )
    yield ox.Triple(service, ox.NamedNode(PREFIXES["rdfs"] + "comment"), ox.Literal(comment, language="en"))
    yield ox.Triple(service, sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, rdf_type, sd("Dataset"))
    yield ox.Triple(dataset, sd("defaultGraph"), default)
    yield ox.Triple(default, rdf_type, sd("Graph"))
    for number, graph in enumerate(release.graphs, 1):
        node = ox.NamedNode(f"{endpoint}#graph-{number}")
        yield ox.Triple(dataset, sd("namedGraph"), node)
        yield ox.Triple(node, rdf_type, sd("NamedGraph"))
        yield ox.Triple(node, sd("name"), ox.NamedNode(graph))
