"""Forms of every office: the central form with its points, goals cut by a page, names that begin with a code."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from drawn import drawn_page, lines_page

from kg_builder.model import Cell, Indicator, Page, Place, Project
from kg_builder.templates.found import Found
from kg_builder.templates.report import read_projects

CENTRAL = """
甲专项绩效目标表
（2024年度）
项目名称 | 105-甲专项-第二期 | ∅ | ∅ | ∅ | ∅
主管部门及代码 | 某部  105 | ∅ | 实施单位 | 某大学 | ∅
项目资金⏎（万元） | 年度资金总额： | ∅ | 50.00 | ∅ | 执行率⏎分值⏎（10）
^ | 其中：财政拨款 | ∅ | 40.00 | ∅ | ^
^ | 上年结转 | ∅ | 10.00 | ∅ | ^
^ | 其他资金 | ∅ | 0 | ∅ | ^
年⏎度⏎总⏎体⏎目⏎标 | 目标1：修好两条路。目标2：按时开放。 | ∅ | ∅ | ∅ | ∅
"""
HEADS = "绩⏎效⏎指⏎标 | 一级⏎指标 | 二级指标 | 三级指标 | 指标值 | 分值⏎（90）"
LEVELS = f"""
{HEADS}
^ | 产出指标 | 数量指标 | 修路数量 | 2条 | 30
^ | ^ | 质量指标 | 验收合格率 | 100% | 20
^ | 效益指标 | 社会效益指标 | 出行便利 | 显著 | 30
^ | 满意度指标 | 服务对象满意度指标 | 师生满意度 | 90% | 10
"""


def read(*pages: str) -> Found:
    return read_projects([drawn_page(text, number) for number, text in enumerate(pages, 1)])


def only(found: Found) -> Project:
    assert found.unread == (), found.unread
    (project,) = found.projects
    return project


def test_the_central_form_gives_points_to_execution_and_indicators() -> None:
    project = only(read(CENTRAL.rstrip() + LEVELS))
    assert project.department and project.unit and project.annual
    assert (project.name, project.department.name, project.department.code) == ("105-甲专项-第二期", "某部", "105")
    assert (project.unit.name, project.annual.yuan, project.execution_weight) == ("某大学", 500000, 10)
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [
        ("fiscal", "annual", 400000),
        ("carry-over", "annual", 100000),
        ("other-funds", "annual", 0),
    ]
    assert [(i.kind, i.name, i.horizon, i.weight) for i in project.indicators] == [
        ("output-quantity", "修路数量", "annual", 30),
        ("output-quality", "验收合格率", "annual", 20),
        ("benefit-social", "出行便利", "annual", 30),
        ("satisfaction-served", "师生满意度", "annual", 10),
    ]


@pytest.mark.parametrize(
    ("printed", "name", "code"),
    [
        ("某部  105", "某部", "105"),
        ("[105]某部", "某部", "105"),
        ("某部[105]", "某部", "105"),
        ("105-某部", "某部", "105"),
        ("105某部", "某部", "105"),
        ("某部", "某部", None),
    ],
)
def test_the_code_of_a_department_stands_before_or_behind_its_name(printed: str, name: str, code: str | None) -> None:
    department = only(read(CENTRAL.replace("某部  105", printed).rstrip() + LEVELS)).department
    assert department and (department.name, department.code) == (name, code)


@pytest.mark.parametrize("label", ["", "目⏎标", "体⏎目⏎标", "年⏎度⏎总⏎体⏎目⏎标"])
def test_a_goal_that_goes_on_below_a_page_break_stays_the_year_s(label: str) -> None:
    """Under a blank or cut label the rest became the other horizon's goal, and all indicators with it."""
    project = only(read(CENTRAL, f"{label} | 目标3：绿化一处。 | ∅ | ∅ | ∅ | ∅\n{LEVELS.strip()}"))
    assert [n for n, _ in project.fields] == ["goal-annual"]
    assert project.fields[0][1].text == "目标1：修好两条路。目标2：按时开放。目标3：绿化一处。"
    assert {i.horizon for i in project.indicators} == {"annual"}


