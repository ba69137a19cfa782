"""`python -m bench.accuracy`: precision and recall of reading, by report and kind of fact."""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.accuracy.answers import Answers, read_answers
from bench.accuracy.compare import KINDS, Score, compare
from bench.accuracy.made import make
from kg_builder.errors import ReadingError
from kg_builder.model import Report, Source
from kg_builder.readers import SUFFIXES, read_pages
from kg_builder.templates.report import merge_sources, parse_report

_HERE = Path(__file__).resolve().parent
ANSWERS = _HERE / "answers"
_SHARED = _HERE.parents[2] / "shared"
REPORTS = (_SHARED / "reports", *(_SHARED / "documents" / kind for kind in ("central", "government", "office")))


def files_of(report: str, *reports: Path) -> list[Path]:
    """The files of a report: those named after it, alone or with an ending (-tables, -text)."""
    found = (p for folder in reports for p in sorted(folder.rglob("*")) if p.suffix.lower() in SUFFIXES)
    return [p for p in found if p.stem == report or p.stem.startswith(f"{report}-")]


def read_report(files: Sequence[Path]) -> Report:
    """One report from its files, as the product reads it."""
    reports = []
    for path in files:
        pages = read_pages(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        reports.append(parse_report(pages, Source(path.name, digest, len(pages))))
    return merge_sources(reports)[0]


def scores_of(answers: Sequence[Answers], *reports: Path) -> Iterator[tuple[str, dict[str, Score]]]:
    """Each answered report with its scores, from these folders or those of `REPORTS` and what `made` prints.

    FileNotFoundError where a report has no file.
    """
    with tempfile.TemporaryDirectory() as folder:
        if not reports:
            make(Path(folder))
            reports = (*REPORTS, Path(folder))
        for answer in answers:
            files = files_of(answer.report, *reports)
            if not files:
                raise FileNotFoundError(f"no file of the report {answer.report} under {', '.join(map(str, reports))}")
            yield answer.report, compare(answer, read_report(files))


def totals_of(scores: Sequence[tuple[str, dict[str, Score]]]) -> dict[str, Score]:
    """The scores of all reports together, by kind of fact."""
    totals = {kind: Score() for kind in KINDS}
    for _, by_kind in scores:
        for kind, score in by_kind.items():
            totals[kind].add(score)
    return totals


def table_of(scores: Sequence[tuple[str, dict[str, Score]]]) -> str:
    """Precision and recall as a table: reports down, kinds of facts across, how many were asked in brackets."""
    rows = [*scores, ("all", totals_of(scores))]
    width = max(len(name) for name, _ in rows) + 2
    head = "report".ljust(width) + "".join(f"{kind} (asked) P / R".rjust(30) for kind in KINDS)
    lines = [head]
    for name, by_kind in rows:
        cells = "".join(_cell(by_kind[kind]).rjust(30) for kind in KINDS)
        lines.append(name.ljust(width) + cells)
    return "\n".join(lines)


def _cell(score: Score) -> str:
    if not score.asked and not score.read:
        return "–"
    return f"({score.asked}) {score.precision:.4f} / {score.recall:.4f}"


def _listed(scores: Sequence[tuple[str, dict[str, Score]]]) -> Iterator[str]:
    for report, by_kind in scores:
        for kind in KINDS:
            for miss in by_kind[kind].misses:
                where = f"{report}, page {miss.page}" if miss.page else report
                yield f"{kind}  {where}"
                yield f"    expected {miss.expected or 'nothing'}"
                yield f"    found    {miss.found or 'nothing'}"


def _thresholds(text: str) -> dict[str, float]:
    pairs = dict(part.split("=", 1) for part in text.split(",") if part)
    unknown = set(pairs) - set(KINDS)
    if unknown:
        raise argparse.ArgumentTypeError(f"unknown kind {', '.join(sorted(unknown))}; known are {', '.join(KINDS)}")
    return {kind: float(value) for kind, value in pairs.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table (and every disagreement); 1 below what is required, 2 where a report cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__)
    parser.add_argument("--answers", type=Path, default=ANSWERS, help="folder of answers (default: the ones kept here)")
    parser.add_argument("--reports", type=Path, help="folder of the reports' files (default: the real ones and prints)")
    parser.add_argument("--list", action="store_true", help="show every disagreement: expected, found, page")
    parser.add_argument("--require", type=_thresholds, default={}, metavar="KIND=SHARE,…", help="exit 1 below these")
    options = parser.parse_args(arguments)
    try:
        folders = [options.reports] if options.reports else []
        scores = list(scores_of(read_answers(options.answers), *folders))
    except (FileNotFoundError, ReadingError) as error:
        print(error, file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(_listed(scores)))
    print(table_of(scores))
    totals = totals_of(scores)
    short = [
        kind for kind, least in options.require.items() if min(totals[kind].precision, totals[kind].recall) < least
    ]
    for kind in short:
        score = totals[kind]
        print(
            f"{kind}: precision {score.precision:.4f}, recall {score.recall:.4f} are below what is required",
            file=sys.stderr,
        )
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
