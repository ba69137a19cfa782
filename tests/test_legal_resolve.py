"""Numbers, titles, issuers and authority lists; mentions to documents, in any order."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_reports import SHARED

from kg_builder import vocab
from kg_builder.legal.authority import load_authority, own_authority
from kg_builder.legal.find import find_citations
from kg_builder.legal.kinds import document_kind, issuing_level
from kg_builder.legal.names import split_names
from kg_builder.legal.normalise import (
    clean_title,
    number_from_chinese,
    parse_number,
    title_key,
    title_keys,
)
from kg_builder.legal.places import level_of_issuer
from kg_builder.legal.resolve import Reference, Resolution, resolve


def refs(*texts: str, region: str = "阳泉市") -> list[Reference]:
    return [Reference.of(m, region) for text in texts for m in find_citations(text, region) if m.basis is None]


def slugs(resolution: Resolution, *texts: str, region: str = "阳泉市") -> list[str | None]:
    return [resolution.links[r].slug for r in refs(*texts, region=region)]


# ---- normal forms ----


@pytest.mark.parametrize(
    ("text", "number"),
    [("三百八十一", 381), ("二〇一九", 2019), ("四十六", 46), ("十", 10), ("一百零五", 105), ("24", 24), ("第", None)],
)
def test_chinese_numerals(text: str, number: int | None) -> None:
    assert number_from_chinese(text) == number


@pytest.mark.parametrize(
    "canonical",
    ["晋财综〔2024〕210号", "国务院令第381号", "财政部公告2023年第1号", "GB/T 36721-2018", "普投资规范〔2023〕1号"],
)
def test_numbers_in_normal_form_come_back_the_same(canonical: str) -> None:
    number = parse_number(canonical)
    assert number is not None
    assert number.canonical == canonical


def test_what_is_no_number_is_none() -> None:
    assert parse_number("第三条") is None


@pytest.mark.parametrize(
    ("printed", "text", "edition", "inner"),
    [
        ("《项目管理办法（暂行）》", "项目管理办法", "暂行", None),
        ("《会计法》（2017年修正）", "会计法", "2017年修正", None),
        ("《财政部关于印发〈甲办法〉的通知》", "财政部关于印发《甲办法》的通知", None, None),
        ("《财政部关于印发〈管理办法〉的通知》", "财政部关于印发《管理办法》的通知", None, "管理办法"),
        ("关于印发阳泉市管理办法的通知", "关于印发阳泉市管理办法的通知", None, "阳泉市管理办法"),
        ("关于转发《管理办法》的通知", "关于转发《管理办法》的通知", None, None),
        ("《政策十五条》实施细则", "《政策十五条》实施细则", None, None),
        ("《山西省预算\n管理规范（试行）》", "山西省预算管理规范", "试行", None),
    ],
)
def test_titles(printed: str, text: str, edition: str | None, inner: str | None) -> None:
    title = clean_title(printed)
    assert (title.text, title.edition, title.inner) == (text, edition, inner)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("山西省民政厅关于加强核对工作的通知", "关于加强核对工作的通知"),
        ("中华人民共和国文物保护法", "《文物保护法》"),
        ("关于印发《甲》的通知", "关于印发〈甲〉的通知"),
        ("阳泉市“三重一大”实施办法", "阳泉市三重一大实施办法（试行）"),
        ("财政部、司法部关于经费的意见", "财政部司法部关于经费的意见"),
    ],
)
def test_title_keys_agree(one: str, other: str) -> None:
    assert title_key(one) == title_key(other)


def test_a_wrapper_is_found_by_the_title_it_issues() -> None:
    assert title_key("阳泉市认定管理办法") in title_keys("关于印发阳泉市认定管理办法的通知")
    assert title_key("阳泉市认定管理办法") not in title_keys("关于转发《阳泉市认定管理办法》的通知")


@pytest.mark.parametrize(
    ("run", "names"),
    [
        ("财政部民政部", ("财政部", "民政部")),
        ("公安部、财政部", ("公安部", "财政部")),
        ("中共阳泉市委机构编制委员会办公室", ("中共阳泉市委机构编制委员会办公室",)),
        ("阳泉市人力资源和社会保障局", ("阳泉市人力资源和社会保障局",)),
        ("省委办公厅、省政府办公厅", ("省委办公厅", "省政府办公厅")),
        ("关于财政厅", ()),
        ("我们单位", ()),
    ],
)
def test_names_of_offices(run: str, names: tuple[str, ...]) -> None:
    assert split_names(run) == names


@pytest.mark.parametrize(
    ("issuer", "level"),
    [
        ("财政部", "national"),
        ("国务院办公厅", "national"),
        ("山西省财政厅", "provincial"),
        ("上海市司法局", "provincial"),
        ("中共阳泉市委办公室", "municipal"),
        ("上海市普陀区财政局", "county"),
        ("平定县人民政府", "county"),
        ("某公司", None),
    ],
)
def test_levels(issuer: str, level: str | None) -> None:
    assert level_of_issuer(issuer) == level
    assert level is None or level in vocab.concepts("issuingLevel")


@pytest.mark.parametrize(
    ("title", "number", "issuers", "kind"),
    [
        ("中华人民共和国预算法", None, (), "law"),
        ("救助管理办法", "国务院令第381号", ("国务院",), "administrative-regulation"),
        ("救助管理办法实施细则", "民政部令第24号", ("民政部",), "departmental-rule"),
        ("某办法", "山西省人民政府令第200号", ("山西省人民政府",), "local-rule"),
        ("上海市养老服务条例", None, (), "local-regulation"),
        ("关于同意方案的批复", "阳政函〔2018〕11号", ("阳泉市人民政府",), "reply"),
        ("关于实施意见", "晋办发〔2021〕15号", ("中共山西省委办公厅",), "party-document"),
        ("教育信息化2.0行动计划", None, (), "plan"),
        ("若干问题的规定", "法释〔1998〕15号", ("最高人民法院",), "judicial-interpretation"),
        ("人民调解服务规范", "GB/T 36721-2018", (), "standard"),
        ("资金管理办法", None, (), "normative-document"),
        ("文物保护条例", None, (), "unknown"),
        ("", "晋财行〔2019〕195号", ("山西省财政厅",), "normative-document"),
    ],
)
def test_kinds(title: str, number: str | None, issuers: tuple[str, ...], kind: str) -> None:
    assert document_kind(title, parse_number(number) if number else None, issuers) == kind
    assert kind in vocab.concepts("documentKind")


def test_level_falls_back_on_the_title() -> None:
    assert issuing_level((), "中华人民共和国预算法") == "national"
    assert issuing_level((), "阳泉市数字政府建设方案") == "municipal"
    assert issuing_level((), "合同管理办法") is None


# ---- authority list ----


@pytest.mark.parametrize(
    ("title", "entry", "grade"),
    [
        ("中华人民共和国文物保护法", "中华人民共和国文物保护法", "authority-exact"),
        ("文物保护法", "中华人民共和国文物保护法", "authority-variant"),
        ("中华人民共和国会计法（2017年修正）", "中华人民共和国会计法", "authority-variant"),
        ("博物馆条例", "博物馆条例", "authority-exact"),
        ("中华人民共和国文物保护条例", "中华人民共和国文物保护法实施条例", "candidate"),
        ("中华人民共和国文物保护实施条例", "中华人民共和国文物保护法实施条例", "candidate"),
        ("国家博物馆管理条例", "博物馆条例", "candidate"),
    ],
)
def test_grades_of_the_authority_list(title: str, entry: str, grade: str) -> None:
    match = own_authority().by_title(title)
    assert match is not None
    assert (match.entry.title, match.grade) == (entry, grade)
    assert grade in vocab.concepts("resolution")


@pytest.mark.parametrize("title", ["阳泉市文物保护条例", "资金管理办法", "关于预算法的通知", "某某条例"])
def test_other_titles_are_in_no_list(title: str) -> None:
    assert own_authority().by_title(title) is None


def test_a_list_holds_versions_and_orders(tmp_path: Path) -> None:
    head = "title\ttype\tfirst_promulgated\tversion_date\tdocument_numbers\tlatest_version_here\texpired_flag\n"
    lines = [
        "甲管理条例\t行政法规\t2001-01-01\t2010-01-01\t中华人民共和国国务院令第1号\t0\t0",
        "甲管理条例\t行政法规\t2001-01-01\t2020-01-01\t中华人民共和国国务院令第2号\t1\t0",
        "乙管理条例\t行政法规\t1990-01-01\t1990-01-01\t\t1\t1",
        "丙管理条例\t行政法规\t1990-01-01\t1990-01-01\t中华人民共和国国务院令第2号\t1\t0",
    ]
    path = tmp_path / "laws.tsv"
    path.write_text(head + "\n".join(lines), encoding="utf-8")
    authority = load_authority(path)
    first, second = authority.by_title("甲管理条例（2010年修订）"), authority.by_title("乙管理条例")
    assert first is not None
    assert second is not None
    assert first.entry.versions == ("2010-01-01", "2020-01-01")
    assert first.superseded("2010年修订")
    assert not first.superseded("2020年修订")
    assert not first.superseded(None)
    assert second.superseded(None)
    assert authority.by_number("国务院令第1号") is first.entry
    assert authority.by_number("国务院令第2号") is None


def test_a_list_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "laws.tsv"
    path.write_text("title\n甲条例\n", encoding="utf-8")
    with pytest.raises(KeyError):
        load_authority(path)


@pytest.mark.skipif(not (SHARED / "authority" / "laws.tsv").is_file(), reason="the large list of laws is not here")
def test_the_large_list_loads_and_agrees_with_the_small_one() -> None:
    large = load_authority(SHARED / "authority" / "laws.tsv")
    for title in ("中华人民共和国预算法", "博物馆条例", "彩票管理条例"):
        small_match, large_match = own_authority().by_title(title), large.by_title(title)
        assert small_match is not None
        assert large_match is not None
        assert small_match.entry.versions[-1] == large_match.entry.versions[-1]
        assert small_match.entry.kind == large_match.entry.kind
    candidate = large.by_title("中华人民共和国文物保护条例")
    assert candidate is not None
    assert (candidate.entry.title, candidate.grade) == ("中华人民共和国文物保护法实施条例", "candidate")


# ---- documents ----

FIELDS = [
    ("《认定管理办法》", "阳泉市"),
    ("阳政办发（2022）76号《关于印发认定管理办法》的通知", "阳泉市"),
    ("阳政办发〔2022〕76号", "阳泉市"),
    ("《阳泉市信息化项目管理办法》（阳政办发〔2020〕88号）", "阳泉市"),
    ("《阳泉市信息化项目管理办法（暂行）》（阳政办发[2020]188号）", "阳泉市"),
    ("《阳泉市信息化项目管理办法》", "阳泉市"),
    ("《阳泉市加快推进数字政府建设方案》（阳政办发〔2020〕10号）", "阳泉市"),
    ("《阳泉市加快数字政府建设方案》", "阳泉市"),
    ("《中华人民共和国文物保护法》", "阳泉市"),
    ("《文物保护法》第十条", "上海市普陀区"),
    ("《中华人民共和国文物保护条例》", "阳泉市"),
    ("《救助管理办法》（2003年国务院令第999号）", "阳泉市"),
    ("国务院颁布的《救助管理办法》", "上海市普陀区"),
    ("《普陀区服务企业实施意见》（普投资规范〔2023〕1号）", "上海市普陀区"),
    ("《普陀区服务企业实施意见》", "上海市普陀区"),
    ("《关于加强队伍建设的意见》", "上海市普陀区"),
    ("《关于加强队伍建设的意见》", "阳泉市"),
    ("国务院关于深化预算管理制度改革的决定", "阳泉市"),
    ("国务院关于深化预算管理制度改革的决定（国发〔2014〕45号）", "南京市"),
    ("阳府〔2020〕3号", "阳江市"),
    ("阳府〔2020〕3号", "阳泉市"),
    ("《国家政务项目建设管理办法》（国办发〔2019〕57号）", "阳泉市"),
    ("《国家政务项目建设管理办法》（国办发〔2019〕67号）", "阳泉市"),
    ("阳政发【2019】6号《关于印发工程审批制度改革方案的通知》", "阳泉市"),
    ("《关于印发工程审批制度改", "阳泉市"),
    ("国务院令第381号", "阳泉市"),
    ("《城市生活无着的流浪乞讨人员救助管理办法》", "阳泉市"),
]


def all_references() -> list[Reference]:
    return [r for text, region in FIELDS for r in refs(text, region=region)]


def test_a_number_settles_a_title_and_a_title_a_number() -> None:
    resolution = resolve(all_references())
    slug = "yang-zheng-ban-fa-2022-76"
    assert slugs(resolution, FIELDS[0][0], FIELDS[1][0], FIELDS[2][0]) == [slug] * 3
    document = resolution.documents[slug]
    assert (document.number, document.issuers) == ("阳政办发〔2022〕76号", ("阳泉市人民政府办公室",))
    assert (document.issue_year, document.kind, document.level) == (2022, "normative-document", "municipal")
    assert len(document.aliases) == 1


def test_numbers_that_differ_by_a_digit_stay_two_documents() -> None:
    resolution = resolve(all_references())
    pair = {"yang-zheng-ban-fa-2020-88", "yang-zheng-ban-fa-2020-188"}
    assert pair <= set(resolution.documents)
    found = [set(s.slugs) for s in resolution.suspicions if s.kind == "numbers"]
    assert pair in found
    assert {"guo-ban-fa-2019-57", "guo-ban-fa-2019-67"} in found
    (alone,) = slugs(resolution, FIELDS[5][0])
    assert alone not in pair  # either could be meant


def test_words_that_come_and_go_make_no_new_title() -> None:
    resolution = resolve(all_references())
    reference = refs(FIELDS[7][0])[0]
    assert resolution.links[reference].slug == "yang-zheng-ban-fa-2020-10"
    assert resolution.links[reference].grade == "title-variant"


def test_a_law_is_one_document_everywhere_and_a_near_miss_is_none() -> None:
    resolution = resolve(all_references())
    (one,), (other,) = slugs(resolution, FIELDS[8][0]), slugs(resolution, FIELDS[9][0], region="上海市普陀区")
    assert one == other
    document = resolution.documents[str(one)]
    assert document.authority is not None
    assert document.kind == "law"
    (miss,) = slugs(resolution, FIELDS[10][0])
    assert miss != one
    near = resolution.documents[str(miss)].authority
    assert near is not None
    assert near.grade == "candidate"
    assert resolution.documents[str(miss)].kind == "unknown"


def test_an_order_and_its_title_are_one_document() -> None:
    resolution = resolve(all_references())
    assert slugs(resolution, FIELDS[11][0]) == slugs(resolution, FIELDS[12][0], region="上海市普陀区")
    assert slugs(resolution, "国务院令第381号") == slugs(resolution, FIELDS[26][0])  # by the authority list


def test_the_same_plain_title_in_two_places_is_two_documents() -> None:
    resolution = resolve(all_references())
    assert slugs(resolution, FIELDS[15][0]) != slugs(resolution, FIELDS[15][0], region="上海市普陀区")


def test_the_same_short_number_in_two_cities_is_two_documents() -> None:
    resolution = resolve(all_references())
    assert slugs(resolution, "阳府〔2020〕3号") == ["yang-fu-2020-3"]
    assert slugs(resolution, "阳府〔2020〕3号", region="阳江市") == ["yang-jiang-shi-yang-fu-2020-3"]


def test_a_cut_title_means_the_one_that_begins_so() -> None:
    resolution = resolve(all_references())
    assert slugs(resolution, FIELDS[24][0]) == ["yang-zheng-fa-2019-6"]


def test_slugs_are_ascii_and_name_one_document() -> None:
    resolution = resolve(all_references())
    names = [s for d in resolution.documents.values() for s in (d.slug, *d.aliases)]
    assert len(names) == len(set(names))
    assert all(name.isascii() and name == name.lower() and " " not in name for name in names)
    assert "jin-cai-zong-2024-210" in resolve(refs("晋财综〔2024〕210号")).documents


@given(st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_documents_do_not_depend_on_the_order_of_reports(shuffler: random.Random) -> None:
    references = all_references()
    expected = resolve(references)
    shuffler.shuffle(references)
    assert resolve(references + references[:5]) == expected


@given(st.permutations(range(len(FIELDS))))
@settings(max_examples=10, deadline=None)
def test_reports_may_join_one_by_one(order: list[int]) -> None:
    known: set[Reference] = set()
    met: dict[str, set[str]] = {}
    for index in order:
        text, region = FIELDS[index]
        known |= set(refs(text, region=region))
        for slug, document in resolve(known).documents.items():
            met.setdefault(document.number or "", set()).add(slug)
    final = resolve(all_references())
    assert resolve(known) == final
    for document in final.documents.values():
        if document.number and not document.number.startswith(("国务院令", "阳府")):
            assert met[document.number] == {document.slug}  # a number's slug is the same in every build


def test_an_earlier_slug_stays_as_an_alias() -> None:
    before = resolve(refs("《认定管理办法》"))
    (early,) = before.documents
    after = resolve(refs("《认定管理办法》", "《认定管理办法》（阳政办发〔2022〕76号）"))
    assert after.documents["yang-zheng-ban-fa-2022-76"].aliases == (early,)


def test_one_number_under_two_unlike_titles_is_suspicious() -> None:
    resolution = resolve(refs("《档案管理办法》（阳财综〔2023〕14号）", "《招商引资奖励方案》（阳财综〔2023〕14号）"))
    assert [s.kind for s in resolution.suspicions] == ["titles"]
