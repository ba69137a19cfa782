"""`python -m bench.layouts.measure_targets --n 80`: print target forms, read them back, and say what differs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bench.layouts.compare import Outcome
from bench.layouts.runs import run
from bench.layouts.targets import CHOICES, STYLES, Facts, FormLook, print_forms
from kg_builder.model import Project
from kg_builder.readers import read_pages
from kg_builder.templates.report import read_projects
from kg_builder.text import squeeze


def read_forms_back(style: str, look: FormLook, seed: int, path: Path) -> Outcome:
    """Print some forms to `path`, read them and compare."""
    facts = print_forms(style, look, seed, path)
    read = read_projects(read_pages(path))
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
        compare_flat(flat(fact), flat_project(mine), out)
    out.extra += len(left)
    out.faults += [f"project that was not printed: {p.name}" for p in left]
    return out


def compare_flat(want: dict[tuple[str, ...], str], got: dict[tuple[str, ...], str], out: Outcome) -> None:
    """Count each fact that was read as it was printed, otherwise, not at all, and what was printed nowhere."""
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
    found: dict[tuple[str, ...], str] = {}
    for key, value in (("department", fact.department), ("unit", fact.unit)):
        if value:
            found[key,] = value
    for key, choice in (("attribute", fact.attribute), ("category", fact.category)):
        if choice is not None:
            found[key,] = choice
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


if __name__ == "__main__":
    raise SystemExit(run("python -m bench.layouts.measure_targets", STYLES, FormLook(), CHOICES, read_forms_back))
