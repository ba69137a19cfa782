"""`/openapi.json`: every route of the application, with what the table below says of its parameters and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request

from server.excel import MEDIA
from server.negotiate import GRAPH_FORMATS, RESULT_FORMATS
from server.pages.citing import FORMS
from server.pages.compare import BY, LETTERS
from server.pages.kinds import LISTINGS
from server.pages.library import library
from server.pages.lists import orders
from server.pages.places import KINDS
from server.pages.terms import schemes

blueprint = Blueprint("api", __name__)

_HTML = "text/html"
_GRAPHS = tuple(f.media_type for f in GRAPH_FORMATS.values())
_RESULTS = tuple(f.media_type for f in RESULT_FORMATS.values())


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query string or the path; `values` are examples or, where `closed`, all that are taken."""

    name: str
    told: str
    values: tuple[str, ...] = ()
    closed: bool = False
    repeated: bool = False
    place: str = "query"
    kind: str = "string"


@dataclass(frozen=True, slots=True)
class Route:
    """A path with what it is, its parameters and the media types of its answers."""

    path: str
    told: str
    media: tuple[str, ...]
    parameters: tuple[Parameter, ...] = ()
    status: int = 200


LANG = Parameter("lang", "language of the page", ("zh", "en"))
FORMAT = Parameter("format", "instead of an Accept header", ("html", *GRAPH_FORMATS))
PAGE = (FORMAT, LANG)
PAGES = (_HTML, *_GRAPHS)
SECTION = (
    Parameter("csv", "a section of the page by its anchor: its table, with all rows", ("bodies",)),
    Parameter("svg", "a section of the page by its anchor: its picture, bars or lines", ("bodies",)),
    Parameter("embed", "the same as a small page that may stand in a frame elsewhere", ("bodies",)),
)
TIMEOUT = Parameter("timeout", "seconds after which the query ends, at most the service's own", ("5",), kind="number")
BOM = Parameter("bom", "1: CSV and TSV in the form for Excel", ("0", "1"), closed=True)
QUERY = (
    Parameter("query", "a SPARQL 1.1 query", ("ASK { ?s ?p ?o }", "SELECT * { ?s ?p ?o } LIMIT 3")),
    Parameter("default-graph-uri", "a graph of the release for the default graph", repeated=True),
    Parameter("named-graph-uri", "a named graph of the release", repeated=True),
    Parameter("format", "instead of an Accept header; also as `output`", (*RESULT_FORMATS, *GRAPH_FORMATS)),
    TIMEOUT,
    BOM,
)


