"""The documentation is true: links, commands, terms, routes, limits and answers are those of the program."""

from __future__ import annotations

import argparse
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pyoxigraph as ox
import pytest
from doc_blocks import BASE, DOCS, ENGLISH, ROOT, Block, all_blocks, blocks, prose

from kg_builder import cli, vocab
from kg_builder.graph.triples import PREFIXES

API = (ROOT / "docs/api.md").read_text(encoding="utf-8")
MODEL = ROOT / "docs/model.md"
PAIRS = [
    (path, path.with_name(path.name.replace(".md", ".zh.md")))
    for path in ENGLISH
    if path.with_name(path.name.replace(".md", ".zh.md")).exists()
]
RUNNABLE = ("sh", "python", "js", "sparql", "turtle", "mermaid")

_HEADING = re.compile(r"^(#+) +(.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_TERM = re.compile(r"\bmz:([A-Za-z][A-Za-z-]*)")


def headings(path: Path) -> list[tuple[int, str]]:
    return [(len(marks), text.strip()) for marks, text in _HEADING.findall(prose(path))]


def anchors(path: Path) -> set[str]:
    """The fragments of a document's headings, as GitHub makes them."""
    kept = (re.sub(r"[^\w\- ]", "", re.sub(r"`", "", text.lower())) for _, text in headings(path))
    return {text.replace(" ", "-") for text in kept}


# Both languages


def test_every_guide_is_there_in_both_languages() -> None:
    assert {path.name for path, _ in PAIRS} >= {
        "README.md",
        "model.md",
        "tutorial.md",
        "clients.md",
        "dumps.md",
    }


@pytest.mark.parametrize("english,chinese", PAIRS, ids=lambda path: path.name)
def test_both_languages_have_the_same_headings_and_blocks(english: Path, chinese: Path) -> None:
    assert [level for level, _ in headings(chinese)] == [level for level, _ in headings(english)]
    ours, theirs = blocks(chinese), blocks(english)
    assert [block.language for block in ours] == [block.language for block in theirs]
    for own, other in zip(ours, theirs, strict=True):
        if own.language in RUNNABLE:
            assert (own.text, own.answer) == (other.text, other.answer), own.name
        else:  # comments are translated
            assert own.text.count("\n") == other.text.count("\n"), own.name


# Links and commands


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for link in _LINK.findall(prose(path)):
        target, _, fragment = link.partition("#")
        if target.startswith(("http://", "https://")):
            assert target.startswith(BASE), f"{link}: a link that no test can follow"
            continue
        file = (path.parent / unquote(target)).resolve() if target else path
        assert file.exists(), link
        if fragment and file.suffix == ".md":
            assert unquote(fragment) in anchors(file), link


def test_the_documents_lead_to_one_another() -> None:
    assert len([link for path in DOCS for link in _LINK.findall(prose(path))]) > 50


def commands() -> dict[str, argparse.ArgumentParser]:
    return next(a for a in cli.parser()._actions if isinstance(a, argparse._SubParsersAction)).choices


def uses(path: Path) -> Iterator[list[str]]:
    """Every `mingzhang …` of a document, in blocks and in the text, as words."""
    texts = [line for block in blocks(path) for line in block.text.splitlines()] + _CODE.findall(prose(path))
    for text in texts:
        found = re.match(r"(?:\.venv/bin/)?mingzhang( .*)?$", text.strip().rstrip("\\"))
        if found and found[1]:
            lexer = shlex.shlex(found[1], posix=False, punctuation_chars=False)
            lexer.quotes, lexer.whitespace_split = "", True
            yield list(lexer)


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_commands_and_options_exist(path: Path) -> None:
    for words in uses(path):
        assert words[0] in commands(), words
        options = commands()[words[0]]._option_string_actions
        for word in words[1:]:
            if word.startswith("--"):
                assert word.partition("=")[0] in options, f"{words[0]} {word}"


def test_the_documents_use_the_commands() -> None:
    assert {words[0] for path in ENGLISH for words in uses(path)} == set(commands())


# Terms, triples and queries


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.name)
def test_named_terms_are_in_the_ontology(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert sorted(set(_TERM.findall(text)) - vocab.terms()) == []
    for scheme, notation in re.findall(r"w3id\.org/mingzhang/code/(\w+)/([\w-]+)", text):
        assert notation in vocab.concepts(scheme), f"{scheme}/{notation}"


@pytest.mark.parametrize("name", ["terms", "architecture"])
def test_a_generated_page_is_what_the_program_says(name: str) -> None:
    written = subprocess.run(
        [sys.executable, str(ROOT / f"docs/{name}.py")], capture_output=True, encoding="utf-8", check=True
    ).stdout
    assert written == (ROOT / f"docs/{name}.md").read_text(encoding="utf-8"), "run `make docs`"


@pytest.fixture(scope="session")
def store(sample_release: Path) -> ox.Store:
    return ox.Store.read_only(str(sample_release / "current/store"))


def test_the_example_of_the_model_is_in_the_sample_release(store: ox.Store) -> None:
    (example,) = [block for block in blocks(MODEL) if block.language == "turtle"]
    triples = [quad.triple for quad in ox.parse(example.text.encode(), format=ox.RdfFormat.TURTLE)]
    told = {
        ox.Triple(t.subject, t.predicate, canonical(t.object))
        for t in triples
        if not any(store.quads_for_pattern(t.subject, t.predicate, canonical(t.object), None))
    }
    assert not told
    assert len(triples) >= 40


def canonical(
    term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple,
) -> ox.NamedNode | ox.Literal:
    """The term as the store keeps it: 400000.0 → 400000."""
    assert isinstance(term, ox.NamedNode | ox.Literal)
    if isinstance(term, ox.Literal) and term.datatype.value.endswith("#decimal"):
        return ox.Literal(term.value.removesuffix(".0"), datatype=term.datatype)
    return term


def test_the_diagram_is_that_of_the_ontology() -> None:
    (diagram,) = [block for block in blocks(MODEL) if block.language == "mermaid"]
    graph = ox.Store()
    graph.bulk_load(path=str(ROOT / "ontology/mingzhang.ttl"), format=ox.RdfFormat.TURTLE)

    def values(term: str, name: str) -> set[str]:
        quads = graph.quads_for_pattern(ox.NamedNode(vocab.term(term)), ox.NamedNode(PREFIXES["rdfs"] + name), None)
        return {q.object.value.removeprefix(vocab.MZ) for q in quads if isinstance(q.object, ox.NamedNode)}

    def with_superclasses(name: str) -> set[str]:
        above = [c for c in values(name, "subClassOf") if c in vocab.terms()]
        return {name}.union(*map(with_superclasses, above))

    edges = re.findall(r"^\s*(\w+) --> (\w+) : (\w+)$", diagram.text, re.MULTILINE)
    assert len(edges) >= 20
    for subject, target, term in edges:
        assert values(term, "domain") & with_superclasses(subject), f"{subject} {term}"
        assert values(term, "range") & with_superclasses(target), f"{term} {target}"
    for narrower, broader in re.findall(r"^\s*(\w+) --\|> (\w+)$", diagram.text, re.MULTILINE):
        assert broader in values(narrower, "subClassOf")


def test_every_kind_of_iri_is_explained(store: ox.Store) -> None:
    explained = set(re.findall(r"`id/(\w+)/", prose(MODEL)))
    pattern = re.compile(re.escape(f"{BASE}/id/") + r"(\w+)/")
    found = {
        m[1]
        for q in store
        for n in (q.subject, q.object)
        if isinstance(n, ox.NamedNode) and (m := pattern.match(n.value))
    }
    assert found <= explained, found - explained


QUERIES = all_blocks("sparql")


@pytest.mark.parametrize("block", QUERIES, ids=lambda block: block.name)
def test_query_gives_its_answer(sample_release: Path, block: Block, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert cli.main(["query", str(sample_release), block.text]) == 0
    printed = capsysbinary.readouterr().out.decode()
    assert "(0 rows)" not in printed
    if block.answer is not None:
        assert printed == block.answer


def test_there_are_queries_with_answers() -> None:
    assert len([block for block in QUERIES if block.answer]) >= 4


# The API page


def rows(heading: str) -> list[list[str]]:
    """The table under a heading of the API page, without its head."""
    section = API.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_routes_and_settings_are_those_of_the_server() -> None:
    made = runpy.run_path(str(ROOT / "docs/api.py"))["with_tables"](API)
    assert made == API, "run `make docs`"


def test_problems_are_those_of_the_server() -> None:
    told = {kind for row in rows("Problems") for kind in _CODE.findall(row[1])}
    sources = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "server").rglob("*.py")}
    raised = {kind for text in sources.values() for kind in re.findall(r'Problem\(\s*[^,"]+,\s*"([\w-]+)"', text)}
    table = sources["sparql.py"].partition("_STATUS = {")[2].partition("}")[0]
    raised |= set(re.findall(r'"(\w+)": \d{3}', table)) - {"gone"}  # nobody is left to read that one
    assert raised <= told, raised - told
    assert {kind for kind in told if not kind.startswith(("http-", "many-"))} - raised <= {"not-acceptable"}
