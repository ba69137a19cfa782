"""A report file → the same file damaged or disordered, and where each of its pages or lines came from.

Every mutation draws from a `Random` alone: the same seed gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

import pypdfium2
from pdfminer.ascii85 import ascii85decode

Origin = tuple[int, int]  # which of the intact files, and its page (PDF) or line (text), counted from 1


@dataclass(frozen=True, slots=True)
class Mutation:
    """The bytes of a changed file; `origins` has one entry for each of its pages or lines, in their order.

    A file whose bytes are changed in place keeps its pages, as many as can still be found.
    """

    data: bytes
    origins: tuple[Origin, ...]


# The intact files (the first is the one to change), their numbers of pages or lines, chance → what became of them.
Mutate = Callable[[Sequence[bytes], Sequence[int], Random], Mutation | None]


# --- the bytes of a PDF ----------------------------------------------------------------------------------------------

_STREAM = re.compile(rb"(\d+) (\d+) obj\b((?:(?!endobj).)*?)stream\r?\n", re.DOTALL)  # 12 0 obj<</Length 9>>stream
_SHOWN = re.compile(rb"[)\]>]\s*T[jJ]\b")  # (text)Tj
_WIDTHS = re.compile(rb"/W(?:idths)?\s*\[")  # /W [3[250] 5 7 500] · /Widths [250 333]
_WIDTHS_APART = re.compile(rb"/W(?:idths)? (\d+) 0 R")  # /Widths 12 0 R
_TABLE = re.compile(rb"\bxref\r?\n(?:\d+ \d+[ \r\n]+(?:\d{10} \d{5} [nf][ \r\n]{1,2})+)+")


@dataclass(frozen=True, slots=True)
class Stream:
    """A Flate stream of a PDF: its object, its dictionary, where its bytes stand, and what it holds."""

    number: int
    dictionary: bytes
    start: int
    end: int
    kind: str  # contents, font, map, objects, other


def streams_of(data: bytes) -> Iterator[Stream]:
    """All Flate streams that can be unpacked, those written as letters too."""
    for found in _STREAM.finditer(data):
        dictionary, start = found[3], found.end()
        end = data.find(b"endstream", start)
        if b"FlateDecode" not in dictionary or end < 0:
            continue
        inflater = zlib.decompressobj()
        letters = b"ASCII85Decode" in dictionary
        try:
            text = inflater.decompress(ascii85decode(data[start:end]) if letters else data[start:end])
        except (zlib.error, ValueError):
            continue
        end -= 0 if letters else len(inflater.unused_data)
        yield Stream(int(found[1]), dictionary, start, end, _kind(dictionary, text))


def _kind(dictionary: bytes, text: bytes) -> str:
    if b"/ObjStm" in dictionary or b"/XRef" in dictionary:
        return "objects"
    if b"/Image" in dictionary:
        return "other"
    if b"/Length1" in dictionary or b"/Type1C" in dictionary or b"/CIDFontType0C" in dictionary:
        return "font"
    if b"begincmap" in text:
        return "map"
    return "contents" if _SHOWN.search(text) else "other"


def _flipped(data: bytes, at: int, chance: Random) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _same_pages(data: bytes, pages: int) -> Mutation:
    return Mutation(data, tuple((0, page) for page in range(1, pages + 1)))


def flip_in(kind: str) -> Mutate:
    """One bit flipped in a stream of this kind."""

    def mutate(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation | None:
        found = [stream for stream in streams_of(files[0]) if stream.kind == kind]
        if not found:
            return None
        stream = chance.choice(found)
        return _same_pages(_flipped(files[0], chance.randrange(stream.start, stream.end), chance), counts[0])

    return mutate


def flip_with_checksum(kind: str) -> Mutate:
    """One bit flipped in what a stream of this kind unpacks to, under a right checksum, as faulty programs write it."""

    def mutate(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation | None:
        plain = [stream for stream in streams_of(files[0]) if b"ASCII85Decode" not in stream.dictionary]
        found = [stream for stream in plain if stream.kind == kind]
        if not found:
            return None
        stream = chance.choice(found)
        text = zlib.decompress(files[0][stream.start : stream.end])
        packed = zlib.compress(_flipped(text, chance.randrange(len(text)), chance))
        data = with_stream(files[0], stream, packed)
        return None if data is None else _same_pages(data, counts[0])

    return mutate


def with_stream(data: bytes, stream: Stream, packed: bytes) -> bytes | None:
    """The file with an update at its end that has other bytes for a stream; None where its trailer is no plain one."""
    trailer = re.findall(rb"trailer\s*<<(.*?)>>\s*startxref\s+(\d+)", data, re.DOTALL)
    if not trailer:
        return None
    entries = re.sub(rb"/(?:Prev|XRefStm) \d+", b"", trailer[-1][0])
    before = re.findall(rb"startxref\s+(\d+)", data)[-1]
    dictionary = re.sub(rb"/Length\s+\d+(?: \d+ R)?", b"/Length %d" % len(packed), stream.dictionary, count=1)
    at = len(data) + 1
    body = b"\n%d 0 obj%sstream\n%s\nendstream\nendobj\n" % (stream.number, dictionary, packed)
    table = b"xref\n%d 1\n%010d 00000 n \n" % (stream.number, at)
    end = b"trailer\n<<%s/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (entries, before, len(data) + len(body))
    return data + body + table + end


def flip_in_widths(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation | None:
    """One bit flipped in a table of widths that stands in plain sight."""
    data = files[0]
    starts = [found.end() for found in _WIDTHS.finditer(data)]
    for found in _WIDTHS_APART.finditer(data):
        at = data.find(b"\n%s 0 obj" % found[1])
        starts += [at + 8] if at > 0 else []
    if not starts:
        return None
    start = chance.choice(starts)
    end = data.find(b"endobj", start)
    return _same_pages(_flipped(data, chance.randrange(start, end), chance), counts[0])


def flip_outside(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation | None:
    """One bit flipped outside all streams: dictionaries, arrays, the table of objects."""
    data, at, plain = files[0], 0, list[range]()
    for found in _STREAM.finditer(data):
        plain.append(range(at, found.end()))
        at = max(at, data.find(b"endstream", found.end()))
    plain.append(range(at, len(data)))
    where = chance.randrange(sum(map(len, plain)))
    for part in plain:
        if where < len(part):
            return _same_pages(_flipped(data, part[where], chance), counts[0])
        where -= len(part)
    return None


def flip_anywhere(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """One bit flipped anywhere in the file."""
    return _same_pages(_flipped(files[0], chance.randrange(len(files[0])), chance), counts[0])


def burst(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """A block of the file overwritten with zeros, as a disk or a transfer loses it."""
    data, size = files[0], chance.choice((16, 512, 4096))
    at = chance.randrange(len(data) - size)
    return _same_pages(data[:at] + bytes(size) + data[at + size :], counts[0])


def cut(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """The file up to somewhere, with an end mark now and then as some programs put it on what they received."""
    data = files[0][: chance.randrange(1024, len(files[0]))]
    if chance.random() < 0.5:
        data += b"\nstartxref\n0\n%%EOF\n"
    return _same_pages(data, counts[0])


def without(key: bytes) -> Mutate:
    """One or all entries of this name taken out of the file's dictionaries."""

    def mutate(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation | None:
        found = [match.start() for match in re.finditer(re.escape(key) + rb"\b", files[0])]
        if not found:
            return None
        data = bytearray(files[0])
        for at in found if chance.random() < 0.3 else [chance.choice(found)]:
            data[at : at + len(key)] = b"/No" + key[3:]
        return _same_pages(bytes(data), counts[0])

    return mutate


def table_of_objects(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation | None:
    """The table of objects wrong: one digit, all of it, its address, or all addresses moved."""
    data = files[0]
    table = next(iter(_TABLE.finditer(data)), None)
    how = chance.choice(("digit", "gone", "address", "moved")) if table else chance.choice(("address", "moved"))
    if how == "digit" and table:
        at = chance.choice([i for i in range(*table.span()) if data[i : i + 1].isdigit()])
        data = data[:at] + b"%d" % ((int(data[at : at + 1]) + chance.randrange(1, 10)) % 10) + data[at + 1 :]
    elif how == "gone" and table:
        data = data[: table.start()] + b" " * len(table[0]) + data[table.end() :]
    elif how == "address":
        data = re.sub(rb"startxref(\s+)\d+", rb"startxref\g<1>%d" % chance.randrange(len(data)), data)
    else:
        at = data.index(b"\n", 16) + 1
        data = data[:at] + b"%" + b"x" * chance.randrange(1, 200) + b"\n" + data[at:]
    return _same_pages(data, counts[0])


# --- the pages of a PDF ----------------------------------------------------------------------------------------------


def _pages(files: Sequence[bytes], order: Sequence[Origin]) -> Mutation:
    whole, opened = pypdfium2.PdfDocument.new(), [pypdfium2.PdfDocument(data) for data in files]
    for file, page in order:
        whole.import_pages(opened[file], [page - 1])
    out = io.BytesIO()
    whole.save(out)
    return Mutation(out.getvalue(), tuple(order))


def _all(count: int, file: int = 0) -> list[Origin]:
    return [(file, page) for page in range(1, count + 1)]


def dropped(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """Some pages missing, one as a rule."""
    gone = {chance.randrange(counts[0]) for _ in range(chance.choice((1, 1, 1, 2, 3)))}
    return _pages(files, [one for i, one in enumerate(_all(counts[0])) if i not in gone])


def doubled(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """A page, or a few that follow one another, twice: the second time at once or anywhere later."""
    first = chance.randrange(counts[0])
    last = min(counts[0], first + chance.choice((1, 1, 2, 4)))
    at = last if chance.random() < 0.5 else chance.randrange(last, counts[0] + 1)
    order = _all(counts[0])
    return _pages(files, order[:at] + order[first:last] + order[at:])


def shuffled(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """Pages in another order: two changed for one another, all turned round, one moved, or any."""
    order, how = _all(counts[0]), chance.choice(("two", "round", "moved", "any"))
    if how == "two":
        a, b = chance.sample(range(len(order)), 2)
        order[a], order[b] = order[b], order[a]
    elif how == "round":
        order.reverse()
    elif how == "moved":
        order.insert(chance.randrange(len(order)), order.pop(chance.randrange(len(order))))
    else:
        chance.shuffle(order)
    return _pages(files, order)


def merged(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:  # noqa: ARG001 - as the others
    """Two reports in one file, one behind the other."""
    return _pages(files, [*_all(counts[0]), *_all(counts[1], 1)])


def inserted(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """One page of another report among those of this one."""
    order = _all(counts[0])
    order.insert(chance.randrange(1, len(order)), (1, chance.randrange(1, counts[1] + 1)))
    return _pages(files, order)


# --- text ------------------------------------------------------------------------------------------------------------


def _lines(files: Sequence[bytes], order: Sequence[Origin]) -> Mutation:
    lines = [data.decode().splitlines() for data in files]
    return Mutation("\n".join(lines[file][line - 1] for file, line in order).encode(), tuple(order))


def text_cut(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """A text up to one of its lines."""
    return _lines(files, _all(chance.randrange(counts[0] // 10, counts[0])))


def text_dropped(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """Lines missing: one or a few that follow one another."""
    order, first = _all(counts[0]), chance.randrange(counts[0])
    return _lines(files, order[:first] + order[first + chance.choice((1, 2, 5, 20, 60)) :])


def text_doubled(files: Sequence[bytes], counts: Sequence[int], chance: Random) -> Mutation:
    """Lines twice: one or a few that follow one another."""
    order, first = _all(counts[0]), chance.randrange(counts[0])
    last = first + chance.choice((1, 2, 5, 20, 60))
    return _lines(files, order[:last] + order[first:])


text_merged: Mutate = lambda files, counts, chance: _lines(files, [*_all(counts[0]), *_all(counts[1], 1)])  # noqa: ARG005, E731


PDF: dict[str, Mutate] = {
    "cut": cut,
    "bit in contents": flip_in("contents"),
    "bit in a font": flip_in("font"),
    "bit in a map": flip_in("map"),
    "bit in packed objects": flip_in("objects"),
    "bit in widths": flip_in_widths,
    "bit outside streams": flip_outside,
    "bit anywhere": flip_anywhere,
    "bit in a font, checksum right": flip_with_checksum("font"),
    "block of zeros": burst,
    "fonts removed": without(b"/FontFile2"),
    "maps removed": without(b"/ToUnicode"),
    "table of objects": table_of_objects,
    "pages dropped": dropped,
    "pages doubled": doubled,
    "pages shuffled": shuffled,
    "reports merged": merged,
    "page of another": inserted,
}
TEXT: dict[str, Mutate] = {
    "text cut": text_cut,
    "text lines dropped": text_dropped,
    "text lines doubled": text_doubled,
    "texts merged": text_merged,
}
