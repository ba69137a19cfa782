"""The columns beside an indicator's name: what each holds by its head, and the indicator that their cells give.

实施期指标值 | 年度指标值, 上半年 | 全年, 指标性质 | 指标值 | 度量单位 | 权重; of a self-evaluation
年度指标值 | 实际完成值 | 分值 | 得分 | 偏差原因.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Literal, NamedTuple

from kg_builder import marks
from kg_builder.indicators import parse_target
from kg_builder.model import Cell, Horizon, Indicator, Result
from kg_builder.templates.forms import labels as form
from kg_builder.templates.forms.draft import Draft, plain
from kg_builder.text import has_digit, label_key, squeeze

Role = Literal["name", "value", "sign", "measure", "weight", "actual", "score", "deviation", "other"]
_THIRD = frozenset(["三级指标"])
_NAMES = _THIRD | {"指标内容", "指标名称"}
_SIGNS = frozenset(["指标性质", "运算符号", "计算符号", "比较符号", "指标符号", "符号"])
_MEASURES = frozenset(["度量单位", "计量单位", "计算单位", "指标单位", "单位"])
# ≥ · 正向≥ · 小于等于: the comparison in a column of its own
_SIGN = re.compile(
    r"(?:正向|反向)?(?:指标)?(?P<sign>[≥≤＞＜><=＝≧≦]{1,2}|(?:大于|小于|等于|高于|低于){1,2}|不低于|不少于|不超过|不高于|约)"
)
# 指标值说明 · 指标值类型 · 目标值依据: what is said of a target, not the target
_TOLD = re.compile(r"(?:说明|内容|解释|类型|属性|来源|依据|标准|备注|公式|方向性?)$")
# 指标性质(≥、≤、=) · 指标值(包含数字及文字描述)
_NOTE = re.compile(r"(?<=[一-鿿])\([^()]{0,20}[≥≤=<>、数符][^()]{0,20}\)$")
# 上半年指标值 · 1-6月目标值 · 第一季度: a part of the year
_PART = re.compile(r"半年|季度|\d-\d{1,2}月")
_PAST = re.compile(r"上年|历史|得分|分值|权重")  # 上年实际值 · 历史值: no target
# 实施期指标值 · 项目总目标 · 三年目标
_WHOLE = re.compile(r"实施期|实施周期|中期|长期|总目标|总指标|三年|周期")
_BARE_YEAR = re.compile(r"(20\d\d)年?(?:度)?(?:指标值|目标值|目标)?")  # 2025年 · 2025年度指标值
# What a head below 指标值 says alone: 上半年 · 全年 · 年度 · 实施期 · 2025年
SPAN = re.compile(r"(?:上半年|下半年|全年|半年|年度|当年|实施期|中期|20\d\d年度?)(?:目标|指标)?(?:值)?(?:\(.{1,8}\))?")
_NO_MEASURE = frozenset("无/-—")  # in the column of units of a target that is no number


class ValueHead(NamedTuple):
    """A column right of the names: what it holds, and for a target its horizon or the reason why it is none."""

    col: int
    role: Role
    horizon: Horizon | None
    reason: str


_RESULTS: dict[str, Role] = {"weight": "weight", "actualText": "actual", "score": "score", "deviation": "deviation"}
_ROLES: tuple[tuple[Role, Callable[[str], bool]], ...] = (
    ("sign", lambda key: key in _SIGNS or key.endswith(("指标性质", "指标方向", "符号"))),
    ("measure", lambda key: key in _MEASURES or key.endswith(("值单位", "量单位"))),
    *((role, partial(form.is_of, name)) for name, role in _RESULTS.items()),
    ("value", lambda key: not _TOLD.search(key) and ("指标值" in key or "目标值" in key or bool(SPAN.fullmatch(key)))),
)


def has_more_columns(heads: Sequence[str]) -> bool:
    """Whether heads name more beside a target than it: 分值, 实际完成值, 度量单位, or one name with two targets."""
    keys = [label_key(head) for head in heads]
    roles = [next((role for role, is_head in _ROLES if is_head(key)), "other") for key in keys]
    names = sum(key in _THIRD for key in keys)
    return any(role not in {"value", "other"} for role in roles) or (names == 1 and roles.count("value") > 1)


def without_note(key: str) -> str:
    """A head without the note in brackets on how its column is filled in: 指标性质(≥、≤、=) → 指标性质."""
    return _NOTE.sub("", key)


def names_in(keys: Sequence[tuple[int, str]]) -> frozenset[str]:
    """The heads among `keys` over names: 三级指标, and 指标内容 only where that is not there."""
    printed = {key for _, key in keys}
    return frozenset(printed & _THIRD) or _NAMES


def value_heads(keys: Sequence[tuple[int, str]], single: Horizon, year: str | None) -> list[ValueHead]:
    """What the columns beside an indicator's name hold, by their heads; `single` is the horizon that none names."""
    heads: list[ValueHead] = []
    names = names_in(keys)
    years = {found[1] for _, key in keys if (found := _BARE_YEAR.fullmatch(key))}
    halved = _are_halved([key for _, key in keys])
    for col, printed in keys:
        key = without_note(printed)
        role: Role = "name" if key in names else next((role for role, is_head in _ROLES if is_head(key)), "other")
        horizon, reason = _horizon_of(key, years, single, year) if role == "value" else (None, f"no target: {key}")
        if (halved and key == "指标值") or _is_second(heads, role, horizon):
            horizon, reason, role = None, "", "other"  # two columns of one kind: which holds it is not known
        heads.append(ValueHead(col, role, horizon, reason))
    return heads


