"""Target forms whose cell borders are lost, made up to hold each known difficulty."""

from __future__ import annotations

import pytest
from drawn import PHONE, lines_page, ruled_page
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_builder.model import Box, Cell, Page, Place
from kg_builder.templates.forms.halves import Known, Pair, part_line, split_half, split_halves
from kg_builder.templates.forms.twins import is_cut_of, split_twins
from kg_builder.templates.report import read_projects

KNOWN = Known(frozenset({"有效加强", "满足", "按合同价", "保障"}))


@pytest.mark.parametrize(
    ("half", "name", "value"),
    [
        ("可移动文物保护数量 ≥34个", "可移动文物保护数量", "≥34个"),
        ("可移动文物保护数≥34个", "可移动文物保护数", "≥34个"),
        ("租用移动公司2M数据专线单价1800元/年/条", "租用移动公司2M数据专线单价", "1800元/年/条"),
        ("物业保洁面积 ≥84 38.41平方米", "物业保洁面积", "≥84 38.41平方米"),
        ("购置电 脑数量 约30台", "购置电 脑数量", "约30台"),
        ("评审项目验 收合格率100%", "评审项目验 收合格率", "100%"),
        ("住房公积金 月工资总额的12%", "住房公积金", "月工资总额的12%"),
        ("加强博物馆宣传教有效加强", "加强博物馆宣传教", "有效加强"),
        ("国道307、207项目建设进度", "国道307、207项目建设进度", None),
        ("业务培训完成时间2023年11月底前完成", "业务培训完成时间", "2023年11月底前完成"),
        ("提高财政评审的社会公信力提高", "提高财政评审的社会公信力", "提高"),
    ],
)
def test_a_half_is_parted_or_left_whole(half: str, name: str, value: str | None) -> None:
    assert split_half(half, KNOWN) == Pair(name, value)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("加强文物保护 效果显著", "加强文物保效果显著", ("效果显著", "加强文物保")),
        ("按方案的时间完成保护修复", "按方案的时间修复", ("修复", "按方案的时间")),
        ("通过研究让更多的人了显著", "通过研究让更显著", ("显著", "通过研究让更")),
        ("吸收资本，减轻压力提高", "吸收资本，减轻压力充分吸收", ("充分吸收", "吸收资本，减轻压力")),
        ("安保人员服务时间 安保24小时轮岗", "安保人员服务时间安保24小时轮岗", ("安保24小时轮岗", "安保人员服务时间")),
    ],
)
def test_the_right_half_is_parted_by_its_twin(left: str, right: str, expected: tuple[str, str]) -> None:
    _, found = split_halves(left, right, KNOWN)
    assert found
    assert (found.value, found.name) == expected


@pytest.mark.parametrize(
    ("line", "left", "right"),
    [
        ("培训次数 ≥6次/年 管理市本级项目4个", "培训次数 ≥6次/年", "管理市本级项目4个"),
        ("印刷品 约500册/年", "印刷品 约500册/年", None),
        ("咨询费 按合同价 培训费 ≤400元/人/ 天", "咨询费 按合同价", "培训费 ≤400元/人/\u2009天"),
        ("模型数据满足 模型数满足", "模型数据满足", "模型数满足"),
    ],
)
def test_a_line_is_cut_into_its_halves(line: str, left: str, right: str | None) -> None:
    assert part_line(line, KNOWN) == (left, right)


def test_cut_names() -> None:
    assert is_cut_of("促进文物事业健康", "促进文物事业健康发展")
    assert is_cut_of("保护文物，实现文 ，提", "保护文物，实现文化强国，提")
    assert not is_cut_of("培训", "培训次数")
    assert not is_cut_of("聘用人员人数", "聘用人员满意度")
    assert split_twins("完全不同的甲", "另外一个的甲") is None


