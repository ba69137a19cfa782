"""What a printed line is: one table of cases a mark, the same for every reader."""

from __future__ import annotations

import pytest
from drawn import PHONE

from kg_builder import marks
from kg_builder.model import Cell, Place
from kg_builder.text import YUAN_PER, money


@pytest.mark.parametrize(
    ("text", "of", "whole"),
    [
        ("合计", "", True), ("合 计", "", True), ("总　计", "", True), ("小\n计", "", True), ("共计", "", True),
        ("总额", "", True), ("合计数", "", True), ("合计（万元）", "", True), ("总计金额", "", True),
        ("2023年合计", "2023年", True), ("2024年度总计", "2024年度", True), ("本年收入合计", "本年收入", True),
        ("当年支出小计", "当年支出", True), ("收入总额", "收入", True), ("预算总额", "预算", True),
        ("资金总额", "资金", True), ("本页小计", "本页", True), ("总合计", "总", True),
        ("人员经费合计", "人员经费", False), ("“三公”经费共计", "“三公”经费", False),
        ("工资总额", None, False), ("政府采购总额", None, False), ("统计", None, False), ("合计数据", None, False),
        ("合计与上年持平", None, False), ("会计", None, False), ("", None, False),
    ],
)  # fmt: skip
def test_totals(text: str, of: str | None, whole: bool) -> None:
    assert marks.total_of(text) == of
    assert marks.is_total(text) == (of is not None)
    assert marks.is_total(text, whole=True) == whole


@pytest.mark.parametrize(
    ("line", "whole"),
    [("项 目  合  计   备 注", "项目  合计   备注"), ("合 计  1.00", "合计  1.00"), ("类 款 项 目", "类 款 项 目"),
     ("总 额 外", "总额 外"),
     ("组合 计划", "组合 计划"), ("小 计：", "小 计：")],
)  # fmt: skip
def test_words_set_apart(line: str, whole: str) -> None:
    assert marks.without_spreading(line) == whole


@pytest.mark.parametrize(
    ("text", "plain", "signed"),
    [
        ("12", True, False), ("- 12 -", True, True), ("— 5 —", True, True), ("─11─", True, True),
        ("－3－", True, True), ("· 7 ·", True, True), ("～ 9 ～", True, True), ("-4", True, False), ("4-", True, False),
        ("第 3 页", True, True), ("第3页共20页", True, True), ("第3页，共20页", True, True),
        ("第 3 页 / 共 20 页", True, True),
        ("共 20 页，第 3 页", True, True), ("3 / 20", True, True), ("第3/20页", True, True),
        ("Page 3 of 20", True, True),
        ("- 第 7 页 -", True, True), ("5页", True, True),
        ("84 84", False, False), ("20/3", False, False), ("1,234", False, False), ("12,345", False, False),
        ("12345", False, False), ("2.5", False, False), ("第3页图", False, False), ("3页左右", False, False),
        ("", False, False),
    ],
)  # fmt: skip
def test_page_numbers(text: str, plain: bool, signed: bool) -> None:
    assert marks.is_page_number(text) is plain
    assert marks.is_page_number(text, bare=False) is signed


@pytest.mark.parametrize(
    ("text", "label", "title"),
    [
        ("2025年预算收支总表", None, True), ("表一2025年预算收支总表", "表一", True),
        ("公开05表 财政拨款收支总表", "公开05表", True),
        ("“三公”经费支出预算表", None, True), ("项目支出预算表（本年预算）", None, True),
        ("预算公开表1支出预算总表", "预算公开表1", True),
        ("目录：收支总表", None, False), ("收支总表目录表", None, False), ("详见下表", None, False),
        ("某局按附表", None, False),
        ("本表", None, False), ("我局编制了2025年，收支总表", None, False), ("2024年表彰大会", None, False),
    ],
)  # fmt: skip
def test_titles(text: str, label: str | None, title: bool) -> None:
    assert marks.label_and_title(text)[0] == label
    assert marks.is_title(text) is title


@pytest.mark.parametrize(
    ("text", "told"),
    [("预算公开表1", True), ("表十二", True), ("公开 03 表", True), ("附3表", True), ("表1-2", True), ("表", False),
     ("表彰", False), ("收支总表", False)],
)  # fmt: skip
def test_labels_of_tables(text: str, told: bool) -> None:
    assert marks.is_table_label(text) is told