@pytest.mark.parametrize(("above", "below"), [("年⏎度⏎总⏎体", "目⏎标"), ("年⏎度", "总⏎体⏎目⏎标")])
def test_a_label_that_a_page_break_cuts_is_one_label(above: str, below: str) -> None:
    first = CENTRAL.replace("年⏎度⏎总⏎体⏎目⏎标", above)
    project = only(read(first, f"{below} | 目标3：绿化一处。 | ∅ | ∅ | ∅ | ∅\n{LEVELS.strip()}"))
    assert [(n, cell.text[-8:]) for n, cell in project.fields] == [("goal-annual", "标3：绿化一处。")]


def test_several_forms_on_a_page_are_several_projects() -> None:
    second = CENTRAL.replace("甲专项", "乙专项").strip()
    found = read(CENTRAL.rstrip() + LEVELS + second, LEVELS.strip())
    assert [(p.name, p.pages, len(p.indicators)) for p in found.projects] == [
        ("105-甲专项-第二期", (1,), 4),
        ("105-乙专项-第二期", (1, 2), 4),
    ]
    assert sum(i.weight or 0 for p in found.projects for i in p.indicators) == Decimal(180)


SELF_EVALUATION = """
项目支出绩效自评表
（2023年度）
项目名称 | 修路专项 | ∅ | ∅ | ∅ | ∅ | ∅ | ∅ | ∅
主管部门 | 某局 | ∅ | ∅ | 实施单位 | 某中心 | ∅ | ∅ | ∅
项目资金⏎（万元） | {blank} | ∅ | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分
^ | 年度资金总额 | ∅ | 100.00 | 120.00 | 90.00 | 10 | 75.00% | 7.5
^ | 其中：当年财政拨款 | ∅ | 100.00 | 110.00 | 85.00 | — | | —
^ | 上年结转资金 | ∅ | 0 | 10.00 | 5.00 | — | | —
年度⏎总体⏎目标 | 预期目标 | ∅ | ∅ | ∅ | 实际完成情况 | ∅ | ∅ | ∅
^ | 修好两条路。 | ∅ | ∅ | ∅ | 修好了一条路。 | ∅ | ∅ | ∅
绩效⏎指标 | 一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施
^ | 产出指标 | 数量指标 | 修路数量 | ≥2条 | 1条 | 50 | 25 | 雨季停工，来年补上
^ | ^ | 质量指标 | 合格率 | 100% | 100% | 30 | 30 |
^ | 满意度⏎指标 | 服务对象满意度指标 | 群众满意度 | ≥90% | 95.5% | 10 | 10 | 无
总分 | ∅ | ∅ | ∅ | ∅ | ∅ | 100 | 72.5 |
""".replace("{blank}", "")


def test_a_self_evaluation_tells_what_was_spent_and_reached() -> None:
    project = only(read(SELF_EVALUATION))
    spent = project.execution
    assert spent and spent.initial and spent.revised and spent.executed
    assert [a.yuan for a in (spent.initial, spent.revised, spent.executed)] == [1000000, 1200000, 900000]
    assert (spent.rate, spent.score, project.execution_weight, project.score) == (
        75,
        Decimal("7.5"),
        10,
        Decimal("72.5"),
    )
    assert project.annual == spent.revised
    assert [(a.funding, a.amount.yuan, a.initial and a.initial.yuan, a.executed and a.executed.yuan)
            for a in project.appropriations] == [
        ("fiscal", 1100000, 1000000, 850000),
        ("carry-over", 100000, 0, 50000),
    ]  # fmt: skip
    assert {n: cell.text for n, cell in project.fields} == {
        "goal-annual": "修好两条路。",
        "achievement": "修好了一条路。",
    }
    assert [
        (i.name, i.target and i.target.printed, i.weight, i.result and i.result.actual and i.result.actual.printed,
         i.result and i.result.score, i.result and i.result.deviation)
        for i in project.indicators
    ] == [
        ("修路数量", "≥2条", 50, "1条", 25, "雨季停工，来年补上"),
        ("合格率", "100%", 30, "100%", 30, None),
        ("群众满意度", "≥90%", 10, "95.5%", 10, None),
    ]  # fmt: skip
    assert {i.horizon for i in project.indicators} == {"annual"}


