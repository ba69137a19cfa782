"""Target forms and project narratives of real reports, and forms made up to hold each known difficulty."""

from __future__ import annotations

import csv
import dataclasses
import hashlib
import json
import re
from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg_builder import vocab
from kg_builder.model import Box, Cell, Page, Place, Project, Table
from kg_builder.readers.pdf import read_pdf_pages
from kg_builder.readers.text import read_text_pages
from kg_builder.templates.form_halves import Known, Pair, part_line, split_half, split_halves
from kg_builder.templates.form_twins import is_cut_of, split_twins
from kg_builder.templates.forms import FormsRead, read_forms
from kg_builder.text import squeeze

ROOT = Path(__file__).parents[1]
PHONE = "138" + "0" * 8  # made up; in pieces, so that no number in the tree is shaped like a telephone number
REPORTS = ROOT.parent / "shared" / "reports"
ANSWERS = Path(__file__).parent / "form_answers"
COUNTS = {
    "yangquan-museum-2023": 19,
    "yangquan-finance-2023": 14,
    "yangquan-civil-affairs-2025": 43,
    "yangquan-bigdata-2023": 11,
    "putuo-wanli-2023-department": 6,  # five forms and the narrative of the first
    "putuo-commerce-2025-department": 4,
    "putuo-justice-2026-department": 1,
}

needs_reports = pytest.mark.skipif(not REPORTS.exists(), reason="the real reports are not beside this checkout")


@cache
def pages_of(report: str) -> tuple[Page, ...]:
    text, pdf = REPORTS / "text" / f"{report}.txt", REPORTS / "pdf" / f"{report}.pdf"
    return tuple(read_text_pages(text) if text.exists() else read_pdf_pages(pdf))


@cache
def forms_of(report: str) -> FormsRead:
    return read_forms(list(pages_of(report)))


def project_of(report: str, name: str, annual: int | None = None) -> Project:
    found = [p for p in forms_of(report).projects if p.name == name and p.indicators]
    found = [p for p in found if annual is None or (p.annual and p.annual.yuan == annual)]
    assert len(found) == 1, [p.name for p in found]
    return found[0]


@needs_reports
@pytest.mark.parametrize(("report", "count"), COUNTS.items())
def test_every_form_is_a_project(report: str, count: int) -> None:
    assert len(forms_of(report).projects) == count


@needs_reports
@pytest.mark.parametrize("report", COUNTS)
def test_what_is_read_fits_the_code_lists(report: str) -> None:
    fields, kinds, funding = vocab.concepts("field"), vocab.concepts("indicator"), vocab.concepts("funding")
    for project in forms_of(report).projects:
        assert {notation for notation, _ in project.fields} <= fields.keys()
        assert {indicator.kind for indicator in project.indicators} <= kinds.keys()
        assert {a.funding for a in project.appropriations} <= funding.keys()
        assert not [i for i in project.indicators if not i.name.strip() or "\n" in i.name or "\u2009" in i.name]


@needs_reports
@pytest.mark.parametrize("report", COUNTS)
def test_the_sources_add_up_to_the_total(report: str) -> None:
    for project in forms_of(report).projects:
        for horizon, whole in (("implementation", project.total), ("annual", project.annual)):
            parts = [a.amount.yuan for a in project.appropriations if a.horizon == horizon]
            if whole and parts and project.name != "公共服务设施运行经费":  # whose print does not add up
                assert sum(parts) == whole.yuan, project.name


@needs_reports
@pytest.mark.parametrize("report", COUNTS)
def test_no_number_of_a_form_is_left_unread(report: str) -> None:
    numbers = [r.text for r in forms_of(report).unread if re.search(r"\d", r.text)]
    assert numbers == []


def personal_data_of(report: str) -> set[str]:
    """Names and numbers that the source prints in the signatures; collected here, written nowhere."""
    found: set[str] = set()
    for line in (REPORTS / "text" / f"{report}.txt").read_text(encoding="utf-8").splitlines():
        if "经办人" in line:
            found |= set(re.findall(r"经办人[：:]\s*([一-鿿]{2,4})(?=\s|$)", line))
            found |= set(re.findall(r"联系电话[：:]\s*(\d{7,12})", line))
            found |= set(re.findall(r"填报日期[：:]\s*(\d{8,14})", line))
    return found - {"联系电话"}


