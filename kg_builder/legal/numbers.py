"""Where document numbers stand in a text: bracketed years, orders, announcements, standards.

Works on text without white space and with folded signs (`normalise.fold`), so a number split by a line break or
printed in any brackets is one shape: 阳政发【 2019】6号 → 阳政发[2019]6号.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from kg_builder.legal.issuers import is_prefix, is_state_prefix
from kg_builder.legal.names import han_before, issuers_before
from kg_builder.legal.normalise import DocumentNumber, number_from_chinese
from kg_builder.legal.places import is_national, path_of

_YEAR = r"((?:19[4-9]|20[0-4])\d|[一二][〇零○九][〇零○一二三四五六七八九]{2})"
_COUNT = r"(\d{1,4}|[一二三四五六七八九十百千〇零]{1,7})"
# 晋财综[2024]210号, 财教(2013)116号, 阳财字[2019]第5号, 阳政办[2021]会纪第5号, [2021]15 without 号
_BRACKETED = re.compile(
    rf"(?:\[\[?|[(〈“\"『「]){_YEAR}年?(?:\]\]?|[)〉”\"』」])年?(?:(?P<kind>会?纪)第?|[发函办]?(?:字?第|字))?(?P<n>\d{{1,5}})(?P<sign>号)?"
)
# 普财[2023]161-163号, 12号至14号: the numbers between are meant too
_RANGE = re.compile(r"号?(?:[-~]|至|到)(?:第)?(\d{1,5})号")
_LONGEST_RANGE = 50
# 5号、6号、[2024]7号; 15号文、16号文; 3、5、17号, where the last carries 号 for all
_MORE = re.compile(
    rf"(?:文件?)?[、,和及]((?:[\[(]{_YEAR}[\])])?第?(\d{{1,4}})(?:号|(?=(?:[、,和及]\d{{1,4}}){{1,20}}号)))(?![楼线院])"
)
# 国发(86)73号; only after a prefix that is known
_SHORT_YEAR = re.compile(r"[\[(]([89]\d)[\])](\d{1,4})号")
# A bracket lost: 晋财行[2019 195号, 国发2014年45号, 国发2014-45号
_HALF = re.compile(rf"[\[(]?{_YEAR}(?:[\])]|年第?|-|第|(?<=\[\d{{4}}))(\d{{1,4}})号")
# 阳财库2022(7)号, 阳财库[2022](7)号: the brackets around the other number
_TURNED = re.compile(rf"[\[(]?{_YEAR}[\])]?年?[\[(]第?(\d{{1,4}})[\])]号")
# 国务院令第381号, 民政部令24号, 国务院令(第381号), 主席令第四十六号
_ORDER_AFTER = re.compile(rf"令(?:[(\[]\d{{4}}[)\]]|\d{{4}}年)?[(\[]?第?{_COUNT}号[)\]]?")
# 国务院第381号令, 国务院292号令, 主席第46号令
_ORDER_BEFORE = re.compile(rf"(?:第{_COUNT}|(?<!\d)(\d{{1,4}}))号(?:主席)?令")
# 财政部公告2023年第1号, 2023年第1号公告
_ANNOUNCED = re.compile(rf"公告[(\[]?{_YEAR}[)\]]?年?第?(\d{{1,4}})号|{_YEAR}年第?(\d{{1,4}})号公告")
# 上海市人民代表大会常务委员会公告第51号, 公告[十五届]第二十五号
_CONGRESS = re.compile(
    rf"公告(?:[(\[](第?[一二三四五六七八九十]{{1,3}}届)[)\]])?[(\[]?第{_COUNT}号[)\]]?|(?<!年)第{_COUNT}号公告"
)
# GB/T36721-2018, DB14/T2023-2020, DB31/199-2018, JGJ450-2018, 建标108-2008, JTGD20-2017, T/CECS123-2020
_STANDARD = re.compile(
    r"(?<![A-Za-z])((?:DB\d{2,6}/?|DB|GB|JGJ|CJJ?|GA|MZ|WW|HJ|WS|JTG|JTJ|JT|JR|LY|NY|SL|TD|YY|DBJ|GBZ|GBJ|DL|QX|XF|AQ|YD|GY|LB"
    r"|JY|CH|DZ|SB|RB|WH|TSG|JJ[GF]|CECS|MH|TB|DA|SF|SN|LS|CY|QB|NB|MT|HG|YB|ZY|DGJ|DBJ/?T?|GM|JB|SY|SH|WB|KA)"
    r"(?:/[TZ]|[TZ](?=-?\d))?([A-Z]?)|T/[A-Z]{2,8}|DG/TJ\d\d-|建标)"
    r"-?(\d{1,6}(?:\.\d{1,3})?)-((?:19|20)\d\d)(?!\d)"
)
# 《某预算定额》(SHA1-31-2016): a number of any series, in brackets after what is no contract
_ANY_STANDARD = re.compile(
    r"(?<=[^同议书告]》\()([A-Z]{2,6}(?:/[A-Z]{1,3})?\d{0,3}(?:[-.]\d{1,5}){1,3}-((?:19|20)\d\d))(?=\))"
)

# Words after which a prefix begins anew: 根据晋财行, 文件精神和阳政发, 195号阳财
_CUE = re.compile(
    r".*(?:根据|依据|按照|依照|遵照|参照|贯彻|落实|执行|文件|精神|通知|办法|意见|规定|方案|细则|决定|批复|条例|要求|转发|印发|下发|颁发|发布|措施|制度|必要性|包括|详见|参考"
    r"|文号|编号|批准|以及|颁布|[的为年月日号见按])(?=.)"
)
# 和晋财综〔2024〕210号 · 按市财〔2023〕5号: a word that is no part of the prefix
_JOIN = re.compile(r"[和与及按据即由经文](?=.{2})")
# An office named in full before its prefix: 山西省财政厅晋财综, 阳泉市政府阳政发
_OFFICE = re.compile(
    r".*(?:人民政府|政府|办公厅|办公室|委员会|总局|总署|领导小组|国务院|法院|检察院|联合会"
    r"|(?:财政|教育|民政|司法|公安|商务|水利|建设|保障|组织|宣传|统战|信息化|运输|资源|环境|农村|旅游|事务|管理|技术)部"
    r"|[一-龥](?:[^办公市]厅|局)|[省市县区党工纪改健资]委)(?=..)"
)
# 真如镇街道 · 吴中区: a division named before its own prefix
_PLACE_IN_FULL = re.compile(r"[一-龥]{2,6}?(?:镇?街道|[镇乡区县市])(?=[一-龥]{2})")
# 办公室 · 政府: an office's name, no prefix
_BARE_OFFICE = re.compile(r"(?:人民|市|县|区)?政府(?:办公[厅室])?|办公[厅室]|[省市县区]委(?:办公[厅室])?")
# 法[2019]45号, the shortest prefix there is
_SUPREME_COURT = re.compile(r"(?:\A|法院|根据|依据|按照)法\Z")
# 3号楼 · 2号线 · 1号机组: a number of something else
_NOT_NUMBER = re.compile(r"楼|院(?!字)|线|门|地块|井|机组|公路|车|泵|炉|桩|房")


Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """A number in the squeezed text; `year_start` is where a year before an order begins (2003年国务院令第381号)."""

    start: int
    end: int
    number: DocumentNumber
    more: tuple[DocumentNumber, ...] = ()  # the others of a range, in the same span


def find_numbers(text: str) -> list[NumberSpan]:
    """All document numbers in order; spans do not overlap. `text` is squeezed and folded."""
    found: list[NumberSpan] = []
    taken: Spans = []
    for reader in (_bracketed, _announcements, _congresses, _orders, _half_bracketed, _short_years, _standards):
        floor = 0
        for span in reader(text):
            if span.start >= floor and not overlaps(taken, span.start, span.end):
                found.append(span)
                floor = span.end
        taken = sorted((s.start, s.end) for s in found)
    return sorted(found, key=lambda s: s.start)


def overlaps(taken: Spans, start: int, end: int) -> bool:
    """Whether [start, end) meets one of the spans, which are sorted and apart from each other."""
    index = bisect_left(taken, (end, 0)) - 1
    return index >= 0 and taken[index][1] > start


def _bracketed(text: str) -> list[NumberSpan]:
    found: list[NumberSpan] = []
    for match in _BRACKETED.finditer(text):
        prefix = _prefix_before(text, match.start())
        year = number_from_chinese(match[1])
        if prefix is None or year is None or _NOT_NUMBER.match(text, match.end()):
            continue
        if span := _range(text, match, prefix, year):
            found.append(span)
            continue
        if match["sign"] is None and not (is_prefix(prefix) and not _goes_on(text, match.end())):
            continue
        number = DocumentNumber(prefix + (match["kind"] or ""), year, int(match["n"]))
        found.append(NumberSpan(match.start() - len(prefix), match.end(), number))
        at = match.end()
        while more := _MORE.match(text, at):  # 晋财教[2023]5号、6号、[2024]7号
            year = number_from_chinese(more[2] or str(year)) or year
            found.append(NumberSpan(more.start(1), more.end(), DocumentNumber(prefix, year, int(more[3]))))
            at = more.end()
    return found


def _range(text: str, match: re.Match[str], prefix: str, year: int) -> NumberSpan | None:
    last = _RANGE.match(text, match.end("n"))
    known = is_prefix(prefix) or is_state_prefix(prefix) or prefix[-1] in "发字函办规综"
    if last is None or not known or _NOT_NUMBER.match(text, last.end()):
        return None
    first, end = int(match["n"]), int(last[1])
    if not first < end <= first + _LONGEST_RANGE:
        return None
    numbers = [DocumentNumber(prefix, year, n) for n in range(first, end + 1)]
    return NumberSpan(match.start() - len(prefix), last.end(), numbers[0], tuple(numbers[1:]))


def _goes_on(text: str, at: int) -> bool:
    return text[at : at + 1] in set("0123456789.年月日个万亿元%-")


def _half_bracketed(text: str) -> list[NumberSpan]:
    found: list[NumberSpan] = []
    for match in sorted([*_HALF.finditer(text), *_TURNED.finditer(text)], key=lambda m: m.start()):
        prefix = _prefix_before(text, match.start())
        year = number_from_chinese(match[1])
        if prefix is None or year is None or not is_prefix(prefix) or _NOT_NUMBER.match(text, match.end()):
            continue
        found.append(NumberSpan(match.start() - len(prefix), match.end(), DocumentNumber(prefix, year, int(match[2]))))
    return found


def _short_years(text: str) -> list[NumberSpan]:
    found: list[NumberSpan] = []
    for match in _SHORT_YEAR.finditer(text):
        prefix = _prefix_before(text, match.start())
        if prefix is not None and (is_prefix(prefix) or is_state_prefix(prefix)):
            number = DocumentNumber(prefix, 1900 + int(match[1]), int(match[2]))
            found.append(NumberSpan(match.start() - len(prefix), match.end(), number))
    return found


def _prefix_before(text: str, end: int) -> str | None:
    """The prefix that ends at `end`, cut free of the words and office names before it; None where none can be told."""
    run = han_before(text, end, 32)
    if _is_of_something_else(text, end, run):
        return None
    if _SUPREME_COURT.search(run):
        return "法"
    run = _after(_CUE.match(run), run)
    run = _after(_OFFICE.match(run), run)
    before_run = text[max(0, end - len(run) - 1) : end - len(run)]
    if run[:1] in ("和", "与", "及") and before_run in ("号", "》", ")"):
        return run[1:] if 3 <= len(run) <= 9 else None  # 191号和崇农委: a list goes on
    run = run[_joining_word(run) :]
    run = run[_office_in_short(run) :]
    run = run[_place_in_full(run) :]
    return None if _BARE_OFFICE.fullmatch(run) else _known_end(run)  # 市政府办公室[2023]18号抄告单


def _after(words: re.Match[str] | None, run: str) -> str:
    return run[words.end() :] if words else run


def _is_of_something_else(text: str, end: int, run: str) -> bool:
    """Numbered minutes are no document of an office, nor are numbered things: 常务会议纪要(普府常[2023]7号)."""
    things = ("纪要", "会议", "合同", "协议", "编号", "型号", "批次", "地块", "单")
    return run.endswith(things) or text.endswith(("纪要(", "合同(", "协议(", "单("), 0, end - len(run))


def _known_end(run: str) -> str | None:
    """The run, if it is short, else the longest end of it that is known as a prefix."""
    if len(run) <= 6 or is_prefix(run):
        return run if len(run) >= 2 else None
    known = next((run[start:] for start in range(1, len(run) - 1) if is_prefix(run[start:])), None)
    return known or (run if len(run) <= 8 else None)


def _joining_word(run: str) -> int:
    """1 where a run begins with a word that is no part of the prefix: 和晋财综, 按市财."""
    if len(run) <= 2 or not _JOIN.match(run):
        return 0
    rest = run[1:]
    return int(len(run) > 6 or is_prefix(rest) or (run[0] in "和与及" and is_state_prefix(rest)))


def _place_in_full(run: str) -> int:
    """How many characters of a run are a division named before its own prefix: 真如镇街道|真府办, 吴中区|吴政办."""
    place = _PLACE_IN_FULL.match(run)
    return place.end() if place and (place.group()[-1] in "道镇乡" or path_of(place.group())) else 0


def _office_in_short(run: str) -> int:
    """How many characters of a run are an office's short name before the prefix: 市编委|阳编发."""
    if run[:1] not in ("省", "市", "县", "区") or is_prefix(run):
        return 0
    ends = (n for n in range(2, len(run) - 1) if run[n - 1] in "委办局厅府部组会" and is_prefix(run[n:]))
    return next(ends, 0)


