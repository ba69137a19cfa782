"""Whose report it is: body, region, year, stage and scope from the printed text alone, each with its evidence.

Read from the cover, the captions of the tables (部门名称：, 编制单位：, 预算主管部门：), their titles, and the
headings of the narrative. What is printed most often wins; the cover weighs more than one caption.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from kg_builder import vocab
from kg_builder.errors import ReadingError
from kg_builder.model import Body, Cell, Identity, Page, Scope, Stage
from kg_builder.templates.grids import Section, is_title, without_people
from kg_builder.text import label_key, squeeze

# 部门名称：阳泉市财政局 单位：万元 · 编制单位：上海市普陀区社会福利院 · 部 门:中共江苏省委办公厅
_CAPTION = re.compile(
    r"(?:^|[\s　(（])(?P<role>预算主管部门|预算主管单位|主管部门|预算单位|编制单位|编制部门|填报单位|填报部门|公开单位"
    r"|公开部门|部门(?:[（(]单位[）)])?名称|部门[（(]单位[）)]|单位名称|部\s*门|单位)"
    r"\s*[:：]\s*(?P<name>(?!(?:人民币)?(?:万元|元|亿元))[^\s:：]{3,40}?)(?=$|\s|(?:金额)?单位\s*[:：]|20\d\d)"
)
# 上海市普陀区司法局部门预算 · 江苏省人大常委会办公厅2017年度部门预算 · 2018年度江苏省高级人民法院预算公开
_HEADLINE = re.compile(
    r"(?P<before>[^。，；：:]{0,40}?)(?P<year>20\d\d)年?度?(?P<between>[^。，；：:\d]{0,40}?)(?P<scope>部门|单位)?(?:综合)?(?P<stage>预算|决算)(?P<tail>公开(?:报表|报告|说明|情况)?|报告|说明|编制说明|草案)?"
)
_TABLE_TITLE_BODY = re.compile(
    r"20\d\d年?度?(?P<name>[一-鿿（）()]{4,40}?)(?=(?:部门)?(?:财务)?(?:收支|收入|支出|财政拨款|一般公共预算|政府性基金|国有资本|“?三公|项目支出|政府采购|机关运行))"
)
_PART_BODY = re.compile(r"^第[一二三四]部分(?P<name>[^0-9。]{4,40}?)(?:概况|基本情况|20\d\d)")
_BRACKET = re.compile(r"^(?P<name>[^（()）]{4,})[（(](?P<alias>[^（()）]{4,})[)）]$")
_BODY_END = re.compile(
    r"(?:局|厅|委|会|室|中心|院|站|馆|所|处|队|校|学|园|府|街道|镇|乡|社|台|团|部|司|库|厂|公司|机关|基地|联|庭|组|行|署|协|库|场|区|系)(?:[（(][^（）()]{1,30}[)）])?$"
)
_NO_BODY = re.compile(
    r"^(?:本|我|各|全|省级|市级|区级|县级|年度|目录|部门|单位|预算|决算|财政部)|年度|情况|预算|决算|公开|报表|[0-9]"
)


@dataclass(frozen=True, slots=True)
class _Sign:
    value: str
    weight: float
    cell: Cell


def read_identity(pages: Sequence[Page], sections: Sequence[Section], file: str = "") -> Identity:
    """Identity of the report; ReadingError where body or year cannot be read.

    `file` only names the file in an error.
    """
    cover, lines = cover_lines(pages), [line for page in pages for line in page.lines]
    captions = _captions([*cover, *(cell for s in sections for cell in _section_lines(s)), *lines])
    headline = _headlines(cover)
    body, body_cell = _body(captions, headline, sections, lines, file)
    year, year_cell = _year(headline, sections, cover, lines, file)
    stage, stage_cell = _stage(headline, sections, cover, lines)
    scope, scope_cell = _scope(captions, headline, cover, lines)
    region, region_cell = _region(body, body_cell, cover)
    title, title_cell = _title(headline, body, year, stage, scope, body_cell)
    evidence = (
        ("body", body_cell),
        ("year", year_cell),
        ("stage", stage_cell),
        ("scope", scope_cell),
        ("title", title_cell),
    )
    found = (*evidence, ("region", region_cell)) if region_cell is not None else evidence
    return Identity(body, region, year, stage, scope, title, tuple((part, without_people(c)) for part, c in found))


def cover_lines(pages: Sequence[Page]) -> list[Cell]:
    """The lines before the list of contents or the first part, at most two pages and 14 lines."""
    found: list[Cell] = []
    for page in pages[:2]:
        for line in page.lines:
            text = squeeze(line.text).lstrip("#")
            if (
                re.match(r"目录$|目录|第一部分|一、", text)
                or len(found) >= 14
                or (is_title(text) and "公开" not in text)
            ):
                return found
            if text:
                found.append(line)
    return found


def _section_lines(section: Section) -> list[Cell]:
    return section.lines


def _clean(line: Cell) -> str:
    return line.text.strip().lstrip("#").strip()


def _captions(cells: Iterable[Cell]) -> list[tuple[str, _Sign]]:
    """(role, name) of every caption such as 部门名称：…, each cell once."""
    found: list[tuple[str, _Sign]] = []
    seen: set[tuple[object, str]] = set()
    for cell in cells:
        for match in _CAPTION.finditer(_clean(cell)):
            name = _body_name(match["name"])
            key = (cell.place, name)
            if name and key not in seen:
                seen.add(key)
                found.append((squeeze(match["role"]), _Sign(name, 1, cell)))
    return found


def _body_name(text: str) -> str:
    """A body's name without leftovers of its line; empty where the text is none."""
    name = squeeze(text).strip("#*_：:、，,.（(").removesuffix("（盖章）").removesuffix("(盖章)")
    name = re.sub(r"[（(](?:本级|本部|汇总|部门|公章|章)[)）]$", "", name)
    return name if 3 <= len(name) <= 40 and _BODY_END.search(name) and not _NO_BODY.search(name) else ""


