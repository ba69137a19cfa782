"""Files of one body, year, stage and scope that all print tables → which of them are one print, and which is in force.

A revised report supersedes the one before it by its date of publication, where a table beside the files states the
dates (`--sources`). Without dates nobody knows which is in force: all are kept, and each is told of the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from kg_builder.graph.identities import printed_step
from kg_builder.model import Amount, Report
from kg_builder.text import squeeze

_Figures = dict[tuple[object, ...], list[Amount]]


class Version(NamedTuple):
    """One version of a report: its prints, by their numbers in what was given, and when the newest was published."""

    prints: tuple[int, ...]
    published: str | None


def versions_of(reports: Sequence[Report]) -> list[Version]:
    """The versions of a report, the one with the most figures first; prints without a differing figure are one."""
    figures = [_figures(report) for report in reports]
    order = sorted(
        range(len(reports)), key=lambda i: (-sum(map(len, figures[i].values())), reports[i].sources[0].sha256)
    )
    found: list[list[int]] = []
    for i in order:
        same = next((prints for prints in found if not differing(reports[prints[0]], reports[i])), None)
        if same is None:
            found.append([i])
        else:
            same.append(i)
    return [Version(tuple(prints), _published([reports[i] for i in prints])) for prints in found]


def in_force(versions: Sequence[Version]) -> Version | None:
    """The version that was published last; None where a date is not stated or two have the last one."""
    dates = [version.published for version in versions]
    newest = max((date for date in dates if date is not None), default=None)
    return versions[dates.index(newest)] if None not in dates and dates.count(newest) == 1 else None


def differing(one: Report, other: Report) -> int:
    """How many figures two prints have both, and not alike: by more than what their last digits are worth."""
    a, b = _figures(one), _figures(other)
    pairs = (zip(a[key], b[key], strict=True) for key in a.keys() & b.keys() if len(a[key]) == len(b[key]))
    return sum(_differ(*pair) for both in pairs for pair in both)


def _differ(one: Amount, other: Amount) -> bool:
    return abs(one.yuan - other.yuan) > max(printed_step(one), printed_step(other))


def _figures(report: Report) -> _Figures:
    """Kind of table, row and column → the figures there, in the order of print."""
    found: _Figures = defaultdict(list)
    for table in report.tables:
        for o in table.observations:
            key = (table.kind, squeeze(o.label), frozenset(o.dimensions), o.organization, o.project)
            found[key].append(o.amount)
    return found


def _published(reports: Sequence[Report]) -> str | None:
    """The last date of publication that is stated of their files."""
    return max((source.published for report in reports for source in report.sources if source.published), default=None)
