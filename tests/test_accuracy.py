"""The bench of accuracy: its answers are facts that agree among themselves, its scores bite, its level is held."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
from hand_made import EXPENDITURE, PROJECT, report
from real_reports import needs_reports

from bench.accuracy import __main__ as bench
from bench.accuracy.answers import Answers, digest, read_answers, says
from bench.accuracy.compare import KINDS, Score, compare
from bench.accuracy.made import PRINTED
from kg_builder import vocab
from kg_builder.model import Appropriation, Body, Indicator, Place, Report, Target
from kg_builder.text import decimal_of, money

# The least precision and recall over all answered reports, by kind of fact.
LEVEL = {"tables": 0.995, "fields": 0.999, "amounts": 0.999, "indicators": 0.998, "identities": 0.98}
FORMS = {
    "yangquan-museum-2023": 19,
    "yangquan-finance-2023": 14,
    "yangquan-civil-affairs-2025": 43,
    "yangquan-bigdata-2023": 11,
    "putuo-wanli-2023-department": 5,
    "putuo-commerce-2025-department": 4,
    "putuo-justice-2026-department": 1,
    "swu-2023-budget": 24,
    "diqing-2026-forms": 5,
    **dict.fromkeys(PRINTED, 2),
}
BY_CODE = ("revenue", "expenditure", "general-public-expenditure", "government-fund-expenditure")

ANSWERS = read_answers(bench.ANSWERS)


@cache
def real_scores() -> tuple[tuple[str, dict[str, Score]], ...]:
    return tuple(bench.scores_of(ANSWERS))


# The level reached


@needs_reports
@pytest.mark.parametrize("kind", KINDS)
def test_reading_keeps_its_level(kind: str) -> None:
    score = bench.totals_of(real_scores())[kind]
    misses = "\n".join(f"{m.page}: {m.expected} / {m.found}" for m in score.misses[:20])
    assert min(score.precision, score.recall) >= LEVEL[kind], misses


@needs_reports
def test_every_answered_report_is_there() -> None:
    assert [name for name, _ in real_scores()] == [answers.report for answers in ANSWERS]


# The answers themselves


OF_GOVERNMENTS = {
    "general-public-balance", "general-public-revenue", "government-debt", "social-insurance", "transfers",
}  # fmt: skip
OF_DEPARTMENTS = set(vocab.concepts("table")) - OF_GOVERNMENTS - {"other"}


def test_answers_cover_all_kinds_of_tables_and_all_forms() -> None:
    assert sum(len(answers.figures) for answers in ANSWERS) >= 4_300
    # files in `reports`, one in two; central ones; forms printed or cut out; governments and forms of debt; workbooks
    assert len(ANSWERS) == 12 + 3 + 8 + 10 + 4
    assert {kind for answers in ANSWERS for kind in answers.tables} == OF_DEPARTMENTS | {"government-debt"}
    forms = {answers.report: len({entry.form for entry in answers.entries}) for answers in ANSWERS}
    assert {name: count for name, count in forms.items() if count} == FORMS
    assert sum(len(answers.goals) for answers in ANSWERS) >= 2_200
    assert all(answers.parts and answers.forms for answers in ANSWERS)
    tables_of_governments = {(a.report, f.page) for a in ANSWERS for f in a.figures if f.table == "government-debt"}
    assert len(tables_of_governments) >= 25


def test_few_answers_are_left_open() -> None:
    goals = [goal for answers in ANSWERS for goal in answers.goals]
    entries = [entry for answers in ANSWERS for entry in answers.entries]
    assert sum(goal.mark == "?" for goal in goals) < len(goals) * 0.03
    assert sum(entry.mark == "?" for entry in entries) < len(entries) * 0.03


@pytest.mark.parametrize("path", sorted(bench.ANSWERS.rglob("*.tsv")), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_answers_hold_facts_and_nothing_personal(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines
    for number, line in enumerate(lines, 1):
        for cell in line.split("\t"):
            where = f"{path.name}:{number}"
            assert max(len(re.findall(r"[一-鿿]", reading)) for reading in cell.split("|")) < 40, where
            assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)|负责人：|经办人|联系电话", cell), where


@pytest.mark.parametrize("answers", ANSWERS, ids=lambda a: a.report)
def test_printed_figures_are_their_yuan(answers: Answers) -> None:
    lines = (bench.ANSWERS / answers.report / "tables.tsv").read_text(encoding="utf-8").splitlines()[1:]
    for line in lines:
        *_, printed, yuan = line.split("\t")
        value = decimal_of(printed)
        if value is not None:
            assert Decimal(yuan) in {value, value * 10_000, value * 100_000_000}, line
        else:
            assert (printed, yuan) == ("", ""), line


@pytest.mark.parametrize("kind", BY_CODE)
def test_there_are_totals_and_classes_to_add_up(kind: str) -> None:
    figures = [f for answers in ANSWERS for f in answers.figures if f.table == kind]
    assert [f for f in figures if f.label == "合计"]
    assert [f for f in figures if len(f.code) == 3]


@pytest.mark.parametrize("kind", BY_CODE)
@pytest.mark.parametrize("answers", ANSWERS, ids=lambda a: a.report)
def test_answers_add_up_as_the_documents_do(answers: Answers, kind: str) -> None:
    """The printed total of a functional table is the sum of its classes, but for rounding."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for figure in answers.figures:
        if figure.table == kind:
            if figure.label == "合计":
                sums[figure.column][0] += figure.yuan
            elif len(figure.code) == 3:
                sums[figure.column][1] += figure.yuan
    for column, (total, classes) in sums.items():
        if classes:
            assert abs(total - classes) <= 200, f"{column}: {total} and {classes}"


