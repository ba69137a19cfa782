"""The pipeline over many inputs: what is found, grouped, kept and refused."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from io import StringIO
from pathlib import Path

import pytest
from real_reports import FOLDER, needs_reports

from kg_builder import build as pipeline
from kg_builder.build import NothingPublishedError, Options, build, find_inputs, inputs
from kg_builder.build.inputs import Input
from kg_builder.readers.original import Original, read_original
from kg_builder.release.standing import Manifest, ReleaseError, current
from kg_builder.validation import validate_files

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


def socket_at(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path.name)


def linked(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def both(path: Path) -> None:
        make(Path("..", "apart"))
        path.symlink_to("../apart")

    return both


ODD: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "a pipe"),
    "socket": (socket_at, "a socket"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "a device"),
    "link to a pipe": (linked(os.mkfifo), "a pipe"),
    "link to a folder": (linked(Path.mkdir), "a folder"),
    "dangling link": (lambda path: path.symlink_to("gone"), "a link to a file that is not there"),
    "loop": (lambda path: path.symlink_to(path.name), "a loop of links"),
    "folder": (Path.mkdir, "a folder"),
    "read with an error": (lambda path: path.symlink_to("/proc/self/mem"), "Input/output error"),
}


@pytest.mark.parametrize("kind", ODD)
@pytest.mark.parametrize("name", ["x.pdf", "报告.txt", "\udcb1\udca8.md"], ids=["pdf", "txt", "not UTF-8"])
def test_what_is_no_file_is_told_under_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    monkeypatch.chdir(folder)  # the name of a socket has to be short
    (folder / "good.txt").write_text("good", encoding="utf-8")
    make, found = ODD[kind]
    make(Path(name))
    files, refused = find_inputs([folder])
    assert [file.name for file in files] == ["good.txt"]
    assert [(r["file"], r["found"]) for r in refused] == [(name.replace("\udcb1\udca8", "报"), found)]


def test_links_to_folders_and_empty_folders_are_told(tmp_path: Path) -> None:
    for name in ("in/.hidden", "apart", "empty"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "in/more").symlink_to("../apart")
    (tmp_path / "in/a.txt").write_text("a", encoding="utf-8")
    (tmp_path / "in/b.txt").symlink_to("a.txt")  # the same file, under the name that is its own
    files, refused = find_inputs([tmp_path / "in", tmp_path / "empty"])
    assert [file.name for file in files] == ["a.txt"]
    assert [(r["file"], r["found"]) for r in refused] == [("more", "a link to another folder"), ("empty", "none")]


def test_a_link_keeps_the_name_that_was_given(tmp_path: Path) -> None:
    (tmp_path / "3f2a").write_text("a", encoding="utf-8")
    (tmp_path / "报告.txt").symlink_to("3f2a")
    files, refused = find_inputs([tmp_path / "报告.txt"])
    assert ([file.name for file in files], refused) == (["报告.txt"], [])


def test_a_file_that_does_not_answer_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()

    def hang(path: Path) -> Original:
        if path.name == "b.txt":
            asked.wait(60)
        return read_original(path)

    monkeypatch.setattr(inputs, "read_original", hang)
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    files, refused = find_inputs([tmp_path], 0.3)
    asked.set()
    assert [file.name for file in files] == ["a.txt", "c.txt"]
    assert [(r["file"], r["found"]) for r in refused] == [("b.txt", "no answer in 0.3 seconds")]


def test_a_file_that_changes_under_a_build_is_not_kept(
    small_reports: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = tmp_path / "a.txt", tmp_path / "out"
    shutil.copyfile(small_reports[0], path)
    found = find_inputs

    def change(paths: Sequence[Path], seconds: float) -> tuple[list[Input], list[Manifest]]:
        seen = found(paths, seconds)
        shutil.copyfile(small_reports[1], path)
        return seen

    monkeypatch.setattr(pipeline, "find_inputs", change)
    with pytest.raises(NothingPublishedError) as raised:
        build([path], out, Options(jobs=1), silent)
    (refused,) = raised.value.refused
    assert (refused["file"], refused["found"]) == ("a.txt", "another content")
    assert not [p for p in out.rglob("*.json") if p.is_file()]
    monkeypatch.setattr(pipeline, "find_inputs", found)
    manifest, _ = build([path], out, Options(jobs=1), silent)
    (told,) = manifest["inputs"]
    assert told["sha256"] == manifest["reports"][0]["sources"][0]["sha256"]
    assert manifest["refused"] == []


def test_an_error_of_the_disk_is_tried_again(small_reports: list[Path], tmp_path: Path) -> None:
    bad, out = tmp_path / "b.txt", tmp_path / "out"
    bad.symlink_to("/proc/self/mem")
    manifest, _ = build([small_reports[0], bad], out, Options(jobs=1), silent)
    assert [r["found"] for r in manifest["refused"]] == ["Input/output error"]
    bad.unlink()
    shutil.copyfile(small_reports[1], bad)
    manifest, new = build([small_reports[0], bad], out, Options(jobs=2), silent)
    assert new
    assert manifest["refused"] == []
    assert manifest["counts"]["reports"] == 2


def damaged(path: Path, how: str) -> None:
    size = path.stat().st_size
    if how == "random bytes":
        path.write_bytes(os.urandom(size))
    elif how == "cut":
        os.truncate(path, size // 2)
    elif how == "emptied":
        os.truncate(path, 0)
    elif how == "another shape":
        path.write_text("[]\n", encoding="utf-8")
    else:
        path.unlink()
        if how == "a folder":
            path.mkdir()


@pytest.mark.parametrize("how", ["random bytes", "cut", "emptied", "removed", "a folder", "another shape"])
@pytest.mark.parametrize("piece", ["readings", "part.json", "pieces", "release"])
def test_what_is_damaged_is_made_again(
    small_reports: list[Path], built: tuple[Path, Manifest], tmp_path: Path, how: str, piece: str
) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-a", built[0], out], check=True)  # files with two names stay such
    (code,), (release,) = (out / "cache").iterdir(), (out / "releases").iterdir()
    found = {
        "readings": [p for p in code.iterdir() if p.is_file()],
        "part.json": list(code.glob("*/part.json")),
        "pieces": [p for p in code.glob("*/*") if p.name != "part.json"],
        "release": [p for p in release.rglob("*") if p.is_file() and p.parent.name != "store"],
    }[piece]
    assert found
    for path in found:
        damaged(path, how)
    if piece != "release":
        (out / "current").unlink()  # there is work to do
    manifest, new = build(small_reports[:2], out, Options(jobs=2), silent)
    assert new
    assert manifest["refused"] == []
    assert manifest["files"] == built[1]["files"]
    assert validate_files(out, StringIO()) == 0


@pytest.mark.parametrize("stand", [Path.touch, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_others_put_into_the_folders_stays_and_harms_nothing(
    small_reports: list[Path], built: tuple[Path, Manifest], tmp_path: Path, stand: Callable[[Path], object]
) -> None:
    out = tmp_path / "out"
    subprocess.run(["cp", "-a", built[0], out], check=True)
    (code,) = (out / "cache").iterdir()
    strays = [
        folder / name
        for folder in (out, out / "cache", code, out / "releases", out / "current/dumps")
        for name in ("notes.txt", "x.old", "0123")
    ]
    for stray in strays:
        stand(stray)
    for files in (small_reports, small_reports[1:2], small_reports[:2]):
        manifest, new = build(files, out, Options(jobs=2), silent)
        assert new
    assert manifest["files"] == built[1]["files"]
    assert not [stray for stray in strays if "current" not in stray.parts and not os.path.lexists(stray)]


def test_the_same_content_twice_is_taken_once(tmp_path: Path) -> None:
    for name in ("b.txt", "a.txt"):
        (tmp_path / name).write_text("same", encoding="utf-8")
    files, refused = find_inputs([tmp_path])
    assert [file.path.name for file in files] == ["a.txt"]
    assert [(r["file"], r["found"]) for r in refused] == [("b.txt", "the content of a.txt")]


@pytest.fixture(scope="module")
def built(small_reports: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    out = tmp_path_factory.mktemp("build") / "out"
    manifest, new = build(small_reports[:2], out, Options(jobs=2), silent)
    assert new
    return out, manifest


def test_a_build_goes_on_where_another_was(small_reports: list[Path], built: tuple[Path, Manifest]) -> None:
    out, first = built
    said: list[str] = []
    manifest, new = build(small_reports[:2], out, Options(jobs=2), said.append)
    assert (manifest, new) == (first, False)
    manifest, new = build(small_reports, out, Options(jobs=2), said.append)
    assert new
    assert [line for line in said if line.startswith("read")] == [f"read 1 of 3: {small_reports[2].name}"]
    # Two reports whose citations mean what they did before are not made again.
    assert 1 <= sum(line.startswith("made") for line in said) <= 3


def test_interrupted_work_gives_the_same_bytes(
    small_reports: list[Path], built: tuple[Path, Manifest], tmp_path: Path
) -> None:
    class StopError(Exception):
        pass

    def interrupt(line: str) -> None:
        if line.startswith("made 1"):
            raise StopError

    out = tmp_path / "out"
    with pytest.raises(StopError):
        build(small_reports[:2], out, Options(jobs=1), interrupt)
    assert not (out / "current").exists()
    assert build(small_reports[:2], out, Options(jobs=1), silent)[0]["files"] == built[1]["files"]


def test_nothing_published_names_each_file(tmp_path: Path) -> None:
    with pytest.raises(NothingPublishedError) as raised:
        build([tmp_path / "missing.pdf"], tmp_path / "out", Options(jobs=1), silent)
    assert [refused["file"] for refused in raised.value.refused] == ["missing.pdf"]


def test_a_report_that_takes_too_long_is_tried_again(small_reports: list[Path], tmp_path: Path) -> None:
    said: list[str] = []
    with pytest.raises(NothingPublishedError) as raised:
        build(small_reports[:1], tmp_path, Options(jobs=1, seconds=0.001), silent)
    (refused,) = raised.value.refused
    assert refused["file"] == small_reports[0].name
    # whether the file is being read or its report being made then
    assert refused["found"] in {"no answer in 0.001 seconds", "stopped after 0.001 seconds"}
    assert "retry" not in refused
    assert build(small_reports[:1], tmp_path, Options(jobs=1), said.append)[1]
    assert said[0] == f"read 1 of 1: {small_reports[0].name}"


LIMITED = """
import resource, sys
from pathlib import Path
from kg_builder.build import Options, build

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
    build([Path(sys.argv[1])], Path(sys.argv[2]), Options(jobs=1), print)
"""


def test_a_disk_that_takes_no_more_leaves_the_old_release(built: tuple[Path, Manifest], tmp_path: Path) -> None:
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


def test_a_worker_that_is_killed_costs_nothing(
    small_reports: list[Path], built: tuple[Path, Manifest], tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill_one(line: str) -> None:
        workers = multiprocessing.active_children()
        if line.startswith("read 1") and not killed:
            killed.append(workers[0].pid or 0)
            os.kill(killed[0], signal.SIGKILL)

    manifest, _ = build(small_reports[:2], tmp_path / "out", Options(jobs=1), kill_one)
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
