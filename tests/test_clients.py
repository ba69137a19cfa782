"""The examples of the documentation, run as a reader runs them, against a real server over the sample reports."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from doc_blocks import BASE, ENGLISH, ROOT, Block, all_blocks, blocks
from server_fixture import Server

RUN = all_blocks("sh", "python", "js")
COMUNICA = "@comunica/query-sparql@4"
OPTIONAL = ("pandas", "duckdb", "mcp")  # what a reader installs for one example


class Workplace:
    """A reader's folder for one document: `.venv/bin`, `out/demo`, and what the shell examples left there."""

    def __init__(self, folder: Path, release: Path, port: int) -> None:
        self.folder, self.address = folder, f"http://127.0.0.1:{port}"
        self._printed: dict[Block, str] = {}
        (folder / ".venv/bin").mkdir(parents=True)
        (folder / "out").mkdir()
        (folder / "out/demo").symlink_to(release)
        for name, module in (("python", ""), ("mingzhang", " -m kg_builder.cli")):
            script = folder / ".venv/bin" / name
            # A program that starts it may give it no environment.
            run = f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}"{module} "$@"\n'
            script.write_text(run, encoding="utf-8")
            script.chmod(0o755)

    def printed(self, block: Block, packages: Path | None = None) -> str:
        """What the block prints; the shell examples above it have run, each once, as it may read their files."""
        above = [b for b in blocks(block.path) if b.language == "sh" and b.line < block.line]
        for one in (*above, block):
            if one not in self._printed:
                self._printed[one] = self._run(one, packages)
        return self._printed[block]

    def _run(self, block: Block, packages: Path | None) -> str:
        # The address of this server stands in for the documented one; IRIs, written <…> or graph-uri=…, stay.
        text = re.sub(rf"(?<!<)(?<!graph-uri=){re.escape(BASE)}\b", self.address, block.text)
        command = {"sh": ["bash", "-euo", "pipefail", "-c", text], "python": [sys.executable, "-c", text]}
        if packages:
            (packages / "example.mjs").write_text(text, encoding="utf-8")
            command["js"] = ["node", str(packages / "example.mjs")]
        own = {"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "no_proxy": "127.0.0.1"}
        done = subprocess.run(
            command[block.language],
            cwd=self.folder,
            env=os.environ | own,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode == 0, f"{block.name}\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="session")
def comunica(request: pytest.FixtureRequest) -> Callable[[], Path]:
    """Gives a folder with Comunica, kept between runs in pytest's cache."""

    def install() -> Path:
        if not (shutil.which("npm") and shutil.which("node")):
            pytest.skip("npm and node are not installed")
        cache = request.config.cache
        assert cache is not None
        folder = Path(cache.mkdir("comunica"))
        if not (folder / "installed").exists():
            command = ["npm", "install", "--prefix", ".", "--no-audit", "--no-fund", "--silent", COMUNICA]
            done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
            if done.returncode:
                pytest.skip(f"npm cannot install {COMUNICA} here")
            (folder / "installed").touch()
        return folder

    return install


@pytest.fixture(scope="session")
def workplaces(
    tmp_path_factory: pytest.TempPathFactory, sample_release: Path, sample_server: Server
) -> dict[Path, Workplace]:
    return {path: Workplace(tmp_path_factory.mktemp(path.stem), sample_release, sample_server.port) for path in ENGLISH}


def test_every_guide_has_examples() -> None:
    assert {block.path.name for block in RUN} >= {"README.md", "clients.md", "tutorial.md", "dumps.md", "api.md"}
    assert {block.language for block in RUN} == {"sh", "python", "js"}
    assert len([block for block in RUN if block.answer]) >= 20


@pytest.mark.parametrize("block", RUN, ids=lambda block: block.name)
def test_example_prints_its_answer(
    workplaces: dict[Path, Workplace], comunica: Callable[[], Path], block: Block
) -> None:
    for module in OPTIONAL:
        if re.search(rf"^(?:import|from) {module}\b", block.text, re.MULTILINE) and not importlib.util.find_spec(
            module
        ):
            pytest.skip(f"{module} is not installed")
    printed = workplaces[block.path].printed(block, comunica() if block.language == "js" else None)
    if block.answer is not None:
        assert [line.rstrip() for line in printed.splitlines()] == block.answer.splitlines()


def test_the_chart_of_the_tutorial_is_the_one_that_it_makes(workplaces: dict[Path, Workplace]) -> None:
    (chart,) = [block for block in RUN if "by-function.svg" in block.text and block.language == "python"]
    workplace = workplaces[chart.path]
    workplace.printed(chart)
    made = (workplace.folder / "by-function.svg").read_bytes()
    assert made.count(b"<rect ") == 6  # the ground and a bar for each class
    assert made == (ROOT / "docs/by-function.svg").read_bytes()
