"""Target forms and project narratives of the real reports."""

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
from real_reports import REPORTS, needs_reports, pages_of

from kg_builder import vocab
from kg_builder.model import Project
from kg_builder.templates.found import Found
from kg_builder.templates.report import read_projects
from kg_builder.text import squeeze

ANSWERS = Path(__file__).parent / "form_answers"


COUNTS = {
    "yangquan-museum-2023": 19,
    "yangquan-finance-2023": 14,
    "yangquan-civil-affairs-2025": 43,
    "yangquan-bigdata-2023": 11,
    "putuo-wanli-2023-department": 5,  # the narrative of the first is that project too
    "putuo-commerce-2025-department": 4,
    "putuo-justice-2026-department": 1,
}


@cache
def forms_of(report: str) -> Found:
    return read_projects(pages_of(report))


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
    for line in REPORTS[report].read_text(encoding="utf-8").splitlines():
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
    ("report", "name", "annual", "texts", "expected"),
    answers(),
    ids=lambda value: str(len(value) if isinstance(value, frozenset | Counter) else value)[:24],
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
def test_a_narrative_and_the_form_of_its_name_are_one_project() -> None:
    project = forms_of("putuo-wanli-2023-department").projects[0]
    assert (project.name, project.pages) == ("新建万里街道社区公共服务中心", (30, 31))
    assert project.annual is not None
    assert project.annual.yuan == 4_100_000  # of the form; the narrative prints its quarters alone
    assert project.indicators


@needs_reports
def test_budget_tables_are_left_to_others() -> None:
    read = forms_of("yangquan-museum-2023")
    lines = [line for page in read.ledger.pages for line in page.lines if read.ledger.account_of(line.place)]
    assert not [line.text for line in lines if "国有资产" in line.text or "预算收支总表" in line.text]
    assert [line.text for line in lines if "省级文物保护专项补助经费" in line.text]


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
