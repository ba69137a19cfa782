"""Rows under 一级指标 | 二级指标 | 三级指标 | 指标值 (once or twice) → indicators of both horizons.

Labels lead: a label printed once holds for the rows below it, a shifted cell still follows its label. Columns decide
where a row has none, and where a table's rules make them real.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from kg_builder.indicators import is_unit, parse_target
from kg_builder.model import Cell, Horizon, Indicator, Place, Result, Target
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import Draft, plain
from kg_builder.templates.forms.rows import EDGE
from kg_builder.templates.forms.twins import split_twins
from kg_builder.templates.forms.value_heads import SPAN, ValueHead, is_sign, names_in, read_values, value_heads
from kg_builder.text import has_digit, squeeze

Token = tuple[int, Cell]  # a cell with its column
_ENDS = frozenset({"deviation", "actual", "other"})  # columns whose cells may end on top of the next page
_TIME = re.compile(r"(?:时间|时效|时限|及时性|及时率|日期)$")  # 资金支付时间
_REMARK = re.compile(r"[（(](?![\d一二三四五六七八九十]+[)）])[^（）()]{2,40}[)）]")  # （含安装）, but not （十一）
_TORN = re.compile(r"[,，.．]\d|0\d")  # ,500元 · .5% · 00人: no beginning of a number
_PIECES = re.compile(r" *\n *| {2,}")  # lines of a cell, and words set apart in one
_KIND_HEADS = frozenset(["二级指标", "指标类型", "指标类别", "指标级次"])
HORIZONS: tuple[Horizon, Horizon] = ("implementation", "annual")


@dataclass
class Levels:
    """What holds for the rows below: the kinds printed last and the columns of the halves."""

    columns: list[tuple[Horizon, int, int, int]] = field(default_factory=list)  # horizon; level, name, value
    kinds: dict[Horizon, str] = field(default_factory=dict)
    left: set[tuple[Horizon, str]] = field(default_factory=set)  # kinds that another one has followed
    top: str | None = None
    lost: bool = False  # the level printed last is not known: whose the rows below are is not told
    seen: set[str] = field(default_factory=set)  # kinds that the form prints as labels
    inherited: list[int] = field(default_factory=list)  # indicators, by index, that took the kind printed above them
    yearly: bool = False  # the label beside the heads says 年度绩效指标
    order: tuple[Horizon, Horizon] = HORIZONS  # of the left half and of the right one
    # Rows that may go on with the last one of the page before: where that row's indicators begin, theirs, their end.
    cut: list[tuple[int, int, int]] = field(default_factory=list)
    row: int = 0  # where the indicators of the last row begin
    heads: list[ValueHead] = field(default_factory=list)  # where one name has several values, signs or units beside it

    def forget(self, start: int, end: int) -> None:
        """The indicators of this range are gone: those below move up."""
        kept = [n for n in self.inherited if not start <= n < end]
        self.inherited = [n if n < start else n - (end - start) for n in kept]

    def horizon_at(self, col: int) -> Horizon:
        """The half in which the column lies."""
        found = [horizon for horizon, level, _, _ in self.columns if col >= level]
        return found[-1] if found else self.order[0]


def read_indicator_row(draft: Draft, levels: Levels, tokens: list[Token], ruled: bool) -> None:
    """Read a row under 一级指标 | 二级指标 | 三级指标 | 指标值 (once or twice) into indicators."""
    if _read_heads(draft, levels, tokens):
        return
    tokens = _without_top(levels, [t for t in tokens if not form.is_group(t[1].text)], ruled)
    if not tokens:
        return
    if levels.heads:
        draft.indicators += _by_heads(draft, levels, tokens, ruled)
        return
    if not levels.columns:
        _infer_columns(levels, tokens)
    below_heads = levels.columns and (ruled or _aligned(levels, tokens))
    entries = _by_columns(draft, levels, tokens, ruled) if below_heads else _by_sequence(draft, levels, tokens)
    levels.seen.update(kind for _, cell in tokens if (kind := form.indicator_kind(cell.text)))
    _add_indicators(draft, levels, entries, ruled)


def _add_indicators(draft: Draft, levels: Levels, entries: list[Entry], ruled: bool) -> None:
    """Add the indicators of a row; of lines remember those that have their level from a row above."""
    labelled = {entry.horizon for entry in entries if entry.labelled}
    for entry in entries:
        if not ruled and entry.horizon not in labelled:
            levels.inherited.append(len(draft.indicators))
        draft.indicators += _indicator(draft, levels, entry)


def _read_heads(draft: Draft, levels: Levels, tokens: list[Token]) -> bool:
    """Whether the row is one of heads, taken over: the levels, or spans of time below them (上半年 | 全年)."""
    keys = [(col, form.level_key(cell.text)) for col, cell in tokens]
    if sum(form.is_level(cell.text) or "指标值" in cell.text for _, cell in tokens) >= 2:
        _read_columns(draft, levels, keys)
        for _, cell in tokens:
            if has_digit(cell.text):  # 分值（90）
                draft.skip(cell, "headings of the form")
        return True
    if not levels.columns or levels.kinds or not all(SPAN.fullmatch(key) for _, key in keys):
        return False
    names = [(c.col, "三级指标") for c in levels.heads if c.role == "name"] or [(levels.columns[0][2], "三级指标")]
    _read_value_heads(draft, levels, [*names, *keys])
    return True


def join_cut_rows(draft: Draft, levels: Levels) -> None:
    """Put the rest of a row that a page break cuts back to its first part.

    It is the first row of its page, without a level: names without targets where no other indicator lacks one, or a
    row of which a name or a target cannot stand alone (≥12 above, 座 below; a bracket that is closed below). Rows that
    both look whole stay two.
    """
    tops = {index for _, start, end in levels.cut for index in range(start, end)}
    blanks = any(i.target is None for n, i in enumerate(draft.indicators) if n not in tops)
    for above, start, end in reversed(levels.cut):
        first = {i.horizon: n for n, i in enumerate(draft.indicators[above:start], above)}
        rest = draft.indicators[start:end]
        if any(i.horizon not in first for i in rest) or len({i.horizon for i in rest}) != len(rest):
            continue
        pairs = [(draft.indicators[first[i.horizon]], i) for i in rest]
        if any(_is_cut(a, b) for a, b in pairs) or (not blanks and all(b.target is None for _, b in pairs)):
            for one, more in pairs:
                draft.indicators[first[more.horizon]] = _joined(one, more)
            del draft.indicators[start:end]
            levels.forget(start, end)


def _is_cut(first: Indicator, rest: Indicator) -> bool:
    both = first.target and rest.target and cut_target(first.target.printed, rest.target.printed)
    return bool(both) or cut_text(first.name, rest.name)


def _whole(first: Indicator, name: str, rest: Target | None) -> Indicator:
    target = first.target or rest
    if first.target and rest:
        target = parse_target(first.target.printed + rest.printed)
    return replace(first, name=first.name + name, target=target)


def _joined(first: Indicator, rest: Indicator) -> Indicator:
    """One indicator whose row a page break cuts: what each half prints, side by side."""
    whole = _whole(first, rest.name, rest.target)
    return replace(whole, weight=first.weight or rest.weight, result=first.result or rest.result)


def join_cut_target(draft: Draft, levels: Levels, tokens: list[Token]) -> bool:
    """Put a row of targets without names, the first of its page, to the row above that the page break cuts.

    False where a cell stands elsewhere, or the row above has no indicator for it.
    """
    if levels.heads:
        return _join_cut_cells(draft, levels, tokens)
    if not levels.columns:
        return False
    above: dict[int, str] = {}
    for col, cell in tokens:
        half = next((c for c in reversed(levels.columns) if col + EDGE >= c[1]), None)
        mine = [n for n, i in enumerate(draft.indicators) if n >= levels.row and half and i.horizon == half[0]]
        if half is None or col + EDGE < half[3] or len(mine) != 1:
            return False
        above[mine[0]] = cell.text
    for n, text in above.items():
        draft.indicators[n] = _whole(draft.indicators[n], "", parse_target(plain(text)))
    return True


def _join_cut_cells(draft: Draft, levels: Levels, tokens: list[Token]) -> bool:
    """The same under heads: the ends of a target, of what was reached and of why it was missed."""
    parts = {head: cell for head, cell in _cells_by_head(draft, levels, tokens, ruled=True).items() if head}
    last = draft.indicators[-1]
    reached = any(head.role in {"deviation", "actual"} for head in parts)
    whole = all(head.role in _ENDS or head.horizon == last.horizon for head in parts)
    if not whole or len(parts) < len(tokens) or (reached and last.result is None):
        return False
    for head, cell in parts.items():
        last = _with_end(draft, last, head, cell)
    draft.indicators[-1] = last
    return True


def _with_end(draft: Draft, last: Indicator, head: ValueHead, cell: Cell) -> Indicator:
    """The indicator with the end of what stands under one head."""
    text, result = draft.use(plain(cell.text)), last.result or Result()
    if head.role == "other":
        draft.skip(cell, head.reason or "the end of a cell")
        return last
    if head.role == "value":
        return _whole(last, "", parse_target(text))
    if head.role == "actual":
        before = result.actual.printed if result.actual else ""
        return replace(last, result=replace(result, actual=parse_target(before + text)))
    return replace(last, result=replace(result, deviation=(result.deviation or "") + text))


def cut_text(above: str, below: str) -> bool:
    """Whether two texts, the last on a page and the first on the next, are one text that the break cut.

    A bracket is closed only below, a mark above ends no text (、，), one below begins none, or a mere remark is below.
    """
    a, b = squeeze(above), squeeze(below)
    closed = any(a.count(o) > a.count(c) and b.count(c) > b.count(o) for o, c in ("（）", "()", "《》", "“”"))
    return bool(a and b) and (
        closed
        or bool(_REMARK.fullmatch(b))
        or a.endswith(tuple("、，,（(《“"))
        or b.startswith(tuple("、，。；;）)》”%％"))
    )


def cut_target(above: str, below: str) -> bool:
    """Whether two texts of one column, the last on a page and the first on the next, are one target that the break cut.

    Neither half can stand alone: ≥ | 95%, 1,2 | 00元, 2025年12 | 月底前, （含 | 村级）; two whole targets are two.
    """
    a, b = squeeze(above), squeeze(below)
    if not a or not b:
        return False
    first, second, whole = parse_target(a), parse_target(b), parse_target(a + b)
    if whole.value is None and whole.deadline is None:
        return cut_text(a, b)
    if is_unit(b) or is_sign(a) or _TORN.match(b):
        return True
    return first.comparison == "qualitative" == second.comparison


def restore_lost_level(draft: Draft, levels: Levels) -> None:
    """Times below 质量指标 in a form that nowhere prints 时效指标, which every form has: the label was lost."""
    if "output-timeliness" in levels.seen:
        return
    for index in levels.inherited:
        indicator = draft.indicators[index]
        if indicator.kind == "output-quality" and _TIME.search(indicator.name):
            draft.indicators[index] = replace(indicator, kind="output-timeliness")


def _read_columns(draft: Draft, levels: Levels, keys: list[tuple[int, str]]) -> None:
    """Where the levels, names and values of each half stand, by the heads (column, key)."""
    names = _columns_with(keys, names_in(keys).__contains__)
    kinds = _columns_with(keys, _KIND_HEADS.__contains__)
    levels.heads = []
    levels.yearly = any("年度" in key and key in form.GROUPS for _, key in keys)
    beside = [col for col, _ in keys if names and col > names[0]]
    if len(names) == 1 and len(beside) > 1:
        levels.columns = [("annual", (kinds or [0])[0], names[0], min(beside))]
        _read_value_heads(draft, levels, [(col, key) for col, key in keys if col >= names[0]])
        return
    values = [(col, key) for col, key in keys if "指标值" in key or "目标值" in key]
    if names and len(names) == len(values):
        yearly = levels.yearly or "年" in values[0][1]
        halves = list(levels.order) if len(names) > 1 else ["annual" if yearly else draft.single]
        levels.columns = _halves(halves, kinds, names, [value for value, _ in values])


def _halves(
    horizons: Sequence[Horizon], kinds: Sequence[int], names: Sequence[int], values: Sequence[int]
) -> list[tuple[Horizon, int, int, int]]:
    """Each half with the columns of its levels, names and values; a level without a head stands right before names."""
    levels = kinds if len(kinds) >= len(names) else [name - 1 for name in names]
    return list(zip(horizons, levels, names, values, strict=False))


def _columns_with(keys: list[tuple[int, str]], is_head: Callable[[str], bool]) -> list[int]:
    return [col for col, key in keys if is_head(key)]


def _read_value_heads(draft: Draft, levels: Levels, keys: list[tuple[int, str]]) -> None:
    """One name and several columns beside it: 实施期指标值 | 年度指标值, 上半年 | 全年, 性质 | 指标值 | 度量单位."""
    levels.heads = value_heads(keys, "annual" if levels.yearly else draft.single, draft.year)


def _by_heads(draft: Draft, levels: Levels, tokens: list[Token], ruled: bool) -> list[Indicator]:
    """A row under the heads of `_read_value_heads`; a cell that stands under none of them is left."""
    parts = _cells_by_head(draft, levels, tokens, ruled)
    kind = _kind_of(draft, levels, parts.pop(None, None))
    cells = {head: cell for head, cell in parts.items() if head is not None}
    name = next((cell for head, cell in cells.items() if head.role == "name"), None)
    values = read_values(draft, levels.heads, {head: cell for head, cell in cells.items() if head.role != "name"})
    if not values.targets and name is not None:
        draft.leave(name, "an indicator in a table whose heads name no target")
    entries = [Entry(horizon, kind, name, target) for horizon, target in values.targets]
    found = [i for entry in _settled(draft, levels, entries, ruled) for i in _indicator(draft, levels, entry)]
    of_year = [i for i in found if len(values.targets) == 1 or i.horizon == "annual"]
    return [replace(i, weight=values.weight, result=values.result) if i in of_year else i for i in found]


def _cells_by_head(draft: Draft, levels: Levels, tokens: list[Token], ruled: bool) -> dict[ValueHead | None, Cell]:
    """The cells of a row by the head above each; None is the level, left of all heads."""
    known = {head.col for head in levels.heads}
    parts: dict[ValueHead | None, Cell] = {}
    for col, cell in tokens:
        under = [head for head in levels.heads if head.col <= (col + EDGE if ruled else col)]
        if not ruled and under and col not in known:
            draft.leave(cell, "a cell of an indicator below no head")
            continue
        head = under[-1] if under else None
        before = parts.get(head)
        parts[head] = Cell(before.text + cell.text, before.place) if before else cell
    return parts


def _kind_of(draft: Draft, levels: Levels, level: Cell | None) -> str | None:
    """The kind that a row's level names; below a first level that has no known levels it is that one."""
    kind = form.indicator_kind(level.text) if level else None
    if level is not None and kind is None:
        if levels.top is None or form.is_first_level(levels.top):
            levels.lost = levels.top is None
            levels.kinds.clear()  # what stands below it is none of the kind printed before
            draft.leave(level, "a level of indicators that is not known")
        elif has_digit(level.text):
            draft.skip(level, "a level below the first that has no code")
        return levels.top
    levels.lost = levels.lost and kind is None
    return kind


