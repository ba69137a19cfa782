"""项目经费情况说明 made up to hold each known difficulty."""

from __future__ import annotations

import pytest
from drawn import PHONE, lines_page, ruled_page

from kg_builder.model import Page, Source
from kg_builder.templates.found import Found
from kg_builder.templates.report import parse_report, read_projects

SECTIONS = ("项目概述", "立项依据", "实施主体", "实施周期", "年度预算安排")
NUMBERS = "一二三四五六七八九"


def _told(*values: str, titles: tuple[str, ...] = SECTIONS) -> list[str]:
    pairs = zip(NUMBERS, titles, values, strict=False)
    return [line for number, title, value in pairs for line in (f"{number}、{title}", value)]


def _read(*lines: str) -> Found:
    return read_projects([lines_page("\n".join(lines))])


ONE = ("甲说明。", "某条例。", "某区民政局", "一年", "100万元")
TWO = ("乙说明。", "某办法。", "某区婚姻登记中心", "两年", "20万元")


def test_projects_under_one_title_are_told_apart_by_their_headings() -> None:
    lines = ["其他项目支出情况说明", "项目一：社区治理经费", *_told(*ONE), "项目二：婚姻登记经费", *_told(*TWO)]
    found = [(p.name, p.unit and p.unit.name, p.annual and p.annual.yuan) for p in _read(*lines).projects]
    assert found == [("社区治理经费", "某区民政局", 1000000), ("婚姻登记经费", "某区婚姻登记中心", 200000)]


def test_projects_without_headings_under_one_title_are_labelled_by_it_and_their_bodies() -> None:
    read = _read("社区治理经费情况说明", *_told(*ONE), *_told(*TWO))
    names = ["社区治理经费情况说明（某区民政局）", "社区治理经费情况说明（某区婚姻登记中心）"]
    assert [(p.name, p.annual and p.annual.yuan) for p in read.projects] == list(
        zip(names, [1000000, 200000], strict=True)
    )


def test_projects_that_nothing_tells_apart_are_none() -> None:
    titles = ("项目概述", "立项依据", "年度预算安排")
    told = [_told("甲说明。", "某条例。", money, titles=titles) for money in ("10万元", "20万元")]
    read = _read("社区治理经费情况说明", *told[0], *told[1])
    assert read.projects == ()
    assert [r.reason for r in read.unread] == ["sections of several projects, unnamed"]


@pytest.mark.parametrize(
    ("overview", "basis", "name"),
    [
        ("图书流通服务项目主要用于街镇图书配送。", "某意见。", "图书流通服务项目"),
        ("本项目名称为数字档案加工，共两期。", "某意见。", "数字档案加工"),
        ("“数字方志”建设项目，完成旧志扫描。", "某意见。", "“数字方志”建设项目"),
        ("2026年，我局继续实施公共自行车运营项目，由企业运营。", "某意见。", "公共自行车运营项目"),
        ("对食堂给予支持。", "《某市社区食堂补贴实施办法》", "社区食堂补贴"),
        ("对道路进行养护。", "《某路法》", "专项资金情况说明（某区民政局）"),
        ("本项目主要用于养护。", "《甲补贴办法》《乙补贴办法》", "专项资金情况说明（某区民政局）"),
    ],
)
def test_a_narrative_whose_heading_names_none_is_named_by_its_text_or_labelled(
    overview: str, basis: str, name: str
) -> None:
    assert [p.name for p in _read("专项资金情况说明", *_told(overview, basis, *ONE[2:])).projects] == [name]


def test_a_heading_above_sections_names_the_project_without_the_words_of_a_title() -> None:
    projects = _read("公共体育设施维护", *_told(*ONE)).projects
    assert [p.name for p in projects] == ["公共体育设施维护"]
    sections = ("绩效目标", "新增湿地20公顷", "项目概述", "修复。", "立项依据", "某法。", "年度预算安排", "2万元")
    assert [p.name for p in _read("湿地保护经费情况说明", *sections).projects] == ["湿地保护"]


