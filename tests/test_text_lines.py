"""Lines that are gone from a text file, or stand in it twice: the text itself shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from real_reports import needs_reports, pages_of
from test_splitting import parsed

from kg_builder.model import BudgetTable, Page, Place, Row
from kg_builder.readers.original import Original
from kg_builder.readers.text import read_text_pages
from kg_builder.templates.wholeness.text_lines import broken
from kg_builder.text import squeeze

ROWS = ("201\t一般公共服务支出\t1.00", "20103\t办公厅事务\t1.00", "2010301\t行政运行\t0.40", "2010302\t管理事务\t0.60")
MORE = ("208\t社会保障支出\t2.00", "20805\t养老支出\t2.00", "2080505\t养老保险\t2.00", "210\t卫生健康支出\t4.00")
REST = ("21011\t医疗\t4.00", "2101101\t行政单位医疗\t4.00")
TABLE = ("2024年支出预算总表", "单位：万元", "科目编码\t科目名称\t合计", "\t合计\t7.00", *ROWS, *MORE, *REST)
PROSE = (
    "一、收支情况说明",
    "本部门2024年度收入预算总计七万元，与上年相比增加一万元，增长百分之十六",
    "点六七，主要原因是人员经费增加，以及新增办公设备购置项目一个，资金来源",
    "为一般公共预算拨款，没有上年结转资金。",
    "二、机关运行经费",
    "本部门2024年度机关运行经费预算三万元，与上年相比持平，没有增减变化的",
    "情况，主要用于办公费、水电费、差旅费和会议费等日常开支。",
)


def said(*lines: str) -> list[str]:
    text = "\n".join(("某市某局2024年部门预算", *lines))
    (found,), _ = parsed(read_text_pages(Original("a.txt", text.encode())))
    return [f"{fault.place.line}: {fault.text}" for fault in found.faults]


def form(number: int, parts: str) -> tuple[str, ...]:
    lines = {
        "概": "项目概况\t\t购置设备",
        "总": "总体目标\t\t完成工作\t\t完成工作",
        "标": "绩效指标\t一级指标\t二级指标\t三级指标\t指标值\t二级指标\t三级指标\t指标值",
        "产": f"\t产出指标\t数量指标\t设备数量\t{number}台\t数量指标\t设备数量\t{number}台",
        "质": "\t\t质量指标\t合格率\t100%\t质量指标\t合格率\t100%",
        "满": "\t满意度指标\t服务对象满意度\t满意度\t≥90%\t服务对象满意度\t满意度\t≥90%",
    }
    head = (
        "项目支出绩效目标表",
        f"项目名称\t\t项目{'甲乙丙丁戊'[number - 1]}",
        "主管部门\t\t某市某局\t\t实施单位\t\t某市某局",
    )
    return (*head, *(lines[part] for part in parts))


def test_a_whole_text_is_not_accused() -> None:
    assert said(*PROSE, *TABLE, *(line for n in range(1, 6) for line in form(n, "概总标产质满"))) == []


@pytest.mark.parametrize(
    ("gone", "line", "before"), [(slice(2, 4), 3, "“二、机关运行经费”"), (slice(6, 7), 7, "the end of the file")]
)
def test_a_sentence_that_breaks_off(gone: slice, line: int, before: str) -> None:
    kept = list(PROSE)
    del kept[gone]
    assert f"{line + len(TABLE)}: a sentence breaks off before {before}: its rest is missing" in said(*TABLE, *kept)


@pytest.mark.parametrize(
    ("above", "below", "torn"),
    [
        ("收入合计1,098.40", "万元，占75.57%，上年结转一项", False),
        ("收入合计1,098.40万", "元，占75.57%，上年结转一项", False),
        ("收入合计1,098.40", "增加，存在上年结转", True),
        ("本年收入合计，其中上年", "元，占75.57%，上年结转一项", True),
        ("本年共有项目12", "一般公共预算拨款，增加", False),
    ],
)
def test_a_figure_torn_between_two_lines(above: str, below: str, torn: bool) -> None:
    lines = (f"本部门2024年度收支总预算，按照规定编制，{above}", f"{below}，主要原因是人员经费增加。")
    assert any("something is missing" in one for one in said(*TABLE, *lines)) is torn


def test_a_project_that_is_gone_under_its_body() -> None:
    """The body above was taken for a project, its figures for the project's."""
    head = ("2024年项目支出预算表（上年结转）", "单位：万元", "项目名称\t合计\t一般公共预算", "某市某局\t9.00\t9.00")
    rows = ("　购置设备\t5.00\t5.00", "　维修房屋\t3.00\t3.00", "　举办培训\t1.00\t1.00")
    assert not any("missing" in one for one in said(*TABLE, *head, *rows, *PROSE))
    assert any("come to 6.00 of 9.00万元" in one for one in said(*TABLE, *head, *rows[:1], *rows[2:], *PROSE))


