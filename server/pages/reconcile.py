"""The Reconciliation Service API 0.2, as OpenRefine speaks it: names in a table → bodies, documents, projects, codes.

An identifier is the path of an IRI: `id/org/…`, `code/function/2080208`. A match is certain only where one thing alone
has exactly this name, number or code and no property speaks against it.
Source: Reconciliation Service API 0.2, sections 3 to 6.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher
from typing import Any

import pyoxigraph as ox
from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from server.front.middleware import HEADERS
from server.pages import found, terms
from server.pages.site import PATH, page_view, unchanged
from server.pages.terms import CODE, MZ
from server.pages.view import MONEY, View, iri_of, notation_of
from server.problems import Problem

blueprint = Blueprint("reconcile", __name__)

# Kind of thing → the properties that tell its things apart and that a table may be extended by.
_KINDS: dict[str, tuple[str, ...]] = {
    "Body": ("code", "region", "subOrganizationOf"),
    "Project": ("fiscalYear", "administeredBy", "implementedBy", "annualAmount", "printedAnnualAmount", "totalAmount",
                "printedTotalAmount", "reportedIn", "wasDerivedFrom"),
    "LegalDocument": ("documentNumber", "issueYear", "issuedBy", "documentKind", "issuingLevel"),
    "Report": ("fiscalYear", "reportingBody", "stage", "scope"),
    "Code": ("notation", "inScheme"),
}  # fmt: skip
_ELSEWHERE = {"subOrganizationOf": "http://www.w3.org/ns/org#", "wasDerivedFrom": "http://www.w3.org/ns/prov#",
              "notation": terms.SKOS, "inScheme": terms.SKOS}  # fmt: skip
_TOLD = {"subOrganizationOf": ("隶属", "Part of"), "wasDerivedFrom": ("出处", "Printed on"),
         "notation": ("代码", "Notation"), "inScheme": ("代码表", "Code list"), "Code": ("代码", "Code")}  # fmt: skip
# What a thing is called besides its label.
_ALSO = tuple(ox.NamedNode(terms.SKOS + name) for name in ("altLabel", "hiddenLabel", "notation"))
_ALSO_OWN = ("documentNumber", "code")
_QUERIES, _IDS = 100, 500  # of one request
_LIMIT, _MOST = 10, 50  # candidates of one query
_AGAINST, _UNKNOWN = 25.0, 5.0  # of a score of 100 that a property costs: it says otherwise, it says nothing
_NEAR = 99.0  # of a name that is not the same


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: str
    iri: str
    name: str
    hint: str
    score: float
    exact: bool


# The service


@blueprint.get("/reconcile")
@blueprint.post("/reconcile")
def reconcile() -> Response:
    """The manifest of the service; with `queries` candidates, with `extend` values of properties."""
    asked = _asked()
    if "extend" in asked:
        return _sent(_extended(page_view(), asked["extend"]))
    if "queries" in asked:
        return _sent(_answers(page_view(), asked["queries"]))
    response = unchanged("application/json", "reconcile")
    if response.status_code != 304:
        response.set_data(_json(_manifest(page_view())))
    return response


def _asked() -> dict[str, Any]:
    """`queries` or `extend` of a form, of the address or of a body in JSON."""
    if request.is_json:
        said = request.get_json(silent=True)
        if not isinstance(said, dict):
            raise Problem(400, "reconcile", "expected a JSON object with queries or extend")
        return said if said.keys() & {"queries", "extend"} else {"queries": said}
    found_there = {name: request.values[name] for name in ("queries", "extend") if name in request.values}
    try:
        return {name: json.loads(text) for name, text in found_there.items()}
    except ValueError:
        raise Problem(400, "reconcile", "expected queries or extend as JSON") from None


def _manifest(view: View) -> dict[str, Any]:
    service = view.base + "reconcile"
    return {
        "versions": ["0.2"],
        "name": view.t("明账", "Mingzhang"),
        "identifierSpace": view.base,
        "schemaSpace": MZ,
        "defaultTypes": [_type(view, kind) for kind in _KINDS],
        "view": {"url": f"{service}/view/{{{{id}}}}"},
        "preview": {"url": f"{service}/preview/{{{{id}}}}", "width": 420, "height": 260},
        "suggest": {
            name: {"service_url": service, "service_path": f"/suggest/{name}"}
            for name in ("entity", "property", "type")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [],
        },
    }


# Candidates


def _answers(view: View, queries: Any) -> dict[str, Any]:
    if not isinstance(queries, dict) or len(queries) > _QUERIES:
        raise Problem(400, "reconcile", f"expected an object of at most {_QUERIES} queries")
    return {key: {"result": [_told(view, one, certain) for one, certain in _candidates(view, query)]}
            for key, query in queries.items()}  # fmt: skip


def _candidates(view: View, query: Any) -> Iterator[tuple[_Candidate, bool]]:
    """The best first, each with whether it is certain."""
    if not isinstance(query, dict) or not isinstance(query.get("query", ""), str):
        raise Problem(400, "reconcile", "expected queries as objects with a text `query`")
    text = query.get("query", "")[:200]
    kinds = query.get("type") or list(_KINDS)
    wanted = {kinds} if isinstance(kinds, str) else set(map(str, kinds))
    limit = query.get("limit", _LIMIT)
    limit = min(int(limit), _MOST) if isinstance(limit, int | float) and limit >= 1 else _LIMIT
    properties = _properties(query.get("properties", []))
    best = sorted(
        (
            _scored(view, kind, iri, name, hint, text, properties)
            for kind, iri, name, hint in _things(view, text, wanted)
        ),
        key=lambda c: (-c.score, c.iri),
    )
    exact = [one for one in best if one.exact]
    for one in best[:limit]:
        yield one, one.exact and len(exact) == 1


def _things(view: View, text: str, wanted: set[str]) -> Iterator[tuple[str, str, str, str]]:
    """Kind, IRI, name and hint of what the text finds."""
    for group in found.groups(view, text, shown=_MOST, said=False):
        if group.kind in wanted:
            for iri, cell in zip(group.iris, group.cells, strict=True):
                yield group.kind, iri, cell.text, cell.note


def _properties(given: Any) -> list[tuple[str, list[str]]]:
    """(property, values) of a query; a thing that was reconciled stands as its identifier."""
    properties: list[tuple[str, list[str]]] = []
    for one in given if isinstance(given, list) else ():
        if not isinstance(one, dict) or not isinstance(one.get("pid"), str) or "v" not in one:
            raise Problem(400, "reconcile", "expected properties as objects with pid and v")
        values = one["v"] if isinstance(one["v"], list) else [one["v"]]
        texts = [str(v.get("id", "")) if isinstance(v, dict) else str(v) for v in values]
        properties.append((one["pid"], [text for text in texts if text.strip()]))
    return properties


def _scored(
    view: View, kind: str, iri: str, name: str, hint: str, text: str, properties: Iterable[tuple[str, list[str]]]
) -> _Candidate:
    """0 to 100: how near the names are, less what properties cost."""
    sought = _folded(text)
    names = {_folded(one) for one in (name, *_names(view, iri))}
    same = sought in names
    score = 100.0 if same else max(min(_NEAR, 100 * SequenceMatcher(None, sought, one).ratio()) for one in names)
    # Many functional codes have one name (行政运行), and a release may hold one of them alone.
    agrees = not iri.startswith(CODE + "function/") or sought == notation_of(ox.NamedNode(iri))
    for pid, values in properties:
        own = {_folded(one) for term in _values(view, iri, kind, pid) for one in _spellings(view, term)}
        if values and not own & set(map(_folded, values)):
            score -= _AGAINST if own else _UNKNOWN
            agrees = agrees and not own
    return _Candidate(kind, iri, name, hint, round(max(score, 0.0), 1), same and agrees)


def _names(view: View, iri: str) -> Iterator[str]:
    node = ox.NamedNode(iri)
    for predicate in (*terms.LABELS, *_ALSO, *(ox.NamedNode(MZ + name) for name in _ALSO_OWN)):
        yield from (value.value for value in _objects(view, node, predicate) if isinstance(value, ox.Literal))


def _objects(view: View, node: ox.NamedNode, predicate: ox.NamedNode) -> list[terms.Node]:
    """The values of a property in the release and, of a code, in the ontology's files."""
    values = {q.object for q in terms.store().quads_for_pattern(node, predicate, None)}
    return sorted({*view.values(node, predicate), *values}, key=str)


