"""A form whose cell borders are lost (plain text in reading order) → draft.

Both halves of a row stand on one line, the right one cut at its narrow column and fused with its value; a label whose
cell spans several rows stands on a line of its own. `form_halves` parts the halves; here are the lines' roles.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, pairwise

from kg_builder import marks, vocab
from kg_builder.indicators import parse_target
from kg_builder.model import Cell, Horizon, Indicator, Place
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.blocks import columns_by_width, is_close_below, lines_beside, lines_to_rows, two_columns
from kg_builder.templates.forms.draft import Draft
from kg_builder.templates.forms.halves import Known, Pair, part_line, split_half, split_halves
from kg_builder.templates.forms.indicators import HORIZONS
from kg_builder.templates.forms.parts import Part, Said, is_goal_heading, is_goal_label, is_heading, part_of
from kg_builder.templates.forms.value_heads import has_more_columns
from kg_builder.text import has_digit, label_key, squeeze

_MOST_TWINS = 200  # halves of one kind that a half is tried against
_WRAPPED = 14  # lines that a wrapped name or value may run over
# 有效提高质量指标 · 应发尽发时效指标: a level glued behind the target of the other half
_LEVEL_INSIDE = re.compile(r"(?:数量|质量|时效|成本|效益|影响|满意度|对象满意度)指标")
_UNLABELLED = "a number without a known label"
_SHORTEST_LABEL = 4  # 数量 and 质量 alone begin names too; 数量指标 does not


def read_lines(draft: Draft, lines: Sequence[Cell], known: Known) -> None:
    """Read the lines of one form into its draft; every line becomes a value, is ignored for a reason or unread."""
    reader = _LinesReader(draft, known)
    below = next((i for i, line in enumerate(lines) if is_heading(line.text)), len(lines))
    for line in [*_fields_to_rows(lines[:below]), *lines[below:]]:
        reader.feed(line)
    reader.close()


def _fields_to_rows(lines: Sequence[Cell]) -> list[Cell]:
    """The fields' lines, each row of cells on one line; the goals keep their lines, which hold two columns."""
    goals = next((i for i, line in enumerate(lines) if is_goal_heading(line.text)), len(lines))
    sums = [i for i in range(goals) if _is_sum(lines[i].text)]
    if not sums:
        return [*lines_to_rows(lines[:goals], _label_length), *lines[goals:]]
    first, last = sums[0], sums[-1] + 1  # each row of the money block is a line, its label stands between them
    above, below = lines[:first], lines[last:goals]
    return [
        *lines_to_rows(above, _label_length),
        *lines[first:last],
        *lines_to_rows(below, _label_length),
        *lines[goals:],
    ]


def _is_sum(text: str) -> bool:
    first, second, *_ = [*text.split(maxsplit=2), "", ""]
    label = second if form.head_part(first) == "money" else first
    return bool(form.total_horizon(label) or form.funding_of(label) or _holds_total(text))


def _holds_total(text: str) -> bool:
    """Whether a line prints a total behind its label, whatever stands before it."""
    tokens = list(_sum_token().finditer(text))
    return any(form.total_horizon(a["label"] or "") and b["number"] for a, b in pairwise(tokens))


def _label_length(text: str) -> int:
    found = _text_label().match(text) or _head_label().match(text)
    return found.end("label") if found else 0


def _labels(labels: Sequence[str]) -> str:
    """An alternation of labels, white space allowed inside (a label wrapped by its cell), longest first."""
    ordered = sorted(labels, key=lambda label: (-len(label), label))
    return "|".join(r"\s*".join(_either(char) for char in label) for label in ordered)


def _either(char: str) -> str:
    return {"(": "[(（]", ")": "[)）]"}.get(char, re.escape(char))


@cache
def _head_label() -> re.Pattern[str]:
    # 主管部门及代码 057-… 实施单位: a label at the line's begin or after a space, before a space, a colon or the end
    names = [label for label, part in form.HEAD.items() if part != "money"]
    wide = _labels([label for label in names if len(label) >= _SHORTEST_LABEL])
    whole = rf"(?:^|(?<=\s))(?=(?:{_labels(names)})(?:\s|[:：]|$))"
    glued = rf"(?<=\s\s)(?={wide})"  # 实施单位阳泉市民政局: behind a wide gap, the gap to its own value is narrow
    return re.compile(rf"(?:{whole}|{glued})(?P<label>{_labels(names)})[:：]?")


