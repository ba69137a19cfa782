"""Rows → a workbook for Excel: texts stay texts, so that codes keep their zeros; the same rows give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NEVER = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # what a zip calls no time
_LONGEST = 32_767  # characters of a cell
_WIDE, _NARROW = 42, 16  # characters of the first column and of the others


def workbook(title: str, rows: Iterable[Sequence[str | int | Decimal | None]]) -> bytes:
    """One sheet, its first row the heads; None is a blank cell, a sum that no double holds exactly a text."""
    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"constant_memory": True})
    book.set_properties({"title": title, "created": _NEVER})
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, _WIDE)
    sheet.set_column(1, 40, _NARROW)
    sheet.freeze_panes(1, 1)
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            exact = _exact(value)
            if exact is not None:
                sheet.write_number(number, column, exact)
            elif value is not None:
                sheet.write_string(number, column, _cut(str(value)), bold if number == 0 else None)
    book.close()
    return written.getvalue()


def _exact(value: str | int | Decimal | None) -> float | None:
    """The number of a cell, None where it would not be the same one."""
    if value is None or isinstance(value, str):
        return None
    number = float(value)
    return number if Decimal(repr(number)) == value else None


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
