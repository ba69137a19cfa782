"""Graphs of reports → CSV tables for those without RDF: one row a figure, project, citation, target, finding.

UTF-8 without a byte order mark, RFC 4180, rows in the order of their IRIs within each report, reports in the order of
their graphs. Sums are yuan as plain decimals; what is not printed is an empty field, never 0. One report is held in
memory at a time.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg_builder import vocab
from kg_builder.graph.shared import CodeUse

Properties = dict[str, list[str]]
Things = Mapping[str, Properties]
Cells = list[str]

_MZ, _RDFS = vocab.MZ, vocab.RDFS
_TYPE, _LABEL, _PREF = vocab.RDF_TYPE.value, _RDFS + "label", vocab.SKOS + "prefLabel"
_TITLE, _DERIVED = "http://purl.org/dc/terms/title", "http://www.w3.org/ns/prov#wasDerivedFrom"
_MESSAGE = "http://www.w3.org/ns/shacl#resultMessage"
_PAGE = re.compile(r"#page=(\d+)")  # …/id/report/…#page=12

# What a self-evaluation says of a project and of a target, in the order of the columns.
_SPENDING = (
    "initialAmount", "revisedAmount", "executedAmount", "executionRate", "executionWeight", "executionScore",
    "selfScore",
)  # fmt: skip
_RESULTS = ("actualText", "actualValue", "weight", "score", "deviation")
_OF_REPORT = ("report", "body", "region", "year", "stage", "scope")


@dataclass(frozen=True, slots=True)
class Compared:
    """How two releases compare rows: the column of the address, what names the thing, and what tells only a place."""

    address: str
    naming: tuple[str, ...]
    place: tuple[str, ...] = ("page",)


COLUMNS: dict[str, tuple[str, ...]] = {
    "observations": (
        "observation", *_OF_REPORT, "table", "table_number", "table_kind", "table_title", "row", "column", "row_label",
        "heading", "is_total", "part_of_row", "part_of_column", "organization", "figure_year", "figure_stage",
        "function_code", "function_name", "economic_code", "economic_name", "funding", "expenditure_type", "topic",
        "amount_yuan", "printed_amount", "page",
    ),
    "projects": (
        "project", "name", *_OF_REPORT, "administered_by", "implemented_by", "attribute", "category", "period",
        "annual_yuan", "printed_annual", "total_yuan", "printed_total", "citations", "targets", "page", "project_kind",
        "initial_yuan", "revised_yuan", "executed_yuan", "execution_rate", "execution_weight", "execution_score",
        "self_score",
    ),
    "project_documents": (
        "citation", "project", "project_name", *_OF_REPORT, "annual_yuan", "document", "document_number",
        "document_title", "document_kind", "issuing_level", "field", "quote", "articles", "resolution", "page",
    ),
    "indicators": (
        "indicator", "project", "project_name", *_OF_REPORT, "horizon", "kind", "kind_name", "name", "target_text",
        "comparison", "target_value", "target_upper_value", "target_unit", "deadline", "page", "actual_text",
        "actual_value", "weight", "score", "deviation",
    ),
    "findings": (
        "finding", *_OF_REPORT, "severity", "check", "concerns", "expected", "found", "difference", "unit",
        "message_zh", "message_en", "page",
    ),
}  # fmt: skip

# How two releases compare the rows of each table.
COMPARED: dict[str, Compared] = {
    "observations": Compared(
        "observation", ("table_kind", "table_title", "row_label", "heading"),
        ("table", "table_number", "row", "column", "part_of_row", "part_of_column", "page"),
    ),
    "projects": Compared("project", ("name",)),
    "project_documents": Compared("citation", ("project_name", "quote"), ("project", "page")),
    "indicators": Compared("indicator", ("project_name", "name", "horizon"), ("project", "page")),
    "findings": Compared("finding", ("check",), ("concerns", "page")),
}  # fmt: skip


# Datatypes of XML Schema of the columns that are no plain text. A code is text: 0805 is no number.
TYPES = {
    "amount_yuan": "decimal", "annual_yuan": "decimal", "total_yuan": "decimal", "difference": "decimal",
    "initial_yuan": "decimal", "revised_yuan": "decimal", "executed_yuan": "decimal", "execution_rate": "decimal",
    "execution_weight": "decimal", "execution_score": "decimal", "self_score": "decimal", "actual_value": "decimal",
    "weight": "decimal", "score": "decimal", "target_value": "decimal", "target_upper_value": "decimal",
    "year": "gYear", "figure_year": "gYear",
    "row": "integer", "column": "integer", "table_number": "integer", "citations": "integer", "targets": "integer",
    "page": "integer", "is_total": "boolean", "observation": "anyURI", "project": "anyURI", "citation": "anyURI",
    "indicator": "anyURI", "finding": "anyURI", "report": "anyURI", "table": "anyURI", "document": "anyURI",
    "part_of_row": "anyURI", "part_of_column": "anyURI", "concerns": "anyURI",
}  # fmt: skip


def head_row(name: str) -> bytes:
    """The first line of a table."""
    return _written([COLUMNS[name]])


def report_rows(
    report: str, triples: Iterable[ox.Triple], documents: Iterable[ox.Triple], uses: Iterable[CodeUse]
) -> dict[str, tuple[bytes, int]]:
    """Table → the lines of one report, without a head, and how many rows they are; tables without any are left out.

    `report` is the IRI of the report's graph, `documents` tells of what it cites, `uses` of its codes.
    """
    used = {f"{vocab.CODE}{use.scheme}/{use.notation}": {_PREF: [use.name]} for use in sorted(uses, reverse=True)}
    known = {**used, **_concepts(), **_things(documents)}
    found = {}
    for name, rows in _Sheet(report, _things(triples), known).tables().items():
        lines = list(rows)
        if lines:
            found[name] = (_written(lines), len(lines))
    return found


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


@cache
def _concepts() -> Things:
    """The names of the code lists whose names stand in the tables."""
    lists = ("function", "economic", "indicator")
    return {f"{vocab.CODE}{s}/{c.notation}": {_PREF: [c.zh]} for s in lists for c in vocab.concepts(s).values()}


def _things(triples: Iterable[ox.Triple]) -> dict[str, Properties]:
    """Subject → property → values; of names in several languages the Chinese come first."""
    found: dict[str, Properties] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        subject, value = triple.subject, triple.object
        if not isinstance(subject, ox.NamedNode):
            continue
        values = found[subject.value][triple.predicate.value]
        if isinstance(value, ox.Literal) and (value.language or "").startswith("zh"):
            values.insert(0, value.value)
        elif isinstance(value, ox.NamedNode | ox.Literal):
            values.append(value.value)
    return found


class _Sheet:
    """The rows of one report."""

    def __init__(self, report: str, things: Things, known: Things) -> None:
        self.report, self.things, self.known = report, things, known
        self.projects = {c: p for p in self._all("Project") for c in self._values(p, "hasCitation")}
        self.owners = {i: p for p in self._all("Project") for i in self._values(p, "hasIndicator")}
        body = self._value(report, "reportingBody")
        self.head = [
            report, self._name(body), self._coded(body, "region"), self._value(report, "fiscalYear"),
            self._coded(report, "stage"), self._coded(report, "scope"),
        ]  # fmt: skip

    def tables(self) -> dict[str, Iterator[Cells]]:
        """Table → its rows."""
        made = {
            "observations": ("Observation", self._observation),
            "projects": ("Project", self._project),
            "project_documents": ("Citation", self._citation),
            "indicators": ("Indicator", self._indicator),
            "findings": ("Finding", self._finding),
        }
        return {name: map(row, self._all(kind)) for name, (kind, row) in made.items()}

    def _all(self, kind: str) -> list[str]:
        return sorted(iri for iri, said in self.things.items() if _MZ + kind in said.get(_TYPE, ()))

    def _values(self, iri: str, name: str) -> list[str]:
        predicate = name if ":" in name else _MZ + name
        return (self.things.get(iri) or {}).get(predicate) or (self.known.get(iri) or {}).get(predicate) or []

    def _value(self, iri: str, name: str) -> str:
        return next(iter(self._values(iri, name)), "")

    def _name(self, iri: str) -> str:
        return next((v for p in (_LABEL, _PREF, _TITLE) for v in self._values(iri, p)), "")

    def _coded(self, iri: str, name: str) -> str:
        """The notation of a concept."""
        return self._value(iri, name).rpartition("/")[2]

    def _page(self, iri: str) -> str:
        pages = {int(match[1]) for value in self._values(iri, _DERIVED) if (match := _PAGE.search(value))}
        return str(min(pages)) if pages else ""

    def _observation(self, iri: str) -> Cells:
        table, function, economic = (self._value(iri, n) for n in ("table", "functionCode", "economicCode"))
        return [
            iri, *self.head, table, self._value(table, "tableNumber"), self._coded(table, "tableKind"),
            self._name(table), self._value(iri, "row"), self._value(iri, "column"), self._value(iri, "rowLabel"),
            self._value(iri, "heading"),
            self._value(iri, "isTotal"), self._value(iri, "partOfRow"), self._value(iri, "partOfColumn"),
            self._name(self._value(iri, "organization")), self._value(iri, "fiscalYear"), self._coded(iri, "stage"),
            function.rpartition("/")[2], self._name(function), economic.rpartition("/")[2], self._name(economic),
            self._coded(iri, "fundingSource"), self._coded(iri, "expenditureType"), self._coded(iri, "topic"),
            self._value(iri, "amount"), self._value(iri, "printedAmount"), self._page(iri),
        ]  # fmt: skip

    def _project(self, iri: str) -> Cells:
        return [
            iri, self._name(iri), *self.head, self._name(self._value(iri, "administeredBy")),
            self._name(self._value(iri, "implementedBy")), self._value(iri, "attribute"), self._value(iri, "category"),
            self._value(iri, "period"), self._value(iri, "annualAmount"), self._value(iri, "printedAnnualAmount"),
            self._value(iri, "totalAmount"), self._value(iri, "printedTotalAmount"),
            str(len(self._values(iri, "hasCitation"))), str(len(self._values(iri, "hasIndicator"))), self._page(iri),
            self._coded(iri, "projectKind"), *(self._value(iri, name) for name in _SPENDING),
        ]  # fmt: skip

    def _citation(self, iri: str) -> Cells:
        project, document = self.projects.get(iri, ""), self._value(iri, "citedDocument")
        return [
            iri, project, self._name(project), *self.head, self._value(project, "annualAmount"), document,
            self._value(document, "documentNumber"), self._name(document), self._coded(document, "documentKind"),
            self._coded(document, "issuingLevel"), self._coded(iri, "citedInField"), self._value(iri, "quote"),
            "; ".join(sorted(self._values(iri, "article"))), self._coded(iri, "resolution"), self._page(iri),
        ]  # fmt: skip

    def _indicator(self, iri: str) -> Cells:
        project, kind = self.owners.get(iri, ""), self._value(iri, "indicatorKind")
        return [
            iri, project, self._name(project), *self.head, self._coded(iri, "horizon"), kind.rpartition("/")[2],
            self._name(kind), self._name(iri), self._value(iri, "targetText"), self._coded(iri, "comparison"),
            self._value(iri, "targetValue"), self._value(iri, "targetUpperValue"), self._value(iri, "targetUnit"),
            self._value(iri, "deadline"), self._page(iri), *(self._value(iri, name) for name in _RESULTS),
        ]  # fmt: skip

    def _finding(self, iri: str) -> Cells:
        messages = self._values(iri, _MESSAGE)
        return [
            iri, *self.head, self._coded(iri, "severity"), self._value(iri, "check").rpartition("#")[2],
            self._value(iri, "concerns"), self._value(iri, "expected"), self._value(iri, "found"),
            self._value(iri, "difference"), self._value(iri, "unit"), next(iter(messages), ""),
            next(iter(messages[1:]), ""), self._page(iri),
        ]  # fmt: skip