@needs_reports
@pytest.mark.parametrize("report", [report for report in COUNTS if report.startswith("yangquan")])
def test_no_personal_data_is_kept(report: str) -> None:
    personal = personal_data_of(report)
    everything = json.dumps(dataclasses.asdict(forms_of(report)) | {"claimed": []}, ensure_ascii=False, default=str)
    assert len(personal) > 10
    assert not [text for text in personal if text in everything]
    assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|经办人|联系电话", everything)
    assert any(r.reason == "personal data" and not r.text for r in forms_of(report).ignored)


def facts_of(project: Project) -> Counter[tuple[str, ...]]:
    """The project's facts in the form of the answer files."""
    facts: list[tuple[str, ...]] = [
        ("unit", "", "", "", project.unit.name if project.unit else ""),
        ("attribute", "", "", "", project.attribute or ""),
        ("period", "", "", "", project.period or ""),
    ]
    if project.category:
        facts.append(("category", "", "", "", project.category))
    if project.department:
        facts.append(("department", "", "", project.department.code or "", project.department.name))
    if project.total:
        facts.append(("total", "implementation", "", "", str(project.total.yuan)))
    if project.annual:
        facts.append(("total", "annual", "", "", str(project.annual.yuan)))
    facts += [("funding", a.horizon, a.funding, "", str(a.amount.yuan)) for a in project.appropriations]
    digests = [(n, len(c.text), hashlib.sha256(c.text.encode()).hexdigest()) for n, c in project.fields]
    facts += [("text", "", notation, str(length), digest) for notation, length, digest in digests]
    printed = [(i, i.target.printed if i.target else "") for i in project.indicators]
    facts += [("indicator", i.horizon, i.kind, i.name, target) for i, target in printed]
    return Counter(facts)


def answers() -> list[tuple[str, str, str, frozenset[str], Counter[tuple[str, ...]]]]:
    found = []
    for path in sorted(ANSWERS.glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))[1:]
        for name, annual in dict.fromkeys((row[0], row[1]) for row in rows):
            facts = Counter(tuple(row[2:]) for row in rows if row[:2] == [name, annual])
            found.append((path.stem, name, annual, frozenset(f[2] for f in facts if f[0] == "text"), facts))
    return found


@needs_reports
@pytest.mark.parametrize(
    ("report", "name", "annual", "texts", "expected"), answers(), ids=lambda value: str(value)[:24]
)
def test_a_form_gives_the_facts_read_by_eye(
    report: str, name: str, annual: str, texts: frozenset[str], expected: Counter[tuple[str, ...]]
) -> None:
    found = facts_of(project_of(report, name, int(Decimal(annual))))
    found = Counter({fact: n for fact, n in found.items() if fact[0] != "text" or fact[2] in texts})
    assert found == expected


def test_there_are_answers_for_each_guise_of_form() -> None:
    assert len(answers()) >= 11


@needs_reports
def test_a_head_repeated_on_the_next_page_is_one_form() -> None:
    project = project_of("yangquan-museum-2023", "阳泉市博物馆免费开放省级补助资金")
    assert len([i for i in project.indicators if i.horizon == "annual"]) == 17


@needs_reports
def test_two_forms_of_one_name_with_different_money_are_two_projects() -> None:
    museum = [p for p in forms_of("yangquan-museum-2023").projects if p.name == "阳泉市保晋纪念馆改运行费"]
    assert [(p.total.yuan, p.annual.yuan) for p in museum if p.total and p.annual] == [(510000, 180000), (1800, 1800)]
    civil = [p for p in forms_of("yangquan-civil-affairs-2025").projects if p.name == "遗属补助"]
    assert [p.annual.yuan for p in civil if p.annual] == [19240, 10000]


@needs_reports
def test_a_form_printed_twice_is_one_project_with_all_its_indicators() -> None:
    project = project_of("yangquan-bigdata-2023", "政府投资信息化项目2022年度未形成支付专项资金")
    names = Counter((i.horizon, squeeze(i.name)) for i in project.indicators)
    assert set(names.values()) == {1}
    assert names["implementation", "故障排除率"] == 1
    late = next(i for i in project.indicators if i.name == "运维费用支付时间")
    assert (late.horizon, late.target and late.target.deadline) == ("annual", "2023")


