"""A file on disk → an `Original`: its bytes, read once, and the name that people see; what is no file is refused.

Everything that is made of a file is made of these bytes, and named by their digest: a file that changes later has
another digest.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from kg_builder.errors import ReadingError, UnreadableError
from kg_builder.readers.contents import kind_of

LARGEST = 1 << 29  # bytes; the largest report that was ever seen has a tenth

# What prints nothing, breaks a line or turns its direction, and half of a character pair: \n, U+202E, U+D800
_UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")
_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_WORDS = {errno.ENOENT: "no such file", errno.ELOOP: "a loop of links"}


@dataclass(frozen=True, slots=True)
class Original:
    """The content of a report file; `name` is for people."""

    name: str
    data: bytes = field(repr=False)

    @property
    def kind(self) -> str:
        """`.pdf`, `.xlsx` and so on by the content; where that does not tell, the end of the name in small letters."""
        return kind_of(self.data) or Path(self.name).suffix.lower()

    @property
    def sha256(self) -> str:
        """The digest of the content."""
        return hashlib.sha256(self.data).hexdigest()


def original_of(file: Path | Original) -> Original:
    """The file itself where it was read already."""
    return read_original(file) if isinstance(file, Path) else file


def read_original(path: Path) -> Original:
    """Read a file; ReadingError where it is none or too large, UnreadableError where the system cannot read it now."""
    name = shown_name(path)
    try:
        _check_kind(name, path.stat())
        # Without waiting: what was a file a moment ago may be a pipe by now.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            before = os.fstat(file.fileno())
            _check_kind(name, before)
            data = file.read(before.st_size + 1) or b""
            after = os.fstat(file.fileno())
    except OSError as error:
        raise UnreadableError(name, "a file that can be read", _reason(path, error)) from error
    if len(data) != before.st_size or (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
        raise UnreadableError(name, "a file that stays as it is while it is read", "one that changes")
    return Original(name, data)


def _check_kind(name: str, status: os.stat_result) -> None:
    for is_kind, words in _KINDS:
        if is_kind(status.st_mode):
            raise ReadingError(name, "a file", words)
    if status.st_size > LARGEST:
        raise ReadingError(name, f"a file of at most {LARGEST >> 20} MB", f"one of {status.st_size >> 20} MB")


def _reason(path: Path, error: OSError) -> str:
    if error.errno == errno.ENOENT and path.is_symlink():
        return "a link to a file that is not there"
    return _WORDS.get(error.errno or 0, error.strerror or "a failure of the system")


def shown_name(path: Path) -> str:
    """The name of a file as one line of text.

    One that is not UTF-8 is shown as GB18030 where it is that (so unzip leaves the names of archives made on Windows);
    bytes that are no text, and characters that would break or turn the line, stand as `\\xff` and `\\u202e`.
    """
    name = path.name or str(path)
    raw = os.fsencode(name)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = _decoded(raw)
    return _UNSHOWN.sub(lambda found: _escape(found[0]), text)


def _decoded(raw: bytes) -> str:
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = ""
    if text.encode("gb18030") == raw and all(character.isprintable() for character in text):
        return text
    return raw.decode("utf-8", "backslashreplace")


def _escape(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
