"""What a printed line, cell or label is: a total, a page number, a title, the unit of money, a note, names of people.

Every reader asks here, so that one print means one thing to all of them. Where two readers must differ, an argument
says so. Texts come as they are printed, line breaks and spaces of the layout included.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from kg_builder.model import Cell
from kg_builder.text import YUAN_PER, counting_number, label_key, letters, squeeze

MONEY = "|".join(sorted(YUAN_PER, key=len, reverse=True))
_CHINESE = "一二三四五六七八九十"

# --- totals -----------------------------------------------------------------------------------------------------

# 2023年 · 本年收入 · 预算: what may stand before 合计 without naming a part of the whole
_WHOLE = r"(?:20\d\d年度?)?(?:本年度?|当年|本页|总)?(?:预算|决算|收入|支出|资金|金额|经费)*"
# 合计 · 合 计 · 人员经费小计 · 本年支出总计 · 收入总额 · 合计数 · 合计（万元）; 工资总额 is a name
_TOTAL = re.compile(
    rf"(?:(?P<of>.*?)(?:合计|总计|小计|共计)|(?P<whole>{_WHOLE})总额)(?:数|金额)?(?:[（(](?:{MONEY})[)）])?"
)


@lru_cache(maxsize=1 << 12)
def total_of(text: str) -> str | None:
    """What a label or head sums up: 人员经费合计 → 人员经费, 合 计 → nothing; None where it is no total."""
    found = _TOTAL.fullmatch(squeeze(text))
    return None if found is None else found["of"] or found["whole"] or ""


@lru_cache(maxsize=1 << 12)
def is_total(text: str, whole: bool = False) -> bool:
    """Whether a label or head says that it sums up others; `whole`: all of them, not those of one name alone.

    小计, 共计 and 公用经费合计 are totals, 本年支出合计 and 2023年合计 whole ones.
    """
    of = total_of(text)
    return of is not None and (not whole or re.fullmatch(_WHOLE, of) is not None)


# 合 计 · 项  目 · 备 注: short words that are set apart to fill their cells; 类 款 项 目 are four
_SHORT = "|".join(map(" +".join, ("项目", "科目", "名称", "编码", "金额", "总额", "收入", "支出", "备注", "单位")))
_SPREAD = re.compile(rf"(?:[合总小共] +计|(?<!\S)(?<![类款] )(?:{_SHORT}))(?!\S)")

# --- page numbers, running heads --------------------------------------------------------------------------------

_RULE = r"[-—–－─━~～·•\s]"
# 3 · - 12 - · ─11─ · 第 3 页 · 3/20 · 第3/20页 · 第3页共20页 · 共 20 页，第 3 页 · Page 3 of 20
_PAGE_NUMBER = re.compile(
    rf"(?P<left>{_RULE}*+)(?:(?P<bare>\d{{1,4}})|第?\s*(?P<page>\d{{1,4}})\s*/\s*+共?\s*+(?P<of>\d{{1,4}})\s*+页?"
    r"|第?\s*(?P<first>\d{1,4})\s*页[\s/，,、]*+(?:[共总]+\s*\d{1,4}\s*+页?)?"
    r"|共\s*\d{1,4}\s*页[\s/，,、]*第\s*(?P<last>\d{1,4})\s*页"
    rf"|[Pp]age\s*(?P<english>\d{{1,4}})(?:\s*of\s*\d{{1,4}})?)(?P<right>{_RULE}*)"
)
# 某局2023年部门预算公开报告
_RUNNING = re.compile(r".{0,60}20\d\d年.{0,12}(?:预算|决算).{0,12}(?:公开|报告|说明)")


def page_number_of(text: str, bare: bool = True) -> int | None:
    """The number of the page where a line says nothing else; `bare`: also without 第 and 页 or dashes around it."""
    found = _PAGE_NUMBER.fullmatch(text.strip())
    if found is None or (found["page"] and int(found["page"]) > int(found["of"])):
        return None
    if found["bare"] and not (bare or (found["left"] and found["right"])):
        return None
    return next(int(n) for name in ("bare", "page", "first", "last", "english") if (n := found[name]) is not None)


def is_page_number(text: str, bare: bool = True) -> bool:
    """Whether a line only numbers the page; `bare`: also where it is a number without 第 and 页 or dashes around it."""
    return page_number_of(text, bare) is not None


def is_running_head(text: str) -> bool:
    """Whether a line can be the report's name printed on top of each page: 某局2023年部门预算公开报告."""
    return bool(_RUNNING.fullmatch(squeeze(text)))