PLAIN = """\
某市项目支出绩效目标申报表
（2024年度）
项目名称 乙项目
主管部门及代码 033-某局 实施单位
某市某中心(某市某
馆)
项目属性 经常性项目（长期开展） 项目期 3年
项目资金
（万元）
实施期资金总额： 30 年度资金总额： 10.5
其中：中央财政资金 0 其中：中央财政资金
市县（区）财政资
金
30 市县（区）财政资金 10.5
其他资金 其他资金
项目概况
改造展厅，更新
展柜
立项依据 《某条例》
实施期目标 年度目标
总体目标 三年建成 当年开工
绩
效
一级指标 二级指标 三级指标 指标值 二级指标 三级指标 指标值
产出指标
数量指标
展柜数量 ≥30个
数量指标
展柜数≥10个
讲解员数量 3人 展柜灯具数量 40盏
成本指标 成本指标
效益指标
社会效益指标 丰富群众的文化生活 有效改善 社会效益指标 丰富群众的文化有效改善
满意度指标 服务对象满意度指观众满意度 ≥90% 服务对象满意度指标观众满意度 ≥90%
负责人： 经办人： 张某 联系电话： PHONE 填报日期： 20240101
十一、国有资产占有使用情况
""".replace("PHONE", PHONE)


def test_a_form_without_cell_borders() -> None:
    read = read_projects([lines_page(PLAIN)])
    (project,) = read.projects
    assert project.unit and project.unit.name == "某市某中心(某市某馆)"
    assert project.total and project.annual
    assert (project.total.yuan, project.annual.yuan) == (300000, 105000)
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [
        ("central", "implementation", 0), ("municipal", "implementation", 300000), ("municipal", "annual", 105000),
    ]  # fmt: skip
    assert [(n, c.text) for n, c in project.fields] == [
        ("overview", "改造展厅，更新展柜"), ("legal-basis", "《某条例》"),
        ("goal-implementation", "三年建成"), ("goal-annual", "当年开工"),
    ]  # fmt: skip
    assert [(i.kind, i.name, i.horizon, i.target and i.target.printed, i.completed) for i in project.indicators] == [
        ("output-quantity", "展柜数量", "implementation", "≥30个", False),
        ("output-quantity", "展柜数量", "annual", "≥10个", True),
        ("output-quantity", "讲解员数量", "implementation", "3人", False),
        ("output-quantity", "展柜灯具数量", "annual", "40盏", False),
        ("benefit-social", "丰富群众的文化生活", "implementation", "有效改善", False),
        ("benefit-social", "丰富群众的文化生活", "annual", "有效改善", True),
        ("satisfaction-served", "观众满意度", "implementation", "≥90%", False),
        ("satisfaction-served", "观众满意度", "annual", "≥90%", False),
    ]
    assert read.unread == ()
    assert "张某" not in str((read.projects, read.ignored, read.unread))
    taken = [line.place.line for line in read.ledger.pages[0].lines if read.ledger.account_of(line.place)]
    assert taken[-1] == len(PLAIN.splitlines()) - 1


def test_a_form_without_borders_for_the_year_alone() -> None:
    head, _, _ = PLAIN.partition("实施期资金总额")
    text = head + "\n".join([
        "年度资金总额： 8", "立项依据 《某条例》", "一级指标 二级指标 三级指标 年度指标值", "产出指标",
        "数量指标 展柜数量 ≥30个", "讲解员数量 3人", "数量指标 灯具数量 40盏", "时效指标 完成时间 2024年底前",
    ])  # fmt: skip
    (project,) = read_projects([lines_page(text)]).projects
    assert [(i.kind, i.name, i.horizon) for i in project.indicators] == [
        ("output-quantity", "展柜数量", "annual"),
        ("output-quantity", "讲解员数量", "annual"),
        ("output-quantity", "灯具数量", "annual"),
        ("output-timeliness", "完成时间", "annual"),
    ]


