"""`python -m bench.build --stages`: where the time of a build goes, in seconds of the processors.

One build in one process: what workers and threads do is done in its turn, so that each stage can be told from the
others. What a stage does inside another one counts to the inner one.
"""

from __future__ import annotations

import importlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import table

# Module, function as it is named there → the stage
_STAGES = {
    ("kg_builder.readers.pdf", "read_ink"): "reading: ink of the pages",
    ("kg_builder.readers.pdf", "find_tables"): "reading: tables",
    ("kg_builder.build.stages", "read_pages"): "reading: lines, and all else",
    ("kg_builder.build.stages", "parse_reports"): "templates",
    ("kg_builder.build.stages", "report_references"): "legal: references",
    ("kg_builder.build.stages", "resolve"): "legal: documents",
    ("kg_builder.build.stages", "write_reading"): "readings written",
    ("kg_builder.build.stages", "load"): "readings loaded",
    ("kg_builder.build.stages", "report_graph"): "graph",
    ("kg_builder.build.stages", "documents_graph"): "graph of documents",
    ("kg_builder.build.stages", "check_graph"): "checks",
    ("kg_builder.build.stages", "report_rows"): "pieces: tables (CSV)",
    ("kg_builder.build.stages", "index_piece"): "pieces: search index",
    ("kg_builder.build.stages", "write_part"): "pieces: dumps",
    ("kg_builder.release.loading", "load"): "release: store",
    ("kg_builder.release.write", "_write_index"): "release: search index",
    ("kg_builder.release.write", "_write_dump"): "release: dumps",
    ("kg_builder.release.write", "publish"): "release: all else",
}


class Clock:
    """Seconds of this process by stage."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._within: list[str] = []
        self._since = time.process_time()

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """What is done here is this stage."""
        self._turn()
        self._within.append(stage)
        try:
            yield
        finally:
            self._turn()
            self._within.pop()

    def _turn(self) -> None:
        now = time.process_time()
        if self._within:
            self.seconds[self._within[-1]] += now - self._since
        self._since = now

    def wrapped(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        """The function, its time counted; what it gives bit by bit is taken at once."""

        def run(*arguments: Any, **named: Any) -> Any:
            with self.of(stage):
                found = function(*arguments, **named)
                return list(found) if isinstance(found, Iterator) else found

        return run


class _Here:
    """In the place of worker processes."""

    def __init__(self, *_: object) -> None: ...

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None: ...

    def run(self, function: Callable[[Any], Any], tasks: Iterable[Any], _: float) -> Iterator[tuple[Any, Any]]:
        """Each task in its turn."""
        return ((task, function(task)) for task in tasks)


class _Turns(Executor):
    """In the place of threads."""

    def __init__(self, *_: object) -> None: ...

    def submit(self, function: Callable[..., Any], /, *arguments: Any, **named: Any) -> Future[Any]:
        """Do it now."""
        done: Future[Any] = Future()
        done.set_result(function(*arguments, **named))
        return done


def by_stage(files: list[Path], times: int = 1) -> str:
    """The table: each stage with its seconds, the shortest of some builds, and its share."""
    clock = Clock()
    with clock.of("imports, and tables of codes"):
        importlib.import_module("kg_builder.build.warm")
        modules = {name: importlib.import_module(name) for name in {module for module, _ in _STAGES}}
        build, work = map(importlib.import_module, ("kg_builder.build", "kg_builder.build.work"))
    first = dict(clock.seconds)
    for (module, name), stage in _STAGES.items():
        setattr(modules[module], name, clock.wrapped(getattr(modules[module], name), stage))
    here: list[tuple[Any, str, Any]] = [
        (build, "prepare", lambda: None), (work, "Workers", _Here), (work, "ThreadPoolExecutor", _Turns),
        (work, "run_once", lambda function, task, _: function(task)),
        (modules["kg_builder.release.write"], "ThreadPoolExecutor", _Turns),
        (modules["kg_builder.release.write"], "run_once", lambda function, task, _: function(task)),
    ]  # fmt: skip
    for owner, name, value in here:
        setattr(owner, name, value)
    runs = []
    for _ in range(times):
        clock.seconds.clear()
        with tempfile.TemporaryDirectory(prefix="stages-") as out, clock.of("all else"):
            build.build(files, Path(out), build.Options(), lambda _: None)
        runs.append({**clock.seconds, **first})
    least = min(runs, key=lambda seconds: sum(seconds.values()))
    total = sum(least.values())
    names = dict.fromkeys([*first, *_STAGES.values(), "all else"])
    rows = [(name, f"{least.get(name, 0):.2f}", f"{100 * least.get(name, 0) / total:.1f}") for name in names]
    return table(["stage", "CPU s", "%"], [*rows, ("in all", f"{total:.2f}", "100.0")])
