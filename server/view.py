"""RDF terms of a release → what a person reads: names, links, money, years, in Chinese or English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

import pyoxigraph as ox

from server import terms
from server.release import Release
from server.terms import CODE, MZ, SHAPE, Node

Language = Literal["zh", "en"]
Row = dict[str, Node | None]

XSD = "http://www.w3.org/2001/XMLSchema#"
WAN = Decimal(10_000)
_VARIABLE = re.compile(r"\?([a-z]+)\b")  # ?it
# Tried in turn for the name of something: its label, else what it is known by.
_NAMES = (
    *terms.LABELS,
    *(ox.NamedNode(MZ + n) for n in ("documentNumber", "rowLabel", "fileName", "citedTitle", "quote")),
    ox.NamedNode("http://www.w3.org/ns/shacl#resultMessage"),
)
_FIELD, _TOPIC, _PAGE_NUMBER = (ox.NamedNode(MZ + n) for n in ("field", "topic", "pageNumber"))
MONEY = frozenset(MZ + n for n in ("amount", "annualAmount", "totalAmount", "difference", "tolerance", "precision"))


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing shown in a table or list; `yuan` makes it money, `parts` a text with marked pieces."""

    text: str = ""
    href: str | None = None
    yuan: Decimal | None = None
    number: bool = False
    parts: tuple[tuple[str, str | None], ...] = ()  # (text, link of a marked piece)
    anchor: str | None = None  # what a fragment of the page's address points to


BLANK = Cell("—")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column or section in both languages."""

    zh: str
    en: str
    number: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A section of a page: a table with its heads, and where there is more of it."""

    anchor: str
    title: Head
    heads: tuple[Head, ...]
    rows: list[list[Cell]]
    more: str | None = None
    note: Head | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One property of an entity with its values."""

    label: str
    other: str  # the label in the other language
    href: str
    values: list[Cell] = field(default_factory=list)


def wan(yuan: Decimal) -> str:
    """Yuan as 万元, exact: 10984000 → 1,098.4."""
    text = f"{yuan / WAN:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain(yuan: Decimal) -> str:
    """Yuan with thousands separators: 10,984,000."""
    text = f"{yuan:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class View:
    """One release read in one language."""

    def __init__(self, release: Release, language: Language) -> None:
        self.release, self.store, self.base, self.language = release, release.store, release.base, language

    # Reading

    def rows(self, query: str, **bound: Node) -> list[Row]:
        """The solutions of one of our own queries, the variables `bound` replaced by terms.

        A term is checked when it is made and writes itself escaped. Oxigraph's `substitutions` would do, but only for
        variables of the outermost SELECT.
        """
        text = _VARIABLE.sub(lambda match: str(bound.get(match[1], match[0])), query)
        solutions = self.store.query(text, use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)  # noqa: S101 - our own SELECT
        names = [variable.value for variable in solutions.variables]
        return [dict(zip(names, solution, strict=True)) for solution in solutions]

    def values(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Node]:
        """The objects of a property, each once, in a stable order."""
        return sorted({q.object for q in self.store.quads_for_pattern(subject, predicate, None)}, key=str)

    def value(self, iri: str, name: str) -> Node | None:
        """One object of an ontology property."""
        return next(iter(self.values(ox.NamedNode(iri), ox.NamedNode(MZ + name))), None)

    def exists(self, iri: str) -> bool:
        """Whether anything is said of the entity."""
        return next(iter(self.store.quads_for_pattern(ox.NamedNode(iri), None, None)), None) is not None

    def triples(self, iri: str) -> list[ox.Triple]:
        """What is said of the entity, each triple once."""
        return sorted({q.triple for q in self.store.quads_for_pattern(ox.NamedNode(iri), None, None)}, key=str)

    # Names and links

    def label(self, iri: str) -> str:
        """The name of an entity, concept or term; the end of its IRI where it has none."""
        node = ox.NamedNode(iri)
        found = [terms.in_language(self.values(node, predicate), self.language) for predicate in _NAMES[:3]]
        named = (
            next(filter(None, found), None) or terms.label(iri, self.language) or _PLAIN.get(iri, {}).get(self.language)
        )
        return named or self._described(node) or iri.rsplit("/", 1)[-1].rsplit("#", 1)[-1]

    def _described(self, node: ox.NamedNode) -> str | None:
        for predicate in (_FIELD, _TOPIC):
            for value in self.values(node, predicate):
                if isinstance(value, ox.NamedNode):
                    return self.label(value.value)
        for value in self.values(node, _PAGE_NUMBER):
            return f"第{value.value}页" if self.language == "zh" else f"page {value.value}"  # type: ignore[union-attr]  # a literal by the ontology
        found = (terms.in_language(self.values(node, predicate), self.language) for predicate in _NAMES[3:])
        text = next(filter(None, found), None)
        return text if text is None or len(text) <= 60 else text[:59] + "…"

    def link(self, iri: str) -> str | None:
        """Where this site shows an IRI; None for one that it does not."""
        if iri.startswith(self.base + "id/"):
            return self.local(iri.removeprefix(self.base))
        if iri.startswith(CODE):
            return self.local("code/" + iri.removeprefix(CODE))
        if iri.startswith(SHAPE):
            return self.local("shapes#" + iri.removeprefix(SHAPE))
        if iri.startswith(MZ):
            return self.local("ontology#" + iri.removeprefix(MZ))
        return None

    def local(self, path: str, **parameters: str) -> str:
        """A path of this site with the reader's language kept."""
        path, hash_, fragment = path.partition("#")
        given = parameters | ({"lang": "en"} if self.language == "en" else {})
        return f"/{path}{'?' + urlencode(given) if given else ''}{hash_}{fragment}"

    def cell(self, term: Node | None, predicate: str | None = None) -> Cell:
        """A term as a cell: entities as links with their names, money in 万元, nothing as a dash and never as zero."""
        if term is None:
            return BLANK
        if isinstance(term, ox.NamedNode):
            return Cell(self.label(term.value), self.link(term.value) or _safe(term.value))
        if not isinstance(term, ox.Literal):
            return Cell(str(term))
        if predicate in MONEY:
            return Cell(yuan=Decimal(term.value))
        if term.datatype.value == XSD + "boolean":
            words = {"true": ("是", "yes"), "false": ("否", "no")}[term.value]
            return Cell(words[0] if self.language == "zh" else words[1])
        number = term.datatype.value in {XSD + "integer", XSD + "decimal"}
        return Cell(term.value, number=number)

    def money(self, term: Node | None) -> Cell:
        """A sum in yuan as a cell; a missing one stays missing."""
        return Cell(yuan=Decimal(term.value)) if isinstance(term, ox.Literal) else BLANK

    # Facts

    def facts(self, iri: str, hidden: frozenset[str] = frozenset()) -> list[Fact]:
        """The entity's properties in the order of the ontology, other vocabularies first."""
        grouped: dict[str, list[Node]] = {}
        for triple in self.triples(iri):
            grouped.setdefault(triple.predicate.value, []).append(triple.object)
        order = terms.property_order()
        names = sorted((p for p in grouped if p not in hidden), key=lambda p: (order.get(p, -1), p))
        return [self._fact(name, grouped[name]) for name in names]

    def _fact(self, predicate: str, values: list[Node]) -> Fact:
        other: Language = "en" if self.language == "zh" else "zh"
        name = self.label(predicate)
        second = terms.label(predicate, other) or _PLAIN.get(predicate, {}).get(other, "")
        cells = [self.cell(value, predicate) for value in self._in_language(values)[:50]]
        if len(values) > len(cells):
            cells.append(Cell("…"))
        return Fact(name, second if second != name else "", self.link(predicate) or predicate, cells)

    def _in_language(self, values: list[Node]) -> list[Node]:
        """Of texts in several languages those in the reader's."""
        own: list[Node] = [
            v for v in values if isinstance(v, ox.Literal) and (v.language or "").split("-")[0] == self.language
        ]
        return own or values

    def incoming(self, iri: str) -> Iterator[tuple[str, int]]:
        """The properties by which others point here, with how many do."""
        query = """SELECT ?p (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?it } GROUP BY ?p ORDER BY ?p"""
        for row in self.rows(query, it=ox.NamedNode(iri)):
            predicate, count = row["p"], row["n"]
            if isinstance(predicate, ox.NamedNode) and isinstance(count, ox.Literal):
                yield predicate.value, int(count.value)


