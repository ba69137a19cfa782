"""Two releases → what came, went, changed and moved between them: reports, figures, projects, documents, findings.

Releases are compared by their CSV tables, the rows of one report in memory at a time. Addresses are told without the
base, so that a release under another name is compared by what it holds. A row is the same thing in both releases where
its address and what names it (table, row and column of a figure; name of a project) agree: only then are its other
values compared. A thing that stands elsewhere with all its values has moved, which is no change.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, TextIO

from kg_builder.release.sheets import COLUMNS, COMPARED, Compared
from kg_builder.release.standing import MANIFEST, Manifest, ReleaseError

CHANGES = "changes.json"  # beside a release: what it changed of the one before; no part of the release
HOW = ("changed", "went", "came", "moved")
SHOWN = 100  # changes of each kind that are kept beside a release

_Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: its kind, how (one of `HOW`), its address without the base, and what it says of itself.

    `before` and `after` hold the columns that differ; of what came or went, all that are not empty. `page` is that of
    the newest state, `was` the old address of what moved.
    """

    kind: str
    how: str
    id: str
    report: str
    body: str
    year: str
    name: str
    page: str
    was: str
    before: _Row
    after: _Row


_DOCUMENT = ("document_number", "document_title", "document_kind", "issuing_level")
_REPORT = ("title", "body", "region", "year", "stage", "scope")


def release_folder(path: Path) -> Path:
    """The folder of a release: the path itself, or the current release of a folder of releases; ReleaseError else."""
    found = next((folder for folder in (path, path / "current") if (folder / MANIFEST).is_file()), None)
    if found is None:
        raise ReleaseError(f"{path}: expected a release or a folder of releases, found none")
    return found


def changes(old: Path, new: Path) -> Iterator[Change]:
    """What differs between the releases in two folders: reports first, then documents, then each table, by report.

    A table that one of the releases lacks, and columns that one of them lacks, are not compared. ReleaseError where a
    folder holds no release that can be read.
    """
    manifests = [manifest_of(folder) for folder in (old, new)]
    try:
        yield from _compared("reports", Compared("report", ()), *(_reports(manifest) for manifest in manifests))
        documents = [_documents(folder, manifest) for folder, manifest in zip((old, new), manifests, strict=True)]
        yield from _compared("documents", Compared("document", ()), *documents)
        for name in compared(old, new):
            yield from _table(name, old, new, manifests)
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        raise ReleaseError(f"{old}, {new}: expected two releases that can be read, found {error!r}") from error


def compared(old: Path, new: Path) -> list[str]:
    """The CSV tables that both releases have."""
    return [name for name in COMPARED if all((folder / f"dumps/csv/{name}.csv").is_file() for folder in (old, new))]


def summary(old: Path, new: Path, found: Iterable[Change]) -> Manifest:
    """The changes in numbers, kind by kind, with the first of each kind; versions of the two releases."""
    kinds = ["reports", "documents", *compared(old, new)]
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in kinds}
    shown: dict[str, list[Manifest]] = {kind: [] for kind in kinds}
    for change in found:
        counts[change.kind][change.how] += 1
        if counts[change.kind][change.how] <= SHOWN and change.how != "moved":
            shown[change.kind].append(asdict(change))
    told = {kind: {how: number[how] for how in HOW} for kind, number in counts.items()}
    return {"from": manifest_of(old)["version"], "to": manifest_of(new)["version"], "counts": told, "shown": shown}


def write_changes(old: Path, new: Path) -> None:
    """Keep the changes beside the new release; where the old one cannot be compared, the reason."""
    try:
        told = summary(old, new, changes(old, new))
    except ReleaseError as error:  # a release of long ago stops no publication
        told = {"to": manifest_of(new)["version"], "unknown": str(error).replace(f"{old.parent}/", "")}
    (new / CHANGES).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def manifest_of(folder: Path) -> Manifest:
    """The manifest of the release in a folder; ReleaseError where there is none with version, base and reports."""
    try:
        manifest: Any = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as error:
        raise ReleaseError(f"{folder}: expected a manifest, found {error}") from error
    if not isinstance(manifest, dict) or not {"version", "base", "reports"} <= set(manifest):
        raise ReleaseError(f"{folder}: expected a manifest with version, base and reports, found another")
    return manifest