def _are_halved(keys: Sequence[str]) -> bool:
    """半年目标值 | 全年目标值: of what time 指标值 beside them is, is not said."""
    return any(map(_PART.search, keys)) and any("全年" in key for key in keys)


def _is_second(heads: Sequence[ValueHead], role: Role, horizon: Horizon | None) -> bool:
    """Whether one of the heads holds the same already."""
    if horizon:
        return any(head.horizon == horizon for head in heads)
    return role in _RESULTS.values() and any(head.role == role for head in heads)


def _horizon_of(key: str, years: set[str], single: Horizon, year: str | None) -> tuple[Horizon | None, str]:
    """The horizon of a column of targets, or none and the reason."""
    bare = _BARE_YEAR.fullmatch(key)
    if _PART.search(key):
        return None, f"a target of a part of the year: {key}"
    if bare and len(years) > 1 and bare[1] != year:
        return None, f"a target of another year: {key}" if year else ""
    if _PAST.search(key):
        return None, f"no target: {key}"
    return ("implementation" if _WHOLE.search(key) else "annual" if "年" in key else single), ""


def is_sign(text: str) -> bool:
    """Whether the text is a comparison alone: ≥, 大于等于."""
    return bool(_SIGN.fullmatch(squeeze(text)))


@dataclass(frozen=True, slots=True)
class Values:
    """What the cells beside an indicator's name say: the target of each horizon, its weight and what was reached."""

    targets: tuple[tuple[Horizon, Cell | None], ...]
    weight: Decimal | None = None
    result: Result | None = None

    def indicators(self, kind: str, name: Cell) -> list[Indicator]:
        """An indicator for each horizon; the result is the year's."""
        alone = len(self.targets) == 1
        return [
            Indicator(
                kind,
                plain(name.text),
                horizon,
                parse_target(plain(target.text)) if target else None,
                name.place,
                weight=self.weight if alone or horizon == "annual" else None,
                result=self.result if alone or horizon == "annual" else None,
            )
            for horizon, target in self.targets
        ]


def read_values(draft: Draft, heads: Sequence[ValueHead], cells: Mapping[ValueHead, Cell]) -> Values:
    """The values of a row from its cells by head; what is no value is ignored or left."""
    own = {head.role: cell for head, cell in cells.items() if head.role not in {"value", "other", "sign"}}
    _tell_others(draft, cells)
    sign_head = _sign_of(cells)
    sign, measure = cells[sign_head] if sign_head else None, own.get("measure")
    targets = [
        (head.horizon, _put_together(draft, sign, cells.get(head), measure))
        for head in heads
        if head.role == "value" and head.horizon
    ]
    actual = _put_together(draft, None, own.get("actual"), measure)
    told = plain(own["deviation"].text) if "deviation" in own else ""
    result = Result(
        parse_target(draft.use(plain(actual.text))) if actual else None,
        _points(draft, own.get("score")),
        draft.use(told) if told and not marks.is_nil(told, word=True) else None,
    )
    weight = _points(draft, own.get("weight"))
    return Values(tuple(targets), weight, result if result != Result() else None)


def _tell_others(draft: Draft, cells: Mapping[ValueHead, Cell]) -> None:
    """What is no value is ignored for its reason, or left."""
    sign_head = _sign_of(cells)
    for head, cell in cells.items():
        valueless = head.role in {"other", "sign", "name"} or (head.role == "value" and not head.horizon)
        if valueless and head is not sign_head:
            draft.skip(cell, head.reason) if head.reason else draft.leave(cell, "a second target of one horizon")


def _sign_of(cells: Mapping[ValueHead, Cell]) -> ValueHead | None:
    """The head of the cell that holds the comparison: a sign says what it is, whatever the head above it."""
    signs = [head for head, cell in cells.items() if head.role == "sign"]
    printed = [head for head, cell in cells.items() if head.role in {"sign", "other"} and is_sign(cell.text)]
    return next(iter([*printed, *signs]), None)


def _points(draft: Draft, cell: Cell | None) -> Decimal | None:
    if cell is None or marks.is_nil(cell.text, word=True):
        return None
    points = form.points_in(cell.text)
    if points is None:
        draft.leave(cell, "not a number of points")
    else:
        draft.use(cell.text)
    return points


def _put_together(draft: Draft, sign: Cell | None, value: Cell | None, measure: Cell | None) -> Cell | None:
    """The target that is printed in up to three cells: ≥ | 95 | %."""
    if value is None:
        return None
    signed = _SIGN.fullmatch(squeeze(sign.text)) if sign is not None else None
    if sign is not None and signed is None:
        draft.skip(sign, "the nature of an indicator")
    if signed and value.text.strip().startswith(signed["sign"]):
        signed = None  # the target has it too
    unit = measure.text if measure and not squeeze(value.text).endswith(squeeze(measure.text)) else ""
    worded = not has_digit(value.text)  # 效果显著 under = and %: neither belongs to it
    dated = bool(marks.years_in(squeeze(value.text))) and squeeze(unit) in squeeze(value.text)  # 2026年12月 under 年
    unit = "" if worded or dated or set(squeeze(unit)) <= _NO_MEASURE else unit
    signed = None if signed and worded and signed["sign"] in "=＝" else signed
    parts = [signed["sign"] if signed else "", value.text, unit]
    return Cell("".join(squeeze(p) if p is not value.text else p for p in parts), value.place)
