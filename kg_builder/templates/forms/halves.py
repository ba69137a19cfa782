"""One printed line of a form without borders → its halves, and each half → name and target.

`质量指标 项目完工验收合格率 100% 质量指标 项目完工验收合格100%`: the right name is cut and stands against its value.
A half is parted by its spaces, by a number at its end, by its twin, or by a value that the document prints elsewhere;
where none of these decides, the whole half is the name and has no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kg_builder.indicators import parse_target
from kg_builder.templates.forms.twins import is_cut_of, split_twins
from kg_builder.text import squeeze

_MOST_WORDS = 24  # a line with more words is no row of indicators
_LONGEST_VALUE = 30
_LONGEST_TARGET = 60  # characters of a number with its unit, a range or a date
# ≥95 · 约30 · 12: where a printed number begins
_NUMBER_HEAD = re.compile(r"(?<![\d.,])[≥≤＞＜<>=约]*\d")
# What stands at the end of a half as its value. Weak ones also end names: they count only if printed alone elsewhere.
_STRONG = re.compile(
    r"(?:有效|不断|逐步|显著|稳步|持续|大幅|明显|基本|充分|进一步|严格|较大程度|全面|足额|圆满|逐年)[一-鿿]{2}"
    r"|(?:效果|成效|影响)(?:显著|明显|良好)|显著|按(?:合同|采购|市场|成本|计划|期|时|月|季|年|需)[一-鿿]{0,4}"
)
_FRACTION = re.compile(r"(?<=\d)\s+(?=[\d%％‰.])|(?<=[/≥≤><＞＜约])\s+")  # ≥84 38.41 · 100 % · 400元/人/ 天
# How a number or range begins: ≥95% · 约30台 · 不低于90% · 三个月
_QUANTITY_HEAD = re.compile(r"[≥≤≧≦＞＜<>=≈约大小不至少超等低高控\d一二两三四五六七八九十]")
_CALENDAR = re.compile(r"(?:(?:19|20)\d\d年|每年|每月|每季).{0,14}")  # 2023年4-5月 · 每年11月底前完成


@dataclass(frozen=True, slots=True)
class Pair:
    """Name and target of an indicator as one half prints them."""

    name: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """Values that the document prints apart from their names, to be recognised where they are fused."""

    values: frozenset[str] = frozenset()

    def is_value(self, text: str) -> bool:
        """Whether the text is a target by itself."""
        return text in self.values or bool(_STRONG.fullmatch(text))


def values_in(halves: Iterable[str]) -> Known:
    """Collect the values of halves that are plainly `name value`."""
    found = set()
    for half in halves:
        words = half.split()
        if len(words) == 2 and 2 <= len(words[1]) <= 10 and parse_target(words[1]).comparison == "qualitative":
            found.add(words[1])
    return Known(frozenset(found))


def split_half(text: str, known: Known) -> Pair:
    """Name and value of a half on its own."""
    whole = _joined(text)
    return _by_space(whole, known) or _by_number(whole) or _by_known(whole, known) or Pair(_printed(whole), None)


def split_halves(left: str, right: str, known: Known) -> tuple[Pair | None, Pair | None]:
    """Name and value of both halves of a row, each helped by the other where they are the same indicator."""
    a, b = _joined(left), _joined(right)
    if not a or not b:
        return (split_half(a, known) if a else None), (split_half(b, known) if b else None)
    first = _by_space(a, known) or _by_number(a)
    if first is not None:
        return first, _by_twin(b, first) or split_half(b, known)
    fit = split_twins(a, b) if " " in b else None  # the right half's overflow left spaces in its name
    second = None if fit else _by_space(b, known) or _by_number(b)
    if second is not None:
        return _by_twin(a, second) or split_half(a, known), second
    return _both_fused(a, b, known)


def _both_fused(a: str, b: str, known: Known) -> tuple[Pair, Pair]:
    fit = split_twins(a, b)
    if fit is not None:
        _, value = fit
        best = next((value[i:] for i in range(len(value) - 1) if known.is_value(value[i:])), value)
        return _pair(a[: -len(best)], best), _pair(b[: -len(best)], best)
    first, second = _by_known(a, known), _by_known(b, known)
    if first and second:
        return first, second
    head = _common_head(a, b)
    if 4 <= head < min(len(a), len(b)):
        return _pair(a[:head], a[head:]), _pair(b[:head], b[head:])
    return first or Pair(_printed(a), None), second or Pair(_printed(b), None)


def _common_head(a: str, b: str) -> int:
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def part_line(line: str, known: Known) -> tuple[str, str | None]:
    """Cut a line without labels into its halves; the second is None where only one is printed."""
    words = _joined(line).split(" ")
    if len(words) > _MOST_WORDS:
        return _joined(line), None
    best: tuple[float, int] = (_whole_score(" ".join(words), known), -len(words))
    for cut in range(1, len(words)):
        left, right = " ".join(words[:cut]), " ".join(words[cut:])
        best = max(best, (_cut_score(left, right, known), -cut))
    cut = -best[1]
    return " ".join(words[:cut]), " ".join(words[cut:]) if cut < len(words) else None


def _whole_score(text: str, known: Known) -> float:
    pair = split_half(text, known)
    return 1.0 + _pair_score(pair) if pair.value else 0.0


def _cut_score(left: str, right: str, known: Known) -> float:
    a, b = split_halves(left, right, known)
    if a is None or b is None:
        return -9.0
    same = squeeze(a.name) == squeeze(b.name) or is_cut_of(b.name, a.name) or is_cut_of(a.name, b.name)
    return _pair_score(a) + _pair_score(b) + (3.0 if same else 0.0) + (1.0 if a.value and a.value == b.value else 0.0)


def _pair_score(pair: Pair) -> float:
    score = 2.0 if pair.value else 0.0
    score -= pair.name.count(" ") + (pair.value or "").count(" ")
    return score - (4.0 if any(_is_quantity(word) for word in pair.name.split(" ")) else 0.0)


def _joined(text: str) -> str:
    """One space between words; the space inside a target stays (`≥84 38.41平方米`) as U+2009 until it is printed."""
    return re.sub(r"\s+(?=[，、。；）])", "\u2009", _FRACTION.sub("\u2009", " ".join(text.split())))


def _printed(text: str) -> str:
    return text.replace("\u2009", " ").strip()


def _pair(name: str, value: str) -> Pair:
    return Pair(_printed(name), _printed(value))


def _by_space(text: str, known: Known) -> Pair | None:
    """`购置电 脑数量 约30台`: the first space after which all is a number, else the last space."""
    words = text.split(" ")
    if len(words) > _MOST_WORDS:
        return None
    for cut in range(1, len(words)):
        if _QUANTITY_HEAD.match(words[cut]) and _is_quantity("".join(words[cut:])):
            return _pair(" ".join(words[:cut]), " ".join(words[cut:]))
    if len(words) < 2 or _space_in_name(words, known):
        return None
    return _pair(" ".join(words[:-1]), words[-1])


def _space_in_name(words: list[str], known: Known) -> bool:
    """加强对 相关单位的监督力度不断加强 · 评审项目验 收合格率100%: what follows the space is not a value alone."""
    numbered = _by_number(words[-1])
    if numbered and not numbered.name.endswith("的") and (len(words) > 2 or len(words[0]) <= 5):
        return True  # but not 住房公积金 月工资总额的12%
    return len(words[0]) <= 3 and len(words[-1]) >= 8 and _by_known(words[-1], known) is not None


def _is_quantity(text: str) -> bool:
    return parse_target(_printed(text)).comparison != "qualitative"


def _by_number(text: str) -> Pair | None:
    """`可移动文物保护数≥34个`: the longest end that is a number, a range or a date, after a name."""
    for match in _NUMBER_HEAD.finditer(text, max(0, len(text) - _LONGEST_TARGET)):
        at = match.start()
        end = text[at:]
        if at >= 2 and (_is_quantity(end) or _CALENDAR.fullmatch(end)):
            return _pair(text[:at], end)
    found = re.search(r"(?<=[一-鿿]{2})(?:每年|每月|每季).{0,12}$", text)
    return _pair(text[: found.start()], found[0]) if found else None


def _by_twin(text: str, twin: Pair) -> Pair | None:
    """Part a fused half by the name or the value of the same indicator in the other half."""
    value, name = twin.value or "", twin.name
    if squeeze(text) == squeeze(name):
        return Pair(_printed(text), None)
    compact = text.replace(" ", "")
    if compact.startswith(squeeze(name)) and len(name) >= 3:
        at = _position(text, len(squeeze(name)))
        return _pair(text[:at], text[at:])
    if value and compact.replace("\u2009", "").endswith(squeeze(value)):
        at = _position(text, len(squeeze(text)) - len(squeeze(value)))
        if is_cut_of(_printed(text[:at]), name):
            return _pair(text[:at], text[at:])
    found = _by_number(text)
    return found if found and (is_cut_of(found.name, name) or squeeze(found.name) == squeeze(name)) else None


def _position(text: str, count: int) -> int:
    """Index in the text after `count` characters that are no white space."""
    seen = 0
    for index, char in enumerate(text):
        if seen == count:
            return index
        seen += not char.isspace()
    return len(text)


def _by_known(text: str, known: Known) -> Pair | None:
    """`加强文物保有效保护`: the longest end that is a value known from elsewhere or of a usual form."""
    for at in range(max(2, len(text) - _LONGEST_VALUE), len(text) - 1):
        if known.is_value(text[at:]):
            return _pair(text[:at], text[at:])
    if len(text) >= 8 and text[:2] == text[-2:]:  # 提高评审的社会公信力提高: the verb of the name again
        return _pair(text[:-2], text[-2:])
    return None