def test_figures_beside_their_labels_are_a_self_evaluation_s_too() -> None:
    pairs = "项目资金⏎（元） | 全年预算数（A） | ∅ | 2000 | 全年执行数（B） | 1500 | ∅ | 执行率（B/A） | 75%"
    rows = SELF_EVALUATION.strip().split("\n")
    project = only(read("\n".join([*rows[:4], pairs, *rows[8:]])))
    spent = project.execution
    assert spent and spent.revised and spent.executed
    assert (spent.initial, spent.revised.yuan, spent.executed.yuan, spent.rate) == (None, 2000, 1500, 75)


@pytest.mark.parametrize("cut", range(5, 15))
def test_a_self_evaluation_may_be_cut_below_any_row(cut: int) -> None:
    whole = only(read(SELF_EVALUATION))
    rows = [row.replace("^", "") if n == cut else row for n, row in enumerate(SELF_EVALUATION.strip().split("\n"))]
    project = only(read("\n".join(rows[:cut]), "\n".join(rows[cut:])))
    assert project.execution and whole.execution
    assert [(n, c.text) for n, c in project.fields] == [(n, c.text) for n, c in whole.fields]
    assert [(i.kind, i.name, i.weight, i.horizon) for i in project.indicators] == [
        (i.kind, i.name, i.weight, i.horizon) for i in whole.indicators
    ]
    assert (project.execution.rate, project.score) == (whole.execution.rate, whole.score)


def test_indicators_below_an_unknown_level_are_left() -> None:
    """They became indicators of the kind printed above."""
    strange = LEVELS.replace("效益指标 | 社会效益指标", "甲乙丙 | 丁戊己")
    found = read(CENTRAL.rstrip() + strange)
    assert [i.kind for p in found.projects for i in p.indicators] == [
        "output-quantity", "output-quality", "satisfaction-served",
    ]  # fmt: skip
    assert "出行便利" in {r.text for r in found.unread}


@pytest.mark.parametrize(
    ("label", "yuan"),
    [("2024年预算金额(元)", 50), ("预算金额（元）", 50), ("年度资金总额", 500000), ("2024年度预算", 500000)],
)
def test_a_label_s_own_unit_holds_before_that_of_the_form(label: str, yuan: int) -> None:
    printed = CENTRAL.replace("年度资金总额：", label).replace("（2024年度）", "（2024年度）\n单位：万元")
    project = only(read(printed.rstrip() + LEVELS))
    assert project.annual and project.annual.yuan == yuan


def test_a_sum_of_another_year_is_not_the_year_s() -> None:
    found = read(CENTRAL.replace("年度资金总额：", "2023年预算金额（万元）").rstrip() + LEVELS)
    assert [p.annual for p in found.projects] == [None]
    assert "a sum of another year" in {r.reason for r in found.ignored}


@pytest.mark.parametrize("form", [CENTRAL.rstrip() + LEVELS, SELF_EVALUATION])
def test_cells_of_a_sheet_without_places_read_alike(form: str) -> None:
    """A workbook or a page of the web has cells, but no places on a page."""
    drawn = drawn_page(form)
    bare = [
        replace(
            table,
            place=Place(1, line=1),
            rows=tuple(
                tuple(cell and Cell(cell.text, Place(1, line=number)) for cell in row)
                for number, row in enumerate(table.rows, 1)
            ),
        )
        for table in drawn.tables
    ]
    titles = tuple(Cell(line.text, Place(1, line=0)) for line in drawn.lines)
    one, other = only(read(form)), only(read_projects([Page(1, titles, tuple(bare))]))
    assert one.indicators and [_said(i) for i in one.indicators] == [_said(i) for i in other.indicators]
    assert [(n, cell.text) for n, cell in one.fields] == [(n, cell.text) for n, cell in other.fields]
    assert one.annual and other.annual and one.annual.yuan == other.annual.yuan


def _said(indicator: Indicator) -> Indicator:
    return replace(indicator, place=Place(0))


