"""What the pages read a release from: the same three calls for every engine, none of which can go on for ever.

Pages read triples by pattern and run queries of the site's own. `begin` sets the time that the page of this thread may
take in all; when it is over the next call raises QueryFailed. Patterns on the embedded store are read in this process,
where each step is one move of a cursor; queries go through the engine's processes.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import pyoxigraph as ox

from server.engine.local import Answer, Gone
from server.engine.process import QueryFailed
from server.engine.worker import Job

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph

# Property → its values, each once, in a stable order.
Values = Mapping[str, Sequence[Term]]

SUBJECTS = 20_000  # whose values are remembered: a release does not change
_STEPS = 256  # triples between two looks at the clock
_ROWS = 1_000_000  # of a query of the site's own


class Runs(Protocol):
    """An engine: runs a query within a time; QueryFailed where there is no whole answer."""

    def run(self, job: Job, deadline: float, gone: Gone, shape: str | None = None) -> Answer:
        """See `server.engine.local.Engine.run`."""


class Source(Protocol):
    """A release as the pages read it."""

    def query(self, query: str, graphs: Sequence[str] | None = None) -> ox.QuerySolutions:
        """Solutions of a SELECT over the named graphs, None: over all."""

    def quads_for_pattern(
        self, subject: Term | None, predicate: ox.NamedNode | None, object: Term | None, graph: Graph | None = None
    ) -> Iterator[ox.Quad]:
        """The quads that match, where None stands for any term."""

    def values(self, subject: str) -> Values:
        """What is said of a subject."""

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """The names of the graphs."""

    def read_ahead(self, subjects: Iterable[str]) -> None:
        """Told what the page will soon ask about."""


class Clock(threading.local):
    """When the page that this thread makes must be ready."""

    end: float = float("inf")

    def begin(self, seconds: float) -> None:
        """Start the time of a page."""
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; QueryFailed when there are none."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise QueryFailed("deadline", "the page took too long to make")
        return left


CLOCK = Clock()


def solutions(engine: Runs, query: str, graphs: Sequence[str] | None = None) -> ox.QuerySolutions:
    """Run a SELECT of the site's own over some graphs, None: over all, within the time of the page."""
    chosen = None if graphs is None else list(graphs)
    job: Job = {
        "query": query,
        "default_graphs": chosen,
        "named_graphs": chosen,
        "union": chosen is None,
        "format": "json",
        "row_cap": _ROWS,
    }
    answer = engine.run(job, min(CLOCK.left(), 60.0), lambda: False)
    data = answer.head if answer.whole else b"".join([answer.head, *answer.rest])
    parsed = ox.parse_query_results(data, format=ox.QueryResultsFormat.JSON)
    assert isinstance(parsed, ox.QuerySolutions)  # noqa: S101 - our own SELECT
    return parsed


def values_of(quads: Iterable[ox.Quad]) -> Values:
    """What quads of one subject say of it."""
    found: dict[str, dict[Term, str]] = {}
    for quad in quads:
        found.setdefault(quad.predicate.value, {}).setdefault(quad.object, str(quad.object))
    return {predicate: sorted(terms, key=terms.__getitem__) for predicate, terms in found.items()}


class StoreSource:
    """The embedded store."""

    def __init__(self, store: ox.Store, engine: Runs) -> None:
        self._store, self._engine = store, engine
        self._values = lru_cache(SUBJECTS)(self._read)

    def query(self, query: str, graphs: Sequence[str] | None = None) -> ox.QuerySolutions:
        """Solutions of a SELECT, run in a process of the engine."""
        return solutions(self._engine, query, graphs)

    def quads_for_pattern(
        self, subject: Term | None, predicate: ox.NamedNode | None, object: Term | None, graph: Graph | None = None
    ) -> Iterator[ox.Quad]:
        """The quads that match; the clock is looked at on the way."""
        for number, quad in enumerate(self._store.quads_for_pattern(subject, predicate, object, graph)):  # type: ignore[arg-type]  # any term may be asked for
            if number % _STEPS == 0:
                CLOCK.left()
            yield quad

    def values(self, subject: str) -> Values:
        """What is said of a subject."""
        return self._values(subject)

    def _read(self, subject: str) -> Values:
        return values_of(self.quads_for_pattern(ox.NamedNode(subject), None, None))

    def named_graphs(self) -> Iterator[ox.NamedNode | ox.BlankNode]:
        """The names of the graphs."""
        return iter(self._store.named_graphs())

    def read_ahead(self, subjects: Iterable[str]) -> None:
        """Nothing to do: the store is at hand."""
