"""Target forms in cells, made up to hold each known difficulty."""

from __future__ import annotations

from dataclasses import replace

import pytest
from drawn import PHONE, ruled_page

from kg_builder.indicators import parse_target
from kg_builder.model import Box, Cell, Indicator, Page, Place
from kg_builder.templates.forms.draft import Draft
from kg_builder.templates.forms.indicators import Levels, join_cut_rows, restore_lost_level
from kg_builder.templates.forms.stray_rows import read_stray_form_rows
from kg_builder.templates.found import Found
from kg_builder.templates.ledger import Account
from kg_builder.templates.report import read_projects

HEAD: list[list[str | None]] = [
    ["项目支出绩效目标表", None, None, None],
    ["项目名称", "甲项目", None, None],
    ["主管部门及代码", "012-某局", "实施单位", "某中心"],
    ["项目负责人及联系电话", "张某", PHONE, ""],
    ["项目资金（万元）", "年度资金总额：", "12.5", None],
    ["", "其中：中央财政资金", "", None],
    ["", "省级财政资金", "12.5", None],
    ["立项依据", "某办法", None, None],
    ["年度目标", "建成一座馆", None, None],
]


def nothing_taken(found: Found) -> bool:
    """Whether no form was found and all of the print is left for others."""
    return not (found.projects or found.ignored or found.unread) and found.ledger.rest() == found.ledger.pages


def test_a_form_for_the_year_alone_with_the_three_costs() -> None:
    levels: list[list[str | None]] = [
        ["一级指标", "二级指标", "三级指标", "年度指标值"],
        ["成本指标", "经济成本指标", "总成本", "≤12.5万元"],
        [None, "社会成本指标", "投诉", "无"],
        ["产出指标", "数量指标", "建成\n数量", "1座"],
        [None, None, "展柜", "≥20个"],
        ["满意度指标", "服务对象满意度指标", "观众满意度", "≥90%"],
    ]
    read = read_projects([ruled_page(HEAD + levels)])
    assert [(i.kind, i.name, i.horizon) for i in read.projects[0].indicators] == [
        ("cost-economic", "总成本", "annual"),
        ("cost-social", "投诉", "annual"),
        ("output-quantity", "建成数量", "annual"),
        ("output-quantity", "展柜", "annual"),
        ("satisfaction-served", "观众满意度", "annual"),
    ]
    project = read.projects[0]
    assert project.annual and (project.annual.yuan, project.annual.unit, project.total) == (125000, "万元", None)
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [("provincial", "annual", 125000)]
    assert dict(project.fields)["goal-annual"].text == "建成一座馆"
    assert "张某" not in str(read)
    assert PHONE not in str(read)


def test_the_halves_are_not_aligned_and_not_copied_by_position() -> None:
    rows: list[list[str | None]] = [
        ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "培训次数", "≥5次", "数量指标", "展览数量", "3个"],
        [None, None, "展览数量", "", None, "讲座数量", "≥2次"],
    ]
    wide: list[list[str | None]] = [row + [None] * 3 for row in HEAD]
    read = read_projects([ruled_page([*wide[:8], ["实施期目标", None, None, None, "年度目标", None, None], *rows])])
    assert [(i.horizon, i.name, i.target and i.target.printed) for i in read.projects[0].indicators] == [
        ("implementation", "培训次数", "≥5次"),
        ("annual", "展览数量", "3个"),
        ("implementation", "展览数量", None),
        ("annual", "讲座数量", "≥2次"),
    ]


