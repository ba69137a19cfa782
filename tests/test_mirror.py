"""A mirror follows releases by what changed, and holds the same statements as the site after each of them."""

from __future__ import annotations

import gzip
import itertools
import json
import os
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from doc_blocks import BASE, ROOT, blocks
from server_fixture import serving, write_release
from test_release import LITERALS, part, shared

from kg_builder.cli import main
from kg_builder.release import dumps
from kg_builder.release.patch import PATCH, patch, write_patch
from kg_builder.release.pieces import COMMON, QUADS, Part
from kg_builder.release.standing import ReleaseError

# The reports of ten releases, each with the first literals of what it says: they come, go, come back and change. The
# name of one begins with that of another, and one stands before the shared graph in the order of IRIs.
RELEASES: list[dict[str, int]] = [
    {"a": 2},
    {"a": 2, "b": 4},
    {"a": 3, "b": 4, "a-b": 1},
    {"b": 4, "a-b": 12},
    {"a-b": 1},
    {"a": 12, "a-b": 1, "c": 3},
    {"a": 12, "c": 3},
    {"a": 12, "c": 4, "d": 0},
    {"z": 5, "d": 0},
    {"a": 2},
]


def parts(work: Path, reports: dict[str, int]) -> list[Part]:
    return [*(part(work / name, name, LITERALS[:most]) for name, most in reports.items()), shared(work / "shared")]


