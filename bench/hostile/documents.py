"""Damaged and disordered reports: every figure compared with the intact file's.

A figure is a value with its body (an organ of the Party is one with and without 中共 before its name), year, table,
label, code, column and unit (tables), its project or indicator (forms), or its topic (narratives), and the page of the
intact file that prints it (a line, in a text file). The figures of a mutation, each counted at the page that its page
was made from, are

- right, where they are those of the intact files, each as often;
- told, where the file is refused in one line, or each page that has lost a figure, or has one that is not the intact
  file's, has a fault, an unread piece of print, or a finding of `mingzhang check` (an error or a warning, about what is
  printed there) of its own that the intact file has not. A page that is not in the file any more is told by such a
  fault on the page that now stands before or behind the gap. In a text file a page is what stands within `REACH` lines,
  or in the same table or form;
- not to be seen in print, where nothing but whole things is gone, so that the changed file is one that an office might
  have printed: nothing is published that the intact file does not say at the same place, all that is lost stood on
  what is gone, and what is gone is whole (see `_whole_pages`, `_whole_lines`: strict rules on the intact print). Where
  something else is lost or wrong beside it, and told, the case is told;
- wrong in silence, where one of these pages has none, or reading raises anything but a refusal.

What is told may still be wrong: `also wrong` counts the told cases in which a figure that the intact file has not is
published from a page with such a fault.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from multiprocessing import Pool
from pathlib import Path
from random import Random
from typing import NamedTuple

from bench.hostile.mutations import PDF, TEXT, Mutation, Origin
from bench.hostile.tally import Outcome, Tally
from bench.measure import table
from kg_builder.clerk import check_report
from kg_builder.errors import ReadingError
from kg_builder.model import Amount, Place, Report, Residue, Source
from kg_builder.readers import read_pages
from kg_builder.templates.report import parse_reports
from kg_builder.text import squeeze

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared/reports"
REACH = 40  # lines
_PARTY = "中共"  # an organ of the Party is one body with and without it: 中共江苏省委办公厅, 江苏省委办公厅
SAMPLES = ROOT / "data/samples"

Figure = tuple[object, ...]


class Trial(NamedTuple):
    """A file, the other one where two are needed, the kind of its mutation and the seed of chance."""

    path: Path
    other: Path
    kind: str
    seed: int


class Result(NamedTuple):
    """How a trial ended; `wrong` says that a figure that is not the intact file's is published."""

    trial: Trial
    outcome: Outcome
    said: str
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: each figure, and each fault, unread piece or finding, with the page or line it stands at.

    `spans` are the pages or lines of each table, project and sentence, `added` those of tables that print a total, and
    `lines` the printed lines of each page; of a text file each line is one.
    """

    figures: tuple[tuple[int, Figure], ...]
    residues: tuple[tuple[int, tuple[str, str]], ...]
    spans: tuple[range, ...]
    added: tuple[range, ...]
    lines: tuple[tuple[str, ...], ...]
    has_pages: bool
    projects: int
    reports: tuple[Report, ...]


def run(n: int, chance: Random, jobs: int = 2) -> Iterator[Tally]:
    """About `n` mutations of the reports, each kind as often: a tally for each kind."""
    kinds = [*PDF] * 5 + [*TEXT] * 2  # as many as there are real reports of each format
    files = _files(SHARED if SHARED.is_dir() else SAMPLES)
    trials = [_drawn(kinds[i % len(kinds)], files, chance) for i in range(n)]
    for kind, results in _by_kind(tried(trials, jobs)).items():
        tally = Tally(kind)
        for result in results:
            tally.add(result.outcome, _case(result))
        yield tally


def _files(folder: Path) -> dict[str, list[Path]]:
    """The reports of a folder by the end of their names."""
    return {suffix: sorted(folder.rglob(f"*{suffix}")) for suffix in (".pdf", ".txt")}


def _drawn(kind: str, files: Mapping[str, Sequence[Path]], chance: Random) -> Trial:
    path, other = chance.sample(files[".pdf" if kind in PDF else ".txt"], 2)
    return Trial(path, other, kind, chance.getrandbits(32))


def tried(trials: Sequence[Trial], jobs: int) -> list[Result]:
    """The trials that could be made (not each file has what each kind changes), in the order of their kinds."""
    for path in {path for trial in trials for path in (trial.path, trial.other)}:
        intact(path)  # before the processes part, so that each of them has it
    with Pool(jobs) as pool:
        return [result for result in pool.imap(attempt, trials) if result is not None]


def attempt(trial: Trial) -> Result | None:
    """One mutation read and compared; None where the file has nothing to change in this way."""
    mutation = mutated(trial)
    if mutation is None:
        return None
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        path = Path(folder) / f"report{trial.path.suffix}"
        path.write_bytes(mutation.data)
        try:
            found = reading_of(path)
        except ReadingError as error:
            one_line = "\n" not in str(error) and "Error" not in str(error)
            return Result(trial, "told" if one_line else "silent", str(error))
        except Exception as error:  # noqa: BLE001 - what a user would see as a traceback is what is looked for
            return Result(trial, "silent", f"{type(error).__name__}: {error}")
    paths = (trial.path, trial.other)[: 1 + max(file for file, _ in mutation.origins)]
    result = _compared(trial, [intact(path) for path in paths], found, mutation.origins)
    if result.outcome != "silent":
        return result
    return _compared(trial, [intact_checked(path) for path in paths], with_findings(found), mutation.origins)


def mutated(trial: Trial) -> Mutation | None:
    """The changed file of a trial."""
    paths = (trial.path, trial.other)
    counts = [_count(path) for path in paths]
    return (PDF | TEXT)[trial.kind]([path.read_bytes() for path in paths], counts, Random(trial.seed))


@cache
def _count(path: Path) -> int:
    return len(read_pages(path)) if path.suffix == ".pdf" else len(path.read_text(encoding="utf-8").splitlines())


@cache
def intact(path: Path) -> Reading:
    """What an unchanged file says."""
    _count(path)
    return reading_of(path)


@cache
def intact_checked(path: Path) -> Reading:
    """What an unchanged file says, and what `mingzhang check` finds in it."""
    return with_findings(intact(path))


def with_findings(reading: Reading) -> Reading:
    """The same with the errors and warnings of each report, at each printed thing that they are about."""
    found = [
        (_at(spot.place), (one.finding.zh, one.finding.check))
        for report in reading.reports
        for one in check_report(report).remarked
        if one.finding.severity != "info"
        for spot in one.spots
        if spot.place
    ]
    return replace(reading, residues=(*reading.residues, *found))


def reading_of(path: Path) -> Reading:
    """What a file says; ReadingError where it is refused."""
    pages = read_pages(path)
    figures, residues = list[tuple[int, Figure]](), list[tuple[int, tuple[str, str]]]()
    spans, added, projects = list[range](), list[range](), 0
    reports, refused = parse_reports(pages, Source(path.name, "0" * 64, len(pages)))
    for source, error in refused:
        residues += [(page, (str(error), "refused")) for page in range(source.first, source.first + source.pages)]
    for report in reports:
        who = report.identity
        about = (who.body.removeprefix(_PARTY), who.year, who.stage, who.scope)
        figures += [(_at(place), (*about, *figure)) for place, figure in _figures(report)]
        residues += [(_at(r.place), _said(r)) for r in (*report.faults, *report.unread)]
        for one in report.tables:
            spans.append(_span([one.place, *(row.place for row in one.rows)]))
            added += [spans[-1]] if any(o.total for o in one.observations) else []
        projects += len(report.projects)
        for project in report.projects:
            spans.append(_span([project.place, *(indicator.place for indicator in project.indicators)]))
            spans.append(range(min(project.pages), max(project.pages) + 1) if pages[0].size else spans[-1])
    if pages[0].size:
        lines = tuple(tuple(filter(None, (squeeze(line.text) for line in page.lines))) for page in pages)
    else:
        lines = tuple((squeeze(line),) for line in path.read_text(encoding="utf-8").splitlines())
    told = (tuple(residues), tuple(spans), tuple(added))
    return Reading(tuple(figures), *told, lines, pages[0].size is not None, projects, tuple(reports))


def _span(places: Sequence[Place]) -> range:
    at = [_at(place) for place in places]
    return range(min(at), max(at) + 1)


def _at(place: Place) -> int:
    return place.line or place.page


def _said(residue: Residue) -> tuple[str, str]:
    return residue.text, residue.reason


def _figures(report: Report) -> Iterator[tuple[Place, Figure]]:
    for one in report.tables:
        codes = {row.number: row.code for row in one.rows}
        for o in one.observations:
            said = (o.label, codes.get(o.row), o.heading, o.dimensions, o.total, o.organization, o.project)
            yield o.amount.place, ("table", one.kind, *said, *_money(o.amount))
    for project in report.projects:
        for label, amount in (("total", project.total), ("annual", project.annual)):
            if amount is not None:
                yield amount.place, ("project", project.name, label, *_money(amount))
        for a in project.appropriations:
            yield a.amount.place, ("project", project.name, a.funding, a.horizon, a.label, *_money(a.amount))
        for i in project.indicators:
            printed = i.target.printed if i.target else None
            yield i.place, ("indicator", project.name, i.kind, i.horizon, i.name, printed)
    for s in report.statements:
        yield s.place, ("statement", s.topic, s.subject, s.within, str(s.value), s.unit)


def _money(amount: Amount) -> tuple[str, str, str]:
    return str(amount.yuan), amount.printed, amount.unit


def _compared(trial: Trial, sources: Sequence[Reading], found: Reading, origins: Sequence[Origin]) -> Result:
    present = set(origins)
    whole = (((file, at), figure) for file, one in enumerate(sources) for at, figure in one.figures)
    before = Counter(one for one in whole if one[0][0] == 0 or one[0] in present)  # of the other file, perhaps a page
    now = Counter((origins[at - 1] if at <= len(origins) else (0, at), figure) for at, figure in found.figures)
    missing, extra = before - now, now - before
    if not missing and not extra:
        return Result(trial, "right", "")
    told = _told(sources, found, origins)
    silent_at = {at for at, _ in missing if not any(_covers(one, at, origins, sources) for one in told)}
    told_extra = all(any(_covers(at, origin, origins, sources) for at in told) for origin, _ in extra)
    if silent_at and told_extra and _not_to_be_seen(sources[0], silent_at, origins):
        told_too = bool(extra) or {at for at, _ in missing} != silent_at
        said = f"lost at {sorted(at for _, at in silent_at)}, on whole things that are gone"
        return Result(trial, "told" if told_too else "unseen", said, bool(extra))
    changed = defaultdict[tuple[bool, Origin], list[str]](list)  # by whether it is told, and where
    for lost, sign in ((missing, "-"), (extra, "+")):
        for origin, figure in lost:
            is_told = any(_covers(at, origin, origins, sources) for at in told)
            if sign == "+" or not is_told:
                changed[is_told, origin].append(f"{sign}{figure}")
    silent = any(not is_told for is_told, _ in changed)
    examples = [
        f"{file}:{at} {len(said)} figures, {said[0][:160]}"
        for (is_told, (file, at)), said in sorted(changed.items())
        if is_told != silent
    ]
    return Result(trial, "silent" if silent else "told", "; ".join(examples[:4]), bool(extra))


# 2023年部门收入预算总表 · 项目经费情况说明 · 第三部分: the line that a thing of its own begins with, alone on it
_HEAD = re.compile(r"[^。；，]{2,40}(?:表|说明|情况|概况|解释|职责|职能)|第[一二三四五六七八九十]部分.{0,30}")
_COUNT = re.compile(r"(?:项目|表)(?:共|合计)?(\d{1,4})(?:个|张)")  # 编报绩效目标的项目5个
_NUMBER = re.compile(r"[-—第]?\d{1,3}[-—页]?")  # - 3 -, the number of a page
_ENDS = tuple("。；！？：")
_FULL = 30  # characters of a line of a text file that may go on in the next


def _not_to_be_seen(intact: Reading, lost: set[Origin], origins: Sequence[Origin]) -> bool:
    """Whether the changed file is the intact one less whole things: its pages or lines in order, each once."""
    kept = [at for file, at in origins if file == 0]
    ordered = len(kept) == len(origins) and kept == sorted(set(kept))
    if not ordered or not all(file == 0 and at not in set(kept) for file, at in lost):
        return False
    is_whole = _whole_pages if intact.has_pages else _whole_lines
    return is_whole(intact, set(kept), {at for _, at in lost})


def _whole_pages(intact: Reading, kept: set[int], lost: set[int]) -> bool:
    """Each gap begins and ends with the head of a thing, no table or project reaches over it, and no print tells.

    What tells: numbers of pages, a count of projects that the intact file keeps, and the head of what is gone in
    another line, such as one of the list of contents.
    """
    pages = len(intact.lines)
    gone = set(range(1, pages + 1)) - kept
    heads = {page: next((line for line in intact.lines[page - 1] if not _NUMBER.fullmatch(line)), "") for page in gone}
    stay = [line for page in sorted(kept) for line in intact.lines[page - 1]]
    if any(_is_numbered(intact.lines[page - 1]) for page in kept) or any(
        int(found[1]) == intact.projects for line in stay if (found := _COUNT.search(line))
    ):
        return False
    for page in lost:
        first, last = page, page
        while first - 1 in gone:
            first -= 1
        while last + 1 in gone:
            last += 1
        run = set(range(first, last + 1))
        after = intact.lines[last] if last < pages else None
        starts = bool(_HEAD.fullmatch(heads[first])) and (after is None or bool(_HEAD.fullmatch(after[0])))
        named = any(heads[one] in line != heads[one] for one in run if _HEAD.fullmatch(heads[one]) for line in stay)
        torn = any(not run.isdisjoint(span) and not run.issuperset(span) for span in intact.spans)
        if not starts or named or torn:
            return False
    return True


def _is_numbered(lines: Sequence[str]) -> bool:
    return bool(lines) and any(_NUMBER.fullmatch(line) for line in (lines[0], lines[-1]))


def _whole_lines(intact: Reading, kept: set[int], lost: set[int]) -> bool:
    """No table with a total loses some of its rows, but those of zeros, which no sum shows, no form loses some of its
    sums, and no sentence is cut at either end.
    """
    worth = {at for at, figure in intact.figures if figure[4] == "table" and Decimal(str(figure[-3]))}
    if any(not worth.isdisjoint(lost & set(span)) and not kept.isdisjoint(span) for span in intact.added):
        return False
    if _some_money_is_lost(intact, lost):
        return False
    for line in lost:
        first, last = line, line
        while first - 1 not in kept and first > 1:
            first -= 1
        while last + 1 not in kept and last < len(intact.lines):
            last += 1
        if any(at and _goes_on(intact.lines[at - 1][0]) for at in (first - 1, last)):
            return False
    return True


def _some_money_is_lost(intact: Reading, lost: set[int]) -> bool:
    """Whether a form loses a source of money and keeps another, so that those printed come to less than their sum."""
    sources = defaultdict[tuple[object, ...], list[tuple[bool, object]]](list)
    for at, figure in intact.figures:
        if figure[4] == "project" and len(figure) == len(("body", "year", "stage", "scope")) + 8:
            _, name, _, horizon, _, yuan, *_ = figure[4:]
            form = next((span for span in intact.spans if at in span), None)  # two forms may have one name
            sources[name, horizon, form].append((at in lost, yuan))
    return any(
        any(gone and yuan != "0" for gone, yuan in of_one) and not all(gone for gone, _ in of_one)
        for of_one in sources.values()
    )


def _goes_on(line: str) -> bool:
    """Whether a line of a text file is amid a sentence: it is long, a clause ends in it, and nothing at its end."""
    return len(line) >= _FULL and "，" in line and not line.endswith(_ENDS)


def _told(sources: Sequence[Reading], found: Reading, origins: Sequence[Origin]) -> set[int]:
    """The pages or lines of the changed file that say of something what the intact file does not say there."""
    known = Counter(((file, at), said) for file, one in enumerate(sources) for at, said in one.residues)
    told = set()
    for at, said in found.residues:
        key = (origins[at - 1] if at <= len(origins) else (0, at)), said
        if known[key]:
            known[key] -= 1
        else:
            told.add(at)
    return told


def _covers(at: int, origin: Origin, origins: Sequence[Origin], sources: Sequence[Reading]) -> bool:
    """Whether what is said at a place of the changed file is said of a place of an intact one."""
    own = [i for i, one in enumerate(origins, 1) if one == origin]
    if not own:  # it is gone: the places on both sides of the gap
        gap = next((i for i, (file, page) in enumerate(origins, 1) if file == origin[0] and page > origin[1]), None)
        own = [gap - 1, gap] if gap else [len(origins)]
    source = sources[origin[0]]
    if source.has_pages:
        return at in own
    near = any(abs(at - one) <= REACH for one in own)
    file, line = origins[at - 1] if at <= len(origins) else (0, at)
    return near or (file == origin[0] and any(line in span and origin[1] in span for span in source.spans))


def _by_kind(results: Iterable[Result]) -> dict[str, list[Result]]:
    found = defaultdict[str, list[Result]](list)
    for result in results:
        found[result.trial.kind].append(result)
    return {kind: found[kind] for kind in (*PDF, *TEXT) if kind in found}


def _case(result: Result) -> str:
    trial = result.trial
    return f"{trial.path.name} ({trial.other.name}) seed {trial.seed}: {result.said}"


def main() -> int:
    """Print a table by kind, and each case that is wrong in silence."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile.documents", description=__doc__)
    parser.add_argument("--reports", type=Path, default=SHARED if SHARED.is_dir() else SAMPLES, help="their folder")
    parser.add_argument("--n", type=int, default=600, help="mutations (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--kinds", nargs="*", default=[], choices=[[], *PDF, *TEXT], help="default: all")
    parser.add_argument("--told", action="store_true", help="print what was said of the told cases too")
    parser.add_argument("--keep", type=Path, help="folder for the files that are wrong")
    options = parser.parse_args()
    chance = Random(options.seed)
    kinds = options.kinds or [*PDF] * 5 + [*TEXT] * 2
    files = _files(options.reports)
    trials = [_drawn(kinds[i % len(kinds)], files, chance) for i in range(options.n)]
    all_results = _by_kind(tried(trials, options.jobs))
    counts = {kind: _counted(results) for kind, results in all_results.items()}
    counts["all"] = [sum(column) for column in zip(*counts.values(), strict=True)] or [0]
    print(
        table(
            ["kind", "tried", "right", "told", "also wrong", "unseen", "silent"], [[k, *c] for k, c in counts.items()]
        )
    )
    for kind, results in all_results.items():
        for result in results:
            if result.outcome in {"silent", "unseen"} or (options.told and result.outcome == "told") or result.wrong:
                print(f"{result.outcome}: {kind}: {_case(result)}")
            if (result.outcome == "silent" or result.wrong) and options.keep:
                _keep(result.trial, options.keep)
    return 1 if counts["all"][-1] else 0


def _keep(trial: Trial, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{trial.kind.replace(' ', '-')}-{trial.path.stem}-{trial.seed}{trial.path.suffix}"
    if mutation := mutated(trial):
        (folder / name).write_bytes(mutation.data)


def _counted(results: Sequence[Result]) -> list[int]:
    """Tried, right, told, told and wrong all the same, not to be seen in print, wrong in silence."""
    outcomes = Counter(result.outcome for result in results)
    wrong = sum(result.wrong for result in results if result.outcome == "told")
    return [len(results), outcomes["right"], outcomes["told"], wrong, outcomes["unseen"], outcomes["silent"]]


if __name__ == "__main__":
    sys.exit(main())