def test_a_form_goes_on_over_the_page_under_its_name_alone() -> None:
    first = [*HEAD, ["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "展柜", "20个"]]
    second: list[list[str | None]] = [
        ["项目名称", "甲项目", None, None],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["", "质量指标", "合格率", "100%"],
    ]
    read = read_projects([ruled_page(first), ruled_page(second, 2)])
    assert [(p.name, p.pages, len(p.indicators)) for p in read.projects] == [("甲项目", (1, 2), 2)]


def test_money_without_a_unit_is_reported_and_not_guessed() -> None:
    rows = [["项目资金" if c and c.startswith("项目资金") else c for c in row] for row in HEAD]
    read = read_projects([ruled_page(rows)])
    assert (read.projects[0].annual, read.projects[0].appropriations) == (None, ())
    assert {r.text for r in read.unread} == {"12.5"}


def test_a_page_without_forms_gives_nothing() -> None:
    lines = ["项目支出绩效目标表见附件", "项目名称 合计", "本表为空"]
    page = Page(1, tuple(Cell(text, Place(1, line=n)) for n, text in enumerate(lines, 1)))
    assert nothing_taken(read_projects([page]))
    assert nothing_taken(read_projects([]))


def test_a_list_of_projects_is_no_form() -> None:
    rows: list[list[str | None]] = [
        ["项目支出绩效目标表", None, None, None, None],
        ["项目名称", "主管部门", "实施单位", "项目资金", "立项依据"],
        ["甲项目", "某局", "某中心", "12", "某办法"],
    ]
    assert nothing_taken(read_projects([ruled_page(rows)]))


def test_labels_may_hold_their_values() -> None:
    rows: list[list[str | None]] = [
        ["项目名称：丙项目", None, "主管部门：某局", None],
        ["项目资金", "年度资金总额：12.5万元", "其中：省级财政资金 12.5万元", None],
        ["立项依据", "某办法", None, None],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "展柜", "20个"],
    ]
    (project,) = read_projects([ruled_page(rows)]).projects
    assert (project.name, project.department and project.department.name) == ("丙项目", "某局")
    assert project.annual and (project.annual.yuan, project.annual.printed, project.annual.unit) == (
        125000,
        "12.5",
        "万元",
    )
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [("provincial", "annual", 125000)]


LEVELS: list[list[str | None]] = [
    ["一级指标", "二级指标", "三级指标", "指标值"],
    ["产出指标", "数量指标", "展柜", "20个"],
]


def _wide(*rows: list[str | None]) -> list[list[str | None]]:
    return [row + [None] * (4 - len(row)) for row in rows]


def test_a_row_below_a_text_with_a_label_that_is_not_known_is_no_part_of_the_text() -> None:
    more = _wide(["项目可行性", "条件具备"], [None, "已有场地"], ["年度目标", "建成一座馆"], ["其他说明", "分两期"])
    read = read_projects([ruled_page([*HEAD[:8], *more, *LEVELS])])
    fields = {n: cell.text for n, cell in read.projects[0].fields}
    assert fields == {"legal-basis": "某办法", "goal-annual": "建成一座馆"}
    assert {r.text for r in read.unread} == {"项目可行性", "条件具备", "已有场地", "其他说明", "分两期"}


def test_the_group_label_of_texts_and_heads_printed_below_them_are_no_text() -> None:
    more = _wide(
        ["项目立项情况", "项目立项的依据", "某条例"], [None, "项目申报的必要性", "保障饮水"], ["项目周期", "1年"]
    )
    read = read_projects([ruled_page([*HEAD[:7], *more, HEAD[8], *LEVELS])])
    fields = {n: cell.text for n, cell in read.projects[0].fields}
    assert fields == {"legal-basis": "某条例", "necessity": "保障饮水", "goal-annual": "建成一座馆"}
    assert (read.projects[0].period, read.unread) == ("1年", ())


def test_a_total_that_names_no_horizon_is_the_years_only_where_the_form_is() -> None:
    money = _wide(["资金总额（万元）", "12.5", "其中：财政拨款", "10"], [None, None, "其他资金", "2.5"])
    goals = _wide(["实施期目标", "建成两座馆"], HEAD[8][:2])
    of_year = read_projects([ruled_page([*HEAD[:3], *money, HEAD[8], *LEVELS])]).projects[0]
    assert of_year.annual and of_year.annual.yuan == 125000
    assert {(a.funding, a.horizon, a.amount.yuan) for a in of_year.appropriations} == {
        ("fiscal", "annual", 100000),
        ("other-funds", "annual", 25000),
    }
    unsaid = read_projects([ruled_page([*HEAD[:3], *money, *goals, *LEVELS])])
    assert (unsaid.projects[0].annual, unsaid.projects[0].total, unsaid.projects[0].appropriations) == (None, None, ())
    assert {r.text for r in unsaid.unread} == {"12.5", "10", "2.5"}
    period = _wide(["项目起止时间", "2024年1月至2024年12月"])
    bounded = read_projects([ruled_page([*HEAD[:3], *period, *money, *goals, *LEVELS])]).projects[0]
    assert bounded.annual and bounded.annual.yuan == 125000


def test_sources_side_by_side_below_the_years_total_are_all_the_years() -> None:
    money: list[list[str | None]] = [
        ["项目资金（元）", "年度资金总额", "30", None],
        ["其中：财政拨款", "20", "其他资金", "10"],
    ]
    read = read_projects([ruled_page([*HEAD[:3], *money, HEAD[8], *LEVELS])])
    assert {(a.funding, a.horizon) for a in read.projects[0].appropriations} == {
        ("fiscal", "annual"),
        ("other-funds", "annual"),
    }


def test_points_beside_an_empty_sum_are_not_the_sum() -> None:
    money: list[list[str | None]] = [
        ["项目资金（元）", "年度资金总额", "30", None],
        ["其中：财政拨款", "30", None, None],
        ["其他资金", "", "分值", "10"],
        ["上年结转", "——", None, None],
    ]
    read = read_projects([ruled_page([*HEAD[:3], *money, HEAD[8], *LEVELS])])
    assert [(a.funding, a.amount.yuan) for a in read.projects[0].appropriations] == [("fiscal", 30)]
    assert {r.text for r in read.unread} == {"分值", "10"}


def test_of_boxes_to_tick_the_ticked_one_is_read() -> None:
    def attribute(text: str) -> str | None:
        rows = [*HEAD[:3], *_wide(["项目属性", text]), *HEAD[4:], *LEVELS]
        return read_projects([ruled_page(rows)]).projects[0].attribute

    assert attribute("新增项目□ 延续项目☑") == "延续项目"
    assert attribute("√新增项目 □延续项目") == "新增项目"
    assert attribute("新增项目□ 延续项目□") is None
    assert attribute("延续项目") == "延续项目"


def test_the_group_beside_the_heads_says_whose_targets_they_are() -> None:
    goals = _wide(["总体绩效目标", "建成两座馆"], ["年度绩效目标", "建成一座馆"])
    levels: list[list[str | None]] = [["年度绩效指标", *LEVELS[0]], ["", *LEVELS[1]]]
    head = [[*row, None] for row in [*HEAD[:7], *goals]]
    read = read_projects([ruled_page([*head, *levels])]).projects[0]
    assert [(i.kind, i.name, i.horizon) for i in read.indicators] == [("output-quantity", "展柜", "annual")]
    assert {n: c.text for n, c in read.fields} == {"goal-implementation": "建成两座馆", "goal-annual": "建成一座馆"}


def test_halves_printed_with_the_year_on_the_left_keep_their_horizons() -> None:
    rows: list[list[str | None]] = [
        ["项目名称", "甲项目", None, None, None, None, None],
        ["主管部门", "某局", None, None, "实施单位", "某中心", None],
        ["项目资金（元）", "年度资金总额", "30", None, "实施期资金总额", "90", None],
        [None, "其中：财政拨款", "30", None, "其中：财政拨款", "90", None],
        ["总体目标", "年度目标", None, None, "实施期目标", None, None],
        [None, "建成一座馆", None, None, "建成三座馆", None, None],
        ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "展柜", "20个", "数量指标", "展柜", "60个"],
    ]
    project = read_projects([ruled_page(rows)]).projects[0]
    assert {(a.horizon, a.amount.yuan) for a in project.appropriations} == {("annual", 30), ("implementation", 90)}
    assert {n: c.text for n, c in project.fields} == {"goal-annual": "建成一座馆", "goal-implementation": "建成三座馆"}
    assert {(i.horizon, i.target and i.target.printed) for i in project.indicators} == {
        ("annual", "20个"),
        ("implementation", "60个"),
    }


