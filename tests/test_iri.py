"""Readable, stable, injective: the properties that every IRI rests on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder.graph.iri import region_code, slug
from kg_builder.text import label_key

# Many characters of one sound, so that collisions of pinyin are common: jin, ji, yu, shi, yang.
HOMOPHONES = st.text("晋津金冀吉豫渝市室阳杨洋〔〕（）()A1 2a-", max_size=12)
ANY_NAME = st.text(max_size=90)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("晋财综", "jin-cai-zong"),
        ("阳泉市民政局", "yang-quan-shi-min-zheng-ju"),
        ("阳泉市 民政局\n", "yang-quan-shi-min-zheng-ju"),
        ("２０２４年", "2024-nian"),
        ("津财综", "jin-cai-zong-59591797"),
        ("㈠（）", "yi-a90843e7"),
    ],
)
def test_slug(printed: str, expected: str) -> None:
    assert slug(printed) == expected


@given(st.one_of(HOMOPHONES, ANY_NAME))
def test_a_slug_is_short_lower_case_ascii(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", slug(name))
    assert len(slug(name)) <= 69


@given(st.one_of(st.tuples(HOMOPHONES, HOMOPHONES), st.tuples(ANY_NAME, ANY_NAME)))
def test_different_names_have_different_slugs(names: tuple[str, str]) -> None:
    one, other = names
    assert (slug(one) == slug(other)) == (label_key(one) == label_key(other))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("阳泉市", "140300"),
        ("山西省阳泉市", "140300"),
        ("上海市普陀区", "310107"),
        ("江苏省", "320000"),
        ("平定县", "140321"),
        ("北京市", "110000"),
        ("普陀区", None),  # one in Shanghai, one in Zhoushan
        ("江苏省普陀区", None),
        ("", None),
    ],
)
def test_region_code(name: str, code: str | None) -> None:
    assert region_code(name) == code