# The scores


HAND_ANSWERS = {
    "identity.tsv": """part value code aliases mark
body 青川市水务局 057 青川水务 -
region 四川省 - - -
year 2024 - - -
stage budget - - -
scope department - - -
unit 青川市水务局机关 - - -""",
    "tables.tsv": "page table code label column meaning printed yuan\n"
    + "\n".join(
        f"5 expenditure {row.code or '-'} {row.label} {o.heading} {dict(o.dimensions).get('expenditureType', '-')} "
        f"{o.amount.printed} {o.amount.yuan}"
        for o in EXPENDITURE.observations
        for row in EXPENDITURE.rows
        if row.number == o.row
    ),
    "forms.tsv": f"""form page field printed yuan mark
1 9 name 水厂（二期） - -
1 9 department 青川市水务局 - -
1 9 department-code 057 - -
1 9 unit 青川市水务局机关 - -
1 9 attribute 延续项目 - -
1 9 category - - -
1 9 period 3年 - -
1 9 amount:total 75,000 75000 -
1 9 amount:annual 25,000 25000 -
1 9 amount:central-annual 20,000 20000 -
1 9 amount:municipal-annual 5,000 5000 -
1 9 amount:municipal-implementation 75,000 75000 -
1 9 amount:central-implementation - - -
1 9 text:legal-basis {digest(PROJECT.fields[0][1].text).replace(" ", "_")} - -
1 9 text:overview {digest(PROJECT.fields[1][1].text).replace(" ", "_")} - -""",
    "indicators.tsv": """form page horizon kind name target comparison value high unit deadline mark
1 10 annual output-quantity 供水能力 ≥500吨/日 ge 500 - 吨/日 - -
1 10 annual satisfaction-served 居民满意度 ≥90% ge 90 - % - ?""",
}


@pytest.fixture(scope="module")
def hand_answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("answers") / "qingchuan-2024"
    folder.mkdir()
    for name, lines in HAND_ANSWERS.items():
        cells = [
            [{"-": ""}.get(cell, cell).replace("_", " ") for cell in line.split(" ")] for line in lines.split("\n")
        ]
        (folder / name).write_text("\n".join("\t".join(row) for row in cells) + "\n", encoding="utf-8")
    return read_answers(folder.parent)[0]


def with_project(**changes: object) -> Report:
    return report(projects=(replace(PROJECT, **changes),))  # type: ignore[arg-type]  # parts of a project by keyword


def with_figure(**changes: object) -> Report:
    first, *rest = EXPENDITURE.observations
    changed = replace(first, **changes)  # type: ignore[arg-type]  # parts of an observation by keyword
    return report(tables=(replace(EXPENDITURE, observations=(changed, *rest)),))


AMOUNT = EXPENDITURE.observations[0].amount
INDICATOR = PROJECT.indicators[0]
TARGET = Target("≥500吨/日", "ge", Decimal(500), unit="吨/日")
STATE_CAPITAL = (("fundingSource", "state-capital"),)
MORE = Appropriation("provincial", "annual", "省级财政资金", money("5", "元", Place(9)) or AMOUNT)


def test_the_right_report_is_right_in_everything(hand_answers: Answers) -> None:
    for kind, score in compare(hand_answers, report()).items():
        assert (score.precision, score.recall) == (1, 1), (kind, score.misses)
        assert score.asked and not score.misses, kind