WORDS = [
    "项目支出绩效目标表",
    "项目名称",
    "甲项目",
    "主管部门及代码",
    "012-某局",
    "实施单位",
    "某中心",
    "项目资金（元）",
    "12,000,年度资金总额：",
    "实施期资金总额：",
    "其中：中央财政资金",
    "市县（区）财政资",
    "金",
    "0",
    "项目概况",
    "立项依据",
    "某办法,实施期目标",
    "年度目标",
    "总体目标",
    "建成",
    "一级指标",
    "二级指标",
    "三级指标",
    "指标值",
    "产出指标",
    "数量指标",
    "质量指标,服务对象满意度",
    "满意度指标",
    "≥95%",
    "展柜≥3个",
    "负责人：",
    "张某",
    "一、项目概述",
    "某经费情况说明",
    "第四部分 名词解释",
    "",
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7), max_size=30), st.sampled_from([" ", "\t"]))
def test_no_order_of_labels_breaks_the_reader(rows: list[list[str]], gap: str) -> None:
    read = read_projects([lines_page("\n".join(gap.join(row) for row in rows))])
    assert all(project.name for project in read.projects)
    width = max((len(row) for row in rows), default=1)
    ruled = read_projects([ruled_page([[*row, *[None] * (width - len(row))] for row in rows])])
    assert all(project.name for project in ruled.projects)


def test_a_year_in_the_text_is_no_sum() -> None:
    text = PLAIN.replace("其他资金 其他资金\n", "其他资金 其他资金\n2022年结转\n")
    read = read_projects([lines_page(text)])
    assert not [a for a in read.projects[0].appropriations if a.funding in {"other", "other-funds"}]


def test_a_label_wrapped_around_its_value_on_a_page_without_rules() -> None:
    printed = [
        (10, 51, "项目名称  丁项目"),
        (26, 51, "主管部门及代码 012-某局  实施单位  某中心"),
        (42, 122, "实施期资金总额：  8  年度资金总额：  4"),
        (50, 51, "项目资金（元）"),
        (58, 122, "省级财政资金  8  省级财政资金  4"),
        (74, 51, "保证项目实施的制"),
        (79, 122, "专款专用"),
        (84, 51, "度、措施"),
        (100, 206, "实施期目标  年度目标"),
        (116, 51, "总体目标  三年建成  当年开工"),
        (132, 80, "一级指标  二级指标  三级指标  指标值  二级指标  三级指标  指标值"),
        (148, 122, "数量指标  展柜  8个  数量指标  展柜  4个"),
        (164, 122, "服务对象满意  服务对象满意"),
        (169, 179, "观众满意度  99%  观众满意度  99%"),
        (174, 122, "度指标  度指标"),
    ]
    lines = tuple(Cell(text, Place(1, Box(x, top, x + 8 * len(text), top + 8))) for top, x, text in printed)
    (project,) = read_projects([Page(1, lines, (), (600, 800))]).projects
    assert [(n, c.text) for n, c in project.fields] == [
        ("safeguards", "专款专用"), ("goal-implementation", "三年建成"), ("goal-annual", "当年开工"),
    ]  # fmt: skip
    assert [(a.horizon, a.amount.yuan) for a in project.appropriations] == [("implementation", 8), ("annual", 4)]
    assert [(i.kind, i.horizon, i.name) for i in project.indicators] == [
        ("output-quantity", "implementation", "展柜"),
        ("output-quantity", "annual", "展柜"),
        ("satisfaction-served", "implementation", "观众满意度"),
        ("satisfaction-served", "annual", "观众满意度"),
    ]


def test_labels_in_one_row_without_anything_below_are_no_form() -> None:
    row = [
        "一、项目概述",
        "一级指标",
        "项目支出绩效目标表",
        "负责人：",
        "主管部门及代码",
        "项目支出绩效目标表",
        "项目名称",
    ]
    assert read_projects([lines_page(" ".join(row))]).projects == ()


