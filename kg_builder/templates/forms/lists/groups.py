"""Rows of a list of projects → which rows are whose, page breaks undone.

A cell merged over several rows may print on the page after a break nothing, its text again, its text only there, or the
end of its text. Whose the rows are is decided by the extent of the cells and by what the columns of money and levels
print; where these leave it open the rows are in doubt, and nothing is read from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from kg_builder import marks, vocab
from kg_builder.model import Cell
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import is_number
from kg_builder.templates.forms.lists.heads import LEVELS, OWN
from kg_builder.templates.forms.lists.rows import Listing, ListRow

_TORN = re.compile(r"0\d|[,，.]")  # 00.00: the end of a sum
_RANKS = {"output": 1, "benefit": 2, "satisfaction": 3}  # the order in which lists print the first levels
_REACH = 200  # rows in which a level must show
_UNNAMED = "rows of a list whose project is not printed beside them"
_WHOSE = "rows below a page break of which it is not certain whose they are"
_AMID = "rows of a list whose names or levels may stand in the middle of their rows"
_SHIFTED = "a list whose cells do not stand below their heads"
_CUT = "a name below a page break that may be another project or the end of the name above"
_SAME = ("ordinal", "project-code", "unit-code", "unit", "total", "funding")  # what two projects of one name differ in


@dataclass
class Group:
    """Rows that belong together: a project's, or a row of a sum or a body. `doubt` says why they are not read."""

    rows: list[ListRow]
    name: str = ""  # squeezed
    alone: bool = False  # a row without a project: a sum, the heading of a body
    doubt: str = ""
    _texts: dict[int, dict[str, Cell]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take note of what the first rows print."""
        self._note(self.rows)

    def add(self, rows: Sequence[ListRow]) -> None:
        """Put rows to the group."""
        self.rows += rows
        self._note(rows)

    def _note(self, rows: Sequence[ListRow]) -> None:
        for row in rows:
            for column, cell in row.cells.items():
                if text := row.text(column):
                    self._texts.setdefault(column, {}).setdefault(text, cell)

    def pieces(self, column: int) -> list[Cell]:
        """The different texts that the rows print in a column, each once, in order."""
        return list(self._texts.get(column, {}).values())

    def whole(self, column: int) -> Cell | None:
        """What the rows print in a column, the parts that a page break cuts joined; None where they print several."""
        found: Cell | None = None
        for row in self.rows:
            cell = row.cells.get(column)
            if cell is None or not row.text(column):
                continue
            if found is None:
                found = cell
            elif row.text(column) != "".join(found.text.split()):
                if not row.first:
                    return None
                found = Cell(found.text + cell.text, found.place)
        return found


def rows_to_groups(listing: Listing) -> list[Group]:
    """The rows of each project, and each sum and heading by itself, in order."""
    if not listing.head.named:
        return [Group([row]) for row in listing.rows]  # the whole body's targets
    merged = is_merged(listing, listing.at("project", "either", "goal", "total", "text"))
    groups = _over_breaks(listing, merged)
    _tell_doubt(listing, merged, groups)
    return groups


def _over_breaks(listing: Listing, merged: bool) -> list[Group]:
    """The rows of each project, those on top of a page joined to those above where they are the same one's."""
    parts = _parted(listing, merged)
    breaks = _Breaks(listing, merged, parts)
    done: list[Group] = []
    for group in parts:
        before = done[-1] if done else None
        if before is None or group.alone or before.alone:
            done.append(group)
        elif group.rows[0].first:
            breaks.join(done, group)
        elif not merged and _is_same(listing, before, group):
            before.add(group.rows)
        else:
            done.append(group)
    return done


def _is_same(listing: Listing, before: Group, group: Group) -> bool:
    """Whether rows that print the last name again are the same project's."""
    return bool(group.name) and group.name == before.name and not (before.doubt or _differ(listing, before, group))


def _tell_doubt(listing: Listing, merged: bool, groups: Sequence[Group]) -> None:
    """Say why the rows of a group cannot be read, where all of the list or its name make that doubtful."""
    shifted = any(_is_shifted(listing, row) for row in listing.rows)
    amid = "" if _begins_with_levels(listing, groups, merged) else _AMID
    for group in groups:
        if not group.alone and group.name.isdigit():
            group.doubt = _UNNAMED
        if shifted:
            group.doubt = group.doubt or _SHIFTED
        elif not group.alone:
            group.doubt = group.doubt or amid or ("" if group.name else _UNNAMED)


def _is_shifted(listing: Listing, row: ListRow) -> bool:
    """Whether cells of a row without boxes stand beside their columns: a level below a name, a word below a sum."""
    if any(cell.place.box for cell in row.cells.values()):
        return False
    own = any(form.indicator_kind(row.text(c)) for c in listing.at(*OWN))
    levels = any(row.text(c) and not form.indicator_kind(row.text(c)) for c in listing.at(*LEVELS))
    sums = any(row.text(c) and not is_number(row.text(c)) for c in listing.at("total", "funding"))
    return own or levels or sums


def _begins_with_levels(listing: Listing, groups: Sequence[Group], merged: bool) -> bool:
    """Whether each project's first indicator has its level, where blank cells hold what stands above them.

    Where one has none, names or levels may stand in the middle of their rows: which rows are whose is not certain.
    """
    levels, names = listing.at(*LEVELS), listing.at("name")
    if not levels or not names or (merged and is_merged(listing, levels)):
        return True
    sure = (group for group in groups if group.name and not (group.doubt or group.rows[0].first))
    return all(_has_level(group, names[0], levels) for group in sure)


def _has_level(group: Group, name: int, levels: Sequence[int]) -> bool:
    """Whether a project's first indicator has a level, or a cell that reaches down to it."""
    first = next((row for row in group.rows if any(row.text(c) for c in (name, *levels))), None)
    return first is None or any(first.text(c) or c not in first.cells for c in levels)


def _is_inside(group: Group) -> bool:
    """Whether no page break can cut the rows."""
    return not (group.alone or group.rows[0].first or group.rows[-1].last)


def is_merged(listing: Listing, columns: Sequence[int]) -> bool:
    """Whether the list merges cells of these columns over rows, so that a blank cell is no repetition of one above."""
    return any(covers - row.rest > 1 for row in listing.rows for c, covers in row.covers.items() if c in columns)


def _parted(listing: Listing, merged: bool) -> list[Group]:
    """The rows cut where a cell in the column of the projects' names begins, and at each page."""
    column = listing.at("project", "either")[0]
    groups: list[Group] = []
    rank: int | None = None
    for row in listing.rows:
        own, name, mine = column in row.cells, row.text(column), _rank(listing, [row])
        alone = _is_alone(listing, row)
        begins = row.first or bool(name) or alone or (own and merged) or not groups or groups[-1].alone
        if begins or _begins_again(rank, mine) or (own and _is_other(listing, groups[-1], row)):
            groups.append(Group([row], name, alone))
        else:
            groups[-1].add([row])
        rank = mine or (None if begins else rank)
    return groups


def _begins_again(last: int | None, first: int | None) -> bool:
    """Whether a level is 产出 below 效益 or 满意度, so that another project begins: lists print them in this order."""
    return first == 1 and last is not None and last > 1


def _is_other(listing: Listing, group: Group, row: ListRow) -> bool:
    """Whether a row with a blank cell for the name is another project's than the one above it."""
    return row.gap or _prints_other(listing, group, row)


def _prints_other(listing: Listing, group: Group, row: ListRow) -> bool:
    """Whether a row without a name prints a sum, code, number or goal that the project above it does not."""
    for column in listing.at("ordinal", "project-code", "total", "funding", "goal", "category", "attribute"):
        text = row.text(column)
        if text and text not in {"".join(cell.text.split()) for cell in group.pieces(column)}:
            return True
    return False


def _is_alone(listing: Listing, row: ListRow) -> bool:
    """Whether a row has money or the name of a body and nothing of a project's targets or goals."""
    if row.rest or any(row.text(c) for c in listing.at("name", "target", "goal", "text", "whole-goal", *LEVELS)):
        return False
    column = listing.at("project", "either")[0]
    if _is_sum(listing, row):
        return True
    if column not in row.cells or (row.text(column) and listing.at("project")):
        return False
    printed = any(row.text(c) for c in listing.at("unit", "unit-code", "department", "either", "total", "funding"))
    return printed and all(covers == 1 for covers in row.covers.values())


def _is_sum(listing: Listing, row: ListRow) -> bool:
    """Whether a row says 合计 in place of a project's name or number."""
    return any(marks.is_total(row.text(c), whole=True) for c in listing.at("project", "either", "ordinal"))


class _Breaks:
    """Settles whose the first rows of a page are: they join the last group, stand by themselves, or are in doubt."""

    def __init__(self, listing: Listing, merged: bool, parts: Sequence[Group]) -> None:
        """Learn from the projects away from page breaks what each project of the list prints."""
        self.listing, self.merged = listing, merged
        inside = [group for group in parts if _is_inside(group)]
        self.named = all(group.name for group in inside)
        columns = listing.at(*OWN - {"project", "either", "unit", "unit-code", "goal", "text", "personal"})
        full = [c for c in columns if all(group.pieces(c) for group in inside)]
        self.printed = {c: sum(bool(g.pieces(c)) for g in parts if g.name and not g.alone) for c in full}
        levels = listing.at("first")
        self.first_level = levels if is_merged(listing, levels) else []

    def join(self, done: list[Group], group: Group) -> None:
        """Put the first rows of a page to the last group, or add them with what is doubtful about them."""
        before = done[-1]
        relation = self._relation(before, group, done[-2] if len(done) > 1 else None)
        if relation in {"same", "cut"}:
            before.name = before.name + group.name if relation == "cut" else before.name or group.name
            before.add(group.rows)
            return
        if relation == "doubt":
            group.doubt = _CUT if group.name and before.name else "" if group.name else _WHOSE
            before.doubt = before.doubt or (_CUT if group.name and before.name else "")
        done.append(group)

    def _relation(self, before: Group, group: Group, earlier: Group | None) -> str:
        if group.name and before.name:
            return self._of_two_names(before, group)
        if group.name:  # the rows above have a cell of their own whose text can only stand here
            goes_on = earlier is not None and not earlier.alone and _goes_on(self.listing, earlier, before)
            begins = _restarts(self.listing, before, group) or self._level_printed_again(before, group)
            sure = self.named and not (goes_on or begins or before.doubt)
            return "same" if sure and not _differ(self.listing, before, group) else "doubt"
        if before.doubt or group.rows[0].gap or _restarts(self.listing, before, group):
            return "doubt"
        other = _differ(self.listing, before, group, ("ordinal", "project-code", "total", "funding"))
        return "doubt" if other else "same"

    def _of_two_names(self, before: Group, group: Group) -> str:
        """What a name on top of a page is beside the last one above: the same, another, its end, or in doubt."""
        if before.name == group.name:
            return self._of_one_name(before, group)
        if not self.merged or before.doubt or self._stand_alone(before, group):
            return "new"
        always = self._always(before, group)
        mine, theirs = ({c for c in always if g.pieces(c)} for g in (before, group))
        restarts = _restarts(self.listing, before, group)
        if always and mine == theirs == always:
            return "new"
        if not always:
            return "new" if restarts and not self.listing.at("total", "funding") else "doubt"
        if theirs == always and restarts:
            return "new"
        rest = theirs < always or self._level_goes_on(group)
        return "cut" if rest and mine | theirs == always and not restarts else "doubt"

    def _level_printed_again(self, before: Group, group: Group) -> bool:
        """Whether merged cells of the first level print it above the page break and below it, as for two projects."""
        texts = [(row.text(c), group.rows[0].text(c)) for row in before.rows for c in self.first_level]
        last = [pair for pair in texts if pair[0]][-1:]
        return any(above == below for above, below in last)

    def _stand_alone(self, *two: Group) -> bool:
        """Whether both groups have a whole sum of their own and begin with a level."""
        sums = [[c.text for i in self.listing.at("total") for c in group.pieces(i)] for group in two]
        whole = all(texts and all(is_number(t) and not _TORN.match(t.strip()) for t in texts) for texts in sums)
        levels = self.listing.at(*LEVELS)
        return whole and any(two[-1].rows[0].text(c) for c in levels) and not self._level_goes_on(two[-1])

    def _of_one_name(self, before: Group, group: Group) -> str:
        """What rows below a page break are that print the last name again: its own, unless another goal is theirs."""
        if before.doubt or _differ(self.listing, before, group):
            return "new"
        paid, aims = (_both_print(self.listing, before, group, *roles) for roles in (("total", "funding"), ("goal",)))
        return "doubt" if paid and aims == {False} else "same"

    def _always(self, *two: Group) -> set[int]:
        """The columns that every project but the two prints, of several: money, code, category, number."""
        return {c for c, count in self.printed.items() if count - sum(bool(g.pieces(c)) for g in two) > 1}

    def _level_goes_on(self, group: Group) -> bool:
        """Whether the first level of the rows is that of the merged cell above the page break."""
        return any(not group.rows[0].text(c) for c in self.first_level)


def _goes_on(listing: Listing, before: Group, group: Group) -> bool:
    """Whether the levels of the rows may be those after the last ones above: 效益 below 产出."""
    last, first = _rank(listing, reversed(before.rows)), _rank(listing, group.rows)
    return bool(last and first and first >= last and first > 1)


def _differ(listing: Listing, one: Group, other: Group, roles: Sequence[str] = _SAME) -> bool:
    """Whether two groups of rows print different codes, bodies or sums, so that they are two projects'."""
    for column in listing.at(*roles):
        a, b = ({c.text.strip() for c in g.pieces(column)} for g in (one, other))
        if a and b and not a & b:
            return True
    return False


def _both_print(listing: Listing, one: Group, other: Group, *roles: str) -> set[bool]:
    """For the columns in which both groups print something: whether it is the same."""
    pairs = [({c.text for c in one.pieces(i)}, {c.text for c in other.pieces(i)}) for i in listing.at(*roles)]
    return {bool(a & b) for a, b in pairs if a and b}


def _restarts(listing: Listing, before: Group, group: Group) -> bool:
    """Whether the levels begin again: a list prints 产出, 效益, 满意度 in this order for each project."""
    return _begins_again(_rank(listing, reversed(before.rows)), _rank(listing, group.rows))


def _rank(listing: Listing, rows: Iterable[ListRow]) -> int | None:
    """The rank of the first level that the rows print first, by a level of theirs."""
    for row in islice(rows, _REACH):
        texts = [row.text(c) for c in listing.at(*LEVELS)]
        kinds = [form.indicator_kind(text) for text in texts if text != "成本指标"]  # stands first, last or below 产出
        ranks = [_RANKS.get(vocab.concepts("indicator")[kind].broader or kind) for kind in kinds if kind]
        if found := next(filter(None, ranks), None):
            return found
    return None
