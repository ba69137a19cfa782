"""Mentions across fields, projects, reports and years → documents.

A document is known by its number; a law, or any text that is cited without a number, by its title within the place
that issued it. A title and a number seen together once settle what either alone means, where only one document
fits. The result is a function of the set of references: neither their order nor their repetition matters, so
reports may be added one at a time.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TypeVar

from kg_builder.graph import iri
from kg_builder.legal.authority import Authority, Entry, Match, own_authority
from kg_builder.legal.find import Mention
from kg_builder.legal.issuers import issuer_of_prefix, place_of_prefix
from kg_builder.legal.kinds import document_kind, issuing_level
from kg_builder.legal.misprints import misprinted, one_digit_apart
from kg_builder.legal.normalise import (
    DocumentNumber,
    clean_title,
    loose_key,
    parse_number,
    title_key,
    title_keys,
)
from kg_builder.legal.places import is_national, level_of, path_of, place_in

T = TypeVar("T", str, int)
Key = tuple[str, str, str]  # N or T, number or title key, place


@dataclass(frozen=True, slots=True)
class Reference:
    """What resolution needs of a mention, so that millions of mentions become few distinct records."""

    title: str | None
    number: str | None
    issuers: tuple[str, ...] = ()
    region: str = ""
    edition: str | None = None
    year: int | None = None
    cut: bool = False

    @classmethod
    def of(cls, mention: Mention, region: str = "") -> Reference:
        """The reference that a mention makes in a report of `region` (阳泉市, 上海市普陀区)."""
        m = mention
        return cls(m.title, m.number, m.issuers, region, m.edition, m.year, m.cut)


@dataclass(frozen=True, slots=True)
class Document:
    """A legal document. `slug` is the ASCII part of its IRI, the same in every build; `aliases` are the slugs under
    which references stood before another report settled them."""

    slug: str
    aliases: tuple[str, ...]
    title: str | None
    number: str | None
    issuers: tuple[str, ...]
    issue_year: int | None
    kind: str  # notation of documentKind
    level: str | None  # notation of issuingLevel
    edition: str | None
    authority: Match | None
    superseded: bool


@dataclass(frozen=True, slots=True)
class Link:
    """The document that a reference means, with the grade (notation of `resolution`); None where it is not known."""

    slug: str | None
    grade: str


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two documents that may be one, misprinted (`numbers`), or one number under two unlike titles (`titles`)."""

    kind: str
    slugs: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resolution:
    """All documents by slug, what each reference means, and what looks like a misprint."""

    documents: dict[str, Document]
    links: dict[Reference, Link]
    suspicions: tuple[Suspicion, ...]


@dataclass(slots=True)
class _Group:
    """The references that mean one document."""

    key: Key
    references: list[Reference] = field(default_factory=list)
    former: set[str] = field(default_factory=set)

    @property
    def place(self) -> str | None:
        return self.key[2] or None

    @property
    def number(self) -> str | None:
        """Its own number, else the one that most references print: that of the order which put it in force."""
        return self.key[1] if self.key[0] == "N" else _commonest(r.number for r in self.references if r.number)


def resolve(references: Iterable[Reference], authority: Authority | None = None) -> Resolution:
    """Documents for all references (see the module); mentions of contracts and forms are not to be passed."""
    known = authority or own_authority()
    distinct = sorted(set(references), key=_order)
    groups: dict[Key, _Group] = {}
    pending: list[Reference] = []
    for reference in distinct:
        key = _own_key(reference, known)
        if key is None:
            pending.append(reference)
        else:
            groups.setdefault(key, _Group(key)).references.append(reference)
    meant: dict[Reference, Key | None] = {r: g.key for g in groups.values() for r in g.references}
    _settle(pending, groups, meant, known)
    documents = {key: _document(group, known) for key, group in sorted(groups.items())}
    documents = _with_aliases(documents, groups)
    links = {r: _link(r, key, documents, groups) for r, key in meant.items()}
    by_slug = {d.slug: d for d in documents.values()}
    return Resolution(dict(sorted(by_slug.items())), links, _suspicions(groups, documents))


