"""Names, numbers, codes and texts of a release → `search.sqlite`: a full-text index that finds parts of Chinese words.

Chinese is cut into overlapping pairs of characters (民政局 → 民政 政局 局), so that two characters are one word of the
index, more are a phrase, and one is the beginning of words; digits and Latin letters are words as they stand, so that
a document number is found by its parts in their order. The same release gives the same rows in the same order.

What a graph adds to the index is a file of three lines, made with the graph: what other graphs may tell too; the
projects, which no other graph tells of; and what is found by its words alone, of which there is too much to be ranked:
findings, tables, sentences of narratives. An index is written from these files without looking at the graphs again.
"""

from __future__ import annotations

import errno
import json
import re
import sqlite3
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder import vocab

_RUN = re.compile(r"[0-9]+|[a-z]+|[㐀-鿿豈-﫿]+|[^\W\d_a-z㐀-鿿豈-﫿]+")  # 2024 · mz · 财政局 · ü
_DCTERMS_TITLE = "http://purl.org/dc/terms/title"
_ALT = (vocab.SKOS + "altLabel", vocab.SKOS + "hiddenLabel")
# kind of thing → properties that name it, the first that there is; properties that it is found by as well
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
CREATE TABLE saying (id INTEGER PRIMARY KEY, iri TEXT, name TEXT, hint TEXT);
CREATE VIRTUAL TABLE said USING fts5
  (kind, text, content='', tokenize="unicode61 remove_diacritics 0", detail='full');
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


_MARKS = dict.fromkeys(map(ord, '“”‘’「」"'))


def words(text: str) -> str:
    """The words under which a text is found, parted by spaces: 民政局12 → 民政 政局 局 12.

    Quotation marks part nothing: “三公”经费 is found as 三公经费 too.
    """
    found: list[str] = []
    for run in runs(text.translate(_MARKS)):
        found += [run[i : i + 2] for i in range(len(run))] if is_chinese(run) else [run]
    return " ".join(found)


# What of a graph is kept: property → values of a thing, sorted.
Values = Mapping[str, Sequence[str]]
_OWN = "Project"
_LINKS = tuple(vocab.MZ + local for local in ("reportingBody", "administeredBy", "implementedBy"))
_REPORTING, _ADMINISTERING, _IMPLEMENTING = _LINKS
_YEAR, _FIELD, _TEXT = (vocab.MZ + local for local in ("fiscalYear", "hasField", "text"))
_CITATION, _CITED = (vocab.MZ + local for local in ("hasCitation", "citedDocument"))
_LABEL, _PREFERRED = vocab.RDFS + "label", vocab.SKOS + "prefLabel"
_TOPIC, _AMOUNT, _ROW, _QUOTE = (vocab.MZ + local for local in ("topic", "amount", "rowLabel", "quote"))
_MESSAGE = "http://www.w3.org/ns/shacl#resultMessage"
# What is found by its words alone → the property that holds them.
_SAID = {"Finding": _MESSAGE, "Table": _LABEL, "Statement": _QUOTE}
# Topics that say something of another sum: nobody compares bodies by them.
_RELATIVE = {"change", "change-rate", "share", "other", "previous-year", "function", "completion-rate"}
_KEPT = {*chain.from_iterable(chain(*pair) for pair in _ENTITIES.values()), *_LINKS, _YEAR}
_READ = {
    *_KEPT, _FIELD, _TEXT, _CITATION, _CITED, _PREFERRED, vocab.RDF_TYPE.value, _TOPIC, _AMOUNT, _ROW, *_SAID.values(),
}  # fmt: skip


def index_piece(triples: Iterable[ox.Triple]) -> bytes:
    """What a graph adds to the index, as three lines of JSON; see `write_index`."""
    said, codes = _said(triples)
    kinds: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(said):
        for kind in said[iri].get(vocab.RDF_TYPE.value, ()):
            kinds[kind.removeprefix(vocab.MZ)].append(iri)
    things = {kind: {iri: _kept(said[iri]) for iri in kinds.get(kind, ())} for kind in _ENTITIES}
    own = things.pop(_OWN)
    for iri, values in own.items():
        fields = sorted(said[iri].get(_FIELD, ()))
        values[_TEXT] = [text for one in fields for text in sorted(said[one].get(_TEXT, ()))]
    common = {
        "things": things,
        "codes": {scheme: sorted(used) for scheme, used in sorted(codes.items())},
        "labels": {
            iri: sorted(values[_PREFERRED])
            for iri, values in sorted(said.items())
            if iri.startswith(vocab.CODE) and values.get(_PREFERRED)
        },
        "cited": dict(sorted(_cited(said).items())),
        "indicators": _named(said, kinds.get("Indicator", ()), _LABEL),
        "rows": _named(said, kinds.get("Observation", ()), _ROW),
        "topics": _topics_of(said),
    }
    lines = (common, own, _sayings_of(said, kinds))
    return b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)


