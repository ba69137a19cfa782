"""What stands before the application: fair use, answers kept, the log and the counts of every request.

WSGI middleware, so that an answer that is kept costs none of the framework's work. It knows neither routes nor queries:
two requests are the same when their path, query string, body and the headers that answers vary by are.
"""

from __future__ import annotations

import hashlib
import io
import logging
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from wsgiref.types import StartResponse, WSGIEnvironment

from werkzeug.http import parse_date

from server.front.cache import AnswerCache, Kept
from server.front.limits import RateLimit
from server.front.metrics import Metrics
from server.problems import Problem

if TYPE_CHECKING:
    from server.release import Releases

log = logging.getLogger("mingzhang.access")

HEADERS = {
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
        "ETag, Last-Modified, Link, Location, Retry-After, X-SPARQL-MaxRows, X-SPARQL-Deadline, X-SPARQL-Unknown-Graphs"
    ),
}

KEY = "mingzhang.key"  # in the environment: the key under which the answer of this request may be kept
LATER = "mingzhang.later"  # in the environment: the server is an event loop, and puts what it waits for there
UNDER_WAY = "mingzhang.under-way"  # in the environment: what an event loop has begun and a thread is to end
ROUTE = "mingzhang.route"  # in the environment: the route that answered, for the counts
_FREE = ("/healthz", "/metrics", "/static/")  # not counted against a client
_VARYING = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "CONTENT_TYPE", "wsgi.url_scheme")
_FORM_BYTES = 64 * 1024  # of a POST body that is looked at here

App = Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]


@lru_cache(maxsize=256)
def takes_gzip(accepted: str) -> bool:
    """Whether an Accept-Encoding header takes gzip (RFC 9110 section 12.5.3)."""
    quality: dict[str, float] = {}
    for item in accepted.lower().split(","):
        name, _, given = item.partition(";")
        try:
            quality[name.strip()] = float(given.partition("=")[2] or 1)
        except ValueError:
            quality[name.strip()] = 0.0
    return quality.get("gzip", quality.get("*", 0.0)) > 0


