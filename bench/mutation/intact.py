"""Intact prints of the layouts of `bench.layouts` and the programs of `bench.producers` → the true figures accused."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bench.layouts.features import in_turn
from bench.layouts.looks import CHOICES, FAMILIES, Look, print_report
from bench.producers.programs import PROGRAMS
from bench.producers.sheets import sheets
from kg_builder.build.inputs import BASE
from kg_builder.build.stages import read_reports
from kg_builder.check import Finding, check_graph, rules
from kg_builder.errors import ReadingError
from kg_builder.graph.reports import report_graph

FEATURES = 3  # of a look that are changed in one print
_TRUE = {name: values for name, values in CHOICES.items() if name != "negative"}  # which prints figures that are false


def accused(prints: int, seed: int) -> Iterator[tuple[str, Counter[str]]]:
    """Each layout or program with the errors and warnings on figures that its intact prints raise, by rule.

    The figures add up as printed, so that each of them accuses a true figure. `prints` are spread over the layouts;
    each look of each program is printed once.
    """
    with tempfile.TemporaryDirectory() as made:
        path = Path(made) / "report.pdf"
        for family, look, number in in_turn(sorted(FAMILIES), Look(), _TRUE, prints, seed, FEATURES):
            print_report(family, look, number, path)
            yield family, _found(path)
        for name, program in PROGRAMS.items():
            for style in () if program.missing else program.looks:
                program.print(sheets(), style, path)
                yield name, _found(path)


def _found(path: Path) -> Counter[str]:
    try:
        reports, _ = read_reports(path)
    except ReadingError:
        return Counter()
    comparing = [rule for rule in rules() if rule.name[0].islower()]  # the others look at one value alone
    graphs = (report_graph(report, None, BASE) for report in reports)
    return Counter(f.check for graph in graphs for f in check_graph(graph, comparing) if _accuses(f))


def _accuses(finding: Finding) -> bool:
    """Whether a finding says that a figure is not what others make it; invented projects are in no table."""
    return finding.severity != "info" and finding.difference is not None and finding.check != "projects-in-expenditure"
