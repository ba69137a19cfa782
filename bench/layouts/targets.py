"""Target forms of invented projects as offices print them: facts → PDF → projects.

Forms: Shanghai (财政项目支出绩效目标填报表 and its older 申报表), Shanxi (项目支出绩效目标申报表, two halves
or the year alone), Jiangsu (targets of half a year and of the year). `measure_targets` reads them back.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.paint import Block, Line, Press, Rules, Sheet


@dataclass(frozen=True, slots=True)
class FormLook:
    """The features of one print; the first choice of each is the plain one."""

    unit: str = "元"
    unit_place: str = "label"  # label (项目资金（元）), line (单位：元 above), line-and-label
    texts: str = "all"  # all, none, some
    repeat: str = "no"  # no, head (first rows on each page), levels (一级指标 … on each page)
    levels: str = "merged"  # merged over their rows, first (printed in the first row only), each
    touching: bool = False
    rules: Rules = "boxes"
    blank: str = "0"  # what no money looks like: 0, 0.00, blank
    commas: bool = False
    long: bool = False  # wrapped names and many indicators
    push: int = 0  # lines of prose before the first form
    names: str = "指标"  # 产出指标, or 产出目标
    value: str = "指标值"
    cost: str = "output"  # output (成本指标 below 产出指标), first (成本指标 as first level)
    group: bool = True  # a column 绩效指标 to the left of the levels
    watermark: str = ""
    running: bool = False
    landscape: bool = False
    spread: bool = False  # labels with line breaks: 项目\n名称
    year_line: bool = True
    twins: bool = True  # the halves agree
    signed: bool = False
    empty: bool = False  # some indicators have no target


CHOICES: dict[str, tuple[Any, ...]] = {
    "unit": ("元", "万元"),
    "unit_place": ("label", "line", "line-and-label"),
    "texts": ("all", "none", "some"),
    "repeat": ("no", "head", "levels"),
    "levels": ("merged", "first", "each"),
    "touching": (False, True),
    "rules": ("boxes", "bars"),
    "blank": ("0", "0.00", ""),
    "commas": (False, True),
    "long": (False, True),
    "push": (0, 12, 25, 33),
    "names": ("指标", "目标"),
    "value": ("指标值", "指标目标值", "年度指标值", "年度(/项目)指标值", "目标值"),
    "cost": ("output", "first"),
    "group": (True, False),
    "watermark": ("", "仅供内部审核"),
    "running": (False, True),
    "landscape": (False, True),
    "spread": (False, True),
    "year_line": (True, False),
    "twins": (True, False),
    "signed": (False, True),
    "empty": (False, True),
}
STYLES = ("shanghai", "shanghai-old", "shanxi", "shanxi-year", "shanxi-values", "jiangsu", "jiangsu-process")


@dataclass(slots=True)
class Facts:
    """What one form says, in the terms of `model.Project`."""

    name: str
    department: str
    unit: str
    attribute: str | None = None
    category: str | None = None
    total: Decimal | None = None
    annual: Decimal | None = None
    money: list[tuple[str, str, Decimal]] = field(default_factory=list)  # funding, horizon, yuan
    texts: list[tuple[str, str]] = field(default_factory=list)
    indicators: list[tuple[str, str, str, str]] = field(default_factory=list)  # kind, name, horizon, target


_WORKS = (
    "信息系统运行维护", "办公楼维修改造", "专项监督检查", "人才引进与培训", "社区便民服务点建设", "档案数字化加工",
    "应急物资储备", "公益宣传活动", "老旧设备更新", "基层网点租赁及物业管理服务外包", "法律顾问服务", "历史建筑保护",
)  # fmt: skip
_ENDS = ("经费", "项目", "专项资金", "（二期）", "补助经费")
_SENTENCES = (
    "完善设施，方便群众", "按照有关规定组织实施", "保障日常工作正常运转", "加强资金监管", "定期开展检查",
    "改善办公条件", "根据年度计划分四个季度推进", "提高服务水平", "建立内部控制制度", "2024年完成前期准备",
    "专款专用",
)  # fmt: skip
_NAMES = {
    "output-quantity": (
        "购置设备数量",
        "培训人次",
        "开展活动场次",
        "维修面积",
        "巡查次数",
        "发放补贴人数",
        "服务企业家数",
    ),
    "output-quality": ("验收合格率", "培训合格率", "设备完好率", "抽检合格率", "资料归档完整性"),
    "output-timeliness": ("资金支付及时率", "项目完成时间", "工作完成及时性", "响应时间"),
    "output-cost": ("项目总成本", "人均培训成本", "设备采购单价", "成本控制"),
    "cost-economic": ("项目总成本控制数", "单位面积维修费用"),
    "cost-social": ("对居民生活的干扰程度",),
    "cost-ecological": ("施工噪声控制",),
    "benefit-economic": ("带动消费金额", "节约办公经费"),
    "benefit-social": ("政策知晓率", "公众安全感", "就业带动人数"),
    "benefit-ecological": ("绿化覆盖率", "垃圾分类达标率"),
    "benefit-sustainable": ("长效管理制度健全性", "设施使用年限"),
    "satisfaction-served": ("群众满意度", "参训人员满意度", "服务对象满意率"),
    "decision": ("立项程序规范性", "绩效目标合理性", "预算编制科学性"),
    "process": ("预算执行率", "资金使用合规性", "制度执行有效性"),
}
_TARGETS = {
    "数量": ("≥12台", "=30.00(次)", "约30人", "≥1200平方米", "15个", "≥3.5万人次"),
    "率": ("≥95%", "100%", "=100.00(%)", "不低于90%", "≥85%"),
    "时间": ("2024年12月底前", "及时", "≤15个工作日", "2024年11月30日前"),
    "成本": ("≤50万元", "≤1200元/人", "按合同价", "≤8.5万元"),
    "性": ("健全", "显著", "有所提高", "规范", "持续提升"),
}
_FIRST = {
    "output": "产出",
    "benefit": "效益",
    "satisfaction": "满意度",
    "cost": "成本",
    "decision": "决策",
    "process": "过程",
}
_SECOND = {
    "output-quantity": "数量", "output-quality": "质量", "output-timeliness": "时效", "output-cost": "成本",
    "cost-economic": "经济成本", "cost-social": "社会成本", "cost-ecological": "生态环境成本",
    "benefit-economic": "经济效益", "benefit-social": "社会效益", "benefit-ecological": "生态效益",
    "benefit-sustainable": "可持续影响", "satisfaction-served": "服务对象满意度",
}  # fmt: skip
_TEXTS = (
    ("overview", "项目概况"), ("legal-basis", "立项依据"), ("necessity", "项目设立的必要性"),
    ("safeguards", "保证项目实施的制度、措施"), ("plan", "项目实施计划"),
)  # fmt: skip
_DATES = (("计划开始日期", 3), ("2024-01-01", 5), ("计划完成日期", 4), ("2024-12-31", 0))
_SHANXI_FUNDS = (
    ("central", "中央财政资金"), ("provincial", "省级财政资金"), ("municipal", "市县（区）财政资金"),
    ("self-raised", "单位自筹"), ("other", "其他资金"),
)  # fmt: skip
_JIANGSU_FUNDS = (("fiscal", "财政拨款"), ("other-funds", "其他资金"))


def target_of(name: str, rng: random.Random) -> str:
    """A target that suits an indicator's name."""
    key = next((k for k, words in (("成本", ("成本", "费", "价", "金额")), ("率", ("率", "度", "感")),
                ("时间", ("时",)), ("性", ("性", "控制"))) if any(w in name for w in words)), "数量")  # fmt: skip
    return rng.choice(_TARGETS[key])