def test_totals_below_each_other_with_their_sources_beside_them() -> None:
    money: list[list[str | None]] = [
        ["项目资金（元）", "年度资金总额", "30", "其中：财政拨款", "20"],
        [None, "上年结转", "0", "其他资金", "10"],
        [None, "实施期资金总额", "90", "其中：财政拨款", "90"],
    ]
    head = [[*row, None] for row in HEAD]
    read = read_projects([ruled_page([*head[:3], *money, head[8], *[[*row, None] for row in LEVELS]])])
    assert {(a.funding, a.horizon, a.amount.yuan) for a in read.projects[0].appropriations} == {
        ("fiscal", "annual", 20),
        ("carry-over", "annual", 0),
        ("other-funds", "annual", 10),
        ("fiscal", "implementation", 90),
    }


def test_a_years_name_in_a_cell_that_begins_another_is_not_its_cut_form() -> None:
    rows: list[list[str | None]] = [
        ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "培训人次增长率", "≥5%", "数量指标", "培训人次", "300人"],
    ]
    wide: list[list[str | None]] = [row + [None] * 3 for row in HEAD]
    read = read_projects([ruled_page([*wide, *rows])])
    assert [(i.name, i.completed) for i in read.projects[0].indicators] == [
        ("培训人次增长率", False),
        ("培训人次", False),
    ]