@cache
def routes() -> tuple[Route, ...]:
    """The routes with parameters that a client needs to know of."""
    return (
        Route("/", "What is in the release", PAGES, PAGE),
        Route("/sparql", "SPARQL 1.1 Protocol; without a query the service description", (*_RESULTS, *PAGES), QUERY),
        *(_list(name) for name in LISTINGS),
        *(_list_as(name, ".json", "the same as data, a page at a time", "application/json") for name in LISTINGS),
        *(_list_as(name, ".xlsx", "the same as a workbook, all of it", MEDIA) for name in LISTINGS),
        Route("/search", "Entities by name", PAGES, (Parameter("q", "what is sought", ("民政", "〔2024〕210")), *PAGE)),
        Route("/search.json", "The same for programs", ("application/json",),
              (Parameter("q", "what is sought", ("民政",)), LANG)),
        Route("/rows", "The figures of all rows of one name", (_HTML,),
              (Parameter("name", "the name of the rows, as printed", ("合计",)), LANG)),
        Route("/search/suggest", "The best of each kind, for who is still typing", ("application/json",),
              (Parameter("q", "what is sought", ("民政",)), LANG)),
        Route("/compare", "Two and more reports, or places and years, side by side", (_HTML, "text/csv"),
              (Parameter("a", "one side: a report or body (id/…), or code/region/…/year/stage"),
               *(Parameter(letter, "another") for letter in LETTERS[1:]),
               Parameter("by", "what is compared", tuple(BY)),
               Parameter("format", "instead of an Accept header", ("html", "csv")), BOM, *SECTION[1:], LANG)),
        Route("/compare/figures", "The figures that a sum of a comparison is made of", (_HTML,),
              (Parameter("a", "the side"), Parameter("by", "what is compared", tuple(BY)),
               Parameter("of", "the class, code, source or kind whose sum it is", ("208",)), LANG)),
        Route("/reconcile", "Reconciliation API 0.2; without a parameter its manifest", ("application/json",),
              (Parameter("queries", "a batch of queries, as JSON", ('{"q0": {"query": "民政局", "type": "Body"}}',)),
               Parameter("extend", "things and properties, as JSON",
                         ('{"ids": [], "properties": [{"id": "code"}]}',)), LANG)),
        Route("/reconcile/properties", "Properties of a kind of things", ("application/json",),
              (Parameter("type", "the kind", ("Body",)), Parameter("limit", "how many at most", ("5",)), LANG)),
        *(Route(f"/reconcile/suggest/{what}", told, ("application/json",),
                (Parameter("prefix", "what is typed", ("民政",)), LANG)) for what, told in
          (("entity", "Things for who is still typing"), ("property", "Properties, the same way"),
           ("type", "Kinds of things, the same way"))),
        Route("/reconcile/preview/{path}", "A small page about a thing, for frames", (_HTML,),
              (_path("path", ("code/function/208",)), LANG)),
        Route("/reconcile/view/{path}", "Leads to the page of a thing", (),
              (_path("path", ("code/function/208",)), LANG), 303),
        Route("/about", "What is in the release and how far it can be trusted", PAGES, PAGE),
        Route("/help", "How to find, read, quote and take figures", (_HTML,), (LANG,)),
        Route("/topics", "Topics of public money of which the release holds a sum", (_HTML,), (LANG,)),
        Route("/topics/{topic}", "A topic over bodies and years", PAGES,
              (_path("topic", ("three-public",)), *SECTION, *PAGE)),
        Route("/places", "What of governments compares by place and year", (_HTML,), (LANG,)),
        Route("/places/{kind}", "Places and years side by side", (_HTML,),
              (_path("kind", tuple(KINDS)), Parameter("of", "what is compared, such as a class", ("205",)), *SECTION,
               LANG)),
        Route("/queries", "The query library", PAGES, PAGE),
        Route("/queries/{name}.rq", "One query as text", ("application/sparql-query",), (_path("name", _names()),)),
        Route("/id/{path}", "An entity: leads to its page or its data", (), (_path("path"), *PAGE), 303),
        Route("/page/{path}", "The page of an entity, or a page of a report", PAGES,
              (_path("path"), Parameter("page", "the page of a report"), Parameter("source", "which of its files"),
               Parameter("mark", "what is marked on it: obs/…, finding/…"), *SECTION, *PAGE)),
        *(Route(f"/cite/{{path}}.{form}", f"A report, a figure or the dataset as {name}", (media.partition(";")[0],),
                (_path("path", ("dataset",)), LANG)) for form, (name, media) in FORMS.items()),
        Route("/drawn/{source}/{number}.webp", "A page of a file as a picture, people covered", ("image/webp",),
              (_path("source"), _path("number", ("1",)), Parameter("size", "large: twice as many pixels", ("large",)))),
        Route("/data/{path}", "The data of an entity; the path ends in .ttl, .nt, .rdf or .jsonld", _GRAPHS,
              (_path("path"),)),
        Route("/ontology", "Classes and properties", PAGES, PAGE),
        Route("/ontology/context.jsonld", "The JSON-LD context", ("application/ld+json",)),
        Route("/ontology/{version}/context.jsonld", "The JSON-LD context of a version of the ontology",
              ("application/ld+json",), (_path("version", ("0.1.0",)),)),
        Route("/shapes", "The SHACL shapes", PAGES, PAGE),
        Route("/code/", "All code lists", PAGES, PAGE),
        Route("/code/{scheme}", "A code list", PAGES, (_path("scheme", schemes()), *PAGE)),
        Route("/code/{scheme}/{notation}", "A concept", PAGES,
              (_path("scheme", schemes()), _path("notation"), *SECTION, *PAGE)),
        Route("/catalog", "The release in DCAT and VoID", PAGES, PAGE),
        Route("/.well-known/void", "The same, always as RDF", _GRAPHS, (FORMAT,)),
        Route("/dumps/", "The files of the release", PAGES, PAGE),
        Route("/dumps/{path}", "A file of the release", ("application/octet-stream",), (_path("path"), BOM)),
        Route("/quality/{path}", "A file of findings", ("text/turtle",), (_path("path"),)),
        Route("/feeds/reports.atom", "The newest reports", ("application/atom+xml",), (LANG,)),
        Route("/feeds/findings.atom", "Findings of the newest reports", ("application/atom+xml",), (LANG,)),
        Route("/llms.txt", "What an assistant should know first", ("text/markdown",)),
        Route("/feeds/releases.atom", "The releases that are kept, with what each changed", ("application/atom+xml",),
              (LANG,)),
        Route("/releases", "The releases that are kept, with what each changed", (_HTML,), (LANG,)),
        Route("/releases/{version}", "What a release changed, and its files", (_HTML,), (_path("version"), LANG)),
        Route("/releases/{version}/{path}", "A file of a kept release, or what stood at id/… in it",
              ("application/octet-stream", _HTML), (_path("version"), _path("path"), LANG)),
        Route("/openapi.json", "This description", ("application/json",)),
        Route("/healthz", "Whether a release is served", ("application/json",)),
        Route("/metrics", "Counts for Prometheus", ("text/plain",)),
    )  # fmt: skip


