"""Sorted N-Triples → the published serialisations, each written as a stream in the order of its input.

A graph on disk is a file of N-Triples lines sorted as bytes, each once. Lines of one subject then stand together, so
that Turtle and JSON-LD can be written subject by subject, and files merge without being held in memory.
"""

from __future__ import annotations

import gzip
import heapq
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

import pyoxigraph as ox

from kg_builder import vocab

RDF_TYPE = vocab.RDF_TYPE.value
XSD = "http://www.w3.org/2001/XMLSchema#"

# Files open at one time while merging; more are merged in rounds.
_FAN_IN = 128
_LEVEL = 6

# <s> <p> "o"@zh .  — IRIs hold no `>` (the serialiser escapes it), so the first two are cut off without a look inside.
_LINE = re.compile(r"<([^>]*)> <([^>]*)> (.*) \.\n?")
# \u9884 · \U00020000 · \n: escapes of N-Triples (ECHAR and UCHAR)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def sorted_triples(triples: Iterable[ox.Triple | ox.Quad]) -> list[bytes]:
    """The triples as N-Triples lines, sorted and each once; the graph of a quad is dropped."""
    plain = (t.triple if isinstance(t, ox.Quad) else t for t in triples)
    text = ox.serialize(plain, format=ox.RdfFormat.N_TRIPLES) or b""
    return sorted({line + b"\n" for line in text.split(b"\n") if line})


def merged(paths: Iterable[Path]) -> Iterator[bytes]:
    """The lines of sorted files in one sorted stream, each once; at most 128 files are open at a time."""
    with TemporaryDirectory(prefix="mingzhang-") as folder:
        files = list(paths)
        for turn in range(len(files)):
            if len(files) <= _FAN_IN:
                break
            batches = [files[i : i + _FAN_IN] for i in range(0, len(files), _FAN_IN)]
            files = [_merge_batch(batch, Path(folder, f"{turn}-{i}")) for i, batch in enumerate(batches)]
        yield from _merged_once(files)


def _merge_batch(batch: list[Path], path: Path) -> Path:
    with path.open("wb") as file:
        file.writelines(_merged_once(batch))
    return path


def _merged_once(paths: list[Path]) -> Iterator[bytes]:
    with ExitStack() as stack:
        streams = [stack.enter_context(path.open("rb")) for path in paths]
        for line, _ in groupby(heapq.merge(*streams)):
            yield line


