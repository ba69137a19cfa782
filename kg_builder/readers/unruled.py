"""Tables without rules, or with rules across alone: columns, heads and rows from the positions of the text.

Figures in columns make a table; their columns come from the body, blank ones from the head. A merged head stands over
the middle of its columns, a head that goes down through all rows in the middle of their height. Rows are told apart by
the rules across, or by the distance of lines where wrapped labels stand closer than rows do.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from kg_builder import decisions, marks
from kg_builder.decisions import Decision
from kg_builder.readers.alignment import CLOSE, Grid, Span, Word, line_words
from kg_builder.readers.ink import Rule, Run, runs_to_lines
from kg_builder.readers.surety import Area, Strip, goes_on_in, heads_are_sure, stacks

BLOCK = 3  # lines with figures that make a table
BESIDE = 0.3  # gap in type sizes from which text beside a sum is a word of its own
WITHIN = 0.9  # distance in type sizes below which two lines stand beside each other
SAME = 2.0  # points by which labels that begin at one edge may differ
FAR = 5.0  # distance in type sizes from which a line no longer belongs to a table
LONGEST = 40  # characters of the longest label; longer lines are prose
HEADS = 8  # lines of the tallest head

# 84 · .42 · 3.40: the end of a wrapped figure
_PIECE = re.compile(r"[\d,.]{1,6}")
# 1,098 · -3.40: a sum of money, no year of a head
_MONEY = re.compile(r"-?\d{1,3}(?:,\d{3}|\.\d)")

Lines = list[list[Word]]


def unruled_grids(runs: Iterable[Run], rules: Sequence[Rule] = ()) -> list[Grid]:
    """Grids of blocks of lines whose figures stand in columns; prose and tables of contents have none."""
    lines = [words_apart(line) for line in runs_to_lines(runs) if not line[0].turned]
    across = [rule for rule in rules if not rule.upright]
    return [grid for first, last in _blocks(lines) if (grid := _block_to_grid(lines, first, last, across))]


def words_apart(line: Sequence[Run]) -> list[Word]:
    """The words of a line, cut beside sums: a label that begins where the figure to its left ends is another column."""
    return [Word(group) for index, word in enumerate(line_words(line)) for group in _groups(word, leads=not index)]


def _groups(word: Word, leads: bool) -> list[list[Run]]:
    """The runs of a word in groups; a figure that `leads` a line is the end of a code above it, or an ordinal."""
    groups = [[word.runs[0]]]
    for last, run in itertools.pairwise(word.runs):
        beside = run.x0 - last.x1 >= BESIDE * run.size
        if beside and (_is_value(last) or _is_value(run) or (not leads and _ends_a_column(groups[-1], run))):
            groups.append([])
        groups[-1].append(run)
    return groups


def _ends_a_column(group: list[Run], run: Run) -> bool:
    """Whether a figure alone ends where words of another column begin: 26 本年支出, 9 三、…; a sum or no sum, but no
    year of a head that programs set apart from its words: 2025 年预算数.
    """
    is_year = run.text.lstrip().startswith("年") and bool(marks.years_in(group[0].text + "年"))
    return len(group) == 1 and Word(group).is_figure and not Word([run]).is_figure and not is_year


def _is_value(run: Run) -> bool:
    return (word := Word([run])).is_sum or marks.is_nil(word.text)


# --- where a table stands ------------------------------------------------------------------------------------------


def _blocks(lines: Lines) -> list[tuple[int, int]]:
    """Stretches of lines (from, to) with figures in columns; lines between them are labels without figures."""
    found: list[tuple[int, int]] = []
    figures = [i for i in range(len(lines)) if _prints_figures(lines, i)]
    start = 0
    for k in range(1, len(figures) + 1):
        if k < len(figures) and _goes_on(lines, figures[k - 1], figures[k]):
            continue
        stretch = figures[start:k]
        if (len(stretch) >= BLOCK and _prints_sums(lines, stretch)) or _is_one_row(lines, stretch):
            found.append((stretch[0], stretch[-1] + 1))
        start = k
    return found


def _prints_figures(lines: Lines, i: int) -> bool:
    """Whether a line holds figures beside a label, or sums alone amid the lines of a label that is wrapped."""
    words = lines[i]
    if len(words) > 1 and any(w.is_figure for w in words[1:]):
        return True
    return all(w.is_figure for w in words) and 0 < i < len(lines) - 1 and _is_amid(words, lines[i - 1], lines[i + 1])


def _is_amid(words: list[Word], above: list[Word], below: list[Word]) -> bool:
    """Whether a line stands between two that are a label to its left, each closer than lines of one text are."""
    most = WITHIN * words[0].runs[0].size
    near = _top(words) - _top(above) < most and _top(below) - _top(words) < most
    return near and all(len(label) == 1 and label[0].x1 <= words[0].x0 for label in (above, below))


def _is_one_row(lines: Lines, stretch: list[int]) -> bool:
    """Whether a line of sums alone stands under heads with a line of the unit above them: 三公 in one row."""
    row = lines[stretch[0]]
    above = lines[max(0, stretch[0] - HEADS) : stretch[0]]
    captions = [i for i, words in enumerate(above) if marks.unit_of(_text(words))]
    sums = all(w.is_sum or marks.is_nil(w.text) for w in row) and sum(w.is_sum for w in row) >= BLOCK
    return sums and bool(captions) and len(above) - captions[-1] > 1 and not any(map(_is_prose, above[captions[-1] :]))


def _goes_on(lines: Lines, above: int, below: int) -> bool:
    """Whether only labels stand between two lines of figures, none of them far from the next."""
    between = lines[above + 1 : below]
    near = all(_top(b) - _top(a) <= FAR * a[0].runs[0].size for a, b in itertools.pairwise(lines[above : below + 1]))
    return below - above <= 2 or (near and not any(_is_prose(words) or _is_caption(words) for words in between))


def _is_prose(words: list[Word]) -> bool:
    return any(len(w.text) > LONGEST or w.text.endswith(("。", "；", "，")) for w in words)


def _is_caption(words: list[Word]) -> bool:
    text = _text(words)
    return bool(marks.unit_of(text)) or marks.is_note(text) or marks.is_body_line(text) or text.endswith("表")


def _text(words: list[Word]) -> str:
    return "".join(word.text for word in words)


def _prints_sums(lines: Lines, stretch: list[int]) -> bool:
    words = [w for i in stretch for w in lines[i][1:] if w.is_figure]
    above = lines[max(0, stretch[0] - HEADS) : stretch[0]]
    named = any(marks.unit_of(_text(words)) for words in above)
    return named or sum(w.is_sum and w.text != "0" for w in words) >= 0.6 * len(words)


def _top(words: list[Word]) -> float:
    return min(r.top for w in words for r in w.runs)


def _bottom(words: list[Word]) -> float:
    return max(r.bottom for w in words for r in w.runs)


# --- its grid ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Layout:
    """The columns of a table, the heads over them as cells, and the lines below; `numbering` numbers the columns."""

    strips: list[Strip]
    heads: list[Word]
    areas: list[Area]
    numbering: Lines
    body: Lines

    @cached_property
    def reach(self) -> tuple[float, float]:
        """Where the words below the heads begin and end."""
        words = [w for line in (*self.numbering, *self.body) for w in line]
        return min(w.x0 for w in words), max(w.x1 for w in words)

    @cached_property
    def xs(self) -> tuple[float, ...]:
        """Edges amid the gaps between the columns, and a point outside all words."""
        reach = [self.reach, *((s.x0, s.x1) for s in self.strips)]
        between = ((a.x1 + b.x0) / 2 for a, b in itertools.pairwise(self.strips))
        return min(x0 for x0, _ in reach) - 1, *between, max(x1 for _, x1 in reach) + 1

    @property
    def has_figures_beyond(self) -> bool:
        """Whether words stand to the left of the first column or to the right of the last."""
        left, right = self.reach
        return left < min(s.x0 for s in self.strips) - 1 or right > max(s.x1 for s in self.strips) + 1

    @property
    def has_sums_without_head(self) -> bool:
        """Whether a cell of the head that reaches down to sums holds no word."""
        lowest = _bottom(self.heads) if self.heads else 0.0
        over_sums = [a for a in self.areas if a[2] >= lowest and any(s.sums for s in self.strips[a[1] : a[3]])]
        return not all(self._holds_head(area) for area in over_sums)

    def _holds_head(self, area: Area) -> bool:
        top, left, bottom, right = area
        x0, x1 = self.xs[left], self.xs[right]
        return any(top <= w.runs[0].y <= bottom and x0 <= (w.x0 + w.x1) / 2 <= x1 for w in self.heads)


_are_heads_understood = Decision[_Layout, bool](
    "Are the heads of a table without rules understood?",
    decisions.Rule(
        "one row with blanks: whose heads they are is a guess",
        """
        单位：万元
        合计    因公出国（境）费    公务接待费    公务用车费
        9.00         4.00                           5.00
        """,
        lambda t: len(t.body) == 1 and len(t.strips) > len(t.body[0]),
        False,
    ),
    decisions.Rule(
        "figures stand beyond the first or last column",
        """
        单位：万元
        科目    合计    基本支出
        教育    5.00    2.00
        科技    6.00    3.00
                                    8.00
        文化    7.00    4.00
        """,
        lambda t: t.has_figures_beyond,
        False,
    ),
    decisions.Rule(
        "a column of sums has no head",
        """
        单位：万元
        科目    合计
        教育    5.00    2.00    3.00
        科技    6.00    3.00    3.00
        文化    7.00    4.00    3.00
        """,
        lambda t: t.has_sums_without_head,
        False,
    ),
    otherwise=lambda t: heads_are_sure(t.areas, t.strips, t.xs, t.heads, t.body),
)


def _block_to_grid(lines: Lines, first: int, last: int, across: Sequence[Rule]) -> Grid | None:
    last = _wrapped_end(lines, last)
    first = _wrapped_begin(lines, first)
    first -= first > 0 and marks.numbers_columns([w.text for w in lines[first - 1]])  # letters: A=B+C, no figures
    numbering = lines[first : first + 1] if marks.numbers_columns([w.text for w in lines[first]]) else []
    body = lines[first + len(numbering) : last]
    above = lines[_first_head(lines, first) : first]
    labels = [] if numbering else _labels_below_heads(above, body)
    above, body = above[: len(above) - len(labels)], [*labels, *body]
    strips = _body_strips(body)
    if len(strips) < 2:
        return None
    heads = stacks(w for words in above for w in _runs_as_words(words))
    strips, over = _with_blank_strips(strips, heads)
    strips = _joined(strips, body) if heads else strips
    layout = _Layout(strips, heads, _head_cells(strips, over, heads), numbering, body)
    if not _are_heads_understood(layout):
        layout = replace(layout, heads=[], areas=[])
    return _layout_to_grid(layout, [*numbering, *_body_rows(body, across)])


def _layout_to_grid(layout: _Layout, rows: Lines) -> Grid | None:
    """The lines of the table; None where they do not follow one another."""
    heads, xs = layout.heads, layout.xs
    top = (_bottom(heads) + _top(rows[0])) / 2 if heads else _top(rows[0]) - 1
    areas = [(a, left, top if b == _bottom(heads) else b, right) for a, left, b, right in layout.areas]
    between = [(_bottom(a) + _top(b)) / 2 for a, b in itertools.pairwise(rows)]
    ys = (*sorted({area[0] for area in areas}), top, *between, _bottom(rows[-1]) + 1)
    if list(ys) != sorted(set(ys)) or list(xs) != sorted(set(xs)):
        return None
    down = {y: i for i, y in enumerate(ys)}
    depth = down[top]
    cells = [(down[a], left, down[b], right) for a, left, b, right in areas]
    cells += [s for i, words in enumerate(rows) for s in _row_spans(depth + i, words, xs)]
    return Grid(xs, ys, tuple(sorted(cells)))


def _wrapped_begin(lines: Lines, first: int) -> int:
    """Where a block begins whose first label is wrapped around its figures."""
    beside = first and _top(lines[first]) - _top(lines[first - 1]) < WITHIN * lines[first][0].runs[0].size
    return first - 1 if beside else first


def _first_head(lines: Lines, first: int) -> int:
    """The topmost line of the heads over a block."""
    start = first
    while start and first - start < HEADS and _is_head(lines, start - 1):
        start -= 1
    return start


def _labels_below_heads(above: Lines, body: Lines) -> Lines:
    """The last lines over a block that are its first rows, without figures: a label each, at the edge of the labels
    below, under heads in none of which it goes on: one over its column, others beside it.
    """
    below = [words[0] for words in body if not words[0].is_figure]
    return next((above[i:] for i in range(1, len(above)) if _are_labels(above[i:], above[:i], below)), [])


def _are_labels(lines: Lines, above: Lines, below: Sequence[Word]) -> bool:
    heads = [word for words in above for word in words]
    labels = [words[0] for words in lines]
    alone = all(len(words) == 1 for words in lines) and all(_begins_at(label, below) for label in labels)
    if not alone or any(goes_on_in(head, label) for head in heads for label in labels):
        return False
    end = max(word.x1 for word in below)
    return any(head.x0 < end for head in heads) and any(head.x0 >= end for head in above[-1])


def _begins_at(label: Word, others: Iterable[Word]) -> bool:
    return any(abs(label.x0 - other.x0) <= SAME for other in others)


def _wrapped_end(lines: Lines, last: int) -> int:
    """Where a block ends whose last label is wrapped around its figures, or whose last figures are wrapped, with
    labels on the line between: `6,623.` over `84`.
    """
    size = lines[last - 1][0].runs[0].size
    if 1 < last < len(lines) and _is_amid(lines[last - 1], lines[last - 2], lines[last]):
        return last + 1
    for i in range(last, min(last + 2, len(lines))):
        if _top(lines[i]) - _top(lines[i - 1]) > CLOSE * size:
            break
        if all(_PIECE.fullmatch(w.text) for w in lines[i]):
            return i + 1
    return last


def _body_strips(body: Lines) -> list[Strip]:
    """The columns that the rows below the heads stand in."""
    strips = [Strip(*reach) for reach in _reaches(words for words in body if len(words) > 1)]
    for word in (words[0] for words in body if len(words) == 1):
        met = [s for s in strips if s.meets(word)]
        if len(met) == 1:  # a line of a wrapped text
            met[0].reach_over(word)
    for strip in _parted(strips):
        _tell_content(strip, [w for words in body for w in words if strip.meets(w)])
    return strips


def _tell_content(strip: Strip, inside: Sequence[Word]) -> None:
    strip.sums = 2 * sum(w.is_sum for w in inside) > len(inside)
    strip.texts = bool(inside) and not strip.sums


def _joined(strips: list[Strip], body: Lines) -> list[Strip]:
    """Columns of words of which one has the head and that no line prints both: a centred 合计 beside names."""
    found = strips[:1]
    for strip in strips[1:]:
        last = found[-1]
        both = any(any(last.meets(w) for w in words) and any(strip.meets(w) for w in words) for words in body)
        if both or last.sums or strip.sums or (last.heads and strip.heads):
            found.append(strip)
        else:
            found[-1] = Strip(last.x0, strip.x1, last.heads + strip.heads)
    return found


def _is_head(lines: Lines, i: int) -> bool:
    near = _top(lines[i + 1]) - _bottom(lines[i]) <= FAR * lines[i][0].runs[0].size / 2
    figures = any(_MONEY.match(w.text) for w in lines[i])
    return near and not (_is_caption(lines[i]) or _is_prose(lines[i]) or figures)


def _runs_as_words(words: list[Word]) -> list[Word]:
    """Each printed piece of a head by itself: heads side by side stand closer than words of a line do.

    The two halves of a short word that is set apart to fill its cell are one: 项 目, 合 计; not those of 类 款 项 目.
    """
    runs = [run for word in words for run in word.runs]
    found: list[list[Run]] = []
    for index, run in enumerate(runs):
        alone = bool(found) and len(found[-1]) == 1 and not (index > 1 and _is_single(runs[index - 2]))
        if alone and _is_single(found[-1][0]) and _is_single(run) and _is_short_word(found[-1][0], run):
            found[-1].append(run)
        else:
            found.append([run])
    return [Word(group) for group in found]


def _is_single(run: Run) -> bool:
    return len(run.glyphs) == 1


def _is_short_word(one: Run, other: Run) -> bool:
    """Whether two characters are a word that is set apart: what stands between them is room for others of its kind."""
    printed = f"{one.text} {other.text}"
    return marks.without_spreading(printed) != printed


def _reaches(body: Iterable[list[Word]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for x0, x1 in sorted((w.x0, w.x1) for words in body for w in words):
        if merged and x0 <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], x1))
        else:
            merged.append((x0, x1))
    return merged


def _with_blank_strips(strips: list[Strip], heads: Sequence[Word]) -> tuple[list[Strip], list[Word]]:
    """The columns with their heads, those included that print no figure; and the heads that stand over several."""
    loose, over = _place_heads(strips, heads)
    for new in sorted(loose, key=lambda s: s.x0):
        strips = _with_loose_head(strips, new)
    for strip in strips:
        others = [s for s in strips if s is not strip]
        for word in [w for w in _lowest(strip.heads) if not any(s.meets(w) for s in others)]:
            strip.reach_over(word)
    return _parted(strips), over


def _place_heads(strips: Sequence[Strip], heads: Sequence[Word]) -> tuple[list[Strip], list[Word]]:
    """Each head to the one column that it stands over, the lowest first; columns of heads that stand over none, and
    the heads over several."""
    loose: list[Strip] = []
    over: list[Word] = []
    for word in sorted(heads, key=lambda w: -w.runs[0].y):
        met = [s for s in (*strips, *loose) if s.meets(word)]
        if not met and not _stands_between(word, [*strips, *loose]):
            loose.append(Strip(word.x0, word.x1, [word]))
        elif len(met) != 1 or _stands_over_both(word, met[0], loose):
            over.append(word)
        else:
            met[0].heads.append(word)
            if met[0] in loose and word in _lowest(met[0].heads):
                met[0].reach_over(word)
    return loose, over


def _stands_between(word: Word, strips: Sequence[Strip]) -> bool:
    """Whether a head stands over the gap of two columns that have lower heads: 收入 over 项目 and 预算数."""
    bottom = max(run.bottom for run in word.runs)
    left = max((s for s in strips if s.x1 <= word.x0), key=lambda s: s.x1, default=None)
    right = min((s for s in strips if s.x0 >= word.x1), key=lambda s: s.x0, default=None)
    return all(s is not None and s.heads and s.heads[0].runs[0].top > bottom for s in (left, right))


def _stands_over_both(word: Word, strip: Strip, loose: Sequence[Strip]) -> bool:
    """Whether a head meets a column that has none, and a lower head beside it: short figures at the right of a column
    whose head stands in the middle.
    """
    bottom = max(run.bottom for run in word.runs)  # of its last line: a head may be the two lines over one column
    below = [s for s in loose if s.x1 <= strip.x0 and s.heads[0].runs[0].top > bottom]
    return not strip.heads and any(word.x0 - s.x1 < strip.x0 - s.x0 for s in below if word.x0 > s.x0)


def _with_loose_head(strips: list[Strip], new: Strip) -> list[Strip]:
    """A head beside all columns: of the column whose texts are short and stand to one side, else of a blank one.

    Words begin at the left of their column and sums end at its right; the head stands in its middle.
    """
    right = next((s for s in strips if s.x0 >= new.x1), None)
    left = next((s for s in reversed(strips) if s.x1 <= new.x0), None)
    bare = [s for s in (left, right) if s is not None and not s.heads]
    owner = next((s for s in bare if s.sums == (s is right)), next(iter(bare), None))
    if owner is not None:
        owner.x0, owner.x1 = min(owner.x0, new.x0), max(owner.x1, new.x1)
        owner.heads += new.heads
        return strips
    return sorted([*strips, new], key=lambda s: s.x0) if left is not None else strips


def _lowest(words: list[Word]) -> list[Word]:
    """The words of a column's head that belong to its lowest line or are wrapped with it."""
    found: list[Word] = []
    for word in sorted(words, key=lambda w: -w.runs[0].top):
        if found and found[-1].runs[0].top - word.runs[0].top > CLOSE * word.runs[0].size:
            break
        found.append(word)
    return found


