"""Facts → PDF: prints a facts file as a budget report in the official layout, with narrative of its own.

`python -m data.render` renders every file of `data/facts` into `data/samples`; the same facts give the same bytes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from data.layouts import LAYOUTS, Layout, Panel
from data.paint import Block, Line, Sheet
from data.report_facts import statement_groups
from kg_builder import vocab

HERE = Path(__file__).parent
Facts = Mapping[str, Any]
_LEVELS = ("central", "provincial", "municipal", "self-raised", "other")
_LEVEL_LABELS = ("其中：中央财政资金", "省级财政资金", "市县（区）财政资金", "单位自筹", "其他资金")
_TEXT_FIELDS = (
    ("overview", "项目概况"), ("legal-basis", "立项依据"), ("necessity", "项目设立必要性"),
    ("safeguards", "保证项目实施的制度、措施"), ("plan", "项目实施计划"),
)  # fmt: skip
_NO_DATA = "注：本表无数据"


def render(facts: Facts, path: Path) -> None:
    """Print the facts of one report to a PDF file."""
    who, year = _name(facts["bodies"][0]), facts["identity"]["year"]
    kind = "部门" if facts["identity"]["scope"] == "department" else "单位"
    sheet = Sheet(path, facts["identity"]["title"], watermark="样本")
    sheet.page()
    sheet.prose("\n\n\n\n\n")
    sheet.prose(facts["identity"]["body"], 24, "center")
    sheet.prose(facts["identity"]["title"].removeprefix(facts["identity"]["body"]), 20, "center")
    sheet.page()
    sheet.prose("第一部分 概况", 16, "center")
    sheet.prose(f"二、机构设置情况\n{who}的预算由本级及所属单位组成。")
    for sentence in _units(facts):
        sheet.prose(sentence)
    sheet.page()
    sheet.prose(f"第二部分 {year}年{kind}预算报表", 16, "center")
    for table in facts["tables"]:
        _table(sheet, table, facts, kind)
    sheet.page()
    sheet.prose(f"第三部分 {year}年度{kind}预算情况说明", 16, "center")
    for sentence in _sentences(facts):
        sheet.prose(sentence)
    for project in facts["projects"]:
        _form(sheet, project, facts)
    sheet.save()


def _name(body: Facts) -> str:
    return "".join((body["name"], *(f"({alias})" for alias in body["aliases"])))


def _units(facts: Facts) -> Iterator[str]:
    units = [_name(body) for body in facts["bodies"][1:] if body["scope"] == "unit"]
    if units:
        yield f"下属预算单位{len(units)}个，分别是{'、'.join(units)}。"


def _table(sheet: Sheet, table: Facts, facts: Facts, kind: str) -> None:
    layout = LAYOUTS[table["kind"]]
    sheet.page(layout.landscape)
    if table["label"]:
        sheet.prose(table["label"], 9)
    sheet.prose(table["title"], 14, "center")
    sheet.prose(f"{kind}名称：{_name(facts['bodies'][0])}", 9, gap=0)
    sheet.prose(f"单位：{table['unit']}", 9, "right")
    year = str(facts["identity"]["year"])
    head = [[b and Block(b.text.format(year=year), b.columns, b.rows, b.align) for b in row] for row in layout.head]
    sheet.grid(layout.shares, head, list(_body(layout, table)))
    if table["note"]:
        sheet.prose(table["note"], 9)


def _body(layout: Layout, table: Facts) -> Iterator[Line]:
    """The rows of all panels side by side; a panel that ends earlier is left blank."""
    start, columns = 1, []
    for number, panel in enumerate(layout.panels, 1):
        rows = [row for row in table["rows"] if row["panel"] == number]
        columns.append([list(_cells(panel, row, start)) for row in rows])
        start += len(panel.labels) + panel.figures
    for section in zip(*(_sections(rows) for rows in columns), strict=True):
        for i in range(max(map(len, section))):
            line: list[Block | None] = []
            for panel, rows in zip(layout.panels, section, strict=True):
                line.extend(rows[i] if i < len(rows) else [Block("")] * (len(panel.labels) + panel.figures))
            yield line


def _sections(rows: list[list[Block]]) -> tuple[list[list[Block]], list[list[Block]], list[list[Block]]]:
    """Lines, carry-over lines from 本年收入合计 on, and the last total: they begin level in both panels."""
    start = next((i for i, row in enumerate(rows) if row[0].text.startswith("本年")), len(rows))
    return rows[:start], rows[start:-1], rows[start:][-1:]


def _cells(panel: Panel, row: Facts, start: int) -> Iterator[Block]:
    """A row of one panel; `start` is the table's column in which the panel begins."""
    indent = "　" * (row["level"] - 1) if panel.labels == ("label",) else ""
    label, _, government = row["label"].partition(" / ")
    texts = {"code": row["code"] or "", "label": indent + label, "government": government}
    yield from (Block(texts[name]) for name in panel.labels)
    first = start + len(panel.labels)
    yield from (Block(row["figures"].get(str(c), ""), align="right") for c in range(first, first + panel.figures))


