"""Tables that list many projects with their targets, drawn to hold each known difficulty."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from drawn import PHONE, drawn_page

from bench.layouts.features import in_turn
from bench.layouts.measure_targets import compare_projects
from bench.layouts.target_lists import CHOICES, STYLES, ListLook, print_lists, read_back
from data.paint import FONT_FILE
from kg_builder.model import Project, Source
from kg_builder.readers import read_pages
from kg_builder.templates.found import Found
from kg_builder.templates.report import parse_report, read_projects

needs_font = pytest.mark.skipif(not FONT_FILE.exists(), reason="the font of fonts-wqy-microhei is not installed")
HEADS = """
项目支出绩效目标表（2025年度）
单位：万元
单位名称 | 项目名称 | 预算数 | 年度目标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 权重
"""
BARE = HEADS.strip().split("\n")[-1]
FIRST = """
甲局 | 建馆 | 30.00 | 建成一座馆 | 产出指标 | 数量指标 | 展柜 | ≥ | 20 | 个 | 10
^ | ^ | ^ | ^ | ^ | 质量指标 | 合格率 | ＝ | 100 | % | 10
^ | ^ | ^ | ^ | 满意度指标 | 服务对象满意度指标 | 观众满意度 | ≥ | 90 | % | 10
"""
SECOND = """
乙局 | 修路 | 12.50 | 修好两条路 | 产出指标 | 数量指标 | 道路 | ＝ | 2 | 条 | 20
^ | ^ | ^ | ^ | 效益指标 | 社会效益指标 | 通行 | 定性 | 便利 | | 20
"""


def read(*pages: str) -> Found:
    return read_projects([drawn_page(text, number) for number, text in enumerate(pages, 1)])


def rows(*parts: str) -> str:
    return "\n".join(part.strip() for part in parts)


def targets(project: Project) -> list[tuple[str, str, str]]:
    return [(i.kind, i.name, i.target.printed if i.target else "") for i in project.indicators]


def by_name(found: Found) -> dict[str, list[str]]:
    return {p.name: [i.name for i in p.indicators] for p in found.projects}


def test_sign_and_unit_belong_to_a_number_alone() -> None:
    """＝ | 平整 | % was the target ＝平整%, ≤ | 2026年12月 | 年 the target ≤2026年12月年."""
    first, *rest = FIRST.strip().split("\n")
    more = [
        "^ | ^ | ^ | ^ | ^ | 质量指标 | 路面 | ＝ | 平整 | % | 10",
        "^ | ^ | ^ | ^ | ^ | 时效指标 | 完工 | ≤ | 2026年12月 | 年 | 10",
        "^ | ^ | ^ | ^ | ^ | ^ | 开放 | ≤ | 2026 | 年12月前 | 10",
    ]
    (project,) = read(rows(HEADS, "\n".join([first, *more, rest[-1]]))).projects
    assert targets(project)[1:4] == [
        ("output-quality", "路面", "平整"),
        ("output-timeliness", "完工", "≤2026年12月"),
        ("output-timeliness", "开放", "≤2026年12月前"),
    ]


def test_each_project_of_a_list_has_its_money_goal_unit_and_targets() -> None:
    found = read(rows(HEADS, FIRST, SECOND))
    one, two = found.projects
    assert one.unit and one.annual and (one.name, one.unit.name, one.annual.yuan) == ("建馆", "甲局", Decimal(300000))
    assert dict(one.fields)["goal-annual"].text == "建成一座馆"
    assert targets(one) == [
        ("output-quantity", "展柜", "≥20个"),
        ("output-quality", "合格率", "＝100%"),
        ("satisfaction-served", "观众满意度", "≥90%"),
    ]
    assert two.unit and two.annual and (two.name, two.unit.name, two.annual.yuan) == ("修路", "乙局", Decimal(125000))
    assert targets(two) == [("output-quantity", "道路", "＝2条"), ("benefit-social", "通行", "便利")]
    assert {i.horizon for p in found.projects for i in p.indicators} == {"annual"}
    assert found.unread == ()
    assert [i.weight for p in found.projects for i in p.indicators] == [10, 10, 10, 20, 20]
    target = one.indicators[0].target
    assert target and (target.comparison, target.value, target.unit) == ("ge", Decimal(20), "个")
    assert one.indicators[0].place.page == 1


@pytest.mark.parametrize(
    "rest",
    [
        "∅ | ∅ | ∅ | ∅ | ∅ | ∅".replace("∅", "") + " | 展品 | ＝ | 30 | 件 | 10",
        "甲局 | 建馆 | 30.00 | 建成一座馆 | 产出指标 | 质量指标 | 展品 | ＝ | 30 | 件 | 10",
        " | | | ，开放一年 | | | 展品 | ＝ | 30 | 件 | 10",
    ],
    ids=["blank", "printed again", "the end of the goal"],
)
@pytest.mark.parametrize("head", [f"{BARE}\n", "", HEADS], ids=["heads", "none", "title and heads"])
def test_what_a_merged_cell_prints_below_a_page_break_makes_no_other_project(rest: str, head: str) -> None:
    found = read(rows(HEADS, *FIRST.strip().split("\n")[:2]), rows(head, rest, SECOND))
    assert by_name(found) == {"建馆": ["展柜", "合格率", "展品"], "修路": ["道路", "通行"]}
    assert found.projects[0].pages == (1, 2)
    assert found.projects[0].indicators[-1].kind == "output-quality"
    assert found.unread == ()
    goal = dict(found.projects[0].fields)["goal-annual"].text
    assert goal == "建成一座馆" + ("，开放一年" if "，" in rest else "")


def test_a_name_printed_only_below_the_break_is_that_of_the_rows_above_it_too() -> None:
    top = " | | | | | | 道路 | ＝ | 2 | 条 | 20\n^ | ^ | ^ | ^ | ^ | ^ | 桥梁 | ＝ | 1 | 座 | 20"
    end = "乙局 | 修路 | 12.50 | 修好 | 产出指标 | 数量指标 | 涵洞 | ＝ | 5 | 个 | 20"
    found = read(rows(HEADS, FIRST, top), rows(BARE, end))
    assert by_name(found) == {"建馆": ["展柜", "合格率", "观众满意度"], "修路": ["道路", "桥梁", "涵洞"]}
    assert {i.kind for i in found.projects[1].indicators} == {"output-quantity"}
    assert found.unread == ()


def test_a_name_that_a_break_cuts_is_one_where_money_and_level_say_so() -> None:
    other = "丙局 | 种树 | 8.00 | 种好 | 产出指标 | 数量指标 | 树木 | ＝ | 9 | 棵 | 20"
    more = "丁局 | 护林 | 9.00 | 护好 | 产出指标 | 数量指标 | 林地 | ＝ | 7 | 亩 | 20"
    cut = " | 二期工程 | | ，开放 | | | 展品 | ＝ | 30 | 件 | 10\n^ | ^ | ^ | ^ | ^ | ^ | 展台 | ＝ | 3 | 个 | 10"
    found = read(rows(HEADS, FIRST), rows(BARE, cut, other, more, SECOND))
    assert list(by_name(found)) == ["建馆二期工程", "种树", "护林", "修路"]
    assert by_name(found)["建馆二期工程"][-2:] == ["展品", "展台"]


def test_whose_rows_below_a_break_are_is_not_guessed() -> None:
    """A name with money of its own is another project; one without, whose levels begin again, is nobody's."""
    more = rows(SECOND, "丁局 | 护林 | 9.00 | 护好 | 产出指标 | 数量指标 | 林地 | ＝ | 7 | 亩 | 20")
    new = "己局 | 治沙 | 3.00 | 治好 | 产出指标 | 数量指标 | 沙地 | ＝ | 4 | 亩 | 20"
    assert "治沙" in by_name(read(rows(HEADS, FIRST), rows(BARE, new, more)))
    open_ = "己局 | 治沙 | | 治好 | 产出指标 | 数量指标 | 沙地 | ＝ | 4 | 亩 | 20"
    found = read(rows(HEADS, FIRST), rows(BARE, open_, more))
    assert list(by_name(found)) == ["修路", "护林"]
    assert {"建馆", "治沙", "展柜", "沙地", "30.00"} <= {r.text for r in found.unread}


