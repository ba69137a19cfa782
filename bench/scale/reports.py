"""Sample reports → as many plausible ones as are asked for: other cities, departments and years, sums that add up.

Every sum of a report is multiplied by one whole number, so that whatever added up still does. Documents are cited from
a list with a long tail, as real reports do: few by nearly all, most by one. In every twentieth report one total is
wrong by 10,000 yuan, and the checks have to find it.
"""

from __future__ import annotations

import bisect
import hashlib
import itertools
import json
import random
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kg_builder import vocab
from kg_builder.build import read_report
from kg_builder.check import check_graph
from kg_builder.graph.addends import table_sums
from kg_builder.graph.reports import report_graph
from kg_builder.model import Report
from kg_builder.record import from_json, to_json

ROOT = Path(__file__).parents[2]
DEPARTMENTS = (
    "教育局",
    "科学技术局",
    "工业和信息化局",
    "民政局",
    "司法局",
    "财政局",
    "人力资源和社会保障局",
    "自然资源局",
    "生态环境局",
    "住房和城乡建设局",
    "交通运输局",
    "水务局",
    "农业农村局",
    "商务局",
    "文化和旅游局",
    "卫生健康委员会",
    "退役军人事务局",
    "应急管理局",
    "审计局",
    "统计局",
    "医疗保障局",
    "行政审批服务管理局",
    "大数据应用局",
    "市场监督管理局",
    "体育局",
    "信访局",
    "档案馆",
    "公安局",
    "乡村振兴局",
    "城市管理局",
)
YEARS = range(2019, 2027)
TABLES, PROJECTS, INDICATORS = 4, 3, 8  # of a report; a city's department has about as many
DOCUMENTS = 200_000
LARGEST = 89  # what sums are multiplied by at most
WRONG = Decimal(10_000)


def is_planted(number: int) -> bool:
    """Whether the report of that number has a wrong total."""
    return number % 20 == 7


def make_report(number: int) -> Report:
    """The report of a number, the same in every run."""
    bases = _bases()
    text, body = bases[number % len(bases)]
    city = _cities()[number // len(DEPARTMENTS) % len(_cities())]
    department = DEPARTMENTS[number % len(DEPARTMENTS)]
    year = YEARS[number // (len(DEPARTMENTS) * len(_cities())) % len(YEARS)]
    found: dict[str, Any] = json.loads(text.replace(body, f"阳泉市{department}").replace("阳泉市", city))
    found["identity"]["year"] = year
    found["identity"]["title"] = f"{city}{department}{year}年部门预算"
    found["sources"] = [{"name": f"{number:06}.txt", "sha256": digest(number), "pages": 40}]
    chance = random.Random(number)
    _multiply(found, 1 + number % LARGEST)
    for project in found["projects"]:
        for name, cell in project["fields"]:
            if name == "legal-basis":
                cell["text"] = "依据" + "、".join(_document(chance) for _ in range(chance.randint(1, 4))) + "。"
    if is_planted(number):
        _plant(found)
    return from_json(Report, found)


def digest(number: int) -> str:
    """What stands for the content of the file."""
    return hashlib.sha256(str(number).encode()).hexdigest()


@cache
def _cities() -> list[str]:
    regions = vocab.concepts("region").values()
    return [c.zh for c in regions if c.notation.endswith("00") and not c.notation.endswith("0000") and c.zh[-1] == "市"]


@cache
def _bases() -> list[tuple[str, str]]:
    """The sample reports as JSON, cut to the size of a small department's report, with the name of the body.

    One whose rounded figures would be far apart once they are multiplied is left out.
    """
    found = []
    for path in sorted((ROOT / "data/samples").glob("*.pdf")):
        report = read_report(path)
        data = to_json(report)
        data["tables"] = data["tables"][:TABLES]
        data["projects"] = [
            {**project, "indicators": project.get("indicators", [])[:INDICATORS]}
            for project in data["projects"][:PROJECTS]
        ]
        data["statements"] = []
        text = json.dumps(data, ensure_ascii=False)
        _multiply(data, LARGEST)
        sound = check_graph(report_graph(from_json(Report, data), None, "http://localhost/"))
        if all(finding.severity != "error" for finding in sound):
            found.append((text, report.identity.body))
    return found


def _amounts(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict):
        if "yuan" in data:
            yield data
        else:
            yield from itertools.chain.from_iterable(map(_amounts, data.values()))
    elif isinstance(data, list):
        yield from itertools.chain.from_iterable(map(_amounts, data))


def _multiply(data: Any, factor: int) -> None:
    for amount in _amounts(data):
        _change(amount, lambda value: value * factor)


def _change(amount: dict[str, Any], change: Any) -> None:
    unit = Decimal(10_000) if amount["unit"] == "万元" else Decimal(1)
    yuan = change(Decimal(amount["yuan"]))
    decimals = len(amount["printed"].partition(".")[2])
    amount["yuan"], amount["printed"] = str(yuan), f"{yuan / unit:.{decimals}f}"


def _plant(data: dict[str, Any]) -> None:
    """Make one total of the table of expenditure wrong."""
    report = from_json(Report, data)
    for number, table in enumerate(report.tables):
        sums = table_sums(table)
        wholes = sorted({*sums.by_row.values(), *sums.by_column.values()})
        for observation in data["tables"][number]["observations"]:
            if (observation["row"], observation["column"]) in wholes:
                _change(observation["amount"], lambda value: value + WRONG)
                return


@cache
def _weights() -> list[float]:
    """Sums of 1/rank (Zipf): a document is cited the less, the further down the list it stands."""
    return list(itertools.accumulate(1 / rank for rank in range(1, DOCUMENTS + 1)))


def _document(chance: random.Random) -> str:
    rank = bisect.bisect(_weights(), chance.random() * _weights()[-1])
    office = ("财预", "财行", "财社", "财教", "财农", "财建", "民发", "人社部发", "国办发", "发改投资")[rank % 10]
    year, sequence = 2008 + rank // 10 % 17, 1 + rank // 170
    return f"《关于做好第{rank + 1}项工作经费保障的通知》（{office}〔{year}〕{sequence}号）"