def _values(view: View, iri: str, kind: str, pid: str) -> list[terms.Node]:
    if pid not in _KINDS[kind]:
        return []
    return _objects(view, ox.NamedNode(iri), ox.NamedNode(_ELSEWHERE.get(pid, MZ) + pid))


def _spellings(view: View, term: terms.Node) -> Iterator[str]:
    """How a table may write a value: a name, an identifier, the notation of a code, a number."""
    if isinstance(term, ox.NamedNode):
        yield from (term.value, _identifier(view, term.value), term.value.rpartition("/")[2], view.label(term.value))
        yield from _names(view, term.value)
    elif isinstance(term, ox.Literal):
        yield term.value


def _folded(text: str) -> str:
    """The same for texts that differ in width, case, brackets and spaces alone; of numbers for equal ones."""
    plain = "".join(unicodedata.normalize("NFKC", text).lower().split()).translate(_BRACKETS)
    try:
        return f"{Decimal(plain).normalize():f}" if "." in plain else plain
    except InvalidOperation:
        return plain


_BRACKETS = str.maketrans("〔〕[]【】", "()()()")


def _told(view: View, one: _Candidate, certain: bool) -> dict[str, Any]:
    return {
        "id": _identifier(view, one.iri),
        "name": one.name,
        "description": one.hint,
        "score": one.score,
        "match": certain,
        "type": [_type(view, one.kind)],
    }


