"""Barrier 1: what a query is and which graphs it names, decided on the tokens of the SPARQL 1.1 grammar.

`read_query` refuses what the service never does (updates, SERVICE, graphs that are not in the release).
It errs on the side of refusing: Oxigraph's parser needs no white space between keywords (`SERVICE:x{…}`,
`trueSERVICE<x>{…}` are calls), and rdflib resolves `\\u0053ERVICE` before it parses, so words are judged in both
spellings, a word that is no keyword is refused, and an IRI that could also be read as `<` with a call is refused.
Barrier 2, a worker process that can open no socket, stands in `server.engine.sandbox`.

A query is read in the server's own process, so reading it is bounded: every pass is linear in the text, a query has at
most so many tokens and names so many graphs, and of long queries one is read at a time.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal, NamedTuple
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
_PREFIXED = (
    rf"| (?P<prefixed>(?P<prefix>(?:{_NAME})?)"
    r":(?:[\w:.\u00b7\u203f\u2040-]++|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*+)"
)
# SELECT · ?s · <http://…> · mz:amount · "预算"@zh · 12.5 · &&: the terminals of the SPARQL 1.1 grammar (19.8)
_TOKEN = re.compile(
    rf"""
      (?P<space>[\ \t\r\n]+|\#[^\r\n]*)
    | (?P<string>\"\"\"(?:[^"\\]++|\\.|"{{1,2}}(?!"))*+\"\"\"|'''(?:[^'\\]++|\\.|'{{1,2}}(?!'))*+'''
        |"(?:[^"\\\r\n]++|\\.)*+"|'(?:[^'\\\r\n]++|\\.)*+')
    | (?P<iri><(?:[^<>"{{}}|^`\\\x00-\x20]++|\\u[0-9A-Fa-f]{{4}}|\\U[0-9A-Fa-f]{{8}})*+>)
    | (?P<variable>[?$][\w\u00b7\u203f\u2040]+)
    | (?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    | (?P<blank>_:[\w.\u00b7\u203f\u2040-]+)
    {_PREFIXED}
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\W\d_]\w*)
    | (?P<sign>\^\^|\^|&&|\|\||[<>!]=|[\[\](){{}},;.|/*+?!=<>~$-])
    """,
    re.VERBOSE | re.DOTALL,
)
# The same in what is known to be no prefix, so that `a.a.a.…` is not looked through to its end at each of its words.
_UNPREFIXED = re.compile(_TOKEN.pattern.replace(_PREFIXED, ""), _TOKEN.flags)
_NAME_RUN = re.compile(_NAME)
# \u0053ERVICE · \U00000053: code point escapes, undone before all else (SPARQL 1.1, 19.2)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
# `FILTER(?a<?b)SERVICE:x#>` ⏎ `{…}` — an IRI to a tokenizer, a call to a parser that expects an operator: before a `#`
# a name with `:`, `?` or `$` behind it (`SERVICEsilent-x:`), where SERVICE ends it or a letter follows.
_NAMED = re.compile(r"[\w.-]+[:?$]?")
_CALL = re.compile(r"service(?:[^\W\d_]|[:?$])", re.IGNORECASE)

_TOKENS = 1 << 16  # of a query; the longest of the library has some hundreds
_IRIS, _IRI_LENGTH = 4096, 1024  # of a query in BASE, PREFIX and FROM, and characters of each: they are put together
_REMEMBERED = 8192  # characters of a query whose reading is remembered: the same few come again and again
_PATIENCE = 5.0  # seconds that a longer one waits for the others to be read
_READING = threading.Lock()  # of longer ones: one at a time, so that all other requests find the interpreter free


@dataclass
class Refused(Exception):  # noqa: N818 - reads as what happened
    """A query that the service does not run.

    `kind` is `syntax`, `update`, `service`, `dataset`, `query-size` or `busy`.
    """

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


class Token(NamedTuple):
    """One terminal of the grammar; a word's text is in capitals."""

    kind: str
    text: str
    start: int
    length: int
    prefix: str = ""


def tokens(text: str) -> Iterator[Token]:
    """The terminals of a query without white space and comments; Refused at the first character that is none."""
    position = unprefixed = 0
    while position < len(text):
        match = (_UNPREFIXED if position < unprefixed else _TOKEN).match(text, position)
        if match is None:
            raise Refused("syntax", f"unexpected {text[position]!r}", *place(text, position))
        kind = str(match.lastgroup)
        if kind == "prefixed":
            yield Token(kind, match.group(), position, match.end() - position, match["prefix"])
        elif kind == "word":
            yield Token(kind, match.group().upper(), position, match.end() - position)
            if position >= unprefixed and (run := _NAME_RUN.match(text, position)):
                unprefixed = run.end()  # no colon stands behind it: that would have made a prefix of it
        elif kind != "space":
            yield Token(kind, match.group(), position, match.end() - position)
        position = match.end()


def repeats_a_path(text: str) -> bool:
    """Whether a query has a path that leaves its length open: `skos:broader*`, `(a|b)+`, `mz:table?`; Refused."""
    last, depth, plain = "", 0, [True]  # what the sign stands after; whether each open bracket holds a path alone
    for token in tokens(text):
        if token.text in {"*", "+", "?"} and token.kind == "sign" and last in {"iri", "prefixed", "path"}:
            return True
        if token.text == "(":
            depth, last = depth + 1, "("
            plain.append(True)
        elif token.text == ")" and depth:
            depth, last = depth - 1, "path" if plain.pop() else ")"
        else:
            last = token.kind if token.text != "A" else "iri"
            plain[-1] &= token.kind in {"iri", "prefixed"} or token.text in {"A", "/", "|", "^", "!"}
    return False


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
    if len(text) <= _REMEMBERED:
        return _remembered(text)
    if not _READING.acquire(timeout=_PATIENCE):
        raise Refused("busy", "too many long queries are waiting; try again soon")
    try:
        return _read(text)
    finally:
        _READING.release()


def _read(text: str) -> Query:
    plain = unescape(text)
    if plain != text:
        _refuse_escaped_calls(plain)
    found = list(islice(tokens(text), _TOKENS + 1))
    if len(found) > _TOKENS:
        raise Refused("query-size", f"a query may have {_TOKENS} words and signs", *place(text, found[-1].start))
    for token in found:
        _refuse_calls(token, text)
    start = _after_prologue(found, text)
    names = _Names(text, found[:start])
    for token in found[start:]:
        if token.kind == "prefixed" and token.prefix not in names.prefixes:
            raise Refused("syntax", f"the prefix {token.prefix}: is not declared", *place(text, token.start))
    default, named = _dataset(found, start, text, names)
    volatile = any(t.kind == "word" and t.text in VOLATILE for t in found)
    form = next(f for f in FORMS if f == found[start].text)
    return Query(text, form, default, named, volatile, _key(found), _shape(found))


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
    if token.kind == "iri" and _hides_call(token.text):
        return "service", "this IRI could be read as a SERVICE call; write it with a prefix"
    return None


def _hides_call(iri: str) -> bool:
    before = iri[: iri.rfind("#") + 1]
    return any(name[-1] in ":?$" and _CALL.search(name) for name in _NAMED.findall(before))


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


def _dataset(found: list[Token], start: int, text: str, names: _Names) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The graphs of FROM and FROM NAMED, in order; relative ones as they are written where the query has no BASE."""
    default: list[str] = []
    named: list[str] = []
    for index in range(start, len(found)):
        if found[index].kind != "word" or found[index].text != "FROM":
            continue
        rest = found[index + 1 : index + 3]
        is_named = bool(rest) and rest[0].kind == "word" and rest[0].text == "NAMED"
        graph = rest[1] if is_named and len(rest) > 1 else rest[0] if rest else None
        iri = names.iri(graph) if graph else None
        if iri is None:
            raise Refused("syntax", "expected the IRI of a graph after FROM", *place(text, found[index].start))
        (named if is_named else default).append(iri)
    return tuple(default), tuple(named)


def resolve(base: str, iri: str) -> str:
    """An IRI against a base; Refused where one of them is none (`http://[x`)."""
    try:
        return urljoin(base, iri)
    except ValueError:
        raise Refused("syntax", f"expected an IRI, found <{iri}> and the base <{base}>") from None


class _Names:
    """The base and the prefixes that a query declares, and the IRIs that they make of tokens; Refused for too much."""

    def __init__(self, text: str, prologue: list[Token]) -> None:
        self.prefixes: dict[str, str] = {}
        self._text, self._base, self._count = text, "", 0
        # Each declaration is a word, perhaps a prefix, and an IRI.
        for first, second, third in zip(prologue, prologue[1:], [*prologue[2:], None], strict=False):
            if first.text == "BASE" and second.kind == "iri":
                self._base = self._resolved(second)
            if first.text == "PREFIX" and second.kind == "prefixed" and third is not None:
                self.prefixes[second.prefix] = self._resolved(third)

    def iri(self, token: Token) -> str | None:
        """The IRI that a token stands for; None where it stands for none."""
        if token.kind == "iri":
            return self._resolved(token)
        if token.kind == "prefixed" and token.prefix in self.prefixes:
            self._bound(token, token.length)
            local = token.text[len(token.prefix) + 1 :]
            return self.prefixes[token.prefix] + re.sub(r"\\(.)", r"\1", local)
        return None

    def _resolved(self, token: Token) -> str:
        """`<iri>` without its brackets and escapes, against the base."""
        self._bound(token, token.length)
        iri = unescape(token.text[1:-1])
        whole = resolve(self._base, iri) if self._base else iri
        self._bound(token, len(whole))
        return whole

    def _bound(self, token: Token, length: int) -> None:
        self._count += 1
        if length > _IRI_LENGTH or self._count > 2 * _IRIS:  # each is counted before it is put together and after
            detail = f"a query may name {_IRIS} bases, prefixes and graphs, each of {_IRI_LENGTH} characters"
            raise Refused("query-size", detail, *place(self._text, token.start))
