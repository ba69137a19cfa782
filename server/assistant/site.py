"""A site as a client sees it, in this process or behind an address: both stand under the same guard and limits."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

from werkzeug.test import Client

from server.app import create_app

_LONGEST = 90.0  # seconds that an answer may take in all: the deadline of a query, and what waits before it
_LARGEST = 64 << 20  # bytes of an answer
_ROWS = 10_000  # of an answer in this process: no assistant reads more
_FORM = "application/x-www-form-urlencoded"
Row = dict[str, str]


class SiteError(Exception):
    """What a site says of a question that it does not answer; one line."""


class Site(Protocol):
    """A site of this kind."""

    def get(self, path: str, parameters: Mapping[str, str]) -> bytes:
        """The answer of a route; SiteError for anything but 200."""

    def post(self, path: str, form: Mapping[str, str], accept: str) -> bytes:
        """The answer to a form; SiteError for anything but 200."""


def site_of(place: str, **settings: float | str) -> Site:
    """The site at an http or https address, else over the folder of the releases DIR, with limits of `Settings`.

    ReleaseMissingError where DIR holds no release; SiteError for an address that cannot be one.
    """
    if "://" in place:
        return RemoteSite(place)
    return LocalSite(Path(place), **settings)


class LocalSite:
    """The application over DIR/current, asked without a socket; it follows what is published there."""

    def __init__(self, directory: Path, **settings: float | str) -> None:
        self._app = create_app(directory, **{"row_cap": _ROWS, **settings, "rate": 0})  # its one client

    def get(self, path: str, parameters: Mapping[str, str]) -> bytes:
        """See `Site`."""
        return self._read("GET", path, query_string=dict(parameters))

    def post(self, path: str, form: Mapping[str, str], accept: str) -> bytes:
        """See `Site`."""
        data = urlencode(form)
        return self._read("POST", path, data=data, content_type=_FORM, headers={"Accept": accept})

    def _read(self, method: str, path: str, **request: Any) -> bytes:
        try:
            with Client(self._app).open(path, method=method, **request) as response:
                return _answer(response.status_code, response.get_data())
        except OSError as error:  # an answer that broke off
            raise SiteError(f"{error}; ask for less, with LIMIT or counts") from error


class RemoteSite:
    """A site behind an address; `…/sparql` is taken for the site that it belongs to."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise SiteError(f"expected the http or https address of a site, found {address}")
        self._root = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/sparql')}"

    def get(self, path: str, parameters: Mapping[str, str]) -> bytes:
        """See `Site`."""
        return self._read(Request(f"{self._root}{path}?{urlencode(parameters)}"))  # noqa: S310 - http alone, see above

    def post(self, path: str, form: Mapping[str, str], accept: str) -> bytes:
        """See `Site`."""
        headers = {"Accept": accept, "Content-Type": _FORM}
        return self._read(Request(self._root + path, urlencode(form).encode(), headers))  # noqa: S310 - as above

    def _read(self, request: Request) -> bytes:
        try:
            with urlopen(request, timeout=_LONGEST) as response:  # noqa: S310 - as above
                data: bytes = response.read(_LARGEST + 1)
        except HTTPError as error:
            return _answer(error.code, error.read(_LARGEST))
        except (URLError, HTTPException, OSError) as error:
            raise SiteError(f"{self._root}: expected a whole answer, found: {error}") from error
        if len(data) > _LARGEST:
            raise SiteError(f"{self._root}: expected at most {_LARGEST} bytes, found more")
        return _answer(200, data)


def _answer(status: int, data: bytes) -> bytes:
    """The bytes of an answer; SiteError with what a problem says (RFC 9457)."""
    if status == 200:
        return data
    try:
        said = json.loads(data)
        detail = str(said["detail"])
    except (ValueError, KeyError, TypeError):
        detail = "expected an answer"
    raise SiteError(f"{detail} (status {status})")


class Questions:
    """Queries on a site, and what its IRIs begin with."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._base = ""
        self._asking = threading.Lock()

    @property
    def base(self) -> str:
        """What the IRIs of the site's release begin with: that of a report, up to `id/report/`."""
        with self._asking:
            if not self._base:
                found = self.rows("SELECT ?it WHERE { ?it a mz:Report } ORDER BY ?it LIMIT 1")
                if not found:
                    raise SiteError("expected a site with a report, found none")
                self._base = found[0]["it"].partition("id/report/")[0]
        return self._base

    def table(self, query: str) -> tuple[list[str], list[Row]]:
        """Variables and solutions of a SELECT, those without a value left out; of an ASK the one variable `ask`."""
        data = self.site.post("/sparql", {"query": query}, "application/sparql-results+json, text/turtle;q=0.1")
        try:
            said = json.loads(data)
        except ValueError:
            raise SiteError("expected a SELECT or ASK query, found one for triples") from None
        if "boolean" in said:
            return ["ask"], [{"ask": "true" if said["boolean"] else "false"}]
        solutions = said["results"]["bindings"]
        return said["head"]["vars"], [{name: term["value"] for name, term in one.items()} for one in solutions]

    def rows(self, query: str) -> list[Row]:
        """Solutions of a SELECT that is written with the usual prefixes."""
        return self.table(_PREFIXES + query)[1]


_PREFIXES = """PREFIX mz: <https://w3id.org/mingzhang/ontology#>
PREFIX code: <https://w3id.org/mingzhang/code/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