# Suggestions, preview, view


@blueprint.get("/reconcile/suggest/<any(entity,property,type):what>")
def suggest(what: str) -> Response:
    """What begins with a text: things, properties, kinds."""
    view, prefix = page_view(), request.args.get("prefix", "")[:200]
    result: list[dict[str, Any]]
    if what == "entity":
        things = list(_things(view, prefix, set(_KINDS)))[: _LIMIT * 2]
        result = [{"id": _identifier(view, iri), "name": name, "description": hint, "notable": [_type(view, kind)]}
                  for kind, iri, name, hint in things]  # fmt: skip
    elif what == "property":
        every = dict.fromkeys(pid for own in _KINDS.values() for pid in own)
        result = [_property(view, pid) for pid in every]
    else:
        result = [_type(view, kind) for kind in _KINDS]
    if what != "entity":
        sought = _folded(prefix)
        result = [one for one in result if sought in _folded(str(one["name"])) or sought in _folded(str(one["id"]))]
    return _sent({"result": result})


@blueprint.get("/reconcile/preview/<path:path>")
def preview(path: str) -> Response:
    """A small page about a thing, for a frame in another site."""
    view = page_view()
    kind, iri = _known(view, path)
    facts = [(_property(view, pid)["name"], [view.cell(term, _ELSEWHERE.get(pid, MZ) + pid) for term in values])
             for pid in _KINDS.get(kind, ()) if (values := _values(view, iri, kind, pid)[:3])]  # fmt: skip
    called, href = _type(view, kind)["name"], view.local(_identifier(view, iri))
    page = render_template("preview.html", title=view.label(iri), kind=called, facts=facts, href=href)
    response = Response(page, content_type="text/html; charset=utf-8")
    policy = HEADERS["Content-Security-Policy"].replace("frame-ancestors 'none'", "frame-ancestors *")
    response.headers.update({"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"})
    return response


@blueprint.get("/reconcile/view/<path:path>")
def shown(path: str) -> Response:
    """303 to the page of a thing."""
    view = page_view()
    _, iri = _known(view, path)
    return Response(status=303, headers={"Location": view.local(_identifier(view, iri)), "Cache-Control": "no-cache"})


