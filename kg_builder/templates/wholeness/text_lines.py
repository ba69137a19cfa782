"""Whether the lines of a text file are all there, each once: where it breaks off, what comes twice, what lacks a head.

A text has no pages whose numbers count. What shows that lines are gone, or there twice, is a sentence that breaks off,
a run of lines that is printed again at once, a code without those above or below it, items that begin anew without what
they are items of, a title without its table, and a form that lacks what all the others of the file print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from kg_builder import marks
from kg_builder.model import BudgetTable, Cell, Place, Project, Residue, Row
from kg_builder.templates.tables.kinds import kind_of
from kg_builder.text import label_key, squeeze

_ENDS = re.compile(r"[。！？；：:;”）)!?…]$")
_WRAPPED = 70  # characters of the longest lines of a file whose lines are broken as on paper
_SHORT = 20  # characters of a line of prose at least
_FULL = 0.8  # of those of the longest lines: a line that goes on in the next one
_RUN = 80  # lines that are compared with those behind them at most
_SAYING = 6  # characters of a line that is not printed twice by chance
_ALIKE = 3  # forms, or rows with codes, from which on what all of them have is looked for in each
_HEAD = 10  # lines of the title, the caption and the head of a table at most
_NOTHING = re.compile(r"无|没有|空表|不涉及")  # 注：本单位无此项收支
_FIGURE = re.compile(r"\d")
_WORD = re.compile(r"[一-鿿]")  # any Chinese character
_ITEM = re.compile(r"[一二三四五六七八九十]{1,3}、")  # 八、社会保障和就业支出
_CODE = re.compile(r"\d{3}(?:\d\d){0,2}")  # 208 · 20805 · 2080505
_PARTS = ("年度资金总额", "项目概况", "总体目标", "产出指标", "数量指标", "质量指标", "时效指标", "成本指标")
_ENDING = ("效益指标", "满意度")  # the last parts of a form, of which some have less
_GOAL, _OUTLINE = "总体目标", "项目概况"  # of more goals than outlines one has lost the head of its form


def broken(lines: Sequence[Cell], tables: Sequence[BudgetTable], projects: Sequence[Project]) -> Iterator[Residue]:
    """What the lines of a text file show to be missing from it or to stand in it twice, each at its line."""
    for place, said in (
        *_unfinished(lines),
        *_twice(lines),
        *_untabled(lines, tables),
        *(one for table in tables for one in _without_kin(table)),
        *(one for table in tables for one in _begun_anew(table)),
        *_unlike(lines, projects),
    ):
        yield Residue(said, place, said)


# --- prose ------------------------------------------------------------------------------------------------------------


def _unfinished(lines: Sequence[Cell]) -> Iterator[tuple[Place, str]]:
    """Lines of prose amid a sentence: the last of the file, and full ones behind which a heading stands."""
    texts = [squeeze(line.text) for line in lines]
    prose = sorted(len(text) for line, text in zip(lines, texts, strict=True) if _is_prose(line))
    width = prose[len(prose) * 9 // 10] if prose else 0
    if not _SHORT < width <= _WRAPPED:
        return
    for number, (line, text) in enumerate(zip(lines, texts, strict=True)):
        after = texts[number + 1] if number + 1 < len(texts) else None
        amid = _is_prose(line) and not _ENDS.search(text)
        if amid and (after is None or (len(text) >= _FULL * width and _is_heading(after))):
            what = "the end of the file" if after is None else f"“{after[:_SHORT]}”"
            yield line.place, f"a sentence breaks off before {what}: its rest is missing"


def _is_prose(line: Cell) -> bool:
    text = squeeze(line.text)
    return len(text) >= _SHORT and "，" in text and "\t" not in line.text


def _is_heading(text: str) -> bool:
    ordinal = marks.ordinal_of(text)
    return ordinal is not None and ordinal.style == "plain" and len(text) <= 2 * _SHORT and "，" not in text


def _twice(lines: Sequence[Cell]) -> Iterator[tuple[Place, str]]:
    """Runs of lines with figures that are printed again at once.

    A label and its value are no such run: a form prints those of its two halves one below the other.
    """
    found = [(line, squeeze(line.text)) for line in lines if squeeze(line.text)]
    texts = [text for _, text in found]
    at = 0
    while at < len(texts):
        length = next((n for n in range(1, _RUN) if texts[at : at + n] == texts[at + n : at + 2 * n]), 0)
        run = texts[at : at + length]
        if length and _is_saying(run):
            first, again = found[at][0].place, found[at + length][0].place
            yield again, f"line {again.line} and those that follow print line {first.line} again: {length} in all"
        at += max(1, length)


def _is_saying(run: Sequence[str]) -> bool:
    said = "".join(run)
    whole = len(run) > 2 or bool(_FIGURE.search(run[0]))
    return whole and len(said) >= _SAYING and bool(_FIGURE.search(said)) and bool(_WORD.search(said))


# --- tables -----------------------------------------------------------------------------------------------------------


def _untabled(lines: Sequence[Cell], tables: Sequence[BudgetTable]) -> Iterator[tuple[Place, str]]:
    """A title at the end of the file, behind which no row stands and nothing says that there is none.

    Below the first table only: above it lists of titles stand.
    """
    first = min((table.place.line or 0 for table in tables), default=None)
    printed = [(line.place, text) for line in lines if (text := squeeze(line.text))]
    titles = [n for n, (_, text) in enumerate(printed) if _is_table(text)]
    if first is None or not titles or len(printed) - titles[-1] > _HEAD:
        return
    place, title = printed[titles[-1]]
    below = [text for _, text in printed[titles[-1] + 1 :]]
    rows = any((o.amount.place.line or 0) > (place.line or 0) for table in tables for o in table.observations)
    if (place.line or 0) > first and not rows and not any(_NOTHING.search(text) for text in below):
        yield place, f"“{title}” has no rows: the file ends before them"


def _is_table(text: str) -> bool:
    return marks.is_title(text) and "绩效" not in text and kind_of(marks.label_and_title(text)[1]) != "other"


def _without_kin(table: BudgetTable) -> Iterator[tuple[Place, str]]:
    """The one row of a table whose code has none above it, or none below it, where all others have."""
    rows = [row for row in table.rows if row.code and _CODE.fullmatch(row.code)]
    codes = {row.code or "" for row in rows}
    deepest = max(map(len, codes), default=0)
    heads = [row for row in rows if len(row.code or "") < deepest]
    parts = [row for row in rows if len(row.code or "") > min(map(len, codes))]
    bare = [row for row in heads if not any(code != row.code and code.startswith(row.code or "") for code in codes)]
    lost = [row for row in parts if (row.code or "")[:-2] not in codes]
    if len(bare) == 1 and len(heads) > _ALIKE:
        yield bare[0].place, f"nothing stands under {bare[0].code} in “{table.title}”, as under all others"
    if lost and len({row.code and row.code[:-2] for row in lost}) == 1 and len(parts) - len(lost) >= _ALIKE:
        code = (lost[0].code or "")[:-2]
        yield lost[0].place, f"“{table.title}” has {lost[0].code} and no {code}"


def _begun_anew(table: BudgetTable) -> Iterator[tuple[Place, str]]:
    """Items that come a second time right behind a total: what they are items of is missing."""
    seen: set[str] = set()
    for above, row in pairwise(table.rows):
        seen.add(label_key(above.label))
        if _is_item(row) and label_key(row.label) in seen and marks.is_total(above.label):
            yield row.place, f"“{row.label}” comes again in “{table.title}” right behind “{above.label}”"


def _is_item(row: Row) -> bool:
    return bool(_ITEM.match(row.label))


# --- forms ------------------------------------------------------------------------------------------------------------


def _unlike(lines: Sequence[Cell], projects: Sequence[Project]) -> Iterator[tuple[Place, str]]:
    """Forms that do not print what all others of the file do, or two goals under one head."""
    forms = [project for project in projects if project.indicators or project is projects[-1]]
    begins = [form.place.line or 0 for form in forms]
    texts = ["" for _ in forms]
    at = -1
    for line in lines:
        while at + 1 < len(begins) and (line.place.line or 0) >= begins[at + 1]:
            at += 1
        if at >= 0:
            texts[at] += squeeze(line.text)
    counts = [{part: text.count(part) for part in (*_PARTS, *_ENDING)} for text in texts]
    for number, form in enumerate(forms if len(forms) > _ALIKE else ()):
        others = counts[:number] + counts[number + 1 :]
        if said := _lacks(counts[number], others, form is forms[-1]):
            yield form.place, f"the form of “{form.name}” may not be whole: {said}"


def _lacks(own: Mapping[str, int], others: Sequence[Mapping[str, int]], is_last: bool) -> str | None:
    """What a form prints less often than all others, which have as many; of the last form, what it lacks altogether."""
    if own[_GOAL] > own[_OUTLINE] and not any(one[_GOAL] > one[_OUTLINE] for one in others):
        return f"it prints “{_GOAL}” {own[_GOAL]} times and “{_OUTLINE}” {own[_OUTLINE]} times"
    for part in (*_PARTS, *_ENDING) if is_last else _PARTS:
        numbers = {one[part] for one in others}
        if own[part] < min(numbers) and (len(numbers) == 1 or (is_last and not own[part])):
            return f"it prints “{part}” {own[part]} times, all others {min(numbers)} or more"
    return None
