"""The pipeline over many inputs: what is found, grouped, kept and refused."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from real_reports import FOLDER, needs_reports

from kg_builder.build import NothingPublishedError, Options, build, find_inputs
from kg_builder.release.standing import ReleaseError, current

ROOT = Path(__file__).parents[1]
SAMPLES = sorted((ROOT / "data/samples").glob("*.pdf"))


def silent(_: str) -> None:
    """Progress that nobody reads."""


def test_inputs_do_not_depend_on_order_or_on_how_they_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    (folder / "below").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name, text in (("b.txt", "b"), ("a.txt", "a"), ("below/c.md", "c"), (".git/d.txt", "d"), ("e.csv", "e")):
        (folder / name).write_text(text, encoding="utf-8")
    files, refused = find_inputs([folder])
    assert [file.path.name for file in files] == ["a.txt", "b.txt", "c.md"]
    assert refused == []
    named = [folder / "below/../b.txt", folder / "a.txt", folder / "below", folder]
    assert find_inputs(named) == (files, [])


def test_the_same_content_twice_is_taken_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text("same", encoding="utf-8")
    files, refused = find_inputs([tmp_path])
    assert [file.path.name for file in files] == ["a.txt"]
    assert [(r["file"], r["found"]) for r in refused] == [("b.txt", "the content of a.txt")]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    out = tmp_path_factory.mktemp("build") / "out"
    manifest, new = build(SAMPLES[:2], out, Options(jobs=2), silent)
    assert new
    return out, manifest


def test_a_build_goes_on_where_another_was(built: tuple[Path, dict[str, object]]) -> None:
    out, first = built
    said: list[str] = []
    manifest, new = build(SAMPLES[:2], out, Options(jobs=2), said.append)
    assert (manifest, new) == (first, False)
    manifest, new = build(SAMPLES[:3], out, Options(jobs=2), said.append)
    assert new
    assert [line for line in said if line.startswith("read")] == [f"read 1 of 3: {SAMPLES[2].name}"]
    # Two reports whose citations mean what they did before are not made again.
    assert 1 <= sum(line.startswith("made") for line in said) <= 3


def test_interrupted_work_gives_the_same_bytes(built: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    class StopError(Exception):
        pass

    def interrupt(line: str) -> None:
        if line.startswith("made 1"):
            raise StopError

    out = tmp_path / "out"
    with pytest.raises(StopError):
        build(SAMPLES[:2], out, Options(jobs=1), interrupt)
    assert not (out / "current").exists()
    assert build(SAMPLES[:2], out, Options(jobs=1), silent)[0]["files"] == built[1]["files"]


def test_nothing_published_names_each_file(tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError) as raised:
        build([tmp_path / "missing.pdf"], tmp_path / "out", Options(jobs=1), silent)
    assert [refused["file"] for refused in raised.value.refused] == ["missing.pdf"]


def test_a_report_that_takes_too_long_is_tried_again(tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(NothingPublishedError) as raised:
        build(SAMPLES[:1], tmp_path, Options(jobs=1, seconds=0.001), silent)
    (refused,) = raised.value.refused
    assert refused["file"] == SAMPLES[0].name
    assert refused["found"] == "stopped after 0.001 seconds"
    assert "retry" not in refused
    assert build(SAMPLES[:1], tmp_path, Options(jobs=1), said.append)[1]
    assert said[0] == f"read 1 of 1: {SAMPLES[0].name}"


LIMITED = """
import resource, sys
from pathlib import Path
from kg_builder.build import Options, build

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    build([Path(sys.argv[1])], Path(sys.argv[2]), Options(jobs=1), print)
"""


def test_a_disk_that_takes_no_more_leaves_the_old_release(
    built: tuple[Path, dict[str, object]], tmp_path: Path
) -> None:
    """A limit on the size of files stands for a full disk: writing fails in the midst of a file."""
    before = current(built[0])
    assert before is not None
    script = tmp_path / "limited.py"
    script.write_text(LIMITED, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script), str(SAMPLES[3]), str(built[0])],
        capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},  # Python would leave half a module compiled
    )  # fmt: skip
    assert done.returncode != 0
    assert "ReleaseError" in done.stderr
    assert "File too large" in done.stderr
    assert current(built[0]) == before


def test_a_worker_that_is_killed_costs_nothing(built: tuple[Path, dict[str, object]], tmp_path: Path) -> None:
    killed: list[int] = []

    def kill_one(line: str) -> None:
        workers = multiprocessing.active_children()
        if line.startswith("read 1") and not killed:
            killed.append(workers[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    manifest, _ = build(SAMPLES[:2], tmp_path / "out", Options(jobs=1), kill_one)
    assert killed
    assert manifest["refused"] == []
    assert manifest["files"] == built[1]["files"]


def test_a_read_only_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file in the way", encoding="utf-8")
    with pytest.raises((ReleaseError, OSError)):
        build(SAMPLES[:1], tmp_path / "out", Options(jobs=1), silent)


@needs_reports
def test_the_text_reports_of_yangquan_are_published_whole(tmp_path: Path) -> None:
    manifest, _ = build([FOLDER / "text"], tmp_path, Options(jobs=2), silent)
    assert manifest["refused"] == []
    assert [entry["read"]["forms"] for entry in manifest["reports"]] == [14, 11, 43, 19]
    assert [entry["read"]["tables"] for entry in manifest["reports"]] == [13] * 4
    text = json.dumps(manifest, ensure_ascii=False)
    assert "经办人" not in text
    assert str(tmp_path) not in text


@needs_reports
def test_two_files_of_one_report_are_joined(tmp_path: Path) -> None:
    files = sorted((FOLDER / "pdf").glob("jiangsu-partyoffice-2018-*.pdf"))
    manifest, _ = build(files, tmp_path, Options(jobs=2), silent)
    assert manifest["counts"]["reports"] == 1
    assert sorted(source["name"] for source in manifest["reports"][0]["sources"]) == [file.name for file in files]
