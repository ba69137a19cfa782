"""Workbooks of Excel 97 to 2003 → sheets, with their number formats and what is hidden."""

from __future__ import annotations

import io
from typing import Any

import xlrd

from kg_builder.errors import ReadingError
from kg_builder.model import Page
from kg_builder.readers.office.sheets import Sheet, pages_of_sheets, spot
from kg_builder.readers.office.xlsx import BUILT_IN, printed_number
from kg_builder.readers.original import Original


def read_xls_pages(original: Original) -> list[Page]:
    """The sheets of a workbook as pages; ReadingError where it is damaged or has a password."""
    try:
        book = xlrd.open_workbook(file_contents=original.data, formatting_info=True, logfile=io.StringIO())
        sheets = [_sheet(book, sheet) for sheet in book.sheets()]
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise ReadingError(original.name, "a workbook without a password", "one that is locked") from None
        raise ReadingError(original.name, "a whole workbook", f"a damaged one ({error})") from None
    except (AssertionError, IndexError, KeyError, ValueError, TypeError, OverflowError, UnicodeError) as error:
        # What xlrd lets through of a damaged file.
        raise ReadingError(original.name, "a whole workbook", f"a damaged one ({type(error).__name__})") from None
    except Exception as error:
        if type(error).__module__.startswith(("xlrd", "struct")):
            raise ReadingError(original.name, "a whole workbook", f"a damaged one ({error})") from None
        raise
    return pages_of_sheets(original.name, sheets)


def _sheet(book: Any, found: Any) -> Sheet:
    sheet = Sheet(found.name, found.visibility != 0)
    sheet.merged = [(top, bottom - 1, left, right - 1) for top, bottom, left, right in found.merged_cells]
    sheet.hidden_rows = {row for row, info in found.rowinfo_map.items() if info.hidden or info.height == 0}
    sheet.hidden_columns = [(i, i) for i, info in found.colinfo_map.items() if info.hidden or info.width == 0]
    for row in range(found.nrows):
        for column in range(found.row_len(row)):
            cell = found.cell(row, column)
            if cell.ctype == xlrd.XL_CELL_ERROR:
                shown = xlrd.error_text_from_code.get(cell.value, "#?")
                sheet.told.append(f"{spot(sheet.name, row, column)} shows the error {shown}")
            elif text := _shown(book, cell):
                sheet.cells[row, column] = text
    return sheet


def _shown(book: Any, cell: Any) -> str:
    if cell.ctype in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
        return ""
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_TEXT:
        return str(cell.value)
    key = book.xf_list[cell.xf_index].format_key
    own = book.format_map.get(key)
    form = BUILT_IN.get(key) or (own.format_str if own else "")
    return printed_number(repr(cell.value), form, bool(book.datemode))