def _reports(manifest: Manifest) -> list[_Row]:
    """What the manifest says of each report, as a row."""
    found = []
    for entry in manifest["reports"]:
        sources = "; ".join(f"{source['name']} {source['sha256'][:12]}" for source in entry["sources"])
        address = entry["report"].removeprefix(manifest["base"])
        row = {"report": address, "name": entry["title"], "sources": sources}
        row |= {name: str(entry[name]) for name in _REPORT if entry.get(name) is not None}
        found.append(row | {f"read_{kind}": str(number) for kind, number in entry.get("read", {}).items()})
    return found


def _documents(folder: Path, manifest: Manifest) -> list[_Row]:
    """The documents that the projects of a release cite, each once."""
    found: dict[str, _Row] = {}
    path = folder / "dumps/csv/project_documents.csv"
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["document"] and row["document"] not in found:
                    name = row["document_title"] or row["document_number"]
                    address = row["document"].removeprefix(manifest["base"])
                    found[row["document"]] = {"document": address, "name": name, **{n: row[n] for n in _DOCUMENT}}
    return list(found.values())


def _table(name: str, old: Path, new: Path, manifests: Sequence[Manifest]) -> Iterator[Change]:
    """The changes of one CSV table, a report at a time: both tables are in the order of their reports."""
    paths = [folder / f"dumps/csv/{name}.csv" for folder in (old, new)]
    heads = [_head(path) for path in paths]
    columns = [column for column in COLUMNS[name] if all(column in head for head in heads)]
    before, after = (
        _by_report(path, manifest["base"], columns) for path, manifest in zip(paths, manifests, strict=True)
    )
    for olds, news in _side_by_side(before, after):
        yield from _compared(name, COMPARED[name], olds, news)