# --- captions of tables: label, title, unit, body, note ---------------------------------------------------------

# 2025年预算收支总表 · “三公”经费支出预算表 · 项目支出预算表（本年预算） · 一般公共预算支出表(公开05表)
# 全市一般公共预算支出2025年预算执行情况和2026年预算（草案） · 全市社会保险基金预算…2026年预算（草案）
_TITLE = re.compile(
    r"[^。；;，,：:]{1,60}?(?:总表|统计表|明细表|情况表|科目表|[一-鿿”\"）)]表)(?:[（(][^（()）]{1,24}[)）])?"
    r"|[^。；;，,：:]{2,40}(?:收入|支出|收支|平衡|社会保险基金预算)[^。；;，,：:]{0,30}[（(]草案[)）]"
)
_NO_TITLE = re.compile(r"目录|[下附上此]表$")
# 预算公开表1 · 部门公开表9 · 公开01表 · 附表3 · 表一 · 表1-2 · the 1-1 of 1-12026年某州收入表
_LABEL = re.compile(
    rf"(?:(?:预算|部门|单位|决算)?(?:公开|附))?表(?:[{_CHINESE}]{{1,3}}|\d{{1,2}}(?=20\d\d年|\D|$))(?:-\d{{1,2}}(?!\d))?"
    r"|(?:预算|部门|单位|决算)?(?:公开|附)\d{1,2}表"
    r"|\d{1,2}-\d{1,2}(?=20\d\d年|[一-鿿]{3})"
)
# 续表 · 续表一 · 续上表 · 接上表 · （续）
_CONTINUED = re.compile(rf"[（(]?(?:续|接)上?表?[{_CHINESE}\d]{{0,2}}[)）]?")
# 单位：万元 · 金额单位：元 · 单位:人民币万元 · （单位：千元） · 单位（元） · 单位万元; no 单位元旦慰问
_UNIT = re.compile(
    rf"单位(?:[:：](?:人民币)?[（(]?|[（(](?:人民币)?)(?P<told>{MONEY})|单位(?:人民币)?(?P<bare>{MONEY})(?![一-鿿])"
)
# 预算数（万元） · 金额(元) · 预算数（单位：千元）
_UNIT_OF_HEAD = re.compile(rf"[（(](?:单位[:：])?(?:人民币)?({MONEY})[)）]")
# 预算收支总表（单位：万元） · 收支总表 金额单位：元
_UNIT_TAIL = re.compile(rf"[（(]?(?:金额|货币|计量)?单位[:：](?:人民币)?(?:{MONEY})[)）]?$")
# 本报告所有表格金额单位均为万元 · 数据计量单位统一为“元”
_UNIT_OF_ALL = re.compile(
    rf"(?:各?表格?|报表|金额|数据)中?的?(?:金额)?(?:计量)?单位(?:均|统一|全部)?为[“\"]?(?:人民币)?({MONEY})"
)
# 单位：万 and 元 at the end of the next line
_UNIT_CUT = re.compile(r"(?P<head>.*单位\s*[:：]\s*(?:人民币)?(?:[十百千]?[万亿]|[百千]))\s*")
_REST_OF_UNIT = re.compile(r"(?P<before>|.*\s\s)(?P<rest>元[)）]?)\s*")
# 部门名称：… · 编制单位：… · 部门：… · 预算单位：…
_BODY_LINE = re.compile(r"(?:填报|编制|编报|报送|预算|填制|公开|主管){0,2}(?:部门|单位|机构)(?:名称|（单位）)?[:：]")
# （一）债务限额情况表………………71 · 收支总表.......3: at least so many leaders, and at most so many digits
_LEADERS, _LEAST_LEADERS, _MOST_DIGITS = "….·", 3, 4
# 注：本表无数据 · 备注1. · 说明：… · ※…
_NOTE = re.compile(r"[*※]|备?注\d{0,2}[:：.、]|说明[:：]")