def _parted(strips: list[Strip]) -> list[Strip]:
    """Columns that reach into one another end in the middle of what they share."""
    for a, b in itertools.pairwise(strips):
        if a.x1 > b.x0:
            a.x1 = b.x0 = (a.x1 + b.x0) / 2
    return strips


def _row_spans(i: int, words: list[Word], xs: tuple[float, ...]) -> list[Span]:
    """Cells of one row: a word that reaches over an edge joins the columns on both its sides."""
    crossed = {j for j in range(1, len(xs) - 1) if any(w.x0 < xs[j] - 1 and w.x1 > xs[j] + 1 for w in words)}
    edges = [j for j in range(len(xs)) if j not in crossed]
    return [(i, a, i + 1, b) for a, b in itertools.pairwise(edges)]


def _body_rows(body: Lines, across: Sequence[Rule]) -> Lines:
    """Lines of the body joined into rows: by the rules between them, else by their distance."""
    levels = _levels(body, across)
    numbers = _numbers(body)
    if len(levels) >= BLOCK - 1:
        numbers = [sum(y < words[0].runs[0].y for y in levels) for words in body]
    rows = itertools.groupby(zip(numbers, body, strict=True), key=lambda pair: pair[0])
    return [[w for _, words in group for w in words] for _, group in rows]


