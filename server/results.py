"""Query solutions → bytes, row by row, in the four SPARQL 1.1 result formats.

Written here because a row cap must stop a result exactly, which Oxigraph's own serializer cannot; the tests compare
both on the same solutions. Sources: SPARQL 1.1 Query Results JSON, XML, CSV and TSV Formats.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
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
    return f"<literal{attribute}>{escape(term.value, {chr(13): '&#13;'})}</literal>"


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
