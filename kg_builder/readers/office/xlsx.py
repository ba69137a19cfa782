"""Workbooks of Office Open XML → sheets: streamed, so that a claim of a million blank cells costs no memory."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree
from xlfmt import format_value

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers.office.package import Package
from kg_builder.readers.office.sheets import Sheet, pages_of_sheets, spot
from kg_builder.readers.original import Original

_CHUNK = 1 << 20
_BLANK = re.compile(rb"<(?:\w+:)?c(?:\s[^<>]*)?/>")  # <c r="B5" s="12"/>
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")  # B5
_LOCALE = re.compile(
    r"\[\$-[0-9A-Fa-f]{1,8}\]"
)  # [$-804]#,##0.00: the language of what is shown, no sign of a currency
_GENERAL = "G/通用格式"  # what programs in Chinese call General
_OUT_OF_RANGE = "#####"  # what is shown for a number that is no date in a format of dates
BUILT_IN = {1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
             13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
             19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 31: 'yyyy"年"m"月"d"日"',
             37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
             41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
             49: "@", 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"'}  # fmt: skip


def read_xlsx_pages(original: Original) -> list[Page]:
    """The sheets of a workbook as pages: printed texts by number formats; nothing hidden, no macro, no link."""
    return pages_of_sheets(original.name, list(_sheets(Package(original))))


def printed_number(text: str, form: str, date1904: bool = False) -> str:
    """What a number with a format shows: 1234.5 as `#,##0.00` is 1,234.50; of no format all its digits."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return text
    form = _LOCALE.sub("", form).replace(_GENERAL, "General")
    number = int(value) if value == value.to_integral_value() and abs(value) < 10**15 else float(value)
    if form.lower() in {"", "general", "@"}:
        return str(number) if isinstance(number, int) else f"{Decimal(f'{number:.15g}'):f}"
    try:
        shown = str(format_value(number, form, date1904=date1904)).strip()
    except (OverflowError, ValueError):
        return _OUT_OF_RANGE
    # A format may show a minus by a colour alone: #,##0;[Red]#,##0
    signed = number >= 0 or not shown or shown[0] in "-(（△▲−－" or shown[-1] == "-" or "[" not in form
    return shown if signed else f"-{shown}"


def _sheets(package: Package) -> Iterator[Sheet]:
    book_part = _target(package, "_rels/.rels", "", "officeDocument") or "xl/workbook.xml"
    book = package.xml(book_part)
    folder, file = posixpath.split(book_part)
    relations = _relations(package, posixpath.join(folder, "_rels", f"{file}.rels"), folder)
    texts = _shared_texts(package, next((p for kind, p in relations.values() if kind == "sharedStrings"), ""))
    forms = _formats(package, next((p for kind, p in relations.values() if kind == "styles"), ""))
    date1904 = any(el.get("date1904") in {"1", "true"} for el in book.iter("{*}workbookPr"))
    for element in book.iter("{*}sheet"):
        key = next((value for name, value in element.attrib.items() if name.endswith("}id")), "")
        kind, part = relations.get(key, ("", ""))
        sheet = Sheet(element.get("name", ""), element.get("state", "visible") != "visible")
        if kind == "worksheet" and part in package.names:
            _fill(sheet, package, part, texts, forms, date1904)
        yield sheet


def _relations(package: Package, part: str, folder: str) -> dict[str, tuple[str, str]]:
    """Id → kind and part of what a part relates to inside the package."""
    if part not in package.names:
        return {}
    found = {}
    for element in package.xml(part):
        if element.get("TargetMode") != "External":
            target = element.get("Target", "")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            found[element.get("Id", "")] = (element.get("Type", "").rpartition("/")[2], whole)
    return found


def _target(package: Package, part: str, folder: str, wanted: str) -> str | None:
    return next((p for kind, p in _relations(package, part, folder).values() if kind == wanted), None)


def _shared_texts(package: Package, part: str) -> list[str]:
    return [_text_of(item) for item in package.xml(part).iter("{*}si")] if part in package.names else []


def _text_of(item: Any) -> str:
    """The text of an element, without the reading aids (pinyin) that stand over it."""
    return "".join(t.text or "" for t in item.iter("{*}t") if next(t.iterancestors("{*}rPh"), None) is None)


