"""A form in cells (a PDF's table, rows with tabs) → draft.

Columns are not to be trusted in extracted text: cells are doubled, shifted or lost. Labels lead; columns decide only
where a row has no label, and where a table's rules make them real.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg_builder.indicators import parse_target
from kg_builder.model import Cell, Horizon, Indicator
from kg_builder.templates import form_fields as form
from kg_builder.templates.form_fields import Draft, plain
from kg_builder.templates.form_rows import FlowRow
from kg_builder.templates.form_twins import split_twins
from kg_builder.text import label_key, squeeze

Token = tuple[int, Cell]


@dataclass
class GridReader:
    """Reads the rows of one form into its draft, one `feed` per row."""

    draft: Draft
    part: str = "head"  # head, money, texts, goals, indicators
    pending: str | None = None  # a label whose value was not printed in its row
    money: _Money = field(default_factory=lambda: _Money())
    goals: dict[Horizon, int] = field(default_factory=dict)
    level: _Levels = field(default_factory=lambda: _Levels())

    def feed(self, row: FlowRow) -> None:
        """Read one row; every cell becomes a value, is ignored for a reason, or is reported unread."""
        tokens = list(row.cells)
        if not tokens:
            return
        if form.head_part(tokens[0][1].text.split("：")[0].split(":")[0]) == "personal":
            self.draft.finished = True
            self.draft.ignored.append(form.Residue("", tokens[0][1].place, "personal data"))
            return
        if self.draft.finished:  # the rest of signatures that were wrapped: a date or a number
            self.draft.ignored.append(form.Residue("", tokens[0][1].place, "personal data"))
            return
        if len(tokens) == 1 and (form.is_title(tokens[0][1].text) or form.is_year(tokens[0][1].text)):
            self.draft.unit = self.draft.unit or form.unit_in(tokens[0][1].text)
            self.draft.skip(tokens[0][1], "title of the form")
            return
        if self.part != "indicators" and self._starts_indicators(tokens):
            self.part = "indicators"
        if self.part == "indicators":
            read_indicator_row(self.draft, self.level, tokens, row.ruled)
        else:
            self._feed_head(tokens)

    def _starts_indicators(self, tokens: list[Token]) -> bool:
        keys = [label_key(cell.text) for _, cell in tokens]
        if sum(key in form.LEVELS for key in keys) >= 2:
            return True
        return self.part in {"goals", "texts"} and any(
            (kind := form.indicator_kind(cell.text)) is not None and (not form.is_first_level(kind) or len(tokens) > 1)
            for _, cell in tokens
        )

    def _feed_head(self, tokens: list[Token]) -> None:
        if len(tokens) == 1 and "单位" in tokens[0][1].text and (unit := form.unit_in(tokens[0][1].text)):
            self.draft.unit = self.draft.unit or unit
            return
        goals = [(col, horizon) for col, cell in tokens if (horizon := form.goal_horizon(cell.text))]
        if goals and all(_is_goal_label(cell.text) for _, cell in tokens):
            self._start_goals(goals, tokens)
        elif (notation := form.text_field(tokens[0][1].text)) is not None:
            self._read_text(notation, tokens)
        elif self.part == "goals" or label_key(tokens[0][1].text) in form.GOAL_GROUPS or goals:
            self._read_goals(tokens)
        elif form.head_part(tokens[0][1].text) == "money" or self.part == "money":
            self._read_money(tokens)
        elif self.part == "texts":
            self._read_text(self.pending, tokens) if self.pending else self._leave(tokens, "a text without a label")
        else:
            self._read_head(tokens)

    def _start_goals(self, goals: list[tuple[int, Horizon]], tokens: list[Token]) -> None:
        self.part = "goals"
        self.goals = {horizon: col for col, horizon in goals}
        if len(goals) == 1 and len(tokens) == 2:  # 实施期目标 | 绩效目标: the second label is misprinted
            other: Horizon = "annual" if goals[0][1] == "implementation" else "implementation"
            col = next(col for col, cell in tokens if form.goal_horizon(cell.text) is None)
            if (col > goals[0][0]) == (other == "annual"):
                self.goals[other] = col

    def _read_goals(self, tokens: list[Token]) -> None:
        self.part = "goals"
        labelled: Horizon | None = None
        values: list[Token] = []
        for col, cell in tokens:
            horizon = form.goal_horizon(cell.text)
            if horizon is not None:
                labelled = horizon
            elif labelled is not None:
                self.draft.put_text(f"goal-{labelled}", cell)
                labelled = None
            elif label_key(cell.text) not in form.GOAL_GROUPS:
                values.append((col, cell))
        if len(values) == 2:
            self.draft.put_text("goal-implementation", values[0][1])
            self.draft.put_text("goal-annual", values[1][1])
        elif len(values) == 1:
            self.draft.put_text(f"goal-{self._nearest_goal(values[0][0])}", values[0][1])
        else:
            self._leave(values, "more goals than horizons")

    def _nearest_goal(self, col: int) -> Horizon:
        """The horizon whose label stands nearest above; the left one where both are as near."""
        if not self.goals:
            return "implementation"
        return min(self.goals, key=lambda horizon: (abs(self.goals[horizon] - col), self.goals[horizon]))

    def _read_text(self, notation: str, tokens: list[Token]) -> None:
        label = form.text_field(tokens[0][1].text)
        for _, cell in tokens[1:] if label else tokens:
            self.draft.put_text(notation, cell)
        self.part, self.pending = "texts", notation

    def _read_money(self, tokens: list[Token]) -> None:
        labels = [c for _, c in tokens if form.total_horizon(c.text) or form.funding_of(c.text) or form.head_part(c.text)]
        long = [cell for _, cell in tokens if len(squeeze(cell.text)) > 25]
        if self.money.rows and not labels and len(long) == 1:  # 项目概况 without its label: the text after the money
            self.part = "texts"
            self.draft.put_text("overview", long[0])
            self.pending = "overview"
            return
        self.part = "money"
        if form.head_part(tokens[0][1].text) == "money":
            self.draft.unit = form.unit_in(tokens[0][1].text) or self.draft.unit
            tokens = tokens[1:]
        self.money.read(self.draft, tokens)

    def close(self) -> None:
        """What is settled only when the whole form was seen."""
        self.money.settle(self.draft)

    def _read_head(self, tokens: list[Token]) -> None:
        for _, cell in tokens:
            label, _, rest = cell.text.partition("：") if "：" in cell.text else cell.text.partition(":")
            part = form.head_part(cell.text) or (form.head_part(label) if rest.strip() else None)
            if part is None and squeeze(cell.text) == "实施" and not rest:
                part = "unit"  # 实施单位 cut by its cell
            if part == "personal":
                self.pending = "personal"
            elif part is not None:
                self.pending = part
                if form.head_part(cell.text) is None:
                    self.draft.put(part, Cell(rest, cell.place))
            else:
                self._read_value(cell)

    def _read_value(self, cell: Cell) -> None:
        head, part = self.draft.head, self.pending
        if part == "personal":
            self.draft.ignored.append(form.Residue("", cell.place, "personal data"))
        elif form.is_coded(cell.text) and "department" not in head and part in {None, "name"}:
            self.draft.put("department", cell)
        elif part is None and "name" not in head:
            self.draft.put("name", cell)  # the label 项目名称 was lost; nothing stands before the name
        elif part is not None and part not in head:
            self.draft.put(part, cell)
            self.pending = None if part == "name" and not head.get("department") else part
        elif part in {"attribute", "category"} and "period" not in head and squeeze(cell.text).endswith("年"):
            self.draft.put("period", cell)
        else:
            self.draft.leave(cell, "a value without a label")

    def _leave(self, tokens: Sequence[Token], reason: str) -> None:
        for _, cell in tokens:
            self.draft.leave(cell, reason)


def _is_goal_label(text: str) -> bool:
    return form.goal_horizon(text) is not None or label_key(text) in form.GOAL_GROUPS


@dataclass
class _Money:
    """The block of sums: labels and numbers in two halves, the implementation period left and the year right."""

    rows: int = 0
    annual: int | None = None  # column of the year's total, where the right half begins
    open: dict[Horizon, tuple[str, str]] = field(default_factory=dict)  # labels that wait for their number
    stray: list[tuple[int, Token]] = field(default_factory=list)  # numbers without a label, with their row

    def read(self, draft: Draft, tokens: list[Token]) -> None:
        labels = [col for col, cell in tokens if form.total_horizon(cell.text) or form.funding_of(cell.text)]
        last: Horizon | None = None
        for col, cell in tokens:
            total, funding = form.total_horizon(cell.text), form.funding_of(cell.text)
            if total or funding:
                last = total or self._half(col, labels)
                if total == "annual":
                    self.annual = col
                self.open[last] = ("total" if total else str(funding), plain(cell.text).rstrip("：:"))
            elif form.is_number(cell.text):
                self._take(draft, (col, cell), last)
                last = None
            elif unit := form.unit_in(cell.text):
                draft.unit = draft.unit or unit
            elif squeeze(cell.text) not in "县区财政资金（）()":
                draft.leave(cell, "a label of money that is not known")
        self.rows += 1

    def _half(self, col: int, labels: list[int]) -> Horizon:
        if len(labels) > 1:
            return "implementation" if col == labels[0] else "annual"
        return "annual" if self.annual is not None and col >= self.annual else "implementation"

    def _take(self, draft: Draft, token: Token, last: Horizon | None) -> None:
        half = last or ("annual" if self.annual is not None and token[0] >= self.annual else "implementation")
        waiting = self.open.pop(half, None)
        if waiting is None or not draft.put_sum(waiting[0], half, waiting[1], token[1]):
            self.stray.append((self.rows, token))

    def settle(self, draft: Draft) -> None:
        """Numbers whose labels were lost: the first row's pair is the totals if the rows below add up to it."""
        first = [token for row, token in self.stray if row == 0]
        below = [[form.decimal_of(c.text) for r, (_, c) in self.stray if r == n] for n in range(1, self.rows)]
        if len(first) == 2 and not draft.sums and below and all(len(pair) == 2 for pair in below):
            for i, horizon in enumerate(("implementation", "annual")):
                if sum((pair[i] or 0) for pair in below) == form.decimal_of(first[i][1].text):
                    draft.put_sum("total", horizon, "", first[i][1])  # type: ignore[arg-type]  # a literal of the tuple
                    self.stray.remove((0, first[i]))
        for _, (_, cell) in self.stray:
            draft.leave(cell, "a number without a known label")


