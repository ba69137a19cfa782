"""Data flows one way: the program that builds and the one that serves meet only at the release folder."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# The command line wires all commands; the ontology's files are read in one place, and pages drawn in one way.
WIRING = {"server.settings", "server.release", "server.serve", "server.engine.querying", "server.assistant.tools",
          "server.assistant.site"}  # fmt: skip
SHARED = {"kg_builder.vocab", "kg_builder.picture"}


def modules(package: str) -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / package).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path) -> set[str]:
    """Modules that a file imports anywhere in it; `from kg_builder import vocab` counts as kg_builder.vocab."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package = (ROOT / node.module.replace(".", "/")).is_dir()
            found |= {f"{node.module}.{alias.name}" if package else node.module for alias in node.names}
    return found


BOTH = modules("kg_builder") | modules("server")


def test_all_modules_are_looked_at() -> None:
    assert {"kg_builder.cli", "kg_builder.readers.pdf", "server.app", "server.engine.guard"} <= set(BOTH)


@pytest.mark.parametrize("name", BOTH)
def test_the_two_sides_do_not_import_each_other(name: str) -> None:
    other = "server" if name.startswith("kg_builder") else "kg_builder"
    crossed = {module for module in imports(BOTH[name]) if module.partition(".")[0] == other}
    allowed = SHARED if other == "kg_builder" else WIRING if name == "kg_builder.cli" else set()
    assert crossed <= allowed


def test_the_model_stands_alone() -> None:
    assert not {m for m in imports(BOTH["kg_builder.model"]) if m.partition(".")[0] in {"kg_builder", "server"}}


# Inside kg_builder: what reads files knows nothing of what reports mean, and so on to the release.
FOLDERS = ["readers", "templates", "legal", "graph", "release"]
NAMES = {"kg_builder.graph.iri"}  # names → parts of IRIs: it knows no graph


@pytest.mark.parametrize("name", [name for name in BOTH if name.split(".")[1:2] in [[folder] for folder in FOLDERS]])
def test_folders_import_what_stands_before_them(name: str) -> None:
    after = {f"kg_builder.{folder}" for folder in FOLDERS[FOLDERS.index(name.split(".")[1]) + 1 :]}
    assert not {m for m in imports(BOTH[name]) if ".".join(m.split(".")[:2]) in after} - NAMES


# Inside the server: from the left to the right, each may import what stands before it.
ORDER = ["settings", "negotiate", "problems", "engine.guard", "engine.sandbox", "engine.results", "engine.worker",
         "engine.forks", "engine.process", "engine.local", "engine.source", "engine.remote", "release"]  # fmt: skip


@pytest.mark.parametrize("name", ORDER)
def test_the_engine_knows_nothing_of_pages(name: str) -> None:
    before = {f"server.{module}" for module in ORDER[: ORDER.index(name)]}
    assert {m for m in imports(BOTH[f"server.{name}"]) if m.startswith("server")} <= before


def test_marks_know_only_texts() -> None:
    known = {m for m in imports(BOTH["kg_builder.marks"]) if m.partition(".")[0] in {"kg_builder", "server"}}
    assert known == {"kg_builder.model", "kg_builder.text"}


# What a newcomer sees at once when opening a folder.
@pytest.mark.parametrize(("folder", "most"), [("kg_builder", 28), ("kg_builder/templates", 12), ("server", 24)])
def test_folders_stay_small_at_their_top(folder: str, most: int) -> None:
    entries = {path.name for path in (ROOT / folder).iterdir()} - {"__pycache__", ".DS_Store"}
    assert len(entries) <= most, sorted(entries)