def caption_body(section: Section) -> str | None:
    """The body that a table's own caption names: 部门名称：…, 编制单位：…; None without such a caption."""
    return named_body(section.lines)


def named_body(cells: Iterable[Cell]) -> str | None:
    """The body that lines such as 预算主管部门：… name, the first of them; None without any."""
    return next((sign.value for role, sign in _captions(cells) if role != "主管部门"), None)


def headline_of(text: str) -> tuple[str, int, str, str | None] | None:
    """Body (empty where it names none), year, stage and scope that a report's title names; None for other text."""
    match = _HEADLINE.fullmatch(text)
    if match is None:
        return None
    name = _body_name(match["before"]) or _body_name(match["between"].removesuffix("部门"))
    return name, int(match["year"]), match["stage"], match["scope"]


@dataclass(frozen=True, slots=True)
class _Headline:
    text: str
    name: str
    year: int
    scope: str | None
    stage: str
    cell: Cell


def _headlines(cover: Sequence[Cell]) -> list[_Headline]:
    """Titles of the report on its cover, also where they run over several lines."""
    found: list[_Headline] = []
    for start in range(len(cover)):
        for length in (1, 2, 3, 4):
            text = "".join(squeeze(_clean(c)) for c in cover[start : start + length])
            match = _HEADLINE.fullmatch(text)
            if match and start + length <= len(cover):
                name = _body_name(match["before"]) or _body_name(match["between"].removesuffix("部门"))
                found.append(_Headline(text, name, int(match["year"]), match["scope"], match["stage"], cover[start]))
    longest = [h for h in found if not any(o.name != h.name and o.name.endswith(h.name) for o in found if h.name)]
    return sorted(longest, key=lambda h: (not h.name, -len(h.text)))


def _body(
    captions: Sequence[tuple[str, _Sign]],
    headline: Sequence[_Headline],
    sections: Sequence[Section],
    lines: Sequence[Cell],
    file: str,
) -> tuple[str, Cell]:
    signs = [sign for role, sign in captions if role != "主管部门"]
    signs += [_Sign(h.name, 2, h.cell) for h in headline if h.name]
    for section in sections:
        match = _TABLE_TITLE_BODY.search(section.title)
        if match and (name := _body_name(match["name"])):
            signs.append(_Sign(name, 1, section.first))
    for line in lines:
        match = _PART_BODY.match(squeeze(_clean(line)))
        if match and (name := _body_name(match["name"])):
            signs.append(_Sign(name, 0.5, line))
    if not signs:
        raise ReadingError(file, "the name of the reporting body (部门名称：…, a cover)", "none", 1)
    weights: Counter[str] = Counter()
    for sign in signs:
        weights[_bare_body(sign.value)] += sign.weight  # type: ignore[assignment] # weights may be halves
    best = max(weights, key=lambda name: (weights[name], name))
    chosen = next(s for s in signs if _bare_body(s.value) == best)
    longest = max((s.value for s in signs if _bare_body(s.value) == best), key=len)
    chosen = next((s for s in signs if s.value == longest), chosen)
    return best, chosen.cell


