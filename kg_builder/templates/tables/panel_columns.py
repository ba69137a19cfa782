"""The columns of one panel of a table by what they hold, and the cells of a row that stand in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg_builder.head_words import bare_label
from kg_builder.templates.tables.grids import GridRow, Span
from kg_builder.templates.tables.heads import Column, Head, heading_dimensions, side_of
from kg_builder.templates.tables.kinds import Kind, bare_title

_OF_THE_YEAR = frozenset({"本年收入", "本年预算收入", "本年收入预算", "当年收入", "当年预算收入"})
_FIGURES = frozenset({"amount", "measure", "text"})  # what may hold the figures of a row, or a remark on it


@dataclass(frozen=True, slots=True)
class PanelColumns:
    """The columns of a panel. Where only bodies are named, their columns are those of the labels."""

    head: Head
    number: int
    labels: tuple[Column, ...]
    asides: tuple[Column, ...]  # labels beside the project's name: its function, its kind
    bodies: tuple[Column, ...]
    codes: tuple[Column, ...]
    years: tuple[Column, ...]
    government: tuple[Column, ...]  # codes of 政府预算经济分类 beside the departments' own
    side: str | None
    of_year: tuple[Column, ...]  # what is of the year where carry-over stands beside it

    @property
    def of_bodies(self) -> bool:
        """Whether the rows are named after bodies, or not at all."""
        return self.labels == self.bodies

    @property
    def all(self) -> tuple[Column, ...]:
        """All columns of the panel."""
        return self.head.panel(self.number)

    @property
    def scheme_pair(self) -> tuple[Column, Column] | None:
        """The two label columns of a table by 部门预算经济科目 and 政府预算经济科目."""
        pair = [c for c in self.labels if "经济" in c.key or "科目" in c.key]
        return (pair[0], pair[1]) if len(pair) == 2 and any("政府" in c.key for c in pair) else None

    def belongs_right(self, span: Span) -> bool:
        """A merged cell that reaches into a later panel's label is that panel's label: 当年支出小计."""
        return any(c.panel > self.number and c.role == "label" and _covers(span, c) for c in self.head.columns)

    def figures(self, row: GridRow, labels: Sequence[Span]) -> Iterator[tuple[Column, Span]]:
        """The cells of a row beside its labels, each once, with the column that it stands in."""
        found: list[Span] = []
        for column in self.all:
            span = span_in(row, column) if column.role in _FIGURES else None
            if span is None or span in labels or any(span is other for other in found):
                continue
            if self._stands_in(span, column) and not self._is_label(span):
                found.append(span)
                yield column, span

    def _stands_in(self, span: Span, column: Column) -> bool:
        """Whether the cell stands in this column as much as in any other."""
        return all(_shared(span, column) >= _shared(span, other) for other in self.head.columns)

    def _is_label(self, span: Span) -> bool:
        """A merged cell over a label column of any panel is a label, not a figure."""
        return any(c.role in {"label", "organization"} and _covers(span, c) for c in self.head.columns)


def panel_columns(head: Head, number: int, kind: Kind, title: str) -> PanelColumns:
    """The columns of one panel of a table with its head, kind and title."""
    columns = head.panel(number)
    labels, bodies, coded = (_with_role(columns, role) for role in ("label", "organization", "code"))
    names = tuple(c for c in labels if kind.projects and "项目" in c.key and "名称" in c.key)[:1]
    own = tuple(c for c in coded if "政府" not in c.key) or coded
    return PanelColumns(
        head,
        number,
        labels=names or labels or bodies or _naming(columns, coded),
        asides=_without(labels, names) if names else (),
        bodies=bodies,
        codes=own,
        years=_with_role(columns, "year"),
        government=_without(coded, own),
        side=side_of(columns) or _side_of_title(title),
        of_year=tuple(_columns_of_the_year(columns)),
    )


def _naming(columns: Sequence[Column], coded: Sequence[Column]) -> tuple[Column, ...]:
    """Columns of words before the first figures, which name the rows where nothing else does: 债券性质 | 项目类型."""
    if coded:
        return ()
    first = next((i for i, c in enumerate(columns) if c.role in {"amount", "measure"}), len(columns))
    return tuple(c for c in columns[:first] if c.role == "text" and c.heading)


def _with_role(columns: Iterable[Column], role: str) -> tuple[Column, ...]:
    return tuple(c for c in columns if c.role == role)


def _without(columns: Iterable[Column], others: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(c for c in columns if c not in others)


def span_in(row: GridRow, column: Column) -> Span | None:
    """The cell of a row that stands mostly in a column."""
    covering = [s for s in row.spans if s.first <= column.last and s.last >= column.first]
    return max(covering, key=lambda span: _shared(span, column), default=None)


def spans_in(row: GridRow, columns: Iterable[Column]) -> list[Span | None]:
    """The cell of a row in each of the columns."""
    return [span_in(row, column) for column in columns]


def span_above(row: GridRow, column: Column) -> Span | None:
    """The merged cell of a row above that reaches down into a column of this one."""
    return next((span for span in row.above if _covers(span, column)), None)


def _covers(span: Span, column: Column) -> bool:
    return span.first <= column.first and span.last >= column.last


def _shared(span: Span, column: Column) -> int:
    """By how many logical columns a cell and a column overlap, less one."""
    return min(span.last, column.last) - max(span.first, column.first)


def _side_of_title(title: str) -> str | None:
    """The side of a table by its title where that names one alone: 政府性基金预算支出表, not 收入支出决算表."""
    bare = bare_title(title)
    sides = [side for word, side in (("收入", "revenue"), ("支出", "expenditure")) if word in bare]
    return sides[0] if len(sides) == 1 and "收支" not in bare else None


def _columns_of_the_year(columns: Sequence[Column]) -> list[Column]:
    """The columns under 本年收入, 本年预算收入 where carry-over has columns of its own and a total is over both."""
    amounts = [c for c in columns if c.role == "amount"]
    mine = [c for c in amounts if any(bare_label(text) in _OF_THE_YEAR for text in c.heading)]
    rest = ["provision" in heading_dimensions(c) for c in amounts if c not in mine]
    return mine if any(rest) and not all(rest) else []
