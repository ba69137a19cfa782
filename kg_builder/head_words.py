"""Words of a table's head → what stands in the column below: a code, a name, a figure, a share.

The words come from the code lists `funding`, `expenditureType`, `provision`, `stage`, `side` and `topic` and from the
forms of the 部门预算/部门决算 tables that the Ministry of Finance and the provinces print. Readers of tables without
borders ask here, and so do those who say what a column means.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Literal

from kg_builder import marks, vocab
from kg_builder.text import label_key, squeeze

Role = Literal["code", "own-code", "ordinal", "label", "organization", "year", "text", "measure", "amount"]

# 2025年预算数 → 预算数 · 2025年度部门预算 → 部门预算 · 其中：上年结转 → 上年结转
_LEAD = re.compile(r"^(?:\d{4}年?度?|本年度?(?=预算数|决算数)|其中[:：]?|减[:：]|加[:：])+")
# “三公”经费预算数 → “三公”经费 · 一般公共预算支出 → 一般公共预算
_CLOSING = re.compile(r"(?:预算数|决算数|执行数|支出预算|支出决算|预算支出|预算|决算|支出|安排)(?:\([^(]*\))?$")
# 科目编码 · 功能科目代码 · 项目编号
_CODE = re.compile(r".*(?:编码|代码|编号)(?:\([^(]*\))?")
# 单位编码 · 部门(单位)代码 · 项目编码: codes that are no classification's
_OWN_CODE = re.compile(r".*(?:单位|部门|项目|品目|采购|指标)(?:\((?:单位|部门)\))?(?:编码|代码|编号)")
# 序号 · 行次 · 栏次
_ORDINAL = re.compile(r"序号|行次|栏次|次|行|栏")
# 单位名称 · 部门(单位)名称 · 主管部门
_ORGANIZATION = re.compile(
    r"(?:预算|所属|部门|实施|填报|项目|申报|用款)*单位(?:名称)?|部门名称|部门\(单位\)(?:名称)?|单位\(部门\)名称|(?:主管|预算)部门"
)
# 项目名称 · 功能分类科目 · 科目名称 · 采购品目
_LABEL = re.compile(
    r"(?:收入|支出|预算)?项目(?:名称|内容)?(?:\(.*\))?|.*名称(?:[/／].{1,8})?(?:\(.*\))?|.*科目|.*支出用途"
    r"|(?:支出)?(?:功能|经济)分类|采购(?:品目|目录|组织形式|方式|内容|物品).*|品目.*|摘要|类别|.*科目编码及名称"
    r"|(?:部门及|安排|投向|投资)领域|(?:资金|债券)?投向"
    r"|地区(?:名称)?|(?:市县|地市|州市|各市县?|县区|区县)(?:名称)?|行政区划(?:名称)?"
)
# 备注 · 立项依据 · 采购时间 · 计量单位
_TEXT = re.compile(r"备注|说明|.*(?:依据|用途说明|内容|时间|日期|要求|规格.*|计量单位)")
# 年度 · 年份 · 预算年度; 本年度 and 上年度 are money of that year
_YEAR = re.compile(r"(?:预算|会计|财政|所属|统计|发行)?年[度份]|年")
# 7年 · 12人 · 3.5% are no money: 采购数量(台) · 保有量(辆) · 票面利率(%)
_COUNTED = r"年|个?月|天|日|人|人次|人数|名|个|批|批次|次|辆|台|台、套|套|件|户|家|平方米|㎡|亩|公里|倍|[%％‰]"
# 采购数量 · 占比(%) · 增减额 · 比上年增长 · 债券期限 · 票面利率 · 年末人口 · 评价得分
_MEASURE = re.compile(
    r".*(?:数量|单价|人数|人次数?|批次数?|个数|辆数|台数|户数|编制数|保有量|面积|比例|比重|占比|百分比|率|增幅|降幅|幅度|期限|年限|人口数?|得分|评分|分值|分数|[%％‰])(?:\(.*\))?"
    rf"|.*\((?:单位:)?(?:{_COUNTED})\)|(?:增减|增长|比上年|同比).*|.*比(?:上年|20\d\d年).*|.*增减.*"
)
_CHANGE = re.compile(r"(?:比|较|与).{0,20}(?:增减|增长|变动|变化|相比|比较).{0,8}|.{0,10}增减(?:额|情况|变化)?")
# 增减额 · 比上年增减% · 占比(%) · 公务用车保有量(辆): rows that no money stands in
_MEASURE_ROW = re.compile(
    r"(?:(?:比|较|与)?(?:上年|20\d\d年)(?:预算|决算|执行)?数?(?:相比|比较)?)?(?:增减|增长|变动|变化)(?:额|率|数|幅度|金额|情况|比例)?"
    r"(?:\(.*\)|[%％])?|(?:.{0,8}(?:增减|增长|完成|执行|变动|使用|利)率|占比|比重|百分比|.{0,10}人数|人口|年限|期限|.{0,12}保有量)(?:\(.*\)|[%％])?"
    rf"|.*\((?:单位:)?(?:{_COUNTED})\)"
)
# 合计 · 预算数 · 一般公共预算拨款 · 上年结转
_AMOUNT = re.compile(
    r".*(?:合计|小计|总计|共计|总额|金额|预算数?|决算数?|执行数|完成数|支出|收入|经费|拨款|资金|费用?|结转|结余|安排|补助|来源|机动经费|数|贷款|补贴|缴款|限额|余额|额度|债[务券]|债券规模)(?:\(.*\))?|本地区|下级"
    r"|全(?:自治)?[省市县区州盟旗]|(?:自治区|地市|市县|[省市县区州盟旗])?本级|(?:自治区|地市|市县|[省市县区州盟旗])级(?:及以下)?"
)
_TARGET = re.compile(r"[≥≤<>=]|\d(?:%|百分比)")  # ≥95% · 100%: what a form prints, no word of a head
_LONGEST = 60  # characters of the longest head; longer cells are text, and no pattern need search them
CODE_LEVELS = {"类": 1, "款": 2, "项": 3, "目": 4}
SCHEMES = {
    "fundingSource": "funding",
    "expenditureType": "expenditureType",
    "provision": "provision",
    "topic": "topic",
}

# The topics that tables have heads and rows for; the others belong to narratives.
TOPICS = frozenset(
    {"three-public", "overseas", "reception", "vehicles", "vehicle-purchase", "vehicle-operation", "meetings"}
    | {"training", "operating-cost"}
)


@lru_cache(maxsize=1 << 13)  # as `label_key`
def bare_label(text: str) -> str:
    """A label without ordinal, year and 其中: `（一）其中：一般公共预算` → 一般公共预算, as labels compare."""
    previous, current = "", squeeze(text)
    while previous != current:
        previous, current = current, _LEAD.sub("", marks.without_ordinal(current))
    return label_key(current)


def notation(scheme: str, text: str) -> str | None:
    """The concept of a code list that a printed label names, without its ordinal, its year and a closing 预算数."""
    labels, key = vocab.notations(scheme), bare_label(text)
    return labels.get(key) or labels.get(_CLOSING.sub("", key))


@cache
def _terms() -> frozenset[str]:
    schemes = (*SCHEMES.values(), "side", "stage")
    return frozenset(label for scheme in schemes for label in vocab.notations(scheme))


_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("own-code", _OWN_CODE),
    ("code", _CODE),
    ("ordinal", _ORDINAL),
    ("organization", _ORGANIZATION),
    ("year", _YEAR),
    ("measure", _MEASURE),
    ("label", _LABEL),
    ("text", _TEXT),
)


@lru_cache(maxsize=1 << 13)
def role_of(text: str) -> Role | None:
    """What stands below a head, by its words alone; None where no head has them. The first that fits holds."""
    key = bare_label(text)
    if len(key) > _LONGEST or _TARGET.search(key):
        return None
    if key in CODE_LEVELS:
        return "code"
    named = key in _terms() and key != "项目"  # 项目 is a kind of spending too
    for role, pattern in _ROLES:
        if pattern.fullmatch(key) and not (named and role == "label"):
            return role
    return "amount" if named or _AMOUNT.fullmatch(key) else None


def is_change(text: str) -> bool:
    """Whether a head is of differences from another figure: 比2025年执行数增减, 较上年增长."""
    return bool(_CHANGE.fullmatch(label_key(text)))


def is_measured_row(label: str) -> bool:
    """Whether the figures of a row are counts, shares or changes by its label: 增减率（%）, 公务用车保有量（辆）."""
    key = bare_label(label)
    return len(key) <= _LONGEST and _MEASURE_ROW.fullmatch(key) is not None


def is_head_word(text: str) -> bool:
    """Whether a cell can be part of a head."""
    return role_of(text) is not None


def names_rows(text: str) -> bool:
    """Whether codes, names or years of rows stand below a head."""
    return role_of(text) in {"code", "own-code", "organization", "label", "year"}
