"""项目经费情况说明: a page of numbered sections → a project with its fields and money.

Sections are known by their titles (项目概述, 立项依据, 实施主体, 实施周期, 年度预算安排, 绩效目标 …), the project by
the heading before 经费情况说明.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise, takewhile

from kg_builder import marks
from kg_builder.model import Amount, Body, Cell, Project
from kg_builder.templates.forms.draft import plain
from kg_builder.templates.forms.labels import leading_part
from kg_builder.templates.forms.rows import FlowRow, rows_left
from kg_builder.templates.found import Found, Kept
from kg_builder.templates.ledger import Account
from kg_builder.templates.prose.project_names import ends_like_project, name_in_text
from kg_builder.templates.prose.sections import is_first, parted, section_of
from kg_builder.text import label_key, money, squeeze

# 科技创新专项经费情况说明 · 人民调解项目经费情况说明 · 项目经费情况说明 · 某项目情况说明 · 关于敬老卡的情况说明
# · 项目经费情况说明（敬老卡补贴） · 项目经费情况说明——敬老卡补贴
_TITLE = re.compile(
    r"(?:关于)?(?P<name>.{0,60}?)(?P<kind>项目经费|经费|资金|项目)?(?:使用|支出|安排|基本|主要)?(?:的)?情况(?:的)?说明"
    r"(?:(?:[（(]|[:：]|[—－-]{1,2})(?P<after>[^，。；：:（()）]{4,40})[)）]?)?"
)
# 1.老年食堂运营经费情况说明 · （二）敬老卡经费情况说明: the number of a title
_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}[、.．]|[（(][一二三四五六七八九十\d]{1,2}[)）]、?|\d{1,2}[.．、)）])"
)
# 项目一：社区治理经费 · 项目名称：社区治理经费 · 项目2、某经费: a project of several under one title
_HEADED = re.compile(r"项目(?:名称|[一二三四五六七八九十]{1,2}|\d{1,2})[:：、.．](?P<name>.{2,60})")
# 2025年度项目总预算1720.00万，其中… · 795万元 · 年度预算安排100万元。
_SUM = re.compile(r"(?<!\d)(?<!\d[,，])(?P<number>\d++(?:[,，]\d++)*+(?:\.\d++)?)\s*(?P<unit>亿元|万元|亿|万|元)")
# 项目总预算 · 年度预算安排 · 共计: just before a sum
_WHOLE = re.compile(
    r"(?:总预算|总额|预算总额|预算金额|年度预算|全年预算|预算安排|共安排|安排预算|总计|共计|合计|所需经费|所需资金)[^\d，。；]{0,8}$"
)
# 项目总投资 · 合同金额 · 截至2025年底已累计支付 · 每人每月 · 补贴标准为: just before a sum that is no year's
_OF_MORE = re.compile(
    r"(?:(?:总投资|投资(?:总额|额|估算|概算|规模)|概算|合同|中标|累计|截至|截止|历年|已(?:支付|拨付|下达|完成)|每(?!年)|单价"
    r"|[人户]均)[^，。；;]{0,16}|标准[为是:：]?)$"
)
# 2026年度预算安排 · 全年: of a sum beside one that is no year's
_OF_YEAR = re.compile(r"20\d\d年|年度|本年|今年|当年|全年|预算|安排")
# 500元/人 · 500元每月 · 500元标准 · 500元×20人: just behind a price
_PRICE = re.compile(r"\s*(?:[/／×*＊]|每|标准|一[人次件户])")
# 一季度20万元，第二季度30万元: the quarter of a sum
_QUARTER = re.compile(r"第?([一二三四1-4])季度")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
# 专项资金情况说明 · 其他项目支出情况说明: what kind of money, no name
_KIND_OF_MONEY = re.compile(
    r"(?:其他|有关|相关|重点|主要|部门|财政|一般|一级|二级|本级|专项|特定)+(?:项目|支出|预算|目标类)*|项目(?:支出|预算)?|预算|支出"
)
# 第三部分 · 某表 · 有关情况: headings that name no project
_NO_NAME = re.compile(r"第[一二三四五六七八九十]+部分|附件|(?:表|说明|情况|报告|预算|决算|目录|目标|概述|依据|解释)$")
_SEVERAL = "sections of several projects, unnamed"
_LONGEST_NAME = 60
_REACH = 3  # rows below the title in which the first section must begin
_AHEAD = 40  # lines up to the next section that show that a narrative goes on over the page
_RUNNING = 3  # pages that print the same line on top by chance


def read_narratives(found: Found) -> None:
    """Read the narratives among the rows that forms and lists left.

    A narrative whose heading names no project is that of the form with its money, if there is exactly one such form;
    else its text names it, or its heading and its body label it (`settle_narratives`): a name is never made up.
    """
    lines = _with_whole_titles(_without_margins(parted([row for row in rows_left(found.ledger) if row.cells])))
    forms = found.projects
    torn = {page.number for page in found.ledger.pages if page.torn}
    for start in [i for i in range(len(lines)) if _starts(lines, i)]:
        said = lines[start : _end_of(lines, start)]
        whole = takewhile(lambda row, first=said[0]: row.page == first.page or row.page not in torn, said)  # type: ignore[misc]
        _read_narrative([row for row in whole if not row.in_table], forms, found)


def _read_narrative(lines: Sequence[FlowRow], forms: Sequence[Project], found: Found) -> None:
    title = Cell(lines[0].text, lines[0].places[0])
    account = found.ledger.open("narrative", squeeze(title.text))
    for row in (row for row in lines if _is_personal(row.text)):
        account.drop(row.places[0])
        found.ledger.take(row.places, account)
    said = [row for row in lines if not _is_personal(row.text)]
    projects = [None if _is_of_several(part) else _project_of(part, forms, own) for part, own in _parts(said)]
    told = [project for project in projects if project is not None]
    if len({project.name for project in told}) < len(projects):
        account.leave(title, _SEVERAL)
        return
    for project in told:
        _keep(project, account, found)
    found.ledger.take((place for row in said for place in row.places), account)


def _keep(project: Project, account: Account, found: Found) -> None:
    form = _form_of(project, found)
    if form is None:
        found.kept_projects.append(Kept(project, [account]))
        return
    form.value = _joined(form.value, project)
    form.accounts.append(account)


def _form_of(project: Project, found: Found) -> Kept[Project] | None:
    """The one form or row of a list that tells of the same project: by name, and no money or unit against it."""
    same = [kept for kept in found.kept_projects if _may_be_one(kept.value, project)]
    return same[0] if len(same) == 1 and all(a.kind != "narrative" for a in same[0].accounts) else None


def _may_be_one(form: Project, told: Project) -> bool:
    if form.kind != "project" or _bare_name(form.name) != _bare_name(told.name):
        return False
    money = form.annual is None or told.annual is None or form.annual.yuan == told.annual.yuan
    return money and (form.unit is None or told.unit is None or squeeze(form.unit.name) == squeeze(told.unit.name))


def _bare_name(name: str) -> str:
    """A name without the words that a heading adds: 人民调解项目 and 人民调解经费 are told under 人民调解."""
    return re.sub(r"(?:项目|经费|资金)+$", "", re.sub(r"\W", "", name)) or name


def _joined(form: Project, told: Project) -> Project:
    """The form's project with what the narrative adds, each with its own place."""
    have = {(notation, squeeze(cell.text)) for notation, cell in form.fields}
    more = tuple(entry for entry in told.fields if (entry[0], squeeze(entry[1].text)) not in have)
    return replace(
        form,
        pages=tuple(sorted({*form.pages, *told.pages})),
        unit=form.unit or told.unit,
        period=form.period or told.period,
        annual=form.annual or told.annual,
        fields=(*form.fields, *more),
    )


