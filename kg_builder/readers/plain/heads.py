"""Head of a table whose cell borders are lost: words in reading order → the columns below them.

A head is read row by row, groups above their columns. Which word is a group, and how far it reaches, is decided by
meaning (the code lists' labels) and by layout: words on one line of text stand in one row of cells, and those are
either all groups or all columns. Several readings are handed back where the head alone does not decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, pairwise

from kg_builder import marks, vocab
from kg_builder.head_words import Role, role_of
from kg_builder.model import Cell
from kg_builder.text import label_key, squeeze

_YEAR = re.compile(r"^20\d\d(?:年度?)?")  # 2023年预算数 · 2023预算数 · 2023年
_SUBJECT = re.compile(r"^(?:收入|支出)?项目$|科目$")  # a label column, or the group over code and name
_OPEN = re.compile(r"(?:支出)?(?:功能|经济)分类|支出用途")  # a column of names, or the group over a panel
# 预算数 · 年初预算数 · 金额 · 本年收入
_FIGURE = re.compile(
    r"^(?:年初|调整|当年|本年|上年|全年)?(?:预算|决算|执行)(?:数|额|金额)$|^金额$|^本年(?:收入|支出|预算|决算)$"
)
# 收入 · 政府性基金预算支出 · 财政拨款收入
_SIDE = re.compile(r"^(?:.*预算|.*拨款)?(?:收入|支出)$")
_BASIC = re.compile(r"^.{2,12}(?:预算|拨款)基本支出$")  # 本年财政拨款基本支出
# 上年结转 · 项目经费 · 单位资金
_MONEY = re.compile(r"(?:安排|结转|结余|资金|数|额|预算|经费|拨款|费|收入|支出|补助)$")
_THREE_PUBLIC = {"three-public", "overseas", "reception", "vehicles", "vehicle-purchase", "vehicle-operation"} | {
    "meetings",
    "training",
}
_SOURCES = {"fiscal", "funding", "basic", "project"}  # families that stand beside no item of the three public expenses
_GROUPS = frozenset(
    {"subject", "figure", "side", "fiscal", "basic", "change", "object"}
)  # roles of words that stand over several columns
_NAMING = frozenset({"code", "label", "subject"})
_NO_ADDENDS = frozenset({"line", "change", "note"})
_OBJECTS = {"personnel", "public"}  # what the two or three panels of economic items stand under
# What the columns below a head hold, as the rows here tell them apart.
_KINDS: dict[Role, str] = {
    "code": "code", "own-code": "code", "organization": "label", "label": "label", "ordinal": "line", "text": "note",
    "year": "label", "measure": "change",
}  # fmt: skip
_ROWS = 4  # rows of cells in a head at most
_WORDS = 40
_UNKNOWN = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """A column of figures, names or codes; a total column names the columns that it sums up."""

    kind: str  # code, label, note, money, line (numbers of lines) or change (shares, differences: nothing adds up)
    parts: tuple[int, ...] = ()

    @property
    def names(self) -> bool:
        """Whether codes or labels stand in it rather than numbers or remarks."""
        return self.kind in ("code", "label")

    @property
    def numbers(self) -> bool:
        """Whether numbers stand in it, of whatever kind."""
        return self.kind in ("money", "line", "change")


@dataclass(frozen=True, slots=True)
class Head:
    """The columns of a table and its head as a grid (None where a merged cell covers the position)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class _Word:
    cell: Cell
    line: int  # lines of the head counted from 0; a word wrapped over lines has its first
    roles: frozenset[str]  # code, label, subject, total, line, figure (may be a group), side, fiscal, basic, …, money
    family: str


@dataclass(frozen=True, slots=True)
class _Node:
    word: int
    children: tuple[_Node, ...] = ()


def read_heads(lines: Sequence[Cell]) -> list[Head]:
    """All readings of the head that meaning and layout allow, the likelier first; none where there is no head."""
    return next(head_readings(lines), [])


def head_readings(lines: Sequence[Cell]) -> Iterator[list[Head]]:
    """The readings of the head, those of the likeliest words and layout together, then those of the next likely."""
    for words in _segmentations(lines):
        for strict in (True, False):
            trees = _trees(words, strict)
            if trees:
                yield [_head(tree, words) for tree in trees]