def _infer_columns(levels: Levels, tokens: list[Token]) -> None:
    """Without headings: a row with two labels and all four cells shows where the halves stand."""
    labels = [col for col, cell in tokens if form.indicator_kind(cell.text)]
    if len(labels) == 2 and len(tokens) == 6:
        cols = [col for col, _ in tokens]
        left, right = levels.order
        levels.columns = [(left, *cols[:3]), (right, *cols[3:])]  # type: ignore[list-item]  # three each


def _is_strange_top(levels: Levels, token: Token) -> bool:
    """Whether a cell stands where the first level does and names none that is known."""
    left = bool(levels.columns) and token[0] + EDGE < levels.columns[0][1]
    return left and form.indicator_kind(token[1].text) is None


def _without_top(levels: Levels, tokens: list[Token], ruled: bool) -> list[Token]:
    """Take the first level (产出指标) off the row; 满意度指标 alone also names its rows."""
    before = levels.top
    kept: list[Token] = []
    for index, (col, cell) in enumerate(tokens):
        kind = form.indicator_kind(cell.text)
        below = form.indicator_kind(tokens[index + 1][1].text) if index + 1 < len(tokens) else None
        if kind == "output-cost" and below and below.startswith("cost-"):
            levels.top = "cost"
        elif form.is_top(kind) and not kept:
            levels.top = kind
        else:
            kept.append((col, cell))
    if ruled and kept and _is_strange_top(levels, kept[0]):
        levels.top, levels.lost = None, True
    elif levels.top != before:
        levels.lost = False
    if ruled and levels.top != before:
        levels.kinds.clear()  # what the last first level had below it ends with it
    return kept


