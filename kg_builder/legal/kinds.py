"""What kind of document is cited, and at which level it was issued, by what the citation itself says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.issuers import issuer_of_prefix
from kg_builder.legal.normalise import DocumentNumber, clean_title, letters
from kg_builder.legal.places import is_national, level_of_issuer, place_in

# GB/T 50378 · DB31/T · 建标 175
_STANDARD = re.compile(r"(?:GB|DB|JGJ|CJJ|GA|MZ|WW|HJ|WS|JT|建标)[\d/T\s-]")
# 中办发〔2020〕1号 · 中发〔2019〕2号
_PARTY_PREFIX = re.compile(r"中发|中办|厅字|中组|中宣|中纪|组通字|中央")
# 某省人民政府令第3号 · 某市政府令
_LOCAL_RULE = re.compile(r"(?:省|市|自治区|州)(?:人民)?政府\Z")
# 《某市“十四五”规划》 · 《某项行动计划》 · 《教育现代化2035》
_PLAN = re.compile(r"(?:规划|纲要|计划|20[2-9][05])\Z")
# the state's own titles
_OF_STATE = ("中华人民共和国", "国务院", "国家", "中共中央", "全国", "中国")


@dataclass(frozen=True)
class _Document:
    """What is cited of a document; `title` is empty where the citation names none."""

    title: str
    number: DocumentNumber | None
    issuers: tuple[str, ...]

    @cached_property
    def name(self) -> str:
        """The title's characters and digits."""
        return letters(clean_title(self.title).text)

    @property
    def form(self) -> str:
        return self.number.form if self.number else ""

    @property
    def prefix(self) -> str:
        return self.number.prefix if self.number else ""

    @property
    def of_party(self) -> bool:
        """Whether the number is one of the Party's, or the office that leads (whose number it carries, else who is
        named first) belongs to it."""
        year = self.number.year if self.number else None
        owner = issuer_of_prefix(self.prefix, "", year) if self.form == "bracketed" else None
        lead = owner.name if owner else next(iter(self.issuers), "")
        return lead.startswith(("中共", "中国共产党", "中央", "共青团")) or bool(_PARTY_PREFIX.match(self.prefix))

    @property
    def is_local(self) -> bool:
        """Whether the title begins with a place, or a people's congress made it."""
        congress = any(issuer.endswith(("人大", "常务委员会")) for issuer in self.issuers)
        return congress or place_in(self.name) is not None

    @property
    def ends_like_law(self) -> bool:
        return self.name.endswith(("法", "条例")) and not self.name.endswith("办法")


_kind = Decision[_Document, str](
    "What kind of document is cited?",
    Rule(
        "a company's tariff is no administrative document",
        "《某市供热有限公司收费办法》",
        lambda d: d.issuers and all(issuer.endswith("公司") for issuer in d.issuers),
        "unknown",
    ),
    Rule(
        "a number of a standard's",
        "《绿色建筑评价标准》（GB/T 50378-2019）",
        lambda d: d.form == "standard",
        "standard",
    ),
    Rule(
        "it replies",
        "《阳泉市人民政府关于某项目的批复》（阳政函〔2021〕7号）",
        lambda d: d.name.endswith(("批复", "复函")),
        "reply",
    ),
    Rule(
        "a number of the supreme courts' interpretations",
        "《某问题的解释》（法释〔2021〕7号）",
        lambda d: d.prefix.startswith(("法释", "高检发释")),
        "judicial-interpretation",
    ),
    Rule(
        "an order of the President",
        "《某某促进法》（主席令第46号）",
        lambda d: d.form == "order" and "主席" in d.prefix,
        "law",
    ),
    Rule(
        "an order of the State Council",
        "《某某登记管理规定》（国务院令第9001号）",
        lambda d: d.form == "order" and d.prefix.endswith("国务院"),
        "administrative-regulation",
    ),
    Rule(
        "an order of a local government",
        "《某省某某管理办法》（山西省人民政府令第200号）",
        lambda d: d.form == "order" and _LOCAL_RULE.search(d.prefix),
        "local-rule",
    ),
    Rule(
        "an order of a ministry",
        "《某某登记办法》（民政部令第24号）",
        lambda d: d.form == "order" and is_national(d.prefix),
        "departmental-rule",
    ),
    Rule(
        "another order",
        "《某某登记办法》（阳泉市民政局令第24号）",
        lambda d: d.form == "order",
        lambda d: "normative-document" if d.name or d.prefix else "unknown",
    ),
    Rule(
        "a law by its full name",
        "《中华人民共和国某某促进法》",
        lambda d: d.name.startswith("中华人民共和国") and d.name.endswith("法"),
        "law",
    ),
    Rule(
        "regulations of a place",
        "《山西省某某促进条例》",
        lambda d: d.name.endswith("条例") and d.is_local,
        "local-regulation",
    ),
    Rule("of the Party", "《某项工作的意见》（中办发〔2021〕7号）", lambda d: d.of_party, "party-document"),
    Rule(
        "a plan",
        "《某市某项工作十年规划》",
        lambda d: _PLAN.search(d.name) and "通知" not in d.name,
        "plan",
    ),
    Rule(
        "it calls itself a standard",
        "《某某工程验收规范》",
        lambda d: d.name.endswith(("标准", "规范")) and d.number is None and not d.issuers,
        lambda d: "standard" if _STANDARD.search(d.title) else "normative-document",
    ),
    Rule(
        "a number says that it is official", "阳财综〔2021〕7号", lambda d: d.number is not None, "normative-document"
    ),
    Rule(
        "a title that a law might have proves nothing",
        "《某某促进条例》",
        lambda d: d.ends_like_law,
        "unknown",
    ),
    otherwise=lambda d: "normative-document" if d.name else "unknown",
)


def document_kind(title: str, number: DocumentNumber | None, issuers: tuple[str, ...]) -> str:
    """Notation of `documentKind` from what the citation itself says; `unknown` where it says nothing.

    法律 and 行政法规 need an authority list or an order: a title alone that ends in 法 or 条例 does not prove them,
    save the state's own 中华人民共和国…法.
    """
    return _kind(_Document(title, number, issuers))


def issuing_level(issuers: tuple[str, ...], title: str) -> str | None:
    """Notation of `issuingLevel`: the highest of the issuers, else what the title's first words say; None unknown."""
    order = ["national", "provincial", "municipal", "county"]
    found = [level for level in map(level_of_issuer, issuers) if level is not None]
    if found:
        return min(found, key=order.index)
    name = clean_title(title).text.lstrip("《")
    if name.startswith(_OF_STATE) and "公司" not in name:
        return "national"
    return level_of_issuer(name) if place_in(name) else None
