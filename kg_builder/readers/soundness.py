"""What of a PDF is damaged, page by page: packed streams whose checksum is wrong, and names that lead nowhere.

The engines read on where a stream breaks off, a font lacks its program or a name is misspelt, and say nothing. Every
stream packed with Flate ends with a checksum of what it holds (Adler-32, RFC 1950), so that one wrong bit shows: what a
page draws is unpacked once more, each font and form of the file once. Names are those of ISO 32000-2.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from pdfminer.ascii85 import ascii85decode, asciihexdecode
from pdfminer.lzw import lzwdecode
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfexceptions import PDFException
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import (
    LITERALS_ASCII85_DECODE,
    LITERALS_ASCIIHEX_DECODE,
    LITERALS_CCITTFAX_DECODE,
    LITERALS_DCT_DECODE,
    LITERALS_FLATE_DECODE,
    LITERALS_JBIG2_DECODE,
    LITERALS_JPX_DECODE,
    LITERALS_LZW_DECODE,
    LITERALS_RUNLENGTH_DECODE,
    PDFObjRef,
    PDFStream,
    resolve1,
)
from pdfminer.psparser import PSLiteral

from kg_builder.readers.shown import DEEP, dictionary, is_form, named
from kg_builder.readers.widths import SpoiltError, are_of_another_font

MOST = 1 << 28  # bytes that one stream may unpack to
_STEP = 1 << 20  # bytes unpacked at a time where they are not kept

_FONT = re.compile(rb"/([^\s/<>\[\]()%{}]+)\s+[-+.\d]+\s+Tf\b")  # /F1 12 Tf
_FORM = re.compile(rb"/([^\s/<>\[\]()%{}]+)\s+Do\b")  # /Fm0 Do
_SHOWS = re.compile(rb"[)\]>]\s*(?:TJ\b|Tj\b|'|\")")  # (text) Tj
_OBJECTS = re.compile(rb"/(ObjStm|XRef)\b")
_HEAD = re.compile(rb"(\d+) \d+ obj\b")  # 99 0 obj
_REACH = 2000  # bytes of a dictionary on either side of its type

# What may stand in these dictionaries: where a stream stands under another name, a name is damaged.
_OF_PAGE = frozenset(
    {"Type", "Parent", "LastModified", "Resources", "MediaBox", "CropBox", "BleedBox", "TrimBox", "ArtBox", "Contents"}
    | {"BoxColorInfo", "Rotate", "Group", "Thumb", "B", "Dur", "Trans", "Annots", "AA", "Metadata", "PieceInfo", "ID"}
    | {"StructParents", "PZ", "SeparationInfo", "Tabs", "TemplateInstantiated", "PresSteps", "UserUnit", "VP", "AF"}
    | {"OutputIntents", "DPart"}
)
_MAPS = {"ToUnicode": "character map", "Encoding": "encoding", "CIDToGIDMap": "glyph map"}
_PROGRAMS = ("FontFile", "FontFile2", "FontFile3")
_OF_FONT = frozenset({*_MAPS, "Metadata"})
_OF_DESCRIPTOR = frozenset({*_PROGRAMS, "CIDSet", "Metadata"})
# Ways of packing that have no checksum: images, and short runs of one byte.
_OTHERS = {
    *(*LITERALS_CCITTFAX_DECODE, *LITERALS_DCT_DECODE, *LITERALS_JBIG2_DECODE, *LITERALS_JPX_DECODE),
    *LITERALS_RUNLENGTH_DECODE,
}
_UNPACK: dict[Any, Callable[[bytes], bytes]] = {
    **dict.fromkeys(LITERALS_ASCII85_DECODE, ascii85decode),
    **dict.fromkeys(LITERALS_ASCIIHEX_DECODE, asciihexdecode),
    **dict.fromkeys(LITERALS_LZW_DECODE, lzwdecode),
}
_FONTS = {"Type0", "Type1", "MMType1", "TrueType", "Type3", "CIDFontType0", "CIDFontType2"}


def fault_of_objects(data: bytes, document: PDFDocument | None = None) -> str | None:
    """What is wrong with packed objects of a PDF or its packed table of them: any page may depend on these.

    The objects of an encrypted file can be looked at once it is open.
    """
    encrypted = b"/Encrypt" in data
    for found in _OBJECTS.finditer(data):
        heads = list(_HEAD.finditer(data, max(0, found.start() - _REACH), found.start()))
        start = data.find(b"stream", found.end(), found.end() + _REACH)
        entries = data[heads[-1].end() : start] if heads and start > 0 else b"endobj"
        if b"endobj" in entries or b"FlateDecode" not in entries:
            continue
        table, fault = found[1] == b"XRef", None
        if table or not encrypted:
            start += len(b"stream")
            fault = fault_of(data[start : data.find(b"endstream", start)].lstrip(b"\r\n"), keep=False)[1]
        elif document:
            fault = _fault_of_object(document, int(heads[-1][1]))
        if fault:
            return f"the table of its objects {fault}" if table else f"a part with its objects {fault}"
    return None


def _fault_of_object(document: PDFDocument, number: int) -> str | None:
    try:
        stream = document.getobj(number)
    except PDFException:
        return None  # no longer in use
    return _unpacked(stream)[1] if isinstance(stream, PDFStream) else None


class Soundness:
    """The damage of an open PDF, in words; what pages share is looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, ...]] = {}  # by the number of the font's or form's object

    def of_page(self, page: PDFPage) -> tuple[str, ...]:
        """What is damaged of all that the page draws; nothing where it is sound."""
        return tuple(dict.fromkeys(self._of_page(page)))

    def _of_page(self, page: PDFPage) -> Iterator[str]:
        if _has_stray_stream(page.attrs, _OF_PAGE):
            yield "a name in its description is damaged"
        pieces = []
        for part in page.contents:
            stream = resolve1(part)
            if not isinstance(stream, PDFStream):
                yield "a part of its contents is missing"
                continue
            data, fault = _unpacked(stream)
            pieces.append(data)
            if fault:
                yield f"a part of its contents {fault}"
        yield from self._of_drawing(b"\n".join(pieces), [dictionary(page.resources)], DEEP)

    def _of_drawing(self, data: bytes, resources: list[dict[str, Any]], deep: int) -> Iterator[str]:
        """The fonts and forms that a content stream names."""
        for name in sorted(set(_FONT.findall(data))):
            font = named(resources, "Font", name)
            if font is not None:
                yield from self._once(font, lambda font=font: _of_font(font))
            elif _shows_with(name, data):
                yield f"its font {_text(name)} is missing"
        for name in sorted(set(_FORM.findall(data))):
            drawn = named(resources, "XObject", name)
            if drawn is None:
                yield "a part that it draws is missing"
            elif deep:
                yield from self._once(drawn, lambda drawn=drawn: self._of_form(drawn, resources, deep - 1))

    def _of_form(self, entry: Any, resources: list[dict[str, Any]], deep: int) -> Iterator[str]:
        stream = resolve1(entry)
        if not isinstance(stream, PDFStream):
            yield "a part that it draws is missing"
        elif is_form(stream):
            data, fault = _unpacked(stream)
            if fault:
                yield f"a part that it draws {fault}"
            yield from self._of_drawing(data, [dictionary(stream.get("Resources")), *resources[-1:]], deep)

    def _once(self, entry: Any, look: Any) -> tuple[str, ...]:
        """What looking at an object gives, remembered by its number."""
        number = entry.objid if isinstance(entry, PDFObjRef) else None
        if number is None:
            return tuple(look())
        if number not in self._known:
            self._known[number] = ()  # a form within itself
            try:
                self._known[number] = tuple(look())
            except MemoryError:
                raise
            except Exception:  # noqa: BLE001 - pdfminer raises anything on what is damaged
                self._known[number] = ("the description of a font or of a part that it draws cannot be followed",)
        return self._known[number]


