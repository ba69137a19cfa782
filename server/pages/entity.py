"""An entity: its description as RDF, and what its page shows."""

from __future__ import annotations

import json
import re
from typing import Any

import pyoxigraph as ox
from werkzeug.exceptions import NotFound

from server.negotiate import PREFIXES
from server.pages import citing, printed, records, reports, terms
from server.pages.blocks import EntityPage
from server.pages.kinds import PAGES
from server.pages.site import labels, unique
from server.pages.terms import DCTERMS, MZ
from server.pages.view import View

_VOID = "http://rdfs.org/ns/void#"
_PART_OF = ox.NamedNode(DCTERMS + "isPartOf")


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


def made(view: View, path: str, iri: str, number: str = "", source: str = "") -> tuple[EntityPage, str]:
    """The page of an entity, or of page `number` of a report (of its file `source`), with its title; NotFound."""
    kind = path.partition("/")[0]
    if kind == "report" and number:
        page = f"{iri}#page={number}" + (f"&source={source}" if source else "")
        if not number.isascii() or not number.isdigit() or not (source or "1").isdigit() or not view.exists(page):
            raise NotFound
        return reports.report_page(view, iri, page), f"{view.label(iri)} · {view.label(page)}"
    return PAGES.get(kind, records.anything)(view, iri), view.label(iri)


def shown(view: View, path: str, iri: str, number: str = "", source: str = "", mark: str = "") -> dict[str, Any]:
    """What the template of an entity shows; `mark` is the path of what is marked on the page of a report."""
    page, title = made(view, path, iri, number, source)
    kinds = [view.label(t.value) for t in view.values(ox.NamedNode(iri), terms.TYPE)
             if isinstance(t, ox.NamedNode) and t.value.startswith(MZ)]  # fmt: skip
    stated = json.dumps({"@context": "https://schema.org", **page.schema}, ensure_ascii=False)
    return {
        "iri": iri,
        "path": path,
        "title": title,
        "short": title if len(title) <= 60 else title[:59] + "…",
        "kinds": (kinds[1:] or kinds) if path.startswith("org/") else kinds[:1],
        "page": page,
        "sentence": citing.figure_sentence(view, iri) if path.startswith("obs/") else "",
        "cites": citing.FORMS if path.startswith(("obs/", "report/")) and not number else {},
        "printed": printed.shown(view, f"{iri}#page={number}", source, mark) if number else None,
        "schema": stated.replace("<", "\\u003c") if page.schema else "",
        "everything": view.facts(iri),
        "incoming": view.links_here(iri),
        "sparql": view.local("sparql", query=f"SELECT ?property ?value WHERE {{\n  <{iri}> ?property ?value .\n}}"),
    }