def test_a_page_without_any_name_whose_levels_begin_again_is_nobodys() -> None:
    blank = " | | | | 产出指标 | 数量指标 | 道路 | ＝ | 2 | 条 | 20\n^ | ^ | ^ | ^ | ^ | ^ | 桥梁 | ＝ | 1 | 座 | 20"
    end = "乙局 | 修路 | 12.50 | 修好 | 效益指标 | 社会效益指标 | 通行 | 定性 | 便利 | | 20"
    found = read(rows(HEADS, FIRST), rows(BARE, blank), rows(BARE, end))
    assert by_name(found)["建馆"] == ["展柜", "合格率", "观众满意度"]
    assert {"道路", "桥梁"} <= {r.text for r in found.unread}
    assert not any({"道路", "桥梁"} & set(names) for names in by_name(found).values())


def test_a_name_lost_amid_a_page_leaves_its_rows_unread() -> None:
    lost = SECOND.replace("乙局 | 修路 |", "乙局 | |")
    found = read(rows(HEADS, FIRST, lost))
    assert list(by_name(found)) == ["建馆"]
    assert {"道路", "通行"} <= {r.text for r in found.unread}


@pytest.mark.parametrize("money", ["9.00", ""])
def test_a_name_lost_at_the_end_of_a_page_does_not_make_its_rows_the_next_projects(money: str) -> None:
    lost = f"丙局 | | {money} | 种好 | 产出指标 | 数量指标 | 树木 | ＝ | 9 | 棵 | 20\n"
    lost += "^ | ^ | ^ | ^ | 满意度指标 | 服务对象满意度指标 | 居民 | ≥ | 9 | % | 20"
    found = read(rows(HEADS, FIRST, lost), rows(BARE, SECOND))
    assert by_name(found)["修路"] == ["道路", "通行"]
    assert {"树木", "居民"} <= {r.text for r in found.unread}


