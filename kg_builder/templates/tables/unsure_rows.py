"""Rows of a table without drawn lines whose code, label or figures are not certain → unread.

Where no lines part the cells, places of the text tell rows and columns, and a wrapped code or name may be taken for a
row of its own. The classification and the other rows bear witness: a row that contradicts them is rather left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from unicodedata import normalize

from kg_builder import marks, vocab
from kg_builder.head_words import bare_label
from kg_builder.model import Cell, Place, Row
from kg_builder.templates.tables.heads import Head
from kg_builder.templates.tables.reading import Reading
from kg_builder.text import decimal_of, label_key, squeeze

# 科目名称 · 功能分类科目 · 项目: heads over names, never over figures
_NAMES_HEAD = re.compile(r"(?:名称|编码|科目|^项目|/项目)$")
_REASON = "a table without rules: code, label or figures of the row are not certain"
_MANY = 3  # one row of so many that is not certain makes the whole table doubtful
_FIXED = 0.6  # share of figures with two decimals that shows how the table writes its figures
_TWO_DECIMALS = re.compile(r"\.\d\d\)?$")
_CHINESE = "一二三四五六七八九十"
_CUT = 3  # characters of the shortest beginning of a name that shows that the rest is missing


def leave_unsure_rows(reading: Reading, head: Head) -> None:
    """Move the figures of uncertain rows to the unread ones, those of the whole table where such rows are many."""
    unsure = set(_unsure(reading, coded=any(c.role == "code" for c in head.columns)))
    if _columns_are_mixed(reading):
        unsure = {row.number for row in reading.rows}
    if _MANY * len(unsure) >= len(reading.rows):
        unsure = {row.number for row in reading.rows} if unsure else unsure
    for o in reading.observations:
        if o.row in unsure:
            reading.account.leave(Cell(o.amount.printed, o.amount.place), _REASON)
    reading.observations = [o for o in reading.observations if o.row not in unsure]
    reading.rows = [row for row in reading.rows if row.number not in unsure]


def leave_torn_rows(reading: Reading, damaged: Collection[int]) -> None:
    """Move the figures of the rows that end a page to the unread ones where the next page is damaged."""
    ends = [row for row in reading.rows if row.place.page + 1 in damaged]
    lowest = max((_top(row.place) for row in ends), default=0.0)
    torn = {row.number for row in ends if _top(row.place) >= lowest}
    for o in reading.observations:
        if o.row in torn:
            reading.account.leave(Cell(o.amount.printed, o.amount.place), "the row may go on on a damaged page")
    reading.observations = [o for o in reading.observations if o.row not in torn]
    reading.rows = [row for row in reading.rows if row.number not in torn]


def _top(place: Place) -> float:
    return place.box.top if place.box else 0.0


def _columns_are_mixed(reading: Reading) -> bool:
    """Whether figures stand under a head of names, or two columns of one panel under the very same head."""
    heads: dict[tuple[str, bool], set[int]] = {}
    for o in reading.observations:
        side = dict(o.dimensions).get("side") == "revenue"
        heads.setdefault((o.heading, side), set()).add(o.column)
    names = any(_NAMES_HEAD.search(squeeze(heading)) for heading, _ in heads)
    return names or any(len(columns) > 1 for columns in heads.values())


def _unsure(reading: Reading, *, coded: bool) -> Iterator[int]:
    filled = {o.row for o in reading.observations}
    rows = [row for row in reading.rows if row.number in filled]
    codes = {row.code for row in rows if row.code}
    torn = {*_torn(reading), *_zero_totals(reading)}
    nameless = {"", squeeze(reading.section.title)} if len(rows) > 1 else set[str]()
    for row in rows:
        total = marks.is_total(row.label) or label_key(row.label) in reading.names
        cut = not total and ((coded and row.code is None) or _is_cut(row))
        if cut or row.number in torn or squeeze(row.label) in nameless or _is_orphan(row, codes):
            yield row.number


def _is_figure(label: str) -> bool:
    """Whether a row is named by a figure of a column beside its name: 4,400,889; a year may name a row."""
    return decimal_of(label) is not None and not marks.years_in(label)


def _is_two(label: str) -> bool:
    """Whether a label holds the next one too: 一、…余额二、…限额."""
    ordinal = marks.ordinal_of(label)
    following = _CHINESE[ordinal.number : ordinal.number + 1] if ordinal and ordinal.style == "plain" else ""
    return bool(following) and f"{following}、" in label[2:]


def _is_orphan(row: Row, codes: set[str]) -> bool:
    """Whether a code is none though its name has one, or lacks the code above it where others have theirs."""
    code = row.code or ""
    if len(code) in {5, 7} and code.endswith("00"):
        return True
    same = ((c, names) for c, names in _names_by_code().items() if len(c) == len(code))
    named = [c for c, names in same if bare_label(row.label) in names]
    if code and named and code not in named and code not in _names_by_code():
        return True
    above = {c for c in codes if len(c) == len(code) - 2}
    return bool(above) and code[:-2] not in above


def _is_cut(row: Row) -> bool:
    """Whether a label is only the beginning or the end of an official name: 行政事业单位医, 十九、住房保障; or none."""
    if _is_figure(row.label) or _is_two(row.label):
        return True
    label = bare_label(row.label)
    if label in _names():
        return False
    if row.code:
        return any(label != name and (name.startswith(label) or name.endswith(label)) for name in _names_of(row.code))
    ordinal = bare_label(row.label) != label_key(row.label)
    return ordinal and len(label) >= _CUT and any(_is_longer(name, label) for name in _names())


def _is_longer(name: str, label: str) -> bool:
    """Whether a name goes on where a label ends, with more than a remark: 税收收入（政府） is 税收收入."""
    return name.startswith(label) and not name[len(label) :].startswith(("(", "（"))


def _torn(reading: Reading) -> Iterator[int]:
    """Rows with a figure of other than two decimals where the table writes two also where they end in zero."""
    printed = [(o.row, normalize("NFKC", o.amount.printed)) for o in reading.observations if o.amount.yuan]
    whole = [text for _, text in printed if _TWO_DECIMALS.search(text)]
    if any(text.endswith("0") for text in whole) and len(whole) >= _FIXED * len(printed):
        yield from (row for row, text in printed if not _TWO_DECIMALS.search(text))


def _zero_totals(reading: Reading) -> Iterator[int]:
    """Totals of zero over figures that are none: the end of a figure that was cut, 0.00 of 469345300.00."""
    filled = {(o.column, o.organization) for o in reading.observations if o.amount.yuan and not o.total}
    yield from (
        o.row for o in reading.observations if o.total and not o.amount.yuan and (o.column, o.organization) in filled
    )


@cache
def _names_by_code() -> dict[str, tuple[str, ...]]:
    concepts = [*vocab.concepts("function").values(), *vocab.concepts("economic").values()]
    return {c.notation: tuple(bare_label(label) for label in c.labels) for c in concepts}


def _names_of(code: str) -> tuple[str, ...]:
    return _names_by_code().get(code, ())


@cache
def _names() -> frozenset[str]:
    schemes = ("topic", "expenditureType", "funding", "provision")
    others = {label for scheme in schemes for label in vocab.notations(scheme)}
    return frozenset(name for names in _names_by_code().values() for name in names) | others