def _formats(package: Package, part: str) -> list[str]:
    """The number format of each style of cells."""
    if part not in package.names:
        return []
    styles = package.xml(part)
    own = {int(el.get("numFmtId", 0)): el.get("formatCode", "") for el in styles.iter("{*}numFmt")}
    known = BUILT_IN | own
    used = styles.find("{*}cellXfs")
    return [known.get(int(el.get("numFmtId", 0)), "") for el in (used if used is not None else [])]


def _fill(sheet: Sheet, package: Package, part: str, texts: list[str], forms: list[str], date1904: bool) -> None:
    row = column = -1
    for element in _elements(package, part):
        tag = etree.QName(element).localname
        if tag == "row":
            if element.get("hidden") in {"1", "true"} or element.get("ht") == "0":
                sheet.hidden_rows.add(int(element.get("r", row + 1)) - 1)
        elif tag == "col" and (element.get("hidden") in {"1", "true"} or element.get("width") == "0"):
            sheet.hidden_columns.append((int(element.get("min", 1)) - 1, int(element.get("max", 1)) - 1))
        elif tag == "mergeCell":
            sheet.merged.extend(_range(element.get("ref", "")))
        elif tag == "c":
            row, column = _place(element, row, column)
            text = _shown(element, sheet, row, column, texts, forms, date1904)
            if text:
                sheet.cells[row, column] = text


def _place(element: Any, row: int, column: int) -> tuple[int, int]:
    """Row and column of a cell, from 0; one without a reference follows the one before it."""
    if found := _REFERENCE.fullmatch(element.get("r") or ""):
        return int(found[2]) - 1, _number(found[1])
    above = element.getparent()
    own = int(above.get("r", row + 1)) - 1 if above is not None else row
    return own, column + 1 if own == row else 0


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _range(reference: str) -> Iterator[tuple[int, int, int, int]]:
    ends = _REFERENCE.findall(reference)
    if len(ends) == 2:
        (left, top), (right, bottom) = ends
        yield int(top) - 1, int(bottom) - 1, _number(left), _number(right)


def _shown(
    element: Any, sheet: Sheet, row: int, column: int, texts: list[str], forms: list[str], date1904: bool
) -> str:
    """What a cell shows; an error and a formula without its value show nothing, and are told."""
    kind, value = element.get("t", "n"), element.findtext("{*}v")
    style = int(element.get("s", 0))
    form = forms[style] if style < len(forms) else ""
    if kind == "inlineStr":
        return _text_of(element)
    if value is None:
        if element.find("{*}f") is not None:
            sheet.told.append(f"{spot(sheet.name, row, column)} is a formula without a stored value")
        return ""
    if kind == "s":
        return texts[int(value)] if value.isdigit() and int(value) < len(texts) else ""
    if kind == "e":
        sheet.told.append(f"{spot(sheet.name, row, column)} shows the error {value}")
    if kind in {"b", "e"}:
        return {"b1": "TRUE", "b0": "FALSE"}.get(kind + value, "")
    return value if kind in {"str", "d"} else printed_number(value, form, date1904)


def _elements(package: Package, part: str) -> Iterator[Any]:
    """The cells, columns and merged ranges of a sheet; blank cells that only have a style are cut out of the stream."""
    parser = etree.XMLPullParser(
        ("end",), tag=("{*}c", "{*}col", "{*}mergeCell", "{*}row"), resolve_entities=False, no_network=True
    )
    rest = b""
    try:
        with package.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                whole, mark, rest = (rest + chunk).rpartition(b">")
                parser.feed(_BLANK.sub(b"", whole + mark))
                yield from _cleared(parser)
        parser.feed(rest)
        yield from _cleared(parser)
    except (etree.XMLSyntaxError, OSError, EOFError) as error:
        raise ReadingError(package.name, f"{part} as XML", f"a damaged part ({error})") from None


def _cleared(parser: Any) -> Iterator[Any]:
    for _, element in parser.read_events():
        yield element
        if etree.QName(element).localname == "row":
            while element.getprevious() is not None:
                del element.getparent()[0]
            element.clear()
