"""The release and its files: catalogue, dumps, and what machines look for: sitemap, feeds, robots.txt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from flask import Response, g, render_template, request, send_file
from werkzeug.exceptions import NotFound, PreconditionFailed

from server.excel import for_excel
from server.negotiate import GRAPH_FORMATS
from server.pages import columns, terms
from server.pages.kinds import KINDS, LISTINGS
from server.pages.site import Triples, blueprint, page_view, respond, unchanged
from server.pages.view import View, iri_of, text_of

_MEDIA = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples",
    "nq": "application/n-quads",
    "jsonld": "application/ld+json",
    "csv": "text/csv; charset=utf-8",
    "gz": "application/gzip",
    "json": "application/json",
}
_SITEMAP_SIZE = 20_000  # addresses of one sitemap; the protocol allows 50,000
_FEED_SIZE = 50


def catalog_triples() -> Triples:
    """The release described in DCAT and VoID."""
    data = (g.release.folder / "catalog.ttl").read_bytes()
    return (q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE))


@blueprint.get("/catalog")
def catalog() -> Response:
    """The release described."""
    return respond(catalog_triples, lambda: render_template("catalog.html", manifest=g.release.manifest))


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The same description where clients look for it; always RDF."""
    return respond(catalog_triples, lambda: "", list(GRAPH_FORMATS.values()))


@blueprint.get("/dumps/", strict_slashes=False)
def dumps() -> Response:
    """All files of the release with sizes, checksums, what is in them and how to load them."""
    return respond(catalog_triples, lambda: render_template("dumps.html", **_files()))


def _files() -> dict[str, Any]:
    manifest, view = g.release.manifest, page_view()
    every = {file["path"]: file for file in manifest["files"]}
    reports = {entry["name"]: entry for entry in manifest.get("reports", [])}
    by_report = [
        (entry, [every[path] for s in ("ttl", "jsonld") if (path := f"dumps/reports/{name}.{s}") in every])
        for name, entry in sorted(reports.items(), key=lambda item: (item[1]["body"], item[1]["year"], item[0]))
    ]
    whole = [f for path, f in every.items() if path.startswith("dumps/mingzhang.")]
    sheets = [f for path, f in every.items() if path.startswith("dumps/csv/")]
    quality = [f for path, f in every.items() if path.startswith("quality/")]
    schema = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "明账：政府预算公开关联数据",
        "description": "由公开的政府预算、决算报告转换成的关联数据，每个数字都指向原报告的页码。",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "url": g.release.base + "dumps/",
        "version": g.release.version,
        "distribution": [
            {
                "@type": "DataDownload",
                "contentUrl": g.release.base + f["path"],
                "contentSize": str(f["size"]),
                "sha256": f["sha256"],
                "encodingFormat": _media(f["path"]).partition(";")[0],
            }
            for f in (*whole, *sheets)
        ],
    }
    return {
        "manifest": manifest,
        "whole": whole,
        "sheets": sheets,
        "contents": {f"{name}.csv": view.t(held.zh, held.en) for name, (_, held) in columns.TABLES.items()},
        "columns": {f["path"].rpartition("/")[2]: columns.columns(g.release.folder / f["path"]) for f in sheets},
        "quality": quality,
        "reports": by_report,
        "schema": schema,
    }


@blueprint.get("/<any(dumps,quality):folder>/<path:path>")
def dump(folder: str, path: str) -> Response:
    """One file of the release, as the manifest lists it; `?bom=1` gives a CSV in the form for Excel.

    A CSV table has its description in CSVW beside it.
    """
    described = path.removesuffix(columns.SUFFIX)
    entry = next((f for f in g.release.manifest["files"] if f["path"] == f"{folder}/{described}"), None)
    if entry is None or (described != path and not described.endswith(".csv")):
        raise NotFound
    if described != path:
        return _metadata(g.release.folder / folder / described)
    if request.if_match and entry["sha256"] not in request.if_match:
        raise PreconditionFailed  # before a part of it is sent, which would be joined to that of another release
    if request.range is None or request.range.units != "bytes":
        request.environ.pop("HTTP_RANGE", None)  # what is no range is passed over (RFC 9110 section 14.2)
    content_type = _media(path)
    file = g.release.folder / folder / path
    if path.endswith(".csv") and request.args.get("bom") == "1":
        response = unchanged(content_type, entry["sha256"])
        if response.status_code != 304:
            response.headers.pop("Content-Length", None)
            response.response = for_excel(_pieces(file.open("rb")))
        return response
    response = send_file(file, content_type, conditional=True, etag=entry["sha256"], last_modified=g.release.modified)
    response.content_type = content_type  # `send_file` says the charset once more
    if path.endswith(".csv"):
        response.headers.add(
            "Link",
            f'<{g.release.root}{request.path.lstrip("/")}{columns.SUFFIX}>; rel="describedby"; type="{columns.MEDIA}"',
        )
    return response


