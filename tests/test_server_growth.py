"""What reads a request before it reaches a process that can be killed: its cost grows as the text does."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable

import pytest
from growth import LIMIT, Shape, growth, nested, patterns_of, repeated, slow_texts

import server
from bench.hostile.requests import QUERIES
from server.engine import guard, worker
from server.front.middleware import is_known, takes_gzip
from server.negotiate import GRAPH_FORMATS, HTML, RESULT_FORMATS, best, by_name
from server.pages.kinds import LISTINGS
from server.pages.lists import wanted
from server.search import match_of
from server.sparql import decode_form

PATTERNS = patterns_of(server)
SHAPES: dict[str, Shape] = {
    **{name: repeated(piece, head, tail) for name, (head, piece, tail) in QUERIES.items()},
    "prefixes on a long base": lambda n: f"BASE <http://a/{'a/' * (n // 4)}> {'PREFIX a: <b> ' * (n // 28)} ASK {{}}",
    "graphs of a long prefix": lambda n: f"PREFIX a: <{'a' * (n // 2)}> ASK {'FROM a:b ' * (n // 18)} {{}}",
    "brackets in brackets": nested("(", ")", "ASK { ?s ?p "),
    "groups in groups": nested("{", "}", "ASK"),
}
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
