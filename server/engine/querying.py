"""A SPARQL query on a release's store → an answer in one of the usual formats, or a table for the eye."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from server.engine.guard import Refused, read_query
from server.engine.results import boolean, xml_rows
from server.engine.worker import fault
from server.negotiate import PREFIXES

ROWS = {
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "json": ox.QueryResultsFormat.JSON,
}
GRAPHS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
_NUMBERS = {PREFIXES["xsd"] + kind for kind in ("decimal", "integer", "double", "float")}


class QueryError(Exception):
    """A query that cannot be answered; one line."""


def run_query(store: Path, text: str, form: str | None, out: IO[bytes]) -> None:
    """Write the answer of a read-only query over all graphs; QueryError for a query, format or store that is none."""
    try:
        query = read_query(text)
        answer = ox.Store.read_only(str(store)).query(
            text, base_iri=_base(store), use_default_graph_as_union=not query.has_dataset
        )
        _write(answer, form, out)
    except KeyError:
        raise QueryError(f"expected {' or '.join(GRAPHS)} for triples, found --format {form}") from None
    except Refused as error:
        if error.kind in {"syntax", "query-size"}:
            raise QueryError(_misspelt(error.detail, error.line, error.column)) from error
        raise QueryError(f"expected a query that only reads, found: {error.detail}") from error
    except SyntaxError as error:
        raise QueryError(_misspelt(*fault(error))) from error
    except ValueError as error:
        raise QueryError(f"expected an answer in this format, found: {error}") from error
    except OSError as error:
        raise QueryError(f"{store.parent}: expected a release, found: {error}") from error


def _write(answer: ox.QueryTriples | ox.QuerySolutions | ox.QueryBoolean, form: str | None, out: IO[bytes]) -> None:
    """The answer in a format, None: a table for the eye, or Turtle; KeyError where triples have no such format."""
    if isinstance(answer, ox.QueryTriples):
        prefixes = None if form == "jsonld" else PREFIXES
        ox.serialize(answer, out, GRAPHS[form or "ttl"], prefixes=prefixes)
    elif form == "xml":
        _write_xml(answer, out)
    elif form in ROWS:
        answer.serialize(out, ROWS[form])
        out.write(b"" if isinstance(answer, ox.QuerySolutions) and form != "json" else b"\n")
    elif isinstance(answer, ox.QueryBoolean):
        out.write(b"true\n" if answer else b"false\n")
    else:
        out.write(_table(answer).encode())


def _base(store: Path) -> str | None:
    """What relative IRIs are relative to: the endpoint of the release."""
    try:
        return str(json.loads((store.parent / "manifest.json").read_text(encoding="utf-8"))["base"]) + "sparql"
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _misspelt(detail: str, line: int | None = None, column: int | None = None) -> str:
    return f"expected SPARQL, found{f' at line {line}, column {column}' if line else ''}: {detail}"


def _write_xml(answer: ox.QuerySolutions | ox.QueryBoolean, out: IO[bytes]) -> None:
    if isinstance(answer, ox.QueryBoolean):
        out.write(boolean(bool(answer), "xml").encode())
        return
    for piece in xml_rows([variable.value for variable in answer.variables], answer):
        out.write(piece.encode())


def _table(answer: ox.QuerySolutions) -> str:
    """Columns side by side, numbers to the right, a line with the number of rows below."""
    names = [variable.value for variable in answer.variables]
    terms = [[solution[name] for name in names] for solution in answer]
    rows = [[_text(term) for term in row] for row in terms]
    widths = [max(map(_width, column)) for column in zip(names, *rows, strict=True)]
    right = [bool(terms) and all(_is_number(row[i]) for row in terms) for i in range(len(names))]
    lines = [_line(names, widths, right), "  ".join("-" * width for width in widths)]
    lines += [_line(row, widths, right) for row in rows]
    return "\n".join([*lines, f"({len(rows)} rows)"]) + "\n"


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = []
    for text, width, to_right in zip(row, widths, right, strict=True):
        space = " " * (width - _width(text))
        cells.append(space + text if to_right else text + space)
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _is_number(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> bool:
    return term is None or (isinstance(term, ox.Literal) and term.datatype.value in _NUMBERS)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode):
        return next(
            (f"{p}:{term.value[len(ns) :]}" for p, ns in PREFIXES.items() if term.value.startswith(ns)), term.value
        )
    return " ".join(term.value.split()) if isinstance(term, ox.Literal) else str(term)