def _aligned(levels: Levels, tokens: list[Token]) -> bool:
    """Whether every cell stands under its heading: known labels under 二级指标, all else under the other two."""
    heads = {level for _, level, _, _ in levels.columns}
    names = {name for _, _, name, _ in levels.columns}
    body = names | {value for *_, value in levels.columns}
    for col, cell in tokens:
        is_label = form.indicator_kind(cell.text) is not None and col not in body
        if (col in heads) != is_label or col not in heads | body:
            return False
    found = dict(reversed(tokens))
    for _, level, name, value in levels.columns:
        if value in found and name not in found:
            return False
        # a label in a name's place is a name only beside its level and value
        if name in found and form.indicator_kind(found[name].text) and not {level, value} <= found.keys():
            return False
    return bool(found.keys() & (heads | names))


class Entry(NamedTuple):
    """What a row gives for one half; `kind` is the level printed in this row."""

    horizon: Horizon
    kind: str | None
    name: Cell | None
    value: Cell | None
    completed: bool = False
    labelled: bool = False  # the row printed its level


def _by_columns(draft: Draft, levels: Levels, tokens: list[Token], ruled: bool) -> list[Entry]:
    slots = _cells_by_column(levels, tokens, ruled)
    entries: list[Entry] = []
    for horizon, *_ in levels.columns:
        level, name, value = (slots.get((horizon, slot)) for slot in ("level", "name", "value"))
        kind = _kind_of(draft, levels, level) or (levels.kinds.get(horizon) if level else None)
        if name and value is None and level and parse_target(name.text).value is not None:
            name, value = level, name  # 服务对象满意度 | ≥90%: the label is all the name that is printed
        entries.append(Entry(horizon, kind, name, value))
    if len(entries) == 1 and entries[0].name and entries[0].value and not ruled:
        return _settled(draft, levels, _collapsed(entries[0]))
    return _settled(draft, levels, entries, ruled)


