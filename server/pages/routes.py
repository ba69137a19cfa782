"""The site: home, lists, search, comparison, entities, codes, ontology; pages are RDF too by Accept and `?format=`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyoxigraph as ox
from flask import Response, current_app, g, render_template, request
from werkzeug.exceptions import NotFound

from server import files
from server.negotiate import GRAPH_FORMATS, HTML, PREFIXES, Format, best, by_name
from server.pages import codes, compare, entities, home, lists, questions, reports, terms
from server.pages.blocks import Block, Cell, EntityPage, Head, csv_rows
from server.pages.site import (
    PATH,
    Triples,
    blueprint,
    csv_response,
    known,
    labels,
    page_view,
    respond,
    unchanged,
    unique,
    wants_csv,
)
from server.pages.terms import CODE, DCTERMS, MZ, ONTOLOGY, Node
from server.pages.view import View, iri_of
from server.problems import Problem
from server.search import Group, Index

__all__ = ["blueprint", "files", "questions"]  # whose routes stand on the same blueprint

_VOID = "http://rdfs.org/ns/void#"
_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")

# Home, lists, search, comparison


@blueprint.get("/")
def start() -> Response:
    """What is in the release."""
    view = page_view()

    def page() -> str:
        figures, span, answers = g.release.once(
            f"home {view.language} {view.usual}",
            lambda: (home.figures(view), home.span(view), home.answers(view)),
        )
        newest = view.rows(
            """SELECT DISTINCT ?report WHERE { ?report a mz:Report . OPTIONAL { ?report mz:fiscalYear ?year } }
            ORDER BY DESC(?year) ?report LIMIT 8"""
        )
        cells = [_with_body(view, row["report"]) for row in newest]
        return render_template("home.html", figures=figures, span=span, answers=answers, reports=cells,
                               queries=questions.library()[:6])  # fmt: skip

    return respond(files.catalog_triples, page)


def _with_body(view: View, report: Node | None) -> Cell:
    """A report with the body it is of, where its printed title does not name it."""
    cell, body = view.cell(report), view.label(iri_of(view.value(iri_of(report), "reportingBody")))
    return cell if body in cell.text else replace(cell, note=body)


@blueprint.get("/<any(departments,projects,laws,indicators,reports,quality):name>")
def listing(name: str) -> Response:
    """One page of a list in the order asked for, begun after the key `after`; or all of it as CSV."""
    view, about = page_view(), lists.LISTINGS[name]
    asked = lists.wanted(about, request.args)
    size = current_app.config["SETTINGS"].page_size
    try:
        if wants_csv():
            return csv_response(name, _streamed(view, lists.heads(about), lists.all_rows(view, name, asked)))
        found = lists.list_page(view, name, asked, request.args.get("after", ""), size)
    except ValueError:
        raise Problem(400, "filter", "the value of a filter is a year, id/… or code/…") from None
    given = asked.parameters()
    following = view.local(name, **given, after=found.following) if found.following else None

    def triples() -> Triples:
        stated = [t for iri in found.items for t in view.triples(iri)]
        return unique([*stated, *labels(view, (t.object for t in stated))])

    def page() -> str:
        filters = [(f, head, lists.choices(view, name, f)) for f, (head, _) in about.filters.items()]
        return render_template(
            "list.html", name=name, listing=about, found=found, filters=filters, given=given, asked=asked,
            following=following, heads=lists.heads(about), orders=lists.sorted_by(about, asked),
            chosen=_chosen(view, filters, asked.filters),
        )  # fmt: skip

    response = respond(triples, page)
    if following:
        response.headers.add("Link", f'<{following}>; rel="next"')
    return response


def _streamed(view: View, heads: list[Head], table: Iterator[list[Cell]]) -> Iterator[list[str]]:
    """A list as CSV, a batch of rows at a time; the first batch tells which columns hold money."""
    batch: list[list[Cell]] = []
    header = True
    for row in table:
        batch.append(row)
        if len(batch) == 500:
            yield from csv_rows(heads, batch, view.language)[0 if header else 1 :]
            header, batch = False, []
    if batch or header:
        yield from csv_rows(heads, batch, view.language)[0 if header else 1 :]


def _chosen(
    view: View, filters: list[tuple[str, Head, list[tuple[str, str]]]], given: Mapping[str, str]
) -> dict[str, str]:
    """The names of filters that came by a link and stand in no menu."""
    menus = {name: {value for value, _ in options} for name, _, options in filters}
    rest = {name: value for name, value in given.items() if value not in menus[name]}
    return {name: view.label(view.base + value) if PATH.fullmatch(value) else value for name, value in rest.items()}


@blueprint.get("/search")
def search_page() -> Response:
    """Entities found by their names, numbers, codes and texts, grouped by kind."""
    view, text = page_view(), request.args.get("q", "")[:200]
    groups = _index().search(text)
    nodes = [ox.NamedNode(hit.iri) for group in groups for hit in group.hits]
    return respond(
        lambda: unique(labels(view, nodes)),
        lambda: render_template(
            "search.html", sought=text, groups=[(g_, _heads(g_), _hits(view, g_)) for g_ in groups]
        ),
    )


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """The best of each kind while a reader types, as JSON."""
    view, text = page_view(), request.args.get("q", "")[:200]
    response = unchanged("application/json", "suggest")
    if response.status_code != 304:
        found = [
            {"kind": view.t(*_heads(group)), "name": cell.text, "hint": cell.note, "href": cell.href}
            for group in _index().search(text, shown=3)
            for cell in _hits(view, group)
        ]
        response.set_data(json.dumps(found[:10], ensure_ascii=False))
    return response


def _index() -> Index:
    index: Index = g.release.once("index", lambda: Index(g.release.folder / "search.sqlite"))
    if not index.exists:
        raise Problem(503, "no-index", "this release was built without a search index; build it again")
    return index


def _heads(group: Group) -> tuple[str, str]:
    if group.kind == "Code":
        return "代码", "Codes"
    return terms.label(MZ + group.kind, "zh") or group.kind, terms.label(MZ + group.kind, "en") or group.kind


def _hits(view: View, group: Group) -> list[Cell]:
    cells = []
    for hit in group.hits:
        href = view.local("indicators", q=hit.name) if group.kind == "Indicator" else view.link(hit.iri)
        name = view.label(hit.iri) if group.kind == "Code" else hit.name
        cells.append(Cell(name, href, note=hit.hint))
    return cells


@blueprint.get("/compare")
def comparison() -> Response:
    """Two reports or places side by side."""
    view = page_view()
    by = request.args.get("by", "class")
    by = by if by in compare.BY else "class"
    a, b = (compare.side(view, request.args.get(name, "")) for name in ("a", "b"))
    blocks = compare.compared(view, by, a, b) if a and b else []
    if wants_csv() and blocks:
        return csv_response("compare", csv_rows(blocks[0].heads, blocks[0].rows, view.language))
    return respond(
        list,
        lambda: render_template(
            "compare.html", sides=compare.sides(view), a=a, b=b, by=by, choices=compare.BY, sections=blocks
        ),
        [HTML],
    )


# Entities


@blueprint.get("/id/<path:path>")
def entity(path: str) -> Response:
    """303 to the page of an entity, or to its data for a client that asks for data."""
    view = page_view()
    known(view, path)
    formats: list[Format] = [HTML, *GRAPH_FORMATS.values()]
    name = request.args.get("format")
    form = by_name(name, formats) if name else best(request.headers.get("Accept"), formats)
    if form is None:
        raise Problem(400 if name else 406, "format", "this comes as " + ", ".join(f.media_type for f in formats))
    target = view.local(f"page/{path}") if form is HTML else f"/data/{path}.{form.name}"
    response = Response(status=303, headers={"Location": target, "Cache-Control": "no-cache"})
    response.vary.update(("Accept", "Accept-Language"))
    return response


@blueprint.get("/page/<path:path>")
def entity_page(path: str) -> Response:
    """The page of an entity; `?page=12` shows what was read from a page of a report, `?csv=…` a table as a file."""
    figure = re.fullmatch(r"table/(.+/t\d+)/(r\d+-c\d+)", path)
    if figure:  # the short way from a table to one of its figures
        known(page_view(), f"obs/{figure[1]}-{figure[2]}")
        return Response(status=303, headers={"Location": page_view().local(f"id/obs/{figure[1]}-{figure[2]}")})
    view = page_view(whole="csv" in request.args)
    iri = known(view, path)
    if "csv" in request.args:
        return _table_as_csv(view, path, iri)
    return respond(lambda: description(view, iri), lambda: _entity_html(view, iri, path))


@blueprint.get("/data/<path:path>")
def entity_data(path: str) -> Response:
    """The description of an entity in the format that the path ends in."""
    stem, dot, suffix = path.rpartition(".")
    if not dot or suffix not in GRAPH_FORMATS:
        raise NotFound
    view = page_view()
    iri = known(view, stem)
    return respond(lambda: description(view, iri), lambda: "", [GRAPH_FORMATS[suffix]])


def description(view: View, iri: str) -> list[ox.Triple]:
    """What is said of an entity and of its fragments, the names of what it links to, and how many link here by what."""
    stated = [t for one in _with_fragments(view, iri) for t in view.triples(one)]
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
    return unique([about, *stated, *counted, *labels(view, (t.object for t in stated))])


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


def _made(view: View, path: str, iri: str) -> tuple[EntityPage, str]:
    """The page of an entity, or of the page of a report that the address names, with its title."""
    kind, number = path.partition("/")[0], request.args.get("page", "")
    if kind == "report" and number:
        source = request.args.get("source", "")
        page = f"{iri}#page={number}" + (f"&source={source}" if source else "")
        if not number.isascii() or not number.isdigit() or not (source or "1").isdigit() or not view.exists(page):
            raise NotFound
        return reports.report_page(view, iri, page), f"{view.label(iri)} · {view.label(page)}"
    return entities.PAGES.get(kind, entities.anything)(view, iri), view.label(iri)


def _table_as_csv(view: View, path: str, iri: str) -> Response:
    made, _ = _made(view, path, iri)
    block = _block(made.sections, request.args["csv"])
    return csv_response(f"{path.rpartition('/')[2]}-{block.anchor}", csv_rows(block.heads, block.rows, view.language))


def _block(sections: list[Block], anchor: str) -> Block:
    found = next((block for block in sections if block.anchor == anchor), None)
    if found is None:
        raise NotFound
    return found


def _entity_html(view: View, iri: str, path: str) -> str:
    made, title = _made(view, path, iri)
    types = [
        t.object.value for t in view.triples(iri) if t.predicate == terms.TYPE and isinstance(t.object, ox.NamedNode)
    ]
    kinds = [view.label(t) for t in types if t.startswith(MZ)]
    incoming = [(view.label(p), count, _links_here(view, iri, p)) for p, count in view.incoming(iri)]
    return render_template(
        "entity.html",
        iri=iri,
        path=path,
        title=title,
        short=title if len(title) <= 60 else title[:59] + "…",
        kinds=(kinds[1:] or kinds) if path.startswith("org/") else kinds[:1],
        page=made,
        schema=json.dumps({"@context": "https://schema.org", **made.schema}, ensure_ascii=False).replace("<", "\\u003c")
        if made.schema
        else "",
        everything=view.facts(iri),
        incoming=incoming,
        sparql=view.local("sparql", query=f"SELECT ?property ?value WHERE {{\n  <{iri}> ?property ?value .\n}}"),
    )


def _links_here(view: View, iri: str, predicate: str) -> str:
    return view.local("sparql", query=f"SELECT ?subject WHERE {{\n  ?subject <{predicate}> <{iri}> .\n}}\nLIMIT 1000")


# Ontology, code lists, shapes


@blueprint.get("/ontology")
def ontology() -> Response:
    """Classes and properties."""
    view = page_view()

    def rows(kind: str) -> list[dict[str, object]]:
        return [_term(view, iri) for iri in terms.ontology_terms(kind)]

    return respond(
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
        "domain": [_short(view, i) for i in linked(terms.RDFS + "domain")],
        "range": [_short(view, i) for i in linked(terms.RDFS + "range")],
        "above": [_short(view, i) for i in linked(terms.RDFS + "subClassOf") + linked(terms.RDFS + "subPropertyOf")],
    }


def _short(view: View, iri: str) -> Cell:
    """A class or datatype: ours by name with a link within the page, others by prefix."""
    if iri.startswith(MZ):
        return Cell(terms.label(iri, view.language) or iri.removeprefix(MZ), "#" + iri.removeprefix(MZ))
    prefix = next((p for p, namespace in PREFIXES.items() if iri.startswith(namespace)), "")
    return Cell(f"{prefix}:{iri.removeprefix(PREFIXES[prefix])}" if prefix else iri)


def _schemes(view: View) -> list[tuple[str, str, str]]:
    return [(s, view.label(CODE + s), view.local(f"code/{s}")) for s in terms.schemes()]


@blueprint.get("/code/", strict_slashes=False)
def code_lists() -> Response:
    """All code lists."""
    view = page_view()
    nodes = [ox.NamedNode(CODE + scheme) for scheme in terms.schemes()]
    return respond(lambda: unique(labels(view, nodes)), lambda: render_template("codes.html", schemes=_schemes(view)))


@blueprint.get("/code/<scheme>")
def code_list(scheme: str) -> Response:
    """One code list with its outermost concepts."""
    if scheme not in terms.schemes():
        raise NotFound
    view = page_view()
    in_scheme = (None, ox.NamedNode(terms.SKOS + "inScheme"), ox.NamedNode(CODE + scheme))

    def triples() -> Triples:
        added = {
            q.subject.value for q in view.store.quads_for_pattern(*in_scheme) if isinstance(q.subject, ox.NamedNode)
        }
        return unique([*terms.file_triples(f"codes/{scheme}.ttl"), *(t for iri in added for t in view.triples(iri))])

    return respond(
        triples,
        lambda: render_template(
            "code.html",
            iri=CODE + scheme,
            title=view.label(CODE + scheme),
            page=EntityPage(),
            concepts=_tops(view, scheme),
        ),
    )


def _tops(view: View, scheme: str) -> list[Cell]:
    """The concepts of a list that stand under no other of it."""
    pattern = (None, ox.NamedNode(terms.SKOS + "inScheme"), ox.NamedNode(CODE + scheme))
    quads = [*terms.store().quads_for_pattern(*pattern), *view.store.quads_for_pattern(*pattern)]
    iris = {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}
    broader = ox.NamedNode(terms.SKOS + "broader")
    tops = {
        i for i in iris if not any(getattr(v, "value", "") in iris for v in codes.said(view, ox.NamedNode(i), broader))
    }
    return [view.code(ox.NamedNode(i)) for i in sorted(tops)]


@blueprint.get("/code/<scheme>/<notation>")
def code(scheme: str, notation: str) -> Response:
    """One concept: its names, its place, and what uses it."""
    iri = f"{CODE}{scheme}/{notation}"
    if not PATH.fullmatch(f"{scheme}/{notation}"):
        raise NotFound
    view = page_view(whole="csv" in request.args)
    stated = unique([*terms.about(iri), *view.triples(iri)])
    if not stated:
        raise NotFound
    if "csv" in request.args:
        block = _block(codes.code(view, scheme, notation).sections, request.args["csv"])
        return csv_response(f"{scheme}-{notation}-{block.anchor}", csv_rows(block.heads, block.rows, view.language))

    def page() -> str:
        incoming = [(view.label(p), count, _links_here(view, iri, p)) for p, count in view.incoming(iri)]
        return render_template(
            "code.html",
            iri=iri,
            title=view.label(iri),
            notation=notation,
            page=codes.code(view, scheme, notation),
            incoming=incoming,
        )

    return respond(lambda: unique([*stated, *labels(view, (t.object for t in stated))]), page)


@blueprint.get("/shapes")
def shapes() -> Response:
    """The SHACL shapes, as they stand in their files."""
    view = page_view()
    text = terms.shapes_text()
    return respond(
        lambda: (q.triple for q in ox.parse(text.encode(), format=ox.RdfFormat.TURTLE)),
        lambda: render_template("shapes.html", checks=terms.checks(view.language)),
    )
