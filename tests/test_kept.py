"""What a build keeps knows whether it is whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kg_builder.kept import DamagedError, clear, is_file, read_kept, size_and_digest, write_kept


def kept(folder: Path) -> Path:
    path = folder / "a.json"
    write_kept(path, [{"报告": "一\r\n\u2028二"}, [1, None]])
    return path


def test_lines_come_back_as_they_were_kept(tmp_path: Path) -> None:
    assert read_kept(kept(tmp_path)) == ['{"报告": "一\\r\\n\u2028二"}'.encode(), b"[1, null]"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"\n"),
        lambda path: path.write_bytes(path.read_bytes().replace(b"null", b"true")),
        lambda path: path.write_bytes(os.urandom(path.stat().st_size)),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"[]\n"),
        lambda path: path.write_bytes(b"null\n"),
        lambda path: write_kept(path, [{"of": "another"}], "b.json"),
    ],
    ids=["cut", "longer", "changed", "random", "empty", "list", "null", "moved"],
)
def test_a_damaged_file_is_none(tmp_path: Path, damage: Callable[[Path], object]) -> None:
    path = kept(tmp_path)
    damage(path)
    with pytest.raises(DamagedError):
        read_kept(path)


@pytest.mark.parametrize(
    "stand",
    [Path.touch, Path.mkdir, lambda path: path.symlink_to("nowhere"), lambda path: (path / "a").mkdir(parents=True)],
    ids=["file", "folder", "link", "full folder"],
)
def test_what_stands_in_the_way_makes_room(tmp_path: Path, stand: Callable[[Path], object]) -> None:
    for name in ("a.json", "a.json.partial"):
        stand(tmp_path / name)
    assert read_kept(kept(tmp_path))
    stand(tmp_path / "b")
    clear(tmp_path / "b")
    clear(tmp_path / "b")  # nothing is there
    assert not os.path.lexists(tmp_path / "b")


def test_a_link_is_cleared_and_what_it_points_to_stays(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    clear(tmp_path / "link")
    assert (tmp_path / "real").is_dir()


def test_a_file_is_known_by_size_and_digest(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"one")
    size, digest = size_and_digest(path)
    assert is_file(path, size, digest)
    path.write_bytes(b"two")
    assert not is_file(path, size, digest)
    path.unlink()
    path.mkdir()
    assert not is_file(path, size, digest)
