"""Zip packages (xlsx, docx, ofd, archives) → their parts, within bounds: nothing is unpacked that claims too much."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from typing import IO, Any

from kg_builder.errors import ReadingError
from kg_builder.readers.original import Original

LARGEST = 1 << 29  # bytes of all parts unpacked
RATIO = 200  # of a part unpacked to its bytes in the file; the tightest real one has 45
PARTS = 5000
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class Package:
    """The parts of a zip by their names; ReadingError where it is damaged, locked or claims to unpack to too much."""

    def __init__(self, original: Original, encoding: str | None = None) -> None:
        self.name = original.name
        try:
            self._file = zipfile.ZipFile(BytesIO(original.data), metadata_encoding=encoding)
        except _BROKEN as error:
            raise ReadingError(self.name, "a whole zip file", f"a damaged one ({error})") from None
        entries = self._file.infolist()
        size = sum(entry.file_size for entry in entries)
        packed = any(e.file_size > RATIO * max(e.compress_size, 1) and e.file_size > 1 << 24 for e in entries)
        if size > LARGEST or len(entries) > PARTS or packed:
            found = f"one of {len(entries)} files and {size >> 20} MB"
            raise ReadingError(self.name, "a zip file that unpacks to a reasonable size", found)
        if any(entry.flag_bits & 1 for entry in entries):
            raise ReadingError(self.name, "a file without a password", "one that is locked")
        self.names = [entry.filename for entry in entries if not entry.is_dir()]

    def read(self, part: str) -> bytes:
        """The bytes of a part."""
        try:
            return self._file.read(part)
        except _BROKEN as error:
            raise ReadingError(self.name, f"{part} whole", f"a damaged part ({error})") from None

    def open(self, part: str) -> IO[bytes]:
        """A part as a stream."""
        return self._file.open(part)

    def xml(self, part: str) -> Any:
        """The root element of an XML part; ReadingError where it is none. Entities are not followed."""
        from lxml import etree  # noqa: PLC0415 - archives need no XML

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            return etree.fromstring(self.read(part), parser)
        except etree.XMLSyntaxError as error:
            raise ReadingError(self.name, f"{part} as XML", f"text that is none ({error})") from None
