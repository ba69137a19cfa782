"""How the cost of reading a text grows with its length: for each doubling of the length, on texts made to be slow.

A reader whose cost is linear stays near 2, a quadratic one near 4. Measured between n and 4n, so that a busy machine
has to slow one of them by more than twice before it is taken for the other kind; processor time of this thread, best
of some runs. A text that costs too little to be measured counts as 0.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import math
import pkgutil
import re
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from re import _constants as c  # type: ignore[attr-defined]  # re's own parser: what a pattern repeats
from re import _parser as parser  # type: ignore[attr-defined]
from types import FrameType, ModuleType
from typing import Any

LIMIT = 3.0  # between linear (2) and quadratic (4)
_SECONDS = 2.0  # of processor time after which one run is given up
_RUNS = 5

Shape = Callable[[int], str]  # n → a text of about n characters


def repeated(piece: str, head: str = "", tail: str = "") -> Shape:
    """Texts that say `piece` again and again, between a head and a tail."""
    return lambda n: head + piece * max(1, n // max(1, len(piece))) + tail


def nested(opening: str, closing: str = "", head: str = "", tail: str = "") -> Shape:
    """Texts of brackets in brackets, closed or not."""
    width = max(1, len(opening) + len(closing))
    return lambda n: head + opening * max(1, n // width) + closing * max(1, n // width) + tail


def growth(read: Callable[[str], object], shape: Shape, *, largest: int = 1 << 14, enough: float = 0.004) -> float:
    """Cost of `read` for twice the length; inf where one run is given up, 0 where it costs too little to measure.

    n is the first length at which a run costs `enough` seconds, at most `largest`.
    """
    n = 64
    while (cost := _cost(read, shape(n))) < enough and n < largest:
        n *= 2
    if cost == float("inf"):
        return cost
    short, long = shape(n), shape(4 * n)
    ratio = float("inf")
    for _ in range(3):  # a ratio that is too large may be the machine's, and then not every time
        small = min(_cost(read, short) for _ in range(_RUNS))
        if small < enough / 4:
            return 0.0
        large = min(_cost(read, long) for _ in range(_RUNS if ratio < LIMIT + 1 else 1))
        ratio = min(ratio, math.sqrt(large / small))
        if ratio < LIMIT:
            break
    return ratio


def _cost(read: Callable[[str], object], text: str) -> float:
    """Seconds of processor time of one run, inf where it is given up; what `read` refuses by an exception, it read."""
    before = signal.signal(signal.SIGPROF, _give_up)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    collecting = gc.isenabled()
    gc.disable()
    began = time.thread_time()
    try:
        with contextlib.suppress(Exception):
            read(text)
        return time.thread_time() - began
    except _GivenUp:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if collecting:
            gc.enable()


class _GivenUp(BaseException):
    """A run that took too long."""


def _give_up(_: int, __: FrameType | None) -> None:
    raise _GivenUp


# Patterns: what they repeat, said again and again


def patterns_of(package: ModuleType) -> dict[str, re.Pattern[str]]:
    """All patterns that the modules of a package keep under a name, alone or in a collection, by that name."""
    found: dict[str, re.Pattern[str]] = {}
    names = [m.name for m in pkgutil.walk_packages(package.__path__, package.__name__ + ".")]
    for name in [package.__name__, *(n for n in names if not n.endswith("__main__"))]:
        for key, value in vars(importlib.import_module(name)).items():
            for number, pattern in enumerate(_within(value)):
                if isinstance(pattern.pattern, str) and pattern not in found.values():
                    found[f"{name}.{key}" + (f"[{number}]" if number else "")] = pattern
    return found


def _within(value: object, depth: int = 3) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from _within(one, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from _within(one, depth - 1)
    elif depth and hasattr(type(value), "__dataclass_fields__"):
        for name in type(value).__dataclass_fields__:
            yield from _within(getattr(value, name, None), depth - 1)


def slow_texts(pattern: re.Pattern[str], tails: Iterable[str] = ("", "\0", "\n")) -> dict[str, Shape]:
    """Texts on which a pattern has much to try: what it repeats, and what stands before that, again and again.

    For each repeat of `a(b)*c`: `bbb…`, `abbb…`, `ababab…`, and `abcabc…` without its end, each with some tails.
    """
    whole = example(parser.parse(pattern.pattern, pattern.flags))
    pieces = {whole, whole[:-1], *(whole[: len(whole) * part // 4] for part in (1, 2, 3))}
    heads = {("", piece) for piece in pieces}
    for before, body in _repeats(parser.parse(pattern.pattern, pattern.flags), ""):
        heads |= {("", body), (before, body), ("", before + body)}
    return {
        f"{head!r} + {piece!r} × n + {tail!r}": repeated(piece, head, tail)
        for head, piece in sorted(heads)
        for tail in tails
        if piece
    }


def _repeats(parsed: Any, before: str) -> Iterator[tuple[str, str]]:
    """Each repeat of a parsed pattern: an example of what stands before it, and one of what it repeats."""
    for operator, argument in parsed:
        if operator in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
            if argument[1] is c.MAXREPEAT or argument[1] > 8:
                yield before, example(argument[2])
                if argument[2][0][0] is c.IN and len(argument[2][0][1]) > 1:
                    yield before, "".join(dict.fromkeys(_char([one]) for one in argument[2][0][1]))
            yield from _repeats(argument[2], before)
        for inner in _inner(operator, argument):
            yield from _repeats(inner, before)
        before += example([(operator, argument)])


def _inner(operator: Any, argument: Any) -> list[Any]:
    if operator is c.SUBPATTERN:
        return [argument[3]]
    if operator is c.BRANCH:
        return list(argument[1])
    if operator is c.ATOMIC_GROUP:
        return [argument]
    if operator in (c.ASSERT, c.ASSERT_NOT):
        return [argument[1]]
    return []


def example(parsed: Any) -> str:
    """A text that a parsed pattern matches, in most cases: the first of each choice, each repeat once at least."""
    return "".join(_example(operator, argument) for operator, argument in parsed)


def _example(operator: Any, argument: Any) -> str:
    inner = _inner(operator, argument)
    if operator is c.LITERAL:
        found = chr(argument)
    elif operator is c.NOT_LITERAL:
        found = _char([(c.NEGATE, None), (c.LITERAL, argument)])
    elif operator is c.IN:
        found = _char(argument)
    elif operator is c.ANY:
        found = "a"
    elif operator in (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT):
        found = example(argument[2]) * max(1, min(argument[0], 8))
    else:  # what an assertion asks for is said by what stands there
        found = example(inner[0]) if inner and operator not in (c.ASSERT, c.ASSERT_NOT) else ""
    return found


_CATEGORIES = {
    c.CATEGORY_DIGIT: (r"\d", "1"),
    c.CATEGORY_SPACE: (r"\s", " "),
    c.CATEGORY_WORD: (r"\w", "a"),
    c.CATEGORY_NOT_DIGIT: (r"\D", "a"),
    c.CATEGORY_NOT_SPACE: (r"\S", "a"),
    c.CATEGORY_NOT_WORD: (r"\W", "-"),
}
_CANDIDATES = "a1 一-.:(\n《\"'，。#?"  # of which one stands for a class of all but some


def _char(argument: Any) -> str:
    """A character of a class."""
    if argument[0][0] is c.NEGATE:
        return next((one for one in _CANDIDATES if not any(_in(one, part) for part in argument[1:])), "\u4e8c")
    operator, value = argument[0]
    if operator is c.LITERAL:
        return chr(value)
    if operator is c.RANGE:
        return chr(value[0])
    return _CATEGORIES[value][1]


def _in(one: str, part: tuple[Any, Any]) -> bool:
    operator, value = part
    if operator is c.LITERAL:
        return ord(one) == value
    if operator is c.RANGE:
        return bool(value[0] <= ord(one) <= value[1])
    return re.match(_CATEGORIES[value][0], one) is not None
