"""The site: home, lists, search, entities, code lists, ontology, dumps; pages are RDF too by Accept and `?format=`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
from flask import Blueprint, Response, current_app, g, render_template, request, send_file
from werkzeug.exceptions import NotFound

from server import entities, lists, terms
from server.library import library
from server.negotiate import GRAPH_FORMATS, HTML, PREFIXES, Format, best, by_name
from server.problems import Problem
from server.search import Entry, read_index, search
from server.terms import CODE, DCTERMS, MZ, ONTOLOGY
from server.view import View, plain, wan

blueprint = Blueprint("pages", __name__)

# What a path under /id/ may hold; all IRIs of a release are ASCII, so anything else names nothing.
_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/-]+")
_VOID = "http://rdfs.org/ns/void#"
_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")

Triples = Iterable[ox.Triple]


# What the pages share


@cache
def _code_digest() -> str:
    """Changes when the program or its templates change, so that no old page is taken for a current one."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in {".py", ".html", ".rq", ".css", ".js"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def _view() -> View:
    return View(g.release, "en" if request.args.get("lang") == "en" else "zh")


@blueprint.app_context_processor
def _context() -> dict[str, object]:
    """What every template may use; without a release (an early problem) only the words."""
    language = "en" if request.args.get("lang") == "en" else "zh"
    other = "zh" if language == "en" else "en"
    kept = [(k, v) for k, v in request.args.items(multi=True) if k != "lang"]
    release = g.get("release")
    local = View(release, language).local if release else lambda path, **_: "/" + path  # type: ignore[arg-type]  # one of two words
    return {
        "lang": language,
        "other_language": other,
        "kept": kept,
        "t": lambda zh, en: en if language == "en" else zh,
        "local": local,
        "wan": wan,
        "plain": plain,
        "version": release.version if release else "",
        "formats": list(GRAPH_FORMATS),
        "asset": lambda name: f"/static/{name}?v={_code_digest()}",
    }


def _respond(triples: Callable[[], Triples], page: Callable[[], str], offered: list[Format] | None = None) -> Response:
    """The page, or its data, as the client asks; 304 where it has it already."""
    formats = offered or [HTML, *GRAPH_FORMATS.values()]
    name = request.args.get("format")
    form = by_name(name, formats) if name else best(request.headers.get("Accept"), formats)
    if form is None and offered and not name:
        form = offered[0]  # the address says what this is: better that than 406 to a browser
    if form is None:
        raise Problem(400 if name else 406, "format", "this comes as " + ", ".join(f.media_type for f in formats))
    tag = hashlib.sha256(f"{request.full_path} {form.name} {_code_digest()}".encode("utf-8", "replace")).hexdigest()[
        :20
    ]
    response = Response(content_type=form.content_type)
    response.set_etag(f"{g.release.version}-{tag}")
    response.last_modified = g.release.modified
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept")
    response.make_conditional(request)
    if response.status_code == 304:
        return response
    response.set_data(page() if form is HTML else _serialized(triples(), form.name))
    return response


def _serialized(triples: Triples, name: str) -> bytes:
    form = GRAPH_FORMATS[name].rdf
    return ox.serialize(triples, format=form, prefixes=None if form == ox.RdfFormat.JSON_LD else PREFIXES) or b""


def _labels(view: View, nodes: Iterable[object]) -> Iterator[ox.Triple]:
    """The names of the entities, concepts and terms that a description links to."""
    seen: set[str] = set()
    for node in nodes:
        if not isinstance(node, ox.NamedNode) or node.value in seen:
            continue
        seen.add(node.value)
        for predicate in terms.LABELS:
            yield from (ox.Triple(node, predicate, value) for value in view.values(node, predicate))
            yield from (q.triple for q in terms.store().quads_for_pattern(node, predicate, None))


def _unique(triples: Triples) -> list[ox.Triple]:
    return sorted(set(triples), key=str)


# Home, lists, search


@blueprint.get("/")
def home() -> Response:
    """What is in the release."""
    view = _view()

    def page() -> str:
        counts = {name: lists.list_page(view, name, {}, "", 1).total for name in lists.LISTINGS}
        newest = view.rows(
            f"""SELECT ?report WHERE {{ ?report a <{MZ}Report> . OPTIONAL {{ ?report <{MZ}fiscalYear> ?year }} }}
            ORDER BY DESC(?year) ?report LIMIT 8"""
        )
        titles = {name: listing.title for name, listing in lists.LISTINGS.items()}
        reports = [view.cell(row["report"]) for row in newest]
        return render_template("home.html", counts=counts, titles=titles, reports=reports, queries=library()[:6])

    return _respond(_catalog_triples, page)


