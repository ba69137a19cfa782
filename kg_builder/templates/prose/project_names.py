"""How a text calls the project that it tells of: in its first sentences, in the title of a rule made for it, or not."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg_builder.model import Cell
from kg_builder.text import squeeze

_THING = r"(?:项目|专项|工程|经费|资金|补助|补贴|津贴|奖励|救助|服务|费)"
# 本项目名称为数字档案加工，… · 项目名称：数字档案加工。
_CALLED = re.compile(r"(?:本|该)?项目(?:的)?名称(?:为|是|叫做|[:：])[“\"《]?(?P<name>[^，。；,;”\"》]{2,40})")
# “智慧养老”项目主要… · 实施“智慧养老”工程
_QUOTED = re.compile(r"^[^，。；,;“]{0,12}(?P<name>“[^”]{2,24}”[一-鿿]{0,6}?(?:项目|专项|工程|行动|计划))")
# 图书流通服务项目主要用于… · 2025年道路养护经费是指…
_SUBJECT = re.compile(
    rf"^(?:20\d\d年(?:度)?)?(?P<name>[^，。；,;:：《》“”\d]{{2,28}}?{_THING})"
    r"(?:[，,])?(?:主要|是指|是为|是|旨在|用于|系|为了|为|由|属于|围绕|包括|包含|计划|拟|于20\d\d年)"
)
# 我局继续实施公共自行车运营项目，… · 开展古籍保护工程。
_CARRIED_OUT = re.compile(
    r"(?:继续|组织|负责|专项)?(?:实施|开展)(?P<name>[一-鿿]{3,24}?(?:项目|工程|专项))(?=[，,。]|$)"
)
_POINTING = re.compile(
    r"本|该|此|我|项目(?!部)|根据|依据|按照|按|为|通过|开展|实施|对|用于|主要|财政|所需|上述|预算|年度"
)
# 《社区食堂补贴实施办法》 · 【老年人津贴管理暂行办法】: a rule made for one kind of spending
_RULE = re.compile(
    r"[《【](?P<title>[^《》【】]{4,40}?)(?:专项)?(?:资金|经费)?(?:的)?"
    r"(?:项目)?(?:使用|管理|实施|发放|使用管理|实施管理)(?:暂行|试行)?(?:办法|细则|方案|规定)(?:[（(][^）)]{1,8}[）)])?[》】]"
)
_PLACE = re.compile(r"^[一-鿿]{1,10}?(?:自治区|自治州|省|市|区|县)(?=[一-鿿]{4})")
_ISSUED = re.compile(r"^.*?关于(?:印发|修订|做好|调整|开展|加强|实施)?")
_SPENDING = re.compile(r"补助|补贴|津贴|奖励|救助|专项|工程|项目|服务|资助|保险|养护|改造")
_FIRST_SENTENCES = 2


def name_in_text(texts: Mapping[str, Cell]) -> str:
    """The project's name by its own text (field → text), empty where it gives none or several."""
    for field in ("overview", "legal-basis", "annual-provision", "plan"):
        if field in texts and (name := _said(squeeze(texts[field].text))):
            return name
    return _by_rule(texts)


def ends_like_project(name: str) -> bool:
    """Whether a name ends as names of projects do: 公共体育设施维护经费."""
    return re.search(rf"{_THING}$", name) is not None


def _said(text: str) -> str:
    if called := _CALLED.search(text):
        return called["name"]
    for sentence in re.split(r"[。；;]", text)[:_FIRST_SENTENCES]:
        told = (pattern.search(sentence) for pattern in (_QUOTED, _SUBJECT, _CARRIED_OUT))
        names = (found["name"] for found in told if found and not _POINTING.match(found["name"]))
        if name := next(names, ""):
            return name
    return ""


def _by_rule(texts: Mapping[str, Cell]) -> str:
    """What the one rule that is made for a kind of spending is made for."""
    told = [texts[field].text for field in ("legal-basis", "overview") if field in texts]
    titles = {found["title"] for text in told for found in _RULE.finditer(squeeze(text))}
    names = {_PLACE.sub("", _ISSUED.sub("", title)) for title in titles}
    names = {name for name in names if _SPENDING.search(name)}
    return names.pop() if len(names) == 1 else ""
