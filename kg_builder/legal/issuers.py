"""Who issued a document, by the prefix of its number and `data/issuers.tsv`.

A prefix is a place (晋, 阳, 沪普), an organ (财, 政办, 发改) and a series (综, 发, 字): 晋财综 is a series of the
finance department of Shanxi. The table holds places and organs; a series needs no entry. A short name such as 阳
belongs to several cities: the region of the citing report decides, else the table's first line.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TypeVar

from kg_builder import vocab
from kg_builder.decisions import Decision, Rule
from kg_builder.graph.iri import region_code
from kg_builder.legal.places import full_name, level_of, path_of, place_in

_MUNICIPALITIES = ("11", "12", "31", "50")  # 北京, 天津, 上海, 重庆: their departments are named unlike a province's
_NAMED_LIKE_CITIES = ("12", "31")  # their districts have an 教育局 where Beijing's have an 教育委员会
# Cities of vice-provincial rank call their own and the Party's office 办公厅, as provinces do.
_WITH_GENERAL_OFFICES = {
    *("广州市", "深圳市", "武汉市", "成都市", "南京市", "西安市", "哈尔滨市"),
    *("长春市", "济南市", "青岛市", "杭州市", "宁波市", "厦门市"),
}
_STILL = 9999  # the last year of a name that is in force
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Issuer:
    """An office as it is fully named, its level (notation of `issuingLevel`, None unknown) and its place."""

    name: str
    level: str | None
    place: str | None  # full name of the division; None for an office of the state


@dataclass(frozen=True, slots=True)
class _Tables:
    prefixes: dict[str, dict[int, Issuer]]  # by the last year of the name
    places: dict[str, tuple[str, ...]]
    # by the last year of the names; names: national, provincial, of a directly governed municipality, of a city, and
    # where it differs, of a district of 上海 or 天津
    organs: dict[str, dict[int, tuple[str, ...]]]
    shorts: dict[str, str]  # names as texts shorten them


@cache
def _tables() -> _Tables:
    """The issuer table; columns token, role (prefix, place, organ, short), name, level, until (last year of the
    name)."""
    tables = _Tables({}, {}, {}, {})
    with (vocab.folder("data") / "issuers.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            token, name, until = row["token"], row["name"], int(row["until"] or _STILL)
            if row["role"] == "prefix":
                level = None if row["level"] == "-" else row["level"]
                issuer = Issuer(name, level, place_in(name) if level != "national" else None)
                tables.prefixes.setdefault(token, {})[until] = issuer
            elif row["role"] == "place":
                tables.places[token] = (*tables.places.get(token, ()), name)
            elif row["role"] == "short":
                tables.shorts[token] = name
            else:
                tables.organs.setdefault(token, {})[until] = tuple(name.split("|"))
    of_party = {t: names for t, names in tables.organs.items() if any("~委" in n for n in _in_year(names, None))}
    for token, names in of_party.items():  # 普委组 as well as 普组
        tables.organs.setdefault("委" + token, names)
    return tables


def short_names() -> dict[str, str]:
    """Names of offices as texts shorten them, with the full ones: 林草局, 林业和草原局; without their place."""
    return _tables().shorts


def _in_year(names: dict[int, T], year: int | None) -> T:
    """The name that was in force in a year: 卫 stands for 卫生厅 until 2013, for 卫生健康委员会 today."""
    return names[min(until for until in names if until >= (year or _STILL))]


@cache
def issuer_of_prefix(prefix: str, region: str = "", year: int | None = None) -> Issuer | None:
    """The office that numbers its documents with this prefix, None where the table does not tell.

    `region` is the division of the citing report (阳泉市); it decides what a short name stands for. `year` is the
    document's: offices were renamed, most of them in 2018.
    """
    tables = _tables()
    exact = max(
        (p for p in tables.prefixes if prefix.startswith(p) and (len(p) > 1 or p == prefix)), key=len, default=None
    )
    if exact is not None:
        return _in_year(tables.prefixes[exact], year)
    for cut in (3, 2, 1):
        place = place_of_token(prefix[:cut], region) if len(prefix) > cut else None
        organs = _organs(prefix[cut:], year) if place else []
        if place and organs:
            return next((issuer for _, names in organs if (issuer := _local_issuer(place, names))), None)
    return next((issuer for token, names in _organs(prefix, year) if (issuer := _of_state(prefix, token, names))), None)


def _of_state(prefix: str, token: str, names: tuple[str, ...]) -> Issuer | None:
    name, series = names[0], prefix[len(token) :]
    if name == "-":
        return None
    office = series.startswith("办") or "厅" in series  # 农办社: 农业农村部办公厅; 教师厅函: 教育部办公厅
    office = office and name.endswith(("部", "委员会", "总局"))
    return Issuer(name + "办公厅" if office else name, "national", None)


@dataclass(frozen=True)
class _ShortName:
    """A division's short name (阳, 沪普) or the sign of its kind (市) in a report of `region`."""

    token: str
    region: str

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """The divisions that the table lists for it."""
        return _tables().places.get(self.token, ())

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The report's division and those it lies in, the smallest first."""
        return path_of(self.region)

    @cached_property
    def above(self) -> list[str]:
        """Listed divisions that the report's lies in."""
        return [name for name in self.listed if name in self.path]

    @cached_property
    def abbreviated(self) -> list[str]:
        """Divisions of the report's path whose names it abbreviates."""
        return [name for name in self.path if len(self.token) <= 2 and _is_abbreviation(self.token, name)]

    @property
    def is_city_with_district(self) -> bool:
        """Whether it has one character for the city and one for the district that the report is of."""
        if len(self.token) != 2 or len(self.path) < 2:
            return False
        return _is_abbreviation(self.token[0], self.path[1]) and _is_abbreviation(self.token[1], self.path[0])

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """The path of the division that has it as its name, without the sign of its kind."""
        paths = (path_of(self.token + sign) for sign in "市县区" if len(self.token) > 1)
        return next(filter(None, paths), ())

    @property
    def may_be_whole(self) -> bool:
        """Never 晋安区 of another province for 晋安办 in a report of 山西省."""
        begins_here = any(name in self.path for name in _tables().places.get(self.token[:1], ()))
        return bool(self.whole) and not (begins_here and self.whole[-1] != self.path[-1])

    @cached_property
    def told(self) -> list[str]:
        """Listed divisions that it may mean anywhere: a city's one character says nothing in another province."""
        if self.listed and self.path[-1:] == path_of(self.listed[0])[-1:]:
            return [*self._anywhere, self.listed[0]]
        return self._anywhere

    @property
    def _anywhere(self) -> list[str]:
        anywhere = not self.region or len(self.token) > 1
        return [name for name in self.listed if anywhere or level_of(name) == "provincial"]

    @cached_property
    def inner(self) -> list[str]:
        """Counties and districts of the report's city that it abbreviates."""
        return [name for name in _divisions_in(self.region) if _is_abbreviation(self.token, name)]


