"""Content streams → the codes that each text object of a page shows, in the order in which pdfium counts the objects.

pdfium leaves out text whose glyphs have no outline, whether they are spaces or letters that a font has lost; only the
codes tell one from the other.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import repeat
from typing import Any, NamedTuple

from pdfminer.pdffont import PDFUnicodeNotDefined
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psparser import PSLiteral

from kg_builder.readers.characters import as_read

DEEP = 12  # forms within forms

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"  # (a\)b) and one pair of brackets within
_HEX = rb"<[0-9A-Fa-f\s]*>"
_NAME = rb"[^\s/<>\[\]()%{}]+"
_SHOWN = re.compile(
    rb"(?:" + _STRING + rb"|" + _HEX + rb"|\[(?:" + _STRING + rb"|" + _HEX + rb"|[^\]()<>])*\])\s*(?:T[jJ]\b|['\"])"
    rb"|/" + _NAME + rb"\s+Do\b",  # (text) Tj · [(te) -20 (xt)] TJ · /Fm0 Do
    re.DOTALL,
)
# What decides with which font: /F1 12 Tf, q and Q; strings, to pass over them.
_STATE = re.compile(rb"/" + _NAME + rb"\s+[-+.\d]+\s+Tf\b|(?<![/\w])[qQ]\b|" + _STRING, re.DOTALL)
_PIECE = re.compile(_STRING + rb"|" + _HEX, re.DOTALL)
_FILLED = re.compile(rb"\([^)]|<\s*[0-9A-Fa-f]")  # a string that is not empty
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|(.))", re.DOTALL)  # \051 · \) · a line that goes on
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}
_BLANK = frozenset({"Cc", "Cf", "Cn", "Zl", "Zp", "Zs"})  # categories of what prints nothing


class Shown(NamedTuple):
    """What one text object shows: the place in a content stream that says so."""

    stream: _Stream
    at: int

    @property
    def codes(self) -> bytes:
        """The codes of the characters, one or more bytes each as the font has it."""
        step = _SHOWN.match(self.stream.data, self.at)
        return b"".join(map(_bytes, _PIECE.findall(step[0]))) if step else b""

    @property
    def font(self) -> Any:
        """The font, as an entry of the resources; None where none is set."""
        stream, at = self.stream, self.at
        while (name := stream.font_at(at)) is None:
            if stream.drawn is None:
                return None
            stream, at = stream.drawn
        if name not in stream.fonts:
            stream.fonts[name] = named(stream.resources, "Font", name)
        return stream.fonts[name]


class Letters:
    """Which codes of the fonts of a file mean something that is seen in print; each is asked once."""

    def __init__(self, fonts: Any) -> None:
        self._fonts = fonts  # the resource manager of pdfminer, which makes them
        self._known: dict[tuple[int, bytes], tuple[bool, ...]] = {}

    def of(self, shown: Shown) -> tuple[bool, ...]:
        """Of each character of a text object, whether it is a letter; nothing where its font cannot be read."""
        font, codes = shown.font, shown.codes
        if not isinstance(font, PDFObjRef):
            return tuple(self._letters(font, codes))
        key = font.objid, codes
        if key not in self._known:
            self._known[key] = tuple(self._letters(font, codes))
        return self._known[key]

    def _letters(self, entry: Any, codes: bytes) -> Iterator[bool]:
        try:
            font = self._fonts.get_font(getattr(entry, "objid", None), dictionary(entry))
        except Exception:  # noqa: BLE001 - pdfminer raises anything on fonts that pdfium reads
            return
        for code in font.decode(codes):
            try:
                meant = font.to_unichr(code)
            except PDFUnicodeNotDefined:
                meant = ""
            yield any(unicodedata.category(c) not in _BLANK for c in as_read(meant))


@dataclass(frozen=True)
class _Stream:
    data: bytes
    resources: list[dict[str, Any]]
    drawn: tuple[_Stream, int] | None = None  # of a form, by whom and where
    fonts: dict[bytes, Any] = field(default_factory=dict)  # those asked for, as entries of the resources

    def font_at(self, at: int) -> bytes | None:
        """The name of the font that is set at a place; None where it is still the one before the stream."""
        starts, names = self._changes
        return names[bisect(starts, at)]

    @cached_property
    def _changes(self) -> tuple[list[int], list[bytes | None]]:
        """Where the font changes, and to which: the first of the names is for what stands before all changes."""
        starts, saved = list[int](), list[bytes | None]()
        names: list[bytes | None] = [None]
        for found in _STATE.finditer(self.data):
            step = found[0]
            if step == b"q":
                saved.append(names[-1])
            elif step == b"Q" or step[:1] == b"/":
                starts.append(found.start())
                names.append(step[1:].split()[0] if step != b"Q" else saved.pop() if saved else names[-1])
        return starts, names


def shown_on(page: Any) -> list[Shown]:
    """The text objects of a page of pdfminer, with those of its forms where they are drawn."""
    streams = [resolve1(part) for part in page.contents]
    data = b"\n".join(stream.get_data() for stream in streams if isinstance(stream, PDFStream))
    return list(_through(_Stream(data, [dictionary(page.resources)]), DEEP))


def _through(stream: _Stream, deep: int) -> Iterator[Shown]:
    data = stream.data
    if not any(rare in data for rare in (b"Do", b"()", b"<>")):
        yield from map(Shown, repeat(stream), [found.start() for found in _SHOWN.finditer(data)])
        return
    for found in _SHOWN.finditer(data):
        step = found[0]
        if step[-2:] != b"Do":
            if _FILLED.search(step):  # what shows nothing is no object
                yield Shown(stream, found.start())
        elif deep:
            form = resolve1(named(stream.resources, "XObject", step[1:].split()[0]))
            if isinstance(form, PDFStream) and is_form(form):
                resources = [dictionary(form.get("Resources")), stream.resources[-1]]
                yield from _through(_Stream(form.get_data(), resources, (stream, found.start())), deep - 1)


def dictionary(value: Any) -> dict[str, Any]:
    """What it is or refers to, where that is a dictionary; else an empty one."""
    found = resolve1(value)
    return found if isinstance(found, dict) else {}


def named(resources: list[dict[str, Any]], kind: str, name: bytes) -> Any:
    """The entry of this name in the first resources that have one; None where none has."""
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), name)  # F#31 is F1
    for one in resources:
        entries = dictionary(one.get(kind))
        for key in (plain.decode("utf-8", "replace"), plain.decode("latin-1"), str(plain)):
            if entries.get(key) is not None:
                return entries[key]
    return None


def is_form(stream: PDFStream) -> bool:
    """Whether an XObject is a form, which draws as a page does, and no image."""
    kind = resolve1(stream.get("Subtype"))
    return isinstance(kind, PSLiteral) and kind.name == "Form"


def _bytes(piece: bytes) -> bytes:
    """A string of a content stream → its bytes."""
    if piece.startswith(b"<"):
        digits = re.sub(rb"\s", b"", piece[1:-1])
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    return _ESCAPE.sub(_unescaped, piece[1:-1]) if b"\\" in piece else piece[1:-1]


def _unescaped(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes([int(escape[1], 8) & 0xFF])
    return _ESCAPED.get(escape[2], escape[2]) if escape[2] else b""