def label_and_title(text: str) -> tuple[str | None, str]:
    """A table's label before its title set apart: `表一2025年预算收支总表` → (表一, 2025年预算收支总表)."""
    text = squeeze(text)
    match = _LABEL.match(text)
    if match and len(match.group()) < len(text):
        return match.group(), text[match.end() :].lstrip("：: 、.")
    return None, text


def is_table_label(text: str) -> bool:
    """Whether the text is the label of a table and nothing else: 预算公开表1, 附3表."""
    return bool(_LABEL.fullmatch(squeeze(text)))


def is_title(text: str) -> bool:
    """Whether the text can be a table's title: 2025年预算收支总表, 表一“三公”经费支出预算表."""
    name = label_and_title(text)[1]
    return bool(_TITLE.fullmatch(name)) and not _NO_TITLE.search(name)


def is_of_contents(text: str) -> bool:
    """Whether a line stands in a list of contents: leaders run to its end, with the number of a page or without."""
    whole = squeeze(text)
    line = whole.rstrip("0123456789")
    leaders = len(line) - len(line.rstrip(_LEADERS))
    return leaders >= _LEAST_LEADERS and len(whole) - len(line) <= _MOST_DIGITS


def is_continued(text: str) -> bool:
    """Whether a line only says that the table above goes on: 续表, 接上表."""
    return bool(_CONTINUED.fullmatch(squeeze(text)))


@lru_cache(maxsize=1 << 12)
def unit_of(text: str, head: bool = False) -> str | None:
    """The unit of money that a line names: `单位：万元` → 万元; `head`: brackets alone name it too, 预算数（元）."""
    text = squeeze(text)
    if head and (found := _UNIT_OF_HEAD.search(text)):
        return found[1]
    found = _UNIT.search(text)
    return (found["told"] or found["bare"]) if found else None


def without_spreading(line: str) -> str:
    """A line of a table with the short words whole that are set apart to fill their cells: 合 计 → 合计."""
    return _SPREAD.sub(lambda found: squeeze(found[0]), line)


def unit_of_all(text: str) -> str | None:
    """The unit that a sentence states for all tables: 本报告各表金额单位均为万元 → 万元."""
    found = _UNIT_OF_ALL.search(squeeze(text))
    return found[1] if found else None


def without_unit(text: str) -> str:
    """A title or caption without the unit at its end; nothing of a line that names the unit alone."""
    return _UNIT_TAIL.sub("", squeeze(text))


@lru_cache(maxsize=1 << 12)
def bare_head(text: str) -> str:
    """A label or head as labels compare, without the unit in brackets: 项目总预算（元） → 项目总预算."""
    return _UNIT_OF_HEAD.sub("", label_key(text))


def whole_unit(line: str, below: str) -> tuple[str, str] | None:
    """Two lines with the unit that is cut between them whole in the first: `单位：万`, `元`; None where none is."""
    cut, rest = _UNIT_CUT.fullmatch(line), _REST_OF_UNIT.fullmatch(below)
    return (cut["head"] + rest["rest"], rest["before"].rstrip()) if cut and rest else None


def is_body_line(text: str) -> bool:
    """Whether a line of a caption names the body, or leaves room for its name: 部门名称：某局."""
    text = squeeze(text)
    return bool(_BODY_LINE.match(text)) and not _UNIT_TAIL.fullmatch(text)


def is_note(text: str) -> bool:
    """Whether the text is a note under a table: 注：本表无数据."""
    return bool(_NOTE.match(squeeze(text)))


# --- what stands for no figure, numbers of columns and rows, years ----------------------------------------------