def _bare_body(name: str) -> str:
    """The body's name without a second name in brackets: 阳泉市文物管理中心(阳泉市博物馆) → 阳泉市文物管理中心."""
    match = _BRACKET.match(name)
    return match["name"] if match else name


def _year(
    headline: Sequence[_Headline], sections: Sequence[Section], cover: Sequence[Cell], lines: Sequence[Cell], file: str
) -> tuple[int, Cell]:
    signs = [_Sign(str(h.year), 3, h.cell) for h in headline]
    for section in sections:
        signs += [_Sign(y, 1, section.first) for y in re.findall(r"(20\d\d)年", section.title)[:1]]
    if not signs:
        for line in [*cover, *lines]:
            match = re.search(r"(20\d\d)年?度?[^，。；0-9]{0,24}?(?:预算|决算)", squeeze(line.text))
            if match:
                signs.append(_Sign(match[1], 1, line))
    if not signs:
        raise ReadingError(file, "the fiscal year (2025年度部门预算, 2025年预算收支总表)", "none", 1)
    value = _heaviest(signs)
    return int(value), next(s.cell for s in signs if s.value == value)


def _heaviest(signs: Sequence[_Sign]) -> str:
    weights: dict[str, float] = {}
    for sign in signs:
        weights[sign.value] = weights.get(sign.value, 0) + sign.weight
    return max(weights, key=lambda v: (weights[v], v))


def _stage(
    headline: Sequence[_Headline], sections: Sequence[Section], cover: Sequence[Cell], lines: Sequence[Cell]
) -> tuple[Stage, Cell]:
    names: dict[str, Stage] = {"预算": "budget", "决算": "final"}
    signs = [_Sign(names[h.stage], 3, h.cell) for h in headline]
    for cell in cover:
        signs += [
            _Sign(names[w], 2, cell) for w in re.findall(r"(?:部门|单位)?(预算|决算)(?:公开|$)", squeeze(cell.text))
        ]
    for section in sections:
        if "决算" in section.title:
            signs.append(_Sign("final", 1, section.first))
        elif "预算" in section.title:
            signs.append(_Sign("budget", 0.5, section.first))
    if not signs:
        words = [(w, line) for line in lines for w in re.findall(r"预算|决算", line.text)]
        signs = [_Sign(names[w], 1, line) for w, line in words] or [_Sign("budget", 0, lines[0])]
    value: Stage = "final" if _heaviest(signs) == "final" else "budget"
    return value, next(s.cell for s in signs if s.value == value)


_SCOPE_OF_CAPTION: dict[str, tuple[Scope, float]] = {
    "预算主管部门": ("department", 10),
    "预算主管单位": ("department", 10),
    "预算单位": ("unit", 10),
    "单位名称": ("unit", 1.5),
    "编制单位": ("unit", 0.4),
    "部门名称": ("department", 1),
    "编制部门": ("department", 1),
    "部门": ("department", 1),
    "公开部门": ("department", 0.5),
}


def _scope(
    captions: Sequence[tuple[str, _Sign]], headline: Sequence[_Headline], cover: Sequence[Cell], lines: Sequence[Cell]
) -> tuple[Scope, Cell]:
    signs: list[_Sign] = []
    for role, sign in captions:
        if role in _SCOPE_OF_CAPTION:
            caption, weight = _SCOPE_OF_CAPTION[role]
            signs.append(_Sign(caption, weight, sign.cell))
    for h in headline:
        if h.scope:
            signs.append(_Sign("unit" if h.scope == "单位" else "department", 6, h.cell))
    for cell in cover:
        text = squeeze(cell.text)
        signs += [_Sign("unit", 8, cell)] * bool(re.search(r"单位(?:预算|决算)", text))
        signs += [_Sign("department", 4, cell)] * bool(re.search(r"部门(?:预算|决算)", text))
    for cell in lines:
        text = squeeze(cell.text)
        if len(text) <= 16 and re.search(r"本?单位(?:主要)?职[责能]", text):
            signs.append(_Sign("unit", 4, cell))
        elif len(text) <= 16 and re.search(r"本?部门(?:主要)?职[责能]|部门概况", text):
            signs.append(_Sign("department", 3, cell))
    if not signs:
        return "department", lines[0]
    value: Scope = "unit" if _heaviest(signs) == "unit" else "department"
    return value, next(s.cell for s in signs if s.value == value)