def settle_narratives(found: Found) -> None:
    """What narratives say once it is known whose report it is: those that name no project are labelled by their heading
    and the body, and a sum that is said of another year is not the year's."""
    for kept in found.kept_projects:
        if kept.accounts[0].kind != "narrative":
            continue
        if _is_title(kept.value.name) and not _name(kept.value.name):
            kept.value = replace(kept.value, name=_labelled(kept.value.name, found.whose.body))
        if kept.value.annual and _is_said_of_another_year(kept.value, found.whose.year):
            kept.value = replace(kept.value, annual=None)


def _is_said_of_another_year(project: Project, year: int) -> bool:
    """Whether the clause of the year's sum names years, and none that is the report's."""
    told = [cell for notation, cell in project.fields if notation == "annual-provision"]
    sums = [(before, amount) for cell in told for before, amount in _sums(cell)]
    clauses = [_clause(before) for before, amount in sums if project.annual and amount.yuan == project.annual.yuan]
    years = {year for clause in clauses for year in marks.years_in(clause)}
    return bool(years) and year not in years


def _labelled(heading: str, body: str) -> str:
    return f"{heading}（{body}）"


def _parts(lines: Sequence[FlowRow]) -> Iterator[tuple[Sequence[FlowRow], bool]]:
    """The lines of each project under one title, the heading first, and whether it is the project's own.

    Another project begins with the first section again.
    """
    starts = _first_sections(lines) if _is_of_several(lines) else []
    if len(starts) < 2:
        yield lines, True
        return
    heads = [start - 1 if _is_head_of_part(lines, start) else start for start in starts]
    for index, (head, start) in enumerate(zip(heads, starts, strict=True)):
        end = heads[index + 1] if index + 1 < len(heads) else len(lines)
        yield [lines[head] if head < start else lines[0], *lines[start:end]], head < start