WHOLE = """
部门整体支出绩效目标申报表
（2024年度）
部门（单位）名称 | 某局 | ∅ | ∅ | ∅ | ∅
年度⏎主要⏎任务 | 任务名称 | 主要内容 | 预算金额（万元） | ∅ | ∅
^ | ^ | ^ | 总额 | 财政拨款 | 其他资金
^ | 任务一 | 修建道路二十里，并设路灯 | 60.00 | 50.00 | 10.00
^ | 任务二 | 维护桥梁 | 40.00 | 40.00 | 0
^ | 金额合计 | ∅ | 100.00 | 90.00 | 10.00
年度⏎总体⏎目标 | 目标1：道路通畅。目标2：桥梁安全。 | ∅ | ∅ | ∅ | ∅
绩效⏎指标 | 一级指标 | 二级指标 | 三级指标 | ∅ | 指标值
^ | 产出指标 | 数量指标 | 道路里程 | ∅ | ≥20里
^ | 效益指标 | 社会效益指标 | 通行时间 | ∅ | 缩短
^ | 满意度指标 | 服务对象满意度指标 | 群众满意度 | ∅ | ≥90%
"""


def test_all_spending_of_a_department_is_a_project_of_its_own_kind() -> None:
    found = read(WHOLE)
    project = only(found)
    assert (project.kind, project.name, project.annual, project.appropriations) == (
        "whole-department", "某局整体支出", None, (),
    )  # fmt: skip
    assert project.department and project.unit and project.execution and project.execution.initial
    assert (project.department.name, project.execution.initial.yuan) == ("某局", 1000000)
    texts = {n: cell.text for n, cell in project.fields}
    assert texts == {
        "tasks": "任务一，修建道路二十里，并设路灯，60.00，50.00，10.00；任务二，维护桥梁，40.00，40.00，0；",
        "goal-annual": "目标1：道路通畅。目标2：桥梁安全。",
    }
    assert [(i.kind, i.name, i.horizon) for i in project.indicators] == [
        ("output-quantity", "道路里程", "annual"),
        ("benefit-social", "通行时间", "annual"),
        ("satisfaction-served", "群众满意度", "annual"),
    ]
    parts = {r.text for r in found.ignored if r.reason == "a part of all the department's money"}
    assert parts == {"90.00", "10.00"}


def test_a_form_of_all_spending_without_indicators_is_told_and_no_project() -> None:
    found = read("\n".join(WHOLE.strip().split("\n")[:9]))
    assert found.projects == ()
    assert "target form of the whole body: no project" in {r.reason for r in found.ignored}


NAMED = "项目支出绩效目标表\n项目名称 | 甲道路养护项目 | 主管部门 | 某市交通局\n"
GOAL = "年度绩效目标 | 修好两条路。 | ∅ | ∅\n"
TARGETS = """一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 修路数量 | 2条
效益指标 | 社会效益指标 | 出行便利 | 显著"""


@pytest.mark.parametrize(
    ("rows", "total", "parts"),
    [
        ("2026年预算金额(元) | 1,200,000.00 | ∅ | ∅\n" + GOAL, None, []),
        ("2026年预算金额(元)：1,200,000.00 | ∅ | 项目属性 | 延续项目\n" + GOAL, None, []),
        ("2026年预算金额 | 1,200,000.00元 | ∅ | ∅\n" + GOAL, None, []),
        ("2026年预算金额(元) | 1,200,000.00 | 其中：财政拨款 | 900,000.00\n" + GOAL, None, [("fiscal", 900_000)]),
        (GOAL + "2026年预算金额(元) | 1,200,000.00 | ∅ | ∅\n", None, []),
        ("项目概况 | 两条旧路。 | ∅ | ∅\n2026年预算金额(元) | 1,200,000.00 | ∅ | ∅\n" + GOAL, None, []),
        ("2026年度预算安排（元） | 1,200,000.00 | 项目总投资（元） | 3,600,000.00\n" + GOAL, 3_600_000, []),
        ("项目资金⏎（万元） | 实施周期资金总额 | 360.00 | ∅\n^ | 年度资金总额 | 120.00 | ∅\n" + GOAL, 3_600_000, []),
    ],
)
def test_the_money_of_the_year_stands_anywhere_above_the_indicators(
    rows: str, total: int | None, parts: list[tuple[str, int]]
) -> None:
    project = only(read(NAMED + rows + TARGETS))
    assert project.annual is not None and project.annual.yuan == 1_200_000
    assert (project.total.yuan if project.total else None) == total
    assert [(a.funding, a.amount.yuan) for a in project.appropriations] == parts
    assert {field: cell.text for field, cell in project.fields}["goal-annual"] == "修好两条路。"
    assert [(i.name, i.horizon) for i in project.indicators] == [("修路数量", "annual"), ("出行便利", "annual")]