@cache
def _regions() -> dict[str, tuple[str, str | None]]:
    """Notation → (name, notation of the broader region)."""
    return {c.notation: (c.zh, c.broader) for c in vocab.concepts("region").values()}


@cache
def _regions_by_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, (name, _) in _regions().items():
        found[name] = (*found.get(name, ()), code)
    return found


def region_of(name: str) -> str | None:
    """The regions that a body's name begins with, as it names them: 上海市普陀区, 阳泉市, 江苏省; None without any."""
    rest = re.sub(r"^(?:中国共产党|中共|共青团|中国民主同盟|民革|民盟)", "", name)
    found, inside = "", ""
    while True:
        step = _region_step(rest, inside)
        if step is None:
            return found or None
        piece, inside = step
        found, rest = found + piece, rest[len(piece) :]


def _region_step(rest: str, inside: str) -> tuple[str, str] | None:
    """The longest region name at the start of the text that lies in the region before it."""
    for length in range(min(len(rest), 12), 1, -1):
        for code in _regions_by_name().get(rest[:length], ()):
            if not inside or _within(code, inside):
                return rest[:length], code
    return None


def _within(code: str, inside: str) -> bool:
    broader = _regions()[code][1]
    while broader:
        if broader == inside:
            return True
        broader = _regions().get(broader, ("", None))[1]
    return False


def _region(body: str, cell: Cell, cover: Sequence[Cell]) -> tuple[str | None, Cell | None]:
    if found := region_of(body):
        return found, cell
    for line in cover:
        if found := region_of(squeeze(_clean(line))):
            return found, line
    return None, None


def _title(
    headline: Sequence[_Headline], body: str, year: int, stage: Stage, scope: Scope, cell: Cell
) -> tuple[str, Cell]:
    """The cover's title; without a cover the title that the printed parts make."""
    fitting = [h for h in headline if h.year == year]
    if fitting:
        best = max(fitting, key=lambda h: (bool(h.name), len(h.text)))
        return best.text, best.cell
    words = ("单位" if scope == "unit" else "部门") + ("决算" if stage == "final" else "预算")
    return f"{body}{year}年度{words}", cell


# ---------------------------------------------------------------------------------------------------------- bodies


def read_bodies(
    identity: Identity, pages: Sequence[Page], sections: Sequence[Section], more: Iterable[Body] = ()
) -> tuple[Body, ...]:
    """The reporting body and every unit that its lists, tables and forms name; one name, one body, with aliases."""
    lines = [line for page in pages for line in page.lines]
    captions = _captions([*cover_lines(pages), *lines])
    evidence = dict(identity.evidence)["body"]
    names = [sign.value for _, sign in captions if _bare_body(sign.value) == identity.body]
    names += [h.name for h in _headlines(cover_lines(pages)) if h.name]
    aliases = sorted({a for n in names for a in _aliases(n, identity.body) if a != identity.body})
    known: dict[str, Body] = {
        label_key(identity.body): Body(identity.body, evidence.place, identity.scope, aliases=tuple(aliases))
    }
    for cell, name in [*_listed_units(lines), *_tabled_units(sections)]:
        _add(known, Body(name, cell.place, "unit", parent=identity.body), identity)
    for body in more:
        _add(known, body, identity)
    return tuple(known.values())


def _aliases(name: str, body: str) -> list[str]:
    match = _BRACKET.match(name)
    if match:
        return [match["alias"]] if _BODY_END.search(match["alias"]) else []
    return [name] if _short(name) == _short(body) else []


def _short(name: str) -> str:
    return re.sub(r"^(?:中国共产党|中共)", "", _bare_body(name))


# 社保科 · 文教科 · 综合科 · 教科文处: offices of a finance department; 街道办事处 and 公证处 are bodies
_OFFICE = re.compile(r"[一-鿿]{1,6}(?:科|股|(?<!办事)(?<!管理)(?<!公证)(?<!服务)处)")


