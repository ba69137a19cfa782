"""Fields in the manner of other places, each with its answers: offices, numbers, titles, other bases, and nothing."""

from __future__ import annotations

import pytest

from bench.citations.__main__ import Answer, Field, measures
from bench.citations.styles import Style, read, styles, wrong

STYLES = list(styles())


def test_the_answers_are_whole() -> None:
    assert len(STYLES) >= 120
    assert sum(not style.answers for style in STYLES) >= 25  # narrative that cites nothing
    assert all(a.start < a.end for style in STYLES for a in style.answers)


FOUND = read(STYLES, "styles.tsv")


DEPARTMENTS = list(styles("departments.tsv"))
READ = read(DEPARTMENTS, "departments.tsv")


@pytest.mark.parametrize(
    ("style", "found"), list(zip(DEPARTMENTS, READ, strict=True)), ids=[f"{n}" for n in range(1, len(READ) + 1)]
)
def test_department(style: Style, found: list[Answer]) -> None:
    assert wrong(style, found) == []


def test_mentions_in_several_fields_mean_the_same_documents() -> None:
    fields = [Field(("", "", "", ""), list(s.answers), f) for s, f in zip(DEPARTMENTS, READ, strict=True)]
    assert float(measures(fields)[8]) >= 0.99


@pytest.mark.parametrize(
    ("style", "found"), list(zip(STYLES, FOUND, strict=True)), ids=[f"{n}" for n in range(1, len(STYLES) + 1)]
)
def test_style(style: Style, found: list[Answer]) -> None:
    assert wrong(style, found) == []