def _safe(iri: str) -> str | None:
    """An IRI of elsewhere as a link, where it is one of the web."""
    return iri if iri.startswith(("http://", "https://")) else None


_PLAIN: dict[str, dict[str, str]] = {
    terms.RDF + "type": {"zh": "类型", "en": "type"},
    terms.RDFS + "label": {"zh": "名称", "en": "name"},
    terms.DCTERMS + "title": {"zh": "标题", "en": "title"},
    terms.DCTERMS + "isPartOf": {"zh": "属于", "en": "is part of"},
    terms.SKOS + "prefLabel": {"zh": "名称", "en": "preferred label"},
    terms.SKOS + "altLabel": {"zh": "别名", "en": "also called"},
    terms.SKOS + "hiddenLabel": {"zh": "其他写法", "en": "other spellings"},
    terms.SKOS + "notation": {"zh": "代码", "en": "notation"},
    terms.SKOS + "broader": {"zh": "上级", "en": "broader"},
    terms.SKOS + "narrower": {"zh": "下级", "en": "narrower"},
    terms.SKOS + "inScheme": {"zh": "代码表", "en": "code list"},
    terms.SKOS + "topConceptOf": {"zh": "顶级代码属于", "en": "top concept of"},
    terms.SKOS + "definition": {"zh": "定义", "en": "definition"},
    "http://www.w3.org/ns/prov#wasDerivedFrom": {"zh": "出处", "en": "source page"},
    "http://www.w3.org/ns/org#subOrganizationOf": {"zh": "隶属", "en": "part of"},
    "http://purl.org/linked-data/cube#dataSet": {"zh": "数据集", "en": "data set"},
    "http://purl.org/linked-data/cube#structure": {"zh": "结构", "en": "structure"},
    "http://www.w3.org/2002/07/owl#sameAs": {"zh": "同一事物", "en": "same as"},
    terms.DCTERMS + "isReplacedBy": {"zh": "被替代于", "en": "is replaced by"},
    "http://www.w3.org/ns/shacl#focusNode": {"zh": "核对对象", "en": "focus node"},
    "http://www.w3.org/ns/shacl#sourceShape": {"zh": "规则", "en": "source shape"},
    "http://www.w3.org/ns/shacl#resultSeverity": {"zh": "SHACL 程度", "en": "result severity"},
    "http://www.w3.org/ns/shacl#resultPath": {"zh": "路径", "en": "result path"},
    "http://www.w3.org/ns/shacl#result": {"zh": "结果", "en": "result"},
    "http://www.w3.org/ns/shacl#conforms": {"zh": "是否符合", "en": "conforms"},
    "http://www.w3.org/ns/oa#hasTarget": {"zh": "所在文字", "en": "target"},
    "http://www.w3.org/ns/oa#hasBody": {"zh": "所指", "en": "body"},
    "http://www.w3.org/ns/shacl#resultMessage": {"zh": "说明", "en": "message"},
}