def _order(reference: Reference) -> tuple[str, ...]:
    return tuple(map(str, (reference.number, reference.title, reference.issuers, reference.region, reference)))


# ---- what a reference says of itself ----


def _parsed(reference: Reference) -> DocumentNumber | None:
    return parse_number(reference.number) if reference.number else None


def _own_key(reference: Reference, authority: Authority) -> Key | None:
    """The document of a reference that has a number; None where only other references can tell."""
    number = _parsed(reference)
    if number is None:
        return None
    if number.form == "order" or (number.form == "announcement" and number.year is None):
        return _key_of_order(reference, number, authority)
    return ("N", number.canonical, _place_apart(number, reference.region) if number.form == "bracketed" else "")


def _key_of_order(reference: Reference, number: DocumentNumber, authority: Authority) -> Key | None:
    """An order is known by the text that it puts in force: numbers of orders begin anew, and some carry several."""
    if reference.title and not reference.cut:
        return _title_key(reference, authority)
    entry = authority.by_number(number.canonical)
    if entry is not None:
        return ("T", _identity(entry.title), "")
    if number.prefix == "主席":
        return None
    return ("N", number.canonical, _order_place(number.prefix, reference.region))


def _place_apart(number: DocumentNumber, region: str) -> str:
    """The place of a number whose prefix means another office in the citing report than it does elsewhere."""
    usual, here = issuer_of_prefix(number.prefix), issuer_of_prefix(number.prefix, region)
    if here is None or here.place is None:
        return ""
    return "" if usual and usual.place == here.place else here.place


def _order_place(prefix: str, region: str) -> str:
    return "" if is_national(prefix) or place_in(prefix) else _root(region)


def _identity(title: str) -> str:
    """The key under which a title is one document: that of the text it issues, without words that come and go."""
    return loose_key(title_keys(title)[-1])


def _title_key(reference: Reference, authority: Authority) -> Key:
    """The key of a title on its own: with the place that issued it, or the region that cites it."""
    title = reference.title or ""
    match = authority.by_title(title)
    if match is not None and match.fact is not None:
        return ("T", _identity(match.fact.title), "")
    place = _stated_place(reference)
    if place is None:
        place = "@" + _root(reference.region) if reference.region else ""
    return ("T", _identity(title), place)


@lru_cache(maxsize=1 << 17)
def _title_place(title: str, region: str) -> str | None:
    """The place that a title begins with; a short name (普陀区, 阳泉) is that of the region which cites it."""
    cleaned = clean_title(title).text.lstrip("《")
    if re.match(r"中华人民共和国|国务院|国家|中共中央|全国|中国|中央", cleaned):
        return ""
    place = place_in(cleaned)
    if place and level_of(place):
        return place
    for name in path_of(region):
        own = re.sub(r"\A.*市(?=.+[区县]\Z)", "", name)
        if cleaned.startswith(own) or (len(own) > 2 and cleaned.startswith(own[:-1])):
            return name
    return None


def _stated_place(reference: Reference) -> str | None:
    """The place that the reference names: `` for the state, None where it names none."""
    for issuer in reference.issuers:
        if is_national(issuer):
            return ""
        place = place_in(issuer)
        if place and level_of(place):
            return place
    number = _parsed(reference)
    if number is not None and number.form == "order" and is_national(number.prefix):
        return ""
    return _title_place(reference.title or "", reference.region)


@cache
def _root(region: str) -> str:
    """The city of a region, or the province where it lies in none."""
    path = path_of(region)
    city = [name for name in path if level_of(name) == "municipal"]
    return city[0] if city else path[-1] if path else region


# ---- what others settle ----