_place = Decision[_ShortName, str | None](
    "For which division does a short name stand?",
    Rule(
        "the sign of a kind: the one that the report lies in",
        "市 in 山西省晋中市",
        lambda s: s.token in ("省", "市", "县", "区"),
        lambda s: next((name for name in s.path if name.endswith(s.token)), None),
    ),
    Rule("a listed one that the report lies in", "阳 in 阳泉市", lambda s: s.above, lambda s: s.above[0]),
    Rule(
        "one that the report lies in, abbreviated",
        "盂 in 山西省阳泉市盂县",
        lambda s: s.abbreviated,
        lambda s: s.abbreviated[0],
    ),
    Rule(
        "the report's city and district, a character each",
        "阳郊 in 山西省阳泉市郊区",
        lambda s: s.is_city_with_district,
        lambda s: s.path[0],
    ),
    Rule("a name without the sign of its kind", "鄂州 in 湖北省", lambda s: s.may_be_whole, lambda s: s.whole[0]),
    Rule("the first that is listed", "苏 in 上海市", lambda s: s.told, lambda s: s.told[0]),
    Rule("the only county of the city", "盂 in 阳泉市", lambda s: len(s.inner) == 1, lambda s: s.inner[0]),
    otherwise=None,
)


@lru_cache(maxsize=1 << 16)
def place_of_token(token: str, region: str = "") -> str | None:
    """The division that a short name stands for: one the region lies in, else one it names, else the first listed."""
    return _place(_ShortName(token, region))


@cache
def _divisions_in(region: str) -> tuple[str, ...]:
    """Counties and districts of a city: 平定县 and 盂县 in 阳泉市."""
    code = region_code(region) if region else None
    if code is None or not code.endswith("00") or code.endswith("0000"):
        return ()
    regions = vocab.concepts("region")
    return tuple(full_name(c) for c in sorted(regions) if regions[c].broader == code)


def place_of_prefix(prefix: str, region: str = "") -> str | None:
    """The division whose short name a prefix begins with, even where the organ after it is unknown: 苏 in 苏高法."""
    return next((p for cut in (3, 2, 1) if (p := place_of_token(prefix[:cut], region)) and len(prefix) > cut), None)


def _is_abbreviation(token: str, name: str) -> bool:
    """阳 for 阳泉市; the sign of the kind of division (市, 区) is no abbreviation."""
    own = re.sub(r".*市(?=.+[区县]$)", "", name)[:-1]
    return own.startswith(token[0]) and all(c in own for c in token)


def _organs(rest: str, year: int | None = None) -> list[tuple[str, tuple[str, ...]]]:
    """The organs that a prefix without its place may begin with, the longest token first: 教体, 教 for 教体艺."""
    organs = _tables().organs
    return [(rest[:n], _in_year(organs[rest[:n]], year)) for n in range(min(len(rest), 6), 0, -1) if rest[:n] in organs]


def _local_issuer(place: str, organ: tuple[str, ...]) -> Issuer | None:
    level = level_of(place)
    province = (region_code(place) or "")[:2]
    governed = province in _MUNICIPALITIES
    form = organ[2] if governed else organ[1] if level == "provincial" else organ[3]
    if level == "county" and province in _NAMED_LIKE_CITIES and len(organ) > 4:
        form = organ[4]
    if form == "-":
        return None
    if level == "county":
        form = form.replace("办公厅", "办公室")
    elif place in _WITH_GENERAL_OFFICES:
        form = re.sub(r"(?:(?<=政府)|(?<=~委))办公室\Z", "办公厅", form)
    name = form.replace("~", place) if "~" in form else place + form
    return Issuer(name, level, place)


@lru_cache(maxsize=1 << 14)
def is_prefix(run: str) -> bool:
    """Whether the whole run reads as a place with an organ, or as a listed prefix, with at most five more."""
    tables = _tables()
    if any(run[:n] in tables.prefixes and (n > 1 or n == len(run)) for n in range(max(1, len(run) - 5), len(run) + 1)):
        return True
    for cut in (3, 2, 1):
        if run[:cut] in tables.places:
            rest = run[cut:]
            if any(rest[:n] in tables.organs for n in range(max(1, len(rest) - 5), len(rest) + 1)):
                return True
    return False


def is_state_prefix(run: str) -> bool:
    """Whether the run reads as an organ of the state with at most five more: 财预, 民发."""
    return any(names[0] != "-" and len(run) - len(token) <= 5 for token, names in _organs(run))
