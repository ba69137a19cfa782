"""A table's title → its kind, a notation of the code list `table`, and what the kind says of all its figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kg_builder import vocab
from kg_builder.text import label_key, squeeze

# 一、2018年度江苏省…收支预算总表 → 江苏省…收支预算总表 · 2025年部门收入预算总表 → 部门收入预算总表
_LEAD = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}[、.．]|\d{1,2}[、.．](?!\d)|(?:附件?)?表?\d{1,2}[、.．:： ])*(?:\d{4}年?度?)?"
)
# （不含上年结转） · (公开05表)
_TAIL = re.compile(
    r"[（(](?:不?含.{0,80}?|.{0,80}公开.{0,80}?|续.{0,80}?|.{0,80}?表[一二三四五六七八九十\d]{0,4})[)）]$"
)

# Words that decide the kind where no label of the code list fits, the narrowest first.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"保险基金|社保基金", "social-insurance"),
    (r"(?:政府|地方|法定|一般|专项|新增|再融资)债[务券]|债务限额", "government-debt"),
    (r"转移支付|税收返还|补助.*分(?:地区|项目)", "transfers"),
    (r"一般公共预算收支(?:决算|预算)?(?:平衡|总)?表|一般公共预算平衡表", "general-public-balance"),
    (r"(?:一般公共预算|公共财政(?:预算)?)(?:本级|地方|上级补助)?收入(?!.*(?:支|拨款))", "general-public-revenue"),
    (r"项目.*(?:上年|以前年度)?结转", "projects-carry-over"),
    (r"(?:^|部门|单位|预算|专项)项目支出(?:预算|决算|明细|情况|安排)*表", "projects-current"),
    (r"(?<![和与及、，])项目支出(?:预算|决算)?表$", "projects-current"),
    (r"项目支出.*(?:本年预算|明细|汇总)|^(?:专项|重点)?项目(?:预算|支出).*表$", "projects-current"),
    (r"三公|因公出国", "three-public"),
    (r"机关运行", "operating-cost"),
    (r"政府采购|采购预算", "procurement"),
    (r"国有资本经营", "state-capital"),
    (r"政府性?基金.*收支|政府性?基金.*收入支出", "government-fund-expenditure"),
    (r"政府性?基金.*收入", "government-fund-revenue"),
    (r"政府性?基金", "government-fund-expenditure"),
    (r"一般公共预算.*基本支出|公共财政.*基本支出", "general-public-basic"),
    (r"一般公共预算.*支出|公共财政.*支出", "general-public-expenditure"),
    (r"财政拨款.*基本支出", "fiscal-basic"),
    (r"财政拨款.*(?:收支|收入支出|收入.支出)", "fiscal-summary"),
    (r"财政拨款.*支出", "fiscal-expenditure"),
    (r"收支.*总表|收入支出.*总表|收支(?:预算|决算)表", "budget-summary"),
    (r"收入(?:预算|决算)?(?:总|汇总|情况)?表|收入(?:预算|决算)?总表", "revenue"),
    (r"支出(?:预算|决算)?(?:总|汇总|情况)?表|支出(?:预算|决算)?总表", "expenditure"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind of table changes: what it says of its figures, and what its rows are.

    `says` pairs dimensions with notations that hold of every figure that says nothing else itself.
    """

    says: Mapping[str, str] = field(default_factory=dict)
    projects: bool = False  # each row is a project, below headings of units
    coded: bool = True  # a code may stand in one cell with the name of a row
    funded: bool = True  # a row of revenue may be named after its source of money
    topics: bool = False  # rows are the items of the three public expenses or of operating costs
    total: str | None = None  # the topic of the sum of its items, where it has no others
    economic: bool = False  # rows without codes are items of the economic classification, below their classes


_EXPENDITURE = {"side": "expenditure"}
_PROJECTS = {**_EXPENDITURE, "expenditureType": "project"}
_BASIC = {**_EXPENDITURE, "expenditureType": "basic"}
KINDS: dict[str, Kind] = {
    "revenue": Kind({"side": "revenue"}),
    "expenditure": Kind(_EXPENDITURE),
    "fiscal-summary": Kind({"fundingSource": "fiscal"}),
    "fiscal-expenditure": Kind({**_EXPENDITURE, "fundingSource": "fiscal"}),
    "fiscal-basic": Kind({**_BASIC, "fundingSource": "fiscal"}, economic=True),
    "general-public-expenditure": Kind({**_EXPENDITURE, "fundingSource": "general-public"}),
    "general-public-basic": Kind({**_BASIC, "fundingSource": "general-public"}, economic=True),
    "general-public-revenue": Kind({"side": "revenue", "fundingSource": "general-public"}),
    "general-public-balance": Kind({"fundingSource": "general-public"}),
    "social-insurance": Kind(funded=False),
    "transfers": Kind(funded=False),
    "government-debt": Kind(funded=False),
    "government-fund-revenue": Kind({"side": "revenue", "fundingSource": "government-fund"}),
    "government-fund-expenditure": Kind({"fundingSource": "government-fund"}),
    "state-capital": Kind({"fundingSource": "state-capital"}),
    "three-public": Kind(_EXPENDITURE, topics=True, total="three-public"),
    "operating-cost": Kind({**_EXPENDITURE, "topic": "operating-cost"}, funded=False, topics=True),
    "projects-current": Kind(_PROJECTS, projects=True, coded=False, funded=False),
    "projects-carry-over": Kind({**_PROJECTS, "provision": "carry-over"}, projects=True, coded=False, funded=False),
    "procurement": Kind(_EXPENDITURE, coded=False),
}
OTHER = Kind()  # of a table whose title names no kind, and of those that change nothing


def bare_title(title: str) -> str:
    """The title without number, year, 部门/单位 and remarks in brackets: 收支预算总表."""
    bare = _LEAD.sub("", squeeze(title))
    while (cut := _TAIL.sub("", bare)) != bare:
        bare = cut
    return re.sub(r"^(?:本?(?:部门|单位)|预算单位|部门(?:单位))+(?=[^(（])", "", bare)


def kind_of(title: str) -> str:
    """The kind of table that a title names, `other` where no label and no word of it decides."""
    labels = vocab.notations("table")
    for form in (title, _LEAD.sub("", squeeze(title)), bare_title(title)):
        if found := labels.get(label_key(form)):
            return found
    bare = label_key(_LEAD.sub("", squeeze(title)))
    return next((kind for words, kind in _WORDS if re.search(words, bare)), "other")
