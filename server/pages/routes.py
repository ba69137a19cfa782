"""The routes of the site: home, lists, search, comparison, entities, codes, ontology; pages are RDF too by Accept."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pyoxigraph as ox
from flask import Response, current_app, g, render_template, request
from werkzeug.exceptions import NotFound

from server import files
from server.excel import MEDIA, workbook
from server.negotiate import GRAPH_FORMATS, HTML
from server.pages import (
    citing,
    codes,
    compare,
    entity,
    found,
    home,
    lists,
    ontology,
    places,
    printed,
    questions,
    releases,
    reports,
    sections,
    terms,
    topics,
)
from server.pages.blocks import EntityPage
from server.pages.kinds import LISTINGS
from server.pages.site import (
    PATH,
    Triples,
    asked_format,
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
from server.pages.terms import CODE, ONTOLOGY
from server.problems import Problem

__all__ = ["blueprint", "files", "questions", "releases"]  # whose routes stand on the same blueprint

# table/a-2025/t3/r4-c2: the short way from a table to one of its figures
_FIGURE = re.compile(r"table/([^/]+/t\d+)/(r\d+-c\d+)")

_WORKBOOK_ROWS = 100_000  # a workbook is made whole before it is sent

# Home, lists, search, comparison


@blueprint.get("/")
def start() -> Response:
    """What is in the release."""
    view = page_view()

    def page() -> str:
        shown = g.release.once(f"home {view.language} {view.usual}", lambda: home.shown(view))
        return render_template("home.html", **shown, queries=questions.library()[:6], examples=found.examples(view))

    return respond(files.catalog_triples, page)


@blueprint.get(f"/<any({','.join(LISTINGS)}):name>")
def listing(name: str) -> Response:
    """One page of a list in the order asked for, begun after the key `after`; or all of it as CSV."""
    view, kind = page_view(), LISTINGS[name]
    asked = lists.wanted(kind, request.args)
    size = current_app.config["SETTINGS"].page_size
    with _filtered():
        if wants_csv():
            return csv_response(name, lists.as_csv(view, kind, asked))
        shown = lists.list_page(view, kind, asked, request.args.get("after", ""), size)
    given = asked.parameters()
    following = view.local(name, **given, after=shown.following) if shown.following else None

    def triples() -> Triples:
        stated = [t for iri in shown.items for t in view.triples(iri)]
        return unique([*stated, *labels(view, (t.object for t in stated))])

    def page() -> str:
        filters = [(f, head, lists.choices(view, kind, f)) for f, (head, _) in kind.filters.items()]
        return render_template(
            "list.html", name=name, listing=kind, found=shown, filters=filters, given=given, asked=asked,
            following=following, heads=lists.heads(kind), orders=lists.sorted_by(kind, asked),
            chosen=lists.chosen(view, filters, asked.filters),
        )  # fmt: skip

    response = respond(triples, page)
    if following:
        response.headers.add("Link", f'<{following}>; rel="next"')
    return response


@blueprint.get(f"/<any({','.join(LISTINGS)}):name>.json")
def listing_json(name: str) -> Response:
    """One page of a list as data: exact values with their IRIs, what is not known as null, the address of the next."""
    view, kind = page_view(), LISTINGS[name]
    asked = lists.wanted(kind, request.args)
    response = unchanged("application/json", "list")
    if response.status_code != 304:
        size = current_app.config["SETTINGS"].page_size
        with _filtered():
            found = lists.as_json(view, kind, asked, request.args.get("after", ""), size)
        after = found.pop("after")
        following = view.local(f"{name}.json", **asked.parameters(), after=after) if after else None
        response.set_data(json.dumps({"list": name, "next": following, **found}, ensure_ascii=False))
        if following:
            response.headers.add("Link", f'<{following}>; rel="next"')
    return response


@blueprint.get(f"/<any({','.join(LISTINGS)}):name>.xlsx")
def listing_workbook(name: str) -> Response:
    """All of a list as a workbook for Excel."""
    view, kind = page_view(), LISTINGS[name]
    asked = lists.wanted(kind, request.args)
    response = unchanged(MEDIA, "xlsx")
    if response.status_code != 304:
        with _filtered():
            if lists.count(view, kind, asked) > _WORKBOOK_ROWS:
                detail = f"a workbook may have {_WORKBOOK_ROWS} rows; choose by a filter, or take the CSV"
                raise Problem(422, "cap", detail)
            title = view.t(kind.title.zh, kind.title.en)
            response.set_data(workbook(title, lists.as_table(view, kind, asked)))
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


@contextmanager
def _filtered() -> Iterator[None]:
    """A Problem for a filter whose value is none."""
    try:
        yield
    except ValueError:
        raise Problem(400, "filter", "the value of a filter is a year, id/… or code/…") from None


@blueprint.get("/search")
def search_page() -> Response:
    """Entities found by their names, numbers, codes and texts, grouped by kind."""
    view, text = page_view(), request.args.get("q", "")[:200]
    groups = found.groups(view, text)
    return respond(
        lambda: unique(labels(view, (ox.NamedNode(iri) for group in groups for iri in group.iris))),
        lambda: render_template("search.html", sought=text, groups=groups, examples=found.examples(view)),
    )


@blueprint.get("/search.json")
def search_json() -> Response:
    """The same for programs: kinds in their order, each with how many there are and the best of them."""
    view, text = page_view(), request.args.get("q", "")[:200]
    response = unchanged("application/json", "search")
    if response.status_code != 304:
        kinds = [
            {
                "kind": group.kind,
                "count": group.count,
                "items": [
                    {"id": iri, "name": cell.text, "hint": cell.note}
                    for iri, cell in zip(group.iris, group.cells, strict=True)
                ],
            }
            for group in found.groups(view, text, said=False)
            if group.kind not in found.NO_ENTITIES
        ]
        response.set_data(json.dumps({"q": text, "groups": kinds}, ensure_ascii=False))
    return response


@blueprint.get("/rows")
def rows_page() -> Response:
    """The figures of all rows of one name, by body and year; `?csv=figures` gives them as a file."""
    view, name = page_view(whole="csv" in request.args), request.args.get("name", "")[:200]
    found = reports.rows_named(view, name)
    if sections.asked():
        return sections.answer("rows", name, found)
    return respond(list, lambda: render_template("rows.html", name=name, sections=found), [HTML])


@blueprint.get("/search/suggest")
def suggest() -> Response:
    """The best of each kind while a reader types, as JSON."""
    view, text = page_view(), request.args.get("q", "")[:200]
    response = unchanged("application/json", "suggest")
    if response.status_code != 304:
        best = [
            {"kind": view.t(group.head.zh, group.head.en), "name": cell.text, "hint": cell.note, "href": cell.href}
            for group in found.groups(view, text, shown=3, said=False)
            for cell in group.cells
        ]
        response.set_data(json.dumps(best[:10], ensure_ascii=False))
    return response


@blueprint.get("/compare")
def comparison() -> Response:
    """Two and more reports or places side by side."""
    view = page_view(whole="csv" in request.args)
    by = _compared_by()
    chosen = [compare.side(view, request.args.get(letter, "")) for letter in compare.LETTERS]
    given = [side for side in chosen if side]
    blocks = compare.compared(view, by, given) if len(given) > 1 else []
    if blocks and (wants_csv() or sections.asked()):
        return sections.answer("compare", "", blocks, blocks[0].anchor, "csv" if wants_csv() else "")
    return respond(
        list,
        lambda: render_template(
            "compare.html", sides=compare.sides(view), given=given, by=by, choices=compare.BY, sections=blocks,
            letters=compare.LETTERS[: max(2, len(given) + 1)],
            address=view.local("compare", **compare.parameters(given), by=by),
            swapped=view.local("compare", **compare.parameters(given[::-1]), by=by),
        ),
        [HTML],
    )  # fmt: skip


@blueprint.get("/compare/figures")
def compared_figures() -> Response:
    """The figures that a sum of a comparison is made of, each with its page."""
    view = page_view(whole="csv" in request.args)
    side, of = compare.side(view, request.args.get("a", "")), request.args.get("of", "")
    by = _compared_by()
    found = compare.figures(view, by, side, of) if side else []
    if sections.asked():
        return sections.answer("figures", side.name if side else "", found)
    return respond(list, lambda: render_template("figures.html", side=side, by=by, of=of, sections=found), [HTML])


def _compared_by() -> str:
    by = request.args.get("by", "class")
    return by if by in compare.BY else "class"


@blueprint.get("/about")
def about() -> Response:
    """What is in the release, how it is read, and how far it can be trusted, with its own figures."""
    manifest = g.release.manifest
    every = manifest.get("reports", [])
    read = Counter[str]()
    for entry in every:
        read.update(entry.get("read", {}))
    told = {
        "reports": len(every),
        "inputs": len(manifest.get("inputs", [])),
        "refused": len(manifest.get("refused", [])),
        "years": sorted({entry["year"] for entry in every}) or ["—"],
        "findings": sum(manifest["counts"].get("findings", {}).values()),
        "read": read,
    }
    return respond(files.catalog_triples, lambda: render_template("about.html", **told))


@blueprint.get("/help")
def help_page() -> Response:
    """How to find, read, quote and take figures, and how to report an error."""
    return respond(list, lambda: render_template("help.html", examples=found.examples(page_view())), [HTML])


@blueprint.get("/topics")
def topic_list() -> Response:
    """The topics of which the release holds a sum."""
    view = page_view()
    return respond(list, lambda: render_template("topic.html", sections=topics.listed(view), page=None), [HTML])


@blueprint.get("/topics/<topic>")
def topic_page(topic: str) -> Response:
    """A topic over bodies and years; `?csv=…` gives a table as a file."""
    iri = topics.SCHEME + topic
    if not PATH.fullmatch(topic) or not terms.about(iri):
        raise NotFound
    view = page_view(whole="csv" in request.args)
    if sections.asked():
        return sections.answer(topic, view.label(iri), topics.topic(view, topic).sections)
    return respond(
        lambda: unique(terms.about(iri)),
        lambda: render_template(
            "topic.html", topic=topic, title=view.label(iri), page=topics.topic(view, topic), sections=None
        ),
    )


@blueprint.get("/places")
def place_list() -> Response:
    """What of governments compares by place and year."""
    view = page_view()
    return respond(list, lambda: render_template("places.html", kind=None, sections=places.listed(view)), [HTML])


@blueprint.get("/places/<kind>")
def place_page(kind: str) -> Response:
    """Places and years side by side, of the thing that `of` names; `?csv=…` gives a table as a file."""
    about = places.KINDS.get(kind)
    if about is None:
        raise NotFound
    view = page_view(whole="csv" in request.args)
    items = places.items(view, about)
    of = request.args.get("of") or next((item for item, *_ in items), "")
    found = places.sections(view, about, of)
    if sections.asked():
        return sections.answer(kind, view.t(about.title.zh, about.title.en), found)
    address = view.local(f"places/{kind}", of=of)
    return respond(
        list,
        lambda: render_template("places.html", kind=about, items=items, of=of, sections=found, address=address),
        [HTML],
    )


# Entities


@blueprint.get("/id/<path:path>")
def entity_id(path: str) -> Response:
    """303 to the page of an entity, or to its data for a client that asks for data."""
    view = page_view()
    known(view, path)
    form = asked_format([HTML, *GRAPH_FORMATS.values()])
    target = view.local(f"page/{path}") if form is HTML else f"{view.release.root}data/{path}.{form.name}"
    response = Response(status=303, headers={"Location": target, "Cache-Control": "no-cache"})
    response.vary.update(("Accept", "Accept-Language"))
    return response


@blueprint.get("/page/<path:path>")
def entity_page(path: str) -> Response:
    """The page of an entity; `?page=12` shows a page of a report with `&mark=…` on it, `?csv=…` a table as a file."""
    if figure := _FIGURE.fullmatch(path):
        known(page_view(), f"obs/{figure[1]}-{figure[2]}")
        return Response(status=303, headers={"Location": page_view().local(f"id/obs/{figure[1]}-{figure[2]}")})
    view = page_view(whole="csv" in request.args)
    iri = known(view, path)
    page = (request.args.get("page", ""), request.args.get("source", ""))
    if sections.asked():
        made, _ = entity.made(view, path, iri, *page)
        return sections.answer(path.rpartition("/")[2], view.label(iri), made.sections)
    return respond(
        lambda: entity.description(view, iri),
        lambda: render_template("entity.html", **entity.shown(view, path, iri, *page, request.args.get("mark", ""))),
    )


@blueprint.get("/drawn/<source>/<int:number>.webp")
def drawn(source: str, number: int) -> Response:
    """A page of a file as a picture, names and telephone numbers of people covered."""
    leaf = printed.leaf(g.release, source, number, large=request.args.get("size") == "large")
    if leaf is None:
        raise NotFound
    response = unchanged("image/webp")
    if response.status_code != 304:
        response.set_data(current_app.config["DRAWING"].picture(leaf))
    return response


@blueprint.get("/cite/<path:path>.<any(bib,ris,json):form>")
def cite(path: str, form: str) -> Response:
    """A report, a figure or the dataset as BibTeX, RIS or CSL-JSON."""
    view = page_view()
    if path != citing.DATASET:
        known(view, path)
    one = citing.cited(view, path)
    if one is None:
        raise NotFound
    response = unchanged(citing.FORMS[form][1])
    if response.status_code != 304:
        response.set_data(citing.in_form(one, form))
        response.headers["Content-Disposition"] = f'attachment; filename="{one.key}.{form}"'
    return response


@blueprint.get("/data/<path:path>")
def entity_data(path: str) -> Response:
    """The description of an entity in the format that the path ends in."""
    stem, dot, suffix = path.rpartition(".")
    if not dot or suffix not in GRAPH_FORMATS:
        raise NotFound
    view = page_view()
    iri = known(view, stem)
    return respond(lambda: entity.description(view, iri), lambda: "", [GRAPH_FORMATS[suffix]])


# Ontology, code lists, shapes


@blueprint.get("/ontology")
def ontology_page() -> Response:
    """Classes and properties."""
    view = page_view()
    return respond(
        lambda: terms.file_triples("mingzhang.ttl"),
        lambda: render_template(
            "ontology.html",
            iri=ONTOLOGY,
            classes=ontology.rows(view, "Class"),
            properties=ontology.rows(view, "Property"),
            schemes=codes.schemes(view),
        ),
    )


@blueprint.get("/code/", strict_slashes=False)
def code_lists() -> Response:
    """All code lists."""
    view = page_view()
    nodes = [ox.NamedNode(CODE + scheme) for scheme in terms.schemes()]
    return respond(
        lambda: unique(labels(view, nodes)), lambda: render_template("codes.html", schemes=codes.schemes(view))
    )


@blueprint.get("/code/<scheme>")
def code_list(scheme: str) -> Response:
    """One code list with its outermost concepts."""
    if scheme not in terms.schemes():
        raise NotFound
    view = page_view()

    def triples() -> Triples:
        added = codes.in_scheme(view, scheme)
        return unique([*terms.file_triples(f"codes/{scheme}.ttl"), *(t for iri in added for t in view.triples(iri))])

    return respond(
        triples,
        lambda: render_template(
            "code.html",
            iri=CODE + scheme,
            title=view.label(CODE + scheme),
            page=EntityPage(),
            concepts=codes.tops(view, scheme),
        ),
    )


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
    if sections.asked():
        return sections.answer(f"{scheme}-{notation}", view.label(iri), codes.code(view, scheme, notation).sections)

    def page() -> str:
        return render_template(
            "code.html",
            iri=iri,
            title=view.label(iri),
            notation=notation,
            page=codes.code(view, scheme, notation),
            incoming=view.links_here(iri),
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