def _settle(
    pending: list[Reference], groups: dict[Key, _Group], meant: dict[Reference, Key | None], authority: Authority
) -> None:
    """References by title alone: to the one numbered document with that title, else to a document of their own."""
    numbered = _by_title(groups.values())
    open_ended: list[Reference] = []
    weak: list[Reference] = []
    created: dict[Key, list[Reference]] = defaultdict(list)
    for reference in pending:
        if reference.title is None:
            meant[reference] = None  # 主席令第四十六号 says nothing without a title
        elif reference.cut:
            open_ended.append(reference)
        elif (key := _only_match(reference, numbered, groups)) is not None:
            _join(reference, key, groups, meant, authority)
        elif (_stated_place(reference) is not None) or _title_key(reference, authority)[2] == "":
            created[_title_key(reference, authority)].append(reference)
        else:
            weak.append(reference)
    _add(created, groups, meant)
    titled = _by_title(groups.values())
    alone: dict[Key, list[Reference]] = defaultdict(list)
    for reference in weak:
        key = _only_match(reference, titled, groups)
        if key is not None:
            _join(reference, key, groups, meant, authority)
        else:
            alone[_title_key(reference, authority)].append(reference)
    _add(alone, groups, meant)
    _complete(open_ended, groups, meant)


def _add(created: dict[Key, list[Reference]], groups: dict[Key, _Group], meant: dict[Reference, Key | None]) -> None:
    for key, references in created.items():
        groups.setdefault(key, _Group(key)).references += references
        meant.update(dict.fromkeys(references, key))


def _join(
    reference: Reference, key: Key, groups: dict[Key, _Group], meant: dict[Reference, Key | None], authority: Authority
) -> None:
    groups[key].references.append(reference)
    groups[key].former.add(_slug(_title_key(reference, authority)))
    meant[reference] = key


def _by_title(groups: Iterable[_Group]) -> dict[str, set[Key]]:
    index: dict[str, set[Key]] = defaultdict(set)
    for group in groups:
        for reference in group.references:
            if reference.title and not reference.cut:
                for key in title_keys(reference.title):
                    index[loose_key(key)].add(group.key)
    return index


def _only_match(reference: Reference, index: dict[str, set[Key]], groups: dict[Key, _Group]) -> Key | None:
    """The single document with this title whose place agrees; None for none or several."""
    keys = {loose_key(key) for key in title_keys(reference.title or "")}
    found = {k for key in keys for k in index.get(key, ()) if _agrees(reference, groups[k])}
    if len(found) > 1:
        found = _likelier(reference, found, groups)
    return next(iter(found)) if len(found) == 1 else None


def _likelier(reference: Reference, found: set[Key], groups: dict[Key, _Group]) -> set[Key]:
    """Of documents whose numbers look like misprints of one another (88号, 188号) those that are named with the same
    edition (暂行); all where that tells nothing."""
    if reference.edition is None or not all(one_digit_apart(a[1], b[1]) for a in found for b in found if a < b):
        return found
    return {k for k in found if any(r.number and r.edition == reference.edition for r in groups[k].references)} or found


def _agrees(reference: Reference, group: _Group) -> bool:
    places = _places(group)
    stated = _stated_place(reference)
    if stated is not None:
        by_issuer = any(is_national(i) or place_in(i) for i in reference.issuers)
        if by_issuer or stated == "":
            return stated in places
        return any(p == "" or p in path_of(stated) or stated in path_of(p) for p in places)
    if not reference.region:
        return True
    path = path_of(reference.region)
    return any(p == "" or p in path or reference.region in path_of(p) for p in places)


def _places(group: _Group) -> set[str]:
    """Where a document comes from, `` for the state; empty where nothing says so."""
    if group.key[0] == "T":
        return {group.key[2].removeprefix("@")}
    if group.key[2]:
        return {group.key[2]}
    number = parse_number(group.key[1])
    issuer = issuer_of_prefix(number.prefix) if number is not None and number.form == "bracketed" else None
    if issuer is not None:
        return {issuer.place or ""}
    stated = {place for r in group.references if (place := _stated_place(r)) is not None}
    return stated or {_root(r.region) for r in group.references}