def test_lines_with_the_year_on_the_left_keep_their_horizons() -> None:
    lines = [
        "项目支出绩效目标表",
        "项目名称 甲项目",
        "主管部门 某局 实施单位 某中心",
        "项目资金（元） 年度资金总额 30 实施期资金总额 90",
        "财政拨款 30 财政拨款 90",
        "年度目标 实施期目标",
        "建成一座馆。 建成三座馆。",
        "一级指标 二级指标 三级指标 指标值 二级指标 三级指标 指标值",
        "产出指标 数量指标 展柜 20个 数量指标 展柜 60个",
    ]
    project = read_projects([lines_page("\n".join(lines))]).projects[0]
    assert project.total and project.annual and (project.total.yuan, project.annual.yuan) == (90, 30)
    assert {(a.horizon, a.amount.yuan) for a in project.appropriations} == {("annual", 30), ("implementation", 90)}
    assert {n: c.text for n, c in project.fields} == {
        "goal-annual": "建成一座馆。",
        "goal-implementation": "建成三座馆。",
    }
    assert {(i.horizon, i.target and i.target.printed) for i in project.indicators} == {
        ("annual", "20个"),
        ("implementation", "60个"),
    }


def test_a_level_glued_to_a_name_with_its_target_is_no_part_of_the_name() -> None:
    lines = [
        "项目支出绩效目标表", "项目名称 甲项目", "主管部门 某局 实施单位 某中心",
        "项目资金（元） 年度资金总额 30", "年度目标 建成一座馆。",
        "一级指标 二级指标 三级指标 指标值", "产出指标 数量指标 展柜 20个", "满意度指标 服务对象满意度观众满意度≥95%",
    ]  # fmt: skip
    indicators = read_projects([lines_page("\n".join(lines))]).projects[0].indicators
    assert [(i.kind, i.name) for i in indicators] == [
        ("output-quantity", "展柜"),
        ("satisfaction-served", "观众满意度"),
    ]


@pytest.mark.parametrize("number", ["-25-", "第 25 页"])
def test_the_running_head_between_two_pages_is_no_part_of_a_text(number: str) -> None:
    """The running head below a page number ended the text above, or was an indicator."""
    broken = PLAIN.replace("实施期目标 年度目标", f"{number}\n\n某市某中心2024年单位预算公开报告\n实施期目标 年度目标")
    (project,) = read_projects([lines_page(broken)]).projects
    assert {n: c.text for n, c in project.fields}["legal-basis"] == "《某条例》"
    assert "公开报告" not in str(project)


def test_the_end_of_an_unknown_label_is_no_label() -> None:
    """财政资金, the end of 乡镇级财政资金, was read as all fiscal money, and the sources did not add up."""
    read = read_projects([lines_page(PLAIN.replace("市县（区）财政资", "乡镇级财政资"))])
    (project,) = read.projects
    assert [(a.funding, a.horizon) for a in project.appropriations] == [("central", "implementation")]
    said = " ".join(residue.text for residue in read.unread)
    assert "30" in said
    assert "10.5" in said


WEIGHED = """
甲专项绩效目标表
项目名称  甲专项  2026年预算金额（元）  1,200.00
主管部门  某部  实施单位  某大学
年度总体目标  修好两条路。
一级指标  二级指标  三级指标  指标值  {head}
产出指标  数量指标  修路数量  2条  {cell}
效益指标  社会效益指标  出行便利  显著  {cell}
"""


@pytest.mark.parametrize(("head", "cell"), [("分值", "20"), ("实际完成值", "1条"), ("度量单位", "条")])
def test_indicators_in_columns_that_nothing_parts_are_unread(head: str, cell: str) -> None:
    found = read_projects([lines_page(WEIGHED.format(head=head, cell=cell))])
    (project,) = found.projects
    assert (project.name, project.annual and project.annual.yuan) == ("甲专项", 1200)
    assert project.indicators == ()
    told = [r.text.split()[2] for r in found.unread]
    assert told == ["修路数量", "出行便利"]