@cache
def _text_label() -> re.Pattern[str]:
    # 立项依据 《中华人民共和国文物保护法》
    names = [label for label, notation in vocab.notations("field").items() if notation in form.TEXT_ORDER]
    return re.compile(rf"\s*(?P<label>{_labels(names)})(?:\s|[:：]|$)")


@cache
def _sum_token() -> re.Pattern[str]:
    # 市县（区）财政资 金 195,000
    names = [label for label in vocab.notations("funding") if len(label) >= 4]
    labels = _labels([*names, *form.total_labels()])
    number = r"[-−]?\d[\d,，]*(?:\s?\.\s?\d+)?(?=\s|$|万?元)"  # by itself: not the 2022 of 2022年
    whole = r"(?:(?<![一-鿿）)])|(?<=其中))"  # 财政资金 is no label of its own in 乡镇级财政资金
    return re.compile(rf"{whole}(?P<label>{labels})\s*[:：]?(?P<glued>{number})?|(?<![^\s:：])(?P<number>{number})")


@cache
def _kind_labels() -> tuple[tuple[str, str], ...]:
    """Labels of indicator levels with their notation, longest first."""
    found = vocab.notations("indicator").items()
    return tuple(sorted((i for i in found if len(i[0]) >= _SHORTEST_LABEL), key=lambda i: (-len(i[0]), i[0])))


def _is_piece_of_level(text: str) -> bool:
    """Whether a line holds a piece of a wrapped level alone, once for each half: 服务对象满意 · 度指标."""
    words = set(text.split())
    piece = words.pop() if len(words) == 1 else ""
    return any(label.startswith(piece) if len(piece) > _SHORTEST_LABEL else label.endswith(piece) and piece
               for label, _ in _kind_labels())  # fmt: skip


def _is_cut_from_level(line: Cell) -> bool:
    """Whether a line holds a piece of a level alone: a whole one beside a line is in the middle of several."""
    return _is_piece_of_level(line.text) and not any(label in line.text.split() for label, _ in _kind_labels())


def _is_cut_level(word: str) -> bool:
    """Whether a word is the begin or the end of a level, and no level by itself: 服务对象满 · 度指标."""
    labels = [label for label, _ in _kind_labels()]
    begins = len(word) > _SHORTEST_LABEL and any(label.startswith(word) for label in labels)
    return word not in labels and (begins or any(label.endswith(word) for label in labels if word))


def _are_close(lines: Sequence[Cell], above: int, below: int) -> bool:
    return above >= 0 and below < len(lines) and is_close_below(lines, below)


def _is_bare_target(text: str) -> bool:
    """Whether the text is a target without a name before it: ≥95% and 不低于95%, but not 群众满意度≥95%."""
    named = re.match(r"[一-鿿]", text) and not text.startswith(_COMPARED)
    return not named and parse_target(text).value is not None


_COMPARED = ("不", "大于", "小于", "高于", "低于", "超过", "多于", "少于", "等于", "约", "至少", "最多", "达", "控制")


