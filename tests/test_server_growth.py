"""What reads a request before it reaches a process that can be killed: its cost grows as the text does."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable

import pytest
from growth import LIMIT, Shape, growth, nested, patterns_of, repeated, slow_texts

import server
from server.engine import guard, worker
from server.front import is_known, takes_gzip
from server.negotiate import GRAPH_FORMATS, HTML, RESULT_FORMATS, best, by_name
from server.pages.lists import LISTINGS, wanted
from server.search import match_of
from server.sparql import decode_form

PATTERNS = patterns_of(server)
IN = "ASK { ?s ?p "  # where a term may stand
SHAPES: dict[str, Shape] = {
    **{f"{piece!r}": repeated(piece, "ASK {") for piece in (
        "(", ")", "[]", "{", "}", ".", "-", "*", "?x ", "1 ", "1.", "1e", "a ", "a.", "a-", "a.a:", "a:b ", "_:",
        "_:a ", "@", "<a> ", "<a", "<", "<a ", "''", "'", "'a' ", '"""', "'''", '"a', "\\u0022", "\\U0001F600", "\\",
        "%2", "#", "#\n", "\n", " ", "预", "预-", "SELECT ", "SERVICE ", "service", "from ", "FROM", "{?s?p?o}",
        "FILTER(?a<?b)",
    )},
    "an IRI that repeats a word": repeated("service", IN + "<", ">}"),
    "an IRI of calls": repeated("service:", IN + "<", ">}"),
    "an IRI of calls before a fragment": repeated("servicesilent", IN + "<", "#>}"),
    "an IRI of silent calls with names": repeated("servicea.-:", IN + "<", ">}"),
    "an IRI of escapes": repeated("\\u0041", IN + "<", ">}"),
    "an unfinished IRI": repeated("a", IN + "<"),
    "unfinished IRIs": repeated("<a\\u", IN),
    "an unfinished string": repeated("a\\'", IN + "'"),
    "an unfinished long string": repeated("a''", IN + "'''"),
    "a long string of quotes": repeated("a''", IN + "'''", "b'''}"),
    "a string of escapes": repeated("\\u0022", IN + "'", "'}"),
    "a number": repeated("1", IN),
    "a name without a colon": repeated("a.-", IN),
    "words in a name without a colon": repeated("a-", IN),
    "a local name of escapes": repeated("\\.%2a", "PREFIX a: <b> ASK { ?s ?p a:"),
    "a language": repeated("a-", IN + "'a'@a-"),
    "a comment": repeated("SERVICE ", IN + "#"),
    "bases on bases": repeated("BASE <a/> ", tail="ASK {}"),
    "bases out of bases": repeated("BASE <../a/b/> ", "BASE <http://a/> ", "ASK {}"),
    "prefixes on a long base": lambda n: f"BASE <http://a/{'a/' * (n // 4)}> {'PREFIX a: <b> ' * (n // 28)} ASK {{}}",
    "graphs of a long prefix": lambda n: f"PREFIX a: <{'a' * (n // 2)}> ASK {'FROM a:b ' * (n // 18)} {{}}",
    "graphs of a short base": repeated("FROM <../b> ", "BASE <http://a/a/a/> ASK ", " {}"),
    "brackets in brackets": nested("(", ")", IN),
    "groups in groups": nested("{", "}", "ASK"),
    "not equal": repeated("<=", IN),
}  # fmt: skip
HEADERS = [",", ";", "a/b,", "text/html;q=0.1,", "*/*;", "q=", "/", " ", ";q=1", "\t ,", "gzip;q=", '"a",', "W/", "9",
           "%41", "&", "=&", "+", "%", "ﷺ", "a1", "会a"]  # fmt: skip


def _known(text: str) -> bool:
    return is_known(('"x"',), "", {"HTTP_IF_NONE_MATCH": text})


def _asked_of_lists(text: str) -> None:
    for listing in LISTINGS.values():
        wanted(listing, dict.fromkeys((*listing.filters, "q", "sort"), text))


READERS: dict[str, Callable[[str], object]] = {
    "the best format": lambda text: best(text, [*RESULT_FORMATS.values(), *GRAPH_FORMATS.values(), HTML]),
    "a format by name": lambda text: by_name(text, RESULT_FORMATS.values()),
    "codings": takes_gzip,
    "tags": _known,
    "a form": lambda text: decode_form(text.encode()),
    "search": match_of,
    "lists": _asked_of_lists,
    "a fault of the parser": lambda text: worker.fault(SyntaxError("error at 1:1: " + text)),
}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_grows_with_its_text(name: str) -> None:
    pattern = PATTERNS[name]
    module, _, key = name.rpartition(".")
    whole = f"{key}.fullmatch(" in inspect.getsource(importlib.import_module(module))
    for said, shape in slow_texts(pattern).items():
        for read in (pattern.search, pattern.match, *((pattern.fullmatch,) if whole else ())):
            assert growth(read, shape) < LIMIT, said


@pytest.mark.parametrize("name", SHAPES)
def test_the_guard_grows_with_its_query(name: str) -> None:
    """An IRI that repeats SERVICE, a name in which no colon stands, and bases on bases took time by the square."""
    assert growth(guard._read, SHAPES[name], largest=1 << 13) < LIMIT  # what is remembered would cost nothing


@pytest.mark.parametrize("piece", HEADERS)
@pytest.mark.parametrize("name", READERS)
def test_what_reads_a_request_grows_with_it(name: str, piece: str) -> None:
    assert growth(READERS[name], repeated(piece), largest=1 << 13) < LIMIT


def test_every_pattern_is_there() -> None:
    """The list is made from the modules; it knows the patterns of the guard, the protocol, the search, the lists."""
    assert len(PATTERNS) > 15
    assert {name.rpartition(".")[0] for name in PATTERNS} >= {
        "server.engine.guard",
        "server.search",
        "server.pages.site",
    }