class Front:
    """The middleware."""

    def __init__(self, app: App, releases: Releases, rate: RateLimit, cache: AnswerCache, metrics: Metrics) -> None:
        self._app, self._releases = app, releases
        self._rate, self._cache, self._metrics = rate, cache, metrics

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is kept, or let the application answer."""
        began = time.monotonic()
        self._strip(environ)
        seen: list[str] = ["500", "-"]

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            seen[0] = status.partition(" ")[0]
            seen[1] = next((value for name, value in headers if name.lower() == "content-length"), "-")
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        body = self._answer(environ, start)
        return _Noted(body, lambda: self._note(environ, seen, time.monotonic() - began))

    def _strip(self, environ: WSGIEnvironment) -> None:
        """Take the path of the base off, where the proxy in front has not done so: /budget/projects → /projects."""
        root, path = self._releases.root(), environ["PATH_INFO"]
        if root != "/" and f"{path}/".startswith(root):
            environ["PATH_INFO"] = "/" + path[len(root) :]

    def _answer(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if UNDER_WAY in environ:
            return self._app(environ, start)
        free = environ["PATH_INFO"].startswith(_FREE)
        wait = 0.0 if free else self._rate.wait(environ.get("REMOTE_ADDR") or "")
        if wait > 0:
            told = {**HEADERS, "Retry-After": str(int(wait) + 1)}
            environ[ROUTE] = "limit"
            return Problem(429, "rate", "too many requests; wait a little", told).response()(environ, start)
        key = self._key(environ)
        if key is None:
            return self._app(environ, start)
        kept = self._cache.get(key)
        if kept is not None:
            environ[ROUTE] = "kept"
            return _sent(kept, environ, start)
        environ[KEY] = key
        return self._app(environ, start)

    def _key(self, environ: WSGIEnvironment) -> str | None:
        """Digest of all that the answer depends on; None for a request that is not looked for."""
        if self._cache.limit == 0:
            return None
        body = b""
        if environ["REQUEST_METHOD"] == "POST":
            length = environ.get("CONTENT_LENGTH") or ""
            if not length.isdecimal() or int(length) > _FORM_BYTES or environ.get("HTTP_CONTENT_ENCODING"):
                return None
            body = environ["wsgi.input"].read(int(length))
            environ["wsgi.input"] = io.BytesIO(body)
        elif environ["REQUEST_METHOD"] not in {"GET", "HEAD"} or "HTTP_RANGE" in environ:
            return None
        method = "POST" if environ["REQUEST_METHOD"] == "POST" else "GET"
        parts = [self._releases.version(), method, environ["PATH_INFO"], environ.get("QUERY_STRING", "")]
        parts += [str(environ.get(name, "")) for name in _VARYING]
        parts.append("gzip" if takes_gzip(environ.get("HTTP_ACCEPT_ENCODING", "")) else "")
        parts.append(str(environ.get("REQUEST_URI", "")) if "%" in str(environ.get("REQUEST_URI", "")) else "")
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass") + b"\0" + body).hexdigest()

    def _note(self, environ: WSGIEnvironment, seen: list[str], seconds: float) -> None:
        self._metrics.count(environ.get(ROUTE, "none"), method_of(environ["REQUEST_METHOD"]), seen[0], seconds)
        log_request(
            environ["REQUEST_METHOD"], environ["PATH_INFO"].encode("latin-1", "replace"), seen[0], seen[1], seconds
        )


def log_request(method: str, path: bytes, status: str, length: str, seconds: float) -> None:
    """One line in the combined format, time in ms after it; no address, no query string, no client's name."""
    safe = path[:_LOGGED].decode("utf-8", "replace").encode("ascii", "backslashreplace").decode()
    safe = "".join(c if " " < c < "\x7f" and c != '"' else f"%{ord(c):02X}" for c in safe)
    now = _told_time(int(time.time()))
    form = '- - - [%s] "%s %s HTTP/1.1" %s %s "-" "-" %.1f'
    log.info(form, now, method_of(method), safe, status, length, seconds * 1000)


@lru_cache(maxsize=1)
def _told_time(second: int) -> str:
    return time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(second))


def method_of(said: str) -> str:
    """The method as it is logged and counted: clients may send any word."""
    return said if said in _METHODS else "OTHER"


_LOGGED = 300  # bytes of a path
_METHODS = {"GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH"}


def _sent(kept: Kept, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    if environ["REQUEST_METHOD"] != "POST" and is_known((kept.tag,), kept.modified, environ):
        start("304 NOT MODIFIED", [h for h in kept.headers if h[0] not in {"Content-Length", "Content-Type"}])
        return []
    start("200 OK", list(kept.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [kept.body]


def is_known(tags: tuple[str, ...], modified: str, environ: WSGIEnvironment) -> bool:
    """Whether the client has the answer with one of these tags (RFC 9110 section 13.2.2)."""
    told = environ.get("HTTP_IF_NONE_MATCH")
    if told is not None:
        return told.strip() == "*" or any(tag.strip().removeprefix("W/") in tags for tag in told.split(","))
    if "HTTP_IF_MODIFIED_SINCE" not in environ:
        return False
    since, then = parse_date(environ["HTTP_IF_MODIFIED_SINCE"]), parse_date(modified)
    return since is not None and then is not None and then <= since


def gzip_pieces(pieces: Iterable[bytes | str]) -> Iterator[bytes]:
    """A gzip stream; where the pieces break off it has no end."""
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    for piece in pieces:
        packed = packer.compress(piece if isinstance(piece, bytes) else piece.encode())
        if packed:
            yield packed
    yield packer.flush()


class _Noted:
    """A body that tells when it has been sent or given up."""

    def __init__(self, body: Iterable[bytes], note: Callable[[], None]) -> None:
        self._body, self._note = body, note

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def close(self) -> None:
        try:
            getattr(self._body, "close", lambda: None)()
        finally:
            self._note()
