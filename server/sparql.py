"""The SPARQL 1.1 Protocol for queries, with the service description; everything on the one route `/sparql`.

Sources: SPARQL 1.1 Protocol section 2, SPARQL 1.1 Service Description, RFC 9110 (negotiation), RFC 9457 (problems).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, render_template, request

from server.cache import AnswerCache, Kept
from server.engine import Gone
from server.guard import Query, Refused, read_query
from server.negotiate import GRAPH_FORMATS, HTML, PREFIXES, RESULT_FORMATS, Format, best, by_name
from server.problems import Problem
from server.process import QueryFailed
from server.release import Release
from server.settings import Settings
from server.worker import Job

blueprint = Blueprint("sparql", __name__)

_BOM = "\ufeff".encode()
METHODS = "GET, HEAD, POST, OPTIONS"
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
# kind of failure → status; a refusal of the client's request is 4xx, want of room or time is 503
_STATUS = {
    "syntax": 400,
    "dataset": 400,
    "update": 403,
    "service": 403,
    "cap": 422,
    "evaluation": 422,
    "deadline": 503,
    "memory": 503,
    "busy": 503,
    "engine": 503,
    "stopped": 503,
    "gone": 503,
}

Parameters = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Ask:
    """A query request as the protocol carries it."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    format: str | None
    bom: bool
    deadline: float


@blueprint.route("/sparql", methods=["GET", "HEAD", "POST", "OPTIONS"])
def sparql() -> Response:
    """Answer a query; without one, GET gives the service description, or the editor to a browser."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": METHODS})
    parameters, query = _request_parts()
    if query is None and request.method == "POST":
        raise Problem(400, "no-query", "a POST request needs a query")
    if query is None:
        return _without_query(parameters)
    if request.method != "POST" and _wants_page(parameters):
        return _editor(query)
    return _answer(_ask(query, parameters))


def decode_form(data: bytes) -> Parameters:
    """`application/x-www-form-urlencoded` bytes → values by name, decoded once, as strict UTF-8."""
    found: Parameters = {}
    for item in data.split(b"&"):
        if item:
            name, _, value = item.partition(b"=")
            found.setdefault(_decoded(name), []).append(_decoded(value))
    return found


def _decoded(data: bytes) -> str:
    try:
        return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "not-utf-8", "a parameter is not percent-encoded UTF-8") from None


def _request_parts() -> tuple[Parameters, str | None]:
    """All parameters, and the query from wherever the request carries it."""
    parameters = decode_form(request.query_string)
    if request.method != "POST":
        return parameters, _single(parameters, "query")
    media, options = request.mimetype, request.mimetype_params
    if options.get("charset", "utf-8").lower().replace("utf8", "utf-8") != "utf-8":
        raise Problem(415, "charset", "queries are read as UTF-8 only")
    if media == "application/x-www-form-urlencoded":
        for name, values in decode_form(request.get_data()).items():
            parameters.setdefault(name, []).extend(values)
        return parameters, _single(parameters, "query")
    if media == "application/sparql-query":
        if "query" in parameters:
            raise Problem(400, "two-queries", "the query stands in the body and in the address")
        try:
            return parameters, request.get_data().decode("utf-8")
        except UnicodeDecodeError:
            raise Problem(400, "not-utf-8", "the query is not UTF-8") from None
    if media == "application/sparql-update":
        raise Problem(403, "update", "updates are refused: the data is read-only")
    raise Problem(
        415,
        "media-type",
        "POST a query as application/sparql-query or application/x-www-form-urlencoded",
        headers={"Accept-Post": "application/sparql-query, application/x-www-form-urlencoded"},
    )


def _single(parameters: Parameters, name: str) -> str | None:
    values = parameters.get(name, [])
    if len(values) > 1:
        raise Problem(400, f"many-{name}", f"expected one parameter {name}, found {len(values)}")
    if name == "query" and ("update" in parameters or "using-graph-uri" in parameters):
        raise Problem(403, "update", "updates are refused: the data is read-only")
    return values[0] if values else None


def _ask(query: str, parameters: Parameters) -> Ask:
    settings: Settings = current_app.config["SETTINGS"]
    if len(query.encode("utf-8", "surrogatepass")) > settings.query_bytes:
        raise Problem(413, "query-size", f"a query may have {settings.query_bytes} bytes")
    return Ask(
        query,
        tuple(parameters.get("default-graph-uri", ())),
        tuple(parameters.get("named-graph-uri", ())),
        _format_name(parameters),
        _bom(parameters),
        _deadline(_single(parameters, "timeout"), settings),
    )


def _format_name(parameters: Parameters) -> str | None:
    return _single(parameters, "format") or _single(parameters, "output")


def _bom(parameters: Parameters) -> bool:
    """Whether CSV and TSV begin with a byte order mark, as some spreadsheets need to read Chinese."""
    value = _single(parameters, "bom") or "0"
    if value not in {"0", "1"}:
        raise Problem(400, "bom", "bom is 1 or 0")
    return value == "1"


def _deadline(value: str | None, settings: Settings) -> float:
    """The deadline in seconds: the parameter `timeout`, at most the service's own."""
    if not value:
        return settings.deadline
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not seconds > 0:
        raise Problem(400, "timeout", "timeout is a number of seconds above 0")
    return min(seconds, settings.deadline)


