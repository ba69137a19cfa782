"""The measure of growth itself: it tells linear, quadratic and worse apart."""

from __future__ import annotations

import re

import pytest
from growth import LIMIT, growth, repeated, slow_texts

LINEAR = [r"[a-z]+", r"\d{1,3}(?:,\d{3})*", r"(?:^|\n)[ab]*+c", r"《([^《》]{1,80})》"]
SLOW = [
    r"(?:\d+)+x",
    r"service[^#]*#",
    r"[a-z]+\Z",
    r" +年",
    r"(?:ab)*b*c",
]


@pytest.mark.parametrize("pattern", LINEAR)
def test_a_linear_pattern_stays_near_two(pattern: str) -> None:
    found = re.compile(pattern)
    assert all(growth(found.search, shape) < LIMIT for shape in slow_texts(found).values())


@pytest.mark.parametrize("pattern", SLOW)
def test_a_slow_pattern_is_found_by_what_it_repeats(pattern: str) -> None:
    found = re.compile(pattern)
    assert any(growth(found.search, shape) >= LIMIT for shape in slow_texts(found).values())


def test_a_quadratic_function_is_told() -> None:
    assert growth(lambda text: sum(1 for _ in text for _ in text), repeated("a")) > LIMIT
