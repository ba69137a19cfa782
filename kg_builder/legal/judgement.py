"""What a title that stands in a text is: a document, a basis of another kind, or no citation; and how surely."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from kg_builder.decisions import Decision, Rule
from kg_builder.legal.endings import kind_of_ending
from kg_builder.legal.normalise import fold
from kg_builder.legal.numbers import NumberSpan
from kg_builder.legal.titles import TitleSpan

Judgement = tuple[str, str]  # `document`, a notation of `basisKind` or `none`; the grade of `Mention`
NO_CITATION: Judgement = ("none", "doubtful")

# Before a name in 《》 that is a book, a play, a show: 出版《…》, 排演《…》
_WORK_BEFORE = re.compile(
    r"(?:编纂|编写|编印|编辑|撰写|出版|演出|排演|创作|拍摄|录制|期刊|杂志|丛书|图书|展览|专题片|纪录片|歌曲|电影|剧目|大戏|话剧|晋剧|栏目|刊物|报刊|征订|订阅|画册|舞剧|专题展|书籍|作品|刊登|推出|上演|制作|完成|形成|举办|著|报纸)[了的]?\Z"
)
# 委托编制《可行性研究报告》、《初步设计》: what the project makes
_PRODUCT_BEFORE = re.compile(r"(?:编制|修编|起草|出具)(?:完成|了)?(?:《[^《》]{1,60}》[、和及,]?){0,5}\Z")
# 《…》第二卷 · 《…》一书 · 《…》杂志 · 《…》等图书: a work, no document
_WORK_AFTER = re.compile(
    r"(?:第[一二三四五六七八九十\d]{1,2}[卷册辑集]|(?:等|等学习)?用书|一书|杂志|期刊|专题展|展览|展|丛书|画册|一剧|专题片|纪录片|报纸|栏目|等?(?:图书|书籍|书刊|剧目|作品|歌曲|报刊|刊物|期刊|杂志|报纸|展览|节目)|的?(?:编纂|出版|演出|排演|创作|征订|拍摄))"
)
# 《某市志》 · 《某市年鉴》 · 《某晚报》
_WORK_NAME = re.compile(r"(?:志|年鉴|读本|日报|晚报|文选|选集|教程|教材|词典|字典|丛书)》?\Z")
# 根据《…》 · 落实《…》
_CITED_BEFORE = re.compile(r"(?:根据|依据|按照|依照|遵照|参照|贯彻|落实|执行|遵循|、|》|制度包括|\A|:)\Z")
# 《甲》、《乙》和《丙》: the rest of a list of titles
_MORE_TITLES = re.compile(r"(?:[、,和与]?《[^《》]{1,60}》){0,20}")
# 《…》规定 · 《…》等文件 · 《…》，
_CITED_AFTER = re.compile(r"\Z|[、,。;:()\[《+]|第|等|中|和|与|及|的|文件|要求|规定|精神|执行|有关|相关|明确|提出")


@dataclass(frozen=True)
class TitleFound:
    """A title in its text, with the number that is cited with it; `refused` is where the title before it ended that
    was judged to be no citation, -1 for none."""

    text: str
    title: TitleSpan
    number: NumberSpan | None
    printed: str
    refused: int

    @cached_property
    def ending(self) -> str | None:
        """What its last words tell; with a number a report is a document (政府会计制度——会计科目和报表)."""
        ending = kind_of_ending(fold(self.printed))
        spoken = self.printed.rstrip("》").endswith(("报告", "讲话"))
        return "document" if ending == "other" and self.number is not None and not spoken else ending

    @property
    def grade(self) -> str:
        """How sure the title's own signs are."""
        return "likely" if self.title.cut or not self.title.bracketed else "sure"

    @cached_property
    def before(self) -> str:
        """The words before it."""
        return self.text[max(0, self.title.start - 6) : self.title.start]

    @cached_property
    def is_work(self) -> bool:
        """Whether the words around it speak of a book, a play, a show."""
        return bool(_WORK_BEFORE.search(self.before) or _WORK_AFTER.match(self.text, self.title.end))

    @property
    def is_product(self) -> bool:
        """Whether the project makes it."""
        start = self.title.start
        return self.number is None and _PRODUCT_BEFORE.search(self.text, max(0, start - 200), start) is not None

    @property
    def is_other_basis(self) -> bool:
        """Whether its last words name a contract, minutes, an approval, an application."""
        return self.ending not in (None, "document")

    @property
    def tells_subject(self) -> bool:
        """完成《…关于…的办法》规定的任务: no work of art."""
        return "关于" in self.printed or bool(self.title.issuers)

    @property
    def letters(self) -> int:
        """How many letters and characters it has."""
        return len(re.sub(r"\W", "", self.printed))

    @property
    def is_cited(self) -> bool:
        """Whether the text around it, or around the list of titles that it stands in, calls on it."""
        more = _MORE_TITLES.match(self.text, self.title.end)
        end = more.end() if more else self.title.end
        return bool(
            _CITED_BEFORE.search(self.before)
            and _CITED_AFTER.match(self.text, end)
            and not _WORK_AFTER.match(self.text, end)
        )

    @property
    def goes_on_with_refused(self) -> bool:
        """Whether a list of names that are no citations goes on with it."""
        between = self.text[self.refused : self.title.start]
        return 0 <= self.refused <= self.title.start and between in ("", "、", ",", "和", "与")


judge = Decision[TitleFound, Judgement](
    "What is a title that stands in a text?",
    Rule(
        "a short name given to what was named",
        "《某市教育发展规划》(以下简称《规划》)",
        lambda f: f.number is None and f.text.endswith("简称", 0, f.title.start),
        NO_CITATION,
    ),
    Rule(
        "made by the project itself",
        "委托编制《某河治理可行性研究报告》",
        lambda f: f.ending in (None, "other") and f.is_product,
        NO_CITATION,
    ),
    Rule(
        "a work whose name ends like a basis of another kind",
        "出版《某市考古发掘报告》一书",
        lambda f: f.is_other_basis and f.is_work and f.number is None,
        NO_CITATION,
    ),
    Rule(
        "its last word names a basis of another kind",
        "根据《某大楼物业服务合同》支付",
        lambda f: f.is_other_basis,
        lambda f: (str(f.ending), f.grade),
    ),
    Rule(
        "a number stands with it",
        "《某市数据共享白皮书》(阳政发〔2021〕7号)",
        lambda f: f.number is not None,
        ("document", "sure"),
    ),
    Rule(
        "it ends like a document",
        "根据《某市专项资金管理办法》",
        lambda f: f.ending == "document" and (f.tells_subject or not f.is_work),
        lambda f: ("document", f.grade),
    ),
    Rule(
        "too short for a title",
        "根据《白皮书》",
        lambda f: f.letters < (2 if f.title.cut else 4),
        NO_CITATION,
    ),
    Rule(
        "cut off, and it begins like a document",
        "根据《某市人民政府关于加强某项工作",
        lambda f: f.title.cut and ("关于" in f.printed[:40] or f.title.issuers),
        ("document", "likely"),
    ),
    Rule(
        "a book, a play, a show",
        "出版《某市年鉴》",
        lambda f: f.is_work or _WORK_NAME.search(fold(f.printed)),
        NO_CITATION,
    ),
    Rule(
        "the text calls on it",
        "根据《某市数据共享白皮书》要求",
        lambda f: f.is_cited and f.title.bracketed and not f.goes_on_with_refused,
        ("document", "doubtful"),
    ),
    otherwise=NO_CITATION,
)