def test_when_the_money_is_spent_is_no_sum() -> None:
    schedule = "资金支出计划（%） | 3月底 | 6月底 | 12月底\n^ | 25.00 | 50.00 | 100.00\n"
    money = "预算规模及资金用途⏎（万元） | 预算数 | 120.00 | 其他资金\n^ | 用于修路，及其他。 | ∅ | ∅\n"
    project = only(read(NAMED + money + schedule + "绩效目标 | 修好两条路。 | ∅ | ∅\n" + TARGETS))
    assert project.annual is not None and project.annual.yuan == 1_200_000
    assert project.appropriations == ()
    assert [(field, cell.text) for field, cell in project.fields] == [("goal-annual", "修好两条路。")]


def test_what_explains_an_indicator_is_not_its_name() -> None:
    heads = "一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 指标内容\n"
    row = "产出指标 | 数量指标 | 修路数量 | ≥ | 2 | 条 | 修路情况。\n^ | 质量指标 | 合格率 | = | 100 | % | 合格情况。"
    named = "绩效目标表\n项目名称 | 甲项目 | ∅ | ∅ | 主管部门 | 某市交通局 | ∅\n项目概况 | 路。 | ∅ | ∅ | ∅ | ∅ | ∅\n"
    project = only(read(named + heads + row))
    printed = [(i.name, i.target and i.target.printed) for i in project.indicators]
    assert printed == [("修路数量", "≥2条"), ("合格率", "=100%")]


EVALUATED = """
项目支出绩效自评表
项目名称 | 甲项目 | ∅ | 主管部门 | 某市交通局 | ∅ | ∅
项目资金⏎（万元） | 全年预算数 | 120.00 | 全年执行数 | 60.00 | 执行率 | 50%
年度总体目标 | 修好两条路。 | ∅ | ∅ | ∅ | ∅ | ∅
"""


def test_a_page_that_cuts_what_was_reached_and_why_it_was_missed() -> None:
    heads = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 得分 | 偏差原因分析及改进措施\n"
    above = "产出指标 | 数量指标 | 修路数量 | 2条 | 1条，另有一 | 5 | 进度滞后，下"
    below = " | | | | 条在建 | | 年补足\n | 质量指标 | 桥 | 1座 | 1座 | 9 | 无\n总分 | ∅ | ∅ | ∅ | 100 | 91.5 | "
    project = only(read(EVALUATED.rstrip() + "\n" + heads + above, below))
    road, bridge = project.indicators
    assert road.result is not None and road.result.actual is not None
    assert (road.result.actual.printed, road.result.deviation) == ("1条，另有一条在建", "进度滞后，下年补足")
    assert (bridge.kind, bridge.result and bridge.result.score) == ("output-quality", 9)
    assert project.score == Decimal("91.5")


def test_a_page_that_cuts_a_head_and_a_level() -> None:
    heads = "一级指标 | 二级指标 | 三级指标 | 年度指标值 | 实际完成值 | 得分 | 偏差原因分析及改"
    below = " | | | | | | 进措施\n产出指 | 数量指标 | 修路数量 | 2条 | 1条 | 5 | 进度滞后"
    project = only(read(EVALUATED.rstrip() + "\n" + heads, below))
    assert [(i.kind, i.result and i.result.deviation) for i in project.indicators] == [("output-quantity", "进度滞后")]