@blueprint.get("/<any(departments,projects,laws,indicators,reports,quality):name>")
def listing(name: str) -> Response:
    """One page of a list, in a stable order, begun after the key `after`."""
    view, about = _view(), lists.LISTINGS[name]
    given = {f: request.args[f] for f in about.filters if request.args.get(f)}
    size = current_app.config["SETTINGS"].page_size
    try:
        found = lists.list_page(view, name, given, request.args.get("after", ""), size)
    except ValueError:
        raise Problem(400, "filter", "a filter is no IRI") from None
    following = view.local(name, **given, after=found.following) if found.following else None

    def triples() -> Triples:
        items = [row[0] for row in found.rows]
        iris = [view.base + item.href.lstrip("/").partition("?")[0] for item in items if item.href]
        said = [t for iri in iris for t in view.triples(iri)]
        return _unique([*said, *_labels(view, (t.object for t in said))])

    def page() -> str:
        filters = [(f, head, lists.choices(view, name, f)) for f, (head, _) in about.filters.items()]
        return render_template(
            "list.html", name=name, listing=about, found=found, filters=filters, given=given, following=following
        )

    response = _respond(triples, page)
    if following:
        response.headers.add("Link", f'<{following}>; rel="next"')
    return response


@blueprint.get("/search")
def search_page() -> Response:
    """Entities whose names hold what is sought."""
    view, text = _view(), request.args.get("q", "")[:200]
    found = search(_index(), text)
    groups = {kind: ([view.cell(ox.NamedNode(iri)) for iri in iris], count) for kind, (iris, count) in found.items()}
    heads = {kind: (terms.label(MZ + kind, "zh"), terms.label(MZ + kind, "en")) for kind in groups}
    nodes = [ox.NamedNode(iri) for iris, _ in found.values() for iri in iris]
    return _respond(
        lambda: _unique(_labels(view, nodes)),
        lambda: render_template("search.html", text=text, groups=groups, heads=heads),
    )


def _index() -> tuple[Entry, ...]:
    release = g.release
    if release.index is None:
        release.index = read_index(release)
    return tuple(release.index)


# Entities


@blueprint.get("/id/<path:path>")
def entity(path: str) -> Response:
    """303 to the page of an entity, or to its data for a client that asks for data."""
    _known(path)
    formats: list[Format] = [HTML, *GRAPH_FORMATS.values()]
    name = request.args.get("format")
    form = by_name(name, formats) if name else best(request.headers.get("Accept"), formats)
    if form is None:
        raise Problem(400 if name else 406, "format", "this comes as " + ", ".join(f.media_type for f in formats))
    target = _view().local(f"page/{path}") if form is HTML else f"/data/{path}.{form.name}"
    response = Response(status=303, headers={"Location": target, "Cache-Control": "no-cache"})
    response.vary.add("Accept")
    return response


@blueprint.get("/page/<path:path>")
def entity_page(path: str) -> Response:
    """The page of an entity."""
    view, iri = _view(), _known(path)
    return _respond(lambda: description(view, iri), lambda: _entity_html(view, iri, path))


@blueprint.get("/data/<path:path>")
def entity_data(path: str) -> Response:
    """The description of an entity in the format that the path ends in."""
    stem, dot, suffix = path.rpartition(".")
    if not dot or suffix not in GRAPH_FORMATS:
        raise NotFound
    view, iri = _view(), _known(stem)
    return _respond(lambda: description(view, iri), lambda: "", [GRAPH_FORMATS[suffix]])


def _known(path: str) -> str:
    """The IRI of an entity of the release; NotFound for any other path."""
    iri = f"{g.release.base}id/{path}"
    if not _PATH.fullmatch(path) or not _view().exists(iri):
        raise NotFound
    return iri


def description(view: View, iri: str) -> list[ox.Triple]:
    """What is said of an entity and of its fragments, the names of what it links to, and how many link here by what."""
    said = [t for one in _with_fragments(view, iri) for t in view.triples(one)]
    document = iri.replace("/id/", "/data/", 1)
    counted: list[ox.Triple] = []
    for predicate, count in view.incoming(iri):
        part = ox.NamedNode(f"{document}#{re.sub(r'[^A-Za-z0-9]+', '-', predicate.partition('//')[2])}")
        number = ox.Literal(str(count), datatype=ox.NamedNode(PREFIXES["xsd"] + "integer"))
        counted += [
            ox.Triple(ox.NamedNode(document), ox.NamedNode(_VOID + "propertyPartition"), part),
            ox.Triple(part, ox.NamedNode(_VOID + "property"), ox.NamedNode(predicate)),
            ox.Triple(part, ox.NamedNode(_VOID + "triples"), number),
        ]
    topic = ox.NamedNode("http://xmlns.com/foaf/0.1/primaryTopic")
    about = ox.Triple(ox.NamedNode(document), topic, ox.NamedNode(iri))
    return _unique([about, *said, *counted, *_labels(view, (t.object for t in said))])


