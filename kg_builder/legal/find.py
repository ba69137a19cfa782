"""Text of a project's field → the documents and other bases that it cites, each with its exact span.

A title and the number beside it are one mention. A contract, minutes, an approval or an application is a basis of
another kind (`basisKind`), never a regulation. Text that cites nothing gives nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

from kg_builder.legal import titles as title_module
from kg_builder.legal.authority import own_authority
from kg_builder.legal.bases import OtherBasis, end_with_number, other_bases
from kg_builder.legal.issuers import Issuer, issuer_of_prefix, place_of_prefix
from kg_builder.legal.names import full_names, issuers_before, split_names
from kg_builder.legal.normalise import clean_title, fold
from kg_builder.legal.numbers import NumberSpan, find_numbers, overlaps
from kg_builder.legal.pairs import GOVERNMENT, Atom, pairs
from kg_builder.legal.titles import TitleSpan, kind_of_ending


@dataclass(frozen=True, slots=True)
class Mention:
    """One citation; `text[start:end]` is `quote`, as printed.

    `basis` is None for a document (law, rule, notice), else a notation of the code list `basisKind`.
    `issuers_from` says what the issuers were read from: `text`, or `prefix` of the number by the issuer table.
    `grade` is `sure`, `likely` (a plain title, a lost bracket) or `doubtful` (a name that ends like no document).
    `parts` are the places of title, number and articles within the text.
    """

    start: int
    end: int
    quote: str
    title: str | None
    number: str | None
    year: int | None = None
    edition: str | None = None
    issuers: tuple[str, ...] = ()
    issuers_from: str | None = None
    articles: tuple[str, ...] = ()
    basis: str | None = None
    grade: str = "sure"
    cut: bool = False
    parts: tuple[tuple[str, int, int], ...] = ()


# 晋财教<2022>82号
_YEAR_IN_SIGNS_OF_TITLES = re.compile(r"[《〈]((?:19|20)\d\d)[》〉](?=第?\d{1,4}号)")


class _Squeezed:
    """The text without white space, each character folded, with the way back to the printed offsets."""

    def __init__(self, text: str) -> None:
        self.text = text
        runs = [m.span() for m in re.finditer(r"[^\s\u200b\ufeff]+", text)]
        self.printed = "".join(text[a:b] for a, b in runs)
        self.folded = _YEAR_IN_SIGNS_OF_TITLES.sub(r"[\1]", fold(self.printed))
        if quoted := title_module.quoted_titles(self.folded):
            self.printed = title_module.in_brackets(self.printed, quoted)
            self.folded = title_module.in_brackets(self.folded, quoted)
        self._at: list[int] = []
        self._from: list[int] = []
        at = 0
        for a, b in runs:
            self._at.append(at)
            self._from.append(a)
            at += b - a

    @cached_property
    def breaks(self) -> frozenset[int]:
        """Offsets before which white space stood."""
        return frozenset(self._at[1:])

    def origin(self, at: int) -> int:
        """The printed offset of a squeezed character."""
        run = bisect_right(self._at, at) - 1
        return self._from[run] + at - self._at[run]

    def squeezed_spans(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """Printed spans that begin and end on printed characters, as squeezed ones."""
        return [(self._squeezed(a), self._squeezed(b - 1) + 1) for a, b in spans]

    def _squeezed(self, origin: int) -> int:
        run = bisect_right(self._from, origin) - 1
        return self._at[run] + origin - self._from[run]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The printed span of squeezed [start, end)."""
        return self.origin(start), self.origin(end - 1) + 1


def find_citations(text: str, region: str = "") -> list[Mention]:
    """Every citation in a field's text, in order of place; spans slice `text` exactly and do not overlap.

    `region` names the division of the citing report (阳泉市); it only decides what a short name in a number's
    prefix stands for (阳 of 阳泉市 or of 阳江市).
    """
    if not text or text.isspace():
        return []
    view = _Squeezed(text)
    atoms = _atoms(view)
    kept: list[Mention] = []
    refused = -1  # where the last title ended that is no document
    for pair in pairs(view.folded, atoms, region):
        mention = _mention(view, pair, region, refused)
        if mention is None:
            refused = pair[-1].end
        else:
            kept += [mention, *_others_of_range(mention, pair[-1].number)]
    taken = [(m.start, m.end) for m in kept]
    kept += [_other_mention(view, basis) for basis in other_bases(view.folded, view.squeezed_spans(taken), view.breaks)]
    return sorted(kept, key=lambda m: m.start)