@dataclass
class _LinesReader:
    draft: Draft
    known: Known
    part: Part = "head"
    label: str | None = None  # the head's or text's label that following lines continue
    sums: list[Cell] = field(default_factory=list)
    goals: list[Cell] = field(default_factory=list)
    indicators: list[Cell] = field(default_factory=list)
    labelled: bool = False  # the label of the goals was seen
    order: tuple[Horizon, Horizon] = HORIZONS  # of the left half and of the right one, as the goals are headed
    single: bool = False  # the headings stand once: the form has one horizon
    wide: bool = False  # weights, results or units stand in columns beside the targets

    def feed(self, line: Cell) -> None:
        text = line.text.strip()
        if not text:
            return
        cell, words = Cell(text, line.place), tuple(text.split())
        label = _text_label().match(text)
        part, self.part = part_of(self.part, Said("lines", words, text, label["label"] if label else ""))
        match part:
            case "title":
                self.draft.skip(line, "title of the form")
            case "head" if _is_sum(text) and not _head_label().search(text):
                self.sums.append(cell)
            case "head":
                self._read_head(text, line.place)
            case "money":
                self.draft.unit = self.draft.unit or marks.unit_of(text, head=True)
                self.sums.append(cell)
            case "texts":
                self._read_text(cell, label)
            case "goals":
                self._read_goal(cell, words)
            case "indicators":
                self._read_indicator(line, text)
            case "signatures":
                self.draft.finished = True
                self.draft.drop(line.place)

    def _read_text(self, cell: Cell, label: re.Match[str] | None) -> None:
        if label:
            self.label, cell = form.text_field(label["label"]), Cell(cell.text[label.end() :], cell.place)
        self.draft.put_text(str(self.label), cell)

    def _read_indicator(self, line: Cell, text: str) -> None:
        if not is_heading(text):
            if self.wide:
                self.draft.leave(line, "an indicator in columns that nothing parts")
            else:
                self.indicators.append(line)
            return
        self.single = text.count("三级指标") == 1
        self.wide = self.wide or has_more_columns(text.split())
        self.draft.skip(line, "headings of the form")

    def _read_head(self, text: str, place: Place) -> None:
        found = list(_head_label().finditer(text))
        before = text[: found[0].start()] if found else text
        if before.strip():
            if self.label and not marks.has_sum(before):  # no name holds a sum of money
                self.draft.put(self.label, Cell(before.strip(), place))
            else:
                self.draft.leave(Cell(before, place), "a value without a label")
        if not found:
            return
        ends = [match.start() for match in found[1:]] + [len(text)]
        for match, end in zip(found, ends, strict=True):
            self.label = form.head_part(match["label"])
            printed = text[match.end() : end].strip()
            value, *rest = re.split(r"\s{2,}", printed) if marks.has_sum(printed) else [printed]
            if value:
                self.draft.put(str(self.label), Cell(value, place))
            self._read_sums_behind(rest, place)

    def _read_sums_behind(self, words: Sequence[str], place: Place) -> None:
        """What stands behind a value of the head in its line: 2026年预算金额（元）  1,200.00."""
        for label, number in zip(words[::2], [*words[1::2], ""], strict=False):
            horizon = form.total_horizon(label)
            if not (horizon and self.draft.put_sum("total", horizon, label, Cell(number, place))):
                self.draft.leave(Cell(f"{label} {number}".strip(), place), "a value without a label")

    def _read_goal(self, cell: Cell, words: Sequence[str]) -> None:
        if all(is_goal_label(word) for word in words):
            horizons = [horizon for word in words if (horizon := form.goal_horizon(word))]
            self.order = ("annual", "implementation") if horizons == ["annual", "implementation"] else self.order
            self.draft.skip(cell, "headings of the form")
            return
        first, _, rest = cell.text.partition(" ")
        if form.is_goal_group(first) and not self.labelled:
            cell, self.labelled = Cell(rest.strip(), cell.place), True
        if squeeze(cell.text) in form.GROUPS:
            self.draft.skip(cell, "headings of the form")
        elif cell.text:
            self.goals.append(cell)

    def close(self) -> None:
        _read_sums(self.draft, self.sums)
        _read_goals(self.draft, self.goals, self.order)
        left, right = self.order
        horizon = self.draft.single if self.single else left
        _IndicatorLines(self.draft, self.known, horizon, right, self.single).read(self.indicators)