def _with_fragments(view: View, iri: str) -> list[str]:
    """The entity and what is named as a part of it by a fragment (`…#page=3`, `…#field-plan`)."""
    found, waiting = [iri], [iri]
    while waiting:
        one = waiting.pop()
        linked = [t.object for t in view.triples(one)]
        linked += [q.subject for q in view.store.quads_for_pattern(None, _PART_OF, ox.NamedNode(one))]
        for node in linked:
            if isinstance(node, ox.NamedNode) and node.value.startswith(iri + "#") and node.value not in found:
                found.append(node.value)
                waiting.append(node.value)
    return found


def _entity_html(view: View, iri: str, path: str) -> str:
    kind = path.partition("/")[0]
    sections = entities.SECTIONS[kind](view, iri) if kind in entities.SECTIONS else []
    hidden = entities.HIDDEN.get(kind, frozenset()) | entities.ALWAYS_HIDDEN
    incoming = [(view.label(p), count, _links_here(view, iri, p)) for p, count in view.incoming(iri)]
    types = [
        t.object.value for t in view.triples(iri) if t.predicate == terms.TYPE and isinstance(t.object, ox.NamedNode)
    ]
    return render_template(
        "entity.html",
        iri=iri,
        path=path,
        title=view.label(iri),
        kinds=[view.label(t) for t in types if t.startswith(MZ)],
        facts=view.facts(iri, hidden),
        texts=entities.texts(view, iri) if kind == "project" else [],
        sections=sections,
        incoming=incoming,
        sparql=view.local("sparql", query=f"SELECT ?property ?value WHERE {{\n  <{iri}> ?property ?value .\n}}"),
    )


def _links_here(view: View, iri: str, predicate: str) -> str:
    return view.local("sparql", query=f"SELECT ?subject WHERE {{\n  ?subject <{predicate}> <{iri}> .\n}}\nLIMIT 1000")


# Ontology, code lists, shapes


@blueprint.get("/ontology")
def ontology() -> Response:
    """Classes and properties."""
    view = _view()

    def rows(kind: str) -> list[dict[str, object]]:
        return [_term(view, iri) for iri in terms.ontology_terms(kind)]

    return _respond(
        lambda: terms.file_triples("mingzhang.ttl"),
        lambda: render_template(
            "ontology.html", iri=ONTOLOGY, classes=rows("Class"), properties=rows("Property"), schemes=_schemes(view)
        ),
    )


def _term(view: View, iri: str) -> dict[str, object]:
    node = ox.NamedNode(iri)

    def linked(predicate: str) -> list[str]:
        found = terms.store().quads_for_pattern(node, ox.NamedNode(predicate), None)
        return sorted(q.object.value for q in found if isinstance(q.object, ox.NamedNode))

    definitions = [
        q.object for q in terms.store().quads_for_pattern(node, ox.NamedNode(terms.SKOS + "definition"), None)
    ]
    return {
        "name": iri.removeprefix(MZ),
        "zh": terms.label(iri, "zh"),
        "en": terms.label(iri, "en"),
        "definition": terms.in_language(definitions, view.language) or "",
        "domain": [view.cell(ox.NamedNode(i)) for i in linked(terms.RDFS + "domain")],
        "range": [view.cell(ox.NamedNode(i)) for i in linked(terms.RDFS + "range")],
        "above": [
            view.cell(ox.NamedNode(i)) for i in linked(terms.RDFS + "subClassOf") + linked(terms.RDFS + "subPropertyOf")
        ],
    }


def _schemes(view: View) -> list[tuple[str, str, str]]:
    return [(s, terms.label(CODE + s, "zh") or s, view.local(f"code/{s}")) for s in terms.schemes()]


@blueprint.get("/code/", strict_slashes=False)
def code_lists() -> Response:
    """All code lists."""
    view = _view()
    nodes = [ox.NamedNode(CODE + scheme) for scheme in terms.schemes()]
    return _respond(
        lambda: _unique(_labels(view, nodes)), lambda: render_template("codes.html", schemes=_schemes(view))
    )