# 1,098.40 · 98.40 · 12,345: two decimals at the end, or groups of three
_SUM = re.compile(r"\d,\d{3}(?!\d)|\d\.\d\d(?![\d%％])")
_NIL = re.compile(r"[-—–－─/\\.。…]{1,3}")  # - · — · ——
_COLUMN_SIGN = re.compile(r"栏次|行次|次|公式|[甲乙丙丁]|\*\*")  # says that the row numbers the columns
_FEW = 3  # numbers from which on a row shows by itself that it counts, and the widest step from one to the next
_LEVELS = frozenset("类款项目")  # heads of codes that stand beside the numbers
# 3 · (3) · 1=2+3 · 4=3/2*100
_COLUMN_NUMBER = re.compile(r"[（(]?(?P<number>[1-9]\d?)[）)]?(?:=[\d+\-*/×÷()（）%]+)?")
_COLUMN_LETTER = re.compile(r"[A-Z](?P<formula>=[A-Z\d+\-*/×÷()（）%]+)?")  # B · A=B+C
# 一、 · （二） · (3) · 4. · 5、 · 6） · ① · 1． · the 2. of 2.2026年收入预算总表, no 2.5
_ORDINAL = re.compile(
    rf"^\s*(?:(?P<plain>[{_CHINESE}]{{1,3}}[、.．])|(?P<bracket>[（(][{_CHINESE}]{{1,3}}[)）]、?)"
    r"|(?P<digit>[（(]\d{1,3}[)）]、?|\d{1,2}[、.．)）](?=20\d\d年|\D|$))|(?P<circle>[①-⑳]))\s*"
)
_YEAR = re.compile(r"(?<!\d)20\d\d(?=年|[-—－–~至]20\d\d年)")  # 2024年 · both of 2024-2025年
_PART = re.compile(rf"第(?:[{_CHINESE}]{{1,3}}|\d{{1,2}})部分")  # 第三部分 · 第十部分 · 第3部分
_STOPS = "，。；"  # of a sentence; a colon may stand behind a label


class Ordinal(NamedTuple):
    """A number before a label, and how it is set: plain 一、 bracket （一） digit 1. (1) circle ①."""

    style: str
    number: int


def has_sum(text: str) -> bool:
    """Whether the text prints a sum of money for certain: with two decimals, or groups of three digits."""
    return bool(_SUM.search(text))


def is_nil(text: str, word: bool = False) -> bool:
    """Whether a dash stands in place of a figure; `word`: or 无."""
    text = squeeze(text)
    return bool(_NIL.fullmatch(text)) or (word and text == "无")


def numbers_columns(words: Sequence[str]) -> bool:
    """Whether the words of a row only number the columns: 1 2 3 4 · 栏次 1 2 3 · 甲 乙 1 2 · 1=2+3 2 3 · A=B+C B C.

    Numbers without 栏次 or 甲 count on from one to the next, or begin again in the next panel: 12 8 35 are figures.
    Among four or more a few may be lost, or stand below two heads.
    """
    signed = any(map(_COLUMN_SIGN.fullmatch, words))
    rest = [w for w in words if not (_COLUMN_SIGN.fullmatch(w) or w in _LEVELS or is_nil(w))]
    letters = list(filter(None, map(_COLUMN_LETTER.fullmatch, rest)))
    if len(letters) == len(rest) > 1 and any(one["formula"] for one in letters):
        return True
    found = list(filter(None, map(_COLUMN_NUMBER.fullmatch, rest)))
    if len(found) < len(rest):
        return False
    return signed or _counts_on([int(one["number"]) for one in found])


def _counts_on(numbers: Sequence[int]) -> bool:
    """Whether numbers are runs of two or more, each after the first from 1 on; 9 1 2 1 are figures."""
    steps = [b - a for a, b in pairwise(numbers)]
    begins = [0, *(at for at, step in enumerate(steps, 1) if step != 1), len(numbers)]
    runs = [numbers[a:b] for a, b in pairwise(begins)]
    counted = all(len(run) > 1 and (run[0] == 1 or run is runs[0]) for run in runs)
    return counted or (len(numbers) > _FEW and all(0 < step <= _FEW for step in steps))


def ordinal_of(text: str) -> Ordinal | None:
    """The number that a label or heading begins with: 二十八、债务付息支出, （三）教育支出, 4.差旅."""
    found = _ORDINAL.match(text)
    if found is None or found.lastgroup is None:
        return None
    return Ordinal(found.lastgroup, counting_number(letters(found[0])) or 0)


def without_ordinal(text: str) -> str:
    """A label or heading without the number that it begins with: 一、基本支出 → 基本支出."""
    return _ORDINAL.sub("", text, count=1)


def begins_part(text: str) -> bool:
    """Whether a line begins a part of the report: 第二部分 2024年部门预算表."""
    return bool(_PART.match(squeeze(text)))