def _line(text: str, top: float, page: int = 1) -> Cell:
    return Cell(text, Place(page, Box(50, top, 400, top + 10)))


def test_fields_in_the_line_above_the_table_are_read() -> None:
    table = ruled_page(
        [*_wide(["主管部门", "某局", "实施单位", "某中心"], ["项目资金", "年度资金总额", "12.5"]), *HEAD[7:], *LEVELS]
    )
    line = _line("项目名称：甲项目          单位：万元", -30)
    read = read_projects([Page(1, (line, *table.lines), table.tables)])
    project = read.projects[0]
    assert (project.name, project.annual and project.annual.yuan, read.unread) == ("甲项目", 125000, ())


def test_a_form_without_rules_whose_money_alone_was_seen_as_a_table_is_read_whole() -> None:
    above = ["项目支出绩效目标表", "项目名称  甲项目", "主管部门  某局  实施单位  某中心"]
    below = [
        "项目概况  建馆。",
        "年度目标  建成一座馆。",
        "一级指标  二级指标  三级指标  指标值",
        "产出指标  数量指标  展柜  20个",
    ]
    money = ruled_page([["项目资金（元）", "年度资金总额", "30"], ["", "其中：财政拨款", "30"]]).tables[0]
    box = money.place.box
    assert box
    lines = [_line(text, box.top - 20 * (len(above) - i)) for i, text in enumerate(above)]
    lines += [_line(text, box.bottom + 20 * (i + 1)) for i, text in enumerate(below)]
    project = read_projects([Page(1, tuple(lines), (money,))]).projects[0]
    assert (project.name, project.annual and project.annual.yuan, len(project.appropriations)) == ("甲项目", 30, 1)
    assert [(i.kind, i.name) for i in project.indicators] == [("output-quantity", "展柜")]


def test_rows_above_a_level_in_the_middle_of_its_rows_do_not_fall_to_the_level_before() -> None:
    text = [
        "项目支出绩效目标表", "项目名称  甲项目", "主管部门  某局  实施单位  某中心",
        "项目资金（元）  年度资金总额  30", "年度目标  建成一座馆。", "一级指标  二级指标  三级指标  指标值",
        "展柜  20个", "产出指标  数量指标", "展品  30件",
        "合格率  100%", "质量指标", "完好率  98%",
    ]  # fmt: skip
    read = read_projects([Page(1, tuple(_line(line, 50 + 20 * i) for i, line in enumerate(text)))])
    assert read.projects[0].indicators == ()
    assert [r.text.split()[0] for r in read.unread] == ["展柜", "展品", "合格率", "完好率"]


def test_an_indicator_cut_by_the_page_break_is_one() -> None:
    first = [*HEAD, LEVELS[0], ["产出指标", "数量指标", "监测站运", "≥12"]]
    second: list[list[str | None]] = [["", "", "行维护数量", "座"], ["", "质量指标", "合格", "100%"]]
    third: list[list[str | None]] = [["", "", "率（全部样品）", ""], ["", "时效指标", "完成时间", "12月"]]
    read = read_projects([ruled_page(first), ruled_page(second, 2), ruled_page(third, 3)])
    assert [(i.name, i.target and i.target.printed) for i in read.projects[0].indicators] == [
        ("监测站运行维护数量", "≥12座"),
        ("合格率（全部样品）", "100%"),
        ("完成时间", "12月"),
    ]


