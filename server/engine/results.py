"""Query solutions → bytes in the four SPARQL 1.1 result formats, stopped at a row cap.

Oxigraph's own serializer writes JSON, CSV and TSV, and `RowCounter` counts the rows in what it writes. XML is written
here, because Oxigraph leaves a carriage return bare, which an XML reader turns into a line feed. The other writers
here serve engines that send rows; the tests compare both on the same solutions.
Sources: SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import IO, cast
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Row = Iterable[Term | None]


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _json_term(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f'{{"type":"uri","value":{_json(term.value)}}}'
    if isinstance(term, ox.BlankNode):
        return f'{{"type":"bnode","value":{_json(term.value)}}}'
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        inner = ",".join(f'"{name}":{_json_term(part)}' for name, part in parts)
        return f'{{"type":"triple","value":{{{inner}}}}}'
    if term.language:
        return f'{{"type":"literal","value":{_json(term.value)},"xml:lang":{_json(term.language)}}}'
    if term.datatype.value == _XSD_STRING:
        return f'{{"type":"literal","value":{_json(term.value)}}}'
    return f'{{"type":"literal","value":{_json(term.value)},"datatype":{_json(term.datatype.value)}}}'


def json_rows(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """`application/sparql-results+json`; the head, then one string for each row, then the end."""
    yield f'{{"head":{{"vars":{json.dumps(variables, ensure_ascii=False)}}},"results":{{"bindings":['
    names = [_json(v) for v in variables]
    separator = "\n"
    for row in rows:
        bound = (f"{n}:{_json_term(t)}" for n, t in zip(names, row, strict=True) if t is not None)
        yield f"{separator}{{{','.join(bound)}}}"
        separator = ",\n"
    yield "\n]}}\n"


# XML 1.0, production 2 (Char): what no document may hold, not even as a reference
_NO_XML = re.compile("[^\\t\\n\\r\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


# tnuoma#ygolotno/…: what an IRI, read from its end, begins with that names an element (NCName of Namespaces in XML 1.0)
_ELEMENT = re.compile(r"[\w.-]*[^\W\d]")


def in_xml(triple: ox.Triple) -> ox.Triple:
    """The triple; ValueError where RDF/XML cannot hold its text or its predicate."""
    if not _ELEMENT.match(triple.predicate.value[::-1]):
        raise ValueError(f"RDF/XML has no name for the property <{triple.predicate.value}>; ask for another format")
    if isinstance(triple.object, ox.Literal):
        _check_xml(triple.object.value)
    return triple


def _check_xml(text: str) -> None:
    if found := _NO_XML.search(text):
        raise ValueError(f"XML cannot hold the character U+{ord(found[0]):04X} of this answer; ask for another format")


# XML 1.0, production 3 (S).
_XML_BLANKS = " \t\r\n"


def _xml_term(term: Term) -> str:
    if isinstance(term, ox.NamedNode):
        return f"<uri>{escape(term.value)}</uri>"
    if isinstance(term, ox.BlankNode):
        return f"<bnode>{escape(term.value)}</bnode>"
    if isinstance(term, ox.Triple):
        parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
        return "<triple>" + "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts) + "</triple>"
    attribute = ""
    if term.language:
        attribute = f" xml:lang={quoteattr(term.language)}"
    elif term.datatype.value != _XSD_STRING:
        attribute = f" datatype={quoteattr(term.datatype.value)}"
    return f"<literal{attribute}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    """Character data that comes back whole: carriage returns, and blanks at the ends, which some readers trim."""
    _check_xml(text)
    inner = text.strip(_XML_BLANKS)
    start = text.index(inner) if inner else 0
    ends = {ord(blank): f"&#{ord(blank)};" for blank in _XML_BLANKS}
    before, after = text[:start].translate(ends), text[start + len(inner) :].translate(ends)
    return before + escape(inner, {"\r": "&#13;"}) + after


def xml_rows(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """`application/sparql-results+xml`."""
    head = "".join(f"<variable name={quoteattr(v)}/>" for v in variables)
    yield f'<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head>{head}</head><results>'
    names = [quoteattr(v) for v in variables]
    for row in rows:
        bound = (
            f"<binding name={n}>{_xml_term(t)}</binding>" for n, t in zip(names, row, strict=True) if t is not None
        )
        yield f"\n<result>{''.join(bound)}</result>"
    yield "\n</results></sparql>\n"


def _csv_field(term: Term | None) -> str:
    text = "" if term is None else str(term) if isinstance(term, ox.BlankNode | ox.Triple) else term.value
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '",\r\n') else text


def csv_rows(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """`text/csv`: plain values, lines end in CR LF."""
    yield ",".join(variables) + "\r\n"
    for row in rows:
        yield ",".join(map(_csv_field, row)) + "\r\n"


def tsv_rows(variables: list[str], rows: Iterable[Row]) -> Iterator[str]:
    """`text/tab-separated-values`: terms in Turtle syntax, an unbound variable as an empty field."""
    yield "\t".join(f"?{v}" for v in variables) + "\n"
    for row in rows:
        yield "\t".join("" if t is None else str(t).replace("\t", "\\t") for t in row) + "\n"


ROWS: dict[str, Callable[[list[str], Iterable[Row]], Iterator[str]]] = {
    "json": json_rows,
    "xml": xml_rows,
    "csv": csv_rows,
    "tsv": tsv_rows,
}


def boolean(value: bool, name: str) -> str:
    """The answer of ASK in format `name`."""
    word = "true" if value else "false"
    if name == "json":
        return f'{{"head":{{}},"boolean":{word}}}\n'
    if name == "xml":
        return (
            '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/>'
            f"<boolean>{word}</boolean></sparql>\n"
        )
    return word + "\n"


# What Oxigraph writes, counted


class OverCapError(Exception):
    """The answer has more rows than the cap."""


NATIVE = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
# "value" · "a \" b"
_JSON_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)


class RowCounter(io.RawIOBase):
    """Passes on what Oxigraph's serializer writes in a format of `NATIVE`; OverCapError in place of a row too many.

    TSV escapes line feeds, so each one ends a row. In CSV that holds outside of quotes. In JSON, outside of strings,
    `},{` stands between two rows and nowhere else. A row takes at least one byte, so nothing is counted before there
    are more bytes than the cap has rows.
    """

    def __init__(self, output: IO[bytes], name: str, cap: int) -> None:
        self.output = output
        self.count = {"json": self._json, "csv": self._csv, "tsv": self._tsv}[name]
        # What is counted: in JSON the gaps between rows, else the ends of lines, of which the head has one.
        self.left = cap - 1 if name == "json" else cap + 1
        self.cap = cap
        self.uncounted: bytearray | None = bytearray()
        self.open = False  # inside the quotes of a CSV field
        self.rest = b""  # of JSON: a string that has not ended
        self.before = b""  # of JSON: the two signs before it

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, data: object) -> int:
        """Count, and pass on."""
        piece = bytes(data)  # type: ignore[call-overload]  # a buffer, as RawIOBase.write takes it
        if self.uncounted is None:
            self.left -= self.count(piece)
        else:
            self.uncounted += piece
            if len(self.uncounted) > self.cap:
                self.left -= self.count(bytes(self.uncounted))
                self.uncounted = None
        if self.left < 0:
            raise OverCapError
        self.output.write(piece)
        return len(piece)

    def _tsv(self, piece: bytes) -> int:
        return piece.count(b"\n")

    def _csv(self, piece: bytes) -> int:
        found = 0
        for number, part in enumerate(piece.split(b'"')):
            self.open ^= number > 0
            found += 0 if self.open else part.count(b"\n")
        return found

    def _json(self, piece: bytes) -> int:
        whole = self.rest + piece
        signs, quote, unended = _JSON_STRING.sub(b"", whole).partition(b'"')
        self.rest = quote + unended
        signs = self.before + signs
        self.before = signs[-2:]
        return signs.count(b"},{")


def counting(output: IO[bytes], name: str, cap: int) -> IO[bytes]:
    """A `RowCounter` as the kind of file that pyoxigraph's types ask for."""
    return cast("IO[bytes]", RowCounter(output, name, cap))
