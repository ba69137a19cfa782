"""Facts of a sample report → the sheets that every program prints, and the facts as the judge asks for them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parents[2] / "data" / "facts" / "yangquan-civil-affairs-2025.json"
PROJECT = "中央集中彩票公益金支持社会福利事业资金"
KINDS = ("expenditure", "three-public", "form")
HORIZONS = ("implementation", "annual")
SOURCES = {"central": "其中：中央财政资金", "provincial": "省级财政资金", "municipal": "市县（区）财政资金",
           "self-raised": "单位自筹"}  # fmt: skip
LEVELS = {
    "产出指标": {"output-quantity": "数量指标", "output-quality": "质量指标", "output-timeliness": "时效指标",
             "output-cost": "成本指标"},
    "效益指标": {"benefit-economic": "经济效益指标", "benefit-social": "社会效益指标",
             "benefit-ecological": "生态效益指标", "benefit-sustainable": "可持续影响指标"},
    "满意度指标": {"satisfaction-served": "服务对象满意度指标"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed cell: its text, how many columns and rows it takes, and where the text stands."""

    text: str
    across: int = 1
    down: int = 1
    align: str = "left"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: lines above the table, the widths of its columns in percent, the rows of cells, how many are heads."""

    label: str
    title: str
    caption: str
    unit: str
    widths: tuple[int, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heads: int


def placed(sheet: Sheet) -> list[tuple[int, int, Cell]]:
    """The cells with row and column of their left upper corner."""
    taken: set[tuple[int, int]] = set()
    found = []
    for i, row in enumerate(sheet.rows):
        column = 0
        for cell in row:
            while (i, column) in taken:
                column += 1
            taken |= {(i + y, column + x) for y in range(cell.down) for x in range(cell.across)}
            found.append((i, column, cell))
            column += cell.across
    return found


def printed_facts() -> dict[str, Any]:
    """The facts that the sheets print, in the form of `judge`."""
    facts = _facts()
    project = _project(facts)
    return {
        "identity": facts["identity"],
        "figures": [
            {"kind": t["kind"], "row": r["code"] or r["label"], "column": int(column), "wan_yuan": value}
            for t in facts["tables"]
            if t["kind"] in KINDS
            for r in t["rows"]
            for column, value in r["figures"].items()
        ],
        "form": {
            "name": project["name"],
            "department": project["department"]["name"],
            "code": project["department"]["code"],
            "unit": project["unit"],
            "attribute": project["attribute"],
            "period": project["period"],
            "money": {
                horizon: {source: value.replace(",", "") for source, value in project["money"][horizon].items()}
                for horizon in HORIZONS
            },
            "indicators": [[i["kind"], i["horizon"], i["name"], i["target"]] for i in project["indicators"]],
            "citations": [[c["title"], c["number"]] for c in project["citations"]["legal-basis"]],
        },
    }


def sheets() -> tuple[Sheet, ...]:
    """支出总表, 三公 and one target form."""
    facts = _facts()
    by_kind = {table["kind"]: table for table in facts["tables"]}
    body = facts["identity"]["body"]
    return _expenditure(by_kind["expenditure"], body), _three_public(by_kind["three-public"], body), _form(facts)


def _facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return found


def _project(facts: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(p for p in facts["projects"] if p["name"] == PROJECT)
    whole = [{**i, "name": i["name"].replace(" ", "")} for i in found["indicators"]]  # a space of that print alone
    return {**found, "indicators": whole}


def _heads(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text, align="center") for text in texts)


def _figures(row: Mapping[str, Any], columns: Sequence[int]) -> tuple[Cell, ...]:
    printed = [row["figures"].get(str(column), "") for column in columns]
    return tuple(Cell(f"{float(value):,.2f}" if value else "", align="right") for value in printed)


def _expenditure(table: Mapping[str, Any], body: str) -> Sheet:
    rows = (
        (Cell("项目", 2, align="center"), Cell("2025年预算数", 3, align="center")),
        _heads("科目编码", "科目名称", "合计", "基本支出", "项目支出"),
        *((Cell(row["code"] or ""), Cell(row["label"]), *_figures(row, (3, 4, 5))) for row in table["rows"]),
    )
    return Sheet("预算公开表3", table["title"], f"部门名称：{body}", "单位：万元", (16, 36, 16, 16, 16), rows, 2)


def _three_public(table: Mapping[str, Any], body: str) -> Sheet:
    rows = (
        (Cell("项目", down=2, align="center"), Cell("2025年预算数", 4, align="center")),
        _heads("合计", "一般公共预算", "政府性基金预算", "国有资本经营预算"),
        *((Cell(row["label"]), *_figures(row, (2, 3, 4, 5))) for row in table["rows"]),
    )
    return Sheet("预算公开表10", table["title"], f"部门名称：{body}", "单位：万元", (32, 17, 17, 17, 17), rows, 2)


def _form(facts: Mapping[str, Any]) -> Sheet:
    project = _project(facts)
    code, office = project["department"]["code"], project["department"]["name"]
    basis = "、".join(f"《{c['title']}》" + (f"（{c['number']}）" if c["number"] else "")
                     for c in project["citations"]["legal-basis"])  # fmt: skip
    rows = (
        (Cell("项目名称", 2), Cell(project["name"], 6)),
        (Cell("主管部门及代码", 2), Cell(f"{code}-{office}", 2), Cell("实施单位"), Cell(project["unit"], 3)),
        (Cell("项目属性", 2), Cell(project["attribute"], 2), Cell("项目期"), Cell(project["period"], 3)),
        *_money(project["money"]),
        (Cell("项目概况", 2), Cell("本项目支持养老机构的设施改造，由本单位承担，用于改善居住的环境。", 6)),
        (Cell("立项依据", 2), Cell(f"依据{basis}。", 6)),
        (Cell("项目设立必要性", 2), Cell("为履行职责、完善服务体系所需。", 6)),
        (Cell("保证项目实施的制度、措施", 2), Cell("专款专用，按进度检查。", 6)),
        (Cell("项目实施计划", 2), Cell("2025年内分批完成。", 6)),
        (Cell("总体目标", 2, 2), Cell("实施期目标", 3, align="center"), Cell("年度目标", 3, align="center")),
        (Cell("项目期内完成设施改造。", 3), Cell("2025年完成设施改造。", 3)),
        *_indicators(project["indicators"]),
    )
    title = "阳泉市市级预算部门（单位）项目支出绩效目标申报表"
    return Sheet("", title, "（2025年度）", "", (6, 10, 13, 18, 11, 13, 18, 11), rows, 0)


def _money(money: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[Cell, ...]]:
    kinds = [("total", ("实施期资金总额：", "年度资金总额：")), *((k, (v, v)) for k, v in SOURCES.items())]
    for i, (source, labels) in enumerate(kinds):
        first = (Cell("项目资金（元）", 2, len(kinds)),) if i == 0 else ()
        halves = (
            cell
            for horizon, label in zip(HORIZONS, labels, strict=True)
            for cell in (Cell(label, 2), Cell(money[horizon].get(source, "")))
        )
        yield (*first, *halves)


def _indicators(indicators: Sequence[Mapping[str, str]]) -> Iterator[tuple[Cell, ...]]:
    """A row for each indicator of both horizons, a blank one for a level without any."""
    rows: list[tuple[str, str, list[tuple[str, str]]]] = []
    for top, kinds in LEVELS.items():
        for kind, label in kinds.items():
            halves = [[(i["name"], i["target"]) for i in indicators if (i["kind"], i["horizon"]) == (kind, h)]
                      for h in HORIZONS]  # fmt: skip
            for k in range(max(1, *map(len, halves))):
                rows.append((top, label, [half[k] if k < len(half) else ("", "") for half in halves]))
    heads = ("一级指标", *("二级指标", "三级指标", "指标值") * 2)
    yield (Cell("绩效指标", 1, len(rows) + 1), *_heads(*heads))
    before = ""
    for top, label, pairs in rows:
        first = (Cell(top, 1, sum(t == top for t, _, _ in rows)),) if top != before else ()
        before = top
        yield (*first, *(cell for name, target in pairs for cell in (Cell(label), Cell(name), Cell(target))))
