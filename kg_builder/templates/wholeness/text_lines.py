"""Whether the lines of a text file are all there, each once: where it breaks off, what comes twice, what lacks a head.

A text has no pages whose numbers count. What shows that lines are gone, or there twice, is a sentence that breaks off,
a run of lines that is printed again at once, a code without those above or below it, items that begin anew without what
they are items of, a title without its table, and a form that lacks what all the others of the file print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, permutations, takewhile

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
_UNIT = re.compile(r"万?元|亿元|[%％]")  # 元，占75.57%: the unit of a number in the line above
_AMOUNT = re.compile(r"[\d万亿.]$")  # 1,098.40 · 1,098.40万: what a unit goes on from
_NUMBER = re.compile(r"\d[,.]\d+[万亿]?$")  # 上年结转355.09: a number that is not all
_GOES_ON = re.compile(r"[\d万亿元千百个%％平人,，、。.；;)）]")  # 万元: what a number goes on with
_AMID = re.compile(r"其中|[，、；。,;)）%％]|占\d")  # 其中：公务接待费… · ，增长5%: no text begins so
_CARRIED = re.compile(r"结转|结余")  # 上年结转 · 年终结转
# 一、一般公共预算 3,205.70, a row of a table · 二、其他资金：包括事业收入。, what a word means
_NO_HEADING = re.compile(r"\t|\d\.\d|(?:收入|支出|预算)$|[：:。；]")
_CODE = re.compile(r"\d{3}(?:\d\d){0,2}")  # 208 · 20805 · 2080505
_PARTS = ("年度资金总额", "项目概况", "总体目标", "产出指标", "数量指标", "质量指标", "时效指标", "成本指标")
_ENDING = ("效益指标", "满意度")  # the last parts of a form, of which some have less
_GOAL, _OUTLINE = "总体目标", "项目概况"  # of more goals than outlines one has lost the head of its form


def broken(lines: Sequence[Cell], tables: Sequence[BudgetTable], projects: Sequence[Project]) -> Iterator[Residue]:
    """What the lines of a text file show to be missing from it or to stand in it twice, each at its line."""
    for place, said in (
        *_unfinished(lines),
        *_torn_figures(lines),
        *_untold(lines),
        *_twice(lines),
        *_untabled(lines, tables),
        *(one for table in tables for one in _without_kin(table)),
        *(one for table in tables for one in (*_begun_anew(table), *_bare_parts(table), *_bare_head(table))),
        *_without_level(tables),
        *_without_head(tables),
        *_of_another(tables),
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


def _torn_figures(lines: Sequence[Cell]) -> Iterator[tuple[Place, str]]:
    """Lines of prose between which a figure is torn: a number without its unit, or a unit without its number."""
    printed = [(line, squeeze(line.text)) for line in lines if squeeze(line.text)]
    for (above, before), (line, after) in pairwise(printed):
        bare = _is_prose(line) and _UNIT.match(after) and not _AMOUNT.search(before)
        number = _is_prose(above) and "\t" not in line.text and _NUMBER.search(before)
        if bare or (number and not _GOES_ON.match(after)):
            yield line.place, f"between “{before[-_SHORT:]}” and “{after[:_SHORT]}” something is missing"


def _is_prose(line: Cell) -> bool:
    text = squeeze(line.text)
    return len(text) >= _SHORT and "，" in text and "\t" not in line.text


def _is_heading(text: str) -> bool:
    ordinal = marks.ordinal_of(text)
    return ordinal is not None and ordinal.style == "plain" and len(text) <= 2 * _SHORT and "，" not in text


def _twice(lines: Sequence[Cell]) -> Iterator[tuple[Place, str]]:
    """Runs of lines with figures, or of rows of cells, that are printed again at once.

    A label and its value are no such run: a form prints those of its two halves one below the other.
    """
    found = [(line, squeeze(line.text)) for line in lines if squeeze(line.text)]
    texts = [text for _, text in found]
    at = 0
    while at < len(texts):
        length = next((n for n in range(1, _RUN) if texts[at : at + n] == texts[at + n : at + 2 * n]), 0)
        if length and _is_saying([line.text for line, _ in found[at : at + length]]):
            first, again = found[at][0].place, found[at + length][0].place
            yield again, f"line {again.line} and those that follow print line {first.line} again: {length} in all"
        at += max(1, length)


def _is_saying(run: Sequence[str]) -> bool:
    """Whether lines say something that is not printed twice by chance: figures, or rows of cells."""
    said = squeeze("".join(run))
    whole = len(run) > 2 or bool(_FIGURE.search(run[0])) or "\t" in run[0]
    enough = len(said) >= _SAYING if _FIGURE.search(said) else any("\t" in line for line in run) and len(said) >= _SHORT
    return whole and enough and bool(_WORD.search(said))


def _untold(lines: Sequence[Cell]) -> Iterator[tuple[Place, str]]:
    """A heading of the narrative whose text is gone, or the words with which it begins.

    The one without any among those that count on from one another; a list of contents has none under any.
    """
    found = [(line, squeeze(line.text)) for line in lines if squeeze(line.text)]
    heads = [at for at, (line, text) in enumerate(found) if _is_heading(text) and not _NO_HEADING.search(line.text)]
    for run in _counting(heads, [text for _, text in found]):
        bare = [at for at in run if at + 1 in run]
        if len(bare) == 1 and len(run) > _ALIKE + len(bare):
            yield found[bare[0]][0].place, f"nothing stands under “{found[bare[0]][1]}”, as under all others"
        for at in run:
            first, text = found[at + 1] if at + 1 < len(found) else found[at]
            if amid := _AMID.match(text):
                yield first.place, f"what “{found[at][1]}” begins with is missing: “{amid[0]}” comes first"


def _counting(heads: Sequence[int], texts: Sequence[str]) -> Iterator[list[int]]:
    """The headings in runs whose numbers count on."""
    run: list[int] = []
    for at in heads:
        ordinal, before = marks.ordinal_of(texts[at]), marks.ordinal_of(texts[run[-1]]) if run else None
        if ordinal and before and ordinal.number != before.number + 1:
            yield run
            run = []
        run.append(at)
    yield run


# --- tables -----------------------------------------------------------------------------------------------------------


def _untabled(lines: Sequence[Cell], tables: Sequence[BudgetTable]) -> Iterator[tuple[Place, str]]:
    """A title at the end of the file, behind which no row stands and nothing says that there is none.

    Below the first table only: above it lists of titles stand.
    """
    printed = [(line.place, text) for line in lines if (text := squeeze(line.text))][-_HEAD:]
    at = next((n for n in reversed(range(len(printed))) if _is_table(printed[n][1])), None)
    if at is None or any(_NOTHING.search(text) for _, text in printed[at:]):
        return
    place, title = printed[at]
    begins = [table.place.line or 0 for table in tables]
    figures = [o.amount.place.line or 0 for table in tables for o in table.observations]
    if min(begins, default=0) < (place.line or 0) > max(figures, default=0) > 0:
        yield place, f"“{title}” has no rows: the file ends before them"


def _is_table(text: str) -> bool:
    return marks.is_title(text) and "绩效" not in text and kind_of(marks.label_and_title(text)[1]) != "other"


def _without_kin(table: BudgetTable) -> Iterator[tuple[Place, str]]:
    """The one row of a table whose code has none below it, or the one code that is not above its own."""
    rows = [row for row in table.rows if _CODE.fullmatch(_code(row))]
    deepest, outermost = (edge((len(_code(row)) for row in rows), default=0) for edge in (max, min))
    heads = [row for row in rows if len(_code(row)) < deepest]
    parts = [row for row in rows if len(_code(row)) > outermost]
    if bare := _bare(heads, parts):
        yield bare.place, f"nothing stands under {bare.code} in “{table.title}”, as under all others"
    if orphan := _orphan(rows, parts):
        yield orphan.place, f"“{table.title}” has {orphan.code} and no {_above(orphan)}"


def _bare(heads: Sequence[Row], parts: Sequence[Row]) -> Row | None:
    above = {_above(row) for row in parts}
    bare = [row for row in heads if _code(row) not in above]
    return bare[0] if len(bare) == 1 and len(heads) > _ALIKE else None


def _orphan(rows: Sequence[Row], parts: Sequence[Row]) -> Row | None:
    codes = {_code(row) for row in rows}
    orphans = [row for row in parts if _above(row) not in codes]
    alone = len({_above(row) for row in orphans}) == 1
    return orphans[0] if alone and len(parts) >= _ALIKE + len(orphans) else None


def _code(row: Row) -> str:
    return row.code or ""


def _above(row: Row) -> str:
    """The code that stands one level above that of a row."""
    return _code(row)[:-2]


def _begun_anew(table: BudgetTable) -> Iterator[tuple[Place, str]]:
    """Items that come a second time right behind a total: what they are items of is missing."""
    seen: set[str] = set()
    for above, row in pairwise(table.rows):
        seen.add(label_key(above.label))
        if _is_item(row) and label_key(row.label) in seen and marks.is_total(above.label):
            yield row.place, f"“{row.label}” comes again in “{table.title}” right behind “{above.label}”"


def _is_item(row: Row) -> bool:
    return bool(_ITEM.match(row.label))


def _bare_parts(table: BudgetTable) -> Iterator[tuple[Place, str]]:
    """A row with figures whose parts have none, and are one or fewer than the items above: 上年结转 and 一、 alone."""
    figures = {o.row for o in table.observations}
    for at, row in enumerate(table.rows):
        block = rows_under(table.rows, at)
        items = sum(other.level == row.level and _is_item(other) for other in table.rows[:at])
        bare = row.number in figures and bool(block) and figures.isdisjoint(part.number for part in block)
        numbered = all(marks.ordinal_of(squeeze(part.label)) for part in block)
        if bare and numbered and (len(block) == 1 or len(block) < items):
            yield row.place, f"rows under “{row.label}” in “{table.title}” are missing: none has a figure"


def rows_under(rows: Sequence[Row], at: int) -> list[Row]:
    """The rows that stand under one by their levels."""
    return list(takewhile(lambda other: other.level > rows[at].level, rows[at + 1 :]))


def _bare_head(table: BudgetTable) -> Iterator[tuple[Place, str]]:
    """The one body in a list of projects under which none stands, and the one total of a table without rows."""
    heads = [(row, rows_under(table.rows, at)) for at, row in enumerate(table.rows) if row.heading]
    bare = [row for row, block in heads if not block]
    if len(bare) == 1 and len(heads) > _ALIKE:
        yield bare[0].place, f"rows under “{bare[0].label}” in “{table.title}” are missing: it has none"
    worth = {o.row for o in table.observations if o.amount.yuan}
    if table.kind == "operating-cost" and len(table.rows) == len(worth) == 1 and marks.is_total(table.rows[0].label):
        yield table.rows[0].place, f"rows of “{table.title}” are missing: only “{table.rows[0].label}” is printed"


def _without_level(tables: Sequence[BudgetTable]) -> Iterator[tuple[Place, str]]:
    """The one list by codes that lacks a level of codes which all others of the file have."""
    codes = {id(table): {len(_code(row)) for row in table.rows if _CODE.fullmatch(_code(row))} for table in tables}
    lists = [table for table in tables if codes[id(table)] and not table.kind.endswith("basic")]
    for table in lists:
        others = [codes[id(other)] for other in lists if other is not table]
        lacking = set.intersection(*others) - codes[id(table)] if len(others) >= _ALIKE else set()
        if lacking:
            said = f"no code of {min(lacking)} digits, as all other lists have"
            yield table.place, f"rows of “{table.title}” are missing: {said}"


def _without_head(tables: Sequence[BudgetTable]) -> Iterator[tuple[Place, str]]:
    """Lists of projects whose first project stands under one body, where that of another list stands under two."""
    lists = [table for table in tables if table.kind.startswith("projects")]
    heads = [len(list(takewhile(lambda row: row.heading, table.rows))) for table in lists]
    for table, number in zip(lists, heads, strict=True):
        if number == 1 and max(heads) > 1:
            said = f"another list has {max(heads)} bodies above its first project"
            yield table.place, f"rows of “{table.title}” are missing: {said}"


def _of_another(tables: Sequence[BudgetTable]) -> Iterator[tuple[Place, str]]:
    """Summaries that print what another one does, but for one run of rows with a total.

    Items are in the run, or what is carried over is left without the total above or below it.
    """
    summaries = [table for table in tables if table.kind.endswith("summary")]
    for table, other in permutations(summaries, 2):
        for own, others in zip(_labels_by_side(table), _labels_by_side(other), strict=False):
            run = _one_run(own, others)
            enough = any(map(_ITEM.match, run)) or any(_CARRIED.search(label) for label in own)
            if total := next((label for label in run if enough and marks.is_total(label)), None):
                yield table.place, f"rows of “{table.title}” are missing: “{other.title}” prints “{total}” there"


def _labels_by_side(table: BudgetTable) -> list[list[str]]:
    """The labels of each side of a table, top down: those of the second one begin again at the first line."""
    sides: list[list[str]] = [[]]
    above = 0
    for row in table.rows:
        line = row.place.line or 0
        if line < above:
            sides.append([])
        sides[-1].append(squeeze(row.label))
        above = line
    return sides


def _one_run(own: Sequence[str], others: Sequence[str]) -> Sequence[str]:
    """The one run of labels that the others have and these have not; none where they differ in more."""
    head = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(own, others, strict=False))))
    rest, end = own[head:], len(others) - len(own) + head
    return others[head:end] if head >= _ALIKE and others[end:] == rest else ()


# --- forms ------------------------------------------------------------------------------------------------------------


def _unlike(lines: Sequence[Cell], projects: Sequence[Project]) -> Iterator[tuple[Place, str]]:
    """Forms that do not print what all others of the file do, or two goals under one head."""
    forms = [project for project in projects if project.indicators or project is projects[-1]]
    if len(forms) <= _ALIKE:
        return
    blocks = list(_blocks(lines, forms))
    texts = ["".join(squeeze(line.text) for line in block) for block in blocks]
    counts = [{part: text.count(part) for part in (*_PARTS, *_ENDING)} for text in texts]
    for number, form in enumerate(forms):
        own, others = counts[number], counts[:number] + counts[number + 1 :]
        said = f"the form of “{form.name}” may not be whole: it prints"
        if _is_two(own) and not any(map(_is_two, others)):
            yield _last(blocks[number], _GOAL) or form.place, f"{said} “{_GOAL}” more often than “{_OUTLINE}”"
        elif part := _lacking(own, others, form is forms[-1]):
            yield form.place, f"{said} “{part}” less often than all others"


def _is_two(counts: Mapping[str, int]) -> bool:
    return counts[_GOAL] > counts[_OUTLINE]


def _last(lines: Sequence[Cell], text: str) -> Place | None:
    return next((line.place for line in reversed(lines) if text in squeeze(line.text)), None)


def _blocks(lines: Sequence[Cell], forms: Sequence[Project]) -> Iterator[list[Cell]]:
    """The lines from the beginning of each form to that of the next."""
    begins = [form.place.line or 0 for form in forms]
    for begin, end in pairwise([*begins, (lines[-1].place.line or 0) + 1 if lines else 0]):
        yield [line for line in lines if begin <= (line.place.line or 0) < end]


def _lacking(own: Mapping[str, int], others: Sequence[Mapping[str, int]], is_last: bool) -> str | None:
    """What a form prints less often than the others, which all have as many; of the last form, what it lacks."""
    for part in (*_PARTS, *_ENDING) if is_last else _PARTS:
        numbers = {one[part] for one in others}
        if own[part] < min(numbers) and (len(numbers) == 1 or (is_last and not own[part])):
            return part
    return None