def without_part(text: str) -> str:
    """A heading without the number of the part that it begins: 第一部分某局概况 → 某局概况."""
    text = squeeze(text)
    found = _PART.match(text)
    return text[found.end() :] if found else text


def has_stop(text: str, colon: bool = False) -> bool:
    """Whether a text has the stops of a sentence, so that it is no name; `colon`: or one that a text follows."""
    return any(stop in text for stop in (_STOPS + "：:" if colon else _STOPS))


def years_in(text: str) -> list[int]:
    """The years that a text names, in their order: 2023年支出, 2024年度预算."""
    return [int(year) for year in _YEAR.findall(text)]


# --- people -----------------------------------------------------------------------------------------------------

_ROLES = ("负责人", "经办人", "联系人", "填报人", "填表人", "制表人", "审核人", "联系电话", "联系方式", "电话", "手机")
_ROLE = "|".join(r"\s*".join(role) for role in _ROLES)  # 经 办 人
# 138…… · 138 …… …… · 0353-…… · （0353）……
_PHONE = re.compile(
    r"(?<![\d.,])(?:1[3-9]\d(?:[-－—\s]?\d{4}){2}|(?:0\d{2,3}[-－—]?|[（(]0\d{2,3}[)）]\s?)\d{7,8})(?![\d.,]\d|\d)"
)
# 单位负责人：… · 经办人：… · 联系电话：… · 0353-…: names and numbers after them are people's
_PEOPLE = re.compile(rf"(?:(?<!\s)\s+)?(?:单位|部门|财务|项目)?(?:{_ROLE}|制表|审核)\s*[:：]|{_PHONE.pattern}")
# 负责人 · 项目负责人及联系电话 · 经办人（签字） · 联系人/电话: a label whose value is personal
_PEOPLE_LABEL = re.compile(rf"[一-鿿]{{0,6}}(?:{_ROLE})(?:签字|签章|签名|姓名|号码)?(?:[及和/、(:].*)?")


# 经办人 张三 · 联系电话 229…… : the same without a colon, in the words of a line or a cell
_LOOSE = re.compile(
    r"(?:负责人|经办人|联系人|填报人|填表人|制表人|审核人)(?:签字|签章|签名|姓名)?\s+[一-鿿]{2,4}(?![一-鿿])"
    r"|(?:(?:联系)?(?:电话|手机)|联系方式)(?:号码)?\s*\d[\d\s-]{5,}\d(?![\d.,])"
)
_PERSONAL = re.compile(r"[一-鿿]{2,4}|[\d\s()（）—－-]{0,6}\d[\d\s-]{5,}\d")  # 张三 · 229…… beside its label


def people_in(text: str, phones: bool = True) -> list[int]:
    """Where in a text handlers' names and telephone numbers begin, with the words 经办人：, 电话： before them.

    `phones`: also numbers that stand without such a word.
    """
    return [found.start() for found in _PEOPLE.finditer(text) if phones or found[0][-1] in ":："]


def names_people(text: str) -> bool:
    """Whether the text gives a handler's name or a telephone number, which no output may carry."""
    return bool(_PEOPLE.search(text) or _LOOSE.search(text))


def without_people(cell: Cell) -> Cell:
    """The cell without what follows 负责人：, 经办人：, 电话：."""
    found = _PEOPLE.search(cell.text)
    return Cell(cell.text[: found.start()].rstrip(), cell.place) if found else cell


def without_personal(text: str) -> str:
    """The text up to the first name or number of a person in it, whether a colon stands before it or not."""
    found = [match.start() for pattern in (_PEOPLE, _LOOSE) if (match := pattern.search(text))]
    return text[: min(found)].rstrip() if found else text


def is_personal_value(text: str) -> bool:
    """Whether a text beside or below the label of a person may be a name or a telephone number."""
    return bool(_PERSONAL.fullmatch(text.strip())) or is_phone_in(text)


def is_people_label(text: str) -> bool:
    """Whether a label asks for a person's name or number: 负责人, 经办人（签字）, 联系人及电话."""
    return bool(_PEOPLE_LABEL.fullmatch(label_key(text)))


def without_phones(text: str) -> str:
    """The text without telephone numbers."""
    return _PHONE.sub("", text)


def is_phone_in(text: str) -> bool:
    """Whether the text holds a telephone number."""
    return bool(_PHONE.search(text))