# ---- titles and numbers ----


def _atoms(view: _Squeezed) -> list[Atom]:
    text = view.folded
    numbers = find_numbers(text)
    titles = title_module.bracketed_titles(text)
    spans = [(t.start, t.end) for t in titles]
    taken = sorted(spans + [_closed(text, n) for n in numbers if not overlaps(spans, n.start, n.end)])
    titles += title_module.plain_titles(text, taken, {_closed(text, n)[1] for n in numbers})
    titles += title_module.plain_laws(text, sorted((t.start, t.end) for t in titles), own_authority().known)
    atoms: list[Atom] = []
    used: set[int] = set()
    position = 0
    for title in sorted(titles, key=lambda t: t.start):
        while position < len(numbers) and numbers[position].end <= title.start:
            position += 1
        last = position
        while last < len(numbers) and numbers[last].start < title.end:
            last += 1
        inside = numbers[position] if last > position else None
        around = _around(text, title, inside)
        if around is not None or last - position == 1:
            end = max(title.end, inside.end if inside else 0)  # a cut title may end within the number
            atoms.append(Atom(title.start, end, around, inside))
            used.update(range(position, last))
    atoms += [Atom(*_closed(text, n), number=n) for i, n in enumerate(numbers) if i not in used]
    return sorted(atoms, key=lambda a: a.start)


def _around(text: str, title: TitleSpan, inside: NumberSpan | None) -> TitleSpan | None:
    """The title without a number printed inside its brackets; None where there is nothing but the number."""
    if inside is None:
        return title
    rest = text[title.start : inside.start] + text[inside.end : title.end]
    return title if len(re.sub(r"[^一-龥]", "", rest).strip("文件号")) >= 4 else None


def _closed(text: str, number: NumberSpan) -> tuple[int, int]:
    """The span of a number with the brackets that hold nothing else: （晋财综〔2024〕210号）."""
    start, end = number.start, number.end
    after = re.compile(r"(?:文件|文|附件\d?)?[)\]]").match(text, end)
    if start and text[start - 1] in "([" and after:
        return start - 1, after.end()
    return start, end


# 第三条第二款 · 第十二条、第十三条 · 第五条第(二)项
_ARTICLES = re.compile(
    r"(?:第[一二三四五六七八九十百零〇\d]{1,6}[条款项章节](?:之[一二三四五])?(?:第?[((]?[一二三四五六七八九十\d]{1,3}[))]?[款项])*[、和及至到-]?)+"
)
# 《…管理办法》(2018年修订) · (2020版)
_ONLY_YEAR = re.compile(r"[(\[]((?:19|20)\d\d)年?(?:版|修订|修正|\d{1,2}月)?[)\]]")


def _others_of_range(first: Mention, number: NumberSpan | None) -> list[Mention]:
    """The other documents of a range 161-163号, in the same place; the title is the first one's."""
    others = number.more if number else ()
    return [
        replace(first, number=other.canonical, title=None, edition=None, parts=first.parts[-1:]) for other in others
    ]


