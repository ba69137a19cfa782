"""Tables rebuilt from text without cell borders: small cases, a round trip, and the real reports."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_reports import needs_reports, pages_of

from kg_builder.model import Cell, Page, Place, Table
from kg_builder.readers.plain.heads import read_heads
from kg_builder.readers.plain.tables import restore_tables
from kg_builder.text import decimal_of, squeeze

FUNDS = ("一般公共预算", "政府性基金预算", "国有资本经营预算")
HEADS = {
    "functions": ("项目 2023年预算数\n\n科目编码 科目名称 合计 基本支出 项目支出", "cl", 2),
    "sources": (
        "项目 本年收入\n上年结转\n\n科目编码 科目名称 合计 一般公共预算 政府性基金\n国有资本经营预\n\n算\n单位资金",
        "cl",
        5,
    ),
    "projects": (
        "项目名称 合计\n\n2023年财政拨款\n财政专户管\n\n理资金\n单位资金\n\n一般公共预算\n政府性\n基金预\n\n算\n\n"
        "国有资本经营\n预算\n\n1 2 3 4 5 6 7",
        "l",
        5,
    ),
}


def page_of(text: str) -> Page:
    lines = tuple(Cell(line, Place(1, line=i)) for i, line in enumerate(text.split("\n"), start=1) if line)
    return Page(1, lines)


def restored(text: str) -> tuple[Table, ...]:
    return restore_tables([page_of(text)])[0].tables


def texts(table: Table) -> list[list[str | None]]:
    return [[None if cell is None else cell.text for cell in row] for row in table.rows]


def head_rows(text: str) -> list[list[str | None]]:
    head = read_heads([Cell(line, Place(1, line=i)) for i, line in enumerate(text.split("\n")) if line])[0]
    return [[None if cell is None else cell.text for cell in row] for row in head.rows]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (
            "收入 支出\n项目 2023年 项目 2023年合计 当年预算安排\n上年结转安\n排",
            [
                ["收入", None, "支出", None, None, None],
                ["项目", "2023年", "项目", "2023年合计", "当年预算安排", "上年结转安排"],
            ],
        ),
        (
            "收入 支出\n项目 金额 项目\n金额\n小计 一般公共预算\n政府性基\n金预算",
            [
                ["收入", None, "支出", None, None, None],
                ["项目", "金额", "项目", "金额", None, None],
                [None, None, None, "小计", "一般公共预算", "政府性基金预算"],
            ],
        ),
        (
            "国有资本经营预算收入 国有资本经营预算支出\n项目\n国有资本经\n营收入预算\n"
            "科目编码 科目名称 合计 基本支出 项目支出\n收入科目编码 科目名称",
            [
                ["国有资本经营预算收入", None, None, "国有资本经营预算支出", None, None, None, None],
                ["项目", None, "国有资本经营收入预算", "科目编码", "科目名称", "合计", "基本支出", "项目支出"],
                ["收入科目编码", "科目名称", None, None, None, None, None, None],
            ],
        ),
        (
            "单位名称\n2023预算数\n合计 一般公共预算 政府性基金预算 国有资本经营预算",
            [["单位名称", "2023预算数", None, None, None], [None, "合计", *FUNDS]],
        ),
    ],
)
def test_head_becomes_columns_by_meaning_and_layout(head: str, expected: list[list[str | None]]) -> None:
    assert head_rows(head) == expected


def test_head_of_unknown_words_is_not_read() -> None:
    assert read_heads([Cell("甲 乙 丙", Place(1, line=1))]) == []


CAPTION = "2023年预算支出总表\n\n部门名称：某局 单位：万元\n\n"
FUNCTIONS = CAPTION + "项目 2023年预算数\n\n科目编码 科目名称 合计 基本支出 项目支出\n\n"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("201 甲事务支出 0.23 0.23  \n\n", ["201", "甲事务支出", "0.23", "0.23", ""]),  # empty cells at the end
        ("201 甲事务支出 9.92  9.92\n\n", ["201", "甲事务支出", "9.92", "", "9.92"]),  # an empty cell between
        ("201\n一般公共服\n务支出\n\n9.92  9.92\n\n", ["201", "一般公共服务支出", "9.92", "", "9.92"]),  # wrapped
        ("201 一般公共服 9.92  9.92\n务支出\n\n", ["201", "一般公共服务支出", "9.92", "", "9.92"]),  # wrapped below
        ("201 甲事务支出 5.00 3.00 2.00\n\n", ["201", "甲事务支出", "5.00", "3.00", "2.00"]),
        ("201 甲事务支出 4411. 49 4411. 49  \n\n", ["201", "甲事务支出", "4411.49", "4411.49", ""]),  # a space inside
    ],
)
def test_row_of_functional_table(body: str, expected: list[str]) -> None:
    (table,) = restored(FUNCTIONS + body + "202 乙支出 1.00 0.50 0.50\n\n203 丙支出 1.00  1.00")
    assert texts(table)[2] == expected


def test_row_that_fits_in_two_ways_is_left_undivided() -> None:
    (table,) = restored(FUNCTIONS + "201 甲事务支出 5.00 5.00\n202 乙支出 6.00 6.00")
    assert texts(table)[2:] == [
        ["201", "", "201 甲事务支出 5.00 5.00", "", ""],
        ["202", "", "202 乙支出 6.00 6.00", "", ""],
    ]


def test_sums_down_the_table_decide_where_spaces_are_lost() -> None:
    (table,) = restored(FUNCTIONS + "合计 11.00 5.00 6.00\n201 甲事务支出 5.00 5.00\n202 乙支出 6.00 6.00")
    assert texts(table)[3:] == [["201", "甲事务支出", "5.00", "5.00", ""], ["202", "乙支出", "6.00", "", "6.00"]]


def test_two_panels_with_a_number_that_runs_into_the_next_label() -> None:
    (table,) = restored(
        CAPTION
        + "收入 支出\n\n项目 2023年 项目 2023年合计 当年预算安排\n上年结转安\n\n排\n\n"
        + "一、一般公共预算 1,098.40一、一般公共服务支出 0.23 0.23  \n\n二、政府性基金预算  二、外交支出    \n\n"
        + "  \n三、文化旅游体育与传媒\n支出\n\n1,417.28 1,062.19 355.09\n\n-3-\n\n第二部分 2023年部门预算报表\n"
        + "   四、公共安全支出    \n\n上年结转 355.09年终结转    \n"
    )
    assert texts(table)[2:] == [
        ["一、一般公共预算", "1,098.40", "一、一般公共服务支出", "0.23", "0.23", ""],
        ["二、政府性基金预算", "", "二、外交支出", "", "", ""],
        ["", "", "三、文化旅游体育与传媒支出", "1,417.28", "1,062.19", "355.09"],
        ["", "", "四、公共安全支出", "", "", ""],
        ["上年结转", "355.09", "年终结转", "", "", ""],
    ]


def test_two_coded_panels() -> None:
    (table,) = restored(
        CAPTION
        + "国有资本经营预算收入 国有资本经营预算支出\n\n项目\n国有资本经\n营收入预算\n\n"
        + "科目编码 科目名称 合计 基本支出 项目支出\n收入科目编码 科目名称\n\n"
        + "合计 0.00   0.00 0.00 0.00\n\n201\n甲事务支\n出\n\n0.00201\n甲事务\n支出\n\n 0.00 0.00\n\n"
        + "20132 组织事务  20132 组织事务    \n"
    )
    assert texts(table)[3:] == [
        ["合计", "", "0.00", "", "", "0.00", "0.00", "0.00"],
        ["201", "甲事务支出", "0.00", "201", "甲事务支出", "", "0.00", "0.00"],
        ["20132", "组织事务", "", "20132", "组织事务", "", "", ""],
    ]


def test_indents_and_wrapped_names_of_projects() -> None:
    (table,) = restored(
        CAPTION
        + HEADS["projects"][0]
        + "\n\n某局 15.00 15.00     \n\n　　某展览馆2022年专用设备电\n费\n\n10.00 10.00     "
        + "\n\n　　A11考古发掘费 5.00 5.00     \n"
    )
    assert texts(table)[2:] == [
        ["1", "2", "3", "4", "5", "6", "7"],
        ["某局", "15.00", "15.00", "", "", "", ""],
        ["　　某展览馆2022年专用设备电费", "10.00", "10.00", "", "", "", ""],
        ["　　A11考古发掘费", "5.00", "5.00", "", "", "", ""],
    ]


def test_figures_keep_the_line_they_are_printed_on() -> None:
    (table,) = restored(FUNCTIONS + "201\n一般公共服\n务支出\n\n9.92  9.92\n\n202 乙支出 1.00 0.50 0.50")
    row = next(row for row in table.rows if row[0] is not None and row[0].text == "201")
    assert [cell.place.line for cell in row if cell is not None and cell.text] == [9, 10, 13, 13]


def test_region_with_a_head_that_is_not_understood_keeps_every_line() -> None:
    (table,) = restored("某明细表\n单位：万元\n甲 乙 丙\n某项 1.00 2 .00\n\n注：无")
    assert texts(table) == [["甲 乙 丙", ""], ["某项 1.00 2 .00", ""]]


def test_a_code_run_together_with_its_name_begins_a_row() -> None:
    """The second row's code and name were taken for more of the first row's name."""
    (table,) = restored(FUNCTIONS + "20133 宣传事务 9.00 9.00  \n\n2013302一般行政管理事务 9.00 9.00  \n")
    assert texts(table)[2:] == [
        ["20133", "宣传事务", "9.00", "9.00", ""],
        ["2013302", "一般行政管理事务", "9.00", "9.00", ""],
    ]


def test_a_blank_after_a_code_does_not_part_it_from_its_name() -> None:
    """The code was lost and 缴费支出 stood as the row's name."""
    (table,) = restored(
        FUNCTIONS + "2080505 \n机关事业单位基本养老保险\n缴费支出\n\n9.00 9.00  \n\n2080506 年金 1.00 1.00  \n"
    )
    assert texts(table)[2] == ["2080505", "机关事业单位基本养老保险缴费支出", "9.00", "9.00", ""]


