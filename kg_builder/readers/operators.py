"""Bytes of a content stream → its operators with their operands (ISO 32000-1, 7.2 Lexical conventions and 7.8.2).

The engine's own parser looks at each token several times; here a token, or an operator with all its numbers, is one
match of one expression, of which no part can be matched in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pdfminer.psparser import LIT

Operands = list[Any]  # float, bytes (a string), PSLiteral (a name), list or dict of these

_WORD = rb"[^\s\x00()<>\[\]{}/%]"
_NUMBERS = rb"(?:[-+.0-9]++[\s\x00]*+)"
_TOKEN = re.compile(
    rb"(" + _NUMBERS + rb"*+)([A-Za-z'\"]" + _WORD + rb"*+)"  # 1 0 0 1 72 720 cm · BT · W*
    rb"|(" + _NUMBERS + rb"++)"  # -0.587769 before another string
    rb"|\(([^()\\]*+)\)"  # (plain string)
    rb"|<([0-9A-Fa-f\s\x00]*+)>"  # <0AAD>
    rb"|/(" + _WORD + rb"*+)"  # /F1
    rb"|(\(|<<|>>|\[|\])"
    rb"|%[^\r\n]*+"
)
_NUMBER = re.compile(rb"[-+]?(?:\d+\.?\d*|\.\d+)")  # 12 · -.5 · 3.
_STRING_PART = re.compile(rb"[()]|\\[\s\S]?")
_ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\s\S]))")
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\r": b"", b"\n": b"", b"\r\n": b""}
_IMAGE_DATA = re.compile(rb"[\s\x00]ID[\s\x00]")
_IMAGE_END = re.compile(rb"[\s\x00]EI(?=[\s\x00]|\Z)")
_CONSTANTS = (b"true", b"false", b"null")
_HEX_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")


def operators(data: bytes) -> Iterator[tuple[bytes, Operands, bool]]:
    """Each operator with its operands; True where all of them are numbers. What is no operator's is passed over.

    An inline image comes as `BI` with its dictionary; its data are skipped.
    """
    position, stack = 0, _Stack()
    while position < len(data):
        for match in _TOKEN.finditer(data, position):
            kind = match.lastindex
            if kind == 2:
                operator, numbers = match[2], _floats(match[1])
                if operator == b"BI":
                    position, image = _inline_image(data, match.end())
                    yield operator, image, False
                    break
                if stack.open_ and operator in _CONSTANTS:
                    stack.values += [*numbers, None]
                    continue
                stack.open_.clear()  # an array that was never closed ends where the next operator stands
                if stack.values:
                    yield operator, stack.taken() + numbers, False
                else:
                    yield operator, numbers, True
            elif kind == 7 and match[7] == b"(":
                text, position = _string(data, match.end())
                stack.values.append(text)
                break
            elif kind is not None:
                stack.take(kind, match[kind])
        else:
            return


class _Stack:
    """Operands that wait for their operator, arrays and dictionaries under way."""

    def __init__(self) -> None:
        self.values: Operands = []
        self.open_: list[Operands] = []

    def taken(self) -> Operands:
        """All operands, which are no longer here then."""
        values, self.values = self.values, []
        return values

    def take(self, kind: int, text: bytes) -> None:
        """Add a token of the expression's group `kind`."""
        if kind == 3:
            self.values += _floats(text)
        elif kind == 4:
            self.values.append(text)
        elif kind == 5:
            self.values.append(_from_hex(text))
        elif kind == 6:
            self.values.append(_name(text))
        elif text in (b"[", b"<<"):
            self.open_.append(self.values)
            self.values = []
        elif self.open_:
            whole: Any = self.values if text == b"]" else _pairs(self.values)
            self.values = self.open_.pop()
            self.values.append(whole)


def _pairs(values: Operands) -> dict[Any, Any]:
    return {getattr(key, "name", None): value for key, value in zip(values[::2], values[1::2], strict=False)}


def _floats(text: bytes) -> list[float]:
    try:
        return [*map(float, text.split())]
    except ValueError:  # 12-5 or 1.2.3: producers forget a space
        return [float(number) for number in _NUMBER.findall(text)]


@lru_cache(maxsize=4096)
def _name(text: bytes) -> Any:
    plain = _HEX_CODE.sub(lambda code: bytes([int(code[1], 16)]), text)
    try:
        return LIT(plain.decode("utf-8"))
    except UnicodeDecodeError:
        return LIT(plain)  # the engine keeps such names of resources as bytes too


def _from_hex(text: bytes) -> bytes:
    digits = b"".join(text.replace(b"\0", b"").split())
    return bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode("ascii"))


def _string(data: bytes, start: int) -> tuple[bytes, int]:
    """A string with parentheses or escapes in it, and where it ends."""
    depth = 1
    for part in _STRING_PART.finditer(data, start):
        depth += {b"(": 1, b")": -1}.get(part[0], 0)
        if depth == 0:
            return _ESCAPE.sub(_character, data[start : part.start()]), part.end()
    return b"", len(data)


def _character(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes([int(escape[1], 8) & 255])
    return _ESCAPED.get(escape[2], escape[2])


def _inline_image(data: bytes, start: int) -> tuple[int, Operands]:
    """Where the image ends, and its dictionary."""
    begin = _IMAGE_DATA.search(data, start - 1)
    if begin is None:
        return len(data), []
    end = _IMAGE_END.search(data, begin.end() - 1)
    stack = _Stack()
    for match in _TOKEN.finditer(data, start, begin.start()):
        if match.lastindex == 2:
            stack.values += [*_floats(match[1]), None]  # true, false
        elif match.lastindex is not None:
            stack.take(match.lastindex, match[match.lastindex])
    return (end.end() if end else len(data)), [_pairs(stack.values)]
