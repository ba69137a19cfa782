"""`create_app(release_dir)`: the WSGI application; what every request and every answer have in common."""

from __future__ import annotations

import gzip
import logging
import re
import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from server import api, description
from server.engine.drawing import Drawing
from server.engine.process import QueryFailed
from server.engine.source import CLOCK
from server.front.cache import AnswerCache, Kept
from server.front.limits import RateLimit
from server.front.metrics import CONTENT_TYPE, Metrics
from server.front.middleware import HEADERS, KEY, ROUTE, Front, gzip_pieces, takes_gzip
from server.kept import KeptReleases
from server.negotiate import HTML, RESULT_FORMATS, best
from server.pages import context, reconcile
from server.pages import routes as pages
from server.problems import Problem
from server.release import Releases
from server.settings import Settings
from server.sparql import METHODS, Endpoint

_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
# %zz · 50%: no two hexadecimal digits behind the sign
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_VARYING = {"accept", "accept-encoding", "accept-language"}  # as in server.front.middleware
_FREE = ("/healthz", "/metrics", "/static/")  # not bound to a release
# text/html · application/sparql-results+json: media types that compress well
_TEXT = re.compile(r"text/|application/(?:[a-z-]+\+)?(?:json|xml|rdf\+xml|n-triples|n-quads|javascript|sparql-query)")


def create_app(release_dir: str | Path, **settings: float | str) -> Flask:
    """The application over DIR/current with limits of `Settings`; ReleaseMissingError where DIR holds no release."""
    app = Flask(__name__)
    app.url_map.strict_slashes = False  # /departments/ is what a reader means by /departments
    limits = Settings(**settings)  # type: ignore[arg-type]  # int fields take whole numbers, checked nowhere else
    app.config["SETTINGS"] = limits
    app.config["MAX_CONTENT_LENGTH"] = limits.request_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = limits.request_bytes
    releases = Releases(Path(release_dir), limits)
    cache = AnswerCache(limits.cache)
    metrics = Metrics(releases, cache)
    app.config.update(RELEASES=releases, CACHE=cache, METRICS=metrics, DRAWING=Drawing(limits))
    app.config["KEPT"] = KeptReleases(Path(release_dir))
    app.config["PLACES"] = threading.BoundedSemaphore(limits.pages)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_begin)
    app.after_request(_finish)
    app.teardown_request(_leave)
    app.register_error_handler(Problem, _problem_response)
    app.register_error_handler(QueryFailed, _page_failed)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _fault)
    app.register_blueprint(description.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(context.blueprint)
    app.register_blueprint(reconcile.blueprint)
    app.add_url_rule("/healthz", view_func=_healthz)
    app.add_url_rule("/metrics", view_func=_metrics)
    rate = RateLimit(limits.rate, limits.burst)
    endpoint = Endpoint(app.wsgi_app, releases, cache, limits)
    app.wsgi_app = Front(endpoint, releases, rate, cache, metrics)  # type: ignore[method-assign]  # as Flask tells to
    return app


def _begin() -> None:
    """Check what is checked of every request, and take hold of the release it is answered from."""
    _check_path()
    g.held = request.environ.get("HTTP_IF_NONE_MATCH", "")
    request.environ["HTTP_IF_NONE_MATCH"] = g.held.replace('-gzip"', '"')  # the views know of no coding
    request.environ[ROUTE] = (request.endpoint or "none").rpartition(".")[2]
    if request.path.startswith(_FREE):
        return
    g.release = current_app.config["RELEASES"].acquire()
    if request.path == "/sparql" or request.method == "OPTIONS":
        return
    limits: Settings = current_app.config["SETTINGS"]
    if not current_app.config["PLACES"].acquire(timeout=limits.queue_seconds):
        raise Problem(503, "busy", "too many pages are being made; try again soon", {"Retry-After": "5"})
    g.place = current_app.config["PLACES"]
    CLOCK.begin(limits.page_seconds)


def _leave(_: BaseException | None) -> None:
    place = g.pop("place", None)
    if place is not None:
        place.release()


def _check_path() -> None:
    """400 for a path that is not percent-encoded UTF-8: frameworks would put U+FFFD in its place."""
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or "").partition("?")[0]
    try:
        path = request.environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8")
    except UnicodeError:
        path = "\0"
    if _BAD_PERCENT.search(raw) or any(ord(c) < 0x20 or ord(c) == 0x7F for c in path):
        raise Problem(400, "path", "the path is not percent-encoded UTF-8")