SIDES = (
    CAPTION
    + "收入 支出\n\n项目 金额 项目 金额\n\n小计\n\n一般公共预\n\n算\n\n政府性基\n\n金预算\n\n国有资本经\n\n营预算\n\n"
)


def test_a_subtotal_with_one_part_is_no_reading_of_a_head() -> None:
    """Figures of two columns were given to the last two of four, where the spaces of empty cells are lost."""
    (table,) = restored(
        SIDES + "一、一般公共预算 9.00一、一般公共服务支出 7.00 7.00 \n\n二、政府性基金预算 二、教育支出 2.00 2.00 \n\n"
        "收入总计 9.00支出总计 9.00 9.00 \n"
    )
    heads, rows = texts(table)[2], texts(table)[3:]
    assert heads[3:] == ["小计", "一般公共预算", "政府性基金预算", "国有资本经营预算"]
    assert all(row[5:] == ["", ""] for row in rows)


def test_a_subtotal_stands_within_its_group() -> None:
    """小计 was read as a column of its own to the right of 金额, and every figure moved by one column."""
    lines = SIDES.removeprefix(CAPTION).split("\n")
    readings = read_heads([Cell(line, Place(1, line=i)) for i, line in enumerate(lines) if line])
    assert readings
    assert all("小计" not in {cell.text for cell in reading.rows[1] if cell} for reading in readings)