def _read_sums(draft: Draft, lines: Sequence[Cell]) -> None:
    """Labels and numbers in order; of two equal labels the first is of the half whose total comes first."""
    text = "\n".join(line.text for line in lines)
    starts = [0, *accumulate(len(line.text) + 1 for line in lines[:-1])]  # a line's own text may hold breaks
    tokens = list(_sum_token().finditer(text))
    totals = [span for token in tokens if (span := form.total_horizon(token["label"] or ""))]
    order: tuple[Horizon, Horizon] = ("annual", "implementation")
    halves = order if tuple(totals[:2]) == order else HORIZONS
    seen: Counter[str] = Counter()
    waiting: tuple[str, Horizon, str] | None = None
    end = 0  # of the label that waits for its number
    for token in tokens:
        between = text[end : token.start()]
        _leave_number(draft, between, lines[bisect_right(starts, token.start()) - 1].place)
        end = token.end()
        if token["label"]:
            label = squeeze(token["label"])
            seen[label_key(label)] += 1
            waiting = _source(label, halves[0] if seen[label_key(label)] == 1 else halves[1])
        if printed := token["glued"] or token["number"]:
            start = token.start("glued" if token["glued"] else "number")
            number = Cell(squeeze(printed), lines[bisect_right(starts, start) - 1].place)
            beside = bool(token["glued"]) or not between.strip()
            if waiting is None or not beside or not draft.put_sum(*waiting, number):
                draft.leave(number, _UNLABELLED)
            waiting = None
    if lines:
        _leave_number(draft, text[end:], lines[-1].place)


def _source(label: str, half: Horizon) -> tuple[str, Horizon, str]:
    """What a label of the sums says of its number: the source or `total`, the horizon, and the label."""
    total = form.total_horizon(label)
    return "total" if total else str(form.funding_of(label)), total or half, label


def _leave_number(draft: Draft, text: str, place: Place) -> None:
    if has_digit(text):
        draft.leave(Cell(text.strip(), place), _UNLABELLED)


def _read_goals(draft: Draft, lines: Sequence[Cell], order: tuple[Horizon, Horizon]) -> None:
    if not lines:
        return
    left, right = two_columns(lines) or columns_by_width([line.text for line in lines])
    draft.put_text(f"goal-{order[0]}", Cell("".join(left), lines[0].place))
    if right:
        place = lines[min(len(left), len(lines) - 1)].place
        draft.put_text(f"goal-{order[1]}", Cell("".join(right), place))


