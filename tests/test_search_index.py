"""The search index: parts of Chinese words of any length, document numbers by their pieces, and the best first."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kg_builder import vocab
from kg_builder.release import search_index
from kg_builder.release.search_index import index_piece, words, write_index
from server import search
from server.pages import terms
from server.pages.found import PLACES
from server.pages.kinds import KINDS, LISTINGS, Listed
from server.search import Index

BASE = "http://localhost:8000/id/"
NAMES = {
    "project/a": "养老服务体系建设", "project/b": "社会养老机构补助", "project/c": "老年人养护", "project/d": "养老",
    "project/e": "2024年A11公墓", "project/f": "民政局办公用房",
}  # fmt: skip
LAWS = {
    "law/x": ("关于养老的通知", "晋财综〔2024〕210号"),
    "law/y": ("办法", "晋财综〔2021〕24号"),
    "law/z": ("意见", "晋财〔2024〕210号"),
}


def write_store_index(store: ox.Store, path: Path) -> int:
    piece = path.with_suffix(".json")
    piece.write_bytes(index_piece(quad.triple for quad in store))
    return write_index([piece], path)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    path: Path = tmp_path_factory.mktemp("index") / "search.sqlite"
    store = ox.Store()

    def add(subject: str, predicate: str, value: ox.NamedNode | ox.Literal) -> None:
        store.add(ox.Quad(ox.NamedNode(BASE + subject), ox.NamedNode(predicate), value))

    for iri, name in NAMES.items():
        add(iri, vocab.RDF_TYPE.value, ox.NamedNode(vocab.MZ + "Project"))
        add(iri, vocab.RDFS + "label", ox.Literal(name, language="zh"))
    for iri, (title, number) in LAWS.items():
        add(iri, vocab.RDF_TYPE.value, ox.NamedNode(vocab.MZ + "LegalDocument"))
        add(iri, "http://purl.org/dc/terms/title", ox.Literal(title, language="zh"))
        add(iri, vocab.MZ + "documentNumber", ox.Literal(number))
    assert write_store_index(store, path) == len(NAMES) + len(LAWS)
    return Index(path, PLACES)


def found(index: Index, text: str) -> list[str]:
    return [hit.iri.removeprefix(BASE) for group in index.search(text) for hit in group.hits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("养老", {"project/a", "project/b", "project/d", "law/x"}),
        ("老年", {"project/c"}),
        ("老", {"project/a", "project/b", "project/c", "project/d", "law/x"}),
        ("养老机构", {"project/b"}),
        ("局", {"project/f"}),
        ("晋财综210", {"law/x"}),
        ("晋财综 2024 210", {"law/x"}),
        ("晋财综〔２０２４〕２１０号", {"law/x"}),
        ("晋财210", {"law/x", "law/z"}),
        ("210", {"law/x", "law/z"}),
        ("a1", {"project/e"}),
        ("机构养老", set()),
        ("", set()),
        ("*\"' OR ( )", set()),
    ],
)
def test_what_is_found(index: Index, text: str, expected: set[str]) -> None:
    assert set(found(index, text)) == expected


def test_the_name_itself_comes_first(index: Index) -> None:
    assert found(index, "养老")[:2] == ["project/d", "project/a"]
    assert index.search("养老")[0].count == 3


@given(st.text("财政民局养老金额项目年度", min_size=1, max_size=8), st.integers(0, 7), st.integers(1, 8))
def test_every_part_of_a_name_is_among_its_words(name: str, start: int, length: int) -> None:
    """A phrase of pairs stands in the words of a name where the text stands in the name, and only there."""
    part = name[start : start + length]
    assume(len(part) > 1)
    pairs = " ".join(part[i : i + 2] for i in range(len(part) - 1))
    assert f" {pairs} " in f" {words(name)} "


@given(st.text(max_size=60))
def test_reader_and_writer_cut_texts_alike(text: str) -> None:
    assert search.runs(text) == search_index.runs(text)[:12]


@given(st.text(max_size=60))
def test_no_text_breaks_the_search(index: Index, text: str) -> None:
    assert all(group.hits for group in index.search(text))


def test_the_same_release_gives_the_same_rows(tmp_path: Path, index: Index) -> None:
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode(BASE + "p"), vocab.RDF_TYPE, ox.NamedNode(vocab.MZ + "Project")))
    store.add(ox.Quad(ox.NamedNode(BASE + "p"), ox.NamedNode(vocab.RDFS + "label"), ox.Literal("甲")))
    paths = [tmp_path / name for name in ("a", "b")]
    assert [write_store_index(store, path) for path in paths] == [1, 1]
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert index.exists


def test_pieces_of_several_graphs_are_one_index(tmp_path: Path) -> None:
    def triple(subject: str, predicate: str, value: str) -> ox.Triple:
        thing = ox.NamedNode(BASE + value) if "/" in value else ox.Literal(value)
        return ox.Triple(ox.NamedNode(BASE + subject), ox.NamedNode(predicate), thing)

    def typed(subject: str, kind: str) -> ox.Triple:
        return ox.Triple(ox.NamedNode(BASE + subject), vocab.RDF_TYPE, ox.NamedNode(vocab.MZ + kind))

    label, mz = vocab.RDFS + "label", vocab.MZ
    graphs = [
        [typed("org/a", "Body"), triple("org/a", label, "民政局"), typed("law/x", "LegalDocument"),
         triple("law/x", label, "办法")],
        *([typed(f"project/{n}", "Project"), triple(f"project/{n}", label, f"项目{n}"),
           triple(f"project/{n}", mz + "administeredBy", "org/a"),
           triple(f"project/{n}", mz + "hasCitation", f"cite/{n}"), triple(f"cite/{n}", mz + "citedDocument", "law/x"),
           typed(f"target/{n}", "Indicator"), triple(f"target/{n}", label, "完成率")] for n in "cb"),
    ]  # fmt: skip
    pieces = [tmp_path / f"{number}.json" for number, _ in enumerate(graphs)]
    for piece, graph in zip(pieces, graphs, strict=True):
        piece.write_bytes(index_piece(graph))
    assert write_index(pieces, tmp_path / "search.sqlite") == 5
    with sqlite3.connect(tmp_path / "search.sqlite") as connection:
        rows = connection.execute("SELECT kind, iri, name, hint, weight FROM item ORDER BY id").fetchall()
    connection.close()
    assert rows == [
        ("Body", BASE + "org/a", "民政局", "", 0),
        ("Project", BASE + "project/c", "项目c", "民政局", 0),
        ("Project", BASE + "project/b", "项目b", "民政局", 0),
        ("LegalDocument", BASE + "law/x", "办法", "", 2),
        ("Indicator", BASE + "target/b", "完成率", "", 2),
    ]


CODE = "https://w3id.org/mingzhang/code/"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """A report with figures, a table, a sentence and a finding."""
    path = tmp_path_factory.mktemp("told") / "search.sqlite"
    said = {
        "report/a": {"a": "Report", "reportingBody": "org/a", "fiscalYear": "2025"},
        "org/a": {"a": "Body", vocab.RDFS + "label": "民政局"},
        "obs/1": {"a": "Observation", "rowLabel": "会议费", "topic": CODE + "topic/meetings", "amount": "5"},
        "obs/2": {"a": "Observation", "rowLabel": "会议费", "amount": "6"},
        "table/1": {"a": "Table", vocab.RDFS + "label": "“三公”经费支出预算表"},
        "statement/1": {"a": "Statement", "quote": "2025年“三公”经费5万元", "topic": CODE + "topic/three-public",
                        "amount": "50000"},
        "statement/2": {"a": "Statement", "quote": "比上年增加1万元", "topic": CODE + "topic/change", "amount": "1"},
        "finding/1": {"a": "Finding", "http://www.w3.org/ns/shacl#resultMessage": "三公经费的说明与表不符。"},
    }  # fmt: skip
    store = ox.Store()
    for subject, properties in said.items():
        for name, value in properties.items():
            predicate = vocab.RDF_TYPE.value if name == "a" else name if ":" in name else vocab.MZ + name
            iri = vocab.MZ + value if name == "a" else BASE + value if name == "reportingBody" else value
            node = ox.NamedNode(iri) if "://" in iri else ox.Literal(value)
            store.add(ox.Quad(ox.NamedNode(BASE + subject), ox.NamedNode(predicate), node))
    write_store_index(store, path)
    return Index(path, PLACES)


@pytest.mark.parametrize("text", ["三公", "三公经费", "“三公”经费", "三公经费合计"])
def test_a_topic_is_found_first_by_any_of_its_names(told: Index, text: str) -> None:
    groups = told.search(text)
    assert (groups[0].kind, groups[0].hits[0].iri) == ("Topic", CODE + "topic/three-public")


def test_topics_of_no_sum_of_their_own_are_none(told: Index) -> None:
    assert told.search("比上年增减额") == []


def test_rows_are_found_by_their_names_each_once(told: Index) -> None:
    rows = {group.kind: group for group in told.search("会议")}
    assert [hit.name for hit in rows["Row"].hits] == ["会议费"]
    assert [hit.name for hit in rows["Topic"].hits] == ["会议费"]


def test_findings_tables_and_sentences_are_found_by_their_words(told: Index) -> None:
    found = {group.kind: [(hit.iri.removeprefix(BASE), hit.hint) for hit in group.hits] for group in told.said("三公")}
    assert found == {
        "Finding": [("finding/1", "民政局 2025")],
        "Table": [("table/1", "民政局 2025")],
        "Statement": [("statement/1", "民政局 2025")],
    }
    assert told.said("") == []


@pytest.mark.parametrize("text", ["三公经费", "“三公”经费", "三公"])
def test_quotation_marks_part_no_words(told: Index, text: str) -> None:
    assert [group.kind for group in told.said(text)] == ["Finding", "Table", "Statement"]


@given(st.text(max_size=60))
def test_no_text_breaks_the_search_for_sentences(told: Index, text: str) -> None:
    assert all(group.hits for group in told.said(text))


def test_what_is_offered_finds_something(told: Index, index: Index) -> None:
    assert told.examples()[0] == "“三公”经费"
    assert index.examples() == ["晋财综〔2024〕210号"]
    for one in (told, index):
        assert all(one.search(text) for text in one.examples())


def test_an_index_of_an_older_release_has_no_sentences(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "search.sqlite") as connection:
        connection.execute("CREATE TABLE item (id INTEGER)")
    connection.close()
    assert Index(tmp_path / "search.sqlite", PLACES).said("三公") == []


def test_each_kind_that_is_indexed_has_its_place_on_the_page_of_a_search() -> None:
    assert set(PLACES) == {*search_index._ENTITIES, "Indicator", "Code", "Topic", "Row"}
    assert len(set(PLACES.values())) == len(PLACES)


def test_each_kind_of_entity_is_a_class_of_the_ontology_with_an_address_of_its_own() -> None:
    assert all(vocab.MZ + kind.name in terms.ontology_terms("Class") for kind in KINDS)
    assert len({kind.path for kind in KINDS}) == len({kind.name for kind in KINDS}) == len(KINDS)
    assert len(LISTINGS) == sum(isinstance(kind, Listed) for kind in KINDS)