def _segmentations(lines: Sequence[Cell]) -> Iterator[list[_Word]]:
    """The head's words, wrapped ones joined: all known ones first, then with the fewest joins, of names above all.

    Columns of figures are narrow, those of names wide: 支出 below 对附属单位补助 is its end, not the next one's begin.
    """
    pieces = [(i, cell, text) for i, cell in enumerate(lines) for text in cell.text.split()]
    if not pieces or len(pieces) > _WORDS:
        return
    ways: list[list[tuple[int, int, int, list[_Word]]]] = [[] for _ in range(len(pieces) + 1)]
    ways[0] = [(0, 0, 0, [])]
    for start in range(len(pieces)):
        for end in _ends(pieces, start):
            texts = [text for _, _, text in pieces[start:end]]
            word = _word("".join(texts), pieces[start][1], pieces[start][0])
            cost = _doubt(word, texts) + _breaks_year(word, pieces[end][2] if end < len(pieces) else "")
            more = end - start - 1
            named = more * bool(word.roles & _NAMING)
            for doubt, joins, names, words in ways[start]:
                ways[end].append((doubt + cost, joins + more, names + named, [*words, word]))
            ways[end] = sorted(ways[end], key=lambda way: way[:3])[:6]
    yield from (words for doubt, _, _, words in ways[-1] if doubt < _UNKNOWN)


def _ends(pieces: Sequence[tuple[int, Cell, str]], start: int) -> Iterator[int]:
    """Where a word that begins with a piece may end: up to five pieces, each on a line of its own."""
    for end in range(start + 1, min(start + 5, len(pieces)) + 1):
        yield end
        if end < len(pieces) and pieces[end][0] == pieces[end - 1][0]:
            return  # words on one line are words of their own


def _doubt(word: _Word, pieces: list[str]) -> int:
    """0 for a word of the code lists or forms; one that only looks like money is doubtful, more so if joined.

    A word for money joined to a word for names is two words: 本年财政拨款基本支出 and 科目编码.
    """
    if len(pieces) > 1 and word.roles & _NAMING and "money" in _roles(pieces[0])[0]:
        return _UNKNOWN
    if word.family not in ("", "other"):
        return 0
    whole = len(pieces) == 1 or not any(_roles(piece)[0] for piece in pieces)
    return 2 * len(pieces) - 1 if word.roles and whole else _UNKNOWN


def _breaks_year(word: _Word, following: str) -> bool:
    """Whether a year stands alone before what it is the year of: 2021年 | 预算数."""
    return bool(following) and not _YEAR.sub("", word.cell.text) and "figure" in _roles(word.cell.text + following)[0]


def _word(text: str, cell: Cell, line: int) -> _Word:
    roles, family = _roles(text)
    return _Word(Cell(text, cell.place), line, roles, family)


@cache
def _roles(text: str) -> tuple[frozenset[str], str]:
    """What a word may be in a head, and its family; nothing for words that no head has."""
    key = label_key(text)
    bare = _YEAR.sub("", key)
    if marks.is_total(bare, whole=True):
        return frozenset({"total"}), "total"
    kind = None if _OPEN.fullmatch(bare) else _KINDS.get(role_of(bare) or "amount")
    if kind == "change":
        return frozenset({"money", "change"}), kind
    if kind is not None:
        kind = "subject" if kind == "label" and _SUBJECT.search(bare) else kind
        return frozenset({kind}), kind
    if _FIGURE.search(bare) or (bare != key and bare in ("预算", "决算")):
        return frozenset({"money", "figure"}), "figure"
    if not bare:
        return frozenset({"money", "figure"}), "figure"  # 2023年
    return _roles_by_code_list(bare) or _roles_by_form(bare)


def _roles_by_code_list(bare: str) -> tuple[frozenset[str], str] | None:
    if funding := vocab.notations("funding").get(bare):
        part = funding != "fiscal" and _under("funding", funding, "fiscal")
        return _money("fiscal" if funding == "fiscal" else ""), "fiscal" if part else "funding"
    if kind := vocab.notations("expenditureType").get(bare):
        return _money("basic" if kind == "basic" else "object" if kind in _OBJECTS else ""), kind
    if bare in vocab.notations("provision"):
        return _money(), "provision"
    topic = vocab.notations("topic").get(bare)
    if topic in _THREE_PUBLIC:
        return _money("figure" if topic in ("vehicles", "three-public") else ""), "three-public"
    return None


def _money(role: str = "") -> frozenset[str]:
    """The roles of a word for money, with what else it may be."""
    return frozenset(filter(None, ("money", role)))


def _roles_by_form(bare: str) -> tuple[frozenset[str], str]:
    if _BASIC.search(bare):
        return frozenset({"money", "basic"}), "basic"
    if _SIDE.search(bare):
        return frozenset({"side"}), "side"
    if _MONEY.search(bare) and 4 <= len(bare) <= 14:
        return frozenset({"money"}), "other"
    return frozenset(), ""


