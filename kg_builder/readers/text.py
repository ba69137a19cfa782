"""Text file → pages: decodes, drops watermarks and stray markup, and finds the tables, with cell borders or without."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

from kg_builder import marks
from kg_builder.errors import ReadingError
from kg_builder.model import Cell, Page, Place, Table
from kg_builder.readers.characters import as_read, cell_of
from kg_builder.readers.original import Original
from kg_builder.readers.plain.tables import restore_tables
from kg_builder.readers.units import with_whole_units
from kg_builder.text import squeeze

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", ""),  # UTF-32: read by no report that was ever seen
    (b"\x00\x00\xfe\xff", ""),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_MAGIC = ((b"%PDF", "a PDF"), (b"PK\x03\x04", "a zip or Office file"), (b"\xd0\xcf\x11\xe0", "an old Office file"))

_TAGS = (
    "p|br|td|th|tr|table|tbody|thead|div|span|b|strong|i|em|u|sup|sub|font|ul|ol|li|h[1-6]|center|a|img|hr|html|body"
)
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,200}})?/?>", re.IGNORECASE)  # <p>, </td>, <td colspan="2">
_CELL_TAGS = re.compile(r"<td>([^<>]*)</td>", re.IGNORECASE)  # <td>养老服务信息化</td>
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,6}|[a-z]{2,8});", re.IGNORECASE)  # &nbsp; &gt;
_HEADING = re.compile(r"^\s*#{1,6}\s+")  # ### 一、本部门职责
_BULLET = re.compile(r"^\s*[-*+]\s+(?=\D)")  # - 1、… begins with a digit only after the sign: keep "- 3 -" page numbers
_NUMBERED_BULLET = re.compile(r"^\s*[-*+]\s+(?=\d+[、.．]\D)")  # - 1、贯彻执行
_STRONG = re.compile(r"\*\*([^*]{1,200})\*\*")  # **一、基本支出：**
_MATH = {r"\geq": "≥", r"\leq": "≤", r"\ge": "≥", r"\le": "≤", r"\%": "%", r"\times": "×", r"\sim": "~"}
_CONTENTS = re.compile(r"(?<![.．…·])[.．…·]{3,}+\s*+[-–—]?\s*+\d{1,4}\s*+[-–—]?\s*+$")  # 一、本部门职责.....→1
_RULE = re.compile(r"(?=[\s|:+-]*?---)[\s|:+-]*+$")  # |---|:--:|
_CONTROLS = dict.fromkeys([*range(0, 9), 0x0B, *range(0x0E, 0x20), 0x7F])
_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z ]+")  # a watermark is words alone: no digits, no punctuation
_WATERMARK_LENGTH = 16
_WATERMARK_TIMES = 6
_ALONE = 6  # rows in a table of tabs that may follow one another with a label alone
_LABEL = 24  # characters of such a label
_STAMP = re.compile(
    r"仅供.{2,12}|内部(?:资料|文件|审核).{0,8}|.{0,4}(?:征求意见|送审|讨论|审议)稿|草稿|样稿"
)  # 仅供内部审核


def read_text_pages(original: Original) -> list[Page]:
    """The pages of a text file: form feeds part them, without any the file is page 1.

    Lines are counted from 1 over the whole file. White space of a line is kept (it is layout), empty lines are
    left out. Tables are those printed with tabs or bars, and those restored from lines that have lost their cell
    borders. Reads UTF-8, GB18030/GBK and UTF-16 with a byte order mark.
    Raises ReadingError where it is empty, binary or in another encoding.
    """
    for magic, name in _MAGIC:
        if original.data.startswith(magic):
            raise ReadingError(original.name, "a text file", name)
    text = _decode(original)
    if not text.strip():
        raise ReadingError(original.name, "the text of a report", "an empty file")
    chunks = text.split("\f")
    del text  # a file may be large
    raw = [chunk.split("\n") for chunk in (chunks if chunks[-1].strip() else chunks[:-1])]
    del chunks
    noise = _watermarks(raw)
    pages, first = [], 1
    for number, lines in enumerate(raw, start=1):
        pages.append(_page(number, first, lines, noise))
        first += len(lines) - 1
    return restore_tables(with_whole_units(pages))


def _decode(original: Original) -> str:
    data = original.data
    expected = "text in UTF-8, GB18030 or UTF-16 with a byte order mark"
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return _even(data[len(bom) :].decode(encoding or "ascii"))
            except (UnicodeDecodeError, LookupError):
                raise ReadingError(
                    original.name, expected, "bytes that their byte order mark does not describe"
                ) from None
    if b"\x00" in data:
        raise ReadingError(original.name, expected, "binary data")
    try:
        return _even(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        where = data.count(b"\n", 0, error.start) + 1
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        raise ReadingError(original.name, expected, f"bytes of another encoding at line {where}") from None
    if not _is_everyday_chinese(text):
        raise ReadingError(original.name, expected, f"bytes of another encoding at line {where}")
    return _even(text)


def _even(text: str) -> str:
    """One kind of line end; marks that print nothing are dropped, a no-break space is a space."""
    return as_read(text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ").translate(_CONTROLS))


def _is_everyday_chinese(text: str) -> bool:
    """Whether most Chinese characters are of GB 2312 level 1 (its 3,755 common ones).

    GB18030 gives a character for almost any two bytes: another encoding (Big5, Shift JIS) read as GB18030 shows
    by rare characters.
    """
    chinese = [c for c in text if "\u4e00" <= c <= "\u9fff"]
    common = sum(1 for c in chinese if b"\xb0\xa1" <= c.encode("gb2312", "replace") <= b"\xd7\xf9")
    odd = sum(1 for c in text if (ord(c) < 32 and c not in "\t\n\r\f\v") or "\ue000" <= c <= "\uf8ff")
    return bool(chinese) and common >= 0.8 * len(chinese) and odd * 100 <= len(text)


def _watermarks(pages: Sequence[Sequence[str]]) -> frozenset[tuple[str, ...]]:
    """Paragraphs that are print over the page: short words that come again and again.

    A label repeats too, but each time in its own surroundings: a watermark stands next to itself (as a scan of
    a slanted pattern gives it), or is the only paragraph of its kind from the beginning to the end of the text.
    """
    places: dict[tuple[str, ...], list[int]] = {}
    count = 0
    for index, paragraph in enumerate(_paragraphs(chain.from_iterable(pages))):
        count = index + 1
        if len("".join(paragraph)) <= _WATERMARK_LENGTH and all(_WORD.fullmatch(part) for part in paragraph):
            places.setdefault(paragraph, []).append(index)
    return frozenset(
        paragraph
        for paragraph, found in places.items()
        if len(found) >= _WATERMARK_TIMES and (_is_stamp(paragraph) or _stands_by_itself(found, count))
    )


def _is_stamp(paragraph: tuple[str, ...]) -> bool:
    """Whether the words themselves are those of a stamp, wherever in the text they come."""
    return bool(_STAMP.fullmatch(squeeze("".join(paragraph))))


def _stands_by_itself(found: list[int], count: int) -> bool:
    beside = sum(1 for a, b in pairwise(found) if b == a + 1)
    throughout = found[0] < count * 0.1 and found[-1] > count * 0.9
    apart = all(b - a > 3 for a, b in pairwise(found))
    return 2 * beside >= len(found) - 1 or (throughout and apart)


def _paragraphs(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Runs of lines between blank lines, each line stripped."""
    run: list[str] = []
    for line in chain(lines, [""]):
        if text := line.strip():
            run.append(text)
        elif run:
            yield tuple(run)
            run = []