def print_forms(style: str, look: FormLook, seed: int, path: Path) -> list[Facts]:
    """Print some forms to a PDF and return what they say."""
    rng = random.Random(seed)
    body = rng.choice(("阳泉市水务局", "上海市静安区教育局", "江苏省档案局", "山西省司法厅", "上海市虹口区民政局"))
    press = Press(rules=look.rules, repeat_head=look.repeat != "no", running=f"{body}部门预算" * look.running)
    sheet = Sheet(path, "绩效目标", look.watermark or None, press)
    sheet.page()
    sheet.prose(body, 24, "center")
    sheet.prose("2024年度部门预算", 20, "center")
    sheet.page(look.landscape)
    sheet.prose("第三部分 情况说明", 16, "center")
    for _ in range(look.push):
        sheet.prose("按照要求对预算项目开展绩效管理。", gap=0)
    facts = []
    works = rng.sample(_WORKS, 3)
    for number, work in enumerate(works):
        if number and not look.touching:
            sheet.page(look.landscape)
        painter = _Painter(style, look, rng, body, f"{work}{'及后续配套设施升级改造' * look.long}{rng.choice(_ENDS)}")
        painter.paint(sheet)
        facts.append(painter.facts)
    sheet.save()
    return facts


class _Painter:
    """One form: its facts are drawn by lot and put down as they are printed."""

    def __init__(self, style: str, look: FormLook, rng: random.Random, body: str, name: str) -> None:
        self.style, self.look, self.rng = style, look, rng
        self.facts = Facts(name, body, f"{body}{rng.choice(('机关', '服务中心', '管理所'))}")
        self.width = 16
        self.head: list[Line] = []
        self.rows: list[Line] = []
        self.levels: list[Line] = []
        self.body: list[Line] = []

    def paint(self, sheet: Sheet) -> None:
        titles = {
            "shanghai": "财政项目支出绩效目标填报表", "shanghai-old": "上海市财政项目支出绩效目标申报表",
            "jiangsu": "项目支出绩效目标申报表", "jiangsu-process": "项目绩效目标表",
        }  # fmt: skip
        sheet.prose(titles.get(self.style, "部门（单位）项目支出绩效目标申报表"), 15, "center")
        if self.look.year_line:
            sheet.prose("（2024年度）", 10.5, "center")
        if self.look.unit_place != "label":
            sheet.prose(f"单位：{self.look.unit}", 9, "right")
        self._head()
        self._texts()
        self._goals()
        self._indicators()
        shares = [1.0] * self.width
        if self.look.repeat == "head":
            sheet.grid(shares, self.head, [*self.rows, *self.levels, *self.body])
        elif self.look.repeat == "levels":
            sheet.grid(shares, [], [*self.head, *self.rows])
            sheet.grid(shares, self.levels, self.body)
        else:
            sheet.grid(shares, [], [*self.head, *self.rows, *self.levels, *self.body])
        if self.look.signed:
            sheet.prose("负责人：           经办人：           联系电话：           填报日期：", 9)

    def _line(self, *cells: tuple[str, int]) -> Line:
        """A row of cells with their widths; the last one takes what is left."""
        line: list[Block | None] = []
        for text, wide in cells:
            width = wide or self.width - len(line)
            label = len(text) <= 12
            line += [Block(text, width, 1, "center" if label else "left"), *[None] * (width - 1)]
        return line

    def _label(self, text: str) -> str:
        return text[: len(text) // 2] + "\n" + text[len(text) // 2 :] if self.look.spread and len(text) >= 4 else text

    def _sum(self, funding: str, horizon: str, value: Decimal | None) -> str:
        """A printed sum; it is put down among the facts where it is no blank."""
        if value is None or not value:
            text = self.look.blank
            value = Decimal(0) if text else None
        else:
            figure = value / 10_000 if self.look.unit == "万元" else value
            text = f"{figure:,.2f}" if self.look.commas else f"{figure:.2f}"
        if value is None:
            return ""
        if funding == "total":
            if horizon == "annual":
                self.facts.annual = value
            else:
                self.facts.total = value
        else:
            self.facts.money.append((funding, horizon, value))
        return text

    def _money_label(self) -> str:
        return "项目资金" if self.look.unit_place == "line" else f"项目资金\n（{self.look.unit}）"

    def _head(self) -> None:
        rng = self.rng
        year = Decimal(rng.randint(1, 90_000)) * 100
        whole = year * rng.choice((1, 1, 3))
        own = Decimal(rng.choice((0, 0, 100))) * 100
        carried = Decimal(rng.choice((0, 0, 100))) * 100
        if self.style == "shanghai":
            self._shanghai_head(whole, year, own, carried)
        elif self.style == "shanghai-old":
            self._old_shanghai_head(whole, year, own)
        else:
            self._plain_head(whole, year)

    def _shanghai_head(self, whole: Decimal, year: Decimal, own: Decimal, carried: Decimal) -> None:
        f, rng = self.facts, self.rng
        f.attribute, f.category = rng.choice(("经常性项目", "一次性项目")), rng.choice(("特定目标类", "其他运转类"))
        self.head = [
            self._line((self._label("项目名称"), 3), (f.name, 5), (self._label("项目性质"), 2), (f.attribute, 2),
                       (self._label("项目类别"), 2), (f.category, 0)),
            self._body_line(),
        ]  # fmt: skip
        self.rows = [
            self._line(*_DATES),
            self._block(3, 4, self._money_label(), ("项目资金总额", 4),
                        (self._sum("total", "implementation", whole), 2),
                        ("年度资金申请总额", 4), (self._sum("total", "annual", year), 0)),
            self._under(3, ("其中：财政资金", 4), (self._sum("fiscal", "implementation", whole - own), 2),
                        ("其中：当年财政拨款", 4), (self._sum("fiscal", "annual", year - own - carried), 0)),
            self._under(3, ("", 4), ("", 2), ("上年结转资金", 4), (self._sum("carry-over", "annual", carried), 0)),
            self._under(3, ("其他资金", 4), (self._sum("other-funds", "implementation", own), 2), ("其他资金", 4),
                        (self._sum("other-funds", "annual", own), 0)),
        ]  # fmt: skip

    def _old_shanghai_head(self, whole: Decimal, year: Decimal, own: Decimal) -> None:
        f, unit = self.facts, f"（{self.look.unit}）"
        f.category = self.rng.choice(("经常性项目", "一次性项目"))
        self.head = [
            self._line((self._label("项目名称"), 3), (f.name, 5), (self._label("项目类别"), 4), (f.category, 0)),
            self._body_line(),
        ]
        before = self.look.blank if not own else "8800.00"
        self.rows = [
            self._line((f"项目总预算{unit}", 3), (self._sum("total", "implementation", whole), 5),
                       (f"项目当年预算{unit}", 4), (self._sum("total", "annual", year), 0)),
            self._line((f"同名项目上年预算额{unit}", 3), (before, 5),
                       (f"同名项目上年预算执行数{unit}", 4), (before, 0)),
            self._line(*_DATES),
        ]  # fmt: skip

    def _plain_head(self, whole: Decimal, year: Decimal) -> None:
        """The ministry's form, as Shanxi and Jiangsu print it: one source of money, drawn by lot, pays all."""
        f, rng = self.facts, self.rng
        f.attribute = rng.choice(("新增项目", "延续项目"))
        self.head = [
            self._line((self._label("项目名称"), 3), (f.name, 0)),
            self._line((self._label("主管部门及代码"), 3), (f"{rng.randint(10, 400):03d}-{f.department}", 5),
                       (self._label("实施单位"), 3), (f.unit, 0)),
        ]  # fmt: skip
        self.rows = [self._line(("项目属性", 3), (f.attribute, 5), ("项目期", 3), ("2024年-2026年", 0))]
        kinds = _JIANGSU_FUNDS if self.style.startswith("jiangsu") else _SHANXI_FUNDS
        chosen = rng.randrange(len(kinds))
        for i, (key, name) in enumerate((("total", "资金总额"), *kinds)):
            mine = key == "total" or i - 1 == chosen
            spans = ("实施期", "年度") if key == "total" else ("", "")
            cells: list[tuple[str, int]] = []
            if self.style != "shanxi-year":
                cells += [(spans[0] + name, 4), (self._sum(key, "implementation", whole if mine else None), 3)]
            cells += [(spans[1] + name, 4), (self._sum(key, "annual", year if mine else None), 0)]
            first = i == 0
            self.rows.append(
                self._block(3, len(kinds) + 1, self._money_label(), *cells) if first else self._under(3, *cells)
            )

    def _body_line(self) -> Line:
        f = self.facts
        return self._line(
            (self._label("主管部门"), 3), (f.department, 5), (self._label("实施单位"), 4), (f.unit, 0)
        )  # fmt: skip

    def _block(self, wide: int, rows: int, text: str, *cells: tuple[str, int]) -> Line:
        """A row that begins with a cell merged over `rows` rows."""
        line = list(self._line(("", wide), *cells))
        line[0] = Block(text, wide, rows, "center")
        return line

    def _under(self, wide: int, *cells: tuple[str, int]) -> Line:
        return [*[None] * wide, *self._line(("", wide), *cells)[wide:]]

    def _prose(self, long: bool) -> str:
        return "；".join(self.rng.sample(_SENTENCES, 6 if long else 2)) + "。"

    def _texts(self) -> None:
        if self.look.texts == "none":
            return
        for notation, label in _TEXTS:
            if self.look.texts == "some" and self.rng.random() < 0.5:
                continue
            text = self._prose(self.look.long)
            self.facts.texts.append((notation, text))
            self.rows.append(self._line((self._label(label), 3), (text, 0)))

    def _goals(self) -> None:
        whole, year = self._prose(True), self._prose(True)
        if self.style == "shanghai-old":
            self.rows += [self._line(("项目总目标", 3), (whole, 0)), self._line(("年度绩效目标", 3), (year, 0))]
            self.facts.texts += [("goal-implementation", whole), ("goal-annual", year)]
        elif self.style == "shanxi-year":
            self.rows.append(self._line(("年度目标", 3), (year, 0)))
            self.facts.texts.append(("goal-annual", year))
        else:
            shanghai = self.style == "shanghai"
            left, right = ("项目总目标", "年度总体目标") if shanghai else ("实施期目标", "年度目标")
            group = "项目绩效目标" if shanghai else "总体目标"
            self.rows += [self._block(3, 2, group, (left, 7), (right, 0)), self._under(3, (whole, 7), (year, 0))]
            self.facts.texts += [("goal-implementation", whole), ("goal-annual", year)]

    def _kinds(self) -> list[str]:
        output = ["output-quantity", "output-quality", "output-timeliness"]
        cost = ["cost-economic", "cost-social", "cost-ecological"] if self.look.cost == "first" else []
        end = ["benefit-economic", "benefit-social", "benefit-ecological", "benefit-sustainable", "satisfaction-served"]
        process = ["decision", "process"] if self.style == "jiangsu-process" else []
        mine = [*process, *cost, *output, *([] if cost else ["output-cost"]), *end]
        return [k for k in mine if self.rng.random() < 0.8] or ["output-quantity"]

    def _target(self, name: str) -> str:
        if self.look.empty and self.rng.random() < 0.2:
            return ""
        return target_of(name, self.rng)

    def _entries(self) -> list[tuple[str, str]]:
        found = []
        for kind in self._kinds():
            names = self.rng.sample(_NAMES[kind], self.rng.randint(1, len(_NAMES[kind])))
            more = "（含各街镇及直属单位共同承担的部分）" * self.look.long
            found += [(kind, f"{name}{more if self.rng.random() < 0.3 else ''}") for name in names]
        return found

    def _level_words(self, kind: str) -> tuple[str, str]:
        first = f"{_FIRST[kind.split('-', maxsplit=1)[0]]}{self.look.names}"
        if kind in {"decision", "process"}:
            return _FIRST[kind], {"decision": "项目立项", "process": "资金管理"}[kind]
        return first, f"{_SECOND[kind]}{self.look.names}"

    def _indicators(self) -> None:
        entries = self._entries()
        lead = 2 if self.look.group else 0
        both = self.style == "shanxi"
        value = self.look.value
        rest = self.width - lead
        if both:
            widths = [2, 2, 3, 2, 2, 3, 0]
            heads = ["一级指标", "二级指标", "三级指标", "指标值", "二级指标", "三级指标", "指标值"]
            self.width = 18
        elif self.style in {"shanxi-values", "jiangsu", "jiangsu-process"}:
            widths = [2, 3, rest - 9, 2, 0]
            ends = ["实施期指标值", "年度指标值"] if self.style == "shanxi-values" else ["上半年指标值", "全年指标值"]
            heads = ["一级指标", "二级指标", "三级指标", *ends]
        else:
            widths, heads = [2, 3, rest - 9, 0], ["一级指标", "二级指标", "三级指标", value]
        if both:
            self._widen()
        group = "绩效指标" if self.look.repeat != "levels" else "绩效\n指标"
        self.levels = [self._line(*([(group, lead)] if lead else []), *zip(heads, widths, strict=True))]
        for i, (kind, name) in enumerate(entries):
            first, second = self._level_words(kind)
            cells = self._values(kind, name, i)
            line: list[tuple[str, int]] = [("", lead)] if lead else []
            if both:
                line += list(zip([first, second, *cells[:2], second, *cells[2:]], widths, strict=True))
            else:
                line += list(zip([first, second, *cells], widths, strict=True))
            self.body.append(self._line(*line))
        self._merge(entries, lead, widths, both)

    def _widen(self) -> None:
        """Rows above take the last columns into their last cell where the indicators need more."""
        for rows in (self.head, self.rows):
            for i, row in enumerate(rows):
                last = max(j for j, b in enumerate(row) if b)
                block = row[last]
                line = [*row, *[None] * (self.width - len(row))]
                line[last] = block and replace(block, columns=self.width - last)
                rows[i] = line

    def _values(self, kind: str, name: str, index: int) -> list[str]:
        """The cells of a row right of its levels; the facts that they print are put down."""
        target = self._target(name)
        put = self.facts.indicators
        if self.style == "shanxi":
            other = target if self.look.twins or index % 3 else self._target(name)
            put += [(kind, name, "implementation", target), (kind, name, "annual", other)]
            return [name, target, name, other]
        if self.style == "shanxi-values":
            other = self._target(name)
            put += [(kind, name, "implementation", target), (kind, name, "annual", other)]
            return [name, target, other]
        if self.style.startswith("jiangsu"):
            put.append((kind, name, "annual", target))
            return [name, self._target(name), target]
        horizon = "annual" if self.style == "shanxi-year" or "年" in self.look.value else "implementation"
        put.append((kind, name, horizon, target))
        return [name, target]

    def _merge(self, entries: Sequence[tuple[str, str]], lead: int, widths: Sequence[int], both: bool) -> None:
        """Levels printed once: in a cell over all their rows, or in the first row only."""
        columns = [(lead, 0), (lead + widths[0], 1), *([(lead + sum(widths[:4]), 1)] if both else [])]
        words = [self._level_words(kind) for kind, _ in entries]
        body = [list(row) for row in self.body]
        if lead:
            body[0][0] = Block("", lead, len(body))
            for row in body[1:]:
                row[0] = None
        for column, part in columns if self.look.levels != "each" else []:
            start = 0
            for i in range(1, len(words) + 1):
                if i < len(words) and words[i][: part + 1] == words[start][: part + 1]:
                    continue
                block = body[start][column]
                if block and self.look.levels == "merged":
                    body[start][column] = replace(block, rows=i - start)
                for j in range(start + 1, i):
                    below = body[j][column]
                    body[j][column] = None if self.look.levels == "merged" else below and replace(below, text="")
                start = i
        self.body = [list(row) for row in body]