def _of_font(entry: Any) -> Iterator[str]:
    font = dictionary(entry)
    name = _text(resolve1(font.get("BaseFont"))).split("+")[-1]  # ABCDEF+SimSun: a part of SimSun
    said = f"the font {name}" if name else "a font"
    below = resolve1(font.get("DescendantFonts"))
    parts = [font, *map(dictionary, below if isinstance(below, list) else [])]
    if any(_text(resolve1(part.get("Subtype"))) not in _FONTS for part in parts):
        yield f"{said} is of no known kind"
    for part in parts:
        descriptor = dictionary(part.get("FontDescriptor"))
        if _has_stray_stream(part, _OF_FONT) or _has_stray_stream(descriptor, _OF_DESCRIPTOR):
            yield f"a name in the description of {said} is damaged"
        for key, what in _MAPS.items():
            yield from _of_entry(part, key, f"the {what} of {said}")
        for key in _PROGRAMS:
            yield from _of_entry(descriptor, key, f"the program of {said}", must=True)
        if _are_widths_wrong(part, descriptor):
            yield f"the widths of {said} are damaged"
        for glyph in dictionary(part.get("CharProcs")).values():
            stream = resolve1(glyph)
            if isinstance(stream, PDFStream) and (fault := _unpacked(stream)[1]):
                yield f"a glyph of {said} {fault}"


