"""Text of a project's field → the documents and other bases that it cites, each with its exact span.

A title and the number beside it are one mention. A contract, minutes, an approval or an application is a basis of
another kind (`basisKind`), never a regulation. Text that cites nothing gives nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, replace
from functools import cached_property

from kg_builder.legal.attribution import Cited, attribute, order_in_full
from kg_builder.legal.authority import own_authority
from kg_builder.legal.bases import OtherBasis, end_with_number, other_bases
from kg_builder.legal.judgement import TitleFound, judge
from kg_builder.legal.normalise import DocumentNumber, clean_title, fold
from kg_builder.legal.numbers import NumberSpan, find_numbers, overlaps
from kg_builder.legal.pairs import Atom, Pair, pairs
from kg_builder.legal.plain_titles import plain_laws, plain_titles
from kg_builder.legal.titles import EDITION_AFTER, TitleSpan, bracketed_titles, in_brackets, quoted_titles


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
        if quoted := quoted_titles(self.folded):
            self.printed = in_brackets(self.printed, quoted)
            self.folded = in_brackets(self.folded, quoted)
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
            refused = pair.end
        else:
            kept += [mention, *_others_of_range(mention, pair.more)]
    taken = [(m.start, m.end) for m in kept]
    kept += [_other_mention(view, basis) for basis in other_bases(view.folded, view.squeezed_spans(taken), view.breaks)]
    return sorted(kept, key=lambda m: m.start)


# ---- titles and numbers ----


def _atoms(view: _Squeezed) -> list[Atom]:
    text = view.folded
    numbers = find_numbers(text)
    titles = bracketed_titles(text)
    spans = [(t.start, t.end) for t in titles]
    taken = sorted(spans + [_closed(text, n) for n in numbers if not overlaps(spans, n.start, n.end)])
    titles += plain_titles(text, taken, {_closed(text, n)[1] for n in numbers})
    titles += plain_laws(text, sorted((t.start, t.end) for t in titles), own_authority().known)
    starts, ends = [n.start for n in numbers], [n.end for n in numbers]
    atoms: list[Atom] = []
    used: set[int] = set()
    for title in titles:
        inside = range(bisect_right(ends, title.start), bisect_left(starts, title.end))
        number = numbers[inside[0]] if inside else None
        around = _around(text, title, number)
        if around is not None or len(inside) == 1:
            end = max(title.end, number.end if number else 0)  # a cut title may end within the number
            atoms.append(Atom(title.start, end, around, number))
            used.update(inside)
    atoms += [Atom(*_closed(text, n), number=n) for i, n in enumerate(numbers) if i not in used]
    return sorted(atoms, key=lambda a: a.start)


def _around(text: str, title: TitleSpan, inside: NumberSpan | None) -> TitleSpan | None:
    """The title without a number printed inside its brackets; None where there is nothing but the number."""
    if inside is None:
        return title
    rest = text[title.start : inside.start] + text[inside.end : title.end]
    return title if len(re.sub(r"[^一-龥]", "", rest).strip("文件号")) >= 4 else None


# 210号文件) · 210号附件1]
_CLOSING = re.compile(r"(?:文件|文|附件\d?)?[)\]]")


def _closed(text: str, number: NumberSpan) -> tuple[int, int]:
    """The span of a number with the brackets that hold nothing else: （晋财综〔2024〕210号）."""
    start, end = number.start, number.end
    after = _CLOSING.match(text, end)
    if start and text[start - 1] in "([" and after:
        return start - 1, after.end()
    return start, end


# 第三条 · 第十二章 · 第五条第(二)项
_ARTICLE = re.compile(
    r"第[一二三四五六七八九十百零〇\d]{1,6}[条章](?:之[一二三四五])?(?:第?[((]?[一二三四五六七八九十\d]{1,3}[))]?[款项])*"
)
# 第三条第二款 · 第十二条、第十三条 · 第二节
_ARTICLES = re.compile(rf"(?:{_ARTICLE.pattern.replace('[条章]', '[条款项章节]')}[、和及至到-]?)+")


@dataclass(frozen=True, slots=True)
class _Articles:
    """Articles that a citation names: 第三条、第五条第(二)项 (`each` one of them)."""

    start: int
    end: int
    each: tuple[str, ...]


# 《…管理办法》(2018年修订) · (2020版)
_ONLY_YEAR = re.compile(r"[(\[]((?:19|20)\d\d)年?(?:版|修订|修正|\d{1,2}月)?[)\]]")


def _others_of_range(first: Mention, others: tuple[DocumentNumber, ...]) -> list[Mention]:
    """The other documents of a range 161-163号, in the same place; the title is the first one's."""
    return [
        replace(first, number=other.canonical, title=None, edition=None, parts=first.parts[-1:]) for other in others
    ]


