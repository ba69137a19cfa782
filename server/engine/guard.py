"""Barrier 1: what a query is and which graphs it names, decided on the tokens of the SPARQL 1.1 grammar.

`read_query` refuses what the service never does (updates, SERVICE, graphs that are not in the release).
It errs on the side of refusing: Oxigraph's parser needs no white space between keywords (`SERVICE:x{…}`,
`trueSERVICE<x>{…}` are calls), and rdflib resolves `\\u0053ERVICE` before it parses, so words are judged in both
spellings, a word that is no keyword is refused, and an IRI that could also be read as `<` with a call is refused.
Barrier 2, a worker process that can open no socket, stands in `server.engine.sandbox`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from urllib.parse import urljoin

Form = Literal["SELECT", "ASK", "CONSTRUCT", "DESCRIBE"]

FORMS: tuple[Form, ...] = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
UPDATES = frozenset("INSERT DELETE LOAD CLEAR CREATE DROP COPY MOVE ADD WITH".split())  # noqa: SIM905 - reads as the grammar does
# A second run of a query with one of these may answer otherwise on the same release, so it is never cached.
VOLATILE = frozenset("NOW RAND UUID STRUUID BNODE".split())  # noqa: SIM905 - as above
KEYWORDS = (
    frozenset(FORMS)
    | UPDATES
    | VOLATILE
    | frozenset(
        """A ABS ALL AS ASC AVG BASE BIND BOUND BY CEIL COALESCE CONCAT CONTAINS COUNT DATA DATATYPE DAY DEFAULT DESC
        DISTINCT ENCODE_FOR_URI EXISTS FALSE FILTER FLOOR FROM GRAPH GROUP GROUP_CONCAT HAVING HOURS IF IN INTO IRI
        ISBLANK ISIRI ISLITERAL ISNUMERIC ISURI LANG LANGMATCHES LCASE LIMIT MAX MD5 MIN MINUS MINUTES MONTH NAMED NIL
        NOT OFFSET OPTIONAL ORDER PREFIX REDUCED REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SEPARATOR SERVICE SHA1
        SHA256 SHA384 SHA512 SILENT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS SUBSTR SUM TIMEZONE
        TO TRUE TZ UCASE UNDEF UNION URI USING VALUES VERSION WHERE YEAR ADJUST HASLANG HASLANGDIR LANGDIR STRLANGDIR
        ISTRIPLE TRIPLE SUBJECT PREDICATE OBJECT""".split()  # noqa: SIM905 - as above
    )
)

_NAME = r"[^\W\d_][\w.\u00b7\u203f\u2040-]*"  # a prefix: mz, 预-1; wider than PN_PREFIX, never narrower
# SELECT · ?s · <http://…> · mz:amount · "预算"@zh · 12.5 · &&: the terminals of the SPARQL 1.1 grammar (19.8)
_TOKEN = re.compile(
    rf"""
      (?P<space>[\ \t\r\n]+|\#[^\r\n]*)
    | (?P<string>\"\"\"(?:"{{0,2}}(?:[^"\\]|\\.))*\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|\\.))*'''
        |"(?:[^"\\\r\n]|\\.)*"|'(?:[^'\\\r\n]|\\.)*')
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*>)
    | (?P<variable>[?$][\w\u00b7\u203f\u2040]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:[\w.\u00b7\u203f\u2040-]+)
    | (?P<prefixed>(?P<prefix>(?:{_NAME})?):(?:[\w:.\u00b7\u203f\u2040-]|%[0-9A-Fa-f]{{2}}|\\[_~.\-!$&'()*+,;=/?\#@%])*)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d_]\w*)
    | (?P<sign>\^\^|\^|&&|\|\||[<>!]=|[\[\](){{}},;.|/*+?!=<>~$-])
    """,
    re.VERBOSE | re.DOTALL,
)
# \u0053ERVICE · \U00000053: code point escapes, undone before all else (SPARQL 1.1, 19.2)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# `FILTER(?a<?b)SERVICE:x#>` ⏎ `{…}` — an IRI to a tokenizer, a call to a parser that expects an operator.
_HIDDEN_CALL = re.compile(r"service(?:silent)?(?:[^\W\d_][\w.-]*)?[:?$][^#]*\#", re.IGNORECASE)


@dataclass
class Refused(Exception):  # noqa: N818 - reads as what happened
    """A query that the service does not run; `kind` is `syntax`, `update`, `service` or `dataset`."""

    kind: str
    detail: str
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query as the guard read it: its form, the graphs of its dataset clause, and whether it may be cached."""

    text: str
    form: Form
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    volatile: bool
    key: str  # the same for texts that differ in white space, comments and the case of keywords alone
    shape: str  # the same for texts that differ in IRIs, strings and numbers too

    @property
    def has_dataset(self) -> bool:
        """Whether the query itself names its dataset (FROM, FROM NAMED)."""
        return bool(self.default_graphs or self.named_graphs)


@dataclass(frozen=True, slots=True)
class Token:
    """One terminal of the grammar; a word's text is in capitals."""

    kind: str
    text: str
    start: int
    length: int
    prefix: str = ""


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a query without white space and comments; Refused at the first character that is none."""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise Refused("syntax", f"unexpected {text[position]!r}", *place(text, position))
        kind = "prefixed" if match["prefix"] is not None else str(match.lastgroup)
        if kind != "space":
            shown = match.group().upper() if kind == "word" else match.group()
            yield Token(kind, shown, position, match.end() - position, match["prefix"] or "")
        position = match.end()


def place(text: str, position: int) -> tuple[int, int]:
    """Line and column of a position, both counted from 1 in characters."""
    return text.count("\n", 0, position) + 1, position - (text.rfind("\n", 0, position) + 1) + 1


def unescape(text: str) -> str:
    """Resolve the codepoint escapes of SPARQL 1.1 section 19.2; an escape that names no character stays as it is."""

    def character(match: re.Match[str]) -> str:
        number = int(match[1] or match[2], 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else match[0]

    return _ESCAPE.sub(character, text)


def read_query(text: str) -> Query:
    """The query's form and dataset; Refused for updates, SERVICE and what is no query."""
    return _remembered(text) if len(text) <= _REMEMBERED else _read(text)


def _read(text: str) -> Query:
    plain = unescape(text)
    if plain != text:
        _refuse_escaped_calls(plain)
    found = list(tokens(text))
    for token in found:
        _refuse_calls(token, text)
    start = _after_prologue(found, text)
    prefixes, base = _prologue(found[:start])
    for token in found[start:]:
        if token.kind == "prefixed" and token.prefix not in prefixes:
            raise Refused("syntax", f"the prefix {token.prefix}: is not declared", *place(text, token.start))
    default, named = _dataset(found, start, text, prefixes, base)
    volatile = any(t.kind == "word" and t.text in VOLATILE for t in found)
    form = next(f for f in FORMS if f == found[start].text)
    return Query(text, form, default, named, volatile, _key(found), _shape(found))


_REMEMBERED = 8192  # characters: the same few queries come again and again
_remembered = lru_cache(maxsize=1024)(_read)


def _key(found: list[Token]) -> str:
    """Digest of the tokens, with a space wherever the text has white space or comments."""
    digest = hashlib.sha256()
    end = 0
    for token in found:
        digest.update((" " if token.start > end else "").encode() + token.text.encode("utf-8", "surrogatepass") + b"\0")
        end = token.start + token.length
    return digest.hexdigest()


def _shape(found: list[Token]) -> str:
    parts = (t.kind if t.kind in {"iri", "string", "number"} else t.text for t in found)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]


def _refuse_calls(token: Token, text: str) -> None:
    if fault := _fault(token):
        raise Refused(*fault, *place(text, token.start))


def _fault(token: Token) -> tuple[str, str] | None:
    """Kind and detail of what is wrong with a token by itself."""
    if token.kind == "word" and token.text == "SERVICE":
        return "service", "SERVICE is not available: this endpoint queries its own data only"
    if token.kind == "word" and token.text not in KEYWORDS:
        return "syntax", f"unknown word {token.text}"
    if token.kind == "prefixed" and re.search("service|from", token.prefix, re.IGNORECASE):
        return "service", f"a prefix may not contain SERVICE or FROM; rename {token.prefix}:"
    if token.kind == "iri" and _HIDDEN_CALL.search(token.text):
        return "service", "this IRI could be read as a SERVICE call; write it with a prefix"
    return None


def _refuse_escaped_calls(plain: str) -> None:
    """Refuse SERVICE written with codepoint escapes; other faults of that reading are not this parser's."""
    try:
        for token in tokens(plain):
            _refuse_calls(token, plain)
    except Refused as refused:
        if refused.kind == "service":
            raise


def _after_prologue(found: list[Token], text: str) -> int:
    """Index of the word that says what the query does."""
    for index, token in enumerate(found):
        if token.kind != "word" or token.text in {"BASE", "PREFIX", "VERSION"}:
            continue
        if token.text in FORMS:
            return index
        kind = "update" if token.text in UPDATES else "syntax"
        message = "updates are refused: the data is read-only" if kind == "update" else "expected a query form"
        raise Refused(kind, message, *place(text, token.start))
    raise Refused("syntax", "expected SELECT, ASK, CONSTRUCT or DESCRIBE", *place(text, len(text)))


def _dataset(
    found: list[Token], start: int, text: str, prefixes: dict[str, str], base: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The graphs of FROM and FROM NAMED, in order; relative ones as they are written where the query has no BASE."""
    default: list[str] = []
    named: list[str] = []
    for index in range(start, len(found)):
        if found[index].kind != "word" or found[index].text != "FROM":
            continue
        rest = found[index + 1 : index + 3]
        is_named = bool(rest) and rest[0].kind == "word" and rest[0].text == "NAMED"
        graph = rest[1] if is_named and len(rest) > 1 else rest[0] if rest else None
        iri = _iri(graph, prefixes, base) if graph else None
        if iri is None:
            raise Refused("syntax", "expected the IRI of a graph after FROM", *place(text, found[index].start))
        (named if is_named else default).append(iri)
    return tuple(default), tuple(named)


def _prologue(found: list[Token]) -> tuple[dict[str, str], str]:
    """Declared prefixes and the base; each declaration is a word, perhaps a prefix, and an IRI."""
    prefixes: dict[str, str] = {}
    base = ""
    for first, second, third in zip(found, found[1:], [*found[2:], None], strict=False):
        if first.text == "BASE" and second.kind == "iri":
            base = _resolved(second.text, base)
        if first.text == "PREFIX" and second.kind == "prefixed" and third is not None:
            prefixes[second.prefix] = _resolved(third.text, base)
    return prefixes, base


def _resolved(text: str, base: str) -> str:
    """`<iri>` without its brackets and escapes, against the base."""
    iri = unescape(text[1:-1])
    return urljoin(base, iri) if base else iri


def _iri(token: Token, prefixes: dict[str, str], base: str) -> str | None:
    if token.kind == "iri":
        return _resolved(token.text, base)
    if token.kind == "prefixed" and token.prefix in prefixes:
        local = token.text[len(token.prefix) + 1 :]
        return prefixes[token.prefix] + re.sub(r"\\(.)", r"\1", local)
    return None
