"""`create_app(release_dir)`: the WSGI application; what every request and every answer have in common."""

from __future__ import annotations

import logging
import re
import time
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from server import pages, sparql
from server.limits import RateLimit
from server.negotiate import HTML, RESULT_FORMATS, best
from server.problems import Problem
from server.release import Releases
from server.settings import Settings

access_log = logging.getLogger("mingzhang.access")

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "ETag, Last-Modified, Link, Location, Retry-After, X-SPARQL-MaxRows, X-SPARQL-Deadline"
    ),
}
_PREFLIGHT = {
    "Access-Control-Allow-Methods": sparql.METHODS,
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Modified-Since, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FREE = ("/healthz", "/static/")  # neither counted nor bound to a release


def create_app(release_dir: str | Path, **settings: float) -> Flask:
    """The application over DIR/current with limits of `Settings`; ReleaseMissingError where DIR holds no release."""
    app = Flask(__name__)
    limits = Settings(**settings)  # type: ignore[arg-type]  # int fields take whole numbers, checked nowhere else
    app.config["SETTINGS"] = limits
    app.config["MAX_CONTENT_LENGTH"] = limits.request_bytes
    app.config["MAX_FORM_MEMORY_SIZE"] = limits.request_bytes
    app.config["RATE"] = RateLimit(limits.rate, limits.burst)
    releases = Releases(Path(release_dir), limits)
    app.config["RELEASES"] = releases
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(_begin)
    app.after_request(_finish)
    app.register_error_handler(Problem, _problem_response)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _fault)
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(pages.blueprint)
    app.add_url_rule("/healthz", view_func=_healthz)
    return app


def _begin() -> None:
    """Check what is checked of every request, and take hold of the release it is answered from."""
    g.began = time.monotonic()
    _check_path()
    if request.path.startswith(_FREE):
        return
    wait = current_app.config["RATE"].wait(request.remote_addr or "")
    if wait > 0:
        raise Problem(429, "rate", "too many requests; wait a little", headers={"Retry-After": str(int(wait) + 1)})
    g.release = current_app.config["RELEASES"].acquire()


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
    release = g.pop("release", None)
    if release is not None:
        releases: Releases = current_app.config["RELEASES"]
        response.call_on_close(lambda: releases.let_go(release))
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "OPTIONS":
        response.headers.update(_PREFLIGHT)
    method, path, status = request.method, request.full_path.partition("?")[0], response.status_code
    size = response.content_length
    began = g.get("began", time.monotonic())

    def log() -> None:
        """Common Log Format with the times taken in ms after it; no address, no query string."""
        when = datetime.now(UTC).strftime("%d/%b/%Y:%H:%M:%S +0000")
        took = (time.monotonic() - began) * 1000
        safe = path.encode("ascii", "backslashreplace").decode().replace('"', "%22")
        access_log.info('- - - [%s] "%s %s HTTP/1.1" %d %s %.1f', when, method, safe, status, size or "-", took)

    response.call_on_close(log)
    return response


def _healthz() -> Response:
    """200 while a release is served."""
    with current_app.config["RELEASES"].use() as release:
        text = f'{{"status":"ok","release":"{release.version}"}}\n'
    response = Response(text, content_type="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _wants_html() -> bool:
    return request.path != "/sparql" and best(request.headers.get("Accept"), [*RESULT_FORMATS.values(), HTML]) is HTML


def _problem_response(problem: Problem) -> Response:
    if _wants_html():
        page = render_template("problem.html", status=problem.status, detail=problem.detail)
        response = Response(page, problem.status, content_type=HTML.content_type)
        response.headers.update(problem.headers)
        return response
    return problem.response()


def _http_problem(error: HTTPException) -> Response:
    """Werkzeug's exceptions as problems; redirects pass."""
    status = error.code or 500
    if status < 400:
        return Response(status=status, headers={k: v for k, v in error.get_response().headers if k == "Location"})
    details = {404: "there is nothing here", 405: "this method is not allowed here"}
    kept = {k: v for k, v in error.get_headers() if k in {"Allow", "Retry-After"}}
    return _problem_response(Problem(status, f"http-{status}", details.get(status, error.description or ""), kept))


def _fault(error: Exception) -> Response:
    """A fault of ours: told in the log, not to the client."""
    logging.getLogger("mingzhang").error("fault while answering %s", request.path, exc_info=error)
    return _problem_response(Problem(500, "fault", "the server made a mistake; it is in its log"))