@pytest.mark.parametrize("run", [range(4, 5), range(5, 9), range(8, 14)])
def test_rows_that_are_printed_again_at_once(run: range) -> None:
    lines = [*TABLE[: run.stop], *TABLE[run.start :]]
    first = run.start + 2
    again = f"line {first + len(run)} and those that follow print line {first} again: {len(run)} in all"
    assert f"{first + len(run)}: {again}" in said(*lines)


def test_a_label_and_its_value_in_both_halves_of_a_form_are_no_doubles() -> None:
    assert said(*TABLE, "数量指标", "设备数量 2台", "数量指标", "设备数量 2台") == []


def test_rows_of_words_alone_that_are_printed_again() -> None:
    row = "\t时效指标\t完成采购的时间\t按照合同约定的时间\t时效指标\t完成采购的时间\t按照合同约定的时间"
    assert said(*TABLE, row, row) == ["17: line 17 and those that follow print line 16 again: 1 in all"]
    assert said(*TABLE, "内部审核", "内部审核") == []


def test_a_row_that_is_gone_under_one_of_several() -> None:
    lines = [line for line in TABLE if not line.startswith("2010302")]
    come = "those printed come to 0.40 of 1.00万元"
    assert said(*lines) == [f"7: rows under “办公厅事务” in “2024年支出预算总表” are missing: {come}"]


def test_a_row_with_which_the_file_ends_and_no_other_to_hold_it_against() -> None:
    last = ("2024年一般公共预算支出预算表", *TABLE[1:4], "201\t一般公共服务支出\t7.00", "20103\t办公厅事务\t4.00")
    come = "those printed come to 4.00 of 7.00万元"
    assert f"20: rows under “一般公共服务支出” in “{last[0]}” are missing: {come}" in said(*TABLE, *last)


def test_a_table_that_ends_amid_its_codes_with_the_file() -> None:
    assert "11: nothing stands under 20805 in “2024年支出预算总表”, as under all others" in said(*TABLE[:-4], "")


def test_codes_whose_head_is_gone() -> None:
    lines = [line for line in TABLE if not line.startswith("20805\t")]
    assert "11: “2024年支出预算总表” has 2080505 and no 20805" in said(*lines)


LISTS = (*TABLE, "2024年收入预算总表", *TABLE[1:4], "201\t一般公共服务支出\t3.00", *MORE)


@pytest.mark.parametrize("at", [4, 18])
def test_a_list_by_codes_whose_total_is_gone(at: int) -> None:
    assert not any("none is a total" in one for one in said(*LISTS))
    title = LISTS[0] if at == 4 else LISTS[14]
    kept = [line for number, line in enumerate(LISTS) if number != at - 1]
    assert any(one.endswith(f"rows of “{title}” are missing: none is a total") for one in said(*kept))


def test_a_table_whose_title_is_gone() -> None:
    assert any("has no title: what it is of is not known" in one for one in said(*LISTS, "", "附表", *LISTS[1:14]))


SUMMARY = (
    "单位：万元",
    "收入\t\t支出\t",
    "项目\t金额\t项目\t金额",
    "一、一般公共预算\t9.00\t一、一般公共服务支出\t4.00",
    "二、政府性基金预算\t\t二、外交支出\t",
    "三、单位资金\t\t三、国防支出\t",
    "\t\t四、公共安全支出\t",
    "\t\t五、教育支出\t5.00",
    "本年收入合计\t9.00\t本年支出合计\t9.00",
    "上年结转\t\t年终结转\t",
    "收入总计\t9.00\t支出总计\t9.00",
)


@pytest.mark.parametrize(
    ("gone", "total"),
    [(range(8, 9), "本年支出合计"), (range(7, 10), "本年支出合计"), (range(10, 11), "支出总计"), (range(0), "")],
)
def test_a_total_that_another_summary_prints(gone: range, total: str) -> None:
    kept = [line for number, line in enumerate(SUMMARY) if number not in gone]
    found = said("2024年收支预算总表", *kept, "2024年财政拨款收支预算总表", *SUMMARY)
    told = f"rows of “2024年收支预算总表” are missing: “2024年财政拨款收支预算总表” prints “{total}” there"
    assert any(told in one for one in found) if total else found == []


