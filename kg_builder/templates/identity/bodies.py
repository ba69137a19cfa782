"""The bodies that a report names: its own, and the units of its lists, tables and forms, each once, with aliases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg_builder.model import Body, Cell, Identity, Page, Place
from kg_builder.templates.identity import line_text, names_printed_of
from kg_builder.templates.identity.body_names import (
    bare_body,
    is_body_name,
    is_name_of,
    region_of,
    same_body,
    second_name,
    short_name,
    without_itself,
)
from kg_builder.templates.tables.grids import Section
from kg_builder.text import label_key, squeeze


def read_bodies(
    identity: Identity, pages: Sequence[Page], sections: Sequence[Section], more: Iterable[Body] = ()
) -> tuple[Body, ...]:
    """The reporting body and every unit that its lists, tables and forms name; one name, one body, with aliases."""
    lines = [line for page in pages for line in page.lines]
    evidence = dict(identity.evidence).get("body")
    place = evidence.place if evidence else Place(pages[0].number if pages else 1)  # stated: the report begins there
    names = names_printed_of(identity.body, pages)
    aliases = sorted({a for n in names for a in _aliases(n, identity.body) if a != identity.body})
    known: dict[str, Body] = {
        label_key(identity.body): Body(identity.body, place, identity.scope, aliases=tuple(aliases))
    }
    for cell, name in [*_listed_units(lines), *_tabled_units(sections)]:
        _add(known, Body(name, cell.place, "unit", parent=identity.body), identity)
    for body in more:
        _add(known, body, identity)
    return tuple(known.values())


def _aliases(name: str, body: str) -> list[str]:
    if bare_body(name) != name:
        return [second_name(name)] if second_name(name) else []
    return [name] if short_name(name) == short_name(body) else []


def _add(known: dict[str, Body], body: Body, identity: Identity) -> None:
    """Join a body with one of the same name; 本级/本部 of the reporting body is that body."""
    name = without_itself(body.name)
    alias: tuple[str, ...] = (second_name(name),) if second_name(name) else ()
    alias += (body.name,) if name != body.name and bare_body(name) == name else ()
    name = bare_body(name)
    key = label_key(name)
    same = next((k for k, b in known.items() if key == k or name in b.aliases or is_name_of(b.name, name)), None)
    if same is None:
        parent = body.parent if body.parent and label_key(body.parent) != key else None
        known[key] = Body(name, body.place, body.scope, body.code, tuple(sorted({*alias, *body.aliases})), parent)
        return
    old = known[same]
    aliases = {*old.aliases, *alias, *body.aliases, *({name} - {old.name})}
    parent = old.parent or (body.parent if same == label_key(identity.body) and body.parent else None)
    parent = None if parent and same_body(parent, old.name) else parent
    known[same] = Body(old.name, old.place, old.scope, old.code or body.code, tuple(sorted(aliases)), parent)


# 某市救助管理站 · 某区文化馆（图书馆）
_UNIT_NAME = re.compile(r"[一-鿿A-Za-z（）()]{4,50}")
# 1.某市救助管理站 · (2)、某市福利院； · 具体包括：一、某局机关
_NUMBERED = re.compile(
    r"^\s*(?:具体包括[:：]\s*)?(?:\d{1,2}|[（(]\d{1,2}[)）]|[一二三四五六七八九十]{1,3})\s*[.．、]\s*(?P<name>[一-鿿（）()]{4,40})[。；;，,]?"
)


def _listed_units(lines: Sequence[Cell]) -> list[tuple[Cell, str]]:
    """Units of 机构设置: numbered lines after 包括：, or one sentence 下属预算单位5个，分别是…、…."""
    found: list[tuple[Cell, str]] = []
    for index, line in enumerate(lines):
        text = squeeze(line_text(line))
        if (
            re.fullmatch(
                r"(?:[一二三四五六七八九十（）()、]{0,4})?.{0,30}(?:机构设置|单位构成|预算单位构成).{0,16}", text
            )
            and len(text) < 40
        ):
            found += _units_below(lines[index + 1 : index + 40])
    return found


def _units_below(lines: Sequence[Cell]) -> list[tuple[Cell, str]]:
    found: list[tuple[Cell, str]] = []
    sentence: list[Cell] = []
    listing = False
    for line in lines:
        text = squeeze(line_text(line))
        if re.match(r"第[二三]部分|[三四]、|名词解释|预算公开表|\d{4}年.{0,30}表$", text):
            break
        match = _NUMBERED.match(squeeze(line_text(line)).replace("具体包括：", ""))
        if match and listing:
            name = _listed_name(match["name"])
            if name:
                found.append((line, name))
            continue
        listing = listing or bool(re.search(r"包括|构成|如下|分别", text))
        sentence.append(line)
    return found + _sentence_units(sentence)


def _listed_name(text: str) -> str:
    name = re.sub(r"[。；;，,、.].*$", "", text)
    bare = re.sub(
        r"[（(](?:本级|本部|机关|汇总|自收自支|[^（()）]{0,4}拨款|[一二三]类|参公)[)）]$|(?:本级|本部)$", "", name
    )
    inside = re.search(r"(?:处|庭|室|科|委|队|部|会|组)$", bare) and not region_of(bare)
    fits = is_body_name(bare) and 4 <= len(bare) <= 50
    generic = re.fullmatch(r"(?:培训|信息|服务|后勤|数据|技术|研究|宣传|文印)(?:服务)?中心", bare)
    return bare if fits and not inside and not generic and not re.match(r"不含|其中|含|包括|负责", bare) else ""


def _sentence_units(lines: Sequence[Cell]) -> list[tuple[Cell, str]]:
    """`下属预算单位5个，分别是甲、乙和丙。` → the units; clauses on offices inside the body (内设科室) name none."""
    found: list[tuple[Cell, str]] = []
    text = "".join(squeeze(line_text(line)) for line in lines)
    for sentence in re.split(r"[。；;]", text):
        for piece in re.split(r"以及|(?<=科室)[，,]", sentence):
            if not re.search(r"(?:预算|下属|所属|事业|直属|二级|局属|参公)[^，,、]{0,8}单位", piece) or "不含" in piece:
                continue
            after = re.split(r"分别(?:是|为)[:：]?|包括[:：]?|下设|下属单位包括[:：]?|有[:：]", piece)[-1]
            names = re.split(r"[、，,]|和(?=[一-鿿]{2,4}[市县区省])", after)
            good = [m for n in names if (m := _sentence_name(n))]
            if good and len(good) >= len(names) / 2:
                found += [(next((ln for ln in lines if m[:4] in squeeze(ln.text)), lines[0]), m) for m in good]
    return found


def _sentence_name(text: str) -> str:
    name = re.sub(r"\d+个.*$|等\d*.*$|为.*单位$", "", text)
    if not re.search(r"(?:中心|院|站|馆|所|队|校|园|局|委员会|基地|医院|学校|处)(?:[（(].*[)）])*$", name):
        return ""
    return _listed_name(name) if _UNIT_NAME.fullmatch(name) else ""


def _tabled_units(sections: Sequence[Section]) -> list[tuple[Cell, str]]:
    """Units of a grid 序号|单位名称|备注."""
    found: list[tuple[Cell, str]] = []
    for section in sections:
        rows = section.rows() if any(section.parts) else []
        heads = rows[0].spans if rows else ()
        column = next((s for s in heads if s.key in {"单位名称", "预算单位名称", "部门名称"}), None)
        if column is None or len(rows) < 2 or any(len(r.spans) > 4 for r in rows):
            continue
        for row in rows[1:]:
            span = row.at(column.first)
            if span is not None and (name := _listed_name(squeeze(span.cell.text))):
                found.append((span.cell, name))
    return found