@dataclass
class _Levels:
    """What holds for the rows below: the kinds printed last and the columns of the halves."""

    columns: list[tuple[Horizon, int, int, int]] = field(default_factory=list)  # horizon; level, name, value
    kinds: dict[Horizon, str] = field(default_factory=dict)
    top: str | None = None

    def horizon_at(self, col: int) -> Horizon:
        """The half in which the column lies."""
        found = [horizon for horizon, level, _, _ in self.columns if col >= level]
        return found[-1] if found else "implementation"


def read_indicator_row(draft: Draft, levels: _Levels, tokens: list[Token], ruled: bool) -> None:
    """Read a row under 一级指标 | 二级指标 | 三级指标 | 指标值 (once or twice) into indicators."""
    if sum(label_key(cell.text) in form.LEVELS or "指标值" in cell.text for _, cell in tokens) >= 2:
        _read_columns(levels, tokens)
        return
    tokens = [token for token in tokens if label_key(token[1].text) not in form.GROUPS]
    tokens = _without_top(levels, tokens)
    if not tokens:
        return
    if levels.columns and (ruled or _aligned(levels, tokens)):
        entries = _by_columns(draft, levels, tokens)
    else:
        entries = _by_sequence(draft, levels, tokens)
    draft.indicators.extend(_indicator(levels, *entry) for entry in entries)