FORM = """
项目支出绩效目标表 | ∅ | ∅ | ∅ | ∅ | ∅
{head}
{goal} | 修好两条路。 | ∅ | ∅ | ∅ | ∅
一级指标 | 二级指标 | 三级指标 | ∅ | 指标值 | ∅
产出指标 | 数量指标 | 修路数量 | ∅ | 2条 | ∅
满意度指标 | {level} | 村民满意 | ∅ | 90% | ∅
"""
HEAD = "项目名称 | 甲专项 | 主管部门 | 某局 | {label} | 1,200.00"


SUM_LABELS = [
    *("项目金额", "项目预算", "预算金额", "预算资金", "资金总额", "申请金额", "预算数", "项目经费", "资金安排"),
    *("项目资金", "年度金额", "当年资金", "2026年预算"),
]
PARTS = """项目名称 | 甲专项 | ∅ | ∅ | ∅ | ∅
{label}（元） | 1,200.00 | ∅ | ∅ | ∅ | ∅
其中：财政拨款 | 1,000.00 | ∅ | 其他资金 | 200.00 | ∅"""


def _form(
    head: str = HEAD.format(label="预算金额（元）"), goal: str = "年度目标", level: str = "服务对象满意度指标"
) -> Project:
    return only(read(FORM.format(head=head, goal=goal, level=level)))


@pytest.mark.parametrize(
    "label",
    SUM_LABELS,
)
def test_the_amount_of_a_form_stands_beside_its_name_or_in_a_row_of_its_own_with_its_parts(label: str) -> None:
    """An amount beside the name was lost without a word; parts below a total of the head were unread."""
    beside = _form(HEAD.format(label=f"{label}（元）"))
    below = _form(PARTS.format(label=label))
    assert beside.annual and below.annual
    assert (beside.annual.yuan, below.annual.yuan) == (1200, 1200)
    assert [(a.funding, a.horizon, a.amount.yuan) for a in below.appropriations] == [
        ("fiscal", "annual", 1000),
        ("other-funds", "annual", 200),
    ]


def test_a_sum_beside_a_label_that_names_no_total_is_told() -> None:
    found = read(FORM.format(head=HEAD.format(label="资金来源"), goal="年度目标", level="满意度指标"))
    assert ("1,200.00" in [r.text for r in found.unread]) != bool(found.projects[0].annual)


@pytest.mark.parametrize(
    ("goal", "level"),
    [
        ("2026年度绩效目标", "社会公众满意度指标"),
        ("绩效目标描述", "受益对象满意度指标"),
        ("项目支出绩效目标", "服务对象满意度指标"),
        ("本年绩效目标", "服务对象满意度指标"),
        ("绩效目标（年度）", "服务对象满意度指标"),
    ],
)
def test_goals_and_levels_are_known_by_the_words_of_their_labels(goal: str, level: str) -> None:
    project = _form(goal=goal, level=level)
    assert [(notation, cell.text) for notation, cell in project.fields] == [("goal-annual", "修好两条路。")]
    assert [i.kind for i in project.indicators] == ["output-quantity", "satisfaction-served"]


@pytest.mark.parametrize(
    "head",
    [
        "二级项目名称 | 甲专项 | 归口管理部门 | 某局 | 执行单位 | 某所\n项目预算（元） | 1,200.00 | ∅ | ∅ | ∅ | ∅",
        "项目名称（盖章） | 甲专项 | 主管部门（公章） | 某局 | 单位及代码 | 某所\n预算数（元） | 1,200.00 | ∅ | ∅ | ∅",
        "项目名称 | ∅ | 主管部门 | 实施单位 | ∅ | 预算金额（元）\n甲专项 | ∅ | 某局 | 某所 | ∅ | 1,200.00",
    ],
)
def test_labels_of_the_head_beside_their_values_or_above_them(head: str) -> None:
    project = _form(head)
    assert project.department and project.unit and project.annual
    told = (project.name, project.department.name, project.unit.name, project.annual.yuan)
    assert told == ("甲专项", "某局", "某所", 1200)


