"""项目经费情况说明 of invented projects in the ways offices print them: facts → PDF → projects."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from bench.layouts.features import each_alone
from data.paint import Press, Sheet

SECTIONS = (
    ("overview", "项目概述"), ("legal-basis", "立项依据"), ("implementer", "实施主体"), ("plan", "实施方案"),
    ("period", "实施周期"), ("annual-provision", "年度预算安排"), ("performance", "绩效目标"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Telling:
    """How the texts are printed; the first choice of each is the plain one."""

    numbers: str = "一、"  # 一、 (一) 1. 1、 none
    inline: bool = False  # 一、项目概述：… in one line
    ending: str = "经费情况说明"
    order: str = "plain"  # plain, other
    left_out: str = ""  # notation of a section that is not printed
    unit: str = "万元"
    overview: str = "项目概述"
    contents: bool = False
    touching: bool = True
    push: int = 0
    long: bool = False
    colon: bool = False  # 一、项目概述：
    headed: bool = False  # a heading 项目经费情况说明 above all


CHOICES: dict[str, tuple[Any, ...]] = {
    "numbers": ("一、", "（一）", "1.", "1、", ""),
    "inline": (False, True),
    "ending": ("经费情况说明", "项目经费情况说明", "资金情况说明", "项目情况说明"),
    "order": ("plain", "other"),
    "left_out": ("", "plan", "legal-basis", "overview", "performance"),
    "unit": ("万元", "元"),
    "overview": ("项目概述", "项目概况", "概述"),
    "contents": (False, True),
    "touching": (True, False),
    "push": (0, 10, 22, 31),
    "long": (False, True),
    "colon": (False, True),
    "headed": (False, True),
}


@dataclass(slots=True)
class Told:
    """What one text says: name, the year's money in yuan, its sections."""

    name: str
    annual: Decimal
    unit: str
    texts: list[tuple[str, str]] = field(default_factory=list)


def cases() -> list[Telling]:
    """Every value of every feature alone, and some together."""
    rng = random.Random(3)
    lots = [
        replace(Telling(), **{n: rng.choice(CHOICES[n]) for n in rng.sample(sorted(CHOICES), 5)}) for _ in range(30)
    ]
    return [*each_alone(Telling(), CHOICES), *lots]


def print_narratives(telling: Telling, seed: int, path: Path) -> list[Told]:
    """Print some texts to a PDF and return what they say."""
    rng = random.Random(seed)
    sheet = Sheet(path, "说明", None, Press())
    sheet.page()
    sheet.prose("上海市静安区教育局", 24, "center")
    sheet.prose("2024年度部门预算", 20, "center")
    if telling.contents:
        sheet.page()
        sheet.prose("目    录", 16, "center")
        for number, title in enumerate(("部门主要职能", "部门预算编制说明", "项目经费情况说明"), 1):
            sheet.prose(f"{'一二三'[number - 1]}、{title}{'…' * 30}{number}")
    sheet.page()
    sheet.prose("其他相关情况说明", 16, "center")
    for _ in range(telling.push):
        sheet.prose("本部门按照要求公开有关情况。", gap=0)
    if telling.headed:
        sheet.prose("项目经费情况说明", 16, "center")
    found = []
    for number, name in enumerate(rng.sample(("学生资助", "校舍修缮", "教师培训", "设备更新", "安全保障"), 3)):
        if number and not telling.touching:
            sheet.page()
        found.append(_print(sheet, telling, rng, name + rng.choice(("专项", "（政策资金）", ""))))
    sheet.save()
    return found


def _print(sheet: Sheet, telling: Telling, rng: random.Random, name: str) -> Told:
    yuan = Decimal(rng.randint(10, 90_000)) * 100
    money = f"{yuan / 10_000:.2f}万元" if telling.unit == "万元" else f"{yuan}元"
    unit = "上海市静安区教育局"
    told = Told(name + ("项目" if telling.ending.startswith("项目") else ""), yuan, unit)
    sheet.prose(name + telling.ending, 15, "center")
    more = "，并会同各街镇按照年度计划分步推进，加强过程监督" * (9 if telling.long else 0)
    words = {
        "overview": f"改善办学条件，提高质量{more}。",
        "legal-basis": "\n".join(
            (f"1、《上海市校园管理办法》（沪府规〔2021〕{rng.randint(1, 40)}号）。", f"2、区政府专题会议纪要{more}。")
        ),
        "implementer": unit,
        "plan": f"根据年度计划，上半年完成招标，下半年组织实施{more}。",
        "period": "2024年1月-2024年12月",
        "annual-provision": f"2024年度项目预算安排{money}。",
        "performance": "详见项目绩效目标表。",
    }
    chosen = [s for s in SECTIONS if s[0] != telling.left_out]
    if telling.order == "other":
        chosen = [*chosen[:1], *reversed(chosen[1:])]
    for number, (notation, title) in enumerate(chosen):
        headed = telling.overview if notation == "overview" else title
        lead = telling.numbers.replace("一", "一二三四五六七"[number]).replace("1", str(number + 1))
        text = words[notation]
        told.texts.append((notation, text.replace("\n", "")))
        if telling.inline:
            sheet.prose(f"{lead}{headed}：{text}")
        else:
            sheet.prose(f"{lead}{headed}{'：' * telling.colon}", gap=2)
            sheet.prose(text)
    return told