def _cells_by_column(levels: Levels, tokens: list[Token], ruled: bool) -> dict[tuple[Horizon, str], Cell]:
    """The cells of a row as level, name and value of each half; what stands in one place is one cell."""
    slots: dict[tuple[Horizon, str], Cell] = {}
    for col, cell in tokens:
        at = col + EDGE if ruled else col
        place = next((c for c in reversed(levels.columns) if at >= c[1]), levels.columns[0])
        slot = "value" if at >= place[3] else "name" if at >= place[2] else "level"
        known = slots.get((place[0], slot))
        slots[place[0], slot] = Cell(known.text + cell.text, known.place) if known else cell
    return slots


def _collapsed(entry: Entry) -> list[Entry]:
    """Both halves, each with its name and value fused, in the place of one name and one value."""
    name, value = entry.name, entry.value
    split = split_twins(name.text, value.text) if name and value else None
    if name is None or split is None:
        return [entry]
    left = entry._replace(horizon="implementation", name=Cell(split[0], name.place), value=Cell(split[1], name.place))
    return [left, left._replace(horizon="annual", completed=True)]


def _by_sequence(draft: Draft, levels: Levels, tokens: list[Token]) -> list[Entry]:
    groups = _groups(tokens)
    if not groups:
        return []
    left, right = levels.order
    single = len(levels.columns) == 1
    entries: list[Entry] = []
    if len(groups) == 1:
        label, cells = groups[0]
        cells = _without_repeats(cells, 2 if single else 4)
        if single or len(cells) <= 2:
            horizon = levels.columns[0][0] if single else _half_of(levels, label, cells)
            entries = [_entry(draft, levels, horizon, label, cells)]
            if single:
                entries = _collapsed(entries[0])
            if not single and not cells:
                entries.append(_entry(draft, levels, right, label, []))
        else:
            entries = [_entry(draft, levels, left, label, cells[:2]), _entry(draft, levels, right, None, cells[2:])]
    else:
        entries = [_entry(draft, levels, left, *groups[0]), _entry(draft, levels, right, *groups[-1])]
        for _, cells in groups[1:-1]:
            for _, cell in cells:
                draft.leave(cell, "a row of more than two halves")
        entries = _with_pushed_value(levels, entries, tokens[-1])
    return _settled(draft, levels, entries)


