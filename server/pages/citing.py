"""What people quote and cite: a figure as a sentence; a report, a figure or the dataset as BibTeX, RIS and CSL-JSON.

A year of publication is not given: a report tells the year that its money is of, and no more is known.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pyoxigraph as ox

from server.pages import terms
from server.pages.blocks import plain, wan
from server.pages.terms import MZ
from server.pages.view import View, iri_of, notation_of, text_of, yuan_of

FORMS = {
    "bib": ("BibTeX", "application/x-bibtex; charset=utf-8"),
    "ris": ("RIS", "application/x-research-info-systems; charset=utf-8"),
    "json": ("CSL-JSON", "application/vnd.citationstyles.csl+json"),
}
DATASET = "dataset"
_STAGES = {"budget": ("预算", "budget"), "final": ("决算", "final accounts")}
_DERIVED = ox.NamedNode("http://www.w3.org/ns/prov#wasDerivedFrom")
_SPECIAL = re.compile(r"[\\{}$&#%_^~]")
_NAMED = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


@dataclass(frozen=True, slots=True)
class Cited:
    """Something to cite: its kind (`report`, `figure`, `dataset`), title, author (a body), notes, stable address."""

    kind: str
    key: str
    title: str
    author: str
    within: str  # the report that a figure stands in
    page: str
    note: str
    url: str


def figure_sentence(view: View, iri: str) -> str:
    """A figure in a sentence: body, year, what, amount, as printed, report, page, release and address; else nothing.

    What the data does not say once and for certain is left out.
    """
    yuan = yuan_of(view.value(iri, "amount"))
    if yuan is None or not any(node == ox.NamedNode(f"{MZ}Observation") for node in view.values(*_type_of(iri))):
        return ""
    report = iri_of(view.value(iri, "reportedIn"))
    body, what, pages = _body(view, iri, report), _what(view, iri), _pages(view, iri)
    years = [text_of(year) for year in view.all(iri, "fiscalYear")]
    stages = [_STAGES[n] for n in map(notation_of, view.all(iri, "stage")) if n in _STAGES]
    zh, en = stages[0] if len(stages) == 1 else ("", "")
    year = years[0] if len(years) == 1 else ""
    printed = text_of(view.value(iri, "printedAmount"))
    source = view.label(report) if report else ""
    if view.language == "en":
        head = ", ".join(filter(None, (body, " ".join(filter(None, (year, en))))))
        shown = f" (printed as {printed})" if printed else ""
        origin = ", ".join(filter(None, (source, pages)))
        return f"{head}: {what}: {plain(yuan)} yuan{shown}. {origin}. Mingzhang, release {view.release.version}, {iri}"
    head = body + (f"{year}年" if year else "") + zh
    shown = f"（原文印作{printed}）" if printed else ""
    origin = f"《{source}》{pages}。" if source else ""
    release = view.release.version
    return f"{head}：{what}，{wan(yuan)}万元，即{plain(yuan)}元{shown}。{origin}明账，版本{release}，{iri}"


def _type_of(iri: str) -> tuple[ox.NamedNode, ox.NamedNode]:
    return ox.NamedNode(iri), terms.TYPE


def _body(view: View, iri: str, report: str) -> str:
    body = iri_of(view.value(iri, "organization")) or iri_of(view.value(report, "reportingBody") if report else None)
    return view.label(body) if body else ""


def _what(view: View, iri: str) -> str:
    """The table, row and column of a figure."""
    table = iri_of(view.value(iri, "table"))
    row = [text_of(value) for name in ("rowLabel", "heading") if (value := view.value(iri, name)) is not None]
    named = [view.t(f"《{view.label(table)}》", view.label(table))] if table else []
    return view.t("", " / ").join([*named, " / ".join(row)])


def _pages(view: View, iri: str) -> str:
    pages = [iri_of(page) for page in view.values(ox.NamedNode(iri), _DERIVED)]
    return view.t("、", ", ").join(view.label(page) for page in pages if page)


def cited(view: View, path: str) -> Cited | None:
    """What a path names as something to cite; None for another kind of thing."""
    release, iri = f"Mingzhang release {view.release.version}", f"{view.base}id/{path}"
    if path == DATASET:
        told = view.release.manifest.get("publisher") or {}
        title = told.get("title") or "明账：政府预算公开关联数据"
        return Cited("dataset", "mingzhang", title, told.get("name") or "明账", "", "", release, f"{view.base}dumps/")
    if path.startswith("report/"):
        body, year = iri_of(view.value(iri, "reportingBody")), text_of(view.value(iri, "fiscalYear"))
        note = "; ".join(filter(None, (f"fiscal year {year}" if year else "", release)))
        return Cited("report", _key(path), view.label(iri), view.label(body) if body else "", "", "", note, iri)
    sentence = figure_sentence(view, iri) if path.startswith("obs/") else ""
    if not sentence:
        return None
    report = iri_of(view.value(iri, "reportedIn"))
    amount = f"{plain(yuan_of(view.value(iri, 'amount')) or 0)} yuan"  # type: ignore[arg-type]  # a figure has one
    title = f"{_what(view, iri)}: {amount}"
    body = iri_of(view.value(report, "reportingBody")) if report else ""
    author = view.label(body) if body else ""
    return Cited("figure", _key(path), title, author, view.label(report), _numbers(view, iri), release, iri)


def _numbers(view: View, iri: str) -> str:
    found = [iri_of(page).partition("#page=")[2].partition("&")[0] for page in view.values(ox.NamedNode(iri), _DERIVED)]
    return ", ".join(filter(None, found))


def _key(path: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", path.partition("/")[2])


def in_form(one: Cited, form: str) -> str:
    """A citation in one of the forms."""
    return {"bib": _bibtex, "ris": _ris, "json": _csl}[form](one)


def _bibtex(one: Cited) -> str:
    kinds = {"report": "techreport", "figure": "misc", "dataset": "misc"}
    fields = {"author": f"{{{_tex(one.author)}}}" if one.author else "", "title": f"{{{_tex(one.title)}}}",
              "institution": _tex(one.author) if one.kind == "report" else "",
              "howpublished": _tex(f"{one.within}, page {one.page}" if one.page else one.within),
              "note": _tex(one.note), "url": one.url}  # fmt: skip
    inside = "".join(f"  {name} = {{{text}}},\n" for name, text in fields.items() if text)
    return f"@{kinds[one.kind]}{{{one.key},\n{inside}}}\n"


def _tex(text: str) -> str:
    return _SPECIAL.sub(lambda sign: _NAMED.get(sign[0], "\\" + sign[0]), text)


def _ris(one: Cited) -> str:
    kinds = {"report": "RPRT", "figure": "GEN", "dataset": "DATA"}
    lines = [("TY", kinds[one.kind]), ("AU", one.author), ("TI", one.title), ("T2", one.within), ("SP", one.page),
             ("N1", one.note), ("UR", one.url)]  # fmt: skip
    told = "".join(f"{tag}  - {' '.join(text.split())}\r\n" for tag, text in lines if text)
    return told + "ER  - \r\n"


def _csl(one: Cited) -> str:
    kinds = {"report": "report", "figure": "entry", "dataset": "dataset"}
    author = [{"literal": one.author}] if one.author else []
    told = {"id": one.key, "type": kinds[one.kind], "author": author, "title": one.title, "container-title": one.within,
            "page": one.page, "note": one.note, "URL": one.url}  # fmt: skip
    return json.dumps([{name: value for name, value in told.items() if value}], ensure_ascii=False, indent=1) + "\n"
