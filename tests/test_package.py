"""An installed copy works from any folder: the wheel holds everything that the program reads."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kg_builder.build import code_digest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data/samples/yangquan-museum-2023.pdf"


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("mingzhang-*.whl")
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


def files(folder: Path, *suffixes: str) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.suffix in suffixes}


def test_the_wheel_holds_terms_shapes_tables_and_the_site(unpacked: Path) -> None:
    for name, suffixes in (("ontology", (".ttl", ".jsonld")), ("shapes", (".ttl",)), ("data", (".tsv",))):
        assert files(unpacked / "kg_builder" / name, *suffixes) == files(ROOT / name, *suffixes)
    for name in ("templates", "static", "queries"):
        assert files(unpacked / "server" / name, ".html", ".css", ".js", ".rq", ".svg") == files(
            ROOT / "server" / name, ".html", ".css", ".js", ".rq", ".svg"
        )
    top = {path.name for path in unpacked.iterdir()}
    assert top == {"kg_builder", "server", *(name for name in top if name.endswith(".dist-info"))}
    (licences,) = unpacked.glob("*.dist-info/licenses")
    assert files(licences, "", ".txt") >= {"LICENSE", "LICENSES/CC-BY-4.0.txt"}


def test_an_installed_copy_builds_the_same_release(unpacked: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(unpacked)}
    told = "import kg_builder; print(kg_builder.__file__)"
    where = subprocess.run(
        [sys.executable, "-c", told], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert Path(where.stdout.strip()).is_relative_to(unpacked)
    command = [sys.executable, "-m", "kg_builder.cli", "build", str(SAMPLE), "--out", str(tmp_path / "out")]
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    manifest = json.loads((tmp_path / "out/current/manifest.json").read_text(encoding="utf-8"))
    assert manifest["software"]["code"] == code_digest()
    assert manifest["counts"]["reports"] == 1
