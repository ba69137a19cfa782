"""What was printed against what was read: figures right, wrong, missing; tables, units, identity."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from unicodedata import normalize

from bench.layouts.looks import Expected, Fact, Printed
from kg_builder.model import BudgetTable, Observation, Report, Residue
from kg_builder.text import label_key, squeeze


@dataclass(slots=True)
class Outcome:
    """How one report was read: counts of figures, and each fault in words."""

    right: int = 0
    wrong: int = 0  # a figure read with another value, row or column than printed
    missing: int = 0
    extra: int = 0  # a figure read that is nowhere printed so
    silent: int = 0  # a missing figure that no list of what is ignored or unread names
    faults: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Whether everything was read and nothing was read wrongly."""
        return not self.faults


def compare(printed: Printed, report: Report) -> Outcome:
    """The outcome of one report."""
    out = Outcome()
    identity = report.identity
    for name, want, got in (
        ("body", printed.body, identity.body), ("year", printed.year, identity.year),
        ("stage", printed.stage, identity.stage), ("scope", printed.scope, identity.scope),
    ):  # fmt: skip
        if want != got:
            out.faults.append(f"identity {name}: {got} for {want}")
    left = list(report.tables)
    titles = {label_key(table.title) for table in printed.tables}
    missing: list[tuple[Expected, Fact]] = []
    for expected in printed.tables:
        table = _pick(expected, left, titles - {label_key(expected.title)})
        if table is None:
            out.missing += len(expected.facts)
            missing += [(expected, fact) for fact in expected.facts]
            out.faults.append(f"{expected.kind}: table not found ({len(expected.facts)} figures)")
            continue
        left.remove(table)
        missing += [(expected, fact) for fact in _compare_table(expected, table, out)]
    _tell_silent(missing, _texts_by_page((*report.unread, *report.ignored)), out)
    out.extra += sum(len(table.observations) for table in left)
    out.faults += [f"{t.kind}: table read that was not printed: {t.title} ({len(t.observations)})" for t in left]
    for residue in report.unread:
        out.faults.append(f"unread: {residue.reason}: {residue.text[:40]}")
    return out


def _pick(expected: Expected, tables: list[BudgetTable], others: set[str]) -> BudgetTable | None:
    """The table of the same title, else the first of the same kind that has no other table's title."""
    same = [t for t in tables if label_key(t.title) == label_key(expected.title)]
    alike = (t for t in tables if t.kind == expected.kind and label_key(t.title) not in others)
    return next(iter(same), None) or next(alike, None)


def _tell_silent(missing: list[tuple[Expected, Fact]], residues: list[str], out: Outcome) -> None:
    """Count the figures that are neither read nor in a residue; each residue accounts for its numbers once."""
    for said in (_whole, _run_together, _wrapped):
        missing = [(expected, fact) for expected, fact in missing if not _strike(said(fact.printed), residues)]
    for expected, fact in missing:
        out.silent += 1
        row = f"{fact.code} {fact.label} / {fact.head}"
        out.faults.insert(0, f"{expected.kind}: lost in silence: {row}: {fact.printed}")


def _strike(patterns: Iterable[re.Pattern[str]], residues: list[str]) -> bool:
    """Take the first number out of the residues that one of the patterns finds."""
    for pattern in patterns:
        for i, text in enumerate(residues):
            if pattern.search(text):
                residues[i] = pattern.sub(r"_\g<between>", text, count=1)
                return True
    return False


def _whole(printed: str) -> Iterator[re.Pattern[str]]:
    yield re.compile(rf"(?<![\d.,]){re.escape(_bare(printed).lstrip('-'))}(?P<between>)(?![\d,]|\.\d)")


def _run_together(printed: str) -> Iterator[re.Pattern[str]]:
    yield re.compile(rf"{re.escape(_bare(printed).lstrip('-'))}(?P<between>)")


