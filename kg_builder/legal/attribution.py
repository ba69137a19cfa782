"""Who issued what a citation names: by the offices that the text prints, else by the document's number."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.issuers import Issuer, issuer_of_prefix, place_of_prefix
from kg_builder.legal.names import full_names, issuers_before, split_names
from kg_builder.legal.normalise import DocumentNumber
from kg_builder.legal.numbers import NumberSpan
from kg_builder.legal.pairs import GOVERNMENT
from kg_builder.legal.titles import TitleSpan

Attribution = tuple[tuple[str, ...], str | None]  # the offices, and `text` or `prefix`: what they were read from

# 《…》(中办、国办2023年2月印发)
_ISSUED_BY = re.compile(
    r"[(\[]([一-龥、]{2,40}?)(?:(?:19|20)\d\d年(?:\d{1,2}月)?(?:\d{1,2}日)?)?(?:联合)?(?:印发|发布|颁布)[)\]]"
)
# 《…条例》(2020年12月30日上海市第十五届人民代表大会常务委员会第二十八次会议通过)
_MADE_BY = re.compile(
    r"[(\[](?:\d{4}年)?(?:\d{1,2}月)?(?:\d{1,2}日)?(?:经|由)?"
    r"((?:[一-龥]{0,12}?[省市州区])?第[一二三四五六七八九十]{1,3}届(?:全国)?(?:人民代表大会|人大))(常务委员会|常委会)?"
    r"第[一二三四五六七八九十\d]{1,4}次会议(?:审议)?通过"
)
# 国务院、中央军委令第413号: the offices that an order begins with
_OFFICES_OF_ORDER = re.compile(r"[一-龥、]{2,80}?(?=令|公告)")


@dataclass(frozen=True)
class Cited:
    """A title and a number (one of them may be missing) that begin at `start`, in a report of `region`."""

    text: str
    title: TitleSpan | None
    number: NumberSpan | None
    start: int
    region: str

    @property
    def bracketed(self) -> DocumentNumber | None:
        """The number, if it is of an office's series: 晋财综〔2024〕210号."""
        return self.number.number if self.number and self.number.number.form == "bracketed" else None

    @property
    def named(self) -> DocumentNumber | None:
        """The number, if it begins with an office's name: 国务院令第381号."""
        number = self.number.number if self.number else None
        return number if number and number.form in ("order", "announcement") and number.prefix else None

    @cached_property
    def owner(self) -> Issuer | None:
        """The office that the number's prefix stands for."""
        number = self.bracketed
        return issuer_of_prefix(number.prefix, self.region, number.year) if number else None

    @cached_property
    def printed(self) -> tuple[str, ...]:
        """The names of offices in the first place where the text has some."""
        title, number = self.title, self.number
        if title and title.issuers:
            return title.issuers
        if number and (names := issuers_before(self.text, self.start)[1]):
            return names
        if title and (issued := _ISSUED_BY.match(self.text, title.end)) and (names := split_names(issued[1])):
            return names
        made = _MADE_BY.match(self.text, title.end) if title and number is None else None
        return (made[1] + (made[2] or ""),) if made else ()

    @property
    def only_drafted(self) -> bool:
        """Whether the offices named drafted what the government made known under its own number."""
        of_government = self.owner is not None and GOVERNMENT.search(self.owner.name) is not None
        return bool(self.printed) and of_government and not any(GOVERNMENT.search(name) for name in self.printed)

    @property
    def in_full(self) -> tuple[str, ...]:
        """The printed names with their places: that of the number's office, else the report's."""
        place = self.owner.place if self.owner else None
        if place is None and self.bracketed:
            place = place_of_prefix(self.bracketed.prefix, self.region)
        of_state = self.owner is not None and self.owner.level == "national"
        return full_names(self.printed, place or self.region or None, self.region, of_state)

    @property
    def by_series(self) -> Issuer | None:
        """沪府 of 沪府令第57号, where an order is numbered by a prefix instead of a name."""
        prefix = self.named.prefix if self.named else ""
        return issuer_of_prefix(prefix, self.region) if 0 < len(prefix) <= 4 and not split_names(prefix) else None

    @cached_property
    def of_order(self) -> tuple[str, ...]:
        """The offices that an order or announcement begins with; those of 国务院、中央军委令第413号 are two."""
        if self.number is None:
            return ()
        prefix = self.number.number.prefix
        run = _OFFICES_OF_ORDER.match(self.text, self.number.start)
        joint = split_names(run.group()) if run else ()
        names = joint if len(joint) > 1 else split_names(prefix) or (prefix,)
        return full_names(names, self.region or None)


def _by_prefix(issuer: Issuer | None) -> Attribution:
    return ((issuer.name,), "prefix") if issuer else ((), None)


attribute = Decision[Cited, Attribution](
    "Who issued what is cited?",
    Rule(
        "offices drafted it, and the government made it known under its number",
        "《阳泉市财政局关于某项工作的意见》(阳政办发〔2021〕7号)",
        lambda c: c.only_drafted,
        lambda c: _by_prefix(c.owner),
    ),
    Rule(
        "the text names them",
        "《山西省财政厅关于某项工作的通知》(晋财综〔2021〕7号)",
        lambda c: c.printed,
        lambda c: (c.in_full, "text"),
    ),
    Rule(
        "the President promulgates what the congress has made",
        "主席令第四十六号",
        lambda c: c.named and c.named.prefix == "主席",
        ((), None),
    ),
    Rule(
        "the order is numbered by an office's prefix",
        "沪府令第57号",
        lambda c: c.by_series,
        lambda c: _by_prefix(c.by_series),
    ),
    Rule(
        "the order begins with their names",
        "国务院令第381号",
        lambda c: c.named,
        lambda c: (c.of_order, "text"),
    ),
    Rule(
        "the number's prefix is an office's",
        "晋财综〔2021〕7号",
        lambda c: c.owner,
        lambda c: _by_prefix(c.owner),
    ),
    otherwise=((), None),
)

# 总局令 after the office's name: kinds of offices for which a title may name the office
_KINDS_OF_OFFICES = ("总局", "部", "委", "委员会", "局", "厅", "署")


def order_in_full(number: NumberSpan | None, title: TitleSpan | None, region: str) -> NumberSpan | None:
    """An order or announcement with its office's full name (省政府令 → 江苏省人民政府令); other numbers as they are."""
    if number is None or number.number.form not in ("order", "announcement") or not number.number.prefix:
        return number
    prefix = number.number.prefix
    names = split_names(prefix)
    if title and title.issuers and prefix in _KINDS_OF_OFFICES:
        names = tuple(n for n in title.issuers if n.endswith(prefix))[:1]
    if len(names) != 1:
        return number
    return replace(number, number=replace(number.number, prefix=full_names(names, region or None)[0]))
