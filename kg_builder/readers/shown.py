"""Content streams → the codes that each text object of a page shows, in the order in which pdfium counts the objects.

pdfium leaves out text whose glyphs have no outline, whether they are spaces or letters that a damaged font has lost;
only the codes tell one from the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral

DEEP = 12  # forms within forms

_STRING = rb"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)"  # (a\)b) and one pair of brackets within
_HEX = rb"<[0-9A-Fa-f\s]*>"
_STEP = re.compile(
    rb"/([^\s/<>\[\]()%{}]+)\s+[-+.\d]+\s+Tf\b"  # /F1 12 Tf
    rb"|/([^\s/<>\[\]()%{}]+)\s+Do\b"  # /Fm0 Do
    rb"|(" + _STRING + rb"|" + _HEX + rb")\s*(?:Tj\b|'|\")"  # (text) Tj
    rb"|\[((?:" + _STRING + rb"|" + _HEX + rb"|[^\]()<>])*)\]\s*TJ\b"  # [(te) -20 (xt)] TJ
    rb"|(?<![^\s\]>)])([qQ])(?![^\s\[</(])",
    re.DOTALL,
)
_PIECE = re.compile(_STRING + rb"|" + _HEX, re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|(.))", re.DOTALL)  # \051 · \) · a line that goes on
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}


class Shown(NamedTuple):
    """What one text object shows: its font as an entry of the resources, and its codes."""

    font: Any
    codes: bytes


def shown_on(page: Any) -> list[Shown]:
    """The text objects of a page of pdfminer, with those of its forms."""
    streams = [resolve1(part) for part in page.contents]
    data = b"\n".join(stream.get_data() for stream in streams if isinstance(stream, PDFStream))
    return list(_through(data, [dictionary(page.resources)], None, DEEP))


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


def _through(data: bytes, resources: list[dict[str, Any]], font: Any, deep: int) -> Iterator[Shown]:
    """`font` is the one that is set when the stream begins."""
    saved: list[Any] = []
    for step in _STEP.finditer(data):
        name, form, string, array, state = step.groups()
        if string is not None or array is not None:
            codes = b"".join(map(_bytes, _PIECE.findall(string or array)))
            if codes:
                yield Shown(font, codes)
        elif name is not None:
            font = named(resources, "Font", name)
        elif form is not None:
            stream = resolve1(named(resources, "XObject", form))
            if isinstance(stream, PDFStream) and is_form(stream) and deep:
                own = dictionary(stream.get("Resources"))
                yield from _through(stream.get_data(), [own, *resources[-1:]], font, deep - 1)
        elif state == b"q":
            saved.append(font)
        elif saved:
            font = saved.pop()


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
