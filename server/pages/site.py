"""What all pages share: the reader's language, pages or data by what the client asks for, tables as CSV."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, NotFound

from server.excel import for_excel
from server.kept import KeptRelease, KeptReleases
from server.negotiate import GRAPH_FORMATS, HTML, PREFIXES, Format, best, by_name
from server.pages import charts, markup, terms
from server.pages.blocks import Head, plain, wan
from server.pages.kinds import LISTINGS
from server.pages.library import library
from server.pages.view import Language, View, iri_of
from server.problems import Problem

blueprint = Blueprint("pages", __name__)

# What a path under /id/ may hold; all IRIs of a release are ASCII, so anything else names nothing.
PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]+")
CSV = Format("csv", "text/csv", (), ("csv",))
_TAG = re.compile(r"([a-z]{1,8})(?:-[a-z0-9-]+)?\s*(?:;\s*q=([0-9.]+))?", re.IGNORECASE)  # en-GB;q=0.8

MENU = (
    *((kind.address, kind.menu) for kind in LISTINGS.values()),
    ("topics", Head("专题", "Topics")),
    ("compare", Head("比较", "Compare")),
    ("queries", Head("查询库", "Queries")),
    ("sparql", Head("SPARQL", "SPARQL")),
    ("dumps/", Head("下载", "Data")),
)

Triples = Iterable[ox.Triple]


@cache
def code_digest() -> str:
    """Changes when the program or its templates change, so that no old page is taken for a current one."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parents[1].rglob("*")):
        if path.suffix in {".py", ".html", ".rq", ".css", ".js", ".svg", ".xml"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def usual_language() -> Language:
    """The language that Accept-Language likes more; Chinese where it says nothing or both are liked alike."""
    liked = {"zh": 0.0, "en": 0.0}
    for item in request.headers.get("Accept-Language", "").split(","):
        match = _TAG.fullmatch(item.strip())
        if match and match[1].lower() in liked:
            try:
                quality = float(match[2] or 1)
            except ValueError:
                continue
            liked[match[1].lower()] = max(liked[match[1].lower()], quality)
    return "en" if liked["en"] > liked["zh"] else "zh"


def language() -> Language:
    """The language of this page: the one asked for, else the reader's usual one."""
    asked = request.args.get("lang")
    return "en" if asked == "en" else "zh" if asked == "zh" else usual_language()


def page_view(*, whole: bool = False) -> View:
    """The release in the reader's language."""
    return View(g.release, language(), usual_language(), here=g.release.root + request.path.lstrip("/"), whole=whole)


@blueprint.app_context_processor
def _context() -> dict[str, object]:
    """What every template may use; without a release (an early problem) only the words."""
    spoken, usual = language(), usual_language()
    other = "zh" if spoken == "en" else "en"
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    kept += [("lang", other)] if other != usual else []
    release = g.get("release")
    root = current_app.config["RELEASES"].root()
    local = View(release, spoken, usual).local if release else lambda path, **_: root + path
    yuan = "yuan" if spoken == "en" else "元"
    return {
        "lang": spoken,
        "asked_language": spoken if spoken != usual else "",
        "root": root,
        "switch": root + request.path.lstrip("/") + _query(kept),
        "t": lambda zh, en: en if spoken == "en" else zh,
        "local": local,
        "cell": lambda shown: markup.cell(shown, yuan),
        "rows_of": lambda heads, rows: markup.rows(heads, rows, yuan),
        "wan": wan,
        "plain": plain,
        "drawn_kinds": charts.DRAWN,
        "library": library,
        "menu": MENU,
        "version": release.version if release else "",
        "base": release.base if release else root,
        "asset": lambda name: f"{root}static/{name}?v={code_digest()}",
    } | _publisher(spoken, local("help", **{}) + "#error")


_LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def _publisher(spoken: Language, otherwise: str) -> dict[str, object]:
    """Who publishes, as far as the build was told; `otherwise` is where it is said how errors are reported."""
    release = g.get("release")
    told = (release.manifest.get("publisher") or {}) if release else {}
    return {
        "site": told.get("title") or ("Mingzhang" if spoken == "en" else "明账"),
        "publisher": told,
        "licence": told.get("licence") or _LICENCE,
        "error_address": _error_address(told.get("contact") or "", otherwise),
    }


def _error_address(contact: str, otherwise: str) -> str:
    """Where errors are reported: a letter with the address of the page in it, or the help that says how."""
    if not contact.startswith("mailto:"):
        return contact or otherwise
    page = f"{g.release.base}{request.full_path.strip('/?')}"
    body = f"{page}\n\n{g.release.version}\n\n"
    return f"{contact}?subject={quote('明账 Mingzhang: ' + request.path)}&body={quote(body)}"


def _query(parameters: Sequence[tuple[str, str]]) -> str:
    return "?" + "&".join(f"{quote(name)}={quote(value)}" for name, value in parameters) if parameters else ""


def asked_format(formats: Sequence[Format], otherwise: Format | None = None) -> Format:
    """The format that the client asks for by `?format=` or Accept; a Problem where it takes none.

    `otherwise` is sent where Accept takes none: where the address says what this is, better that than 406 to a browser.
    """
    name = request.args.get("format")
    form = by_name(name, formats) if name else best(request.headers.get("Accept"), formats) or otherwise
    if form is None:
        raise Problem(400 if name else 406, "format", "this comes as " + ", ".join(f.media_type for f in formats))
    return form


def respond(triples: Callable[[], Triples], page: Callable[[], str], offered: list[Format] | None = None) -> Response:
    """The page, or its data, as the client asks; 304 where it has it already."""
    form = asked_format(offered or [HTML, *GRAPH_FORMATS.values()], offered[0] if offered else None)
    response = unchanged(form.content_type, form.name)
    if response.status_code != 304:
        response.set_data(page() if form is HTML else serialized(triples(), form.name))
    return response


def unchanged(content_type: str, variant: str = "") -> Response:
    """An empty answer with the tag of this address; its status is 304 where the client has the same already."""
    told = f"{request.full_path} {variant} {language()} {usual_language()} {code_digest()}"
    tag = hashlib.sha256(told.encode("utf-8", "replace")).hexdigest()[:20]
    response = Response(content_type=content_type)
    response.set_etag(f"{g.release.version}-{tag}")
    response.last_modified = g.release.modified
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept", "Accept-Language"))
    response.make_conditional(request)
    return response


def serialized(triples: Triples, name: str) -> bytes:
    """Triples in one of the graph formats."""
    form = GRAPH_FORMATS[name].rdf
    return ox.serialize(triples, format=form, prefixes=None if form == ox.RdfFormat.JSON_LD else PREFIXES) or b""


def wants_csv() -> bool:
    """Whether the client asks for a table as CSV, by `?format=` or by what it accepts."""
    name = request.args.get("format")
    offered = [HTML, *GRAPH_FORMATS.values(), CSV]
    return (by_name(name, offered) if name else best(request.headers.get("Accept"), offered)) is CSV


def csv_response(name: str, rows: Iterable[Sequence[str]]) -> Response:
    """Rows as a CSV file, sent while they are read; `?bom=1` gives it in the form for Excel."""
    response = unchanged(CSV.content_type, "csv")
    if response.status_code == 304:
        return response
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers.pop("Content-Length", None)
    pieces = _csv_pieces(rows)
    response.response = for_excel(pieces) if request.args.get("bom") == "1" else pieces
    return response


def _csv_pieces(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for number, row in enumerate(rows):
        writer.writerow(row)
        if number % 200 == 199:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def labels(view: View, nodes: Iterable[object]) -> Iterator[ox.Triple]:
    """The names of the entities, concepts and terms that a description links to."""
    seen: set[str] = set()
    for node in nodes:
        if not isinstance(node, ox.NamedNode) or node.value in seen:
            continue
        seen.add(node.value)
        for predicate in terms.LABELS:
            yield from (ox.Triple(node, predicate, value) for value in view.values(node, predicate))
            yield from (q.triple for q in terms.store().quads_for_pattern(node, predicate, None))


def unique(triples: Triples) -> list[ox.Triple]:
    """Sorted, each once."""
    return sorted(set(triples), key=str)


class Withdrawn(Exception):  # noqa: N818 - not an error: the thing was there
    """An entity of a release that is kept, and of no newer one: where it stood last, and the release without it."""

    def __init__(self, path: str, last: KeptRelease, after: KeptRelease | None) -> None:
        super().__init__(path)
        self.path, self.last, self.after = path, last, after


def kept_releases() -> KeptReleases:
    """The releases beside the one served."""
    found: KeptReleases = current_app.config["KEPT"]
    return found


def known(view: View, path: str) -> str:
    """The IRI of an entity of the release; NotFound for any other path.

    Moved for a former IRI of one, Withdrawn for one of a release before.
    """
    if not PATH.fullmatch(path):
        raise NotFound
    iri = f"{view.base}id/{path}"
    exists = view.exists(iri)
    new = _moved(view, path, own=exists)
    if new is not None:
        query = request.query_string.decode("ascii", "ignore")
        raise Moved(request.path.replace(path, new, 1) + (f"?{query}" if query else ""))
    if not exists:
        if found := kept_releases().last_with(view.base, path, view.release.version):
            raise Withdrawn(path, *found)
        raise NotFound
    return iri


class Moved(HTTPException):
    """301 to the address that stands for a former one."""

    code = 301

    def __init__(self, location: str) -> None:
        super().__init__(response=Response(status=301, headers={"Location": location}))


_REPLACED = ox.NamedNode(terms.DCTERMS + "isReplacedBy")
_NAMING = ("project", "report", "org")  # what other things have the key of within their own


def _moved(view: View, path: str, *, own: bool) -> str | None:
    """The path in place of a former one: the thing was replaced itself or, but for `own`, what it has the key of."""
    kind, *parts = path.split("/")
    for length in range(len(parts), 0, -1):
        whole = length == len(parts)
        for naming in (kind,) if whole else _NAMING:
            space = f"{view.base}id/{naming}/"
            former = ox.NamedNode(space + "/".join(parts[:length]))
            new = next((iri_of(value) for value in view.values(former, _REPLACED)), "")
            if new.startswith(space):
                return "/".join([kind, new.removeprefix(space), *parts[length:]])
        if own:
            break
    return None