@needs_reports
def test_a_blank_is_absent_and_zero_is_zero() -> None:
    project = project_of("yangquan-civil-affairs-2025", "各项工作经费")
    assert project.annual is None
    assert not [a for a in project.appropriations if a.horizon == "annual"]
    assert {a.funding: a.amount.yuan for a in project.appropriations} == {
        "central": 0, "provincial": 0, "municipal": 345000, "self-raised": 0,
    }  # fmt: skip


@needs_reports
def test_lost_labels_of_the_head_are_made_up_for() -> None:
    project = project_of("yangquan-civil-affairs-2025", "各项工作经费")
    assert project.department is not None
    assert (project.department.code, project.department.name, project.period) == ("064", "阳泉市民政局", "99年")
    assert [notation for notation, _ in project.fields][:2] == ["overview", "legal-basis"]


@needs_reports
def test_totals_whose_labels_are_misprinted_count_if_the_parts_add_up() -> None:
    project = project_of("yangquan-civil-affairs-2025", "阳泉市社会福利院东北部挡墙边坡加固治理项目尾款")
    assert project.total and project.annual
    assert (str(project.total.yuan), str(project.annual.yuan)) == ("201943.3", "201943.3")
    assert project.appropriations == ()


@needs_reports
def test_narratives_become_projects_with_money_in_their_own_unit() -> None:
    found = {p.name: p for p in forms_of("putuo-commerce-2025-department").projects}
    assert {name: (str(p.annual.yuan), p.annual.printed, p.annual.unit) for name, p in found.items() if p.annual} == {
        "科技创新专项": ("17200000.00", "1720.00", "万元"),
        "生命健康专项（政策资金）": ("11700000.00", "1170.00", "万元"),
        "商业创新专项（政策资金）": ("14100000.00", "1410.00", "万元"),
        "贸易高质量发展专项（政策资金）": ("29210000.00", "2921.00", "万元"),
    }
    project = found["科技创新专项"]
    assert project.unit and project.unit.name == "上海市普陀区商务委员会"
    assert project.period == "2025.1.1-2025.12.31"
    assert [notation for notation, _ in project.fields] == [
        "overview", "legal-basis", "implementer", "plan", "period", "annual-provision", "performance",
    ]  # fmt: skip


@needs_reports
def test_a_narrative_without_a_name_takes_it_from_the_form_with_its_money() -> None:
    narrative = forms_of("putuo-wanli-2023-department").projects[0]
    assert (narrative.name, narrative.pages, narrative.indicators) == ("新建万里街道社区公共服务中心", (30,), ())
    assert narrative.annual is None  # its quarters are printed, their sum is not


@needs_reports
def test_budget_tables_are_left_to_others() -> None:
    read = forms_of("yangquan-museum-2023")
    lines = [line for page in pages_of("yangquan-museum-2023") for line in page.lines if line.place in read.claimed]
    assert not [line.text for line in lines if "国有资产" in line.text or "预算收支总表" in line.text]
    assert [line.text for line in lines if "省级文物保护专项补助经费" in line.text]


def grid(rows: list[list[str | None]], page: int = 1) -> Page:
    """A page with one ruled table; None stands where a merged cell covers the position."""
    cells = tuple(
        tuple(
            None if text is None else Cell(text, Place(page, Box(50.0 * x, 20.0 * y, 50.0 * x + 50, 20.0 * y + 20)))
            for x, text in enumerate(row)
        )
        for y, row in enumerate(rows)
    )
    return Page(page, (), (Table(Place(page, Box(0, 0, 600, 800)), cells),), (600, 800))


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
    read = read_forms([grid(HEAD + levels)])
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
    read = read_forms([grid([*wide[:8], ["实施期目标", None, None, None, "年度目标", None, None], *rows])])
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
    read = read_forms([grid(first), grid(second, 2)])
    assert [(p.name, p.pages, len(p.indicators)) for p in read.projects] == [("甲项目", (1, 2), 2)]


def test_money_without_a_unit_is_reported_and_not_guessed() -> None:
    rows = [["项目资金" if c and c.startswith("项目资金") else c for c in row] for row in HEAD]
    read = read_forms([grid(rows)])
    assert (read.projects[0].annual, read.projects[0].appropriations) == (None, ())
    assert {r.text for r in read.unread} == {"12.5"}