def _are_widths_wrong(font: dict[str, Any], descriptor: dict[str, Any]) -> bool:
    program = resolve1(descriptor.get("FontFile2"))
    try:
        return are_of_another_font(font, _unpacked(program)[0] if isinstance(program, PDFStream) else b"")
    except SpoiltError:
        return True


def _of_entry(entries: dict[str, Any], key: str, what: str, must: bool = False) -> Iterator[str]:
    """What is wrong with the stream under a key; `must` where nothing but a stream may stand there."""
    if key not in entries:
        return
    value = resolve1(entries[key])
    if isinstance(value, PDFStream):
        if fault := _unpacked(value, keep=False)[1]:
            yield f"{what} {fault}"
    elif must or not isinstance(value, PSLiteral | dict):
        yield f"{what} is missing"


def _has_stray_stream(entries: dict[str, Any], known: Iterable[str]) -> bool:
    others = (value for key, value in entries.items() if key not in known and isinstance(value, PDFObjRef))
    return any(isinstance(resolve1(value), PDFStream) for value in others)


def _shows_with(font: bytes, data: bytes) -> bool:
    """Whether anything is shown between the choice of this font and that of the next."""
    choices = [*_FONT.finditer(data)]
    ends = [choice.start() for choice in choices[1:]] + [len(data)]
    return any(
        choice[1] == font and _SHOWS.search(data, choice.end(), end) for choice, end in zip(choices, ends, strict=True)
    )


def _text(name: Any) -> str:
    """A name as text; those of fonts may be in any encoding."""
    plain = name.name if isinstance(name, PSLiteral) else name
    return plain.decode("ascii", "replace") if isinstance(plain, bytes) else str(plain or "")


# --- streams ---------------------------------------------------------------------------------------------------------


def _unpacked(stream: PDFStream, keep: bool = True) -> tuple[bytes, str | None]:
    """What a stream holds, as far as it can be unpacked, and what is wrong with it; an image is not looked at."""
    data = stream.rawdata
    if data is None:  # unpacked before, by what found no fault
        return stream.get_data(), None
    if stream.decipher and stream.objid is not None and stream.genno is not None:
        data = stream.decipher(stream.objid, stream.genno, data, stream.attrs)
    filters = [kind for kind, _ in stream.get_filters()]
    if not filters and fault_of(data, keep=False)[1] is None:
        return b"", "is packed in a way that it does not name"
    for kind in filters:
        if kind in LITERALS_FLATE_DECODE:
            data, fault = fault_of(data, keep)
            if fault or not keep:
                return data, fault
        elif kind in _OTHERS:
            break
        elif kind not in _UNPACK:
            return b"", "is packed in an unknown way"
        else:
            try:
                data = _UNPACK[kind](data)
            except (ValueError, PDFException):
                return b"", "cannot be unpacked"
    return data, None


def fault_of(packed: bytes, keep: bool = True) -> tuple[bytes, str | None]:
    """What Flate packed, as far as it can be unpacked, and what is wrong with it; no data where it is not kept."""
    inflater, pieces, size, rest = zlib.decompressobj(), list[bytes](), 0, packed
    try:
        while rest and not inflater.eof:
            piece = inflater.decompress(rest, _STEP)
            size, rest = size + len(piece), inflater.unconsumed_tail
            if keep:
                pieces.append(piece)
            if size > MOST:
                return b"".join(pieces), "unpacks to more than any page needs"
    except zlib.error as error:
        checked = "data check" in str(error)  # all could be unpacked, and is not what was packed
        return b"".join(pieces), "fails its checksum" if checked else "cannot be unpacked"
    return b"".join(pieces), None if inflater.eof else "ends early"
