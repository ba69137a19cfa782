"""A file is read once: what is none is told in one line, and what is made of it is made of the bytes that were read."""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kg_builder.errors import ReadingError, UnreadableError
from kg_builder.readers import original
from kg_builder.readers.original import read_original, shown_name


def bound(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


def linked(make: Callable[[Path], object]) -> Callable[[Path], None]:
    def both(path: Path) -> None:
        make(path.with_name("apart"))
        path.symlink_to("apart")

    return both


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (Path.mkdir, "a folder"),
        (os.mkfifo, "a pipe"),
        (bound, "a socket"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
        (linked(os.mkfifo), "a pipe"),
        (linked(Path.mkdir), "a folder"),
        (lambda path: path.symlink_to("gone.pdf"), "a link to a file that is not there"),
        (lambda path: path.symlink_to(path.name), "a loop of links"),
        (lambda _: None, "no such file"),
        (lambda path: path.symlink_to("/proc/self/mem"), "Input/output error"),
        (lambda path: path.symlink_to("/proc/self/status"), "one that changes"),
    ],
    ids=[
        "folder",
        "pipe",
        "socket",
        "device",
        "to a pipe",
        "to a folder",
        "dangling",
        "loop",
        "none",
        "memory",
        "status",
    ],
)
def test_what_is_no_file_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], object], found: str
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket has to be short
    make(Path("x.pdf"))
    with pytest.raises(ReadingError) as refusal:
        read_original(Path("x.pdf"))
    assert (refusal.value.file, refusal.value.found) == ("x.pdf", found)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_of_others_is_told_as_such(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.touch(0)
    with pytest.raises(UnreadableError, match="Permission denied"):
        read_original(path)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(original, "LARGEST", 3 << 20)
    path = tmp_path / "x.pdf"
    with path.open("wb") as file:
        file.truncate(5 << 20)
    with pytest.raises(ReadingError, match="at most 3 MB, found one of 5 MB"):
        read_original(path)


def test_the_digest_is_that_of_the_bytes_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    read = read_original(path)
    path.write_bytes(b"another")
    assert (read.data, read.sha256) == (b"one", hashlib.sha256(b"one").hexdigest())


@pytest.mark.parametrize("change", [b"", b"longer than before", b"sames"], ids=["shrunk", "grown", "rewritten"])
def test_a_file_that_changes_while_it_is_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: bytes
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"first")
    seen = os.fstat

    def changed_after(descriptor: int) -> os.stat_result:
        status = seen(descriptor)
        path.write_bytes(change)
        os.utime(path, ns=(0, status.st_mtime_ns + 1))
        return status

    monkeypatch.setattr(os, "fstat", changed_after)
    with pytest.raises(UnreadableError, match="found one that changes"):
        read_original(path)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("报告.pdf".encode(), "报告.pdf"),
        ("报告.pdf".encode("gbk"), "报告.pdf"),
        ("𠮷.pdf".encode("gb18030"), "𠮷.pdf"),
        (b"caf\xe9.pdf", "caf\\xe9.pdf"),
        (b"\xb1\xa8\xff.pdf", "\\xb1\\xa8\\xff.pdf"),
        (b"a\nb\x7f.pdf", "a\\x0ab\\x7f.pdf"),
        ("a\u202ebc\u2028.pdf".encode(), "a\\u202ebc\\u2028.pdf"),
        (b"\xed\xa0\x80.pdf", "\\xed\\xa0\\x80.pdf"),
        ("e\u0301 😀.pdf".encode(), "e\u0301 😀.pdf"),
    ],
)
def test_a_name_is_shown_as_one_line_of_text(name: bytes, shown: str) -> None:
    found = shown_name(Path(os.fsdecode(b"/a/" + name)))
    assert found == shown
    assert found.encode().decode() == found
