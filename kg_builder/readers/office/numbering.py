"""The automatic numbers of a Word document (一、（一）1.), which print and stand nowhere in its text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting"}
_LEVEL = re.compile(r"%(\d)")  # （%2）


def chinese(number: int) -> str:
    """A number below 100 as it counts sections: 12 is 十二."""
    tens, ones = divmod(number, 10)
    if not 0 < number < 100:
        return str(number)
    return (("" if tens == 1 else _DIGITS[tens]) + "十" if tens else "") + (_DIGITS[ones] if ones else "")


class Numbering:
    """The lists of a document, counted as its paragraphs come."""

    def __init__(self, root: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._list: dict[str, str] = {}
        if root is None:
            return
        for abstract in root.iter(f"{_W}abstractNum"):
            levels = {int(level.get(f"{_W}ilvl", 0)): _level(level) for level in abstract.iter(f"{_W}lvl")}
            self._levels[abstract.get(f"{_W}abstractNumId")] = levels
        for number in root.iter(f"{_W}num"):
            self._list[number.get(f"{_W}numId")] = _value(number.find(f"{_W}abstractNumId"))

    def of(self, paragraph: Any) -> str:
        """The number that a paragraph prints before its text; nothing where it has none, or a bullet."""
        own = paragraph.find(f"{_W}pPr/{_W}numPr")
        if own is None:
            return ""
        name = self._list.get(_value(own.find(f"{_W}numId")), "")
        depth = int(_value(own.find(f"{_W}ilvl")) or 0)
        levels = self._levels.get(name, {})
        if depth not in levels:
            return ""
        counts = self._counts[name]
        counts[depth] = counts.get(depth, levels[depth][2] - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        kind, text, _ = levels[depth]
        return "" if kind in {"bullet", "none"} else _LEVEL.sub(lambda m: self._printed(levels, counts, m), text)

    def _printed(self, levels: dict[int, tuple[str, str, int]], counts: dict[int, int], found: re.Match[str]) -> str:
        depth = int(found[1]) - 1
        kind, _, start = levels.get(depth, ("decimal", "", 1))
        number = counts.get(depth, start)
        return chinese(number) if kind in _CHINESE else str(number)


def _level(level: Any) -> tuple[str, str, int]:
    start = _value(level.find(f"{_W}start"))
    form = _value(level.find(f"{_W}numFmt")) or "decimal"
    return form, _value(level.find(f"{_W}lvlText")), int(start) if start.isdigit() else 1


def _value(element: Any) -> str:
    return str(element.get(f"{_W}val", "")) if element is not None else ""