def _complete(cut: list[Reference], groups: dict[Key, _Group], meant: dict[Reference, Key | None]) -> None:
    """Titles that the field's end cut off: to the one document whose title begins so."""
    index = _by_title(groups.values())
    by_start: dict[str, set[Key]] = defaultdict(set)
    starts = {loose_key(title_key(r.title or ""))[:8] for r in cut}
    for title, keys in index.items():
        if title[:8] in starts:
            by_start[title] |= keys
    for reference in cut:
        start = loose_key(title_key(reference.title or ""))
        found = {k for title, keys in by_start.items() if title.startswith(start) for k in keys}
        found = {k for k in found if _agrees(reference, groups[k])}
        key = next(iter(found)) if len(found) == 1 and len(start) >= 8 else None
        meant[reference] = key
        if key is not None:
            groups[key].references.append(reference)


# ---- documents ----


# One character for each syllable in prefixes of numbers, the commonest; any other prefix carries a digest, because
# 晋 and 津 are both `jin`. A character may be added for a new syllable, never changed.
_PREFIX_SIGNS = (
    "晋财综阳政办发国函字民教社行预库绩金农建企资规范令府人部厅组通宣纪编委保卫健康医文旅体科技工信商务司公安审统税监管环水交林粮应退役住房"
    "城乡自然源大数据脱贫扶考投普沪苏浙粤京皖赣鲁豫鄂湘川渝黔云陕甘青宁新辽黑蒙中共疾省区院主席总局家生事业开展改革采购债评外经贸质检"
)


@cache
def _prefix_signs() -> dict[str, str]:
    signs: dict[str, str] = {}
    for sign in _PREFIX_SIGNS:
        signs.setdefault(iri.syllables(sign)[0], sign)
    return signs


@lru_cache(maxsize=1 << 17)
def _slug(key: Key, *, former: bool = False) -> str:
    """The part of the IRI that tells a document; `former`: as in `iri.syllables`."""
    form, name, place = key
    if form == "T":
        words = iri.slug(name, former=former)
        return words if not place or name.startswith(place) else f"{words}-{iri.digest(place)}"
    number = parse_number(name)
    if number is None or number.form == "standard":
        words = iri.slug(name, former=former)
    else:
        office = number.prefix + {"order": "令", "announcement": "公告"}.get(number.form, "")
        sounds = iri.syllables(office, former=former)
        # Of a name of a place the sounds may be others than those of its characters.
        plain = all(_prefix_signs().get(iri.syllables(c)[0]) == c for c in office) and (
            former or sounds == iri.syllables(office, former=True)
        )
        parts = [*sounds, str(number.year) if number.form != "order" else "", str(number.sequence)]
        words = "-".join(filter(None, [*parts, "" if plain else iri.digest(office)]))
    return f"{iri.slug(place, former=former)}-{words}" if place else words


def _document(group: _Group, authority: Authority) -> Document:
    references = group.references
    printed = _printed_title(references)
    match = _known(group, printed, authority)
    fact = match.fact if match else None
    title = printed or (fact.title if fact else None)
    number = parse_number(group.number) if group.number else None
    issuers = _makers(fact) or _issuers(references)
    edition = max((r.edition for r in references if r.edition), default=None)
    kind = fact.kind if fact else None
    return Document(
        _slug(group.key),
        (),
        title,
        group.number,
        issuers,
        _issue_year(number, references),
        kind or document_kind(title or "", number, issuers),
        issuing_level(issuers, title or "") or _level(group, number, fact),
        edition,
        match,
        match is not None and match.superseded(edition),
    )


def _issue_year(number: DocumentNumber | None, references: list[Reference]) -> int | None:
    return number.year if number and number.year else _commonest(r.year for r in references if r.year)


def _known(group: _Group, title: str | None, authority: Authority) -> Match | None:
    """What the list says of a document: by its title, else by its number; a local number is a text of its own, however
    near its title comes."""
    match = authority.by_title(title) if title else None
    if match is None:
        entry = authority.by_number(group.number) if group.number else None
        return Match(entry, "authority-exact") if entry else None
    local = group.key[0] == "N" and (group.place or "").strip("@") != ""
    return match if match.fact or not local else None


