"""项目经费情况说明: a page of numbered sections → a project with its fields and money.

Sections are known by their titles (项目概述, 立项依据, 实施主体, 实施周期, 年度预算安排, 绩效目标 …), the project by
the heading before 经费情况说明.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg_builder import vocab
from kg_builder.model import Amount, Body, Cell, Place, Project, Residue
from kg_builder.templates.form_fields import plain
from kg_builder.templates.form_rows import FlowRow
from kg_builder.text import label_key, money, squeeze

# 科技创新专项经费情况说明 · 人民调解项目经费情况说明 · 项目经费情况说明 · 某项目情况说明
_TITLE = re.compile(r"(?P<name>.{0,60}?)(?P<kind>项目经费|经费|资金|项目)?(?:使用)?情况说明")
_SECTION = re.compile(r"\s*[（(]?[一二三四五六七八九十]{1,2}[)）、.．]\s*(?P<title>[一-鿿、]{2,12})[:：]?\s*$")
# 2025年度项目总预算1720.00万，其中… · 795万元 · 年度预算安排100万元。
_SUM = re.compile(r"(?P<number>\d[\d,，]*(?:\.\d+)?)\s*(?P<unit>亿元|万元|亿|万|元)")
_WHOLE = re.compile(r"(?:总预算|预算总额|预算金额|年度预算|预算安排|共安排|安排预算|总计|共计|合计)[^\d，。；]{0,8}$")
_REACH = 3  # rows below the title in which the first section must begin


@dataclass(frozen=True, slots=True)
class NarrativesRead:
    """Projects of narratives with the places they took."""

    projects: tuple[Project, ...]
    claimed: frozenset[Place]
    ignored: tuple[Residue, ...]
    unread: tuple[Residue, ...]


def read_narratives(rows: Sequence[FlowRow], forms: Sequence[Project]) -> NarrativesRead:
    """Read the narratives among the rows.

    A narrative whose heading names no project is that of the form with its money, if there is exactly one such form;
    otherwise it is reported unread: a name is never made up.
    """
    lines = [row for row in rows if row.cells]
    starts = [i for i in range(len(lines)) if _starts(lines, i)]
    projects: list[Project] = []
    unread: list[Residue] = []
    claimed: set[Place] = set()
    for start in starts:
        end = _end_of(lines, start)
        project = _project_of(lines[start:end], forms)
        if project is None:
            unread.append(Residue(lines[start].text, lines[start].places[0], "a narrative that names no project"))
            continue
        projects.append(project)
        claimed |= {place for row in lines[start:end] for place in row.places}
    return NarrativesRead(tuple(projects), frozenset(claimed), (), tuple(unread))


def _field_of(text: str) -> str | None:
    found = _SECTION.match(text)
    return vocab.notations("field").get(label_key(found["title"])) if found else None


def _starts(lines: Sequence[FlowRow], index: int) -> bool:
    if not _TITLE.fullmatch(squeeze(lines[index].text)) or _SECTION.match(lines[index].text):
        return False
    return any(_field_of(row.text) for row in lines[index + 1 : index + 1 + _REACH])


def _end_of(lines: Sequence[FlowRow], start: int) -> int:
    """The next title, table, or heading that is no section of the narrative; a narrative may run over pages."""
    for index in range(start + 1, len(lines)):
        row = lines[index]
        if row.in_table or _starts(lines, index):
            return index
        foreign = _SECTION.match(row.text) is not None and _field_of(row.text) is None
        new_page = row.page != lines[index - 1].page
        if new_page and (foreign or (_is_heading(row.text) and _field_of(row.text) is None)):
            return index
    return len(lines)


def _is_heading(text: str) -> bool:
    """A short line that ends no sentence: on a new page it begins something else."""
    return len(squeeze(text)) < 30 and not text.rstrip().endswith(("。", "；", "，", "、", ";", "）", "元"))


def _project_of(lines: Sequence[FlowRow], forms: Sequence[Project]) -> Project | None:
    sections: dict[str, list[FlowRow]] = {}
    current: str | None = None
    for row in lines[1:]:
        notation = _field_of(row.text)
        if notation:
            current = notation
            sections.setdefault(notation, [])
        elif current:
            sections[current].append(row)
    texts = {n: Cell(_text(rows), rows[0].places[0]) for n, rows in sections.items() if rows}
    provision = texts.get("annual-provision")
    name = _name(lines[0].text) or _name_by_money(provision, forms)
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


def _text(rows: Sequence[FlowRow]) -> str:
    return plain("\n".join(row.text.strip() for row in rows))


def _name(title: str) -> str:
    """科技创新专项经费情况说明 → 科技创新专项; 人民调解项目经费情况说明 → 人民调解项目; 项目经费情况说明 names none."""
    found = _TITLE.fullmatch(squeeze(title))
    if not found:
        return ""
    name, kind = found["name"], found["kind"] or ""
    return name + ("项目" if name and kind.startswith("项目") else "")


def _unit(cell: Cell | None) -> Body | None:
    """The implementing body, where the section is a name and not a sentence."""
    if cell is None or len(cell.text) > 40 or re.search(r"[，。；]", cell.text.rstrip("。")):
        return None
    return Body(cell.text.rstrip("。"), cell.place, "unit")


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
    sums = _sums(cell)
    whole = [amount for before, amount in sums if _WHOLE.search(before)]
    if whole:
        return whole[0] if len({amount.yuan for amount in whole}) == 1 else None
    return sums[0][1] if len(sums) == 1 else None


def _name_by_money(cell: Cell | None, forms: Sequence[Project]) -> str:
    """The name of the one form whose year's money is what the narrative provides, in one sum or in its parts."""
    if cell is None:
        return ""
    sums = [amount.yuan for _, amount in _sums(cell)]
    names = {f.name for f in forms if f.annual and sums and f.annual.yuan in {sum(sums), sums[0]}}
    return names.pop() if len(names) == 1 else ""