@pytest.mark.parametrize(
    ("read", "kind", "missing", "wrong"),
    [
        (with_figure(amount=replace(AMOUNT, yuan=AMOUNT.yuan + 1)), "tables", 1, 1),
        (with_figure(amount=replace(AMOUNT, place=Place(6))), "tables", 1, 1),
        (with_figure(heading="基本支出"), "tables", 1, 1),
        (with_figure(dimensions=STATE_CAPITAL), "tables", 1, 1),
        (with_figure(label="总计"), "tables", 1, 1),
        (report(tables=(replace(EXPENDITURE, observations=EXPENDITURE.observations[1:]),)), "tables", 1, 0),
        (report(tables=(EXPENDITURE, EXPENDITURE)), "tables", 0, len(EXPENDITURE.observations)),
        (with_project(name="水厂（三期）"), "fields", 1, 1),
        (with_project(department=None), "fields", 2, 0),
        (with_project(category="特定目标类"), "fields", 0, 1),
        (with_project(fields=PROJECT.fields[:1]), "fields", 1, 0),
        (with_project(total=None), "amounts", 1, 0),
        (with_project(appropriations=(*PROJECT.appropriations, MORE)), "amounts", 0, 1),
        (with_project(indicators=()), "indicators", 1, 0),
        (with_project(indicators=(replace(INDICATOR, horizon="implementation"),)), "indicators", 1, 1),
        (with_project(indicators=(replace(INDICATOR, kind="output-quality"),)), "indicators", 1, 1),
        (with_project(indicators=(replace(INDICATOR, name="供水"),)), "indicators", 1, 1),
        (with_project(indicators=(replace(INDICATOR, target=replace(TARGET, comparison="gt")),)), "indicators", 1, 1),
        (with_project(indicators=(replace(INDICATOR, target=replace(TARGET, unit="吨")),)), "indicators", 1, 1),
        (with_project(indicators=(INDICATOR, INDICATOR)), "indicators", 0, 1),
        (report(projects=()), "indicators", 1, 0),
        (report(projects=(PROJECT, PROJECT)), "fields", 0, 8),
        (report(projects=(PROJECT, PROJECT)), "amounts", 0, 5),
        (report(projects=(PROJECT, PROJECT)), "indicators", 0, 2),
        (report(bodies=report().bodies[:1]), "identities", 1, 0),
        (report(bodies=(*report().bodies, Body("青川市水文站", Place(3), "unit"))), "identities", 0, 1),
        (report(identity=replace(report().identity, year=2023)), "identities", 1, 1),
        (report(identity=replace(report().identity, stage="final")), "identities", 1, 1),
    ],
)
def test_each_fault_counts(hand_answers: Answers, read: Report, kind: str, missing: int, wrong: int) -> None:
    scores = compare(hand_answers, read)
    score = scores[kind]
    assert (score.asked - score.right, score.read - score.right) == (missing, wrong), score.misses
    assert score.misses
    assert all(miss.expected or miss.found for miss in score.misses)


def test_an_undecided_answer_counts_neither_way(hand_answers: Answers) -> None:
    guessed = Indicator("satisfaction-served", "居民满意度", "annual", Target("满意", "qualitative"), Place(10))
    for indicators in ((INDICATOR,), (INDICATOR, guessed)):
        score = compare(hand_answers, with_project(indicators=indicators))["indicators"]
        assert (score.asked, score.read, score.right) == (1, 1, 1)


def test_an_empty_table_is_a_fact(hand_answers: Answers) -> None:
    asked = replace(hand_answers, figures=(), empty=frozenset({"expenditure"}))
    empty = report(tables=(replace(EXPENDITURE, observations=()),))
    assert compare(asked, empty)["tables"].right == 1
    assert compare(asked, report())["tables"].right == 0
    assert compare(asked, report(tables=()))["tables"].recall == 0


@pytest.mark.parametrize(
    ("answer", "text", "right"),
    [
        ("水厂（二期）", "水厂(二期)", True),
        ("水厂|水厂经费", "水厂经费", True),
        ("水厂", "水厂经费", False),
        (digest("甲 乙\n丙"), "甲乙 丙", True),
        (digest("甲乙丙"), "甲乙丁", False),
    ],
)
def test_what_an_answer_says(answer: str, text: str, right: bool) -> None:
    assert says(answer, text) is right


# The command


def scored(*, right: int) -> list[tuple[str, dict[str, Score]]]:
    return [("report", {kind: Score(right, 4, 4) for kind in KINDS})]


@pytest.mark.parametrize(
    ("right", "require", "code"),
    [(4, "tables=1,fields=1", 0), (3, "tables=0.75", 0), (3, "tables=0.76", 1), (3, "", 0), (3, "identities=1", 1)],
)
def test_the_command_fails_below_what_is_required(
    right: int, require: str, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "scores_of", lambda *_: scored(right=right))
    assert bench.main([f"--require={require}"]) == code
    printed = capsys.readouterr()
    assert "report" in printed.out
    assert bool(printed.err) is bool(code)


def test_the_command_knows_its_kinds(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["--require=figures=1"])
    assert "figures" in capsys.readouterr().err


def test_a_report_without_file_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main([f"--reports={tmp_path}"]) == 2
    assert ANSWERS[0].report in capsys.readouterr().err


def test_a_report_is_found_by_its_name_with_its_parts(tmp_path: Path) -> None:
    for name in ("shui-2024-text.pdf", "shui-2024-tables.pdf", "shui-20245.pdf", "other.txt", "shui-2024.jpg"):
        (tmp_path / name).touch()
    assert [path.name for path in bench.files_of("shui-2024", tmp_path)] == [
        "shui-2024-tables.pdf",
        "shui-2024-text.pdf",
    ]
