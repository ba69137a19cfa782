"""No pattern of the program is slow on any text: at twice the length it costs about twice as much."""

from __future__ import annotations

import ast
import re
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path

import pytest
from growth import LIMIT, growth, patterns_of, repeated, slow_texts

import kg_builder
import server
from kg_builder.errors import ReadingError
from kg_builder.indicators import parse_target
from kg_builder.legal import find_citations
from kg_builder.readers.original import Original
from kg_builder.readers.text import read_text_pages
from kg_builder.templates.prose.narrative import statements_in

ROOT = Path(__file__).parents[1]
METHODS = {"search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"}

# Patterns that only meet short texts, and what keeps these short.
BOUNDED = {
    "server.api._CHOICE": "the addresses of the server's own pages",
    "kg_builder.templates.forms.halves._NUMBER_HEAD": "the last 60 characters of a half: _LONGEST_TARGET",
    "kg_builder.templates.forms.money._GLUED": "a cell of at most 60 characters: _LONGEST_LABELLED",
    "kg_builder.templates.prose.phrases._SHARE": "at most 160 characters before a figure: narrative._NEAR",
    "kg_builder.head_words._TEXT": "a head of at most 60 characters: _LONGEST",
    "kg_builder.head_words._LABEL": "a head of at most 60 characters: _LONGEST",
    "kg_builder.head_words._MEASURE": "a head of at most 60 characters: _LONGEST",
    "kg_builder.head_words._AMOUNT": "a head of at most 60 characters: _LONGEST",
}

PATTERNS = patterns_of(kg_builder) | patterns_of(server)
MODULES = sorted({name.rsplit(".", 1)[0] for name in PATTERNS})
LENGTH = 1024
SUSPECT = 0.00015  # seconds of processor time: what costs less for that length is not measured further


@cache
def calls(module: str) -> dict[str, set[str]]:
    """The methods that a module calls on each name: of a pattern, or of what runs over a collection of patterns."""
    path = ROOT / (module.replace(".", "/") + ".py")
    tree = ast.parse((path if path.exists() else path.with_suffix("") / "__init__.py").read_text(encoding="utf-8"))
    found: dict[str, set[str]] = defaultdict(set)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in METHODS and (names := names_in(node.value)):
            found[names[-1]].add(node.attr)
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            for collection in names_in(node.iter):
                for name in names_in(node.target):
                    found[collection] |= found.get(name, set()) - {"sub", "split"}  # also methods of texts
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for collection in names_in(node.targets[0] if isinstance(node, ast.Assign) else node.target):
                for name in names_in(node.value):
                    found[name] |= found.get(collection, set())
    return found


def names_in(node: ast.AST) -> list[str]:
    return [
        n.id if isinstance(n, ast.Name) else n.attr for n in ast.walk(node) if isinstance(n, ast.Name | ast.Attribute)
    ]


def uses(name: str) -> set[str]:
    """`search`, `match` and `fullmatch`: how a pattern is used where it stands, else in the whole program."""
    module, constant = re.sub(r"\[\d+\]\Z", "", name).rsplit(".", 1)
    used = calls(module).get(constant) or set().union(*(calls(m).get(constant, set()) for m in MODULES))
    return {u if u in ("match", "fullmatch") else "search" for u in used} or {"search"}


@pytest.mark.parametrize("name", [n for n in PATTERNS if n not in BOUNDED])
def test_twice_the_text_costs_twice_as_much(name: str) -> None:
    pattern = PATTERNS[name]
    tried = [
        (use, text, getattr(pattern, use), shape)
        for use in sorted(uses(name))
        for text, shape in slow_texts(pattern, ("\0", "\n")).items()
    ]
    slow = next(
        (
            (use, text)
            for use, text, read, shape in tried
            if seconds(read, shape(LENGTH)) > SUSPECT and growth(read, shape) > LIMIT
        ),
        None,
    )
    assert slow is None


PIECES = sorted(
    {shape(24)[:24] for pattern in PATTERNS.values() for shape in slow_texts(pattern, ("",)).values()}
    | {
        "《",
        "》",
        "《〈",
        "〉》",
        "（",
        "“关于",
        "《某办法》",
        "阳财综〔2021〕7号、",
        "2、某市管理办法；",
        "财政部、",
        "第1号令",
    }
)
READERS = {
    "citations": lambda text: find_citations(text, "阳泉市"),
    "a target": parse_target,
    "the prose of a text": lambda text: statements_in(read_text_pages(Original("prose.txt", text.encode()))),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_whole_reader_is_linear_too(reader: str) -> None:
    read = READERS[reader]
    slow = [
        piece
        for piece in PIECES
        if seconds(read, repeated(piece)(LENGTH)) > 0.01 and growth(read, repeated(piece)) > LIMIT
    ]
    assert not slow


def seconds(read: Callable[[str], object], text: str) -> float:
    began = time.thread_time()
    with suppress(ReadingError):
        read(text)
    return time.thread_time() - began


def test_what_is_bounded_exists_and_has_a_reason() -> None:
    assert len(PATTERNS) > 300
    assert all(name in PATTERNS and reason for name, reason in BOUNDED.items())
