"""项目经费情况说明 made up to hold each known difficulty."""

from __future__ import annotations

import pytest
from drawn import PHONE, lines_page, ruled_page

from kg_builder.model import Page
from kg_builder.templates.found import Found
from kg_builder.templates.report import read_projects

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


def test_sections_of_two_projects_without_headings_are_no_project() -> None:
    read = _read("社区治理经费情况说明", *_told(*ONE), *_told(*TWO))
    assert read.projects == ()
    assert [r.reason for r in read.unread] == ["sections of several projects, unnamed"]


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