def test_a_form_of_few_rows_is_read_by_its_cells() -> None:
    rows = (
        "项目支出绩效目标表 | ∅ | ∅ | ∅",
        "项目名称 | 甲专项 | 主管部门 | 某局",
        "项目金额（万元） | 3.00 | 项目类型 | 特定目标类",
        "绩效目标 | 修好两条路。 | ∅ | ∅",
    )
    project = only(read("\n".join(rows)))
    assert (project.name, project.annual and project.annual.yuan, project.category) == ("甲专项", 30000, "特定目标类")


def test_a_list_of_goals_and_amounts_gives_projects() -> None:
    found = read("""
2026年项目绩效目标表 | ∅ | ∅ | ∅
序号 | 项目名称 | 预算金额（万元） | 绩效目标
1 | 甲专项 | 3.00 | 修好两条路。
2 | 乙专项 | 4.50 | 栽树三百棵。
合计 | ∅ | 7.50 | ∅
""")
    told = [(p.name, p.annual and p.annual.yuan, [c.text for _, c in p.fields]) for p in found.projects]
    assert told == [("甲专项", 30000, ["修好两条路。"]), ("乙专项", 45000, ["栽树三百棵。"])]
    assert not found.unread


def test_a_form_without_borders_whose_columns_are_not_known_is_held_back() -> None:
    """Its goal was the end of a wrapped head, its unit ran into the text below."""
    lines = [
        "项目支出绩效目标表", "项目名称  甲专项  2026年预算金额（元）  1,200.00", "单位名称  某局",
        "年度目标  修好两条路。", "一级指标  二级指标  三级指标  指标性  指标  度量单  指标内容", "值  值  位",
        "产出  时效  巡查及  ≥  95  %  定期", "效益  民生  出行便  =  30  次  保障",
        "效益  生态  绿化面  =  3  亩  改善", "满意  村民  村民感  ≥  90  %  建立",
    ]  # fmt: skip
    found = read_projects([lines_page("\n".join(lines))])
    assert found.projects == ()
    assert {r.reason for r in found.unread} == {"a form without borders whose columns cannot be told apart"}


def test_labels_of_other_provinces() -> None:
    """Levels called otherwise, spans in two cells, sources with numbers, and a sum by source that repeats a total."""
    project = only(
        read("""
项目申报表（含绩效目标表）
项目支出绩效目标表
项目 | 甲监测专项 | ∅ | 支出项目类别 | 部门项目
预算部门 | 某厅 | ∅ | 实施单位 | 某中心
起始年度 | 2024年 | ∅ | 终止年度 | 2026年
项目总预算（万元） | 300.00 | ∅ | 项目当年预算（万元） | 100.00
项目资金来源 | 资金来源 | ∅ | 金额（万元） | ∅
^ | 合计 | ∅ | 100.00 | ∅
^ | 1.一般公共预算财政拨款 | ∅ | 80.00 | ∅
^ | 2.单位自有资金 | ∅ | 20.00 | ∅
目标内容 | 完成监测。 | ∅ | ∅ | ∅
绩效指标一级 | 绩效指标二级 | 绩效指标三级 | 指标值 | ∅
产出 | 数量 | 监测断面数 | 100个 | ∅
履职效能 | 重点工作 | 报告数 | 4份 | ∅
""")
    )
    assert project.department and project.annual and project.total
    assert (project.name, project.department.name, project.category) == ("甲监测专项", "某厅", "部门项目")
    assert (project.period, project.annual.yuan, project.total.yuan) == ("2024年至2026年", 1000000, 3000000)
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [
        ("general-public", "annual", 800000),
        ("unit-funds", "annual", 200000),
    ]
    assert [(i.kind, i.name) for i in project.indicators] == [("output-quantity", "监测断面数"), ("duties", "报告数")]