# Values of properties


@blueprint.get("/reconcile/properties")
def properties() -> Response:
    """The properties by which things of a kind may be extended."""
    view, kind = page_view(), request.args.get("type", "")
    limit = request.args.get("limit", "")
    own = [_property(view, pid) for pid in _KINDS.get(kind, ())]
    return _sent({"type": kind, "properties": own[: int(limit)] if limit.isdecimal() else own})


def _extended(view: View, asked: Any) -> dict[str, Any]:
    ids, pids = _extension(asked)
    rows = {one: {pid: [_value(view, pid, term) for term in values] for pid, values in _row(view, one, pids)}
            for one in ids}  # fmt: skip
    return {"meta": [_property(view, pid) for pid in pids], "rows": rows}


def _extension(asked: Any) -> tuple[list[str], list[str]]:
    """The identifiers and the properties that are asked for; a Problem for any that are none."""
    said = asked if isinstance(asked, dict) else {}
    ids, given = said.get("ids"), said.get("properties")
    if not isinstance(ids, list) or not isinstance(given, list) or len(ids) > _IDS:
        raise Problem(400, "reconcile", f"expected extend with at most {_IDS} ids, and properties")
    known = sorted({pid for own in _KINDS.values() for pid in own})
    pids = [str(one.get("id", "")) if isinstance(one, dict) else "" for one in given]
    if unknown := [pid for pid in pids if pid not in known]:
        raise Problem(400, "reconcile", f"expected properties of {', '.join(known)}, found {unknown[0][:100]}")
    return [str(one) for one in ids], pids


def _row(view: View, identifier: str, pids: list[str]) -> Iterator[tuple[str, list[terms.Node]]]:
    """The values of each property; none for a thing that is unknown."""
    try:
        kind, iri = _known(view, identifier)
    except NotFound:
        yield from ((pid, []) for pid in pids)
        return
    for pid in pids:
        yield pid, _values(view, iri, kind, pid)


def _value(view: View, pid: str, term: terms.Node) -> dict[str, Any]:
    """A value; a sum as a number where that is exact, a year as text, a page as its address."""
    iri = iri_of(term)
    if iri and pid != "wasDerivedFrom":
        return {"id": _identifier(view, iri), "name": view.label(iri)}
    if isinstance(term, ox.Literal) and MZ + pid in MONEY and Decimal(repr(float(term.value))) == Decimal(term.value):
        return {"float": float(term.value)}
    return {"str": iri or (term.value if isinstance(term, ox.Literal) else str(term))}


# What all share


def _identifier(view: View, iri: str) -> str:
    return "code/" + iri.removeprefix(CODE) if iri.startswith(CODE) else iri.removeprefix(view.base)


def _known(view: View, identifier: str) -> tuple[str, str]:
    """Kind and IRI of an identifier; NotFound for what is none."""
    path = identifier.removeprefix(view.base)
    if not PATH.fullmatch(path):
        raise NotFound
    if path.startswith("code/"):
        iri = CODE + path.removeprefix("code/")
        if not terms.about(iri) and not view.exists(iri):
            raise NotFound
        return "Code", iri
    iri = view.base + path
    types = {iri_of(t.object).removeprefix(MZ) for t in view.triples(iri) if t.predicate == terms.TYPE}
    kind = next((kind for kind in _KINDS if kind in types), None)
    if not path.startswith("id/") or kind is None:
        raise NotFound
    return kind, iri


def _type(view: View, kind: str) -> dict[str, str]:
    return {"id": kind, "name": _name(view, kind)}


def _property(view: View, pid: str) -> dict[str, str]:
    return {"id": pid, "name": _name(view, pid)}


def _name(view: View, term: str) -> str:
    """What a kind or property is called: the ontology's label."""
    return view.t(*_TOLD[term]) if term in _TOLD else terms.label(MZ + term, view.language) or term


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def _sent(value: Mapping[str, Any]) -> Response:
    response = Response(_json(value), content_type="application/json")
    response.headers["Cache-Control"] = "no-cache"
    return response