def test_a_line_with_total_alone_may_belong_to_a_broken_head() -> None:
    """2023年 and 合计 below it are one head; the table below 2023年 alone was read in its place."""
    (table,) = restored(
        CAPTION + "收入 支出\n\n项目 2023年 项目\n\n2023年\n\n合计\n\n当年预算安\n\n排\n\n上年结转安\n\n排\n\n"
        "一、一般公共预算 9.00一、一般公共服务支出 9.00 7.00 2.00\n\n收入总计 9.00支出总计 9.00 7.00 2.00\n"
    )
    assert texts(table)[1] == ["项目", "2023年", "项目", "2023年合计", "当年预算安排", "上年结转安排"]
    assert texts(table)[2] == ["一、一般公共预算", "9.00", "一、一般公共服务支出", "9.00", "7.00", "2.00"]


def test_numbers_alone_on_a_line_of_an_undivided_table_are_no_figures() -> None:
    """2080505 was read as a sum of money, and row 1 with its figure 7,871.81 as 17,871.81."""
    (table,) = restored("某明细表\n单位：万元\n甲类科目\n2080505\n某项支出\n乙 丙 3.00\n1 7,871.81\n某收入\n12 5.00")
    assert texts(table) == [
        ["甲类科目", ""],
        ["2080505\n某项支出", ""],
        ["乙 丙 3.00", ""],
        ["1 7,871.81\n某收入\n12 5.00", ""],
    ]


