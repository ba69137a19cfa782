"""Ruling lines and printed runs → tables: every run inside a table's box ends up in exactly one of its cells."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kg_builder import marks
from kg_builder.model import Box, Cell, Place, Table
from kg_builder.readers.across import across_lines
from kg_builder.readers.alignment import Grid, Span, with_missing_columns, with_missing_rows
from kg_builder.readers.characters import cell_of
from kg_builder.readers.gutters import gutter_grids
from kg_builder.readers.ink import SPREAD_CELL, TOUCHING, Glyph, Rule, Run, line_text, runs_to_lines
from kg_builder.readers.unparted import unparted_grids
from kg_builder.readers.unruled import unruled_grids
from kg_builder.text import squeeze

SLIVER = 3.0  # points: rules closer than this are one rule (double borders, borders drawn as thin boxes)
DASH = 12.0  # points: shorter rules one after the other are the dashes of one
STUB = 5.0  # points: shorter rules are ornaments or corners

# 社会保障和就业支出1,098.40: a sum right behind a word
_SUM_AFTER_WORD = re.compile(r"(?<=[一-鿿）)])-?\d[\d,]*\.\d\d$")
# 1,098.40 · -3 · 12.5% · 2010101: a number that must not be cut by a cell border
_WHOLE_NUMBER = re.compile(r"[-+(（]?\d[\d,]*(?:\.\d+)?[%％)）]?")
_TARGETS = re.compile(r"指标|绩效")  # 三级指标 · 绩效目标


def find_tables(page: int, rules: Sequence[Rule], runs: Sequence[Run]) -> list[Table]:
    """The tables of a page from top to bottom; frames around running text are none."""
    whole = joined(rules)
    unparted, free = _filled(page, unparted_grids(whole, runs) if _has_targets(runs) else (), runs)
    ruled = [grid for group in connected(whole) if (grid := rules_to_grid(group))]
    tables, free = _filled(page, sorted(ruled, key=_area), free)  # one within another's cell takes its text first
    lines = across_lines(whole, free) if _has_targets(free) else ()
    across = [Grid(xs, ys, tuple(_rectangles(floor, wall))) for xs, ys, floor, wall in lines]
    parted = () if across or tables or unparted or not _has_targets(free) else gutter_grids(free)
    forms, free = _filled(page, across or parted, free)
    unruled = _filled(page, unruled_grids(free, rules), free)[0]
    return sorted(tables + [replace(t, parted="places") for t in (*unparted, *forms, *unruled)], key=_reading_order)


def _filled(page: int, grids: Iterable[Grid], runs: Sequence[Run]) -> tuple[list[Table], list[Run]]:
    """Tables from grids, and the runs that lie in none of them."""
    tables: list[Table] = []
    free = list(runs)
    for grid in grids:
        inside = [run for run in free if _within(run, _box(grid))]
        if found := fill(page, grid, inside):
            tables += found
            taken = {id(run) for run in inside}
            free = [run for run in free if id(run) not in taken]
    return tables, free


def _box(grid: Grid) -> Box:
    return Box(grid.xs[0], grid.ys[0], grid.xs[-1], grid.ys[-1])


def _reading_order(table: Table) -> tuple[float, float]:
    box = table.place.box
    return (box.top, box.x0) if box else (0.0, 0.0)


def _area(grid: Grid) -> float:
    return (grid.xs[-1] - grid.xs[0]) * (grid.ys[-1] - grid.ys[0])


def _within(run: Run, box: Box) -> bool:
    shown = [g for g in run.glyphs if not g.hidden]
    inside = sum(box.x0 <= g.x <= box.x1 for g in shown)
    return box.top <= run.y <= box.bottom and 2 * inside >= len(shown)


def joined(rules: Iterable[Rule]) -> list[Rule]:
    """Rules on one line that touch or overlap become one; stubs are left out."""
    by_line: dict[tuple[bool, int], list[Rule]] = defaultdict(list)
    for upright in (False, True):
        same = sorted((r for r in rules if r.upright == upright), key=lambda r: r.at)
        index, start = 0, float("-inf")
        for rule in same:
            if rule.at - start > 1.0:
                index, start = index + 1, rule.at
            by_line[upright, index].append(rule)
    pieces = (piece for group in by_line.values() for piece in _joined_line(group))
    return [piece for piece in pieces if piece.end - piece.start > STUB]


def _joined_line(group: list[Rule]) -> list[Rule]:
    first, *rest = sorted(group, key=lambda r: (r.start, r.end))
    pieces, before = [first], first
    for rule in rest:
        last, longer = pieces[-1], max(before.end - before.start, rule.end - rule.start)
        before = rule
        if rule.start - last.end <= (max(SLIVER, 1.2 * longer) if longer <= DASH else SLIVER):
            pieces[-1] = Rule(last.upright, last.at, last.start, max(last.end, rule.end))
        else:
            pieces.append(rule)
    return pieces


def connected(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Groups of rules that touch one another, directly or through others."""
    parent = list(range(len(rules)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    across = [i for i, rule in enumerate(rules) if not rule.upright]
    for j, down in enumerate(rules):
        if down.upright:
            for i in across:
                if _touch(rules[i], down):
                    parent[root(i)] = root(j)
    groups: dict[int, list[Rule]] = defaultdict(list)
    for i, rule in enumerate(rules):
        groups[root(i)].append(rule)
    return list(groups.values())


def _touch(across: Rule, down: Rule) -> bool:
    reach = SLIVER
    return across.start - reach <= down.at <= across.end + reach and down.start - reach <= across.at <= down.end + reach


def rules_to_grid(rules: Sequence[Rule]) -> Grid | None:
    """The grid that a group of touching rules draws; None where it has fewer than two columns.

    The ends of the rules count as edges too, so that a first row without a rule above it, a last row without one
    below it and open sides are rows and columns like the others.
    """
    across = [rule for rule in rules if not rule.upright]
    down = [rule for rule in rules if rule.upright]
    if not across or not down:
        return None
    xs = _edges([r.at for r in down], [r.start for r in across], [r.end for r in across])
    ys = _edges([r.at for r in across], [r.start for r in down], [r.end for r in down])
    if len(xs) < 3 or len(ys) < 2:
        return None
    return Grid(xs, ys, tuple(_rectangles(*_inner_lines(xs, ys, across, down))))


def _inner_lines(
    xs: Sequence[float], ys: Sequence[float], across: Sequence[Rule], down: Sequence[Rule]
) -> tuple[list[list[bool]], list[list[bool]]]:
    """Where rules part a cell from the one below (for each row but the last) and from its right neighbour."""
    floor = [[_covered(across, y, a, b) for a, b in itertools.pairwise(xs)] for y in ys[1:-1]]
    wall = [[_covered(down, x, a, b) for x in xs[1:-1]] for a, b in itertools.pairwise(ys)]
    return floor, wall


def _edges(lines: list[float], starts: list[float], ends: list[float]) -> tuple[float, ...]:
    found = sorted(lines)
    if min(starts) < found[0] - STUB:
        found.insert(0, min(starts))
    if max(ends) > found[-1] + STUB:
        found.append(max(ends))
    edges: list[list[float]] = []
    for at in found:
        if edges and at - edges[-1][0] <= SLIVER:
            edges[-1].append(at)
        else:
            edges.append([at])
    return tuple(sum(group) / len(group) for group in edges)


def _covered(rules: Iterable[Rule], at: float, start: float, end: float) -> bool:
    pieces = [
        (max(r.start, start), min(r.end, end))
        for r in rules
        if abs(r.at - at) <= SLIVER and r.end > start and r.start < end
    ]
    reached, covered = start, 0.0
    for first, last in sorted(pieces):
        covered += max(0.0, last - max(first, reached))
        reached = max(reached, last)
    return covered >= 0.6 * (end - start)


def _rectangles(floor: Sequence[Sequence[bool]], wall: Sequence[Sequence[bool]]) -> list[Span]:
    """Cells as (top, left, bottom, right), the last two exclusive; a region that is no rectangle is cut into such."""
    rows, columns = len(wall), len(wall[0]) + 1
    strips: list[Span] = []
    open_above: dict[tuple[int, int], int] = {}
    for i in range(rows):
        here: dict[tuple[int, int], int] = {}
        left = 0
        for j in range(1, columns + 1):
            if j < columns and not wall[i][j - 1]:
                continue
            above = open_above.get((left, j))
            if above is not None and not all(floor[i - 1][k] for k in range(left, j)):
                top = strips[above][0]
                strips[above] = (top, left, i + 1, j)
                here[left, j] = above
            else:
                strips.append((i, left, i + 1, j))
                here[left, j] = len(strips) - 1
            left = j
        open_above = here
    return strips


def fill(page: int, grid: Grid, runs: Sequence[Run]) -> list[Table]:
    """The tables that a grid with its runs makes: none where fewer than two cells hold text, else one or,
    where titles stand between tables that share their rules, several.
    """
    content = _runs_by_span(grid, runs)
    if len(content) < 2:
        return []
    for part in (with_missing_columns, with_missing_rows):
        parted = part(grid, content)
        if parted is not grid:
            grid, content = parted, _runs_by_span(parted, runs)
    lines = {span: runs_to_lines(content.get(span, ())) for span in grid.spans}
    texts = {span: "\n".join(line_text(line, SPREAD_CELL) for line in own) for span, own in lines.items()}
    red = {span for span, own in content.items() if all(glyph.red for run in own for glyph in run.glyphs)}
    starts = [span[0] for span, text in texts.items() if _is_title(grid, span, text)]
    edges = sorted({0, *starts, len(grid.ys) - 1})
    return [_table(page, grid, texts, red, first, last) for first, last in itertools.pairwise(edges)]


def _is_title(grid: Grid, span: Span, text: str) -> bool:
    return span[1] == 0 and span[3] == len(grid.xs) - 1 and marks.is_title(text)


def _table(page: int, grid: Grid, texts: dict[Span, str], red: set[Span], first: int, last: int) -> Table:
    """The table of the grid's rows from `first` to before `last`, without columns that these rows do not part."""
    spans = [span for span in grid.spans if first <= span[0] < last]
    used = sorted({edge for span in spans for edge in (span[1], span[3])})
    rows: list[list[Cell | None]] = [[None] * (len(used) - 1) for _ in range(first, last)]
    for span in spans:
        top, left, bottom, right = span
        box = Box(grid.xs[left], grid.ys[top], grid.xs[right], grid.ys[bottom])
        rows[top - first][used.index(left)] = cell_of(texts[span], Place(page, box), span in red)
    outer = Box(grid.xs[used[0]], grid.ys[first], grid.xs[used[-1]], grid.ys[last])
    return Table(Place(page, outer), tuple(tuple(row) for row in rows))


def _runs_by_span(grid: Grid, runs: Iterable[Run]) -> dict[Span, list[Run]]:
    at = {(i, j): s for s in grid.spans for i in range(s[0], s[2]) for j in range(s[1], s[3])}
    content: dict[Span, list[Run]] = defaultdict(list)
    for run in _pieces(runs, grid.xs):
        row = _interval(grid.ys, run.y)
        homes = [at[row, _interval(grid.xs, glyph.x)] for glyph in _where_shown(run)]
        if _WHOLE_NUMBER.fullmatch(run.text):
            homes = [Counter(homes).most_common(1)[0][0]] * len(homes)
        elif len(set(homes)) > 1:
            homes = [h for word in _words(run, homes) for h in [Counter(word).most_common(1)[0][0]] * len(word)]
        for home in dict.fromkeys(homes):
            content[home].append(Run([g for g, h in zip(run.glyphs, homes, strict=True) if h == home]))
    return content


def _pieces(runs: Iterable[Run], xs: Sequence[float]) -> Iterator[Run]:
    """The runs, those of two cells that stand close as two."""
    for whole in runs:
        for part in _label_and_sum(whole, xs):
            yield from _two_numbers(part, xs)


def _label_and_sum(run: Run, xs: Sequence[float]) -> list[Run]:
    """A run over an edge that ends in a sum: a label too long for its cell, and the figure right behind it."""
    texts = [glyph.text for glyph in run.glyphs]
    found = _SUM_AFTER_WORD.search("".join(texts)) if all(len(text) == 1 for text in texts) else None
    if found is None or _interval(xs, run.glyphs[0].x) == _interval(xs, run.glyphs[-1].x):
        return [run]
    return [Run(run.glyphs[: found.start()]), Run(run.glyphs[found.start() :])]


def _two_numbers(run: Run, xs: Sequence[float]) -> list[Run]:
    """Digits over an edge that stand apart there and nowhere else: the numbers of two narrow cells, 100 | 91.5."""
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(run.glyphs)]
    widest = max(gaps, default=0.0)
    if widest <= TOUCHING * run.size or not _WHOLE_NUMBER.fullmatch(run.text) or run.turned:
        return [run]
    at = gaps.index(widest) + 1
    apart = all(2 * gap < widest for gap in gaps[: at - 1] + gaps[at:])
    if not apart or _interval(xs, run.glyphs[at - 1].x) == _interval(xs, run.glyphs[at].x):
        return [run]
    return [Run(run.glyphs[:at]), Run(run.glyphs[at:])]


def _words(run: Run, homes: Sequence[Span]) -> list[list[Span]]:
    """The homes of each stretch of glyphs that touch: a word too long for its cell is printed over the next one."""
    words = [[homes[0]]]
    for last, glyph, home in zip(run.glyphs, run.glyphs[1:], homes[1:], strict=False):
        if glyph.spaced or glyph.x0 - last.x1 > TOUCHING * min(last.size, glyph.size):
            words.append([])
        words[-1].append(home)
    return words


def _where_shown(run: Run) -> list[Glyph]:
    """For each glyph itself, or where it is hidden the nearest shown glyph of its run: that one's cell is its cell."""
    shown = [i for i, glyph in enumerate(run.glyphs) if not glyph.hidden]
    if len(shown) == len(run.glyphs):
        return list(run.glyphs)
    return [run.glyphs[min(shown, key=lambda s: abs(s - i))] for i in range(len(run.glyphs))]


def _interval(edges: Sequence[float], at: float) -> int:
    return max(0, min(len(edges) - 2, bisect_right(edges, at) - 1))


def _has_targets(runs: Sequence[Run]) -> bool:
    """Whether a page prints a form of targets; a budget table between rules across is read by its words' places."""
    return any(_TARGETS.search(squeeze(run.text)) for run in runs)