# 国务院 · 某省人民政府 · 财政部: who issued an order, just before 令
_ISSUER = re.compile(
    r"(?:中华人民共和国)?(?:国务院|主席|中央军委|中央军事委员会|[一-龥]{0,18}?(?:部|委员会|总局|总署|局|政府|人大|人民代表大会|院|厅|省|市|行|会|署|委)|[一-龥]{1,3}府|\A国)\Z"
)
# 根据财政部令 · 2011年国务院令: what stands before who issued an order
_ISSUER_CUE = re.compile(
    r".*(?:根据|依据|按照|依照|遵照|参照|贯彻|落实|执行|颁布|发布|[的年月日号及与]|以及"
    r"|(?<!共)(?<!发展)(?<!工业)(?<!资源)(?<!住房)(?<!文化)(?<!卫生)(?<!林业)(?<!规划)(?<!粮食)(?<!经济)和)"
)


def _orders(text: str) -> list[NumberSpan]:
    matches = sorted([*_ORDER_AFTER.finditer(text), *_ORDER_BEFORE.finditer(text)], key=lambda m: m.start())
    return [span for match in matches if (span := _order(text, match))]


def _order(text: str, match: re.Match[str]) -> NumberSpan | None:
    count = number_from_chinese(match[1] or match[2])
    year, before = _year_before(text, match.start())
    issuer = _order_issuer(text, before)
    if not count or (issuer is None and not _may_lack_issuer(text, match)):
        return None
    issuer = "主席" if match.group().endswith("主席令") else issuer or ""
    start = before - len(issuer)
    begin, names = issuers_before(text, before)
    if len(names) > 1:  # 国务院、中央军委令第413号 is the first one's number
        start, issuer = begin, names[0]
    if year is None:
        year, start = _year_before(text, start)
    issuer = issuer.removeprefix("中华人民共和国") or issuer
    issuer = "国务院" if issuer == "国" else issuer  # 国令第724号
    unopened = match.group()[-1] in ")]" and not re.search(r"[(\[]", match.group())  # it belongs to what surrounds it
    return NumberSpan(start, match.end() - unopened, DocumentNumber(issuer, year, count, "order"))


