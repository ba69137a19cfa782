"""Tables for Excel: a workbook, or, which a client asks for by `bom=1`, CSV and TSV where Chinese stays Chinese.

In both no text is a formula. In a workbook texts stay texts, so that codes keep their zeros, and the same rows give the
same bytes. Of CSV Excel takes UTF-8 for what it is behind a byte order mark alone, and takes a cell that begins with
`=`, `+`, `-`, `@`, a tab or the end of a line for a formula, in quotes or not. Such a cell gets an apostrophe before
it, unless it is a number: -3.5, +50.0%. Programs read the plain form, where every value stands as it is.
Source: OWASP, CSV Injection.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal

import xlsxwriter

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_NEVER = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # what a zip calls no time
_LONGEST = 32_767  # characters of a cell
_WIDE, _NARROW = 42, 16  # characters of the first column and of the others

_MARK = b"\xef\xbb\xbf"
_FORMULA = (b"=", b"+", b"-", b"@", b"\t", b"\r", b"\n")
_NUMBER = re.compile(rb"[+-]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?%?")  # -3.5 · +1,234.50 · -2E-3 · +50.0%
_CELLS = {
    # "a ""b"", =c" · =1+1: in CSV a cell in quotes, read whole, and one without that begins as a formula does
    "csv": re.compile(rb'"(?:[^"]++|"")*+"|(?<![^,\r\n])[=+\-@\t][^",\r\n]*'),
    # "=1+1"@zh · -3.5: in TSV a cell is a term of Turtle, in which a tab and the end of a line are escaped
    "tsv": re.compile(rb'(?<![^\t\r\n])"?[=+\-@][^\t\r\n]*'),
}


def for_excel(pieces: Iterable[bytes], form: str = "csv") -> Iterator[bytes]:
    """The pieces of a table, CSV or TSV, cut anywhere → the same table behind the mark, its texts no formulas.

    Whole rows are passed on as they come; where the pieces break off with an OSError, so is what came before that.
    """
    cells, held, quoted = _CELLS[form], bytearray(), False
    yield _MARK
    try:
        for piece in pieces:
            at, whole = len(held), 0
            held += piece
            for number, part in enumerate(piece.split(b'"') if form == "csv" else (piece,)):
                quoted ^= number > 0
                if not quoted and (end := part.rfind(b"\n")) >= 0:
                    whole = at + end + 1
                at += len(part) + 1
            if whole:
                yield cells.sub(_harmless, bytes(held[:whole]))
                del held[:whole]
    except OSError:
        yield cells.sub(_harmless, bytes(held))
        raise
    yield cells.sub(_harmless, bytes(held))


def _harmless(cell: re.Match[bytes]) -> bytes:
    quote, text = (b'"', cell[0][1:]) if cell[0].startswith(b'"') else (b"", cell[0])
    if not text.startswith(_FORMULA) or _NUMBER.fullmatch(text.rstrip(b'"')):
        return cell[0]
    return quote + b"'" + text


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