def _wrapped(printed: str) -> Iterator[re.Pattern[str]]:
    """A number on two lines, those of other cells between them: `6,623. … 84`."""
    number = _bare(printed).lstrip("-")
    for cut in range(1, len(number)):
        first, rest = re.escape(number[:cut]), re.escape(number[cut:])
        yield re.compile(rf"(?<![\d.,]){first}(?P<between>\s(?:.{{0,300}}?\s)??){rest}(?![\d.,])", re.DOTALL)


def _texts_by_page(residues: Iterable[Residue]) -> list[str]:
    """What the residues of each page say, in their order: a number wrapped in print may be in two of them."""
    texts: dict[int, str] = {}
    for residue in sorted(residues, key=lambda r: (r.place.page, r.place.box.top if r.place.box else 0)):
        texts[residue.place.page] = f"{texts.get(residue.place.page, '')}\n{_bare(residue.text)}"
    return list(texts.values())


def _bare(text: str) -> str:
    return " ".join(normalize("NFKC", text).split())


def _compare_table(expected: Expected, table: BudgetTable, out: Outcome) -> list[Fact]:
    """Count one table's figures; those that are missing are returned."""
    name = expected.kind
    if table.kind != expected.kind:
        out.faults.append(f"{name}: kind {table.kind}")
    if expected.facts and table.unit != expected.unit:
        out.faults.append(f"{name}: unit {table.unit} for {expected.unit}")
    codes = {row.number: row.code or "" for row in table.rows}
    read = [(o, _key(o, codes[o.row])) for o in table.observations]
    waiting = Counter(key for _, key in read)
    unmatched: list[Fact] = []
    missing: list[Fact] = []
    for fact in expected.facts:
        key = _fact_key(fact)
        if waiting[key]:
            waiting[key] -= 1
            out.right += 1
        else:
            unmatched.append(fact)
    rest = list(waiting.elements())
    for fact in unmatched:
        near = next((k for k in rest if k[0] == _fact_key(fact)[0] and k[3] == fact.yuan), None)
        near = near or next((k for k in rest if k[:3] == _fact_key(fact)[:3]), None)
        if near is None:
            out.missing += 1
            missing.append(fact)
            out.faults.append(f"{name}: missing {fact.code} {fact.label} / {fact.head}: {fact.printed}")
        else:
            rest.remove(near)
            out.wrong += 1
            out.faults.append(f"{name}: {fact.code} {fact.label} / {fact.head}: {fact.printed} read as {near}")
    out.extra += len(rest)
    out.faults += [f"{name}: read but not printed so: {key}" for key in rest]
    _compare_dims(expected, table, codes, out)
    return missing


_Key = tuple[str, str, str, Decimal]


def _fact_key(fact: Fact) -> _Key:
    return (_plain(fact.label or ""), fact.code, label_key(fact.head), fact.yuan)


def _key(o: Observation, code: str) -> _Key:
    label = "" if squeeze(o.label) == "" else o.label
    return (_plain(label), code, label_key(o.heading.rsplit(" / ", 1)[-1]), o.amount.yuan)


def _plain(label: str) -> str:
    return label_key(re.sub(r"\s", "", label))


def _compare_dims(expected: Expected, table: BudgetTable, codes: dict[int, str], out: Outcome) -> None:
    meanings: dict[_Key, list[dict[str, str]]] = {}
    for o in table.observations:
        meanings.setdefault(_key(o, codes[o.row]), []).append(dict(o.dimensions))
    for fact in expected.facts:
        found = meanings.get(_fact_key(fact))
        if not found:
            continue
        wanted = dict(fact.dims)
        got = next((m for m in found if all(m.get(k) == v for k, v in wanted.items())), None)
        if got is None:
            odd = {k: found[0].get(k) for k, v in wanted.items() if found[0].get(k) != v}
            want = {k: wanted[k] for k in odd}
            out.wrong += 1
            out.right -= 1
            out.faults.append(f"{expected.kind}: meaning of {fact.code} {fact.label} / {fact.head}: {odd} for {want}")