def _levels(body: Lines, across: Sequence[Rule]) -> list[float]:
    """Where rules go across the body: through its middle, or over more than half of it."""
    x0, x1 = min(w.x0 for words in body for w in words), max(w.x1 for words in body for w in words)
    middle, half = (x0 + x1) / 2, (x1 - x0) / 2
    wide = {rule.at for rule in across if rule.start < middle < rule.end or rule.end - rule.start > half}
    return sorted(y for y in wide if _top(body[0]) < y < _bottom(body[-1]))


def _numbers(body: Lines) -> list[int]:
    """The row number of each line: lines that stand close are one row, or where that joins two lines of figures only
    those that stand beside each other.
    """
    size = body[0][0].runs[0].size
    numbers = _by_distance(body, CLOSE * size)
    for _, group in itertools.groupby(zip(numbers, body, strict=True), key=lambda pair: pair[0]):
        if sum(any(w.is_sum for w in words) for _, words in group) > 1:
            return _by_distance(body, WITHIN * size)
    return numbers


def _by_distance(body: Lines, most: float) -> list[int]:
    """The row number of each line where lines farther apart than `most` points are two rows."""
    apart = (_top(below) - _top(above) > most for above, below in itertools.pairwise(body))
    return list(itertools.accumulate(apart, initial=0))