def test_names_on_the_page_after_their_levels_and_targets() -> None:
    """The name was an indicator without a target, or the end of the name above; the target stood without a name."""
    before: list[str | None] = ["产出指标", "数量指标", "监测船", "≥2艘"]
    for first, second in [
        (["", "", "", "≥12座"], ["", "", "监测站", ""]),
        (["", "数量指标", "", "≥12座"], ["", "", "监测站", ""]),
        (["", "", "", "≥12座"], ["", "数量指标", "监测站", ""]),
    ]:
        rows: list[list[str | None]] = [[*second], ["", "质量指标", "合格率", "100%"]]
        read = read_projects([ruled_page([*HEAD, LEVELS[0], before, [*first]]), ruled_page(rows, 2)])
        found = [(i.name, i.target and i.target.printed) for i in read.projects[0].indicators]
        assert found == [("监测船", "≥2艘"), ("监测站", "≥12座"), ("合格率", "100%")]
    read = read_projects(
        [ruled_page([*HEAD, LEVELS[0], ["产出指标", "数量指标", "", "≥12座"]]), ruled_page([before], 2)]
    )
    assert [i.name for i in read.projects[0].indicators] == ["监测船"]
    assert [r.text for r in read.unread] == ["≥12座"]


def test_rows_of_a_form_that_stand_in_no_form_are_told() -> None:
    """The last rows of a form on a page of their own were nowhere: not read, and not told."""
    lines = ["服务对象满意", "满意度指标  度指标  参观者  ≥90%", "者满意度", "报告全文到此为止，谢谢。"]
    rest = Page(2, tuple(_line(text, 50 + 20 * i, 2) for i, text in enumerate(lines)), (), (600, 800))
    far = replace(rest, number=4, lines=tuple(_line(text, 50 + 20 * i, 4) for i, text in enumerate(lines)))
    found = read_projects([ruled_page([*HEAD, *LEVELS]), rest, ruled_page([], 3), far])
    read_stray_form_rows(found)
    assert [(r.place.page, r.text) for r in found.ledger.unread()] == [
        (2, "服务对象满意"), (2, "满意度指标 度指标 参观者 ≥90%"), (2, "者满意度")
    ]  # fmt: skip


def test_a_name_and_a_level_in_one_cell_are_no_name() -> None:
    """Where a column's edge was not found, an indicator was named 展柜数数量指标量."""
    glued: list[str | None] = ["产出指标", "", "展柜数\n数量指标\n量", "20个"]
    read = read_projects([ruled_page([*HEAD, LEVELS[0], glued, ["", "质量指标", "合格率", "100%"]])])
    assert [i.name for i in read.projects[0].indicators] == ["合格率"]
    assert [r.text for r in read.unread] == ["展柜数数量指标量", "20个"]


def test_rows_joined_over_a_page_break_do_not_move_the_levels_of_those_below() -> None:
    names = ["监测站运", "行维护数量", "合格率", "完成时间"]
    targets = [parse_target("≥12座"), None, parse_target("100%"), parse_target("12月底前")]
    rows = [Indicator("output-quality", n, "annual", t, Place(1)) for n, t in zip(names, targets, strict=True)]
    draft = Draft(Place(1), Account("project"), indicators=rows)
    levels = Levels(cut=[(0, 1, 2)], inherited=[2, 3])
    join_cut_rows(draft, levels)
    restore_lost_level(draft, levels)
    assert [(i.name, i.kind) for i in draft.indicators] == [
        ("监测站运行维护数量", "output-quality"), ("合格率", "output-quality"), ("完成时间", "output-timeliness")
    ]  # fmt: skip


def test_a_row_on_top_of_a_page_that_is_whole_stays_an_indicator() -> None:
    first = [*HEAD, LEVELS[0], ["产出指标", "数量指标", "监测站", "≥12座"]]
    second: list[list[str | None]] = [["", "", "监测船", "≥2艘"]]
    read = read_projects([ruled_page(first), ruled_page(second, 2)])
    assert [i.name for i in read.projects[0].indicators] == ["监测站", "监测船"]
    blank: list[list[str | None]] = [["", "", "监测船", ""], ["", "质量指标", "合格率", ""]]
    left = read_projects([ruled_page(first), ruled_page(blank, 2)])
    assert [i.name for i in left.projects[0].indicators] == ["监测站", "监测船", "合格率"]


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        (["设备采购单价", "≤1"], ["（含安装）", "200元"], ("设备采购单价（含安装）", "≤1200元")),
        (["设备采购单价", "≤5,"], ["（含安装）", "200元"], ("设备采购单价（含安装）", "≤5,200元")),
        (["验收完成", "2025年12"], ["时间", "月底前"], ("验收完成时间", "2025年12月底前")),
        (["验收合格率（市级", "100%"], ["和县级）", ""], ("验收合格率（市级和县级）", "100%")),
        (["制度建设", "健全（含内"], ["及执行", "控制度）"], ("制度建设及执行", "健全（含内控制度）")),
        (["制度健全性、", "健全"], ["完整性", "完整"], ("制度健全性、完整性", "健全完整")),
        (["长效机制", "建立健全长效"], ["", "管理机制"], ("长效机制", "建立健全长效管理机制")),
    ],
    ids="".join,
)
def test_two_halves_of_an_indicator_that_cannot_stand_alone_are_one(
    above: list[str | None], below: list[str | None], whole: tuple[str, str]
) -> None:
    first = [*HEAD, LEVELS[0], ["产出指标", "数量指标", *above]]
    second: list[list[str | None]] = [["", "", *below], ["", "质量指标", "合格率", "100%"]]
    read = read_projects([ruled_page(first), ruled_page(second, 2)])
    printed = [(i.name, i.target.printed if i.target else "") for i in read.projects[0].indicators]
    assert printed == [whole, ("合格率", "100%")]


