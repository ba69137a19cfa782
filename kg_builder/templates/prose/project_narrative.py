"""项目经费情况说明: a page of numbered sections → a project with its fields and money.

Sections are known by their titles (项目概述, 立项依据, 实施主体, 实施周期, 年度预算安排, 绩效目标 …), the project by
the heading before 经费情况说明.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from kg_builder import marks, vocab
from kg_builder.model import Amount, Body, Cell, Project
from kg_builder.templates.forms.draft import plain
from kg_builder.templates.forms.labels import leading_part
from kg_builder.templates.forms.rows import FlowRow, rows_left
from kg_builder.templates.found import Found, Kept
from kg_builder.text import label_key, money, squeeze

# 科技创新专项经费情况说明 · 人民调解项目经费情况说明 · 项目经费情况说明 · 某项目情况说明
_TITLE = re.compile(r"(?P<name>.{0,60}?)(?P<kind>项目经费|经费|资金|项目)?(?:使用)?情况说明")
# 一、项目概述 · （二）立项依据： · 3.实施主体：某局 · 项目概述: how it is numbered is the narrative's style
_SECTION = re.compile(
    r"\s*+(?:(?P<plain>[一二三四五六七八九十]{1,2}[、.．])|(?P<bracket>[（(][一二三四五六七八九十]{1,2}[)）]、?)"
    r"|(?P<digit>\d{1,2}[.．、)）]))?\s*+(?P<title>[一-鿿、]{2,12})\s*(?:[:：]\s*(?P<rest>.*))?$"
)
# 1.老年食堂运营经费情况说明 · （二）敬老卡经费情况说明: the number of a title
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[)）]、?|\d{1,2}[.．、)）])"
)
_FIRST = re.compile(r"[（(]?[一1][)）、.．]|[一-鿿]{2}")  # the first section: 一、 （一） 1. or without a number
# 项目一：社区治理经费 · 项目名称：社区治理经费 · 项目2、某经费: a project of several under one title
_HEADED = re.compile(r"项目(?:名称|[一二三四五六七八九十]{1,2}|\d{1,2})[:：、.．](?P<name>.{2,60})")
# 2025年度项目总预算1720.00万，其中… · 795万元 · 年度预算安排100万元。
_SUM = re.compile(r"(?<!\d)(?<!\d[,，])(?P<number>\d++(?:[,，]\d++)*+(?:\.\d++)?)\s*(?P<unit>亿元|万元|亿|万|元)")
# 项目总预算 · 年度预算安排 · 共计: just before a sum
_WHOLE = re.compile(r"(?:总预算|预算总额|预算金额|年度预算|预算安排|共安排|安排预算|总计|共计|合计)[^\d，。；]{0,8}$")
_SEVERAL = "sections of several projects, unnamed"
_NAMELESS = "a narrative that names no project"
_LONGEST_NAME = 60
_REACH = 3  # rows below the title in which the first section must begin
_AHEAD = 40  # lines up to the next section that show that a narrative goes on over the page
_RUNNING = 3  # pages that print the same line on top by chance


def read_narratives(found: Found) -> None:
    """Read the narratives among the rows that forms and lists left.

    A narrative whose heading names no project is that of the form with its money, if there is exactly one such form;
    otherwise it is reported unread: a name is never made up.
    """
    lines = _without_margins([row for row in rows_left(found.ledger) if row.cells])
    forms = found.projects
    for start in [i for i in range(len(lines)) if _starts(lines, i)]:
        _read_narrative([row for row in lines[start : _end_of(lines, start)] if not row.in_table], forms, found)


def _read_narrative(lines: Sequence[FlowRow], forms: Sequence[Project], found: Found) -> None:
    title = Cell(lines[0].text, lines[0].places[0])
    account = found.ledger.open("narrative", squeeze(title.text))
    for row in (row for row in lines if _is_personal(row.text)):
        account.drop(row.places[0])
        found.ledger.take(row.places, account)
    said = [row for row in lines if not _is_personal(row.text)]
    several = _is_of_several(said)
    project = None if several else _project_of(said, forms)
    if project is None:
        account.leave(title, _SEVERAL if several else _NAMELESS)
        return
    found.kept_projects.append(Kept(project, [account]))
    found.ledger.take((place for row in said for place in row.places), account)


def _without_margins(lines: Sequence[FlowRow]) -> list[FlowRow]:
    """The lines without page numbers at the edge of a page and without what three pages print on top."""
    first = {row.page: i for i, row in reversed(list(enumerate(lines)))}
    last = {row.page: i for i, row in enumerate(lines)}
    tops = Counter(squeeze(lines[i].text) for i in first.values())
    edges = {*first.values(), *last.values()}
    margins = {i for i in edges if marks.is_page_number(lines[i].text)}
    margins |= {i for i in first.values() if tops[squeeze(lines[i].text)] > _RUNNING}
    return [row for i, row in enumerate(lines) if i not in margins]


def _section(text: str) -> tuple[str, str | None, str] | None:
    """Style of the number (plain, bracket, digit, bare), notation of the field and what the line says after it."""
    found = _SECTION.match(text)
    if found is None:
        return None
    style = next((name for name in ("plain", "bracket", "digit") if found[name]), "bare")
    return style, vocab.notations("field").get(label_key(found["title"])), found["rest"] or ""


def _field_of(text: str, style: str) -> str | None:
    found = _section(text)
    return found[1] if found and found[0] == style else None


def _style_of(lines: Sequence[FlowRow], start: int) -> str | None:
    """How the narrative numbers its sections; None where no section follows its title."""
    for row in lines[start + 1 : start + 1 + _REACH]:
        found = _section(row.text)
        if found and found[1]:
            return found[0]
        if _is_title(row.text):
            return None  # the title of another narrative: this one stands over several
    return None


def _is_title(text: str) -> bool:
    return bool(_TITLE.fullmatch(squeeze(text)) or _HEADED.fullmatch(squeeze(text)))


def _starts(lines: Sequence[FlowRow], index: int) -> bool:
    if not _is_title(lines[index].text) or _style_of(lines, index) is None:
        return False
    if _NUMBERED.match(lines[index].text.strip()) is None:
        return True
    style = _style_of(lines, index) or ""
    below = next(row.text for row in lines[index + 1 :] if _field_of(row.text, style))
    return _FIRST.match(below.strip()) is not None  # else an entry of a list: 七、项目经费情况说明 above 八、绩效目标


def _end_of(lines: Sequence[FlowRow], start: int) -> int:
    """The next title, table, or heading that is no section of the narrative; a narrative may run over pages."""
    style = _style_of(lines, start) or ""
    limit = next((i for i in range(start + 1, len(lines)) if _starts(lines, i)), len(lines))
    tables = [i for i in range(start + 1, limit) if lines[i].in_table]
    if tables and not any(_field_of(row.text, style) for row in lines[tables[-1] : limit]):
        limit = tables[0]  # no table inside the narrative: one below it
    fields = [i for i in range(start + 1, limit) if _field_of(lines[i].text, style)]
    others = (i for i in range(start + 1, limit) if _is_of_other(lines, i, style, fields))
    return next(others, limit)


def _is_of_other(lines: Sequence[FlowRow], index: int, style: str, fields: Sequence[int]) -> bool:
    """Whether a page begins with a heading that is none of the narrative's, and none of its sections (`fields`, the
    lines of their headings) follows soon."""
    row, above = lines[index], lines[index - 1]
    if row.in_table or row.page == above.page or any(index <= i <= index + _AHEAD for i in fields):
        return False
    found = _section(row.text)
    if found is not None and found[0] == style != "bare":
        return True
    open_section = index - 1 in fields and not (_section(above.text) or ("", None, ""))[2]
    return _is_heading(row.text) and not open_section


def _is_personal(text: str) -> bool:
    """Whether the line tells who is to be called: 联系人：…, or a telephone number."""
    return leading_part(text) == "personal" or marks.is_phone_in(text)


def _is_of_several(lines: Sequence[FlowRow]) -> bool:
    """Whether more than one section comes again: the text tells of several projects, of which it names none apart."""
    style = _style_of(lines, 0) or ""
    counts = Counter(field for row in lines[1:] if (field := _field_of(row.text, style)))
    return sum(count > 1 for count in counts.values()) > 1


def _is_heading(text: str) -> bool:
    """A short line that ends no sentence: on a new page it begins something else."""
    return len(squeeze(text)) < 30 and not text.rstrip().endswith(("。", "；", "，", "、", ";", "）", "元"))


def _project_of(lines: Sequence[FlowRow], forms: Sequence[Project]) -> Project | None:
    style = _style_of(lines, 0) or ""
    texts = _texts_of_sections(lines, style)
    provision = texts.get("annual-provision")
    name = _named_inside(lines, style) or _name(lines[0].text) or _name_by_money(provision, forms)
    if not name:
        return None
    implementer = texts.get("implementer")
    period = texts.get("period")
    return Project(
        name=name,
        place=lines[0].places[0],
        pages=tuple(sorted({row.page for row in lines})),
        unit=_unit(implementer),
        period=period.text if period and len(period.text) <= 40 else None,
        annual=_annual(provision) if provision else None,
        fields=tuple(texts.items()),
    )


def _texts_of_sections(lines: Sequence[FlowRow], style: str) -> dict[str, Cell]:
    """Field (a notation) → the text of its sections, behind their headings and below them."""
    sections: dict[str, list[Cell]] = {}
    current: str | None = None
    for row in lines[1:]:
        notation = _field_of(row.text, style)
        if notation:
            current = notation
            rest = (_section(row.text) or ("", None, ""))[2]
            sections.setdefault(notation, []).extend([Cell(rest, row.places[0])] if rest else [])
        elif current:
            sections[current].append(Cell(row.text, row.places[0]))
    return {n: Cell(_text(cells), cells[0].place) for n, cells in sections.items() if cells}


def _named_inside(lines: Sequence[FlowRow], style: str) -> str:
    """The name that a section of its own gives: 一、项目名称 and below it, or behind a colon, the name."""
    for row, below in pairwise([*lines[1:], lines[-1]]):
        found = _SECTION.match(row.text)
        section = _section(row.text)
        if found and section and section[0] == style and label_key(found["title"]) == "项目名称":
            name = section[2] or below.text
            return squeeze(name) if len(squeeze(name)) <= _LONGEST_NAME else ""
    return ""


def _text(cells: Sequence[Cell]) -> str:
    return plain("\n".join(cell.text.strip() for cell in cells))


def _name(title: str) -> str:
    """科技创新专项经费情况说明 → 科技创新专项; 人民调解项目经费情况说明 → 人民调解项目; 项目经费情况说明 names none."""
    headed = _HEADED.fullmatch(squeeze(title))
    found = _TITLE.fullmatch(_NUMBERED.sub("", squeeze(title), count=1))
    if headed or not found:
        return headed["name"] if headed else ""
    name, kind = found["name"], found["kind"] or ""
    return name + ("项目" if name and kind.startswith("项目") else "")


def _unit(cell: Cell | None) -> Body | None:
    """The implementing body, where the section is a name and not a sentence."""
    if cell is None or len(cell.text) > 40 or re.search(r"[，。；]", cell.text.rstrip("。")):
        return None
    name = cell.text.rstrip("。")
    if re.match(r"由|本|我", name) or re.search(r"会同|负责|牵头|共同|联合|和各|及各|等(?:单位|部门)", name):
        return None
    return Body(name, cell.place, "unit")


def _sums(cell: Cell) -> list[tuple[str, Amount]]:
    """Each sum of the text with what stands before it."""
    found = []
    for match in _SUM.finditer(cell.text):
        unit = match["unit"] if match["unit"].endswith("元") else match["unit"] + "元"
        amount = money(match["number"].replace("，", ","), unit, cell.place)
        if amount is not None:
            found.append((cell.text[: match.start()], amount))
    return found


def _annual(cell: Cell) -> Amount | None:
    """The year's whole provision: the sum named so, or the only one there is."""
    sums = [(before, amount) for before, amount in _sums(cell) if not _is_of_other_year(before, cell.text)]
    whole = [amount for before, amount in sums if _WHOLE.search(before)]
    if whole:
        return whole[0] if len({amount.yuan for amount in whole}) == 1 else None
    return sums[0][1] if len(sums) == 1 else None


def _is_of_other_year(before: str, text: str) -> bool:
    """Whether the clause of a sum speaks of a year before: 较2023年预算安排280万元, 上年750万元."""
    clause = re.split(r"[，。；,;(（]", before)[-1]
    years = marks.years_in(clause)
    compared = re.search(r"上年|去年|同期|较|比|增加|减少", clause) is not None
    return compared or bool(years and years[-1] < max(marks.years_in(text)))


def _name_by_money(cell: Cell | None, forms: Sequence[Project]) -> str:
    """The name of the one form whose year's money is what the narrative provides, in one sum or in its parts."""
    if cell is None:
        return ""
    sums = [amount.yuan for _, amount in _sums(cell)]
    names = {f.name for f in forms if f.annual and sums and f.annual.yuan in {sum(sums), sums[0]}}
    return names.pop() if len(names) == 1 else ""