def _under(scheme: str, notation: str | None, top: str) -> bool:
    while notation is not None and notation != top:
        notation = vocab.concepts(scheme)[notation].broader
    return notation == top


def _trees(words: list[_Word], strict: bool) -> list[tuple[_Node, ...]]:
    """The readings of the words as rows of cells; `strict` holds the words of one line to one kind."""
    found: list[tuple[_Node, ...]] = []
    for groups in _levels(words, 0, 1, 1, strict):
        tree = _tree(groups)
        if _valid_root(tree, words) and tree not in found:
            found.append(tree)
    return found


_Level = tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]  # cells per group above, and which of them are groups


def _levels(words: list[_Word], start: int, above: int, depth: int, strict: bool) -> Iterator[list[_Level]]:
    """The rows of cells from word `start` on, given the number of groups in the row above."""
    for end in range(start + above, len(words) + 1):
        if end < len(words) and words[end].line == words[end - 1].line:
            continue  # a row of cells does not end inside a line of text
        row = range(start, end)
        for groups in _group_choices(words, row, end == len(words) or depth == _ROWS, strict):
            if not groups and end < len(words):
                continue
            rest = list(_levels(words, end, len(groups), depth + 1, strict)) if groups else [list[_Level]()]
            for shares in _shares(tuple(row), above) if rest else ():
                yield from ([(shares, groups), *levels] for levels in rest)


def _group_choices(words: list[_Word], row: range, last: bool, strict: bool) -> Iterator[tuple[int, ...]]:
    """Which cells of a row may stand over cells of the next; in the `last` row none do."""
    pairs = sum(_is_pair(a, b) for a, b in pairwise(words))
    plain = {i for i in row if not words[i].roles & _GROUPS}
    able = [i for i in row if i not in plain or (pairs and words[i].roles == {"money"})]
    must = {i for i in row if words[i].roles == {"side"}}
    sizes = range(len(must), 1 if last else len(able) + 1)
    for groups in chain.from_iterable(combinations(able, size) for size in sizes):
        mixed = strict and groups and _mixed(words, row, groups)
        if must <= set(groups) and len(plain & set(groups)) <= pairs and not mixed:
            yield groups


def _is_pair(one: _Word, other: _Word) -> bool:
    """Whether two words part the column above them: 金额 | 其中：教育收费 below 事业收入."""
    return one.cell.text == "金额" and other.cell.text.startswith("其中")


def _mixed(words: list[_Word], row: range, groups: tuple[int, ...]) -> bool:
    lines = {words[i].line for i in groups}
    return any(words[i].line in lines and i not in groups for i in row)