def test_summaries_of_other_rows_are_not_held_against_each_other() -> None:
    fewer = [line for line in SUMMARY if "结转" not in line and "本年" not in line]
    assert said("2024年收支预算总表", *fewer, "2024年财政拨款收支预算总表", *SUMMARY) == []


def test_what_is_carried_over_and_a_part_of_it_that_is_gone() -> None:
    carried = [line.replace("上年结转\t\t", "上年结转\t9.00\t") for line in SUMMARY]
    whole = [*carried[:10], *carried[3:6], carried[10]]
    assert not any("none has a figure" in one for one in said("2024年收支预算总表", *whole))
    bare = [*carried[:10], "一、一般公共预算\t\t\t", carried[10]]
    told = "rows under “上年结转” in “2024年收支预算总表” are missing: none has a figure"
    assert any(told in one for one in said("2024年收支预算总表", *bare))


FUND = (
    "2024年政府性基金预算支出表",
    *TABLE[1:4],
    "229\t其他支出\t7.00",
    "22960\t彩票支出\t7.00",
    "2296002\t福利支出\t7.00",
)


@pytest.mark.parametrize(("gone", "digits"), [(4, 3), (5, 5), (6, 7)])
def test_a_level_of_codes_that_all_other_lists_have(gone: int, digits: int) -> None:
    others = [line.replace("支出预算总表", title) for title in ("收入预算总表", "一般公共预算支出表") for line in TABLE]
    assert not any("digits" in one for one in said(*TABLE, *others, *FUND))
    kept = [line for number, line in enumerate(FUND) if number != gone]
    told = f"rows of “{FUND[0]}” are missing: no code of {digits} digits, as all other lists have"
    assert any(told in one for one in said(*TABLE, *others, *kept))


def test_the_one_part_of_a_row_that_is_left_has_no_figure() -> None:
    table = ("2024年“三公”经费支出预算表", "单位：万元", "项目\t合计\t一般公共预算", "公务用车购置及运行费\t8.00\t8.00")
    parts, total = ("①公务用车购置费\t\t", "②公务用车运行维护费\t8.00\t8.00"), "合计\t8.00\t8.00"
    assert not any("none has" in one for one in said(*TABLE, *table, *parts, total))
    told = "rows under “公务用车购置及运行费” in “2024年“三公”经费支出预算表” are missing: none has a figure"
    assert any(told in one for one in said(*TABLE, *table, parts[0], total))


def test_a_body_in_a_list_under_which_no_project_stands() -> None:
    names = ("某局", "购置", "某站", "维修", "管理所", "培训", "福利院", "运行")
    kinds = [(name, 1 + number % 2, number % 2 == 0) for number, name in enumerate(names)]
    rows = [Row(n, name, Place(1, line=n), None, level, None, head) for n, (name, level, head) in enumerate(kinds)]
    table = BudgetTable("projects-current", "项目表", None, "万元", Place(1, line=1), tuple(rows), ())
    assert list(broken([], [table], [])) == []
    short = replace(table, rows=(*rows[:5], *rows[6:]))
    assert [one.text for one in broken([], [short], [])] == ["rows under “管理所” in “项目表” are missing: it has none"]


def test_a_total_of_bodies_without_a_body() -> None:
    table = ("2024年机关运行经费预算表", "单位：万元", "单位名称\t合计\t一般公共预算", "部门合计\t8.00\t8.00")
    told = "rows of “2024年机关运行经费预算表” are missing: only “部门合计” is printed"
    assert any(told in one for one in said(*TABLE, *table))
    assert not any(told in one for one in said(*TABLE, *table, "某市某局\t8.00\t8.00"))


NARRATIVE = [
    (f"{number}、{name}情况说明", f"本部门{name}预算安排九万元。")
    for number, name in zip("一二三四五六", "收支拨公运采", strict=True)
]


def test_a_heading_whose_text_is_gone() -> None:
    whole = [line for pair in NARRATIVE for line in pair]
    assert said(*TABLE, *whole) == []
    told = "nothing stands under “三、拨情况说明”, as under all others"
    assert any(told in one for one in said(*TABLE, *whole[:5], *whole[6:]))
    assert said("目录", *(head for head, _ in NARRATIVE), *TABLE, *whole) == []


def test_a_text_that_begins_with_a_part() -> None:
    whole = [line for pair in NARRATIVE for line in pair]
    for begins in ("其中", "，", "占8"):
        part = [f"{begins}：公务接待费预算九万元。"]
        assert said(*TABLE, *whole[:8], *part, *whole[8:]) == []
        told = f"what “四、公情况说明” begins with is missing: “{begins}” comes first"
        assert any(told in one for one in said(*TABLE, *whole[:7], *part, *whole[8:]))