def test_two_whole_indicators_over_a_page_break_stay_two() -> None:
    for name, target in [
        ("检查", "≥3次"),
        ("培训", "及时"),
        ("宣传", "3个月"),
        ("支付", "按合同"),
        ("（一）支付", "3"),
    ]:
        first = [*HEAD, LEVELS[0], ["产出指标", "数量指标", "巡查", "12次"]]
        read = read_projects([ruled_page(first), ruled_page([["", "", name, target]], 2)])
        assert [i.name for i in read.projects[0].indicators] == ["巡查", name]


def test_both_halves_of_a_cut_row_are_joined() -> None:
    levels: list[list[str | None]] = [
        ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "设备（含", "≥12", "数量指标", "设备（含", "≥4"],
    ]
    wide: list[list[str | None]] = [row + [None] * 3 for row in HEAD]
    goals: list[list[str | None]] = [["实施期目标", None, None, None, "年度目标", None, None]]
    rest: list[list[str | None]] = [["", "", "软件）", "台", "", "软件）", "台"]]
    read = read_projects([ruled_page([*wide[:8], *goals, *levels]), ruled_page(rest, 2)])
    assert [(i.horizon, i.name, i.target and i.target.printed) for i in read.projects[0].indicators] == [
        ("implementation", "设备（含软件）", "≥12台"),
        ("annual", "设备（含软件）", "≥4台"),
    ]


def test_a_sign_in_a_column_of_any_head_belongs_to_the_target() -> None:
    def target(head: str, sign: str, value: str, unit: str = "指标值单位") -> str | None:
        levels: list[list[str | None]] = [
            ["一级指标", "二级指标", "三级指标", head, "指标值", unit],
            ["产出指标", "数量指标", "展柜", sign, value, "个"],
        ]
        head_rows = [[*row, None, None] for row in HEAD]
        indicator = read_projects([ruled_page([*head_rows, *levels])]).projects[0].indicators[0]
        return indicator.target.printed if indicator.target else None

    assert target("绩效指标性质", "≥", "20") == "≥20个"
    assert target("指标方向", "反向≤", "20", "计量单位") == "≤20个"
    assert target("考核要求", "＝", "20", "指标值单位") == "＝20个"
    assert target("指标性质", "≥", "≥20") == "≥20个"
    assert target("指标性质", "定量", "20") == "20个"


def test_totals_of_the_project_and_of_the_year_side_by_side_in_the_head() -> None:
    rows = _wide(["项目总额（万元）", "500", "年度预算（万元）", "120.5"])
    project = read_projects([ruled_page([*HEAD[:3], *rows, *HEAD[7:], *LEVELS])]).projects[0]
    assert project.total and project.annual and (project.total.yuan, project.annual.yuan) == (5000000, 1205000)


def test_a_telephone_number_inside_a_text_is_not_kept() -> None:
    rows = [[f"某办法。咨询{PHONE}" if cell == "某办法" else cell for cell in row] for row in HEAD]
    read = read_projects([ruled_page([*rows, *LEVELS])])
    assert {n: c.text for n, c in read.projects[0].fields}["legal-basis"] == "某办法。咨询"
    assert PHONE not in str(read)


def test_a_list_of_projects_with_sources_of_money_is_no_form() -> None:
    rows: list[list[str | None]] = [
        ["项目名称", "合计", "项目单位", "资金来源"],
        ["建馆", "30", "某中心", "财政拨款"],
        ["修馆", "20", "某中心", "其他资金"],
    ]
    assert read_projects([ruled_page(rows)]).projects == ()
