"""An installed copy works from any folder: the wheel holds everything that the program reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

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


# The locks

LOCKS = {"run": (), "dev": ("dev",), "bench": ("dev", "bench")}  # name → the extras that it holds
_PINNED = re.compile(
    r"^([A-Za-z0-9._-]+)==(\S+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.M
)


def locked(name: str) -> dict[str, str]:
    """The versions that a lock names, each with digests."""
    text = (ROOT / f"requirements/{name}.lock").read_text(encoding="utf-8")
    found = {canonical(pinned[1]): pinned[2] for pinned in _PINNED.finditer(text)}
    assert len(found) == sum(line[:1].isalpha() for line in text.splitlines()), "each line names a version and digests"
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(*extras: str) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    told = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["build"],
        *project["build-system"]["requires"],
    ]
    for extra in extras:
        told += project["project"]["optional-dependencies"][extra]
    return list(map(Requirement, told))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_what_the_project_asks_for(name: str) -> None:
    versions = locked(name)
    for requirement in wanted(*LOCKS[name]):
        assert requirement.specifier.contains(versions[canonical(requirement.name)], prereleases=True), requirement


def test_the_locks_agree_and_name_no_host() -> None:
    run, dev, bench = map(locked, LOCKS)
    assert run.items() <= dev.items() <= bench.items()
    assert not [name for name in LOCKS if "://" in (ROOT / f"requirements/{name}.lock").read_text(encoding="utf-8")]


def test_every_dependency_has_an_upper_bound() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert not [str(r) for r in wanted(*extras) if not any(s.operator in {"<", "==", "~="} for s in r.specifier)]


def test_make_installs_nothing_that_no_lock_names() -> None:
    lines = [
        line for line in (ROOT / "Makefile").read_text(encoding="utf-8").splitlines() if line.startswith("\t$(PIP)")
    ]
    assert len(lines) == 4
    assert all("--require-hashes" in line or "--no-deps --no-build-isolation" in line for line in lines)


def test_the_install_of_the_readme_works_with_the_lock(tmp_path: Path) -> None:
    """`make` in a copy without anything made before; what it installs are the versions of the lock."""
    offline = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "-q",
        "--no-deps",
        "--no-cache-dir",
        "-d",
        str(tmp_path),
        "editables",
    ]
    if subprocess.run(offline, check=False, capture_output=True, env=os.environ | {"PIP_RETRIES": "0"}).returncode:
        pytest.skip("no package index is reachable")
    copy = tmp_path / "copy"
    left = {".venv", ".git", "out", "dist", "build", "tests", "bench"}  # at the top alone: kg_builder/build is code
    shutil.copytree(ROOT, copy, ignore=lambda folder, names: left & set(names) if folder == str(ROOT) else ())
    command = ["make", "-s", f"PYTHON={sys.executable}", ".venv/installed"]
    done = subprocess.run(command, cwd=copy, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    told = subprocess.run(
        [copy / ".venv/bin/python", "-m", "pip", "list", "--format=json", "--disable-pip-version-check"],
        check=True, capture_output=True, env=environment,
    )  # fmt: skip
    versions = locked("run")
    found = {canonical(one["name"]): one["version"] for one in json.loads(told.stdout)}
    assert "mingzhang" in found
    assert not {n: v for n, v in found.items() if n in versions and versions[n] != v}
    built = [copy / ".venv/bin/mingzhang", "build", str(SAMPLE), "--out", str(tmp_path / "out")]
    subprocess.run(built, cwd=tmp_path, check=True, capture_output=True, env=environment)


def test_the_client_of_remote_engines_is_loaded_where_one_is_asked(tmp_path: Path) -> None:
    """Building and serving an own store go without SPARQLWrapper."""
    script = (
        "import sys; sys.modules['SPARQLWrapper'] = None\n"
        "import kg_builder.__main__, kg_builder.cli, kg_builder.build.work, kg_builder.apart, kg_builder.build.warm\n"
        "import server.app, server.serve, server.engine.querying\n"
        "from kg_builder.cli import main\n"
        "code = main(['build', sys.argv[1], '--out', sys.argv[2], '--jobs', '1'])\n"
        "from server.release import Release\n"
        "from server.settings import Settings\n"
        "from pathlib import Path\n"
        "if __name__ == '__main__': release = Release(Path(sys.argv[2]) / 'current', Settings())\n"
        "release.engine.close(); sys.exit(code)\n"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, str(ROOT / "data/samples/yangquan-museum-2023.pdf"), str(tmp_path / "out")]
    done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