@pytest.mark.parametrize(
    ("text", "continued"),
    [
        ("续表", True),
        ("续表一", True),
        ("续上表", True),
        ("（续）", True),
        ("接上表", True),
        ("续建项目", False),
        ("表", False),
    ],
)
def test_tables_that_go_on(text: str, continued: bool) -> None:
    assert marks.is_continued(text) is continued


@pytest.mark.parametrize(
    ("text", "unit", "of_head"),
    [
        ("单位：万元", "万元", "万元"), ("单位:元", "元", "元"), ("金额单位：千元", "千元", "千元"),
        ("单位：百万元", "百万元", "百万元"),
        ("单位：亿元", "亿元", "亿元"), ("单位：百元", "百元", "百元"), ("单位：千万元", "千万元", "千万元"),
        ("单位：人民币万元", "万元", "万元"), ("（单位：万元）", "万元", "万元"), ("单位：（元）", "元", "元"),
        ("单位（万元）", "万元", "万元"),
        ("单 位 ： 万 元", "万元", "万元"), ("单位：万\n元", "万元", "万元"), ("单位万元", "万元", "万元"),
        ("单位：元（人民币）", "元", "元"),
        ("部门：某局 单位：万元", "万元", "万元"), ("预算数（万元）", None, "万元"), ("金额(千元)", None, "千元"),
        ("预算数（单位：元）", "元", "元"), ("单位元旦慰问费", None, None), ("单位：人", None, None),
        ("单位：个、%", None, None),
        ("编制单位：某局", None, None), ("万元", None, None), ("12.5万元", None, None),
    ],
)  # fmt: skip
def test_units_of_money(text: str, unit: str | None, of_head: str | None) -> None:
    assert marks.unit_of(text) == unit
    assert marks.unit_of(text, head=True) == of_head


@pytest.mark.parametrize("unit", YUAN_PER)
def test_every_unit_of_money_is_one_that_captions_name(unit: str) -> None:
    assert marks.unit_of(f"金额单位：{unit}") == unit
    amount = money("1.5", unit, Place(1))
    assert amount is not None
    assert amount.yuan == YUAN_PER[unit] * 3 / 2


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("收支总表（单位：万元）", "收支总表"),
        ("收支总表 金额单位：千元", "收支总表"),
        ("单位：元", ""),
        ("收支总表", "收支总表"),
    ],
)
def test_captions_without_their_unit(text: str, rest: str) -> None:
    assert marks.without_unit(text) == rest


@pytest.mark.parametrize(
    ("text", "bare"),
    [("项目总预算（元）：", "项目总预算"), ("（单位：千元）", ""), ("主管部门(单位)", "主管部门(单位)")],
)
def test_heads_without_their_unit(text: str, bare: str) -> None:
    assert marks.bare_head(text) == bare


@pytest.mark.parametrize(
    ("line", "below", "whole"),
    [
        ("     单位：万", "部门名称：某局     元", ("     单位：万元", "部门名称：某局")),
        ("单位：万", "元", ("单位：万元", "")),
        ("（单位：千", "元）", ("（单位：千元）", "")),
        ("单位：万元", "元", None),
        ("单位：万", "部门名称：某局", None),
        ("单位：万", "采购单元", None),
        ("计划：万", "元", None),
    ],
)
def test_units_cut_over_two_lines(line: str, below: str, whole: tuple[str, str] | None) -> None:
    assert marks.whole_unit(line, below) == whole


@pytest.mark.parametrize(
    ("text", "told"),
    [("部门名称：某局", True), ("编制单位：某局 单位：万元", True), ("部门：", True), ("填报单位（单位）：某校", True),
     ("单位：万元", False), ("金额单位：元", False), ("部门职责：宣传", False)],
)  # fmt: skip
def test_lines_that_name_the_body(text: str, told: bool) -> None:
    assert marks.is_body_line(text) is told


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("注：本表无数据", True),
        ("备注1.甲", True),
        ("说 明：乙", True),
        ("※丙", True),
        ("注册费", False),
        ("说明", False),
    ],
)
def test_notes(text: str, note: bool) -> None:
    assert marks.is_note(text) is note


@pytest.mark.parametrize(
    ("text", "nil", "with_word"),
    [("-", True, True), ("——", True, True), ("－", True, True), ("…", True, True), ("/", True, True),
     ("- -", True, True),
     ("无", False, True), ("0", False, False), ("", False, False), ("-5", False, False), ("----", False, False)],
)  # fmt: skip
def test_what_stands_for_no_figure(text: str, nil: bool, with_word: bool) -> None:
    assert marks.is_nil(text) is nil
    assert marks.is_nil(text, word=True) is with_word