@pytest.mark.parametrize(
    "lost",
    [
        " | | 12.50 | | 产出指标 | 数量指标 | 道路 | ＝ | 2 | 条 | 20",  # another sum
        " | | | | 产出指标 | 数量指标 | 道路 | ＝ | 2 | 条 | 20",  # 产出 below 满意度
        " | | | | | | | | | |\n | | | | 满意度指标 | 服务对象满意度指标 | 道路 | ＝ | 2 | 条 | 20",  # a blank row
    ],
)
@pytest.mark.parametrize("page", [False, True], ids=["on a page", "over a break"])
def test_rows_whose_name_is_lost_are_not_the_project_aboves(lost: str, page: bool) -> None:
    whole = [line.replace("^", "") for line in FIRST.strip().split("\n")]
    found = read(rows(HEADS, *whole), rows(BARE, lost)) if page else read(rows(HEADS, *whole, lost))
    assert by_name(found) == {"建馆": ["展柜", "合格率", "观众满意度"]}
    assert "道路" in {r.text for r in found.unread}


def test_a_row_of_column_numbers_is_no_project() -> None:
    numbers = "1 | | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11"
    assert list(by_name(read(rows(HEADS, numbers, FIRST)))) == ["建馆"]


def test_sums_and_headings_of_bodies_are_no_projects() -> None:
    page = """
    项目支出绩效目标表（2025年度）
    单位：万元
    单位编码 | 单位（专项）名称 | 资金总额 | 年度绩效目标 | 绩效指标 | ∅ | ∅ | ∅
    ^ | ^ | ^ | ^ | 一级指标 | 二级指标 | 三级指标 | 指标值
    | 合计 | 42.50 | | | | |
    012001 | 某县水利局 | 42.50 | | | | |
    012001 | 建馆 | 30.00 | 建成 | 产出指标 | 数量指标 | 展柜 | ≥20个
    012001 | 修路 | 12.50 | 修好 | 产出指标 | 数量指标 | 道路 | 2条
    """
    found = read("\n".join(line.strip() for line in page.strip().split("\n")))
    assert [(p.name, p.unit and (p.unit.name, p.unit.code)) for p in found.projects] == [
        ("建馆", ("某县水利局", "012001")),
        ("修路", ("某县水利局", "012001")),
    ]
    assert found.unread == ()


