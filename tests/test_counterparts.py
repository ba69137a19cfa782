"""Sums that two reports print: what is carried from year to year, columns of other years, a department's units."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hand_made import report, table

from kg_builder.build import work
from kg_builder.build.inputs import Options
from kg_builder.build.stages import write_reading
from kg_builder.graph.counterparts import counterparts, printed_sums
from kg_builder.legal.resolve import resolve
from kg_builder.model import BudgetTable, Counterpart, Report, Residue

REVENUE, SPENT = ("side", "revenue"), ("side", "expenditure")


def account(year: int, opening: str, closing: str, body: str = "青川市水务局", *more: BudgetTable) -> Report:
    """A final account with what it carries over from the year before and to the next."""
    rows: list[tuple[str, str | None, int]] = [("本年收入合计", None, 1), ("年初结转和结余", None, 1),
            ("收入总计", None, 1), ("年末结转和结余", None, 1)]  # fmt: skip
    heads = [("收入 / 决算数", (REVENUE,)), ("支出 / 决算数", (SPENT,))]
    made = table("budget-summary", rows, heads, [["9.00", ""], [opening, ""], ["10.00", ""], ["", closing]])
    provisions = {2: ("provision", "carry-over"), 4: ("provision", "next-year")}
    figures = tuple(
        replace(o, dimensions=(*o.dimensions, provisions[o.row])) if o.row in provisions else o
        for o in made.observations
    )
    return of(year, "final", body, replace(made, observations=figures), *more)


def of(year: int, stage: str, body: str, *tables: BudgetTable, scope: str = "department") -> Report:
    made = report(tables=tables, projects=(), statements=())
    who = replace(made.identity, year=year, stage=stage, body=body, scope=scope)  # type: ignore[arg-type]
    return replace(made, identity=who)


def spending(total: str, before: str = "") -> BudgetTable:
    heads = [("本年预算数", ()), ("上年预算数", (("fiscalYear", "2023"),))]
    return table("expenditure", [("教育支出", "205", 1), ("合计", None, 1)], heads, [[total, before]] * 2)


def found(*reports: Report) -> list[Counterpart]:
    made = counterparts([printed_sums(one) for one in reports])
    return [there for key in sorted(made) for there in made[key]]


def test_what_a_year_carries_over_is_beside_what_the_year_before_ends_with() -> None:
    (there,) = found(account(2023, "5.00", "2.00"), account(2024, "1.00", "3.00"))
    assert (there.row, there.column, there.amount, there.rounding) == (2, 1, Decimal(20000), Decimal(100))
    assert [path.split("/")[1] for path in there.figures] == ["t1-r4-c2"]


@pytest.mark.parametrize(
    "before",
    [
        account(2022, "5.00", "2.00"),
        account(2023, "5.00", "2.00", "青川市教育局"),
        account(2023, "5.00", ""),
        replace(account(2023, "5.00", "2.00"), faults=(Residue("", report().tables[0].place, "a page is an image"),)),
    ],
    ids=["two years before", "another body", "blank", "a page unread"],
)
def test_nothing_stands_beside_it_where_no_report_says_it(before: Report) -> None:
    assert found(before, account(2024, "1.00", "3.00")) == []


def test_a_column_of_last_year_is_beside_last_year_s_report() -> None:
    last, this = of(2023, "budget", "青川市水务局", spending("7.00")), spending("8.00", "7.50")
    (there,) = found(last, of(2024, "budget", "青川市水务局", this))
    assert (there.row, there.column, there.amount) == (2, 2, Decimal(70000))


def test_a_department_is_beside_the_sum_of_all_its_units_alone() -> None:
    names = ("青川市水务局机关", "青川市水文站")
    whole = replace(of(2024, "budget", "青川市水务局", spending("8.00")), listed=names)
    units = [of(2024, "budget", name, spending("3.00"), scope="unit") for name in names]
    (there,) = found(whole, *units)
    assert (len(there.figures), there.amount, there.rounding) == (2, Decimal(60000), Decimal(200))
    assert found(whole, units[0]) == []


def test_a_build_tells_each_report_what_the_others_print(tmp_path: Path) -> None:
    """And makes a report again where only what another prints has changed."""
    made = []
    for closing in ("2.00", "2.50"):
        heads = []
        for number, one in enumerate([account(2023, "5.00", closing), account(2024, "1.00", "3.00")]):
            path = tmp_path / f"{number}.json"
            write_reading([one], [], path)
            shown = work.Work(tmp_path / "cache", Options(jobs=1), print)
            heads.append([shown._head(path, 0, json.loads(work.read_kept(path)[0])["reports"][0])])
        tasks = list(shown._makings(heads, work.Meanings(resolve(()), {}), []))
        made.append({task.name: (task.counterparts, task.target) for task in tasks})
    changed, same = sorted(made[0], key=lambda name: made[0][name][1] == made[1][name][1])
    assert [there.amount for there in made[1][changed][0]] == [Decimal(25000)]
    assert made[0][same] == made[1][same]