def _mention(view: _Squeezed, pair: tuple[Atom, ...], region: str, refused: int) -> Mention | None:
    text = view.folded
    title = next((a.title for a in pair if a.title), None)
    number = _in_full(next((a.number for a in pair if a.number), None), title, region)
    start, end = pair[0].start, pair[-1].end
    parts = [("title", *view.span(title.start, title.end))] if title else []
    parts += [("number", *view.span(number.start, number.end))] if number else []
    year = number.number.year if number else None
    if number is None and (alone := _ONLY_YEAR.match(text, end)):
        year, end = int(alone[1]), alone.end()
    if number and number.number.form == "standard" and (edition := title_module.EDITION_AFTER.match(text, end)):
        end = edition.end()  # GB50028-2006(2020年版)
    articles = _ARTICLES.match(text, end)
    if articles and (title or number):
        end = articles.end() - (articles.group()[-1] in "、和及至到-")
        parts.append(("articles", *view.span(articles.start(), end)))
    printed = _printed_title(view, title, number) if title else None
    beside = title is not None and refused >= 0 and text[refused : title.start] in ("", "、", ",", "和", "与")
    basis, grade = _judge(text, title, number, printed, beside and title is not None and refused < title.start + 1)
    if basis == "none":
        return None
    if title is None and number is not None:
        basis, end = _form_of_number(text, end, number)
    end = max(end, end_with_number(text, title.end if title and number is None else end, basis))
    issuers, source = _issuers(text, title, number, start, region)
    cleaned = clean_title(printed) if printed else None
    a, b = view.span(start, end)
    return Mention(
        a, b, view.text[a:b],
        cleaned.text if cleaned else None,
        number.number.canonical if number else None,
        year,
        cleaned.edition if cleaned else None,
        issuers, source,
        _article_list(text[articles.start() : end]) if articles and (title or number) else (),
        None if basis == "document" else basis,
        grade,
        title.cut if title else False,
        tuple(parts),
    )  # fmt: skip


# 阳消[2023]56号请示 · 阳政办抄[2023]15号抄告单: what a number says it is, by the word behind it or its prefix
_FORM_BEHIND = (
    ("application", re.compile(r"请示|申请报告|申请")),
    ("approval", re.compile(r"抄告单|抄告|批示")),
    ("minutes", re.compile(r"(?:专题|常务)?会议纪要|纪要")),
)
# 阳政纪 · 阳政办抄 · 阳教请
_FORM_PREFIX = {"纪": "minutes", "抄": "approval", "请": "application"}


def _form_of_number(text: str, end: int, number: NumberSpan) -> tuple[str, int]:
    """What a number without a title is the number of, and where the mention ends."""
    for kind, pattern in _FORM_BEHIND if number.number.form == "bracketed" else ():
        if word := pattern.match(text, end):
            return kind, word.end()
    return _FORM_PREFIX.get(number.number.prefix[-1:], "document"), end


def _article_list(text: str) -> tuple[str, ...]:
    return tuple(
        re.findall(
            r"第[一二三四五六七八九十百零〇\d]{1,6}[条章](?:之[一二三四五])?(?:第?[((]?[一二三四五六七八九十\d]{1,3}[))]?[款项])*",
            text,
        )
    )


def _printed_title(view: _Squeezed, title: TitleSpan, number: NumberSpan | None) -> str:
    if number is None or not title.start <= number.start < title.end:
        return view.printed[title.start : title.end]
    before, after = view.printed[title.start : number.start], view.printed[number.end : title.end]
    return before.rstrip("（([〔") + after.lstrip("）)]〕")


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


def _judge(  # noqa: PLR0911 - a decision list
    text: str, title: TitleSpan | None, number: NumberSpan | None, printed: str | None, beside_work: bool
) -> tuple[str, str]:
    """What a mention is (`document`, a basis kind, `none`) and how surely; `beside_work`: a list of works goes on."""
    if title is None or printed is None:
        return "document", "sure"
    if number is None and text.endswith("简称", 0, title.start):
        return "none", "doubtful"  # 《某市教育发展规划》(以下简称《规划》)
    ending = kind_of_ending(fold(printed))
    sure = "likely" if title.cut or not title.bracketed else "sure"
    before = text[max(0, title.start - 6) : title.start]
    work = _WORK_BEFORE.search(before) or _WORK_AFTER.match(text, title.end)
    if ending == "other" and number is not None and not printed.rstrip("》").endswith(("报告", "讲话")):
        ending = "document"  # 政府会计制度——会计科目和报表, with its number
    product = number is None and _PRODUCT_BEFORE.search(text, max(0, title.start - 200), title.start)
    if product and ending in (None, "other"):
        return "none", "doubtful"
    if ending not in (None, "document"):
        return ("none", "doubtful") if work and number is None else (str(ending), sure)
    named = "关于" in printed or bool(title.issuers)  # 完成《…关于…的办法》规定的任务: no work of art
    if number is not None or (ending == "document" and (named or not work)):
        return "document", "sure" if number is not None else sure
    if title.cut and ("关于" in printed[:40] or title.issuers):
        return "document", "likely"
    if (
        work
        or _WORK_NAME.search(fold(printed))
        or ending == "document"
        or len(re.sub(r"\W", "", printed)) < (2 if title.cut else 4)
    ):
        return "none", "doubtful"
    after = _MORE_TITLES.match(text, title.end)
    list_end = after.end() if after else title.end
    cited = (
        _CITED_BEFORE.search(before) and _CITED_AFTER.match(text, list_end) and not _WORK_AFTER.match(text, list_end)
    )
    if cited and title.bracketed and not beside_work:
        return "document", "doubtful"
    return "none", "doubtful"


