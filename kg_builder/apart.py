"""What `inspect` and `check` say of a report, read in a process of its own: a file may hang it, kill it or fill it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kg_builder import clerk, inspection
from kg_builder.build.stages import read_print
from kg_builder.build.workers import Lost, run_apart
from kg_builder.errors import ReadingError
from kg_builder.printed import pages_as_shown
from kg_builder.readers.original import read_original, shown_name


@dataclass(frozen=True, slots=True)
class Inspecting:
    """A file to inspect, whether JSON is wanted, and the PDF to draw what was read in."""

    path: Path
    as_json: bool
    render: Path | None


@dataclass(frozen=True, slots=True)
class Checking:
    """The files of a report to check, whether JSON is wanted, whether the page of HTML is, and the language of both."""

    paths: tuple[Path, ...]
    as_json: bool
    as_html: bool
    language: clerk.Language = "zh"

    @property
    def path(self) -> Path:
        """The file that the report is called by."""
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is read from a file, as text or JSON, and the parts of it that were refused."""

    text: str
    refused: tuple[ReadingError, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """What a check says: text or JSON, the page of HTML where it is wanted, and how many findings are errors."""

    text: str
    html: str
    errors: int


_Task = TypeVar("_Task", Inspecting, Checking)
_Result = TypeVar("_Result")


def done_apart(
    function: Callable[[_Task], _Result | ReadingError], task: _Task, seconds: float, memory: int
) -> _Result:
    """What a process of its own makes of the task, in so many seconds and megabytes.

    ReadingError where the file cannot be read; OSError where the system fails otherwise.
    """
    ((_, result),) = run_apart(function, [task], 1, seconds, memory)
    if isinstance(result, Lost):
        if result.how == "system":
            raise OSError(result.reason)
        raise ReadingError(shown_name(task.path), "a report that can be read", result.reason)
    if isinstance(result, ReadingError):
        raise result
    return result


def inspect(task: Inspecting) -> Inspected | ReadingError:
    """Everything that is read from a file, as text or JSON."""
    try:
        original = read_original(task.path)
        pages, (reports, refused) = read_print(original)
        if task.render:
            from kg_builder.readers.overlay import draw_reading  # noqa: PLC0415 - only where it is wanted

            if original.kind != ".pdf":
                raise ReadingError(original.name, "a PDF to draw over", "another kind of file")
            shown = pages_as_shown(pages, [one for report in reports for one in report.ignored])
            marks = [mark for report in reports for mark in inspection.marks(report)]
            draw_reading(original, shown, marks, task.render)
    except ReadingError as error:
        return error
    if task.as_json:
        told = [inspection.report_to_json(report) for report in reports]
        text = _json(told[0] if len(told) == 1 else told)
    else:
        text = "\n".join(line for report in reports for line in inspection.report_to_lines(report))
    return Inspected(text, tuple(error for _, error in refused))


def check(task: Checking) -> Told | ReadingError:
    """The findings of a report, as text or JSON, and as HTML."""
    try:
        originals = [read_original(path) for path in task.paths]
        checked = clerk.check_files(originals)
        html = clerk.checked_to_html(checked, originals, task.language) if task.as_html else ""
    except ReadingError as error:
        return error
    lines = clerk.checked_to_lines(checked, task.language)
    text = _json(clerk.checked_to_json(checked)) if task.as_json else "\n".join(lines)
    return Told(text, html, checked.errors)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)
