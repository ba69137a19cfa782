"""No name of a handler and no telephone number in what reading gives, where a grid was not understood too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg_builder import apart, marks
from kg_builder.build import NothingPublishedError, Options, build

NAME, MOBILE, SPACED, LAND, LOCAL = "欧阳测", "13800001111", "138 0000 1111", "0353-1234567", "2293012"
SECRETS = (NAME, MOBILE, SPACED, LAND, LOCAL)
REPORT = (
    "青川市水务局2024年部门预算\n2024年部门支出预算总表\n部门名称：青川市水务局  单位：万元\n"
    "科目编码\t科目名称\t合计\t基本支出\t项目支出\n201\t一般公共服务支出\t12.00\t12.00\t\n"
)
LEFT = {
    "row of a grid": f"其他情况\t内容\t说明\n经办人\t{NAME}\t联系电话\t{LAND}\n",
    "beside money": f"事项\t金额\t经办人\n检修\t3,000.00\t{NAME}\n",
    "columns": f"序号\t姓名\t联系电话\t金额\n1\t{NAME}\t{MOBILE}\t5,000.00\n",
    "columns, a number without its area": f"事项\t金额\t联系人\t联系电话\n检修\t3,000.00\t{NAME}\t{LOCAL}\n",
    "beside its label": f"联系电话\t{LOCAL}\t金额\t3,000.00\n",
    "a line": f"经办人：{NAME} 联系电话：{MOBILE}\n",
    "a line without colons": f"经办人 {NAME} 联系电话 {MOBILE} 合计 3,000.00\n",
    "over two lines": f"经办人：\n{NAME}\n联系电话：\n{MOBILE}\n",
    "digits in groups": f"联系电话 {SPACED} 金额 1,200.00万元\n",
    "area in brackets": f"电话（0353）{LOCAL} 共 1,200.00万元\n",
    "in a cell with a date": f"备注\t经办人 {NAME} 2024年3月5日\n",
    "in a form": (
        f"项目支出绩效目标表\n项目名称\t河道检修\n项目负责人\t{NAME}\t联系电话\t{MOBILE}\n主管部门\t青川市水务局\n"
    ),
}


@pytest.mark.parametrize("kind", LEFT)
def test_no_output_names_a_person(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.txt"
    path.write_text(REPORT + LEFT[kind], encoding="utf-8")
    for as_json in (True, False):
        told = apart.inspect(apart.Inspecting(path, as_json, None))
        assert isinstance(told, apart.Inspected)
        assert not [secret for secret in SECRETS if secret in told.text]
    checked = apart.check(apart.Checking((path,), True, True))
    assert isinstance(checked, apart.Told)
    assert not [secret for secret in SECRETS if secret in checked.text + checked.html]


def test_neither_the_cache_nor_the_log_names_a_person(tmp_path: Path) -> None:
    for number, text in enumerate(LEFT.values()):
        body = REPORT.replace("青川市水务局", f"青川市第{'一二三四五六七八九十甲乙'[number]}水务局") + text
        (tmp_path / f"{number}.txt").write_text(body, encoding="utf-8")
    said: list[str] = []
    try:
        manifest, _ = build(sorted(tmp_path.glob("*.txt")), tmp_path / "out", Options(jobs=1), said.append)
        said.append(json.dumps(manifest, ensure_ascii=False))
    except NothingPublishedError as error:
        pytest.fail(str(error.refused))
    kept = [p for p in (tmp_path / "out").rglob("*") if p.is_file() and p.suffix in {".json", ".ttl", ".csv", ".nt"}]
    texts = [*said, *(p.read_text(encoding="utf-8") for p in kept)]
    assert len(kept) > len(LEFT)
    assert not [secret for secret in SECRETS for text in texts if secret in text]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("电话费支出 1,200.00万元", "电话费支出 1,200.00万元"),
        ("手机 3,000.00", "手机 3,000.00"),
        ("电话 138.00 万元", "电话 138.00 万元"),
        ("负责人签字", "负责人签字"),
        ("负责人培训班 20.00", "负责人培训班 20.00"),
        ("2010101 行政运行 1,380,000.00", "2010101 行政运行 1,380,000.00"),
        (f"合计 12.00 经办人 {NAME}", "合计 12.00"),
        (f"合计 12.00 联系电话 {LOCAL}", "合计 12.00"),
        (f"共3项，电话：{LAND}", "共3项，"),
    ],
)
def test_a_text_is_cut_where_a_person_begins(text: str, left: str) -> None:
    assert marks.without_personal(text) == left