def test_a_page_without_forms_gives_nothing() -> None:
    lines = ["项目支出绩效目标表见附件", "项目名称 合计", "本表为空"]
    page = Page(1, tuple(Cell(text, Place(1, line=n)) for n, text in enumerate(lines, 1)))
    assert read_forms([page]) == FormsRead((), frozenset(), (), ())
    assert read_forms([]) == FormsRead((), frozenset(), (), ())


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


def lines_page(text: str, page: int = 1) -> Page:
    """A page of plain lines, as a reader gives text without cell borders."""
    printed = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    return Page(page, tuple(Cell(line, Place(page, line=n)) for n, line in printed))


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
    read = read_forms([lines_page(PLAIN)])
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
    assert "张某" not in str(read)
    assert max(place.line or 0 for place in read.claimed) == len(PLAIN.splitlines()) - 1


def test_a_form_without_borders_for_the_year_alone() -> None:
    head, _, _ = PLAIN.partition("实施期资金总额")
    text = head + "\n".join([
        "年度资金总额： 8", "立项依据 《某条例》", "一级指标 二级指标 三级指标 年度指标值", "产出指标",
        "数量指标 展柜数量 ≥30个", "讲解员数量 3人", "数量指标 灯具数量 40盏", "时效指标 完成时间 2024年底前",
    ])  # fmt: skip
    (project,) = read_forms([lines_page(text)]).projects
    assert [(i.kind, i.name, i.horizon) for i in project.indicators] == [
        ("output-quantity", "展柜数量", "annual"),
        ("output-quantity", "讲解员数量", "annual"),
        ("output-quantity", "灯具数量", "annual"),
        ("output-timeliness", "完成时间", "annual"),
    ]


def test_a_list_of_projects_is_no_form() -> None:
    rows: list[list[str | None]] = [
        ["项目支出绩效目标表", None, None, None, None],
        ["项目名称", "主管部门", "实施单位", "项目资金", "立项依据"],
        ["甲项目", "某局", "某中心", "12", "某办法"],
    ]
    assert read_forms([grid(rows)]) == FormsRead((), frozenset(), (), ())


def test_labels_may_hold_their_values() -> None:
    rows: list[list[str | None]] = [
        ["项目名称：丙项目", None, "主管部门：某局", None],
        ["项目资金", "年度资金总额：12.5万元", "其中：省级财政资金 12.5万元", None],
        ["立项依据", "某办法", None, None],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "展柜", "20个"],
    ]
    (project,) = read_forms([grid(rows)]).projects
    assert (project.name, project.department and project.department.name) == ("丙项目", "某局")
    assert project.annual and (project.annual.yuan, project.annual.printed, project.annual.unit) == (
        125000,
        "12.5",
        "万元",
    )
    assert [(a.funding, a.horizon, a.amount.yuan) for a in project.appropriations] == [("provincial", "annual", 125000)]


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
    read = read_forms([lines_page("\n".join(gap.join(row) for row in rows))])
    assert all(project.name for project in read.projects)
    width = max((len(row) for row in rows), default=1)
    ruled = read_forms([grid([[*row, *[None] * (width - len(row))] for row in rows])])
    assert all(project.name for project in ruled.projects)


def test_a_year_in_the_text_is_no_sum() -> None:
    text = PLAIN.replace("其他资金 其他资金\n", "其他资金 其他资金\n2022年结转\n")
    read = read_forms([lines_page(text)])
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
    (project,) = read_forms([Page(1, lines, (), (600, 800))]).projects
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


@needs_reports
def test_times_below_quality_where_the_level_of_times_was_lost() -> None:
    project = project_of("yangquan-civil-affairs-2025", "购买殡葬服务")
    kinds = {(i.horizon, i.name): i.kind for i in project.indicators}
    assert kinds["implementation", "资金支付时间"] == kinds["annual", "资金支付时间"] == "output-timeliness"
    assert kinds["implementation", "公益殡葬服务保障率"] == "output-quality"


@needs_reports
def test_a_value_pushed_out_of_its_row_is_that_of_the_twin() -> None:
    project = project_of("yangquan-civil-affairs-2025", "访贫问寒专项经费")
    found = [(i.target and i.target.printed, i.completed) for i in project.indicators if i.name == "政策持续性"]
    assert found == [("长期", False), ("长期", True)]


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
    assert read_forms([lines_page(" ".join(row))]).projects == ()
