"""Printed codes of 政府收支分类科目 → whole codes and their dimension: 类 3, 款 5, 项 7 digits, however they are set.

One column or 类|款|项 in three, leading zeros kept or lost, a class printed on every row or only on its first.
The first digit tells the classification: 1 revenue, 2 function, 3 economic of departments, 5 economic of governments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from kg_builder import vocab
from kg_builder.head_words import bare_label
from kg_builder.text import squeeze

_DIMENSIONS = {"1": "revenueCode", "2": "functionCode", "3": "economicCode", "5": "governmentEconomicCode"}
# 201一般公共服务支出 · 2010101 行政运行 · [30101]基本工资 · 301-工资福利支出 · 20132 / 组织事务
_IN_LABEL = re.compile(r"[\[（(【]?([1235]\d{2}(?:\d{2}){0,2})[\]）)】]?[-_ .、/]*([^\d\-.,，%].*)")


@dataclass
class CodeReader:
    """Reads the code cells of a panel from top to bottom; `levels` are those of its columns, 0 for a whole code."""

    levels: Sequence[int]
    last: list[str] = field(default_factory=lambda: ["", "", "", ""])
    seen: list[str] = field(default_factory=list)
    own: bool = False  # the table numbers its economic items in its own way

    def read(self, cells: Sequence[str]) -> str | None:
        """The whole code of a row from its cells, as printed where it cannot be completed; None without a code."""
        digits = [_digits(cell) for cell in cells]
        if not any(digits):
            return None
        if any(level for level in self.levels):
            return self._from_parts(digits)
        return self._whole(cells[next(i for i, d in enumerate(digits) if d)])

    def _from_parts(self, digits: Sequence[str]) -> str:
        parts = ["", "", "", ""]
        for level, text in zip(self.levels, digits, strict=True):
            parts[max(level, 1) - 1] = text
        code = ""
        for index, part in enumerate(parts):
            if part:
                whole = len(part) in {5, 7} and part.startswith(code)
                code = part if whole else code + (part.zfill(2) if index else part)
                self.last[index:] = [part[-2:] if index else part, *([""] * (3 - index))]
            elif any(parts[index + 1 :]):
                code += self.last[index].zfill(2) if self.last[index] else ""  # printed on an earlier row
        self.seen.append(code)
        return code

    def _whole(self, cell: str) -> str:
        # In a narrow column 201 3⏎2 is 201 32 or, below 20103, 201 3 2; 201 32⏎2 is 201 32 2 alone.
        joined, parted = _pieces(re.sub(r"\s*\n\s*", "", cell)), _pieces(cell)
        above = next((c for c in reversed(self.seen) if len(c) == 5), "")
        below = parted and len(parted) == 3 and parted[0][0] in "12" and above == parted[0] + parted[1].zfill(2)
        if pieces := parted if below else joined or parted:
            code = pieces[0] + "".join(p.zfill(2) for p in pieces[1:])  # 301 2 → 30102
        else:
            code = _digits(cell)
        if len(code) == 4 and code[:3] in self.seen:
            code = code[:3] + code[3:].zfill(2)
        self.seen.append(code)
        return code

    def from_label(self, label: str) -> tuple[str | None, str]:
        """A code printed in one cell with its name: `201一般公共服务支出` → (201, 一般公共服务支出)."""
        match = _IN_LABEL.fullmatch(label)
        if not match or not _is_class(match.group(1)[:3]):
            return None, label
        self.seen.append(match.group(1))
        return match.group(1), match.group(2)

    def dimension(self, code: str, label: str) -> dict[str, str]:
        """The dimension that a code gives its row; none where the code is no official one or contradicts its name."""
        key = _DIMENSIONS.get(code[:1])
        if (
            key is None
            or len(code) not in {3, 5, 7}
            or (len(code) == 7 and key in {"economicCode", "governmentEconomicCode"})
        ):
            return {}
        if not _is_class(code[:3]):
            return {}
        if key == "economicCode":
            return self._economic(code, label)
        return {key: code}

    def of_parent(self, label: str) -> str | None:
        """The code for a misprinted one: the only child of that name under the last whole 款 above."""
        self.seen.pop()
        parent = next((c for c in reversed(self.seen) if len(c) == 5), None)
        names = _codes_by_name("function").get(bare_label(label), ())
        children = [c for c in names if parent and c.startswith(parent) and len(c) == 7]
        return children[0] if len(children) == 1 else None

    def with_label(self, code: str, label: str) -> tuple[str, str]:
        """Code and name where the last digits of a code stand in the cell of its name: 20101 | 08代表工作."""
        for pattern in (r"(?P<digits>\d{1,2})(?P<name>\D.+)", r"(?P<name>.+\D)(?P<digits>\d{1,2})"):
            found = re.fullmatch(pattern, label)
            if found and (whole := code + found["digits"].zfill(2)) in _codes_named(found["name"]):
                self.seen[-1] = whole
                return whole, found["name"]
        return code, label

    def of_name(self, code: str, label: str) -> str | None:
        """The one code of a name of which another row's code, or none at all, is a part: 20101, 20118 代表工作.

        None where the code is its name's own, or is no code that lost digits.
        """
        named = _codes_named(label)
        known = self.seen.count(code) < 2 and code in _official()
        if known or not named or code in named or len(code) not in {3, 5}:
            return None
        found = [c for c in named if c.startswith(code) or _short(c) == code]
        if len(found) != 1:
            return None
        self.seen[-1] = found[0]
        return found[0]

    def _economic(self, code: str, label: str) -> dict[str, str]:
        names = _codes_by_name("economic")
        official = names.get(bare_label(label), ())
        if official and code not in official:
            self.own = True
            return {"economicCode": official[0]} if len(official) == 1 else {}
        if self.own and not official and len(code) > 3:
            return {}
        return {"economicCode": code}


def _pieces(cell: str) -> list[str] | None:
    """The parts of a code set apart: `301 02` → 301, 02; None where the cell is no such code."""
    pieces = [p for p in re.split(r"[\s\-.]+", cell.strip()) if p.isdigit()]
    whole = len(pieces) > 1 and len(pieces[0]) == 3 and all(len(p) <= 2 for p in pieces[1:])
    return pieces if whole else None


def _codes_named(name: str) -> tuple[str, ...]:
    return tuple(c for scheme in ("function", "economic") for c in _codes_by_name(scheme).get(bare_label(name), ()))


@cache
def _official() -> frozenset[str]:
    return frozenset(c for scheme in ("function", "economic") for c in vocab.concepts(scheme))


def _short(code: str) -> str:
    """A code as it is printed without leading zeros and blanks: 2010108 → 20118."""
    return code[:3] + "".join(part.lstrip("0") for part in (code[3:5], code[5:7]))


def _is_class(code: str) -> bool:
    """Whether three digits can be a 类: 101–110 revenue, 201–234 function, 301–399 and 501–599 economic."""
    return bool(re.fullmatch(r"10\d|110|20[1-9]|2[12]\d|23[0-4]|3\d[1-9]|3[1-9]0|399|5\d[1-9]|5[1-9]0", code))


def _digits(cell: str) -> str:
    text = squeeze(cell)
    return (
        text
        if text.isascii() and text.isdigit()
        else text.strip("[]()（）")
        if text.strip("[]()（）").isdigit()
        else ""
    )


@cache
def _codes_by_name(scheme: str) -> dict[str, tuple[str, ...]]:
    """Every name of a code list → the codes that bear it; empty where the ontology has no such list."""
    try:
        concepts = vocab.concepts(scheme)
    except KeyError:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for concept in concepts.values():
        for label in concept.labels:
            key = bare_label(label)
            if concept.notation not in found.get(key, ()):
                found[key] = (*found.get(key, ()), concept.notation)
    return found


def function_by_name(name: str) -> dict[str, str]:
    """The functional class (类) that a name such as 社会保障和就业支出 bears alone."""
    classes = [c for c in _codes_by_name("function").get(name, ()) if len(c) == 3]
    return {"functionCode": classes[0]} if len(classes) == 1 else {}


def economic_by_name(name: str, government: bool) -> dict[str, str]:
    """The economic item that a name bears alone, of the departments' (3…) or the governments' (5…) classification."""
    key, first = ("governmentEconomicCode", "5") if government else ("economicCode", "3")
    schemes = ("economic", "governmentEconomic")
    codes = {c for s in schemes for c in _codes_by_name(s).get(bare_label(name), ()) if c.startswith(first)}
    return {key: codes.pop()} if len(codes) == 1 else {}


def economic_codes(name: str) -> tuple[str, ...]:
    """The codes of the departments' economic classification that a name bears or bore: 301, 30101."""
    return _codes_by_name("economic").get(bare_label(name), ())