def _first_sections(lines: Sequence[FlowRow]) -> list[int]:
    style = _style_of(lines, 0) or ""
    rows = [i for i, row in enumerate(lines) if i and _field_of(row.text, style)]
    if style != "bare":
        return [i for i in rows if is_first(lines[i].text)]
    first = _field_of(lines[rows[0]].text, style)
    return [i for i in rows if _field_of(lines[i].text, style) == first]


def _is_head_of_part(lines: Sequence[FlowRow], start: int) -> bool:
    """Whether the line above a first section is the heading of a project and not the title of all."""
    text = squeeze(lines[start - 1].text)
    if start < 2 or not ends_like_project(text):
        return False
    return _is_heading(text) and not (marks.years_in(text) and _SUM.search(text))


def _without_margins(lines: Sequence[FlowRow]) -> list[FlowRow]:
    """The lines without page numbers at the edge of a page and without what three pages print on top."""
    first = {row.page: i for i, row in reversed(list(enumerate(lines)))}
    last = {row.page: i for i, row in enumerate(lines)}
    tops = Counter(squeeze(lines[i].text) for i in first.values())
    edges = {*first.values(), *last.values()}
    margins = {i for i in edges if marks.is_page_number(lines[i].text)}
    margins |= {i for i in first.values() if tops[squeeze(lines[i].text)] > _RUNNING}
    return [row for i, row in enumerate(lines) if i not in margins]


def _with_whole_titles(lines: Sequence[FlowRow]) -> list[FlowRow]:
    """The lines, with a title that two lines print in one: 公共体育设施维护 above 项目经费情况说明."""
    whole: list[FlowRow] = []
    for row in lines:
        text, above = squeeze(row.text), whole[-1] if whole else None
        if above and above.page == row.page and _TITLE.fullmatch(text) and not _name(text) and _ends_name(above):
            cell = Cell(f"{squeeze(above.text)}{text}", above.places[0])
            whole[-1] = replace(row, cells=((row.cells[0][0], cell),), places=(*above.places, *row.places))
        else:
            whole.append(row)
    return whole


def _ends_name(row: FlowRow) -> bool:
    """Whether a line is a name's and nothing else's: no entry of a list, no sentence, no title of its own."""
    text = squeeze(row.text)
    plain_line = not row.in_table and _NUMBERED.match(text) is None and not re.search(r"[，。；：:]", text)
    return plain_line and ends_like_project(text) and not _is_title(text) and _KIND_OF_MONEY.fullmatch(text) is None


def _field_of(text: str, style: str) -> str | None:
    found = section_of(text)
    return found.field if found and found.style == style else None


def _style_of(lines: Sequence[FlowRow], start: int) -> str | None:
    """How the narrative numbers its sections; None where no section follows its title."""
    for index, row in enumerate(lines[start + 1 : start + 1 + _REACH], start + 1):
        found = section_of(row.text)
        if found and found.field:
            return found.style
        if _is_title(row.text) or _is_name_above(lines, index):
            return None  # the title of another narrative: this one stands over several
    return None


def _is_title(text: str) -> bool:
    return bool(_TITLE.fullmatch(squeeze(text)) or _HEADED.fullmatch(squeeze(text)))


def _is_name_above(lines: Sequence[FlowRow], index: int) -> bool:
    """Whether a line of its own names a project: sections follow at once, what it is and why, and its money."""
    row, text = lines[index], squeeze(lines[index].text)
    below = section_of(lines[index + 1].text) if index + 1 < len(lines) else None
    named = _without_ends(text)
    if not (below and below.field and is_first(lines[index + 1].text)) or row.in_table or _field(text):
        return False
    if not re.fullmatch(r"[“一-鿿][^，。；：]{3,39}", named) or _NO_NAME.search(named):
        return False
    if below.style == "bare" and not (ends_like_project(named) and _stands_apart(lines, index)):
        return False
    told = _told_below(lines, index, below.style)
    return len(told) >= 3 and "annual-provision" in told and not {"overview", "legal-basis"}.isdisjoint(told)


