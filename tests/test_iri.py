"""Readable, stable, injective: the properties that every IRI rests on."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg_builder import vocab
from kg_builder.graph.iri import region_code, slug, syllables
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
        ("长治市财政局", "chang-zhi-shi-cai-zheng-ju-046a20ea"),  # and not zhang-zhi
        ("单县", "shan-xian-2c742ab8"),
        ("大城市", "da-cheng-shi-534af815"),  # and not of the county 大城, which is dai-cheng
    ],
)
def test_slug(printed: str, expected: str) -> None:
    assert slug(printed) == expected


READ = {
    "长治市": "chang zhi shi", "单县": "shan xian", "洪洞县": "hong tong xian", "浚县": "xun xian",
    "乐清市": "yue qing shi", "蚌埠市": "beng bu shi", "六安市": "lu an shi", "六盘水市": "liu pan shui shi",
    "南京市六合区": "nan jing shi lu he qu", "辽宁省朝阳市": "liao ning sheng chao yang shi",
    "上海市闵行区": "shang hai shi min hang qu", "漯河市": "luo he shi", "什邡市": "shi fang shi",
    "大城县": "dai cheng xian", "民乐县": "min le xian", "民乐队": "min yue dui",
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_places_are_read_as_people_read_them(name: str) -> None:
    assert syllables(name) == READ[name].split()


def test_each_place_has_a_syllable_for_each_character() -> None:
    for line in (vocab.folder("data") / "places.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, reading = line.split("\t")
        assert len(name) == len(reading.split(" ")) and reading.isascii(), name


def test_english_names_of_divisions_are_read_as_people_read_them() -> None:
    named = {concept.zh: concept.en for concept in vocab.concepts("region").values()}
    assert named["长治市"] == "Changzhi City" and named["朝阳区"] == "Chaoyang District"
    for zh, en in named.items():
        if re.fullmatch(r"[一-鿿]{2,5}[市区县]", zh) and not re.search("族|自治|地区", zh):
            assert en.split(" ")[0].lower() == "".join(syllables(zh)[:-1]).replace("ü", "v"), (zh, en)


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
        ("临平区", "330113"),  # since 2021
        ("杭州市钱塘区", "330114"),
        ("浙江省杭州市江干区", "330104"),  # until 2021
        ("长治市上党区", "140404"),
        ("三明市三元区", "350403"),
        ("普陀区", None),  # one in Shanghai, one in Zhoushan
        ("江苏省普陀区", None),
        ("", None),
    ],
)
def test_region_code(name: str, code: str | None) -> None:
    assert region_code(name) == code