_WORDS = {  # topics whose label alone would not read as a sentence
    "performance-projects": "实行绩效目标管理的项目{}", "performance-amount": "涉及金额{}",
    "asset-vehicles": "公务用车实有{}", "asset-buildings": "办公用房建筑总面积{}",
    "asset-equipment": "规定价值以上的通用设备{}",
    "share": "占{}",
}  # fmt: skip


def _sentences(facts: Facts) -> Iterator[str]:
    """The narrative: a figure that stands for itself begins a sentence, its changes and parts follow it."""
    for group in statement_groups(facts["statements"]):
        year, sentence = facts["identity"]["year"], ""
        for before, statement in zip([None, *group], group, strict=False):
            joint = _joint(statement, before)
            compared = before is not None and before["topic"] == "previous-year"
            clause = _clause(statement, year, compared)
            sentence += clause if compared else (joint if sentence else "") + clause
        yield f"{year}年{sentence}。"


def _joint(statement: Facts, before: Facts | None) -> str:
    """What stands between a figure and the one before it."""
    if statement["within"]:
        return "，" if before and before["within"] else "，其中："
    if statement["topic"] == "function":
        return "、" if before and before["topic"] == "function" and not before["within"] else "。支出包括："
    return "，"


def _clause(statement: Facts, year: int, compared: bool) -> str:
    """A figure in words: 基本支出153.02万元, 占10.53%, 比上年减少268.55万元, 下降7.73%."""
    figure, less = statement["value"].removeprefix("-") + statement["unit"], statement["value"].startswith("-")
    match statement["topic"]:
        case "change":
            return f"{'' if compared else '比上年'}{'减少' if less else '增加'}{figure}"
        case "change-rate":
            return f"{'下降' if less else '增长'}{figure}"
        case "previous-year":
            return f"比{year - 1}年的{figure}"
        case "function" | "asset-vehicles" if statement["subject"]:
            return f"{statement['subject']}{figure}"
        case topic:
            return _WORDS.get(topic, vocab.concepts("topic")[topic].zh + "{}").format(figure)


def _form(sheet: Sheet, project: Facts, facts: Facts) -> None:
    sheet.page()
    sheet.prose(f"{facts['identity']['region']}市级预算部门（单位）项目支出绩效目标申报表", 14, "center", 0)
    sheet.prose(f"（{facts['identity']['year']}年度）", 10, "center")
    department = project["department"] or {"code": None, "name": ""}
    owner = "-".join(part for part in (department["code"], department["name"]) if part)
    head: list[Line] = [_field("项目名称", project["name"])]
    body: list[Line] = [
        _pair("主管部门及代码", owner, "实施单位", project["unit"]),
        _pair("项目属性", project["attribute"], "项目期", project["period"]),
        *_money(project["money"]),
        *(_field(label, _text(field, project, facts)) for field, label in _TEXT_FIELDS),
        [Block("", 2), None, Block("实施期目标", 3, align="center"), None, None,
         Block("年度目标", 3, align="center"), None, None],
        [Block("总体目标", 2), None, Block(_goal(project, "项目期内"), 3), None, None,
         Block(_goal(project, f"{facts['identity']['year']}年"), 3), None, None],
        *_indicators(project["indicators"]),
    ]  # fmt: skip
    sheet.grid((1, 2, 2.4, 4, 2.6, 2.4, 4, 2.6), head, body, 8)


def _field(label: str, text: str) -> Line:
    return [Block(label, 2), None, Block(text, 6), None, None, None, None, None]