def _without_ends(heading: str) -> str:
    """A heading without its number, and without what says that it is one: 2.关于敬老卡补贴的说明 → 敬老卡补贴."""
    name = _NUMBERED.sub("", heading, count=1).rstrip("：:")
    return re.sub(r"的?说明$", "", name).removeprefix("关于")


def _told_below(lines: Sequence[FlowRow], index: int, style: str) -> list[str]:
    """The fields of the sections below a line, up to the first that comes again."""
    told: list[str] = []
    for other in lines[index + 1 :]:
        field = _field_of(other.text, style)
        if field in told:
            break
        told += [field] if field else []
    return told


def _stands_apart(lines: Sequence[FlowRow], index: int) -> bool:
    """Whether the line cannot go on with the one above: a page or the text begins, or a sentence has ended."""
    above = lines[index - 1] if index else None
    return above is None or above.page != lines[index].page or above.text.rstrip().endswith(("。", "元"))


def _field(text: str) -> str | None:
    found = section_of(text)
    return found.field if found else None


def _starts(lines: Sequence[FlowRow], index: int) -> bool:
    if _is_name_above(lines, index):
        return True
    if not _is_title(lines[index].text) or _style_of(lines, index) is None:
        return False
    if _NUMBERED.match(lines[index].text.strip()) is None:
        return True
    style = _style_of(lines, index) or ""
    below = next(row.text for row in lines[index + 1 :] if (found := section_of(row.text)) and found.style == style)
    return is_first(below)  # else an entry of a list: 七、项目经费情况说明 above 八、绩效目标


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
    found = section_of(row.text)
    if found is not None and found.style == style != "bare":
        return True
    open_section = index - 1 in fields and not ((last := section_of(above.text)) and last.rest)
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


def _project_of(lines: Sequence[FlowRow], forms: Sequence[Project], own: bool) -> Project:
    style = _style_of(lines, 0) or ""
    sections = _sections_of(lines, style)
    texts = {notation: Cell(_text(cells), cells[0].place) for notation, cells in sections.items()}
    provision = texts.get("annual-provision")
    implementer = texts.get("implementer")
    name = (
        _named_inside(lines, style)
        or (own and _name(lines[0].text))
        or _name_by_money(provision, forms)
        or name_in_text(texts)
        or _label(lines[0].text, _unit(implementer))
    )
    period = texts.get("period")
    return Project(
        name=name,
        place=lines[0].places[0],
        pages=tuple(sorted({row.page for row in lines})),
        unit=_unit(implementer),
        period=period.text if period and len(period.text) <= 40 else None,
        annual=_where_printed(_annual(provision), sections["annual-provision"]) if provision else None,
        fields=tuple((notation, cell) for notation, cells in sections.items() for cell in _by_page(cells)),
    )


def _sections_of(lines: Sequence[FlowRow], style: str) -> dict[str, list[Cell]]:
    """Field (a notation) → the lines of its sections, behind their headings and below them."""
    sections: dict[str, list[Cell]] = {}
    current: str | None = None
    for row in lines[1:]:
        notation = _field_of(row.text, style)
        if notation:
            current, found = notation, section_of(row.text)
            rest = found.rest if found else ""
            sections.setdefault(notation, []).extend([Cell(rest, row.places[0])] if rest else [])
        elif current:
            sections[current].append(Cell(row.text, row.places[0]))
    return {notation: cells for notation, cells in sections.items() if cells}


def _by_page(cells: Sequence[Cell]) -> Iterator[Cell]:
    """The text of a section, in one piece for each page where a sentence ends with the page."""
    piece: list[Cell] = []
    for cell in cells:
        if piece and cell.place.page != piece[-1].place.page and piece[-1].text.rstrip().endswith("。"):
            yield Cell(_text(piece), piece[0].place)
            piece = []
        piece.append(cell)
    yield Cell(_text(piece), piece[0].place)


def _where_printed(amount: Amount | None, cells: Sequence[Cell]) -> Amount | None:
    """The amount with the place of the line that prints it."""
    if amount is None:
        return None
    place = next((cell.place for cell in cells if amount.printed in squeeze(cell.text)), amount.place)
    return replace(amount, place=place)


