"""RDF terms of a release → what a person reads: names, links, money, years, in Chinese or English."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Literal
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from server.engine.source import Source
from server.negotiate import PREFIXES
from server.pages import terms
from server.pages.blocks import BLANK, Block, Cell, Fact, Head, money
from server.pages.terms import CODE, MZ, SHAPE, Node
from server.release import Release

Language = Literal["zh", "en"]
Row = dict[str, Node | None]

XSD = "http://www.w3.org/2001/XMLSchema#"
SECTION_ROWS = 60  # rows of one section; the rest is one link away
_HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
_HEAD += "PREFIX code: <https://w3id.org/mingzhang/code/>\nPREFIX oa: <http://www.w3.org/ns/oa#>\n"
_VARIABLE = re.compile(r"\?([a-z]+)\b")  # ?it
_PAGE = re.compile(r"id/report/([^#/]+)#page=(\d+)(?:&source=(\d+))?")  # id/report/…#page=12&source=2
# Tried in turn for the name of something: its label, else what it is known by.
_NAMES = (
    *terms.LABELS,
    *(ox.NamedNode(MZ + n) for n in ("documentNumber", "rowLabel", "fileName", "citedTitle", "quote")),
    ox.NamedNode("http://www.w3.org/ns/shacl#resultMessage"),
)
_FIGURE = "/id/obs/"  # shown by its sum, not by its name: pages ask little of it
_FIELD, _TOPIC, _PAGE_NUMBER, _LINE = (ox.NamedNode(MZ + n) for n in ("field", "topic", "pageNumber", "line"))
_DERIVED = ox.NamedNode(PREFIXES["prov"] + "wasDerivedFrom")
MONEY = frozenset(MZ + n for n in ("amount", "annualAmount", "totalAmount", "precision"))


def iri_of(term: Node | None) -> str:
    """The IRI of a term, empty for anything else."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def text_of(term: Node | None) -> str:
    """The text of a literal, empty for anything else."""
    return term.value if isinstance(term, ox.Literal) else ""


def yuan_of(term: Node | None) -> Decimal | None:
    """A sum in yuan; a missing one stays missing."""
    return Decimal(term.value) if isinstance(term, ox.Literal) else None


def notation_of(term: Node | None) -> str:
    """The end of a concept's IRI: its notation."""
    return iri_of(term).rsplit("/", 1)[-1]