def test_sums_below_their_labels_and_money_below_the_tasks() -> None:
    found = read("""
部门整体绩效目标表
（2026年度）
部门名称 | 某局 | ∅ | ∅ | ∅
年度主要任务 | 任务名称 | ∅ | 主要内容 | ∅
^ | 救助 | ∅ | 发放救助金 | ∅
预算情况 | 部门预算总额（万元） | ∅ | 12.00 | ∅
^ | 1、资金来源：（1）政府预算资金 | ∅ | 10.00 | ∅
^ | （2）单位资金 | ∅ | 2.00 | ∅
年度履职目标 | 做好救助。 | ∅ | ∅ | ∅
一级指标 | 二级指标 | 三级指标 | 指标值 | 半年（程）目标值 | 全年（终）目标值
产出指标 | 数量指标 | 救助人数 | 10人 | 5人 | 9人
""")
    (project,) = found.projects
    assert project.execution and project.execution.initial
    assert (project.execution.initial.yuan, dict(project.fields)["tasks"].text) == (120000, "救助，发放救助金；")
    assert [(i.horizon, i.target and i.target.printed) for i in project.indicators] == [("annual", "9人")]
    assert [residue.text for residue in found.unread] == ["10人"]  # of what time it is, is not said


def test_goals_below_a_group_are_no_overview() -> None:
    project = only(
        read("""
项目支出绩效自评表
项目名称 | 甲专项 | ∅ | ∅
主管部门 | 某局 | 实施单位 | 某中心
项目基本情况 | 1.项目年度目标完成情况 | 项目年度目标 | 年度目标完成情况
^ | ^ | 修通道三十公里。 | 修了三十公里。
^ | 2.项目实施内容及过程概述 | 按合同实施并通过验收。 | ∅
年度预算金额（万元） | 合计 | 财政拨款 | 其他资金
^ | 20 | 15 | 5
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 通道里程 | 30公里
""")
    )
    assert {name: cell.text for name, cell in project.fields} == {
        "goal-annual": "修通道三十公里。",
        "achievement": "修了三十公里。",
        "plan": "按合同实施并通过验收。",
    }
    assert project.annual and project.annual.yuan == 200000
    assert [(a.funding, a.amount.yuan) for a in project.appropriations] == [("fiscal", 150000), ("other-funds", 50000)]


def test_money_by_kind_beside_money_by_source_has_heads_of_its_own() -> None:
    found = read("""
部门整体支出绩效目标表
（2024年度）
部门名称 | 某局 | ∅ | ∅ | ∅
基本信息 | 财政供养人员数 | 737 | 下属二级单位数 | 10
预算整体情况 | 部门预算支出 | 预算金额（万元） | 收入来源 | 预算金额（万元）
^ | 基本支出 | 10.5 | 财政拨款 | 72.8
^ | 项目支出 | 62.3 | 其他资金 | 0
^ | 事业发展性支出 | 预算金额（万元） | 按预算级次划分 | 预算金额（万元）
^ | 财政专项资金 | 5 | 市本级使用资金 | 7
总体绩效目标 | 做好工作。 | ∅ | ∅ | ∅
一级指标 | 二级指标 | 三级指标 | 指标值 | ∅
产出指标 | 数量指标 | 就业人数 | 10人 | ∅
""")
    (project,) = found.projects
    assert found.unread == (), found.unread
    assert project.execution is None  # the sum of all is nowhere printed
    assert [i.name for i in project.indicators] == ["就业人数"]


def test_a_score_beside_sums_without_points_for_them_is_not_the_executions() -> None:
    found = read("""
项目支出绩效自评表
项目名称 | 甲专项 | ∅ | ∅ | ∅ | ∅ | ∅
主管部门 | 某局 | ∅ | 实施单位 | 某中心 | ∅ | ∅
预算安排（万元） | 年初预算 | 100.00 | 调整预算 | 110.00 | 实际支出 | 104.50
支出率 | 95.00% | ∅ | 自评得分 | 97.5 | ∅ | ∅
一级指标 | 二级指标 | 三级指标 | 目标值 | 完成值 | 分值 | 得分
产出指标（50分） | 数量指标 | 里程 | 50公里 | 52公里 | 30 | 30
""")
    (project,) = found.projects
    told = project.execution
    assert told and told.initial and told.revised and told.executed
    assert (told.initial.yuan, told.revised.yuan, told.executed.yuan) == (1000000, 1100000, 1045000)
    assert (told.rate, told.score) == (95, None)
    assert [residue.text for residue in found.unread] == ["97.5"]