DUMP = "dumps/mingzhang.nq.gz"
ENTRY = {"title": "某局预算", "sources": [{"name": "a.txt", "sha256": "0" * 64}]}


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Ten releases as far as mirrors look at them."""
    out = tmp_path_factory.mktemp("mirror")
    found: list[Path] = []
    for number, reports in enumerate(RELEASES):
        version = f"{number:016x}"
        (out / version / "dumps").mkdir(parents=True)
        entries = [{**ENTRY, "report": f"{BASE}/id/report/{name}"} for name in reports]
        files = [{"path": DUMP, "sha256": "", "size": 0}]
        manifest = {
            "version": version,
            "base": BASE + "/",
            "reports": entries,
            "files": files,
        }
        (out / version / "manifest.json").write_text(json.dumps(manifest))
        os.utime(out / version / "manifest.json", (number, number))
        made = parts(out / f"work{number}", reports)
        shared_lines = b"".join(sorted(set(dumps.merged(one.folder / COMMON for one in made))))
        pieces = {one.graph: gzip.decompress((one.folder / QUADS).read_bytes()) for one in made}
        pieces[made[-1].graph] = b"".join(dumps.quads(shared_lines.splitlines(keepends=True), made[-1].graph))
        (out / version / DUMP).write_bytes(gzip.compress(b"".join(pieces[graph] for graph in sorted(pieces))))
        if found:
            write_patch(found[-1], out / version)
        found.append(out / version)
    return found


def moment(release: Path) -> int:
    """When a release was published."""
    return (release / "manifest.json").stat().st_mtime_ns


def dump(release: Path) -> bytes:
    return gzip.decompress((release / DUMP).read_bytes())


def quads(data: bytes) -> set[ox.Quad]:
    """As Oxigraph stores them: it rewrites some numbers."""
    store = ox.Store()
    store.load(data, format=ox.RdfFormat.N_QUADS)
    return set(store)


def rows(release: Path) -> list[bytes]:
    return gzip.decompress((release / PATCH).read_bytes()).splitlines(keepends=True)


def test_the_first_release_has_no_patch_and_each_other_starts_from_the_one_before(releases: list[Path]) -> None:
    assert len(releases) == len(RELEASES)
    assert not (releases[0] / PATCH).exists()
    for before, release in itertools.pairwise(releases):
        told = rows(release)
        assert told[0] == f"H id <{BASE}/releases/{release.name}> .\n".encode()
        assert told[1] == f"H prev <{BASE}/releases/{before.name}> .\n".encode()
        assert (told[2], told[-1]) == (b"TX .\n", b"TC .\n")


def test_a_patch_has_what_differs_and_nothing_else(releases: list[Path]) -> None:
    for before, release in itertools.pairwise(releases):
        old, new = set(dump(before).split(b"\n")), set(dump(release).split(b"\n"))
        told = [row[:-1] for row in rows(release)[3:-1]]
        assert len(told) == len(old ^ new)
        assert {row[2:] for row in told if row[:2] == b"D "} == old - new
        assert {row[2:] for row in told if row[:2] == b"A "} == new - old


def test_rdflib_follows_ten_releases_by_patches_alone(releases: list[Path]) -> None:
    mirror, whole = rdflib.Dataset(), rdflib.Dataset()
    mirror.parse(data=dump(releases[0]), format="nquads")
    for release in releases[1:]:
        mirror.parse(BytesIO(b"".join(rows(release))), format="patch")
        whole = rdflib.Dataset()
        whole.parse(data=dump(release), format="nquads")
        assert set(mirror.quads()) == set(whole.quads())
    assert len(set(whole.quads())) > 5


def serve_next(out: Path, release: Path, keep: int) -> None:
    """One more release beside the one that is served; the oldest go."""
    shutil.copytree(release, out / "releases" / release.name)
    kept = sorted((out / "releases").iterdir(), key=moment)
    for old in kept[:-keep]:
        shutil.rmtree(old)


def test_the_documented_mirror_follows_the_site(releases: list[Path], tmp_path: Path) -> None:
    """One asks after each release, one after every third, one so seldom that it has to begin again."""
    (example,) = [b for b in blocks(ROOT / "docs/dumps.md") if b.language == "python" and "def follow" in b.text]
    mirrors: dict[int, tuple[ox.Store, Any]] = {turn: (ox.Store(), None) for turn in (1, 3, 5)}
    write_release(tmp_path, "served").rename(tmp_path / "served")
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to("served")
    with serving(tmp_path, workers=1, rate=0) as server:
        names: dict[str, Any] = {}
        text = example.text.partition("mirror = ")[0].replace(BASE, f"http://127.0.0.1:{server.port}")
        exec(text, names)  # noqa: S102 - the example of the documentation
        for number, release in enumerate(releases):
            serve_next(tmp_path, release, 4)
            for turn, (store, held) in mirrors.items():
                if number % turn == 0:
                    mirrors[turn] = store, names["follow"](store, held)
                    assert mirrors[turn][1] == release.name
                    assert set(store) == quads(dump(release))
        assert server.get(f"/releases/{releases[9].name}/{PATCH}").body == (releases[9] / PATCH).read_bytes()
        assert server.get(f"/releases/{releases[1].name}/{PATCH}").status == 404


def test_the_command_prints_a_patch_of_any_two_and_the_changes_in_prov(
    releases: list[Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["diff", str(releases[0]), str(releases[9]), "--format", "patch"]) == 0
    assert capfdbinary.readouterr().out == b"".join(patch(releases[0], releases[9]))
    assert main(["diff", str(releases[1]), str(releases[2]), "--format", "prov"]) == 0
    told = rdflib.Graph().parse(data=capfdbinary.readouterr().out, format="turtle")
    prov = rdflib.Namespace("http://www.w3.org/ns/prov#")
    old, new = (rdflib.URIRef(f"{BASE}/releases/{release.name}") for release in releases[1:3])
    assert told.value(new, prov.wasRevisionOf) == old
    came = set(told.subjects(prov.wasGeneratedBy, rdflib.URIRef(f"{new}#change"))) - {new}
    assert came == {rdflib.URIRef(f"{new}/id/report/a-b")}
    assert told.value(next(iter(came)), prov.specializationOf) == rdflib.URIRef(f"{BASE}/id/report/a-b")


def test_a_dump_out_of_order_gives_no_patch(releases: list[Path], tmp_path: Path) -> None:
    shutil.copytree(releases[1], tmp_path / "old")
    lines = dump(releases[1]).splitlines(keepends=True)
    (tmp_path / "old/dumps/mingzhang.nq.gz").write_bytes(gzip.compress(b"".join(reversed(lines))))
    with pytest.raises(ReleaseError, match="expected sorted lines"):
        list(patch(tmp_path / "old", releases[2]))
