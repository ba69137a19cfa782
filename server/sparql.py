"""The SPARQL 1.1 Protocol for queries on the one route `/sparql`, as WSGI: a quick query costs little beside itself.

What asks no query (the service description, the editor of a browser, OPTIONS) is left to `server.description`.
Sources: SPARQL 1.1 Protocol section 2, RFC 9110 (negotiation, conditions), RFC 9457 (problems).
"""

from __future__ import annotations

import gzip
import hashlib
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from urllib.parse import quote, unquote_to_bytes
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.http import parse_options_header

from server.engine.guard import Query, Refused, read_query, resolve
from server.engine.local import Answer, Gone
from server.engine.process import QueryFailed
from server.engine.worker import Job
from server.excel import for_excel
from server.front.cache import AnswerCache, Kept
from server.front.middleware import HEADERS, KEY, LATER, ROUTE, UNDER_WAY, App, gzip_pieces, is_known, takes_gzip
from server.negotiate import GRAPH_FORMATS, HTML, RESULT_FORMATS, Format, best, by_name
from server.problems import Problem
from server.release import Release, Releases
from server.settings import Settings

PATH = "/sparql"
METHODS = "GET, HEAD, POST, OPTIONS"
_ADDRESS = 16 * 1024  # bytes of a page's address, which is read by the framework; a query's may be longer
_FORM = "application/x-www-form-urlencoded"
_DIRECT = "application/sparql-query"
_RESULTS, _GRAPHS = tuple(RESULT_FORMATS.values()), tuple(GRAPH_FORMATS.values())
_BY_MEDIA = {one.media_type: one for one in (*_RESULTS, *_GRAPHS, HTML)}
_NAMED, _IRI_LENGTH = 8, 512  # unknown graphs that a header names, and their length
_IRI_SIGNS = ":/?#[]@!$&'()*+,;=%-._~"  # of RFC 3986; all else is encoded, line ends too
_REMEMBERED = 8192  # bytes of a parameter or header whose reading is remembered: the same few come again and again
_PARAMETERS = 10_000  # of one request: each graph of a dataset is one
# kind of failure → status; a refusal of the client's request is 4xx, want of room or time is 503
_STATUS = {
    "syntax": 400,
    "dataset": 400,
    "query-size": 413,
    "update": 403,
    "service": 403,
    "cap": 422,
    "evaluation": 422,
    "deadline": 503,
    "memory": 503,
    "busy": 503,
    "engine": 503,
    "publishing": 503,
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
    excel: bool
    deadline: float


class Endpoint:
    """Answers queries; `pages` is the application that answers everything else."""

    def __init__(self, pages: App, releases: Releases, cache: AnswerCache, settings: Settings) -> None:
        self._pages, self._releases, self._cache, self._settings = pages, releases, cache, settings
        self._remembered = lru_cache(maxsize=1024)(lambda asked, accept: _got(asked, accept, settings))
        self._told = (*HEADERS.items(), *limits_told(settings), ("Vary", "Accept, Accept-Encoding"))

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The answer to a query, or what the application says."""
        if UNDER_WAY in environ:
            waiting, answer = environ[UNDER_WAY]
            return self._taken_over(waiting, answer, environ, start)
        if environ["PATH_INFO"] == PATH + "/":
            environ["PATH_INFO"] = PATH
        if environ["PATH_INFO"] == PATH and environ["REQUEST_METHOD"] in {"GET", "HEAD", "POST"}:
            environ[ROUTE] = "sparql"
            answer = self._asked
        else:
            answer = self._page
        try:
            return answer(environ, start)
        except Problem as problem:
            return _told(problem, environ, start)

    def _taken_over(
        self, waiting: Waiting, answer: Answer, environ: WSGIEnvironment, start: StartResponse
    ) -> Iterable[bytes]:
        """The answer that an event loop began to get, sent by a thread of its own."""
        environ[ROUTE] = "sparql"
        waiting.reply.environ, waiting.reply.start = environ, start
        body = self.answered(waiting, answer)
        assert isinstance(body, _Streamed)  # noqa: S101 - only such are given to a thread
        body.then = waiting.then
        return body

    def _page(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if len(environ["PATH_INFO"]) + len(environ.get("QUERY_STRING", "")) > _ADDRESS:
            raise Problem(414, "address", f"the address of a page may have {_ADDRESS} bytes")
        return self._pages(environ, start)

    def _asked(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        ask = self._ask(environ)
        return self._pages(environ, start) if ask is None else self._answer(ask, environ, start)

    def _ask(self, environ: WSGIEnvironment) -> Ask | None:
        """What a request asks; None for what is no matter of queries: a GET without one, or the page of one."""
        asked, accept = environ.get("QUERY_STRING", ""), environ.get("HTTP_ACCEPT")
        if environ["REQUEST_METHOD"] == "POST":
            return _posted(environ, decode_form(asked.encode("latin-1")), self._settings)
        if len(asked) + len(accept or "") <= _REMEMBERED:
            return self._remembered(asked, accept)
        return _got(asked, accept, self._settings)

    def _answer(self, ask: Ask, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """The answer from the release of now, which is held until the answer is sent."""
        release = self._releases.acquire()
        body: Iterable[bytes] = ()
        try:
            body = self._answered(ask, release, environ, start)
        finally:
            if isinstance(body, _Streamed | Waiting):
                body.then = lambda: self._releases.let_go(release)
            else:
                self._releases.let_go(release)
        return body

    def _answered(self, ask: Ask, release: Release, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        try:
            query = read_query(ask.query)
            job = _job(ask, query, release, self._settings)
        except Refused as refused:
            raise self._problem(refused.kind, refused.detail, refused.line, refused.column) from refused
        offered = _GRAPHS if query.form in {"CONSTRUCT", "DESCRIBE"} else _RESULTS
        form = chosen_format(ask.format, environ.get("HTTP_ACCEPT"), offered)
        job["format"] = form.name
        excel = ask.excel and form.name in {"csv", "tsv"}
        headers = [*self._told, *_unknown(ask, release), ("Content-Type", form.content_type)]
        reply = _Reply(environ, start, headers)
        if not query.volatile:
            reply.tag, reply.modified = _tag(job, query, release, excel=excel), release.modified_text
            if reply.is_known():
                return reply.unchanged()
            kept = self._cache.get(reply.tag)
            if kept is not None:
                return reply.whole(kept.body, self._cache)
        waiting = Waiting(release, job, ask.deadline, query.shape, reply, excel, self)
        if LATER in environ:
            environ[LATER] = waiting
            return waiting
        try:
            answer = release.engine.run(job, ask.deadline, _gone(environ), query.shape)
        except QueryFailed as failed:
            raise self.problem_of(failed) from failed
        return self.answered(waiting, answer)

    def answered(self, waiting: Waiting, answer: Answer) -> Iterable[bytes]:
        """The body of an answer, once the engine has it."""
        reply = waiting.reply
        pieces: Iterable[bytes] = chain((answer.head,), answer.rest)
        pieces = for_excel(pieces, waiting.job["format"]) if waiting.excel else pieces
        if not answer.whole:
            return reply.streamed(pieces, answer.rest)
        body = b"".join(pieces)
        if reply.tag:
            self._cache.put(reply.tag, Kept((), body))
        return reply.whole(body, self._cache)

    def problem_of(self, failed: QueryFailed) -> Problem:
        """What is told of a query without an answer."""
        return self._problem(failed.kind, failed.detail, failed.line, failed.column, failed.rows)

    def _problem(
        self, kind: str, detail: str, line: int | None, column: int | None, rows: int | None = None
    ) -> Problem:
        members: dict[str, int | str | list[str]] = {}
        if line is not None and column is not None:
            members = {"line": line, "column": column}
            detail = f"line {line}, column {column}: {detail}"
        headers = {"Retry-After": "5"} if kind in {"busy", "stopped", "engine", "publishing"} else {}
        if kind == "cap":
            cap = self._settings.row_cap if rows is None else rows
            members["rowCap"] = cap
            detail = f"the result has more than {cap} rows; add LIMIT, or take a dump from /dumps/"
        return Problem(_STATUS[kind], kind, detail, headers, members)


@dataclass
class Waiting:
    """A query that an event loop is to run: the body of its answer, which is empty until the engine has it.

    Closing it does what is to be done after the answer.
    """

    release: Release
    job: Job
    deadline: float
    shape: str
    reply: _Reply
    excel: bool
    endpoint: Endpoint
    then: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[bytes]:
        return iter(())

    def close(self) -> None:
        """Let the release go."""
        self.then()

    def answered(self, answer: Answer) -> Iterable[bytes]:
        """The body of a whole answer."""
        return self.endpoint.answered(self, answer)

    def failed(self, failed: QueryFailed) -> Iterable[bytes]:
        """The body of a problem."""
        return _told(self.endpoint.problem_of(failed), self.reply.environ, self.reply.start)


def _told(problem: Problem, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    response = problem.response()
    response.headers.extend(HEADERS)
    return response(environ, start)


@dataclass
class _Reply:
    """An answer on its way; its tag and date where it stays the same as long as its release does."""

    environ: WSGIEnvironment
    start: StartResponse
    headers: list[tuple[str, str]]
    tag: str = ""
    modified: str = ""

    def is_known(self) -> bool:
        """Whether the client has it, plain or packed; a POST is always answered."""
        tags = (f'"{self.tag}"', f'"{self.tag}-gzip"')
        return self.environ["REQUEST_METHOD"] != "POST" and is_known(tags, self.modified, self.environ)

    def unchanged(self) -> Iterable[bytes]:
        """304 with the tag that the client named."""
        packed = f'"{self.tag}-gzip"' in self.environ.get("HTTP_IF_NONE_MATCH", "")
        self._stays(packed)
        self.start("304 NOT MODIFIED", [header for header in self.headers if header[0] != "Content-Type"])
        return ()

    def whole(self, body: bytes, cache: AnswerCache) -> Iterable[bytes]:
        """The answer in one piece, kept for whoever sends the same request."""
        packed = self._coding()
        if packed:
            body = gzip.compress(body, 5, mtime=0)
        tag = self._stays(packed)
        self.headers.append(("Content-Length", str(len(body))))
        if tag and KEY in self.environ:
            cache.put(self.environ[KEY], Kept(tuple(self.headers), body, tag, self.modified))
        self.start("200 OK", self.headers)
        return () if self.environ["REQUEST_METHOD"] == "HEAD" else (body,)

    def streamed(self, pieces: Iterable[bytes], rest: Iterator[bytes]) -> Iterable[bytes]:
        """The answer while it is made; `rest` is what it is made from."""
        packed = self._coding()
        self._stays(packed)
        self.start("200 OK", self.headers)
        body = () if self.environ["REQUEST_METHOD"] == "HEAD" else gzip_pieces(pieces) if packed else pieces
        return _Streamed(body, rest)

    def _coding(self) -> bool:
        packed = takes_gzip(self.environ.get("HTTP_ACCEPT_ENCODING", ""))
        if packed:
            self.headers.append(("Content-Encoding", "gzip"))
        return packed

    def _stays(self, packed: bool) -> str:
        """Add what is said of its staying the same; the tag with its quotes, "" for an answer of the moment."""
        if not self.tag:
            self.headers.append(("Cache-Control", "no-store"))
            return ""
        tag = f'"{self.tag}-gzip"' if packed else f'"{self.tag}"'
        self.headers += [("Cache-Control", "no-cache"), ("Last-Modified", self.modified), ("ETag", tag)]
        return tag


class _Streamed:
    """The body of an answer that goes on; closing it ends the query, and then does what is to be done after it."""

    def __init__(self, pieces: Iterable[bytes], rest: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, rest
        self.then: Callable[[], None] = lambda: None

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._pieces)

    def close(self) -> None:
        try:
            getattr(self._rest, "close", lambda: None)()
        finally:
            self.then()


def limits_told(settings: Settings) -> list[tuple[str, str]]:
    """The limits that every answer stands under, as headers."""
    return [("X-SPARQL-MaxRows", str(settings.row_cap)), ("X-SPARQL-Deadline", f"{settings.deadline:g}")]


# Requests


def decode_form(data: bytes) -> Parameters:
    """`application/x-www-form-urlencoded` bytes → values by name, decoded once, as strict UTF-8."""
    found: Parameters = {}
    if data.count(b"&") >= _PARAMETERS:
        raise Problem(413, "query-size", f"a request may have {_PARAMETERS} parameters")
    for item in data.split(b"&"):
        if item:
            name, _, value = item.partition(b"=")
            found.setdefault(_decoded(name), []).append(_decoded(value))
    return found


def _decoded(data: bytes) -> str:
    return _remembered(data) if len(data) <= _REMEMBERED else _unquoted(data)


def _unquoted(data: bytes) -> str:
    try:
        return unquote_to_bytes(data.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        raise Problem(400, "not-utf-8", "a parameter is not percent-encoded UTF-8") from None


_remembered = lru_cache(maxsize=1024)(_unquoted)


def _got(asked: str, accept: str | None, settings: Settings) -> Ask | None:
    """What a GET asks by its parameters; None for one without a query, or for the page of one."""
    parameters = decode_form(asked.encode("latin-1"))
    query = single(parameters, "query")
    if query is None or _wants_page(parameters, accept):
        return None
    return _ask(query, parameters, settings)


def _posted(environ: WSGIEnvironment, parameters: Parameters, settings: Settings) -> Ask:
    """What a POST asks."""
    query = _query_posted(environ, parameters, settings)
    if query is None:
        raise Problem(400, "no-query", "a POST request needs a query")
    return _ask(query, parameters, settings)


def _query_posted(environ: WSGIEnvironment, parameters: Parameters, settings: Settings) -> str | None:
    """The query of a POST; the parameters of a form join those of the address."""
    media, options = parse_options_header(environ.get("CONTENT_TYPE", ""))
    media = media.strip().lower()
    if options.get("charset", "utf-8").lower().replace("utf8", "utf-8") != "utf-8":
        raise Problem(415, "charset", "queries are read as UTF-8 only")
    if environ.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        raise Problem(415, "coding", "send the query as it is, not compressed", {"Accept-Encoding": "identity"})
    if media == _FORM:
        for name, values in decode_form(_body(environ, settings)).items():
            parameters.setdefault(name, []).extend(values)
        return single(parameters, "query")
    if media == _DIRECT:
        if "query" in parameters:
            raise Problem(400, "two-queries", "the query stands in the body and in the address")
        try:
            return _body(environ, settings).decode("utf-8")
        except UnicodeDecodeError:
            raise Problem(400, "not-utf-8", "the query is not UTF-8") from None
    if media == "application/sparql-update":
        raise Problem(403, "update", "updates are refused: the data is read-only")
    raise Problem(415, "media-type", f"POST a query as {_DIRECT} or {_FORM}", {"Accept-Post": f"{_DIRECT}, {_FORM}"})


def _body(environ: WSGIEnvironment, settings: Settings) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > settings.request_bytes:
        raise Problem(413, "query-size", f"a request may have {settings.request_bytes} bytes")
    data: bytes = environ["wsgi.input"].read(int(length))
    return data


def single(parameters: Parameters, name: str) -> str | None:
    """The value of a parameter that may stand once; a Problem where it stands twice, or beside an update."""
    values = parameters.get(name, [])
    if len(values) > 1:
        raise Problem(400, f"many-{name}", f"expected one parameter {name}, found {len(values)}")
    if name == "query" and ("update" in parameters or "using-graph-uri" in parameters):
        raise Problem(403, "update", "updates are refused: the data is read-only")
    return values[0] if values else None


def _ask(query: str, parameters: Parameters, settings: Settings) -> Ask:
    if len(query.encode("utf-8", "surrogatepass")) > settings.query_bytes:
        raise Problem(413, "query-size", f"a query may have {settings.query_bytes} bytes")
    return Ask(
        query,
        tuple(parameters.get("default-graph-uri", ())),
        tuple(parameters.get("named-graph-uri", ())),
        format_name(parameters),
        _excel(parameters),
        _deadline(single(parameters, "timeout"), settings),
    )


def format_name(parameters: Parameters) -> str | None:
    """The format that the address asks for."""
    return single(parameters, "format") or single(parameters, "output")


def _excel(parameters: Parameters) -> bool:
    """Whether CSV and TSV come in the form for Excel."""
    value = single(parameters, "bom") or "0"
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


def _wants_page(parameters: Parameters, accept: str | None) -> bool:
    """Whether a browser followed a link with a query in it: it gets the editor, filled in."""
    return not format_name(parameters) and _best(accept, (*_RESULTS, *_GRAPHS, HTML)) is HTML


def chosen_format(name: str | None, accept: str | None, offered: tuple[Format, ...]) -> Format:
    """The format of an answer: the one named, else the one that is liked most; a Problem where there is none."""
    found = by_name(name, offered) if name else _best(accept, offered)
    if found is None:
        media = ", ".join(f.media_type for f in offered)
        status, kind = (400, "format") if name else (406, "not-acceptable")
        raise Problem(status, kind, f"this answer comes as {media}")
    return found


def _best(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    if accept and len(accept) > _REMEMBERED:
        return best(accept, offered)
    return _remembered_best(
        accept, tuple([one.media_type for one in offered])
    )  # formats would be hashed field by field


@lru_cache(maxsize=512)
def _remembered_best(accept: str | None, offered: tuple[str, ...]) -> Format | None:
    return best(accept, [_BY_MEDIA[media] for media in offered])


# Queries


def _job(ask: Ask, query: Query, release: Release, settings: Settings) -> Job:
    """The query with its dataset: the protocol's, or the query's own, or all graphs with their union as default.

    A graph that the protocol's parameters name and the release lacks is an empty one; in the query's own dataset clause
    it is refused, as it is a mistake there.
    """
    base = release.base + PATH[1:]
    by_protocol = bool(ask.default_graphs or ask.named_graphs)
    for graph in (
        () if by_protocol else (resolve(base, graph) for graph in (*query.default_graphs, *query.named_graphs))
    ):
        if graph not in release.graph_set:
            raise Refused("dataset", f"this release has no graph <{graph}>")
    return {
        "query": query.text,
        "default_graphs": [g for g in ask.default_graphs if g in release.graph_set] if by_protocol else None,
        "named_graphs": [g for g in ask.named_graphs if g in release.graph_set] if by_protocol else None,
        "union": not by_protocol and not query.has_dataset,
        "format": "",
        "row_cap": settings.row_cap,
        "base": base,
    }


def _unknown(ask: Ask, release: Release) -> list[tuple[str, str]]:
    """The header that names the graphs of the request that the release lacks; of many the first."""
    unknown = [graph for graph in (*ask.default_graphs, *ask.named_graphs) if graph not in release.graph_set]
    named = " ".join(f"<{quote(graph, safe=_IRI_SIGNS)}>" for graph in unknown[:_NAMED] if len(graph) <= _IRI_LENGTH)
    return [("X-SPARQL-Unknown-Graphs", f"{len(unknown)} {named}".rstrip())] if unknown else []


def _tag(job: Job, query: Query, release: Release, *, excel: bool) -> str:
    """The same for requests with the same answer: the release, the query without its spacing, dataset and format."""
    asked = repr((query.key, job["default_graphs"], job["named_graphs"], job["format"], job["row_cap"], excel))
    return f"{release.version}-{hashlib.sha256(asked.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def _gone(environ: WSGIEnvironment) -> Gone:
    """Whether the client has closed the connection, where the HTTP server can tell."""
    told: Gone | None = environ.get("waitress.client_disconnected")
    return told or (lambda: False)