def _may_lack_issuer(text: str, match: re.Match[str]) -> bool:
    """(第46号令), 第46号令: only where it says 第 before its number, or a bracket opens before it."""
    says_so = match.re is _ORDER_BEFORE and match[1] is not None
    return says_so or text.endswith("(", 0, match.start())


def _order_issuer(text: str, end: int) -> str | None:
    run = han_before(text, end, 40)
    if cue := _ISSUER_CUE.match(run):
        run = run[cue.end() :]
    match = _ISSUER.match(run)
    return match.group() if match else None


# (2011年 · 2018年3月2日: a year just before a number
_YEAR_BACK = re.compile(rf"[\[(〔]?{_YEAR}[\])]?年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?\Z")


def _year_before(text: str, start: int) -> tuple[int | None, int]:
    """The year printed before an order: 2003年国务院令 → 2003."""
    match = _YEAR_BACK.search(text[max(0, start - 14) : start])
    if match is None or not match.group().rstrip(")").endswith(("年", "日", "月", "]")):
        return None, start
    opened = match.group().startswith("(") and ")" not in match.group()
    return number_from_chinese(match[1]), start - len(match.group()) + opened


def _announcements(text: str) -> list[NumberSpan]:
    found: list[NumberSpan] = []
    for match in _ANNOUNCED.finditer(text):
        issuer = _order_issuer(text, match.start())
        year = number_from_chinese(match[1] or match[3])
        if issuer is None and text[max(0, match.start() - 1) : match.start()] == "(":
            issuer = ""  # 《…》（2017年第66号公告）
        if issuer is not None and year is not None:
            number = DocumentNumber(issuer, year, int(match[2] or match[4]), "announcement")
            closed = match.group().startswith(("公告(", "公告[")) and text[match.end() : match.end() + 1] in (")", "]")
            found.append(NumberSpan(match.start() - len(issuer), match.end() + closed, number))
    return found