def _named_inside(lines: Sequence[FlowRow], style: str) -> str:
    """The name that a section of its own gives: 一、项目名称 and below it, or behind a colon, the name."""
    for row, below in pairwise([*lines[1:], lines[-1]]):
        found = section_of(row.text)
        if found and found.style == style and label_key(found.title) == "项目名称":
            name = found.rest or below.text
            return squeeze(name) if len(squeeze(name)) <= _LONGEST_NAME else ""
    return ""


def _text(cells: Sequence[Cell]) -> str:
    return plain("\n".join(cell.text.strip() for cell in cells))


def _name(title: str) -> str:
    """科技创新专项经费情况说明 → 科技创新专项; 人民调解项目经费情况说明 → 人民调解项目; 项目经费情况说明 names none."""
    if not _is_title(_NUMBERED.sub("", squeeze(title), count=1)):
        return _without_ends(squeeze(title))
    headed = _HEADED.fullmatch(squeeze(title))
    found = _TITLE.fullmatch(_NUMBERED.sub("", squeeze(title), count=1))
    if headed or not found:
        return headed["name"] if headed else ""
    name, kind, after = found["name"], found["kind"] or "", found["after"] or ""
    if (not name or _KIND_OF_MONEY.fullmatch(name)) and ends_like_project(after):
        return after
    if _KIND_OF_MONEY.fullmatch(name):
        return ""
    return name + ("项目" if name and kind.startswith("项目") else "")


def _label(heading: str, unit: Body | None) -> str:
    """The heading of a narrative that names no project, with the body that carries it out where that is told."""
    heading = _NUMBERED.sub("", squeeze(heading), count=1)
    return _labelled(heading, unit.name) if unit else heading


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
        if amount is not None and not _PRICE.match(cell.text, match.end()):
            found.append((cell.text[: match.start()], amount))
    return found


def _clause(before: str) -> str:
    """The words of its clause that stand before a sum."""
    return re.split(r"[，。；,;(（]", before)[-1]


def _annual(cell: Cell) -> Amount | None:
    """The year's whole provision: the sum named so, the one that its parts make up, that of the four quarters, or the
    only one there is."""
    sums = _of_the_year(cell)
    amounts = [amount for _, amount in sums]
    whole = [amount for before, amount in sums if _WHOLE.search(before)]
    if whole:
        return whole[0] if len({amount.yuan for amount in whole}) == 1 else _made_up(amounts)
    return _of_quarters(sums) or _made_up(amounts) or (amounts[0] if len(amounts) == 1 else None)


def _of_the_year(cell: Cell) -> list[tuple[str, Amount]]:
    """The sums that can be the year's; beside one that is of more (an investment, a contract) those said to be."""
    told = [(before, amount) for before, amount in _sums(cell) if not _is_of_other_year(before, cell.text)]
    sums = [(before, amount) for before, amount in told if not _OF_MORE.search(_clause(before))]
    return sums if len(sums) == len(told) else [one for one in sums if _OF_YEAR.search(_clause(one[0]))]


def _made_up(amounts: Sequence[Amount]) -> Amount | None:
    """The first or the last sum where the others make it up."""
    total = sum(amount.yuan for amount in amounts)
    return next((a for a in (*amounts[:1], *amounts[-1:]) if len(amounts) > 2 and a.yuan * 2 == total), None)


def _of_quarters(sums: Sequence[tuple[str, Amount]]) -> Amount | None:
    """What four quarters come to; the print says the parts, and the amount's text shows that it is their sum."""
    told = [(found[-1], amount) for before, amount in sums if (found := _QUARTER.findall(before.split("元")[-1]))]
    if len(told) != len(sums) or [_QUARTERS[quarter] for quarter, _ in told] != [1, 2, 3, 4]:
        return None
    amounts = [amount for _, amount in told]
    if len({amount.unit for amount in amounts}) > 1:
        return None
    printed = f"{amounts[0].unit}+".join(amount.printed for amount in amounts)
    return Amount(sum((a.yuan for a in amounts), Decimal(0)), printed, amounts[0].unit, amounts[0].place)


def _is_of_other_year(before: str, text: str) -> bool:
    """Whether the clause of a sum speaks of a year before: 较2023年预算安排280万元, 上年750万元."""
    clause = _clause(before)
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