def _media(path: str) -> str:
    """The media type of a file by its name."""
    return _MEDIA.get(path.rpartition(".")[2], "application/octet-stream")


def _metadata(file: Path) -> Response:
    response = unchanged(columns.MEDIA, file.name)
    if response.status_code != 304:
        response.set_data(json.dumps(columns.metadata(file), ensure_ascii=False, indent=1) + "\n")
    return response


def _pieces(file: Any) -> Iterator[bytes]:
    with file:
        while piece := file.read(1 << 16):
            yield piece


# For machines


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers may read: all pages, no queries."""
    lines = ["User-agent: *", "Disallow: /sparql?", "Disallow: /search?", f"Sitemap: {g.release.base}sitemap.xml"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@blueprint.get("/llms.txt")
def llms() -> Response:
    """What an assistant should know before it reads this site: what there is, where, and how to quote it."""
    view = page_view()
    counts = g.release.manifest["counts"]
    told = render_template("llms.txt", base=g.release.base, counts=counts, listings=LISTINGS, title=_title(view))
    response = unchanged("text/markdown; charset=utf-8", "llms")
    if response.status_code != 304:
        response.set_data(told)
    return response


def _title(view: View) -> str:
    stated = view.release.manifest.get("publisher") or {}
    return str(stated.get("title") or "Mingzhang 明账")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The index of the sitemaps."""
    count = -(-len(_addresses(page_view())) // _SITEMAP_SIZE)
    return _xml("sitemapindex.xml", maps=[f"{g.release.base}sitemap/{n}.xml" for n in range(1, count + 1)])


@blueprint.get("/sitemap/<int:number>.xml")
def sitemap_part(number: int) -> Response:
    """One sitemap: addresses of entities and lists."""
    found = _addresses(page_view())[(number - 1) * _SITEMAP_SIZE : number * _SITEMAP_SIZE] if number > 0 else []
    if not found:
        raise NotFound
    return _xml("sitemap.xml", addresses=found)


def _addresses(view: View) -> list[str]:
    """The addresses of all pages that a search engine should know, in a stable order; read once for a release."""

    def made() -> list[str]:
        kinds = [ox.NamedNode(terms.MZ + kind.name) for kind in KINDS if kind.mapped]
        entities = {q.subject.value for kind in kinds for q in view.store.quads_for_pattern(None, terms.TYPE, kind)
                    if isinstance(q.subject, ox.NamedNode)}  # fmt: skip
        pages = (
            "",
            *LISTINGS,
            "topics",
            "places",
            "queries",
            "compare",
            "dumps/",
            "ontology",
            "code/",
            "shapes",
            "catalog",
        )
        return [
            *(view.base + name for name in pages),
            *sorted(i.replace("/id/", "/page/", 1) for i in entities if i.startswith(view.base)),
        ]

    return view.release.once("addresses", made)


@blueprint.get("/feeds/<any(reports,findings):name>.atom")
def feed(name: str) -> Response:
    """Atom feeds of reports and findings, the newest year first."""
    view = page_view()
    query = {
        "reports": """SELECT DISTINCT ?item ?year WHERE { ?item a mz:Report ; mz:fiscalYear ?year }
      ORDER BY DESC(?year) ?item""",
        "findings": """SELECT DISTINCT ?item ?year WHERE { ?item a mz:Finding ; mz:reportedIn/mz:fiscalYear ?year }
          ORDER BY DESC(?year) ?item""",
    }[name]
    entries = [
        {"iri": iri, "title": view.label(iri), "summary": _summary(view, name, iri)}
        for iri in (iri_of(r["item"]) for r in view.rows(f"{query} LIMIT {_FEED_SIZE}"))
    ]
    title = view.t(
        *{
            "reports": ("明账：新公开报告", "Mingzhang: new reports"),
            "findings": ("明账：核对结果", "Mingzhang: findings"),
        }[name]
    )
    updated = g.release.modified.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _xml("feed.xml", "application/atom+xml", name=name, title=title, entries=entries, updated=updated)


def _summary(view: View, name: str, iri: str) -> str:
    if name == "findings":
        report = iri_of(view.value(iri, "reportedIn"))
        return " · ".join([*_whose(view, report), view.label(report)])
    return " ".join([*_whose(view, iri), view.label(iri_of(view.value(iri, "scope")))])


def _whose(view: View, report: str) -> list[str]:
    """Body, year and stage of a report."""
    body, stage = (view.label(iri_of(view.value(report, name))) for name in ("reportingBody", "stage"))
    return [body, f"{text_of(view.value(report, 'fiscalYear'))} {stage}"]


def _xml(template: str, media: str = "application/xml", **values: object) -> Response:
    response = unchanged(f"{media}; charset=utf-8", template)
    if response.status_code != 304:
        response.set_data(render_template(template, **values))
    return response