Group = tuple[Token | None, list[Token]]


def _groups(tokens: list[Token]) -> list[Group]:
    """Cut the row at its labels: (label, cells up to the next label); cells before the first have none."""
    groups: list[Group] = []
    for index, token in enumerate(tokens):
        kind = form.indicator_kind(token[1].text)
        last = groups[-1] if groups else None
        if kind is None:
            groups[-1][1].append(token) if last else groups.append((None, [token]))
        elif last and last[0] and not last[1] and form.indicator_kind(last[0][1].text) == kind:
            following = next((i for i, t in enumerate(tokens[index + 1 :]) if form.indicator_kind(t[1].text)), None)
            count = len(tokens) - index - 1 if following is None else following
            if count in {1, 3}:  # 服务对象满意度指标 | 服务对象满意度 | ≥85%: the second is the indicator's name
                last[1].append(token)
            elif token[0] - last[0][0] > 1:  # the left half is empty, this label begins the right one
                groups.append((token, []))
        else:
            groups.append((token, []))
    return groups


def _half_of(levels: Levels, label: Token | None, cells: list[Token]) -> Horizon:
    return levels.horizon_at(cells[-1][0] if cells else label[0] if label else 0)


def _without_repeats(cells: list[Token], room: int) -> list[Token]:
    """Drop a name printed in its level's column too: 运维时间 | 运维时间 | 全年 → 运维时间 | 全年."""
    kept: list[Token] = []
    surplus = len(cells) - room
    for token in cells:
        if surplus > 0 and kept and squeeze(kept[-1][1].text) == squeeze(token[1].text):
            kept[-1] = token
            surplus -= 1
        else:
            kept.append(token)
    return kept