@pytest.mark.parametrize(
    ("words", "numbered"),
    [
        ("1 2 3 4", True), ("栏次 1 2 3", True), ("类 款 项 栏次 1 2", True), ("甲 乙 1 2", True), ("1=2+3 2 3", True),
        ("(1) (2) (3)", True), ("栏次 1 栏次 2", True), ("8 9 10", True), ("1 2 1 2", True), ("栏次", True),
        ("甲 1", True),
        ("0 0 0", False), ("12 8 35", False), ("5 10 20", False), ("1 2 4 7", True), ("— 1 2 3", True),
        ("** 1 2", True), ("1 2 5 9", False), ("5", False), ("1 1 1", False), ("1.00 2.00", False),
        ("类 款 项", False), ("1 2 合计", False), ("", False),
    ],
)  # fmt: skip
def test_rows_that_number_the_columns(words: str, numbered: bool) -> None:
    assert marks.numbers_columns(words.split()) is numbered


@pytest.mark.parametrize(
    ("text", "style", "number", "rest"),
    [("一、基本支出", "plain", 1, "基本支出"), ("二十八、债务", "plain", 28, "债务"),
     ("（二）项目", "bracket", 2, "项目"),
     ("3.差旅", "digit", 3, "差旅"), ("2.2026年收入预算总表", "digit", 2, "2026年收入预算总表"),
     ("2.2026", None, 0, "2.2026"), ("4）培训", "digit", 4, "培训"), ("(5)餐费", "digit", 5, "餐费"),
     ("⑫甲", "circle", 12, "甲"), ("  十、乙", "plain", 10, "乙"), ("3.5万元", None, 0, "3.5万元"),
     ("二十", None, 0, "二十"), ("基本支出", None, 0, "基本支出")],
)  # fmt: skip
def test_ordinals(text: str, style: str | None, number: int, rest: str) -> None:
    assert marks.ordinal_of(text) == ((style, number) if style else None)
    assert marks.without_ordinal(text) == rest


@pytest.mark.parametrize(
    ("text", "begins", "rest"),
    [("第一部分 某局概况", True, "某局概况"), ("第十二部分", True, ""), ("第3部分预算表", True, "预算表"),
     ("第 二 部 分某局", True, "某局"), ("详见第二部分", False, "详见第二部分"), ("第一部门", False, "第一部门")],
)  # fmt: skip
def test_parts_of_a_report(text: str, begins: bool, rest: str) -> None:
    assert marks.begins_part(text) is begins
    assert marks.without_part(text) == rest


@pytest.mark.parametrize(
    ("text", "stop", "colon"),
    [("比上年，", True, True), ("增加。", True, True), ("一；二", True, True), ("名称：某局", False, True),
     ("名称:某局", False, True), ("培训、会议", False, False), ("1,098.40", False, False), ("", False, False)],
)  # fmt: skip
def test_stops_of_sentences(text: str, stop: bool, colon: bool) -> None:
    assert (marks.has_stop(text), marks.has_stop(text, colon=True)) == (stop, colon)


@pytest.mark.parametrize(
    ("text", "years"),
    [("2024年度预算比2023年", [2024, 2023]), ("2024-2025年", [2024, 2025]), ("2024", []), ("12024年", []), ("", [])],
)
def test_years(text: str, years: list[int]) -> None:
    assert marks.years_in(text) == years


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("某局 负责人：某某", "某局"), ("电话：0000", ""), ("甲项目 经 办 人：某某", "甲项目"),
        ("编号14030021300000000000000123456", "编号14030021300000000000000123456"), ("负责人签字", "负责人签字"),
        ("制表：某某", ""), ("热线 " + PHONE, "热线"), ("审核意见：同意", "审核意见：同意"),
    ],
)  # fmt: skip
def test_people(text: str, left: str) -> None:
    assert marks.without_people(Cell(text, Place(1))).text == left
    assert marks.names_people(text) is (left != text)


@pytest.mark.parametrize(
    ("text", "label"),
    [("负责人", True), ("项目负责人及联系电话", True), ("经办人（签字）：", True), ("联系人/电话", True),
     ("审核意见", False),
     ("主管部门", False), ("负责全区工作", False)],
)  # fmt: skip
def test_labels_of_people(text: str, label: bool) -> None:
    assert marks.is_people_label(text) is label
