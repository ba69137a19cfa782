"""Names → the ASCII parts of IRIs: readable, the same in every build, and different for different names."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from hashlib import sha256

from kg_builder import vocab
from kg_builder.text import label_key

# One character for each toneless syllable: the commonest in names of Chinese offices and laws. A name made of these
# alone is its pinyin; any other name carries a digest after it, because 晋 and 津 are both `jin`, 冀 and 吉 both `ji`.
# The IRIs of every release rest on this line: a character may be added for a new syllable, never changed.
_COMMON = (
    "晋财综阳泉市民政局普陀上海江苏省人标指条例目法资县的项中年区务保和管国效用费出度元共行级办业经服于位单高华会定算益规数本设万成"
    "护作安建量其满文最对部障提有山大助展运二审家干门三若水老收南州系开专产解信他东地名统辖平况防常代购电救要改持额促等殡品次应北律"
    "入续能可族内活月筹照态款日博责环训学修情培浙教号各我葬分准外排特宁前推投车每联康求察面村道所强在码考网路决农确司广印范流口措当"
    "厅染造批疗传调困必买天群临土暂镇库策类楼验增编残快孤贴米杭浪后更根洛含容讨控宣括说别龙状讼了创藏债港八多票刷纳领暖模层并丰协少"
    "军断爱都顺览砂坡勤苗软白充黄从探追勘草红色拟来森拉论损阿帮桥判捐略让双女貌哈春蒙热走超婚恒坏冷澳团拆桌列塘脑随给陈否卡萨乃丧杂"
    "且灭雄押彭屯扎塞挖绕黑泵扫很骗润遵牟琼瑞恩仍拐滦牛谍挂搜翠奎嘎昂栓吨垦诺抓聂翁腾瓯怒芒岑囊抛跨恰柔讷嫩"
)
_RUN = re.compile(r"[A-Za-z0-9]+|[一-鿿]+|[^A-Za-z0-9一-鿿]+")  # 2024 · A11 · 财政局 · （


def syllables(text: str, *, former: bool = False) -> list[str]:
    """The pinyin of Chinese text without tones; what is not Chinese stands as it is.

    Names of places are read as people read them (`data/places.tsv`); `former`: as a dictionary alone reads them, which
    is how IRIs were made before there was that list.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its dictionary takes longer to load than all of our code

    sounds = list(lazy_pinyin(text))
    if not former and len(sounds) == len(text):  # one for each character: nothing but Chinese
        for place in _place_names().finditer(text):
            sounds[place.start() : place.end()] = _places()[place[0]]
    return sounds


@cache
def _places() -> dict[str, tuple[str, ...]]:
    """Name of a place → how it is read, a syllable for each character: 长治 → chang, zhi."""
    lines = (vocab.folder("data") / "places.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return {name: tuple(reading.split(" ")) for name, reading in (line.split("\t") for line in lines)}


@cache
def _place_names() -> re.Pattern[str]:
    """长治 · 大城县: one of the names, the longest first."""
    return re.compile("|".join(sorted(_places(), key=lambda name: (-len(name), name))))


@cache
def _common() -> dict[str, str]:
    common: dict[str, str] = {}
    for character in _COMMON:
        common.setdefault(syllables(character)[0], character)
    return common


def digest(text: str) -> str:
    """The first eight hexadecimal digits of the text's SHA-256."""
    return sha256(text.encode()).hexdigest()[:8]


@cache
def slug(name: str, limit: int = 60, *, former: bool = False) -> str:
    """A name as ASCII words joined by hyphens, at most `limit` characters and a digest long: `yang-quan-shi`.

    Names that differ only in white space, width or kind of brackets are one name. The digest is there only where
    the words alone do not say which name it is: a rarer character, punctuation, a cut. `former`: as in `syllables`.
    """
    key = label_key(name)
    words: list[str] = []
    plain = bool(key)
    for run in _RUN.findall(key):
        if run.isascii():
            plain = plain and run.isdigit()
            words += [run.lower()] if run.isalnum() else []
            continue
        sounds = [_ascii(syllable) for syllable in syllables(run, former=former)]
        plain = plain and [_common().get(sound) for sound in sounds] == list(run)
        words += filter(None, sounds)
    whole = "-".join(words)
    text = whole if len(whole) <= limit else whole[: limit + 1].rpartition("-")[0] or whole[:limit]
    return text if plain and text == whole else "-".join(filter(None, (text, digest(key))))


def _ascii(syllable: str) -> str:
    """`lü` → `lv`; anything else outside a–z and 0–9 is dropped."""
    return re.sub(r"[^a-z0-9]", "", syllable.replace("ü", "v"))


@lru_cache(maxsize=1 << 16)
def region_code(name: str) -> str | None:
    """The GB/T 2260 code of a division named in full (阳泉市, 上海市普陀区, 平定县), None where none or several fit."""
    found = set(_regions_named(label_key(name)))
    if len(found) > 1:  # 普陀区 alone could be two; of 北京市 and nothing else there is one
        return None
    return next(iter(found), None)


def _regions_named(name: str) -> list[str]:
    """Codes whose own name ends the text and whose ancestors' names make up all that stands before it."""
    regions, by_label = vocab.concepts("region"), _regions_by_label()
    return [
        code
        for start in range(max(0, len(name) - _longest_region()), len(name))
        for code in by_label.get(name[start:], ())
        if _is_path(name[:start], regions[code].broader)
    ]


def _is_path(before: str, code: str | None) -> bool:
    if not before:
        return True
    if code is None:
        return False
    region = vocab.concepts("region")[code]
    names = [label_key(label) for label in region.labels]
    return any(before.endswith(n) and _is_path(before.removesuffix(n), region.broader) for n in names) or _is_path(
        before, region.broader
    )


@cache
def _longest_region() -> int:
    return max(map(len, _regions_by_label()))


@cache
def _regions_by_label() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for concept in vocab.concepts("region").values():
        for label in concept.labels:
            found[label_key(label)] = (*found.get(label_key(label), ()), concept.notation)
    return found