def test_targets_of_the_whole_body_in_the_same_heads_are_no_project() -> None:
    whole = FIRST.replace("| 建馆 |", "| 整体支出 |")
    assert list(by_name(read(rows(HEADS, whole, SECOND)))) == ["修路"]
    titled = rows(HEADS.replace("项目支出绩效", "部门整体支出绩效"), FIRST)
    found = read(titled, rows(HEADS, SECOND))
    assert list(by_name(found)) == ["修路"]
    assert "30.00" in {r.text for r in found.ignored}


def test_levels_in_rows_of_their_own_hold_for_the_rows_below() -> None:
    page = """
    2025年部门项目支出绩效目标表
    单位名称、项目名称 | 项目年度绩效目标 | 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位
    某县水利局 | | | | | | |
    建馆 | 建成 | | | | | |
    | | 产出指标 | | | | |
    | | | 数量指标 | | | |
    | | | | 展柜 | ≥ | 20 | 个
    | | 满意度指标 | | | | |
    | | | 服务对象满意度指标 | | | |
    | | | | 满意度 | ≥ | 90 | %
    """
    found = read("\n".join(line.strip() for line in page.strip().split("\n")))
    (project,) = found.projects
    assert project.unit and project.unit.name == "某县水利局"
    assert targets(project) == [("output-quantity", "展柜", "≥20个"), ("satisfaction-served", "满意度", "≥90%")]


def test_names_and_telephones_of_people_in_a_list_are_not_kept() -> None:
    page = rows(HEADS, FIRST).replace("单位名称 |", "项目负责人 | 联系电话 |").replace("甲局 |", f"张某 | {PHONE} |")
    page = page.replace("^ | ^ | ^ | ^ |", "^ | ^ | ^ | ^ | ^ |")
    found = read(page)
    assert list(by_name(found)) == ["建馆"]
    assert "张某" not in str(found)
    assert PHONE not in str(found)


def test_a_cell_under_no_head_and_a_level_that_is_not_known_are_unread() -> None:
    odd = "乙局 | 修路 | 12.50 | 修好 | 产出指标 | 某种指标 | 道路 | ＝ | 2 | 条 | 20"
    found = read(rows(HEADS, FIRST, odd))
    assert "某种指标" in {r.text for r in found.unread}
    split = "乙局 | 修路 | 12.50 | 修好 | 产出指标 | 数量指标 | 道路 | ＝ | 2 | 条 | 20 | 30"
    wide = rows(HEADS, FIRST, split)
    assert "30" in {r.text for r in read(wide).unread}


def test_a_table_of_other_heads_on_the_next_page_does_not_go_on_with_a_list() -> None:
    heads, figures = "科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出", "201 | 一般公共服务支出 | 12.00 | 5.00 | 7.00"
    budget = rows("支出预算总表", "单位：万元", heads, figures)
    texts = ["某县水利局\n2025年度部门预算", rows(HEADS, FIRST), budget]
    pages = [drawn_page(text, number) for number, text in enumerate(texts, 1)]
    report = parse_report(pages, Source("a.pdf", "0" * 64, 3))
    assert [p.name for p in report.projects] == ["建馆"]
    assert sum(len(t.observations) for t in report.tables) == 3