def _page(number: int, first: int, raw: Sequence[str], noise: frozenset[tuple[str, ...]]) -> Page:
    lines: list[Cell] = []
    tables: list[Table] = []
    rows: list[list[Cell]] = []
    kept = _without_noise(raw, noise)
    for at, index in enumerate(kept):
        content = raw[index]
        place = Place(number, line=first + index)
        cells = _cells_of(content, place)
        follows = not cells and rows and rows[-1][0].place.line == first + index - 1
        if follows and _is_row_between([(i, raw[i]) for i in kept[at : at + _ALONE + 1]]):
            cells = [cell_of(_clean(content).strip(" "), place)]
        if cells:
            rows.append(cells)
        elif content.strip() and not _RULE.match(content):
            tables.extend(_table(rows))
            rows = []
        text = _clean(content)
        if text:
            lines.append(cell_of(text, place))
    return Page(number, tuple(lines), (*tables, *_table(rows)))


def _is_row_between(lines: Sequence[tuple[int, str]]) -> bool:
    """Whether a line without tabs is a row that prints its label alone: a row with tabs, or a total, ends its run."""
    total = False
    for number, (line, content) in enumerate(lines):
        label = content.strip()
        if "\t" in content or not label:
            return number > 0 and ("\t" in content or total)
        if len(label) > _LABEL or re.search("[。；：:]|表$|部分", label) or line != lines[0][0] + number:
            return False
        total = marks.is_total(label, whole=True)
    return False