@pytest.mark.parametrize(
    ("printed", "yuan", "shown"),
    [
        ("一季度10万元，二季度30.5万元，三季度40万元，四季度19.5万元。", 1000000, "10万元+30.5万元+40万元+19.5"),
        ("一季度10万元，二季度30.5万元。", None, None),
        ("一季度1万元，二季度2万元，三季度3万元，三季度4万元。", None, None),
        ("培训60万元，设备30万元，共90万元。", 900000, "90"),
        ("全年共90万元（培训60万元，设备30万元）。", 900000, "90"),
        ("培训60万元，设备30万元。", None, None),
        ("项目总投资130万元，其中建筑100万元，设备20万元，预备费10万元。", None, None),
        ("项目总投资130万元，其中财政80万元。", None, None),
        ("合同金额500万元，2024年度预算安排50万元。", 500000, "50"),
        ("每人每月补贴500元。", None, None),
        ("按500元/人的标准，全年预算安排35万元。", 350000, "35"),
        ("截至上月已累计支付500万元。", None, None),
    ],
)
def test_quarters_and_parts_come_to_the_years_money(printed: str, yuan: int | None, shown: str | None) -> None:
    annual = _read("社区治理经费情况说明", *_told(*ONE[:4], printed)).projects[0].annual
    assert (annual and annual.yuan, annual and annual.printed) == (yuan, shown)


@pytest.mark.parametrize(
    "heading",
    [
        ("敬老卡补贴经费情况说明",),
        ("关于敬老卡补贴的情况说明",),
        ("敬老卡补贴", "经费情况说明"),
        ("项目经费情况说明（敬老卡补贴）",),
        ("项目经费情况说明——敬老卡补贴",),
        ("项目经费情况说明：敬老卡补贴",),
    ],
)
def test_a_title_names_its_project_before_above_or_behind_its_words(heading: tuple[str, ...]) -> None:
    assert [p.name for p in _read(*heading, *_told(*ONE)).projects] == ["敬老卡补贴"]


@pytest.mark.parametrize(("said", "annual"), [("2023年安排50万元。", None), ("2024年安排50万元。", 500000)])
def test_a_sum_said_of_another_year_alone_is_not_the_years(said: str, annual: int | None) -> None:
    cover = ["某市某区民政局2024年部门预算", "社区治理经费情况说明"]
    report = parse_report([lines_page("\n".join([*cover, *_told(*ONE[:4], said)]))], Source("a.txt", "0" * 64, 1))
    assert [p.annual and p.annual.yuan for p in report.projects] == [annual]


def test_a_title_with_a_number_begins_a_narrative() -> None:
    read = _read("1.老年食堂经费情况说明", *_told(*ONE), "2.敬老卡经费情况说明", *_told(*TWO))
    assert [p.name for p in read.projects] == ["老年食堂", "敬老卡"]


def test_the_name_in_a_section_of_its_own_is_the_projects() -> None:
    titles = ("项目名称", "立项背景及依据", "项目实施单位", "项目实施期限", "项目预算")
    project = _read("项目情况说明", *_told("公益创投", *ONE[1:], titles=titles)).projects[0]
    assert (project.name, project.period, project.annual and project.annual.yuan) == ("公益创投", "一年", 1000000)
    assert dict(project.fields)["legal-basis"].text == "某条例。"


def test_a_table_inside_a_narrative_ends_it_not_and_belongs_to_others() -> None:
    first = lines_page("\n".join(["公益创投情况说明", *_told(*ONE)]))
    table = ruled_page([["预算明细", "金额（万元）"], ["培训费", "20.00"]], 2)
    last = lines_page("六、绩效目标\n支持15个项目。", 3)
    pages = [first, Page(2, table.lines, table.tables), last]
    read = read_projects(pages)
    fields = {n: c.text for n, c in read.projects[0].fields}
    assert fields["performance"] == "支持15个项目。"
    assert fields["annual-provision"] == "100万元"
    assert read.ledger.account_of(table.tables[0].place) is None


@pytest.mark.parametrize("printed", ["由某区民政局会同各街镇实施", "某区民政局负责", "本局和各街镇"])
def test_a_sentence_about_who_implements_is_no_body(printed: str) -> None:
    project = _read("社区治理经费情况说明", *_told(ONE[0], ONE[1], printed, *ONE[3:])).projects[0]
    assert (project.unit, dict(project.fields)["implementer"].text) == (None, printed)


@pytest.mark.parametrize(
    ("printed", "yuan"),
    [
        ("2024年预算300万元，较2023年预算安排280万元增加20万元。", 3000000),
        ("2024年度预算安排300万元（上年预算安排280万元）。", 3000000),
        ("2023年度预算安排280万元。2024年度预算安排300万元。", 3000000),
        ("财政拨款300万元、其他50万元", None),
    ],
)
def test_the_sum_of_a_year_before_is_not_the_years(printed: str, yuan: int | None) -> None:
    project = _read("社区治理经费情况说明", *_told(*ONE[:4], printed)).projects[0]
    assert (project.annual and project.annual.yuan) == yuan