def test_heads_printed_again_are_no_project_whatever_stands_below_them() -> None:
    """完成时间, the end of a name in the first row of a page, is also a head of forms."""
    top = " | | | | | | 完成时间 | | | |"
    page = rows(HEADS, *FIRST.strip().split("\n")[:2]).replace("合格率", "设备购置")
    found = read(page, rows(BARE, top, SECOND))
    assert by_name(found) == {"建馆": ["展柜", "设备购置完成时间"], "修路": ["道路", "通行"]}


UNITS = """
项目支出绩效目标表（2025年度）
单位：万元
预算单位 | 项目（编码） | 金额（万元） | 资金性质 | 年度绩效总目标 | 指标类型 | 指标名称 | 指标值（包含数字及文字描述）
"""


def test_heads_with_notes_and_levels_in_one_column() -> None:
    found = read(rows(UNITS, "某县水利局 | 建馆 | 30.00 | 财政拨款 | 建成 | 产出指标-数量指标 | 展柜 | ≥20个"))
    (project,) = found.projects
    assert (
        project.annual and project.unit and (project.annual.yuan, project.unit.name) == (Decimal(300000), "某县水利局")
    )
    assert targets(project) == [("output-quantity", "展柜", "≥20个")]
    assert found.unread == ()


@pytest.mark.parametrize(
    ("below", "units"),
    [
        ("", ["某县水利局机关", "某县水利局机关", "某县水利局站"]),
        ("某县水利局机关", ["某县水利局机关", "某县水利局机关", "某县水利局站"]),
        ("县水利局机关", ["某某县水利局机关", "某某县水利局机关", "某县水利局站"]),
    ],
    ids=["blank", "printed again", "the end of the name"],
)
def test_a_body_in_a_cell_merged_over_projects_goes_on_below_a_page_break(below: str, units: list[str]) -> None:
    name = "某某" if below.startswith("县") else "某县水利局机关"
    page = f"{name} | 建馆 | 30.00 | | 建成 | 产出指标-数量指标 | 展柜 | ≥20个\n"
    page += "^ | 修路 | 12.50 | | 修好 | 产出指标-数量指标 | 道路 | 2条"
    rest = f"{below} | | | | | 产出指标-质量指标 | 路面 | 平整\n"
    rest += "某县水利局站 | 种树 | 9.00 | | 种好 | 产出指标-数量指标 | 树木 | 9棵\n^ | ^ | ^ | ^ | ^ | ^ | 草地 | 2亩"
    found = read(rows(UNITS, page), rows(UNITS.strip().split("\n")[-1], rest))
    assert [(p.name, p.unit and p.unit.name) for p in found.projects] == list(
        zip(["建馆", "修路", "种树"], units, strict=True)
    )


def test_halves_of_a_body_that_are_not_certain_are_no_bodies() -> None:
    page = "某县水 | 建馆 | 30.00 | | 建成 | 产出指标-数量指标 | 展柜 | ≥20个\n^ | ^ | ^ | ^ | ^ | ^ | 展品 | 3件"
    rest = "利局 | 修路 | 12.50 | | 修好 | 产出指标-数量指标 | 道路 | 2条\n^ | ^ | ^ | ^ | ^ | ^ | 桥梁 | 1座"
    found = read(rows(UNITS, page), rows(UNITS.strip().split("\n")[-1], rest))
    assert [(p.name, p.unit) for p in found.projects] == [("建馆", None), ("修路", None)]
    assert {"某县水", "利局"} <= {r.text for r in found.unread}


def test_two_columns_that_name_projects_make_no_list() -> None:
    heads = BARE.replace("单位名称", "预算项目")
    assert read(rows(*HEADS.strip().split("\n")[:2], heads, FIRST)).projects == ()