def _sayings_of(said: Said, kinds: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What is found by its words alone; of a message in two languages the Chinese, whose characters come last."""
    found = {
        kind: [(iri, max(said[iri].get(words, ()), default="")) for iri in kinds.get(kind, ())]
        for kind, words in _SAID.items()
    }
    return {"hint": _hint(said, kinds.get("Report", ())), "said": found}


def _topics_of(said: Said) -> list[str]:
    """The topics of which a sum is stated."""
    return sorted({topic for values in said.values() if _AMOUNT in values for topic in values.get(_TOPIC, ())})


def _named(said: Said, iris: Sequence[str], name_of: str) -> dict[str, tuple[str, int]]:
    """Name of an indicator or row → the first of that name, and how many there are."""
    named: dict[str, list[str]] = defaultdict(list)
    for iri in iris:
        for name in sorted(said[iri].get(name_of, ())):
            named[name].append(iri)
    return {name: (found[0], len(found)) for name, found in sorted(named.items())}


def _hint(said: Said, reports: Sequence[str]) -> str:
    """Whose report a graph is, and of which year."""
    bodies = [name for one in reports for body in sorted(said[one].get(_REPORTING, ())) for name in said[body][_LABEL]]
    return " ".join([*sorted(bodies)[:1], *(year for one in reports for year in sorted(said[one].get(_YEAR, ())))])


Said = dict[str, dict[str, set[str]]]


def _said(triples: Iterable[ox.Triple]) -> tuple[Said, dict[str, set[str]]]:
    """Subject → property → values, of the properties that the index needs; and the codes of each list in use."""
    said: Said = defaultdict(lambda: defaultdict(set))
    codes: dict[str, set[str]] = defaultdict(set)
    for triple in triples:
        predicate, subject, value = triple.predicate.value, triple.subject, triple.object
        if predicate in _READ and isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            said[subject.value][predicate].add(value.value)
        scheme = _schemes().get(predicate)
        if scheme and isinstance(value, ox.NamedNode):
            codes[scheme].add(value.value)
    return said, codes


def _kept(said: Mapping[str, set[str]]) -> dict[str, list[str]]:
    return {predicate: sorted(values) for predicate, values in sorted(said.items()) if predicate in _KEPT}


def _cited(said: Said) -> dict[str, int]:
    """Document → how many projects cite it."""
    found: dict[str, set[str]] = defaultdict(set)
    for iri in list(said):
        for citation in said[iri].get(_CITATION, ()):
            for document in said.get(citation, {}).get(_CITED, ()):
                found[document].add(iri)
    return {document: len(projects) for document, projects in found.items()}


def write_index(pieces: Sequence[Path], path: Path) -> int:
    """Write the index of the graphs whose pieces are in these files; returns the number of things that it finds.

    Projects stand in the order of the files, and in that of their IRIs within each; all else in that of its IRIs.
    OSError where the disk takes no more.
    """
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    count = 0
    try:
        connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        for count, item in enumerate(_items(pieces), 1):
            keyed = "".join(runs(item.name))
            row = (count, item.kind, item.iri, item.name, item.hint, item.weight, keyed)
            connection.execute("INSERT INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", row)
            texts = (words(item.name), words(" | ".join(item.keys)), words(" | ".join(item.text)))
            connection.execute("INSERT INTO words (rowid, name, keys, text) VALUES (?, ?, ?, ?)", (count, *texts))
        for number, (kind, iri, text, hint) in enumerate(_sayings(pieces), 1):
            name = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
            connection.execute("INSERT INTO saying VALUES (?, ?, ?, ?)", (number, iri, name, hint))
            connection.execute("INSERT INTO said (rowid, kind, text) VALUES (?, ?, ?)", (number, kind, words(text)))
        connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        connection.execute("INSERT INTO said (said) VALUES ('optimize')")
        connection.commit()
        connection.execute("VACUUM")
    except sqlite3.OperationalError as error:  # database or disk is full
        raise OSError(errno.EIO, str(error), str(path)) from error
    finally:
        connection.close()
    return count


_SHOWN = 120  # characters of a sentence that are shown


def _sayings(pieces: Iterable[Path]) -> Iterator[tuple[str, str, str, str]]:
    """Kind, IRI, text and hint of what is found by its words alone."""
    for piece in pieces:
        with piece.open("rb") as file:
            last = json.loads(file.readlines()[-1])
        for kind, found in last["said"].items():
            yield from ((kind, iri, text, last["hint"]) for iri, text in found if text)


class _Common:
    """What several graphs tell, put together."""

    def __init__(self, pieces: Iterable[Path]) -> None:
        self.things: dict[str, Said] = {kind: defaultdict(lambda: defaultdict(set)) for kind in _ENTITIES}
        self.codes: dict[str, set[str]] = defaultdict(set)
        self.labels: dict[str, list[str]] = {}
        self.cited: Counter[str] = Counter()
        self.indicators: dict[str, tuple[str, int]] = {}
        self.rows: dict[str, tuple[str, int]] = {}
        self.topics: set[str] = set()
        for piece in pieces:
            with piece.open("rb") as file:
                self._add(json.loads(file.readline()))

    def _add(self, said: Mapping[str, Any]) -> None:
        for kind, things in said["things"].items():
            for iri, values in things.items():
                for predicate, texts in values.items():
                    self.things[kind][iri][predicate].update(texts)
        for scheme, used in said["codes"].items():
            self.codes[scheme].update(used)
        self.labels.update(said["labels"])
        self.cited.update(said["cited"])
        self.topics.update(said["topics"])
        for known, told in ((self.indicators, said["indicators"]), (self.rows, said["rows"])):
            for name, (iri, number) in told.items():
                first, before = known.get(name, (iri, 0))
                known[name] = min(first, iri), before + number

    def names(self, iris: Iterable[str]) -> list[str]:
        """The names of bodies."""
        return [name for iri in iris for name in sorted(self.things["Body"].get(iri, {}).get(_LABEL, ()))]


def _items(pieces: Sequence[Path]) -> Iterator[Item]:
    """All that is found, in the order of kinds."""
    common = _Common(pieces)
    yield from _topics(common)
    yield from _codes(common)
    for kind in _ENTITIES:
        told = ((iri, _kept(values)) for iri, values in sorted(common.things[kind].items()))
        own = chain.from_iterable(map(_projects, pieces)) if kind == _OWN else ()
        for iri, values in chain(told, own):
            item = _item(kind, iri, values, common)
            if item is not None:
                item.weight = common.cited.get(iri, 0)
                yield item
    for name, (iri, number) in sorted(common.indicators.items()):
        yield Item("Indicator", iri, name, weight=number)
    for name, (iri, number) in sorted(common.rows.items()):
        yield Item("Row", iri, name, weight=number)


def _projects(piece: Path) -> Iterable[tuple[str, Values]]:
    with piece.open("rb") as file:
        file.readline()
        found: dict[str, Values] = json.loads(file.readline())
    return found.items()


def _item(kind: str, iri: str, values: Values, common: _Common) -> Item | None:
    names, keys = _ENTITIES[kind]
    name = next((found for p in names for found in values.get(p, ())), None)
    if name is None:
        return None
    item = Item(kind, iri, name, keys=[v for p in keys for v in values.get(p, ())])
    years = values.get(_YEAR, ())
    if kind == "Project":  # found by its texts, its bodies and its year too
        bodies = common.names([*values.get(_ADMINISTERING, ()), *values.get(_IMPLEMENTING, ())])
        item.hint = " ".join([*bodies[:1], *years])
        item.keys = [*dict.fromkeys(bodies), *years]
        item.text += values.get(_TEXT, ())
    elif kind == "LegalDocument":
        item.hint = next(iter(values.get(vocab.MZ + "documentNumber", ())), "")
    elif kind == "Report":
        item.hint = " ".join(common.names(values.get(_REPORTING, ())))
        item.keys += [item.hint, *years]
    return item


def _topics(common: _Common) -> Iterator[Item]:
    """The topics of which the release has a sum, by all their names."""
    for iri in sorted(common.topics):
        concept = vocab.concepts("topic").get(iri.rpartition("/")[2])
        if concept is not None and concept.notation not in _RELATIVE:
            yield Item("Topic", iri, concept.zh, keys=[*dict.fromkeys([*concept.labels, concept.en])])


def _codes(common: _Common) -> Iterator[Item]:
    """Concepts that the release uses, with their notations."""
    for scheme in _CODES:
        prefix = f"{vocab.CODE}{scheme}/"
        known = vocab.concepts(scheme)
        for iri in sorted(common.codes.get(scheme, ())):
            notation = iri.removeprefix(prefix)
            concept = known.get(notation)
            labels = list(concept.labels) if concept else common.labels.get(iri, [])
            if labels:
                name = concept.zh if concept else labels[0]
                keys = [notation, *labels, *([concept.en] if concept else [])]
                yield Item("Code", iri, name, hint=f"{notation}", keys=[*dict.fromkeys(keys)])


@cache
def _schemes() -> dict[str, str]:
    """The property whose values are of a code list → the list."""
    names = {"function": "functionCode", "economic": "economicCode", "governmentEconomic": "governmentEconomicCode",
             "indicator": "indicatorKind", "funding": "fundingSource", "region": "region"}  # fmt: skip
    return {vocab.term(names[scheme]): scheme for scheme in _CODES}
