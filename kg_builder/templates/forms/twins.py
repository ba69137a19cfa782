"""The two halves of a form print the same indicator twice, the right one often cut: find and complete the twin."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg_builder.model import Indicator, Target
from kg_builder.text import squeeze

_LONGEST = 200  # characters of a half that is still a name with a value
_SHORTEST = 3  # characters of a cut name that still tell which indicator it is


def split_twins(left: str, right: str) -> tuple[str, str] | None:
    """Name and value of two fused halves of which the right lost the end of its name.

    `缓解人员老化、保障` and `缓解人员保障` have the value 保障 in common, after a name that the right half cuts:
    None where the two do not fit together so.
    """
    if max(len(left), len(right)) > _LONGEST:
        return None
    for size in range(min(len(left), len(right)) - _SHORTEST, 1, -1):
        if left[-size:] == right[-size:] and is_cut_of(right[:-size], left[:-size]):
            return left[:-size], right[-size:]
    return None


def is_cut_of(cut: str, whole: str) -> bool:
    """Whether `cut` is `whole` with its end lost, or with its middle lost in the layout's overflow.

    `促进文物事业健康` of `促进文物事业健康发展`; `保护文物，实现文 ，提` of `保护文物，实现文化强国，提`.
    """
    a, b = squeeze(cut), squeeze(whole)
    if len(a) < _SHORTEST or len(a) >= len(b):
        return False
    if b.startswith(a):
        return True
    return bool(re.search(r"\s", cut.strip())) and b.startswith(a[:_SHORTEST]) and _is_subsequence(a, b)


def _is_subsequence(a: str, b: str) -> bool:
    rest = iter(b)
    return all(char in rest for char in a)


def complete_right_half(indicators: Sequence[Indicator]) -> list[Indicator]:
    """Complete names and values of the year that the layout cut from the same indicator of the implementation period.

    Same means: the same kind, and the cut name is the beginning of exactly one name (or of the one with the same
    target). Completed indicators are marked; nothing is copied by position.
    """
    left = [i for i in indicators if i.horizon == "implementation"]
    return [_completed(i, left) if i.horizon == "annual" else i for i in indicators]


def _completed(right: Indicator, left: Sequence[Indicator]) -> Indicator:
    same = [i for i in left if i.kind == right.kind]
    if whole := next((i for i in same if squeeze(i.name) == squeeze(right.name)), None):
        return _with_value(right, whole)
    twins = [i for i in same if is_cut_of(right.name, i.name)]
    if len(twins) > 1 or right.place.box:  # a cell of known borders is rarely cut: its name may be another one's begin
        twins = [i for i in twins if _printed(i.target) == _printed(right.target)]
    if len({squeeze(i.name) for i in twins}) != 1:
        return right
    return _with_value(replace(right, name=twins[0].name, completed=True), twins[0])


def _with_value(right: Indicator, whole: Indicator) -> Indicator:
    """Complete a value that is the beginning of its twin's: a sentence cut at the cell's edge, never a number."""
    cut, full = _printed(right.target), _printed(whole.target)
    if not cut or len(cut) < 4 or len(cut) >= len(full) or not full.startswith(cut) or cut[-1].isdecimal():
        return right
    if right.target is None or right.target.comparison != "qualitative":
        return right
    return replace(right, target=whole.target, completed=True)


def _printed(target: Target | None) -> str:
    return squeeze(target.printed) if target else ""