class View:
    """One release read in one language; `usual` is the language that this reader gets without asking."""

    def __init__(
        self, release: Release, language: Language, usual: Language = "zh", *, here: str = "", whole: bool = False
    ) -> None:
        self.release, self.store, self.base, self.language = release, release.store, release.base, language
        self.usual, self.here = usual, here  # the path of the page that is made
        self.section_size = SECTION_ROWS
        self.whole = whole  # sections with all their rows, for a download
        self.graphs: tuple[str, ...] | None = None  # what queries read, None: all
        self._names: dict[str, str] = {}

    def within(self, graphs: Iterable[str]) -> View:
        """The same view whose queries read these graphs alone: all that a report states is in a graph of its own."""
        inner = copy.copy(self)
        inner.graphs = tuple(sorted(set(graphs)))
        return inner

    def reading(self, source: Source) -> View:
        """The same view of what another release holds, by pattern alone."""
        inner = copy.copy(self)
        inner.store, inner._names = source, {}
        return inner

    def graphs_of(self, iri: str) -> list[str]:
        """The graphs that say what kind of thing an entity is: the report that states it."""
        quads = self.store.quads_for_pattern(ox.NamedNode(iri), terms.TYPE, None)
        return [q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)]

    def t(self, zh: str, en: str) -> str:
        """The one of two texts that is the reader's."""
        return en if self.language == "en" else zh

    # Reading

    def rows(self, query: str, **bound: Node) -> list[Row]:
        """The solutions of one of our own queries, the variables `bound` replaced by terms.

        A term is checked when it is made and writes itself escaped. Oxigraph's `substitutions` would do, but only for
        variables of the outermost SELECT.
        """
        if self.graphs == ():
            return []  # a request that names no graph asks the dataset of the server, not an empty one
        text = _VARIABLE.sub(lambda match: str(bound.get(match[1], match[0])), query)
        solutions = self.store.query(_HEAD + text, self.graphs)
        names = [variable.value for variable in solutions.variables]
        rows = [dict(zip(names, solution, strict=True)) for solution in solutions]
        found = (term for row in rows for term in row.values() if isinstance(term, ox.NamedNode))
        self.store.read_ahead(term.value for term in found if _FIGURE not in term.value)
        return rows

    def section_rows(self, query: str, **bound: Node) -> list[Row]:
        """The rows of a section, one more than it shows; all of them for a download."""
        return self.rows(f"{query}\n{self.limit}", **bound)

    @property
    def limit(self) -> str:
        """The same for a part of a query."""
        return "" if self.whole else f"LIMIT {self.section_size + 1}"

    def first(self, found: list[str]) -> list[str]:
        """Of some things as many as a section has rows, and one more; all of them for a download."""
        return found if self.whole else found[: self.section_size + 1]

    def values(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[Node]:
        """The objects of a property, each once, in a stable order."""
        return list(self.store.values(subject.value).get(predicate.value, ()))

    def all(self, iri: str, name: str) -> list[Node]:
        """The objects of an ontology property."""
        return self.values(ox.NamedNode(iri), ox.NamedNode(MZ + name))

    def value(self, iri: str, name: str) -> Node | None:
        """One object of an ontology property."""
        return next(iter(self.all(iri, name)), None)

    def parts(self, iri: str, name: str) -> list[str]:
        """The things that an ontology property leads to, in the order of their IRIs; they are read next."""
        return self._ahead(iri_of(one) for one in self.all(iri, name))

    def pointing(self, iri: str, *predicates: ox.NamedNode) -> list[str]:
        """What points here by one of some properties, in the order of the IRIs; it is read next.

        For what has few of these: all are read.
        """
        found = (self.store.quads_for_pattern(None, predicate, ox.NamedNode(iri)) for predicate in predicates)
        return self._ahead(iri_of(quad.subject) for quads in found for quad in quads)

    def _ahead(self, found: Iterable[str]) -> list[str]:
        iris = sorted({*found} - {""})
        self.store.read_ahead(iris)
        return iris

    def exists(self, iri: str) -> bool:
        """Whether anything is said of the entity."""
        return bool(self.store.values(iri))

    def triples(self, iri: str) -> list[ox.Triple]:
        """What is said of the entity, each triple once."""
        return sorted({q.triple for q in self.store.quads_for_pattern(ox.NamedNode(iri), None, None)}, key=str)

    # Names and links

    def label(self, iri: str) -> str:
        """The name of an entity, concept or term; the end of its IRI where it has none."""
        if iri not in self._names:
            self._names[iri] = self._label(iri)
        return self._names[iri]

    def _label(self, iri: str) -> str:
        node = ox.NamedNode(iri)
        found = (terms.in_language(self.values(node, predicate), self.language) for predicate in _NAMES[:3])
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
            return self.t(f"第{text_of(value)}页", f"page {text_of(value)}")
        found = (terms.in_language(self.values(node, predicate), self.language) for predicate in _NAMES[3:])
        text = next(filter(None, found), None)
        return text if text is None or len(text) <= 60 else text[:59] + "…"

    def link(self, iri: str) -> str | None:
        """Where this site shows an IRI; None for one that it does not."""
        if iri.startswith(self.base + "id/"):
            return self._entity_link(iri.removeprefix(self.base))
        if iri.startswith(CODE):
            return self.local("code/" + iri.removeprefix(CODE))
        if iri.startswith(SHAPE):
            return self.local("shapes#" + iri.removeprefix(SHAPE))
        if iri.startswith(MZ):
            return self.local("ontology#" + iri.removeprefix(MZ))
        return None

    def _entity_link(self, path: str) -> str:
        """An entity's path; a page of a report leads to what was read from it."""
        page = _PAGE.fullmatch(path)
        if page is None:
            return self.local(path)
        source = {"source": page[3]} if page[3] else {}
        whole = self.local(f"page/report/{page[1]}", page=page[2], **source)
        return whole.removeprefix(self.here) if self.here == f"{self.release.root}page/report/{page[1]}" else whole

    def local(self, path: str, **parameters: str) -> str:
        """A path of this site with the reader's language kept."""
        path, hash_, fragment = path.partition("#")
        given = parameters | ({"lang": self.language} if self.language != self.usual else {})
        return f"{self.release.root}{path}{'?' + urlencode(given, quote_via=quote) if given else ''}{hash_}{fragment}"

    # Terms as cells

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
            return Cell(self.t("是", "yes") if term.value == "true" else self.t("否", "no"))
        number = term.datatype.value in {XSD + "integer", XSD + "decimal"}
        return Cell(term.value, number=number)

    def code(self, concept: Node | None, indent: int = 0) -> Cell:
        """A concept with its notation before its name."""
        if not iri_of(concept):
            return BLANK
        cell, notation = self.cell(concept), notation_of(concept)
        return Cell(cell.text if cell.text == notation else f"{notation} {cell.text}", cell.href, indent=indent)

    def figure(self, amount: Node | None, of: Node | None, note: str = "") -> Cell:
        """A sum that leads to the record it stands in, and so to the page it is printed on."""
        return money(yuan_of(amount), self.link(iri_of(of)), note=note)

    def source(self, iri: str, mark: str = "") -> Cell:
        """Where something is printed: its pages, the line in a text file; of a finding the line that it concerns.

        Where the pages are shown, it is marked there, or `mark` in its place.
        """
        pages = [p.value for p in self.values(ox.NamedNode(iri), _DERIVED) if isinstance(p, ox.NamedNode)]
        pages.sort(key=lambda p: (len(p), p))
        line = self._line(iri, pages[0]) if len(pages) == 1 else ""
        at = self.t(f"第{line}行", f"line {line}") if line else ""
        cells = tuple(Cell(at or self.label(page), self._marked(page, mark or iri)) for page in pages[:4])
        return cells[0] if len(cells) == 1 else Cell(values=cells) if cells else BLANK

    def _marked(self, page: str, iri: str) -> str | None:
        """The link to a page, with something marked on it."""
        link, mark = self.link(page), iri.removeprefix(self.base + "id/")
        if link is None or self.release.pages is None or mark == iri:
            return link
        return f"{link}&mark={quote(mark, safe='/')}#marked"

    def _line(self, iri: str, page: str) -> str:
        own = next(iter(self.values(ox.NamedNode(iri), _LINE)), None)
        if own is not None:
            return text_of(own)
        concerned = [one for one in self.all(iri, "concerns") if isinstance(one, ox.NamedNode)]
        lines = [text_of(line) for one in concerned if ox.NamedNode(page) in self.values(one, _DERIVED)
                 for line in self.values(one, _LINE)]  # fmt: skip
        return min(lines, key=int, default="")

    # Facts and sections

    def fact(self, zh: str, en: str, *cells: Cell, href: str = "") -> list[Fact]:
        """One fact, none where nothing is known."""
        known = tuple(cell for cell in cells if cell != BLANK)
        return [Fact(Head(zh, en), known, href)] if known else []

    def property_fact(self, zh: str, en: str, iri: str, name: str) -> list[Fact]:
        """The values of an ontology property as one fact."""
        return self.fact(zh, en, *(self.cell(value, MZ + name) for value in self.all(iri, name)))

    def section(self, block: Block) -> list[Block]:
        """A section as it is shown, none where it is empty: of a long one the first rows, unless all are asked for."""
        if not block.rows:
            return []
        size = self.section_size
        if block.whole or self.whole or len(block.rows) <= size:
            return [replace(block, more=None)]
        note = Head(f"只列出前{size}行，全部在 CSV 中。", f"The first {size} rows; the CSV has all.")
        return [replace(block, rows=block.rows[:size], foot=(), note=note, complete=False)]

    def facts(self, iri: str) -> list[Fact]:
        """All of the entity's properties in the order of the ontology, other vocabularies first."""
        grouped, order = self.store.values(iri), terms.property_order()
        return [self._fact(p, list(grouped[p])) for p in sorted(grouped, key=lambda p: (order.get(p, -1), p))]

    def _fact(self, predicate: str, values: list[Node]) -> Fact:
        names = [terms.label(predicate, one) or _PLAIN.get(predicate, {}).get(one, "") for one in ("zh", "en")]
        cells = [self.cell(value, predicate) for value in self._in_language(values)[:20]]
        if len(values) > 20:
            cells.append(Cell(self.t(f"……共{len(values)}个", f"… {len(values)} in all")))
        fallback = self.label(predicate)
        head = Head(names[0] or fallback, names[1] or fallback)
        return Fact(head, tuple(cells), self.link(predicate) or predicate)

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

    def links_here(self, iri: str) -> list[tuple[str, int, str]]:
        """The same by name, each with the address of a query for those that point here."""
        return [(self.label(one), count, self._asks(one, iri)) for one, count in self.incoming(iri)]

    def _asks(self, predicate: str, iri: str) -> str:
        query = f"SELECT ?subject WHERE {{\n  ?subject <{predicate}> <{iri}> .\n}}\nLIMIT 1000"
        return self.local("sparql", query=query)


def _safe(iri: str) -> str | None:
    """An IRI of elsewhere as a link, where it is one of the web."""
    return iri if iri.startswith(("http://", "https://")) else None


_PLAIN: dict[str, dict[str, str]] = {
    terms.RDF + "type": {"zh": "类型", "en": "type"},
    terms.RDFS + "label": {"zh": "名称", "en": "name"},
    terms.DCTERMS + "title": {"zh": "标题", "en": "title"},
    terms.DCTERMS + "source": {"zh": "公布网址", "en": "published at"},
    terms.DCTERMS + "issued": {"zh": "公布日期", "en": "date of publication"},
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