def _makers(fact: Entry | None) -> tuple[str, ...]:
    """Who made a known law: the project's own list says it for laws, a larger one often does not."""
    if fact is None:
        return ()
    own = own_authority().by_title(fact.title)
    return (own.fact.issuers if own and own.fact else ()) or fact.issuers


def _level(group: _Group, number: DocumentNumber | None, fact: Entry | None) -> str | None:
    """The level of the place that the title names or the number's prefix begins with (考办 is unknown, 阳 is not); a
    known law without a place is the state's."""
    if fact is not None and group.place is None:
        return "national"
    if group.place and not group.place.startswith("@"):
        return level_of(group.place)
    if number is None or number.form != "bracketed":
        return None
    places = {place_of_prefix(number.prefix, r.region) for r in group.references} - {None}
    return level_of(place) if len(places) == 1 and (place := places.pop()) else None


def _commonest(values: Iterable[T]) -> T | None:
    counted = Counter(values)
    return min(counted, key=lambda v: (-counted[v], v)) if counted else None


def _printed_title(references: list[Reference]) -> str | None:
    """The title that most references print, of equals the longest; a cut one only where there is no other."""
    whole = Counter(r.title for r in references if r.title and not r.cut)
    titles = whole or Counter(r.title for r in references if r.title)
    return min(titles, key=lambda t: (-titles[t], -len(t), t)) if titles else None


def _issuers(references: list[Reference]) -> tuple[str, ...]:
    named = Counter(r.issuers for r in references if r.issuers)
    return min(named, key=lambda names: (-len(names), -named[names], names)) if named else ()


def _with_aliases(documents: dict[Key, Document], groups: dict[Key, _Group]) -> dict[Key, Document]:
    """Former slugs, where they name one document and no other."""
    for key, group in groups.items():
        group.former.add(_slug(key, former=True))  # most are those of today
    live = {d.slug for d in documents.values()}
    claims = Counter(slug for g in groups.values() for slug in g.former)
    found: dict[Key, Document] = {}
    for key, document in documents.items():
        aliases = sorted(s for s in groups[key].former if s not in live and claims[s] == 1)
        values = {name: getattr(document, name) for name in Document.__slots__}
        found[key] = Document(**(values | {"aliases": tuple(aliases)}))
    return found


def _link(reference: Reference, key: Key | None, documents: dict[Key, Document], groups: dict[Key, _Group]) -> Link:
    if key is None:
        return Link(None, "unresolved")
    document = documents[key]
    if reference.number and (key[0] == "N" or reference.title is None):
        return Link(document.slug, "number")
    if document.authority is not None and key[0] == "T":
        return Link(document.slug, document.authority.grade)
    if key[0] == "T" and key[2].startswith("@") and len(groups[key].references) == 1:
        return Link(document.slug, "unresolved")
    same = document.title is not None and title_key(reference.title or "") in title_keys(document.title)
    return Link(document.slug, "title" if same else "title-variant")


# ---- misprints ----


def _suspicions(groups: dict[Key, _Group], documents: dict[Key, Document]) -> tuple[Suspicion, ...]:
    found: list[Suspicion] = []
    pairs: set[tuple[Key, Key]] = set()
    for keys in _by_title(groups.values()).values():
        pairs |= misprinted(sorted(k for k in keys if k[0] == "N"))
    for a, b in sorted(pairs):
        found.append(Suspicion("numbers", (documents[a].slug, documents[b].slug), (a[1], b[1])))
    for key, group in sorted(groups.items()):
        unlike = _unlike_titles(group) if key[0] == "N" else ()
        if unlike:
            found.append(Suspicion("titles", (documents[key].slug,), unlike))
    return tuple(found)


def _unlike_titles(group: _Group) -> tuple[str, ...]:
    titles = sorted({r.title for r in group.references if r.title and not r.cut})
    keys = [{loose_key(k) for k in title_keys(t)} for t in titles]
    for i, first in enumerate(keys):
        for j in range(i + 1, len(keys)):
            if not any(a in b or b in a for a in first for b in keys[j]):
                return (titles[i], titles[j])
    return ()