def _read_columns(levels: _Levels, tokens: list[Token]) -> None:
    names = [col for col, cell in tokens if label_key(cell.text) in {"三级指标", "指标内容", "指标名称"}]
    kinds = [col for col, cell in tokens if label_key(cell.text) == "二级指标"]
    values = [(col, label_key(cell.text)) for col, cell in tokens if "指标值" in cell.text]
    if not names or len(names) != len(values):
        return
    if len(kinds) < len(names):
        kinds = [name - 1 for name in names]
    halves: list[Horizon] = ["implementation", "annual"]
    if len(names) == 1 and "年" in values[0][1]:
        halves = ["annual"]
    levels.columns = [
        (horizon, kind, name, value) for horizon, kind, name, (value, _) in zip(halves, kinds, names, values, strict=False)
    ]


def _without_top(levels: _Levels, tokens: list[Token]) -> list[Token]:
    """Take the first level (产出指标) off the row; 满意度指标 alone also names its rows."""
    kept: list[Token] = []
    for index, (col, cell) in enumerate(tokens):
        kind = form.indicator_kind(cell.text)
        below = form.indicator_kind(tokens[index + 1][1].text) if index + 1 < len(tokens) else None
        if kind == "output-cost" and below and below.startswith("cost-"):
            levels.top = "cost"
        elif form.is_first_level(kind) and not kept:
            levels.top = kind
        else:
            kept.append((col, cell))
    return kept


def _aligned(levels: _Levels, tokens: list[Token]) -> bool:
    """Whether every cell stands under its heading: known labels under 二级指标, all else under the other two."""
    heads = {col for _, level, _, _ in levels.columns for col in (level,)}
    body = {col for _, _, name, value in levels.columns for col in (name, value)}
    names = {name for _, _, name, _ in levels.columns}
    for col, cell in tokens:
        if (col in heads) != (form.indicator_kind(cell.text) is not None and col not in body):
            return False
        if col not in heads and col not in body:
            return False
    found = {col for col, _ in tokens}
    return all(name in found for _, _, name, value in levels.columns if value in found) and bool(found & (heads | names))


Entry = tuple[Horizon, str | None, Cell | None, Cell | None]  # half, kind printed in the row, name, value


