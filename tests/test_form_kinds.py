"""Forms of every office: the central form with its points, goals cut by a page, names that begin with a code."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import drawn_page

from kg_builder.model import Project
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