def test_an_entry_of_a_list_of_contents_is_no_title() -> None:
    contents = ["六、其他情况说明", "七、项目经费情况说明", "八、绩效目标", "九、名词解释"]
    read = _read(*contents, "社区治理经费情况说明", *_told(*ONE))
    assert ([p.name for p in read.projects], read.unread) == (["社区治理"], ())


def test_who_is_to_be_called_is_not_kept() -> None:
    lines = _told(*ONE)
    read = _read("社区治理经费情况说明", *lines[:2], "联系人：某某某", f"咨询请拨{PHONE}", *lines[2:])
    assert dict(read.projects[0].fields)["overview"].text == "甲说明。"
    assert "某某某" not in str(read)
    assert PHONE not in str(read)


def test_a_narrative_over_two_pages_has_its_law_and_its_money_on_their_own_pages() -> None:
    first = lines_page("\n".join(["社区治理经费情况说明", *_told(*ONE)[:4], "某法说明完毕。"]), 30)
    last = lines_page("\n".join(["另据某办法。", *_told(*ONE)[4:8], "五、年度预算安排", "410万元"]), 31)
    project = read_projects([first, last]).projects[0]
    basis = [cell.place.page for field, cell in project.fields if field == "legal-basis"]
    assert (basis, project.annual and (project.annual.yuan, project.annual.place.page)) == ([30, 31], (4100000, 31))


def test_a_narrative_and_a_form_of_one_project_are_one_with_both_pages() -> None:
    form: list[list[str | None]] = [
        ["项目支出绩效目标表", None, None, None],
        ["项目名称", "社区治理经费", None, None],
        ["主管部门及代码", "012-某局", "实施单位", "某区民政局"],
        ["项目资金（万元）", "年度资金总额：", "100", None],
        ["", "省级财政资金", "100", None],
        ["年度目标", "治理社区", None, None],
        ["一级指标", "二级指标", "三级指标", "年度指标值"],
        ["产出指标", "数量指标", "培训次数", "≥5次"],
    ]
    told = lines_page("\n".join(["社区治理经费情况说明", *_told(*ONE)]), 2)
    projects = read_projects([ruled_page(form), told]).projects
    assert [(p.name, p.pages) for p in projects] == [("社区治理经费", (1, 2))]
    assert dict(projects[0].fields)["legal-basis"].place.page == 2


SAID = (
    ("项目概述", "为街镇配送图书。"),
    ("立项依据", "根据【某区配送工作计划】。"),
    ("实施主体", "某区图书馆。"),
    ("实施周期", "一年。"),
    ("年度预算安排", "2026年安排12.5万元。"),
)


@pytest.mark.parametrize(
    "numbers",
    ["一、 二、 三、 四、 五、", "（1） （2） （3） （4） （5）", "① ② ③ ④ ⑤", "1） 2） 3） 4） 5）"],
    ids=lambda numbers: numbers.split()[0],
)
@pytest.mark.parametrize("lines", ["one", "each", "below"])
def test_sections_are_told_however_they_are_numbered_and_set(numbers: str, lines: str) -> None:
    behind = "\n" if lines == "below" else "："
    said = [f"{n}{title}{behind}{text}" for n, (title, text) in zip(numbers.split(), SAID, strict=True)]
    (project,) = _read("图书配送项目情况说明", *(["".join(said)] if lines == "one" else said)).projects
    told = {notation: cell.text for notation, cell in project.fields}
    assert (project.name, project.annual and project.annual.yuan) == ("图书配送项目", 125000)
    assert (told["legal-basis"], told["implementer"]) == ("根据【某区配送工作计划】。", "某区图书馆。")


def test_titles_in_brackets_and_titles_that_a_line_cuts() -> None:
    text = "".join(f"【{title}】{text}" for title, text in SAID)
    (project,) = _read("图书配送的说明", text).projects
    assert (project.name, project.annual and project.annual.yuan) == ("图书配送", 125000)
    text = "".join(f"{n}、{title}：{text}" for n, (title, text) in zip("一二三四五", SAID, strict=True))
    cut = text.index("立项依据") + 2
    (project,) = _read("图书配送经费情况说明", text[:cut], text[cut:]).projects
    assert dict(project.fields)["legal-basis"].text == "根据【某区配送工作计划】。"


def test_sections_below_a_name_are_no_form() -> None:
    lines = [f"{n} {title}：{text}" for n, (title, text) in zip("一二三四五", SAID, strict=True)]
    (project,) = _read("项目名称：图书配送经费", *lines).projects
    assert (project.name, project.annual and project.annual.yuan) == ("图书配送经费", 125000)