def _list(name: str) -> Route:
    about = LISTINGS[name]
    filters = (Parameter(f, head.en, ("2025",) if f == "year" else ()) for f, (head, _) in about.filters.items())
    more = (
        Parameter("q", "what the name holds", ("民政",)),
        Parameter(
            "sort", "the order; - before it: downwards", tuple(o for by in orders(about) for o in (by, f"-{by}"))
        ),
        Parameter("after", "the key after which the page begins; see the Link header"),
        Parameter("format", "instead of an Accept header; csv: all of the list", ("html", *GRAPH_FORMATS, "csv")),
        BOM,
    )
    return Route(f"/{name}", about.title.en, (*PAGES, "text/csv"), (*filters, *more, LANG))


def _list_as(name: str, ending: str, told: str, media: str) -> Route:
    shared = [p for p in _list(name).parameters if p not in (BOM, LANG) and p.name != "format"]
    kept = (p for p in shared if p.name != "after" or ending == ".json")
    return Route(f"/{name}{ending}", f"{LISTINGS[name].title.en}: {told}", (media,), (*kept, LANG))


def _path(name: str, values: tuple[str, ...] = ()) -> Parameter:
    return Parameter(name, "part of the address", values, place="path")


def _names() -> tuple[str, ...]:
    return tuple(query.name for query in library())


def paths(app: Flask) -> Iterator[tuple[str, str]]:
    """The paths of the application as OpenAPI writes them, with the first line of what their code says of them."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        told = (app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n")[0]
        choice = _CHOICE.search(rule.rule)
        for path in [rule.rule.replace(choice[0], n.strip()) for n in choice[1].split(",")] if choice else [rule.rule]:
            yield _VARIABLE.sub(r"{\1}", path), told


_CHOICE = re.compile(r"<any\(([^<)]*)\):\w+>")  # <any(dumps,quality):folder>
_VARIABLE = re.compile(r"<(?:\w+:)?(\w+)>")  # <path:path>


def _plain(path: str, told: str) -> Route:
    """A route that the table does not know."""
    return Route(path, told, (), tuple(_path(name) for name in re.findall(r"\{(\w+)\}", path)))


def description(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 description."""
    known = {route.path: route for route in routes()}
    found = {path: known.get(path) or _plain(path, told) for path, told in sorted(paths(app))}
    described = {path: {"get": _operation(route)} for path, route in found.items()}
    described["/sparql"]["post"] = _post(known["/sparql"])
    problem = {"type": "object", "properties": {"type": {"type": "string"}, "title": {"type": "string"},
               "status": {"type": "integer"}, "detail": {"type": "string"}}}  # fmt: skip
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mingzhang 明账",
            "version": "1",
            "description": "Budget reports as linked data: pages, data of every entity, and a SPARQL 1.1 endpoint.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": app.config["RELEASES"].root()}],
        "paths": described,
        "components": {"schemas": {"Problem": problem}},
    }


def _operation(route: Route) -> dict[str, Any]:
    contents: dict[str, Any] = {media: {} for media in route.media}
    answer: dict[str, Any] = {"description": route.told} | ({"content": contents} if contents else {})
    name = "get" + "".join(part.title() for part in re.split(r"[^a-z]+", route.path)) + "Index" * (
        len(route.path) > 1 and route.path.endswith("/"))  # fmt: skip
    return {
        "operationId": name,
        "summary": route.told,
        "parameters": [_parameter(p) for p in route.parameters],
        "responses": {str(route.status): answer, **_refusals()},
    }


def _refusals() -> dict[str, Any]:
    body = {"content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    told = {
        "4XX": "The request cannot be answered, and why",
        "429": "Too many requests; see Retry-After",
        "503": "No room or no time for it; see Retry-After",
    }
    return {status: {"description": text, **body} for status, text in told.items()}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": parameter.kind}
    if parameter.values:
        schema["enum" if parameter.closed else "examples"] = list(parameter.values)
    if parameter.repeated:
        schema = {"type": "array", "items": schema}
    return {
        "name": parameter.name,
        "in": parameter.place,
        "description": parameter.told,
        "required": parameter.place == "path",
        "schema": schema,
    }


def _post(route: Route) -> dict[str, Any]:
    fields = {p.name: _parameter(p)["schema"] for p in QUERY}
    operation = _operation(route)
    operation["operationId"] = "postSparql"
    operation["requestBody"] = {
        "required": True,
        "content": {
            "application/sparql-query": {"schema": {"type": "string"}},
            "application/x-www-form-urlencoded": {
                "schema": {"type": "object", "properties": fields, "required": ["query"]}
            },
        },
    }
    return operation


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of the service."""
    response = Response(
        json.dumps(description(current_app), ensure_ascii=False, indent=1) + "\n", content_type="application/json"
    )
    response.add_etag()
    response.last_modified = g.release.modified
    response.headers["Cache-Control"] = "no-cache"
    return response.make_conditional(request)  # type: ignore[return-value]  # the same response