def _congresses(text: str) -> list[NumberSpan]:
    """Announcements of a people's congress or a ministry that carry a running number without a year."""
    found: list[NumberSpan] = []
    for match in _CONGRESS.finditer(text):
        issuer = _order_issuer(text, match.start())
        count = number_from_chinese(match[2] or match[3])
        congress = issuer and issuer.endswith(("人大", "人民代表大会", "委员会", "常委会"))
        if issuer and count and (congress or is_national(issuer.removeprefix("中华人民共和国"))):
            end = match.end() - (match.group()[-1] in ")]" and not re.search(r"[(\[]第", match.group()))
            # 第十三届: numbers begin anew with each
            session = re.search(r"第([一二三四五六七八九十]{1,3}届)(?=人民代表大会|人大)", issuer)
            name = issuer.replace(session.group(), "") if session else issuer
            name = name if congress else name.removeprefix("中华人民共和国")
            number = DocumentNumber(name, None, count, "announcement", match[1] or (session[1] if session else ""))
            found.append(NumberSpan(match.start() - len(issuer), end, number))
    return found


def _standards(text: str) -> list[NumberSpan]:
    if "-" not in text:
        return []
    known = [(m.span(), _standard(m), m[4], m[3]) for m in _STANDARD.finditer(text)]
    others = [(m.span(), m[1], m[2], re.split(r"[-.]", m[1])[-2]) for m in _ANY_STANDARD.finditer(text)]
    return [
        NumberSpan(*span, DocumentNumber(name, int(year), int(count.split(".")[0]), "standard"))
        for span, name, year, count in sorted(known + others)
    ]


def _standard(match: re.Match[str]) -> str:
    series, letter, count, year = match.groups()
    if letter and not series.startswith("T/"):
        return f"{series.removesuffix(letter)} {letter}{count}-{year}"  # JTG H10-2009
    return f"{series}{count}-{year}" if series.endswith(("/", "-")) else f"{series} {count}-{year}"  # DB31/199-2018