@contextmanager
def member(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """A member of a gzip file for writing; members one after another are one file (RFC 1952, 2.2).

    The same bytes for the same content: no name and no time in its head.
    """
    with gzip.GzipFile("", "wb", _LEVEL, raw, mtime=0) as file:
        yield cast(IO[bytes], file)  # GzipFile is a binary file in all but its declared type


def packed(data: bytes) -> bytes:
    """The data as a gzip member, as `member` would write it."""
    return gzip.compress(data, _LEVEL, mtime=0)


@contextmanager
def expanded(path: Path) -> Iterator[IO[bytes]]:
    """A gzip file for reading."""
    with gzip.open(path, "rb") as file:
        yield cast(IO[bytes], file)  # GzipFile is a binary file in all but its declared type


def quads(lines: Iterable[bytes], graph: str) -> Iterator[bytes]:
    """N-Triples lines → N-Quads lines of one named graph."""
    end = f" <{graph}> .\n".encode()
    return (line[:-3] + end for line in lines)


def write_turtle(lines: Iterable[bytes], file: IO[bytes]) -> None:
    """Sorted N-Triples lines → Turtle, one block for each subject, with the prefixes of the JSON-LD context."""
    triples = ox.parse(cast(IO[bytes], _Stream(lines)), format=ox.RdfFormat.N_TRIPLES)
    ox.serialize(triples, file, ox.RdfFormat.TURTLE, prefixes=prefixes())


def turtle_body(text: bytes) -> bytes:
    """Turtle of `write_turtle` without its prefixes: it may follow another's text."""
    return text[len(turtle_head()) :]


@cache
def turtle_head() -> bytes:
    """The prefixes that every text of `write_turtle` begins with."""
    return ox.serialize([], format=ox.RdfFormat.TURTLE, prefixes=prefixes()) or b""


class _Stream:
    """Lines as the file that the parser wants to read from."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self._rest = b""

    def read(self, size: int = -1) -> bytes:
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, None)
            if line is None:
                break
            parts.append(line)
            length += len(line)
        text = b"".join(parts)
        self._rest = b"" if size < 0 else text[size:]
        return text if size < 0 else text[:size]


JSONLD_GLUE, JSONLD_TAIL = b",\n", b"\n]}\n"  # between two nodes of a text, and after the last


@cache
def jsonld_head() -> bytes:
    """What stands before the nodes of every text in JSON-LD: the context of the ontology."""
    return b'{"@context": ' + _json(_context()) + b',\n"@graph": [\n'


def write_nodes(lines: Iterable[bytes], file: IO[bytes]) -> None:
    """Sorted N-Triples lines → the node objects of JSON-LD, a comma and a line end between two."""
    glue = b""
    for subject, statements in groupby(map(_parsed, lines), key=itemgetter(0)):
        file.write(glue + _json(_compaction().node(subject, ((p, o) for _, p, o in statements))))
        glue = JSONLD_GLUE


@cache
def _compaction() -> _Context:
    return _Context(_context())


def _parsed(line: bytes) -> tuple[str, str, str]:
    match = _LINE.fullmatch(line.decode())
    if match is None:
        raise ValueError(f"not a triple between IRIs: {line.decode()}")
    return match[1], match[2], match[3]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")).encode()


@cache
def _context() -> dict[str, Any]:
    text = (vocab.folder("ontology") / "context.jsonld").read_text(encoding="utf-8")
    context: dict[str, Any] = json.loads(text)["@context"]
    for meaning in context.values():
        # A string is an xsd:string without being told so, and rdflib takes one that is told for another literal.
        if isinstance(meaning, dict) and meaning.get("@type") == "xsd:string":
            del meaning["@type"]
    return context


@cache
def prefixes() -> dict[str, str]:
    """Prefix → namespace, as the JSON-LD context of the ontology declares them."""
    return {k: v for k, v in _context().items() if isinstance(v, str) and v.endswith(("#", "/")) and k[0] != "@"}


@dataclass(frozen=True, slots=True)
class _Term:
    """How the values of a property are written: under which name, and what of them goes without saying."""

    name: str
    listed: bool = False  # one value too stands in an array
    wanted: str | None = None  # the type that is not told again, or @id
    datatype: str | None = None  # its IRI
    language: str | None = None


class _Context:
    """The part of JSON-LD compaction that our contexts need: terms with a type or language, and prefixes."""

    def __init__(self, context: dict[str, Any]) -> None:
        self._prefixes = sorted(prefixes().items(), key=lambda item: -len(item[1]))
        self._language = context.get("@language")
        self._names: dict[str, str] = {}
        self._terms: dict[str, _Term] = {}
        for term, meaning in sorted(context.items()):
            definition = {"@id": meaning} if isinstance(meaning, str) else meaning
            plain = not term.startswith("@") and term not in prefixes() and "@reverse" not in definition
            if plain and not definition.get("@id", "@").startswith("@"):
                iri = self._expanded(definition["@id"])
                if self._names.setdefault(iri, term) == term and definition.get("@container", "@set") == "@set":
                    self._terms[iri] = self._term(term, definition)

    def _term(self, name: str, definition: dict[str, Any]) -> _Term:
        wanted = definition.get("@type")
        language = definition.get("@language", self._language) if wanted is None else None
        return _Term(name, "@container" in definition, wanted, wanted and self._expanded(wanted), language)

    def node(self, subject: str, statements: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The node object; `@type` and `@id` stand first, which the streaming profile of JSON-LD asks for."""
        types: dict[str, Any] = {}
        found: dict[str, Any] = {}
        for predicate, pairs in groupby(statements, key=itemgetter(0)):
            if predicate == RDF_TYPE:
                types["@type"] = _alone([self._name(text[1:-1]) for _, text in pairs])
                continue
            term = self._terms.get(predicate)
            if term is None:
                term = self._terms[predicate] = self._term(self._curie(predicate), {})
            values = [self._value(text, term) for _, text in pairs]
            found[term.name] = values if term.listed else _alone(values)
        return {**types, "@id": subject, **dict(sorted(found.items()))}

    def _value(self, text: str, term: _Term) -> Any:
        if text[0] == "<":
            return text[1:-1] if term.wanted == "@id" else {"@id": text[1:-1]}
        end = text.rfind('"')
        if end < 1:
            raise ValueError(f"neither an IRI nor a literal: {text}")
        value, mark = _unescaped(text[1:end]), text[end + 1 : end + 2]
        if mark == "@":
            language = text[end + 2 :]
            return value if language == term.language else {"@value": value, "@language": language}
        if mark == "^":
            datatype = text[end + 4 : -1]
            return value if datatype == term.datatype else {"@type": self._curie(datatype), "@value": value}
        return value if term.wanted is None and term.language is None else {"@value": value}

    def _name(self, iri: str) -> str:
        return self._names.get(iri) or self._curie(iri)

    def _curie(self, iri: str) -> str:
        for prefix, namespace in self._prefixes:
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def _expanded(self, name: str) -> str:
        prefix, colon, rest = name.partition(":")
        return prefixes()[prefix] + rest if colon and prefix in prefixes() else name


def _alone(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])