def _with_pushed_value(levels: Levels, entries: list[Entry], last: Token) -> list[Entry]:
    """Where a shift pushed the right half's value out of the row: the value of the same indicator on the left."""
    edge = levels.columns[-1][3] if levels.columns else None
    left, right = entries[0], entries[-1]
    if edge is None or last[0] < edge or right.value or not (left.name and left.value and right.name):
        return entries
    if right.name is not last[1] or not _same(left.name, right.name):
        return entries
    return [*entries[:-1], right._replace(value=left.value, completed=True)]


def _entry(draft: Draft, levels: Levels, horizon: Horizon, label: Token | None, cells: list[Token]) -> Entry:
    kind = form.indicator_kind(label[1].text) if label else None
    cells = _without_repeats(cells, 2)
    for _, cell in cells[2:]:
        draft.leave(cell, "a third value of an indicator")
    name = cells[0][1] if cells else None
    value = cells[1][1] if len(cells) > 1 else None
    if name is not None and value is None and label is not None and parse_target(name.text).value is not None:
        name, value = label[1], name  # 服务对象满意度 | ≥90%: the label is all the name that is printed
    if value is None and label and any((label[0], cells[0][0]) == (c[1], c[3]) for c in levels.columns if cells):
        value = name  # 社会效益 | | 有效保障: a target under its head, whose name is blank, and which is all its name
    return Entry(horizon, kind, name, value)


