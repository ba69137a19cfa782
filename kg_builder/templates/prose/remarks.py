"""Printed text that cannot be meant: placeholders left in, headings of another year, captions of another body."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg_builder import marks
from kg_builder.model import Body, Cell, Identity, Page, Residue
from kg_builder.templates.identity import caption_body
from kg_builder.templates.identity.body_names import same_body
from kg_builder.templates.tables.grids import Section
from kg_builder.text import label_key, squeeze

# 增加XX万元 · 20XX年 · 下降(增长)0.1%; not a model number such as XX-200 or a word of Latin letters
_PLACEHOLDER = re.compile(
    r"20[Xx×＊*]{2}|(?<![A-Za-z0-9×-])(?:[X×]{2,}|[x]{2,})(?![A-Za-z0-9-])|某某(?:局|单位|部门)"
    r"|(?:增加|增长|上升)[(（](?:减少|下降|降低)[)）]|(?:减少|下降|降低)[(（](?:增加|增长|上升)[)）]"
)
# 第三部分 2023年度部门预算情况说明 · 一、2023年预算收支总表
_HEADING = re.compile(
    r"(?:第.{1,3}部分|[（(]?[一二三四五六七八九十]{1,3}[)）、.]?|\d{1,2}[、.])?(?P<year>20\d\d)年度?[^，。；：]{0,40}?"
    r"(?:预算|决算)[^，。；：]{0,16}(?:表|说明|情况|报告|公开)"
)
# 与上年相比 · 比2023年增加 · 2023年执行数: another year is meant to stand here
_COMPARED = re.compile(r"[比较与同]|上年|去年|执行|决算数|完成")
_DATE = re.compile(r"(?<!\d)(?P<year>\d{4})年\d{1,2}月")  # 截至2204年8月31日
# 机构设置情况 · 下属单位3个 · 部门预算单位构成
_UNITS = re.compile(
    r"机构设置|机构情况|单位构成|预算单位(?:范围|包括|有)|下设|下属|所属(?:单位|事业单位|预算单位)|编制范围"
)
_LIST = 1500  # characters in which a list of units stands
_LONG = 60  # characters of a heading at most


def read_remarks(
    pages: Sequence[Page], sections: Sequence[Section], identity: Identity, bodies: Sequence[Body]
) -> tuple[Residue, ...]:
    """What cannot be meant, in reading order of its kind; `reason` is a notation of the code list `remark`."""
    lines = [marks.without_people(line) for page in pages for line in page.lines]
    return (*_of_lines(lines, identity), *_other_bodies(sections, identity, bodies))


def listed_units(pages: Sequence[Page], identity: Identity, bodies: Sequence[Body]) -> tuple[str, ...]:
    """The units whose name stands where the report says what it consists of (机构设置), as long as there is one."""
    text = "".join(squeeze(line.text) for page in pages for line in page.lines)
    parts = [text[found.end() : found.end() + _LIST] for found in _UNITS.finditer(text)]
    names = ((body.name, label_key(n)) for body in bodies for n in (body.name, *body.aliases))
    found = {name for name, key in names if any(key in label_key(part) for part in parts)}
    return tuple(sorted(name for name in found if not same_body(name, identity.body)))


def _of_lines(lines: Sequence[Cell], identity: Identity) -> Iterator[Residue]:
    for line in lines:
        text = squeeze(line.text)
        if found := _PLACEHOLDER.search(text):
            yield _remark(line, text, found, "placeholder")
        for date in _DATE.finditer(text):
            if not 1900 <= int(date["year"]) <= identity.year + 30:
                yield _remark(line, text, date, "impossible-year")
        heading = _HEADING.fullmatch(text) if len(text) <= _LONG else None
        if heading and int(heading["year"]) != identity.year and not _COMPARED.search(text):
            yield _remark(line, text, heading, "other-year")


def _remark(line: Cell, text: str, found: re.Match[str], kind: str) -> Residue:
    """The words around what was found, at most 40 characters."""
    start = max(0, found.start() - 12)
    return Residue(text[start : max(found.end(), start + 40)][:40], line.place, kind)


def _other_bodies(sections: Sequence[Section], identity: Identity, bodies: Sequence[Body]) -> Iterator[Residue]:
    """Captions of tables that name neither the reporting body nor a body that belongs to it."""
    known = [identity.body, *(name for body in bodies for name in (body.name, *body.aliases, body.parent or ""))]
    for section in sections:
        name = caption_body(section)
        if name and not any(other and same_body(name, other) for other in known):
            line = next((line for line in section.lines if squeeze(name) in squeeze(line.text)), None)
            if line is not None:
                yield Residue(name, line.place, "other-body")