def test_a_word_for_money_is_not_joined_to_a_word_for_names() -> None:
    """本年财政拨款基本支出 and 科目编码 became one head, and codes stood as figures."""
    assert head_rows("部门预算支出经济分类科目 本年财政拨款基本支出\n科目编码 科目名称 合计 人员经费 公用经费") == [
        ["部门预算支出经济分类科目", None, "本年财政拨款基本支出", None, None],
        ["科目编码", "科目名称", "合计", "人员经费", "公用经费"],
    ]


def test_inner_ordinals_tell_the_side_of_a_wrapped_label() -> None:
    """（三）社会保障和就 opened a row on the left, and 二、上年结转 stood on the right."""
    (table,) = restored(
        CAPTION
        + "收入 支出\n\n项目 预算数 项目 预算数\n\n一、本年收入 9.00一、本年支出 10.00\n\n"
        + "（一）一般公共预算拨款 6.00 （一）公共安全支出 2.00\n\n"
        "（二）政府性基金预算拨款 3.00\n（二）社会保障和就\n业支出\n\n5.00\n\n"
        "二、上年结转 1.00 （三）卫生健康支出 3.00\n\n收入总计 10.00 支出总计 10.00\n"
    )
    assert texts(table)[4:6] == [
        ["（二）政府性基金预算拨款", "3.00", "（二）社会保障和就业支出", "5.00"],
        ["二、上年结转", "1.00", "（三）卫生健康支出", "3.00"],
    ]


def test_a_dash_before_an_ordinal_stands_in_its_own_cell() -> None:
    """-二、外交支出 was read as a label."""
    (table,) = restored(
        CAPTION
        + "收入 支出\n\n项目 预算数 项目 预算数\n\n一、一般公共预算 9.00一、一般公共服务支出 9.00\n\n"
        + "二、政府性基金预算 -二、外交支出 -\n"
    )
    assert texts(table)[3] == ["二、政府性基金预算", "-", "二、外交支出", "-"]


def test_pages_of_a_pdf_stay_as_they_are() -> None:
    page = Page(1, page_of(FUNCTIONS + "201 甲事务支出 5.00 3.00 2.00").lines, (), (595.0, 842.0))
    assert restore_tables([page]) == [page]