def _pair(label: str, text: str, second: str, value: str) -> Line:
    return [Block(label, 2), None, Block(text or "", 2), None, Block(second), Block(value or "", 3), None, None]


def _money(money: Facts) -> Iterator[Line]:
    labels = [("实施期资金总额：", "年度资金总额：", "total")]
    labels += [(label, label, level) for label, level in zip(_LEVEL_LABELS, _LEVELS, strict=True)]
    for i, (left, right, key) in enumerate(labels):
        first = Block("项目资金（元）", 2, len(labels)) if i == 0 else None
        total, annual = money["implementation"].get(key, ""), money["annual"].get(key, "")
        yield [first, None, Block(left, 2), None, Block(total), Block(right, 2), None, Block(annual)]


def _text(field: str, project: Facts, facts: Facts) -> str:
    """A field in words of our own around the documents that the project cites there."""
    documents = "、".join(_citation(c) for c in project["citations"].get(field, ()))
    name, year = project["name"], facts["identity"]["year"]
    if field == "legal-basis":
        return f"依据{documents}。" if documents else "由实施单位按照工作安排提出。"
    opening = {
        "overview": f"本项目为“{name}”，由{project['unit'] or facts['identity']['body']}承担。",
        "necessity": f"“{name}”为履行职责所需。",
        "safeguards": "专款专用，按进度检查。",
        "plan": f"{year}年内分批完成。",
    }[field]
    return opening + (f"参照{documents}。" if documents else "")


def _citation(citation: Facts) -> str:
    number = f"（{citation['number']}）" if citation["number"] else ""
    return (f"《{citation['title']}》{number}" if citation["title"] else number.strip("（）")) or ""


def _goal(project: Facts, when: str) -> str:
    return f"{when}完成“{project['name']}”的各项指标。"


def _indicators(indicators: Sequence[Facts]) -> Iterator[Line]:
    """The grid of indicators, both horizons side by side, each kind with as many rows as its longer half."""
    yield [Block("绩效指标", 1, _rows(indicators) + 1), *_center("一级指标", "二级指标", "三级指标", "指标值",
           "二级指标", "三级指标", "指标值")]  # fmt: skip
    kinds = [k for k in _printed_kinds() if k.broader]
    for first, group in groupby(kinds, key=lambda k: k.broader):
        members = list(group)
        height = sum(_height(indicators, k.notation) for k in members)
        for kind in members:
            rows = _height(indicators, kind.notation)
            halves = [_half(indicators, kind.notation, h) for h in ("implementation", "annual")]
            for i in range(rows):
                top = i == 0
                level = Block(vocab.concepts("indicator")[first or ""].zh, 1, height)
                row: list[Block | None] = [None, level if top and kind is members[0] else None]
                for half in halves:
                    name, target = half[i] if i < len(half) else ("", "")
                    row += [Block(kind.zh, 1, rows) if top else None, Block(name), Block(target)]
                yield row


def _printed_kinds() -> Iterator[vocab.Concept]:
    """The ten kinds of the form, in its order."""
    order = (
        "output-quantity", "output-quality", "output-timeliness", "output-cost", "benefit-economic", "benefit-social",
        "benefit-ecological", "benefit-sustainable", "satisfaction-served",
    )  # fmt: skip
    yield from (vocab.concepts("indicator")[notation] for notation in order)


def _half(indicators: Sequence[Facts], kind: str, horizon: str) -> list[tuple[str, str]]:
    return [(i["name"], i["target"] or "") for i in indicators if i["kind"] == kind and i["horizon"] == horizon]


def _height(indicators: Sequence[Facts], kind: str) -> int:
    return max(1, len(_half(indicators, kind, "implementation")), len(_half(indicators, kind, "annual")))


def _rows(indicators: Sequence[Facts]) -> int:
    return sum(_height(indicators, kind.notation) for kind in _printed_kinds())


def _center(*texts: str) -> list[Block | None]:
    return [Block(text, align="center") for text in texts]


def main() -> int:
    """Render every facts file into data/samples."""
    out = HERE / "samples"
    out.mkdir(exist_ok=True)
    for path in sorted((HERE / "facts").glob("*.json")):
        render(json.loads(path.read_text(encoding="utf-8")), out / f"{path.stem}.pdf")
        sys.stdout.write(f"{path.stem}.pdf\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