@dataclass
class _IndicatorLines:
    """The lines below the headings. `state` says what a line without a label is.

    left: the first indicator of the left half; right: that of the right half; both: a row of both halves.
    """

    draft: Draft
    known: Known
    left: Horizon  # the horizon of the left half, or of the only one
    right: Horizon
    single: bool
    kind: str | None = None
    top: str | None = None
    state: str = "both"
    centred: bool = False  # levels stand in the middle of their rows: which rows is not certain
    first: Cell | None = None  # the left half's first indicator, until the right half's comes
    halves: list[tuple[Horizon, str, Cell, Pair]] = field(default_factory=list)

    def read(self, lines: Sequence[Cell]) -> None:
        index = 0
        while index < len(lines):
            index += self._feed(lines, index)
        self._flush()
        self._retry()
        for half in self.halves:
            if self._is_told_apart(half[2], half[3]):
                self.draft.indicators.append(self._indicator(*half))

    def _is_told_apart(self, cell: Cell, pair: Pair) -> bool:
        """Whether name and target are told apart: no name is a value or holds a level, nor is cut on a page.

        A half without a target is told as unread already.
        """
        if pair.value is None:
            bare = _is_bare_target(pair.name) or self.known.is_value(squeeze(pair.name))
            return not bare and cell.place.box is None
        level = _LEVEL_INSIDE.search(f"{pair.name} {pair.value}") if cell.place.box else None
        if level:
            self.draft.leave(Cell(f"{pair.name} {pair.value}", cell.place), "an indicator that holds a level")
        return level is None

    def _feed(self, lines: Sequence[Cell], index: int) -> int:
        line = lines[index]
        text = line.text.strip()
        if squeeze(text) in form.GROUPS or not text:
            return 1
        if self._is_wrapped(lines, index):
            self._flush()
            self.kind, self.centred = None, True
            self.draft.leave(line, "an indicator whose cells are wrapped without borders")
            return 1
        text = self._without_top(text)
        if not text or self._is_part_of_label(text):
            return 1
        label = self._label_at(text)
        if label is None:
            return self._feed_row([*lines[:index], Cell(text, line.place), *lines[index + 1 :]], index)
        notation, length = label
        rest = text[length:].strip()
        second = self._second_label(rest)
        if second is not None:
            self._flush()
            self.kind, self.state = notation, "both"
            left, right = rest[: second[0]].strip(), rest[second[1] :].strip()
            right, used = self._with_following(left, right, lines, index)
            self._pair(Cell(left, line.place), Cell(right, line.place))
            return 1 + used
        if self.state == "left" and notation == self.kind and not self.single:
            self.state = "right"
        else:
            self._flush()
            self.kind, self.state = notation, "left"
        if rest:
            self._single(Cell(rest, line.place))
        return 1

    def _is_wrapped(self, lines: Sequence[Cell], index: int) -> bool:
        """Whether a line holds a part of wrapped cells: itself, or a line right above or below it that does."""
        if _is_piece_of_level(lines[index].text.strip()):
            return False
        close = [i for i in (index - 1, index + 1) if _are_close(lines, *sorted((i, index)))]
        parts = [self._is_part(lines[i].text.strip()) for i in (index, *close)]
        beside = lines_beside(lines, index)
        return (bool(close) and any(parts)) or not all(map(_is_cut_from_level, beside))

    def _is_part(self, text: str) -> bool:
        """Whether a line holds names without a target or begins with a part of a level: 指标 老年人的满意度."""
        words = text.split()
        while words and (words[0] in form.GROUPS or form.is_first_level(form.indicator_kind(words[0]))):
            del words[0]
        rest = " ".join(words)
        label = self._label_at(rest)
        if not words or _is_piece_of_level(rest) or _is_cut_level(words[0]):
            return bool(words) and not _is_piece_of_level(rest)
        return self._are_names(rest[label[1] :].strip() if label else rest, label is not None)

    def _are_names(self, text: str, labelled: bool) -> bool:
        """Whether the halves of a line are names, none of them with a target."""
        second = self._second_label(text) if labelled else None
        halves = (text[: second[0]], text[second[1] :]) if second else part_line(text, self.known)
        named = [half.strip() for half in halves if half and half.strip()]
        return bool(named) and all(split_half(half, self.known).value is None for half in named)

    def _without_top(self, text: str) -> str:
        """Take the first level (产出指标) off the line's begin."""
        first, _, rest = text.partition(" ")
        if first in form.GROUPS and rest:
            return self._without_top(rest.strip())
        notation = form.indicator_kind(first)
        if form.is_first_level(notation):
            self.top = notation
            return rest.strip()
        return text

    def _is_part_of_label(self, text: str) -> bool:
        """A level wrapped around its row: 服务对象满意 above, 度指标 below it, in each half alike."""
        words = set(text.split())
        part = words.pop()
        if words or part in {label for label, _ in _kind_labels()}:
            return False
        begun = {notation for label, notation in _kind_labels() if len(part) >= 5 and label.startswith(part)}
        if len(begun) == 1:
            self._flush()
            self.kind, self.state = begun.pop(), "both"
            return True
        return any(len(part) <= 4 and label.endswith(part) and kind == self.kind for label, kind in _kind_labels())

    def _label_at(self, text: str) -> tuple[str, int] | None:
        """The level that begins the line, with the label's length; a label followed by a target is a name."""
        for label, notation in _kind_labels():
            if form.is_first_level(notation) or label_key(text[: len(label)]) != label:
                continue
            rest = text[len(label) :].strip()
            if not label.endswith("指标") and rest and _is_bare_target(rest.split()[0]):
                return None
            return notation, len(label)
        return None

    def _second_label(self, text: str) -> tuple[int, int] | None:
        """Where the right half's label begins and ends, if the line has it too."""
        for match in re.finditer(r"(?:^|(?<=\s))\S", text):
            found = self._label_at(text[match.start() :])
            if found is not None:
                return match.start(), match.start() + found[1]
        return None

    def _feed_row(self, lines: Sequence[Cell], index: int) -> int:
        line = lines[index]
        if self.kind is None:
            self.centred = line.place.box is not None
        if self.kind is None or self.centred:
            self.draft.leave(line, "an indicator without a level")
            return 1
        if self.state in {"left", "right"}:
            self._single(line)
            return 1
        wrapped = self._wrapped_pair(lines, index)
        if wrapped:
            return wrapped
        left, right = part_line(line.text, self.known)
        if right is None:
            self._half(self.left, Cell(left, line.place))
            return 1
        right, used = self._with_following(left, right, lines, index)
        self._pair(Cell(left, line.place), Cell(right, line.place))
        return 1 + used

    def _wrapped_pair(self, lines: Sequence[Cell], index: int) -> int:
        """A name on a line of its own, its value below, the same again for the right half: how many lines it takes."""
        name = squeeze(lines[index].text)
        if " " in lines[index].text.strip() or split_half(lines[index].text, self.known).value:
            return 0
        for again in range(index + 2, min(index + _WRAPPED, len(lines))):
            if squeeze(lines[again].text) == name:
                break
        else:
            return 0
        value = "".join(line.text.strip() for line in lines[index + 1 : again])
        taken, used = self._continuation(squeeze(value), lines, again + 1)
        self.halves.append((self.left, str(self.kind), lines[index], Pair(name, value)))
        self.halves.append((self.right, str(self.kind), lines[again], Pair(name, taken or None)))
        return again + 1 + used - index

    def _continuation(self, whole: str, lines: Sequence[Cell], start: int) -> tuple[str, int]:
        """The following lines as long as they print the beginning of `whole`."""
        text, used = "", 0
        for line in lines[start : start + _WRAPPED]:
            longer = text + line.text.strip()
            if not whole.startswith(squeeze(longer)):
                break
            text, used = longer, used + 1
        return text, used

    def _with_following(self, left: str, right: str, lines: Sequence[Cell], index: int) -> tuple[str, int]:
        """The right half with its value from the next lines, where it ends after the name of the left half."""
        pair = split_half(left, self.known)
        if pair.value is None or squeeze(right) != squeeze(pair.name):
            return right, 0
        value, used = self._continuation(squeeze(pair.value), lines, index + 1)
        return (f"{right} {value}", used) if used else (right, 0)

    def _single(self, line: Cell) -> None:
        if self.single:
            self._half(self.left, line)
        elif self.state == "left" and self.first is None:
            self.first = line
        elif self.state == "left":
            self._half(self.left, line)
        else:
            first, self.first = self.first, None
            self.state = "both"
            if first is None:
                self._half(self.right, line)
            else:
                self._pair(first, line)

    def _flush(self) -> None:
        if self.first is not None:
            self._half(self.left, self.first)
            self.first = None

    def _pair(self, left: Cell, right: Cell) -> None:
        a, b = split_halves(left.text, right.text, self.known)
        for horizon, cell, pair in ((self.left, left, a), (self.right, right, b)):
            if pair is not None:
                self.halves.append((horizon, str(self.kind), cell, pair))

    def _half(self, horizon: Horizon, line: Cell) -> None:
        pair = split_half(line.text, self.known)
        names = {squeeze(p.name) for h, k, _, p in self.halves if h == self.left and k == self.kind}
        if horizon == self.left and squeeze(pair.name) in names:
            horizon = self.right  # the left half has this one already
        self.halves.append((horizon, str(self.kind), line, pair))

    def _retry(self) -> None:
        """Halves that could not be parted are tried against every indicator of their kind in the other half."""
        for index, (half, kind, cell, pair) in enumerate(self.halves):
            if pair.value is not None:
                continue
            for other, _, _, twin in self._twins(kind):
                _, parted = split_halves(f"{twin.name} {twin.value}", cell.text, self.known)
                if parted is None or parted.value is None:
                    continue
                # alone on its line, and the left half has this indicator: it is the right one
                again = other == half and squeeze(parted.name) == squeeze(twin.name)
                self.halves[index] = (self.right if again else half, kind, cell, parted)
                break
            else:
                self.draft.leave(Cell(pair.name, cell.place), "name and target could not be told apart")

    def _twins(self, kind: str) -> list[tuple[Horizon, str, Cell, Pair]]:
        return [half for half in self.halves if half[1] == kind and half[3].value is not None][:_MOST_TWINS]

    def _indicator(self, horizon: Horizon, kind: str, cell: Cell, pair: Pair) -> Indicator:
        target = parse_target(pair.value) if pair.value else None
        return Indicator(kind, pair.name, horizon, target, cell.place)