# --- its head ------------------------------------------------------------------------------------------------------


def _head_cells(strips: Sequence[Strip], over: Sequence[Word], heads: Sequence[Word]) -> list[Area]:
    if not heads:
        return []
    top, bottom = _top(list(heads)), _bottom(list(heads))
    columns = [list(strip.heads) for strip in strips]
    return list(_cells(strips, columns, list(over), 0, (top - 1, bottom)))


def _cells(
    strips: Sequence[Strip], columns: list[list[Word]], over: list[Word], first: int, reach: tuple[float, float]
) -> Iterable[Area]:
    """Cells of the head over some columns, `first` the number of the leftmost: whole columns, or heads over heads."""
    top, bottom = reach
    start = 0
    while start < len(columns):
        end = start + 1
        if _goes_through(columns[start], reach):
            yield (top, first + start, bottom, first + end)
            start = end
            continue
        while end < len(columns) and not _goes_through(columns[end], reach):
            end += 1
        within = [w for w in over if strips[start].x0 - 30 <= (w.x0 + w.x1) / 2 <= strips[end - 1].x1 + 30]
        yield from _group(strips[start:end], columns[start:end], within, first + start, reach)
        start = end


def _goes_through(words: list[Word], reach: tuple[float, float]) -> bool:
    """Whether a column's head stands in the middle of the whole height."""
    if not words:
        return False
    size = words[0].runs[0].size
    close = all(b - a <= CLOSE * size for a, b in itertools.pairwise(sorted(w.runs[0].top for w in words)))
    return close and abs((_top(words) + _bottom(words)) / 2 - sum(reach) / 2) <= 0.4 * size


