"""`python -m bench.mutation`: how often a changed figure raises a new finding, by kind of change and of table."""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from bench.accuracy.__main__ import REPORTS
from bench.mutation.broken import breaks_a_sum, takes_part
from bench.mutation.change import CHANGES
from bench.mutation.intact import accused
from kg_builder.build import BASE, read_report
from kg_builder.check import check_graph, rules
from kg_builder.errors import ReadingError
from kg_builder.graph.reports import report_graph
from kg_builder.legal.resolve import resolve
from kg_builder.model import Report
from kg_builder.readers import SUFFIXES
from kg_builder.templates.report import merge_sources


class Trial(NamedTuple):
    """One figure to change: which report, table and figure (counted from 0), how, and the seed of chance."""

    report: int
    table: int
    figure: int
    change: str
    seed: int


class Outcome(NamedTuple):
    """What became of a trial: the rules that noticed it, empty where it escaped."""

    trial: Trial
    kind: str
    summed: bool  # the figure is part of a sum, or one
    breaks: bool  # and a sum of the intact print no longer holds
    zero: bool  # it printed zero
    noticed: frozenset[str]


_reports: list[Report] = []


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and the rules that noticed.

    Returns 1 where changes that break a sum are noticed less often than required, or an intact print is accused.
    """
    parser = argparse.ArgumentParser(prog="python -m bench.mutation", description=__doc__)
    parser.add_argument(
        "--reports",
        type=Path,
        nargs="+",
        default=REPORTS[:1],
        help="folders of the reports' files (default: %(default)s)",
    )
    parser.add_argument("--n", type=int, default=2000, help="how many figures to change (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the sample (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count(), help="processes")
    parser.add_argument("--list", action="store_true", help="name every change of a summed figure that escaped")
    parser.add_argument(
        "--intact", type=int, default=0, help="also print so many invented reports, and check them intact"
    )
    parser.add_argument("--require", type=float, default=0.95, help="share that has to be noticed (default: 0.95)")
    options = parser.parse_args(arguments)
    files = sorted(p for folder in options.reports for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    with multiprocessing.Pool(options.jobs) as pool:
        _reports[:] = merge_sources([report for report in pool.map(_read, files) if report is not None])
    trials = sample(_reports, options.n, options.seed)
    with multiprocessing.Pool(options.jobs) as pool:  # forked after reading: the reports need not be sent
        outcomes = [o for o in pool.imap(_try, _by_report(trials), chunksize=8) if o is not None]
    print("\n".join(table_of(outcomes)))
    if options.list:
        print("\n".join(_escaped(outcomes)))
    true = list(accused(options.intact, options.seed)) if options.intact else []
    print("\n".join(accused_of(true)))
    if any(found for _, found in true):
        return 1
    broken = [o for o in outcomes if o.breaks]
    return 0 if sum(bool(o.noticed) for o in broken) >= options.require * len(broken) else 1


def _read(path: Path) -> Report | None:
    """The report of a file; None for a file that is none."""
    try:
        return _without_text(read_report(path))
    except ReadingError as error:
        print(f"left out: {error}", file=sys.stderr)
        return None


def sample(reports: Sequence[Report], n: int, seed: int) -> list[Trial]:
    """`n` figures drawn without repetition from all tables, each with one of the changes in turn."""
    figures = [
        (r, t, f)
        for r, report in enumerate(reports)
        for t, table in enumerate(report.tables)
        for f in range(len(table.observations))
    ]
    chance = random.Random(seed)
    names = list(CHANGES)
    drawn = chance.sample([(figure, name) for figure in figures for name in names], min(n, len(figures) * len(names)))
    return [Trial(*figure, name, seed + number) for number, (figure, name) in enumerate(drawn)]


def _by_report(trials: Iterable[Trial]) -> list[Trial]:
    return sorted(trials)


_base: dict[tuple[int, int | None], frozenset[tuple[str, ...]]] = {}


def _new(number: int, changed: Report, table: int | None) -> frozenset[tuple[str, ...]]:
    """The findings of the changed report that the report has not; of one table alone where it is given."""
    if (number, table) not in _base:
        _base[number, table] = _findings(_part(_reports[number], table))
    return _findings(_part(changed, table)) - _base[number, table]


def _part(report: Report, table: int | None) -> Report:
    return report if table is None else replace(report, tables=(report.tables[table],), projects=(), statements=())


def _findings(report: Report) -> frozenset[tuple[str, ...]]:
    """The findings of a report by the rules that compare figures, each by what it concerns and what it says."""
    comparing = [rule for rule in rules() if rule.name[0].islower()]  # the others look at one value alone
    found = check_graph(report_graph(report, _NONE, BASE), comparing)
    return frozenset((f.check, f.concerns, f.value or "", f.zh) for f in found)


_NONE = resolve(())


def _without_text(report: Report) -> Report:
    """The report without what no figure of a table is compared with: the text and the targets of its forms."""
    return replace(report, projects=tuple(replace(p, fields=(), indicators=()) for p in report.projects))


def _try(trial: Trial) -> Outcome | None:
    """The report of a trial with its figure changed, checked again; None where the change changes nothing."""
    report = _reports[trial.report]
    table = report.tables[trial.table]
    figure = table.observations[trial.figure]
    chance = random.Random(trial.seed)
    changed = CHANGES[trial.change](report, trial.table, trial.figure, chance)
    if changed is None:
        return None
    new = _new(trial.report, changed, trial.table) or _new(trial.report, changed, None)  # most show in their table
    breaks = breaks_a_sum(table, changed.tables[trial.table])
    summed = breaks or takes_part(table, (figure.row, figure.column))
    zero = figure.amount.yuan == 0
    return Outcome(trial, table.kind, summed, breaks, zero, frozenset(check for check, *_ in new))


def table_of(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The share of all figures in sums; then kinds of tables down, kinds of changes across, noticed of tried."""
    yield f"figures that take part in a sum: {_share([o for o in outcomes if o.summed])}"
    yield ""
    for title, chosen in (
        ("changes that break a sum", [o for o in outcomes if o.breaks]),
        ("changes of figures in sums that leave every sum true", [o for o in outcomes if o.summed and not o.breaks]),
        ("other figures", [o for o in outcomes if not o.summed]),
    ):
        yield f"{title}: {_share(chosen)}"
        yield "table".ljust(30) + "".join(name.rjust(20) for name in (*CHANGES, "all"))
        kinds = sorted({o.kind for o in chosen})
        for kind in (*kinds, "all"):
            own = [o for o in chosen if kind in (o.kind, "all")]
            cells = [_share([o for o in own if o.trial.change == name]) for name in CHANGES]
            yield kind.ljust(30) + "".join(cell.rjust(20) for cell in (*cells, _share(own)))
        yield ""
    noticed = Counter(chain.from_iterable(o.noticed for o in outcomes))
    yield "noticed by: " + ", ".join(f"{rule} {count}" for rule, count in noticed.most_common())


