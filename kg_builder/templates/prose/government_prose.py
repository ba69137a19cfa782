"""Figures of a government's prose → statements: revenue, expenditure and debt, with the level and the year of each.

A report to the people's congress says under numbered headings which budget, level and year its sentences are of
(一、2025年预算执行情况 · （一）全市预算执行情况 · 1.一般公共预算). A figure is a statement only where the words before
it are wholly understood and budget, level and year are all printed: in its sentence, or in the headings above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from kg_builder import marks
from kg_builder.model import Identity, Statement
from kg_builder.templates.prose.paragraphs import Paragraph
from kg_builder.text import YUAN_PER, money

# 22.5亿元 · 1,098.40万元
_SUM = re.compile(rf"(?<![\d.,A-Za-z])(\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)({'|'.join(YUAN_PER)})")
_SENTENCE = re.compile(r"[^。]+。?")
_BOUNDARY = re.compile(r"[，：:、；;]|,(?!\d{3}(?!\d))|——")
_ITEM = re.compile(r"(?:收入|支出)[^，。；收支]{0,12}$")  # 基金预算总收入安排: an item, whether it is understood or not
_ASIDE = re.compile(r"[①-⑳]|^[—\-－]+|^其中[:：]?|^本年")  # 全市②收入 · ——市本级收入 · 其中税收收入
_QUOTE = 80  # characters

_LEVEL = r"全[省市县区州盟旗]|全自治区|我[省市县区州]|(?:自治区|[省市县区州盟旗])本?级|本级"
_BUDGETS = {
    "一般公共": "general-public",
    "政府性基金": "fund",
    "国有资本经营": "capital",
    "社会保险基金": "insurance",
    "社保基金": "insurance",
}
_BUDGET = "|".join(_BUDGETS)
_NAMES = re.compile(rf"{_BUDGET}|债务")
_VERB = r"(?:预计|预期|计划|拟)?(?:可?完成|实现|执行|安排|预算)?数?(?:预计|共)?(?:为|达|达到|是)?"
# 2025年全市地方一般公共预算收入完成 · 市本级政府性基金支出 · 支出预计为
_SIDE = re.compile(
    rf"(?:20\d\d年)?(?P<level>{_LEVEL})?(?:地方)?(?P<budget>{_BUDGET})?(?:预算)?(?P<side>收入|支出)(?:预算)?{_VERB}"
)
# 全市地方一般公共预算收入加上转移性收入后总收入为 · 收入总计 · 全口径支出
_WHOLE = re.compile(
    rf"(?:20\d\d年)?(?:(?P<level>{_LEVEL})?(?:地方)?(?P<budget>{_BUDGET})?(?:预算)?(?:收入|支出)?)?(?:加上[^，。；]{{1,40}}后)?"
    rf"(?:20\d\d年)?(?:(?:总|全口径)(?P<side>收入|支出)|(?P<side_of>收入|支出)(?:总计|总量|决算结果))(?:预算)?{_VERB}"
)
_TAXES = re.compile(rf"(?P<item>税收|非税)收入{_VERB}")
# 省财政厅核定我市2025年政府债务限额 · 全市地方政府债务余额 · 一般债务限额
_DEBT = re.compile(
    rf"(?:(?:经)?[一-鿿]{{0,12}}(?:核定|下达|批准))?(?P<before>{_LEVEL})?(?:20\d\d年)?(?:末|底)?(?P<level>{_LEVEL})?"
    r"(?:(?:地方)?政府)?(?P<kind>一般|专项)?债务(?P<what>限额|余额)(?:预计)?(?:总额)?(?:为|达|是)?"
)
# 1.全市一般公共预算收支安排 before 全市地方一般公共预算收入: a heading and its first sentence in one
_GLUED = re.compile(
    r"^(?:\d{1,2}[.．、]|[（(][一二三四五六七八九十]{1,3}[)）])[^，。；\d]{0,24}?(?:收支安排|执行情况|收支情况|收支|草案|情况)"
    rf"(?=(?:20\d\d年)?(?:{_LEVEL}|{_BUDGET}))"
)
# 一、2025年预算执行情况 · 第二部分2026年预算草案
_ZONE = re.compile(r"合作区|开发区|新区|示范区|高新区|经开区|保税区")
_SIDES_WITH_SUM = re.compile(rf"(?:收入|支出)[^，。；]{{0,12}}?\d[\d,.]{{0,16}}(?:{'|'.join(YUAN_PER)})")
_PART = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]部分)(?P<said>[^，。；]{0,60})")
_SECTION = re.compile(r"[（(][一二三四五六七八九十]{1,3}[)）](?P<said>[^，。；]{0,40})")
_POINT = re.compile(r"\d{1,2}[.．、](?P<said>[^，。；\d]{0,40})")


@dataclass(frozen=True, slots=True)
class _Context:
    """What the headings above and the sentences before say: the year, whether it is over, the level, the budget."""

    year: int | None = None
    executed: bool = False
    level: str | None = None
    budget: str | None = None
    side: str | None = None  # of the last sum
    zone: bool = False  # a zone that has a budget of its own: its figures are not the government's
    lost: bool = False  # a sum of revenue or expenditure before was not understood


def read_government_prose(paragraphs: Iterable[Paragraph], identity: Identity) -> Iterator[Statement]:
    """The statements of a government's prose in reading order."""
    above = _Context()
    for prose in paragraphs:
        above = context = _under(above, prose.text)
        if above.zone:
            continue
        for sentence in _SENTENCE.finditer(prose.text):
            found, then = _statements(prose, sentence, context, identity)
            yield from found
            # Behind a sentence that is not understood what goes on from it is none either: its budget must be named.
            lost = context.lost or bool(_SIDES_WITH_SUM.search(sentence[0]))
            context = then if found else replace(above, lost=lost)


