"""Names, numbers, codes and texts of a release → `search.sqlite`: a full-text index that finds parts of Chinese words.

Chinese is cut into overlapping pairs of characters (民政局 → 民政 政局 局), so that two characters are one word of the
index, more are a phrase, and one is the beginning of words; digits and Latin letters are words as they stand, so that
a document number is found by its parts in their order. The same release gives the same rows in the same order.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg_builder import vocab

_RUN = re.compile(r"[0-9]+|[a-z]+|[㐀-鿿豈-﫿]+|[^\W\d_a-z㐀-鿿豈-﫿]+")  # 2024 · mz · 财政局 · ü
_DCTERMS_TITLE = "http://purl.org/dc/terms/title"
_ALT = (vocab.SKOS + "altLabel", vocab.SKOS + "hiddenLabel")
# class → kind in the index; properties that name, properties found beside the name, what points to it from projects
_ENTITIES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Body": ((vocab.RDFS + "label",), (*_ALT, vocab.MZ + "code")),
    "Project": ((vocab.RDFS + "label",), ()),
    "LegalDocument": (
        (_DCTERMS_TITLE, vocab.MZ + "documentNumber", vocab.RDFS + "label"),
        (vocab.MZ + "documentNumber", vocab.MZ + "unlikeTitle"),
    ),
    "Report": ((_DCTERMS_TITLE,), ()),
    "Issuer": ((vocab.RDFS + "label",), ()),
}  # fmt: skip
_CODES = ("function", "economic", "governmentEconomic", "indicator", "funding", "region")

_SCHEMA = """
CREATE TABLE item (id INTEGER PRIMARY KEY, kind TEXT, iri TEXT, name TEXT, hint TEXT, weight INTEGER, key TEXT);
CREATE INDEX item_key ON item (key);
CREATE VIRTUAL TABLE words USING fts5
  (name, keys, text, content='', tokenize="unicode61 remove_diacritics 0", detail='full');
"""


@dataclass(slots=True)
class Item:
    """One thing to find: `keys` are other names, numbers and codes, `text` what it says, `hint` tells it apart."""

    kind: str
    iri: str
    name: str
    hint: str = ""
    weight: int = 0
    keys: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


def fold(text: str) -> str:
    """NFKC in lower case: full-width digits and brackets are no difference."""
    return unicodedata.normalize("NFKC", text).lower()


def runs(text: str) -> list[str]:
    """The pieces of a text that words are made of: 晋财综〔2024〕210号 → 晋财综 2024 210 号."""
    return _RUN.findall(fold(text))


def is_chinese(run: str) -> bool:
    """Whether a run is cut into pairs."""
    return "㐀" <= run[0] <= "﫿"


def words(text: str) -> str:
    """The words under which a text is found, parted by spaces: 民政局12 → 民政 政局 局 12."""
    found: list[str] = []
    for run in runs(text):
        found += [run[i : i + 2] for i in range(len(run))] if is_chinese(run) else [run]
    return " ".join(found)


def write_index(store: ox.Store, path: Path) -> int:
    """Write the index of a release's store; returns the number of things that it finds."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    count = 0
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        for count, item in enumerate(_items(store), 1):
            keyed = "".join(runs(item.name))
            row = (count, item.kind, item.iri, item.name, item.hint, item.weight, keyed)
            connection.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            texts = (words(item.name), words(" | ".join(item.keys)), words(" | ".join(item.text)))
            connection.execute("INSERT INTO words (rowid, name, keys, text) VALUES (?, ?, ?, ?)", (count, *texts))
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.commit()
        connection.execute("VACUUM")
    finally:
        connection.close()
    return count


def _items(store: ox.Store) -> Iterator[Item]:
    """All that is found, in the order of kinds and IRIs."""
    yield from _codes(store)
    cited = _counts(store, "hasCitation", "citedDocument")
    for kind, (names, keys) in _ENTITIES.items():
        for iri in sorted(_members(store, vocab.MZ + kind)):
            item = _item(store, kind, iri, names, keys)
            if item is not None:
                item.weight = cited.get(iri, 0)
                yield item
    yield from _indicators(store)


