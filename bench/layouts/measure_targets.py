"""`python -m bench.layouts.measure_targets --n 80`: print target forms, read them back, and say what differs."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bench.layouts.compare import Outcome
from bench.layouts.targets import CHOICES, STYLES, Facts, FormLook, changed, draw_form_look, print_forms
from kg_builder.model import Project
from kg_builder.readers import read_pages
from kg_builder.templates.forms import read_forms
from kg_builder.text import squeeze


def read_forms_back(style: str, look: FormLook, seed: int, path: Path) -> Outcome:
    """Print some forms to `path`, read them and compare."""
    facts = print_forms(style, look, seed, path)
    read = read_forms(read_pages(path))
    out = compare_projects(facts, read.projects)
    out.faults += [f"unread: {r.reason}: {squeeze(r.text)[:40]}" for r in read.unread]
    return out


def compare_projects(facts: Sequence[Facts], projects: Sequence[Project]) -> Outcome:
    """Each fact as it was read, by the project's name; `wrong` counts facts read otherwise."""
    out = Outcome()
    left = list(projects)
    for fact in facts:
        mine = next((p for p in left if squeeze(p.name) == squeeze(fact.name)), None)
        if mine is None:
            out.missing += len(flat(fact))
            out.faults.append(f"project not found: {fact.name}")
            continue
        left.remove(mine)
        _compare(flat(fact), flat_project(mine), out)
    out.extra += len(left)
    out.faults += [f"project that was not printed: {p.name}" for p in left]
    return out


def _compare(want: dict[tuple[str, ...], str], got: dict[tuple[str, ...], str], out: Outcome) -> None:
    for key, value in want.items():
        found = got.pop(key, None)
        if found == value:
            out.right += 1
        elif found is None:
            out.missing += 1
            out.faults.append(f"missing {' '.join(key)}: {value[:40]}")
        else:
            out.wrong += 1
            out.faults.append(f"{' '.join(key)}: {value[:40]} read as {found[:60]}")
    out.extra += len(got)
    out.faults += [f"read but not printed: {' '.join(key)}: {value[:40]}" for key, value in got.items()]


def flat(fact: Facts) -> dict[tuple[str, ...], str]:
    """The facts of a form by key."""
    found: dict[tuple[str, ...], str] = {("department",): fact.department, ("unit",): fact.unit}
    for key, value in (("attribute", fact.attribute), ("category", fact.category)):
        if value is not None:
            found[key,] = value
    for key, sum_ in (("total", fact.total), ("annual", fact.annual)):
        if sum_ is not None:
            found[key,] = str(sum_.normalize())
    found |= {("money", f, h): str(v.normalize()) for f, h, v in fact.money}
    found |= {("text", n): squeeze(t) for n, t in fact.texts}
    return found | {("indicator", k, squeeze(n), h): squeeze(t) for k, n, h, t in fact.indicators}


def flat_project(project: Project) -> dict[tuple[str, ...], str]:
    """The same of a project as it was read."""
    found: dict[tuple[str, ...], str] = {}
    for key, body in (("department", project.department), ("unit", project.unit)):
        if body is not None:
            found[key,] = body.name
    for key, value in (("attribute", project.attribute), ("category", project.category)):
        if value is not None:
            found[key,] = value
    for key, amount in (("total", project.total), ("annual", project.annual)):
        if amount is not None:
            found[key,] = str(amount.yuan.normalize())
    found |= {("money", a.funding, a.horizon): str(a.amount.yuan.normalize()) for a in project.appropriations}
    found |= {("text", n): squeeze(cell.text) for n, cell in project.fields}
    for i in project.indicators:
        found["indicator", i.kind, squeeze(i.name), i.horizon] = squeeze(i.target.printed) if i.target else ""
    return found


def cases(number: int, seed: int, features: int) -> list[tuple[str, FormLook, int]]:
    """Looks by lot, styles in turn; number 0: every value of every feature alone."""
    if number == 0:
        looks = [FormLook(), *(replace(FormLook(), **{n: v}) for n, vs in CHOICES.items() for v in vs[1:])]
        return [(style, look, seed) for style in STYLES for look in looks]
    rng = random.Random(seed)  # noqa: S311 - test material
    return [(STYLES[i % len(STYLES)], draw_form_look(rng, features), seed * 1000 + i) for i in range(number)]


def main() -> int:
    """Run the forms and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.layouts.measure_targets")
    parser.add_argument("--n", type=int, default=70)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--features", type=int, default=4)
    parser.add_argument("--only", default="", help="styles or features (name=value) that contain this")
    parser.add_argument("--keep", type=Path, help="folder in which the PDFs stay")
    parser.add_argument("--faults", type=int, default=3)
    args = parser.parse_args()
    by: dict[str, list[Outcome]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        for number, (style, look, seed) in enumerate(cases(args.n, args.seed, args.features)):
            names = changed(look)
            if args.only and not any(args.only in name for name in (style, *names)):
                continue
            path = (args.keep or Path(folder)) / f"{style}-{number}.pdf"
            outcome = read_forms_back(style, look, seed, path)
            for name in (f"~{style}", *(names or ["plain"])):
                by[name].append(outcome)
            if not outcome.whole:
                counts = (
                    f"{outcome.right} right, {outcome.wrong} wrong, {outcome.missing} missing, {outcome.extra} extra"
                )
                sys.stdout.write(f"{path.name} {seed} {' '.join(names) or 'plain'}: {counts}\n")
                sys.stdout.writelines(f"    {fault}\n" for fault in outcome.faults[: args.faults])
    for name, outcomes in sorted(by.items()):
        sums = [sum(getattr(o, k) for o in outcomes) for k in ("right", "wrong", "missing", "extra")]
        whole = sum(o.whole for o in outcomes)
        sys.stdout.write(f"{name:32}{len(outcomes):6} whole {whole:4} right {sums[0]:6} wrong {sums[1]:5}")
        sys.stdout.write(f" missing {sums[2]:5} extra {sums[3]:5}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