def _under(context: _Context, text: str) -> _Context:
    """The context below a numbered heading; of a paragraph that is none, the same."""
    if part := _PART.match(text):
        years = set(marks.years_in(part["said"]))
        if not re.search("预算|决算|执行", part["said"]):
            return _Context(next(iter(years)) if len(years) == 1 else context.year, context.executed)
        year = years.pop() if len(years) == 1 else None
        return _Context(year, "执行" in part["said"] or "决算" in part["said"])
    if section := _SECTION.match(text):
        said = section["said"]
        zone = _ZONE.search(said) is not None
        return replace(context, level=_level_in(said), budget=_budget_in(said), side=None, zone=zone)
    if point := _POINT.match(text):
        level, budget = _level_in(point["said"]), _budget_in(point["said"])
        return replace(context, level=level or context.level, budget=budget or context.budget, side=None)
    return context


def _statements(
    prose: Paragraph, sentence: re.Match[str], context: _Context, identity: Identity
) -> tuple[list[Statement], _Context]:
    """The sums of a sentence that are wholly understood, and what goes on from it."""
    found = list[Statement]()
    end, lost = 0, context.lost
    for printed in _SUM.finditer(sentence[0]):
        edges = list(_BOUNDARY.finditer(sentence[0], end, printed.start()))
        lost = lost and (context.lost or not any(edge[0] in "；;" for edge in edges))
        words = _words(sentence[0][max([end, *(edge.end() for edge in edges)]) : printed.start()])
        end = printed.end()
        year = _year(sentence[0][: printed.start()], context)
        named, then = _topic(words, context)
        whose = _NAMES.search(words) is not None
        if named is None:  # what goes on from an item that is not understood is not understood either
            lost = lost or (bool(_ITEM.search(words)) and "加上" not in sentence[0][: printed.start()])
            continue
        if lost and not whose:
            continue
        context, lost = replace(then, lost=False), False
        if year is None or context.level is None or year > identity.year:
            continue
        place = prose.places[sentence.start() + printed.start()]
        stage = _stage(words, year, context, identity)
        said = (("coverage", context.level), ("fiscalYear", str(year)), ("stage", stage))
        value, amount = Decimal(printed[1].replace(",", "")), money(printed[1], printed[2], place)
        quote = marks.without_personal(sentence[0][max(0, end - _QUOTE) : end])
        found.append(Statement(named, value, printed[2], quote, place, amount, dimensions=said))
    return found, context


def _words(text: str) -> str:
    """The words before a figure without dashes, notes, 其中, and a heading that runs on into them."""
    return _ASIDE.sub("", _GLUED.sub("", text))


def _year(before: str, context: _Context) -> int | None:
    """The one year that the sentence names before the figure, else that of the heading; None where it names two."""
    years = set(marks.years_in(before))
    return context.year if not years else years.pop() if len(years) == 1 else None


def _stage(words: str, year: int, context: _Context, identity: Identity) -> str:
    if identity.stage == "final":
        return "final"
    done = re.search("完成|实现|执行", words) and not re.search("预期|计划|拟", words)
    return "executed" if year < identity.year or done or (context.executed and year == context.year) else "budget"


def _topic(words: str, context: _Context) -> tuple[str | None, _Context]:
    """The topic that the words before a figure name, None for others; and the context that goes on from it."""
    for pattern, say in _SAYINGS:
        if match := pattern.fullmatch(words):
            return say(match, context)
    return None, context


def _say_side(match: re.Match[str], context: _Context) -> tuple[str | None, _Context]:
    context = _named(match, replace(context, side=_SIDES[match["side"]]))
    return (f"{context.budget}-{context.side}" if context.budget else None), context


def _say_whole(match: re.Match[str], context: _Context) -> tuple[str | None, _Context]:
    context = _named(match, replace(context, side=None))
    side = _SIDES[match["side"] or match["side_of"]]
    return (f"{context.budget}-{side}-total" if context.budget else None), context


def _say_taxes(match: re.Match[str], context: _Context) -> tuple[str | None, _Context]:
    of_taxes = (context.budget, context.side) == ("general-public", "revenue")
    return (_TAXED[match["item"]] if of_taxes else None), context


def _say_debt(match: re.Match[str], context: _Context) -> tuple[str | None, _Context]:
    level = _level_in(match["before"] or match["level"] or "") or context.level
    return f"{_KINDS[match['kind']]}debt-{_MEASURES[match['what']]}", replace(context, level=level, side=None)


_SIDES = {"收入": "revenue", "支出": "expenditure"}
_TAXED = {"税收": "tax-revenue", "非税": "non-tax-revenue"}
_KINDS = {"一般": "general-", "专项": "special-", None: ""}
_MEASURES = {"限额": "limit", "余额": "balance"}
_SAYINGS = ((_SIDE, _say_side), (_WHOLE, _say_whole), (_TAXES, _say_taxes), (_DEBT, _say_debt))


def _named(match: re.Match[str], context: _Context) -> _Context:
    """The context with the level and the budget that the words name."""
    level, budget = match["level"], match["budget"]
    return replace(
        context,
        level=_level_in(level) if level else context.level,
        budget=_BUDGETS[budget] if budget else context.budget,
    )


def _level_in(text: str) -> str | None:
    """The one level that a text names: whole for 全市 and 我市, own for 市本级 and 市级; None for none and for both."""
    found = {"whole" if name[0] in "全我" else "own" for name in re.findall(_LEVEL, text)}
    return found.pop() if len(found) == 1 else None


def _budget_in(text: str) -> str | None:
    found = {_BUDGETS[name] for name in re.findall(_BUDGET, text)}
    return found.pop() if len(found) == 1 else None
