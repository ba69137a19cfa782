"""The functions of pdfium that a page is read with, called as fast as ctypes can."""

from __future__ import annotations

import ctypes
from array import array
from typing import Any, cast

import pypdfium2.raw as pdfium


class Handle(ctypes.c_void_p):
    """The address of something of pdfium's; a class of our own, since ctypes turns its own into whole numbers."""


def _plain(function: Any, result: Any, *arguments: Any) -> Any:
    """A function of pdfium, called as fast as ctypes can: with the interpreter's lock held, and without a look at the
    arguments where their types are not given. All of them are `Handle` or int then, never an address as an int.
    """
    return ctypes.PYFUNCTYPE(result, *arguments)(address_of(function))


def address_of(raw: Any) -> int:
    """The address of a function or of something else of pdfium's, as a whole number."""
    return cast(int, ctypes.cast(raw, ctypes.c_void_p).value)


_INT, _NUMBER = ctypes.c_int, ctypes.c_void_p  # an address that comes as a whole number: to compare, not to pass on
page_count = _plain(pdfium.FPDFPage_CountObjects, _INT)
page_object = _plain(pdfium.FPDFPage_GetObject, Handle)
form_count = _plain(pdfium.FPDFFormObj_CountObjects, _INT)
form_object = _plain(pdfium.FPDFFormObj_GetObject, Handle)
kind = _plain(pdfium.FPDFPageObj_GetType, _INT)
object_matrix = _plain(pdfium.FPDFPageObj_GetMatrix, _INT)
object_bounds = _plain(pdfium.FPDFPageObj_GetBounds, _INT)
clip_path = _plain(pdfium.FPDFPageObj_GetClipPath, Handle)
clip_count = _plain(pdfium.FPDFClipPath_CountPaths, _INT)
clip_segments = _plain(pdfium.FPDFClipPath_CountPathSegments, _INT)
clip_segment = _plain(pdfium.FPDFClipPath_GetPathSegment, Handle)
clip_start = _plain(pdfium.FPDFClipPath_GetPathSegment, _NUMBER)
mark_count = _plain(pdfium.FPDFPageObj_CountMarks, _INT)
mark = _plain(pdfium.FPDFPageObj_GetMark, Handle, ctypes.c_void_p, ctypes.c_ulong)
mark_type = _plain(pdfium.FPDFPageObjMark_GetParamValueType, _INT, ctypes.c_void_p, ctypes.c_char_p)
remove_mark = _plain(pdfium.FPDFPageObj_RemoveMark, _INT)
mark_bytes = _plain(
    pdfium.FPDFPageObjMark_GetParamBlobValue, _INT, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p,
    ctypes.c_ulong, ctypes.c_void_p,
)  # fmt: skip
draw_mode = _plain(pdfium.FPDFPath_GetDrawMode, _INT)
fill_colour = _plain(pdfium.FPDFPageObj_GetFillColor, _INT)
set_active = _plain(pdfium.FPDFPageObj_SetIsActive, _INT, ctypes.c_void_p, _INT)
stroke_width = _plain(pdfium.FPDFPageObj_GetStrokeWidth, _INT)
path_segments = _plain(pdfium.FPDFPath_CountSegments, _INT)
path_segment = _plain(pdfium.FPDFPath_GetPathSegment, Handle)
segment_type = _plain(pdfium.FPDFPathSegment_GetType, _INT)
segment_point = _plain(pdfium.FPDFPathSegment_GetPoint, _INT)
segment_close = _plain(pdfium.FPDFPathSegment_GetClose, _INT)
char_count = _plain(pdfium.FPDFText_CountChars, _INT)
char_code = _plain(pdfium.FPDFText_GetUnicode, ctypes.c_uint)
char_is_generated = _plain(pdfium.FPDFText_IsGenerated, _INT)
char_is_hyphen = _plain(pdfium.FPDFText_IsHyphen, _INT)
char_is_unmapped = _plain(pdfium.FPDFText_HasUnicodeMapError, _INT)
char_object = _plain(pdfium.FPDFText_GetTextObject, _NUMBER)
char_origin = _plain(pdfium.FPDFText_GetCharOrigin, _INT)
char_box = _plain(pdfium.FPDFText_GetLooseCharBox, _INT)
char_matrix = _plain(pdfium.FPDFText_GetMatrix, _INT)
char_size = _plain(pdfium.FPDFText_GetFontSize, ctypes.c_double)
char_colour = _plain(pdfium.FPDFText_GetFillColor, _INT)
render_mode = _plain(pdfium.FPDFTextObj_GetTextRenderMode, _INT)
text_size = _plain(pdfium.FPDFTextObj_GetFontSize, _INT)
text_font = _plain(pdfium.FPDFTextObj_GetFont, _NUMBER)
font_name = _plain(pdfium.FPDFFont_GetBaseFontName, ctypes.c_size_t, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t)
font_descent = _plain(pdfium.FPDFFont_GetDescent, _INT, ctypes.c_void_p, ctypes.c_float, ctypes.c_void_p)
font_is_embedded = _plain(pdfium.FPDFFont_GetIsEmbedded, _INT, ctypes.c_void_p)
glyph_width = _plain(
    pdfium.FPDFFont_GetGlyphWidth, _INT, ctypes.c_void_p, ctypes.c_uint, ctypes.c_float, ctypes.c_void_p
)
glyph_path = _plain(pdfium.FPDFFont_GetGlyphPath, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint, ctypes.c_float)
glyph_segments = _plain(pdfium.FPDFGlyphPath_CountGlyphSegments, _INT, ctypes.c_void_p)
glyph_segment = _plain(pdfium.FPDFGlyphPath_GetGlyphPathSegment, Handle, ctypes.c_void_p, _INT)


def answers(letter: str, count: int) -> tuple[Any, list[Handle]]:
    """Where pdfium writes numbers, and the place of each; one for all calls, for pdfium itself runs in one thread only.

    An array seen so is read much faster than one of ctypes.
    """
    held = array(letter, [0] * count)
    address, _ = held.buffer_info()
    return memoryview(held), [Handle(address + i * held.itemsize) for i in range(count)]
