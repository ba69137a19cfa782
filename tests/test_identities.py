"""A sum is claimed only where the figures of its table bear it out; what fails once among many is a finding."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hand_made import BASE, report, table
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.mutation.broken import breaks_a_sum
from kg_builder.check import check_graph
from kg_builder.graph.addends import table_sums
from kg_builder.graph.identities import known
from kg_builder.graph.reports import report_graph
from kg_builder.model import BudgetTable

REVENUE = (("side", "revenue"),)
FISCAL, BUSINESS = (("fundingSource", "fiscal"), *REVENUE), (("fundingSource", "business-income"), *REVENUE)
CARRY = (("fundingSource", "carry-over"), ("provision", "carry-over"), *REVENUE)
HEADS = [("合计", ()), ("基本支出", (("expenditureType", "basic"),)), ("项目支出", (("expenditureType", "project"),))]
ROWS: list[tuple[str, str | None, int]] = [("合计", None, 1), ("教育支出", "205", 1), ("住房保障支出", "221", 1)]


def found(made: BudgetTable) -> list[tuple[str, str | None]]:
    graph = report_graph(report(tables=(made,), projects=(), statements=()), None, BASE)
    return [(f.check, f.found) for f in check_graph(graph) if f.check in {"rows", "columns"}]


def revenue(figures: list[list[str]]) -> BudgetTable:
    heads = [("收入合计", REVENUE), ("上年结转", CARRY), ("财政拨款收入", FISCAL), ("事业收入 / 金额", BUSINESS),
             ("事业收入 / 其中：教育收费", BUSINESS), ("使用非财政拨款结余", REVENUE)]  # fmt: skip
    return table("revenue", ROWS[: len(figures)], heads, figures)


TRUE = [
    ["100.00", "10.00", "58.00", "20.00", "5.00", "12.00"],
    ["70.00", "10.00", "40.00", "12.00", "5.00", "8.00"],
    ["30.00", "", "18.00", "8.00", "", "4.00"],
]


def test_a_total_with_carry_over_and_surplus_used_takes_both() -> None:
    made = revenue(TRUE)
    assert found(made) == []
    sums = table_sums(made)
    assert {part for (row, part), whole in sums.by_column.items() if whole == (1, 1)} == {2, 3, 4, 6}
    assert (sums.column_evidence[1, 1].held, sums.column_evidence[1, 1].tested) == (3, 3)


def test_one_row_that_fails_among_rows_that_hold_is_a_finding() -> None:
    wrong = [TRUE[0], ["70.00", "10.00", "40.00", "12.00", "5.00", "8.50"], TRUE[2]]
    heads = {check for check, _ in found(revenue(wrong))}
    assert heads == {"columns", "rows"}


def test_no_sum_is_claimed_where_no_set_of_columns_fits() -> None:
    made = revenue([["50.00", "1.00", "1.00", "2.00", "", "3.00"]] * 2)
    assert not table_sums(made).by_column
    assert [check for check, _ in found(made)] == []


def test_the_body_s_own_row_under_the_total_does_not_double_the_sum() -> None:
    rows = [("合计", None, 1), ("青川市水务局", None, 1), ("教育支出", "205", 1), ("住房保障支出", "221", 1)]
    heads = [
        ("合计", ()),
        ("基本支出", (("expenditureType", "basic"),)),
        ("项目支出", (("expenditureType", "project"),)),
    ]
    figures = [["30.00", "20.00", "10.00"]] * 2 + [["18.00", "8.00", "10.00"], ["12.00", "12.00", ""]]
    made = table("expenditure", rows, heads, figures)
    assert found(made) == []
    sums = table_sums(made)
    assert sums.by_row[2, 1] == (1, 1) and sums.by_row[3, 1] == sums.by_row[4, 1] == (2, 1)
    changed = [*figures[:2], ["18.50", "8.00", "10.00"], figures[3]]
    assert found(table("expenditure", rows, heads, changed)) != []


@pytest.mark.parametrize(
    ("figures", "findings"),
    [
        (["86959408.34", "79189400", "7770008"], []),  # the parts are rounded to whole yuan
        (["86959410.34", "79189400", "7770008"], ["columns"]),  # more than rounding
        (["86959408.34", "79189400.00", "7770008.00"], ["columns"]),  # the parts show their cents
        (["86959408.34", "79189400.30", "7770008"], ["columns"]),  # a part without cents beside one that has them
    ],
)
def test_rounding_is_what_the_printed_digits_explain(figures: list[str], findings: list[str]) -> None:
    made = table("expenditure", [("合计", None, 1)], HEADS, [figures])
    assert [check for check, _ in found(made)] == findings


def test_a_sum_that_stands_alone_needs_a_witness() -> None:
    figures = [["30.00", "20.00", "9.00"]]
    known_kind = table("expenditure", [("合计", None, 1)], HEADS, figures)
    unknown = table("other", [("甲", None, 1)], HEADS, figures)
    assert ("expenditure", "column", "合计") in known()
    assert [check for check, _ in found(known_kind)] == ["columns"]
    assert found(unknown) == []


@settings(deadline=None, max_examples=50)
@given(st.lists(st.lists(st.integers(0, 10**7), min_size=2, max_size=2), min_size=1, max_size=6))
def test_no_table_that_adds_up_is_accused(parts: list[list[int]]) -> None:
    lines = [[sum(line), *line] for line in parts]
    lines = [[sum(column) for column in zip(*lines, strict=True)], *lines]
    rows: list[tuple[str, str | None, int]] = [("合计", None, 1), *((f"项{n}", None, 1) for n in range(len(parts)))]
    figures = [[str(Decimal(cents).scaleb(-2)) for cents in line] for line in lines]
    made = table("expenditure", rows, HEADS, figures)
    assert found(made) == []
    assert table_sums(made).by_row == {(r, c): (1, c) for r in range(2, len(parts) + 2) for c in (1, 2, 3)}


def test_evidence_stands_beside_each_sum() -> None:
    graph = report_graph(report(tables=(replace(revenue(TRUE), kind="revenue"),), projects=()), None, BASE)
    said = {t.predicate.value.rpartition("#")[2]: str(t.object) for t in graph if "/obs/" in str(t.subject)}
    assert {"columnSumHeld", "columnSumTested", "columnSumRounding", "rowSumHeld"} <= set(said)


LISTED = [("一、货物", 1), ("甲项目", 2), ("服务器", 3), ("打印机", 3), ("乙项目", 2), ("交换机", 3), ("二、服务", 1),
          ("丙项目", 2), ("会议服务", 3), ("印刷服务", 3), ("合计", 1)]  # fmt: skip
BOUGHT = ["9.00", "5.00", "3.00", "2.00", "4.00", "4.00", "7.00", "7.00", "6.00", "1.00", "16.00"]


def purchases(changed: dict[int, str]) -> BudgetTable:
    """One column of figures, whose levels alone say what is part of what."""
    rows: list[tuple[str, str | None, int]] = [(label, None, level) for label, level in LISTED]
    figures = [[changed.get(number, printed)] for number, printed in enumerate(BOUGHT, 1)]
    return table("procurement", rows, [("总计", (("side", "expenditure"),))], figures)


def test_a_row_that_fails_is_found_where_all_others_of_its_way_add_up() -> None:
    assert found(purchases({})) == []
    assert found(purchases({3: "30000"})) == [("rows", "50000")]


def test_levels_that_fail_twice_bear_no_sum_out() -> None:
    assert found(purchases({3: "30000", 9: "60000"})) == []


def test_printed_codes_that_nest_bear_a_class_out_whatever_their_names() -> None:
    rows = [("合计", None, 1), ("工资福利支出", "301", 1), ("基本工资", "30101", 2), ("绩效工资", "30102", 2),
            ("商品和服务支出", "302", 1), ("办公费", "30201", 2), ("培训费", "30202", 2),
            ("离退休人员经费", "303", 1), ("退休费", "30301", 2)]  # fmt: skip
    figures = ["20.00", "9.00", "5.00", "4.00", "8.00", "6.00", "2.00", "3.00", "3.00"]
    assert found(table("general-public-basic", rows, HEADS[:1], [[f] for f in figures])) == []
    figures[6] = "2.50"
    assert found(table("general-public-basic", rows, HEADS[:1], [[f] for f in figures])) == [("rows", "80000")]


def test_a_change_breaks_a_sum_only_where_the_page_no_longer_adds_up() -> None:
    intact = purchases({})
    assert breaks_a_sum(intact, purchases({3: "3.50"}))
    assert not breaks_a_sum(intact, purchases({3: "3.01"}))  # rounding explains it
    for row, broken in ((2, False), (3, True), (11, False)):  # a subtotal above its parts, a part, the only total
        observations = tuple(o for o in intact.observations if o.row != row)
        assert breaks_a_sum(intact, replace(intact, observations=observations)) is broken


def test_codes_of_a_government_s_table_bear_no_sum_out_for_others() -> None:
    """11008 was added to 上级补助收入, printed with the code of all transfers."""
    rows = [("合计", None, 1), ("上级补助收入", "110", 1), ("返还性收入", "11001", 2), ("上年结余收入", "11008", 2),
            ("债务收入", "105", 1), ("一般债务收入", "10504", 2),
            ("税收收入", "101", 1), ("增值税", "10101", 2)]  # fmt: skip
    figures = ["20.00", "9.00", "9.00", "4.00", "8.00", "8.00", "3.00", "3.00"]
    made = table("general-public-balance", rows, HEADS[:1], [[f] for f in figures])
    assert found(replace(made, of_government=True)) == []
