"""The columns beside an indicator's name: what each holds by its head, and a target put together from its cells.

实施期指标值 | 年度指标值, 上半年 | 全年, 指标性质 | 指标值 | 度量单位 | 权重.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from kg_builder.model import Cell, Horizon
from kg_builder.templates.forms.draft import Draft
from kg_builder.text import squeeze

Role = Literal["name", "value", "sign", "measure", "other"]
NAMES = frozenset(["三级指标", "三级目标", "指标内容", "指标名称"])
_SIGNS = frozenset(["指标性质", "运算符号", "计算符号", "比较符号", "指标符号", "符号"])
_MEASURES = frozenset(["度量单位", "计量单位", "指标单位", "单位"])
# ≥ · 正向≥ · 小于等于: the comparison in a column of its own
_SIGN = re.compile(
    r"(?:正向|反向)?(?:指标)?(?P<sign>[≥≤＞＜><=＝≧≦]{1,2}|(?:大于|小于|等于|高于|低于){1,2}|不低于|不少于|不超过|不高于|约)"
)
# 指标值说明 · 指标值类型 · 目标值依据: what is said of a target, not the target
_TOLD = re.compile(r"(?:说明|内容|解释|类型|属性|来源|依据|标准|备注|公式|方向性?)$")
_NOTE = re.compile(r"\([^()]{0,20}[≥≤=<>、数符][^()]{0,20}\)$")  # 指标性质(≥、≤、=) · 指标值(包含数字及文字描述)
# 上半年指标值 · 1-6月目标值 · 第一季度: a part of the year
_PART = re.compile(r"半年|季度|\d-\d{1,2}月")
# 上年实际值 · 历史值 · 实际完成值: no target
_PAST = re.compile(r"上年|历史|完成值|实际|得分|分值|权重")
# 实施期指标值 · 项目总目标 · 三年目标
_WHOLE = re.compile(r"实施期|中期|长期|总目标|总指标|三年|周期")
_BARE_YEAR = re.compile(r"(20\d\d)年?(?:度)?(?:指标值|目标值|目标)?")  # 2025年 · 2025年度指标值
# What a head below 指标值 says alone: 上半年 · 全年 · 年度 · 实施期 · 2025年
SPAN = re.compile(r"(?:上半年|下半年|全年|半年|年度|当年|实施期|中期|20\d\d年度?)(?:目标|指标)?(?:值)?(?:\(.{1,8}\))?")


class ValueHead(NamedTuple):
    """A column right of the names: what it holds, and for a target its horizon or the reason why it is none."""

    col: int
    role: Role
    horizon: Horizon | None
    reason: str


def value_heads(keys: Sequence[tuple[int, str]], single: Horizon, year: str | None) -> list[ValueHead]:
    """What the columns beside an indicator's name hold, by their heads; `single` is the horizon that none names."""
    heads: list[ValueHead] = []
    years = [found[1] for _, key in keys if (found := _BARE_YEAR.fullmatch(key))]
    for col, printed in keys:
        key = _NOTE.sub("", printed)
        role: Role = "name" if key in NAMES else "other"
        if key in _SIGNS or key.endswith(("指标性质", "指标方向", "符号")):
            role = "sign"
        elif key in _MEASURES or key.endswith(("值单位", "量单位")):
            role = "measure"
        horizon: Horizon | None = None
        reason = f"no target: {key}"
        bare = _BARE_YEAR.fullmatch(key)
        valued = "指标值" in key or "目标值" in key or SPAN.fullmatch(key)
        if role == "other" and valued and not _TOLD.search(key):
            role = "value"
            if _PART.search(key):
                reason = f"a target of a part of the year: {key}"
            elif bare and len(years) > 1 and bare[1] != year:
                reason = f"a target of another year: {key}" if year else ""
            elif not _PAST.search(key):
                horizon = "implementation" if _WHOLE.search(key) else "annual" if "年" in key else single
        if horizon and any(head.horizon == horizon for head in heads):
            horizon, reason = None, ""  # two columns of one horizon: which holds the target is not known
        heads.append(ValueHead(col, role, horizon, reason))
    return heads


def is_sign(text: str) -> bool:
    """Whether the text is a comparison alone: ≥, 大于等于."""
    return bool(_SIGN.fullmatch(squeeze(text)))


def put_together(draft: Draft, sign: Cell | None, value: Cell | None, measure: Cell | None) -> Cell | None:
    """The target that is printed in up to three cells: ≥ | 95 | %."""
    if value is None:
        return None
    signed = _SIGN.fullmatch(squeeze(sign.text)) if sign is not None else None
    if sign is not None and signed is None:
        draft.skip(sign, "the nature of an indicator")
    if signed and value.text.strip().startswith(signed["sign"]):
        signed = None  # the target has it too
    unit = measure.text if measure and not squeeze(value.text).endswith(squeeze(measure.text)) else ""
    parts = [signed["sign"] if signed else "", value.text, unit]
    return Cell("".join(squeeze(p) if p is not value.text else p for p in parts), value.place)
