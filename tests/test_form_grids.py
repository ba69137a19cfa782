"""Target forms in cells, made up to hold each known difficulty."""

from __future__ import annotations

from drawn import PHONE, ruled_page

from kg_builder.model import Cell, Page, Place
from kg_builder.templates.forms import FormsRead, read_forms

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


def test_a_form_for_the_year_alone_with_the_three_costs() -> None:
    levels: list[list[str | None]] = [
        ["一级指标", "二级指标", "三级指标", "年度指标值"],
        ["成本指标", "经济成本指标", "总成本", "≤12.5万元"],
        [None, "社会成本指标", "投诉", "无"],
        ["产出指标", "数量指标", "建成\n数量", "1座"],
        [None, None, "展柜", "≥20个"],
        ["满意度指标", "服务对象满意度指标", "观众满意度", "≥90%"],
    ]
    read = read_forms([ruled_page(HEAD + levels)])
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
    read = read_forms([ruled_page([*wide[:8], ["实施期目标", None, None, None, "年度目标", None, None], *rows])])
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
    read = read_forms([ruled_page(first), ruled_page(second, 2)])
    assert [(p.name, p.pages, len(p.indicators)) for p in read.projects] == [("甲项目", (1, 2), 2)]


def test_money_without_a_unit_is_reported_and_not_guessed() -> None:
    rows = [["项目资金" if c and c.startswith("项目资金") else c for c in row] for row in HEAD]
    read = read_forms([ruled_page(rows)])
    assert (read.projects[0].annual, read.projects[0].appropriations) == (None, ())
    assert {r.text for r in read.unread} == {"12.5"}


def test_a_page_without_forms_gives_nothing() -> None:
    lines = ["项目支出绩效目标表见附件", "项目名称 合计", "本表为空"]
    page = Page(1, tuple(Cell(text, Place(1, line=n)) for n, text in enumerate(lines, 1)))
    assert read_forms([page]) == FormsRead((), frozenset(), (), ())
    assert read_forms([]) == FormsRead((), frozenset(), (), ())


def test_a_list_of_projects_is_no_form() -> None:
    rows: list[list[str | None]] = [
        ["项目支出绩效目标表", None, None, None, None],
        ["项目名称", "主管部门", "实施单位", "项目资金", "立项依据"],
        ["甲项目", "某局", "某中心", "12", "某办法"],
    ]
    assert read_forms([ruled_page(rows)]) == FormsRead((), frozenset(), (), ())


def test_labels_may_hold_their_values() -> None:
    rows: list[list[str | None]] = [
        ["项目名称：丙项目", None, "主管部门：某局", None],
        ["项目资金", "年度资金总额：12.5万元", "其中：省级财政资金 12.5万元", None],
        ["立项依据", "某办法", None, None],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "展柜", "20个"],
    ]
    (project,) = read_forms([ruled_page(rows)]).projects
    assert (project.name, project.department and project.department.name) == ("丙项目", "某局")
    assert project.annual and (project.annual.yuan, project.annual.printed, project.annual.unit) == (
        125000,
        "12.5",
        "万元",
    )
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [("provincial", "annual", 125000)]