def _finish(response: Response) -> Response:
    if response.status_code == 412:  # with all of the file behind it
        response.close()
        response = _problem_response(Problem(412, "http-412", "what is here now is not what If-Match names"))
    release = g.pop("release", None)
    if release is not None:
        releases: Releases = current_app.config["RELEASES"]
        response.call_on_close(lambda: releases.let_go(release))
        if response.status_code == 200 and response.get_etag()[0] and response.last_modified is None:
            response.last_modified = release.modified
            response.make_conditional(request)
    if response.location:
        response.headers["Location"] = _on_this_site(response.location, current_app.config["RELEASES"].root())
    told = {name.lower() for name, _ in response.headers}
    response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in told)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
        response.headers["Access-Control-Allow-Methods"] = response.headers.get("Allow", METHODS)
        return response
    if request.path.startswith("/static/") and response.status_code == 200:
        response.direct_passthrough = False
        response.set_data(response.get_data())  # small files: kept with their coding like all others
        if request.args.get("v"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    _encode(response)
    _keep(response)
    return response


# Content coding: a coded answer has a tag of its own, so that each is a strong one


def _encode(response: Response) -> None:
    """Compress text where the client takes it."""
    if not _TEXT.match(response.mimetype or "") or "Content-Encoding" in response.headers:
        return
    response.vary.add("Accept-Encoding")
    tag, _ = response.get_etag()
    if response.status_code == 304:
        if tag and f'"{tag}-gzip"' in g.get("held", ""):
            response.set_etag(f"{tag}-gzip")
        return
    takes = takes_gzip(request.headers.get("Accept-Encoding", ""))
    if not takes or response.status_code in {204, 206} or "Content-Range" in response.headers:
        return
    if tag:
        response.set_etag(f"{tag}-gzip")
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    if response.is_sequence and not response.direct_passthrough:
        response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
        return
    response.headers.pop("Content-Length", None)
    response.direct_passthrough = False
    response.call_on_close(getattr(response.response, "close", lambda: None))
    response.response = gzip_pieces(response.response)


def _keep(response: Response) -> None:
    """Keep a whole answer that stays the same as long as its release does."""
    key = request.environ.get(KEY)
    tag, _ = response.get_etag()
    stays = response.status_code == 200 and tag and "no-store" not in response.headers.get("Cache-Control", "")
    if key is None or not stays or not response.is_sequence or response.direct_passthrough:
        return
    if {name.lower() for name in response.vary} - _VARYING or "Set-Cookie" in response.headers:
        return  # depends on more than the key holds
    body = response.get_data()
    headers = [(n, v) for n, v in response.headers.items() if n != "Content-Length"]
    modified = response.headers.get("Last-Modified", "")
    kept = Kept((*headers, ("Content-Length", str(len(body)))), body, f'"{tag}"', modified)
    current_app.config["CACHE"].put(key, kept)


# Small routes


def _healthz() -> Response:
    """200 while a release is served."""
    with current_app.config["RELEASES"].use() as release:
        text = f'{{"status":"ok","release":"{release.version}"}}\n'
    response = Response(text, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _metrics() -> Response:
    """Counts for Prometheus."""
    response = Response(current_app.config["METRICS"].text(), content_type=CONTENT_TYPE)
    response.headers["Cache-Control"] = "no-store"
    return response


# Problems


def _wants_html() -> bool:
    return request.path != "/sparql" and best(request.headers.get("Accept"), [*RESULT_FORMATS.values(), HTML]) is HTML


def _problem_response(problem: Problem) -> Response:
    if _wants_html():
        page = render_template("problem.html", status=problem.status, detail=problem.detail)
        response = Response(page, problem.status, content_type=HTML.content_type)
        response.headers.update(problem.headers)
        response.headers["Cache-Control"] = "no-store"
        return response
    return problem.response()


def _page_failed(failed: QueryFailed) -> Response:
    """A page that could not be made in its time."""
    return _problem_response(Problem(503, failed.kind, failed.detail, {"Retry-After": "5"}))


def _http_problem(error: HTTPException) -> Response:
    """Werkzeug's exceptions as problems; redirects pass."""
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers={k: v for k, v in error.get_response().headers if k == "Location"})
    details = {404: "there is nothing here", 405: "this method is not allowed here"}
    kept = {k: v for k, v in error.get_headers() if k in {"Allow", "Content-Range", "Retry-After"}}
    return _problem_response(Problem(status, f"http-{status}", details.get(status, error.description or ""), kept))


def _on_this_site(location: str, root: str) -> str:
    """An address without its host, which the framework takes from what the client says: http://e/a?b → /a?b.

    The framework does not know the path that the site is served under; pages give addresses that have it.
    """
    parts = urlsplit(location)
    path = "/" + parts.path.lstrip("/")
    path = path if path.startswith(root) else root + path.lstrip("/")
    return urlunsplit(("", "", path, parts.query, parts.fragment))


def _fault(error: Exception) -> Response:
    """A fault of ours: told in the log, not to the client."""
    if "release" in g and not g.release.stands:
        detail = "the release that this is read from has been replaced; try again"
        return _problem_response(Problem(503, "publishing", detail, {"Retry-After": "1"}))
    logging.getLogger("mingzhang").error("fault while answering %s", request.path, exc_info=error)
    return _problem_response(Problem(500, "fault", "the server made a mistake; it is in its log"))
