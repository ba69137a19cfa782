"""Numbers that may be misprints of one another: 阳政办发〔2020〕88号 and 188号, 国办发〔2019〕57号 and 67号."""

from __future__ import annotations

from collections import defaultdict

from kg_builder.legal.normalise import parse_number

Key = tuple[str, str, str]  # as in `resolve`: N or T, number or title key, place


def misprinted(keys: list[Key]) -> set[tuple[Key, Key]]:
    """Pairs of numbers under one title that are a sign apart; only within an office, or within a year and sequence."""
    near: dict[tuple[object, ...], list[Key]] = defaultdict(list)
    for key in keys:
        number = parse_number(key[1])
        if number is not None:
            near[number.form, number.prefix].append(key)
            near[number.form, number.year, number.sequence].append(key)
    return {
        (a, b)
        for group in near.values()
        for i, a in enumerate(group)
        for b in group[i + 1 :]
        if one_digit_apart(a[1], b[1])
    }


def one_digit_apart(a: str, b: str) -> bool:
    """阳政办发〔2020〕88号 and 188号, 57号 and 67号; one sign more, less or other, in one office's numbers."""
    first, second = parse_number(a), parse_number(b)
    if first is None or second is None or first.form != second.form:
        return False
    if first.prefix != second.prefix:
        same = (first.year, first.sequence) == (second.year, second.sequence)
        return same and _edits(first.prefix, second.prefix)
    return _edits(f"{first.year} {first.sequence}", f"{second.year} {second.sequence}")


def _edits(a: str, b: str) -> bool:
    """Whether one text becomes the other by one change."""
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    short, long = sorted((a, b), key=len)
    return len(long) - len(short) == 1 and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