def _without_noise(raw: Sequence[str], noise: frozenset[tuple[str, ...]]) -> list[int]:
    """The lines, by their index, but for the paragraphs that are print over the page."""
    kept: list[int] = []
    run: list[int] = []
    for index, content in enumerate(chain(raw, [""])):
        if content.strip():
            run.append(index)
            continue
        if tuple(raw[i].strip() for i in run) not in noise:
            kept.extend(run)
        run = []
        kept.append(index)
    return kept[:-1]


def _cells_of(line: str, place: Place) -> list[Cell]:
    """The cells of a line with tabs or between bars; none where it is plain text or a line of a table of contents."""
    bars = line.strip()
    if _CONTENTS.search(line):
        return []
    if "\t" in line:
        parts = line.split("\t")
    elif bars.count("|") >= 3 and bars.startswith("|") and bars.endswith("|") and not _RULE.match(bars):
        parts = bars[1:-1].split("|")
    else:
        return []
    return [cell_of(_clean(_without_echo(part, parts[i + 1 :])).strip(" "), place) for i, part in enumerate(parts)]


def _without_echo(text: str, following: list[str]) -> str:
    """Leave out `<td>` cells that the cells to the right print again: `社会效益 <td>甲</td> <td>乙</td>` | 甲 | 乙."""
    echoes = [squeeze(part) for part in _CELL_TAGS.findall(text)]
    repeated = all(squeeze(b).startswith(a) for a, b in zip(echoes, following, strict=False))
    return _CELL_TAGS.sub("", text) if echoes and len(echoes) <= len(following) and repeated else text


def _clean(text: str) -> str:
    """The text without markup: tags, entities, markdown heads, bullets and emphasis, LaTeX signs of comparison."""
    if "<" in text:
        text = _TAG.sub(" ", text).strip(" ") if _TAG.search(text) else text
    if "&" in text:
        text = _ENTITY.sub(lambda m: html.unescape(m[0]).replace("\u00a0", " "), text)
    if "\\" in text:
        for sign, plain in _MATH.items():
            text = text.replace(sign, plain)
        text = text.replace("$", "")
    text = _NUMBERED_BULLET.sub("", _BULLET.sub("", _HEADING.sub("", text)))
    return _STRONG.sub(r"\1", text)


def _table(rows: list[list[Cell]]) -> list[Table]:
    """The grid of the rows, filled to one width; columns without any text (doubled or trailing tabs) are left out."""
    width = max((len(row) for row in rows), default=0)
    filled = [[*row, *(Cell("", row[0].place) for _ in range(width - len(row)))] for row in rows]
    used = [i for i in range(width) if any(row[i].text for row in filled)]
    if not used or _is_contents(rows):
        return []
    return [Table(rows[0][0].place, tuple(tuple(row[i] for i in used) for row in filled), "tabs")]


def _is_contents(rows: list[list[Cell]]) -> bool:
    """Titles with page numbers that rise to the end: a table of contents without its dots."""
    texts = [[cell.text for cell in row if cell.text] for row in rows]
    pages = [row[-1] for row in texts if row]
    if len(rows) < 3 or any(len(row) != 2 for row in texts) or not all(re.fullmatch(r"\d{1,4}", p) for p in pages):
        return False
    return all(int(a) <= int(b) for a, b in pairwise(pages))