def test_a_small_row_under_many() -> None:
    """Each row adds to what rounding may lose, but rounding goes both ways."""
    rows = [f"20103{number:02}\t事务{number}\t1.00" for number in range(1, 30)]
    others = ("202\t外交支出\t1.00", "20201\t外交管理\t1.00", "203\t国防支出\t1.00", "20301\t国防动员\t1.00")
    head = (*TABLE[:3], "\t合计\t31.00", "201\t一般公共服务支出\t29.12", "20103\t办公厅事务\t29.12")
    small = "2010350\t一般行政事务\t"
    assert not any("missing" in one for one in said(*head, *rows, f"{small}0.12", *others))
    assert not any("missing" in one for one in said(*head, *rows, f"{small}0.07", *others))
    assert any("come to 29.00 of 29.12万元" in one for one in said(*head, *rows, *others))


@pytest.mark.parametrize("whole", [True, False])
def test_the_outer_one_of_two_bodies_above_a_list_of_projects(whole: bool) -> None:
    head = ("单位：万元", "项目名称\t合计\t一般公共预算")
    rows = (
        "某市某局\t5.00\t5.00",
        "某市某局\t3.00\t3.00",
        "购置设备\t3.00\t3.00",
        "某市某站\t2.00\t2.00",
        "维修房屋\t2.00\t2.00",
    )
    current = ("2024年项目支出预算表（本年预算）", *head, *(rows if whole else rows[1:]))
    found = said(*TABLE, *current, "2024年项目支出预算表（上年结转）", *head, *rows)
    told = "rows of “2024年项目支出预算表（本年预算）” are missing: another list has 2 bodies above its first project"
    assert any(told in one for one in found) is not whole


def test_a_title_with_which_the_file_ends() -> None:
    title = "2024年一般公共预算支出预算表"
    assert said(*TABLE, title, "单位：万元") == [f"16: “{title}” has no rows: the file ends before them"]
    assert said(*TABLE, title, "单位：万元", "注：本部门无此项支出") == []


def test_items_that_begin_anew_behind_a_total() -> None:
    rows = ("一、一般公共预算\t7.00", "二、政府性基金预算\t", "本年收入合计\t7.00")
    again = ("上年结转\t1.00", "一、一般公共预算\t1.00", "二、政府性基金预算\t", "收入总计\t8.00")
    head = ("2024年收入预算总表", "单位：万元", "项目\t金额")
    assert said(*TABLE, *head, *rows, *again) == []
    told = "22: “一、一般公共预算” comes again in “2024年收入预算总表” right behind “本年收入合计”"
    assert told in said(*TABLE, *head, *rows, *again[1:])


@pytest.mark.parametrize(
    ("parts", "much"),
    [
        ("概总标产", "“质量指标” less often than all others"),
        ("概总标产质满总标产质满", "“总体目标” more often than “项目概况”"),
    ],
)
def test_a_form_unlike_all_the_others(parts: str, much: str) -> None:
    forms = [form(n, parts if n == 3 else "概总标产质满") for n in range(1, 6)]
    told = [one for one in said(*TABLE, *(line for one in forms for line in one)) if "may not be whole" in one]
    assert [one.partition("it prints ")[2] for one in told] == [much]


def as_text(pages: Sequence[Page]) -> str:
    """What pages print as a text file: the rows of a table as lines of cells."""
    lines: list[tuple[int, float, str]] = []
    for page in pages:
        tables = [(table, table.place.box) for table in page.tables if table.place.box]
        for table, box in tables:
            rows = ("\t".join("" if cell is None else squeeze(cell.text) for cell in row) for row in table.rows)
            lines += [(page.number, box.top, row) for row in rows]
        for line in page.lines:
            at = line.place.box.top if line.place.box else 0.0
            if not any(box.top <= at <= box.bottom for _, box in tables):
                lines.append((page.number, at, line.text))
    return "\n".join(text for _, _, text in sorted(lines, key=lambda line: line[:2]))


@needs_reports
@pytest.mark.parametrize(
    "name", ["jiangsu-congress-2017", "jiangsu-partyoffice-2018-text", "putuo-justice-2026-department"]
)
def test_whole_reports_printed_as_texts_are_not_accused(name: str) -> None:
    pages = read_text_pages(Original("a.txt", as_text(pages_of(name)).encode()))
    assert [fault.text for one in parsed(pages).reports for fault in one.faults] == []