def is_office(name: str) -> bool:
    """Whether the name is of an office inside a department (社保科), which forms print in place of the department."""
    return bool(_OFFICE.fullmatch(squeeze(name))) and region_of(name) is None


def print_variants(names: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be one body's, differing in the department's word alone: 民政(局)事务中心.

    Nothing merges them: a department's centre and a centre of that trade can be two.
    """
    bare = {name: re.sub(r"局|厅|委员会|办公室|部门", "", name.removeprefix(region_of(name) or "")) for name in names}
    return [(a, b) for a, b in combinations(bare, 2) if bare[a] == bare[b] and len(bare[a]) >= 4]


def same_body(one: str, other: str) -> bool:
    """Whether two printed names are one body's: with or without 中共, region, second name in brackets, 本级."""
    a, b = (re.sub(r"[（(]?(?:本级|本部|机关)[)）]?$", "", label_key(name)) for name in (one, other))
    return _same_name(_bare_body(a), _bare_body(b)) or _same_name(_bare_body(b), _bare_body(a))


def _same_name(full: str, name: str) -> bool:
    """Whether a name is the full one without its party or its region: 普陀区司法局, 上海市普陀区司法局."""
    region = region_of(full) or ""
    ends = {_short(full)[i:] for i in range(len(region) + 1)} if region else {_short(full)}
    return _short(name) in {e for e in ends if len(e) >= 4}


def _add(known: dict[str, Body], body: Body, identity: Identity) -> None:
    """Join a body with one of the same name; 本级/本部 of the reporting body is that body."""
    name = re.sub(r"[（(]?(?:本级|本部|机关本级|机关)[)）]?$", "", body.name)
    match = _BRACKET.match(name)
    alias: tuple[str, ...] = (match["alias"],) if match and _BODY_END.search(match["alias"]) else ()
    alias += (body.name,) if name != body.name and not match else ()
    name = match["name"] if match else name
    key = label_key(name)
    same = next((k for k, b in known.items() if key == k or name in b.aliases or _same_name(b.name, name)), None)
    if same is None:
        parent = body.parent if body.parent and label_key(body.parent) != key else None
        known[key] = Body(name, body.place, body.scope, body.code, tuple(sorted({*alias, *body.aliases})), parent)
        return
    old = known[same]
    aliases = {*old.aliases, *alias, *body.aliases, *({name} - {old.name})}
    parent = old.parent or (body.parent if same == label_key(identity.body) and body.parent else None)
    parent = None if parent and same_body(parent, old.name) else parent
    known[same] = Body(old.name, old.place, old.scope, old.code or body.code, tuple(sorted(aliases)), parent)


_UNIT_NAME = re.compile(r"[一-鿿A-Za-z（）()]{4,50}")
_NUMBERED = re.compile(
    r"^\s*(?:具体包括[:：]\s*)?(?:\d{1,2}|[（(]\d{1,2}[)）]|[一二三四五六七八九十]{1,3})\s*[.．、]\s*(?P<name>[一-鿿（）()]{4,40})[。；;，,]?"
)


def _listed_units(lines: Sequence[Cell]) -> list[tuple[Cell, str]]:
    """Units of 机构设置: numbered lines after 包括：, or one sentence 下属预算单位5个，分别是…、…."""
    found: list[tuple[Cell, str]] = []
    for index, line in enumerate(lines):
        text = squeeze(_clean(line))
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
        text = squeeze(_clean(line))
        if re.match(r"第[二三]部分|[三四]、|名词解释|预算公开表|\d{4}年.{0,30}表$", text):
            break
        match = _NUMBERED.match(squeeze(_clean(line)).replace("具体包括：", ""))
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
    fits = _BODY_END.search(bare) and not _NO_BODY.search(bare) and 4 <= len(bare) <= 50
    generic = re.fullmatch(r"(?:培训|信息|服务|后勤|数据|技术|研究|宣传|文印)(?:服务)?中心", bare)
    return bare if fits and not inside and not generic and not re.match(r"不含|其中|含|包括|负责", bare) else ""


def _sentence_units(lines: Sequence[Cell]) -> list[tuple[Cell, str]]:
    """`下属预算单位5个，分别是甲、乙和丙。` → the units; clauses on offices inside the body (内设科室) name none."""
    found: list[tuple[Cell, str]] = []
    text = "".join(squeeze(_clean(line)) for line in lines)
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