def _issuers(  # noqa: PLR0911 - a decision list
    text: str, title: TitleSpan | None, number: NumberSpan | None, start: int, region: str
) -> tuple[tuple[str, ...], str | None]:
    by_prefix = None
    if number is not None and number.number.form == "bracketed":
        by_prefix = issuer_of_prefix(number.number.prefix, region, number.number.year)
    names = title.issuers if title else ()
    if not names and number is not None:
        names = issuers_before(text, start)[1]
    if not names and title is not None and (printed := _ISSUED_BY.match(text, title.end)):
        names = split_names(printed[1])
    if not names and number is None and title is not None and (made := _MADE_BY.match(text, title.end)):
        names = (made[1] + (made[2] or ""),)
    if names:
        if by_prefix and GOVERNMENT.search(by_prefix.name) and not any(GOVERNMENT.search(name) for name in names):
            return (by_prefix.name,), "prefix"  # what offices drafted and the government made known under its number
        place = by_prefix.place if by_prefix else None
        if place is None and number is not None and number.number.form == "bracketed":
            place = place_of_prefix(number.number.prefix, region)
        place = place or region or None
        of_state = by_prefix is not None and by_prefix.level == "national"
        return full_names(names, place, region, of_state), "text"
    if number is not None and number.number.form in ("order", "announcement") and number.number.prefix:
        if number.number.prefix == "主席":
            return (), None  # the President promulgates what the congress has made
        if office := _office_of_prefix(number.number.prefix, region):
            return (office.name,), "prefix"
        joint = split_names(_offices_of_order(text, number.start))
        if len(joint) > 1:
            return full_names(joint, region or None), "text"
        return full_names(split_names(number.number.prefix) or (number.number.prefix,), region or None), "text"
    return ((by_prefix.name,), "prefix") if by_prefix else ((), None)


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


def _offices_of_order(text: str, start: int) -> str:
    """The offices that an order begins with: 国务院、中央军委 of 国务院、中央军委令第413号."""
    match = re.compile(r"[一-龥、]{2,80}?(?=令|公告)").match(text, start)
    return match.group() if match else ""


_KINDS_OF_OFFICES = ("总局", "部", "委", "委员会", "局", "厅", "署")


def _in_full(number: NumberSpan | None, title: TitleSpan | None, region: str) -> NumberSpan | None:
    """An order or announcement with its office's full name: 省政府令 → 江苏省人民政府令."""
    if number is None or number.number.form not in ("order", "announcement") or not number.number.prefix:
        return number
    names = split_names(number.number.prefix)
    if title and title.issuers and number.number.prefix in _KINDS_OF_OFFICES:
        names = tuple(n for n in title.issuers if n.endswith(number.number.prefix))[:1]  # 总局令 after its name
    if len(names) != 1:
        return number
    return replace(number, number=replace(number.number, prefix=full_names(names, region or None)[0]))


def _office_of_prefix(prefix: str, region: str) -> Issuer | None:
    """沪府 of 沪府令第57号, where the order is numbered by a prefix instead of a name."""
    return issuer_of_prefix(prefix, region) if len(prefix) <= 4 and not split_names(prefix) else None


def _other_mention(view: _Squeezed, basis: OtherBasis) -> Mention:
    a, b = view.span(basis.start, basis.end)
    title = view.printed[basis.start : basis.title_end]
    place = ("title", *view.span(basis.start, basis.title_end))
    return Mention(a, b, view.text[a:b], title, None, basis=basis.kind, grade="likely", parts=(place,))