def _group(
    strips: Sequence[Strip], columns: list[list[Word]], over: list[Word], first: int, reach: tuple[float, float]
) -> Iterable[Area]:
    """Neighbouring columns whose heads stand low: the topmost words are heads over several of them."""
    top, bottom = reach
    upper, lower = _topmost([*over, *itertools.chain.from_iterable(columns)])
    if not lower or len(upper) > len(columns):
        yield from ((top, first + i, bottom, first + i + 1) for i in range(len(columns)))
        return
    cut = (_bottom(upper) + _top(lower)) / 2
    if cut <= top:
        yield (top, first, bottom, first + len(columns))
        return
    for start, end in itertools.pairwise(_shares(strips, upper)):
        yield (top, first + start, cut, first + end)
        rest = [[w for w in column if w not in upper] for column in columns[start:end]]
        inner = [w for w in over if w in lower and strips[start].x0 <= (w.x0 + w.x1) / 2 <= strips[end - 1].x1]
        yield from _cells(strips[start:end], rest, inner, first + start, (cut, bottom))


def _topmost(words: Sequence[Word]) -> tuple[list[Word], list[Word]]:
    """The words of the topmost line from left to right, and those below."""
    highest = min(map(_middle, words), default=0.0)
    upper = [w for w in words if _middle(w) - highest <= 0.5 * w.runs[0].size]
    return sorted(upper, key=lambda w: w.x0), [w for w in words if w not in upper]


def _middle(word: Word) -> float:
    return (_top([word]) + _bottom([word])) / 2


def _shares(strips: Sequence[Strip], upper: Sequence[Word]) -> tuple[int, ...]:
    """How heads side by side share the columns below: so that each stands over the middle of its own."""
    middles = [(w.x0 + w.x1) / 2 for w in upper]
    best: tuple[float, tuple[int, ...]] | None = None
    for inner in itertools.islice(itertools.combinations(range(1, len(strips)), len(upper) - 1), 5000):
        cuts = (0, *inner, len(strips))
        reaches = [(strips[a].x0 + strips[b - 1].x1) / 2 for a, b in itertools.pairwise(cuts)]
        off = sum(abs(m - r) for m, r in zip(middles, reaches, strict=True))
        best = min(filter(None, (best, (off, cuts))))
    return best[1] if best else (0, len(strips))