def _settled(draft: Draft, levels: Levels, entries: list[Entry], ruled: bool = False) -> list[Entry]:
    """Give each half its kind and keep those with a name.

    The halves of one row share a label printed once. A label that comes again after another one is misprinted if the
    same indicator has another label in the other half. A satisfaction below another level has lost its label.
    """
    settled: list[Entry] = []
    for entry in entries:
        kind = _kind_in_row(levels, entry, entries, ruled)
        if kind is not None:
            if levels.kinds.get(entry.horizon, kind) != kind:
                levels.left.add((entry.horizon, levels.kinds[entry.horizon]))
            levels.kinds[entry.horizon] = kind
        name, value = entry.name, entry.value
        if name is None and value is None:
            continue
        if name is None or (value is None and len(entries) == 1 and parse_target(name.text).value is not None):
            draft.leave(value or name or Cell("", draft.place), "a target without a name")
            continue
        known = kind or levels.kinds.get(entry.horizon) or _implied(levels, entry.horizon)
        settled.append(entry._replace(kind=known, labelled=kind is not None))
    return settled


def _kind_in_row(levels: Levels, entry: Entry, entries: Sequence[Entry], ruled: bool) -> str | None:
    """The kind that the row gives one of its halves; None where it prints none for it."""
    kind, twin = entry.kind, _kind_of_twin(entry, entries)
    if kind is None and (twin or entry.horizon == "annual"):
        printed = {e.horizon: e.kind for e in entries if e.kind}
        other = next((kind for horizon, kind in printed.items() if horizon != entry.horizon), None)
        kind = (twin or other) if other else None
    if kind and twin and (entry.horizon, kind) in levels.left:
        kind = twin
    if kind is None and not ruled and entry.name and "满意" in entry.name.text:
        below = levels.kinds.get(entry.horizon, "").startswith("satisfaction")
        return None if below else "satisfaction-served"
    return kind


def _kind_of_twin(entry: Entry, entries: Sequence[Entry]) -> str | None:
    """The kind of the same indicator in the other half."""
    others = (e for e in entries if e.horizon != entry.horizon)
    return next((e.kind for e in others if e.name and entry.name and _same(e.name, entry.name)), None)


def _same(a: Cell, b: Cell) -> bool:
    return squeeze(a.text) == squeeze(b.text)


def _implied(levels: Levels, horizon: Horizon) -> str | None:
    """The kind where this half never printed one: the other half's, else the first level's."""
    other: Horizon = "annual" if horizon == "implementation" else "implementation"
    return levels.kinds.get(other) or levels.top


def _indicator(draft: Draft, levels: Levels, entry: Entry) -> list[Indicator]:
    """The indicator of an entry, none below a level that is not known."""
    name = entry.name or Cell("", Place(0))  # never: _settled keeps only named entries
    if entry.kind is None and levels.lost:
        for cell in filter(None, (entry.name, entry.value)):
            draft.leave(cell, "an indicator below a level that is not known")
        return []
    if _holds_level(name.text):
        for cell in filter(None, (entry.name, entry.value)):
            draft.leave(cell, "a name and a level in one cell: where its columns end is not known")
        return []
    target = parse_target(plain(entry.value.text)) if entry.value else None
    kind = entry.kind or levels.top or "output"
    return [Indicator(kind, plain(name.text), entry.horizon, target, name.place, entry.completed)]


def _holds_level(name: str) -> bool:
    """Whether a level stands in a name as a piece of its own: 改造数 / 数量指标 / 量, lines of two columns in one."""
    pieces = _PIECES.split(name)
    return len(pieces) > 1 and any(piece.endswith("指标") and form.indicator_kind(piece) for piece in pieces)