def test_a_sum_that_a_narrow_cell_wraps_is_read_and_not_told_twice() -> None:
    found = read(rows(HEADS, FIRST.replace("30.00", "3123450.0⏎0")))
    assert found.projects[0].annual and found.projects[0].annual.printed == "3123450.00"
    assert found.unread == ()


def tabbed(tmp_path: Path, *lines: str) -> Found:
    """The list in a text file whose cells are parted by tabs."""
    file = tmp_path / "list.txt"
    text = ["2025年度部门预算", "项目支出绩效目标表（2025年度）", "单位：万元", *lines]
    file.write_text("\n".join("\t".join(cell.strip() for cell in line.split("|")) for line in text), encoding="utf-8")
    return read_projects(read_pages(file))


def test_a_list_with_tabs_is_read_where_each_cell_stands_below_its_head(tmp_path: Path) -> None:
    below = [line.replace("^", "") for line in rows(FIRST, SECOND).split("\n")]
    found = tabbed(tmp_path, BARE, *below)
    assert by_name(found) == {"建馆": ["展柜", "合格率", "观众满意度"], "修路": ["道路", "通行"]}
    assert found.unread == ()
    shifted = [line.lstrip("| ") for line in below]  # the blank cells on the left are lost
    lost = tabbed(tmp_path, BARE, *shifted)
    assert lost.projects == ()
    assert {"展柜", "道路", "30.00"} <= {r.text for r in lost.unread}


def test_names_in_the_middle_of_their_rows_are_not_taken_for_first_rows(tmp_path: Path) -> None:
    page = [
        "| | | | 产出指标 | 数量指标 | 展柜 | ≥ | 20 | 个 | 10",
        "甲局 | 建馆 | 30.00 | 建成 | | | 展品 | ＝ | 30 | 件 | 10",
        "| | | | 产出指标 | 数量指标 | 道路 | ＝ | 2 | 条 | 20",
        "乙局 | 修路 | 12.50 | 修好 | | | 桥梁 | ＝ | 1 | 座 | 20",
    ]
    assert tabbed(tmp_path, BARE, *page).projects == ()


def test_a_unit_that_the_value_has_too_is_not_printed_twice() -> None:
    found = read(rows(HEADS, FIRST.replace("| 90 | %", "| 90% | %")))
    target = found.projects[0].indicators[-1].target
    assert target and (target.printed, target.value, target.unit) == ("≥90%", Decimal(90), "%")


@needs_font
@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize(
    "features",
    [{}, {"over": "again", "rows": 5}, {"over": "below", "rows": 7, "head": False}, {"over": "flow", "title": True},
     {"cells": "first", "rows": 5, "unit": "元"}, {"cells": "each", "cut": True, "whole": True}],
    ids=str,
)  # fmt: skip
def test_lists_of_projects_read_back_whole(style: str, features: dict[str, Any], tmp_path: Path) -> None:
    outcome = read_back(style, replace(ListLook(), **features), 5, tmp_path / "list.pdf")
    assert outcome.faults == []
    assert outcome.right > 20


BY_LOT = list(in_turn(sorted(STYLES), ListLook(), CHOICES, 12, 31, 5))


@needs_font
@pytest.mark.parametrize(("style", "look", "seed"), BY_LOT)
def test_no_fact_of_a_list_is_read_wrongly(style: str, look: ListLook, seed: int, tmp_path: Path) -> None:
    outcome = read_back(style, look, seed, tmp_path / "list.pdf")
    assert (outcome.wrong, outcome.extra, outcome.silent) == (0, 0, 0), outcome.faults


@needs_font
def test_a_lost_target_of_a_list_would_be_seen(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    facts = print_lists("goal-last", ListLook(), 3, path)
    projects = read_projects(read_pages(path)).projects
    cut = [replace(projects[0], indicators=projects[0].indicators[1:]), *projects[1:]]
    assert compare_projects(facts, projects).whole
    assert compare_projects(facts, cut).missing == 1
