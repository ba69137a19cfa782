"""The IRIs of a report and of what it states: the only place that mints them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import pyoxigraph as ox

from kg_builder.graph.iri import region_code, slug
from kg_builder.model import Place, Report
from kg_builder.templates.identity.body_names import one_name


@dataclass(frozen=True)
class Names:
    """The IRIs of one report and of what it states.

    `former`: those of before names of places were read as they are. `printed`: those of before the names of one body
    were one; each way of printing it had its own.
    """

    base: str
    report: Report
    former: bool = False
    printed: bool = False

    @cached_property
    def region(self) -> str | None:
        """The notation of the region that the reporting body belongs to."""
        return region_code(self.report.identity.region) if self.report.identity.region else None

    @cached_property
    def key(self) -> str:
        """`140300-yang-quan-shi-min-zheng-ju-2025-budget-department`: whose report of what."""
        i = self.report.identity
        return "-".join(filter(None, (self.org_key(i.body), str(i.year), i.stage, i.scope, i.version)))

    @cached_property
    def project_keys(self) -> tuple[str, ...]:
        """One key for each project: its name, with a number where the report has the name again."""
        seen: Counter[str] = Counter()
        keys = []
        for project in self.report.projects:
            key = slug(project.name, former=self.former)
            seen[key] += 1
            keys.append(key if seen[key] == 1 else f"{key}--{seen[key]}")  # no name has two hyphens
        return tuple(keys)

    def org_key(self, body: str) -> str:
        """The region's code (its name where it is in no list), then the body's name as all its forms have it."""
        whose = self.report.identity.region
        place = self.region or slug(whose or "cn", former=self.former)
        name = body.removeprefix("中共").removeprefix("中国共产党") if self.printed else one_name(body, whose)
        return f"{place}-{slug(name, former=self.former)}"

    def moved(self, bodies: Iterable[str]) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
        """(former, new) IRI of the report, of its projects and of bodies, where these differ.

        All else that a report states has the report's or the project's name within its own.
        """
        bodies = [*bodies]
        for former in (replace(self, former=True), replace(self, former=True, printed=True)):
            yield from _differing(former.of_report(), self.of_report())
            for body in bodies:
                yield from _differing(former.of_body(body), self.of_body(body))
            for old, new in zip(former.project_keys, self.project_keys, strict=True):
                if old != new:
                    yield former.iri("project", former.key, old), self.iri("project", self.key, new)

    def iri(self, kind: str, *path: str | int) -> ox.NamedNode:
        """`{base}id/{kind}/{path}`."""
        return ox.NamedNode("/".join([f"{self.base}id", kind, *map(str, path)]))

    def of_report(self) -> ox.NamedNode:
        """The report."""
        return self.iri("report", self.key)

    def of_body(self, body: str) -> ox.NamedNode:
        """A department or unit by its name, in the region of the report."""
        return self.iri("org", self.org_key(body))

    def of_table(self, number: int) -> ox.NamedNode:
        """A table by its position."""
        return self.iri("table", self.key, f"t{number}")

    def of_observation(self, table: int, row: int, column: int) -> ox.NamedNode:
        """A figure by its table, row and column."""
        return self.iri("obs", self.key, f"t{table}-r{row}-c{column}")

    def of_page(self, place: Place) -> ox.NamedNode:
        """`…/id/report/…#page=12`; pages of a second file say which file they are of."""
        of_source = f"&source={place.source + 1}" if place.source else ""
        return ox.NamedNode(f"{self.of_report().value}#page={place.page}{of_source}")


def _differing(former: ox.NamedNode, new: ox.NamedNode) -> Iterator[tuple[ox.NamedNode, ox.NamedNode]]:
    if former != new:
        yield former, new