@blueprint.get("/code/<scheme>")
def code_list(scheme: str) -> Response:
    """One code list with its concepts."""
    if scheme not in terms.schemes():
        raise NotFound
    view = _view()
    in_scheme = (None, ox.NamedNode(terms.SKOS + "inScheme"), ox.NamedNode(CODE + scheme))

    def triples() -> Triples:
        added = {
            q.subject.value for q in view.store.quads_for_pattern(*in_scheme) if isinstance(q.subject, ox.NamedNode)
        }
        return _unique([*terms.file_triples(f"codes/{scheme}.ttl"), *(t for iri in added for t in view.triples(iri))])

    return _respond(
        triples,
        lambda: render_template(
            "code.html", iri=CODE + scheme, title=view.label(CODE + scheme), facts=[], narrower=_concepts(view, scheme)
        ),
    )


@blueprint.get("/code/<scheme>/<notation>")
def code(scheme: str, notation: str) -> Response:
    """One concept: its names, its place, and what uses it."""
    iri = f"{CODE}{scheme}/{notation}"
    if not _PATH.fullmatch(f"{scheme}/{notation}"):
        raise NotFound
    view = _view()
    said = _unique([*terms.about(iri), *view.triples(iri)])
    if not said:
        raise NotFound
    incoming = [(view.label(p), count, _links_here(view, iri, p)) for p, count in view.incoming(iri)]
    facts = [(view.label(t.predicate.value), view.cell(t.object)) for t in said]
    return _respond(
        lambda: _unique([*said, *_labels(view, (t.object for t in said))]),
        lambda: render_template(
            "code.html",
            iri=iri,
            title=view.label(iri),
            notation=notation,
            facts=facts,
            narrower=_concepts(view, scheme, iri),
            incoming=incoming,
        ),
    )


def _concepts(view: View, scheme: str, below: str | None = None) -> list[tuple[str, str, str]]:
    """(notation, name, link) of the concepts of a list, or of those right below one."""
    predicate, target = ("inScheme", CODE + scheme) if below is None else ("broader", below)
    pattern = (None, ox.NamedNode(terms.SKOS + predicate), ox.NamedNode(target))
    quads = [*terms.store().quads_for_pattern(*pattern), *view.store.quads_for_pattern(*pattern)]
    iris = sorted({q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)})
    return [(i.rsplit("/", 1)[-1], view.label(i), view.link(i) or i) for i in iris]


@blueprint.get("/shapes")
def shapes() -> Response:
    """The SHACL shapes, as they stand in their files."""
    text, language = terms.shapes_text(), _view().language
    return _respond(
        lambda: (q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)),
        lambda: render_template("shapes.html", text=text, checks=terms.checks(language)),
    )


# The release and its files


def _catalog_triples() -> Triples:
    data = (g.release.folder / "catalog.ttl").read_bytes()
    return (q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE))


@blueprint.get("/catalog")
def catalog() -> Response:
    """The release described in DCAT and VoID."""
    return _respond(_catalog_triples, lambda: render_template("catalog.html", manifest=g.release.manifest))


@blueprint.get("/.well-known/void")
def void() -> Response:
    """The same description where clients look for it; always RDF."""
    return _respond(_catalog_triples, lambda: "", list(GRAPH_FORMATS.values()))


@blueprint.get("/dumps/", strict_slashes=False)
def dumps() -> Response:
    """All files of the release with sizes and checksums."""
    return _respond(_catalog_triples, lambda: render_template("dumps.html", manifest=g.release.manifest))


@blueprint.get("/<any(dumps,quality):folder>/<path:path>")
def dump(folder: str, path: str) -> Response:
    """One file of the release, as the manifest lists it."""
    entry = next((f for f in g.release.manifest["files"] if f["path"] == f"{folder}/{path}"), None)
    if entry is None:
        raise NotFound
    media = {"ttl": "text/turtle; charset=utf-8", "nt": "application/n-triples", "nq": "application/n-quads"}
    kind = path.removesuffix(".gz").rpartition(".")[2]
    content_type = "application/gzip" if path.endswith(".gz") else media.get(kind, "application/ld+json")
    file = g.release.folder / folder / path
    return send_file(file, content_type, conditional=True, etag=entry["sha256"], last_modified=g.release.modified)


# The query library


@blueprint.get("/queries")
def queries() -> Response:
    """The library with links that run its queries."""
    return _respond(lambda: [], lambda: render_template("queries.html", queries=library()))


@blueprint.get("/queries/<name>.rq")
def library_query(name: str) -> Response:
    """One query as text."""
    found = next((q for q in library() if q.name == name), None)
    if found is None:
        raise NotFound
    response = Response(found.text, content_type="application/sparql-query; charset=utf-8")
    response.set_etag(f"{_code_digest()}-{name}")
    response.make_conditional(request)
    return response