def _head(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def _by_report(path: Path, base: str, columns: Sequence[str]) -> Iterator[tuple[str, list[_Row]]]:
    """Report → its rows with these columns, without the base in addresses; ReleaseError where reports are unordered."""
    last = ""
    with path.open(encoding="utf-8", newline="") as file:
        for report, rows in groupby(csv.DictReader(file), key=lambda row: row["report"].removeprefix(base)):
            if report <= last:
                raise ReleaseError(f"{path}: expected rows in the order of reports, found {report} after {last}")
            last = report
            yield report, [{column: row[column].removeprefix(base) for column in columns} for row in rows]


def _side_by_side(
    before: Iterator[tuple[str, list[_Row]]], after: Iterator[tuple[str, list[_Row]]]
) -> Iterator[tuple[list[_Row], list[_Row]]]:
    """The rows of each report in both tables, none where a table has nothing of it."""
    nothing: tuple[str, list[_Row]] = ("", [])
    old, new = next(before, nothing), next(after, nothing)
    while old[0] or new[0]:
        first = min(filter(None, (old[0], new[0])))
        yield old[1] if old[0] == first else [], new[1] if new[0] == first else []
        if old[0] == first:
            old = next(before, nothing)
        if new[0] == first:
            new = next(after, nothing)


def _compared(kind: str, how: Compared, olds: Iterable[_Row], news: Iterable[_Row]) -> Iterator[Change]:
    """The changes among rows, in the order of their addresses."""
    old = {row[how.address]: row for row in olds}
    new = {row[how.address]: row for row in news}
    same = {
        address for address, row in old.items()
        if address in new and all(row.get(name) == new[address].get(name) for name in how.naming)
    }  # fmt: skip
    found = [_between(kind, how, old[one], new[one]) for one in same if old[one] != new[one]]
    found += _elsewhere(
        kind, how,
        [row for address, row in old.items() if address not in same],
        [row for address, row in new.items() if address not in same],
    )  # fmt: skip
    yield from sorted(found, key=lambda change: (change.id, change.how))


def _between(kind: str, how: Compared, before: _Row, after: _Row) -> Change:
    """What became of a thing that both releases have."""
    columns = [c for c in {**before, **after} if before.get(c, "") != after.get(c, "")]
    return _change(kind, "moved" if set(columns) <= set(how.place) else "changed", how, after, before, columns)


def _elsewhere(kind: str, how: Compared, olds: Sequence[_Row], news: Sequence[_Row]) -> Iterator[Change]:
    """What moved with all that it says, and what came and went."""
    left: dict[tuple[str, ...], list[_Row]] = defaultdict(list)
    for row in olds:
        left[_content(row, how)].append(row)
    for row in news:
        same = left[_content(row, how)]
        if same:
            was = same.pop(0)
            yield _change(kind, "moved", how, row, was, [c for c in row if row[c] != was.get(c, "")])
        else:
            yield _change(kind, "came", how, row, {}, list(row))
    for row in (row for rows in left.values() for row in rows):
        yield _change(kind, "went", how, {}, row, list(row))


def _content(row: _Row, how: Compared) -> tuple[str, ...]:
    """All that a row says but for its place."""
    return tuple(value for column, value in row.items() if column != how.address and column not in how.place)


def _change(kind: str, what: str, how: Compared, after: _Row, before: _Row, columns: Sequence[str]) -> Change:
    row = after or before
    names = [row[n] for n in ("name", "table_title", "row_label", "heading", "project_name", "quote") if row.get(n)]
    if kind == "findings":
        names = [row.get("message_zh", "") or row["check"]]
    return Change(
        kind,
        what,
        row[how.address],
        row.get("report", ""),
        row.get("body", ""),
        row.get("year", ""),
        " / ".join(names),
        row.get("page", ""),
        before[how.address] if before and before[how.address] != row[how.address] else "",
        {column: before[column] for column in columns if before.get(column)},
        {column: after[column] for column in columns if after.get(column)},
    )


def write_json(old: Path, new: Path, stream: TextIO) -> None:
    """All changes as one JSON object, written while they are found: `from`, `to`, `changes`, `counts`."""
    head = {"from": manifest_of(old)["version"], "to": manifest_of(new)["version"]}
    stream.write(json.dumps(head)[:-1] + ', "changes": [')

    def written() -> Iterator[Change]:
        for number, change in enumerate(changes(old, new)):
            stream.write(",\n" if number else "\n")
            stream.write(json.dumps(asdict(change), ensure_ascii=False))
            yield change

    counts = summary(old, new, written())["counts"]
    stream.write(f'\n], "counts": {json.dumps(counts)}}}\n')


_LINES = 20  # changes of each kind that are told to people


def change_lines(told: Manifest) -> Iterator[str]:
    """A summary for people: a line of numbers for each kind, then the first changes of each."""
    yield f"{told['from']} → {told['to']}"
    for kind, counts in told["counts"].items():
        yield f"{kind}: " + ", ".join(f"{counts[how]} {how}" for how in HOW)
        shown = sorted(told["shown"][kind], key=lambda change: HOW.index(change["how"]))[:_LINES]
        yield from (f"  {_line(change)}" for change in shown)
        rest = sum(counts.values()) - counts["moved"] - len(shown)
        if rest:
            yield f"  … {rest} more (--json has all)"


def _line(change: Manifest) -> str:
    """went id/obs/…: 某市民政局 2025: 支出总表 / 合计 / 金额 (page 3): 1200 yuan"""
    place = f" (page {change['page']})" if change["page"] else ""
    of = " ".join(filter(None, (change["body"], change["year"])))
    before, after = change["before"], change["after"]
    if change["how"] == "changed":
        said = "; ".join(f"{c}: {before.get(c, '—')} → {after.get(c, '—')}" for c in {**before, **after})
    else:
        amount = (after or before).get("amount_yuan")
        said = f"{amount} yuan" if amount else ""
    return ": ".join(filter(None, (f"{change['how']} {change['id']}", of, change["name"] + place, said)))