def _shares(cells: tuple[int, ...], groups: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    """All ways to hand the cells of a row, in order, to the groups above: each gets one or more."""
    for cuts in combinations(range(1, len(cells)), groups - 1):
        ends = (0, *cuts, len(cells))
        yield tuple(cells[a:b] for a, b in pairwise(ends))


def _tree(levels: list[_Level]) -> tuple[_Node, ...]:
    def node(word: int, depth: int) -> _Node:
        groups = levels[depth][1]
        if word not in groups:
            return _Node(word)
        cells = levels[depth + 1][0][groups.index(word)]
        return _Node(word, tuple(node(cell, depth + 1) for cell in cells))

    return tuple(node(word, 0) for word in levels[0][0][0])


def _valid_root(tree: tuple[_Node, ...], words: list[_Word]) -> bool:
    sides = [node for node in tree if _is_side(node, words) or _is_object(node, words)]
    if sides:
        return len(sides) == len(tree) >= 2 and all(_valid(node, words) for node in tree)
    sound = _panels(tree, words, several=True) or _is_one_row(tree, words)
    return sound and all(_valid(node, words) for node in tree if node.children)


def _is_side(node: _Node, words: list[_Word]) -> bool:
    """Whether a word is 收入 or 支出 over panels of their own: 一般公共预算支出 may stand over figures alone."""
    return "side" in words[node.word].roles and any(_names(child, words) for child in node.children)


def _is_object(node: _Node, words: list[_Word]) -> bool:
    """Whether a word of the head is 人员经费 or 公用经费 over panels of their own."""
    return bool(node.children) and "object" in words[node.word].roles and _names(node.children[0], words)


def _is_one_row(tree: tuple[_Node, ...], words: list[_Word]) -> bool:
    """Whether the head is that of the three public expenses in one row of figures, which has no label."""
    leaves = [leaf for node in tree for leaf in _leaves(node)]
    families = {words[leaf].family for leaf in leaves}
    fits = families <= {"three-public", "total"} and len(leaves) > 3 and "three-public" in families
    return fits and _distinct(tree, words) and _totals_outside(tree, words)


def _panels(nodes: tuple[_Node, ...], words: list[_Word], *, several: bool) -> bool:
    """Whether the nodes are a panel, or `several` of the same words side by side."""
    names = [_names(node, words) for node in nodes]
    cuts = [0, *(i for i in range(1, len(nodes)) if names[i] and not names[i - 1]), len(nodes)]
    panels = [nodes[a:b] for a, b in pairwise(cuts)]
    alike = {tuple(words[node.word].cell.text for node in panel) for panel in panels}
    return (len(panels) == 1 or (several and len(alike) == 1)) and all(_panel(panel, words) for panel in panels)


def _valid(node: _Node, words: list[_Word]) -> bool:
    """Whether a group's columns are of the kind that its word stands over."""
    roles, children = words[node.word].roles, node.children
    if not children:
        return "side" not in roles
    if not roles & _GROUPS:
        return _is_parted(words[node.word], [words[child.word] for child in children])
    if _is_side(node, words) or _is_object(node, words):
        several = words[node.word].family == "public"
        return all(_valid(child, words) for child in children) and _panels(children, words, several=several)
    if not _YEAR.sub("", words[node.word].cell.text) and "provision" in {
        words[child.word].family for child in children
    }:
        return False  # 2023年合计 | 当年预算安排: the year belongs to its total
    return "object" not in roles and _valid_group(roles, children, words)


_PARTS = {  # the role of a word → the families that may stand under it, two columns or more
    "subject": {"code", "label", "subject"},
    "fiscal": {"fiscal", "total"},
    "basic": {"personnel", "public", "total"},
}


def _valid_group(roles: frozenset[str], children: tuple[_Node, ...], words: list[_Word]) -> bool:
    """Whether columns may stand under a word of these roles that is no side of the table."""
    families = {words[child.word].family for child in children}
    own = next((families for role, families in _PARTS.items() if role in roles), None)
    if own is not None:
        return families <= own and len(children) > 1
    if "side" in roles and "total" not in words[children[0].word].roles:
        return False  # 一般公共预算支出 over 合计 | 基本支出 | 项目支出, not over sources of money
    if any(_names(child, words) or not _valid(child, words) for child in children) or not _distinct(children, words):
        return False
    if "change" in roles and families == {"change"}:
        return True
    return len(children) > 1 and ("change" not in families if "change" in roles else _is_whole(children, words))


def _is_whole(children: tuple[_Node, ...], words: list[_Word]) -> bool:
    """Whether columns are of one kind and of no year of their own, and a total among them stands outside the others."""
    families = {words[child.word].family for child in children}
    dated = any(_YEAR.match(words[child.word].cell.text) for child in children)
    return not dated and _is_one_kind(families) and _totals_outside(children, words)


def _is_one_kind(families: set[str]) -> bool:
    """Whether columns hold no change, and not both sources of money and the three public expenses."""
    return "change" not in families and not ("three-public" in families and families & _SOURCES)


def _is_parted(whole: _Word, parts: list[_Word]) -> bool:
    """Whether two columns part a source of money; 教育收费 is a part of 事业收入 (收入总表 of 财政部's layout)."""
    pair = len(parts) == 2 and _is_pair(*parts)
    return pair and ("教育收费" not in parts[1].cell.text or whole.cell.text.endswith("事业收入"))


def _names(node: _Node, words: list[_Word]) -> bool:
    return bool(words[node.word].roles & {"code", "label", "subject"})


def _panel(nodes: tuple[_Node, ...], words: list[_Word]) -> bool:
    """Names first, figures after them, at least one of each."""
    kinds = [_names(node, words) for node in nodes]
    families = {words[node.word].family for node in nodes}
    if families & _SOURCES and "three-public" in families:
        return False
    in_order = kinds[0] and not kinds[-1] and kinds == sorted(kinds, reverse=True) and families != {"line"}
    notes = [i for i, node in enumerate(nodes) if "note" in words[node.word].roles]
    sound = notes in ([], [len(nodes) - 1]) and _changes_alone(nodes, words)
    return in_order and sound and _distinct(nodes, words) and _totals_outside(nodes[sum(kinds) :], words)


def _changes_alone(nodes: tuple[_Node, ...], words: list[_Word]) -> bool:
    """Whether changes stand apart from figures: in columns of their own, or in the columns that a year has too."""
    parts = {node: tuple(words[child.word].cell.text for child in node.children) for node in nodes}
    groups = [node for node in nodes if "change" in words[node.word].roles]
    others = [node for node in nodes if node not in groups]
    known = {parts[node] for node in others if parts[node]}
    alike = all(parts[g] in known or _all_changes(g, words) for g in groups)
    return alike and not (groups and any(_changes(node, words) for node in others))


def _all_changes(node: _Node, words: list[_Word]) -> bool:
    return all("change" in words[child.word].roles for child in node.children)


def _totals_outside(figures: tuple[_Node, ...], words: list[_Word]) -> bool:
    """A total stands before or after what it sums up, not amid it; 小计 stands within 金额, not beside it."""
    figures = tuple(node for node in figures if not words[node.word].roles & _NO_ADDENDS)
    grouped = any(node.children or "figure" in words[node.word].roles for node in figures)
    if grouped and any(words[node.word].cell.text == "小计" for node in figures):
        return False
    return not any("total" in words[node.word].roles for node in figures[1:-1])


def _distinct(nodes: tuple[_Node, ...], words: list[_Word]) -> bool:
    """No column twice, no part of 财政拨款 beside it instead of below it, no 金额 | 其中 beside what they part."""
    if any(_is_pair(words[a.word], words[b.word]) for a, b in pairwise(nodes)):
        return False
    texts = [words[node.word].cell.text for node in nodes]
    whole = any("fiscal" in words[node.word].roles for node in nodes)
    part = any(words[node.word].family == "fiscal" for node in nodes)
    return len(set(texts)) == len(texts) and not (whole and part)


def _head(tree: tuple[_Node, ...], words: list[_Word]) -> Head:
    leaves = [leaf for node in tree for leaf in _leaves(node)]
    depth = max(_depth(node) for node in tree)
    grid: list[list[Cell | None]] = [[None] * len(leaves) for _ in range(depth)]
    at = 0
    for node in tree:
        at = _fill(grid, node, 0, at, words)
    parts = {leaf: part for nodes in _sibling_sets(tree, words) for leaf, part in _parts(nodes, words)}
    changes = {leaf for node in tree for leaf in _changes(node, words)}
    columns = tuple(
        Column("change" if leaf in changes else _kind(words[leaf]), tuple(leaves.index(p) for p in parts.get(leaf, ())))
        for leaf in leaves
    )
    return Head(columns, tuple(tuple(row) for row in grid))


def _changes(node: _Node, words: list[_Word]) -> list[int]:
    """The columns of a node that say how much its figures changed."""
    if "change" in words[node.word].roles:
        return _leaves(node)
    return [leaf for child in node.children for leaf in _changes(child, words)]


def _kind(word: _Word) -> str:
    for role in ("code", "line", "note"):
        if role in word.roles:
            return role
    return "label" if word.roles & {"label", "subject"} else "money"


def _leaves(node: _Node) -> list[int]:
    return [leaf for child in node.children for leaf in _leaves(child)] or [node.word]


def _depth(node: _Node) -> int:
    return 1 + max((_depth(child) for child in node.children), default=0)


def _fill(grid: list[list[Cell | None]], node: _Node, row: int, at: int, words: list[_Word]) -> int:
    grid[row][at] = words[node.word].cell
    if not node.children:
        return at + 1
    for child in node.children:
        at = _fill(grid, child, row + 1, at, words)
    return at


def _sibling_sets(nodes: tuple[_Node, ...], words: list[_Word]) -> Iterator[tuple[_Node, ...]]:
    yield nodes
    for node in nodes:
        if node.children and "change" not in words[node.word].roles:
            yield from _sibling_sets(node.children, words)


def _parts(nodes: tuple[_Node, ...], words: list[_Word]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The total column among the siblings with the columns that add up to it."""
    figures = [node for node in nodes if not (_names(node, words) or words[node.word].roles & _NO_ADDENDS)]
    for total in figures[:1] + figures[1:][-1:]:
        others = [node for node in figures if node is not total]
        if "total" in words[total.word].roles and not total.children and others:
            yield total.word, tuple(part for other in others for part in _addends(other, words))
            return


def _addends(node: _Node, words: list[_Word]) -> list[int]:
    if not node.children:
        return [node.word]
    if "total" in words[node.children[0].word].roles:
        return [node.children[0].word]
    own = (child for child in node.children if not words[child.word].cell.text.startswith("其中"))
    return [part for child in own for part in _addends(child, words)]


def is_three_public(text: str) -> bool:
    """Whether the text is an item of the three public expenses, which may be a column or a row."""
    return _roles(squeeze(text))[1] == "three-public"


def is_head_word(text: str) -> bool:
    """Whether the text is a word that heads of budget tables have."""
    return bool(_roles(squeeze(text))[0])
