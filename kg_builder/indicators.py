"""A printed target (≥95%, 约30台, 2023年底前, 效果显著) → comparison, number, unit or deadline.

Targets are free text of about any office. What is not wholly understood stays qualitative with its printed text:
a number is given only where the whole target is that number.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

from kg_builder.model import Target

# Words and signs before the number. Longer ones first, so that 大于等于 is not read as 大于.
_BEFORE = {
    "大于或等于": "ge", "大于等于": "ge", "高于或等于": "ge", "不低于": "ge", "不少于": "ge", "不小于": "ge",
    "至少": "ge", "≥": "ge", "≧": "ge", ">=": "ge", "=>": "ge",
    "小于或等于": "le", "小于等于": "le", "低于或等于": "le", "不高于": "le", "不超过": "le", "不大于": "le",
    "不多于": "le", "最多": "le", "控制在": "le", "≤": "le", "≦": "le", "<=": "le", "=<": "le",
    "大于": "gt", "高于": "gt", "超过": "gt", "多于": "gt", ">": "gt",
    "小于": "lt", "低于": "lt", "少于": "lt", "<": "lt",
    "等于": "eq", "==": "eq", "=": "eq",
    "大约": "approximately", "约为": "approximately", "约": "approximately", "≈": "approximately",
}  # fmt: skip
# Words after the number: 98%以上, 5万元以内, 500册左右.
_AFTER = {
    "及以上": "ge", "以上": "ge", "及以下": "le", "以下": "le", "以内": "le", "之内": "le",
    "左右": "approximately", "上下": "approximately",
}  # fmt: skip

# What is counted or measured; compound units are put together from these: 元/人、月, 万/每年, 人次.
_UNIT_WORDS = (
    "% ‰ 百分比 个百分点 百分点 元 角 分 万元 亿元 万 亿 美元 "
    "个 家 人 人次 人数 人日 人天 名 位 户 户次 家次 次 回 场 场次 期 期次 届 批 批次 轮 遍 趟 "
    "件 套 台 台套 辆 架 艘 项 条 笔 份 本 册 块 张 把 组 部 支 只 头 匹 株 棵 片 瓶 袋 箱 盒 桶 包 卷 幅 枚 颗 盏 根 "
    "类 种 款 档 级 篇 例 起 宗 卡 户籍 具 席 席位 床 床位 格 格位 座 座次 栋 幢 层 间 所 处 门 扇 樘 站 点 村 镇 "
    "年 个年 年度 季 季度 月 个月 周 星期 天 日 工作日 个工作日 小时 个小时 学时 课时 时 分钟 秒 "
    "米 m 公里 千米 km 厘米 cm 毫米 mm 里 平方米 平米 m2 ㎡ 平方公里 亩 公顷 立方米 立方 方 m3 吨 千克 公斤 kg 克 斤 "
    "升 千瓦 千瓦时 度 摄氏度 ℃ 兆 M GB TB Mbps 学年 学期 标段 课题 企业 单位 万人 万人次 万笔 万户 万件 万份 万平方米 "
    "万亩 万吨 万次 万册 万立方米 分贝 倍"
)
_WORD = "|".join(re.escape(w) for w in sorted(_UNIT_WORDS.split(), key=len, reverse=True))
# 元 · 元/人、月 · 万/每年 · 元/平方米·天 · (%)
_UNIT = rf"(?:{_WORD})(?:[/、·每]每?(?:{_WORD}))*"
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_HEAD = "|".join(re.escape(w) for w in sorted(_BEFORE, key=len, reverse=True))
_TAIL = "|".join(sorted(_AFTER, key=len, reverse=True))
# ≥95% · 1-3个 · 95%-100% · ≥13459.00(平方米) · 1项(完成采购) · 98%以上 · 1-3个相关单位
_QUANTITY = re.compile(
    rf"(?P<before>{_HEAD})?(?P<value>{_NUMBER})"
    rf"(?:(?P<inner>{_UNIT})?[-~至—](?P<high>{_NUMBER}))?"
    rf"(?:\((?P<bracketed>{_UNIT})\)|(?P<unit>{_UNIT})(?P<noun>(?<=个|家|名|位)(?:[一-鿿]{{2,4}}))??)?"
    rf"(?P<after>{_TAIL})?(?:\((?P<note>[^()\d]{{1,12}})\))?"
)
# The target repeats its name before the sign: 居民参与率不低于100%, 满意率100%.
_NAMED = re.compile(rf"[一-鿿]{{2,14}}?(?P<rest>(?:{_HEAD})\d.*)", re.DOTALL)
# 合格率95% · 完成率100%
_NAMED_RATE = re.compile(r"[一-鿿]{1,12}[率度性](?P<rest>\d+(?:\.\d+)?%)")
# 2023年底前 · 2023年12月31日前 · 2023年年底之前 · 2023年11月底前完成 · 2025年完成
_DEADLINE = re.compile(
    r"(?P<year>(?:19|20)\d\d)年(?:年?[底末]|(?P<month>\d{1,2})月份?(?:[底末]|(?P<day>\d{1,2})日)?)?"
    r"(?:(?:之前|以前|前)[一-鿿]{0,4}|完成)"
)
_CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
# 三个月 · 十五天 · 两次
_CHINESE_QUANTITY = re.compile(rf"(?P<number>[一二两三四五六七八九]?十?[一二三四五六七八九]?)(?P<unit>{_UNIT})")
# Not a quantity though it looks like one: 12月 (a month or twelve?), 2022年 (a year), 4-5月, 2022全年.
_CALENDAR = re.compile(r"(?:\d{1,2}[-~至])?\d{1,2}月|(?:19|20)\d\d年?")
_LONGEST = 60  # a target longer than this is a sentence


def parse_target(printed: str) -> Target:
    """Take a printed target apart; `printed` stays as it is, and what is not understood is `qualitative`.

    Comparisons and units follow `model.Target`. A deadline is as exact as the print: 2023年底前 → `2023`,
    2023年12月底前 → `2023-12`, 2023年12月31日前 → `2023-12-31`. Never raises.
    """
    text = _folded(printed)
    if not text or len(text) > _LONGEST:
        return Target(printed, "qualitative")
    return _deadline(printed, text) or _quantity(printed, text) or Target(printed, "qualitative")


def is_unit(printed: str) -> bool:
    """Whether the text is a unit and nothing else: 座, 元/人、月."""
    return bool(re.fullmatch(rf"\(?{_UNIT}\)?", _folded(printed)))


def _folded(printed: str) -> str:
    """Half-width signs and digits, no white space: `≥84 38.41平方米` → `≥8438.41平方米`."""
    kept = printed.replace("㎡", "平方米").replace("℃", "摄氏度")
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", kept)).rstrip("。;")


def _deadline(printed: str, text: str) -> Target | None:
    found = _DEADLINE.fullmatch(text)
    if not found:
        return None
    year, month, day = found["year"], found["month"], found["day"]
    try:  # 2023年13月 and 2023年2月30日 are no dates
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    parts = [year] + [p.zfill(2) for p in (month, day) if p]
    return Target(printed, "by", deadline="-".join(parts))


def _quantity(printed: str, text: str) -> Target | None:
    if _CALENDAR.fullmatch(text):
        return None
    found = _QUANTITY.fullmatch(text)
    if found:
        return _target_of(printed, found)
    named = _NAMED.fullmatch(text) or _NAMED_RATE.fullmatch(text)
    if named:
        found = _QUANTITY.fullmatch(named["rest"])
        return _target_of(printed, found) if found else None
    spelled = _CHINESE_QUANTITY.fullmatch(text)
    if spelled and spelled["number"]:
        return Target(printed, "eq", Decimal(_chinese_number(spelled["number"])), unit=spelled["unit"])
    return None


def _target_of(printed: str, found: re.Match[str]) -> Target | None:
    before, after = _BEFORE.get(found["before"] or ""), _AFTER.get(found["after"] or "")
    if before and after and before != after:
        return None  # ≥95%以下 contradicts itself
    value = Decimal(found["value"].replace(",", ""))
    unit = found["bracketed"] or found["unit"]
    if found["high"] is None:
        return Target(printed, before or after or "eq", value, unit=unit)
    high = Decimal(found["high"].replace(",", ""))
    if before in {"ge", "gt", "lt", "eq"} or after or high <= value or (found["inner"] and found["inner"] != unit):
        return None
    return Target(printed, "between", value, high, unit)


def _chinese_number(text: str) -> int:
    """三 → 3, 十五 → 15, 二十 → 20."""
    tens, ten, ones = text.rpartition("十")
    return (_CHINESE_DIGITS.get(tens, 1) * 10 if ten else 0) + (_CHINESE_DIGITS[ones] if ones else 0)
