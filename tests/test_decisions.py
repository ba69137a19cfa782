"""Each rule of a decision list decides its own example: none stands behind another that takes all its cases."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from textwrap import dedent

import pytest
from drawn import read_drawn

from bench.rules import counted, decisions
from kg_builder.decisions import Decision, Rule
from kg_builder.legal import Reference, find_citations, resolve
from kg_builder.legal.issuers import place_of_token
from kg_builder.model import Cell, Page, Place
from kg_builder.readers.ink import Glyph, Run
from kg_builder.readers.unruled import unruled_grids
from kg_builder.templates.prose.narrative import statements_in


def cite(text: str) -> None:
    """Read a text as the field of a project in 阳泉市."""
    resolve({Reference.of(m, "阳泉市") for m in find_citations(text, "阳泉市") if m.basis is None})


def say(text: str) -> None:
    """Read a text as the prose of a report of 2023."""
    statements_in([Page(1, (Cell(text, Place(1, line=1)),))], year=2023)


def find_table(picture: str) -> None:
    """Find the tables without rules on a page that a picture shows: each line a line, two Latin letters a character."""
    runs = []
    for i, line in enumerate(dedent(picture).strip("\n").split("\n")):
        x = 0.0
        glyphs = []
        for character in line:
            width = 12.0 if ord(character) > 0x7F else 6.0
            glyphs.append(Glyph(character, x, 20.0 * i, x + width, 20.0 * i + 12, 12.0))
            x += width
        words = (list(group) for spaces, group in groupby(glyphs, lambda g: g.text == " ") if not spaces)
        runs += [Run(word) for word in words]
    unruled_grids(runs)


# How an example of a list is read, where it is no text with citations.
READ: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(
        (
            "What is the next row below the first ones of a table?",
            "What is a row inside a grid: part of a caption, a note, or a row of the table?",
            "What is a line above a grid?",
        ),
        lambda picture: read_drawn(dedent(picture)),
    ),
    "Are the heads of a table without rules understood?": find_table,
    "For which division does a short name stand?": lambda example: place_of_token.__wrapped__(*example.split(" in ")),
}
CASES = [(d.question, rule) for d in decisions() for rule in d.rules if rule.name != "otherwise"]


def test_the_first_rule_that_holds_decides() -> None:
    sign = Decision[int, str](
        "What sign has a number?",
        Rule("below zero", "-1", lambda n: n < 0, "-"),
        Rule("above", "2", lambda n: n > 0, lambda n: f"+{n}"),
        otherwise="0",
    )
    assert [sign(n) for n in (-1, 0, 2)] == ["-", "0", "+2"]
    assert sign.rule(0).name == "otherwise"


def test_names_of_rules_say_which_one_is_meant() -> None:
    assert len(CASES) > 15
    assert len({(question, rule.name) for question, rule in CASES}) == len(CASES)


@pytest.mark.parametrize(("question", "rule"), CASES, ids=[f"{q} {r.name}" for q, r in CASES])
def test_a_rule_decides_its_example(question: str, rule: Rule) -> None:
    with counted() as fired:
        READ.get(question, say if "in the prose" in question else cite)(rule.example)
    assert fired[question, rule.name], dict(fired)