def accused_of(prints: Sequence[tuple[str, Counter[str]]]) -> Iterator[str]:
    """Layouts and programs down: prints, true figures that their findings accuse, and the rules that do."""
    if prints:
        yield "intact".ljust(30) + "prints".rjust(20) + "true figures accused".rjust(24)
    for name in sorted({name for name, _ in prints}):
        own = [found for printed, found in prints if printed == name]
        rules_of = sum(own, Counter[str]())
        told = ", ".join(f"{rule} {count}" for rule, count in rules_of.most_common())
        yield name.ljust(30) + f"{len(own)}".rjust(20) + f"{rules_of.total()}".rjust(24) + (f"  {told}" if told else "")


def _share(outcomes: Sequence[Outcome]) -> str:
    noticed = sum(bool(o.noticed) for o in outcomes)
    return f"{noticed}/{len(outcomes)} {100 * noticed / len(outcomes):.1f} %" if outcomes else "–"


def _escaped(outcomes: Sequence[Outcome]) -> Iterator[str]:
    found = defaultdict(list)
    for o in outcomes:
        if o.summed and not o.noticed:
            found[o.trial.change, o.kind].append(o)
    for (change, kind), escaped in sorted(found.items()):
        yield f"{change} in {kind}:"
        for o in escaped:
            report = _reports[o.trial.report]
            figure = report.tables[o.trial.table].observations[o.trial.figure]
            zero = (", zero" if o.zero else "") + ("" if o.breaks else ", no sum breaks")
            name = report.sources[0].name
            yield f"  {name} t{o.trial.table + 1} r{figure.row} c{figure.column} {figure.amount.printed}{zero}"


if __name__ == "__main__":
    sys.exit(main())