def test_a_subtotal_alone_stands_in_a_head_and_begins_no_body() -> None:
    """小计 on a line of its own was taken for a row, under a head that has no column of names: reading ended there."""
    (table,) = restored(
        "2024年“三公”经费支出预算表\n\n部门名称：某局 单位：万元\n\n合计 “三公”经费 会议费 培训费\n\n小计\n\n"
        "因公出国（\n\n境）费\n\n公务用车购置及运行维护费 公务接待费\n\n小计\n\n"
        "公务用车购\n\n置费\n\n公务用车运\n\n行维护费\n\n9.00 6.00 1.00 4.00 3.00 1.00 1.00 2.00 1.00\n"
    )
    assert texts(table)[-1] == ["行维护费\n9.00 6.00 1.00 4.00 3.00 1.00 1.00 2.00 1.00", ""]  # told, not guessed


# --- round trip -------------------------------------------------------------------------------------------------


def printed(cents: int) -> str:
    return f"{Decimal(cents) / 100:,.2f}" if cents else ""


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, str, list[list[str]]]:
    """A kind of table with its head and the cells of its rows; rows, parents and columns add up."""
    kind = draw(st.sampled_from(sorted(HEADS)))
    head, _, parts = HEADS[kind]
    amounts = st.integers(min_value=0, max_value=10**7).map(lambda n: n if n % 3 else 0)
    values = st.lists(amounts, min_size=parts, max_size=parts).filter(any)
    rows: list[tuple[list[str], list[int]]] = []
    if kind == "projects":
        leaves = draw(st.lists(values, min_size=1, max_size=6))
        rows = [([f"　　某项目{chr(0x4E00 + 7 * i)}经费"], leaf) for i, leaf in enumerate(leaves)]
        rows.insert(0, (["某局"], [sum(column) for column in zip(*leaves, strict=True)]))
    else:
        total = [0] * parts
        for number in range(draw(st.integers(min_value=1, max_value=3))):
            leaves = draw(st.lists(values, min_size=1, max_size=3))
            sums = [sum(column) for column in zip(*leaves, strict=True)]
            total = [a + b for a, b in zip(total, sums, strict=True)]
            code = str(201 + number)
            rows += [([code, "某类支出"], sums), ([code + "01", "某款事务"], sums)]
            rows += [([f"{code}01{i:02}", f"第{chr(0x4E00 + i)}项支出"], leaf) for i, leaf in enumerate(leaves, 1)]
        rows.insert(0, (["合计"], total))
    return kind, head, [[*names, *_figures(kind, figures)] for names, figures in rows]


def _figures(kind: str, parts: list[int]) -> list[str]:
    if kind == "sources":  # 上年结转, the last, is no part of the total
        return [printed(sum(parts[:-1])), *(printed(part) for part in parts)]
    return [printed(sum(parts)), *(printed(part) for part in parts)]


def print_row(cells: list[str], wrap: bool) -> str:
    """As an extraction prints it: cells joined by one space, and one more after the last where that is empty."""
    line = " ".join(cells) + ("" if cells[-1] else " ")
    name = cells[1] if len(cells[0]) in (3, 5, 7) and cells[0].isdigit() else cells[0]
    if not wrap or len(name) < 4 or name == "合计":
        return line
    before, _, after = line.partition(name)
    return f"{before.strip() + chr(10) if before else ''}{name[:-1]}\n{name[-1]}\n\n{after.removeprefix(' ')}"


def grid(cells: list[str], width: int) -> list[str]:
    return cells if len(cells) == width else [cells[0], "", *cells[1:]]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(tables(), st.lists(st.booleans(), min_size=20, max_size=20))
def test_printed_table_is_restored_equal(table: tuple[str, str, list[list[str]]], wraps: list[bool]) -> None:
    _, head, rows = table
    body = "\n\n".join(print_row(row, wrap) for row, wrap in zip(rows, wraps, strict=False))
    found = texts(restored(CAPTION + head + "\n\n" + body)[0])
    width = len(found[0])
    assert found[-len(rows) :] == [grid(row, width) for row in rows]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(tables())