def _members(store: ox.Store, kind: str) -> set[str]:
    quads = store.quads_for_pattern(None, vocab.RDF_TYPE, ox.NamedNode(kind))
    return {q.subject.value for q in quads if isinstance(q.subject, ox.NamedNode)}


def _objects(store: ox.Store, iri: str, predicate: str) -> list[str]:
    quads = store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None)
    return sorted({q.object.value for q in quads if isinstance(q.object, ox.NamedNode | ox.Literal)})


def _item(store: ox.Store, kind: str, iri: str, names: Iterable[str], keys: Iterable[str]) -> Item | None:
    name = next((found for p in names for found in _objects(store, iri, p)), None)
    if name is None:
        return None
    item = Item(kind, iri, name, keys=[v for p in keys for v in _objects(store, iri, p)])
    if kind == "Project":
        _describe_project(store, item)
    elif kind == "LegalDocument":
        item.hint = next(iter(_objects(store, iri, vocab.MZ + "documentNumber")), "")
    elif kind == "Report":
        item.hint = " ".join(_names_of(store, iri, "reportingBody"))
        item.keys += [item.hint, *_objects(store, iri, vocab.MZ + "fiscalYear")]
    return item


def _describe_project(store: ox.Store, item: Item) -> None:
    """A project is found by its texts, its bodies and its year too."""
    bodies = [*_names_of(store, item.iri, "administeredBy"), *_names_of(store, item.iri, "implementedBy")]
    year = _objects(store, item.iri, vocab.MZ + "fiscalYear")
    item.hint = " ".join([*bodies[:1], *year])
    item.keys = [*dict.fromkeys(bodies), *year]
    for field_iri in _objects(store, item.iri, vocab.MZ + "hasField"):
        item.text += _objects(store, field_iri, vocab.MZ + "text")


def _names_of(store: ox.Store, iri: str, link: str) -> list[str]:
    return [n for one in _objects(store, iri, vocab.MZ + link) for n in _objects(store, one, vocab.RDFS + "label")]


def _counts(store: ox.Store, first: str, then: str) -> dict[str, int]:
    """How many projects reach a thing over two properties."""
    found: dict[str, set[str]] = defaultdict(set)
    for quad in store.quads_for_pattern(None, ox.NamedNode(vocab.MZ + first), None):
        if isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
            for target in _objects(store, quad.object.value, vocab.MZ + then):
                found[target].add(quad.subject.value)
    return {iri: len(projects) for iri, projects in found.items()}


def _indicators(store: ox.Store) -> Iterator[Item]:
    """Indicator names, each once, with how many targets have the name."""
    named: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(_members(store, vocab.MZ + "Indicator")):
        for name in _objects(store, iri, vocab.RDFS + "label"):
            named[name].append(iri)
    for name, iris in sorted(named.items()):
        yield Item("Indicator", iris[0], name, weight=len(iris))


def _codes(store: ox.Store) -> Iterator[Item]:
    """Concepts that the release uses, with their notations."""
    for scheme in _CODES:
        prefix = f"{vocab.CODE}{scheme}/"
        quads = store.quads_for_pattern(None, ox.NamedNode(_property(scheme)), None)
        used = {q.object.value for q in quads if isinstance(q.object, ox.NamedNode)}
        known = vocab.concepts(scheme)
        for iri in sorted(used):
            notation = iri.removeprefix(prefix)
            concept = known.get(notation)
            labels = list(concept.labels) if concept else _objects(store, iri, vocab.SKOS + "prefLabel")
            if labels:
                name = concept.zh if concept else labels[0]
                keys = [notation, *labels, *([concept.en] if concept else [])]
                yield Item("Code", iri, name, hint=f"{notation}", keys=[*dict.fromkeys(keys)])


def _property(scheme: str) -> str:
    """The property whose values are of a code list."""
    name = {"function": "functionCode", "economic": "economicCode", "governmentEconomic": "governmentEconomicCode",
            "indicator": "indicatorKind", "funding": "fundingSource", "region": "region"}[scheme]  # fmt: skip
    return vocab.term(name)