def _by_columns(draft: Draft, levels: _Levels, tokens: list[Token]) -> list[Entry]:
    slots: dict[tuple[Horizon, str], Cell] = {}
    for col, cell in tokens:
        place = next((c for c in reversed(levels.columns) if col >= c[1]), levels.columns[0])
        slot = "value" if col >= place[3] else "name" if col >= place[2] else "level"
        known = slots.get((place[0], slot))
        slots[place[0], slot] = Cell(known.text + cell.text, known.place) if known else cell
    entries: list[Entry] = []
    for horizon, *_ in levels.columns:
        level, name, value = (slots.get((horizon, slot)) for slot in ("level", "name", "value"))
        kind = form.indicator_kind(level.text) if level else None
        if level is not None and kind is None:
            kind = levels.top or levels.kinds.get(horizon)
            draft.leave(level, "a level of indicators that is not known")
        entries.append((horizon, kind, name, value))
    return _settled(draft, levels, entries)


def _by_sequence(draft: Draft, levels: _Levels, tokens: list[Token]) -> list[Entry]:
    groups = _groups(tokens)
    if not groups:
        return []
    single = len(levels.columns) == 1
    entries: list[Entry] = []
    if len(groups) == 1:
        label, cells = groups[0]
        cells = _without_repeats(cells, 2 if single else 4)
        if single or len(cells) <= 2:
            horizon = levels.columns[0][0] if single else _half_of(levels, label, cells)
            if single and len(cells) == 2 and (split := split_twins(cells[0][1].text, cells[1][1].text)):
                name, value = split
                kind = form.indicator_kind(label[1].text) if label else None
                pair = (Cell(name, cells[0][1].place), Cell(value, cells[0][1].place))
                return _settled(draft, levels, [("implementation", kind, *pair), ("annual", kind, *pair)])
            entries = [_entry(draft, horizon, label, cells)]
            if not single and not cells:
                entries.append(_entry(draft, "annual", label, []))
        else:
            entries = [_entry(draft, "implementation", label, cells[:2]), _entry(draft, "annual", None, cells[2:])]
    else:
        entries = [_entry(draft, "implementation", *groups[0]), _entry(draft, "annual", *groups[-1])]
        for _, cells in groups[1:-1]:
            for _, cell in cells:
                draft.leave(cell, "a row of more than two halves")
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


def _half_of(levels: _Levels, label: Token | None, cells: list[Token]) -> Horizon:
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


def _entry(draft: Draft, horizon: Horizon, label: Token | None, cells: list[Token]) -> Entry:
    kind = form.indicator_kind(label[1].text) if label else None
    cells = _without_repeats(cells, 2)
    for _, cell in cells[2:]:
        draft.leave(cell, "a third value of an indicator")
    name = cells[0][1] if cells else None
    value = cells[1][1] if len(cells) > 1 else None
    if name is not None and value is None and label is not None and parse_target(name.text).value is not None:
        name, value = label[1], name  # 服务对象满意度 | ≥90%: the label is all the name that is printed
    return horizon, kind, name, value


def _settled(draft: Draft, levels: _Levels, entries: list[Entry]) -> list[Entry]:
    """Give each half its kind and keep those with a name; the halves of one row share a label printed once."""
    printed = {horizon: kind for horizon, kind, _, _ in entries if kind}
    settled: list[Entry] = []
    for horizon, kind, name, value in entries:
        twin = next((k for h, k, n, _ in entries if h != horizon and k and n and name and _same(n, name)), None)
        other = next((k for h, k in printed.items() if h != horizon), None)
        if kind is None and other and (twin or horizon == "annual"):
            kind = twin or other
        if kind is not None:
            levels.kinds[horizon] = kind
        if name is None and value is None:
            continue
        if name is None or (value is None and len(entries) == 1 and parse_target(name.text).value is not None):
            draft.leave(value or name or entries[0][3] or Cell("", draft.place), "a target without a name")  # type: ignore[arg-type]  # one of them is there
            continue
        settled.append((horizon, kind or levels.kinds.get(horizon) or _implied(levels, horizon), name, value))
    return settled


def _same(a: Cell, b: Cell) -> bool:
    return squeeze(a.text) == squeeze(b.text)


def _implied(levels: _Levels, horizon: Horizon) -> str | None:
    """The kind where this half never printed one: the other half's, else the first level's."""
    other: Horizon = "annual" if horizon == "implementation" else "implementation"
    return levels.kinds.get(other) or levels.top


def _indicator(levels: _Levels, horizon: Horizon, kind: str | None, name: Cell | None, value: Cell | None) -> Indicator:
    assert name is not None  # noqa: S101  # _settled keeps only named entries
    target = parse_target(plain(value.text)) if value else None
    return Indicator(kind or levels.top or "output", plain(name.text), horizon, target, name.place)
