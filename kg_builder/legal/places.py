"""Divisions and levels that names of offices tell: 上海市普陀区 in 上海市普陀区司法局, the state in 财政部."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kg_builder import vocab
from kg_builder.graph.iri import region_code

SPECIAL_LEVEL = {"新疆生产建设兵团": "provincial"}


@cache
def level_of(place: str) -> str | None:
    """Notation of `issuingLevel` for a division named in full; None where the name fits no division or several."""
    if place in SPECIAL_LEVEL:
        return SPECIAL_LEVEL[place]
    code = region_code(place)
    if code is None:
        return {"省": "provincial", "县": "county"}.get(place[-1:])
    return "provincial" if code.endswith("0000") else "municipal" if code.endswith("00") else "county"


@cache
def path_of(region: str) -> tuple[str, ...]:
    """Full names of a division and its ancestors, the smallest first: 上海市普陀区, 上海市; empty where unknown."""
    code = region_code(region) if region else None
    names: list[str] = []
    regions = vocab.concepts("region")
    while code is not None:
        names.append(full_name(code))
        code = regions[code].broader
    return tuple(names)


def full_name(code: str) -> str:
    """The name of a division that names no other one: 上海市普陀区."""
    concept = vocab.concepts("region")[code]
    name = concept.zh
    if name.endswith("区") and concept.broader and not name.endswith("自治区"):
        return vocab.concepts("region")[concept.broader].zh + name  # 普陀区 alone names two districts
    return name


@lru_cache(maxsize=1 << 16)
def place_in(name: str) -> str | None:
    """The division that an office's name begins with: 上海市普陀区 in 上海市普陀区司法局."""
    name = name.removeprefix("中共")
    if name.startswith("新疆生产建设兵团"):
        return "新疆生产建设兵团"
    best = None
    for end in range(2, min(len(name), 24) + 1):
        if name[end - 1] in "省市县区州盟旗" and region_code(name[:end]) is not None:
            best = name[:end]
    if best is None:
        match = re.match(r"(?![省市县区])[一-龥]{2,4}?[省市县](?!容)", name)  # a division that the list lacks
        best = match.group() if match and not is_national(name) else None
    return best


# 国务院办公厅 · 财政部 · 国家税务总局 · 中共中央办公厅
_NATIONAL = re.compile(
    r"国务院|国家|中央|党中央|全国|最高|中华|中共中央|财政部|教育部|民政部|司法部|公安部|人力资源和?社会保障部|人社部|商务部|文化和?旅游部"
    r"|住房和?城乡建设部|交通运输部|水利部|农业农村部|农业部|生态环境部|自然资源部|工业和信息化部|科学?技术?部|退役军人事务部"
    r"|应急管理部|审计署|中组部|中宣部|文化部|卫生部|建设部|人事部|劳动和?社会保障部|科技部|工信部|住建部|中国|共青团中央|主席"
    r"|人力资源社会保障部|住房城乡建设部|环境保护部|环保部|国土资源部|国土部|文旅部|文化旅游部|退役军人部|应急部|交通部|铁道部|外交部|国防部|团中央"
    r"|人民银行|人行|[一-龥]{2,8}(?:总局|总署)(?:办公厅)?\Z|中编办|中纪委|国管局|证监会|银保监会|中办\Z|国办\Z"
)


def is_national(name: str) -> bool:
    """Whether the office is one of the state: 国务院, 财政部, 国家文物局."""
    return _NATIONAL.match(name) is not None


def level_of_issuer(name: str) -> str | None:
    """Notation of `issuingLevel` for an office by its name, None where the name does not say."""
    if "公司" in name:
        return None
    name = re.sub(r"\A国家税务总局(?=.+税务局)", "", name)
    if is_national(name):
        return "national"
    place = place_in(name)
    return level_of(place) if place else None
