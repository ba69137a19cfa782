"""The bytes of a file → what kind of file it is, whatever its name ends in."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

LOCKED = "locked"  # a workbook or document of Office that asks for a password
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_KINDS = (("EncryptedPackage", LOCKED), ("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"))
_PARTS = (("xl/workbook.", ".xlsx"), ("word/document.", ".docx"), ("OFD.xml", ".ofd"))
_PAGE = re.compile(rb"<(?:!doctype html|html\b)", re.IGNORECASE)  # <!DOCTYPE html>, <html lang="zh">
_SHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"


def kind_of(data: bytes) -> str:
    """`.pdf`, `.xlsx`, `.xls`, `.docx`, `.doc`, `.html`, `.ofd`, `.zip`, `.rar`, `locked`; else empty."""
    start = data[:4096]
    if start.startswith(b"%PDF"):
        return ".pdf"
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_package(data)
    if start.startswith(_OLD):
        return next((kind for name, kind in _OLD_KINDS if name.encode("utf-16-le") in data), "")
    if start.startswith((b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")):
        return ".rar"
    marked = start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
    if marked and _PAGE.search(start) and _SHEET_2003 not in start:
        return ".html"
    return ".xml" if start.lstrip().startswith(b"<?xml") and _SHEET_2003 in start else ""


def _kind_of_package(data: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(data)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ".zip"
    return next((kind for part, kind in _PARTS if any(name.startswith(part) for name in names)), ".zip")
