"""What the readers of a report have understood so far: its print, whose it is, and the values made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from kg_builder.model import UNSTATED, Body, BudgetTable, Identity, Page, Project, Publication, Residue, Statement
from kg_builder.templates.ledger import Account, Ledger, order
from kg_builder.templates.tables.grids import Section

Value = TypeVar("Value")


@dataclass
class Kept(Generic[Value]):
    """A value with the accounts that it was read in: a form that is printed twice has two."""

    value: Value
    accounts: list[Account]


@dataclass
class Found:
    """A report while it is read; each reader takes its print from the ledger and adds what it understands."""

    ledger: Ledger
    file: str = ""  # names the file in an error
    stated: Publication = UNSTATED  # what is stated beside the file of whose report it is
    kept_projects: list[Kept[Project]] = field(default_factory=list)
    kept_tables: list[Kept[BudgetTable]] = field(default_factory=list)
    statements: tuple[Statement, ...] = ()
    remarks: list[Residue] = field(default_factory=list)  # what is printed and cannot be meant
    rest: Sequence[Page] = ()  # what projects left
    sections: Sequence[Section] = ()  # the grids of it, with their captions
    identity: Identity | None = None
    bodies: tuple[Body, ...] = ()

    @property
    def whose(self) -> Identity:
        """Whose report it is, once that is known."""
        if self.identity is None:
            raise ValueError("tables and statements are read after the identity")
        return self.identity

    @property
    def names(self) -> list[str]:
        """The names of the bodies known so far, the reporting body's first."""
        return [name for body in self.bodies for name in (body.name, *body.aliases)]

    @property
    def projects(self) -> tuple[Project, ...]:
        """The projects in the order of print."""
        return tuple(kept.value for kept in sorted(self.kept_projects, key=lambda kept: order(kept.value.place)))

    @property
    def tables(self) -> tuple[BudgetTable, ...]:
        """The budget tables in the order of print."""
        return tuple(kept.value for kept in self.kept_tables)

    def number(self) -> None:
        """Tell each account which table or project of the report it stands for."""
        self.kept_projects.sort(key=lambda kept: order(kept.value.place))
        for number, project in enumerate(self.kept_projects, 1):
            for account in project.accounts:
                account.number = number
        for number, table in enumerate(self.kept_tables, 1):
            for account in table.accounts:
                account.number = number

    @property
    def ignored(self) -> tuple[Residue, ...]:
        """What is no value, with the reason and whose it is."""
        self.number()
        return self.ledger.ignored()

    @property
    def unread(self) -> tuple[Residue, ...]:
        """What could not be read, with the reason and whose it is."""
        self.number()
        return self.ledger.unread()