def _mention(view: _Squeezed, pair: Pair, region: str, refused: int) -> Mention | None:
    """The citation that a pair makes, None for none; `refused` is where a title before it ended that is none."""
    text, title = view.folded, pair.title
    number = order_in_full(pair.number, title, region)
    printed = _printed_title(view, title, number) if title else ""
    basis, grade = judge(TitleFound(text, title, number, printed, refused)) if title else ("document", "sure")
    if basis == "none":
        return None
    year, end = _year_after(text, pair.end, number)
    articles = _articles_after(text, end)
    basis, end = _basis_and_end(text, articles.end if articles else end, title, number, basis)
    issuers, source = attribute(Cited(text, title, number, pair.start, region))
    cleaned = clean_title(printed)
    parts = (("title", title), ("number", number), ("articles", articles))
    a, b = view.span(pair.start, end)
    return Mention(
        a, b, view.text[a:b],
        cleaned.text or None,
        number.number.canonical if number else None,
        year,
        cleaned.edition,
        issuers, source,
        articles.each if articles else (),
        None if basis == "document" else basis,
        grade,
        title is not None and title.cut,
        tuple((name, *view.span(part.start, part.end)) for name, part in parts if part),
    )  # fmt: skip


def _basis_and_end(
    text: str, end: int, title: TitleSpan | None, number: NumberSpan | None, basis: str
) -> tuple[str, int]:
    """What a mention is by the words behind it, and where it ends with the number of its own that a basis of another
    kind may have; a number without a title says itself what it is."""
    if title is None and number is not None:
        basis, end = _form_of_number(text, end, number)
    return basis, max(end, end_with_number(text, title.end if title and number is None else end, basis))


def _year_after(text: str, end: int, number: NumberSpan | None) -> tuple[int | None, int]:
    """The year of a citation, and where it ends with the edition behind it: 《…》(2018年修订), GB50028-2006(2020版)."""
    if number is None:
        alone = _ONLY_YEAR.match(text, end)
        return (int(alone[1]), alone.end()) if alone else (None, end)
    edition = EDITION_AFTER.match(text, end) if number.number.form == "standard" else None
    return number.number.year, edition.end() if edition else end


def _articles_after(text: str, start: int) -> _Articles | None:
    """The articles that stand at `start`, without the sign that would go on with them."""
    match = _ARTICLES.match(text, start)
    if match is None:
        return None
    end = match.end() - (match.group()[-1] in "、和及至到-")
    return _Articles(start, end, tuple(_ARTICLE.findall(text, start, end)))


# 阳消[2023]56号请示 · 阳政办抄[2023]15号抄告单: what a number says it is, by the word behind it or its prefix
_FORM_BEHIND = re.compile(
    r"(?P<application>请示|申请报告|申请)|(?P<approval>抄告单|抄告|批示)|(?P<minutes>(?:专题|常务)?会议纪要|纪要)"
)
# 阳政纪 · 阳政办抄 · 阳教请
_FORM_PREFIX = {"纪": "minutes", "抄": "approval", "请": "application"}


def _form_of_number(text: str, end: int, number: NumberSpan) -> tuple[str, int]:
    """What a number without a title is the number of, and where the mention ends."""
    if number.number.form == "bracketed" and (word := _FORM_BEHIND.match(text, end)):
        return str(word.lastgroup), word.end()
    return _FORM_PREFIX.get(number.number.prefix[-1:], "document"), end


def _printed_title(view: _Squeezed, title: TitleSpan, number: NumberSpan | None) -> str:
    if number is None or not title.start <= number.start < title.end:
        return view.printed[title.start : title.end]
    before, after = view.printed[title.start : number.start], view.printed[number.end : title.end]
    return before.rstrip("（([〔") + after.lstrip("）)]〕")


def _other_mention(view: _Squeezed, basis: OtherBasis) -> Mention:
    a, b = view.span(basis.start, basis.end)
    title = view.printed[basis.start : basis.title_end]
    place = ("title", *view.span(basis.start, basis.title_end))
    return Mention(a, b, view.text[a:b], title, None, basis=basis.kind, grade="likely", parts=(place,))