def _answer(ask: Ask) -> Response:
    release: Release = g.release
    try:
        query = read_query(ask.query)
        job = _job(ask, query, release)
    except Refused as refused:
        raise _problem(refused.kind, refused.detail, refused.line, refused.column) from refused
    offered: list[Format] = list(
        (GRAPH_FORMATS if query.form in {"CONSTRUCT", "DESCRIBE"} else RESULT_FORMATS).values()
    )
    form = _format(ask.format, offered)
    job["format"] = form.name
    mark = _BOM if ask.bom and form.name in {"csv", "tsv"} else b""
    tag = None if query.volatile else _tag(job, query, mark, release)
    if tag is not None and request.method != "POST" and tag in request.if_none_match:
        return _headed(Response(status=304, content_type=form.content_type), tag)
    cache: AnswerCache = current_app.config["CACHE"]
    kept = cache.get(tag) if tag is not None else None
    if kept is not None:
        return _headed(Response(kept.body, content_type=form.content_type), tag)
    try:
        answer = release.engine.run(job, ask.deadline, _gone(), query.shape)
    except QueryFailed as failed:
        raise _problem(failed.kind, failed.detail, failed.line, failed.column) from failed
    head = mark + answer.head
    if answer.whole and tag is not None:
        cache.put(tag, Kept((), head))
    response = Response(head if answer.whole else _pieces(head, answer.rest), content_type=form.content_type)
    response.call_on_close(getattr(answer.rest, "close", lambda: None))
    return _headed(response, tag)


def _pieces(head: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield head
    yield from rest


def _headed(response: Response, tag: str | None) -> Response:
    """Caching and the limits that an answer stands under."""
    settings: Settings = current_app.config["SETTINGS"]
    if tag is None:
        response.headers["Cache-Control"] = "no-store"
    else:
        response.set_etag(tag)
        response.last_modified = g.release.modified
        response.headers["Cache-Control"] = "no-cache"
    response.headers["X-SPARQL-MaxRows"] = str(settings.row_cap)
    response.headers["X-SPARQL-Deadline"] = f"{settings.deadline:g}"
    response.vary.add("Accept")
    return response


def _job(ask: Ask, query: Query, release: Release) -> Job:
    """The query with its dataset: the protocol's, or the query's own, or all graphs with their union as default."""
    graphs = (*ask.default_graphs, *ask.named_graphs) or (*query.default_graphs, *query.named_graphs)
    for graph in graphs:
        if graph not in release.graph_set:
            raise Refused("dataset", f"this release has no graph <{graph}>")
    by_protocol = bool(ask.default_graphs or ask.named_graphs)
    return {
        "query": query.text,
        "default_graphs": list(ask.default_graphs) if by_protocol else None,
        "named_graphs": list(ask.named_graphs) if by_protocol else None,
        "union": not by_protocol and not query.has_dataset,
        "format": "",
        "row_cap": current_app.config["SETTINGS"].row_cap,
    }


def _format(name: str | None, offered: list[Format]) -> Format:
    accept = request.headers.get("Accept")
    found = by_name(name, offered) if name else best(accept, offered)
    if found is None:
        media = ", ".join(f.media_type for f in offered)
        status, kind = (400, "format") if name else (406, "not-acceptable")
        raise Problem(status, kind, f"this answer comes as {media}")
    return found


def _tag(job: Job, query: Query, mark: bytes, release: Release) -> str:
    """The same for requests with the same answer: the release, the query without its spacing, dataset and format."""
    asked = {**job, "query": query.key, "mark": len(mark)}
    digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    return f"{release.version}-{digest[:20]}"


def _gone() -> Gone:
    """Whether the client has closed the connection, where the HTTP server can tell."""
    told: Callable[[], bool] | None = request.environ.get("waitress.client_disconnected")
    return told or (lambda: False)


def _problem(kind: str, detail: str, line: int | None, column: int | None) -> Problem:
    members: dict[str, int | str | list[str]] = {}
    if line is not None and column is not None:
        members = {"line": line, "column": column}
        detail = f"line {line}, column {column}: {detail}"
    headers = {"Retry-After": "5"} if kind in {"busy", "stopped", "engine"} else {}
    settings: Settings = current_app.config["SETTINGS"]
    if kind == "cap":
        members["rowCap"] = settings.row_cap
        detail = f"the result has more than {settings.row_cap} rows; add LIMIT, or take a dump from /dumps/"
    return Problem(_STATUS[kind], kind, detail, headers, members)


def _wants_page(parameters: Parameters) -> bool:
    """Whether a browser followed a link with a query in it: it gets the editor, filled in."""
    if _format_name(parameters):
        return False
    return best(request.headers.get("Accept"), [*RESULT_FORMATS.values(), *GRAPH_FORMATS.values(), HTML]) is HTML


def _without_query(parameters: Parameters) -> Response:
    name = _format_name(parameters)
    offered: list[Format] = [*GRAPH_FORMATS.values(), HTML]
    form = _format(name, offered)
    if form is HTML:
        return _editor("")
    graph_format = GRAPH_FORMATS[form.name]
    body = ox.serialize(service_description(request.base_url, g.release), format=graph_format.rdf, prefixes=PREFIXES)
    response = Response(body, content_type=form.content_type)
    return _headed(response, f"{g.release.version}-description-{form.name}")


def _editor(query: str) -> Response:
    response = Response(render_template("sparql.html", query=query), content_type=HTML.content_type)
    response.set_etag(f"{g.release.version}-{hashlib.sha256(response.get_data()).hexdigest()[:20]}")
    response.last_modified = g.release.modified
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept", "Accept-Language"))
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