def test_without_the_spaces_no_figure_gets_a_wrong_column(table: tuple[str, str, list[list[str]]]) -> None:
    _, head, rows = table
    body = "\n\n".join(" ".join(cell for cell in row if cell) for row in rows)
    found = texts(restored(CAPTION + head + "\n\n" + body)[0])
    for row, cells in zip(rows, found[-len(rows) :], strict=True):
        whole = " ".join(cell for cell in row if cell)
        assert cells == grid(row, len(cells)) or set(cells) == {whole, row[0], ""}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(tables(), st.lists(st.booleans(), min_size=20, max_size=20))
def test_where_some_rows_lost_their_spaces_no_figure_gets_a_wrong_column(
    table: tuple[str, str, list[list[str]]], lost: list[bool]
) -> None:
    _, head, rows = table
    lines = [
        " ".join(cell for cell in row if cell) if bare else print_row(row, False)
        for row, bare in zip(rows, lost, strict=False)
    ]
    found = texts(restored(CAPTION + head + "\n\n" + "\n\n".join(lines))[0])
    for row, cells in zip(rows, found[-len(rows) :], strict=True):
        whole = " ".join(cell for cell in row if cell)
        assert cells == grid(row, len(cells)) or set(cells) == {whole, row[0], ""}


# --- real reports -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["yangquan-museum-2023", "yangquan-finance-2023"])
def report(request: pytest.FixtureRequest) -> tuple[Page, ...]:
    return tuple(restore_tables(pages_of(request.param)))


def amount(cell: Cell | None) -> Decimal | None:
    return None if cell is None else decimal_of(cell.text)


@needs_reports
def test_all_thirteen_tables_of_a_report_are_divided(report: tuple[Page, ...]) -> None:
    tables = [table for page in report for table in page.tables if len(table.rows[0]) > 2]
    assert [len(table.rows[0]) for table in tables] == [6, 9, 5, 7, 5, 5, 3, 5, 8, 5, 5, 7, 5]
    several = re.compile(r"\d\.\d\d\s+\d")
    assert not [cell for table in tables for row in table.rows for cell in row if cell and several.search(cell.text)]


@needs_reports
def test_sums_of_a_report_hold(report: tuple[Page, ...]) -> None:
    tables = [table for page in report for table in page.tables if len(table.rows[0]) > 2]
    for number in (1, 2, 4):  # revenue, expenditure, general public expenditure
        rows = [row for row in tables[number].rows if row[0] is not None]
        total = next(row for row in rows if row[0] is not None and row[0].text == "合计")
        classes = [row for row in rows if row[0] is not None and re.fullmatch(r"\d{3}", row[0].text)]
        for column in range(2, len(total)):
            parts = sum((amount(row[column]) or Decimal(0) for row in classes), Decimal(0))
            assert abs(parts - (amount(total[column]) or Decimal(0))) <= Decimal("0.01") * len(classes)
        parts_of = {1: (3, 4, 5, 6, 7), 2: (3, 4), 4: (3, 4)}[number]
        for row in [total, *classes]:
            parts = sum((amount(row[column]) or Decimal(0) for column in parts_of), Decimal(0))
            assert abs((amount(row[2]) or Decimal(0)) - parts) <= Decimal("0.01")


@needs_reports
def test_project_names_are_joined_as_their_forms_print_them(report: tuple[Page, ...]) -> None:
    projects = [
        table for page in report for table in page.tables if table.rows[0][0] and "项目名称" in table.rows[0][0].text
    ]
    names = {squeeze(row[0].text) for table in projects for row in table.rows[3:] if row[0] is not None}
    lines = [line.text.strip() for page in report for line in page.lines]
    forms = {squeeze(line.removeprefix("项目名称")) for line in lines if line.startswith("项目名称 ")} - {"合计"}
    assert len(names & forms) >= 0.7 * len(forms)
    assert all(any(form.startswith(name) or name in form or name.startswith(form) for name in names) for form in forms)
